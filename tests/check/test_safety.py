"""No cell can reach a real person or start a formula, and the scanner that says so can tell."""

from __future__ import annotations

import re
from itertools import product

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxdata import api
from cxdata.catalog import scan as catalogue
from cxdata.catalog.vocabulary import POOLS, load, shipped_locales
from cxdata.check import safety
from cxdata.config import RunConfig
from cxdata.engine.block import generate_block
from cxdata.engine.noise import typo
from cxdata.engine.plan import Layout
from cxdata.schema.kinds import Category, Kind, Text, Word
from cxdata.schema.recipe import Recipe
from cxdata.schema.table import Column

CUSTOMERS = 8_000
NOISY = {"typo_rate": 0.3}  # so many slips that a word which slips into danger is met
# Ranges that the regulators keep for fiction, as our sources list them: the digits before the free ones.
ARCEP = ["019900", "026191", "035301", "046571", "053649", "063998"]
OFCOM = [
    "07700900",
    "02079460",
    *(f"{area}4960" for area in ("0113", "0114", "0115", "0116", "0117", "0118")),
    *(f"{area}4960" for area in ("0121", "0131", "0141", "0151", "0161")),
    "01914980",
    "02896496",
    "02920180",
    "01632960",
    "03069990",
]
SPECIAL_RATE = ["08081570", "09098790"]  # reserved as well, but nobody's own number: freephone and premium rate
PHONE = {
    "fr_FR": re.compile(rf"(?:{'|'.join(ARCEP)})[0-9]{{4}}"),
    "en_GB": re.compile(rf"(?:{'|'.join(OFCOM)})[0-9]{{3}}"),
}


def column(content: str) -> Column:
    kind: Kind = Category(("x",)) if content == "category" else Word("towns") if content == "word" else Text(content)
    return Column(name="cell", kind=kind, meaning="A cell.", recipe=Recipe(lambda u, x: None))


def faults(content: str, *cells: str) -> list[str]:
    return list(safety.scan(column(content), pa.chunked_array([pa.array(cells, pa.string())])))


@pytest.fixture(scope="module")
def made():
    """Return layouts and tables, observed and truth, of a noisy run of a world in a locale."""
    kept: dict[tuple[str, str], tuple[list[Layout], dict[str, pa.Table]]] = {}

    def tables(world: str, locale: str) -> tuple[list[Layout], dict[str, pa.Table]]:
        if (world, locale) not in kept:
            config = RunConfig(scenario=world, customers=CUSTOMERS, seed=4, locale=locale, parameters=NOISY)
            plan = api.plan(config)
            block = generate_block(plan, 0)
            kept[world, locale] = ([*plan.layouts, *plan.truth_layouts], {**block.observed, **block.truth})
        return kept[world, locale]

    return tables


@pytest.mark.parametrize("locale", shipped_locales())
@pytest.mark.parametrize("world", catalogue.scenario_ids())
class TestEveryCellOfAWorld:
    def test_passes_the_scanner_noise_and_answer_key_included(self, made, world, locale):
        layouts, tables = made(world, locale)
        found = list(safety.check_safety(layouts, tables))
        assert [finding for finding in found if finding.verdict != "pass"] == []
        with_text = {
            layout.name for layout in layouts if any(isinstance(c.kind, Text | Word | Category) for c in layout.columns)
        }
        assert {finding.name for finding in found} == with_text
        struck = tables["noise"].filter(pc.equal(tables["noise"]["noise"], "typo"))
        assert struck.num_rows > 0.25 * 2 * CUSTOMERS  # two names each

    def test_that_is_an_address_lies_at_a_domain_of_rfc_2606(self, made, world, locale):
        _, tables = made(world, locale)
        addresses = tables["customers"]["email"].drop_null().to_pylist()
        assert len(addresses) > 0.5 * CUSTOMERS
        for address in addresses:
            assert re.fullmatch(r"[a-z]+\.[a-z]+[0-9]{1,2}@([a-z]+\.)*example\.(com|net|org)", address), address

    def test_that_is_a_number_lies_in_a_range_for_fiction(self, made, world, locale):
        layouts, tables = made(world, locale)
        numbers = [
            tables[layout.name][cell.name].drop_null().to_pylist()
            for layout in layouts
            for cell in layout.columns
            if cell.kind == Text("phone")
        ]
        assert bool(numbers) == (world == "tilmarenne")
        for number in (number for found in numbers for number in found):
            assert PHONE[locale].fullmatch(number.replace(" ", "")), number


