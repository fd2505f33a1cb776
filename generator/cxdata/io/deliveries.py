"""File deliveries: the clean tables as a series of CSV files with the faults of real exports, and the way back.

A table that has a time is delivered by calendar quarter, any other in one file. Files are made from the finished parts,
block by block, so that memory holds one part of a table at most; whether a row or cell is struck depends on its key
alone, never on the part it comes in. Every change goes to the list ``truth/dirt``, from which ``undo`` leads back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from cxdata import streams
from cxdata.engine import dirt
from cxdata.engine.dirt import Index
from cxdata.engine.materialise import arrow_schema
from cxdata.engine.plan import Layout
from cxdata.errors import DatasetError
from cxdata.io.fingerprint import fingerprint
from cxdata.io.manifest import MANIFEST, TRUTH, write_json
from cxdata.io.metadata import may_be_empty
from cxdata.io.writers import AtomicFile, Writer, csv_lines, quoted, spelt
from cxdata.schema.dirt import DIRT, rates
from cxdata.schema.kinds import Boolean, Category, Integer, Text, Timestamp, Word
from cxdata.schema.recipe import Recipe
from cxdata.schema.table import Column

FOLDER = "delivered"
WHOLE = "all.csv"
SHARED_BY_HALVES = 0.5
"""Copies in the same file and in the next, exact and with one more slip: halves each, as no source says otherwise."""
ADDED_COLUMN = "exported_on"
FLUSH_THREADS = 16
_QUARTERS = 4
_MONTHS_OF_A_QUARTER = 3
_EPOCH_YEAR = 1970

_MADE_BY_DELIVERY = Recipe(lambda u, x: None)


def _cell(name: str, kind: Category | Integer | Text, meaning: str, when: str | None = None) -> Column:
    return Column(name=name, kind=kind, meaning=meaning, recipe=_MADE_BY_DELIVERY, when=when)


LISTING = Layout(
    "dirt",
    "Every change that the delivered files suffered, with the clean value; rows are counted from 1, below the header.",
    (
        _cell("table_name", Text("label"), "Table of the change."),
        _cell("file_name", Text("label"), "File in which it stands."),
        _cell("row_in_file", Integer(1, 2**62), "Row of the file; empty where a whole file is struck.", "in_a_row"),
        _cell("row_key", Integer(1, 2**62), "Clean primary key; empty where a whole file is struck.", "in_a_row"),
        _cell("column_name", Text("label"), "Clean name of the column; empty for rows and files.", "in_a_column"),
        _cell("kind", Category(tuple(DIRT)), "Kind of dirt."),
        _cell("clean", Text("recorded"), "What it was, as text; empty where nothing was.", "was_filled"),
        _cell("dirty", Text("recorded"), "What it is, as text; empty where nothing is.", "is_filled"),
    ),
)
_LISTING_SCHEMA = pa.schema(
    [
        (column.name, pa.int64() if isinstance(column.kind, Integer) else pa.string()) for column in LISTING.columns
    ]
)  # fmt: skip
_NOT_IN_LEGACY = (
    "[^\\x00-\\x7f\\x{a0}-\\x{ff}"
    + "".join(c for c in bytes(range(0x80, 0xA0)).decode(dirt.LEGACY_ENCODING, errors="ignore"))
    + "]"
)


def delivered_by(layout: Layout) -> Column | None:
    """Return the column by whose quarter a table is delivered: its first time that is never empty; None if it has none.

    Dates do not count: births, hirings and openings reach far back, and a promised day is no day of recording.
    """
    times = (column for column in layout.columns if isinstance(column.kind, Timestamp) and not may_be_empty(column))
    return next(times, None)


def quarter_of(times: pa.ChunkedArray) -> Index:
    """Return calendar quarters since 1970."""
    months = times.to_numpy().astype("datetime64[M]").astype(np.int64)
    return np.asarray(months // _MONTHS_OF_A_QUARTER, dtype=np.int64)


def file_of(quarter: int) -> str:
    """Return the name of a quarter's file."""
    return f"{_EPOCH_YEAR + quarter // _QUARTERS}-q{quarter % _QUARTERS + 1}.csv"


