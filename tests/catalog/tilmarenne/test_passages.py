"""How the passages of a text hang together: concerns with requests, complaints that dwell, nothing said twice."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cxdata import api
from cxdata.catalog import phrases
from cxdata.catalog.tables.tilmarenne import _words, passages, verbatims
from cxdata.config import RunConfig
from cxdata.engine.block import BlockState
from cxdata.recipes import text
from cxdata.schema.phrasebook import (
    ASPECTS,
    EVENTS,
    FRAMES,
    NEGATIVE,
    NEUTRAL,
    POLARITIES,
    POSITIVE,
    REGISTERS,
    SOURCES,
    TOPICS,
)

LOCALES = ("fr_FR", "en_GB")
LANGUAGE = dict(zip(LOCALES, ("fr", "en"), strict=True))
SURVEY, REVIEW, COMPLAINT, MESSAGE, SOCIAL, CHAT, WEB = range(len(SOURCES))
GREETING, SIGNOFF, STORY = (FRAMES.index(name) for name in ("greeting", "signoff", "story"))
SEGMENTS = 5


@pytest.fixture(scope="module", params=LOCALES)
def locale(request):
    return request.param


@pytest.fixture(scope="module")
def book(locale):
    return phrases.load(LANGUAGE[locale])


@pytest.fixture(scope="module")
def state(locale):
    """Return a block with the columns that no run writes."""
    asked = RunConfig(scenario="tilmarenne", customers=8_000, seed=29, tables=("verbatims", "passages"), locale=locale)
    made = BlockState(api.plan(asked), 0)
    made.run()
    return made


@pytest.fixture(scope="module")
def rows(state):
    """Return one row per passage, with its templates and its text."""
    own, texts, orders = (state.frames[name] for name in ("passages", "verbatims", "orders"))
    above = own.lineage["verbatims"]
    found = {name: own.values[name] for name in ("part", "template", "polarity", "slip_chance")}
    found["text"] = own.values["verbatim_id"]
    found["aspect"], _, _, found["event"] = text.unpacked(own.values["said"])
    for name in ("source", "register", "topic", "has_order", "style", "on_phone"):
        found[name] = texts.values[name][above]
    found["family"] = own.take(orders.values["product_family"], "orders")
    for place, name in enumerate(("sign", "speaker", "link", "lead", "tail", "stop", "joined")):
        found[name] = own.values["around"][:, place]
    for name in ("words", "correct"):
        found[name] = own.values[name].to_pylist()
    return pd.DataFrame(found)


@pytest.fixture(scope="module")
def concepts(rows):
    return rows[rows["part"] >= text.CONCEPT]


@pytest.fixture(scope="module")
def frames(rows):
    return rows[rows["part"] < text.CONCEPT]


# What is said


def said(n: int, occasion: int, count: int = 4, topic: int = 0, happened: dict[str, np.ndarray] | None = None, seed=1):
    """Return what texts of one occasion would say: aspect, polarity, intensity and event of their concepts."""
    random = np.random.default_rng(seed)
    nothing, no = np.zeros(n), np.zeros(n, dtype=bool)
    of = np.ones((SEGMENTS, len(ASPECTS)))
    packed = _words.said(
        random.random((verbatims.DRAWS_OF_SAID, n)),
        np.full(n, occasion),
        np.full(n, count),
        np.full(n, topic),
        random.normal(size=n),
        np.zeros(n, dtype=np.int64),
        (no, no, no, ~no, nothing + 1.0),
        [random.normal(size=n) for _ in _words.FELT],
        [(happened or {}).get(event, no) for event in _words.HAPPENED],
        nothing,
        tuple(weight for name in _words.OCCASIONS for weight in _words.WEIGHTS[name]),
        tuple(of.ravel()),
        14.0,
        (0.75, 0.60, 0.60, 0.10, 0.65),
    )
    return [part[:, :count] for part in text.unpacked(packed)]


ASKING = [(occasion, topic) for occasion in (_words.MESSAGE, _words.CHAT) for topic in range(len(TOPICS))]


@pytest.mark.parametrize(("occasion", "topic"), ASKING)
def test_who_asks_speaks_of_what_belongs_to_the_request(occasion, topic):
    n = 600
    late = np.arange(n) % 3 == 0
    aspect, polarity, _, event = said(n, occasion, topic=topic, happened={"late_parcel": late, "damaged_parcel": late})
    assert {ASPECTS[code] for code in np.unique(aspect)} <= set(_words.OF_TOPIC[TOPICS[topic]])
    assert len(np.unique(aspect)) > 1
    assert (polarity == NEGATIVE).all()
    if TOPICS[topic] in ("order_status", "return_refund"):
        assert (event > 0).any()


@pytest.mark.parametrize("occasion", [_words.MESSAGE, _words.CHAT])
def test_who_asks_praises_after_a_good_event_alone(occasion):
    yes = np.ones(600, dtype=bool)
    _, polarity, _, event = said(600, occasion, happened={"fast_reply": yes})
    good = event == EVENTS.index("fast_reply")
    assert 100 < good.sum() < good.size - 100
    assert (polarity[good] == POSITIVE).all()
    assert (polarity[~good] == NEGATIVE).all()


def test_other_texts_speak_of_anything_in_any_way():
    aspect, polarity, *_ = said(3_000, _words.ORDER)
    assert len(np.unique(aspect)) > 20
    assert set(np.unique(polarity)) == {NEGATIVE, NEUTRAL, POSITIVE}
    assert all(len(set(row)) == 4 for row in aspect.tolist())


def test_a_general_remark_comes_first():
    for occasion in (_words.ORDER, _words.BAROMETER, _words.SOCIAL):
        aspect, *_ = said(2_000, occasion)
        general = aspect == ASPECTS.index("overall")
        assert general[:, 0].sum() > 300
        assert not general[:, 1:].any()


@pytest.mark.parametrize(("count", "most"), [(1, 1), (2, 1), (3, 2), (5, 2), (6, 3), (9, 3), (10, 4), (14, 4)])
def test_a_complaint_dwells_on_few_aspects_one_after_the_other(count, most):
    struck = np.arange(1_000) % 2 == 0
    aspect, polarity, _, event = said(1_000, _words.COMPLAINT, count, happened={"damaged_parcel": struck})
    turns = 1 + (aspect[:, 1:] != aspect[:, :-1]).sum(axis=1)
    different = np.array([len(set(row)) for row in aspect.tolist()])
    assert (different == most).all()
    assert (turns == different).all()
    assert not (polarity == NEUTRAL).any()
    assert not (event[~struck] > 0).any()
    told = (event > 0).any(axis=1)
    assert told[struck].mean() > (0.9 if most > 1 else 0.8)
    assert (event[told, 0] > 0).all()  # what happened is told first


def test_at_most_two_concepts_bear_the_same_event():
    yes = np.ones(2_000, dtype=bool)
    for occasion in (_words.ORDER, _words.COMPLAINT):
        *_, event = said(2_000, occasion, 12, happened={"late_parcel": yes, "repeat_contact": yes})
        for code in (EVENTS.index("late_parcel"), EVENTS.index("repeat_contact")):
            times = (event == code).sum(axis=1)
            assert times.max() == _words.MOST_OF_AN_EVENT == 2
            assert (times == 2).mean() > 0.1


def test_in_a_run_concerns_stand_with_their_request(concepts):
    asks = concepts[concepts["source"].isin([MESSAGE, CHAT])]
    assert len(asks) > 1_500
    allowed = {topic: {ASPECTS.index(one) for one in _words.OF_TOPIC[name]} for topic, name in enumerate(TOPICS)}
    for topic, own in asks.groupby("topic"):
        assert set(own["aspect"]) <= allowed[topic]
    good = asks["event"].isin([EVENTS.index(name) for name in _words.GOOD_EVENTS])
    assert (asks["polarity"] == np.where(good, POSITIVE, NEGATIVE)).all()


def test_in_a_run_complaints_dwell_and_general_remarks_come_first(concepts):
    complaints = concepts[concepts["source"] == COMPLAINT]
    assert complaints["text"].nunique() > 100
    own = complaints.groupby("text")
    turns = own["aspect"].agg(lambda one: 1 + int((one.to_numpy()[1:] != one.to_numpy()[:-1]).sum()))
    assert (turns == own["aspect"].nunique()).all()
    assert turns.max() <= _words.DWELLING.max() + 1
    assert not (complaints["polarity"] == NEUTRAL).any()
    first_event = own["event"].first()
    assert (first_event[own["event"].max() > 0] > 0).all()
    others = concepts[concepts["source"] != COMPLAINT]
    general = others[others["aspect"] == ASPECTS.index("overall")]
    assert len(general) > 300
    assert (general["part"] == text.CONCEPT).all()


def test_in_a_run_no_event_is_told_more_than_twice(concepts):
    told = concepts[concepts["event"] > 0].groupby(["text", "event"]).size()
    assert set(told) == {1, 2}


# Nothing twice


def test_no_family_of_phrases_stands_twice_in_a_text(concepts, book):
    assert (concepts.groupby("text").size() > 2).sum() > 1_000
    assert not concepts.assign(said=book.family[concepts["template"]]).duplicated(["text", "said"]).any()


def test_a_text_tells_once_how_late_how_long_or_how_often(concepts, book):
    telling = concepts[book.tells_how_much[concepts["template"]]]
    assert len(telling) > 80
    assert not telling["text"].duplicated().any()


def test_no_frame_stands_twice_in_a_text(frames):
    assert (frames["part"] == STORY).sum() > 1_000
    assert not frames.duplicated(["text", "template"]).any()


def test_one_story_at_most_names_what_was_bought(frames, book):
    stories = frames[frames["part"] == STORY]
    assert stories["text"].duplicated().sum() > 300
    naming = stories[book.names_article[stories["template"]]]
    assert len(naming) > 300
    assert not naming["text"].duplicated().any()


@pytest.mark.parametrize("name", ["lead", "tail", "link"])
def test_no_lead_tail_or_word_of_transition_stands_twice_in_a_text(concepts, name):
    used = concepts[(concepts[name] >= 0) & ((concepts["joined"] == 0) if name == "link" else True)]
    assert used["text"].duplicated().sum() > 20
    assert not used.duplicated(["text", name]).any()


def test_lead_tail_and_link_stand_where_they_may(concepts, book):
    lead, tail = concepts["lead"] >= 0, concepts["tail"] >= 0
    assert min(lead.sum(), tail.sum()) > 300
    assert not (lead & tail).any()
    assert not book.aside[concepts.loc[lead, "template"]].any()
    assert not book.parted[concepts.loc[tail, "template"]].any()
    assert not (lead & (concepts["link"] >= 0)).any()


def test_no_phrase_is_about_other_articles_than_those_bought(concepts, book):
    about = book.about[concepts["template"]]
    bought = np.where(concepts["has_order"], concepts["family"], text.NO_ARTICLES)
    named = about != text.NO_ARTICLES
    assert named.sum() > 100
    assert (about == bought)[named].all()


def templates_of_stories(book, source: int, register: int, polarity: int):
    u = np.linspace(0, 0.999, 500)
    cell = (np.full(len(u), code) for code in (STORY, source, polarity, register))
    return set(book.frame(u, *cell).tolist())


def test_stories_are_enough_for_three_that_differ_of_which_one_names_what_was_bought(book):
    for source in (COMPLAINT, MESSAGE):
        for register in range(len(REGISTERS)):
            for polarity in range(len(POLARITIES)):
                found = templates_of_stories(book, source, register, polarity)
                assert sum(not book.names_article[one] for one in found) >= 3


def test_stories_are_told_apart_even_where_all_draws_are_alike(book):
    n = 300
    texts, part = np.repeat(np.arange(n), 3), np.full(3 * n, STORY)
    u = np.repeat(np.random.default_rng(2).random((text.TRIES, n)), 3, axis=1)
    zeros = np.zeros(3 * n, dtype=np.int64)
    of_text = (zeros + COMPLAINT, zeros + REGISTERS.index("plain"), zeros.astype(bool), zeros)
    found = passages.template(u, book, texts, part, zeros, zeros, of_text)
    assert not text.repeated(texts * len(book.templates.count) + found).any()
    assert np.bincount(texts, weights=book.names_article[found]).max() == 1


# Slips


def test_slips_spare_set_phrases_and_advisers_and_are_half_as_many_in_formal_texts():
    n = 4_000
    u = np.random.default_rng(4).random(n)
    by = (0.0007, 0.0008, 0.0006, 0.0007, 0.0018, 0.0022, 0.0015)

    def chance(part: int, register: str, phone: bool = False, source: int = MESSAGE):
        register_code = np.full(n, REGISTERS.index(register))
        return passages.slip_chance(
            u, np.full(n, part), np.full(n, source), np.full(n, phone), register_code, by, 1.6, 0.5, 0.6
        )

    plain = chance(text.CONCEPT, "plain")
    assert (plain > 0).all()
    assert np.median(plain) == pytest.approx(by[MESSAGE], rel=0.05)
    np.testing.assert_allclose(chance(text.CONCEPT, "casual"), plain)
    np.testing.assert_allclose(chance(text.CONCEPT, "formal"), 0.5 * plain)
    np.testing.assert_allclose(chance(text.CONCEPT, "plain", phone=True), 1.6 * plain)
    for name in FRAMES:
        spared = name in ("greeting", "signoff") or name.startswith("adviser_")
        assert (chance(FRAMES.index(name), "plain") == 0).all() == spared, name


def test_in_a_run_greetings_and_signoffs_have_no_slips(rows):
    set_phrase = rows["part"].isin([GREETING, SIGNOFF])
    adviser = text.is_adviser(rows["part"].to_numpy())
    slipped = rows["words"] != rows["correct"]
    assert set_phrase.sum() > 1_000
    assert not slipped[set_phrase | adviser].any()
    free = ~set_phrase & ~adviser
    assert slipped[free].mean() > 0.01
    formal = rows["register"] == REGISTERS.index("formal")
    calm = free & rows["source"].isin([SURVEY, REVIEW, COMPLAINT, MESSAGE]) & ~rows["on_phone"]
    ratio = rows.loc[calm & formal, "slip_chance"].mean() / rows.loc[calm & ~formal, "slip_chance"].mean()
    assert ratio == pytest.approx(0.5, rel=0.15)


# What has come


def test_a_parcel_is_complained_of_only_once_it_has_come(state):
    own, texts, orders = (state.frames[name] for name in ("passages", "verbatims", "orders"))
    *_, event = text.unpacked(own.values["said"])
    written = texts.values["written_at"][own.lineage["verbatims"]]
    at_hand = own.take(orders.values["at_hand_day"], "orders")
    is_concept = own.values["part"] >= text.CONCEPT
    for name in ("late_parcel", "damaged_parcel", "faulty_product"):
        told = is_concept & (event == EVENTS.index(name))
        assert told.sum() > 30, name
        assert (written[told] >= at_hand[told] * 86_400).all(), name
    late = own.take(orders.values["problem"], "orders") == 1 + verbatims.PROBLEMS[1:].index("late_parcel")
    early = is_concept & late & (written < at_hand * 86_400)
    assert early.sum() > 20  # such texts exist, and tell other things


def test_what_has_happened_waits_for_the_goods():
    no, yes = np.zeros(2, dtype=bool), np.ones(2, dtype=bool)
    zeros = np.zeros(2)
    second = np.array([10 * 86_400 - 1, 10 * 86_400])
    found = verbatims.happened(
        (yes, yes, yes, yes, yes), no, second, np.full(2, 10), zeros, no, zeros, zeros, no, no, no, no, no
    )
    by_event = dict(zip(_words.HAPPENED, found, strict=True))
    for name in ("late_parcel", "damaged_parcel", "faulty_product"):
        assert by_event[name].tolist() == [False, True], name
    for name in ("out_of_stock", "wrong_bill"):
        assert by_event[name].tolist() == [True, True], name
