"""What is bought and how it came about: products and lines, visits, campaigns, the monthly box, referrals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cxdata import api
from cxdata.catalog import scan
from cxdata.catalog.tables.tilmarenne import _assortment, _box, _marketing, _traffic, products
from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.check.recovery import FAR, NEAR
from cxdata.errors import ParameterError

OWN = (
    "products",
    "order_lines",
    "web_sessions",
    "campaigns",
    "campaign_sends",
    "subscriptions",
    "box_deliveries",
    "referrals",
)
TABLES = (*OWN, "customers", "orders", "stores", "deliveries")
SCENARIO = scan.scenario("tilmarenne")
RULES = [rule for rule in SCENARIO.rules if set(rule.tables) <= set(TABLES) and set(rule.tables) & set(OWN)]


@pytest.fixture(scope="module")
def world():
    return api.generate("tilmarenne", customers=24_000, seed=5, tables=TABLES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.sentence[:50])
def test_a_rule_holds(world, rule):
    assert rule.violations(world.tables) == 0


def spoilt(world, name, **columns):
    """Return the tables with some columns of one of them replaced."""
    return {**world.tables, name: world[name].assign(**columns)}


@pytest.mark.parametrize(
    ("beginning", "name", "change"),
    [
        ("the lines of an order", "order_lines", lambda rows: {"line_amount_eur": rows["line_amount_eur"] + 0.01}),
        ("a line's list price", "order_lines", lambda rows: {"unit_price_eur": rows["unit_price_eur"] + 0.01}),
        ("city shops sell neither", "order_lines", lambda rows: {"product_id": 8}),
        ("a click in an e-mail", "web_sessions", lambda rows: {"source": "direct"}),
        ("goods are sold", "order_lines", lambda rows: {"product_id": rows["product_id"] % 420 + 1}),
        ("each web order was", "web_sessions", lambda rows: {"started_at": rows["started_at"] + pd.Timedelta("2h")}),
        ("nobody takes a step", "web_sessions", lambda rows: {"added_to_basket": False}),
        ("nobody is recognised", "web_sessions", lambda rows: {"started_at": pd.Timestamp("2013-12-31")}),
        ("a message goes out", "campaign_sends", lambda rows: {"opened_at": rows["sent_at"]}),
        ("messages go once", "campaign_sends", lambda rows: {"campaign_id": 1}),
        ("a purchase beside", "campaign_sends", lambda rows: {"purchased_within_7_days": False}),
        ("a box is sent", "box_deliveries", lambda rows: {"is_late": False}),
        ("a subscription begins", "subscriptions", lambda rows: {"cancel_reason": None}),
        ("a subscription counts", "subscriptions", lambda rows: {"boxes_sent": 0}),
        ("an invitation follows", "referrals", lambda rows: {"reward_eur": 0.0}),
    ],
)
def test_a_rule_can_be_broken(world, beginning, name, change):
    (rule,) = [rule for rule in RULES if rule.sentence.startswith(beginning)]
    assert rule.violations(spoilt(world, name, **change(world[name]))) > 0


class TestProducts:
    def test_there_are_seven_of_each_kind_with_names_of_their_own(self, world):
        table = world["products"]
        assert len(table) == 420
        assert table["product"].is_unique
        assert table.groupby("product_family", observed=True)["product_id"].size().min() >= 40

    def test_ranges_have_their_price(self, world):
        table = world["products"].assign(kind=(world["products"]["product_id"] - 1) % len(_assortment.KINDS))
        level = table["price_eur"] / table.groupby("kind")["price_eur"].transform("median")
        mean = level.groupby(table["product_range"], observed=True).mean()
        assert mean["entry"] < 0.85
        assert 0.95 < mean["core"] < 1.15
        assert mean["premium"] > 1.3

    def test_prices_are_those_of_shelves(self):
        assert products.shelf_price(np.array([3.2, 24.4, 131.0])).tolist() == [299, 2390, 12900]

    def test_a_handful_of_lamps_was_recalled_and_withdrawn(self, world):
        recalled = world["products"].loc[lambda rows: rows["is_recalled"]]
        assert 3 <= len(recalled) <= 8
        assert set(recalled["product_family"]) == {"lighting"}
        assert (world["products"]["withdrawn_on"].notna() == world["products"]["is_recalled"]).all()

    def test_recalled_lamps_are_in_the_orders_that_hold_one_and_in_no_other(self, world):
        lines = world["order_lines"].merge(world["products"][["product_id", "is_recalled"]], on="product_id")
        held = set(lines.loc[lines["is_recalled"], "order_id"])
        latent = world.truth["latents/orders"]
        assert held == set(latent.loc[latent["is_recalled"], "order_id"])
        assert lines.loc[lines["is_recalled"], "is_returned"].mean() > 5 * lines["is_returned"].mean()

    def test_a_cell_gives_only_what_is_on_sale_by_weight(self):
        cells, weights, launched = (
            np.array([0, 0, 1, 0]),
            np.array([[1, 3, 5, 4], [0, 3, 5, 4]]),
            np.array([10, 20, 10, 99]),
        )
        u = (np.arange(800) + 0.5) / 800
        cell, first, second = np.zeros(800, int), np.zeros(800, int), np.ones(800, int)
        line = _assortment.line_of(cells, weights, launched, np.array([5, 20]))
        keys = _assortment.pick(u, cell, np.full(800, 20), first, line)
        assert np.bincount(keys, minlength=5).tolist() == [0, 200, 600, 0, 0]
        early = _assortment.pick(u, cell, np.full(800, 5), first, line)
        assert set(early) == {1}
        assert set(_assortment.pick(u, cell, np.full(800, 20), second, line)) == {2}


class TestOrderLines:
    def test_baskets_are_worth_some_75_euros_with_a_heavy_tail(self, world):
        amount = world["orders"]["amount_eur"]
        assert 65 < amount.mean() < 90
        assert amount.mean() > 1.4 * amount.median()
        assert amount.quantile(0.99) > 5 * amount.mean()
        by_family = amount.groupby(world["orders"]["product_family"], observed=True).median()
        assert by_family.idxmax() == "furniture"

    def test_single_items_are_rarer_on_the_web(self, world):
        single = (world["orders"]["item_count"] == 1).groupby(world["orders"]["channel"], observed=True).mean()
        assert single["web"] < single["shop"] - 0.03

    def test_a_few_products_make_most_of_the_sales(self, world):
        sold = world["order_lines"]["product_id"].value_counts()
        assert 0.55 < sold.head(84).sum() / sold.sum() < 0.85
        assert len(sold) > 400

    def test_articles_have_their_season(self, world):
        lines = world["order_lines"].merge(world["orders"][["order_id", "ordered_at"]], on="order_id")
        kinds = _assortment.kind_of(lines["product_id"] - 1)
        month = lines["ordered_at"].dt.month
        for noun, months, least in (
            ("Bag of twenty spring bulbs", (9, 10, 11), 0.75),
            ("Tray of six bedding plants", (4, 5, 6), 0.6),
            ("Rose bush", (10, 11, 12, 1, 2, 3), 0.7),
            ("Garden table", (3, 4, 5, 6, 7), 0.8),
            ("Lawn mower", (3, 4, 5, 6), 0.65),
            ("Garland", (11, 12), 0.65),
            ("String lights", (11, 12), 0.45),
        ):
            sold = month[kinds == _assortment.NOUNS.index(noun)]
            assert sold.isin(months).mean() > least, noun

    def test_pieces_are_those_of_households(self, world):
        kinds = _assortment.kind_of(world["order_lines"]["product_id"] - 1)
        pieces = world["order_lines"]["quantity"]
        for noun in ("Lawn mower", "Sofa", "Bed frame", "Hedge trimmer", "Kettle", "Kitchen trolley", "Bookcase"):
            assert pieces[kinds == _assortment.NOUNS.index(noun)].max() <= 2
        chairs = pieces[kinds == _assortment.NOUNS.index("Folding chair")]
        assert chairs.isin([2, 4, 6]).mean() > 0.6
        plates = pieces[kinds == _assortment.NOUNS.index("Plate")]
        assert plates.isin([4, 6]).mean() > 0.55

    def test_city_shops_sell_another_mix_in_smaller_baskets(self, world):
        orders = world["orders"].merge(world["stores"][["store_id", "format"]], on="store_id")
        mix = pd.crosstab(orders["format"] == "city", orders["product_family"], normalize="index")
        times = mix.loc[True] / mix.loc[False]
        assert (times[["plants", "garden_tools", "furniture"]] < 0.85).all()
        assert (times[["decoration", "kitchen"]] > 1.3).all()
        amount = orders.groupby(orders["format"] == "city")["amount_eur"].mean()
        assert amount[True] < 0.97 * amount[False]

    def test_better_products_come_back_less(self, world):
        quality = world.truth["latents/products"].set_index("product_id")["quality"]
        lines = world["order_lines"].assign(quality=world["order_lines"]["product_id"].map(quality))
        poor, good = lines["quality"] < -0.5, lines["quality"] > 0.5
        assert lines.loc[poor, "is_returned"].mean() > 1.4 * lines.loc[good, "is_returned"].mean()

    def test_web_orders_come_back_more_and_plants_hardly(self, world):
        lines = world["order_lines"].merge(world["orders"][["order_id", "channel"]], on="order_id")
        lines = lines.merge(world["products"][["product_id", "product_family"]], on="product_id")
        assert lines.groupby("channel", observed=True)["is_returned"].mean().is_monotonic_increasing  # shop, web
        share = lines.groupby("product_family", observed=True)["is_returned"].mean()
        assert share.idxmin() == "plants"
        assert 0.02 < lines["is_returned"].mean() < 0.09

    def test_discounts_are_deeper_in_the_sales(self, world):
        lines = world["order_lines"].merge(world["orders"][["order_id", "ordered_at"]], on="order_id")
        january = lines["ordered_at"].between("2024-01-10", "2024-02-06")
        autumn = lines["ordered_at"].dt.month.isin([9, 10])
        assert lines.loc[january, "is_promotion"].mean() > 2 * lines.loc[autumn, "is_promotion"].mean()
        assert lines.loc[january, "discount_share"].mean() > lines.loc[autumn, "discount_share"].mean() + 0.05


class TestWebSessions:
    def test_the_funnel_of_recognised_visits(self, world):
        rows = world["web_sessions"]
        steps = rows[["reached_product", "added_to_basket", "began_checkout", "purchased"]].mean()
        assert steps.is_monotonic_decreasing
        assert 0.12 < steps["purchased"] < 0.18
        assert 0.35 < rows["is_basket_abandoned"].sum() / rows["added_to_basket"].sum() < 0.6

    def test_most_shop_orders_are_prepared_on_the_site(self, world):
        shop = world["orders"].loc[lambda rows: rows["channel"] == "shop", ["order_id", "customer_id", "ordered_at"]]
        both = shop.merge(world["web_sessions"][["customer_id", "started_at"]], on="customer_id")
        days = (both["ordered_at"] - both["started_at"]).dt.total_seconds() / 86_400
        assert 0.55 < both.loc[(days > 0) & (days <= 30), "order_id"].nunique() / len(shop) < 0.78

    def test_evenings_and_sundays_lead(self, world):
        started = world["web_sessions"]["started_at"]
        hours = started.dt.hour.value_counts(normalize=True)
        assert set(hours.index[:2]) == {20, 21}
        assert started.dt.day_name().value_counts().idxmax() == "Sunday"

    def test_phones_are_for_the_young_and_computers_for_buying(self, world):
        rows = world["web_sessions"].merge(world["customers"][["customer_id", "birth_date"]], on="customer_id")
        phone = rows["device"] == "phone"
        young = pd.to_datetime(rows["birth_date"]).dt.year >= 1990
        assert phone[young].mean() > phone[~young].mean() + 0.15
        assert phone[rows["purchased"]].mean() < phone[~rows["purchased"]].mean() - 0.05

    def test_open_feedback_is_rare_and_has_the_shape_of_a_j(self, world):
        given = world["web_sessions"]["feedback_score"]
        assert 0.005 < given.notna().mean() < 0.03
        shares = given.value_counts(normalize=True).sort_index().tolist()
        assert shares[0] > shares[1] > shares[2] < shares[3] < shares[4]
        assert shares[4] > shares[0]
        everybody = world.truth["latents/web_sessions"]["score"].value_counts(normalize=True).sort_index().tolist()
        assert everybody[0] < everybody[1] < everybody[2]  # had all answered, the worst mark would be the rarest

    def test_articles_follow_the_segment_and_guides_bring_requests(self, world):
        rows = world["web_sessions"].merge(world["customers"][["customer_id", "segment"]], on="customer_id")
        read = rows[rows["content_topic"].notna()]
        topics = pd.crosstab(read["segment"], read["content_topic"]).idxmax(axis=1)
        assert topics["gardeners"] == "garden_advice"
        assert topics["renovators"] == "diy_guides"
        leads = read.groupby("content_topic", observed=True)["is_lead"].mean()
        assert leads.idxmax() == "buying_guides"
        assert not rows.loc[rows["content_topic"].isna(), "is_lead"].any()

    def test_who_has_left_stops_to_visit(self, world):
        left = world.truth["latents/orders"].loc[lambda rows: rows["lost"], ["order_id"]].merge(world["orders"])
        last = left.set_index("customer_id")["ordered_at"]
        rows = world["web_sessions"]
        after = rows["started_at"] - rows["customer_id"].map(last)
        assert (after > pd.Timedelta(365, "D")).sum() < 0.01 * (after > pd.Timedelta(0)).sum()

    def test_the_newsletter_brings_mostly_those_who_clicked(self, world):
        visits = world["web_sessions"].loc[lambda rows: rows["source"] == "newsletter"]
        clicks = world["campaign_sends"].loc[lambda rows: rows["clicked_at"].notna() & (rows["channel"] != "sms")]
        both = visits.merge(clicks[["customer_id", "clicked_at"]], on="customer_id")
        seconds = (both["started_at"] - both["clicked_at"]).dt.total_seconds()
        opened = both.loc[(seconds > 0) & (seconds < 60), "web_session_id"].nunique()
        assert opened == len(clicks)
        assert 0.5 < opened / len(visits) < 0.9

    def test_nobody_visits_before_joining_or_beyond_the_window(self):
        u, ends = (np.arange(1_000) + 0.5) / 1_000, tuple(float(100 * day) for day in range(1, 732))
        joined = np.full(1_000, _traffic.FIRST_DAY + 600)
        days = _traffic.browse_day(u, joined, np.full(1_000, _traffic.LAST_DAY), ends)
        assert days.min() == joined[0]
        assert days.max() == _traffic.LAST_DAY


class TestCampaigns:
    def test_sixty_campaigns_in_two_years_in_order(self, world):
        table = world["campaigns"]
        days = pd.to_datetime(table["sent_on"])
        assert len(table) == 60
        assert days.is_monotonic_increasing
        assert days.min().year == 2023
        assert days.max() < pd.Timestamp("2024-12-25")
        assert set(table["channel"]) == set(_marketing.CHANNELS)
        assert (table["variant_b_share"].notna() == table["is_ab_test"]).all()

    def test_own_segments_open_more_and_post_is_never_seen(self, world):
        sends = world["campaign_sends"].merge(world["campaigns"][["campaign_id", "target_segment"]], on="campaign_id")
        email = sends[sends["channel"] == "email"]
        opened = email["opened_at"].notna().groupby(email["target_segment"] == "all").mean()
        assert 0.15 < opened[True] < opened[False] - 0.08
        assert sends.loc[sends["channel"].isin(["post", "sms"]), "opened_at"].isna().all()

    def test_half_of_the_readers_open_within_six_hours_and_most_within_a_day(self, world):
        sends = world["campaign_sends"]
        hours = ((sends["opened_at"] - sends["sent_at"]).dt.total_seconds() / 3_600).dropna()
        assert (hours <= 1).mean() == pytest.approx(0.30, abs=0.03)
        assert (hours <= 6).mean() == pytest.approx(0.52, abs=0.04)
        assert (hours <= 24).mean() == pytest.approx(0.78, abs=0.04)
        assert hours.max() < 8 * 24
        assert hours.between(4, 12).mean() > 0.1  # no hole between the first hours and the next day
        assert hours[hours < 24].groupby(sends["opened_at"].dt.hour < 7).size().get(True, 0) < 0.02 * len(hours)

    def test_a_night_moves_to_the_morning_in_its_order(self):
        nights = np.array([22 * 3_600, 23 * 3_600, 27 * 3_600, 31 * 3_600 - 1, 31 * 3_600])
        hours = _marketing.civil_second(nights) / 3_600
        assert hours.tolist()[:3] == [22.0, 31.0, 32.0]
        assert 32.9 < hours[3] < 33.0
        assert hours[4] == 31.0

    def test_an_open_incident_drives_readers_away(self, world):
        sends = world["campaign_sends"]
        out = sends.groupby("has_open_incident")["opted_out"].mean()
        assert out[True] > 2 * out[False]
        assert 0.001 < sends["has_open_incident"].mean() < 0.02

    def test_bits_of_one_customers_orders_add_up_without_a_carry(self):
        day = int(_marketing.SENT_DAY[3])
        parent = np.array([0, 0, 0, 1])
        days = np.array([day + 1, day + 2, day + 40, day + 2])
        bits = _marketing.campaigns_followed(days, parent)
        assert _marketing.has_bit(bits, np.full(4, 4)).tolist() == [True, False, False, True]
        late, none = np.array([True, True]), np.zeros(2, dtype=bool)
        twice = _marketing.campaigns_upon(
            late, none, np.array([day - 3, day - 2]), np.array([day, day + 1]), np.zeros(2, int), 7.0
        )
        assert _marketing.has_bit(twice, np.full(2, 4)).tolist() == [True, False]

    def test_a_customer_gets_campaigns_within_reach_alone_and_each_once(self):
        group, joined = np.full(12, 0), np.full(12, int(_marketing.SENT_DAY[20]))
        u = np.linspace(0.0, 0.999, 12)
        keys = _marketing.campaign_of(u, np.arange(12), np.full(12, 12), group, joined)
        assert (np.diff(keys) > 0).all()
        assert keys.min() > 21
        assert np.isin(_marketing.CHANNEL[keys - 1], (_marketing.EMAIL, _marketing.POST)).all()  # no phone, no app
        assert np.isin(_marketing.TARGET[keys - 1], (0, 1)).all()


class TestBlackFriday:
    DAYS = pd.DatetimeIndex(["2023-11-24", "2024-11-29"])

    def test_it_follows_the_fourth_thursday_of_november(self):
        assert list(calendar.BLACK_FRIDAYS) == [day.date() for day in self.DAYS]
        for friday in self.DAYS:
            november = pd.date_range(f"{friday.year}-11-01", periods=30)
            assert friday == november[november.day_name() == "Thursday"][3] + pd.Timedelta(1, "D")

    # Visits that prepare an order of these days come earlier, so visits as a whole rise less.
    @pytest.mark.parametrize(
        ("name", "column", "rise"), [("orders", "ordered_at", 1.35), ("web_sessions", "started_at", 1.2)]
    )
    def test_orders_and_visits_peak_on_these_days(self, world, name, column, rise):
        days = world[name][column].dt.normalize().value_counts()
        for friday in self.DAYS:
            four = sum(days[friday + pd.Timedelta(n, "D")] for n in range(4))
            for week in (-7, 7):
                assert four > rise * sum(days[friday + pd.Timedelta(n + week, "D")] for n in range(4))

    def test_offers_abound_and_one_mailing_says_so(self, world):
        orders = world["orders"]
        since = pd.concat([(orders["ordered_at"].dt.normalize() - friday).dt.days for friday in self.DAYS], axis=1)
        on = since.isin(range(4)).any(axis=1)
        around = since.isin([*range(-7, 0), *range(4, 8)]).any(axis=1)
        assert orders.loc[on, "is_promotion"].mean() > 1.7 * orders.loc[around, "is_promotion"].mean()
        sent = world["campaigns"].loc[lambda rows: rows["theme"] == "black_friday"]
        assert list(pd.to_datetime(sent["sent_on"])) == list(self.DAYS)
        assert set(sent["channel"]) == {"email"}
        assert sent["has_offer"].all()


class TestBox:
    def test_one_customer_in_twenty_five_subscribes(self, world):
        assert 0.03 < len(world["subscriptions"]) / len(world["customers"]) < 0.055

    def test_the_hazard_falls_with_time(self, world):
        rows = world["box_deliveries"]
        hazard = [
            rows.loc[rows["box_number"].between(*band), "is_cancelled_after"].mean()
            for band in ((1, 2), (4, 7), (9, 14))
        ]
        assert hazard[0] > 1.3 * hazard[1] > 1.3 * 1.2 * hazard[2]

    def test_the_inclination_to_leave_thins_out(self, world):
        frailty = world.truth["latents/subscriptions"].set_index("subscription_id")["frailty"]
        rows = world["box_deliveries"].assign(frailty=world["box_deliveries"]["subscription_id"].map(frailty))
        assert (
            rows.loc[rows["box_number"] >= 10, "frailty"].mean()
            < rows.loc[rows["box_number"] == 1, "frailty"].mean() - 0.1
        )

    def test_the_failed_month_was_late_and_told(self, world):
        rows = world["box_deliveries"]
        failed = rows[pd.to_datetime(rows["planned_on"]).dt.strftime("%Y-%m") == "2023-10"]
        assert failed["is_late"].mean() > 0.6
        assert failed.loc[failed["is_late"], "is_announced"].mean() > 0.9

    def test_an_announced_late_box_costs_no_subscribers(self, world):
        rows = world["box_deliveries"].merge(world["customers"][["customer_id", "accepts_email"]], on="customer_id")
        rows = rows[rows["accepts_email"]]
        told, on_time = rows[rows["is_announced"].eq(True)], rows[~rows["is_late"]]
        gap = told["is_cancelled_after"].mean() - on_time["is_cancelled_after"].mean()
        error = np.sqrt(
            told["is_cancelled_after"].var() / len(told) + on_time["is_cancelled_after"].var() / len(on_time)
        )
        assert abs(gap) < NEAR * error
        assert error < 0.02

    def test_another_format_moves_the_young(self, world):
        latent = world.truth["latents/subscriptions"].merge(world["subscriptions"]).merge(world["customers"])
        age = 2023 - pd.to_datetime(latent["birth_date"]).dt.year
        moved = latent["is_moved_by_wow"].groupby(pd.cut(age, [0, 35, 55, 100]), observed=True).mean()
        assert moved.is_monotonic_decreasing
        rating = world["box_deliveries"].groupby("has_wow_format")["rating"].mean()
        assert rating[True] > rating[False] + 0.1

    def test_boxes_skip_the_months_of_a_pause(self):
        started = np.full(5, int(_box.MONTH_STARTS[2]) + 9)
        months = _box.box_month(np.arange(5), started, np.ones(5, bool), np.full(5, 2), np.full(5, 3))
        assert months.tolist() == [3, 4, 8, 9, 10]
        slots = _box.box_slots(started[:2], np.array([False, True]), np.full(2, 2), np.full(2, 3))
        assert slots.tolist() == [21, 18]


class TestReferrals:
    def test_promoters_invite_and_detractors_hardly(self, world):
        latent = world.truth["latents/orders"]
        invited = latent["order_id"].isin(world["referrals"]["order_id"])
        assert invited[latent["ltr"] >= 9].mean() > 5 * invited[latent["ltr"] <= 6].mean()
        assert 0.15 < world["referrals"]["friend_became_customer"].mean() < 0.45


class TestRecovery:
    @pytest.mark.parametrize("effect", ["first_name_on_opening", "silence_on_cancelling"])
    def test_the_right_estimator_finds_what_was_planted(self, world, effect):
        (declared,) = [one for one in SCENARIO.effects if one.id == effect]
        truth = world.truth[f"effects/{effect}"]
        outcome = declared.outcome
        planted = (truth[f"{outcome}_treated"].astype(float) - truth[f"{outcome}_untreated"].astype(float)).mean()
        right, tempting = declared.right(world.tables), declared.tempting(world.tables)
        assert abs(right.value - planted) < NEAR * right.standard_error
        # Five times as many customers make the tempting bias six standard errors or more.
        assert abs(tempting.value - planted) * np.sqrt(5.0) > FAR * tempting.standard_error

    def test_retention_counts_those_at_risk(self, world):
        (asked,) = [one for one in SCENARIO.quantities if one.id == "box_retention"]
        tables = {**world.tables, **world.truth}
        truth, right, tempting = asked.truth(tables), asked.right(tables), asked.tempting(tables)
        assert abs(right.value - truth.value) < NEAR * right.standard_error
        assert tempting.value > truth.value + 5.0

    def test_without_the_coefficient_nothing_changes(self):
        bare = api.generate(
            "tilmarenne", customers=2_000, seed=5, tables=["campaign_sends"], parameters={"send_open_first_name": 0.0}
        )
        truth = bare.truth["effects/first_name_on_opening"]
        assert (truth["is_opened_treated"] == truth["is_opened_untreated"]).all()


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("product_range_factors", (1.0, 0.9, 1.5), "cheaper"),
        ("session_sources", (0.1,) * 36, "sum to one"),
        ("session_topics", (0.3,) * 20, "sum to one"),
        ("session_cuts", (0.0, -1.0, 1.0, 2.0), "must rise"),
        ("box_rating_cuts", (0.0, -1.0, 1.0, 2.0), "must rise"),
    ],
)
def test_contradictions_are_refused(name, value, part):
    with pytest.raises(ParameterError, match=part):
        api.generate("tilmarenne", customers=10, tables=["products"], parameters={name: value})
