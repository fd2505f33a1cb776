"""From an author's Markdown to what MkDocs converts: macros, fences, cards, and errors that name the line."""

from __future__ import annotations

import json
import os
import posixpath
import re
import traceback
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jinja2 import Environment, StrictUndefined, TemplateSyntaxError, Undefined, UndefinedError

from casebook import calculators, components, execute, finder, formulas, notebooks, published
from casebook.catalog import Catalog, line_of
from casebook.components import tool_name
from casebook.errors import AuthorError, read_text
from casebook.formulas import MATHS, FormulaError
from casebook.frontmatter import CasePage, DossierPage, Page, ToolPage, split
from casebook.lint import typed_numbers, without_code
from casebook.project import Project
from casebook.strings import say
from cxdata.catalog import scan
from cxdata.errors import unknown

_FENCE = re.compile(r"^```(question|calculator)[ \t]*\n(.*?)^```[ \t]*$", re.DOTALL | re.MULTILINE)
_SHOWN_WITHIN = re.compile(
    r"^[ \t]*(?!\{\{ *show\([^}]*\}\}[ \t]*$)\S.*\{\{ *show\(|\{\{ *show\([^}]*\}\}[ \t]*\S", re.MULTILINE
)
_LOST_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*(question|calculator)s?\b", re.MULTILINE)
_LINK = re.compile(r"\]\([ \t]*<?([^)\s>]+)|^\[[^\]\n]+\]:[ \t]*<?([^\s>]+)", re.MULTILINE)
_BARE_PICTURE = re.compile(r"!\[\s*\]\(([^)\s]*)|<img(?![^>]*\salt=[\"'][^\"'])[^>]*?(?:\ssrc=[\"']([^\"']*)[^>]*)?>")

_TEMPLATE = "<page>"


def _printed(value: object) -> object:
    """Return what stands between the braces, which must be text that a macro made."""
    if isinstance(value, str | Undefined):
        return value
    if callable(value):
        name = getattr(value, "__name__", "it")
        raise ValueError(f"the macro {name!r} lacks its brackets; write {{{{ {name}(...) }}}}")
    raise ValueError(f"{value!r} is typed, not computed; print a value of the page's script with {{{{ v('name') }}}}")


def _number(text: str) -> float:
    """Return the number that a calculator's box is given, as a page's language writes it."""
    digits = re.sub(r"[\s,]", "", text).replace("\N{MINUS SIGN}", "-")
    if not re.fullmatch(r"-?\d+(\.\d+)?", digits):
        raise ValueError(f"a calculator's box takes a whole or decimal number, not {text.strip()!r}")
    return float(digits)


# Jinja is MkDocs' own template language; its comment and statement marks are moved out of the way of attribute
# lists such as {#anchor}, because pages need expressions alone.
_ENVIRONMENT = Environment(
    undefined=StrictUndefined,
    autoescape=False,  # the authors' own pages
    finalize=_printed,
    comment_start_string="{#!",
    comment_end_string="!#}",
    block_start_string="{%!",
    block_end_string="!%}",
    keep_trailing_newline=True,
)


@dataclass
class Site:
    """What pages of one language may refer to.

    Attributes:
        project: The working copy.
        catalog: Tools, cases, glossary, constants.
        language: Of this build.
        pages: Front matter by address within the language, such as ``tools/persona.md``.
        english: Addresses that the English site has, to which other languages fall back.
    """

    project: Project
    catalog: Catalog
    language: str
    pages: Mapping[str, Page]
    english: frozenset[str] = frozenset()
    notebooks: Mapping[str, notebooks.Opening] = field(default_factory=dict)

    def link(self, here: str, target: str, text: str) -> str:
        """Return an HTML link from one page to another, or "" when neither language has the target.

        Args:
            here: Address of the page that links.
            target: Address of the page that is linked, ``.md`` or ``.ipynb``.
            text: HTML of the link.
        """
        built = re.sub(r"\.(md|ipynb)$", ".html", target)
        if target in self.pages or (self.language == "en" and target in self.english):
            return f'<a href="{relative(here, built)}">{text}</a>'
        if target in self.english:
            return f'<a href="{"../" * (here.count("/") + 1)}{built}" hreflang="en">{text}</a>'
        return ""

    def tool_link(self, here: str, number: int, text: str = "") -> str:
        """Return the link to a tool's page, or its name alone while there is none."""
        tool = self.catalog.tools[number - 1]
        shown = text or escape(tool_name(tool, self.language))
        return self.link(here, f"tools/{tool.slug}.md", shown) or shown

    def tool_page(self, number: int) -> ToolPage | None:
        """Return the front matter of a tool's page in this language, None while there is no page."""
        page = self.pages.get(f"tools/{self.catalog.tools[number - 1].slug}.md")
        return page if isinstance(page, ToolPage) else None

    def line_on(self, number: int) -> str:
        """Return one line on a tool that has a page: the question its dossier asks of it, else what it is."""
        page = self.tool_page(number)
        if page is None:
            return ""
        dossier = self.pages.get(f"dossiers/{self.catalog.dossiers[page.dossier - 1].slug}.md")
        stages = dossier.stages if isinstance(dossier, DossierPage) else ()
        asked = [asked.question for stage in stages for asked in stage.tools if asked.tool == number]
        return asked[0] if asked else page.what


