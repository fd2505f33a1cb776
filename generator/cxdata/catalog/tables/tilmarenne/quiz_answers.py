"""The quiz on customer culture: ten questions, asked of everybody before and after the first half were trained."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne._people import EMPLOYEES, on_a_working_day
from cxdata.catalog.tables.tilmarenne.employees import CENTRE
from cxdata.recipes import derived, lookup, numeric, temporal
from cxdata.schema.effect import Quantity
from cxdata.schema.estimator import difference_in_means
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Rule, ours
from cxdata.schema.statistic import Estimate, Statistic, Tables, clustered_ratio
from cxdata.schema.table import Column, Reference, Table

ROUNDS = ("before_training", "after_training")
STARTS = (date(2024, 3, 4), date(2024, 6, 10))
OPEN_DAYS = 18
QUESTIONS = 10
_START_DAYS = np.array([temporal.day_number(day) for day in STARTS])


def of_employee(u: Array) -> Array:
    """Return the draw of an employee's first quiz for both."""
    return np.repeat(u[:: len(ROUNDS)], len(ROUNDS))


def right_answers(
    u: Array, knowledge: Array, difficulties: tuple[float, ...], gains: tuple[float, ...], trained: Array | bool
) -> Array:
    """Return which questions are answered rightly, one bit each: knowledge against difficulty (Rasch 1960)."""
    answers = np.zeros(len(knowledge), dtype=np.int64)
    for place in range(QUESTIONS):
        known = knowledge + gains[place] * trained - difficulties[place] + lookup.logistic(u[place]) > 0
        answers = answers + (known.astype(np.int64) << place)
    return answers


def count_of(answers: Array) -> Array:
    """Return the number of right answers."""
    count = np.zeros(len(answers), dtype=np.int64)
    for place in range(QUESTIONS):
        count = count + (answers >> place & 1)
    return count


def both_rounds(tables: Tables) -> pd.DataFrame:
    """Return one row per employee who took the quiz twice, with what was gained in between."""
    rows = tables["quiz_answers"].dropna(subset=["correct_count"])
    wide = rows.pivot(index="employee_id", columns="round", values="correct_count").dropna()
    gain = (wide[ROUNDS[1]] - wide[ROUNDS[0]]).astype(float).rename("gain").reset_index()
    people = gain.merge(tables["employees"][["employee_id", "training_wave", "role"]], on="employee_id")
    return people.assign(was_trained=people["training_wave"] == "spring_2024")


def _gain_of_the_trained(tables: Tables) -> Estimate:
    rows = both_rounds(tables)
    gain = rows.loc[rows["was_trained"], ["gain", "employee_id"]]
    return clustered_ratio(gain["gain"].to_numpy(), np.ones(len(gain)), gain["employee_id"].to_numpy())


def _truth(tables: Tables) -> Estimate:
    rows = tables["latents/quiz_answers"]
    later = rows[(rows["quiz_answer_id"] - 1) % len(ROUNDS) == 1]
    return Estimate(float((later["correct_if_trained"] - later["correct_untrained"]).mean()), 0.0, len(later))


def wrong_count(tables: Tables) -> int:
    """Return how many counts differ from the answers, or stand without them."""
    rows = tables["quiz_answers"]
    names = [f"q{number:02d}_correct" for number in range(1, QUESTIONS + 1)]
    given = rows[names].notna().all(axis=1)
    counted = rows.loc[given, names].astype(int).sum(axis=1)
    return int((given != rows["correct_count"].notna()).sum() + (counted != rows.loc[given, "correct_count"]).sum())


