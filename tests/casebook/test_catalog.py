"""The catalogue is read strictly: what is wrong in it is refused with the file and the entry."""

from __future__ import annotations

import pytest

from casebook import catalog
from casebook.catalog import Catalog

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
    from casebook.project import Project

    return catalog.load(Project(repository))


def test_the_catalogue_holds_six_dossiers_and_69_tools(listed):
    assert (len(listed.dossiers), len(listed.tools)) == (6, 69)
    assert {tool.dossier for tool in listed.tools} == set(range(1, 7))


def test_every_number_of_a_tool_in_the_catalogue_is_one(listed):
    numbers = {tool.number for tool in listed.tools}
    for tool in listed.tools:
        assert set(tool.related) <= numbers - {tool.number}, tool.slug
        assert len(set(tool.related)) == len(tool.related), tool.slug
    for case in listed.cases:
        assert set(case.tools) <= numbers, case.slug
    for term in listed.terms:
        assert set(term.tools) <= numbers, term.id


def test_every_address_leads_to_its_entry(listed):
    assert [listed.tool_by_slug[tool.slug] for tool in listed.tools] == list(listed.tools)
    assert [listed.case_by_slug[case.slug] for case in listed.cases] == list(listed.cases)
    assert [listed.dossier_by_slug[one.slug] for one in listed.dossiers] == list(listed.dossiers)
    assert [listed.reference_by_slug[one.slug] for one in listed.references] == list(listed.references)


def test_every_term_has_both_languages(listed):
    assert all(set(term.wording) == {"en", "fr"} for term in listed.terms)
