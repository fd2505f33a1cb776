"""Closed forms that turn published moments into parameters, in plain arithmetic that is exact everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import add

from cxdata.errors import FigureError

_HALVINGS = 60


def geometric_shares(low: int, high: int, ratio: float) -> tuple[float, ...]:
    """Return shares of the whole numbers low..high, each ``ratio`` times the one before."""
    weights = [1.0]
    for _ in range(high - low):
        weights.append(weights[-1] * ratio)
    total = plain_sum(weights)
    return tuple(weight / total for weight in weights)


def plain_sum(values: Iterable[float]) -> float:
    """Return the sum, added from left to right: ``sum`` compensates for rounding since Python 3.12, and differs."""
    return reduce(add, values, 0.0)


def shares_with_mean(mean: float, low: int, high: int) -> tuple[float, ...]:
    """Return geometrically falling or rising shares of low..high with a given mean.

    Args:
        mean: Wanted mean, strictly between low and high.
        low: Least value.
        high: Greatest value.

    Returns:
        (high - low + 1,) shares that sum to 1.

    Raises:
        FigureError: If no such distribution has this mean.
    """
    if not low < mean < high:
        raise FigureError(f"a mean of {mean:g} cannot come from values between {low} and {high}.")
    if 2 * mean > low + high:  # rising shares are falling ones seen from the other end, and a ratio up to one serves
        return tuple(reversed(shares_with_mean(low + high - mean, low, high)))
    below, above = 0.0, 1.0
    for _ in range(_HALVINGS):
        ratio = (below + above) / 2
        shares = geometric_shares(low, high, ratio)
        reached = plain_sum(share * (low + step) for step, share in enumerate(shares))
        below, above = (ratio, above) if reached < mean else (below, ratio)
    return geometric_shares(low, high, (below + above) / 2)


def mixture_with_mean(
    mean: float, tail_share: float, *, low: int, tail_from: int, tail_shares: tuple[float, ...]
) -> tuple[float, ...]:
    """Return shares of the whole numbers from ``low`` with a given mean and a given share at ``tail_from`` and above.

    Args:
        mean: Wanted mean.
        tail_share: Share of values at or above ``tail_from``.
        low: Least value.
        tail_from: First value of the tail.
        tail_shares: Shares within the tail, from ``tail_from`` up.

    Raises:
        FigureError: If the tail alone already exceeds the mean, or leaves too much for the body.
    """
    if not 0.0 <= tail_share < 1.0:
        raise FigureError(
            f"a share of {tail_share:g} at {tail_from} and above leaves no body; it must lie from 0 to below 1."
        )
    tail_mean = plain_sum(share * (tail_from + step) for step, share in enumerate(tail_shares))
    body_mean = (mean - tail_share * tail_mean) / (1.0 - tail_share)
    body = shares_with_mean(body_mean, low, tail_from - 1)
    return (*((1.0 - tail_share) * share for share in body), *(tail_share * share for share in tail_shares))
