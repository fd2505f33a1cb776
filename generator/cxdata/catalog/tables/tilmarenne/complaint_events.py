"""Complaint events: the steps of handling a complaint, each with its time and its owner (ISO 10002)."""

import numpy as np

from cxdata.recipes import derived
from cxdata.schema.kinds import Category, ForeignKey, Integer, Key, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Parameter, Rule
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, PerParent, Table

STEPS = ("received", "acknowledged", "assessed", "investigated", "answered", "closed")
ANSWERED, CLOSED = STEPS.index("answered"), STEPS.index("closed")
OWNERS = ("service_centre", "quality", "logistics", "shops", "finance")


def owner(u: Array, step: Array, problem: Array, others: tuple[float, ...]) -> Array:
    """Return who owns a step: whoever can find out while it is investigated, else the service centre."""
    by_problem = np.array([1, 2, 2, 3, 1, 4])[problem]  # none, late, damaged, stock, faulty, bill
    return np.where((step == STEPS.index("investigated")) & (u >= others[0]), by_problem, 0)


def moment_of(u: Array, step: Array, received: Array, hours: Array, ends: tuple[float, ...]) -> Array:
    """Return when a step ended: at its share of the way to the answer, which came after ``hours``; closing within days.

    Args:
        u: (n,) uniforms.
        step: (n,) places in STEPS.
        received: (n,) seconds since 1970.
        hours: (n,) from receipt to answer, had there been one.
        ends: (4,) share of the way at which the first four steps end, and (1,) spread of a share.
    """
    middle = np.asarray(ends[:4])[np.minimum(step, 3)]
    share = np.where(step == 0, 0.0, np.where(step >= ANSWERED, 1.0, middle + ends[4] * (u - 0.5)))
    later = np.where(step == CLOSED, 600 + (u * u * 5 * 86_400).astype(np.int64), 0)
    return received + np.rint(hours * 3600.0 * share).astype(np.int64) + later


PARAMETERS = (
    Parameter(
        name="event_ends",
        value=(0.0, 0.12, 0.35, 0.80, 0.14),
        unit="share",
        meaning="Share of the way from receipt to answer at which receipt, acknowledgement, assessment and investigation end, and its spread.",
    ),
    Parameter(
        name="investigated_in_centre",
        value=(0.3, 0.7),
        unit="shares",
        meaning="Investigations within the service centre, and elsewhere.",
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


RULES = (
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
                "$investigated_in_centre",
                sentence="the service centre, but for investigations of what others caused",
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
                "complaints.received_at",
                "complaints.reply_delay_hours",
                "$event_ends",
                sentence="a share of the way to the answer",
            ),
        ),
    ),
)
