"""Importance-performance map: what buyers call important and what moves their recommendation send money to two desks."""

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, drivers, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold
from cxdata.schema.drivers import correlation_shares, lmg_shares

ASPECTS = {
    "choice": {"en": "choice", "fr": "choix"},
    "help": {"en": "help", "fr": "aide"},
    "price": {"en": "price", "fr": "prix"},
    "product": {"en": "product", "fr": "produit"},
    "delivery": {"en": "delivery", "fr": "livraison"},
    "ease": {"en": "ease", "fr": "simplicité"},
}
NAMES = list(ASPECTS)
SEGMENTS = {
    "gardeners": {"en": "Gardeners", "fr": "Jardiniers"},
    "home_makers": {"en": "Home makers", "fr": "Amateurs de déco"},
    "renovators": {"en": "Renovators", "fr": "Rénovateurs"},
    "gift_buyers": {"en": "Gift buyers", "fr": "Acheteurs de cadeaux"},
    "bargain_hunters": {"en": "Bargain hunters", "fr": "Chasseurs de promos"},
}
TURN = 7
"""Mark that parts good from poor: below it detractors outnumber promoters; the page shows that."""
PRICE_CUT = 0.03
"""Price cut on the web that our story weighs against punctual parcels."""
EQUAL = 100 / len(ASPECTS)
"""Share of each aspect if all mattered alike, in percent."""


def marked(tables: cxdata.Dataset) -> pd.DataFrame:
    """Return one row per web order marked on the call-back: six marks, recommendation, segment, parcel."""
    surveys, items = tables["surveys"], tables["survey_items"]
    wide = items[items["item"].isin(NAMES)].pivot(index="survey_id", columns="item", values="answer").astype(float)
    called = surveys.loc[surveys["programme"] == "callback_after_order", ["survey_id", "order_id", "ltr"]]
    parcels = tables["deliveries"][["order_id", "customer_id", "is_late", "is_damaged"]]
    rows = called.merge(wide.reset_index(), on="survey_id").merge(parcels, on="order_id")
    rows = rows.merge(tables["customers"][["customer_id", "segment"]], on="customer_id")
    return rows.astype({"ltr": float}).dropna(subset=[*NAMES, "ltr"])


def shares(rows: pd.DataFrame) -> dict[str, float]:
    """Return the LMG share of each aspect, in percent."""
    return dict(zip(NAMES, 100 * lmg_shares(np.cov(rows[[*NAMES, "ltr"]].to_numpy().T)), strict=True))


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    larger = cxdata.edition("tilmarenne", "study")
    few, rows = marked(data), marked(larger)
    market = data["market_survey"]
    buyers = market[market["main_brand"] == "tilmarenne"]
    key = cxdata.answer_key(data)
    found = drivers.derived_importance(rows, outcome="ltr", aspects=NAMES).set_index("aspect")
    stated = {name: buyers[f"importance_{name}"].astype(float) for name in NAMES}
    found["stated"] = [stated[name].mean() for name in NAMES]
    found["stated_error"] = [measures.Z_95 * stated[name].sem() for name in NAMES]
    found["key"] = [key[f"{name}_in_recommendation"]["planted"]["value"] for name in NAMES]
    page.value("line", EQUAL, digits=1)
    page.value("turn", TURN)
    page.value("rows", len(rows))
    page.value("few", len(few))
    page.value("larger.customers", len(larger["customers"]))
    page.value("buyers", len(buyers))
    turn(page, rows)
    maps(page, found)
    table(page, found)
    decision(page, rows, found, data, key)
    crosshair(page, found)
    halo(page, rows, found, key)
    sides(page, rows)
    always_works(page, rows)
    segments(page, rows)
    small(page, few, found)
    exercise(page, data)


def turn(page: Page, rows: pd.DataFrame) -> None:
    """Why seven: at lower marks detractors outnumber promoters, whatever the aspect."""
    balance = {
        (name, mark): 100 * ((part["ltr"] >= 9).mean() - (part["ltr"] <= 6).mean())
        for name in NAMES
        for mark, part in rows.groupby(name)
    }
    six, eight = ([balance[name, mark] for name in NAMES] for mark in (TURN - 1, TURN + 1))
    hold("at six detractors lead, at eight promoters", max(six) < 0 < min(eight))
    page.value("turn.six.high", max(six), sign=True)
    page.value("turn.six.low", min(six), sign=True)
    page.value("turn.eight.low", min(eight), sign=True)
    page.value("turn.eight.high", max(eight), sign=True)


