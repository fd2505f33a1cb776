"""Customer-oriented objectives: what a bonus on a score bought, who was asked, and what luck pays."""

import math
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, measures
from casebook.worked import sheet as sheets
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

POSTS = 12
"""Full-time posts of a shop, in our story."""
LINES, LEVELS = (4.2, 4.4), (120, 240)
"""Scores from which a level is paid, and euros per post and quarter."""
SPREAD = 1.0
"""Standard deviation of single marks, in points of 1 to 5: what the recipe of the data takes."""
ALARM, GAP_ALARM = 0.6, 0.3
"""Invited share beside the shop's own year before, and points between score and calls, at which somebody looks."""
WEIGHTS = {"result": 50, "acts": 20, "repair": 20, "together": 10}
SIGNED = "datum.value == 0 ? '0' : format(datum.value, '+.1f')"


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    rows = data["shop_bonuses"].merge(data.truth["latents/shop_bonuses"], on="shop_quarter_id")
    rows = rows.assign(year=rows["quarter"].str[:4].astype(int))
    paid = rows[rows["has_bonus"]]
    key = cxdata.answer_key(data)["satisfaction_behind_the_bonus"]["realised"]["value"]

    page.value("shops", rows["store_id"].nunique())
    page.value("with", paid["store_id"].nunique())
    page.value("without", rows["store_id"].nunique() - paid["store_id"].nunique())
    page.value("posts", POSTS)
    page.value("line.one", LINES[0], digits=1)
    page.value("line.two", LINES[1], digits=1)
    page.value("level.one", LEVELS[0], unit="euros")
    page.value("level.two", LEVELS[1], unit="euros")
    page.value("calls", paid["call_answers"].mean())
    effect(page, rows)
    levels(page, paid, key)
    shops = by_shop(rows, paid)
    steering(page, shops)
    goal_sheet(page, data, rows, shops)
    money(page, paid)
    luck(page, paid)
    side_effects(page, paid)
    exercise(page, rows, paid)


def pay(score: pd.Series) -> pd.Series:
    """Return what a score brings per post, in euros."""
    shown = score.round(2)
    return pd.Series(np.select([shown >= LINES[1], shown >= LINES[0]], LEVELS[::-1], 0), index=score.index)


def effect(page: Page, rows: pd.DataFrame) -> None:
    """What the bonus did to the score and to the calls: gain of shops drawn, less gain of the others."""
    drawn = rows.groupby("store_id")["has_bonus"].any()
    for name, column in (("score", "csat"), ("call", "call_csat")):
        means = rows.pivot_table(index="store_id", columns="year", values=column)
        gain = (means[2024] - means[2023]).rename("gain").to_frame().assign(drawn=drawn).reset_index()
        found = measures.difference(gain, outcome="gain", treatment="drawn", cluster="store_id")
        for end, number in (("", found.value), (".low", found.low), (".high", found.high)):
            page.value(f"effect.{name}{end}", number, digits=2, sign=True)
        hold(f"{name} says what the page says", found.low > 0.15 if name == "score" else found.low < 0.05 < found.high)


def levels(page: Page, paid: pd.DataFrame, key: float) -> None:
    """Satisfaction in shops with the bonus by either source, weighted by buyers."""
    weight = paid["buyers"] / paid["buyers"].sum()
    score, call = (float((paid[name] * weight).sum()) for name in ("csat", "call_csat"))
    shops = paid.assign(part=weight * (paid["call_csat"] - call)).groupby("store_id")["part"].sum()
    half = measures.Z_95 * float(np.sqrt((shops**2).sum()))
    page.value("level.score", score, digits=2)
    page.value("level.call", call, digits=2)
    page.value("level.call.low", call - half, digits=2)
    page.value("level.call.high", call + half, digits=2)
    page.value("level.key", key, digits=2)
    hold("calls find the key, the score does not", call - half < key < call + half < score)


