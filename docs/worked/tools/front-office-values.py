"""Key values of the front office: by its own listeners the contractor is as good; by the same ears it is not."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, measures, shrinkage
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold
from casebook.worked.sheet import Sheet, sheet

WORDS = Path(__file__).with_suffix(".toml")
FELT, HEARD = 6, 4
"""Marks from which a customer (0-10) finds an attitude shown, and a listener (1-5) hears it."""
BONUS_EUR = 60_000
"""What the contract of our story pays if the contractor's attitudes are no worse than Tilmarenne's own."""
WANTED = 0.8
"""Reliability from which one would speak to a single adviser."""
OWN_LISTENERS = 3
ATTITUDES = {
    "competent": {"en": "competent", "fr": "compétent"},
    "friendly": {"en": "friendly", "fr": "souriant"},
    "simplifies_life": {"en": "simplifies life", "fr": "simplifie la vie"},
    "listens": {"en": "listens", "fr": "à l’écoute"},
    "adapts": {"en": "adapts", "fr": "s’adapte"},
    "considerate": {"en": "considerate", "fr": "prévenant"},
}
"""Attitudes that listeners score; customers are asked for them and for seven more."""
OTHERS = {
    "reachable": {"en": "reachable", "fr": "joignable"},
    "keeps_commitments": {"en": "keeps its word", "fr": "tient parole"},
    "effortless": {"en": "spares effort", "fr": "sans effort"},
    "attentive_to_complaints": {"en": "heeds complaints", "fr": "suit les réclamations"},
    "attentive_to_needs": {"en": "attentive to needs", "fr": "attentif aux besoins"},
    "trusted": {"en": "trusted", "fr": "digne de confiance"},
    "bends_rules": {"en": "bends the rules", "fr": "sort des règles"},
}
COUNTED = ("reachable", "keeps_commitments", "effortless", "attentive_to_complaints")
"""Attitudes of which another record of the company holds a trace."""
SCORES = [f"{name}_score" for name in ATTITUDES]


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    larger = cxdata.edition("tilmarenne", "study")
    agents = data["agents"][["agent_id", "team_id", "site"]]
    sheets = larger["attitude_scores"].merge(agents, on="agent_id")
    sheets["own"] = sheets["site"] == "in_house"
    page.value("larger", len(larger["customers"]))
    page.value("sheets", len(sheets))
    felt = asked(page, data)
    grid(page, felt, sheets)
    sites(page, sheets, cxdata.answer_key(larger)["sites_on_attitudes"]["realised"]["value"])
    needed(page, sheets)
    fair = sheets.copy()
    for score in [*SCORES, "attitude_score"]:
        gaps = shrinkage.components(sheets, score=score, unit="agent_id", rater="listener_id").rater_gap
        fair[score] = sheets[score] - sheets["listener_id"].map(gaps)
    hidden(page, fair)
    mood(page, fair, larger["surveys"])
    exercise(page, data, agents)


def tenths(page: Page) -> str:
    """Return how an axis writes tenths in the page's language."""
    return "replace(format(datum.value, '.1f'), '.', '" + page.say(en=".", fr=",") + "')"


def keep(page: Page, name: str, found: measures.Difference) -> None:
    """Name a difference and both ends of its interval."""
    for suffix, number in (("", found.value), (".low", found.low), (".high", found.high)):
        page.value(f"{name}{suffix}", number, digits=2, sign=True)


