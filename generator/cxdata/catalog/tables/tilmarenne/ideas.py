"""Ideas: what customers and employees propose on the idea platform, how many support it, and what becomes of it."""

from __future__ import annotations

import numpy as np

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne._market import ours
from cxdata.recipes import categorical, derived, lookup, numeric
from cxdata.recipes.temporal import day_number
from cxdata.schema.kinds import Boolean, Category, Date, Integer, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Rule
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, Reference, Table

IDEAS = 400
WINDOW_DAYS = (calendar.WINDOW_LAST - calendar.WINDOW_FIRST).days + 1
_FIRST, _LAST = day_number(calendar.WINDOW_FIRST), day_number(calendar.WINDOW_LAST)
TOPICS = (
    "delivery",
    "packaging",
    "web_shop",
    "app",
    "advice",
    "returns",
    "range",
    "loyalty",
    "shops",
    "sustainability",
)
AUTHORS = ("customer", "employee", "supplier")
STATUSES = ("new", "under_study", "adopted", "refused")
NEW, UNDER_STUDY, ADOPTED, REFUSED = range(len(STATUSES))
HALF_LIFE_TO_MEAN = 1.442695
"""Mean of an exponential over its half-life, 1 / log 2."""
_BEYOND = 200
"""Days beyond the window at which decisions that nobody sees any more are held."""

PARAMETERS = (
    ours(
        "ideas_topics",
        (0.14, 0.09, 0.12, 0.08, 0.10, 0.07, 0.16, 0.09, 0.08, 0.07),
        "shares",
        "Topics of ideas, delivery to sustainability.",
    ),
    ours("ideas_authors", (0.83, 0.14, 0.03), "shares", "Ideas by customers, employees and suppliers."),
    ours("ideas_employee_merit", 0.35, "sd", "Ideas of employees are more feasible."),
    ours("ideas_votes_log", 5.2, "log votes", "Median number of votes (180) after the votes have come in."),
    ours("ideas_votes_merit", 0.45, "log votes", "Votes, per step of merit."),
    ours("ideas_votes_appeal", 1.75, "log votes", "Spread of votes beside merit: novelty, title, luck.", 0.0),
    ours("ideas_votes_half_days", 45.0, "days", "Days in which half of an idea's votes come in.", 1.0, 365.0),
    ours("ideas_comments_share", 0.02, "share", "Comments per vote, median."),
    ours("ideas_comments_sd", 0.7, "log comments", "Spread of comments per vote.", 0.0),
    ours("ideas_threshold", 3_000.0, "votes", "Votes at which an idea is studied.", 1.0, 1e6),
    ours("ideas_picked", -3.9, "logit", "Studied below the threshold, by choice of the team, average merit (2%)."),
    ours("ideas_picked_merit", 1.3, "logit", "Studied by choice, per step of merit."),
    ours("ideas_study_days", 50.0, "days", "Shortest time from the proposal to the decision.", 1.0, 365.0),
    ours("ideas_study_more_days", 90.0, "days", "Mean time beyond the shortest.", 1.0, 365.0),
    ours("ideas_unanswered_share", 0.07, "share", "Ideas that the team would never answer unless it studies them."),
    ours("ideas_answer_days", 60.0, "days", "Shortest time until an idea that is not studied is refused.", 1.0, 730.0),
    ours("ideas_answer_more_days", 95.0, "days", "Mean time beyond the shortest.", 1.0, 730.0),
    ours("ideas_adopted", -1.6, "logit", "Adopted once studied, average merit and votes at the threshold."),
    ours("ideas_adopted_merit", 1.4, "logit", "Adopted, per step of merit."),
    ours("ideas_adopted_votes", 0.25, "logit", "Adopted, per step of the log of votes."),
)

CONSTRAINTS = (
    Constraint(
        sentence="merit must count for more than votes in what is adopted; raise ideas_adopted_merit or lower ideas_adopted_votes.",
        parameters=("ideas_adopted_merit", "ideas_adopted_votes"),
        holds=lambda merit, votes: merit > votes,
    ),
)


def day_submitted(u: Array) -> Array:
    """Return the day of an idea: uniform over the window."""
    return _FIRST + (u * WINDOW_DAYS).astype(np.int64)


