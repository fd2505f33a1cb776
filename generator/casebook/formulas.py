"""Formulas: LaTeX between dollars becomes MathML, which browsers draw and read aloud without a script."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from latex2mathml.converter import convert as latex_to_mathml

MATHS = re.compile(r"\$\$.+?\$\$|(?<![\\\w$])\$(?=\S)[^$\n]+?(?<=\S)\$(?![\w$])", re.DOTALL)
"""A formula: between double dollars, or between dollars that touch it, which those of prices do not."""

_IN_MARKDOWN = re.compile(
    r"(?P<kept>^[ \t]*(?P<fence>`{3,}|~{3,}).*?^[ \t]*(?P=fence)[ \t]*$"
    r"|(?P<ticks>`+)(?!`)[^\n]+?(?<!`)(?P=ticks)(?!`)|<[A-Za-z/!][^<>]*>)"
    rf"|{MATHS.pattern}|(?P<dollar>\\\$)",
    re.DOTALL | re.MULTILINE,
)
_PLACE = re.compile(r'<span data-cx-block="(\d+)"></span>')
_PLACE_IN_CODE = re.compile(r'&lt;span data-cx-block="(\d+)"&gt;&lt;/span&gt;')


class FormulaError(ValueError):
    """A formula that cannot be converted; ``start`` is its position in the text."""

    def __init__(self, latex: str, reason: str, *, start: int = 0) -> None:
        self.latex, self.reason, self.start = latex.strip(), reason, start
        super().__init__(f"the formula {self.latex!r} cannot be converted: {reason}")


def set_aside(text: str, blocks: list[str]) -> str:
    """Return Markdown with places for its formulas, whose stars, underscores and backslashes it would take for its own.

    Args:
        text: Markdown.
        blocks: What fills the places; formulas are added to it.

    Raises:
        FormulaError: If a formula is not LaTeX that can be converted.
    """

    def replaced(match: re.Match[str]) -> str:
        if match["kept"]:
            return match[0]
        if match["dollar"]:
            return "&#36;"
        try:
            blocks.append(of_dollars(match[0]))
        except FormulaError as error:
            raise FormulaError(error.latex, error.reason, start=match.start()) from error
        return f'<span data-cx-block="{len(blocks) - 1}"></span>'

    return _IN_MARKDOWN.sub(replaced, text)


def put_back(html: str, blocks: Sequence[str]) -> str:
    """Return converted Markdown with its formulas in their places, and their LaTeX where code shows it."""
    shown = _PLACE_IN_CODE.sub(lambda match: _source(blocks[int(match[1])]), html)
    return _PLACE.sub(lambda match: blocks[int(match[1])], shown)


def _source(formula: str) -> str:
    found = re.search(r'alttext="([^"]*)"', formula)
    marks = "$$" if 'display="block"' in formula else "$"
    return f"{marks}{found[1] if found else ''}{marks}"


def of_dollars(text: str) -> str:
    """Return a formula as it is written, dollars and all, as MathML.

    Raises:
        FormulaError: If it cannot be converted.
    """
    return mathml(text.strip("$"), display=text.startswith("$$"))


def mathml(latex: str, *, display: bool) -> str:
    """Return a LaTeX formula as MathML, its source kept as a text alternative.

    Raises:
        FormulaError: If it cannot be converted.
    """
    source = latex.strip()
    try:
        made = latex_to_mathml(source, display="block" if display else "inline")
    except Exception as error:  # the converter raises a class of its own for each mistake
        raise FormulaError(source, type(error).__name__) from error
    if left := re.search(r">\\([A-Za-z]+)<", made):  # the converter shows a command that it does not know
        raise FormulaError(source, f"unknown command \\{left[1]}")
    braces = re.sub(r"\\[{}\\]", "", source)
    if braces.count("{") != braces.count("}") or re.search(r">[{}]<", made):
        raise FormulaError(source, "its braces do not match")
    focus = 'tabindex="0" ' if display else ""  # a phone scrolls a long one
    return made.replace("<math ", f'<math {focus}alttext="{escape(source, quote=True)}" ', 1)
