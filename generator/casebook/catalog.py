"""The casebook's own catalogue: dossiers, tools, cases, glossary and constants, read strictly from ``docs/catalog``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from casebook.errors import AuthorError, read_text
from casebook.project import Project
from casebook.worked.typography import typeset

# pydantic: the field's validator of data that people type; its errors name the field that is wrong.

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Sentence = Annotated[str, StringConstraints(min_length=10, pattern=r"[.?!]$")]
ToolNumber = Annotated[int, Field(ge=1, le=69)]
DossierNumber = Annotated[int, Field(ge=1, le=6)]
ArtefactKind = Literal["score", "chart", "map", "sheet", "grid", "process", "dashboard", "plan"]
"""What a reader leaves a tool with: a sheet is one page that a team fills in, a grid a table of rules or marks."""
Group = Literal["alone", "pair", "team", "workshop"]
"""How many do the work of a tool: a team shares it over days, a workshop meets for hours."""


class Strict(BaseModel):
    """What all typed entries share: no unknown field, no change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Dossier(Strict):
    """One of the six dossiers."""

    number: DossierNumber
    slug: Slug
    title: str
    short: str
    title_fr: str
    aim: Sentence


class Need(Strict):
    """What a reader wants to do who looks for a tool, in the words of a practitioner; it completes "I want to"."""

    slug: Slug
    title: str
    title_fr: str


class Tool(Strict):
    """One of the 69 tools: its names in both languages, its place among the others, and by what readers choose it."""

    number: ToolNumber
    dossier: DossierNumber
    slug: Slug
    title: str
    title_fr: str
    aliases: tuple[str, ...]
    builds_on: tuple[ToolNumber, ...]
    """Tools whose result this one takes up, which come before it; what comes after is derived."""
    alongside: tuple[ToolNumber, ...]
    """Tools of higher numbers that look at the same matter from another side; the other direction is derived."""
    needs: Annotated[tuple[str, ...], Field(min_length=1, max_length=2)]
    """Slugs of needs, the main one first."""
    artefact_kind: ArtefactKind
    group: Group


@dataclass(frozen=True)
class Neighbours:
    """The tools around one, by number: those it builds on, those beside it, those that build on it."""

    before: tuple[int, ...]
    beside: tuple[int, ...]
    after: tuple[int, ...]


class Case(Strict):
    """One of the case studies, under the invented brand of its twin."""

    slug: Slug
    title: str
    sector: str
    brand: str
    tools: tuple[ToolNumber, ...]


class Wording(Strict):
    """A glossary term in one language."""

    term: str
    short: str = ""
    also: tuple[str, ...] = ()
    definition: Annotated[Sentence, StringConstraints(max_length=220)]
    note: str = ""

    @property
    def forms(self) -> tuple[str, ...]:
        """All forms in which running text may use the term."""
        return tuple(form for form in (self.term, self.short, *self.also) if form)


class Term(Strict):
    """A glossary term."""

    id: Slug
    group: Literal["cx", "statistics"]
    tools: tuple[ToolNumber, ...]
    match: bool
    wording: Mapping[str, Wording]


class Reference(Strict):
    """A publication of the field that pages point to; its figures, if any, are not ours to reproduce."""

    slug: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+_\d{4}$")]
    authors: str
    year: int
    title: str
    place: str
    says: Sentence


class Constant(Strict):
    """A number that is part of a definition or a name, and so may be typed."""

    text: str
    reason: Sentence


Entry = TypeVar("Entry", bound=BaseModel)


