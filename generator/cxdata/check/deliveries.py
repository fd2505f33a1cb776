"""Deliveries: every file is the one that was made, is safe, and leads back to the clean tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cxdata.check.report import Finding
from cxdata.check.safety import FORMULA, RESERVED_PHONE, scan
from cxdata.engine.plan import Layout
from cxdata.errors import DatasetError
from cxdata.io.deliveries import (
    FOLDER,
    LISTING,
    Undone,
    delivered_by,
    entries_by_file,
    file_of,
    quarter_of,
    read_deliveries,
    undo,
)
from cxdata.io.writers import spelt
from cxdata.schema.kinds import Category, Text, Word
from cxdata.schema.table import Column

NEGATIVE = r"^-[0-9]+([.,][0-9]+)?$"  # a number, so no formula
SEPARATED_DIGITS = "^[0-9 .-]+$"
RESERVED_DIGITS = RESERVED_PHONE.replace(" ", "")


def check_deliveries(folder: Path, layouts: Mapping[str, Layout], tables: Mapping[str, pa.Table]) -> Iterator[Finding]:
    """Check the deliveries of a data set.

    Args:
        folder: The data set.
        layouts: Columns of its published tables.
        tables: Its tables as read; without the list of changes, the files' digests alone can be checked.

    Raises:
        DatasetError: If the deliveries' manifest cannot be read.
    """
    manifest = read_deliveries(folder)
    changes = dict(entries_by_file(tables[LISTING.name])) if LISTING.name in tables else {}
    for name, entry in manifest["tables"].items():
        damaged = [file for file, about in entry["files"].items() if _digest(folder / FOLDER / file) != about["sha256"]]
        if damaged:
            yield _fail(name, f"{damaged[0]} is not the file that was made")
            continue
        if LISTING.name not in tables or name not in tables:
            yield _pass(name, f"{len(entry['files'])} files are those that were made; no list of changes to undo")
            continue
        files = {}
        try:
            for file in entry["files"]:
                listed = changes.get(file, tables[LISTING.name].slice(0, 0))
                files[file] = (undo(folder / FOLDER / file, layouts[name], listed), listed)
        except DatasetError as error:
            yield _fail(name, str(error))
            continue
        faults = list(_round_trip(layouts[name], tables[name], files))
        yield (
            _fail(name, faults[0])
            if faults
            else _pass(name, f"{len(files)} files lead back to {tables[name].num_rows:,} rows")
        )
        yield from _safety(layouts[name], [undone for undone, _ in files.values()])


def _fail(name: str, detail: str) -> Finding:
    return Finding("integrity", f"{FOLDER}/{name}: undone", "fail", detail)


def _pass(name: str, detail: str) -> Finding:
    return Finding("integrity", f"{FOLDER}/{name}: undone", "pass", detail)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _round_trip(layout: Layout, clean: pa.Table, files: Mapping[str, tuple[Undone, pa.Table]]) -> Iterator[str]:
    """Yield where undone deliveries differ from the clean table; every clean row must come once, copies aside."""
    texts = [spelt(column, values) for column, values in zip(layout.columns, clean.columns, strict=True)]
    keys = clean.column(0).to_numpy()
    order = np.argsort(keys, kind="stable")
    seen = np.zeros(len(keys), dtype=np.int64)
    for file, (undone, listed) in files.items():
        try:
            found = undone.cells.column(0).cast(pa.int64()).to_numpy()
        except pa.ArrowInvalid:
            yield f"{file} holds keys that are no numbers"
            return
        place = np.minimum(np.searchsorted(keys, found, sorter=order), max(len(keys) - 1, 0))
        rows = order[place] if len(keys) else place
        if len(found) and (not len(keys) or (keys[rows] != found).any()):
            yield f"{file} holds keys that the clean table does not have"
            return
        for column, text, cells in zip(layout.columns, texts, undone.cells.columns, strict=True):
            if not pc.take(text, pa.array(rows)).combine_chunks().equals(cells.combine_chunks()):
                yield f"{file}: cells of {column.name} do not lead back to the clean ones"
                return
        np.add.at(seen, rows[~undone.copies], 1)
        if _elsewhere(layout, clean, rows, file, undone, listed):
            yield f"{file} holds rows of another quarter that are not listed as late"
            return
    if (seen != 1).any():
        yield f"{int((seen != 1).sum()):,} rows are missing, or come twice and are not listed"


def _elsewhere(
    layout: Layout, clean: pa.Table, rows: NDArray[np.int64], file: str, undone: Undone, listed: pa.Table
) -> bool:
    """Return whether a file holds rows of another quarter that are neither late nor copies."""
    time = delivered_by(layout)
    if time is None or len(rows) == 0:
        return False
    quarters, inverse = np.unique(quarter_of(clean.column(time.name).take(pa.array(rows))), return_inverse=True)
    homes = np.array([f"{layout.name}/{file_of(quarter)}" for quarter in quarters], dtype=object)[inverse]
    said = np.full(len(rows), file, dtype=object)
    late = listed.filter(pc.equal(listed.column("kind").cast(pa.string()), "late_row"))
    said[late.column("row_in_file").to_numpy() - 1] = late.column("clean").to_pylist()
    return bool(((homes != said) & ~undone.copies).any())


def _safety(layout: Layout, files: list[Undone]) -> Iterator[Finding]:
    faults: list[str] = []
    cells = 0
    for column in layout.columns:
        values = pa.chunked_array(
            [chunk for undone in files for chunk in undone.delivered.column(column.name).chunks], pa.string()
        ).drop_null()
        cells += len(values)
        faults += scan_delivered(column, values)
    if faults:
        yield Finding("safety", f"{FOLDER}/{layout.name}", "fail", faults[0])
    else:
        yield Finding("safety", f"{FOLDER}/{layout.name}", "pass", f"{cells:,} delivered cells scanned")


def scan_delivered(column: Column, values: pa.ChunkedArray) -> list[str]:
    """Return what is wrong with the delivered cells of a column, all of them text."""
    kind = column.kind
    if isinstance(kind, Text) and kind.content == "phone":
        plain = pc.match_substring_regex(values, SEPARATED_DIGITS)
        digits = pc.replace_substring_regex(values, "[ .-]", "")
        odd = values.filter(pc.invert(pc.and_(plain, pc.match_substring_regex(digits, RESERVED_DIGITS))))
        return [f"{column.name}: {odd[0].as_py()!r} lies outside the ranges kept for fiction"] if len(odd) else []
    if isinstance(kind, Text | Word | Category):
        return list(scan(column, values))
    odd = values.filter(
        pc.and_(pc.match_substring_regex(values, FORMULA), pc.invert(pc.match_substring_regex(values, NEGATIVE)))
    )
    return [f"{column.name}: {odd[0].as_py()!r} starts like a spreadsheet formula"] if len(odd) else []
