"""The teams of the service centre: half in-house, half with a contractor."""

import numpy as np

from cxdata.recipes import categorical, derived, lookup
from cxdata.recipes.calibration import plain_sum
from cxdata.schema.kinds import Boolean, Category, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Parameter
from cxdata.schema.table import Column, Reference, Table

TEAMS = 12
SITES = ("in_house", "outsourced")


def around_mean(values: Array, group: Array) -> Array:
    """Return values less the mean of their group, so that a difference between groups is the planted one alone.

    Args:
        values: (n,) values.
        group: (n,) codes.
    """
    centred = np.empty(len(values))
    for code in range(int(group.max()) + 1):
        members = group == code
        own = [float(value) for value in values[members]]
        centred[members] = values[members] - plain_sum(own) / max(len(own), 1)
    return centred


PARAMETERS = (
    Parameter(
        name="climate_sd", value=0.6, unit="sd", meaning="Spread of teams' climate around their site's.", low=0.0
    ),
    Parameter(
        name="knowledge_base_shares",
        value=(0.35, 0.65),
        unit="shares",
        meaning="Teams without and with the shared knowledge base.",
    ),
)

TABLE = Table(
    name="teams",
    meaning="A team of advisers in the service centre.",
    rows=(Reference(TEAMS),),
    columns=(
        Column(name="team_id", kind=Key(), meaning="Key of the team."),
        Column(
            name="site",
            kind=Category(SITES),
            meaning="Whose employees its advisers are: Tilmarenne's own or a contractor's.",
            recipe=derived.formula(lambda slot: slot % 2, "#slot", sentence="every second team is outsourced"),
        ),
        Column(
            name="has_knowledge_base",
            kind=Boolean(),
            meaning="Whether its advisers work with the shared knowledge base.",
            recipe=categorical.choice("$knowledge_base_shares"),
        ),
        Column(
            name="climate",
            kind=Number(4),
            unit="sd",
            meaning="How good it is to work there, around the mean of its site.",
            recipe=derived.draw(
                lambda u, site, spread: around_mean(spread * lookup.normal(u), site),
                "site",
                "$climate_sd",
                sentence="climate_sd x normal, around the mean of the site",
            ),
            role="latent",
        ),
    ),
)
