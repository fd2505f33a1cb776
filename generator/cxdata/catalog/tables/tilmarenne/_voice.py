"""Who is asked and who speaks up unasked: what customers and orders must know for the tables of their voice."""

from datetime import date

import numpy as np

from cxdata.recipes import derived, lookup, numeric
from cxdata.recipes.temporal import day_number
from cxdata.schema.kinds import Category, Integer, Number
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


REVIEW_ORIGINS = ("none", "spontaneous", "invited")
_SPONTANEOUS, _INVITED = 1, 2
WEB_STEPS = ("discover", "search", "choose", "order", "pay", "wait", "receive", "use", "ask_help")
SHOP_STEPS = ("discover", "search", "visit", "choose", "advice", "pay", "collect", "use", "ask_help")


def review_origin(
    u: Array,
    stars: Array,
    digital: Array,
    voice: Array,
    invited: float,
    response: float,
    base: float,
    by_stars: tuple[float, ...],
    weight_digital: float,
    weight_voice: float,
) -> Array:
    """Return who reviews an order: of those invited by lot a share, whatever they think; of the others the extremes.

    Args:
        u: (3, n) uniforms.
        stars: (n,) stars each would give.
        digital: (n,) ease with screens.
        voice: (n,) readiness to complain, which counts with the discontent alone.
        invited: Share of orders drawn by lot.
        response: Share of those invited who answer.
        base: Log-odds of a review unasked.
        by_stars: (5,) added to them, one star to five.
        weight_digital: Log-odds per step of ease with screens.
        weight_voice: Log-odds per step of voice, with the discontent.
    """
    logit = base + np.asarray(by_stars)[stars - 1] + weight_digital * digital + weight_voice * voice * (stars <= 3)
    unasked = np.where(logit + lookup.logistic(u[2]) > 0, _SPONTANEOUS, 0)
    return np.where(u[0] < invited, np.where(u[1] < response, _INVITED, 0), unasked)


def post_count(need: Array, second: float) -> Array:
    """Return how often someone posts, 0 to 2, from the need to."""
    count: Array = (need > 0).astype(np.int64) + (need > second)
    return count


def journey_rows(u: Array, contacts: Array, share: float) -> Array:
    """Return how many steps of an order are in the diary: all eight, a ninth with a request for help; mostly none."""
    steps: Array = (u < share) * (len(WEB_STEPS) - 1 + (contacts > 0))
    return steps


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
    Column(
        name="followers_log",
        kind=Number(4),
        unit="log followers",
        meaning="Followers on social networks, before the platform.",
        recipe=numeric.score(
            "$posts_followers_log", {"digital_affinity": "$posts_followers_digital"}, noise="$posts_followers_sd"
        ),
        role="working",
    ),
    Column(
        name="post_need",
        kind=Number(4),
        unit="logit",
        meaning="Need to post about the company without an order.",
        recipe=derived.draw(
            lambda u, base, digital, weight: base + weight * digital + lookup.logistic(u),
            "$posts_customer_base",
            "digital_affinity",
            "$posts_digital",
            sentence="posts_customer_base + posts_digital x digital_affinity + logistic noise",
        ),
        role="working",
    ),
    Column(
        name="post_rows",
        kind=Integer(0, 2),
        meaning="Posts about the company without an order.",
        recipe=derived.formula(post_count, "post_need", "$posts_second", sentence="post_need above its thresholds"),
        role="working",
    ),
)
"""Columns that this adds to the customers."""