class TestTheScannerKnowsTheRanges:
    @pytest.mark.parametrize("prefix", ARCEP + OFCOM)
    def test_it_lets_every_number_of_a_range_pass_as_it_is_spelt(self, prefix):
        width = (10 if prefix in ARCEP else 11) - len(prefix)
        spelt = {re.sub(r"\D", "", layout): layout for layouts in safety.PHONES.values() for layout in layouts}
        layout = spelt[prefix]
        numbers = [layout.replace("#", "{}").format(*digits) for digits in product("0123456789", repeat=width)]
        assert faults("phone", *numbers) == []

    def test_it_knows_no_other_range(self):
        known = {re.sub(r"\D", "", layout) for layouts in safety.PHONES.values() for layout in layouts}
        assert known == {*ARCEP, *OFCOM}
        assert not known & set(SPECIAL_RATE)

    @pytest.mark.parametrize(
        "number",
        [
            "06 39 97 00 00",
            "06 39 99 00 00",
            "06 40 98 00 00",
            "07 39 98 00 00",
            "01 98 00 00 00",
            "06 39 98 00 0",
            "06 39 98 00 000",
            "0639980000",
            "+33 6 39 98 00 00",
            "07700 901000",
            "07700 90000",
            "020 7946 1000",
            "0207 496 0000",
            "0191 496 0000",
            "028 9018 0000",
            "0119 496 0000",
            "01632 961000",
            "",
            "06 39 98 00 00\n",
            " 06 39 98 00 00",
            "06 39 98 0\u0660 00",
        ],
    )
    def test_it_refuses_their_neighbours_and_other_spellings(self, number):
        assert faults("phone", number)


@pytest.mark.parametrize(
    "address",
    [
        "ada.brun1@gmail.com",
        "ada.brun1@boite.exemple.org",
        "ada.brun1@notexample.org",
        "ada.brun1@example.org.fr",
        "ada.brun1@example.org@gmail.com",
        "ada.brun1@boite-example.org",
        "ada.brun1@example.co",
        "ada.brun1@example",
        "ada.brun1",
        "@example.org",
        "ada brun1@example.org",
        "ada.brun1@example.org ",
        "ada.brun1@example.org\n",
        "ada.brun1@boite..example.org",
        "",
    ],
)
def test_an_address_outside_is_caught(address):
    assert faults("email", "ada.brun1@boite.example.org", "ada.brun1@example.com") == []
    (fault,) = [fault for fault in faults("email", "ada.brun1@boite.example.org", address) if "reserved" in fault]
    assert repr(address) in fault


PLANTED = {
    "an e-mail address": ["Brun@example.org", "write to ada@free.fr please", "ada@bücher.example", "a+b@c.museum"],
    "a link": [
        "https://moore.io",
        "HTTP://1.example/x",
        "see www.moore.io",
        "moore.io",
        "MOORE.COM",
        "rue de moore.fr, 3",
        "a-b.co.uk",
    ],
    "a phone number": [
        "0612345678",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "06-12-34-56-78",
        "06/12/34/56/78",
        "+33 6 12 34 56 78",
        "+33612345678",
        "+33 (0)6 12 34 56 78",
        "0033 6 12 34 56 78",
        "(020) 7123 4567",
        "020 7123 4567",
        "call 07911 123456 now",
        "06\u00a012\u00a034\u00a056\u00a078",  # no-break spaces, as French typography has them
        "06\u202f12\u202f34\u202f56\u202f78",  # narrow ones
        "06  12  34  56  78",
        "06 - 12 - 34 - 56 - 78",
    ],
    "an IBAN": ["FR76 3000 6000 0112 3456 7890 189", "GB29NWBK60161331926819", "to DE89370400440532013000"],
    "an IP address": ["192.168.0.1", "from 8.8.8.8 on"],
}
STARTS = ["=", "+", "-", "@", "\t", "\r", "\x00", "\uff1d", "\uff0b", "\uff0d", "\uff20"]


