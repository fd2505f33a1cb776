"""What is done to a page's HTML: formulas, glossary links, styles that a strict policy allows, notebooks made lean."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from html import escape

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

from casebook.components import Glossary
from casebook.formulas import MATHS, of_dollars, put_back

_BLOCK = re.compile(r'(?:<p>)?<div data-cx-block="(\d+)"></div>(?:</p>)?')
_NO_GLOSSARY = {"a", "abbr", "code", "pre", "h1", "h2", "h3", "h4", "summary", "th", "caption", "cite", "math", "label"}
_NUMBER = re.compile(r"[-+\u2212]?[\d,. ]+%?|NaN|nan")
_ALIGN = {"text-align: right;": "cx-number", "text-align: center;": "cx-centre", "text-align: left;": ""}


def parse(html: str) -> BeautifulSoup:
    """Parse a fragment as browsers would, without a document around it."""
    return BeautifulSoup(html, "html.parser")


def page(html: str, blocks: Sequence[str], glossary: Glossary, *, glossary_url: str) -> str:
    """Return a converted Markdown page with glossary links, and its blocks and formulas in place.

    Args:
        html: What Markdown made of the page.
        blocks: HTML of each place: components and formulas.
        glossary: Finds terms; pass one without terms to link none.
        glossary_url: Address of the glossary page, relative to this page.
    """
    soup = parse(html)
    classes_for_styles(soup)
    link_terms(soup, glossary, glossary_url)
    empty_heads(soup)
    for table in soup.find_all("table"):
        if not _is_framed(table):
            table.wrap(_frame(_heading_before(table)))
    return _BLOCK.sub(lambda match: blocks[int(match[1])], put_back(str(soup), blocks))


def _is_framed(table: Tag) -> bool:
    return table.parent is not None and "cx-table" in _classes(table.parent)


def _classes(tag: Tag) -> list[str]:
    """Return the classes of an element, which the parser gives as a list, a text or nothing."""
    return list(tag.get_attribute_list("class")) if tag.has_attr("class") else []


def _frame(label: str) -> Tag:
    """Return the scrolling frame of a table."""
    return BeautifulSoup("", "html.parser").new_tag(
        "div", attrs={"class": "cx-table", "role": "group", "tabindex": "0", "aria-label": label}
    )


def empty_heads(soup: BeautifulSoup | Tag) -> None:
    """Turn heads of columns without text into cells: a head that says nothing is read aloud as one."""
    for head in soup.select("thead th"):
        if not head.get_text(strip=True):
            head.name = "td"


def _heading_before(table: Tag) -> str:
    heading = table.find_previous(["h1", "h2", "h3"])
    return heading.get_text(" ", strip=True).removesuffix("#").strip() if heading else "Table"


def formulas(soup: BeautifulSoup) -> None:
    """Replace ``$...$`` and ``$$...$$`` by MathML, which browsers draw and read aloud without a script.

    Raises:
        FormulaError: If a formula is not LaTeX that can be converted.
    """
    for text in list(soup.find_all(string=MATHS)):
        if type(text) is not NavigableString:  # a comment
            continue
        if any(parent.name in {"code", "pre", "script", "style", "math"} for parent in text.parents):
            continue
        parts: list[PageElement] = []
        end = 0
        for match in MATHS.finditer(text):
            parts.append(NavigableString(text[end : match.start()]))
            parts.extend(parse(of_dollars(match[0])).contents)
            end = match.end()
        parts.append(NavigableString(text[end:]))
        text.replace_with(*parts)


def classes_for_styles(soup: BeautifulSoup) -> None:
    """Turn the style attributes of Markdown tables into classes: the content policy allows no inline style."""
    for tag in soup.find_all(style=True):
        name = _ALIGN.get(str(tag["style"]).strip().rstrip(";") + ";", "")
        del tag["style"]
        if name:
            tag["class"] = " ".join([*_classes(tag), name])


def link_terms(soup: BeautifulSoup, glossary: Glossary, url: str) -> None:
    """Link the first use of each term in running text to the glossary, with its definition on hover and focus."""
    seen: set[str] = set()
    for text in list(soup.find_all(string=True)):
        names = {parent.name for parent in text.parents}
        if type(text) is not NavigableString:  # a comment
            continue
        if names & _NO_GLOSSARY or not names & {"p", "li", "td", "dd"}:
            continue
        parts: list[PageElement] = []
        end = 0
        for start, stop, term in glossary.find(str(text)):
            if term in seen or start < end:
                continue
            seen.add(term)
            link = soup.new_tag(
                "a", attrs={"class": "cx-term", "href": f"{url}#{term}", "data-definition": glossary.definitions[term]}
            )
            link.string = str(text)[start:stop]
            parts += [NavigableString(str(text)[end:start]), link]
            end = stop
        if parts:
            text.replace_with(*parts, NavigableString(str(text)[end:]))


def notebook(html: str) -> str:
    """Return a notebook page as plain, lean HTML: prose, code and outputs, without the notebook's own styles.

    mkdocs-jupyter repeats some 600 kB of styles on each page and marks cells up for them; the site has its own.
    """
    soup = parse(re.sub(r"<style.*?</style>|<script.*?</script>", "", html, flags=re.DOTALL))
    parts = []
    for cell in soup.select(".jp-Cell"):
        if cell.select_one(".jp-Cell") is not None:
            continue  # a tagged cell is wrapped twice; the inner one counts
        rendered = cell.select_one(".jp-RenderedMarkdown")
        if rendered is not None and "jp-MarkdownCell" in cell["class"]:
            formulas(rendered)  # type: ignore[arg-type]
            parts.append(_markdown_cell(rendered))
            continue
        code = cell.select_one(".jp-InputArea pre")
        if code is not None and code.get_text(strip=True):
            parts.append(
                f'<div class="highlight cx-code"><pre><code tabindex="0">{code.decode_contents()}</code></pre></div>'
            )
        parts.extend(_output(output) for output in cell.select(".jp-OutputArea-child > .jp-OutputArea-output"))
    return "\n".join(parts)


def _markdown_cell(rendered: Tag) -> str:
    for anchor in rendered.select("a.anchor-link"):
        anchor.decompose()
    for heading in rendered.find_all(re.compile("^h[1-6]$")):
        heading["id"] = slug(heading.get_text())
    classes_for_styles(rendered)  # type: ignore[arg-type]
    return str(rendered.decode_contents())


def slug(text: str) -> str:
    """Return a heading's anchor as Python-Markdown makes it, so that notebook and table of contents agree."""
    from markdown.extensions.toc import slugify

    return str(slugify(text.strip(), "-"))


