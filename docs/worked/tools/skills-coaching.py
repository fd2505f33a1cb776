"""Skills coaching: what six sessions add to an adviser's rating, once the luck of the worst month is taken out."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, flow, measures, shrinkage
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

COACH_EUR, ADVISER_EUR, PREPARATION_MINUTES = 45, 30, 30
"""Hourly cost of a coach and of an adviser, and a coach's work beside each session, in our story."""
FIRST_WATCHED, LAST_WATCHED, FIRST_AFTER = 12, 17, 20
"""January and June 2024, September 2024, counted from January 2023."""
LARGER = {"customers": 100_000, "seed": 7}
BEFORE, AFTER = 6, 6
"""Months drawn before and after coaching begins."""
SIGNED = "datum.value == 0 ? '0' : format(datum.value, '+d')"
SKILLS = {
    "listening": {"en": "Listening", "fr": "Écoute"},
    "empathy": {"en": "Empathy", "fr": "Empathie"},
    "clarity": {"en": "Clarity", "fr": "Clarté"},
    "ownership": {"en": "Ownership", "fr": "Prise en charge"},
    "rigour": {"en": "Rigour", "fr": "Rigueur"},
}
HEARD = ("listens_score", "adapts_score", "considerate_score")
"""Attitudes, as listeners score them, that are nearest to listening and empathy."""


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    key = cxdata.answer_key(data)["coaching_on_rating"]["realised"]["value"]
    staff = advisers(data)
    sessions = data["coaching_sessions"].assign(planned_on=lambda rows: pd.to_datetime(rows["planned_on"]))
    ratings = rated(data, staff, sessions)
    people = by_adviser(ratings, staff)
    hold(
        "nobody of the control group had a session",
        not sessions["agent_id"].isin(people.index[~people["coached"]]).any(),
    )

    page.value("advisers", len(staff))
    page.value("coached", int(staff["coached"].sum()))
    page.value("control", int((~staff["coached"]).sum()))
    page.value("key", key, digits=1)
    price = programme(page, sessions)
    process(page, data, sessions)
    baseline(page, ratings)
    found = effects(page, people, key)
    prices(page, price, found, people)
    curve(page, ratings)
    skills(page, ratings, people)
    dose(page, sessions, ratings, people)
    coaches(page, sessions, people)
    customers(page, data, staff)
    exercise(page, people)


def advisers(data: cxdata.Dataset) -> pd.DataFrame:
    """Return the advisers with team, site and what the lot made of them, by ``agent_id``."""
    drawn = data["employees"].dropna(subset=["agent_id"]).astype({"agent_id": "int64"})
    drawn = drawn.assign(coached=drawn["coaching_group"] == "coached")
    return data["agents"].merge(drawn[["agent_id", "coached"]], on="agent_id").set_index("agent_id")


