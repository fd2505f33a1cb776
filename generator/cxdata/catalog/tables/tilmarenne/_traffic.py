"""What the site's visitors come for: counts of visits under orders and customers, and the numbers of one visit."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.recipes import categorical, lookup
from cxdata.recipes.temporal import SECONDS_PER_DAY, day_ends, day_number, days_ended, seconds_of_day
from cxdata.schema.recipe import Array

FIRST_DAY, LAST_DAY = day_number(calendar.WINDOW_FIRST), day_number(calendar.WINDOW_LAST)
MOST_BEFORE_ORDER, MOST_BROWSING = 4, 40
MOST_DAYS_BEFORE = 28
LEAST_LEAD_SECONDS = 6_000
"""Earlier visits on the day of an order begin so long before it; the visit that buys is shorter."""
LONGEST_LOADING = 10.0
"""Seconds between a click in a message and the visit that it opens, two added."""
_SPECIAL = {
    **{start + timedelta(n): 1.5 - 0.1 * n for start in calendar.SALES_STARTS for n in range(5)},
    **calendar.BLACK_FRIDAY_PACE,
}


def pace(weekdays: tuple[float, ...], months: tuple[float, ...]) -> tuple[float, ...]:
    """Return the tick at which each day of the window ends, on the clock of the site."""
    return day_ends(calendar.WINDOW_FIRST, calendar.WINDOW_LAST, weekdays, months, _SPECIAL)


def visits_before(u: Array, score: Array, day: Array, joined: Array, second: float, third: float) -> Array:
    """Return how often an order was prepared on the site, 0 to 3: an ordinal logit; nobody is known before joining."""
    pressure = score + lookup.logistic(u)
    count = (pressure > 0).astype(np.int64) + (pressure > second) + (pressure > third)
    return count * (day > np.maximum(joined, FIRST_DAY))


def last_day(u: Array, left: Array, after: float) -> Array:
    """Return the last day on which a customer visits the site: weeks after leaving, else the end of the window."""
    end = np.minimum(left + np.rint(after * lookup.exponential(u)).astype(np.int64), LAST_DAY)
    return np.where(left > 0, end, LAST_DAY)


def browse_count(u: Array, joined: Array, last: Array, here: Array, rate: Array) -> Array:
    """Return visits without an order over the days of a customer: geometric around the rate of two years."""
    share = (last - np.maximum(joined, FIRST_DAY) + 1) / (LAST_DAY - FIRST_DAY + 1)
    count: Array = here * (np.maximum(share, 0.0) * rate * lookup.exponential(u)).astype(np.int64)
    return np.minimum(count, MOST_BROWSING)


def browse_day(u: Array, joined: Array, last: Array, ends: tuple[float, ...]) -> Array:
    """Return the day of a visit without an order, by the clock of the site between joining and leaving."""
    bounds = np.r_[0, np.asarray(ends, dtype=np.int64)]
    low = bounds[:-1].take(joined - FIRST_DAY, mode="clip")
    high = bounds[1:].take(last - FIRST_DAY, mode="clip")
    tick = low + (u * np.maximum(high - low, 1)).astype(np.int64)
    day: Array = FIRST_DAY + np.minimum(days_ended(tick, ends), len(bounds) - 2)
    return day


def second_started(
    u: Array,
    of_order: Array,
    buying: Array,
    ordered: Array,
    duration: Array,
    joined: Array,
    last: Array,
    by_click: Array,
    clicked: Array,
    days: float,
    ends: tuple[float, ...],
    hours: tuple[float, ...],
) -> Array:
    """Return when a visit began: so that its order falls into its end, or days before one, by a click, or on its own.

    Args:
        u: (4, n) uniforms.
        of_order: (n,) whether it hangs under an order.
        buying: (n,) whether the order was placed in it.
        ordered: (n,) second of the order.
        duration: (n,) seconds of the visit.
        joined: (n,) day the account was opened.
        last: (n,) last day of visits without an order.
        by_click: (n,) whether a link of a message opened it.
        clicked: (n,) second of that click.
        days: mean days between an earlier visit and its order.
        ends: ticks at which the days of the site's clock end.
        hours: (24,) shares of the hours of the day.
    """
    known_from = np.maximum(joined, FIRST_DAY)
    start = np.empty(len(joined), dtype=np.int64)
    rows = np.flatnonzero(by_click)
    start[rows] = clicked.take(rows) + 2 + (u[3].take(rows) * LONGEST_LOADING).astype(np.int64)
    rows = np.flatnonzero(buying & ~by_click)
    end_holds_order = duration.take(rows) * (0.85 + 0.1 * u[3].take(rows))
    start[rows] = ordered.take(rows) - np.rint(end_holds_order).astype(np.int64)
    other = ~(buying | by_click)
    rows = np.flatnonzero(other & of_order)
    start[rows] = _started_before(u.take(rows, axis=1), ordered.take(rows), known_from.take(rows), days, hours)
    rows = np.flatnonzero(other & ~of_order)
    day = browse_day(u[0].take(rows), joined.take(rows), last.take(rows), ends)
    start[rows] = day * SECONDS_PER_DAY + seconds_of_day(u[1:3].take(rows, axis=1), hours)
    held: Array = np.maximum(start, known_from * SECONDS_PER_DAY)
    return held


def _started_before(u: Array, ordered: Array, known_from: Array, days: float, hours: tuple[float, ...]) -> Array:
    """Return when visits before an order began: days before it, or on its day; arguments as of ``second_started``."""
    day = ordered // SECONDS_PER_DAY
    known = np.clip(day - known_from, 0, MOST_DAYS_BEFORE)
    before = np.minimum((lookup.exponential(u[0]) * days).astype(np.int64), known)
    earlier = (day - before) * SECONDS_PER_DAY + seconds_of_day(u[1:3], hours)
    same_day = ordered - LEAST_LEAD_SECONDS - (u[3] * 10_000.0).astype(np.int64)
    began: Array = np.where(before == 0, same_day, earlier)
    return began


def pick_by(u: Array, code: Array, shares: tuple[float, ...], answers: int) -> Array:
    """Return answers by the shares of each code, given one after the other."""
    return categorical.pick_by_row(u, code, categorical.bounds_by_row(shares, answers))
