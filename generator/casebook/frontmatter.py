"""Front matter of pages: one schema per kind of page, and errors that name the line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field, StringConstraints, ValidationError

from casebook.catalog import Catalog, Sentence, Slug, Strict, line_of, problems
from casebook.errors import AuthorError, read_text
from cxdata.catalog import scan
from cxdata.errors import unknown

Description = Annotated[str, StringConstraints(min_length=50, max_length=170)]
"""What a search engine shows under the title."""


class Page(Strict):
    """Any page."""

    title: str = ""
    description: Description
    constants: Mapping[str, Sentence] = Field(default_factory=dict)
    """Numbers that may be typed on this page, each with its reason."""
    figures: tuple[str, ...] = ()
    """Published figures that the page cites."""
    references: tuple[str, ...] = ()
    """Publications of ``docs/catalog/references.toml`` that the page points to."""
    aliases: tuple[str, ...] = ()
    """Other words under which search finds the page."""
    generate: tuple[Annotated[str, StringConstraints(pattern=r"^cxdata[ .]")], ...] = ()
    """Calls, in Python or at the command line, that make data of this page beyond the edition for classes."""
    template: str = ""
    hide: tuple[Literal["navigation", "toc", "footer"], ...] = ()


class ToolPage(Page):
    """The page of one tool; number, titles and dossier are those of the catalogue."""

    number: Annotated[int, Field(ge=1, le=69)]
    dossier: Annotated[int, Field(ge=1, le=6)]
    title: str
    title_fr: str
    what: Sentence
    why: Sentence
    minutes: Annotated[int, Field(ge=5, le=2400)]
    """Working time at the desk."""
    time_note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = ""
    """Follows the time on the card: what it leaves out, or when it starts."""
    people: str
    difficulty: Literal[1, 2, 3]
    artefact: str
    tables: tuple[str, ...]
    notebook: Slug | None = None
    worksheet: Slug | None = None


class CasePage(Page):
    """The page of one case study; title, sector, brand and tools are those of the catalogue."""

    title: str
    company: str
    year: str
    world: str
    lesson: Sentence
    minutes: Annotated[int, Field(ge=15, le=480)]
    tables: tuple[str, ...]
    notebook: Slug


class Asked(Strict):
    """A tool on a dossier's map, with the question that it answers."""

    tool: Annotated[int, Field(ge=1, le=69)]
    question: Annotated[str, StringConstraints(pattern=r"\?$")]


class Stage(Strict):
    """One stage of a dossier's map: its tools, and what it hands on to the next."""

    name: str
    gives: str
    tools: tuple[Asked, ...]


class DossierPage(Page):
    """The overview of one dossier; its stages hold each of its tools once."""

    number: Annotated[int, Field(ge=1, le=6)]
    title: str
    tables: tuple[str, ...]
    stages: Annotated[tuple[Stage, ...], Field(min_length=2)]
    notebook: Slug | None = None


KINDS: dict[str, type[Page]] = {"tools": ToolPage, "cases": CasePage, "dossiers": DossierPage}
"""Kind of page by folder; any other page has the plain front matter."""


def kind_of(src_uri: str) -> type[Page]:
    """Return the schema of a page, from the folder it lies in."""
    folder, _, name = src_uri.rpartition("/")
    return KINDS.get(folder, Page) if name != "index.md" else Page


def split(text: str) -> tuple[str, str, int]:
    """Return front matter, body, and the number of lines before the body."""
    match = re.match(r"---\n(.*?\n)---\n", text, re.DOTALL)
    return (match[1], text[match.end() :], match[0].count("\n")) if match else ("", text, 0)


def read(path: Path, src_uri: str, catalog: Catalog) -> Page:
    """Return a page's front matter, checked against its schema and the catalogues.

    Args:
        path: The Markdown file.
        src_uri: Its path within the language's folder.
        catalog: Tools, cases and dossiers.

    Raises:
        AuthorError: If a field is wrong, missing or unknown, or disagrees with the catalogue.
    """
    front, _, _ = split(read_text(path))
    kind = kind_of(src_uri)
    raw = _parsed(path, front)
    try:
        page = kind.model_validate(raw)
    except ValidationError as error:
        field, problem = problems(error)[0]
        is_name = len(field) == 1 and "field" in problem
        near = difflib.get_close_matches(str(field[0]), list(kind.model_fields), n=1) if is_name else []
        remedy = f"A {kind.__name__} takes {', '.join(kind.model_fields)}." if is_name else ""
        raise AuthorError(
            path,
            f"front matter, {'.'.join(map(str, field)) or 'as a whole'}: {problem}.",
            line=line_of(front, field),
            remedy=f"Did you mean {near[0]!r}? {remedy}" if near and near[0] != field[0] else remedy,
        ) from error
    _agree_with_catalogues(page, path, front, src_uri, catalog)
    return page


