"""Usability tests: the ten statements, success of few testers, typical times, and what a session shows."""

import math

import numpy as np
import pandas as pd
import pytest

import cxdata
from casebook.worked import usability
from cxdata.catalog.tables.tilmarenne.usability_tests import sus as of_the_generator


def answers(*rows: list[float]) -> pd.DataFrame:
    """Return answers to the ten statements."""
    return pd.DataFrame(list(rows), columns=list(usability.STATEMENTS))


def test_praise_is_agreed_with_and_fault_denied() -> None:
    best, worst = [5, 1] * 5, [1, 5] * 5
    assert usability.sus(answers(best, worst, [3] * 10)).tolist() == [100.0, 0.0, 50.0]


def test_whoever_agrees_to_everything_gets_the_middle() -> None:
    assert usability.sus(answers([5] * 10, [1] * 10)).tolist() == [50.0, 50.0]


def test_a_missing_answer_gives_no_score() -> None:
    assert math.isnan(usability.sus(answers([np.nan, *[3] * 9]))[0])


def test_the_score_is_that_of_the_answer_key() -> None:
    data = cxdata.edition("tilmarenne", "class")
    rows = data["usability_tests"].dropna(subset=list(usability.STATEMENTS))
    truth = data.truth["latents/usability_tests"].set_index("usability_test_id").loc[rows["usability_test_id"]]
    key = np.where(rows["version"] == "redesign", truth["sus_if_redesign"], truth["sus_if_current"])
    assert np.array_equal(usability.sus(rows[list(usability.STATEMENTS)]).to_numpy(), key)
    assert of_the_generator(np.array([0])).tolist() == [50.0]


@pytest.mark.parametrize("wrong", [answers([6, *[3] * 9]), answers([3] * 10).iloc[:, :9]])
def test_answers_off_the_scale_and_missing_statements_are_refused(wrong: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match=r"statements|answer is"):
        usability.sus(wrong)


def test_nobody_failing_leaves_room_for_failure() -> None:
    low, high = usability.success_interval(5, 5)
    assert 0.5 < low < 0.6
    assert high == 1.0


def test_success_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    draw, share, testers = np.random.default_rng(1), 0.8, 12
    held = []
    for done in draw.binomial(testers, share, 4_000):
        low, high = usability.success_interval(int(done), testers)
        held.append(low <= share <= high)
    assert np.mean(held) > 0.95 - 4 * math.sqrt(0.95 * 0.05 / 4_000)


def test_gap_is_turned_round_when_the_versions_are() -> None:
    there, back = usability.success_gap((60, 80), (70, 80)), usability.success_gap((70, 80), (60, 80))
    assert there[0] == pytest.approx(0.125)
    assert there == pytest.approx((-back[0], -back[2], -back[1]))
    error = math.sqrt((61 * 21 + 71 * 11) / 82**3)
    assert there[1] == pytest.approx(10 / 82 - 1.959964 * error, abs=1e-5)


def test_typical_time_multiplies() -> None:
    middle, low, high = usability.typical_time([50, 200])
    assert middle == pytest.approx(100)
    assert middle / low == pytest.approx(high / middle)


def test_rare_problems_make_the_mean_share_promise_too_much() -> None:
    shares = [0.9, 0.05, 0.05]
    each = usability.share_found(shares, 5)
    assert each == pytest.approx((1 - 0.1**5 + 2 * (1 - 0.95**5)) / 3)
    assert each < usability.share_found([np.mean(shares)], 5)


def test_impossible_input_is_refused() -> None:
    with pytest.raises(ValueError, match="count"):
        usability.success_interval(6, 5)
    with pytest.raises(ValueError, match="count"):
        usability.success_gap((1, 2), (0, 0))
    with pytest.raises(ValueError, match="times"):
        usability.typical_time([10, 0])
    with pytest.raises(ValueError, match="shares"):
        usability.share_found([1.2], 5)
