"""Noise, applied last: what was recorded departs from what was true, and the truth keeps what was true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cxdata import streams
from cxdata.schema.noise import NoiseKind
from cxdata.schema.table import Column

if TYPE_CHECKING:
    from cxdata.engine.frame import Frame
    from cxdata.engine.plan import Layout, Plan

_ORDER = ("customer", "table_place", "row_key", "column_place")
_SCHEMA = pa.schema(
    [
        ("table_name", pa.string()),
        ("row_key", pa.int64()),
        ("column_name", pa.string()),
        ("noise", pa.string()),
        ("clean", pa.string()),
    ]
)


def apply(
    plan: Plan, frame: Frame, layout: Layout, clean: pa.Table, rows: NDArray[np.bool_]
) -> tuple[pa.Table, list[pa.Table]]:
    """Return the table as recorded, and the list of cells that noise has changed.

    Args:
        plan: The plan.
        frame: The block's rows of the table.
        layout: Its published columns.
        clean: The published rows before noise.
        rows: (n,) which of the frame's rows are published.
    """
    noisy = clean
    changes: list[pa.Table] = []
    customer = frame.lineage.get(plan.scenario.customers, np.full(len(frame), -1))[rows]
    for place, column in enumerate(layout.columns):
        for kind in column.noise:
            rate = plan.parameters[kind.rate]
            column_key = streams.key(layout.name, column.name, "noise", kind.kind)
            u = streams.uniforms(frame.address[rows], column_key, 2)
            before = noisy.column(place).combine_chunks()
            struck = (u[0] < rate) & before.is_valid().to_numpy(zero_copy_only=False)
            if not struck.any():
                continue
            after = _strike(kind.kind, before, struck, u[1])
            # A slip that swaps two like letters changes nothing, so it is not recorded.
            same = pc.fill_null(pc.equal(after.cast(pa.string()), before.cast(pa.string())), False)
            changed = np.flatnonzero(struck & ~same.to_numpy(zero_copy_only=False))
            noisy = noisy.set_column(place, clean.schema.field(place), after)
            record = _record(layout.name, column, kind.kind, clean, before, changed)
            at = {
                "customer": pa.array(customer[changed]),
                "table_place": pa.array(np.full(len(changed), plan.selected.index(layout.name))),
                "column_place": pa.array(np.full(len(changed), place)),
            }
            changes.append(pa.table({**dict(zip(record.column_names, record.columns, strict=True)), **at}))
    return noisy, changes


def _strike(kind: NoiseKind, before: pa.Array, struck: NDArray[np.bool_], u: NDArray[np.float64]) -> pa.Array:
    if kind == "blank":
        return pc.if_else(pa.array(struck), pa.scalar(None, before.type), before)
    texts = before.cast(pa.string())
    words = texts.filter(pa.array(struck)).to_pylist()  # so few that plain Python is fast enough
    slips = [typo(word, ticket) for word, ticket in zip(words, u[struck], strict=True)]
    after = pc.replace_with_mask(texts, pa.array(struck), pa.array(slips, pa.string()))
    return after.dictionary_encode().cast(before.type) if pa.types.is_dictionary(before.type) else after


def typo(word: str, u: float) -> str:
    """Return a word with one slip after its first letter: two letters swapped, one dropped, or one doubled.

    Slips spare the first letter and are mostly single (Yannakoudakis and Fawthrop 1983; Damerau 1964). They use only
    the word's own letters, so a slip can add no digit, link or formula.
    """
    if len(word) < 3:
        return word
    ticket = u * 3.0
    kind = int(ticket)
    place = 1 + int((ticket - kind) * (len(word) - 2))
    if kind == 0:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if kind == 1:
        return word[:place] + word[place + 1 :]
    return word[:place] + word[place] + word[place:]


def _record(
    table: str, column: Column, kind: str, clean: pa.Table, before: pa.Array, changed: NDArray[np.int64]
) -> pa.Table:
    count = len(changed)
    rows = pa.array(changed)
    return pa.table(
        {
            "table_name": pa.array([table] * count, pa.string()),
            "row_key": clean.column(0).take(rows),
            "column_name": pa.array([column.name] * count, pa.string()),
            "noise": pa.array([kind] * count, pa.string()),
            "clean": before.take(rows).cast(pa.string()),
        },
        schema=_SCHEMA,
    )


def collect(changes: list[pa.Table]) -> pa.Table:
    """Return one table of all changes, customer by customer: that of a small run begins that of a large one."""
    if not changes:
        return _SCHEMA.empty_table()
    ordered = pa.concat_tables(changes).sort_by([(name, "ascending") for name in _ORDER])
    return ordered.select(_SCHEMA.names).combine_chunks()
