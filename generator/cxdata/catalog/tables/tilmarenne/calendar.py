"""The calendar: holidays, sales, what the company wrote into its log of incidents, and the crises behind it."""

from datetime import date, timedelta

import numpy as np

from cxdata.catalog.tables.tilmarenne import _calendar
from cxdata.recipes import derived, lookup
from cxdata.recipes.temporal import day_number
from cxdata.schema.kinds import Boolean, Category, Date, Integer, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, ours
from cxdata.schema.table import Column, Reference, Table

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CRISES = ("none", "parcel_jam", "lamp_recall")
PARCEL_JAM, LAMP_RECALL = 1, 2
PARCEL_JAM_START, LAMP_RECALL_START = date(2023, 10, 9), date(2024, 5, 21)
RECALLED_FIRST, RECALLED_LAST = date(2024, 3, 1), LAMP_RECALL_START - timedelta(1)
"""Lamps sold on these days are recalled."""
# What stands in the company's log, with first and last day. Only two of these are crises: the others are decoys.
INCIDENTS = (
    ("none", None, None),
    ("warehouse_software_change", PARCEL_JAM_START - timedelta(1), PARCEL_JAM_START + timedelta(11)),
    ("lamp_recall", LAMP_RECALL_START, LAMP_RECALL_START + timedelta(9)),
    ("rail_strike", date(2023, 3, 7), date(2023, 3, 9)),
    ("heat_wave", date(2023, 8, 18), date(2023, 8, 25)),
    ("storm", date(2023, 11, 2), date(2023, 11, 3)),
    ("television_campaign", date(2024, 3, 18), date(2024, 3, 31)),
    ("payment_outage", date(2024, 9, 14), date(2024, 9, 14)),
)
_FIRST = day_number(_calendar.WINDOW_FIRST)


def _codes_of_incidents() -> Array:
    days = [_calendar.WINDOW_FIRST + timedelta(n) for n in range(_calendar.RECORD_DAYS)]
    codes = np.zeros(len(days), dtype=np.int64)
    for code, (_, first, last) in enumerate(INCIDENTS):
        if first is not None and last is not None:
            codes[[first <= day <= last for day in days]] = code
    return codes


def strength(day: Array, start: date, ramp: float, days: float) -> Array:
    """Return how strong a crisis is on each day: 0 before it, rising over its ramp to 1, then fading.

    Args:
        day: (n,) days since 1970.
        start: First day.
        ramp: Days until it is at its height; 0 for at once.
        days: Days in which it falls to 37 %.
    """
    since = (day - day_number(start)).astype(np.float64)
    rising = np.minimum((since + 1.0) / (ramp + 1.0), 1.0)
    fading = lookup.exp(-np.maximum(since - ramp, 0.0) / days)
    shape: Array = np.where(since < 0, 0.0, rising * fading)
    return np.where(shape < 0.02, 0.0, shape)  # it has an end


def crisis(jam: Array, recall: Array) -> Array:
    """Return which crisis holds on each day."""
    return np.where(jam > 0, PARCEL_JAM, np.where(recall > 0, LAMP_RECALL, 0))


PARAMETERS = (
    ours("jam_ramp_days", 2.0, "days", "Days until the parcel jam of October 2023 is at its height.", 0.0, 5.0),
    ours("jam_fade_days", 6.0, "days", "Days in which the parcel jam falls to 37 %.", 1.0, 20.0),
    ours("recall_ramp_days", 1.0, "days", "Days until the lamp recall of May 2024 is at its height.", 0.0, 5.0),
    ours("recall_fade_days", 4.0, "days", "Days in which the stir about the recall falls to 37 %.", 1.0, 20.0),
)

CONSTRAINTS = (
    Constraint(
        sentence="a crisis must be shorter on the rise than on the fall; lower jam_ramp_days or raise jam_fade_days.",
        parameters=("jam_ramp_days", "jam_fade_days"),
        holds=lambda ramp, fade: ramp <= fade,
    ),
    Constraint(
        sentence="a crisis must be shorter on the rise than on the fall; lower recall_ramp_days or raise recall_fade_days.",
        parameters=("recall_ramp_days", "recall_fade_days"),
        holds=lambda ramp, fade: ramp <= fade,
    ),
)

