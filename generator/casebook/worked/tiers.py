"""Pyramids as drawings: levels that rest on each other, each with how many have reached it."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ConfigDict

from casebook.worked.lettering import canvas, height, wrapped, written
from casebook.worked.palette import css

WIDE, NARROW = 720, 300
"""Pixels: the text column of a desktop page, and the room that a figure leaves on a small phone."""
NAME, TYPE = 13.0, 12.0
"""Type sizes in pixels: names of levels, what is said of them."""
PEAK, LEAST, PAD, GAP = 0.18, 54.0, 8.0, 4.0
"""Width of the top as a part of the base; least height of a level in pixels."""


@dataclass(frozen=True, kw_only=True)
class Level:
    """One level: its name, what it means, and what was measured of it, its numbers already written."""

    __pydantic_config__ = ConfigDict(extra="forbid")
    name: str
    text: str
    measure: str = ""


@dataclass(frozen=True, kw_only=True)
class Pyramid:
    """Levels from the top down, all texts in the language of the page.

    Raises:
        ValueError: If there are fewer than two, or a name or text is empty.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")
    levels: tuple[Level, ...]

    def __post_init__(self) -> None:
        """Refuse a pyramid without levels, and levels without words."""
        if len(self.levels) < 2:
            raise ValueError("A pyramid needs at least two levels.")
        for level in self.levels:
            if not level.name.strip() or not level.text.strip():
                raise ValueError(f"A level of the pyramid has no name or no text ({level!r}).")


def wide(pyramid: Pyramid, *, width: float = WIDE, part: float = 0.36) -> str:
    """Return the pyramid with its words at its right, as an ``<svg>``.

    Raises:
        ValueError: If a word is too long for its place.
    """
    return _drawn(pyramid, width=width, base=part * width)


def narrow(pyramid: Pyramid, *, width: float = NARROW) -> str:
    """Return the drawing for phones, as an ``<svg>``.

    Raises:
        ValueError: If a word is too long for its place.
    """
    return _drawn(pyramid, width=width, base=84.0)


def _drawn(pyramid: Pyramid, *, width: float, base: float) -> str:
    left = base + 18
    room = width - left - 2
    rows = []
    for level in pyramid.levels:
        name = wrapped(level.name, NAME, room, bold=True)
        text = wrapped(level.text, TYPE, room)
        measure = wrapped(level.measure, TYPE, room, bold=True) if level.measure else ()
        high = height(name, NAME) + height(text, TYPE) + height(measure, TYPE) + 2 * PAD
        rows.append((name, text, measure, max(high, LEAST)))
    total = sum(high for *_, high in rows) + GAP * (len(rows) - 1)

    def half(y: float) -> float:
        return base / 2 * (PEAK + (1 - PEAK) * y / total)

    parts, top, middle = [], 0.0, base / 2 + 1
    for index, (name, text, measure, high) in enumerate(rows):
        upper, lower = half(top), half(top + high)
        shade = 1 - 0.55 * index / max(len(rows) - 1, 1)
        parts.append(
            f'<path d="M{middle - upper:.1f},{top:.1f}H{middle + upper:.1f}L{middle + lower:.1f},{top + high:.1f}'
            f'H{middle - lower:.1f}Z" fill="{css("1")}" fill-opacity="{shade:.2f}"/>'
            f'<path d="M{middle + (upper + lower) / 2 + 3:.1f},{top + high / 2:.1f}H{left - 5:.1f}"'
            f' stroke="{css("line")}"/>'
        )
        y = top + (high - height(name, NAME) - height(text, TYPE) - height(measure, TYPE)) / 2
        parts.append(written(name, left, y, size=NAME, bold=True))
        y += height(name, NAME)
        parts.append(written(text, left, y, size=TYPE))
        parts.append(written(measure, left, y + height(text, TYPE), size=TYPE, bold=True))
        top += high + GAP
    return canvas("".join(parts), width=width, height=top)
