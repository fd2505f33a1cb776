"""What pages are made of beside prose: cards, questions, cited figures, links between pages, the glossary."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Annotated

import markdown
import yaml
from pydantic import StringConstraints, ValidationError, model_validator

from casebook.catalog import Case, Catalog, Reference, Strict, Term, Tool, problems
from casebook.formulas import put_back, set_aside
from casebook.frontmatter import CasePage, ToolPage
from casebook.search import folded
from casebook.strings import say
from casebook.worked.numbers import Format, Unit, written
from cxdata.catalog import scan
from cxdata.schema.figure import Figure, Publication

LONG = 7
"""Entries above which a list of neighbours takes the whole width."""


class Answer(Strict):
    """One answer to a question: its text under ``right`` or ``wrong``, and why."""

    right: str = ""
    wrong: str = ""
    why: Annotated[str, StringConstraints(min_length=1)]

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Answer:
        if bool(self.right) == bool(self.wrong):
            raise ValueError("an answer has its text under `right:` or under `wrong:`")
        return self


class Question(Strict):
    """A question with answers, each explained; one is right."""

    ask: Annotated[str, StringConstraints(min_length=1)]
    answers: tuple[Answer, ...]

    @model_validator(mode="after")
    def _one_is_right(self) -> Question:
        if sum(bool(answer.right) for answer in self.answers) != 1 or len(self.answers) < 2:
            raise ValueError("a question has two or more answers, one of them marked `right:`")
        return self


def inline(text: str) -> str:
    """Return a line of Markdown as HTML without a paragraph around it.

    Raises:
        FormulaError: If a formula in it cannot be converted.
    """
    blocks: list[str] = []
    html: str = markdown.markdown(set_aside(text.strip(), blocks))
    return put_back(html, blocks).removeprefix("<p>").removesuffix("</p>")


def question(source: str, *, name: str, language: str, expand: Callable[[str], str] = str) -> str:
    """Return a question as a set of radio buttons; the explanation of an answer shows when it is chosen.

    It needs no script: the style sheet shows what is chosen, and a live region says it aloud.

    Args:
        source: YAML with ``ask`` and ``answers``.
        name: Unique on the page.
        language: Of the words around it.
        expand: Replaces the macros in a text.

    Raises:
        ValueError: If the YAML is not one, or not a question.
    """
    try:
        asked = Question.model_validate(yaml.safe_load(source))
    except yaml.MarkedYAMLError as error:
        line = f" in its line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ValueError(
            f"the question is not YAML: {error.problem}{line}; put a text that holds a colon in quotes"
        ) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(f"the question is not YAML: {str(error).splitlines()[0]}") from error
    except ValidationError as error:
        field, problem = problems(error)[0]
        raise ValueError(f"question, {'.'.join(map(str, field)) or 'as a whole'}: {problem}") from error
    answers = "".join(
        f'<div class="cx-answer{" cx-right" if one.right else ""}">'
        f'<label><input type="radio" name="{name}" value="{position}"> '
        f"<span>{inline(expand(one.right or one.wrong))}</span></label>"
        f'<div role="status"><p class="cx-why"><strong>{say(language, "right" if one.right else "wrong")}</strong> '
        f"{inline(expand(one.why))}</p></div></div>"
        for position, one in enumerate(asked.answers)
    )
    return f'<fieldset class="cx-question"><legend>{inline(expand(asked.ask))}</legend>{answers}</fieldset>'


def minutes(number: int, language: str) -> str:
    """Return a time in minutes below two hours, else in hours."""
    if number < 120:
        return say(language, "minutes").format(number)
    return say(language, "hours").format(written(number / 60, Format(digits=int(number % 60 != 0)), language=language))


def difficulty(level: int, language: str) -> str:
    """Return a difficulty of 1 to 3 as HTML: three dots and a word."""
    dots = "".join(f'<i class="{"on" if step <= level else "off"}"></i>' for step in (1, 2, 3))
    return f'<span class="cx-level" aria-hidden="true">{dots}</span> {say(language, f"difficulty_{level}")}'


def definition_list(entries: Sequence[tuple[str, str]]) -> str:
    """Return label and content pairs as a list; content is HTML."""
    return "<dl>" + "".join(f"<div><dt>{escape(label)}</dt><dd>{text}</dd></div>" for label, text in entries) + "</dl>"


def tool_card(page: ToolPage, language: str, links: Mapping[str, str]) -> str:
    """Return the card at the head of a tool page.

    Args:
        page: Its front matter.
        language: Of the card.
        links: Ready HTML by what it links: ``dossier``, ``data``, ``notebook``, ``worksheet``; empty where none.
    """
    facts = [
        (say(language, "time"), f"{minutes(page.minutes, language)} {escape(page.time_note)}".rstrip()),
        (say(language, "people"), escape(page.people)),
        (say(language, "difficulty"), difficulty(page.difficulty, language)),
        (say(language, "artefact"), escape(page.artefact)),
        *((say(language, name), links[name]) for name in ("data", "notebook", "worksheet") if links.get(name)),
    ]
    other = "" if language == "fr" else f'<p class="cx-french" lang="fr">{escape(page.title_fr)}</p>'
    return (
        f'<section class="cx-card" aria-label="{say(language, "at_a_glance")}">'
        f'<p class="cx-eyebrow">{links["dossier"]}<span> · {say(language, "tool")} {page.number}</span></p>{other}'
        f'<p class="cx-what">{escape(page.what)}</p><p>{escape(page.why)}</p>{definition_list(facts)}</section>'
    )


def case_card(page: CasePage, case: Case, language: str, links: Mapping[str, str]) -> str:
    """Return the card at the head of a case page; ``links`` as for a tool, with ``tools``."""
    facts = [
        (say(language, "company"), f"{escape(page.company)}, {escape(page.year)}"),
        (say(language, "sector"), escape(case.sector)),
        (say(language, "brand"), escape(case.brand)),
        (say(language, "time_for_class"), minutes(page.minutes, language)),
        *((say(language, name), links[name]) for name in ("data", "notebook", "tools") if links.get(name)),
    ]
    return (
        f'<section class="cx-card cx-case" aria-label="{say(language, "at_a_glance")}">'
        f'<p class="cx-eyebrow">{say(language, "lesson")}</p>'
        f'<p class="cx-what">{escape(page.lesson)}</p>{definition_list(facts)}</section>'
    )


def sequence(lists: Sequence[tuple[str, Sequence[tuple[int, str, str]]]]) -> str:
    """Return the tools around one as labelled lists side by side.

    Args:
        lists: A label, and for each tool its number, the HTML of its name, and one line on it, empty if there is none.
    """
    parts = []
    for label, tools in lists:
        entries = "".join(
            f'<li><span class="cx-no">{number}</span><div>{name}'
            f"{f'<br><small>{escape(line)}</small>' if line else ''}</div></li>"
            for number, name, line in tools
        )
        long = ' class="cx-long"' if len(tools) > LONG else ""
        parts.append(f"<div{long}><dt>{escape(label)}</dt><dd><ul>{entries}</ul></dd></div>")
    return f'<div class="cx-sequence"><dl>{"".join(parts)}</dl></div>'


_UNITS: Mapping[str, Unit] = {"percent": "percent"}


def published_value(figure: Figure, language: str) -> str:
    """Return a published number as printed: a percentage with its sign, a score in points with its direction."""
    digits = len(f"{float(figure.value):g}".partition(".")[2])
    form = Format(digits=digits, sign=figure.unit == "nps_points", unit=_UNITS.get(figure.unit, ""))
    return written(figure.value, form, language=language)


def citation(publication: Publication) -> str:
    """Return the reference of a publication as HTML: who, when, what, and where we read it."""
    return (
        f"{escape(publication.authors)} ({publication.year}). <cite>{escape(publication.title)}</cite>. "
        f"{escape(publication.read_in)}."
    )


def lang_of_english(language: str) -> str:
    """Return the attribute of an element whose text is English whatever the language of the page, "" where it is."""
    return "" if language == "en" else ' lang="en"'


def published_figures(ids: Sequence[str], language: str) -> str:
    """Return the table of the published figures that a page uses, each with its source.

    Raises:
        KeyError: If there is no figure of an id.
    """
    english = lang_of_english(language)
    rows = "".join(
        f'<tr id="figure-{figure.id.replace(".", "-")}"><th scope="row"{english}>{escape(figure.statement)}</th>'
        f'<td class="cx-number">{published_value(figure, language)}</td><td{english}>{escape(figure.population)}</td>'
        f"<td>{escape(short_citation(figure.publication))}</td></tr>"
        for figure in (scan.figures()[one] for one in ids)
    )
    heads = "".join(
        f'<th scope="col">{say(language, name)}</th>' for name in ("figure", "value", "who", "published_by")
    )
    caption = say(language, "published_figures")
    return (
        f'<div class="cx-table cx-published" data-search-exclude role="group" tabindex="0" aria-label="{caption}">'
        "<table>"
        f"<caption>{caption}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def reading(ids: Sequence[str], references: Sequence[Reference], language: str) -> str:
    """Return a page's published figures, their sources, and what else there is to read.

    Args:
        ids: Of figures.
        references: Publications of the field.
        language: Of the words around them.
    """
    sources = {one.publication.id: one.publication for one in (scan.figures()[figure_id] for figure_id in ids)}
    english = lang_of_english(language)
    items = [f'<li id="source-{name}"{english}>{citation(one)}</li>' for name, one in sources.items()]
    items += [
        f'<li id="source-{one.slug}"{english}>{escape(one.authors)} ({one.year}). <cite>{escape(one.title)}</cite>. '
        f"{escape(one.place)}. {escape(one.says)}</li>"
        for one in references
    ]
    listed = f'<ul class="cx-sources">{"".join(items)}</ul>' if items else ""
    return (published_figures(ids, language) if ids else "") + listed


def short_citation(publication: Publication) -> str:
    """Return author and year, as prose names a source."""
    return f"{publication.authors.split(' (')[0]}, {publication.year}"


def glossary(catalog: Catalog, language: str, tool_link: Mapping[int, str], script: str) -> str:
    """Return the whole glossary in alphabetical order, by group, with letters to jump to and a box that filters.

    Args:
        catalog: Its terms.
        language: Of the page.
        tool_link: HTML by number of tool.
        script: Address of ``glossary.js`` as seen from the page; without it, the box is hidden and the list whole.
    """
    parts = [
        f'<form class="cx-filter" role="search" aria-label="{say(language, "glossary_filter")}" hidden '
        f'data-found="{say(language, "glossary_found")}"><label for="glossary-filter">'
        f"{say(language, 'glossary_filter')}</label>"
        f'<input id="glossary-filter" type="search" autocomplete="off" spellcheck="false"><p role="status"></p></form>'
        f'<script src="{script}" defer></script>'
    ]
    for group in ("cx", "statistics"):
        terms = sorted(
            (term for term in catalog.terms if term.group == group),
            key=lambda term: folded(term.wording[language].term),  # É stands with E
        )
        first: dict[str, str] = {}
        for term in terms:
            first.setdefault(folded(term.wording[language].term)[0].upper(), term.id)
        letters = "".join(f'<li><a href="#{name}">{letter}</a></li>' for letter, name in first.items())
        entries = "".join(_entry(term, language, tool_link) for term in terms)
        title = say(language, f"glossary_{group}")
        parts.append(
            f'<section class="cx-terms"><h2 id="{group}">{title}</h2><nav class="cx-letters" aria-label="{title}, A-Z">'
            f'<ul>{letters}</ul></nav><div class="cx-glossary">{entries}</div></section>'
        )
    return "".join(parts)


def _entry(term: Term, language: str, tool_link: Mapping[int, str]) -> str:
    wording = term.wording[language]
    other_language = "fr" if language == "en" else "en"
    other = term.wording[other_language].term
    short = f" ({escape(wording.short)})" if wording.short else ""
    tools = ", ".join(tool_link[number] for number in term.tools if tool_link.get(number))
    seen = f" <small>{say(language, 'see_tools')}{say(language, 'colon')}{tools}</small>" if tools else ""
    translated = (
        f' <span class="cx-french" lang="{other_language}">{escape(other)}</span>' if other != wording.term else ""
    )
    note = f" {escape(wording.note)}" if wording.note else ""
    return (
        f'<div class="cx-entry"><h3 id="{term.id}">{escape(wording.term)}{short}{translated}</h3>'
        f"<p>{escape(wording.definition)}{note}{seen}</p></div>"
    )


class Glossary:
    """Finds the first use of each term in running text."""

    def __init__(self, terms: Sequence[Term], language: str) -> None:
        forms: dict[str, Term] = {}
        self.definitions = {term.id: term.wording[language].definition for term in terms}
        patterns: list[tuple[str, bool]] = []
        for term in (one for one in terms if one.match):
            wording = term.wording[language]
            for form in wording.forms:
                curly = form.replace("'", "’")
                forms[curly.casefold()] = term
                patterns.append((curly, form != wording.short))
        patterns.sort(key=lambda pair: len(pair[0]), reverse=True)
        alternatives = "|".join(
            f"(?i:{re.escape(form)}s?)" if loose else f"{re.escape(form)}s?" for form, loose in patterns
        )
        self._forms = forms
        self._pattern = re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])") if patterns else None

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """Return start, end and term id of every use in a text."""
        if self._pattern is None:
            return []
        found = []
        for match in self._pattern.finditer(text.replace("'", "’")):
            folded = match[0].casefold()
            term = self._forms.get(folded) or self._forms.get(folded.removesuffix("s"))
            if term is not None:
                found.append((match.start(), match.end(), term.id))
        return found


def tool_name(tool: Tool, language: str) -> str:
    """Return a tool's name in a language."""
    return tool.title_fr if language == "fr" else tool.title
