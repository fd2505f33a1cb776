"""Customer experience: an attention adds to memory where all went well; a failure takes more, and customers with it."""

from pathlib import Path

import altair as alt
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold
from casebook.worked.sheet import Sheet, sheet

WORDS = Path(__file__).with_suffix(".toml")
SEED_EUR, MARGIN, PREVENTED = 0.60, 0.30, 0.5
"""A sachet and its handling; margin as a share of sales; what the second check at packing prevents: all ours."""
LARGE_FROM_EUR = 100
LATER = pd.Timedelta(days=183)
PARCELS = 1_000
LOW_MARK = 5
SUM_OF_MARKS = 21
"""Customers whose three marks have the mean seven, for whom only the weakest differs."""
MARKS = {
    "fit": {"en": "Fit", "fr": "Réponse au besoin"},
    "authenticity": {"en": "Authenticity", "fr": "Authenticité"},
    "memorable": {"en": "Memory", "fr": "Mémoire"},
    "overall": {"en": "Overall", "fr": "Ensemble"},
}
ALIKE = ("is_large", "tier")
"""What decides, for parcels, who gets an attention, and what keeps a better memory anyway."""


def parcels(data: cxdata.Dataset) -> pd.DataFrame:
    """Return web orders with whether the parcel failed, and what their customers bought in the half-year after."""
    orders, deliveries = data["orders"], data["deliveries"]
    failed = (deliveries["days_late"] > 0) | deliveries["is_damaged"].fillna(False).astype(bool)
    rows = orders.merge(deliveries[["order_id"]].assign(failed=failed), on="order_id")
    rows = rows.merge(data["customers"][["customer_id", "tier"]], on="customer_id")
    rows["is_large"] = rows["amount_eur"] >= LARGE_FROM_EUR
    rows["is_autumn"] = rows["ordered_at"].dt.month >= 11
    rows["followed"] = rows["ordered_at"] <= orders["ordered_at"].max() - LATER
    after = rows[["order_id", "customer_id", "ordered_at"]].merge(
        orders[["customer_id", "ordered_at", "amount_eur"]], on="customer_id", suffixes=("", "_after")
    )
    since = after["ordered_at_after"] - after["ordered_at"]
    bought = after[(since > pd.Timedelta(0)) & (since <= LATER)].groupby("order_id")["amount_eur"].sum()
    rows["next_eur"] = rows["order_id"].map(bought).fillna(0.0)
    rows["back"] = 100.0 * (rows["next_eur"] > 0)
    return rows


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "study")
    web = parcels(data)
    effect = data.truth["effects/attention_on_memory"]
    effect = effect.assign(true=effect["memorable_treated"] - effect["memorable_untreated"])
    marks = data["experience_scores"].merge(web, on=["order_id", "customer_id"])
    marks = marks.merge(effect[["experience_score_id", "true"]], on="experience_score_id")
    page.value("larger.customers", len(data["customers"]))
    balance(page, marks)
    price(page, web, marks)
    selection(page, marks)
    weakest(page, marks)
    peace(page, web, marks)
    exercise(page, marks)
    canvas(page, data["experience_scores"], web)


def canvas(page: Page, scores: pd.DataFrame, web: pd.DataFrame) -> None:
    """The sheet of the intended experience, its promises counted on the class edition's files."""
    small = cxdata.edition("tilmarenne", "class")
    contacts, complaints = small["contacts"], small["complaints"]
    tests = small["usability_tests"]
    soon = complaints["reply_delay_hours"] <= 48
    form = tests[(tests["page"] == "returns_form") & (tests["version"] == "current")]
    late, damaged = small["deliveries"]["days_late"] > 0, small["deliveries"]["is_damaged"].fillna(False)
    values: dict[str, str | float] = {
        name: page.written(scores[name].mean(), digits=1) for name in ("fit", "authenticity", "memorable")
    }
    for name, share in (
        ("kept_parcel", 1 - late.mean()),
        ("kept_goods", 1 - damaged.astype(float).mean()),
        ("kept_complaint", soon.mean()),
        ("kept_contact", contacts["is_resolved_first_time"].dropna().astype(float).mean()),
        ("unanswered", 1 - complaints["replied"].mean()),
    ):
        values[name] = page.written(100 * share, unit="percent")
    values["failed"] = page.written(PARCELS * web["failed"].mean())
    values["clicks"] = page.written(form["clicks"].median(), digits=1)
    hold("a return takes far more than two clicks", form["clicks"].median() > 6)
    page.html("canvas", sheet(artefacts.read(page, WORDS, Sheet, values, part="canvas"), language=page.language))


