"""Company meetings: whether the customer's voice opened them, what was decided, and what became of it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne._market import ours, whole_answer
from cxdata.catalog.tables.tilmarenne.improvement_actions import DEPARTMENTS as ACTING
from cxdata.recipes import categorical, derived, lookup, numeric
from cxdata.recipes.counts import poisson
from cxdata.recipes.temporal import day_number
from cxdata.schema.drivers import adjusted_slope
from cxdata.schema.effect import Quantity
from cxdata.schema.estimator import difference_in_means
from cxdata.schema.kinds import Boolean, Category, Integer, Key, Number, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Rule
from cxdata.schema.statistic import Estimate, Statistic, Tables
from cxdata.schema.table import Column, Reference, Table

DEPARTMENTS = (*ACTING, "general_management")
KINDS = ("team", "project", "committee")
SERIES_KINDS = (0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2)
"""Kinds of a department's standing meetings; the minutes of one meeting a month of each are on file."""
SERIES = len(DEPARTMENTS) * len(SERIES_KINDS)
MONTH_FIRST = np.array([day_number(date(year, month, 1)) for year in calendar.YEARS for month in range(1, 13)])
MONTHS = len(MONTH_FIRST)
FORMS = ("complaint_read", "recording_heard", "verbatims_shown", "empty_chair")
MOST_DECISIONS, MOST_OBJECTIONS = 8, 6
START_HOURS = (8.5, 9.0, 9.5, 10.0, 11.0, 13.5, 14.0, 14.5, 15.0, 16.0)
STEP_MINUTES = 15
WEEKS, WEEKDAYS = 4, 5

PARAMETERS = (
    ours(
        "meeting_department_focus",
        (-0.2, 1.1, 0.4, 0.2, -1.1, -0.7, 0.3),
        "sd",
        "How much each department thinks of customers, logistics to general management; broadcasts find ears by it too.",
    ),
    ours("meeting_focus_sd", 0.7, "sd", "Spread of that among the standing meetings of a department."),
    ours("meeting_opens", -0.9, "logit", "Opens with the customer's voice, average meeting of 2023 (29%)."),
    ours("meeting_opens_focus", 2.0, "logit", "Opens with it, per step of focus."),
    ours("meeting_opens_later", 0.7, "logit", "Opens with it, added in 2024: the habit spreads."),
    ours("meeting_forms", (0.38, 0.14, 0.34, 0.14), "shares", "How the voice is brought in, complaint to empty chair."),
    ours("meeting_decisions", (2.6, 3.2, 4.0), "decisions", "Mean decisions of team, project and committee.", 0.1, 7.0),
    ours("meeting_customer_share", 0.28, "share", "Decisions about customers, average meeting not so opened."),
    ours("meeting_customer_focus", 0.16, "share", "Decisions about customers, per step of focus.", -0.5, 0.5),
    ours("meeting_opening", 0.12, "share", "Decisions about customers, added by the opening. Ours.", 0.0, 0.5),
    ours("meeting_bounds", (0.02, 0.98), "share", "Least and greatest share of decisions about customers."),
    ours("meeting_objections_log", -1.9, "log objections", "Objections on customers' behalf, not so opened (0.15)."),
    ours("meeting_objections_opened", 1.2, "log objections", "Objections, added by the opening."),
    ours("meeting_objections_focus", 0.2, "log objections", "Objections, per step of focus."),
    ours("meeting_changed_share", 0.4, "share", "Objections that change a decision."),
    ours("meeting_done_base", 0.6, "logit", "Decision about customers carried out in 60 days, average meeting (65%)."),
    ours("meeting_done_focus", 0.4, "logit", "Carried out, per step of focus."),
    ours("meeting_people_log", (1.9, 2.0, 2.25), "log people", "Median of people present (7, 7 and 9)."),
    ours("meeting_people_sd", 0.25, "log people", "Spread of people present."),
    ours("meeting_minutes_log", (3.85, 4.15, 4.55), "log minutes", "Median length (47, 63 and 95 minutes)."),
    ours("meeting_minutes_sd", 0.25, "log minutes", "Spread of lengths."),
)

