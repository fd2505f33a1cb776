"""Sessions of the customer advisory board: ten customers, every two to three months."""

from __future__ import annotations

import numpy as np

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne._market import ours
from cxdata.recipes import categorical, derived
from cxdata.recipes.temporal import day_number
from cxdata.schema.kinds import Category, Date, Integer, Key
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Rule
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, Reference, Table

SESSIONS = 10
_FIRST = day_number(calendar.WINDOW_FIRST)
PLACES = ("head_office", "shop", "video")
TOPICS = (
    "delivery_slots",
    "garden_season",
    "returns_in_shops",
    "loyalty_card",
    "parcel_delays",
    "web_shop_search",
    "advice_in_shops",
    "lamp_recall",
    "packaging",
    "monthly_box",
)
"""In the order of the sessions: those on parcel delays and the lamp recall follow the crises."""
THURSDAY = 3
INVITED = 10

PARAMETERS = (
    ours("panel_first_day", 23.0, "days", "Day of the first session in 2023, at the earliest.", 0.0, 40.0),
    ours("panel_gap_days", 73.0, "days", "Days from one session to the next.", 50.0, 76.0),
    ours("panel_gap_jitter_days", 12.0, "days", "How far a session can be put off.", 0.0, 20.0),
    ours("panel_places", (0.5, 0.3, 0.2), "shares", "Sessions at the head office, in a shop and by video."),
    ours("panel_participants", (0.25, 0.5, 0.25), "shares", "Sessions with nine, ten and eleven participants."),
    ours(
        "panel_recommendations",
        (0.10, 0.25, 0.30, 0.20, 0.15),
        "shares",
        "Sessions with three to seven recommendations.",
    ),
    ours("panel_adopted_share", 0.4, "share", "Recommendations that the company follows."),
)
FEWEST = 3
MOST = 7


def day_held(u: Array, slot: Array, first: float, gap: float, jitter: float) -> Array:
    """Return the day of a session, a Thursday that is no holiday, else the working day after it."""
    day = _FIRST + int(first) + slot * int(gap) + (u * jitter).astype(np.int64)
    return calendar.working_day(day + (THURSDAY - calendar.weekday(day)) % 7)


def adopted(u: Array, count: Array, share: float) -> Array:
    """Return how many recommendations are followed: each by chance."""
    followed = (u < share) & (np.arange(MOST)[:, None] < count)
    return np.asarray(followed.astype(np.int64).sum(axis=0))


TABLE = Table(
    name="panel_sessions",
    meaning="A session of the customer advisory board, with about ten customers.",
    rows=(Reference(SESSIONS),),
    columns=(
        Column(name="session_id", kind=Key(), meaning="Key of the session."),
        Column(
            name="held_on",
            kind=Date(),
            meaning="Day of the session.",
            recipe=derived.draw(
                day_held,
                "#slot",
                "$panel_first_day",
                "$panel_gap_days",
                "$panel_gap_jitter_days",
                sentence="every two to three months, on a Thursday",
            ),
        ),
        Column(
            name="place",
            kind=Category(PLACES),
            meaning="Where it was held.",
            recipe=categorical.choice("$panel_places"),
        ),
        Column(
            name="topic",
            kind=Category(TOPICS),
            meaning="What it was about.",
            recipe=derived.listed(tuple(range(SESSIONS))),
        ),
        Column(
            name="participants",
            kind=Integer(INVITED - 1, INVITED + 1),
            unit="people",
            meaning="Customers who took part.",
            recipe=categorical.choice("$panel_participants", lowest=INVITED - 1),
        ),
        Column(
            name="recommendations",
            kind=Integer(FEWEST, MOST),
            unit="recommendations",
            meaning="Recommendations that the session gave.",
            recipe=categorical.choice("$panel_recommendations", lowest=FEWEST),
        ),
        Column(
            name="adopted_recommendations",
            kind=Integer(0, MOST),
            unit="recommendations",
            meaning="Of these, how many the company followed by the end of 2024.",
            recipe=derived.draw(
                adopted, "recommendations", "$panel_adopted_share", draws=MOST, sentence="each by chance"
            ),
        ),
    ),
)


def _odd_sessions(tables: Tables) -> int:
    rows = tables["panel_sessions"].sort_values("session_id")
    return int((rows["adopted_recommendations"] > rows["recommendations"]).sum()) + int(
        (rows["held_on"].diff().dropna() <= rows["held_on"].diff().dropna() * 0).sum()
    )


RULES = (
    Rule(
        sentence="sessions follow each other, and none follows more recommendations than it gave",
        tables=("panel_sessions",),
        violations=_odd_sessions,
    ),
)
