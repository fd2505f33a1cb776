"""Phrase banks: refused with file and line where anything is wrong, and as rich as they are said to be."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cxdata import api
from cxdata.catalog import phrases, vocabulary
from cxdata.check import safety
from cxdata.config import RunConfig
from cxdata.errors import VocabularyError
from cxdata.schema.kinds import Text
from cxdata.schema.phrasebook import ASPECTS, EVENTS, FRAMES, POLARITIES, REGISTERS, SOURCES, STYLES, TONES
from cxdata.schema.recipe import Recipe
from cxdata.schema.table import Column

LANGUAGES = ("en", "fr")
FIELDS = "family | polarity | intensity | register | tone | event | phrase"
AS_WRITTEN = "retard_du_jour | negative | 2 | plain | sincere | any | une phrase que personne n'a encore lue"


@pytest.fixture
def bank(tmp_path):
    """Return a copy of the French bank, of the test's own."""
    shutil.copytree(phrases.FOLDER / "fr", tmp_path / "fr")
    append(tmp_path / "fr/forbidden.txt", "infâmissime")
    return tmp_path / "fr"


def append(path: Path, *lines: str) -> int:
    """Add lines at the end of a file; return the number of the last."""
    written = [*path.read_text(encoding="utf-8").splitlines(), *lines]
    path.write_text("\n".join(written) + "\n", encoding="utf-8")
    return len(written)


def keep(path: Path, wanted) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if wanted(line)) + "\n", encoding="utf-8")


def refused(bank: Path, where: str, why: str) -> None:
    """Assert that the bank is refused at a place and for a reason, both in the first words that a user reads."""
    with pytest.raises(VocabularyError) as caught:
        phrases.read_bank(bank)
    assert re.match(re.escape(where) + r":? .*" + why, str(caught.value)), str(caught.value)


def phrase(**changed: str) -> str:
    """Return a line of an aspect's file with some fields changed."""
    fields = dict(zip(FIELDS.split(" | "), AS_WRITTEN.split(" | "), strict=True))
    return " | ".join({**fields, **changed}.values())


