"""Lifetime value against a sum over years, segment sizes against samples drawn with known errors."""

from __future__ import annotations

import numpy as np
import pytest

from casebook.worked import value


def test_lifetime_is_the_sum_of_the_years_to_come():
    years = np.arange(1, 400)
    found = value.lifetime(80, retention=0.7, discount=0.1)
    assert found.value_eur == pytest.approx((80 * 0.7**years / 1.1**years).sum())
    assert found.years == pytest.approx((0.7**years).sum())


def test_the_most_that_an_attention_may_cost_leaves_the_value_as_it_was():
    most = value.most_for_retention(80, retention=0.7, raised=0.8, discount=0.1)
    before = value.lifetime(80, retention=0.7, discount=0.1)
    assert value.lifetime(80 - most, retention=0.8, discount=0.1).value_eur == pytest.approx(before.value_eur)
    assert most > 0
    assert value.most_for_retention(80, retention=0.7, raised=0.0, discount=0.1) is None


@pytest.mark.parametrize(("retention", "discount"), [(1.0, 0.1), (-0.1, 0.1), (0.5, 1.2)])
def test_a_lifetime_without_an_end_is_refused(retention, discount):
    with pytest.raises(ValueError, match="retention from 0 to below 1"):
        value.lifetime(80, retention=retention, discount=discount)


def test_the_share_of_a_segment_is_covered_though_the_rule_errs():
    random, true, covered = np.random.default_rng(5), 0.2, 0
    for _ in range(400):
        member = random.random(500) < true
        flagged = np.where(member, random.random(500) < 0.8, random.random(500) < 0.15)
        size = value.segment_share(int(flagged.sum()), 500, sensitivity=0.8, specificity=0.85)
        covered += size.low <= true <= size.high
    assert 0.92 < covered / 400 < 0.98


def test_a_rule_without_errors_leaves_the_share_alone():
    size = value.segment_share(30, 120)
    assert size.value == 0.25
    assert size.low < 0.25 < size.high


@pytest.mark.parametrize("counts", [(5, 0), (6, 5), (-1, 5)])
def test_a_sample_that_cannot_be_is_refused(counts):
    with pytest.raises(ValueError, match="a count between nought and a total"):
        value.segment_share(*counts)


def test_a_version_pays_by_its_takers():
    brings = value.version_profit(1000, takers=0.1, margin_eur=30, contact_eur=1, fixed_eur=500)
    assert brings == pytest.approx(1000 * (0.1 * 30 - 1) - 500)
