"""Six emotions: the word an adviser notes is a noisy reading of a mood; a reply that waits for "angry" misses most of the upset."""

import re
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, coding, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold
from casebook.worked.sheet import Sheet, sheet

WORDS = Path(__file__).with_suffix(".toml")
CUSTOMERS, SEED = 12_000, 7
"""Three times the customers of the class edition, of whom those are the first."""
WRITERS = 4_000
"""Customers of the class edition, writing English, for the word list."""
CALL_MINUTES, HOUR_EUR = 15, 40
"""What a supervisor's call-back takes, and what an hour costs, in our story."""
NOTES = {
    "angry": {"en": "angry", "fr": "en colère"},
    "disappointed": {"en": "disappointed", "fr": "déçu"},
    "worried": {"en": "worried", "fr": "inquiet"},
    "calm": {"en": "calm", "fr": "calme"},
    "surprised": {"en": "surprised", "fr": "surpris"},
    "satisfied": {"en": "satisfied", "fr": "satisfait"},
}
"""What an adviser may note, from the gravest to the most pleasant, with its name."""
UNHAPPY = ("angry", "disappointed", "worried")
COLOURS = (charts.BAD, "#a96c12", "#8a4a8b", charts.NEUTRAL, "#4a5ea9", charts.GOOD)
STEPS = {
    "availability": {"en": "Choose: availability", "fr": "Choisir : disponibilité"},
    "product_advice": {"en": "Choose: advice", "fr": "Choisir : conseil"},
    "invoice": {"en": "Pay: invoice", "fr": "Payer : facture"},
    "late_delivery": {"en": "Wait: late parcel", "fr": "Attendre : retard"},
    "damaged_item": {"en": "Receive: damage", "fr": "Recevoir : colis abîmé"},
    "faulty_product": {"en": "Use: fault", "fr": "Utiliser : défaut"},
    "return_refund": {"en": "Return: refund", "fr": "Rendre : remboursement"},
    "loyalty_account": {"en": "Stay: loyalty account", "fr": "Rester : fidélité"},
}
"""Reasons for a contact in the order of the journey, each with its step."""
MOODS = {
    "upset": {"en": "Upset", "fr": "Remonté"},
    "uneasy": {"en": "Uneasy", "fr": "Mal à l’aise"},
    "even": {"en": "Even", "fr": "Neutre"},
    "pleased": {"en": "Pleased", "fr": "Content"},
}
CUTS = (-1.10, -0.25, 0.75)
"""Where the recipe of the data cuts the mood of a contact into those four, in standard deviations."""
GLAD = (
    r"\b(?:happy|pleased|delight\w*|lov(?:e|ed|ely)|glad|great|perfect\w*|wonderful|enjoy\w*|joy\w*|excellent"
    r"|brilliant|fantastic|impress\w*|surpris\w*)\b"
)
THANKS = r"\b(?:thank\w*|grateful|appreciat\w*)\b"
CROSS = (
    r"\b(?:angry|anger|furious|disappoint\w*|upset|frustrat\w*|annoy\w*|awful|terrible|worr\w*|unhappy|sad\w*|shame\w*"
    r"|disgust\w*|dreadful|appalling|unacceptable|fed up|cross)\b"
)
"""The word list: joy and surprise, gratitude, and what is unpleasant, typed from the names of the emotions."""
NAMED = r"\b(?:angry|anger|furious)\b"


def build(page: Page) -> None:
    """Compute the page."""
    tables = ("orders", "contacts", "agents")
    data = cxdata.generate("tilmarenne", customers=CUSTOMERS, seed=SEED, tables=tables)
    contacts = noted(data)
    page.value("customers", CUSTOMERS)
    page.value("contacts", len(contacts))
    page.value("advisers", len(data["agents"]))
    steps(page, contacts)
    notes(page, contacts)
    rules(page, contacts)
    replies(page, contacts)
    listed(page)
    callers(page, data, contacts)
    exercise(page, contacts)


