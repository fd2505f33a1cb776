"""Skill ratings: calls and replies of each adviser, evaluated every month, before, during and after the coaching."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne._people import FIRST_ADVISER, dummies, whole_number
from cxdata.catalog.tables.tilmarenne.agents import AGENTS
from cxdata.recipes import categorical, derived, lookup, numeric, temporal
from cxdata.recipes.calibration import plain_sum
from cxdata.schema.drivers import adjusted_slope
from cxdata.schema.effect import Quantity
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Rule, ours
from cxdata.schema.statistic import Estimate, Statistic, Tables, clustered_ratio
from cxdata.schema.table import Column, Reference, Table

SKILLS = ("listening", "empathy", "clarity", "rigour", "ownership")
MONTHS = 12 * len(calendar.YEARS)
MONTH_STARTS = np.array(
    [temporal.day_number(date(year, month, 1)) for year in calendar.YEARS for month in range(1, 13)]
)
FIRST_WATCHED, LAST_WATCHED = 12, 17
"""January to June 2024: the weakest of these months is the reason for which a manager lets coaching begin."""
FIRST_AFTER = 20
"""September 2024: from here on everybody who was coached has been for two months at least."""
EVALUATORS = 8
NEVER = MONTHS


def of_adviser(u: Array) -> Array:
    """Return the draw of an adviser's first month for all months."""
    return np.repeat(u[::MONTHS], MONTHS)


def severity_of(u: Array, evaluator: Array, sd: float) -> Array:
    """Return the points that an evaluator takes off, or adds; one draw per evaluator."""
    points: Array = sd * lookup.normal(u[:EVALUATORS])[evaluator - 1]
    return points


def mean_of(*scores: Array) -> Array:
    """Return the mean of the skills, to a tenth."""
    total = np.zeros(len(scores[0]))
    for one in scores:
        total = total + one
    return np.rint(total / float(len(scores)) * 10.0) / 10.0


def start_month(uncoached: Array, coached: Array) -> Array:
    """Return the month in which an adviser's coaching begins: the one after the weakest of the watched months."""
    by_adviser = uncoached.reshape(-1, MONTHS)[:, FIRST_WATCHED : LAST_WATCHED + 1]
    weakest = FIRST_WATCHED + np.argmin(by_adviser, axis=1)
    return np.where(coached, np.repeat(weakest + 1, MONTHS), NEVER)


def reached(month: Array, start: Array, ramp: tuple[float, ...]) -> Array:
    """Return how much of its effect coaching has reached: it grows over the first months and stays."""
    since = month - start
    return np.where(since < 0, 0.0, np.asarray(ramp)[np.clip(since, 0, len(ramp) - 1)])


def evaluations(tables: Tables) -> pd.DataFrame:
    """Return one row per evaluation with the lot, the team and the number of the month."""
    rows = tables["skill_ratings"].dropna(subset=["overall_score"])
    staff = tables["employees"].dropna(subset=["agent_id"])
    month = pd.to_datetime(rows["month"])
    number = (month.dt.year - calendar.YEARS[0]) * 12 + month.dt.month - 1
    return rows.assign(number=number).merge(staff[["agent_id", "team_id", "coaching_group"]], on="agent_id")


def _randomised(tables: Tables) -> Estimate:
    rows = evaluations(tables)
    by = rows.groupby("agent_id")
    people = by[["team_id", "coaching_group"]].first()
    people["after"] = rows[rows["number"] >= FIRST_AFTER].groupby("agent_id")["overall_score"].mean()
    people["before"] = rows[rows["number"] < FIRST_WATCHED].groupby("agent_id")["overall_score"].mean()
    people = people.dropna()
    controls = np.column_stack([dummies(people["team_id"].to_numpy()), people["before"].to_numpy()])
    return adjusted_slope(
        people["after"].to_numpy(),
        (people["coaching_group"] == "coached").to_numpy(),
        controls,
        people.index.to_numpy(),
    )


def _before_and_after(tables: Tables) -> Estimate:
    sessions = tables["coaching_sessions"]
    first = pd.to_datetime(sessions.loc[sessions["session_number"] == 1].set_index("agent_id")["planned_on"])
    begun = (first.dt.year - calendar.YEARS[0]) * 12 + first.dt.month - 1
    rows = evaluations(tables)
    rows = rows.assign(begun=rows["agent_id"].map(begun)).dropna(subset=["begun"])
    before = rows[rows["number"] == rows["begun"] - 1].set_index("agent_id")["overall_score"]
    after = rows[rows["number"] >= FIRST_AFTER].groupby("agent_id")["overall_score"].mean()
    gain = (after - before).dropna()
    return clustered_ratio(gain.to_numpy(), np.ones(len(gain)), gain.index.to_numpy())


def _truth(tables: Tables) -> Estimate:
    rows = tables["latents/skill_ratings"]
    late = rows[(rows["rating_id"] - 1) % MONTHS >= FIRST_AFTER]
    gain = late["overall_if_coached"] - late["overall_uncoached"]
    return Estimate(float(gain.mean()), 0.0, len(late))