def rated(data: cxdata.Dataset, staff: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """Return evaluations with the number of the month, and months since coaching began.

    For the control group, which has no beginning, it is the month after the weakest from January to June 2024: the one
    in which it would have begun.
    """
    rows = data["skill_ratings"].dropna(subset=["overall_score"])
    month = pd.to_datetime(rows["month"])
    rows = rows.assign(number=(month.dt.year - 2023) * 12 + month.dt.month - 1)
    rows = rows.merge(staff[["coached", "team_id"]], left_on="agent_id", right_index=True)
    first = sessions.groupby("agent_id")["planned_on"].min()
    begun = (first.dt.year - 2023) * 12 + first.dt.month - 1
    watched = rows[rows["number"].between(FIRST_WATCHED, LAST_WATCHED)]
    weakest = watched.loc[watched.groupby("agent_id")["overall_score"].idxmin()].set_index("agent_id")["number"] + 1
    start = rows["agent_id"].map(begun).where(rows["coached"], rows["agent_id"].map(weakest))
    return rows.assign(since=rows["number"] - start)


def by_adviser(ratings: pd.DataFrame, staff: pd.DataFrame, score: str = "overall_score") -> pd.DataFrame:
    """Return each adviser's means of 2023, of the month before coaching, and of September to December 2024."""
    people = staff.copy()
    for name, part in (
        ("before", ratings["number"] < FIRST_WATCHED),
        ("weakest", ratings["since"] == -1),
        ("after", ratings["number"] >= FIRST_AFTER),
    ):
        people[name] = ratings[part].groupby("agent_id")[score].mean()
    return people.assign(gain=people["after"] - people["before"], jump=people["after"] - people["weakest"])


def compared(people: pd.DataFrame, outcome: str = "gain") -> measures.Difference:
    """Return coached less control within teams, as the lot was drawn."""
    rows = people.dropna(subset=[outcome]).reset_index()
    return measures.difference(rows, outcome=outcome, treatment="coached", strata=("team_id",), cluster="agent_id")


def given(page: Page, name: str, found: measures.Difference, *, digits: int = 1) -> None:
    """Name a difference and the ends of its interval, with signs where nought lies between them."""
    for end, number in (("", found.value), (".low", found.low), (".high", found.high)):
        page.value(name + end, number, digits=digits, sign=found.low < 0)


def programme(page: Page, sessions: pd.DataFrame) -> float:
    """What was done, and what it cost per adviser, in euros."""
    done = sessions[sessions["was_held"]]
    hours = done["length_minutes"].sum() / 60
    cost = hours * (COACH_EUR + ADVISER_EUR) + len(done) * PREPARATION_MINUTES / 60 * COACH_EUR
    each = cost / sessions["agent_id"].nunique()
    page.value("planned", len(sessions))
    page.value("held", len(done))
    page.value("coach.hour", COACH_EUR, unit="euros")
    page.value("adviser.hour", ADVISER_EUR, unit="euros")
    page.value("preparation", PREPARATION_MINUTES)
    page.value("cost", round(cost, -2), unit="euros")
    page.value("cost.each", each, unit="euros")
    page.value("half.saved", round(cost / 2, -3), unit="euros")
    return float(each)


def process(page: Page, data: cxdata.Dataset, sessions: pd.DataFrame) -> None:
    """The cycle of coaching, with what was measured of it."""
    done = sessions[sessions["was_held"]]
    dates = sessions.sort_values(["agent_id", "session_number"])
    gaps = dates.groupby("agent_id")["planned_on"].diff().dt.days
    form = sessions["form"].value_counts(normalize=True)
    values = {
        "contacts": page.written(data["skill_ratings"]["evaluated_contacts"].median()),
        "side": page.written(100 * form["side_by_side"], unit="percent"),
        "back": page.written(100 * form["listening_back"], unit="percent"),
        "minutes": page.written(done["length_minutes"].mean()),
        "held.share": page.written(100 * sessions["was_held"].mean(), unit="percent"),
        "gap": page.written(gaps.median()),
    }
    drawn = artefacts.read(page, Path(__file__).with_suffix(".toml"), flow.Process, values, part="process")
    page.drawing(
        "process",
        flow.wide(drawn),
        narrow=flow.narrow(drawn),
        title=page.say(
            en="One act at a time: heard, practised, used, and heard again",
            fr="Un geste à la fois : écouté, répété, appliqué, réécouté",
        ),
        alternative=page.say(
            en=f"An evaluator rates {values['contacts']} contacts a month; coach and adviser pick one skill, hear a contact, the adviser speaks "
            f"first and practises, uses it, and meets the coach again {values['gap']} days later, six times; {values['held.share']} of planned "
            "sessions were held; the evaluator rates on without knowing who was coached.",
            fr=f"Un évaluateur note {values['contacts']} contacts par mois ; coach et conseiller choisissent une compétence, écoutent un contact, "
            f"le conseiller parle d’abord, répète, applique, et revoit le coach {values['gap']} jours après, six fois ; {values['held.share']} des "
            "séances prévues ont eu lieu ; l’évaluateur continue de noter sans savoir qui est suivi.",
        ),
    )


def baseline(page: Page, ratings: pd.DataFrame) -> None:
    """How much a month, a quarter and a year of ratings say about an adviser."""
    found = shrinkage.components(
        ratings[ratings["number"] < FIRST_WATCHED], score="overall_score", unit="agent_id", rater="evaluator_id"
    )
    for name, months in (("one", 1), ("three", 3), ("year", 12)):
        page.value(f"reliability.{name}", found.reliability(months), digits=2)
    hold("one month says less than half", found.reliability() < 0.5)


def effects(page: Page, people: pd.DataFrame, key: float) -> dict[str, float]:
    """Three ways to read the same programme, and the key."""
    groups = people.groupby("coached")
    jump, gain = groups["jump"].mean(), groups["gain"].mean()
    error = groups["jump"].sem()
    right = compared(people)
    before = compared(people, "before")
    given(page, "right", right)
    given(page, "lot", before)
    page.value("tempting", jump[True], digits=1)
    page.value("uncoached", jump[False], digits=1)
    page.value("gain.coached", gain[True], digits=1)
    page.value("gain.control", gain[False], digits=1)
    page.value("overpromised", jump[True] - right.value, digits=1)
    hold("the lot made equal groups", before.low < 0 < before.high)
    hold("the right way finds the key", right.low < key < right.high)
    hold("the tempting way is twice the key or more", jump[True] - 1.96 * error[True] > 2 * key)
    hold("the control group rises by more than the key without coaching", jump[False] - 1.96 * error[False] > key)
    table = pd.DataFrame(
        {
            "group": [page.say(en="Coached", fr="Suivis"), page.say(en="Control", fr="Témoins")],
            **{
                name: [groups[name].mean()[True], groups[name].mean()[False]] for name in ("before", "weakest", "after")
            },
            "jump": [jump[True], jump[False]],
            "gain": [gain[True], gain[False]],
        }
    )
    last = {name: table[name].iloc[0] - table[name].iloc[1] for name in table.columns[1:]}
    table.loc[len(table)] = {"group": page.say(en="Difference", fr="Différence"), **last}
    page.table(
        "comparison",
        table,
        caption=page.say(
            en="Overall rating, points of 100, high is good: means of 60 advisers each",
            fr="Note d’ensemble, points sur 100, une note haute est bonne : moyennes de 60 conseillers",
        ),
        columns={
            "group": Column(label=page.say(en="Advisers", fr="Conseillers")),
            "before": Column(label="2023", digits=1),
            "weakest": Column(label=page.say(en="Month before", fr="Mois d’avant"), digits=1),
            "after": Column(label=page.say(en="Sep.–Dec. 2024", fr="Sept.–déc. 2024"), digits=1),
            "jump": Column(label=page.say(en="From month before", fr="Depuis le mois d’avant"), digits=1, sign=True),
            "gain": Column(label=page.say(en="From 2023", fr="Depuis 2023"), digits=1, sign=True),
        },
    )
    return {"tempting": float(jump[True]), "right": right.value}


def prices(page: Page, each: float, found: dict[str, float], people: pd.DataFrame) -> None:
    """What a point costs by either way, and what a second lot could tell."""
    for name, points in found.items():
        page.value(f"point.{name}", each / points, unit="euros")
    spread = people.loc[people["coached"], "gain"].std()
    half = int((~people["coached"]).sum()) // 2
    margin = measures.Z_95 * spread * np.sqrt(2 / half)
    page.value("second.each", half)
    page.value("second.margin", margin, digits=1)
    page.value("half.effect", found["right"] / 2, digits=1)
    hold("a lot of thirty against thirty could see half the effect lost", margin < found["right"] / 2)


def curve(page: Page, ratings: pd.DataFrame) -> None:
    """The months around the beginning, for coached and control."""
    labels = {
        True: page.say(en="coached", fr="suivis"),
        False: page.say(en="control, nobody coached", fr="témoins, sans coaching"),
    }
    rows = ratings[ratings["since"].between(-BEFORE, AFTER)]
    table = rows.groupby(["since", "coached"])["overall_score"].agg(["mean", "sem"]).reset_index()
    table["low"] = table["mean"] - measures.Z_95 * table["sem"]
    table["high"] = table["mean"] + measures.Z_95 * table["sem"]
    table["group"] = table["coached"].map(labels)
    at = table.set_index(["since", "coached"])["mean"]
    hold("both groups dip in the month before", max(at[-1, True], at[-1, False]) < min(at[-2, True], at[-2, False]) - 5)
    hold("both rise at once", at[0, False] - at[-1, False] > 5)
    reached = [at[month, True] - at[month, False] for month in (0, 1, 2)]
    hold("from the third month on it is all there", reached[2] > 3 and reached[0] < reached[2])
    for name, value in zip(("zero", "one", "two"), reached, strict=True):
        page.value(f"reached.{name}", value, digits=1)

    def lines(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            x=alt.X(
                "since:Q",
                scale=alt.Scale(domain=[-BEFORE, AFTER]),
                axis=alt.Axis(values=list(range(-BEFORE, AFTER + 1, 2)), labelExpr=SIGNED),
                title=page.say(en="Months since coaching began", fr="Mois depuis le début du coaching"),
            ),
            color=alt.Color(
                "group:N",
                sort=list(labels.values()),
                scale=alt.Scale(domain=list(labels.values()), range=[charts.GOOD, charts.NEUTRAL]),
                legend=None,
            ),
        )
        scale = alt.Scale(domain=[62, 82], zero=False)
        y = alt.Y(
            "mean:Q",
            scale=scale,
            axis=alt.Axis(values=[65, 70, 75, 80]),
            title=page.say(en="Overall rating, points of 100", fr="Note d’ensemble, points sur 100"),
        )
        named = table[table["since"] == 3].assign(place=lambda rows: np.where(rows["coached"], 80.8, 68.6))
        words = alt.Chart(named).encode(x="since:Q", text="group:N", color=alt.Color("group:N", legend=None))
        return (
            alt.Chart(pd.DataFrame({"at": [0]})).mark_rule(strokeDash=[4, 4]).encode(x="at:Q")
            + base.mark_rule(strokeWidth=2, opacity=0.45).encode(y=alt.Y("low:Q", scale=scale), y2="high:Q")
            + base.mark_line(strokeWidth=2.4).encode(y=y)
            + words.transform_filter("datum.coached").mark_text().encode(y=alt.Y("place:Q", scale=scale))
            + words.transform_filter("!datum.coached").mark_text().encode(y=alt.Y("place:Q", scale=scale))
        ).properties(width=width, height=270)

    page.chart(
        "curve",
        lines,
        title=page.say(
            en="Both groups climb out of their worst month; only the distance between them is coaching",
            fr="Les deux groupes remontent de leur pire mois ; seul l’écart entre eux vient du coaching",
        ),
        alternative=page.say(
            en=f"Mean rating by month. Coached: {page.written(at[-2, True], digits=1)} two months before, {page.written(at[-1, True], digits=1)} in the "
            f"month before, {page.written(at[0, True], digits=1)} in the first and {page.written(at[2, True], digits=1)} in the third month. Control: "
            f"{page.written(at[-2, False], digits=1)}, {page.written(at[-1, False], digits=1)}, {page.written(at[0, False], digits=1)} and {page.written(at[2, False], digits=1)}.",
            fr=f"Note moyenne par mois. Suivis : {page.written(at[-2, True], digits=1)} deux mois avant, {page.written(at[-1, True], digits=1)} le mois "
            f"d’avant, {page.written(at[0, True], digits=1)} le premier et {page.written(at[2, True], digits=1)} le troisième mois. Témoins : "
            f"{page.written(at[-2, False], digits=1)}, {page.written(at[-1, False], digits=1)}, {page.written(at[0, False], digits=1)} et {page.written(at[2, False], digits=1)}.",
        ),
        note=page.say(
            en="For the control group, month 0 follows its own weakest month of January to June 2024. Bars are 95% intervals.",
            fr="Pour les témoins, le mois 0 suit leur pire mois de janvier à juin 2024. Traits : intervalles à 95 %.",
        ),
        data=table[["since", "group", "mean", "low", "high"]],
        columns={
            "since": Column(label=page.say(en="Month", fr="Mois"), sign=True),
            "group": Column(label=page.say(en="Advisers", fr="Conseillers")),
            "mean": Column(label=page.say(en="Rating", fr="Note"), digits=1),
            "low": Column(label=page.say(en="From", fr="De"), digits=1),
            "high": Column(label=page.say(en="To", fr="À"), digits=1),
        },
    )


def skills(page: Page, ratings: pd.DataFrame, people: pd.DataFrame) -> None:
    """The effect on each skill."""
    rows = []
    for name, label in SKILLS.items():
        found = compared(by_adviser(ratings, people[["coached", "team_id"]], f"{name}_score"))
        rows.append({"skill": page.say(**label), "gain": found.value, "low": found.low, "high": found.high})
        page.value(f"skill.{name}", found.value, digits=1)
    table = pd.DataFrame(rows)
    hold("all skills gain", (table["low"] > 0).all())
    hold("listening gains about twice what rigour does", 1.5 < table["gain"].iloc[0] / table["gain"].iloc[-1] < 3)
    hold("listening and empathy gain most", set(table["gain"].nlargest(2).index) == {0, 1})

    def bars(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(y=alt.Y("skill:N", sort=None, title=None))
        x = alt.X(
            "low:Q",
            scale=alt.Scale(domain=[0, 9]),
            axis=alt.Axis(labelExpr=SIGNED, values=[0, 2, 4, 6, 8]),
            title=page.say(en="Points added by coaching", fr="Points ajoutés par le coaching"),
        )
        return (
            base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(x=x, x2="high:Q")
            + base.mark_point(size=110, opacity=1, color=charts.GOOD).encode(x="gain:Q")
        ).properties(width=width - 90, height=180)

    page.chart(
        "skills",
        bars,
        title=page.say(
            en="Listening and empathy gain most, rigour least",
            fr="L’écoute et l’empathie gagnent le plus, la rigueur le moins",
        ),
        alternative=page.say(
            en="Points added by coaching, coached less control: ", fr="Points ajoutés, suivis moins témoins : "
        )
        + ", ".join(f"{row.skill} {page.written(row.gain, digits=1, sign=True)}" for row in table.itertuples())
        + ".",
        note=page.say(
            en="Gain since 2023, coached less control within teams. Lines are 95% intervals.",
            fr="Progrès depuis 2023, suivis moins témoins, par équipe. Traits : intervalles à 95 %.",
        ),
        data=table,
        columns={
            "skill": Column(label=page.say(en="Skill", fr="Compétence")),
            "gain": Column(label=page.say(en="Points", fr="Points"), digits=1, sign=True),
            "low": Column(label=page.say(en="From", fr="De"), digits=1, sign=True),
            "high": Column(label=page.say(en="To", fr="À"), digits=1, sign=True),
        },
    )


def slope(x: pd.Series, y: pd.Series, cluster: pd.Series) -> tuple[float, float, float]:
    """Return the slope of y on x, both centred already, with its 95 % interval, rows of one cluster dependent."""
    value = float((x * y).sum() / (x**2).sum())
    parts = (x * (y - value * x)).groupby(cluster).sum()
    error = float(np.sqrt((parts**2).sum()) / (x**2).sum())
    return value, value - measures.Z_95 * error, value + measures.Z_95 * error


def dose(page: Page, sessions: pd.DataFrame, ratings: pd.DataFrame, people: pd.DataFrame) -> None:
    """Sessions held, and sessions on a skill, against the gain."""
    done = sessions[sessions["was_held"]]
    coached = people[people["coached"]].dropna(subset=["gain"])
    held = done.groupby("agent_id").size().reindex(coached.index)
    by_held = coached["gain"].groupby(held).agg(["mean", "size"])
    for count in by_held.index:
        page.value(f"dose.{count}", by_held.loc[count, "mean"], digits=1)
        page.value(f"dose.{count}.people", by_held.loc[count, "size"])
    hold(
        "those with fewest sessions gained most, and are two",
        by_held["mean"].idxmax() == 3 and by_held.loc[3, "size"] == 2,
    )
    rows = []
    for skill in SKILLS:
        gain = by_adviser(ratings, people[["coached", "team_id"]], f"{skill}_score").loc[coached.index, "gain"]
        about = done[done["skill"] == skill].groupby("agent_id").size().reindex(coached.index).fillna(0)
        rows.append(pd.DataFrame({"gain": gain - gain.mean(), "about": about - about.mean()}))
    pooled = pd.concat(rows).reset_index()
    value, low, high = slope(pooled["about"], pooled["gain"], pooled["agent_id"])
    page.value("about", value, digits=1, sign=True)
    page.value("about.low", low, digits=1, sign=True)
    page.value("about.high", high, digits=1, sign=True)
    hold("a session about a skill adds nothing that shows", low < 0 < high)
    useful = done.groupby("agent_id")["usefulness"].mean().reindex(coached.index)
    correlation = useful.corr(coached["gain"])
    page.value("useful", done["usefulness"].mean(), digits=1)
    page.value("useful.correlation", correlation, digits=2)
    hold("usefulness does not tell who gains", abs(correlation) < 0.15)


def coaches(page: Page, sessions: pd.DataFrame, people: pd.DataFrame, draws: int = 2_000) -> None:
    """Five coaches, and how far chance alone would spread them."""
    of = sessions.groupby("agent_id")["coach_id"].first()
    gains = people.loc[of.index, "gain"].dropna()
    of = of.reindex(gains.index)
    means = gains.groupby(of).mean()
    spread = means.max() - means.min()
    random = np.random.default_rng(7)
    label = of.to_numpy() - 1
    counts = np.bincount(label)
    by_chance = []
    for _ in range(draws):
        shuffled = np.bincount(label, random.permutation(gains.to_numpy())) / counts
        by_chance.append(shuffled.max() - shuffled.min())
    share = float((np.array(by_chance) >= spread).mean())
    page.value("coach.best", means.max(), digits=1)
    page.value("coach.best.number", int(means.idxmax()))
    page.value("coach.last", means.min(), digits=1)
    page.value("coach.last.number", int(means.idxmin()))
    page.value("coach.chance", 100 * share, unit="percent")
    page.value("coach.people", counts.min())
    page.value("coach.people.most", counts.max())
    hold("chance alone often spreads coaches as far", share > 0.2)


def customers(page: Page, data: cxdata.Dataset, staff: pd.DataFrame) -> None:
    """What listeners and customers noticed: the edition, and a larger run."""
    larger = cxdata.generate("tilmarenne", **LARGER, tables=["contacts", "surveys", "attitude_scores"], truth=False)
    page.value("larger", LARGER["customers"])
    for name, source in (("few", data), ("many", larger)):
        marks = source["surveys"].dropna(subset=["contact_csat"])
        marks = marks.merge(source["contacts"][["contact_id", "agent_id", "contacted_at"]], on="contact_id")
        marks = marks.dropna(subset=["agent_id"]).astype({"agent_id": "int64"}).join(staff, on="agent_id")
        late = marks[marks["contacted_at"] >= "2024-09-01"]
        found = measures.difference(
            late, outcome="contact_csat", treatment="coached", strata=("team_id",), cluster="agent_id"
        )
        given(page, f"marks.{name}", found, digits=2)
        page.value(f"marks.{name}.count", found.rows)
        hold(f"{name} marks do not prove anything", found.low < 0 < found.high)
    heard = larger["attitude_scores"].join(staff, on="agent_id")
    heard = heard[pd.to_datetime(heard["listened_on"]) >= "2024-09-01"]
    heard = heard.assign(heard=heard[list(HEARD)].mean(axis=1))
    found = measures.difference(heard, outcome="heard", treatment="coached", strata=("team_id",), cluster="agent_id")
    given(page, "heard", found, digits=2)
    page.value("heard.count", found.rows)
    hold("listeners hear it", found.low > 0.1)


def exercise(page: Page, people: pd.DataFrame) -> None:
    """The same by site."""
    found = {site: compared(rows) for site, rows in people.groupby("site")}
    for name, one in found.items():
        given(page, f"site.{name}", one)
    own, other = found["in_house"], found["outsourced"]
    gap = own.value - other.value
    half = measures.Z_95 * np.hypot(own.standard_error, other.standard_error)
    page.value("site.gap", gap, digits=1, sign=True)
    page.value("site.gap.low", gap - half, digits=1, sign=True)
    page.value("site.gap.high", gap + half, digits=1, sign=True)
    hold("the sites do not differ for sure", gap - half < 0 < gap + half)
    hold("both sites gain for sure", min(own.low, other.low) > 0)
