"""Risks: rates from counts, the rule of three, and lists of them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from casebook.worked import risks


def test_the_rule_of_three_bounds_what_was_never_seen_a_little_more_than_needed():
    for trials in (30, 100, 1_000):
        exact = 1 - 0.05 ** (1 / trials)
        assert exact < risks.most_when_never_seen(trials) < 1.06 * exact


def test_a_rate_that_the_rule_of_three_excludes_stays_away_once_in_twenty():
    trials = 232
    never = np.random.default_rng(3).binomial(trials, risks.most_when_never_seen(trials), size=20_000) == 0
    assert abs(never.mean() - 0.05) < 4 * np.sqrt(0.05 * 0.95 / len(never)) + 0.002


@pytest.mark.parametrize(("seen", "years"), [(0, 2.0), (1, 2.0), (2, 2.25), (19, 1.9), (2_500, 2.0)])
def test_the_interval_of_a_rate_is_garwoods(seen, years):
    low = stats.chi2.ppf(0.025, 2 * seen) / 2 if seen else 0.0
    high = stats.chi2.ppf(0.975, 2 * seen + 2) / 2
    assert risks.rate_interval(seen, years) == pytest.approx((low / years, high / years), rel=1e-6)


def test_a_grid_ranks_by_loss_a_year_and_bounds_what_was_never_seen():
    found = risks.risk_grid([4_000, 1, 0], [20, 10_000, 60_000], years=2)
    assert found.rate == (2_000, 0.5, 1.5)
    assert found.expected == (40_000, 5_000, 90_000)
    assert found.rank == (2, 3, 1)
    assert (found.total, found.unseen) == (135_000, 90_000)
    assert found.chance[1] == pytest.approx(1 - np.exp(-0.5))


def test_multiplied_ranks_can_turn_two_risks_round():
    often, dear = risks.matrix_score(1_000, 99), risks.matrix_score(0.9, 99_999)
    assert often < dear, "five times one stands below two times four"
    turned = risks.risk_grid([1_000, 0.9], [99, 99_999], years=1)
    assert turned.expected[0] > turned.expected[1]
    assert turned.turned == 1


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (([1], [1, 2], 1), "a count and a loss for each"),
        (([1, -1], [1, 2], 1), "nought or more"),
        (([1, 1], [0, 0], 1), "costs anything"),
        (([1, 1], [1, 1], 0), "has a length"),
    ],
)
def test_lists_without_a_grid_are_refused(arguments, problem):
    seen, loss, years = arguments
    with pytest.raises(ValueError, match=problem):
        risks.risk_grid(seen, loss, years=years)
    with pytest.raises(ValueError, match="no trials"):
        risks.most_when_never_seen(0)
    with pytest.raises(ValueError, match="give no rate"):
        risks.rate_interval(1, 0)
