"""Canvases as sheets of titled boxes: empathy maps, charters, plans; text that is read aloud, searched and printed.

Each line says where it comes from: quoted from a customer, counted in the data, or ours until somebody has checked it.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Literal

from pydantic import ConfigDict

from cxdata.errors import unknown

Source = Literal["", "quoted", "counted", "ours"]
TONES = ("1", "2", "3", "4", "5", "6")
SOURCES = {
    "en": {"quoted": "quoted", "counted": "counted", "ours": "ours"},
    "fr": {"quoted": "cité", "counted": "compté", "ours": "de nous"},
}
MOST_COLUMNS = 4


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of a box.

    Attributes:
        text: What it says, its numbers already written; a quotation without its marks.
        source: ``quoted`` from a customer's text, ``counted`` in the data, ``ours``; empty where that is plain.
        measure: A number that stands out at the end of the line, already written.
        language: Of the text, where it is not the page's: ``fr`` for a French customer's words on an English page.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")
    text: str
    source: Source = ""
    measure: str = ""
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class Box:
    """A titled box of a sheet.

    Attributes:
        title: What stands in it.
        items: Its lines.
        tone: Colour of its edge, ``"1"`` to ``"6"`` of the palette; empty for none.
        columns: How many of the sheet's columns it takes.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")
    title: str
    items: tuple[Item, ...]
    tone: str = ""
    columns: int = 1


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A canvas that is filled in, all texts in the language of the page.

    Attributes:
        eyebrow: What kind of sheet it is.
        title: Whom or what it is about.
        boxes: In reading order.
        columns: Boxes side by side on a desk; on a phone they follow each other.
        lead: A sentence under the title.

    Raises:
        ValueError: If a text is empty, a box has no line, or it takes more columns than there are.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")
    eyebrow: str
    title: str
    boxes: tuple[Box, ...]
    columns: int = 2
    lead: str = ""

    def __post_init__(self) -> None:
        """Refuse a sheet with holes: an empty box on a wall is filled by whoever looks at it."""
        if not self.title.strip() or not self.boxes:
            raise ValueError("A sheet needs a title and at least one box.")
        if not 1 <= self.columns <= MOST_COLUMNS:
            raise ValueError(f"A sheet has one to {MOST_COLUMNS} columns, not {self.columns}.")
        for box in self.boxes:
            if not box.title.strip() or not box.items:
                raise ValueError(f"The box {box.title!r} has no title or no line; fill it in or leave it out.")
            if any(not item.text.strip() for item in box.items):
                raise ValueError(f"The box {box.title!r} has an empty line.")
            if box.tone and box.tone not in TONES:
                raise ValueError(unknown("tone of a box", box.tone, TONES).rstrip("."))
            if not 1 <= box.columns <= self.columns:
                raise ValueError(f"The box {box.title!r} takes {box.columns} of {self.columns} columns.")


def sheet(content: Sheet, *, language: str, picture: str = "", alternative: str = "") -> str:
    """Return a sheet as an HTML article, for :meth:`Page.html`.

    Args:
        content: What it says.
        language: Of its words, ``en`` or ``fr``.
        picture: A small drawing at its head, such as a persona's face (``<svg>``).
        alternative: What the picture shows, for those who cannot see it.

    Raises:
        ValueError: If there is a picture without its alternative.
    """
    if picture and not alternative.strip():
        raise ValueError(f"The picture of the sheet {content.title!r} has no text alternative.")
    shown = (
        f'<div class="cx-sheet-picture" role="img" aria-label="{escape(alternative)}">{picture}</div>'
        if picture
        else ""
    )
    lead = f'<p class="cx-sheet-lead">{escape(content.lead)}</p>' if content.lead else ""
    boxes = "".join(_box(box, language) for box in content.boxes)
    return (
        f'<article class="cx-canvas" aria-label="{escape(content.title)}"><div class="cx-sheet-head">{shown}'
        f'<div><p class="cx-eyebrow">{escape(content.eyebrow)}</p>'
        f'<p class="cx-sheet-title">{escape(content.title)}</p>{lead}</div></div>'
        f'<div class="cx-boxes cx-boxes-{content.columns}">{boxes}</div></article>'
    )


def _box(box: Box, language: str) -> str:
    tone = f" cx-tone-{box.tone}" if box.tone else ""
    wide = f" cx-columns-{box.columns}" if box.columns > 1 else ""
    items = "".join(_item(item, language) for item in box.items)
    return f'<div class="cx-box{tone}{wide}"><p class="cx-eyebrow">{escape(box.title)}</p><ul>{items}</ul></div>'


def _item(item: Item, language: str) -> str:
    spoken = f' lang="{escape(item.language)}"' if item.language and item.language != language else ""
    quoted = "<q>{}</q>" if item.source == "quoted" else "{}"
    text = f"<span{spoken}>{quoted.format(escape(item.text))}</span>"
    measure = f" <b>{escape(item.measure)}</b>" if item.measure else ""
    source = f' <small class="cx-persona-tag">{SOURCES[language][item.source]}</small>' if item.source else ""
    return f"<li>{text}{measure}{source}</li>"
