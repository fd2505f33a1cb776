"""Word lists: frozen where they ship, drawn where they do not, refused where they are not what they were."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from cxdata import api
from cxdata.catalog import phrases, vocabulary, vocabulary_builder
from cxdata.config import RunConfig
from cxdata.engine.plan import Plan
from cxdata.errors import VocabularyError
from cxdata.schema.pool import GENERATIONS

SHIPPED = ("en_GB", "fr_FR")
UNSHIPPED = "de_DE"
CONTACT_DATA = {"tilmarenne": ("phone",), "aldeane": ()}


def load(locale: str) -> vocabulary.Vocabulary:
    """Load a locale afresh: the package keeps what it has read once."""
    return vocabulary.load.__wrapped__(locale)


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """Move the shipped lists to a folder of the test's own."""
    shutil.copytree(vocabulary.FOLDER, tmp_path / "vocab")
    monkeypatch.setattr(vocabulary, "FOLDER", tmp_path / "vocab")
    return tmp_path / "vocab"


class TestShippedLists:
    def test_are_those_of_two_locales(self):
        assert vocabulary.shipped_locales() == SHIPPED

    @pytest.mark.parametrize("locale", SHIPPED)
    def test_match_their_recorded_digest_and_provenance(self, locale):
        provenance = json.loads((vocabulary.FOLDER / locale / "provenance.json").read_text(encoding="utf-8"))
        lists = {path.stem: vocabulary.read_pool(path) for path in vocabulary.shipped_lists(vocabulary.FOLDER / locale)}
        assert set(lists) == {*vocabulary.POOLS, vocabulary.FIRST_NAME_YEARS}
        assert vocabulary.digest(lists) == provenance["digest"]
        assert provenance["words"] == {name: len(words) for name, words in lists.items()}
        assert provenance["source"]
        assert load(locale).frozen

    @pytest.mark.parametrize("locale", SHIPPED)
    def test_and_the_phrases_of_its_language_make_the_digest_of_a_locale(self, locale, monkeypatch, tmp_path):
        whole = load(locale).digest
        language = phrases.language_of(locale)
        copied = tmp_path / language
        shutil.copytree(phrases.FOLDER / language, copied)
        (copied / "forbidden.txt").write_text("nothing\n", encoding="utf-8")
        monkeypatch.setattr(phrases, "FOLDER", tmp_path)
        assert load(locale).digest != whole

    @pytest.mark.parametrize("locale", SHIPPED)
    def test_have_no_word_twice_in_a_group_and_women_and_men_among_first_names(self, locale):
        for name in vocabulary.POOLS:
            entries = vocabulary.read_pool(vocabulary.FOLDER / locale / f"{name}.tsv")
            assert len({(word, group) for word, _, group in entries}) == len(entries)
            assert {group for _, _, group in entries} == ({"f", "m"} if name == "first_names" else {""})

    @pytest.mark.parametrize("locale", SHIPPED)
    def test_give_every_word_letters_for_an_address(self, locale):
        for name in ("first_names", "last_names"):
            assert all(
                word.isascii() and word.isalpha() and word.islower()
                for word in load(locale).pool(name).folded.to_pylist()
            )

    @pytest.mark.parametrize(
        "line", ["Ada\t1", "Ada\t1\tf\tx", "\t1\tf", "Ada\t0\tf", "Ada\t-1\tf", "Ada\t1.5\tf", "Ada\tmany\tf", ""]
    )
    def test_are_refused_with_file_and_line_where_a_line_is_malformed(self, copied, line):
        path = copied / "fr_FR/first_names.tsv"
        lines = path.read_text(encoding="utf-8").split("\n")
        lines[2] = line
        path.write_text("\n".join(lines), encoding="utf-8")
        with pytest.raises(VocabularyError, match=r"fr_FR/first_names\.tsv:3: needs word, weight"):
            load("fr_FR")

    @pytest.mark.parametrize(
        "change", ["another word", "another weight", "another order", "a word less", "a word more"]
    )
    def test_are_refused_where_a_line_is_not_the_recorded_one(self, copied, change):
        path = copied / "fr_FR/towns.tsv"
        lines = path.read_text(encoding="utf-8").splitlines()
        word, weight, group = lines[5].split("\t")
        lines[5:6] = {
            "another word": [f"{word}s\t{weight}\t{group}"],
            "another weight": [f"{word}\t{int(weight) + 1}\t{group}"],
            "another order": [lines[6], lines[5]],
            "a word less": [],
            "a word more": [lines[5], lines[5]],
        }[change]
        if change == "another order":
            del lines[7]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        with pytest.raises(VocabularyError, match=r"fr_FR are not the ones recorded .* 'cxdata vocabulary fr_FR'"):
            load("fr_FR")

    @pytest.mark.parametrize("change", ["another year", "no list"])
    def test_are_refused_where_years_of_first_names_are_not_the_recorded_ones(self, copied, change):
        path = copied / "fr_FR/first_name_years.tsv"
        path.write_text(path.read_text(encoding="utf-8").replace("Nathalie\t1968", "Nathalie\t1998"), encoding="utf-8")
        if change == "no list":
            path.unlink()
        with pytest.raises(VocabularyError, match=r"fr_FR are not the ones recorded"):
            load("fr_FR")


