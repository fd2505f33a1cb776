"""Texts of customers on pages: what is underlined, what the labels say, and that samples are those of the data."""

from __future__ import annotations

import re

import pytest

from casebook.worked import verbatims
from casebook.worked.page import Page
from casebook.worked.verbatims import Passage, Sample

TEXT = "Hello. Late <again>, but a kind driver & good music."


def passage(words: str, **more: object) -> Passage:
    start = TEXT.index(words)
    usual = {"aspect": "delivery", "polarity": "negative", "intensity": 2, "tone": "sincere", "cause": "any"}
    return Passage(**{**usual, "family": "delivery.x", "start": start, "end": start + len(words), **more})  # type: ignore[arg-type]


LATE = passage("Late <again>", cause="late_parcel", intensity=3)
KIND = passage("a kind driver", aspect="follow_up", polarity="positive")
MUSIC = passage("good music", polarity="neutral", intensity=1, tone="ironic")
SAMPLE = Sample(TEXT, "survey", "en", (LATE, KIND, MUSIC))


def test_each_passage_is_underlined_by_its_polarity_and_the_rest_is_left_as_it_is():
    html = verbatims.marked(SAMPLE)
    assert re.findall(r'<mark class="([a-z-]+)">(.*?)</mark>', html) == [
        ("cx-minus", "Late &lt;again&gt;"),
        ("cx-plus", "a kind driver"),
        ("cx-nil", "good music"),
    ]
    assert re.sub(r"</?mark[^>]*>", "", html) == "Hello. Late &lt;again&gt;, but a kind driver &amp; good music."


def test_a_label_says_aspect_sign_strength_and_cause_without_colour():
    assert [one.label for one in SAMPLE.passages] == ["delivery −3, late parcel", "follow up +2", "delivery 0, ironic"]
    assert verbatims.labels(SAMPLE).count("<b class=") == len(SAMPLE.passages)


def test_a_text_in_another_language_says_which():
    assert '<p lang="fr">' in verbatims.card(Sample("Bonjour.", "web", "fr", ()))


def test_the_lines_of_a_chat_keep_their_speakers_apart():
    html = verbatims.marked(Sample("Client : Bonjour : oui.\nConseiller : Je regarde.", "chat", "fr", ()))
    assert html == "<b>Client :</b> Bonjour : oui.\n<b>Conseiller :</b> Je regarde."


def test_what_samples_say_of_themselves():
    assert SAMPLE.is_mixed
    assert SAMPLE.has_cause
    assert SAMPLE.marked_share == pytest.approx((12 + 13 + 10) / len(TEXT))
    plain = Sample(TEXT, "survey", "en", (KIND,))
    assert not plain.is_mixed
    assert not plain.has_cause


@pytest.fixture(scope="module")
def small():
    """A page made from a world that is large enough for a few samples."""
    before = verbatims.WORLD, verbatims.SAMPLES
    verbatims.WORLD, verbatims.SAMPLES = 400, 20
    verbatims.world.cache_clear()
    page = Page()
    yield page, verbatims.build_samples(page, "survey")
    verbatims.WORLD, verbatims.SAMPLES = before
    verbatims.world.cache_clear()


def test_a_page_shows_as_many_samples_as_it_says_in_each_language(small):
    page, samples = small
    assert page.values["samples"] == "20"
    for language in ("fr", "en"):
        assert len(samples[language]) == page.blocks[language].count("<li>") == 20
        assert {one.source for one in samples[language]} == {"survey"}


def test_passages_stand_in_their_order_and_do_not_overlap(small):
    _, samples = small
    for sample in [one for found in samples.values() for one in found]:
        places = [place for one in sample.passages for place in (one.start, one.end)]
        assert places == sorted(places)
        assert len(sample.passages) > 0
        assert places[-1] <= len(sample.text)


def test_a_source_with_too_few_texts_is_refused(small):
    with pytest.raises(ValueError, match=r"fewer than 20; raise WORLD"):
        verbatims.drawn("complaint", "en")
    with pytest.raises(ValueError, match=r"there is no source 'letter'"):
        verbatims.build_samples(Page(), "letter")
