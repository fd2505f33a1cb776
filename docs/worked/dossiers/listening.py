"""Who is heard in dossier 2: each channel against all orders, what weighting mends, and what a lot does with far fewer."""

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column
from casebook.worked.measures import Z_95
from casebook.worked.page import Page, hold
from cxdata.schema.statistic import clustered_error

OLDER = 60
CONTENT_MARK = 4
CHANNELS = {
    "review": {"en": "Review", "fr": "Avis"},
    "email": {"en": "E-mail survey", "fr": "Enquête par e-mail"},
    "callback": {"en": "Call-back by lot", "fr": "Rappel par tirage"},
    "idea": {"en": "Vote for an idea", "fr": "Vote pour une idée"},
    "social": {"en": "Public post", "fr": "Message public"},
    "contact": {"en": "Contact", "fr": "Contact"},
    "complaint": {"en": "Complaint", "fr": "Réclamation"},
}
KNOWN = ["band", "channel", "is_loyalty_member"]
"""What a company knows of all its orders, to weigh answers by: age, shop or web, loyalty card."""


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "study")
    orders = known(data)
    heard = voices(data, orders)
    channels(page, orders, heard)
    weighting(page, data, orders)


def known(data: cxdata.Dataset) -> pd.DataFrame:
    """Return the orders with their customer's age and card, and whether the buyer is content, by the key."""
    people = data["customers"][["customer_id", "birth_date", "is_loyalty_member"]].copy()
    age = (pd.Timestamp("2024-12-31") - pd.to_datetime(people["birth_date"])).dt.days / 365.25
    people["older"] = age >= OLDER
    people["band"] = pd.cut(age, [0, 35, 45, OLDER, 130], right=False).astype(str)
    key = data.truth["latents/orders"][["order_id", "csat"]]
    orders = data["orders"].merge(people, on="customer_id").merge(key, on="order_id")
    return orders.assign(content=orders["csat"].astype(int) >= CONTENT_MARK)


def voices(data: cxdata.Dataset, orders: pd.DataFrame) -> pd.DataFrame:
    """Return one Boolean column per channel: whether anything was heard there of the order, or of its voter."""
    surveys = data["surveys"][data["surveys"]["answered"]]
    of = {
        "review": data["reviews"],
        "email": surveys[surveys["programme"] == "email_after_order"],
        "callback": surveys[surveys["programme"] == "callback_after_order"],
        "social": data["social_posts"],
        "contact": data["contacts"],
        "complaint": data["complaints"],
    }
    heard = {name: orders["order_id"].isin(rows["order_id"].dropna()) for name, rows in of.items()}
    heard["idea"] = orders["customer_id"].isin(data["idea_votes"]["customer_id"])
    return pd.DataFrame(heard)[list(CHANNELS)]