ORDER_COLUMNS = (
    Column(
        name="star_feeling",
        kind=Number(4),
        unit="sd",
        meaning="Satisfaction, and how good the main product is, before it is put into stars.",
        recipe=numeric.score(
            "$zero",
            {"satisfaction": "$one", "products.quality@main_product": "$reviews_star_quality"},
            noise="$reviews_star_sd",
        ),
        role="working",
    ),
    Column(
        name="stars",
        kind=Integer(1, 5),
        unit="1-5",
        meaning="Stars the customer would give this order, reviewing it or not.",
        recipe=numeric.ordinal("star_feeling", "$reviews_star_cuts", lowest=1),
        role="latent",
    ),
    Column(
        name="review_origin",
        kind=Category(REVIEW_ORIGINS),
        meaning="Whether the order is reviewed, unasked or invited by lot.",
        recipe=derived.draw(
            review_origin,
            "stars",
            "customers.digital_affinity",
            "customers.voice",
            "$reviews_invited_share",
            "$reviews_invited_response",
            "$reviews_base",
            "$reviews_by_stars",
            "$reviews_digital",
            "$reviews_voice",
            draws=3,
            sentence="of the invited a share, of the others the extremes",
        ),
        role="working",
    ),
    Column(
        name="review_rows",
        kind=Integer(0, 1),
        meaning="Reviews of the order.",
        recipe=derived.formula(
            lambda origin: (origin > 0).astype(np.int64), "review_origin", sentence="one if reviewed"
        ),
        role="working",
    ),
    Column(
        name="delight",
        kind=Number(4, 0.0),
        unit="sd",
        meaning="Satisfaction beyond what makes people talk.",
        recipe=derived.formula(
            lambda felt, least: np.maximum(felt - least, 0.0),
            "satisfaction",
            "$posts_delight_from",
            sentence="satisfaction above posts_delight_from",
        ),
        role="working",
    ),
    Column(
        name="late_in_jam",
        kind=Number(4, 0.0, 1.0),
        unit="share of its height",
        meaning="Strength of the parcel jam on the promised day, if the parcel was late.",
        recipe=derived.formula(np.multiply, "calendar.jam@promise_key", "late", sentence="jam if late"),
        role="working",
    ),
    Column(
        name="post_logit",
        kind=Number(4),
        unit="logit",
        meaning="Log-odds of a post about this order.",
        recipe=numeric.score(
            "$posts_order_base",
            {
                "has_problem": "$posts_problem",
                "is_recalled": "$posts_recalled",
                "is_repeat_failure": "$posts_repeat",
                "late_in_jam": "$posts_jam",
                "delight": "$posts_delight",
                "customers.voice": "$posts_voice",
                "customers.digital_affinity": "$posts_digital",
            },
        ),
        role="working",
    ),
    Column(
        name="post_rows",
        kind=Integer(0, 2),
        meaning="Posts about this order.",
        recipe=derived.draw(
            lambda u, logit, second: post_count(logit + lookup.logistic(u), second),
            "post_logit",
            "$posts_second",
            sentence="ordinal logit of post_logit",
        ),
        role="working",
    ),
    Column(
        name="last_contact_day",
        kind=Integer(0, 40_000),
        meaning="Day of the last contact about it, since 1970; 0 without one.",
        recipe=derived.formula(
            lambda last, contacts: last * (contacts > 0),
            "contacts.day:max",
            "contact_count",
            sentence="greatest day of its contacts",
        ),
        role="working",
    ),
    Column(
        name="last_contact_channel",
        kind=Integer(0, 10),
        meaning="Channel of a contact about it, by its code.",
        recipe=derived.formula(
            lambda last, contacts: last * (contacts > 0),
            "contacts.channel:max",
            "contact_count",
            sentence="greatest code of its contacts",
        ),
        role="working",
    ),
    Column(
        name="delivery_mode",
        kind=Integer(0, 10),
        meaning="Where the parcel was handed over, by its code.",
        recipe=derived.formula(np.copy, "deliveries.mode:max", sentence="code of its delivery"),
        role="working",
    ),
    Column(
        name="journey_rows",
        kind=Integer(0, len(WEB_STEPS)),
        meaning="Steps of the order in the diary panel.",
        recipe=derived.draw(
            journey_rows,
            "contact_count",
            "$journey_panel_share",
            sentence="eight by lot, a ninth with a contact",
        ),
        role="working",
    ),
)
"""Columns that this adds to the orders."""
