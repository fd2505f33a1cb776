"""The market and participation: shapes a practitioner would recognise, published shares, and what is planted."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from cxdata import api
from cxdata.catalog import scan
from cxdata.catalog.tables.tilmarenne import (
    _market,
    brand_tests,
    community_questions,
    idea_votes,
    ideas,
    improvement_actions,
    market_survey,
    promises,
    sellers,
)
from cxdata.check.recovery import FAR, NEAR
from cxdata.check.targets import judge
from cxdata.errors import ParameterError
from cxdata.recipes import lookup
from cxdata.recipes.calibration import plain_sum
from cxdata.schema.statistic import Estimate

WORLD = "tilmarenne"
SEED = 7
CUSTOMERS = 3_000
REFERENCE = (
    "brand_tests",
    "community_questions",
    "ideas",
    "improvement_actions",
    "market_survey",
    "panel_sessions",
    "promises",
    "prototype_tests",
    "sellers",
)
MODULES = (brand_tests, community_questions, idea_votes, ideas, improvement_actions, market_survey, sellers)
TARGETS = [target for module in MODULES for target in getattr(module, "TARGETS", ())]
OWN = {*REFERENCE, "idea_votes"}
# Rules that join these tables with others are held where those are made.
RULES = [
    rule for rule in scan.scenario(WORLD).rules if set(rule.tables) & OWN and set(rule.tables) <= {*OWN, "customers"}
]
QUANTITIES = [*market_survey.QUANTITIES, *sellers.QUANTITIES]
VALUES = api.default_parameters(WORLD)


@pytest.fixture(scope="module")
def made():
    return api.generate(WORLD, customers=CUSTOMERS, seed=SEED, tables=[*REFERENCE, "idea_votes", "customers"])


@pytest.fixture(scope="module")
def tables(made):
    return made.tables


def surveys(seed: int, **options: object) -> dict[str, pd.DataFrame]:
    names = ["brand_tests", "market_survey", "sellers"]
    data = api.generate(WORLD, customers=2, seed=seed, tables=names, **options)  # type: ignore[arg-type]
    return {**data.tables, **data.truth}


class TestAPublishedShare:
    @pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.figure)
    def test_comes_out_within_its_tolerance(self, tables, target):
        assert judge(target.statistic(tables), scan.figures()[target.figure].value, target.tolerance) == "pass"

    def test_comes_out_on_average_over_seeds(self):
        found = {target.figure: [] for target in TARGETS}
        for seed in range(20, 28):
            made = surveys(seed, truth=False)
            for target in TARGETS:
                found[target.figure].append(target.statistic(made))
        bounds = {"eptica_2017.unanswered_questions": 2.0}  # published as a lower bound; the data lie above it
        for figure, estimates in found.items():
            values = [one.value for one in estimates]
            error = np.mean([one.standard_error for one in estimates]) / np.sqrt(len(values))
            away = np.mean(values) - scan.figures()[figure].value - bounds.get(figure, 0.0)
            assert abs(away) <= NEAR * error, figure

    def test_stays_when_a_cause_of_the_answer_is_set_otherwise_and_moves_when_the_share_is(self):
        item = {target.figure: target for target in TARGETS}["eptica_2017.must_repeat"]
        for parameters in ({"market_must_repeat_felt_ease": 0.0}, {"market_halo": 1.5}):
            again = item.statistic(surveys(SEED, parameters=parameters))
            assert abs(again.value - 40.0) <= NEAR * again.standard_error
        moved = item.statistic(surveys(SEED, parameters={"market_must_repeat_share": 0.6}))
        assert abs(moved.value - 60.0) <= NEAR * moved.standard_error

    def test_has_causes_that_show(self, tables, made):
        rows = tables["market_survey"].merge(made.truth["latents/market_survey"], on="respondent_id")
        for item in market_survey.ITEMS[1:]:
            for cause, weight in item.causes.items():
                if cause != "decades" and abs(weight) >= 0.3:
                    gap = rows.loc[rows[item.name], cause].mean() - rows.loc[~rows[item.name], cause].mean()
                    assert gap * weight > 0, (item.name, cause)


class TestTheThresholdOfAMixture:
    def test_leaves_the_share_above_it(self):
        cut = _market.threshold(0.3, (0.25, 0.75), (1.0, -0.5), 1.3)
        u = (np.arange(200_000) + 0.5) / 200_000
        above = [float(np.mean(centre + 1.3 * lookup.normal(u) > cut)) for centre in (1.0, -0.5)]
        assert 0.25 * above[0] + 0.75 * above[1] == pytest.approx(0.3, abs=1e-4)

    def test_rests_on_a_normal_share_that_inverts_the_table(self):
        u = np.array([0.001, 0.2, 0.5, 0.9, 0.9995])
        assert _market.normal_share(lookup.normal(u)) == pytest.approx(u, abs=1e-9)
        assert _market.normal_share(np.array([-99.0, 99.0])).tolist() == [0.0, 1.0]


class TestThePickOfTwo:
    def test_gives_each_quality_its_share(self):
        shares = VALUES["market_quality_shares"]
        pairs = market_survey.pair_shares(shares)
        for place, share in enumerate(shares):
            held = [part for part, pair in zip(pairs, market_survey.PAIRS, strict=True) if place in pair]
            assert plain_sum(held) == pytest.approx(share, abs=1e-9)
        assert min(pairs) > 0

    def test_keeps_the_published_order(self, tables):
        names = [f"expects_{quality}" for quality in market_survey.QUALITIES]
        assert tables["market_survey"][names].mean().is_monotonic_decreasing

    def test_is_refused_if_what_age_adds_to_one_is_not_taken_from_others(self):
        tilt = (0.05, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        with pytest.raises(ParameterError, match="make market_quality_age sum to zero"):
            surveys(SEED, parameters={"market_quality_age": tilt})


class TestTheMarketSurvey:
    def test_shows_where_tilmarenne_leads_and_where_it_trails(self, tables):
        rows = tables["market_survey"]
        ratings = [f"rating_{aspect}" for aspect in market_survey.ASPECTS]
        own = rows.loc[rows["main_brand"] == "tilmarenne", ratings].mean()
        others = rows.loc[rows["main_brand"] != "tilmarenne", ratings].mean()
        gap = own - others
        assert gap["rating_help"] > 0.4
        assert gap["rating_delivery"] < -0.3
        assert gap["rating_ease"] < -0.3

    def test_states_importance_in_another_order_than_satisfaction_weighs_it(self, tables):
        stated = tables["market_survey"][[f"importance_{aspect}" for aspect in market_survey.ASPECTS]].mean()
        weights = {aspect: VALUES[f"market_weight_{aspect}"] for aspect in market_survey.ASPECTS}
        assert stated.idxmax() == "importance_price"
        assert stated.idxmin() == "importance_help"
        assert max(weights, key=weights.__getitem__) == "help"

    def test_leaves_unrated_what_was_not_met(self, tables):
        rows = tables["market_survey"]
        assert (rows["rating_help"].notna() == rows["has_asked_help"]).all()
        assert (rows["rating_delivery"].notna() == rows["has_been_delivered"]).all()
        assert rows["rating_price"].notna().all()

    def test_has_two_waves_in_working_weeks_of_september(self, tables):
        rows = tables["market_survey"]
        day = pd.to_datetime(rows["interviewed_on"])
        assert rows["wave"].value_counts().tolist() == [market_survey.PER_WAVE] * 2
        assert (day.dt.year.astype(str) == rows["wave"].astype(str)).all()
        assert (day.dt.month == 9).all()
        assert (day.dt.day_of_week < 6).all()


class TestTheBrandTests:
    def test_put_each_question_once_to_each_brand_on_each_channel_in_each_quarter(self, tables):
        rows = tables["brand_tests"]
        assert not rows.duplicated(["brand", "channel", "question", "quarter"]).any()
        assert len(rows) == 12 * 6 * 4 * 4
        asked = rows["asked_at"]
        assert (asked.dt.quarter.astype(str) == rows["quarter"].astype(str).str[-1]).all()
        assert asked.dt.hour.between(10, 17).all()
        assert (asked.dt.day_of_week < 5).all()

    def test_find_chat_most_personal_and_answers_more_relevant_than_personal(self, tables):
        answers = tables["brand_tests"][tables["brand_tests"]["answered"]]
        by_channel = answers.groupby("channel", observed=True)["score_personalisation"].mean()
        assert by_channel.idxmax() == "chat"
        assert answers["score_relevance"].mean() > answers["score_personalisation"].mean()

    def test_find_answers_at_once_where_people_talk_and_later_in_writing(self, tables):
        delay = tables["brand_tests"].groupby("channel", observed=True)["answer_delay_hours"].median()
        assert delay[["phone", "chat", "shop"]].max() < 0.25
        assert delay[["email", "web_form"]].min() > 4

    def test_nobody_answers_at_night_or_on_a_sunday(self, tables):
        rows = tables["brand_tests"].query("answered")
        at = rows["asked_at"] + pd.to_timedelta(rows["answer_delay_hours"], unit="h")
        assert (at.dt.day_of_week < 6).all()
        assert at.dt.hour.between(8, 18).all()
        assert rows["answer_delay_hours"].max() <= 240

    def test_find_the_brand_with_one_knowledge_base_most_consistent(self, tables):
        by_brand = (
            tables["brand_tests"].groupby("brand", observed=True)["is_consistent"].agg(lambda x: x.dropna().mean())
        )
        assert by_brand.idxmax() == "ostravelle"

    def test_call_an_answer_consistent_that_agrees_with_the_majority(self):
        answered = np.array([True, True, True, False, False, False])
        assert brand_tests.agrees(answered, np.array([1, 1, 2, 1, 1, 1])).tolist() == [True, True, *[False] * 4]
        assert not brand_tests.agrees(answered & (np.arange(6) < 2), np.array([1, 2, 0, 0, 0, 0])).any()  # a tie
        assert brand_tests.compared(np.array([True, *[False] * 5])).sum() == 0


class TestIdeas:
    def test_have_few_that_get_most_votes(self, tables):
        votes = np.sort(tables["ideas"]["votes_total"])[::-1]
        assert votes[:40].sum() > 0.5 * votes.sum()
        assert np.median(votes) < votes.mean() / 2

    def test_are_rarely_adopted_and_then_for_their_merit(self):
        frames = []
        for seed in range(1, 9):
            data = api.generate(WORLD, customers=2, seed=seed, tables=["ideas"])
            frames.append(data.tables["ideas"].merge(data.truth["latents/ideas"], on="idea_id"))
        rows = pd.concat(frames)
        assert 0.01 < (rows["status"] == "adopted").mean() < 0.08
        studied = rows[rows["votes_total"] >= VALUES["ideas_threshold"]]
        merit = rows.groupby("status", observed=True)["merit"].mean()
        assert merit["adopted"] > merit["refused"] + 0.3
        votes = studied.groupby("status", observed=True)["votes_total"].mean()
        assert votes["adopted"] < 2 * votes["refused"]

    def test_are_mostly_answered_within_a_year_and_refused(self, tables):
        rows = tables["ideas"]
        submitted, decided = pd.to_datetime(rows["submitted_on"]), pd.to_datetime(rows["decided_on"])
        early = submitted.dt.year == 2023
        within_a_year = (decided[early] - submitted[early]).dt.days <= 365
        assert within_a_year.mean() > 0.75
        assert 0.02 < (rows.loc[early, "status"] == "new").mean() < 0.15
        assert (rows.loc[early, "status"] == "refused").mean() > 0.75
        assert (rows.loc[~early, "status"] == "new").mean() > 0.25

    def test_get_votes_in_a_run_as_they_do_in_the_company(self, tables):
        got = tables["idea_votes"].groupby("idea_id").size().reindex(tables["ideas"]["idea_id"]).fillna(0.0)
        assert np.corrcoef(got, tables["ideas"]["votes_total"])[0, 1] > 0.7

    def test_are_voted_for_by_few_of_whom_a_tenth_cast_half(self, tables):
        counts = np.sort(tables["idea_votes"].groupby("customer_id").size())[::-1]
        assert 0.2 < counts.sum() / CUSTOMERS < 0.4
        assert len(counts) / CUSTOMERS < 0.12
        assert counts[: len(counts) // 10].sum() > 0.4 * counts.sum()
        assert np.median(counts) <= 2

    def test_weigh_more_with_the_loyalty_card(self, tables):
        members = tables["customers"].set_index("customer_id")["is_loyalty_member"]
        loyal = tables["idea_votes"]["customer_id"].map(members)
        assert (tables["idea_votes"]["weight"] == np.where(loyal, 2, 1)).all()

    def test_are_refused_if_votes_are_to_count_for_more_than_merit(self):
        with pytest.raises(ParameterError, match="merit must count for more than votes"):
            api.generate(WORLD, customers=2, tables=["ideas"], parameters={"ideas_adopted_votes": 3.0})


class TestTheOtherTables:
    def test_improvement_actions_are_decided_by_a_monthly_committee_and_often_late(self, tables):
        rows = tables["improvement_actions"]
        day = pd.to_datetime(rows["decided_on"])
        assert (day.dt.day_of_week == 1).all()
        assert day.dt.day.between(8, 14).all()
        assert day.dt.to_period("M").nunique() == 24
        done = rows[rows["status"] == "done"]
        assert 0.2 < (pd.to_datetime(done["done_on"]) > pd.to_datetime(done["due_on"])).mean() < 0.7
        assert (rows["status"] == "open").any()

    def test_community_answers_by_day_within_about_two_hours_and_later_by_night(self, tables):
        rows = tables["community_questions"]
        night = pd.Series(
            community_questions.is_night(rows["asked_at"].astype("datetime64[s]").astype("int64").to_numpy())
        )
        by_day = rows.loc[~night, "first_answer_hours"]
        assert 1.5 < by_day.mean() < 2.6
        assert by_day.median() < 0.7 * by_day.mean()
        assert rows.loc[night, "first_answer_hours"].mean() > 2 * by_day.mean()

    def test_community_asks_for_plants_in_spring(self, tables):
        rows = tables["community_questions"]
        month = rows["asked_at"].dt.month
        share = (rows["topic"] == "plant_care").groupby(month.between(3, 6)).mean()
        assert share[True] > share[False]

    def test_advisory_board_meets_every_two_to_three_months(self, tables):
        rows = tables["panel_sessions"]
        gaps = pd.to_datetime(rows["held_on"]).diff().dt.days.dropna()
        assert gaps.between(50, 100).all()
        assert rows["participants"].between(9, 11).all()
        topics = rows.set_index("topic")["held_on"].astype("datetime64[ns]")
        assert pd.Timestamp("2023-10-09") < topics["parcel_delays"] < pd.Timestamp("2024-02-01")
        assert pd.Timestamp("2024-05-21") < topics["lamp_recall"] < pd.Timestamp("2024-09-01")

    def test_promises_name_a_published_column(self):
        declared = scan.tables(WORLD)
        for promise in promises.PROMISES:
            table, _, column = promise.measure.partition(".")
            assert column in {one.name for one in declared[table].observed}

    def test_prototypes_get_better_from_round_to_round(self):
        rows = pd.concat(
            api.generate(WORLD, customers=2, seed=seed, tables=["prototype_tests"]).tables["prototype_tests"]
            for seed in range(1, 9)
        )
        assert rows.groupby("round")["score"].mean().is_monotonic_increasing
        assert rows.groupby("round")["problems_seen"].mean().is_monotonic_decreasing
        assert rows.groupby(["prototype", "round"], observed=True)["tester_number"].max().between(5, 8).all()


class TestAQuantity:
    @pytest.mark.parametrize("quantity", QUANTITIES, ids=lambda quantity: quantity.id)
    def test_is_found_rightly_and_missed_by_the_tempting_estimator(self, quantity):
        errors = []
        for seed in (SEED, 30, 31, 32):
            made = surveys(seed)
            truth, right, tempting = (part(made) for part in (quantity.truth, quantity.right, quantity.tempting))
            errors.append((right.value - truth.value) / right.standard_error)
            assert NEAR * right.standard_error < abs(truth.value)
            assert abs(tempting.value - truth.value) >= FAR * tempting.standard_error
        assert np.abs(errors).max() <= NEAR

    def test_of_posts_is_nothing_where_posts_bring_nothing(self):
        made = surveys(SEED, parameters={"sellers_sales_post": 0.0})
        (quantity,) = sellers.QUANTITIES
        found: Estimate = quantity.right(made)
        assert quantity.truth(made).value == pytest.approx(0.0, abs=0.01)
        assert abs(found.value) <= NEAR * found.standard_error

    def test_of_help_is_its_declared_weight(self):
        (quantity,) = market_survey.QUANTITIES
        assert quantity.truth(surveys(SEED)).value == pytest.approx(VALUES["market_weight_help"], abs=1e-3)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.sentence)
def test_a_rule_holds_and_could_be_broken(tables, rule):
    assert rule.violations(tables) == 0


BROKEN = {
    "idea_votes": lambda rows: rows.assign(voted_at=pd.Timestamp("2022-01-01")),
    "ideas": lambda rows: rows.assign(decided_on=rows["submitted_on"]),
    "improvement_actions": lambda rows: rows.assign(due_on=rows["decided_on"]),
    "community_questions": lambda rows: rows.assign(solved=True),
    "market_survey": lambda rows: rows.assign(considers_tilmarenne=False, expects_competence=True),
    "brand_tests": lambda rows: rows.assign(answered=False),
    "panel_sessions": lambda rows: rows.assign(adopted_recommendations=9),
    "prototype_tests": lambda rows: rows.assign(tested_on=rows["tested_on"].iloc[0]),
    "sellers": lambda rows: rows.assign(connections=-rows["connections"]),
}


@pytest.mark.parametrize("name", BROKEN)
def test_rules_see_rows_that_break_them(tables, name):
    broken = {**tables, name: BROKEN[name](tables[name])}
    found = [rule.violations(broken) for rule in RULES if name in rule.tables and set(rule.tables) <= set(tables)]
    assert max(found) > 0


def test_the_reference_tables_are_made_fast():
    api.generate(WORLD, customers=0, tables=list(REFERENCE))  # tables and thresholds are looked up once
    start = time.perf_counter()
    api.generate(WORLD, customers=0, tables=["touchpoints"], truth=False)
    middle = time.perf_counter()
    api.generate(WORLD, customers=0, tables=list(REFERENCE), truth=False)
    assert time.perf_counter() - middle - (middle - start) < 0.5  # generous: other work may share the machine
