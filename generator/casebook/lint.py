"""Typed digits in prose: every number comes from data, a cited figure, or a declared constant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_NOT_PROSE = (
    re.compile(r"^(`{3,}|~{3,}).*?^\1[ \t]*$", re.DOTALL | re.MULTILINE),  # fences: code, questions, calculators
    re.compile(r"<!--.*?-->", re.DOTALL),
    re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL),  # macros
    re.compile(r"\$\$.*?\$\$", re.DOTALL),  # formulas
    re.compile(r"(?<!\w)\$[^$\n]+\$(?!\w)"),
    re.compile(r"`[^`\n]+`"),  # names of columns and commands
    re.compile(r"\]\([^)\n]*\)|^\[[^\]]+\]:.*$", re.MULTILINE),  # targets of links
    re.compile(r"<[^>\n]+>"),  # tags
    re.compile(r"\{[:#.][^}\n]*\}"),  # attribute lists
    re.compile(r"^\s*\d+\.(?=\s)", re.MULTILINE),  # numbers of list items
)
_SPACE = "[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]"
"""Any of these stands for a space in a constant: French puts no-break ones before signs."""


@dataclass(frozen=True)
class TypedNumber:
    """A number that somebody typed.

    Attributes:
        line: Where, counted from the first line of the text.
        text: The number with the words around it.
    """

    line: int
    text: str


def typed_numbers(text: str, allowed: Iterable[str]) -> list[TypedNumber]:
    """Return the typed numbers of a Markdown text that no constant allows.

    Args:
        text: Markdown, macros not yet replaced.
        allowed: Phrases that may be typed, such as ``"0 to 10"``; longer ones are tried first.
    """
    prose = text
    for pattern in _NOT_PROSE:
        prose = pattern.sub(_blank, prose)
    for phrase in sorted(allowed, key=len, reverse=True):
        spaced = _SPACE.join(re.escape(word) for word in re.split(_SPACE, phrase))
        prose = re.sub(rf"(?<![\w.]){spaced}(?![\w]|\.\d)", _blank, prose)
    lines = text.splitlines()
    return [
        TypedNumber(number, lines[number - 1].strip()[:80])
        for number, line in enumerate(prose.splitlines(), start=1)
        if re.search(r"\d", line)
    ]


def _blank(match: re.Match[str]) -> str:
    """Keep the lines, drop the rest, so that line numbers stay true."""
    return re.sub(r"[^\n]", " ", match[0])


_LINK = re.compile(r"(!?)\[([^\]\n]*)\]\(([^)\s]*)[^)\n]*\)")


@dataclass(frozen=True)
class Link:
    """A Markdown link or image.

    Attributes:
        line: Where, counted from the first line of the text.
        text: What stands in the brackets.
        target: What it leads to.
        is_image: Whether it shows an image.
    """

    line: int
    text: str
    target: str
    is_image: bool


def links(text: str) -> list[Link]:
    """Return the links and images of a Markdown text, those in code left out."""
    prose = text
    for pattern in (_NOT_PROSE[0], _NOT_PROSE[1], re.compile(r"`[^`\n]+`")):
        prose = pattern.sub(_blank, prose)
    return [
        Link(prose.count("\n", 0, match.start()) + 1, match[2], match[3], bool(match[1]))
        for match in _LINK.finditer(prose)
    ]
