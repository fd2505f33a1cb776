"""Days and hours: a clock that runs faster on busy days, and times of day by profile.

All clocks count in whole ticks, so that sums are exact and independent of their order.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import accumulate
from typing import TypeAlias

import numpy as np

from cxdata.recipes.categorical import pick
from cxdata.schema.recipe import Array, Inputs, Recipe

Days: TypeAlias = Array
"""(n,) whole numbers."""

EPOCH = date(1970, 1, 1)
TICKS_PER_DAY = 100_000
"""Ticks of an average day; a busy day has more, so more arrivals fall into it."""
SECONDS_PER_DAY = 86_400


def day_number(day: date) -> int:
    """Return days since 1970-01-01."""
    return (day - EPOCH).days


def day_ends(
    first: date, last: date, weekdays: tuple[float, ...], months: tuple[float, ...], specials: dict[date, float]
) -> tuple[float, ...]:
    """Return the tick at which each day of a window ends, on a clock paced by season.

    Args:
        first: First day.
        last: Last day, included.
        weekdays: (7,) relative weight, Monday first.
        months: (12,) relative weight, January first.
        specials: Extra factor of single days.

    Returns:
        (days,) cumulative whole ticks; the window has ``TICKS_PER_DAY`` ticks a day on average.
    """
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    weights = [weekdays[day.weekday()] * months[day.month - 1] * specials.get(day, 1.0) for day in days]
    total = sum(weights)
    ticks = [round(weight * len(days) * TICKS_PER_DAY / total) for weight in weights]
    return tuple(float(end) for end in accumulate(ticks))


def day_of(clock: str, ends: str, first: date) -> Recipe:
    """Return the calendar day, as days since 1970, on which a tick falls."""
    start = day_number(first)

    def compute(u: Array | None, x: Inputs) -> Days:
        day: Days = start + np.asarray(np.searchsorted(np.asarray(x[ends]), x[clock], side="right"))
        return day

    return Recipe(compute, (clock, ends), 0, f"day on which {clock} falls")


def tick_of(day: str, ends: str, first: date) -> Recipe:
    """Return the tick at which a day starts; 0 for days before the window."""
    start = day_number(first)

    def compute(u: Array | None, x: Inputs) -> Days:
        begins = np.r_[0, np.asarray(x[ends], dtype=np.int64)]
        tick: Days = begins[np.clip(x[day] - start, 0, len(begins) - 1)]
        return tick

    return Recipe(compute, (day, ends), 0, f"tick at which {day} begins")


def moment(day: str, hours: str, *, opens: str | None = None, closes: str | None = None) -> Recipe:
    """Return a second since 1970 on a day, at an hour drawn by a profile.

    Args:
        day: Input with days since 1970.
        hours: Parameter with (24,) shares of the hours of the day.
        opens: Parameter with the opening hour (8.5 is half past eight): earlier moments are moved after it.
        closes: Parameter with the closing hour: later moments are moved before it.
    """
    bounds = tuple(name for name in (opens, closes) if name is not None)

    def compute(u: Array | None, x: Inputs) -> Days:
        assert u is not None
        seconds = seconds_of_day(u, x[hours])
        low = 0 if opens is None else int(x[opens] * 3600)
        high = SECONDS_PER_DAY if closes is None else int(x[closes] * 3600)
        outside = (seconds < low) | (seconds >= high)
        seconds = np.where(outside, low + (u[1] * (high - low)).astype(np.int64), seconds)
        return np.asarray(x[day], dtype=np.int64) * SECONDS_PER_DAY + seconds

    return Recipe(compute, (day, hours, *bounds), 2, f"moment of {day} by {hours.lstrip('$')}")


def moment_by(day: str, claim: str, hours: str, otherwise: str) -> Recipe:
    """Return a second since 1970 on a day, at an hour by one profile where a claim holds, by another elsewhere."""

    def compute(u: Array | None, x: Inputs) -> Days:
        assert u is not None
        seconds = np.where(x[claim], seconds_of_day(u, x[hours]), seconds_of_day(u, x[otherwise]))
        return np.asarray(x[day], dtype=np.int64) * SECONDS_PER_DAY + seconds

    sentence = f"moment of {day} by {hours.lstrip('$')} if {claim}, else by {otherwise.lstrip('$')}"
    return Recipe(compute, (day, claim, hours, otherwise), 2, sentence)


def seconds_of_day(u: Array, hours: tuple[float, ...]) -> Days:
    """Return seconds after midnight from (2, n) uniforms: the hour by its share, the second within it uniform."""
    seconds: Days = pick(u[0], hours) * 3600 + (u[1] * 3600).astype(np.int64)
    return seconds
