"""What is written can be read back, by us and by others, and its fingerprint is that of its values."""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import json
import os
import re
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxdata import api
from cxdata.catalog import scan
from cxdata.config import RunConfig
from cxdata.engine.materialise import arrow_schema
from cxdata.engine.plan import Layout
from cxdata.errors import DatasetError
from cxdata.execution import local
from cxdata.io import writers
from cxdata.io.fingerprint import fingerprint
from cxdata.io.manifest import read_manifest
from cxdata.io.writers import FORMATS, AtomicFile
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key, Kind, Number, Text, Timestamp
from cxdata.schema.recipe import Recipe
from cxdata.schema.table import Column

WORLDS = scan.scenario_ids()
CUSTOMERS = 1_500


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Return the folder of a world in a format, made when asked for; copy it before you change it."""
    made: dict[tuple[str, str], Path] = {}

    def folder(world: str, form: str) -> Path:
        if (world, form) not in made:
            made[world, form] = tmp_path_factory.mktemp(world) / form
            api.generate_files(RunConfig(scenario=world, customers=CUSTOMERS), made[world, form], form=form, jobs=1)
        return made[world, form]

    return folder


def layouts_of(folder: Path) -> dict[str, Layout]:
    return api.declared_layouts(read_manifest(folder))


def spelt(kind: Kind, value: Any) -> str:
    """Return a value in canonical CSV, by rules entered here a second time."""
    if value is None:
        return ""
    if isinstance(kind, Boolean):
        return "true" if value else "false"
    if isinstance(kind, Number):
        text = f"{value:.{kind.places}f}"
        return text if float(text) else text.removeprefix("-")
    if isinstance(kind, Timestamp):
        return value.strftime("%Y-%m-%dT%H:%M:%S")
    return str(value)


def csv_rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.reader(stream, strict=True)


def words_for_codes(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype({name: object for name, kind in frame.dtypes.items() if isinstance(kind, pd.CategoricalDtype)})


@pytest.mark.parametrize("world", WORLDS)
class TestTheFormatsAgree:
    def test_another_reader_finds_the_same_cells_in_csv_and_parquet(self, folders, world):
        layouts = layouts_of(folders(world, "csv"))
        for name, layout in layouts.items():
            below = "" if name in scan.published(world) else "truth/"
            header, *rows = csv_rows(folders(world, "csv") / f"{below}{name}.csv")
            parts = sorted((folders(world, "parquet") / f"{below}{name}").glob("*.parquet"))
            table = pa.concat_tables([pq.ParquetFile(path).read() for path in parts])
            assert header == table.column_names == [column.name for column in layout.columns]
            columns = [
                [spelt(column.kind, value) for value in values.to_pylist()]
                for column, values in zip(layout.columns, table.columns, strict=True)
            ]
            assert rows == [list(row) for row in zip(*columns, strict=True)], name

    @pytest.mark.parametrize("form", FORMATS)
    def test_a_folder_opens_as_what_is_made_in_memory(self, folders, world, form):
        made = api.generate(world, customers=CUSTOMERS)
        opened = api.open_dataset(folders(world, form))
        assert opened.key == made.key
        for of_made, of_opened in ((made.tables, opened.tables), (made.truth, opened.truth)):
            assert list(of_made) == sorted(of_opened, key=list(of_made).index)
            for name, frame in of_made.items():
                assert frame.dtypes.equals(of_opened[name].dtypes) or form == "csv", name
                pd.testing.assert_frame_equal(words_for_codes(of_opened[name]), words_for_codes(frame), obj=name)

    def test_the_manifest_names_every_file_and_no_other(self, folders, world):
        for form in FORMATS:
            for folder in (folders(world, form), folders(world, form) / "truth"):
                named = [file for entry in read_manifest(folder).tables.values() for file in entry["files"]]
                kept = {str(path.relative_to(folder)) for path in folder.rglob(f"*.{form}")}
                assert sorted(named) == sorted(name for name in kept if not name.startswith("truth/"))


def column(kind: Kind, name: str = "cell") -> Column:
    return Column(name=name, kind=kind, meaning="A cell.", recipe=Recipe(lambda u, x: None))


def layout_of(*columns: Column) -> Layout:
    return Layout("sheet", "A sheet.", columns)


def write(form: str, layout: Layout, table: pa.Table, folder: Path) -> Path:
    """Write a table as a run does, in one part, and return its one file."""
    writer = FORMATS[form]
    part_path = folder / f"part-00000{writer.suffix}"
    with AtomicFile(part_path) as stream:
        part = writer.part(layout, stream)
        part.write(table)
        part.close()
    (path,) = writer.finish(layout, [part_path], folder)
    return path


def one_column(kind: Kind, values: list[Any]) -> tuple[Layout, pa.Table]:
    layout = layout_of(column(kind))
    return layout, pa.table([pa.array(values, arrow_schema(layout.columns)[0].type)], names=["cell"])


SPELLINGS = [
    pytest.param(kind, values, lines, id=f"{type(kind).__name__} {number}")
    for number, (kind, values, lines) in enumerate(
        [
            (Text("label"), ["plain", "é ' ; 漢", " padded ", None], b"plain\n\xc3\xa9 ' ; \xe6\xbc\xa2\n padded \n\n"),
            (Text("label"), ["a,b", 'a "b"', '"'], b'"a,b"\n"a ""b"""\n""""\n'),
            (Text("label"), ["a\nb", "a\rb"], b'"a\nb"\n"a\rb"\n'),
            (Category(("a,b", "c")), ["c", "a,b", None], b'c\n"a,b"\n\n'),
            (Number(2, -9.0, 999.0), [1.0, 0.1, 123.45, -7.5, None], b"1.00\n0.10\n123.45\n-7.50\n\n"),
            (Number(0, 0.0, 1e15), [0.0, 7.0, 1e15], b"0\n7\n1000000000000000\n"),
            (Number(4, -1.0, 1.0), [1e-4, -1e-4], b"0.0001\n-0.0001\n"),
            (Boolean(), [True, False, None], b"true\nfalse\n\n"),
            (Date(), [date(2024, 2, 29), None], b"2024-02-29\n\n"),
            (Timestamp(), [datetime(2024, 2, 29), None], b"2024-02-29T00:00:00\n\n"),
            (Timestamp(), [datetime(1969, 12, 31, 23, 59, 59)], b"1969-12-31T23:59:59\n"),
            (Integer(-5, 5), [-5, 0, None], b"-5\n0\n\n"),
            (Integer(0, 2**62), [2**53 + 1], b"9007199254740993\n"),
            (Key(), [2**62], b"4611686018427387904\n"),
        ]
    )
]


class TestCanonicalCsv:
    @pytest.mark.parametrize(("kind", "values", "lines"), SPELLINGS)
    def test_spells_every_kind_in_one_way_and_reads_it_back(self, tmp_path, kind, values, lines):
        layout, table = one_column(kind, values)
        path = write("csv", layout, table, tmp_path)
        assert path.read_bytes() == b"cell\n" + lines
        # A sheet of one column cannot tell an empty line from an empty cell, so it is read back beside a key.
        layout = layout_of(column(Key(), "key"), column(kind))
        table = table.add_column(0, "key", pa.array(range(len(values)), pa.int64()))
        assert FORMATS["csv"].read(layout, [write("csv", layout, table, tmp_path)]).equals(table)

    def test_is_read_by_others_as_by_us_where_text_is_odd(self, tmp_path):
        layout = layout_of(column(Key(), "key"), column(Text("label"), "one"), column(Text("label"), "two"))
        odd = ["a,b", 'say "no"', "two\nlines", "end\r", '""', ",", "plain", None, "'", " padded ", "é漢"]
        columns = [pa.array(range(len(odd)), pa.int64()), pa.array(odd), pa.array(odd[::-1])]
        table = pa.table(columns, names=["key", "one", "two"])
        path = write("csv", layout, table, tmp_path)
        assert FORMATS["csv"].read(layout, [path]).equals(table)
        _, *rows = csv_rows(path)
        assert [row[1:] for row in rows] == [[a or "", b or ""] for a, b in zip(odd, odd[::-1], strict=True)]

    def test_writes_every_hundredth_as_it_stands(self, tmp_path):
        # 0.29 * 100 is 28.999999999999996 in floating point; a cent must not be lost on the way.
        layout, table = one_column(Number(2, 0.0, 1_000.0), [n / 100 for n in range(100_000)])
        lines = write("csv", layout, table, tmp_path).read_text(encoding="utf-8").splitlines()[1:]
        assert lines == [f"{n // 100}.{n % 100:02d}" for n in range(100_000)]

    def test_of_nothing_is_a_header(self, tmp_path):
        layout, table = one_column(Integer(0, 9), [])
        path = write("csv", layout, table, tmp_path)
        assert path.read_bytes() == b"cell\n"
        assert FORMATS["csv"].read(layout, [path]).equals(table)

    @pytest.mark.parametrize("world", WORLDS)
    def test_of_a_world_has_no_byte_too_many(self, folders, world):
        for path in folders(world, "csv").rglob("*.csv"):
            content = path.read_bytes()
            content.decode("utf-8", errors="strict")
            assert content.endswith(b"\n")
            assert not content.startswith(b"\xef\xbb\xbf")
            assert b"\r" not in content
            again = io.StringIO()  # quotes stand where a cell needs them, and nowhere else
            writer = csv.writer(again, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
            writer.writerows(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
            assert again.getvalue().encode() == content


class TestAnAtomicFile:
    def test_appears_whole_under_its_name(self, tmp_path):
        path = tmp_path / "new" / "file"
        with AtomicFile(path) as stream:
            stream.write(b"whole")
            assert not path.exists()
        assert [(p.name, p.read_bytes()) for p in path.parent.iterdir()] == [("file", b"whole")]

    def test_leaves_nothing_when_its_content_fails(self, tmp_path):
        def write_half() -> None:
            with AtomicFile(tmp_path / "file") as stream:
                stream.write(b"half")
                raise ValueError("no")

        with pytest.raises(ValueError, match="no"):
            write_half()
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("step", ["fsync", "replace"])
    def test_leaves_nothing_new_when_the_disk_fails(self, tmp_path, monkeypatch, step):
        def fail(*arguments: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        path = tmp_path / "file"
        path.write_bytes(b"before")
        monkeypatch.setattr(os, step, fail)
        with pytest.raises(OSError, match="No space left"), AtomicFile(path) as stream:
            stream.write(b"after")
        assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("file", b"before")]

    @pytest.mark.parametrize("form", FORMATS)
    def test_is_what_parts_are_made_of_so_a_failed_part_leaves_none(self, tmp_path, monkeypatch, form):
        def fail(plan: object, index: int) -> None:
            raise ValueError("no")

        plan = api.plan(RunConfig(scenario="aldeane", customers=10))
        monkeypatch.setattr(local, "generate_block", fail)
        with pytest.raises(ValueError, match="no"):
            local.write_part(plan, 0, tmp_path, form, local.made_ahead(plan, [0]))
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


NEXT_TO_EACH_OTHER: list[tuple[Kind, Any, Any]] = [
    (Key(), 1, 2),
    (ForeignKey("customers", optional=True), 1, 2),
    (Integer(0, 9), 0, 1),
    (Number(2), 0.0, 0.01),
    (Boolean(), False, True),
    (Date(), date(1970, 1, 1), date(1970, 1, 2)),
    (Timestamp(), datetime(1970, 1, 1), datetime(1970, 1, 1, 0, 0, 1)),
    (Category(("a", "b", "c")), "a", "b"),
    (Text("label"), "", "a"),
]


def mark_of(kind: Kind, values: list[Any]) -> str:
    layout, table = one_column(kind, values)
    return fingerprint(layout.columns, table)


SPANNING = RunConfig(scenario="tilmarenne", customers=9_000, seed=3, tables=("stores", "calendar", "orders"))
"""A run of two blocks, each a part."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("parts") / "data"
    api.generate_files(SPANNING, made, jobs=1)
    return made


