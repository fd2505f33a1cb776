"""Words from a list: by shares, by shares within groups, from a pool, from a reference table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from cxdata.recipes.lookup import count_below
from cxdata.schema.pool import Pool
from cxdata.schema.recipe import Array, Inputs, Recipe

Codes = NDArray[np.int64]

FEW_ANSWERS = 10
"""Answers up to which comparing a uniform with all bounds is faster than a guide to the nearest ones."""
GUIDE_CELLS = 1024
"""Cells of that guide over [0, 1); a power of two, so that a uniform's cell is exact."""


def upper_bounds(shares: tuple[float, ...]) -> NDArray[np.float64]:
    """Return the upper bound of each answer on [0, 1); the last one takes what rounding leaves."""
    bounds = np.array(list(accumulate(shares)), dtype=np.float64)
    bounds[-1] = 1.0
    return bounds


def pick(u: Array, shares: tuple[float, ...]) -> Codes:
    """Return the code of an answer per uniform, by shares in the order of the answers."""
    if len(shares) <= FEW_ANSWERS:
        return count_below(upper_bounds(shares), u, included=True)
    bounds, before, most = _guide(shares)
    codes: Codes = before.take((u * GUIDE_CELLS).astype(np.int64), mode="clip")
    for _ in range(most):
        codes += bounds.take(codes) <= u
    return codes


@lru_cache(maxsize=64)
def _guide(shares: tuple[float, ...]) -> tuple[NDArray[np.float64], Codes, int]:
    """Return the bounds with one never reached, those up to each cell of [0, 1), and most in one."""
    bounds = upper_bounds(shares)
    before = np.searchsorted(bounds, np.arange(GUIDE_CELLS + 1) / GUIDE_CELLS, side="right")
    return np.r_[bounds, np.inf], before[:-1], int(np.diff(before).max())


def pick_by_row(u: Array, row: Array, bounds: NDArray[np.float64]) -> Codes:
    """Return the code of an answer per uniform, by the shares of its row.

    Args:
        u: (n,) uniforms.
        row: (n,) which row of bounds counts.
        bounds: (rows, k) upper bounds of the answers, as ``upper_bounds`` gives them.
    """
    codes = np.zeros(len(u), dtype=np.int8)
    for bound in bounds.T[:-1]:  # loops over the answers; no uniform reaches the last bound
        codes += u >= bound.take(row)
    return codes.astype(np.int64)


@lru_cache(maxsize=64)
def bounds_by_row(shares: tuple[float, ...], answers: int) -> NDArray[np.float64]:
    """Return (rows, answers) upper bounds for ``pick_by_row``, from the shares of each row one after the other."""
    rows = (shares[start : start + answers] for start in range(0, len(shares), answers))
    return np.stack([upper_bounds(row) for row in rows])


def choice(shares: str, *, lowest: int = 0) -> Recipe:
    """Return codes 0 and up (or whole numbers from ``lowest``) with the shares of a parameter."""

    def compute(u: Array | None, x: Inputs) -> Codes:
        assert u is not None
        return lowest + pick(u, x[shares])

    return Recipe(compute, (shares,), 1, f"drawn by {shares.lstrip('$')}")


def choice_by(shares: Mapping[str, str], *, lowest: int = 0) -> Recipe:
    """Return codes drawn by the shares of the first claim that holds.

    Args:
        shares: Boolean input to parameter with shares; the claims should cover every row, the last one serves the rest.
        lowest: Added to the codes.
    """
    claims = list(shares)

    def compute(u: Array | None, x: Inputs) -> Codes:
        assert u is not None
        codes = pick(u, x[shares[claims[-1]]])
        for claim in reversed(claims[:-1]):
            codes = np.where(x[claim], pick(u, x[shares[claim]]), codes)
        return lowest + codes

    sentence = ", ".join(f"{claim}: {name.lstrip('$')}" for claim, name in shares.items())
    return Recipe(compute, (*shares, *shares.values()), 1, f"drawn by shares that depend on {sentence}")


def word(pool: str, *, groups: Mapping[str, str] | None = None, born: str | None = None) -> Recipe:
    """Return indices into a word pool, drawn by weight.

    Args:
        pool: Input ``%name`` of the pool.
        groups: Boolean input to the pool's group it draws from, for instance ``{"gender=f": "f"}``; a row where no
            claim holds draws from the whole pool.
        born: Input with days of birth, since 1970, whose year counts where the pool knows generations.
    """
    chosen = groups or {}

    def compute(u: Array | None, x: Inputs) -> Codes:
        assert u is not None
        source: Pool = x[pool]
        year = None if born is None else _year_of(x[born])
        index = np.empty(len(u), dtype=np.int64)
        others = np.ones(len(u), dtype=bool)
        for claim, group in chosen.items():
            rows = np.flatnonzero(x[claim])
            of_group = u.take(rows)
            index[rows] = (
                source.pick(of_group, group) if year is None else source.pick_born(of_group, year.take(rows), group)
            )
            others[rows] = False
        rows = np.flatnonzero(others)
        index[rows] = source.pick(u.take(rows))
        return index

    inputs = (pool, *chosen) if born is None else (pool, *chosen, born)
    by = "" if born is None else ", by year of birth"
    return Recipe(compute, inputs, 1, f"drawn from the pool {pool.lstrip('%')}{by}")


def _year_of(day: Array) -> Codes:
    """Return the calendar year of days since 1970."""
    return 1970 + np.asarray(day, dtype="datetime64[D]").astype("datetime64[Y]").astype(np.int64)


def among(weights: str) -> Recipe:
    """Return keys of a reference table drawn by one of its columns.

    Args:
        weights: Input ``table.column[]`` with whole-number weights.
    """

    def compute(u: Array | None, x: Inputs) -> Codes:
        assert u is not None
        cumulative = np.cumsum(np.asarray(x[weights], dtype=np.int64))
        ticket = (u * float(cumulative[-1])).astype(np.int64)
        return 1 + count_below(cumulative, ticket, included=True)

    return Recipe(compute, (weights,), 1, f"drawn by {weights}")