PARAMETERS = (
    ours(
        "quiz_knowledge",
        (0.0, 0.6, 0.2, 0.5),
        "logit",
        "What an average employee knows before the training: shops, head office, back office, service centre.",
    ),
    ours("quiz_knowledge_manager", 0.7, "logit", "Managers know more."),
    ours("quiz_knowledge_shared", 0.3, "logit", "Those who see customer indicators know more."),
    ours("quiz_knowledge_sd", 0.8, "sd", "Spread of what employees know.", 0.0),
    ours(
        "quiz_difficulties",
        (-1.1, 0.2, -1.6, 0.8, -0.4, 1.2, -0.1, 0.5, 1.7, -0.7),
        "logit",
        "Difficulty of the ten questions.",
    ),
    ours("quiz_again", 0.5, "logit", "Gain by having seen the questions before."),
    ours(
        "quiz_training",
        (0.4, 0.5, 0.6, 0.8, 0.7, 0.9, 1.0, 0.9, 0.8, 0.7),
        "logit",
        "Gain by the training, question by question.",
    ),
    ours("quiz_days", 5.0, "days", "Mean days until the quiz is taken.", 0.1, 18.0),
    ours("quiz_taken_base", 1.0, "logit", "Takes the quiz (73%)."),
    ours("quiz_taken_office", 0.8, "logit", "Takes the quiz, added outside shops."),
    ours("quiz_taken_again", 0.25, "logit", "Takes the quiz, less the second time."),
    ours("quiz_taken_manager", 0.8, "logit", "Takes the quiz, added for managers."),
)

RULES = (
    Rule(
        sentence="right answers of a quiz sum to their count",
        tables=("quiz_answers",),
        violations=wrong_count,
    ),
)

_READ = ("quiz_answers", "employees")

QUANTITIES = (
    Quantity(
        id="training_on_quiz",
        of="run",
        title="How many more right answers did the training in customer culture bring?",
        estimand="Mean number of right answers of ten in June 2024 with training less that without, over all employees.",
        confounding="Everybody had seen the questions in March, which alone makes for more right answers in June.",
        basis="The size is ours.",
        truth=Statistic(
            function=_truth,
            tables=("latents/quiz_answers",),
            sentence="mean difference of the two counts of each employee",
        ),
        right=difference_in_means(
            both_rounds,
            outcome="gain",
            treatment="was_trained",
            cluster="employee_id",
            tables=_READ,
            sentence="gain of those trained in spring less that of those who had to wait",
        ),
        tempting=Statistic(
            function=_gain_of_the_trained,
            tables=_READ,
            sentence="gain of those trained in spring",
        ),
    ),
)


def _question(place: int) -> Column:
    return Column(
        name=f"q{place + 1:02d}_correct",
        kind=Boolean(),
        meaning=f"Whether question {place + 1} was answered rightly; empty where the quiz was not taken.",
        recipe=derived.formula(
            lambda answers: (answers >> place & 1).astype(bool), "answers", sentence=f"bit {place} of the answers"
        ),
        when="was_taken",
    )


