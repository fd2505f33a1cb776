"""Drawn artefacts: words stand within the drawing, what cannot be drawn is refused, data files hold the words."""

from __future__ import annotations

import re
from html import unescape

import pytest

from casebook.worked import artefacts, calendar, cycle, journey, lettering, radar, sheet, tiers, tree
from casebook.worked.page import Page
from casebook.worked.palette import COLOURS

STEPS = tuple(
    journey.Step(stage=stage, name=name, score=score, low=score - 0.3, high=score + 0.3, notes=notes, **more)
    for stage, name, score, notes, more in (
        ("Before", "Discover", 7.2, ("web, shop", ""), {}),
        ("Before", "Choose", 7.1, ("web", "compares three lamps"), {"is_moment": True}),
        ("Delivery", "Wait", 6.7, ("carrier", "no word for six days"), {}),
        ("Delivery", "Receive", 6.6, ("at home", "a third of them damaged"), {"is_moment": True}),
        ("After", "Ask for help", 6.5, ("phone", "eleven minutes of queue"), {}),
    )
)
JOURNEY = {
    "steps": STEPS,
    "rows": ("Where", "In the way"),
    "scale": (4.0, 9.0),
    "unit": "Mean mark",
    "moment": "decides",
}
WITH_TARGETS = {
    **JOURNEY,
    "steps": tuple(journey.Step(**{**vars(step), "target": 8.0}) for step in STEPS),
    "today": "today",
    "target": "in a year",
}
RADAR = {
    "axes": ("Product", "Price", "Place", "Promotion", "People", "Process", "Physical evidence"),
    "profiles": (
        radar.Profile(name="Town", values=(7, 6, 8, 6, 8, 6.5, 7)),
        radar.Profile(name="Park", values=(8, 7, 6, 6, 7, 7, 7)),
    ),
    "scale": (0.0, 10.0),
}
TREE = tree.Branch(
    text="A parcel I can plan my day around",
    measure="weight 31%",
    branches=(
        tree.Branch(text="It comes on the day", branches=(tree.Branch(text="Days late", measure="89% on the day"),)),
        tree.Branch(
            text="Somebody answers",
            branches=(tree.Branch(text="Settled at once", measure="71%", stressed=True), tree.Branch(text="Waits")),
        ),
    ),
)
LEVELS = tuple(
    tiers.Level(name=name, text=f"What it means to be {name}", measure="12%") for name in ("A", "B", "C", "D")
)
STAGES = tuple(
    cycle.Stage(name=name, text="What is done for them at this stage", measure="804 customers", passing="55% go on")
    for name in ("New", "Growing", "Loyal", "Slipping", "Lost")
)
BARS = tuple(
    calendar.Bar(start=start, end=start + 0.5, kind=kind, text=text)
    for start, kind, text in (
        (0.0, 1, "Sales"),
        (0.2, 2, "Advice on lawns"),
        (5.0, 1, "Terrace"),
        (11.5, 2, "Christmas"),
    )
)
CALENDAR = {
    "periods": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "kinds": ("Offer", "Advice"),
    "rows": (
        calendar.Row(name="To all", text="2,455 accept e-mail", bars=BARS),
        calendar.Row(name="Gardeners of the north", bars=BARS[1:]),
        calendar.Row(name="Nobody"),
    ),
    "levels": tuple(float(month) for month in range(12)),
    "ground": "Orders a day",
}
DRAWN = {
    "calendar": (calendar, calendar.Calendar(**CALENDAR)),
    "journey": (journey, journey.Journey(**JOURNEY)),
    "journey with targets": (journey, journey.Journey(**WITH_TARGETS)),
    "radar": (radar, radar.Radar(**RADAR)),
    "tree": (tree, TREE),
    "pyramid": (tiers, tiers.Pyramid(levels=LEVELS)),
    **{f"wheel of {n}": (cycle, cycle.Cycle(stages=(STAGES * 2)[:n], hub="24 months")) for n in range(3, 9)},
}
KINDS = [(name, layout) for name in DRAWN for layout in ("wide", "narrow")]


def drawn(name: str, layout: str) -> str:
    module, content = DRAWN[name]
    return getattr(module, layout)(content)


