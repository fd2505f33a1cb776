"""Code of conduct: unhappy customers want a matter settled and a next step with a time; the card gives advisers both."""

import re

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, lettering, measures, verbatims
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold
from casebook.worked.palette import css

WRITERS = 12_000
"""Customers who write English, for the letters and chats."""
CLASS = 4_000
"""Customers of the class edition."""
HOT = ("angry", "disappointed")
ATTITUDES = {
    "competent": {"en": "Competent", "fr": "Compétent"},
    "simplifies_life": {"en": "Simplifies life", "fr": "Simplifie la vie"},
    "friendly": {"en": "Friendly", "fr": "Aimable"},
    "adapts": {"en": "Adapts", "fr": "S’adapte"},
    "listens": {"en": "Listens", "fr": "À l’écoute"},
    "considerate": {"en": "Considerate", "fr": "Prévenant"},
}
WANTS = {
    "goods": (
        r"refund|pay me back|money back|my cash|replac|exchange|reimburs|compensat|sum paid|costs i have|goodwill",
        {"en": "money back or another article", "fr": "un remboursement ou un autre article"},
    ),
    "answer": (
        r"get back to me|hear from you|reply|by return|within seven|let me know|confirm that|get in touch|call me back"
        r"|a date for|end of the week|in writing|tell me what",
        {"en": "an answer, often by a date", "fr": "une réponse, souvent pour une date"},
    ),
    "action": (
        r"look(?:ed)? into|examined|look at my case|sort(?:ed)? (?:it|this)|put (?:it )?right|fix it|actually decide",
        {"en": "somebody who looks into it", "fr": "quelqu’un qui s’en occupe"},
    ),
    "explanation": (
        r"explain|explanation|what went wrong|who made the mistake",
        {"en": "an explanation", "fr": "une explication"},
    ),
    "apology": (r"apolog", {"en": "an apology", "fr": "des excuses"}),
}
"""What a complaint asks for: words that tell it, checked by reading, and its name."""
NEXT_STEP = (
    r"when|how long|will i hear|let me know|how will i know|what happens|if nothing|heard anything|what do i do|who do i"
    r"|in writing|in an e-mail|count on that|make sure|is that it|leave it with you|need to do|somebody is look"
)
"""Words of a customer's question about what happens next."""
WITH_A_TIME = (
    r"\btoday\b|\btomorrow\b|within (?:the|an|\w+) (?:hour|day)|by (?:mon|tues|wednes|thurs|fri|satur)day|o'clock"
)
"""Words of an adviser that name a day or an hour one could hold them to."""


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "study")
    written = cxdata.generate("tilmarenne", customers=WRITERS, seed=7, locale="en_GB", tables=("verbatims", "passages"))
    page.value("customers", len(data["customers"]))
    page.value("writers", WRITERS)
    wants(page, written)
    chats(page, written)
    taken = calls(data)
    causes(page, taken)
    endings(page, taken)
    cooling(page, taken)
    second(page, data)
    attitudes(page, data)
    sites(page, data)
    gestures(page, data)
    page.value("advisers", len(data["agents"]))
    card(page)


def calls(data: cxdata.Dataset) -> pd.DataFrame:
    """Return the contacts that were taken, with what the key knows of order and mood."""
    contacts = data["contacts"]
    taken = contacts[~contacts["is_abandoned"]].merge(data.truth["latents/contacts"], on="contact_id")
    orders = data.truth["latents/orders"][["order_id", "problem", "has_problem", "is_repeat_failure"]]
    taken = taken.merge(orders, on="order_id")
    taken["hot"] = taken["emotion_before"].isin(HOT)
    taken["hot_after"] = taken["emotion_after"].isin(HOT).astype(float)
    return taken