class TestALineOfAnAspect:
    @pytest.mark.parametrize(
        ("line", "why"),
        [
            ("retard | negative | 2 | plain | sincere | a phrase", "needs 7 fields"),
            (phrase() + " | more", "needs 7 fields"),
            (phrase().replace(" | ", "|"), "needs 7 fields"),
            (phrase(tone=""), "needs 7 fields"),
            (phrase(phrase=""), "needs 7 fields"),
            (phrase(family="Retard du jour"), "family 'Retard du jour' may hold small letters"),
            (phrase(family="retardé"), "family 'retardé' may hold small letters"),
            (phrase(polarity="bad"), "unknown polarity 'bad'"),
            (phrase(intensity="4"), "unknown intensity '4'"),
            (phrase(intensity="0"), "unknown intensity '0'"),
            (phrase(intensity="mild"), "unknown intensity 'mild'"),
            (phrase(register="slang"), "unknown register 'slang'"),
            (phrase(tone="bitter"), "unknown tone 'bitter'"),
            (phrase(event="late"), "unknown event 'late'"),
            (phrase(phrase="trois jours avec {lateness} de retard"), "unknown slot 'lateness'"),
            (phrase(phrase="le colis a {late} de retard"), r"slot \{late\} needs the event late_parcel, not any"),
            (phrase(phrase="attendu {wait}", event="late_parcel"), r"slot \{wait\} needs the event long_wait"),
            (phrase(phrase="relancé {times}", event="no_reply"), r"slot \{times\} needs the event repeat_contact"),
            (phrase(phrase="réponse en {delay}"), r"slot \{delay\} needs the event slow_reply or no_reply or fast"),
            (phrase(phrase="le service est infâmissime"), "'infâmissime' is in forbidden.txt"),
            (phrase(phrase="le service est INFÂMISSIME, oui"), "'infâmissime' is in forbidden.txt"),
            (phrase(phrase="-un colis abîmé"), "may not begin like a formula"),
            (phrase(phrase="+ de choix en rayon"), "may not begin like a formula"),
            (phrase(phrase="Le colis est arrivé"), "begin in lower case"),
            (phrase(phrase="le colis est arrivé."), r"leave out the final '\.'"),
            (phrase(phrase="le colis est arrivé !"), "leave out the final '!'"),
            (phrase(phrase="le colis est-il arrivé ?"), r"leave out the final '\?'"),
            (phrase(phrase="le colis est arrivé…"), "leave out the final '…'"),
            (phrase(phrase="le colis est arrivé en 3 jours"), "'3' may not stand in a text"),
            (phrase(phrase="le colis est arrivé; enfin"), "';' may not stand in a text"),
            (phrase(phrase="le colis (abîmé) est arrivé"), r"'\(' may not stand in a text"),
            (phrase(phrase="le « colis » est arrivé"), "'«' may not stand in a text"),
            (phrase(phrase="voyez https sur le site"), "'https' may not stand in a text"),
            (phrase(phrase="écrivez à moi@ici"), "'@' may not stand in a text"),
            (phrase(phrase="le colis  est arrivé"), "may not stand in a text"),
        ],
    )
    def test_is_refused_with_file_and_line_where_malformed(self, bank, line, why):
        number = append(bank / "aspects/delivery.txt", phrase(), phrase(phrase="une autre que nul n'a lue"), line)
        refused(bank, f"fr/aspects/delivery.txt:{number}", why)

    def test_passes_as_the_others_of_the_test_are_written(self, bank):
        before = len(phrases.read_bank(bank).aspect)
        append(bank / "aspects/delivery.txt", "# a remark", "", phrase(), phrase(phrase="une autre que nul n'a lue"))
        assert len(phrases.read_bank(bank).aspect) == before + 2

    def test_is_refused_where_the_same_phrase_stands_above(self, bank):
        above = append(bank / "aspects/delivery.txt", phrase())
        number = append(bank / "aspects/delivery.txt", phrase(register="casual"))
        refused(bank, f"fr/aspects/delivery.txt:{number}", f"the same phrase stands on line {above}")

    @pytest.mark.parametrize("changed", [{"polarity": "positive"}, {"event": "late_parcel"}])
    def test_is_refused_where_its_family_says_something_else(self, bank, changed):
        above = append(bank / "aspects/delivery.txt", phrase())
        number = append(bank / "aspects/delivery.txt", phrase(phrase="une autre que nul n'a lue", **changed))
        refused(bank, f"fr/aspects/delivery.txt:{number}", f"family .* on line {above}")

    def test_is_refused_where_it_is_alone_in_its_family(self, bank):
        number = append(bank / "aspects/delivery.txt", phrase())
        refused(bank, f"fr/aspects/delivery.txt:{number}", "family retard_du_jour needs another phrase")


class TestABank:
    @pytest.mark.parametrize("name", ["aspects/billing.txt", "frames.txt", "slots.txt", "forbidden.txt", "style.toml"])
    def test_is_refused_where_a_file_is_missing(self, bank, name):
        (bank / name).unlink()
        refused(bank, f"fr/{name}", "is missing; every language of texts needs it")

    @pytest.mark.parametrize("name", ["aspects/billing.txt", "frames.txt", "slots.txt", "forbidden.txt", "style.toml"])
    def test_is_refused_where_a_file_is_not_utf_8(self, bank, name):
        content = (bank / name).read_bytes()
        (bank / name).write_bytes(content + "# été\n".encode("latin-1"))
        number = content.count(b"\n") + 1
        refused(bank, f"fr/{name}:{number}", "not UTF-8")

    def test_is_refused_where_an_aspect_is_unknown(self, bank):
        shutil.copy(bank / "aspects/delivery.txt", bank / "aspects/deliveries.txt")
        refused(bank, "fr/aspects/deliveries.txt", "unknown aspect 'deliveries'.*delivery")

    @pytest.mark.parametrize("polarity", POLARITIES)
    def test_is_refused_where_an_aspect_cannot_be_spoken_of_in_a_polarity_without_an_event(self, bank, polarity):
        keep(
            bank / "aspects/parking.txt",
            lambda line: not re.search(rf"\| {polarity} \|.*\| any \|", line),
        )
        refused(bank, "fr/aspects/parking.txt", f"parking needs a {polarity} phrase for the event any")


