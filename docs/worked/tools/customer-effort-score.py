"""CES: urgent matters wait least and simple ones most, so the plain comparison makes waiting look harmless."""

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold
from cxdata.catalog.tables.tilmarenne.contacts import SIMPLE, URGENT
from cxdata.catalog.tables.tilmarenne.surveys import CES_2_FROM

REASONS = {
    "late_delivery": {"en": "Late delivery", "fr": "Livraison en retard"},
    "damaged_item": {"en": "Damaged item", "fr": "Article abîmé"},
    "return_refund": {"en": "Return or refund", "fr": "Retour ou remboursement"},
    "invoice": {"en": "Invoice", "fr": "Facture"},
    "product_advice": {"en": "Product advice", "fr": "Conseil sur un produit"},
    "availability": {"en": "Availability", "fr": "Disponibilité"},
    "loyalty_account": {"en": "Loyalty account", "fr": "Compte de fidélité"},
    "other": {"en": "Other", "fr": "Autre"},
    "faulty_product": {"en": "Faulty product", "fr": "Produit défectueux"},
    "product_recall": {"en": "Recalled lamp", "fr": "Lampe rappelée"},
}
GROUPS = {
    "urgent": {"en": "Urgent matters", "fr": "Motifs urgents"},
    "others": {"en": "All other matters", "fr": "Tous les autres motifs"},
}
KINDS = {
    "urgent": {"en": "Urgent, first in the queue", "fr": "Urgents, servis d’abord"},
    "ordinary": {"en": "Neither", "fr": "Ni l’un ni l’autre"},
    "simple": {"en": "Simple, last in the queue", "fr": "Simples, servis en dernier"},
}
WAITS = {
    "none": {"en": "none", "fr": "aucune"},
    "under 1": {"en": "under 1", "fr": "moins de 1"},
    "1 to 2": {"en": "1 to 2", "fr": "1 à 2"},
    "2 to 5": {"en": "2 to 5", "fr": "2 à 5"},
    "5 or more": {"en": "5 or more", "fr": "5 ou plus"},
}
WAIT_ENDS = [0, 0.05, 1, 2, 5, np.inf]
"""Waits are given to a tenth of a minute; the first class holds those who were served at once."""
LONG_WAIT_MINUTES = 1
SINCE = pd.Timestamp(0) + pd.Timedelta(days=CES_2_FROM)
"""The day from which Tilmarenne asks by CES 2.0."""
JAM_MONTH = pd.Period("2023-10")
"""The month in which parcels were stuck in the warehouse."""


