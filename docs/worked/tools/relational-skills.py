"""Relational skills: who needs which training, when a month's rating is mostly luck and evaluators differ."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, measures, radar, shrinkage
from casebook.worked import sheet as sheets
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

PLACES, PLACE_EUR = 30, 900
"""Places on the course and the price of one, in our story."""
RED = 65
"""Overall rating below which an evaluation calls for a talk, in our story."""
WANTED = 0.8
LARGER = {"customers": 100_000, "seed": 7}
SIGNED = "datum.value == 0 ? '0' : format(datum.value, '+d')"
SKILLS = {
    "listening": {"en": "Listening", "fr": "Écoute"},
    "empathy": {"en": "Empathy", "fr": "Empathie"},
    "clarity": {"en": "Clarity", "fr": "Clarté"},
    "ownership": {"en": "Ownership", "fr": "Prise en charge"},
    "rigour": {"en": "Rigour", "fr": "Rigueur"},
}
SCORES = [f"{skill}_score" for skill in SKILLS]


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    ratings = data["skill_ratings"].dropna(subset=["overall_score"]).astype({"evaluator_id": "int64"})
    ratings = ratings.assign(month=pd.to_datetime(ratings["month"]))
    year = ratings[ratings["month"].dt.year == 2023]
    found = shrinkage.components(year, score="overall_score", unit="agent_id", rater="evaluator_id")
    competence = data.truth["latents/agents"].set_index("agent_id")["competence"]

    page.value("advisers", year["agent_id"].nunique())
    page.value("evaluations", len(year))
    page.value("evaluators", year["evaluator_id"].nunique())
    grid(page, year)
    reliability(page, found)
    choice(page, year, found, competence)
    teams(page, data, year)
    weakest_skill(page, year)
    spill(page, year)
    severity(page, year, found)
    customers(page, data, found)


def grid(page: Page, year: pd.DataFrame) -> None:
    """The grid, with the mean of each skill."""
    values = {skill: page.written(year[f"{skill}_score"].mean(), digits=1) for skill in SKILLS}
    for skill, text in values.items():
        page.text(f"mean.{skill}", en=text, fr=text)
    drawn = artefacts.read(page, Path(__file__).with_suffix(".toml"), sheets.Sheet, values, part="grid")
    page.html("grid", sheets.sheet(drawn, language=page.language))


def reliability(page: Page, found: shrinkage.Components) -> None:
    """How many months a rating needs."""
    for name, months in (("one", 1), ("three", 3), ("year", 12)):
        page.value(f"reliability.{name}", found.reliability(months), digits=2)
    page.value("needed", shrinkage.scores_needed(found.reliability(), WANTED))
    page.value("needed.fair", shrinkage.scores_needed(found.reliability(rater_removed=True), WANTED))
    page.value("wanted", WANTED, digits=1)
    for name in ("unit", "rater", "rest"):
        page.value(f"sd.{name}", np.sqrt(getattr(found, name)), digits=1)
    hold("a month says less than half", found.reliability() < 0.5)


def choice(page: Page, year: pd.DataFrame, found: shrinkage.Components, competence: pd.Series) -> None:
    """Who gets the course, by three readings of the same ratings, against the key."""
    last = year.sort_values("month").groupby("agent_id").tail(1).set_index("agent_id")["overall_score"]
    quarter = year[year["month"] >= "2023-10-01"].groupby("agent_id")["overall_score"].mean()
    weakest = set(competence.nsmallest(PLACES).index)
    lines = []
    for name, score, label in (
        ("last", last, {"en": "Latest evaluation", "fr": "Dernière évaluation"}),
        ("quarter", quarter, {"en": "Last three months", "fr": "Trois derniers mois"}),
        ("year", found.unit_mean, {"en": "Twelve months, severity out", "fr": "Douze mois, sévérité retirée"}),
    ):
        right = len(weakest & set(score.nsmallest(PLACES).index))
        wasted = (PLACES - right) * PLACE_EUR
        page.value(f"{name}.right", right)
        page.value(f"{name}.wasted", wasted, unit="euros")
        lines.append({"way": page.say(**label), "right": right, "wasted": wasted})
    table = pd.DataFrame(lines)
    hold("more months choose better", table["right"].is_monotonic_increasing and table["right"].iloc[-1] >= 20)
    page.value("places", PLACES)
    page.value("place", PLACE_EUR, unit="euros")
    page.value("course", PLACES * PLACE_EUR, unit="euros")
    page.value("spared", table["wasted"].iloc[0] - table["wasted"].iloc[-1], unit="euros")
    page.value("chance", PLACES * PLACES / len(competence), digits=1)
    page.table(
        "choice",
        table,
        caption=page.say(
            en=f"Who would get the {PLACES} places, and how many belong to the {PLACES} truly least competent",
            fr=f"À qui iraient les {PLACES} places, et combien sont parmi les {PLACES} vraiment les moins compétents",
        ),
        columns={
            "way": Column(label=page.say(en="Chosen by", fr="Choix d’après")),
            "right": Column(label=page.say(en="Right", fr="Justes")),
            "wasted": Column(label=page.say(en="Misspent", fr="Mal dépensé"), unit="euros"),
        },
    )


def teams(page: Page, data: cxdata.Dataset, year: pd.DataFrame) -> None:
    """A team's profile beside the centre's and the best team's."""
    rows = year.merge(data["agents"][["agent_id", "team_id"]], on="agent_id")
    means = rows.groupby("team_id")[SCORES].mean()
    overall = means.mean(axis=1)
    low, best = int(overall.idxmin()), int(overall.idxmax())
    whole = year[SCORES].mean()
    labels = (
        page.say(en=f"Team {best}", fr=f"Équipe {best}"),
        page.say(en="All teams", fr="Toutes les équipes"),
        page.say(en=f"Team {low}", fr=f"Équipe {low}"),
    )
    drawn = radar.Radar(
        axes=tuple(page.say(**label) for label in SKILLS.values()),
        profiles=tuple(
            radar.Profile(name=name, values=tuple(float(value) for value in values))
            for name, values in zip(labels, (means.loc[best], whole, means.loc[low]), strict=True)
        ),
        scale=(55.0, 80.0),
    )
    gaps = means.loc[low] - whole
    rest = shrinkage.components(year, score="listening_score", unit="agent_id", rater="evaluator_id").rest
    margin = measures.Z_95 * np.sqrt(rest / (rows["team_id"] == low).sum())
    page.value("team.margin", margin, digits=1)
    hold("the gaps are beyond the error of the months", (gaps < -margin).all())
    page.value("team.low", low)
    page.value("team.best", best)
    page.value("team.gap.most", -gaps.min(), digits=1)
    page.value("team.gap.least", -gaps.max(), digits=1)
    hold("the weak team is below in every skill", (gaps < -2).all())
    written = "; ".join(
        f"{name}: "
        + ", ".join(
            f"{page.say(**label)} {page.written(value)}" for label, value in zip(SKILLS.values(), values, strict=True)
        )
        for name, values in zip(labels, (means.loc[best], whole, means.loc[low]), strict=True)
    )
    page.drawing(
        "profile",
        radar.wide(drawn),
        narrow=radar.narrow(drawn),
        title=page.say(
            en=f"Team {low} lacks a little of everything; its shape is that of all teams",
            fr=f"L’équipe {low} manque un peu de tout ; sa forme est celle de toutes les équipes",
        ),
        alternative=page.say(en="Mean ratings of 2023, points of 100. ", fr="Notes moyennes de 2023, points sur 100. ")
        + written
        + ".",
        note=page.say(
            en="Points of 100, from 55 in the middle to 80 at the rim; means of 2023, high is good.",
            fr="Points sur 100, de 55 au centre à 80 au bord ; moyennes de 2023, une note haute est bonne.",
        ),
    )


