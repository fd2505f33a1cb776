"""Complaint Pareto: three ways of counting put two causes on top, in two orders, and one thing stands behind both."""

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

CAUSES = {
    "late_delivery": {"en": "Late delivery", "fr": "Livraison en retard"},
    "damaged_item": {"en": "Damaged item", "fr": "Article abîmé"},
    "return_refund": {"en": "Return or refund", "fr": "Retour ou remboursement"},
    "product_advice": {"en": "Product advice", "fr": "Conseil sur un produit"},
    "other": {"en": "Other", "fr": "Autre"},
    "availability": {"en": "Availability", "fr": "Disponibilité"},
    "invoice": {"en": "Invoice", "fr": "Facture"},
    "loyalty_account": {"en": "Loyalty account", "fr": "Compte de fidélité"},
    "faulty_product": {"en": "Faulty product", "fr": "Produit défectueux"},
    "product_recall": {"en": "Recalled lamp", "fr": "Lampe rappelée"},
}
WAYS = {
    "number": {"en": "of complaints", "fr": "des réclamations"},
    "cost": {"en": "of handling costs", "fr": "des coûts de traitement"},
    "lost": {"en": "of customers lost", "fr": "des clients perdus"},
}
LAST_ORDER_BEFORE = pd.Timestamp("2024-07-01")
"""Orders before this day leave half a year or more to order again."""
DRAWS = 1_000
BLAMED = "Aubrac Express"


