"""The advice community: questions of customers, answered by peers and experts, or by nobody."""

from __future__ import annotations

import numpy as np

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne._market import DAY_SECONDS, ours
from cxdata.recipes import categorical, derived, lookup, numeric, temporal
from cxdata.recipes.calibration import plain_sum
from cxdata.recipes.temporal import day_number
from cxdata.schema.kinds import Boolean, Category, Integer, Key, Number, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Rule
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, Reference, Table

QUESTIONS = 900
WINDOW_DAYS = (calendar.WINDOW_LAST - calendar.WINDOW_FIRST).days + 1
_FIRST = day_number(calendar.WINDOW_FIRST)
TOPICS = (
    "plant_care",
    "lawn",
    "garden_tools",
    "painting",
    "furniture_assembly",
    "lighting",
    "kitchen_fitting",
    "decoration",
)
_SEASON = (  # by month, in the order of TOPICS
    (0.5, 0.2, 0.5, 1.0, 1.1, 1.2, 1.0, 1.1),
    (0.8, 0.5, 0.7, 1.1, 1.0, 1.0, 1.1, 0.9),
    (1.5, 1.5, 1.3, 1.1, 0.9, 0.8, 1.0, 0.9),
    (1.9, 1.9, 1.5, 1.1, 0.9, 0.7, 0.9, 0.8),
    (1.9, 1.7, 1.5, 1.1, 0.8, 0.7, 0.9, 0.8),
    (1.5, 1.3, 1.2, 1.0, 0.8, 0.7, 0.8, 0.8),
    (1.3, 1.0, 1.0, 1.0, 0.8, 0.7, 0.8, 0.7),
    (1.1, 0.9, 0.9, 1.0, 1.0, 0.7, 0.9, 0.8),
    (1.0, 1.3, 1.0, 1.1, 1.3, 0.9, 1.1, 0.9),
    (0.9, 0.8, 0.9, 1.0, 1.2, 1.2, 1.1, 1.0),
    (0.6, 0.3, 0.6, 0.9, 1.1, 1.5, 1.1, 1.4),
    (0.4, 0.1, 0.3, 0.7, 1.0, 1.6, 0.8, 1.9),
)
SOLVERS = ("peer", "expert", "nobody")
PEER, EXPERT, NOBODY = range(len(SOLVERS))
MOST_ANSWERS = 40
NIGHT_FROM, NIGHT_TO = 23, 7
"""Hours between which hardly anybody answers: questions of the night wait for the morning."""

PARAMETERS = (
    ours(
        "community_topics",
        (0.25, 0.11, 0.12, 0.14, 0.12, 0.08, 0.08, 0.10),
        "shares",
        "Topics of questions in an average month, plant care to decoration.",
    ),
    ours(
        "community_season",
        tuple(factor for month in _SEASON for factor in month),
        "factor",
        "How much each topic moves the community in each month, January first.",
        0.0,
        10.0,
    ),
    ours(
        "community_growth", 0.6, "share", "How many more questions come at the end of 2024 than at the start of 2023."
    ),
    ours("community_new_share", 0.45, "share", "Questions by members who ask for the first time."),
    ours("community_difficulty_sd", 1.0, "sd", "Spread of the difficulty of questions.", 0.0),
    ours("community_hard_kitchen", 0.7, "sd", "Difficulty, added for fitted kitchens."),
    ours("community_hard_lighting", 0.3, "sd", "Difficulty, added for lighting."),
    ours("community_answered", 3.0, "logit", "A question of average difficulty gets an answer (95%)."),
    ours("community_answered_hard", 0.9, "logit", "An answer, less per step of difficulty."),
    ours("community_answers_log", 0.75, "log answers", "Median of the answers beyond the first (2)."),
    ours("community_answers_sd", 0.75, "log answers", "Spread of the number of answers.", 0.0),
    ours("community_delay_log", 0.05, "log hours", "Median delay of the first answer by day (63 minutes)."),
    ours("community_delay_hard", 0.25, "log hours", "Delay, per step of difficulty."),
    ours(
        "community_delay_sd",
        1.15,
        "log hours",
        "Spread of delays; right-skewed, with a mean of about two hours by day.",
        0.0,
    ),
    ours("community_solved", 1.3, "logit", "A question with one answer, of average difficulty, is solved (79%)."),
    ours("community_solved_hard", 0.9, "logit", "Solved, less per step of difficulty."),
    ours("community_solved_answers", 0.15, "logit", "Solved, per answer beyond the first.", 0.0),
    ours("community_expert", -0.9, "logit", "Solved by an expert of the company instead of a peer (29%)."),
    ours("community_expert_hard", 0.6, "logit", "By an expert, per step of difficulty."),
    ours("community_views_log", 4.6, "log views", "Median number of views (100)."),
    ours("community_views_sd", 1.0, "log views", "Spread of views.", 0.0),
)


