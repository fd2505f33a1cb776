"""Corrupted text stays what it was: an address at a reserved domain, a number kept for fiction, a plain word."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxdata.catalog.tables.tilmarenne._crm import SHORT_FORMS
from cxdata.catalog.vocabulary import load, shipped_locales
from cxdata.check import safety
from cxdata.recipes import corruption, reserved
from cxdata.schema.kinds import Text
from cxdata.schema.recipe import Recipe
from cxdata.schema.table import Column

SHARES = (0.35, 0.30, 0.20, 0.15)
FIRST_LETTER = 0.04
GRID = [0.0, 0.039, 0.04, 0.2, 0.34, 0.36, 0.5, 0.64, 0.66, 0.84, 0.86, 0.999]
UNIFORM = st.one_of(st.floats(0.0, 1.0, exclude_max=True), st.sampled_from(GRID))
THREE = st.tuples(UNIFORM, UNIFORM, UNIFORM)
NAME = st.text(
    st.one_of(st.characters(categories=["Lu", "Ll", "Lo"], max_codepoint=0x2FF), st.sampled_from(" -'\u2019")),
    min_size=1,
    max_size=15,
)
reproducible = settings(derandomize=True)


def faults(content: str, texts: pa.Array) -> list[str]:
    column = Column(name="cell", kind=Text(content), meaning="A cell.", recipe=Recipe(lambda u, x: None))
    return list(safety.scan(column, pa.chunked_array([texts])))


def column(u: tuple[float, ...]) -> np.ndarray:
    return np.array(u)[:, None]


def slip(word: str, u: tuple[float, float, float], shares: tuple[float, ...] = SHARES) -> str:
    struck = np.array([True])
    (slipped,) = corruption.slipped(pa.array([word]), struck, column(u), shares, FIRST_LETTER).to_pylist()
    return slipped


class TestASlip:
    @given(NAME, THREE)
    @reproducible
    def test_keeps_a_safe_word_safe(self, word, u):
        if faults("label", pa.array([word])) == []:
            assert faults("label", pa.array([slip(word, u)])) == []

    @given(st.text("abcdefghijklmnopqrstuvwxyzéèêç", min_size=3, max_size=15), THREE)
    @reproducible
    def test_is_one_error_of_one_character(self, word, u):
        slipped = slip(word, u)
        assert slipped != word
        assert abs(len(slipped) - len(word)) <= 1
        if len(slipped) < len(word):
            assert slipped in {word[:n] + word[n + 1 :] for n in range(len(word))}
        elif len(slipped) > len(word):
            assert word in {slipped[:n] + slipped[n + 1 :] for n in range(len(slipped))}
        else:
            odd = [n for n in range(len(word)) if word[n] != slipped[n]]
            swapped = len(odd) == 2 and odd[1] == odd[0] + 1 and sorted(word) == sorted(slipped)
            assert len(odd) == 1 or swapped

    @given(st.text("abc -'\u2019", min_size=3, max_size=9).filter(lambda word: word[0].isalnum()), THREE)
    @reproducible
    def test_moves_no_sign_to_the_front(self, word, u):
        assert slip(word, u)[0].isalnum()

    @pytest.mark.parametrize("word", ["", "A", "Lé"])
    def test_spares_the_shortest_words(self, word):
        assert slip(word, (0.0, 0.5, 0.5)) == word

    @pytest.mark.parametrize(
        ("u", "expected"),
        [
            ((0.0, 0.5, 0.0), "Dupint"),
            ((0.4, 0.5, 0.0), "Dupnt"),
            ((0.7, 0.5, 0.0), "Dupoont"),
            ((0.9, 0.5, 0.0), "Dupnot"),
            ((0.4, 0.01, 0.0), "upont"),
            ((0.0, 0.01, 0.0), "Supont"),
        ],
    )
    def test_takes_kind_place_and_key_from_its_uniforms(self, u, expected):
        assert slip("Dupont", u) == expected

    def test_presses_a_key_beside_the_right_one_on_a_french_keyboard(self):
        pressed = {slip("bab", (0.0, 0.5, key), (1.0, 0.0, 0.0, 0.0))[1] for key in np.linspace(0, 0.99, 50)}
        assert pressed == set("zq")
        assert slip("bÀb", (0.0, 0.5, 0.0), (1.0, 0.0, 0.0, 0.0)) == "bZb"

    def test_has_the_shares_that_it_is_given(self):
        n = 40_000
        u = np.random.default_rng(1).random((3, n))
        texts = pa.array(["Marchand"] * n)
        slipped = corruption.slipped(texts, np.ones(n, dtype=bool), u, SHARES, FIRST_LETTER)
        length = pc.utf8_length(slipped).to_numpy()
        for share, seen in ((0.30, length == 7), (0.20, length == 9), (0.50, length == 8)):
            assert abs(seen.mean() - share) < 4 * np.sqrt(share * (1 - share) / n)
        first = pc.utf8_slice_codeunits(slipped, 0, 1).to_numpy(zero_copy_only=False) != "M"
        # An added letter comes after the first, and one swapped with the first changes it.
        expected = FIRST_LETTER * (1 - SHARES[corruption.INSERTION])
        assert abs(first.mean() - expected) < 4 * np.sqrt(expected / n)

    def test_leaves_what_is_not_struck_or_empty(self):
        texts = pa.array(["Marchand", None, "Marchand"])
        u = np.full((3, 3), 0.5)
        after = corruption.slipped(texts, np.array([True, True, False]), u, SHARES, FIRST_LETTER).to_pylist()
        assert after[0] != "Marchand"
        assert after[1:] == [None, "Marchand"]


@pytest.mark.parametrize("locale", shipped_locales())
class TestContactDataUnderEveryError:
    N = 3_000

    def uniforms(self, draws: int) -> np.ndarray:
        return np.random.default_rng(5).random((draws, self.N))

    @pytest.mark.parametrize("error", range(1, len(corruption.EMAIL_ERRORS)))
    def test_addresses_stay_at_reserved_domains(self, locale, error):
        pools = load(locale).pools
        u = self.uniforms(7)
        given_names = {"%first_names": pools["first_names"], "%last_names": pools["last_names"]}
        people = {"first": pools["first_names"].pick(u[0]), "last": pools["last_names"].pick(u[1])}
        clean = reserved.email("first", "last")(u[2:4], given_names | people)
        after = corruption.email(clean, np.full(self.N, error), u[4:], SHARES, FIRST_LETTER)
        assert faults("email", after) == []
        assert pc.mean(pc.not_equal(clean, after).cast(pa.float64())).as_py() > 0.99
        if corruption.EMAIL_ERRORS[error] != "other":
            domains = [pc.replace_substring_regex(texts, "^.*@", "") for texts in (clean, after)]
            assert domains[0].equals(domains[1])
        # A local part may neither begin nor end with a point, nor hold two in a row.
        assert not pc.any(pc.match_substring_regex(after, r"\.\.|^\.|\.@")).as_py()

    @pytest.mark.parametrize("error", [1, 2])
    def test_numbers_stay_in_their_ranges_and_tokens_stay_tokens(self, locale, error):
        u = self.uniforms(6)
        code = np.full(self.N, error)
        clean = reserved.phone()(u[:2], {"%locale": locale})
        after = corruption.phone(clean, code, u[2:5], locale)
        assert faults("phone", after) == []
        assert pc.mean(pc.not_equal(clean, after).cast(pa.float64())).as_py() > 0.99
        tokens = reserved.token("T")(u[5], {})
        changed = corruption.token(tokens, code, u[2:5], "T")
        assert faults("token", changed) == []
        assert pc.all(pc.match_substring_regex(changed, "^T[BCDFGHJKLMNPQRST]{13}$")).as_py()
        assert not pc.any(pc.equal(tokens, changed)).as_py()

    def test_a_slip_of_a_number_leaves_its_range(self, locale):
        u = self.uniforms(5)
        clean = reserved.phone()(u[:2], {"%locale": locale})
        after = corruption.phone(clean, np.full(self.N, 1), u[2:], locale)
        fixed = min(len(layout.partition("#")[0]) for layout in reserved.PHONES[locale])
        same = [pc.utf8_slice_codeunits(texts, 0, fixed) for texts in (clean, after)]
        assert same[0].equals(same[1])

    @pytest.mark.parametrize("error", range(1, len(corruption.ADDRESS_ERRORS)))
    def test_addresses_of_houses_stay_safe(self, locale, error):
        u = self.uniforms(5)
        clean = reserved.address()(u[:2], {"%streets": load(locale).pool("streets")})
        after = corruption.address(clean, np.full(self.N, error), u[2:], SHARES, FIRST_LETTER)
        assert faults("address", after) == []
        assert pc.all(pc.match_substring_regex(after, "^[0-9]+ (bis )?.+[^ ]$")).as_py()
        # Only a street of a single word has none to leave out.
        assert pc.mean(pc.not_equal(clean, after).cast(pa.float64())).as_py() > 0.95

    @pytest.mark.parametrize("error", range(len(corruption.NAME_ERRORS)))
    @pytest.mark.parametrize("name", ["first_names", "last_names", "towns"])
    def test_words_stay_safe_in_either_case(self, locale, name, error):
        pool = load(locale).pool(name)
        u = self.uniforms(4)
        index = pool.pick(u[3])
        clean = pool.words.take(pa.array(index))
        forms = corruption.spellings(pool, SHORT_FORMS)
        after = corruption.misspelt(clean, np.full(self.N, error), index, u[:3], forms, SHARES, FIRST_LETTER)
        for texts in (after, pc.utf8_upper(corruption.without_accents(after)), pc.utf8_lower(after)):
            assert faults("label", texts) == []
            assert pc.all(pc.greater(pc.utf8_length(texts), 0)).as_py()
        if error:
            long_enough = pc.greater_equal(pc.utf8_length(clean), corruption.LEAST_LETTERS)
            assert pc.all(pc.not_equal(clean, after).filter(long_enough)).as_py()


class TestNamesByEar:
    @pytest.mark.parametrize(
        ("name", "alike"),
        [("Philippe", "Filippe"), ("Moreau", "Moro"), ("Thomas", "Tomas"), ("Gauthier", "Gautier"), ("Meyer", "Meier")],
    )
    def test_are_spelt_as_a_french_ear_would(self, name, alike):
        assert alike in corruption.sound_alikes(name)

    @pytest.mark.parametrize("locale", shipped_locales())
    @pytest.mark.parametrize("name", ["first_names", "last_names"])
    def test_differ_from_the_name_and_keep_its_capitals(self, locale, name):
        words = load(locale).pool(name).words.to_pylist()
        for word in words:
            for spelt in corruption.sound_alikes(word):
                assert spelt.lower() != word.lower()
                assert [part[0].isupper() for part in re.split("[ -]", spelt)] == [True] * len(re.split("[ -]", spelt))
        assert sum(bool(corruption.sound_alikes(word)) for word in words) > 0.8 * len(words)

    def test_short_forms_belong_to_names_that_ship(self):
        shipped = {word for locale in shipped_locales() for word in load(locale).pool("first_names").words.to_pylist()}
        assert set(SHORT_FORMS) <= shipped
        for name, short in SHORT_FORMS.items():
            assert 2 <= len(short) <= len(name)

    def test_accents_alone_are_lost(self):
        texts = pa.array(["Élodie", "François", "Noël", "Zoé"])
        plain = corruption.without_accents(texts).to_pylist()
        assert plain == ["Elodie", "Francois", "Noel", "Zoe"]
        assert [unicodedata.normalize("NFC", word) for word in plain] == plain


class TestABirthDate:
    @staticmethod
    def wrong(day: date, error: str, u: tuple[float, float] = (0.5, 0.9)) -> date:
        days = np.array([(day - date(1970, 1, 1)).days])
        code = np.array([corruption.DATE_ERRORS.index(error)])
        return corruption.birth_date(days, code, column(u)).astype("datetime64[D]")[0].item()

    @pytest.mark.parametrize(
        ("error", "u", "expected"),
        [
            ("none", (0.5, 0.5), date(1961, 3, 9)),
            ("day_and_month", (0.5, 0.5), date(1961, 9, 3)),
            ("year", (0.5, 0.9), date(1962, 3, 9)),
            ("year", (0.9, 0.1), date(1951, 3, 9)),
            ("day", (0.5, 0.9), date(1961, 3, 10)),
            ("day", (0.9, 0.9), date(1961, 3, 19)),
            ("first_of_january", (0.5, 0.5), date(1961, 1, 1)),
        ],
    )
    def test_goes_wrong_as_its_error_says(self, error, u, expected):
        assert self.wrong(date(1961, 3, 9), error, u) == expected

    @pytest.mark.parametrize("day", [date(1961, 3, 25), date(1961, 3, 3)])
    def test_whose_day_is_no_month_or_the_same_gets_a_wrong_year_instead(self, day):
        assert self.wrong(day, "day_and_month") == day.replace(year=1962)

    @given(
        st.dates(date(1930, 1, 1), date(2006, 12, 31)), st.sampled_from(corruption.DATE_ERRORS[1:]), UNIFORM, UNIFORM
    )
    @reproducible
    def test_is_another_day_within_ten_years(self, day, error, one, other):
        wrong = self.wrong(day, error, (one, other))
        assert wrong != day
        assert abs(wrong.year - day.year) <= 10
