"""Few judgements of many units: what of the spread is theirs, how sure a rank is, who agrees, what is still open."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casebook.worked.measures import Z_95

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Components:
    """Where the variance of scores comes from, in squared points of the score.

    Attributes:
        unit: Between units, such as shops: what a ranking is after.
        rater: Between raters, such as assessors: how lenient they are.
        rest: Between the scores that one rater would give one unit on different days.
        unit_mean: Mean score of each unit by a rater of average leniency, by unit.
        rater_gap: Leniency of each rater: points above the average rater, by rater.
    """

    unit: float
    rater: float
    rest: float
    unit_mean: pd.Series
    rater_gap: pd.Series

    def reliability(self, scores: float = 1.0, *, rater_removed: bool = False) -> float:
        """Return the share of the variance of a mean of scores that lies between units.

        Args:
            scores: Scores in the mean, each by another rater; need not be whole.
            rater_removed: Whether leniency is taken out, by design or by subtraction.
        """
        noise = self.rest if rater_removed else self.rest + self.rater
        return self.unit / (self.unit + noise / scores)


def components(scores: pd.DataFrame, *, score: str, unit: str, rater: str) -> Components:
    """Return the components of variance of scores, with units and raters crossed.

    Args:
        scores: One row per score; units and raters must hang together, so that their effects can be told apart.
        score: Column of numbers.
        unit: Column of who is judged.
        rater: Column of who judges.

    Raises:
        ValueError: If a unit has no second score anywhere, or units and raters fall into groups without a link.

    Source: Henderson's method 3, fitting constants: Searle, Casella and McCulloch (1992), chapter 5. A component that
    comes out below nought is given as nought.
    """
    units, raters = (pd.get_dummies(scores[name]).astype(np.float64) for name in (unit, rater))
    of_unit, of_rater, y = units.to_numpy(), raters.to_numpy(), scores[score].to_numpy(np.float64)
    rank = np.linalg.matrix_rank(np.column_stack([of_unit, of_rater]))
    free = len(y) - int(rank)
    if rank < units.shape[1] + raters.shape[1] - 1:
        raise ValueError("Units and raters fall into groups without a link; let some raters judge units of both.")
    if free < 1:
        raise ValueError("There are no more scores than units and raters; the rest of the variance cannot be told.")
    residual = {
        name: _residual_squares(block, y)
        for name, block in (
            ("both", np.column_stack([of_unit, of_rater])),
            ("units", of_unit),
            ("raters", of_rater),
        )
    }
    rest = residual["both"] / free
    between_units = (residual["raters"] - residual["both"] - (units.shape[1] - 1) * rest) / _trace(of_rater, of_unit)
    between_raters = (residual["units"] - residual["both"] - (raters.shape[1] - 1) * rest) / _trace(of_unit, of_rater)
    contrast = of_rater[:, 1:] - of_rater[:, :1]  # leniencies sum to nought over raters
    fitted = np.linalg.lstsq(np.column_stack([of_unit, contrast]), y, rcond=None)[0]
    gaps = fitted[units.shape[1] :]
    return Components(
        unit=max(between_units, 0.0),
        rater=max(between_raters, 0.0),
        rest=rest,
        unit_mean=pd.Series(fitted[: units.shape[1]], index=units.columns),
        rater_gap=pd.Series(np.r_[-gaps.sum(), gaps], index=raters.columns),
    )


def _residual_squares(block: Numbers, y: Numbers) -> float:
    return float(((y - block @ np.linalg.lstsq(block, y, rcond=None)[0]) ** 2).sum())


def _trace(fixed: Numbers, random: Numbers) -> float:
    """Return the trace of Z'MZ, with M the projection off the fixed columns: how often the component is counted."""
    off = random - fixed @ np.linalg.lstsq(fixed, random, rcond=None)[0]
    return float((off * random).sum())


def scores_needed(reliability_of_one: float, wanted: float) -> int:
    """Return how many scores of a unit give their mean a wanted reliability.

    Args:
        reliability_of_one: Reliability of one score, between nought and one.
        wanted: Reliability of the mean, between nought and one.

    Raises:
        ValueError: If either does not lie strictly between nought and one.

    Source: Spearman (1910) and Brown (1910).
    """
    if not (0 < reliability_of_one < 1 and 0 < wanted < 1):
        raise ValueError("Reliabilities lie strictly between nought and one.")
    needed = wanted / (1 - wanted) * (1 - reliability_of_one) / reliability_of_one
    return math.ceil(needed - 1e-9)