TABLE = Table(
    name="quiz_answers",
    meaning="An employee's quiz on customer culture in one round.",
    rows=(Reference(EMPLOYEES * len(ROUNDS)),),
    columns=(
        Column(name="quiz_answer_id", kind=Key(), meaning="Key of the quiz."),
        Column(
            name="employee_id",
            kind=ForeignKey("employees"),
            meaning="Whose quiz it is.",
            recipe=derived.formula(lambda slot: 1 + slot // len(ROUNDS), "#slot", sentence="two per employee"),
        ),
        Column(
            name="round",
            kind=Category(ROUNDS),
            meaning="Before the first half of the employees were trained, or after.",
            recipe=derived.formula(lambda slot: slot % len(ROUNDS), "#slot", sentence="in turn"),
        ),
        Column(
            name="is_second",
            kind=Boolean(),
            meaning="Whether it is the second round.",
            recipe=derived.formula(lambda number: number > 0, "round", sentence="after_training"),
            role="working",
        ),
        Column(
            name="is_outside_shops",
            kind=Boolean(),
            meaning="Whether the employee works elsewhere than in a shop.",
            recipe=derived.formula(lambda unit: unit > 0, "employees.department@employee_id", sentence="no shop"),
            role="working",
        ),
        Column(
            name="was_there",
            kind=Boolean(),
            meaning="Whether the employee had been hired.",
            recipe=derived.formula(
                lambda day, number: day < _START_DAYS[number],
                "employees.hired_on@employee_id",
                "round",
                sentence="hired before the round",
            ),
            role="working",
        ),
        Column(
            name="was_taken",
            kind=Boolean(),
            meaning="Whether the employee took the quiz.",
            recipe=numeric.happens(
                "$quiz_taken_base",
                {
                    "is_outside_shops": "$quiz_taken_office",
                    "is_second": "-$quiz_taken_again",
                    "employees.is_manager@employee_id": "$quiz_taken_manager",
                },
                only="was_there",
            ),
        ),
        Column(
            name="taken_on",
            kind=Date(),
            meaning="Day of the quiz; empty where it was not taken.",
            recipe=derived.draw(
                lambda u, number, days: on_a_working_day(
                    _START_DAYS[number] + np.minimum(lookup.exponential(u) * days, OPEN_DAYS).astype(np.int64), u
                ),
                "round",
                "$quiz_days",
                sentence="most in the first days",
            ),
            when="was_taken",
        ),
        Column(
            name="knowledge",
            kind=Number(4),
            unit="logit",
            meaning="What the employee knows without the training, in this round.",
            recipe=derived.draw(
                lambda u, unit, manager, shared, second, means, for_manager, for_shared, sd, again: (
                    np.asarray(means)[np.minimum(unit, CENTRE)]
                    + for_manager * manager
                    + for_shared * shared
                    + sd * lookup.normal(of_employee(u))
                    + again * second
                ),
                "employees.department@employee_id",
                "employees.is_manager@employee_id",
                "employees.kpi_shared@employee_id",
                "is_second",
                "$quiz_knowledge",
                "$quiz_knowledge_manager",
                "$quiz_knowledge_shared",
                "$quiz_knowledge_sd",
                "$quiz_again",
                sentence="by department, more for managers, with indicators and the second time, and the employee's own",
            ),
            role="latent",
        ),
        Column(
            name="is_trained",
            kind=Boolean(),
            meaning="Whether the employee had been trained before this round.",
            recipe=derived.formula(
                lambda second, first_half: second & first_half,
                "is_second",
                "first_half",
                sentence="second round, of the first half",
            ),
        ),
        Column(
            name="first_half",
            kind=Boolean(),
            meaning="Whether the employee was trained in spring.",
            recipe=derived.formula(
                lambda wave: wave == 0, "employees.training_wave@employee_id", sentence="trained in spring"
            ),
            role="working",
        ),
        Column(
            name="both_answers",
            kind=Integer(0, 2 ** (2 * QUESTIONS)),
            meaning="Right answers without training, and with it in the upper bits.",
            recipe=derived.draw(
                lambda u, knowledge, difficulties, gains: (
                    right_answers(u, knowledge, difficulties, gains, False)
                    + (right_answers(u, knowledge, difficulties, gains, True) << QUESTIONS)
                ),
                "knowledge",
                "$quiz_difficulties",
                "$quiz_training",
                draws=QUESTIONS,
                sentence="knowledge against difficulty, with and without training, from the same draws",
            ),
            role="working",
        ),
        Column(
            name="answers",
            kind=Integer(0, 2**QUESTIONS - 1),
            meaning="Right answers, one bit each.",
            recipe=derived.formula(
                lambda both, trained: np.where(trained, both >> QUESTIONS, both & 2**QUESTIONS - 1),
                "both_answers",
                "is_trained",
                sentence="those with training if is_trained, else those without",
            ),
            role="working",
        ),
        Column(
            name="correct_untrained",
            kind=Integer(0, QUESTIONS),
            unit="answers of 10",
            meaning="Right answers without training.",
            recipe=derived.formula(
                lambda both: count_of(both & 2**QUESTIONS - 1), "both_answers", sentence="count of the lower bits"
            ),
            role="latent",
        ),
        Column(
            name="correct_if_trained",
            kind=Integer(0, QUESTIONS),
            unit="answers of 10",
            meaning="Right answers with training.",
            recipe=derived.formula(
                lambda both: count_of(both >> QUESTIONS), "both_answers", sentence="count of the upper bits"
            ),
            role="latent",
        ),
        *(_question(place) for place in range(QUESTIONS)),
        Column(
            name="correct_count",
            kind=Integer(0, QUESTIONS),
            unit="answers of 10",
            meaning="Right answers; empty where the quiz was not taken.",
            recipe=derived.formula(count_of, "answers", sentence="count of the answers"),
            when="was_taken",
        ),
    ),
)
