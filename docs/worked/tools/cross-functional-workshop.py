"""The cross-functional workshop: one problem of eight has no home, and dates come from records of owners."""

from datetime import date, timedelta
from pathlib import Path

import altair as alt
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts
from casebook.worked.figures import Column
from casebook.worked.measures import share_interval
from casebook.worked.page import Page, hold
from casebook.worked.sheet import Sheet, sheet
from casebook.worked.shrinkage import still_open

WORDS = Path(__file__).with_suffix(".toml")
WRITERS = 1_500
"""Customers of a small world that write English, for the pack; French texts are those of the edition."""
QUOTED = {"en": 77754380, "fr": 84418578}
LAST = pd.Timestamp("2024-12-31")
"""Day on which the plan was last looked at."""
HELD = date(2025, 1, 14)
PEOPLE, HOURS, HOUR_EUR, PREPARED_HOURS = 8, 3.5, 40, 10
"""Those at the table with the host, the morning, what an hour costs and how long the pack takes, in our story."""
WATCHED_DAYS = 90
KEPT_SHARE = 0.8
"""A day is announced that four in five actions of the owner have kept."""
TOPICS = {
    "delivery": {"en": "Delivery", "fr": "Livraison"},
    "waits": {"en": "Waits", "fr": "Attentes"},
    "returns": {"en": "Returns", "fr": "Retours"},
    "advice": {"en": "Advice", "fr": "Conseil"},
    "web": {"en": "Web shop", "fr": "Site"},
    "billing": {"en": "Bills", "fr": "Factures"},
    "product_information": {"en": "Product pages", "fr": "Fiches produit"},
    "shop_checkout": {"en": "Tills", "fr": "Caisses"},
}
DEPARTMENTS = {
    "digital": {"en": "Digital", "fr": "Numérique"},
    "shops": {"en": "Shops", "fr": "Magasins"},
    "logistics": {"en": "Logistics", "fr": "Logistique"},
    "finance": {"en": "Finance", "fr": "Finance"},
    "service_centre": {"en": "Service centre", "fr": "Service client"},
}
STEPS = (
    {"en": "Ask how", "fr": "Demander"},
    {"en": "Hand back", "fr": "Rendre"},
    {"en": "Check in", "fr": "Contrôler"},
    {"en": "Pay back", "fr": "Rembourser"},
    {"en": "Ask again", "fr": "Relancer"},
)
PARTS = {"digital": "dn..n", "shops": "ndn..", "logistics": ".dd.n", "finance": "..nd.", "service_centre": "d.nnd"}
"""What each department does (d) or needs from others (n) at each step of a return; ours, from a walk-through."""
MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
}


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    actions = followed(data["improvement_actions"])
    homes(page, actions)
    matrix(page)
    factors = owners(page, actions)
    decisions(page, factors)
    unfinished(page, actions)
    closed(page, actions, data)
    loudest(page, data)
    exercise(page, actions)
    drawn(page, actions, data)


def followed(actions: pd.DataFrame) -> pd.DataFrame:
    """Return the actions with the days for which each was watched, in days and in percent of its term.

    An action that was dropped is watched until its term; nobody knows how long it would have taken.
    """
    rows = actions.assign(
        topic=actions["topic"].astype(str),
        owner=actions["owner_department"].astype(str),
        done=actions["status"] == "done",
        **{name: pd.to_datetime(actions[name]) for name in ("decided_on", "due_on", "done_on")},
    )
    seen = rows["done_on"].fillna(LAST).where(rows["status"] != "dropped", rows["due_on"])
    term = (rows["due_on"] - rows["decided_on"]).dt.days
    days = (seen - rows["decided_on"]).dt.days
    most = pd.crosstab(rows["topic"], rows["owner"]).idxmax(axis=1)
    return rows.assign(
        days=days,
        of_term=100 * days / term,
        is_digital=rows["owner"] == "digital",
        crosses=rows["owner"] != rows["topic"].map(most),
    )


def on(curve: pd.DataFrame, day: float) -> pd.Series:
    """Return the line of a curve that holds on a day."""
    return curve[curve["days"] <= day].iloc[-1]


