"""Shipped tables held against SciPy: knots, end cells, moments, monotony, and the script that built them."""

from __future__ import annotations

import hashlib
import importlib.util
import sys

import numpy as np
import pytest
from scipy import stats

from cxdata.recipes import lookup
from cxdata.recipes.lookup import CELLS, EXP_LOW, EXP_STEPS_PER_UNIT, EXP_UNITS

ROUNDING = 0.5e-9 + 1e-12
"""Tables are rounded to nine decimals; the last term is SciPy's own error, a thousandth of that."""
UNSEEN = 1e-4
"""A bias of this many standard deviations stays below the standard error of a hundred million rows."""
LAST = np.nextafter(1.0, 0.0)
KNOTS = np.arange(CELLS + 1) / CELLS
POINTS_PER_CELL = 16
FINE = (np.arange(CELLS * POINTS_PER_CELL) + 0.5) / (CELLS * POINTS_PER_CELL)
EXP_HIGH = EXP_LOW + EXP_UNITS

QUANTILES = {
    "normal": (lookup.normal, stats.norm),
    "logistic": (lookup.logistic, stats.logistic),
    "exponential": (lookup.exponential, stats.expon),
}
of_each_quantile = pytest.mark.parametrize(("quantile", "distribution"), QUANTILES.values(), ids=QUANTILES)


@of_each_quantile
def test_interior_knots_are_the_rounded_quantiles(quantile, distribution):
    inside = KNOTS[1:-1]
    np.testing.assert_allclose(quantile(inside), distribution.ppf(inside), rtol=0, atol=ROUNDING)


def mean_of_first_cell(name: str) -> float:
    """Return the mean of a symmetric distribution below its first interior knot, in closed form."""
    p = 1 / CELLS
    if name == "normal":
        return -stats.norm.pdf(stats.norm.ppf(p)) / p
    return (p * np.log(p) + (1 - p) * np.log1p(-p)) / p  # the integral of log(u / (1 - u)) from 0 to p, over p


@pytest.mark.parametrize("name", ["normal", "logistic"])
def test_end_cells_keep_their_true_mean(name):
    low = QUANTILES[name][0](KNOTS[:2])
    high = QUANTILES[name][0](KNOTS[-2:])
    assert low.mean() == pytest.approx(mean_of_first_cell(name), abs=2 * ROUNDING)
    assert high.mean() == pytest.approx(-mean_of_first_cell(name), abs=2 * ROUNDING)


def test_the_last_cell_of_the_exponential_keeps_its_true_mean():
    ends = lookup.exponential(KNOTS[-2:])
    assert ends.mean() == pytest.approx(np.log(CELLS) + 1.0, abs=2 * ROUNDING)  # it has no memory: quantile plus one
    assert lookup.exponential(np.array([0.0])) == 0.0


@of_each_quantile
def test_mean_and_variance_err_by_less_than_any_run_can_see(quantile, distribution):
    drawn = quantile(FINE)
    mean, variance = distribution.stats(moments="mv")
    assert drawn.mean() == pytest.approx(mean, abs=UNSEEN * np.sqrt(variance))
    assert drawn.var() == pytest.approx(variance, abs=UNSEEN * variance)


@of_each_quantile
def test_quantiles_rise_without_a_step_back(quantile, distribution):
    assert (np.diff(quantile(FINE)) > 0).all()


@of_each_quantile
def test_the_ends_of_the_unit_interval_give_finite_values(quantile, distribution):
    ends = quantile(np.array([0.0, LAST, 1.0]))
    assert np.isfinite(ends).all()
    assert ends[0] == quantile(KNOTS)[0]
    assert ends[1] == pytest.approx(ends[2], abs=1e-9)


@pytest.mark.parametrize("name", ["normal", "logistic"])
def test_symmetric_noise_takes_no_side(name):
    quantile = QUANTILES[name][0]
    np.testing.assert_array_equal(quantile(KNOTS), -quantile(KNOTS[::-1]))
    assert quantile(np.array([0.5])) == 0.0


