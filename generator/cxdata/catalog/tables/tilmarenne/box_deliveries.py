"""Box deliveries: month by month, on time or late, announced or passed over in silence, and whether the customer stayed."""

from typing import Any

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne import _box
from cxdata.recipes import derived, numeric
from cxdata.schema.effect import Effect, Quantity
from cxdata.schema.estimator import difference_in_means, stratified_difference
from cxdata.schema.kinds import Boolean, Date, ForeignKey, Integer, Key, Number
from cxdata.schema.scenario import Constraint, Rule, ours
from cxdata.schema.statistic import Estimate, Statistic, percent
from cxdata.schema.table import Column, PerParent, Table

HORIZON = 12
"""Boxes after which retention is asked for."""
BANDS = (0, 1, 3, 6, 30)
"""Bounds of box numbers within which the hazard is nearly level."""


PARAMETERS = (
    ours("box_late_base", -1.95, "logit", "Late box (12%)."),
    ours("box_late_failed", 3.2, "logit", "Late, added in October 2023, when the supply failed."),
    ours("box_late_december", 0.6, "logit", "Late, added in December."),
    ours("box_late_rural", 0.25, "logit", "Late, added in the country."),
    ours("box_late_days", 3.5, "days", "Mean days that a late box takes beyond two.", 0.1, 20.0),
    ours("box_told_base", -1.0, "logit", "Told of a late box beforehand, without e-mail (27%)."),
    ours("box_told_email", 1.9, "logit", "Told, added for those who accept e-mail: the notice goes by e-mail."),
    ours("box_told_failed", 4.0, "logit", "Told, added in October 2023: everybody was."),
    ours("box_churn_base", -1.45, "logit", "Cancels after the first box."),
    ours(
        "box_churn_shape",
        0.75,
        "shape",
        "Shape of the falling hazard, as a Weibull shape: below one the hazard falls with time.",
        0.1,
        1.0,
    ),
    ours("box_churn_email", 0.9, "logit", "Cancels, less for those who accept e-mail."),
    ours("box_churn_large", 0.25, "logit", "Cancels, added for the large box."),
    ours("box_churn_pleasure", 0.30, "logit", "Cancels, less per step of pleasure with the box."),
    ours("box_churn_silence", 1.25, "logit", "Cancels, added by a late box without a word. Ours.", 0.0, 5.0),
    ours("box_wow_pleasure", 0.9, "sd", "Pleasure, added by another format, for those whom it moves."),
    ours("box_rating_late", 0.15, "sd", "Rating, less for a late box that was announced."),
    ours("box_rating_silence", 0.9, "sd", "Rating, less for a late box without a word."),
    ours("box_rating_cuts", (-1.7, -1.05, -0.3, 0.7), "sd", "Thresholds between ratings of 1 to 5."),
    ours("box_rating_share", 0.42, "share", "Boxes that are rated."),
)

CONSTRAINTS = (
    Constraint(
        sentence="the thresholds of box_rating_cuts must rise.",
        parameters=("box_rating_cuts",),
        holds=lambda cuts: list(cuts) == sorted(set(cuts)),
    ),
)


def boxes(tables: Any) -> Any:
    """Return one row per box, with what is known of its subscriber."""
    customers = tables["customers"][["customer_id", "accepts_email"]]
    frame = tables["box_deliveries"].merge(customers, on="customer_id")
    band = pd.cut(frame["box_number"], BANDS, labels=False)
    return frame.assign(is_silent=frame["is_announced"].eq(False).fillna(False).astype(bool), band=band)


def subscribers(tables: Any) -> Any:
    """Return one row per subscription: whether it ever had a late box without a word, whether it was cancelled."""
    rows = tables["subscriptions"].loc[lambda rows: rows["boxes_sent"] > 0]
    given = boxes(tables)
    silent = given.loc[given["is_silent"], "subscription_id"].unique()
    return rows.assign(
        is_silent=rows["subscription_id"].isin(silent), is_cancelled=rows["cancelled_on"].notna().astype(float)
    )