def keep(page: Page, name: str, line: pd.Series) -> None:
    """Name a share that is still open with both ends of its interval."""
    for suffix, column in (("", "open"), (".low", "low"), (".high", "high")):
        page.value(f"{name}{suffix}", 100 * line[column], unit="percent")


def homes(page: Page, actions: pd.DataFrame) -> None:
    """Which problems one department has in hand, and which nobody."""
    counts = pd.crosstab(actions["topic"], actions["owner"])
    total = counts.sum(axis=1)
    equal = 1 / (counts.div(total, axis=0) ** 2).sum(axis=1)
    ranked = counts.apply(lambda row: pd.Series(sorted(row, reverse=True)), axis=1)
    frame = pd.DataFrame(
        {
            "actions": total,
            "equal": equal,
            "first": ranked[0],
            "second": ranked[1],
            "others": total - ranked[0] - ranked[1],
        }
    ).sort_values("equal", ascending=False)
    hold("returns have the most owners", frame.index[0] == "returns" and frame["equal"].iloc[0] > 2.5)
    hold("all others stay below two and a half", (frame["equal"].iloc[1:] < 2.5).all())
    hold("six topics have fewer than two", (frame["equal"] < 2).sum() == 6)
    page.value("returns.equal", equal["returns"], digits=1)
    page.value("returns.actions", total["returns"])
    page.value("returns.owners", (counts.loc["returns"] > 0).sum())
    page.value("advice.equal", equal["advice"], digits=1)
    page.value("actions", len(actions))
    for topic in ("returns", "web"):
        low, high = share_interval(int(ranked.loc[topic, 0]), int(total[topic]))
        page.value(f"{topic}.first", 100 * ranked.loc[topic, 0] / total[topic], unit="percent")
        page.value(f"{topic}.low", 100 * low, unit="percent")
        page.value(f"{topic}.high", 100 * high, unit="percent")
    page.value("web.actions", total["web"])
    page.value("billing.actions", total["billing"])
    price = (PEOPLE * HOURS + PREPARED_HOURS) * HOUR_EUR
    for name, amount in (
        ("price", price),
        ("price.all", price * len(frame)),
        ("price.saved", price * (len(frame) - 1)),
    ):
        page.value(name, amount, unit="euros")
    for name, number in (("people", PEOPLE), ("prepared", PREPARED_HOURS)):
        page.value(name, number)
    page.value("hour", HOUR_EUR, unit="euros")
    page.value("hours", HOURS, digits=1)
    parts = {
        "first": page.say(en="Department with most", fr="Premier département"),
        "second": page.say(en="Second", fr="Deuxième"),
        "others": page.say(en="All others", fr="Tous les autres"),
    }
    frame["name"] = [page.say(**TOPICS[topic]) for topic in frame.index]
    frame["label"] = frame["equal"].map(lambda one: page.written(one, digits=1))
    order = list(frame["name"])
    long = frame.melt(id_vars=["name"], value_vars=list(parts), var_name="part", value_name="count")
    long["rank"] = long["part"].map({part: number for number, part in enumerate(parts)})
    long["part"] = long["part"].map(parts)

    def make(width: int) -> alt.LayerChart:
        y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(minExtent=95))
        bars = (
            alt.Chart(long)
            .mark_bar(height=15)
            .encode(
                y=y,
                x=alt.X(
                    "count:Q",
                    stack=True,
                    title=page.say(en="Actions", fr="Actions"),
                    scale=alt.Scale(domain=[0, 24], nice=False),
                    axis=alt.Axis(values=[0, 5, 10, 15, 20]),
                ),
                color=alt.Color(
                    "part:N",
                    scale=alt.Scale(domain=list(parts.values()), range=[charts.GOOD, charts.NEUTRAL, charts.BAD]),
                    legend=alt.Legend(columns=1 if width <= charts.NARROW else 3),
                ),
                order="rank:Q",
            )
        )
        text = alt.Chart(frame).mark_text(align="left", dx=5, fontWeight=600).encode(y=y, x="actions:Q", text="label:N")
        return (bars + text).properties(width=width - 105, height=235)

    said = "; ".join(
        f"{row.name_} {row.label} ({row.actions})" for row in frame.rename(columns={"name": "name_"}).itertuples()
    )
    page.chart(
        "homes",
        make,
        title=page.say(
            en="Seven problems have a home; returns have none",
            fr="Sept problèmes ont un port d’attache ; les retours, aucun",
        ),
        alternative=page.say(
            en=f"Equal owners of each topic, with its number of actions in brackets: {said}.",
            fr=f"Responsables équivalents de chaque sujet, avec le nombre d’actions entre parenthèses : {said}.",
        ),
        note=page.say(
            en="Actions of two years by who has them in hand; the number behind each bar is its equal owners.",
            fr="Actions de deux ans, selon qui en est chargé ; le nombre après chaque barre donne les responsables équivalents.",
        ),
        data=frame[["name", "actions", "first", "second", "others", "equal"]],
        columns={
            "name": Column(label=page.say(en="Topic", fr="Sujet")),
            "actions": Column(label=page.say(en="Actions", fr="Actions")),
            "first": Column(label=parts["first"]),
            "second": Column(label=parts["second"]),
            "others": Column(label=parts["others"]),
            "equal": Column(label=page.say(en="Equal owners", fr="Responsables équivalents"), digits=1),
        },
    )


