"""Measures against values computed by hand and by SciPy."""

from __future__ import annotations

import heapq
import math

import numpy as np
import pytest
from scipy import stats

from casebook.worked import measures
from casebook.worked.measures import (
    advisers_needed,
    answers_for_margin,
    answers_per_wave,
    ces_of_counts,
    complaint_cost,
    erlang_a,
    erlang_c,
    gesture,
    importance_performance,
    margin_of_share,
    nps,
    nps_of_counts,
    pareto,
    sample_size,
    share_interval,
)


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


def test_the_sample_size_of_a_share_worked_by_hand():
    # 1.959964 ** 2 * 0.25 / 0.05 ** 2 = 384.1; in a population of 1,000: 384.1 / (1 + 383.1 / 1000) = 277.7.
    assert sample_size(0.5, margin=0.05) == 385
    assert sample_size(0.5, margin=0.05, population=1000) == 278
    assert sample_size(0.5, margin=0.05, population=1) == 1


def test_the_margin_of_the_sample_size_is_the_margin_asked_for():
    for population in (0, 300, 5000):
        answers = sample_size(0.3, margin=0.04, population=population)
        assert margin_of_share(0.3, answers=answers, population=population) <= 0.04
        assert margin_of_share(0.3, answers=answers - 2, population=population) > 0.04
    assert margin_of_share(0.3, answers=50, population=50) == 0
    assert margin_of_share(0.3, answers=1, population=1) == 0


def test_two_waves_of_that_size_find_the_difference_in_four_tests_of_five():
    # Both shares, not their mean: (1.959964 + 0.841621) ** 2 * (0.25 + 0.2475) / 0.05 ** 2 = 1561.9.
    assert stats.norm.ppf(0.8) == pytest.approx(measures.Z_POWER_80, abs=1e-14)
    assert answers_per_wave(0.5, difference=0.05) == 1562
    assert answers_per_wave(0.95, difference=0.1) == answers_per_wave(0.85, difference=0.1)
    n = answers_per_wave(0.7, difference=0.06)
    waves = np.random.default_rng(3).binomial(n, [[0.7], [0.76]], size=(2, 20000)) / n
    error = np.sqrt((waves * (1 - waves) / n).sum(axis=0))
    found = (np.abs(waves[1] - waves[0]) > measures.Z_95 * error).mean()
    assert found == pytest.approx(0.8, abs=4 * math.sqrt(0.8 * 0.2 / 20000) + 1 / n)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: sample_size(1.2, margin=0.05),
        lambda: sample_size(0.5, margin=0),
        lambda: sample_size(0.5, margin=0.05, population=-1),
        lambda: margin_of_share(0.5, answers=0),
        lambda: margin_of_share(0.5, answers=11, population=10),
        lambda: answers_per_wave(0.5, difference=0),
        lambda: answers_per_wave(0.5, difference=0.6),
        lambda: ces_of_counts([1, 0, 0, 0, 0, 0, 0]),
        lambda: ces_of_counts([1, 2, 3]),
        lambda: ces_of_counts([5, 5, 5, 5, 5, 5, -1]),
        lambda: erlang_c(0, 360, 13, 20),
        lambda: erlang_c(100, 360, 0, 20),
        lambda: erlang_c(100, 360, 13, -1),
        lambda: erlang_a(100, 360, 13, 20, 0),
        lambda: advisers_needed(100, 360, 20, target=1),
    ],
)
def test_impossible_samples_scores_and_queues_are_refused(wrong):
    with pytest.raises(ValueError, match="need"):
        wrong()


def test_the_effort_score_agrees_with_a_sample_of_answers():
    answers = np.repeat(np.arange(1, 8), [3, 0, 7, 12, 20, 31, 9])
    found = ces_of_counts([3, 0, 7, 12, 20, 31, 9])
    low, high = stats.norm.interval(0.95, answers.mean(), stats.sem(answers))
    assert (found.mean, found.low, found.high) == pytest.approx((answers.mean(), low, high), abs=1e-12)
    assert (found.easy, found.hard) == pytest.approx(((answers >= 5).mean(), (answers <= 3).mean()))
    assert ces_of_counts([0, 0, 0, 0, 0, 1, 1]).high == 7
    assert ces_of_counts([1, 1, 0, 0, 0, 0, 0]).low == 1