def weakest_skill(page: Page, year: pd.DataFrame, draws: int = 200) -> None:
    """How often a few months name the skill that the other months name too."""
    raw = year.groupby("agent_id")[SCORES].mean()
    named = raw.idxmin(axis=1).value_counts(normalize=True)
    page.value("raw.empathy", 100 * named["empathy_score"], unit="percent")
    page.value("raw.rigour", 100 * named.get("rigour_score", 0.0), unit="percent")
    hold("raw means name empathy or ownership for most", named["empathy_score"] + named["ownership_score"] > 0.75)
    page.value("raw.two", 100 * (named["empathy_score"] + named["ownership_score"]), unit="percent")
    marks = year[SCORES] - year[SCORES].mean()
    marks = marks.sub(marks.mean(axis=1), axis=0).assign(agent_id=year["agent_id"])
    groups = [part[SCORES].to_numpy() for _, part in marks.groupby("agent_id")]
    random = np.random.default_rng(7)
    rows = []
    for months in range(1, 7):
        agree = []
        for _ in range(draws):
            for part in groups:
                order = random.permutation(len(part))
                agree.append(part[order[:months]].mean(axis=0).argmin() == part[order[months:]].mean(axis=0).argmin())
        rows.append({"months": months, "agree": 100 * float(np.mean(agree))})
    table = pd.DataFrame(rows)
    page.value("agree.one", table["agree"].iloc[0], unit="percent")
    page.value("agree.six", table["agree"].iloc[-1], unit="percent")
    hold("one month names the skill for less than half", table["agree"].iloc[0] < 50)
    hold("months help", table["agree"].iloc[-1] > table["agree"].iloc[0] + 10)

    def line(width: int) -> alt.LayerChart:
        x = alt.X(
            "months:Q",
            scale=alt.Scale(domain=[1, 6], nice=False),
            axis=alt.Axis(values=[1, 2, 3, 4, 5, 6], format="d"),
            title=page.say(en="Months used", fr="Mois utilisés"),
        )
        y = alt.Y(
            "agree:Q",
            scale=alt.Scale(domain=[0, 80]),
            axis=alt.Axis(values=[0, 20, 40, 60, 80]),
            title=page.say(en="Same weakest skill, percent", fr="Même point faible, en %"),
        )
        base = alt.Chart(table)
        guess = alt.Chart(
            pd.DataFrame({"agree": [20], "months": [6], "text": [page.say(en="by guessing", fr="au hasard")]})
        )
        return (
            guess.mark_rule(strokeDash=[4, 4]).encode(y=y)
            + guess.mark_text(align="right", dy=-10).encode(x=x, y=y, text="text:N")
            + base.mark_line(color=charts.GOOD).encode(x=x, y=y)
            + base.mark_point(color=charts.GOOD, size=70, opacity=1).encode(x=x, y=y)
        ).properties(width=width, height=220)

    page.chart(
        "agreement",
        line,
        title=page.say(
            en="One month names an adviser’s weakest skill in fewer than half of the cases",
            fr="Un seul mois désigne le point faible dans moins d’un cas sur deux",
        ),
        alternative=page.say(
            en="Share of advisers whose weakest skill by some months is also the weakest by their other months: ",
            fr="Part des conseillers dont le point faible sur quelques mois l’est aussi sur leurs autres mois : ",
        )
        + ", ".join(f"{row.months}: {page.written(row.agree, unit='percent')}" for row in table.itertuples())
        + ".",
        note=page.say(
            en="Weakest beside the mean of all advisers in that skill. Months drawn at random, compared with those left.",
            fr="Point faible par rapport à la moyenne de tous. Mois tirés au hasard, comparés à ceux qui restent.",
        ),
        data=table,
        columns={
            "months": Column(label=page.say(en="Months", fr="Mois")),
            "agree": Column(label=page.say(en="Agree", fr="Accord"), unit="percent"),
        },
    )


