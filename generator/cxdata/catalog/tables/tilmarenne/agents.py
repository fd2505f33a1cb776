"""The advisers of the service centre."""

from datetime import date

import numpy as np

from cxdata.catalog.tables.tilmarenne._people import by_quota
from cxdata.catalog.tables.tilmarenne.teams import SITES, TEAMS, around_mean
from cxdata.recipes import derived, lookup, temporal
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Parameter
from cxdata.schema.table import Column, Reference, Table

AGENTS = 120
DESKS = ("phone", "writing")
WRITERS_OF_TEN = 4
"""Advisers of each team of ten who answer letters, e-mails and posts; the others answer the phone."""
SITE_OPENED = np.array([temporal.day_number(date(2012, 1, 2)), temporal.day_number(date(2018, 1, 8))])
"""Days before which nobody was hired: in-house, and by the contractor, whose contract is younger."""
HIRED_LAST = temporal.day_number(date(2022, 12, 12))
NEW_SINCE = temporal.day_number(date(2022, 1, 1))
YEAR_DAYS = 365.25
MONDAY = 4
"""1970-01-05 was a Monday."""


def hired(u: Array, site: Array, desk: Array, attrition: tuple[float, ...]) -> Array:
    """Return the day of hiring, a Monday, of those who hold the seats at the end of 2022, where a share leaves each year.

    Tenures of a constant staff with constant attrition are exponential, none longer than the site is old. They are
    spread evenly within each desk of each site; ``u`` is (2, n).
    """
    per_year = lookup.exponential(np.asarray(attrition))[site]  # -log(1 - share)
    oldest = (HIRED_LAST - SITE_OPENED[site]) / YEAR_DAYS
    place = by_quota(u, 2 * site + desk) * (1.0 - lookup.exp(-per_year * oldest))
    years = np.minimum(lookup.exponential(place) / per_year, oldest)
    day = HIRED_LAST - (years * YEAR_DAYS).astype(np.int64)
    monday: Array = day + (MONDAY - day) % 7
    return monday


def competence(
    u: Array,
    site: Array,
    desk: Array,
    climate: Array,
    hired_on: Array,
    spread: float,
    by_climate: float,
    gap: float,
    new: float,
) -> Array:
    """Return how well advisers serve: by climate of the team, by experience and by themselves, the contractor's worse.

    Within each desk of each site it is centred, so that the two sites differ by the gap and by nothing else.
    """
    of_theirs = by_climate * climate + spread * lookup.normal(u) - new * (hired_on >= NEW_SINCE)
    own = around_mean(of_theirs, 2 * site + desk)
    return own + np.where(site == SITES.index("in_house"), 0.5, -0.5) * gap


PARAMETERS = (
    Parameter(name="competence_sd", value=0.8, unit="sd", meaning="Spread of advisers' competence.", low=0.0),
    Parameter(
        name="climate_on_competence",
        value=0.5,
        unit="sd",
        meaning="How much better advisers of a team with a good climate serve.",
    ),
    Parameter(
        name="agent_attrition",
        value=(0.12, 0.30),
        unit="share",
        meaning="Advisers who leave in a year, in-house and at the contractor. Ours.",
        low=0.01,
        high=0.9,
    ),
    Parameter(
        name="competence_new",
        value=0.3,
        unit="sd",
        meaning="By how much advisers hired in 2022 serve worse than colleagues with more experience. Ours.",
    ),
    Parameter(
        name="competence_gap",
        value=0.7,
        unit="sd",
        meaning="By how much the contractor's advisers serve worse than Tilmarenne's own. Ours.",
    ),
)

TABLE = Table(
    name="agents",
    meaning=(
        "A seat of the service centre with the adviser who holds it at the end of 2022; seats are followed, so leavers of "
        "2023 and 2024 and those who took over from them are left out."
    ),
    rows=(Reference(AGENTS),),
    columns=(
        Column(name="agent_id", kind=Key(), meaning="Key of the adviser."),
        Column(
            name="team_id",
            kind=ForeignKey("teams"),
            meaning="The adviser's team.",
            recipe=derived.formula(lambda slot: 1 + slot % TEAMS, "#slot", sentence="in turn"),
        ),
        Column(
            name="site",
            kind=Category(SITES),
            meaning="In-house or outsourced, as the team.",
            recipe=derived.copy("teams.site@team_id"),
        ),
        Column(
            name="desk",
            kind=Category(DESKS),
            meaning="Whether the adviser answers the phone or writes.",
            recipe=derived.formula(
                lambda slot: (slot // TEAMS < WRITERS_OF_TEN).astype(np.int64), "#slot", sentence="four of ten write"
            ),
        ),
        Column(
            name="hired_on",
            kind=Date(),
            meaning="Day of hiring of the adviser who holds the seat at the end of 2022.",
            recipe=derived.draw(
                hired,
                "site",
                "desk",
                "$agent_attrition",
                draws=2,
                sentence="exponential tenure by agent_attrition, none longer than the site is old",
            ),
        ),
        Column(
            name="has_knowledge_base",
            kind=Boolean(),
            meaning="Whether the adviser's team works with the shared knowledge base.",
            recipe=derived.copy("teams.has_knowledge_base@team_id"),
        ),
        Column(
            name="team_climate",
            kind=Number(4),
            unit="sd",
            meaning="Climate of the adviser's team.",
            recipe=derived.copy("teams.climate@team_id"),
            role="working",
        ),
        Column(
            name="competence",
            kind=Number(4),
            unit="sd",
            meaning="How well the adviser serves, around the company's mean.",
            recipe=derived.draw(
                competence,
                "site",
                "desk",
                "team_climate",
                "hired_on",
                "$competence_sd",
                "$climate_on_competence",
                "$competence_gap",
                "$competence_new",
                sentence="climate of the team + competence_sd x normal, less for those hired in 2022, centred within site and desk; less by a gap at the contractor",
            ),
            role="latent",
        ),
    ),
)
