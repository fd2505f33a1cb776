"""What customers say, sent round the company: alerts, weekly digests and monthly boards, opened or not, acted on or not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne._market import ours, whole_answer
from cxdata.catalog.tables.tilmarenne.improvement_actions import TOPICS
from cxdata.catalog.tables.tilmarenne.meetings import DEPARTMENTS, office_day
from cxdata.recipes import categorical, derived, lookup, numeric
from cxdata.recipes.temporal import SECONDS_PER_DAY, day_number
from cxdata.schema.kinds import Boolean, Category, Date, Integer, Key, Number, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Rule
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, Reference, Table

FORMATS = ("alert", "digest", "board")
ALERT, DIGEST, BOARD = range(3)
REACHED = (  # how many issues of each format reach one department, two, and so on
    (190, 60, 10),
    (6, 20, 40, 28, 10),
    (0, 0, 3, 7, 8, 4, 2),
)
ISSUES = tuple(int(np.array(counts).sum()) for counts in REACHED)
ISSUE_COUNT = int(np.array(ISSUES).sum())
_SIZES = tuple(np.repeat(np.arange(1, len(counts) + 1), counts) for counts in REACHED)
ROWS = int(np.concatenate(_SIZES).sum())
_FORMAT_OF_ISSUE = np.repeat(np.arange(len(FORMATS)), ISSUES)
_NUMBER_OF_ISSUE = np.concatenate([np.arange(count) for count in ISSUES])
_FIRST, _LAST = day_number(calendar.WINDOW_FIRST), day_number(calendar.WINDOW_LAST)
_RECORD_LAST = day_number(calendar.RECORD_LAST)
_WINDOW_DAYS = _LAST - _FIRST + 1
_FIRST_MONDAY = _FIRST + 1  # 1 January 2023 was a Sunday
_MONTH_FIRST = np.array(
    [
        day_number(calendar.WINDOW_FIRST.replace(year=year, month=month))
        for year in calendar.YEARS
        for month in range(1, 13)
    ]
)
THURSDAY = 3
BOARD_WEEK_DAYS = 7
MOST_RECIPIENTS = 60

PARAMETERS = (
    ours(
        "broadcast_reach",
        (0.9, 1.6, 1.3, 1.0, 0.35, 0.5, 0.8),
        "factor",
        "How readily results are sent to a department, logistics to general management.",
        0.01,
        10.0,
    ),
    ours(
        "broadcast_reach_owner",
        5.0,
        "factor",
        "Readiness, added for a department that owns actions on the topic.",
        0.0,
        50.0,
    ),
    ours(
        "broadcast_recipients",
        (18.0, 26.0, 40.0, 14.0, 9.0, 12.0, 8.0),
        "people",
        "People on the list of a department, logistics to general management.",
        1.0,
        50.0,
    ),
    ours(
        "broadcast_recipients_share",
        (0.2, 1.0, 0.4),
        "share",
        "Of these, those who receive an alert, a digest and a board.",
    ),
    ours("broadcast_hours", (9.0, 17.5), "hour of day", "Hours between which alerts go out.", 0.0, 24.0),
    ours(
        "broadcast_opens",
        (0.9, -0.5, 0.5),
        "logit",
        "Opens an alert, a digest and a board on a topic of others (71, 38, 62%).",
    ),
    ours("broadcast_opens_concerned", 0.7, "logit", "Opens, added where the topic is the department's own."),
    ours("broadcast_opens_focus", 0.35, "logit", "Opens, per step of the department's thought of customers."),
    ours("broadcast_opens_summer", 0.4, "logit", "Opens, less in August."),
    ours("broadcast_opens_sd", 0.35, "logit", "Spread of that from one to the next."),
    ours(
        "broadcast_acts",
        (-1.9, -3.9, -2.6),
        "logit",
        "Acts on an alert, a digest and a board that nobody opens, a topic of others.",
    ),
    ours("broadcast_acts_opened", 1.9, "logit", "Acts, per share of those who open it."),
    ours("broadcast_acts_concerned", 1.3, "logit", "Acts, added where the topic is the department's own."),
    ours("broadcast_acts_focus", 0.3, "logit", "Acts, per step of the department's thought of customers."),
    ours("broadcast_days_log", (0.9, 2.3, 3.0), "log days", "Median days until something is done (2, 10 and 20)."),
    ours("broadcast_days_concerned", 0.25, "log days", "Days, less where the topic is the department's own."),
    ours("broadcast_days_sd", 0.6, "log days", "Spread of the days."),
    ours("broadcast_joint_base", -1.2, "logit", "Done with another department, where one alone was reached (23%)."),
    ours("broadcast_joint_reached", 0.5, "logit", "Done with another, per further department reached."),
)

CONSTRAINTS = (
    Constraint(
        sentence="alerts need hours to go out in; write broadcast_hours in rising order.",
        parameters=("broadcast_hours",),
        holds=lambda hours: len(hours) == 2 and hours[0] < hours[1],
    ),
)


def issue_sizes(u: Array) -> Array:
    """Return how many departments each issue reaches: fixed numbers for each format, in an order by lot."""
    sizes, start = [], 0
    for one in _SIZES:
        sizes.append(one[np.argsort(u[start : start + len(one)], kind="stable")])
        start += len(one)
    return np.concatenate(sizes)


def issue_of(u: Array) -> Array:
    """Return the issue of each row, 0 and up; an issue's rows stand together."""
    return np.repeat(np.arange(ISSUE_COUNT), issue_sizes(u))


