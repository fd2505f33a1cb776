"""Components: questions, cards, cited figures and the terms of the glossary."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from small_project import TOOL

from casebook import components
from casebook.catalog import Term, Wording
from casebook.components import Glossary, question
from casebook.search import folded
from cxdata.catalog import scan

ASKED = """
ask: "Is 5 < 6 & *more*?"
answers:
  - right: "**Yes**"
    why: "`5` is \\"less\\"."
  - wrong: "<No>"
    why: "Count & see."
"""


def test_a_question_is_a_set_of_radio_buttons_with_a_reason_each():
    soup = BeautifulSoup(question(ASKED, name="question-3", language="en"), "html.parser")
    assert soup.legend.decode_contents() == "Is 5 &lt; 6 &amp; <em>more</em>?"
    buttons = soup.select("label > input[type=radio]")
    assert [(one["name"], one["value"]) for one in buttons] == [("question-3", "0"), ("question-3", "1")]
    reasons = [one.get_text() for one in soup.select("[role=status] .cx-why")]
    assert reasons == ['Right. 5 is "less".', "Not quite. Count & see."]
    assert [("cx-right" in one["class"]) for one in soup.select(".cx-answer")] == [True, False]


def test_the_questions_of_a_page_have_groups_of_their_own(mini):
    mini.append(TOOL, f"\n```question\n{ASKED}```\n\n{{{{ show('scores') }}}}\n\n```question\n{ASKED}```\n")
    html = "".join(mini.expand().blocks)
    names = re.findall(r'type="radio" name="([^"]+)"', html)
    assert len(names) == 4
    assert len(set(names)) == 2


def test_a_question_in_french_says_so():
    html = question(ASKED, name="q", language="fr")
    assert "Exact." in html
    assert "Pas tout à fait." in html


@pytest.mark.parametrize(
    ("number", "language", "text"),
    [
        (5, "en", "5 min"),
        (119, "en", "119 min"),
        (120, "en", "2 h"),
        (150, "en", "2.5 h"),
        (150, "fr", "2,5\N{NO-BREAK SPACE}h"),
        (2400, "en", "40 h"),
    ],
)
def test_minutes_become_hours_from_two_hours_on(number, language, text):
    assert components.minutes(number, language) == text


def test_a_card_escapes_what_authors_write(mini):
    mini.change(TOOL, "\npeople: One analyst; then", "\npeople: <b>One</b> & analyst; then")
    page = mini.site().pages["tools/net-promoter-score.md"]
    card = components.tool_card(page, "en", {"dossier": "<a>D</a>", "data": "<code>x</code>", "notebook": ""})
    assert "&lt;b&gt;One&lt;/b&gt; &amp; analyst" in card
    assert "<a>D</a>" in card
    assert "<dt>Notebook</dt>" not in card
    assert card.count('<i class="on">') == page.difficulty
    assert f'lang="fr">{page.title_fr}</p>' in card
    assert 'lang="fr"' not in components.tool_card(page, "fr", {"dossier": "D"})


def test_a_note_follows_the_time_on_the_card_and_may_be_left_out(mini):
    page = mini.site().pages["tools/net-promoter-score.md"].model_copy(update={"minutes": 90, "time_note": "<once> in"})
    assert "<dd>90 min &lt;once&gt; in</dd>" in components.tool_card(page, "en", {"dossier": "D"})
    without = page.model_copy(update={"time_note": ""})
    assert "<dd>90 min</dd>" in components.tool_card(without, "en", {"dossier": "D"})


def test_published_figures_name_value_population_and_source():
    figure = scan.figures()["baer_2016.nps_with_reply_email"]
    html = components.published_figures([figure.id], "en")
    assert 'id="figure-baer_2016-nps_with_reply_email"' in html
    assert components.published_value(figure, "en") in html
    assert components.short_citation(figure.publication) in html
    assert components.published_value(figure, "en")[0] in "+\N{MINUS SIGN}0"


def test_unknown_figures_are_refused():
    with pytest.raises(KeyError):
        components.published_figures(["baer_2016.nothing"], "en")
    with pytest.raises(KeyError):
        components.reading(["baer_2016.nothing"], [], "en")


def test_every_published_figure_can_be_written_in_both_languages():
    for figure in scan.figures().values():
        for language in ("en", "fr"):
            text = components.published_value(figure, language)
            assert ("%" in text) == (figure.unit == "percent")
            assert re.search(r"\d", text)


def test_a_page_without_figures_and_references_shows_no_empty_list():
    assert components.reading([], [], "en") == ""


def term(name: str, *also: str, short: str = "", match: bool = True) -> Term:
    wording = Wording(term=name, short=short, also=also, definition=f"What {name} means.")
    slug = re.sub("[^a-z]+", "-", name.lower()).strip("-")
    return Term(id=slug, group="cx", tools=(), match=match, wording={"en": wording, "fr": wording})


TERMS = (
    term("Score"),
    term("Customer effort score", "effort's score", short="CES"),
    term("Effort"),
    term("Survey"),
    term("File d'attente"),
    term("Voice of the customer", short="VoC"),
    term("Model", match=False),
    term("C++ (language)"),
)


def found(text: str) -> list[tuple[str, str]]:
    return [(text[start:end], one) for start, end, one in Glossary(TERMS, "en").find(text)]


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("A score.", [("score", "score")]),
        ("Scores and SCORE", [("Scores", "score"), ("SCORE", "score")]),
        ("customer effort score", [("customer effort score", "customer-effort-score")]),
        ("Customer effort scores", [("Customer effort scores", "customer-effort-score")]),
        ("effort score", [("effort", "effort"), ("score", "score")]),
        ("the effort's score", [("effort's score", "customer-effort-score")]),
        ("the effort’s score", [("effort’s score", "customer-effort-score")]),
        ("une file d'attente", [("file d'attente", "file-d-attente")]),
        ("une file d’attente", [("file d’attente", "file-d-attente")]),
        ("l’effort", [("effort", "effort")]),
        ("The CES and CESs", [("CES", "customer-effort-score"), ("CESs", "customer-effort-score")]),
        ("these ces and Ces", []),
        ("VoC, not voc", [("VoC", "voice-of-the-customer")]),
        ("a model, two models", []),
        ("scored, underscore, score-card, re-score, scoress", []),
        ("score_1 and score", [("score", "score")]),
        ("C++ (language)", [("C++ (language)", "c-language")]),
        ("", []),
    ],
)
def test_terms_are_found_in_running_text(text, matches):
    assert found(text) == matches


def test_a_glossary_without_terms_finds_nothing():
    assert Glossary((), "en").find("A score.") == []
    assert Glossary((term("Model", match=False),), "en").find("A model.") == []


def test_the_glossary_lists_every_term_by_group_and_alphabet(mini):
    listed = mini.catalog()
    for language in ("en", "fr"):
        html = components.glossary(listed, language, {44: "<a>NPS</a>"}, "glossary.js")
        ids = re.findall(r'<h3 id="([^"]+)">', html)
        assert sorted(ids) == sorted(one.id for one in listed.terms)
        term_of = {one.id: one for one in listed.terms}
        groups = [term_of[name].group for name in ids]
        assert groups == sorted(groups)
        shown = [folded(term_of[name].wording[language].term) for name in ids]
        assert shown[: groups.count("cx")] == sorted(shown[: groups.count("cx")])
        assert ("<a>NPS</a>" in html) == any(44 in one.tools for one in listed.terms)
