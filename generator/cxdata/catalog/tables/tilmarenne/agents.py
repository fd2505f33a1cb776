"""The advisers of the service centre."""

from datetime import date

import numpy as np

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
HIRED_FIRST, HIRED_LAST = temporal.day_number(date(2012, 1, 2)), temporal.day_number(date(2022, 12, 1))


def competence(
    u: Array, site: Array, desk: Array, climate: Array, spread: float, by_climate: float, gap: float
) -> Array:
    """Return how well advisers serve: by their team's climate and by themselves, the contractor's worse by a gap.

    Within each desk of each site it is centred, so that the two sites differ by the gap and by nothing else.
    """
    own = around_mean(by_climate * climate + spread * lookup.normal(u), 2 * site + desk)
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
        name="competence_gap",
        value=0.7,
        unit="sd",
        meaning="By how much the contractor's advisers serve worse than Tilmarenne's own. Ours.",
    ),
)

TABLE = Table(
    name="agents",
    meaning="An adviser of the service centre.",
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
            meaning="Day of hiring.",
            recipe=derived.draw(
                lambda u: HIRED_FIRST + (u * (HIRED_LAST - HIRED_FIRST)).astype(np.int64),
                sentence="uniform from 2012 to 2022",
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
                "$competence_sd",
                "$climate_on_competence",
                "$competence_gap",
                sentence="climate of the team + competence_sd x normal, centred within site and desk; less by a gap at the contractor",
            ),
            role="latent",
        ),
    ),
)
