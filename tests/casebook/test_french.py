"""French pages: typography, typed numbers with no-break spaces, and text that stays English is marked as such."""

from __future__ import annotations

import pytest

from casebook import components
from casebook.lint import typed_numbers
from casebook.worked.page import Page
from casebook.worked.typography import typeset


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("l'effort : 95 % ?", "l\u2019effort\xa0: 95\xa0%\xa0?"),
        ("« oui » ; non !", "«\xa0oui\xa0»\xa0; non\xa0!"),
        ("à 10:30, sans espace", "à 10:30, sans espace"),
    ],
)
def test_french_gets_its_apostrophes_and_no_break_spaces(typed, expected):
    assert typeset(typed, "fr") == expected
    assert typeset(expected, "fr") == expected


def test_english_is_left_as_typed():
    assert typeset("the customer's answer : 'yes'", "en") == "the customer's answer : 'yes'"


def test_a_script_speaks_typeset_french_and_plain_english():
    assert Page(language="fr").say(en="from: to", fr="de : à") == "de\xa0: à"
    assert Page(language="en").say(en="from : to", fr="de : à") == "from : to"


@pytest.mark.parametrize("space", [" ", "\xa0", "\u202f"])
def test_a_constant_allows_any_space_between_its_words(space):
    assert typed_numbers(f"une confiance de 95{space}% suffit", ["95 %"]) == []
    assert typed_numbers(f"une confiance de 96{space}% suffit", ["95 %"]) != []
    assert typed_numbers(f"une confiance de 195{space}% suffit", ["95 %"]) != []


def test_published_figures_are_marked_as_english_on_french_pages_only():
    figure = "baer_2016.nps_with_reply_email"
    assert components.published_figures([figure], "fr").count('lang="en"') == 2
    assert "lang=" not in components.published_figures([figure], "en")