def by_shop(rows: pd.DataFrame, paid: pd.DataFrame) -> pd.DataFrame:
    """Return the shops with the bonus: invited share beside their own year before, score less calls, bonus."""
    before = rows[rows["year"] == 2023].groupby("store_id")[["invited", "buyers"]].sum()
    sums = paid.groupby("store_id").agg(
        invited=("invited", "sum"),
        buyers=("buyers", "sum"),
        csat=("csat", "mean"),
        call=("call_csat", "mean"),
        steers=("steers", "first"),
        bonus=("bonus_eur", "sum"),
    )
    usual = before["invited"] / before["buyers"]
    return sums.assign(
        ratio=100 * sums["invited"] / sums["buyers"] / usual.loc[sums.index], gap=sums["csat"] - sums["call"]
    )


def steering(page: Page, shops: pd.DataFrame) -> None:
    """Who hands out fewer cards, and how far score and calls lie apart there."""
    few = shops["ratio"] < 100 * ALARM
    page.value("flagged", int(few.sum()))
    page.value("unflagged", int((~few).sum()))
    page.value("ratio.few", shops.loc[few, "ratio"].mean(), unit="percent")
    page.value("ratio.rest", shops.loc[~few, "ratio"].mean(), unit="percent")
    page.value("gap.few", shops.loc[few, "gap"].mean(), digits=2)
    page.value("gap.rest", shops.loc[~few, "gap"].mean(), digits=2)
    page.value("alarm", 100 * ALARM, unit="percent")
    hold("the alarm finds all who steer and nobody else", (few == shops["steers"]).all())
    kinds = {True: page.say(en="steered", fr="orientées"), False: page.say(en="not", fr="non")}
    table = shops.reset_index()[["store_id", "ratio", "gap"]].assign(few=few.to_numpy())

    def dots(width: int) -> alt.LayerChart:
        x = alt.X(
            "ratio:Q",
            scale=alt.Scale(domain=[20, 150], zero=False, nice=False),
            axis=alt.Axis(values=[25, 50, 75, 100, 125, 150]),
            title=page.say(en="Invited share, percent of the year before", fr="Part d’invités, en % de l’an passé"),
        )
        y = alt.Y(
            "gap:Q",
            axis=alt.Axis(labelExpr=SIGNED, values=[-0.2, 0, 0.2, 0.4, 0.6, 0.8]),
            scale=alt.Scale(domain=[-0.2, 0.9]),
            title=page.say(en="Score less calls, points", fr="Note moins appels, points"),
        )
        words = pd.DataFrame(
            {
                "ratio": [64, 92],
                "gap": [0.82, 0.4],
                "text": [
                    page.say(en="fewer cards, better marks", fr="moins de cartes, mieux noté"),
                    page.say(en="cards as before", fr="autant de cartes"),
                ],
            }
        )
        return (
            alt.Chart(pd.DataFrame({"ratio": [100 * ALARM]})).mark_rule(strokeDash=[4, 4]).encode(x=x)
            + alt.Chart(table)
            .mark_point(size=70, opacity=0.9)
            .encode(x=x, y=y, color=alt.condition("datum.few", alt.value(charts.BAD), alt.value(charts.GOOD)))
            + alt.Chart(words).mark_text(align="left").encode(x=x, y=y, text="text:N")
        ).properties(width=width, height=260)

    low = table[table["few"]]
    page.chart(
        "steering",
        dots,
        title=page.say(
            en=f"In {int(few.sum())} of {len(shops)} shops the cards dwindled, and only there the score left the calls behind",
            fr=f"Dans {int(few.sum())} magasins sur {len(shops)} les cartes se raréfient, et là seulement la note s’écarte des appels",
        ),
        alternative=page.say(
            en=f"Shops with the bonus. {len(low)} invited {page.written(low['ratio'].min())} to {page.written(low['ratio'].max())} percent of their usual share and score "
            f"{page.written(low['gap'].min(), digits=2)} to {page.written(low['gap'].max(), digits=2)} points above the calls; the others, at "
            f"{page.written(table.loc[~table['few'], 'ratio'].min())} percent or more, lie within {page.written(table.loc[~table['few'], 'gap'].max(), digits=2)}.",
            fr=f"Magasins à prime. {len(low)} ont invité {page.written(low['ratio'].min())} à {page.written(low['ratio'].max())} % de leur part habituelle, avec une note "
            f"supérieure aux appels de {page.written(low['gap'].min(), digits=2)} à {page.written(low['gap'].max(), digits=2)} point ; les autres, à "
            f"{page.written(table.loc[~table['few'], 'ratio'].min())} % ou plus, restent sous {page.written(table.loc[~table['few'], 'gap'].max(), digits=2)}.",
        ),
        note=page.say(
            en="One dot per shop with the bonus, 2024. The dashed line is the alarm of the goal sheet.",
            fr="Un point par magasin à prime, 2024. Le trait pointillé est l’alerte de la fiche.",
        ),
        data=table.assign(few=table["few"].map(kinds)).sort_values("ratio").head(10),
        columns={
            "store_id": Column(label=page.say(en="Shop (lowest ten)", fr="Magasin (dix plus bas)")),
            "ratio": Column(label=page.say(en="Invited, of usual", fr="Invités, de l’habituel"), unit="percent"),
            "gap": Column(label=page.say(en="Score less calls", fr="Note moins appels"), digits=2, sign=True),
            "few": Column(label=page.say(en="Invitations", fr="Invitations")),
        },
    )


