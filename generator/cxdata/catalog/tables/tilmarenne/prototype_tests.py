"""Prototype tests: short rounds with a handful of testers, each prototype mended between rounds."""

from __future__ import annotations

from datetime import date

import numpy as np

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne._market import ours, whole_answer
from cxdata.recipes import derived, lookup, numeric
from cxdata.recipes.temporal import day_number
from cxdata.schema.kinds import Boolean, Category, Date, Integer, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Rule
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, Reference, Table

PROTOTYPES = ("delivery_tracker", "garden_planner", "returns_kiosk")
ROUND_FIRST = (  # Mondays of each prototype's rounds
    (date(2023, 3, 6), date(2023, 4, 3), date(2023, 5, 15), date(2023, 6, 19)),
    (date(2023, 10, 2), date(2023, 11, 6), date(2023, 12, 4), date(2024, 1, 15)),
    (date(2024, 5, 13), date(2024, 6, 10), date(2024, 7, 1), date(2024, 9, 16)),
)
TESTERS = ((6, 5, 7, 8), (5, 6, 6, 8), (7, 5, 8, 6))
"""Testers of each prototype's rounds: five to eight show most of what is wrong."""
PLACES = tuple(
    (prototype, number, tester)
    for prototype, rounds in enumerate(TESTERS)
    for number, count in enumerate(rounds)
    for tester in range(count)
)
ROUND_DAYS = 3
MOST_PROBLEMS = 20

PARAMETERS = (
    ours("prototype_start", (0.0, -0.5, 0.3), "sd", "How good each prototype is at first, tracker to kiosk."),
    ours("prototype_step", 0.7, "sd", "What mending between two rounds brings.", 0.0),
    ours("prototype_tester_sd", 0.7, "sd", "How far testers differ in skill and kindness.", 0.0),
    ours("prototype_done", 0.3, "logit", "Task done alone, average tester, prototype as at the start of the first."),
    ours("prototype_done_slope", 1.2, "logit", "Task done alone, per step."),
    ours("prototype_minutes_log", 2.1, "log minutes", "Median time for the task (8 minutes)."),
    ours("prototype_minutes_slope", 0.22, "log minutes", "Time for the task, less per step."),
    ours("prototype_minutes_sd", 0.3, "log minutes", "Spread of times.", 0.0),
    ours("prototype_score", 5.2, "points", "Mark 0-10 at the start of the first.", 0.0, 10.0),
    ours("prototype_score_slope", 1.2, "points", "Mark, per step.", 0.0, 5.0),
    ours("prototype_score_sd", 0.9, "points", "Spread of marks.", 0.0, 5.0),
    ours("prototype_problems_log", 1.5, "log problems", "Problems seen with a tester at the start (4 to 5)."),
    ours("prototype_problems_slope", 0.5, "log problems", "Problems, less per step."),
)

CONSTRAINTS = (
    Constraint(
        sentence="rounds must bring something; raise prototype_step above zero.",
        parameters=("prototype_step",),
        holds=lambda step: step > 0.0,
    ),
)
_PROTOTYPE, _ROUND, _TESTER = (np.array(part) for part in zip(*PLACES, strict=True))
_ROUND_FIRST = np.array([[day_number(day) for day in days] for days in ROUND_FIRST])


def problems(u: Array, quality: Array, level: float, slope: float) -> Array:
    """Return the number of problems seen: around a rate that falls with quality, with the spread of a count."""
    rate = lookup.exp(level - slope * quality)
    return whole_answer(0, MOST_PROBLEMS, rate + np.sqrt(rate) * lookup.normal(u))


TABLE = Table(
    name="prototype_tests",
    meaning="A tester's session with a prototype, in one of four rounds.",
    rows=(Reference(len(PLACES)),),
    columns=(
        Column(name="prototype_test_id", kind=Key(), meaning="Key of the session."),
        Column(
            name="prototype",
            kind=Category(PROTOTYPES),
            meaning="What was tested.",
            recipe=derived.listed(tuple(int(code) for code in _PROTOTYPE)),
        ),
        Column(
            name="round",
            kind=Integer(1, 4),
            meaning="Number of the round; the prototype was mended after each.",
            recipe=derived.listed(tuple(int(number) + 1 for number in _ROUND)),
        ),
        Column(
            name="tester_number",
            kind=Integer(1, 8),
            meaning="Number of the tester within the round; testers take part once.",
            recipe=derived.listed(tuple(int(number) + 1 for number in _TESTER)),
        ),
        Column(
            name="tested_on",
            kind=Date(),
            meaning="Day of the session.",
            recipe=derived.draw(
                lambda u: calendar.working_day(_ROUND_FIRST[_PROTOTYPE, _ROUND] + (u * ROUND_DAYS).astype(np.int64)),
                sentence="working days from the round's first",
            ),
        ),
        Column(
            name="felt_quality",
            kind=Number(4),
            unit="sd",
            meaning="How good the prototype is for the tester.",
            recipe=derived.draw(
                lambda u, start, step, sd: np.array(start)[_PROTOTYPE] + step * _ROUND + sd * lookup.normal(u),
                "$prototype_start",
                "$prototype_step",
                "$prototype_tester_sd",
                sentence="start, plus a step for each round, plus normal noise of the tester",
            ),
            role="latent",
        ),
        Column(
            name="task_done",
            kind=Boolean(),
            meaning="Whether the tester did the task alone.",
            recipe=numeric.happens("$prototype_done", {"felt_quality": "$prototype_done_slope"}),
        ),
        Column(
            name="task_minutes",
            kind=Number(1, 0.5, 60.0),
            unit="minutes",
            meaning="Time for the task; empty where it was not done alone.",
            recipe=numeric.log_normal(
                "$prototype_minutes_log", {"felt_quality": "-$prototype_minutes_slope"}, noise="$prototype_minutes_sd"
            ),
            when="task_done",
        ),
        Column(
            name="problems_seen",
            kind=Integer(0, MOST_PROBLEMS),
            unit="problems",
            meaning="Problems that the observer noted.",
            recipe=derived.draw(
                problems,
                "felt_quality",
                "$prototype_problems_log",
                "$prototype_problems_slope",
                sentence="by a rate that falls with quality",
            ),
        ),
        Column(
            name="score",
            kind=Integer(0, 10),
            unit="points, 0 to 10",
            meaning="Mark that the tester gave.",
            recipe=derived.draw(
                lambda u, quality, level, slope, sd: whole_answer(
                    0, 10, level + slope * quality + sd * lookup.normal(u)
                ),
                "felt_quality",
                "$prototype_score",
                "$prototype_score_slope",
                "$prototype_score_sd",
                sentence="linear in felt_quality, rounded",
            ),
        ),
    ),
)


def _mixed_rounds(tables: Tables) -> int:
    rows = tables["prototype_tests"]
    span = rows.groupby(["prototype", "round"], observed=True)["tested_on"].agg(["min", "max"]).reset_index()
    before = span.groupby("prototype", observed=True)["max"].shift()
    return int((span["min"] <= before).sum())


RULES = (
    Rule(
        sentence="a prototype's round starts when the one before is over",
        tables=("prototype_tests",),
        violations=_mixed_rounds,
    ),
)
