"""Processes as drawings: steps in lanes, one lane per actor, with measured times on steps and on the links between.

Time runs downwards, one step per row, so that step order is reading order and a link between rows never crosses a box:
a link to the next step goes straight or round one corner, any other runs in the gutter beside its target's lane.
The wide drawing sets the lanes side by side; the narrow one, for phones, has one column and names the lane in each box.

A line between two lanes, such as a service blueprint's line of visibility, is declared on the lane behind it: dashed
from top to bottom in the wide drawing, across the column at each step over it in the narrow one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from casebook.worked.lettering import LINE, canvas, text_width, wrapped, written
from casebook.worked.palette import COLOURS, css
from cxdata.errors import unknown

Kind = Literal["step", "decision", "event"]
Point = tuple[float, float]
_Label = tuple["Link", float, int, float, float, tuple[str, ...], bool]

WIDE, NARROW = 720, 300
"""Pixels: the text column of a desktop page, and the room that a figure leaves on a small phone."""
LANE_COLOURS = ("4", "1", "5", "3", "6")
"""Colours of lanes that declare none, in their order; red is left to what a drawing points out."""
TEXT, MEASURE, LABEL, TAG = 13.0, 13.0, 12.0, 11.5
"""Type sizes in pixels: a step's words, its measure, a link's label, the lane's name in a narrow box."""
PAD, BAND, GUTTER, TRACK, GAP, PORT = 9.0, 7.0, 10.0, 14.0, 30.0, 14.0
"""Pixels: within boxes; around boxes in a band; between bands; per link in a gutter; between rows; between ports."""
ARROW = 7.0
LABEL_WIDTH = 104.0
BESIDE, ACROSS = 7.0, 4.0
"""Pixels that a named line takes beside a lane, and across the one column below its name."""
DASHES = "7 5"
LEAST_DIAMOND = 56.0
"""Height in pixels under which a diamond with a short question looks like a lozenge."""


@dataclass(frozen=True, kw_only=True)
class Lane:
    """One actor of a process.

    Attributes:
        key: Name by which steps refer to it.
        name: Who it is, as the drawing says it.
        colour: Of the palette, ``"1"`` to ``"6"``; empty for the next free one.
        line: Name of the line that parts it from the lane before, such as "line of visibility"; empty for none.
    """

    key: str
    name: str
    colour: str = ""
    line: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a process.

    Attributes:
        key: Name by which links refer to it.
        text: What is done, in a few words; for a decision, its question.
        lane: Key of the lane that does it.
        measure: What was measured in it, its numbers already written ("median 6 h").
        kind: ``decision`` is drawn as a diamond, ``event`` (what starts or ends the process) with round ends.
        stressed: Whether the drawing points it out.
    """

    key: str
    text: str
    lane: str
    measure: str = ""
    kind: Kind = "step"
    stressed: bool = False


@dataclass(frozen=True, kw_only=True)
class Link:
    """What leads from one step to another.

    Attributes:
        start: Key of the step it leaves.
        end: Key of the step it reaches; an earlier one for a way back.
        label: What was measured on it, or the answer of a decision ("no, 19%").
        stressed: Whether the drawing points it out.
    """

    start: str
    end: str
    label: str = ""
    stressed: bool = False


@dataclass(frozen=True, kw_only=True)
class Process:
    """A process to draw, all texts in the language of the page.

    Attributes:
        lanes: Who acts, from left to right.
        steps: What happens, in the order in which it is read.
        links: What follows what; empty for one step after the other.

    Raises:
        ValueError: If a name or text is missing or taken twice, a lane, step or colour does not exist, or the first
            lane has a line before it.
    """

    lanes: tuple[Lane, ...]
    steps: tuple[Step, ...]
    links: tuple[Link, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn, by name, before anything is."""
        lanes = _keys("lane", self.lanes)
        steps = _keys("step", self.steps)
        colours = [name for name in COLOURS if name.isdigit()]
        for lane in self.lanes:
            if not lane.name.strip():
                raise ValueError(f"The lane {lane.key!r} has no name; say who acts in it.")
            if lane.colour and lane.colour not in colours:
                raise ValueError(unknown("colour of a lane", lane.colour, colours).rstrip("."))
        if self.lanes[0].line:
            raise ValueError(f"No lane stands before {lanes[0]!r}, so no line can; declare it on the lane behind it.")
        for step in self.steps:
            if not step.text.strip():
                raise ValueError(f"The step {step.key!r} has no text; say what is done in it.")
            if step.lane not in lanes:
                raise ValueError(f"Step {step.key!r}: " + unknown("lane", step.lane, lanes).rstrip("."))
        drawn: set[tuple[str, str]] = set()
        for link in self.links:
            for end in (link.start, link.end):
                if end not in steps:
                    between = f"Link {link.start!r} to {link.end!r}: "
                    raise ValueError(between + unknown("step", end, steps).rstrip("."))
            if link.start == link.end:
                raise ValueError(f"A link leads from {link.start!r} to itself; write in the step that it is repeated.")
            if (link.start, link.end) in drawn:
                raise ValueError(f"Two links lead from {link.start!r} to {link.end!r}; keep one, with both labels.")
            drawn.add((link.start, link.end))

    @property
    def connections(self) -> tuple[Link, ...]:
        """The links, or one from each step to the next where none is declared."""
        return self.links or tuple(Link(start=one.key, end=two.key) for one, two in pairwise(self.steps))


