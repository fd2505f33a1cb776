"""Front matter: what is wrong in it is refused with the file, the line and what is allowed."""

from __future__ import annotations

import pytest
from small_project import TOOL

from casebook import frontmatter
from casebook.catalog import line_of
from casebook.frontmatter import CasePage, DossierPage, Page, ToolPage, kind_of, split

DOSSIER = """---
number: {number}
title: {title}
tables: []
description: A dossier that holds its tools in two stages, or should.
stages:
  - {{name: First, gives: Words., tools: [{{tool: {one}, question: "Which one?"}}]}}
  - {{name: Last, gives: Words., tools: [{{tool: {other}, question: "Which one?"}}]}}
---
"""


def test_the_page_of_the_small_project_is_accepted(mini):
    page = mini.site().pages["tools/net-promoter-score.md"]
    assert isinstance(page, ToolPage)
    assert page.number == 44


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("number: 44", "number: 45", "number: 45 is not the catalogue's 44. Make the two agree."),
        ("number: 44", "number: 70", "number: Input should be less than or equal to 69 (found 70)."),
        ("number: 44", "number: forty", "number: Input should be a valid integer"),
        (
            "number: 44",
            "numbre: 44\nnumber: 44",
            "numbre: there is no such field. Did you mean 'number'? A ToolPage takes",
        ),
        ("dossier: 4", "dossier: 3", "dossier: 3 is not the catalogue's 4."),
        ("minutes: 90", "minutes: 4", "minutes: Input should be greater than or equal to 5 (found 4)."),
        (
            "time_note: once the answers are in",
            f"time_note: {'long ' * 13}",
            "String should have at most 60 characters",
        ),
        ("difficulty: 2", "difficulty: 4", "difficulty: Input should be 1, 2 or 3 (found 4)."),
        (
            "tables: [tilmarenne.surveys, tilmarenne.orders, tilmarenne.deliveries]",
            "tables: [tilmarene.surveys]",
            "Did you mean 'tilmarenne'?",
        ),
        (
            "tables: [tilmarenne.surveys, tilmarenne.orders, tilmarenne.deliveries]",
            "tables: [tilmarenne.survey]",
            "Did you mean 'surveys'?",
        ),
        (
            "tables: [tilmarenne.surveys, tilmarenne.orders, tilmarenne.deliveries]",
            "tables: tilmarenne.surveys",
            "tables: Input should be",
        ),
        ("notebook: net-promoter-score", "notebook: Net Promoter", "notebook: String should match pattern"),
        ("notebook: net-promoter-score", "constants: {1984: A novel by Orwell.}", "constants.1984"),
        ("notebook: net-promoter-score", 'constants: {"1984": short}', "constants.1984: String should"),
    ],
)
def test_a_wrong_field_is_refused_at_its_line(mini, old, new, words):
    line = mini.line(TOOL, old)
    mini.change(TOOL, f"\n{old}\n", f"\n{new}\n")
    message = mini.refuses(mini.site)
    assert message.startswith(f"{TOOL}:{line}: front matter, "), message
    assert words in message


def test_each_item_of_a_list_has_a_line_of_its_own(mini):
    mini.change(
        TOOL,
        "\nfigures: [baer_2016.nps_with_reply_email, baer_2016.nps_without_reply_email]\n",
        "\nfigures:\n  - baer_2016.nps_with_reply_email\n  # two\n  - baer_2016.nps_with_reply_mail\n",
    )
    line = mini.line(TOOL, "nps_with_reply_mail")
    message = mini.refuses(mini.site)
    assert message.startswith(f"{TOOL}:{line}: front matter, figures: unknown figure 'baer_2016.nps_with_reply_mail'")
    assert "Did you mean 'baer_2016.nps_with_reply_email'?" in message


def test_an_unknown_reference_is_refused_at_its_line(mini):
    mini.change(TOOL, "references: [reichheld_2003,", "references: [\n  reichheld_2004,")
    message = mini.refuses(mini.site)
    assert message.startswith(
        f"{TOOL}:{mini.line(TOOL, 'reichheld_2004')}: front matter, references: unknown reference"
    )


def test_a_missing_field_is_refused_where_the_front_matter_starts(mini):
    mini.change(TOOL, "minutes: 90\n", "")
    assert mini.refuses(mini.site).startswith(f"{TOOL}:1: front matter, minutes: the field is missing")


@pytest.mark.parametrize("text", ["# Words\n", "", "---\n---\n", "---\ntitle: never closed\n", "---\n\n---\n"])
def test_a_page_without_front_matter_is_refused(mini, text):
    mini.write("docs/en/teach.md", text)
    assert mini.refuses(mini.site).startswith("docs/en/teach.md:1: front matter, description: the field is missing")


@pytest.mark.parametrize(
    ("front", "line"),
    [
        ("title: [open\n", 3),
        ("title: one: two\n", 2),
        ("description: fine\n\ttitle: a tab\n", 3),
        ("title: !!python/object:os.system {}\n", 2),
        ("title: \x07\n", 1),
        ("title: 2026-13-45\n", 1),
        ("- a list\n", 1),
        ("just words\n", 1),
    ],
)
def test_what_is_not_front_matter_is_refused_in_one_line(mini, front, line):
    mini.write("docs/en/teach.md", f"---\n{front}---\n\nWords.\n")
    assert mini.refuses(mini.site).startswith(f"docs/en/teach.md:{line}: ")


