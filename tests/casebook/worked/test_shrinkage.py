"""Variance components, reliability, shrunken estimates, agreement and cases that are still open."""

import math

import numpy as np
import pandas as pd
import pytest

from casebook.worked import shrinkage

SPREAD = {"unit": 5.0, "rater": 8.0, "rest": 7.0}


def scores(units: int = 400, raters: int = 40, each: int = 6) -> pd.DataFrame:
    """Return scores of units by raters drawn by lot, with known spreads."""
    draw = np.random.default_rng(1)
    unit, rater = np.repeat(np.arange(units), each), draw.integers(0, raters, units * each)
    quality, leniency = draw.normal(0, SPREAD["unit"], units), draw.normal(0, SPREAD["rater"], raters)
    noise = draw.normal(0, SPREAD["rest"], units * each)
    return pd.DataFrame({"unit": unit, "rater": rater, "score": 70 + quality[unit] + leniency[rater] + noise})


def test_components_find_the_spreads_that_made_the_scores() -> None:
    found = shrinkage.components(scores(), score="score", unit="unit", rater="rater")
    for name, sources in (("unit", 400), ("rater", 40), ("rest", 2_000)):
        planted = SPREAD[name] ** 2
        error = planted * math.sqrt(2 / sources) * (1 + SPREAD["rest"] ** 2 / 6 / planted)
        assert abs(getattr(found, name) - planted) < 4 * error, name


def test_leniencies_sum_to_nought_and_leave_the_units_means() -> None:
    rows = scores(units=30, raters=5)
    found = shrinkage.components(rows, score="score", unit="unit", rater="rater")
    assert abs(found.rater_gap.sum()) < 1e-9
    fitted = rows["unit"].map(found.unit_mean) + rows["rater"].map(found.rater_gap)
    assert abs((rows["score"] - fitted).groupby(rows["rater"]).mean()).max() < 1e-9


def test_components_refuse_raters_who_never_meet() -> None:
    rows = pd.DataFrame({"unit": [1, 1, 2, 2], "rater": ["a", "b", "c", "d"], "score": [1.0, 2.0, 3.0, 4.0]})
    with pytest.raises(ValueError, match="groups without a link"):
        shrinkage.components(rows, score="score", unit="unit", rater="rater")


def test_components_refuse_as_many_effects_as_scores() -> None:
    rows = pd.DataFrame({"unit": [1, 1, 2], "rater": ["a", "b", "a"], "score": [1.0, 2.0, 3.0]})
    with pytest.raises(ValueError, match="no more scores"):
        shrinkage.components(rows, score="score", unit="unit", rater="rater")


def test_reliability_grows_as_spearman_and_brown_say() -> None:
    found = shrinkage.components(scores(units=40), score="score", unit="unit", rater="rater")
    one = found.reliability()
    assert found.reliability(4) == pytest.approx(4 * one / (1 + 3 * one))
    assert found.reliability(rater_removed=True) > one


def test_scores_needed_reach_the_wanted_reliability_and_one_less_does_not() -> None:
    needed = shrinkage.scores_needed(0.3, 0.8)
    reached = [count * 0.3 / (1 + (count - 1) * 0.3) for count in (needed - 1, needed)]
    assert reached[0] < 0.8 <= reached[1]
    assert shrinkage.scores_needed(0.5, 0.8) == 4
    with pytest.raises(ValueError, match="strictly"):
        shrinkage.scores_needed(1.0, 0.8)


def test_shrunken_means_move_more_with_fewer_scores_and_err_less() -> None:
    draw = np.random.default_rng(2)
    truth = draw.normal(70, 5, 2_000)
    counts = pd.Series(np.where(np.arange(2_000) % 2, 2, 10))
    means = pd.Series(truth + draw.normal(0, 8, 2_000) / np.sqrt(counts))
    found = shrinkage.shrunken(means, counts, between=25.0, within=64.0)
    assert found["weight"][1] < found["weight"][0]
    assert ((found["estimate"] - truth) ** 2).mean() < ((means - truth) ** 2).mean()
    covered = ((found["low"] <= truth) & (truth <= found["high"])).mean()
    assert abs(covered - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 2_000)


def test_shrinkage_refuses_a_variance_of_nought_and_other_units() -> None:
    means, counts = pd.Series([1.0, 2.0]), pd.Series([1, 1])
    with pytest.raises(ValueError, match="above nought"):
        shrinkage.shrunken(means, counts, between=0.0, within=1.0)
    with pytest.raises(ValueError, match="same units"):
        shrinkage.shrunken(means, counts.set_axis([5, 6]), between=1.0, within=1.0)


def test_chances_to_be_among_the_lowest_sum_to_their_number() -> None:
    estimates = pd.DataFrame({"estimate": [1.0, 2.0, 9.0], "low": [0.0, 1.0, 8.0], "high": [2.0, 3.0, 10.0]})
    found = shrinkage.chance_among_lowest(estimates, 1)
    assert found.sum() == pytest.approx(1.0)
    assert found[0] > found[1] > found[2]


def test_kappa_is_one_for_the_same_judgements_and_nought_for_unrelated_ones() -> None:
    assert shrinkage.cohen_kappa([1, 0, 1, 0], [1, 0, 1, 0]).value == 1.0
    assert shrinkage.cohen_kappa([1, 1, 0, 0], [1, 0, 1, 0]).value == pytest.approx(0.0)


def test_kappa_of_a_worked_example() -> None:
    # 20 both yes, 15 both no, 5 and 10 apart: agreement .70, by chance .50.
    first = [True] * 25 + [False] * 25
    second = [True] * 20 + [False] * 5 + [True] * 10 + [False] * 15
    found = shrinkage.cohen_kappa(first, second)
    assert found.agreement == pytest.approx(0.70)
    assert found.value == pytest.approx(0.40)


@pytest.mark.parametrize(("first", "second"), [([], []), ([1], [1, 0]), ([1, 1], [1, 1])])
def test_kappa_refuses_what_it_cannot_tell(first: list[int], second: list[int]) -> None:
    with pytest.raises(ValueError, match=r"Kappa|beyond chance"):
        shrinkage.cohen_kappa(first, second)


def test_still_open_counts_cases_that_are_not_closed_yet() -> None:
    days = pd.Series([5, 10, 10, 20, 30])
    closed = pd.Series([True, True, False, True, False])
    found = shrinkage.still_open(days, closed)
    assert found["open"].round(6).tolist() == [1.0, 0.8, 0.6, 0.3]
    assert found["at_risk"].tolist() == [5, 5, 4, 2]
    assert (found["low"] <= found["open"]).all()
    assert (found["open"] <= found["high"]).all()


def test_still_open_ends_at_nought_when_the_last_is_closed() -> None:
    assert shrinkage.still_open(pd.Series([1, 2]), pd.Series([True, True]))["open"].iloc[-1] == 0.0
    with pytest.raises(ValueError, match="number of days"):
        shrinkage.still_open(pd.Series([], dtype=float), pd.Series([], dtype=bool))
