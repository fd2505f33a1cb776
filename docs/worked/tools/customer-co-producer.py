"""Customers as co-producers: goods designed with them sell for less because they are cheap, and come back half as often."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, flow, measures
from casebook.worked.figures import Column
from casebook.worked.flow import Process
from casebook.worked.measures import share_interval
from casebook.worked.page import Page, hold
from casebook.worked.sheet import Sheet, sheet

WORDS = Path(__file__).with_suffix(".toml")
FIRST, END = pd.Timestamp("2023-01-01"), pd.Timestamp("2025-01-01")
MONTH_DAYS = 30.4
MEMBERS, EVENINGS, VOUCHER_EUR, STAFF_HOURS, HOUR_EUR, RETURN_EUR = 12, 2, 60, 36, 40, 9
"""A workshop for one product and what a returned piece costs, in our story."""
FAMILIES = {
    "plants": {"en": "Plants", "fr": "Plantes"},
    "garden_tools": {"en": "Garden tools", "fr": "Outils de jardin"},
    "furniture": {"en": "Furniture", "fr": "Meubles"},
    "decoration": {"en": "Decoration", "fr": "Décoration"},
    "lighting": {"en": "Lighting", "fr": "Luminaires"},
    "kitchen": {"en": "Kitchen", "fr": "Cuisine"},
    "paint": {"en": "Paint", "fr": "Peinture"},
}
NAMED = "Storage jar Cadence"
"""The product that came from the idea with most votes."""


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    products, lines = goods(data)
    sales(page, products)
    saved = returns(page, lines)
    price(page, lines, saved)
    voters(page, data, products, lines)
    survivors(page, data, products)
    stars(page, data, products)
    exercise(page, lines)
    drawn(page)


def goods(data: cxdata.Dataset) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return products with their revenue per month on sale, and the lines of orders; recalled lamps are left out."""
    products = data["products"]
    products = products[~products["is_recalled"]].assign(
        family=products["product_family"].astype(str),
        launched=pd.to_datetime(products["launched_on"]),
        together=products["origin"] == "co_created",
    )
    lines = data["order_lines"].merge(
        products[["product_id", "family", "product_range", "together", "origin"]], on="product_id"
    )
    lines = lines.merge(data["orders"][["order_id", "ordered_at", "channel"]], on="order_id")
    lines["back"] = 100.0 * lines["is_returned"]
    months = (END - products["launched"].clip(lower=FIRST)).dt.days / MONTH_DAYS
    revenue = products["product_id"].map(lines.groupby("product_id")["line_amount_eur"].sum()).fillna(0)
    pieces = products["product_id"].map(lines.groupby("product_id")["quantity"].sum()).fillna(0)
    thirds = products.groupby("family")["price_eur"].transform(lambda one: pd.qcut(one, 3, labels=False))
    products = products.assign(
        months=months, revenue=revenue, a_month=revenue / months, pieces_a_month=pieces / months, price_third=thirds
    )
    return products, lines


