"""Usability tests: the score of ten statements, success of few testers, typical times, and what a session can show."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from casebook.worked.measures import Z_95

Numbers = npt.NDArray[np.float64]

STATEMENTS = tuple(f"sus_{number:02d}" for number in range(1, 11))
"""Columns of the ten statements, in their order: the odd ones praise, the even ones find fault."""
LOWEST, HIGHEST = 1, 5
POINTS = 2.5
"""Points per step of an answer: ten answers of four steps each make a hundred."""


def sus(answers: pd.DataFrame) -> pd.Series:
    """Return the System Usability Scale of each tester, 0 to 100; empty where an answer is missing.

    Args:
        answers: Ten columns in the order of the statements, 1 (not at all) to 5 (fully).

    Raises:
        ValueError: If there are not ten columns, or an answer lies off the scale.

    Source: Brooke (1996): agreement with the odd statements, disagreement with the even ones.
    """
    given = answers.to_numpy(np.float64, na_value=np.nan)
    if given.shape[1] != len(STATEMENTS):
        raise ValueError(f"The scale has {len(STATEMENTS)} statements, not {given.shape[1]}.")
    if ((given < LOWEST) | (given > HIGHEST)).any():
        raise ValueError(f"An answer is {LOWEST} to {HIGHEST}; mend the others or leave them empty.")
    praises = np.arange(len(STATEMENTS)) % 2 == 0
    return pd.Series(POINTS * np.where(praises, given - LOWEST, HIGHEST - given).sum(axis=1), index=answers.index)


def success_interval(done: int, testers: int) -> tuple[float, float]:
    """Return the adjusted-Wald 95 % interval of a success rate, both ends from 0 to 1.

    Raises:
        ValueError: If the count does not lie between nought and the testers, or there is no tester.

    Source: Agresti and Coull (1998); Sauro and Lewis (2005) recommend it for tests with few users.
    """
    if not 0 <= done <= testers or testers == 0:
        raise ValueError("A success rate needs a count between nought and the number of testers, one at least.")
    total = testers + Z_95**2
    share = (done + Z_95**2 / 2) / total
    half = Z_95 * math.sqrt(share * (1 - share) / total)
    return max(share - half, 0.0), min(share + half, 1.0)


def success_gap(first: tuple[int, int], second: tuple[int, int]) -> tuple[float, float, float]:
    """Return the second success rate less the first, as a share, and the ends of its 95 % interval.

    Args:
        first: Successes and testers of one version.
        second: Those of another, seen by other testers.

    Raises:
        ValueError: If a count does not lie between nought and its testers, or there is no tester.

    Source: Agresti and Caffo (2000): one success and one failure added to each side.
    """
    shares, variance = [], 0.0
    for done, testers in (first, second):
        if not 0 <= done <= testers or testers == 0:
            raise ValueError("A success rate needs a count between nought and the number of testers, one at least.")
        share = (done + 1) / (testers + 2)
        shares.append(share)
        variance += share * (1 - share) / (testers + 2)
    centre, half = shares[1] - shares[0], Z_95 * math.sqrt(variance)
    return second[0] / second[1] - first[0] / first[1], centre - half, centre + half


def typical_time(seconds: Sequence[float] | pd.Series) -> tuple[float, float, float]:
    """Return the geometric mean of times and the ends of its 95 % interval, in their unit.

    Args:
        seconds: (n,) times above nought. The interval takes the normal quantile: for fewer than twenty times it is
            a little too narrow.

    Raises:
        ValueError: If there are fewer than two times, or one is not above nought.

    Source: Sauro and Lewis (2010): times lean to the right, their logarithms hardly.
    """
    given = np.asarray(seconds, np.float64)
    if len(given) < 2 or not (given > 0).all():
        raise ValueError("A typical time needs two times at least, each above nought.")
    logs = np.log(given)
    half = Z_95 * logs.std(ddof=1) / math.sqrt(len(logs))
    low, middle, high = np.exp([logs.mean() - half, logs.mean(), logs.mean() + half])
    return float(middle), float(low), float(high)


def share_found(shares: Sequence[float] | Numbers, testers: int) -> float:
    """Return which share of problems a session shows at least once, expected, from 0 to 1.

    Args:
        shares: (k,) share of users whom each problem stops, 0 to 1.
        testers: Number of testers, drawn by lot.

    Raises:
        ValueError: If there is no problem, a share is not within 0 to 1, or the testers are below nought.

    Source: Nielsen and Landauer (1993), problem by problem; their mean share in place of each promises more.
    """
    given = np.asarray(shares, np.float64)
    if not len(given) or ((given < 0) | (given > 1)).any() or testers < 0:
        raise ValueError("What a session shows needs shares from 0 to 1 and a number of testers.")
    return float((1 - (1 - given) ** testers).mean())
