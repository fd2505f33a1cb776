"""Dossier 1: where next year's margin lies; most of a year's movement is chance, and three levers weigh alike."""

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

MARGIN, PART = 0.30, 0.10
"""Margin as a share of sales, and the part by which each lever is to be moved: both ours."""
NEWCOMER_EUR, FAILURE_EUR, ADVISER_EUR = 40, 8, 18
"""To win a customer, to prevent a failure, and a named adviser for a year: ours."""
LARGE_FROM_EUR = 100


def years(data: cxdata.Dataset) -> pd.DataFrame:
    """Return one row per customer: sales of both years, when the account was opened, whether the customer left."""
    orders, customers = data["orders"], data["customers"]
    year = orders["ordered_at"].dt.year
    rows = orders.groupby([orders["customer_id"], year])["amount_eur"].sum().unstack(fill_value=0.0)
    rows = rows.reindex(customers["customer_id"], fill_value=0.0).rename(columns={2023: "before", 2024: "after"})
    rows["joined"] = pd.to_datetime(customers.set_index("customer_id")["joined_on"]).dt.year
    left = data.truth["latents/orders"].merge(orders[["order_id", "customer_id"]], on="order_id")
    rows["left"] = rows.index.isin(left.loc[left["lost"], "customer_id"])
    return rows


def margin_of_sum(values: pd.Series) -> float:
    """Return half of the 95% interval of a sum over customers, each drawn independently."""
    return float(1.96 * values.std() * len(values) ** 0.5)


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "study")
    rows = years(data)
    page.value("customers", len(rows))
    bridge(page, rows)
    mirror(page, rows)
    levers(page, rows, data)


def millions(page: Page, name: str, euros: float) -> None:
    """Name an amount in millions of euros."""
    page.value(name, euros / 1e6, digits=2)


