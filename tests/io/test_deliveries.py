"""Deliveries are dirty as declared, the same however they are made, safe, and lead back to the clean tables."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import shutil
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxdata import api
from cxdata.catalog import scan
from cxdata.check import safety
from cxdata.check.deliveries import scan_delivered
from cxdata.config import RunConfig
from cxdata.engine import dirt
from cxdata.engine.plan import Layout
from cxdata.errors import ConfigError, DatasetError, OutputError
from cxdata.execution import local
from cxdata.io import deliveries
from cxdata.io.manifest import read_manifest
from cxdata.io.writers import FORMATS
from cxdata.schema.dirt import DIRT, rates
from cxdata.schema.kinds import Boolean, Category, Date, Integer, Key, Kind, Number, Text, Timestamp, Word
from cxdata.schema.recipe import Recipe
from cxdata.schema.table import Column

WORLDS = scan.scenario_ids()
CUSTOMERS = 1_500
SEED = 3
"""Under which every kind of drift occurs: they strike columns and files, of which there are few."""
SPANNING = 9_000
"""Customers of a run that spans several blocks."""
FEW = ("customers", "complaints")


def config(world: str, preset: str, customers: int = CUSTOMERS, **options: Any) -> RunConfig:
    return RunConfig(scenario=world, customers=customers, seed=SEED, dirt=preset, **options)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return the folder of a run with dirt, made when asked for; copy it before you change it."""
    kept: dict[tuple[str, str], Path] = {}

    def folder(world: str, preset: str = "heavy") -> Path:
        if (world, preset) not in kept:
            kept[world, preset] = tmp_path_factory.mktemp(world) / "data"
            api.generate_files(config(world, preset), kept[world, preset], form="csv", jobs=1)
        return kept[world, preset]

    return folder


