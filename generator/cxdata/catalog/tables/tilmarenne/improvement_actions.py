"""Improvement actions: what the monthly committee decided to mend, who has it in hand and how far it is."""

from __future__ import annotations

import numpy as np

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne._market import ours
from cxdata.catalog.tables.tilmarenne.touchpoints import NAMES as TOUCHPOINTS
from cxdata.recipes import categorical, derived, lookup
from cxdata.recipes.temporal import day_number
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Rule
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, Reference, Table

ACTIONS = 90
MONTHS = 12 * len(calendar.YEARS)
_LAST = day_number(calendar.WINDOW_LAST)
TUESDAY = 1
TOPICS = ("delivery", "waits", "returns", "advice", "web", "billing", "product_information", "shop_checkout")
DEPARTMENTS = ("logistics", "service_centre", "shops", "digital", "finance", "purchasing")
TOUCHED = tuple(
    TOUCHPOINTS.index(name) + 1
    for name in (
        "parcel_delivery",
        "service_centre_phone",
        "shop_returns_desk",
        "shop_advice",
        "web_checkout",
        "service_centre_email",
        "product_page",
        "shop_checkout",
    )
)
SOURCES = ("complaints", "surveys", "employees", "ideas", "mystery_tests", "management")
EXPECTED = ("fewer_contacts", "higher_satisfaction", "less_effort", "fewer_complaints", "lower_cost")
STATUSES = ("open", "done", "dropped")
OPEN, DONE, DROPPED = range(len(STATUSES))
_OWNERS = (  # by topic, in the order of DEPARTMENTS
    (0.80, 0.08, 0.02, 0.06, 0.00, 0.04),
    (0.00, 0.86, 0.06, 0.08, 0.00, 0.00),
    (0.35, 0.20, 0.30, 0.10, 0.05, 0.00),
    (0.00, 0.25, 0.65, 0.05, 0.00, 0.05),
    (0.00, 0.05, 0.00, 0.93, 0.02, 0.00),
    (0.00, 0.20, 0.00, 0.15, 0.65, 0.00),
    (0.00, 0.05, 0.05, 0.40, 0.00, 0.50),
    (0.00, 0.00, 0.85, 0.15, 0.00, 0.00),
)
_EFFECTS = (  # by topic, in the order of EXPECTED
    (0.35, 0.25, 0.05, 0.30, 0.05),
    (0.10, 0.25, 0.50, 0.10, 0.05),
    (0.20, 0.20, 0.35, 0.15, 0.10),
    (0.10, 0.65, 0.15, 0.05, 0.05),
    (0.25, 0.20, 0.40, 0.05, 0.10),
    (0.40, 0.05, 0.10, 0.35, 0.10),
    (0.40, 0.25, 0.15, 0.15, 0.05),
    (0.00, 0.45, 0.45, 0.00, 0.10),
)

PARAMETERS = (
    ours(
        "actions_topics",
        (0.22, 0.15, 0.12, 0.12, 0.15, 0.08, 0.10, 0.06),
        "shares",
        "Topics of actions, delivery to checkout.",
    ),
    *(
        ours(f"actions_owners_{topic}", owners, "shares", f"Departments that own actions on {topic}, logistics first.")
        for topic, owners in zip(TOPICS, _OWNERS, strict=True)
    ),
    *(
        ours(f"actions_effects_{topic}", effects, "shares", f"What is expected of actions on {topic}.")
        for topic, effects in zip(TOPICS, _EFFECTS, strict=True)
    ),
    ours(
        "actions_sources",
        (0.27, 0.30, 0.15, 0.08, 0.10, 0.10),
        "shares",
        "What actions come from, complaints to management.",
    ),
    ours("actions_term_log", 4.55, "log days", "Median time allowed (95 days)."),
    ours("actions_term_sd", 0.45, "log days", "Spread of the time allowed.", 0.0),
    ours("actions_slip_log", -0.08, "log factor", "Median of the time taken over the time allowed."),
    ours("actions_slip_digital", 0.22, "log factor", "Actions of the digital department take longer."),
    ours("actions_slip_sd", 0.30, "log factor", "Spread of the time taken over the time allowed.", 0.0),
    ours("actions_dropped_share", 0.08, "share", "Actions given up at their term."),
    ours("actions_cost_log", 8.6, "log EUR", "Median cost of an action of average term (5,400 EUR)."),
    ours("actions_cost_term", 0.9, "log EUR per log day", "Cost, per step of the log of the time allowed.", 0.0, 5.0),
    ours("actions_cost_digital", 0.8, "log EUR", "Cost, added for the digital department."),
    ours("actions_cost_sd", 0.9, "log EUR", "Spread of costs.", 0.0),
)

_COMMITTEES = tuple(
    day_number(calendar.WINDOW_FIRST.replace(year=year, month=month))
    for year in calendar.YEARS
    for month in range(1, 13)
)


def committee_day(slot: Array) -> Array:
    """Return the day of the monthly committee, its second Tuesday; actions are spread evenly over the months."""
    month = slot * MONTHS // ACTIONS
    first = np.array(_COMMITTEES)[month]
    return np.asarray(first + (TUESDAY - calendar.weekday(first)) % 7 + 7)


def by_topic(u: Array, topic: Array, *shares: tuple[float, ...]) -> Array:
    """Return codes drawn by the shares of each topic."""
    codes = np.zeros(len(topic), dtype=np.int64)
    for code, of_topic in enumerate(shares):
        codes = np.where(topic == code, categorical.pick(u, of_topic), codes)
    return codes


