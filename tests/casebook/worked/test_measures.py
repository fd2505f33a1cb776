"""Measures against values computed by hand and by SciPy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from casebook.worked import measures
from casebook.worked.measures import answers_for_margin, nps, nps_of_counts, share_interval


def test_the_quantile_is_that_of_the_normal_distribution():
    assert pytest.approx(stats.norm.ppf(0.975), abs=1e-14) == measures.Z_95


@pytest.mark.parametrize(
    ("counts", "score"),
    [((48, 33, 19), 29.0), ((0, 0, 7), -100.0), ((7, 0, 0), 100.0), ((0, 9, 0), 0.0), ((1, 1, 1), 0)],
)
def test_the_score_is_promoters_minus_detractors_in_points(counts, score):
    assert nps_of_counts(*counts).score == pytest.approx(score)


def test_the_interval_is_the_adjusted_wald_interval_worked_by_hand():
    # 48, 33 and 19 of 100: with 3 answers more, p = 48.75 / 103 and d = 19.75 / 103.
    p, d, n = 48.75 / 103, 19.75 / 103, 103
    assert p - d == pytest.approx(0.281553, abs=1e-6)
    error = math.sqrt((p + d - (p - d) ** 2) / n)
    assert error == pytest.approx(0.075413, abs=1e-6)
    found = nps_of_counts(48, 33, 19)
    assert (found.low, found.high) == (pytest.approx(13.3746, abs=1e-3), pytest.approx(42.9360, abs=1e-3))
    assert found.margin == pytest.approx(100 * 1.959964 * error, abs=1e-4)


def test_the_interval_agrees_with_a_large_sample_of_scores():
    generator = np.random.default_rng(1)
    scores = generator.choice([100, 0, -100], p=[0.5, 0.3, 0.2], size=40000)
    low, high = stats.norm.interval(0.95, scores.mean(), stats.sem(scores))
    found = nps_of_counts(*(int((scores == one).sum()) for one in (100, 0, -100)))
    assert (found.low, found.high) == (pytest.approx(low, abs=0.01), pytest.approx(high, abs=0.01))


def test_the_interval_of_one_voice_stays_within_the_scale():
    for counts in ((5, 0, 0), (0, 0, 5), (1, 0, 0)):
        found = nps_of_counts(*counts)
        assert -100 <= found.low < found.high <= 100


@pytest.mark.parametrize("counts", [(0, 0, 0), (-1, 2, 3), (1, -1, 3), (1, 2, -3)])
def test_impossible_counts_are_refused(counts):
    with pytest.raises(ValueError, match="at least one answer, and no count below nought"):
        nps_of_counts(*counts)


def test_answers_fall_into_their_groups_and_missing_ones_do_not_count():
    found = nps([0, 6, 7, 8, 9, 10, float("nan")])
    assert (found.score, found.answers) == (0.0, 6)
    assert nps([9, 10, 6]).score == pytest.approx(100 / 3)


@pytest.mark.parametrize("answers", [[11], [-1], [5, 10.5], [float("inf")]])
def test_answers_off_the_scale_are_refused(answers):
    with pytest.raises(ValueError, match="from 0 to 10"):
        nps(answers)


@pytest.mark.parametrize("answers", [[], [float("nan")]])
def test_no_answers_are_refused(answers):
    with pytest.raises(ValueError, match="at least one answer"):
        nps(answers)


def test_the_sample_size_worked_by_hand():
    # p = 0.5, d = 0.2: V = 0.7 - 0.09 = 0.61; (1.959964 * 100 / 5) ** 2 * 0.61 = 937.3.
    assert answers_for_margin(50, 30, 20, margin=5) == 938
    assert answers_for_margin(500, 300, 200, margin=5) == 938
    assert answers_for_margin(50, 30, 20, margin=2.5) == 3750


@pytest.mark.parametrize(("counts", "margin"), [((0, 0, 0), 5), ((1, 1, 1), 0), ((1, 1, 1), -1)])
def test_an_impossible_sample_size_is_refused(counts, margin):
    with pytest.raises(ValueError, match="margin above nought"):
        answers_for_margin(*counts, margin=margin)


@pytest.mark.parametrize(("count", "total"), [(0, 1), (1, 1), (0, 20), (20, 20), (7, 20), (1, 1000), (500, 1000)])
def test_the_interval_of_a_share_is_wilsons(count, total):
    wilson = stats.binomtest(count, total).proportion_ci(0.95, method="wilson")
    low, high = share_interval(count, total)
    assert (low, high) == (pytest.approx(wilson.low, abs=1e-12), pytest.approx(wilson.high, abs=1e-12))
    assert 0 <= low <= high <= 1


@pytest.mark.parametrize(("count", "total"), [(0, 0), (-1, 5), (6, 5)])
def test_an_impossible_share_is_refused(count, total):
    with pytest.raises(ValueError, match="A share needs a count between nought and a total"):
        share_interval(count, total)