def test_erlang_c_gives_the_published_queue():
    queue = erlang_c(100, 360, 13, 20)
    assert queue.wait_chance == pytest.approx(0.285, abs=5e-4)
    assert queue.service_level == pytest.approx(0.76, abs=5e-3)
    assert queue.mean_wait_seconds == pytest.approx(34, abs=0.5)
    assert queue.occupancy == pytest.approx(10 / 13)
    assert (advisers_needed(100, 360, 20, target=0.75), advisers_needed(100, 360, 20, target=0.8)) == (13, 14)


def test_one_adviser_makes_the_queue_of_the_textbook():
    # M/M/1 with load 0.8: everybody who finds the adviser busy waits, on average 0.8 / 0.2 handle times.
    queue = erlang_c(8, 360, 1, 0)
    assert (queue.wait_chance, queue.mean_wait_seconds) == pytest.approx((0.8, 0.8 / 0.2 * 360))
    assert queue.service_level == pytest.approx(0.2)


def test_a_queue_that_never_ends_is_refused_and_impatience_ends_it():
    with pytest.raises(ValueError, match="10 hours of work an hour need more than 10 advisers"):
        erlang_c(100, 360, 10, 20)
    for agents in (1, 9, 10):
        queue = erlang_a(100, 360, agents, 20, 120)
        assert queue.abandoned_share > 1 - agents / 10
        assert queue.occupancy < 1


def test_impatience_gives_the_published_comparison():
    # Garnett, Mandelbaum and Reiman (2002), introduction: 48 calls a minute of one minute, 50 advisers, patience
    # of two minutes; without abandonment the mean wait is 20.8 seconds.
    assert erlang_c(48 * 60, 60, 50, 0).mean_wait_seconds == pytest.approx(20.8, abs=0.05)
    queue = erlang_a(48 * 60, 60, 50, 0, 120)
    assert queue.abandoned_share == pytest.approx(0.031, abs=5e-4)
    assert queue.mean_wait_seconds == pytest.approx(3.7, abs=0.05)
    assert queue.occupancy == pytest.approx(0.93, abs=5e-3)
    assert queue.service_level == pytest.approx(1 - queue.wait_chance)


def test_endless_patience_makes_erlang_a_erlang_c():
    patient, queue = erlang_a(100, 360, 13, 20, 3e6), erlang_c(100, 360, 13, 20)
    assert patient.service_level == pytest.approx(queue.service_level, abs=1e-3)
    assert patient.mean_wait_seconds == pytest.approx(queue.mean_wait_seconds, rel=1e-2)


def test_erlang_a_agrees_with_a_simulated_queue():
    calls, handle, agents, within, patience = 120, 300, 9, 20, 90
    draws = np.random.default_rng(5)
    batches = []
    for _ in range(20):
        arrival = np.cumsum(draws.exponential(3600 / calls, 4000))
        works, waits = draws.exponential(handle, 4000), draws.exponential(patience, 4000)
        free = [0.0] * agents
        served = lost = 0
        for at, work, willing in zip(arrival, works, waits, strict=True):
            wait = max(free[0] - at, 0.0)
            if wait > willing:
                lost += 1
                continue
            served += wait <= within
            heapq.heapreplace(free, at + wait + work)
        batches.append((served / 4000, lost / 4000))
    found, error = np.mean(batches, axis=0), stats.sem(batches, axis=0)
    queue = erlang_a(calls, handle, agents, within, patience)
    assert abs(found[0] - queue.service_level) < 4 * error[0]
    assert abs(found[1] - queue.abandoned_share) < 4 * error[1]


def test_no_adviser_too_many_and_none_too_few():
    for patience in (None, 30, 600):

        def level(agents, patience=patience):
            if patience is None:
                return erlang_c(300, 240, agents, 20).service_level
            return erlang_a(300, 240, agents, 20, patience).service_level

        needed = advisers_needed(300, 240, 20, target=0.9, patience_seconds=patience)
        assert level(needed - 1) < 0.9 <= level(needed)


def test_causes_are_ranked_and_summed_from_the_largest():
    found = pareto([10, 50, 30, 10])
    assert found.rank == (3, 1, 2, 4), "equal causes keep their order"
    assert found.share == (0.1, 0.5, 0.3, 0.1)
    assert found.cumulative == pytest.approx((0.9, 0.5, 0.8, 1.0))
    assert (found.needed, found.made) == (2, pytest.approx(0.8))
    assert pareto([10, 50, 30, 10], part=0.81).needed == 3


@pytest.mark.parametrize("causes", range(1, 41))
def test_of_equal_causes_four_fifths_make_four_fifths(causes):
    assert pareto([0.1] * causes).needed == math.ceil(causes * 4 / 5)


