"""Each recipe on explicit uniforms, without a seed; and what no recipe's source may hold."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from cxdata.check import safety
from cxdata.errors import FigureError, TableError, VocabularyError
from cxdata.recipes import calibration, categorical, derived, lookup, numeric, reserved, temporal
from cxdata.schema.pool import Pool
from cxdata.schema.recipe import Recipe

LAST = np.nextafter(1.0, 0.0)
U = np.array([0.0, 0.5, 0.999])
GRID = (np.arange(100_000) + 0.5) / 100_000
"""Midpoints of equal cells: what is drawn from them has its shares exactly, up to one cell per bound."""
CELL = 1 / len(GRID)
reproducible = settings(derandomize=True)


def pool(name: str, words: list[str], *, groups: dict[str, tuple[int, list[int]]]) -> Pool:
    """Return a pool; ``groups`` hold first index and weights."""
    cumulative = {group: (start, np.cumsum(weights)) for group, (start, weights) in groups.items()}
    return Pool(name, pa.array(words), pa.array([word.lower() for word in words]), cumulative)


FIRST_NAMES = pool(
    "first_names", ["Ada", "Eve", "Max", "Tom"], groups={"": (0, [1, 1, 1, 1]), "f": (0, [1, 1]), "m": (2, [1, 3])}
)
LAST_NAMES = pool("last_names", ["Brun", "Noir"], groups={"": (0, [1, 1])})
STREETS = pool("streets", ["rue du Puits", "allée Verte"], groups={"": (0, [1, 1])})
NO_STREETS = pool("streets", [], groups={"": (0, [])})


def shares_of(values: np.ndarray, answers: range) -> list[float]:
    return [float((values == answer).mean()) for answer in answers]


class TestChoice:
    def test_uniforms_fall_into_the_shares_in_their_order(self):
        assert categorical.choice("$s")(U, {"$s": (0.2, 0.3, 0.5)}).tolist() == [0, 2, 2]
        assert categorical.choice("$s", lowest=1)(U, {"$s": (0.2, 0.3, 0.5)}).tolist() == [1, 3, 3]

    def test_shares_come_out(self):
        drawn = categorical.choice("$s")(GRID, {"$s": (0.2, 0.3, 0.5)})
        assert shares_of(drawn, range(3)) == pytest.approx([0.2, 0.3, 0.5], abs=CELL)

    def test_an_answer_without_a_share_is_never_drawn(self):
        drawn = categorical.choice("$s")(np.array([0.0, 0.5, LAST]), {"$s": (0.0, 0.5, 0.0, 0.5, 0.0)})
        assert drawn.tolist() == [1, 3, 3]

    def test_the_last_answer_takes_what_rounding_leaves(self):
        thirds = (0.3333333, 0.3333333, 0.3333333)
        assert categorical.choice("$s")(np.array([LAST]), {"$s": thirds}).tolist() == [2]


class TestChoiceBy:
    RECIPE = categorical.choice_by({"urban": "$town", "rural": "$country", "other": "$rest"}, lowest=1)

    def test_the_first_claim_that_holds_decides_and_the_last_serves_the_rest(self):
        inputs = {
            "urban": np.array([True, False, False, True]),
            "rural": np.array([False, True, False, True]),
            "other": np.array([False, False, False, True]),
            "$town": (1.0, 0.0, 0.0),
            "$country": (0.0, 1.0, 0.0),
            "$rest": (0.0, 0.0, 1.0),
        }
        assert self.RECIPE(np.full(4, 0.999), inputs).tolist() == [1, 2, 3, 1]

    def test_it_reads_every_claim_and_every_share(self):
        assert self.RECIPE.inputs == ("urban", "rural", "other", "$town", "$country", "$rest")

    def test_each_group_has_its_own_shares(self):
        inputs = {"a": GRID < 0.5, "b": GRID >= 0.5, "$a": (0.5, 0.5), "$b": (0.9, 0.1)}
        drawn = categorical.choice_by({"a": "$a", "b": "$b"})(np.tile(GRID[::2], 2), inputs)
        assert (drawn[GRID < 0.5] == 1).mean() == pytest.approx(0.5, abs=2 * CELL)
        assert (drawn[GRID >= 0.5] == 1).mean() == pytest.approx(0.1, abs=2 * CELL)


class TestWord:
    def test_words_are_drawn_by_weight(self):
        weighted = pool("towns", ["Aix", "Dax", "Gex"], groups={"": (0, [1, 2, 1])})
        assert categorical.word("%towns")(U, {"%towns": weighted}).tolist() == [0, 1, 2]
        drawn = categorical.word("%towns")(GRID, {"%towns": weighted})
        assert shares_of(drawn, range(3)) == pytest.approx([0.25, 0.5, 0.25], abs=CELL)

    @pytest.mark.parametrize("most", [0, 10**6], ids=["by search", "by ticket"])
    def test_both_ways_to_draw_find_the_word_that_the_ticket_is_of(self, monkeypatch, most):
        monkeypatch.setattr("cxdata.schema.pool.MOST_TICKETS", most)
        weights = [3, 1, 0, 5, 1]
        found = pool("x", list("abcde"), groups={"": (0, weights), "late": (2, weights[2:])})
        for group, first in (("", 0), ("late", 2)):
            tickets = np.repeat(np.arange(first, 5), weights[first:])
            total = len(tickets)
            u = np.r_[np.arange(total) / total, (np.arange(total) + 0.5) / total, LAST]
            assert found.pick(u, group).tolist() == [*tickets, *tickets, 4]

    def test_a_claim_names_the_group_and_the_rest_draw_from_all(self):
        recipe = categorical.word("%first_names", groups={"is_f": "f", "is_m": "m"})
        inputs = {
            "%first_names": FIRST_NAMES,
            "is_f": np.array([True, False, False]),
            "is_m": np.array([False, True, False]),
        }
        assert recipe(np.full(3, LAST), inputs).tolist() == [1, 3, 3]
        assert recipe(np.zeros(3), inputs).tolist() == [0, 2, 0]

    def test_an_unknown_group_is_refused_with_those_that_exist(self):
        recipe = categorical.word("%first_names", groups={"is_x": "x"})
        with pytest.raises(VocabularyError, match=r"group of pool first_names 'x'.*f, m"):
            recipe(U, {"%first_names": FIRST_NAMES, "is_x": np.ones(3, dtype=bool)})


def test_among_draws_keys_of_a_reference_table_by_weight_and_none_without():
    recipe = categorical.among("stores.weight[]")
    weights = {"stores.weight[]": np.array([1, 0, 3])}
    assert recipe(np.array([0.0, 0.249, 0.25, 0.5, LAST]), weights).tolist() == [1, 1, 3, 3, 3]
    assert shares_of(recipe(GRID, weights), range(1, 4)) == pytest.approx([0.25, 0.0, 0.75], abs=CELL)


class TestScore:
    INPUTS = {
        "$base": 0.5,
        "late": np.array([True, False, True]),
        "trust": np.array([1.0, 2.0, -1.0]),
        "$late": 0.75,
        "$trust": 2.0,
        "$sd": 3.0,
    }
    TERMS = {"late": "-$late", "trust": "$trust"}
    PREDICTOR = [0.5 - 0.75 + 2.0, 0.5 + 4.0, 0.5 - 0.75 - 2.0]

    def test_terms_are_added_and_those_with_a_minus_subtracted(self):
        assert numeric.score("$base", self.TERMS)(None, self.INPUTS).tolist() == self.PREDICTOR

    def test_without_an_intercept_the_terms_stand_alone(self):
        found = numeric.score(None, self.TERMS)(None, self.INPUTS)
        assert found.tolist() == [value - 0.5 for value in self.PREDICTOR]

    def test_noise_is_normal_with_the_spread_of_its_parameter(self):
        recipe = numeric.score("$base", self.TERMS, noise="$sd")
        assert recipe(np.full(3, 0.5), self.INPUTS).tolist() == self.PREDICTOR
        found = recipe(U, self.INPUTS)
        np.testing.assert_array_equal(found, self.PREDICTOR + 3.0 * lookup.normal(U))

    def test_it_takes_a_draw_only_for_noise_and_says_what_it_does(self):
        silent, noisy = numeric.score("$base", self.TERMS), numeric.score("$base", self.TERMS, noise="$sd")
        assert (silent.draws, noisy.draws) == (0, 1)
        assert silent.inputs == ("$base", "late", "trust", "$late", "$trust")
        assert noisy.inputs == (*silent.inputs, "$sd")
        assert noisy.sentence == "base - late x late + trust x trust + sd x normal"


class TestHappens:
    def test_it_holds_where_predictor_and_noise_exceed_zero(self):
        assert numeric.happens("$zero")(U, {"$zero": 0.0}).tolist() == [False, False, True]
        assert numeric.happens("$sure")(U, {"$sure": 50.0}).tolist() == [True, True, True]

    @pytest.mark.parametrize("logit", [-4.0, -0.5, 0.0, 2.0])
    def test_it_holds_with_the_logit_probability(self, logit):
        held = numeric.happens("$base", {"one": "$slope"})(
            GRID, {"$base": logit - 1.0, "one": np.ones(len(GRID)), "$slope": 1.0}
        )
        # One cell for the grid; the table's chord of the quantile moves the bound by less than a cell.
        assert held.mean() == pytest.approx(expit(logit), abs=2 * CELL)

    def test_only_is_a_condition_without_which_it_cannot_hold(self):
        recipe = numeric.happens("$sure", only="online")
        held = recipe(U, {"$sure": 50.0, "online": np.array([True, False, True])})
        assert held.tolist() == [True, False, True]
        assert recipe.inputs == ("$sure", "online")
        assert recipe.sentence.startswith("if online, ")

    def test_terms_move_the_odds_row_by_row(self):
        held = numeric.happens(None, {"late": "$up", "early": "-$up"})(
            np.full(2, 0.5), {"late": np.array([1, 0]), "early": np.array([0, 1]), "$up": 1.0}
        )
        assert held.tolist() == [True, False]


def test_chance_holds_below_its_share():
    recipe = numeric.chance("$share")
    assert recipe(U, {"$share": 0.5}).tolist() == [True, False, False]
    assert not recipe(U, {"$share": 0.0}).any()
    assert recipe(np.array([0.0, LAST]), {"$share": 1.0}).all()


def test_ordinal_counts_the_thresholds_below_the_score():
    recipe = numeric.ordinal("score", "$cuts", lowest=1)
    scores = np.array([-9.0, -1.0, -0.999, 0.5, 2.0, 2.001])
    assert recipe(None, {"score": scores, "$cuts": (-1.0, 0.0, 2.0)}).tolist() == [1, 1, 2, 3, 3, 4]
    assert recipe.draws == 0


class TestLogNormal:
    RECIPE = numeric.log_normal("$base", {"bulky": "$bulky"}, noise="$sd")
    INPUTS = {"$base": 3.0, "bulky": np.array([False, True, False]), "$bulky": 0.7, "$sd": 0.5}

    def test_its_median_is_the_exponential_of_the_predictor(self):
        found = self.RECIPE(np.full(3, 0.5), self.INPUTS)
        np.testing.assert_allclose(found, np.exp([3.0, 3.7, 3.0]), rtol=5e-7)

    def test_its_logarithm_is_normal_and_its_value_positive(self):
        found = self.RECIPE(np.array([0.0, 0.5, LAST]), self.INPUTS)
        assert (found > 0).all()
        logs = np.array([3.0, 3.7, 3.0]) + 0.5 * lookup.normal(np.array([0.0, 0.5, LAST]))
        np.testing.assert_allclose(np.log(found), logs, rtol=0, atol=5e-7)


class TestBetween:
    def test_both_bounds_are_reached_and_none_is_passed(self):
        recipe = numeric.between("$low", "high")
        ends = recipe(np.array([0.0, 0.5, LAST]), {"$low": -2.0, "high": np.array([2, 2, 2])})
        assert ends.tolist() == [-2, 0, 2]

    def test_every_whole_number_is_as_likely_as_the_others(self):
        drawn = numeric.between("$low", "$high")(GRID, {"$low": -2.0, "$high": 2.0})
        assert shares_of(drawn, range(-2, 3)) == pytest.approx([0.2] * 5, abs=CELL)

    def test_equal_bounds_leave_no_choice(self):
        assert numeric.between("low", "low")(U, {"low": np.array([3, 4, 5])}).tolist() == [3, 4, 5]


class TestNoneBefore:
    RECIPE = derived.none_before("left")

    def test_rows_stay_until_the_first_event_of_their_parent_included(self):
        found = self.RECIPE(
            None,
            {"left": np.array([0, 1, 0, 0, 1, 1, 0], dtype=bool), "#parent": np.array([0, 0, 0, 2, 2, 5, 7])},
        )
        assert found.tolist() == [True, True, False, True, True, True, True]

    def test_no_rows_give_no_answers(self):
        found = self.RECIPE(None, {"left": np.zeros(0, dtype=bool), "#parent": np.zeros(0, dtype=np.int64)})
        assert found.shape == (0,)
        assert found.dtype == bool

    @reproducible
    @given(st.lists(st.lists(st.booleans(), max_size=5), max_size=6))
    def test_it_agrees_with_a_plain_loop_over_families(self, families):
        expected = [not any(family[:place]) for family in families for place in range(len(family))]
        events = np.array([event for family in families for event in family], dtype=bool)
        parents = np.repeat(np.arange(len(families)), [len(family) for family in families])
        assert self.RECIPE(None, {"left": events, "#parent": parents}).tolist() == expected


class TestDerived:
    def test_a_formula_is_given_its_inputs_in_their_order_and_no_draw(self):
        recipe = derived.formula(np.subtract, "a", "b", sentence="a less b")
        assert (recipe.inputs, recipe.draws) == (("a", "b"), 0)
        assert recipe(None, {"b": np.array([1, 2]), "a": np.array([5, 5])}).tolist() == [4, 3]

    def test_a_draw_is_given_uniforms_first(self):
        recipe = derived.draw(lambda u, low, width: low + u * width, "low", "$width", sentence="low and width")
        assert recipe.draws == 1
        assert recipe(U, {"low": np.array([1.0, 2.0, 3.0]), "$width": 2.0}).tolist() == [1.0, 3.0, 3.0 + 0.999 * 2.0]

    def test_a_draw_can_take_several_uniforms(self):
        recipe = derived.draw(lambda u: u[0] + u[1], draws=2, sentence="sum")
        assert recipe.draws == 2
        assert recipe(np.stack([U, U]), {}).tolist() == (U + U).tolist()

    def test_a_copy_is_what_it_copies(self):
        assert derived.copy("orders.ltr")(None, {"orders.ltr": np.array([9, 0])}).tolist() == [9, 0]

    def test_listed_values_stand_as_listed(self):
        assert derived.listed((3, 1, 2))(None, {}).tolist() == [3, 1, 2]

    def test_a_recipe_refuses_inputs_outside_the_grammar_and_negative_draws(self):
        with pytest.raises(TableError, match="does not follow the grammar"):
            derived.copy("not a column")
        with pytest.raises(TableError, match="cannot take -1 draws"):
            Recipe(lambda u, x: u, draws=-1)


MONDAY = date(2024, 1, 1)
FLAT = {"weekdays": (1.0,) * 7, "months": (1.0,) * 12, "specials": {}}
LIVELY = {
    "weekdays": (0.9, 1.0, 1.0, 1.0, 1.1, 1.5, 0.5),
    "months": (0.8, 0.8, 1.0, 1.2, 1.3, 1.1, 0.9, 0.8, 0.9, 1.0, 1.1, 1.3),
    "specials": {date(2024, 12, 25): 0.25},
}


class TestClock:
    def test_days_are_counted_from_1970(self):
        assert temporal.day_number(date(1970, 1, 1)) == 0
        assert temporal.day_number(date(2024, 2, 29)) == np.datetime64("2024-02-29").astype(int)

    def test_a_flat_season_gives_every_day_the_same_ticks(self):
        ends = temporal.day_ends(MONDAY, MONDAY + timedelta(9), **FLAT)
        assert ends == tuple(float(day * temporal.TICKS_PER_DAY) for day in range(1, 11))

    def test_ticks_sum_to_the_windows_average_whatever_the_season(self):
        days = 366
        ends = np.array(temporal.day_ends(MONDAY, date(2024, 12, 31), **LIVELY))
        assert len(ends) == days
        assert abs(ends[-1] - days * temporal.TICKS_PER_DAY) <= days / 2  # each day is rounded by half a tick at most
        assert (ends == np.rint(ends)).all()
        assert (np.diff(ends) > 0).all()

    def test_ticks_of_a_day_are_in_proportion_to_weekday_month_and_special_factor(self):
        ticks = np.diff(temporal.day_ends(MONDAY, date(2024, 12, 31), **LIVELY), prepend=0.0)
        one = ticks[1]  # Tuesday 2 January: weekday 1.0, month 0.8
        christmas = (date(2024, 12, 25) - MONDAY).days  # a Wednesday, weekday 1.0
        assert ticks[5] / one == pytest.approx(1.5, abs=2 / one)
        assert ticks[6] / one == pytest.approx(0.5, abs=2 / one)
        assert ticks[christmas] / one == pytest.approx(1.3 / 0.8 * 0.25, abs=2 / one)

    def test_a_tick_falls_on_the_day_whose_end_it_precedes(self):
        start = temporal.day_number(MONDAY)
        recipe = temporal.day_of("clock", "$ends", MONDAY)
        days = recipe(None, {"clock": np.array([0, 9, 10, 24, 25]), "$ends": (10.0, 25.0, 30.0)})
        assert (days - start).tolist() == [0, 0, 1, 1, 2]

    @pytest.mark.parametrize(
        "ends",
        [
            temporal.day_ends(MONDAY, date(2024, 12, 31), **LIVELY),
            (10.0,),
            (1.0, 2.0, 2.0, 3.0, 200_000.0),  # many days end in one cell of the guide, one takes several cells
            tuple(float(temporal.CELL_TICKS * n) for n in range(1, 9)),
        ],
        ids=["a year", "one day", "uneven days", "days that end with a cell"],
    )
    def test_days_that_have_ended_are_those_that_a_search_finds(self, ends):
        near = np.array(ends, dtype=np.int64)
        ticks = np.r_[0, near - 1, near, near + 1, np.linspace(0, near[-1] + 99_999, 5_000).astype(np.int64)]
        assert (temporal.days_ended(ticks, ends) == np.searchsorted(near, ticks, side="right")).all()

    def test_a_day_begins_where_the_one_before_ends(self):
        start = temporal.day_number(MONDAY)
        recipe = temporal.tick_within("day", "$ends", MONDAY)
        given = {"day": start + np.array([-400, -1, 0, 1, 2]), "$ends": (10.0, 25.0, 30.0)}
        assert recipe(np.zeros(5), given).tolist() == [0, 0, 0, 10, 25]
        assert recipe(np.full(5, 0.999), given).tolist() == [0, 0, 9, 24, 29]

    def test_the_first_and_last_tick_of_a_day_fall_on_it(self):
        ends = temporal.day_ends(MONDAY, date(2024, 12, 31), **LIVELY)
        days = temporal.day_number(MONDAY) + np.arange(len(ends))
        begins = temporal.tick_within("day", "$ends", MONDAY)(np.zeros(len(days)), {"day": days, "$ends": ends})
        for clock in (begins, np.array(ends, dtype=np.int64) - 1):
            found = temporal.day_of("clock", "$ends", MONDAY)(None, {"clock": clock, "$ends": ends})
            assert found.tolist() == days.tolist()


def hours(*open_hours: int) -> tuple[float, ...]:
    return tuple(1 / len(open_hours) if hour in open_hours else 0.0 for hour in range(24))


class TestMoment:
    DAYS = np.array([0, 1, 19_000])

    def seconds(self, recipe: Recipe, u: np.ndarray, **inputs: object) -> list[int]:
        """Return seconds after midnight, having checked that every moment lies on its day."""
        found = recipe(u, {"day": self.DAYS, **inputs})
        assert (found // temporal.SECONDS_PER_DAY == self.DAYS).all()
        return (found % temporal.SECONDS_PER_DAY).tolist()

    def test_the_first_uniform_draws_the_hour_and_the_second_the_second(self):
        u = np.array([[0.0, 0.5, LAST], [0.0, 0.5, LAST]])
        found = self.seconds(temporal.moment("day", "$hours"), u, **{"$hours": hours(9, 20)})
        assert found == [9 * 3600, 20 * 3600 + 1800, 20 * 3600 + 3599]

    def test_moments_outside_opening_hours_are_moved_inside(self):
        recipe = temporal.moment("day", "$hours", opens="$opens", closes="$closes")
        u = np.array([[0.0, 0.0, 0.0], [0.0, 0.5, LAST]])
        bounds = {"$opens": 8.5, "$closes": 22.0}
        low, high = int(8.5 * 3600), 22 * 3600
        moved = self.seconds(recipe, u, **{"$hours": hours(3)}, **bounds)
        assert moved == [low, (low + high) // 2, high - 1]
        cut_by_opening = self.seconds(recipe, u, **{"$hours": hours(8)}, **bounds)
        assert cut_by_opening == [low, 8 * 3600 + 1800, 8 * 3600 + 3599]
        assert self.seconds(recipe, u, **{"$hours": hours(22)}, **bounds) == moved

    def test_one_bound_alone_is_enough(self):
        u = np.array([[0.0] * 3, [0.0, 0.5, LAST]])
        late = temporal.moment("day", "$hours", opens="$opens")
        early = temporal.moment("day", "$hours", closes="$closes")
        assert min(self.seconds(late, u, **{"$hours": hours(0), "$opens": 23.0})) == 23 * 3600
        assert max(self.seconds(early, u, **{"$hours": hours(23), "$closes": 1.0})) == 3599

    def test_a_claim_puts_another_profile_in_place_of_the_usual_one(self):
        recipe = temporal.moment("day", "$shop", instead={"online": "$web", "by_phone": "$lines"})
        inputs = {"$shop": hours(11), "$web": hours(21), "$lines": hours(8)}
        claims = {"online": np.array([True, False, True]), "by_phone": np.array([False, False, True])}
        found = self.seconds(recipe, np.full((2, 3), 0.5), **inputs, **claims)
        assert found == [21 * 3600 + 1800, 11 * 3600 + 1800, 8 * 3600 + 1800]
        assert recipe.inputs == ("day", "$shop", "online", "by_phone", "$web", "$lines")

    def test_hours_come_out_in_their_shares(self):
        u = np.stack([GRID, GRID[::-1]])
        seconds = temporal.seconds_of_day(u, (0.25, 0.75, *(0.0,) * 22))
        assert (seconds < 3600).mean() == pytest.approx(0.25, abs=CELL)
        assert seconds.max() < 7200


class TestMomentOnClock:
    ENDS = temporal.day_ends(MONDAY, MONDAY + timedelta(20), **LIVELY)
    RECIPE = temporal.moment_on_clock("clock", "$ends", MONDAY, "$shop", instead={"online": "$web"})
    PROFILES = {"$ends": ENDS, "$shop": hours(9, 10, 17), "$web": hours(7, 22)}

    def at(self, clock: np.ndarray, online: np.ndarray) -> np.ndarray:
        return self.RECIPE(None, {"clock": clock, "online": online, **self.PROFILES})

    def test_it_takes_no_draw_of_its_own(self):
        assert self.RECIPE.draws == 0
        assert self.RECIPE.inputs == ("clock", "$ends", "$shop", "online", "$web")

    def test_a_moment_lies_on_the_day_of_its_tick(self):
        clock = np.arange(0, int(self.ENDS[-1]), 97)
        days = temporal.day_of("clock", "$ends", MONDAY)(None, {"clock": clock, "$ends": self.ENDS})
        assert (self.at(clock, clock % 2 == 0) // temporal.SECONDS_PER_DAY == days).all()

    @pytest.mark.parametrize("online", [True, False])
    def test_what_comes_later_on_the_clock_never_comes_earlier_in_the_day(self, online):
        clock = np.arange(0, int(self.ENDS[-1]), 97)
        assert (np.diff(self.at(clock, np.full(len(clock), online))) >= 0).all()

    def test_hours_come_out_in_the_shares_of_their_profile(self):
        clock = np.arange(int(self.ENDS[0]))
        for online, expected in ((False, {9: 1 / 3, 10: 1 / 3, 17: 1 / 3}), (True, {7: 0.5, 22: 0.5})):
            hour = self.at(clock, np.full(len(clock), online)) // 3600 % 24
            found = {int(one): float((hour == one).mean()) for one in np.unique(hour)}
            assert found == pytest.approx(expected, abs=1 / len(clock))


class TestSecondsAt:
    def test_positions_in_the_day_become_seconds_by_the_room_of_their_hours(self):
        shares = (0.0, 0.25, 0.0, 0.75, *(0.0,) * 20)
        found = temporal.seconds_at(np.array([0.0, 0.125, 0.25, 0.625, LAST]), shares)
        assert found.tolist() == [3600, 5400, 3 * 3600, 3 * 3600 + 1800, 4 * 3600 - 1]

    def test_seconds_rise_with_the_position_and_stay_in_hours_that_have_a_share(self):
        seconds = temporal.seconds_at(GRID, hours(0, 5, 6, 23))
        assert (np.diff(seconds) >= 0).all()
        assert set(seconds // 3600) == {0, 5, 6, 23}
        assert (seconds.min(), seconds.max()) == (0, temporal.SECONDS_PER_DAY - 1)


def mean_of(shares: tuple[float, ...], low: int) -> float:
    return sum(share * (low + step) for step, share in enumerate(shares))


def test_sums_are_added_from_left_to_right_on_every_python():
    assert calibration.plain_sum([0.1] * 10) == 0.9999999999999999  # 1.0 where the sum compensates
    assert calibration.plain_sum(share for share in (1e16, 1.0, -1e16)) == 0.0
    assert calibration.plain_sum([]) == 0.0


class TestSharesWithMean:
    @reproducible
    @given(low=st.integers(-3, 5), width=st.integers(1, 12), place=st.floats(0.001, 0.999))
    def test_every_mean_between_the_bounds_is_reached(self, low, width, place):
        mean = low + place * width
        shares = calibration.shares_with_mean(mean, low, low + width)
        assert len(shares) == width + 1
        assert sum(shares) == pytest.approx(1.0, abs=1e-12)
        assert mean_of(shares, low) == pytest.approx(mean, abs=1e-9)

    def test_shares_fall_or_rise_by_one_factor(self):
        shares = np.array(calibration.shares_with_mean(2.5, 1, 6))
        factors = shares[1:] / shares[:-1]
        np.testing.assert_allclose(factors, factors[0], rtol=1e-12)
        assert factors[0] < 1

    def test_a_mean_in_the_middle_gives_equal_shares(self):
        assert calibration.shares_with_mean(3.5, 1, 6) == pytest.approx([1 / 6] * 6, abs=1e-12)

    @pytest.mark.parametrize("mean", [1.0, 6.0, 0.5, 7.0, float("nan")])
    def test_a_mean_that_no_shares_have_is_refused(self, mean):
        with pytest.raises(FigureError, match="cannot come from values between 1 and 6"):
            calibration.shares_with_mean(mean, 1, 6)


class TestMixtureWithMean:
    TAIL = {"low": 1, "tail_from": 7, "tail_shares": (0.5, 0.3, 0.2)}

    @reproducible
    @given(tail_share=st.floats(0.0, 0.3), body_mean=st.floats(1.1, 5.0))
    def test_mean_and_tail_come_out_as_asked(self, tail_share, body_mean):
        wanted = (1 - tail_share) * body_mean + tail_share * 7.7
        shares = calibration.mixture_with_mean(wanted, tail_share, **self.TAIL)
        assert sum(shares) == pytest.approx(1.0, abs=1e-12)
        assert sum(shares[6:]) == pytest.approx(tail_share, abs=1e-12)
        assert mean_of(shares, 1) == pytest.approx(wanted, abs=1e-9)

    @pytest.mark.parametrize(
        ("mean", "tail_share"),
        [(2.0, 0.5), (7.0, 0.1), (1.0, 0.0)],
        ids=["the tail alone exceeds it", "the body cannot make up for it", "no body is so low"],
    )
    def test_an_impossible_mean_is_refused(self, mean, tail_share):
        with pytest.raises(FigureError, match="cannot come from values between 1 and 6"):
            calibration.mixture_with_mean(mean, tail_share, **self.TAIL)

    def test_a_tail_that_leaves_no_body_is_refused(self):
        with pytest.raises(FigureError):
            calibration.mixture_with_mean(7.7, 1.0, **self.TAIL)


class TestEmail:
    def test_an_address_is_name_number_and_reserved_provider(self):
        inputs = {
            "%first_names": FIRST_NAMES,
            "%last_names": LAST_NAMES,
            "first": np.array([0, 1, 3]),
            "last": np.array([0, 1, 1]),
        }
        u = np.array([[0.0, 0.5, LAST], [0.5, LAST, 0.0]])  # the number, then the provider
        found = reserved.email("first", "last")(u, inputs).to_pylist()
        providers = reserved.MAIL_DOMAINS
        assert found == [f"ada.brun0@{providers[2]}", f"eve.noir50@{providers[-1]}", f"tom.noir99@{providers[0]}"]

    def test_every_provider_lies_under_a_domain_that_rfc_2606_reserves(self):
        for provider in reserved.MAIL_DOMAINS:
            assert re.fullmatch(r"([a-z]+\.)*example\.(com|net|org)", provider)
            assert pc.match_substring_regex(pa.array([f"a.b1@{provider}"]), safety.RESERVED_EMAIL).to_pylist() == [True]


# The regulators' ranges as our sources quote them, entered here a second time: the digits before the free ones.
FICTION_RANGES = {
    "fr_FR": ("063998", "019900", "026191", "035301", "046571", "053649"),
    "en_GB": (
        "07700900",
        "02079460",
        *(f"{area}4960" for area in ("0113", "0114", "0115", "0116", "0117", "0118")),
        *(f"{area}4960" for area in ("0121", "0131", "0141", "0151", "0161")),
        "01914980",
        "02896496",
        "02920180",
        "01632960",
        "03069990",
    ),
}
DIGITS = {"fr_FR": 10, "en_GB": 11}


def phones(locale: str, u: np.ndarray) -> pa.Array:
    return reserved.phone()(u, {"%locale": locale})


class TestPhone:
    def every_number(self, locale: str) -> pa.Array:
        """Return what the recipe makes of a grid that meets each range and each number of it."""
        ranges = len(reserved.PHONES[locale])
        mobile = reserved.MOBILE_SHARE
        of_range = [mobile / 2, *(mobile + (1 - mobile) * (place + 0.5) / (ranges - 1) for place in range(ranges - 1))]
        cells = 10 ** max(layout.count("#") for layout in reserved.PHONES[locale])
        u = np.array(list(product(of_range, (np.arange(cells) + 0.5) / cells))).T
        return phones(locale, u)

    @pytest.mark.parametrize("locale", reserved.PHONES)
    def test_every_number_of_every_range_is_made_and_each_is_kept_for_fiction(self, locale):
        made = pc.unique(self.every_number(locale))
        assert pc.all(pc.match_substring_regex(made, safety.RESERVED_PHONE)).as_py()
        digits = set(pc.replace_substring(made, " ", "").to_pylist())
        free = {prefix: DIGITS[locale] - len(prefix) for prefix in FICTION_RANGES[locale]}
        assert digits == {f"{prefix}{n:0{width}d}" for prefix, width in free.items() for n in range(10**width)}

    @pytest.mark.parametrize("locale", reserved.PHONES)
    def test_the_ends_of_the_unit_square_stay_in_range(self, locale):
        corners = np.array(list(product([0.0, 0.5, reserved.MOBILE_SHARE, 0.999, LAST], [0.0, 0.5, 0.999, LAST]))).T
        assert pc.all(pc.match_substring_regex(phones(locale, corners), safety.RESERVED_PHONE)).as_py()

    def test_mobiles_have_their_share(self):
        made = phones("fr_FR", np.stack([GRID, GRID]))
        assert pc.mean(pc.starts_with(made, "06")).as_py() == pytest.approx(reserved.MOBILE_SHARE, abs=CELL)

    def test_a_locale_without_ranges_gives_no_number(self):
        made = phones("de_DE", np.zeros((2, 3)))
        assert made.type == pa.string()
        assert made.to_pylist() == [None] * 3


class TestToken:
    def test_a_token_is_a_prefix_and_thirteen_consonants(self):
        made = reserved.token("T")(np.array([0.0, 0.5, 0.999, LAST]), {}).to_pylist()
        assert made[0] == "T" + "B" * 13
        assert made[-1] == "T" + "T" * 13
        assert all(re.fullmatch("T[BCDFGHJKLMNPQRST]{13}", word) for word in made)

    def test_uniforms_that_differ_in_bit_52_give_unlike_tokens(self):
        steps = np.arange(1000) * 2.0**-52 + 0.25
        assert len(set(reserved.token("T")(steps, {}).to_pylist())) == 1000


class TestAddress:
    def test_an_address_is_a_number_up_to_120_and_an_invented_street(self):
        u = np.array([[0.0, 0.5, LAST], [0.999, 0.5, 0.0]])  # the number, then the street
        made = reserved.address()(u, {"%streets": STREETS}).to_pylist()
        assert made == ["1 allée Verte", "61 allée Verte", "120 rue du Puits"]

    def test_a_locale_without_streets_gives_no_address(self):
        made = reserved.address()(np.zeros((2, 2)), {"%streets": NO_STREETS})
        assert made.type == pa.string()
        assert made.to_pylist() == [None, None]


# What a processor or a library may round in its own way, under any of the usual names of its module.
TRANSCENDENTAL = {"exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "power", "float_power", "pow", "cbrt", "erf"}
TRIGONOMETRIC = {"sin", "cos", "tan", "arcsin", "arccos", "arctan", "arctan2", "sinh", "cosh", "tanh"}
REDUCING = {"dot", "vdot", "inner", "outer", "matmul", "einsum", "tensordot", "linalg", "interp", "random"}
INEXACT = TRANSCENDENTAL | TRIGONOMETRIC | REDUCING
NUMERIC_MODULES = {"np", "numpy", "math", "scipy", "special", "stats"}


def inexact_uses(tree: ast.AST) -> list[str]:
    """Return the spellings in a module that call inexact functions or draw, where values are made.

    A function whose first argument is the tables makes no value: it reads finished ones.
    """
    found = []
    for node in _where_values_are_made(tree):
        if isinstance(node, ast.Attribute) and node.attr in INEXACT:
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            if owner in NUMERIC_MODULES or node.attr in ("dot", "random"):
                found.append(f"{owner}.{node.attr}")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in NUMERIC_MODULES:
            found += [name.name for name in node.names if name.name in INEXACT or "random" in str(node.module)]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            found.append("@")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sum":
            found.append("sum")  # compensates for rounding since Python 3.12; calibration.plain_sum does not
    return found


def _where_values_are_made(tree: ast.AST) -> Iterator[ast.AST]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef) and node.args.args:
            first = node.args.args[0].annotation
            if isinstance(first, ast.Name) and first.id == "Tables":
                continue
        yield node
        waiting += ast.iter_child_nodes(node)


def imports_or_uses(tree: ast.AST, module: str) -> bool:
    """Return whether a module is imported in any spelling, or read as an attribute of NumPy."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(module in name.name.split(".") for name in node.names):
            return True
        if isinstance(node, ast.ImportFrom) and (
            module in (node.module or "").split(".") or any(name.name == module for name in node.names)
        ):
            return True
        if (
            isinstance(node, ast.Attribute)
            and node.attr == module
            and isinstance(node.value, ast.Name)
            and node.value.id in ("np", "numpy")
        ):
            return True
    return False


