"""What goes with an outcome, and how much of it: slopes, rank correlations and shares of explained variance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import combinations
from typing import Any
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from cxdata import streams
from cxdata.errors import ScenarioError
from cxdata.schema.statistic import Estimate, RowsOf, Statistic, clustered_error

Floats = NDArray[np.float64]

MOST_PREDICTORS = 8
"""Predictors among which variance is shared out: their 256 subsets are all fitted, for every jackknife group."""
GROUPS = 40
"""Groups of the jackknife; its standard errors are known within 1 / sqrt(2 * 39), or 11 %."""

NOTHING = Estimate(float("nan"), float("inf"), 0)


@cache
def _subsets(count: int, size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the subsets of ``size`` of ``count`` predictors as columns, and the number of each as a set of bits."""
    found = list(combinations(range(count), size))
    columns = np.array(found, dtype=np.int64).reshape(len(found), size)
    return columns, (1 << columns).sum(axis=1)


def explained(covariance: Floats) -> Floats:
    """Return the variance that every subset of predictors explains of the outcome.

    Args:
        covariance: (..., p + 1, p + 1) covariances of p predictors and, last, the outcome.

    Returns:
        (..., 2**p) explained variance by the subset whose bits are set; a predictor that repeats others adds nothing.
    """
    count = covariance.shape[-1] - 1
    found = np.zeros((*covariance.shape[:-2], 2**count))
    for size in range(1, count + 1):
        columns, numbers = _subsets(count, size)
        inner = covariance[..., columns[:, :, None], columns[:, None, :]]
        outer = covariance[..., columns, -1]
        slopes = np.linalg.pinv(inner, hermitian=True) @ outer[..., None]
        found[..., numbers] = (slopes[..., 0] * outer).sum(axis=-1)
    return found


