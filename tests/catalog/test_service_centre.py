"""The service centre: what a practitioner expects of rosters, of the line, of messages and of contacts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cxdata import api
from cxdata.catalog import scan
from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne import _service_centre as centre
from cxdata.catalog.tables.tilmarenne import contacts as contacts_table
from cxdata.catalog.tables.tilmarenne import rosters as rosters_table
from cxdata.catalog.tables.tilmarenne.teams import around_mean
from cxdata.check.recovery import FAR, NEAR
from cxdata.errors import ParameterError

TABLES = (
    "agents",
    "calendar",
    "contact_volumes",
    "contacts",
    "customers",
    "orders",
    "rosters",
    "social_mentions",
    "surveys",
    "teams",
    "written_volumes",
)
AT_WORK = ("early", "day", "midday", "late")
DECOYS = ("rail_strike", "heat_wave", "storm", "television_campaign", "payment_outage")


@pytest.fixture(scope="module")
def world():
    return api.generate("tilmarenne", customers=24_000, seed=11, tables=TABLES)


@pytest.fixture(scope="module")
def line(world):
    """Return the quarter-hours with their day and their latents."""
    rows = world["contact_volumes"].merge(world.truth["latents/contact_volumes"], on="interval_id")
    return rows.merge(world["calendar"], on="day_id").merge(world.truth["latents/calendar"], on="day_id")


@pytest.fixture(scope="module")
def contacts(world):
    return world["contacts"].merge(world.truth["latents/contacts"], on="contact_id")


@pytest.fixture(scope="module")
def handled(world, contacts):
    agents = world["agents"].merge(world.truth["latents/agents"], on="agent_id")
    rows = contacts[~contacts["is_abandoned"]].merge(agents, on="agent_id")
    return rows.assign(settled=rows["is_resolved_first_time"].astype(float))


@pytest.fixture(scope="module")
def days(world):
    """Return one row per adviser and open or closed weekday of the roster."""
    rows = world["rosters"].merge(world["agents"][["agent_id", "desk", "site", "team_id"]], on="agent_id")
    long = rows.melt(id_vars=["agent_id", "week_start", "desk", "site", "team_id"], value_vars=list(centre.WEEKDAYS))
    number = long["variable"].map({name: place for place, name in enumerate(centre.WEEKDAYS)})
    return long.assign(date=pd.to_datetime(long["week_start"]) + pd.to_timedelta(number, unit="D"))


def service_level(rows: pd.DataFrame) -> float:
    return rows["calls_answered_in_20_s"].sum() / rows["calls_offered"].sum()


def abandoned(rows: pd.DataFrame) -> float:
    return rows["calls_abandoned"].sum() / rows["calls_offered"].sum()


def test_every_rule_about_the_service_centre_holds(world):
    about = {"contacts", "contact_volumes", "written_volumes", "rosters"}
    rules = [
        rule
        for rule in scan.scenario("tilmarenne").rules
        if about.intersection(rule.tables) and set(rule.tables) <= set(TABLES)
    ]
    assert len(rules) >= 7
    assert {rule.sentence: rule.violations(world.tables) for rule in rules} == {rule.sentence: 0 for rule in rules}


class TestTime:
    def test_an_open_day_is_neither_a_sunday_nor_a_holiday(self):
        assert all(calendar.is_working_day(centre.OPEN_DAYS))
        assert 35_000 < centre.INTERVALS < 45_000

    def test_days_roll_to_open_ones_and_never_past_the_record(self):
        sunday = np.array([centre.ROSTER_FIRST - 1])
        assert centre.open_day_after(sunday, 0).tolist() == [centre.ROSTER_FIRST]
        assert centre.open_day_after(sunday, 1).tolist() == [centre.ROSTER_FIRST + 1]
        assert centre.open_day_after(np.array([40_000]), 3).tolist() == [centre.OPEN_DAYS[-1]]

    def test_the_profile_of_hours_sums_to_one_and_keeps_its_two_peaks(self):
        plan = scan.scenario("tilmarenne").parameter_index()
        shares = centre.quarter_shares(plan["contact_hours"].value, 8.5, 22.0)
        assert shares.sum() == pytest.approx(1.0)
        by_hour = shares[2:].reshape(13, 4).sum(axis=1)  # nine to ten in the evening
        assert by_hour[[1, 5]].min() > by_hour[[3, 4, 9]].max()

    @pytest.mark.parametrize(
        ("name", "value", "message"),
        [
            ("closing_hour", 20.0, "13.5 hours"),
            ("shift_late_hours", (20.5, 22.0), "cover the opening hours"),
            ("sick_long_weeks", (4.5, 13.0), "whole weeks"),
            ("survey_civil_hours", (10.0, 15.0), "ten hours"),
            ("posts_taken_up_low", 0.5, "least share of posts"),
            ("patience_minutes", 0.5, "patient"),
        ],
    )
    def test_hours_that_do_not_fit_are_refused(self, name, value, message):
        with pytest.raises(ParameterError, match=message):
            api.generate("tilmarenne", customers=0, seed=1, tables=["stores"], parameters={name: value})


class TestPeople:
    def test_values_around_the_mean_of_their_group_average_to_nothing(self):
        centred = around_mean(np.array([1.0, 2.0, 6.0, 10.0]), np.array([0, 0, 1, 1]))
        assert centred.tolist() == [-0.5, 0.5, -2.0, 2.0]

    def test_the_two_sites_differ_by_the_gap_and_by_nothing_else(self, world):
        agents = world["agents"].merge(world.truth["latents/agents"], on="agent_id")
        means = agents.groupby(["desk", "site"], observed=True)["competence"].mean().unstack()
        assert (means["in_house"] - means["outsourced"]).tolist() == pytest.approx([0.7, 0.7], abs=1e-3)

    def test_a_good_climate_makes_for_competence(self, world):
        teams = world["teams"].merge(world.truth["latents/teams"], on="team_id")
        agents = world["agents"].merge(world.truth["latents/agents"], on="agent_id")
        own = agents["competence"] - agents.groupby("site", observed=True)["competence"].transform("mean")
        climate = agents["team_id"].map(teams.set_index("team_id")["climate"])
        assert np.corrcoef(own, climate)[0, 1] > 0.1


class TestRosters:
    def test_every_adviser_has_every_week_once(self, world):
        rosters = world["rosters"]
        assert len(rosters) == centre.WEEKS * 120
        assert not rosters.duplicated(["agent_id", "week_start"]).any()

    def test_nobody_works_on_closed_days(self, days):
        closed = ~calendar.is_working_day(days["date"].to_numpy().astype("datetime64[D]").astype(np.int64))
        assert set(days.loc[closed, "value"]) == {"off"}

    def test_the_week_has_five_days_of_work_at_most(self, days):
        work = days["value"].isin(AT_WORK).groupby([days["agent_id"], days["week_start"]]).sum()
        assert work.max() == 5

    def test_shifts_rotate(self, days):
        worked = days[days["value"].isin(AT_WORK) & (days["desk"] == "phone")]
        assert (worked.groupby("agent_id")["value"].nunique() == 4).all()

    def test_absence_is_that_of_a_french_service_centre(self, days):
        shares = days["value"].value_counts(normalize=True)
        assert 0.02 < shares["sick"] < 0.07
        assert 0.06 < shares["leave"] < 0.11
        away = (days["value"] == "leave").groupby(days["date"].dt.month).mean()
        assert away[[7, 8]].min() > 2 * away[[4, 5, 11, 12]].max()

    def test_leave_is_five_weeks_with_two_in_a_row_in_the_season(self, days):
        full = days[(days["date"].dt.year < 2025) & (days["date"].dt.day_of_week < 5)]
        taken = (full["value"] == "leave").groupby([full["agent_id"], full["date"].dt.year]).sum()
        assert taken.mean() == pytest.approx(25.0, abs=1.5)
        assert taken.between(20, 27).all()
        working = calendar.is_working_day(full["date"].to_numpy().astype("datetime64[D]").astype(np.int64))
        season = full[full["date"].dt.month.between(5, 10) & working].sort_values(["agent_id", "date"])
        for _, rows in season.groupby(["agent_id", season["date"].dt.year]):
            away = (rows["value"] == "leave").to_numpy()
            runs = np.diff(np.flatnonzero(np.r_[True, ~away, True])) - 1
            assert runs.max() >= 8  # ten working days, less a holiday or two

    def test_the_contractor_is_sick_more_and_some_are_sick_for_long(self, days):
        due = days[days["value"] != "off"]
        sick = (due["value"] == "sick").groupby(due["site"], observed=True).mean()
        assert sick["outsourced"] - sick["in_house"] == pytest.approx(0.03, abs=0.015)
        whole = days[days["value"] == "sick"].groupby(["agent_id", "week_start"]).size()
        assert 0.01 < (whole >= 5).sum() / (centre.WEEKS * 120) < 0.045

    def test_somebody_is_at_the_phone_on_every_shift_of_every_open_day(self, days):
        present = days[(days["desk"] == "phone") & days["value"].isin(AT_WORK)]
        late = present[present["value"] != "midday"]
        assert late.groupby(["date", "value"], observed=True).size().min() >= 3

    def test_a_spell_of_sickness_runs_into_the_next_week(self):
        u = np.ones((3, rosters_table.ROWS)) * 0.999999
        u[0, 0], u[1, 0] = 0.0, 0.99  # one adviser falls sick on the first Saturday, for ten open days
        rows = np.zeros(rosters_table.ROWS, dtype=np.int64)
        days = rosters_table.sick_days(
            u, rows, rows.astype(float), rows == 1, (0.1,) * 12, 0.0, 0.0, (0.0,) * 9 + (1.0,)
        )
        assert days[[0, 120, 240]].tolist() == [0b100000, 0b111111, 0b000111]
        assert days.sum() == 0b100000 + 0b111111 + 0b000111

    def test_a_good_climate_keeps_people_healthy(self):
        u = np.full((3, rosters_table.ROWS), 0.05)
        rows = np.zeros(rosters_table.ROWS, dtype=np.int64)
        chance = (0.08,) * 12
        lengths = (1.0,) + (0.0,) * 9
        assert rosters_table.sick_days(u, rows, rows - 1.0, rows == 1, chance, 0.5, 0.0, lengths).any()
        assert not rosters_table.sick_days(u, rows, rows + 1.0, rows == 1, chance, 0.5, 0.0, lengths).any()


class TestLine:
    def test_normal_days_serve_and_lose_what_the_trade_expects(self, line):
        normal = line[line["crisis"] == "none"]
        by_day = normal.groupby("day_id").apply(service_level, include_groups=False)
        assert 0.70 < by_day.median() < 0.90
        assert ((by_day > 0.6) & (by_day < 0.97)).mean() > 0.85
        assert 0.03 < abandoned(normal) < 0.06

    def test_every_hour_of_a_normal_day_is_served(self, line):
        normal = line[line["crisis"] == "none"]
        by_hour = normal.groupby(normal["starts_at"].dt.hour).apply(service_level, include_groups=False)
        assert by_hour.between(0.67, 0.96).all()
        busy = normal.groupby(normal["starts_at"].dt.hour)["occupancy_share"].mean()
        assert busy.min() > 0.38

    def test_mondays_are_the_worst_and_bring_most_calls(self, line):
        normal = line[line["crisis"] == "none"]
        calls = normal.groupby("weekday", observed=True)["calls_offered"].mean()
        served = normal.groupby("weekday", observed=True).apply(service_level, include_groups=False)
        assert calls.idxmax() == "monday"
        assert calls.idxmin() == "saturday"
        assert served.idxmin() == "monday"

    @pytest.mark.parametrize("crisis", ["parcel_jam", "lamp_recall"])
    def test_a_crisis_overwhelms_the_line(self, line, crisis):
        height = line[(line["crisis"] == crisis) & (line[["jam", "recall"]].max(axis=1) > 0.6)]
        assert service_level(height) < 0.4
        assert abandoned(height) > 0.15
        assert height["is_overloaded"].mean() > 0.5

    def test_what_the_log_calls_an_incident_lifts_the_calls_only_in_a_crisis(self, line):
        days = line.groupby("day_id").agg(
            calls=("rate", "sum"),
            weekday=("weekday", "first"),
            incident=("incident", "first"),
            crisis=("crisis", "first"),
        )
        usual = days[days["crisis"] == "none"].groupby("weekday", observed=True)["calls"].median()
        lift = days["calls"] / days["weekday"].map(usual).astype(float)
        decoy = days["incident"].isin(DECOYS)
        assert decoy.sum() > 20
        assert 0.8 < lift[decoy].mean() < 1.2
        assert lift[days["crisis"] != "none"].max() > 1.9

    def test_calls_are_poisson_around_rate_and_busyness(self, line):
        mean = line["rate"] * line["busyness"]
        deviation = (line["calls_offered"] - mean) / np.sqrt(mean)
        assert abs(deviation.mean()) < 4 / np.sqrt(len(line))
        assert deviation.var() == pytest.approx(1.0, abs=4 * np.sqrt(2.2 / len(line)))

    def test_quarters_of_a_day_share_its_busyness(self, line):
        by_day = line.groupby("day_id")["busyness"].mean()
        alone = line["busyness"].var() / centre.QUARTERS
        assert by_day.var() > 10 * alone
        assert line["busyness"].mean() == pytest.approx(1.0, abs=4 * by_day.std() / np.sqrt(len(by_day)))

    def test_the_day_has_two_peaks(self, line):
        by_hour = line.groupby(line["starts_at"].dt.hour)["calls_offered"].mean()
        assert by_hour.idxmax() == 10
        assert by_hour.loc[12:17].idxmax() in (14, 15)
        assert by_hour.loc[[12, 13]].max() < by_hour.loc[[14, 15]].min()

    def test_waits_grow_with_the_work_per_adviser(self, line):
        work = line["calls_offered"] / line["advisers_staffed"]
        assert stats.spearmanr(work, line["service_level_share"], nan_policy="omit").statistic < -0.7
        assert stats.spearmanr(work, line["mean_wait_seconds"], nan_policy="omit").statistic > 0.7

    def test_a_queue_is_carried_into_the_next_quarter(self, line):
        fields = ["calls_offered", "advisers_staffed", "is_overloaded", "day_id", "wait_chance"]
        rows = line[fields].assign(before=line["is_overloaded"].shift(fill_value=False))
        calm = rows[~rows["is_overloaded"] & (rows["day_id"] == rows["day_id"].shift())]
        alike = calm.groupby(["calls_offered", "advisers_staffed"])["wait_chance"]
        excess = calm["wait_chance"] - alike.transform("mean")
        assert excess[calm["before"]].mean() > 0.05

    def test_the_roster_staffs_the_line(self, world, line):
        opening = line[line["starts_at"].dt.strftime("%H:%M") == "08:30"].set_index("date")["advisers_rostered"]
        rosters = world["rosters"].merge(world["agents"][["agent_id", "desk"]], on="agent_id")
        tuesday = (
            rosters[(rosters["desk"] == "phone")]
            .groupby("week_start")["tuesday"]
            .agg(lambda c: c.isin(["early", "day"]).sum())
        )
        tuesday.index = [day + pd.Timedelta(days=1) for day in tuesday.index]
        both = tuesday.index.intersection(opening.index)
        assert len(both) > 100
        assert (tuesday.loc[both] == opening.loc[both]).all()


class TestMessages:
    def test_a_crisis_leaves_days_of_work_and_other_times_hardly_any(self, world):
        rows = world["written_volumes"].merge(world["calendar"], on="day_id")
        rows = rows.merge(world.truth["latents/calendar"], on="day_id")
        normal = rows[rows["crisis"] == "none"]
        assert normal["median_answer_hours"].median() < 12
        assert rows.loc[rows["crisis"] == "parcel_jam", "median_answer_hours"].max() > 48
        assert rows["backlog_at_close"].iloc[-1] < 3_000

    def test_messages_stand_to_calls_as_the_channels_of_the_contacts(self, world):
        written = world["written_volumes"].filter(like="_received").sum()
        calls = world["contact_volumes"]["calls_offered"].sum()
        assert written["email_received"] / calls == pytest.approx(1.0, abs=0.06)
        assert written.sum() / (written.sum() + calls) == pytest.approx(0.6, abs=0.02)

    def test_public_posts_are_a_part_of_what_was_said_in_public(self, world):
        mentions = world["social_mentions"].groupby("day_id")["mentions"].sum()
        desk = world["written_volumes"].set_index("day_id").loc[mentions.index]
        assert 0.25 < desk["social_received"].sum() / mentions.sum() < 0.35
        assert (desk["social_received"] > mentions).mean() < 0.02
        assert (desk.loc[desk["writers_rostered"] == 0, "social_received"] == 0).all()
        assert desk["private_messages_received"].sum() > 5 * desk["social_received"].sum()


class TestAnswers:
    def test_a_call_is_answered_when_it_ends(self, handled):
        calls = handled[handled["channel"] == "phone"]
        minutes = (calls["answered_at"] - calls["contacted_at"]).dt.total_seconds() / 60
        assert (minutes - calls["wait_minutes"] - calls["handle_minutes"]).abs().max() < 0.05

    def test_what_is_written_takes_as_long_as_the_desk_says(self, world, handled):
        written = handled[handled["channel"] != "phone"]
        hours = (written["answered_at"] - written["contacted_at"]).dt.total_seconds() / 3600
        of_day = written["answered_at"].dt.hour + written["answered_at"].dt.minute / 60
        assert of_day.between(8.5, 22.0).all()
        desk = world["written_volumes"].merge(world["calendar"][["day_id", "date"]], on="day_id")
        median = pd.Series(desk["median_answer_hours"].to_numpy(), index=pd.to_datetime(desk["date"]))
        said = written["contacted_at"].dt.normalize().map(median).astype(float)
        assert stats.spearmanr(said, hours, nan_policy="omit").statistic > 0.4
        calm = said < 4
        assert 2 < hours[calm].median() < 6
        assert hours[said > 24].median() > 20

    def test_answers_that_a_night_held_up_are_given_in_the_morning_in_their_order(self):
        friday = int(np.datetime64("2024-06-14", "D").astype(np.int64))
        second = np.full(3, friday * 86_400 + 21 * 3_600)
        hours = np.full(calendar.RECORD_DAYS, 2.0)
        answer = contacts_table.written_answer(second, np.array([0.1, 1.0, 14.0]), hours, 8.5, 22.0, 4.0)
        assert answer[0] // 86_400 == friday
        assert (answer[1:] // 86_400).tolist() == [friday + 1, friday + 3]  # Saturday; Monday after a Sunday
        assert 8.5 * 3_600 <= answer[1] % 86_400 <= 12.5 * 3_600

    def test_surveys_come_soon_after_a_call_and_at_civil_hours_after_what_is_written(self, world, handled):
        rows = world["surveys"].merge(
            handled[["contact_id", "channel", "answered_at"]].rename(columns={"answered_at": "done"}), on="contact_id"
        )
        asked = (rows["sent_at"] - rows["done"]).dt.total_seconds() / 60
        lag = (rows["answered_at"] - rows["sent_at"]).dt.total_seconds() / 3600
        phone = rows["channel"] == "phone"
        assert asked[phone].between(10, 120).all()
        assert asked[~phone].between(60, 24 * 60).all()
        assert rows.loc[~phone, "sent_at"].dt.hour.between(9, 18).all()
        assert lag[phone].max() <= 1.0
        assert 3 < lag[~phone].median() < 14


class TestReturns:
    def test_one_in_ten_of_what_was_declared_settled_comes_back_half_for_the_same_reason(self, contacts):
        rows = contacts.sort_values("contact_id")
        rows = rows.assign(following=rows.groupby("order_id")["reason"].shift(-1))
        settled = rows[rows["is_resolved_first_time"].fillna(False).astype(bool)]
        back = settled["following"].notna()
        assert back.mean() == pytest.approx(0.10, abs=0.02)
        assert (settled["reason"] == settled["following"])[back].mean() == pytest.approx(0.55, abs=0.06)

    def test_open_matters_come_back_the_same_day_or_the_next_or_later(self, contacts):
        rows = contacts.sort_values("contact_id")
        rows = rows.assign(following=rows.groupby("order_id")["contacted_at"].shift(-1))
        left = rows[~rows["is_abandoned"] & ~rows["is_resolved_first_time"].fillna(True).astype(bool)]
        left = left.dropna(subset=["following"])
        assert (left["following"] > left["answered_at"]).mean() > 0.999
        places = [
            centre.open_place(left[name].to_numpy().astype("datetime64[D]").astype(np.int64))
            for name in ("answered_at", "following")
        ]
        days = places[1] - places[0]
        assert (days == 0).mean() == pytest.approx(0.20, abs=0.04)
        assert (days == 1).mean() == pytest.approx(0.20, abs=0.05)

    def test_whoever_hung_up_did_so_in_a_quarter_hour_that_counts_it(self, contacts, line):
        lost = contacts[contacts["is_abandoned"]].merge(line[["interval_id", "calls_abandoned"]], on="interval_id")
        assert len(lost) > 50
        assert (lost["calls_abandoned"] > 0).all()


class TestContacts:
    def test_calls_come_at_the_hours_and_on_the_weekdays_of_the_whole_company(self, contacts, line):
        calls = contacts[contacts["channel"] == "phone"]
        by_hour = line.groupby(line["starts_at"].dt.hour)["calls_offered"].sum() / line["calls_offered"].sum()
        seen = calls["contacted_at"].dt.hour.value_counts(normalize=True).reindex(by_hour.index)
        error = np.sqrt(by_hour * (1 - by_hour) / len(calls))
        assert ((seen - by_hour).abs() < 4 * error + 0.004).all()  # calls made again add their own hours
        weekday = line.groupby(line["starts_at"].dt.day_of_week)["calls_offered"].sum() / line["calls_offered"].sum()
        assert (calls["contacted_at"].dt.day_of_week.value_counts(normalize=True) - weekday).abs().max() < 0.04

    def test_most_calls_are_taken_at_once_and_few_are_given_up(self, contacts):
        calls = contacts[contacts["channel"] == "phone"]
        assert (calls["wait_minutes"] < 0.35).mean() > 0.7
        assert 0.02 < calls["is_abandoned"].mean() < 0.06
        assert 0.08 < (calls["wait_minutes"] >= contacts_table.WAIT_STEP_MINUTES).mean() < 0.2

    def test_waits_follow_the_state_of_the_quarter_hour(self, contacts, line):
        calls = contacts[contacts["channel"] == "phone"].merge(
            line[["interval_id", "service_level_share"]], on="interval_id"
        )
        bad = calls["service_level_share"] < 0.5
        assert calls.loc[bad, "wait_minutes"].mean() > 5 * calls.loc[~bad, "wait_minutes"].mean()

    def test_urgent_calls_jump_the_queue_and_simple_ones_come_last(self, contacts):
        calls = contacts[(contacts["channel"] == "phone") & ~contacts["is_abandoned"]]
        long = calls["wait_minutes"] >= contacts_table.WAIT_STEP_MINUTES
        urgent, simple = calls["reason"].isin(contacts_table.URGENT), calls["reason"].isin(contacts_table.SIMPLE)
        assert long[urgent].mean() < 0.5 * long[~urgent & ~simple].mean()
        assert long[simple].mean() > long[~urgent & ~simple].mean()

    def test_most_who_gave_up_call_again_soon(self, contacts):
        rows = contacts.sort_values(["order_id", "contacted_at"])
        following = rows.groupby("order_id")["contacted_at"].shift(-1)
        lost = rows["is_abandoned"]
        again = (following - rows["contacted_at"])[lost].dropna()
        assert 0.6 < len(again) / lost.sum() < 0.9
        assert (again < pd.Timedelta(hours=3)).mean() > 0.6

    def test_the_contacts_of_an_order_follow_each_other(self, contacts):
        assert contacts.sort_values("contact_id").groupby("order_id")["contacted_at"].is_monotonic_increasing.all()

    def test_nobody_asks_about_the_recall_before_it(self, contacts):
        recall = contacts.loc[contacts["reason"] == "product_recall", "contacted_at"]
        assert len(recall) > 20
        assert recall.min() >= pd.Timestamp(contacts_table.LAMP_RECALL_START)

    def test_advisers_stay_at_their_desk(self, handled):
        assert set(handled.loc[handled["channel"] == "phone", "desk"]) == {"phone"}
        assert set(handled.loc[handled["channel"] != "phone", "desk"]) == {"writing"}

    def test_a_call_is_taken_by_somebody_on_shift(self, world, contacts):
        calls = contacts[(contacts["channel"] == "phone") & ~contacts["is_abandoned"]]
        day = calls["contacted_at"].dt.normalize()
        monday = (day - pd.to_timedelta(day.dt.day_of_week, unit="D")).dt.date
        shift = world["rosters"].melt(id_vars=["agent_id", "week_start"], value_vars=list(centre.WEEKDAYS))
        keys = pd.MultiIndex.from_frame(shift[["agent_id", "week_start", "variable"]])
        found = pd.Series(shift["value"].to_numpy(), index=keys)
        wanted = zip(calls["agent_id"].astype(int), monday, day.dt.day_name().str.lower(), strict=True)
        hour = calls["contacted_at"].dt.hour + calls["contacted_at"].dt.minute / 60
        of_call = found.loc[list(wanted)].to_numpy()
        plan = scan.scenario("tilmarenne").parameter_index()
        inside = np.zeros(len(calls), dtype=bool)
        for name in AT_WORK:
            hours = plan[f"shift_{name}_hours"].value
            for low, high in zip(hours[::2], hours[1::2], strict=True):
                inside |= (of_call == name) & hour.between(low, high, inclusive="left").to_numpy()
        assert inside.all()

    def test_handle_times_are_those_of_the_trade(self, handled):
        calls = handled.loc[handled["channel"] == "phone", "handle_minutes"]
        assert calls.mean() == pytest.approx(6.0, abs=0.5)
        assert calls.std() / calls.mean() == pytest.approx(1.0, abs=0.15)

    def test_competent_advisers_settle_more_faster_and_please(self, handled):
        able = handled["competence"] > 0.5
        unable = handled["competence"] < -0.5
        assert handled.loc[able, "csat"].mean() > handled.loc[unable, "csat"].mean() + 0.25
        assert handled.loc[able, "ease"].mean() > handled.loc[unable, "ease"].mean() + 0.2
        assert handled.loc[able, "handle_minutes"].mean() < handled.loc[unable, "handle_minutes"].mean()
        assert handled.loc[able, "is_transferred"].mean() < handled.loc[unable, "is_transferred"].mean()

    def test_advisers_overestimate_and_only_half_see_it(self, handled):
        estimate, csat = handled["agent_estimate"].astype(float), handled["csat"]
        assert 0.3 < np.corrcoef(estimate, csat)[0, 1] < 0.6
        assert (estimate.mean() - 1) / 3 > (csat.mean() - 1) / 4

    def test_better_customers_are_recognised_more_often(self, world, handled):
        rows = handled.merge(world["customers"][["customer_id", "tier"]], on="customer_id")
        shares = rows["is_recognised"].astype(float).groupby(rows["tier"], observed=True).mean()
        assert shares["standard"] < shares["silver"] < shares["gold"]

    def test_contacts_calm_people_down(self, handled):
        bad = ["angry", "disappointed", "worried"]
        assert handled["emotion_after"].isin(bad).mean() < handled["emotion_before"].isin(bad).mean()
        settled = handled[handled["settled"] == 1]
        assert settled["emotion_after"].isin(bad).mean() < 0.8 * settled["emotion_before"].isin(bad).mean()

    def test_the_contractor_gets_what_is_simple_and_written(self, handled):
        outsourced = handled["site"] == "outsourced"
        simple = handled["reason"].isin(contacts_table.SIMPLE)
        written = handled["channel"] != "phone"
        assert outsourced[simple].mean() > outsourced[~simple].mean() + 0.2
        assert outsourced[written].mean() > outsourced[~written].mean() + 0.1


def test_outsourcing_costs_ease_although_it_seems_to_bring_it(world):
    effect = next(one for one in scan.scenario("tilmarenne").effects if one.id == "outsourced_on_effort")
    truth = api.answer_key(world)[effect.id]["realised"]["value"]
    right, tempting = effect.right(world.tables), effect.tempting(world.tables)
    assert truth < -0.2
    assert abs(right.value - truth) < NEAR * right.standard_error
    assert tempting.value - truth > FAR * tempting.standard_error
    assert tempting.value > 0
