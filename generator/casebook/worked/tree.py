"""Trees as drawings: from a broad need to what makes it up, down to what can be measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ConfigDict

from casebook.worked.lettering import canvas, height, wrapped, written
from casebook.worked.palette import css

WIDE, NARROW = 720, 300
"""Pixels: the text column of a desktop page, and the room that a figure leaves on a small phone."""
TYPE, SMALL = 12.5, 11.5
"""Type sizes in pixels: what a branch is, what was measured."""
PAD, GAP, BETWEEN, INDENT = 8.0, 10.0, 34.0, 18.0
COLOURS = ("4", "1", "3", "5")
"""By level, from the root."""


@dataclass(frozen=True, kw_only=True)
class Branch:
    """A box of a tree with what hangs from it.

    Attributes:
        text: What it is, in a few words.
        measure: What was measured of it, its numbers already written.
        stressed: Whether the drawing points it out.
        branches: What it is made of.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")
    text: str
    measure: str = ""
    stressed: bool = False
    branches: tuple[Branch, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an empty box."""
        if not self.text.strip():
            raise ValueError("A branch of the tree has no text; say what it is.")

    @property
    def depth(self) -> int:
        """Levels, itself included."""
        return 1 + max((one.depth for one in self.branches), default=0)


def wide(root: Branch, *, width: float = WIDE) -> str:
    """Return the tree from left to right, one column a level, as an ``<svg>``.

    Raises:
        ValueError: If a word is too long for its box.
    """
    across = (width - 2 - BETWEEN * (root.depth - 1)) / root.depth
    parts: list[str] = []

    def place(branch: Branch, level: int, top: float) -> tuple[float, float]:
        """Draw a branch with all below it; return its middle and where the next may begin."""
        lines, measured, high = _content(branch, across)
        left = 1 + level * (across + BETWEEN)
        if branch.branches:
            middles, below = [], top
            for one in branch.branches:
                middle, below = place(one, level + 1, below)
                middles.append(middle)
            middle = max((middles[0] + middles[-1]) / 2, top + high / 2)
            right, joint = left + across, left + across + BETWEEN / 2
            for other in middles:
                parts.append(
                    f'<path d="M{right:.1f},{middle:.1f}H{joint:.1f}V{other:.1f}H{right + BETWEEN:.1f}"'
                    f' fill="none" stroke="{css("muted")}" stroke-width="1.4"/>'
                )
            below = max(below, middle + high / 2 + GAP)
        else:
            middle, below = top + high / 2, top + high + GAP
        parts.append(_box(branch, lines, measured, left, middle - high / 2, across, high, level))
        return middle, below

    _, bottom = place(root, 0, 1)
    return canvas("".join(parts), width=width, height=bottom)


def narrow(root: Branch, *, width: float = NARROW) -> str:
    """Return the tree from top to bottom, each level further in, as an ``<svg>`` for phones.

    Raises:
        ValueError: If a word is too long for its box.
    """
    parts: list[str] = []
    top = 1.0
    trunk: dict[int, float] = {}
    for branch, level in _in_order(root, 0):
        left = 1 + level * INDENT
        across = width - 1 - left
        lines, measured, high = _content(branch, across)
        if level:
            x = 1 + (level - 1) * INDENT + INDENT / 2
            parts.append(
                f'<path d="M{x:.1f},{trunk[level - 1]:.1f}V{top + high / 2:.1f}H{left:.1f}" fill="none"'
                f' stroke="{css("muted")}" stroke-width="1.4"/>'
            )
        parts.append(_box(branch, lines, measured, left, top, across, high, level))
        trunk[level] = top + high
        top += high + GAP
    return canvas("".join(parts), width=width, height=top)


def _in_order(branch: Branch, level: int) -> Iterator[tuple[Branch, int]]:
    yield branch, level
    for one in branch.branches:
        yield from _in_order(one, level + 1)


def _content(branch: Branch, across: float) -> tuple[tuple[str, ...], tuple[str, ...], float]:
    lines = wrapped(branch.text, TYPE, across - 2 * PAD, bold=branch.stressed)
    measured = wrapped(branch.measure, SMALL, across - 2 * PAD, bold=True) if branch.measure else ()
    return lines, measured, height(lines, TYPE) + height(measured, SMALL) + 2 * PAD - 2


def _box(
    branch: Branch,
    lines: tuple[str, ...],
    measured: tuple[str, ...],
    left: float,
    top: float,
    across: float,
    high: float,
    level: int,
) -> str:
    colour = "2" if branch.stressed else COLOURS[level % len(COLOURS)]
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{across:.1f}" height="{high:.1f}" rx="5"'
        f' fill="{css(f"{colour}-soft")}" stroke="{css(colour)}" stroke-width="{2.2 if branch.stressed else 1.2}"/>'
        + written(lines, left + PAD, top + PAD - 1, size=TYPE, bold=branch.stressed)
        + written(measured, left + PAD, top + PAD - 1 + height(lines, TYPE), size=SMALL, bold=True)
    )