@pytest.mark.parametrize(("amounts", "part"), [([], 0.8), ([0, 0], 0.8), ([1, -1, 5], 0.8), ([1], 0), ([1], 1.1)])
def test_impossible_causes_are_refused(amounts, part):
    with pytest.raises(ValueError, match="Causes need amounts"):
        pareto(amounts, part=part)


def test_aspects_fall_into_four_zones_and_a_line_belongs_to_what_is_above_it():
    found = importance_performance([9, 9, 3, 3, 6], [3, 9, 3, 9, 6])
    assert found.zones == ("mend", "keep", "later", "spare", "keep")
    assert (found.importance_line, found.performance_line) == (6, 6)
    assert importance_performance([9, 9], [3, 9], lines=(10, 0)).zones == ("spare", "spare")
    assert set(importance_performance([0.1] * 3, [0.7] * 3).zones) == {"keep"}


@pytest.mark.parametrize("aspects", [([], []), ([1, 2], [1])])
def test_a_map_of_nothing_is_refused(aspects):
    with pytest.raises(ValueError, match="needs an importance and a performance"):
        importance_performance(*aspects)


def test_the_grid_grants_a_share_between_its_bounds_in_steps_of_five():
    def granted(severity, order, *, ours=True, failures=0):
        found = gesture(severity, our_fault=ours, order_eur=order, earlier_failures=failures)
        return found.amount_eur, found.decided_by

    assert granted(1, 40) == (5, "adviser"), "the floor"
    assert granted(2, 120) == (10, "adviser"), "12 euros are nearer to 10 than to 15"
    assert granted(2, 130) == (15, "adviser")
    assert granted(2, 900) == (40, "team_leader"), "the ceiling"
    assert granted(3, 600) == (120, "head")
    assert granted(3, 12) == (12, "adviser"), "never more than the order"
    assert granted(1, 400, ours=False) == (0, "nobody")
    assert granted(3, 300, ours=False) == (15, "adviser")
    assert granted(3, 200) == (40, "team_leader")
    assert granted(3, 200, failures=1) == (60, "team_leader")
    assert granted(1, 40, failures=2) == (10, "head"), "the second time the head decides whatever the amount"
    assert granted(3, 300, ours=False, failures=5) == (15, "adviser"), "failures that are not ours do not count"


@pytest.mark.parametrize("wrong", [{"severity": 4}, {"severity": 0}, {"order_eur": -1}, {"earlier_failures": -1}])
def test_a_case_outside_the_grid_is_refused(wrong):
    case = {"severity": 1, "our_fault": True, "order_eur": 10, "earlier_failures": 0} | wrong
    with pytest.raises(ValueError, match="needs a severity of the grid"):
        gesture(case.pop("severity"), **case)


COST = {
    "minutes": 30,
    "hourly_eur": 40,
    "gesture_eur": 7,
    "transport_eur": 3,
    "lost_share": 0.2,
    "lost_share_after": 0.15,
    "margin_eur": 100,
    "change_eur": 4000,
}


def test_the_cost_of_complaints_worked_by_hand():
    # 1,000 complaints: 20 + 7 + 3 = 30 euros of handling, 0.2 x 100 = 20 lost; 50 customers kept bring 5,000 a year.
    found = complaint_cost(1000, **COST)
    assert (found.handling_eur, found.lost_eur, found.total_eur) == pytest.approx((30, 20, 50_000))
    assert (found.kept_customers, found.gain_eur, found.net_eur) == pytest.approx((50, 5000, 1000))
    assert found.return_share == pytest.approx(0.25)
    assert found.break_even_lost_share == pytest.approx(0.16)
    at_it = complaint_cost(1000, **COST | {"lost_share_after": found.break_even_lost_share})
    assert at_it.net_eur == pytest.approx(0)


def test_what_nothing_can_pay_for_has_no_break_even():
    assert complaint_cost(1000, **COST | {"change_eur": 20_001}).break_even_lost_share is None
    assert complaint_cost(1000, **COST | {"margin_eur": 0}).break_even_lost_share is None
    assert complaint_cost(1000, **COST | {"change_eur": 0}).return_share is None


@pytest.mark.parametrize("wrong", [{"minutes": -1}, {"lost_share": 1.1}, {"lost_share_after": -0.1}])
def test_impossible_costs_are_refused(wrong):
    with pytest.raises(ValueError, match="The cost needs a complaint"):
        complaint_cost(10, **COST | wrong)
    with pytest.raises(ValueError, match="The cost needs a complaint"):
        complaint_cost(0, **COST)