def _day_after(quarter: int) -> str:
    following = quarter + 1
    month = following % _QUARTERS * _MONTHS_OF_A_QUARTER + 1
    return f"{_EPOCH_YEAR + following // _QUARTERS}-{month:02d}-01"


@dataclass(frozen=True)
class Shape:
    """How one file of a table is laid out.

    Attributes:
        names: Its header.
        places: Column of the clean table that each of its columns holds, -1 for an added one.
        dropped: Columns of the clean table that it lacks.
        booleans: Column to its words for true and false.
        encoding: Of its bytes.
        changes: Kind, column, clean and dirty of each departure, in the order in which they were made.
    """

    names: tuple[str, ...]
    places: tuple[int, ...]
    dropped: frozenset[int]
    booleans: Mapping[int, tuple[str, str]]
    encoding: str
    changes: tuple[tuple[str, str | None, str | None, str | None], ...]


class _Drift:
    """Decides how the files of one table are laid out: what changes, and from which delivery on."""

    def __init__(self, layout: Layout, world: np.uint64, kinds: Mapping[str, float], window: tuple[int, int]) -> None:
        self._layout = layout
        self._rates = kinds
        self._window = window
        self._address = np.array([streams.key(int(world), "dirt", layout.name, "files")], dtype=np.uint64)

    def lot(self, column: str, kind: str, *more: str | int) -> float:
        return float(dirt.draw(self._address, self._layout.name, column, kind, *more)[0])

    def _starts(self, column: str, kind: str) -> int | None:
        """Return the delivery from which a column is struck; never the first, because nothing would change then."""
        first, last = self._window
        if first >= last or self.lot(column, kind) >= self._rates[kind]:
            return None
        return first + 1 + int(self.lot(column, kind, "start") * (last - first))

    def date_style(self, column: str, quarter: int) -> int:
        return int(self.lot(column, "mixed_dates", quarter) * dirt.DATE_STYLES)

    def shape(self, quarter: int, file: str) -> Shape:
        """Return the layout of a file: columns are dropped, moved to the end, added, and renamed, in this order."""
        struck = [(place, column) for place, column in enumerate(self._layout.columns) if not dirt.is_key(column)]
        changes: list[tuple[str, str | None, str | None, str | None]] = []

        def hit(column: str, kind: str) -> bool:
            start = self._starts(column, kind)
            return start is not None and (quarter == start if kind == "dropped_column" else quarter >= start)

        dropped = {place for place, column in struck if hit(column.name, "dropped_column")}
        for place in sorted(dropped, reverse=True):  # so that each position holds while the list is read backwards
            changes.append(("dropped_column", self._layout.columns[place].name, str(place + 1), None))
        struck = [(place, column) for place, column in struck if place not in dropped]
        places = [place for place in range(len(self._layout.columns)) if place not in dropped]
        for place, column in struck:
            if hit(column.name, "moved_column") and places[-1] != place:
                changes.append(("moved_column", column.name, str(places.index(place) + 1), str(len(places))))
                places.remove(place)
                places.append(place)
        booleans = {}
        for place, column in struck:
            if isinstance(column.kind, Boolean) and hit(column.name, "boolean_words"):
                which = int(self.lot(column.name, "boolean_words", "how") * len(dirt.WORDS_OF_BOOLEANS))
                booleans[place] = dirt.WORDS_OF_BOOLEANS[which]
                changes.append(("boolean_words", column.name, "true/false", "/".join(booleans[place])))
        names = {place: column.name for place, column in enumerate(self._layout.columns)}
        if ADDED_COLUMN not in names.values() and hit("", "added_column"):
            changes.append(("added_column", None, None, ADDED_COLUMN))
            places.append(-1)
            names[-1] = ADDED_COLUMN
        for place, column in struck:
            if hit(column.name, "renamed_column"):
                options = dirt.other_names(column.name)
                names[place] = options[int(self.lot(column.name, "renamed_column", "how") * len(options))]
                changes.append(("renamed_column", column.name, column.name, names[place]))
        header = [names[place] for place in places]
        encoding = "utf-8"
        if self.lot("", "wrong_encoding", file) < self._rates["wrong_encoding"]:
            encoding = dirt.LEGACY_ENCODING
            changes.append(("wrong_encoding", None, "utf-8", encoding))
        return Shape(tuple(header), tuple(places), frozenset(dropped), booleans, encoding, tuple(changes))


