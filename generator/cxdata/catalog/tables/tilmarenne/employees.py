"""The employees: teams of the shops, head office, back office, and the advisers of the service centre."""

from datetime import date

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne._people import (
    BACK_OFFICE,
    EMPLOYEES,
    FIRST_ADVISER,
    HEAD_OFFICE,
    SHOP_STAFF,
    by_quota,
)
from cxdata.catalog.tables.tilmarenne.teams import TEAMS
from cxdata.recipes import derived, lookup, numeric, temporal
from cxdata.recipes.calibration import plain_sum
from cxdata.recipes.categorical import pick
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Parameter, Rule, ours
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, Reference, Table

DEPARTMENTS = ("shops", "head_office", "back_office", "service_centre")
SHOPS, OFFICE, BACK, CENTRE = range(4)
ROLES = (
    "shop_manager",
    "department_head",
    "sales_assistant",
    "cashier",
    "stock_handler",
    "marketing",
    "purchasing",
    "information_technology",
    "finance",
    "human_resources",
    "order_processing",
    "accounts",
    "claims",
    "adviser",
)
SHOP_MANAGER, DEPARTMENT_HEAD, SALES, CASHIER, STOCK = range(5)
CLAIMS, ADVISER = ROLES.index("claims"), ROLES.index("adviser")
FIRST_OFFICE_ROLE, FIRST_BACK_ROLE = ROLES.index("marketing"), ROLES.index("order_processing")
AGE_BANDS = ("18-24", "25-34", "35-44", "45-54", "55-64")
AGE_STARTS = (25, 35, 45, 55)
YOUNGEST, OLDEST = 18, 64
GROUPS = ("coached", "control")
WAVES_OF_TRAINING = ("spring_2024", "autumn_2024")
LAST_HIRING = temporal.day_number(date(2024, 9, 2))
FIRST_HIRING = temporal.day_number(date(1988, 3, 7))
AGE_ON = temporal.day_number(date(2024, 12, 31))
YEAR_DAYS = 365.25
LEAST_STAFF, SECOND_HEAD_FROM = 5, 11
"""Least staff of a shop; staff from which it has a second head of department."""
MONDAY = 4
"""1970-01-05 was a Monday."""


def staff_ends(weights: Array) -> Array:
    """Return the place behind the last employee of each shop: the least for all, the rest by selling area."""
    size = np.cumsum(weights.astype(np.int64))
    places = np.arange(1, len(weights) + 1)
    ends: Array = LEAST_STAFF * places + (SHOP_STAFF - LEAST_STAFF * len(weights)) * size // size[-1]
    return ends


def shop_of(slot: Array, weights: Array) -> Array:
    """Return the shop of each employee, 0 for those without one."""
    keys = 1 + np.searchsorted(staff_ends(weights), slot, side="right")
    return np.where(slot < SHOP_STAFF, keys, 0)


def role_of(
    u: Array,
    slot: Array,
    department: Array,
    weights: Array,
    shop: tuple[float, ...],
    office: tuple[float, ...],
    back: tuple[float, ...],
) -> Array:
    """Return roles: one manager and one or two heads of department per shop, the others by shares."""
    ends = staff_ends(weights)
    own = np.minimum(np.searchsorted(ends, slot, side="right"), len(ends) - 1)
    starts = np.r_[0, ends[:-1]]
    place, size = slot - starts[own], (ends - starts)[own]
    heads = 1 + (size >= SECOND_HEAD_FROM)
    in_shop = np.where(place == 0, SHOP_MANAGER, np.where(place <= heads, DEPARTMENT_HEAD, SALES + pick(u, shop)))
    role = np.where(department == SHOPS, in_shop, ADVISER)
    role = np.where(department == OFFICE, FIRST_OFFICE_ROLE + pick(u, office), role)
    return np.where(department == BACK, FIRST_BACK_ROLE + pick(u, back), role)


