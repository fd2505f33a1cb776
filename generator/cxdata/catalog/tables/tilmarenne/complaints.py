"""Complaints: how grave, whether and how fast they were answered, what was given, what was said afterwards."""

from typing import Any

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne.contacts import CHANNELS
from cxdata.recipes import derived, numeric
from cxdata.schema.effect import Effect
from cxdata.schema.estimator import difference_in_means, stratified_difference
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Number, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Parameter, Rule
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, PerParent, Table

GESTURE_STEP_EUR = 5.0
VALUABLE_EUR = 120.0


def gesture(
    u: Array, made: Array, damaged: Array, amount: Array, severity: Array, least: float, step: float, for_damage: float
) -> Array:
    """Return gestures in euros: a share of the amount around its mean, in steps of five, at most the amount."""
    share = np.where(damaged, for_damage, least + step * severity) * (0.7 + 0.6 * u)
    rounded = np.maximum(np.rint(amount * share / GESTURE_STEP_EUR), 1.0) * GESTURE_STEP_EUR
    return made * np.minimum(rounded, amount)


PARAMETERS = (
    Parameter(
        name="desk_opens",
        value=8.5,
        unit="hour of day",
        meaning="Opening of the desk that answers complaints and reviews, Monday to Saturday.",
        low=0,
        high=24,
    ),
    Parameter(name="desk_closes", value=19.0, unit="hour of day", meaning="Closing of that desk.", low=0, high=24),
    Parameter(
        name="office_opens",
        value=9.0,
        unit="hour of day",
        meaning="Opening of the offices of other departments, Monday to Friday.",
        low=0,
        high=24,
    ),
    Parameter(
        name="office_closes", value=18.0, unit="hour of day", meaning="Closing of those offices.", low=0, high=24
    ),
    Parameter(
        name="fast_hours", value=48.0, unit="hours", meaning="A reply within these hours is fast.", low=0.1, high=2000.0
    ),
    Parameter(
        name="valuable_eur",
        value=VALUABLE_EUR,
        unit="EUR",
        meaning="From this amount an order is worth much.",
        low=0.0,
        high=9000.0,
    ),
    Parameter(name="gesture_valuable", value=0.7, unit="logit", meaning="Gesture, added for orders worth much."),
    Parameter(name="fast_on_score", value=0.20, unit="sd", meaning="Effect of a reply within two days."),
    Parameter(name="second_on_score", value=0.30, unit="sd", meaning="Loss where an earlier order had gone wrong too."),
    Parameter(
        name="double_on_score",
        value=0.25,
        unit="sd",
        meaning="By how much less a reply does after a second failure (Maxham and Netemeyer 2002: no paradox after two failures).",
    ),
    Parameter(
        name="spoken_on_score",
        value=0.50,
        unit="sd",
        meaning="Gain for complaints by phone: whoever could say it to a person has been heard, whatever follows.",
    ),
    Parameter(name="valuable_on_score", value=0.25, unit="sd", meaning="Loss for orders worth much."),
)


CONSTRAINTS = (
    Constraint(
        sentence="offices must keep hours within those of the desk; lower desk_opens or office_closes, or raise the others.",
        parameters=("desk_opens", "office_opens", "office_closes", "desk_closes"),
        holds=lambda desk, office, ends, closes: desk <= office < ends <= closes,
    ),
)


def _out_of_hours(tables: Tables) -> int:
    rows = tables["complaints"].loc[lambda rows: rows["replied"]]
    at = rows["received_at"] + pd.to_timedelta(rows["reply_delay_hours"], unit="h")
    return int((at.dt.day_of_week == calendar.SUNDAY).sum())


RULES = (Rule(sentence="no complaint is answered on a Sunday", tables=("complaints",), violations=_out_of_hours),)


def _answered_complaints(tables: Tables) -> Any:
    """Return one row per answered complaint whose customer was reached afterwards."""
    rows = tables["complaints"]
    frame = rows[rows["replied"] & rows["ltr_after"].notna()]
    orders = tables["orders"][["order_id", "amount_eur"]]
    parcels = tables["deliveries"][["order_id", "is_damaged"]]
    frame = frame.merge(orders, on="order_id").merge(parcels, on="order_id", how="left")
    return frame.assign(
        is_damaged=frame["is_damaged"].fillna(False).astype(bool),
        is_compensated=frame["compensation_eur"] > 0,
        is_valuable=frame["amount_eur"] >= VALUABLE_EUR,
    )


