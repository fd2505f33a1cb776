"""The small grammar in which a recipe names what it reads.

==========================  ==============================================================================
``late``                    a column of the same table
``customers.trust``         a column of an ancestor, aligned with this table's rows
``channel=web``             a Boolean: does the category equal this word (``orders.channel=web`` likewise)
``stores.quality@store_id`` a column of a reference table, looked up through a foreign key of this table
``stores.weight[]``         a whole column of a reference table, one value per reference row
``orders.late:any``         an aggregate over child rows: any, sum, count, max, or join for texts one after the other
``$late_base``              a parameter of the scenario
``%first_names``            a word pool of the run's locale
``#slot`` ``#parent``       the row's slot under its parent; the index of its parent row
``#source``                 for a table with several parents: the index of the parent table this row hangs under
==========================  ==============================================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from cxdata.errors import TableError

InputKind = Literal["parameter", "pool", "place", "column", "lookup", "whole", "aggregate"]
AGGREGATES = ("any", "sum", "count", "max", "join")
PLACES = ("slot", "parent", "source")

_COLUMN = re.compile(
    r"^(?:(?P<table>[a-z_0-9]+)\.)?(?P<column>[a-z_0-9]+)"
    r"(?:(?P<whole>\[\])|@(?P<via>[a-z_0-9]+)|:(?P<aggregate>[a-z]+))?"
    r"(?:=(?P<value>.+))?$"
)


@dataclass(frozen=True)
class Input:
    """One parsed input; ``text`` is the spelling under which the recipe finds it."""

    text: str
    kind: InputKind
    column: str
    table: str | None = None
    via: str | None = None
    aggregate: str | None = None
    value: str | None = None


@cache  # a block asks for the same few hundred spellings again and again
def parse_input(text: str) -> Input:
    """Parse one input.

    Raises:
        TableError: If the text does not follow the grammar.
    """
    if text.startswith("$"):
        return Input(text, "parameter", text[1:])
    if text.startswith("%"):
        return Input(text, "pool", text[1:])
    if text.startswith("#"):
        if text[1:] not in PLACES:
            raise TableError(f"input {text!r}: a place is one of #{', #'.join(PLACES)}.")
        return Input(text, "place", text[1:])
    match = _COLUMN.match(text)
    if match is None:
        raise TableError(
            f"input {text!r} does not follow the grammar 'table.column', '$parameter', '%pool' or '#place'."
        )
    part = match.groupdict()
    if part["aggregate"] and part["aggregate"] not in AGGREGATES:
        raise TableError(f"input {text!r}: an aggregate is one of {', '.join(AGGREGATES)}.")
    if part["aggregate"] and part["value"]:
        raise TableError(f"input {text!r}: an aggregate takes no word; make a Boolean column of it and sum that.")
    kind: InputKind = "column"
    if part["whole"]:
        kind = "whole"
    elif part["via"]:
        kind = "lookup"
    elif part["aggregate"]:
        kind = "aggregate"
    if kind != "column" and part["table"] is None:
        raise TableError(f"input {text!r} must name the table that it reads.")
    return Input(text, kind, part["column"], part["table"], part["via"], part["aggregate"], part["value"])
