"""Coaching sessions of 2024: six for each adviser whom the lot chose, from the month after a weak one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne import _service_centre as centre
from cxdata.catalog.tables.tilmarenne._people import ADVISERS, FIRST_ADVISER
from cxdata.catalog.tables.tilmarenne.skill_ratings import MONTH_STARTS, MONTHS, SKILLS
from cxdata.recipes import categorical, derived, numeric
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Rule, ours
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
LEAST_GAP_DAYS = 7
"""Days between two sessions at least, where leave has put one off."""


def adviser_of(slot: Array, lots: Array) -> Array:
    """Return the adviser of each session: those whom the lot chose, six sessions each."""
    chosen = 1 + np.flatnonzero(lots[FIRST_ADVISER:] == 0)
    adviser: Array = chosen[slot // SESSIONS]
    return adviser


def rostered_before_and_from(weekdays: tuple[Array, ...]) -> tuple[Array, Array]:
    """Return for each open day and adviser the last and the next open day with a shift in the plan, that day included.

    The plan knows of leave, days of rest and training, but not yet of sickness. Both arrays are (DAYS, AGENTS), places
    among the open days.
    """
    is_planned = np.isin(centre.shifts_by_day(weekdays), (*centre.WORKING, centre.SICK))
    place = np.arange(centre.DAYS)[:, None]
    last = np.maximum.accumulate(np.where(is_planned, place, 0), axis=0)
    following = np.minimum.accumulate(np.where(is_planned, place, centre.DAYS - 1)[::-1], axis=0)[::-1]
    return last, following


def day_planned(u: Array, slot: Array, agent: Array, starts: Array, *weekdays: Array) -> Array:
    """Return the day of a session: in the first month of coaching, then about every two weeks, on a rostered day.

    Args:
        u: (2, n) uniforms.
        slot: (n,) slots; the sessions of an adviser stand together.
        agent: (n,) advisers.
        starts: Month in which coaching begins, of each skill rating.
        weekdays: The six weekday columns of the roster.
    """
    last, following = rostered_before_and_from(weekdays)
    month = starts[(agent - 1) * MONTHS][::SESSIONS]
    who = agent[::SESSIONS] - 1
    begins = MONTH_STARTS[month] + (u[0][::SESSIONS] * FIRST_DAYS).astype(np.int64)
    strays = (u[1] * SPREAD_DAYS).astype(np.int64)
    month_ends = np.searchsorted(centre.OPEN_DAYS, MONTH_STARTS[month + 1]) - 1
    place = following[centre.open_place(begins), who]
    place = np.where(place > month_ends, last[month_ends, who], place)  # long leave: before it, in the same month
    days = np.empty(len(slot), dtype=np.int64)
    days[::SESSIONS] = first = centre.OPEN_DAYS[place]
    for number in range(1, SESSIONS):
        due = np.maximum(
            first + INTERVAL_DAYS * number + strays[number::SESSIONS], days[number - 1 :: SESSIONS] + LEAST_GAP_DAYS
        )
        days[number::SESSIONS] = centre.OPEN_DAYS[following[centre.open_place(due), who]]
    return days


def is_sick(day: Array, agent: Array, *weekdays: Array) -> Array:
    """Return whether the adviser is sick on the day."""
    sick: Array = centre.shifts_by_day(weekdays)[centre.open_place(day), agent - 1] == centre.SICK
    return sick


def shift_of(rosters: pd.DataFrame, agent: pd.Series[Any], moment: pd.Series[Any]) -> pd.Series[Any]:
    """Return what the roster says of each adviser on the day of each moment; ``off`` on days without a roster."""
    day = pd.to_datetime(moment).dt.normalize().astype("datetime64[ns]")
    keys = pd.DataFrame({"agent_id": agent.astype("int64"), "date": day}, index=agent.index)
    monday = pd.to_datetime(rosters["week_start"]).astype("datetime64[ns]")
    days = [
        rosters[["agent_id"]].assign(date=monday + pd.Timedelta(days=number), code=rosters[name].astype(str))
        for number, name in enumerate(centre.WEEKDAYS)
    ]
    found = keys.merge(pd.concat(days), how="left", on=["agent_id", "date"])["code"].fillna(centre.SHIFTS[0])
    return found.set_axis(agent.index)


def off_duty(tables: Tables) -> int:
    """Return how many sessions are planned on days without a shift in the plan, or held with somebody who is sick."""
    rows = tables["coaching_sessions"]
    code = shift_of(tables["rosters"], rows["agent_id"], rows["planned_on"])
    planned = code.isin([centre.SHIFTS[shift] for shift in (*centre.WORKING, centre.SICK)])
    return int((~planned).sum() + ((code == centre.SHIFTS[centre.SICK]) & rows["was_held"]).sum())


def out_of_order(tables: Tables) -> int:
    """Return how many sessions come before the adviser's last one, or are held by an adviser of the control group."""
    rows = tables["coaching_sessions"].sort_values(["agent_id", "session_number"])
    day = pd.to_datetime(rows["planned_on"])
    early = (day <= day.groupby(rows["agent_id"]).shift()).sum()
    staff = tables["employees"].dropna(subset=["agent_id"]).set_index("agent_id")["coaching_group"]
    return int(early + (rows["agent_id"].map(staff) != "coached").sum())


PARAMETERS = (
    ours(
        "coaching_skills", (0.30, 0.26, 0.19, 0.09, 0.16), "shares", "What sessions are about, listening to ownership."
    ),
    ours("coaching_forms", (0.45, 0.35, 0.20), "shares", "Sessions side by side, listening back, and as role plays."),
    ours("coaching_lengths", (0.24, 0.30, 0.32, 0.06, 0.08), "shares", "Sessions of 30, 45, 60, 75 and 90 minutes."),
    ours("coaching_held_base", 2.6, "logit", "Planned sessions that are held where the adviser is not sick (93%)."),
    ours("coaching_held_sales", 0.9, "logit", "Held, less during the sales."),
    ours("coaching_found", (0.02, 0.06, 0.20, 0.44, 0.28), "shares", "How useful advisers found a session, 1 to 5."),
)

RULES = (
    Rule(
        sentence="coaching sessions follow each other, and nobody of the control group has one",
        tables=("coaching_sessions", "employees"),
        violations=out_of_order,
    ),
    Rule(
        sentence="coaching is planned on days on which the roster has a shift for the adviser, and not held with the sick",
        tables=("coaching_sessions", "rosters"),
        violations=off_duty,
    ),
)

_ROSTER = tuple(f"rosters.{name}[]" for name in centre.WEEKDAYS)

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
            meaning="Day for which it was planned, one on shift in the adviser's roster; coaching begins in the month after a weak one.",
            recipe=derived.draw(
                day_planned,
                "#slot",
                "agent_id",
                "skill_ratings.start_month[]",
                *_ROSTER,
                draws=2,
                sentence="in the first month of coaching, then about every two weeks, on days of the adviser's roster",
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
            name="is_present",
            kind=Boolean(),
            meaning="Whether the adviser is not sick on that day.",
            recipe=derived.formula(
                lambda *given: ~is_sick(*given), "planned_on", "agent_id", *_ROSTER, sentence="not sick in the roster"
            ),
            role="working",
        ),
        Column(
            name="was_held",
            kind=Boolean(),
            meaning="Whether it was held; not where the adviser was sick that day.",
            recipe=numeric.happens("$coaching_held_base", {"is_sales": "-$coaching_held_sales"}, only="is_present"),
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
