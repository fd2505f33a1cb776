"""Subscriptions to the monthly box: begun, paused, cancelled, with the subscriber's own inclination to leave."""

from typing import Any

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne import _box
from cxdata.recipes import categorical, derived, numeric
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Parameter, Rule, ours
from cxdata.schema.table import Column, PerParent, Table

TYPES = ("garden", "home")
REASONS = ("price", "late_boxes", "content", "too_many_things", "other")
FORMATS = ("small", "large")


def reason(u: Array, silent: Array, usual: tuple[float, ...], after_silence: tuple[float, ...]) -> Array:
    """Return why a customer cancelled: of those left without word of a late box, mostly that."""
    return np.where(silent, categorical.pick(u, after_silence), categorical.pick(u, usual))


PARAMETERS = (
    ours("box_base", -3.45, "logit", "Subscribes to the monthly box (4% of customers)."),
    ours("box_email", 0.5, "logit", "Subscribes, added for those who accept e-mail."),
    ours("box_gardeners", 0.5, "logit", "Subscribes, added for gardeners."),
    ours("box_home_makers", 0.5, "logit", "Subscribes, added for home makers."),
    ours("box_digital", 0.3, "logit", "Subscribes, per step of ease with screens."),
    ours("box_dormant", 2.0, "logit", "Subscribes, less for those who have left."),
    ours(
        "box_months",
        (1.30, 0.90, 1.05, 1.10, 0.95, 0.85, 0.70, 0.70, 1.15, 1.05, 1.20, 1.35),
        "factor",
        "Pace of new subscriptions by month: after holidays, and as gifts before and after Christmas.",
        0.01,
        10.0,
    ),
    Parameter(
        name="box_day_ends",
        derive=_box.pace,
        inputs=("box_months",),
        unit="ticks",
        meaning="Tick at which each day of the window ends, on the clock of new subscriptions.",
    ),
    ours("box_garden_share", 0.75, "share", "Garden boxes among gardeners."),
    ours("box_garden_share_others", 0.30, "share", "Garden boxes among others."),
    ours("box_large_share", 0.35, "share", "Subscriptions to the large box."),
    ours("box_prices_eur", (19.90, 29.90), "EUR", "Monthly price of the small and the large box.", 1.0, 500.0),
    ours("box_frailty_sd", 0.55, "logit", "Spread of subscribers' own inclination to leave.", 0.0),
    ours("box_pause_share", 0.14, "share", "Subscribers who wish for a pause at some time."),
    ours("box_wow_ages", (0.55, 0.40, 0.20), "share", "Who is moved by another format: under 25, under 55, older."),
    ours("box_reasons", (0.31, 0.03, 0.22, 0.27, 0.17), "shares", "Reasons given on cancelling, price to other."),
    ours("box_reasons_silent", (0.12, 0.62, 0.08, 0.10, 0.08), "shares", "The same after a late box without a word."),
)


def _odd_dates(tables: Any) -> int:
    rows = tables["subscriptions"].merge(tables["customers"][["customer_id", "joined_on"]], on="customer_id")
    start, end = pd.to_datetime(rows["started_on"]), pd.to_datetime(rows["cancelled_on"])
    pause, again = pd.to_datetime(rows["paused_on"]), pd.to_datetime(rows["resumed_on"])
    early = (start < pd.to_datetime(rows["joined_on"])) | (end <= start) | (pause <= start) | (again <= pause)
    reason = rows["cancel_reason"].notna() != end.notna()
    return int((early | reason | (end <= again) | (pause >= end)).sum())


def _odd_counts(tables: Any) -> int:
    subscriptions, boxes = tables["subscriptions"], tables["box_deliveries"]
    count = subscriptions["subscription_id"].map(boxes.groupby("subscription_id").size()).fillna(0)
    return int((count != subscriptions["boxes_sent"]).sum())


RULES = (
    Rule(
        sentence="a subscription begins after joining, is paused before it goes on, and ends after all that, with a reason",
        tables=("subscriptions", "customers"),
        violations=_odd_dates,
    ),
    Rule(
        sentence="a subscription counts its boxes",
        tables=("subscriptions", "box_deliveries"),
        violations=_odd_counts,
    ),
)

PARENT_COLUMNS = {
    "customers": (
        Column(
            name="box_logit",
            kind=Number(4),
            unit="logit",
            meaning="Log-odds of subscribing to the monthly box.",
            recipe=numeric.score(
                "$box_base",
                {
                    "accepts_email": "$box_email",
                    "segment=gardeners": "$box_gardeners",
                    "segment=home_makers": "$box_home_makers",
                    "digital_affinity": "$box_digital",
                    "is_dormant": "-$box_dormant",
                },
            ),
            role="working",
        ),
        Column(
            name="has_box",
            kind=Boolean(),
            meaning="Whether the customer subscribes to the monthly box at some time.",
            recipe=derived.draw(_box.subscribes, "box_logit", "joined_on", sentence="true with logit box_logit"),
            role="working",
        ),
    ),
}

