"""Products by origin: who has a hand in them, what an idea becomes, and what co-created goods do better."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cxdata import api
from cxdata.catalog import scan
from cxdata.catalog.tables.tilmarenne import ideas as idea_table
from cxdata.catalog.tables.tilmarenne import products

WORLD = "tilmarenne"
SEEDS = range(31, 43)
(RULE,) = [rule for rule in scan.scenario(WORLD).rules if "own designs and co-created goods" in rule.sentence]
VALUES = api.default_parameters(WORLD)


@pytest.fixture(scope="module")
def companies():
    """Return the products and ideas of some companies, with the quality of the products."""
    made = []
    for seed in SEEDS:
        data = api.generate(WORLD, customers=2, seed=seed, tables=["products", "ideas"])
        rows = data["products"].merge(data.truth["latents/products"], on="product_id")
        made.append((data.tables, rows.assign(seed=seed)))
    return made


@pytest.fixture(scope="module")
def goods(companies):
    return pd.concat([rows for _, rows in companies], ignore_index=True)


class TestOrigin:
    def test_rules_hold_and_see_what_is_wrong(self, companies):
        assert all(RULE.violations(tables) == 0 for tables, _ in companies)
        tables = next(tables for tables, _ in companies if tables["products"]["idea_id"].notna().any())
        rows = tables["products"]
        for change in ({"is_own_brand": False}, {"launched_on": pd.Timestamp("2020-01-01")}, {"origin": "own_design"}):
            assert RULE.violations({**tables, "products": rows.assign(**change)}) > 0

    def test_most_goods_come_from_catalogues_and_some_from_customers(self, companies):
        for _, rows in companies:
            count = rows["origin"].value_counts()
            assert count["supplier_catalogue"] > 0.65 * len(rows)
            assert 20 <= count["co_created"] <= 65
            assert 45 <= count["own_design"] <= 100

    def test_customers_helped_since_2019_and_with_none_of_the_recalled_lamps(self, goods):
        helped = goods[goods["origin"] == "co_created"]
        assert (pd.to_datetime(helped["launched_on"]) >= pd.Timestamp("2019-03-01")).all()
        assert not helped["is_recalled"].any()

    def test_ideas_become_products_some_months_after_their_adoption(self, companies):
        linked = pd.concat(
            [
                tables["products"].dropna(subset="idea_id").merge(tables["ideas"], on="idea_id")
                for tables, _ in companies
            ]
        )
        assert len(linked) >= len(SEEDS)
        waited = pd.to_datetime(linked["launched_on"]) - pd.to_datetime(linked["decided_on"])
        assert waited.min() >= pd.Timedelta(days=150)
        assert set(linked["topic"]) <= set(products.IDEA_TOPICS)

    def test_an_idea_takes_the_first_launch_that_is_late_enough(self):
        origin = np.array([products.CO_CREATED, products.CO_CREATED, products.OWN_DESIGN, products.CO_CREATED])
        launched = np.array([1_000, 1_200, 1_160, 1_400])
        ranged = idea_table.TOPICS.index("range")
        status = np.array([idea_table.ADOPTED, idea_table.REFUSED, idea_table.ADOPTED, idea_table.ADOPTED])
        topic = np.array([ranged, ranged, ranged, idea_table.TOPICS.index("app")])
        decided = np.array([1_100, 900, 1_000, 900])
        assert list(products.idea_of(origin, launched, status, topic, decided, 5.0)) == [0, 3, 0, 1]


class TestCoCreatedGoods:
    def test_are_better_by_what_was_planted(self, goods):
        others = goods[goods["origin"] != "co_created"].groupby("product_range", observed=True)["quality"].mean()
        helped = goods[goods["origin"] == "co_created"]
        gain = helped["quality"] - helped["product_range"].astype(str).map(others)
        error = gain.std() / np.sqrt(len(gain))
        assert abs(gain.mean() - VALUES["product_quality_co_created"]) < 4 * error
        assert gain.mean() > 6 * error

    def test_come_back_less_and_please_more(self):
        rates = []
        for seed in (51, 52, 53):
            names = ["products", "order_lines", "orders", "reviews"]
            data = api.generate(WORLD, customers=8_000, seed=seed, tables=names, truth=False).tables
            lines = data["order_lines"].merge(data["products"][["product_id", "product_family", "origin"]])
            helped = lines["origin"] == "co_created"
            main = lines.loc[lines["line_number"] == 1, ["order_id", "origin"]]
            written = data["reviews"].loc[lambda rows: rows["target"] == "product"].drop(columns="origin")
            stars = written.merge(main, on="order_id").groupby("origin", observed=True)["stars"].mean()
            rates.append(
                (
                    lines.loc[helped, "is_returned"].mean() / lines.loc[~helped, "is_returned"].mean(),
                    stars["co_created"] - stars["supplier_catalogue"],
                )
            )
        returned, stars = np.array(rates).mean(axis=0)
        assert 0.3 < returned < 0.75
        assert stars > 0.05

    def test_are_like_others_when_nothing_is_planted(self):
        rows = []
        for seed in SEEDS:
            data = api.generate(
                WORLD, customers=2, seed=seed, tables=["products"], parameters={"product_quality_co_created": 0.0}
            )
            rows.append(data["products"].merge(data.truth["latents/products"], on="product_id"))
        goods = pd.concat(rows)
        core = goods[goods["product_range"] == "core"]
        helped = core["origin"] == "co_created"
        error = core["quality"].std() / np.sqrt(helped.sum())
        assert abs(core.loc[helped, "quality"].mean() - core.loc[~helped, "quality"].mean()) < 4 * error