def wants(page: Page, written: cxdata.Dataset) -> None:
    """What letters of complaint ask for."""
    texts = written["verbatims"]
    letters = texts[texts["source"] == "complaint"]
    low = letters["text"].str.lower()
    rows = []
    for key, (pattern, label) in WANTS.items():
        count = int(low.str.contains(pattern).sum())
        ends = measures.share_interval(count, len(letters))
        page.value(f"wants.{key}", 100 * count / len(letters), unit="percent")
        page.value(f"wants.{key}.low", 100 * ends[0], unit="percent")
        page.value(f"wants.{key}.high", 100 * ends[1], unit="percent")
        rows.append({"want": page.say(**label), "percent": 100 * count / len(letters)})
    table = pd.DataFrame(rows).set_index("want")["percent"]
    hold("an apology is what letters ask for least", table.idxmin() == page.say(**WANTS["apology"][1]))
    passages = written.truth["latents/passages"]
    own = passages[passages["verbatim_id"].isin(letters["verbatim_id"]) & (passages["polarity"] == "negative")]
    share = own.groupby(own["aspect"].astype(str))["verbatim_id"].nunique() / len(letters)
    hold("not being told leads what letters blame", share.idxmax() == "follow_up")
    page.value("letters", len(letters))
    page.value("letters.follow_up", 100 * share["follow_up"], unit="percent")
    page.value("letters.courtesy", 100 * share["courtesy"], unit="percent")
    threats = passages.loc[passages["kind"] == "threat", "verbatim_id"]
    page.value("letters.threat", 100 * letters["verbatim_id"].isin(threats).mean(), unit="percent")


def chats(page: Page, written: cxdata.Dataset) -> None:
    """What customers ask after the adviser has answered in a chat, and whether the answer named a time."""
    texts = written["verbatims"]
    own = texts[texts["source"] == "chat"]
    asked, timed, sorry, moods = [], [], [], written.truth["latents/verbatims"].set_index("verbatim_id")["mood"]
    for text in own["text"]:
        lines = text.lower().split("\n")
        spoken = [line for line in lines if line.startswith("adviser")]
        first = next((place for place, line in enumerate(lines) if line.startswith("adviser")), len(lines))
        after = [line for line in lines[first:] if line.startswith("customer") and re.search(NEXT_STEP, line)]
        asked.append(bool(after))
        timed.append(any(re.search(WITH_A_TIME, line) for line in spoken))
        sorry.append(any(re.search(r"sorry|apolog|understand", line) for line in spoken))
    page.value("chats", len(own))
    page.value("chats.asked", 100 * np.mean(asked), unit="percent")
    page.value("chats.timed", 100 * np.mean(timed), unit="percent")
    page.value("chats.sorry", 100 * np.mean(sorry), unit="percent")
    hold("most customers ask what happens next, and few answers name a time", np.mean(asked) > 0.5 > 5 * np.mean(timed))
    mood = moods.reindex(own["verbatim_id"]).to_numpy()
    fitting = [
        place
        for place, text in enumerate(own["text"])
        if asked[place]
        and sorry[place]
        and not timed[place]
        and len(text) < 480
        and text.count("\n") in (4, 6)
        and mood[place] < -0.5
        and re.search(r"\b(?:when|how long)\b", text.lower().split("\n", 1)[1])
        and "adviser: i understand" in text.lower()
    ]
    one = own.iloc[fitting[:1]]
    sample = verbatims.samples_of(one, verbatims.concepts(written), "en")[0]
    page.html("chat", verbatims.card(sample))


def causes(page: Page, taken: pd.DataFrame) -> None:
    """How often customers are noted hot, by what had happened to their order."""
    share = taken.groupby("problem")["hot"].mean()
    page.value("taken", len(taken))
    page.value("hot", taken["hot"].sum())
    for name in ("none", "late_parcel", "damaged_parcel"):
        page.value(f"hot.{name}", 100 * share[name], unit="percent")
    again = taken[taken["has_problem"].astype(bool)].groupby("is_repeat_failure")["hot"].mean()
    page.value("hot.once", 100 * again[False], unit="percent")
    page.value("hot.again", 100 * again[True], unit="percent")
    hold("a bad parcel makes heat", share["late_parcel"] > share["none"] + 0.15)
    hold("a second failure makes more", again[True] > again[False])