def matrix(page: Page) -> None:
    """Departments against the steps of a return: who does it, who waits for it."""
    does, needs = page.say(en="does", fr="fait"), page.say(en="needs", fr="attend")
    steps = [page.say(**step) for step in STEPS]
    rows = [
        (page.say(**label), step, {"d": does, "n": needs}[mark])
        for department, label in DEPARTMENTS.items()
        for step, mark in zip(steps, PARTS[department], strict=True)
        if mark != "."
    ]
    frame = pd.DataFrame(rows, columns=["department", "step", "part"])
    page.value("matrix.needs", int((frame["part"] == needs).sum()))
    names = [page.say(**label) for label in DEPARTMENTS.values()]
    hold("every step has somebody who does it", set(frame.loc[frame["part"] == does, "step"]) == set(steps))

    def make(width: int) -> alt.LayerChart:
        is_narrow = width <= charts.NARROW
        base = alt.Chart(frame).encode(
            y=alt.Y("department:N", sort=names, title=None, axis=alt.Axis(minExtent=98)),
            x=alt.X(
                "step:N",
                sort=steps,
                title=None,
                axis=alt.Axis(orient="top", labelAngle=-50 if is_narrow else 0, domain=False, ticks=False),
            ),
        )
        tiles = base.mark_rect(cornerRadius=3, stroke=charts.ON_COLOUR, strokeWidth=3).encode(
            color=alt.Color(
                "part:N", scale=alt.Scale(domain=[does, needs], range=[charts.GOOD, charts.BAD]), legend=None
            )
        )
        words = base.mark_text(color=charts.ON_COLOUR, fontSize=11 if is_narrow else 13).encode(text="part:N")
        return (tiles + words).properties(width=width - (112 if is_narrow else 120), height=200)

    said = "; ".join(
        f"{name}: " + ", ".join(f"{one.step} ({one.part})" for one in frame[frame["department"] == name].itertuples())
        for name in names
    )
    page.chart(
        "matrix",
        make,
        title=page.say(
            en="A return: five departments, and each needs something from another",
            fr="Un retour : cinq départements, et chacun attend quelque chose d’un autre",
        ),
        alternative=page.say(
            en=f"Departments and what they do or need at five steps. {said}.",
            fr=f"Les départements et ce qu’ils font ou attendent à cinq étapes. {said}.",
        ),
        note=page.say(
            en="Ours, from walking one lamp back; each “needs” is a request that the day must settle.",
            fr="De nous, en suivant le retour d’une lampe ; chaque « attend » est une demande à régler ce jour-là.",
        ),
        data=frame,
        columns={
            "department": Column(label=page.say(en="Department", fr="Département")),
            "step": Column(label=page.say(en="Step", fr="Étape")),
            "part": Column(label=page.say(en="Part", fr="Rôle")),
        },
    )


