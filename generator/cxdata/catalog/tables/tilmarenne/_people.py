"""What the tables on employees and on the quality of sites share: sizes, draws by quota, an adjusted difference."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.recipes import lookup
from cxdata.schema.recipe import Array
from cxdata.schema.statistic import Estimate, clustered_error

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


def adjusted_slope(
    outcome: NDArray[Any],
    cause: NDArray[Any],
    controls: NDArray[Any],
    cluster: NDArray[Any],
    *,
    within: NDArray[Any] | None = None,
) -> Estimate:
    """Return the least-squares coefficient of a cause beside controls, with its cluster-aware standard error.

    The cause is freed of the controls first (Frisch, Waugh and Lovell); the error is corrected for the degrees of
    freedom that they take.

    Args:
        outcome: (n,) outcomes.
        cause: (n,) the regressor asked about.
        controls: (n, k) other regressors, a column of ones among them.
        cluster: (n,) labels; rows with one label may depend on each other.
        within: (n,) labels of groups within which alone is compared; all rows by default.
    """
    both = np.column_stack([cause, outcome]).astype(np.float64)
    z = np.asarray(controls, dtype=np.float64)
    groups = 0
    if within is not None:
        _, label = np.unique(within, return_inverse=True)
        groups = int(label.max()) + 1 if len(label) else 0
        both, z = _less_mean(both, label), _less_mean(z, label)
    coefficients, _, rank, _ = np.linalg.lstsq(z, both, rcond=None)
    free, rest = (both - z @ coefficients).T
    power = float((free * free).sum())
    if power < 1e-9:
        return Estimate(float("nan"), float("inf"), 0)
    value = float((free * rest).sum()) / power
    residual = rest - value * free
    left = max(len(rest) - groups - int(rank) - 1, 1)
    error = clustered_error(free * residual / power, cluster) * float(np.sqrt((len(rest) - 1) / left))
    return Estimate(value, error, len(rest))


def _less_mean(values: NDArray[np.float64], label: NDArray[np.int64]) -> NDArray[np.float64]:
    size = np.bincount(label)
    means = np.stack([np.bincount(label, weights=column) / size for column in values.T], axis=1)
    centred: NDArray[np.float64] = values - means[label]
    return centred


def dummies(*labels: Any) -> NDArray[np.float64]:
    """Return a column of ones and one Boolean column per label of each set but its first."""
    columns = [np.ones(len(labels[0]))]
    for one in labels:
        values = np.asarray(one)
        columns += [(values == label).astype(np.float64) for label in np.unique(values)[1:]]
    return np.stack(columns, axis=1)