class TestParts:
    """How the files of a run share its tables: a matter of files alone."""

    def test_of_tables_of_the_whole_company_there_is_one_and_of_others_one_for_each_share(self, folder):
        files = {name: entry["files"] for name, entry in read_manifest(folder).tables.items()}
        assert files["stores"] == ["stores/part-00000.parquet"]
        assert files["orders"] == ["orders/part-00000.parquet", "orders/part-00001.parquet"]
        truth = {name: entry["files"] for name, entry in read_manifest(folder / "truth").tables.items()}
        assert len(truth["latents/stores"]) == 1
        assert len(truth["latents/orders"]) == 2

    def test_a_table_of_the_whole_company_is_signed_by_block_all_the_same(self, folder):
        entry = read_manifest(folder).tables["stores"]
        assert len(entry["blocks"]) == len(read_manifest(folder).tables["orders"]["blocks"]) == 2
        assert entry["block_rows"][1:] == [0]
        assert {finding.verdict for finding in api.check(folder) if "fingerprint" in finding.name} == {"pass"}

    def test_its_share_of_a_later_part_is_read_as_nothing(self, tmp_path):
        plan = api.plan(SPANNING)
        (stores,) = [layout for layout in plan.layouts if layout.name == "stores"]
        empty = local.read_part(plan, tmp_path, stores, 1, FORMATS["parquet"], truth=False)
        assert (empty.num_rows, empty.schema) == (0, arrow_schema(stores.columns))

    def test_blocks_are_gathered_until_a_row_group_is_full(self, tmp_path, monkeypatch):
        monkeypatch.setattr(writers, "GROUP_ROWS", 5)
        layout = layout_of(column(Integer(0, 99)), column(Category(("a", "b")), "word"))
        table = pa.table({"cell": pa.array(range(3), pa.int32()), "word": pa.array(["a", "b", "a"])})
        table = table.cast(arrow_schema(layout.columns))
        with AtomicFile(tmp_path / "part") as sink:
            part = FORMATS["parquet"].part(layout, sink)
            for _ in range(5):
                part.write(table)
            part.close()
        file = pq.ParquetFile(tmp_path / "part")
        assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [6, 6, 3]
        assert file.read().equals(pa.concat_tables([table] * 5).combine_chunks())

    def test_keys_times_and_counts_are_packed_and_bounded(self, folder):
        group = pq.ParquetFile(folder / "orders/part-00000.parquet").metadata.row_group(0)
        columns = {group.column(n).path_in_schema: group.column(n) for n in range(group.num_columns)}
        for name in ("order_id", "customer_id", "ordered_at", "item_count"):
            assert "DELTA_BINARY_PACKED" in columns[name].encodings
            assert columns[name].statistics.has_min_max
        assert "RLE_DICTIONARY" in columns["channel"].encodings