def mean_differs(tables: Tables) -> int:
    """Return how many overall scores are not the mean of their skills."""
    rows = tables["skill_ratings"].dropna(subset=["overall_score"])
    skills = rows[[f"{skill}_score" for skill in SKILLS]].mean(axis=1)
    return int(((skills - rows["overall_score"]).abs() > 0.051).sum())


def mean_effect(effects: tuple[float, ...]) -> float:
    """Return the effect on the mean of the skills."""
    return plain_sum(effects) / len(effects)


PARAMETERS = (
    ours(
        "skill_base",
        (71.0, 66.0, 73.0, 76.0, 67.0),
        "points of 100",
        "Rating of an average adviser, listening to ownership.",
        0.0,
        100.0,
    ),
    ours("skill_competence", 4.0, "points of 100", "Rating, per step of competence.", 0.0, 50.0),
    ours("skill_profile_sd", 3.5, "points of 100", "Spread of an adviser's skills around each other.", 0.0, 50.0),
    ours("skill_learning", 0.1, "points of 100", "What everybody gains in a month.", -5.0, 5.0),
    ours("skill_form_sd", 4.5, "points of 100", "Spread of an adviser from month to month.", 0.0, 50.0),
    ours("skill_evaluator_sd", 2.5, "points of 100", "Spread of evaluators' severity.", 0.0, 50.0),
    ours("skill_noise_sd", 5.0, "points of 100", "Spread of one skill's rating in one month.", 0.0, 50.0),
    ours("skill_absent_share", 0.06, "share", "Months without an evaluation: absence, or no time."),
    ours(
        "skill_contacts",
        (0.08, 0.22, 0.34, 0.22, 0.10, 0.04),
        "shares",
        "Evaluations of three to eight calls or replies.",
    ),
    ours(
        "skill_coaching",
        (6.5, 6.0, 4.5, 2.0, 4.0),
        "points of 100",
        "What coaching adds to each skill in the end, listening to ownership.",
        -50.0,
        50.0,
    ),
    ours(
        "skill_ramp",
        (0.35, 0.75, 1.0),
        "share",
        "How much of that is reached in the month in which coaching begins, in the next, and from then on.",
    ),
)

RULES = (
    Rule(
        sentence="an adviser's overall rating is the mean of the skills",
        tables=("skill_ratings",),
        violations=mean_differs,
    ),
)

_READ = ("skill_ratings", "employees")

QUANTITIES = (
    Quantity(
        id="coaching_on_rating",
        of="run",
        title="How many points did the coaching of 2024 add to an adviser's overall rating?",
        estimand="Mean overall rating from September 2024 on with coaching less that without, over all advisers, in points of 100.",
        confounding="Coaching began after each adviser's weakest month, which would have been followed by better ones anyway.",
        basis="The size is ours.",
        truth=Statistic(
            function=_truth,
            tables=("latents/skill_ratings",),
            sentence="mean difference of the two ratings of each adviser and month",
        ),
        right=Statistic(
            function=_randomised,
            tables=_READ,
            sentence="coached less control after the programme, within teams, given each adviser's mean of 2023",
        ),
        tempting=Statistic(
            function=_before_and_after,
            tables=(*_READ, "coaching_sessions"),
            sentence="coached advisers after the programme less the month before it began",
        ),
    ),
)


def _skill(place: int, meaning: str) -> tuple[Column, ...]:
    name = SKILLS[place]
    profile = Column(
        name=f"profile_{name}",
        kind=Number(4),
        unit="points of 100",
        meaning=f"How the adviser's {name} stands beside the adviser's other skills.",
        recipe=derived.draw(
            lambda u, sd: sd * lookup.normal(of_adviser(u)), "$skill_profile_sd", sentence="one draw per adviser"
        ),
        role="working",
    )
    uncoached = Column(
        name=f"uncoached_{name}",
        kind=Number(4),
        unit="points of 100",
        meaning=f"Rating of {name} that would be given without coaching.",
        recipe=derived.draw(
            lambda u, bases, per_step, competence, own, learning, month, form, severity, sd: (
                bases[place] + per_step * competence + own + learning * month + form - severity + sd * lookup.normal(u)
            ),
            "$skill_base",
            "$skill_competence",
            "agents.competence@agent_id",
            f"profile_{name}",
            "$skill_learning",
            "month_number",
            "form",
            "evaluator_severity",
            "$skill_noise_sd",
            sentence="competence, profile, learning, form, evaluator and chance",
        ),
        role="working",
    )
    scored = Column(
        name=f"{name}_score",
        kind=Integer(0, 100),
        unit="points of 100",
        meaning=meaning,
        recipe=derived.formula(
            lambda score, effects, part: whole_number(score + effects[place] * part, 0, 100),
            f"uncoached_{name}",
            "$skill_coaching",
            "coaching_reached",
            sentence="rating without coaching, and what coaching has reached",
        ),
        when="is_evaluated",
    )
    return profile, uncoached, scored


