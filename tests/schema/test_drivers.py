"""Shares of explained variance, slopes and rank correlations, against brute force, closed forms and simulation."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cxdata.errors import ScenarioError
from cxdata.schema.drivers import (
    GROUPS,
    explained,
    groups_of,
    jackknife_error,
    lmg,
    lmg_shares,
    rank_correlation,
    slope,
)
from cxdata.schema.statistic import Estimate, Statistic

RNG = np.random.default_rng(20240521)
PREDICTORS = ("a", "b", "c", "d")


def rows(tables: Any) -> pd.DataFrame:
    return tables["answers"]


def answers(count: int, *, rng: np.random.Generator = RNG, size: int = 1, shared: float = 0.0) -> pd.DataFrame:
    """Return answers on four correlated predictors of which ``d`` does nothing itself, ``size`` rows a customer."""
    customer = np.repeat(np.arange(count // size), size)
    common = np.repeat(rng.normal(0, 1, (count // size, 5)), size, axis=0)
    own = rng.normal(0, 1, (len(customer), 5))
    z = np.sqrt(shared) * common + np.sqrt(1 - shared) * own
    frame = pd.DataFrame({"a": z[:, 0], "b": 0.6 * z[:, 0] + 0.8 * z[:, 1], "c": z[:, 2]})
    frame["d"] = 0.7 * frame["c"] + z[:, 3]
    frame["y"] = 3.0 + 1.0 * frame["a"] + 0.5 * frame["b"] + 0.8 * frame["c"] + 1.2 * z[:, 4]
    return frame.assign(customer_id=customer)


def share_of(name: str, **options: Any) -> Statistic:
    given = {"outcome": "y", "predictors": PREDICTORS, "sentence": "", "tables": ("answers",), **options}
    return lmg(rows, of=name, **given)


def r_squared(frame: pd.DataFrame, names: tuple[str, ...], weight: np.ndarray) -> float:
    """Return R squared by a regression of its own, through NumPy's least squares on the rows."""
    root = np.sqrt(weight)
    x = np.column_stack([np.ones(len(frame)), *(frame[name] for name in names)]) * root[:, None]
    y = frame["y"].to_numpy() * root
    residual = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    mean = np.average(frame["y"], weights=weight)
    return 1 - np.square(residual).sum() / (weight * np.square(frame["y"] - mean)).sum()


def by_brute_force(frame: pd.DataFrame, weight: np.ndarray) -> dict[str, float]:
    """Return what each predictor adds to R squared, averaged over all orders of entering, over R squared."""
    gains = dict.fromkeys(PREDICTORS, 0.0)
    orders = list(permutations(PREDICTORS))
    for order in orders:
        for place, name in enumerate(order):
            gains[name] += r_squared(frame, order[: place + 1], weight) - r_squared(frame, order[:place], weight)
    whole = r_squared(frame, PREDICTORS, weight)
    return {name: gain / len(orders) / whole for name, gain in gains.items()}


