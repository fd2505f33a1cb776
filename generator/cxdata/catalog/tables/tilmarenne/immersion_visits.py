"""The immersion programme: each employee's turn to spend hours with customers, places by lot, and what is known after."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne._market import ours, whole_answer
from cxdata.catalog.tables.tilmarenne._people import EMPLOYEES, by_quota, on_a_working_day
from cxdata.catalog.tables.tilmarenne.employees import CENTRE
from cxdata.catalog.tables.tilmarenne.teams import TEAMS
from cxdata.recipes import categorical, derived, lookup, numeric
from cxdata.recipes.counts import poisson
from cxdata.recipes.temporal import day_number
from cxdata.schema.drivers import adjusted_slope
from cxdata.schema.effect import Quantity
from cxdata.schema.estimator import difference_in_means
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Rule
from cxdata.schema.statistic import Estimate, Statistic, Tables, clustered_error
from cxdata.schema.table import Column, Reference, Table

SEASONS = ("spring_2023", "autumn_2023", "spring_2024", "autumn_2024")
SEASON_FIRST = np.array(
    [day_number(day) for day in (date(2023, 3, 6), date(2023, 9, 11), date(2024, 3, 4), date(2024, 9, 9))]
)
SEASON_DAYS = 82
KINDS = ("customer_home", "shop_floor", "service_line", "delivery_round")
SHOP_FLOOR, SERVICE_LINE = KINDS.index("shop_floor"), KINDS.index("service_line")
IRRITANTS = 10
"""Irritants on the list of the season: those of which customers speak most."""
MOST_OBSERVATIONS, MOST_ACTIONS, LONGEST_MINUTES, STEP_MINUTES = 25, 6, 480, 15
_WITH_PLACE = 2

PARAMETERS = (
    ours("immersion_place_share", 0.4, "share", "Employees whom the lot gives a place in their season."),
    ours("immersion_keen_manager", 0.6, "sd", "Managers are keener to go."),
    ours("immersion_keen_shared", 0.5, "sd", "Those who see customer indicators are keener."),
    ours("immersion_keen_mood", 0.3, "sd", "Keener, per step of mood."),
    ours("immersion_keen_sd", 0.8, "sd", "Spread of keenness beyond that."),
    ours("immersion_goes", (-2.5, 1.1), "logit", "Goes without a place, on one's own account, and with one."),
    ours("immersion_goes_keen", 1.5, "logit", "Goes, per step of keenness."),
    *(
        ours(f"immersion_kinds_{name}", shares, "shares", f"Visits of {text}, customer's home to delivery round.")
        for name, text, shares in (
            ("shops", "shop staff: not to shops", (0.34, 0.0, 0.40, 0.26)),
            ("head_office", "head office", (0.36, 0.34, 0.20, 0.10)),
            ("back_office", "the back office", (0.22, 0.28, 0.24, 0.26)),
            ("service_centre", "advisers: not to the line", (0.26, 0.46, 0.0, 0.28)),
        )
    ),
    ours(
        "immersion_minutes_log",
        (4.55, 5.25, 4.75, 5.45),
        "log minutes",
        "Median length of a visit, customer's home to delivery round (95, 190, 115 and 233 minutes).",
    ),
    ours("immersion_minutes_sd", 0.25, "log minutes", "Spread of lengths."),
    ours(
        "immersion_observations_log",
        (1.75, 1.45, 1.55, 1.25),
        "log observations",
        "Median rate of observations noted, customer's home to delivery round (5.8 to 3.5).",
    ),
    ours(
        "immersion_observations_length",
        0.5,
        "log observations",
        "Observations, where a visit lasts twice as long as usual.",
    ),
    ours("immersion_observations_keen", 0.15, "log observations", "Observations, per step of keenness."),
    ours("immersion_debrief_base", 0.2, "logit", "Told to colleagues in a debriefing within the week (57%)."),
    ours("immersion_debrief_manager", 0.7, "logit", "Debriefing, added for managers."),
    ours("immersion_action_log", -2.6, "log actions", "Actions that come of one observation (0.07)."),
    ours("immersion_action_debrief", 0.9, "log actions", "Actions, added by a debriefing."),
    ours(
        "immersion_known",
        (-0.2, -0.5, -0.1, 0.5),
        "logit",
        "What is known of irritants without a visit: shops, head office, back office, service centre.",
    ),
    ours("immersion_known_contact", 0.3, "logit", "Known, added for those in contact with customers."),
    ours("immersion_known_keen", 0.7, "logit", "Known, per step of keenness: the keen listen anyway."),
    ours("immersion_known_sd", 0.35, "logit", "Spread of what is known."),
    ours("immersion_visit", 0.7, "logit", "Known, added by the visit. Ours.", 0.0, 5.0),
    ours(
        "immersion_difficulties",
        (-1.7, -1.1, -0.8, -0.4, -0.1, 0.2, 0.5, 0.9, 1.3, 1.8),
        "logit",
        "How hard each irritant is to think of.",
    ),
    ours("immersion_answered_share", 0.84, "share", "Employees who fill in the sheet at the end of the season."),
)

CONSTRAINTS = (
    Constraint(
        sentence="a place must bring people to go; raise the second of immersion_goes above the first.",
        parameters=("immersion_goes",),
        holds=lambda goes: len(goes) == _WITH_PLACE and goes[0] < goes[1],
    ),
)


def season_of(u: Array, hired_on: Array) -> Array:
    """Return the season of an employee's turn, any as likely among those that began after hiring."""
    first = np.searchsorted(SEASON_FIRST, hired_on, side="right")
    first = np.minimum(first, len(SEASONS) - 1)
    season: Array = first + (u * (len(SEASONS) - first)).astype(np.int64)
    return season


