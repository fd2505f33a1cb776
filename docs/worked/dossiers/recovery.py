"""The iceberg of dossier 5: what goes wrong, who is disappointed, who says so, and who leaves."""

import altair as alt
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column
from casebook.worked.measures import share_interval
from casebook.worked.page import Page, hold

CRITICAL_STARS = 2
DISSATISFIED_MARK = 2


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "study")
    complaints = data["complaints"]
    key = data.truth["latents/orders"][["order_id", "has_problem", "is_dissatisfied", "is_silent", "lost"]]
    orders = data["orders"].merge(key, on="order_id")
    settled = complaints["is_resolved"].fillna(False).astype(bool)
    reviews = data["reviews"]
    orders["complained"] = orders["order_id"].isin(complaints["order_id"])
    orders["answered"] = orders["order_id"].isin(complaints.loc[complaints["replied"], "order_id"])
    orders["settled"] = orders["order_id"].isin(complaints.loc[settled, "order_id"])
    orders["critical"] = orders["order_id"].isin(reviews.loc[reviews["stars"] <= CRITICAL_STARS, "order_id"])
    page.value("replied", 100 * complaints["replied"].mean(), unit="percent")
    page.value("settled", 100 * settled[complaints["replied"]].mean(), unit="percent")
    iceberg(page, orders)
    losses(page, orders)
    calls = data["surveys"].query("programme == 'callback_after_order'")
    reached = calls["answered"] & (calls["csat"] <= DISSATISFIED_MARK)
    page.value("per_call", len(calls) / reached.sum())


def iceberg(page: Page, orders: pd.DataFrame) -> None:
    """Of a thousand orders: what goes wrong, whom it disappoints, what is heard of it."""
    stations = {
        "is_dissatisfied": {"en": "Dissatisfied buyer", "fr": "Acheteur insatisfait"},
        "has_problem": {"en": "Something went wrong", "fr": "Un problème est survenu"},
        "complained": {"en": "Complaint", "fr": "Réclamation"},
        "answered": {"en": "... answered", "fr": "... répondue"},
        "settled": {"en": "... and settled", "fr": "... et réglée"},
        "critical": {"en": "Critical review", "fr": "Avis critique"},
    }
    per_thousand = {name: 1000 * orders[name].mean() for name in stations}
    dissatisfied = orders[orders["is_dissatisfied"]]
    hold("the desk hears of one dissatisfied buyer in ten at most", dissatisfied["complained"].mean() < 0.1)
    hold("more are dissatisfied than had a problem", per_thousand["is_dissatisfied"] > per_thousand["has_problem"])
    page.value("dissatisfied", per_thousand["is_dissatisfied"])
    page.value("complained", per_thousand["complained"])
    page.value("complained.of", 1000 * dissatisfied["complained"].sum() / len(orders))
    page.value("critical", per_thousand["critical"])
    page.value("silent.share", 100 * (~dissatisfied["complained"]).mean(), unit="percent")
    seen = ("complained", "answered", "settled", "critical")
    names = [page.say(**label) for label in stations.values()]
    visible, hidden = page.say(en="seen by the company", fr="vu de l’entreprise"), page.say(en="hidden", fr="caché")
    table = pd.DataFrame(
        {
            "station": names,
            "orders": list(per_thousand.values()),
            "kind": [visible if name in seen else hidden for name in stations],
        }
    )
    table["label"] = table["orders"].map(page.written)

    def bars(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            y=alt.Y("station:N", sort=names, title=None),
            x=alt.X("orders:Q", title=page.say(en="Of a thousand orders", fr="Sur mille commandes")),
        )
        colour = alt.Color("kind:N", scale=alt.Scale(domain=[visible, hidden], range=[charts.GOOD, charts.NEUTRAL]))
        return (
            base.mark_bar().encode(color=colour) + base.mark_text(align="left", dx=4).encode(text="label:N")
        ).properties(width=width - 150, height=190)

    page.chart(
        "iceberg",
        bars,
        title=page.say(
            en="The desk sees the tip: one disappointment in fifteen",
            fr="Le service ne voit que la pointe : une déception sur quinze",
        ),
        alternative=page.say(en="Of a thousand orders: ", fr="Sur mille commandes : ")
        + ", ".join(f"{name} {label}" for name, label in zip(names, table["label"], strict=True))
        + ".",
        note=page.say(en="Hidden numbers are from the answer key.", fr="Les nombres cachés viennent du corrigé."),
        data=table[["station", "orders"]],
        columns={
            "station": Column(label=page.say(en="Station", fr="Étape")),
            "orders": Column(label=page.say(en="Of a thousand orders", fr="Sur mille commandes"), digits=1),
        },
    )
    ratio = per_thousand["is_dissatisfied"] / (dissatisfied["complained"].sum() / len(orders) * 1000)
    hold("one in fifteen", 14.5 <= ratio < 15.5)


def losses(page: Page, orders: pd.DataFrame) -> None:
    """Who leaves: the contented, the silent, the complainers."""
    groups = {
        page.say(en="Not dissatisfied", fr="Non insatisfaits"): ~orders["is_dissatisfied"],
        page.say(en="Dissatisfied, silent", fr="Insatisfaits, silencieux"): orders["is_dissatisfied"]
        & ~orders["complained"],
        page.say(en="Dissatisfied, complained", fr="Insatisfaits, ayant réclamé"): orders["is_dissatisfied"]
        & orders["complained"],
    }
    rows = []
    for name, chosen in groups.items():
        left = orders.loc[chosen, "lost"]
        low, high = (
            page.written(100 * end, digits=1, unit="percent") for end in share_interval(int(left.sum()), len(left))
        )
        to = page.say(en="to", fr="à")
        rows.append((name, len(left), 100 * left.mean(), f"{low} {to} {high}", int(left.sum())))
    table = pd.DataFrame(rows, columns=["who", "orders", "share", "interval", "lost"])
    content, silent, complained = table["share"]
    hold("complainers leave more often than the silent, the silent more than others", complained > silent > content)
    page.value("left.silent", silent, unit="percent")
    page.value("left.complained", complained, unit="percent")
    ratio = table["lost"].iloc[1] / table["lost"].iloc[2]
    hold("many more are lost among the silent", ratio > 3)
    page.value("times", ratio, digits=1)
    page.table(
        "losses",
        table,
        caption=page.say(
            en="Who never orders again, by the answer key", fr="Qui ne recommande plus jamais, selon le corrigé"
        ),
        columns={
            "who": Column(label=page.say(en="Buyers", fr="Acheteurs")),
            "orders": Column(label=page.say(en="Orders", fr="Commandes")),
            "share": Column(label=page.say(en="Left", fr="Partis"), digits=1, unit="percent"),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %"), right=True),
            "lost": Column(label=page.say(en="Customers lost", fr="Clients perdus")),
        },
    )
