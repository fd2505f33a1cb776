"""Measures that pages, notebooks and calculators share: scores and differences with their intervals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from cxdata.schema.statistic import clustered_error

Z_95 = 1.959963984540054
"""Standard normal quantile of a two-sided 95 % interval."""
ADDED_ANSWERS = 3.0
"""Answers that the adjusted Wald interval adds: a quarter of them promoters, a quarter detractors."""


@dataclass(frozen=True)
class Nps:
    """A Net Promoter Score with its 95 % interval, all in points from -100 to 100."""

    score: float
    low: float
    high: float
    answers: int

    @property
    def margin(self) -> float:
        """Half the width of the interval, in points."""
        return (self.high - self.low) / 2


def nps_of_counts(promoters: int, passives: int, detractors: int) -> Nps:
    """Return the NPS and its adjusted Wald interval from counts of answers.

    Args:
        promoters: Answers of 9 or 10.
        passives: Answers of 7 or 8.
        detractors: Answers of 0 to 6.

    Returns:
        Score and interval in points; the interval is cut at -100 and 100.

    Raises:
        ValueError: If a count is negative or there is no answer.

    Source: Rocks (2016), adjusted Wald with three added answers; Lewis and Sauro confirm its coverage.
    """
    answers = promoters + passives + detractors
    if min(promoters, passives, detractors) < 0 or answers == 0:
        raise ValueError("An NPS needs at least one answer, and no count below nought.")
    total = answers + ADDED_ANSWERS
    share_promoters, share_detractors = ((count + ADDED_ANSWERS / 4) / total for count in (promoters, detractors))
    centre = share_promoters - share_detractors
    error = math.sqrt((share_promoters + share_detractors - centre**2) / total)
    low, high = (100 * (centre + sign * Z_95 * error) for sign in (-1, 1))
    return Nps(100 * (promoters - detractors) / answers, max(low, -100.0), min(high, 100.0), answers)


def nps(answers: Iterable[float]) -> Nps:
    """Return the NPS of answers from 0 to 10; missing answers do not count.

    Raises:
        ValueError: If there is no answer, or one lies outside 0 to 10.
    """
    given = [answer for answer in answers if not math.isnan(answer)]
    if any(not 0 <= answer <= 10 for answer in given):
        raise ValueError("The recommendation question takes answers from 0 to 10.")
    promoters = sum(answer >= 9 for answer in given)
    detractors = sum(answer <= 6 for answer in given)
    return nps_of_counts(promoters, len(given) - promoters - detractors, detractors)


def answers_for_margin(promoters: int, passives: int, detractors: int, *, margin: float) -> int:
    """Return how many answers give the 95 % interval a margin, if they fall as these did.

    Args:
        promoters: Answers of 9 or 10.
        passives: Answers of 7 or 8.
        detractors: Answers of 0 to 6.
        margin: Half the width of the interval, in points.

    Raises:
        ValueError: If there is no answer, or the margin is not above nought.

    Source: n = z2 V / m2 with V = p + d - (p - d)2.
    """
    total = promoters + passives + detractors
    if total == 0 or margin <= 0:
        raise ValueError("A sample size needs at least one answer and a margin above nought.")
    share_promoters, share_detractors = promoters / total, detractors / total
    variance = share_promoters + share_detractors - (share_promoters - share_detractors) ** 2
    return math.ceil((Z_95 * 100 / margin) ** 2 * variance)


def share_interval(count: int, total: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share, both ends from 0 to 1.

    Raises:
        ValueError: If the count does not lie between nought and the total, or the total is nought.

    Source: Wilson (1927).
    """
    if not 0 <= count <= total or total == 0:
        raise ValueError("A share needs a count between nought and a total above nought.")
    share, z2 = count / total, Z_95**2
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = Z_95 / (1 + z2 / total) * math.sqrt(share * (1 - share) / total + z2 / (4 * total**2))
    return centre - half, centre + half


@dataclass(frozen=True)
class Difference:
    """A difference of mean outcomes with its standard error, in the outcome's unit.

    Attributes:
        value: Treated less untreated.
        standard_error: Rows of one cluster may depend on each other.
        rows: Rows it rests on.
        left_out: Rows of strata where all are treated, or none.
    """

    value: float
    standard_error: float
    rows: int
    left_out: int

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval."""
        return self.value - Z_95 * self.standard_error

    @property
    def high(self) -> float:
        """Upper end of the 95 % interval."""
        return self.value + Z_95 * self.standard_error


def difference(
    rows: pd.DataFrame,
    *,
    outcome: str,
    treatment: str,
    strata: Sequence[str] = (),
    of: Literal["all", "untreated"] = "all",
    cluster: str = "customer_id",
) -> Difference:
    """Return the difference of mean outcomes within strata, weighted by the strata's shares.

    Args:
        rows: One per unit, outcome never empty.
        outcome: Column of numbers.
        treatment: Boolean column.
        strata: Columns whose combinations are compared within; none gives the plain difference.
        of: Whose shares weigh the strata: all rows, or the untreated, for what treating them would change.
        cluster: Column whose groups may depend on each other.

    Raises:
        ValueError: If no stratum holds both treated and untreated rows.

    Source: Imbens and Rubin (2015), chapter 17; the standard error is that of the influence values, by cluster.
    """
    everyone = np.zeros(len(rows), np.int64)
    label = rows.groupby(list(strata), observed=True).ngroup().to_numpy() if strata else everyone
    treated = rows[treatment].to_numpy(np.float64)
    share_of_label = np.bincount(label, treated) / np.bincount(label)
    usable = ((share_of_label > 0) & (share_of_label < 1))[label]
    if not usable.any():
        raise ValueError("A difference needs treated and untreated rows in at least one stratum.")
    _, stratum = np.unique(label[usable], return_inverse=True)
    t, y = treated[usable], rows[outcome].to_numpy(np.float64)[usable]
    share = (np.bincount(stratum, t) / np.bincount(stratum))[stratum]
    mean_treated = (np.bincount(stratum, y * t) / np.bincount(stratum, t))[stratum]
    mean_untreated = (np.bincount(stratum, y * (1 - t)) / np.bincount(stratum, 1 - t))[stratum]
    within = mean_treated - mean_untreated
    belongs, weight = (1 - t, 1 - share) if of == "untreated" else (np.ones_like(t), np.ones_like(t))
    value = float((belongs * within).sum() / belongs.sum())
    noise = t * (y - mean_treated) / share - (1 - t) * (y - mean_untreated) / (1 - share)
    influence = (belongs * (within - value) + weight * noise) / belongs.sum()
    error = clustered_error(influence, rows[cluster].to_numpy()[usable])
    return Difference(value, error, len(y), len(rows) - len(y))
