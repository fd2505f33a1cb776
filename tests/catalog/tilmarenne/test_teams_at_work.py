"""Team workshops, attitudes in contacts, managers' practices and team pulses: shapes, rules, what is planted."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cxdata import api
from cxdata.catalog.tables.tilmarenne import attitude_scores, manager_practices, team_pulses, workshop_scores
from cxdata.check.recovery import FAR, NEAR
from cxdata.errors import ParameterError

COMPANY = ("workshop_scores", "manager_practices", "team_pulses", "employees", "stores", "teams")
SEEDS = tuple(range(10))
RULES = (*workshop_scores.RULES, *manager_practices.RULES, *team_pulses.RULES)
SCORES = [f"score_{wave}" for wave in workshop_scores.WAVES]
(WORKSHOP,) = workshop_scores.QUANTITIES
(PRACTICE,) = team_pulses.QUANTITIES
(SITES,) = attitude_scores.QUANTITIES


@cache
def world(seed: int = 7, **parameters: Any) -> dict[str, pd.DataFrame]:
    """Return all tables of the company, observed and latent."""
    made = api.generate("tilmarenne", customers=1, seed=seed, tables=list(COMPANY), parameters=parameters)
    return {**made.tables, **made.truth}


@pytest.fixture(scope="module")
def contacts() -> dict[str, pd.DataFrame]:
    tables = ["attitude_scores", "contacts", "surveys", "agents", "teams"]
    made = api.generate("tilmarenne", customers=24_000, seed=7, tables=tables)
    return {**made.tables, **made.truth}


def recovered(quantity, worlds) -> None:
    """Hold that the right estimator finds a quantity in every world and on average, and that the other misses it."""
    truth = np.array([quantity.truth(one).value for one in worlds])
    right = [quantity.right(one) for one in worlds]
    tempting = [quantity.tempting(one) for one in worlds]
    errors = np.array([one.value for one in right]) - truth
    assert (np.abs(errors) <= NEAR * np.array([one.standard_error for one in right])).all()
    assert abs(errors.mean()) <= NEAR * errors.std(ddof=1) / np.sqrt(len(errors))
    # Standard errors tell the truth: they are as large as errors spread, within what ten seeds can say.
    assert 0.4 < np.mean([one.standard_error for one in right]) / errors.std(ddof=1) < 2.5
    bias = np.array([one.value for one in tempting]) - truth
    assert np.median(np.abs(bias) / [one.standard_error for one in tempting]) >= FAR


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_every_rule_is_kept(seed):
    assert [rule.violations(world(seed)) for rule in RULES] == [0] * len(RULES)


def test_rules_can_break():
    broken = dict(world())
    workshops = broken["workshop_scores"]
    broken["workshop_scores"] = workshops.assign(
        workshop_on=pd.Timestamp(2025, 1, 1), workshop_group=list(workshop_scores.GROUPS) * (len(workshops) // 3)
    )
    broken["manager_practices"] = broken["manager_practices"].assign(team_id=1, practice_count=7)
    broken["team_pulses"] = broken["team_pulses"].assign(answered_count=999)
    assert all(rule.violations(broken) > 0 for rule in RULES)


class TestTheWorkshops:
    def test_are_given_by_lot_to_half_of_the_shops_that_scored_lowest(self):
        rows = world()["workshop_scores"]
        shops = rows.groupby("store_id").agg(group=("workshop_group", "first"), start=("score_before", "mean"))
        assert shops["group"].value_counts().to_dict() == {"workshop": 24, "waiting": 24, "not_chosen": 36}
        chosen = shops["group"] != "not_chosen"
        assert shops.loc[chosen, "start"].max() <= shops.loc[~chosen, "start"].min()

    def test_scores_are_missing_where_nobody_was_asked_or_filled_in_a_card(self):
        rows = world()["workshop_scores"]
        assert rows.loc[~rows["is_invited"], SCORES].isna().all().all()
        filled = rows.loc[rows["is_invited"], SCORES].notna().groupby(rows["employee_id"]).nunique()
        assert (filled == 1).all().all()  # a card is filled in as a whole
        shares = rows.loc[rows["is_invited"], SCORES].notna().mean().to_numpy()
        assert shares == pytest.approx([0.88, 0.84, 0.79], abs=0.04)
        assert rows[SCORES].stack().dropna().between(1, 10).all()

    def test_shops_that_waited_come_half_way_back_and_those_not_chosen_fall(self):
        means = [
            world(seed)["workshop_scores"].groupby("workshop_group", observed=True)[SCORES].mean() for seed in SEEDS
        ]
        change = np.mean([one["score_follow_up"] - one["score_before"] for one in means], axis=0)
        by_group = dict(zip(means[0].index, change, strict=True))
        assert by_group["workshop"] > by_group["waiting"] + 0.3 > 0.6
        assert by_group["not_chosen"] < 0

    def test_gain_is_found_by_the_lot_and_not_by_before_and_after(self):
        recovered(WORKSHOP, [world(seed) for seed in SEEDS])

    def test_without_a_gain_there_is_none(self):
        nothing = world(7, workshop_gains=(0.0, 0.0, 0.0, 0.0))
        assert WORKSHOP.truth(nothing).value == 0
        assert WORKSHOP.tempting(nothing).value > 0.3  # they come back up by themselves

    @pytest.mark.parametrize(("name", "value"), [("workshop_lasting", 1.5), ("workshop_noise_sd", -1.0)])
    def test_numbers_that_cannot_be_are_refused(self, name, value):
        with pytest.raises(ParameterError, match=name):
            world(7, **{name: value})


class TestThePractices:
    def test_a_row_for_each_shop_and_team_and_month(self):
        for name in ("manager_practices", "team_pulses"):
            rows = world()[name]
            assert len(rows) == (84 + 12) * 24
            assert rows["store_id"].nunique() == 84
            assert rows["team_id"].nunique() == 12

    def test_managers_declare_what_they_keep_and_more(self):
        rows = world()["manager_practices"].dropna(subset=["practice_count", "declared_count"])
        assert (rows["declared_count"] >= rows["practice_count"]).all()
        assert 0.6 < (rows["declared_count"] - rows["practice_count"]).mean() < 1.5

    def test_busy_months_have_fewer_and_the_course_brings_more(self):
        rows = world()["manager_practices"].dropna(subset=["practice_count", "store_id"])
        month = pd.to_datetime(rows["month"]).dt.month
        busy = month.isin(manager_practices.BUSY_IN_SHOPS)
        counts = rows["practice_count"].astype(float)
        assert counts[~busy].mean() - counts[busy].mean() > 0.5
        early = rows[pd.to_datetime(rows["month"]) >= pd.Timestamp(2024, 10, 1)]
        by_course = early["practice_count"].astype(float).groupby(early["is_trained"]).mean()
        assert by_course[True] > by_course[False] + 0.4

    def test_three_waves_and_those_without_a_course_are_of_equal_size(self):
        last = world()["manager_practices"].query("month == month.max()")
        assert last.loc[last["store_id"].notna(), "is_trained"].sum() == 63
        assert last.loc[last["team_id"].notna(), "is_trained"].sum() == 9

    def test_pulse_agrees_with_what_the_employee_survey_rests_on(self):
        rows = world()["team_pulses"].dropna(subset=["store_id"]).groupby("store_id")["pulse_score"].mean()
        shops = world()["latents/stores"].set_index("store_id")["employee_experience"]
        assert rows.corr(shops) > 0.9
        assert abs(rows.mean() - shops.mean()) < 0.5

    def test_a_team_of_ten_is_kept_back_when_few_answer(self):
        rows = world()["team_pulses"]
        kept_back = rows["pulse_score"].isna()
        assert (kept_back == (rows["answered_count"] < team_pulses.FEWEST_ANSWERS)).all()
        assert 0 < kept_back[rows["team_id"].notna()].mean() < 0.25
        assert kept_back[rows["store_id"].notna()].mean() < 0.02

    def test_absence_is_higher_in_winter_and_at_the_contractor(self):
        rows = world()["team_pulses"]
        winter = pd.to_datetime(rows["month"]).dt.month.isin((12, 1, 2))
        assert rows.loc[winter, "absence_percent"].mean() > 1.1 * rows.loc[~winter, "absence_percent"].mean()
        sites = rows.merge(world()["teams"], on="team_id").groupby("site", observed=True)["absence_percent"].mean()
        assert sites["outsourced"] > 1.1 * sites["in_house"]
        assert 4 < rows["absence_percent"].mean() < 8

    def test_effect_is_found_within_units_and_not_between_them(self):
        recovered(PRACTICE, [world(seed) for seed in SEEDS])

    def test_without_an_effect_units_still_differ(self):
        nothing = world(7, pulse_practices=(0.0, 0.0, 0.0, 0.0, 0.0))
        within, between = PRACTICE.right(nothing), PRACTICE.tempting(nothing)
        assert PRACTICE.truth(nothing).value == 0
        assert abs(within.value) <= NEAR * within.standard_error
        assert between.value > FAR * between.standard_error


class TestTheAttitudes:
    def test_are_scored_in_a_sample_of_contacts_that_were_taken(self, contacts):
        assert [rule.violations(contacts) for rule in attitude_scores.RULES] == [0, 0]
        taken = (~contacts["contacts"]["is_abandoned"]).sum()
        assert len(contacts["attitude_scores"]) / taken == pytest.approx(0.12, abs=0.01)
        assert contacts["attitude_scores"]["contact_id"].is_unique

    def test_rules_can_break(self, contacts):
        rows = contacts["attitude_scores"].assign(attitude_score=5.5, listened_on=pd.Timestamp(2020, 1, 1))
        broken = {**contacts, "attitude_scores": rows}
        assert all(rule.violations(broken) > 0 for rule in attitude_scores.RULES)

    def test_use_the_scale_without_sticking_to_its_ends(self, contacts):
        names = [f"{name}_score" for name in attitude_scores.ATTITUDES]
        marks = contacts["attitude_scores"][names].stack().value_counts(normalize=True)
        assert marks.idxmax() in (3, 4)
        assert 0.005 < marks[1] < marks[5] < 0.2

    def test_go_with_the_adviser_and_with_what_the_customer_said(self, contacts):
        rows = contacts["attitude_scores"].merge(contacts["latents/agents"], on="agent_id")
        assert rows["attitude_score"].corr(rows["competence"]) > 0.3
        answers = contacts["surveys"].dropna(subset=["contact_csat"])[["contact_id", "contact_csat"]]
        both = rows.merge(answers, on="contact_id")
        assert 0.2 < both["attitude_score"].corr(both["contact_csat"].astype(float)) < 0.6

    def test_each_site_is_mostly_scored_by_its_own(self, contacts):
        rows = attitude_scores.scored_contacts(contacts)
        own = rows["listener_id"] <= attitude_scores.OWN_LISTENERS
        shares = own.groupby(rows["in_house"]).mean()
        assert shares[True] == pytest.approx(0.85, abs=0.04)
        assert shares[False] == pytest.approx(0.25, abs=0.05)

    def test_gap_between_sites_is_found_within_listeners_alone(self, contacts):
        truth, right, tempting = (one(contacts) for one in (SITES.truth, SITES.right, SITES.tempting))
        assert abs(right.value - truth.value) <= NEAR * right.standard_error
        assert abs(tempting.value - truth.value) >= FAR * tempting.standard_error
        assert truth.value > 0.1 > tempting.value  # the contractor looks as good by the ears of its own
