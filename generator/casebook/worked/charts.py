"""Altair charts as inline SVG in the site's colours: no script, readable in light, dark and print.

Vega-Lite through Altair is what the field draws with in Python; vl-convert renders it without a browser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

import altair as alt
import pandas as pd
import vl_convert

from casebook.worked import figures
from casebook.worked.figures import Column
from casebook.worked.palette import COLOURS, SERIES, adaptive
from cxdata.errors import unknown

_COORDINATES = re.compile(r' (?:d|transform|viewBox|x|y|[xyr][12xy]|r|c[xy]|width|height|points)="[^"]*"')
_LONG_NUMBER = re.compile(r"-?\d+\.\d{2,}")
WIDE, NARROW = 620, 300
"""Pixels of the drawing area; the narrow one is shown on phones, where the wide one would be too small to read."""

Make = Callable[[int], "alt.Chart | alt.LayerChart | alt.FacetChart | alt.HConcatChart | alt.VConcatChart"]
"""An author's function: it takes a width in pixels and returns the chart."""

ON_COLOUR = COLOURS["paper"].light
"""Colour of text on a filled mark: light on the strong colours of a light page, dark on the pale ones of a dark one."""

INK, MUTED, LINE = (COLOURS[name].light for name in ("ink", "muted", "line"))
GOOD, BAD, NEUTRAL = (COLOURS[name].light for name in ("1", "2", "6"))
"""Colours of promoters, detractors and passives, and of anything else that is good, bad or neither."""


@alt.theme.register("casebook", enable=True)
def theme() -> alt.theme.ThemeConfig:
    """Return the chart theme: quiet axes, direct labels, the site's type and colours."""
    text = {
        "labelColor": MUTED,
        "titleColor": MUTED,
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": 500,
    }
    config = {
        "font": "Inter, system-ui, sans-serif",
        "background": None,
        # Names are measured in another type than the page's, which is a little wider: without room they lose a letter.
        "padding": {"left": 12, "top": 5, "right": 12, "bottom": 5},
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
        "legend": {
            **text,
            "orient": "top",
            "title": None,
            "symbolType": "square",
            "labelLimit": 260,
            "columnPadding": 24,
        },
        "header": {**text, "labelFontWeight": 600, "labelColor": INK, "title": None},
        "title": {"color": INK, "fontSize": 14, "anchor": "start"},
        "text": {"color": INK, "fontSize": 13},
        "rule": {"color": MUTED},
        "bar": {"color": SERIES[0]},
        "line": {"color": SERIES[0], "strokeWidth": 2.5},
        "point": {"color": SERIES[0], "filled": True, "size": 60},
    }
    return cast(alt.theme.ThemeConfig, {"config": config})  # its declared type has no "no background"


LOCALES: Mapping[str, Literal["en-US", "fr-FR"]] = {"en": "en-US", "fr": "fr-FR"}
"""How axes write numbers and months, by language of the page."""


def svg(chart: alt.TopLevelMixin, *, language: str = "en") -> str:
    """Return a chart as a small SVG that follows the reader's colour scheme.

    Args:
        chart: As Altair has it; words in it are in the language already.
        language: Of the numbers and dates that Vega-Lite writes on axes.

    Raises:
        ValueError: If it draws a field that its data do not have, or uses a colour of its own, which would be lost
            in the dark or on paper.
    """
    declared = chart.to_dict()
    _refuse_unknown_fields(declared)
    drawn = vl_convert.vegalite_to_svg(declared, format_locale=LOCALES[language], time_format_locale=LOCALES[language])
    drawn = re.sub(r"<style>.*?</style>", "", drawn, flags=re.DOTALL)
    drawn = re.sub(r"<[^>]+>", lambda tag: _lean(tag[0]), drawn)
    drawn = re.sub(r"<g[^>]*></g>|<path[^>]* d=\"\"[^>]*/>", "", drawn)
    size = r'<svg width="([\d.]+)" height="([\d.]+)"'
    drawn = re.sub(size, r'<svg width="\1" height="\2" preserveAspectRatio="xMinYMin"', drawn)
    drawn = adaptive(drawn)
    if own := re.search(r' (?:fill|stroke)="(?!none|transparent|var\()([^"]+)"', drawn):
        raise ValueError(
            f"a chart uses the colour {own[1]!r}; take GOOD, BAD, NEUTRAL, INK, MUTED or ON_COLOUR of "
            "casebook.worked.charts, or one of palette.SERIES, which follow light, dark and print"
        )
    return drawn


def _refuse_unknown_fields(declared: Mapping[str, Any]) -> None:
    """Refuse a misspelt field, for which Vega-Lite draws an empty chart without a word."""
    known = {name for rows in declared.get("datasets", {}).values() for row in rows for name in row}
    known |= {name for one in _found(declared, "as") for name in ([one] if isinstance(one, str) else one)}
    drawn = {one.replace("\\", "") for one in _found(declared, "field") if isinstance(one, str)}
    for name in sorted(drawn - known):
        raise ValueError(unknown("field of the chart's data", name, known).rstrip("."))


def _found(node: object, key: str) -> Iterator[Any]:
    """Return every value of a key, however deep."""
    if isinstance(node, Mapping):
        for name, value in node.items():
            if name == key:
                yield value
            if name != "datasets":
                yield from _found(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from _found(value, key)


def _lean(tag: str) -> str:
    """Return a tag without what the page does not need, its coordinates to a tenth of a pixel; labels stay."""
    tag = re.sub(r' (?:aria-[a-z]+|role|class|xmlns(?::xlink)?|version)="[^"]*"', "", tag)
    return _COORDINATES.sub(lambda one: _LONG_NUMBER.sub(lambda number: f"{float(number[0]):.1f}", one[0]), tag)


def pictures(make: Make, *, name: str, title: str, alternative: str, language: str = "en") -> dict[str, str]:
    """Return the chart as labelled SVG for wide and for narrow pages."""
    return {
        kind: figures.labelled(
            svg(make(width), language=language), name=f"{name}-{kind}", title=title, alternative=alternative
        )
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
    data: pd.DataFrame,
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
    listed = figures.table(data, caption=title, columns=columns)
    drawn = pictures(make, name=name, title=title, alternative=alternative)
    html = figures.figure(drawn, name=name, title=title, note=note, data=listed, language="en")
    return Shown(html, f"{title}. {alternative}")