def noted(data: cxdata.Dataset) -> pd.DataFrame:
    """Return the contacts that an adviser took, with the key's mood in four bands and what is unhappy."""
    contacts = data["contacts"]
    key = data.truth["latents/contacts"][["contact_id", "mood_before", "mood_after"]]
    rows = contacts[~contacts["is_abandoned"]].merge(key, on="contact_id")
    for when in ("before", "after"):
        band = np.searchsorted(CUTS, rows[f"mood_{when}"].astype(float))
        rows[f"band_{when}"] = np.array(list(MOODS))[band]
        rows[f"note_{when}"] = rows[f"emotion_{when}"].astype(str)
        rows[f"unhappy_{when}"] = rows[f"note_{when}"].isin(UNHAPPY)
    rows["settled"] = rows["is_resolved_first_time"].astype(bool)
    rows["ends_unhappy"] = 100.0 * rows["unhappy_after"]
    return rows


def stacked(page: Page, shares: pd.DataFrame, order: list[str], axis: str, room: int, height: int):
    """Return a chart maker: one bar per row, cut by the six notes; ``shares`` has row, note, share and place."""
    names = [page.say(**label) for label in NOTES.values()]

    def bars(width: int) -> alt.Chart:
        # On a phone, a name such as "Wait: late parcel" takes two lines.
        narrow = width < charts.WIDE and any(":" in row for row in order)
        left, broken = (105, {"labelExpr": "split(datum.label, ': ')"}) if narrow else (room, {})
        return (
            alt.Chart(shares)
            .mark_bar()
            .encode(
                y=alt.Y("row:N", sort=order, title=None, axis=alt.Axis(labelLimit=left, **broken)),
                x=alt.X(
                    "share:Q",
                    stack="zero",
                    scale=alt.Scale(domain=[0, 100]),
                    axis=alt.Axis(values=[0, 25, 50, 75, 100]),
                    title=axis,
                ),
                color=alt.Color(
                    "note:N",
                    scale=alt.Scale(domain=names, range=list(COLOURS)),
                    legend=alt.Legend(columns=3, columnPadding=12),
                ),
                order=alt.Order("place:Q"),
            )
            .properties(width=width - left, height=height * (1.4 if narrow else 1))
        )

    return bars


def cut(page: Page, rows: pd.DataFrame, by: str, labels: dict[str, dict[str, str]]) -> pd.DataFrame:
    """Return the share of each note within each group, long."""
    counted = pd.crosstab(rows[by], rows["note_before"], normalize="index") * 100
    return pd.DataFrame(
        [
            (page.say(**labels[group]), page.say(**NOTES[note]), counted.loc[group, note], place)
            for group in labels
            for place, note in enumerate(NOTES)
        ],
        columns=["row", "note", "share", "place"],
    )


def wide_table(shares: pd.DataFrame) -> pd.DataFrame:
    """Return long shares with one column per note, in the order drawn."""
    table = shares.pivot(index="row", columns="note", values="share")
    return table.loc[shares["row"].unique(), shares["note"].unique()].reset_index()


def percents(page: Page, table: pd.DataFrame, first: str) -> dict[str, Column]:
    """Return headings of a table of shares."""
    return {"row": Column(label=first)} | {
        str(name): Column(label=str(name), unit="percent") for name in table.columns if name != "row"
    }


def steps(page: Page, contacts: pd.DataFrame) -> None:
    """Which emotion at which step."""
    shares = cut(page, contacts[contacts["reason"].isin(list(STEPS))], "reason", STEPS)
    for reason in STEPS:
        rows = contacts[contacts["reason"] == reason]
        page.value(f"step.{reason}", 100 * rows["unhappy_before"].mean(), unit="percent")
    means = contacts.groupby("reason")["unhappy_before"].mean()
    worst = means[["late_delivery", "damaged_item"]]
    hold("two steps stand out", worst.min() > means[[r for r in STEPS if r not in worst]].max() + 0.1)
    angry = contacts.groupby("reason")["note_before"].apply(lambda note: (note == "angry").mean())
    page.value("angry.late", 100 * angry["late_delivery"], unit="percent")
    page.value("angry.least", 100 * angry[list(STEPS)].min(), unit="percent")
    table = wide_table(shares)
    page.chart(
        "steps",
        stacked(
            page,
            shares,
            [page.say(**label) for label in STEPS.values()],
            page.say(en="Contacts, %", fr="Contacts, %"),
            160,
            230,
        ),
        title=page.say(
            en="Late and damaged parcels stir two in three; elsewhere it is about half",
            fr="Colis en retard ou abîmés émeuvent deux clients sur trois ; ailleurs, c’est à peu près un sur deux",
        ),
        alternative=page.say(
            en="Share of contacts noted angry, disappointed or worried at the start: ",
            fr="Part des contacts notés en colère, déçus ou inquiets au début : ",
        )
        + ", ".join(
            f"{page.say(**STEPS[reason])} {page.written(100 * means[reason], unit='percent')}" for reason in STEPS
        )
        + ".",
        note=page.say(
            en="As noted by the adviser at the start; steps in the order of the journey.",
            fr="Note du conseiller au début ; étapes dans l’ordre du parcours.",
        ),
        data=table,
        columns=percents(page, table, page.say(en="Step", fr="Étape")),
    )