@dataclass(frozen=True)
class Box:
    """A step as drawn, in pixels: centre, size, and its lines of text with their type sizes."""

    step: Step
    lane: int
    x: float
    y: float
    width: float
    height: float
    lines: tuple[tuple[str, float, str], ...]
    """Text, type size in pixels, and kind: ``tag``, ``text`` or ``measure``."""

    def side(self, direction: int, dy: float) -> Point:
        """Return the point on the left (-1) or right (1) side, ``dy`` below the middle."""
        half = self.width / 2
        if self.step.kind == "decision":
            half *= 1 - abs(dy) / (self.height / 2)
        return self.x + direction * half, self.y + dy


@dataclass(frozen=True)
class Caption:
    """The label of a link as drawn: left edge, top and size in pixels."""

    link: Link
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    is_over: bool
    """Whether it lies over the line of another link, for want of another place, and covers it."""


@dataclass(frozen=True)
class Boundary:
    """A line between lanes as drawn: its two ends, and its name with middle or left edge and top, in pixels."""

    start: Point
    end: Point
    x: float
    top: float
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """Where everything stands, in pixels."""

    process: Process
    width: float
    height: float
    bands: tuple[tuple[float, float, float], ...]
    """Left edge, width and height of the heading of each lane; empty in a narrow drawing."""
    boxes: tuple[Box, ...]
    wires: tuple[tuple[Link, tuple[Point, ...]], ...]
    captions: tuple[Caption, ...]
    boundaries: tuple[Boundary, ...] = ()
    above: float = 0.0
    """Height of the names of lines, above the bands."""


@dataclass
class _Wire:
    """A link while it is being routed."""

    link: Link
    start: int
    end: int
    exit: int = 0
    """Side on which it leaves: -1 left, 1 right, 0 below."""
    enter: int = 0
    """Side on which it arrives: -1 left, 1 right, 0 above."""
    gutter: int = -1
    track: int = 0
    ports: list[float] = field(default_factory=lambda: [0.0, 0.0])

    @property
    def rows(self) -> range:
        """Indices of the gaps below a row that its upright part passes."""
        return range(min(self.start, self.end), max(self.start, self.end))


def wide(process: Process, *, width: float = WIDE) -> str:
    """Return the drawing with lanes side by side, as an ``<svg>`` for :meth:`Page.drawing`.

    Raises:
        ValueError: If a word or the label of a link is too long for its place.
    """
    return _svg(arrange(process, width=width))


def narrow(process: Process, *, width: float = NARROW) -> str:
    """Return the drawing in one column, as an ``<svg>`` for ``narrow=`` of :meth:`Page.drawing`.

    Raises:
        ValueError: If a word or the label of a link is too long for its place.
    """
    return _svg(arrange(process, width=width, one_column=True))


