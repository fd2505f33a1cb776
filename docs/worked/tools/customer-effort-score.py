"""CES: short waits go with hard matters, so the plain comparison makes waiting look half as bad as it is."""

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

REASONS = {
    "late_delivery": {"en": "Late delivery", "fr": "Livraison en retard"},
    "damaged_item": {"en": "Damaged item", "fr": "Article abîmé"},
    "return_refund": {"en": "Return or refund", "fr": "Retour ou remboursement"},
    "invoice": {"en": "Invoice", "fr": "Facture"},
    "product_advice": {"en": "Product advice", "fr": "Conseil sur un produit"},
    "availability": {"en": "Availability", "fr": "Disponibilité"},
    "loyalty_account": {"en": "Loyalty account", "fr": "Compte de fidélité"},
    "other": {"en": "Other", "fr": "Autre"},
}
PARCELS = ("late_delivery", "damaged_item")
"""Reasons that the voice menu lets through first."""
GROUPS = {
    "parcels": {"en": "Late or damaged parcels", "fr": "Colis en retard ou abîmés"},
    "others": {"en": "All other matters", "fr": "Tous les autres motifs"},
}
WAITS = {
    "under 2": {"en": "under 2", "fr": "moins de 2"},
    "2 to 5": {"en": "2 to 5", "fr": "2 à 5"},
    "5 to 10": {"en": "5 to 10", "fr": "5 à 10"},
    "10 or more": {"en": "10 or more", "fr": "10 ou plus"},
}
WAIT_ENDS = [0, 2, 5, 10, np.inf]
LONG_WAIT_MINUTES = 10
LARGER = {"customers": 20_000, "seed": 7}
"""The class edition is the first part of this larger data set."""


def load(tables: cxdata.Dataset) -> pd.DataFrame:
    """Return one row per invitation after a contact, with the contact beside it."""
    invited = tables["surveys"].loc[lambda rows: rows["programme"] == "after_contact"]
    joined = invited[["contact_id", "answered", "ces"]].merge(tables["contacts"], on="contact_id")
    return joined.assign(
        waited=joined["wait_minutes"] >= LONG_WAIT_MINUTES,
        group=np.where(joined["reason"].isin(PARCELS), "parcels", "others"),
    )


def mean_row(answers: pd.Series) -> dict[str, float]:
    """Return number, mean, its 95 % interval and the share of hard answers, in percent."""
    mean, error = answers.mean(), answers.std() / np.sqrt(len(answers))
    return {
        "answers": len(answers),
        "mean": mean,
        "low": mean - measures.Z_95 * error,
        "high": mean + measures.Z_95 * error,
        "hard": 100 * (answers <= 3).mean(),
    }


def ends(page: Page, low: float, high: float, *, digits: int = 1, sign: bool = False) -> str:
    """Return both ends of an interval in words."""
    space = "\N{NO-BREAK SPACE}"
    between = page.say(en="to", fr="à")
    return space.join(
        (page.written(low, digits=digits, sign=sign), between, page.written(high, digits=digits, sign=sign))
    )


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    invited = load(data)
    rated = invited[invited["answered"]]
    calls = rated[rated["wait_minutes"].notna()]
    truth = cxdata.answer_key(data)["wait_on_effort"]["planted"]["value"]

    score(page, invited, rated)
    reasons(page, rated)
    waits(page, calls)
    queue(page, calls)
    estimates(page, calls, truth)
    decision(page, data["contacts"], calls)
    two_companies(page, rated)
    channels(page, rated)
    settled(page, rated)
    larger(page, truth)


