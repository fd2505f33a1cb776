"""Votes for ideas: few members cast most of them."""

from __future__ import annotations

import numpy as np

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne._market import ours
from cxdata.catalog.tables.tilmarenne.ideas import HALF_LIFE_TO_MEAN, IDEAS
from cxdata.recipes import derived, lookup, temporal
from cxdata.recipes.temporal import day_number
from cxdata.schema.kinds import Boolean, Date, ForeignKey, Integer, Key, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Rule
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, PerParent, Table

MOST_VOTES = 60
_LAST = day_number(calendar.WINDOW_LAST)
_WINDOW_DAYS = (calendar.WINDOW_LAST - calendar.WINDOW_FIRST).days + 1

PARAMETERS = (
    ours("voting_base", -2.65, "logit", "Votes at all, average ease with screens, no loyalty card."),
    ours("voting_digital", 0.5, "logit", "Votes at all, per step of ease with screens."),
    ours("voting_loyalty", 0.8, "logit", "Votes at all, added with the loyalty card."),
    ours("voting_dormant", 4.0, "logit", "Votes at all, less for those who had left."),
    ours("voting_tail", 0.95, "shape", "Shape of the power law of votes per member; less is more unequal.", 0.5, 5.0),
    ours("voting_double", 2.0, "points", "Weight of a vote of a holder of the loyalty card.", 1.0, 10.0),
)


def vote_count(
    u: Array,
    ease: Array,
    loyal: Array,
    dormant: Array,
    joined: Array,
    base: float,
    digital: float,
    loyalty: float,
    left: float,
    tail: float,
) -> Array:
    """Return how many votes a customer casts: most none, some one or two, a few dozens (a Pareto law, cut off).

    Who joins late has less time to become a voter.
    """
    logit = base + digital * ease + loyalty * loyal - left * dormant
    pareto = np.floor(lookup.exp(lookup.exponential(u[1]) / tail))
    count = np.minimum(pareto, MOST_VOTES).astype(np.int64)
    was_there = u[2] * _WINDOW_DAYS < _LAST - joined
    return np.where(was_there & (logit + lookup.logistic(u[0]) > 0), count, 0)


VOTE_COUNT = Column(
    name="idea_vote_count",
    kind=Integer(0, MOST_VOTES),
    meaning="Votes cast for ideas, before those cast twice are left out.",
    recipe=derived.draw(
        vote_count,
        "digital_affinity",
        "is_loyalty_member",
        "is_dormant",
        "joined_on",
        "$voting_base",
        "$voting_digital",
        "$voting_loyalty",
        "$voting_dormant",
        "$voting_tail",
        draws=3,
        sentence="power law among those who vote at all",
    ),
    role="working",
)
"""The column of ``customers`` that counts this table's rows."""


def idea_of(u: Array, joined: Array, open_until: Array, votes: Array) -> Array:
    """Return the idea voted for, by the votes it gets, among those that are open when or after the customer joins."""
    order = np.argsort(open_until, kind="stable")
    cumulative = np.concatenate([[0], np.cumsum(votes[order].astype(np.int64))])
    start = cumulative[np.searchsorted(open_until[order], joined, side="left")]
    ticket = start + (u * (cumulative[-1] - start)).astype(np.int64)
    return np.asarray(1 + order[np.searchsorted(cumulative, ticket, side="right") - 1])


def day_voted(u: Array, submitted: Array, open_until: Array, joined: Array, half: float) -> Array:
    """Return the day of a vote: soon after the proposal, or after the customer has joined, while the idea is open."""
    first = np.maximum(submitted, joined)
    room = open_until - first + 1
    within = 1.0 - lookup.exp(-room / (half * HALF_LIFE_TO_MEAN))
    days = (lookup.exponential(u * within) * half * HALF_LIFE_TO_MEAN).astype(np.int64)
    return np.asarray(first + np.minimum(days, room - 1))


def is_first(parent: Array, idea: Array) -> Array:
    """Return whether a customer has not voted for the idea before: rows stand in the order of their slots."""
    pair = parent.astype(np.int64) * (IDEAS + 1) + idea
    order = np.argsort(pair, kind="stable")
    fresh = np.ones(len(pair), dtype=bool)
    fresh[order[1:]] = pair[order[1:]] != pair[order[:-1]]
    return fresh


PARENT_COLUMNS = {"customers": (VOTE_COUNT,)}

TABLE = Table(
    name="idea_votes",
    meaning="A customer's vote for an idea, one at most for each.",
    rows=(PerParent("customers", "idea_vote_count", MOST_VOTES),),
    keep="is_first",
    columns=(
        Column(name="idea_vote_id", kind=Key(), meaning="Key of the vote."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who voted."),
        Column(
            name="idea_id",
            kind=ForeignKey("ideas"),
            meaning="The idea voted for.",
            recipe=derived.draw(
                idea_of,
                "customers.joined_on",
                "ideas.open_until[]",
                "ideas.votes_total[]",
                sentence="by votes_total, among ideas open after joined_on",
            ),
        ),
        Column(
            name="is_first",
            kind=Boolean(),
            meaning="Whether the customer has not voted for the idea before.",
            recipe=derived.formula(is_first, "#parent", "idea_id", sentence="first vote for the idea"),
            role="working",
        ),
        Column(
            name="day",
            kind=Date(),
            meaning="Day of the vote.",
            recipe=derived.draw(
                day_voted,
                "ideas.submitted_on@idea_id",
                "ideas.open_until@idea_id",
                "customers.joined_on",
                "$ideas_votes_half_days",
                sentence="soon after the proposal, while the idea is open",
            ),
            role="working",
        ),
        Column(
            name="voted_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When the vote was cast.",
            recipe=temporal.moment("day", "$web_hours"),
        ),
        Column(
            name="weight",
            kind=Integer(1, 10),
            unit="points",
            meaning="Points that the vote brings: more for holders of the loyalty card.",
            recipe=derived.formula(
                lambda loyal, double: np.where(loyal, int(double), 1),
                "customers.is_loyalty_member",
                "$voting_double",
                sentence="voting_double for holders of the loyalty card, else 1",
            ),
        ),
    ),
)


def _early_votes(tables: Tables) -> int:
    rows = tables["idea_votes"].merge(tables["ideas"][["idea_id", "submitted_on", "decided_on"]], on="idea_id")
    rows = rows.merge(tables["customers"][["customer_id", "joined_on"]], on="customer_id")
    day = rows["voted_at"].dt.normalize()
    early = (day < rows["submitted_on"].astype("datetime64[ns]")) | (day < rows["joined_on"].astype("datetime64[ns]"))
    late = day >= rows["decided_on"].astype("datetime64[ns]")
    return int((early | late).sum())


def _double_votes(tables: Tables) -> int:
    return int(tables["idea_votes"].duplicated(["customer_id", "idea_id"]).sum())


RULES = (
    Rule(
        sentence="nobody votes before the idea or the own account, nor once the idea is decided",
        tables=("idea_votes", "ideas", "customers"),
        violations=_early_votes,
    ),
    Rule(sentence="nobody votes twice for an idea", tables=("idea_votes",), violations=_double_votes),
)