def of_issue(u: Array, issue: Array) -> Array:
    """Return the draw of an issue for all its rows."""
    drawn: Array = u[issue]
    return drawn


def day_sent(u: Array, issue: Array) -> Array:
    """Return the working day of an issue: alerts on any, digests weekly on Mondays, boards on the month's first Thursday."""
    kind, number = _FORMAT_OF_ISSUE[issue], _NUMBER_OF_ISSUE[issue]
    anyday = _FIRST + ((number + of_issue(u, issue)) * _WINDOW_DAYS / ISSUES[ALERT]).astype(np.int64)
    monday = _FIRST_MONDAY + 7 * number
    month = _MONTH_FIRST[np.minimum(number, len(_MONTH_FIRST) - 1)]
    thursday = month + (THURSDAY - calendar.weekday(month)) % BOARD_WEEK_DAYS
    day = np.where(kind == ALERT, anyday, np.where(kind == DIGEST, monday, thursday))
    return np.minimum(office_day(day), _LAST)


def second_sent(u: Array, issue: Array, day: Array, hours: tuple[float, ...]) -> Array:
    """Return when an issue went out: alerts in working hours, digests and boards in the morning."""
    kind = _FORMAT_OF_ISSUE[issue]
    draw = of_issue(u, issue)
    low, high = (round(hour * 3600) for hour in hours)
    alert = low + (draw * (high - low)).astype(np.int64)
    morning = np.where(kind == DIGEST, 8, 10) * 3600 + (draw * 1800).astype(np.int64)
    return np.asarray(day * SECONDS_PER_DAY + np.where(kind == ALERT, alert, morning))


def owner_shares(*owners: tuple[float, ...]) -> Array:
    """Return how far each topic is in each department's hands, (topics, departments); general management owns none."""
    return np.array([(*one, 0.0) for one in owners])


def department_of(
    u: Array, issue: Array, topic: Array, reach: tuple[float, ...], for_owner: float, *owners: tuple[float, ...]
) -> Array:
    """Return the departments that an issue reaches, each once, by reach and by who owns the topic.

    Source: Efraimidis and Spirakis (2006): the least of exponential draws over weights, without replacement.

    Args:
        u: (departments, n) uniforms, of which those of an issue count.
        issue: (n,) issues; their rows stand together.
        topic: (n,) topics.
        reach: Readiness to send to each department.
        for_owner: Readiness added where a department owns all actions on the topic.
        owners: Shares of departments in actions on each topic.
    """
    weight = np.asarray(reach)[None, :] + for_owner * owner_shares(*owners)[topic]
    waiting = lookup.exponential(u[:, issue]).T / weight
    order = np.argsort(waiting, axis=1, kind="stable")
    first = np.searchsorted(issue, issue, side="left")
    return np.asarray(order[np.arange(len(issue)), np.arange(len(issue)) - first])


def is_concerned(topic: Array, department: Array, *owners: tuple[float, ...]) -> Array:
    """Return whether a department has a fifth of the actions on the topic or more in hand."""
    concerned: Array = owner_shares(*owners)[topic, department] >= 0.2
    return concerned


def recipients(u: Array, kind: Array, department: Array, people: tuple[float, ...], shares: tuple[float, ...]) -> Array:
    """Return the people whom it went to: the part of the list that the format is for, some absent."""
    mean = np.asarray(people)[department] * np.asarray(shares)[kind]
    return whole_answer(1, MOST_RECIPIENTS, mean * (0.85 + 0.3 * u))


