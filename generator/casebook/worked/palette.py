"""The site's colours, declared once: stylesheet, charts and drawings all take them from here.

A drawing uses the names through :func:`css`; a chart is drawn with the light values, which :func:`adaptive`
then turns into CSS variables, so that the same SVG follows the reader's light, dark or printed page.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Colour:
    """One colour in both schemes, as ``#rrggbb``."""

    light: str
    dark: str
    meaning: str


COLOURS: dict[str, Colour] = {
    "paper": Colour("#fcfbf8", "#12191c", "the page"),
    "raised": Colour("#ffffff", "#1a2428", "cards and figures on the page"),
    "ink": Colour("#1c2b30", "#e4ebea", "text"),
    "muted": Colour("#55646a", "#a3b1b4", "labels and captions"),
    "line": Colour("#dde2df", "#324046", "rules, grids and borders"),
    "brand": Colour("#0e4f54", "#0c3438", "header and doors"),
    "link": Colour("#0a6a70", "#62c9c2", "links and focus"),
    "1": Colour("#0b7d78", "#4cc4bb", "first series; promoters, good"),
    "2": Colour("#c6432e", "#ff8f76", "second series; detractors, bad"),
    "3": Colour("#a96c12", "#e8b650", "third series; caution"),
    "4": Colour("#4a5ea9", "#97a8f0", "fourth series"),
    "5": Colour("#8a4a8b", "#d49cd5", "fifth series"),
    "6": Colour("#6d7a80", "#93a1a7", "sixth series; passives, neutral, all others"),
    "1-soft": Colour("#d3eae7", "#163f3e", "fill behind the first series"),
    "2-soft": Colour("#f8ddd6", "#4b271f", "fill behind the second series"),
    "3-soft": Colour("#f5e5c6", "#443515", "fill behind the third series"),
    "4-soft": Colour("#dee3f5", "#262f59", "fill behind the fourth series"),
    "5-soft": Colour("#f0def0", "#432643", "fill behind the fifth series"),
    "6-soft": Colour("#e6eaeb", "#2c363a", "fill behind the sixth series"),
}

SERIES = tuple(COLOURS[str(number)].light for number in range(1, 7))
"""Categorical colours in the order in which charts use them; readable apart with the common colour deficiencies."""


def css(name: str) -> str:
    """Return the CSS value of a colour: the variable, with the light value for where no stylesheet is.

    Raises:
        KeyError: If there is no such colour.
    """
    return f"var(--cx-{name}, {COLOURS[name].light})"


def adaptive(svg: str) -> str:
    """Replace the light values in an SVG by the variables that follow the reader's scheme."""
    for name, colour in COLOURS.items():
        svg = svg.replace(f'"{colour.light}"', f'"{css(name)}"')
    return svg


def stylesheet() -> str:
    """Return the CSS that defines the variables in light, dark and print (always light)."""
    light = "".join(f"--cx-{name}:{colour.light};" for name, colour in COLOURS.items())
    dark = "".join(f"--cx-{name}:{colour.dark};" for name, colour in COLOURS.items())
    return f':root{{{light}}}\n@media screen{{[data-md-color-scheme="slate"]{{{dark}}}}}\n'