def goal_sheet(page: Page, data: cxdata.Dataset, rows: pd.DataFrame, shops: pd.DataFrame) -> None:
    """The goal sheet that comes after, with today's levels."""
    late = rows[rows["year"] == 2024]
    visits = data["mystery_visits"].dropna(subset=["store_id"])
    advised = visits.loc[visits["visited_at"].dt.year == 2024, "was_advised"].astype(float).mean()
    values = {
        "call": page.written(late["call_csat"].mean(), digits=2),
        "advised": page.written(100 * advised, unit="percent"),
        "alarm": page.written(100 * ALARM, unit="percent"),
        "gap.alarm": page.written(GAP_ALARM, digits=1),
        "flagged": page.written((shops["ratio"] < 100 * ALARM).sum()),
        **{f"weight.{name}": page.written(weight, unit="percent") for name, weight in WEIGHTS.items()},
    }
    for name, weight in WEIGHTS.items():
        page.value(f"weight.{name}", weight, unit="percent")
    drawn = artefacts.read(page, Path(__file__).with_suffix(".toml"), sheets.Sheet, values, part="goals")
    page.html("goals", sheets.sheet(drawn, language=page.language))


def money(page: Page, paid: pd.DataFrame) -> None:
    """What was paid, and what the true satisfaction would have earned."""
    true = pay(paid["csat_of_all"])
    by_call = pay(paid["call_csat"])
    steers = paid["steers"]
    page.value("paid", round(POSTS * paid["bonus_eur"].sum(), -3), unit="euros")
    page.value("earned", round(POSTS * true.sum(), -3), unit="euros")
    page.value("unearned", round(POSTS * (paid["bonus_eur"].sum() - true.sum()), -3), unit="euros")
    page.value("paid.steered", 100 * paid.loc[steers, "bonus_eur"].sum() / paid["bonus_eur"].sum(), unit="percent")
    page.value("each.steered", paid.loc[steers, "bonus_eur"].mean(), unit="euros")
    page.value("each.honest", paid.loc[~steers, "bonus_eur"].mean(), unit="euros")
    page.value("true.steered", paid.loc[steers, "csat_of_all"].mean(), digits=2)
    page.value("true.honest", paid.loc[~steers, "csat_of_all"].mean(), digits=2)
    page.value("wrong.score", 100 * (paid["bonus_eur"] != true).mean(), unit="percent")
    page.value("wrong.call", 100 * (by_call != true).mean(), unit="percent")
    year = paid.groupby("store_id").agg(call=("call_csat", "mean"), true=("csat_of_all", "mean"))
    page.value("wrong.year", 100 * (pay(year["call"]) != pay(year["true"])).mean(), unit="percent")
    hold(
        "steering pays three times as much or more",
        paid.loc[steers, "bonus_eur"].mean() > 3 * paid.loc[~steers, "bonus_eur"].mean(),
    )
    hold(
        "and buyers there are no happier",
        paid.loc[steers, "csat_of_all"].mean() < paid.loc[~steers, "csat_of_all"].mean() + 0.03,
    )
    hold(
        "calls pay wrongly less often, a year less still",
        (pay(year["call"]) != pay(year["true"])).mean() < (by_call != true).mean() < (paid["bonus_eur"] != true).mean(),
    )