def asked(page: Page, data: cxdata.Dataset) -> pd.Series:
    """What customers feel of thirteen attitudes, and how far their answers are one opinion."""
    names = {**ATTITUDES, **OTHERS}
    items = data["survey_items"]
    marks = items[items["item"].isin(names)].pivot(index="survey_id", columns="item", values="answer")
    page.value("barometer", len(marks))
    rows = []
    kinds = {
        "heard": page.say(en="can be heard", fr="s’entend"),
        "counted": page.say(en="leaves a trace elsewhere", fr="laisse une trace ailleurs"),
        "asked": page.say(en="only customers know", fr="seul le client le sait"),
    }
    for name, label in names.items():
        given = marks[name].dropna()
        count = int((given >= FELT).sum())
        low, high = measures.share_interval(count, len(given))
        kind = "heard" if name in ATTITUDES else "counted" if name in COUNTED else "asked"
        rows.append(
            {
                "name": name,
                "label": page.say(**label),
                "kind": kinds[kind],
                "share": 100 * count / len(given),
                "low": 100 * low,
                "high": 100 * high,
            }
        )
    table = pd.DataFrame(rows).sort_values("share", ascending=False)
    share = table.set_index("name")["share"]
    hold("competent is first and bending rules last", (share.index[0], share.index[-1]) == ("competent", "bends_rules"))
    hold("the second and the last but one overlap", table["low"].iloc[1] < table["high"].iloc[-2])
    page.value("felt.first", share.iloc[0], unit="percent")
    page.value("felt.last", share.iloc[-1], unit="percent")
    together = marks.astype(float).corr().to_numpy()[np.triu_indices(len(names), 1)]
    page.value("together.least", together.min(), digits=2)
    page.value("together.most", together.max(), digits=2)
    again = marks.index.map(data["surveys"].set_index("survey_id")["ltr"]).to_numpy(float)
    with_ltr = marks.astype(float).corrwith(pd.Series(again, index=marks.index))
    page.value("ltr.least", with_ltr.min(), digits=2)
    page.value("ltr.most", with_ltr.max(), digits=2)
    hold("all thirteen go with the recommendation alike", with_ltr.max() - with_ltr.min() < 0.1)
    hold("rules go with it least", with_ltr.idxmin() == "bends_rules")

    def bars(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            y=alt.Y("label:N", sort=None, title=None),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=list(kinds.values()), range=[charts.GOOD, charts.NEUTRAL, charts.BAD]),
                legend=alt.Legend(columns=1 if width == charts.NARROW else 3),
            ),
        )
        x = alt.X(
            "low:Q",
            scale=alt.Scale(domain=[50, 80]),
            axis=alt.Axis(values=[50, 60, 70, 80]),
            title=page.say(en="Marks of 6 to 10, percent", fr="Notes de 6 à 10, en %"),
        )
        return (
            base.mark_rule(strokeWidth=3).encode(x=x, x2="high:Q")
            + base.mark_point(size=90, opacity=1).encode(x="share:Q")
        ).properties(width=width - 140, height=340)

    page.chart(
        "felt",
        bars,
        title=page.say(
            en="Of thirteen attitudes that customers mark, six can be heard in a contact",
            fr="Sur treize attitudes notées par les clients, six s’entendent dans un contact",
        ),
        alternative=page.say(en="Share of marks 6 to 10: ", fr="Part des notes de 6 à 10 : ")
        + ", ".join(f"{row.label} {page.written(row.share, unit='percent')} ({row.kind})" for row in table.itertuples())
        + ".",
        note=page.say(
            en=f"{len(marks)} answers to the barometer, two years; lines are 95% intervals.",
            fr=f"{len(marks)} réponses au baromètre sur deux ans ; traits : intervalles à 95 %.",
        ),
        data=table[["label", "kind", "share", "low", "high"]],
        columns={
            "label": Column(label=page.say(en="Attitude", fr="Attitude")),
            "kind": Column(label=page.say(en="How to know", fr="Comment le savoir")),
            "share": Column(label=page.say(en="Share", fr="Part"), unit="percent"),
            "low": Column(label=page.say(en="From", fr="De"), unit="percent"),
            "high": Column(label=page.say(en="To", fr="À"), unit="percent"),
        },
    )
    return share


def grid(page: Page, felt: pd.Series, sheets: pd.DataFrame) -> None:
    """Four values, each with what is felt, heard, excluded and allowed."""
    values: dict[str, str | float] = {}
    for name in ATTITUDES:
        values[f"felt_{name}"] = page.written(felt[name], unit="percent")
        values[f"heard_{name}"] = page.written(100 * (sheets[f"{name}_score"] >= HEARD).mean(), unit="percent")
    drawn = artefacts.read(page, WORDS, Sheet, values, part="grid")
    page.html("grid", sheet(drawn, language=page.language))


