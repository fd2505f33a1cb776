"""Written volumes: what is written to the service centre day by day, what it answers, and what is left over."""

import numpy as np

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne import _service_centre as centre
from cxdata.catalog.tables.tilmarenne.contact_volumes import SAME_WEEKDAY, pace_of_orders
from cxdata.recipes import counts, derived
from cxdata.schema.kinds import Boolean, ForeignKey, Integer, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Parameter, Rule, ours
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, Reference, Table

MOST_MESSAGES = 10_000_000
WRITTEN = ("email", "post", "social", "private_messages")
HOURS = 24
MINUTES_PER_HOUR, HOURS_PER_DAY = 60.0, 24.0


def expected(
    date: Array,
    working: Array,
    jam: Array,
    recall: Array,
    ends: tuple[float, ...],
    lags: tuple[float, ...],
    by_orders: float,
    in_jam: float,
    in_recall: float,
    per_day: float,
    weekdays: tuple[float, ...],
) -> Array:
    """Return the messages of all written channels to be expected on each day, before busyness and chance.

    Args:
        date: (n,) days since 1970.
        working: (n,) whether people work on the day; holidays are like Sundays.
        jam: (n,) strength of the parcel jam.
        recall: (n,) strength of the recall.
        ends: Tick at which each day of the window ends.
        lags: Shares of contacts about an order of the same day, of the day before, and so on.
        by_orders: Share of contacts that follow the orders.
        in_jam: Part added at the height of the jam.
        in_recall: Part added at the height of the recall.
        per_day: Messages of an average day.
        weekdays: (7,) factors, Monday first.
    """
    weekday = np.where(working, calendar.weekday(date), calendar.SUNDAY)
    of_day = per_day * np.asarray(weekdays)[weekday]
    of_day = of_day * (1.0 - by_orders + by_orders * pace_of_orders(date, ends, lags))
    lifted: Array = of_day * (1.0 + in_jam * jam + in_recall * recall)
    return lifted


def posts_taken_up(u: Array, working: Array, mentions: Array, low: float, high: float) -> Array:
    """Return the public posts that reach the desk on each day: a share of the mentions since it last worked.

    Mentions are counted within the window alone; after it they are those of the same weekday a year before.

    Args:
        u: (n,) uniforms.
        working: (n,) whether the desk works; what is posted on closed days waits for the next open one.
        mentions: (hours,) mentions of each hour of the window.
        low: Least share.
        high: Greatest share.
    """
    of_day = mentions.astype(np.int64).reshape(-1, HOURS).sum(axis=1)
    days = np.arange(len(working))
    of_day = of_day[np.where(days < len(of_day), days, days - SAME_WEEKDAY)]
    worthy = np.floor(of_day * (low + u * (high - low))).astype(np.int64)
    total = np.cumsum(worthy)
    taken = np.zeros(len(working), dtype=np.int64)
    taken[working] = np.diff(np.r_[0, total[working]])
    return taken


def writers(working: Array, *weekdays: Array) -> Array:
    """Return how many advisers the roster has at work at the writing desk on each day; none on closed days."""
    on_shift = centre.shifts_by_day(weekdays)[:, ~centre.is_caller()]
    count = np.zeros(len(working), dtype=np.int64)
    count[working] = np.isin(on_shift, centre.WORKING).sum(axis=1)
    return count


def backlog(work: Array, capacity: Array, overtime: float) -> Array:
    """Return how many messages are left at the end of each day, when what is left delays what comes.

    Args:
        work: (n,) messages of each day that somebody must answer.
        capacity: (n,) messages that can be answered in the day's hours.
        overtime: Part by which hours are extended at most: in full where two days' work is left.
    """
    left = 0
    found = np.zeros(len(work), dtype=np.int64)
    for day, (came, able) in enumerate(
        zip(work.tolist(), capacity.tolist(), strict=True)
    ):  # each day starts from the last
        extended = able * (1.0 + overtime * min(left / max(2.0 * able, 1.0), 1.0))
        left = max(left + came - int(extended), 0)
        found[day] = left
    return found


def answer_hours(u: Array, before: Array, capacity: Array, least: float, spread: float) -> Array:
    """Return the median hours that messages answered on a day had waited: some at least, and what was left before."""
    hours: Array = (least + HOURS_PER_DAY * before / np.maximum(capacity, 1.0)) * counts.gamma_factor(u, spread)
    return hours