class TestShares:
    def test_are_those_of_all_orders_of_entering(self):
        frame = answers(300)
        expected = by_brute_force(frame, np.ones(len(frame)))
        for name in PREDICTORS:
            found = share_of(name)({"answers": frame})
            assert found.value == pytest.approx(expected[name])
            assert found.rows == 300

    def test_count_rows_by_their_weights(self):
        frame = answers(300)
        frame["w"] = RNG.integers(1, 5, len(frame))
        expected = by_brute_force(frame, frame["w"].to_numpy(dtype=float))
        repeated = frame.loc[frame.index.repeat(frame["w"])]
        for name in PREDICTORS:
            found = share_of(name, weights="w")({"answers": frame})
            assert found.value == pytest.approx(expected[name])
            twin = share_of(name)({"answers": repeated})  # a weight of three is as good as three rows of one customer
            assert (found.value, found.standard_error) == (
                pytest.approx(twin.value),
                pytest.approx(twin.standard_error),
            )

    @pytest.mark.parametrize("correlation", [0.0, 0.4, -0.7])
    def test_of_two_predictors_have_a_closed_form(self, correlation):
        # Half of what each explains alone, and half of what it adds to the other.
        first, second = 0.6, 0.3
        covariance = np.array([[1, correlation, 0], [correlation, 1, 0], [0, 0, 2.0]])
        covariance[:2, 2] = covariance[2, :2] = covariance[:2, :2] @ np.array([first, second])
        alone = covariance[:2, 2] ** 2
        together = first**2 + second**2 + 2 * correlation * first * second
        expected = (alone + together - alone[::-1]) / 2 / together
        assert lmg_shares(covariance) == pytest.approx(expected)

    def test_of_independent_predictors_are_their_squared_slopes(self):
        slopes = np.arange(1.0, 9.0)  # eight, the most there may be
        covariance = np.zeros((9, 9))
        covariance[:8, :8] = np.eye(8)
        covariance[:8, 8] = covariance[8, :8] = slopes
        covariance[8, 8] = 500.0
        assert lmg_shares(covariance) == pytest.approx(slopes**2 / (slopes**2).sum())

    def test_sum_to_one_and_are_the_same_in_any_unit(self):
        frame = answers(400)
        found = [share_of(name)({"answers": frame}).value for name in PREDICTORS]
        assert sum(found) == pytest.approx(1.0)
        other = frame.assign(a=1e6 + 1e-3 * frame["a"], y=5e5 - 40 * frame["y"])
        moved = [share_of(name)({"answers": other}).value for name in PREDICTORS]
        assert moved == pytest.approx(found, rel=1e-4)
        percent = share_of("a", scale=100.0)({"answers": frame})
        assert percent.value == pytest.approx(100 * found[0])
        assert percent.standard_error == pytest.approx(100 * share_of("a")({"answers": frame}).standard_error)

    def test_a_twin_takes_half_and_a_constant_nothing(self):
        frame = answers(300).assign(b=lambda one: one["a"], d=4.0)
        found = {name: share_of(name)({"answers": frame}).value for name in PREDICTORS}
        assert found["a"] == pytest.approx(found["b"])
        assert found["d"] == pytest.approx(0.0, abs=1e-9)
        assert sum(found.values()) == pytest.approx(1.0)

    def test_what_subsets_explain_grows_with_them(self):
        frame = answers(300)
        covariance = np.cov(frame[[*PREDICTORS, "y"]].to_numpy().T)
        by_subset = explained(covariance)
        assert by_subset[0] == 0
        for subset in range(16):
            for predictor in range(4):
                assert by_subset[subset | 1 << predictor] >= by_subset[subset] - 1e-12

    def test_rows_with_an_empty_cell_are_left_out(self):
        frame = answers(300)
        gaps = frame.copy()
        gaps.loc[:49, "a"] = np.nan
        gaps.loc[50:59, "y"] = np.nan
        assert share_of("b")({"answers": gaps}) == share_of("b")({"answers": frame.iloc[60:]})

    def test_whole_numbers_that_may_be_empty_are_numbers(self):
        frame = answers(300).assign(a=lambda one: one["a"].round())
        nullable = frame.assign(a=frame["a"].astype("Int64").where(frame.index > 9))
        assert share_of("a")({"answers": nullable}) == share_of("a")({"answers": frame.iloc[10:]})

    @pytest.mark.parametrize("frame", [answers(0), answers(50).assign(y=1.0)], ids=["no rows", "a flat outcome"])
    def test_of_nothing_have_no_value_and_no_certainty(self, frame):
        found = share_of("a")({"answers": frame})
        assert np.isnan(found.value)
        assert (found.standard_error, found.rows) == (np.inf, 0)

    @pytest.mark.parametrize(
        "options",
        [
            {"predictors": ("a",)},
            {"predictors": tuple("abcdefghi")},
            {"predictors": ("a", "a", "b")},
            {"predictors": ("b", "c")},
            {"predictors": ("a", "y")},
        ],
        ids=["one", "nine", "one twice", "without the one asked for", "with the outcome"],
    )
    def test_are_refused_for_predictors_that_make_no_sense(self, options):
        with pytest.raises(ScenarioError, match=r"share of 'a' on 'y' among .*: give two to 8 distinct predictors"):
            share_of("a", **options)


class TestGroups:
    def test_keep_customers_whole_and_do_not_depend_on_who_else_is_there(self):
        ids = np.repeat(np.arange(1, 2_001), 3)
        found = groups_of(ids)
        assert (found.reshape(-1, 3) == found[::3, None]).all()
        assert (groups_of(ids[300:]) == found[300:]).all()
        assert np.bincount(found[::3], minlength=GROUPS).min() > 20

    def test_can_be_made_of_words(self):
        words = np.array(["x", "y", "x", "z"], dtype=object)
        found = groups_of(words)
        assert found[0] == found[2]

    def test_one_of_them_alone_says_nothing_of_the_error(self):
        assert jackknife_error(1.0, np.array([1.0])) == np.inf