def maps(page: Page, found: pd.DataFrame) -> None:
    """Two maps of the same marks: importance as stated, and as derived."""
    names = {name: page.say(**label) for name, label in ASPECTS.items()}
    frame = found.reset_index().assign(name=[names[name] for name in NAMES])
    frame["stated_low"] = frame["stated"] - frame["stated_error"]
    frame["stated_high"] = frame["stated"] + frame["stated_error"]
    middle = frame["stated"].mean()
    hold("as stated, delivery is of little importance", found.at["delivery", "stated"] < middle)
    hold("delivery alone lies surely below seven among what matters", found.at["delivery", "mark_high"] < TURN)
    hold("product matters, and is marked above seven", found.at["product", "mark_low"] > TURN)
    hold("delivery and product lie right of the line", (found.loc[["delivery", "product"], "share_low"] > EQUAL).all())
    others = ["choice", "help", "price", "ease"]
    hold("the four others lie left of it", (found.loc[others, "share_high"] < EQUAL).all())
    hold("help lies on the line", found.at["help", "mark_low"] < TURN < found.at["help", "mark_high"] + 0.05)
    page.value("help.mark.low", found.at["help", "mark_low"], digits=2)
    page.value("help.mark.high", found.at["help", "mark_high"], digits=2)
    hold("price, choice and ease above", (found.loc[["price", "choice", "ease"], "mark_low"] > TURN).all())
    page.value("stated.middle", middle, digits=1)
    zones = {
        "improve": page.say(en="mend first", fr="à corriger d’abord"),
        "keep": page.say(en="keep it up", fr="à maintenir"),
        "later": page.say(en="later", fr="plus tard"),
        "hold": page.say(en="perhaps too much", fr="peut-être trop"),
    }

    def panel(kind: str, width: int, title: str) -> alt.LayerChart:
        domain, line = ([6.5, 8.8], middle) if kind == "stated" else ([7, 34], EQUAL)
        axis = (
            page.say(en="Stated importance, 0 to 10", fr="Importance déclarée, de 0 à 10")
            if kind == "stated"
            else page.say(en="Derived importance, %", fr="Importance déduite, %")
        )

        def x(field: str) -> alt.X:
            return alt.X(
                f"{field}:Q", scale=alt.Scale(domain=domain, zero=False), axis=alt.Axis(tickCount=5), title=axis
            )

        def y(field: str) -> alt.Y:
            return alt.Y(
                f"{field}:Q",
                scale=alt.Scale(domain=[6.4, 7.7], zero=False),
                axis=alt.Axis(grid=False, tickCount=5, format=".1f"),
                title=page.say(en="Mean mark, 0 to 10", fr="Note moyenne, de 0 à 10"),
            )

        base = alt.Chart(frame)
        cross = pd.DataFrame([{"x": line, "y": float(TURN)}])
        corners = pd.DataFrame(
            [
                {"x": domain[0], "y": 7.66, "zone": zones["hold"], "end": False},
                {"x": domain[1], "y": 7.66, "zone": zones["keep"], "end": True},
                {"x": domain[0], "y": 6.44, "zone": zones["later"], "end": False},
                {"x": domain[1], "y": 6.44, "zone": zones["improve"], "end": True},
            ]
        )
        layers = [
            alt.Chart(cross).mark_rule(strokeDash=[5, 4], color=charts.MUTED).encode(x=x("x")),
            alt.Chart(cross).mark_rule(strokeDash=[5, 4], color=charts.MUTED).encode(y=y("y")),
            *(
                alt.Chart(corners[corners["end"] == end])
                .mark_text(align=side, dx=move, color=charts.MUTED, fontSize=13, fontStyle="italic")
                .encode(x=x("x"), y=y("y"), text="zone:N")
                for end, side, move in ((False, "left", 4), (True, "right", -4))
            ),
            base.mark_rule(strokeWidth=2, color=charts.NEUTRAL).encode(
                x=x(f"{kind}_low"), x2=f"{kind}_high:Q", y=y("mark")
            ),
            base.mark_rule(strokeWidth=2, color=charts.NEUTRAL).encode(x=x(kind), y=y("mark_low"), y2="mark_high:Q"),
            base.mark_point(size=90, opacity=1).encode(
                x=x(kind),
                y=y("mark"),
                color=alt.condition("datum.aspect == 'delivery'", alt.value(charts.BAD), alt.value(charts.GOOD)),
            ),
        ]
        for name in NAMES:
            align, move, rise = places(kind).get(name, ("left", 9, -9))
            layers.append(
                base.transform_filter(f"datum.aspect == '{name}'")
                .mark_text(align=align, dx=move, dy=rise, color=charts.INK, fontWeight=600)
                .encode(x=x(kind), y=y("mark"), text="name:N")
            )
        return alt.layer(*layers).properties(width=width, height=270, title=title)

    titles = {
        "stated": page.say(en="By stated importance", fr="Selon l’importance déclarée"),
        "share": page.say(en="By derived importance", fr="Selon l’importance déduite"),
    }

    def both(width: int) -> alt.HConcatChart | alt.VConcatChart:
        if width <= charts.NARROW:
            return alt.vconcat(*(panel(kind, width, title) for kind, title in titles.items()))
        return alt.hconcat(*(panel(kind, width // 2 - 35, title) for kind, title in titles.items()))

    colon = page.say(en=": ", fr=" : ")
    said = "; ".join(
        f"{names[name]}{colon}{page.written(row['mark'], digits=1)}, {page.written(row['stated'], digits=1)}, "
        f"{page.written(row['share'], unit='percent')}"
        for name, row in found.iterrows()
    )
    page.chart(
        "maps",
        both,
        title=page.say(
            en="Ask buyers, and delivery can wait; look at their recommendation, and it comes first",
            fr="Selon les dires, la livraison peut attendre ; selon la recommandation, elle vient d’abord",
        ),
        alternative=page.say(
            en=f"Mean mark, stated importance and derived importance: {said}.",
            fr=f"Note moyenne, importance déclarée et importance déduite : {said}.",
        ),
        note=page.say(
            en="Lines are 95% intervals in both directions. High marks stand above.",
            fr="Traits : intervalles à 95 % dans les deux sens. Les bonnes notes sont en haut.",
        ),
        data=frame[["name", "mark", "stated", "share"]],
        columns={
            "name": Column(label=page.say(en="Aspect", fr="Critère")),
            "mark": Column(label=page.say(en="Mark", fr="Note"), digits=2),
            "stated": Column(label=page.say(en="Stated", fr="Déclarée"), digits=1),
            "share": Column(label=page.say(en="Derived", fr="Déduite"), unit="percent"),
        },
    )


def places(kind: str) -> dict[str, tuple[str, int, int]]:
    """Return where labels stand that would lie on each other otherwise: alignment, shift to the right, shift down."""
    if kind == "stated":
        return {
            "product": ("left", 9, 13),
            "price": ("left", 6, -10),
            "choice": ("left", 8, -10),
            "ease": ("right", -8, -8),
            "help": ("left", 7, 14),
            "delivery": ("right", -7, 14),
        }
    return {
        "choice": ("left", 9, -9),
        "price": ("left", 16, 9),
        "ease": ("right", -8, 13),
        "help": ("left", 9, 13),
        "delivery": ("right", -8, 13),
    }


def table(page: Page, found: pd.DataFrame) -> None:
    """The numbers of both maps, with the answer key's share beside the derived one."""
    frame = found.sort_values("share", ascending=False)
    for name, row in frame.iterrows():
        hold(f"the interval of {name} holds the key", row["share_low"] - 0.5 < row["key"] < row["share_high"] + 0.5)
        page.value(f"{name}.share", row["share"], unit="percent")
        page.value(f"{name}.low", row["share_low"], unit="percent")
        page.value(f"{name}.high", row["share_high"], unit="percent")
        page.value(f"{name}.key", row["key"], unit="percent")
        page.value(f"{name}.mark", row["mark"], digits=1)
        page.value(f"{name}.mark.box", row["mark"], digits=2)
        page.value(f"{name}.share.box", row["share"], digits=1)
        page.value(f"{name}.stated", row["stated"], digits=1)
    hold("the answer key ranks delivery first too", frame["key"].idxmax() == "delivery" == frame.index[0])
    hold("price is stated as the most important", frame["stated"].idxmax() == "price")
    page.value("stated.spread", frame["stated"].max() - frame["stated"].min(), digits=1)
    page.value("share.times", frame["share"].max() / frame["share"].min(), digits=1)
    shown = pd.DataFrame(
        {
            "aspect": [page.say(**ASPECTS[name]).capitalize() for name in frame.index],
            "stated": frame["stated"].to_numpy(),
            "share": frame["share"].to_numpy(),
            "key": frame["key"].to_numpy(),
        }
    )
    page.table(
        "numbers",
        shown,
        caption=page.say(
            en="Importance as stated, as derived, and in the answer key",
            fr="Importance déclarée, déduite et selon le corrigé",
        ),
        columns={
            "aspect": Column(label=page.say(en="Aspect", fr="Critère")),
            "stated": Column(label=page.say(en="Stated", fr="Déclarée"), digits=1),
            "share": Column(label=page.say(en="Derived", fr="Déduite"), unit="percent"),
            "key": Column(label=page.say(en="Key", fr="Corrigé"), unit="percent"),
        },
    )


def decision(page: Page, rows: pd.DataFrame, found: pd.DataFrame, data: cxdata.Dataset, key: dict) -> None:
    """What punctuality would do to the mark, what it does to the recommendation, and what a price cut costs."""
    late = rows["is_late"].astype(bool)
    marks = rows.groupby(late)["delivery"].mean()
    page.value("late.share", 100 * late.mean(), unit="percent")
    page.value("late.mark", marks[True], digits=1)
    page.value("fine.mark", marks[False], digits=1)
    hold("on time, deliveries are marked above seven", marks[False] > TURN)
    half = found.at["delivery", "mark"] + late.mean() / 2 * (marks[False] - marks[True])
    page.value("half.mark", half, digits=2)
    hold("halving lateness brings delivery to the line, or nearly", abs(half - TURN) < 0.2)
    page.value("late.effect", -key["late_on_recommendation"]["planted"]["value"], digits=2)
    gain = -key["late_on_recommendation"]["planted"]["value"] * late.mean() / 2
    page.value("half.gain", gain, digits=2)
    x = np.column_stack([np.ones(len(rows)), rows[NAMES].to_numpy()])
    slope = np.linalg.lstsq(x, rows["ltr"].to_numpy(), rcond=None)[0][1 + NAMES.index("price")]
    page.value("price.slope", slope, digits=2)
    page.value("price.equal", gain / slope, digits=1)
    orders = data["orders"]
    web = orders[(orders["channel"] == "web") & (orders["ordered_at"].dt.year == 2024)]
    cost = PRICE_CUT * web["amount_eur"].sum()
    page.value("cut", cost, unit="euros")
    page.value("cut.percent", 100 * PRICE_CUT, unit="percent")
    is_late = data["deliveries"].set_index("order_id")["is_late"]
    count = int(web["order_id"].map(is_late).sum())
    page.value("late.count", count)
    page.value("late.budget", cost / (count / 2), unit="euros")


def crosshair(page: Page, found: pd.DataFrame) -> None:
    """Lines at the means: somebody is always below, whatever is done."""
    mean = found["mark"].mean()
    below = found["mark"] < mean
    better = found["mark"] + 1
    hold("a mark more everywhere leaves the same below", ((better < better.mean()) == below).all())
    hold(
        "product falls below the mean though above seven",
        bool(below["product"]) and found.at["product", "mark_low"] > TURN,
    )
    page.value("mean.mark", mean, digits=2)
    hold("three aspects lie below the mean", below.sum() == 3)


def halo(page: Page, rows: pd.DataFrame, found: pd.DataFrame, key: dict) -> None:
    """Squared correlations count the mood six times and level the shares."""
    level = dict(zip(NAMES, 100 * correlation_shares(np.cov(rows[[*NAMES, "ltr"]].to_numpy().T)), strict=True))
    hold(
        "correlations level the shares",
        max(level.values()) - min(level.values()) < found["share"].max() - found["share"].min(),
    )
    hold("correlations leave delivery below its interval", level["delivery"] < found.at["delivery", "share_low"])
    page.value("corr.delivery", level["delivery"], unit="percent")
    page.value("corr.ease", level["ease"], unit="percent")
    page.value("corr.spread", max(level.values()) - min(level.values()))
    page.value("lmg.spread", found["share"].max() - found["share"].min())
    alone = rows[NAMES].corr()["delivery"].drop("delivery")
    page.value("marks.least", alone.min(), digits=2)
    apart = rows[NAMES].corr().to_numpy()[np.triu_indices(len(NAMES), 1)]
    page.value("marks.corr.low", apart.min(), digits=2)
    page.value("marks.corr.high", apart.max(), digits=2)


def sides(page: Page, rows: pd.DataFrame) -> None:
    """A mark lost below seven against a mark won above it."""
    found = drivers.slopes_around(rows, outcome="ltr", aspects=NAMES, turn=TURN)
    by = found.set_index(["aspect", "side"])
    for name in ("delivery", "product", "help"):
        for side in ("below", "above"):
            page.value(f"{name}.{side}", by.at[(name, side), "slope"], digits=2)
    hold(
        "delivery and product punish",
        all(by.at[(n, "below"), "low"] > by.at[(n, "above"), "high"] for n in ("delivery", "product")),
    )
    hold("help has hardly a step", by.at[("help", "above"), "high"] > by.at[("help", "below"), "low"])
    hold("help rewards more than delivery", by.at[("help", "above"), "slope"] > by.at[("delivery", "above"), "slope"])
    names = {
        "below": page.say(en="a mark more below seven", fr="un point de plus sous sept"),
        "above": page.say(en="a mark more above seven", fr="un point de plus au-delà de sept"),
    }
    order = list(by.xs("below", level="side").sort_values("slope", ascending=False).index)
    found["name"] = found["aspect"].map(lambda name: page.say(**ASPECTS[name]))
    found["where"] = found["side"].map(names)

    def dots(width: int) -> alt.LayerChart:
        narrow = width <= charts.NARROW
        y = alt.Y("name:N", sort=[page.say(**ASPECTS[name]) for name in order], title=None)
        colour = alt.Color(
            "where:N",
            scale=alt.Scale(domain=list(names.values()), range=[charts.BAD, charts.GOOD]),
            legend=alt.Legend(columns=1 if narrow else 2, columnPadding=24),
        )
        base = alt.Chart(found).encode(y=y, yOffset=alt.YOffset("where:N", sort=list(names.values())))
        x = alt.X(
            "low:Q",
            scale=alt.Scale(domain=[0, 0.7]),
            axis=alt.Axis(tickCount=7, format=".1f"),
            title=page.say(en="Points of recommendation", fr="Points de recommandation"),
        )
        return (
            base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(x=x, x2="high:Q")
            + base.mark_point(size=90, opacity=1).encode(x="slope:Q", color=colour)
        ).properties(width=width if not narrow else width - 70, height=34 * len(NAMES))

    colon = page.say(en=": ", fr=" : ")
    wide = found.pivot(index="aspect", columns="side", values="slope").loc[order].reset_index()
    said = "; ".join(
        f"{page.say(**ASPECTS[row.aspect])}{colon}{page.written(row.below, digits=2)} / {page.written(row.above, digits=2)}"
        for row in wide.itertuples()
    )
    page.chart(
        "sides",
        dots,
        title=page.say(
            en="Delivery and product punish; little is won by making them better than good",
            fr="Livraison et produit sanctionnent ; les rendre meilleurs que bons rapporte peu",
        ),
        alternative=page.say(
            en=f"Points of recommendation per mark, below and above seven: {said}.",
            fr=f"Points de recommandation par point de note, sous sept et au-delà : {said}.",
        ),
        note=page.say(
            en="All six aspects side by side; lines are 95% intervals.",
            fr="Les six critères ensemble ; traits : intervalles à 95 %.",
        ),
        data=wide.assign(aspect=[page.say(**ASPECTS[name]) for name in order]),
        columns={
            "aspect": Column(label=page.say(en="Aspect", fr="Critère")),
            "below": Column(label=page.say(en="Below seven", fr="Sous sept"), digits=2),
            "above": Column(label=page.say(en="Above seven", fr="Au-delà"), digits=2),
        },
    )


def always_works(page: Page, rows: pd.DataFrame) -> None:
    """Delivery among parcels that came whole and on time."""
    fine = rows[~(rows["is_late"].astype(bool) | rows["is_damaged"].astype(bool))]
    found = drivers.derived_importance(fine, outcome="ltr", aspects=NAMES).set_index("aspect")
    hold("where delivery works it matters less", found.at["delivery", "share_high"] < shares(rows)["delivery"])
    hold("where delivery works it is no longer first", found.at["product", "share"] > found.at["delivery", "share"])
    page.value("fine.rows", len(fine))
    for name in ("share", "share_low", "share_high"):
        page.value(f"fine.{name}", found.at["delivery", name], unit="percent")
    page.value("fine.product", found.at["product", "share"], unit="percent")


def segments(page: Page, rows: pd.DataFrame) -> None:
    """Moments of truth differ: delivery and price by segment."""
    lines = []
    for name, label in SEGMENTS.items():
        part = rows[rows["segment"] == name]
        lines.append({"segment": page.say(**label), "orders": len(part), **shares(part)})
        if name in ("gift_buyers", "bargain_hunters"):
            found = drivers.derived_importance(part, outcome="ltr", aspects=NAMES).set_index("aspect")
            for aspect in ("delivery", "price"):
                page.value(f"{name}.{aspect}", found.at[aspect, "share"], unit="percent")
                page.value(f"{name}.{aspect}.low", found.at[aspect, "share_low"], unit="percent")
                page.value(f"{name}.{aspect}.high", found.at[aspect, "share_high"], unit="percent")
    frame = pd.DataFrame(lines)[["segment", "orders", "delivery", "price"]]
    hold(
        "gift buyers hang on delivery most",
        frame.loc[frame["delivery"].idxmax(), "segment"] == page.say(**SEGMENTS["gift_buyers"]),
    )
    hold(
        "bargain hunters hang on price most",
        frame.loc[frame["price"].idxmax(), "segment"] == page.say(**SEGMENTS["bargain_hunters"]),
    )
    page.table(
        "segments",
        frame,
        caption=page.say(en="Derived importance by segment", fr="Importance déduite par segment"),
        columns={
            "segment": Column(label=page.say(en="Segment", fr="Segment")),
            "orders": Column(label=page.say(en="Orders", fr="Commandes")),
            **{n: Column(label=page.say(**ASPECTS[n]).capitalize(), unit="percent") for n in ("delivery", "price")},
        },
    )


def small(page: Page, few: pd.DataFrame, found: pd.DataFrame) -> None:
    """The class edition alone: which aspects can be placed at all; and the exercise's e-mail map."""
    little = drivers.derived_importance(few, outcome="ltr", aspects=NAMES).set_index("aspect")
    placed = [name for name in NAMES if little.at[name, "share_low"] > EQUAL or little.at[name, "share_high"] < EQUAL]
    hold("two aspects can be placed", len(placed) == 2)
    hold(
        "product and choice look alike",
        abs(little.at["product", "share"] - little.at["choice", "share"]) < 1,
    )
    for name in ("delivery", "product", "choice"):
        page.value(f"small.{name}", little.at[name, "share"], unit="percent")
        page.value(f"small.{name}.low", little.at[name, "share_low"], unit="percent")
        page.value(f"small.{name}.high", little.at[name, "share_high"], unit="percent")
    page.value("small.mark.low", little.at["delivery", "mark_low"], digits=1)
    page.value("small.mark.high", little.at["delivery", "mark_high"], digits=1)


def exercise(page: Page, data: cxdata.Dataset) -> None:
    """The map of shop orders, without delivery."""
    surveys, items, orders = data["surveys"], data["survey_items"], data["orders"]
    five = [name for name in NAMES if name != "delivery"]
    wide = items[items["item"].isin(five)].pivot(index="survey_id", columns="item", values="answer").astype(float)
    called = surveys.loc[
        surveys["programme"] == "callback_after_order", ["survey_id", "order_id", "customer_id", "ltr"]
    ]
    shop = orders.loc[orders["channel"] == "shop", ["order_id"]]
    rows = called.merge(wide.reset_index(), on="survey_id").merge(shop, on="order_id").astype({"ltr": float})
    found = drivers.derived_importance(rows, outcome="ltr", aspects=five).set_index("aspect")
    found = found.sort_values("share", ascending=False)
    first = found.index[0]
    hold("price is not first in the shops", first != "price")
    page.value("shop.rows", int(rows[[*five, "ltr"]].notna().all(axis=1).sum()))
    page.text(
        "shop.list",
        **{
            language: ", ".join(
                f"{ASPECTS[name][language]} {page.written(found.at[name, 'share'], unit='percent')}"
                for name in found.index
            )
            for language in ("en", "fr")
        },
    )
    page.text("shop.first", **ASPECTS[first])
    for label, name in (("first", first), ("price", "price")):
        page.value(f"shop.{label}.low", found.at[name, "share_low"], unit="percent")
        page.value(f"shop.{label}.high", found.at[name, "share_high"], unit="percent")
    page.value("shop.mark.least", found["mark"].min(), digits=1)
    page.value("shop.mark.most", found["mark"].max(), digits=1)
    hold("all five marks lie above the line", found["mark"].min() > TURN)
    hold("neighbours overlap", found["share_low"].iloc[0] < found["share_high"].iloc[1])
