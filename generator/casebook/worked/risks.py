"""Risks: how often, from how many times in a record, and what a list of them costs in a year.

Frequency times loss is a mean over many years. It says nothing of the worst year, which is why a grid keeps both apart.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

RATE_STEPS = (0.3, 1.0, 10.0, 100.0)
"""Times a year at which the next of five ranks of frequency begins; ours."""
LOSS_STEPS = (100.0, 1_000.0, 10_000.0, 100_000.0)
"""Euros each time at which the next of five ranks of gravity begins; ours."""
NEVER = 3.0
"""The rule of three: minus the logarithm of 5 %, rounded up."""


@dataclass(frozen=True)
class RiskGrid:
    """A list of risks, each entry in the order of the list.

    Attributes:
        rate: Times a year; for what was never seen the upper bound by the rule of three.
        chance: Of at least one time in a year (0 to 1), times being independent.
        expected: Loss per year on average, in euros.
        rank: By expected loss, 1 for the largest; equal ones keep their order.
        score: Rank of frequency times rank of gravity, 1 to 25, as risk matrices have it.
        total: Sum of the expected losses, in euros per year.
        unseen: Part of it that stands for what was never seen, in euros per year.
        turned: Pairs of risks that the score puts the other way round than the expected loss does.
    """

    rate: tuple[float, ...]
    chance: tuple[float, ...]
    expected: tuple[float, ...]
    rank: tuple[int, ...]
    score: tuple[int, ...]
    total: float
    unseen: float
    turned: int


def most_when_never_seen(trials: float) -> float:
    """Return the upper end of the 95 % interval of a rate, per trial, when nothing happened in so many trials.

    Args:
        trials: Independent occasions, or years of a record; more than nought.

    Raises:
        ValueError: If there was no occasion.

    Source: Hanley and Lippman-Hand (1983), rule of three.
    """
    if trials <= 0:
        raise ValueError("Nought events in no trials say nothing; name how many occasions there were.")
    return NEVER / trials


def rate_interval(seen: int, years: float) -> tuple[float, float]:
    """Return the exact 95 % interval of a rate per year, for events that do not draw each other.

    Args:
        seen: How often it happened in the record.
        years: Length of the record, more than nought.

    Raises:
        ValueError: If a number is negative, or there is no record.

    Source: Garwood (1936), by bisection on the Poisson distribution.
    """
    if seen < 0 or years <= 0:
        raise ValueError(f"{seen} events in {years:g} years give no rate; a count and a record are needed.")
    if seen == 0:
        return 0.0, -math.log(0.025) / years
    low = _solve(lambda mean: 1 - _at_most(seen - 1, mean), 0.025, seen)
    high = _solve(lambda mean: 1 - _at_most(seen, mean), 0.975, seen)
    return low / years, high / years


def matrix_score(rate: float, loss_eur: float) -> int:
    """Return the product of two ranks of 1 to 5, of frequency (times a year) and gravity (euros each time)."""
    return (1 + bisect_right(RATE_STEPS, rate)) * (1 + bisect_right(LOSS_STEPS, loss_eur))


def risk_grid(seen: Sequence[float], loss_eur: Sequence[float], *, years: float) -> RiskGrid:
    """Return rates, chances, expected losses and ranks of a list of risks.

    Args:
        seen: (n,) how often each happened in the record.
        loss_eur: (n,) what it costs each time, in euros.
        years: Length of the record.

    Raises:
        ValueError: If there is no record, columns differ in length, a number is negative, or nothing costs anything.
    """
    if len(seen) != len(loss_eur) or not seen:
        raise ValueError("A grid needs a count and a loss for each risk.")
    if min(*seen, *loss_eur) < 0 or years <= 0:
        raise ValueError("Counts and losses are nought or more, and a record has a length.")
    rate = [count / years if count > 0 else most_when_never_seen(years) for count in seen]
    expected = [one * loss for one, loss in zip(rate, loss_eur, strict=True)]
    total = sum(expected)
    if total <= 0:
        raise ValueError("No risk of the list costs anything.")
    order = sorted(range(len(rate)), key=lambda place: -expected[place])
    rank = [0] * len(rate)
    for position, place in enumerate(order, start=1):
        rank[place] = position
    score = [matrix_score(one, loss) for one, loss in zip(rate, loss_eur, strict=True)]
    return RiskGrid(
        rate=tuple(rate),
        chance=tuple(1 - math.exp(-one) for one in rate),
        expected=tuple(expected),
        rank=tuple(rank),
        score=tuple(score),
        total=total,
        unseen=sum(loss for loss, count in zip(expected, seen, strict=True) if count <= 0),
        turned=sum(
            (score[one] - score[two]) * (expected[one] - expected[two]) < 0
            for one, two in combinations(range(len(rate)), 2)
        ),
    )


def _at_most(count: int, mean: float) -> float:
    """Return the chance of at most so many events of a Poisson distribution."""
    events = np.arange(count + 1)
    factorials = np.cumsum(np.log(np.maximum(events, 1)))
    return float(np.exp(events * math.log(mean) - mean - factorials).sum())


def _solve(rises: Callable[[float], float], target: float, seen: int) -> float:
    """Return where a rising function of the mean reaches a target."""
    low, high = 1e-9, seen + 10 * math.sqrt(seen + 1) + 10
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rises(middle) < target else (low, middle)
    return (low + high) / 2