EFFECTS = (
    Effect(
        id="gesture_on_score",
        title="What does a gesture do to the recommendation of a customer whose complaint was answered?",
        treatment="complaints.is_compensated",
        outcome="ltr",
        population="replied",
        coefficients=("gesture_on_score",),
        estimand="mean change of the answer 0-10, all answered complaints, had each been given a gesture instead of none",
        confounding="Gestures go to the grave cases, to damaged goods and to dear orders, which leave a worse score whatever is given.",
        basis="Ours; that fairness of the outcome weighs most is published (Orsingher and others 2010).",
        right=stratified_difference(
            _answered_complaints,
            outcome="ltr_after",
            treatment="is_compensated",
            strata=("severity", "is_damaged", "is_valuable"),
            tables=("complaints", "orders", "deliveries"),
            sentence="difference within severity, damage and value, weighted by their shares",
        ),
        tempting=difference_in_means(
            _answered_complaints,
            outcome="ltr_after",
            treatment="is_compensated",
            tables=("complaints", "orders", "deliveries"),
            sentence="plain difference between complaints with and without a gesture",
        ),
    ),
)

TABLE = Table(
    name="complaints",
    meaning="A contact recorded as a complaint, and what became of it.",
    rows=(PerParent("contacts", "is_complaint", 1),),
    columns=(
        Column(name="complaint_id", kind=Key(), meaning="Key of the complaint."),
        Column(name="contact_id", kind=ForeignKey("contacts"), meaning="The contact that brought it."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who complained."),
        Column(name="order_id", kind=ForeignKey("orders"), meaning="The order it is about."),
        Column(
            name="received_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When it was received.",
            recipe=derived.copy("contacts.contacted_at"),
        ),
        Column(
            name="channel", kind=Category(CHANNELS), meaning="How it came in.", recipe=derived.copy("contacts.channel")
        ),
        Column(
            name="grievance",
            kind=Number(4),
            unit="sd",
            meaning="Gravity before it is put on a scale.",
            recipe=numeric.score(
                "$zero",
                {"orders.satisfaction": "-$severity_satisfaction", "orders.is_bulky": "$severity_bulky"},
                noise="$one",
            ),
            role="working",
        ),
        Column(
            name="severity",
            kind=Integer(1, 5),
            unit="1 trifle to 5 grave",
            meaning="Gravity as judged by the adviser on receipt.",
            recipe=numeric.ordinal("grievance", "$severity_cuts", lowest=1),
        ),
        Column(
            name="gravity",
            kind=Integer(-2, 2),
            meaning="Severity around its middle.",
            recipe=derived.formula(lambda severity: severity - 3, "severity", sentence="severity less 3"),
            role="working",
        ),
        Column(
            name="replied",
            kind=Boolean(),
            meaning="Whether Tilmarenne replied. Nobody sorted complaints by severity then: easy ones were dealt with first, and grave ones more often lay unanswered.",
            recipe=numeric.happens("$reply_base", {"gravity": "-$reply_severity", "channel=phone": "$reply_phone"}),
        ),
        Column(
            name="reply_work_hours",
            kind=Number(4, 0.1, 700.0),
            unit="hours",
            meaning="Working hours from the complaint to the reply, had there been one.",
            recipe=numeric.log_normal(
                "$delay_log", {"gravity": "$delay_severity", "channel=phone": "-$delay_phone"}, noise="$delay_sd"
            ),
            role="working",
        ),
        Column(
            name="replied_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When the reply went out, had there been one.",
            recipe=derived.formula(
                calendar.after_work,
                "received_at",
                "reply_work_hours",
                "$desk_opens",
                "$desk_closes",
                sentence="reply_work_hours after received_at, counted within the hours of the desk",
            ),
            role="working",
        ),
        Column(
            name="reply_delay_hours",
            kind=Number(1, 0.1, 2000.0),
            unit="hours",
            meaning="From the complaint to the reply, nights and Sundays included; the desk answers Monday to Saturday, holidays aside.",
            recipe=derived.formula(
                lambda received, answered: (answered - received) / 3600.0,
                "received_at",
                "replied_at",
                sentence="from received_at to replied_at",
            ),
            when="replied",
        ),
        Column(
            name="is_fast",
            kind=Boolean(),
            meaning="Whether the reply came within two days.",
            recipe=derived.formula(
                lambda replied, hours, most: replied & (hours <= most),
                "replied",
                "reply_delay_hours",
                "$fast_hours",
                sentence="replied within fast_hours",
            ),
            role="working",
        ),
        Column(
            name="is_second_failure",
            kind=Boolean(),
            meaning="Whether an earlier order of the same customer had gone wrong too, as the file shows.",
            recipe=derived.copy("orders.is_repeat_failure"),
        ),
        Column(
            name="answered_again",
            kind=Boolean(),
            meaning="Whether a second failure was answered.",
            recipe=derived.formula(np.logical_and, "is_second_failure", "replied", sentence="replied, second failure"),
            role="working",
        ),
        Column(
            name="is_resolved",
            kind=Boolean(),
            meaning="Whether the reply settled the matter.",
            recipe=numeric.happens("$settle_base", {"gravity": "-$settle_severity"}, only="replied"),
        ),
        Column(
            name="is_valuable",
            kind=Boolean(),
            meaning="Whether the order was worth much.",
            recipe=derived.formula(
                lambda amount, least: amount >= least,
                "orders.amount_eur",
                "$valuable_eur",
                sentence="amount of valuable_eur or more",
            ),
            role="working",
        ),
        Column(
            name="is_compensated",
            kind=Boolean(),
            meaning="Whether a gesture was made.",
            recipe=numeric.happens(
                "$gesture_base",
                {
                    "gravity": "$gesture_severity",
                    "orders.damaged": "$gesture_damaged",
                    "is_valuable": "$gesture_valuable",
                },
                only="replied",
            ),
            role="working",
        ),
        Column(
            name="compensation_eur",
            kind=Number(2, 0.0, 9_000.0),
            unit="EUR",
            meaning="Gesture made, 0 without one: a share of the amount that grows with severity, in steps of five euros.",
            recipe=derived.draw(
                gesture,
                "is_compensated",
                "orders.damaged",
                "orders.amount_eur",
                "severity",
                "$gesture_least",
                "$gesture_step",
                "$gesture_for_damage",
                sentence="share of the amount that grows with severity, more for damage, in steps of five",
            ),
        ),
        Column(
            name="attitude",
            kind=Number(4),
            unit="sd",
            meaning="Attitude to Tilmarenne after the complaint, before it is put on a scale.",
            recipe=numeric.score(
                "$after_base",
                {
                    "replied": "$reply_on_score",
                    "is_resolved": "$settle_on_score",
                    "is_compensated": "$gesture_on_score",
                    "is_fast": "$fast_on_score",
                    "is_second_failure": "-$second_on_score",
                    "answered_again": "-$double_on_score",
                    "is_valuable": "-$valuable_on_score",
                    "channel=phone": "$spoken_on_score",
                    "gravity": "-$severity_on_score",
                    "customers.leniency": "$leniency_on_score",
                },
                noise="$one",
            ),
            role="latent",
        ),
        Column(
            name="ltr",
            kind=Integer(0, 10),
            unit="0-10",
            meaning="Recommendation the customer would give afterwards, asked or not.",
            recipe=numeric.ordinal("attitude", "$after_cuts", lowest=0),
            role="latent",
        ),
        Column(
            name="gave_score",
            kind=Boolean(),
            meaning="Whether the customer answered the call three weeks later.",
            recipe=numeric.chance("$after_answer_share"),
            role="working",
        ),
        Column(
            name="ltr_after",
            kind=Integer(0, 10),
            unit="0-10",
            meaning="Recommendation given three weeks after the complaint; empty where the customer was not reached.",
            recipe=derived.copy("ltr"),
            when="gave_score",
        ),
        Column(
            name="step_count",
            kind=Integer(3, 6),
            meaning="Steps of handling: three where nobody answered, else all six.",
            recipe=derived.formula(lambda replied: 3 + 3 * replied, "replied", sentence="three, or six if replied"),
            role="working",
        ),
        Column(
            name="is_unit",
            kind=Boolean(),
            meaning="Every complaint counts in the effect of a reply.",
            recipe=derived.formula(lambda severity: np.ones(len(severity), dtype=bool), "severity", sentence="always"),
            role="working",
        ),
    ),
)
