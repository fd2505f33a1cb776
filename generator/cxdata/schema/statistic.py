"""Statistics over published tables, each with a standard error that allows for clusters.

Every share, mean, net promoter score and rate here is a ratio of two sums over rows, and its standard error follows by
linearisation over clusters (Särndal, Swensson and Wretman 1992, section 5.5): with residuals
``r = numerator - ratio * denominator`` summed within each of C clusters,
``SE = sqrt(C / (C - 1) * sum(r**2)) / sum(denominator)``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Tables: TypeAlias = "Mapping[str, pd.DataFrame]"
RowsOf: TypeAlias = "Callable[[Tables], pd.DataFrame]"
ValuesOf: TypeAlias = "Callable[[pd.DataFrame], Any]"


@dataclass(frozen=True)
class Estimate:
    """A value, its standard error and the number of rows behind it, all in the statistic's unit."""

    value: float
    standard_error: float
    rows: int


@dataclass(frozen=True, kw_only=True)
class Statistic:
    """A named computation over published tables.

    Attributes:
        function: ``tables -> Estimate``.
        tables: The tables it reads.
        sentence: What it computes, for the calibration report.
    """

    function: Callable[[Tables], Estimate]
    tables: tuple[str, ...]
    sentence: str

    def __call__(self, tables: Tables) -> Estimate:
        """Compute the statistic."""
        return self.function(tables)


def clustered_ratio(numerator: NDArray[Any], denominator: NDArray[Any], cluster: NDArray[Any]) -> Estimate:
    """Return ``sum(numerator) / sum(denominator)`` with its cluster-aware standard error.

    Args:
        numerator: (n,) values.
        denominator: (n,) weights, ones for a mean.
        cluster: (n,) labels; rows with one label may depend on each other.

    Returns:
        The estimate; its value is nan and its standard error infinite where the denominator is empty.
    """
    num = np.asarray(numerator, dtype=np.float64)
    den = np.asarray(denominator, dtype=np.float64)
    total = float(den.sum())
    if len(num) == 0 or total == 0.0:
        return Estimate(float("nan"), float("inf"), 0)
    value = float(num.sum()) / total
    standard_error = clustered_error((num - value * den) / total, cluster)
    return Estimate(value, standard_error, int(np.count_nonzero(den)))


def clustered_error(influence: NDArray[np.float64], cluster: NDArray[Any]) -> float:
    """Return the standard error of a sum of influence values whose clusters are independent; infinite below two."""
    _, labels = np.unique(cluster, return_inverse=True)
    sums = np.bincount(labels, weights=influence)
    count = len(sums)
    if count < 2:
        return float("inf")
    return float(np.sqrt(count / (count - 1) * np.square(sums).sum()))


def _rows(source: str | RowsOf) -> RowsOf:
    if isinstance(source, str):
        name = source
        return lambda tables: tables[name]
    return source


def mean(
    source: str | RowsOf,
    of: ValuesOf,
    *,
    sentence: str,
    where: ValuesOf | None = None,
    per: ValuesOf | None = None,
    scale: float = 1.0,
    step: float | None = None,
    cluster: str = "customer_id",
    tables: tuple[str, ...] = (),
) -> Statistic:
    """Return the mean of ``of`` over rows, or its sum per sum of ``per``.

    The standard error is never less than what one more row of the other kind would change: where all rows agree, the
    sample says nothing of those it does not hold.

    Args:
        source: A table's name, or a function that joins rows from tables (then name them in ``tables``).
        of: Rows to numbers or Booleans.
        where: Rows to the Boolean of those that count; all of them by default.
        per: Rows to the denominator; ones by default.
        scale: Factor on the result: 100 for percent.
        step: By how much one row can differ from the rest, in the unit of the result; ``scale`` by default.
        cluster: Column whose groups may depend on each other.
        sentence: What it computes.
        tables: Tables that ``source`` reads when it is a function.
    """
    rows_of = _rows(source)

    def compute(given: Tables) -> Estimate:
        rows = rows_of(given)
        if where is not None:
            rows = rows[np.asarray(where(rows), dtype=bool)]
        numerator = scale * np.asarray(of(rows), dtype=np.float64)
        denominator = np.ones(len(rows)) if per is None else np.asarray(per(rows), dtype=np.float64)
        found = clustered_ratio(numerator, denominator, rows[cluster].to_numpy())
        one_more = (scale if step is None else step) / max(float(denominator.sum()), 1.0)
        return Estimate(found.value, float(np.hypot(found.standard_error, one_more)), found.rows)

    return Statistic(function=compute, tables=tables or (str(source),), sentence=sentence)


def percent(source: str | RowsOf, of: ValuesOf, **options: Any) -> Statistic:
    """Return the percentage of rows for which ``of`` holds; options as for ``mean``."""
    return mean(source, of, scale=100.0, **options)


def nps(source: str | RowsOf, answers: str, **options: Any) -> Statistic:
    """Return the net promoter score of the column ``answers`` (0-10): percent of 9-10 less percent of 0-6."""
    return mean(source, lambda rows: nps_points(rows[answers]), step=100.0, **options)


def nps_points(answers: Any) -> NDArray[np.float64]:
    """Return 100 for each promoter (9-10), -100 for each detractor (0-6), 0 else; their mean is the NPS.

    An empty answer stays empty (nan): it is no passive.
    """
    ltr = np.asarray(answers, dtype=np.float64)
    return np.where(np.isnan(ltr), np.nan, 100.0 * (ltr >= 9) - 100.0 * (ltr <= 6))