def endings(page: Page, taken: pd.DataFrame) -> None:
    """Share of hot contacts that end hot, by what was done, as shares and like for like."""
    hot = taken[taken["hot"]].copy()
    says = {
        "is_resolved_first_time": (
            page.say(en="Settled at once", fr="Réglé tout de suite"),
            page.say(en="Not settled", fr="Non réglé"),
        ),
        "is_transferred": (page.say(en="Passed on", fr="Transféré"), page.say(en="Not passed on", fr="Non transféré")),
        "is_recognised": (
            page.say(en="Recognised", fr="Reconnu"),
            page.say(en="Not recognised", fr="Non reconnu"),
        ),
    }
    rows = []
    for name, words in says.items():
        hot[name] = hot[name].astype(bool)
        for side, word in zip((True, False), words, strict=True):
            part = hot.loc[hot[name] == side, "hot_after"]
            low, high = measures.share_interval(int(part.sum()), len(part))
            rows.append(
                {
                    "name": word,
                    "contacts": len(part),
                    "percent": 100 * part.mean(),
                    "low": 100 * low,
                    "high": 100 * high,
                }
            )
            page.value(f"{name}.{side}", 100 * part.mean(), unit="percent")
        found = measures.difference(hot, outcome="hot_after", treatment=name, strata=("reason", "channel"))
        page.value(f"{name}.alike", 100 * abs(found.value))
        page.value(f"{name}.alike.low", 100 * found.low, sign=True)
        page.value(f"{name}.alike.high", 100 * found.high, sign=True)
        if name == "is_recognised":
            hold("being recognised does not help by itself", found.low < 0 < found.high)
        else:
            hold("settling cools and passing on heats", found.high < 0 or found.low > 0)
    page.value("unsettled", (~hot["is_resolved_first_time"]).sum())
    page.value("unsettled.share", 100 * (~hot["is_resolved_first_time"]).mean(), unit="percent")
    settled = measures.difference(
        hot, outcome="hot_after", treatment="is_resolved_first_time", strata=("reason", "channel"), of="untreated"
    )
    spared = abs(settled.value) * (~hot["is_resolved_first_time"]).sum() / 2
    page.value("spared", spared)
    page.value("spared.thousand", 1000 * spared / len(hot))
    table = pd.DataFrame(rows)
    order = list(table["name"])
    table["kind"] = ["good", "bad", "bad", "good", "neither", "neither"]

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(y=alt.Y("name:N", sort=order, title=None))
        x = alt.X(
            "low:Q",
            title=page.say(en="% still unhappy at the end", fr="% encore mécontents à la fin"),
            scale=alt.Scale(domain=[20, 60]),
            axis=alt.Axis(values=[20, 30, 40, 50, 60]),
        )
        colour = alt.Color(
            "kind:N",
            scale=alt.Scale(domain=["good", "bad", "neither"], range=[charts.GOOD, charts.BAD, charts.NEUTRAL]),
            legend=None,
        )
        return (
            base.mark_rule(strokeWidth=4, opacity=0.5).encode(x=x, x2="high:Q", color=colour)
            + base.mark_point(size=100, opacity=1).encode(x="percent:Q", color=colour)
        ).properties(width=width - 120, height=6 * 32)

    said = ", ".join(f"{row.name} {page.written(row.percent, unit='percent')}" for row in table.itertuples(index=False))
    page.chart(
        "endings",
        dots,
        title=page.say(
            en="What cools an unhappy customer is a matter that gets settled",
            fr="Ce qui apaise un client mécontent, c’est une affaire réglée",
        ),
        alternative=page.say(
            en=f"Share of contacts that began angry or disappointed and still were at the end: {said}.",
            fr=f"Part des contacts commencés dans la colère ou la déception et qui le sont encore à la fin : {said}.",
        ),
        note=page.say(
            en="Contacts that began angry or disappointed, as the adviser noted; bars are 95% intervals.",
            fr="Contacts commencés dans la colère ou la déception, notées par le conseiller ; intervalles à 95 %.",
        ),
        data=table.drop(columns="kind"),
        columns={
            "name": Column(label=page.say(en="Contacts", fr="Contacts")),
            "contacts": Column(label=page.say(en="Number", fr="Nombre")),
            "percent": Column(label=page.say(en="Still hot", fr="Encore fâchés"), unit="percent"),
            "low": Column(label=page.say(en="From", fr="De"), unit="percent"),
            "high": Column(label=page.say(en="To", fr="À"), unit="percent"),
        },
    )


def cooling(page: Page, taken: pd.DataFrame) -> None:
    """How many cool down whatever is done, and how many heat up."""
    hot, mild = taken[taken["hot"]], taken[~taken["hot"]]
    unsettled = hot[~hot["is_resolved_first_time"].astype(bool)]
    page.value("cooled", 100 * (1 - hot["hot_after"].mean()), unit="percent")
    page.value("cooled.unsettled", 100 * (1 - unsettled["hot_after"].mean()), unit="percent")
    page.value("heated", 100 * mild["hot_after"].mean(), unit="percent")
    hold("many cool down although nothing is settled", unsettled["hot_after"].mean() < 0.55)