def test_a_page_that_is_not_utf_8_is_refused_at_its_line(mini):
    mini.path(TOOL).write_bytes(mini.path(TOOL).read_bytes() + "\ncafé\n".encode("latin-1"))
    line = mini.path(TOOL).read_bytes().count(b"\n")
    assert mini.refuses(mini.site) == f"{TOOL}:{line}: not UTF-8. Save the file as UTF-8."


def test_a_page_from_an_editor_that_writes_crlf_and_a_mark_is_accepted(mini):
    content = mini.path(TOOL).read_bytes()
    mini.path(TOOL).write_bytes(b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"))
    assert mini.site().pages["tools/net-promoter-score.md"].minutes == 90


@pytest.mark.parametrize("folder", ["tools", "cases", "dossiers"])
def test_an_address_that_the_catalogue_does_not_have_is_refused(mini, folder):
    texts = {
        "tools": mini.path(TOOL).read_text(encoding="utf-8"),
        "dossiers": DOSSIER.format(number=1, title="Any", one=1, other=2),
        "cases": "---\ntitle: Any\ncompany: Any\nyear: '2020'\nworld: aldeane\nlesson: Answer them all.\nminutes: 60\n"
        "tables: []\nnotebook: any\ndescription: A case that the catalogue does not know at all, ever.\n---\n",
    }
    mini.write(f"docs/en/{folder}/strategyy.md", texts[folder])
    message = mini.refuses(mini.site)
    assert message.startswith(f"docs/en/{folder}/strategyy.md: unknown {folder[:-1]} 'strategyy'")


def test_a_dossier_that_does_not_hold_each_of_its_tools_once_is_refused(mini):
    title = mini.catalog().dossier_by_slug["strategy"].title
    mini.write("docs/en/dossiers/strategy.md", DOSSIER.format(number=1, title=title, one=1, other=1))
    message = mini.refuses(mini.site)
    assert message.startswith("docs/en/dossiers/strategy.md:7: front matter, stages: they hold the tools [1, 1], the")


def test_a_case_of_an_unknown_world_is_refused(mini):
    title = mini.catalog().case_by_slug["mlp-late-box"].title
    mini.write(
        "docs/en/cases/mlp-late-box.md",
        f"---\ntitle: {title!r}\ncompany: Any\nyear: '2020'\nworld: aldean\nlesson: Answer them all.\nminutes: 60\n"
        "tables: []\nnotebook: any\ndescription: A case that takes place in a world that nobody has made yet.\n---\n",
    )
    message = mini.refuses(mini.site)
    assert message.startswith("docs/en/cases/mlp-late-box.md:5: front matter, world: unknown scenario 'aldean'")


def test_the_title_follows_the_language_of_the_page_and_no_other_folder(mini, tmp_path):
    """A working copy may lie in a folder named fr."""
    moved = tmp_path / "fr"
    mini.project.root.rename(moved)
    english = moved / TOOL
    page = frontmatter.read(english, "tools/net-promoter-score.md", _catalog(moved))
    assert page.title == "Net Promoter Score (NPS)"
    french = moved / "docs/fr/tools/net-promoter-score.md"
    french.parent.mkdir(parents=True)
    french.write_text(english.read_text(encoding="utf-8").replace(page.title, page.title_fr), encoding="utf-8")
    assert frontmatter.read(french, "tools/net-promoter-score.md", _catalog(moved)).title == page.title_fr


def _catalog(root):
    from casebook import catalog
    from casebook.project import Project

    return catalog.load(Project(root))


@pytest.mark.parametrize(
    ("uri", "kind"),
    [
        ("tools/persona.md", ToolPage),
        ("cases/any.md", CasePage),
        ("dossiers/strategy.md", DossierPage),
        ("tools/index.md", Page),
        ("index.md", Page),
        ("how-it-works/tools/persona.md", Page),
    ],
)
def test_the_folder_decides_the_kind_of_page(uri, kind):
    assert kind_of(uri) is kind


def test_split_counts_the_lines_before_the_body():
    front, body, offset = split("---\na: 1\nb: 2\n---\nfirst\n---\nlast\n")
    assert (front, body, offset) == ("a: 1\nb: 2\n", "first\n---\nlast\n", 4)
    assert split("no front\n---\nmatter\n---\n") == ("", "no front\n---\nmatter\n---\n", 0)


def test_line_of_finds_the_deepest_part_that_is_there():
    front = "a: 1\nb:\n  - x\n  - y: 2\nc: {d: 3}\n"
    assert line_of(front, ("a",)) == 2
    assert line_of(front, ("b", 0)) == 4
    assert line_of(front, ("b", 1, "y")) == 5
    assert line_of(front, ("b", 7)) == 3
    assert line_of(front, ("c", "d")) == 6
    assert line_of(front, ("nothing",)) == 1