QUOTE = "Put a text that holds a colon in quotes."


def _parsed(path: Path, front: str) -> object:
    try:
        return yaml.safe_load(front) or {}
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else None
        raise AuthorError(path, f"the front matter is not YAML: {error.problem}.", line=line, remedy=QUOTE) from error
    except (yaml.YAMLError, ValueError) as error:  # a control character; a date that no calendar has
        raise AuthorError(path, f"the front matter is not YAML: {error}.", line=1) from error


def _agree_with_catalogues(page: Page, path: Path, front: str, src_uri: str, catalog: Catalog) -> None:
    def refuse(field: str, problem: str, remedy: str = "", *, position: int = 0) -> AuthorError:
        line = line_of(front, (field, position))
        return AuthorError(path, f"front matter, {field}: {problem}", line=line, remedy=remedy)

    for name, value in _expected(page, path, src_uri, catalog).items():
        if getattr(page, name) != value:
            raise refuse(name, f"{getattr(page, name)!r} is not the catalogue's {value!r}.", "Make the two agree.")
    if isinstance(page, CasePage) and page.world not in scan.scenario_ids():
        raise refuse("world", unknown("scenario", page.world, scan.scenario_ids(), listing="cxdata scenarios"))
    if isinstance(page, DossierPage):
        listed = sorted(asked.tool for stage in page.stages for asked in stage.tools)
        wanted = [tool.number for tool in catalog.tools if tool.dossier == page.number]
        if listed != wanted:
            raise refuse("stages", f"they hold the tools {listed}, the dossier has {wanted}.", "Place each tool once.")
    for position, reference in enumerate(getattr(page, "tables", ())):
        if problem := _unknown_table(reference):
            raise refuse("tables", problem, position=position)
    for position, reference in enumerate(page.references):
        if reference not in catalog.reference_by_slug:
            problem = unknown("reference", reference, catalog.reference_by_slug)
            raise refuse("references", problem, position=position)
    for position, figure_id in enumerate(page.figures):
        if figure_id not in scan.figures():
            problem = unknown("figure", figure_id, scan.figures(), listing="cxdata figures")
            raise refuse("figures", problem, position=position)


def _unknown_table(reference: str) -> str:
    world, _, table = reference.partition(".")
    if world not in scan.scenario_ids():
        return unknown("scenario", world, scan.scenario_ids(), listing="cxdata scenarios")
    if table not in scan.tables(world):
        return unknown(f"table of {world}", table, scan.tables(world), listing="cxdata tables")
    return ""


def _expected(page: Page, path: Path, src_uri: str, catalog: Catalog) -> dict[str, object]:
    """Return what the catalogue says of this page's fields, by the address of the page."""
    stem = src_uri.rpartition("/")[2].removesuffix(".md")
    in_french = path.parents[src_uri.count("/")].name == "fr"  # the folder of the page's language
    if isinstance(page, ToolPage):
        tool = catalog.tool_by_slug.get(stem)
        if tool is None:
            raise AuthorError(path, unknown("tool", stem, catalog.tool_by_slug, listing="docs/catalog/tools.toml"))
        title = tool.title_fr if in_french else tool.title
        return {"number": tool.number, "dossier": tool.dossier, "title": title, "title_fr": tool.title_fr}
    if isinstance(page, CasePage):
        case = catalog.case_by_slug.get(stem)
        if case is None:
            raise AuthorError(path, unknown("case", stem, catalog.case_by_slug, listing="docs/catalog/cases.toml"))
        return {} if in_french else {"title": case.title}
    if isinstance(page, DossierPage):
        dossier = catalog.dossier_by_slug.get(stem)
        if dossier is None:
            raise AuthorError(path, unknown("dossier", stem, catalog.dossier_by_slug))
        return {"number": dossier.number, "title": dossier.title_fr if in_french else dossier.title}
    return {}