_SKILLS = tuple(
    _skill(place, meaning)
    for place, meaning in enumerate(
        (
            "Lets the customer speak and takes up what was said.",
            "Shows understanding in fitting words.",
            "Says what happens next in plain words.",
            "Follows the rules and keeps the record.",
            "Sees the request through to its end.",
        )
    )
)


def _overall(effect: bool) -> Any:
    def compute(*inputs: Any) -> Array:
        effects, scores = inputs[0], inputs[1:]
        return mean_of(
            *(
                whole_number(score + (gain if effect else 0.0), 0, 100)
                for score, gain in zip(scores, effects, strict=True)
            )
        )

    return compute


TABLE = Table(
    name="skill_ratings",
    meaning="The evaluation of an adviser's calls or replies in one month.",
    rows=(Reference(AGENTS * MONTHS),),
    columns=(
        Column(name="rating_id", kind=Key(), meaning="Key of the evaluation."),
        Column(
            name="agent_id",
            kind=ForeignKey("agents"),
            meaning="The adviser.",
            recipe=derived.formula(lambda slot: 1 + slot // MONTHS, "#slot", sentence="one per month and adviser"),
        ),
        Column(
            name="month_number",
            kind=Integer(0, MONTHS - 1),
            meaning="Month, from January 2023.",
            recipe=derived.formula(lambda slot: slot % MONTHS, "#slot", sentence="in turn"),
            role="working",
        ),
        Column(
            name="month",
            kind=Date(),
            meaning="First day of the month.",
            recipe=derived.formula(lambda number: MONTH_STARTS[number], "month_number", sentence="first of the month"),
        ),
        Column(
            name="is_evaluated",
            kind=Boolean(),
            meaning="Whether there was an evaluation.",
            recipe=derived.draw(lambda u, share: u >= share, "$skill_absent_share", sentence="by chance"),
            role="working",
        ),
        Column(
            name="evaluator_id",
            kind=Integer(1, EVALUATORS),
            meaning="Number of the evaluator; empty without an evaluation, as are all that follow.",
            recipe=derived.draw(lambda u: 1 + (u * EVALUATORS).astype(np.int64), sentence="one of eight"),
            when="is_evaluated",
        ),
        Column(
            name="evaluator_severity",
            kind=Number(4),
            unit="points of 100",
            meaning="How many points the evaluator takes off.",
            recipe=derived.draw(severity_of, "evaluator_id", "$skill_evaluator_sd", sentence="one draw per evaluator"),
            role="latent",
        ),
        Column(
            name="evaluated_contacts",
            kind=Integer(3, 8),
            unit="contacts",
            meaning="Calls or replies that were evaluated.",
            recipe=categorical.choice("$skill_contacts", lowest=3),
            when="is_evaluated",
        ),
        Column(
            name="form",
            kind=Number(4),
            unit="points of 100",
            meaning="How the adviser did in that month, beside the usual.",
            recipe=numeric.score("$zero", {}, noise="$skill_form_sd"),
            role="latent",
        ),
        Column(
            name="group",
            kind=Category(("coached", "control")),
            meaning="The lot of the adviser.",
            recipe=derived.formula(
                lambda lots, agent: lots[FIRST_ADVISER + agent - 1],
                "employees.coaching_group[]",
                "agent_id",
                sentence="coaching_group of the adviser",
            ),
            role="working",
        ),
        *(column for profile, uncoached, _ in _SKILLS for column in (profile, uncoached)),
        Column(
            name="overall_uncoached",
            kind=Number(1, 0.0, 100.0),
            unit="points of 100",
            meaning="Overall rating without coaching.",
            recipe=derived.formula(
                _overall(False),
                "$skill_coaching",
                *(f"uncoached_{skill}" for skill in SKILLS),
                sentence="mean of the skills without coaching",
            ),
            role="latent",
        ),
        Column(
            name="overall_if_coached",
            kind=Number(1, 0.0, 100.0),
            unit="points of 100",
            meaning="Overall rating with all that coaching adds in the end.",
            recipe=derived.formula(
                _overall(True),
                "$skill_coaching",
                *(f"uncoached_{skill}" for skill in SKILLS),
                sentence="mean of the skills with coaching",
            ),
            role="latent",
        ),
        Column(
            name="start_month",
            kind=Integer(0, NEVER),
            meaning="Month in which coaching begins, from January 2023; 24 for never.",
            recipe=derived.formula(
                start_month, "overall_uncoached", "group=coached", sentence="after the weakest month of early 2024"
            ),
            role="working",
        ),
        Column(
            name="coaching_reached",
            kind=Number(2, 0.0, 1.0),
            unit="share",
            meaning="How much of its effect coaching has reached.",
            recipe=derived.formula(
                reached, "month_number", "start_month", "$skill_ramp", sentence="grows over the first months"
            ),
            role="latent",
        ),
        *(scored for _, _, scored in _SKILLS),
        Column(
            name="overall_score",
            kind=Number(1, 0.0, 100.0),
            unit="points of 100",
            meaning="Mean of the five skills.",
            recipe=derived.formula(mean_of, *(f"{skill}_score" for skill in SKILLS), sentence="mean of the skills"),
            when="is_evaluated",
        ),
    ),
)