def score(page: Page, invited: pd.DataFrame, rated: pd.DataFrame) -> None:
    """The overall score and who answered."""
    row = mean_row(rated["ces"])
    page.value("invited", len(invited))
    page.value("answers", len(rated))
    page.value("rate", 100 * invited["answered"].mean(), unit="percent")
    phone = invited["channel"] == "phone"
    page.value("rate.phone", 100 * invited.loc[phone, "answered"].mean(), unit="percent")
    page.value("rate.others", 100 * invited.loc[~phone, "answered"].mean(), unit="percent")
    for name in ("mean", "low", "high"):
        page.value(f"score.{name}", row[name], digits=1)
    easy = int((rated["ces"] >= 5).sum())
    low, high = measures.share_interval(easy, len(rated))
    page.value("easy", 100 * easy / len(rated), unit="percent")
    page.value("easy.low", 100 * low, unit="percent")
    page.value("easy.high", 100 * high, unit="percent")
    page.value("hard", row["hard"], unit="percent")


def reasons(page: Page, rated: pd.DataFrame) -> None:
    """Effort by reason of contact, as dots with their intervals."""
    table = pd.DataFrame(
        [
            {"reason": page.say(**REASONS[name]), "parcels": name in PARCELS, **mean_row(part["ces"])}
            for name, part in rated.groupby("reason")
        ]
    ).sort_values("mean")
    hold("late and damaged parcels are the hardest matters", bool(table["parcels"].iloc[:2].all()))
    parcels, others = (rated.loc[rated["group"] == name, "ces"] for name in GROUPS)
    for name, part in (("parcels", parcels), ("others", others)):
        page.value(f"{name}.mean", part.mean(), digits=1)
        page.value(f"{name}.share", 100 * len(part) / len(rated), unit="percent")
    page.value("parcels.of_hard", 100 * (parcels <= 3).sum() / (rated["ces"] <= 3).sum(), unit="percent")
    page.value("parcels.less", others.mean() - parcels.mean(), digits=1)

    def dots(width: int) -> alt.LayerChart:
        x = alt.X(
            "low:Q",
            scale=alt.Scale(domain=[1, 7]),
            axis=alt.Axis(format="d", tickCount=7),
            title=page.say(en="Mean CES, 1 to 7", fr="CES moyen, de 1 à 7"),
        )
        base = alt.Chart(table).encode(
            y=alt.Y(
                "reason:N",
                sort=list(table["reason"]),
                title=None,
                axis=alt.Axis(labelLimit=150 if width < 400 else 260),
            )
        )
        colour = alt.condition("datum.parcels", alt.value(charts.BAD), alt.value(charts.GOOD))
        return (
            base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(x=x, x2="high:Q")
            + base.mark_point(size=110, opacity=1).encode(x="mean:Q", color=colour)
        ).properties(width=width if width >= 400 else width - 120, height=28 * len(table))

    colon = page.say(en=": ", fr=" : ")
    page.chart(
        "reasons",
        dots,
        title=page.say(
            en="Two matters are hard, six are easy",
            fr="Deux motifs sont pénibles, six sont faciles",
        ),
        alternative=page.say(en="Mean CES by reason of contact: ", fr="CES moyen par motif de contact : ")
        + ", ".join(f"{row.reason}{colon}{page.written(row.mean, digits=1)}" for row in table.itertuples())
        + ".",
        note=page.say(
            en="Dots are means, lines their 95% intervals. High is easy. All channels.",
            fr="Points : moyennes ; traits : intervalles à 95 %. Une note haute est bonne. Tous canaux.",
        ),
        data=table.drop(columns="parcels"),
        columns={
            "reason": Column(label=page.say(en="Reason of contact", fr="Motif du contact")),
            "answers": Column(label=page.say(en="Answers", fr="Réponses")),
            "mean": Column(label=page.say(en="Mean", fr="Moyenne"), digits=1),
            "low": Column(label=page.say(en="From", fr="De"), digits=1),
            "high": Column(label=page.say(en="To", fr="À"), digits=1),
            "hard": Column(label=page.say(en="Hard (1 to 3)", fr="Pénible (1 à 3)"), unit="percent"),
        },
    )