def term_log(u: Array, level: float, sd: float) -> Array:
    """Return the log of the days allowed."""
    return level + sd * lookup.normal(u)


def day_due(decided: Array, term: Array) -> Array:
    """Return the term, a Friday."""
    day = decided + np.rint(lookup.exp(term)).astype(np.int64)
    return np.asarray(day + (4 - calendar.weekday(day)) % 7)


def day_ended(u: Array, decided: Array, due: Array, digital: Array, level: float, slower: float, sd: float) -> Array:
    """Return the working day on which an action is done, after as long as planned or longer."""
    factor = lookup.exp(level + slower * digital + sd * lookup.normal(u))
    return calendar.working_day(decided + np.maximum(7, np.rint((due - decided) * factor)).astype(np.int64))


def status_of(u: Array, ended: Array, due: Array, dropped: float) -> Array:
    """Return the state at the end of 2024: dropped at the term, done, or open still."""
    gave_up = (u < dropped) & (due <= _LAST)
    return np.where(gave_up, DROPPED, np.where(ended <= _LAST, DONE, OPEN))


def cost(
    u: Array, term: Array, digital: Array, level: float, slope: float, more: float, middle: float, sd: float
) -> Array:
    """Return the cost in whole hundreds of euros; longer actions cost more."""
    log = level + slope * (term - middle) + more * digital + sd * lookup.normal(u)
    return np.maximum(np.rint(lookup.exp(log) / 100.0), 1.0) * 100.0


TABLE = Table(
    name="improvement_actions",
    meaning="An action of the improvement plan; its state at the end of 2024.",
    rows=(Reference(ACTIONS),),
    columns=(
        Column(name="action_id", kind=Key(), meaning="Key of the action."),
        Column(
            name="decided_on",
            kind=Date(),
            meaning="Day of the monthly committee that decided it.",
            recipe=derived.formula(committee_day, "#slot", sentence="second Tuesday of the month"),
        ),
        Column(
            name="topic",
            kind=Category(TOPICS),
            meaning="What it is to mend.",
            recipe=categorical.choice("$actions_topics"),
        ),
        Column(
            name="touchpoint_id",
            kind=ForeignKey("touchpoints"),
            meaning="The touchpoint that it touches most.",
            recipe=derived.formula(lambda topic: np.array(TOUCHED)[topic], "topic", sentence="touchpoint of the topic"),
        ),
        Column(
            name="source",
            kind=Category(SOURCES),
            meaning="Where the need was seen first.",
            recipe=categorical.choice("$actions_sources"),
        ),
        Column(
            name="owner_department",
            kind=Category(DEPARTMENTS),
            meaning="Department that has it in hand.",
            recipe=derived.draw(
                by_topic, "topic", *(f"$actions_owners_{topic}" for topic in TOPICS), sentence="drawn by topic"
            ),
        ),
        Column(
            name="expected_effect",
            kind=Category(EXPECTED),
            meaning="What it is expected to bring most.",
            recipe=derived.draw(
                by_topic, "topic", *(f"$actions_effects_{topic}" for topic in TOPICS), sentence="drawn by topic"
            ),
        ),
        Column(
            name="term_log",
            kind=Number(4),
            unit="log days",
            meaning="Log of the days allowed.",
            recipe=derived.draw(term_log, "$actions_term_log", "$actions_term_sd", sentence="normal"),
            role="working",
        ),
        Column(
            name="due_on",
            kind=Date(),
            meaning="Day by which it should be done.",
            recipe=derived.formula(day_due, "decided_on", "term_log", sentence="decided_on plus the days allowed"),
        ),
        Column(
            name="end_day",
            kind=Date(),
            meaning="Day on which it is done if nobody gives it up.",
            recipe=derived.draw(
                day_ended,
                "decided_on",
                "due_on",
                "owner_department=digital",
                "$actions_slip_log",
                "$actions_slip_digital",
                "$actions_slip_sd",
                sentence="time allowed times a log-normal factor",
            ),
            role="working",
        ),
        Column(
            name="status",
            kind=Category(STATUSES),
            meaning="State at the end of 2024.",
            recipe=derived.draw(
                status_of, "end_day", "due_on", "$actions_dropped_share", sentence="dropped by chance, done, or open"
            ),
        ),
        Column(
            name="is_done",
            kind=Boolean(),
            meaning="Whether it is done.",
            recipe=derived.formula(lambda status: status == DONE, "status", sentence="status done"),
            role="working",
        ),
        Column(
            name="done_on",
            kind=Date(),
            meaning="Day on which it was done; empty while it is open and where it was dropped.",
            recipe=derived.copy("end_day"),
            when="is_done",
        ),
        Column(
            name="cost_eur",
            kind=Integer(100, 10_000_000),
            unit="EUR",
            meaning="Budget granted, in hundreds.",
            recipe=derived.draw(
                cost,
                "term_log",
                "owner_department=digital",
                "$actions_cost_log",
                "$actions_cost_term",
                "$actions_cost_digital",
                "$actions_term_log",
                "$actions_cost_sd",
                sentence="log-normal, more for long actions and digital ones",
            ),
        ),
    ),
)


def _odd_dates(tables: Tables) -> int:
    rows = tables["improvement_actions"]
    wrong = (rows["due_on"] <= rows["decided_on"]) | (rows["done_on"] <= rows["decided_on"])
    return int((wrong | (rows["done_on"].notna() != (rows["status"] == "done"))).sum())


RULES = (
    Rule(
        sentence="an action is decided before it is due or done, and has a day of completion if it is done",
        tables=("improvement_actions",),
        violations=_odd_dates,
    ),
)