class _File:
    """One delivered file being written."""

    def __init__(self, path: Path, shape: Shape) -> None:
        self.shape = shape
        self.rows = 0
        self.digest = hashlib.sha256()
        self.is_plain = True
        self.file = AtomicFile(path)
        self.write((",".join(shape.names) + "\n").encode(), 0)

    def write(self, lines: bytes, rows: int) -> None:
        if self.shape.encoding != "utf-8" and not lines.isascii():
            self.is_plain = False
            lines = lines.decode().encode(self.shape.encoding)
        self.file.stream.write(lines)
        self.digest.update(lines)
        self.rows += rows

    @property
    def changes(self) -> Sequence[tuple[str, str | None, str | None, str | None]]:
        """How the file departs from the clean layout; letters that all encodings share leave nothing to tell."""
        return [change for change in self.shape.changes if change[0] != "wrong_encoding" or not self.is_plain]


@dataclass
class _Changes:
    """Changes of one block, row by row of what is delivered."""

    at: list[Index] = field(default_factory=list)
    place: list[Index] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    clean: list[pa.Array] = field(default_factory=list)
    dirty: list[pa.Array] = field(default_factory=list)

    def add(self, at: Index, place: int, kinds: Sequence[str], clean: pa.Array, dirty: pa.Array) -> None:
        self.at.append(at)
        self.place.append(np.full(len(at), place))
        self.kind += kinds
        self.clean.append(clean)
        self.dirty.append(dirty)


@dataclass(frozen=True)
class _Rows:
    """The rows of one block as they are delivered: copies stand behind their originals.

    Attributes:
        source: (m,) clean row of each delivered one.
        start: (n,) place of each clean row among the delivered ones.
        twice: (n,) which clean rows are delivered twice.
        slipping: (m,) which delivered rows are copies that suffer one more slip.
        files: (m,) file of each.
    """

    source: Index
    start: Index
    twice: NDArray[np.bool_]
    slipping: NDArray[np.bool_]
    files: Index

    def at(self, rows: Index) -> Index:
        """Return where clean rows and their copies stand."""
        return np.concatenate([self.start[rows], self.start[rows[self.twice[rows]]] + 1])


