"""The customer's chair: meetings that open with the customer's voice decide more for customers, but half of it is who meets."""

from pathlib import Path

import altair as alt
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, flow, measures
from casebook.worked.figures import Column
from casebook.worked.flow import Process
from casebook.worked.page import Page, hold
from casebook.worked.sheet import Sheet, sheet

WORDS = Path(__file__).with_suffix(".toml")
WRITERS = 1_500
"""Customers of a small world that write English, for the card; French texts are those of the edition."""
OUTCOMES = {
    "customer_decisions": {"en": "Decisions about customers", "fr": "Décisions pour les clients"},
    "customer_decisions_done": {"en": "... done in 60 days", "fr": "... faites en 60 jours"},
    "decisions": {"en": "All decisions", "fr": "Toutes les décisions"},
    "objections": {"en": "Objections for customers", "fr": "Objections pour les clients"},
    "decisions_changed": {"en": "Decisions changed", "fr": "Décisions modifiées"},
}
FORMS = {
    "complaint_read": {"en": "complaint read", "fr": "réclamation lue"},
    "verbatims_shown": {"en": "comments shown", "fr": "verbatims montrés"},
    "recording_heard": {"en": "recording heard", "fr": "enregistrement écouté"},
    "empty_chair": {"en": "empty chair", "fr": "fauteuil vide"},
}
OPENING_MINUTES, HOUR_EUR = 10, 40
"""What an opening takes, and what an hour of somebody in a meeting costs, in our story."""


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    meetings = data["meetings"].assign(later=data["meetings"]["started_at"] >= "2024-01-01")
    meetings["opened"] = meetings["opened_with_voice"].astype(bool)
    drawn(page, data, meetings)
    outcomes(page, data, meetings)
    series(page, meetings)
    done(page, meetings)
    forms(page, meetings)
    loud(page, data)
    target(page, meetings)
    exercise(page, meetings)


def compared(rows: pd.DataFrame, outcome: str, *strata: str) -> measures.Difference:
    """Return how many more an opened meeting has, within strata; meetings of one series stand in one cluster."""
    return measures.difference(rows, outcome=outcome, treatment="opened", strata=strata, cluster="series_number")


def keep(page: Page, name: str, found: measures.Difference, digits: int = 2) -> None:
    """Name a difference and both ends of its interval."""
    for suffix, number in (("", found.value), (".low", found.low), (".high", found.high)):
        page.value(f"{name}{suffix}", number, digits=digits, sign=found.low < 0)


def quote(page: Page, data: cxdata.Dataset) -> str:
    """Return a short comment after an order, drawn by lot, in the page's language."""
    if page.language == "en":
        data = cxdata.generate("tilmarenne", customers=WRITERS, seed=7, locale="en_GB", tables=("verbatims",))
    texts = data["verbatims"]
    short = texts[(texts["source"] == "survey") & texts["word_count"].between(15, 32)]
    return str(short.sort_values("verbatim_id").sample(1, random_state=4)["text"].iloc[0])


def drawn(page: Page, data: cxdata.Dataset, meetings: pd.DataFrame) -> None:
    """The process with its measures, and the card."""
    opened = meetings[meetings["opened"]]
    surveys = data["surveys"]
    called = surveys.loc[surveys["programme"] == "callback_after_order", "csat"].dropna()
    complaints = 100 * len(data["complaints"]) / len(data["orders"])
    values: dict[str, str | float] = {
        "objections": page.written(opened["objections"].mean(), digits=1),
        "decisions": page.written(opened["decisions"].mean(), digits=1),
        "changed": page.written(100 * opened["decisions_changed"].sum() / opened["objections"].sum(), unit="percent"),
        "done": page.written(
            100 * opened["customer_decisions_done"].sum() / opened["customer_decisions"].sum(), unit="percent"
        ),
        "satisfied": page.written(100 * (called >= 4).mean()),
        "complaints": page.written(complaints, digits=1),
        "quote": quote(page, data),
    }
    process = artefacts.read(page, WORDS, Process, values, part="run")
    page.drawing(
        "run",
        flow.wide(process),
        narrow=flow.narrow(process),
        title=page.say(
            en="A meeting with the chair: one voice, one question per decision, one answer on record",
            fr="Une réunion avec le fauteuil : une parole, une question par décision, une réponse consignée",
        ),
        alternative=page.say(
            en=f"Eight steps in three lanes, from the comment drawn by lot to the reading back after 60 days. In opened meetings: {values['decisions']} decisions, {values['objections']} objections, {values['changed']} of objections change a decision, {values['done']} of decisions about customers are done.",
            fr=f"Huit étapes dans trois couloirs, du commentaire tiré au sort à la relecture après 60 jours. Dans les réunions ainsi ouvertes : {values['decisions']} décisions, {values['objections']} objections, {values['changed']} des objections modifient une décision, {values['done']} des décisions pour les clients sont faites.",
        ),
        note=page.say(
            en="Measured in the meetings that opened with the customer’s voice; the minutes are ours.",
            fr="Mesuré dans les réunions ouvertes par la voix du client ; les minutes sont de nous.",
        ),
    )
    page.html("card", sheet(artefacts.read(page, WORDS, Sheet, values, part="card"), language=page.language))
    page.value("meetings", len(meetings))
    page.value("series", meetings["series_number"].nunique())
    page.value("opened", int(meetings["opened"].sum()))