def second(page: Page, data: cxdata.Dataset) -> None:
    """Recommendation after a complaint, first failure and second."""
    rows = data["complaints"].dropna(subset=["ltr_after"]).copy()
    rows["again"], rows["mark"] = rows["is_second_failure"].astype(bool), rows["ltr_after"].astype(float)
    alike = measures.difference(rows, outcome="mark", treatment="again", strata=("severity", "channel"))
    page.value("second.count", rows["again"].sum())
    page.value("second.first", rows.loc[~rows["again"], "mark"].mean(), digits=1)
    page.value("second.again", rows.loc[rows["again"], "mark"].mean(), digits=1)
    page.value("second.alike", abs(alike.value), digits=1)
    page.value("second.low", -alike.high, digits=1)
    page.value("second.high", -alike.low, digits=1)
    hold("a second failure costs recommendation, like for like", alike.high < 0)


def within(values: pd.Series, groups: pd.Series) -> pd.Series:
    """Return values less the mean of their group."""
    return values - values.groupby(groups).transform("mean")


def attitudes(page: Page, data: cxdata.Dataset) -> None:
    """How each attitude goes with satisfaction, from the few sheets of the class edition and from ten times as many."""
    surveys = data["surveys"]
    answered = surveys.loc[surveys["contact_csat"].notna(), ["contact_id", "contact_csat"]]
    sheets = data["attitude_scores"].merge(answered, on="contact_id")
    first = set(data["customers"]["customer_id"].sort_values().head(CLASS))
    few = sheets[sheets["customer_id"].isin(first)]
    sizes = {"few": few, "many": sheets}
    rows = []
    for size, part in sizes.items():
        for name in ATTITUDES:
            score = within(part[f"{name}_score"].astype(float), part["listener_id"])
            r = score.corr(within(part["contact_csat"].astype(float), part["listener_id"]))
            low, high = np.tanh(np.arctanh(r) + np.array([-1, 1]) * measures.Z_95 / np.sqrt(len(part) - 3))
            rows.append({"name": name, "size": size, "r": r, "low": low, "high": high})
    table = pd.DataFrame(rows)
    wide = table.pivot_table(index="name", columns="size", values="r").loc[list(ATTITUDES)]
    best, worst = wide["few"].idxmax(), wide["few"].idxmin()
    page.value("sheets.few", len(few))
    page.value("sheets.many", len(sheets))
    page.text("few.best", **ATTITUDES[best])
    page.text("few.worst", **ATTITUDES[worst])
    for name in (best, worst):
        key = "best" if name == best else "worst"
        page.value(f"{key}.few", wide.loc[name, "few"], digits=2, sign=True)
        page.value(f"{key}.many", wide.loc[name, "many"], digits=2, sign=True)
    page.value("many.least", wide["many"].min(), digits=2, sign=True)
    page.value("many.most", wide["many"].max(), digits=2, sign=True)
    many = table[table["size"] == "many"].set_index("name")
    hold("with many sheets all six go with satisfaction", many["low"].min() > 0)
    hold("with few sheets the order is another", wide["few"].rank().corr(wide["many"].rank()) < 0.6)
    hold("the intervals of the many still overlap", many["low"].max() < many["high"].min())
    words = {
        "few": page.say(en=f"{len(few)} sheets", fr=f"{len(few)} fiches"),
        "many": page.say(en=f"{len(sheets)} sheets", fr=f"{len(sheets)} fiches"),
    }
    table["label"] = table["name"].map(lambda name: page.say(**ATTITUDES[name]))
    table["sheets"] = table["size"].map(words)
    order = [page.say(**ATTITUDES[name]) for name in wide["few"].sort_values(ascending=False).index]

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            y=alt.Y("label:N", sort=order, title=None),
            yOffset=alt.YOffset("sheets:N", sort=list(words.values())),
            color=alt.Color(
                "sheets:N",
                sort=list(words.values()),
                scale=alt.Scale(domain=list(words.values()), range=[charts.BAD, charts.GOOD]),
            ),
        )
        x = alt.X(
            "low:Q",
            title=page.say(en="Correlation with satisfaction", fr="Corrélation avec la satisfaction"),
            scale=alt.Scale(domain=[-0.4, 0.8]),
            axis=alt.Axis(values=[-0.4, -0.2, 0, 0.2, 0.4, 0.6, 0.8], format=".1f"),
        )
        return (
            base.mark_rule(strokeWidth=4, opacity=0.45).encode(x=x, x2="high:Q")
            + base.mark_point(size=80, opacity=1).encode(x="r:Q")
        ).properties(width=width - 120, height=6 * 38)

    listed = wide.reset_index()
    listed["name"] = listed["name"].map(lambda name: page.say(**ATTITUDES[name]))
    said = "; ".join(
        f"{row.name} {page.written(row.few, digits=2, sign=True)}, {page.written(row.many, digits=2, sign=True)}"
        for row in listed.itertuples(index=False)
    )
    page.chart(
        "attitudes",
        dots,
        title=page.say(
            en="A few sheets crown an attitude; many sheets crown none",
            fr="Quelques fiches couronnent une attitude ; beaucoup n’en couronnent aucune",
        ),
        alternative=page.say(
            en=f"Correlation of each attitude with the customer's satisfaction, with few sheets and with many: {said}.",
            fr=f"Corrélation de chaque attitude avec la satisfaction, avec peu puis beaucoup de fiches : {said}.",
        ),
        note=page.say(
            en="Within listeners, because some mark more kindly; bars are 95% intervals.",
            fr="Au sein de chaque écoutant, car certains notent plus large ; intervalles à 95 %.",
        ),
        data=listed,
        columns={
            "name": Column(label=page.say(en="Attitude", fr="Attitude")),
            **{size: Column(label=word, digits=2, sign=True) for size, word in words.items()},
        },
    )


