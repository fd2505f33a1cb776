"""Differentiated relationship: the best customers of one year in the next, what service they use, and what a repair is worth."""

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, measures, value
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold
from casebook.worked.palette import SERIES

MARGIN = 0.35
"""Share of what is paid that is left after goods and transport; ours."""
ADVISER_EUR = 18.0
"""Yearly cost of a named adviser for one customer; ours."""
MINUTE_EUR = 0.65
"""A minute of an adviser, all costs in; ours."""
CALL_MINUTES = 10
"""An adviser's call after a problem; ours."""
DISCOUNT = 0.10
RESAMPLES = 1_000
TOP, MIDDLE = 0.9, 0.5
GROUPS = {
    "top": {"en": "Top tenth", "fr": "Premier dixième"},
    "middle": {"en": "Next four tenths", "fr": "Quatre dixièmes suivants"},
    "other": {"en": "Lower half", "fr": "Moitié inférieure"},
}
STAR_EUR = 200


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    customers = data["customers"].set_index("customer_id")
    orders = data["orders"].merge(
        data.truth["latents/orders"][["order_id", "leave_chance", "has_problem"]], on="order_id"
    )
    orders["year"] = orders["ordered_at"].dt.year
    spent = orders.pivot_table(index="customer_id", columns="year", values="amount_eur", aggfunc="sum", fill_value=0)
    base = spent[spent[2023] > 0].rename(columns={2023: "before", 2024: "after"})
    rank = base["before"].rank(pct=True)
    base["group"] = np.where(rank > TOP, "top", np.where(rank > MIDDLE, "middle", "other"))
    for name, number in (("margin", 100 * MARGIN), ("discount", 100 * DISCOUNT)):
        page.value(name, number, unit="percent")
    page.value("adviser", ADVISER_EUR, unit="euros")
    page.value("minute", MINUTE_EUR, digits=2, unit="euros")
    grid(page, base, data["contacts"], orders)
    fates(page, base)
    price(page, base)
    repair(page, base, orders)
    stars(page, orders, customers)
    programme(page, customers, spent)


def grid(page: Page, base: pd.DataFrame, contacts: pd.DataFrame, orders: pd.DataFrame) -> None:
    """Value of two years, contacts and their cost, by group."""
    mine = contacts[contacts["contacted_at"].dt.year == 2023]
    count = mine.groupby("customer_id").size().reindex(base.index, fill_value=0)
    minutes = mine.groupby("customer_id")["handle_minutes"].sum().reindex(base.index, fill_value=0.0)
    bought = orders[orders["year"] == 2023].groupby("customer_id").size().reindex(base.index)
    rows = []
    for name, label in GROUPS.items():
        these = base["group"] == name
        row = {
            "group": page.say(**label),
            "customers": int(these.sum()),
            "before": base.loc[these, "before"].mean(),
            "after": base.loc[these, "after"].mean(),
            "serve": MINUTE_EUR * minutes[these].mean(),
            "per_order": 100 * count[these].sum() / bought[these].sum(),
        }
        rows.append(row)
        page.value(f"{name}.customers", row["customers"])
        page.value(f"{name}.before", row["before"], unit="euros")
        page.value(f"{name}.after", row["after"], unit="euros")
        page.value(f"{name}.serve", row["serve"], digits=2, unit="euros")
        page.value(f"{name}.contacts", count[these].mean(), digits=2)
        page.value(f"{name}.per_order", row["per_order"], digits=0)
    page.value(
        "share.before", 100 * base.loc[base["group"] == "top", "before"].sum() / base["before"].sum(), unit="percent"
    )
    page.value(
        "share.after", 100 * base.loc[base["group"] == "top", "after"].sum() / base["after"].sum(), unit="percent"
    )
    page.value("buyers", len(base))
    hold("the best call more often", rows[0]["serve"] > 2.5 * rows[2]["serve"])
    hold("but not per order", abs(rows[0]["per_order"] - rows[2]["per_order"]) < 3)
    page.table(
        "grid",
        pd.DataFrame(rows),
        caption=page.say(
            en="Buyers of 2023, by what they spent that year", fr="Acheteurs de 2023, selon leur dépense de l’année"
        ),
        columns={
            "group": Column(label=page.say(en="Group", fr="Groupe")),
            "customers": Column(label=page.say(en="Customers", fr="Clients")),
            "before": Column(label=page.say(en="Spent in 2023, each", fr="Dépense 2023, chacun"), unit="euros"),
            "after": Column(label=page.say(en="Spent in 2024, each", fr="Dépense 2024, chacun"), unit="euros"),
            "serve": Column(
                label=page.say(en="Service in 2023, each", fr="Service 2023, chacun"), digits=2, unit="euros"
            ),
            "per_order": Column(label=page.say(en="Contacts per hundred orders", fr="Contacts pour cent commandes")),
        },
    )