def shrunken(means: pd.Series, counts: pd.Series, *, between: float, within: float) -> pd.DataFrame:
    """Return each unit's mean drawn towards the mean of all, the more so the fewer its scores.

    Args:
        means: Mean score by unit.
        counts: Scores by unit, in the same order.
        between: Variance between units, in squared points.
        within: Variance of one score of a unit, in squared points.

    Returns:
        Columns ``weight`` (0 to 1, the unit's own reliability), ``estimate``, and ``low`` and ``high``, ends of the
        interval that holds the unit's true mean in 95 of 100 units, in points.

    Raises:
        ValueError: If a variance is not above nought, or the indices differ.

    Source: Efron and Morris (1977); Robinson (1991).
    """
    if between <= 0 or within <= 0:
        raise ValueError("Shrinkage needs a variance above nought between units, and within them.")
    if not means.index.equals(counts.index):
        raise ValueError("Means and counts must list the same units in the same order.")
    weight = between / (between + within / counts)
    centre = float((weight * means).sum() / weight.sum())
    estimate = centre + weight * (means - centre)
    half = Z_95 * np.sqrt(between * (1 - weight))
    return pd.DataFrame({"weight": weight, "estimate": estimate, "low": estimate - half, "high": estimate + half})


def chance_among_lowest(estimates: pd.DataFrame, count: int, *, draws: int = 4_000, seed: int = 7) -> pd.Series:
    """Return the chance of each unit to be among the lowest by its true mean, given its shrunken estimate.

    Args:
        estimates: What :func:`shrunken` returns.
        count: How many units are the lowest.
        draws: Random draws of all true means.
        seed: Of these draws.

    Returns:
        Chances from 0 to 1, which sum to ``count``.
    """
    spread = ((estimates["high"] - estimates["low"]) / (2 * Z_95)).to_numpy()
    normal = np.random.default_rng(seed).standard_normal((draws, len(estimates)))
    place = (estimates["estimate"].to_numpy() + spread * normal).argsort(axis=1).argsort(axis=1)
    return pd.Series((place < count).mean(axis=0), index=estimates.index)


@dataclass(frozen=True)
class Kappa:
    """Agreement of two judges beyond chance, with its 95 % interval; 1 is full agreement, 0 that of chance."""

    value: float
    low: float
    high: float
    agreement: float
    expected: float


def cohen_kappa(first: Sequence[object] | pd.Series, second: Sequence[object] | pd.Series) -> Kappa:
    """Return Cohen's kappa of two judges who judged the same things.

    Args:
        first: Judgements of one.
        second: Those of the other, in the same order.

    Raises:
        ValueError: If there are none, their numbers differ, or both gave one and the same judgement throughout.

    Source: Cohen (1960); the interval takes the simple standard error of that paper.
    """
    one, other = np.asarray(list(first), dtype=object), np.asarray(list(second), dtype=object)
    if len(one) == 0 or len(one) != len(other):
        raise ValueError("Kappa needs two judgements of each thing, and at least one thing.")
    agreement = float((one == other).mean())
    expected = float(sum((one == answer).mean() * (other == answer).mean() for answer in set(one) | set(other)))
    if expected == 1.0:
        raise ValueError("Both judges gave the same judgement throughout; agreement beyond chance cannot be told.")
    value = (agreement - expected) / (1 - expected)
    half = Z_95 * math.sqrt(agreement * (1 - agreement) / len(one)) / (1 - expected)
    return Kappa(value, value - half, min(value + half, 1.0), agreement, expected)


def still_open(days: pd.Series, closed: pd.Series) -> pd.DataFrame:
    """Return the share of cases that are still open after each number of days (Kaplan and Meier).

    Args:
        days: Days until a case was closed or, if it was not, until it was last looked at.
        closed: Whether it was closed.

    Returns:
        Columns ``days`` (from 0), ``open`` (share, 0 to 1), ``low`` and ``high`` (95 %, on the log-log scale) and
        ``at_risk`` (cases still watched).

    Raises:
        ValueError: If there is no case, or a number of days is negative.

    Source: Kaplan and Meier (1958); the interval is Kalbfleisch and Prentice's with Greenwood's variance.
    """
    if len(days) == 0 or (days < 0).any():
        raise ValueError("A case needs a number of days, of nought or more.")
    rows = [{"days": 0.0, "open": 1.0, "low": 1.0, "high": 1.0, "at_risk": float(len(days))}]
    share, greenwood = 1.0, 0.0
    for day in np.sort(days[closed].unique()):
        at_risk = int((days >= day).sum())
        events = int(((days == day) & closed).sum())
        share *= 1 - events / at_risk
        if share > 0:
            greenwood += events / (at_risk * (at_risk - events))
            step = Z_95 * math.sqrt(greenwood) / abs(math.log(share))
            low, high = share ** math.exp(step), share ** math.exp(-step)
        else:
            low = high = 0.0
        rows.append({"days": float(day), "open": share, "low": low, "high": high, "at_risk": float(at_risk)})
    return pd.DataFrame(rows)
