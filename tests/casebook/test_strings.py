"""The words around content: in both languages, and none that nothing says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from casebook.strings import STRINGS, say


def constants(repository) -> Iterator[str]:
    """Every text in a function that says something, with f-strings as patterns."""
    for path in sorted((repository / "generator/casebook").rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef) and path.name != "strings.py":
                nodes = list(ast.walk(function))
                if any(isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say" for node in nodes):
                    yield from (node.value for node in nodes if isinstance(node, ast.Constant))
                    yield from (
                        "".join(str(part.value) if isinstance(part, ast.Constant) else ".+" for part in node.values)
                        for node in nodes
                        if isinstance(node, ast.JoinedStr)
                    )


def test_both_languages_have_the_same_words():
    assert set(STRINGS["en"]) == set(STRINGS["fr"])
    assert list(STRINGS["en"]) == sorted(STRINGS["en"])


def test_both_languages_leave_the_same_gaps():
    for name, english in STRINGS["en"].items():
        assert english.count("{}") == STRINGS["fr"][name].count("{}"), name


def test_every_word_is_said_somewhere(repository):
    said = [one for one in constants(repository) if isinstance(one, str) and len(one) < 40]
    for name in STRINGS["en"]:
        assert any(one == name or (".+" in one and re.fullmatch(one, name)) for one in said), name


def test_an_unknown_word_is_refused():
    with pytest.raises(KeyError):
        say("en", "nothing")
