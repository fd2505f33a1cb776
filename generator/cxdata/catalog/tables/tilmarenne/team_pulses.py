"""The monthly pulse of shops and adviser teams: what those who answered said on average, and absence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne._people import dummies
from cxdata.catalog.tables.tilmarenne.agents import AGENTS
from cxdata.catalog.tables.tilmarenne.manager_practices import UNITS, is_team, of_unit, once_per_unit, unit_columns
from cxdata.catalog.tables.tilmarenne.skill_ratings import MONTHS
from cxdata.catalog.tables.tilmarenne.stores import STORES
from cxdata.catalog.tables.tilmarenne.teams import SITES, TEAMS
from cxdata.recipes import derived, lookup
from cxdata.recipes.calibration import plain_sum
from cxdata.schema.drivers import adjusted_slope
from cxdata.schema.effect import Quantity
from cxdata.schema.kinds import Boolean, Integer, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Rule, ours
from cxdata.schema.statistic import Estimate, Statistic, Tables
from cxdata.schema.table import Column, Reference, Table

ITEMS = ("energy", "recognition", "support", "voice", "means")
SAMPLED_ONE_IN = 3
"""Employees hold one in three of shop staff, and the pulse asks all."""
FEWEST_ANSWERS = 4
"""Answers below which nothing is reported, so that nobody can be recognised."""
MOST_STAFF = 200


def staff_count(u: Array, slot: Array, stores: Array, away: float) -> Array:
    """Return how many people were at work in each unit: all who belong to it but some, from the shop of each employee."""
    in_shops = SAMPLED_ONE_IN * np.bincount(stores, minlength=STORES + 1)[1:]
    whole = of_unit(in_shops, np.full(TEAMS, AGENTS // TEAMS), slot)
    count: Array = whole - np.rint(2.0 * away * u * whole).astype(np.int64)
    return count


def level_of(slot: Array, shops: Array, sites: Array, climate: Array, *given: float) -> Array:
    """Return the experience (0-10) that the unit's staff have on average, as in the employee survey."""
    per_climate, inside, outside = given
    mean = np.where(sites == SITES.index("outsourced"), outside, inside)
    experience: Array = of_unit(shops, mean, slot) + per_climate * climate * is_team(slot)
    return experience


def answered(u: Array, count: Array, share: float, sd: float) -> Array:
    """Return how many answer: around a share of the unit's own, month by month; ``u`` is (2, n)."""
    rate = np.clip(share + sd * lookup.normal(once_per_unit(u[0])), 0.1, 0.95)
    spread = np.sqrt(count * rate * (1.0 - rate))
    number: Array = np.clip(np.rint(count * rate + spread * lookup.normal(u[1])), 0, count).astype(np.int64)
    return number


def absence(
    u: Array,
    slot: Array,
    climate: Array,
    practices: Array,
    outsourced: Array,
    log: float,
    per_climate: float,
    per_practice: float,
    contractor: float,
    winter: float,
    own_sd: float,
    sd: float,
) -> Array:
    """Return the percentage of working time lost to sickness; ``u`` is (2, n): unit and month."""
    in_winter = np.isin(slot % 12, (0, 1, 11))
    scored = (
        log
        - per_climate * climate
        - per_practice * practices
        + contractor * outsourced
        + winter * in_winter
        + own_sd * lookup.normal(once_per_unit(u[0]))
        + sd * lookup.normal(u[1])
    )
    percentage: Array = np.minimum(lookup.exp(scored), 60.0)
    return percentage


def months(tables: Tables) -> pd.DataFrame:
    """Return one row per unit and month with the practices seen and the pulse, where there are both."""
    keys = ["store_id", "team_id", "month"]
    rows = tables["team_pulses"].merge(tables["manager_practices"], on=keys)
    rows = rows.dropna(subset=["practice_count", "pulse_score"])
    unit = rows["store_id"].fillna(0).astype(int) + 1000 * rows["team_id"].fillna(0).astype(int)
    period = rows["month"].astype(str) + " " + rows["team_id"].notna().astype(str)
    return rows.assign(unit=unit, period=period)


def _within(tables: Tables) -> Estimate:
    rows = months(tables)
    return adjusted_slope(
        rows["pulse_score"].to_numpy(),
        rows["practice_count"].to_numpy(dtype=np.float64),
        dummies(rows["period"].to_numpy()),
        rows["unit"].to_numpy(),
        within=rows["unit"].to_numpy(),
    )


def _between(tables: Tables) -> Estimate:
    rows = months(tables)
    units = rows.groupby("unit")[["pulse_score", "practice_count"]].mean()
    return adjusted_slope(
        units["pulse_score"].to_numpy(),
        units["practice_count"].to_numpy(dtype=np.float64),
        dummies(np.zeros(len(units))),
        units.index.to_numpy(),
    )


