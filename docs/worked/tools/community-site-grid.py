"""Community site, orientation grid: quick answers from peers, a saving overclaimed, and experts that it rests on."""

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold
from casebook.worked.shrinkage import still_open

END = pd.Timestamp("2025-01-01")
"""Questions without an answer were last looked at then."""
PLATFORM_EUR, RUNNING_EUR = 90_000, 12_000
"""A year of the platform on offer, and of the community as it runs today, of our story."""
MINUTE_EUR = 0.62
"""Cost of a minute of an adviser, as on the page on complaint costs."""
SOON, LATE = 2, 12
"""Hours within which an answer is soon, and after which our story sends an expert."""
SMALL, GROW = 40, 70
"""Points of a hundred from which our grid says: keep it small; let it grow."""
DRAWS = 2_000
HARD = {"kitchen_fitting", "lighting"}


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    questions = data["community_questions"]
    hour = questions["asked_at"].dt.hour
    opening = hours(data["contact_volumes"])
    open_now = hour.between(opening[0], opening[1] - 1) & (questions["asked_at"].dt.dayofweek < 6)
    questions = questions.assign(
        answered=questions["first_answer_hours"].notna(),
        waited=questions["first_answer_hours"].fillna((END - questions["asked_at"]).dt.total_seconds() / 3600),
        closed=~open_now,
        by=questions["solved_by"].astype(str),
        topic=questions["topic"].astype(str),
    )
    page.value("opens", opening[0])
    page.value("closes", opening[1])
    for name, number in (("platform", PLATFORM_EUR), ("running", RUNNING_EUR)):
        page.value(name, number, unit="euros")
    page.value("soon", SOON)
    page.value("late", LATE)
    page.value("small", SMALL)
    page.value("grow", GROW)
    found = waits(page, questions)
    found |= solutions(page, questions)
    found |= savings(page, questions, data)
    grid(page, found)
    silent(page, questions, data)
    depends(page, questions, data)
    exercise(page, questions)


def hours(volumes: pd.DataFrame) -> tuple[int, int]:
    """Return the hours between which the telephone line is open."""
    starts = volumes["starts_at"].dt.hour
    return int(starts.min()), int(starts.max()) + 1


def shares(page: Page, name: str, count: int, total: int) -> float:
    """Name a share and its Wilson interval, in percent, and return the share."""
    low, high = measures.share_interval(count, total)
    for part, number in (("", count / total), (".low", low), (".high", high)):
        page.value(f"{name}{part}", 100 * number, unit="percent")
    return 100 * count / total


def at(curve: pd.DataFrame, hours_waited: float) -> pd.Series:
    """Return the row of a curve that holds after some hours."""
    return curve[curve["days"] <= hours_waited].iloc[-1]