class _TableDelivery:
    """The files of one table being written."""

    def __init__(self, layout: Layout, folder: Path, world: np.uint64, kinds: Mapping[str, float]) -> None:
        self._layout = layout
        self._folder = folder
        self._world = world
        self._rates = kinds
        self._time = delivered_by(layout)
        self._drift: _Drift | None = None
        self._shapes: dict[int, Shape] = {}
        self._files: dict[int, _File] = {}
        self.cells = 0
        if self._time is None:
            self._start(0, 0)
            self._file(0)

    def _start(self, first: int, last: int) -> None:
        self._drift = _Drift(self._layout, self._world, self._rates, (first, last))

    def _name(self, quarter: int) -> str:
        return WHOLE if self._time is None else file_of(quarter)

    def _path(self, quarter: int) -> str:
        return f"{self._layout.name}/{self._name(quarter)}"

    def _shape(self, quarter: int) -> Shape:
        assert self._drift is not None
        if quarter not in self._shapes:
            self._shapes[quarter] = self._drift.shape(quarter, self._name(quarter))
        return self._shapes[quarter]

    def _file(self, quarter: int) -> _File:
        if quarter not in self._files:
            self._files[quarter] = _File(self._folder / self._path(quarter), self._shape(quarter))
        return self._files[quarter]

    def add(self, table: pa.Table) -> pa.Table:
        """Deliver one block of clean rows and return the list of its changes."""
        quarters = np.zeros(table.num_rows, dtype=np.int64)
        if self._time is not None:
            quarters = quarter_of(table.column(self._time.name))
        if self._drift is None:  # the first block knows the window as well as all of them, and is the same in any run
            self._start(*((int(quarters.min()), int(quarters.max())) if len(quarters) else (0, 0)))
        if table.num_rows == 0:
            return _LISTING_SCHEMA.empty_table()
        keys = table.column(0).to_numpy()
        addresses = dirt.row_addresses(self._world, self._layout.name, keys)
        late, rows = self._rows(quarters, addresses)
        changes = _Changes()
        self._list_rows(quarters, late, rows, changes)
        columns = [
            self._column(place, _one_array(spelt(column, values)), addresses, rows, changes)
            for place, (column, values) in enumerate(zip(self._layout.columns, table.columns, strict=True))
        ]
        self.cells += len(rows.source) * len(columns)
        row_in_file = self._write(columns, rows.files)
        return self._listed(changes, keys, rows, row_in_file)

    def _rows(self, quarters: Index, addresses: streams.Words) -> tuple[NDArray[np.bool_], _Rows]:
        """Return which rows are late, and all rows as they are delivered."""
        name = self._layout.name
        timed = self._time is not None
        late = (dirt.draw(addresses, name, "", "late_row") < self._rates["late_row"]) & timed
        twice = dirt.draw(addresses, name, "", "duplicate") < self._rates["duplicate"]
        count = 1 + twice.astype(np.int64)
        start = np.cumsum(count) - count
        source = np.repeat(np.arange(len(quarters)), count)
        files = (quarters + late)[source]
        copied = np.flatnonzero(twice)
        copies = start[copied] + 1
        again = addresses[copied]
        # What is late already comes twice in one file, so that no file stands beyond the quarter after the last.
        follows = (dirt.draw(again, name, "", "duplicate", "next") < SHARED_BY_HALVES) & ~late[copied] & timed
        files[copies] += follows
        slipping = np.zeros(len(source), dtype=bool)
        slipping[copies] = dirt.draw(again, name, "", "duplicate", "slip") < SHARED_BY_HALVES
        return late, _Rows(source, start, twice, slipping, files)

    def _list_rows(self, quarters: Index, late: NDArray[np.bool_], rows: _Rows, changes: _Changes) -> None:
        at: Index = np.flatnonzero(late)
        homes = pa.array([self._path(quarter) for quarter in quarters[at].tolist()], pa.string())
        now = pa.array([self._path(quarter + 1) for quarter in quarters[at].tolist()], pa.string())
        changes.add(rows.start[at], -1, ["late_row"] * len(at), homes, now)
        copies = rows.start[rows.twice] + 1
        nothing = pa.nulls(len(copies), pa.string())
        changes.add(copies, -1, ["duplicate"] * len(copies), nothing, nothing)

    def _column(
        self, place: int, cells: pa.Array, addresses: streams.Words, rows: _Rows, changes: _Changes
    ) -> pa.Array:
        """Return the delivered cells of a column, and add what was struck to the changes."""
        assert self._drift is not None
        column = self._layout.columns[place]
        styles = np.zeros(len(cells), dtype=np.int8)
        if dirt.suffers(column, "mixed_dates") and self._rates["mixed_dates"] > 0:
            files = rows.files[rows.start]
            for quarter in np.unique(files):
                styles[files == quarter] = self._drift.date_style(column.name, int(quarter))
        struck = dirt.strike_cells(self._layout.name, column, cells, addresses, self._rates, styles)
        # A copy is made of the row as it stands, so what strikes a row strikes its copy.
        both = np.concatenate([np.arange(len(struck.rows)), np.flatnonzero(rows.twice[struck.rows])])
        found = dict(
            zip(
                rows.at(struck.rows).tolist(),
                ((struck.kinds[i], struck.dirty[i]) for i in both),
                strict=True,
            )
        )
        self._slip_copies(column, cells, addresses, rows, found)
        for quarter in np.unique(rows.files):
            if place in self._shape(int(quarter)).dropped:
                filled = cells.is_valid().to_numpy(zero_copy_only=False)[rows.source]
                for row in np.flatnonzero(rows.files == quarter).tolist():
                    found.pop(row, None)
                    if filled[row]:
                        found[row] = ("dropped_column", None)
        delivered = _replaced(cells, rows.source, found)
        if _is_text(column) and self._replace_unknown_letters(delivered, rows, found):
            delivered = _replaced(cells, rows.source, found)
        if found:
            at = np.array(sorted(found), dtype=np.int64)
            dirty = pa.array([found[i][1] for i in at.tolist()], pa.string())
            changes.add(at, place, [found[i][0] for i in at.tolist()], cells.take(pa.array(rows.source[at])), dirty)
        return delivered

    def _slip_copies(
        self,
        column: Column,
        cells: pa.Array,
        addresses: streams.Words,
        rows: _Rows,
        found: dict[int, tuple[str, str | None]],
    ) -> None:
        able = [other.name for other in self._layout.columns if dirt.suffers(other, "typo")]
        if column.name not in able or not rows.slipping.any():
            return
        at = np.flatnonzero(rows.slipping)
        here = addresses[rows.source[at]]
        which = (dirt.draw(here, self._layout.name, "", "duplicate", "which") * len(able)).astype(np.int64)
        at = at[which == able.index(column.name)]
        how = dirt.draw(addresses[rows.source[at]], self._layout.name, "", "duplicate", "how")
        for i, text, u in zip(at.tolist(), cells.take(pa.array(rows.source[at])).to_pylist(), how, strict=True):
            if text is not None and i not in found and (slipped := dirt.slip(column, text, float(u))) != text:
                found[i] = ("typo", slipped)

    def _replace_unknown_letters(
        self, delivered: pa.Array, rows: _Rows, found: dict[int, tuple[str, str | None]]
    ) -> bool:
        """Put question marks where a file's encoding lacks a letter; return whether there was any."""
        legacy = [int(q) for q in np.unique(rows.files) if self._shape(int(q)).encoding != "utf-8"]
        if not legacy:
            return False
        odd = pc.fill_null(pc.match_substring_regex(delivered, _NOT_IN_LEGACY), False)
        at = np.flatnonzero(odd.to_numpy(zero_copy_only=False) & np.isin(rows.files, legacy))
        replaced = pc.replace_substring_regex(delivered.take(pa.array(at)), _NOT_IN_LEGACY, "?")
        for i, text in zip(at.tolist(), replaced.to_pylist(), strict=True):
            found[i] = (found[i][0] if i in found else "wrong_encoding", text)
        return len(at) > 0

    def _write(self, columns: Sequence[pa.Array], files: Index) -> Index:
        """Append the delivered rows to their files; return the row of its file that each becomes."""
        row_in_file = np.zeros(len(files), dtype=np.int64)
        for quarter in np.unique(files).tolist():
            at = np.flatnonzero(files == quarter)
            file = self._file(quarter)
            row_in_file[at] = file.rows + 1 + np.arange(len(at))
            texts = []
            for place in file.shape.places:
                if place < 0:
                    texts.append(pa.repeat(pa.scalar(_day_after(quarter), pa.string()), len(at)))
                    continue
                cells = columns[place].take(pa.array(at))
                if place in file.shape.booleans:
                    yes, no = file.shape.booleans[place]
                    cells = pc.if_else(pc.equal(cells, "true"), yes, no)
                texts.append(quoted(cells))
            file.write(csv_lines(texts), len(at))
        return row_in_file

    def _listed(self, changes: _Changes, keys: Index, rows: _Rows, row_in_file: Index) -> pa.Table:
        at, place = np.concatenate(changes.at), np.concatenate(changes.place)
        order = np.lexsort((place, at))
        at, place = at[order], place[order]
        paths = {quarter: self._path(quarter) for quarter in np.unique(rows.files).tolist()}
        names: list[str | None] = [*(column.name for column in self._layout.columns), None]  # the last for whole rows
        taken = pa.array(order)
        return pa.table(
            [
                pa.array([self._layout.name] * len(at), pa.string()),
                pa.array([paths[quarter] for quarter in rows.files[at].tolist()], pa.string()),
                pa.array(row_in_file[at]),
                pa.array(keys[rows.source[at]]),
                pa.array([names[number] for number in place.tolist()], pa.string()),
                pa.array(changes.kind, pa.string()).take(taken),
                pa.concat_arrays(changes.clean).take(taken),
                pa.concat_arrays(changes.dirty).take(taken),
            ],
            schema=_LISTING_SCHEMA,
        )

    def finish(self) -> tuple[dict[str, dict[str, Any]], pa.Table]:
        """Bring the files to disk; return their entries and the changes that strike whole files."""
        order = sorted(self._files)
        with ThreadPoolExecutor(FLUSH_THREADS) as pool:
            list(pool.map(lambda quarter: self._files[quarter].file.flush(), order))
        for quarter in order:
            self._files[quarter].file.commit()
        found = [(self._path(quarter), *change) for quarter in order for change in self._files[quarter].changes]
        listed = pa.Table.from_pylist(
            [
                {"table_name": self._layout.name, "file_name": f, "kind": k, "column_name": c, "clean": a, "dirty": b}
                for f, k, c, a, b in found
            ],
            schema=_LISTING_SCHEMA,
        )
        entries = {
            self._path(quarter): {"rows": file.rows, "sha256": file.digest.hexdigest()}
            for quarter, file in sorted(self._files.items())
        }
        return entries, listed

    def discard(self) -> None:
        """Remove what was written of files that are not finished."""
        for file in self._files.values():
            file.file.discard()


