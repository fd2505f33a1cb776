"""Journeys that customers told step by step: their paths, what each step scored, and what it weighs in the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from casebook.worked.measures import Z_95
from cxdata.schema.statistic import clustered_error

WEB = ("discover", "search", "choose", "order", "pay", "wait", "receive", "use")
"""Steps of an order on the web, but for a request for help, which few make."""
SHOP = ("discover", "search", "visit", "choose", "advice", "pay", "collect", "use")
"""Steps of a purchase in a shop, likewise."""
STEPS = {
    "discover": {"en": "Discover", "fr": "Découvrir"},
    "search": {"en": "Search", "fr": "Chercher"},
    "visit": {"en": "Get there", "fr": "Se rendre"},
    "choose": {"en": "Choose", "fr": "Choisir"},
    "advice": {"en": "Get advice", "fr": "Être conseillé"},
    "order": {"en": "Order", "fr": "Commander"},
    "pay": {"en": "Pay", "fr": "Payer"},
    "wait": {"en": "Wait", "fr": "Attendre"},
    "receive": {"en": "Receive", "fr": "Recevoir"},
    "collect": {"en": "Take away", "fr": "Emporter"},
    "use": {"en": "Use", "fr": "Utiliser"},
    "ask_help": {"en": "Ask for help", "fr": "Demander de l’aide"},
}
"""What customers do at each step, by language."""


def told(steps: pd.DataFrame) -> pd.DataFrame:
    """Return the steps with texts for codes and, as ``path``, where the order was placed: ``web`` or ``shop``."""
    rows = steps.assign(step=steps["step"].astype(str), incident=steps["incident"].astype(object))
    placed = rows.loc[rows["step"] == "order", "order_id"]
    return rows.assign(path=np.where(rows["order_id"].isin(placed), "web", "shop"))


def mean_interval(values: ArrayLike, cluster: ArrayLike) -> tuple[float, float, float]:
    """Return a mean and the ends of its 95 % interval, in the unit of the values.

    Args:
        values: (n,) numbers.
        cluster: (n,) whose row it is; rows of one may depend on each other.

    Raises:
        ValueError: If there are fewer than two clusters.

    Source: Liang and Zeger (1986).
    """
    numbers = np.asarray(values, dtype=np.float64)
    _, place = np.unique(np.asarray(cluster), return_inverse=True)
    if len(numbers) == 0 or place.max() < 1:
        raise ValueError("An interval needs the values of two customers at least.")
    mean = float(numbers.mean())
    margin = Z_95 * float(clustered_error((numbers - mean) / len(numbers), place))
    return mean, mean - margin, mean + margin


def step_marks(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what each step scored, in marks of 0 to 10.

    Args:
        rows: Steps of one path.

    Returns:
        One row per ``step``: ``journeys`` that had it, ``mark`` with its 95 % interval ``low`` and ``high``.
    """
    found = {}
    for step, part in rows.groupby("step"):
        mark, low, high = mean_interval(part["step_score"], part["customer_id"])
        found[step] = {"journeys": len(part), "mark": mark, "low": low, "high": high}
    return pd.DataFrame.from_dict(found, orient="index").rename_axis("step")


def by_journey(rows: pd.DataFrame, steps: Sequence[str], segments: pd.Series) -> pd.DataFrame:
    """Return one row per journey that had exactly these steps.

    Args:
        rows: Steps of journeys.
        steps: Those that a journey must have; journeys with others are left out.
        segments: Segment of each customer, by ``customer_id``.

    Returns:
        By ``order_id``: a column for each step's score, ``peak`` for that of the moment remembered most, ``overall``,
        ``customer_id`` and ``segment``.
    """
    has_all = rows.assign(known=rows["step"].isin(steps)).groupby("order_id")["known"].agg(["sum", "size"])
    kept = has_all.index[(has_all["sum"] == len(steps)) & (has_all["size"] == len(steps))]
    rows = rows[rows["order_id"].isin(kept)]
    wide = rows.pivot(index="order_id", columns="step", values="step_score").reindex(columns=list(steps)).astype(float)
    wide["peak"] = rows[rows["is_peak"]].set_index("order_id")["step_score"].astype(float)
    first = rows.groupby("order_id")[["overall_score", "customer_id"]].first()
    wide["overall"], wide["customer_id"] = first["overall_score"].astype(float), first["customer_id"]
    wide["segment"] = wide["customer_id"].map(segments).astype(str)
    return wide.rename_axis(columns=None)


def weights(journeys: pd.DataFrame, steps: Sequence[str]) -> pd.DataFrame:
    """Return what a mark more at each step adds to the overall mark, the others and the peak held fixed.

    Args:
        journeys: As :func:`by_journey` returns them.
        steps: Columns to weigh.

    Returns:
        By step and, last, ``peak``: ``weight`` in marks per mark with its 95 % interval ``low`` and ``high``; for steps
        ``share`` of all steps' weights in percent, with ``share_low`` and ``share_high`` by the delta method.

    Raises:
        ValueError: If there are fewer than twice as many journeys as columns.

    Source: least squares within segments; Liang and Zeger (1986) for the errors.
    """
    names = [*steps, "peak"]
    dummies = pd.get_dummies(journeys["segment"]).to_numpy(np.float64)
    x = np.column_stack([journeys[names].to_numpy(np.float64), dummies])
    if len(x) < 2 * x.shape[1]:
        raise ValueError(f"Only {len(x)} journeys for {x.shape[1]} columns; that is too few to tell weights apart.")
    y = journeys["overall"].to_numpy(np.float64)
    inverse = np.linalg.pinv(x.T @ x, hermitian=True)
    slopes = inverse @ (x.T @ y)
    influence = (x * (y - x @ slopes)[:, None]) @ inverse
    _, place = np.unique(journeys["customer_id"].to_numpy(), return_inverse=True)
    total, count = slopes[: len(steps)].sum(), len(steps)
    found = []
    for number, name in enumerate(names):
        margin = Z_95 * float(clustered_error(influence[:, number], place))
        line = {"step": name, "weight": slopes[number], "low": slopes[number] - margin, "high": slopes[number] + margin}
        if name in steps:
            share = slopes[number] / total
            gradient = np.full(count, -share / total)
            gradient[number] += 1.0 / total
            of_share = 100 * Z_95 * float(clustered_error(influence[:, :count] @ gradient, place))
            line |= {"share": 100 * share, "share_low": 100 * share - of_share, "share_high": 100 * share + of_share}
        found.append(line)
    return pd.DataFrame(found).set_index("step")


@dataclass(frozen=True)
class Moments:
    """Which steps stand out by weight.

    Attributes:
        mean: Weight of a step on average.
        readings: For each step ``moment`` (its whole interval lies above the mean), ``ordinary`` (below) or ``open``.
    """

    mean: float
    readings: tuple[str, ...]


def moments(weight: Sequence[float], margin: Sequence[float]) -> Moments:
    """Tell moments of truth from ordinary steps.

    Args:
        weight: Of each step, in marks of the whole per mark of the step.
        margin: Half of each weight's 95 % interval.

    Raises:
        ValueError: If there are no steps, not as many margins as weights, or a margin below nought.
    """
    if not weight or len(weight) != len(margin) or min(margin) < 0:
        raise ValueError("Moments need a weight and a margin of nought or more for each step.")
    mean = sum(weight) / len(weight)
    return Moments(
        mean=mean,
        readings=tuple(
            "moment" if one - half > mean + 1e-9 else "ordinary" if one + half < mean - 1e-9 else "open"
            for one, half in zip(weight, margin, strict=True)
        ),
    )
