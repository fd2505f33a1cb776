"""Moments of truth: what each step weighs in the whole, when steps go together and the lowest mark is not the heaviest."""

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, drivers, journeys
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

PROJECT_EUR, LIFT = 30_000, 0.5
"""What lifting one step by half a mark costs, in our story."""
SEGMENTS = {
    "gardeners": {"en": "Gardeners", "fr": "Jardiniers"},
    "home_makers": {"en": "Home makers", "fr": "Aménageurs"},
    "renovators": {"en": "Renovators", "fr": "Rénovateurs"},
    "gift_buyers": {"en": "Gift buyers", "fr": "Offreurs de cadeaux"},
    "bargain_hunters": {"en": "Bargain hunters", "fr": "Chasseurs de bonnes affaires"},
}


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "study")
    rows = journeys.told(data["journey_steps"]).merge(
        data.truth["latents/journey_steps"][["journey_step_id", "weight"]], on="journey_step_id"
    )
    segments = data["customers"].set_index("customer_id")["segment"]
    web = journeys.by_journey(rows, journeys.WEB, segments)
    told = rows[rows["order_id"].isin(web.index)]
    truth = told.groupby("step")["weight"].mean()
    found = journeys.weights(web, journeys.WEB)
    marks = journeys.step_marks(told).loc[list(journeys.WEB)]

    page.value("customers", len(data["customers"]))
    page.value("journeys", len(web))
    for step in journeys.WEB:
        page.value(f"{step}.mark", marks.loc[step, "mark"], digits=2)
        page.value(f"{step}.weight", found.loc[step, "weight"], digits=2)
        page.value(f"{step}.low", found.loc[step, "low"], digits=2)
        page.value(f"{step}.high", found.loc[step, "high"], digits=2)
        page.value(f"calculator.{step}", found.loc[step, "weight"], digits=3)
        page.value(f"calculator.{step}.margin", found.loc[step, "weight"] - found.loc[step, "low"], digits=3)
    of_steps = found.drop(index="peak")
    readings = journeys.moments(of_steps["weight"].tolist(), (of_steps["weight"] - of_steps["low"]).tolist()).readings
    moments = {step for step, reading in zip(of_steps.index, readings, strict=True) if reading == "moment"}
    hold("three steps are clearly moments", moments == {"receive", "use", "choose"})
    key = cxdata.answer_key(data)["weight_of_receiving"]["realised"]["value"]
    page.value("key.receive", key, digits=1, unit="percent")
    for end in ("share", "share_low", "share_high"):
        page.value(f"receive.{end}", found.loc["receive", end], digits=1, unit="percent")
    hold(
        "the regression's interval holds the key",
        found.loc["receive", "share_low"] < key < found.loc["receive", "share_high"],
    )
    hold("three steps weigh most", set(found["weight"].drop("peak").nlargest(3).index) == {"receive", "use", "choose"})
    hold("the wait has the lowest mark", marks["mark"].idxmin() == "wait")
    hold("the door weighs clearly more than the wait", found.loc["receive", "low"] > found.loc["wait", "high"])
    matrix(page, found, marks)
    choice(page, found)
    halo(page, web, found, truth)
    named(page, told, web, found)
    by_segment(page, web, told, segments)
    few(page, segments)
    exercise(page, rows, segments)


