"""The service centre's time: open days, quarter-hours, weeks of the roster, and who covers which hour."""

from __future__ import annotations

from datetime import date

import numpy as np

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne.agents import AGENTS, WRITERS_OF_TEN
from cxdata.catalog.tables.tilmarenne.teams import TEAMS
from cxdata.recipes.calibration import plain_sum
from cxdata.recipes.temporal import SECONDS_PER_DAY, day_number
from cxdata.schema.recipe import Array

QUARTERS = 54
"""Quarter-hours of an open day, from half past eight to ten in the evening; a constraint holds the hours to it."""
QUARTER_SECONDS = 900
QUARTER_MINUTES = 15.0
QUARTERS_PER_HOUR = 4
_FIRST = day_number(calendar.WINDOW_FIRST)
_DAYS = np.arange(_FIRST, _FIRST + calendar.RECORD_DAYS)
OPEN_DAYS = _DAYS[calendar.is_working_day(_DAYS)]
"""Days since 1970 on which the line is open: neither Sundays nor public holidays."""
DAYS = len(OPEN_DAYS)
_PLACES = np.minimum(np.searchsorted(OPEN_DAYS, _DAYS), DAYS - 1)
"""Place of each day of the record, or of the next open one."""
INTERVALS = DAYS * QUARTERS

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
ROSTER_FIRST = day_number(date(2023, 1, 2))
"""Monday of the first week of the roster."""
WEEKS = (day_number(calendar.RECORD_LAST) - ROSTER_FIRST) // 7 + 1
WRITERS = TEAMS * WRITERS_OF_TEN
"""Advisers who write; they stand first in the table ``agents``."""
CALLERS = AGENTS - WRITERS
SHIFTS = ("off", "early", "day", "midday", "late", "leave", "sick", "training")
EARLY, DAY, MIDDAY, LATE, LEAVE, SICK, TRAINING = range(1, len(SHIFTS))
WORKING = (EARLY, DAY, MIDDAY, LATE)

_REOPENED: Array = ~calendar.is_working_day(OPEN_DAYS - 1) & (calendar.weekday(OPEN_DAYS) != 0)
"""Whether an open day follows a holiday; Mondays have a pace of their own."""


def open_place(day: Array) -> Array:
    """Return the place among OPEN_DAYS of a day, or of the next open one; days since 1970."""
    place: Array = _PLACES.take(day - _FIRST, mode="clip")
    return place


def open_day_after(day: Array, later: Array | int) -> Array:
    """Return the open day that comes ``later`` open days after the first one from ``day`` on; the last one at most."""
    found: Array = OPEN_DAYS[np.minimum(open_place(day) + later, DAYS - 1)]
    return found


def reopened() -> Array:
    """Return for each open day whether it follows a holiday."""
    return _REOPENED


def interval_key(second: Array, opening: float) -> Array:
    """Return the key of the quarter-hour of a second; where the line was closed, of the nearest one of that day."""
    place = open_place(second // SECONDS_PER_DAY)
    quarter = (second % SECONDS_PER_DAY - int(opening * 3600)) // QUARTER_SECONDS
    key: Array = 1 + place * QUARTERS + np.clip(quarter, 0, QUARTERS - 1)
    return key


def quarter_shares(hours: tuple[float, ...], opening: float, closing: float) -> Array:
    """Return the share of a day's calls in each of its quarter-hours: the profile of hours, drawn through their middles.

    Args:
        hours: (24,) shares of the hours of the day; an hour that is open in part keeps its share.
        opening: Opening hour.
        closing: Closing hour.
    """
    middles, heights = [], []
    for hour, share in enumerate(hours):
        low, high = max(float(hour), opening), min(hour + 1.0, closing)
        if high > low:
            middles.append((low + high) / 2.0)
            heights.append(share / (high - low))
    shares = []
    for quarter in range(QUARTERS):
        at = opening + (quarter + 0.5) / QUARTERS_PER_HOUR
        right = min(max(1, int(np.searchsorted(middles, at))), len(middles) - 1)
        part = min(max((at - middles[right - 1]) / (middles[right] - middles[right - 1]), 0.0), 1.0)
        shares.append(heights[right - 1] + part * (heights[right] - heights[right - 1]))
    return np.array(shares) / plain_sum(shares)


def covers(
    opening: float,
    early: tuple[float, ...],
    day: tuple[float, ...],
    midday: tuple[float, ...],
    late: tuple[float, ...],
) -> Array:
    """Return which shift covers which quarter-hour: (8, QUARTERS) Booleans in the order of SHIFTS.

    Args:
        opening: Opening hour.
        early: From and to, in hours; more pairs after a long break.
        day: The same for the day shift.
        midday: The same for the shift from noon to the early evening.
        late: The same for the late shift.
    """
    table = np.zeros((len(SHIFTS), QUARTERS), dtype=bool)
    for shift, hours in zip(WORKING, (early, day, midday, late), strict=True):
        for low, high in zip(hours[::2], hours[1::2], strict=True):
            first = round((low - opening) * QUARTERS_PER_HOUR)
            table[shift, max(first, 0) : max(round((high - opening) * QUARTERS_PER_HOUR), 0)] = True
    return table


def shifts_by_day(weekdays: tuple[Array, ...]) -> Array:
    """Return the shift of each adviser on each open day, from the six weekday columns of the roster: (DAYS, AGENTS)."""
    by_week = np.stack([np.asarray(codes).reshape(WEEKS, AGENTS) for codes in weekdays], axis=1)
    since = OPEN_DAYS - ROSTER_FIRST
    found: Array = by_week[since // 7, since % 7]
    return found


def is_caller() -> Array:
    """Return for each adviser whether the phone is theirs: (AGENTS,) Booleans."""
    return np.arange(AGENTS) >= WRITERS