class TestAFrame:
    @pytest.mark.parametrize(
        ("line", "why"),
        [
            ("opening | any | any | une ouverture", "needs 5 fields"),
            ("opener | any | any | any | une ouverture", "unknown frame 'opener'"),
            ("opening | good | any | any | une ouverture", "unknown polarity 'good'"),
            ("opening | any | slang | any | une ouverture", "unknown register 'slang'"),
            ("opening | any | any | mail | une ouverture", "unknown source 'mail'"),
            ("opening | any | any | survey, mail | une ouverture", "unknown source 'mail'"),
            ("opening | any | any | any | Une ouverture", "begin in lower case"),
            ("opening | any | any | any | une ouverture.", "leave out the final"),
            ("opening | any | any | any | une ouverture avec {late} de retard", "a frame knows no event"),
            ("opening | any | any | any | une ouverture sur {article}", "unknown slot 'article'"),
            ("opening | any | any | any | une ouverture infâmissime", "'infâmissime' is in forbidden.txt"),
            ("signoff | any | any | any | -- Cordialement", "may not begin like a formula"),
        ],
    )
    def test_is_refused_with_file_and_line_where_malformed(self, bank, line, why):
        number = append(bank / "frames.txt", line)
        refused(bank, f"fr/frames.txt:{number}", why)

    def test_is_refused_where_a_source_has_none_of_its_kind(self, bank):
        keep(bank / "frames.txt", lambda line: not line.startswith("demand |"))
        refused(bank, "fr/frames.txt", "needs a negative demand for source complaint")

    def test_is_refused_where_a_polarity_has_none(self, bank):
        keep(bank / "frames.txt", lambda line: not re.match(r"thanks \| (positive|any) ", line))
        append(bank / "frames.txt", *(f"thanks | {one} | any | any | merci" for one in ("negative", "neutral")))
        refused(bank, "fr/frames.txt", "needs a positive thanks for source survey")


class TestASlot:
    @pytest.mark.parametrize(
        ("line", "why"),
        [
            ("late | 3", "needs 3 fields"),
            ("lateness | 3 | trois jours", "unknown slot 'lateness'"),
            ("e | 1 | e", "unknown slot 'e'"),
            ("late | three | trois jours", "condition 'three' must be a number or low-high"),
            ("late | 3- | trois jours", "condition '3-' must be a number or low-high"),
            ("late | 3 | 3 jours", "must be plain words"),
            ("late | 3 | Trois jours", "must be plain words"),
            ("late | 3 | -trois jours", "must be plain words"),
            ("item | cars | la voiture", "unknown group of articles 'cars'"),
            ("about | any | chose", "unknown group of articles 'any'"),
        ],
    )
    def test_is_refused_with_file_and_line_where_malformed(self, bank, line, why):
        number = append(bank / "slots.txt", line)
        refused(bank, f"fr/slots.txt:{number}", why)

    def test_is_refused_where_nothing_fills_it(self, bank):
        keep(bank / "slots.txt", lambda line: not line.startswith("weekday |"))
        refused(bank, "fr/slots.txt", "slot weekday has no text")

    def test_is_refused_where_a_number_is_left_out(self, bank):
        keep(bank / "slots.txt", lambda line: not line.startswith("late | 2 |"))
        refused(bank, "fr/slots.txt", "slot late has no text, or two ranges, between 1 and 3")

    def test_is_refused_where_ranges_overlap(self, bank):
        append(bank / "slots.txt", "late | 3-5 | quelques jours")
        refused(bank, "fr/slots.txt", "slot late has no text, or two ranges, between")

    def test_is_refused_where_articles_are_not_in_step(self, bank):
        append(bank / "slots.txt", "item | plants | le bonsaï")
        refused(bank, "fr/slots.txt", "item and an_item must name the same articles in the same order")

    def test_is_refused_where_a_group_of_articles_is_left_out(self, bank):
        keep(bank / "slots.txt", lambda line: not re.match(r"(an_)?item \| paint ", line))
        refused(bank, "fr/slots.txt", "slot item has no text for paint")