def _retention(at_risk: pd.Series, leaving: pd.Series) -> Estimate:
    """Return the product of one less the hazards of the first boxes, in percent, with Greenwood's standard error."""
    stayed, spread = 1.0, 0.0
    for number in range(1, HORIZON + 1):
        risk, events = float(at_risk.get(number, 0.0)), float(leaving.get(number, 0.0))
        if risk == 0.0:
            return Estimate(float("nan"), float("inf"), 0)
        stayed *= 1.0 - events / risk
        if events < risk:
            spread += events / (risk * (risk - events))
    return Estimate(100.0 * stayed, 100.0 * stayed * float(np.sqrt(spread)), int(at_risk.sum()))


def _true_retention(tables: Any) -> Estimate:
    both = tables["box_deliveries"][["box_delivery_id", "box_number"]].merge(
        tables["latents/box_deliveries"][["box_delivery_id", "cancel_chance"]], on="box_delivery_id"
    )
    return _retention(both.groupby("box_number").size(), both.groupby("box_number")["cancel_chance"].sum())


def _kaplan_meier(tables: Any) -> Estimate:
    rows = tables["box_deliveries"]
    return _retention(rows.groupby("box_number").size(), rows.groupby("box_number")["is_cancelled_after"].sum())


def _odd_boxes(tables: Any) -> int:
    rows = tables["box_deliveries"].merge(
        tables["subscriptions"][
            ["subscription_id", "started_on", "cancelled_on", "boxes_sent", "paused_on", "resumed_on"]
        ],
        on="subscription_id",
    )
    sent, planned = pd.to_datetime(rows["sent_on"]), pd.to_datetime(rows["planned_on"])
    late = (rows["is_late"] != (sent > planned)) | (rows["is_late"] != rows["is_announced"].notna())
    outside = (sent <= pd.to_datetime(rows["started_on"])) | (sent >= pd.to_datetime(rows["cancelled_on"]))
    paused = (sent > pd.to_datetime(rows["paused_on"])) & ~(sent >= pd.to_datetime(rows["resumed_on"]))
    last = rows["is_cancelled_after"] != (rows["cancelled_on"].notna() & (rows["box_number"] == rows["boxes_sent"]))
    return int((late | outside | paused | last).sum())


RULES = (
    Rule(
        sentence="a box is sent during its subscription, not in a pause, is late if sent after its day, and the last one before the end ends it",
        tables=("box_deliveries", "subscriptions"),
        violations=_odd_boxes,
    ),
)

EFFECTS = (
    Effect(
        id="silence_on_cancelling",
        title="What does it do to subscribers when a late box is passed over in silence?",
        treatment="box_deliveries.is_late_in_silence",
        outcome="is_cancelled_after",
        population="is_unit",
        coefficients=("box_churn_silence",),
        estimand="mean change of the share who cancel after a box, all boxes, had each come late without a word instead of on time or announced as late",
        confounding="Subscribers with many boxes have had more occasions for a late one, so those who met silence are those who stayed long.",
        basis="That an announced late box costs no subscribers is published (My Little Paris, in the podcast of Cx Advisor); that silence does, and how many, is ours.",
        right=stratified_difference(
            boxes,
            outcome="is_cancelled_after",
            treatment="is_silent",
            strata=("accepts_email", "band"),
            tables=("box_deliveries", "customers"),
            sentence="difference between boxes late without a word and others, within consent to e-mail and bands of box numbers",
        ),
        tempting=difference_in_means(
            subscribers,
            outcome="is_cancelled",
            treatment="is_silent",
            tables=("subscriptions", "box_deliveries"),
            sentence="share of subscriptions cancelled by the end of 2024, with and without a silent late box",
        ),
    ),
)

