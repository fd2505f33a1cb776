"""Told journeys: paths, intervals by customer, and weights that come back from journeys made with known ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from casebook.worked import journeys

TRUE = {"search": 0.1, "wait": 0.2, "receive": 0.4}
OF_PEAK = 0.15


def made(orders: int, seed: int = 3) -> pd.DataFrame:
    """Diaries whose overall mark is made with the weights of TRUE, without noise."""
    random = np.random.default_rng(seed)
    marks = random.integers(0, 11, (orders, len(TRUE)))
    peak = np.abs(marks - 7).argmax(axis=1)
    overall = marks @ np.array(list(TRUE.values())) + OF_PEAK * marks[np.arange(orders), peak] + 1
    return pd.DataFrame(
        {
            "order_id": np.repeat(np.arange(orders), len(TRUE)),
            "customer_id": np.repeat(np.arange(orders) // 2, len(TRUE)),
            "step": np.tile(list(TRUE), orders),
            "step_score": marks.ravel(),
            "is_peak": (np.arange(len(TRUE)) == peak[:, None]).ravel(),
            "overall_score": np.repeat(overall, len(TRUE)),
            "incident": None,
        }
    )


def wide(orders: int = 200) -> pd.DataFrame:
    return journeys.by_journey(made(orders), tuple(TRUE), pd.Series("all", index=range(orders)))


def test_an_order_makes_the_path_web() -> None:
    rows = pd.DataFrame({"order_id": [1, 1, 2], "step": ["search", "order", "visit"], "incident": [None, "x", None]})
    assert journeys.told(rows)["path"].tolist() == ["web", "web", "shop"]


def test_weights_come_back_from_journeys_made_with_them() -> None:
    found = journeys.weights(wide(), tuple(TRUE))
    assert found["weight"].to_dict() == pytest.approx(TRUE | {"peak": OF_PEAK})
    assert found["share"].dropna().sum() == pytest.approx(100)


def test_journeys_with_other_steps_are_left_out() -> None:
    rows = made(10)
    assert len(journeys.by_journey(rows.iloc[:-1], tuple(TRUE), pd.Series(dtype=object))) == 9
    assert len(journeys.by_journey(rows, tuple(TRUE)[:2], pd.Series(dtype=object))) == 0


def test_too_few_journeys_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        journeys.weights(wide(8), tuple(TRUE))


def test_twins_widen_the_interval() -> None:
    values = np.repeat(np.arange(20.0), 2)
    mean, low, high = journeys.mean_interval(values, np.arange(40))
    assert mean == 9.5
    twin = journeys.mean_interval(values, np.repeat(np.arange(20), 2))
    assert twin[1] < low < high < twin[2]


def test_one_customer_has_no_interval() -> None:
    with pytest.raises(ValueError, match="two customers"):
        journeys.mean_interval([1.0, 2.0], [5, 5])


def test_step_marks_count_journeys() -> None:
    marks = journeys.step_marks(made(10))
    assert (marks["journeys"] == 10).all()
    assert ((marks["low"] <= marks["mark"]) & (marks["mark"] <= marks["high"])).all()


def test_a_moment_lies_wholly_above_the_mean_weight():
    found = journeys.moments([0.30, 0.12, 0.02], [0.05, 0.05, 0.05])
    assert found.mean == pytest.approx(0.44 / 3)
    assert found.readings == ("moment", "open", "ordinary")
    with pytest.raises(ValueError, match="a weight and a margin"):
        journeys.moments([0.3], [0.1, 0.1])