def age_in_shop(
    u: Array, department: Array, manager: Array, staff: tuple[float, ...], managers: tuple[float, ...]
) -> Array:
    """Return age at the end of 2024 by the shares of age bands in shops, for managers their own; ``u`` is (3, n)."""
    place = by_quota(u[:2], 2 * (department == SHOPS) + manager)
    band = np.where(manager, pick(place, managers), pick(place, staff))
    starts, ends = np.asarray((YOUNGEST, *AGE_STARTS)), np.asarray((*AGE_STARTS, OLDEST + 1))
    years: Array = starts[band] + (u[2] * (ends - starts)[band]).astype(np.int64)
    return years


def hired(
    u: Array, department: Array, opened: Array, agent_hired: Array, in_shop: Array, years: tuple[float, ...]
) -> Array:
    """Return the day of hiring, a Monday: many are new, a few have been there for long; none before the shop.

    Shop staff have been there for no longer than their age allows.
    """
    mean = np.asarray(years)[department]
    of_age = 1.0 - lookup.exp(-(in_shop - YOUNGEST) / mean)
    place = np.where(department == SHOPS, u * of_age, u)
    day = LAST_HIRING - (lookup.exponential(place) * mean * YEAR_DAYS).astype(np.int64)
    day = np.maximum(day, FIRST_HIRING)
    day = np.where(department == SHOPS, np.maximum(day, opened), day)
    day = day + (MONDAY - day) % 7
    return np.where(department == CENTRE, agent_hired, day)


def age(u: Array, hired_on: Array, department: Array, in_shop: Array, years: tuple[float, ...]) -> Array:
    """Return age at the end of 2024: in shops as drawn, elsewhere age at hiring plus the years since."""
    since = ((AGE_ON - hired_on) / YEAR_DAYS).astype(np.int64)
    mean = np.asarray((0.0, *years))[department]  # shops stand first
    at_hiring = YOUNGEST + (lookup.exponential(u) * mean).astype(np.int64)
    return np.where(department == SHOPS, in_shop, np.minimum(at_hiring + since, OLDEST))


def trained(u: Array, band: Array, not_trained: float, by_age: tuple[float, ...]) -> Array:
    """Return who was trained: the published share of all, the younger the more."""
    counts = np.bincount(band, minlength=len(by_age))
    mean = plain_sum(float(count) * factor for count, factor in zip(counts, by_age, strict=True)) / len(band)
    share = (1.0 - not_trained) * np.asarray(by_age) / mean
    chosen: Array = u < share[band]
    return chosen


def around_site(climate: Array, site: Array) -> Array:
    """Return the climate of each team less the mean of its site."""
    centred = np.zeros(len(climate))
    for code in (0, 1):
        own = site == code
        centred = np.where(own, climate - plain_sum(float(one) for one in climate[own]) / int(own.sum()), centred)
    return centred


def mood_of(
    u: Array,
    department: Array,
    store: Array,
    team: Array,
    outsourced: Array,
    store_climate: Array,
    team_climate: Array,
    team_site: Array,
    team_sd: float,
    per_climate: float,
    own_sd: float,
) -> Array:
    """Return how an employee feels about the work beside others of the department, in standard deviations.

    Part of it is the climate of the unit. That of the service centre's teams is taken around the mean of their site,
    and its advisers are spread evenly, so that the two sites differ by what is published and not by luck.
    """
    own = np.where(department == CENTRE, by_quota(u, 2 * (department == CENTRE) + outsourced), u[0])
    teams = around_site(team_climate, team_site) / max(team_sd, 1e-9)
    climate = np.where(department == SHOPS, store_climate[np.maximum(store, 1) - 1], 0.0)
    climate = np.where(department == CENTRE, teams[np.maximum(team, 1) - 1], climate)
    in_unit = (department == SHOPS) | (department == CENTRE)
    whole = np.sqrt(per_climate * per_climate + own_sd * own_sd)
    mood: Array = (
        np.where(in_unit, per_climate * climate + own_sd * lookup.normal(own), whole * lookup.normal(own)) / whole
    )
    return mood


def experience(
    mood: Array,
    department: Array,
    outsourced: Array,
    per_climate: float,
    own_sd: float,
    in_shops: float,
    office: float,
    back: float,
    inside: float,
    outside: float,
) -> Array:
    """Return employees' experience, 0 to 10: the mean of the department or site, and the mood around it."""
    mean = np.asarray((in_shops, office, back, inside))[department]
    mean = np.where((department == CENTRE) & outsourced, outside, mean)
    scored: Array = mean + np.sqrt(per_climate * per_climate + own_sd * own_sd) * mood
    return scored


