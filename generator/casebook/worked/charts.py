"""Altair charts as inline SVG in the site's colours: no script, readable in light, dark and print.

Vega-Lite through Altair is what the field draws with in Python; vl-convert renders it without a browser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import altair as alt
import pandas as pd
import vl_convert

from casebook.worked import figures
from casebook.worked.figures import Column
from casebook.worked.palette import COLOURS, SERIES, adaptive

WIDE, NARROW = 620, 300
"""Pixels of the drawing area; the narrow one is shown on phones, where the wide one would be too small to read."""

Make = Callable[[int], "alt.Chart | alt.LayerChart | alt.FacetChart | alt.HConcatChart | alt.VConcatChart"]
"""An author's function: it takes a width in pixels and returns the chart."""

ON_COLOUR = COLOURS["paper"].light
"""Colour of text on a filled mark: light on the strong colours of a light page, dark on the pale ones of a dark page."""

INK, MUTED, LINE = (COLOURS[name].light for name in ("ink", "muted", "line"))
GOOD, BAD, NEUTRAL = (COLOURS[name].light for name in ("1", "2", "6"))
"""Colours of promoters, detractors and passives, and of anything else that is good, bad or neither."""


@alt.theme.register("casebook", enable=True)
def theme() -> alt.theme.ThemeConfig:
    """Return the chart theme: quiet axes, direct labels, the site's type and colours."""
    text = {"labelColor": MUTED, "titleColor": MUTED, "labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": 500}
    return alt.theme.ThemeConfig(
        config={
            "font": "Inter, system-ui, sans-serif",
            "background": None,
            "view": {"stroke": None},
            "range": {"category": list(SERIES)},
            "axis": {
                **text,
                "gridColor": LINE,
                "domainColor": LINE,
                "tickColor": LINE,
                "labelPadding": 6,
                "titlePadding": 10,
                "labelLimit": 260,
            },
            "axisX": {"grid": False, "labelAngle": 0},
            "axisY": {"domain": False, "ticks": False},
            "legend": {**text, "orient": "top", "title": None, "symbolType": "square", "labelLimit": 260},
            "header": {**text, "labelFontWeight": 600, "labelColor": INK, "title": None},
            "title": {"color": INK, "fontSize": 14, "anchor": "start"},
            "text": {"color": INK, "fontSize": 13},
            "rule": {"color": MUTED},
            "bar": {"color": SERIES[0]},
            "line": {"color": SERIES[0], "strokeWidth": 2.5},
            "point": {"color": SERIES[0], "filled": True, "size": 60},
        }
    )


def svg(chart: alt.TopLevelMixin) -> str:
    """Return a chart as a small SVG that follows the reader's colour scheme."""
    drawn = vl_convert.vegalite_to_svg(chart.to_dict())  # type: ignore[attr-defined]
    drawn = re.sub(r' (?:aria-[a-z]+|role|class|xmlns(?::xlink)?|version)="[^"]*"', "", drawn)
    drawn = re.sub(r"<g[^>]*></g>|<path[^>]* d=\"\"[^>]*/>|<style>.*?</style>", "", drawn, flags=re.DOTALL)
    # Coordinates need one decimal; text between tags keeps the digits that its author wrote.
    drawn = re.sub(
        r"<[^>]*>", lambda tag: re.sub(r"-?\d+\.\d{2,}", lambda number: f"{float(number[0]):.1f}", tag[0]), drawn
    )
    drawn = re.sub(
        r'<svg width="([\d.]+)" height="([\d.]+)"', r'<svg width="\1" height="\2" preserveAspectRatio="xMinYMin"', drawn
    )
    return adaptive(drawn)


def pictures(make: Make, *, name: str, title: str, alternative: str) -> dict[str, str]:
    """Return the chart as labelled SVG for wide and for narrow pages."""
    return {
        kind: figures.labelled(svg(make(width)), name=f"{name}-{kind}", title=title, alternative=alternative)
        for kind, width in (("wide", WIDE), ("narrow", NARROW))
    }


@dataclass(frozen=True)
class Shown:
    """A chart as the output of a notebook cell: a figure in the browser, its text alternative in a terminal."""

    html: str
    alternative: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.alternative


def show(
    make: Make,
    *,
    title: str,
    alternative: str,
    data: pd.DataFrame | None = None,
    columns: Mapping[str, Column] | None = None,
    note: str = "",
) -> Shown:
    """Return a chart for the last line of a notebook cell.

    Args:
        make: Takes a width in pixels and returns the Altair chart.
        title: What the chart shows, as a sentence.
        alternative: What a reader sees in it, with its numbers, for those who cannot see it.
        data: The drawn data, shown as a table under the chart.
        columns: Heading and number format of the data's columns.
        note: How to read it.

    Raises:
        ValueError: If the alternative is missing or too short.
    """
    name = "chart-" + (re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-"))
    listed = "" if data is None else figures.table(data, caption=title, columns=columns)
    drawn = pictures(make, name=name, title=title, alternative=alternative)
    html = figures.figure(drawn, name=name, title=title, note=note, data=listed, language="en")
    return Shown(html, f"{title}. {alternative}")