def words(svg: str) -> list[tuple[str, float, float, float, float]]:
    """Every line of text with its left, right, top and bottom."""
    found = []
    for attributes, text in re.findall(r"<text ([^>]*)>([^<]*)</text>", svg):
        x, y, size = (float(re.search(rf'\b{name}="([-\d.]+)"', attributes)[1]) for name in ("x", "y", "font-size"))
        across = lettering.text_width(unescape(text), size, bold="font-weight" in attributes)
        anchor = re.search(r'text-anchor="(\w+)"', attributes)
        left = x - across * {"middle": 0.5, "end": 1.0}.get(anchor[1] if anchor else "", 0.0)
        found.append((unescape(text), left, left + across, y - 0.75 * size, y + 0.25 * size))
    return found


@pytest.mark.parametrize("layout", ["wide", "narrow"])
def test_a_french_journey_writes_its_marks_with_a_comma(layout):
    french = getattr(journey, layout)(journey.Journey(**{**WITH_TARGETS, "decimal": ","}))
    assert {"7,2", "6,5"} <= {text for text, *_ in words(french)}


def test_where_nothing_is_intended_the_line_of_targets_runs_with_todays():
    steps = (STEPS[0], *WITH_TARGETS["steps"][1:3], *STEPS[3:])
    svg = journey.wide(journey.Journey(**{**WITH_TARGETS, "steps": steps}))
    target, today = (re.findall(r"[-\d.]+,([-\d.]+)", points) for points in re.findall(r'points="([^"]+)"', svg))
    assert [one == two for one, two in zip(target, today, strict=True)] == [True, False, False, True, True]


@pytest.mark.parametrize(("name", "layout"), KINDS)
def test_every_word_stands_within_the_drawing(name, layout):
    svg = drawn(name, layout)
    width, height = (float(one) for one in re.search(r'viewBox="0 0 (\d+) (\d+)"', svg).groups())
    for text, left, right, top, bottom in words(svg):
        assert left >= -1, text
        assert right <= width + 1, text
        assert top >= -1, text
        assert bottom <= height + 1, text


@pytest.mark.parametrize(("name", "layout"), KINDS)
def test_no_two_words_cover_each_other(name, layout):
    placed = [one for one in words(drawn(name, layout)) if not re.fullmatch(r"[\d.]+", one[0])]
    for index, (text, left, right, top, bottom) in enumerate(placed):
        for other, x0, x1, y0, y1 in placed[index + 1 :]:
            assert x1 <= left + 1 or right <= x0 + 1 or y1 <= top + 1 or bottom <= y0 + 1, (text, other)


@pytest.mark.parametrize(("name", "layout"), KINDS)
def test_drawings_take_their_colours_from_the_palette(name, layout):
    svg = drawn(name, layout)
    own = set(re.findall(r'(?:fill|stroke)="(?!none|var\()([^"]+)"', svg))
    assert own == set()
    assert set(re.findall(r"var\(--cx-([\w-]+),", svg)) <= set(COLOURS)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: journey.Journey(**{**JOURNEY, "steps": STEPS[:1]}), "two steps"),
        (lambda: journey.Journey(**{**JOURNEY, "rows": ()}), "notes for 0 rows"),
        (lambda: journey.Journey(**{**JOURNEY, "scale": (7.0, 9.0)}), "off the scale"),
        (lambda: journey.Journey(**{**JOURNEY, "moment": ""}), "ring means"),
        (lambda: journey.Journey(**{**JOURNEY, "steps": (STEPS[0], STEPS[2], STEPS[1])}), "stand together"),
        (lambda: journey.Journey(**{**WITH_TARGETS, "today": ""}), "two lines"),
        (lambda: radar.Radar(**{**RADAR, "axes": ("A", "B")}), "three axes"),
        (lambda: radar.Radar(**{**RADAR, "scale": (0.0, 7.5)}), "off the scale"),
        (lambda: radar.Radar(**{**RADAR, "profiles": RADAR["profiles"] * 3}), "profiles"),
        (lambda: tree.Branch(text=" "), "no text"),
        (lambda: tiers.Pyramid(levels=LEVELS[:1]), "two levels"),
        (lambda: cycle.Cycle(stages=STAGES[:2]), "three to eight"),
        (lambda: calendar.Calendar(**{**CALENDAR, "rows": ()}), "needs a row"),
        (lambda: calendar.Calendar(**{**CALENDAR, "kinds": ()}), "one to 5 kinds"),
        (lambda: calendar.Calendar(**{**CALENDAR, "kinds": ("Offer",)}), "not declared"),
        (lambda: calendar.Calendar(**{**CALENDAR, "periods": ("Jan", "Feb"), "levels": ()}), "within the periods"),
        (lambda: calendar.Calendar(**{**CALENDAR, "levels": (1.0,)}), "as many as periods"),
        (lambda: tree.wide(tree.Branch(text="Un" + "believ" * 40 + "able")), "too long"),
    ],
)
def test_what_cannot_be_drawn_is_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()