def waits(page: Page, questions: pd.DataFrame) -> dict[str, float]:
    """How long a question waits, over all questions."""
    page.value("questions", len(questions))
    page.value("weekly", len(questions) / 104.4)
    page.value("answers", questions["answers"].sum())
    curve = still_open(questions["waited"], questions["answered"])
    page.value("median", curve[curve["open"] <= 0.5]["days"].iloc[0], digits=1)
    soon = at(curve, SOON)
    for part, number in (("", 1 - soon["open"]), (".low", 1 - soon["high"]), (".high", 1 - soon["low"])):
        page.value(f"answered.soon{part}", 100 * number, unit="percent")
    page.value("open.late", 100 * at(curve, LATE)["open"], unit="percent")
    shares(page, "never", int((~questions["answered"]).sum()), len(questions))
    closed = shares(page, "closed", int(questions["closed"].sum()), len(questions))
    lines = []
    names = {
        False: page.say(en="asked while the line is open", fr="posées ligne ouverte"),
        True: page.say(en="asked while it is closed", fr="posées ligne fermée"),
    }
    for is_closed, label in names.items():
        part = questions[questions["closed"] == is_closed]
        own = still_open(part["waited"], part["answered"])
        page.value(f"{'closed' if is_closed else 'opened'}.soon", 100 * (1 - at(own, SOON)["open"]), unit="percent")
        for step in np.arange(0, 24.5, 0.5):
            lines.append({"asked": label, "hours": float(step), "percent": 100 * float(at(own, step)["open"])})
    frame = pd.DataFrame(lines)

    def curves(width: int) -> alt.LayerChart:
        x = alt.X(
            "hours:Q",
            axis=alt.Axis(values=[0, 4, 8, 12, 16, 20, 24]),
            title=page.say(en="Hours after the question", fr="Heures après la question"),
        )
        y = alt.Y(
            "percent:Q",
            scale=alt.Scale(domain=[0, 100]),
            title=page.say(en="Without an answer, %", fr="Sans réponse, %"),
        )
        colour = alt.Color(
            "asked:N",
            scale=alt.Scale(domain=list(names.values()), range=[charts.GOOD, charts.BAD]),
            legend=alt.Legend(orient="top", direction="vertical" if width < 400 else "horizontal"),
        )
        return alt.layer(
            alt.Chart(frame).mark_line(interpolate="step-after").encode(x=x, y=y, color=colour)
        ).properties(width=width, height=220)

    page.chart(
        "waits",
        curves,
        title=page.say(
            en="While the telephone line is closed, nearly half of the questions still get an answer within two hours",
            fr="Même ligne téléphonique fermée, près de la moitié des questions ont une réponse en deux heures",
        ),
        alternative=page.say(en="Without an answer after two and after twelve hours: ", fr="Sans réponse après deux et douze heures : ")
        + "; ".join(
            f"{label} {page.written(frame[(frame['asked'] == label) & (frame['hours'] == SOON)]['percent'].iloc[0], unit='percent')}, {page.written(frame[(frame['asked'] == label) & (frame['hours'] == LATE)]['percent'].iloc[0], unit='percent')}"
            for label in names.values()
        )
        + ".",
        note=page.say(
            en="Kaplan-Meier; unanswered questions are watched to the end of the record.",
            fr="Kaplan-Meier ; les questions sans réponse sont suivies jusqu’à la fin du relevé.",
        ),
        data=frame[frame["hours"].isin([0, 1, 2, 4, 8, 12, 24])],
        columns={
            "asked": Column(label=page.say(en="Asked", fr="Posées")),
            "hours": Column(label=page.say(en="Hours", fr="Heures")),
            "percent": Column(label=page.say(en="Open, %", fr="Ouvertes, %")),
        },
    )  # fmt: skip
    hold("most by day and nearly half by night within two hours", 30 < frame[frame["hours"] == SOON]["percent"].min() < 40 and frame[frame["hours"] == SOON]["percent"].max() < 55)  # fmt: skip
    return {"soon": 100 * (1 - soon["open"]), "closed": closed, "weekly": len(questions) / 104.4}


def solutions(page: Page, questions: pd.DataFrame) -> dict[str, float]:
    """Who solves what."""
    solved = shares(page, "solved", int(questions["solved"].sum()), len(questions))
    peer = shares(page, "peer", int((questions["by"] == "peer").sum()), len(questions))
    page.value("expert", 100 * (questions["by"] == "expert").mean(), unit="percent")
    share = shares(page, "expert.share", int((questions["by"] == "expert").sum()), int(questions["solved"].sum()))
    return {"solved": solved, "peer": peer, "expert": share}