TABLE = Table(
    name="calendar",
    meaning="A day of the company's record, from January 2023 to March 2025; sales end with 2024.",
    rows=(Reference(_calendar.RECORD_DAYS),),
    columns=(
        Column(name="day_id", kind=Key(), meaning="Key of the day."),
        Column(
            name="date",
            kind=Date(),
            meaning="The day.",
            recipe=derived.formula(lambda slot: _FIRST + slot, "#slot", sentence="days from 1 January 2023"),
        ),
        Column(
            name="weekday",
            kind=Category(WEEKDAYS),
            meaning="Day of the week.",
            recipe=derived.formula(_calendar.weekday, "date", sentence="weekday of date"),
        ),
        Column(
            name="is_holiday",
            kind=Boolean(),
            meaning="Whether it is a French public holiday.",
            recipe=derived.listed(
                tuple(_calendar.is_holiday(_calendar.WINDOW_FIRST + timedelta(n)) for n in range(_calendar.RECORD_DAYS))
            ),
        ),
        Column(
            name="is_working_day",
            kind=Boolean(),
            meaning="Whether it is neither a Sunday nor a public holiday.",
            recipe=derived.formula(_calendar.is_working_day, "date", sentence="neither Sunday nor holiday"),
        ),
        Column(
            name="is_sales",
            kind=Boolean(),
            meaning="Whether it lies in the four weeks of the winter or summer sales.",
            recipe=derived.formula(_calendar.in_sales, "date", sentence="four weeks from the start of a sale"),
        ),
        Column(
            name="is_christmas_business",
            kind=Boolean(),
            meaning="Whether it lies between 20 November and 24 December.",
            recipe=derived.formula(_calendar.in_peak, "date", sentence="20 November to 24 December"),
        ),
        Column(
            name="incident_code",
            kind=Integer(0, len(INCIDENTS)),
            meaning="Incident by its place in the list.",
            recipe=derived.listed(tuple(int(code) for code in _codes_of_incidents())),
            role="working",
        ),
        Column(
            name="has_incident",
            kind=Boolean(),
            meaning="Whether the log holds an incident.",
            recipe=derived.formula(lambda code: code > 0, "incident_code", sentence="incident_code above 0"),
            role="working",
        ),
        Column(
            name="incident",
            kind=Category(tuple(name for name, _, _ in INCIDENTS)),
            meaning="What the company's log of incidents says; not everything logged made a difference. Empty without an entry.",
            recipe=derived.copy("incident_code"),
            when="has_incident",
        ),
        Column(
            name="jam",
            kind=Number(4, 0.0, 1.0),
            unit="share of its height",
            meaning="Strength of the parcel jam of October 2023.",
            recipe=derived.formula(
                lambda day, ramp, fade: strength(day, PARCEL_JAM_START, ramp, fade),
                "date",
                "$jam_ramp_days",
                "$jam_fade_days",
                sentence="rises over the ramp, then fades",
            ),
            role="latent",
        ),
        Column(
            name="recall",
            kind=Number(4, 0.0, 1.0),
            unit="share of its height",
            meaning="Strength of the stir about the lamp recall of May 2024.",
            recipe=derived.formula(
                lambda day, ramp, fade: strength(day, LAMP_RECALL_START, ramp, fade),
                "date",
                "$recall_ramp_days",
                "$recall_fade_days",
                sentence="rises over the ramp, then fades",
            ),
            role="latent",
        ),
        Column(
            name="crisis",
            kind=Category(CRISES),
            meaning="The crisis that holds on the day: the true window, whatever the log says.",
            recipe=derived.formula(crisis, "jam", "recall", sentence="by jam and recall"),
            role="latent",
        ),
    ),
)