def sites(page: Page, data: cxdata.Dataset) -> None:
    """Attitudes in-house less the contractor's: plainly, within listeners, and in the key."""
    sheets = data["attitude_scores"].merge(data["agents"][["agent_id", "site"]], on="agent_id")
    sheets["own"], sheets["mark"] = sheets["site"] == "in_house", sheets["attitude_score"].astype(float)
    truth = cxdata.answer_key(data)["sites_on_attitudes"]["realised"]["value"]
    found = {
        name: measures.difference(sheets, outcome="mark", treatment="own", strata=strata, cluster="agent_id")
        for name, strata in (("plain", ()), ("alike", ("listener_id",)))
    }
    for name, one in found.items():
        page.value(f"sites.{name}", one.value, digits=2, sign=True)
        page.value(f"sites.{name}.low", one.low, digits=2, sign=True)
        page.value(f"sites.{name}.high", one.high, digits=2, sign=True)
    page.value("sites.truth", truth, digits=2, sign=True)
    page.value("sites.sheets", len(sheets))
    hold("plainly the contractor looks no worse", found["plain"].low < 0 < found["plain"].high < truth)
    hold("within listeners the key is held", found["alike"].low < truth < found["alike"].high)
    hold("within listeners it is clear", found["alike"].low > 0)


def gestures(page: Page, data: cxdata.Dataset) -> None:
    """Who decided gestures, up to what amount."""
    made = data["compensations"]
    own, above = (made.loc[made["decided_by"] == who, "amount_eur"] for who in ("adviser", "manager"))
    hold("advisers decide the small ones", own.max() < above.min())
    page.value("gesture.limit", own.max(), unit="euros")
    page.value("gesture.own", 100 * len(own) / len(made), unit="percent")
    page.value("gesture.median", made["amount_eur"].median(), unit="euros")
    page.value("gestures", len(made))


