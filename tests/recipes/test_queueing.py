"""Queues held against SciPy, against textbook values and against the equations they must solve."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from cxdata.recipes import lookup
from cxdata.recipes.queueing import (
    erlang_b,
    erlang_c,
    queue_chance,
    queue_length,
    wait_chance,
)


def with_patience(load, servers, patience):
    """Return the share of callers who wait and the mean queue, where the impatient hang up."""
    blocked = erlang_b(load, servers)
    queued = queue_chance(load, servers, patience, blocked)
    return wait_chance(queued, blocked), queue_length(load, servers, patience, blocked, queued)


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
