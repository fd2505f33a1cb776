"""Compensations: what was given for a complaint, by whom, and whether it was used."""

import numpy as np

from cxdata.recipes import categorical, derived, lookup
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Key, Number, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Parameter, Rule
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, PerParent, Table

KINDS = ("voucher", "refund", "replacement", "gift")
VOUCHER = KINDS.index("voucher")
DAY_SECONDS = 86_400


def granted(received: Array, hours: Array) -> Array:
    """Return when a gesture was made: with the reply."""
    return received + np.rint(hours * 3600.0).astype(np.int64)


def used_day(u: Array, at: Array, mean: float) -> Array:
    """Return the day on which a voucher was used: weeks after it was granted, within its year."""
    days = np.minimum(3.0 + mean * lookup.exponential(u), 360.0)
    return at // DAY_SECONDS + days.astype(np.int64)


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
    Parameter(name="voucher_used_share", value=0.62, unit="share", meaning="Vouchers that are used."),
    Parameter(
        name="voucher_used_days",
        value=45.0,
        unit="days",
        meaning="Mean time until a voucher is used.",
        low=1.0,
        high=300.0,
    ),
)


def _early(tables: Tables) -> int:
    rows = tables["compensations"].merge(tables["complaints"], on="complaint_id", suffixes=("", "_asked"))
    wrong = (rows["granted_at"] <= rows["received_at"]) | (rows["amount_eur"] != rows["compensation_eur"])
    given = tables["complaints"]["compensation_eur"] > 0
    return int(wrong.sum() + abs(int(given.sum()) - len(tables["compensations"])))


RULES = (
    Rule(
        sentence="each complaint with a gesture has one compensation of that amount, granted after the complaint",
        tables=("compensations", "complaints"),
        violations=_early,
    ),
)

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
            recipe=derived.formula(
                granted, "complaints.received_at", "complaints.reply_delay_hours", sentence="received_at and the delay"
            ),
        ),
        Column(
            name="is_used",
            kind=Boolean(),
            meaning="Whether a voucher was used; other gestures always are.",
            recipe=derived.draw(
                lambda u, kind, share: (kind != VOUCHER) | (u < share),
                "kind",
                "$voucher_used_share",
                sentence="vouchers by voucher_used_share",
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
            meaning="Day on which a voucher was used; empty for those never used and for other gestures.",
            recipe=derived.draw(
                used_day, "granted_at", "$voucher_used_days", sentence="weeks after granted_at, within a year"
            ),
            when="used_voucher",
        ),
    ),
)