def outcomes(page: Page, data: cxdata.Dataset, meetings: pd.DataFrame) -> None:
    """Plainly and within series, and what an opening is worth."""
    between = page.say(en="to", fr="à")
    lines = []
    found = {}
    for outcome, label in OUTCOMES.items():
        plain, within = compared(meetings, outcome), compared(meetings, outcome, "series_number", "later")
        found[outcome] = plain, within
        keep(page, f"{outcome}.plain", plain)
        keep(page, f"{outcome}.within", within)
        lines.append(
            (
                page.say(**label),
                plain.value,
                within.value,
                f"{page.written(within.low, digits=2, sign=True)} {between} {page.written(within.high, digits=2, sign=True)}",
            )
        )
    plain, within = found["customer_decisions"]
    key = float(cxdata.answer_key(data)["opening_on_decisions"]["realised"]["value"])
    page.value("key", key, digits=2)
    hold("the comparison within series holds the truth", within.low < key < within.high)
    hold("the plain one is twice too high", plain.low > 1.9 * key)
    hold("no more is decided in all", found["decisions"][1].low < 0 < found["decisions"][1].high)
    page.value("left_out", within.left_out)
    page.table(
        "outcomes",
        pd.DataFrame(lines, columns=["outcome", "plain", "within", "interval"]),
        caption=page.say(
            en="What an opened meeting has more than another",
            fr="Ce qu’une réunion ainsi ouverte a de plus qu’une autre",
        ),
        columns={
            "outcome": Column(label=page.say(en="Per meeting", fr="Par réunion")),
            "plain": Column(label=page.say(en="Plain", fr="Brut"), digits=2, sign=True),
            "within": Column(label=page.say(en="Same series", fr="Même série"), digits=2, sign=True),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %"), right=True),
        },
    )
    rest = meetings[meetings["later"] & ~meetings["opened"]]
    price = OPENING_MINUTES / 60 * HOUR_EUR * rest["participants"].mean()
    page.value("rest", len(rest))
    page.value("minutes", OPENING_MINUTES)
    page.value("hour", HOUR_EUR, unit="euros")
    page.value("people", rest["participants"].mean(), digits=1)
    page.value("price", price, unit="euros")
    page.value("price.all", round(price * len(rest), -2), unit="euros")
    spent = (meetings["participants"] * meetings["duration_minutes"]).sum() / 60 * HOUR_EUR
    page.value("ordinary", spent / meetings["decisions"].sum(), unit="euros")
    hold(
        "an ordinary decision costs about as much", abs(spent / meetings["decisions"].sum() - price / within.value) < 30
    )
    page.value("promised", round(plain.value * len(rest)))
    page.value("expected", round(within.value * len(rest)))
    page.value("expected.low", round(within.low * len(rest)))
    page.value("expected.high", round(within.high * len(rest)))
    page.value("each.promised", price / plain.value, unit="euros")
    page.value("each.real", price / within.value, unit="euros")
    page.value("each.done", price / found["customer_decisions_done"][1].value, unit="euros")


