"""Coaching sessions of 2024: six for each adviser whom the lot chose, from the month after a weak one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne._people import ADVISERS, FIRST_ADVISER, on_a_working_day
from cxdata.catalog.tables.tilmarenne.skill_ratings import MONTH_STARTS, MONTHS, SKILLS
from cxdata.recipes import categorical, derived, numeric
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Parameter, Rule, Value
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, Reference, Table

SESSIONS = 6
COACHED = ADVISERS // 2
COACHES = 5
FORMS = ("side_by_side", "listening_back", "role_play")
LENGTHS = (30, 45, 60, 75, 90)
INTERVAL_DAYS = 13
FIRST_DAYS, SPREAD_DAYS = 12, 4
"""Days within which the first session takes place, and by which later ones stray from their interval."""


def adviser_of(slot: Array, lots: Array) -> Array:
    """Return the adviser of each session: those whom the lot chose, six sessions each."""
    chosen = 1 + np.flatnonzero(lots[FIRST_ADVISER:] == 0)
    adviser: Array = chosen[slot // SESSIONS]
    return adviser


def day_planned(u: Array, slot: Array, agent: Array, starts: Array) -> Array:
    """Return the day of a session: in the first month of coaching, then about every two weeks; ``u`` is (2, n)."""
    first = MONTH_STARTS[starts[(agent - 1) * MONTHS]]
    begins = np.repeat((u[0] * FIRST_DAYS).astype(np.int64)[::SESSIONS], SESSIONS)
    number = slot % SESSIONS
    strays = np.where(number > 0, (u[1] * SPREAD_DAYS).astype(np.int64), 0)
    return on_a_working_day(first + begins + INTERVAL_DAYS * number + strays, u[1])


def out_of_order(tables: Tables) -> int:
    """Return how many sessions come before the adviser's last one, or are held by an adviser of the control group."""
    rows = tables["coaching_sessions"].sort_values(["agent_id", "session_number"])
    day = pd.to_datetime(rows["planned_on"])
    early = (day <= day.groupby(rows["agent_id"]).shift()).sum()
    staff = tables["employees"].dropna(subset=["agent_id"]).set_index("agent_id")["coaching_group"]
    return int(early + (rows["agent_id"].map(staff) != "coached").sum())


def _ours(
    name: str, value: Value, unit: str, meaning: str, low: float | None = None, high: float | None = None
) -> Parameter:
    return Parameter(name=name, value=value, unit=unit, meaning=meaning, low=low, high=high)


PARAMETERS = (
    _ours(
        "coaching_skills", (0.30, 0.26, 0.19, 0.09, 0.16), "shares", "What sessions are about, listening to ownership."
    ),
    _ours("coaching_forms", (0.45, 0.35, 0.20), "shares", "Sessions side by side, listening back, and as role plays."),
    _ours("coaching_lengths", (0.24, 0.30, 0.32, 0.06, 0.08), "shares", "Sessions of 30, 45, 60, 75 and 90 minutes."),
    _ours("coaching_held_base", 2.3, "logit", "Planned sessions that are held (91%)."),
    _ours("coaching_held_sales", 0.9, "logit", "Held, less during the sales."),
    _ours("coaching_found", (0.02, 0.06, 0.20, 0.44, 0.28), "shares", "How useful advisers found a session, 1 to 5."),
)

RULES = (
    Rule(
        sentence="coaching sessions follow each other, and nobody of the control group has one",
        tables=("coaching_sessions", "employees"),
        violations=out_of_order,
    ),
)

TABLE = Table(
    name="coaching_sessions",
    meaning="A planned coaching session of an adviser.",
    rows=(Reference(COACHED * SESSIONS),),
    columns=(
        Column(name="session_id", kind=Key(), meaning="Key of the session."),
        Column(
            name="agent_id",
            kind=ForeignKey("agents"),
            meaning="The adviser who is coached.",
            recipe=derived.formula(
                adviser_of, "#slot", "employees.coaching_group[]", sentence="those whom the lot chose, in their order"
            ),
        ),
        Column(
            name="session_number",
            kind=Integer(1, SESSIONS),
            meaning="Which of the adviser's sessions.",
            recipe=derived.formula(lambda slot: 1 + slot % SESSIONS, "#slot", sentence="in turn"),
        ),
        Column(
            name="planned_on",
            kind=Date(),
            meaning="Day for which it was planned; coaching begins in the month after a weak one.",
            recipe=derived.draw(
                day_planned,
                "#slot",
                "agent_id",
                "skill_ratings.start_month[]",
                draws=2,
                sentence="in the first month of coaching, then about every two weeks, on working days",
            ),
        ),
        Column(
            name="skill",
            kind=Category(SKILLS),
            meaning="What it is about.",
            recipe=categorical.choice("$coaching_skills"),
        ),
        Column(
            name="form",
            kind=Category(FORMS),
            meaning="How it is done.",
            recipe=categorical.choice("$coaching_forms"),
        ),
        Column(
            name="coach_id",
            kind=Integer(1, COACHES),
            meaning="Number of the coach; an adviser keeps the same one.",
            recipe=derived.draw(
                lambda u: np.repeat(1 + (u[::SESSIONS] * COACHES).astype(np.int64), SESSIONS),
                sentence="one of five per adviser",
            ),
        ),
        Column(
            name="is_sales",
            kind=Boolean(),
            meaning="Whether the day falls into the sales.",
            recipe=derived.formula(calendar.in_sales, "planned_on", sentence="four weeks from the start of a sale"),
            role="working",
        ),
        Column(
            name="was_held",
            kind=Boolean(),
            meaning="Whether it was held.",
            recipe=numeric.happens("$coaching_held_base", {"is_sales": "-$coaching_held_sales"}),
        ),
        Column(
            name="length_minutes",
            kind=Integer(LENGTHS[0], LENGTHS[-1]),
            unit="minutes",
            meaning="How long it took; empty where it was not held.",
            recipe=derived.draw(
                lambda u, shares: np.asarray(LENGTHS)[categorical.pick(u, shares)],
                "$coaching_lengths",
                sentence="drawn by coaching_lengths",
            ),
            when="was_held",
        ),
        Column(
            name="usefulness",
            kind=Integer(1, 5),
            unit="1-5",
            meaning="How useful the adviser found it; empty where it was not held.",
            recipe=categorical.choice("$coaching_found", lowest=1),
            when="was_held",
        ),
    ),
)
