"""Shop bonuses: pay tied to a score, whom the tills invite to give it, and what callers drawn by lot say instead."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne._market import ours, within_group
from cxdata.catalog.tables.tilmarenne.sellers import QUARTERS
from cxdata.catalog.tables.tilmarenne.stores import STORES
from cxdata.recipes import derived, lookup
from cxdata.schema.effect import Quantity
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Rule
from cxdata.schema.statistic import Estimate, RowsOf, Statistic, Tables
from cxdata.schema.table import Column, Reference, Table

BONUS_FROM = QUARTERS.index("2024_q1")
BEST = 5
CALLS = 40
"""Buyers of a shop whom an institute calls back in a quarter, drawn by lot among all."""
QUARTERS_OF_A_YEAR = 4

PARAMETERS = (
    ours("bonus_shops_share", 0.5, "share", "Shops whose bonus depends on the score from 2024, drawn by lot."),
    ours("bonus_steering_share", 0.65, "share", "Shops with the bonus that hand invitations to happy buyers."),
    ours("bonus_buyers_rate", 8.0, "buyers per m2", "Buyers of a quarter per square metre.", 0.1, 100.0),
    ours("bonus_buyers_season", (0.95, 1.12, 0.90, 1.03), "factor", "Buyers of each quarter of a year.", 0.1, 3.0),
    ours("bonus_buyers_sd", 0.06, "log buyers", "Spread of buyers beside area and season."),
    ours("bonus_invited_share", 0.12, "share", "Buyers who are handed an invitation where anybody may be."),
    ours("bonus_invited_steered", 0.05, "share", "The same where invitations are for the happy."),
    ours("bonus_invited_sd", 0.18, "log share", "Spread of the share of invited buyers."),
    ours("bonus_answer_share", 0.20, "share", "Invited buyers who answer where anybody is invited."),
    ours("bonus_answer_steered", 0.28, "share", "The same where invitations are for the happy."),
    ours("bonus_answer_sd", 0.12, "log share", "Spread of the share of answers."),
    ours(
        "bonus_csat",
        3.94,
        "points",
        "Mean satisfaction of buyers of an average shop in the first three quarters.",
        1,
        5,
    ),
    ours("bonus_csat_quality", 0.95, "points", "Mean satisfaction, per step of the shop's service quality.", 0, 3),
    ours("bonus_csat_christmas", 0.15, "points", "Mean satisfaction, less in the last quarter.", 0.0, 2.0),
    ours("bonus_csat_sd", 0.05, "points", "How far the quarters of a shop differ beside that.", 0.0, 1.0),
    ours("bonus_on_csat", 0.03, "points", "What the bonus truly does for the satisfaction of all buyers.", 0.0, 1.0),
    ours("bonus_csat_of_buyers_sd", 1.0, "points", "How far the marks of a shop's buyers differ.", 0.1, 2.0),
    ours(
        "bonus_kindness", 0.075, "share", "Of what all buyers miss of the best mark, what those who answer add to it."
    ),
    ours("bonus_steering", 0.38, "share", "The same, what the happy who are invited instead add."),
    ours("bonus_call_answer_share", 0.9, "share", "Buyers called back who answer, whatever they think."),
    ours("bonus_targets", (4.2, 4.4), "points", "Score from which the first and the second level is paid.", 1.0, 5.0),
    ours("bonus_levels_eur", (120.0, 240.0), "EUR", "Bonus of the two levels per full-time post.", 0.0, 10_000.0),
)

CONSTRAINTS = (
    Constraint(
        sentence="the second level must ask and pay more than the first; order bonus_targets and bonus_levels_eur.",
        parameters=("bonus_targets", "bonus_levels_eur"),
        holds=lambda targets, levels: (
            len(targets) == len(levels) == 2 and targets[0] < targets[1] and levels[0] < levels[1]
        ),
    ),
)


def drawn(u: Array, slot: Array, share: float) -> Array:
    """Return whether a shop is drawn, for all of its quarters."""
    chosen: Array = within_group(u, slot, len(QUARTERS)) < share
    return chosen


def part(u: Array, whole: Array, steers: Array, usual: float, steered: float, sd: float) -> Array:
    """Return how many of a number, a share that varies and is another where invitations are steered."""
    share = np.where(steers, steered, usual) * lookup.exp(sd * lookup.normal(u))
    count: Array = np.rint(whole * np.minimum(share, 1.0)).astype(np.int64)
    return count


def mean_mark(u: Array, expected: Array, count: Array, sd: float) -> Array:
    """Return the mean mark of so many buyers, around the expected one and within the scale."""
    return np.clip(expected + sd / np.sqrt(np.maximum(count, 1)) * lookup.normal(u), 1.0, 5.0)


def paid(score: Array, targets: tuple[float, ...], levels: tuple[float, ...]) -> Array:
    """Return the bonus that a score, as it is published, brings."""
    shown = np.rint(score * 100.0) / 100.0
    return np.where(shown >= targets[1], levels[1], np.where(shown >= targets[0], levels[0], 0.0))


TABLE = Table(
    name="shop_bonuses",
    meaning="A shop's quarter: buyers, invitations handed out at the tills, the score, and the bonus that depends on it.",
    rows=(Reference(STORES * len(QUARTERS)),),
    columns=(
        Column(name="shop_quarter_id", kind=Key(), meaning="Key of the shop's quarter."),
        Column(
            name="store_id",
            kind=ForeignKey("stores"),
            meaning="The shop.",
            recipe=derived.formula(lambda slot: 1 + slot // len(QUARTERS), "#slot", sentence="eight quarters each"),
        ),
        Column(
            name="quarter",
            kind=Category(QUARTERS),
            meaning="The quarter.",
            recipe=derived.formula(lambda slot: slot % len(QUARTERS), "#slot", sentence="in order"),
        ),
        Column(
            name="is_drawn",
            kind=Boolean(),
            meaning="Whether the shop was drawn for the bonus.",
            recipe=derived.draw(drawn, "#slot", "$bonus_shops_share", sentence="by lot, once per shop"),
            role="working",
        ),
        Column(
            name="has_bonus",
            kind=Boolean(),
            meaning="Whether the pay of the shop's team depended on its score; from 2024, in shops drawn by lot.",
            recipe=derived.formula(
                lambda chosen, quarter: chosen & (quarter >= BONUS_FROM),
                "is_drawn",
                "quarter",
                sentence="in shops drawn, from 2024",
            ),
        ),
        Column(
            name="would_steer",
            kind=Boolean(),
            meaning="Whether the shop would steer its invitations for a bonus.",
            recipe=derived.draw(drawn, "#slot", "$bonus_steering_share", sentence="by lot, once per shop"),
            role="working",
        ),
        Column(
            name="steers",
            kind=Boolean(),
            meaning="Whether the team handed its invitations to happy buyers.",
            recipe=derived.formula(np.logical_and, "has_bonus", "would_steer", sentence="would_steer, with the bonus"),
            role="latent",
        ),
        Column(
            name="buyers",
            kind=Integer(1, 10_000_000),
            unit="buyers",
            meaning="Purchases at the tills of the shop in the quarter, all of them.",
            recipe=derived.draw(
                lambda u, quarter, area, rate, season, sd: np.maximum(
                    np.rint(
                        area * rate * np.array(season)[quarter % QUARTERS_OF_A_YEAR] * lookup.exp(sd * lookup.normal(u))
                    ),
                    1,
                ).astype(np.int64),
                "quarter",
                "stores.floor_area_m2@store_id",
                "$bonus_buyers_rate",
                "$bonus_buyers_season",
                "$bonus_buyers_sd",
                sentence="by area and season",
            ),
        ),
        Column(
            name="invited",
            kind=Integer(0, 10_000_000),
            unit="buyers",
            meaning="Buyers whom the team handed a card with an invitation to rate the shop.",
            recipe=derived.draw(
                part,
                "buyers",
                "steers",
                "$bonus_invited_share",
                "$bonus_invited_steered",
                "$bonus_invited_sd",
                sentence="a share of buyers, less where the team steers",
            ),
        ),
        Column(
            name="answers",
            kind=Integer(0, 10_000_000),
            unit="buyers",
            meaning="Invited buyers who answered.",
            recipe=derived.draw(
                part,
                "invited",
                "steers",
                "$bonus_answer_share",
                "$bonus_answer_steered",
                "$bonus_answer_sd",
                sentence="a share of invited, more where the team steers",
            ),
        ),
        Column(
            name="csat_of_all",
            kind=Number(4, 1.0, 5.0),
            unit="1-5",
            meaning="Mean satisfaction of all buyers of the quarter, had each been asked.",
            recipe=derived.draw(
                lambda u, quarter, quality, bonus, level, slope, christmas, sd, gain: np.clip(
                    level
                    + slope * quality
                    - christmas * (quarter % QUARTERS_OF_A_YEAR == QUARTERS_OF_A_YEAR - 1)
                    + gain * bonus
                    + sd * lookup.normal(u),
                    1.0,
                    5.0,
                ),
                "quarter",
                "stores.service_quality@store_id",
                "has_bonus",
                "$bonus_csat",
                "$bonus_csat_quality",
                "$bonus_csat_christmas",
                "$bonus_csat_sd",
                "$bonus_on_csat",
                sentence="by service quality and season, a little more with the bonus",
            ),
            role="latent",
        ),
        Column(
            name="csat",
            kind=Number(2, 1.0, 5.0),
            unit="1-5",
            meaning="The shop's score: mean satisfaction of those who answered the invitation.",
            recipe=derived.draw(
                lambda u, level, steers, count, kindness, gain, sd: mean_mark(
                    u, level + (kindness + gain * steers) * (BEST - level), count, sd
                ),
                "csat_of_all",
                "steers",
                "answers",
                "$bonus_kindness",
                "$bonus_steering",
                "$bonus_csat_of_buyers_sd",
                sentence="around csat_of_all, higher where the team steers",
            ),
        ),
        Column(
            name="call_answers",
            kind=Integer(0, CALLS),
            unit="buyers",
            meaning="Buyers who answered an institute that calls forty of all the shop's buyers, drawn by lot.",
            recipe=derived.draw(
                lambda u, share: (u < share).astype(np.int64).sum(axis=0),
                "$bonus_call_answer_share",
                draws=CALLS,
                sentence="each of forty by chance",
            ),
        ),
        Column(
            name="call_csat",
            kind=Number(2, 1.0, 5.0),
            unit="1-5",
            meaning="Mean satisfaction of those who answered the institute.",
            recipe=derived.draw(
                mean_mark,
                "csat_of_all",
                "call_answers",
                "$bonus_csat_of_buyers_sd",
                sentence="around csat_of_all, by the number of answers",
            ),
        ),
        Column(
            name="bonus_eur",
            kind=Number(2, 0.0, 10_000.0),
            unit="EUR",
            meaning="Bonus of the quarter per full-time post, by the shop's score; empty where pay did not depend on it.",
            recipe=derived.formula(
                paid, "csat", "$bonus_targets", "$bonus_levels_eur", sentence="two levels by the score"
            ),
            when="has_bonus",
        ),
    ),
)


def _with_bonus(tables: Tables) -> pd.DataFrame:
    rows = tables["shop_bonuses"]
    return rows[rows["has_bonus"]]


def _with_truth(tables: Tables) -> pd.DataFrame:
    return _with_bonus(tables).merge(tables["latents/shop_bonuses"], on="shop_quarter_id")


def _mean_mark(rows_of: RowsOf, mark: str, tables: tuple[str, ...], sentence: str) -> Statistic:
    """Return the mean mark of shops' quarters, weighted by buyers.

    All shops are in the table, so its error is that of the marks alone: what a quarter differs from its shop and from
    the quarter in all shops, weighted, with the degrees of freedom of the two-way layout (every shop has each quarter).
    """

    def compute(given: Tables) -> Estimate:
        rows = rows_of(given)
        y, weight = rows[mark].to_numpy(dtype=np.float64), rows["buyers"].to_numpy(dtype=np.float64)
        means = [
            rows.groupby(name, observed=True)[mark].transform("mean").to_numpy() for name in ("store_id", "quarter")
        ]
        residual = y - means[0] - means[1] + y.mean()
        free = (rows["store_id"].nunique() - 1) * (rows["quarter"].nunique() - 1)
        error = np.sqrt(len(rows) / free * np.square(weight * residual).sum()) / weight.sum()
        return Estimate(float((weight * y).sum() / weight.sum()), float(error), len(rows))

    return Statistic(function=compute, tables=tables, sentence=sentence)


QUANTITIES = (
    Quantity(
        id="satisfaction_behind_the_bonus",
        of="run",
        title="How satisfied are the buyers of shops whose pay depends on it?",
        estimand="mean satisfaction from 1 to 5 of all buyers of shops with the bonus in 2024, had each been asked",
        confounding="Teams that are paid by the score hand fewer invitations, and hand them to happy buyers.",
        basis="Ours; that paid-for scores are begged for and steered is known to practice.",
        truth=_mean_mark(
            _with_truth,
            "csat_of_all",
            ("shop_bonuses", "latents/shop_bonuses"),
            "all buyers of shops with the bonus",
        ),
        right=_mean_mark(
            _with_bonus,
            "call_csat",
            ("shop_bonuses",),
            "marks given to the institute, which draws among all buyers, weighted by buyers",
        ),
        tempting=_mean_mark(
            _with_bonus, "csat", ("shop_bonuses",), "marks of those whom the tills had invited, weighted by buyers"
        ),
    ),
)


def _odd_counts(tables: Tables) -> int:
    rows = tables["shop_bonuses"]
    more = (rows["invited"] > rows["buyers"]) | (rows["answers"] > rows["invited"])
    return int((more | (rows["has_bonus"] != rows["bonus_eur"].notna())).sum())


def _unearned(tables: Tables) -> int:
    rows = _with_bonus(tables)
    bounds = rows.groupby("bonus_eur")["csat"].agg(["min", "max"])
    return int((bounds["min"] <= bounds["max"].shift()).sum())


RULES = (
    Rule(
        sentence="no shop invites more than buy, has more answers than invitations, or a bonus that was not agreed",
        tables=("shop_bonuses",),
        violations=_odd_counts,
    ),
    Rule(
        sentence="a higher bonus is paid for a higher score alone",
        tables=("shop_bonuses",),
        violations=_unearned,
    ),
)