def arrange(process: Process, *, width: float, one_column: bool = False) -> Layout:
    """Return where lanes, boxes, links and labels stand.

    Raises:
        ValueError: If a word or the label of a link is too long for its place.
    """
    place = {lane.key: 0 if one_column else index for index, lane in enumerate(process.lanes)}
    columns = [place[step.lane] for step in process.steps]
    wires = _wires(process, columns)
    count = max(columns, default=0) + 1 if one_column else len(process.lanes)
    tracks = [1 + max((wire.track for wire in wires if wire.gutter == gap), default=-1) for gap in range(count + 1)]
    edge = 0.0 if one_column else BAND
    gutters = [
        (0.0 if gap in (0, count) else GUTTER)
        + (tracks[gap] * TRACK + 4 if tracks[gap] else 0)
        + (BESIDE if 0 < gap < count and process.lanes[gap].line else 0)
        for gap in range(count + 1)
    ]
    band = (width - 2 - sum(gutters)) / count
    lefts = [1 + sum(gutters[: index + 1]) + band * index for index in range(count)]
    headings = [] if one_column else [wrapped(lane.name, TEXT, band - 2 * PAD, bold=True) for lane in process.lanes]
    high = max((len(lines) for lines in headings), default=0) * TEXT * LINE + (2 * PAD if headings else 0)
    upright_lines = {} if one_column else {index: lefts[index] - BESIDE for index in _lines(process)}
    titles = {index: wrapped(process.lanes[index].line, LABEL, band - 4, bold=True) for index in upright_lines}
    above = max((len(lines) for lines in titles.values()), default=0) * LABEL * LINE + (6 if titles else 0)
    top = above + high

    names = {lane.key: lane.name for lane in process.lanes}
    flat = [
        _box(step, column, lefts[column] + band / 2, band - 2 * edge, tag=names[step.lane] if one_column else "")
        for step, column in zip(process.steps, columns, strict=True)
    ]
    ports = _ports(wires, flat)
    upright = {id(wire): _upright(wire, flat, lefts, band) for wire in wires}
    labels, room = _captions(wires, upright, width, len(flat), tuple(upright_lines.values()))
    over = _crossings(process) if one_column else {}  # by gap
    spare = {gap: room[gap] for gap in over}
    named = {
        index: wrapped(process.lanes[index].line, LABEL, flat[0].x - 12, bold=True)
        for index in _lines(process)
        if one_column
    }
    tall = {index: len(lines) * LABEL * LINE + ACROSS for index, lines in named.items()}
    for gap, crossed in over.items():
        room[gap] += sum(tall[index] for index in crossed)

    y = top + room[0]
    middles = []
    for index, box in enumerate(flat):
        middles.append(y + box.height / 2)
        y += box.height + room[index + 1]
    bottoms = [middle + box.height / 2 for middle, box in zip(middles, flat, strict=True)]
    boxes = tuple(
        Box(box.step, box.lane, box.x, middle, box.width, box.height, box.lines)
        for box, middle in zip(flat, middles, strict=True)
    )
    captions = tuple(
        Caption(link, x, (bottoms[gap - 1] if gap else top) + down, across, len(lines) * LABEL * LINE, lines, is_over)
        for link, x, gap, down, across, lines, is_over in labels
    )
    drawn = tuple((wire.link, _path(wire, boxes, upright[id(wire)], ports)) for wire in wires)
    bands = tuple((left, band, high) for left in lefts) if headings else ()
    boundaries = [
        Boundary((x, above + 1), (x, y), x, (above - 6 - len(titles[index]) * LABEL * LINE), titles[index])
        for index, x in upright_lines.items()
    ]
    for gap, crossed in over.items():
        level = bottoms[gap - 1] + spare[gap] - ARROW - 4
        for index in crossed:
            level += tall[index]
            ends = (1.0, level), (lefts[0] + band, level)
            boundaries.append(Boundary(*ends, 1, level - tall[index] + ACROSS / 2, named[index]))
    return Layout(process, width, y + 1, bands, boxes, drawn, captions, tuple(boundaries), above)


def _lines(process: Process) -> list[int]:
    """Return the indices of the lanes that a line parts from the one before."""
    return [index for index, lane in enumerate(process.lanes) if lane.line]


def _crossings(process: Process) -> dict[int, list[int]]:
    """Return by gap between rows which lines lie between the lanes of its two steps, in the order of the way."""
    order = {lane.key: index for index, lane in enumerate(process.lanes)}
    found = {}
    for gap, (one, two) in enumerate(pairwise(process.steps), start=1):
        here, there = order[one.lane], order[two.lane]
        crossed = [index for index in _lines(process) if min(here, there) < index <= max(here, there)]
        if crossed:
            found[gap] = crossed if there > here else crossed[::-1]
    return found