def spill(page: Page, year: pd.DataFrame) -> None:
    """What the five marks of one evaluation share beside adviser and evaluator, and whether more contacts help."""
    left = pd.DataFrame(index=year.index)
    for score in [*SCORES, "overall_score"]:
        found = shrinkage.components(year, score=score, unit="agent_id", rater="evaluator_id")
        left[score] = year[score] - year["agent_id"].map(found.unit_mean) - year["evaluator_id"].map(found.rater_gap)
    pairs = left[SCORES].corr().to_numpy()[np.triu_indices(len(SCORES), 1)]
    page.value("spill", pairs.mean(), digits=2)
    hold("marks of one evaluation share much", pairs.min() > 0.25)
    few = left.loc[year["evaluated_contacts"] <= 4, "overall_score"].std()
    many = left.loc[year["evaluated_contacts"] >= 6, "overall_score"].std()
    page.value("few", few, digits=1)
    page.value("many", many, digits=1)
    hold("more contacts in the month do not help", many > 0.9 * few)


def severity(page: Page, year: pd.DataFrame, found: shrinkage.Components) -> None:
    """Evaluations below the line, by evaluator, before and after severity is taken out."""
    gaps = found.rater_gap
    rows = year.assign(red=year["overall_score"] < RED)
    rows = rows.assign(fair=rows["overall_score"] - rows["evaluator_id"].map(gaps))
    rows = rows.assign(still=rows["fair"] < RED)
    share = rows.groupby("evaluator_id")["red"].mean()
    strict, kind = int(gaps.idxmin()), int(gaps.idxmax())
    page.value("red", RED)
    page.value("strict", strict)
    page.value("kind", kind)
    page.value("strict.gap", -gaps[strict], digits=1)
    page.value("kind.gap", gaps[kind], digits=1)
    page.value("strict.red", 100 * share[strict], unit="percent")
    page.value("kind.red", 100 * share[kind], unit="percent")
    hold("the strict evaluator has twice as many below the line", share[strict] > 2 * share[kind])
    for name, one in (("strict", strict), ("kind", kind)):
        part = rows[rows["evaluator_id"] == one]
        page.value(f"{name}.count", int(part["red"].sum()))
        page.value(f"{name}.still", int(part["still"].sum()))
        page.value(f"{name}.all", len(part))
    page.value("all.count", int(rows["red"].sum()))
    page.value("all.still", int(rows["still"].sum()))
    changed = int((rows["red"] != rows["still"]).sum())
    page.value("changed", changed)