PARAMETERS = (
    Parameter(
        name="written_per_day",
        derive=lambda calls, phone: calls * centre.DAYS / calendar.RECORD_DAYS * (1.0 - phone) / phone,
        inputs=("calls_per_day", "phone_share"),
        unit="messages",
        meaning="Messages of an average day: as many per call as the channels' shares say.",
        low=0.0,
    ),
    Parameter(
        name="post_share",
        derive=lambda phone, email, post: (1.0 - phone - email) * post,
        inputs=("phone_share", "email_share", "post_among_others"),
        unit="share",
        meaning="Contacts by letter.",
    ),
    Parameter(
        name="social_share",
        derive=lambda phone, email, post: (1.0 - phone - email) * (1.0 - post),
        inputs=("phone_share", "email_share", "post_among_others"),
        unit="share",
        meaning="Contacts by social network.",
    ),
    Parameter(
        name="private_messages_share",
        derive=lambda social, private: social * private,
        inputs=("social_share", "private_among_social"),
        unit="share",
        meaning="Contacts by private message.",
    ),
    ours(
        "private_among_social", 0.90, "share", "Private messages among contacts by social network; the rest is public."
    ),
    ours("posts_taken_up_low", 0.25, "share", "Public mentions that reach the desk, at least."),
    ours("posts_taken_up_high", 0.35, "share", "Public mentions that reach the desk, at most."),
    ours(
        "written_weekdays",
        (1.52, 1.10, 1.00, 1.00, 1.02, 1.06, 0.30),
        "factor",
        "Messages by weekday, Monday first; a public holiday is like a Sunday.",
        0.0,
        5.0,
    ),
    ours("written_busyness_cv", 0.08, "share", "Variation of the busyness of a day at the writing desk."),
    ours(
        "written_automatic_share",
        0.55,
        "share",
        "E-mails, posts and private messages that need no adviser: acknowledged, answered by the help pages, or sent twice.",
    ),
    ours("written_minutes", 7.2, "minutes", "Mean time that an adviser spends on a message.", 0.5, 120.0),
    ours("written_hours", 7.0, "hours", "Hours of a working day at the writing desk.", 1.0, 12.0),
    ours("written_overtime", 0.25, "share", "Part by which hours are extended at most when much is left."),
    ours("written_least_hours", 3.0, "hours", "Median time to an answer when nothing is left.", 0.1, 48.0),
    ours("written_hours_cv", 0.12, "share", "Variation of the median time to an answer."),
)


def _odd_backlogs(tables: Tables) -> int:
    rows = tables["written_volumes"]
    received = sum(rows[f"{name}_received"] for name in WRITTEN)
    before = rows["backlog_at_close"].shift(fill_value=0)
    wrong = before + received - rows["answered_automatically"] - rows["answered"] != rows["backlog_at_close"]
    return int((wrong | ((rows["writers_rostered"] == 0) & (rows["answered"] > 0))).sum())


def _unseen_posts(tables: Tables) -> int:
    """Return on how many open days more posts reached the desk than were counted since it last worked."""
    mentions, desk = tables["social_mentions"], tables["written_volumes"]
    complete = mentions.groupby("day_id")["mentions"].agg(["sum", "size", "count"])
    rows = desk.merge(complete, left_on="day_id", right_index=True)
    run = (rows["writers_rostered"] > 0).shift(fill_value=False).cumsum()
    since = rows.groupby(run)[["social_received", "sum", "size", "count"]].sum()
    whole = since["size"] - since["count"] <= 1  # an hour of March is none; other gaps are the listening tool's
    return int((whole & (since["social_received"] > since["sum"])).sum())


CONSTRAINTS = (
    Constraint(
        sentence="the least share of posts cannot exceed the greatest; lower posts_taken_up_low.",
        parameters=("posts_taken_up_low", "posts_taken_up_high"),
        holds=lambda low, high: low <= high,
    ),
)

RULES = (
    Rule(
        sentence="no more posts reach the desk than were counted since it last worked",
        tables=("written_volumes", "social_mentions"),
        violations=_unseen_posts,
    ),
    Rule(
        sentence="what is left of messages is what was left before and came in, less what was answered",
        tables=("written_volumes",),
        violations=_odd_backlogs,
    ),
)


def _received(name: str, word: str, share: str, days: str) -> Column:
    return Column(
        name=f"{name}_received",
        kind=Integer(0, MOST_MESSAGES),
        unit="messages",
        meaning=f"{word} that came in.",
        recipe=derived.draw(
            lambda u, mean, factor, of_channel, phone, comes: (
                counts.poisson(u, mean * factor * of_channel / (1.0 - phone)) * comes
            ),
            "rate",
            "busyness",
            share,
            "$phone_share",
            days,
            sentence="Poisson with the channel's share of rate x busyness",
        ),
    )