def by_wait(page: Page, calls: pd.DataFrame) -> pd.DataFrame:
    """Return one row per class of waits: effort, and the share of late or damaged parcels."""
    names = [page.say(**label) for label in WAITS.values()]
    wait = pd.cut(calls["wait_minutes"], WAIT_ENDS, right=False, labels=names)
    rows = [
        {"wait": name, **mean_row(part["ces"]), "parcels": 100 * (part["group"] == "parcels").mean()}
        for name, part in calls.groupby(wait, observed=True)
    ]
    return pd.DataFrame(rows)


def wait_axis(page: Page, table: pd.DataFrame) -> alt.X:
    """Return the axis of the classes of waits."""
    return alt.X("wait:O", sort=list(table["wait"]), title=page.say(en="Minutes of waiting", fr="Minutes d’attente"))


def waits(page: Page, calls: pd.DataFrame) -> None:
    """The misleading chart: effort by wait."""
    table = by_wait(page, calls)
    hold("ease rises with the wait up to ten minutes", bool(table["mean"].iloc[:3].is_monotonic_increasing))
    page.value("calls", len(calls))
    page.value("short.mean", table["mean"].iloc[0], digits=1)
    page.value("middle.mean", table["mean"].iloc[2], digits=1)
    page.value("long.mean", table["mean"].iloc[3], digits=1)

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(x=wait_axis(page, table))
        y = alt.Y(
            "low:Q",
            scale=alt.Scale(domain=[1, 7]),
            title=page.say(en="Mean CES, 1 to 7", fr="CES moyen, de 1 à 7"),
        )
        return (
            base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(y=y, y2="high:Q")
            + base.mark_point(size=110, opacity=1).encode(y="mean:Q")
        ).properties(width=width, height=220)

    colon = page.say(en=": ", fr=" : ")
    page.chart(
        "waits",
        dots,
        title=page.say(
            en="Callers who were served at once seem to have had it hard",
            fr="Les appelants servis tout de suite semblent avoir eu plus de mal",
        ),
        alternative=page.say(
            en="Mean CES of callers by minutes of waiting: ", fr="CES moyen des appels selon les minutes d’attente : "
        )
        + ", ".join(f"{row.wait}{colon}{page.written(row.mean, digits=1)}" for row in table.itertuples())
        + ".",
        note=page.say(
            en="Dots are means, lines their 95% intervals. High is easy.",
            fr="Points : moyennes ; traits : intervalles à 95 %. Une note haute est bonne.",
        ),
        data=table.drop(columns=["hard", "parcels"]),
        columns={
            "wait": Column(label=page.say(en="Minutes of waiting", fr="Minutes d’attente")),
            "answers": Column(label=page.say(en="Answers", fr="Réponses")),
            "mean": Column(label=page.say(en="Mean", fr="Moyenne"), digits=1),
            "low": Column(label=page.say(en="From", fr="De"), digits=1),
            "high": Column(label=page.say(en="To", fr="À"), digits=1),
        },
    )


def queue(page: Page, calls: pd.DataFrame) -> None:
    """Why: the share of late and damaged parcels by wait."""
    table = by_wait(page, calls)[["wait", "answers", "parcels"]]
    hold("the shorter the wait, the more parcels", bool(table["parcels"].is_monotonic_decreasing))
    page.value("queue.short", table["parcels"].iloc[0], unit="percent")
    page.value("queue.long", table["parcels"].iloc[-1], unit="percent")
    table["label"] = [page.written(share, unit="percent") for share in table["parcels"]]

    def bars(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            x=wait_axis(page, table),
            y=alt.Y("parcels:Q", title=page.say(en="Late or damaged parcels, %", fr="Colis en retard ou abîmés, %")),
        )
        return (base.mark_bar(color=charts.BAD) + base.mark_text(dy=-9).encode(text="label:N")).properties(
            width=width, height=190
        )

    colon = page.say(en=": ", fr=" : ")
    page.chart(
        "queue",
        bars,
        title=page.say(
            en="The hard matters jump the queue",
            fr="Les motifs pénibles passent devant",
        ),
        alternative=page.say(
            en="Share of late or damaged parcels among callers, by minutes of waiting: ",
            fr="Part des colis en retard ou abîmés parmi les appels, selon les minutes d’attente : ",
        )
        + ", ".join(f"{row.wait}{colon}{row.label}" for row in table.itertuples())
        + ".",
        data=table.drop(columns="label"),
        columns={
            "wait": Column(label=page.say(en="Minutes of waiting", fr="Minutes d’attente")),
            "answers": Column(label=page.say(en="Answers", fr="Réponses")),
            "parcels": Column(label=page.say(**GROUPS["parcels"]), unit="percent"),
        },
    )


