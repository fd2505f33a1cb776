"""Counts held against SciPy: quantiles, moments, the ends of the unit interval."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from cxdata.recipes import counts

CELLS = 20_000
FINE = (np.arange(CELLS) + 0.5) / CELLS


@pytest.mark.parametrize("mean", [0.02, 0.4, 1.0, 3.7, 11.9, 12.0])
def test_small_means_give_the_exact_quantiles(mean):
    wanted = stats.poisson.ppf(FINE, mean)
    # The tabulated exponential errs by 5e-7, so a uniform beside a step may fall on its other side.
    beside = np.abs(stats.poisson.cdf(wanted, mean) - FINE) < 1e-5
    beside |= np.abs(stats.poisson.cdf(wanted - 1, mean) - FINE) < 1e-5
    found = counts.poisson(FINE, np.full(CELLS, mean))
    np.testing.assert_array_equal(found[~beside], wanted[~beside])
    assert beside.mean() < 0.01


@pytest.mark.parametrize("mean", [12.1, 20.0, 75.0, 600.0])
def test_large_means_err_by_at_most_one(mean):
    found = counts.poisson(FINE, np.full(CELLS, mean))
    wrong = found - stats.poisson.ppf(FINE, mean)
    assert np.abs(wrong).max() <= 1
    assert (wrong != 0).mean() < 0.02
    assert found.mean() == pytest.approx(mean, abs=4 * np.sqrt(mean / CELLS) / 10)
    assert found.var() == pytest.approx(mean, rel=0.01)


def test_counts_rise_with_their_uniform_and_are_finite_at_both_ends():
    for mean in (0.0, 5.0, 12.0, 40.0):
        found = counts.poisson(np.array([0.0, 0.3, 0.7, np.nextafter(1.0, 0.0)]), np.array(mean))
        assert (np.diff(found) >= 0).all()
        assert found[0] >= 0
        assert found[-1] < 120
    assert (counts.poisson(FINE, np.zeros(CELLS)) == 0).all()


@pytest.mark.parametrize("cv", [0.1, 0.3, 0.6])
def test_the_gamma_factor_has_mean_one_and_its_variation(cv):
    factor = counts.gamma_factor(FINE, cv)
    assert factor.mean() == pytest.approx(1.0, abs=0.002)
    assert factor.std() == pytest.approx(cv, rel=0.01)
    middle = (FINE > 0.01) & (FINE < 0.99)
    wanted = stats.gamma.ppf(FINE, 1 / cv**2, scale=cv**2)
    np.testing.assert_allclose(factor[middle], wanted[middle], rtol=0.02, atol=0.01)


def test_no_variation_gives_ones():
    np.testing.assert_array_equal(counts.gamma_factor(FINE, 0.0), 1.0)
