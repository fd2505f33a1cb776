"""What is planted is found by the right estimator, missed by the tempting one, and gone when it is set to zero."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pytest

from cxdata import api
from cxdata.catalog import scan
from cxdata.check.recovery import FAR, NEAR
from cxdata.schema.effect import Effect

# Adequate: the bias of a tempting estimator is six of its standard errors or more.
ADEQUATE = {"tilmarenne": 120_000, "aldeane": 40_000}
SEED = 7  # not the pilot's, on whose rows the planted values are computed
FEW = 20_000
"""Customers at which a vanished effect is looked at: it is exactly gone, whatever the size."""
# Where part of an effect takes its way through others, those others' coefficients: zero as well, nothing is left.
CARRIED_BY = {
    ("tilmarenne", "reply_on_score"): ("settle_on_score", "gesture_on_score"),
    ("aldeane", "reply_on_score"): ("speed_on_score", "resolution_on_score"),
}
EFFECTS = [(world, effect) for world in scan.scenario_ids() for effect in scan.scenario(world).effects]

pytestmark = pytest.mark.parametrize(
    ("world", "effect"), EFFECTS, ids=[f"{world}.{effect.id}" for world, effect in EFFECTS]
)


@dataclass(frozen=True)
class Estimated:
    """An effect's answer in one run, beside what the two estimators say of it."""

    answer: dict[str, Any]
    right: Any
    tempting: Any
    potential: Any


def tables_for(world: str) -> list[str]:
    effects = scan.scenario(world).effects
    return sorted({name for e in effects for name in (*e.right.tables, *e.tempting.tables, e.table)})


def estimated(dataset: api.Dataset, effect: Effect) -> Estimated:
    return Estimated(
        api.answer_key(dataset)[effect.id],
        effect.right(dataset.tables),
        effect.tempting(dataset.tables),
        dataset.truth[f"effects/{effect.id}"],
    )


@pytest.fixture(scope="module")
def found():
    """Return what is estimated of an effect in an adequate run of its world, made once."""
    kept: dict[str, dict[str, Estimated]] = {}

    def of(world: str, effect: Effect) -> Estimated:
        if world not in kept:
            made = api.generate(world, customers=ADEQUATE[world], seed=SEED, tables=tables_for(world))
            kept[world] = {one.id: estimated(made, one) for one in scan.scenario(world).effects}
        return kept[world][effect.id]

    return of


def gain(potential: Any, outcome: str) -> Any:
    return potential[f"{outcome}_treated"].astype(float) - potential[f"{outcome}_untreated"].astype(float)


def test_the_right_estimator_finds_the_planted_value_and_could_have_missed_it(found, world, effect):
    run = found(world, effect)
    planted = run.answer["planted"]["value"]
    assert abs(run.right.value - planted) <= NEAR * run.right.standard_error
    # Informative: the same interval leaves no effect outside.
    assert NEAR * run.right.standard_error < abs(planted)


def test_the_tempting_estimator_misses_it_beyond_chance(found, world, effect):
    run = found(world, effect)
    assert abs(run.tempting.value - run.answer["planted"]["value"]) >= FAR * run.tempting.standard_error


def test_planted_and_realised_agree_within_chance(found, world, effect):
    planted, realised = found(world, effect).answer["planted"], found(world, effect).answer["realised"]
    chance = math.hypot(planted["standard_error"], realised["standard_error"])
    assert abs(planted["value"] - realised["value"]) <= NEAR * chance
    assert chance < abs(planted["value"]) / 20


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