def problems(error: ValidationError) -> list[tuple[tuple[str | int, ...], str]]:
    """Return what is wrong with typed data, as pairs of the field's path and a sentence.

    An unknown field comes first: it is the misspelt name of the one that is missing.
    """
    found = sorted(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    return [(tuple(one["loc"]), _sentence(one["type"], one["msg"], one["input"])) for one in found]


def _sentence(kind: str, message: str, found: object) -> str:
    if kind == "extra_forbidden":
        return "there is no such field"
    if kind == "missing":
        return "the field is missing"
    shown = "" if isinstance(found, dict | list) else f" (found {found!r})"
    return f"{message.removeprefix('Value error, ')}{shown}"[:200]


def line_of(front: str, field: tuple[str | int, ...]) -> int:
    """Return the line in the file of a field of its front matter: the deepest part of its path that is there."""
    node, line = yaml.compose(front), -1
    for part in field:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line
        else:
            break
    return line + 2  # marks count from nought, and the first line of the file is the rule: that is where a field lacks


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        AuthorError: If it is missing or not TOML.
    """
    try:
        return tomllib.loads(read_text(path))
    except FileNotFoundError as error:
        raise AuthorError(path, "the file is missing.", remedy="Restore it.") from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise AuthorError(path, f"not TOML: {error}.", line=int(line[1]) if line else None) from error


def read_entries(path: Path, key: str, kind: type[Entry]) -> tuple[Entry, ...]:
    """Return the entries of a TOML array.

    Raises:
        AuthorError: If an entry has a wrong, missing or unknown field, or the address of another; it names both.
    """
    found: dict[str | int, Entry] = {}
    for position, raw in enumerate(read_toml(path).get(key, []), start=1):
        given = raw if isinstance(raw, dict) else {}
        name = given.get("slug") or given.get("text") or position
        try:
            entry = kind.model_validate(raw)
        except ValidationError as error:
            (field, problem), *_ = problems(error)
            raise AuthorError(path, f"[[{key}]] {name!r}, {'.'.join(map(str, field))}: {problem}.") from error
        if name in found:
            raise AuthorError(path, f"[[{key}]] {name!r} stands twice.", remedy="Keep one.")
        found[name] = entry
    return tuple(found.values())


def refuse_other_keys(path: Path, known: Sequence[str]) -> None:
    """Refuse a misspelt array, which would be read as an empty one.

    Raises:
        AuthorError: If the file has a key that nothing reads.
    """
    if other := [key for key in read_toml(path) if key not in known]:
        raise AuthorError(path, f"there is no place for {other[0]!r}.", remedy=f"It takes {', '.join(known)}.")


def read_glossary(path: Path) -> tuple[Term, ...]:
    """Return the glossary, in the order of the file.

    Raises:
        AuthorError: If an entry is wrong, or two entries claim the same form in the same language.
    """
    found: list[Term] = []
    claimed: dict[tuple[str, str], str] = {}
    for name, raw in read_toml(path).items():
        if not isinstance(raw, dict):
            raise AuthorError(path, f"[{name}] is not a term.", remedy="A term is a table of its own.")
        english = {key: value for key, value in raw.items() if key in Wording.model_fields}
        rest = {key: value for key, value in raw.items() if key not in english and key != "fr"}
        languages = {"en": english, "fr": _in_french(raw.get("fr", {}))}
        try:
            term = Term.model_validate({"id": name, "match": True, "tools": (), **rest, "wording": languages})
        except ValidationError as error:
            (field, problem), *_ = problems(error)
            raise AuthorError(path, f"[{name}] {'.'.join(map(str, field))}: {problem}.") from error
        for language, wording in term.wording.items():
            for form in wording.forms:
                other = claimed.setdefault((language, form.casefold().replace("’", "'")), name)
                if other != name:
                    raise AuthorError(path, f"{form!r} belongs to [{other}] and to [{name}].", remedy="Keep one.")
        found.append(term)
    return tuple(found)


def _in_french(wording: Mapping[str, Any]) -> dict[str, Any]:
    return {key: typeset(value, "fr") if isinstance(value, str) else value for key, value in wording.items()}


class Catalog(Strict):
    """Everything that pages are checked against and linked by."""

    dossiers: tuple[Dossier, ...]
    needs: tuple[Need, ...]
    tools: tuple[Tool, ...]
    cases: tuple[Case, ...]
    terms: tuple[Term, ...]
    constants: tuple[Constant, ...]
    references: tuple[Reference, ...]

    @model_validator(mode="after")
    def _numbers_are_unique(self) -> Catalog:
        for entries in (self.dossiers, self.tools):
            numbers: Sequence[int] = [entry.number for entry in entries]
            if numbers != list(range(1, len(numbers) + 1)):
                raise ValueError("dossiers and tools are numbered from 1 without a gap, in their order")
        return self

    @model_validator(mode="after")
    def _pairs_stand_once(self) -> Catalog:
        known = {tool.number for tool in self.tools}
        for tool in self.tools:
            named = (*tool.builds_on, *tool.alongside)
            if unknown := sorted(set(named) - known):
                raise ValueError(f"tool {tool.number} names tool {unknown[0]}, which there is not")
            if tool.number in named:
                raise ValueError(f"tool {tool.number} names itself")
            if twice := sorted(other for other in set(named) if named.count(other) > 1):
                raise ValueError(f"tool {tool.number} names tool {twice[0]} twice; a pair stands once")
            if lower := [other for other in tool.alongside if other < tool.number]:
                raise ValueError(
                    f"tool {tool.number} names {lower[0]} in `alongside`, which stands at the lower number"
                )
        return self

    @model_validator(mode="after")
    def _sequence_has_no_circle(self) -> Catalog:
        earlier = _earlier({tool.number: tool.builds_on for tool in self.tools})
        for tool in self.tools:
            for other in tool.alongside:
                if other in earlier[tool.number] or tool.number in earlier[other]:
                    raise ValueError(f"tools {tool.number} and {other} stand alongside, but one leads to the other")
        return self

    @model_validator(mode="after")
    def _needs_are_listed_and_used(self) -> Catalog:
        listed = [need.slug for need in self.needs]
        for tool in self.tools:
            if stray := [need for need in tool.needs if need not in listed]:
                raise ValueError(f"tool {tool.number}: there is no need {stray[0]!r}; they are {', '.join(listed)}")
        if idle := [slug for slug in listed if not any(slug in tool.needs for tool in self.tools)]:
            raise ValueError(f"no tool serves the need {idle[0]!r}; remove it")
        return self

    def neighbours(self, number: int) -> Neighbours:
        """Return the tools around one, each list in the order of numbers."""
        tool = self.tools[number - 1]
        return Neighbours(
            before=tuple(sorted(tool.builds_on)),
            beside=tuple(sorted({*tool.alongside, *(one.number for one in self.tools if number in one.alongside)})),
            after=tuple(one.number for one in self.tools if number in one.builds_on),
        )

    @cached_property
    def tool_by_slug(self) -> dict[str, Tool]:
        """Tools by their address."""
        return {tool.slug: tool for tool in self.tools}

    @cached_property
    def case_by_slug(self) -> dict[str, Case]:
        """Cases by their address."""
        return {case.slug: case for case in self.cases}

    @cached_property
    def reference_by_slug(self) -> dict[str, Reference]:
        """References by author and year."""
        return {reference.slug: reference for reference in self.references}

    @cached_property
    def dossier_by_slug(self) -> dict[str, Dossier]:
        """Dossiers by their address."""
        return {dossier.slug: dossier for dossier in self.dossiers}


def _earlier(builds_on: Mapping[int, Sequence[int]]) -> dict[int, set[int]]:
    """Return all tools that lead to each, directly or not.

    Raises:
        ValueError: If tools lead to each other in a circle.
    """
    try:
        order = tuple(TopologicalSorter(builds_on).static_order())
    except CycleError as error:
        circle = ", ".join(str(number) for number in error.args[1])
        raise ValueError(f"these tools build on each other in a circle: {circle}") from error
    earlier: dict[int, set[int]] = {}
    for number in order:
        earlier[number] = set(builds_on[number]).union(*(earlier[one] for one in builds_on[number]))
    return earlier


def load(project: Project) -> Catalog:
    """Read the whole catalogue.

    Raises:
        AuthorError: If a file is missing or an entry is wrong.
    """
    folder = project.catalog
    refuse_other_keys(folder / "tools.toml", ("dossiers", "needs", "tools"))
    for key in ("cases", "constants", "references"):
        refuse_other_keys(folder / f"{key}.toml", (key,))
    try:
        return Catalog(
            dossiers=read_entries(folder / "tools.toml", "dossiers", Dossier),
            needs=read_entries(folder / "tools.toml", "needs", Need),
            tools=read_entries(folder / "tools.toml", "tools", Tool),
            cases=read_entries(folder / "cases.toml", "cases", Case),
            terms=read_glossary(folder / "glossary.toml"),
            constants=read_entries(folder / "constants.toml", "constants", Constant),
            references=read_entries(folder / "references.toml", "references", Reference),
        )
    except ValidationError as error:
        raise AuthorError(folder / "tools.toml", problems(error)[0][1]) from error