def owners(page: Page, actions: pd.DataFrame) -> dict[bool, float]:
    """How long actions take in percent of their term, digital ones and others; return what to multiply terms by."""
    curves, factors = {}, {}
    labels = {
        True: page.say(en="Digital", fr="Numérique"),
        False: page.say(en="All other departments", fr="Tous les autres départements"),
    }
    for is_digital, rows in actions.groupby("is_digital"):
        curve = still_open(rows["of_term"], rows["done"])
        curves[is_digital] = curve
        name = "digital" if is_digital else "rest"
        keep(page, f"{name}.due", on(curve, 100))
        page.value(f"{name}.actions", len(rows))
        factors[is_digital] = float(curve.loc[curve["open"] <= 1 - KEPT_SHARE, "days"].iloc[0]) / 100
        page.value(f"{name}.factor", factors[is_digital], digits=1)
    hold(
        "digital actions are open on their day more often",
        on(curves[True], 100)["open"] > 1.5 * on(curves[False], 100)["open"],
    )
    hold("the gap is larger than the middle halves", on(curves[True], 100)["low"] > on(curves[False], 100)["open"])
    frame = pd.concat([curve.assign(who=labels[name]) for name, curve in curves.items()])
    frame[["open", "low", "high"]] *= 100
    shown = frame[frame["days"] <= 200]
    ends = pd.DataFrame([(labels[True], 132, 90), (labels[False], 28, 60)], columns=["who", "days", "open"])
    colours = alt.Scale(domain=[labels[True], labels[False]], range=[charts.BAD, charts.GOOD])

    def make(width: int) -> alt.LayerChart:
        x = alt.X(
            "days:Q",
            scale=alt.Scale(domain=[0, 200], nice=False),
            axis=alt.Axis(values=[0, 50, 100, 150, 200]),
            title=page.say(
                en="Time since the decision, % of the term agreed", fr="Temps depuis la décision, % du délai convenu"
            ),
        )
        y = alt.Y(
            "open:Q", scale=alt.Scale(domain=[0, 100]), title=page.say(en="Still open, %", fr="Encore ouvertes, %")
        )
        is_narrow = width <= charts.NARROW
        colour = alt.Color("who:N", scale=colours, legend=alt.Legend(columns=1, symbolOpacity=1) if is_narrow else None)
        base = alt.Chart(shown)
        band = base.mark_area(opacity=0.16, interpolate="step-after").encode(
            x=x, y=alt.Y("low:Q"), y2="high:Q", color=colour
        )
        line = base.mark_line(interpolate="step-after").encode(x=x, y=y, color=colour)
        due = alt.Chart(pd.DataFrame({"days": [100]})).mark_rule(strokeDash=[4, 4]).encode(x="days:Q")
        words = alt.Chart(ends).mark_text(fontWeight=600).encode(x="days:Q", y="open:Q", text="who:N", color=colour)
        parts = [band, line, due] if is_narrow else [band, line, due, words]
        return alt.layer(*parts).properties(width=width, height=230)

    listed = pd.DataFrame(
        [
            {
                "part": part,
                "digital": 100 * on(curves[True], part)["open"],
                "rest": 100 * on(curves[False], part)["open"],
            }
            for part in (50, 75, 100, 125, 150, 200)
        ]
    )
    due = {name: page.written(100 * on(curve, 100)["open"], unit="percent") for name, curve in curves.items()}
    page.chart(
        "owners",
        make,
        title=page.say(
            en="On the day agreed, most actions of digital are still open",
            fr="Au jour convenu, la plupart des actions du numérique sont encore ouvertes",
        ),
        alternative=page.say(
            en=f"Share of actions still open by time in percent of the term. On the day agreed {due[True]} of digital’s actions are open, {due[False]} of all others; the curve of digital stays above throughout the second half of the term and after.",
            fr=f"Part des actions encore ouvertes selon le temps, en pour cent du délai. Au jour convenu, {due[True]} des actions du numérique sont ouvertes, contre {due[False]} des autres ; la courbe du numérique reste au-dessus après la moitié du délai.",
        ),
        note=page.say(
            en="Kaplan-Meier with 95% bands; dropped actions count until their term. Dashed: the day agreed.",
            fr="Kaplan-Meier, bandes à 95 % ; une action abandonnée compte jusqu’à son terme. Tirets : le jour convenu.",
        ),
        data=listed,
        columns={
            "part": Column(label=page.say(en="% of the term", fr="% du délai")),
            "digital": Column(label=labels[True], unit="percent"),
            "rest": Column(label=labels[False], unit="percent"),
        },
    )
    hold("the curve of digital lies above", (listed["digital"] > listed["rest"]).iloc[1:].all())
    return factors


