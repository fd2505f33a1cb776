"""The core of Tilmarenne: orders that go well or wrong, what is felt, said and kept silent, who leaves."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from cxdata import api
from cxdata.catalog import scan, vocabulary
from cxdata.catalog.tables.tilmarenne import _calendar, calendar, complaint_events, orders, survey_items, surveys
from cxdata.engine.graph import Graph
from cxdata.errors import ParameterError
from cxdata.recipes.temporal import day_number

CORE = (
    "calendar",
    "customers",
    "households",
    "orders",
    "deliveries",
    "contacts",
    "surveys",
    "survey_items",
    "complaints",
    "compensations",
    "complaint_events",
    "complaint_costs",
    "stores",
)


@pytest.fixture(scope="module")
def world():
    return api.generate("tilmarenne", customers=24_000, seed=5, tables=CORE)


@pytest.fixture(scope="module")
def felt(world):
    """Return orders with what stands in the answer key about them."""
    return world["orders"].merge(world.truth["latents/orders"], on="order_id")


RULES = [rule for rule in scan.scenario("tilmarenne").rules if set(rule.tables) <= set(CORE)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.sentence[:50])
def test_a_rule_of_the_core_holds(world, rule):
    assert rule.violations(world.tables) == 0


class TestPlaces:
    def test_shops_stand_where_people_live(self, world):
        shops = world["stores"]["department"].value_counts()
        assert (shops[["13", "31", "33", "35", "44", "59", "69", "75"]] >= 1).all()
        assert shops["75"] >= 2
        assert shops[["15", "23", "48", "05"]].sum() <= 2

    def test_city_shops_alone_in_paris_and_no_country_around_it(self, world):
        stores, households = world["stores"], world["households"]
        assert set(stores.loc[stores["department"] == "75", "format"]) == {"city"}
        assert set(households.loc[households["department"] == "75", "area"]) == {"urban"}
        inner = households[households["department"].isin(["92", "93", "94"])]
        assert set(inner["area"]) == {"urban", "suburban"}
        assert (households["area"] == "rural").mean() == pytest.approx(0.26, abs=0.015)

    def test_saints_agree_and_no_town_claims_a_coast(self):
        towns = vocabulary.load("fr_FR").pool("towns").words.to_pylist()
        names = vocabulary.read_pool(vocabulary.FOLDER / "fr_FR/first_names.tsv")
        men = {word for word, _, group in names if group == "m"}
        saints = [town for town in towns if town.startswith("Saint")]
        assert len(saints) > 100
        for town in saints:
            title, _, rest = town.partition("-")
            name = rest.removesuffix("-les-Bains").removesuffix("-la-Forêt")
            assert (title == "Saint") == (name in men), town
        assert not [town for town in towns if town.endswith(("-sur-Mer", "nec")) or town == "Paris"]


class TestCustomers:
    def test_tiers_keep_their_shares_and_are_earned_as_a_customer(self, world):
        customers = world["customers"]
        shares = customers["tier"].value_counts(normalize=True)
        assert shares["silver"] == pytest.approx(0.21, abs=0.015)
        assert shares["gold"] == pytest.approx(0.08, abs=0.015)
        year = pd.to_datetime(customers["joined_on"]).dt.year
        earned = (customers["tier"] != "standard").groupby(year).mean()
        assert (earned[earned.index >= 2023] == 0).all()
        assert 0.1 < earned[2022] < earned[2021]

    def test_most_have_an_address_and_those_at_ease_with_screens_more_often(self, world):
        customers = world["customers"].merge(world.truth["latents/customers"], on="customer_id")
        on_file = customers["email"].notna()
        assert on_file.mean() == pytest.approx(0.91, abs=0.015)
        ease = customers["digital_affinity"].groupby(on_file).mean()
        assert ease[True] > ease[False] + 0.8

    def test_segments_follow_age_and_gender(self, world):
        customers = world["customers"]
        age = 2023 - pd.to_datetime(customers["birth_date"]).dt.year
        median = age.groupby(customers["segment"], observed=True).median()
        assert median["gardeners"] >= median["bargain_hunters"] + 10
        women = (customers["gender"] == "f").groupby(customers["segment"], observed=True).mean()
        assert women["gift_buyers"] > 0.6
        assert women["renovators"] < 0.5

    def test_tiers_rise_with_what_is_bought_and_need_the_card(self, world):
        customers = world["customers"]
        bought = customers["customer_id"].map(world["orders"].groupby("customer_id").size()).fillna(0)
        mean = bought.groupby(customers["tier"], observed=True).mean()
        assert mean["standard"] < mean["silver"] < mean["gold"]
        assert customers.loc[customers["tier"] != "standard", "is_loyalty_member"].all()

    def test_movers_have_an_address_before(self, world):
        households = world["households"]
        moved = households["moved_on"].notna()
        assert 0.08 < moved.mean() < 0.2
        assert households.loc[moved, ["previous_address", "previous_town"]].notna().all(axis=None)
        assert households.loc[~moved, ["previous_address", "previous_town"]].isna().all(axis=None)
        summer = pd.to_datetime(households.loc[moved, "moved_on"]).dt.month.isin([7, 8]).mean()
        assert 0.22 < summer < 0.34

    def test_a_few_buy_much(self, world):
        bought = world["orders"].groupby("customer_id").size().sort_values(ascending=False)
        assert 0.4 < bought.head(len(bought) // 5).sum() / bought.sum() < 0.7


class TestOrders:
    def test_about_one_in_eight_goes_wrong_somehow(self, felt):
        assert 0.10 < felt["has_problem"].mean() < 0.16
        assert set(felt["problem"].unique()) == set(orders.PROBLEMS)

    def test_judgements_of_one_order_hang_together_like_a_halo(self, felt):
        marks = felt.loc[felt["channel"] == "web", [f"item_{name}" for name in orders.ASPECTS]].corr().to_numpy()
        off_diagonal = marks[~np.eye(len(marks), dtype=bool)]
        assert 0.25 < off_diagonal.min() < off_diagonal.max() < 0.6

    def test_must_bes_hurt_more_than_they_please_and_extras_the_reverse(self, felt):
        web = felt[felt["channel"] == "web"]
        names = [f"felt_{name}" for name in orders.ASPECTS]
        parts = np.hstack([np.minimum(web[names], 0), np.maximum(web[names], 0), np.ones((len(web), 1))])
        slopes = np.linalg.lstsq(parts, web["satisfaction"].to_numpy(), rcond=None)[0]
        bad, good = (dict(zip(orders.ASPECTS, part, strict=True)) for part in (slopes[:6], slopes[6:12]))
        assert bad["delivery"] > 2 * good["delivery"]
        assert bad["product"] > 1.5 * good["product"]
        assert good["help"] > 1.4 * bad["help"]

    def test_moments_of_truth_differ_by_segment(self, world, felt):
        web = felt[felt["channel"] == "web"].merge(world["customers"][["customer_id", "segment"]])
        late = (web["problem"] == "late_parcel").to_numpy()
        loss = {
            segment: rows.loc[late[rows.index], "satisfaction"].mean()
            - rows.loc[~late[rows.index], "satisfaction"].mean()
            for segment, rows in web.groupby("segment", observed=True)
        }
        assert loss["gift_buyers"] < 1.4 * loss["gardeners"] < 0

    def test_a_second_failure_weighs_more_than_a_first(self, felt):
        wrong = felt[felt["has_problem"]]
        again = wrong.groupby("is_repeat_failure")["satisfaction"].mean()
        assert again[True] < again[False] - 0.15

    def test_the_chance_of_leaving_falls_with_every_order(self, felt):
        rank = felt.sort_values("ordered_at").groupby("customer_id").cumcount()
        hazard = felt["leave_chance"].groupby(rank.clip(upper=4)).mean()
        assert (hazard.diff().dropna() < 0.001).all()  # chance included
        left = felt["lost"].mean()
        assert abs(left - felt["leave_chance"].mean()) < 4 * np.sqrt(left * (1 - left) / len(felt))

    def test_answers_heap_at_0_5_8_and_10(self, felt):
        shares = felt["ltr"].value_counts(normalize=True)
        for heap, neighbours in ((0, (1,)), (5, (4, 6)), (8, (7, 9)), (10, (9,))):
            assert all(shares[heap] > shares[one] for one in neighbours)


class TestCrises:
    def test_parcels_are_late_in_the_jam_and_not_in_the_decoys(self, world):
        parcels = world["deliveries"].assign(day=pd.to_datetime(world["deliveries"]["promised_on"]))
        late = parcels.groupby("day")["is_late"].mean()
        usual = parcels["is_late"].mean()
        jam = late["2023-10-10":"2023-10-16"].mean()
        assert jam > 3 * usual
        for first, last in (("2023-03-07", "2023-03-09"), ("2023-08-18", "2023-08-25")):
            count = (parcels["day"].between(first, last)).sum()
            here = parcels.loc[parcels["day"].between(first, last), "is_late"].mean()
            assert abs(here - usual) < 4 * np.sqrt(usual * (1 - usual) / count)

    def test_the_log_holds_the_crises_among_decoys(self, world):
        days = world["calendar"].merge(world.truth["latents/calendar"], on="day_id")
        logged = days.dropna(subset=["incident"])
        assert set(logged["incident"]) == {name for name, first, _ in calendar.INCIDENTS if first is not None}
        assert set(days["crisis"]) == set(calendar.CRISES)
        assert 0.15 < (logged["crisis"] != "none").mean() < 0.7  # most logged days are no crisis, or only some

    def test_the_recalled_lamps_are_lamps_sold_before_the_recall(self, felt):
        held = felt[felt["is_recalled"]]
        assert set(held["product_family"]) == {"lighting"}
        assert held["ordered_at"].min() >= pd.Timestamp(calendar.RECALLED_FIRST)
        assert held["ordered_at"].max() < pd.Timestamp(calendar.LAMP_RECALL_START)


class TestSurveys:
    def test_effort_is_asked_in_one_version_at_a_time(self, world):
        asked = world["surveys"].dropna(subset=["ces_version"])
        first = asked["ces_version"] == "ces_1"
        assert (asked["ces_1"].notna() == first).all()
        assert (asked["ces"].notna() == ~first).all()
        assert asked.loc[first, "sent_at"].max() < pd.Timestamp("2023-07-03") <= asked.loc[~first, "sent_at"].min()

    def test_silence_depends_on_nothing_on_what_is_known_or_on_the_answer(self, world):
        frame = world["surveys"].merge(
            world.truth["latents/orders"][["order_id", "ltr"]].rename(columns={"ltr": "would"}), on="order_id"
        )
        by_lot = frame[frame["programme"] == "callback_after_order"]
        by_mail = frame[frame["programme"] == "email_after_order"]
        assert abs(by_lot["answered"].astype(float).corr(by_lot["would"])) < 0.04
        assert by_mail.groupby("would")["answered"].mean()[[0, 10]].min() > by_mail["answered"].mean()
        barometer = world["surveys"].query("programme == 'relationship_barometer'").merge(world["customers"])
        card = barometer.groupby("is_loyalty_member")["answered"].mean()
        assert card[True] > card[False] + 0.04

    def test_each_questionnaire_asks_its_own_items_once(self, world):
        items = world["survey_items"].merge(world["surveys"][["survey_id", "programme"]])
        asked = items.groupby(["survey_id"])["item"].nunique()
        assert (asked == items.groupby("survey_id").size()).all()
        sets = items.groupby("programme", observed=True)["item"].agg(frozenset)
        assert sets["callback_after_order"] == frozenset(orders.ASPECTS)
        assert sets["after_contact"] == frozenset(survey_items.RATER)
        assert sets["relationship_barometer"] == frozenset(survey_items.ATTITUDES)

    def test_delivery_is_not_marked_in_a_shop(self, world):
        items = world["survey_items"].merge(world["surveys"][["survey_id", "order_id"]]).merge(world["orders"])
        marks = items[(items["item"] == "delivery") & (items["channel"] == "shop")]
        assert len(marks) > 100
        assert marks["answer"].isna().all()

    def test_the_mean_attitude_is_that_of_the_publication(self):
        published = [
            scan.figures()[f"cultures_services_2015.attitude_{name}_share"].value for name in survey_items.ATTITUDES
        ]
        assert round(sum(published) / len(published), 2) == survey_items.MEAN_ATTITUDE

    def test_dissatisfied_means_the_same_everywhere(self, felt):
        assert (felt["is_dissatisfied"] == (felt["csat"] <= surveys.DISSATISFIED)).all()
        assert felt.loc[felt["is_dissatisfied"], "is_silent"].mean() > 0.85
        assert not felt.loc[~felt["is_dissatisfied"], "is_silent"].any()


class TestComplaints:
    def test_a_few_causes_make_most_of_them(self, world):
        reasons = world["complaints"].merge(world["contacts"][["contact_id", "reason"]])["reason"].value_counts()
        assert reasons.head(3).sum() > 0.5 * reasons.sum()
        assert reasons.head(1).sum() < 0.6 * reasons.sum()

    def test_an_answer_does_less_after_a_second_failure(self, world):
        units = world.truth["effects/reply_on_score"].merge(world["complaints"])
        gain = (units["ltr_treated"] - units["ltr_untreated"]).groupby(units["is_second_failure"]).mean()
        assert 0 < gain[True] < gain[False]

    def test_an_answer_and_a_gesture_bring_no_general_gain_in_repurchase(self, felt, world):
        # By construction: what decides whether a customer leaves reads nothing of contacts or complaints.
        graph = Graph(scan.scenario("tilmarenne"), scan.tables("tilmarenne"))
        causes = {table for _, table, _ in graph._read_by_columns(("column", "orders", "lost"))}
        assert "customers" in causes
        assert not causes & {"contacts", "complaints", "compensations"}
        # And in the rows: within like complaints, as many leave after a gesture as without one.
        units = world["complaints"].merge(felt[["order_id", "lost", "leave_chance"]], on="order_id")
        surplus = units["lost"] - units["leave_chance"]
        for claim in (units["replied"], units["compensation_eur"] > 0):
            gap = surplus[claim].mean() - surplus[~claim].mean()
            error = np.hypot(surplus[claim].sem(), surplus[~claim].sem())
            assert abs(gap) < 4 * error

    def test_managers_decide_above_the_limit(self, world):
        gestures = world["compensations"]
        assert (gestures["decided_by"] == "manager").eq(gestures["amount_eur"] > 30.0).all()
        assert (gestures["used_on"].notna() <= (gestures["kind"] == "voucher")).all()

    def test_vouchers_are_used_with_the_first_order_after_them(self, world):
        vouchers = world["compensations"].query("kind == 'voucher'")
        bought = vouchers.merge(world["orders"][["customer_id", "ordered_at"]], on="customer_id")
        bought = bought[bought["ordered_at"].dt.normalize() > bought["granted_at"]]
        first = bought.groupby("compensation_id")["ordered_at"].min().dt.normalize()
        used = vouchers[vouchers["is_used"]].set_index("compensation_id")
        assert len(used) > 20
        assert (pd.to_datetime(used["used_on"]) == first.reindex(used.index)).all()
        assert not vouchers.loc[~vouchers["compensation_id"].isin(first.index), "is_used"].any()

    def test_grave_ones_are_answered_less_often_and_yet_mostly(self, world):
        answered = world["complaints"].groupby("severity")["replied"].mean()
        assert answered[1] > 0.92
        assert 0.7 < answered[5] < 0.88

    def test_are_handled_while_people_work(self, world):
        complaints, events = world["complaints"], world["complaint_events"].query("step != 'received'")
        replied = complaints[complaints["replied"]]
        at = replied["received_at"] + pd.to_timedelta(replied["reply_delay_hours"], unit="h")
        hour = at.dt.hour + at.dt.minute / 60
        tenth = 0.06  # delays are published in tenths of an hour
        assert hour.between(8.5 - tenth, 19 + tenth).all()
        for moments in (events["ended_at"], world["compensations"]["granted_at"]):
            seconds = (moments - moments.dt.normalize()).dt.total_seconds()
            assert seconds.between(8.5 * 3600, 19 * 3600 - 1).all()
            assert (moments.dt.day_of_week < 6).all()
        elsewhere = events[events["owner"] != "service_centre"]
        assert len(elsewhere) > 100
        assert elsewhere["ended_at"].dt.hour.between(9, 17).all()
        assert (elsewhere["ended_at"].dt.day_of_week < 5).all()

    def test_a_gesture_comes_with_the_answer(self, world):
        answered = world["complaint_events"].query("step == 'answered'").set_index("complaint_id")["ended_at"]
        gestures = world["compensations"].set_index("complaint_id")["granted_at"]
        assert (answered.reindex(gestures.index) == gestures).all()

    def test_steps_follow_the_process(self, world):
        events = world["complaint_events"]
        assert tuple(events["step"].cat.categories) == complaint_events.STEPS
        count = events.groupby("complaint_id").size()
        assert set(count) == {3, 6}

    def test_cost_grows_with_severity(self, world):
        cost = world["complaint_costs"].merge(world["complaints"], on="complaint_id")
        cost = cost[cost["replied"]]
        work = cost["work_minutes"]
        assert work[cost["severity"] >= 4].mean() > 1.5 * work[cost["severity"] <= 2].mean()


class TestWorkingHours:
    FRIDAY = day_number(date(2023, 6, 2)) * 86_400

    def at(self, day: int, hour: float):
        return np.array([self.FRIDAY + day * 86_400 + int(hour * 3600)])

    @pytest.mark.parametrize(
        ("day", "hour", "work", "saturdays", "expected"),
        [
            (0, 10.0, 2.0, True, (0, 12.0)),
            (0, 18.0, 2.0, True, (1, 9.5)),  # over night
            (1, 18.0, 2.0, True, (3, 9.5)),  # over Sunday
            (0, 17.0, 2.0, False, (3, 10.0)),  # over the weekend
            (0, 3.0, 1.0, True, (0, 9.5)),  # a mail of the night
            (2, 12.0, 1.0, True, (3, 9.5)),  # a mail of Sunday
            (0, 23.0, 10.5, True, (3, 8.5)),
        ],
    )
    def test_count_no_night_and_no_sunday(self, day, hour, work, saturdays, expected):
        hours = (8.5, 19.0) if saturdays else (9.0, 18.0)
        found = _calendar.after_work(self.at(day, hour), np.array([work]), *hours, saturdays=saturdays)
        assert found.tolist() == self.at(*expected).tolist()

    def test_count_no_holiday(self):
        eve = np.array([day_number(date(2023, 7, 13)) * 86_400 + 18 * 3600])
        found = _calendar.after_work(eve, np.array([2.0]), 8.5, 19.0)
        assert found.tolist() == [day_number(date(2023, 7, 15)) * 86_400 + int(9.5 * 3600)]


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("desk_opens", 9.5, "office_opens"),
        ("office_closes", 20.0, "desk_closes"),
        ("store_department_people", (100.0, 200.0), "store_department_people"),
        ("tier_gold", 1.0, "tier_silver"),
        ("opening_hour", 23.0, "closing_hour"),
        ("phone_share", 0.9, "email_share"),
        ("contact_second", 4.0, "contact_third"),
        ("after_cuts", (1.0, 2.0, 3.0, 4.0, 5.0, 4.0, 7.0, 8.0, 9.0, 10.0), "after_cuts"),
        ("effort_cuts", (1.0, 0.0, 2.0, 3.0), "effort_cuts"),
        ("halo_sd", -0.1, "halo_sd"),
        ("jam_fade_days", 1.0, "jam_ramp_days"),
    ],
)
def test_parameters_that_contradict_each_other_are_refused_by_name(name, value, named):
    with pytest.raises(ParameterError, match=named) as refused:
        api.generate("tilmarenne", customers=10, tables=["stores"], parameters={name: value})
    assert "\n" not in str(refused.value)
    assert name in str(refused.value)