def _keys(what: str, ones: Sequence[Lane] | Sequence[Step]) -> list[str]:
    """Return the keys of lanes or steps, refusing none, empty ones and twins."""
    keys = [one.key for one in ones]
    if not keys:
        raise ValueError(f"A process needs at least one {what}.")
    for key in keys:
        if not key.strip():
            raise ValueError(f"A {what} of the process has no key; links and steps refer to it.")
        if keys.count(key) > 1:
            raise ValueError(f"Two {what}s of the process have the key {key!r}; give each its own.")
    return keys


def _box(step: Step, lane: int, x: float, width: float, *, tag: str) -> Box:
    """Return a box around its words, its height as needed, its middle still at nought."""

    def lines(room: float) -> tuple[tuple[str, float, str], ...]:
        said = [(line, TAG, "tag") for line in (wrapped(tag, TAG, room, bold=True) if tag else ())]
        said += [(line, TEXT, "text") for line in wrapped(step.text, TEXT, room)]
        if step.measure:
            said += [(line, MEASURE, "measure") for line in wrapped(step.measure, MEASURE, room, bold=True)]
        return tuple(said)

    def high(said: tuple[tuple[str, float, str], ...]) -> float:
        return sum(size * LINE for _, size, _ in said)

    if step.kind != "decision":
        said = lines(width - 2 * PAD - (8 if step.kind == "event" else 0))
        return Box(step, lane, x, 0.0, width, high(said) + 2 * PAD - 2, said)
    best: Box | None = None
    for part in (0.45, 0.5, 0.55, 0.6, 0.65, 0.7):  # a text of this part of the width fits where the diamond is as high
        try:
            said = lines(part * width)
        except ValueError:
            continue
        needed = max(text_width(line, size, bold=kind != "text") for line, size, kind in said) / width
        height = max((high(said) + 4) / (1 - needed), LEAST_DIAMOND)
        if best is None or height <= best.height:  # as high: the wider text, of fewer lines
            best = Box(step, lane, x, 0.0, width, height, said)
    if best is None:
        raise ValueError(f"the decision {step.key!r} has a word too long for its diamond; take a shorter one")
    return best


def _wires(process: Process, columns: Sequence[int]) -> list[_Wire]:
    """Choose sides, gutters and tracks of all links."""
    row = {step.key: index for index, step in enumerate(process.steps)}
    wires = [_Wire(link, row[link.start], row[link.end]) for link in process.connections]
    for wire in wires:
        source, target = columns[wire.start], columns[wire.end]
        if wire.end == wire.start + 1:
            wire.exit = (target > source) - (target < source)
        else:
            wire.exit = 1 if target >= source else -1
            wire.enter = -1 if target > source else 1
            wire.gutter = target if target > source else target + 1
    far = [wire for wire in wires if wire.gutter >= 0]
    for wire in sorted(far, key=lambda one: len(one.rows)):  # short links inside, long ones outside
        taken = {
            other.track
            for other in far
            if other is not wire
            and other.gutter == wire.gutter
            and (len(other.rows), far.index(other)) < (len(wire.rows), far.index(wire))
            and max(wire.rows[0], other.rows[0]) <= min(wire.rows[-1], other.rows[-1]) + 1
        }
        wire.track = next(track for track in range(len(far)) if track not in taken)
    return wires


def _ports(wires: Sequence[_Wire], boxes: Sequence[Box]) -> dict[tuple[int, int], float]:
    """Return how far below the middle of its box each end stands: two links on one side need two places."""
    places: dict[tuple[int, int], float] = {}
    for index in range(len(boxes)):
        for side in (-1, 1):
            ends = [(wire, 0) for wire in wires if wire.start == index and wire.exit == side]
            ends += [(wire, 1) for wire in wires if wire.end == index and wire.enter == side]
            ends.sort(key=lambda one: (one[0].gutter < 0, (one[0].end if one[1] == 0 else one[0].start) - index))
            for place, (wire, end) in enumerate(ends):
                places[id(wire), end] = (place - (len(ends) - 1) / 2) * PORT
    return places