CONSTRAINTS = (
    Constraint(
        sentence="meeting_bounds must rise and leave room for the opening; widen them or lower meeting_opening.",
        parameters=("meeting_bounds", "meeting_opening"),
        holds=lambda bounds, opening: len(bounds) == 2 and bounds[0] + opening < bounds[1],
    ),
)


def office_day(day: Array) -> Array:
    """Return the day itself if offices are open on it, else the next day on which they are: Monday to Friday."""
    worked = calendar.working_day(day)
    return np.where(calendar.weekday(worked) == calendar.SATURDAY, calendar.working_day(worked + 2), worked)


def of_series(u: Array) -> Array:
    """Return the draw of a series' first meeting for all its meetings."""
    return np.repeat(u[::MONTHS], MONTHS)


def second_held(u: Array, slot: Array) -> Array:
    """Return when a meeting began: each series has its week, weekday and hour; holidays put it off to a working day.

    Args:
        u: (3, n) uniforms, of which those of a series' first meeting count.
        slot: (n,) slots; the meetings of a series stand together.
    """
    week, weekday, hour = (of_series(one) for one in u)
    first = MONTH_FIRST[slot % MONTHS]
    fixed = (weekday * WEEKDAYS).astype(np.int64)
    day = first + (fixed - calendar.weekday(first)) % 7 + 7 * (week * WEEKS).astype(np.int64)
    day = office_day(day)
    second = np.rint(np.asarray(START_HOURS) * 3600.0).astype(np.int64)[(hour * len(START_HOURS)).astype(np.int64)]
    return np.asarray(day * calendar.SECONDS_PER_DAY + second)


def about_customers(
    u: Array, decisions: Array, focus: Array, base: float, slope: float, opening: float, bounds: tuple[float, ...]
) -> Array:
    """Return how many decisions are about customers, not opened with their voice and, times nine, opened with it."""
    low, high = bounds
    share = np.clip(base + slope * focus, low, high - opening)  # room for the opening, which does as much for all
    raised = share + opening
    taken = np.arange(MOST_DECISIONS)[:, None] < decisions
    without = ((u < share) & taken).astype(np.int64).sum(axis=0)
    having = ((u < raised) & taken).astype(np.int64).sum(axis=0)
    return np.asarray(without + (MOST_DECISIONS + 1) * having)


def so_many_of(u: Array, count: Array, share: Array | float) -> Array:
    """Return how many of a count hold, each by chance; ``u`` is (most, n)."""
    held = (u < share) & (np.arange(len(u))[:, None] < count)
    return np.asarray(held.astype(np.int64).sum(axis=0))


def _truth(tables: Tables) -> Estimate:
    rows = tables["latents/meetings"]
    return Estimate(
        float((rows["customer_decisions_if_opened"] - rows["customer_decisions_if_not"]).mean()), 0.0, len(rows)
    )


def _within_series(tables: Tables) -> Estimate:
    rows = tables["meetings"]
    series = rows["series_number"].to_numpy()
    return adjusted_slope(
        rows["customer_decisions"].to_numpy(dtype=np.float64),
        rows["opened_with_voice"].to_numpy(dtype=np.float64),
        (pd.to_datetime(rows["started_at"]).dt.year == calendar.YEARS[-1]).to_numpy(dtype=np.float64)[:, None],
        series,
        within=series,
    )


QUANTITIES = (
    Quantity(
        id="opening_on_decisions",
        of="run",
        title="How many more decisions about customers does a meeting take that opens with their voice?",
        estimand="mean number of decisions about customers, all meetings, had each opened with the customer's voice, less that had none",
        confounding="Those who think of customers open with their voice more often, and decide more about them in any case.",
        basis="That meetings open with complaints is told of companies (ING Direct); effect and size are ours.",
        truth=Statistic(
            function=_truth, tables=("latents/meetings",), sentence="mean difference of each meeting's two counts"
        ),
        right=Statistic(
            function=_within_series,
            tables=("meetings",),
            sentence="difference between the meetings of one series, in the same year",
        ),
        tempting=difference_in_means(
            lambda tables: tables["meetings"],
            outcome="customer_decisions",
            treatment="opened_with_voice",
            cluster="series_number",
            tables=("meetings",),
            sentence="plain difference between meetings opened with it and others",
        ),
    ),
)