def relative(here: str, there: str) -> str:
    """Return the path from one built page to another, both relative to the language's root."""
    return os.path.relpath(there, os.path.dirname(here) or ".")


def refuse_dead_links(path: Path, src_uri: str, known: Container[str]) -> None:
    """Check the links and pictures that a page's Markdown names, while their line is known.

    Args:
        path: The Markdown file.
        src_uri: Its path within the language's folder.
        known: Paths of all files of this language's site, before they are built.

    Raises:
        AuthorError: If a link leads nowhere, or a picture has no text; it names the line.
    """
    _, body, offset = split(read_text(path))
    text = without_code(body)
    for match in _BARE_PICTURE.finditer(text):
        problem = f"the picture {match[1] or match[2] or ''!r} has no alternative text."
        line = offset + text.count("\n", 0, match.start()) + 1
        raise AuthorError(path, problem, line=line, remedy="Say what it shows, with its numbers.")
    for match in _LINK.finditer(text):
        target = match[1] or match[2]
        parts = urlsplit(target)
        if parts.scheme or parts.netloc or not parts.path or "{{" in target:
            continue
        if posixpath.normpath(posixpath.join(posixpath.dirname(src_uri), unquote(parts.path))) not in known:
            line = offset + text.count("\n", 0, match.start()) + 1
            raise AuthorError(path, f"the link {target!r} leads nowhere.", line=line, remedy="Correct or remove it.")


def refuse_wrong_formulas(path: Path, text: str) -> None:
    """Check the formulas of a text whose lines are those of a file.

    Raises:
        AuthorError: If a formula cannot be converted; it names the line.
    """
    for match in MATHS.finditer(without_code(text)):
        try:
            formulas.of_dollars(match[0])
        except FormulaError as error:
            line = text.count("\n", 0, match.start()) + 1
            raise AuthorError(path, f"{error}.", line=line, remedy="Correct the LaTeX.") from error


@dataclass
class Expanded:
    """A page ready for conversion: Markdown with places, and the HTML that fills each place."""

    markdown: str
    blocks: list[str]


