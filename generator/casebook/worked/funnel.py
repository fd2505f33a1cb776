"""Funnels: how many go on from stage to stage, how sure each rate is, and what one more point of it would bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from casebook.worked.measures import share_interval

POINT = 0.01
"""One percentage point, as a share."""


@dataclass(frozen=True)
class Funnel:
    """Rates from stage to stage; at the first stage, which has none before it, they are empty.

    Attributes:
        rate: Share of the stage before that reaches this one, from 0 to 1.
        low: Lower end of its 95 % interval.
        high: Upper end of its 95 % interval.
        lost: How many of the stage before do not reach this one.
        gain: How many more reach the last stage when this rate rises by one point and all others stay.
        overall: Share of the first stage that reaches the last, from 0 to 1.
        overall_low: Lower end of its 95 % interval.
        overall_high: Upper end of its 95 % interval.
        best: Place of the stage, counted from 0, whose rate brings most by one more point; the first of equal ones.
    """

    rate: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    lost: tuple[float | None, ...]
    gain: tuple[float | None, ...]
    overall: float
    overall_low: float
    overall_high: float
    best: int


def funnel(counts: Sequence[int]) -> Funnel:
    """Return the rates of a funnel.

    A rate that is nearer than one point to the whole can only rise to the whole.

    Args:
        counts: How many reach each stage, first stage first: of the same persons, so that no count exceeds the one
            before.

    Raises:
        ValueError: If there are fewer than two stages, a stage before the last is empty, or a count exceeds the one
            before it.

    Source: Wilson (1927) for the intervals; a point's gain is the product of what stands before and after it.
    """
    if len(counts) < 2:
        raise ValueError("A funnel needs two stages at least.")
    if min(counts) < 0 or any(count == 0 for count in counts[:-1]):
        raise ValueError("Only the last stage of a funnel may be empty.")
    if any(after > before for before, after in pairwise(counts)):
        raise ValueError("Nobody reaches a stage without the one before; count the same persons at every stage.")
    steps = list(pairwise(counts))
    rates = [after / before for before, after in steps]
    ends = [share_interval(after, before) for before, after in steps]
    gains = []
    for place, (before, _) in enumerate(steps):
        gain = before * min(POINT, 1 - rates[place])
        for later in rates[place + 1 :]:
            gain *= later
        gains.append(gain)
    low, high = share_interval(counts[-1], counts[0])
    return Funnel(
        rate=(None, *rates),
        low=(None, *(one for one, _ in ends)),
        high=(None, *(other for _, other in ends)),
        lost=(None, *(float(before - after) for before, after in steps)),
        gain=(None, *gains),
        overall=counts[-1] / counts[0],
        overall_low=low,
        overall_high=high,
        best=1 + max(range(len(gains)), key=lambda place: (gains[place], -place)),
    )
