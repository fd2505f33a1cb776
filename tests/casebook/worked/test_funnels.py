"""Funnels: rates with intervals, what a point brings, and refusals of what is no funnel."""

from __future__ import annotations

import pytest

from casebook.worked.funnel import funnel
from casebook.worked.measures import share_interval


def test_rates_are_those_from_stage_to_stage_with_wilson_intervals():
    found = funnel([1_000, 400, 100])
    assert found.rate == (None, 0.4, 0.25)
    assert (found.low[1], found.high[1]) == share_interval(400, 1_000)
    assert found.lost == (None, 600, 300)
    assert found.overall == 0.1
    assert (found.overall_low, found.overall_high) == share_interval(100, 1_000)


def test_a_point_more_brings_what_the_funnel_then_counts():
    found = funnel([1_000, 400, 100])
    assert found.gain[1] == pytest.approx(410 * 0.25 - 100)
    assert found.gain[2] == pytest.approx(400 * 0.26 - 100)


def test_a_point_brings_most_where_the_rate_is_lowest():
    counts = [9_000, 5_000, 400, 300]
    found = funnel(counts)
    rates = [rate for rate in found.rate if rate is not None]
    assert found.best == 1 + rates.index(min(rates)) == 2
    assert funnel([100, 50, 25]).best == 1, "of equal ones the first"


def test_a_full_rate_cannot_rise():
    assert funnel([100, 100, 40]).gain[1] == 0
    assert funnel([1_000, 995, 995]).gain[1] == pytest.approx(5)


@pytest.mark.parametrize(
    ("counts", "problem"),
    [
        ([10], "two stages"),
        ([0, 0], "may be empty"),
        ([10, 0, 0], "may be empty"),
        ([10, -1], "may be empty"),
        ([10, 11], "same persons"),
    ],
)
def test_what_is_no_funnel_is_refused(counts, problem):
    with pytest.raises(ValueError, match=problem):
        funnel(counts)
    assert funnel([10, 0]).overall == 0