class TestAFingerprint:
    @pytest.mark.parametrize(("kind", "one", "next_"), NEXT_TO_EACH_OTHER, ids=lambda x: getattr(x, "type_name", ""))
    def test_tells_a_value_from_the_next_and_zero_and_no_text_from_nothing(self, kind, one, next_):
        found = {mark_of(kind, cells) for cells in ([one], [next_], [None], [], [one, None], [None, one])}
        assert len(found) == 6

    def test_tells_where_one_text_ends_and_the_next_begins(self):
        assert mark_of(Text("label"), ["ab", "c"]) != mark_of(Text("label"), ["a", "bc"])

    def test_tells_one_column_from_another(self):
        table = pa.table({"cell": pa.array([1], pa.int32())})
        assert fingerprint([column(Integer(0, 9))], table) != fingerprint([column(Integer(0, 9), "other")], table)

    @pytest.mark.parametrize("world", WORLDS)
    def test_changes_with_any_one_cell(self, folders, world):
        layouts = layouts_of(folders(world, "parquet"))
        for name, table in api.read_tables(folders(world, "parquet"), read_manifest(folders(world, "parquet"))).items():
            before = fingerprint(layouts[name].columns, table)
            for place, changed in enumerate(layouts[name].columns):
                values = table.column(place).to_pylist()
                row = next((n for n, value in enumerate(values) if value is not None), None)
                if row is None:
                    continue  # nobody in a small run has it
                values[row] = None
                emptied = table.set_column(place, changed.name, pa.array(values, table.schema.field(place).type))
                assert fingerprint(layouts[name].columns, emptied) != before, f"{name}.{changed.name}"
                shifted = table.column(place).to_pylist()
                shifted = pa.array(shifted[1:] + shifted[:1], table.schema.field(place).type)
                if not shifted.equals(table.column(place).combine_chunks()):
                    moved = table.set_column(place, changed.name, shifted)
                    assert fingerprint(layouts[name].columns, moved) != before, f"{name}.{changed.name}"

    @given(
        st.lists(st.sampled_from(["a", "b", "c", None]), min_size=1, max_size=12),
        st.permutations(["a", "b", "c"]),
        st.data(),
    )
    def test_does_not_depend_on_the_order_of_a_dictionary_or_on_chunks(self, words, order, data):
        layout = layout_of(column(Category(("a", "b", "c"))))
        codes = pa.array([None if word is None else order.index(word) for word in words], pa.int8())
        coded = pa.DictionaryArray.from_arrays(codes, pa.array(order))
        cut = data.draw(st.integers(0, len(words)))
        chunked = pa.chunked_array([coded.slice(0, cut), coded.slice(cut)])
        expected = mark_of(Category(("a", "b", "c")), words)
        for values in (coded, chunked, pa.array(words, pa.string())):
            assert fingerprint(layout.columns, pa.table({"cell": values})) == expected

    @given(st.lists(st.one_of(st.none(), st.text(max_size=3)), max_size=8), st.data())
    def test_of_text_does_not_depend_on_how_it_is_stored(self, texts, data):
        layout = layout_of(column(Text("label")))
        cut = data.draw(st.integers(0, len(texts)))
        stored = [pa.array(texts, pa.string()), pa.array(texts, pa.large_string())]
        stored.append(pa.array(texts, pa.string()).dictionary_encode())
        stored.append(pa.array(["before", *texts, "after"]).slice(1, len(texts)))
        found = {fingerprint(layout.columns, pa.table({"cell": values})) for values in stored}
        chunks = pa.chunked_array([texts[:cut], texts[cut:]], pa.string())
        assert found == {fingerprint(layout.columns, pa.table({"cell": chunks}))}

    def test_of_numbers_counts_in_their_quantum(self):
        assert mark_of(Number(2), [0.1 + 0.2]) == mark_of(Number(2), [0.3])
        assert mark_of(Number(2), [-0.0]) == mark_of(Number(2), [0.0])
        assert mark_of(Number(2), [0.3]) != mark_of(Number(2), [0.31])

    def test_is_the_one_that_the_recipe_of_its_bytes_gives(self):
        # The recipe is part of the format: published editions rest on it. Entered here a second time.
        kinds = {"n": Integer(0, 9), "t": Text("label"), "x": Number(1), "b": Boolean(), "c": Category(("a", "b"))}
        layout = layout_of(*(column(kind, name) for name, kind in kinds.items()))
        table = pa.table(
            {
                "n": pa.array([1, None], pa.int32()),
                "t": ["é", "b"],
                "x": [0.5, 2.0],
                "b": [True, False],
                "c": ["b", "a"],
            }
        )
        digest = hashlib.sha256()
        digest.update(b"n\x1f2\x1f" + bytes([0b10000000]) + np.array([1], "<i4").tobytes())
        digest.update(b"t\x1f2\x1f" + bytes([0b11000000]) + np.array([2, 1], "<i4").tobytes() + "éb".encode())
        digest.update(b"x\x1f2\x1f" + bytes([0b11000000]) + np.array([5, 20], "<i8").tobytes())
        digest.update(b"b\x1f2\x1f" + bytes([0b11000000]) + bytes([0b10000000]))
        digest.update(b"c\x1f2\x1f" + bytes([0b11000000]) + np.array([1, 0], "<i1").tobytes())
        assert fingerprint(layout.columns, table) == digest.hexdigest()