def shares_indicators(
    u: Array,
    department: Array,
    posted: Array,
    manager: Array,
    outsourced: Array,
    office: float,
    inside: float,
    outside: float,
) -> Array:
    """Return who sees the customer indicators: managers, teams of shops that post them, others by chance."""
    chance = np.where(department == CENTRE, np.where(outsourced, outside, inside), office)
    shared: Array = np.where(department == SHOPS, posted | manager, u < chance)
    return shared


def lot_within_teams(u: Array, slot: Array, department: Array) -> Array:
    """Return 0 for the half of each adviser team that was drawn for coaching, 1 for the others."""
    drawn = u[slot >= FIRST_ADVISER].reshape(-1, TEAMS)  # adviser a belongs to team a modulo TEAMS
    rank = np.argsort(np.argsort(drawn, axis=0, kind="stable"), axis=0, kind="stable")
    group = np.ones(len(slot), dtype=np.int64)
    group[slot >= FIRST_ADVISER] = (rank >= len(drawn) // 2).astype(np.int64).ravel()
    return group


def bonus(u: Array, role: Array, department: Array, logs: tuple[float, ...], sd: float) -> Array:
    """Return the bonus of 2024 in whole tens of euros, by grade."""
    grade = np.where(role == SHOP_MANAGER, 0, np.where(role == DEPARTMENT_HEAD, 1, 2))
    grade = np.where(department == CENTRE, 4, np.where(department == SHOPS, grade, 3))
    amount: Array = np.rint(lookup.exp(np.asarray(logs)[grade] + sd * lookup.normal(u)) / 10.0) * 10.0
    return amount


def hired_before_opening(tables: Tables) -> int:
    """Return how many employees were hired before their shop opened."""
    staff = tables["employees"].merge(tables["stores"][["store_id", "opened_on"]], on="store_id")
    return int((pd.to_datetime(staff["hired_on"]) < pd.to_datetime(staff["opened_on"])).sum())


def wrong_place(tables: Tables) -> int:
    """Return how many employees have another unit than their department says."""
    staff = tables["employees"]
    shop, centre = staff["department"] == "shops", staff["department"] == "service_centre"
    adviser = staff["agent_id"].notna() & staff["team_id"].notna()
    return int((staff["store_id"].notna() != shop).sum() + (adviser != centre).sum())


PARAMETERS = (
    ours(
        "employee_shop_roles",
        (0.62, 0.25, 0.13),
        "shares",
        "Sales assistants, cashiers and stock handlers among shop staff without a team of their own.",
    ),
    ours(
        "employee_office_roles",
        (0.25, 0.30, 0.18, 0.14, 0.13),
        "shares",
        "Marketing, purchasing, information technology, finance and human resources in head office.",
    ),
    ours(
        "employee_back_roles",
        (0.45, 0.25, 0.30),
        "shares",
        "Order processing, accounts and claims in the back office.",
    ),
    ours("employee_contact_share", 0.06, "share", "Employees of the offices, claims apart, who deal with customers."),
    ours(
        "employee_years",
        (9.0, 7.5, 8.5, 6.0),
        "years",
        "Mean years since hiring, shops to service centre, in shops as far as age allows; advisers' stand in their own table.",
        0.1,
        40.0,
    ),
    ours(
        "employee_age_at_hiring",
        (11.0, 12.0, 9.0),
        "years",
        "Mean years over 18 at hiring in head office, back office and the service centre.",
        0.0,
        40.0,
    ),
    ours(
        "employee_shop_ages",
        (0.15, 0.27, 0.22, 0.21, 0.15),
        "shares",
        "Shop staff under 25, to 34, to 44, to 54 and above; 12, 24, 24, 24 and 16% with managers.",
    ),
    ours(
        "employee_shop_ages_managers",
        (0.02, 0.16, 0.30, 0.32, 0.20),
        "shares",
        "Managers and heads of department in shops by age, likewise.",
    ),
    ours("employee_part_time_base", -2.0, "logit", "Works part-time (12%)."),
    ours("employee_part_time_till", 1.9, "logit", "Works part-time, added for cashiers and stock handlers."),
    ours("employee_part_time_manager", 2.5, "logit", "Works part-time, less for managers."),
    ours("employee_kpi_office", 0.5, "share", "Office staff with whom customer indicators are shared."),
    ours("employee_kpi_in_house", 0.7, "share", "Advisers in-house with whom they are shared."),
    ours("employee_kpi_outsourced", 0.4, "share", "Advisers of the contractor with whom they are shared."),
    Parameter(
        name="employee_not_trained",
        figure="randstad_2015.not_trained",
        unit="share",
        meaning="Employees without training in digital technology.",
    ),
    ours(
        "employee_trained_by_age",
        (1.3, 1.2, 1.0, 0.8, 0.6),
        "factor",
        "Training in digital technology by age band beside each other, youngest first.",
        0.01,
        2.0,
    ),
    Parameter(
        name="employee_in_house",
        figure="randstad_2014.satisfaction_in_house",
        unit="points",
        meaning="Experience (0-10) of advisers in-house.",
        low=0.0,
        high=10.0,
    ),
    Parameter(
        name="employee_outsourced",
        figure="randstad_2014.satisfaction_outsourced",
        unit="points",
        meaning="Experience (0-10) of advisers of the contractor.",
        low=0.0,
        high=10.0,
    ),
    ours("employee_head_office", 7.4, "points", "Experience (0-10) in head office.", 0.0, 10.0),
    ours("employee_back_office", 7.0, "points", "Experience (0-10) in the back office.", 0.0, 10.0),
    ours("employee_own_sd", 0.95, "points", "Spread of experience among colleagues of one unit.", 0.05, 5.0),
    ours("employee_bonus_base", 0.2, "logit", "Has a bonus (55%)."),
    ours("employee_bonus_manager", 4.0, "logit", "Has a bonus, added for managers."),
    ours("employee_bonus_outsourced", 20.0, "logit", "Tilmarenne pays the contractor's advisers none."),
    ours(
        "employee_bonus_log",
        (8.45, 7.6, 6.4, 7.5, 6.6),
        "log EUR",
        "Median bonus of managers, heads of department and others in shops, of offices and of advisers (4,700 to 600 euros).",
    ),
    ours("employee_bonus_sd", 0.35, "log EUR", "Spread of bonuses."),
    ours("employee_bonus_customers", 0.3, "share", "Bonuses that count customer indicators, where they are shared."),
)

CONSTRAINTS = (
    Constraint(
        sentence="no age band can be trained to more than everybody; raise employee_not_trained or even out employee_trained_by_age.",
        parameters=("employee_not_trained", "employee_trained_by_age"),
        holds=lambda share, factors: (1.0 - share) * max(factors) <= min(factors),
    ),
)

RULES = (
    Rule(
        sentence="nobody is hired before the shop opens",
        tables=("employees", "stores"),
        violations=hired_before_opening,
    ),
    Rule(
        sentence="shop staff have a shop, and advisers alone a team",
        tables=("employees",),
        violations=wrong_place,
    ),
)

TABLE = Table(
    name="employees",
    meaning=(
        "An employee of Tilmarenne at the end of 2024: of shop staff a sample of one in three, managers in it; or an adviser "
        "of Tilmarenne or its contractor as in agents, where leavers of 2023 and 2024 are left out."
    ),
    rows=(Reference(EMPLOYEES),),
    columns=(
        Column(name="employee_id", kind=Key(), meaning="Key of the employee."),
        Column(
            name="department",
            kind=Category(DEPARTMENTS),
            meaning="Where the employee works.",
            recipe=derived.formula(
                lambda slot: (
                    (slot >= SHOP_STAFF).astype(np.int64)
                    + (slot >= SHOP_STAFF + HEAD_OFFICE)
                    + (slot >= SHOP_STAFF + HEAD_OFFICE + BACK_OFFICE)
                ),
                "#slot",
                sentence="shops first, then head office, back office and the service centre",
            ),
        ),
        Column(
            name="store_id",
            kind=ForeignKey("stores", optional=True),
            meaning="The employee's shop; empty outside shops.",
            recipe=derived.formula(
                shop_of, "#slot", "stores.weight[]", sentence="five per shop, the others by selling area"
            ),
        ),
        Column(
            name="agent_id",
            kind=ForeignKey("agents", optional=True),
            meaning="The employee as an adviser; empty outside the service centre.",
            recipe=derived.formula(
                lambda slot: np.where(slot >= FIRST_ADVISER, 1 + slot - FIRST_ADVISER, 0),
                "#slot",
                sentence="the advisers in their order",
            ),
        ),
        Column(
            name="is_adviser",
            kind=Boolean(),
            meaning="Whether it is an adviser of the service centre.",
            recipe=derived.formula(lambda slot: slot >= FIRST_ADVISER, "#slot", sentence="the last of the list"),
            role="working",
        ),
        Column(
            name="team_id",
            kind=ForeignKey("teams", optional=True),
            meaning="The adviser's team; empty outside the service centre.",
            recipe=derived.formula(
                lambda team, adviser: np.where(adviser, team, 0),
                "agents.team_id@agent_id",
                "is_adviser",
                sentence="team of the adviser",
            ),
        ),
        Column(
            name="is_outsourced",
            kind=Boolean(),
            meaning="Whether the contractor employs the adviser.",
            recipe=derived.formula(
                lambda site, adviser: (site == 1) & adviser,
                "teams.site@team_id",
                "is_adviser",
                sentence="site of the adviser's team",
            ),
        ),
        Column(
            name="role",
            kind=Category(ROLES),
            meaning="What the employee does.",
            recipe=derived.draw(
                role_of,
                "#slot",
                "department",
                "stores.weight[]",
                "$employee_shop_roles",
                "$employee_office_roles",
                "$employee_back_roles",
                sentence="a manager and heads of department per shop, the others by shares",
            ),
        ),
        Column(
            name="is_manager",
            kind=Boolean(),
            meaning="Whether the employee leads a shop or a department of it.",
            recipe=derived.formula(lambda role: role <= DEPARTMENT_HEAD, "role", sentence="manager or head"),
        ),
        Column(
            name="has_customer_contact",
            kind=Boolean(),
            meaning="Whether the employee deals with customers.",
            recipe=derived.draw(
                lambda u, role, share: np.where(
                    role < FIRST_OFFICE_ROLE, role != STOCK, (role == ADVISER) | (role == CLAIMS) | (u < share)
                ),
                "role",
                "$employee_contact_share",
                sentence="shop staff but stock handlers, advisers, claims, a few of the others",
            ),
        ),
        Column(
            name="age_in_shop",
            kind=Integer(YOUNGEST, OLDEST),
            unit="years",
            meaning="Age at the end of 2024, if the employee works in a shop.",
            recipe=derived.draw(
                age_in_shop,
                "department",
                "is_manager",
                "$employee_shop_ages",
                "$employee_shop_ages_managers",
                draws=3,
                sentence="band by the shares of shops, uniform within it",
            ),
            role="working",
        ),
        Column(
            name="hired_on",
            kind=Date(),
            meaning="Day of hiring.",
            recipe=derived.draw(
                hired,
                "department",
                "stores.opened_on@store_id",
                "agents.hired_on@agent_id",
                "age_in_shop",
                "$employee_years",
                sentence="an exponential time before the autumn of 2024, not before the shop nor before 18 there; advisers as in their table",
            ),
        ),
        Column(
            name="age",
            kind=Integer(YOUNGEST, OLDEST),
            unit="years",
            meaning="Age at the end of 2024.",
            recipe=derived.draw(
                age,
                "hired_on",
                "department",
                "age_in_shop",
                "$employee_age_at_hiring",
                sentence="in shops as drawn, elsewhere age at hiring plus the years since",
            ),
            role="working",
        ),
        Column(
            name="age_band",
            kind=Category(AGE_BANDS),
            unit="years",
            meaning="Age at the end of 2024, in bands.",
            recipe=derived.formula(
                lambda years: np.searchsorted(np.asarray(AGE_STARTS), years, side="right"),
                "age",
                sentence="band of the age",
            ),
        ),
        Column(
            name="is_part_time",
            kind=Boolean(),
            meaning="Whether the employee works part-time.",
            recipe=numeric.happens(
                "$employee_part_time_base",
                {
                    "role=cashier": "$employee_part_time_till",
                    "role=stock_handler": "$employee_part_time_till",
                    "is_manager": "-$employee_part_time_manager",
                },
            ),
        ),
        Column(
            name="kpi_shared",
            kind=Boolean(),
            meaning="Whether customer indicators are shared with the employee.",
            recipe=derived.draw(
                shares_indicators,
                "department",
                "stores.posts_customer_indicators@store_id",
                "is_manager",
                "is_outsourced",
                "$employee_kpi_office",
                "$employee_kpi_in_house",
                "$employee_kpi_outsourced",
                sentence="managers, teams of shops that post them, others by chance",
            ),
        ),
        Column(
            name="is_trained_digital",
            kind=Boolean(),
            meaning="Whether the employee was trained in digital technology.",
            recipe=derived.draw(
                trained,
                "age_band",
                "$employee_not_trained",
                "$employee_trained_by_age",
                sentence="the published share of all, the younger the more",
            ),
        ),
        Column(
            name="has_bonus",
            kind=Boolean(),
            meaning="Whether the employee had a bonus for 2024.",
            recipe=numeric.happens(
                "$employee_bonus_base",
                {"is_manager": "$employee_bonus_manager", "is_outsourced": "-$employee_bonus_outsourced"},
            ),
            role="working",
        ),
        Column(
            name="bonus_eur",
            kind=Number(0, 0.0, 40_000.0),
            unit="EUR",
            meaning="Bonus for 2024; empty without one.",
            recipe=derived.draw(
                bonus,
                "role",
                "department",
                "$employee_bonus_log",
                "$employee_bonus_sd",
                sentence="by grade, in tens of euros",
            ),
            when="has_bonus",
        ),
        Column(
            name="bonus_counts_customers",
            kind=Boolean(),
            meaning="Whether the bonus depends on customer indicators; empty without a bonus.",
            recipe=derived.draw(
                lambda u, shared, share: shared & (u < share),
                "kpi_shared",
                "$employee_bonus_customers",
                sentence="by chance, where indicators are shared",
            ),
            when="has_bonus",
        ),
        Column(
            name="coaching_group",
            kind=Category(GROUPS),
            meaning="Whether the lot put the adviser into the coaching of 2024 or into the control group, half of each team; empty outside the service centre.",
            recipe=derived.draw(lot_within_teams, "#slot", "department", sentence="half of each team, by lot"),
            when="is_adviser",
        ),
        Column(
            name="training_wave",
            kind=Category(WAVES_OF_TRAINING),
            meaning="When the lot let the employee take the training in customer culture: before the second quiz, or after it.",
            recipe=derived.draw(
                lambda u, department: (by_quota(u, department) >= 0.5).astype(np.int64),
                "department",
                draws=2,
                sentence="half of each department, by lot",
            ),
        ),
        Column(
            name="mood",
            kind=Number(4),
            unit="sd",
            meaning="How the employee feels about the work, beside others of the department; the unit's climate is part of it.",
            recipe=derived.draw(
                mood_of,
                "department",
                "store_id",
                "team_id",
                "is_outsourced",
                "stores.climate[]",
                "teams.climate[]",
                "teams.site[]",
                "$climate_sd",
                "$store_experience_per_climate",
                "$employee_own_sd",
                draws=2,
                sentence="climate of the unit and what is the employee's own, to one standard deviation",
            ),
            role="latent",
        ),
        Column(
            name="experience",
            kind=Number(4),
            unit="0-10",
            meaning="Employee experience: what the answers on satisfaction and its items scatter around.",
            recipe=derived.formula(
                experience,
                "mood",
                "department",
                "is_outsourced",
                "$store_experience_per_climate",
                "$employee_own_sd",
                "$store_experience_mean",
                "$employee_head_office",
                "$employee_back_office",
                "$employee_in_house",
                "$employee_outsourced",
                sentence="mean of the department or site, and the mood around it",
            ),
            role="latent",
        ),
    ),
)
