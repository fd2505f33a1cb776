"""Sheets of personas: well-formed, escaped, within the content policy, and refused when a box is empty."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from casebook.worked.faces import Face
from casebook.worked.personas import Fact, Goal, Persona, sheet, sheets

FACE = Face(skin="light", hair="brown", cut="bob", age=50)
GARDEN = Fact(label="Has a garden", value="89%", compared="others 50%", share=89, reference=50, stands_out=True)
BASKET = Fact(label="Mean basket", value="€54")
GROW = Goal(guessed="Make things grow", counted="41% of orders are plants", stands_out=True)
MARGOT = Persona(
    name="Margot",
    age=50,
    place="house with a garden",
    face=FACE,
    alternative="Drawn face of a woman of about 50",
    segment="Gardeners",
    portrait="Margot has a garden.",
    goals=(GROW,),
    frustrations=("Parcels come late",),
    size=(Fact(label="of customers", value="26%", share=26.5),),
    facts=(GARDEN, BASKET),
    same=("age", "gender"),
)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_sheet_is_well_formed_and_keeps_the_content_policy(language: str) -> None:
    html = sheet(MARGOT, language=language)
    root = ElementTree.fromstring(html)
    assert root.tag == "article"
    for element in root.iter():
        tag = element.tag.rpartition("}")[2]
        assert not re.fullmatch(r"h[1-6]|style|script", tag)
        assert {"style", "id"}.isdisjoint(element.keys())


def test_every_text_of_the_persona_is_on_the_sheet() -> None:
    text = "".join(ElementTree.fromstring(sheet(MARGOT, language="en")).itertext())
    for said in (
        "Margot",
        "50 years old",
        "Gardeners",
        "Make things grow",
        "41%",
        "Parcels come late",
        "others 50%",
        "€54",
    ):
        assert said in text


@pytest.mark.parametrize(
    ("language", "tags", "nothing"),
    [("en", ("guessed", "counted"), "Nothing in the data"), ("fr", ("supposé", "compté"), "Rien dans les données")],
)
def test_each_line_says_where_it_comes_from(language: str, tags: tuple[str, str], nothing: str) -> None:
    def marks(persona: Persona) -> list[str]:
        root = ElementTree.fromstring(sheet(persona, language=language))
        return [str(tag.text) for tag in root.iter("small")]

    guessed, counted = tags
    assert marks(MARGOT) == [counted, guessed, counted, counted, counted, counted]  # last: obstacle, figures, same
    unhindered = replace(MARGOT, frustrations=())
    assert marks(unhindered) == [counted, guessed, counted, counted, counted]
    assert nothing in sheet(unhindered, language=language)
    assert nothing not in sheet(MARGOT, language=language)


@pytest.mark.parametrize(("stands_out", "kind"), [(True, "cx-persona-apart"), (False, "cx-persona-common")])
def test_only_a_goal_that_stands_out_has_the_colour_of_the_sheet(stands_out: bool, kind: str) -> None:
    html = sheet(replace(MARGOT, goals=(replace(GROW, stands_out=stands_out),), frustrations=()), language="en")
    assert re.findall(r'<li class="([^"]*)"', html) == [kind]


def test_the_face_is_announced_by_its_alternative() -> None:
    face = ElementTree.fromstring(sheet(MARGOT, language="en")).find(".//*[@role='img']")
    assert face is not None
    assert face.get("aria-label") == MARGOT.alternative


def test_text_is_escaped_in_content_and_in_attributes() -> None:
    sly = replace(
        MARGOT, name='<b>"M"</b>', goals=(replace(GROW, guessed="Plants & <i>tools</i>"),), alternative='a "face" <b>'
    )
    html = sheet(sly, language="en")
    assert "<i>" not in html
    assert "<b>&quot;" not in html
    root = ElementTree.fromstring(html)
    assert root.get("aria-label") == '<b>"M"</b>'


def test_bars_are_as_long_as_their_share_and_marked_where_the_others_stand() -> None:
    html = sheet(MARGOT, language="en")
    assert html.count("cx-persona-bar") == 2  # size and garden; the basket is no share
    assert 'width="89.0"' in html
    assert 'x="49.6"' in html  # a mark 0.8 wide, around 50


@pytest.mark.parametrize("share", [0, 100])
def test_marks_at_the_ends_stay_within_the_bar(share: float) -> None:
    html = sheet(replace(MARGOT, facts=(replace(GARDEN, share=share, reference=share),)), language="en")
    (left,) = re.findall(r'<rect x="([\d.]+)"', html)
    assert 0 <= float(left) <= 99.2


@pytest.mark.parametrize("field", ["name", "place", "alternative", "segment", "portrait", "goals", "size", "facts"])
def test_an_empty_field_is_refused_in_one_line_that_names_it(field: str) -> None:
    empty = () if isinstance(getattr(MARGOT, field), tuple) else " "
    with pytest.raises(ValueError, match=field) as caught:
        replace(MARGOT, **{field: empty})
    assert "\n" not in str(caught.value)


def test_a_blank_line_in_a_list_is_refused() -> None:
    with pytest.raises(ValueError, match="frustrations"):
        replace(MARGOT, frustrations=("Parcels come late", ""))


@pytest.mark.parametrize("field", ["guessed", "counted"])
def test_a_goal_takes_a_guess_and_its_count(field: str) -> None:
    with pytest.raises(ValueError, match=f"nothing {field}") as caught:
        replace(GROW, **{field: " "})
    assert "\n" not in str(caught.value)


def test_nothing_in_common_with_others_leaves_the_line_out() -> None:
    assert "cx-persona-same" not in sheet(replace(MARGOT, same=()), language="en")


def test_a_face_of_another_age_is_refused() -> None:
    with pytest.raises(ValueError, match="50 in the text and 30 in the drawing"):
        replace(MARGOT, face=replace(FACE, age=30))


@pytest.mark.parametrize("share", [-0.1, 100.1, float("nan")])
@pytest.mark.parametrize("field", ["share", "reference"])
def test_a_share_outside_0_to_100_is_refused(field: str, share: float) -> None:
    with pytest.raises(ValueError, match="0 to 100") as caught:
        replace(GARDEN, **{field: share})
    assert "\n" not in str(caught.value)


def test_a_mark_without_its_bar_is_refused() -> None:
    with pytest.raises(ValueError, match="no share"):
        replace(BASKET, reference=50)


@pytest.mark.parametrize("field", ["label", "value"])
def test_an_empty_fact_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match=field):
        replace(GARDEN, **{field: ""})


def test_a_grid_holds_its_sheets_and_one_key() -> None:
    html = sheets([MARGOT, replace(MARGOT, name="Louise")], language="fr")
    root = ElementTree.fromstring(html)
    assert len(root.findall("article")) == 2
    assert html.count("cx-persona-key") == 1


def test_a_grid_refuses_namesakes_and_emptiness() -> None:
    with pytest.raises(ValueError, match="'Margot'"):
        sheets([MARGOT, MARGOT], language="en")
    with pytest.raises(ValueError, match="at least one"):
        sheets([], language="en")
