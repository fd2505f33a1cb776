"""The service charter: what Tilmarenne promises, how it is measured, and what it gives when it breaks its word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cxdata.recipes import derived
from cxdata.recipes.temporal import day_number
from cxdata.schema.kinds import Boolean, Category, Date, Key, Number
from cxdata.schema.table import Column, Reference, Table


@dataclass(frozen=True)
class Promise:
    """A promise of the charter: facts of the company, not draws."""

    name: str
    measure: str
    direction: str
    threshold: float
    unit: str
    compensation_eur: float
    since: date


DIRECTIONS = AT_MOST, AT_LEAST = ("at_most", "at_least")
CHARTER_FIRST, CHARTER_SECOND = date(2022, 4, 4), date(2023, 6, 1)
PROMISES = (
    Promise("parcel_on_time", "deliveries.days_late", AT_MOST, 0.0, "days", 5.0, CHARTER_FIRST),
    Promise("goods_unharmed", "deliveries.is_damaged", AT_MOST, 0.0, "damaged_parcels", 10.0, CHARTER_FIRST),
    Promise("call_answered_soon", "contacts.wait_minutes", AT_MOST, 5.0, "minutes", 0.0, CHARTER_FIRST),
    Promise(
        "settled_at_once", "contacts.is_resolved_first_time", AT_LEAST, 1.0, "settled_contacts", 0.0, CHARTER_SECOND
    ),
    Promise("easy_to_be_served", "surveys.ces", AT_LEAST, 5.0, "points", 0.0, CHARTER_SECOND),
    Promise("complaint_answered_soon", "complaints.reply_delay_hours", AT_MOST, 48.0, "hours", 10.0, CHARTER_FIRST),
    Promise(
        "question_answered_soon", "community_questions.first_answer_hours", AT_MOST, 24.0, "hours", 0.0, CHARTER_SECOND
    ),
    Promise("writing_answered_soon", "brand_tests.answer_delay_hours", AT_MOST, 24.0, "hours", 0.0, CHARTER_FIRST),
)
UNITS = ("days", "damaged_parcels", "minutes", "settled_contacts", "points", "hours")
MEASURES = tuple(promise.measure for promise in PROMISES)

TABLE = Table(
    name="promises",
    meaning="A promise of the service charter.",
    rows=(Reference(len(PROMISES)),),
    columns=(
        Column(name="promise_id", kind=Key(), meaning="Key of the promise."),
        Column(
            name="promise",
            kind=Category(tuple(promise.name for promise in PROMISES)),
            meaning="What is promised, in short.",
            recipe=derived.listed(tuple(range(len(PROMISES)))),
        ),
        Column(
            name="measure",
            kind=Category(MEASURES),
            meaning="Table and column that measure it.",
            recipe=derived.listed(tuple(range(len(PROMISES)))),
        ),
        Column(
            name="direction",
            kind=Category(DIRECTIONS),
            meaning="Whether the promise is kept at the threshold and below it, or at the threshold and above.",
            recipe=derived.listed(tuple(DIRECTIONS.index(promise.direction) for promise in PROMISES)),
        ),
        Column(
            name="threshold",
            kind=Number(1, 0.0, 1_000.0),
            meaning="Value at which the promise is just kept, in the unit beside it.",
            recipe=derived.listed(tuple(promise.threshold for promise in PROMISES)),
        ),
        Column(
            name="unit",
            kind=Category(UNITS),
            meaning="Unit of the threshold.",
            recipe=derived.listed(tuple(UNITS.index(promise.unit) for promise in PROMISES)),
        ),
        Column(
            name="has_compensation",
            kind=Boolean(),
            meaning="Whether customers who ask for it get something when the promise is broken.",
            recipe=derived.listed(tuple(promise.compensation_eur > 0 for promise in PROMISES)),
        ),
        Column(
            name="compensation_eur",
            kind=Number(2, 0.0, 100.0),
            unit="EUR",
            meaning="Voucher given on request when the promise is broken, which few know and ask for; it is booked at the till and not among the compensations of complaints. Empty where none is promised.",
            recipe=derived.listed(tuple(promise.compensation_eur for promise in PROMISES)),
            when="has_compensation",
        ),
        Column(
            name="since",
            kind=Date(),
            meaning="Day from which the promise holds.",
            recipe=derived.listed(tuple(day_number(promise.since) for promise in PROMISES)),
        ),
    ),
)
