"""Importance beside performance: shares and slopes that are known from how the rows were made."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from casebook.worked import drivers

RANDOM = np.random.default_rng(3)
ROWS = 4_000


def made(response) -> pd.DataFrame:
    """Return marks of two independent aspects and the outcome that a function makes of them."""
    first, second = RANDOM.normal(7, 1, ROWS), RANDOM.normal(6, 1, ROWS)
    outcome = response(first, second) + RANDOM.normal(0, 1, ROWS)
    return pd.DataFrame({"customer_id": np.arange(ROWS), "first": first, "second": second, "ltr": outcome})


def test_independent_aspects_share_by_their_squared_weights():
    rows = made(lambda first, second: 2 * first + second)
    found = drivers.derived_importance(rows, outcome="ltr", aspects=["first", "second"]).set_index("aspect")
    assert found.at["first", "share_low"] < 80 < found.at["first", "share_high"]
    assert found["share"].sum() == pytest.approx(100)
    assert found.at["second", "mark_low"] < 6 < found.at["second", "mark_high"]


def test_rows_of_one_customer_widen_the_interval():
    rows = made(lambda first, second: first + second)
    repeated = pd.concat([rows.head(500)] * 8)
    apart = repeated.assign(customer_id=np.arange(len(repeated)))
    width = [
        (one["mark_high"] - one["mark_low"]).iloc[0]
        for one in (
            drivers.derived_importance(given, outcome="ltr", aspects=["first", "second"]) for given in (apart, repeated)
        )
    ]
    assert width[1] > 2 * width[0]  # eight copies of each row: root of 8 times as wide


def test_slopes_differ_below_and_above_the_turn():
    rows = made(lambda first, second: 2 * np.minimum(first - 7, 0) + 0.5 * second)
    found = drivers.slopes_around(rows, outcome="ltr", aspects=["first", "second"], turn=7).set_index(
        ["aspect", "side"]
    )
    for place, truth in {("first", "below"): 2.0, ("first", "above"): 0.0, ("second", "below"): 0.5}.items():
        row = found.loc[place]
        error = (row["high"] - row["low"]) / 3.92
        assert abs(row["slope"] - truth) < 4 * error


def test_rows_with_an_empty_mark_are_left_out():
    rows = made(lambda first, second: first + second)
    holed = rows.assign(first=rows["first"].where(rows.index >= 100))
    expected = drivers.derived_importance(rows.iloc[100:], outcome="ltr", aspects=["first", "second"], draws=5)
    found = drivers.derived_importance(holed, outcome="ltr", aspects=["first", "second"], draws=5)
    pd.testing.assert_frame_equal(found, expected)


@pytest.mark.parametrize(
    ("aspects", "kept", "said"), [(["first"], ROWS, "two at least"), (["first", "second"], 3, "too few")]
)
def test_what_cannot_be_compared_is_refused(aspects, kept, said):
    rows = made(lambda first, second: first + second).head(kept)
    with pytest.raises(ValueError, match=said):
        drivers.derived_importance(rows, outcome="ltr", aspects=aspects)
