"""The real pages: headings, length, references that hold, and no sentence that two pages share."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from casebook import catalog, frontmatter
from casebook.lint import without_code
from casebook.project import LANGUAGES, Project

ROOT = Path(__file__).parents[2]
PROJECT = Project(ROOT)
HEADINGS = {
    "tools": [
        "When to use it, and when not",
        "How to do it",
        "Worked example: Tilmarenne",
        "How it misleads",
        "Try it",
        "Take it away",
        "Published figures and further reading",
    ],
    "cases": [
        "The story in facts",
        "What it teaches",
        "The invented twin",
        "The inquiry",
        "Discussion questions",
        "Take it away",
        "Published figures and further reading",
    ],
}
FEWEST_WORDS, MOST_WORDS = 600, 1500
NOTICES = {"net promoter score and nps are registered trademarks of bain company nice systems and fred reichheld"}
"""What the law wants said in the same words wherever it is said."""
SHORTEST_SHARED = 8
"""Words; a sentence of so many or fewer may stand on two pages."""


def pages(language: str, folder: str = "") -> list[Path]:
    return sorted(
        path for path in (PROJECT.docs(language) / folder).rglob("*.md") if not folder or path.name != "index.md"
    )


def ids(paths: list[Path]) -> list[str]:
    return [path.relative_to(PROJECT.root / "docs").as_posix() for path in paths]


def body(path: Path) -> str:
    return frontmatter.split(path.read_text(encoding="utf-8"))[1]


def headings(path: Path) -> list[str]:
    return re.findall(r"^## +(.*?)(?: *\{[^}]*\})? *$", without_code(body(path)), re.MULTILINE)


KINDS = [(folder, path) for folder in HEADINGS for path in pages("en", folder)]


@pytest.mark.parametrize(("folder", "path"), KINDS, ids=ids([path for _, path in KINDS]))
def test_a_page_has_the_headings_of_its_kind_in_their_order(folder, path):
    assert headings(path) == HEADINGS[folder]


def test_the_headings_are_those_that_contributors_are_told():
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for listed in HEADINGS.values():
        assert ", ".join(f"*{one}*" for one in listed) in told


@pytest.mark.parametrize("folder", list(HEADINGS))
def test_french_pages_of_a_kind_share_their_headings(folder):
    """There are as many as in English; their words are chosen once."""
    found = {tuple(headings(path)) for path in pages("fr", folder)}
    assert len(found) <= 1
    assert all(len(one) == len(HEADINGS[folder]) for one in found)


TOOLS = [path for language in LANGUAGES for path in pages(language, "tools")]


@pytest.mark.parametrize("path", TOOLS, ids=ids(TOOLS))
def test_a_tool_page_is_neither_a_note_nor_a_chapter(path):
    words = len(words_read(path))
    assert FEWEST_WORDS <= words <= MOST_WORDS, f"{words} words"


def words_read(path: Path) -> list[str]:
    """The words of a page's running text, without its questions, macros, formulas and code."""
    text = body(path)
    text = re.sub(r"\{\{.*?\}\}", " number ", without_code(text), flags=re.DOTALL)
    text = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$|\]\([^)]*\)|<[^>\n]+>", " ", text, flags=re.DOTALL)
    return re.findall(r"[^\W\d_][\w’'-]*", text)


ALL = [path for language in LANGUAGES for path in pages(language)]


@pytest.mark.parametrize("path", ALL, ids=ids(ALL))
def test_front_matter_and_everything_that_it_names_hold(path):
    language = path.relative_to(ROOT / "docs").parts[0]
    uri = path.relative_to(PROJECT.docs(language)).as_posix()
    page = frontmatter.read(path, uri, LISTED)
    if name := getattr(page, "notebook", None):
        assert (PROJECT.notebooks / path.parent.name / f"{name}.py").exists(), name
    cited = set(re.findall(r"\{\{ *published\(['\"]([^'\"]+)", body(path)))
    assert cited <= set(page.figures)
    for slug in re.findall(r"\{\{ *case\(['\"]([^'\"]+)", body(path)):
        assert slug in LISTED.case_by_slug
    for number in re.findall(r"\{\{ *tool\((\d+)", body(path)):
        assert 1 <= int(number) <= len(LISTED.tools)


LISTED = catalog.load(PROJECT)


@pytest.mark.parametrize("path", ALL, ids=ids(ALL))
def test_a_page_declares_no_constant_that_it_does_not_use(path):
    declared = (yaml.safe_load(frontmatter.split(path.read_text(encoding="utf-8"))[0]) or {}).get("constants", {})
    for constant in declared:
        assert constant in body(path), constant


def sentences(text: str) -> set[str]:
    """The long sentences of a text, without marks, macros, formulas and code."""
    text = re.sub(r"\{\{.*?\}\}|\$\$.*?\$\$", " ", without_code(text), flags=re.DOTALL)
    text = re.sub(r"\]\([^)]*\)|<[^>\n]+>|[*_`#>|\[\]]", " ", text)
    parts = re.split(r"(?<=[.?!:;])[\s\"”]+|\n\s*\n|\n(?=\s*(?:[-+] |\d+\. ))", text)
    plain = (" ".join(re.findall(r"[^\W_][\w’'-]*", part.casefold())) for part in parts)
    return {part for part in plain if part.count(" ") >= SHORTEST_SHARED}


def test_no_two_pages_share_a_long_sentence():
    found: dict[str, set[str]] = defaultdict(set)
    for path in ALL:
        for sentence in sentences(body(path)) - NOTICES:
            found[sentence].add(path.relative_to(ROOT / "docs").as_posix())
    shared = {sentence: sorted(where) for sentence, where in found.items() if len(where) > 1}
    assert shared == {}


def test_a_shared_sentence_would_be_found():
    one = "Words.\n\nThe happy answer **their** e-mail, the angry ones [do not](a.md) bother at all. More."
    other = "- the happy answer their e-mail, the angry ones do not bother at all.\n- Less."
    assert sentences(one) & sentences(other) == {"the happy answer their e-mail the angry ones do not bother at all"}
    assert sentences("A sentence of eight words, no more: allowed.") == set()


def test_no_article_stands_twice_before_a_tool():
    titles = {tool.number: tool.title for tool in catalog.load(PROJECT).tools}
    twice = []
    for path in pages("en"):
        for number in re.findall(r"\b(?:[Tt]he|[Aa]n?) \{\{ tool\((\d+)\) \}\}", body(path)):
            if titles[int(number)].startswith(("The ", "A ")):
                twice.append(f"{path.name}: the {titles[int(number)]}")
    assert not twice
