"""From values in memory to Arrow columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from cxdata.schema.kinds import (
    KEYS_PER_BLOCK,
    Boolean,
    Category,
    Date,
    ForeignKey,
    Integer,
    Key,
    Kind,
    Number,
    Text,
    Timestamp,
    Word,
)
from cxdata.schema.pool import Vocabulary
from cxdata.schema.recipe import Values
from cxdata.schema.table import Column

INT32_MAX = 2**31 - 1
_STORED: dict[pa.DataType, type] = {pa.date32(): np.int32, pa.timestamp("ms"): np.int64}
"""NumPy types in which Arrow stores days and moments; those of numbers are its own."""


def keys_of(place: NDArray[np.int64], block: int, *, reference: bool) -> NDArray[np.int64]:
    """Return primary keys, 1 and up: the block's range plus the row's place; reference tables count from 1."""
    return place + 1 if reference else block * KEYS_PER_BLOCK + place + 1


@cache
def arrow_type(kind: Kind) -> pa.DataType:
    """Return the Arrow type in which a kind is written."""
    if isinstance(kind, Key | ForeignKey):
        return pa.int64()
    if isinstance(kind, Integer):
        return pa.int64() if max(-kind.low, kind.high) > INT32_MAX else pa.int32()
    if isinstance(kind, Category):
        return pa.dictionary(pa.int8() if len(kind.values) < 128 else pa.int16(), pa.string())
    simple: dict[type[Kind], pa.DataType] = {
        Number: pa.float64(),
        Boolean: pa.bool_(),
        Date: pa.date32(),
        Timestamp: pa.timestamp("ms"),  # Parquet knows no seconds; values are whole seconds all the same
        Word: pa.dictionary(pa.int32(), pa.string()),
        Text: pa.string(),
    }
    return simple[type(kind)]


def arrow_schema(columns: Sequence[Column]) -> pa.Schema:
    """Return the Arrow schema of written columns."""
    return pa.schema([pa.field(column.name, arrow_type(column.kind)) for column in columns])


def to_arrow(
    columns: Sequence[Column],
    values: Mapping[str, Values],
    conditions: Mapping[str, NDArray[np.bool_]],
    rows: NDArray[np.bool_],
    vocabulary: Vocabulary,
) -> pa.Table:
    """Return an Arrow table of the chosen rows.

    Args:
        columns: Columns to write.
        values: Values of each, all rows.
        conditions: The Boolean columns that ``when`` names, all rows.
        rows: (n,) which rows to write.
        vocabulary: Resolves words.
    """
    everything = bool(rows.all())
    arrays = []
    for column in columns:
        empty = None
        if column.when is not None:
            empty = ~conditions[column.when]
        elif isinstance(column.kind, ForeignKey):
            empty = values[column.name] == 0
        arrays.append(_column(column, values[column.name], empty, None if everything else rows, vocabulary))
    return pa.Table.from_arrays(arrays, schema=arrow_schema(columns))


def _column(
    column: Column, values: Any, empty: NDArray[np.bool_] | None, rows: NDArray[np.bool_] | None, vocabulary: Vocabulary
) -> pa.Array:
    if not isinstance(values, np.ndarray):  # text, in Arrow already
        text = values if rows is None else values.filter(pa.array(rows))
        if empty is not None:
            mask = empty if rows is None else empty[rows]
            text = pa.compute.if_else(pa.array(mask), pa.scalar(None, pa.string()), text)
        return text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
    if rows is not None:
        kept = np.flatnonzero(rows)  # taking by number is faster than by mask
        values = values.take(kept)
        empty = None if empty is None else empty.take(kept)
    kind = column.kind
    target = arrow_type(kind)
    if isinstance(kind, Category | Word):
        words = pa.array(kind.values) if isinstance(kind, Category) else vocabulary.pool(kind.pool).words
        if len(words) == 0:
            empty = np.ones(len(values), dtype=bool)
        return pa.DictionaryArray.from_arrays(_filled(values, target.index_type, empty), words)
    if isinstance(kind, Timestamp):
        values = values.astype(np.int64) * 1000
    return _filled(values, target, empty)


def _filled(values: NDArray[Any], target: pa.DataType, empty: NDArray[np.bool_] | None) -> pa.Array:
    """Return numbers, claims, days or moments as Arrow cells over the memory in which they stand."""
    if pa.types.is_boolean(target):
        memory = np.packbits(np.asarray(values, dtype=bool), bitorder="little")
    else:
        memory = np.ascontiguousarray(values, dtype=_STORED.get(target) or target.to_pandas_dtype())
    if empty is None or not empty.any():
        return pa.Array.from_buffers(target, len(values), [None, pa.py_buffer(memory)], 0)
    filled = np.packbits(~empty, bitorder="little")
    nulls = int(np.count_nonzero(empty))
    return pa.Array.from_buffers(target, len(values), [pa.py_buffer(filled), pa.py_buffer(memory)], nulls)