def load(data: cxdata.Dataset) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one row per complaint with cause, cost and order, and one row per order with its parcel."""
    bought = data["orders"].sort_values(["customer_id", "ordered_at"])
    bought["is_last"] = ~bought.duplicated("customer_id", keep="last")
    parcels = data["deliveries"][["order_id", "mode", "carrier", "is_late", "is_damaged"]]
    bought = bought.merge(parcels, on="order_id", how="left")
    complaints = (
        data["complaints"]
        .merge(data["contacts"][["contact_id", "reason"]], on="contact_id")
        .merge(data["complaint_costs"][["complaint_id", "total_eur"]], on="complaint_id")
        .merge(bought.drop(columns=["customer_id", "channel"]), on="order_id")
    )
    complaints["reason"] = complaints["reason"].astype(str)
    return complaints, bought


def build(page: Page) -> None:
    """Compute the page."""
    few = cxdata.edition("tilmarenne", "class")
    larger = cxdata.edition("tilmarenne", "study")
    complaints, orders = load(larger)
    page.value("customers", len(larger["customers"]))

    table = counted(page, few["complaints"], complaints, orders)
    pareto(page, table)
    three_ways(page, table)
    calculator(page, table)
    behind(page, complaints, orders)
    split(page, complaints, table)
    rest(page, complaints, larger)
    months(page, complaints, few)
    silent(page, complaints, larger)
    mending(page, complaints, orders, table)
    exercise(page, complaints)


def resampled(complaints: pd.DataFrame, base: float) -> dict[str, np.ndarray]:
    """Return shares by cause in resamples of customers: draws by causes, for each way of counting."""
    cause = pd.Categorical(complaints["reason"], categories=list(CAUSES)).codes
    who = complaints["customer_id"].factorize()[0]
    counted_for_loss = (complaints["ordered_at"] < LAST_ORDER_BEFORE) & ~complaints.duplicated("order_id")
    weights = {
        "number": np.ones(len(complaints)),
        "cost": complaints["total_eur"].to_numpy(),
        "lost": np.where(counted_for_loss, complaints["is_last"].to_numpy(np.float64) - base, 0.0),
    }
    draws = np.random.default_rng(7).multinomial(who.max() + 1, np.full(who.max() + 1, 1 / (who.max() + 1)), size=DRAWS)
    shares = {}
    for way, weight in weights.items():
        by_customer = np.zeros((who.max() + 1, len(CAUSES)))
        np.add.at(by_customer, (who, cause), weight)
        sums = draws @ by_customer
        shares[way] = sums / sums.sum(axis=1, keepdims=True)
    return shares


def counted(page: Page, few: pd.DataFrame, complaints: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Return one row per cause: number, cost, customers lost, their shares, intervals and ranks."""
    early = orders[orders["ordered_at"] < LAST_ORDER_BEFORE]
    base = early.loc[~early["order_id"].isin(complaints["order_id"]), "is_last"].mean()
    once = complaints[complaints["ordered_at"] < LAST_ORDER_BEFORE].drop_duplicates("order_id")
    groups = complaints.groupby("reason")
    table = pd.DataFrame(
        {"number": groups.size(), "cost": groups["total_eur"].sum(), "each": groups["total_eur"].mean()}
    )
    table["lost"] = once.groupby("reason")["is_last"].sum() - base * once.groupby("reason").size()
    table["left"] = 100 * once.groupby("reason")["is_last"].mean()
    table = table.loc[list(CAUSES)]
    drawn = resampled(complaints, base)
    for way, shares in drawn.items():
        table[f"{way}.share"] = 100 * table[way] / table[way].sum()
        low, high = np.quantile(100 * shares, [0.025, 0.975], axis=0)
        table[f"{way}.low"], table[f"{way}.high"] = low, high
        table[f"{way}.rank"] = table[way].rank(ascending=False).astype(int)
        ranks = (-shares).argsort(axis=1).argsort(axis=1) + 1
        table[f"{way}.rank.low"], table[f"{way}.rank.high"] = (
            np.quantile(ranks, [0.025, 0.975], axis=0).round().astype(int)
        )
    first, second = (drawn["cost"][:, place] for place in (0, 1))
    hold("damage is dearer in every resample", (second > first).all())
    hold("causes stand in order of their number", table["number"].is_monotonic_decreasing)
    hold(
        "late parcels lead by number and by customers lost, damage by cost",
        list(table[[f"{way}.rank" for way in WAYS]].loc["late_delivery"]) == [1, 2, 1]
        and list(table[[f"{way}.rank" for way in WAYS]].loc["damaged_item"]) == [2, 1, 2],
    )
    hold("damage is surely dearer", (second > first).mean() > 0.975)
    page.value("few", len(few))
    page.value("complaints", len(complaints))
    page.value("cost", complaints["total_eur"].sum(), unit="euros")
    page.value("base", 100 * base, unit="percent")
    page.value("lost.times", table.loc["late_delivery", "lost"] / table.loc["damaged_item", "lost"], digits=1)
    for name, cause in (("late", "late_delivery"), ("damaged", "damaged_item"), ("returns", "return_refund")):
        row = table.loc[cause]
        page.value(f"{name}.number", row["number"])
        for way in WAYS:
            page.value(f"{name}.{way}.share", row[f"{way}.share"], unit="percent")
            page.value(f"{name}.{way}.low", row[f"{way}.low"], unit="percent")
            page.value(f"{name}.{way}.high", row[f"{way}.high"], unit="percent")
        page.value(f"{name}.each", row["each"], unit="euros")
        page.value(f"{name}.left", row["left"], unit="percent")
        page.value(f"{name}.lost", row["lost"])
    for way in WAYS:
        page.value(f"two.{way}", table[f"{way}.share"].iloc[:2].sum(), unit="percent")
    hold(
        "two causes make half of the complaints and more of the rest",
        49 < table["number.share"].iloc[:2].sum() < 54
        and table["cost.share"].iloc[:2].sum() > 55
        and table["lost.share"].iloc[:2].sum() > 65,
    )
    return table