def matrix(page: Page, found: pd.DataFrame, marks: pd.DataFrame) -> None:
    """Weight against mark, step by step."""
    table = found.loc[list(journeys.WEB), ["weight", "low", "high"]].assign(mark=marks["mark"]).reset_index()
    table["name"] = [page.say(**journeys.STEPS[step]) for step in table["step"]]
    table["is_moment"] = table["low"] > table["weight"].mean()
    hold(
        "three steps lie clearly above the mean weight",
        set(table.loc[table["is_moment"], "step"]) == {"receive", "use", "choose"},
    )
    page.value("weight.mean", table["weight"].mean(), digits=2)
    table["side"] = table["step"].map(
        {"pay": "left", "wait": "left", "search": "left", "order": "below", "discover": "below"}
    )
    table["side"] = table["side"].fillna("above")

    def dots(width: int) -> alt.LayerChart:
        x = alt.X(
            "mark:Q",
            scale=alt.Scale(domain=[6.7, 7.4], zero=False),
            axis=alt.Axis(tickCount=4, format=".1f"),
            title=page.say(en="Mean mark of the step (0 to 10)", fr="Note moyenne de l’étape (0 à 10)"),
        )
        title = page.say(en="Weight, marks per mark", fr="Poids, points par point")
        scale = alt.Scale(domain=[0, 0.25])
        colour = alt.condition("datum.is_moment", alt.value(charts.BAD), alt.value(charts.NEUTRAL))
        base = alt.Chart(table).encode(x=x)
        y = alt.Y("weight:Q", scale=scale, title=title)
        mean = (
            alt.Chart(table)
            .mark_rule(strokeDash=[4, 4], color=charts.LINE)
            .encode(y=alt.Y("mean(weight):Q", scale=scale))
        )
        above = base.transform_filter(alt.datum.side == "above")
        below = base.transform_filter(alt.datum.side == "below")
        left = base.transform_filter(alt.datum.side == "left")
        return (
            mean
            + base.mark_rule(strokeWidth=2).encode(
                y=alt.Y("low:Q", scale=scale, title=title), y2="high:Q", color=colour
            )
            + base.mark_point(size=80, opacity=1).encode(y=y, color=colour)
            + above.mark_text(dy=-9).encode(y=alt.Y("high:Q", scale=scale, title=title), text="name:N")
            + below.mark_text(dy=10).encode(y=alt.Y("low:Q", scale=scale, title=title), text="name:N")
            + left.mark_text(align="right", dx=-9, dy=-4).encode(y=y, text="name:N")
        ).properties(width=width, height=280)

    page.chart(
        "matrix",
        dots,
        title=page.say(
            en="Waiting and receiving have the same mark; receiving weighs almost twice as much",
            fr="Attendre et recevoir ont la même note ; recevoir pèse presque deux fois plus",
        ),
        alternative=page.say(en="Mean mark and weight by step: ", fr="Note moyenne et poids par étape : ")
        + "; ".join(
            f"{row.name} {page.written(row.mark, digits=2)}, {page.written(row.weight, digits=2)}"
            for row in table[["name", "mark", "weight"]].itertuples(index=False, name="Row")
        )
        + ".",
        note=page.say(
            en="Red: weight clearly above the mean of the eight (dashed). Lines are 95% intervals.",
            fr="Rouge : poids nettement au-dessus de la moyenne des huit (tirets). Traits : intervalles à 95 %.",
        ),
        data=table[["name", "mark", "weight", "low", "high"]],
        columns={
            "name": Column(label=page.say(en="Step", fr="Étape")),
            "mark": Column(label=page.say(en="Mark", fr="Note"), digits=2),
            "weight": Column(label=page.say(en="Weight", fr="Poids"), digits=3),
            "low": Column(label=page.say(en="From", fr="De"), digits=3),
            "high": Column(label=page.say(en="To", fr="À"), digits=3),
        },
    )


def choice(page: Page, found: pd.DataFrame) -> None:
    """What half a mark brings at the lowest step and at the heaviest."""
    page.value("project", PROJECT_EUR, unit="euros")
    page.value("calculator.project", PROJECT_EUR, digits=2)
    page.value("calculator.lift", LIFT, digits=1)
    for step in ("wait", "receive", "order"):
        gain = LIFT * found.loc[step, "weight"]
        page.value(f"gain.{step}", 100 * gain, digits=1)
        page.value(f"gain.{step}.low", 100 * LIFT * found.loc[step, "low"], digits=1)
        page.value(f"gain.{step}.high", 100 * LIFT * found.loc[step, "high"], digits=1)
        page.value(f"price.{step}", round(PROJECT_EUR / (100 * gain), -2), unit="euros")
    enough = PROJECT_EUR * found.loc["wait", "weight"] / found.loc["receive", "weight"]
    page.value("enough", round(enough, -3), unit="euros")