def keep(page: Page, name: str, found: measures.Difference, digits: int = 2) -> None:
    """Name a difference and both ends of its interval."""
    for suffix, number in (("", found.value), (".low", found.low), (".high", found.high)):
        page.value(f"{name}{suffix}", number, digits=digits, sign=True)


def balance(page: Page, marks: pd.DataFrame) -> None:
    """What an attention adds to each mark, in good parcels and in failed ones, and what a failure takes."""
    good, bad = marks[~marks["failed"]], marks[marks["failed"]]
    kinds = {
        "good": (page.say(en="attention, all went well", fr="attention, tout va bien"), good, "had_attention"),
        "bad": (page.say(en="attention, parcel failed", fr="attention, colis raté"), bad, "had_attention"),
        "failure": (page.say(en="failed parcel", fr="colis raté"), marks, "failed"),
    }
    found = {
        (mark, kind): measures.difference(rows, outcome=mark, treatment=treatment, strata=ALIKE)
        for kind, (_, rows, treatment) in kinds.items()
        for mark in MARKS
    }
    for (mark, kind), difference in found.items():
        keep(page, f"{kind}.{mark}", difference)
    hold("a good parcel's attention adds to memory", found["memorable", "good"].low > 0.3)
    hold(
        "a failed parcel's attention adds nothing sure",
        found["memorable", "bad"].low < 0 < found["memorable", "bad"].high,
    )
    for mark in ("fit", "authenticity"):
        hold("an attention adds to nothing else", found[mark, "good"].low < 0 < found[mark, "good"].high)
    for mark in MARKS:
        hold("a failure takes from every mark", found[mark, "failure"].high < 0)
    page.value("marks", len(marks))
    page.value("failed.marks", len(bad))
    page.value("failed.attention", int(bad["had_attention"].sum()))
    page.value("key.good", good["true"].mean(), digits=2, sign=True)
    page.value("key.bad", bad["true"].mean(), digits=2)
    hold(
        "the key says the same", found["memorable", "good"].low < good["true"].mean() < found["memorable", "good"].high
    )
    hold("the key gives a failed parcel's attention nothing", bad["true"].abs().max() == 0)
    page.value("failure.takes", -found["overall", "failure"].value, digits=2)
    page.value("times", -found["overall", "failure"].value / found["overall", "good"].value)
    hold(
        "a failure takes what three attentions give",
        2.5 < -found["overall", "failure"].value / found["overall", "good"].value < 3.5,
    )
    names = [page.say(**label) for label in MARKS.values()]
    labels = [label for label, _, _ in kinds.values()]
    table = pd.DataFrame(
        [
            (page.say(**MARKS[mark]), kinds[kind][0], one.value, one.low, one.high)
            for (mark, kind), one in found.items()
        ],
        columns=["mark", "what", "change", "low", "high"],
    )

    point = page.say(en=".", fr=",")
    signed = f"datum.value == 0 ? '0' : replace(format(datum.value, '+.1f'), '.', '{point}')"

    def dots(width: int) -> alt.LayerChart:
        y = alt.Y("mark:N", sort=names, title=None, axis=alt.Axis(labelLimit=130))
        shared = {"y": y, "yOffset": alt.YOffset("what:N", sort=labels)}
        colour = alt.Color(
            "what:N",
            sort=labels,
            scale=alt.Scale(domain=labels, range=[charts.GOOD, charts.NEUTRAL, charts.BAD]),
            legend=alt.Legend(columns=3 if width > charts.NARROW else 1),
        )
        x = alt.X(
            "low:Q",
            scale=alt.Scale(domain=[-1.4, 1.0]),
            axis=alt.Axis(values=[-1, -0.5, 0, 0.5, 1], labelExpr=signed),
            title=page.say(en="Change of the mark, 0 to 10", fr="Variation de la note, de 0 à 10"),
        )
        base = alt.Chart(table)
        zero = (
            alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(color=charts.MUTED, strokeDash=[3, 3]).encode(x="zero:Q")
        )
        lines = base.mark_rule(strokeWidth=3).encode(x=x, x2="high:Q", color=colour, **shared)
        points = base.mark_point(size=70, filled=True, opacity=1).encode(x="change:Q", color=colour, **shared)
        return alt.layer(zero, lines, points).properties(width=width - 130, height=260)

    page.chart(
        "balance",
        dots,
        title=page.say(
            en="An attention adds to memory, where all went well; a failure takes from everything",
            fr="Une attention nourrit la mémoire quand tout va bien ; un raté prend partout",
        ),
        alternative=page.say(
            en="Change of four marks with 95% intervals. Memory: attention in a good parcel {a}, in a failed one {b}, failure {c}. Authenticity: failure {d}. Overall: attention {e}, failure {f}.",
            fr="Variation de quatre notes, avec intervalles à 95 %. Mémoire : attention dans un bon colis {a}, dans un colis raté {b}, raté {c}. Authenticité : raté {d}. Ensemble : attention {e}, raté {f}.",
        ).format(
            **{
                letter: page.written(found[key].value, digits=2, sign=True)
                for letter, key in {
                    "a": ("memorable", "good"),
                    "b": ("memorable", "bad"),
                    "c": ("memorable", "failure"),
                    "d": ("authenticity", "failure"),
                    "e": ("overall", "good"),
                    "f": ("overall", "failure"),
                }.items()
            }
        ),
        note=page.say(
            en="Compared within size of purchase and tier; lines are 95% intervals.",
            fr="À taille d’achat et niveau de fidélité égaux ; traits : intervalles à 95 %.",
        ),
        data=table,
        columns={
            "mark": Column(label=page.say(en="Mark", fr="Note")),
            "what": Column(label=page.say(en="What", fr="Effet de")),
            **{
                name: Column(label=page.say(en=en, fr=fr), digits=2, sign=True)
                for name, en, fr in (("change", "Change", "Variation"), ("low", "From", "De"), ("high", "To", "À"))
            },
        },
    )