def fates(page: Page, base: pd.DataFrame) -> None:
    """Where the top tenth of 2023 stands in 2024, and what everybody spends by tenth."""
    size = int((base["group"] == "top").sum())
    after = base["after"].rank(ascending=False, method="first")
    top = base["group"] == "top"
    still = top & (after <= size)
    low, high = measures.share_interval(int(still.sum()), size)
    page.value("still", 100 * still.sum() / size, unit="percent")
    page.value("still.low", 100 * low, unit="percent")
    page.value("still.high", 100 * high, unit="percent")
    page.value("nothing", 100 * (base.loc[top, "after"] == 0).mean(), unit="percent")
    slope = np.cov(base["before"], base["after"])[0, 1] / base["before"].var()
    page.value("slope", slope, digits=2)
    hold("about a quarter of a lead comes back", 0.2 < slope < 0.3)
    forecast = base["after"].mean() + slope * (base["before"] - base["before"].mean())
    page.value("mean.before", base["before"].mean(), unit="euros")
    page.value("mean.after", base["after"].mean(), unit="euros")
    page.value("forecast", forecast[top].mean(), unit="euros")
    example = 1_000
    page.value("example", example, unit="euros")
    page.value("example.forecast", base["after"].mean() + slope * (example - base["before"].mean()), unit="euros")
    page.value("example.gap", example - base["before"].mean(), unit="euros")
    tenth = pd.qcut(base["before"].rank(method="first"), 10, labels=False) + 1
    rows = base.groupby(tenth)[["before", "after"]].mean().rename_axis("tenth").reset_index()
    hold("most of the best are not the best again", still.sum() / size < 0.3)
    hold("the top spends less than half", base.loc[top, "after"].mean() < 0.45 * base.loc[top, "before"].mean())
    hold("and the lowest tenth more", rows["after"].iloc[0] > 3 * rows["before"].iloc[0])
    page.value("lowest.before", rows["before"].iloc[0], unit="euros")
    page.value("lowest.after", rows["after"].iloc[0], unit="euros")
    years = ["2023", "2024"]
    long = rows.rename(columns={"before": "2023", "after": "2024"}).melt("tenth", years, "year", "euros")

    def dots(width: int) -> alt.Chart:
        x = alt.X("tenth:O", title=page.say(en="Tenth by spending of 2023", fr="Dixième selon la dépense de 2023"))
        y = alt.Y("euros:Q", title=page.say(en="Spent in the year, € each", fr="Dépense de l’année, € par client"))
        colour = alt.Color("year:N", scale=alt.Scale(domain=years, range=[charts.NEUTRAL, SERIES[0]]))
        rule = alt.Chart(rows).mark_rule(color=charts.MUTED).encode(x=x, y=alt.Y("before:Q"), y2="after:Q")
        dot = alt.Chart(long).mark_point(filled=True, size=80, opacity=1).encode(x=x, y=y, color=colour)
        return (rule + dot).properties(width=width, height=240)

    page.chart(
        "fates",
        dots,
        title=page.say(
            en="The best of one year are much closer to the others in the next",
            fr="Les meilleurs d’une année se rapprochent beaucoup des autres l’année suivante",
        ),
        alternative=page.say(
            en="Mean spending of 2023 and 2024, in euros, by tenth of 2023: ",
            fr="Dépense moyenne de 2023 et de 2024, en euros, par dixième de 2023 : ",
        )
        + "; ".join(f"{row.tenth}: {page.written(row.before)}, {page.written(row.after)}" for row in rows.itertuples())
        + ".",
        data=rows,
        columns={
            "tenth": Column(label=page.say(en="Tenth", fr="Dixième")),
            "before": Column(label="2023", unit="euros"),
            "after": Column(label="2024", unit="euros"),
        },
    )