def opened(
    u: Array,
    kind: Array,
    department: Array,
    concerned: Array,
    summer: Array,
    count: Array,
    bases: tuple[float, ...],
    own: float,
    focus: tuple[float, ...],
    slope: float,
    less: float,
    sd: float,
) -> Array:
    """Return how many of the recipients open it, each by a chance that differs from one broadcast to the next."""
    logit = np.asarray(bases)[kind] + own * concerned + slope * np.asarray(focus)[department] - less * summer
    chance = 1.0 / (1.0 + lookup.exp(-logit - sd * lookup.normal(u[0])))
    who = (u[1:] < chance) & (np.arange(MOST_RECIPIENTS)[:, None] < count)
    return np.asarray(who.astype(np.int64).sum(axis=0))


def acts_logit(
    kind: Array,
    department: Array,
    share: Array,
    concerned: Array,
    bases: tuple[float, ...],
    reading: float,
    own: float,
    focus: tuple[float, ...],
    slope: float,
) -> Array:
    """Return the log-odds that something is done."""
    logit: Array = np.asarray(bases)[kind] + reading * share + own * concerned + slope * np.asarray(focus)[department]
    return logit


def day_done(
    u: Array, kind: Array, sent: Array, concerned: Array, levels: tuple[float, ...], less: float, sd: float
) -> Array:
    """Return the working day on which something is done, the day after at the earliest."""
    days = lookup.exp(np.asarray(levels)[kind] - less * concerned + sd * lookup.normal(u))
    return office_day(sent + np.maximum(1, np.rint(days)).astype(np.int64))


_OWNERS = tuple(f"$actions_owners_{topic}" for topic in TOPICS)