def listed(folder: Path) -> list[dict[str, str]]:
    with (folder / "truth" / "dirt.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def promised(folder: Path) -> tuple[str, list[str]]:
    """Return the digest over all delivered files, and the fingerprints of the list of changes."""
    manifest = json.loads((folder / "delivered" / "manifest.json").read_text(encoding="utf-8"))
    return manifest["digest"], read_manifest(folder / "truth").tables["dirt"]["blocks"]


def column(kind: Kind, name: str = "cell") -> Column:
    return Column(name=name, kind=kind, meaning="A cell.", recipe=Recipe(lambda u, x: None))


@pytest.mark.parametrize("world", WORLDS)
class TestTheListOfChanges:
    def test_leads_back_to_the_clean_tables_by_another_program(self, made, world):
        # Entered here a second time, row by row, with nothing of the package but the folder's files.
        folder = made(world)
        changes = defaultdict(list)
        for change in listed(folder):
            changes[change["file_name"]].append(change)
        for name in read_manifest(folder).tables:
            text = (folder / f"{name}.csv").read_bytes().decode()
            header, *clean = csv.reader(io.StringIO(text, newline=""))
            found: list[list[str]] = []
            for path in sorted((folder / "delivered" / name).glob("*.csv")):
                found += restored(path, header, changes[f"{name}/{path.name}"])
            assert sorted(found) == sorted(clean), name

    def test_is_checked_with_the_data_set(self, made, world):
        for preset in ("light", "heavy"):
            found = [f for f in api.check(made(world, preset)) if f.name.startswith("delivered/")]
            assert len(found) == 2 * len(scan.published(world))
            assert {f.verdict for f in found} == {"pass"}, found

    def test_leaves_the_clean_data_set_as_it_is(self, made, world):
        clean = api.generate(world, customers=CUSTOMERS, seed=SEED)
        dirty = read_manifest(made(world))
        for name, entry in clean.manifest.tables.items():
            assert dirty.tables[name]["fingerprint"] == entry["fingerprint"]
        assert "dirt" not in clean.manifest.content

    def test_opens_with_the_answer_key(self, made, world):
        found = api.open_dataset(made(world)).truth["dirt"]
        assert len(found) == len(listed(made(world)))

    def test_strikes_the_declared_share_of_cells(self, made, world):
        cell_kinds = {kind.name for kind in DIRT.values() if kind.level == "cell"}
        for preset, low, high in (("light", 0.007, 0.013), ("heavy", 0.045, 0.075)):
            folder = made(world, preset)
            struck = sum(change["kind"] in cell_kinds for change in listed(folder))
            manifest = json.loads((folder / "delivered" / "manifest.json").read_text(encoding="utf-8"))
            widths = {name: len(table.observed) for name, table in scan.published(world).items()}
            cells = sum(entry["rows"] * widths[name] for name, entry in manifest["tables"].items())
            assert low < struck / cells < high, (preset, struck / cells)

    def test_never_strikes_keys_but_by_their_own_kind(self, made, world):
        keys = {
            (table.name, column.name)
            for table in scan.published(world).values()
            for column in table.observed
            if dirt.is_key(column)
        }
        kinds = {c["kind"] for c in listed(made(world)) if (c["table_name"], c["column_name"]) in keys}
        assert kinds == {"broken_key"}
        assert not any(c["kind"] == "broken_key" for c in listed(made(world, "light")))


def restored(path: Path, header: list[str], changes: list[dict[str, str]]) -> list[list[str]]:
    """Return a delivered file's rows as they were, by applying the list of changes backwards."""
    whole = [change for change in changes if not change["row_in_file"]]
    encoding = next((c["dirty"] for c in whole if c["kind"] == "wrong_encoding"), "utf-8")
    names, *rows = csv.reader(io.StringIO(path.read_bytes().decode(encoding), newline=""))
    if added := [c["dirty"] for c in whole if c["kind"] == "added_column"]:
        assert names[-1:] == added
    renamed = {c["dirty"]: c["clean"] for c in whole if c["kind"] == "renamed_column"}
    place = {renamed.get(name, name): number for number, name in enumerate(names)}
    missing = {c["column_name"] for c in whole if c["kind"] == "dropped_column"}
    assert set(place) == set(header) - missing | set(added)
    cells = [[row[place[name]] if name in place else "" for name in header] for row in rows]
    for change in whole:
        if change["kind"] == "boolean_words":
            words = dict(zip(change["dirty"].split("/"), change["clean"].split("/"), strict=True))
            for row in cells:
                at = header.index(change["column_name"])
                row[at] = words.get(row[at], row[at])
    copies = set()
    for change in changes:
        if change["row_in_file"] and change["column_name"]:
            row, at = cells[int(change["row_in_file"]) - 1], header.index(change["column_name"])
            assert row[at] == change["dirty"]
            row[at] = change["clean"]
        elif change["kind"] == "duplicate":
            copies.add(int(change["row_in_file"]) - 1)
    for change in changes:
        if change["row_in_file"]:
            assert cells[int(change["row_in_file"]) - 1][0] == change["row_key"]
    return [row for number, row in enumerate(cells) if number not in copies]


class TestTheKinds:
    def test_all_occur_under_heavy(self, made):
        found = {change["kind"] for world in WORLDS for change in listed(made(world))}
        assert found == set(DIRT)

    def test_strike_at_their_rate(self, made):
        folder = made("tilmarenne")
        orders = api.open_dataset(folder)["orders"]
        struck = Counter(
            change["kind"]
            for change in listed(folder)
            if change["table_name"] == "orders" and change["column_name"] in ("", "ordered_at")
        )
        for kind in ("duplicate", "late_row"):
            assert_share(struck[kind], len(orders), rates("heavy")[kind])

    def test_blank_at_their_rate(self, made):
        folder = made("tilmarenne")
        copies = {(c["file_name"], c["row_in_file"]) for c in listed(folder) if c["kind"] == "duplicate"}
        struck = [
            change
            for change in listed(folder)
            if (change["table_name"], change["column_name"], change["kind"]) == ("customers", "accepts_email", "blank")
            and (change["file_name"], change["row_in_file"]) not in copies
        ]
        assert_share(len(struck), CUSTOMERS, rates("heavy")["blank"])

    def test_half_of_the_copies_come_in_the_next_file_and_half_have_one_more_slip(self, made):
        folder = made("tilmarenne")
        changes = [c for c in listed(folder) if c["table_name"] == "orders"]
        copies = {(c["file_name"], c["row_in_file"], c["row_key"]) for c in changes if c["kind"] == "duplicate"}
        again = Counter(key for _, _, key in copies)
        assert max(again.values()) == 1
        homes = {}
        orders = api.open_dataset(folder)["orders"].set_index("order_id")["ordered_at"]
        late = {c["row_key"] for c in changes if c["kind"] == "late_row"}
        for file, _, key in copies:
            at = orders[int(key)]
            homes[key] = file == f"orders/{at.year}-q{at.quarter}.csv"
        on_time = [key for key in homes if key not in late]
        assert_share(sum(homes[key] for key in on_time), len(on_time), deliveries.SHARED_BY_HALVES)

    @pytest.mark.parametrize(
        ("kind", "of", "clean", "u", "style", "dirty"),
        [
            ("broken_key", Key(), "4295", 0.2, 0, "4295.0"),
            ("broken_key", Key(), "4295", 0.55, 0, "4925"),
            ("impossible", Integer(0, 10), "7", 0.0, 0, "-7"),
            ("impossible", Integer(0, 10), "0", 0.0, 0, "-1"),
            ("impossible", Integer(0, 10), "7", 0.9, 0, "9999"),
            ("impossible", Number(1, 0.0, 90.0), "3.5", 0.9, 0, "9999.0"),
            ("impossible", Integer(-5, 40_000), "7", 0.5, 0, "7"),
            ("impossible", Date(), "1988-02-29", 0.5, 0, "1900-01-01"),
            ("impossible", Timestamp(), "2023-02-03T10:11:12", 0.5, 0, "1900-01-01T00:00:00"),
            ("mixed_dates", Date(), "2023-02-03", 0.0, 0, "03/02/2023"),
            ("mixed_dates", Date(), "2023-02-03", 0.0, 1, "02/03/2023"),
            ("mixed_dates", Timestamp(), "2023-02-03T10:11:12", 0.0, 2, "2023.02.03 10:11:12"),
            ("decimal_comma", Number(2), "-12.50", 0.0, 0, "-12,50"),
            ("mojibake", Word("towns"), "Orléans", 0.0, 0, "OrlÃ©ans"),
            ("mojibake", Word("towns"), "Ímo", 0.0, 0, "Ímo"),  # one of its bytes means nothing in Windows-1252
            ("variant", Category(("late_delivery",)), "late_delivery", 0.0, 0, "LATE_DELIVERY"),
            ("variant", Category(("late_delivery",)), "late_delivery", 0.999, 0, "Late delivery"),
            ("variant", Text("phone"), "06 39 98 12 34", 0.0, 0, "06.39.98.12.34"),
            ("variant", Text("phone"), "06 39 98 12 34", 0.999, 0, "0639981234"),
            ("typo", Word("towns"), "Lyon", 0.0, 0, "Loyn"),
            ("typo", Text("email"), "ada.l7@mel.example.org", 0.34, 0, "aa.l7@mel.example.org"),
            ("typo", Text("address"), "12 rue X", 0.0, 0, "1 2rue X"),
            ("typo", Text("address"), "12 rue X", 0.999, 0, "12 rue  X"),
            ("typo", Text("label"), "St.Fre", 0.5, 0, "St.Fre"),  # a slip beside a point could make a link
            ("typo", Text("label"), "a2023", 0.999, 0, "a2023"),  # a slip must not add a digit
        ],
    )
    def test_write_what_they_say(self, kind, of, clean, u, style, dirty):
        assert dirt._WRITE[kind](column(of), clean, u, style) == dirty

    @given(
        u=st.floats(0, 1, exclude_max=True), name=st.from_regex(r"[a-z]{1,6}(\.[a-z]{1,6})?[0-9]{1,2}", fullmatch=True)
    )
    def test_slips_in_an_address_stay_within_the_reserved_domains(self, u, name):
        slipped = dirt.slip(column(Text("email")), f"{name}@mel.example.org", u)
        assert re.fullmatch(safety.RESERVED_EMAIL, slipped)
        assert slipped.endswith("@mel.example.org")

    @given(u=st.floats(0, 1, exclude_max=True), tail=st.from_regex(r"[0-9]{2} [0-9]{2}", fullmatch=True))
    def test_variants_of_a_phone_number_keep_its_digits(self, u, tail):
        number = f"06 39 98 {tail}"
        written = dirt._variant(column(Text("phone")), number, u, 0)
        assert re.sub("[ .-]", "", written) == number.replace(" ", "")
        assert scan_delivered(column(Text("phone")), pa.chunked_array([[written]])) == []

    def test_other_names_are_other(self):
        assert dirt.other_names("ordered_at") == ("orderedAt", "ORDERED_AT", "Ordered at")
        assert dirt.other_names("csat") == ("CSAT", "Csat")


def assert_share(count: int, of: int, share: float) -> None:
    assert abs(count - of * share) <= 4 * math.sqrt(of * share * (1 - share)), (count, of, share)


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    """Return what a plain run that spans several blocks promises of its deliveries."""
    folder = tmp_path_factory.mktemp("usual") / "data"
    api.generate_files(config("aldeane", "heavy", SPANNING, tables=FEW), folder, jobs=1)
    return promised(folder)


class TestDeliveriesAreTheSame:
    def test_whatever_the_size_of_parts_and_the_jobs(self, usual, tmp_path, monkeypatch):
        monkeypatch.setattr(local, "blocks_per_part", lambda blocks: 3)
        api.generate_files(config("aldeane", "heavy", SPANNING, tables=FEW), tmp_path, jobs=2)
        assert len(read_manifest(tmp_path).tables["customers"]["files"]) == 1
        assert promised(tmp_path) == usual

    def test_whatever_the_format(self, usual, tmp_path):
        api.generate_files(config("aldeane", "heavy", SPANNING, tables=FEW), tmp_path, form="csv", jobs=1)
        assert promised(tmp_path) == usual

    def test_whatever_other_tables_there_are(self, tmp_path, made):
        api.generate_files(config("tilmarenne", "heavy", tables=("orders",)), tmp_path, jobs=1)
        manifests = [
            json.loads((folder / "delivered" / "manifest.json").read_text(encoding="utf-8"))
            for folder in (tmp_path, made("tilmarenne"))
        ]
        assert manifests[0]["tables"] == {"orders": manifests[1]["tables"]["orders"]}

    @pytest.mark.parametrize("moment", ["first file", "list", "manifest of deliveries"])
    def test_after_an_interruption(self, usual, tmp_path, monkeypatch, moment):
        class Blow(BaseException):
            pass

        def strike(*arguments: object, **options: object) -> None:
            raise Blow

        with monkeypatch.context() as patch:
            if moment == "first file":
                patch.setattr(deliveries._TableDelivery, "finish", strike)
            elif moment == "list":
                patch.setattr(deliveries, "read_me", strike)
            else:
                patch.setattr(api, "_answer_key", strike)
            with pytest.raises(Blow):
                api.generate_files(config("aldeane", "heavy", SPANNING, tables=FEW), tmp_path, jobs=1)
        assert not (tmp_path / "manifest.json").exists()
        with pytest.raises(OutputError, match="other options"):
            api.generate_files(config("aldeane", "light", SPANNING, tables=FEW), tmp_path, jobs=1, resume=True)
        api.generate_files(config("aldeane", "heavy", SPANNING, tables=FEW), tmp_path, jobs=1, resume=True)
        assert promised(tmp_path) == usual
        assert not list(tmp_path.rglob("*.part"))


class TestAFile:
    @staticmethod
    def deliver(folder: Path, layout: Layout, table: pa.Table, **struck: float) -> deliveries.Delivered:
        rate = {**dict.fromkeys(DIRT, 0.0), **struck}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(deliveries, "rates", lambda preset: rate)
            return deliveries.deliver(
                [(layout, lambda: [table])],
                folder,
                world=np.uint64(1),
                preset="heavy",
                writer=FORMATS["parquet"],
                listing=lambda number: folder / f"list-{number}.parquet",
                about={},
            )

    def test_in_another_encoding_loses_the_letters_that_it_lacks_and_gets_them_back(self, tmp_path):
        layout = Layout("sheet", "A sheet.", (column(Key(), "sheet_id"), column(Text("label"), "word")))
        words = ["été", "Łódź", "plain", None, "Ελλάδα"]
        table = pa.table([pa.array(range(1, 6)), pa.array(words)], names=["sheet_id", "word"])
        self.deliver(tmp_path, layout, table, wrong_encoding=1.0)
        path = tmp_path / "delivered" / "sheet" / "all.csv"
        assert path.read_bytes().decode("cp1252") == "sheet_id,word\n1,été\n2,?ód?\n3,plain\n4,\n5,??????\n"
        changes = pq.read_table(tmp_path / "list-0.parquet")
        assert deliveries.undo(path, layout, changes).cells.column("word").to_pylist() == words

    def test_of_plain_letters_is_in_no_wrong_encoding(self, tmp_path):
        layout = Layout("sheet", "A sheet.", (column(Key(), "sheet_id"), column(Boolean(), "yes")))
        self.deliver(tmp_path, layout, pa.table([[1], [True]], names=["sheet_id", "yes"]), wrong_encoding=1.0)
        assert pq.read_table(tmp_path / "list-0.parquet").num_rows == 0

    def test_comes_through_every_drift_at_once(self, tmp_path):
        columns = [
            column(Key(), "sheet_id"),
            column(Timestamp(), "noted_at"),
            *(column(Boolean(), f"is_{name}") for name in ("old", "new", "odd")),
        ]
        layout = Layout("sheet", "A sheet.", tuple(columns))
        times = pa.array([np.datetime64("2023-01-15", "ms") + np.timedelta64(30 * i, "D") for i in range(24)])
        claims = [pa.array([i % n == 0 for i in range(24)]) for n in (2, 3, 5)]
        table = pa.table([pa.array(range(1, 25)), times, *claims], names=[c.name for c in columns])
        drift = ("dropped_column", "renamed_column", "moved_column", "added_column", "boolean_words")
        self.deliver(tmp_path, layout, table, late_row=0.3, duplicate=0.3, **dict.fromkeys(drift, 1.0))
        changes = pq.read_table(tmp_path / "list-0.parquet")
        assert set(drift) <= set(changes.column("kind").to_pylist())
        files = dict(deliveries.entries_by_file(changes))
        found = []
        for path in sorted((tmp_path / "delivered" / "sheet").glob("*.csv")):
            undone = deliveries.undo(path, layout, files.get(f"sheet/{path.name}", changes.slice(0, 0)))
            found += undone.cells.filter(pa.array(~undone.copies)).to_pylist()
        clean = {row["sheet_id"]: row for row in table.to_pylist()}
        assert len(found) == len(clean)
        for row in found:
            wanted = clean[int(row["sheet_id"])]
            assert row["noted_at"] == wanted["noted_at"].isoformat()
            assert [row[c.name] == "true" for c in columns[2:]] == [wanted[c.name] for c in columns[2:]]

    def test_is_named_after_the_first_time_that_is_never_empty(self):
        at, maybe = column(Timestamp(), "at"), Column(name="b", kind=Timestamp(), meaning="B.", recipe=None, when="c")
        key, day = column(Key(), "key"), column(Date(), "day")
        assert deliveries.delivered_by(Layout("t", "", (key, day, maybe, at))) is at
        assert deliveries.delivered_by(Layout("t", "", (key, day, maybe))) is None
        assert [deliveries.file_of(q) for q in (-1, 0, 215)] == ["1969-q4.csv", "1970-q1.csv", "2023-q4.csv"]

    def test_holds_no_cell_that_starts_a_formula(self, made):
        for world in WORLDS:
            for path in (made(world) / "delivered").rglob("*.csv"):
                content = path.read_bytes()
                try:
                    text = content.decode()
                except UnicodeDecodeError:
                    text = content.decode("cp1252")
                for row in csv.reader(io.StringIO(text, newline="")):
                    for cell in row:
                        assert not re.match(r"[=+@\t\r]|-(?![0-9]+([.,][0-9]+)?$)", cell), (path, cell)


class TestTheCheck:
    @pytest.fixture
    def small(self, made, tmp_path):
        return shutil.copytree(made("aldeane"), tmp_path / "data")

    @staticmethod
    def failed(folder: Path) -> list[str]:
        return [f.detail for f in api.check(folder) if f.name.startswith("delivered/") and f.verdict == "fail"]

    def test_sees_a_file_that_was_altered(self, small):
        path = small / "delivered" / "customers" / "all.csv"
        path.write_bytes(path.read_bytes().replace(b"true", b"false", 1))
        assert self.failed(small) == ["customers/all.csv is not the file that was made"]

    @pytest.mark.parametrize("alter", ["cell", "row", "header", "formula"])
    def test_sees_files_that_do_not_lead_back(self, small, monkeypatch, alter):
        monkeypatch.setattr("cxdata.check.deliveries._digest", lambda path: digests[path.relative_to(base).as_posix()])
        base = small / "delivered"
        manifest = deliveries.read_deliveries(small)
        digests = {file: e["sha256"] for t in manifest["tables"].values() for file, e in t["files"].items()}
        path = next(p for p in sorted((base / "complaints").glob("*.csv")) if p.stat().st_size > 2_000)
        lines = path.read_bytes().split(b"\n")
        if alter == "cell":
            lines[3] = lines[3].replace(b"2", b"1")
        elif alter == "row":
            del lines[3]
        elif alter == "header":
            lines[0] = lines[0].replace(b",", b",x", 1)
        else:
            lines[3] = b"=" + lines[3]
        path.write_bytes(b"\n".join(lines))
        assert self.failed(small)

    def test_compares_digests_alone_once_the_answer_key_is_gone(self, small):
        shutil.rmtree(small / "truth")
        assert self.failed(small) == []

    def test_refuses_a_damaged_manifest(self, small):
        (small / "delivered" / "manifest.json").write_text('{"tables": {"a": {"files": {"../../x": {}}}}}')
        with pytest.raises(DatasetError, match="Generate the data set again"):
            api.check(small)


class TestRefusals:
    def test_an_unknown_preset_is_one_line_with_those_that_exist(self, refuses, tmp_path):
        line = refuses("generate", "aldeane", "--dirt", "hevy", "--out", tmp_path / "out")
        assert "Available: heavy, light, none. Did you mean 'heavy'?" in line
        assert not (tmp_path / "out").exists()

    def test_dirt_without_its_list_is_refused(self):
        with pytest.raises(ConfigError, match="--no-truth"):
            api.plan(config("aldeane", "light", truth=False))

    def test_no_table_has_the_name_of_the_folder(self):
        for world in WORLDS:
            assert deliveries.FOLDER not in scan.tables(world)

    def test_nobody_is_delivered_nothing(self, tmp_path):
        api.generate_files(config("aldeane", "heavy", 0), tmp_path, jobs=1)
        assert {f.verdict for f in api.check(tmp_path) if f.name.startswith("delivered/")} == {"pass"}
