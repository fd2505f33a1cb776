"""Dirt of single cells: which cells of a delivery are struck, and what then stands in them.

Cells are text here, spelt as in canonical CSV. Whether a cell is struck depends on its world, table, row key, column
and kind alone. What is written stays within the ranges kept for fiction: an e-mail address changes left of its ``@``
only, a phone number keeps its digits, and no word gains or loses a digit, a point or a first sign.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cxdata import streams
from cxdata.engine.noise import typo
from cxdata.schema.dirt import DIRT
from cxdata.schema.kinds import Category, Date, ForeignKey, Integer, Key, Number, Text, Timestamp, Word
from cxdata.schema.table import Column

Index: TypeAlias = NDArray[np.int64]

PLACEHOLDER = 9999
FIRST_DAY_OF_OLD_SYSTEMS = "1900-01-01"
DATE_STYLES = 3
SEPARATORS = (".", "-", "")
WORDS_OF_BOOLEANS = (("Y", "N"), ("oui", "non"), ("1", "0"))
LEGACY_ENCODING = "cp1252"

_MAIL_NAME = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?")
_FRAGILE = re.compile(r"[.@/:]")  # a slip beside one of these could make a link or an address
_NO_DIGIT = re.compile(r"[^0-9]")


@dataclass(frozen=True)
class Struck:
    """The cells of one column that are struck.

    Attributes:
        rows: (k,) increasing row numbers.
        kinds: (k,) kind of each.
        dirty: (k,) what stands there; None where nothing does.
    """

    rows: Index
    kinds: Sequence[str]
    dirty: Sequence[str | None]


def row_addresses(world: np.uint64, table: str, keys: Index) -> streams.Words:
    """Return the stream address of each row, from its key alone."""
    return streams.root_addresses(streams.key(int(world), "dirt", table), keys)


def draw(addresses: streams.Words, table: str, column: str, kind: str, *more: str | int) -> streams.Uniforms:
    """Return one uniform per row for a decision."""
    return streams.uniforms(addresses, streams.key(table, column, "dirt", kind, *more), 1)


def is_key(column: Column) -> bool:
    """Return whether a column holds keys."""
    return isinstance(column.kind, Key | ForeignKey)


def is_label(column: Column) -> bool:
    """Return whether a column holds words that somebody may have typed."""
    kind = column.kind
    return isinstance(kind, Category | Word) or (isinstance(kind, Text) and kind.content in ("address", "label"))


def suffers(column: Column, kind: str) -> bool:
    """Return whether cells of a column can suffer a kind of dirt."""
    content = column.kind.content if isinstance(column.kind, Text) else ""
    able = {
        "broken_key": is_key(column),
        "impossible": isinstance(column.kind, Integer | Number | Date | Timestamp),
        "blank": not is_key(column),
        "mixed_dates": isinstance(column.kind, Date | Timestamp),
        "decimal_comma": isinstance(column.kind, Number) and column.kind.places > 0,
        "mojibake": is_label(column) or content == "verbatim",
        "variant": is_label(column) or content == "phone",
        "typo": is_label(column) or content in ("token", "email"),
    }
    return able[kind]


CELL_KINDS = tuple(kind.name for kind in DIRT.values() if kind.level == "cell")


def strike_cells(
    table: str,
    column: Column,
    cells: pa.Array,
    addresses: streams.Words,
    rates: Mapping[str, float],
    date_styles: NDArray[np.int8],
) -> Struck:
    """Return which cells of a column are struck and what then stands in them.

    Args:
        table: Its table.
        column: The column.
        cells: (n,) its clean cells as text.
        addresses: (n,) addresses of the rows.
        rates: Rate of each kind.
        date_styles: (n,) how a struck date is written in the row's file, 0 to ``DATE_STYLES`` - 1.
    """
    free = cells.is_valid().to_numpy(zero_copy_only=False)
    rows: list[Index] = []
    kinds: list[str] = []
    dirty: list[str | None] = []
    for kind in CELL_KINDS:
        if rates[kind] <= 0.0 or not suffers(column, kind):
            continue
        hit = free & (draw(addresses, table, column.name, kind) < rates[kind])
        if kind == "mojibake":
            hit &= ~pc.fill_null(pc.string_is_ascii(cells), True).to_numpy(zero_copy_only=False)
        at = np.flatnonzero(hit)
        if len(at) == 0:
            continue
        how = draw(addresses[at], table, column.name, kind, "how")
        before = cells.take(pa.array(at)).to_pylist()  # few cells are struck, so plain Python words are fast enough
        after = [
            _WRITE[kind](column, text, float(u), int(style))
            for text, u, style in zip(before, how, date_styles[at], strict=True)
        ]
        # A slip that swaps two like letters changes nothing, so it is not recorded.
        changed = np.array([new != old for new, old in zip(after, before, strict=True)], dtype=bool)
        rows.append(at[changed])
        kinds += [kind] * int(changed.sum())
        dirty += [new for new, kept in zip(after, changed, strict=True) if kept]
        free[at[changed]] = False
    if not rows:
        return Struck(np.zeros(0, dtype=np.int64), (), ())
    found = np.concatenate(rows)
    order = np.argsort(found, kind="stable")
    return Struck(found[order], [kinds[i] for i in order], [dirty[i] for i in order])


def slip(column: Column, text: str, u: float) -> str:
    """Return a text with one slip of the keyboard; unchanged where a slip could make it reach somebody."""
    if isinstance(column.kind, Text) and column.kind.content == "email":
        name, at, domain = text.partition("@")
        slipped = typo(name, u)
        return slipped + at + domain if _MAIL_NAME.fullmatch(slipped) else text
    slipped = typo(text, u)
    safe = not _FRAGILE.search(text) and _NO_DIGIT.sub("", slipped) == _NO_DIGIT.sub("", text)
    return slipped if safe else text


def _broken_key(column: Column, text: str, u: float, style: int) -> str:
    return f"{text}.0" if u < 0.5 else typo(text, 2.0 * u - 1.0)


def _impossible(column: Column, text: str, u: float, style: int) -> str:
    kind = column.kind
    if isinstance(kind, Date | Timestamp):
        return FIRST_DAY_OF_OLD_SYSTEMS + ("T00:00:00" if isinstance(kind, Timestamp) else "")
    assert isinstance(kind, Integer | Number)
    places = kind.places if isinstance(kind, Number) else 0
    options = []
    if kind.low is not None and kind.low >= 0:
        options.append(f"-{text}" if float(text) > 0 else f"{-1:.{places}f}")
    if kind.high is not None and kind.high < PLACEHOLDER:
        options.append(f"{PLACEHOLDER:.{places}f}")
    return options[int(u * len(options))] if options else text


def _mixed_dates(column: Column, text: str, u: float, style: int) -> str:
    (year, month, day), rest = text[:10].split("-"), text[10:].replace("T", " ")
    return (f"{day}/{month}/{year}", f"{month}/{day}/{year}", f"{year}.{month}.{day}")[style] + rest


def _mojibake(column: Column, text: str, u: float, style: int) -> str:
    try:
        return text.encode().decode(LEGACY_ENCODING)
    except UnicodeDecodeError:  # some bytes mean nothing in it
        return text


def _variant(column: Column, text: str, u: float, style: int) -> str:
    if isinstance(column.kind, Text) and column.kind.content == "phone":
        return text.replace(" ", SEPARATORS[int(u * len(SEPARATORS))])
    options = [text.upper(), text.lower(), text[:1].upper() + text[1:], f" {text}", f"{text} ", f"{text}\u00a0"]
    if "_" in text and not any(letter.isdigit() for letter in text):
        options += [text.replace("_", " "), text.replace("_", "-"), text.replace("_", " ").capitalize()]
    options = [option for option in options if option != text]
    return options[int(u * len(options))]


_WRITE: Mapping[str, Callable[[Column, str, float, int], str | None]] = {
    "broken_key": _broken_key,
    "impossible": _impossible,
    "blank": lambda column, text, u, style: None,
    "mixed_dates": _mixed_dates,
    "decimal_comma": lambda column, text, u, style: text.replace(".", ","),
    "mojibake": _mojibake,
    "variant": _variant,
    "typo": lambda column, text, u, style: slip(column, text, u),
}


def other_names(name: str) -> tuple[str, ...]:
    """Return how another team may call a column; never the name itself."""
    first, *rest = name.split("_")
    spelt = (first + "".join(word.capitalize() for word in rest), name.upper(), name.replace("_", " ").capitalize())
    return tuple(other for other in spelt if other != name)
