"""Knowledge of the customer culture: three fifths of the gain are the training's, the rest is a second look."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, measures
from casebook.worked.figures import Column
from casebook.worked.measures import Z_95
from casebook.worked.page import Page, hold
from casebook.worked.sheet import Sheet, sheet
from cxdata.catalog import scan

MARCH, JUNE = "before_training", "after_training"
NAMES = [f"q{number:02d}_correct" for number in range(1, 11)]
DEPARTMENTS = {
    "shops": {"en": "Shops", "fr": "Magasins"},
    "head_office": {"en": "Head office", "fr": "Siège"},
    "back_office": {"en": "Back office", "fr": "Back-office"},
    "service_centre": {"en": "Service centre", "fr": "Service client"},
}
SEGMENTS = {
    "gardeners": {"en": "gardeners", "fr": "jardiniers"},
    "home_makers": {"en": "home makers", "fr": "aménageurs"},
    "renovators": {"en": "renovators", "fr": "rénovateurs"},
    "gift_buyers": {"en": "gift buyers", "fr": "offreurs de cadeaux"},
    "bargain_hunters": {"en": "bargain hunters", "fr": "chasseurs de bonnes affaires"},
}
DAY_EUR, HOUR_EUR, QUIZ_MINUTES = 180, 28, 10
"""A day of training per head, an hour of anybody, and how long the quiz takes, in our story."""
PASS = 7
"""Right answers from which the company wants to hand out a certificate."""


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    facts(page, data)
    quizzes = data["quiz_answers"].merge(data["employees"], on="employee_id")
    quizzes = quizzes[quizzes["was_taken"].astype(bool)]
    march, both = quizzes[quizzes["round"] == MARCH], twice(quizzes)
    departments(page, march)
    items(page, march, both)
    effect(page, data, both)
    ceiling(page, both)
    certificate(page, data, march)
    takers(page, data, march)
    exercise(page, both)


def twice(quizzes: pd.DataFrame) -> pd.DataFrame:
    """Return one row per employee who took both rounds: answers and counts of March and June, and who was trained."""
    wide = {
        name: rows.set_index("employee_id")[[*NAMES, "correct_count"]].astype(float)
        for name, rows in quizzes.groupby("round", observed=True)
    }
    both = wide[MARCH].join(wide[JUNE], how="inner", lsuffix="_march", rsuffix="_june")
    people = quizzes.drop_duplicates("employee_id").set_index("employee_id")[
        ["department", "store_id", "training_wave"]
    ]
    both = both.join(people)
    return both.assign(
        trained=both["training_wave"] == "spring_2024",
        gain=both["correct_count_june"] - both["correct_count_march"],
    ).reset_index()


def facts(page: Page, data: cxdata.Dataset) -> None:
    """The ten facts, counted, and their sheet."""
    orders, contacts, deliveries, surveys = (data[name] for name in ("orders", "contacts", "deliveries", "surveys"))
    segments = data["customers"]["segment"].value_counts(normalize=True)
    spent = orders.groupby("customer_id")["amount_eur"].sum().sort_values(ascending=False)
    reasons = contacts["reason"].value_counts(normalize=True)
    late = deliveries[deliveries["is_late"].astype(bool)]
    told = contacts.loc[contacts["reason"] == "late_delivery", "order_id"]
    called = surveys.loc[surveys["programme"] == "callback_after_order", "csat"].dropna()
    mailed = surveys.loc[surveys["programme"] == "email_after_order", "answered"]
    found = {
        "q01": 100 * (orders["channel"] == "shop").mean(),
        "q02": 100 * reasons.iloc[0],
        "q03": 100 * segments.iloc[0],
        "q04": 100 * deliveries["is_late"].mean(),
        "q05": 100 * (called >= 4).mean(),
        "q06": 100 * spent.head(round(len(spent) / 5)).sum() / spent.sum(),
        "q07": data["complaints"]["reply_delay_hours"].median(),
        "q08": 100 * contacts["is_resolved_first_time"].dropna().astype(bool).mean(),
        "q09": 100 * late["order_id"].isin(told).mean(),
        "q10": 100 * mailed.mean(),
    }
    hold("most contacts are about returns and refunds", reasons.index[0] == "return_refund")
    hold("most customers with a late parcel stay silent", found["q09"] < 50)
    values: dict[str, str | float] = {f"fact.{name}": page.written(number) for name, number in found.items()}
    values |= {f"fact.segment.{language}": text for language, text in SEGMENTS[str(segments.index[0])].items()}
    page.value("fact.told", found["q09"], unit="percent")
    content = artefacts.read(page, Path(__file__).with_suffix(".toml"), Sheet, values, part="facts")
    page.html("facts", sheet(content, language=page.language))


def departments(page: Page, march: pd.DataFrame) -> None:
    """Scores of March by department."""
    page.value("march", len(march))
    page.value("march.mean", march["correct_count"].mean(), digits=1)
    lines = []
    parts = [(page.say(**label), march[march["department"] == name]) for name, label in DEPARTMENTS.items()]
    parts.append((page.say(en="Managers, all", fr="Encadrement, partout"), march[march["is_manager"].astype(bool)]))
    for label, rows in parts:
        score, margin = rows["correct_count"].mean(), Z_95 * rows["correct_count"].sem()
        between = page.say(en="to", fr="à")
        lines.append(
            (
                label,
                len(rows),
                score,
                f"{page.written(score - margin, digits=1)} {between} {page.written(score + margin, digits=1)}",
            )
        )
    table = pd.DataFrame(lines, columns=["part", "taken", "score", "interval"])
    hold("managers know most", table["score"].idxmax() == len(table) - 1)
    page.value("managers.march", table["score"].iloc[-1], digits=1)
    page.table(
        "departments",
        table,
        caption=page.say(en="Right answers of ten in March 2024", fr="Bonnes réponses sur dix, mars 2024"),
        columns={
            "part": Column(label=page.say(en="Who", fr="Qui")),
            "taken": Column(label=page.say(en="Took it", fr="L’ont fait")),
            "score": Column(label=page.say(en="Mean", fr="Moyenne"), digits=1),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %"), right=True),
        },
    )


def moved(both: pd.DataFrame, name: str) -> measures.Difference:
    """Return what training added to the share of right answers to one question, in points."""
    rows = both.assign(change=100.0 * (both[f"{name}_june"] - both[f"{name}_march"]))
    return measures.difference(rows, outcome="change", treatment="trained", cluster="employee_id")


def items(page: Page, march: pd.DataFrame, both: pd.DataFrame) -> None:
    """Each question: difficulty, discrimination, what training added."""
    answers = march[NAMES].astype(float)
    lines = []
    for number, name in enumerate(NAMES, 1):
        rest = answers.drop(columns=name).sum(axis=1)
        found = moved(both, name)
        lines.append(
            {
                "question": number,
                "march": 100 * answers[name].mean(),
                "discrimination": answers[name].corr(rest),
                "waiting": 100 * both.loc[~both["trained"], f"{name}_june"].mean(),
                "trained": 100 * both.loc[both["trained"], f"{name}_june"].mean(),
                "added": found.value,
                "low": found.low,
                "high": found.high,
            }
        )
    table = pd.DataFrame(lines).sort_values("march", ascending=False).reset_index(drop=True)
    easiest, hardest = table.iloc[0], table.iloc[-1]
    for name, row in (("easiest", easiest), ("hardest", hardest)):
        page.value(name, row["question"])
        page.value(f"{name}.march", row["march"], unit="percent")
        page.value(f"{name}.trained", row["trained"], unit="percent")
        page.value(f"{name}.discrimination", row["discrimination"], digits=2)
    best = table.loc[table["discrimination"].idxmax()]
    page.value("sharpest", best["question"])
    page.value("sharpest.discrimination", best["discrimination"], digits=2)
    hold(
        "the easiest is question three, the hardest question nine", (easiest["question"], hardest["question"]) == (3, 9)
    )
    hold("the easiest separates worst", table["discrimination"].idxmin() == 0)
    hold("all questions separate a little", bool((table["discrimination"] > 0.1).all()))
    page.value("easy.half", table["march"].head(5).mean(), unit="percent")
    page.value("hard.half", table["march"].tail(5).mean(), unit="percent")
    sure = table[table["low"] > 0]
    page.value("sure", len(sure))
    known, moves = table["march"] >= 80, table["low"] > 0
    for name, rows in (("poster", table[known]), ("teach", table[~known & moves]), ("other", table[~known & ~moves])):
        numbers = sorted(int(number) for number in rows["question"])
        hold("each part of the path has two questions or more", len(numbers) > 1)
        listed = ", ".join(map(str, numbers[:-1]))
        page.text(f"path.{name}", en=f"{listed} and {numbers[-1]}", fr=f"{listed} et {numbers[-1]}")
    hold("the easiest question's gain is not sure", easiest["low"] < 0)
    hold("the hardest question gains surely", hardest["low"] > 0)
    variance = answers.sum(axis=1).var()
    kr20 = len(NAMES) / (len(NAMES) - 1) * (1 - (answers.mean() * (1 - answers.mean())).sum() / variance)
    page.value("kr20", kr20, digits=2)
    kinds = {
        "march": page.say(en="March, all", fr="mars, tous"),
        "waiting": page.say(en="June, not yet trained", fr="juin, pas encore formés"),
        "trained": page.say(en="June, trained", fr="juin, formés"),
    }
    table["name"] = [
        page.say(en=f"Question {row.question:.0f}", fr=f"Question {row.question:.0f}") for row in table.itertuples()
    ]
    long = table.melt(id_vars=["name"], value_vars=list(kinds), var_name="kind", value_name="share")
    long["kind"] = long["kind"].map(kinds)

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(y=alt.Y("name:N", sort=None, title=None))
        x = alt.X(
            "march:Q",
            scale=alt.Scale(domain=[20, 100]),
            axis=alt.Axis(values=[20, 40, 60, 80, 100]),
            title=page.say(en="Right answers, %", fr="Bonnes réponses, %"),
        )
        points = (
            alt.Chart(long)
            .mark_point(size=95, filled=True, opacity=1)
            .encode(
                y=alt.Y("name:N", sort=None, title=None),
                x="share:Q",
                color=alt.Color(
                    "kind:N",
                    sort=list(kinds.values()),
                    scale=alt.Scale(domain=list(kinds.values()), range=[charts.NEUTRAL, charts.BAD, charts.GOOD]),
                    legend=alt.Legend(
                        title=None, orient="top", columns=1 if width <= charts.NARROW else 3, labelLimit=240
                    ),
                ),
            )
        )
        rule = base.mark_rule(strokeWidth=2, color=charts.LINE).encode(x=x, x2="trained:Q")
        return (rule + points).properties(width=width - 80, height=26 * len(table))

    page.chart(
        "items",
        dots,
        title=page.say(
            en="Everybody gains by having seen the questions; the trained gain more, where there is room",
            fr="Tous progressent pour avoir déjà vu les questions ; les formés davantage, là où il reste de la place",
        ),
        alternative=page.say(
            en="Right answers by question, easiest first, in March, in June without and with training: ",
            fr="Bonnes réponses par question, de la plus facile à la plus difficile, en mars, en juin sans puis avec formation : ",
        )
        + "; ".join(
            f"{row.question:.0f}: {page.written(row.march)}, {page.written(row.waiting)}, {page.written(row.trained, unit='percent')}"
            for row in table.itertuples()
        )
        + ".",
        data=table[["question", "march", "discrimination", "waiting", "trained", "added", "low", "high"]],
        columns={
            "question": Column(label=page.say(en="Question", fr="Question")),
            "march": Column(label=page.say(en="March", fr="Mars"), unit="percent"),
            "discrimination": Column(label=page.say(en="Discrimination", fr="Discrimination"), digits=2),
            "waiting": Column(label=page.say(en="June, not trained", fr="Juin, non formés"), unit="percent"),
            "trained": Column(label=page.say(en="June, trained", fr="Juin, formés"), unit="percent"),
            "added": Column(label=page.say(en="Training, points", fr="Formation, points"), sign=True),
            "low": Column(label=page.say(en="From", fr="De"), sign=True),
            "high": Column(label=page.say(en="To", fr="À"), sign=True),
        },
    )


def effect(page: Page, data: cxdata.Dataset, both: pd.DataFrame) -> None:
    """What the training brought, and what an answer costs."""
    trained, waiting = both[both["trained"]], both[~both["trained"]]
    page.value("twice", len(both))
    for name, rows in (("trained", trained), ("waiting", waiting)):
        page.value(name, len(rows))
        page.value(f"{name}.march", rows["correct_count_march"].mean(), digits=2)
        page.value(f"{name}.june", rows["correct_count_june"].mean(), digits=2)
        page.value(f"{name}.gain", rows["gain"].mean(), digits=2)
    found = measures.difference(both, outcome="gain", treatment="trained", cluster="employee_id")
    for suffix, number in (("", found.value), (".low", found.low), (".high", found.high)):
        page.value(f"effect{suffix}", number, digits=2)
    key = float(cxdata.answer_key(data)["training_on_quiz"]["realised"]["value"])
    page.value("effect.key", key, digits=2)
    hold("the comparison finds what was planted", found.low < key < found.high)
    hold("the plain gain is far too high", trained["gain"].mean() > found.high)
    people = int((data["employees"]["training_wave"] == "autumn_2024").sum())
    page.value("people", people)
    page.value("day", DAY_EUR, unit="euros")
    page.value("days", people * DAY_EUR, unit="euros")
    page.value("answer.claimed", DAY_EUR / trained["gain"].mean(), unit="euros")
    page.value("answer.real", DAY_EUR / found.value, unit="euros")
    quiz = HOUR_EUR * QUIZ_MINUTES / 60
    page.value("quiz.minutes", QUIZ_MINUTES)
    page.value("quiz.cost", quiz, digits=2, unit="euros")
    page.value("answer.quiz", quiz / waiting["gain"].mean(), digits=2, unit="euros")
    page.value("credited", round(people * DAY_EUR * (1 - found.value / trained["gain"].mean()), -2), unit="euros")
    page.value("credited.share", 100 * waiting["gain"].mean() / trained["gain"].mean(), unit="percent")


def ceiling(page: Page, both: pd.DataFrame) -> None:
    """Where the room ends: gains by what people knew at the start."""
    bands = ((0, 3), (4, 5), (6, 7), (8, 10))
    lines = []
    for low, high in bands:
        rows = both[both["correct_count_march"].between(low, high)]
        found = measures.difference(rows, outcome="gain", treatment="trained", cluster="employee_id")
        gains = rows.groupby("trained")["gain"].mean()
        lines.append(
            (page.say(en=f"{low} to {high}", fr=f"{low} à {high}"), len(rows), gains[False], gains[True], found.value)
        )
    table = pd.DataFrame(lines, columns=["start", "people", "waiting", "trained", "added"])
    for place, name in ((0, "floor"), (-1, "top")):
        page.value(f"{name}.added", table["added"].iloc[place], digits=1)
        page.value(f"{name}.trained", table["trained"].iloc[place], digits=1)
        page.value(f"{name}.waiting", abs(table["waiting"].iloc[place]), digits=1)
    hold("the more one knew, the less training adds", bool(table["added"].is_monotonic_decreasing))
    hold("the best fall back without training", table["waiting"].iloc[-1] < 0)
    page.table(
        "ceiling",
        table,
        caption=page.say(
            en="Change from March to June, by right answers in March",
            fr="Évolution de mars à juin, selon les bonnes réponses de mars",
        ),
        columns={
            "start": Column(label=page.say(en="In March", fr="En mars")),
            "people": Column(label=page.say(en="People", fr="Personnes")),
            "waiting": Column(label=page.say(en="Not trained", fr="Non formés"), digits=1, sign=True),
            "trained": Column(label=page.say(en="Trained", fr="Formés"), digits=1, sign=True),
            "added": Column(label=page.say(en="Added", fr="Apport"), digits=1, sign=True),
        },
    )


def certificate(page: Page, data: cxdata.Dataset, march: pd.DataFrame) -> None:
    """What a pass mark does to persons: the recipe tells what each would score on average."""
    hard = scan.scenario("tilmarenne").parameter_index()["quiz_difficulties"].value
    assert isinstance(hard, tuple)
    known = march.merge(data.truth["latents/quiz_answers"][["quiz_answer_id", "knowledge"]], on="quiz_answer_id")
    expected = (1 / (1 + np.exp(np.asarray(hard) - known["knowledge"].to_numpy()[:, None]))).sum(axis=1)
    passed, deserved = known["correct_count"].to_numpy() >= PASS, expected >= PASS
    page.value("pass", PASS)
    page.value("passed", int(passed.sum()))
    page.value("deserved", int(deserved.sum()))
    page.value("passed.wrong", int((passed & ~deserved).sum()))
    page.value("failed.wrong", int((~passed & deserved).sum()))
    page.value("passed.wrong.share", 100 * (passed & ~deserved).sum() / passed.sum(), unit="percent")
    hold("many certificates are luck", (passed & ~deserved).sum() > 0.3 * passed.sum())


def takers(page: Page, data: cxdata.Dataset, march: pd.DataFrame) -> None:
    """Who takes the quiz, against all who could."""
    everybody = data["quiz_answers"].merge(data["employees"], on="employee_id")
    everybody = everybody[(everybody["round"] == MARCH) & (everybody["hired_on"].astype(str) < "2024-03-04")]
    key = everybody.merge(
        data.truth["latents/quiz_answers"][["quiz_answer_id", "correct_untrained"]], on="quiz_answer_id"
    )
    page.value("could", len(everybody))
    page.value(
        "took.shops", 100 * everybody.loc[everybody["department"] == "shops", "was_taken"].mean(), unit="percent"
    )
    page.value(
        "took.others", 100 * everybody.loc[everybody["department"] != "shops", "was_taken"].mean(), unit="percent"
    )
    page.value("key.all", key["correct_untrained"].mean(), digits=2)
    page.value("key.takers", march["correct_count"].mean(), digits=2)
    managers = everybody.groupby(everybody["is_manager"].astype(bool))["was_taken"].mean()
    page.value("took.managers", 100 * managers[True], unit="percent")
    page.value("took.staff", 100 * managers[False], unit="percent")
    hold("those who take it know more than all", march["correct_count"].mean() > key["correct_untrained"].mean())


def exercise(page: Page, both: pd.DataFrame) -> None:
    """Questions nine and three, in shops."""
    shops = both[both["department"] == "shops"]
    page.value("shops.twice", len(shops))
    for name in ("q03", "q09"):
        rows = shops.groupby("trained")[[f"{name}_correct_march", f"{name}_correct_june"]].mean() * 100
        for side, label in ((True, "trained"), (False, "waiting")):
            page.value(f"{name}.{label}.march", rows.loc[side].iloc[0], unit="percent")
            page.value(f"{name}.{label}.june", rows.loc[side].iloc[1], unit="percent")
        found = moved(shops, f"{name}_correct")
        for suffix, number in (("", found.value), (".low", found.low), (".high", found.high)):
            page.value(f"{name}{suffix}", number, sign=True)
    hold("question nine moved in shops", moved(shops, "q09_correct").low > 0)
    hold("question three did not surely", moved(shops, "q03_correct").low < 0)