def halo(page: Page, web: pd.DataFrame, found: pd.DataFrame, truth: pd.Series) -> None:
    """Shares of importance by correlation, by LMG and by regression, beside the key's."""
    steps = list(journeys.WEB)
    correlated = web[steps].corrwith(web["overall"])
    page.value("correlation.low", correlated.min(), digits=2)
    page.value("correlation.high", correlated.max(), digits=2)
    shared = drivers.derived_importance(web.reset_index(), outcome="overall", aspects=steps, draws=100).set_index(
        "aspect"
    )
    table = pd.DataFrame(
        {
            "correlation": 100 * correlated / correlated.sum(),
            "lmg": shared["share"],
            "regression": found.loc[steps, "share"],
            "key": 100 * truth[steps] / truth[steps].sum(),
        }
    )
    for way in ("correlation", "lmg", "regression"):
        page.value(f"{way}.receive", table.loc["receive", way], digits=1, unit="percent")
        page.value(f"{way}.discover", table.loc["discover", way], digits=1, unit="percent")
        error = (table[way] - table["key"]).abs().mean()
        page.value(f"error.{way}", error, digits=1)
    page.value("key.discover", table.loc["discover", "key"], digits=1, unit="percent")
    page.value("lmg.low", shared.loc["receive", "share_low"], digits=1, unit="percent")
    page.value("lmg.high", shared.loc["receive", "share_high"], digits=1, unit="percent")
    errors = table[["correlation", "lmg", "regression"]].sub(table["key"], axis=0).abs().mean()
    hold("regression comes nearest, then LMG", errors["regression"] < errors["lmg"] < errors["correlation"])
    hold("correlation flattens", table["correlation"].max() < 1.5 * table["correlation"].min())
    neighbours = web[steps].corr().to_numpy()[np.triu_indices(len(steps), 1)]
    page.value("neighbours", neighbours.mean(), digits=2)
    kinds = {
        "correlation": page.say(en="correlations", fr="corrélations"),
        "regression": page.say(en="regression", fr="régression"),
        "key": page.say(en="answer key", fr="corrigé"),
    }
    order = [page.say(**journeys.STEPS[step]) for step in table["key"].sort_values(ascending=False).index]
    named = table.reset_index(names="step").assign(
        step=lambda one: [page.say(**journeys.STEPS[s]) for s in one["step"]]
    )
    long = named.melt("step", value_vars=list(kinds), var_name="way", value_name="share")
    long["way"] = long["way"].map(kinds)

    def dots(width: int) -> alt.Chart:
        return (
            alt.Chart(long)
            .mark_point(size=90, opacity=1, filled=True)
            .encode(
                y=alt.Y("step:N", sort=order, title=None),
                x=alt.X("share:Q", scale=alt.Scale(domain=[0, 25]), title=page.say(en="Share of importance, %", fr="Part de l’importance, %")),
                color=alt.Color(
                    "way:N",
                    title=None,
                    sort=list(kinds.values()),
                    scale=alt.Scale(domain=list(kinds.values()), range=[charts.BAD, charts.GOOD, charts.INK]),
                    legend=alt.Legend(orient="top", columns=1 if width <= charts.NARROW else 3),
                ),
                shape=alt.Shape(
                    "way:N", sort=list(kinds.values()), title=None,
                    scale=alt.Scale(domain=list(kinds.values()), range=["circle", "circle", "diamond"]),
                ),
            )
            .properties(width=width - 80, height=280)
        )  # fmt: skip

    page.chart(
        "halo",
        dots,
        title=page.say(
            en="Correlations find every step about equally important; the regression follows the key",
            fr="Les corrélations jugent toutes les étapes à peu près égales ; la régression suit le corrigé",
        ),
        alternative=page.say(
            en="Share of importance in percent by step, correlation, regression and answer key: ",
            fr="Part de l’importance en pour cent par étape, corrélation, régression et corrigé : ",
        )
        + "; ".join(
            f"{row.step} {page.written(row.correlation)}, {page.written(row.regression)}, {page.written(row.key)}"
            for row in named.itertuples()
        )
        + ".",
        data=named[["step", "correlation", "lmg", "regression", "key"]],
        columns={
            "step": Column(label=page.say(en="Step", fr="Étape")),
            "correlation": Column(label=page.say(en="Correlations", fr="Corrélations"), digits=1),
            "lmg": Column(label="LMG", digits=1),
            "regression": Column(label=page.say(en="Regression", fr="Régression"), digits=1),
            "key": Column(label=page.say(en="Answer key", fr="Corrigé"), digits=1),
        },
    )


def named(page: Page, told: pd.DataFrame, web: pd.DataFrame, found: pd.DataFrame) -> None:
    """The moment that customers name as remembered most, and what peak and end tell."""
    share = 100 * told.loc[told["is_peak"], "step"].value_counts(normalize=True)
    rank = int(share.rank(ascending=False)["receive"])
    hold("few name the door", rank > 4 and share["receive"] < share["wait"])
    page.value("named.receive", share["receive"], unit="percent")
    page.value("named.rank", rank)
    page.value("named.use", share["use"], unit="percent")
    page.value("named.wait", share["wait"], unit="percent")
    page.value("named.order", share["order"], unit="percent")
    for end in ("weight", "low", "high"):
        page.value(f"peak.{end}", found.loc["peak", end], digits=2)
    steps = list(journeys.WEB)
    explained = {
        "mean": web[steps].mean(axis=1).corr(web["overall"]) ** 2,
        "peak_end": ((web["peak"] + web["use"]) / 2).corr(web["overall"]) ** 2,
    }
    for name, value in explained.items():
        page.value(f"explained.{name}", 100 * value, unit="percent")
    hold("two marks explain nearly as much as eight", 0.85 < explained["peak_end"] / explained["mean"] < 1)


