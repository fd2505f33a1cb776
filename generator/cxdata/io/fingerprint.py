"""The reference fingerprint: SHA-256 per table and block over normalised values, never over a file's bytes.

Bytes change with the version of a writer and between formats; values do not. So a data set in CSV and the same one in
Parquet, written anywhere, have the same fingerprints.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cxdata.engine.materialise import arrow_type
from cxdata.schema.kinds import Boolean, Category, Date, Number, Text, Timestamp, Word
from cxdata.schema.table import Column


def fingerprint(columns: Sequence[Column], table: pa.Table) -> str:
    """Return SHA-256 over the values of a table.

    Per column, in order: its name, which cells are filled, then the filled cells' values in a form that does not depend
    on how they are stored: whole numbers, days and moments as the little-endian numbers of their Arrow type, decimals
    by their quantum, claims as bits, categories by their code, other text by length and UTF-8.
    """
    digest = hashlib.sha256()
    for column, chunked in zip(columns, table.columns, strict=True):
        digest.update(f"{column.name}\x1f{table.num_rows}\x1f".encode())
        array = _whole(chunked)
        if array.null_count:
            digest.update(_bits(array.is_valid()))
            array = array.drop_null()
        else:
            digest.update(_all_filled(len(array)))
        _update(digest, column, array)
    return digest.hexdigest()


def _whole(chunked: pa.ChunkedArray) -> pa.Array:
    """Return a column in one piece; where it has one already, joining would copy it."""
    if chunked.num_chunks == 1:
        return chunked.chunk(0)
    return chunked.combine_chunks() if chunked.num_chunks else pa.array([], chunked.type)


def _bits(claims: pa.Array) -> memoryview:
    """Return claims as bits, whatever bits Arrow keeps before and behind them."""
    return np.packbits(claims.to_numpy(zero_copy_only=False)).data


@lru_cache(maxsize=256)  # all columns of a table have as many cells
def _all_filled(cells: int) -> bytes:
    return np.packbits(np.ones(cells, dtype=bool)).tobytes()


def _update(digest: hashlib._Hash, column: Column, values: pa.Array) -> None:
    kind = column.kind
    if isinstance(kind, Text | Word):
        text = (values.cast(pa.string()) if pa.types.is_dictionary(values.type) else values).cast(pa.large_string())
        digest.update(pc.binary_length(text).to_numpy(zero_copy_only=False).astype("<i4").data)
        digest.update(utf8_bytes(text))
    elif isinstance(kind, Boolean):
        digest.update(_bits(values))
    else:
        if isinstance(kind, Category):
            values = _codes(values, kind)
        elif isinstance(kind, Date):
            values = values.view(pa.int32())
        elif isinstance(kind, Timestamp):
            values = values.view(pa.int64())
        numbers = values.to_numpy(zero_copy_only=False)
        if isinstance(kind, Number):
            with np.errstate(invalid="ignore"):  # a damaged file may hold what is no number; it only has to differ
                numbers = np.rint(numbers * 10.0**kind.places).astype(np.int64)
        digest.update(np.ascontiguousarray(numbers, dtype=numbers.dtype.newbyteorder("<")).data)


def utf8_bytes(text: pa.Array) -> memoryview:
    """Return the concatenated UTF-8 of a large_string array without empty cells."""
    offsets, data = text.buffers()[1:3]
    if len(text) == 0 or data is None:
        return memoryview(b"")
    ends = np.frombuffer(offsets, dtype=np.int64)[text.offset : text.offset + len(text) + 1]
    return memoryview(data)[int(ends[0]) : int(ends[-1])]


def _codes(values: pa.Array, kind: Category) -> pa.Array:
    """Return the declared code of each cell, whatever the order of the array's own dictionary."""
    words, stored = _words(kind)
    if not pa.types.is_dictionary(values.type):
        codes = pc.index_in(values, words)
    elif values.dictionary.equals(words):
        return values.indices if values.indices.type == stored else values.indices.cast(stored)
    else:
        codes = pc.index_in(values.dictionary, words).take(values.indices)
    return pc.fill_null(codes, -1).cast(stored)  # a word that is not declared, as a damaged file may hold


@lru_cache(maxsize=1024)
def _words(kind: Category) -> tuple[pa.Array, pa.DataType]:
    """Return a category's words and the type of its codes."""
    return pa.array(kind.values), arrow_type(kind).index_type


def combine(blocks: Sequence[str]) -> str:
    """Return the fingerprint of a table from those of its blocks, in block order."""
    return hashlib.sha256("".join(blocks).encode()).hexdigest()