def _upright(wire: _Wire, boxes: Sequence[Box], lefts: Sequence[float], band: float) -> float:
    """Return where the upright part of a link stands."""
    if wire.gutter < 0:
        return boxes[wire.end].x
    left = lefts[wire.gutter - 1] + band
    inner = GUTTER / 2 if wire.gutter < len(lefts) else 0.0
    return left + inner + TRACK / 2 + 2 + wire.track * TRACK


def _captions(
    wires: Sequence[_Wire], upright: dict[int, float], width: float, rows: int, lines_at: Sequence[float] = ()
) -> tuple[list[_Label], list[float]]:
    """Place the labels of links beside their upright parts, in the gaps between rows, where no box is.

    Returns:
        Labels as link, left edge, gap (0 above the first row), distance from the gap's top, width, lines, and whether
        it covers a line; and the height of each gap.
    """
    room = [GAP / 2, *([GAP] * (rows - 1)), GAP / 2]
    passing: dict[int, list[float]] = {
        gap: [*(upright[id(wire)] for wire in wires if gap - 1 in wire.rows), *lines_at] for gap in range(rows + 1)
    }
    placed: dict[int, list[tuple[float, float, float, float]]] = {gap: [] for gap in range(rows + 1)}
    labels: list[_Label] = []
    for wire in wires:
        if not wire.link.label.strip():
            continue
        line = upright[id(wire)]
        along = [row + 1 for row in wire.rows]
        near = along if wire.end > wire.start else along[::-1]
        for gap, is_clear in [*((gap, True) for gap in near), (near[0], False)]:  # at last, over somebody's line
            others = [x for x in passing[gap] if x != line and is_clear]
            free = list(_candidates(wire.link, line, others, placed[gap], width))
            if free:
                break
        else:
            raise ValueError(
                f"the label {wire.link.label!r} of the link {wire.link.start!r} to {wire.link.end!r} finds no room; "
                "shorten it, or write it into the step"
            )
        left, down, across, lines = min(free, key=lambda one: one[1] + len(one[3]) * LABEL * LINE)
        placed[gap].append((left, down, across, len(lines) * LABEL * LINE))
        room[gap] = max(room[gap], down + len(lines) * LABEL * LINE + ARROW + 4)
        labels.append((wire.link, left, gap, down, across, lines, not is_clear))
    return labels, room


def _candidates(
    link: Link, line: float, others: Sequence[float], placed: Sequence[tuple[float, float, float, float]], width: float
) -> Iterator[tuple[float, float, float, tuple[str, ...]]]:
    """Yield free places of a label: to the right of its line, to the left, narrower, lower."""
    downs = [5.0, *sorted(top + height + 3 for _, top, _, height in placed)]
    for down in downs:
        for most in (LABEL_WIDTH, 0.75 * LABEL_WIDTH, 0.55 * LABEL_WIDTH):
            try:
                lines = wrapped(link.label, LABEL, most, bold=link.stressed)
            except ValueError:
                continue
            across = max(text_width(one, LABEL, bold=link.stressed) for one in lines)
            high = len(lines) * LABEL * LINE
            for left in (line + 6, line - 6 - across):
                inside = left >= 1 and left + across <= width - 1
                crossed = any(left - 3 < other < left + across + 3 for other in others)
                covered = any(
                    left < x + w + 4 and x < left + across + 4 and down < top + h + 2 and top < down + high + 2
                    for x, top, w, h in placed
                )
                if inside and not crossed and not covered:
                    yield left, down, across, lines


def _path(wire: _Wire, boxes: Sequence[Box], upright: float, ports: dict[tuple[int, int], float]) -> tuple[Point, ...]:
    """Return the corners of a link, from its source to its target."""
    source, target = boxes[wire.start], boxes[wire.end]
    if wire.exit == 0:
        return (source.x, source.y + source.height / 2), (target.x, target.y - target.height / 2)
    out = source.side(wire.exit, ports[id(wire), 0])
    if wire.enter == 0:
        return out, (target.x, out[1]), (target.x, target.y - target.height / 2)
    into = target.side(wire.enter, ports[id(wire), 1])
    return out, (upright, out[1]), (upright, into[1]), into


