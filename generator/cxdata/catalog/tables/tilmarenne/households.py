"""Households: where customers live, and the roof that several of them share."""

import numpy as np

from cxdata.catalog.tables.tilmarenne.stores import DEPARTMENTS
from cxdata.recipes import categorical, derived, numeric, reserved
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Text, Word
from cxdata.schema.recipe import Array
from cxdata.schema.table import Column, Root, Table

AGE_LOWS = np.array([18, 30, 40, 50, 60, 70])
AGE_WIDTHS = np.array([12, 10, 10, 10, 10, 19])  # the last band runs to 88


def age_of(u: Array, bands: tuple[float, ...]) -> Array:
    """Return ages: the band by its share, uniform within it; ``u`` is (2, n)."""
    band = categorical.pick(u[0], bands)
    age: Array = AGE_LOWS[band] + (u[1] * AGE_WIDTHS[band]).astype(np.int64)
    return age


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
            name="head_is_woman",
            kind=Boolean(),
            meaning="Whether its first customer is a woman.",
            recipe=numeric.chance("$women_share"),
            role="working",
        ),
        Column(
            name="head_age",
            kind=Integer(18, 88),
            unit="years",
            meaning="Age of its first customer at the start of 2023.",
            recipe=derived.draw(age_of, "$age_bands", draws=2, sentence="band by age_bands, uniform within it"),
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