TABLE = Table(
    name="voice_broadcasts",
    meaning="An issue of the customer's voice as it was sent to one department.",
    rows=(Reference(ROWS),),
    columns=(
        Column(name="broadcast_id", kind=Key(), meaning="Key of the broadcast."),
        Column(
            name="issue",
            kind=Integer(0, ISSUE_COUNT - 1),
            meaning="Issue, from 0.",
            recipe=derived.draw(issue_of, sentence="a fixed number of issues reach one, two and more departments"),
            role="working",
        ),
        Column(
            name="issue_number",
            kind=Integer(1, ISSUE_COUNT),
            meaning="Number of the issue; all departments that it reached bear the same.",
            recipe=derived.formula(lambda issue: 1 + issue, "issue", sentence="in turn"),
        ),
        Column(
            name="format",
            kind=Category(FORMATS),
            meaning="What it is: an alert on one bad answer, the weekly digest, or the monthly board of indicators.",
            recipe=derived.formula(lambda issue: _FORMAT_OF_ISSUE[issue], "issue", sentence="alerts, digests, boards"),
        ),
        Column(
            name="topic",
            kind=Category(TOPICS),
            meaning="What it is mainly about, as in improvement_actions.",
            recipe=derived.draw(
                lambda u, issue, shares: categorical.pick(of_issue(u, issue), shares),
                "issue",
                "$actions_topics",
                sentence="by the shares of topics of actions",
            ),
        ),
        Column(
            name="department",
            kind=Category(DEPARTMENTS),
            meaning="Department that it was sent to, as in meetings.",
            recipe=derived.draw(
                department_of,
                "issue",
                "topic",
                "$broadcast_reach",
                "$broadcast_reach_owner",
                *_OWNERS,
                draws=len(DEPARTMENTS),
                sentence="by reach, more where it owns the topic, each once",
            ),
        ),
        Column(
            name="is_own_topic",
            kind=Boolean(),
            meaning="Whether the department has a fifth or more of the actions on the topic in hand.",
            recipe=derived.formula(is_concerned, "topic", "department", *_OWNERS, sentence="by who owns actions"),
        ),
        Column(
            name="sent_day",
            kind=Integer(0, 40_000),
            meaning="Day on which it went out, since 1970.",
            recipe=derived.draw(
                day_sent, "issue", sentence="alerts on any working day, digests on Mondays, boards on a Thursday"
            ),
            role="working",
        ),
        Column(
            name="sent_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When it went out.",
            recipe=derived.draw(
                second_sent,
                "issue",
                "sent_day",
                "$broadcast_hours",
                sentence="in working hours, in the morning if planned",
            ),
        ),
        Column(
            name="departments_reached",
            kind=Integer(1, len(DEPARTMENTS)),
            meaning="Departments that the issue reached.",
            recipe=derived.formula(
                lambda issue: np.bincount(issue, minlength=ISSUE_COUNT)[issue], "issue", sentence="rows of the issue"
            ),
            role="working",
        ),
        Column(
            name="recipients",
            kind=Integer(1, MOST_RECIPIENTS),
            unit="people",
            meaning="People of the department whom it went to.",
            recipe=derived.draw(
                recipients,
                "format",
                "department",
                "$broadcast_recipients",
                "$broadcast_recipients_share",
                sentence="part of the department's list, by format",
            ),
        ),
        Column(
            name="is_summer",
            kind=Boolean(),
            meaning="Whether it went out in August.",
            recipe=derived.formula(lambda day: calendar.month_of(day) == 7, "sent_day", sentence="sent in August"),
            role="working",
        ),
        Column(
            name="opened",
            kind=Integer(0, MOST_RECIPIENTS),
            unit="people",
            meaning="Of these, how many opened it.",
            recipe=derived.draw(
                opened,
                "format",
                "department",
                "is_own_topic",
                "is_summer",
                "recipients",
                "$broadcast_opens",
                "$broadcast_opens_concerned",
                "$meeting_department_focus",
                "$broadcast_opens_focus",
                "$broadcast_opens_summer",
                "$broadcast_opens_sd",
                draws=1 + MOST_RECIPIENTS,
                sentence="each by a chance of format, topic and department",
            ),
        ),
        Column(
            name="opened_share",
            kind=Number(4, 0.0, 1.0),
            unit="share",
            meaning="Share of the recipients who opened it.",
            recipe=derived.formula(
                lambda count, people: count / people, "opened", "recipients", sentence="opened over recipients"
            ),
            role="working",
        ),
        Column(
            name="acting_logit",
            kind=Number(4),
            unit="logit",
            meaning="Log-odds that the department does something about it.",
            recipe=derived.formula(
                acts_logit,
                "format",
                "department",
                "opened_share",
                "is_own_topic",
                "$broadcast_acts",
                "$broadcast_acts_opened",
                "$broadcast_acts_concerned",
                "$meeting_department_focus",
                "$broadcast_acts_focus",
                sentence="format, topic, department, and the share who opened it",
            ),
            role="latent",
        ),
        Column(
            name="done_day",
            kind=Integer(0, 40_000),
            meaning="Day on which something is done, if anything is.",
            recipe=derived.draw(
                day_done,
                "format",
                "sent_day",
                "is_own_topic",
                "$broadcast_days_log",
                "$broadcast_days_concerned",
                "$broadcast_days_sd",
                sentence="log-normal days by format, on a working day",
            ),
            role="working",
        ),
        Column(
            name="was_acted_on",
            kind=Boolean(),
            meaning="Whether the department did something about it by March 2025.",
            recipe=derived.draw(
                lambda u, logit, count, day: (logit + lookup.logistic(u) > 0) & (count > 0) & (day <= _RECORD_LAST),
                "acting_logit",
                "opened",
                "done_day",
                sentence="true with logit acting_logit, if somebody opened it",
            ),
        ),
        Column(
            name="acted_on",
            kind=Date(),
            meaning="Day on which it did; empty where nothing was done.",
            recipe=derived.copy("done_day"),
            when="was_acted_on",
        ),
        Column(
            name="further_departments",
            kind=Integer(0, len(DEPARTMENTS) - 1),
            meaning="Other departments that the issue reached.",
            recipe=derived.formula(lambda count: count - 1, "departments_reached", sentence="departments_reached - 1"),
            role="working",
        ),
        Column(
            name="was_joint",
            kind=Boolean(),
            meaning="Whether it was done with another department; empty where nothing was done.",
            recipe=numeric.happens("$broadcast_joint_base", {"further_departments": "$broadcast_joint_reached"}),
            when="was_acted_on",
        ),
    ),
)


def _odd_broadcasts(tables: Tables) -> int:
    rows = tables["voice_broadcasts"]
    early = pd.to_datetime(rows["acted_on"]) <= pd.to_datetime(rows["sent_at"])
    unread = rows["was_acted_on"] & (rows["opened"] == 0)
    blank = rows["acted_on"].notna() != rows["was_acted_on"]
    return int((early | unread | blank | (rows["opened"] > rows["recipients"])).sum())


def _sent_twice(tables: Tables) -> int:
    rows = tables["voice_broadcasts"]
    twice = int(rows.duplicated(["issue_number", "department"]).sum())
    told = rows.groupby("issue_number")[["format", "topic", "sent_at"]].nunique()
    return twice + int((told > 1).any(axis=1).sum())


RULES = (
    Rule(
        sentence="a broadcast is opened by no more than received it, and acted on later, by a department where somebody opened it",
        tables=("voice_broadcasts",),
        violations=_odd_broadcasts,
    ),
    Rule(
        sentence="an issue reaches a department once, and is of one format, topic and moment",
        tables=("voice_broadcasts",),
        violations=_sent_twice,
    ),
)