def load(tables: cxdata.Dataset) -> pd.DataFrame:
    """Return one row per invitation after a contact, with the contact beside it."""
    invited = tables["surveys"].loc[lambda rows: rows["programme"] == "after_contact"]
    asked = ["contact_id", "sent_at", "answered", "ces_version", "ces", "ces_1"]
    joined = invited[asked].merge(tables["contacts"], on="contact_id")
    urgent, simple = joined["reason"].isin(URGENT), joined["reason"].isin(SIMPLE)
    return joined.assign(
        waited=joined["wait_minutes"] >= LONG_WAIT_MINUTES,
        group=np.where(urgent, "urgent", "others"),
        kind=np.where(urgent, "urgent", np.where(simple, "simple", "ordinary")),
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
    larger = cxdata.edition("tilmarenne", "study")
    everyone = load(data)
    invited = everyone[everyone["sent_at"] >= SINCE]
    rated, many = (rows[rows["ces"].notna()] for rows in (invited, load(larger)))
    few_calls, calls = (rows[rows["wait_minutes"].notna()] for rows in (rated, many))
    truth = cxdata.answer_key(data)["wait_on_effort"]["planted"]["value"]

    page.value("larger.customers", len(larger["customers"]))
    score(page, invited, rated)
    reasons(page, rated)
    waits(page, few_calls, calls)
    queue(page, calls)
    estimates(page, few_calls, calls, truth)
    decision(page, larger["contacts"], calls)
    versions(page, everyone, data)
    two_companies(page, rated)
    given_up(page, data, calls)
    settled(page, rated)


def score(page: Page, invited: pd.DataFrame, rated: pd.DataFrame) -> None:
    """The overall score and who answered."""
    row = mean_row(rated["ces"])
    page.value("invited", len(invited))
    page.value("answers", len(rated))
    for mark in range(1, 8):
        page.value(f"count.{mark}", int((rated["ces"] == mark).sum()))
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
            {"reason": page.say(**REASONS[name]), "urgent": name in URGENT, **mean_row(part["ces"])}
            for name, part in rated.groupby("reason")
        ]
    ).sort_values("mean")
    hold("the three urgent matters are the hardest", bool(table["urgent"].iloc[: len(URGENT)].all()))
    urgent = rated.loc[rated["group"] == "urgent", "ces"]
    page.value("urgent.share", 100 * len(urgent) / len(rated), unit="percent")
    page.value("urgent.of_hard", 100 * (urgent <= 3).sum() / (rated["ces"] <= 3).sum(), unit="percent")

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
        colour = alt.condition("datum.urgent", alt.value(charts.BAD), alt.value(charts.GOOD))
        return (
            base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(x=x, x2="high:Q")
            + base.mark_point(size=110, opacity=1).encode(x="mean:Q", color=colour)
        ).properties(width=width if width >= 400 else width - 120, height=28 * len(table))

    colon = page.say(en=": ", fr=" : ")
    page.chart(
        "reasons",
        dots,
        title=page.say(
            en="Three matters are hard, seven are not",
            fr="Trois motifs sont pénibles, sept ne le sont pas",
        ),
        alternative=page.say(en="Mean CES by reason of contact: ", fr="CES moyen par motif de contact : ")
        + ", ".join(f"{row.reason}{colon}{page.written(row.mean, digits=1)}" for row in table.itertuples())
        + ".",
        note=page.say(
            en="Dots are means, lines their 95% intervals. High is easy. All channels.",
            fr="Points : moyennes ; traits : intervalles à 95 %. Une note haute est bonne. Tous canaux.",
        ),
        data=table.drop(columns="urgent"),
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
    """Return one row per class of waits: effort, and the shares of urgent, simple and other matters."""
    names = [page.say(**label) for label in WAITS.values()]
    wait = pd.cut(calls["wait_minutes"], WAIT_ENDS, right=False, labels=names)
    rows = [
        {"wait": name, **mean_row(part["ces"]), **{kind: 100 * (part["kind"] == kind).mean() for kind in KINDS}}
        for name, part in calls.groupby(wait, observed=True)
    ]
    return pd.DataFrame(rows)


def wait_axis(page: Page, table: pd.DataFrame) -> alt.X:
    """Return the axis of the classes of waits."""
    return alt.X("wait:O", sort=list(table["wait"]), title=page.say(en="Minutes of waiting", fr="Minutes d’attente"))


def waits(page: Page, few: pd.DataFrame, calls: pd.DataFrame) -> None:
    """The misleading chart: effort by wait."""
    table = by_wait(page, calls)
    hold("among those who wait, ease rises with the wait", bool(table["mean"].iloc[1:].is_monotonic_increasing))
    hold("the longest waits look easier than none", table["mean"].iloc[-1] > table["mean"].iloc[0])
    page.value("few.calls", len(few))
    page.value("few.waited", int(few["waited"].sum()))
    page.value("calls", len(calls))
    page.value("calls.waited", int(calls["waited"].sum()))
    for place, name in ((0, "none"), (2, "short"), (-1, "long")):
        page.value(f"{name}.mean", table["mean"].iloc[place], digits=1)

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
            en="Among callers who wait, the longest waits seem the easiest",
            fr="Parmi ceux qui attendent, les plus longues attentes semblent les plus faciles",
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
        data=table.drop(columns=["hard", *KINDS]),
        columns={
            "wait": Column(label=page.say(en="Minutes of waiting", fr="Minutes d’attente")),
            "answers": Column(label=page.say(en="Answers", fr="Réponses")),
            "mean": Column(label=page.say(en="Mean", fr="Moyenne"), digits=1),
            "low": Column(label=page.say(en="From", fr="De"), digits=1),
            "high": Column(label=page.say(en="To", fr="À"), digits=1),
        },
    )


