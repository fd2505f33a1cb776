"""Referrals: friends to whom a customer has spoken after an order, and what became of it."""

from typing import Any

import numpy as np

from cxdata.recipes import categorical, derived, lookup, numeric, temporal
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Number, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Rule, ours
from cxdata.schema.table import Column, PerParent, Table

CHANNELS = ("link", "email", "sms", "voucher_card")
LEAST_ORDER_EUR = 5.0


def second_sent(u: Array, at_hand: Array, days: float, hours: tuple[float, ...]) -> Array:
    """Return when a friend was invited: days after the goods were at hand."""
    day = at_hand + 1 + np.minimum(lookup.exponential(u[2]) * days, 60.0).astype(np.int64)
    second: Array = day * temporal.SECONDS_PER_DAY + temporal.seconds_of_day(u[:2], hours)
    return second


def channel(u: Array, shop: Array, web: tuple[float, ...], of_shop: tuple[float, ...]) -> Array:
    """Return how a friend was invited: with a card from the shop, or from the account."""
    return np.where(shop, categorical.pick(u, of_shop), categorical.pick(u, web))


PARAMETERS = (
    ours("referral_base", -4.35, "logit", "Invites a friend after an order, recommendation 7 (2%)."),
    ours("referral_ltr", 0.35, "logit", "Invites, per step of recommendation."),
    ours("referral_trust", 0.35, "logit", "Invites, per step of trust."),
    ours("referral_loyalty", 0.4, "logit", "Invites, added with the loyalty card."),
    ours("referral_days", 9.0, "days", "Mean days between the goods and an invitation.", 0.1, 60.0),
    ours("referral_channels_web", (0.58, 0.27, 0.15, 0.0), "shares", "Channels after a web order, link to card."),
    ours("referral_channels_shop", (0.26, 0.16, 0.12, 0.46), "shares", "Channels after a shop order."),
    ours("referral_friend_base", -1.15, "logit", "Friend becomes a customer (24%)."),
    ours("referral_friend_card", 0.4, "logit", "Friend becomes a customer, added with a card from the shop."),
    ours("referral_friend_trust", 0.15, "logit", "Friend becomes a customer, per step of the referrer's trust."),
    ours("referral_amount_log", 3.75, "log EUR", "Median first order of a friend (43 euros)."),
    ours("referral_amount_sd", 0.85, "log EUR", "Spread of it."),
    ours("referral_reward_eur", 10.0, "EUR", "Voucher for the referrer once a friend has ordered.", 0.0, 500.0),
)


def _odd_referrals(tables: Any) -> int:
    rows = tables["referrals"].merge(tables["orders"][["order_id", "ordered_at"]], on="order_id")
    early = rows["sent_at"] <= rows["ordered_at"]
    bought = rows["friend_became_customer"]
    amount = (rows["friend_first_order_eur"].notna() != bought) | ((rows["reward_eur"] > 0) != bought)
    return int((early | amount).sum())


RULES = (
    Rule(
        sentence="an invitation follows its order, and is rewarded if the friend has ordered",
        tables=("referrals", "orders"),
        violations=_odd_referrals,
    ),
)

PARENT_COLUMNS = {
    "orders": (
        Column(
            name="ltr_from_seven",
            kind=Integer(-7, 3),
            meaning="Recommendation around 7.",
            recipe=derived.formula(lambda ltr: ltr - 7, "ltr", sentence="ltr less 7"),
            role="working",
        ),
        Column(
            name="has_referral",
            kind=Boolean(),
            meaning="Whether the customer then invited a friend.",
            recipe=numeric.happens(
                "$referral_base",
                {
                    "ltr_from_seven": "$referral_ltr",
                    "customers.trust": "$referral_trust",
                    "customers.is_loyalty_member": "$referral_loyalty",
                },
            ),
            role="working",
        ),
    ),
}

TABLE = Table(
    name="referrals",
    meaning="An invitation of a friend after an order; word of mouth without one leaves no row.",
    rows=(PerParent("orders", "has_referral", 1),),
    columns=(
        Column(name="referral_id", kind=Key(), meaning="Key of the invitation."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who invited."),
        Column(name="order_id", kind=ForeignKey("orders"), meaning="The order before it."),
        Column(
            name="sent_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When the friend was invited.",
            recipe=derived.draw(
                second_sent,
                "orders.at_hand_day",
                "$referral_days",
                "$web_hours",
                draws=3,
                sentence="days after the goods were at hand",
            ),
        ),
        Column(
            name="channel",
            kind=Category(CHANNELS),
            meaning="How the friend was invited.",
            recipe=derived.draw(
                channel,
                "orders.is_in_shop",
                "$referral_channels_web",
                "$referral_channels_shop",
                sentence="by where the order was placed",
            ),
        ),
        Column(
            name="friend_became_customer",
            kind=Boolean(),
            meaning="Whether the friend has ordered since.",
            recipe=numeric.happens(
                "$referral_friend_base",
                {"channel=voucher_card": "$referral_friend_card", "customers.trust": "$referral_friend_trust"},
            ),
        ),
        Column(
            name="friend_first_order_eur",
            kind=Number(2, LEAST_ORDER_EUR, 5_000.0),
            unit="EUR",
            meaning="Amount of the friend's first order; empty without one.",
            recipe=numeric.log_normal("$referral_amount_log", {}, noise="$referral_amount_sd"),
            when="friend_became_customer",
        ),
        Column(
            name="reward_eur",
            kind=Number(2, 0.0, 500.0),
            unit="EUR",
            meaning="Voucher for the referrer, 0 while the friend has not ordered.",
            recipe=derived.formula(
                np.multiply, "friend_became_customer", "$referral_reward_eur", sentence="once the friend has ordered"
            ),
        ),
    ),
)
