"""Who is asked and who speaks up unasked: what customers and orders must know for the tables of their voice."""

from datetime import date

import numpy as np

from cxdata.recipes import derived, lookup
from cxdata.recipes.temporal import day_number
from cxdata.schema.kinds import Integer
from cxdata.schema.recipe import Array
from cxdata.schema.table import Column

KANO_ATTRIBUTES = 15
KANO_STARTS = (date(2023, 9, 4), date(2024, 9, 2))
"""First days on which the two waves of the Kano survey were open."""
KANO_OPEN_DAYS = 20
NEW_DAYS = 30
"""Customers of fewer days are not asked."""


def kano_day(u: Array, second_wave: float, lag_days: float) -> Array:
    """Return the day on which a customer would answer the Kano survey, since 1970: wave by lot, most within days."""
    start = np.where(u[0] < second_wave, day_number(KANO_STARTS[1]), day_number(KANO_STARTS[0]))
    lag = np.minimum(lookup.exponential(u[1]) * lag_days, KANO_OPEN_DAYS - 1.0)
    return start + lag.astype(np.int64)


def kano_rows(u: Array, day: Array, joined: Array, left: Array, share: float) -> Array:
    """Return how many attributes a customer answers: all, if drawn by lot, no longer new and not gone; else none."""
    asked = (u < share) & (joined <= day - NEW_DAYS) & ~left
    return KANO_ATTRIBUTES * asked.astype(np.int64)


CUSTOMER_COLUMNS = (
    Column(
        name="kano_day",
        kind=Integer(0, 40_000),
        meaning="Day on which the customer would answer the Kano survey, since 1970.",
        recipe=derived.draw(
            kano_day,
            "$kano_second_wave",
            "$kano_lag_days",
            draws=2,
            sentence="wave by lot, most within days of its start",
        ),
        role="working",
    ),
    Column(
        name="kano_rows",
        kind=Integer(0, KANO_ATTRIBUTES),
        meaning="Attributes the customer answers in the Kano survey.",
        recipe=derived.draw(
            kano_rows,
            "kano_day",
            "joined_on",
            "is_dormant",
            "$kano_panel_share",
            sentence="all of them, by lot among customers who are neither new nor gone",
        ),
        role="working",
    ),
)
"""Columns that this adds to the customers."""
