"""Values that follow from other values, with or without a draw of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxdata.schema.recipe import Array, Inputs, Recipe


def formula(function: Callable[..., Any], *inputs: str, sentence: str) -> Recipe:
    """Return what a function makes of the inputs, given in their order; no draw."""
    return Recipe(lambda u, x: function(*(x[name] for name in inputs)), inputs, 0, sentence)


def draw(function: Callable[..., Any], *inputs: str, draws: int = 1, sentence: str) -> Recipe:
    """Return what a function makes of uniforms (first argument) and the inputs in their order."""
    return Recipe(lambda u, x: function(u, *(x[name] for name in inputs)), inputs, draws, sentence)


def copy(of: str) -> Recipe:
    """Return the values of another column, usually an ancestor's."""
    return Recipe(lambda u, x: x[of], (of,), 0, f"{of}, copied")


def listed(values: tuple[Any, ...]) -> Recipe:
    """Return fixed values for the rows of a reference table, in their order."""
    fixed = np.asarray(values)
    return Recipe(lambda u, x: fixed, (), 0, "listed")


def count_before(event: str) -> Recipe:
    """Return how many earlier siblings under the same parent had the event; rows stand in the order of their slots."""

    def compute(u: Array | None, x: Inputs) -> NDArray[np.int64]:
        return _earlier(x[event], x["#parent"])

    return Recipe(compute, (event, "#parent"), 0, f"earlier siblings with {event}", earlier_rows=True)


def none_before(event: str) -> Recipe:
    """Return whether no earlier sibling under the same parent had the event; rows stand in the order of their slots."""

    def compute(u: Array | None, x: Inputs) -> NDArray[np.bool_]:
        clean: NDArray[np.bool_] = _earlier(x[event], x["#parent"]) == 0
        return clean

    return Recipe(compute, (event, "#parent"), 0, f"no earlier sibling had {event}", earlier_rows=True)


def _earlier(event: Array, parent: NDArray[np.int64]) -> NDArray[np.int64]:
    happened = np.asarray(event, dtype=np.int64)
    before = np.cumsum(happened) - happened
    first = np.r_[True, parent[1:] != parent[:-1]] if len(parent) else np.zeros(0, dtype=bool)
    start = np.maximum.accumulate(np.where(first, np.arange(len(parent)), 0))
    count: NDArray[np.int64] = before - before[start]
    return count