def day_answered(u: Array, day: Array, never: float, least: float, more: float) -> Array:
    """Return the working day on which an idea is refused unless it is studied, perhaps beyond the window; ``u`` is (2, n)."""
    later = day + (least + more * lookup.exponential(u[1])).astype(np.int64)
    answered = calendar.working_day(np.minimum(later, _LAST + _BEYOND))
    return np.where(u[0] < never, _LAST + _BEYOND, answered)


def votes(
    u: Array, merit: Array, day: Array, answered: Array, base: float, by_merit: float, appeal: float, half: float
) -> Array:
    """Return the votes by the end of 2024: heavy-tailed, fewer where an idea is young or was answered early."""
    log = base + by_merit * merit + appeal * lookup.normal(u)
    open_days = np.minimum(_LAST + 1, answered) - day
    come_in = 1.0 - lookup.exp(-open_days / (half * HALF_LIFE_TO_MEAN))
    return np.rint(lookup.exp(log) * come_in).astype(np.int64)


def log_votes(count: Array, threshold: float) -> Array:
    """Return the natural logarithm of votes over the threshold, from the table of the exponential; 0 for no vote."""
    grid = lookup.exp(_LOG_GRID)
    ratio = np.maximum(count, 1) / threshold
    cell = np.clip(np.searchsorted(grid, ratio, side="right") - 1, 0, len(grid) - 2)
    return _LOG_GRID[cell] + (ratio - grid[cell]) / (grid[cell + 1] - grid[cell]) * (
        _LOG_GRID[cell + 1] - _LOG_GRID[cell]
    )


_LOG_GRID = np.arange(-12 * 16, 12 * 16 + 1) / 16.0


def comments(u: Array, count: Array, share: float, sd: float) -> Array:
    """Return the number of comments, a share of the votes that varies."""
    return np.asarray(np.floor(count * share * lookup.exp(sd * lookup.normal(u[0])) + u[1]).astype(np.int64))


def is_studied(u: Array, count: Array, merit: Array, threshold: float, base: float, slope: float) -> Array:
    """Return whether an idea is studied: it has the votes, or the team picks it."""
    holds: Array = (count >= threshold) | (base + slope * merit + lookup.logistic(u) > 0)
    return holds


def day_decided(u: Array, day: Array, least: float, more: float) -> Array:
    """Return the day on which a studied idea is decided on, a working day, perhaps beyond the window."""
    later = day + (least + more * lookup.exponential(u)).astype(np.int64)
    return calendar.working_day(np.minimum(later, _LAST + _BEYOND))


def status_of(studied: Array, decided: Array, liked: Array) -> Array:
    """Return what has become of an idea by the end of 2024: what is not studied is refused, sooner or later."""
    verdict = np.where(studied & liked, ADOPTED, REFUSED)
    return np.where(decided <= _LAST, verdict, np.where(studied, UNDER_STUDY, NEW))


def last_open(status: Array, decided: Array) -> Array:
    """Return the last day on which an idea can be voted for: the eve of its decision, or the end of 2024."""
    return np.where((status == ADOPTED) | (status == REFUSED), decided - 1, _LAST)