# Field types of the data package standard; all other kinds are strings.
STANDARD_TYPES = {
    Key: "integer",
    ForeignKey: "integer",
    Integer: "integer",
    Number: "number",
    Boolean: "boolean",
    Date: "date",
    Timestamp: "datetime",
}


@pytest.mark.parametrize("world", WORLDS)
class TestTheDataPackage:
    def test_has_every_field_and_key(self, folders, world):
        package = json.loads((folders(world, "csv") / "datapackage.json").read_text(encoding="utf-8"))
        tables = scan.published(world)
        assert {resource["name"] for resource in package["resources"]} == set(tables)
        for resource in package["resources"]:
            table, schema = tables[resource["name"]], resource["schema"]
            assert [(field["name"], field["type"]) for field in schema["fields"]] == [
                (column.name, STANDARD_TYPES.get(type(column.kind), "string")) for column in table.observed
            ]
            for field, declared in zip(schema["fields"], table.observed, strict=True):
                assert field["description"].startswith(declared.meaning)
                if isinstance(declared.kind, Category):
                    assert field["constraints"]["enum"] == list(declared.kind.values)
            assert schema["primaryKey"] == [table.key]
            links = [column for column in table.observed if isinstance(column.kind, ForeignKey)]
            assert [
                (*key["fields"], key["reference"]["resource"], *key["reference"]["fields"])
                for key in schema.get("foreignKeys", [])
            ] == [(link.name, link.kind.table, tables[link.kind.table].key) for link in links]

    @pytest.mark.parametrize("form", FORMATS)
    def test_names_files_that_are_there(self, folders, world, form):
        for folder in (folders(world, form), folders(world, form) / "truth"):
            package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
            for resource in package["resources"]:
                assert resource["path"]
                assert all((folder / path).is_file() for path in resource["path"])
                assert resource["format"] == form

    def test_requires_what_is_never_empty(self, folders, world):
        package = json.loads((folders(world, "csv") / "datapackage.json").read_text(encoding="utf-8"))
        data = api.open_dataset(folders(world, "csv"))
        for resource in package["resources"]:
            for field in resource["schema"]["fields"]:
                if field.get("constraints", {}).get("required"):
                    assert data[resource["name"]][field["name"]].notna().all(), field["name"]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("world", WORLDS)