def luck(page: Page, paid: pd.DataFrame) -> None:
    """The chance to be paid, by true satisfaction and number of answers."""
    quarter = round(paid["call_answers"].mean())
    counts = {
        quarter: page.say(en=f"a quarter, {quarter} answers", fr=f"un trimestre, {quarter} réponses"),
        4 * quarter: page.say(en=f"a year, {4 * quarter}", fr=f"un an, {4 * quarter}"),
    }

    def chance(true: float, answers: int) -> float:
        return 50 * math.erfc((LINES[0] - 0.005 - true) / (SPREAD / math.sqrt(answers)) / math.sqrt(2))

    table = pd.DataFrame(
        [
            {"true": true, "kind": kind, "chance": chance(true, count)}
            for count, kind in counts.items()
            for true in np.round(np.arange(3.7, 4.71, 0.05), 2)
        ]
    )
    page.value("margin.quarter", measures.Z_95 * SPREAD / math.sqrt(quarter), digits=2)
    page.value("margin.year", measures.Z_95 * SPREAD / math.sqrt(4 * quarter), digits=2)
    page.value("answers.year", 4 * quarter)
    for name, true in (("under", 4.1), ("over", 4.3)):
        page.value(f"luck.{name}", true, digits=1)
        page.value(f"luck.{name}.quarter", chance(true, quarter), unit="percent")
        page.value(f"luck.{name}.year", chance(true, 4 * quarter), unit="percent")
    hold("a shop below the line is often paid by luck", chance(4.1, quarter) > 20)

    def curves(width: int) -> alt.LayerChart:
        x = alt.X(
            "true:Q",
            scale=alt.Scale(domain=[3.7, 4.7], zero=False, nice=False),
            axis=alt.Axis(values=[3.8, 4.0, 4.2, 4.4, 4.6], format=".1f"),
            title=page.say(
                en="True satisfaction of all buyers, 1 to 5", fr="Vraie satisfaction de tous les acheteurs, 1 à 5"
            ),
        )
        y = alt.Y(
            "chance:Q",
            scale=alt.Scale(domain=[0, 100]),
            axis=alt.Axis(values=[0, 25, 50, 75, 100]),
            title=page.say(en="Chance of a bonus, percent", fr="Chance d’avoir la prime, %"),
        )
        colour = alt.Color(
            "kind:N",
            sort=list(counts.values()),
            scale=alt.Scale(domain=list(counts.values()), range=[charts.BAD, charts.GOOD]),
            legend=alt.Legend(title=None, orient="top", symbolType="stroke"),
        )
        return (
            alt.Chart(pd.DataFrame({"true": [LINES[0]]})).mark_rule(strokeDash=[4, 4]).encode(x=x)
            + alt.Chart(table).mark_line().encode(x=x, y=y, color=colour)
        ).properties(width=width, height=230)

    page.chart(
        "luck",
        curves,
        title=page.say(
            en="With a quarter’s calls, a line at 4.2 pays many who are under it and misses many above",
            fr="Avec les appels d’un trimestre, un seuil à 4,2 paie bien des magasins en dessous et en oublie au-dessus",
        ),
        alternative=page.say(
            en=f"Chance of a bonus by true satisfaction. At 4.1: {page.written(chance(4.1, quarter))} percent with a quarter’s calls, {page.written(chance(4.1, 4 * quarter))} with a year’s; "
            f"at 4.3: {page.written(chance(4.3, quarter))} and {page.written(chance(4.3, 4 * quarter))}.",
            fr=f"Chance d’avoir la prime selon la vraie satisfaction. À 4,1 : {page.written(chance(4.1, quarter))} % avec un trimestre d’appels, {page.written(chance(4.1, 4 * quarter))} % avec un an ; "
            f"à 4,3 : {page.written(chance(4.3, quarter))} % et {page.written(chance(4.3, 4 * quarter))} %.",
        ),
        note=page.say(
            en="Single marks spread by one point (standard deviation); the dashed line is the first level.",
            fr="Écart-type d’une note : un point ; le trait pointillé est le premier palier.",
        ),
        data=table[table["true"].isin([3.9, 4.0, 4.1, 4.2, 4.3, 4.4])]
        .pivot(index="true", columns="kind", values="chance")
        .reset_index(),
        columns={
            "true": Column(label=page.say(en="True satisfaction", fr="Vraie satisfaction"), digits=1),
            **{kind: Column(unit="percent") for kind in counts.values()},
        },
    )