def _truth(tables: Tables) -> Estimate:
    rows = tables["latents/team_pulses"]
    return Estimate(float((rows["score_with_one_more"] - rows["score_as_is"]).mean()), 0.0, len(rows))


def told_too_much(tables: Tables) -> int:
    """Return how many pulses are reported on too few answers or kept back on enough, or have more answers than staff."""
    rows = tables["team_pulses"]
    enough = rows["answered_count"] >= FEWEST_ANSWERS
    told = rows[[*ITEMS, "pulse_score"]].notna().ne(enough, axis=0).any(axis=1)
    return int((told | (rows["answered_count"] > rows["staff_count"])).sum())


PARAMETERS = (
    ours(
        "pulse_items",
        (-0.2, -0.5, 0.3, -0.3, 0.0),
        "points",
        "Energy, recognition, support, voice and means, above or below experience.",
        -5.0,
        5.0,
    ),
    ours(
        "pulse_practices",
        (0.06, 0.18, 0.16, 0.16, 0.04),
        "points",
        "What one more practice of the manager adds to each item in that month; 0.12 on their mean.",
        -2.0,
        2.0,
    ),
    ours("pulse_usual_count", 3.0, "practices", "Practices at which the pulse is what experience says.", 0.0, 6.0),
    ours("pulse_busy", 0.3, "points", "Pulse, less in busy months.", 0.0, 5.0),
    ours("pulse_month_sd", 0.25, "points", "Spread of a unit's months beyond all that.", 0.0, 5.0),
    ours("pulse_person_sd", 1.5, "points", "Spread of colleagues' answers to an item in one month.", 0.0, 5.0),
    ours("pulse_away", 0.06, "share", "Staff who are away all month, or whose place is vacant.", 0.0, 0.4),
    ours("pulse_answer_share", 0.62, "share", "Staff who answer in a month."),
    ours("pulse_answer_sd", 0.08, "share", "Spread of that share from unit to unit.", 0.0),
    ours("pulse_absence_log", 1.65, "log percent", "Median absence of an average unit without practices (5.2%)."),
    ours("pulse_absence_climate", 0.12, "log percent", "Absence, less per step of the unit's climate."),
    ours("pulse_absence_practices", 0.03, "log percent", "Absence, less per practice kept."),
    ours("pulse_absence_contractor", 0.35, "log percent", "Absence, added at the contractor."),
    ours("pulse_absence_winter", 0.25, "log percent", "Absence, added from December to February."),
    ours("pulse_absence_own_sd", 0.15, "log percent", "Spread of units' absence.", 0.0),
    ours("pulse_absence_month_sd", 0.30, "log percent", "Spread of a unit's absence from month to month.", 0.0),
)

RULES = (
    Rule(
        sentence="a pulse is told from four answers on, and no more people answer than work there",
        tables=("team_pulses",),
        violations=told_too_much,
    ),
)

_READ = ("manager_practices", "team_pulses")

QUANTITIES = (
    Quantity(
        id="practice_on_pulse",
        of="run",
        title="How much does one more practice of the manager do for the team's pulse?",
        estimand="Mean change of the pulse score (0-10) of a shop or team in a month in which its manager keeps one practice more, in points.",
        confounding="Managers of units with a good climate keep more of them, and there the pulse is higher anyway; climate is not on file.",
        basis="The size is ours.",
        truth=Statistic(
            function=_truth,
            tables=("latents/team_pulses",),
            sentence="mean difference of the two scores of each unit and month",
        ),
        right=Statistic(
            function=_within,
            tables=_READ,
            sentence="slope within units, month by month of shops and of teams held fixed",
        ),
        tempting=Statistic(
            function=_between,
            tables=_READ,
            sentence="slope between the means of units",
        ),
    ),
)


def _item(place: int, meaning: str) -> tuple[Column, Column]:
    name = ITEMS[place]
    usual = Column(
        name=f"usual_{name}",
        kind=Number(4),
        unit="points",
        meaning=f"Mean answer on {name} at the usual number of practices.",
        recipe=derived.draw(
            lambda u, level, count, offsets, sd: (
                level + offsets[place] + sd * lookup.normal(u) / np.sqrt(np.maximum(count, 1))
            ),
            "level",
            "answered_count",
            "$pulse_items",
            "$pulse_person_sd",
            sentence="level, the item's offset, and the luck of those who answered",
        ),
        role="working",
    )
    told = Column(
        name=name,
        kind=Number(1, 0.0, 10.0),
        unit="0-10",
        meaning=f"{meaning} Mean of those who answered; empty below four answers.",
        recipe=derived.formula(
            lambda score, more, gains: np.clip(score + gains[place] * more, 0.0, 10.0),
            f"usual_{name}",
            "practices_more",
            "$pulse_practices",
            sentence="with what the practices add",
        ),
        when="is_told",
    )
    return usual, told