def spoken(page: Page, day: date) -> str:
    """Return a day as the page's language writes it."""
    first = "er" if page.language == "fr" and day.day == 1 else ""
    return f"{day.day}{first} {MONTHS[page.language][day.month - 1]} {day.year}"


def decisions(page: Page, factors: dict[bool, float]) -> None:
    """The day's decisions, each with its owner and the day that the record of the owner allows."""
    rows = []
    for department, weeks, text in (
        (
            "logistics",
            6,
            {"en": "scan each return on the day it arrives", "fr": "scanner chaque retour le jour de son arrivée"},
        ),
        ("finance", 8, {"en": "pay back on the scan, check later", "fr": "rembourser au scan, contrôler après"}),
        ("shops", 4, {"en": "take back web parcels at the till", "fr": "reprendre les colis du site en caisse"}),
        (
            "digital",
            12,
            {"en": "show the return’s state in the account", "fr": "afficher l’état du retour dans le compte"},
        ),
        (
            "service_centre",
            2,
            {
                "en": "count “where is my refund?” each week",
                "fr": "compter chaque semaine « où est mon remboursement ? »",
            },
        ),
    ):
        day = HELD + timedelta(days=round(7 * weeks * factors[department == "digital"]))
        day += timedelta(days=(4 - day.weekday()) % 7)
        separator = page.say(en=": ", fr=" : ")
        rows.append((page.say(**DEPARTMENTS[department]) + separator + page.say(**text), weeks, spoken(page, day)))
        if department == "digital":
            page.value("digital.weeks", weeks)
            page.value("digital.real", (day - HELD).days / 7)
            page.text("digital.day", en=spoken(page, day), fr=spoken(page, day))
    page.text("held", en=spoken(page, HELD), fr=spoken(page, HELD))
    page.table(
        "decisions",
        pd.DataFrame(rows, columns=["what", "weeks", "day"]),
        caption=page.say(en="What the day decided", fr="Ce que la journée a décidé"),
        columns={
            "what": Column(label=page.say(en="Owner and action", fr="Responsable et action")),
            "weeks": Column(label=page.say(en="Weeks asked", fr="Semaines demandées")),
            "day": Column(label=page.say(en="Announced for", fr="Annoncé pour le")),
        },
    )


def unfinished(page: Page, actions: pd.DataFrame) -> None:
    """Young actions look slow when open ones count as not done."""
    for name, rows in (
        ("early", actions[actions["decided_on"] < "2024-01-01"]),
        ("young", actions[actions["decided_on"] >= "2024-07-01"]),
    ):
        page.value(f"{name}.actions", len(rows))
        page.value(f"{name}.done", 100 * rows["done"].mean(), unit="percent")
        curve = still_open(rows["days"], rows["done"])
        keep(page, f"{name}.open", on(curve, WATCHED_DAYS))
    page.value("watched", WATCHED_DAYS)
    early, young = (
        still_open(rows["days"], rows["done"])
        for rows in (actions[actions["decided_on"] < "2024-01-01"], actions[actions["decided_on"] >= "2024-07-01"])
    )
    hold(
        "young actions are not slower at the same age", on(young, WATCHED_DAYS)["high"] < on(early, WATCHED_DAYS)["low"]
    )


def closed(page: Page, actions: pd.DataFrame, data: cxdata.Dataset) -> None:
    """Actions on returns are done, and customers ask about returns as before."""
    done = actions[(actions["topic"] == "returns") & actions["done"]]
    page.value("returns.done", len(done))
    page.value("returns.spent", done["cost_eur"].sum(), unit="euros")
    orders, contacts = data["orders"], data["contacts"]
    asked = contacts.loc[contacts["reason"] == "return_refund", "order_id"].dropna().unique()
    ends = {}
    for year in (2023, 2024):
        part = orders[orders["ordered_at"].dt.year == year]
        count = int(part["order_id"].isin(asked).sum())
        low, high = share_interval(count, len(part))
        ends[year] = low, high
        page.value(f"asked.{year}", 1000 * count / len(part))
        page.value(f"asked.{year}.low", 1000 * low)
        page.value(f"asked.{year}.high", 1000 * high)
    hold("the two years overlap", ends[2023][1] > ends[2024][0] and ends[2024][1] > ends[2023][0])