TABLE = Table(
    name="written_volumes",
    meaning="A day of the writing desk of the whole company: e-mails, letters, posts and private messages, answers and what is left over.",
    rows=(Reference(calendar.RECORD_DAYS),),
    columns=(
        Column(name="written_volume_id", kind=Key(), meaning="Key of the day at the writing desk."),
        Column(
            name="day_id",
            kind=ForeignKey("calendar"),
            meaning="The day.",
            recipe=derived.formula(lambda slot: 1 + slot, "#slot", sentence="the days in their order"),
        ),
        Column(
            name="is_open",
            kind=Boolean(),
            meaning="Whether the desk works.",
            recipe=derived.copy("calendar.is_working_day@day_id"),
            role="working",
        ),
        Column(
            name="always",
            kind=Boolean(),
            meaning="E-mails and posts come on any day.",
            recipe=derived.formula(lambda slot: slot >= 0, "#slot", sentence="always"),
            role="working",
        ),
        Column(
            name="rate",
            kind=Number(4, 0.0),
            unit="messages",
            meaning="Messages to be expected, before busyness and chance.",
            recipe=derived.formula(
                expected,
                "calendar.date@day_id",
                "is_open",
                "calendar.jam@day_id",
                "calendar.recall@day_id",
                "$day_ends",
                "$calls_lags",
                "$calls_by_orders",
                "$calls_jam",
                "$calls_recall",
                "$written_per_day",
                "$written_weekdays",
                sentence="base x weekday x orders of the days before x crises",
            ),
            role="latent",
        ),
        Column(
            name="busyness",
            kind=Number(4, 0.0),
            unit="factor",
            meaning="How busy it was for no reason that could be foreseen, 1 on average.",
            recipe=derived.draw(counts.gamma_factor, "$written_busyness_cv", sentence="gamma factor"),
            role="latent",
        ),
        _received("email", "E-mails", "$email_share", "always"),
        _received("post", "Letters", "$post_share", "is_open"),
        Column(
            name="social_received",
            kind=Integer(0, MOST_MESSAGES),
            unit="messages",
            meaning="Public posts on social networks that reached the desk, a part of the mentions since it last worked; none on closed days.",
            recipe=derived.draw(
                posts_taken_up,
                "is_open",
                "social_mentions.mentions[]",
                "$posts_taken_up_low",
                "$posts_taken_up_high",
                sentence="a share of the day's mentions, carried to the next open day",
            ),
        ),
        _received("private_messages", "Private messages on social networks", "$private_messages_share", "always"),
        Column(
            name="answered_automatically",
            kind=Integer(0, MOST_MESSAGES),
            unit="messages",
            meaning="E-mails, posts and private messages that needed no adviser.",
            recipe=derived.draw(
                lambda u, emails, posts, private, share: np.minimum(
                    counts.poisson(u, share * (emails + posts + private)), emails + posts + private
                ),
                "email_received",
                "social_received",
                "private_messages_received",
                "$written_automatic_share",
                sentence="Poisson with a share of e-mails, posts and private messages",
            ),
        ),
        Column(
            name="work",
            kind=Integer(0, MOST_MESSAGES),
            meaning="Messages that somebody must answer.",
            recipe=derived.formula(
                lambda emails, letters, posts, private, automatic: emails + letters + posts + private - automatic,
                *(f"{name}_received" for name in WRITTEN),
                "answered_automatically",
                sentence="all received less answered_automatically",
            ),
            role="working",
        ),
        Column(
            name="writers_rostered",
            kind=Integer(0, 1_000),
            unit="advisers",
            meaning="Advisers whom the roster puts at the writing desk; none on closed days.",
            recipe=derived.formula(
                writers,
                "is_open",
                *(f"rosters.{name}[]" for name in centre.WEEKDAYS),
                sentence="advisers of the writing desk at work",
            ),
        ),
        Column(
            name="capacity",
            kind=Number(4, 0.0),
            unit="messages",
            meaning="Messages that can be answered in the day's hours.",
            recipe=derived.formula(
                lambda count, hours, breaks, minutes: count * (hours * (1.0 - breaks) * MINUTES_PER_HOUR / minutes),
                "writers_rostered",
                "$written_hours",
                "$short_breaks_share",
                "$written_minutes",
                sentence="writers_rostered x hours less breaks / written_minutes",
            ),
            role="working",
        ),
        Column(
            name="backlog_at_close",
            kind=Integer(0, MOST_MESSAGES),
            unit="messages",
            meaning="Messages left unanswered at the end of the day.",
            recipe=derived.formula(
                backlog,
                "work",
                "capacity",
                "$written_overtime",
                sentence="left before + work less capacity, not below 0",
            ),
        ),
        Column(
            name="backlog_before",
            kind=Integer(0, MOST_MESSAGES),
            meaning="Messages left from the day before.",
            recipe=derived.formula(
                lambda left: np.r_[0, left[:-1]], "backlog_at_close", sentence="backlog_at_close of the day before"
            ),
            role="working",
        ),
        Column(
            name="answered",
            kind=Integer(0, MOST_MESSAGES),
            unit="messages",
            meaning="Messages that advisers answered.",
            recipe=derived.formula(
                lambda before, came, left: before + came - left,
                "backlog_before",
                "work",
                "backlog_at_close",
                sentence="backlog_before + work less backlog_at_close",
            ),
        ),
        Column(
            name="median_answer_hours",
            kind=Number(1, 0.0),
            unit="hours",
            meaning="Median time that messages answered on the day had waited for an adviser; empty on closed days.",
            recipe=derived.draw(
                answer_hours,
                "backlog_before",
                "capacity",
                "$written_least_hours",
                "$written_hours_cv",
                sentence="some hours at least + a day per day's work left before",
            ),
            when="is_open",
        ),
    ),
)