def test_bars_that_meet_stand_in_lanes_of_their_own():
    step = 10.0  # pixels a period: the first text ends where the third bar begins or later
    placed = calendar.lanes(BARS, step, 12 * step)
    assert [bar.text for lane in placed for bar, _, _ in lane] != []
    for lane in placed:
        right = 0.0
        for bar, x, at in lane:
            assert min(x, at) >= right
            right = max(bar.end * step, at + lettering.text_width(bar.text, calendar.TYPE))
            assert right <= 12 * step + 1e-9
    assert sum(len(lane) for lane in placed) == len(BARS)


def test_the_ground_is_darkest_where_the_level_is_highest():
    svg = drawn("calendar", "wide")
    grounds = re.findall(r'fill="[^"]*cx-6[^"]*" fill-opacity="([\d.]+)"', svg)
    shades = [float(one) for one in grounds[1:]]  # the first is the legend's
    assert len(shades) == 12
    assert shades == sorted(shades)
    assert shades[-1] == calendar.DARKEST


BOX = sheet.Box(title="Says", items=(sheet.Item(text="C'est <trop> long", source="quoted", language="fr"),), tone="4")


def test_a_sheet_says_where_its_lines_come_from_and_in_which_language():
    html = sheet.sheet(sheet.Sheet(eyebrow="Empathy map", title="Denise", boxes=(BOX,)), language="en")
    assert '<span lang="fr"><q>C&#x27;est &lt;trop&gt; long</q></span>' in html
    assert ">quoted</small>" in html
    assert "cx-tone-4" in html


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: sheet.Sheet(eyebrow="", title="", boxes=(BOX,)), "title"),
        (lambda: sheet.Sheet(eyebrow="", title="A", boxes=(sheet.Box(title="Says", items=()),)), "fill it in"),
        (lambda: sheet.Sheet(eyebrow="", title="A", boxes=(BOX,), columns=5), "columns"),
        (
            lambda: sheet.sheet(sheet.Sheet(eyebrow="", title="A", boxes=(BOX,)), language="en", picture="<svg/>"),
            "text",
        ),
    ],
)
def test_a_sheet_with_holes_is_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()


CONTENT = """
levels = [
  {name = {en = "Loyal", fr = "Fidèle"}, text = {en = "{loyal} of them", fr = "{loyal} d'entre eux"}},
  {name = {en = "Known", fr = "Connu"}, text = "all", measure = "{all}"},
]
"""


@pytest.fixture
def content(tmp_path):
    path = tmp_path / "pyramid.toml"
    path.write_text(CONTENT, encoding="utf-8")
    return path


@pytest.mark.parametrize(("language", "said"), [("en", "12% of them"), ("fr", "12\N{NO-BREAK SPACE}% d'entre eux")])
def test_words_come_from_the_data_file_and_numbers_from_the_page(content, language, said):
    page = Page(language=language)
    page.value("loyal", 12, unit="percent")
    found = artefacts.read(page, content, tiers.Pyramid, {"all": "4,000"})
    assert found.levels[0].text.replace("’", "'") == said
    assert found.levels[1].measure == "4,000"


def test_a_number_alone_stays_a_number(tmp_path):
    path = tmp_path / "radar.toml"
    path.write_text(
        'axes = ["A", "B", "C"]\nscale = [0, 10]\nprofiles = [{name = "Today", values = ["{a}", 5, 6]}]\n',
        encoding="utf-8",
    )
    assert artefacts.read(Page(), path, radar.Radar, {"a": 4.5}).profiles[0].values == (4.5, 5, 6)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("{loyal}", "{lojal}", "unknown value 'lojal'"),
        ("measure =", "mesure =", "levels.1.mesure"),
        ('text = "all", ', "", "levels.1.text"),
        ("levels = [", "other = [", "levels"),
    ],
)
def test_a_wrong_data_file_is_refused_by_field(content, before, after, said):
    content.write_text(CONTENT.replace(before, after), encoding="utf-8")
    page = Page()
    page.value("loyal", 12)
    with pytest.raises(ValueError, match=said) as refused:
        artefacts.read(page, content, tiers.Pyramid, {"all": "4,000"})
    assert str(refused.value).startswith("pyramid.toml")
