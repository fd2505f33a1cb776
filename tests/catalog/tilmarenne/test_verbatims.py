"""Customers' words at Tilmarenne: spans hold, causes are true, lengths are as published, and no cell does harm."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from cxdata import api
from cxdata.catalog import phrases, scan
from cxdata.catalog.tables.tilmarenne import _words, verbatims
from cxdata.catalog.tables.tilmarenne.calendar import LAMP_RECALL_START
from cxdata.catalog.tables.tilmarenne.customers import SEGMENTS
from cxdata.check import safety
from cxdata.check.targets import judge_targets
from cxdata.errors import ParameterError
from cxdata.recipes import text
from cxdata.schema.kinds import Text
from cxdata.schema.phrasebook import ASPECTS, EVENTS_OF_SLOT, REGISTERS, SOURCES, STYLES
from cxdata.schema.recipe import Recipe
from cxdata.schema.table import Column

CUSTOMERS = 8_000
LOCALES = ("fr_FR", "en_GB")
LANGUAGE = dict(zip(LOCALES, ("fr", "en"), strict=True))
TABLES = ("verbatims", "passages", "orders", "customers", "contacts", "complaints", "surveys")
FEW = ["verbatims", "passages"]
KEYS = ("order_id", "contact_id", "survey_id", "review_id", "complaint_id", "post_id", "web_session_id")
PARENT = {
    "survey": "survey_id",
    "review": "review_id",
    "complaint": "complaint_id",
    "message": "contact_id",
    "social": "post_id",
    "chat": "web_session_id",
    "web": "web_session_id",
}
# Concepts by source (Erdil 2017): chats, reviews, surveys, and complaints of the retailer with the longest.
CONCEPTS = {
    "chat": ("chat_concepts", 0.1),
    "review": ("review_concepts", 0.1),
    "survey": ("survey_concepts", 0.1),
    "complaint": ("complaint_concepts_highest", 0.4),
}


def parameter(name: str):
    return scan.scenario("tilmarenne").parameter_index()[name].value


@pytest.fixture(scope="module")
def runs():
    return {
        locale: api.generate("tilmarenne", customers=CUSTOMERS, seed=17, tables=TABLES, locale=locale)
        for locale in LOCALES
    }


@pytest.fixture(scope="module", params=LOCALES)
def locale(request):
    return request.param


@pytest.fixture(scope="module")
def run(runs, locale):
    return runs[locale]


@pytest.fixture(scope="module")
def texts(run):
    """Return one row per text, with its truth."""
    return run.tables["verbatims"].merge(run.truth["latents/verbatims"], on="verbatim_id", validate="1:1")


@pytest.fixture(scope="module")
def passages(run, texts):
    """Return one row per passage, with its text."""
    return run.truth["latents/passages"].merge(texts, on="verbatim_id", validate="m:1")


@pytest.fixture(scope="module")
def concepts(passages):
    """Return one row per concept, with its words."""
    found = passages[passages["kind"] == "concept"].copy()
    found["start"], found["end"] = found["start"].astype(int), found["end"].astype(int)
    found["words"] = [
        whole[low:high] for whole, low, high in zip(found["text"], found["start"], found["end"], strict=True)
    ]
    return found


@pytest.fixture(scope="module")
def book(locale):
    return phrases.load(LANGUAGE[locale])


# Spans


def pattern_of(book, place: int) -> re.Pattern[str]:
    """Return what the words of a phrase look like, whatever fills its slots."""
    start, count = book.templates.start[place], book.templates.count[place]
    segments = book.templates.segments[start : start + count]
    parts = [re.escape(book.pieces[int(piece)].as_py()) if piece >= 0 else ".*" for piece in segments]
    return re.compile("".join(parts), re.IGNORECASE)


def test_spans_hold_the_words_of_a_phrase_of_their_family(concepts, book):
    # Only where nothing is misspelt can words be looked up; there every one of them must be found.
    clean = concepts[concepts["clean_text"].isna()]
    assert len(clean) > 0.4 * len(concepts)
    families = book.families.to_pylist()
    patterns: dict[str, list[re.Pattern[str]]] = {}
    for place, family in enumerate(book.family):
        patterns.setdefault(families[family], []).append(pattern_of(book, place))
    for words, family in zip(clean["words"], clean["family"], strict=True):
        assert any(pattern.search(words) for pattern in patterns[family]), (family, words)


def test_spans_of_a_text_rise_and_do_not_overlap_and_lie_inside(concepts):
    assert (concepts["start"] >= 0).all()
    assert (concepts["end"] > concepts["start"]).all()
    assert (concepts["end"] <= concepts["text"].str.len()).all()
    same = concepts["verbatim_id"].to_numpy()[1:] == concepts["verbatim_id"].to_numpy()[:-1]
    assert (concepts["start"].to_numpy()[1:] >= concepts["end"].to_numpy()[:-1])[same].all()


def test_spans_begin_and_end_with_words(concepts):
    assert concepts["words"].str.fullmatch(r"\S.*\S", flags=re.DOTALL).all()
    before = np.array([whole[low - 1 : low] for whole, low in zip(concepts["text"], concepts["start"], strict=True)])
    assert set(before) <= {"", " ", "\n", "'"}


def test_truth_is_told_of_concepts_alone_and_counts_them(passages, concepts, texts):
    frames = passages[passages["kind"] != "concept"]
    truth = ["aspect", "polarity", "intensity", "tone", "cause", "family", "start", "end"]
    assert frames[truth].isna().all(axis=None)
    assert concepts[truth].notna().all(axis=None)
    told = concepts.groupby("verbatim_id").size().reindex(texts["verbatim_id"], fill_value=0)
    assert (told.to_numpy() == texts["concept_count"]).all()


def test_truth_is_that_of_the_phrases_family(concepts, book):
    families = book.families.to_pylist()
    polarities = dict(zip(np.array(families)[book.family], book.polarity, strict=True))
    assert (concepts["aspect"].astype(str) == concepts["family"].str.partition(".")[0]).all()
    assert (concepts["polarity"].cat.codes == concepts["family"].map(polarities)).all()


def test_families_fall_into_halves_that_share_no_words(concepts):
    # What a classifier is trained on in one half of the families it does not meet in the other.
    families = np.array(sorted(concepts["family"].unique()))
    assert len(families) > 450
    half = set(families[np.random.default_rng(3).random(len(families)) < 0.5])
    plain = concepts[concepts["clean_text"].isna()]
    train, test = (set(plain.loc[plain["family"].isin(half) == side, "words"].str.lower()) for side in (True, False))
    assert min(len(train), len(test)) > 1_000
    assert train & test == set()
    alone = concepts.groupby("verbatim_id")["family"].agg(lambda names: len({name in half for name in names}))
    assert (alone == 1).mean() > 0.5


# Causes


@pytest.fixture(scope="module")
def told(run, concepts):
    """Return one row per concept, with what had happened to its writer."""
    orders = run.tables["orders"].merge(run.truth["latents/orders"], on="order_id", validate="1:1")
    orders = orders.set_index("order_id")[["problem", "is_recalled", "product_family"]]
    contacts = run.tables["contacts"].set_index("contact_id")
    found = concepts.join(orders, on="order_id").join(
        contacts.drop(columns=["customer_id", "order_id"]), on="contact_id"
    )
    hours = (found["answered_at"] - found["contacted_at"]).dt.total_seconds() / 3600
    found["hours"] = hours.where(found["channel"].isin(["email", "post", "social"]))
    complaints = run.tables["complaints"]
    complaints = complaints[complaints["contact_id"].notna()].drop_duplicates("contact_id").set_index("contact_id")
    found = found.join(complaints[["received_at", "replied", "reply_delay_hours", "compensation_eur"]], on="contact_id")
    found["replied_at"] = found["received_at"] + pd.to_timedelta(found["reply_delay_hours"], unit="h")
    return found


PROBLEMS = ("late_parcel", "damaged_parcel", "out_of_stock", "faulty_product", "wrong_bill")


@pytest.mark.parametrize("event", PROBLEMS)
def test_a_problem_is_spoken_of_by_those_who_had_it(told, event):
    because = told[told["cause"] == event]
    assert len(because) > 10
    assert (because["problem"] == event).all()
    assert (because["polarity"] == "negative").all()


def test_what_is_said_of_a_contact_is_true_of_it(told):
    true = {
        "lamp_recall": lambda rows: (
            rows["is_recalled"].astype(bool) & (rows["written_at"] >= pd.Timestamp(LAMP_RECALL_START))
        ),
        "long_wait": lambda rows: rows["wait_minutes"] >= verbatims.LONG_WAIT_MINUTES,
        "transferred": lambda rows: rows["is_transferred"].astype(bool),
        "slow_reply": lambda rows: rows["hours"] >= verbatims.SLOW_HOURS,
        "fast_reply": lambda rows: rows["hours"] < verbatims.FAST_HOURS,
        "solved_first_time": lambda rows: rows["is_resolved_first_time"].astype(bool),
        "gesture": lambda rows: (rows["compensation_eur"] > 0) & (rows["replied_at"] < rows["written_at"]),
        "no_reply": lambda rows: ~rows["replied"].astype(bool) | (rows["replied_at"] > rows["written_at"]),
    }
    seen = 0
    for event, holds in true.items():
        because = told[told["cause"] == event]
        assert holds(because).all(), event
        seen += len(because) > 0
    assert seen == len(true)


def test_who_says_that_he_asked_again_had_asked_before(run, told):
    contacts = run.tables["contacts"]
    handled = contacts[~contacts["is_abandoned"].fillna(False).astype(bool)]
    first = handled.groupby("order_id")["contacted_at"].min()
    because = told[told["cause"] == "repeat_contact"]
    assert len(because) > 20
    assert (because["contacted_at"] > because["order_id"].map(first)).all()


def test_a_late_parcel_is_spoken_of_by_those_whose_parcel_was_late_far_more_than_by_others(run, texts, concepts):
    problem = run.truth["latents/orders"].set_index("order_id")["problem"]
    known = texts[texts["occasion"] == "order"]  # written when the goods had come, about nothing else
    late = known["order_id"].map(problem) == "late_parcel"
    blames = concepts[(concepts["aspect"] == "delivery") & (concepts["polarity"] == "negative")]["verbatim_id"]
    has = known["verbatim_id"].isin(blames)
    assert has[late].mean() > 0.4
    assert has[~late].mean() < 0.2


def test_slots_of_an_event_are_filled_for_those_whom_it_struck_alone(concepts, book):
    families = book.families.to_pylist()
    slots: dict[str, set[str]] = {}
    names = ("item", "an_item", "late", "wait", "delay", "times", "weekday", "e")
    for place, family in enumerate(book.family):
        start, count = book.templates.start[place], book.templates.count[place]
        used = {names[-1 - piece] for piece in book.templates.segments[start : start + count] if piece < 0}
        slots.setdefault(families[family], set()).update(used)
    for slot, events in EVENTS_OF_SLOT.items():
        bearing = concepts["family"].map(lambda family, slot=slot: slot in slots[family])
        assert bearing.any(), slot
        assert concepts.loc[bearing, "cause"].isin(events).all()


def test_a_monthly_box_and_an_app_are_spoken_of_by_those_who_use_them(run, concepts):
    digital = run.truth["latents/customers"].set_index("customer_id")["digital_affinity"]
    app = concepts[concepts["aspect"] == "app"]
    assert len(app) > 50
    assert (app["customer_id"].map(digital) >= _words.SCREENS - 1e-3).all()


def test_orders_online_and_in_shops_are_spoken_of_as_such(run, concepts):
    channel = run.tables["orders"].set_index("order_id")["channel"]
    about = concepts[concepts["order_id"].notna() & (concepts["source"] != "survey")]
    bought = about["order_id"].map(channel)
    assert not about.loc[bought == "shop", "aspect"].isin(_words.ONLINE_ASPECTS).any()
    assert not about.loc[(bought == "web") & (about["cause"] == "any"), "aspect"].isin(_words.SHOP_ASPECTS).any()


def test_moods_follow_marks_and_what_is_said_follows_moods(run, texts, concepts):
    surveys = run.tables["surveys"].set_index("survey_id")
    after = texts[texts["occasion"].isin(["order", "barometer"]) & (texts["source"] == "survey")]
    marks = after["survey_id"].map(surveys["ltr"])
    assert np.corrcoef(marks, after["mood"])[0, 1] > 0.9
    for low, high, least, most in ((0, 4, 0.65, 1.0), (9, 10, 0.0, 0.30)):
        rows = concepts[concepts["survey_id"].isin(after.loc[marks.between(low, high), "survey_id"])]
        assert least < (rows["polarity"] == "negative").mean() < most


def test_segments_speak_of_what_matters_to_them(run, concepts):
    segment = run.tables["customers"].set_index("customer_id")["segment"]
    free = concepts[(concepts["cause"] == "any") & concepts["source"].isin(["survey", "review"])]
    by = free["customer_id"].map(segment)
    share = {name: (free.loc[by == name, "aspect"] == "price").mean() for name in SEGMENTS}
    assert max(share, key=share.get) == "bargain_hunters"


# Noise and style


def test_a_clean_text_differs_and_has_neither_slips_nor_styles(texts, book):
    noisy = texts[texts["clean_text"].notna()]
    assert 0.2 < len(noisy) / len(texts) < 0.6
    assert (noisy["clean_text"] != noisy["text"]).all()
    clean = texts.loc[texts["clean_text"].isna() & (texts["style"] == "standard"), "text"]
    known = {word for piece in book.pieces.slice(0, book.piece_count * 2).to_pylist() for word in words_of(piece)}
    known |= {word for whole in clean for word in words_of(whole)}
    known |= {f"{word}e" for word in known}  # of women who write
    unknown = [word for whole in noisy["clean_text"] for word in words_of(whole) if word not in known]
    assert unknown == []


def words_of(whole: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", whole.lower())


def test_texts_in_a_style_of_their_own_have_a_clean_text(texts):
    odd = texts["style"].isin(["lower_case", "shouting"]) & (texts["source"] != "chat")
    assert odd.sum() > 50
    assert texts.loc[odd, "clean_text"].notna().mean() > 0.95


def test_posts_chats_and_feedback_are_written_more_hastily(texts):
    hasty = texts["source"].isin(["social", "chat", "web"])
    share = texts["clean_text"].notna().groupby(hasty).mean()
    assert share[True] > 1.4 * share[False]
    registers = texts.groupby("source", observed=True)["register"].value_counts(normalize=True).unstack()
    assert registers.loc["social", "casual"] > 2 * registers.loc["survey", "casual"]
    assert registers.loc["complaint", "formal"] > 1.4 * registers.loc["survey", "formal"]
    assert set(texts["register"]) == set(REGISTERS)
    assert set(texts["style"]) == set(STYLES)


def test_only_anger_shouts_and_only_the_displeased_are_ironic(texts):
    assert (texts.loc[texts["style"] == "shouting", "mood"] <= -1.0).all()
    assert (texts.loc[texts["is_ironic"], "mood"] < 0.0).all()
    assert texts["is_ironic"].sum() > 30


# Shapes


ENGLISH_TOLERANCE = 0.12
"""Share of a published mean by which English texts may differ: the figures were taken in French."""


def test_lengths_turns_and_comments_are_as_published(run, locale):
    found = list(judge_targets(verbatims.TARGETS, scan.figures(), run.tables, dict.fromkeys(columns(), True)))
    assert len(found) == len(verbatims.TARGETS)
    for result in found:
        seen, target = result.estimate, result.target
        gap = abs(seen.value - result.figure.value)
        room = target.tolerance if locale == "fr_FR" else max(target.tolerance, ENGLISH_TOLERANCE * result.figure.value)
        assert gap <= room + 4 * seen.standard_error, (target.figure, seen)


def columns() -> list[str]:
    return [target.column for target in verbatims.TARGETS]


@pytest.mark.parametrize("source", CONCEPTS)
def test_concepts_are_as_many_as_published(texts, source):
    name, tolerance = CONCEPTS[source]
    published = scan.figures()[f"erdil_2017.{name}"].value
    counts = texts.loc[texts["source"] == source, "concept_count"]
    assert abs(counts.mean() - published) <= tolerance + 4 * counts.std() / np.sqrt(len(counts))


def test_words_are_counted_as_a_reader_counts_them(texts, book):
    adviser = book.pieces[int(book.templates.segments[book.templates.start[book.speakers[text.ADVISER]]])].as_py()
    customer = book.pieces[int(book.templates.segments[book.templates.start[book.speakers[text.CUSTOMER]]])].as_py()

    def count(whole: str, source: str) -> int:
        lines = [line for line in whole.split("\n") if source != "chat" or not line.startswith(adviser)]
        said = [line[len(customer) :] if source == "chat" else line for line in lines]
        return sum(bool(re.search(r"\w", word)) for line in said for word in line.split())

    counted = np.array([count(whole, source) for whole, source in zip(texts["text"], texts["source"], strict=True)])
    # A word that a slip has cut in two, or two that it has run together, are counted as they were meant to be written.
    assert (counted == texts["word_count"]).mean() > 0.97
    assert np.abs(counted - texts["word_count"]).max() <= 3


def test_lengths_are_spread_as_those_of_texts_are(texts):
    words = texts.loc[texts["source"] == "survey", "word_count"]
    assert words.median() < words.mean()
    assert words.quantile(0.05) < 10
    assert words.quantile(0.95) > 50
    assert words.value_counts(normalize=True).max() < 0.08


def test_texts_are_no_copies(texts):
    long = texts.loc[texts["word_count"] >= 8, "text"]
    assert len(long) > 5_000
    assert long.duplicated().mean() < 0.01


def test_no_sentence_stands_twice_in_a_text(concepts):
    twice = concepts.assign(words=concepts["words"].str.lower()).duplicated(["verbatim_id", "words"])
    assert twice.mean() < 0.002


# Chats


def test_chats_alternate_and_each_line_begins_with_who_speaks(texts, book):
    labels = [
        book.pieces[int(book.templates.segments[book.templates.start[book.speakers[who]]])].as_py()
        for who in (text.CUSTOMER, text.ADVISER)
    ]
    chats = texts[texts["source"] == "chat"]
    assert len(chats) > 300
    assert set(chats["style"]) == set(STYLES)  # whatever its style, who speaks is written alike
    for whole, turns in zip(chats["text"], chats["turn_count"], strict=True):
        lines = whole.split("\n")
        speakers = [[line.startswith(label) for label in labels].index(True) for line in lines]
        assert all(one != other for one, other in pairwise(speakers)), whole
        assert len(lines) == turns


def test_only_chats_have_turns_and_other_texts_no_speaker(texts, book):
    assert (texts["turn_count"].notna() == (texts["source"] == "chat")).all()
    label = book.pieces[int(book.templates.segments[book.templates.start[book.speakers[text.ADVISER]]])].as_py()
    assert not texts.loc[texts["source"] != "chat", "text"].str.contains(label, regex=False).any()


def test_letters_begin_with_a_greeting_and_most_are_signed(texts):
    letters = texts[texts["source"].isin(["complaint", "message"])]
    assert letters["text"].str.contains("\n", regex=False).mean() > 0.95
    others = texts[~texts["source"].isin(["complaint", "message", "chat"])]
    assert not others["text"].str.contains("\n", regex=False).any()


# Keys and harm


def test_keys_name_the_parent_of_each_source_and_the_writer(run, texts):
    for source, key in PARENT.items():
        assert texts.loc[texts["source"] == source, key].notna().all(), source
    assert set(texts["source"]) == set(SOURCES)
    surveys = run.tables["surveys"].set_index("survey_id")
    comments = texts[texts["source"] == "survey"]
    assert comments["survey_id"].is_unique
    assert (comments["survey_id"].map(surveys["customer_id"]) == comments["customer_id"]).all()
    assert (comments["survey_id"].map(surveys["answered_at"]) == comments["written_at"]).all()
    complaints = run.tables["complaints"].set_index("complaint_id")
    written = texts[texts["source"] == "complaint"]
    assert (written["complaint_id"].map(complaints["channel"]) != "phone").all()
    assert (written["complaint_id"].map(complaints["received_at"]) == written["written_at"]).all()


@pytest.mark.parametrize("column", ["text", "clean_text"])
def test_no_cell_does_harm(texts, book, column):
    cells = texts[column].dropna()
    assert not cells.str.contains(r"[0-9]").any()
    assert not cells.str.contains(r"https?:|www\.|@|\.(?:com|net|org|fr|uk)\b").any()
    assert not cells.str.match(r"[=+\-@\t\r]").any()
    assert not cells.str.contains(r"[<>{}|_]").any()
    held = Column(name="cell", kind=Text("verbatim"), meaning="A cell.", recipe=Recipe(lambda u, x: None))
    assert list(safety.scan(held, pa.chunked_array([pa.array(cells.tolist())]), book.forbidden)) == []


def test_no_cell_names_the_writer(run, texts):
    people = run.tables["customers"].set_index("customer_id")[["first_name", "last_name"]]
    plain = texts[(texts["style"] == "standard") & texts["clean_text"].isna()].join(people, on="customer_id")
    # A text in which all of its writer's names stood would hold them together, in one order or the other.
    for whole, first, last in zip(plain["text"], plain["first_name"], plain["last_name"], strict=True):
        assert f"{first} {last}" not in whole
        assert f"{last} {first}" not in whole
    signed = plain.loc[plain["source"].isin(["complaint", "message"]), "text"].str.rsplit("\n", n=1).str[-1]
    last_lines = signed[signed.str.split().str.len() <= 3]
    assert len(last_lines) > 200
    assert last_lines.nunique() < 60


# Locales and sizes


def test_the_locale_changes_words_and_nothing_else(runs):
    french, english = (runs[locale] for locale in LOCALES)
    words = {"text", "word_count"}
    kept = [name for name in french.tables["verbatims"].columns if name not in words]
    assert french.tables["verbatims"][kept].equals(english.tables["verbatims"][kept])
    assert (french.tables["verbatims"]["text"] != english.tables["verbatims"]["text"]).mean() > 0.99
    for table, of_words in (
        ("latents/verbatims", {"clean_text"}),
        ("latents/passages", {"family", "intensity", "tone", "start", "end"}),
    ):
        kept = [name for name in french.truth[table].columns if name not in of_words]
        assert french.truth[table][kept].equals(english.truth[table][kept]), table
    assert {"aspect", "polarity", "cause", "kind"} <= set(kept)


def test_a_larger_run_has_the_smaller_as_its_beginning():
    small, large = (api.generate("tilmarenne", customers=n, seed=5, tables=[*FEW, "customers"]) for n in (300, 900))
    mine = large.tables["verbatims"]
    mine = mine.loc[mine["customer_id"].isin(small.tables["customers"]["customer_id"]), "verbatim_id"]
    assert len(mine) > 200
    pairs = [(small.tables["verbatims"], large.tables["verbatims"])]
    pairs += [(small.truth[name], large.truth[name]) for name in ("latents/verbatims", "latents/passages")]
    for few, many in pairs:
        pd.testing.assert_frame_equal(many[many["verbatim_id"].isin(mine)].reset_index(drop=True), few)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("texts_register_cuts", (1.0, 0.0), "texts_register_cuts must hold two rising thresholds"),
        ("texts_demand", (0.5,) * 7, "texts_demand must hold a share for each of 7 sources, 0 where no demand serves"),
    ],
)
def test_parameters_that_contradict_each_other_are_refused(name, value, why):
    with pytest.raises(ParameterError, match=re.escape(why)):
        api.generate("tilmarenne", customers=10, tables=FEW, parameters={name: value})


def test_every_occasion_has_a_weight_for_every_aspect():
    assert set(_words.WEIGHTS) == set(_words.OCCASIONS)
    assert {len(weights) for weights in _words.WEIGHTS.values()} == {len(ASPECTS)}
    assert len(parameter("texts_weights")) == len(ASPECTS) * len(_words.OCCASIONS)