class TestAStyle:
    @pytest.mark.parametrize(
        ("old", "new", "why"),
        [
            ("colon =", "colon =\ncolon =", "must be TOML"),
            ("colon =", "comma =", "needs colon, a str"),
            ("keyboard = [", 'keyboard = "azerty"\nothers = [', "needs keyboard, a list"),
            ("colon =", 'semicolon = ";"\ncolon =', "unknown field 'semicolon'"),
            ("adviser =", "helper =", "speakers must name customer and adviser"),
            ("[by_ear]", "[by_eye]", "needs by_ear, a dict"),
            ("keyboard = [", 'keyboard = ["a1", ', "keyboard must hold rows of letters"),
        ],
    )
    def test_is_refused_where_malformed(self, bank, old, new, why):
        path = bank / "style.toml"
        content = path.read_text(encoding="utf-8")
        assert old in content
        path.write_text(content.replace(old, new, 1), encoding="utf-8")
        refused(bank, "fr/style.toml", why)

    @pytest.mark.parametrize("value", ['"demain 2"', "2", '""', '"=demain"'])
    def test_is_refused_with_its_line_where_a_word_is_none(self, bank, value):
        path = bank / "style.toml"
        lines = path.read_text(encoding="utf-8").splitlines()
        number = lines.index("[short]") + 2
        path.write_text("\n".join([*lines[: number - 1], f'"demain matin" = {value}', *lines[number - 1 :]]))
        refused(bank, f"fr/style.toml:{number}", "'demain matin' in short must be plain words")


class TestAnotherLanguage:
    @pytest.fixture
    def german(self, bank, monkeypatch):
        """Add a language by a folder alone: the French bank with speakers of its own."""
        folder = bank.rename(bank.parent / "de")
        style = folder / "style.toml"
        content = (
            style.read_text(encoding="utf-8").replace('"Client"', '"Kundin"').replace('"Conseiller"', '"Beraterin"')
        )
        style.write_text(content, encoding="utf-8")
        shutil.copytree(phrases.FOLDER / "en", bank.parent / "en")
        monkeypatch.setattr(phrases, "FOLDER", bank.parent)
        for cached in (phrases.load, vocabulary.load):
            cached.cache_clear()
        yield "de_DE"
        for cached in (phrases.load, vocabulary.load):  # other tests know no German bank
            cached.cache_clear()

    def test_is_found_loaded_and_written(self, german):
        assert phrases.languages() == ("de", "en")
        assert phrases.language_of(german) == "de"
        made = api.generate("tilmarenne", customers=400, tables=["verbatims"], locale=german)
        chats = made.tables["verbatims"]
        chats = chats.loc[chats["source"] == "chat", "text"]
        assert len(chats) > 20
        assert chats.str.contains("^(?:Kundin|Beraterin) : ").all()

    def test_without_a_bank_is_written_in_english(self, german):
        assert phrases.language_of("it_IT") == phrases.language_of("en_GB") == "en"

    def test_without_a_bank_is_refused_where_asked_for_by_name(self):
        with pytest.raises(VocabularyError, match=r"unknown language of texts 'it'.*en"):
            phrases.load("it")


@pytest.fixture(scope="module")
def lines():
    """Return the phrases of a language as they stand in its files."""
    return {
        language: phrases.read_phrases(phrases.FOLDER / language / "aspects", frozenset()) for language in LANGUAGES
    }


