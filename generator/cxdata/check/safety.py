"""The scanner: no cell may reach a real person, and no cell may start a spreadsheet formula."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from cxdata.check.report import Finding
from cxdata.engine.plan import Layout
from cxdata.recipes.reserved import MAIL_SUFFIXES, PHONES
from cxdata.schema.kinds import Category, Text, Word
from cxdata.schema.phrasebook import forbidden_pattern
from cxdata.schema.table import Column

_SUFFIX = "|".join(re.escape(suffix) for suffix in MAIL_SUFFIXES)
RESERVED_EMAIL = rf"^[a-z0-9]([a-z0-9._-]*[a-z0-9])?@([a-z0-9-]+\.)*({_SUFFIX})$"
_DIGIT = "[0-9]"
RESERVED_PHONE = (
    "^(" + "|".join(layout.replace("#", _DIGIT) for layouts in PHONES.values() for layout in layouts) + ")$"
)

# Text that is no contact field must hold nothing that reads like one. Each pattern is RE2 (no look-around).
FORBIDDEN = {
    "an e-mail address": r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}",
    "a link": r"(?i)(https?://|www\.|\b[a-z0-9-]+\.(com|net|org|fr|uk|eu|io|de|info|biz)\b)",
    # Up to three signs between two digits: blanks of any width, points, dashes, brackets, slashes.
    "a phone number": "(\\+|\\b00)?[0-9]([\\s\u00a0\u2007\u202f.()/\u2010-\u2014-]{0,3}[0-9]){7,}",
    "an IBAN": r"\b[A-Z]{2}[0-9]{2}([ ]?[A-Z0-9]{4}){3,}",
    "an IP address": r"\b[0-9]{1,3}(\.[0-9]{1,3}){3}\b",
}
FORMULA = "^[=+\\-@\\t\\r\\x00\uff1d\uff0b\uff0d\uff20]"  # the last four are full-width forms


def check_safety(
    layouts: Sequence[Layout], tables: Mapping[str, pa.Table], forbidden: Collection[str] = ()
) -> Iterator[Finding]:
    """Scan every text cell of every table; numeric columns and keys are exempt.

    Args:
        layouts: Declared columns of the tables to scan.
        tables: By name.
        forbidden: Words that no text of a customer may hold, in lower case.
    """
    for layout in layouts:
        faults = []
        cells = 0
        for column in layout.columns:
            if isinstance(column.kind, Text | Word | Category):
                values = tables[layout.name].column(column.name).cast(pa.string()).drop_null()
                cells += len(values)
                faults += list(scan(column, values, forbidden))
        if not cells:
            continue
        for fault in faults:
            yield Finding("safety", f"{layout.name}", "fail", fault)
        if not faults:
            yield Finding("safety", layout.name, "pass", f"{cells:,} text cells scanned")


def scan(column: Column, values: pa.ChunkedArray, forbidden: Collection[str] = ()) -> Iterator[str]:
    """Yield what is wrong with a column's cells, with an example of each fault."""
    distinct = pc.unique(values)
    content = column.kind.content if isinstance(column.kind, Text) else "word"
    if content == "recorded":
        reserved = pc.or_(
            pc.match_substring_regex(distinct, RESERVED_EMAIL), pc.match_substring_regex(distinct, RESERVED_PHONE)
        )
        distinct = distinct.filter(pc.invert(reserved))
    if content == "email":
        yield from _outside(column, distinct, RESERVED_EMAIL, "lies outside the reserved domains")
    elif content == "phone":
        yield from _outside(column, distinct, RESERVED_PHONE, "lies outside the ranges kept for fiction")
    else:
        for what, pattern in FORBIDDEN.items():
            yield from _inside(column, distinct, pattern, f"holds what reads like {what}")
    if content == "verbatim" and forbidden:
        yield from _inside(column, distinct, forbidden_pattern(forbidden), "holds a word that its language forbids")
    yield from _inside(column, distinct, FORMULA, "starts like a spreadsheet formula")


def _outside(column: Column, values: pa.Array, pattern: str, fault: str) -> Iterator[str]:
    yield from _examples(column, values.filter(pc.invert(pc.match_substring_regex(values, pattern))), fault)


def _inside(column: Column, values: pa.Array, pattern: str, fault: str) -> Iterator[str]:
    yield from _examples(column, values.filter(pc.match_substring_regex(values, pattern)), fault)


def _examples(column: Column, odd: pa.Array, fault: str) -> Iterator[str]:
    if len(odd):
        more = f" and {len(odd) - 1:,} more" if len(odd) > 1 else ""
        yield f"{column.name}: {odd[0].as_py()!r}{more} {fault}"
