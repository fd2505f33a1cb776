"""Practices of managers of shops and adviser teams, month by month: seen on a visit, and declared by themselves."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne.skill_ratings import MONTH_STARTS, MONTHS
from cxdata.catalog.tables.tilmarenne.stores import STORES
from cxdata.catalog.tables.tilmarenne.teams import SITES, TEAMS
from cxdata.recipes import derived, lookup, numeric, temporal
from cxdata.schema.kinds import Boolean, Date, ForeignKey, Integer, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Rule, ours
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, Reference, Table

UNITS = STORES + TEAMS
"""Shops stand first, then the teams of the service centre; each has a row for every month."""
PRACTICES = (
    "reads_comments",
    "holds_briefing",
    "works_the_floor",
    "calls_customers",
    "thanks_staff",
    "lets_staff_decide",
)
COURSES = tuple(temporal.day_number(day) for day in (date(2023, 9, 1), date(2024, 3, 1), date(2024, 9, 1)))
"""First months after the course for managers, wave by wave; the lot puts as many into no wave as into each."""
BUSY_IN_SHOPS = (4, 5, 12)
BUSY_IN_TEAMS = ("2023-10", "2023-11", "2023-12", "2024-05", "2024-06", "2024-12")
"""Months that leave managers little time: spring and Christmas in shops, crises and Christmas on the line."""
VISIT_DAYS = 24
_MONTH_IN_YEAR = np.array([1 + number % 12 for number in range(MONTHS)])
_BUSY = np.stack(
    [
        np.isin(_MONTH_IN_YEAR, BUSY_IN_SHOPS),
        np.isin([f"{2023 + number // 12}-{1 + number % 12:02d}" for number in range(MONTHS)], BUSY_IN_TEAMS),
    ]
)
"""(2, MONTHS): shops, teams."""


def unit_of(slot: Array) -> Array:
    """Return the place of the unit: shops first, then teams."""
    place: Array = slot // MONTHS
    return place


def is_team(slot: Array) -> Array:
    """Return whether the unit is a team of the service centre."""
    team: Array = unit_of(slot) >= STORES
    return team


def of_unit(values_of_shops: Array, values_of_teams: Array, slot: Array) -> Array:
    """Return the value of each row's unit from (84,) values of shops and (12,) of teams."""
    values: Array = np.concatenate([values_of_shops, values_of_teams])[unit_of(slot)]
    return values


def once_per_unit(u: Array) -> Array:
    """Return the draw of a unit's first month for all months."""
    return np.repeat(u[::MONTHS], MONTHS)


def is_busy(slot: Array) -> Array:
    """Return whether the month leaves the manager little time."""
    busy: Array = _BUSY[is_team(slot).astype(np.int64), slot % MONTHS]
    return busy


def is_trained(u: Array, slot: Array) -> Array:
    """Return whether the manager had taken the course: waves by lot, of equal size among shops and among teams."""
    drawn = u[::MONTHS]
    wave = np.empty(UNITS, dtype=np.int64)
    for members in (slice(0, STORES), slice(STORES, UNITS)):
        rank = np.argsort(np.argsort(drawn[members], kind="stable"), kind="stable")
        wave[members] = rank * (len(COURSES) + 1) // len(rank)
    starts = np.array([*COURSES, MONTH_STARTS[-1] + calendar.RECORD_DAYS])
    trained: Array = MONTH_STARTS[slot % MONTHS] >= starts[wave[unit_of(slot)]]
    return trained


def declared(u: Array, count: Array, more: float) -> Array:
    """Return how many practices the manager claims: those kept, and some of those that were not."""
    missing = len(PRACTICES) - count
    extra = np.zeros(len(count), dtype=np.int64)
    for number in range(len(PRACTICES)):
        extra = extra + ((number < missing) & (u[number] < more))
    return count + extra


def wrong_units(tables: Tables) -> int:
    """Return how many rows have both a shop and a team, or neither, or the month of another row of the unit."""
    wrong = 0
    for name in ("manager_practices", "team_pulses"):
        rows = tables[name]
        wrong += int((rows["store_id"].notna() == rows["team_id"].notna()).sum())
        wrong += int(rows.duplicated(["store_id", "team_id", "month"]).sum())
    return wrong


