"""Zones of a page: a note that looks like a link, a button that few scroll to, and the layout that mends both."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cxdata import api
from cxdata.catalog.tables.tilmarenne import page_zones

WORLD = "tilmarenne"
SEEDS = range(81, 89)


@pytest.fixture(scope="module")
def labs():
    made = []
    for seed in SEEDS:
        rows = api.generate(WORLD, customers=2, seed=seed, tables=["page_zones"], truth=False)["page_zones"]
        made.append(rows.assign(lab=seed))
    return made


@pytest.fixture(scope="module")
def rows(labs):
    return pd.concat(labs, ignore_index=True)


@pytest.mark.parametrize("rule", page_zones.RULES, ids=lambda rule: rule.sentence[:40])
def test_a_rule_holds_and_sees_what_is_wrong(labs, rule):
    assert all(rule.violations({"page_zones": rows}) == 0 for rows in labs)
    changed = labs[0].assign(is_dead_click=True, first_fixation_seconds=1.0)
    assert rule.violations({"page_zones": changed}) > 0


def test_each_layout_is_drawn_for_half_of_the_testers_of_each_device(labs):
    for rows in labs:
        first = rows.groupby("tester_number").first()
        assert (first.groupby(["device", "layout"], observed=True).size() == page_zones.TESTERS / 4).all()
        assert (rows.groupby("tester_number")[["device", "layout"]].nunique() == 1).all().all()
    orders = {tuple(rows.groupby("tester_number")["layout"].first()) for rows in labs}
    assert len(orders) == len(labs)


class TestTheDeliveryNote:
    def test_draws_dead_clicks_in_layout_a_and_none_in_layout_b(self, rows):
        note = rows[rows["zone"] == "delivery_note"]
        dead = note.groupby("layout", observed=True)["is_dead_click"].mean()
        assert 0.25 < dead["a"] < 0.5
        assert dead["b"] == 0

    def test_is_where_most_dead_clicks_of_layout_a_fall_in_every_lab(self, labs):
        for rows in labs:
            dead = rows[rows["layout"] == "a"].groupby("zone", observed=True)["is_dead_click"].sum()
            assert dead.idxmax() == "delivery_note"
            assert dead["delivery_note"] > 0.5 * dead.sum()


class TestTheButton:
    def test_is_below_the_fold_in_layout_a_alone(self, rows):
        button = rows[rows["zone"] == "add_to_basket"]
        assert (button["is_below_fold"] == (button["layout"] == "a")).all()

    def test_is_seen_by_few_in_layout_a_and_by_nearly_all_in_layout_b(self, labs):
        for rows in labs:
            button = rows[rows["zone"] == "add_to_basket"]
            seen = button.groupby("layout", observed=True)["was_seen"].mean()
            clicked = button.groupby("layout", observed=True)["clicked"].mean()
            error = np.sqrt(2 * 0.25 / (page_zones.TESTERS / 2))
            assert seen["a"] < 0.6
            assert seen["b"] > 0.85
            assert seen["b"] - seen["a"] > 2 * error
            assert clicked["b"] > clicked["a"]

    def test_is_clicked_alike_by_those_who_see_it(self, rows):
        seen = rows[(rows["zone"] == "add_to_basket") & rows["was_seen"]].groupby("layout", observed=True)["clicked"]
        error = np.sqrt(sum(0.75 * 0.25 / count for count in seen.size()))
        assert abs(seen.mean()["a"] - seen.mean()["b"]) < 4 * error

    def test_of_the_basket_is_the_same_in_both_layouts(self, rows):
        basket = rows[rows["zone"] == "checkout_button"].groupby("layout", observed=True)["clicked"]
        error = np.sqrt(sum(0.8 * 0.2 / count for count in basket.size()))
        assert abs(basket.mean()["a"] - basket.mean()["b"]) < 4 * error


class TestTheGaze:
    def test_goes_down_the_page(self, rows):
        order = rows[rows["layout"] == "a"].groupby("zone", observed=True)["fixation_order"].mean()
        assert order["menu_and_search"] < order["price"] < order["add_to_basket"] < order["reviews"]

    def test_misses_what_lies_below_the_fold_more_often(self, rows):
        seen = rows.groupby("is_below_fold")["was_seen"].mean()
        assert seen[True] < 0.6 * seen[False]

    def test_rests_on_text_and_pictures_for_longer_than_on_buttons(self, rows):
        dwell = rows.groupby("zone", observed=True)["dwell_seconds"].median()
        assert dwell[["reviews", "description", "basket_lines"]].min() > 3 * dwell["add_to_basket"]
        assert 0.5 < dwell["add_to_basket"] < 1.5

    def test_reaches_the_first_zone_within_a_second(self, rows):
        first = rows.loc[rows["fixation_order"] == 1, "first_fixation_seconds"]
        assert first.between(0.3, 0.56).all()