class TestSlope:
    def test_is_that_of_least_squares(self):
        frame = answers(500)
        x = np.column_stack([np.ones(500), frame["a"], frame["b"], frame["c"]])
        expected = np.linalg.lstsq(x, frame["y"].to_numpy(), rcond=None)[0]
        found = slope(
            rows, outcome="y", predictor="a", controls=("b", "c"), sentence="", tables=("answers",), scale=10.0
        )({"answers": frame})
        assert found.value == pytest.approx(10 * expected[1])
        # The sandwich by hand, one row a customer.
        inverse = np.linalg.inv(x.T @ x)
        residual = frame["y"].to_numpy() - x @ expected
        sandwich = inverse @ (x.T * residual**2) @ x @ inverse
        assert found.standard_error == pytest.approx(10 * np.sqrt(500 / 499 * sandwich[1, 1]))

    def test_counts_rows_by_their_weights(self):
        frame = answers(200).assign(w=lambda one: 1 + one.index % 3)
        weighted = slope(rows, outcome="y", predictor="a", sentence="", tables=("answers",), weights="w")
        plain = slope(rows, outcome="y", predictor="a", sentence="", tables=("answers",))
        found = weighted({"answers": frame})
        twin = plain({"answers": frame.loc[frame.index.repeat(frame["w"])]})
        assert (found.value, found.standard_error) == (pytest.approx(twin.value), pytest.approx(twin.standard_error))

    @pytest.mark.parametrize("frame", [answers(0), answers(50).assign(a=1.0)], ids=["no rows", "a flat predictor"])
    def test_of_nothing_has_no_value(self, frame):
        found = slope(rows, outcome="y", predictor="a", sentence="", tables=("answers",))({"answers": frame})
        assert np.isnan(found.value)


class TestRankCorrelation:
    @staticmethod
    def of(frame: pd.DataFrame) -> Estimate:
        return rank_correlation(rows, outcome="y", predictor="a", sentence="", tables=("answers",))({"answers": frame})

    @pytest.mark.parametrize("digits", [None, 0], ids=["no ties", "many ties"])
    def test_is_spearmans(self, digits):
        frame = answers(300)
        frame = frame if digits is None else frame.round(digits)
        assert self.of(frame).value == pytest.approx(stats.spearmanr(frame["a"], frame["y"]).statistic)

    def test_of_what_does_not_vary_has_no_value(self):
        assert np.isnan(self.of(answers(50).assign(a=1.0)).value)
        assert np.isnan(self.of(answers(0)).value)


WORLDS = 100
SPREAD_ERROR = 4 * np.hypot(1 / np.sqrt(2 * (WORLDS - 1)), 1 / np.sqrt(2 * (GROUPS - 1) * WORLDS))
STATISTICS = {
    "share": share_of("a"),
    "slope": slope(rows, outcome="y", predictor="a", controls=("b",), sentence="", tables=("answers",)),
    "rank correlation": rank_correlation(rows, outcome="y", predictor="a", sentence="", tables=("answers",)),
}


@pytest.fixture(scope="module", params=[(1, 0.0), (4, 0.6)], ids=["rows alone", "rows in clusters"])
def worlds(request):
    size, shared = request.param
    rng = np.random.default_rng(20230101)
    return [answers(1_200, rng=rng, size=size, shared=shared) for _ in range(WORLDS)], size


@pytest.mark.parametrize("name", STATISTICS)
def test_estimates_spread_as_their_standard_errors_say(worlds, name):
    frames, size = worlds
    found = [STATISTICS[name]({"answers": frame}) for frame in frames]
    spread = np.std([one.value for one in found], ddof=1)
    typical = np.sqrt(np.mean([one.standard_error**2 for one in found]))
    assert typical == pytest.approx(spread, rel=SPREAD_ERROR)
    alone = [STATISTICS[name]({"answers": frame.assign(customer_id=frame.index)}).standard_error for frame in frames]
    if size > 1:  # rows of one customer are worth less than as many customers
        assert np.sqrt(np.mean(np.square(alone))) < 0.9 * spread