def notes(page: Page, contacts: pd.DataFrame) -> None:
    """What is noted of customers in each mood of the key."""
    shares = cut(page, contacts, "band_before", MOODS)
    upset = contacts[contacts["band_before"] == "upset"]
    page.value("upset", 100 * len(upset) / len(contacts), unit="percent")
    for note in UNHAPPY:
        own = contacts[contacts["note_before"] == note]
        page.value(f"upset.{note}", 100 * (upset["note_before"] == note).mean(), unit="percent")
        page.value(f"{note}.is_upset", 100 * (own["band_before"] == "upset").mean(), unit="percent")
        page.value(f"{note}.mood", own["mood_before"].astype(float).mean(), digits=1, sign=True)
    mood = contacts.groupby("note_before")["mood_before"].mean()
    hold("the three words are degrees of one mood", mood["angry"] < mood["disappointed"] - 0.3 < mood["worried"] - 0.6)
    seen = float((upset["note_before"] == "angry").mean())
    hold("the note misses six in ten", 0.57 < 1 - seen < 0.64)
    table = wide_table(shares)
    page.chart(
        "notes",
        stacked(
            page,
            shares,
            [page.say(**label) for label in MOODS.values()],
            page.say(en="Noted by the adviser, %", fr="Noté par le conseiller, %"),
            100,
            150,
        ),
        title=page.say(
            en="Of the customers who are upset, six in ten are not noted angry",
            fr="Parmi les clients remontés, six sur dix ne sont pas notés en colère",
        ),
        alternative=page.say(
            en="Of the upset, noted angry, disappointed, worried: ",
            fr="Des clients remontés, notés en colère, déçus, inquiets : ",
        )
        + ", ".join(page.written(100 * (upset["note_before"] == note).mean(), unit="percent") for note in UNHAPPY)
        + ".",
        note=page.say(
            en="Left: the mood at the start, from the answer key.", fr="À gauche : l’humeur au début, selon le corrigé."
        ),
        data=table,
        columns=percents(page, table, page.say(en="Mood", fr="Humeur")),
    )


def rules(page: Page, contacts: pd.DataFrame) -> None:
    """Three rules for a call-back: how often it rings, how often rightly, whom it reaches, what one more costs."""
    upset = contacts["band_before"] == "upset"
    price = CALL_MINUTES / 60 * HOUR_EUR
    names = {
        1: {"en": "angry", "fr": "en colère"},
        2: {"en": "+ disappointed", "fr": "+ déçu"},
        3: {"en": "+ worried", "fr": "+ inquiet"},
    }
    lines, calls, hits = [], 0.0, 0.0
    for many, label in names.items():
        flagged = contacts["note_before"].isin(UNHAPPY[:many])
        rang, right = 1000 * flagged.mean(), 1000 * (flagged & upset).mean()
        more = (rang - calls) * price / (right - hits)
        lines.append((page.say(**label), rang, 100 * right / (1000 * upset.mean()), more))
        for name, number in (("calls", rang), ("missed", 1000 * upset.mean() - right)):
            page.value(f"rule.{many}.{name}", number)
        low, high = measures.share_interval(int((flagged & upset).sum()), int(upset.sum()))
        page.value(f"rule.{many}.reached", lines[-1][2], unit="percent")
        page.value(f"rule.{many}.reached.low", 100 * low, unit="percent")
        page.value(f"rule.{many}.reached.high", 100 * high, unit="percent")
        page.value(f"rule.{many}.more", more, unit="euros")
        page.value(f"rule.{many}.cost", rang * price, unit="euros")
        calls, hits = rang, right
    hold("each further word costs more per upset customer", lines[0][3] < lines[1][3] < lines[2][3])
    page.value("call.minutes", CALL_MINUTES)
    page.value("call.price", price, unit="euros")
    page.table(
        "rules",
        pd.DataFrame(lines, columns=["rule", "calls", "reached", "more"]),
        caption=page.say(
            en="Whom to call back: calls per thousand contacts, share of the upset found, price of each one more",
            fr="Qui rappeler : appels pour mille contacts, part des remontés trouvés, prix de chacun en plus",
        ),
        columns={
            "rule": Column(label=page.say(en="If noted", fr="Si noté")),
            "calls": Column(label=page.say(en="Calls", fr="Appels")),
            "reached": Column(label=page.say(en="Found", fr="Trouvés"), unit="percent"),
            "more": Column(label=page.say(en="Each", fr="Chacun"), unit="euros"),
        },
    )