def price(page: Page, base: pd.DataFrame) -> None:
    """What a named adviser must bring, by last year's value and by this year's; and lifetime values."""
    top = base[base["group"] == "top"]
    page.value("adviser.all", ADVISER_EUR * len(top), unit="euros")
    page.value("adviser.sales", ADVISER_EUR / MARGIN, unit="euros")
    page.value("adviser.past", 100 * ADVISER_EUR / MARGIN / top["before"].mean(), unit="percent")
    page.value("adviser.real", 100 * ADVISER_EUR / MARGIN / top["after"].mean(), unit="percent")
    back = (top["after"] > 0).mean()
    yearly = MARGIN * top.loc[top["after"] > 0, "after"].mean()
    past = MARGIN * top["before"].mean()

    def lifetime(margin: float) -> float:
        return value.lifetime(margin, retention=back, discount=DISCOUNT).value_eur

    page.value("back", 100 * back, unit="percent")
    page.value("back.share", back, digits=2)
    page.value("clv.margin", yearly, unit="euros")
    page.value("clv.margin.past", past, unit="euros")
    page.value("clv", lifetime(yearly), unit="euros")
    page.value("clv.past", lifetime(past), unit="euros")
    page.value("clv.factor", back / (1 + DISCOUNT - back), digits=2)
    rng = np.random.default_rng(7)
    drawn = []
    for _ in range(RESAMPLES):
        sample = top["after"].to_numpy()[rng.integers(0, len(top), len(top))]
        share = (sample > 0).mean()
        margin = MARGIN * sample.sum() / (sample > 0).sum()
        drawn.append(value.lifetime(margin, retention=share, discount=DISCOUNT).value_eur)
    low, high = np.percentile(drawn, [2.5, 97.5])
    page.value("clv.low", low, unit="euros")
    page.value("clv.high", high, unit="euros")
    hold("last year's margin overstates the lifetime value", lifetime(past) > high)
    kept = lifetime(yearly) * (1 + DISCOUNT) / (yearly - ADVISER_EUR + lifetime(yearly))
    most = value.most_for_retention(yearly, retention=back, raised=kept, discount=DISCOUNT)
    hold("at that retention the adviser just pays", most is not None and abs(most - ADVISER_EUR) < 1e-6)
    page.value("kept", 100 * kept, digits=1, unit="percent")
    page.value("back.exact", 100 * back, digits=1, unit="percent")
    page.value("calculator.margin", yearly, digits=2)
    page.value("calculator.retention", 100 * back, digits=1)
    page.value("calculator.discount", 100 * DISCOUNT)
    page.value("calculator.raised", 100 * back + 2, digits=1)
    page.value("calculator.attention", ADVISER_EUR, digits=2)


