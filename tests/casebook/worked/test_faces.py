"""Faces of personas: valid SVG for every combination, in the palette's colours, and refused when undrawable."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from typing import Any, get_args
from xml.etree import ElementTree

import pytest

from casebook.worked import faces
from casebook.worked.faces import Face, draw, figure
from casebook.worked.palette import COLOURS, css

PLAIN = Face(skin="light", hair="brown", cut="short", age=40)


@pytest.mark.parametrize("cut", get_args(faces.Cut))
def test_every_cut_with_every_accessory_and_beard_is_well_formed_and_bare(cut: faces.Cut) -> None:
    for accessory, beard in product(get_args(faces.Accessory), get_args(faces.Beard)):
        svg = figure(replace(PLAIN, cut=cut, accessory=accessory, beard=beard, age=70, glasses=True))
        root = ElementTree.fromstring(svg)
        assert root.tag.endswith("svg")
        assert root.get("aria-hidden") == "true"
        for element in root.iter():
            assert element.tag.rpartition("}")[2] in {"svg", "g", "path", "circle"}
            assert {"id", "style", "class"}.isdisjoint(element.keys())
            assert element.text is None
            assert element.tail is None


def test_path_data_holds_only_commands_and_short_numbers() -> None:
    for cut, accessory, mood in product(get_args(faces.Cut), get_args(faces.Accessory), get_args(faces.Mood)):
        svg = draw(replace(PLAIN, cut=cut, accessory=accessory, mood=mood, age=70, glasses=True))
        for path in re.findall(r' d="([^"]*)"', svg):
            assert re.fullmatch(r"(?:[MLCAZh]|\d+(?:\.\d{1,2})?| )+", path)


def test_a_face_with_everything_stays_small() -> None:
    pairs = product(get_args(faces.Cut), get_args(faces.Accessory))
    assert max(len(draw(replace(PLAIN, cut=cut, accessory=worn, age=70))) for cut, worn in pairs) < 4096
    everything = replace(PLAIN, cut="ponytail", accessory="cap", age=70, glasses=True, beard="full", clothes="6")
    assert len(draw(everything)) < 5000


def test_the_same_face_is_drawn_the_same() -> None:
    assert draw(PLAIN) == draw(replace(PLAIN))


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("skin", get_args(faces.Skin)),
        ("hair", get_args(faces.Hair)),
        ("cut", get_args(faces.Cut)),
        ("age", (30, 55, 70)),
        ("beard", get_args(faces.Beard)),
        ("glasses", (False, True)),
        ("accessory", get_args(faces.Accessory)),
        ("mood", get_args(faces.Mood)),
        ("clothes", tuple(faces.DISCS)),
    ],
)
def test_every_value_of_a_field_is_drawn_its_own_way(field: str, values: tuple[Any, ...]) -> None:
    assert len({draw(replace(PLAIN, **{field: value})) for value in values}) == len(values)


@pytest.mark.parametrize(
    ("field", "bad", "allowed"),
    [
        ("skin", "green", "'fair', 'light', 'olive', 'brown', 'deep'"),
        ("hair", "blue", "'chestnut'"),
        ("cut", "mohawk", "'ponytail'"),
        ("age", 8, "from 16 to 100"),
        ("age", 40.5, "a whole number"),
        ("beard", "goatee", "'moustache'"),
        ("glasses", "round", "False, True"),
        ("accessory", "crown", "'straw hat'"),
        ("mood", "elated", "'doubtful'"),
        ("clothes", "1-soft", "'1', '2', '3', '4', '5', '6'"),
    ],
)
def test_a_bad_value_is_refused_in_one_line_that_says_what_is_allowed(field: str, bad: object, allowed: str) -> None:
    with pytest.raises(ValueError, match=f"^{field} must be ") as refusal:
        replace(PLAIN, **{field: bad})
    message = str(refusal.value)
    assert allowed in message
    assert repr(bad) in message
    assert "\n" not in message


def test_a_size_that_shows_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="size must be a positive number"):
        draw(PLAIN, size=0)


@pytest.mark.parametrize("clothes", tuple(faces.DISCS))
def test_garment_and_disc_take_contrasting_colours_of_the_palette(clothes: str) -> None:
    svg = draw(replace(PLAIN, clothes=clothes))
    disc = faces.DISCS[clothes]
    assert disc != clothes
    assert f'fill="{css(clothes)}"' in svg
    assert f'fill="{css(f"{disc}-soft")}"' in svg


def test_what_is_not_clothing_never_follows_the_scheme() -> None:
    """A constant equal to a light value would be turned into a variable by ``palette.adaptive``."""
    palette = {value for colour in COLOURS.values() for value in (colour.light, colour.dark)}
    for skin, hair, accessory in product(get_args(faces.Skin), get_args(faces.Hair), get_args(faces.Accessory)):
        svg = draw(replace(PLAIN, skin=skin, hair=hair, accessory=accessory, glasses=True))
        assert palette.isdisjoint(re.findall(r'"(#[0-9a-f]{6})"', svg))


def test_a_face_is_placed_and_scaled() -> None:
    assert draw(PLAIN, size=60, x=10.5, y=20).startswith('<g transform="translate(10.5 20) scale(0.5)"')
    assert 'viewBox="0 0 120 120" width="60" height="60"' in figure(PLAIN, size=60)
