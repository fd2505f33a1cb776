"""Life cycle: stages and passages, second orders with censoring, cohorts by age, and boxes until cancelled."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, cycle, measures, shrinkage
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold
from casebook.worked.palette import SERIES

END, BEFORE = pd.Timestamp("2025-01-01"), pd.Timestamp("2024-07-01")
FIRST = pd.Timestamp("2023-01-01")
HALF_YEAR, YEAR, QUARTER = 183, 365, 91
VOUCHER_EUR, LETTER_EUR = 10.0, 1.10
SILENCES = (30, 90, 180, 270)
STAGES = {
    "new": {"en": "New", "fr": "Nouveau"},
    "active": {"en": "Active", "fr": "Actif"},
    "quiet": {"en": "Quiet", "fr": "Silencieux"},
    "asleep": {"en": "Asleep", "fr": "Endormi"},
}
SHOWN_QUARTERS = 4
HORIZON = 12
PILOT = 3
"""Boxes from which a hasty forecast takes its rate."""


def stages_on(day: pd.Timestamp, customers: pd.DataFrame, orders: pd.DataFrame) -> pd.Series:
    """Return the stage of each customer who had an account before a day, by customer id."""
    past = orders[orders["ordered_at"] < day].groupby("customer_id")["ordered_at"].agg(["max", "size"])
    joined = customers.set_index("customer_id")["joined_on"]
    joined = joined[joined < day]
    past = past.reindex(joined.index)
    since = (day - past["max"]).dt.days
    stage = pd.Series("asleep", index=joined.index)
    stage[since <= YEAR] = "quiet"
    stage[since <= HALF_YEAR] = "active"
    stage[((day - joined).dt.days <= HALF_YEAR) & (past["size"] == 1)] = "new"
    return stage


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    customers = data["customers"].assign(joined_on=lambda rows: pd.to_datetime(rows["joined_on"]))
    latent = data.truth["latents/orders"][["order_id", "lost", "leave_chance"]]
    orders = data["orders"].merge(latent, on="order_id").sort_values(["customer_id", "ordered_at"])
    dormant = data.truth["latents/customers"].set_index("customer_id")["is_dormant"]
    page.value("voucher", VOUCHER_EUR, unit="euros")
    page.value("letter", LETTER_EUR, digits=2, unit="euros")
    wheel(page, customers, orders, dormant)
    newcomers = orders[orders["customer_id"].isin(customers.loc[customers["joined_on"] >= FIRST, "customer_id"])].copy()
    newcomers["number"] = newcomers.groupby("customer_id").cumcount() + 1
    newcomers["next"] = newcomers.groupby("customer_id")["ordered_at"].shift(-1)
    newcomers["back"] = newcomers["next"].notna()
    newcomers["days"] = (newcomers["next"].fillna(END) - newcomers["ordered_at"]).dt.days
    first = newcomers[newcomers["number"] == 1]
    second_order(page, first)
    silence(page, first)
    by_number(page, newcomers)
    triangle(page, newcomers, first)
    boxes(page, data)


def wheel(page: Page, customers: pd.DataFrame, orders: pd.DataFrame, dormant: pd.Series) -> None:
    """Who stands where, who passes on in half a year, and who of them is gone for good."""
    then, now = stages_on(BEFORE, customers, orders), stages_on(END, customers, orders)
    page.value("customers", len(now))
    for name in STAGES:
        page.value(f"stage.{name}", (now == name).sum())
        page.value(f"stage.{name}.share", 100 * (now == name).mean(), unit="percent")
    passed = pd.crosstab(then, now.reindex(then.index), normalize="index")
    for one in STAGES:
        for other in ("active", "quiet", "asleep"):
            page.value(f"pass.{one}.{other}", 100 * passed.loc[one, other], unit="percent")
    back = (then == "asleep") & (now.reindex(then.index) == "active")
    low, high = measures.share_interval(int(back.sum()), int((then == "asleep").sum()))
    page.value("back", back.sum())
    page.value("back.low", 100 * low, unit="percent")
    page.value("back.high", 100 * high, unit="percent")
    page.value("asleep.then", (then == "asleep").sum())
    leaver = set(orders.loc[orders["lost"], "customer_id"])
    gone = pd.Series(now.index.isin(leaver) | dormant.reindex(now.index).to_numpy(), index=now.index)
    for name in STAGES:
        page.value(f"gone.{name}", 100 * gone[now == name].mean(), unit="percent")
    page.value("gone", 100 * gone.mean(), unit="percent")
    page.value("asleep.there", (~gone[now == "asleep"]).sum())
    page.value("active.gone", gone[now.isin(["active", "quiet", "new"])].sum())
    hold("a third of the sleepers are still customers", 0.25 < (~gone[now == "asleep"]).mean() < 0.42)
    hold("some of the active have left", gone[now == "active"].mean() > 0.05)
    drawn = artefacts.read(page, Path(__file__).with_suffix(".toml"), cycle.Cycle)
    page.drawing(
        "wheel",
        cycle.wide(drawn),
        narrow=cycle.narrow(drawn),
        title=page.say(
            en="Half the file is asleep, and some of it wakes up",
            fr="La moitié du fichier dort, et une partie se réveille",
        ),
        alternative=". ".join(f"{one.name}: {one.measure}. {one.passing}".rstrip(". ") for one in drawn.stages) + ".",
        note=page.say(
            en="Stages at the end of 2024; passages from the end of June to the end of December.",
            fr="Stades fin 2024 ; passages de fin juin à fin décembre.",
        ),
    )


def second_order(page: Page, first: pd.DataFrame) -> None:
    """Second orders of the newcomers of each year: naively, and with those not yet back counted as not yet back."""
    rows, naive = [], {}
    for year in (2023, 2024):
        mine = first[first["ordered_at"].dt.year == year]
        naive[year] = mine["back"].mean()
        page.value(f"naive.{year}", 100 * naive[year], unit="percent")
        page.value(f"joined.{year}", len(mine))
        page.value(f"left.{year}", 100 * mine["leave_chance"].mean(), digits=1, unit="percent")
        curve = shrinkage.still_open(mine["days"], mine["back"])
        for day in (90, 180, 330):
            at = curve[curve["days"] <= day].iloc[-1]
            page.value(f"back.{year}.{day}", 100 * (1 - at["open"]), unit="percent")
            page.value(f"back.{year}.{day}.low", 100 * (1 - at["high"]), unit="percent")
            page.value(f"back.{year}.{day}.high", 100 * (1 - at["low"]), unit="percent")
            page.value(f"risk.{year}.{day}", at["at_risk"])
        rows.append(curve.assign(year=str(year)))
    hold("the newcomers of 2024 look worse", naive[2024] < naive[2023] - 0.15)
    table = pd.concat(rows)
    table = table[table["days"] <= 330].assign(percent=lambda one: 100 * (1 - one["open"]))
    last = table.groupby("year")["percent"].last()
    hold("at the same age they are no worse", last["2024"] >= last["2023"])
    page.value("voucher.all", VOUCHER_EUR * len(first[first["ordered_at"].dt.year == 2024]), unit="euros")
    ends = table.groupby("year").tail(1).assign(label=lambda one: one["year"])

    def curves(width: int) -> alt.Chart:
        colour = alt.Color(
            "year:N", legend=None, scale=alt.Scale(domain=["2023", "2024"], range=[charts.NEUTRAL, SERIES[0]])
        )
        x = alt.X(
            "days:Q",
            title=page.say(en="Days since the first order", fr="Jours depuis la première commande"),
            scale=alt.Scale(domain=[0, 365]),
            axis=alt.Axis(values=[0, 90, 180, 270, 360]),
        )
        y = alt.Y(
            "percent:Q",
            title=page.say(en="Have ordered again, %", fr="Ont commandé à nouveau, %"),
            scale=alt.Scale(domain=[0, 80]),
        )
        base = alt.Chart(table)
        line = base.mark_line(interpolate="step-after").encode(x=x, y=y, color=colour)
        text = (
            alt.Chart(ends)
            .mark_text(align="left", dx=5)
            .encode(x="days:Q", y="percent:Q", text="label:N", color=colour)
        )
        return (line + text).properties(width=width, height=240)

    grid = pd.DataFrame({"days": [30, 90, 180, 270, 330]})
    for year in ("2023", "2024"):
        one = table[table["year"] == year]
        grid[year] = [one.loc[one["days"] <= day, "percent"].iloc[-1] for day in grid["days"]]
    page.chart(
        "second",
        curves,
        title=page.say(
            en="At the same age, newcomers of 2024 come back as those of 2023 did",
            fr="À ancienneté égale, les nouveaux de 2024 reviennent comme ceux de 2023",
        ),
        alternative=page.say(
            en="Share who have ordered again, by days since the first order, 2023 and 2024: ",
            fr="Part de ceux qui ont commandé à nouveau, selon les jours depuis la première commande, 2023 et 2024 : ",
        )
        + "; ".join(
            f"{row.days}: {page.written(row[2], unit='percent')}, {page.written(row[3], unit='percent')}"
            for row in grid.itertuples()
        )
        + ".",
        note=page.say(
            en="Kaplan-Meier: who has not ordered again counts as watched until the end of 2024, no longer.",
            fr="Kaplan-Meier : qui n’a pas commandé à nouveau compte comme suivi jusqu’à fin 2024, pas au-delà.",
        ),
        data=grid,
        columns={
            "days": Column(label=page.say(en="Days", fr="Jours")),
            **{year: Column(unit="percent") for year in ("2023", "2024")},
        },
    )


def silence(page: Page, first: pd.DataFrame) -> None:
    """Newcomers of 2023 who stay silent: how many come back unasked within the year, and how many are gone."""
    mine = first[first["ordered_at"].dt.year == 2023]  # watched for a year at least
    rows = []
    for day in SILENCES:
        quiet = mine[~(mine["back"] & (mine["days"] <= day))]
        came = quiet["back"] & (quiet["days"] <= YEAR)
        low, high = measures.share_interval(int(came.sum()), len(quiet))
        rows.append(
            {
                "day": day,
                "silent": len(quiet),
                "came": 100 * came.mean(),
                "interval": f"{page.written(100 * low)}–{page.written(100 * high)}",
                "gone": 100 * quiet["lost"].mean(),
                "wasted": VOUCHER_EUR * (came.sum() + quiet["lost"].sum()),
            }
        )
        page.value(f"silent.{day}", len(quiet))
        page.value(f"silent.{day}.came", 100 * came.mean(), unit="percent")
        page.value(f"silent.{day}.gone", 100 * quiet["lost"].mean(), unit="percent")
        page.value(f"silent.{day}.wasted", VOUCHER_EUR * came.sum(), unit="euros")
        page.value(f"silent.{day}.cost", VOUCHER_EUR * len(quiet), unit="euros")
        page.value(f"silent.{day}.letter", LETTER_EUR * len(quiet), unit="euros")
    page.value("watched", len(mine))
    hold("waiting sorts", rows[0]["came"] > 50 and rows[2]["came"] < 35)
    hold("waiting loses", rows[2]["gone"] > rows[0]["gone"] + 8)
    page.table(
        "silence",
        pd.DataFrame(rows).drop(columns="wasted"),
        caption=page.say(en="Newcomers of 2023 without a second order", fr="Nouveaux de 2023 sans deuxième commande"),
        columns={
            "day": Column(label=page.say(en="After days", fr="Après jours")),
            "silent": Column(label=page.say(en="Still silent", fr="Encore silencieux")),
            "came": Column(
                label=page.say(en="Back within the year, unasked", fr="De retour dans l’année, d’eux-mêmes"),
                unit="percent",
            ),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %"), right=True),
            "gone": Column(
                label=page.say(en="Gone for good (answer key)", fr="Partis pour de bon (corrigé)"), unit="percent"
            ),
        },
    )


def by_number(page: Page, newcomers: pd.DataFrame) -> None:
    """A further order within a year, by how many there were: and how much of the rise is sorting."""
    rows = []
    for number in (1, 2, 3, 4):
        mine = newcomers[newcomers["number"] == number]
        curve = shrinkage.still_open(mine["days"], mine["back"])
        at = curve[curve["days"] <= YEAR].iloc[-1]
        rows.append({"number": number, "open": at["open"], "key": mine["leave_chance"].mean()})
        page.value(f"again.{number}", 100 * (1 - at["open"]), unit="percent")
        page.value(f"again.{number}.low", 100 * (1 - at["high"]), unit="percent")
        page.value(f"again.{number}.high", 100 * (1 - at["low"]), unit="percent")
        page.value(f"again.{number}.leave", 100 * mine["leave_chance"].mean(), digits=1, unit="percent")
    reached = newcomers.loc[newcomers["number"] == 4, "customer_id"]
    start = newcomers[newcomers["number"] == 1]
    page.value("sorted.all", 100 * start["leave_chance"].mean(), digits=1, unit="percent")
    mine = start["customer_id"].isin(reached)
    page.value("sorted.loyal", 100 * start.loc[mine, "leave_chance"].mean(), digits=1, unit="percent")
    page.value("sorted.count", mine.sum())
    hold("later orders are followed more often", rows[0]["open"] > rows[1]["open"] > rows[2]["open"] > rows[3]["open"])
    hold(
        "the later loyal were surer from the first order",
        start.loc[mine, "leave_chance"].mean() < start["leave_chance"].mean() - 0.02,
    )


def triangle(page: Page, newcomers: pd.DataFrame, first: pd.DataFrame) -> None:
    """Cohorts by quarter of the first order: the share that orders in each quarter of a customer's own age."""
    began = first.set_index("customer_id")["ordered_at"]
    rows = newcomers.assign(began=newcomers["customer_id"].map(began))
    rows["cohort"] = rows["began"].dt.to_period("Q")
    rows["age"] = (rows["ordered_at"] - rows["began"]).dt.days // QUARTER
    rows = rows[rows["number"] > 1]
    size = began.dt.to_period("Q").value_counts().sort_index()
    lines, counts = [], []
    for cohort, people in size.items():
        line: dict[str, object] = {
            "cohort": f"{cohort.year} T{cohort.quarter}"
            if page.language == "fr"
            else f"{cohort.year} Q{cohort.quarter}",
            "size": people,
        }
        for age in range(1, SHOWN_QUARTERS + 1):
            seen = cohort.end_time + pd.Timedelta(days=QUARTER * (age + 1)) <= END + pd.Timedelta(days=1)
            who = rows.loc[(rows["cohort"] == cohort) & (rows["age"] == age), "customer_id"].nunique()
            line[f"age{age}"] = 100 * who / people if seen else np.nan
            if seen and age == 1:
                counts.append((who, people))
        lines.append(line)
    table = pd.DataFrame(lines)
    page.table(
        "triangle",
        table,
        caption=page.say(
            en="Share of a cohort that orders, by quarter of its own age",
            fr="Part d’une cohorte qui commande, par trimestre d’ancienneté",
        ),
        columns={
            "cohort": Column(label=page.say(en="First order in", fr="Première commande")),
            "size": Column(label=page.say(en="Customers", fr="Clients")),
            **{
                f"age{age}": Column(label=page.say(en=f"Quarter {age + 1}", fr=f"Trimestre {age + 1}"), unit="percent")
                for age in range(1, SHOWN_QUARTERS + 1)
            },
        },
    )
    came, people = np.array(counts).T
    expected = came.sum() / people.sum()
    spread = float((((came - people * expected) ** 2) / (people * expected * (1 - expected))).sum())
    # The 95 % point of chi-square by Wilson and Hilferty, exact enough for a verdict.
    free = len(counts) - 1
    bound = free * (1 - 2 / (9 * free) + 1.645 * np.sqrt(2 / (9 * free))) ** 3
    page.value("down.low", 100 * min(came / people), unit="percent")
    page.value("down.high", 100 * max(came / people), unit="percent")
    page.value("down.spread", spread, digits=1)
    page.value("down.bound", bound, digits=1)
    hold("down the first column chance is enough", spread < bound)
    oldest = table.iloc[0]
    page.value("across.first", oldest["age1"], unit="percent")
    page.value("across.last", oldest[f"age{SHOWN_QUARTERS}"], unit="percent")