def repair(page: Page, base: pd.DataFrame, orders: pd.DataFrame) -> None:
    """What a problem does to leaving, by the key, and what is at stake in each group."""
    mine = orders[orders["customer_id"].isin(base.index)].assign(
        group=lambda rows: rows["customer_id"].map(base["group"])
    )
    mine = mine[mine["year"] == 2024]
    rows = []
    for name, label in GROUPS.items():
        these = mine[mine["group"] == name]
        bad, good = these[these["has_problem"]], these[~these["has_problem"]]
        gap = bad["leave_chance"].mean() - good["leave_chance"].mean()
        margin = MARGIN * base.loc[base["group"] == name, "after"].mean()
        rows.append(
            {
                "group": page.say(**label),
                "orders": len(these),
                "problem": 100 * len(bad) / len(these),
                "good": 100 * good["leave_chance"].mean(),
                "bad": 100 * bad["leave_chance"].mean(),
                "stake": gap * margin,
            }
        )
        page.value(f"{name}.problems", len(bad))
        page.value(f"{name}.problem", 100 * len(bad) / len(these), unit="percent")
        page.value(f"{name}.stake", gap * margin, digits=2, unit="euros")
        page.value(f"{name}.gap", 100 * gap, unit="percent")
        page.value(f"{name}.call", 100 * CALL_MINUTES * MINUTE_EUR / (gap * margin), unit="percent")
    call = CALL_MINUTES * MINUTE_EUR
    page.value("call", call, digits=2, unit="euros")
    all_calls = call * int(mine.loc[mine["group"] == "top", "has_problem"].sum())
    page.value("call.part", 100 * all_calls / (ADVISER_EUR * int((base["group"] == "top").sum())), unit="percent")
    page.value("call.all", call * int(mine.loc[mine["group"] == "top", "has_problem"].sum()), unit="euros")
    hold(
        "a call can pay for the best and never for the lower half",
        rows[0]["stake"] > 2 * call and rows[2]["stake"] < call,
    )
    stake = {name: row["stake"] for name, row in zip(GROUPS, rows, strict=True)}
    hold("a problem drives out every kind of customer", min(row["bad"] - row["good"] for row in rows) > 5)
    hold("most is at stake with the best", stake["top"] > 1.3 * stake["other"])
    problems = {name: int(mine.loc[mine["group"] == name, "has_problem"].sum()) for name in GROUPS}
    total = sum(stake[name] * problems[name] for name in GROUPS)
    page.value("stake.top.share", 100 * stake["top"] * problems["top"] / total, unit="percent")
    page.table(
        "repair",
        pd.DataFrame(rows),
        caption=page.say(
            en="Problems of 2024 and the chance of leaving (answer key)",
            fr="Problèmes de 2024 et risque de départ (corrigé)",
        ),
        columns={
            "group": Column(label=page.say(en="Group of 2023", fr="Groupe de 2023")),
            "orders": Column(label=page.say(en="Orders", fr="Commandes")),
            "problem": Column(label=page.say(en="With a problem", fr="Avec un problème"), unit="percent"),
            "good": Column(label=page.say(en="Leave without one", fr="Départ sans problème"), digits=1, unit="percent"),
            "bad": Column(label=page.say(en="Leave with one", fr="Départ avec problème"), digits=1, unit="percent"),
            "stake": Column(
                label=page.say(en="A year's margin at stake", fr="Marge d’un an en jeu"), digits=2, unit="euros"
            ),
        },
    )