def _count(name: str, having: bool, text: str) -> Column:
    return Column(
        name=name,
        kind=Integer(0, MOST_DECISIONS),
        unit="decisions",
        meaning=f"Decisions about customers {text}.",
        recipe=derived.formula(
            lambda both: both // (MOST_DECISIONS + 1) if having else both % (MOST_DECISIONS + 1),
            "both_decisions",
            sentence="one of the two counts",
        ),
        role="latent",
    )


TABLE = Table(
    name="meetings",
    meaning="A meeting of which minutes are on file, one a month of each standing meeting.",
    rows=(Reference(SERIES * MONTHS),),
    columns=(
        Column(name="meeting_id", kind=Key(), meaning="Key of the meeting."),
        Column(
            name="series_number",
            kind=Integer(1, SERIES),
            meaning="Number of the standing meeting that it belongs to.",
            recipe=derived.formula(lambda slot: 1 + slot // MONTHS, "#slot", sentence="in turn"),
        ),
        Column(
            name="department",
            kind=Category(DEPARTMENTS),
            meaning="Department that holds it, as in improvement_actions, and general management.",
            recipe=derived.formula(
                lambda slot: slot // (MONTHS * len(SERIES_KINDS)), "#slot", sentence="twelve series each"
            ),
        ),
        Column(
            name="kind",
            kind=Category(KINDS),
            meaning="What it is: a team's meeting, a project's or a committee's.",
            recipe=derived.formula(
                lambda slot: np.asarray(SERIES_KINDS)[slot // MONTHS % len(SERIES_KINDS)],
                "#slot",
                sentence="six, four and two in a department",
            ),
        ),
        Column(
            name="started_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When it began.",
            recipe=derived.draw(
                second_held,
                "#slot",
                draws=3,
                sentence="in the week of the month, on the weekday and at the hour of the series",
            ),
        ),
        Column(
            name="duration_minutes",
            kind=Integer(STEP_MINUTES, 240),
            unit="minutes",
            meaning="How long it lasted, in quarters of an hour.",
            recipe=derived.draw(
                lambda u, kind, levels, sd: (
                    STEP_MINUTES
                    * whole_answer(1, 16, lookup.exp(np.asarray(levels)[kind] + sd * lookup.normal(u)) / STEP_MINUTES)
                ),
                "kind",
                "$meeting_minutes_log",
                "$meeting_minutes_sd",
                sentence="log-normal by kind",
            ),
        ),
        Column(
            name="participants",
            kind=Integer(3, 25),
            unit="people",
            meaning="People present.",
            recipe=derived.draw(
                lambda u, kind, levels, sd: whole_answer(
                    3, 25, lookup.exp(np.asarray(levels)[kind] + sd * lookup.normal(u))
                ),
                "kind",
                "$meeting_people_log",
                "$meeting_people_sd",
                sentence="log-normal by kind",
            ),
        ),
        Column(
            name="focus",
            kind=Number(4),
            unit="sd",
            meaning="How much those who meet think of customers: their department, and their own.",
            recipe=derived.draw(
                lambda u, department, means, sd: np.asarray(means)[department] + sd * lookup.normal(of_series(u)),
                "department",
                "$meeting_department_focus",
                "$meeting_focus_sd",
                sentence="the department's, and the series' own",
            ),
            role="latent",
        ),
        Column(
            name="is_later",
            kind=Boolean(),
            meaning="Whether it was held in the second year.",
            recipe=derived.formula(lambda slot: slot % MONTHS >= MONTHS // 2, "#slot", sentence="from the 13th month"),
            role="working",
        ),
        Column(
            name="opened_with_voice",
            kind=Boolean(),
            meaning="Whether the customer's voice opened it.",
            recipe=numeric.happens(
                "$meeting_opens", {"focus": "$meeting_opens_focus", "is_later": "$meeting_opens_later"}
            ),
        ),
        Column(
            name="voice_form",
            kind=Category(FORMS),
            meaning="How the voice was brought in; empty where it was not.",
            recipe=categorical.choice("$meeting_forms"),
            when="opened_with_voice",
        ),
        Column(
            name="decisions",
            kind=Integer(0, MOST_DECISIONS),
            unit="decisions",
            meaning="Decisions taken.",
            recipe=derived.draw(
                lambda u, kind, means: np.minimum(poisson(u, np.asarray(means)[kind]), MOST_DECISIONS),
                "kind",
                "$meeting_decisions",
                sentence="Poisson by kind",
            ),
        ),
        Column(
            name="both_decisions",
            kind=Integer(0, (MOST_DECISIONS + 1) ** 2),
            meaning="Decisions about customers not so opened and, times nine, so opened.",
            recipe=derived.draw(
                about_customers,
                "decisions",
                "focus",
                "$meeting_customer_share",
                "$meeting_customer_focus",
                "$meeting_opening",
                "$meeting_bounds",
                draws=MOST_DECISIONS,
                sentence="each decision by a share that rises with focus and the opening, from the same draws",
            ),
            role="working",
        ),
        _count("customer_decisions_if_not", False, "had it not opened with their voice"),
        _count("customer_decisions_if_opened", True, "had it opened with their voice"),
        Column(
            name="customer_decisions",
            kind=Integer(0, MOST_DECISIONS),
            unit="decisions",
            meaning="Decisions about customers among them.",
            recipe=derived.formula(
                np.where,
                "opened_with_voice",
                "customer_decisions_if_opened",
                "customer_decisions_if_not",
                sentence="the count with the opening or without",
            ),
        ),
        Column(
            name="objections",
            kind=Integer(0, MOST_OBJECTIONS),
            unit="objections",
            meaning="Objections raised on customers' behalf.",
            recipe=derived.draw(
                lambda u, opened, focus, level, more, slope: np.minimum(
                    poisson(u, lookup.exp(level + more * opened + slope * focus)), MOST_OBJECTIONS
                ),
                "opened_with_voice",
                "focus",
                "$meeting_objections_log",
                "$meeting_objections_opened",
                "$meeting_objections_focus",
                sentence="Poisson, more where the voice opened",
            ),
        ),
        Column(
            name="decisions_changed",
            kind=Integer(0, MOST_OBJECTIONS),
            unit="decisions",
            meaning="Decisions changed after such an objection.",
            recipe=derived.draw(
                lambda u, raised, taken, share: so_many_of(u, np.minimum(raised, taken), share),
                "objections",
                "decisions",
                "$meeting_changed_share",
                draws=MOST_OBJECTIONS,
                sentence="each objection by chance",
            ),
        ),
        Column(
            name="customer_decisions_done",
            kind=Integer(0, MOST_DECISIONS),
            unit="decisions",
            meaning="Decisions about customers carried out within 60 days.",
            recipe=derived.draw(
                lambda u, count, focus, base, slope: so_many_of(
                    u, count, 1.0 / (1.0 + lookup.exp(-base - slope * focus))
                ),
                "customer_decisions",
                "focus",
                "$meeting_done_base",
                "$meeting_done_focus",
                draws=MOST_DECISIONS,
                sentence="each by a chance that rises with focus",
            ),
        ),
    ),
)


def _too_many(tables: Tables) -> int:
    rows = tables["meetings"]
    more = (rows["customer_decisions"] > rows["decisions"]) | (
        rows["customer_decisions_done"] > rows["customer_decisions"]
    )
    changed = (rows["decisions_changed"] > rows["objections"]) | (rows["decisions_changed"] > rows["decisions"])
    return int((more | changed | (rows["voice_form"].notna() != rows["opened_with_voice"])).sum())


def _idle_days(tables: Tables) -> int:
    rows = tables["meetings"]
    begun = pd.to_datetime(rows["started_at"])
    order = rows.assign(begun=begun).sort_values(["series_number", "meeting_id"])
    back = order["begun"] <= order.groupby("series_number")["begun"].shift()
    return int((begun.dt.day_of_week > 4).sum() + back.sum())


RULES = (
    Rule(
        sentence="a meeting decides no more about customers than it decides, and carries out and changes no more than that",
        tables=("meetings",),
        violations=_too_many,
    ),
    Rule(
        sentence="meetings of a series follow each other, Monday to Friday",
        tables=("meetings",),
        violations=_idle_days,
    ),
)
