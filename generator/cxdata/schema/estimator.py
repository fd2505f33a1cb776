"""Estimators of an effect from published tables: what a student would try, rightly or wrongly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxdata.schema.statistic import Estimate, RowsOf, Statistic, clustered_error


def _difference(
    outcome: NDArray[np.float64], treated: NDArray[np.bool_], stratum: NDArray[np.int64], cluster: NDArray[Any]
) -> Estimate:
    """Return the standardised difference of means and its cluster-aware standard error.

    The difference within each stratum is weighted by the stratum's share of rows; strata without both groups are left
    out. The influence of row i in stratum s with treated share p is
    ``(d_s - d) + t_i (y_i - m1_s) / p - (1 - t_i) (y_i - m0_s) / (1 - p)``, over n (Imbens and Rubin 2015, chapter 17).
    """
    count = int(stratum.max()) + 1 if len(stratum) else 0
    rows = np.bincount(stratum, minlength=count).astype(np.float64)
    treated_rows = np.bincount(stratum, weights=treated, minlength=count)
    usable = (treated_rows > 0) & (treated_rows < rows)
    inside = usable[stratum] if count else np.zeros(0, dtype=bool)
    y, t, s, c = outcome[inside], treated[inside].astype(np.float64), stratum[inside], cluster[inside]
    n = len(y)
    if n == 0:
        return Estimate(float("nan"), float("inf"), 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean1 = np.bincount(s, weights=y * t, minlength=count) / treated_rows
        mean0 = np.bincount(s, weights=y * (1 - t), minlength=count) / (rows - treated_rows)
        difference = np.where(usable, mean1 - mean0, 0.0)
        share = treated_rows / rows
    weights = np.where(usable, rows, 0.0)
    value = float((weights * difference).sum() / weights.sum())
    influence = (
        (difference[s] - value) + t * (y - mean1[s]) / share[s] - (1 - t) * (y - mean0[s]) / (1 - share[s])
    ) / n
    return Estimate(value, clustered_error(influence, c), n)


def difference_in_means(
    rows: RowsOf, *, outcome: str, treatment: str, sentence: str, tables: tuple[str, ...], cluster: str = "customer_id"
) -> Statistic:
    """Return the plain difference of mean outcomes between treated and untreated rows."""
    return stratified_difference(
        rows, outcome=outcome, treatment=treatment, strata=(), sentence=sentence, tables=tables, cluster=cluster
    )


def stratified_difference(
    rows: RowsOf,
    *,
    outcome: str,
    treatment: str,
    strata: Sequence[str],
    sentence: str,
    tables: tuple[str, ...],
    cluster: str = "customer_id",
) -> Statistic:
    """Return the difference of mean outcomes within strata, weighted by the strata's shares of all rows.

    Args:
        rows: Joins one row per unit from the published tables; rows with an empty outcome are left out.
        outcome: Column of the outcome.
        treatment: Boolean column of the treatment.
        strata: Columns whose combinations are the strata; none gives the plain difference.
        sentence: What it does, for the report.
        tables: The tables that ``rows`` reads.
        cluster: Column whose groups may depend on each other.
    """

    def compute(given: Any) -> Estimate:
        frame = rows(given)
        frame = frame[frame[outcome].notna()]
        if strata:
            stratum = (
                frame.groupby(list(strata), sort=True, observed=True, dropna=False).ngroup().to_numpy().astype(np.int64)
            )
        else:
            stratum = np.zeros(len(frame), dtype=np.int64)
        return _difference(
            frame[outcome].to_numpy(dtype=np.float64),
            frame[treatment].to_numpy(dtype=bool),
            stratum,
            frame[cluster].to_numpy(),
        )

    return Statistic(function=compute, tables=tables, sentence=sentence)
