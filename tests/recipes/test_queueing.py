"""Arrivals and queues held against SciPy, against textbook values and against the equations they must solve."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from cxdata.recipes import lookup
from cxdata.recipes.queueing import (
    SMALL_MEAN,
    erlang_b,
    erlang_c,
    gamma_factor,
    poisson,
    queue_chance,
    queue_length,
    wait_chance,
)

LAST = np.nextafter(1.0, 0.0)
GRID = (np.arange(20_000) + 0.5) / 20_000
EXP_ERROR = 5e-7
"""Relative error of the tabulated exponential."""


def with_patience(load, servers, patience):
    """Return the share of callers who wait and the mean queue, where the impatient hang up."""
    blocked = erlang_b(load, servers)
    queued = queue_chance(load, servers, patience, blocked)
    return wait_chance(queued, blocked), queue_length(load, servers, patience, blocked, queued)


class TestPoisson:
    @pytest.mark.parametrize("mean", [0.01, 0.5, 1.0, 3.7, 9.0, SMALL_MEAN])
    def test_small_means_are_inverted_exactly(self, mean):
        edges = stats.poisson.cdf(np.arange(60), mean)
        clear = np.abs(GRID[:, None] - edges).min(axis=1) > 2 * EXP_ERROR
        expected = stats.poisson.ppf(GRID, mean)
        np.testing.assert_array_equal(poisson(GRID, np.full(len(GRID), mean))[clear], expected[clear])

    @pytest.mark.parametrize("mean", [SMALL_MEAN + 0.1, 20.0, 55.5, 130.0, 3_000.0])
    def test_large_means_miss_by_one_at_most_and_seldom(self, mean):
        inside = GRID[(GRID > 1 / lookup.CELLS) & (GRID < 1 - 1 / lookup.CELLS)]  # end cells keep means, not quantiles
        missed = poisson(inside, np.full(len(inside), mean)) - stats.poisson.ppf(inside, mean)
        assert np.abs(missed).max() <= 1
        assert (missed != 0).mean() < 0.01

    @pytest.mark.parametrize("mean", [0.3, 5.0, 13.0, 80.0])
    def test_mean_and_variance_agree(self, mean):
        drawn = poisson(GRID, np.full(len(GRID), mean))
        assert drawn.mean() == pytest.approx(mean, rel=2e-3)
        assert drawn.var() == pytest.approx(mean, rel=2e-2)

    def test_nothing_comes_of_a_mean_of_zero_and_the_ends_stay_finite(self):
        assert poisson(np.array([0.0, 0.5, LAST]), np.zeros(3)).tolist() == [0, 0, 0]
        ends = poisson(np.array([0.0, LAST, 0.0, LAST]), np.array([12.0, 12.0, 100.0, 100.0]))
        assert (ends >= 0).all()
        assert ends[1] < 61
        assert ends[3] < 160

    def test_counts_rise_with_the_uniform(self):
        for mean in (2.0, 30.0):
            assert (np.diff(poisson(GRID, np.full(len(GRID), mean))) >= 0).all()


class TestGammaFactor:
    @pytest.mark.parametrize("cv", [0.05, 0.10, 0.3])
    def test_quantiles_are_those_of_a_gamma_of_mean_one(self, cv):
        inside = GRID[(GRID > 0.001) & (GRID < 0.999)]
        expected = stats.gamma.ppf(inside, 1 / cv**2, scale=cv**2)
        np.testing.assert_allclose(gamma_factor(inside, cv), expected, atol=0.02 * cv)

    @pytest.mark.parametrize("cv", [0.1, 0.5, 1.0])
    def test_mean_and_spread_come_out(self, cv):
        drawn = gamma_factor(GRID, cv)
        assert drawn.mean() == pytest.approx(1.0, abs=5e-3)
        assert drawn.std() == pytest.approx(cv, rel=0.03)
        assert (drawn >= 0).all()

    def test_without_variation_nothing_varies(self):
        assert gamma_factor(GRID, 0.0).tolist() == [1.0] * len(GRID)


class TestErlang:
    LOAD = np.array([0.0, 0.5, 3.0, 10.0, 28.0, 45.0])
    SERVERS = np.array([1, 1, 5, 13, 30, 40])

    def test_blocking_is_that_of_a_truncated_poisson(self):
        expected = stats.poisson.pmf(self.SERVERS, self.LOAD) / stats.poisson.cdf(self.SERVERS, self.LOAD)
        np.testing.assert_allclose(erlang_b(self.LOAD, self.SERVERS), expected, rtol=1e-9, atol=1e-15)

    def test_nobody_serves_without_servers(self):
        assert erlang_b(np.array([3.0]), np.array([0])).tolist() == [1.0]

    def test_a_hundred_calls_an_hour_and_thirteen_advisers(self):
        # The check of the trade: 100 calls an hour of six minutes, 13 advisers.
        load, servers, handle = np.array([10.0]), np.array([13]), 360.0
        waiting = float(erlang_c(load, servers)[0])
        assert waiting == pytest.approx(0.285, abs=0.0005)
        pace = (13 - 10) / handle
        assert 1 - waiting * float(lookup.exp(np.array(-20 * pace))) == pytest.approx(0.76, abs=0.005)
        assert waiting / pace == pytest.approx(34, abs=0.5)

    def test_everybody_waits_without_a_steady_state(self):
        assert erlang_c(np.array([13.0, 20.0]), np.array([13, 13])).tolist() == [1.0, 1.0]

    @pytest.mark.parametrize("patience", [0.2, 1.5, 8.0])
    def test_with_patience_the_states_balance(self, patience):
        load, servers = self.LOAD[1:], self.SERVERS[1:]
        chance, queue = with_patience(load, servers, patience)
        for place, (offered, count) in enumerate(zip(load, servers, strict=True)):
            states = [1.0]
            for state in range(1, 1500):
                leaving = min(state, count) + max(state - count, 0) / patience
                states.append(states[-1] * offered / leaving)
            weights = np.array(states) / np.sum(states)
            assert chance[place] == pytest.approx(weights[count:].sum(), rel=1e-9)
            waiting = np.maximum(np.arange(1500) - count, 0)
            assert queue[place] == pytest.approx((weights * waiting).sum(), rel=1e-6, abs=1e-9)

    def test_the_patient_see_what_erlang_c_says(self):
        load, servers = self.LOAD[1:5], self.SERVERS[1:5]
        chance, queue = with_patience(load, servers, 1e6)
        waiting = erlang_c(load, servers)
        np.testing.assert_allclose(chance, waiting, rtol=1e-4)
        np.testing.assert_allclose(queue, waiting * load / (servers - load), rtol=1e-3)

    def test_a_cell_depends_on_its_own_arguments_alone(self):
        together = with_patience(self.LOAD, self.SERVERS, 1.5)
        alone = [with_patience(self.LOAD[[n]], self.SERVERS[[n]], 1.5) for n in range(len(self.LOAD))]
        for part in (0, 1):
            assert together[part].tolist() == [float(one[part][0]) for one in alone]

    def test_no_calls_no_queue(self):
        chance, queue = with_patience(np.array([0.0]), np.array([4]), 1.5)
        assert queue.tolist() == [0.0]
        assert chance[0] < 1e-9