def bridge(page: Page, rows: pd.DataFrame) -> None:
    """From the sales of one year to those of the next, by what became of the customers."""
    change = rows["after"] - rows["before"]
    both = (rows["before"] > 0) & (rows["after"] > 0)
    parts = {
        page.say(en="Bought nothing more", fr="N’ont plus rien acheté"): (rows["before"] > 0) & (rows["after"] == 0),
        page.say(en="Bought less", fr="Ont acheté moins"): both & (change < 0),
        page.say(en="Bought more", fr="Ont acheté plus"): both & (change >= 0),
        page.say(en="Woke up again", fr="Se sont réveillés"): (rows["before"] == 0)
        & (rows["after"] > 0)
        & (rows["joined"] < 2024),
        page.say(en="New accounts", fr="Nouveaux comptes"): rows["joined"] == 2024,
    }
    table = pd.DataFrame(
        [(name, int(who.sum()), change[who].sum() / 1e6) for name, who in parts.items()],
        columns=["part", "customers", "millions"],
    )
    hold("the parts are all of the change", abs(table["millions"].sum() - change.sum() / 1e6) < 1e-6)
    for name, value in zip(("silent", "less", "more", "woke", "new"), table["millions"], strict=True):
        page.value(name, abs(value), digits=2)
    page.value("silent.share", 100 * table["customers"].iloc[0] / (rows["before"] > 0).sum(), unit="percent")
    millions(page, "before", rows["before"].sum())
    millions(page, "after", rows["after"].sum())
    moved = table["millions"].abs().sum()
    hold("large movements, a small change", abs(table["millions"].sum()) < 0.06 * moved)
    table["sign"] = np.where(table["millions"] > 0, "up", "down")
    table["label"] = [page.written(value, digits=2, sign=True) for value in table["millions"]]

    def bars(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(y=alt.Y("part:N", sort=None, title=None, axis=alt.Axis(labelLimit=160)))
        x = alt.X(
            "millions:Q",
            scale=alt.Scale(domain=[-2.2, 2.2] if width > charts.NARROW else [-3.4, 3.0]),
            axis=alt.Axis(values=[-1, 0, 1], labelExpr="datum.value == 0 ? '0' : format(datum.value, '+d')"),
            title=page.say(en="Million euros, 2023 to 2024", fr="Millions d’euros, de 2023 à 2024"),
        )
        colour = alt.Color(
            "sign:N", scale=alt.Scale(domain=["up", "down"], range=[charts.GOOD, charts.BAD]), legend=None
        )
        written = [
            base.transform_filter(f"datum.sign == '{sign}'").mark_text(align=align, dx=dx).encode(x=x, text="label:N")
            for sign, align, dx in (("up", "left", 4), ("down", "right", -4))
        ]
        return alt.layer(base.mark_bar().encode(x=x, color=colour), *written).properties(width=width - 150, height=190)

    page.chart(
        "bridge",
        bars,
        title=page.say(
            en="Five large movements leave sales nearly where they were",
            fr="Cinq grands mouvements laissent les ventes presque là où elles étaient",
        ),
        alternative=page.say(
            en="Change of sales in millions of euros: ", fr="Variation des ventes en millions d’euros : "
        )
        + ", ".join(f"{row.part} {row.label}" for row in table.itertuples())
        + ".",
        note=page.say(
            en=f"Sales of {page.written(len(rows))} customers, synthetic data.",
            fr=f"Ventes de {page.written(len(rows))} clients, données synthétiques.",
        ),
        data=table[["part", "customers", "millions"]],
        columns={
            "part": Column(label=page.say(en="Movement", fr="Mouvement")),
            "customers": Column(label=page.say(en="Customers", fr="Clients")),
            "millions": Column(label=page.say(en="Million euros", fr="Millions d’euros"), digits=2, sign=True),
        },
    )


def mirror(page: Page, rows: pd.DataFrame) -> None:
    """What the key says of those who never left, and the fall of the closed cohort."""
    old = rows[rows["joined"] < 2023]
    stayed = old[~old["left"]]
    millions(page, "stayed.before", stayed["before"].sum())
    millions(page, "stayed.after", stayed["after"].sum())
    hold("who stays spends the same", abs(stayed["after"].sum() / stayed["before"].sum() - 1) < 0.03)
    both = (rows["before"] > 0) & (rows["after"] > 0)
    change = (rows["after"] - rows["before"])[both]
    hold("more and less cancel", abs(change.sum()) < 0.05 * change.clip(lower=0).sum())
    silent = rows[(rows["before"] > 0) & (rows["after"] == 0)]
    page.value("silent.left", 100 * silent["left"].mean(), unit="percent")
    hold("half of the silent have left", 0.4 < silent["left"].mean() < 0.55)
    for name, group in (("newcomers.silent", rows[rows["joined"] == 2023]), ("older.silent", old)):
        buyers = group[group["before"] > 0]
        page.value(name, 100 * (buyers["after"] == 0).mean(), unit="percent")
    fall = old["before"] - old["after"]
    millions(page, "fall", fall.sum())
    millions(page, "fall.low", fall.sum() - margin_of_sum(fall))
    millions(page, "fall.high", fall.sum() + margin_of_sum(fall))


def levers(page: Page, rows: pd.DataFrame, data: cxdata.Dataset) -> None:
    """A tenth of each lever, as the bridge has it and once checked."""
    names = {
        "win": page.say(en="Win a tenth more", fr="Conquérir un dixième de plus"),
        "keep": page.say(en="Lose a tenth less", fr="Perdre un dixième de moins"),
        "best": page.say(en="Best buy a tenth more", fr="Meilleurs : un dixième de plus"),
    }
    new, silent = rows[rows["joined"] == 2024], rows[(rows["before"] > 0) & (rows["after"] == 0)]
    buyers, old = rows[rows["before"] > 0], rows[rows["joined"] < 2023]
    top = buyers[buyers["before"] >= buyers["before"].quantile(1 - PART)]
    plain = {"win": new["after"].sum(), "keep": silent["before"].sum(), "best": top["before"].sum()}
    checked = {"win": new["after"], "keep": old["before"] - old["after"], "best": top["after"]}
    # Whoever belongs to none of a lever's customers counts as nought: how many belong is chance as well.
    checked = {lever: values.reindex(rows.index, fill_value=0.0) for lever, values in checked.items()}
    lines = []
    for lever, values in checked.items():
        scale, half = MARGIN * PART / 1e3, margin_of_sum(values)
        value, low, high = (scale * number for number in (values.sum(), values.sum() - half, values.sum() + half))
        lines.append((names[lever], scale * plain[lever], value, low, high))
        for suffix, number in (
            ("plain", scale * plain[lever]),
            ("", value),
            ("low", low),
            ("high", high),
        ):
            page.value(f"{lever}.{suffix}" if suffix else lever, 1e3 * round(number, 1), unit="euros")
    table = pd.DataFrame(lines, columns=["lever", "plain", "checked", "low", "high"])
    hold(
        "plainly, the best come first",
        table["plain"].idxmax() == 2 and table["plain"].iloc[2] > 2 * table["plain"].iloc[0],
    )
    hold("checked, they lie close", table["checked"].max() < 1.25 * table["checked"].min())
    page.value("part.margin", 100 * MARGIN, unit="percent")
    page.value("top.customers", len(top))
    page.value("top.before", top["before"].mean(), unit="euros")
    page.value("top.after", top["after"].mean(), unit="euros")
    prices(page, rows, data, len(new), len(top), {lever: values.sum() for lever, values in checked.items()})

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(y=alt.Y("lever:N", sort=None, title=None, axis=alt.Axis(labelLimit=190)))
        x = alt.X(
            "low:Q",
            scale=alt.Scale(domain=[0, 50]),
            axis=alt.Axis(values=[0, 20, 40]),
            title=page.say(en="Margin, thousand euros", fr="Marge, milliers d’euros"),
        )
        kinds = [
            page.say(en="as the bridge has it", fr="selon les mouvements bruts"),
            page.say(en="checked", fr="vérifié"),
        ]
        colour = alt.Color(
            "kind:N",
            scale=alt.Scale(domain=kinds, range=[charts.NEUTRAL, charts.GOOD]),
            legend=alt.Legend(columns=2 if width > charts.NARROW else 1, symbolType="circle"),
        )
        return (
            base.mark_rule(strokeWidth=3, color=charts.GOOD).encode(x=x, x2="high:Q")
            + base.transform_calculate(kind=f"'{kinds[0]}'")
            .mark_point(size=110, filled=True, opacity=1)
            .encode(x="plain:Q", color=colour)
            + base.transform_calculate(kind=f"'{kinds[1]}'")
            .mark_point(size=110, filled=True, opacity=1)
            .encode(x="checked:Q", color=colour)
        ).properties(width=width - 180, height=150)

    page.chart(
        "levers",
        dots,
        title=page.say(
            en="Plainly counted, the best customers promise most; checked, the three levers weigh alike",
            fr="À première vue, les meilleurs clients promettent le plus ; vérifiés, les trois leviers se valent",
        ),
        alternative=page.say(
            en="Margin of moving each lever by a tenth, in thousands of euros, plainly and checked: ",
            fr="Marge d’un dixième sur chaque levier, en milliers d’euros, brute puis vérifiée : ",
        )
        + "; ".join(f"{row.lever} {page.written(row.plain)}, {page.written(row.checked)}" for row in table.itertuples())
        + ".",
        note=page.say(en="Lines are 95% intervals.", fr="Traits : intervalles à 95 %."),
        data=table,
        columns={
            "lever": Column(label=page.say(en="Lever", fr="Levier")),
            **{
                name: Column(label=page.say(en=en, fr=fr), digits=1)
                for name, en, fr in (
                    ("plain", "Plainly, k€", "Brut, k€"),
                    ("checked", "Checked, k€", "Vérifié, k€"),
                    ("low", "From", "De"),
                    ("high", "To", "À"),
                )
            },
        },
    )


def prices(page: Page, rows: pd.DataFrame, data: cxdata.Dataset, new: int, top: int, sales: dict[str, float]) -> None:
    """What a tenth of each lever costs, at prices of ours."""
    orders = data["orders"].merge(data.truth["latents/orders"][["order_id", "has_problem", "lost"]], on="order_id")
    orders = orders.merge(data["customers"][["customer_id", "tier"]], on="customer_id")
    orders["is_large"] = orders["amount_eur"] >= LARGE_FROM_EUR
    orders["gone"] = 100.0 * orders["lost"]
    found = measures.difference(orders, outcome="gone", treatment="has_problem", strata=("channel", "is_large", "tier"))
    first = orders["ordered_at"].dt.year == 2023
    leavers, failures = int(orders.loc[first, "lost"].sum()), int(orders.loc[first, "has_problem"].sum())
    needed = PART * leavers / (found.value / 100)
    page.value("failure.gone", found.value)
    page.value("leavers", PART * leavers)
    page.value("needed", round(needed, -1))
    page.value("needed.share", 100 * needed / failures, unit="percent")
    page.value("newcomer.price", NEWCOMER_EUR, unit="euros")
    page.value("failure.price", FAILURE_EUR, unit="euros")
    page.value("adviser.price", ADVISER_EUR, unit="euros")
    page.value("newcomers", PART * new)
    costs = {"win": PART * new * NEWCOMER_EUR, "keep": needed * FAILURE_EUR, "best": top * ADVISER_EUR}
    for lever, cost in costs.items():
        page.value(f"{lever}.cost", round(cost, -2), unit="euros")
    hold("the adviser costs more than a tenth of the best brings", costs["best"] > 1.5 * MARGIN * PART * sales["best"])
    hold("keeping and winning pay", all(costs[one] < MARGIN * PART * sales[one] for one in ("win", "keep")))