class TestTheShippedBanks:
    def test_are_those_of_two_languages(self):
        assert phrases.languages() == LANGUAGES

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_hold_2500_phrases_of_every_aspect_polarity_intensity_register_and_tone(self, lines, language):
        found = lines[language]
        assert len({phrase.text for phrase in found}) >= 2_500
        for field, wanted in (
            ("aspect", ASPECTS),
            ("polarity", POLARITIES),
            ("intensity", (1, 2, 3)),
            ("register", REGISTERS),
            ("tone", TONES),
            ("event", EVENTS),
        ):
            assert {getattr(phrase, field) for phrase in found} == set(wanted), field
        for aspect, count in Counter(phrase.aspect for phrase in found).items():
            assert count >= 100, aspect
        registers = Counter(phrase.register for phrase in found)
        assert min(registers.values()) > 0.15 * len(found)
        positive = sum(phrase.polarity == "positive" for phrase in found) / len(found)
        assert 0.35 < positive < 0.50

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_have_families_enough_to_learn_from_one_half_and_be_tested_on_the_other(self, lines, language):
        families = {(phrase.aspect, phrase.polarity, phrase.family) for phrase in lines[language]}
        assert len(families) >= 500
        per_cell = Counter((aspect, polarity) for aspect, polarity, _ in families)
        assert len(per_cell) == len(ASPECTS) * len(POLARITIES)
        thin = {cell for cell, count in per_cell.items() if count < 2 and cell[1] != "neutral"}
        assert thin == set()

    def test_say_nothing_in_both_languages(self, lines):
        english, french = ({phrase.text for phrase in lines[language]} for language in LANGUAGES)
        assert english & french == set()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_compile_to_a_book_that_says_of_each_phrase_what_its_line_says(self, lines, language):
        book = phrases.load(language)
        assert len(book.aspect) == len(lines[language])
        told = Counter(
            (ASPECTS[a], POLARITIES[p], int(i), TONES[t], book.families[int(f)].as_py())
            for a, p, i, t, f in zip(book.aspect, book.polarity, book.intensity, book.tone, book.family, strict=True)
        )
        assert told == Counter(
            (one.aspect, one.polarity, one.intensity, one.tone, f"{one.aspect}.{one.family}") for one in lines[language]
        )
        assert len(book.pieces) == book.piece_count * len(STYLES) * 2
        assert len(book.frame_start) == len(FRAMES) * len(SOURCES) * len(POLARITIES) * len(REGISTERS)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_write_the_same_words_of_a_frame_as_one_template(self, language):
        # Else a word that serves two registers could stand twice in a text, unnoticed.
        book = phrases.load(language)
        start, count = book.templates.start, book.templates.count
        written = Counter(
            tuple(book.templates.segments[start[one] : start[one] + count[one]].tolist())
            for one in set(book.frames.tolist())
        )
        assert len(written) > 500
        assert max(written.values()) == 1

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_know_of_each_phrase_its_commas_its_asides_and_what_it_tells(self, lines, language):
        book = phrases.load(language)
        ends = {text: re.search(r", \S+(?: \S+){0,2}$", text) for text in (one.text for one in lines[language])}
        wanted = Counter(
            (
                "," in one.text,
                ends[one.text] is not None,
                bool(re.search(r"\{(?:late|wait|delay|times)\}", one.text)),
                bool(re.search(r"\{(?:an_)?item\}", one.text)),
            )
            for one in lines[language]
        )
        of_phrases = slice(len(book.aspect))
        told = (book.parted, book.aside, book.tells_how_much, book.names_article)
        assert Counter(zip(*(one[of_phrases].tolist() for one in told), strict=True)) == wanted
        assert min(sum(one[of_phrases]) for one in told) > 20

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_forbid_words_and_say_none_of_them(self, language):
        book = phrases.load(language)
        assert len(book.forbidden) >= 150
        said = {word for piece in book.pieces.to_pylist() for word in phrases.words_of(piece)}
        assert said & book.forbidden == set()

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("register", range(len(REGISTERS)))
    def test_are_asked_for_by_manner_and_answer_by_their_weights(self, language, register):
        book = phrases.load(language)
        n = 50_000
        u = (np.arange(n) + 0.5) / n
        whole = {"polarity": 0, "event": EVENTS.index("any"), "aspect": ASPECTS.index("price"), "register": register}
        for intensity, ironic in ((1, False), (3, False), (2, True)):
            asked = {name: np.full(n, value) for name, value in {**whole, "intensity": intensity}.items()}
            found = book.phrase(u, ironic=np.full(n, ironic), **asked)
            group = (ASPECTS.index("price") * len(POLARITIES) + 0) * len(EVENTS) + EVENTS.index("any")
            first, end = book.phrase_start[group], book.phrase_end[group]
            assert ((found >= first) & (found < end)).all()
            share = np.bincount(found - first, minlength=end - first) / n
            weight = self.weights(language, "price", "negative", register, intensity, TONES[ironic])
            assert np.abs(share - weight / weight.sum()).max() < 2 / n

    @staticmethod
    def weights(language: str, aspect: str, polarity: str, register: int, intensity: int, tone: str) -> np.ndarray:
        """Return what each phrase about an aspect that needs no event weighs, in the order of its file."""
        found = phrases.read_phrases(phrases.FOLDER / language / "aspects", frozenset())
        return np.array(
            [
                phrases._NEAR_REGISTER[abs(register - REGISTERS.index(one.register))]
                * phrases._NEAR_INTENSITY[abs(intensity - one.intensity)]
                * (phrases._SAME_TONE if one.tone == tone else phrases._OTHER_TONE)
                for one in found
                if (one.aspect, one.polarity, one.event) == (aspect, polarity, "any")
            ]
        )

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_answer_without_the_event_where_an_aspect_knows_none_of_it(self, language):
        book = phrases.load(language)
        n = 5_000
        u = (np.arange(n) + 0.5) / n
        constant = {"polarity": 0, "register": 1, "intensity": 2, "aspect": ASPECTS.index("parking")}
        asked = {name: np.full(n, value) for name, value in constant.items()}
        one = book.phrase(u, event=np.full(n, EVENTS.index("wrong_bill")), ironic=np.zeros(n, dtype=bool), **asked)
        other = book.phrase(u, event=np.full(n, EVENTS.index("any")), ironic=np.zeros(n, dtype=bool), **asked)
        assert (one == other).all()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return the folder of a small run with texts; copy it before you change it."""
    folder = tmp_path_factory.mktemp("written") / "data"
    config = RunConfig(scenario="tilmarenne", customers=60, seed=3, tables=("customers", "verbatims"))
    api.generate_files(config, folder, jobs=1)
    return folder


class TestTheCheck:
    @pytest.mark.parametrize(
        ("table", "write"), [("verbatims", str.lower), ("verbatims", str.title), ("truth/latents/verbatims", str.upper)]
    )
    def test_refuses_a_forbidden_word_in_a_cell(self, written, tmp_path, table, write):
        word = write(min(word for word in phrases.load("fr").forbidden if word.isalpha()))
        shutil.copytree(written, tmp_path / "data")
        path = tmp_path / "data" / table / "part-00000.parquet"
        cells = pq.read_table(path)
        place = cells.column_names.index("clean_text" if "truth" in table else "text")
        texts = cells.column(place).to_pylist()
        texts[3] = f"Un service,{word}! Voilà."
        spoiled = cells.set_column(place, cells.schema.field(place), pa.array(texts, pa.string()))
        pq.write_table(spoiled, path)
        failed = [one for one in api.check(tmp_path / "data") if (one.group, one.verdict) == ("safety", "fail")]
        assert [one.name for one in failed] == [table.removeprefix("truth/")]
        assert failed[0].detail.endswith("holds a word that its language forbids")

    def test_lets_texts_pass_as_they_are_written_and_words_that_hold_a_forbidden_one(self):
        column = Column(name="text", kind=Text("verbatim"), meaning="A text.", recipe=Recipe(lambda u, x: None))
        cells = pa.chunked_array([pa.array(["Une sottise, des classeurs.", "Ça"], pa.string())])
        assert list(safety.scan(column, cells, frozenset({"sot", "ass", "classe"}))) == []
        assert len(list(safety.scan(column, cells, frozenset({"sottise"})))) == 1

    def test_finds_nothing_in_a_run_as_it_is(self, written):
        assert [one for one in api.check(written) if one.verdict == "fail"] == []
