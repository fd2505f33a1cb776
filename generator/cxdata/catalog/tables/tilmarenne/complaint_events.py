"""Complaint events: the steps of handling a complaint, each with its time and its owner (ISO 10002)."""

from typing import Any

import numpy as np

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.recipes import derived
from cxdata.schema.kinds import Category, ForeignKey, Integer, Key, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Parameter, Rule
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, PerParent, Table

STEPS = ("received", "acknowledged", "assessed", "investigated", "answered", "closed")
ANSWERED, CLOSED = STEPS.index("answered"), STEPS.index("closed")
OWNERS = ("service_centre", "quality", "logistics", "shops", "finance")


LEAST_OFFICE_SECONDS = 3_600
"""Time at work that another department needs to be asked at all."""
CLOSING_DAYS = 4
"""Most working days from the answer to closing."""


def latest_assessment(received: Array, replied: Array, ends: tuple[float, ...], opens: float, closes: float) -> Array:
    """Return the moment by which a complaint is assessed, whatever its draw; working hours of the desk."""
    begin = calendar.worked(received, opens, closes)
    way = calendar.worked(replied, opens, closes) - begin
    most = ends[2] + ends[4] / 2
    return calendar.moment_worked(begin + np.rint(way * most).astype(np.int64), opens, closes)


def office_seconds(
    received: Array, replied: Array, ends: tuple[float, ...], opens: float, closes: float, starts: float, leaves: float
) -> tuple[Array, Array]:
    """Return the working seconds of offices until a complaint is assessed, and those from there to its answer."""
    assessed = latest_assessment(received, replied, ends, opens, closes)
    before = calendar.worked(assessed, starts, leaves, saturdays=False)
    return before, calendar.worked(replied, starts, leaves, saturdays=False) - before


def owner(
    u: Array, step: Array, problem: Array, received: Array, replied: Array, others: tuple[float, ...], *given: Any
) -> Array:
    """Return who owns a step: whoever can find out while it is investigated and at work before the answer, else the centre."""
    by_problem = np.array([1, 2, 2, 3, 1, 4])[problem]  # none, late, damaged, stock, faulty, bill
    _, time = office_seconds(received, replied, *given)
    elsewhere = (step == STEPS.index("investigated")) & (u >= others[0]) & (time >= LEAST_OFFICE_SECONDS)
    return np.where(elsewhere, by_problem, 0)


def moment_of(
    u: Array,
    step: Array,
    owner: Array,
    received: Array,
    replied: Array,
    ends: tuple[float, ...],
    opens: float,
    closes: float,
    starts: float,
    leaves: float,
) -> Array:
    """Return when a step ended: at its share of the working time to the answer; closing within working days.

    Args:
        u: (n,) uniforms.
        step: (n,) places in STEPS.
        owner: (n,) places in OWNERS; others than the centre keep the hours of offices.
        received: (n,) seconds since 1970.
        replied: (n,) seconds since 1970 of the answer, had there been one.
        ends: (4,) share of the way at which the first four steps end, and (1,) spread of a share.
        opens: Hour at which the desk opens.
        closes: Hour at which it closes.
        starts: Hour at which offices open.
        leaves: Hour at which they close.
    """
    share = np.asarray(ends[:4])[np.minimum(step, 3)] + ends[4] * (u - 0.5)
    begin = calendar.worked(received, opens, closes)
    end = calendar.worked(replied, opens, closes)
    at_desk = begin + np.rint((end - begin) * share).astype(np.int64)
    closed = end + 600 + (u * u * CLOSING_DAYS * (closes - opens) * 3600).astype(np.int64)
    moment = calendar.moment_worked(np.where(step == CLOSED, closed, at_desk), opens, closes)
    most = ends[2] + ends[4] / 2
    before, time = office_seconds(received, replied, ends, opens, closes, starts, leaves)
    in_office = before + np.rint(time * np.clip((share - most) / (1.0 - most), 0.0, 1.0)).astype(np.int64)
    in_office = np.minimum(in_office, before + time - 1)
    moment = np.where(owner > 0, calendar.moment_worked(in_office, starts, leaves, saturdays=False), moment)
    return np.where(step == 0, received, np.where(step == ANSWERED, replied, moment))