def named(page: Page, table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with the causes' names in a column."""
    return table.reset_index().assign(name=[page.say(**CAUSES[cause]) for cause in table.index])


def pareto(page: Page, table: pd.DataFrame) -> None:
    """The classic chart, both bars and running total on one scale."""
    rows = named(page, table)
    rows["running"] = rows["number.share"].cumsum()
    rows = rows.rename(columns={"number.share": "share", "number.low": "low", "number.high": "high"})
    needed = int((rows["running"] < 80).sum()) + 1
    page.value("eighty", needed)
    page.value("eighty.of", len(rows))
    page.value("fifth", rows["running"].iloc[1], unit="percent")
    hold("two causes of ten are far from four fifths", rows["running"].iloc[1] < 60)
    ranks = [
        f"{int(low)}" if low == high else f"{int(low)}–{int(high)}"
        for low, high in zip(table["number.rank.low"], table["number.rank.high"], strict=True)
    ]
    page.text("advice.ranks", en=ranks[3], fr=ranks[3])
    page.value("other.rank.low", table.loc["other", "number.rank.low"])
    page.value("other.rank.high", table.loc["other", "number.rank.high"])
    hold("only the first two ranks are sure", ranks[:2] == ["1", "2"] and "–" in ranks[2])

    def bars(width: int) -> alt.LayerChart:
        is_narrow = width <= charts.NARROW
        y = alt.Y("name:N", sort=list(rows["name"]), title=None, axis=alt.Axis(labelLimit=150 if is_narrow else 220))
        base = alt.Chart(rows).encode(y=y)
        x = alt.X(
            "share:Q",
            title=page.say(en="Complaints, %", fr="Réclamations, %"),
            scale=alt.Scale(domain=[0, 100]),
            axis=alt.Axis(values=[0, 20, 40, 60, 80, 100]),
        )
        colour = alt.condition(
            alt.FieldOneOfPredicate("name", list(rows["name"].iloc[:2])),
            alt.value(charts.BAD),
            alt.value(charts.NEUTRAL),
        )
        return (
            base.mark_bar().encode(x=x, color=colour)
            + base.mark_rule(strokeWidth=2, color=charts.INK).encode(x="low:Q", x2="high:Q")
            + base.mark_line(color=charts.INK, strokeWidth=1.5, strokeDash=[4, 3]).encode(
                x="running:Q", order="running:Q"
            )
            + base.mark_point(color=charts.INK, size=45, opacity=1).encode(x="running:Q")
        ).properties(width=width if not is_narrow else width - 130, height=30 * len(rows))

    page.chart(
        "pareto",
        bars,
        title=page.say(
            en="Two causes of ten make half of the complaints, and it takes five to make four fifths",
            fr="Deux causes sur dix font la moitié des réclamations, et il en faut cinq pour les quatre cinquièmes",
        ),
        alternative=page.say(
            en="Share of complaints and running total by cause: ", fr="Part des réclamations et cumul par cause : "
        )
        + ", ".join(
            f"{row.name} {page.written(row.share, unit='percent')} ({page.written(row.running, unit='percent')})"
            for row in rows[["name", "share", "running"]].itertuples(index=False)
        )
        + ".",
        note=page.say(
            en="Bars with 95% intervals; dots: running total, on the same scale.",
            fr="Barres avec intervalles à 95 % ; points : cumul, sur la même échelle.",
        ),
        data=rows[["name", "number", "share", "low", "high", "running"]].assign(rank=ranks),
        columns={
            "name": Column(label=page.say(en="Cause", fr="Cause")),
            "number": Column(label=page.say(en="Complaints", fr="Réclamations")),
            "share": Column(label=page.say(en="Share", fr="Part"), unit="percent"),
            "low": Column(label=page.say(en="From", fr="De"), unit="percent"),
            "high": Column(label=page.say(en="To", fr="À"), unit="percent"),
            "running": Column(label=page.say(en="Running total", fr="Cumul"), unit="percent"),
            "rank": Column(label=page.say(en="Rank, 95%", fr="Rang, 95 %"), right=True),
        },
    )
    hold("five causes make four fifths", needed == 5)


def three_ways(page: Page, table: pd.DataFrame) -> None:
    """The same causes by number, by cost and by customers lost."""
    rows = named(page, table)
    top = rows.iloc[:6]
    long = pd.concat(
        [
            pd.DataFrame(
                {
                    "name": top["name"],
                    "way": page.say(**label),
                    "order": place,
                    "share": top[f"{way}.share"],
                    "low": top[f"{way}.low"].clip(lower=0),
                    "high": top[f"{way}.high"],
                }
            )
            for place, (way, label) in enumerate(WAYS.items())
        ]
    )
    ways = [page.say(**label) for label in WAYS.values()]
    colours = alt.Scale(domain=ways, range=[charts.NEUTRAL, charts.SERIES[2], charts.BAD])

    def dots(width: int) -> alt.LayerChart:
        is_narrow = width <= charts.NARROW
        base = alt.Chart(long).encode(
            y=alt.Y("name:N", sort=list(top["name"]), title=None, axis=alt.Axis(labelLimit=150 if is_narrow else 220)),
            yOffset=alt.YOffset("order:O"),
            color=alt.Color(
                "way:N", sort=ways, scale=colours, legend=alt.Legend(columns=1 if is_narrow else 3, symbolType="circle")
            ),
        )
        x = alt.X("low:Q", title="%", scale=alt.Scale(domain=[0, 60]))
        return (
            base.mark_rule(strokeWidth=2.5).encode(x=x, x2="high:Q")
            + base.mark_point(size=70, opacity=1).encode(x="share:Q")
        ).properties(width=width if not is_narrow else width - 130, height=52 * len(top))

    percent = {way: [page.written(share, unit="percent") for share in top[f"{way}.share"]] for way in WAYS}
    page.chart(
        "ways",
        dots,
        title=page.say(
            en="Late parcels lead by number and customers lost, damage leads by cost",
            fr="Le retard mène par le nombre et les clients perdus, la casse par le coût",
        ),
        alternative=page.say(
            en="Shares of complaints, of handling costs and of customers lost, by cause: ",
            fr="Parts des réclamations, des coûts de traitement et des clients perdus, par cause : ",
        )
        + "; ".join(
            f"{name} {', '.join(percent[way][place] for way in WAYS)}" for place, name in enumerate(top["name"])
        )
        + ".",
        note=page.say(
            en="Lines: 95% intervals, customers resampled. The six most frequent causes.",
            fr="Traits : intervalles à 95 %, clients rééchantillonnés. Les six causes les plus fréquentes.",
        ),
        data=rows[["name", "number", "cost", "each", "lost"]],
        columns={
            "name": Column(label=page.say(en="Cause", fr="Cause")),
            "number": Column(label=page.say(en="Complaints", fr="Réclamations")),
            "cost": Column(label=page.say(en="Cost", fr="Coût"), unit="euros"),
            "each": Column(label=page.say(en="Cost of one", fr="Coût d’une"), unit="euros"),
            "lost": Column(label=page.say(en="Customers lost", fr="Clients perdus")),
        },
    )


def calculator(page: Page, table: pd.DataFrame) -> None:
    """First values of the calculator."""
    for place, count in enumerate(table["number"], start=1):
        page.value(f"bar.{place}", count)


def behind(page: Page, complaints: pd.DataFrame, orders: pd.DataFrame) -> None:
    """What stands behind both: not the carrier, but what it carries."""
    parcels = orders[orders["carrier"].notna()].copy()
    parcels["is_blamed"] = parcels["carrier"] == BLAMED
    parcels["quarter"] = parcels["ordered_at"].dt.quarter + 10 * parcels["ordered_at"].dt.year
    for column in ("is_late", "is_damaged"):
        parcels[column] = 100.0 * parcels[column].astype(bool)
    late = complaints[complaints["reason"] == "late_delivery"]
    page.value("blamed.late", 100 * (late["carrier"] == BLAMED).mean(), unit="percent")
    page.value("blamed.parcels", 100 * parcels["is_blamed"].mean(), unit="percent")
    page.value("blamed.bulky", 100 * parcels.loc[parcels["is_blamed"], "is_bulky"].mean(), unit="percent")
    page.value("others.bulky", 100 * parcels.loc[~parcels["is_blamed"], "is_bulky"].mean(), unit="percent")
    rows = []
    for column, words in (
        ("is_late", {"en": "late", "fr": "en retard"}),
        ("is_damaged", {"en": "damaged", "fr": "abîmés"}),
    ):
        for treatment, name, alike in (
            ("is_blamed", "blamed", ("is_bulky", "mode", "quarter")),
            ("is_bulky", "bulky", ("carrier", "mode", "quarter")),
        ):
            plain = measures.difference(parcels, outcome=column, treatment=treatment)
            within = measures.difference(parcels, outcome=column, treatment=treatment, strata=alike)
            rows.append((name, words, column, plain, within))
    found = {(name, column): (plain, within) for name, _, column, plain, within in rows}
    hold("the carrier looks late", found["blamed", "is_late"][0].low > 5)
    hold("with like parcels it is not", found["blamed", "is_late"][1].low < 0 < found["blamed", "is_late"][1].high)
    hold("nor does it break more", found["blamed", "is_damaged"][1].low < 0 < found["blamed", "is_damaged"][1].high)
    hold(
        "bulky parcels are late and damaged more often with the same carrier",
        min(found["bulky", column][1].low for column in ("is_late", "is_damaged")) > 2,
    )
    page.value("blamed.plain", found["blamed", "is_late"][0].value, digits=1, sign=True)
    page.value("blamed.within", found["blamed", "is_late"][1].value, digits=1, sign=True)
    page.value("blamed.low", found["blamed", "is_late"][1].low, digits=1, sign=True)
    page.value("blamed.high", found["blamed", "is_late"][1].high, digits=1, sign=True)
    for short, column in (("late", "is_late"), ("damaged", "is_damaged")):
        page.value(f"bulky.{short}", found["bulky", column][1].value, digits=1)
        page.value(f"bulky.{short}.low", found["bulky", column][1].low, digits=1)
        page.value(f"bulky.{short}.high", found["bulky", column][1].high, digits=1)
    page.value("bulky.parcels", 100 * parcels["is_bulky"].mean(), unit="percent")

    def ends(found: measures.Difference) -> str:
        low, high = (page.written(end, digits=1, sign=True) for end in (found.low, found.high))
        return page.say(en=f"{low} to {high}", fr=f"{low} à {high}")

    label = {
        "blamed": {"en": BLAMED, "fr": BLAMED},
        "bulky": {"en": "Bulky", "fr": "Encombrants"},
    }
    shown = [
        (f"{page.say(**label[name])}, {page.say(**words)}", plain.value, within.value, ends(within))
        for name, words, _, plain, within in rows
    ]
    page.table(
        "behind",
        pd.DataFrame(shown, columns=["what", "plain", "within", "interval"]),
        caption=page.say(
            en="Percentage points more than the other parcels", fr="Points de pourcentage de plus que les autres colis"
        ),
        columns={
            "what": Column(label=page.say(en="Parcels", fr="Colis")),
            "plain": Column(label=page.say(en="Plain", fr="Brut"), digits=1, sign=True),
            "within": Column(label=page.say(en="Like with like", fr="À colis égal"), digits=1, sign=True),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %"), right=True),
        },
    )


def split(page: Page, complaints: pd.DataFrame, table: pd.DataFrame) -> None:
    """The grain of the list: split two causes by product family, and returns come first."""
    is_split = complaints["reason"].isin(["late_delivery", "damaged_item"])
    finer = complaints["reason"].where(~is_split, complaints["reason"] + "/" + complaints["product_family"].astype(str))
    counts = finer.value_counts()
    page.value("split.causes", len(counts))
    page.value("split.first", counts.iloc[0])
    hold("returns come first once the two big causes are split", counts.index[0] == "return_refund")
    big = counts[counts.index.str.contains("/")]
    page.value("split.largest", big.iloc[0])
    share = 100 * big.iloc[0] / len(complaints)
    page.value("split.share", share, unit="percent")
    order = list(counts.index).index(big.index[0]) + 1
    page.value("split.rank", order)


def rest(page: Page, complaints: pd.DataFrame, data: cxdata.Dataset) -> None:
    """What hides in 'other', by the parcel's own record; and the causes of contacts that are no complaints."""
    other = complaints[complaints["reason"] == "other"]
    late, damaged = (other[column].eq(True) for column in ("is_late", "is_damaged"))
    page.value("other", len(other))
    page.value("other.parcel", 100 * (late | damaged).mean(), unit="percent")
    named_parcel = complaints["reason"].isin(["late_delivery", "damaged_item"])
    bad = complaints["is_late"].eq(True) | complaints["is_damaged"].eq(True)
    page.value("parcel.named", int(named_parcel.sum()))
    page.value("parcel.facts", int(bad.sum()))
    page.value("parcel.more", 100 * (bad.sum() / named_parcel.sum() - 1), unit="percent")
    hold("the parcel stands behind more complaints than its causes name", bad.sum() > 1.05 * named_parcel.sum())
    contacts = data["contacts"].loc[lambda rows: ~rows["is_abandoned"], "reason"].astype(str).value_counts()
    page.value("contacts.returns", 100 * contacts["return_refund"] / contacts.sum(), unit="percent")
    page.value("contacts.late", 100 * contacts["late_delivery"] / contacts.sum(), unit="percent")
    hold("returns lead the contacts", contacts.index[0] == "return_refund")
    sent_back = data["contacts"].loc[
        lambda rows: rows["reason"].eq("return_refund") & ~rows["is_abandoned"], ["order_id"]
    ]
    sent_back = sent_back.merge(data["deliveries"][["order_id", "is_late", "is_damaged"]], on="order_id")
    page.value("contacts.fine", 100 * (~(sent_back["is_late"] | sent_back["is_damaged"])).mean(), unit="percent")


def months(page: Page, complaints: pd.DataFrame, few: cxdata.Dataset) -> None:
    """How often a month's own chart names the same two causes, in the size of the class edition."""
    month = complaints["received_at"].dt.to_period("M")
    whole = complaints[month < pd.Period("2025-01")]
    tops = whole.groupby(month)["reason"].agg(lambda rows: frozenset(rows.value_counts().index[:2]))
    page.value("months", len(tops))
    page.value("months.same", int((tops == frozenset(["late_delivery", "damaged_item"])).sum()))
    page.value("months.size", whole.groupby(month).size().median())
    hold("many months name another pair", (tops != frozenset(["late_delivery", "damaged_item"])).sum() >= 4)


def silent(page: Page, complaints: pd.DataFrame, data: cxdata.Dataset) -> None:
    """What the complaints leave out: failures and losses by the answer key, of all orders."""
    known = data.truth["latents/orders"]
    usual = known.loc[~known["has_problem"], "lost"].mean()
    groups = known[known["has_problem"]].groupby(known["problem"].astype(str))
    table = pd.DataFrame({"orders": groups.size(), "lost": groups["lost"].sum() - usual * groups.size()})
    spoken = (
        complaints.merge(known[["order_id", "problem"]], on="order_id")
        .groupby("problem", observed=True)["order_id"]
        .nunique()
    )
    table["complained"] = 100 * spoken.reindex(table.index) / table["orders"]
    page.value("key.late", table.loc["late_parcel", "orders"])
    page.value("key.damaged", table.loc["damaged_parcel", "orders"])
    page.value("key.late.complained", table.loc["late_parcel", "complained"], unit="percent")
    page.value("key.damaged.complained", table.loc["damaged_parcel", "complained"], unit="percent")
    page.value("key.stock.complained", table.loc["out_of_stock", "complained"], digits=1, unit="percent")
    page.value("key.late.lost", table.loc["late_parcel", "lost"])
    page.value("key.damaged.lost", table.loc["damaged_parcel", "lost"])
    page.value("key.stock", table.loc["out_of_stock", "orders"])
    page.value("key.times", table.loc["late_parcel", "lost"] / table.loc["damaged_parcel", "lost"], digits=1)
    hold(
        "damage is complained of about twice as readily as lateness",
        1.6 < table.loc["damaged_parcel", "complained"] / table.loc["late_parcel", "complained"] < 2.4,
    )
    hold(
        "lateness loses the most by far",
        table["lost"].idxmax() == "late_parcel"
        and table.loc["late_parcel", "lost"] > 2.5 * table.loc["damaged_parcel", "lost"],
    )


def mending(page: Page, complaints: pd.DataFrame, orders: pd.DataFrame, table: pd.DataFrame) -> None:
    """What it would bring to make bulky parcels as good as small ones."""
    parcels = orders[orders["carrier"].notna()].copy()
    parcels["quarter"] = parcels["ordered_at"].dt.quarter + 10 * parcels["ordered_at"].dt.year
    bulky = parcels["is_bulky"]
    two = complaints[complaints["reason"].isin(["late_delivery", "damaged_item"])]
    ours = two[two["is_bulky"]]
    page.value("bulky.share", 100 * len(ours) / len(complaints), unit="percent")
    page.value("bulky.cost", 100 * ours["total_eur"].sum() / complaints["total_eur"].sum(), unit="percent")
    page.value("bulky.orders", 100 * complaints["is_bulky"].mean(), unit="percent")
    saved = dict.fromkeys(("value", "low", "high"), 0.0)
    saved_cost = 0.0
    for column, reason in (("is_late", "late_delivery"), ("is_damaged", "damaged_item")):
        parcels["bad"] = parcels[column].astype(float)
        gap = measures.difference(parcels, outcome="bad", treatment="is_bulky", strata=("carrier", "mode", "quarter"))
        rows, usual = ours[ours["reason"] == reason], parcels.loc[bulky, "bad"].mean()
        for end in saved:
            saved[end] += getattr(gap, end) / usual * len(rows)
        saved_cost += gap.value / usual * rows["total_eur"].sum()
    page.value("mend.number", saved["value"])
    page.value("mend.low", saved["low"])
    page.value("mend.high", saved["high"])
    page.value("mend.number.share", 100 * saved["value"] / len(complaints), unit="percent")
    page.value("mend.cost", round(saved_cost, -2), unit="euros")
    page.value("mend.cost.share", 100 * saved_cost / complaints["total_eur"].sum(), unit="percent")
    late = complaints[complaints["reason"] == "late_delivery"]
    page.value("carrier.number", int((late["carrier"] == BLAMED).sum()))
    page.value("top.cost", table.loc["late_delivery", "cost"], unit="euros")


def exercise(page: Page, complaints: pd.DataFrame) -> None:
    """Causes weighed by severity."""
    grave = complaints[complaints["severity"] >= 4]["reason"].value_counts()
    every = complaints["reason"].value_counts()
    points = complaints.groupby("reason")["severity"].sum().sort_values(ascending=False)
    page.value("grave", int(grave.sum()))
    for name, cause in (("late", "late_delivery"), ("damaged", "damaged_item"), ("returns", "return_refund")):
        low, high = measures.share_interval(int(grave[cause]), int(every[cause]))
        page.value(f"grave.{name}", grave[cause])
        page.value(f"grave.{name}.share", 100 * grave[cause] / every[cause], unit="percent")
        page.value(f"grave.{name}.low", 100 * low, unit="percent")
        page.value(f"grave.{name}.high", 100 * high, unit="percent")
    hold(
        "severity keeps the first three in their order",
        list(grave.index[:3]) == list(points.index[:3]) == list(CAUSES)[:3],
    )
    page.value("grave.two", 100 * grave.iloc[:2].sum() / grave.sum(), unit="percent")
