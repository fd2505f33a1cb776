"""Kano's model: what a pair of answers makes of an attribute, and what many pairs say of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from casebook.worked.measures import Z_95, share_interval

ANSWERS = ("like", "must_be", "neutral", "live_with", "dislike")
"""The five answers, from pleased to displeased."""
CATEGORIES = ("must_be", "one_dimensional", "attractive", "indifferent", "reverse", "questionable")
"""In the order in which ties are decided: what angers when it is missing comes first."""
_GRID = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")
_OF = {name[0].upper(): name for name in CATEGORIES}


def category(functional: str, dysfunctional: str) -> str:
    """Return what an attribute is to somebody who gave these two answers.

    Args:
        functional: How the customer feels if the attribute is there, one of ``ANSWERS``.
        dysfunctional: How the customer feels if it is not.

    Raises:
        ValueError: If one is no answer of the questionnaire.

    Source: the evaluation table of Berger et al. (1993).
    """
    for answer in (functional, dysfunctional):
        if answer not in ANSWERS:
            raise ValueError(f"{answer!r} is no answer of Kano's questionnaire; they are {', '.join(ANSWERS)}.")
    letter = _GRID[ANSWERS.index(functional)][ANSWERS.index(dysfunctional)]
    return _OF[letter]


@dataclass(frozen=True)
class Attribute:
    """What the pairs of many customers say of one attribute.

    Attributes:
        leading: Category with most pairs.
        is_clear: Whether it leads the second by more than chance would, at 5 %.
        better: Share whom its presence pleases, from 0 to 1.
        better_low: Lower end of its 95 % interval.
        better_high: Upper end.
        worse: Share whom its absence displeases, with a minus, from -1 to 0.
        worse_low: Lower end of its 95 % interval, the one nearer -1.
        worse_high: Upper end.
    """

    leading: str
    is_clear: bool
    better: float
    better_low: float
    better_high: float
    worse: float
    worse_low: float
    worse_high: float


def attribute(counts: Mapping[str, int]) -> Attribute:
    """Return leading category and coefficients of an attribute from its pairs, one of each customer.

    Better and worse leave out reverse and questionable pairs.

    Args:
        counts: Pairs by category; what is missing counts nought.

    Raises:
        ValueError: If a category does not exist, a count is below nought, or no pair is left for the coefficients.

    Source: Berger et al. (1993) for the coefficients; Wilson (1927) for their intervals; McNemar (1947) for the lead,
        whose standard error is the root of the two counts' sum if both categories are equally common.
    """
    if strange := sorted(set(counts) - set(CATEGORIES)):
        raise ValueError(f"{strange[0]!r} is no category of Kano's model; they are {', '.join(CATEGORIES)}.")
    of = {name: int(counts.get(name, 0)) for name in CATEGORIES}
    usable = sum(of[name] for name in CATEGORIES[:4])
    if min(of.values()) < 0 or usable == 0:
        raise ValueError("Kano's coefficients need a pair that is neither reverse nor questionable.")
    first, second = sorted(CATEGORIES, key=lambda name: -of[name])[:2]
    pleased, displeased = of["attractive"] + of["one_dimensional"], of["must_be"] + of["one_dimensional"]
    better, worse = share_interval(pleased, usable), share_interval(displeased, usable)
    return Attribute(
        leading=first,
        is_clear=of[first] - of[second] > Z_95 * math.sqrt(of[first] + of[second]),
        better=pleased / usable,
        better_low=better[0],
        better_high=better[1],
        worse=-displeased / usable,
        worse_low=-worse[1],
        worse_high=-worse[0],
    )
