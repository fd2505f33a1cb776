"""Complaints: how grave, whether and how fast they were answered, what was given, what was said afterwards."""

import numpy as np

from cxdata.catalog.tables.tilmarenne.contacts import CHANNELS
from cxdata.recipes import derived, numeric
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Number, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.table import Column, PerParent, Table

GESTURE_STEP_EUR = 5.0


def gesture(
    u: Array, made: Array, damaged: Array, amount: Array, severity: Array, least: float, step: float, for_damage: float
) -> Array:
    """Return gestures in euros: a share of the amount around its mean, in steps of five, at most the amount."""
    share = np.where(damaged, for_damage, least + step * severity) * (0.7 + 0.6 * u)
    rounded = np.maximum(np.rint(amount * share / GESTURE_STEP_EUR), 1.0) * GESTURE_STEP_EUR
    return made * np.minimum(rounded, amount)


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
            meaning="Whether Tilmarenne replied.",
            recipe=numeric.happens("$reply_base", {"gravity": "-$reply_severity", "channel=phone": "$reply_phone"}),
        ),
        Column(
            name="reply_delay_hours",
            kind=Number(1, 0.1, 2000.0),
            unit="hours",
            meaning="From the complaint to the reply.",
            recipe=numeric.log_normal(
                "$delay_log", {"gravity": "$delay_severity", "channel=phone": "-$delay_phone"}, noise="$delay_sd"
            ),
            when="replied",
        ),
        Column(
            name="is_resolved",
            kind=Boolean(),
            meaning="Whether the reply settled the matter.",
            recipe=numeric.happens("$settle_base", {"gravity": "-$settle_severity"}, only="replied"),
        ),
        Column(
            name="is_compensated",
            kind=Boolean(),
            meaning="Whether a gesture was made.",
            recipe=numeric.happens(
                "$gesture_base", {"gravity": "$gesture_severity", "orders.damaged": "$gesture_damaged"}, only="replied"
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
            name="is_unit",
            kind=Boolean(),
            meaning="Every complaint counts in the effect of a reply.",
            recipe=derived.formula(lambda severity: np.ones(len(severity), dtype=bool), "severity", sentence="always"),
            role="working",
        ),
    ),
)
