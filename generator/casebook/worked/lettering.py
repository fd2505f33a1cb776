"""Words in drawings: how wide they are, how they break into lines, and how they stand in an SVG."""

from __future__ import annotations

from html import escape
from typing import Literal

from casebook.worked.palette import css

LINE = 1.28
"""Line height in type sizes."""
FONT = "Inter, system-ui, sans-serif"
Anchor = Literal["start", "middle", "end"]
_THIN, _WIDE = frozenset("iljtfrI.,:;'|!()[] ’-\N{NO-BREAK SPACE}"), frozenset("mwMWQO%@€")


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return about how wide a line is drawn, in pixels; a little too wide rather than too narrow."""
    ems = sum(
        0.33 if one in _THIN else 0.92 if one in _WIDE else 0.72 if one.isupper() else 0.63 if one.isdigit() else 0.58
        for one in text
    )
    return ems * size * (1.13 if bold else 1.0)


def wrapped(text: str, size: float, width: float, *, bold: bool = False) -> tuple[str, ...]:
    """Return a text in lines of at most a width, in pixels.

    Raises:
        ValueError: If one word alone is wider.
    """
    lines: list[str] = []
    for word in text.split(" "):
        if text_width(word, size, bold=bold) > width:
            raise ValueError(f"the word {word!r} is too long for its place in the drawing; take a shorter one")
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


def written(
    lines: tuple[str, ...] | str,
    x: float,
    top: float,
    *,
    size: float,
    anchor: Anchor = "start",
    bold: bool = False,
    colour: str = "ink",
) -> str:
    """Return lines of text as SVG, the first one's top at ``top``.

    Args:
        lines: As from :func:`wrapped`, or one line.
        x: Left edge, middle or right edge, as ``anchor`` says, in pixels.
        top: Upper edge of the first line, in pixels.
        size: Of the type, in pixels.
        anchor: Where ``x`` stands in a line.
        bold: Whether it is stressed.
        colour: Of the palette.
    """
    weight = ' font-weight="650"' if bold else ""
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return "".join(
        f'<text x="{x:.1f}" y="{top + size * (LINE * index + LINE / 2 + 0.35):.1f}" font-size="{size:g}"{place}'
        f' fill="{css(colour)}"{weight}>{escape(line)}</text>'
        for index, line in enumerate((lines,) if isinstance(lines, str) else lines)
    )


def height(lines: tuple[str, ...], size: float) -> float:
    """Return how high lines stand, in pixels."""
    return len(lines) * size * LINE


def canvas(parts: str, *, width: float, height: float) -> str:
    """Return a drawing of a size in pixels as ``<svg>``, in the site's type."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}"'
        f' width="{width:.0f}" height="{height:.0f}" font-family="{FONT}">{parts}</svg>'
    )