def sales(page: Page, products: pd.DataFrame) -> None:
    """Revenue of a product and month: plainly, and among goods of like price of the same family."""
    sold = products[products["revenue"] > 0].assign(log=lambda one: np.log(one["a_month"]))
    page.value("unsold", int((products["revenue"] <= 0).sum()))
    for name, part in (("together", True), ("others", False)):
        rows = products[products["together"] == part]
        page.value(f"{name}.products", len(rows))
        page.value(f"{name}.a_month", rows["a_month"].median(), unit="euros")
        page.value(f"{name}.price", rows["price_eur"].median(), unit="euros")
        page.value(f"{name}.revenue", rows["revenue"].sum(), unit="euros")
    found = {
        name: measures.difference(sold, outcome="log", treatment="together", strata=strata, cluster="product_id")
        for name, strata in (("plain", ()), ("like", ("family", "price_third")))
    }
    for name, one in found.items():
        for suffix, number in (("", one.value), (".low", one.low), (".high", one.high)):
            page.value(f"sales.{name}{suffix}", 100 * (np.exp(number) - 1), sign=True, unit="percent")
    page.value("sales.left_out", found["like"].left_out)
    hold("plainly they sell for less", found["plain"].high < 0)
    small = products.loc[products["together"], "family"].isin(["plants", "decoration", "kitchen"])
    hold("most are plants, decoration or kitchenware", small.mean() > 0.5)
    hold("like with like it cannot be told", found["like"].low < 0 < found["like"].high)
    labels = {
        True: page.say(en="designed with customers", fr="conçus avec des clients"),
        False: page.say(en="all others", fr="tous les autres"),
    }
    shown = sold.assign(who=sold["together"].map(labels))[["price_eur", "a_month", "who", "together"]]

    others = shown[~shown["together"]]
    bins = others.groupby(pd.qcut(others["price_eur"], 8, labels=False))
    usual = pd.concat(
        [
            bins["price_eur"].median(),
            bins["a_month"].quantile([0.25, 0.5, 0.75]).unstack().set_axis(["low", "middle", "high"], axis=1),
        ],
        axis=1,
    ).assign(who=labels[False])
    ours = shown[shown["together"]]

    def make(width: int) -> alt.LayerChart:
        x = alt.X(
            "price_eur:Q",
            scale=alt.Scale(type="log", domain=[1.5, 400], nice=False),
            axis=alt.Axis(values=[2, 5, 10, 50, 200]),
            title=page.say(en="List price, euros (ratio scale)", fr="Prix, euros (échelle logarithmique)"),
        )
        scale = alt.Scale(type="log", domain=[3, 800], nice=False)
        title = page.say(en="Revenue a month, euros", fr="Chiffre d’affaires par mois, euros")
        axis = alt.Axis(values=[5, 20, 100, 500])
        colour = alt.Color(
            "who:N",
            scale=alt.Scale(domain=list(labels.values()), range=[charts.BAD, charts.NEUTRAL]),
            legend=alt.Legend(columns=1 if width <= charts.NARROW else 2, symbolOpacity=1),
        )
        base = alt.Chart(usual)
        band = base.mark_area(opacity=0.25).encode(
            x=x, y=alt.Y("low:Q", scale=scale, title=title, axis=axis), y2="high:Q", color=colour
        )
        line = base.mark_line().encode(x=x, y=alt.Y("middle:Q", scale=scale, title=title, axis=axis), color=colour)
        dots = (
            alt.Chart(ours)
            .mark_point(filled=True, size=45, opacity=0.9)
            .encode(x=x, y=alt.Y("a_month:Q", scale=scale, title=title, axis=axis), color=colour)
        )
        return alt.layer(band, line, dots).properties(width=width, height=260)

    hold(
        "no dot lies outside the picture",
        ours["a_month"].between(3, 800).all() and ours["price_eur"].between(1.5, 400).all(),
    )
    bands = shown.assign(band=pd.cut(shown["price_eur"], [0, 10, 20, 50, 1000]).astype(str))
    table = (
        bands.groupby(["band", "who"])["a_month"]
        .median()
        .unstack()
        .reindex(["(0, 10]", "(10, 20]", "(20, 50]", "(50, 1000]"])
    )
    table.insert(0, "price", ["0–10", "10–20", "20–50", page.say(en="over 50", fr="plus de 50")])
    page.chart(
        "sales",
        make,
        title=page.say(
            en="Goods designed with customers are cheap ones; at like prices no difference can be told",
            fr="Les articles conçus avec des clients sont bon marché ; à prix égal, aucun écart net",
        ),
        alternative=page.say(
            en=f"One dot per product designed with customers, a line for the others. Median list price {page.values['together.price']} for goods designed with customers and {page.values['others.price']} for all others; median revenue a month {page.values['together.a_month']} and {page.values['others.a_month']}. Most dots stand where the line is low, on both sides of it.",
            fr=f"Un point par article conçu avec des clients, une ligne pour les autres. Prix médian {page.values['together.price']} pour les articles conçus avec des clients, {page.values['others.price']} pour les autres ; chiffre d’affaires mensuel médian {page.values['together.a_month']} et {page.values['others.a_month']}. La plupart des points sont là où la ligne est basse, de part et d’autre.",
        ),
        note=page.say(
            en="Dots: one product each. Line and band: median and middle half of all others at that price.",
            fr="Points : un article chacun. Ligne et bande : médiane et moitié centrale des autres à ce prix.",
        ),
        data=table,
        columns={
            "price": Column(label=page.say(en="Price, euros", fr="Prix, euros")),
            labels[True]: Column(
                label=page.say(en="With customers, a month", fr="Avec des clients, par mois"), unit="euros"
            ),
            labels[False]: Column(label=page.say(en="Others, a month", fr="Autres, par mois"), unit="euros"),
        },
    )