def _is_text(column: Column) -> bool:
    return isinstance(column.kind, Text | Word | Category)


def _one_array(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    if not isinstance(values, pa.ChunkedArray):
        return values
    whole = values.combine_chunks()
    return pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole


def _replaced(cells: pa.Array, source: Index, found: Mapping[int, tuple[str, str | None]]) -> pa.Array:
    """Return the delivered cells: those of the clean rows, but for what was found struck."""
    index = source.copy()
    index[np.fromiter(found, dtype=np.int64, count=len(found))] = len(cells) + np.arange(len(found))
    struck = pa.array([text for _, text in found.values()], pa.string())
    return pa.concat_arrays([cells, struck]).take(pa.array(index))


@dataclass(frozen=True)
class Delivered:
    """What a run's deliveries are.

    Attributes:
        blocks: Rows and fingerprint of each block of the list of changes.
        parts: Part files of the list.
        digest: SHA-256 over the digests of all files.
    """

    blocks: Sequence[tuple[int, str]]
    parts: Sequence[Path]
    digest: str


def deliver(
    sources: Sequence[tuple[Layout, Callable[[], Iterable[pa.Table]]]],
    folder: Path,
    *,
    world: np.uint64,
    preset: str,
    writer: Writer,
    listing: Callable[[int], Path],
    about: Mapping[str, Any],
    jobs: int = 1,
) -> Delivered:
    """Write the deliveries of a data set and the list of their changes.

    Args:
        sources: Every table, and what gives its clean blocks in order.
        folder: Where ``delivered/`` is made.
        world: Key of the world, to which all decisions are addressed.
        preset: Name of the preset.
        writer: Format of the list; deliveries are CSV whatever it is.
        listing: Gives the path of the list's part of a table, by number.
        about: What the deliveries' manifest says of the run.
        jobs: Tables worked on at once; no value depends on it.
    """
    kinds = rates(preset)
    tally: dict[str, int] = dict.fromkeys(DIRT, 0)

    def one(number: int) -> tuple[dict[str, dict[str, Any]], list[tuple[int, str]], dict[str, int], int]:
        layout, blocks = sources[number]
        delivery = _TableDelivery(layout, folder / FOLDER, world, kinds)
        marks: list[tuple[int, str]] = []
        counts: dict[str, int] = {}
        try:
            with AtomicFile(listing(number)) as sink:
                part = writer.part(LISTING, sink)
                entries: dict[str, dict[str, Any]] = {}

                def note(changes: pa.Table) -> None:
                    typed = changes.cast(arrow_schema(LISTING.columns))
                    part.write(typed)
                    marks.append((typed.num_rows, fingerprint(LISTING.columns, typed)))
                    for entry in pc.value_counts(changes.column("kind")).to_pylist():
                        counts[entry["values"]] = counts.get(entry["values"], 0) + entry["counts"]

                try:
                    for block in blocks():
                        note(delivery.add(block))
                    entries, whole_files = delivery.finish()
                    note(whole_files)
                    part.close()
                except BaseException:
                    part.abandon()
                    raise
        except BaseException:
            delivery.discard()
            raise
        return entries, marks, counts, delivery.cells

    if jobs == 1:
        done = [one(number) for number in range(len(sources))]
    else:
        with ThreadPoolExecutor(jobs) as pool:
            try:
                done = list(pool.map(one, range(len(sources))))
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise
    files: dict[str, Any] = {}
    cells = 0
    for (layout, _), (entries, _, counts, delivered) in zip(sources, done, strict=True):
        files[layout.name] = {"rows": sum(entry["rows"] for entry in entries.values()), "files": entries}
        cells += delivered
        for kind, count in counts.items():
            tally[kind] += count
    digest = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
    with AtomicFile(folder / FOLDER / "README.md") as stream:
        stream.write(read_me(preset, tally, cells).encode())
    write_json(folder / FOLDER / MANIFEST, {**about, "dirt": preset, "digest": digest, "tables": files})
    return Delivered(
        [mark for _, marks, _, _ in done for mark in marks], [listing(number) for number in range(len(sources))], digest
    )


def read_me(preset: str, tally: Mapping[str, int], cells: int) -> str:
    """Return what a teacher has to know of deliveries, in Markdown.

    Args:
        preset: Name of the preset.
        tally: How often each kind struck.
        cells: How many cells were delivered.
    """
    kinds = rates(preset)
    struck = sum(count for name, count in tally.items() if DIRT[name].level == "cell")
    lines = [
        "# Deliveries",
        "",
        "The tables as a data team receives them: one CSV file per table and calendar quarter, with real exports' "
        "faults.",
        "A table with a column of date and time is delivered by the quarter of the first that is never empty, "
        f"any other table as `{WHOLE}`.",
        f"Late rows of the last quarter stand in a file of the quarter after. Preset: `{preset}`.",
        "",
        "## What to hand out",
        "",
        f"This folder, and nothing beside it: the clean tables and `{TRUTH}/` are the solution.",
        f"`{MANIFEST}` tells the rows and the SHA-256 of each file, as a delivery note does. "
        "Leave this page out if the faults are to be found unaided.",
        f"`{TRUTH}/dirt` lists every change with file, row, key, column, kind, clean and dirty value, so that cleaning "
        "can be measured.",
        "",
        "## Kinds and rates",
        "",
        "| Kind | What happens | Share struck | Of | Entries in the list |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, kind in DIRT.items():
        lines.append(f"| `{name}` | {kind.meaning} | {100 * kinds[name]:g}% | {kind.base} | {tally[name]:,} |")
    share = f"{100 * struck / cells:.1f}%" if cells else "none"
    lines += [
        "",
        f"Cells struck: {struck:,} of {cells:,} ({share}). A cell suffers one kind at most; what strikes a row strikes "
        "its copy; changes of whole files and rows come on top.",
        "Keys change under `broken_key` alone. E-mail addresses change left of the @ only, and phone numbers keep "
        "their digits, so that all contact data stay within the ranges kept for fiction.",
        "",
    ]
    return "\n".join(lines)


def read_deliveries(folder: Path) -> dict[str, Any]:
    """Return the manifest of a data set's deliveries.

    Raises:
        DatasetError: If it cannot be read.
    """
    path = folder / FOLDER / MANIFEST
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        for name, entry in content["tables"].items():
            for file, about in entry["files"].items():
                inside = (folder / FOLDER / file).resolve().is_relative_to((folder / FOLDER).resolve())
                if not inside or not isinstance(about["rows"], int) or not isinstance(about["sha256"], str):
                    raise ValueError(f"table {name!r}, file {file!r} is malformed")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DatasetError(
            f"{path} cannot be read: {type(error).__name__}: {error}. Generate the data set again."
        ) from error
    return content


@dataclass(frozen=True)
class Undone:
    """One delivered file with its changes undone.

    Attributes:
        cells: Its rows under the clean columns, as text, copies included.
        delivered: The same rows as they were delivered.
        copies: (m,) which rows are copies.
    """

    cells: pa.Table
    delivered: pa.Table
    copies: NDArray[np.bool_]


def undo(path: Path, layout: Layout, changes: pa.Table) -> Undone:
    """Apply the list of changes backwards to one delivered file.

    Args:
        path: The file.
        layout: Columns of its table.
        changes: The entries of ``truth/dirt`` for this file.

    Raises:
        DatasetError: If the file does not hold what the list says of it.
    """
    whole = changes.filter(pc.is_null(changes.column("row_in_file"))).to_pylist()
    encoding = next((entry["dirty"] for entry in whole if entry["kind"] == "wrong_encoding"), "utf-8")
    try:
        table = _read_texts(path, encoding)
    except (OSError, ValueError) as error:  # Arrow's and the decoder's errors are ValueErrors
        raise DatasetError(f"{path} is damaged: {str(error).splitlines()[0]}") from error
    table = _undo_layout(path, table, layout, whole)
    cells = changes.filter(pc.is_valid(changes.column("row_in_file")))
    kinds, rows = cells.column("kind").cast(pa.string()), cells.column("row_in_file").to_numpy() - 1
    if len(rows) and rows.max() >= table.num_rows:
        raise DatasetError(f"{path} holds {table.num_rows:,} rows; the list of changes names row {rows.max() + 1:,}.")
    copies = np.zeros(table.num_rows, dtype=bool)
    copies[rows[pc.equal(kinds, "duplicate").to_numpy()]] = True
    columns = []
    for column, delivered in zip(layout.columns, table.columns, strict=True):
        mine = pc.fill_null(pc.equal(cells.column("column_name"), column.name), False)
        at = rows[mine.to_numpy()]
        text = _one_array(delivered)
        listed = _one_array(cells.column("dirty").filter(mine))
        if not text.take(pa.array(at)).equals(listed):
            raise DatasetError(f"{path}: cells of {column.name} are not those of the list of changes.")
        index = np.arange(table.num_rows)
        index[at] = table.num_rows + np.arange(len(at))
        clean = _one_array(cells.column("clean").filter(mine))
        columns.append(pa.concat_arrays([text, clean]).take(pa.array(index)))
    return Undone(pa.table(columns, names=[column.name for column in layout.columns]), table, copies)


def _read_texts(path: Path, encoding: str) -> pa.Table:
    content = path.read_bytes().decode(encoding).encode()
    header = content.partition(b"\n")[0].decode().split(",")
    return pa_csv.read_csv(
        pa.BufferReader(content),
        pa_csv.ReadOptions(column_names=[str(place) for place in range(len(header))], skip_rows=1),
        pa_csv.ParseOptions(newlines_in_values=True),
        pa_csv.ConvertOptions(
            column_types={str(place): pa.string() for place in range(len(header))},
            strings_can_be_null=True,
            null_values=[""],
        ),
    ).rename_columns(header)


def _undo_layout(path: Path, table: pa.Table, layout: Layout, changes: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Undo what strikes a whole file, the last change first."""
    for change in reversed(changes):
        name, clean, dirty = change["column_name"], change["clean"], change["dirty"]
        names = table.column_names
        here = dirty if change["kind"] in ("renamed_column", "added_column") else name
        if change["kind"] not in ("wrong_encoding", "dropped_column") and here not in names:
            raise DatasetError(f"{path} has no column {here!r}, as the list of changes says.")
        if change["kind"] == "added_column":
            table = table.drop_columns([dirty])
        elif change["kind"] == "renamed_column":
            table = table.rename_columns([name if other == dirty else other for other in names])
        elif change["kind"] == "boolean_words":
            (true, false), (yes, no) = clean.split("/"), dirty.split("/")
            text = _one_array(table.column(name))
            words = pc.if_else(pc.equal(text, yes), true, pc.if_else(pc.equal(text, no), false, text))
            table = table.set_column(names.index(name), name, words)
        elif change["kind"] == "moved_column":
            moved = table.column(name)
            table = table.drop_columns([name]).add_column(int(clean) - 1, name, moved)
        elif change["kind"] == "dropped_column":
            table = table.add_column(int(clean) - 1, name, pa.nulls(table.num_rows, pa.string()))
    if table.column_names != [column.name for column in layout.columns]:
        raise DatasetError(f"{path}: its columns do not lead back to those of {layout.name}.")
    return table


def entries_by_file(changes: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Yield the list of changes file by file."""
    if changes.num_rows == 0:
        return
    codes = _one_array(changes.column("file_name").cast(pa.string()).dictionary_encode())
    order = np.argsort(codes.indices.to_numpy(), kind="stable")
    ends = np.flatnonzero(np.diff(codes.indices.to_numpy()[order])) + 1
    for rows in np.split(order, ends):
        yield codes.dictionary[int(codes.indices[int(rows[0])].as_py())].as_py(), changes.take(pa.array(rows))
