"""Deliveries: what they cost, by what is brought, where to, for whom and from which amount."""

from __future__ import annotations

import pytest

from cxdata import api
from cxdata.catalog import scan
from cxdata.errors import ParameterError

WORLD = "tilmarenne"
TABLES = ("deliveries", "orders", "order_lines", "customers")
(RULE,) = [rule for rule in scan.scenario(WORLD).rules if "nobody pays for collecting" in rule.sentence]
VALUES = api.default_parameters(WORLD)
PARCEL, BULKY, FREE_FROM = (VALUES[f"delivery_{name}"] for name in ("fee_parcel", "fee_bulky", "free_from"))


@pytest.fixture(scope="module")
def tables():
    return api.generate(WORLD, customers=6_000, seed=11, tables=TABLES, truth=False).tables


@pytest.fixture(scope="module")
def rows(tables):
    """Return deliveries with their order and the customer's tier."""
    bought = tables["orders"][["order_id", "amount_eur", "is_bulky"]]
    return tables["deliveries"].merge(bought, on="order_id").merge(tables["customers"][["customer_id", "tier"]])


def test_the_rule_holds_and_sees_a_wrong_fee(tables):
    assert RULE.violations(tables) == 0
    assert RULE.violations({**tables, "deliveries": tables["deliveries"].assign(delivery_fee_eur=PARCEL)}) > 0


def test_a_parcel_costs_its_fee_below_the_threshold_and_nothing_from_it_on(rows):
    parcels = rows[~rows["is_bulky"] & (rows["mode"] != "shop_collect") & (rows["tier"] != "gold")]
    below = parcels["amount_eur"] < FREE_FROM
    assert below.sum() > 500
    assert (~below).sum() > 500
    assert (parcels.loc[below, "delivery_fee_eur"] == PARCEL).all()
    assert (parcels.loc[~below, "delivery_fee_eur"] == 0).all()


def test_bulky_goods_cost_the_same_whatever_the_amount_and_the_tier(rows):
    bulky = rows[rows["is_bulky"] & (rows["mode"] == "home")]
    assert set(bulky["tier"]) == {"standard", "silver", "gold"}
    assert (bulky["delivery_fee_eur"] == BULKY).all()


def test_gold_members_and_those_who_collect_pay_nothing_for_parcels(rows):
    assert (rows.loc[(rows["tier"] == "gold") & ~rows["is_bulky"], "delivery_fee_eur"] == 0).all()
    assert (rows.loc[rows["mode"] == "shop_collect", "delivery_fee_eur"] == 0).all()


def test_the_fee_comes_on_top_of_the_amount(tables):
    sums = tables["order_lines"].groupby("order_id")["line_amount_eur"].sum()
    orders = tables["orders"].set_index("order_id")["amount_eur"]
    assert (orders - sums).abs().max() < 0.005


def test_a_threshold_of_zero_frees_all_parcels():
    free = api.generate(
        WORLD, customers=500, seed=11, tables=TABLES, truth=False, parameters={"delivery_free_from": 0.0}
    ).tables
    assert set(free["deliveries"]["delivery_fee_eur"]) == {0.0, BULKY}


def test_a_dearer_parcel_than_a_sofa_is_refused():
    with pytest.raises(ParameterError, match="bulky goods must not travel for less"):
        api.generate(WORLD, customers=2, tables=["deliveries"], parameters={"delivery_fee_parcel": 30.0})