def returns(page: Page, lines: pd.DataFrame) -> float:
    """What comes back, plainly and like with like; return the points that come back less."""
    for name, part in (("together", True), ("others", False)):
        rows = lines[lines["together"] == part]
        page.value(f"{name}.lines", len(rows))
        page.value(f"{name}.back", rows["back"].mean(), digits=1, unit="percent")
    found = {
        name: measures.difference(lines, outcome="back", treatment="together", strata=strata, cluster="product_id")
        for name, strata in (("plain", ()), ("like", ("family", "product_range", "channel")))
    }
    for name, one in found.items():
        for suffix, number in (("", one.value), (".low", one.low), (".high", one.high)):
            page.value(f"back.{name}{suffix}", number, digits=1, sign=True)
    page.value("back.less", -found["like"].value, digits=1)
    hold("fewer come back, like with like", found["like"].high < -1)
    rows = []
    for family, label in FAMILIES.items():
        part = lines[lines["family"] == family]
        for together in (True, False):
            one = part[part["together"] == together]
            low, high = share_interval(int(one["is_returned"].sum()), len(one))
            rows.append((page.say(**label), together, len(one), one["back"].mean(), 100 * low, 100 * high))
    frame = pd.DataFrame(rows, columns=["family", "together", "lines", "back", "low", "high"])
    wide = frame.pivot(index="family", columns="together", values="back")
    less = int((wide[True] < wide[False]).sum())
    hold("less comes back in each family", less == len(FAMILIES))
    hold("no interval runs out of the picture", frame["high"].max() < 17)
    order = list(wide[False].sort_values(ascending=False).index)
    labels = {
        True: page.say(en="designed with customers", fr="conçus avec des clients"),
        False: page.say(en="all others", fr="tous les autres"),
    }
    frame["who"] = frame["together"].map(labels)

    def make(width: int) -> alt.LayerChart:
        base = alt.Chart(frame).encode(
            y=alt.Y("family:N", sort=order, title=None, axis=alt.Axis(minExtent=100)),
            yOffset=alt.YOffset("who:N", sort=[labels[False], labels[True]]),
            color=alt.Color(
                "who:N",
                scale=alt.Scale(domain=[labels[True], labels[False]], range=[charts.GOOD, charts.NEUTRAL]),
                legend=alt.Legend(columns=1 if width <= charts.NARROW else 2),
            ),
        )
        x = alt.X(
            "low:Q",
            scale=alt.Scale(domain=[0, 17], nice=False),
            axis=alt.Axis(values=[0, 5, 10, 15]),
            title=page.say(en="Brought back, %", fr="Rendus, %"),
        )
        rule = base.mark_rule(strokeWidth=2).encode(x=x, x2="high:Q")
        dots = base.mark_point(filled=True, size=60, opacity=1).encode(x="back:Q")
        return (rule + dots).properties(width=width - 115, height=290)

    said = "; ".join(
        f"{name} {page.written(wide.loc[name, True], digits=1, unit='percent')}, {page.written(wide.loc[name, False], digits=1, unit='percent')}"
        for name in order
    )
    page.chart(
        "returns",
        make,
        title=page.say(
            en="In every family less comes back of what customers helped to design",
            fr="Dans chaque famille, on rend moins ce que des clients ont aidé à concevoir",
        ),
        alternative=page.say(
            en=f"Share brought back, of goods designed with customers and of all others: {said}.",
            fr=f"Part rendue, des articles conçus avec des clients puis de tous les autres : {said}.",
        ),
        note=page.say(
            en="Recalled lamps left out; 95% intervals of lines sold.",
            fr="Sans les lampes rappelées ; intervalles à 95 % des lignes vendues.",
        ),
        data=frame[["family", "who", "lines", "back"]],
        columns={
            "family": Column(label=page.say(en="Family", fr="Famille")),
            "who": Column(label=page.say(en="Goods", fr="Articles")),
            "lines": Column(label=page.say(en="Lines sold", fr="Lignes vendues")),
            "back": Column(label=page.say(en="Brought back", fr="Rendus"), digits=1, unit="percent"),
        },
    )
    return -found["like"].value


def workshop() -> int:
    """Return what working with customers on one product costs."""
    return MEMBERS * EVENINGS * VOUCHER_EUR + STAFF_HOURS * HOUR_EUR


def price(page: Page, lines: pd.DataFrame, saved: float) -> None:
    """From how many pieces on fewer returns pay for the evenings with customers."""
    page.value("members", MEMBERS)
    page.value("voucher", VOUCHER_EUR, unit="euros")
    page.value("staff", STAFF_HOURS)
    page.value("hour", HOUR_EUR, unit="euros")
    page.value("return", RETURN_EUR, unit="euros")
    page.value("workshop", workshop(), unit="euros")
    page.value("each", saved / 100 * RETURN_EUR, digits=2, unit="euros")
    page.value("even", round(workshop() / (saved / 100 * RETURN_EUR), -2))
    decoration = lines[lines["family"] == "decoration"]
    gap = decoration.loc[~decoration["together"], "back"].mean() - decoration.loc[decoration["together"], "back"].mean()
    page.value("even.decoration", round(workshop() / (gap / 100 * RETURN_EUR), -2))
    hold("decoration pays from about ten thousand on", 9_000 < workshop() / (gap / 100 * RETURN_EUR) < 10_500)


