"""The company's calendar: working days, holidays, sales, the Christmas business."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from cxdata.recipes.temporal import day_number
from cxdata.schema.recipe import Array

WINDOW_FIRST, WINDOW_LAST = date(2023, 1, 1), date(2024, 12, 31)
YEARS = (2023, 2024)
RECORD_LAST = date(2025, 3, 31)
"""Last day of the company's own records (calendar, service centre): what follows an order runs past the window."""
RECORD_DAYS = (RECORD_LAST - WINDOW_FIRST).days + 1
_FIRST, _LAST = date(2022, 12, 1), date(2025, 12, 31)
_DAYS = [_FIRST + timedelta(n) for n in range((_LAST - _FIRST).days + 1)]
SUNDAY = 6
CLOSED = ((1, 1), (5, 1), (12, 25))
"""Days on which shops do not open, month and day."""
_FIXED_HOLIDAYS = (*CLOSED, (5, 8), (7, 14), (8, 15), (11, 1), (11, 11))
_EASTER = {2023: date(2023, 4, 9), 2024: date(2024, 3, 31), 2025: date(2025, 4, 20)}
_MOVING_HOLIDAYS = {
    easter + timedelta(n) for easter in _EASTER.values() for n in (1, 39, 50)
}  # Monday, Ascension, Whit
SALES_STARTS = (date(2023, 1, 11), date(2023, 6, 28), date(2024, 1, 10), date(2024, 6, 26))
SALES_DAYS = 28
BLACK_FRIDAYS = (date(2023, 11, 24), date(2024, 11, 29))
"""The days after the fourth Thursday of November."""
BLACK_FRIDAY_FACTORS = (2.4, 1.6, 1.4, 1.6)
"""Pace of orders and of visits from each of them to the Monday, beside that of weekday and month."""
BLACK_FRIDAY_PACE = {
    friday + timedelta(n): factor for friday in BLACK_FRIDAYS for n, factor in enumerate(BLACK_FRIDAY_FACTORS)
}
PEAK_FIRST, PEAK_LAST = (11, 20), (12, 24)
"""Christmas business, when parcels queue and buyers are in a hurry, month and day."""


def is_holiday(day: date) -> bool:
    """Return whether a day is a French public holiday."""
    return (day.month, day.day) in _FIXED_HOLIDAYS or day in _MOVING_HOLIDAYS


_WORKING = [not is_holiday(day) and day.weekday() != SUNDAY for day in _DAYS]
_NEXT_WORKING = np.arange(len(_DAYS))
for _place in range(len(_DAYS) - 2, -1, -1):
    if not _WORKING[_place]:
        _NEXT_WORKING[_place] = _NEXT_WORKING[_place + 1]
_MONTHS = np.array([day.month - 1 for day in _DAYS])
_CLOSED = np.array([(day.month, day.day) in CLOSED for day in _DAYS])
_PEAK = np.array([PEAK_FIRST <= (day.month, day.day) <= PEAK_LAST for day in _DAYS])
_SALES = np.array([any(0 <= (day - start).days < SALES_DAYS for start in SALES_STARTS) for day in _DAYS])
_BLACK_FRIDAY = np.array([day in BLACK_FRIDAY_PACE for day in _DAYS])
_START = day_number(_FIRST)
DAYS = np.arange(_START, _START + len(_DAYS))
"""The days that the calendar knows, since 1970; those before or after are taken for its first or last."""


def _place_of(day: Array) -> Array:
    place: Array = np.clip(day - _START, 0, len(_DAYS) - 1)
    return place


def _at(table: Array, day: Array) -> Array:
    values: Array = table.take(day - _START, mode="clip")
    return values


def working_day(day: Array) -> Array:
    """Return the day itself if people work on it, else the next day on which they do; days since 1970."""
    rolled: Array = _START + _at(_NEXT_WORKING, day)
    return rolled


def is_working_day(day: Array) -> Array:
    """Return whether a day is neither a Sunday nor a public holiday."""
    same: Array = working_day(day) == day
    return same


def month_of(day: Array) -> Array:
    """Return the month of a day, 0 for January."""
    month: Array = _at(_MONTHS, day)
    return month


def in_peak(day: Array) -> Array:
    """Return whether a day falls into the Christmas business."""
    inside: Array = _at(_PEAK, day)
    return inside


def in_sales(day: Array) -> Array:
    """Return whether a day falls into the four weeks of a sale."""
    inside: Array = _at(_SALES, day)
    return inside


def in_black_friday(day: Array) -> Array:
    """Return whether a day lies between a Black Friday and the Monday after it."""
    inside: Array = _at(_BLACK_FRIDAY, day)
    return inside


def is_closed(day: Array) -> Array:
    """Return whether shops are closed on a day."""
    closed: Array = _at(_CLOSED, day)
    return closed


def day_key(day: Array) -> Array:
    """Return the key of a day in the table ``calendar``; days before or after its record are moved to its ends."""
    key: Array = 1 + np.clip(day - day_number(WINDOW_FIRST), 0, RECORD_DAYS - 1)
    return key


def weekday(day: Array) -> Array:
    """Return the weekday of a day, 0 for Monday; 1970-01-01 was a Thursday."""
    number: Array = (day + 3) % 7
    return number


SATURDAY = 5
SECONDS_PER_DAY = 86_400
_SATURDAYS = np.array([day.weekday() == SATURDAY for day in _DAYS])
_OPEN = {True: np.array(_WORKING), False: np.array(_WORKING) & ~_SATURDAYS}
_OPEN_BEFORE = {kind: np.r_[0, np.cumsum(opened)] for kind, opened in _OPEN.items()}
_OPEN_DAYS = {kind: _START + np.flatnonzero(opened) for kind, opened in _OPEN.items()}


def worked(second: Array, opens: float, closes: float, *, saturdays: bool = True) -> Array:
    """Return the seconds of working hours before a moment, counted from a fixed day; nobody works on holidays."""
    start, end = round(opens * 3600), round(closes * 3600)
    place = _place_of(second // SECONDS_PER_DAY)
    today = np.clip(second % SECONDS_PER_DAY - start, 0, end - start) * _OPEN[saturdays][place]
    total: Array = _OPEN_BEFORE[saturdays][place] * (end - start) + today
    return total


def moment_worked(seconds: Array, opens: float, closes: float, *, saturdays: bool = True) -> Array:
    """Return the moment, within working hours, at which so many seconds of them are over; undoes ``worked``."""
    start, end = round(opens * 3600), round(closes * 3600)
    days = _OPEN_DAYS[saturdays]
    day = days[np.clip(seconds // (end - start), 0, len(days) - 1)]
    moment: Array = day * SECONDS_PER_DAY + start + seconds % (end - start)
    return moment


def after_work(second: Array, hours: Array, opens: float, closes: float, *, saturdays: bool = True) -> Array:
    """Return the moment so many working hours after another."""
    before = worked(second, opens, closes, saturdays=saturdays)
    work = np.rint(np.asarray(hours) * 3600.0).astype(np.int64)
    return moment_worked(before + work, opens, closes, saturdays=saturdays)