def channels(page: Page, orders: pd.DataFrame, heard: pd.DataFrame) -> None:
    """Each channel: how many orders it hears, how many of them content, how many of older buyers."""
    everyone, older = 100 * orders["content"].mean(), 100 * orders["older"].mean()
    lines = []
    for name, label in CHANNELS.items():
        own = orders[heard[name]]
        content = 100 * own["content"].mean()
        error = clustered_error((100 * own["content"] - content).to_numpy() / len(own), own["customer_id"].to_numpy())
        lines.append((page.say(**label), 1000 * len(own) / len(orders), content, 100 * own["older"].mean()))
        page.value(f"{name}.content", content, unit="percent")
        page.value(f"{name}.older", lines[-1][3], unit="percent")
        page.value(f"{name}.heard", lines[-1][1])
        page.value(f"{name}.low", content - Z_95 * error, unit="percent")
        page.value(f"{name}.high", content + Z_95 * error, unit="percent")
        if name == "callback":
            hold("the lot holds the truth", abs(content - everyone) < Z_95 * error)
        else:
            hold(f"{name} does not", abs(content - everyone) > Z_95 * error)
    table = pd.DataFrame(lines, columns=["channel", "heard", "content", "older"])
    page.value("orders", len(orders))
    page.value("content", everyone, unit="percent")
    page.value("older", older, unit="percent")
    chosen = heard.drop(columns=["callback", "idea"]).any(axis=1)
    page.value("pooled.heard", 100 * chosen.mean(), unit="percent")
    page.value("pooled.content", 100 * orders.loc[chosen, "content"].mean(), unit="percent")
    page.value("unheard", 100 * (~chosen).mean(), unit="percent")
    page.value("unheard.content", 100 * orders.loc[~chosen, "content"].mean(), unit="percent")
    hold("most orders leave no word", chosen.mean() < 0.5)
    names = table["channel"].tolist()

    def panels(width: int) -> alt.HConcatChart | alt.VConcatChart:
        wide = width >= charts.WIDE

        def one(field: str, title: str, mean: float, *, named: bool) -> alt.LayerChart:
            axis = alt.Axis(labelLimit=150) if named else None
            base = alt.Chart(table).encode(y=alt.Y("channel:N", sort=names, title=None, axis=axis))
            x = alt.X(
                f"{field}:Q",
                scale=alt.Scale(domain=[0, 100 if field == "content" else 50]),
                axis=alt.Axis(values=[0, 25, 50, 75, 100] if field == "content" else [0, 25, 50]),
                title=title,
            )
            line = alt.Chart(pd.DataFrame({"mean": [mean]})).mark_rule(strokeWidth=2, strokeDash=[5, 4])
            colour = alt.condition(
                alt.FieldOneOfPredicate("channel", [page.say(**CHANNELS["callback"])]),
                alt.value(charts.GOOD),
                alt.value(charts.BAD),
            )
            return (
                line.encode(x="mean:Q") + base.mark_point(size=110, filled=True, opacity=1).encode(x=x, color=colour)
            ).properties(width=(width - 190) / 2 if wide else width - 140, height=200)

        first = one("content", page.say(en="Content, %", fr="Contents, %"), everyone, named=True)
        second = one("older", page.say(en="Aged 60 or more, %", fr="60 ans ou plus, %"), older, named=not wide)
        return alt.hconcat(first, second, spacing=28) if wide else alt.vconcat(first, second, spacing=18)

    page.chart(
        "channels",
        panels,
        title=page.say(
            en="Every channel that customers choose shows another company; the lot shows the real one",
            fr="Chaque canal choisi par les clients montre une autre entreprise ; le tirage au sort montre la vraie",
        ),
        alternative=page.say(
            en=f"Share of content buyers and of buyers aged 60 or more, of all orders {page.written(everyone, unit='percent')} and {page.written(older, unit='percent')}; ",
            fr=f"Part d’acheteurs contents et de 60 ans ou plus, sur toutes les commandes {page.written(everyone, unit='percent')} et {page.written(older, unit='percent')} ; ",
        )
        + ", ".join(
            f"{row.channel} {page.written(row.content, unit='percent')} / {page.written(row.older, unit='percent')}"
            for row in table.itertuples()
        )
        + ".",
        note=page.say(
            en="Dashed: all orders. Content is four or five of five, by the answer key.",
            fr="Tirets : toutes les commandes. Content : quatre ou cinq sur cinq, selon le corrigé.",
        ),
        data=table,
        columns={
            "channel": Column(label=page.say(en="Channel", fr="Canal")),
            "heard": Column(label=page.say(en="Of 1,000 orders", fr="Sur 1 000 commandes")),
            "content": Column(label=page.say(en="Content", fr="Contents"), unit="percent"),
            "older": Column(label=page.say(en="60 or more", fr="60 ans ou plus"), unit="percent"),
        },
    )


def weighted(orders: pd.DataFrame, marks: pd.DataFrame) -> float:
    """Return the share of content marks, weighted to all orders by what is known of them, in percent.

    Args:
        orders: All of them, with what is known.
        marks: One row per voice with its ``order_id`` and whether it is ``glad``.
    """
    own = orders.merge(marks, on="order_id")
    weight = (orders.groupby(KNOWN).size() / own.groupby(KNOWN).size()).rename("weight").reset_index()
    own = own.merge(weight, on=KNOWN)
    return float(100 * np.average(own["glad"], weights=own["weight"]))


def weighting(page: Page, data: cxdata.Dataset, orders: pd.DataFrame) -> None:
    """Whether weights by age, channel and card bring a chosen channel back to the truth; and how few a lot needs."""
    surveys = data["surveys"][data["surveys"]["answered"]]
    email = surveys.loc[surveys["programme"] == "email_after_order", ["order_id", "csat"]]
    marks = {
        "email": email.assign(glad=email["csat"] >= CONTENT_MARK),
        "review": data["reviews"][["order_id", "stars"]].assign(glad=lambda one: one["stars"] >= CONTENT_MARK),
    }
    truth = float(orders["content"].mean())
    for name, own in marks.items():
        plain, after = 100 * own["glad"].mean(), weighted(orders, own)
        page.value(f"{name}.plain", plain, digits=1, unit="percent")
        page.value(f"{name}.weighted", after, digits=1, unit="percent")
        page.value(f"{name}.voices", len(own))
        hold(f"weights do not mend {name}", abs(after - 100 * truth) > 0.8 * abs(plain - 100 * truth))
    off = float(marks["email"]["glad"].mean()) - truth
    page.value("truth", 100 * truth, digits=1, unit="percent")
    page.value("email.off", 100 * off, digits=1)
    page.value("enough", truth * (1 - truth) / off**2)
    hold("a small lot does as well", truth * (1 - truth) / off**2 < 200)
