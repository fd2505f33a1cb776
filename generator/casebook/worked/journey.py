"""Customer journeys as drawings: stages, steps, what was measured at each, and where an opinion is made.

The wide drawing sets the steps side by side under their stages, with the measured curve in the middle; the narrow one,
for phones, runs downwards, each step with its mark on a scale of its own line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from pydantic import ConfigDict

from casebook.worked.lettering import LINE, canvas, height, wrapped, written
from casebook.worked.palette import css

WIDE, NARROW = 720, 300
"""Pixels: the text column of a desktop page, and the room that a figure leaves on a small phone."""
STAGE, NAME, SMALL = 13.0, 12.5, 11.5
"""Type sizes in pixels: stages, steps, all else."""
PAD, HEAD, CURVE, GAP = 8.0, 28.0, 190.0, 10.0
MARK, MOMENT = 5.0, 10.0
"""Radii in pixels: of a measured point, and of the ring around a moment of truth."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a journey.

    Attributes:
        stage: Name of the stage it belongs to; steps of one stage stand together.
        name: What the customer does, in a word or two.
        score: What customers who did it gave on average, in the unit of the scale.
        low: Lower end of its 95 % interval.
        high: Upper end of it.
        notes: One text for each of the journey's rows, in their order; an empty one is left blank.
        is_moment: Whether the opinion of the whole is made here (a moment of truth).
        target: What it shall become, in the unit of the scale; ``None`` where nothing is intended.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")
    stage: str
    name: str
    score: float
    low: float
    high: float
    notes: tuple[str, ...] = ()
    is_moment: bool = False
    target: float | None = None


@dataclass(frozen=True, kw_only=True)
class Journey:
    """A journey to draw, all texts in the language of the page.

    Attributes:
        steps: In the order in which customers take them.
        rows: Heading of each row of notes, such as where it happens and what goes wrong.
        scale: Lowest and highest value drawn.
        unit: What the scale measures, with its ends ("mark of 0 to 10").
        moment: What the ring around a point means.
        today: What the solid line means, where there are targets.
        target: What the dashed line means, where there are targets.
        decimal: Sign before the tenths of the numbers drawn.

    Raises:
        ValueError: If there are fewer than two steps, a step has notes for other rows, lies off the scale or outside
            its interval, or the steps of a stage are torn apart.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")
    steps: tuple[Step, ...]
    rows: tuple[str, ...] = ()
    scale: tuple[float, float]
    unit: str
    moment: str = ""
    today: str = ""
    target: str = ""
    decimal: str = "."

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn, by name, before anything is."""
        if len(self.steps) < 2:
            raise ValueError("A journey needs at least two steps.")
        low, high = self.scale
        for step in self.steps:
            if len(step.notes) != len(self.rows):
                raise ValueError(f"The step {step.name!r} has {len(step.notes)} notes for {len(self.rows)} rows.")
            if not step.low <= step.score <= step.high:
                raise ValueError(f"The score of {step.name!r} lies outside its interval.")
            for value in (step.score, step.target):
                if value is not None and not low <= value <= high:
                    raise ValueError(f"{step.name!r} lies at {value:g}, off the scale of {low:g} to {high:g}.")
        stages = [stage for stage, _ in groupby(self.steps, key=lambda step: step.stage)]
        if twice := [stage for stage in stages if stages.count(stage) > 1]:
            raise ValueError(f"The steps of the stage {twice[0]!r} do not stand together.")
        if any(step.is_moment for step in self.steps) and not self.moment:
            raise ValueError("The journey has a moment of truth; say in `moment` what its ring means.")
        if self.has_targets and not (self.today and self.target):
            raise ValueError("The journey has targets; say in `today` and `target` what its two lines mean.")

    def number(self, value: float, form: str) -> str:
        """Return a number as the drawing writes it."""
        return format(value, form).replace(".", self.decimal)

    @property
    def has_targets(self) -> bool:
        """Whether any step has one."""
        return any(step.target is not None for step in self.steps)