def _output(output: Tag) -> str:
    for frame in output.select("table.dataframe"):
        frame.attrs = {}
        empty_heads(frame)
        _numbers_to_the_right(frame)
    classes_for_styles(output)  # type: ignore[arg-type]
    for table in output.find_all("table"):
        if not _is_framed(table):
            table.wrap(_frame("Table"))
    text = output.find("pre")
    if text is not None and not output.find(["figure", "table"]):
        return f'<pre class="cx-output" tabindex="0" data-search-exclude>{escape(text.get_text())}</pre>'
    return f'<div class="cx-output" data-search-exclude>{output.decode_contents().strip()}</div>'


def _numbers_to_the_right(frame: Tag) -> None:
    """Mark the columns of a data frame whose every cell is a number."""
    rows = [row.find_all(["th", "td"]) for row in frame.select("tbody tr")]
    for position in range(max((len(row) for row in rows), default=0)):
        column = [row[position] for row in rows if position < len(row)]
        if all(cell.name == "td" and _NUMBER.fullmatch(cell.get_text(strip=True)) for cell in column):
            heads = [row.find_all(["th", "td"]) for row in frame.select("thead tr")]
            for cell in [*column, *(row[position] for row in heads if position < len(row))]:
                cell["class"] = "cx-number"


def with_policy(html: str) -> str:
    """Return a finished page with its content security policy, as the first meta element of its head.

    Inline scripts are allowed by hash, nothing from another host is. Data blocks are not scripts.
    """
    hashes = []
    for attributes, content in re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL):
        if "src=" not in attributes and "json" not in attributes and content:
            digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
            hashes.append(f"'sha256-{digest}'")
    scripts = " ".join(["'self'", *dict.fromkeys(hashes)])
    policy = (
        f"default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; worker-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; "
        "form-action 'none'"
    )
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return re.sub(r"(<meta charset=[^>]*>)", lambda match: match[1] + meta, html, count=1)