TABLE = Table(
    name="subscriptions",
    meaning="A customer's subscription to the monthly box.",
    rows=(PerParent("customers", "has_box", 1),),
    columns=(
        Column(name="subscription_id", kind=Key(), meaning="Key of the subscription."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who subscribed."),
        Column(
            name="box_type",
            kind=Category(TYPES),
            meaning="What the box is about.",
            recipe=derived.draw(
                lambda u, gardener, own, others: (u >= np.where(gardener, own, others)).astype(np.int64),
                "customers.segment=gardeners",
                "$box_garden_share",
                "$box_garden_share_others",
                sentence="garden for most gardeners and some others",
            ),
        ),
        Column(
            name="box_format",
            kind=Category(FORMATS),
            meaning="Size of the box.",
            recipe=derived.draw(
                lambda u, share: (u < share).astype(np.int64), "$box_large_share", sentence="large by its share"
            ),
        ),
        Column(
            name="price_eur_month",
            kind=Number(2, 0.0, 500.0),
            unit="EUR a month",
            meaning="Monthly price.",
            recipe=derived.formula(
                lambda size, prices: np.asarray(prices)[size], "box_format", "$box_prices_eur", sentence="by its size"
            ),
        ),
        Column(
            name="started_on",
            kind=Date(),
            meaning="Day of subscribing; the first box comes in the month after.",
            recipe=derived.draw(
                _box.start_day, "customers.joined_on", "$box_day_ends", sentence="by season, from joining on"
            ),
        ),
        Column(
            name="frailty",
            kind=Number(4),
            unit="logit",
            meaning="Own inclination to leave: it thins out the impatient, so that those who stay leave less and less.",
            recipe=numeric.score("$zero", {}, noise="$box_frailty_sd"),
            role="latent",
        ),
        Column(
            name="is_moved_by_wow",
            kind=Boolean(),
            meaning="Whether a box in another format pleases this subscriber more.",
            recipe=derived.draw(
                lambda u, age, shares: u < np.where(age < 25, shares[0], np.where(age < 55, shares[1], shares[2])),
                "customers.age",
                "$box_wow_ages",
                sentence="by age: the young more often",
            ),
            role="latent",
        ),
        Column(
            name="wants_pause",
            kind=Boolean(),
            meaning="Whether a pause is wished for at some time.",
            recipe=numeric.chance("$box_pause_share"),
            role="working",
        ),
        Column(
            name="pause_after",
            kind=Integer(2, 10),
            unit="boxes",
            meaning="Boxes before the pause.",
            recipe=derived.draw(lambda u: 2 + (u * 9).astype(np.int64), sentence="two to ten"),
            role="working",
        ),
        Column(
            name="pause_months",
            kind=Integer(1, 3),
            unit="months",
            meaning="Length of the pause.",
            recipe=derived.draw(lambda u: 1 + (u * 3).astype(np.int64), sentence="one to three"),
            role="working",
        ),
        Column(
            name="box_slots",
            kind=Integer(0, _box.MOST_BOXES),
            unit="boxes",
            meaning="Boxes until the end of the window, if the customer never cancels.",
            recipe=derived.formula(
                _box.box_slots,
                "started_on",
                "wants_pause",
                "pause_after",
                "pause_months",
                sentence="one each month after the first, none in a pause",
            ),
            role="working",
        ),
        Column(
            name="boxes_sent",
            kind=Integer(0, _box.MOST_BOXES),
            unit="boxes",
            meaning="Boxes sent until the end of 2024, or until it was cancelled.",
            recipe=derived.formula(np.copy, "box_deliveries.box_number:count", sentence="number of boxes"),
        ),
        Column(
            name="is_cancelled",
            kind=Boolean(),
            meaning="Whether it was cancelled by the end of 2024.",
            recipe=derived.formula(np.copy, "box_deliveries.is_cancelled_after:any", sentence="any box it ended with"),
            role="working",
        ),
        Column(
            name="is_paused",
            kind=Boolean(),
            meaning="Whether a pause came about.",
            recipe=derived.formula(
                _box.pause_happens,
                "wants_pause",
                "pause_after",
                "boxes_sent",
                "is_cancelled",
                sentence="a wish for one, and boxes enough before it",
            ),
            role="working",
        ),
        Column(
            name="is_resumed",
            kind=Boolean(),
            meaning="Whether it went on after a pause, within the window.",
            recipe=derived.formula(
                _box.resumes, "is_paused", "started_on", "pause_after", "pause_months", sentence="before 2025"
            ),
            role="working",
        ),
        Column(
            name="paused_on",
            kind=Date(),
            meaning="Day on which a pause began; empty without one.",
            recipe=derived.draw(
                _box.paused_day, "started_on", "pause_after", sentence="late in the month of the last box before it"
            ),
            when="is_paused",
        ),
        Column(
            name="resumed_on",
            kind=Date(),
            meaning="Day on which it went on; empty without a pause, or while it lasts.",
            recipe=derived.formula(
                _box.resumed_day, "started_on", "pause_after", "pause_months", sentence="first day of that month"
            ),
            when="is_resumed",
        ),
        Column(
            name="cancelled_on",
            kind=Date(),
            meaning="Day of cancelling; empty while it is active.",
            recipe=derived.formula(np.copy, "box_deliveries.cancelled_day:max", sentence="day after the last box"),
            when="is_cancelled",
        ),
        Column(
            name="left_in_silence",
            kind=Boolean(),
            meaning="Whether it was cancelled after a late box without a word.",
            recipe=derived.formula(np.copy, "box_deliveries.ends_in_silence:any", sentence="any box that did it"),
            role="working",
        ),
        Column(
            name="cancel_reason",
            kind=Category(REASONS),
            meaning="Reason given on cancelling; empty while it is active.",
            recipe=derived.draw(
                reason,
                "left_in_silence",
                "$box_reasons",
                "$box_reasons_silent",
                sentence="after a late box without a word mostly that",
            ),
            when="is_cancelled",
        ),
    ),
)