def test_exponentials_err_by_less_than_half_a_millionth():
    x = np.linspace(EXP_LOW, EXP_HIGH, 32 * EXP_STEPS_PER_UNIT * EXP_UNITS + 1)
    relative = lookup.exp(x) / np.exp(x) - 1
    # A chord errs by at most h**2 / 8 of the value, 4.8e-7; the rounding to 15 decimals adds 5e-16 / exp(-16).
    assert np.abs(relative).max() < 5e-7
    assert np.abs(relative).max() < (1 / EXP_STEPS_PER_UNIT) ** 2 / 8 + 5e-16 / np.exp(EXP_LOW)


def test_exponentials_rise_without_a_step_back():
    x = np.linspace(EXP_LOW, EXP_HIGH, 3 * EXP_STEPS_PER_UNIT * EXP_UNITS + 1)
    assert (np.diff(lookup.exp(x)) > 0).all()


def test_exponentials_are_held_at_the_ends_of_their_table():
    low, high = lookup.exp(np.array([EXP_LOW, EXP_HIGH], dtype=float))
    assert lookup.exp(np.array([-1e300, -np.inf, 1e300, np.inf])).tolist() == [low, low, high, high]
    assert low > 0


def test_scalars_are_read_like_arrays():
    assert float(lookup.normal(0.5)) == 0.0
    assert float(lookup.exp(0.0)) == 1.0


# Frozen: every latent score, claim and amount is read from these.
FROZEN = {
    "normal": "38884d39801235a6b617b9373a903423584ca8917c48f88b7dc8d0f272b79ff4",
    "logistic": "f3ae6bbe7cadecedbba7dbfd8b65090de34fd8046453aeddc2371a00e7d68073",
    "exponential": "1d8ef498708f64afc49103f0897c58860770915d77460db7b2e75d25a1162cf0",
    "exp": "be9833d4235c23fdec70fc8057c20ede6bc445715584833a5936983caa21fcf1",
}


@pytest.fixture(scope="module")
def shipped(repository):
    with np.load(repository / "generator/cxdata/recipes/lookup.npz") as tables:
        return {name: tables[name] for name in tables}


@pytest.mark.parametrize("count", [0, 1, 5, lookup.MOST_COMPARED, lookup.MOST_COMPARED + 1, 700])
@pytest.mark.parametrize("included", [False, True])
def test_bounds_below_a_value_are_counted_as_a_search_finds_them(count, included):
    rng = np.random.default_rng(count)
    bounds = np.sort(rng.integers(0, 300, count)).astype(float)  # some of them equal
    values = np.r_[rng.random(500) * 320 - 10, bounds, -np.inf, np.inf]
    expected = np.searchsorted(bounds, values, side="right" if included else "left")
    found = lookup.count_below(bounds, values, included=included)
    assert found.dtype == np.int64
    assert (found == expected).all()


def test_shipped_tables_never_move(shipped):
    found = {name: hashlib.sha256(table.astype("<f8").tobytes()).hexdigest() for name, table in shipped.items()}
    assert found == FROZEN


def test_the_script_rebuilds_the_shipped_tables(shipped, repository, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "path", [*sys.path])  # the script adds to it
    spec = importlib.util.spec_from_file_location("build_lookup_tables", repository / "scripts/build_lookup_tables.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(script, "TARGET", tmp_path / "lookup.npz")
    script.main()
    capsys.readouterr()
    with np.load(tmp_path / "lookup.npz") as rebuilt:
        assert set(rebuilt) == set(shipped)
        for name, table in shipped.items():
            # Another release of SciPy may turn the ninth decimal of a value that lies on the edge.
            np.testing.assert_allclose(rebuilt[name], table, rtol=1e-15, atol=1.001e-9 if name != "exp" else 1e-15)
