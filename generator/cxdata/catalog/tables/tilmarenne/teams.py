"""The teams of the service centre: half in-house, half with a contractor."""

from cxdata.recipes import categorical, derived, numeric
from cxdata.schema.kinds import Boolean, Category, Key, Number
from cxdata.schema.scenario import Parameter
from cxdata.schema.table import Column, Reference, Table

TEAMS = 12
SITES = ("in_house", "outsourced")

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
            recipe=numeric.score("$zero", {}, noise="$climate_sd"),
            role="latent",
        ),
    ),
)
