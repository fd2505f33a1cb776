"""Writers: each turns a stream of Arrow tables into a part file, and part files into what the user opens.

A format is one class and one line in ``FORMATS``. Parts are streamed to ``*.part``, flushed to disk and renamed, so
that a file of its final name is always whole.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from cxdata.engine.materialise import arrow_schema
from cxdata.engine.plan import Layout
from cxdata.errors import ConfigError, unknown
from cxdata.io.fingerprint import utf8_bytes
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key, Number, Text, Timestamp, Word
from cxdata.schema.table import Column

ZSTD_LEVEL = 1  # an eighth faster than level 3 and 4 % larger: what packs well is packed before
GROUP_ROWS = 32_768
"""Rows from which a row group is written: enough to spread the cost of starting a column, and few to hold.

Twice as many take 12 MB more and no less time; half as many, a tenth more processor time.
"""
BUFFER_BYTES = 1 << 18
"""Bytes gathered before they go to a file: Arrow writes small pieces, and each would wait for Python's lock."""
_WHOLE = (Key, ForeignKey, Integer, Date, Timestamp)
"""Kinds written as packed differences, with their least and greatest values for readers that skip row groups."""


class Part(Protocol):
    """One part file being written."""

    def write(self, table: pa.Table) -> None:
        """Append a block's rows."""

    def close(self) -> None:
        """Finish the file's content."""

    def abandon(self) -> None:
        """Let go of a part that cannot be finished, without a word."""


class Writer(Protocol):
    """A format.

    Attributes:
        name: As the user writes it.
        suffix: Of its files, with the point.
    """

    name: str
    suffix: str

    def part(self, layout: Layout, sink: IO[bytes]) -> Part:
        """Start a part of a table on an open file."""

    def finish(self, layout: Layout, parts: Sequence[Path], folder: Path) -> list[Path]:
        """Turn the parts of a table into the files that the user opens; return their paths in order."""

    def read_part(self, layout: Layout, path: Path) -> pa.Table:
        """Read one part back."""

    def read(self, layout: Layout, files: Sequence[Path]) -> pa.Table:
        """Read a table back from its files, with the types that it was declared with."""


class AtomicFile:
    """A file that exists under its name only once it is whole and on disk."""

    def __init__(self, path: Path) -> None:
        """Open ``<path>.part`` for writing."""
        self.path = path
        self.partial = path.with_name(path.name + ".part")
        path.parent.mkdir(parents=True, exist_ok=True)
        self.stream: IO[bytes] = self.partial.open("wb")
        self._on_disk = False

    def __enter__(self) -> IO[bytes]:
        return self.stream

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.discard()
            return
        self.commit()

    def flush(self) -> None:
        """Bring what was written to disk."""
        self.stream.flush()
        os.fsync(self.stream.fileno())
        self._on_disk = True

    def commit(self) -> None:
        """Flush to disk and rename; what cannot be flushed is removed."""
        try:
            if not self._on_disk:
                self.flush()
            self.stream.close()
            os.replace(self.partial, self.path)
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        """Remove what was written."""
        with contextlib.suppress(OSError):  # closing flushes, which fails again on a full disk; the file goes anyway
            self.stream.close()
        self.partial.unlink(missing_ok=True)


class _Tap(io.RawIOBase):
    """Passes bytes on to a file until either is shut, and swallows them afterwards.

    Arrow's Parquet writer can only be let go by writing its footer, which a full disk would refuse again; and its
    buffer flushes from a destructor, when an interrupt may have closed the file.
    """

    def __init__(self, sink: IO[bytes]) -> None:
        self._sink: IO[bytes] | None = sink

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        return len(content) if self._sink is None or self._sink.closed else self._sink.write(content)

    def flush(self) -> None:
        if self._sink is not None and not self._sink.closed:
            self._sink.flush()

    def shut(self) -> None:
        self._sink = None


class _ParquetPart:
    def __init__(self, layout: Layout, sink: IO[bytes]) -> None:
        self._tap = _Tap(sink)
        self._stream = pa.BufferedOutputStream(pa.PythonFile(self._tap, mode="w"), BUFFER_BYTES)
        # Dictionaries pay for words alone; for numbers they cost half the writing time and make larger files.
        words = [column.name for column in layout.columns if isinstance(column.kind, Category | Word)]
        whole = [column.name for column in layout.columns if isinstance(column.kind, _WHOLE)]
        self._writer = pq.ParquetWriter(
            self._stream,
            arrow_schema(layout.columns),
            compression="zstd",
            compression_level=ZSTD_LEVEL,
            use_dictionary=words or False,
            column_encoding=dict.fromkeys(whole, "DELTA_BINARY_PACKED") or None,
            write_statistics=whole or False,
        )
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def write(self, table: pa.Table) -> None:
        self._waiting.append(table)
        self._rows += table.num_rows
        if self._rows >= GROUP_ROWS:
            self._write_group()

    def _write_group(self) -> None:
        group = self._waiting[0] if len(self._waiting) == 1 else pa.concat_tables(self._waiting).unify_dictionaries()
        self._writer.write_table(group, row_group_size=max(1, group.num_rows))
        self._waiting, self._rows = [], 0

    def close(self) -> None:
        if self._waiting:
            self._write_group()
        self._writer.close()
        self._stream.close()

    def abandon(self) -> None:
        self._tap.shut()
        with contextlib.suppress(Exception):  # a writer struck in the middle may refuse to close; nobody reads its file
            self._writer.close()
            self._stream.close()