def price(page: Page, web: pd.DataFrame, marks: pd.DataFrame) -> None:
    """What both plans cost and bring for a thousand parcels."""
    followed = web[web["followed"]]
    alike = (*ALIKE, "is_bulky", "is_autumn")
    back = measures.difference(followed, outcome="back", treatment="failed", strata=alike)
    sales = measures.difference(followed, outcome="next_eur", treatment="failed", strata=alike)
    kept = measures.difference(marks[marks["followed"]], outcome="back", treatment="had_attention", strata=ALIKE)
    keep(page, "failure.back", back, digits=0)
    keep(page, "attention.back", kept, digits=0)
    page.value("away", -back.value)
    hold("a failure sends customers away", back.high < -10)
    hold("an attention does not surely bring any back", kept.low < 0 < kept.high)
    each, low, high = (-MARGIN * number for number in (sales.value, sales.high, sales.low))
    failures = PARCELS * web["failed"].mean()
    page.value("followed", len(followed))
    page.value("seed", SEED_EUR, digits=2, unit="euros")
    page.value("thousand", PARCELS)
    page.value("margin", 100 * MARGIN, unit="percent")
    page.value("seeds.all", PARCELS * SEED_EUR, unit="euros")
    page.value("failures", failures)
    page.value("prevented", PREVENTED * failures)
    page.value("each", each, digits=1, unit="euros")
    page.value("each.low", low, digits=1, unit="euros")
    page.value("each.high", high, digits=1, unit="euros")
    page.value("check.all", PREVENTED * failures * each, unit="euros")
    page.value("check.low", PREVENTED * failures * low, unit="euros")
    page.value("check.high", PREVENTED * failures * high, unit="euros")
    page.value("even", PARCELS * SEED_EUR / each)
    hold("mending pays even at the low end", PREVENTED * failures * low > PARCELS * SEED_EUR)


def selection(page: Page, marks: pd.DataFrame) -> None:
    """The plain difference flatters the attention."""
    plain = measures.difference(marks, outcome="memorable", treatment="had_attention")
    within = measures.difference(marks, outcome="memorable", treatment="had_attention", strata=ALIKE)
    keep(page, "plain", plain)
    keep(page, "within", within)
    page.value("key.all", marks["true"].mean(), digits=2, sign=True)
    hold("the plain difference misses the key", plain.low > marks["true"].mean())
    hold("the comparison within holds it", within.low < marks["true"].mean() < within.high)
    given = marks["had_attention"]
    page.value("large.given", 100 * marks.loc[given, "is_large"].mean(), unit="percent")
    page.value("large.rest", 100 * marks.loc[~given, "is_large"].mean(), unit="percent")