def wide(journey: Journey, *, width: float = WIDE) -> str:
    """Return the drawing with the steps side by side, as an ``<svg>``.

    Raises:
        ValueError: If a word is too long for its column.
    """
    column = (width - 2) / len(journey.steps)
    middles = [1 + column * (index + 0.5) for index in range(len(journey.steps))]
    parts = [_stages(journey, column)]
    names = [wrapped(step.name, NAME, column - PAD, bold=True) for step in journey.steps]
    top = HEAD + GAP
    parts += [
        written(lines, x, top, size=NAME, anchor="middle", bold=True) for lines, x in zip(names, middles, strict=True)
    ]
    top += max(height(lines, NAME) for lines in names) + GAP
    parts.append(written(journey.unit, 1, top, size=SMALL, colour="muted"))
    top += SMALL * LINE + 4

    def place(value: float) -> float:
        low, high = journey.scale
        return top + CURVE * (high - value) / (high - low)

    parts.append(_curve(journey, middles, place, width))
    top += CURVE + GAP
    key, high = _key(journey, top, width)
    parts.append(key)
    top += high + (GAP if high else 0)
    for row, heading in enumerate(journey.rows):
        cells = [wrapped(step.notes[row], SMALL, column - PAD) if step.notes[row] else () for step in journey.steps]
        deep = max(height(cell, SMALL) for cell in cells)
        parts.append(f'<path d="M1,{top:.1f}H{width - 1:.1f}" stroke="{css("line")}"/>')
        parts.append(written(heading, 1, top + 5, size=SMALL, bold=True, colour="muted"))
        top += 5 + SMALL * LINE + 3
        parts += [
            written(cell, x, top, size=SMALL, anchor="middle") for cell, x in zip(cells, middles, strict=True) if cell
        ]
        top += deep + GAP
    return canvas("".join(parts), width=width, height=top)


def narrow(journey: Journey, *, width: float = NARROW) -> str:
    """Return the drawing from top to bottom, as an ``<svg>`` for phones.

    Raises:
        ValueError: If a word is too long for its line.
    """
    low, high = journey.scale
    parts = []
    unit = wrapped(journey.unit, SMALL, width - 2)
    parts.append(written(unit, 1, 0, size=SMALL, colour="muted"))
    key, deep = _key(journey, height(unit, SMALL) + 6, width)
    parts.append(key)
    top = height(unit, SMALL) + 6 + deep + GAP
    for stage, steps in groupby(journey.steps, key=lambda step: step.stage):
        parts.append(f'<rect x="0" y="{top:.1f}" width="{width}" height="{HEAD - 4}" rx="4" fill="{css("4-soft")}"/>')
        parts.append(written(stage, PAD, top + 4, size=STAGE, bold=True))
        top += HEAD + 2
        for step in steps:
            parts.append(written(step.name, 1, top, size=NAME, bold=True))
            parts.append(written(journey.number(step.score, ".1f"), width - 1, top, size=NAME, anchor="end", bold=True))
            line = top + NAME * LINE + MOMENT + 2

            def place(value: float) -> float:
                return MOMENT + 2 + (width - 2 * MOMENT - 4) * (value - low) / (high - low)

            parts.append(
                f'<path d="M{place(low):.1f},{line:.1f}H{place(high):.1f}" stroke="{css("line")}" stroke-width="2"/>'
            )
            parts.append(_mark(step, place(step.score), line, (place(step.low), line), (place(step.high), line)))
            if step.target is not None:
                parts.append(_aim(place(step.target), line))
            top = line + MOMENT + 5
            for heading, note in zip(journey.rows, step.notes, strict=True):
                if note:
                    lines = wrapped(f"{heading}: {note}", SMALL, width - PAD)
                    parts.append(written(lines, 1, top, size=SMALL))
                    top += height(lines, SMALL) + 2
            top += GAP
    return canvas("".join(parts), width=width, height=top)


def _stages(journey: Journey, column: float) -> str:
    """Draw the band of stages above the steps."""
    parts, left = [], 1.0
    for stage, steps in groupby(journey.steps, key=lambda step: step.stage):
        across = column * len(tuple(steps))
        parts.append(
            f'<rect x="{left + 1:.1f}" y="0" width="{across - 2:.1f}" height="{HEAD}" rx="4" fill="{css("4-soft")}"/>'
        )
        (line, *more) = wrapped(stage, STAGE, across - PAD, bold=True)
        if more:
            raise ValueError(f"the stage {stage!r} is too long for its {across:.0f} pixels; take a shorter name")
        parts.append(written(line, left + across / 2, 6, size=STAGE, anchor="middle", bold=True))
        left += across
    return "".join(parts)


