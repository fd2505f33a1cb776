"""The peers of the benchmarks make what cxdata makes, whatever tables there are."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from cxdata import api
from cxdata.catalog import scan
from cxdata.config import RunConfig
from cxdata.engine.materialise import arrow_schema

CUSTOMERS = 300
FACTOR = 0.1


@pytest.fixture(scope="module")
def benchmarks(repository):
    """Return the modules ``cases`` and ``peers``, which lie in a folder of their own."""
    before = list(sys.path)
    sys.path.insert(0, str(repository / "benchmarks"))
    yield importlib.import_module("cases"), importlib.import_module("peers")
    sys.path[:] = before


def test_every_case_of_the_suite_is_a_command_that_is_understood(benchmarks, repository):
    cases, _ = benchmarks
    spec = importlib.util.spec_from_file_location("run_of_benchmarks", repository / "benchmarks/run.py")
    suite = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = suite  # data classes look their module up
    spec.loader.exec_module(suite)
    listed = suite.case_list(suite.DEFAULT, Path("shape.json"))
    for case in listed:
        options = cases.command_line().parse_args(case.arguments)
        assert options.scenario in scan.scenario_ids()
        assert set(filter(None, options.tables.split(","))) <= set(scan.tables(options.scenario))
    names = {case.name for case in listed} | {suite.MIMESIS}
    assert names >= {name for _, above, below, _ in suite.RATIOS for name in (above, below)}


@pytest.fixture(scope="module")
def shape(benchmarks):
    cases, peers = benchmarks
    full = cases.shape_of_run("tilmarenne", CUSTOMERS)
    return full, peers.scaled(full, FACTOR)


def test_the_shape_has_every_table_and_column_with_its_rows_and_gaps(shape):
    full, _ = shape
    made = api.generate("tilmarenne", customers=CUSTOMERS, seed=1, truth=False)
    assert set(full) == set(scan.published("tilmarenne"))
    for name, table in made.tables.items():
        assert full[name]["rows"] == len(table)
        for column in full[name]["columns"]:
            assert column["filled"] == pytest.approx(table[column["name"]].notna().mean() if len(table) else 1.0)


def test_a_share_of_it_keeps_the_mix_and_the_links(shape):
    full, small = shape
    for name, table in small.items():
        assert table["rows"] == max(1, round(FACTOR * full[name]["rows"]))
        for column in table["columns"]:
            if column["kind"] == "link":
                assert column["rows"] == small[column["table"]]["rows"]


@pytest.mark.parametrize("variant", ["faker-only", "faker-plain", "faker-lean"])
def test_a_peer_makes_tables_of_the_shape(benchmarks, shape, variant):
    _, peers = benchmarks
    _, small = shape
    layouts = {layout.name: layout for layout in api.plan(RunConfig(scenario="tilmarenne", customers=0)).layouts}
    for name, table in peers.make_tables(small, variant).items():
        plain = [
            (field.name, field.type.value_type if pa.types.is_dictionary(field.type) else field.type)
            for field in arrow_schema(layouts[name].columns)
        ]
        assert [(field.name, field.type) for field in table.schema] == plain
        assert table.num_rows == small[name]["rows"]
        for column in small[name]["columns"]:
            assert table[column["name"]].null_count == table.num_rows - round(table.num_rows * column["filled"])


def test_a_kind_that_no_peer_knows_is_refused_by_name(benchmarks):
    _, peers = benchmarks
    column = {"name": "x", "kind": "smell", "arrow": "string", "filled": 1.0}
    with pytest.raises(SystemExit, match="cannot make cells of the kind 'smell'"):
        peers.make_tables({"odd": {"rows": 3, "columns": [column]}}, "faker-lean")


def test_a_peer_that_is_not_installed_says_so_in_one_line(benchmarks, monkeypatch):
    _, peers = benchmarks
    monkeypatch.setitem(sys.modules, "mimesis", None)  # as if it were not there
    with pytest.raises(SystemExit, match=r"^Mimesis is not installed: pip install -e '\.\[bench\]'$"):
        peers.peer_of("mimesis")