def queue(page: Page, calls: pd.DataFrame) -> None:
    """Why: the shares of urgent and of simple matters by wait."""
    table = by_wait(page, calls)[["wait", "answers", *KINDS]]
    waited = table.iloc[1:]
    hold("the longer the wait, the fewer urgent matters", bool(waited["urgent"].is_monotonic_decreasing))
    hold("the longer the wait, the more simple matters", bool(waited["simple"].is_monotonic_increasing))
    hold("hardly an urgent matter waits longest", waited["urgent"].iloc[-1] < 5)
    page.value("queue.urgent.long", waited["urgent"].iloc[-1], unit="percent")
    page.value("queue.under", table["urgent"].iloc[1], unit="percent")
    page.value("queue.simple", table["simple"].iloc[-1], unit="percent")
    page.value("queue.simple.none", table["simple"].iloc[0], unit="percent")
    names = [page.say(**label) for label in KINDS.values()]
    long = table.melt(id_vars=["wait"], value_vars=list(KINDS), var_name="kind", value_name="percent")
    long["name"] = long["kind"].map(lambda kind: page.say(**KINDS[kind]))
    long["order"] = long["kind"].map(list(KINDS).index)

    def bars(width: int) -> alt.Chart:
        return (
            alt.Chart(long)
            .mark_bar()
            .encode(
                x=wait_axis(page, table),
                y=alt.Y("percent:Q", title=page.say(en="Rated calls, %", fr="Appels notés, %")),
                color=alt.Color(
                    "name:N",
                    sort=names,
                    scale=alt.Scale(domain=names, range=[charts.BAD, charts.NEUTRAL, charts.GOOD]),
                    legend=alt.Legend(
                        columns=1 if width <= charts.NARROW else 3, title=None, labelLimit=260, columnPadding=24
                    ),
                ),
                order=alt.Order("order:Q"),
            )
            .properties(width=width, height=210)
        )

    colon = page.say(en=": ", fr=" : ")
    page.chart(
        "queue",
        bars,
        title=page.say(
            en="Hard matters jump the queue, simple ones come last",
            fr="Les motifs pénibles passent devant, les simples attendent",
        ),
        alternative=page.say(
            en="Shares of urgent and of simple matters among rated callers, by minutes of waiting: ",
            fr="Parts des motifs urgents et des motifs simples parmi les appels notés, selon les minutes d’attente : ",
        )
        + ", ".join(
            f"{row.wait}{colon}{page.written(row.urgent, unit='percent')} / {page.written(row.simple, unit='percent')}"
            for row in table.itertuples()
        )
        + ".",
        note=page.say(
            en="Urgent: late and damaged parcels, recalled lamps. Simple: invoices, availability, the loyalty account.",
            fr="Urgents : colis en retard ou abîmés, lampes rappelées. Simples : factures, disponibilité, compte de fidélité.",
        ),
        data=table,
        columns={
            "wait": Column(label=page.say(en="Minutes of waiting", fr="Minutes d’attente")),
            "answers": Column(label=page.say(en="Answers", fr="Réponses")),
            **{kind: Column(label=page.say(**label), unit="percent") for kind, label in KINDS.items()},
        },
    )


def estimates(page: Page, few: pd.DataFrame, calls: pd.DataFrame, truth: float) -> None:
    """The plain difference, the difference within reasons, and the planted effect."""
    little = measures.difference(few, outcome="ces", treatment="waited")
    plain = measures.difference(calls, outcome="ces", treatment="waited")
    within = measures.difference(calls, outcome="ces", treatment="waited", strata=("reason",))
    hold("the plain interval reaches nought", plain.low < 0 < plain.high)
    hold("the interval within reasons holds the truth and not nought", within.low < truth < within.high < 0)
    hold("few answers seem to show that waiting pleases", little.low > 0)
    hold("many answers exclude the truth all the same", truth < plain.low)
    for name, found in (("little", little), ("plain", plain), ("within", within)):
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
            en="What a minute of waiting or more does",
            fr="Ce que fait une attente d’une minute ou plus",
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
    every = contacts[contacts["wait_minutes"].notna() & ~contacts["is_abandoned"]]
    waited = every["wait_minutes"] >= LONG_WAIT_MINUTES
    within = measures.difference(calls, outcome="ces", treatment="waited", strata=("reason",))
    page.value("all_calls", len(every))
    page.value("all_calls.waited", 100 * waited.mean(), unit="percent")
    urgent = every["reason"].isin(URGENT)
    page.value("all_calls.urgent", 100 * urgent.mean(), unit="percent")
    means = calls.groupby("group")["ces"].mean()
    lies = means["others"] - means["urgent"]
    page.value("urgent.weight", lies * urgent.mean(), digits=2)
    hold("calls about urgent matters weigh more than waits", lies * urgent.mean() > -within.value * waited.mean())
    for name, loss in (("gain", within.value), ("gain.low", within.high), ("gain.high", within.low)):
        page.value(name, -loss * waited.mean(), digits=2)