def stars(page: Page, orders: pd.DataFrame, customers: pd.DataFrame) -> None:
    """Rising and falling customers picked on two half-years, and what they do with nothing done to them."""
    half = (orders["ordered_at"].dt.year - 2023) * 2 + (orders["ordered_at"].dt.month > 6)
    table = orders.assign(half=half).pivot_table(
        index="customer_id", columns="half", values="amount_eur", aggfunc="sum", fill_value=0
    )
    joined = pd.to_datetime(customers["joined_on"])
    table = table[table.index.isin(joined[joined < "2023-01-01"].index)]
    picks = {
        "rising": (table[0] > 0) & (table[1] >= 2 * table[0]) & (table[1] >= STAR_EUR),
        "falling": (table[0] >= 2 * table[1]) & (table[0] >= STAR_EUR),
    }
    labels = {
        "rising": page.say(en="“Rising”", fr="« En hausse »"),
        "falling": page.say(en="“Falling”", fr="« En baisse »"),
    }
    periods = [
        page.say(en="early 2023", fr="début 2023"),
        page.say(en="late 2023", fr="fin 2023"),
        page.say(en="early 2024", fr="début 2024"),
        page.say(en="late 2024", fr="fin 2024"),
    ]
    rows = []
    for name, picked in picks.items():
        page.value(f"{name}.count", picked.sum())
        for place, period in enumerate(periods):
            page.value(f"{name}.{place}", table.loc[picked, place].mean(), unit="euros")
            rows.append({"who": labels[name], "period": period, "euros": table.loc[picked, place].mean()})
    page.value("star", STAR_EUR, unit="euros")
    found = {name: table[picked].mean() for name, picked in picks.items()}
    hold("the rising fall", found["rising"][2] < 0.5 * found["rising"][1])
    hold("the falling rise", found["falling"][2] > 2 * found["falling"][1])
    page.value("rising.change", 100 * (found["rising"][2] / found["rising"][1] - 1), unit="percent", sign=True)
    page.value("falling.change", 100 * (found["falling"][2] / found["falling"][1] - 1), unit="percent", sign=True)
    long = pd.DataFrame(rows)
    long["label"] = np.where(long["period"] == periods[0], long["who"], "")

    def lines(width: int) -> alt.Chart:
        x = alt.X("period:N", sort=periods, title=None, axis=alt.Axis(labelAngle=0 if width > charts.NARROW else -30))
        y = alt.Y(
            "euros:Q", title=page.say(en="Spent in the half-year, € each", fr="Dépense du semestre, € par client")
        )
        colour = alt.Color("who:N", scale=alt.Scale(domain=list(labels.values()), range=[SERIES[0], SERIES[1]]))
        one = alt.Chart(long).mark_line(point=True).encode(x=x, y=y, color=colour)
        return one.properties(width=width, height=220)

    page.chart(
        "stars",
        lines,
        title=page.say(
            en="Picked in 2023, both groups turn round in 2024, and nobody did anything",
            fr="Choisis en 2023, les deux groupes se retournent en 2024, sans que personne n’ait rien fait",
        ),
        alternative=page.say(en="Euros a customer by half-year. ", fr="Euros par client et par semestre. ")
        + "; ".join(
            f"{label}: " + ", ".join(page.written(one) for one in long.loc[long["who"] == label, "euros"])
            for label in labels.values()
        )
        + ".",
        data=long.pivot(index="period", columns="who", values="euros")
        .loc[periods]
        .reset_index()[["period", *labels.values()]],
        columns={
            "period": Column(label=page.say(en="Half-year", fr="Semestre")),
            **{label: Column(unit="euros") for label in labels.values()},
        },
    )


def programme(page: Page, customers: pd.DataFrame, spent: pd.DataFrame) -> None:
    """Gold and silver of the programme in 2024: means, medians, and who bought nothing."""
    after = spent[2024].reindex(customers.index, fill_value=0)
    rng = np.random.default_rng(7)
    for tier in ("gold", "silver"):
        mine = after[customers["tier"] == tier]
        page.value(f"{tier}.customers", len(mine))
        page.value(f"{tier}.mean", mine.mean(), unit="euros")
        page.value(f"{tier}.median", mine.median(), unit="euros")
        page.value(f"{tier}.nothing", 100 * (mine == 0).mean(), unit="percent")
        page.value(f"{tier}.near", 100 * mine.between(0.75 * mine.mean(), 1.25 * mine.mean()).mean(), unit="percent")
        drawn = [mine.to_numpy()[rng.integers(0, len(mine), len(mine))].mean() for _ in range(RESAMPLES)]
        low, high = np.percentile(drawn, [2.5, 97.5])
        page.value(f"{tier}.low", low, unit="euros")
        page.value(f"{tier}.high", high, unit="euros")
        first = mine.sort_values(ascending=False)
        page.value(f"{tier}.tenth", 100 * first.iloc[: len(first) // 10].sum() / first.sum(), unit="percent")
    hold(
        "gold's median is far below its mean",
        after[customers["tier"] == "gold"].median() < 0.6 * after[customers["tier"] == "gold"].mean(),
    )
