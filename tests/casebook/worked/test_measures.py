"""Differences with their intervals: by hand on a few rows, and against the estimator of the answer keys."""

import numpy as np
import pandas as pd
import pytest

import cxdata
from casebook.worked import measures
from cxdata.catalog import scan

# Two strata: in "easy" 3 of 4 rows are treated and gain 1, in "grave" 1 of 4 is and gains 3.
ROWS = pd.DataFrame(
    {
        "stratum": ["easy"] * 4 + ["grave"] * 4,
        "treated": [True, True, True, False, True, False, False, False],
        "outcome": [8.0, 9.0, 10.0, 8.0, 6.0, 2.0, 3.0, 4.0],
        "customer_id": range(8),
    }
)


def test_plain_difference_is_that_of_the_two_means() -> None:
    found = measures.difference(ROWS, outcome="outcome", treatment="treated")
    assert found.value == pytest.approx(33 / 4 - 17 / 4)


def test_strata_weigh_by_all_rows_or_by_the_untreated() -> None:
    everyone = measures.difference(ROWS, outcome="outcome", treatment="treated", strata=("stratum",))
    untreated = measures.difference(ROWS, outcome="outcome", treatment="treated", strata=("stratum",), of="untreated")
    assert everyone.value == pytest.approx((4 * 1 + 4 * 3) / 8)
    assert untreated.value == pytest.approx((1 * 1 + 3 * 3) / 4)


def test_strata_without_both_groups_are_left_out_and_counted() -> None:
    lonely = ROWS.iloc[:1].assign(stratum="new")
    found = measures.difference(pd.concat([ROWS, lonely]), outcome="outcome", treatment="treated", strata=("stratum",))
    assert (found.rows, found.left_out, found.value) == (8, 1, pytest.approx(2))


def test_a_difference_without_any_comparison_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one stratum"):
        measures.difference(ROWS[ROWS["treated"]], outcome="outcome", treatment="treated")


@pytest.mark.parametrize("of", ["all", "untreated"])
def test_the_interval_keeps_its_promise(of: str) -> None:
    """In 400 samples with a known effect, 95 % intervals hold it 95 % of the time, within 4 standard errors."""
    random, held, trials = np.random.default_rng(7), 0, 400
    for _ in range(trials):
        stratum = random.integers(0, 3, 600)
        treated = random.random(600) < np.array([0.7, 0.5, 0.3])[stratum]
        gain = np.array([1.0, 2.0, 3.0])[stratum]
        outcome = -2.0 * stratum + gain * treated + random.normal(size=600)
        # The population's value: shares 1/3 each, or in the ratio of the untreated shares 0.3, 0.5, 0.7.
        truth = 2.0 if of == "all" else (0.3 * 1 + 0.5 * 2 + 0.7 * 3) / 1.5
        rows = pd.DataFrame({"s": stratum, "t": treated, "y": outcome, "customer_id": np.arange(600)})
        found = measures.difference(rows, outcome="y", treatment="t", strata=("s",), of=of)  # type: ignore[arg-type]
        held += found.low <= truth <= found.high
    assert abs(held / trials - 0.95) < 4 * (0.95 * 0.05 / trials) ** 0.5


def test_it_agrees_with_the_estimator_of_the_answer_key() -> None:
    data = cxdata.generate("aldeane", customers=500, seed=3)
    rows = data["scores"][["complaint_id", "ltr"]].merge(data["complaints"], on="complaint_id")
    effect = next(one for one in scan.scenario("aldeane").effects if one.id == "reply_on_score")
    expected = effect.right(data.tables)
    found = measures.difference(rows, outcome="ltr", treatment="replied", strata=("channel", "severity"))
    assert (found.value, found.standard_error, found.rows) == (
        pytest.approx(expected.value),
        pytest.approx(expected.standard_error),
        expected.rows,
    )
