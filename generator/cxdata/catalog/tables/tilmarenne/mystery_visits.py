"""Mystery visits of the shops and mystery calls to the service centre: what trained strangers note, each in their way."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne import _service_centre as centre
from cxdata.catalog.tables.tilmarenne._people import DIMENSIONS, dummies, on_a_working_day, whole_number
from cxdata.catalog.tables.tilmarenne.agents import WRITERS_OF_TEN
from cxdata.catalog.tables.tilmarenne.coaching_sessions import shift_of
from cxdata.catalog.tables.tilmarenne.stores import STORES
from cxdata.catalog.tables.tilmarenne.teams import TEAMS
from cxdata.recipes import categorical, derived, lookup, temporal
from cxdata.recipes.calibration import plain_sum
from cxdata.schema.drivers import adjusted_slope
from cxdata.schema.effect import Quantity
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Number, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Rule, ours
from cxdata.schema.statistic import Estimate, Statistic, Tables
from cxdata.schema.table import Column, Reference, Table

CHANNELS = ("shop", "phone")
PER_SITE = 8
"""One visit or call a quarter, over two years."""
VISITS, CALLS = STORES * PER_SITE, TEAMS * PER_SITE
FACETS = ("product", "price", "place", "promotion", "people", "process", "physical_evidence")
SHOP_ONLY = ("place", "promotion", "physical_evidence")
SCENARIOS = ("advice", "purchase", "return", "order_collection")
PHONES_PER_TEAM = 10 - WRITERS_OF_TEN
QUARTER_STARTS = np.array(
    [temporal.day_number(date(year, month, 1)) for year in calendar.YEARS for month in (1, 4, 7, 10)]
)
QUARTER_DAYS = 85
FIRST_PANEL, SECOND_PANEL = (1, 12), (7, 18)
"""First and last assessor of each year's panel: six of twelve were replaced at the end of 2023."""
STRICT_UP_TO = 9
ASSESSORS = SECOND_PANEL[1]
BEST_PART = 4
"""Shops of the best and of the worst fourth are compared."""


def day_of_visit(u: Array, number: Array) -> Array:
    """Return the day of the visit: a working day of its quarter."""
    day: Array = on_a_working_day(QUARTER_STARTS[number] + (u * QUARTER_DAYS).astype(np.int64), u)
    return day


def assessor_of(u: Array, number: Array) -> Array:
    """Return who visits: one of the year's panel."""
    second = number >= PER_SITE // 2
    first = np.where(second, SECOND_PANEL[0], FIRST_PANEL[0])
    size = FIRST_PANEL[1] - FIRST_PANEL[0] + 1
    return first + (u * size).astype(np.int64)


def leniency_of(u: Array, assessor: Array, points: float, sd: float) -> Array:
    """Return how many points an assessor gives more than the average one: strict or lenient, and a little of their own."""
    own = lookup.normal(u[:ASSESSORS])  # one draw per assessor, wherever they go
    kind = np.where(np.arange(1, ASSESSORS + 1) <= STRICT_UP_TO, -points, points)
    leniency: Array = (kind + sd * own)[assessor - 1]
    return leniency


def phone_desk(team: Array) -> Array:
    """Return the advisers of each team who answer the phone: (n, PHONES_PER_TEAM) keys."""
    desk: Array = team[:, None] + TEAMS * (WRITERS_OF_TEN + np.arange(PHONES_PER_TEAM))
    return desk


def cover_at(second: Array, opening: float, *shifts: tuple[float, ...]) -> Array:
    """Return which shift covers the quarter-hour of each second of the day: (8, n) Booleans."""
    quarter = (second - int(opening * 3600)) // centre.QUARTER_SECONDS
    covered: Array = centre.covers(opening, *shifts)[:, np.clip(quarter, 0, centre.QUARTERS - 1)]
    return covered


