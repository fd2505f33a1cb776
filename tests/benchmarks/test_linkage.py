"""The scores of a linkage, on records few enough to count by hand."""

from __future__ import annotations

import importlib.util
import sys

import pandas as pd
import pytest

import cxdata


@pytest.fixture(scope="module")
def linkage(repository):
    spec = importlib.util.spec_from_file_location("linkage", repository / "benchmarks/linkage.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["linkage"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["linkage"]


PERSONS = ["a", "a", "a", "b", "b", "c"]  # four true pairs


def test_clusters_are_scored_by_pairs_and_empty_ones_stand_alone(linkage):
    found = linkage.score_clusters(pd.Series(PERSONS), pd.Series([1, 1, None, 2, None, 2]))
    assert (found.precision, found.recall) == (1 / 2, 1 / 4)
    assert found.f1 == pytest.approx(1 / 3)


def test_a_linkage_that_claims_nothing_is_precise_and_finds_nothing(linkage):
    found = linkage.score_clusters(pd.Series(PERSONS), pd.Series([None] * 6))
    assert (found.precision, found.recall, found.f1) == (1.0, 0.0, 0.0)


def test_the_best_threshold_joins_chains_and_stops_before_they_err(linkage):
    edges = [(0, 1, 9.0), (1, 2, 8.0), (3, 4, 7.0), (2, 3, 1.0), (4, 5, 0.5)]
    best, threshold = linkage.best_clusters(PERSONS, edges)
    assert (best.precision, best.recall, threshold) == (1.0, 1.0, 7.0)


def test_links_of_one_weight_are_taken_together(linkage):
    best, threshold = linkage.best_clusters(PERSONS, [(0, 1, 5.0), (0, 5, 5.0)])
    assert threshold == 5.0
    assert (best.precision, best.recall) == (1 / 3, 1 / 4)


def test_rules_see_through_case_and_accents_alone(linkage):
    made = cxdata.generate("tilmarenne", customers=400, tables=["crm_records"], presets=["linkage-easy"])
    frame = linkage.cleaned(made["crm_records"])
    assert frame["last_name"].str.fullmatch("[a-z]+").all()
    link = made.truth["latents/crm_records"].set_index("record_id")["customer_id"]
    found = linkage.score_clusters(frame["record_id"].map(link), linkage.by_rule(frame))
    assert found.precision > 0.95
    assert found.recall > 0.4


def test_the_page_has_every_preset(linkage, repository):
    text = (repository / "benchmarks/linkage.md").read_text(encoding="utf-8")
    for preset in linkage.presets():
        assert f"| {preset} | {linkage.settings_of(preset)} |" in text
