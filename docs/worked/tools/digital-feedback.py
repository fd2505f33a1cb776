"""Feedback in one stream: the fastest desk answers least, the largest source has no way back, and few marks deserve a call."""

from itertools import pairwise

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, flow, measures, palette
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

SOURCES = {
    "survey": {"en": "Survey comments", "fr": "Commentaires d’enquête"},
    "message": {"en": "Messages", "fr": "Messages"},
    "review": {"en": "Reviews", "fr": "Avis"},
    "chat": {"en": "Chats", "fr": "Tchats"},
    "social": {"en": "Posts", "fr": "Publications"},
    "web": {"en": "Feedback on the site", "fr": "Avis sur le site"},
    "complaint": {"en": "Written complaints", "fr": "Réclamations écrites"},
}
FATES = {
    "day": {"en": "answered within a day", "fr": "réponse en un jour"},
    "later": {"en": "answered later", "fr": "réponse plus tard"},
    "never": {"en": "never answered", "fr": "jamais de réponse"},
    "no_way": {"en": "no way back", "fr": "aucune voie de retour"},
}
WAITING = {
    "message": {"en": "Messages", "fr": "Messages"},
    "complaint": {"en": "Complaints", "fr": "Réclamations"},
    "review": {"en": "Critical reviews", "fr": "Avis critiques"},
    "post": {"en": "Complaining posts", "fr": "Publications de plainte"},
}
CRITICAL_STARS = 3
"""Stars at which a review is critical, as in the answer key's effect."""
THRESHOLDS = (2, 4, 6, 8)
"""Recommendation, 0 to 10, up to which an answer rings."""
ALERT = 4
"""The threshold that our story chooses."""
HOURS = (1, 2, 4, 8, 12, 18, 24, 36, 48, 72, 96, 120, 144, 168)
WEEKS = 104


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    texts = data["verbatims"].assign(source=data["verbatims"]["source"].astype(str))
    waits = delays(data, texts)
    page.value("texts", len(texts))
    page.value("sources", len(SOURCES))
    page.value("writers", texts["customer_id"].nunique())
    loops(page, data, texts)
    answered(page, waits)
    thresholds(page, data)
    owners(page, data)
    stream(page, len(texts))
    grid(page, data, waits)
    crowd(page, data, texts)
    loud(page, data, texts)
    stars(page, data)
    exercise(page, data)


