"""Profiles on several axes as a radar: for few axes with one scale, in an order that means something."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ConfigDict

from casebook.worked.lettering import LINE, Anchor, canvas, height, wrapped, written
from casebook.worked.palette import css

WIDE, NARROW = 560, 300
"""Pixels: room for labels at both sides of the web on a desk, and the width of a small phone."""
TYPE, RING = 12.5, 11.0
"""Type sizes in pixels: names of axes, values of rings."""
RINGS = 5
COLOURS = ("1", "3", "4", "5")


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One line of the radar: a name, and a value on each axis."""

    __pydantic_config__ = ConfigDict(extra="forbid")
    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Radar:
    """Profiles to draw, all texts in the language of the page.

    Attributes:
        axes: Names, clockwise from the top.
        profiles: At most four, so that they can be told apart.
        scale: Value in the middle and on the outer ring, the same for all axes.

    Raises:
        ValueError: If there are fewer than three axes, no or too many profiles, or a value is missing or off the scale.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")
    axes: tuple[str, ...]
    profiles: tuple[Profile, ...]
    scale: tuple[float, float]

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn or read."""
        if len(self.axes) < 3:
            raise ValueError("A radar needs at least three axes; draw bars.")
        if not 1 <= len(self.profiles) <= len(COLOURS):
            raise ValueError(f"A radar holds one to {len(COLOURS)} profiles, not {len(self.profiles)}.")
        for profile in self.profiles:
            if len(profile.values) != len(self.axes):
                raise ValueError(f"{profile.name!r} has {len(profile.values)} values for {len(self.axes)} axes.")
            for value in profile.values:
                if not self.scale[0] <= value <= self.scale[1]:
                    raise ValueError(
                        f"{profile.name!r} has {value:g}, off the scale {self.scale[0]:g}-{self.scale[1]:g}."
                    )


def wide(radar: Radar) -> str:
    """Return the drawing for a desk, as an ``<svg>``.

    Raises:
        ValueError: If a word is too long for its place.
    """
    return _drawn(radar, width=WIDE, radius=150.0, label=120.0)


def narrow(radar: Radar) -> str:
    """Return the drawing for phones, as an ``<svg>``.

    Raises:
        ValueError: If a word is too long for its place.
    """
    return _drawn(radar, width=NARROW, radius=61.0, label=80.0)


def _drawn(radar: Radar, *, width: float, radius: float, label: float) -> str:
    parts, top = [], 0.0
    for profile, colour in zip(radar.profiles, COLOURS, strict=False):
        lines = wrapped(profile.name, TYPE, width - 30)
        y = top + TYPE * LINE / 2
        parts.append(f'<path d="M2,{y:.1f}H20" stroke="{css(colour)}" stroke-width="3"/>')
        parts.append(written(lines, 26, top, size=TYPE))
        top += height(lines, TYPE) + 2
    over = max(height(wrapped(name, TYPE, label, bold=True), TYPE) for name in radar.axes)
    x0, y0 = width / 2, top + 14 + over + radius
    turns = [2 * math.pi * index / len(radar.axes) for index in range(len(radar.axes))]
    low, high = radar.scale

    def corner(turn: float, share: float) -> tuple[float, float]:
        return x0 + radius * share * math.sin(turn), y0 - radius * share * math.cos(turn)

    def at(turn: float, share: float) -> str:
        x, y = corner(turn, share)
        return f"{x:.1f},{y:.1f}"

    def web(shares: Sequence[float]) -> str:
        return " ".join(at(turn, share) for turn, share in zip(turns, shares, strict=True))

    for ring in range(1, RINGS + 1):
        share = ring / RINGS
        parts.append(f'<polygon points="{web([share] * len(turns))}" fill="none" stroke="{css("line")}"/>')
    parts += [f'<path d="M{x0:.1f},{y0:.1f}L{at(turn, 1)}" stroke="{css("line")}"/>' for turn in turns]
    for profile, colour in reversed(list(zip(radar.profiles, COLOURS, strict=False))):
        shares = [(value - low) / (high - low) for value in profile.values]
        parts.append(
            f'<polygon points="{web(shares)}" fill="{css(colour)}" fill-opacity="0.1" stroke="{css(colour)}"'
            ' stroke-width="2.4" stroke-linejoin="round"/>'
        )
        for turn, share in zip(turns, shares, strict=True):
            x, y = corner(turn, share)
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.6" fill="{css(colour)}"/>')
    for ring in range(1, RINGS + 1):
        x, y = corner(0, ring / RINGS)
        value = low + (high - low) * ring / RINGS
        parts.append(written(f"{value:g}", x + 4, y - 1, size=RING, colour="muted"))
    for name, turn in zip(radar.axes, turns, strict=True):
        x, y = corner(turn, 1)
        side = math.sin(turn)
        anchor: Anchor = "middle" if abs(side) < 0.2 else "start" if side > 0 else "end"
        lines = wrapped(name, TYPE, label, bold=True)
        high_ = height(lines, TYPE)
        up = y - high_ - 8 if math.cos(turn) > 0.9 else y + 8 if math.cos(turn) < -0.9 else y - high_ / 2
        parts.append(
            written(
                lines, x + (0 if anchor == "middle" else 8 if side > 0 else -8), up, size=TYPE, anchor=anchor, bold=True
            )
        )
    return canvas("".join(parts), width=width, height=y0 + radius + 14 + over)
