"""Drawn processes: everything within its place, nothing over anything else, and errors that name what is wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest

from casebook.worked import flow
from casebook.worked.flow import NARROW, WIDE, Lane, Layout, Link, Process, Step, arrange
from casebook.worked.lettering import LINE, text_width
from casebook.worked.page import Page

LANES = (
    Lane(key="customer", name="Customer"),
    Lane(key="desk", name="Service desk"),
    Lane(key="depot", name="Logistics"),
    Lane(key="accounts", name="Accounts"),
)
STEPS = (
    Step(key="asks", text="Complains", lane="customer", kind="event"),
    Step(key="records", text="Receive and record the complaint", lane="desk", measure="median 6 h"),
    Step(key="thanks", text="Acknowledge", lane="desk", measure="median 20 h, 90th percentile 48 h"),
    Step(key="inquires", text="Investigate with the carrier", lane="depot", measure="60 h", stressed=True),
    Step(key="due", text="Paid back?", lane="desk", kind="decision"),
    Step(key="pays", text="Pay", lane="accounts", measure="median 2 days"),
    Step(key="replies", text="Write the reply", lane="desk"),
    Step(key="solved", text="Is it solved for the customer?", lane="customer", kind="decision", measure="71%"),
    Step(key="closed", text="Closed", lane="desk", kind="event"),
)
LINKS = (
    Link(start="asks", end="records", label="by e-mail 61%"),
    Link(start="records", end="thanks"),
    Link(start="thanks", end="inquires", label="waits 11 h", stressed=True),
    Link(start="inquires", end="due"),
    Link(start="due", end="pays", label="yes, 40%"),
    Link(start="due", end="replies", label="no, 60%"),
    Link(start="pays", end="replies"),
    Link(start="replies", end="solved", label="median 4 days"),
    Link(start="solved", end="closed", label="yes"),
    Link(start="solved", end="inquires", label="no: second failure, 29%", stressed=True),
)
FULL = Process(lanes=LANES, steps=STEPS, links=LINKS)
PLAIN = Process(lanes=LANES[:2], steps=STEPS[:3])
PROCESSES = {
    "full": FULL,
    "plain": PLAIN,
    "one lane": Process(lanes=LANES[1:2], steps=STEPS[1:3]),
    "one step": Process(lanes=LANES[:1], steps=STEPS[:1]),
    "skips": Process(
        lanes=LANES,
        steps=STEPS,
        links=(*LINKS, Link(start="asks", end="thanks", label="by phone"), Link(start="records", end="closed")),
    ),
}
PROCESSES["crowded"] = Process(
    lanes=LANES[:2],
    steps=(
        Step(key="taken", text="Taken?", lane="desk", kind="decision"),
        Step(key="waits", text="Waits", lane="customer"),
        Step(key="here", text="Inquire", lane="desk"),
        Step(key="away", text="Ask others", lane="desk"),
        Step(key="answers", text="Answer", lane="desk"),
    ),
    links=(
        Link(start="taken", end="waits", label="no, 12%"),
        Link(start="taken", end="here", label="36% of the rest"),
        Link(start="taken", end="away", label="64% of the rest"),
        Link(start="here", end="answers"),
        Link(start="away", end="answers"),
    ),
)
PARTED = Process(
    lanes=(
        LANES[0],
        replace(LANES[1], line="Line of interaction"),
        replace(LANES[2], line="Line of visibility"),
        replace(LANES[3], line="Line of internal interaction"),
    ),
    steps=STEPS,
    links=LINKS,
)
PROCESSES["parted"] = PARTED
LAYOUTS = {
    f"{name}, {width}": arrange(process, width=width, one_column=width == NARROW)
    for name, process in PROCESSES.items()
    for width in (WIDE, NARROW)
}
every_layout = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
Rectangle = tuple[float, float, float, float]


def boxes(layout: Layout) -> list[Rectangle]:
    return [
        (box.x - box.width / 2, box.y - box.height / 2, box.x + box.width / 2, box.y + box.height / 2)
        for box in layout.boxes
    ]


def captions(layout: Layout) -> list[Rectangle]:
    return [(one.x, one.y, one.x + one.width, one.y + one.height) for one in layout.captions]


def overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def segments(layout: Layout) -> list[tuple[Link, Rectangle]]:
    return [
        (link, (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)))
        for link, points in layout.wires
        for (x1, y1), (x2, y2) in pairwise(points)
    ]


@every_layout
def test_no_box_or_label_lies_over_another(layout: Layout) -> None:
    for one, other in combinations([*boxes(layout), *captions(layout)], 2):
        assert not overlap(one, other)


@every_layout
def test_everything_is_within_the_drawing(layout: Layout) -> None:
    for left, top, right, bottom in [*boxes(layout), *captions(layout), *(place for _, place in segments(layout))]:
        assert 0 <= left <= right <= layout.width
        assert 0 <= top <= bottom <= layout.height


@every_layout
def test_no_link_crosses_a_box_or_somebody_elses_label(layout: Layout) -> None:
    for link, (left, top, right, bottom) in segments(layout):
        for rectangle in boxes(layout):
            inner = (rectangle[0] + 0.5, rectangle[1] + 0.5, rectangle[2] - 0.5, rectangle[3] - 0.5)
            ends = {link.start, link.end}
            box = next(one for one, place in zip(layout.boxes, boxes(layout), strict=True) if place == rectangle)
            if box.step.kind == "decision" and box.step.key in ends:
                continue  # a line that ends on the slope of a diamond lies within the rectangle around it
            assert not overlap((left, top, right, bottom), inner), (link, box.step.key)
        for caption, rectangle in zip(layout.captions, captions(layout), strict=True):
            if caption.link != link and not caption.is_over:
                assert not overlap((left, top, right, bottom), rectangle), (link, caption.lines)


@every_layout
def test_no_two_links_run_over_each_other(layout: Layout) -> None:
    for (one, first), (other, second) in combinations(segments(layout), 2):
        if one is other:
            continue
        for across in (0, 1):  # both upright, both level
            along = 1 - across
            if first[across] == first[across + 2] == second[across] == second[across + 2]:
                shared = min(first[along + 2], second[along + 2]) - max(first[along], second[along])
                assert shared <= 0, (one, other)


@every_layout
def test_all_words_fit_their_boxes(layout: Layout) -> None:
    for box in layout.boxes:
        high = sum(size * LINE for _, size, _ in box.lines)
        across = max(text_width(text, size, bold=kind != "text") for text, size, kind in box.lines)
        assert across < box.width
        assert high < box.height
        if box.step.kind == "decision":
            assert across / box.width + high / box.height <= 1
        said = " ".join(text for text, _, kind in box.lines if kind == "text")
        assert said == box.step.text


@every_layout
def test_rows_follow_the_order_of_the_steps(layout: Layout) -> None:
    assert [box.step.key for box in layout.boxes] == [step.key for step in layout.process.steps]
    assert all(one.y + one.height / 2 < two.y - two.height / 2 for one, two in pairwise(layout.boxes))


def test_a_label_covers_a_line_only_where_every_other_place_is_taken() -> None:
    over = {name for name, layout in LAYOUTS.items() if any(one.is_over for one in layout.captions)}
    assert over == {f"crowded, {NARROW}", f"crowded, {WIDE}"}
    crowded = LAYOUTS[f"crowded, {NARROW}"]
    labels = [one for one in crowded.captions if one.is_over]
    assert [one.link.end for one in labels] == ["away"]
    assert flow.narrow(PROCESSES["crowded"]).count("<rect") == len(crowded.boxes) - 1 + len(labels)  # one diamond


def test_each_link_goes_from_its_start_to_its_end() -> None:
    for width in (WIDE, NARROW):
        layout = arrange(FULL, width=width, one_column=width == NARROW)
        place = {box.step.key: box for box in layout.boxes}
        assert [link for link, _ in layout.wires] == list(LINKS)
        for link, points in layout.wires:
            for key, (x, y) in ((link.start, points[0]), (link.end, points[-1])):
                box = place[key]
                assert abs(x - box.x) <= box.width / 2 + 0.01
                assert abs(y - box.y) <= box.height / 2 + 0.01
            assert all(x1 == x2 or y1 == y2 for (x1, y1), (x2, y2) in pairwise(points))


@pytest.mark.parametrize("draw", [flow.wide, flow.narrow])
def test_a_drawing_is_well_formed_says_all_words_in_order_and_takes_all_colours_from_the_palette(draw: object) -> None:
    assert callable(draw)
    svg = draw(FULL)
    root = ElementTree.fromstring(svg)
    texts = [str(one.text) for one in root.iter("{http://www.w3.org/2000/svg}text")]
    said = " ".join(texts)
    for word in ("Service desk", "median 6 h", "waits 11 h", "60 h"):
        assert word in said
    order = [texts.index(word) for word in ("Complains", "Acknowledge", "Paid back?", "Pay", "Write the reply")]
    assert order == sorted(order)
    for colour in re.findall(r'(?:fill|stroke)="([^"]+)"', svg):
        assert colour == "none" or colour.startswith("var(--cx-")
    assert "style=" not in svg


def test_a_narrow_drawing_names_the_lane_in_each_box() -> None:
    layout = arrange(FULL, width=NARROW, one_column=True)
    names = {lane.key: lane.name for lane in LANES}
    assert not layout.bands
    for box in layout.boxes:
        assert " ".join(text for text, _, kind in box.lines if kind == "tag") == names[box.step.lane]


def test_steps_without_links_follow_each_other() -> None:
    assert [(link.start, link.end) for link in PLAIN.connections] == [("asks", "records"), ("records", "thanks")]


def test_words_are_escaped() -> None:
    process = replace(PLAIN, steps=(replace(STEPS[0], text="Asks <b> & waits"), *STEPS[1:3]))
    ElementTree.fromstring(flow.wide(process))
    assert "&lt;b&gt; &amp;" in flow.wide(process)


def test_a_page_takes_both_drawings() -> None:
    page = Page()
    alternative = "A process of nine steps in four lanes; the inquiry takes sixty hours, the longest of all."
    page.drawing(
        "p", flow.wide(FULL), narrow=flow.narrow(FULL), title="The inquiry takes long", alternative=alternative
    )
    assert page.blocks["p"].count("<svg") == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"links": (Link(start="asks", end="thank"),)}, "thank.*Did you mean 'thanks'"),
        ({"links": (Link(start="asks", end="asks"),)}, "'asks' to itself"),
        ({"links": (Link(start="asks", end="records"), Link(start="asks", end="records"))}, "Two links"),
        ({"steps": (replace(STEPS[0], lane="custmer"),)}, "'asks'.*Did you mean 'customer'"),
        ({"steps": (STEPS[0], STEPS[0])}, "Two steps.*'asks'"),
        ({"steps": (replace(STEPS[0], text=" "),)}, "'asks' has no text"),
        ({"steps": ()}, "at least one step"),
        ({"lanes": ()}, "at least one lane"),
        ({"lanes": (LANES[0], LANES[0])}, "Two lanes.*'customer'"),
        ({"lanes": (replace(LANES[0], name=""), LANES[1])}, "'customer' has no name"),
        ({"lanes": (replace(LANES[0], colour="red"), LANES[1])}, "'red'"),
        ({"lanes": (replace(LANES[0], key=" "), LANES[1])}, "no key"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_line(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        replace(PLAIN, **change)  # type: ignore[arg-type]  # any field
    assert "\n" not in str(caught.value)


def test_a_word_or_label_without_room_is_refused_by_name() -> None:
    long = "Beschwerdemanagementverantwortlichkeiten"
    with pytest.raises(ValueError, match=long):
        flow.narrow(replace(PLAIN, steps=(replace(STEPS[0], text=long),), lanes=LANES))
    with pytest.raises(ValueError, match=f"label '{long}'.*'asks' to 'records'"):
        flow.wide(replace(PLAIN, links=(Link(start="asks", end="records", label=long),)))
    with pytest.raises(ValueError, match="'solved'"):
        flow.wide(replace(FULL, steps=(*STEPS[:7], replace(STEPS[7], text=f"{long}?"), STEPS[8])))


def test_a_line_stands_between_its_lanes_from_top_to_bottom_and_is_named_above_them() -> None:
    layout = LAYOUTS[f"parted, {WIDE}"]
    assert [" ".join(one.lines) for one in layout.boundaries] == [lane.line for lane in PARTED.lanes[1:]]
    for one, (left, across, _), (right, _, _) in zip(layout.boundaries, layout.bands, layout.bands[1:], strict=False):
        (x, top), (same, bottom) = one.start, one.end
        assert x == same
        assert left + across < x < right
        assert (top, bottom) == (layout.above + 1, layout.height - 1)
        assert one.top + len(one.lines) * flow.LABEL * LINE < layout.above
    for one, other in pairwise(layout.boundaries):
        widths = [max(text_width(line, flow.LABEL, bold=True) for line in ones.lines) for ones in (one, other)]
        assert one.x + widths[0] / 2 < other.x - widths[1] / 2


def test_no_label_lies_on_a_line_between_lanes() -> None:
    layout = LAYOUTS[f"parted, {WIDE}"]
    for one in layout.boundaries:
        for left, _, right, _ in captions(layout):
            assert not left <= one.x <= right


def test_a_narrow_drawing_shows_a_line_at_each_step_over_it() -> None:
    layout = LAYOUTS[f"parted, {NARROW}"]
    order = [lane.key for lane in LANES]
    places = [order.index(step.lane) for step in STEPS]
    assert len(layout.boundaries) == sum(abs(one - two) for one, two in pairwise(places))
    for one in layout.boundaries:
        level, across = one.start[1], max(text_width(line, flow.LABEL, bold=True) for line in one.lines)
        name = (one.x, one.top, one.x + across, level)
        for taken in [*boxes(layout), *captions(layout)]:
            assert not overlap(name, taken)
        for _, (left, top, right, bottom) in segments(layout):
            assert not overlap(name, (left, top, right, bottom))


def test_a_line_before_the_first_lane_is_refused() -> None:
    with pytest.raises(ValueError, match="No lane stands before 'customer'"):
        replace(PARTED, lanes=(replace(LANES[0], line="Line of interaction"), *LANES[1:]))
