"""Sales people on social networks: what they post, what comes of it, and the territory they were given."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne._market import ours, within_group
from cxdata.recipes import derived, lookup
from cxdata.schema.effect import Quantity
from cxdata.schema.kinds import Category, Integer, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Rule
from cxdata.schema.statistic import Estimate, Statistic, Tables, clustered_ratio
from cxdata.schema.table import Column, Reference, Table

SELLERS = 40
TERRITORIES = ("nord", "normandie", "bretagne", "val_de_loire", "alsace", "auvergne", "aquitaine", "provence")
QUARTERS = ("2023_q1", "2023_q2", "2023_q3", "2023_q4", "2024_q1", "2024_q2", "2024_q3", "2024_q4")
_SEASON = (0.95, 1.15, 0.90, 1.00, 0.95, 1.15, 0.90, 1.00)
MOST_POSTS = 200

PARAMETERS = (
    ours(
        "sellers_potential",
        (-1.1, -0.4, 0.2, 0.9, -0.7, -1.3, 1.0, 1.4),
        "sd",
        "How rich in business customers each territory is, Nord to Provence.",
    ),
    ours("sellers_posts", 24.0, "posts", "Posts in a quarter, average territory.", 0.0, 100.0),
    ours(
        "sellers_posts_potential",
        8.0,
        "posts",
        "Posts, per step of potential: keen sellers got the rich territories.",
        0.0,
        50.0,
    ),
    ours("sellers_posts_habit", 5.0, "posts", "How far sellers differ in their habit of posting.", 0.0, 50.0),
    ours("sellers_posts_sd", 5.0, "posts", "How far a seller's quarters differ.", 0.0, 50.0),
    ours("sellers_sales", 52_000.0, "EUR", "Sales of a quarter without any post, average territory.", 0.0, 1e7),
    ours("sellers_sales_potential", 15_000.0, "EUR", "Sales, per step of potential.", 0.0, 1e7),
    ours("sellers_sales_post", 400.0, "EUR per post", "Sales that one post brings.", 0.0, 1e5),
    ours("sellers_sales_seller", 1_000.0, "EUR", "How far sellers differ beside territory and posts.", 0.0, 1e6),
    ours("sellers_sales_sd", 4_500.0, "EUR", "How far a seller's quarters differ.", 0.0, 1e6),
    ours("sellers_season", _SEASON, "factor", "Pace of business by quarter, from the first of 2023.", 0.1, 3.0),
    ours("sellers_leads_post", 0.22, "leads per post", "Leads that one post brings.", 0.0, 10.0),
    ours("sellers_leads_other", 3.0, "leads", "Leads in a quarter from elsewhere, average territory.", 0.0, 100.0),
    ours("sellers_leads_potential", 0.8, "leads", "Leads from elsewhere, per step of potential.", 0.0, 100.0),
    ours("sellers_prospects", 420.0, "firms", "Prospects of a seller's territory, average.", 0.0, 1e5),
    ours("sellers_prospects_potential", 130.0, "firms", "Prospects, per step of potential.", 0.0, 1e5),
    ours("sellers_network_log", 5.6, "log connections", "Median network at the start of 2023 (270 connections)."),
    ours("sellers_network_sd", 0.5, "log connections", "Spread of networks.", 0.0),
    ours("sellers_network_post", 1.6, "connections per post", "Connections that one post brings.", 0.0, 100.0),
)


def posts(u: Array, slot: Array, potential: Array, level: float, slope: float, habit: float, sd: float) -> Array:
    """Return the posts of a quarter: by territory, by habit, and by chance."""
    own = within_group(lookup.normal(u[0]), slot, len(QUARTERS))
    count = level + slope * potential + habit * own + sd * lookup.normal(u[1])
    return np.clip(np.rint(count), 0, MOST_POSTS).astype(np.int64)


def sales_without(
    u: Array,
    slot: Array,
    quarter: Array,
    potential: Array,
    level: float,
    slope: float,
    seller: float,
    sd: float,
    season: tuple[float, ...],
) -> Array:
    """Return the sales of a quarter had the seller not posted at all, in euros."""
    own = within_group(lookup.normal(u[0]), slot, len(QUARTERS))
    return np.asarray((level + slope * potential + seller * own) * np.array(season)[quarter] + sd * lookup.normal(u[1]))


def leads(u: Array, count: Array, potential: Array, by_post: float, other: float, slope: float) -> Array:
    """Return the leads of a quarter, around what posts and territory bring."""
    expected = np.maximum(by_post * count + other + slope * potential, 0.5)
    spread = np.sqrt(expected)  # as for a count
    return np.maximum(np.rint(expected + spread * lookup.normal(u)), 0).astype(np.int64)


def network(u: Array, slot: Array, count: Array, level: float, sd: float, by_post: float) -> Array:
    """Return the connections at the end of a quarter: those at the start, and what all posts so far have brought."""
    start = within_group(lookup.exp(level + sd * lookup.normal(u)), slot, len(QUARTERS))
    so_far = np.cumsum(count.reshape(-1, len(QUARTERS)), axis=1).reshape(-1)
    return np.rint(start + by_post * so_far).astype(np.int64)


TABLE = Table(
    name="sellers",
    meaning="A sales person's quarter in the business with firms, with what he or she did on social networks.",
    rows=(Reference(SELLERS * len(QUARTERS)),),
    columns=(
        Column(name="seller_quarter_id", kind=Key(), meaning="Key of the seller's quarter."),
        Column(
            name="seller_number",
            kind=Integer(1, SELLERS),
            meaning="Number of the sales person.",
            recipe=derived.formula(lambda slot: 1 + slot // len(QUARTERS), "#slot", sentence="eight quarters each"),
        ),
        Column(
            name="quarter",
            kind=Category(QUARTERS),
            meaning="The quarter.",
            recipe=derived.formula(lambda slot: slot % len(QUARTERS), "#slot", sentence="in order"),
        ),
        Column(
            name="territory",
            kind=Category(TERRITORIES),
            meaning="Region that the sales person was given.",
            recipe=derived.formula(
                lambda number: (number - 1) % len(TERRITORIES), "seller_number", sentence="five sellers each"
            ),
        ),
        Column(
            name="potential",
            kind=Number(4),
            unit="sd",
            meaning="How rich in business customers the territory is.",
            recipe=derived.formula(
                lambda territory, potential: np.array(potential)[territory],
                "territory",
                "$sellers_potential",
                sentence="by territory",
            ),
            role="latent",
        ),
        Column(
            name="prospects",
            kind=Integer(0, 100_000),
            unit="firms",
            meaning="Firms in the territory that could buy.",
            recipe=derived.formula(
                lambda potential, level, slope: np.rint(level + slope * potential).astype(np.int64),
                "potential",
                "$sellers_prospects",
                "$sellers_prospects_potential",
                sentence="linear in potential",
            ),
        ),
        Column(
            name="posts",
            kind=Integer(0, MOST_POSTS),
            unit="posts",
            meaning="Posts on social networks in the quarter.",
            recipe=derived.draw(
                posts,
                "#slot",
                "potential",
                "$sellers_posts",
                "$sellers_posts_potential",
                "$sellers_posts_habit",
                "$sellers_posts_sd",
                draws=2,
                sentence="by potential, habit and chance",
            ),
        ),
        Column(
            name="connections",
            kind=Integer(0, 1_000_000),
            unit="connections",
            meaning="Connections at the end of the quarter.",
            recipe=derived.draw(
                network,
                "#slot",
                "posts",
                "$sellers_network_log",
                "$sellers_network_sd",
                "$sellers_network_post",
                sentence="those of the start, more with each post",
            ),
        ),
        Column(
            name="leads",
            kind=Integer(0, 1_000),
            unit="leads",
            meaning="Prospects who got in touch in the quarter.",
            recipe=derived.draw(
                leads,
                "posts",
                "potential",
                "$sellers_leads_post",
                "$sellers_leads_other",
                "$sellers_leads_potential",
                sentence="around what posts and territory bring",
            ),
        ),
        Column(
            name="sales_without_posts_eur",
            kind=Number(2),
            unit="EUR",
            meaning="Sales of the quarter had the seller not posted at all.",
            recipe=derived.draw(
                sales_without,
                "#slot",
                "quarter",
                "potential",
                "$sellers_sales",
                "$sellers_sales_potential",
                "$sellers_sales_seller",
                "$sellers_sales_sd",
                "$sellers_season",
                draws=2,
                sentence="by potential, seller, season and chance",
            ),
            role="latent",
        ),
        Column(
            name="sales_eur",
            kind=Number(2, 0.0, 1e8),
            unit="EUR",
            meaning="Sales of the quarter.",
            recipe=derived.formula(
                lambda without, count, worth: without + worth * count,
                "sales_without_posts_eur",
                "posts",
                "$sellers_sales_post",
                sentence="sales_without_posts_eur + sellers_sales_post x posts",
            ),
        ),
    ),
)


def _slope(rows: pd.DataFrame, groups: list[str]) -> float:
    """Return the slope of sales on posts within groups."""
    labels = rows.groupby(groups, observed=True).ngroup().to_numpy() if groups else np.zeros(len(rows), dtype=np.int64)
    size = np.maximum(np.bincount(labels), 1)
    x, y = (rows[name].to_numpy(dtype=np.float64) for name in ("posts", "sales_eur"))
    x = x - (np.bincount(labels, weights=x) / size)[labels]
    y = y - (np.bincount(labels, weights=y) / size)[labels]
    return float((x * y).sum() / (x * x).sum())


def _slope_within(rows: pd.DataFrame, groups: list[str]) -> Estimate:
    """Return the slope of sales on posts within groups, its error by leaving out one seller at a time.

    The sellers of a group are few, so that the usual error of clusters would be too small.
    """
    numbers = rows["seller_number"].to_numpy()
    sellers = np.unique(numbers)
    without = np.array([_slope(rows[numbers != seller], groups) for seller in sellers])  # forty fits of 312 rows
    spread = float(np.square(without - without.mean()).sum())
    error = float(np.sqrt((len(sellers) - 1) / len(sellers) * spread))
    return Estimate(_slope(rows, groups), error, len(rows))


def _worth_of_posts(tables: Tables) -> Estimate:
    rows = tables["sellers"].merge(tables["latents/sellers"], on="seller_quarter_id")
    gained = rows["sales_eur"] - rows["sales_without_posts_eur"]
    return clustered_ratio(gained.to_numpy(), rows["posts"].to_numpy(), rows["seller_number"].to_numpy())


QUANTITIES = (
    Quantity(
        id="sales_of_a_post",
        of="run",
        title="What does one more post of a sales person bring?",
        estimand="euros of sales in the quarter that one more post brings, mean over all posts",
        confounding="Sellers of rich territories post more and sell more anyway.",
        basis="Ours.",
        truth=Statistic(
            function=_worth_of_posts,
            tables=("sellers", "latents/sellers"),
            sentence="sales less sales without posts, per post",
        ),
        right=Statistic(
            function=lambda tables: _slope_within(tables["sellers"], ["territory", "quarter"]),
            tables=("sellers",),
            sentence="slope of sales on posts within territory and quarter",
        ),
        tempting=Statistic(
            function=lambda tables: _slope_within(tables["sellers"], []),
            tables=("sellers",),
            sentence="slope of sales on posts over all sellers and quarters",
        ),
    ),
)


def _shrinking_networks(tables: Tables) -> int:
    rows = tables["sellers"].sort_values(["seller_number", "quarter"])
    return int((rows.groupby("seller_number")["connections"].diff() < 0).sum())


RULES = (
    Rule(sentence="a seller's connections grow with the posts", tables=("sellers",), violations=_shrinking_networks),
)
