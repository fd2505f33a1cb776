"""What a customer is worth over the years to come, and what an offer to a segment brings."""

from __future__ import annotations

import math
from dataclasses import dataclass

from casebook.worked.coding import rogan_gladen
from casebook.worked.measures import share_interval


@dataclass(frozen=True)
class Lifetime:
    """Worth of a customer over the years to come.

    Attributes:
        value_eur: Margin of the years to come, in today's euros; the present year is not in it.
        years: Years in which the customer will still buy, on average and without discount.
    """

    value_eur: float
    years: float


def lifetime(margin_eur: float, *, retention: float, discount: float) -> Lifetime:
    """Return the lifetime value of a customer who buys today.

    Args:
        margin_eur: Margin of a year in which the customer buys, less what the relation costs in that year.
        retention: Share of this year's buyers who buy the next year, 0 to 1.
        discount: By how much a euro of next year is worth less than one of today, 0 to 1.

    Raises:
        ValueError: If a share lies outside 0 to 1, or nobody ever leaves, so that there is no end to add up to.

    Source: Gupta and Lehmann (2003); margin and retention stay as they are.
    """
    if not (0 <= retention < 1 and 0 <= discount <= 1):
        raise ValueError("A lifetime needs a retention from 0 to below 1 and a discount from 0 to 1.")
    return Lifetime(
        value_eur=margin_eur * retention / (1 + discount - retention),
        years=retention / (1 - retention),
    )


def most_for_retention(margin_eur: float, *, retention: float, raised: float, discount: float) -> float | None:
    """Return what an attention may cost, in each year to come, that raises retention, in euros.

    At that cost the lifetime value stays as it was. There is none where nobody is retained.

    Raises:
        ValueError: As :func:`lifetime`.
    """
    before = lifetime(margin_eur, retention=retention, discount=discount)
    if not (0 <= raised < 1):
        raise ValueError("A lifetime needs a retention from 0 to below 1.")
    return margin_eur - before.value_eur * (1 + discount - raised) / raised if raised else None


@dataclass(frozen=True)
class Size:
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float


def segment_share(found: int, asked: int, *, sensitivity: float = 1.0, specificity: float = 1.0) -> Size:
    """Return the share of a segment in all customers, from a sample that a rule has sorted.

    Args:
        found: Customers of the sample whom the rule puts into the segment.
        asked: Customers of the sample, drawn by lot.
        sensitivity: Share of true members whom the rule finds, 0 to 1.
        specificity: Share of the others whom it leaves out, 0 to 1.

    Returns:
        Share, 0 to 1, corrected for the rule's errors; the interval counts the luck of the sample and takes the
        two error rates as known.

    Raises:
        ValueError: If the counts contradict each other, or the rule does no better than lot.

    Source: Wilson (1927) for the sample, Rogan and Gladen (1978) for the rule.
    """
    ends = (found / asked if asked else math.nan, *share_interval(found, asked))
    value, low, high = (
        rogan_gladen(min(max(end, 0.0), 1.0), sensitivity=sensitivity, specificity=specificity) for end in ends
    )
    return Size(value, low, high)


def version_profit(members: float, *, takers: float, margin_eur: float, contact_eur: float, fixed_eur: float) -> float:
    """Return what a version made for a segment brings, in euros.

    Args:
        members: Customers of the segment.
        takers: Share of them who buy because of it, above those who would have bought anyway, 0 to 1.
        margin_eur: Margin of one taker.
        contact_eur: Cost of reaching one member.
        fixed_eur: Cost of making the version, whatever the size.
    """
    return members * (takers * margin_eur - contact_eur) - fixed_eur
