"""The long counts are run by `make verify`; here their committed results are held against their inputs."""

from __future__ import annotations

import importlib.util
import json
import sys

import pytest

RERUN = "Run 'make verify' and commit verification/results.json."


@pytest.fixture(scope="module")
def verify(repository):
    spec = importlib.util.spec_from_file_location("verify", repository / "scripts/verify.py")
    module = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    spec.loader.exec_module(module)
    sys.path[:] = before
    return module


@pytest.fixture(scope="module")
def results(verify):
    assert verify.RESULTS.exists(), RERUN
    return json.loads(verify.RESULTS.read_text(encoding="utf-8"))


def test_results_belong_to_this_code(verify, results):
    assert results["inputs"] == verify.digest_of_inputs(), f"verification/results.json is stale. {RERUN}"


def test_every_part_was_run_and_passed(verify, results):
    for name in verify.PARTS:
        assert verify.passes(results[name]), f"{name} failed when it was last verified. Mend it, then: {RERUN}"


def test_every_effect_and_quantity_was_judged_over_twenty_seeds(verify, results):
    from cxdata.catalog import scan

    wanted = {f"{name}.{planted.id}" for name in scan.scenario_ids() for planted in scan.scenario(name).planted}
    assert set(results["recovery"]) == wanted
    assert {entry["seeds"] for entry in results["recovery"].values()} == {len(verify.SEEDS)}


def test_a_changed_input_makes_the_results_stale(verify, monkeypatch, tmp_path):
    before = verify.digest_of_inputs()
    (tmp_path / "generator/cxdata").mkdir(parents=True)
    for name in verify.INPUTS[1:]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("changed")
    monkeypatch.setattr(verify, "ROOT", tmp_path)
    assert verify.digest_of_inputs() != before
