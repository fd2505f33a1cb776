"""What the tables on the market and on participation share: invented brands, groups of rows, shares of a mixture."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cxdata.recipes import lookup
from cxdata.recipes.calibration import plain_sum
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Parameter, Value

BRANDS = ("tilmarenne", "brindorle", "ostravelle", "verquelande", "maisongrive", "jardemoy")
"""Tilmarenne and the five invented brands that the market survey puts beside it."""
OTHER_BRANDS = ("faustrelle", "nordigane", "pavelune", "corvanelle", "lisombre", "quelmonde")
"""Invented brands that are tested by mystery contacts only."""
TESTED_BRANDS = (*BRANDS, *OTHER_BRANDS)
DAY_SECONDS = 86_400
_HALVINGS = 50
_FARTHEST = 12.0  # beyond twelve standard deviations no threshold is looked for


def ours(
    name: str, value: Value, unit: str, meaning: str, low: float | None = None, high: float | None = None
) -> Parameter:
    """Return a parameter that we chose."""
    return Parameter(name=name, value=value, unit=unit, meaning=meaning, low=low, high=high)


def published(name: str, figure: str, meaning: str, unit: str = "share") -> Parameter:
    """Return a parameter that a published figure gives."""
    return Parameter(name=name, figure=figure, unit=unit, meaning=meaning, low=0.0)


def within_group(values: Array, slot: Array, size: int) -> Array:
    """Return for each row the value of its group's first row; groups are ``size`` rows on end, of a reference table."""
    first: Array = values[slot - slot % size]
    return first


@cache
def _normal_grid() -> NDArray[np.float64]:
    return lookup.normal(np.arange(lookup.CELLS + 1) / lookup.CELLS)


def normal_share(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of a standard normal below each x, by the same table that draws it."""
    grid = _normal_grid()
    cell = np.clip(np.searchsorted(grid, x, side="right") - 1, 0, lookup.CELLS - 1)
    within = (x - grid[cell]) / (grid[cell + 1] - grid[cell])
    share: NDArray[np.float64] = (cell + np.clip(within, 0.0, 1.0)) / lookup.CELLS
    return share


@cache
def threshold(share: float, weights: tuple[float, ...], means: tuple[float, ...], sd: float) -> float:
    """Return the threshold that a share of a mixture of normals exceeds.

    Args:
        share: Wanted share above the threshold, between 0 and 1.
        weights: (k,) shares of the groups.
        means: (k,) mean score of each group.
        sd: Standard deviation within every group.
    """
    centres = np.array(means)
    low, high = -_FARTHEST, _FARTHEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        above = 1.0 - normal_share((middle - centres) / sd)
        reached = plain_sum(weight * float(part) for weight, part in zip(weights, above, strict=True))
        low, high = (middle, high) if reached > share else (low, middle)
    return (low + high) / 2


def weighted_mean(weights: Sequence[float], values: Sequence[float]) -> float:
    """Return the mean of values under weights that sum to one."""
    return plain_sum(weight * value for weight, value in zip(weights, values, strict=True))


def whole_answer(low: int, high: int, score: Array) -> Array:
    """Return a score rounded to a whole answer within its scale."""
    answer: Array = np.clip(np.rint(score), low, high).astype(np.int64)
    return answer
