"""Same seed, same values: whatever makes them, wherever, in whatever order and company."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from cxdata import api
from cxdata.catalog import scan
from cxdata.config import RunConfig
from cxdata.execution import local
from cxdata.io.manifest import read_manifest

WORLDS = scan.scenario_ids()
SEED = 7
SPANNING = 28_000
"""Customers of a run that spans several blocks and parts."""
PARTS = 4
"""As many as the processes that share them."""
SMALL, LARGE = 500, 50_000
USUAL = {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
OTHER = {
    "hash seed": {"PYTHONHASHSEED": "4294967295"},
    "time zone": {"TZ": "America/St_Johns"},  # half an hour off, with summer time
    "language": {"LC_ALL": "C", "LANG": "tr_TR", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},  # ASCII alone
}

pytestmark = pytest.mark.parametrize("world", WORLDS)


def config(world: str, customers: int = SPANNING, seed: int = SEED, **options: object) -> RunConfig:
    return RunConfig(scenario=world, customers=customers, seed=seed, **options)


def promised(folder: Path) -> dict[str, object]:
    """Return all that a run says of its values: both manifests and the answer key."""
    names = ("manifest.json", "truth/manifest.json", "truth/answer_key.json")
    return {name: json.loads((folder / name).read_text(encoding="utf-8")) for name in names}


def fingerprints(folder: Path) -> dict[str, list[str]]:
    """Return the fingerprint of every block of every table, observed and truth."""
    manifests = (read_manifest(folder), read_manifest(folder / "truth"))
    return {name: entry["blocks"] for manifest in manifests for name, entry in manifest.tables.items()}


def plain(table: pa.Table) -> pa.Table:
    """Return a table with words in place of their codes, whose numbering may depend on which words occur."""
    columns = [
        (column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column).combine_chunks()
        for column in table.columns
    ]
    return pa.table(columns, names=table.column_names)


def tables_of(folder: Path) -> dict[str, pa.Table]:
    found = {}
    for where in (folder, folder / "truth"):
        found.update(api.read_tables(where, read_manifest(where)))
    return {name: plain(table) for name, table in found.items()}


@pytest.fixture(scope="module")
def spanning(tmp_path_factory):
    """Return the folder of a plain run of a world that spans several parts, made when asked for."""
    made: dict[str, Path] = {}

    def folder(world: str) -> Path:
        if world not in made:
            made[world] = tmp_path_factory.mktemp(world) / "data"
            api.generate_files(config(world), made[world], jobs=1)
        return made[world]

    return folder


def test_four_processes_make_what_one_makes(spanning, world, tmp_path, monkeypatch):
    expected = promised(spanning(world))
    monkeypatch.setattr(local, "write_part", None)  # nothing is made in this process
    api.generate_files(config(world), tmp_path, jobs=PARTS)
    assert promised(tmp_path) == expected


def test_the_order_of_parts_moves_no_value(spanning, world, tmp_path, monkeypatch):
    made, write_part = [], local.write_part
    monkeypatch.setattr(
        local, "write_part", lambda plan, part, *rest: (made.append(part), write_part(plan, part, *rest))[1]
    )
    parts = list(range(PARTS))
    random.Random(3).shuffle(parts)
    api.generate_files(config(world), tmp_path, jobs=1, order=parts)
    assert made == parts != sorted(parts)
    assert promised(tmp_path) == promised(spanning(world))


def test_the_size_of_parts_moves_no_value(spanning, world, tmp_path, monkeypatch):
    monkeypatch.setattr(local, "blocks_per_part", lambda blocks: 2)
    api.generate_files(config(world), tmp_path, jobs=1)
    assert len(read_manifest(tmp_path).tables["customers"]["files"]) == PARTS / 2
    assert fingerprints(tmp_path) == fingerprints(spanning(world))


def test_csv_has_the_fingerprints_of_parquet(spanning, world, tmp_path):
    api.generate_files(config(world), tmp_path, form="csv", jobs=1)
    assert fingerprints(tmp_path) == fingerprints(spanning(world))


def test_memory_has_the_fingerprints_of_files(spanning, world):
    made = api.generate(world, customers=SPANNING, seed=SEED)
    on_disk = read_manifest(spanning(world))
    assert {name: entry["blocks"] for name, entry in made.manifest.tables.items()} == {
        name: entry["blocks"] for name, entry in on_disk.tables.items()
    }
    assert made.key == promised(spanning(world))["truth/answer_key.json"]


def test_a_table_asked_for_alone_has_the_values_it_has_among_the_others(world):
    whole = api.generate(world, customers=SMALL, seed=SEED).manifest.tables
    for name in scan.published(world):
        alone = api.generate(world, customers=SMALL, seed=SEED, tables=[name], truth=False).manifest.tables
        assert alone == {name: whole[name]}


@pytest.fixture(scope="module")
def in_environment(cxdata, tmp_path_factory):
    """Return the files of a small run under the settings of another machine."""
    made: dict[tuple[str, str], dict[str, bytes]] = {}

    def files(world: str, other: str = "") -> dict[str, bytes]:
        if (world, other) not in made:
            folder = tmp_path_factory.mktemp(world) / "data"
            options = ("--customers", 300, "--seed", SEED, "--format", "csv", "--out", folder)
            result = cxdata("generate", world, *options, environment=USUAL | OTHER.get(other, {}))
            assert (result.returncode, result.stderr) == (0, "")
            made[world, other] = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
        return made[world, other]

    return files


@pytest.mark.parametrize("other", OTHER)
def test_another_machines_settings_move_no_byte(in_environment, world, other):
    assert in_environment(world, other) == in_environment(world)


def test_another_seed_gives_other_values(spanning, world, tmp_path):
    api.generate_files(config(world, seed=SEED + 1), tmp_path, jobs=1)
    one, other = fingerprints(spanning(world)), fingerprints(tmp_path)
    for name in one:
        if not is_reference(world, name):
            assert len(set(one[name]) | set(other[name])) == 2 * PARTS, f"blocks of {name} are alike"


@pytest.fixture(scope="module")
def small_and_large(tmp_path_factory):
    """Return all tables of a run of five hundred customers and of one of fifty thousand."""
    made: dict[str, tuple[dict[str, pa.Table], dict[str, pa.Table]]] = {}

    def tables(world: str) -> tuple[dict[str, pa.Table], dict[str, pa.Table]]:
        if world not in made:
            folders = [tmp_path_factory.mktemp(world) / "data" for _ in range(2)]
            for folder, customers in zip(folders, (SMALL, LARGE), strict=True):
                api.generate_files(config(world, customers), folder, jobs=1)
            made[world] = (tables_of(folders[0]), tables_of(folders[1]))
            assert set(made[world][0]) == set(made[world][1])
        return made[world]

    return tables


def is_reference(world: str, name: str) -> bool:
    """Return whether a table, observed or latent, is made once for the whole company."""
    owner = scan.tables(world).get(name.removeprefix("latents/"))
    return owner is not None and owner.is_reference


class TestASmallRunIsTheBeginningOfALargeOne:
    @staticmethod
    def assert_prefix(small: pa.Table, large: pa.Table, name: str, world: str = "") -> None:
        assert 0 < small.num_rows < large.num_rows, name
        owner = scan.tables(world).get(name.removeprefix("latents/")) if world else None
        if owner is not None and owner.shuffled:  # the order of its rows tells nothing, so no run can begin another
            key = owner.key
            assert small.equals(large.filter(pc.is_in(large[key], small[key]))), f"{name} is not contained"
        else:
            assert small.equals(large.slice(0, small.num_rows)), f"{name} is no prefix"

    def test_in_every_table_of_customers(self, small_and_large, world):
        small, large = small_and_large(world)
        for name in scan.published(world):
            if not is_reference(world, name):
                self.assert_prefix(small[name], large[name], name, world)
        assert small["customers"].num_rows == SMALL

    def test_in_every_latent_variable_and_potential_outcome(self, small_and_large, world):
        small, large = small_and_large(world)
        found = [name for name in small if "/" in name]
        assert {name.partition("/")[0] for name in found} == {"latents", "effects"}
        for name in found:
            if not is_reference(world, name):
                self.assert_prefix(small[name], large[name], name, world)

    def test_in_the_list_of_noise(self, small_and_large, world):
        small, large = small_and_large(world)
        self.assert_prefix(small["noise"], large["noise"], "noise")

    def test_and_reference_tables_are_the_same_whatever_the_size(self, small_and_large, world):
        small, large = small_and_large(world)
        for name in small:
            if is_reference(world, name):
                assert small[name].equals(large[name]), name