def sites(page: Page, sheets: pd.DataFrame, key: float) -> None:
    """The two sites, by all listeners and by each."""
    mean = sheets.groupby("own")["attitude_score"].mean()
    page.value("own", mean[True], digits=2)
    page.value("theirs", mean[False], digits=2)
    hold("the contractor looks no worse", mean[False] > mean[True])
    compare = {"outcome": "attitude_score", "treatment": "own", "cluster": "agent_id"}
    plain = measures.difference(sheets, **compare)
    same = measures.difference(sheets, **compare, strata=("listener_id",))
    keep(page, "plain", plain)
    keep(page, "same", same)
    hold("the plain difference proves nothing", plain.low < 0 < plain.high)
    hold("the same ears find its own better", same.low > 0)
    hold("the key lies in the interval", same.low < key < same.high)
    page.value("key", key, digits=2, sign=True)
    page.value("bonus", BONUS_EUR, unit="euros")
    theirs = sheets["listener_id"] > OWN_LISTENERS
    page.value("own.by_own", 100 * (~theirs[sheets["own"]]).mean(), unit="percent")
    page.value("theirs.by_theirs", 100 * theirs[~sheets["own"]].mean(), unit="percent")
    labels = {
        True: page.say(en="own advisers", fr="conseillers internes"),
        False: page.say(en="the contractor’s", fr="ceux du prestataire"),
    }
    table = sheets.groupby(["listener_id", "own"])["attitude_score"].agg(["mean", "size"]).reset_index()
    wide = table.pivot(index="listener_id", columns="own", values="mean")
    better = int((wide[True] > wide[False]).sum())
    hold("all six listeners score own advisers higher", better == len(wide))
    soft = sheets.loc[theirs].groupby("own")["attitude_score"].mean().mean()
    hard = sheets.loc[~theirs].groupby("own")["attitude_score"].mean().mean()
    page.value("lenient", soft - hard, digits=2)
    table["listener"] = [
        page.say(en=f"own, no. {number}", fr=f"interne, n° {number}")
        if number <= OWN_LISTENERS
        else page.say(en=f"contractor’s, no. {number}", fr=f"prestataire, n° {number}")
        for number in table["listener_id"]
    ]
    table["who"] = table["own"].map(labels)

    def dumbbells(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(y=alt.Y("listener:N", sort=None, title=None))
        x = alt.X(
            "mean:Q",
            scale=alt.Scale(domain=[3.0, 4.0], zero=False),
            axis=alt.Axis(values=[3.0, 3.2, 3.4, 3.6, 3.8, 4.0], labelExpr=tenths(page)),
            title=page.say(en="Mean of six attitudes, 1 to 5", fr="Moyenne de six attitudes, de 1 à 5"),
        )
        line = (
            alt.Chart(wide.rename(columns={True: "high", False: "low"}).assign(listener=table["listener"].unique()))
            .mark_rule(strokeWidth=2, color=charts.LINE)
            .encode(y=alt.Y("listener:N", sort=None), x=alt.X("low:Q"), x2="high:Q")
        )
        colour = alt.Color(
            "who:N", scale=alt.Scale(domain=list(labels.values()), range=[charts.GOOD, charts.BAD]), legend=alt.Legend()
        )
        shape = alt.Shape(
            "who:N", scale=alt.Scale(domain=list(labels.values()), range=["circle", "diamond"]), legend=None
        )
        return (line + base.mark_point(size=120, opacity=1).encode(x=x, color=colour, shape=shape)).properties(
            width=width - 120, height=230
        )

    page.chart(
        "listeners",
        dumbbells,
        title=page.say(
            en="Each of six listeners scores own advisers higher; the contractor’s listeners score all higher",
            fr="Chacun des six écoutants note mieux les internes ; ceux du prestataire notent mieux tout le monde",
        ),
        alternative=page.say(
            en="Mean score of own advisers and of the contractor’s, by listener: ",
            fr="Note moyenne des internes et du prestataire, par écoutant : ",
        )
        + "; ".join(
            f"{name} {page.written(row[True], digits=2)}, {page.written(row[False], digits=2)}"
            for name, (_, row) in zip(table["listener"].unique(), wide.iterrows(), strict=True)
        )
        + ".",
        data=table[["listener", "who", "mean", "size"]],
        columns={
            "listener": Column(label=page.say(en="Listener", fr="Écoutant")),
            "who": Column(label=page.say(en="Contacts of", fr="Contacts des")),
            "mean": Column(label=page.say(en="Mean", fr="Moyenne"), digits=2),
            "size": Column(label=page.say(en="Sheets", fr="Fiches")),
        },
    )


def needed(page: Page, sheets: pd.DataFrame) -> None:
    """How many sheets tell something of one adviser."""
    found = shrinkage.components(sheets, score="attitude_score", unit="agent_id", rater="listener_id")
    one = found.reliability(1)
    count = shrinkage.scores_needed(one, WANTED)
    page.value("one", one, digits=2)
    page.value("needed", count)
    page.value("wanted", WANTED, digits=1)


def hidden(page: Page, fair: pd.DataFrame) -> None:
    """Two teams with the same mean that lack different things."""
    whole = fair.groupby("team_id")[[*SCORES, "attitude_score"]].mean()
    gaps = whole - whole.mean()
    first, second = 4, 7
    pair = gaps.loc[[first, second]]
    hold("both teams are far below", (pair["attitude_score"] < -0.3).all())
    hold("and as far as each other", abs(pair["attitude_score"].diff().iloc[1]) < 0.05)
    for name, team in (("first", first), ("second", second)):
        page.value(f"team.{name}", team)
        page.value(f"team.{name}.mean", gaps.loc[team, "attitude_score"], digits=2, sign=True)
        for one in ("competent", "considerate"):
            page.value(f"team.{name}.{one}", gaps.loc[team, f"{one}_score"], digits=2, sign=True)
    contrast = fair.assign(gap=fair["competent_score"] - fair["considerate_score"], second=fair["team_id"] == second)
    rows = contrast[contrast["team_id"].isin([first, second])]
    found = measures.difference(rows, outcome="gap", treatment="second", cluster="agent_id")
    keep(page, "profile", found)
    hold("their profiles differ beyond chance", found.low > 0)
    labels = {
        first: page.say(en=f"team {first}, contractor", fr=f"équipe {first}, prestataire"),
        second: page.say(en=f"team {second}, own", fr=f"équipe {second}, interne"),
    }
    table = pair[SCORES].T.reset_index(names="score").melt("score", var_name="team", value_name="gap")
    table["attitude"] = table["score"].map({f"{name}_score": page.say(**label) for name, label in ATTITUDES.items()})
    table["who"] = table["team"].map(labels)

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(y=alt.Y("attitude:N", sort=None, title=None))
        zero = alt.Chart(pd.DataFrame({"at": [0]})).mark_rule(strokeDash=[4, 4]).encode(x="at:Q")
        colours = alt.Scale(domain=list(labels.values()), range=[charts.BAD, charts.GOOD])
        shapes = alt.Scale(domain=list(labels.values()), range=["diamond", "circle"])
        return (
            zero
            + base.mark_point(size=120, opacity=1).encode(
                x=alt.X(
                    "gap:Q",
                    scale=alt.Scale(domain=[-0.6, 0.1]),
                    axis=alt.Axis(values=[-0.6, -0.4, -0.2, 0.0], labelExpr=tenths(page)),
                    title=page.say(
                        en="Points from the mean of all teams", fr="Points d’écart à la moyenne des équipes"
                    ),
                ),
                color=alt.Color("who:N", scale=colours, legend=alt.Legend(columns=1 if width == charts.NARROW else 2)),
                shape=alt.Shape("who:N", scale=shapes, legend=None),
            )
        ).properties(width=width - 110, height=230)

    page.chart(
        "profiles",
        dots,
        title=page.say(
            en="Two teams with the same mean: one lacks knowledge most, the other consideration",
            fr="Deux équipes de même moyenne : à l’une manque surtout le savoir, à l’autre la prévenance",
        ),
        alternative=page.say(
            en="Points from the mean of all teams: ", fr="Écart à la moyenne des équipes, en points : "
        )
        + "; ".join(
            f"{row.who}, {row.attitude} {page.written(row.gap, digits=2, sign=True)}" for row in table.itertuples()
        )
        + ".",
        note=page.say(
            en="Severity of listeners taken out; some 200 sheets per team.",
            fr="Sévérité des écoutants retirée ; environ 200 fiches par équipe.",
        ),
        data=table[["attitude", "who", "gap"]],
        columns={
            "attitude": Column(label=page.say(en="Attitude", fr="Attitude")),
            "who": Column(label=page.say(en="Team", fr="Équipe")),
            "gap": Column(label=page.say(en="Points", fr="Points"), digits=2, sign=True),
        },
    )


def mood(page: Page, fair: pd.DataFrame, surveys: pd.DataFrame) -> None:
    """Scores and the customer's mark for the same contact, within advisers."""
    both = fair.merge(surveys[["contact_id", "contact_csat"]].dropna(), on="contact_id")
    page.value("both", len(both))
    rows = {}
    for score in SCORES:
        around = both[[score, "contact_csat"]] - both.groupby("agent_id")[[score, "contact_csat"]].transform("mean")
        x, y = around[score], around["contact_csat"].astype(float)
        slope = float((x * y).sum() / (x**2).sum())
        parts = (x * (y - slope * x)).groupby(both["agent_id"]).sum()
        rows[score] = (slope, float(np.sqrt((parts**2).sum()) / (x**2).sum()))
    slopes = pd.DataFrame(rows, index=["slope", "error"]).T
    best, last = slopes["slope"].idxmax(), slopes["slope"].idxmin()
    hold("the most and the least are competent and listens", (best, last) == ("competent_score", "listens_score"))
    for name, score in (("best", best), ("last", last)):
        slope, error = slopes.loc[score]
        page.value(f"mood.{name}", slope, digits=2)
        page.value(f"mood.{name}.low", slope - measures.Z_95 * error, digits=2)
        page.value(f"mood.{name}.high", slope + measures.Z_95 * error, digits=2)
    hold("all six go with the customer's mark", (slopes["slope"] > 2 * slopes["error"]).all())


def exercise(page: Page, data: cxdata.Dataset, agents: pd.DataFrame) -> None:
    """The sites again, on the sheets of the class edition."""
    rows = data["attitude_scores"].merge(agents, on="agent_id")
    rows["own"] = rows["site"] == "in_house"
    page.value("class.sheets", len(rows))
    compare = {"outcome": "attitude_score", "treatment": "own", "cluster": "agent_id"}
    plain = measures.difference(rows, **compare)
    same = measures.difference(rows, **compare, strata=("listener_id",))
    keep(page, "class.plain", plain)
    keep(page, "class.same", same)
    hold("the sign turns in the class edition too", plain.value < 0 < same.low)
    key = cxdata.answer_key(data)["sites_on_attitudes"]["realised"]["value"]
    page.value("class.key", key, digits=2, sign=True)
    per = rows.groupby("agent_id").size().reindex(agents["agent_id"]).fillna(0)
    page.value("class.per", per.mean(), digits=1)
    page.value("class.none", int((per == 0).sum()))
    page.value("class.most", int(per.max()))
    ears = rows.groupby("listener_id")["own"].agg(["sum", "size"])
    page.value("class.thin", int((ears["size"] - ears["sum"]).min()))
    page.value("class.thin.own", int(ears["sum"].min()))