def lmg_shares(covariance: Floats) -> Floats:
    """Return each predictor's share of the explained variance, averaged over the orders in which they could enter.

    Args:
        covariance: (..., p + 1, p + 1) covariances of p predictors and, last, the outcome.

    Returns:
        (..., p) shares that sum to 1; nan where nothing is explained.

    Source: Lindeman, Merenda and Gold (1980), the Shapley value of R squared; Grömping (2007) compares its kin.
    """
    count = covariance.shape[-1] - 1
    by_subset = explained(covariance)
    shares = np.zeros((*covariance.shape[:-2], count))
    weight = 1.0 / count  # of a subset of no others: it is met first in one order of each p
    for size in range(count):
        _, numbers = _subsets(count, size)
        for predictor in range(count):
            without = numbers[(numbers >> predictor) & 1 == 0]
            gain = by_subset[..., without | (1 << predictor)] - by_subset[..., without]
            shares[..., predictor] += weight * gain.sum(axis=-1)
        weight *= (size + 1) / (count - 1 - size) if size < count - 1 else 0.0
    total = by_subset[..., -1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(total > 0, shares / total, np.nan)


def groups_of(cluster: NDArray[Any]) -> NDArray[np.int64]:
    """Return the jackknife group of each row: a hash of its cluster's id, so that clusters stay whole."""
    if cluster.dtype.kind not in "iu":
        _, cluster = np.unique(cluster, return_inverse=True)
    return (streams.mix(cluster.astype(np.uint64)) % np.uint64(GROUPS)).astype(np.int64)


def jackknife_error(value: float, without: Floats) -> float:
    """Return the standard error of a value from those without one group each; infinite below two groups.

    Source: Kott (2001), the delete-a-group jackknife.
    """
    count = len(without)
    if count < 2:
        return float("inf")
    return float(np.sqrt((count - 1) / count * np.square(without - value).sum()))


def _columns(
    frame: Any, names: Sequence[str], weights: str | None, cluster: str
) -> tuple[Floats, Floats, NDArray[Any]]:
    """Return the values of columns, the weights and the clusters of the rows in which nothing is missing."""
    values = np.column_stack([frame[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in names])
    weight = np.ones(len(frame)) if weights is None else frame[weights].to_numpy(dtype=np.float64, na_value=np.nan)
    filled = ~(np.isnan(values).any(axis=1) | np.isnan(weight))
    return values[filled], weight[filled], frame[cluster].to_numpy()[filled]


def correlation_shares(covariance: Floats) -> Floats:
    """Return each predictor's share of the squared correlations with the outcome, as if predictors did not overlap.

    Args:
        covariance: (..., p + 1, p + 1) covariances of p predictors and, last, the outcome.

    Returns:
        (..., p) shares that sum to 1; nan where nothing is correlated.
    """
    spread = np.diagonal(covariance, axis1=-2, axis2=-1)[..., :-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        squared = np.nan_to_num(np.square(covariance[..., :-1, -1]) / spread)
        shares: Floats = squared / squared.sum(axis=-1, keepdims=True)
    return shares


def lmg(rows: RowsOf, **options: Any) -> Statistic:
    """Return one predictor's share of the variance of an outcome that several predictors explain together.

    Options as for ``correlation_share``; the share is averaged over the orders in which predictors could enter.

    Raises:
        ScenarioError: If the predictors are too few, too many, repeated, or do not hold ``of``.
    """
    return _share(rows, lmg_shares, **options)


def correlation_share(
    rows: RowsOf,
    *,
    outcome: str,
    predictors: Sequence[str],
    of: str,
    sentence: str,
    tables: tuple[str, ...],
    weights: str | None = None,
    cluster: str = "customer_id",
    scale: float = 1.0,
) -> Statistic:
    """Return one predictor's share of the squared correlations with an outcome: what overlaps is counted twice.

    Args:
        rows: Joins one row per unit; rows with an empty cell are left out.
        outcome: Column of the outcome.
        predictors: Columns among which shares are taken, two to eight.
        of: The one of them whose share is wanted.
        sentence: What it does, for the report.
        tables: The tables that ``rows`` reads.
        weights: Column of weights; each row counts once without.
        cluster: Column whose groups may depend on each other.
        scale: Factor on the share: 100 for percent.

    Raises:
        ScenarioError: If the predictors are too few, too many, repeated, or do not hold ``of``.
    """
    return _share(
        rows,
        correlation_shares,
        outcome=outcome,
        predictors=predictors,
        of=of,
        sentence=sentence,
        tables=tables,
        weights=weights,
        cluster=cluster,
        scale=scale,
    )


def _share(
    rows: RowsOf,
    shared: Callable[[Floats], Floats],
    *,
    outcome: str,
    predictors: Sequence[str],
    of: str,
    sentence: str,
    tables: tuple[str, ...],
    weights: str | None = None,
    cluster: str = "customer_id",
    scale: float = 1.0,
) -> Statistic:
    """Return one predictor's share by ``shared``, with the error of a jackknife over groups of clusters."""
    names = tuple(predictors)
    if not 2 <= len(names) <= MOST_PREDICTORS or len({*names, outcome}) != len(names) + 1 or of not in names:
        raise ScenarioError(
            f"share of {of!r} on {outcome!r} among {', '.join(names)}: give two to {MOST_PREDICTORS} distinct "
            f"predictors, {of!r} one of them and {outcome!r} none of them."
        )

    def compute(given: Any) -> Estimate:
        shares, count = all_shares(given, tables, rows, shared, names, outcome, weights, cluster)
        if count == 0 or np.isnan(shares[0]).any():
            return NOTHING
        own = shares[:, names.index(of)]
        return Estimate(float(scale * own[0]), scale * jackknife_error(own[0], own[1:]), count)

    return Statistic(function=compute, tables=tables, sentence=sentence)


_LAST: list[tuple[tuple[Any, ...], tuple[Any, ...], tuple[Floats, int]]] = []
"""The last shares taken, with what they were taken of: a share each is asked for one predictor after the other."""


def all_shares(given: Any, tables: tuple[str, ...], *how: Any) -> tuple[Floats, int]:
    """Return the shares of all predictors, of all rows and without each group of clusters, and the number of rows.

    Args:
        given: Tables by name.
        tables: Those that are read.
        how: The arguments of ``_take_shares`` after the tables.
    """
    frames = [given[name] for name in tables]
    if not _LAST or _LAST[0][1] != how or not _same(_LAST[0][0], frames):
        _LAST[:] = [(tuple(ref(frame) for frame in frames), how, _take_shares(given, *how))]
    return _LAST[0][2]


def _same(seen: tuple[Any, ...], frames: list[Any]) -> bool:
    """Return whether weak references lead to these very data frames."""
    return len(seen) == len(frames) and all(one() is frame for one, frame in zip(seen, frames, strict=True))


def _take_shares(
    given: Any,
    rows: RowsOf,
    shared: Callable[[Floats], Floats],
    names: tuple[str, ...],
    outcome: str,
    weights: str | None,
    cluster: str,
) -> tuple[Floats, int]:
    values, weight, clusters = _columns(rows(given), (*names, outcome), weights, cluster)
    if len(values) == 0:
        return np.zeros((0, len(names))), 0
    # Moments around the mean of all rows: around 0, large numbers of small spread would lose their digits.
    one_and_values = np.column_stack([np.ones(len(values)), values - np.average(values, axis=0, weights=weight)])
    group = groups_of(clusters)
    present = np.unique(group)
    moments = np.stack([_moments(one_and_values[group == one], weight[group == one]) for one in present])
    whole = moments.sum(axis=0)
    return shared(_covariance(np.concatenate([whole[None], whole - moments]))), len(values)


def _moments(values: Floats, weight: Floats) -> Floats:
    product: Floats = values.T @ (values * weight[:, None])
    return product


def _covariance(moments: Floats) -> Floats:
    """Return covariances from (..., k + 1, k + 1) sums of weights, values and products."""
    total = moments[..., :1, :1]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = moments[..., :1, 1:] / total
        found: Floats = np.nan_to_num(moments[..., 1:, 1:] / total - mean * np.swapaxes(mean, -1, -2))
    return found


def slope(
    rows: RowsOf,
    *,
    outcome: str,
    predictor: str,
    sentence: str,
    tables: tuple[str, ...],
    controls: Sequence[str] = (),
    weights: str | None = None,
    cluster: str = "customer_id",
    scale: float = 1.0,
) -> Statistic:
    """Return the slope of an outcome on a predictor by least squares, others held fixed, with a clustered error.

    Args:
        rows: Joins one row per unit; rows with an empty cell are left out.
        outcome: Column of the outcome.
        predictor: Column whose slope is wanted.
        sentence: What it does, for the report.
        tables: The tables that ``rows`` reads.
        controls: Columns that stand beside it.
        weights: Column of weights; each row counts once without.
        cluster: Column whose groups may depend on each other.
        scale: Factor on the slope.

    Source: Liang and Zeger (1986), the sandwich over clusters.
    """

    def compute(given: Any) -> Estimate:
        values, weight, clusters = _columns(rows(given), (predictor, *controls, outcome), weights, cluster)
        if len(values) == 0:
            return NOTHING
        centred = values - np.average(values, axis=0, weights=weight)
        x, y = centred[:, :-1], centred[:, -1]
        inverse = np.linalg.pinv(x.T @ (x * weight[:, None]), hermitian=True)
        if inverse[0, 0] <= 0:
            return NOTHING
        slopes = inverse @ (x.T @ (weight * y))
        influence = (x @ inverse[0]) * weight * (y - x @ slopes)
        return Estimate(float(scale * slopes[0]), scale * clustered_error(influence, clusters), len(values))

    return Statistic(function=compute, tables=tables, sentence=sentence)


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


def rank_correlation(
    rows: RowsOf,
    *,
    outcome: str,
    predictor: str,
    sentence: str,
    tables: tuple[str, ...],
    cluster: str = "customer_id",
) -> Statistic:
    """Return Spearman's rank correlation of two columns, equal values sharing their mean rank.

    Args:
        rows: Joins one row per unit; rows with an empty cell are left out.
        outcome: One column.
        predictor: The other.
        sentence: What it does, for the report.
        tables: The tables that ``rows`` reads.
        cluster: Column whose groups may depend on each other.
    """

    def compute(given: Any) -> Estimate:
        values, _, clusters = _columns(rows(given), (predictor, outcome), None, cluster)
        group = groups_of(clusters) if len(values) else np.zeros(0, dtype=np.int64)
        value = _spearman(values)
        if np.isnan(value):
            return NOTHING
        without = np.array([_spearman(values[group != one]) for one in np.unique(group)])
        return Estimate(value, jackknife_error(value, np.nan_to_num(without)), len(values))

    return Statistic(function=compute, tables=tables, sentence=sentence)


def _spearman(values: Floats) -> float:
    """Return the correlation of the ranks of two columns; nan where one does not vary."""
    first, second = (_ranks(column) for column in values.T)
    spread = float(np.sqrt(np.square(first).sum() * np.square(second).sum())) if len(values) else 0.0
    return float((first * second).sum() / spread) if spread > 0 else float("nan")


def _ranks(values: Floats) -> Floats:
    """Return ranks less their mean, equal values sharing theirs."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: Floats = (last - (counts - 1) / 2)[which]
    return ranks - (len(values) + 1) / 2
