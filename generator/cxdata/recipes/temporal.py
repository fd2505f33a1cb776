"""Days and hours: a clock that runs faster on busy days, and times of day by profile.

All clocks count in whole ticks, so that sums are exact and independent of their order.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import TypeAlias

import numpy as np

from cxdata.recipes.calibration import plain_sum
from cxdata.recipes.categorical import pick, upper_bounds
from cxdata.recipes.lookup import Guide, count_reached, guide_to
from cxdata.schema.recipe import Array, Inputs, Recipe

Days: TypeAlias = Array
"""(n,) whole numbers."""

EPOCH = date(1970, 1, 1)
TICKS_PER_DAY = 100_000
"""Ticks of an average day; a busy day has more, so more arrivals fall into it."""
SECONDS_PER_DAY = 86_400
CELL_TICKS = 2**15
"""Ticks of a cell of the guide from ticks to days; less than most days have, so that few days end in one."""


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
    total = plain_sum(weights)
    ticks = [round(weight * len(days) * TICKS_PER_DAY / total) for weight in weights]
    return tuple(float(end) for end in accumulate(ticks))


@lru_cache(maxsize=64)
def _guide(ends: tuple[float, ...]) -> Guide:
    return guide_to(np.asarray(ends), CELL_TICKS.bit_length() - 1)


def days_ended(clock: Array, ends: tuple[float, ...]) -> Days:
    """Return how many days have ended by each tick: what a search in the ends finds, from a guide of ticks to days.

    Args:
        clock: (n,) whole ticks.
        ends: Tick at which each day ends, whole and rising.
    """
    return count_reached(_guide(ends), np.asarray(clock, dtype=np.int64))


def day_of(clock: str, ends: str, first: date) -> Recipe:
    """Return the calendar day, as days since 1970, on which a tick falls."""
    start = day_number(first)

    def compute(u: Array | None, x: Inputs) -> Days:
        day: Days = start + days_ended(x[clock], x[ends])
        return day

    return Recipe(compute, (clock, ends), 0, f"day on which {clock} falls")


def tick_within(day: str, ends: str, first: date) -> Recipe:
    """Return a tick drawn within a day, any as likely; 0 for days before the window."""
    start = day_number(first)

    def compute(u: Array | None, x: Inputs) -> Days:
        assert u is not None
        begins = np.r_[0, np.asarray(x[ends], dtype=np.int64)]
        place = np.clip(x[day] - start, 0, len(begins) - 2)
        tick: Days = begins[place] + (u * (begins[place + 1] - begins[place])).astype(np.int64)
        return np.where(x[day] < start, 0, tick)

    return Recipe(compute, (day, ends), 1, f"tick within {day}")


def moment(
    day: str,
    hours: str,
    *,
    instead: Mapping[str, str] | None = None,
    opens: str | None = None,
    closes: str | None = None,
) -> Recipe:
    """Return a second since 1970 on a day, at an hour drawn by a profile.

    Args:
        day: Input with days since 1970.
        hours: Parameter with (24,) shares of the hours of the day.
        instead: Boolean input to another profile, used where the claim holds.
        opens: Parameter with the opening hour (8.5 is half past eight): earlier moments are moved after it.
        closes: Parameter with the closing hour: later moments are moved before it.
    """
    others = instead or {}
    bounds = tuple(name for name in (opens, closes) if name is not None)

    def compute(u: Array | None, x: Inputs) -> Days:
        assert u is not None
        seconds = seconds_of_day(u, x[hours])
        for claim, profile in others.items():
            seconds = np.where(x[claim], seconds_of_day(u, x[profile]), seconds)
        low = 0 if opens is None else int(x[opens] * 3600)
        high = SECONDS_PER_DAY if closes is None else int(x[closes] * 3600)
        outside = (seconds < low) | (seconds >= high)
        seconds = np.where(outside, low + (u[1] * (high - low)).astype(np.int64), seconds)
        return np.asarray(x[day], dtype=np.int64) * SECONDS_PER_DAY + seconds

    sentence = f"moment of {day} by {_names(hours, others)}"
    return Recipe(compute, (day, hours, *others, *others.values(), *bounds), 2, sentence)


def moment_on_clock(
    clock: str, ends: str, first: date, hours: str, *, instead: Mapping[str, str] | None = None
) -> Recipe:
    """Return the second since 1970 at which a clock paced by season stands, without a draw of its own.

    How far a tick lies within its day decides the hour, so what comes later on the clock comes later in the day.

    Args:
        clock: Input with ticks.
        ends: Parameter with the tick at which each day ends.
        first: First day of the window.
        hours: Parameter with (24,) shares of the hours of the day.
        instead: Boolean input to another profile, used where the claim holds.
    """
    start = day_number(first)
    others = instead or {}

    def compute(u: Array | None, x: Inputs) -> Days:
        begins = np.r_[0, np.asarray(x[ends], dtype=np.int64)]
        place = days_ended(x[clock], x[ends])
        within = (x[clock] - begins.take(place)) / np.diff(begins).take(place)
        seconds = seconds_at(within, x[hours])
        for claim, profile in others.items():
            rows = np.flatnonzero(x[claim])
            seconds[rows] = seconds_at(within.take(rows), x[profile])
        moment_of: Days = (start + place) * SECONDS_PER_DAY + seconds
        return moment_of

    sentence = f"where {clock} stands within its day, by {_names(hours, others)}"
    return Recipe(compute, (clock, ends, hours, *others, *others.values()), 0, sentence)


def _names(hours: str, others: Mapping[str, str]) -> str:
    return ", ".join([hours.lstrip("$"), *(f"{name.lstrip('$')} if {claim}" for claim, name in others.items())])


def seconds_of_day(u: Array, hours: tuple[float, ...]) -> Days:
    """Return seconds after midnight from (2, n) uniforms: the hour by its share, the second within it uniform."""
    seconds: Days = pick(u[0], hours) * 3600 + (u[1] * 3600).astype(np.int64)
    return seconds


def seconds_at(within: Array, hours: tuple[float, ...]) -> Days:
    """Return seconds after midnight that rise with (n,) positions in [0, 1): hours take room by their shares."""
    hour = pick(within, hours)
    bounds = upper_bounds(hours)
    low = np.r_[0.0, bounds[:-1]].take(hour)
    part = (within - low) / (bounds.take(hour) - low)
    seconds: Days = hour * 3600 + np.minimum((part * 3600).astype(np.int64), 3599)
    return seconds
