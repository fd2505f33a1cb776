"""What the tables on employees and on the quality of sites share: sizes, draws by quota, an adjusted difference."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.recipes import lookup
from cxdata.schema.recipe import Array

SHOP_STAFF, HEAD_OFFICE, BACK_OFFICE, ADVISERS = 840, 120, 120, 120
EMPLOYEES = SHOP_STAFF + HEAD_OFFICE + BACK_OFFICE + ADVISERS
FIRST_ADVISER = EMPLOYEES - ADVISERS
"""Employees stand in this order: shops, head office, back office, advisers of the service centre."""
DIMENSIONS = ("reliability", "assurance", "tangibles", "empathy", "responsiveness")
"""The five dimensions on which service is judged (RATER)."""
_MOVE_DAYS, _LOTS = 5, 99_991
"""Days over which moved appointments spread; lots cut from one draw, a prime, so that they go with nothing else."""


def by_quota(u: Array, group: Array) -> Array:
    """Return uniforms that are spread evenly within each group: each of its n members falls into its own n-th.

    A company of fixed size is no large sample; where a published mean has to show in sixty people, luck would hide it.

    Args:
        u: (2, n) uniforms: the order within the group, and the place within the n-th.
        group: (n,) labels, 0 and up.
    """
    order = np.lexsort((u[0], group))
    size = np.bincount(group)
    start = np.cumsum(size) - size
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - start[group[order]]
    spread: Array = (rank + u[1]) / size[group]
    return spread


def on_a_working_day(day: Array, u: Array) -> Array:
    """Return days on which people work; what falls on a Sunday or a holiday moves to one of the next days, by lot."""
    later = 1 + (u * _LOTS).astype(np.int64) % _MOVE_DAYS
    moved: Array = np.where(calendar.is_working_day(day), day, calendar.working_day(day + later))
    return moved


def whole_number(score: Array, low: int, high: int) -> Array:
    """Return a score as the whole number that a person would tick, between ``low`` and ``high``."""
    answer: Array = np.clip(np.rint(score), low, high).astype(np.int64)
    return answer


def agrees(u: Array, share: Array | float, loading: float, mood: Array) -> Array:
    """Return who agrees: a given share of all, the more the better the mood.

    Args:
        u: (n,) uniforms.
        share: Share that agrees at average mood and over all moods alike.
        loading: Correlation of the leaning with the mood, -1 to 1.
        mood: (n,) standard normal.
    """
    rest = float(np.sqrt(1.0 - loading * loading))
    leaning = loading * mood + rest * lookup.normal(u)
    answer: Array = leaning > -lookup.normal(np.asarray(share, dtype=np.float64))
    return answer


def dummies(*labels: Any) -> NDArray[np.float64]:
    """Return a column of ones and one Boolean column per label of each set but its first."""
    columns = [np.ones(len(labels[0]))]
    for one in labels:
        values = np.asarray(one)
        columns += [(values == label).astype(np.float64) for label in np.unique(values)[1:]]
    return np.stack(columns, axis=1)