def boxes(page: Page, data: cxdata.Dataset) -> None:
    """The monthly box: three means of how long it lasts, and two forecasts."""
    rows = data["subscriptions"][data["subscriptions"]["boxes_sent"] > 0]
    ended = rows["cancelled_on"].notna()
    page.value("subscriptions", len(rows))
    page.value("ended", ended.sum())
    page.value("mean.ended", rows.loc[ended, "boxes_sent"].mean(), digits=1)
    page.value("mean.running", rows.loc[~ended, "boxes_sent"].mean(), digits=1)
    box = (
        data["box_deliveries"]
        .groupby("box_number")
        .agg(risk=("box_number", "size"), left=("is_cancelled_after", "sum"))
    )
    curve = shrinkage.still_open(rows["boxes_sent"], ended)
    upto = curve[curve["days"] <= HORIZON].iloc[-1]
    stay = (1 - box["left"] / box["risk"]).cumprod()
    mean = 1 + stay.loc[: HORIZON - 1].sum()
    page.value("mean.counted", mean, digits=1)
    page.value("km", 100 * stay.loc[HORIZON], unit="percent")
    page.value("km.low", 100 * upto["low"], unit="percent")
    page.value("km.high", 100 * upto["high"], unit="percent")
    truth = cxdata.answer_key(data)["box_retention"]["realised"]["value"]
    page.value("km.truth", truth, unit="percent")
    early = box.loc[:PILOT].sum()
    rate = early["left"] / early["risk"]
    page.value("pilot.rate", 100 * rate, unit="percent")
    page.value("pilot.forecast", 100 * (1 - rate) ** HORIZON, unit="percent")
    late = box.loc[PILOT + 1 : HORIZON].sum()
    page.value("late.rate", 100 * late["left"] / late["risk"], unit="percent")
    hold("the interval holds the truth", upto["low"] < truth / 100 < upto["high"])
    hold("a rate of the first boxes forecasts too few", 100 * (1 - rate) ** HORIZON < 100 * upto["low"])
    for number in (1, 2, 3):
        page.value(f"box.{number}.risk", box.loc[number, "risk"])
        page.value(f"box.{number}.left", box.loc[number, "left"])
        page.value(f"box.{number}.stay", 100 * stay.loc[number], digits=1, unit="percent")
    page.value("box.second.censored", box.loc[1, "risk"] - box.loc[1, "left"] - box.loc[2, "risk"])
    page.value("drop.left", box.loc[:PILOT, "left"].sum())
    finished = rows[ended | (rows["boxes_sent"] >= PILOT)]
    page.value(
        "drop.share",
        100 * (1 - (ended & (rows["boxes_sent"] <= PILOT)).sum() / len(finished)),
        digits=1,
        unit="percent",
    )
