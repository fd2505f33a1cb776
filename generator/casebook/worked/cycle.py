"""Cycles as drawings: stages on a wheel, how many stand on each, and how many pass on to the next."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pydantic import ConfigDict

from casebook.worked.lettering import LINE, Anchor, canvas, height, wrapped, written
from casebook.worked.palette import css

WIDE, NARROW = 720, 300
"""Pixels: the text column of a desktop page, and the room that a figure leaves on a small phone."""
NAME, TYPE = 13.0, 12.0
"""Type sizes in pixels: names of stages, what is said of them."""
COLOURS = ("4", "1", "5", "3", "6", "2")
UPRIGHT = 0.15
"""Sine of the turn below which words stand above or below the wheel, not beside it."""
OPEN = 0.035
"""Turn left open between two arcs, for the arrow's head."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage of a cycle, its numbers already written.

    Attributes:
        name: What the stage is called.
        text: Who stands on it, and what is done for them.
        measure: How many stand on it.
        passing: How many go on to the next stage, and in what time.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")
    name: str
    text: str = ""
    measure: str = ""
    passing: str = ""


@dataclass(frozen=True, kw_only=True)
class Cycle:
    """Stages clockwise from the top, all texts in the language of the page, and what stands in the hub.

    Raises:
        ValueError: If there are not three to eight stages, or one has no name.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")
    stages: tuple[Stage, ...]
    hub: str = ""

    def __post_init__(self) -> None:
        """Refuse what makes no wheel."""
        if not 3 <= len(self.stages) <= 8:
            raise ValueError(f"A wheel has three to eight stages, not {len(self.stages)}.")
        for stage in self.stages:
            if not stage.name.strip():
                raise ValueError(f"A stage of the wheel has no name ({stage!r}).")


def wide(cycle: Cycle, *, width: float = WIDE) -> str:
    """Return the wheel with its words around it, as an ``<svg>``.

    Raises:
        ValueError: If a word is too long for its place.
    """
    radius, room = 112.0, width / 2 - 112.0 - 40
    blocks = [_block(stage, room) for stage in cycle.stages]
    turns = _turns(cycle)
    x0, clear = width / 2, radius + 26
    # Words stand where the middle of their arc points, and the wheel as far down as the highest of them asks for.
    tops = []
    for (_, high), turn in zip(blocks, turns, strict=True):
        upright = abs(math.sin(turn)) < UPRIGHT
        part = (1.0 if math.cos(turn) > 0 else 0.0) if upright else 0.5
        tops.append(-clear * math.cos(turn) - part * high)
    y0 = 1 - min(*tops, -clear)
    parts = [_wheel(cycle, x0, y0, radius)]
    for (lines, high), turn, top in zip(blocks, turns, tops, strict=True):
        if abs(math.sin(turn)) < UPRIGHT:
            parts.append(_said(lines, x0, y0 + top, "middle"))
            continue
        nearest = 0.0 if top <= 0 <= top + high else min(abs(top), abs(top + high))
        out = math.sqrt(max(clear**2 - nearest**2, 0.0))  # far enough out that no line of the block meets the arc
        side = 1 if math.sin(turn) > 0 else -1
        parts.append(_said(lines, x0 + side * out, y0 + top, "start" if side > 0 else "end"))
    bottom = max(clear, *(top + high for (_, high), top in zip(blocks, tops, strict=True)))
    return canvas("".join(parts), width=width, height=y0 + bottom + 4)


def narrow(cycle: Cycle, *, width: float = NARROW) -> str:
    """Return the wheel with its words below it, as an ``<svg>`` for phones.

    Raises:
        ValueError: If a word is too long for its line.
    """
    radius = 84.0
    parts = [_wheel(cycle, width / 2, radius + 20, radius)]
    top = 2 * radius + 52
    for index, stage in enumerate(cycle.stages):
        lines, high = _block(stage, width - 30)
        parts.append(
            f'<circle cx="11" cy="{top + NAME * LINE / 2:.1f}" r="10" fill="{css(COLOURS[index % len(COLOURS)])}"/>'
            + written(str(index + 1), 11, top, size=NAME, anchor="middle", bold=True, colour="raised")
        )
        parts.append(_said(lines, 28, top, "start"))
        top += high + 10
    return canvas("".join(parts), width=width, height=top)


def _turns(cycle: Cycle) -> list[float]:
    return [2 * math.pi * index / len(cycle.stages) for index in range(len(cycle.stages))]


def _block(stage: Stage, room: float) -> tuple[list[tuple[tuple[str, ...], float, bool, str]], float]:
    """Return a stage's words as lines with size, weight and colour, and their height."""
    said = [(wrapped(stage.name, NAME, room, bold=True), NAME, True, "ink")]
    for text, bold, colour in (
        (stage.measure, True, "ink"),
        (stage.text, False, "ink"),
        (stage.passing, False, "muted"),
    ):
        if text:
            said.append((wrapped(text, TYPE, room, bold=bold), TYPE, bold, colour))
    return said, sum(height(lines, size) for lines, size, _, _ in said)


def _said(block: list[tuple[tuple[str, ...], float, bool, str]], x: float, top: float, anchor: Anchor) -> str:
    parts = []
    for lines, size, bold, colour in block:
        parts.append(written(lines, x, top, size=size, anchor=anchor, bold=bold, colour=colour))
        top += height(lines, size)
    return "".join(parts)


def _wheel(cycle: Cycle, x0: float, y0: float, radius: float) -> str:
    """Draw the arcs, each with an arrow's head and its number, and the hub."""
    count = len(cycle.stages)
    parts = []

    def point(turn: float, r: float) -> str:
        return f"{x0 + r * math.sin(turn):.1f},{y0 - r * math.cos(turn):.1f}"

    for index in range(count):
        colour = css(COLOURS[index % len(COLOURS)])
        begin = 2 * math.pi * ((index - 0.5) / count + OPEN / 2)
        end = 2 * math.pi * ((index + 0.5) / count - OPEN / 2)
        parts.append(
            f'<path d="M{point(begin, radius)}A{radius},{radius} 0 0 1 {point(end, radius)}" fill="none"'
            f' stroke="{colour}" stroke-width="20"/>'
            f'<path d="M{point(end, radius - 16)}L{point(end + 0.16, radius)}L{point(end, radius + 16)}Z"'
            f' fill="{colour}"/>'
        )
        turn = 2 * math.pi * index / count
        x, y = x0 + radius * math.sin(turn), y0 - radius * math.cos(turn)
        parts.append(
            written(str(index + 1), x, y - NAME * LINE / 2, size=NAME, anchor="middle", bold=True, colour="raised")
        )
    if cycle.hub:
        lines = wrapped(cycle.hub, NAME, 1.3 * radius, bold=True)
        parts.append(written(lines, x0, y0 - height(lines, NAME) / 2, size=NAME, anchor="middle", bold=True))
    return "".join(parts)
