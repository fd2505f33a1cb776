"""Posts of customers on social networks: rare, by the vocal and the connected, more in a crisis."""

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne import _calendar
from cxdata.catalog.tables.tilmarenne import calendar as days
from cxdata.catalog.tables.tilmarenne.orders import PROBLEMS
from cxdata.recipes import categorical, derived, lookup, numeric, temporal
from cxdata.recipes.temporal import SECONDS_PER_DAY, day_number
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Number, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Parameter, Rule, ours
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, PerParent, Table

PLATFORMS = ("papotine", "clicheo", "voisinade")
STANCES = ("praise", "complaint", "question", "neutral")
PRAISE, COMPLAINT, QUESTION, NEUTRAL = range(4)
WITHOUT_ORDER = 1  # the second of the table's parents
MOST_DAYS = 45
LARGE_ACCOUNT = 5_000
"""Followers from which the company calls an account large."""
MINUTES_PER_DAY = 1_440
_FIRST, _LAST = day_number(_calendar.WINDOW_FIRST), day_number(_calendar.WINDOW_LAST)
_JAM, _RECALL = day_number(days.PARCEL_JAM_START), day_number(days.LAMP_RECALL_START)
Shares = tuple[float, ...]


def joins_crisis(u: Array, source: Array, joined: Array, share: float, of_recall: float) -> Array:
    """Return the crisis that a post without an order joins, if any; nobody joins one before being a customer."""
    which = np.where(u[1] < of_recall, days.LAMP_RECALL, days.PARCEL_JAM)
    start = np.where(which == days.LAMP_RECALL, _RECALL, _JAM)
    return np.where((source == WITHOUT_ORDER) & (u[0] < share) & (joined < start), which, 0)


def day_posted(
    u: Array,
    source: Array,
    joined: Array,
    joins: Array,
    recalled: Array,
    problem: Array,
    ordered: Array,
    promised: Array,
    off: Array,
    at_hand: Array,
    slot: Array,
    soon: float,
    later: float,
    stir: float,
) -> Array:
    """Return the day of a post: in the stir of a crisis, while the parcel is late, after the goods are at hand.

    Args:
        u: (n,) uniforms.
        source: (n,) which parent the post hangs under.
        joined: (n,) day on which the account was opened.
        joins: (n,) crisis that a post without an order joins.
        recalled: (n,) Booleans, the order holds a recalled lamp.
        problem: (n,) codes of what went wrong with the order.
        ordered: (n,) day of the order.
        promised: (n,) promised day of its parcel.
        off: (n,) days from promise to parcel.
        at_hand: (n,) day from which the goods are at hand.
        slot: (n,) 0 for the first post.
        soon: Mean days from trouble to post.
        later: Mean days from goods at hand to post without trouble.
        stir: Mean days from the outbreak of a crisis to post.
    """
    wait = np.minimum(lookup.exponential(u), MOST_DAYS / later)
    first = np.maximum(joined, _FIRST)
    any_day = first + (u * (_LAST - first + 1)).astype(np.int64)
    outbreak = np.where(joins == days.LAMP_RECALL, _RECALL, _JAM + 1)
    alone = np.where(joins > 0, outbreak + (wait * stir).astype(np.int64), any_day)
    is_late = problem == PROBLEMS.index("late_parcel")
    is_out = problem == PROBLEMS.index("out_of_stock")
    after = np.where(problem > 0, 1 + (wait * soon).astype(np.int64), 1 + (wait * later).astype(np.int64))
    of_order = np.where(is_out, ordered, at_hand) + after
    of_order = np.where(is_late, promised + 1 + (u * np.maximum(off, 1)).astype(np.int64), of_order)
    of_order = np.where(recalled, _RECALL + (wait * stir).astype(np.int64), of_order)
    day: Array = np.where(source == WITHOUT_ORDER, alone, of_order) + 2 * slot
    return day


def second_posted(u: Array, day: Array, hours: Shares, breaks: float) -> Array:
    """Return when a post was written: at an hour of the day, on the day of the recall not before the news."""
    seconds = temporal.seconds_of_day(u, hours)
    news = int(breaks * 3600)
    rest = SECONDS_PER_DAY - news
    late = np.where(day == _RECALL, news + (u[1] * rest).astype(np.int64), seconds)
    second: Array = day * SECONDS_PER_DAY + np.where(seconds < news, late, seconds)
    return second