PARAMETERS = (
    Parameter(
        name="event_ends",
        value=(0.0, 0.12, 0.35, 0.80, 0.14),
        unit="share",
        meaning="Share of the working time from receipt to answer at which receipt, acknowledgement, assessment and investigation end, and its spread.",
    ),
    Parameter(
        name="investigated_in_centre",
        value=(0.15, 0.85),
        unit="shares",
        meaning="Investigations within the service centre, and elsewhere where others are at work before the answer.",
    ),
)


def _disorder(tables: Tables) -> int:
    events = tables["complaint_events"]
    ordered = events.sort_values(["complaint_id", "step_number"])
    back = ordered.groupby("complaint_id")["ended_at"].diff().dt.total_seconds() < 0
    return int(back.sum())


def _unanswered(tables: Tables) -> int:
    answered = set(tables["complaint_events"].loc[lambda rows: rows["step"] == "answered", "complaint_id"])
    replied = set(tables["complaints"].loc[lambda rows: rows["replied"], "complaint_id"])
    return len(answered ^ replied)


def _out_of_hours(tables: Tables) -> int:
    events = tables["complaint_events"]
    ended = events.loc[events["step"] != "received", ["owner", "ended_at"]]
    weekday = ended["ended_at"].dt.day_of_week
    at_desk = ended["owner"] == "service_centre"
    return int(((weekday == calendar.SUNDAY) | (~at_desk & (weekday == calendar.SATURDAY))).sum())


def _other_answers(tables: Tables) -> int:
    events = tables["complaint_events"].loc[lambda rows: rows["step"] == "answered", ["complaint_id", "ended_at"]]
    rows = events.merge(tables["complaints"], on="complaint_id")
    hours = (rows["ended_at"] - rows["received_at"]).dt.total_seconds() / 3600.0
    return int(((hours - rows["reply_delay_hours"]).abs() > 0.051).sum())


HOURS = ("$event_ends", "$desk_opens", "$desk_closes", "$office_opens", "$office_closes")

RULES = (
    Rule(
        sentence="nobody handles a complaint on a Sunday, and other departments than the service centre not on a Saturday",
        tables=("complaint_events",),
        violations=_out_of_hours,
    ),
    Rule(
        sentence="a complaint is answered when its delay is over, to a tenth of an hour",
        tables=("complaint_events", "complaints"),
        violations=_other_answers,
    ),
    Rule(
        sentence="the steps of a complaint follow each other in time",
        tables=("complaint_events",),
        violations=_disorder,
    ),
    Rule(
        sentence="a complaint has the step of an answer if it was answered, and no other has",
        tables=("complaint_events", "complaints"),
        violations=_unanswered,
    ),
)

TABLE = Table(
    name="complaint_events",
    meaning="A step in the handling of a complaint.",
    rows=(PerParent("complaints", "step_count", len(STEPS)),),
    columns=(
        Column(name="event_id", kind=Key(), meaning="Key of the step."),
        Column(name="complaint_id", kind=ForeignKey("complaints"), meaning="The complaint."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who complained."),
        Column(
            name="step_number",
            kind=Integer(1, len(STEPS)),
            meaning="Place of the step, from 1.",
            recipe=derived.formula(lambda slot: slot + 1, "#slot", sentence="in order"),
        ),
        Column(
            name="step",
            kind=Category(STEPS),
            meaning="The step, by the process of ISO 10002.",
            recipe=derived.formula(lambda slot: slot, "#slot", sentence="in order"),
        ),
        Column(
            name="owner",
            kind=Category(OWNERS),
            meaning="The department that owned the step.",
            recipe=derived.draw(
                owner,
                "#slot",
                "orders.problem",
                "complaints.received_at",
                "complaints.replied_at",
                "$investigated_in_centre",
                *HOURS,
                sentence="the service centre, but for investigations of what others caused, if they work before the answer",
            ),
        ),
        Column(
            name="ended_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When the step ended.",
            recipe=derived.draw(
                moment_of,
                "#slot",
                "owner",
                "complaints.received_at",
                "complaints.replied_at",
                *HOURS,
                sentence="a share of the working time to the answer, in the hours of its owner",
            ),
        ),
    ),
)