def weights_of_days(topics: tuple[float, ...], season: tuple[float, ...], growth: float) -> tuple[float, ...]:
    """Return the weight of each day of the window: the season of all topics, and growth."""
    months = []
    for month in range(12):
        factors = season[month * len(TOPICS) : (month + 1) * len(TOPICS)]
        months.append(plain_sum(share * factor for share, factor in zip(topics, factors, strict=True)))
    days = calendar.month_of(_FIRST + np.arange(WINDOW_DAYS))
    return tuple(months[month] * (1.0 + growth * day / WINDOW_DAYS) for day, month in enumerate(days.tolist()))


def day_asked(u: Array, topics: tuple[float, ...], season: tuple[float, ...], growth: float) -> Array:
    """Return the day of a question, drawn by season and growth."""
    weights = np.rint(np.array(weights_of_days(topics, season, growth)) * 10_000).astype(np.int64)
    cumulative = np.cumsum(weights)
    return np.asarray(_FIRST + np.searchsorted(cumulative, (u * cumulative[-1]).astype(np.int64), side="right"))


def topic_of(u: Array, day: Array, topics: tuple[float, ...], season: tuple[float, ...]) -> Array:
    """Return the topic of a question, by the season of its month."""
    month = calendar.month_of(day)
    found = np.zeros(len(day), dtype=np.int64)
    for place in range(12):
        factors = season[place * len(TOPICS) : (place + 1) * len(TOPICS)]
        weights = [share * factor for share, factor in zip(topics, factors, strict=True)]
        total = plain_sum(weights)
        found = np.where(month == place, categorical.pick(u, tuple(weight / total for weight in weights)), found)
    return found


def is_night(asked: Array) -> Array:
    """Return whether a question was put in the night."""
    hour = asked % DAY_SECONDS // 3_600
    night: Array = (hour >= NIGHT_FROM) | (hour < NIGHT_TO)
    return night


def first_answer_hours(u: Array, asked: Array, hard: Array, level: float, slope: float, sd: float) -> Array:
    """Return the hours to the first answer: by day a log-normal delay; in the night the rest of the night comes first."""
    delay = lookup.exp(level + slope * hard + sd * lookup.normal(u))
    second = asked % DAY_SECONDS
    to_morning = np.where(
        second >= NIGHT_FROM * 3_600, DAY_SECONDS + NIGHT_TO * 3_600 - second, NIGHT_TO * 3_600 - second
    )
    return delay + np.where(is_night(asked), to_morning, 0) / 3_600.0


def answers(u: Array, answered: Array, level: float, sd: float) -> Array:
    """Return the number of answers: none, or one and some more."""
    more = np.floor(lookup.exp(level + sd * lookup.normal(u)))
    return np.where(answered, np.minimum(1 + more, MOST_ANSWERS), 0).astype(np.int64)


def is_solved(u: Array, answered: Array, count: Array, hard: Array, base: float, slope: float, more: float) -> Array:
    """Return whether the asker marked the question as solved."""
    holds: Array = answered & (base - slope * hard + more * (count - 1) + lookup.logistic(u) > 0)
    return holds


def solver(u: Array, solved: Array, hard: Array, base: float, slope: float) -> Array:
    """Return who solved a question."""
    return np.where(solved, np.where(base + slope * hard + lookup.logistic(u) > 0, EXPERT, PEER), NOBODY)