def versions(page: Page, everyone: pd.DataFrame, data: cxdata.Dataset) -> None:
    """The old question and the new one: same look, other meaning."""
    old, new = everyone["ces_1"].dropna(), everyone["ces"].dropna()
    hold("the old question was asked before the new one", everyone.loc[old.index, "sent_at"].max() < SINCE)
    page.value("old.answers", len(old))
    page.value("old.mean", old.mean(), digits=1)
    page.value("old.easy", 100 * (old <= 2).mean(), unit="percent")
    page.value("new.easy", 100 * (new >= 5).mean(), unit="percent")
    page.value("old.best", 100 * (old == 1).mean(), unit="percent")
    latent = data.truth["latents/contacts"][["contact_id", "ces"]]
    asked = everyone.loc[old.index, ["contact_id"]].merge(latent, on="contact_id")["ces"]
    page.value("old.key.best", 100 * (asked == 7).mean(), unit="percent")
    handled = data["contacts"].loc[lambda rows: ~rows["is_abandoned"]].merge(latent, on="contact_id")
    before = handled["contacted_at"] < SINCE
    easy = {"before": handled.loc[before, "ces"] >= 5, "since": handled.loc[~before, "ces"] >= 5}
    for name, given in easy.items():
        page.value(f"key.{name}", 100 * given.mean(), unit="percent")
    hold("both shares of easy answers look alike", abs((old <= 2).mean() - (new >= 5).mean()) < 0.02)
    hold("contacts became harder", easy["since"].mean() < easy["before"].mean() - 0.03)
    hold("few of the best old marks would be sevens", (asked == 7).mean() < 0.85 * (old == 1).mean())


def given_up(page: Page, data: cxdata.Dataset, calls: pd.DataFrame) -> None:
    """Calls given up, which nobody rates: in the run, and at the line of the whole company in the month of the jam."""
    contacts = data["contacts"]
    phone = contacts[contacts["channel"] == "phone"]
    lost = phone[phone["is_abandoned"]]
    page.value("lost", len(lost))
    page.value("lost.of", len(phone))
    hold("nobody who gave up is asked", not lost["contact_id"].isin(data["surveys"]["contact_id"]).any())
    taken = contacts[~contacts["is_abandoned"]].groupby("order_id")["contacted_at"].max()
    hold("most who gave up call again", (lost["order_id"].map(taken) > lost["contacted_at"]).mean() > 0.5)
    line = data["contact_volumes"]
    jam = line["starts_at"].dt.to_period("M") == JAM_MONTH
    for name, part in (("jam", line[jam]), ("usual", line[~jam])):
        page.value(f"lost.{name}", 100 * part["calls_abandoned"].sum() / part["calls_offered"].sum(), unit="percent")
    page.value("lost.jam.calls", line.loc[jam, "calls_abandoned"].sum())
    in_jam = calls["contacted_at"].dt.to_period("M") == JAM_MONTH
    during, otherwise = (mean_row(calls.loc[side, "ces"]) for side in (in_jam, ~in_jam))
    hold(
        "the score of the jam lies a little below the usual one, and less than half a point",
        otherwise["mean"] - 0.5 < during["mean"] < otherwise["mean"] < during["high"] + 0.05,
    )
    page.value("jam.below", otherwise["mean"] - during["mean"], digits=1)
    page.value("jam.mean", during["mean"], digits=1)
    page.value("jam.low", during["low"], digits=1)
    page.value("jam.high", during["high"], digits=1)
    page.value("no_jam.mean", otherwise["mean"], digits=1)


def two_companies(page: Page, rated: pd.DataFrame) -> None:
    """The answers from 1 to 7 of both groups of matters."""
    counts = rated.groupby(["group", "ces"]).size().rename("answers").reset_index()
    counts["percent"] = 100 * counts["answers"] / counts.groupby("group")["answers"].transform("sum")
    counts["name"] = counts["group"].map(lambda name: page.say(**GROUPS[name]))
    names = [page.say(**label) for label in GROUPS.values()]
    peak = {name: int(part.loc[part["percent"].idxmax(), "ces"]) for name, part in counts.groupby("group")}
    page.value("urgent.peak", peak["urgent"])
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


def settled(page: Page, rated: pd.DataFrame) -> None:
    """The exercise: contacts settled at once against the others."""
    known = rated.dropna(subset=["is_resolved_first_time"])
    for name, strata in (("plain", ()), ("within", ("reason", "channel"))):
        found = measures.difference(known, outcome="ces", treatment="is_resolved_first_time", strata=strata)
        page.value(f"settled.{name}", found.value, digits=2, sign=True)
