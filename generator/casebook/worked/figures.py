"""Tables and pictures as HTML: the same markup on pages and in notebooks, never without a text alternative."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import pandas as pd

from casebook.worked.numbers import Format, Unit, written

DATA_AS_TABLE = {"en": "The data as a table", "fr": "Les données en tableau"}
SHORTEST_ALTERNATIVE = 40
"""Characters; a shorter text names a picture but does not say what it shows."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """How a column of a table is headed and its numbers written; without ``label`` the column's own name."""

    label: str = ""
    digits: int = 0
    sign: bool = False
    unit: Unit = ""
    right: bool = False
    """Whether text stands to the right, as numbers do: for numbers that are written row by row."""

    @property
    def form(self) -> Format:
        """The number format."""
        return Format(digits=self.digits, sign=self.sign, unit=self.unit)


def table(
    frame: pd.DataFrame, *, caption: str, columns: Mapping[str, Column] | None = None, language: str = "en"
) -> str:
    """Return an HTML table of a data frame: first column as row headings, numbers to the right.

    Args:
        frame: One row per line; the index is not shown.
        caption: What the table holds, in a few words.
        columns: Heading and number format by column; columns that are not named are shown as they are.
        language: Of the numbers.

    Raises:
        ValueError: If the caption is empty, a named column does not exist, or a number is not finite.
    """
    declared = columns or {}
    if not caption.strip():
        raise ValueError("A table needs a caption: say in a few words what it holds.")
    if twice := sorted({str(name) for name in frame.columns[frame.columns.duplicated()]}):
        raise ValueError(f"The table has two columns {twice[0]!r}; give each a name of its own.")
    if missing := [name for name in declared if name not in frame.columns]:
        raise ValueError(f"The table has no column {missing[0]!r}; it has {', '.join(map(str, frame.columns))}.")
    shown = {str(name): declared.get(str(name), Column()) for name in frame.columns}
    is_number = {
        str(name): pd.api.types.is_numeric_dtype(frame[name]) and not pd.api.types.is_bool_dtype(frame[name])
        for name in frame.columns
    }

    def cell(name: str, value: object) -> str:
        if pd.api.types.is_scalar(value) and pd.isna(value):  # type: ignore[call-overload]  # any scalar is allowed
            return "–"
        if is_number[name]:
            return written(float(str(value)), shown[name].form, language=language)
        return escape(str(value))

    def align(name: str) -> str:
        return ' class="cx-number"' if is_number[name] or shown[name].right else ""

    names = list(shown)
    head = "".join(f'<th scope="col"{align(name)}>{escape(shown[name].label or name)}</th>' for name in names)
    rows = []
    for record in frame.itertuples(index=False):
        first, *rest = zip(names, record, strict=True)
        cells = "".join(f"<td{align(name)}>{cell(name, value)}</td>" for name, value in rest)
        rows.append(f'<tr><th scope="row"{align(first[0])}>{cell(*first)}</th>{cells}</tr>')
    return (
        f'<div class="cx-table" data-search-exclude role="group" tabindex="0" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def labelled(svg: str, *, name: str, title: str, alternative: str) -> str:
    """Return an SVG that screen readers announce as one picture with a title and a description.

    Raises:
        ValueError: If the alternative is missing or too short to say what the picture shows.
    """
    if len(alternative.strip()) < SHORTEST_ALTERNATIVE:
        raise ValueError(
            f"The picture {name!r} has no text alternative that says what it shows "
            f"(at least {SHORTEST_ALTERNATIVE} characters); write what a reader sees in it, with its numbers."
        )
    head = f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-text">{escape(alternative)}</desc>'
    labelled, found = re.subn(
        r"<svg([^>]*)>",
        lambda match: f'<svg{match[1]} role="img" aria-labelledby="{name}-title {name}-text">{head}',
        _own_ids(svg, name),
        count=1,
    )
    if not found:
        raise ValueError(f"The picture {name!r} is no SVG; it starts with {svg[:20]!r}.")
    return labelled


def _own_ids(svg: str, name: str) -> str:
    """Return an SVG whose ids are its own and always the same: renderers number them through whole runs."""
    for position, one in enumerate(dict.fromkeys(re.findall(r'\sid="([^"]+)"', svg)), start=1):
        own = f"{name}-part-{position}"
        svg = svg.replace(f' id="{one}"', f' id="{own}"')
        svg = svg.replace(f"url(#{one})", f"url(#{own})").replace(f'href="#{one}"', f'href="#{own}"')
    return svg


def figure(pictures: Mapping[str, str], *, name: str, title: str, note: str = "", data: str = "", language: str) -> str:
    """Return a captioned figure.

    Args:
        pictures: SVG by class of width (``wide``, ``narrow``), already labelled.
        name: Its id on the page.
        title: What it shows, as a sentence.
        note: How to read it.
        data: The data as an HTML table, folded away under the picture.
        language: Of the words around it.
    """
    # The narrow drawing is hidden where no style sheet of ours decides, as in a notebook on somebody's machine.
    drawn = "".join(
        f'<div class="cx-picture cx-{width}"{" hidden" if width == "narrow" else ""}>{svg}</div>'
        for width, svg in pictures.items()
    )
    folded = f"<details><summary>{DATA_AS_TABLE[language]}</summary>{data}</details>" if data else ""
    text = f"<strong>{escape(title)}</strong>{' ' + escape(note) if note else ''}"
    return (
        f'<figure class="cx-figure" id="{name}" data-search-exclude>'
        f"{drawn}<figcaption>{text}</figcaption>{folded}</figure>"
    )