def series(page: Page, meetings: pd.DataFrame) -> None:
    """Why: those who open often decide more for customers even when they do not open."""
    share = 100 * meetings.groupby("series_number")["opened"].mean().rename("opened")
    plain = meetings[~meetings["opened"]].groupby("series_number")["customer_decisions"].agg(["mean", "size"])
    table = plain.join(share, how="inner").reset_index()
    table = table[table["size"] >= 4]
    correlation = float(table["opened"].corr(table["mean"]))
    page.value("series.shown", len(table))
    page.value("series.correlation", correlation, digits=2, sign=True)
    rare, often = table[table["opened"] < 20], table[table["opened"] >= 50]
    for name, rows in (("rare", rare), ("often", often)):
        page.value(f"{name}.series", len(rows))
        page.value(f"{name}.decisions", (rows["mean"] * rows["size"]).sum() / rows["size"].sum(), digits=2)
    hold("those who open often decide more without it too", correlation > 0.5)

    def dots(width: int) -> alt.Chart:
        return (
            alt.Chart(table)
            .mark_point(filled=True, opacity=0.75, size=70)
            .encode(
                x=alt.X(
                    "opened:Q",
                    scale=alt.Scale(domain=[0, 100]),
                    axis=alt.Axis(values=[0, 25, 50, 75, 100]),
                    title=page.say(
                        en="Meetings of the series that open, %", fr="Réunions de la série ainsi ouvertes, %"
                    ),
                ),
                y=alt.Y(
                    "mean:Q",
                    title=page.say(en="Customer decisions without opening", fr="Décisions clients sans ouverture"),
                ),
            )
            .properties(width=width, height=230)
        )

    page.chart(
        "series",
        dots,
        title=page.say(
            en="Those who often open with the voice decide for customers even when they do not",
            fr="Ceux qui ouvrent souvent par cette voix décident pour les clients même sans elle",
        ),
        alternative=page.say(
            en=f"{len(table)} series: decisions about customers in their meetings that did not open with the voice rise with the share that did; correlation {page.written(correlation, digits=2, sign=True)}.",
            fr=f"{len(table)} séries : dans leurs réunions non ouvertes ainsi, les décisions pour les clients croissent avec la part qui l’a été ; corrélation {page.written(correlation, digits=2, sign=True)}.",
        ),
        note=page.say(
            en="One dot per series with four meetings or more that did not open with it, and those meetings alone.",
            fr="Un point par série comptant au moins quatre réunions sans cette ouverture, et ces réunions seules.",
        ),
        data=table.sort_values("opened", ascending=False).head(8)[["series_number", "opened", "size", "mean"]],
        columns={
            "series_number": Column(label=page.say(en="Series (first eight)", fr="Série (huit premières)")),
            "opened": Column(label=page.say(en="Opened", fr="Ouvertes"), unit="percent"),
            "size": Column(label=page.say(en="Not opened", fr="Non ouvertes")),
            "mean": Column(label=page.say(en="Decisions", fr="Décisions"), digits=2),
        },
    )


def done(page: Page, meetings: pd.DataFrame) -> None:
    """Whether decisions of opened meetings are carried out more."""
    rows = meetings[meetings["customer_decisions"] > 0]
    rows = rows.loc[rows.index.repeat(rows["customer_decisions"])]
    turn = rows.groupby("meeting_id").cumcount()
    rows = rows.assign(carried=100.0 * (turn < rows["customer_decisions_done"]))
    for side, name in ((True, "opened"), (False, "others")):
        page.value(f"done.{name}", rows.loc[rows["opened"] == side, "carried"].mean(), unit="percent")
    plain, within = compared(rows, "carried"), compared(rows, "carried", "series_number")
    keep(page, "done.plain", plain, digits=0)
    keep(page, "done.within", within, digits=0)
    page.value("done.left", int(meetings["customer_decisions"].sum() - meetings["customer_decisions_done"].sum()))
    page.value("done.all", int(meetings["customer_decisions"].sum()))
    hold("plainly, openings seem to make decisions stick", plain.low > 5)
    hold("within series that is gone or unsure", within.low < 0 < within.high)


