"""Control charts: limits that a quiet series keeps, signals where something changed, and refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from casebook.worked import charts, control


def quiet(seed: int, n: int = 4000) -> np.ndarray:
    return np.random.default_rng(seed).normal(50, 4, n)


def test_limits_of_single_values_are_three_standard_deviations_from_moving_ranges():
    limits = control.individuals([10, 12, 10, 12, 10])
    assert limits["centre"].unique() == pytest.approx([10.8])
    assert limits["high"].iloc[0] - 10.8 == pytest.approx(3 * 2 / 1.128379, rel=1e-5)
    found = control.individuals(quiet(1))
    assert (found["high"] - found["centre"]).iloc[0] == pytest.approx(12, rel=0.05)


def test_a_quiet_series_rarely_leaves_its_limits():
    beyond = control.individuals(quiet(2))["is_beyond"].mean()
    assert abs(beyond - 0.0027) < 4 * np.sqrt(0.0027 / 4000)


def test_a_jump_is_a_signal_and_eight_on_one_side_are_a_run():
    values = np.r_[np.tile([9.0, 11.0], 12), 20.0, np.full(8, 10.5)]
    limits = control.individuals(values, baseline=24)
    assert limits.index[limits["is_beyond"]].tolist() == [24]
    assert limits["is_run"].to_numpy().nonzero()[0].tolist() == list(range(23, 33))
    assert not control.individuals(values[:30], baseline=24)["is_run"].any()


def test_limits_of_shares_widen_with_small_totals_and_stay_in_their_domain():
    totals = np.r_[np.full(11, 1000), 4]
    counts = np.random.default_rng(3).binomial(1000, 0.02, 12) * totals // 1000
    limits = control.shares(counts, totals)
    width = limits["high"] - limits["low"]
    assert width.iloc[11] > width.iloc[0]
    assert (limits["low"] >= 0).all()
    assert (limits["high"] <= 1).all()


def test_overdispersed_shares_get_wider_limits_than_chance_alone_gives():
    draw = np.random.default_rng(4)
    totals = np.full(2000, 5000)
    steady = control.shares(draw.binomial(5000, 0.1, 2000), totals)
    moving = control.shares(draw.binomial(5000, draw.normal(0.1, 0.01, 2000)), totals)
    chance = 3 * np.sqrt(0.1 * 0.9 / 5000)
    assert (steady["high"] - steady["centre"]).iloc[0] == pytest.approx(chance, rel=0.06)
    assert (moving["high"] - moving["centre"]).iloc[0] > 2 * chance
    assert moving["is_beyond"].mean() < 0.01


def test_rates_are_judged_per_unit_of_exposure():
    draw = np.random.default_rng(5)
    exposure = draw.uniform(1, 3, 2000)
    limits = control.rates(draw.poisson(12 * exposure), exposure)
    assert limits["centre"].iloc[0] == pytest.approx(12, rel=0.02)
    expected = 3 * np.sqrt(limits["centre"] / exposure)
    assert (limits["high"] - limits["centre"]).to_numpy() == pytest.approx(expected.to_numpy(), rel=0.06)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: control.individuals([1.0, np.nan, 2.0]), "none of them missing"),
        (lambda: control.individuals([1.0]), "baseline"),
        (lambda: control.individuals([1.0, 2.0], baseline=3), "baseline"),
        (lambda: control.shares([3], [2]), "Shares need"),
        (lambda: control.shares([1, 2], [2, 0]), "Shares need"),
        (lambda: control.rates([1, -2], [1, 1]), "Rates need"),
    ],
)
def test_what_has_no_limits_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_the_chart_draws_in_the_colours_of_the_site():
    limits = control.individuals(quiet(6, 24))
    months = pd.date_range("2023-01-01", periods=24, freq="MS")
    drawn = charts.svg(control.chart(limits, time=months, width=300, title="Late, %"))
    assert drawn.startswith("<svg")
    assert "Late, %" in drawn