class TestTheAnswerKey:
    def test_is_a_data_set_of_its_own(self, folders, world, form):
        folder = folders(world, form)
        assert (folder / "truth/datapackage.json").exists()
        main, truth = read_manifest(folder).tables, read_manifest(folder / "truth").tables
        assert set(main) == set(scan.published(world))
        assert not set(main) & set(truth)
        assert {name.partition("/")[0] for name in truth} == {"latents", "effects", "noise"}

    def test_is_not_spoken_of_in_what_is_handed_out(self, folders, world, form):
        for name in ("manifest.json", "datapackage.json", "data_dictionary.md"):
            text = (folders(world, form) / name).read_text(encoding="utf-8").lower()
            assert not re.search(r"truth|answer.key|latent|potential outcome|untreated", text), name
            if name == "manifest.json":  # the numbers behind the data are answers too
                planted = {p for one in scan.scenario(world).effects for p in one.coefficients}
                assert planted
                assert not any(parameter in text for parameter in planted)

    def test_can_be_taken_away(self, folders, world, form, tmp_path):
        shutil.copytree(folders(world, form), tmp_path / "data")
        shutil.rmtree(tmp_path / "data/truth")
        opened = api.open_dataset(tmp_path / "data")
        assert len(opened["customers"]) == CUSTOMERS
        assert opened.truth == {}
        with pytest.raises(DatasetError, match="no answer key"):
            api.answer_key(opened)
        found = api.check(tmp_path / "data")
        assert [finding for finding in found if finding.verdict == "fail"] == []
        assert {finding.group for finding in found} == {"integrity", "safety", "target"}