def savings(page: Page, questions: pd.DataFrame, data: cxdata.Dataset) -> dict[str, float]:
    """What is claimed, what would pay, and what is certain at most."""
    contacts = data["contacts"]
    advice = contacts[(contacts["reason"] == "product_advice") & ~contacts["is_abandoned"]]
    each = float(advice["handle_minutes"].mean()) * MINUTE_EUR
    page.value("contact.each", each, digits=2, unit="euros")
    reads = int(questions["views"].sum())
    page.value("reads", reads)
    claimed = reads * questions["solved"].mean()
    page.value("claimed", round(claimed, -3))
    page.value("claimed.eur", round(claimed * each, -3), unit="euros")
    bound = int(questions["solved"].sum())
    page.value("bound", bound)
    page.value("bound.eur", round(bound * each, -2), unit="euros")
    page.value("times", claimed / bound)
    for name, price in (("running", RUNNING_EUR), ("platform", PLATFORM_EUR)):
        page.value(f"needs.{name}", 100 * 2 * price / each / reads, unit="percent")
    page.value("question.each", 2 * RUNNING_EUR / len(questions), unit="euros")
    hold("the platform would need more than a quarter of all reads", 2 * PLATFORM_EUR / each / reads > 0.25)
    hold("today's costs need one read in thirty or so", 0.02 < 2 * RUNNING_EUR / each / reads < 0.05)
    frame = pd.DataFrame(
        {
            "what": [
                page.say(en="Claimed: reads of solved questions", fr="Annoncé, par les lecteurs"),
                page.say(en="Price of the platform", fr="Prix de la plateforme"),
                page.say(en="Price of today’s community", fr="Prix du site actuel"),
                page.say(en="At most, by the askers", fr="Au plus, par les demandeurs"),
            ],
            "euros": [claimed * each / 1_000, 2 * PLATFORM_EUR / 1_000, 2 * RUNNING_EUR / 1_000, bound * each / 1_000],
            "kind": ["saved", "price", "price", "saved"],
        }
    )
    frame["text"] = [page.written(euros, digits=1 if euros < 10 else 0) for euros in frame["euros"]]

    def bars(width: int) -> alt.LayerChart:
        narrow = width < 400
        frame["place"] = frame.index
        base = alt.Chart(frame).encode(y=alt.Y("place:O", axis=None, scale=alt.Scale(padding=0.55)))
        x = alt.X("euros:Q", axis=None, scale=alt.Scale(domain=[0, frame["euros"].max() * (1.2 if narrow else 1.1)]))
        colour = alt.Color(
            "kind:N", scale=alt.Scale(domain=["saved", "price"], range=[charts.GOOD, charts.NEUTRAL]), legend=None
        )
        return (
            base.mark_bar(height=18).encode(x=x, color=colour)
            + base.mark_text(align="left", dy=-18).encode(x=alt.value(0), text="what:N")
            + base.mark_text(align="left", dx=6).encode(x=x, text="text:N")
        ).properties(width=width, height=220)

    page.chart(
        "savings",
        bars,
        title=page.say(
            en="The claim counts readers, the bound counts askers; prices lie between",
            fr="L’annonce compte les lecteurs, la borne les demandeurs ; les prix sont entre les deux",
        ),
        alternative=page.say(en="Thousand euros in two years: ", fr="Milliers d’euros en deux ans : ")
        + "; ".join(f"{row.what} {row.text}" for row in frame.itertuples())
        + ".",
        note=page.say(
            en="Thousand euros in two years. Green: contacts avoided; grey: prices of our story.",
            fr="Milliers d’euros en deux ans. Vert : contacts évités ; gris : prix de notre récit.",
        ),
        data=frame[["what", "euros"]],
        columns={
            "what": Column(label=page.say(en="What", fr="Quoi")),
            "euros": Column(label=page.say(en="k€", fr="k€"), digits=1),
        },
    )
    return {"needs": 100 * 2 * RUNNING_EUR / each / reads}


def grid(page: Page, found: dict[str, float]) -> None:
    """Criteria with weight, today's value and points, and the verdict under other weights."""
    lines = {
        "peers": ({"en": "Peers know: solved by them", "fr": "Les pairs savent : résolu par eux"}, 25, found["peer"], (20, 40, 60)),
        "soon": ({"en": f"Soon: answered in {SOON} hours", "fr": f"Vite : réponse en {SOON} heures"}, 15, found["soon"], (30, 50, 70)),
        "help": ({"en": "It helps: marked as solved", "fr": "Utile : marqué résolu"}, 20, found["solved"], (40, 60, 80)),
        "closed": ({"en": "Asked when our line is closed", "fr": "Posées ligne fermée"}, 10, found["closed"], (20, 35, 50)),
        "alive": ({"en": "Alive: questions a week", "fr": "Vivant : questions par semaine"}, 15, found["weekly"], (5, 20, 50)),
        "alone": ({"en": "Stands alone: solved without us", "fr": "Autonome : résolu sans nous"}, 15, 100 - found["expert"], (50, 70, 90)),
    }  # fmt: skip
    for name, (_, _, _, steps) in lines.items():
        listed = ", ".join(map(str, steps))
        page.text(f"steps.{name}", en=listed, fr=listed)
    rows = [
        (
            page.say(**label),
            weight,
            page.written(value, unit="" if name == "alive" else "percent"),
            points(value, *steps),
        )
        for name, (label, weight, value, steps) in lines.items()
    ]
    weights = np.array([weight for _, weight, _, _ in rows])
    scores = np.array([score for _, _, _, score in rows])
    hold("weights make a hundred", weights.sum() == 100)
    total = float((weights * scores).sum() / 3)
    page.value("total", total)
    random = np.random.default_rng(7).dirichlet(np.ones(len(rows)), DRAWS)
    reached = 100 * (random @ scores) / 3
    page.value("draws", DRAWS)
    page.value("robust", 100 * ((reached >= SMALL) & (reached < GROW)).mean(), digits=1, unit="percent")
    page.value("robust.low", np.quantile(reached, 0.05))
    page.value("robust.high", np.quantile(reached, 0.95))
    page.table(
        "grid",
        pd.DataFrame(
            {
                "criterion": [row[0] for row in rows],
                "weight": weights,
                "today": [row[2] for row in rows],
                "points": scores,
            }
        ),
        caption=page.say(en="The grid for the advice community", fr="La grille du site d’entraide"),
        columns={
            "criterion": Column(label=page.say(en="Criterion", fr="Critère")),
            "weight": Column(label=page.say(en="Weight", fr="Poids")),
            "today": Column(label=page.say(en="Today", fr="Actuel"), right=True),
            "points": Column(label=page.say(en="Pts", fr="Pts")),
        },
    )
    hold(
        "the grid says small, whatever the weights",
        SMALL < total < GROW and ((reached >= SMALL) & (reached < GROW)).mean() > 0.97,
    )
    hold("the weak rows are life and hours", set(np.flatnonzero(scores == scores.min())) == {3, 4})