def miscounted(tables: Tables) -> int:
    """Return how many counts differ from the practices seen, or stand without a visit."""
    rows = tables["manager_practices"]
    seen = rows["visited_on"].notna()
    counted = rows.loc[seen, list(PRACTICES)].astype(int).sum(axis=1)
    gaps = rows[[*PRACTICES, "practice_count"]].notna().ne(seen, axis=0).any(axis=1).sum()
    day = pd.to_datetime(rows.loc[seen, "visited_on"])
    other_month = (day.dt.to_period("M") != pd.to_datetime(rows.loc[seen, "month"]).dt.to_period("M")).sum()
    return int(gaps + other_month + (counted != rows.loc[seen, "practice_count"]).sum())


PARAMETERS = (
    ours(
        "practice_base",
        (-0.5, 0.8, 0.3, -1.1, 0.4, -0.6),
        "logit",
        "Practice kept in a month by an average manager before the course: comments read aloud to letting staff decide.",
    ),
    ours("practice_climate", 0.75, "logit", "Practice kept, per step of the unit's climate."),
    ours("practice_contractor", 0.9, "logit", "Practice kept, less by team leaders of the contractor."),
    ours("practice_habit_sd", 0.3, "logit", "Spread of managers' habits beside climate.", 0.0),
    ours("practice_month_sd", 0.9, "logit", "Spread of one manager's months.", 0.0),
    ours("practice_course", 0.8, "logit", "Practice kept, added after the course for managers."),
    ours("practice_busy", 0.9, "logit", "Practice kept, less in busy months."),
    ours("practice_visited", 0.88, "share", "Months in which somebody came to see."),
    ours("practice_declared", 0.93, "share", "Months for which the manager filled in the own sheet."),
    ours("practice_overstated", 0.35, "share", "Practices not kept that are declared all the same."),
)

RULES = (
    Rule(
        sentence="a row on a manager or a pulse is about one shop or one team, and there is one a month",
        tables=("manager_practices", "team_pulses"),
        violations=wrong_units,
    ),
    Rule(
        sentence="a manager's practices seen on the visit of a month sum to their count",
        tables=("manager_practices",),
        violations=miscounted,
    ),
)


def unit_columns() -> tuple[Column, ...]:
    """Return the columns that say which unit and month a row is about."""
    return (
        Column(
            name="is_team",
            kind=Boolean(),
            meaning="Whether the unit is a team of the service centre.",
            recipe=derived.formula(is_team, "#slot", sentence="the last of the units"),
            role="working",
        ),
        Column(
            name="store_id",
            kind=ForeignKey("stores", optional=True),
            meaning="The shop; empty for teams of the service centre.",
            recipe=derived.formula(
                lambda slot: np.where(is_team(slot), 0, 1 + unit_of(slot)), "#slot", sentence="24 months per shop"
            ),
        ),
        Column(
            name="team_id",
            kind=ForeignKey("teams", optional=True),
            meaning="The team of the service centre; empty for shops.",
            recipe=derived.formula(
                lambda slot: np.where(is_team(slot), 1 + unit_of(slot) - STORES, 0),
                "#slot",
                sentence="24 months per team, after the shops",
            ),
        ),
        Column(
            name="month",
            kind=Date(),
            meaning="First day of the month.",
            recipe=derived.formula(lambda slot: MONTH_STARTS[slot % MONTHS], "#slot", sentence="first of the month"),
        ),
        Column(
            name="climate",
            kind=Number(4),
            unit="sd",
            meaning="Climate of the unit.",
            recipe=derived.formula(
                lambda slot, shops, teams, spread: of_unit(shops, teams / max(spread, 1e-9), slot),
                "#slot",
                "stores.climate[]",
                "teams.climate[]",
                "$climate_sd",
                sentence="climate of the shop or team, in standard deviations of its kind",
            ),
            role="working",
        ),
        Column(
            name="is_outsourced",
            kind=Boolean(),
            meaning="Whether it is a team of the contractor.",
            recipe=derived.formula(
                lambda slot, sites: of_unit(np.zeros(STORES, dtype=np.int64), sites, slot) == SITES.index("outsourced"),
                "#slot",
                "teams.site[]",
                sentence="site of the team",
            ),
            role="working",
        ),
        Column(
            name="is_busy",
            kind=Boolean(),
            meaning="Whether the month leaves the manager little time.",
            recipe=derived.formula(is_busy, "#slot", sentence="spring and Christmas in shops, crises on the line"),
            role="working",
        ),
    )