def loudest(page: Page, data: cxdata.Dataset) -> None:
    """Complaints choose another problem than contacts."""
    contacts = data["contacts"]
    complaints = contacts[contacts["is_complaint"].fillna(False).astype(bool)]
    for name, rows in (("contacts", contacts), ("complaints", complaints)):
        counts = rows["reason"].astype(str).value_counts()
        page.value(f"{name}.returns", counts["return_refund"])
        page.value(f"{name}.late", counts["late_delivery"])
    page.value("contacts.all", len(contacts))
    page.value("contacts.share", 100 * (contacts["reason"] == "return_refund").mean(), unit="percent")
    hold(
        "returns are the first reason to call",
        contacts["reason"].astype(str).value_counts().idxmax() == "return_refund",
    )
    hold("late parcels lead complaints", complaints["reason"].astype(str).value_counts().idxmax() == "late_delivery")
    returned = contacts[contacts["reason"] == "return_refund"]
    settled = returned["is_resolved_first_time"].dropna().astype(float)
    page.value("returns.open", 100 * (1 - settled.mean()), unit="percent")


def exercise(page: Page, actions: pd.DataFrame) -> None:
    """Whether actions that cross departments finish later."""
    for crosses, rows in actions.groupby("crosses"):
        name = "cross" if crosses else "home"
        page.value(f"{name}.actions", len(rows))
        curve = still_open(rows["of_term"], rows["done"])
        keep(page, f"{name}.due", on(curve, 100))
        plain = rows.loc[rows["done"], "days"].median()
        page.value(f"{name}.median", plain)
    term = (actions["due_on"] - actions["decided_on"]).dt.days
    hold("crossing actions have longer terms", term[actions["crosses"]].median() > term[~actions["crosses"]].median())
    cross, home = (
        still_open(r["of_term"], r["done"]) for r in (actions[actions["crosses"]], actions[~actions["crosses"]])
    )
    hold(
        "crossing is not seen to delay",
        on(cross, 100)["open"] < on(home, 100)["high"] and on(cross, 100)["high"] > on(home, 100)["open"],
    )
    hold(
        "days alone suggest that it does",
        actions[actions["crosses"] & actions["done"]]["days"].median()
        > actions[~actions["crosses"] & actions["done"]]["days"].median(),
    )


def drawn(page: Page, actions: pd.DataFrame, data: cxdata.Dataset) -> None:
    """The pack on one sheet and the morning on another."""
    texts = data["verbatims"]
    if page.language == "en":
        texts = cxdata.generate(
            "tilmarenne", customers=WRITERS, seed=7, locale="en_GB", tables=("verbatims",), truth=False
        )["verbatims"]
    quote = str(texts.set_index("verbatim_id").loc[QUOTED[page.language], "text"])
    sent = data["voice_broadcasts"]
    sent = sent[sent["topic"] == "returns"]
    acted = sent.groupby("department", observed=True)["was_acted_on"].agg(["sum", "size"])
    finance = acted.loc["finance"]
    page.value("sent.issues", sent["issue_number"].nunique())
    page.value("sent.finance", finance["size"])
    page.value("sent.finance.acted", finance["sum"])
    page.value("sent.centre", acted.loc["service_centre", "size"])
    page.value("sent.centre.acted", acted.loc["service_centre", "sum"])
    lines = data["order_lines"]
    values: dict[str, str | float] = {
        "quote": " ".join(quote.split()),
        "lines": page.written(1000 * lines["is_returned"].mean()),
        "budget": page.written(actions.loc[actions["topic"] == "returns", "cost_eur"].sum(), unit="euros"),
    }
    for part in ("pack", "plan"):
        page.html(part, sheet(artefacts.read(page, WORDS, Sheet, values, part=part), language=page.language))
