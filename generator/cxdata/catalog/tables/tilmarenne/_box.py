"""The months of the monthly box: which subscriber gets a box when, over a pause, and what a month's hazard is."""

from __future__ import annotations

from datetime import date

import numpy as np

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.recipes import lookup
from cxdata.recipes.temporal import day_ends, day_number
from cxdata.schema.recipe import Array

MONTHS = 24
"""Months of the window; a box is sent in each after the month of subscribing."""
MOST_BOXES = MONTHS - 1
FIRST_DAY = day_number(calendar.WINDOW_FIRST)
LAST_START = day_number(date(2024, 11, 30))
"""Last day of subscribing: the first box still falls into the window."""
FAILED_MONTH = 9
"""October 2023: the supply of the box failed, most came late, and everybody was told."""
WOW_MONTHS = (2, 5, 8, 11)
"""Months of the year in which the box has another format, January is 0."""
MONTH_STARTS = np.array([day_number(date(year, month, 1)) for year in calendar.YEARS for month in range(1, 13)])
PLANNED_DAY = 5
"""Boxes are planned for the sixth of the month, or the next working day."""


def pace(months: tuple[float, ...]) -> tuple[float, ...]:
    """Return the tick at which each day of the window ends, on the clock of new subscriptions."""
    return day_ends(calendar.WINDOW_FIRST, calendar.WINDOW_LAST, (1.0,) * 7, months, {})


def subscribes(u: Array, logit: Array, joined: Array) -> Array:
    """Return who subscribes to the box, among those with an account early enough."""
    taken: Array = (logit + lookup.logistic(u) > 0) & (joined < LAST_START)
    return taken


def start_day(u: Array, joined: Array, ends: tuple[float, ...]) -> Array:
    """Return the day of subscribing, by the clock of new subscriptions from joining on."""
    bounds = np.r_[0, np.asarray(ends, dtype=np.int64)]
    low = bounds[np.clip(joined - FIRST_DAY, 0, len(bounds) - 2)]
    high = bounds[LAST_START - FIRST_DAY + 1]
    tick = low + (u * (high - low)).astype(np.int64)
    day: Array = FIRST_DAY + np.searchsorted(bounds[1:], tick, side="right")
    return np.minimum(day, LAST_START)


def month_of(day: Array) -> Array:
    """Return the month of a day within the window, 0 for January 2023."""
    month: Array = np.searchsorted(MONTH_STARTS, day, side="right") - 1
    return month


def box_slots(started: Array, pauses: Array, after: Array, months: Array) -> Array:
    """Return how many boxes the window holds for a subscriber who never cancels: one each month, none in a pause."""
    left = MOST_BOXES - month_of(started)
    return np.where(pauses & (after < left), np.maximum(after, left - months), left)


def box_month(slot: Array, started: Array, pauses: Array, after: Array, months: Array) -> Array:
    """Return the month of a box: the one after subscribing and on, later past a pause."""
    month: Array = month_of(started) + 1 + slot + np.where(pauses & (slot >= after), months, 0)
    return month


def planned_day(month: Array) -> Array:
    """Return the day for which the boxes of a month are planned."""
    day: Array = calendar.working_day(MONTH_STARTS[month] + PLANNED_DAY)
    return day


def days_behind(u: Array, late: Array, mean: float) -> Array:
    """Return days between plan and box: none, or two and more if late, two weeks at most."""
    days: Array = late * (2 + np.minimum((lookup.exponential(u) * mean).astype(np.int64), 12))
    return days


def log_number(number: Array) -> Array:
    """Return the natural logarithm of box numbers from 1."""
    logarithm: Array = lookup.exponential(1.0 - 1.0 / number)
    return logarithm


def cancel_day(u: Array, month: Array, received: Array) -> Array:
    """Return the day of cancelling after a box: some days later, before the month ends."""
    last = MONTH_STARTS[month] + 27
    day: Array = np.minimum(received + 1 + (u * np.maximum(last - received, 1)).astype(np.int64), last)
    return day


def chance(logit: Array) -> Array:
    """Return the probability of log-odds."""
    share: Array = 1.0 / (1.0 + lookup.exp(-logit))
    return share


def pause_happens(pauses: Array, after: Array, boxes: Array, cancelled: Array) -> Array:
    """Return whether a pause that was wished for came about: as many boxes before it, and no cancelling."""
    happens: Array = pauses & (boxes >= after) & ~(cancelled & (boxes == after))
    return happens


def paused_day(u: Array, started: Array, after: Array) -> Array:
    """Return the day on which a pause begins: late in the month of the last box before it."""
    month = np.minimum(month_of(started) + after, MONTHS - 1)
    day: Array = MONTH_STARTS[month] + 20 + (u * 8).astype(np.int64)
    return day


def resumes(paused: Array, started: Array, after: Array, months: Array) -> Array:
    """Return whether boxes come again within the window after a pause."""
    again: Array = paused & (month_of(started) + 1 + after + months < MONTHS)
    return again


def resumed_day(started: Array, after: Array, months: Array) -> Array:
    """Return the first day of the month in which boxes come again."""
    day: Array = MONTH_STARTS[np.minimum(month_of(started) + 1 + after + months, MONTHS - 1)]
    return day
