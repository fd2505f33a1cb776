"""Shipped tables in place of transcendental functions, whose last bit differs between processors and libraries.

``lookup.npz`` holds float64 values rounded to nine decimals; reading them uses only ``+ - * /`` and indexing, which
are exact everywhere. ``tests/recipes/test_lookup.py`` re-derives every table with SciPy.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CELLS = 16384
"""Cells of each quantile table over [0, 1]."""
EXP_LOW, EXP_STEPS_PER_UNIT, EXP_UNITS = -16, 512, 32
"""The exponential is tabulated from -16 to 16, 512 steps a unit; relative error below 5e-7."""

MOST_COMPARED = 96
"""Bounds up to which comparing them all is faster than searching."""

_PATH = Path(__file__).with_name("lookup.npz")


@cache
def _table(name: str) -> Array:
    with np.load(_PATH) as tables:
        table: Array = np.asarray(tables[name])
    table.setflags(write=False)
    return table


@cache
def _steps(name: str) -> Array:
    """Return the rise of a table over each of its cells."""
    steps: Array = np.diff(_table(name))
    steps.setflags(write=False)
    return steps


def count_below(bounds: NDArray[Any], values: NDArray[Any], *, included: bool = False) -> NDArray[np.int64]:
    """Return how many of the increasing bounds lie below each value; with ``included``, or at it.

    Up to a hundred bounds are compared one by one with all values, which is faster than a search for each value.
    """
    if len(bounds) > MOST_COMPARED:
        return np.searchsorted(bounds, values, side="right" if included else "left")
    compare = np.less_equal if included else np.less
    count = np.zeros(np.shape(values), dtype=np.int8)
    for bound in bounds:
        count += compare(bound, values)
    return count.astype(np.int64)


class Guide(NamedTuple):
    """What counts the bounds up to a whole number without a search.

    Attributes:
        bounds: (k + 1,) increasing whole numbers, and one that is never reached.
        before: (cells,) bounds up to the first number of each cell.
        most: Most bounds within a cell.
        shift: A number's cell is its value shifted right by so many bits.
    """

    bounds: NDArray[np.int64]
    before: NDArray[np.int64]
    most: int
    shift: int


def guide_to(bounds: NDArray[Any], shift: int) -> Guide:
    """Return the guide to increasing whole numbers from 0 up, in cells of ``2**shift`` numbers."""
    whole = np.asarray(bounds, dtype=np.int64)
    cells = np.arange((int(whole[-1]) >> shift) + 2) << shift
    before = np.searchsorted(whole, cells, side="right")
    return Guide(np.r_[whole, np.iinfo(np.int64).max], before[:-1], int(np.diff(before).max()), shift)


def count_reached(guide: Guide, values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many of the guide's bounds lie at or below each number, in as many steps as its fullest cell has."""
    count: NDArray[np.int64] = guide.before.take(values >> guide.shift, mode="clip")
    for _ in range(guide.most):
        count += guide.bounds.take(count) <= values
    return count


def _interpolate(name: str, position: Array) -> Array:
    table, steps = _table(name), _steps(name)
    cell = position.astype(np.int64)
    cell = np.minimum(cell, len(steps) - 1)
    value: Array = position - cell
    value *= steps.take(cell)
    value += table.take(cell)
    return value


def normal(u: Array) -> Array:
    """Return standard normal quantiles of uniforms; within 4.31 standard deviations."""
    return _interpolate("normal", np.asarray(u) * CELLS)


def logistic(u: Array) -> Array:
    """Return standard logistic quantiles of uniforms, ``log(u / (1 - u))``; the noise of a logit choice."""
    return _interpolate("logistic", np.asarray(u) * CELLS)


def exponential(u: Array) -> Array:
    """Return unit-mean exponential quantiles of uniforms, ``-log(1 - u)``."""
    return _interpolate("exponential", np.asarray(u) * CELLS)


def exp(x: Array) -> Array:
    """Return the exponential of x, held between x = -16 and 16."""
    inside = np.clip(np.asarray(x, dtype=np.float64), EXP_LOW, EXP_LOW + EXP_UNITS)
    return _interpolate("exp", (inside - EXP_LOW) * EXP_STEPS_PER_UNIT)