def _practice(place: int, meaning: str) -> Column:
    return Column(
        name=PRACTICES[place],
        kind=Boolean(),
        meaning=f"{meaning} Empty without a visit.",
        recipe=derived.draw(
            lambda u, leaning, base: base[place] + leaning + lookup.logistic(u) > 0,
            "leaning",
            "$practice_base",
            sentence="base of the practice and the manager's leaning in that month",
        ),
        when="is_visited",
    )


TABLE = Table(
    name="manager_practices",
    meaning="What the manager of a shop or of a team of advisers did in one month to keep customers and staff in view.",
    rows=(Reference(UNITS * MONTHS),),
    columns=(
        Column(name="manager_practice_id", kind=Key(), meaning="Key of the row."),
        *unit_columns(),
        Column(
            name="is_trained",
            kind=Boolean(),
            meaning="Whether the manager had taken the course for managers: in one of three waves by lot, or not yet.",
            recipe=derived.draw(is_trained, "#slot", sentence="waves of September 2023, March and September 2024"),
        ),
        Column(
            name="habit",
            kind=Number(4),
            unit="logit",
            meaning="How much more than others the manager keeps to such practices.",
            recipe=derived.draw(
                lambda u, climate, outsourced, per_climate, less, sd: (
                    per_climate * climate - less * outsourced + sd * lookup.normal(once_per_unit(u))
                ),
                "climate",
                "is_outsourced",
                "$practice_climate",
                "$practice_contractor",
                "$practice_habit_sd",
                sentence="with climate, less at the contractor, and the manager's own; one draw per unit",
            ),
            role="latent",
        ),
        Column(
            name="leaning",
            kind=Number(4),
            unit="logit",
            meaning="How much the manager keeps to such practices in that month.",
            recipe=numeric.score(
                "habit",
                {"is_trained": "$practice_course", "is_busy": "-$practice_busy"},
                noise="$practice_month_sd",
            ),
            role="working",
        ),
        Column(
            name="is_visited",
            kind=Boolean(),
            meaning="Whether somebody came to see.",
            recipe=numeric.chance("$practice_visited"),
            role="working",
        ),
        Column(
            name="visited_on",
            kind=Date(),
            meaning="Day on which a regional or site manager came to see; empty without a visit.",
            recipe=derived.draw(
                lambda u, slot: calendar.working_day(MONTH_STARTS[slot % MONTHS] + (u * VISIT_DAYS).astype(np.int64)),
                "#slot",
                sentence="a working day of the month",
            ),
            when="is_visited",
        ),
        _practice(0, "Reads out and discusses comments of customers."),
        _practice(1, "Opens the day with a short briefing."),
        _practice(2, "Serves or listens beside the team for two hours a week or more."),
        _practice(3, "Calls back dissatisfied customers in person."),
        _practice(4, "Thanks staff by name for what customers say."),
        _practice(5, "Lets staff settle small claims without asking."),
        Column(
            name="practice_count",
            kind=Integer(0, len(PRACTICES)),
            unit="practices",
            meaning="How many of the six practices were seen; empty without a visit.",
            recipe=derived.formula(
                lambda *kept: np.stack(kept).astype(np.int64).sum(axis=0),
                *PRACTICES,
                sentence="count of the practices",
            ),
            when="is_visited",
        ),
        Column(
            name="has_declared",
            kind=Boolean(),
            meaning="Whether the manager filled in the own sheet.",
            recipe=numeric.chance("$practice_declared"),
            role="working",
        ),
        Column(
            name="declared_count",
            kind=Integer(0, len(PRACTICES)),
            unit="practices",
            meaning="How many of the six practices the manager declares; never fewer than were kept. Empty where the sheet is missing.",
            recipe=derived.draw(
                declared,
                "practice_count",
                "$practice_overstated",
                draws=len(PRACTICES),
                sentence="practices kept, and by chance some of the others",
            ),
            when="has_declared",
        ),
    ),
)