def estimates(page: Page, calls: pd.DataFrame, truth: float) -> None:
    """The plain difference, the difference within reasons, and the planted effect."""
    plain = measures.difference(calls, outcome="ces", treatment="waited")
    within = measures.difference(calls, outcome="ces", treatment="waited", strata=("reason",))
    hold("the plain interval reaches nought", plain.low < 0 < plain.high)
    hold("the interval within reasons holds the truth and not nought", within.low < truth < within.high < 0)
    for name, found in (("plain", plain), ("within", within)):
        page.value(name, found.value, digits=2, sign=True)
        page.value(f"{name}.low", found.low, digits=2, sign=True)
        page.value(f"{name}.high", found.high, digits=2, sign=True)
    page.value("within.left_out", within.left_out)
    page.value("within.loss", -within.value, digits=2)
    page.value("plain.part", 100 * plain.value / truth, unit="percent")
    page.value("truth", truth, digits=2, sign=True)
    rows = [
        (
            page.say(en="Long waits less short waits", fr="Longues attentes moins courtes"),
            plain.rows,
            plain.value,
            ends(page, plain.low, plain.high, digits=2, sign=True),
        ),
        (
            page.say(en="The same within reasons", fr="De même, à motif égal"),
            within.rows,
            within.value,
            ends(page, within.low, within.high, digits=2, sign=True),
        ),
        (page.say(en="Answer key", fr="Corrigé"), np.nan, truth, "–"),
    ]
    page.table(
        "estimates",
        pd.DataFrame(rows, columns=["how", "calls", "value", "interval"]),
        caption=page.say(
            en="What ten minutes of waiting do",
            fr="Ce que font dix minutes d’attente",
        ),
        columns={
            "how": Column(label=page.say(en="Comparison", fr="Comparaison")),
            "calls": Column(label=page.say(en="Calls", fr="Appels")),
            "value": Column(label=page.say(en="Points", fr="Points"), digits=2, sign=True),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %")),
        },
    )


def decision(page: Page, contacts: pd.DataFrame, calls: pd.DataFrame) -> None:
    """What a call-back would bring to the average caller."""
    every = contacts[contacts["wait_minutes"].notna()]
    waited = every["wait_minutes"] >= LONG_WAIT_MINUTES
    within = measures.difference(calls, outcome="ces", treatment="waited", strata=("reason",))
    page.value("all_calls", len(every))
    page.value("all_calls.waited", 100 * waited.mean(), unit="percent")
    parcels = every["reason"].isin(PARCELS)
    page.value("all_calls.parcels", 100 * parcels.mean(), unit="percent")
    means = calls.groupby("group")["ces"].mean()
    lies = means["others"] - means["parcels"]
    page.value("parcels.weight", lies * parcels.mean(), digits=2)
    hold("calls about parcels weigh more than long waits", lies * parcels.mean() > -within.value * waited.mean())
    for name, loss in (("gain", within.value), ("gain.low", within.high), ("gain.high", within.low)):
        page.value(name, -loss * waited.mean(), digits=2)


