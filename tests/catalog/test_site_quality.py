"""Evidence on shops and advisers: mystery visits, audits, coaching, ratings, the quiz; and what is planted there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from people import SEEDS, over_seeds, within, world

from cxdata.catalog import scan
from cxdata.catalog.tables.tilmarenne import _service_centre as centre
from cxdata.catalog.tables.tilmarenne import audits, coaching_sessions, mystery_visits, quiz_answers, skill_ratings

QUANTITIES = (*mystery_visits.QUANTITIES, *skill_ratings.QUANTITIES, *quiz_answers.QUANTITIES)
RULES = (
    *mystery_visits.RULES,
    *audits.RULES,
    *skill_ratings.RULES,
    *coaching_sessions.RULES,
    *quiz_answers.RULES,
)
# What plants each quantity, and what makes its tempting estimator err.
PLANTED = {
    "progress_of_shops": {"visit_learning": 0.0},
    "coaching_on_rating": {"skill_coaching": (0.0,) * 5},
    "training_on_quiz": {"quiz_training": (0.0,) * 10},
}


@pytest.mark.parametrize("quantity", QUANTITIES, ids=lambda quantity: quantity.id)
class TestAQuantity:
    def test_is_found_by_the_right_estimator_over_seeds(self, quantity):
        errors, covered = [], 0
        for seed in SEEDS:
            truth, right = quantity.truth(world(seed)).value, quantity.right(world(seed))
            errors.append(right.value - truth)
            covered += abs(errors[-1]) <= 1.96 * right.standard_error
            assert abs(errors[-1]) <= 4 * right.standard_error < 1.25 * abs(truth)
        assert within(np.array(errors), 0.0)
        assert covered >= 0.75 * len(SEEDS)

    def test_is_missed_by_the_tempting_one(self, quantity):
        biases = []
        for seed in SEEDS:
            truth, tempting = quantity.truth(world(seed)).value, quantity.tempting(world(seed))
            biases.append((tempting.value - truth) / tempting.standard_error)
            assert abs(biases[-1]) > 2
        assert abs(np.median(biases)) >= 6

    def test_vanishes_with_what_plants_it(self, quantity):
        if quantity.id not in PLANTED:
            assert quantity.id == "best_and_worst_shops"  # nothing plants it but the spread of shops
            return
        assert quantity.truth(world(7, **PLANTED[quantity.id])).value == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_every_rule_is_kept(seed):
    assert [rule.violations(world(seed)) for rule in RULES] == [0] * len(RULES)


def test_every_rule_can_break():
    broken = dict(world())
    sunday = pd.Timestamp(2023, 1, 1)
    broken["mystery_visits"] = broken["mystery_visits"].assign(visited_at=sunday, store_id=1, team_id=1, agent_id=1)
    broken["audits"] = broken["audits"].assign(due_on=sunday)
    broken["skill_ratings"] = broken["skill_ratings"].assign(overall_score=12.0)
    broken["coaching_sessions"] = broken["coaching_sessions"].assign(planned_on=sunday)
    broken["quiz_answers"] = broken["quiz_answers"].assign(correct_count=11)
    assert all(rule.violations(broken) > 0 for rule in RULES)


class TestMysteryVisits:
    def test_come_once_a_quarter_to_each_site(self):
        visits = world()["mystery_visits"]
        quarter = visits["visited_at"].dt.to_period("Q").astype(str)
        for site in ("store_id", "team_id"):
            counts = visits.groupby([visits[site], quarter]).size()
            assert counts.sub(1).abs().max() <= 1  # a holiday can move one into the next quarter
            assert counts.groupby(level=0).sum().eq(8).all()

    def test_calls_are_taken_by_the_teams_phone_desk(self):
        calls = world()["mystery_visits"].dropna(subset=["team_id"])
        joined = calls.merge(world()["agents"], on="agent_id", suffixes=("", "_there"))
        assert (joined["team_id"] == joined["team_id_there"]).all()
        assert (joined["desk"] == "phone").all()
        assert calls[["place_score", "checkout_minutes", "scenario"]].isna().all(axis=None)

    def test_calls_are_taken_by_somebody_on_shift_at_that_hour(self):
        values = scan.scenario("tilmarenne").parameter_index()
        hours = {shift: values[f"shift_{shift}_hours"].value for shift in ("early", "day", "midday", "late")}
        for seed in SEEDS[:3]:
            calls = world(seed)["mystery_visits"].dropna(subset=["agent_id"])
            codes = coaching_sessions.shift_of(world(seed)["rosters"], calls["agent_id"], calls["visited_at"])
            at = calls["visited_at"].dt.hour + calls["visited_at"].dt.minute / 60
            for moment, code in zip(at, codes, strict=True):
                ends = hours[code]
                assert any(low <= moment < high for low, high in zip(ends[::2], ends[1::2], strict=True))

    def test_calls_wait_as_customers_do_at_that_time_and_hear_a_menu_first(self):
        shorter, waits, expected = [], [], []
        for seed in SEEDS:
            calls = world(seed)["mystery_visits"].dropna(subset=["agent_id"])
            key = centre.interval_key(calls["visited_at"].to_numpy().astype("datetime64[s]").astype(np.int64), 8.5)
            queue = world(seed)["latents/contact_volumes"].set_index("interval_id").loc[key]
            waits.extend(calls["pick_up_minutes"])
            expected.extend(22.5 / 60 + queue["wait_chance"] * queue["wait_minutes"])
            shorter.append(calls["pick_up_minutes"].min())
        assert min(shorter) >= 0.25
        waits, expected = np.array(waits), np.array(expected)
        assert within(waits - expected, 0.0)
        assert np.corrcoef(waits, expected)[0, 1] > 0.3

    def test_weekdays_and_hours_are_those_of_open_shops(self):
        moments = world()["mystery_visits"]["visited_at"]
        days = moments.dt.day_of_week.value_counts(normalize=True)
        assert 6 not in days.index
        assert days.between(0.10, 0.25).all()
        assert moments.dt.hour.between(9, 18).all()

    def test_measure_what_the_shops_are(self):
        seen = world()["mystery_visits"].groupby("store_id")["overall_score"].mean()
        assert 0.5 < np.corrcoef(seen, world()["latents/stores"]["service_quality"])[0, 1] < 0.9

    def test_see_each_facet_through_its_own_dimension(self):
        def own_less_other(tables):
            seen = tables["mystery_visits"].groupby("store_id")[["physical_evidence_score", "people_score"]].mean()
            shops = tables["latents/stores"].set_index("store_id").loc[seen.index]
            tangibles = seen.corrwith(shops["quality_tangibles"])
            return tangibles["physical_evidence_score"] - tangibles["people_score"]

        assert over_seeds(own_less_other).mean() > 0.1

    def test_checkouts_are_faster_where_service_is_prompt(self):
        def correlation(tables):
            seen = tables["mystery_visits"].groupby("store_id")["checkout_minutes"].mean()
            return np.corrcoef(seen, tables["latents/stores"]["quality_responsiveness"])[0, 1]

        assert over_seeds(correlation).mean() < -0.3


class TestAudits:
    def test_check_each_standard_of_each_shop_twice_a_year(self):
        rows = world()["audits"]
        year = pd.to_datetime(rows["audited_on"]).dt.year
        assert (rows.groupby(["store_id", year, "standard"], observed=True).size() == 2).all()
        assert (rows.groupby("audit_number")[["audited_on", "auditor_id", "store_id"]].nunique() == 1).all(axis=None)

    def test_faults_come_back_where_they_are_habits(self):
        rows = world()["audits"].sort_values(["store_id", "standard", "audited_on"])
        before = rows.groupby(["store_id", "standard"], observed=True)["is_conform"].shift()
        later = rows[before.notna()].assign(before=before.dropna().astype(bool))
        again = later.groupby(["standard", "before"], observed=True)["is_conform"].mean().unstack()
        assert (again[True] - again[False]).mean() > 0.05

    def test_faults_are_mostly_corrected_major_ones_sooner(self):
        faults = world()["audits"].query("not is_conform")
        days = (pd.to_datetime(faults["corrected_on"]) - pd.to_datetime(faults["audited_on"])).dt.days
        assert 0.02 < days.isna().mean() < 0.2
        assert days[faults["severity"] == "major"].mean() < 0.6 * days[faults["severity"] == "minor"].mean()

    def test_go_with_what_customers_get(self):
        share = world()["audits"].groupby("store_id")["is_conform"].mean()
        assert np.corrcoef(share, world()["latents/stores"]["service_quality"])[0, 1] > 0.4


class TestCoaching:
    def test_is_given_by_lot_to_half_of_each_team(self):
        staff = world()["employees"].dropna(subset=["agent_id"])
        assert (staff.groupby("team_id")["coaching_group"].value_counts() == 5).all()

        def advantage(tables):
            advisers = tables["employees"].dropna(subset=["agent_id"]).merge(tables["latents/agents"], on="agent_id")
            means = advisers.groupby("coaching_group", observed=True)["competence"].mean()
            return means["coached"] - means["control"]

        assert within(over_seeds(advantage), 0.0)

    def test_begins_after_the_weakest_of_the_watched_months(self):
        rows = skill_ratings.evaluations(world())
        first = world()["coaching_sessions"].query("session_number == 1").set_index("agent_id")["planned_on"]
        begun = rows["agent_id"].map(pd.to_datetime(first).dt.month - 1 + 12)
        watched = rows[begun.notna() & rows["number"].between(12, 17)]
        at_start = watched["number"] == begun[watched.index] - 1
        assert watched.loc[at_start, "overall_score"].mean() < watched.loc[~at_start, "overall_score"].mean() - 5

    def test_sessions_are_six_two_weeks_apart_and_some_fall_through(self):
        sessions = world()["coaching_sessions"]
        assert (sessions.groupby("agent_id").size() == 6).all()
        gap = pd.to_datetime(sessions["planned_on"]).groupby(sessions["agent_id"]).diff().dt.days
        assert gap.median() == pytest.approx(13, abs=1)
        assert gap.min() >= 7
        assert sessions["was_held"].mean() == pytest.approx(0.88, abs=0.06)
        assert (sessions["length_minutes"].notna() == sessions["was_held"]).all()

    def test_is_planned_on_shift_and_falls_through_where_the_adviser_is_sick(self):
        def codes(tables):
            sessions = tables["coaching_sessions"]
            return coaching_sessions.shift_of(tables["rosters"], sessions["agent_id"], sessions["planned_on"])

        found = [codes(world(seed)) for seed in SEEDS]
        assert all(set(one) <= {"early", "day", "midday", "late", "sick"} for one in found)
        sick = [one == "sick" for one in found]
        assert 0.01 < np.mean([one.mean() for one in sick]) < 0.12
        for seed, one in zip(SEEDS, sick, strict=True):
            assert not world(seed)["coaching_sessions"].loc[one, "was_held"].any()

    def test_evaluations_miss_some_months(self):
        rows = world()["skill_ratings"]
        assert rows["overall_score"].isna().mean() == pytest.approx(0.06, abs=0.02)
        assert (rows["overall_score"].isna() == rows["evaluator_id"].isna()).all()


class TestTheQuiz:
    def test_is_easier_the_second_time_and_easiest_with_training(self):
        rows = world()["quiz_answers"].merge(world()["employees"], on="employee_id")
        counts = rows.groupby(["round", "training_wave"], observed=True)["correct_count"].mean()
        assert abs(counts["before_training"].diff().iloc[1]) < 0.5
        assert counts["after_training", "autumn_2024"] > counts["before_training", "autumn_2024"] + 0.4
        assert counts["after_training", "spring_2024"] > counts["after_training", "autumn_2024"] + 0.7

    def test_questions_differ_in_difficulty_and_managers_know_more(self):
        rows = world()["quiz_answers"].merge(world()["employees"], on="employee_id")
        right = rows.filter(regex=r"^q\d\d_correct$").astype(float).mean()
        assert right.min() < 0.45
        assert right.max() > 0.8
        by_rank = rows.groupby("is_manager")["correct_count"].mean()
        assert by_rank[True] > by_rank[False] + 0.4

    def test_leaves_out_those_who_were_not_hired_yet(self):
        rows = world()["quiz_answers"].merge(world()["employees"], on="employee_id")
        late = pd.to_datetime(rows["hired_on"]) > pd.Timestamp(2024, 6, 10)
        assert late.any()
        assert not rows.loc[late, "was_taken"].any()
