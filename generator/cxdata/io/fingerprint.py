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

from cxdata.schema.kinds import Category, Date, Number, Text, Timestamp, Word
from cxdata.schema.table import Column


def fingerprint(columns: Sequence[Column], table: pa.Table) -> str:
    """Return SHA-256 over the values of a table.

    Per column, in order: its name, which cells are filled, then the filled cells' values in a form that does not depend
    on how they are stored: whole numbers as little-endian int64 (decimals by their quantum), words by their code, text
    by length and UTF-8.
    """
    digest = hashlib.sha256()
    for column, chunked in zip(columns, table.columns, strict=True):
        digest.update(f"{column.name}\x1f{table.num_rows}\x1f".encode())
        array = _whole(chunked)
        if array.null_count:
            digest.update(np.packbits(array.is_valid().to_numpy(zero_copy_only=False)).data)
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


@lru_cache(maxsize=256)  # all columns of a table have as many cells
def _all_filled(cells: int) -> bytes:
    return np.packbits(np.ones(cells, dtype=bool)).tobytes()


def _update(digest: hashlib._Hash, column: Column, values: pa.Array) -> None:
    kind = column.kind
    if isinstance(kind, Text | Word):
        text = (values.cast(pa.string()) if pa.types.is_dictionary(values.type) else values).cast(pa.large_string())
        digest.update(pc.binary_length(text).to_numpy(zero_copy_only=False).astype("<i8").data)
        digest.update(utf8_bytes(text))
        return
    if isinstance(kind, Category):
        words = pa.array(kind.values)
        codes = _codes(values, words) if pa.types.is_dictionary(values.type) else pc.index_in(values, words)
        # A word that is not declared, as a damaged file may hold.
        whole = (pc.fill_null(codes, -1) if codes.null_count else codes).to_numpy(zero_copy_only=False)
    elif isinstance(kind, Number):
        with np.errstate(invalid="ignore"):  # a damaged file may hold what is no number; it only has to differ
            whole = np.rint(values.to_numpy(zero_copy_only=False) * 10.0**kind.places)
            whole = whole.astype(np.int64)
    elif isinstance(kind, Date):
        whole = values.view(pa.int32()).to_numpy()
    elif isinstance(kind, Timestamp):
        milliseconds = values.view(pa.int64()).to_numpy()
        whole, parts = np.divmod(milliseconds, 1000)
        if parts.any():  # no moment of ours has parts of a second; one of a damaged file only has to differ
            digest.update(parts.data)
    else:
        whole = values.to_numpy(zero_copy_only=False)
    digest.update(np.ascontiguousarray(whole, dtype="<i8").data)


def utf8_bytes(text: pa.Array) -> memoryview:
    """Return the concatenated UTF-8 of a large_string array without empty cells."""
    offsets, data = text.buffers()[1:3]
    if len(text) == 0 or data is None:
        return memoryview(b"")
    ends = np.frombuffer(offsets, dtype=np.int64)[text.offset : text.offset + len(text) + 1]
    return memoryview(data)[int(ends[0]) : int(ends[-1])]


def _codes(values: pa.DictionaryArray, words: pa.Array) -> pa.Array:
    """Return the declared code of each cell, whatever the order of the array's own dictionary."""
    if values.dictionary.equals(words):
        return values.indices
    return pc.index_in(values.dictionary, words).take(values.indices)


def combine(blocks: Sequence[str]) -> str:
    """Return the fingerprint of a table from those of its blocks, in block order."""
    return hashlib.sha256("".join(blocks).encode()).hexdigest()
