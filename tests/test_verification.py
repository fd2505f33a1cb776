"""The long counts are run by `make verify`; here their committed results are held against their inputs."""

from __future__ import annotations

import importlib.util
import json
import math
import sys

import numpy as np
import pandas as pd
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


def test_texts_were_counted_in_every_language(verify, results):
    from cxdata.catalog import phrases

    assert set(results["words"]) == set(phrases.languages()) == set(verify.LOCALES)
    assert {entry["texts"] for entry in results["words"].values()} == {verify.TEXTS}


class TestTheCountsOfTexts:
    def test_tell_growth_and_types_that_occur_once(self, verify, monkeypatch):
        monkeypatch.setattr(verify, "GROWTH", (2,))
        found = verify.vocabulary_of(["Un colis, un retard", "un retard", "deux colis", "trois !"])
        assert (found["tokens"], found["types"]) == ([6, 9], [3, 5])
        assert found["hapaxes_of_types"] == 0.4
        assert found["heaps_exponent"] == pytest.approx(math.log(5 / 3) / math.log(9 / 6), abs=1e-3)
        assert found["commonest_of_tokens"]["un"] == round(3 / 9, 4)

    def test_tell_signs_among_a_hundred_words(self, verify):
        found = verify.signs_of(pd.Series(["Bravo ! Merci, vraiment.", "Peut-être demain 👍"]))
        assert found["!"] == found["."] == found[","] == found["-"] == found["emoji"] == round(100 / 6, 3)
        assert found["?"] == 0
        assert found["texts_without_a_last_sign"] == 0.0

    def test_leave_advisers_out(self, verify):
        chat = "Conseiller : Bonjour !\nclient : mon colis ?\nConseiller : Je cherche.\nClient : Merci"
        assert verify.of_customers(pd.Series([chat, "Très bien"]), "fr_FR").tolist() == [
            "mon colis ?\nMerci",
            "Très bien",
        ]

    def test_part_families_in_halves_within_every_aspect_and_polarity(self, verify):
        rows = [
            (aspect, polarity, f"{aspect}.{polarity}{number}")
            for aspect, size in (("price", 8), ("wait", 7), ("app", 1))
            for polarity in ("negative", "positive")
            for number in range(size)
        ]
        concepts = pd.DataFrame(rows * 3, columns=["aspect", "polarity", "family"])
        half = verify.half_of_families(concepts)
        assert half == verify.half_of_families(concepts.sample(frac=1, random_state=1))
        for (aspect, polarity), group in concepts.groupby(["aspect", "polarity"]):
            size = group["family"].nunique()
            assert len(half & set(group["family"])) in {size // 2, (size + 1) // 2}, (aspect, polarity)

    def test_learn_what_can_be_learnt(self, verify):
        words = {"price": ("cher", "prix", "tarif"), "wait": ("attente", "queue", "caisse")}
        spans, labels = [], []
        for number in range(120):
            aspect = ("price", "wait")[number % 2]
            spans.append(f"{words[aspect][number % 3]} trop {'long' if number % 5 else 'dur'} {words[aspect][0]}")
            labels.append(aspect)
        train = np.arange(120) < 60
        found = verify.scores_of(spans, {"aspect": np.array(labels)}, train)
        assert found == {"aspect": {"micro_f1": 1.0, "macro_f1": 1.0}}
        assert verify.f1(np.array(["a", "a", "b"]), np.array(["a", "a", "a"])) == {"micro_f1": 0.667, "macro_f1": 0.4}


def test_a_changed_input_makes_the_results_stale(verify, monkeypatch, tmp_path):
    before = verify.digest_of_inputs()
    (tmp_path / "generator/cxdata").mkdir(parents=True)
    for name in verify.INPUTS[1:]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("changed")
    monkeypatch.setattr(verify, "ROOT", tmp_path)
    assert verify.digest_of_inputs() != before