QUANTITIES = (
    Quantity(
        id="box_retention",
        title="How many subscribers are left after twelve boxes?",
        estimand="percent of subscribers who have not cancelled after their twelfth box, at the true hazards",
        confounding="Most subscriptions have not yet had twelve boxes: those still active at the end of 2024 may yet leave.",
        basis="Ours.",
        truth=Statistic(
            function=_true_retention,
            tables=("box_deliveries", "latents/box_deliveries"),
            sentence="product of one less the true hazards of boxes 1 to 12",
        ),
        right=Statistic(
            function=_kaplan_meier,
            tables=("box_deliveries",),
            sentence="Kaplan-Meier: product of one less the share who cancel among those at risk, boxes 1 to 12",
        ),
        tempting=percent(
            "subscriptions",
            lambda rows: rows["cancelled_on"].isna(),
            sentence="share of all subscriptions still active",
        ),
    ),
)

TABLE = Table(
    name="box_deliveries",
    meaning="A monthly box to a subscriber.",
    rows=(PerParent("subscriptions", "box_slots", 24),),
    keep="is_sent",
    columns=(
        Column(name="box_delivery_id", kind=Key(), meaning="Key of the box."),
        Column(name="subscription_id", kind=ForeignKey("subscriptions"), meaning="The subscription."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="The subscriber."),
        Column(
            name="box_number",
            kind=Integer(1, 24),
            meaning="Its place among the subscriber's boxes.",
            recipe=derived.formula(lambda slot: slot + 1, "#slot", sentence="1 and up"),
        ),
        Column(
            name="month",
            kind=Integer(0, 40),
            meaning="Month of the window, 0 for January 2023.",
            recipe=derived.formula(
                _box.box_month,
                "#slot",
                "subscriptions.started_on",
                "subscriptions.wants_pause",
                "subscriptions.pause_after",
                "subscriptions.pause_months",
                sentence="months after subscribing, later past a pause",
            ),
            role="working",
        ),
        Column(
            name="planned_on",
            kind=Date(),
            meaning="Day for which the boxes of the month were planned.",
            recipe=derived.formula(_box.planned_day, "month", sentence="sixth of the month, or the next working day"),
        ),
        Column(
            name="is_failed_month",
            kind=Boolean(),
            meaning="Whether it is the box of October 2023.",
            recipe=derived.formula(lambda month: month == _box.FAILED_MONTH, "month", sentence="October 2023"),
            role="working",
        ),
        Column(
            name="is_december",
            kind=Boolean(),
            meaning="Whether it is a December box.",
            recipe=derived.formula(lambda month: month % 12 == 11, "month", sentence="December"),
            role="working",
        ),
        Column(
            name="is_late",
            kind=Boolean(),
            meaning="Whether it was sent after the planned day.",
            recipe=numeric.happens(
                "$box_late_base",
                {
                    "is_failed_month": "$box_late_failed",
                    "is_december": "$box_late_december",
                    "households.area=rural": "$box_late_rural",
                },
            ),
        ),
        Column(
            name="sent_on",
            kind=Date(),
            meaning="Day on which it was sent.",
            recipe=derived.draw(
                lambda u, planned, late, days: planned + _box.days_behind(u, late, days),
                "planned_on",
                "is_late",
                "$box_late_days",
                sentence="the planned day, two and more later if late",
            ),
        ),
        Column(
            name="is_told",
            kind=Boolean(),
            meaning="Whether the subscriber would be told of a late box beforehand.",
            recipe=numeric.happens(
                "$box_told_base",
                {"customers.accepts_email": "$box_told_email", "is_failed_month": "$box_told_failed"},
            ),
            role="working",
        ),
        Column(
            name="is_announced",
            kind=Boolean(),
            meaning="Whether the subscriber was told beforehand, and why; empty for boxes on time.",
            recipe=derived.copy("is_told"),
            when="is_late",
        ),
        Column(
            name="is_late_in_silence",
            kind=Boolean(),
            meaning="Whether it was late and nobody said so.",
            recipe=derived.formula(
                lambda late, told: late & ~told, "is_late", "is_told", sentence="is_late and not is_told"
            ),
            role="working",
        ),
        Column(
            name="is_unit",
            kind=Boolean(),
            meaning="Every box counts in the effect of silence.",
            recipe=derived.formula(lambda month: np.ones(len(month), dtype=bool), "month", sentence="always"),
            role="working",
        ),
        Column(
            name="has_wow_format",
            kind=Boolean(),
            meaning="Whether the box had another format, as in four months of the year.",
            recipe=derived.formula(
                lambda month: np.isin(month % 12, _box.WOW_MONTHS),
                "month",
                sentence="March, June, September and December",
            ),
        ),
        Column(
            name="moved",
            kind=Boolean(),
            meaning="Whether another format moved the subscriber.",
            recipe=derived.formula(np.logical_and, "has_wow_format", "subscriptions.is_moved_by_wow", sentence="both"),
            role="working",
        ),
        Column(
            name="pleasure",
            kind=Number(4),
            unit="sd",
            meaning="Pleasure with what was in the box.",
            recipe=numeric.score("$zero", {"moved": "$box_wow_pleasure"}, noise="$one"),
            role="latent",
        ),
        Column(
            name="verdict",
            kind=Number(4),
            unit="sd",
            meaning="Rating before it is put on a scale.",
            recipe=numeric.score(
                "$zero",
                {"pleasure": "$one", "is_late": "-$box_rating_late", "is_late_in_silence": "-$box_rating_silence"},
            ),
            role="working",
        ),
        Column(
            name="is_rated",
            kind=Boolean(),
            meaning="Whether it was rated.",
            recipe=numeric.chance("$box_rating_share"),
            role="working",
        ),
        Column(
            name="rating",
            kind=Integer(1, 5),
            unit="1-5",
            meaning="Rating of the box; empty where none was given.",
            recipe=numeric.ordinal("verdict", "$box_rating_cuts", lowest=1),
            when="is_rated",
        ),
        Column(
            name="time_shape",
            kind=Number(4),
            unit="logit",
            meaning="Fall of the hazard with the number of the box.",
            recipe=derived.formula(
                lambda number, shape: (shape - 1.0) * _box.log_number(number),
                "box_number",
                "$box_churn_shape",
                sentence="(shape - 1) x log of box_number",
            ),
            role="working",
        ),
        Column(
            name="cancel_logit",
            kind=Number(4),
            unit="logit",
            meaning="Log-odds that the subscriber cancels after it.",
            recipe=numeric.score(
                "$box_churn_base",
                {
                    "time_shape": "$one",
                    "subscriptions.frailty": "$one",
                    "customers.accepts_email": "-$box_churn_email",
                    "subscriptions.box_format=large": "$box_churn_large",
                    "pleasure": "-$box_churn_pleasure",
                    "is_late_in_silence": "$box_churn_silence",
                },
            ),
            role="working",
        ),
        Column(
            name="cancel_chance",
            kind=Number(4, 0.0, 1.0),
            unit="share",
            meaning="True hazard: the chance that the subscriber cancels after it.",
            recipe=derived.formula(_box.chance, "cancel_logit", sentence="logistic of cancel_logit"),
            role="latent",
        ),
        Column(
            name="is_cancelled_after",
            kind=Boolean(),
            meaning="Whether the subscription was cancelled after it.",
            recipe=derived.draw(np.less, "cancel_chance", sentence="true with probability cancel_chance"),
        ),
        Column(
            name="cancelled_day",
            kind=Integer(0, 40_000),
            meaning="Day of cancelling, if it was after this box, else 0.",
            recipe=derived.draw(
                lambda u, cancels, month, sent: cancels * _box.cancel_day(u, month, sent),
                "is_cancelled_after",
                "month",
                "sent_on",
                sentence="some days after the box, before the month ends",
            ),
            role="working",
        ),
        Column(
            name="ends_in_silence",
            kind=Boolean(),
            meaning="Whether it was cancelled after a late box without a word.",
            recipe=derived.formula(
                np.logical_and, "is_cancelled_after", "is_late_in_silence", sentence="both at this box"
            ),
            role="working",
        ),
        Column(
            name="is_sent",
            kind=Boolean(),
            meaning="Whether the subscription was still running.",
            recipe=derived.none_before("is_cancelled_after"),
            role="working",
        ),
    ),
)
