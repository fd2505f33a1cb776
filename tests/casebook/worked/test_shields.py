"""Coats of arms: words stand in the drawing and apart, titles in their quarters, and what is no shield is refused."""

from __future__ import annotations

import re
from html import unescape

import pytest

from casebook.worked import lettering, shield
from casebook.worked.palette import COLOURS

TITLES = ("We ask first", "We know plants", "Nobody stands alone", "A tidy house")
QUARTERS = tuple(
    shield.Quarter(
        symbol=symbol, title=title, text="What the team means when it says so to each other", measure="62% of visits"
    )
    for symbol, title in zip(("key", "leaf", "rings", "house"), TITLES, strict=True)
)
ARMS = shield.Shield(name="The team of a shop", quarters=QUARTERS, motto="First ask, then answer")
LAYOUTS = ("wide", "narrow")


def drawn(layout: str) -> str:
    return getattr(shield, layout)(ARMS)


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


@pytest.mark.parametrize("layout", LAYOUTS)
def test_words_of_a_coat_of_arms_stand_in_the_drawing_and_apart(layout):
    svg = drawn(layout)
    width, height = (float(one) for one in re.search(r'viewBox="0 0 (\d+) (\d+)"', svg).groups())
    placed = words(svg)
    for index, (text, left, right, top, bottom) in enumerate(placed):
        assert left >= -1, text
        assert right <= width + 1, text
        assert top >= -1, text
        assert bottom <= height + 1, text
        for other, x0, x1, y0, y1 in placed[index + 1 :]:
            assert x1 <= left + 1 or right <= x0 + 1 or y1 <= top + 1 or bottom <= y0 + 1, (text, other)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_coat_of_arms_says_everything_and_shows_four_symbols(layout):
    svg = drawn(layout)
    said = " ".join(text for text, *_ in words(svg))
    for text in (ARMS.name, ARMS.motto, *TITLES, QUARTERS[0].text, QUARTERS[0].measure):
        assert all(word in said for word in text.split())
    assert all(shield.SYMBOLS[quarter.symbol] in svg for quarter in QUARTERS)


def test_titles_stand_within_the_curved_sides_of_the_shield():
    svg = drawn("wide")
    across = 0.42 * shield.WIDE
    left = (shield.WIDE - across) / 2
    lowest = [one for one in words(svg) if one[0] in {"A tidy house", "Nobody stands", "alone"}]
    assert lowest
    for text, x0, x1, _, bottom in lowest:
        top = lettering.height(("",), shield.NAME) + 10
        edge = min(
            (
                abs(y - bottom),
                x,
            )
            for x, y in _curve(left, top, across)
        )[1]
        assert x0 >= edge, text
        assert x1 <= shield.WIDE - edge, text


def _curve(left: float, top: float, across: float) -> list[tuple[float, float]]:
    """Points of the left side, from the foot up to where it is straight, and on to the top."""
    high = shield.TALL * across
    corners = ((0.5, 1.0), (0.3, 0.93), (0.0, 0.8), (0.0, shield.SIDE))
    points = []
    for step in range(101):
        t = step / 100
        weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
        x = sum(weight * corner[0] for weight, corner in zip(weights, corners, strict=True))
        y = sum(weight * corner[1] for weight, corner in zip(weights, corners, strict=True))
        points.append((left + x * across, top + y * high))
    return points


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_coat_of_arms_takes_its_colours_from_the_palette(layout):
    svg = drawn(layout)
    assert not set(re.findall(r'(?:fill|stroke)="(?!none|var\()([^"]+)"', svg))
    assert set(re.findall(r"var\(--cx-([\w-]+),", svg)) <= set(COLOURS)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"quarters": QUARTERS[:3]}, "four quarters, not 3"),
        ({"motto": " "}, "a name and a motto"),
        ({"quarters": (*QUARTERS[:3], shield.Quarter(symbol="star", title="", text="Proud"))}, "no title or no text"),
    ],
)
def test_what_is_no_coat_of_arms_is_refused(change, said):
    with pytest.raises(ValueError, match=said):
        shield.Shield(**{"name": "Us", "quarters": QUARTERS, "motto": "Go", **change})


def test_a_title_too_long_for_its_quarter_is_refused():
    long = shield.Quarter(symbol="star", title="We are proud of all that we have ever done here", text="Proud")
    with pytest.raises(ValueError, match="more than two lines"):
        shield.wide(shield.Shield(name="Us", quarters=(*QUARTERS[:3], long), motto="Go"))
