"""Compensations: what was given for a complaint, by whom, and whether it was used."""

import numpy as np
import pandas as pd

from cxdata.recipes import categorical, derived
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key, Number, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Parameter, Rule
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, PerParent, Table

KINDS = ("voucher", "refund", "replacement", "gift")
VOUCHER = KINDS.index("voucher")
DAY_SECONDS = 86_400
NEVER = 99_999
"""A day that never comes."""
LATER_ORDERS = 4
"""Orders after the one complained about among which a voucher can be used."""


def later_order(number: int) -> Column:
    """Return the working column of orders with the day of the one so many places later."""

    def day_of(day: Array, lost: Array, parent: Array) -> Array:
        ahead = np.minimum(np.arange(len(day)) + number, max(len(day) - 1, 0))
        places = np.arange(len(day))
        there = (ahead == places + number) & (parent[ahead] == parent) & ~lost
        return np.where(there, day[ahead], NEVER)

    return Column(
        name=f"later_day_{number}",
        kind=Integer(0, NEVER),
        meaning=f"Day of the order {number} places later of the same customer; far away if there is none.",
        recipe=derived.formula(day_of, "day", "lost", "#parent", sentence="day of a later sibling"),
        role="working",
    )


def first_order_after(at: Array, days: float, *later: Array) -> Array:
    """Return the day of the first order after a gesture and its day, within so many days; else a day far away."""
    granted = at // DAY_SECONDS
    found = np.full(len(granted), NEVER)
    for day in reversed(later):
        found = np.where((day > granted) & (day <= granted + int(days)), day, found)
    return found


PARAMETERS = (
    Parameter(
        name="kinds_damaged",
        value=(0.08, 0.52, 0.38, 0.02),
        unit="shares",
        meaning="Kinds of gesture for damaged goods.",
    ),
    Parameter(name="kinds_other", value=(0.58, 0.27, 0.07, 0.08), unit="shares", meaning="Kinds of gesture otherwise."),
    Parameter(
        name="adviser_limit_eur",
        value=30.0,
        unit="EUR",
        meaning="Gestures that an adviser may decide alone.",
        low=0.0,
        high=9000.0,
    ),
    Parameter(
        name="voucher_used_share",
        value=0.85,
        unit="share",
        meaning="Vouchers that are used with the next order, if there is one while they hold.",
    ),
    Parameter(
        name="voucher_valid_days",
        value=365.0,
        unit="days",
        meaning="Days for which a voucher holds.",
        low=1.0,
        high=1000.0,
    ),
)


def _early(tables: Tables) -> int:
    rows = tables["compensations"].merge(tables["complaints"], on="complaint_id", suffixes=("", "_asked"))
    wrong = (rows["granted_at"] <= rows["received_at"]) | (rows["amount_eur"] != rows["compensation_eur"])
    given = tables["complaints"]["compensation_eur"] > 0
    return int(wrong.sum() + abs(int(given.sum()) - len(tables["compensations"])))


def _used_without_order(tables: Tables) -> int:
    used = tables["compensations"].loc[lambda rows: rows["used_on"].notna()]
    ordered = tables["orders"][["customer_id", "ordered_at"]]
    bought = set(zip(ordered["customer_id"], ordered["ordered_at"].dt.strftime("%Y-%m-%d"), strict=True))
    days = pd.to_datetime(used["used_on"])
    known = [pair in bought for pair in zip(used["customer_id"], days.dt.strftime("%Y-%m-%d"), strict=True)]
    early = days <= used["granted_at"]
    return int((~np.array(known, dtype=bool) | early.to_numpy()).sum())


RULES = (
    Rule(
        sentence="a voucher is used on the day of an order of the customer, after it was granted",
        tables=("compensations", "orders"),
        violations=_used_without_order,
    ),
    Rule(
        sentence="each complaint with a gesture has one compensation of that amount, granted after the complaint",
        tables=("compensations", "complaints"),
        violations=_early,
    ),
)

PARENT_COLUMNS = {"orders": tuple(later_order(number) for number in range(1, LATER_ORDERS + 1))}

TABLE = Table(
    name="compensations",
    meaning="A gesture made for a complaint.",
    rows=(PerParent("complaints", "is_compensated", 1),),
    columns=(
        Column(name="compensation_id", kind=Key(), meaning="Key of the gesture."),
        Column(name="complaint_id", kind=ForeignKey("complaints"), meaning="The complaint it answers."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who received it."),
        Column(
            name="kind",
            kind=Category(KINDS),
            meaning="What was given.",
            recipe=categorical.choice_by({"orders.damaged": "$kinds_damaged", "complaints.replied": "$kinds_other"}),
        ),
        Column(
            name="amount_eur",
            kind=Number(2, 0.0, 9_000.0),
            unit="EUR",
            meaning="What it is worth.",
            recipe=derived.copy("complaints.compensation_eur"),
        ),
        Column(
            name="decided_by",
            kind=Category(("adviser", "manager")),
            meaning="Who decided it: an adviser up to a limit, else a manager.",
            recipe=derived.formula(
                lambda amount, limit: (amount > limit).astype(np.int64),
                "amount_eur",
                "$adviser_limit_eur",
                sentence="manager above adviser_limit_eur",
            ),
        ),
        Column(
            name="granted_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When it was granted, with the reply.",
            recipe=derived.copy("complaints.replied_at"),
        ),
        Column(
            name="next_day",
            kind=Integer(0, NEVER),
            meaning="Day of the customer's first order after the gesture while a voucher holds.",
            recipe=derived.formula(
                first_order_after,
                "granted_at",
                "$voucher_valid_days",
                *(f"orders.later_day_{number}" for number in range(1, LATER_ORDERS + 1)),
                sentence="first of the later orders that follows granted_at within voucher_valid_days",
            ),
            role="working",
        ),
        Column(
            name="is_used",
            kind=Boolean(),
            meaning="Whether a voucher was used by the end of 2024; other gestures always are.",
            recipe=derived.draw(
                lambda u, kind, day, share: (kind != VOUCHER) | ((day < NEVER) & (u < share)),
                "kind",
                "next_day",
                "$voucher_used_share",
                sentence="vouchers by voucher_used_share, if an order followed",
            ),
        ),
        Column(
            name="used_voucher",
            kind=Boolean(),
            meaning="Whether it is a voucher that was used.",
            recipe=derived.formula(np.logical_and, "is_used", "kind=voucher", sentence="is_used, voucher"),
            role="working",
        ),
        Column(
            name="used_on",
            kind=Date(),
            meaning="Day of the order with which a voucher was used; empty for those not used and for other gestures.",
            recipe=derived.copy("next_day"),
            when="used_voucher",
        ),
    ),
)