def two_companies(page: Page, rated: pd.DataFrame) -> None:
    """The answers from 1 to 7 of both groups of matters."""
    counts = rated.groupby(["group", "ces"]).size().rename("answers").reset_index()
    counts["percent"] = 100 * counts["answers"] / counts.groupby("group")["answers"].transform("sum")
    counts["name"] = counts["group"].map(lambda name: page.say(**GROUPS[name]))
    names = [page.say(**label) for label in GROUPS.values()]
    peak = {name: int(part.loc[part["percent"].idxmax(), "ces"]) for name, part in counts.groupby("group")}
    page.value("parcels.peak", peak["parcels"])
    page.value("others.peak", peak["others"])
    page.value("middle", 100 * (rated["ces"] == 4).mean(), unit="percent")

    def bars(width: int) -> alt.FacetChart:
        return (
            alt.Chart(counts)
            .mark_bar()
            .encode(
                x=alt.X("ces:O", title=page.say(en="Answer (7 is easy)", fr="Note (7 : facile)")),
                y=alt.Y("percent:Q", title="%"),
                color=alt.Color("name:N", scale=alt.Scale(domain=names, range=[charts.BAD, charts.GOOD]), legend=None),
            )
            .properties(width=width, height=110)
            .facet(row=alt.Row("name:N", sort=names, header=alt.Header(labelOrient="top", labelAnchor="start")))
        )

    wide = counts.pivot_table(index="ces", columns="group", values="percent", fill_value=0).reset_index()
    said = "; ".join(
        f"{page.say(**GROUPS[name])}, " + ", ".join(page.written(share, unit="percent") for share in wide[name])
        for name in GROUPS
    )
    page.chart(
        "distribution",
        bars,
        title=page.say(
            en="The average describes hardly anybody",
            fr="La moyenne ne décrit presque personne",
        ),
        alternative=page.say(
            en=f"Shares of the answers from 1 to 7, in this order: {said}.",
            fr=f"Parts des notes de 1 à 7, dans cet ordre : {said}.",
        ),
        data=wide[["ces", *GROUPS]],
        columns={
            "ces": Column(label=page.say(en="Answer", fr="Note")),
            **{name: Column(label=page.say(**label), unit="percent") for name, label in GROUPS.items()},
        },
    )


def channels(page: Page, rated: pd.DataFrame) -> None:
    """Post against telephone: few answers, other matters."""
    for name in ("post", "phone"):
        row = mean_row(rated.loc[rated["channel"] == name, "ces"])
        page.value(f"{name}.answers", row["answers"])
        for end in ("mean", "low", "high"):
            page.value(f"{name}.{end}", row[end], digits=1)


def settled(page: Page, rated: pd.DataFrame) -> None:
    """The exercise: contacts settled at once against the others."""
    known = rated.dropna(subset=["is_resolved_first_time"])
    for name, strata in (("plain", ()), ("within", ("reason", "channel"))):
        found = measures.difference(known, outcome="ces", treatment="is_resolved_first_time", strata=strata)
        page.value(f"settled.{name}", found.value, digits=2, sign=True)


def larger(page: Page, truth: float) -> None:
    """The same two comparisons with five times the customers."""
    rated = load(cxdata.generate("tilmarenne", **LARGER, truth=False)).loc[lambda rows: rows["answered"]]
    calls = rated[rated["wait_minutes"].notna()]
    page.value("larger.customers", LARGER["customers"])
    page.value("larger.calls", len(calls))
    for name, strata in (("plain", ()), ("within", ("reason",))):
        found = measures.difference(calls, outcome="ces", treatment="waited", strata=strata)
        page.value(f"larger.{name}", found.value, digits=2, sign=True)
        page.value(f"larger.{name}.low", found.low, digits=2, sign=True)
        page.value(f"larger.{name}.high", found.high, digits=2, sign=True)
        holds = found.low < truth < found.high
        hold(f"with more customers the {name} interval and the truth", holds == (name == "within"))
