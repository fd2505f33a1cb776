"""Usability tests of three pages of the web shop, as they are and redesigned: a task alone at home, then ten statements."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne._market import ours, whole_answer
from cxdata.catalog.tables.tilmarenne._people import by_quota
from cxdata.recipes import categorical, derived, lookup, numeric
from cxdata.recipes.counts import poisson
from cxdata.recipes.temporal import SECONDS_PER_DAY, day_number, seconds_of_day
from cxdata.schema.effect import Quantity
from cxdata.schema.estimator import stratified_difference
from cxdata.schema.kinds import Boolean, Category, Integer, Key, Number, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Rule
from cxdata.schema.statistic import Estimate, Statistic, Tables
from cxdata.schema.table import Column, Reference, Table

PAGES = ("checkout", "order_tracking", "returns_form")
VERSIONS = ("current", "redesign")
CURRENT, REDESIGN = range(2)
TESTERS = 80
"""Testers of each version of each page; nobody tests twice."""
WAVE_FIRST = np.array([day_number(date(2024, 3, 11)), day_number(date(2024, 9, 16))])
WAVE_DAYS = 12
DEVICES = ("phone", "computer")
AGE_BANDS = ("18-34", "35-54", "55-79")
STATEMENTS = 10
ANSWERS, MIDDLE = 5, 3
POINTS = 2.5
"""Points of the scale per step of an answer: ten answers of four steps each make a hundred."""
PRAISES = tuple(number % 2 == 0 for number in range(STATEMENTS))
"""Whether agreeing with the statement, first to tenth, is good: the odd ones praise, the even ones find fault."""
NAMES = tuple(f"sus_{number + 1:02d}" for number in range(STATEMENTS))
LONGEST_SECONDS, MOST_CLICKS, MOST_ERRORS = 1_800, 120, 15
_MEANINGS = (
    "Would use the page often",
    "Finds it needlessly complicated",
    "Finds it easy",
    "Would need somebody's help with it",
    "Finds that its parts fit together",
    "Finds too much in it that does not match",
    "Thinks that most people would learn it quickly",
    "Finds it awkward",
    "Felt sure of what to do",
    "Had to learn a good deal first",
)
_POWERS = tuple(ANSWERS**place for place in range(STATEMENTS))
_BOTH = ANSWERS**STATEMENTS

PARAMETERS = (
    ours(
        "usability_start",
        (0.15, 0.55, 0.35),
        "sd",
        "How usable each page is as it is, checkout to returns form.",
    ),
    ours(
        "usability_gain", (1.0, 0.6, 0.1), "sd", "What the redesign adds to each page; the returns form gains little."
    ),
    ours("usability_ages", (0.30, 0.38, 0.32), "shares", "Testers by age band, the same quota in all rounds."),
    ours("usability_phone_share", 0.55, "share", "Testers on a phone, the same quota in all rounds."),
    ours("usability_age_ease", (0.45, 0.1, -0.55), "sd", "Ease with screens of each age band."),
    ours("usability_ease_sd", 0.9, "sd", "Spread of ease with screens within an age band."),
    ours("usability_ease_cuts", (-1.6, -0.6, 0.3, 1.2), "sd", "Thresholds between the self-ratings of ease, 1 to 5."),
    ours("usability_ease", 0.35, "sd", "Weight of ease with screens in how well it goes."),
    ours("usability_phone", 0.30, "sd", "On a phone it goes less well."),
    ours("usability_tester_sd", 0.65, "sd", "Spread of how well it goes beyond that."),
    ours("usability_felt_sd", 0.45, "sd", "Spread of what is felt around how well it goes."),
    ours("usability_done", 1.1, "logit", "Task done where it goes neither well nor badly (75%)."),
    ours("usability_done_slope", 1.1, "logit", "Task done, per step of how well it goes."),
    ours(
        "usability_seconds_log",
        (5.2, 4.35, 4.95),
        "log seconds",
        "Median time for the task: place an order, find a parcel, announce a return (180, 77 and 141 seconds).",
    ),
    ours("usability_seconds_slope", 0.20, "log seconds", "Time, less per step of how well it goes."),
    ours("usability_seconds_failed", 0.25, "log seconds", "Time until giving up, beside that of success."),
    ours("usability_seconds_sd", 0.38, "log seconds", "Spread of times."),
    ours("usability_clicks", (17.0, 6.0, 10.0), "clicks", "Clicks on the shortest way, by page.", 1.0, 100.0),
    ours("usability_clicks_log", -1.2, "log share", "Detours beside the shortest way (30%)."),
    ours("usability_clicks_slope", 0.35, "log share", "Detours, less per step of how well it goes."),
    ours("usability_clicks_sd", 0.6, "log share", "Spread of detours."),
    ours("usability_errors_log", 0.1, "log errors", "Errors where it goes neither well nor badly (1.1)."),
    ours("usability_errors_slope", 0.55, "log errors", "Errors, less per step of how well it goes."),
    ours("usability_answered_share", 0.95, "share", "Testers who stay for the ten statements."),
    ours("usability_step", 0.62, "answers", "Steps of an answer per standard deviation of what is felt.", 0.0, 4.0),
    ours(
        "usability_offsets",
        (-0.45, 0.15, 0.20, 0.75, 0.0, 0.2, 0.35, 0.1, 0.0, 0.55),
        "answers",
        "How much milder than the others each statement is judged.",
        -2.0,
        2.0,
    ),
    ours("usability_agreeing", 0.25, "answers", "Steps towards agreement whatever is stated.", -2.0, 2.0),
    ours("usability_agreeing_sd", 0.35, "answers", "Spread of that leaning among testers."),
    ours("usability_answer_sd", 0.75, "answers", "Spread of an answer."),
)


def fluency(
    u: Array,
    page: Array,
    ease: Array,
    phone: Array,
    start: tuple[float, ...],
    of_ease: float,
    on_phone: float,
    sd: float,
) -> Array:
    """Return how well it goes for a tester with the page as it is."""
    return np.asarray(start)[page] + of_ease * ease - on_phone * phone + sd * lookup.normal(u)


def packed_answers(u: Array, felt: Array, leaning: Array, step: float, offsets: tuple[float, ...], sd: float) -> Array:
    """Return the answers to ten statements as the digits of one number: 0 for 1, 4 for 5, the first lowest."""
    packed = np.zeros(len(felt), dtype=np.int64)
    for place, praises in enumerate(PRAISES):
        judged = step * felt + offsets[place]
        score = MIDDLE + (judged if praises else -judged) + leaning + sd * lookup.normal(u[place])
        packed += (whole_answer(1, ANSWERS, score) - 1) * _POWERS[place]
    return packed


def answer_to(packed: Array, place: int) -> Array:
    """Return the answer to one statement."""
    answer: Array = 1 + packed // _POWERS[place] % ANSWERS
    return answer


def sus(packed: Array) -> Array:
    """Return the usability score, 0 to 100: agreement with praise, disagreement with fault.

    Source: Brooke (1996), the System Usability Scale.
    """
    steps = np.zeros(len(packed), dtype=np.int64)
    for place, praises in enumerate(PRAISES):
        digit = answer_to(packed, place) - 1
        steps += digit if praises else ANSWERS - 1 - digit
    return POINTS * steps


def second_tested(u: Array, version: Array) -> Array:
    """Return when a tester began: a day of the round, between eight in the morning and ten at night."""
    day = WAVE_FIRST[version] + (u[0] * WAVE_DAYS).astype(np.int64)
    waking = tuple(0.0 if hour < 8 or hour > 21 else 1.0 / 14.0 for hour in range(24))
    return np.asarray(day * SECONDS_PER_DAY + seconds_of_day(u[1:], waking))


def clicks(u: Array, page: Array, how: Array, least: tuple[float, ...], level: float, slope: float, sd: float) -> Array:
    """Return clicks: those of the shortest way, and detours."""
    way = np.asarray(least)[page]
    detours = way * lookup.exp(level - slope * how + sd * lookup.normal(u))
    return np.minimum(np.rint(way + detours).astype(np.int64), MOST_CLICKS)


def scored(tables: Tables) -> pd.DataFrame:
    """Return one row per answered test, scored rightly and, as ``agreement``, with no statement turned round."""
    rows = tables["usability_tests"].dropna(subset=list(NAMES))
    given = rows[list(NAMES)].to_numpy(dtype=np.float64) - 1.0
    turned = np.where(np.asarray(PRAISES), given, ANSWERS - 1 - given)
    return rows.assign(
        is_redesign=rows["version"] == "redesign",
        score=POINTS * turned.sum(axis=1),
        agreement=POINTS * given.sum(axis=1),
    )


def _truth(tables: Tables) -> Estimate:
    rows = tables["latents/usability_tests"]
    return Estimate(float((rows["sus_if_redesign"] - rows["sus_if_current"]).mean()), 0.0, len(rows))


def _of(outcome: str, sentence: str) -> Statistic:
    return stratified_difference(
        scored,
        outcome=outcome,
        treatment="is_redesign",
        strata=("page",),
        cluster="usability_test_id",
        tables=("usability_tests",),
        sentence=sentence,
    )


QUANTITIES = (
    Quantity(
        id="redesign_on_usability",
        of="run",
        title="How many points of usability did the redesign bring?",
        estimand="mean of the usability score (0-100) with the redesign less that with the current version, all testers of the three pages",
        confounding="Every second statement finds fault: added up as they stand, the ten answers say how readily people agree, and a gain of usability cancels out.",
        basis="The scale is published (Brooke 1996); the size is ours.",
        truth=Statistic(
            function=_truth,
            tables=("latents/usability_tests",),
            sentence="mean difference of each tester's two scores",
        ),
        right=_of("score", "difference of the scores within pages, answers to the even statements turned round"),
        tempting=_of("agreement", "difference of the sums of the ten answers as they stand, on the same scale"),
    ),
)


def _statement(place: int) -> Column:
    return Column(
        name=NAMES[place],
        kind=Integer(1, ANSWERS),
        unit="1-5",
        meaning=f"{_MEANINGS[place]}: 1 not at all, 5 fully; {'high is good' if PRAISES[place] else 'low is good'}.",
        recipe=derived.formula(
            lambda packed: answer_to(packed, place), "answers", sentence=f"digit {place + 1} of the answers"
        ),
        when="has_answered",
    )


def _if(name: str, shift: int, version: str) -> Column:
    return Column(
        name=name,
        kind=Number(1, 0.0, 100.0),
        unit="0-100",
        meaning=f"Usability score that the tester would give the {version}.",
        recipe=derived.formula(
            lambda packed: sus(packed // shift % _BOTH), "both_answers", sentence="score of ten answers"
        ),
        role="latent",
    )


TABLE = Table(
    name="usability_tests",
    meaning="A tester's task on a page of the web shop, alone and on a device of their own, with ten statements judged after it; the redesign was tested before it went live in 2025.",
    rows=(Reference(len(PAGES) * len(VERSIONS) * TESTERS),),
    columns=(
        Column(name="usability_test_id", kind=Key(), meaning="Key of the test."),
        Column(
            name="page",
            kind=Category(PAGES),
            meaning="Page tested, and so the task: place an order, find a parcel, announce a return.",
            recipe=derived.formula(lambda slot: slot // TESTERS % len(PAGES), "#slot", sentence="in turn"),
        ),
        Column(
            name="version",
            kind=Category(VERSIONS),
            meaning="The page as it is, in March 2024, or redesigned, in September.",
            recipe=derived.formula(
                lambda slot: slot // (TESTERS * len(PAGES)), "#slot", sentence="current first, then redesign"
            ),
        ),
        Column(
            name="cell",
            kind=Integer(0, len(PAGES) * len(VERSIONS) - 1),
            meaning="Page and version.",
            recipe=derived.formula(lambda slot: slot // TESTERS, "#slot", sentence="in turn"),
            role="working",
        ),
        Column(
            name="tested_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When the tester began.",
            recipe=derived.draw(second_tested, "version", draws=3, sentence="within two weeks, in waking hours"),
        ),
        Column(
            name="age_band",
            kind=Category(AGE_BANDS),
            unit="years",
            meaning="Age of the tester, in bands; the same quota in all rounds.",
            recipe=derived.draw(
                lambda u, cell, shares: categorical.pick(by_quota(u, cell), shares),
                "cell",
                "$usability_ages",
                draws=2,
                sentence="by quota within page and version",
            ),
        ),
        Column(
            name="device",
            kind=Category(DEVICES),
            meaning="What the test was done on; the same quota in all rounds.",
            recipe=derived.draw(
                lambda u, cell, share: (by_quota(u, cell) >= share).astype(np.int64),
                "cell",
                "$usability_phone_share",
                draws=2,
                sentence="by quota within page and version",
            ),
        ),
        Column(
            name="ease_with_screens",
            kind=Number(4),
            unit="sd",
            meaning="Ease with screens.",
            recipe=derived.draw(
                lambda u, band, means, sd: np.asarray(means)[band] + sd * lookup.normal(u),
                "age_band",
                "$usability_age_ease",
                "$usability_ease_sd",
                sentence="by age band, and the tester's own",
            ),
            role="latent",
        ),
        Column(
            name="stated_ease",
            kind=Integer(1, 5),
            unit="1-5",
            meaning="How at ease with screens testers say they are, asked before the task.",
            recipe=numeric.ordinal("ease_with_screens", "$usability_ease_cuts", lowest=1),
        ),
        Column(
            name="fluency_now",
            kind=Number(4),
            unit="sd",
            meaning="How well it goes with the page as it is.",
            recipe=derived.draw(
                fluency,
                "page",
                "ease_with_screens",
                "device=phone",
                "$usability_start",
                "$usability_ease",
                "$usability_phone",
                "$usability_tester_sd",
                sentence="by page, ease with screens and device, and the tester's own",
            ),
            role="working",
        ),
        Column(
            name="page_gain",
            kind=Number(4),
            unit="sd",
            meaning="What the redesign adds to how well it goes.",
            recipe=derived.formula(
                lambda page, gains: np.asarray(gains)[page], "page", "$usability_gain", sentence="by page"
            ),
            role="working",
        ),
        Column(
            name="fluency",
            kind=Number(4),
            unit="sd",
            meaning="How well it goes.",
            recipe=derived.formula(
                lambda now, gain, version: now + gain * version,
                "fluency_now",
                "page_gain",
                "version",
                sentence="as with the page as it is, plus the gain of a redesign",
            ),
            role="latent",
        ),
        Column(
            name="task_done",
            kind=Boolean(),
            meaning="Whether the task was done.",
            recipe=numeric.happens("$usability_done", {"fluency": "$usability_done_slope"}),
        ),
        Column(
            name="task_seconds",
            kind=Integer(10, LONGEST_SECONDS),
            unit="seconds",
            meaning="Time until the task was done or given up.",
            recipe=derived.draw(
                lambda u, page, how, done, levels, slope, failed, sd: whole_answer(
                    10,
                    LONGEST_SECONDS,
                    lookup.exp(np.asarray(levels)[page] - slope * how + failed * ~done + sd * lookup.normal(u)),
                ),
                "page",
                "fluency",
                "task_done",
                "$usability_seconds_log",
                "$usability_seconds_slope",
                "$usability_seconds_failed",
                "$usability_seconds_sd",
                sentence="log-normal by page, less where it goes well, more until giving up",
            ),
        ),
        Column(
            name="clicks",
            kind=Integer(1, MOST_CLICKS),
            unit="clicks",
            meaning="Clicks or taps until then.",
            recipe=derived.draw(
                clicks,
                "page",
                "fluency",
                "$usability_clicks",
                "$usability_clicks_log",
                "$usability_clicks_slope",
                "$usability_clicks_sd",
                sentence="those of the shortest way, and detours",
            ),
        ),
        Column(
            name="errors",
            kind=Integer(0, MOST_ERRORS),
            unit="errors",
            meaning="Error messages shown and steps taken back.",
            recipe=derived.draw(
                lambda u, how, level, slope: np.minimum(poisson(u, lookup.exp(level - slope * how)), MOST_ERRORS),
                "fluency",
                "$usability_errors_log",
                "$usability_errors_slope",
                sentence="Poisson, fewer where it goes well",
            ),
        ),
        Column(
            name="has_answered",
            kind=Boolean(),
            meaning="Whether the tester stayed for the ten statements.",
            recipe=numeric.chance("$usability_answered_share"),
            role="working",
        ),
        Column(
            name="agreeing",
            kind=Number(4),
            unit="answers",
            meaning="How far the tester leans to agree, whatever is stated.",
            recipe=numeric.score("$usability_agreeing", {}, noise="$usability_agreeing_sd"),
            role="latent",
        ),
        Column(
            name="both_answers",
            kind=Integer(0, _BOTH * _BOTH),
            meaning="Ten answers to the page as it is and, in the upper digits, to the redesign.",
            recipe=derived.draw(
                lambda u, now, gain, leaning, felt_sd, step, offsets, sd: (
                    packed_answers(u[1:], now + felt_sd * lookup.normal(u[0]), leaning, step, offsets, sd)
                    + _BOTH
                    * packed_answers(u[1:], now + gain + felt_sd * lookup.normal(u[0]), leaning, step, offsets, sd)
                ),
                "fluency_now",
                "page_gain",
                "agreeing",
                "$usability_felt_sd",
                "$usability_step",
                "$usability_offsets",
                "$usability_answer_sd",
                draws=1 + STATEMENTS,
                sentence="how well it goes, for praise and against fault, a leaning to agree, and chance, from the same draws",
            ),
            role="working",
        ),
        Column(
            name="answers",
            kind=Integer(0, _BOTH),
            meaning="Ten answers to the version tested.",
            recipe=derived.formula(
                lambda both, redesign: np.where(redesign, both // _BOTH, both % _BOTH),
                "both_answers",
                "version=redesign",
                sentence="those to the version",
            ),
            role="working",
        ),
        _if("sus_if_current", 1, "page as it is"),
        _if("sus_if_redesign", _BOTH, "redesigned page"),
        *(_statement(place) for place in range(STATEMENTS)),
    ),
)


def _halves(tables: Tables) -> int:
    given = tables["usability_tests"][list(NAMES)].notna()
    return int((given.any(axis=1) != given.all(axis=1)).sum())


RULES = (
    Rule(
        sentence="a usability questionnaire is answered in full or not at all",
        tables=("usability_tests",),
        violations=_halves,
    ),
)
