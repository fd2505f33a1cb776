"""The shops: a reference table that covers the whole company."""

from datetime import date

import numpy as np

from cxdata.recipes import categorical, derived, numeric, temporal
from cxdata.schema.kinds import Category, Date, Integer, Key, Number, Word
from cxdata.schema.table import Column, Reference, Table

STORES = 84
DEPARTMENTS = tuple(f"{n:02d}" for n in range(1, 96) if n != 20)
OPENING_FIRST, OPENING_LAST = temporal.day_number(date(1988, 3, 1)), temporal.day_number(date(2021, 10, 1))

TABLE = Table(
    name="stores",
    meaning="A shop of Tilmarenne.",
    rows=(Reference(STORES),),
    columns=(
        Column(name="store_id", kind=Key(), meaning="Key of the shop."),
        Column(name="town", kind=Word("towns"), meaning="Invented town.", recipe=categorical.word("%towns")),
        Column(
            name="department",
            kind=Category(DEPARTMENTS),
            meaning="French department, by its number.",
            recipe=derived.draw(
                lambda u: (u * len(DEPARTMENTS)).astype(np.int64), sentence="uniform over mainland departments"
            ),
        ),
        Column(
            name="format",
            kind=Category(("garden_centre", "retail_park", "city")),
            meaning="Kind of shop.",
            recipe=categorical.choice("$store_formats"),
        ),
        Column(
            name="opened_on",
            kind=Date(),
            meaning="Day on which it opened.",
            recipe=derived.draw(
                lambda u: OPENING_FIRST + (u * (OPENING_LAST - OPENING_FIRST)).astype(np.int64),
                sentence="uniform from 1988 to 2021",
            ),
        ),
        Column(
            name="floor_area_m2",
            kind=Number(0, 200, 12_000),
            unit="m2",
            meaning="Selling area.",
            recipe=numeric.log_normal(
                "$floor_area_log",
                {"format=garden_centre": "$floor_area_garden", "format=city": "-$floor_area_city"},
                noise="$floor_area_sd",
            ),
        ),
        Column(
            name="weight",
            kind=Integer(1, 12_000),
            meaning="Share of households that call it theirs, by selling area.",
            recipe=derived.formula(lambda area: area.astype(np.int64), "floor_area_m2", sentence="selling area"),
            role="working",
        ),
        Column(
            name="service_quality",
            kind=Number(4),
            unit="sd",
            meaning="How well the shop serves, around the company's mean.",
            recipe=numeric.score("$zero", {}, noise="$store_quality_sd"),
            role="latent",
        ),
    ),
)