def by_segment(page: Page, web: pd.DataFrame, told: pd.DataFrame, segments: pd.Series) -> None:
    """Weights of three steps by segment, beside the key."""
    lines = []
    between = page.say(en="to", fr="à")
    for segment, label in SEGMENTS.items():
        part = web[web["segment"] == segment]
        found = journeys.weights(part, journeys.WEB)
        true = told[told["customer_id"].map(segments).astype(str) == segment].groupby("step")["weight"].mean()
        line: dict[str, object] = {"segment": page.say(**label), "journeys": len(part)}
        for step in ("receive", "pay"):
            line[step] = (
                f"{page.written(found.loc[step, 'low'], digits=2)} {between} {page.written(found.loc[step, 'high'], digits=2)}"
            )
            line[f"{step}.key"] = true[step]
            page.value(f"{segment}.{step}", found.loc[step, "weight"], digits=2)
            page.value(f"{segment}.{step}.low", found.loc[step, "low"], digits=2)
            page.value(f"{segment}.{step}.high", found.loc[step, "high"], digits=2)
            page.value(f"{segment}.{step}.key", true[step], digits=2)
            hold(
                f"the interval of {step} for {segment} holds the key",
                found.loc[step, "low"] < true[step] < found.loc[step, "high"],
            )
        page.value(f"{segment}.journeys", len(part))
        lines.append(line)
    interval, key = page.say(en="interval", fr="intervalle"), page.say(en="key", fr="corrigé")
    names = {step: page.say(**journeys.STEPS[step]) for step in ("receive", "pay")}
    page.table(
        "segments",
        pd.DataFrame(lines),
        caption=page.say(
            en="Weight of two steps by segment: 95% interval from the diaries, and the key’s value",
            fr="Poids de deux étapes par segment : intervalle à 95 % d’après les carnets, et valeur du corrigé",
        ),
        columns={
            "segment": Column(label=page.say(en="Segment", fr="Segment")),
            "journeys": Column(label=page.say(en="Journeys", fr="Parcours")),
            **{step: Column(label=f"{name}, {interval}", right=True) for step, name in names.items()},
            **{f"{step}.key": Column(label=f"{name}, {key}", digits=2) for step, name in names.items()},
        },
    )


def few(page: Page, segments: pd.Series) -> None:
    """The same with the diaries of the class edition alone."""
    data = cxdata.edition("tilmarenne", "class")
    web = journeys.by_journey(journeys.told(data["journey_steps"]), journeys.WEB, segments)
    found = journeys.weights(web, journeys.WEB)
    page.value("few.journeys", len(web))
    for step in ("receive", "wait"):
        for end in ("weight", "low", "high"):
            page.value(f"few.{step}.{end}", found.loc[step, end], digits=2)
    hold("few diaries leave the order of door and wait open", found.loc["receive", "low"] < found.loc["wait", "high"])


def exercise(page: Page, rows: pd.DataFrame, segments: pd.Series) -> None:
    """The same for purchases in a shop."""
    shop = journeys.by_journey(rows, journeys.SHOP, segments)
    found = journeys.weights(shop, journeys.SHOP)
    page.value("shop.journeys", len(shop))
    hold("use and advice weigh most in shops", set(found["weight"].drop("peak").nlargest(2).index) == {"use", "advice"})
    for step in ("use", "advice", "collect"):
        for end in ("weight", "low", "high"):
            page.value(f"shop.{step}.{end}", found.loc[step, end], digits=2)
    gardeners = journeys.weights(shop[shop["segment"] == "gardeners"], journeys.SHOP)
    bargains = journeys.weights(shop[shop["segment"] == "bargain_hunters"], journeys.SHOP)
    for name, one in (("gardeners", gardeners), ("bargain_hunters", bargains)):
        for end in ("weight", "low", "high"):
            page.value(f"shop.{name}.{end}", one.loc["advice", end], digits=2)
    hold("gardeners hang more on advice", gardeners.loc["advice", "low"] > bargains.loc["advice", "high"])
