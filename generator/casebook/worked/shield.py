"""Coats of arms as drawings: a shield of four quarters with a symbol and a title each, what they mean, and a motto."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict

from casebook.worked.lettering import Anchor, canvas, height, wrapped, written
from casebook.worked.palette import css

Symbol = Literal["clock", "house", "key", "leaf", "rings", "star"]
WIDE, NARROW = 720, 300
"""Pixels: the text column of a desktop page, and the room that a figure leaves on a small phone."""
NAME, TITLE, TYPE, MOTTO = 16.0, 14.0, 13.0, 15.0
"""Type sizes in pixels: the name above, titles of quarters, what is said of them, the motto."""
TALL, BAR, SIDE = 1.17, 0.47, 0.55
"""Parts of the shield: its height in widths; where the quarters part and where the sides begin to curve, in heights."""
SIGN, PAD, GAP = 40.0, 12.0, 16.0
"""Pixels: a symbol's side; within the shield; between shield and words."""
MOST_LINES = 2
TONES = ("1", "3", "3", "1")
"""Fields of the quarters, crossed as heralds do it: the first like the fourth, the second like the third."""
_STAR = "M{}Z".format(
    "L".join(
        f"{20 + reach * math.sin(point * math.pi / 5):.1f},{21 - reach * math.cos(point * math.pi / 5):.1f}"
        for point, reach in enumerate((17, 7) * 5)
    )
)
SYMBOLS: dict[str, str] = {
    "clock": '<circle cx="20" cy="20" r="15"/><path d="M20,11V20L27,25"/>',
    "house": '<path d="M4,20L20,6L36,20M9,16V35H31V16M17,35V25H23V35"/>',
    "key": '<circle cx="11" cy="20" r="7.5"/><path d="M18.5,20H37V28M30,20V26"/>',
    "leaf": '<path d="M6,34C4,14 16,5 35,5C37,24 26,36 6,34ZM6,34L26,14"/>',
    "rings": '<circle cx="14" cy="20" r="10.5"/><circle cx="26" cy="20" r="10.5"/>',
    "star": f'<path d="{_STAR}"/>',
}
"""What a quarter may show, drawn in a square of 40 pixels."""


@dataclass(frozen=True, kw_only=True)
class Quarter:
    """A quarter of the shield, all texts in the language of the page.

    Attributes:
        symbol: What it shows, one of ``SYMBOLS``.
        title: Its name, in a few words, under the symbol.
        text: What the team means by it.
        measure: The proof, its numbers already written.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")
    symbol: Symbol
    title: str
    text: str
    measure: str = ""


@dataclass(frozen=True, kw_only=True)
class Shield:
    """A coat of arms.

    Attributes:
        name: Whose it is.
        quarters: Upper left, upper right, lower left, lower right.
        motto: On the ribbon.

    Raises:
        ValueError: If there are not four quarters, or a text is empty.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")
    name: str
    quarters: tuple[Quarter, ...]
    motto: str

    def __post_init__(self) -> None:
        """Refuse what is no coat of arms."""
        if len(self.quarters) != len(TONES):
            raise ValueError(f"A shield has four quarters, not {len(self.quarters)}.")
        if not self.name.strip() or not self.motto.strip():
            raise ValueError("A coat of arms needs a name and a motto.")
        for quarter in self.quarters:
            if not quarter.title.strip() or not quarter.text.strip():
                raise ValueError(f"A quarter of the shield has no title or no text ({quarter!r}).")


def wide(shield: Shield, *, width: float = WIDE) -> str:
    """Return the shield with the words of its quarters at both sides, as an ``<svg>``.

    Raises:
        ValueError: If a word is too long for its place, or a title takes more than two lines.
    """
    across = 0.42 * width
    left, top, high = (width - across) / 2, height(("",), NAME) + 10, TALL * across
    room = left - 2 * GAP
    parts = [
        written(shield.name, width / 2, 0, size=NAME, anchor="middle", bold=True),
        _arms(shield, left, top, across),
    ]
    for place, quarter in enumerate(shield.quarters):
        right, low = place % 2, place // 2
        block = _block(quarter, room)
        middle = top + high * (BAR * 0.5 if not low else BAR + 0.19)
        y = max(middle - _deep(block) / 2, top)
        if right:
            parts.append(_said(block, width - left + GAP, y, anchor="start"))
        else:
            parts.append(_said(block, left - GAP, y, anchor="end"))
    ribbon, deep = _ribbon(shield.motto, width / 2, top + high + 14, 0.62 * width)
    return canvas("".join([*parts, ribbon]), width=width, height=top + high + 14 + deep + 2)


