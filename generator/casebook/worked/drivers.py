"""What drives an outcome, with intervals: shares of explained variance beside mean marks, and slopes on both sides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from casebook.worked.measures import Z_95
from cxdata.schema.drivers import lmg_shares
from cxdata.schema.statistic import clustered_error

Floats = NDArray[np.float64]


def _complete(
    rows: pd.DataFrame, outcome: str, aspects: Sequence[str], cluster: str
) -> tuple[Floats, NDArray[np.int64]]:
    """Return marks and, last, the outcome of the rows in which none is missing, with the place of each row's cluster.

    Raises:
        ValueError: If there are fewer than two aspects, or no more complete rows than columns.
    """
    names = [*aspects, outcome]
    if len(aspects) < 2:
        raise ValueError("Importance is shared among aspects: give two at least.")
    kept = rows.dropna(subset=names)
    if len(kept) <= len(names):
        raise ValueError(f"Only {len(kept)} rows have {', '.join(names)} all filled in; that is too few to compare.")
    _, place = np.unique(kept[cluster].to_numpy(), return_inverse=True)
    return kept[names].to_numpy(np.float64), place


def derived_importance(
    rows: pd.DataFrame,
    *,
    outcome: str,
    aspects: Sequence[str],
    cluster: str = "customer_id",
    draws: int = 200,
    seed: int = 7,
) -> pd.DataFrame:
    """Return mean mark and derived importance of each aspect, both with bootstrap intervals.

    Args:
        rows: One per answer; those with an empty mark or outcome are left out.
        outcome: Column that the aspects explain together, such as the recommendation from 0 to 10.
        aspects: Columns of marks, two to eight.
        cluster: Column whose groups are redrawn whole, because their rows may depend on each other.
        draws: Bootstrap samples.
        seed: Of the bootstrap.

    Returns:
        One row per aspect: ``aspect``; ``mark``, ``mark_low``, ``mark_high`` in marks; ``share``, ``share_low``,
        ``share_high`` in percent of the explained variance (LMG). Intervals are the middle 95 % of the draws.

    Raises:
        ValueError: If there are fewer than two aspects or too few complete rows.

    Source: Lindeman, Merenda and Gold (1980) for the shares; Efron and Tibshirani (1993) for the bootstrap.
    """
    values, place = _complete(rows, outcome, aspects, cluster)
    random, clusters = np.random.default_rng(seed), int(place.max()) + 1
    covariances, means = [np.cov(values.T)], [values.mean(axis=0)]
    for _ in range(draws):
        times = np.bincount(random.integers(clusters, size=clusters), minlength=clusters)[place]
        covariances.append(np.cov(values.T, fweights=times))
        means.append(np.average(values, axis=0, weights=times))
    shares = 100 * lmg_shares(np.array(covariances))
    marks = np.array(means)[:, : len(aspects)]
    ends = [0.025, 0.975]
    (mark_low, mark_high), (share_low, share_high) = (np.quantile(one[1:], ends, axis=0) for one in (marks, shares))
    return pd.DataFrame(
        {
            "aspect": list(aspects),
            "mark": marks[0],
            "mark_low": mark_low,
            "mark_high": mark_high,
            "share": shares[0],
            "share_low": share_low,
            "share_high": share_high,
        }
    )


def slopes_around(
    rows: pd.DataFrame, *, outcome: str, aspects: Sequence[str], turn: float, cluster: str = "customer_id"
) -> pd.DataFrame:
    """Return what a mark more goes with, below and above a turning point, all aspects side by side.

    Args:
        rows: One per answer; those with an empty mark or outcome are left out.
        outcome: Column that the aspects explain together.
        aspects: Columns of marks.
        turn: Mark at which the slope may change.
        cluster: Column whose groups may depend on each other.

    Returns:
        Two rows per aspect: ``aspect``; ``side``, ``below`` or ``above``; ``slope`` in points of the outcome per mark,
        with its 95 % interval ``low`` and ``high``.

    Raises:
        ValueError: If there are fewer than two aspects or too few complete rows.

    Source: least squares on both parts of each mark; Liang and Zeger (1986) for the errors.
    """
    values, place = _complete(rows, outcome, aspects, cluster)
    marks, y = values[:, :-1] - turn, values[:, -1]
    x = np.column_stack([np.ones(len(y)), np.minimum(marks, 0), np.maximum(marks, 0)])
    inverse = np.linalg.pinv(x.T @ x, hermitian=True)
    slopes = inverse @ (x.T @ y)
    residual = y - x @ slopes
    found = []
    for number, slope in enumerate(slopes[1:], start=1):
        error = clustered_error((x @ inverse[number]) * residual, place)
        side, aspect = divmod(number - 1, len(aspects))
        found.append(
            {
                "aspect": aspects[aspect],
                "side": ("below", "above")[side],
                "slope": float(slope),
                "low": float(slope) - Z_95 * error,
                "high": float(slope) + Z_95 * error,
            }
        )
    return pd.DataFrame(found)