def points(value: float, *steps: float) -> int:
    """Return how many steps a value reaches."""
    return sum(value >= step for step in steps)


def silent(page: Page, questions: pd.DataFrame, data: cxdata.Dataset) -> None:
    """Acts in the community, and people on other sites of the company."""
    acts = {
        "read": int(questions["views"].sum()),
        "answer": int(questions["answers"].sum()),
        "ask": len(questions),
    }
    for name, count in acts.items():
        page.value(f"act.{name}", 100 * count / sum(acts.values()), digits=1, unit="percent")
    customers = len(data["customers"])
    page.value("customers", customers)
    for name, table in (("votes", "idea_votes"), ("reviews", "reviews")):
        by_person = data[table].groupby("customer_id").size().sort_values(ascending=False)
        page.value(f"{name}.silent", 100 * (1 - len(by_person) / customers), unit="percent")
        page.value(f"{name}.top", 100 * by_person.head(customers // 100).sum() / by_person.sum(), unit="percent")
    page.value("first", 100 * questions["is_first_question"].mean(), unit="percent")


def depends(page: Page, questions: pd.DataFrame, data: cxdata.Dataset) -> None:
    """The answered only, and what rests on experts."""
    page.value("mean.answered", questions["first_answer_hours"].mean(), digits=1)
    page.value("median.answered", questions["first_answer_hours"].median(), digits=1)
    key = questions.merge(data.truth["latents/community_questions"], on="question_id")
    thirds = pd.qcut(key["difficulty"], 3, labels=["easy", "middle", "hard"])
    for name in ("easy", "hard"):
        part = key[thirds == name]
        page.value(f"{name}.never", 100 * (~part["answered"]).mean(), unit="percent")
        page.value(f"{name}.solved", 100 * part["solved"].mean(), unit="percent")
        page.value(f"{name}.expert", 100 * (part.loc[part["solved"], "by"] == "expert").mean(), unit="percent")
        page.value(f"{name}.median", part["first_answer_hours"].median(), digits=1)
    easy, hard = key[thirds == "easy"], key[thirds == "hard"]
    hold("the hard ones are left out", (~hard["answered"]).mean() > 4 * (~easy["answered"]).mean())
    hold(
        "experts solve more of the hard",
        (hard.loc[hard["solved"], "by"] == "expert").mean() > 2 * (easy.loc[easy["solved"], "by"] == "expert").mean(),
    )


def exercise(page: Page, questions: pd.DataFrame) -> None:
    """The grid's rows for two topics alone."""
    part = questions[questions["topic"].isin(HARD)]
    rest = questions[~questions["topic"].isin(HARD)]
    page.value("ex.n", len(part))
    shares(page, "ex.solved", int(part["solved"].sum()), len(part))
    shares(page, "ex.rest", int(rest["solved"].sum()), len(rest))
    shares(page, "ex.never", int((~part["answered"]).sum()), len(part))
    solved = part[part["solved"]]
    shares(page, "ex.expert", int((solved["by"] == "expert").sum()), len(solved))
    gap = measures.difference(
        questions.assign(hard=questions["topic"].isin(HARD), ok=questions["solved"].astype(float)),
        outcome="ok",
        treatment="hard",
        cluster="question_id",
    )
    for name, number in (("", gap.value), (".low", gap.low), (".high", gap.high)):
        page.value(f"ex.gap{name}", 100 * number, sign=True)
    hold("the two topics are solved less often", gap.high < 0)
    weekly = len(part) / 104.4
    page.value("ex.weekly", weekly, digits=1)
    alone = 100 * (solved["by"] == "peer").mean()
    hold("the rows earn no point and one", points(weekly, 5, 20, 50) == 0 and points(alone, 50, 70, 90) == 1)