def named(u: Array, known: Array, visit: float, difficulties: tuple[float, ...]) -> Array:
    """Return how many irritants are named, without a visit and, times eleven, with one (Rasch 1960)."""
    without, having = np.zeros(len(known), dtype=np.int64), np.zeros(len(known), dtype=np.int64)
    for place, difficulty in enumerate(difficulties):
        chance = known - difficulty + lookup.logistic(u[place])
        without += chance > 0
        having += chance + visit > 0
    return without + (IRRITANTS + 1) * having


def kind_of(u: Array, department: Array, *shares: tuple[float, ...]) -> Array:
    """Return kinds of visits by the shares of each department."""
    kind = np.zeros(len(department), dtype=np.int64)
    for code, one in enumerate(shares):
        kind = np.where(department == code, categorical.pick(u, one), kind)
    return kind


def minutes(u: Array, kind: Array, levels: tuple[float, ...], sd: float) -> Array:
    """Return the length of a visit in quarters of an hour."""
    length = lookup.exp(np.asarray(levels)[kind] + sd * lookup.normal(u))
    return whole_answer(2, LONGEST_MINUTES // STEP_MINUTES, length / STEP_MINUTES) * STEP_MINUTES


def observations(
    u: Array,
    kind: Array,
    length: Array,
    keen: Array,
    levels: tuple[float, ...],
    medians: tuple[float, ...],
    per_length: float,
    per_keen: float,
) -> Array:
    """Return what was noted: a Poisson count, more on long visits and by the keen."""
    usual = lookup.exp(np.asarray(medians)[kind])
    longer = length / usual - 1.0
    rate = lookup.exp(np.asarray(levels)[kind] + per_length * np.clip(longer, -1.0, 1.0) + per_keen * keen)
    return np.minimum(poisson(u, rate), MOST_OBSERVATIONS)


def shop_visited(u: Array, weights: Array) -> Array:
    """Return a shop, the larger the more often."""
    bounds = np.cumsum(weights.astype(np.int64))
    return np.asarray(1 + np.searchsorted(bounds, (u * float(bounds[-1])).astype(np.int64), side="right"))


def sheets(tables: Tables) -> pd.DataFrame:
    """Return one row per employee who filled in the sheet."""
    return tables["immersion_visits"].dropna(subset=["irritants_named"])


def _truth(tables: Tables) -> Estimate:
    """Return the mean gain of those who go if the lot gives them a place and not without."""
    rows = tables["latents/immersion_visits"]
    rows = rows[rows["goes_with_place"] & ~rows["goes_without"]]
    return Estimate(float((rows["named_if_visit"] - rows["named_if_none"]).mean()), 0.0, len(rows))


def _by_lot(tables: Tables) -> Estimate:
    """Return what the lot changes in irritants named over what it changes in visits, with the error of the ratio."""
    rows = sheets(tables)
    count = len(rows)
    ones = np.ones((count, 1))
    place, gone, found = (
        rows[name].to_numpy(dtype=np.float64) for name in ("has_place", "took_place", "irritants_named")
    )
    who = rows["employee_id"].to_numpy()
    if count < 3 or place.min() == place.max():
        return Estimate(float("nan"), float("inf"), count)
    visits = adjusted_slope(gone, place, ones, who).value
    value = adjusted_slope(found, place, ones, who).value / visits
    rest = found - value * gone
    free = place - place.mean()
    influence = free * (rest - rest.mean()) / (visits * float((free * free).sum()))
    return Estimate(value, clustered_error(influence, who), count)


QUANTITIES = (
    Quantity(
        id="immersion_on_knowledge",
        of="run",
        title="How many more of the ten worst irritants does an employee know after a visit to customers?",
        estimand="mean number of the ten irritants named after a visit less that without one, over those who go if they are given a place and not otherwise",
        confounding="The keen go even without a place, and they know customers better anyway.",
        basis="That no employee skips such visits is told of retailers; effect and size are ours.",
        truth=Statistic(
            function=_truth,
            tables=("latents/immersion_visits",),
            sentence="mean difference of the two counts of those whom the lot decides",
        ),
        right=Statistic(
            function=_by_lot,
            tables=("immersion_visits",),
            sentence="difference of irritants named by the lot, over the difference of visits by the lot",
        ),
        tempting=difference_in_means(
            sheets,
            outcome="irritants_named",
            treatment="took_place",
            cluster="employee_id",
            tables=("immersion_visits",),
            sentence="plain difference between those who went and those who did not",
        ),
    ),
)


def _latent(name: str, place: int, text: str) -> Column:
    return Column(
        name=name,
        kind=Integer(0, IRRITANTS),
        unit="irritants of 10",
        meaning=f"Irritants that the employee would name {text}.",
        recipe=derived.formula(
            lambda both: both // (IRRITANTS + 1) if place else both % (IRRITANTS + 1),
            "both_named",
            sentence="one of the two counts",
        ),
        role="latent",
    )


def _claim(name: str, base: int, text: str) -> Column:
    return Column(
        name=name,
        kind=Boolean(),
        meaning=f"Whether the employee would go {text}.",
        recipe=derived.formula(
            lambda push, bases: push + bases[base] > 0, "push", "$immersion_goes", sentence="push above a threshold"
        ),
        role="latent",
    )


TABLE = Table(
    name="immersion_visits",
    meaning="An employee's turn in the immersion programme, one season in two years, with the visit if it took place.",
    rows=(Reference(EMPLOYEES),),
    columns=(
        Column(name="immersion_visit_id", kind=Key(), meaning="Key of the turn."),
        Column(
            name="employee_id",
            kind=ForeignKey("employees"),
            meaning="Whose turn it is.",
            recipe=derived.formula(lambda slot: 1 + slot, "#slot", sentence="each employee once"),
        ),
        Column(
            name="department",
            kind=Integer(0, CENTRE),
            meaning="Department of the employee.",
            recipe=derived.copy("employees.department@employee_id"),
            role="working",
        ),
        Column(
            name="season",
            kind=Category(SEASONS),
            meaning="Season of the turn, after hiring.",
            recipe=derived.draw(
                season_of, "employees.hired_on@employee_id", sentence="by lot, among those after hiring"
            ),
        ),
        Column(
            name="has_place",
            kind=Boolean(),
            meaning="Whether the lot gave the employee a place; others may go on their own account, and not all with a place do.",
            recipe=derived.draw(
                lambda u, department, share: by_quota(u, department) < share,
                "department",
                "$immersion_place_share",
                draws=2,
                sentence="by lot within departments",
            ),
        ),
        Column(
            name="keenness",
            kind=Number(4),
            unit="sd",
            meaning="How much the employee wants to hear customers.",
            recipe=numeric.score(
                None,
                {
                    "employees.is_manager@employee_id": "$immersion_keen_manager",
                    "employees.kpi_shared@employee_id": "$immersion_keen_shared",
                    "employees.mood@employee_id": "$immersion_keen_mood",
                },
                noise="$immersion_keen_sd",
            ),
            role="latent",
        ),
        Column(
            name="push",
            kind=Number(4),
            unit="logit",
            meaning="What draws the employee to go, beside the place.",
            recipe=derived.draw(
                lambda u, keen, slope: slope * keen + lookup.logistic(u),
                "keenness",
                "$immersion_goes_keen",
                sentence="keenness and chance",
            ),
            role="working",
        ),
        _claim("goes_without", 0, "without a place"),
        _claim("goes_with_place", 1, "with one"),
        Column(
            name="took_place",
            kind=Boolean(),
            meaning="Whether the visit took place.",
            recipe=derived.formula(
                np.where,
                "has_place",
                "goes_with_place",
                "goes_without",
                sentence="as the employee would with the place or without",
            ),
        ),
        Column(
            name="kind",
            kind=Category(KINDS),
            meaning="Where it led: to a customer's home, a shop, the line of the service centre, or along on a delivery round; empty without a visit, as are the next columns.",
            recipe=derived.draw(
                kind_of,
                "department",
                "$immersion_kinds_shops",
                "$immersion_kinds_head_office",
                "$immersion_kinds_back_office",
                "$immersion_kinds_service_centre",
                sentence="by department",
            ),
            when="took_place",
        ),
        Column(
            name="visited_on",
            kind=Date(),
            meaning="Day of the visit.",
            recipe=derived.draw(
                lambda u, season: on_a_working_day(SEASON_FIRST[season] + (u * SEASON_DAYS).astype(np.int64), u),
                "season",
                sentence="working day of the season",
            ),
            when="took_place",
        ),
        Column(
            name="was_in_shop",
            kind=Boolean(),
            meaning="Whether a shop was visited.",
            recipe=derived.formula(
                lambda gone, kind: gone & (kind == SHOP_FLOOR), "took_place", "kind", sentence="visit to a shop"
            ),
            role="working",
        ),
        Column(
            name="was_on_line",
            kind=Boolean(),
            meaning="Whether it was spent beside an adviser.",
            recipe=derived.formula(
                lambda gone, kind: gone & (kind == SERVICE_LINE), "took_place", "kind", sentence="visit to the line"
            ),
            role="working",
        ),
        Column(
            name="store_id",
            kind=ForeignKey("stores", optional=True),
            meaning="The shop visited; empty for other kinds.",
            recipe=derived.draw(
                lambda u, shop, weights: np.where(shop, shop_visited(u, weights), 0),
                "was_in_shop",
                "stores.weight[]",
                sentence="by selling area",
            ),
        ),
        Column(
            name="team_id",
            kind=ForeignKey("teams", optional=True),
            meaning="The team listened to; empty for other kinds.",
            recipe=derived.draw(
                lambda u, line: np.where(line, 1 + (u * TEAMS).astype(np.int64), 0),
                "was_on_line",
                sentence="any team",
            ),
        ),
        Column(
            name="duration_minutes",
            kind=Integer(2 * STEP_MINUTES, LONGEST_MINUTES),
            unit="minutes",
            meaning="How long it took, in quarters of an hour.",
            recipe=derived.draw(
                minutes, "kind", "$immersion_minutes_log", "$immersion_minutes_sd", sentence="log-normal by kind"
            ),
            when="took_place",
        ),
        Column(
            name="observations",
            kind=Integer(0, MOST_OBSERVATIONS),
            unit="observations",
            meaning="Observations noted on the sheet of the visit.",
            recipe=derived.draw(
                observations,
                "kind",
                "duration_minutes",
                "keenness",
                "$immersion_observations_log",
                "$immersion_minutes_log",
                "$immersion_observations_length",
                "$immersion_observations_keen",
                sentence="Poisson by kind, more on long visits and by the keen",
            ),
            when="took_place",
        ),
        Column(
            name="was_debriefed",
            kind=Boolean(),
            meaning="Whether it was told to colleagues in a debriefing.",
            recipe=numeric.happens(
                "$immersion_debrief_base", {"employees.is_manager@employee_id": "$immersion_debrief_manager"}
            ),
            when="took_place",
        ),
        Column(
            name="actions",
            kind=Integer(0, MOST_ACTIONS),
            unit="actions",
            meaning="Actions that came of it within three months.",
            recipe=derived.draw(
                lambda u, noted, told, level, more: np.minimum(
                    poisson(u, noted * lookup.exp(level + more * told)), np.minimum(noted, MOST_ACTIONS)
                ),
                "observations",
                "was_debriefed",
                "$immersion_action_log",
                "$immersion_action_debrief",
                sentence="Poisson per observation, more after a debriefing",
            ),
            when="took_place",
        ),
        Column(
            name="knowledge",
            kind=Number(4),
            unit="logit",
            meaning="What the employee knows of customers' irritants without a visit.",
            recipe=derived.draw(
                lambda u, department, contact, keen, means, of_contact, of_keen, sd: (
                    np.asarray(means)[department] + of_contact * contact + of_keen * keen + sd * lookup.normal(u)
                ),
                "department",
                "employees.has_customer_contact@employee_id",
                "keenness",
                "$immersion_known",
                "$immersion_known_contact",
                "$immersion_known_keen",
                "$immersion_known_sd",
                sentence="by department, more in contact and with keenness, and the employee's own",
            ),
            role="latent",
        ),
        Column(
            name="both_named",
            kind=Integer(0, (IRRITANTS + 1) ** 2),
            meaning="Irritants named without a visit and, times eleven, with one.",
            recipe=derived.draw(
                named,
                "knowledge",
                "$immersion_visit",
                "$immersion_difficulties",
                draws=IRRITANTS,
                sentence="knowledge against difficulty, from the same draws",
            ),
            role="working",
        ),
        _latent("named_if_none", 0, "without a visit"),
        _latent("named_if_visit", 1, "after one"),
        Column(
            name="has_answered",
            kind=Boolean(),
            meaning="Whether the sheet at the end of the season was filled in.",
            recipe=numeric.chance("$immersion_answered_share"),
            role="working",
        ),
        Column(
            name="irritants_named",
            kind=Integer(0, IRRITANTS),
            unit="irritants of 10",
            meaning="How many of customers' ten worst irritants the employee named unaided at the end of the season, visit or not; empty where the sheet was not filled in.",
            recipe=derived.formula(
                np.where,
                "took_place",
                "named_if_visit",
                "named_if_none",
                sentence="the count with or without a visit",
            ),
            when="has_answered",
        ),
    ),
)


def _odd_places(tables: Tables) -> int:
    rows = tables["immersion_visits"].merge(
        tables["employees"][["employee_id", "department", "hired_on"]], on="employee_id"
    )
    shop = (rows["kind"] == "shop_floor") != rows["store_id"].notna()
    line = (rows["kind"] == "service_line") != rows["team_id"].notna()
    own = (rows["kind"] == "shop_floor") & (rows["department"] == "shops")
    early = rows["visited_on"] <= rows["hired_on"]
    return int((shop | line | own | early | (rows["actions"] > rows["observations"])).sum())


RULES = (
    Rule(
        sentence="a visit comes after hiring, leads to a shop or a team where its kind says so, and to no more actions than observations",
        tables=("immersion_visits", "employees"),
        violations=_odd_places,
    ),
)