def forms(page: Page, meetings: pd.DataFrame) -> None:
    """Each form of the voice against unopened meetings of the same series and year."""
    lines = []
    for form, label in FORMS.items():
        part = meetings[~meetings["opened"] | (meetings["voice_form"] == form)]
        found = compared(part, "customer_decisions", "series_number", "later")
        lines.append(
            (page.say(**label), int((meetings["voice_form"] == form).sum()), found.value, found.low, found.high)
        )
        keep(page, f"form.{form}", found)
        page.value(f"form.{form}.meetings", lines[-1][1])
    table = pd.DataFrame(lines, columns=["form", "meetings", "added", "low", "high"]).sort_values(
        "added", ascending=False
    )
    hold("every form adds", bool((table["low"] > 0).all()))
    pair = meetings[meetings["voice_form"].isin(["verbatims_shown", "complaint_read"])]
    found = measures.difference(
        pair.assign(shown=pair["voice_form"] == "verbatims_shown"),
        outcome="customer_decisions",
        treatment="shown",
        strata=("series_number", "later"),
        cluster="series_number",
    )
    keep(page, "pair", found)
    hold("comments come out best and complaints last", table["added"].iloc[0] > 2 * table["added"].iloc[-1])

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(y=alt.Y("form:N", sort=None, title=None, axis=alt.Axis(labelLimit=150)))
        x = alt.X(
            "low:Q",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8, 1]),
            title=page.say(en="More customer decisions", fr="Décisions clients en plus"),
        )
        return (
            base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(x=x, x2="high:Q")
            + base.mark_point(size=100, filled=True, opacity=1).encode(x="added:Q")
        ).properties(width=width - 150, height=130)

    page.chart(
        "forms",
        dots,
        title=page.say(
            en="Comments on the screen seem twice as good as a complaint read aloud; the recipe knows no difference",
            fr="Les verbatims à l’écran semblent deux fois plus utiles qu’une réclamation lue ; la recette ne les distingue pas",
        ),
        alternative=page.say(
            en="Decisions about customers added per meeting, same series and year: ",
            fr="Décisions pour les clients ajoutées par réunion, même série et même année : ",
        )
        + ", ".join(f"{row.form} {page.written(row.added, digits=2, sign=True)}" for row in table.itertuples())
        + ".",
        note=page.say(en="Lines are 95% intervals.", fr="Traits : intervalles à 95 %."),
        data=table,
        columns={
            "form": Column(label=page.say(en="Form", fr="Forme")),
            "meetings": Column(label=page.say(en="Meetings", fr="Réunions")),
            **{
                name: Column(label=page.say(en=en, fr=fr), digits=2, sign=True)
                for name, en, fr in (("added", "Added", "En plus"), ("low", "From", "De"), ("high", "To", "À"))
            },
        },
    )


def loud(page: Page, data: cxdata.Dataset) -> None:
    """Whom a complaint read aloud speaks for."""
    orders, complaints, surveys = data["orders"], data["complaints"], data["surveys"]
    called = surveys[surveys["programme"] == "callback_after_order"].dropna(subset=["csat"])
    low = called[called["csat"] <= 2]
    page.value("loud.complaints", 100 * len(complaints) / len(orders), digits=1, unit="percent")
    page.value("loud.low", 100 * len(low) / len(called), unit="percent")
    page.value("loud.low.count", len(low))
    page.value("loud.heard", 100 * low["order_id"].isin(complaints["order_id"]).mean(), unit="percent")
    hold("most unhappy customers do not complain", low["order_id"].isin(complaints["order_id"]).mean() < 0.5)


def target(page: Page, meetings: pd.DataFrame) -> None:
    """The share that opens, as a target."""
    years = meetings.groupby("later")["opened"].mean() * 100
    page.value("share.first", years[False], unit="percent")
    page.value("share.second", years[True], unit="percent")
    empty = meetings[meetings["opened"] & (meetings["customer_decisions"] == 0)]
    mute = meetings[meetings["opened"] & (meetings["objections"] == 0)]
    page.value("empty", 100 * len(empty) / meetings["opened"].sum(), unit="percent")
    page.value("mute", 100 * len(mute) / meetings["opened"].sum(), unit="percent")


def exercise(page: Page, meetings: pd.DataFrame) -> None:
    """Departments are not enough."""
    keep(page, "by.department", compared(meetings, "customer_decisions", "department", "later"))
    keep(page, "by.kind", compared(meetings, "customer_decisions", "department", "kind", "later"))
