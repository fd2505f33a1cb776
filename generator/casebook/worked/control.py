"""Control charts: what a series does by chance, and which of its points ask for a cause."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from casebook.worked import charts

SIGMAS = 3.0
"""Half the width of the limits, in standard deviations: Shewhart's, which a quiet series crosses once in about 370."""
MEAN_RANGE = 1.128379167095513
"""Mean distance of two draws of a standard normal, 2 / sqrt(pi): it turns moving ranges into a standard deviation."""
RUN = 8
"""Points in a row on one side of the centre that make a signal: chance does it once in 128 for a given stretch."""

Numbers = NDArray[np.float64]


def individuals(values: Sequence[float] | pd.Series, *, baseline: int | None = None) -> pd.DataFrame:
    """Return the limits of single values, such as a mean a month (XmR chart).

    Args:
        values: (n,) in time's order, in any unit, none missing.
        baseline: How many first values set centre and limits; all, if not given. Later ones are judged by them.

    Returns:
        One row per value: ``value``, ``centre``, ``low``, ``high`` in its unit, and two claims, ``is_beyond`` the
        limits and ``is_run``, part of eight or more in a row on one side of the centre.

    Raises:
        ValueError: If a value is missing, or the baseline has fewer than two values.

    Source: Wheeler and Chambers (1992), limits from the mean moving range.
    """
    given = _checked(values)
    first = _baseline(len(given), baseline)
    centre = given[:first].mean()
    half = SIGMAS * np.abs(np.diff(given[:first])).mean() / MEAN_RANGE
    return _judged(given, np.full(len(given), centre), np.full(len(given), half))


def shares(
    counts: Sequence[float] | pd.Series, totals: Sequence[float] | pd.Series, *, baseline: int | None = None
) -> pd.DataFrame:
    """Return the limits of shares, such as orders delivered late of those delivered (p chart, overdispersed).

    Args:
        counts: (n,) cases in time's order.
        totals: (n,) what they are counted among, above nought.
        baseline: How many first shares set centre and limits; all, if not given.

    Returns:
        As :func:`individuals`, from 0 to 1; limits widen where totals are small, and are cut at 0 and 1.

    Raises:
        ValueError: If lengths differ, a number is missing, a total is not above nought or a count above its total.

    Source: Laney (2002): binomial limits, stretched by how much shares really move from one time to the next.
    """
    cases, among = _checked(counts), _checked(totals)
    if len(cases) != len(among) or (among <= 0).any() or (cases > among).any() or (cases < 0).any():
        raise ValueError("Shares need as many totals as counts, each above nought and no smaller than its count.")
    first = _baseline(len(cases), baseline)
    centre = cases[:first].sum() / among[:first].sum()
    error = np.sqrt(centre * (1 - centre) / among)
    limits = _stretched(cases / among, centre, error, first)
    return limits.assign(high=limits["high"].clip(upper=1.0))


def rates(
    counts: Sequence[float] | pd.Series, exposures: Sequence[float] | pd.Series, *, baseline: int | None = None
) -> pd.DataFrame:
    """Return the limits of rates, such as complaints per thousand orders (u chart, overdispersed).

    Args:
        counts: (n,) cases in time's order.
        exposures: (n,) what makes room for them, above nought, in the unit that rates are wanted in: orders / 1000.
        baseline: How many first rates set centre and limits; all, if not given.

    Returns:
        As :func:`individuals`, in cases per unit of exposure; limits are cut at 0.

    Raises:
        ValueError: If lengths differ, a number is missing or negative, or an exposure is not above nought.

    Source: Laney (2002): Poisson limits, stretched by how much rates really move from one time to the next.
    """
    cases, room = _checked(counts), _checked(exposures)
    if len(cases) != len(room) or (room <= 0).any() or (cases < 0).any():
        raise ValueError("Rates need as many exposures as counts, each above nought, and no negative count.")
    first = _baseline(len(cases), baseline)
    centre = cases[:first].sum() / room[:first].sum()
    return _stretched(cases / room, centre, np.sqrt(centre / room), first)


def chart(
    limits: pd.DataFrame, *, time: Sequence[object], width: int, title: str, unit: float = 1.0, height: int = 200
) -> alt.LayerChart:
    """Return a control chart: the band of chance, the centre, the values, and signals in the colour of trouble.

    Args:
        limits: From one of the functions above.
        time: (n,) labels of the points in their order, or timestamps.
        width: Of the drawing area, in pixels.
        title: Of the vertical axis, with its unit.
        unit: Factor before drawing: 100 shows shares as percent.
        height: Of the drawing area, in pixels.
    """
    drawn = limits.assign(time=pd.Series(time, index=limits.index))
    drawn[["value", "centre", "low", "high"]] *= unit
    drawn["signal"] = drawn["is_beyond"] | drawn["is_run"]
    if pd.api.types.is_datetime64_any_dtype(drawn["time"]):
        ticks = 4 if width <= charts.NARROW else 8
        x = alt.X("time:T", title=None, axis=alt.Axis(format="%b %y", tickCount=ticks, labelOverlap="greedy"))
    else:
        x = alt.X("time:O", title=None, sort=None, axis=alt.Axis(labelOverlap=True))
    base = alt.Chart(drawn).encode(x=x)
    y = alt.Y("low:Q", title=title, scale=alt.Scale(zero=False))
    colour = alt.condition("datum.signal", alt.value(charts.BAD), alt.value(charts.INK))
    drawing: alt.LayerChart = (
        base.mark_area(opacity=0.18, color=charts.NEUTRAL).encode(y=y, y2="high:Q")
        + base.mark_line(color=charts.NEUTRAL, strokeDash=[5, 4], strokeWidth=1.5).encode(y="centre:Q")
        + base.mark_line(color=charts.INK, strokeWidth=1.5).encode(y="value:Q")
        + base.mark_point(opacity=1, size=55).encode(y="value:Q", color=colour)
    ).properties(width=width, height=height)
    return drawing


def _checked(numbers: Sequence[float] | pd.Series) -> Numbers:
    given = np.asarray(numbers, np.float64)
    if given.ndim != 1 or np.isnan(given).any():
        raise ValueError("A control chart needs one number for every time, none of them missing.")
    return given


def _baseline(values: int, baseline: int | None) -> int:
    first = values if baseline is None else baseline
    if not 2 <= first <= values:
        raise ValueError(f"The baseline of a control chart needs 2 to {values} values, not {first}.")
    return first


def _stretched(values: Numbers, centre: float, error: Numbers, first: int) -> pd.DataFrame:
    """Return limits that chance alone would give, times how much more, or less, the baseline really moves."""
    scores = np.divide(values - centre, error, out=np.zeros_like(values), where=error > 0)
    stretch = np.abs(np.diff(scores[:first])).mean() / MEAN_RANGE
    judged = _judged(values, np.full(len(values), centre), SIGMAS * stretch * error)
    return judged.assign(low=judged["low"].clip(lower=0.0))


def _judged(values: Numbers, centre: Numbers, half: Numbers) -> pd.DataFrame:
    side = np.sign(values - centre)
    starts = np.flatnonzero(np.r_[True, side[1:] != side[:-1]])
    lengths = np.diff(np.r_[starts, len(side)])
    return pd.DataFrame(
        {
            "value": values,
            "centre": centre,
            "low": centre - half,
            "high": centre + half,
            "is_beyond": np.abs(values - centre) > half,
            "is_run": np.repeat(lengths, lengths) >= RUN,
        }
    ).assign(is_run=lambda rows: rows["is_run"] & (side != 0))
