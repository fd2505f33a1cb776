"""Shop bonuses: invitations that fall and scores that rise where pay depends on them, and calls that tell the truth."""

from __future__ import annotations

import pandas as pd
import pytest

from cxdata import api
from cxdata.catalog.tables.tilmarenne import shop_bonuses
from cxdata.check.recovery import FAR, NEAR
from cxdata.errors import ParameterError

WORLD = "tilmarenne"
SEEDS = range(61, 73)
(QUANTITY,) = shop_bonuses.QUANTITIES
VALUES = api.default_parameters(WORLD)


def made(seed: int, **parameters: object) -> dict[str, pd.DataFrame]:
    data = api.generate(WORLD, customers=2, seed=seed, tables=["shop_bonuses", "stores"], parameters=parameters)
    return {**data.tables, **data.truth}


@pytest.fixture(scope="module")
def companies():
    return [made(seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def rows(companies):
    """Return the quarters of all companies with what the answer key says of them."""
    both = [
        tables["shop_bonuses"].merge(tables["latents/shop_bonuses"], on="shop_quarter_id").assign(company=number)
        for number, tables in enumerate(companies)
    ]
    return pd.concat(both, ignore_index=True)


@pytest.mark.parametrize("rule", shop_bonuses.RULES, ids=lambda rule: rule.sentence[:40])
def test_a_rule_holds_and_sees_what_is_wrong(companies, rule):
    assert all(rule.violations(tables) == 0 for tables in companies)
    spoilt = companies[0]["shop_bonuses"]
    spoilt = spoilt.assign(invited=spoilt["buyers"] + 1, csat=5.5 - spoilt["csat"])
    assert rule.violations({"shop_bonuses": spoilt}) > 0


class TestTheScheme:
    def test_begins_in_2024_in_about_half_of_the_shops(self, rows):
        assert not rows.loc[rows["quarter"].astype(str) < "2024", "has_bonus"].any()
        in_2024 = rows[rows["quarter"].astype(str) >= "2024"]
        assert (in_2024.groupby(["company", "store_id"])["has_bonus"].nunique() == 1).all()
        assert 0.45 < in_2024["has_bonus"].mean() < 0.55

    def test_pays_by_the_published_score(self, rows):
        first, second = VALUES["bonus_targets"]
        paid = rows[rows["has_bonus"]]
        due = (paid["csat"] >= first) * VALUES["bonus_levels_eur"][0]
        due = due.where(paid["csat"] < second, VALUES["bonus_levels_eur"][1])
        assert (paid["bonus_eur"] == due).all()
        assert paid["bonus_eur"].nunique() == 3

    def test_sees_shops_of_all_sizes_and_spring_as_the_best_season(self, companies):
        tables = companies[0]
        areas = tables["shop_bonuses"].merge(tables["stores"], on="store_id")
        assert areas["buyers"].corr(areas["floor_area_m2"].astype(float)) > 0.95
        assert areas.groupby("quarter", observed=True)["buyers"].sum()[["2023_q2", "2024_q2"]].min() > 1.05 * (
            areas.groupby("quarter", observed=True)["buyers"].sum()[["2023_q3", "2024_q3"]].max()
        )


class TestSteering:
    def test_shows_in_fewer_invitations_per_buyer_and_a_jump_of_the_score(self, rows):
        share = rows["invited"] / rows["buyers"]
        assert share[rows["steers"]].mean() < 0.5 * share[~rows["steers"]].mean()
        year = rows["quarter"].astype(str).str[:4]
        by_year = rows.assign(year=year).pivot_table(index=["company", "store_id"], columns="year", values="csat")
        steers = rows.groupby(["company", "store_id"])["steers"].any()
        jump = by_year["2024"] - by_year["2023"]
        assert jump[steers].mean() > 0.3
        assert abs(jump[~steers].mean()) < 0.05

    def test_leaves_calls_by_lot_where_they_are(self, rows):
        assert abs((rows["call_csat"] - rows["csat_of_all"])[rows["steers"]].mean()) < 0.02
        assert rows["call_answers"].between(25, shop_bonuses.CALLS).all()

    def test_lifts_no_score_to_the_end_of_the_scale(self, rows):
        assert rows["csat"].max() < 5.0

    def test_is_gone_without_steering(self):
        honest = made(61, bonus_steering_share=0.0)
        assert not honest["latents/shop_bonuses"]["steers"].any()
        year = honest["shop_bonuses"].assign(year=honest["shop_bonuses"]["quarter"].astype(str).str[:4])
        by_year = year.pivot_table(index="store_id", columns="year", values="csat")
        assert abs((by_year["2024"] - by_year["2023"]).mean()) < 0.05


class TestSatisfactionBehindTheBonus:
    def test_is_found_by_calls_and_missed_by_the_score(self, companies):
        misses = []
        for tables in companies:
            truth = QUANTITY.truth(tables).value
            right, tempting = QUANTITY.right(tables), QUANTITY.tempting(tables)
            assert abs(right.value - truth) <= NEAR * right.standard_error
            assert abs(tempting.value - truth) >= FAR * max(tempting.standard_error, right.standard_error)
            misses.append((right.value - truth) / right.standard_error)
        # The stated error is neither too small nor so large that anything would pass.
        assert 0.4 < pd.Series(misses).std() < 1.6

    def test_targets_out_of_order_are_refused(self):
        with pytest.raises(ParameterError, match="the second level must ask and pay more"):
            made(61, bonus_targets=(4.4, 4.2))
