"""Complaint costs: what handling each complaint cost the company."""

import numpy as np

from cxdata.recipes import derived, lookup
from cxdata.schema.kinds import ForeignKey, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Parameter, Rule
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, PerParent, Table


def minutes(u: Array, severity: Array, replied: Array, base: float, step: float, unanswered: float, sd: float) -> Array:
    """Return minutes of work behind a complaint: more for grave ones, less where nobody answered; log-normal."""
    spread = lookup.exp(sd * lookup.normal(u) - sd * sd / 2)
    return (base + step * (severity - 1)) * spread * np.where(replied, 1.0, unanswered)


def transport(u: Array, damaged: Array, bulky: Array, small: float, large: float) -> Array:
    """Return what fetching and sending again cost, for damaged goods."""
    return damaged * np.where(bulky, large, small) * (0.8 + 0.4 * u)


PARAMETERS = (
    Parameter(
        name="cost_minutes_base",
        value=22.0,
        unit="minutes",
        meaning="Work on a trifle, beyond the contact itself.",
        low=0.0,
        high=600.0,
    ),
    Parameter(
        name="cost_minutes_step",
        value=14.0,
        unit="minutes",
        meaning="Work, added per step of severity.",
        low=0.0,
        high=600.0,
    ),
    Parameter(
        name="cost_unanswered",
        value=0.35,
        unit="share",
        meaning="Work on a complaint that nobody answered, of the same answered.",
    ),
    Parameter(name="cost_minutes_sd", value=0.55, unit="log minutes", meaning="Spread of that work.", low=0.0),
    Parameter(
        name="cost_per_minute_eur",
        value=0.62,
        unit="EUR a minute",
        meaning="Cost of a minute of an adviser, charges and place included.",
        low=0.0,
        high=10.0,
    ),
    Parameter(
        name="transport_small_eur",
        value=7.5,
        unit="EUR",
        meaning="Fetching and sending small goods again.",
        low=0.0,
        high=500.0,
    ),
    Parameter(
        name="transport_bulky_eur",
        value=48.0,
        unit="EUR",
        meaning="Fetching and sending bulky goods again.",
        low=0.0,
        high=500.0,
    ),
)


def _wrong_sums(tables: Tables) -> int:
    rows = tables["complaint_costs"]
    parts = rows[["work_eur", "transport_eur", "compensation_eur"]].sum(axis=1)
    return int(((rows["total_eur"] - parts).abs() > 0.006).sum())


RULES = (
    Rule(
        sentence="the total cost of a complaint is the sum of work, transport and compensation",
        tables=("complaint_costs",),
        violations=_wrong_sums,
    ),
)

TABLE = Table(
    name="complaint_costs",
    meaning="What a complaint cost.",
    rows=(PerParent("complaints", "is_unit", 1),),
    columns=(
        Column(name="cost_id", kind=Key(), meaning="Key of the entry."),
        Column(name="complaint_id", kind=ForeignKey("complaints"), meaning="The complaint."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who complained."),
        Column(
            name="work_minutes",
            kind=Number(1, 0.5, 900.0),
            unit="minutes",
            meaning="Work of all departments on it, beyond the contact itself.",
            recipe=derived.draw(
                minutes,
                "complaints.severity",
                "complaints.replied",
                "$cost_minutes_base",
                "$cost_minutes_step",
                "$cost_unanswered",
                "$cost_minutes_sd",
                sentence="grows with severity, log-normal",
            ),
        ),
        Column(
            name="work_eur",
            kind=Number(2, 0.0, 9_000.0),
            unit="EUR",
            meaning="That work at its cost a minute, with the time of the contact.",
            recipe=derived.formula(
                lambda work, contact, rate: (work + contact) * rate,
                "work_minutes",
                "contacts.handle_minutes",
                "$cost_per_minute_eur",
                sentence="minutes of work and contact times cost_per_minute_eur",
            ),
        ),
        Column(
            name="transport_eur",
            kind=Number(2, 0.0, 900.0),
            unit="EUR",
            meaning="Fetching damaged goods and sending new ones.",
            recipe=derived.draw(
                transport,
                "orders.damaged",
                "orders.is_bulky",
                "$transport_small_eur",
                "$transport_bulky_eur",
                sentence="for damaged goods, by their size",
            ),
        ),
        Column(
            name="compensation_eur",
            kind=Number(2, 0.0, 9_000.0),
            unit="EUR",
            meaning="Gesture made, 0 without one.",
            recipe=derived.copy("complaints.compensation_eur"),
        ),
        Column(
            name="total_eur",
            kind=Number(2, 0.0, 20_000.0),
            unit="EUR",
            meaning="Sum of work, transport and compensation; what lost customers cost is not in it.",
            recipe=derived.formula(
                lambda work, move, gesture: work + move + gesture,
                "work_eur",
                "transport_eur",
                "compensation_eur",
                sentence="work_eur, transport_eur and compensation_eur",
            ),
        ),
    ),
)
