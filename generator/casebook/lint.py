"""Typed digits in prose: every number comes from data, a cited figure, or a declared constant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from casebook.formulas import MATHS

_CODE = (
    re.compile(r"^[ \t]*(`{3,}|~{3,}).*?^[ \t]*\1[ \t]*$", re.DOTALL | re.MULTILINE),  # code, questions, calculators
    re.compile(r"<!--.*?-->", re.DOTALL),
    re.compile(r"(?<!`)(`+)(?!`)[^\n]+?(?<!`)\1(?!`)"),  # names of columns and commands
)
_NOT_PROSE = (
    re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL),  # macros
    MATHS,
    re.compile(r"\]\([^)\n]*\)|\]\[[^\]\n]*\]|^\[[^\]\n]+\]:.*$", re.MULTILINE),  # targets of links
    re.compile(r"</?[A-Za-z][^>\n]*>"),  # tags and addresses
    re.compile(r"&#?\w+;"),  # characters by number
    re.compile(r"\{[:#.][^}\n]*\}"),  # attribute lists
    re.compile(r"^[ \t]*\d+\.(?=\s)", re.MULTILINE),  # numbers of list items
)


def without_code(text: str) -> str:
    """Return a Markdown text with code, questions, calculators and comments left blank, line by line."""
    for pattern in _CODE:
        text = pattern.sub(_blank, text)
    return text


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
    prose = without_code(text)
    for pattern in _NOT_PROSE:
        prose = pattern.sub(_blank, prose)
    for phrase in sorted(allowed, key=len, reverse=True):
        spaced = _SPACE.join(re.escape(word) for word in re.split(_SPACE, phrase))
        prose = re.sub(rf"(?<![\w.]){spaced}(?![\w]|\.\d)", _blank, prose)
    lines = text.split("\n")
    return [
        TypedNumber(number, lines[number - 1][max(found.start() - 30, 0) : found.end() + 30].strip())
        for number, line in enumerate(prose.split("\n"), start=1)
        if (found := re.search(r"\d+", line))
    ]


def _blank(match: re.Match[str]) -> str:
    """Keep the lines, drop the rest, so that line numbers stay true."""
    return re.sub(r"[^\n]", " ", match[0])