def _curve(journey: Journey, middles: Sequence[float], place: Callable[[float], float], width: float) -> str:
    """Draw the scale, the measured line with its intervals, and the targets."""
    low, high = journey.scale
    parts = [
        f'<path d="M1,{place(value):.1f}H{width - 1:.1f}" stroke="{css("line")}" stroke-dasharray="2 4"/>'
        + written(
            journey.number(value, "g"), width - 1, place(value) - SMALL * LINE, size=SMALL, anchor="end", colour="muted"
        )
        for value in (low, (low + high) / 2, high)
    ]
    aims = [(x, place(step.target)) for x, step in zip(middles, journey.steps, strict=True) if step.target is not None]
    if len(aims) > 1:
        # Where nothing is intended the two lines run together: a straight leap would strike through today's mark.
        intended = [step.score if step.target is None else step.target for step in journey.steps]
        between = [(x, place(value)) for x, value in zip(middles, intended, strict=True)]
        parts.append(_line(between, colour="3", dashed=True))
    parts.append(_line([(x, place(step.score)) for x, step in zip(middles, journey.steps, strict=True)], colour="1"))
    parts += [_aim(x, y) for x, y in aims]
    for x, step in zip(middles, journey.steps, strict=True):
        parts.append(_mark(step, x, place(step.score), (x, place(step.low)), (x, place(step.high))))
        room = 10.0 if step.is_moment else 4.0
        under = journey.has_targets  # the line of targets runs above
        y = place(step.low) + room if under else place(step.high) - SMALL * LINE - room
        parts.append(written(journey.number(step.score, ".1f"), x, y, size=SMALL, anchor="middle", bold=True))
    return "".join(parts)


def _line(points: Sequence[tuple[float, float]], *, colour: str, dashed: bool = False) -> str:
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dash = ' stroke-dasharray="6 4"' if dashed else ""
    return f'<polyline points="{corners}" fill="none" stroke="{css(colour)}" stroke-width="2.2"{dash}/>'


def _mark(step: Step, x: float, y: float, low: tuple[float, float], high: tuple[float, float]) -> str:
    """Draw a measured point with its interval, ringed where an opinion is made."""
    ring = (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{MOMENT}" fill="none" stroke="{css("2")}" stroke-width="2.2"/>'
        if step.is_moment
        else ""
    )
    return (
        f'<path d="M{low[0]:.1f},{low[1]:.1f}L{high[0]:.1f},{high[1]:.1f}" stroke="{css("muted")}" stroke-width="2"/>'
        f'{ring}<circle cx="{x:.1f}" cy="{y:.1f}" r="{MARK}" fill="{css("1")}"/>'
    )


def _aim(x: float, y: float) -> str:
    """Draw a target: an open diamond."""
    r = MARK + 0.5
    return (
        f'<path d="M{x:.1f},{y - r:.1f}L{x + r:.1f},{y:.1f}L{x:.1f},{y + r:.1f}L{x - r:.1f},{y:.1f}Z"'
        f' fill="{css("raised")}" stroke="{css("3")}" stroke-width="2"/>'
    )


def _key(journey: Journey, top: float, width: float) -> tuple[str, float]:
    """Say what lines and rings mean; return the drawing and its height."""
    entries = []
    if journey.has_targets:
        entries += [("today", journey.today), ("target", journey.target)]
    if any(step.is_moment for step in journey.steps):
        entries.append(("moment", journey.moment))
    parts, deep = [], 0.0
    for kind, said in entries:
        y = top + deep + SMALL * LINE / 2
        if kind == "moment":
            parts.append(f'<circle cx="9" cy="{y:.1f}" r="6" fill="none" stroke="{css("2")}" stroke-width="2.2"/>')
        elif kind == "today":
            parts.append(f'<circle cx="9" cy="{y:.1f}" r="{MARK}" fill="{css("1")}"/>')
        else:
            parts.append(_aim(9, y))
        lines = wrapped(said, SMALL, width - 26)
        parts.append(written(lines, 22, top + deep, size=SMALL, colour="muted"))
        deep += height(lines, SMALL) + 3
    return "".join(parts), deep
