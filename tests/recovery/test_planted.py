"""What is planted is found by the right estimator, missed by the tempting one, and gone when it is set to zero."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pytest

from cxdata import api
from cxdata.catalog import scan
from cxdata.check.recovery import FAR, NEAR, Recovery, recover
from cxdata.schema.effect import Effect, Planted, Quantity

# Adequate: the bias of a tempting estimator is six of its standard errors or more.
ADEQUATE = {"tilmarenne": 120_000, "aldeane": 40_000}
SEED = 7  # not the pilot's, on whose rows the planted values are computed
FEW = 20_000
"""Customers at which a vanished effect is looked at: it is exactly gone, whatever the size."""
# Where part of an effect takes its way through others, those others' coefficients: zero as well, nothing is left.
CARRIED_BY = {
    ("tilmarenne", "late_on_recommendation"): ("repeat_on_satisfaction",),
    ("tilmarenne", "reply_on_score"): ("settle_on_score", "gesture_on_score", "fast_on_score", "double_on_score"),
    ("aldeane", "reply_on_score"): ("speed_on_score", "resolution_on_score"),
}
ALL = [(world, planted) for world in scan.scenario_ids() for planted in scan.scenario(world).planted]
TEMPTING = [(world, planted) for world, planted in ALL if planted.tempting is not None]

of_all = pytest.mark.parametrize(("world", "planted"), ALL, ids=[f"{world}.{planted.id}" for world, planted in ALL])
of_tempting = pytest.mark.parametrize(
    ("world", "planted"), TEMPTING, ids=[f"{world}.{planted.id}" for world, planted in TEMPTING]
)
of_effects = pytest.mark.parametrize(
    ("world", "effect"),
    [(world, planted) for world, planted in ALL if isinstance(planted, Effect)],
    ids=[f"{world}.{planted.id}" for world, planted in ALL if isinstance(planted, Effect)],
)


@dataclass(frozen=True)
class Estimated:
    """The answer to an effect or quantity in one run, beside what the two estimators say of it."""

    answer: dict[str, Any]
    recovery: Recovery
    potential: Any


def estimated(dataset: api.Dataset, planted: Planted) -> Estimated:
    key = api.answer_key(dataset)
    (recovery,) = recover([planted], dataset.tables, key)
    return Estimated(key[planted.id], recovery, dataset.truth.get(f"effects/{planted.id}"))


@pytest.fixture(scope="module")
def found():
    """Return what is estimated of an effect or quantity in an adequate run of its world, made once."""
    kept: dict[str, dict[str, Estimated]] = {}

    def of(world: str, planted: Planted) -> Estimated:
        if world not in kept:
            everything = scan.scenario(world).planted
            tables = sorted({name for one in everything for name in one.tables})
            made = api.generate(world, customers=ADEQUATE[world], seed=SEED, tables=tables)
            kept[world] = {one.id: estimated(made, one) for one in everything}
        return kept[world][planted.id]

    return of


def gain(potential: Any, outcome: str) -> Any:
    return potential[f"{outcome}_treated"].astype(float) - potential[f"{outcome}_untreated"].astype(float)


@of_all
def test_the_right_estimator_finds_the_truth_and_could_have_missed_it(found, world, planted):
    run = found(world, planted).recovery
    assert run.right_is_near
    # Informative: the same interval leaves no effect outside, or the tempting answer to a quantity, else nought.
    # A company has as many shops and advisers as it has, whatever its customers; what rests on them is told over seeds.
    assert run.can_tell or (isinstance(planted, Quantity) and planted.of == "run")


@of_tempting
def test_the_tempting_estimator_misses_it_beyond_chance(found, world, planted):
    run = found(world, planted).recovery
    assert abs(run.tempting.value - run.truth) >= FAR * run.tempting.standard_error


@of_all
def test_planted_and_realised_agree_within_chance(found, world, planted):
    answer = found(world, planted).answer
    if isinstance(planted, Quantity) and planted.of == "run":
        assert answer["planted"] is None
        return
    chance = math.hypot(answer["planted"]["standard_error"], answer["realised"]["standard_error"])
    assert abs(answer["planted"]["value"] - answer["realised"]["value"]) <= NEAR * chance
    if isinstance(planted, Effect):
        assert chance < abs(answer["planted"]["value"]) / 20


@of_effects
def test_the_answer_key_realises_what_its_rows_hold(found, world, effect):
    run = found(world, effect)
    gains = gain(run.potential, effect.outcome)
    treated = run.potential[effect.treatment.partition(".")[2]]
    realised, on_treated = run.answer["realised"], run.answer["realised_on_treated"]
    assert realised["units"] == len(gains)
    assert realised["value"] == pytest.approx(gains.mean(), abs=5e-6)  # five decimals are kept
    assert realised["standard_error"] == pytest.approx(gains.std(ddof=1) / math.sqrt(len(gains)), abs=5e-6)
    assert on_treated["units"] == treated.sum()
    assert on_treated["value"] == pytest.approx(gains[treated].mean(), abs=1e-9)
    seen = run.potential[f"{effect.outcome}_treated"].where(treated, run.potential[f"{effect.outcome}_untreated"])
    naive = seen[treated].mean() - seen[~treated].mean()
    assert run.answer["realised_naive_difference"]["value"] == pytest.approx(naive, abs=1e-9)


@of_effects
def test_a_coefficient_of_zero_removes_the_effect_save_what_others_carry(found, world, effect):
    zero = dict.fromkeys(effect.coefficients, 0.0)
    carriers = dict.fromkeys(CARRIED_BY.get((world, effect.id), ()), 0.0)
    gains = []
    for parameters in (zero, zero | carriers):
        run = api.generate(world, customers=FEW, seed=SEED, tables=[effect.table], parameters=parameters)
        answer = api.answer_key(run)[effect.id]
        assert answer["planted"] is None  # the scenario plants another value, so this run has a realised one alone
        gains.append(gain(run.truth[f"effects/{effect.id}"], effect.outcome))
        assert answer["realised"]["value"] == pytest.approx(gains[-1].mean(), abs=5e-6)
    with_carriers, alone = gains
    assert (alone == 0).all()
    if carriers:
        planted = found(world, effect).answer["planted"]["value"]
        assert 0 < with_carriers.mean() / planted < 1
    else:
        assert (with_carriers == 0).all()
