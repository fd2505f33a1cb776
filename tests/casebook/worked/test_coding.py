"""Measures of coded texts, held against worked numbers and against coverage by simulation."""

import numpy as np
import pytest

from casebook.worked import coding


def test_kappa_of_cohens_kind_of_table():
    # 20 both yes, 15 both no, 5 and 10 apart: agreed .7, by chance .5.
    first = ["yes"] * 20 + ["yes"] * 5 + ["no"] * 10 + ["no"] * 15
    second = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    found = coding.kappa(first, second)
    assert found.value == pytest.approx(0.4)
    assert found.low < 0.4 < found.high


def test_kappa_is_one_when_readers_agree_and_near_nought_when_they_toss_coins():
    codes = ["a", "b"] * 500
    assert coding.kappa(codes, codes).value == 1
    rng = np.random.default_rng(3)
    one, two = rng.integers(0, 2, 4000), rng.integers(0, 2, 4000)
    found = coding.kappa(list(one), list(two))
    assert found.low < 0 < found.high


@pytest.mark.parametrize(("first", "second"), [([], []), (["a"], ["a", "b"]), (["a", "a"], ["a", "a"])])
def test_kappa_refuses_what_it_cannot_measure(first, second):
    with pytest.raises(ValueError, match=r"Kappa|kappa"):
        coding.kappa(first, second)


def test_a_perfect_program_needs_no_correction():
    found = coding.corrected_share(0.2, texts=10_000, right=40, checked=40, missed=0, passed=160)
    assert found.value == pytest.approx(0.2)
    assert found.margin == pytest.approx(1.96 * np.sqrt(0.2 * 0.8 / 10_000), rel=1e-3)


def test_the_corrected_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(11)
    texts, read, share, sensitivity, specificity = 3000, 400, 0.2, 0.5, 0.96
    held = raw = 0
    runs = 1000
    for _ in range(runs):
        true = rng.random(texts) < share
        flag = np.where(true, rng.random(texts) < sensitivity, rng.random(texts) > specificity)
        sample = np.zeros(texts, bool)
        sample[rng.choice(texts, read, replace=False)] = True
        found = coding.corrected_share(
            flag.mean(),
            texts=texts,
            right=(true & flag & sample).sum(),
            checked=(flag & sample).sum(),
            missed=(true & ~flag & sample).sum(),
            passed=(~flag & sample).sum(),
        )
        held += found.low <= share <= found.high
        raw += abs(flag.mean() - share) < 1.96 * np.sqrt(flag.mean() * (1 - flag.mean()) / texts)
    # The interval is a large-sample one; 0.93 is 95 % less three standard errors of a thousand runs.
    assert held / runs > 0.93
    assert raw / runs < 0.01


def test_rogan_gladen_undoes_the_mistakes_of_a_program():
    share, sensitivity, specificity = 0.3, 0.55, 0.9
    flagged = share * sensitivity + (1 - share) * (1 - specificity)
    assert coding.rogan_gladen(flagged, sensitivity=sensitivity, specificity=specificity) == pytest.approx(share)
    assert coding.rogan_gladen(0.01, sensitivity=sensitivity, specificity=specificity) == 0
    with pytest.raises(ValueError, match="tells nothing"):
        coding.rogan_gladen(0.3, sensitivity=0.5, specificity=0.5)


@pytest.mark.parametrize("wrong", [{"checked": 0, "right": 0}, {"right": 50}, {"missed": 200}])
def test_a_correction_refuses_counts_that_cannot_be(wrong):
    given = {"texts": 100, "right": 4, "checked": 10, "missed": 5, "passed": 90} | wrong
    with pytest.raises(ValueError, match="correction needs"):
        coding.corrected_share(0.1, **given)
