"""The catalogue is read strictly: what is wrong in it is refused with the file and the entry."""

from __future__ import annotations

from typing import get_args

import pytest

from casebook import catalog
from casebook.catalog import Catalog
from casebook.project import Project

CATALOG = "docs/catalog"


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("tools.toml", 'slug = "persona"', 'slug = "Persona"', "[[tools]] 'Persona', slug: String should match"),
        (
            "tools.toml",
            'slug = "persona"',
            'slug = "persona"\ncolour = "red"',
            "[[tools]] 'persona', colour: there is no",
        ),
        ("tools.toml", "number = 44\n", "number = 45\n", "numbered from 1 without a gap"),
        ("tools.toml", "number = 44\n", "number = 70\n", "less than or equal to 69 (found 70)"),
        ("tools.toml", 'slug = "persona"', 'slug = "net-promoter-score"', "'net-promoter-score' stands twice"),
        (
            "tools.toml",
            'needs = ["decide"]',
            "needs = []",
            "[[tools]] 'apar-model', needs: Tuple should have at least 1",
        ),
        (
            "tools.toml",
            'needs = ["decide"]',
            'needs = ["decidde"]',
            "tool 2: there is no need 'decidde'; they are know,",
        ),
        ("tools.toml", 'slug = "win"', 'slug = "gain"', "there is no need 'win'"),
        (
            "tools.toml",
            'artefact_kind = "score"',
            'artefact_kind = "mark"',
            "artefact_kind: Input should be 'score', 'chart'",
        ),
        ("tools.toml", 'group = "pair"', 'group = "two"', "group: Input should be 'alone', 'pair', 'team'"),
        ("tools.toml", 'slug = "strategy"\n', "", "[[dossiers]] 1, slug: the field is missing"),
        ("cases.toml", 'slug = "mlp-late-box"', 'slug = "mlp-points-flop"', "'mlp-points-flop' stands twice"),
        ("constants.toml", 'text = "0 to 6"', 'text = "0 to 10"', "'0 to 10' stands twice"),
        ("constants.toml", 'reason = "Detractors, by definition of the NPS."', "", "[[constants]] '0 to 6', reason:"),
        ("references.toml", 'slug = "rocks_2016"', 'slug = "rocks"', "[[references]] 'rocks', slug:"),
        ("glossary.toml", 'term = "Advocate customer"', 'term = "Abandonment rate"', "'Abandonment rate' belongs to"),
        ("glossary.toml", 'term = "Advocate customer"', 'term = "ABANDONED CALL"', "'ABANDONED CALL' belongs to"),
        ("glossary.toml", 'term = "Client ambassadeur"', 'term = "Taux d’abandon"', "'Taux d’abandon' belongs to"),
        ("glossary.toml", 'term = "Client ambassadeur"', 'terme = "Client"', "[advocate-customer] wording.fr.term"),
        ("glossary.toml", 'term = "Advocate customer"', "colour = 1\nterm = 'Advocate'", "[advocate-customer] colour"),
        ("glossary.toml", "[abandonment-rate]\n", "stray = 1\n[abandonment-rate]\n", "[stray]"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_name_and_field(mini, name, old, new, words):
    path = mini.path(f"{CATALOG}/{name}")
    text = path.read_text(encoding="utf-8")
    mini.write(f"{CATALOG}/{name}", text.replace(old, new, 1))
    assert text != path.read_text(encoding="utf-8")
    message = mini.refuses(mini.catalog)
    assert message.startswith(f"{CATALOG}/{name}: ")
    assert words in message


APAR = "aliases = []\nbuilds_on = [1]\nalongside = []\n"


@pytest.mark.parametrize(
    ("builds_on", "alongside", "words"),
    [
        ("[2]", "[]", "tool 2 names itself"),
        ("[1]", "[2]", "tool 2 names itself"),
        ("[1, 1]", "[]", "tool 2 names tool 1 twice; a pair stands once"),
        ("[3]", "[3]", "tool 2 names tool 3 twice; a pair stands once"),
        ("[]", "[1]", "tool 2 names 1 in `alongside`, which stands at the lower number"),
        ("[1, 3]", "[]", "these tools build on each other in a circle: "),
        ("[1, 60]", "[]", "these tools build on each other in a circle: "),
        ("[1]", "[3]", "tools 2 and 3 stand alongside, but one leads to the other"),
        ("[1]", "[60]", "tools 2 and 60 stand alongside, but one leads to the other"),
    ],
)
def test_a_sequence_that_contradicts_itself_is_refused(mini, builds_on, alongside, words):
    new = f"aliases = []\nbuilds_on = {builds_on}\nalongside = {alongside}\n"
    mini.change(f"{CATALOG}/tools.toml", APAR, new)
    message = mini.refuses(mini.catalog)
    assert message.startswith(f"{CATALOG}/tools.toml: ")
    assert words in message


def test_a_need_that_no_tool_serves_is_refused(mini):
    mini.change(
        f"{CATALOG}/tools.toml",
        '[[needs]]\nslug = "know"',
        '[[needs]]\nslug = "idle"\ntitle = "idle"\ntitle_fr = "idle"\n\n[[needs]]\nslug = "know"',
    )
    assert "no tool serves the need 'idle'; remove it" in mini.refuses(mini.catalog)


def test_a_misspelt_array_is_refused_instead_of_read_as_empty(mini):
    mini.append(f"{CATALOG}/constants.toml", '\n[[constant]]\ntext = "24"\nreason = "Hours of a day."\n')
    message = mini.refuses(mini.catalog)
    assert message == f"{CATALOG}/constants.toml: there is no place for 'constant'. It takes constants."


def test_an_entry_that_is_no_table_is_refused(mini):
    mini.write(f"{CATALOG}/constants.toml", 'constants = ["0 to 10"]\n')
    assert mini.refuses(mini.catalog).startswith(f"{CATALOG}/constants.toml: [[constants]] 1")


def test_what_is_not_toml_is_refused_with_its_line(mini):
    mini.write(f"{CATALOG}/cases.toml", "# one\n\n[[cases]\n")
    assert mini.refuses(mini.catalog).startswith(f"{CATALOG}/cases.toml:3: not TOML: ")


def test_a_missing_file_is_refused(mini):
    mini.path(f"{CATALOG}/glossary.toml").unlink()
    assert mini.refuses(mini.catalog) == f"{CATALOG}/glossary.toml: the file is missing. Restore it."


def test_what_is_not_utf_8_is_refused_with_its_line(mini):
    mini.path(f"{CATALOG}/cases.toml").write_bytes("# one\n# café\n".encode("latin-1"))
    assert mini.refuses(mini.catalog).startswith(f"{CATALOG}/cases.toml:2: not UTF-8.")


@pytest.fixture(scope="module")
def listed(repository) -> Catalog:
    return catalog.load(Project(repository))


def test_the_catalogue_holds_six_dossiers_and_69_tools(listed):
    assert (len(listed.dossiers), len(listed.tools)) == (6, 69)
    assert {tool.dossier for tool in listed.tools} == set(range(1, 7))


def test_every_dossier_and_every_tool_has_its_page(listed, repository):
    docs = Project(repository).docs("en")
    for folder, entries, count in (("dossiers", listed.dossiers, 6), ("tools", listed.tools, 69)):
        written = {path.stem for path in (docs / folder).glob("*.md")} - {"index"}
        assert written == {one.slug for one in entries}
        assert len(written) == count


def test_every_number_of_a_tool_in_the_catalogue_is_one(listed):
    numbers = {tool.number for tool in listed.tools}
    for case in listed.cases:
        assert set(case.tools) <= numbers, case.slug
    for term in listed.terms:
        assert set(term.tools) <= numbers, term.id


def test_neighbours_see_each_other_from_both_sides(listed):
    around = {tool.number: listed.neighbours(tool.number) for tool in listed.tools}
    for number, one in around.items():
        assert all(number in around[other].after for other in one.before), number
        assert all(number in around[other].beside for other in one.beside), number
        assert all(number in around[other].before for other in one.after), number
        everybody = (*one.before, *one.beside, *one.after)
        assert len(set(everybody)) == len(everybody), number


def test_no_tool_stands_alone(listed):
    for tool in listed.tools:
        around = listed.neighbours(tool.number)
        assert around.before or around.after, tool.slug
        assert len((*around.before, *around.beside, *around.after)) > 1, tool.slug


def test_readers_can_choose_by_every_need_artefact_and_group(listed):
    assert {need for tool in listed.tools for need in tool.needs} == {need.slug for need in listed.needs}
    assert {tool.artefact_kind for tool in listed.tools} == set(get_args(catalog.ArtefactKind))
    assert {tool.group for tool in listed.tools} == set(get_args(catalog.Group))
    most = max(sum(need.slug in tool.needs for tool in listed.tools) for need in listed.needs)
    assert most < len(listed.tools) / 4, "a need that fits everything narrows nothing"


def test_every_address_leads_to_its_entry(listed):
    assert [listed.tool_by_slug[tool.slug] for tool in listed.tools] == list(listed.tools)
    assert [listed.case_by_slug[case.slug] for case in listed.cases] == list(listed.cases)
    assert [listed.dossier_by_slug[one.slug] for one in listed.dossiers] == list(listed.dossiers)
    assert [listed.reference_by_slug[one.slug] for one in listed.references] == list(listed.references)


def test_every_term_has_both_languages(listed):
    assert all(set(term.wording) == {"en", "fr"} for term in listed.terms)
