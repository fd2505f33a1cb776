"""What drives the recommendation of web buyers: six shares, the weights behind them, and what finds them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cxdata import api
from cxdata.catalog import scan
from cxdata.catalog.tables.tilmarenne.orders import ASPECTS
from cxdata.catalog.tables.tilmarenne.survey_items import every_web_order
from cxdata.check.recovery import recover
from cxdata.schema.drivers import correlation_share

TABLES = ("orders", "surveys", "survey_items")
CUSTOMERS = 40_000
IDS = [f"{aspect}_in_recommendation" for aspect in ASPECTS]
SEGMENTS = 5


def run(**parameters: Any) -> api.Dataset:
    return api.generate("tilmarenne", customers=CUSTOMERS, seed=17, tables=TABLES, parameters=parameters)


def shares(data: api.Dataset) -> dict[str, float]:
    key = api.answer_key(data)
    return {aspect: key[id_]["realised"]["value"] for aspect, id_ in zip(ASPECTS, IDS, strict=True)}


@pytest.fixture(scope="module")
def made() -> api.Dataset:
    return run()


@pytest.fixture(scope="module")
def quantities() -> dict[str, Any]:
    return {one.id: one for one in scan.scenario("tilmarenne").quantities if one.id in IDS}


def test_the_key_shares_out_all_that_six_marks_explain(made):
    found = shares(made)
    assert sum(found.values()) == pytest.approx(100.0, abs=1e-3)
    assert min(found.values()) > 5.0
    # Must-bes first; nothing else comes near the delivery of a web order.
    assert sorted(found, key=found.__getitem__)[-2:] == ["product", "delivery"]


def test_the_key_tells_the_weights_behind_them_by_segment(made):
    for id_ in IDS:
        told = api.answer_key(made)[id_]["coefficients"]
        assert set(told) == {"moment_weights", "response_to_bad", "response_to_good"}
        by_segment = np.reshape(told["moment_weights"], (SEGMENTS, len(ASPECTS)))
        heaviest = [ASPECTS[place] for place in by_segment.argmax(axis=1)]
        assert heaviest == ["product", "choice", "delivery", "delivery", "price"]
        assert len(told["response_to_bad"]) == len(told["response_to_good"]) == len(ASPECTS)


def test_the_call_back_finds_all_six_and_tells_each_from_nothing(made, quantities):
    found = list(recover(list(quantities.values()), made.tables, api.answer_key(made)))
    assert [one.id for one in found] == IDS
    assert all(one.right_is_near for one in found)
    assert all(one.can_tell for one in found if one.tempting is None)
    # The order of the drivers, at a size where only the two heaviest can be told from the rest.
    estimates = {one.id.partition("_")[0]: one.right for one in found}
    rest = max(estimates[aspect].value for aspect in ASPECTS if aspect not in ("product", "delivery"))
    assert estimates["delivery"].value > estimates["product"].value > rest


def test_squared_correlations_miss_the_delivery_alone_by_far(made, quantities):
    assert [id_ for id_, one in quantities.items() if one.tempting is not None] == ["delivery_in_recommendation"]
    rows, truth = every_web_order({**made.tables, **made.truth}), shares(made)
    misses = {
        aspect: correlation_share(
            lambda _: rows, outcome="ltr", predictors=ASPECTS, of=aspect, scale=100.0, sentence="", tables=()
        )({}).value
        - truth[aspect]
        for aspect in ASPECTS
    }
    assert misses["delivery"] < -6.0
    assert max(abs(miss) for aspect, miss in misses.items() if aspect != "delivery") < 3.0


@pytest.mark.parametrize("aspect", ["choice", "product", "ease"])
def test_without_its_weight_an_aspect_bears_less(made, aspect):
    weights = np.reshape(scan_weights(), (SEGMENTS, len(ASPECTS)))
    weights[:, ASPECTS.index(aspect)] = 0.0
    without = run(moment_weights=tuple(weights.ravel().tolist()))
    before, after = shares(made), shares(without)
    assert after[aspect] < 0.75 * before[aspect]
    # What is left goes with the recommendation by the mood that all marks share.
    assert min(after, key=after.__getitem__) == aspect
    assert api.answer_key(without)[f"{aspect}_in_recommendation"]["planted"] is None


def scan_weights() -> tuple[float, ...]:
    weights = api.default_parameters("tilmarenne")["moment_weights"]
    assert isinstance(weights, tuple)
    return weights


def test_the_slope_below_the_middle_decides_on_the_delivery(made):
    usual = api.default_parameters("tilmarenne")["response_to_bad"]
    mild = tuple(0.2 if aspect == "delivery" else slope for aspect, slope in zip(ASPECTS, usual, strict=True))
    assert shares(run(response_to_bad=mild))["delivery"] < shares(made)["delivery"] / 2