def voters(page: Page, data: cxdata.Dataset, products: pd.DataFrame, lines: pd.DataFrame) -> None:
    """Of those who voted for the idea, who bought the product?"""
    product = products[products["product"] == NAMED].iloc[0]
    voted = set(data["idea_votes"].loc[data["idea_votes"]["idea_id"] == product["idea_id"], "customer_id"])
    since = lines[lines["ordered_at"] >= product["launched"]]
    back = voted & set(since["customer_id"])
    bought = since[since["product_id"] == product["product_id"]]
    page.text("named", en=NAMED, fr=NAMED)
    page.value("named.votes", data["ideas"].set_index("idea_id").loc[int(product["idea_id"]), "votes_total"])
    page.value("voters", len(voted))
    page.value("voters.back", len(back))
    page.value("voters.high", 100 * share_interval(0, len(back))[1], unit="percent")
    page.value("named.buyers", bought["customer_id"].nunique())
    hold("no voter has bought it", not voted & set(bought["customer_id"]))
    votes = data["ideas"].set_index("idea_id")["votes_total"]
    hold(
        "it had the most votes of ideas that became products",
        votes[products["idea_id"].dropna()].idxmax() == product["idea_id"],
    )


def survivors(page: Page, data: cxdata.Dataset, products: pd.DataFrame) -> None:
    """What was never launched is in no comparison."""
    ideas = data["ideas"]
    page.value("ideas", len(ideas))
    page.value("ideas.refused", int((ideas["status"] == "refused").sum()))
    page.value("ideas.launched", int(products["idea_id"].notna().sum()))
    page.value("workshops.launched", int((products["together"] & products["idea_id"].isna()).sum()))


def stars(page: Page, data: cxdata.Dataset, products: pd.DataFrame) -> None:
    """Reviews of those who choose to write, and marks of those called by lot."""
    first = data["order_lines"].query("line_number == 1")[["order_id", "product_id"]]
    about = first.merge(products[["product_id", "together", "family"]], on="product_id")
    reviews = data["reviews"].query("target == 'product'").merge(about, on="order_id")
    called = (
        data["surveys"].query("programme == 'callback_after_order'").dropna(subset=["csat"]).merge(about, on="order_id")
    )
    for name, given, outcome in (("stars", reviews, "stars"), ("called", called, "csat")):
        rows = given.assign(mark=given[outcome].astype(float))
        found = measures.difference(rows, outcome="mark", treatment="together")
        page.value(f"{name}.rows", int(rows["together"].sum()))
        for suffix, number in (("", found.value), (".low", found.low), (".high", found.high)):
            page.value(f"{name}{suffix}", number, digits=2, sign=True)
        hold(f"{name}: as the page says", (found.low > 0) == (name == "stars"))


def exercise(page: Page, lines: pd.DataFrame) -> None:
    """The same for lighting, whose returns are frequent."""
    part = lines[lines["family"] == "lighting"]
    found = measures.difference(
        part, outcome="back", treatment="together", strata=("product_range", "channel"), cluster="product_id"
    )
    for name, together in (("together", True), ("others", False)):
        rows = part[part["together"] == together]
        page.value(f"x.{name}.products", rows["product_id"].nunique())
        page.value(f"x.{name}.lines", len(rows))
        page.value(f"x.{name}.back", rows["back"].mean(), digits=1, unit="percent")
    for suffix, number in (("", found.value), (".low", found.low), (".high", found.high)):
        page.value(f"x.back{suffix}", number, digits=1, sign=True)
    gap = -found.value
    page.value("x.even", round(workshop() / (gap / 100 * RETURN_EUR), -2))
    page.value("x.left_out", found.left_out)


def drawn(page: Page) -> None:
    """Who does what, and the protocol."""
    process = artefacts.read(page, WORDS, Process, part="roles")
    page.drawing(
        "roles",
        flow.wide(process),
        narrow=flow.narrow(process),
        title=page.say(
            en="Customers bring the need and the trial; the company decides and answers for the product",
            fr="Les clients apportent le besoin et l’essai ; l’entreprise décide et répond du produit",
        ),
        alternative=page.say(
            en="Nine steps in two lanes. Customers tell a case, sketch, try the prototype at home, and are named on the box. The company chooses cases, builds, decides, and tells those whose idea was not taken why; it launches and counts what comes back.",
            fr="Neuf étapes dans deux couloirs. Les clients racontent un cas, esquissent, essaient le prototype chez eux et figurent sur la boîte. L’entreprise choisit les cas, fabrique, décide et explique son refus, lance et compte ce qui revient.",
        ),
        note=page.say(en="Numbers of people are ours.", fr="Les nombres de personnes sont de nous."),
    )
    page.html("protocol", sheet(artefacts.read(page, WORDS, Sheet, part="protocol"), language=page.language))