def customers(page: Page, data: cxdata.Dataset, found: shrinkage.Components) -> None:
    """Ratings and customers' marks, across advisers; and what a programme that raised ratings did to marks."""
    larger = cxdata.generate("tilmarenne", **LARGER, tables=["contacts", "surveys"], truth=False)
    marks = larger["surveys"].dropna(subset=["contact_csat"])
    marks = marks.merge(larger["contacts"][["contact_id", "agent_id", "contacted_at"]], on="contact_id")
    marks = marks.dropna(subset=["agent_id"]).astype({"agent_id": "int64"})
    early = marks[marks["contacted_at"] < "2024-01-01"].assign(
        rating=lambda rows: rows["agent_id"].map(found.unit_mean)
    )
    page.value("larger", LARGER["customers"])
    page.value("marks", len(early))
    centred = early["rating"] - early["rating"].mean()
    slope = float((centred * early["contact_csat"]).sum() / (centred**2).sum())
    parts = (centred * (early["contact_csat"] - early["contact_csat"].mean() - slope * centred)).groupby(
        early["agent_id"]
    )
    error = float(np.sqrt((parts.sum() ** 2).sum()) / (centred**2).sum())
    page.value("slope", 5 * slope, digits=2)
    page.value("slope.low", 5 * (slope - measures.Z_95 * error), digits=2)
    page.value("slope.high", 5 * (slope + measures.Z_95 * error), digits=2)
    quarter = pd.qcut(found.unit_mean, 4, labels=False)
    by_quarter = early.groupby(early["agent_id"].map(quarter))["contact_csat"].mean()
    page.value("marks.low", by_quarter.iloc[0], digits=2)
    page.value("marks.high", by_quarter.iloc[-1], digits=2)
    hold("better rated advisers have better marks", by_quarter.is_monotonic_increasing)
    staff = data["employees"].dropna(subset=["agent_id"]).astype({"agent_id": "int64"}).set_index("agent_id")
    gain = cxdata.answer_key(data)["coaching_on_rating"]["realised"]["value"]
    late = marks[marks["contacted_at"] >= "2024-09-01"].join(staff[["team_id", "coaching_group"]], on="agent_id")
    late = late.assign(coached=late["coaching_group"] == "coached")
    done = measures.difference(
        late, outcome="contact_csat", treatment="coached", strata=("team_id",), cluster="agent_id"
    )
    page.value("done", done.value, digits=2, sign=True)
    page.value("done.low", done.low, digits=2, sign=True)
    page.value("done.high", done.high, digits=2, sign=True)
    hold("the programme moved marks by less than the slope promises", done.high < gain * slope)
    page.value("promised", gain * slope, digits=2)
    page.value("gain", gain, digits=1)