def stance(
    u: Array, source: Array, crisis: Array, problem: Array, felt: Array, good: float, bad: float, *shares: Shares
) -> Array:
    """Return the stance of a post.

    Args:
        u: (n,) uniforms.
        source: (n,) which parent the post hangs under.
        crisis: (n,) Booleans, the post is about a crisis.
        problem: (n,) Booleans, something went wrong with the order.
        felt: (n,) satisfaction with the order.
        good: Satisfaction from which customers praise.
        bad: Satisfaction up to which they complain.
        shares: (4,) shares of the stances in a crisis, without an order, after trouble, when pleased, when displeased,
            otherwise.
    """
    in_crisis, alone, troubled, pleased, displeased, other = (categorical.pick(u, share) for share in shares)
    of_order = np.where(felt >= good, pleased, np.where(felt <= bad, displeased, other))
    of_order = np.where(problem, troubled, of_order)
    return np.where(crisis, in_crisis, np.where(source == WITHOUT_ORDER, alone, of_order))


def answered_at(posted: Array, minutes: Array, opens: float, closes: float) -> Array:
    """Return the second of an answer: so many minutes of opening hours after the post; nobody answers at night."""
    day, within = posted // SECONDS_PER_DAY, posted % SECONDS_PER_DAY
    start, end = int(opens * 3600), int(closes * 3600)
    span = end - start
    open_seconds = np.clip(within - start, 0, span) + (minutes * 60).astype(np.int64)
    second: Array = (day + open_seconds // span) * SECONDS_PER_DAY + start + open_seconds % span
    return second


PARAMETERS = (
    ours("posts_order_base", -5.00, "logit", "Post about an order without trouble."),
    ours("posts_problem", 1.60, "logit", "Post, added by a problem."),
    ours("posts_recalled", 2.20, "logit", "Post, added by a recalled lamp."),
    ours("posts_repeat", 0.50, "logit", "Post, added by a second failure."),
    ours("posts_jam", 1.20, "logit", "Post, added for a late parcel at the height of the parcel jam."),
    ours("posts_delight_from", 1.30, "sd", "Satisfaction from which people talk of it."),
    ours("posts_delight", 0.90, "logit", "Post, per step of satisfaction beyond that."),
    ours("posts_voice", 0.40, "logit", "Post, per step of voice."),
    ours("posts_digital", 0.55, "logit", "Post, per step of ease with screens."),
    ours("posts_customer_base", -4.00, "logit", "Post about the company without an order."),
    ours("posts_second", 2.2, "logit", "Further need that brings a second post."),
    ours("posts_crisis_share", 0.16, "share", "Posts without an order that join a crisis."),
    ours("posts_crisis_recall", 0.62, "share", "Of those, the ones about the lamp recall."),
    ours("posts_soon_days", 2.5, "days", "Mean days from trouble to post.", 0.0, 60.0),
    ours("posts_later_days", 5.0, "days", "Mean days from goods at hand to post without trouble.", 0.1, 60.0),
    ours("posts_stir_days", 2.8, "days", "Mean days from the outbreak of a crisis to post.", 0.0, 60.0),
    ours(
        "posts_hours",
        (
            *(0.016, 0.008, 0.004, 0.003, 0.003, 0.006, 0.015, 0.030, 0.041, 0.044, 0.046, 0.047),
            *(0.057, 0.055, 0.047, 0.045, 0.048, 0.055, 0.065, 0.073, 0.086, 0.090, 0.071, 0.045),
        ),
        "shares",
        "Hour of the day of a post: noon, and the evening above all.",
    ),
    ours("posts_good", 0.9, "sd", "Satisfaction from which customers praise."),
    ours("posts_bad", -0.9, "sd", "Satisfaction up to which they complain."),
    ours("posts_stances_crisis", (0.01, 0.62, 0.26, 0.11), "shares", "Praise to neutral, about a crisis."),
    ours("posts_stances_alone", (0.24, 0.07, 0.40, 0.29), "shares", "Praise to neutral, without an order."),
    ours("posts_stances_problem", (0.01, 0.76, 0.17, 0.06), "shares", "Praise to neutral, after trouble."),
    ours("posts_stances_pleased", (0.72, 0.01, 0.14, 0.13), "shares", "Praise to neutral, pleased."),
    ours("posts_stances_displeased", (0.03, 0.60, 0.22, 0.15), "shares", "Praise to neutral, displeased."),
    ours("posts_stances_other", (0.22, 0.08, 0.38, 0.32), "shares", "Praise to neutral, otherwise."),
    ours(
        "posts_platforms_complaint",
        (0.58, 0.14, 0.28),
        "shares",
        "Platforms of complaints and questions, papotine first.",
    ),
    ours("posts_platforms_other", (0.30, 0.50, 0.20), "shares", "Platforms of praise and neutral posts: pictures."),
    ours("posts_followers_log", 5.0, "log followers", "Median of 150 followers."),
    ours("posts_followers_digital", 0.35, "log followers", "Followers, per step of ease with screens."),
    ours("posts_followers_sd", 1.35, "log followers", "Spread of followers: a few accounts are large.", 0.0),
    ours("posts_followers_pictures", 0.45, "log followers", "Followers, added where pictures are shown."),
    ours("posts_followers_post_sd", 0.35, "log followers", "Spread of a customer's followers by platform.", 0.0),
    Parameter(
        name="posts_reply_share",
        figure="baer_2016.reply_rate_social",
        unit="share",
        meaning="Complaints and questions on social networks that are answered.",
    ),
    ours("posts_reply_other", 0.18, "share", "Praise and neutral posts that are answered."),
    ours("posts_delay_log", 4.5, "log minutes", "Median of 90 minutes of opening hours from post to answer."),
    ours("posts_delay_crisis", 1.0, "log minutes", "Delay, added in a crisis."),
    ours("posts_delay_large", 0.8, "log minutes", "Delay, less for large accounts."),
    ours("posts_delay_sd", 1.05, "log minutes", "Spread of delays.", 0.0),
    ours("posts_escalated_base", -2.6, "logit", "Complaint handed to the press office or the management (7%)."),
    ours("posts_escalated_large", 2.2, "logit", "Handed up, added for large accounts."),
    ours("posts_escalated_crisis", 0.7, "logit", "Handed up, added in a crisis."),
)


def _early(tables: Tables) -> int:
    posts = tables["social_posts"]
    of_orders = posts.merge(tables["orders"][["order_id", "ordered_at"]], on="order_id")
    of_all = posts.merge(tables["customers"][["customer_id", "joined_on"]], on="customer_id")
    before = of_all["posted_at"] < pd.to_datetime(of_all["joined_on"])
    return int((of_orders["posted_at"] <= of_orders["ordered_at"]).sum() + before.sum())


def _odd_answers(tables: Tables) -> int:
    posts = tables["social_posts"]
    return int((posts["answered"] != posts["answer_delay_minutes"].notna()).sum())


def _odd_escalations(tables: Tables) -> int:
    posts = tables["social_posts"]
    return int((posts["escalated"] & (posts["stance"] != "complaint")).sum())


RULES = (
    Rule(
        sentence="a post follows its order, and nobody posts before joining",
        tables=("social_posts", "orders", "customers"),
        violations=_early,
    ),
    Rule(sentence="an answered post has a delay", tables=("social_posts",), violations=_odd_answers),
    Rule(sentence="only complaints are handed up", tables=("social_posts",), violations=_odd_escalations),
)

TABLE = Table(
    name="social_posts",
    meaning="A customer's public post on a social network that names Tilmarenne.",
    rows=(PerParent("orders", "post_rows", 2), PerParent("customers", "post_rows", 2)),
    columns=(
        Column(name="post_id", kind=Key(), meaning="Key of the post."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who posted."),
        Column(
            name="order_id",
            kind=ForeignKey("orders", optional=True),
            meaning="The order it is about; empty where it is about none.",
        ),
        Column(
            name="joins",
            kind=Category(days.CRISES),
            meaning="Crisis that a post without an order joins.",
            recipe=derived.draw(
                joins_crisis,
                "#source",
                "customers.joined_on",
                "$posts_crisis_share",
                "$posts_crisis_recall",
                draws=2,
                sentence="by lot, among posts without an order",
            ),
            role="working",
        ),
        Column(
            name="day",
            kind=Integer(0, 40_000),
            meaning="Day of the post, since 1970.",
            recipe=derived.draw(
                day_posted,
                "#source",
                "customers.joined_on",
                "joins",
                "orders.is_recalled",
                "orders.problem",
                "orders.day",
                "orders.promise_day",
                "orders.days_late",
                "orders.at_hand_day",
                "#slot",
                "$posts_soon_days",
                "$posts_later_days",
                "$posts_stir_days",
                sentence="in a crisis, while the parcel is late, or after the goods are at hand",
            ),
            role="working",
        ),
        Column(
            name="posted_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When it was posted.",
            recipe=derived.draw(
                second_posted,
                "day",
                "$posts_hours",
                "$mentions_recall_breaks",
                draws=2,
                sentence="at an hour of its day, not before the news of the recall",
            ),
        ),
        Column(
            name="is_about_crisis",
            kind=Boolean(),
            meaning="Whether it is about the parcel jam of October 2023 or the lamp recall of May 2024, as the community desk marked it.",
            recipe=derived.formula(
                lambda joins, recalled, jam: (joins > 0) | recalled | (jam > 0),
                "joins",
                "orders.is_recalled",
                "orders.late_in_jam",
                sentence="joins a crisis, a recalled lamp, or late in the jam",
            ),
        ),
        Column(
            name="stance",
            kind=Category(STANCES),
            meaning="Praise, complaint, question or neither, as the community desk marked it.",
            recipe=derived.draw(
                stance,
                "#source",
                "is_about_crisis",
                "orders.has_problem",
                "orders.satisfaction",
                "$posts_good",
                "$posts_bad",
                "$posts_stances_crisis",
                "$posts_stances_alone",
                "$posts_stances_problem",
                "$posts_stances_pleased",
                "$posts_stances_displeased",
                "$posts_stances_other",
                sentence="by crisis, trouble and satisfaction",
            ),
        ),
        Column(
            name="wants_answer",
            kind=Boolean(),
            meaning="Whether it complains or asks.",
            recipe=derived.formula(
                lambda code: (code == COMPLAINT) | (code == QUESTION), "stance", sentence="complaint or question"
            ),
            role="working",
        ),
        Column(
            name="is_complaint",
            kind=Boolean(),
            meaning="Whether it complains.",
            recipe=derived.copy("stance=complaint"),
            role="working",
        ),
        Column(
            name="platform",
            kind=Category(PLATFORMS),
            meaning="Where it was posted: short messages (papotine), pictures (clicheo), neighbourhoods (voisinade).",
            recipe=derived.draw(
                lambda u, asks, of_askers, of_others: np.where(
                    asks, categorical.pick(u, of_askers), categorical.pick(u, of_others)
                ),
                "wants_answer",
                "$posts_platforms_complaint",
                "$posts_platforms_other",
                sentence="shares of those who complain or ask, and of the others",
            ),
        ),
        Column(
            name="reach_followers",
            kind=Integer(0, 100_000_000),
            unit="followers",
            meaning="Followers of the account.",
            recipe=derived.draw(
                lambda u, log, pictures, added, sd: np.rint(
                    lookup.exp(log + added * pictures + sd * lookup.normal(u))
                ).astype(np.int64),
                "customers.followers_log",
                "platform=clicheo",
                "$posts_followers_pictures",
                "$posts_followers_post_sd",
                sentence="the customer's followers, more where pictures are shown",
            ),
        ),
        Column(
            name="is_large",
            kind=Boolean(),
            meaning="Whether the account is large.",
            recipe=derived.formula(
                lambda followers: followers >= LARGE_ACCOUNT, "reach_followers", sentence="5,000 followers and more"
            ),
            role="working",
        ),
        Column(
            name="answered",
            kind=Boolean(),
            meaning="Whether Tilmarenne answered.",
            recipe=derived.draw(
                lambda u, asks, of_askers, of_others: u < np.where(asks, of_askers, of_others),
                "wants_answer",
                "$posts_reply_share",
                "$posts_reply_other",
                sentence="by lot, complaints and questions more often",
            ),
        ),
        Column(
            name="open_minutes",
            kind=Number(1, 1.0, 20_000.0),
            unit="minutes",
            meaning="Minutes of opening hours from the post to the answer.",
            recipe=numeric.log_normal(
                "$posts_delay_log",
                {"is_about_crisis": "$posts_delay_crisis", "is_large": "-$posts_delay_large"},
                noise="$posts_delay_sd",
            ),
            role="working",
        ),
        Column(
            name="answer_delay_minutes",
            kind=Integer(0, 10_000_000),
            unit="minutes",
            meaning="From the post to the answer, the night included; empty without an answer.",
            recipe=derived.formula(
                lambda posted, minutes, opens, closes: (answered_at(posted, minutes, opens, closes) - posted) // 60,
                "posted_at",
                "open_minutes",
                "$opening_hour",
                "$closing_hour",
                sentence="open_minutes counted within opening hours",
            ),
            when="answered",
        ),
        Column(
            name="escalated",
            kind=Boolean(),
            meaning="Whether a complaint was handed to the press office or the management.",
            recipe=numeric.happens(
                "$posts_escalated_base",
                {"is_large": "$posts_escalated_large", "is_about_crisis": "$posts_escalated_crisis"},
                only="is_complaint",
            ),
        ),
    ),
)