def shares_of_names(locale: str, group: str, born: int) -> dict[str, float]:
    """Return the share of each first name among those born in a year, from even tickets."""
    pool = load(locale).pool("first_names")
    u = (np.arange(20_000) + 0.5) / 20_000
    drawn = pool.pick_born(u, np.full(len(u), born), group)
    names, counts = np.unique(pool.words.take(pa.array(drawn)).to_numpy(zero_copy_only=False), return_counts=True)
    return dict(zip(names, counts / len(u), strict=True))


class TestFirstNamesOfAGeneration:
    @pytest.mark.parametrize("locale", SHIPPED)
    def test_have_years_for_names_of_the_list_alone_each_once(self, locale):
        folder = vocabulary.FOLDER / locale
        names = {(word, group) for word, _, group in vocabulary.read_pool(folder / "first_names.tsv")}
        years = vocabulary.read_pool(folder / "first_name_years.tsv")
        keys = [(word, group) for word, _, group in years]
        assert len(set(keys)) == len(keys)
        assert set(keys) <= names
        assert all(1900 <= year <= 2010 for _, year, _ in years)

    @pytest.mark.parametrize(
        ("locale", "group", "old", "young"),
        [
            ("fr_FR", "f", "Monique", "Manon"),
            ("fr_FR", "m", "Gérard", "Lucas"),
            ("en_GB", "f", "Maureen", "Chloe"),
            ("en_GB", "m", "Derek", "Callum"),
        ],
    )
    def test_are_common_among_the_old_or_among_the_young(self, locale, group, old, young):
        then, now = shares_of_names(locale, group, 1946), shares_of_names(locale, group, 1998)
        assert then[old] > 20 * now.get(old, 0.0)
        assert now[young] > 20 * then.get(young, 0.0)

    @pytest.mark.parametrize("group", ["f", "m"])
    def test_keep_to_their_group_and_stay_many_at_every_age(self, group):
        pool = load("fr_FR").pool("first_names")
        of_group = {
            word
            for word, _, other in vocabulary.read_pool(vocabulary.FOLDER / "fr_FR/first_names.tsv")
            if other == group
        }
        for born in (1900, 1934, 1950, 1970, 1990, 2004, 2030):
            shares = shares_of_names("fr_FR", group, born)
            assert set(shares) <= of_group
            assert len(shares) > 40
            assert max(shares.values()) < 0.12
        assert len(pool.generations[group]) == GENERATIONS * len(of_group)

    def test_without_a_year_are_borne_by_all_ages_alike(self):
        shares = [shares_of_names("fr_FR", "f", born)["Marie"] for born in (1940, 1955, 1970, 1985, 2000)]
        assert max(shares) < 2.5 * min(shares)

    def test_are_as_weighted_where_nothing_is_known_of_years(self):
        pool = load(UNSHIPPED).pool("first_names")
        u = np.linspace(0.0, 0.999, 1_000)
        assert np.array_equal(pool.pick_born(u, np.full(1_000, 1950), "f"), pool.pick(u, "f"))

    def test_follow_the_birth_dates_of_customers(self):
        customers = api.generate("tilmarenne", customers=4_000, tables=["customers"], truth=False).tables["customers"]
        born = pd.to_datetime(customers["birth_date"]).dt.year
        listed = vocabulary.read_pool(vocabulary.FOLDER / "fr_FR/first_name_years.tsv")
        years = {(word, group): year for word, year, group in listed}
        peak = [
            years.get(key, np.nan)
            for key in zip(customers["first_name"].astype(str), customers["gender"].astype(str), strict=True)
        ]
        away = (born - np.array(peak)).abs()
        assert away.median() < 8
        assert away.quantile(0.95) < 30
        assert born.corr(pd.Series(peak, index=born.index)) > 0.75


@pytest.fixture(scope="module")
def german(tmp_path_factory):
    """Return the folder of a run of a world in a locale that does not ship."""
    made = {}

    def folder(world: str):
        if world not in made:
            made[world] = tmp_path_factory.mktemp(world) / "data"
            api.generate_files(RunConfig(scenario=world, customers=200, locale=UNSHIPPED), made[world], jobs=1)
        return made[world]

    return folder


