"""Experience marks, usability tests, immersion, broadcasts and meetings: shapes, rules, and what is planted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cxdata import api
from cxdata.catalog import scan
from cxdata.catalog.tables.tilmarenne import (
    experience_scores,
    immersion_visits,
    meetings,
    usability_tests,
    voice_broadcasts,
)
from cxdata.check.recovery import FAR, NEAR, over_seeds, recover
from cxdata.errors import ParameterError
from cxdata.schema.drivers import adjusted_slope

CUSTOMERS = 12_000
COMPANY = ("usability_tests", "immersion_visits", "voice_broadcasts", "meetings")
OTHERS = ("employees", "stores", "teams", "surveys", "orders", "customers")
SEEDS = range(7, 27)
MODULES = (experience_scores, usability_tests, immersion_visits, voice_broadcasts, meetings)
RULES = [rule for module in MODULES for rule in module.RULES]
QUANTITIES = [*usability_tests.QUANTITIES, *immersion_visits.QUANTITIES, *meetings.QUANTITIES]
EPISODE = pd.Timestamp("2022-01-01")


@pytest.fixture(scope="module")
def run():
    return api.generate("tilmarenne", customers=CUSTOMERS, seed=7, tables=[*COMPANY, "experience_scores", *OTHERS])


@pytest.fixture(scope="module")
def tables(run):
    return run.tables


def company(seed: int, **parameters: object) -> api.Dataset:
    return api.generate("tilmarenne", customers=1, seed=seed, tables=list(COMPANY), parameters=parameters)


@pytest.fixture(scope="module")
def companies():
    return [company(seed) for seed in SEEDS]


@pytest.mark.parametrize("rule", RULES, ids=[rule.sentence for rule in RULES])
def test_rules_hold(tables, rule):
    assert rule.violations(tables) == 0


# Each rule with a change that must break it.
BREAKS = {
    "the experience is marked on answered call-backs, and recalled later": (
        "experience_scores",
        "called_again_on",
        EPISODE,
    ),
    "a usability questionnaire is answered in full or not at all": ("usability_tests", "sus_04", np.nan),
    immersion_visits.RULES[0].sentence: (
        "immersion_visits",
        "actions",
        99,
    ),
    "a broadcast is opened by no more than received it, and acted on later, by a department where somebody opened it": (
        "voice_broadcasts",
        "opened",
        0,
    ),
    "an issue reaches a department once, and is of one format, topic and moment": (
        "voice_broadcasts",
        "department",
        "finance",
    ),
    "a meeting decides no more about customers than it decides, and carries out and changes no more than that": (
        "meetings",
        "decisions",
        0,
    ),
    "meetings of a series follow each other, Monday to Friday": ("meetings", "started_at", EPISODE),
}


@pytest.mark.parametrize("rule", RULES, ids=[rule.sentence for rule in RULES])
def test_rules_can_be_broken(tables, rule):
    name, column, value = BREAKS[rule.sentence]
    broken = {**tables, name: tables[name].assign(**{column: value})}
    assert rule.violations(broken) > 0


@pytest.mark.parametrize("quantity", QUANTITIES, ids=[one.id for one in QUANTITIES])
def test_what_is_planted_in_the_company_is_recovered_and_the_tempting_estimate_misses_it(companies, quantity):
    runs = [one for made in companies for one in recover([quantity], made.tables, api.answer_key(made))]
    verdicts = over_seeds(runs)
    assert len(runs) == len(SEEDS)
    assert verdicts.right_passes
    assert verdicts.tempting_fails
    assert runs[0].right_is_near
    assert abs(runs[0].tempting.value - runs[0].truth) >= FAR * runs[0].tempting.standard_error


@pytest.mark.parametrize(
    ("quantity", "parameters"),
    [
        ("redesign_on_usability", {"usability_gain": (0.0, 0.0, 0.0)}),
        ("immersion_on_knowledge", {"immersion_visit": 0.0}),
        ("opening_on_decisions", {"meeting_opening": 0.0}),
    ],
)
def test_a_coefficient_of_zero_leaves_nothing(quantity, parameters):
    made = company(7, **parameters)
    (one,) = (planted for planted in QUANTITIES if planted.id == quantity)
    (found,) = recover([one], made.tables, api.answer_key(made))
    assert found.truth == 0.0
    assert abs(found.right.value) <= NEAR * found.right.standard_error


@pytest.mark.parametrize(
    "parameters",
    [
        {"immersion_goes": (1.0, 0.0)},
        {"meeting_bounds": (0.1, 0.2)},
        {"broadcast_hours": (12.0, 9.0)},
    ],
)
def test_contradictions_are_refused(parameters):
    with pytest.raises(ParameterError):
        company(7, **parameters)


class TestTheExperience:
    @pytest.fixture
    def rows(self, run):
        scores = run["experience_scores"]
        hidden = run.truth["latents/orders"][["order_id", "has_problem"]]
        return scores.merge(hidden, on="order_id").merge(run["orders"][["order_id", "channel"]], on="order_id")

    def test_has_its_effect_near_and_its_tempting_estimate_too_high(self, run):
        (effect,) = experience_scores.EFFECTS
        (found,) = recover([effect], run.tables, api.answer_key(run))
        assert found.right_is_near
        assert found.tempting.value > found.truth + found.tempting.standard_error

    def test_an_attention_does_nothing_where_something_went_wrong(self, run):
        potential = run.truth["effects/attention_on_memory"].merge(
            run["experience_scores"][["experience_score_id", "order_id"]], on="experience_score_id"
        )
        hidden = run.truth["latents/orders"][["order_id", "has_problem"]]
        potential = potential.merge(hidden, on="order_id")
        gain = potential["memorable_treated"].astype(int) - potential["memorable_untreated"].astype(int)
        assert (gain[potential["has_problem"]] == 0).all()
        assert gain[~potential["has_problem"]].mean() > 0.5

    def test_its_marks_go_together_but_are_not_one(self, rows):
        together = rows[["fit", "authenticity", "memorable"]].astype(float).corr().to_numpy()[np.triu_indices(3, 1)]
        assert ((together > 0.2) & (together < 0.6)).all()

    def test_the_weakest_mark_spoils_the_whole(self, rows):
        marks = rows[["fit", "authenticity", "memorable"]].to_numpy(dtype=float)
        controls = np.column_stack([np.ones(len(marks)), marks.mean(axis=1)])
        found = adjusted_slope(
            rows["overall"].to_numpy(dtype=float), marks.min(axis=1), controls, rows["customer_id"].to_numpy()
        )
        assert found.value > FAR * found.standard_error

    def test_a_problem_costs_fit_authenticity_and_memory(self, rows):
        by = rows.groupby("has_problem")[["fit", "authenticity", "memorable"]].mean()
        assert (by.loc[False] - by.loc[True] > 0.3).all()

    def test_what_is_memorable_is_recalled(self, rows):
        reached = rows.dropna(subset=["names_tilmarenne"])
        assert reached["called_again_on"].notna().all()
        share = reached.groupby(reached["memorable"] >= 8)["names_tilmarenne"].mean()
        assert share[True] > share[False] + 0.25
        assert len(reached) / len(rows) == pytest.approx(0.62, abs=0.05)


class TestUsability:
    @pytest.fixture
    def rows(self, tables):
        return usability_tests.scored(tables)

    def test_the_score_in_the_answer_key_is_the_one_that_the_answers_give(self, run, rows):
        hidden = run.truth["latents/usability_tests"]
        both = rows.merge(hidden, on="usability_test_id")
        shown = both["sus_if_redesign"].where(both["is_redesign"], both["sus_if_current"])
        assert (both["score"] == shown).all()

    def test_the_scale_is_that_of_the_books(self):
        best = sum((4 if praises else 0) * 5**place for place, praises in enumerate(usability_tests.PRAISES))
        worst = sum((0 if praises else 4) * 5**place for place, praises in enumerate(usability_tests.PRAISES))
        middle = sum(2 * 5**place for place in range(10))
        assert usability_tests.sus(np.array([best, worst, middle])).tolist() == [100.0, 0.0, 50.0]

    def test_scores_have_a_level_a_spread_and_a_reliability_like_those_of_real_pages(self, rows):
        assert 55 < rows["score"].mean() < 70
        assert 12 < rows["score"].std() < 21
        marks = rows[list(usability_tests.NAMES)].to_numpy(dtype=float)
        turned = np.where(np.array(usability_tests.PRAISES), marks, 6 - marks)
        alpha = 10 / 9 * (1 - turned.var(axis=0, ddof=1).sum() / turned.sum(axis=1).var(ddof=1))
        assert 0.75 < alpha < 0.93

    def test_the_checkout_gains_and_the_returns_form_hardly(self, companies):
        gains = []
        for made in companies:
            rows = made.truth["latents/usability_tests"].merge(made["usability_tests"], on="usability_test_id")
            gain = rows["sus_if_redesign"] - rows["sus_if_current"]
            gains.append(gain.groupby(rows["page"], observed=True).mean())
        mean = pd.concat(gains, axis=1).mean(axis=1)
        assert mean["checkout"] > 10 > mean["order_tracking"] > 5 > mean["returns_form"] > 0

    def test_tasks_go_better_and_faster_where_the_page_is_better(self, companies):
        rows = pd.concat([made["usability_tests"] for made in companies])
        checkout = rows[rows["page"] == "checkout"].groupby("version", observed=True)
        assert checkout["task_done"].mean().diff().iloc[-1] > 0.1
        assert checkout["task_seconds"].median().diff().iloc[-1] < 0
        assert checkout["errors"].mean().diff().iloc[-1] < -0.3

    def test_rounds_have_the_same_quotas(self, tables):
        rows = tables["usability_tests"]
        for column in ("age_band", "device"):
            counts = rows.groupby(["page", "version", column], observed=True).size().unstack(column)
            assert ((counts.max() - counts.min()) <= 2).all()


class TestImmersion:
    def test_the_lot_brings_people_to_go_and_is_fair(self, companies):
        rows = pd.concat([made["immersion_visits"] for made in companies])
        hidden = pd.concat([made.truth["latents/immersion_visits"] for made in companies])
        gone = rows.groupby("has_place")["took_place"].mean()
        assert gone[True] > gone[False] + 0.35
        keen = hidden["keenness"].groupby(rows["has_place"].to_numpy()).mean()
        assert abs(keen[True] - keen[False]) < 0.06
        assert not (hidden["goes_without"] & ~hidden["goes_with_place"]).any()

    def test_nobody_visits_what_they_work_in(self, tables):
        rows = tables["immersion_visits"].merge(tables["employees"], on="employee_id", suffixes=("", "_own"))
        assert not ((rows["kind"] == "shop_floor") & (rows["department"] == "shops")).any()
        assert not ((rows["kind"] == "service_line") & (rows["department"] == "service_centre")).any()

    def test_visits_leave_no_trace_where_they_did_not_take_place(self, tables):
        rows = tables["immersion_visits"]
        names = ["kind", "visited_on", "duration_minutes", "observations", "was_debriefed", "actions"]
        assert rows[names].notna().eq(rows["took_place"], axis=0).all().all()

    def test_days_lie_in_the_season(self, tables):
        rows = tables["immersion_visits"].dropna(subset=["visited_on"])
        days = pd.to_datetime(rows["visited_on"])
        season = np.where(days.dt.month < 7, "spring_", "autumn_") + days.dt.year.astype(str)
        assert (season == rows["season"].astype(str)).all()

    def test_debriefings_bring_actions(self, companies):
        rows = pd.concat([made["immersion_visits"] for made in companies]).dropna(subset=["actions"])
        actions = rows.groupby("was_debriefed")["actions"].mean()
        assert actions[True] > 1.5 * actions[False]


class TestBroadcasts:
    def test_formats_have_their_rhythm(self, tables):
        rows = tables["voice_broadcasts"]
        issues = rows.groupby("format", observed=True)["issue_number"].nunique()
        assert issues.to_dict() == {"alert": 260, "digest": 104, "board": 24}
        digests = rows[rows["format"] == "digest"]["sent_at"].drop_duplicates().sort_values()
        assert digests.diff().dropna().dt.days.between(4, 9).all()
        assert (rows["sent_at"].dt.day_of_week < 5).all()

    def test_alerts_are_opened_and_acted_on_sooner_than_digests(self, companies):
        rows = pd.concat([made["voice_broadcasts"] for made in companies])
        share = rows.groupby("format", observed=True)[["opened", "recipients"]].sum()
        opened = share["opened"] / share["recipients"]
        assert opened["alert"] > opened["board"] > opened["digest"]
        acted = rows.groupby("format", observed=True)["was_acted_on"].mean()
        assert acted["alert"] > acted["board"] > acted["digest"] > 0.03
        days = (pd.to_datetime(rows["acted_on"]) - rows["sent_at"].dt.normalize()).dt.days
        median = days.groupby(rows["format"], observed=True).median()
        assert median["alert"] < median["digest"] < median["board"]

    def test_finance_hears_less_and_does_less_than_the_service_centre(self, companies):
        rows = pd.concat([made["voice_broadcasts"] for made in companies])
        by = rows.groupby("department", observed=True)["was_acted_on"].agg(["mean", "size"])
        assert (by.loc["service_centre"] > 1.5 * by.loc["finance"]).all()

    def test_the_more_departments_are_reached_the_more_is_done_together(self, companies):
        rows = pd.concat([made["voice_broadcasts"].assign(company=n) for n, made in enumerate(companies)])
        reached = rows.groupby(["company", "issue_number"])["department"].transform("size")
        acted = rows["was_joint"].notna()
        joint = rows.loc[acted, "was_joint"].astype(float).groupby(reached[acted] >= 3).mean()
        assert joint[True] > joint[False] + 0.1


class TestMeetings:
    def test_keen_departments_open_more_often_and_decide_more(self, companies):
        rows = pd.concat([made["meetings"] for made in companies])
        by = rows.groupby("department", observed=True)[["opened_with_voice", "customer_decisions"]].mean()
        assert (by.loc["service_centre"] > 2 * by.loc["finance"]).all()

    def test_series_keep_their_hour_and_their_weekday(self, tables):
        rows = tables["meetings"]
        hours = rows.groupby("series_number")["started_at"].agg(lambda one: one.dt.time.nunique())
        assert (hours == 1).all()
        weekday = rows.groupby("series_number")["started_at"].agg(
            lambda one: one.dt.day_of_week.value_counts(normalize=True).max()
        )
        assert weekday.mean() > 0.9
        assert len(rows) == meetings.SERIES * meetings.MONTHS

    def test_the_habit_spreads(self, companies):
        rows = pd.concat([made["meetings"] for made in companies])
        share = rows.groupby(rows["started_at"].dt.year)["opened_with_voice"].mean()
        assert share[2024] > share[2023] + 0.05

    def test_objections_come_where_the_voice_was_heard_and_change_some_decisions(self, companies):
        rows = pd.concat([made["meetings"] for made in companies])
        by = rows.groupby("opened_with_voice")[["objections", "decisions_changed"]].mean()
        assert (by.loc[True] > 2 * by.loc[False]).all()


def test_every_number_of_the_tables_has_its_home():
    names = set(scan.scenario("tilmarenne").parameter_index())
    for module in MODULES:
        assert {parameter.name for parameter in module.PARAMETERS} <= names
