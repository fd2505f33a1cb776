"""Word lists: frozen where they ship, drawn where they do not, refused where they are not what they were."""

from __future__ import annotations

import json
import shutil

import pytest

from cxdata import api
from cxdata.catalog import vocabulary, vocabulary_builder
from cxdata.config import RunConfig
from cxdata.engine.plan import Plan
from cxdata.errors import VocabularyError

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
        pools = {name: vocabulary.read_pool(vocabulary.FOLDER / locale / f"{name}.tsv") for name in vocabulary.POOLS}
        assert vocabulary.digest(pools) == provenance["digest"] == load(locale).digest
        assert provenance["words"] == {name: len(pool) for name, pool in pools.items()}
        assert provenance["source"]
        assert load(locale).frozen

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

    def test_is_refused_for_a_locale_that_faker_does_not_know(self, tmp_path):
        with pytest.raises(VocabularyError, match="unknown locale 'xx_XX'"):
            vocabulary_builder.build("xx_XX", tmp_path)
        assert list(tmp_path.iterdir()) == []