@pytest.mark.parametrize("world", CONTACT_DATA)
class TestALocaleThatDoesNotShip:
    def test_gives_names_and_no_contact_data(self, german, world):
        opened = api.open_dataset(german(world))
        customers = opened["customers"]
        names = {
            word
            for pool in ("first_names", "last_names")
            for word in vocabulary.load(UNSHIPPED).pool(pool).words.to_pylist()
        }
        given = set(customers["first_name"].astype(str)) | set(customers["last_name"].astype(str))
        assert len(given & names) > 100
        assert (
            customers["email"].dropna().str.fullmatch(r"[a-z]+\.[a-z]+[0-9]+@([a-z]+\.)*example\.(com|net|org)").all()
        )
        for column in CONTACT_DATA[world]:
            assert customers[column].isna().all()
        if "households" in opened.tables:
            assert opened["households"]["address"].isna().all()
            assert opened["households"]["town"].isna().all()

    def test_passes_the_check(self, german, world):
        found = api.check(german(world))
        assert [
            finding for finding in found if finding.verdict == "fail" and finding.group in ("integrity", "safety")
        ] == []

    def test_moves_no_other_value(self, german, world):
        french = api.generate(world, customers=200)
        opened = api.open_dataset(german(world))
        for name, table in french.tables.items():
            words = ("first_name", "last_name", "email", "phone", "address", "town")
            if name == "verbatims":  # in English, where a language has no phrases of its own
                words += ("text", "word_count")
            plain = [column for column in table.columns if not column.endswith(words)]
            assert opened[name][plain].equals(table[plain]), name

    def test_is_named_in_the_manifest_with_the_digest_of_its_words(self, german, world):
        manifest = api.open_dataset(german(world)).manifest
        assert manifest["locale"] == UNSHIPPED
        assert manifest["vocabulary"] == {"digest": vocabulary.load(UNSHIPPED).digest, "frozen": False}


@pytest.mark.parametrize("locale", ["xx_XX", "fr", "FR_fr", "", "../fr_FR", "fr_FR/", "fr_FR\n"])
def test_an_unknown_locale_is_refused_with_those_that_ship(locale):
    with pytest.raises(VocabularyError, match="Shipped: en_GB, fr_FR"):
        load(locale)


def test_a_locale_without_names_is_refused_before_any_row(tmp_path):
    # Faker knows the locale and has no names of one gender, or none at all.
    for locale in ("ta_IN", "gu_IN"):
        with pytest.raises(VocabularyError, match=locale):
            plan_of(locale)


def plan_of(locale: str) -> Plan:
    return api.plan(RunConfig(scenario="aldeane", customers=1, locale=locale))


class TestRebuilding:
    @pytest.fixture(scope="class")
    @staticmethod
    def rebuilt(tmp_path_factory):
        return vocabulary_builder.build("fr_FR", tmp_path_factory.mktemp("vocab"))

    def test_writes_every_list_well_formed(self, rebuilt):
        assert {path.name for path in rebuilt.iterdir()} == {
            "provenance.json",
            *(f"{name}.tsv" for name in vocabulary.POOLS),
        }
        for name in vocabulary.POOLS:
            entries = vocabulary.read_pool(rebuilt / f"{name}.tsv")
            assert len(entries) >= 100
            for word, weight, group in entries:
                assert word == word.strip()
                assert weight >= 1
                assert group in (("f", "m") if name == "first_names" else ("",))

    def test_writes_lists_that_load_as_shipped_ones_do(self, rebuilt, monkeypatch):
        # Not that they are the frozen ones: Faker does not promise that from one release to the next.
        monkeypatch.setattr(vocabulary, "FOLDER", rebuilt.parent)
        assert vocabulary.shipped_locales() == ("fr_FR",)
        assert load("fr_FR").frozen

    def test_keeps_the_years_that_were_written_by_hand(self, tmp_path, monkeypatch):
        monkeypatch.setattr(vocabulary_builder, "DRAWS", 200)
        (tmp_path / "fr_FR").mkdir()
        (tmp_path / "fr_FR/first_name_years.tsv").write_text("Manon\t1997\tf\n", encoding="utf-8")
        folder = vocabulary_builder.build("fr_FR", tmp_path)
        provenance = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
        assert provenance["words"]["first_name_years"] == 1
        monkeypatch.setattr(vocabulary, "FOLDER", tmp_path)
        assert load("fr_FR").pool("first_names").generations

    def test_is_refused_for_a_locale_that_faker_does_not_know(self, tmp_path):
        with pytest.raises(VocabularyError, match="unknown locale 'xx_XX'"):
            vocabulary_builder.build("xx_XX", tmp_path)
        assert list(tmp_path.iterdir()) == []