_ITEMS = tuple(
    _item(place, meaning)
    for place, meaning in enumerate(
        (
            "I go to work with energy.",
            "Good work is seen here.",
            "My manager helps when I need it.",
            "What I say about customers counts.",
            "I have what I need to serve customers well.",
        )
    )
)


def _score(name: str, extra: int, meaning: str, when: str | None = None) -> Column:
    return Column(
        name=name,
        kind=Number(2, 0.0, 10.0),
        unit="0-10",
        meaning=meaning,
        recipe=derived.formula(
            lambda more, gains, *usual: (
                plain_sum(
                    np.clip(score + gain * (more + extra), 0.0, 10.0)
                    for score, gain in zip(usual, gains, strict=True)  # loops over items, not rows
                )
                / float(len(ITEMS))
            ),
            "practices_more",
            "$pulse_practices",
            *(f"usual_{one}" for one in ITEMS),
            sentence="mean of the five items",
        ),
        when=when,
        role="observed" if when else "latent",
    )


TABLE = Table(
    name="team_pulses",
    meaning="The pulse of a shop or of a team of advisers in one month: what its staff answered on average, and absence.",
    rows=(Reference(UNITS * MONTHS),),
    columns=(
        Column(name="team_pulse_id", kind=Key(), meaning="Key of the row."),
        *unit_columns(),
        Column(
            name="staff_count",
            kind=Integer(0, MOST_STAFF),
            unit="people",
            meaning="How many people were at work there in that month and were asked.",
            recipe=derived.draw(
                staff_count,
                "#slot",
                "employees.store_id[]",
                "$pulse_away",
                sentence="three times the shop's sample, or ten advisers, less those who were away all month",
            ),
        ),
        Column(
            name="answered_count",
            kind=Integer(0, MOST_STAFF),
            unit="people",
            meaning="How many of them answered.",
            recipe=derived.draw(
                answered,
                "staff_count",
                "$pulse_answer_share",
                "$pulse_answer_sd",
                draws=2,
                sentence="around a share of the unit's own",
            ),
        ),
        Column(
            name="is_told",
            kind=Boolean(),
            meaning="Whether enough answered for the pulse to be told.",
            recipe=derived.formula(lambda count: count >= FEWEST_ANSWERS, "answered_count", sentence="four or more"),
            role="working",
        ),
        Column(
            name="practices_more",
            kind=Number(1),
            unit="practices",
            meaning="Practices kept in that month, beyond the usual number.",
            recipe=derived.formula(
                lambda kept, usual: kept - usual,
                "manager_practices.practice_count[]",
                "$pulse_usual_count",
                sentence="practice_count - pulse_usual_count",
            ),
            role="working",
        ),
        Column(
            name="experience",
            kind=Number(4),
            unit="0-10",
            meaning="Experience that the unit's staff have on average.",
            recipe=derived.formula(
                level_of,
                "#slot",
                "stores.employee_experience[]",
                "teams.site[]",
                "climate",
                "$store_experience_per_climate",
                "$employee_in_house",
                "$employee_outsourced",
                sentence="that of the shop, or of the site and the team's climate",
            ),
            role="latent",
        ),
        Column(
            name="level",
            kind=Number(4),
            unit="0-10",
            meaning="What the items scatter around in that month.",
            recipe=derived.draw(
                lambda u, experience, busy, less, sd: experience - less * busy + sd * lookup.normal(u),
                "experience",
                "is_busy",
                "$pulse_busy",
                "$pulse_month_sd",
                sentence="experience, less in busy months, and the month's luck",
            ),
            role="working",
        ),
        *(usual for usual, _ in _ITEMS),
        *(told for _, told in _ITEMS),
        _score("pulse_score", 0, "Mean of the five items; empty below four answers.", "is_told"),
        _score("score_as_is", 0, "Mean of the five items, told or not."),
        _score("score_with_one_more", 1, "The same, had the manager kept one practice more."),
        Column(
            name="absence_percent",
            kind=Number(1, 0.0, 100.0),
            unit="percent",
            meaning="Working time lost to sickness, in percent.",
            recipe=derived.draw(
                absence,
                "#slot",
                "climate",
                "manager_practices.practice_count[]",
                "is_outsourced",
                "$pulse_absence_log",
                "$pulse_absence_climate",
                "$pulse_absence_practices",
                "$pulse_absence_contractor",
                "$pulse_absence_winter",
                "$pulse_absence_own_sd",
                "$pulse_absence_month_sd",
                draws=2,
                sentence="log-normal: less with climate and practices, more at the contractor and in winter",
            ),
        ),
    ),
)