def day_of_call(
    u: Array,
    number: Array,
    team: Array,
    second: Array,
    opening: float,
    early: tuple[float, ...],
    day: tuple[float, ...],
    midday: tuple[float, ...],
    late: tuple[float, ...],
    *weekdays: Array,
) -> Array:
    """Return the day of a call: any of the quarter's on which somebody of the team's phone desk is on shift then.

    Args:
        u: (n,) uniforms.
        number: (n,) quarters, from the first of 2023.
        team: (n,) teams.
        second: (n,) seconds of the day.
        opening: Opening hour.
        early: From and to of the early shift, in hours.
        day: The same for the day shift.
        midday: The same for the shift from noon to the early evening.
        late: The same for the late shift.
        weekdays: The six weekday columns of the roster.
    """
    first = centre.open_place(QUARTER_STARTS[number])
    places = first[:, None] + np.arange(QUARTER_DAYS)  # no quarter has more open days than that
    held = np.minimum(places, centre.DAYS - 1)
    # (n, QUARTER_DAYS, PHONES_PER_TEAM)
    codes = centre.shifts_by_day(weekdays)[held[:, :, None], phone_desk(team)[:, None, :] - 1]
    covered = cover_at(second, opening, early, day, midday, late)
    answers = covered[codes, np.arange(len(team))[:, None, None]].any(axis=2)
    ends = QUARTER_STARTS[number] + QUARTER_DAYS
    of_quarter = (places < centre.DAYS) & (centre.OPEN_DAYS[held] < ends[:, None])
    possible = np.where((answers & of_quarter).any(axis=1)[:, None], answers & of_quarter, of_quarter)
    count = np.cumsum(possible, axis=1)
    wanted = (u * count[:, -1]).astype(np.int64)
    found: Array = centre.OPEN_DAYS[first + (count <= wanted[:, None]).sum(axis=1)]
    return found


def agent_of(
    u: Array,
    team: Array,
    day: Array,
    second: Array,
    opening: float,
    early: tuple[float, ...],
    day_shift: tuple[float, ...],
    midday: tuple[float, ...],
    late: tuple[float, ...],
    *weekdays: Array,
) -> Array:
    """Return which adviser of a team takes the call: one of its phone desk who is on shift; arguments as above."""
    desk = phone_desk(team)
    codes = centre.shifts_by_day(weekdays)[centre.open_place(day)[:, None], desk - 1]
    answers = cover_at(second, opening, early, day_shift, midday, late)[codes, np.arange(len(team))[:, None]]
    possible = np.where(answers.any(axis=1)[:, None], answers, True)
    count = np.cumsum(possible, axis=1)
    wanted = (u * count[:, -1]).astype(np.int64)
    agent: Array = desk[np.arange(len(team)), (count <= wanted[:, None]).sum(axis=1)]
    return agent


def minutes_to_pick_up(u: Array, chance: Array, mean: Array, menu: tuple[float, float]) -> Array:
    """Return minutes until a call is picked up: a menu of some seconds, and the queue of the time; ``u`` is (3, n)."""
    menu_minutes = (menu[0] + (menu[1] - menu[0]) * u[2]) / 60.0
    waited: Array = menu_minutes + np.where(u[0] < chance, mean * lookup.exponential(u[1]), 0.0)
    return waited


def facet_truth(
    store: Array, phone: Array, competence: Array, loads: Array, points: float, per_agent: float, *dimensions: Array
) -> Array:
    """Return by how many points a site's facet stands above the average site's."""
    total = np.zeros(len(store))
    for load, one in zip(loads, dimensions, strict=True):
        total = total + points * float(load) * one[np.maximum(store, 1) - 1]
    return np.where(phone, per_agent * competence, total)


def weighted(weights: tuple[float, ...], phone: Array, facets: list[Array]) -> Array:
    """Return the weighted mean of the facets; on the phone, of those that can be heard."""
    everything, heard = np.zeros(len(phone)), np.zeros(len(phone))
    for name, weight, facet in zip(FACETS, weights, facets, strict=True):
        everything = everything + weight * facet
        if name not in SHOP_ONLY:
            heard = heard + weight * facet
    audible = plain_sum(weight for name, weight in zip(FACETS, weights, strict=True) if name not in SHOP_ONLY)
    return np.where(phone, heard / audible, everything / plain_sum(weights))


def passes(u: Array, quality: Array, base: float, slope: float) -> Array:
    """Return where an item was found as it should be, the more often the better the site."""
    found: Array = base + slope * quality + lookup.logistic(u) > 0
    return found


def minutes_at_checkout(
    u: Array, prompt: Array, saturday: Array, log: float, per_step: float, more: float, sd: float
) -> Array:
    """Return minutes from joining the queue to the receipt, to half a minute."""
    minutes = lookup.exp(log - per_step * prompt + more * saturday + sd * lookup.normal(u))
    rounded: Array = np.rint(minutes * 2.0) / 2.0
    return rounded


