"""Households: where customers live, and the roof that several of them share."""

from datetime import date

import numpy as np

from cxdata.catalog.tables.tilmarenne.stores import DEPARTMENTS, PARIS
from cxdata.recipes import categorical, derived, numeric, reserved
from cxdata.recipes.temporal import day_number
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key, Text, Word
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Parameter, Rule
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, Root, Table

AREAS = ("urban", "suburban", "rural")
RING = tuple(DEPARTMENTS.index(number) for number in ("92", "93", "94"))
AGE_LOWS = np.array([18, 30, 40, 50, 60, 70])
AGE_WIDTHS = np.array([12, 10, 10, 10, 10, 19])  # the last band runs to 88


def age_of(u: Array, bands: tuple[float, ...]) -> Array:
    """Return ages: the band by its share, uniform within it; ``u`` is (2, n)."""
    band = categorical.pick(u[0], bands)
    age: Array = AGE_LOWS[band] + (u[1] * AGE_WIDTHS[band]).astype(np.int64)
    return age


def moving_day(u: Array, months: tuple[float, ...]) -> Array:
    """Return days of moving, since 1970: the year by halves, the month by its share, the day within it."""
    year = 2023 + (u[1] * 2).astype(np.int64)
    rest = u[1] * 2 - (u[1] * 2).astype(np.int64)
    start: Array = _MONTH_STARTS[(year - 2023) * 12 + categorical.pick(u[0], months)]
    day: Array = start + (rest * 28).astype(np.int64)
    return day


_MONTH_STARTS = np.array([day_number(date(year, month, 1)) for year in (2023, 2024) for month in range(1, 13)])


def area_of(
    u: Array, department: Array, usual: tuple[float, ...], paris: tuple[float, ...], ring: tuple[float, ...]
) -> Array:
    """Return kinds of place: Paris and the three departments around it have no country."""
    around = np.where(np.isin(department, RING), categorical.pick(u, ring), categorical.pick(u, usual))
    return np.where(department == PARIS, categorical.pick(u, paris), around)


PARAMETERS = (
    Parameter(
        name="areas_paris",
        value=(1.0, 0.0, 0.0),
        unit="shares",
        meaning="Urban, suburban and rural households of Paris.",
    ),
    Parameter(
        name="areas_ring",
        value=(0.68, 0.32, 0.0),
        unit="shares",
        meaning="The same in the three departments around Paris.",
    ),
    Parameter(
        name="move_base", value=-2.6, unit="logit", meaning="Household moves within two years, older, in a house (7%)."
    ),
    Parameter(name="move_flat", value=0.9, unit="logit", meaning="Moves, added for a flat."),
    Parameter(name="move_young", value=0.8, unit="logit", meaning="Moves, added under 40."),
    Parameter(
        name="move_months",
        value=(0.06, 0.06, 0.07, 0.08, 0.08, 0.10, 0.14, 0.14, 0.10, 0.07, 0.05, 0.05),
        unit="shares",
        meaning="Month of a move: summer leads.",
    ),
)


def _country_in_paris(tables: Tables) -> int:
    households = tables["households"]
    inner = households["department"].isin(["75", "92", "93", "94"])
    return int((inner & (households["area"] == "rural")).sum())


RULES = (
    Rule(
        sentence="nobody lives in the country in Paris and the departments around it",
        tables=("households",),
        violations=_country_in_paris,
    ),
)

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
            kind=Category(AREAS),
            meaning="Kind of place.",
            recipe=derived.draw(
                area_of,
                "department",
                "$areas",
                "$areas_paris",
                "$areas_ring",
                sentence="drawn by areas, in Paris by areas_paris, around it by areas_ring",
            ),
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
            name="has_moved",
            kind=Boolean(),
            meaning="Whether it moved within the window.",
            recipe=numeric.happens("$move_base", {"dwelling=flat": "$move_flat", "is_young": "$move_young"}),
            role="working",
        ),
        Column(
            name="moved_on",
            kind=Date(),
            meaning="Day of a move to the present address in 2023 or 2024; empty without one.",
            recipe=derived.draw(
                moving_day, "$move_months", draws=2, sentence="a month by move_months, a day within it"
            ),
            when="has_moved",
        ),
        Column(
            name="previous_address",
            kind=Text("address"),
            meaning="Address before the move; empty without one.",
            recipe=reserved.address(),
            when="has_moved",
        ),
        Column(
            name="previous_town",
            kind=Word("towns"),
            meaning="Town before the move; empty without one.",
            recipe=categorical.word("%towns"),
            when="has_moved",
        ),
        Column(
            name="is_young",
            kind=Boolean(),
            meaning="Whether its first customer is under 40.",
            recipe=derived.formula(lambda age: age < 40, "head_age", sentence="head_age below 40"),
            role="working",
        ),
        Column(
            name="family_name",
            kind=Word("last_names"),
            meaning="Last name that its members share.",
            recipe=categorical.word("%last_names"),
            role="working",
        ),
    ),
)