def delays(data: cxdata.Dataset, texts: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the hours until an answer, empty without one, of those who wait for one, by kind."""
    contacts = data["contacts"].set_index("contact_id")
    messages = contacts.loc[texts.loc[texts["source"] == "message", "contact_id"]]
    reviews, posts = data["reviews"], data["social_posts"]
    return {
        "message": (messages["answered_at"] - messages["contacted_at"]).dt.total_seconds() / 3600,
        "complaint": data["complaints"]["reply_delay_hours"],
        "review": reviews.loc[reviews["stars"] <= CRITICAL_STARS, "answer_delay_hours"],
        "post": posts.loc[posts["stance"] == "complaint", "answer_delay_minutes"] / 60,
    }


def loops(page: Page, data: cxdata.Dataset, texts: pd.DataFrame) -> None:
    """What became of each text: answered soon, later, never, or written where nobody can answer."""
    contacts, posts = data["contacts"].set_index("contact_id"), data["social_posts"].set_index("post_id")
    reviews, complaints = data["reviews"].set_index("review_id"), data["complaints"].set_index("complaint_id")
    own = {name: texts[texts["source"] == name] for name in SOURCES}
    rows = contacts.loc[own["message"]["contact_id"]]
    hours = {
        "message": (rows["answered_at"] - rows["contacted_at"]).dt.total_seconds() / 3600,
        "review": reviews.loc[own["review"]["review_id"], "answer_delay_hours"],
        "social": posts.loc[own["social"]["post_id"], "answer_delay_minutes"] / 60,
        "complaint": complaints.loc[own["complaint"]["complaint_id"], "reply_delay_hours"],
        "chat": pd.Series(0.0, own["chat"].index),  # an adviser is in the chat
    }
    counts = []
    for name, part in own.items():
        known = hours.get(name)
        fates = (
            {"no_way": len(part)}
            if known is None
            else {
                "day": (known <= 24).sum(),
                "later": (known > 24).sum(),
                "never": known.isna().sum(),
            }
        )
        counts += [{"source": name, "fate": fate, "texts": int(count)} for fate, count in fates.items()]
    table = pd.DataFrame(counts)
    wide = table.pivot_table(index="source", columns="fate", values="texts", fill_value=0)[list(FATES)].loc[
        list(SOURCES)
    ]
    page.value("no_way", wide["no_way"].sum())
    page.value("no_way.share", 100 * wide["no_way"].sum() / len(texts), unit="percent")
    page.value("never", wide["never"].sum())
    page.value("survey.texts", wide.loc["survey"].sum())
    hold("survey comments are the largest source, without a way back", wide.sum(axis=1).idxmax() == "survey")
    hold("nearly half of the texts have no way back", 0.4 < wide["no_way"].sum() / len(texts) < 0.5)
    table = table[table["texts"] > 0].copy()
    table["name"] = table["source"].map(lambda one: page.say(**SOURCES[one]))
    table["said"] = table["fate"].map(lambda one: page.say(**FATES[one]))
    table["order"] = table["fate"].map({name: place for place, name in enumerate(FATES)})
    names = [page.say(**one) for one in SOURCES.values()]
    said = [page.say(**one) for one in FATES.values()]
    colours = [charts.GOOD, palette.SERIES[2], charts.BAD, charts.NEUTRAL]

    def bars(width: int) -> alt.FacetChart:
        base = alt.Chart(table)
        bar = base.mark_bar(height=18).encode(
            x=alt.X(
                "texts:Q", title=page.say(en="Texts in two years", fr="Textes en deux ans"), axis=alt.Axis(tickCount=4)
            ),
            y=alt.value(30),
            color=alt.Color(
                "said:N",
                sort=said,
                scale=alt.Scale(domain=said, range=colours),
                legend=alt.Legend(columns=2, columnPadding=24),
            ),
            order="order:Q",
        )
        head = base.mark_text(align="left").encode(
            x=alt.value(0), y=alt.value(11), text=alt.Text("name:N", aggregate="min")
        )
        return (
            (bar + head)
            .properties(width=width, height=42)
            .facet(row=alt.Row("name:N", sort=names, header=None), spacing=4)
        )

    listed = wide.reset_index()
    listed["source"] = listed["source"].map(lambda one: page.say(**SOURCES[one]))
    said_rows = "; ".join(
        f"{row['source']}, " + ", ".join(f"{page.say(**FATES[name])} {page.written(row[name])}" for name in FATES)
        for row in listed.to_dict("records")
    )
    page.chart(
        "loops",
        bars,
        title=page.say(
            en="Nearly half of what customers write goes where nobody can answer",
            fr="Près de la moitié des textes arrivent là où personne ne peut répondre",
        ),
        alternative=page.say(en="Texts by source and what became of them. ", fr="Textes par source et leur suite. ")
        + said_rows
        + ".",
        note=page.say(
            en="In a chat an adviser takes part, so it counts as answered.",
            fr="Un conseiller participe au tchat, qui compte donc comme répondu.",
        ),
        data=listed,
        columns={
            "source": Column(label=page.say(en="Source", fr="Source")),
            **{name: Column(label=page.say(**label)) for name, label in FATES.items()},
        },
    )


def answered(page: Page, waits: dict[str, pd.Series]) -> None:
    """Medians of the answered, shares of all, and how both order the desks."""
    rows = []
    for name, hours in waits.items():
        within = int((hours <= 48).sum())
        low, high = measures.share_interval(within, len(hours))
        rows.append(
            {
                "name": name,
                "waiting": len(hours),
                "median": hours.median(),
                "two_days": 100 * within / len(hours),
                "low": 100 * low,
                "high": 100 * high,
                "ever": 100 * hours.notna().mean(),
            }
        )
    table = pd.DataFrame(rows).set_index("name")
    for name, row in table.iterrows():
        page.value(f"{name}.waiting", row["waiting"])
        page.value(f"{name}.median", row["median"], digits=1 if row["median"] < 10 else 0)
        for column in ("two_days", "low", "high", "ever"):
            page.value(f"{name}.{column}", row[column], unit="percent")
        page.value(f"{name}.never", 100 - row["ever"], unit="percent")
    hold("posts have the shortest median and messages a longer one", table["median"].idxmin() == "post")
    hold("messages are answered best, posts and reviews worst", table["two_days"].idxmax() == "message")
    hold(
        "posts and reviews stay far behind", table.loc[["post", "review"], "high"].max() < table.loc["complaint", "low"]
    )
    curve = pd.DataFrame(
        [
            {"kind": page.say(**WAITING[name]), "hours": hour, "percent": 100 * (hours <= hour).mean()}
            for name, hours in waits.items()
            for hour in (0, *HOURS)
        ]
    )
    names = [page.say(**one) for one in WAITING.values()]
    ends = curve[curve["hours"] == HOURS[-1]]

    def lines(width: int) -> alt.LayerChart:
        x = alt.X(
            "hours:Q",
            title=page.say(en="Hours since it was written", fr="Heures depuis l’envoi"),
            scale=alt.Scale(domain=[0, 168]),
            axis=alt.Axis(values=[0, 24, 48, 96, 168]),
        )
        y = alt.Y(
            "percent:Q",
            title=page.say(en="Answered, % of all", fr="Répondus, % de tous"),
            scale=alt.Scale(domain=[0, 100]),
        )
        colour = alt.Color(
            "kind:N",
            sort=names,
            scale=alt.Scale(domain=names, range=[charts.GOOD, palette.SERIES[3], palette.SERIES[2], charts.BAD]),
            legend=None,
        )
        line = alt.Chart(curve).mark_line(interpolate="step-after").encode(x=x, y=y, color=colour)
        label = (
            alt.Chart(ends)
            .mark_text(align="right", dy=-9, fontWeight=600)
            .encode(x=x, y=y, text="kind:N", color=colour)
        )
        return (line + label).properties(width=width - 60, height=240)

    pivot = curve.pivot_table(index="hours", columns="kind", values="percent", sort=False)[names].reset_index()
    said = "; ".join(
        f"{page.say(**WAITING[name])}, "
        + page.say(
            en=f"{page.written(row['two_days'], unit='percent')} within two days, "
            f"{page.written(row['ever'], unit='percent')} ever",
            fr=f"{page.written(row['two_days'], unit='percent')} en deux jours, "
            f"{page.written(row['ever'], unit='percent')} en tout",
        )
        for name, row in table.iterrows()
    )
    page.chart(
        "curves",
        lines,
        title=page.say(
            en="The desk with the shortest delay leaves most people without an answer",
            fr="Le guichet au délai le plus court laisse le plus de monde sans réponse",
        ),
        alternative=page.say(
            en="Share answered by hours since writing, of all who wait: ",
            fr="Part de réponses selon les heures écoulées, parmi tous ceux qui attendent : ",
        )
        + said
        + ".",
        note=page.say(
            en="A curve that lies flat is a loop that nobody will close.",
            fr="Une courbe plate est une boucle que personne ne fermera.",
        ),
        data=pivot[pivot["hours"].isin([2, 24, 48, 96, 168])],
        columns={
            "hours": Column(label=page.say(en="Within hours", fr="En heures")),
            **{name: Column(unit="percent") for name in names},
        },
    )


def rated_orders(data: cxdata.Dataset) -> pd.DataFrame:
    """Return the answered surveys after an order, with what the key knows of the customer afterwards."""
    surveys, latent = data["surveys"], data.truth["latents/orders"]
    asked = surveys["programme"].isin(["email_after_order", "callback_after_order"]) & surveys["answered"]
    return surveys[asked].merge(latent[["order_id", "is_dissatisfied", "lost"]], on="order_id")


def thresholds(page: Page, data: cxdata.Dataset) -> None:
    """What each further mark brings: alerts, and customers who then leave."""
    rated = rated_orders(data)
    latent = data.truth["latents/orders"]
    base = rated["lost"].mean()
    rows = []
    for low, high in pairwise((-1, *THRESHOLDS)):
        part = rated[rated["ltr"].between(low + 1, high)]
        up_to = rated[rated["ltr"] <= high]
        ends = measures.share_interval(int(part["lost"].sum()), len(part))
        rows.append(
            {
                "threshold": high,
                "alerts": len(up_to),
                "caught": 100 * up_to["lost"].sum() / rated["lost"].sum(),
                "more": len(part),
                "leavers": int(part["lost"].sum()),
                "share": 100 * part["lost"].mean(),
                "low": 100 * ends[0],
                "high": 100 * ends[1],
            }
        )
    table = pd.DataFrame(rows)
    by = table.set_index("threshold")
    hold("each step brings fewer leavers a call", table["share"].is_monotonic_decreasing)
    hold("the last step is no better than calling by lot", by.loc[8, "low"] < 100 * base)
    hold("the chosen step is clearly better than the next", by.loc[6, "high"] < by.loc[2, "low"])
    page.value("rated", len(rated))
    page.value("rated.lost", 100 * base, unit="percent")
    for mark in THRESHOLDS:
        for name, unit in (("alerts", ""), ("more", ""), ("leavers", ""), ("caught", "percent"), ("share", "percent")):
            page.value(f"to{mark}.{name}", by.loc[mark, name], unit=unit)
        page.value(f"to{mark}.low", by.loc[mark, "low"], unit="percent")
        page.value(f"to{mark}.high", by.loc[mark, "high"], unit="percent")
        page.value(f"to{mark}.one_in", 100 / by.loc[mark, "share"])
    minutes = data["contacts"].loc[data["contacts"]["channel"] == "phone", "handle_minutes"].mean()
    page.value("call.minutes", minutes, digits=1)
    page.value("alert.hours", by.loc[ALERT, "alerts"] * minutes / 60)
    page.value("alert.hours.6", by.loc[6, "alerts"] * minutes / 60)
    page.value("alert.leavers", rated.loc[rated["ltr"] <= ALERT, "lost"].sum())
    page.value("alert.all", 100 * rated.loc[rated["ltr"] <= ALERT, "lost"].sum() / latent["lost"].sum(), unit="percent")
    page.value("lost.all", latent["lost"].sum())
    unhappy = latent[latent["is_dissatisfied"]]
    trace = [data["contacts"], data["reviews"], rated, data["social_posts"], data["verbatims"]]
    heard = unhappy["order_id"].isin(pd.concat([one["order_id"] for one in trace]).dropna()).mean()
    page.value("unhappy", len(unhappy))
    page.value("unhappy.unheard", 100 * (1 - heard), unit="percent")
    page.value("unhappy.rated", 100 * unhappy["order_id"].isin(rated["order_id"]).mean(), unit="percent")
    up_to = page.say(en="to", fr="à")
    table["marks"] = [f"{low + 1} {up_to} {high}" for low, high in pairwise((-1, *THRESHOLDS))]
    table["ends"] = [f"{page.written(row.low)} {up_to} {page.written(row.high)}" for row in table.itertuples()]
    page.table(
        "thresholds",
        table[["marks", "more", "leavers", "share", "ends", "caught"]],
        caption=page.say(
            en="Recommendation after an order: what a call for each further mark would reach",
            fr="Recommandation après commande : ce qu’atteindrait un appel pour chaque note de plus",
        ),
        columns={
            "marks": Column(label=page.say(en="Marks", fr="Notes")),
            "more": Column(label=page.say(en="Alerts", fr="Alertes")),
            "leavers": Column(label=page.say(en="Of these leave", fr="Dont partent")),
            "share": Column(label=page.say(en="Share", fr="Part"), unit="percent"),
            "ends": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %"), right=True),
            "caught": Column(label=page.say(en="Of all leavers, so far", fr="Des partants, cumul"), unit="percent"),
        },
    )


def owners(page: Page, data: cxdata.Dataset) -> None:
    """Whether departments act on alerts, by whether the topic is theirs."""
    sent = data["voice_broadcasts"]
    alerts = sent[sent["format"] == "alert"].copy()
    alerts["acted"], alerts["own"] = alerts["was_acted_on"].astype(float), alerts["is_own_topic"].astype(bool)
    for name, own in (("own", True), ("other", False)):
        part = alerts.loc[alerts["own"] == own, "acted"]
        low, high = measures.share_interval(int(part.sum()), len(part))
        page.value(f"{name}.alerts", len(part))
        page.value(f"{name}.acted", 100 * part.mean(), unit="percent")
        page.value(f"{name}.low", 100 * low, unit="percent")
        page.value(f"{name}.high", 100 * high, unit="percent")
    within = measures.difference(
        alerts, outcome="acted", treatment="own", strata=("department",), cluster="issue_number"
    )
    page.value("own.within", 100 * within.value)
    page.value("own.within.low", 100 * within.low)
    page.value("own.within.high", 100 * within.high)
    page.value("alerts", len(alerts))
    page.value("issues", alerts["issue_number"].nunique())
    nobody = ~alerts.groupby("issue_number")["own"].any()
    page.value("issues.nobody", 100 * nobody.mean(), unit="percent")
    page.value("issues.nobody.count", nobody.sum())
    days = (pd.to_datetime(alerts["acted_on"]) - alerts["sent_at"].dt.normalize()).dt.days
    page.value("acted.days", days.median())
    digest = sent[sent["format"] == "digest"]
    page.value("digest.sent", len(digest))
    page.value("digest.acted", 100 * digest["was_acted_on"].mean(), unit="percent")
    hold("owners act more, department by department", within.low > 0.1)
    hold("digests hardly move anybody", digest["was_acted_on"].mean() < 0.2)


def stream(page: Page, texts: int) -> None:
    """The stream as it should run, with what was measured of it."""
    say = page.say
    process = flow.Process(
        lanes=(
            flow.Lane(key="customer", name=say(en="Customer", fr="Client")),
            flow.Lane(key="desk", name=say(en="Feedback desk", fr="Cellule d’écoute")),
            flow.Lane(key="answer", name=say(en="Whoever answers", fr="Qui répond")),
            flow.Lane(key="owner", name=say(en="Owner of the cause", fr="Responsable de la cause")),
        ),
        steps=(
            flow.Step(
                key="says",
                text=say(en="Marks or writes", fr="Note ou écrit"),
                lane="customer",
                kind="event",
                measure=say(en=f"{page.written(texts)} texts", fr=f"{page.written(texts)} textes"),
            ),
            flow.Step(
                key="join",
                text=say(en="Join to customer and order", fr="Relier au client et à la commande"),
                lane="desk",
            ),
            flow.Step(
                key="one",
                text=say(en="Does somebody wait?", fr="Quelqu’un attend ?"),
                lane="desk",
                kind="decision",
            ),
            flow.Step(
                key="reply",
                text=say(en="Answer, and say what happens next", fr="Répondre et annoncer la suite"),
                lane="answer",
                measure=say(
                    en=f"never: {page.values['never']} texts",
                    fr=f"jamais : {page.values['never']} textes",
                ),
            ),
            flow.Step(
                key="many",
                text=say(en="Do many say so?", fr="Sont-ils nombreux ?"),
                lane="desk",
                kind="decision",
            ),
            flow.Step(
                key="mend",
                text=say(en="Remove the cause", fr="Supprimer la cause"),
                lane="owner",
                measure=say(
                    en=f"owners act: {page.values['own.acted']}, others: {page.values['other.acted']}",
                    fr=f"responsables : {page.values['own.acted']}, autres : {page.values['other.acted']}",
                ),
            ),
            flow.Step(
                key="told",
                text=say(en="Hears what came of it", fr="Apprend la suite donnée"),
                lane="customer",
                kind="event",
                measure=say(
                    en=f"no way back: {page.values['no_way']} texts",
                    fr=f"sans retour : {page.values['no_way']} textes",
                ),
                stressed=True,
            ),
        ),
        links=(
            flow.Link(start="says", end="join"),
            flow.Link(start="join", end="one"),
            flow.Link(start="one", end="reply", label=say(en="yes", fr="oui")),
            flow.Link(start="one", end="many", label=say(en="no", fr="non")),
            flow.Link(start="reply", end="many"),
            flow.Link(start="many", end="mend", label=say(en="yes", fr="oui")),
            flow.Link(start="mend", end="told"),
        ),
    )
    page.drawing(
        "stream",
        flow.wide(process),
        narrow=flow.narrow(process),
        title=say(
            en="Two loops in one stream: the customer’s and the cause’s",
            fr="Deux boucles dans un même flux : celle du client et celle de la cause",
        ),
        alternative=say(
            en="A process in four lanes. The customer marks or writes; the feedback desk joins it to customer and "
            "order and asks whether somebody waits; if so, whoever can answers. The desk then asks whether many say "
            "so; if they do, the owner of the cause removes it, and the customer hears what came of it. "
            f"Never answered: {page.values['never']} texts; no way back: {page.values['no_way']}; owners act on "
            f"{page.values['own.acted']} of alerts, other departments on {page.values['other.acted']}.",
            fr="Un processus en quatre couloirs. Le client note ou écrit ; la cellule d’écoute relie le texte au client "
            "et à la commande et demande si quelqu’un attend ; si oui, qui le peut répond. Puis elle demande si "
            "beaucoup le disent ; si oui, le responsable supprime la cause et le client apprend la suite. "
            f"Jamais de réponse : {page.values['never']} textes ; sans retour : {page.values['no_way']} ; les "
            f"responsables agissent sur {page.values['own.acted']} des alertes, les autres sur "
            f"{page.values['other.acted']}.",
        ),
    )


def grid(page: Page, data: cxdata.Dataset, waits: dict[str, pd.Series]) -> None:
    """The routing grid, with what is kept of each promise today."""
    say = page.say
    sent = data["voice_broadcasts"]
    alerts = sent[sent["format"] == "alert"]
    days = (pd.to_datetime(alerts["acted_on"]) - alerts["sent_at"].dt.normalize()).dt.days
    kept = {
        "message": (waits["message"] <= 24).mean(),
        "complaint": (waits["complaint"] <= 48).mean(),
        "review": (waits["review"] <= 48).mean(),
        "post": (waits["post"] <= 2).mean(),
        "cause": (days <= 7).mean(),
    }
    for name in ("review", "post", "cause"):
        page.value(f"kept.{name}", 100 * kept[name], unit="percent")
    rows = [
        ("message", say(en="Message", fr="Message"), say(en="Adviser", fr="Conseiller"), say(en="1 day", fr="1 jour")),
        (
            "complaint",
            say(en="Complaint", fr="Réclamation"),
            say(en="Adviser; a manager from gravity 4", fr="Conseiller ; responsable dès la gravité 4"),
            say(en="2 days", fr="2 jours"),
        ),
        (
            "review",
            say(en="Review of 3 stars or fewer", fr="Avis de 3 étoiles ou moins"),
            say(en="Product or shop manager", fr="Chef de produit ou directeur de magasin"),
            say(en="2 days", fr="2 jours"),
        ),
        (
            "post",
            say(en="Complaining post", fr="Publication de plainte"),
            say(en="Community desk", fr="Animateur de communauté"),
            say(en="2 hours", fr="2 heures"),
        ),
        (
            "mark",
            say(en=f"Recommendation of {ALERT} or less", fr=f"Recommandation de {ALERT} ou moins"),
            say(en="Adviser, by telephone", fr="Conseiller, par téléphone"),
            say(en="1 day", fr="1 jour"),
        ),
        (
            "cause",
            say(en="Alert on a cause", fr="Alerte sur une cause"),
            say(en="The department that owns it", fr="Le service qui en est responsable"),
            say(en="7 days", fr="7 jours"),
        ),
    ]
    table = pd.DataFrame(rows, columns=["key", "signal", "who", "within"])
    table["kept"] = [100 * kept.get(name, np.nan) for name in table["key"]]
    page.table(
        "grid",
        table.drop(columns="key"),
        caption=say(
            en="The routing grid, and how much of it is kept today", fr="La grille d’aiguillage, et ce qui en est tenu"
        ),
        columns={
            "signal": Column(label=say(en="What comes in", fr="Ce qui arrive")),
            "who": Column(label=say(en="Goes to", fr="Va à")),
            "within": Column(label=say(en="Within", fr="En")),
            "kept": Column(label=say(en="Kept today", fr="Tenu à ce jour"), unit="percent"),
        },
    )


def crowd(page: Page, data: cxdata.Dataset, texts: pd.DataFrame) -> None:
    """The share of dissatisfied orders behind each source, beside that of all orders."""
    latent = data.truth["latents/orders"]
    own = texts.merge(data["surveys"][["survey_id", "programme"]], on="survey_id", how="left")
    own = own.merge(latent[["order_id", "is_dissatisfied"]], on="order_id")
    own["bad"] = own["is_dissatisfied"].astype(bool)
    whole = 100 * latent["is_dissatisfied"].mean()
    callback = own["programme"].astype(str) == "callback_after_order"
    groups = {page.say(**SOURCES[name]): own["source"] == name for name in SOURCES if name != "survey"}
    groups[page.say(en="Call-back, by lot", fr="Appel, tiré au sort")] = callback
    groups[page.say(en="All together", fr="Toutes ensemble")] = own["source"].notna()
    rows = []
    for name, chosen in groups.items():
        part = own[chosen]
        low, high = measures.share_interval(int(part["bad"].sum()), len(part))
        rows.append(
            {
                "name": name,
                "texts": len(part),
                "percent": 100 * part["bad"].mean(),
                "low": 100 * low,
                "high": 100 * high,
            }
        )
    table = pd.DataFrame(rows).sort_values("percent", ascending=False)
    by = table.set_index("name")
    lot, together = (by.iloc[by.index.get_loc(name)] for name in list(groups)[-2:])
    hold("the call-back holds the key, the stream does not", lot["low"] <= whole <= lot["high"] < together["low"])
    page.value("crowd.truth", whole, unit="percent")
    page.value("crowd.all", together["percent"], unit="percent")
    page.value("crowd.lot", lot["percent"], unit="percent")
    page.value("crowd.lot.low", lot["low"], unit="percent")
    page.value("crowd.lot.high", lot["high"], unit="percent")
    page.value("crowd.linked", 100 * len(own) / len(texts), unit="percent")
    for key in ("complaint", "review", "web"):
        page.value(f"crowd.{key}", by.loc[page.say(**SOURCES[key]), "percent"], unit="percent")
    order = list(table["name"])

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(y=alt.Y("name:N", sort=order, title=None))
        x = alt.X(
            "low:Q",
            title=page.say(en="% of texts on a dissatisfied order", fr="% de textes sur une commande décevante"),
            scale=alt.Scale(domain=[0, 85]),
        )
        key = (
            alt.Chart(pd.DataFrame({"at": [whole]}))
            .mark_rule(strokeDash=[5, 4], strokeWidth=2, color=charts.INK)
            .encode(x="at:Q")
        )
        return (
            key
            + base.mark_rule(strokeWidth=4, opacity=0.5, color=charts.NEUTRAL).encode(x=x, x2="high:Q")
            + base.mark_point(size=90, opacity=1).encode(x="percent:Q")
        ).properties(width=width - 165, height=len(order) * 30)

    said = ", ".join(f"{row.name} {page.written(row.percent, unit='percent')}" for row in table.itertuples(index=False))
    page.chart(
        "crowd",
        dots,
        title=page.say(
            en="Every source has its own crowd, and the stream is none of them",
            fr="Chaque source a son public, et le flux n’est celui d’aucune",
        ),
        alternative=page.say(
            en=f"Share of texts on an order that was dissatisfying: {said}; all orders by the answer key "
            f"{page.written(whole, unit='percent')}.",
            fr=f"Part de textes sur une commande décevante : {said} ; toutes les commandes d’après le corrigé "
            f"{page.written(whole, unit='percent')}.",
        ),
        note=page.say(
            en="Dashed: all orders, by the answer key. Texts that name no order are left out; some customers write "
            "more than once, so the intervals are a little too narrow.",
            fr="Pointillé : toutes les commandes, d’après le corrigé. Les textes sans commande sont omis ; certains "
            "clients écrivent plusieurs fois, les intervalles sont donc un peu trop étroits.",
        ),
        data=table,
        columns={
            "name": Column(label=page.say(en="Source", fr="Source")),
            "texts": Column(label=page.say(en="Texts", fr="Textes")),
            "percent": Column(label=page.say(en="Dissatisfied", fr="Décevantes"), unit="percent"),
            "low": Column(label=page.say(en="From", fr="De"), unit="percent"),
            "high": Column(label=page.say(en="To", fr="À"), unit="percent"),
        },
    )


def loud(page: Page, data: cxdata.Dataset, texts: pd.DataFrame) -> None:
    """One subject in the pooled stream and in the comments of customers drawn by lot."""
    passages = data.truth["latents/passages"]
    ids = passages.loc[passages["aspect"] == "follow_up", "verbatim_id"].unique()
    own = texts.merge(data["surveys"][["survey_id", "programme"]], on="survey_id", how="left")
    programme = own["programme"].astype(str)
    own["is_so"] = own["verbatim_id"].isin(ids)
    service = own["source"].isin(["message", "chat"]) | (programme == "after_contact")
    lot = own.loc[programme == "callback_after_order", "is_so"]
    low, high = measures.share_interval(int(lot.sum()), len(lot))
    page.value("loud.all", 100 * own["is_so"].mean(), unit="percent")
    page.value("loud.lot", 100 * lot.mean(), unit="percent")
    page.value("loud.lot.low", 100 * low, unit="percent")
    page.value("loud.lot.high", 100 * high, unit="percent")
    page.value("loud.service", 100 * service[own["is_so"]].mean(), unit="percent")
    hold("the service centre's sources make the subject loud", service[own["is_so"]].mean() > 0.7)
    hold("among customers drawn by lot it is small", high < own["is_so"].mean() / 2)
    counts = texts["customer_id"].value_counts()
    tenth = counts.head(round(len(counts) / 10))
    page.value("loud.tenth", 100 * tenth.sum() / len(texts), unit="percent")


def stars(page: Page, data: cxdata.Dataset) -> None:
    """What an answer seems to do to a critical review, and what it does."""
    reviews = data["reviews"]
    critical = reviews[reviews["stars"] <= CRITICAL_STARS].copy()
    critical["final"] = critical["stars_after"].fillna(critical["stars"]).astype(float)
    critical["answered"] = critical["answered"].astype(bool)
    plain = measures.difference(critical, outcome="final", treatment="answered")
    within = measures.difference(critical, outcome="final", treatment="answered", strata=("stars",))
    truth = cxdata.answer_key(data)["answer_on_stars"]["planted"]["value"]
    for name, found in (("plain", plain), ("within", within)):
        page.value(f"stars.{name}", found.value, digits=2)
        page.value(f"stars.{name}.low", found.low, digits=2)
        page.value(f"stars.{name}.high", found.high, digits=2)
    page.value("stars.truth", truth, digits=2)
    hold("the plain difference misses the key, the one within stars holds it", plain.low > truth)
    hold("within stars it holds the key", within.low < truth < within.high)
    rate = critical.groupby("stars")["answered"].mean()
    for mark in (1, 3):
        page.value(f"stars.rate.{mark}", 100 * rate[mark], unit="percent")
    unanswered = critical.loc[~critical["answered"]]
    page.value("stars.unanswered", len(unanswered))


def exercise(page: Page, data: cxdata.Dataset) -> None:
    """The exercise: a threshold on satisfaction instead of recommendation."""
    rated = rated_orders(data)
    for mark in (1, 2, 3):
        part = rated[rated["csat"] == mark]
        low, high = measures.share_interval(int(part["lost"].sum()), len(part))
        page.value(f"csat{mark}.alerts", len(part))
        page.value(f"csat{mark}.leavers", part["lost"].sum())
        page.value(f"csat{mark}.share", 100 * part["lost"].mean(), unit="percent")
        page.value(f"csat{mark}.low", 100 * low, unit="percent")
        page.value(f"csat{mark}.high", 100 * high, unit="percent")
    both = rated[(rated["csat"] <= 2)]
    page.value("csat.alerts", len(both))
    page.value("csat.leavers", both["lost"].sum())
    page.value("csat.share", 100 * both["lost"].mean(), unit="percent")