SECTIONS = (
    (
        "1",
        {"en": "The first two minutes", "fr": "Les deux premières minutes"},
        (
            {"en": "Let them finish. Write down what, since when, what it spoils.", "fr": "Laissez finir. Notez quoi, depuis quand, ce que cela gâche."},
            {"en": "Open the order before you ask: late, damaged, second time?", "fr": "Ouvrez la commande avant de questionner : retard, casse, deuxième fois ?"},
            {"en": "Say it back in one sentence. “Have I got that right?”", "fr": "Redites-le en une phrase. « Est-ce bien cela ? »"},
            {"en": "Own what the file shows. “We were three days late.”", "fr": "Assumez ce que montre le dossier. « Nous avions trois jours de retard. »"},
        ),
    ),
    (
        "4",
        {"en": "Then, in this order", "fr": "Ensuite, dans cet ordre"},
        (
            {"en": "What I can do now.", "fr": "Ce que je peux faire maintenant."},
            {"en": "What I cannot do, and who can.", "fr": "Ce que je ne peux pas faire, et qui le peut."},
            {"en": "Who does what, by which day and hour.", "fr": "Qui fait quoi, quel jour, à quelle heure."},
            {"en": "Send it in writing while they are there.", "fr": "Envoyez-le par écrit pendant l’échange."},
            {"en": "Keep it: call at that hour, even without news.", "fr": "Tenez-le : rappelez à l’heure dite, même sans nouvelle."},
        ),
    ),
    (
        "3",
        {"en": "Who may promise what", "fr": "Qui peut promettre quoi"},
        (
            {"en": "You: a call at an hour; a gesture up to {limit}; a replacement from stock.", "fr": "Vous : un rappel à heure dite ; un geste jusqu’à {limit} ; un échange en stock."},
            {"en": "Your manager: more; any second failure; gravity four or five.", "fr": "Votre responsable : davantage ; toute deuxième défaillance ; gravité quatre ou cinq."},
            {"en": "Nobody: a date that the carrier has not confirmed.", "fr": "Personne : une date que le transporteur n’a pas confirmée."},
        ),
    ),
    (
        "2",
        {"en": "Where it stops", "fr": "Où cela s’arrête"},
        (
            {"en": "An insult: name it once, offer to go on. Again: say that you end the call, end it, note it.", "fr": "Une insulte : nommez-la une fois, proposez de poursuivre. Encore : annoncez la fin, raccrochez, notez."},
            {"en": "A threat to a person: end at once, tell your manager.", "fr": "Une menace contre quelqu’un : mettez fin aussitôt, prévenez votre responsable."},
            {"en": "You may always hand over. Five minutes off the line are yours.", "fr": "Vous pouvez toujours passer la main. Cinq minutes hors ligne vous reviennent."},
        ),
    ),
)  # fmt: skip
"""The card: colour, heading and lines of each section."""
HEAD, BODY, EDGE, BETWEEN = 15.0, 13.0, 14.0, 12.0
"""Pixels: type sizes; margin within a section; room between sections."""


def section(
    place: int, left: float, top: float, width: float, said: tuple[str, str, tuple[str, ...]]
) -> tuple[str, float]:
    """Return a section of the card as SVG, and its height in pixels."""
    colour, heading, lines = said
    parts = [lettering.written(heading, left + EDGE, top + EDGE - 2, size=HEAD, bold=True)]
    y = top + EDGE + HEAD * lettering.LINE + 6
    for number, line in enumerate(lines, start=1):
        broken = lettering.wrapped(line, BODY, width - 2 * EDGE - 20)
        mark = str(number) if place < 2 else "•"
        parts.append(lettering.written(mark, left + EDGE, y, size=BODY, bold=True))
        parts.append(lettering.written(broken, left + EDGE + 20, y, size=BODY))
        y += lettering.height(broken, BODY) + 5
    height = y - top + EDGE - 5
    frame = (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{{height:.1f}}" rx="8"'
        f' fill="{css(f"{colour}-soft")}" stroke="{css(colour)}"/>'
    )
    return frame + "".join(parts), height


def card(page: Page) -> None:
    """The card for the desk, two columns wide and one narrow."""
    said = [
        (
            colour,
            page.say(**heading),
            tuple(
                page.say(**{tongue: words.format(limit=page.values["gesture.limit"]) for tongue, words in line.items()})
                for line in lines
            ),
        )
        for colour, heading, lines in SECTIONS
    ]

    def drawn(columns: int, width: float) -> str:
        room = (width - 2 - (columns - 1) * BETWEEN) / columns
        parts, top = [], 1.0
        for start in range(0, len(said), columns):
            row = [
                section(start + place, 1 + place * (room + BETWEEN), top, room, one)
                for place, one in enumerate(said[start : start + columns])
            ]
            high = max(height for _, height in row)
            parts += [svg.replace("{height:.1f}", f"{high:.1f}") for svg, _ in row]
            top += high + BETWEEN
        return lettering.canvas("".join(parts), width=width, height=top - BETWEEN + 1)

    page.drawing(
        "card",
        drawn(2, 620),
        narrow=drawn(1, 300),
        title=page.say(en="The card for the desk", fr="La carte du poste"),
        alternative=" ".join(f"{heading}: {' '.join(lines)}" for _, heading, lines in said),
    )