def replies(page: Page, contacts: pd.DataFrame) -> None:
    """What each note becomes, with and without a settled matter; the sheet of replies."""
    lines = []
    values: dict[str, str | float] = {}
    for note, label in NOTES.items():
        own = contacts[contacts["note_before"] == note]
        ends = own.groupby("settled")["ends_unhappy"].mean()
        found = measures.difference(own, outcome="ends_unhappy", treatment="settled", strata=("channel",))
        name = f"{page.say(**label)} ({page.written(len(own))})"
        lines.append((name, 100 * (own["note_after"] == note).mean(), ends[True], ends[False]))
        hold(f"settling helps the {note}", found.high < 0)
        values[f"{note}.share"] = page.written(100 * len(own) / len(contacts), unit="percent")
        values[f"{note}.settled"] = page.written(ends[True], unit="percent")
        values[f"{note}.open"] = page.written(ends[False], unit="percent")
    table = pd.DataFrame(lines, columns=["note", "same", "settled", "open"])
    page.table(
        "transitions",
        table,
        caption=page.say(
            en="By the note at the start (contacts): same word at the end, and unhappy at the end if the matter was settled or left open",
            fr="Selon la note du début (contacts) : même mot à la fin, et mécontent à la fin, affaire réglée ou non",
        ),
        columns={
            "note": Column(label=page.say(en="At the start", fr="Au début")),
            "same": Column(label=page.say(en="Same", fr="Idem"), unit="percent"),
            "settled": Column(label=page.say(en="Settled", fr="Réglé"), unit="percent"),
            "open": Column(label=page.say(en="Open", fr="Ouvert"), unit="percent"),
        },
    )
    found = {
        note: measures.difference(
            contacts[contacts["note_before"] == note],
            outcome="ends_unhappy",
            treatment="settled",
            strata=("reason",),
        )
        for note in ("angry", "calm")
    }
    for note, one in found.items():
        page.value(f"settled.{note}", -one.value)
        page.value(f"settled.{note}.low", -one.high)
        page.value(f"settled.{note}.high", -one.low)
    hold("the two intervals overlap", -found["calm"].low > -found["angry"].high)
    angry, calm = (contacts[contacts["note_before"] == note] for note in ("angry", "calm"))
    page.value("angry.otherwise", 100 * (angry["note_after"] != "angry").mean(), unit="percent")
    page.value(
        "angry.open.otherwise", 100 * (angry.loc[~angry["settled"], "note_after"] != "angry").mean(), unit="percent"
    )
    page.value("calm.unhappy", calm["ends_unhappy"].mean(), unit="percent")
    upset = contacts[contacts["band_before"] == "upset"]
    page.value("upset.stay", 100 * (upset["band_after"] == "upset").mean(), unit="percent")
    hold("the note flatters", (upset["band_after"] == "upset").mean() > 2 * (angry["note_after"] == "angry").mean())
    content = artefacts.read(page, WORDS, Sheet, values, part="replies")
    page.html("replies", sheet(content, language=page.language))


