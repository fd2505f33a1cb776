"""Households: where customers live, and the roof that several of them share."""

from cxdata.catalog.tables.tilmarenne.stores import DEPARTMENTS
from cxdata.recipes import categorical, derived, numeric, reserved
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Text, Word
from cxdata.schema.table import Column, Root, Table

TABLE = Table(
    name="households",
    meaning="A household with at least one customer.",
    rows=(Root(),),
    columns=(
        Column(name="household_id", kind=Key(), meaning="Key of the household."),
        Column(
            name="member_count",
            kind=Integer(1, 4),
            meaning="Members who are customers.",
            recipe=categorical.choice("$household_members", lowest=1),
            role="working",
        ),
        Column(
            name="area",
            kind=Category(("urban", "suburban", "rural")),
            meaning="Kind of place.",
            recipe=categorical.choice("$areas"),
        ),
        Column(
            name="dwelling",
            kind=Category(("flat", "house")),
            meaning="Kind of home.",
            recipe=categorical.choice_by(
                {
                    "area=urban": "$dwellings_urban",
                    "area=suburban": "$dwellings_suburban",
                    "area=rural": "$dwellings_rural",
                }
            ),
        ),
        Column(
            name="has_garden",
            kind=Boolean(),
            meaning="Has a garden or a large terrace.",
            recipe=numeric.happens("$garden_base", {"dwelling=house": "$garden_house"}),
        ),
        Column(
            name="store_id",
            kind=ForeignKey("stores"),
            meaning="The household's nearest shop.",
            recipe=categorical.among("stores.weight[]"),
        ),
        Column(
            name="department",
            kind=Category(DEPARTMENTS),
            meaning="French department, by its number.",
            recipe=derived.copy("stores.department@store_id"),
        ),
        Column(
            name="address",
            kind=Text("address"),
            meaning="Number and invented street.",
            recipe=reserved.address(),
        ),
        Column(name="town", kind=Word("towns"), meaning="Invented town.", recipe=categorical.word("%towns")),
        Column(
            name="family_name",
            kind=Word("last_names"),
            meaning="Last name that its members share.",
            recipe=categorical.word("%last_names"),
            role="working",
        ),
    ),
)