TABLE = Table(
    name="community_questions",
    meaning="A question in Tilmarenne's advice community, where customers and experts answer each other.",
    rows=(Reference(QUESTIONS),),
    columns=(
        Column(name="question_id", kind=Key(), meaning="Key of the question."),
        Column(
            name="day",
            kind=Integer(0, 40_000),
            meaning="Day of the question, since 1970.",
            recipe=derived.draw(
                day_asked,
                "$community_topics",
                "$community_season",
                "$community_growth",
                sentence="by season and growth",
            ),
            role="working",
        ),
        Column(
            name="asked_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When the question was put.",
            recipe=temporal.moment("day", "$web_hours"),
        ),
        Column(
            name="topic",
            kind=Category(TOPICS),
            meaning="What it is about.",
            recipe=derived.draw(topic_of, "day", "$community_topics", "$community_season", sentence="by season"),
        ),
        Column(
            name="is_first_question",
            kind=Boolean(),
            meaning="Whether the member asks for the first time.",
            recipe=numeric.chance("$community_new_share"),
        ),
        Column(
            name="difficulty",
            kind=Number(4),
            unit="sd",
            meaning="How hard the question is to answer.",
            recipe=numeric.score(
                "$zero",
                {"topic=kitchen_fitting": "$community_hard_kitchen", "topic=lighting": "$community_hard_lighting"},
                noise="$community_difficulty_sd",
            ),
            role="latent",
        ),
        Column(
            name="is_answered",
            kind=Boolean(),
            meaning="Whether anybody answered.",
            recipe=numeric.happens("$community_answered", {"difficulty": "-$community_answered_hard"}),
            role="working",
        ),
        Column(
            name="answers",
            kind=Integer(0, MOST_ANSWERS),
            unit="answers",
            meaning="Answers received.",
            recipe=derived.draw(
                answers,
                "is_answered",
                "$community_answers_log",
                "$community_answers_sd",
                sentence="one and a log-normal number more",
            ),
        ),
        Column(
            name="first_answer_hours",
            kind=Number(2, 0.01, 1_000.0),
            unit="hours",
            meaning="Time to the first answer; empty without one.",
            recipe=derived.draw(
                first_answer_hours,
                "asked_at",
                "difficulty",
                "$community_delay_log",
                "$community_delay_hard",
                "$community_delay_sd",
                sentence="log-normal by day, from the morning on for questions of the night",
            ),
            when="is_answered",
        ),
        Column(
            name="solved",
            kind=Boolean(),
            meaning="Whether the asker marked it as solved.",
            recipe=derived.draw(
                is_solved,
                "is_answered",
                "answers",
                "difficulty",
                "$community_solved",
                "$community_solved_hard",
                "$community_solved_answers",
                sentence="logit of difficulty and answers",
            ),
        ),
        Column(
            name="solved_by",
            kind=Category(SOLVERS),
            meaning="Whose answer was marked as the solution.",
            recipe=derived.draw(
                solver,
                "solved",
                "difficulty",
                "$community_expert",
                "$community_expert_hard",
                sentence="hard questions more by experts",
            ),
        ),
        Column(
            name="views",
            kind=Integer(1, 10_000_000),
            unit="views",
            meaning="Times the question has been read by the end of 2024.",
            recipe=derived.draw(
                lambda u, count, level, sd: (
                    np.rint(lookup.exp(level + sd * lookup.normal(u))).astype(np.int64) + 3 * count + 1
                ),
                "answers",
                "$community_views_log",
                "$community_views_sd",
                sentence="log-normal, and some for each answer",
            ),
        ),
    ),
)


def _odd_questions(tables: Tables) -> int:
    rows = tables["community_questions"]
    answered = rows["answers"] > 0
    odd = (rows["first_answer_hours"].notna() != answered) | (rows["solved"] & ~answered)
    return int((odd | (rows["solved"] != (rows["solved_by"] != "nobody"))).sum())


RULES = (
    Rule(
        sentence="only an answered question has a delay or a solution, and a solved one was solved by somebody",
        tables=("community_questions",),
        violations=_odd_questions,
    ),
)
