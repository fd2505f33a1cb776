"""Calendars as drawings: what is planned for whom in which month, above how busy the months were."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ConfigDict

from casebook.worked.lettering import LINE, canvas, height, text_width, wrapped, written
from casebook.worked.palette import css

WIDE, NARROW = 720, 300
"""Pixels: the text column of a desktop page, and the room that a figure leaves on a small phone."""
NAME, TYPE = 13.0, 11.5
"""Type sizes in pixels: names of rows, everything else."""
BAR, SPACE, PAD = 9.0, 6.0, 8.0
"""Height of a bar, room below it, room above and below a row, in pixels."""
COLOURS = ("1", "4", "5", "3", "2")
DARKEST = 0.34
"""Opacity of the busiest period's ground."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """What stands in the calendar.

    Attributes:
        start: Where it begins, in periods from the left edge: 0 is the start of the first.
        end: Where it ends.
        kind: Its kind, from 1, in the order of the calendar's ``kinds``.
        text: What it is, in a few words.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")
    start: float
    end: float
    kind: int
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """Whom it is planned for, what was measured of them, and what is planned."""

    __pydantic_config__ = ConfigDict(extra="forbid")
    name: str
    text: str = ""
    bars: tuple[Bar, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Rows over periods, all texts in the language of the page.

    Attributes:
        periods: Short names from left to right, such as months; phones show their first letter.
        kinds: What the colours mean.
        rows: From the top down.
        levels: How busy each period is, any unit, none below nought: the ground is the darker, the busier.
        ground: What the ground's shade means.

    Raises:
        ValueError: If there is no row, a bar lies outside the periods or has no kind, or levels do not fit.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")
    periods: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: tuple[Row, ...]
    levels: tuple[float, ...] = ()
    ground: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        if not self.rows or len(self.periods) < 2:
            raise ValueError("A calendar needs a row and at least two periods.")
        if not 1 <= len(self.kinds) <= len(COLOURS):
            raise ValueError(f"A calendar has one to {len(COLOURS)} kinds, not {len(self.kinds)}.")
        if self.levels and (len(self.levels) != len(self.periods) or min(self.levels) < 0):
            raise ValueError("Levels are as many as periods, and none lies below nought.")
        for row in self.rows:
            for bar in row.bars:
                if not 0 <= bar.start < bar.end <= len(self.periods):
                    raise ValueError(f"The bar {bar.text!r} of {row.name!r} does not lie within the periods.")
                if not 1 <= bar.kind <= len(self.kinds):
                    raise ValueError(f"The bar {bar.text!r} of {row.name!r} has a kind that is not declared.")


def wide(calendar: Calendar, *, width: float = WIDE, beside: float = 158.0) -> str:
    """Return the calendar with the rows' names at its left, as an ``<svg>``.

    Raises:
        ValueError: If a word is too long for its place.
    """
    return _drawn(calendar, width=width, left=beside)


def narrow(calendar: Calendar, *, width: float = NARROW) -> str:
    """Return the calendar with the rows' names above their bars, as an ``<svg>`` for phones.

    Raises:
        ValueError: If a word is too long for its place.
    """
    return _drawn(calendar, width=width, left=0.0)


def lanes(bars: tuple[Bar, ...], step: float, width: float) -> list[list[tuple[Bar, float, float]]]:
    """Return the bars in lanes, each with the left edges of itself and of its text; nothing meets within a lane.

    Args:
        bars: Of one row.
        step: Pixels of a period.
        width: Pixels of all periods.
    """
    found: list[list[tuple[Bar, float, float]]] = []
    ends: list[float] = []
    for bar in sorted(bars, key=lambda one: (one.start, one.end)):
        x, long = bar.start * step, text_width(bar.text, TYPE)
        at = max(min(x, width - long), 0.0)
        right = max(bar.end * step, at + long) + 6
        lane = next((index for index, end in enumerate(ends) if end <= min(x, at)), len(ends))
        if lane == len(ends):
            ends.append(0.0)
            found.append([])
        ends[lane] = right
        found[lane].append((bar, x, at))
    return found


def _drawn(calendar: Calendar, *, width: float, left: float) -> str:
    room = width - left - 2
    step = room / len(calendar.periods)
    parts, top = _legend(calendar, width)
    for index, name in enumerate(calendar.periods):
        shown = name if left else name[0]
        parts.append(
            written(shown, left + (index + 0.5) * step, top, size=TYPE, anchor="middle", bold=True, colour="muted")
        )
    top += TYPE * LINE + 3
    begin, high = top, TYPE * LINE + BAR + SPACE
    rows = []
    for row in calendar.rows:
        beside = (left or width) - 12
        called = wrapped(row.name, NAME, beside, bold=True)
        text = wrapped(row.text, TYPE, beside) if row.text else ()
        said = height(called, NAME) + height(text, TYPE)
        placed = lanes(row.bars, step, room)
        drawn = max(len(placed), 1) * high
        down = 0.0 if left else said + 3
        whole = 2 * PAD + (max(said, drawn) if left else said + 3 + drawn)
        rows.append(f'<path d="M0,{top:.1f}H{width:.1f}" stroke="{css("line")}"/>')
        rows.append(written(called, 0, top + PAD, size=NAME, bold=True))
        rows.append(written(text, 0, top + PAD + height(called, NAME), size=TYPE, colour="muted"))
        for lane, bars in enumerate(placed):
            y = top + PAD + down + lane * high
            for bar, x, at in bars:
                rows.append(written(bar.text, left + at, y, size=TYPE))
                rows.append(
                    f'<rect x="{left + x:.1f}" y="{y + TYPE * LINE + 1:.1f}" rx="2" height="{BAR:g}"'
                    f' width="{max((bar.end - bar.start) * step - 1, 3):.1f}"'
                    f' fill="{css(COLOURS[bar.kind - 1])}"/>'
                )
        top += whole
    return canvas(
        "".join(parts) + _ground(calendar, left, step, begin, top) + "".join(rows), width=width, height=top + 2
    )


def _ground(calendar: Calendar, left: float, step: float, begin: float, end: float) -> str:
    """Draw the shade of each period and the lines between them."""
    least, most = (min(calendar.levels), max(calendar.levels)) if calendar.levels else (0.0, 0.0)
    parts = []
    for index in range(len(calendar.periods)):
        x = left + index * step
        if most > least:
            shade = DARKEST * (calendar.levels[index] - least) / (most - least)
            parts.append(
                f'<rect x="{x:.1f}" y="{begin:.1f}" width="{step:.1f}" height="{end - begin:.1f}"'
                f' fill="{css("6")}" fill-opacity="{shade:.2f}"/>'
            )
        parts.append(f'<path d="M{x:.1f},{begin:.1f}V{end:.1f}" stroke="{css("line")}"/>')
    return "".join(parts)


def _legend(calendar: Calendar, width: float) -> tuple[list[str], float]:
    """Draw what colours and shade mean; return it with its height."""
    said = [(name, css(COLOURS[index]), 1.0) for index, name in enumerate(calendar.kinds)]
    if calendar.levels and calendar.ground:
        said.append((calendar.ground, css("6"), DARKEST))
    parts, x, y = [], 0.0, 0.0
    for text, colour, opacity in said:
        lines = wrapped(text, TYPE, width - 20)
        long = 18 + max(text_width(line, TYPE) for line in lines)
        if x and x + long > width:
            x, y = 0.0, y + TYPE * LINE + 3
        parts.append(
            f'<rect x="{x:.1f}" y="{y + 2:.1f}" width="12" height="12" rx="2" fill="{colour}"'
            f' fill-opacity="{opacity:g}"/>'
        )
        parts.append(written(lines, x + 17, y, size=TYPE))
        y += height(lines[1:], TYPE)
        x += long + 14
    return parts, y + TYPE * LINE + 10