def listed(page: Page) -> None:
    """What a word list makes of English texts, with the answer key as judge; texts with praise and blame in one."""
    data = cxdata.generate("tilmarenne", customers=WRITERS, seed=SEED, locale="en_GB", tables=("verbatims", "passages"))
    truth = data.truth["latents/passages"]
    said = truth[truth["kind"] == "concept"].copy()
    sign = said["polarity"].astype(str).map({"negative": -1, "neutral": 0, "positive": 1}).astype(int)
    said["signed"] = sign * said["intensity"].astype(int)
    by = said.groupby("verbatim_id")["signed"].agg(["sum", "min", "max", "size"])
    texts = data["verbatims"].merge(by, left_on="verbatim_id", right_index=True)
    texts = texts.merge(data.truth["latents/verbatims"][["verbatim_id", "is_ironic"]], on="verbatim_id")
    texts = texts[texts["source"].isin(["survey", "review", "complaint", "social"])]
    low = texts["text"].str.lower()
    glad, cross = low.str.count(GLAD) + low.str.count(THANKS), low.str.count(CROSS)
    tag, judge = np.sign(glad - cross), np.sign(texts["sum"])
    agreed = coding.kappa(list(tag), list(judge))
    for name, number in (("", agreed.value), (".low", agreed.low), (".high", agreed.high)):
        page.value(f"list.kappa{name}", number, digits=2)
    hold("the list hardly beats chance", agreed.high < 0.25)
    page.value("list.texts", len(texts))
    page.value("list.empty", 100 * ((glad + cross) == 0).mean(), unit="percent")
    hold("nobody names anger", not low.str.contains(NAMED).any())
    thanks = texts[low.str.contains(THANKS)]
    page.value("list.thanks", len(thanks))
    page.value("list.thanks.blame", 100 * (thanks["sum"] < 0).mean(), unit="percent")
    ironic = texts["is_ironic"].astype(bool)
    page.value("list.ironic", ironic.sum())
    page.value("list.ironic.wrong", (tag[ironic] != judge[ironic]).sum())
    denied = [
        text for text in texts.loc[texts["min"] > 0, "text"] if re.search(r"n't disappointed|ever once been dis", text)
    ]
    sentence = next(one for one in re.split(r"(?<=[.!?])\s+", denied[0]) if "disappointed" in one)
    page.text("list.denied", en=sentence)
    several = texts[texts["size"] > 1]
    mixed = (several["min"] < 0) & (several["max"] > 0)
    share = measures.share_interval(int(mixed.sum()), len(several))
    page.value("mixed", 100 * mixed.mean(), unit="percent")
    page.value("mixed.low", 100 * share[0], unit="percent")
    page.value("mixed.high", 100 * share[1], unit="percent")
    page.value("several", len(several))


def callers(page: Page, data: cxdata.Dataset, contacts: pd.DataFrame) -> None:
    """Who never meets an adviser."""
    orders = data["orders"].merge(data.truth["latents/orders"][["order_id", "is_dissatisfied", "csat"]], on="order_id")
    called = orders["order_id"].isin(data["contacts"]["order_id"])
    low, high = orders["is_dissatisfied"].astype(bool), orders["csat"].astype(int) >= 4
    page.value("dissatisfied.called", 100 * called[low].mean(), unit="percent")
    page.value("content.called", 100 * called[high].mean(), unit="percent")
    page.value("orders.content", 100 * high.mean(), unit="percent")
    page.value("unhappy.share", 100 * contacts["unhappy_before"].mean(), unit="percent")
    page.value("satisfied.share", 100 * (contacts["note_before"] == "satisfied").mean(), unit="percent")
    hold("most of the dissatisfied never call", called[low].mean() < 0.7)
    hold(
        "far more orders are liked than contacts are noted satisfied",
        high.mean() > 5 * (contacts["note_before"] == "satisfied").mean(),
    )


def exercise(page: Page, contacts: pd.DataFrame) -> None:
    """Calmed, heated, and what is left of it."""
    start = contacts["unhappy_before"]
    page.value("ex.calmed", 100 - contacts.loc[start, "ends_unhappy"].mean(), unit="percent")
    page.value("ex.heated", contacts.loc[~start, "ends_unhappy"].mean(), unit="percent")
    page.value("ex.before", 100 * start.mean(), digits=1, unit="percent")
    page.value("ex.after", contacts["ends_unhappy"].mean(), digits=1, unit="percent")
    page.value("ex.net", 100 * start.mean() - contacts["ends_unhappy"].mean(), digits=1)
    for side, name in ((True, "settled"), (False, "open")):
        rows = contacts[contacts["settled"] == side]
        page.value(f"ex.{name}.calmed", 100 - rows.loc[rows["unhappy_before"], "ends_unhappy"].mean(), unit="percent")
        page.value(f"ex.{name}.before", 100 * rows["unhappy_before"].mean(), unit="percent")
        page.value(f"ex.{name}.after", rows["ends_unhappy"].mean(), unit="percent")
    rows = contacts[~contacts["settled"]]
    hold(
        "unsettled contacts end as they began",
        abs(100 * rows["unhappy_before"].mean() - rows["ends_unhappy"].mean()) < 4,
    )