class Writer:
    """Expands one page."""

    def __init__(self, site: Site, src_uri: str, path: Path) -> None:
        self.site, self.src_uri, self.path = site, src_uri, path
        self.page = site.pages[src_uri]
        self.front, self.body, self.offset = split(read_text(path))
        self.blocks: list[str] = []
        self._results: Mapping[str, Mapping[str, str]] | None = None

    def expand(self) -> Expanded:
        """Return the page's Markdown with everything computed in place.

        Raises:
            AuthorError: If a number is typed, a macro is wrong, or a name is unknown; it names the line.
        """
        self._lint()
        source = _FENCE.sub(self._fence, self.body)
        if lost := _LOST_FENCE.search(source):
            line = self._line(source, lost.start(2))
            remedy = f"Start a line with ```{lost[2]} and end it with a line of ``` alone, neither of them indented."
            raise AuthorError(self.path, f"this is not a {lost[2]} yet.", line=line, remedy=remedy)
        if within := _SHOWN_WITHIN.search(without_code(source)):
            line = self._line(source, within.start())
            raise AuthorError(
                self.path, "a picture or table is shown within a sentence.", line=line, remedy="Give it its own line."
            )
        text = self._maths(self._render(source))
        head = self._head()
        return Expanded(f"{head}{text}", self.blocks)

    def _line(self, text: str, position: int) -> int:
        """Return the line in the file of a position in the body."""
        return self.offset + text.count("\n", 0, position) + 1

    def _maths(self, text: str) -> str:
        try:
            return formulas.set_aside(text, self.blocks)
        except FormulaError as error:
            line = self._line(text, error.start)
            raise AuthorError(self.path, f"{error}.", line=line, remedy="Correct the LaTeX.") from error

    def _lint(self) -> None:
        allowed = [*(constant.text for constant in self.site.catalog.constants), *self.page.constants]
        if found := typed_numbers(self.body, allowed):
            first = found[0]
            raise AuthorError(
                self.path,
                f"a number is typed: {first.text!r}.",
                line=self.offset + first.line,
                remedy="Compute it in the page's script and print it with {{ v('name') }}, cite it with "
                "{{ published('publication.figure') }}, or declare it under `constants:` in the front matter "
                "with its reason.",
            )

    def _fence(self, match: re.Match[str]) -> str:
        kind, content = match[1], match[2]
        line = self._line(self.body, match.start())
        try:
            html = self._question(content, line) if kind == "question" else self._calculator(content, line)
        except ValueError as error:
            raise AuthorError(self.path, f"{error}.", line=line) from error
        lines = match[0].count("\n")
        return self._place(html) + "\n" * lines  # as many lines as before, so that later errors name the right one

    def _question(self, content: str, line: int) -> str:
        return components.question(
            content,
            name=f"question-{len(self.blocks)}",
            language=self.site.language,
            expand=lambda text: self._render(text, before=line - 1),
        )

    def _calculator(self, content: str, line: int) -> str:
        name, *values = content.strip().splitlines() or [""]
        if name not in calculators.CALCULATORS:
            raise ValueError(unknown("calculator", name, calculators.CALCULATORS).rstrip("."))
        given, rows = {}, []
        for value in values:
            box, _, content = self._render(value, before=line - 1).partition(":")
            if box.strip() == "row":
                title, *numbers = content.split("|")
                rows.append((title.strip(), [_number(one) for one in numbers]))
            else:
                given[box.strip()] = _number(content)
        return calculators.html(name, self.site.language, given, rows)

    def _place(self, html: str) -> str:
        self.blocks.append(html)
        return f'<div data-cx-block="{len(self.blocks) - 1}"></div>'

    def _render(self, source: str, *, before: int | None = None) -> str:
        before = self.offset if before is None else before
        try:
            template = _ENVIRONMENT.from_string(source)
            template.filename = _TEMPLATE
            return template.render(self._macros())
        except TemplateSyntaxError as error:
            problem = str(error.message).rstrip(".")
            raise AuthorError(self.path, f"{problem}.", line=before + error.lineno) from error
        except AuthorError:
            raise
        except Exception as error:  # whatever an expression of the author's may do
            frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == _TEMPLATE]
            line = before + (frames[-1].lineno or 1) if frames else None
            problem = str(error.args[0] if isinstance(error, KeyError) else error).rstrip(".")
            known = f"Macros are: {', '.join(sorted(self._macros()))}."
            remedy = known if isinstance(error, UndefinedError) else ""
            raise AuthorError(self.path, f"{problem}.", line=line, remedy=remedy) from error

    def _macros(self) -> dict[str, Callable[..., str]]:
        return {
            "v": self.v,
            "show": self.show,
            "tool": self.tool,
            "case": self.case,
            "dossier": self.dossier,
            "notebook": self.notebook,
            "published": self.published,
            "cite": self.cite,
            "take_away": self.take_away,
            "reading": self.reading,
            "neighbours": self.neighbours,
            "tool_finder": self.tool_finder,
            "figure_index": self.figure_index,
            "dossier_map": self.dossier_map,
            "glossary": self.glossary,
            "notebook_list": self.notebook_list,
            "page_list": self.page_list,
        }

    # What authors call. Each returns Markdown or a place for HTML.

    def v(self, name: str) -> str:
        """Return a value of the page's script."""
        return self._result("values", name)

    def show(self, name: str) -> str:
        """Return a table, chart, drawing or component of the page's script."""
        return self._place(self._result("blocks", name))

    def tool(self, number: int, text: str = "") -> str:
        """Return a link to a tool's page by number, or its name while there is no page."""
        if not 1 <= number <= len(self.site.catalog.tools):
            raise ValueError(f"there is no tool {number}; they are numbered from 1 to {len(self.site.catalog.tools)}")
        return self.site.tool_link(self.src_uri, number, text)

    def dossier(self, number: int, text: str = "") -> str:
        """Return a link to a dossier's page by number, or its name while there is no page."""
        if not 1 <= number <= len(self.site.catalog.dossiers):
            raise ValueError(f"there is no dossier {number}")
        found = self.site.catalog.dossiers[number - 1]
        shown = text or escape(found.title_fr if self.site.language == "fr" else found.title)
        return self.site.link(self.src_uri, f"dossiers/{found.slug}.md", shown) or shown

    def case(self, slug: str, text: str = "") -> str:
        """Return a link to a case, or its title while there is no page."""
        found = self.site.catalog.case_by_slug.get(slug)
        if found is None:
            raise ValueError(unknown("case", slug, self.site.catalog.case_by_slug).rstrip("."))
        shown = text or self._in_english(found.title)
        return self.site.link(self.src_uri, f"cases/{slug}.md", shown) or shown

    def notebook(self, uri: str, text: str = "") -> str:
        """Return a link to a notebook's page by its path within the notebooks folder."""
        if uri not in self.site.notebooks:
            raise ValueError(unknown("notebook", uri, self.site.notebooks).rstrip("."))
        shown = text or self._in_english(self.site.notebooks[uri].title)
        return self.site.link(self.src_uri, f"notebooks/{uri}.ipynb", shown)

    def published(self, figure_id: str) -> str:
        """Return a published number, linked to its source on the page."""
        if figure_id not in scan.figures():
            raise ValueError(unknown("figure", figure_id, scan.figures(), listing="cxdata figures").rstrip("."))
        if figure_id not in self.page.figures:
            raise ValueError(f"figure {figure_id!r} is cited but not listed; add it to `figures:` in the front matter")
        found = scan.figures()[figure_id]
        value = components.published_value(found, self.site.language)
        anchor = f"figure-{figure_id.replace('.', '-')}"
        source = escape(components.short_citation(found.publication))
        return f'<a class="cx-cited" href="#{anchor}" title="{source}">{value}</a>'

    def cite(self, publication: str) -> str:
        """Return author and year of a publication, as a link to its entry on the page."""
        publications = {figure.publication.id: figure.publication for figure in scan.figures().values()}
        references = self.site.catalog.reference_by_slug
        if publication in references:
            if publication not in self.page.references:
                raise ValueError(
                    f"{publication!r} is cited but not listed; add it to `references:` in the front matter"
                )
            found = references[publication]
            return f'<a href="#source-{publication}">{escape(found.authors)}, {found.year}</a>'
        if publication not in publications:
            raise ValueError(unknown("publication", publication, [*publications, *references]).rstrip("."))
        if not any(figure.startswith(f"{publication}.") for figure in self.page.figures):
            raise ValueError(f"{publication!r} is cited, but none of its figures is listed in the front matter")
        return f'<a href="#source-{publication}">{escape(components.short_citation(publications[publication]))}</a>'

    def reading(self) -> str:
        """Return the page's published figures with their sources, and its references."""
        references = [self.site.catalog.reference_by_slug[slug] for slug in self.page.references]
        ids = self.page.figures
        return self._place(components.reading(ids, references, self.site.language))

    def take_away(self) -> str:
        """Return what the reader can take along: notebook, exercise, data, worksheet; what exists."""
        return self._place(f'<ul class="cx-take">{"".join(f"<li>{item}</li>" for item in self._to_take())}</ul>')

    def neighbours(self) -> str:
        """Return the tools before this one, with it and after it, and its cases."""
        language, here = self.site.language, self.src_uri
        page = self.page
        if not isinstance(page, ToolPage):
            raise ValueError("neighbours() is for tool pages")
        around = self.site.catalog.neighbours(page.number)
        lists = (("before", around.before), ("beside", around.beside), ("after", around.after))
        html = components.sequence(
            [
                (
                    say(language, f"sequence_{name}"),
                    [(one, self.site.tool_link(here, one), self.site.line_on(one)) for one in numbers],
                )
                for name, numbers in lists
                if numbers
            ]
        )
        cases = [
            link
            for case in self.site.catalog.cases
            if page.number in case.tools
            and (link := self.site.link(here, f"cases/{case.slug}.md", self._in_english(case.title)))
        ]
        if cases:
            listed = components.definition_list([(say(language, "cases"), ", ".join(cases))])
            html += f'<div class="cx-neighbours">{listed}</div>'
        return self._place(html)

    def tool_finder(self) -> str:
        """Return all tools by dossier, with the choices that narrow them."""
        language = self.site.language
        parts = [self._place(finder.form(self.site.catalog, language, relative(self.src_uri, finder.SCRIPT)))]
        for dossier in self.site.catalog.dossiers:
            tools = [
                finder.Listed(tool, self.site.tool_link(self.src_uri, tool.number), self.site.tool_page(tool.number))
                for tool in self.site.catalog.tools
                if tool.dossier == dossier.number
            ]
            listed = self._place(finder.items(tools, language))
            heading = f"## {self.dossier(dossier.number)} {{#{dossier.slug}}}"
            parts.append(f'<div class="cx-dossier" markdown>\n\n{heading}\n\n{dossier.aim}\n\n{listed}\n\n</div>')
        return "\n\n".join(parts)

    def dossier_map(self) -> str:
        """Return how the dossier's tools feed each other: stages in their order, each with its tools."""
        if not isinstance(self.page, DossierPage):
            raise ValueError("dossier_map() is for dossier pages")
        items = []
        for stage in self.page.stages:
            chips = "".join(
                f'<li><span class="cx-no">{asked.tool}</span><div>'
                f"<strong>{self.site.tool_link(self.src_uri, asked.tool)}</strong><br>"
                f"{escape(asked.question)}</div></li>"
                for asked in stage.tools
            )
            items.append(
                f'<li class="cx-stage"><p class="cx-stage-name">{escape(stage.name)}</p><ul>{chips}</ul>'
                f'<p class="cx-gives">{escape(stage.gives)}</p></li>'
            )
        return self._place(f'<ol class="cx-map">{"".join(items)}</ol>')

    def glossary(self) -> str:
        """Return the whole glossary."""
        links = {
            tool.number: self.site.link(
                self.src_uri, f"tools/{tool.slug}.md", escape(tool_name(tool, self.site.language))
            )
            for tool in self.site.catalog.tools
        }
        return self._place(
            components.glossary(
                self.site.catalog, self.site.language, links, relative(self.src_uri, "assets/glossary.js")
            )
        )

    def figure_index(self) -> str:
        """Return every published figure by publication, with what the data show and the pages that cite it."""
        language, here = self.site.language, self.src_uri
        script = self.site.project.worked / f"{published.CHECKS}.py"
        result = execute.page_result(self.site.project, script, "en")
        if not result.exists():
            raise ValueError(f"the checks of {script.relative_to(self.site.project.root)} have not been run")
        checks = json.loads(result.read_text(encoding="utf-8"))["values"]
        used = published.uses()
        citing: dict[str, list[str]] = {}
        for uri, page in self.site.pages.items():
            for figure in page.figures:
                citing.setdefault(figure, []).append(self.site.link(here, uri, escape(page.title)))
        parts = [
            f"## {published.title(publication)} {{#{publication.id}}}\n\n"
            + self._place(
                published.head(publication, language)
                + published.entries(figures, language, used=used, checks=checks, pages=citing)
            )
            for publication, figures in published.by_publication()
        ]
        return "\n\n".join(parts)

    def notebook_list(self) -> str:
        """Return all notebooks with minutes, questions and downloads."""
        language = self.site.language
        items = []
        for uri, opening in self.site.notebooks.items():
            link = self.site.link(self.src_uri, f"notebooks/{uri}.ipynb", self._in_english(opening.title))
            questions = self._in_english(" ".join(opening.questions))
            items.append(
                f"<li><strong>{link}</strong> · {components.minutes(opening.minutes, language)}<br>{questions}<br>"
                f"{self._downloads(uri)}</li>"
            )
        return self._place(f'<ul class="cx-notebooks">{"".join(items)}</ul>')

    def page_list(self, folder: str) -> str:
        """Return the pages of a folder that exist, each with its description."""
        items = [
            f"<li><strong>{self.site.link(self.src_uri, uri, escape(page.title))}</strong><br>"
            f"{escape(page.description)}</li>"
            for uri, page in self.site.pages.items()
            if uri.startswith(f"{folder}/") and not uri.endswith("index.md")
        ]
        if not items:
            raise ValueError(f"there is no page in {folder!r}")
        return self._place(f'<ul class="cx-pages">{"".join(items)}</ul>')

    # What the macros share.

    def _result(self, kind: str, name: str) -> str:
        results = self._script_results()
        if name not in results[kind]:
            listed = unknown("value" if kind == "values" else "picture or table", name, results[kind]).rstrip(".")
            raise ValueError(f"{listed}; they are made by {self._script().relative_to(self.site.project.root)}")
        return results[kind][name]

    def _script(self) -> Path:
        return self.site.project.worked / Path(self.src_uri).with_suffix(".py")

    def _script_results(self) -> Mapping[str, Mapping[str, str]]:
        if self._results is None:
            script = self._script()
            result = execute.page_result(self.site.project, script, self.site.language)
            if not result.exists():
                place = script.relative_to(self.site.project.root)
                raise ValueError(f"the page has no script; write {place} with a function build(page)")
            self._results = json.loads(result.read_text(encoding="utf-8"))
        return self._results

    def _head(self) -> str:
        """Return the heading and the card of a tool, case or dossier page; other pages write their own."""
        page, language, here = self.page, self.site.language, self.src_uri
        if isinstance(page, ToolPage):
            found = self.site.catalog.dossiers[page.dossier - 1]
            links = {"dossier": self.dossier(page.dossier, escape(found.title_fr if language == "fr" else found.short))}
            links["data"] = self._tables(page.tables)
            if page.notebook:
                links["notebook"] = self._notebook_link(f"tools/{page.notebook}")
            return f"# {page.title}\n\n{self._place(components.tool_card(page, language, links))}\n\n"
        if isinstance(page, CasePage):
            case = self.site.catalog.case_by_slug[Path(here).stem]
            links = {
                "data": self._tables(page.tables),
                "notebook": self._notebook_link(f"cases/{page.notebook}"),
                "tools": ", ".join(self.site.tool_link(here, number) for number in case.tools),
            }
            return f"# {page.title}\n\n{self._place(components.case_card(page, case, language, links))}\n\n"
        if isinstance(page, DossierPage):
            number = f"{say(language, 'dossier')} {page.number}"
            return f"# {page.title}\n\n{self._place(f'<p class=cx-eyebrow>{number}</p>')}\n\n"
        return ""

    def _notebook_link(self, uri: str) -> str:
        if uri not in self.site.notebooks:
            raise AuthorError(
                self.path,
                f"front matter, notebook: {unknown('notebook', uri, self.site.notebooks)}",
                line=line_of(self.front, ("notebook",)),
                remedy="Write it.",
            )
        return self.site.link(self.src_uri, f"notebooks/{uri}.ipynb", self._in_english(self.site.notebooks[uri].title))

    def _in_english(self, text: str) -> str:
        """Return the HTML of a text that is English on every page, such as the title of a notebook."""
        mark = components.lang_of_english(self.site.language)
        return f"<span{mark}>{escape(text)}</span>" if mark else escape(text)

    def _tables(self, references: tuple[str, ...]) -> str:
        return ", ".join(f"<code>{escape(reference)}</code>" for reference in references)

    def _downloads(self, uri: str) -> str:
        language = self.site.language
        base = relative(self.src_uri, f"notebooks/{uri}")
        if language != "en":  # the English site has them, one folder up
            base = f"../{base}"
        return ", ".join(
            f'{say(language, word)} <a href="{base}{suffix}.ipynb" download>.ipynb</a> '
            f'<a href="{base}{suffix}.py" download>.py</a>'
            for word, suffix in (("exercise", "-exercise"), ("solution", ""))
        )

    def _to_take(self) -> list[str]:
        page, language = self.page, self.site.language
        items = []
        colon = say(language, "colon")
        name = getattr(page, "notebook", None)
        folder = self.src_uri.split("/")[0]
        if name:
            uri = f"{folder}/{name}"
            items.append(f"{say(language, 'notebook')}{colon}{self._downloads(uri)}, {self._notebook_link(uri)}")
        if worlds := sorted({reference.partition(".")[0] for reference in getattr(page, "tables", ())}):
            calls = [f'cxdata.edition("{world}", "class")' for world in worlds] + list(page.generate)
            code = ", ".join(f"<code>{escape(call, quote=False)}</code>" for call in calls)
            where = self.site.link(self.src_uri, "data/index.md", say(language, "data")) or say(language, "data")
            items.append(f"{where}{colon}{code}")
        return items