def _svg(layout: Layout) -> str:
    """Draw a layout: lanes, links, steps in their order, labels."""
    process = layout.process
    own = {lane.key: lane.colour or LANE_COLOURS[index % len(LANE_COLOURS)] for index, lane in enumerate(process.lanes)}
    parts = []
    for lane, (left, across, high) in zip(process.lanes, layout.bands, strict=False):
        parts.append(
            f'<rect x="{left:.1f}" y="{layout.above + 1:.1f}" width="{across:.1f}"'
            f' height="{layout.height - layout.above - 2:.1f}" rx="6"'
            f' fill="{css(f"{own[lane.key]}-soft")}"/>'
        )
        lines = tuple((line, TEXT, "tag") for line in wrapped(lane.name, TEXT, across - 2 * PAD, bold=True))
        parts.append(_words(lines, left + across / 2, layout.above + high / 2 + 2))
    parts += [_boundary(one, is_upright=bool(layout.bands)) for one in layout.boundaries]
    parts += [_wire(link, points) for link, points in layout.wires]
    parts += [_shape(box, own[box.step.lane], soft=not layout.bands) for box in layout.boxes]
    parts += [_caption(one) for one in layout.captions]
    return canvas("".join(parts), width=layout.width, height=layout.height)


def _shape(box: Box, colour: str, *, soft: bool) -> str:
    """Draw a step: its outline in the colour of its lane, its words, its measure in bold."""
    left, top = box.x - box.width / 2, box.y - box.height / 2
    stroke = css("2") if box.step.stressed else css(colour)
    fill = css("2-soft") if box.step.stressed else css(f"{colour}-soft") if soft else css("raised")
    look = f'fill="{fill}" stroke="{stroke}" stroke-width="{2.5 if box.step.stressed else 1.3}"'
    if box.step.kind == "decision":
        corners = ((box.x, top), (left + box.width, box.y), (box.x, top + box.height), (left, box.y))
        outline = f'<polygon points="{_points(corners)}" {look}/>'
    else:
        corner = min(box.height / 2, 18.0) if box.step.kind == "event" else 5.0
        outline = (
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'
            f' rx="{corner:.1f}" {look}/>'
        )
    return outline + _words(box.lines, box.x, box.y)


def _words(lines: Sequence[tuple[str, float, str]], x: float, y: float) -> str:
    """Write lines around a middle."""
    top = y - sum(size * LINE for _, size, _ in lines) / 2
    drawn = []
    for text, size, kind in lines:
        drawn.append(written(text, x, top, size=size, anchor="middle", bold=kind != "text"))
        top += size * LINE
    return "".join(drawn)


def _wire(link: Link, points: Sequence[Point]) -> str:
    """Draw a link with its arrow."""
    colour = css("2") if link.stressed else css("muted")
    (ax, ay), (bx, by) = points[-2], points[-1]
    dx, dy = (bx > ax) - (bx < ax), (by > ay) - (by < ay)
    base = (bx - dx * ARROW, by - dy * ARROW)
    wing = ARROW * 0.55
    head = ((bx, by), (base[0] - dy * wing, base[1] - dx * wing), (base[0] + dy * wing, base[1] + dx * wing))
    return (
        f'<polyline points="{_points([*points[:-1], base])}" fill="none" stroke="{colour}"'
        f' stroke-width="{2.2 if link.stressed else 1.5}" stroke-linejoin="round"/>'
        f'<polygon points="{_points(head)}" fill="{colour}"/>'
    )


def _boundary(one: Boundary, *, is_upright: bool) -> str:
    """Draw a line between lanes with its name."""
    (x1, y1), (x2, y2) = one.start, one.end
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{css("ink")}"'
        f' stroke-width="1.5" stroke-dasharray="{DASHES}"/>'
    ) + written(one.lines, one.x, one.top, size=LABEL, anchor="middle" if is_upright else "start", bold=True)


def _caption(caption: Caption) -> str:
    """Write the label of a link."""
    behind = ""
    if caption.is_over:
        behind = (
            f'<rect x="{caption.x - 2:.1f}" y="{caption.y:.1f}" width="{caption.width + 4:.1f}"'
            f' height="{caption.height:.1f}" rx="2" fill="{css("raised")}"/>'
        )
    return behind + written(caption.lines, caption.x, caption.y, size=LABEL, bold=caption.link.stressed)


def _points(points: Sequence[Point]) -> str:
    """Write coordinates to a tenth of a pixel."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