def shop_visits(tables: Tables) -> pd.DataFrame:
    """Return one row per visit of a shop with its year."""
    visits = tables["mystery_visits"]
    visits = visits[visits["store_id"].notna()]
    return visits.assign(is_second_year=visits["visited_at"].dt.year == calendar.YEARS[1])


def _progress(tables: Tables, *, adjusted: bool) -> Estimate:
    rows = shop_visits(tables)
    shop = rows["store_id"].to_numpy()
    return adjusted_slope(
        rows["overall_score"].to_numpy(),
        rows["is_second_year"].to_numpy(),
        dummies(rows["assessor_id"].to_numpy() if adjusted else np.zeros(len(rows))),
        shop,
        within=shop,
    )


def _with_truth(tables: Tables) -> pd.DataFrame:
    return shop_visits(tables).merge(tables["latents/mystery_visits"], on="visit_id")


def _true_progress(tables: Tables) -> Estimate:
    rows = _with_truth(tables)
    later = rows["is_second_year"]
    return Estimate(float(rows.loc[later, "true_score"].mean() - rows.loc[~later, "true_score"].mean()), 0.0, len(rows))


def extremes(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the visits of the shops that came out best and worst in the first year, with ``is_best``."""
    first = rows[~rows["is_second_year"]].groupby("store_id")["overall_score"].mean().reset_index()
    ranked = first.sort_values(["overall_score", "store_id"])["store_id"].to_numpy()
    part = len(ranked) // BEST_PART
    chosen = rows[rows["store_id"].isin([*ranked[:part], *ranked[-part:]])]
    return chosen.assign(is_best=chosen["store_id"].isin(ranked[-part:]))


def _gap(tables: Tables, *, second_year: bool) -> Estimate:
    rows = extremes(shop_visits(tables))
    rows = rows[rows["is_second_year"] == second_year]
    controls: tuple[Any, ...] = (rows["assessor_id"].to_numpy(),) if second_year else (np.zeros(len(rows)),)
    return adjusted_slope(
        rows["overall_score"].to_numpy(), rows["is_best"].to_numpy(), dummies(*controls), rows["store_id"].to_numpy()
    )


def _true_gap(tables: Tables) -> Estimate:
    rows = extremes(_with_truth(tables))
    truth = rows.groupby("is_best")["true_score"].mean()
    return Estimate(float(truth[True] - truth[False]), 0.0, len(rows))


def visits_of_closed_shops(tables: Tables) -> int:
    """Return how many visits fell on a Sunday or a public holiday."""
    moments = tables["mystery_visits"]["visited_at"]
    days = moments.dt.date
    return int((moments.dt.day_of_week == calendar.SUNDAY).sum() + sum(calendar.is_holiday(day) for day in days))


def off_shift(tables: Tables) -> int:
    """Return how many calls were taken by somebody who is not of the team's phone desk, or not on shift that day."""
    calls = tables["mystery_visits"].dropna(subset=["agent_id"])
    code = shift_of(tables["rosters"], calls["agent_id"], calls["visited_at"])
    staff = tables["agents"].set_index("agent_id").reindex(calls["agent_id"].astype("int64")).set_axis(calls.index)
    wrong = (staff["team_id"] != calls["team_id"]) | (staff["desk"] != "phone")
    return int((wrong | ~code.isin([centre.SHIFTS[shift] for shift in centre.WORKING])).sum())


def one_site_each(tables: Tables) -> int:
    """Return how many visits have no site, or two."""
    visits = tables["mystery_visits"]
    return int((visits["store_id"].notna() == visits["team_id"].notna()).sum())


LOADS = (
    (0.6, 0.4, 0.0, 0.0, 0.0),
    (0.8, 0.2, 0.0, 0.0, 0.0),
    (0.3, 0.0, 0.7, 0.0, 0.0),
    (0.7, 0.3, 0.0, 0.0, 0.0),
    (0.0, 0.4, 0.0, 0.6, 0.0),
    (0.4, 0.0, 0.0, 0.0, 0.6),
    (0.0, 0.0, 1.0, 0.0, 0.0),
)

PARAMETERS = (
    ours(
        "visit_scenarios",
        (0.40, 0.30, 0.14, 0.16),
        "shares",
        "Visits in which the assessor asks for advice, buys, returns a purchase or collects an order.",
    ),
    ours(
        "visit_base",
        (72.0, 70.0, 74.0, 63.0, 68.0, 62.0, 74.0),
        "points of 100",
        "Score of an average site by an average assessor in 2023, product to physical evidence.",
        0.0,
        100.0,
    ),
    ours(
        "visit_loads",
        tuple(one for row in LOADS for one in row),
        "share",
        "Weight of each dimension (reliability to responsiveness) in each facet, facet by facet.",
    ),
    ours(
        "visit_weights",
        (0.12, 0.08, 0.10, 0.08, 0.27, 0.23, 0.12),
        "shares",
        "Weight of each facet in the overall score.",
    ),
    ours("visit_points", 20.0, "points of 100", "Score per step of a dimension of service.", 0.0, 100.0),
    ours(
        "visit_points_agent", 6.0, "points of 100", "Score of a call per step of the adviser's competence.", 0.0, 100.0
    ),
    ours(
        "visit_learning",
        4.5,
        "points of 100",
        "How much sites gain from 2023 to 2024 by learning the grid; customers feel nothing of it.",
        -20.0,
        20.0,
    ),
    ours(
        "visit_leniency",
        8.0,
        "points of 100",
        "How far strict assessors stand below and lenient ones above the average one.",
        0.0,
        30.0,
    ),
    ours("visit_leniency_sd", 1.5, "points of 100", "Spread among strict, and among lenient, assessors.", 0.0, 20.0),
    ours("visit_day_sd", 7.0, "points of 100", "Spread of a site from visit to visit.", 0.0, 30.0),
    ours("visit_facet_sd", 9.0, "points of 100", "Spread of a facet beside the others of its visit.", 0.0, 30.0),
    ours("visit_item_slope", 3.0, "logit", "Item found as it should be, per step of its dimension."),
    ours("visit_greeted", 1.2, "logit", "Greeted within a minute at an average site (77%)."),
    ours("visit_advised", 0.8, "logit", "Asked for the need and advised (69%)."),
    ours("visit_thanked", 1.5, "logit", "Thanked and taken leave of (82%)."),
    ours("visit_labelled", 1.6, "logit", "Price labels complete on the shelf that was looked at (83%)."),
    ours("visit_clean", 2.0, "logit", "Premises clean (88%)."),
    ours("visit_checkout_log", 1.25, "log minutes", "Median time at the checkout (3.5 minutes)."),
    ours("visit_checkout_prompt", 0.7, "log minutes", "Time at the checkout, less per step of responsiveness."),
    ours("visit_checkout_saturday", 0.35, "log minutes", "Time at the checkout, added on Saturdays."),
    ours("visit_checkout_sd", 0.5, "log minutes", "Spread of the time at the checkout."),
    ours("visit_menu_seconds", (15.0, 30.0), "seconds", "Voice menu of a call, from and to.", 0.0, 300.0),
)

CONSTRAINTS = (
    Constraint(
        sentence="a facet must not weigh nothing on the phone; raise visit_weights of product, price, people or process.",
        parameters=("visit_weights",),
        holds=lambda weights: plain_sum(w for f, w in zip(FACETS, weights, strict=True) if f not in SHOP_ONLY) > 0.0,
    ),
)

RULES = (
    Rule(
        sentence="mystery visits fall on working days",
        tables=("mystery_visits",),
        violations=visits_of_closed_shops,
    ),
    Rule(
        sentence="a mystery visit has a shop, or else a team",
        tables=("mystery_visits",),
        violations=one_site_each,
    ),
    Rule(
        sentence="a mystery call is taken by an adviser of the team's phone desk who is on shift that day",
        tables=("mystery_visits", "agents", "rosters"),
        violations=off_shift,
    ),
)

_DUTY = (
    "$opening_hour",
    "$shift_early_hours",
    "$shift_day_hours",
    "$shift_midday_hours",
    "$shift_late_hours",
    *(f"rosters.{name}[]" for name in centre.WEEKDAYS),
)

_OWN = ("mystery_visits",)
_ANSWER = ("mystery_visits", "latents/mystery_visits")

QUANTITIES = (
    Quantity(
        id="progress_of_shops",
        of="run",
        title="By how many points did the shops improve from 2023 to 2024?",
        estimand="Mean score of shops in 2024 less that of 2023, by an assessor of average severity, in points of 100.",
        confounding="Six strict assessors of twelve were replaced by lenient ones between the two years.",
        basis="The size of both is ours.",
        truth=Statistic(function=_true_progress, tables=_ANSWER, sentence="difference of the true scores"),
        right=Statistic(
            function=lambda tables: _progress(tables, adjusted=True),
            tables=_OWN,
            sentence="difference of the years within shops and within assessors",
        ),
        tempting=Statistic(
            function=lambda tables: _progress(tables, adjusted=False),
            tables=_OWN,
            sentence="difference of the years within shops",
        ),
    ),
    Quantity(
        id="best_and_worst_shops",
        of="run",
        title="How far apart are the best and the worst fourth of the shops?",
        estimand="True score of the fourth of shops that came out best in 2023 less that of the fourth that came out worst, in points of 100.",
        confounding="Four visits are few: who comes out on top was partly lucky, with the day and with the assessor.",
        basis="Spread of shops, of days and of assessors are ours.",
        truth=Statistic(function=_true_gap, tables=_ANSWER, sentence="difference of the true scores of the same shops"),
        right=Statistic(
            function=lambda tables: _gap(tables, second_year=True),
            tables=_OWN,
            sentence="difference of the same shops in visits of 2024, within assessors",
        ),
        tempting=Statistic(
            function=lambda tables: _gap(tables, second_year=False),
            tables=_OWN,
            sentence="difference in the visits by which they were chosen",
        ),
    ),
)


def _facet(place: int, meaning: str) -> tuple[Column, Column]:
    name = FACETS[place]
    size = len(DIMENSIONS)
    truth = Column(
        name=f"true_{name}",
        kind=Number(4),
        unit="points of 100",
        meaning=f"Score of the facet {name} on an average day by an average assessor.",
        recipe=derived.formula(
            lambda store, phone, competence, loads, base, learning, later, points, per_agent, *dimensions: (
                base[place]
                + learning * later
                + facet_truth(
                    store, phone, competence, loads[place * size : (place + 1) * size], points, per_agent, *dimensions
                )
            ),
            "store_id",
            "is_phone",
            "agents.competence@agent_key",
            "$visit_loads",
            "$visit_base",
            "$visit_learning",
            "is_second_year",
            "$visit_points",
            "$visit_points_agent",
            *(f"stores.quality_{one}[]" for one in DIMENSIONS),
            sentence="average site, dimensions of the shop or competence of the adviser, and what the year taught",
        ),
        role="working",
    )
    scored = Column(
        name=f"{name}_score",
        kind=Integer(0, 100),
        unit="points of 100",
        meaning=meaning,
        recipe=derived.draw(
            lambda u, score, leniency, day, sd: whole_number(score + leniency + day + sd * lookup.normal(u), 0, 100),
            f"true_{name}",
            "assessor_leniency",
            "day_form",
            "$visit_facet_sd",
            sentence="true score, leniency of the assessor, form of the day and chance",
        ),
        when="is_visit" if name in SHOP_ONLY else None,
    )
    return truth, scored


def _found(name: str, base: str, dimension: str, meaning: str, *, heard: bool = False) -> Column:
    return Column(
        name=name,
        kind=Boolean(),
        meaning=meaning,
        recipe=derived.draw(
            lambda u, quality, store, phone, competence, constant, slope, points, per_agent: passes(
                u,
                np.where(phone, competence * per_agent / points, quality[np.maximum(store, 1) - 1]),
                constant,
                slope,
            ),
            f"stores.quality_{dimension}[]",
            "store_id",
            "is_phone",
            "agents.competence@agent_key",
            f"${base}",
            "$visit_item_slope",
            "$visit_points",
            "$visit_points_agent",
            sentence=f"by chance, the more often the better the site's {dimension}",
        ),
        when=None if heard else "is_visit",
    )


_FACETS = tuple(
    _facet(place, meaning)
    for place, meaning in enumerate(
        (
            "Range and availability of what was asked for.",
            "Prices: shown, right and explained.",
            "Place: access, signs and layout; empty for calls.",
            "Promotion: offers in place as announced; empty for calls.",
            "People: welcome, attention and knowledge.",
            "Process: waiting, checkout and the way a request is handled.",
            "Physical evidence: cleanliness, displays and appearance; empty for calls.",
        )
    )
)

TABLE = Table(
    name="mystery_visits",
    meaning="A mystery visit of a shop, or a mystery call to a team of the service centre.",
    rows=(Reference(VISITS + CALLS),),
    columns=(
        Column(name="visit_id", kind=Key(), meaning="Key of the visit."),
        Column(
            name="is_phone",
            kind=Boolean(),
            meaning="Whether it was a call.",
            recipe=derived.formula(lambda slot: slot >= VISITS, "#slot", sentence="after the visits"),
            role="working",
        ),
        Column(
            name="is_visit",
            kind=Boolean(),
            meaning="Whether it was a visit of a shop.",
            recipe=derived.formula(np.logical_not, "is_phone", sentence="not is_phone"),
            role="working",
        ),
        Column(
            name="channel",
            kind=Category(CHANNELS),
            meaning="Visit of a shop, or call.",
            recipe=derived.formula(lambda phone: phone.astype(np.int64), "is_phone", sentence="phone if is_phone"),
        ),
        Column(
            name="store_id",
            kind=ForeignKey("stores", optional=True),
            meaning="The shop; empty for calls.",
            recipe=derived.formula(
                lambda slot: np.where(slot < VISITS, 1 + slot // PER_SITE, 0), "#slot", sentence="eight each"
            ),
        ),
        Column(
            name="team_id",
            kind=ForeignKey("teams", optional=True),
            meaning="The team that was called; empty for visits.",
            recipe=derived.formula(
                lambda slot: np.where(slot < VISITS, 0, 1 + (slot - VISITS) // PER_SITE),
                "#slot",
                sentence="eight each",
            ),
        ),
        Column(
            name="quarter",
            kind=Integer(0, PER_SITE - 1),
            meaning="Quarter of the visit, from the first of 2023.",
            recipe=derived.formula(lambda slot: slot % PER_SITE, "#slot", sentence="in turn"),
            role="working",
        ),
        Column(
            name="is_second_year",
            kind=Boolean(),
            meaning="Whether it fell into 2024.",
            recipe=derived.formula(
                lambda number: number >= PER_SITE // 2, "quarter", sentence="the last four quarters"
            ),
            role="working",
        ),
        Column(
            name="second_of_day",
            kind=Integer(0, 86_400),
            meaning="When the assessor came or called, in seconds after midnight.",
            recipe=derived.draw(temporal.seconds_of_day, "$shop_hours", draws=2, sentence="by shop_hours"),
            role="working",
        ),
        Column(
            name="team_key",
            kind=Integer(1, TEAMS),
            meaning="The team that a call would go to.",
            recipe=derived.formula(lambda team: np.maximum(team, 1), "team_id", sentence="team_id, else the first"),
            role="working",
        ),
        Column(
            name="day",
            kind=Integer(0, 40_000),
            meaning="Day of the visit, since 1970.",
            recipe=derived.draw(
                lambda u, phone, number, team, second, *duty: np.where(
                    phone, day_of_call(u, number, team, second, *duty), day_of_visit(u, number)
                ),
                "is_phone",
                "quarter",
                "team_key",
                "second_of_day",
                *_DUTY,
                sentence="a working day of the quarter; of a call, one on which the team answers at that hour",
            ),
            role="working",
        ),
        Column(
            name="visited_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When the assessor came or called.",
            recipe=derived.formula(
                lambda day, second: day * temporal.SECONDS_PER_DAY + second,
                "day",
                "second_of_day",
                sentence="second_of_day of the day",
            ),
        ),
        Column(
            name="agent_key",
            kind=ForeignKey("agents"),
            meaning="The adviser who would take a call.",
            recipe=derived.draw(
                agent_of,
                "team_key",
                "day",
                "second_of_day",
                *_DUTY,
                sentence="one of the team's phone desk on shift at that hour",
            ),
            role="working",
        ),
        Column(
            name="agent_id",
            kind=ForeignKey("agents", optional=True),
            meaning="The adviser who took the call, on shift at that hour; empty for visits.",
            recipe=derived.formula(lambda agent, phone: agent * phone, "agent_key", "is_phone", sentence="on calls"),
        ),
        Column(
            name="interval_key",
            kind=ForeignKey("contact_volumes"),
            meaning="Quarter-hour of the line in which a call falls.",
            recipe=derived.formula(
                centre.interval_key, "visited_at", "$opening_hour", sentence="quarter-hour of visited_at"
            ),
            role="working",
        ),
        Column(
            name="assessor_id",
            kind=Integer(1, ASSESSORS),
            meaning="Number of the assessor; at the end of 2023 six of the panel of twelve were replaced.",
            recipe=derived.draw(assessor_of, "quarter", sentence="one of the year's panel"),
        ),
        Column(
            name="assessor_leniency",
            kind=Number(4),
            unit="points of 100",
            meaning="How many points the assessor gives more than an average one.",
            recipe=derived.draw(
                leniency_of,
                "assessor_id",
                "$visit_leniency",
                "$visit_leniency_sd",
                sentence="strict or lenient, and a little of the assessor's own",
            ),
            role="latent",
        ),
        Column(
            name="scenario",
            kind=Category(SCENARIOS),
            meaning="What the assessor came for.",
            recipe=categorical.choice("$visit_scenarios"),
            when="is_visit",
        ),
        Column(
            name="day_form",
            kind=Number(4),
            unit="points of 100",
            meaning="How the site did on the day, beside its usual.",
            recipe=derived.draw(lambda u, sd: sd * lookup.normal(u), "$visit_day_sd", sentence="visit_day_sd x normal"),
            role="latent",
        ),
        *(truth for truth, _ in _FACETS),
        *(scored for _, scored in _FACETS),
        Column(
            name="overall_score",
            kind=Number(1, 0.0, 100.0),
            unit="points of 100",
            meaning="Weighted mean of the facets.",
            recipe=derived.formula(
                lambda weights, phone, *facets: weighted(weights, phone, list(facets)),
                "$visit_weights",
                "is_phone",
                *(f"{name}_score" for name in FACETS),
                sentence="weighted mean of the facets, on the phone of those that can be heard",
            ),
        ),
        Column(
            name="true_score",
            kind=Number(4),
            unit="points of 100",
            meaning="Overall score of the site in that year, on an average day by an average assessor.",
            recipe=derived.formula(
                lambda weights, phone, *facets: weighted(weights, phone, list(facets)),
                "$visit_weights",
                "is_phone",
                *(f"true_{name}" for name in FACETS),
                sentence="weighted mean of the true facets",
            ),
            role="latent",
        ),
        _found(
            "was_greeted", "visit_greeted", "empathy", "Whether the assessor was greeted, within a minute.", heard=True
        ),
        _found(
            "was_advised", "visit_advised", "assurance", "Whether the need was asked for and advice given.", heard=True
        ),
        _found("was_thanked", "visit_thanked", "empathy", "Whether the assessor was thanked on leaving.", heard=True),
        _found(
            "labels_complete", "visit_labelled", "reliability", "Whether all price labels were there; empty for calls."
        ),
        _found("is_clean", "visit_clean", "tangibles", "Whether the premises were clean; empty for calls."),
        Column(
            name="is_saturday",
            kind=Boolean(),
            meaning="Whether it was a Saturday.",
            recipe=derived.formula(lambda day: calendar.weekday(day) == calendar.SUNDAY - 1, "day", sentence="weekday"),
            role="working",
        ),
        Column(
            name="checkout_minutes",
            kind=Number(1, 0.5, 40.0),
            unit="minutes",
            meaning="From joining the queue to the receipt; empty for calls.",
            recipe=derived.draw(
                lambda u, quality, store, *others: minutes_at_checkout(u, quality[np.maximum(store, 1) - 1], *others),
                "stores.quality_responsiveness[]",
                "store_id",
                "is_saturday",
                "$visit_checkout_log",
                "$visit_checkout_prompt",
                "$visit_checkout_saturday",
                "$visit_checkout_sd",
                sentence="log-normal, less at prompt shops, more on Saturdays",
            ),
            when="is_visit",
        ),
        Column(
            name="pick_up_minutes",
            kind=Number(2, 0.1, 60.0),
            unit="minutes",
            meaning="From dialling until an adviser picked up: some seconds of voice menu, and a wait like those of the quarter-hour called, which assessors bear to its end; empty for visits.",
            recipe=derived.draw(
                minutes_to_pick_up,
                "contact_volumes.wait_chance@interval_key",
                "contact_volumes.wait_minutes@interval_key",
                "$visit_menu_seconds",
                draws=3,
                sentence="voice menu, and by the chance of the quarter-hour an exponential wait of its mean",
            ),
            when="is_phone",
        ),
    ),
)
