"""What a drawing says, read from a data file: its words by language, its numbers from the page's script.

A page's drawing has its words in the TOML file beside the page's script. A table with the keys ``en`` and ``fr`` is a
text, said in the page's language; ``{name}`` in a text stands for a value of the page, and a text that is nothing but
``{name}`` for the number itself, so that a position in the drawing can be measured too.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from casebook.worked.page import Page
from cxdata.errors import unknown

Kind = TypeVar("Kind")
Value = str | float
LANGUAGES = frozenset({"en", "fr"})
_NAME = re.compile(r"\{([a-z0-9_.]+)\}")


def read(
    page: Page, path: Path, kind: type[Kind], values: Mapping[str, Value] | None = None, *, part: str = ""
) -> Kind:
    """Return a drawing's content from a data file.

    Args:
        page: Whose language is spoken, and whose named values may be used.
        path: The TOML file.
        kind: The declaration that it fills in, such as ``Journey``.
        values: Numbers, or words already written, by name; besides the values of the page.
        part: Table of the file that holds it; the whole file, if not given.

    Raises:
        ValueError: If a field is missing, unknown or wrong, or a text names a value that there is not.
    """
    content: object = tomllib.loads(path.read_text(encoding="utf-8"))
    if part:
        if not isinstance(content, dict) or part not in content:
            raise ValueError(f"{path.name}: there is no part [{part}]")
        content = content[part]
    said = _said(page, path, content, {**page.values, **(values or {})})
    try:
        return TypeAdapter(kind).validate_python(said)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ValueError(
            f"{path.name}, {where or 'as a whole'}: {first['msg'].removeprefix('Value error, ')}"
        ) from error


def _said(page: Page, path: Path, node: object, values: Mapping[str, Value]) -> object:
    """Return a node with its texts in the language of the page and its values in place."""
    if isinstance(node, dict):
        if "en" in node and set(node) <= LANGUAGES:
            return _filled(path, page.say(**node), values)
        return {name: _said(page, path, one, values) for name, one in node.items()}
    if isinstance(node, list):
        return [_said(page, path, one, values) for one in node]
    return _filled(path, node, values) if isinstance(node, str) else node


def _filled(path: Path, text: str, values: Mapping[str, Value]) -> Value:
    def value(name: str) -> Value:
        if name not in values:
            raise ValueError(f"{path.name}: {unknown('value', name, values).rstrip('.')}")
        return values[name]

    if whole := _NAME.fullmatch(text):
        return value(whole[1])
    return _NAME.sub(lambda one: str(value(one[1])), text)