def side_effects(page: Page, paid: pd.DataFrame) -> None:
    """The rate of answers, and Christmas."""
    rate = paid["answers"] / paid["invited"]
    page.value("rate.steered", 100 * rate[paid["steers"]].mean(), unit="percent")
    page.value("rate.honest", 100 * rate[~paid["steers"]].mean(), unit="percent")
    hold("steering raises the rate of answers", rate[paid["steers"]].mean() > rate[~paid["steers"]].mean() + 0.05)
    last = paid["quarter"] == "2024_q4"
    page.value("christmas.bonus", paid.loc[last, "bonus_eur"].mean(), unit="euros")
    page.value("other.bonus", paid.loc[~last, "bonus_eur"].mean(), unit="euros")
    drop = paid.loc[~last, "csat_of_all"].mean() - paid.loc[last, "csat_of_all"].mean()
    page.value("christmas.drop", drop, digits=2)
    hold("Christmas costs a bonus", paid.loc[last, "bonus_eur"].mean() < paid.loc[~last, "bonus_eur"].mean() - 20)


def exercise(page: Page, rows: pd.DataFrame, paid: pd.DataFrame) -> None:
    """The same with the first quarter alone."""
    first = paid[paid["quarter"] == "2024_q1"].set_index("store_id")
    usual = rows[rows["year"] == 2023].groupby("store_id")[["invited", "buyers"]].sum()
    ratio = first["invited"] / first["buyers"] / (usual["invited"] / usual["buyers"]).loc[first.index]
    few = ratio < ALARM
    gap = first["csat"] - first["call_csat"]
    page.value("first.flagged", int(few.sum()))
    page.value("first.right", int((few & first["steers"]).sum()))
    page.value("first.missed", int((~few & first["steers"]).sum()))
    wide = gap > GAP_ALARM
    page.value("gap.alarm", GAP_ALARM, digits=1)
    page.value("first.wide", int(wide.sum()))
    page.value("first.wide.right", int((wide & first["steers"]).sum()))
    page.value("first.wide.missed", int((~wide & first["steers"]).sum()))
    page.value("first.paid", round(POSTS * first.loc[few, "bonus_eur"].sum(), -2), unit="euros")
    hold("the invited share is the surer alarm", (few == first["steers"]).mean() > (wide == first["steers"]).mean())