class ParquetWriter:
    """Parquet with zstd: a folder of parts per table, blocks gathered into row groups."""

    name = "parquet"
    suffix = ".parquet"

    def part(self, layout: Layout, sink: IO[bytes]) -> Part:
        """Start a part."""
        return _ParquetPart(layout, sink)

    def finish(self, layout: Layout, parts: Sequence[Path], folder: Path) -> list[Path]:
        """Move the parts into the table's folder."""
        target = folder / layout.name
        target.mkdir(parents=True, exist_ok=True)
        moved = []
        for part in parts:
            os.replace(part, target / part.name)
            moved.append(target / part.name)
        return moved

    def read_part(self, layout: Layout, path: Path) -> pa.Table:
        """Read one part."""
        return pq.ParquetFile(path).read()

    def read(self, layout: Layout, files: Sequence[Path]) -> pa.Table:
        """Read all parts."""
        return pa.concat_tables([self.read_part(layout, path) for path in files])


class _CsvPart:
    def __init__(self, layout: Layout, sink: IO[bytes]) -> None:
        self._layout = layout
        self._sink = sink

    def write(self, table: pa.Table) -> None:
        if table.num_rows:
            self._sink.write(_csv_lines(self._layout, table))

    def close(self) -> None:
        return

    def abandon(self) -> None:
        return


def _csv_lines(layout: Layout, table: pa.Table) -> bytes:
    """Return the rows as CSV lines, joined in Arrow: its own CSV writer would quote every text."""
    return csv_lines([_as_text(column, values) for column, values in zip(layout.columns, table.columns, strict=True)])


def csv_lines(texts: Sequence[pa.Array | pa.ChunkedArray]) -> bytes:
    """Return cells as CSV lines in UTF-8; they are quoted already where they need to be."""
    cells = [pc.fill_null(text.cast(pa.large_string()), "") for text in texts]
    lines = pc.binary_join_element_wise(*cells, _large(","))
    whole = pc.binary_join_element_wise(lines, _large(""), _large("\n"))
    return utf8_bytes(whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole).tobytes()


def _large(text: str) -> pa.Scalar:
    return pa.scalar(text, pa.large_string())


def quoted(text: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Return text with quotes around the cells that need them, and around nothing else."""
    special = pc.fill_null(pc.match_substring_regex(text, '[",\r\n]'), False)
    if not pc.any(special).as_py():
        return text
    doubled = pc.replace_substring(text, '"', '""')
    return pc.if_else(special, pc.binary_join_element_wise('"', doubled, '"', ""), text)


def _as_text(column: Column, values: pa.ChunkedArray) -> pa.ChunkedArray:
    text = spelt(column, values)
    return quoted(text) if isinstance(column.kind, Text | Word | Category) else text


def spelt(column: Column, values: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Return values spelt canonically, without quotes: fixed decimals, true and false, ISO dates."""
    kind = column.kind
    if isinstance(kind, Number):
        if kind.places == 0:
            return values.cast(pa.int64()).cast(pa.string())
        return values.cast(pa.decimal128(20, kind.places), safe=False).cast(pa.string())
    if isinstance(kind, Boolean):
        return values.cast(pa.string())
    if isinstance(kind, Timestamp):
        return pc.replace_substring(values.cast(pa.timestamp("s")).cast(pa.string()), " ", "T", max_replacements=1)
    return values.cast(pa.string())


class CsvWriter:
    """Canonical CSV: UTF-8, ``\\n``, a header, minimal quoting, fixed decimals; one file per table."""

    name = "csv"
    suffix = ".csv"

    def part(self, layout: Layout, sink: IO[bytes]) -> Part:
        """Start a part; parts have no header, so that they can be joined."""
        return _CsvPart(layout, sink)

    def finish(self, layout: Layout, parts: Sequence[Path], folder: Path) -> list[Path]:
        """Join header and parts into one file."""
        target = folder / f"{layout.name}{self.suffix}"
        with AtomicFile(target) as joined:
            joined.write((",".join(column.name for column in layout.columns) + "\n").encode())
            for part in parts:
                with part.open("rb") as source:
                    shutil.copyfileobj(source, joined, 1 << 20)
        return [target]

    def read_part(self, layout: Layout, path: Path) -> pa.Table:
        """Read one part, which has no header."""
        return _read_csv(layout, path, header=False)

    def read(self, layout: Layout, files: Sequence[Path]) -> pa.Table:
        """Read the table's one file."""
        return pa.concat_tables([_read_csv(layout, path, header=True) for path in files])


def _read_csv(layout: Layout, path: Path, *, header: bool) -> pa.Table:
    schema = arrow_schema(layout.columns)
    if not header and path.stat().st_size == 0:
        return schema.empty_table()
    plain = {field.name: pa.string() if pa.types.is_dictionary(field.type) else field.type for field in schema}
    names = None if header else list(plain)
    convert = pa_csv.ConvertOptions(
        column_types=plain,
        include_columns=list(plain),
        strings_can_be_null=True,
        null_values=[""],
        timestamp_parsers=["%Y-%m-%dT%H:%M:%S"],
        true_values=["true"],
        false_values=["false"],
    )
    return pa_csv.read_csv(path, pa_csv.ReadOptions(column_names=names), convert_options=convert).cast(schema)


FORMATS: Mapping[str, Writer] = {writer.name: writer for writer in (ParquetWriter(), CsvWriter())}


def writer_for(name: str) -> Writer:
    """Return the writer of a format.

    Raises:
        ConfigError: If there is none.
    """
    if name not in FORMATS:
        raise ConfigError(unknown("format", name, FORMATS))
    return FORMATS[name]