def weakest(page: Page, marks: pd.DataFrame) -> None:
    """Customers with the same mean of the three marks: the weakest of them decides."""
    three = marks[["fit", "authenticity", "memorable"]]
    same = marks.assign(weakest=three.min(axis=1))[three.sum(axis=1) == SUM_OF_MARKS]
    table = same.groupby("weakest")["overall"].agg(["mean", "std", "size"]).reset_index()
    table = table[table["size"] >= 10]
    half = 1.96 * table["std"] / table["size"] ** 0.5
    table = table.assign(low=table["mean"] - half, high=table["mean"] + half).drop(columns="std")
    hold("the weakest decides", table["mean"].is_monotonic_increasing and len(table) == 4)
    page.value("same", int(table["size"].sum()))
    page.value("same.mean", SUM_OF_MARKS / 3)
    for name, place in (("worst", 0), ("even", -1)):
        page.value(f"same.{name}", table["mean"].iloc[place], digits=1)
        page.value(f"same.{name}.weakest", table["weakest"].iloc[place])
    share = three.idxmin(axis=1).value_counts(normalize=True)
    page.value("weakest.memory", 100 * share["memorable"], unit="percent")
    table["weakest"] = table["weakest"].astype(str)

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            x=alt.X("weakest:N", title=page.say(en="Weakest of the three marks", fr="La plus faible des trois notes"))
        )
        y = alt.Y(
            "low:Q",
            scale=alt.Scale(domain=[5.5, 8], zero=False),
            axis=alt.Axis(values=[6, 7, 8], format="d"),
            title=page.say(en="Overall mark, 0 to 10", fr="Note d’ensemble, sur 10"),
        )
        return (
            base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(y=y, y2="high:Q")
            + base.mark_point(size=100, filled=True, opacity=1).encode(y="mean:Q")
        ).properties(width=width, height=200)

    page.chart(
        "weakest",
        dots,
        title=page.say(
            en="Same mean of three marks, and the lower the weakest, the lower the mark for the whole",
            fr="À moyenne égale des trois notes, plus la plus faible est basse, plus l’ensemble est mal noté",
        ),
        alternative=page.say(
            en="Overall mark by the weakest of three marks, for customers whose three marks have the mean seven: ",
            fr="Note d’ensemble selon la plus faible des trois notes, chez les clients dont la moyenne des trois est sept : ",
        )
        + ", ".join(f"{row.weakest} → {page.written(row.mean, digits=1)}" for row in table.itertuples())
        + ".",
        note=page.say(
            en="Lines are 95% intervals; the scale does not begin at nought.",
            fr="Traits : intervalles à 95 % ; l’échelle ne part pas de zéro.",
        ),
        data=table,
        columns={
            "weakest": Column(label=page.say(en="Weakest mark", fr="Note la plus faible")),
            "mean": Column(label=page.say(en="Overall", fr="Ensemble"), digits=2),
            "size": Column(label=page.say(en="Customers", fr="Clients")),
            "low": Column(label=page.say(en="From", fr="De"), digits=2),
            "high": Column(label=page.say(en="To", fr="À"), digits=2),
        },
    )


def peace(page: Page, web: pd.DataFrame, marks: pd.DataFrame) -> None:
    """Attentions in all good parcels hide the failures in the mean."""
    failed = float(web["failed"].mean())
    added = measures.difference(marks[~marks["failed"]], outcome="overall", treatment="had_attention", strata=ALIKE)
    lost = measures.difference(marks, outcome="overall", treatment="failed", strata=ALIKE)
    gain, loss = PARCELS * (1 - failed) * added.value, -PARCELS * failed * lost.value
    page.value("peace.gain", gain)
    page.value("peace.loss", loss)
    hold("the gain covers the loss in the mean", gain > loss)
    low = marks["overall"] <= LOW_MARK
    for name, side in (("failed", True), ("good", False)):
        page.value(f"low.{name}", 100 * low[marks["failed"] == side].mean(), unit="percent")
    hold("the failed are unhappy twice as often", low[marks["failed"]].mean() > 1.8 * low[~marks["failed"]].mean())


def exercise(page: Page, marks: pd.DataFrame) -> None:
    """Unprompted naming, eight weeks later."""
    again = marks.dropna(subset=["names_tilmarenne"])
    again = again.assign(named=100.0 * again["names_tilmarenne"].astype(bool))
    page.value("again", len(again))
    page.value("again.share", 100 * len(again) / len(marks), unit="percent")
    for name, side in (("good", False), ("bad", True)):
        part = again[again["failed"] == side]
        plain = measures.difference(part, outcome="named", treatment="had_attention")
        within = measures.difference(part, outcome="named", treatment="had_attention", strata=ALIKE)
        keep(page, f"named.{name}.plain", plain, digits=1)
        keep(page, f"named.{name}", within, digits=1)
        page.value(f"named.{name}.rows", len(part))
        if side:
            hold("nothing sure for failed parcels", within.low < 0 < within.high)
        else:
            hold("more name it, less than plainly", within.low > 0 and within.value < plain.value - 3)
    high = again[again["memorable"] >= 9]
    low_end, high_end = measures.share_interval(int(high["named"].gt(0).sum()), len(high))
    page.value("high.named", high["named"].mean(), unit="percent")
    page.value("high.named.low", 100 * low_end, unit="percent")
    page.value("high.named.high", 100 * high_end, unit="percent")
    page.value("high.rows", len(high))