@pytest.fixture(scope="module")
def sources(repository) -> dict[str, ast.AST]:
    folder = repository / "generator/cxdata"
    return {
        path.relative_to(folder).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.py"))
    }


class TestSources:
    # The solver works on the pilot alone; what it finds is rounded and committed. Quantities read finished tables.
    OFF_THE_VALUE_PATH = ("engine/calibrate.py", "engine/quantities.py")
    VALUE_PATH = ("streams.py", "recipes/", "engine/", "catalog/tables/", "catalog/scenarios/")

    def test_the_path_of_a_value_holds_nothing_whose_last_bit_may_differ(self, sources):
        on_path = [name for name in sources if name.startswith(self.VALUE_PATH) and name not in self.OFF_THE_VALUE_PATH]
        assert {"recipes/lookup.py", "recipes/numeric.py", "engine/block.py", "streams.py"} <= set(on_path)
        assert {name: found for name in on_path if (found := inexact_uses(sources[name]))} == {}

    def test_no_module_but_the_streams_touches_a_source_of_randomness(self, sources):
        assert [name for name in sources if name != "streams.py" and imports_or_uses(sources[name], "random")] == []

    def test_no_module_but_the_vocabulary_builder_touches_faker(self, sources):
        assert [name for name in sources if imports_or_uses(sources[name], "faker")] == [
            "catalog/vocabulary_builder.py"
        ]

    @pytest.mark.parametrize(
        "source",
        [
            "np.exp(x)",
            "numpy.log(x)",
            "math.log1p(x)",
            "a @ b",
            "a.dot(b)",
            "np.linalg.norm(x)",
            "np.random.default_rng()",
            "from numpy import interp",
            "from numpy.random import Philox",
            "sum(shares)",
        ],
    )
    def test_the_scan_sees_inexact_functions_however_they_are_spelt(self, source):
        assert inexact_uses(ast.parse(source))

    @pytest.mark.parametrize(
        "source", ["import random", "from random import random", "import numpy.random as r", "np.random.rand()"]
    )
    def test_the_scan_sees_randomness_however_it_is_spelt(self, source):
        assert imports_or_uses(ast.parse(source), "random")

    def test_the_scan_leaves_exact_arithmetic_alone(self):
        tree = ast.parse("lookup.exp(x) + np.sqrt(np.floor(x)) * log_normal(x) + plain_sum(x) + flags.sum()")
        assert not inexact_uses(tree)
        assert not imports_or_uses(tree, "random")