TABLE = Table(
    name="ideas",
    meaning="An idea on the platform where customers and employees propose and vote; its state at the end of 2024.",
    rows=(Reference(IDEAS),),
    columns=(
        Column(name="idea_id", kind=Key(), meaning="Key of the idea."),
        Column(
            name="submitted_on",
            kind=Date(),
            meaning="Day of the proposal.",
            recipe=derived.draw(day_submitted, sentence="uniform over 2023 and 2024"),
        ),
        Column(
            name="topic",
            kind=Category(TOPICS),
            meaning="What it is about.",
            recipe=categorical.choice("$ideas_topics"),
        ),
        Column(
            name="author_type",
            kind=Category(AUTHORS),
            meaning="Who proposed it.",
            recipe=categorical.choice("$ideas_authors"),
        ),
        Column(
            name="merit",
            kind=Number(4),
            unit="sd",
            meaning="How useful and feasible the idea is.",
            recipe=numeric.score("$zero", {"author_type=employee": "$ideas_employee_merit"}, noise="$one"),
            role="latent",
        ),
        Column(
            name="answer_day",
            kind=Date(),
            meaning="Day on which it is refused unless it is studied.",
            recipe=derived.draw(
                day_answered,
                "submitted_on",
                "$ideas_unanswered_share",
                "$ideas_answer_days",
                "$ideas_answer_more_days",
                draws=2,
                sentence="shortest time plus exponential, on a working day; some never",
            ),
            role="working",
        ),
        Column(
            name="votes_total",
            kind=Integer(0, 10_000_000),
            unit="votes",
            meaning="Votes of all customers of the company by the end of 2024.",
            recipe=derived.draw(
                votes,
                "merit",
                "submitted_on",
                "answer_day",
                "$ideas_votes_log",
                "$ideas_votes_merit",
                "$ideas_votes_appeal",
                "$ideas_votes_half_days",
                sentence="log-normal with some merit, less what has not come in yet",
            ),
        ),
        Column(
            name="comments",
            kind=Integer(0, 1_000_000),
            unit="comments",
            meaning="Comments by the end of 2024.",
            recipe=derived.draw(
                comments,
                "votes_total",
                "$ideas_comments_share",
                "$ideas_comments_sd",
                draws=2,
                sentence="a share of votes_total that varies",
            ),
        ),
        Column(
            name="is_studied",
            kind=Boolean(),
            meaning="Whether the company has taken it up for study.",
            recipe=derived.draw(
                is_studied,
                "votes_total",
                "merit",
                "$ideas_threshold",
                "$ideas_picked",
                "$ideas_picked_merit",
                sentence="votes_total at ideas_threshold, or picked by merit",
            ),
            role="working",
        ),
        Column(
            name="study_ends",
            kind=Date(),
            meaning="Day of the decision, if it is studied.",
            recipe=derived.draw(
                day_decided,
                "submitted_on",
                "$ideas_study_days",
                "$ideas_study_more_days",
                sentence="shortest time plus exponential, on a working day",
            ),
            role="working",
        ),
        Column(
            name="decision_day",
            kind=Date(),
            meaning="Day of the decision.",
            recipe=derived.formula(
                np.where, "is_studied", "study_ends", "answer_day", sentence="study_ends if studied, else answer_day"
            ),
            role="working",
        ),
        Column(
            name="log_votes",
            kind=Number(4),
            unit="log votes",
            meaning="Votes over the threshold, on the natural log scale.",
            recipe=derived.formula(
                log_votes, "votes_total", "$ideas_threshold", sentence="log of votes over threshold"
            ),
            role="working",
        ),
        Column(
            name="is_liked",
            kind=Boolean(),
            meaning="Whether a study would end well.",
            recipe=numeric.happens(
                "$ideas_adopted", {"merit": "$ideas_adopted_merit", "log_votes": "$ideas_adopted_votes"}
            ),
            role="working",
        ),
        Column(
            name="status",
            kind=Category(STATUSES),
            meaning="State at the end of 2024: most ideas are refused within a year, without a study.",
            recipe=derived.formula(
                status_of,
                "is_studied",
                "decision_day",
                "is_liked",
                sentence="by study and decision, at the end of 2024",
            ),
        ),
        Column(
            name="is_decided",
            kind=Boolean(),
            meaning="Whether it has been adopted or refused.",
            recipe=derived.formula(lambda status: status >= ADOPTED, "status", sentence="adopted or refused"),
            role="working",
        ),
        Column(
            name="decided_on",
            kind=Date(),
            meaning="Day of the decision; empty while it is open.",
            recipe=derived.copy("decision_day"),
            when="is_decided",
        ),
        Column(
            name="open_until",
            kind=Date(),
            meaning="Last day on which it could be voted for by the end of 2024.",
            recipe=derived.formula(last_open, "status", "decision_day", sentence="eve of the decision, or end of 2024"),
            role="working",
        ),
    ),
)


def _odd_decisions(tables: Tables) -> int:
    rows = tables["ideas"]
    decided = rows["status"].isin(["adopted", "refused"])
    return int(((decided != rows["decided_on"].notna()) | (rows["decided_on"] <= rows["submitted_on"])).sum())


RULES = (
    Rule(
        sentence="an idea has a day of decision if it is adopted or refused, and that day follows the proposal",
        tables=("ideas",),
        violations=_odd_decisions,
    ),
)