def narrow(shield: Shield, *, width: float = NARROW) -> str:
    """Return the drawing for phones, the words of the quarters under it, as an ``<svg>``.

    Raises:
        ValueError: If a word is too long for its place, or a title takes more than two lines.
    """
    across = 0.92 * width
    name = wrapped(shield.name, NAME, width, bold=True)
    top, high = height(name, NAME) + 8, TALL * across
    ribbon, deep = _ribbon(shield.motto, width / 2, top + high + 12, width - 4)
    parts = [
        written(name, width / 2, 0, size=NAME, anchor="middle", bold=True),
        _arms(shield, (width - across) / 2, top, across),
        ribbon,
    ]
    y = top + high + 12 + deep + 14
    for quarter in shield.quarters:
        block = (wrapped(quarter.title, TITLE, width - 2, bold=True), *_block(quarter, width - 2))
        parts.append(written(block[0], 1, y, size=TITLE, bold=True))
        y += height(block[0], TITLE)
        parts.append(_said(block[1:], 1, y, anchor="start"))
        y += _deep(block[1:]) + 10
    return canvas("".join(parts), width=width, height=y)


def _block(quarter: Quarter, room: float) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the lines of a quarter's text and of its measure."""
    measure = wrapped(quarter.measure, TYPE, room, bold=True) if quarter.measure else ()
    return wrapped(quarter.text, TYPE, room), measure


def _deep(block: tuple[tuple[str, ...], ...]) -> float:
    return sum(height(lines, TYPE) for lines in block)


def _said(block: tuple[tuple[str, ...], ...], x: float, top: float, *, anchor: Anchor) -> str:
    text, measure = block
    below = top + height(text, TYPE)
    return written(text, x, top, size=TYPE, anchor=anchor) + written(
        measure, x, below, size=TYPE, anchor=anchor, bold=True
    )


def _arms(shield: Shield, left: float, top: float, across: float) -> str:
    """Return the shield itself: four fields, their symbols and titles, and the edge."""
    high = TALL * across
    middle, right, bar, side, foot = (
        left + across / 2,
        left + across,
        top + BAR * high,
        top + SIDE * high,
        top + high,
    )
    inner, shallow, steep = 0.3 * across, top + 0.93 * high, top + 0.8 * high
    down = f"C{left + inner:.1f},{shallow:.1f} {left:.1f},{steep:.1f} {left:.1f},{side:.1f}"
    up = f"C{right:.1f},{steep:.1f} {right - inner:.1f},{shallow:.1f} {middle:.1f},{foot:.1f}"
    fields = (
        f"M{left:.1f},{top:.1f}H{middle:.1f}V{bar:.1f}H{left:.1f}Z",
        f"M{middle:.1f},{top:.1f}H{right:.1f}V{bar:.1f}H{middle:.1f}Z",
        f"M{left:.1f},{bar:.1f}H{middle:.1f}V{foot:.1f}{down}Z",
        f"M{middle:.1f},{bar:.1f}H{right:.1f}V{side:.1f}{up}Z",
    )
    parts = []
    for place, (quarter, field) in enumerate(zip(shield.quarters, fields, strict=True)):
        low = place // 2
        centre = middle + (1 if place % 2 else -1) * across * (0.21 if low else 0.25)
        y = (bar if low else top) + PAD + (0 if low else 0.05 * high)
        title = wrapped(quarter.title, TITLE, across / 2 - (3 if low else 2) * PAD, bold=True)
        if len(title) > MOST_LINES:
            raise ValueError(
                f"the title {quarter.title!r} takes more than two lines in its quarter; take a shorter one"
            )
        parts.append(
            f'<path d="{field}" fill="{css(f"{TONES[place]}-soft")}" stroke="{css("line")}"/>'
            f'<g transform="translate({centre - SIGN / 2:.1f},{y:.1f})" fill="none" stroke="{css(TONES[place])}"'
            f' stroke-width="2.4" stroke-linejoin="round" stroke-linecap="round">{SYMBOLS[quarter.symbol]}</g>'
        )
        parts.append(written(title, centre, y + SIGN + 8, size=TITLE, anchor="middle", bold=True))
    edge = f"M{left:.1f},{top:.1f}H{right:.1f}V{side:.1f}{up}{down}Z"
    parts.append(f'<path d="{edge}" fill="none" stroke="{css("ink")}" stroke-width="2.5" stroke-linejoin="round"/>')
    return "".join(parts)


def _ribbon(motto: str, middle: float, top: float, across: float) -> tuple[str, float]:
    """Return the ribbon with the motto, and how high it is in pixels."""
    lines = wrapped(motto, MOTTO, across - 56, bold=True)
    deep = height(lines, MOTTO) + 12
    left, right = middle - across / 2, middle + across / 2
    path = (
        f"M{left:.1f},{top:.1f}H{right:.1f}L{right - 14:.1f},{top + deep / 2:.1f}L{right:.1f},{top + deep:.1f}"
        f"H{left:.1f}L{left + 14:.1f},{top + deep / 2:.1f}Z"
    )
    drawn = f'<path d="{path}" fill="{css("6-soft")}" stroke="{css("ink")}" stroke-width="1.2"/>'
    return drawn + written(lines, middle, top + 6, size=MOTTO, anchor="middle", bold=True), deep
