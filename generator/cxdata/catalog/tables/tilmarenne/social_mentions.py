"""Mentions of the company on social networks, hour by hour: the daily round, two crises, and what only looks like one."""

from datetime import date

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne import _calendar
from cxdata.catalog.tables.tilmarenne import calendar as days
from cxdata.recipes import counts, derived, lookup
from cxdata.recipes.temporal import SECONDS_PER_DAY, day_number
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Number, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Rule, ours
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, Reference, Table

HOURS_PER_DAY, HOURS_PER_WEEK, HOURS_PER_YEAR = 24, 168, 8_766
DAYS = (_calendar.WINDOW_LAST - _calendar.WINDOW_FIRST).days + 1
HOURS = DAYS * HOURS_PER_DAY
_FIRST = day_number(_calendar.WINDOW_FIRST)
MESSAGES = ("none", "news", "statement", "update")
NEWS, STATEMENT, UPDATE = 1, 2, 3
OFFICE_HOURS = (9, 17)
CLOCK_CHANGE = 2
"""The hour that summer time skips in March and repeats in October."""
SPRING, AUTUMN = (date(2023, 3, 26), date(2024, 3, 31)), (date(2023, 10, 29), date(2024, 10, 27))
OUTAGE_HOURS = 6
"""Length of a gap in the record of the listening tool."""
TELEVISION = [name for name, _, _ in days.INCIDENTS].index("television_campaign")
PRIME_TIME = (19, 23)


def hours_since(slot: Array, start: date) -> Array:
    """Return whole hours since midnight at the start of a day, negative before."""
    since: Array = slot - (day_number(start) - _FIRST) * HOURS_PER_DAY
    return since


def surge(hours: Array, ramp: float, fade: float) -> Array:
    """Return the course of a surge over hours since its outbreak: rising over the ramp to 1, then fading."""
    rising = np.minimum((hours + 1.0) / (ramp + 1.0), 1.0)
    fading = lookup.exp(-np.maximum(hours - ramp, 0.0) / fade)
    return np.where(hours < 0, 0.0, rising * fading)


def jam_surge(slot: Array, lag: float, lift: float, ramp: float, fade: float) -> Array:
    """Return by how many times the usual rate the parcel jam adds."""
    course: Array = lift * surge(hours_since(slot, days.PARCEL_JAM_START) - lag, ramp, fade)
    return course


def recall_surge(
    slot: Array, breaks: float, lift: float, ramp: float, fade: float, evening: float, echo: float, echo_fade: float
) -> Array:
    """Return by how many times the usual rate the lamp recall adds: the news at noon, the echo in the evening."""
    hours = hours_since(slot, days.LAMP_RECALL_START)
    course: Array = lift * surge(hours - breaks, ramp, fade) + echo * surge(hours - evening, 0.0, echo_fade)
    return course


def crisis(jam: Array, recall: Array, least: float) -> Array:
    """Return which crisis holds in each hour: it adds at least a given share of the usual rate."""
    return np.where(recall >= least, days.LAMP_RECALL, np.where(jam >= least, days.PARCEL_JAM, 0))


def clock_factor(slot: Array) -> Array:
    """Return how often each hour of the clock on the wall happens: once, but for the two changes of the clock."""
    happens = np.ones(len(slot))
    for change, times in ((SPRING, 0.0), (AUTUMN, 2.0)):
        for day in change:
            happens = np.where(hours_since(slot, day) == CLOCK_CHANGE, times, happens)
    return happens