class TestTextThatIsNoContactField:
    @pytest.mark.parametrize(
        ("what", "cell"), [(what, cell) for what, cells in PLANTED.items() for cell in cells], ids=ascii
    )
    def test_is_caught_when_it_holds(self, what, cell):
        for content in ("label", "address", "token", "word", "category", "recorded"):
            found = faults(content, "12 rue du Puits", cell)
            assert any(f"reads like {what}" in fault and repr(cell) in fault for fault in found), content

    @pytest.mark.parametrize("content", ["label", "address", "token", "word", "category", "recorded", "email", "phone"])
    @pytest.mark.parametrize("start", STARTS, ids=ascii)
    def test_is_caught_when_it_starts_a_formula(self, start, content):
        assert any("formula" in fault for fault in faults(content, f"{start}1"))

    @pytest.mark.parametrize("cell", ["12 rue du Puits", "O'Neill-Brun", "Saint-Étienne", "TBCDFGHJKLMNPQ", "75", "2A"])
    def test_passes_when_it_is_plain(self, cell):
        for content in ("label", "address", "token", "word", "recorded"):
            assert faults(content, cell) == []

    def test_that_records_an_old_value_may_hold_what_the_ranges_hold(self):
        assert faults("recorded", "ada.brun1@boite.example.org", "06 39 98 00 00", "07700 900000", "Brun") == []


def test_one_planted_cell_fails_its_table_and_no_other(made):
    layouts, tables = made("tilmarenne", "fr_FR")
    place = tables["customers"].column_names.index("phone_token")
    cells = tables["customers"]["phone_token"].to_pylist()
    cells[CUSTOMERS // 2] = "06 12 34 56 78"
    planted = {**tables, "customers": tables["customers"].set_column(place, "phone_token", pa.array(cells))}
    found = [finding for finding in safety.check_safety(layouts, planted) if finding.verdict == "fail"]
    assert [(finding.name, finding.group) for finding in found] == [("customers", "safety")]
    assert "phone_token: '06 12 34 56 78'" in found[0].detail


UNIFORM = st.floats(0.0, 1.0, exclude_max=True)
NAME = st.text(
    st.one_of(st.characters(categories=["Lu", "Ll", "Lo"]), st.sampled_from(" -'\u2019")), min_size=1, max_size=15
)


class TestATypo:
    @given(NAME, UNIFORM)
    def test_keeps_a_safe_word_safe(self, word, u):
        if faults("label", word) == []:
            assert faults("label", typo(word, u)) == []

    @given(NAME, UNIFORM)
    def test_is_one_slip_after_the_first_letter_with_the_words_own_letters(self, word, u):
        slipped = typo(word, u)
        assert slipped[0] == word[0]
        assert set(slipped) <= set(word)
        assert abs(len(slipped) - len(word)) <= 1
        if len(slipped) == len(word):
            assert sorted(slipped) == sorted(word)

    @pytest.mark.parametrize("u", [0.0, 0.33, 0.34, 0.66, 0.67, 0.999])
    @pytest.mark.parametrize("locale", shipped_locales())
    def test_leaves_every_shipped_word_safe(self, locale, u):
        for name in POOLS:
            words = load(locale).pool(name).words.to_pylist()
            assert faults("word", *(typo(word, u) for word in words)) == []

    def test_is_recorded_where_a_cell_has_changed_and_nowhere_else(self, made):
        _, tables = made("aldeane", "fr_FR")
        noise = tables["noise"].to_pylist()
        rows = {row["customer_id"]: row for row in tables["customers"].to_pylist()}
        struck = [entry for entry in noise if entry["noise"] == "typo"]
        assert struck
        unchanged = [e["clean"] for e in struck if rows[e["row_key"]][e["column_name"]] == e["clean"]]
        assert unchanged == []