def usual_rate(
    slot: Array,
    sales: Array,
    christmas: Array,
    incident: Array,
    base: float,
    hours: tuple[float, ...],
    weekdays: tuple[float, ...],
    growth: float,
    for_sales: float,
    for_christmas: float,
    incidents: tuple[float, ...],
    prime_time: float,
) -> Array:
    """Return expected mentions of each hour without any crisis: the round of day and week, trend, sales, incidents."""
    hour = slot % HOURS_PER_DAY
    rate = base * np.asarray(hours)[hour] * np.asarray(weekdays)[_calendar.weekday(_FIRST + slot // HOURS_PER_DAY)]
    rate = rate * (1.0 + growth * slot / HOURS_PER_YEAR) * clock_factor(slot)
    rate = rate * np.where(sales, for_sales, 1.0) * np.where(christmas, for_christmas, 1.0)
    watched = (incident == TELEVISION) & (hour >= PRIME_TIME[0]) & (hour < PRIME_TIME[1])
    rate = rate * np.asarray(incidents)[incident] * np.where(watched, prime_time, 1.0)
    return np.asarray(rate)


def busyness(u: Array, slot: Array, hourly: float, daily: float, weekly: float) -> Array:
    """Return how busy each hour is beyond what is expected, mean 1: luck of the hour, the day and the week.

    The hours of a day share the draw of its first hour, those of a week that of its first: ``u`` is (3, n).
    """
    day = slot // HOURS_PER_DAY * HOURS_PER_DAY
    week = slot // HOURS_PER_WEEK * HOURS_PER_WEEK
    factor: Array = counts.gamma_factor(u[0], hourly) * counts.gamma_factor(u[1][day], daily)
    return factor * counts.gamma_factor(u[2][week], weekly)


def message(
    u: Array, slot: Array, news: float, jam: tuple[float, ...], lag: float, recall: tuple[float, ...], breaks: float
) -> Array:
    """Return what the company posted in each hour: news at office hours by lot, and its words in the crises."""
    hour = slot % HOURS_PER_DAY
    works = _calendar.is_working_day(_FIRST + slot // HOURS_PER_DAY) & (hour >= OFFICE_HOURS[0])
    kind = np.where(works & (hour < OFFICE_HOURS[1]) & (u < news), NEWS, 0)
    for start, outbreak, after in ((days.PARCEL_JAM_START, lag, jam), (days.LAMP_RECALL_START, breaks, recall)):
        since = hours_since(slot, start) - outbreak
        for number, hours in enumerate(after):
            kind = np.where(since == hours, STATEMENT if number == 0 else UPDATE, kind)
    return kind


def has_answered(slot: Array, jam: tuple[float, ...], lag: float, recall: tuple[float, ...], breaks: float) -> Array:
    """Return whether the company has made a statement on the crisis that may hold."""
    on_jam = hours_since(slot, days.PARCEL_JAM_START) - lag > jam[0]
    on_recall = hours_since(slot, days.LAMP_RECALL_START) - breaks > recall[0]
    is_later = hours_since(slot, days.LAMP_RECALL_START) >= 0
    return np.where(is_later, on_recall, on_jam)


def negative_rate(
    usual: Array, jam: Array, recall: Array, answered: Array, usually: float, before: float, after: float
) -> Array:
    """Return expected negative mentions: a small share of the usual ones, most of those a crisis brings."""
    stirred = usual * (jam + recall)
    rate: Array = usually * usual + np.where(answered, after, before) * stirred
    return rate


def reach(u: Array, mentions: Array, crisis_now: Array, followers: float, spread: float, amplified: float) -> Array:
    """Return the followers of all who wrote in an hour: a heavy tail, longer when large accounts join a crisis."""
    size = lookup.exp(spread * lookup.normal(u) - spread * spread / 2.0)
    total = mentions * followers * size * np.where(crisis_now > 0, amplified, 1.0)
    return np.rint(total).astype(np.int64)


def recorded(u: Array, slot: Array, share: float) -> Array:
    """Return whether the listening tool recorded the hour: it fails for some hours on end, and an hour in March is none."""
    start = slot // OUTAGE_HOURS * OUTAGE_HOURS
    kept: Array = (u[start] >= share) & (clock_factor(slot) > 0)
    return kept


PARAMETERS = (
    ours("mentions_base", 6.0, "mentions an hour", "Mentions in an average hour at the start of 2023.", 0.0, 1000.0),
    ours(
        "mentions_hours",
        (
            *(0.45, 0.25, 0.15, 0.10, 0.10, 0.18, 0.40, 0.75, 1.00, 1.10, 1.15, 1.15),
            *(1.35, 1.30, 1.15, 1.10, 1.15, 1.30, 1.50, 1.65, 1.85, 1.90, 1.45, 0.85),
        ),
        "factor",
        "Mentions by hour of the day, midnight first: noon, and the evening above all.",
        0.0,
        10.0,
    ),
    ours(
        "mentions_weekdays",
        (1.02, 0.98, 1.00, 0.98, 0.96, 1.05, 1.03),
        "factor",
        "Mentions by weekday, Monday first: gardens and parcels are shown at weekends.",
        0.0,
        10.0,
    ),
    ours("mentions_growth", 0.10, "share a year", "Growth of mentions in a year.", -1.0, 5.0),
    ours("mentions_sales", 1.30, "factor", "Mentions in the sales.", 0.0, 10.0),
    ours("mentions_christmas", 1.20, "factor", "Mentions in the Christmas business.", 0.0, 10.0),
    ours(
        "mentions_incidents",
        (1.0, 1.0, 1.0, 1.05, 1.12, 1.15, 1.40, 1.05),
        "factor",
        "Mentions on days with an incident in the log, in its order; the crises have their own course.",
        0.0,
        10.0,
    ),
    ours("mentions_prime_time", 1.50, "factor", "Mentions on evenings with the campaign on television.", 0.0, 10.0),
    ours("mentions_cv_hour", 0.20, "share", "Spread of an hour's busyness beyond chance."),
    ours("mentions_cv_day", 0.12, "share", "Spread of a day's busyness."),
    ours("mentions_cv_week", 0.08, "share", "Spread of a week's busyness."),
    ours("mentions_jam_lag", 33.0, "hours", "From the first day of the parcel jam to the first stir.", 0.0, 240.0),
    ours("mentions_jam_lift", 1.8, "factor", "Mentions that the parcel jam adds at its height.", 0.0, 50.0),
    ours("mentions_jam_ramp", 40.0, "hours", "From the first stir to the height.", 0.0, 240.0),
    ours("mentions_jam_fade", 110.0, "hours", "Hours in which the stir falls to 37 %.", 1.0, 1000.0),
    ours("mentions_recall_breaks", 11.0, "hours", "Hour of the day at which the recall breaks.", 0.0, 23.0),
    ours("mentions_recall_lift", 7.0, "factor", "Mentions that the recall adds at its height.", 0.0, 50.0),
    ours("mentions_recall_ramp", 2.0, "hours", "From the news of the recall to the height.", 0.0, 240.0),
    ours("mentions_recall_fade", 40.0, "hours", "Hours in which the stir falls to 37 %.", 1.0, 1000.0),
    ours("mentions_recall_evening", 20.0, "hours", "Hour of the day of the evening news.", 0.0, 23.0),
    ours("mentions_recall_echo", 5.0, "factor", "Mentions that the evening news adds.", 0.0, 50.0),
    ours("mentions_recall_echo_fade", 5.0, "hours", "Hours in which the evening echo falls to 37 %.", 1.0, 100.0),
    ours("mentions_crisis_least", 0.10, "share", "Share of the usual rate that a crisis adds while it counts as one."),
    ours("mentions_negative", 0.13, "share", "Negative mentions among the usual ones."),
    ours("mentions_negative_crisis", 0.82, "share", "Negative mentions among those a crisis brings."),
    ours("mentions_negative_answered", 0.58, "share", "The same once the company has made its statement."),
    ours("mentions_negative_cv", 0.20, "share", "Spread of the hourly negative share beyond chance."),
    ours("mentions_news_share", 0.035, "share", "Office hours in which the company posts news."),
    ours(
        "mentions_jam_messages",
        (74.0, 149.0, 319.0),
        "hours",
        "From the first stir about the jam to the company's statement and updates: it took three days.",
        0.0,
        1000.0,
    ),
    ours(
        "mentions_recall_messages",
        (4.0, 22.0, 71.0),
        "hours",
        "From the news of the recall to the company's statement and updates: it took four hours.",
        0.0,
        1000.0,
    ),
    ours("mentions_followers", 850.0, "followers", "Followers per mention.", 0.0, 1e6),
    ours("mentions_reach_sd", 0.75, "log followers", "Spread of an hour's followers per mention.", 0.0, 3.0),
    ours("mentions_reach_crisis", 2.2, "factor", "Followers per mention in a crisis.", 0.0, 100.0),
    ours("mentions_outage_share", 0.004, "share", "Six-hour spans in which the listening tool failed."),
)

CONSTRAINTS = (
    Constraint(
        sentence="the evening news follow the outbreak; lower mentions_recall_breaks or raise mentions_recall_evening.",
        parameters=("mentions_recall_breaks", "mentions_recall_evening"),
        holds=lambda breaks, evening: breaks < evening,
    ),
    Constraint(
        sentence="mentions_incidents must hold one factor per incident of the calendar's log.",
        parameters=("mentions_incidents",),
        holds=lambda factors: len(factors) == len(days.INCIDENTS),
    ),
    Constraint(
        sentence="mentions_hours must hold 24 factors and mentions_weekdays seven.",
        parameters=("mentions_hours", "mentions_weekdays"),
        holds=lambda hours, weekdays: len(hours) == HOURS_PER_DAY and len(weekdays) == 7,
    ),
)


def _odd_counts(tables: Tables) -> int:
    rows = tables["social_mentions"]
    kept = rows[rows["mentions"].notna()]
    too_many = kept["negative_mentions"] > kept["mentions"]
    reached = (kept["reach_followers"] > 0) & (kept["mentions"] == 0)
    half = rows["mentions"].isna() != rows["negative_mentions"].isna()
    return int(too_many.sum() + reached.sum() + half.sum())


def _odd_hours(tables: Tables) -> int:
    steps = tables["social_mentions"]["starts_at"].diff().dropna()
    return int((steps != pd.Timedelta(hours=1)).sum())


RULES = (
    Rule(
        sentence="negative mentions are part of the mentions, and nobody is reached without one",
        tables=("social_mentions",),
        violations=_odd_counts,
    ),
    Rule(
        sentence="mentions are counted for every hour of 2023 and 2024",
        tables=("social_mentions",),
        violations=_odd_hours,
    ),
)

TABLE = Table(
    name="social_mentions",
    meaning="An hour of social networks, with what was said of Tilmarenne by anyone, customer or not.",
    rows=(Reference(HOURS),),
    columns=(
        Column(name="hour_id", kind=Key(), meaning="Key of the hour."),
        Column(
            name="day_id",
            kind=ForeignKey("calendar"),
            meaning="The day in the company's calendar.",
            recipe=derived.formula(lambda slot: 1 + slot // HOURS_PER_DAY, "#slot", sentence="24 hours a day"),
        ),
        Column(
            name="starts_at",
            kind=Timestamp(),
            unit="local time",
            meaning="Start of the hour.",
            recipe=derived.formula(
                lambda slot: _FIRST * SECONDS_PER_DAY + slot * (SECONDS_PER_DAY // HOURS_PER_DAY),
                "#slot",
                sentence="hours from 1 January 2023",
            ),
        ),
        Column(
            name="usual_rate",
            kind=Number(4, 0.0),
            unit="mentions an hour",
            meaning="Expected mentions without a crisis, campaigns and other incidents included.",
            recipe=derived.formula(
                usual_rate,
                "#slot",
                "calendar.is_sales@day_id",
                "calendar.is_christmas_business@day_id",
                "calendar.incident_code@day_id",
                "$mentions_base",
                "$mentions_hours",
                "$mentions_weekdays",
                "$mentions_growth",
                "$mentions_sales",
                "$mentions_christmas",
                "$mentions_incidents",
                "$mentions_prime_time",
                sentence="round of day and week, times trend, sales, Christmas and incidents",
            ),
            role="latent",
        ),
        Column(
            name="jam_surge",
            kind=Number(4, 0.0),
            unit="times the usual rate",
            meaning="What the parcel jam adds to the usual rate.",
            recipe=derived.formula(
                jam_surge,
                "#slot",
                "$mentions_jam_lag",
                "$mentions_jam_lift",
                "$mentions_jam_ramp",
                "$mentions_jam_fade",
                sentence="rises over the ramp, then fades",
            ),
            role="latent",
        ),
        Column(
            name="recall_surge",
            kind=Number(4, 0.0),
            unit="times the usual rate",
            meaning="What the lamp recall adds to the usual rate.",
            recipe=derived.formula(
                recall_surge,
                "#slot",
                "$mentions_recall_breaks",
                "$mentions_recall_lift",
                "$mentions_recall_ramp",
                "$mentions_recall_fade",
                "$mentions_recall_evening",
                "$mentions_recall_echo",
                "$mentions_recall_echo_fade",
                sentence="breaks at its hour, fades, with an echo in the evening",
            ),
            role="latent",
        ),
        Column(
            name="crisis",
            kind=Category(days.CRISES),
            meaning="The crisis that holds in the hour.",
            recipe=derived.formula(
                crisis, "jam_surge", "recall_surge", "$mentions_crisis_least", sentence="by jam_surge and recall_surge"
            ),
            role="latent",
        ),
        Column(
            name="is_crisis",
            kind=Boolean(),
            meaning="Whether a crisis holds in the hour.",
            recipe=derived.formula(lambda code: code > 0, "crisis", sentence="crisis other than none"),
            role="latent",
        ),
        Column(
            name="message_code",
            kind=Category(MESSAGES),
            meaning="What the company posted, none included.",
            recipe=derived.draw(
                message,
                "#slot",
                "$mentions_news_share",
                "$mentions_jam_messages",
                "$mentions_jam_lag",
                "$mentions_recall_messages",
                "$mentions_recall_breaks",
                sentence="news by lot at office hours, statement and updates in the crises",
            ),
            role="working",
        ),
        Column(
            name="message_sent",
            kind=Boolean(),
            meaning="Whether the company posted a message of its own in the hour.",
            recipe=derived.formula(lambda code: code > 0, "message_code", sentence="message_code other than none"),
        ),
        Column(
            name="message_kind",
            kind=Category(MESSAGES),
            meaning="What it posted: news, a first statement on a crisis or an update; empty without a message.",
            recipe=derived.copy("message_code"),
            when="message_sent",
        ),
        Column(
            name="has_answered",
            kind=Boolean(),
            meaning="Whether the company had made its statement on the crisis before the hour.",
            recipe=derived.formula(
                has_answered,
                "#slot",
                "$mentions_jam_messages",
                "$mentions_jam_lag",
                "$mentions_recall_messages",
                "$mentions_recall_breaks",
                sentence="after the first message on the latest crisis",
            ),
            role="working",
        ),
        Column(
            name="negative_rate",
            kind=Number(4, 0.0),
            unit="mentions an hour",
            meaning="Expected negative mentions.",
            recipe=derived.formula(
                negative_rate,
                "usual_rate",
                "jam_surge",
                "recall_surge",
                "has_answered",
                "$mentions_negative",
                "$mentions_negative_crisis",
                "$mentions_negative_answered",
                sentence="a share of the usual mentions, a greater one of what a crisis brings, less once answered",
            ),
            role="latent",
        ),
        Column(
            name="expected_mentions",
            kind=Number(4, 0.0),
            unit="mentions an hour",
            meaning="Expected mentions, crises included.",
            recipe=derived.formula(
                lambda usual, jam, recall: usual * (1.0 + jam + recall),
                "usual_rate",
                "jam_surge",
                "recall_surge",
                sentence="usual_rate x (1 + jam_surge + recall_surge)",
            ),
            role="latent",
        ),
        Column(
            name="busyness",
            kind=Number(4, 0.0),
            unit="factor",
            meaning="How busy the hour was beyond what was expected.",
            recipe=derived.draw(
                busyness,
                "#slot",
                "$mentions_cv_hour",
                "$mentions_cv_day",
                "$mentions_cv_week",
                draws=3,
                sentence="gamma factors of the hour, the day and the week",
            ),
            role="working",
        ),
        Column(
            name="is_recorded",
            kind=Boolean(),
            meaning="Whether the listening tool recorded the hour.",
            recipe=derived.draw(
                recorded, "#slot", "$mentions_outage_share", sentence="save for spans of six hours by lot"
            ),
            role="working",
        ),
        Column(
            name="negative_mentions",
            kind=Integer(0, 10_000_000),
            unit="mentions",
            meaning="Mentions that the listening tool classed as negative; empty where it failed.",
            recipe=derived.draw(
                lambda u, rate, busy, cv: counts.poisson(u[0], rate * busy * counts.gamma_factor(u[1], cv)),
                "negative_rate",
                "busyness",
                "$mentions_negative_cv",
                draws=2,
                sentence="Poisson about negative_rate x busyness",
            ),
            when="is_recorded",
        ),
        Column(
            name="other_mentions",
            kind=Integer(0, 10_000_000),
            meaning="Mentions that are not negative.",
            recipe=derived.draw(
                lambda u, expected, negative, busy: counts.poisson(u, np.maximum(expected - negative, 0.0) * busy),
                "expected_mentions",
                "negative_rate",
                "busyness",
                sentence="Poisson about the rest x busyness",
            ),
            role="working",
        ),
        Column(
            name="mentions",
            kind=Integer(0, 10_000_000),
            unit="mentions",
            meaning="Posts of that hour that name Tilmarenne; empty where the listening tool failed.",
            recipe=derived.formula(np.add, "negative_mentions", "other_mentions", sentence="negative and others"),
            when="is_recorded",
        ),
        Column(
            name="reach_followers",
            kind=Integer(0, 2_000_000_000),
            unit="followers",
            meaning="Followers of all who posted; the same follower may be counted twice.",
            recipe=derived.draw(
                reach,
                "mentions",
                "crisis",
                "$mentions_followers",
                "$mentions_reach_sd",
                "$mentions_reach_crisis",
                sentence="followers per mention, log-normal, more in a crisis",
            ),
            when="is_recorded",
        ),
    ),
)
