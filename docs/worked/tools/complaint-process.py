"""Complaint process: most hours pass while the desk is shut, the slow department is an artefact, and one in eight waits for ever."""

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, flow, measures
from casebook.worked.figures import Column
from casebook.worked.flow import Lane, Link, Process, Step
from casebook.worked.page import Page, hold
from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne import complaints as declared

HOURS = {one.name: one.value for one in declared.PARAMETERS if one.name.startswith("desk_")}
YEAR_END = pd.Timestamp("2025-01-01")
PROMISE_HOURS = 48
GRAVE = 4
"""Severity from which a complaint is grave."""
STEPS = {
    "acknowledged": {"en": "Acknowledge", "fr": "Accuser réception"},
    "assessed": {"en": "Assess", "fr": "Évaluer"},
    "investigated": {"en": "Inquire", "fr": "Enquêter"},
    "answered": {"en": "Answer", "fr": "Répondre"},
}
AGES = {
    7: {"en": "under a week", "fr": "moins d’une semaine"},
    30: {"en": "a week to 30 days", "fr": "une semaine à 30 jours"},
    90: {"en": "30 to 90 days", "fr": "30 à 90 jours"},
    180: {"en": "90 to 180 days", "fr": "90 à 180 jours"},
    365: {"en": "180 to 365 days", "fr": "180 à 365 jours"},
    9999: {"en": "over a year", "fr": "plus d’un an"},
}


def seconds(times: pd.Series) -> np.ndarray:
    """Return whole seconds since 1970, as the company's calendar counts them."""
    return times.to_numpy().astype("datetime64[s]").astype(np.int64)


def load(data: cxdata.Dataset) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one row per complaint, and one row per step with the hours since the step before."""
    complaints = data["complaints"].merge(
        data["complaint_costs"][["complaint_id", "work_eur", "total_eur"]], on="complaint_id"
    )
    events = data["complaint_events"].sort_values(["complaint_id", "step_number"], ignore_index=True)
    at_desk = calendar.worked(seconds(events["ended_at"]), HOURS["desk_opens"], HOURS["desk_closes"]) / 3600
    events["hours"] = events.groupby("complaint_id")["ended_at"].diff().dt.total_seconds() / 3600
    events["open_hours"] = pd.Series(at_desk, index=events.index).groupby(events["complaint_id"]).diff()
    inquiry = events.loc[events["step"] == "investigated", ["complaint_id", "owner", "hours"]]
    complaints = complaints.merge(inquiry.rename(columns={"hours": "inquiry_hours"}), on="complaint_id", how="left")
    complaints["is_elsewhere"] = complaints["owner"].notna() & (complaints["owner"] != "service_centre")
    complaints["is_grave"] = complaints["severity"] >= GRAVE
    return complaints, events.merge(complaints[["complaint_id", "replied"]], on="complaint_id")


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    larger = cxdata.edition("tilmarenne", "study")
    complaints, events = load(larger)
    truth = cxdata.answer_key(data)["reply_on_score"]["planted"]["value"]

    page.value("customers", len(larger["customers"]))
    received(page, data["complaints"], complaints)
    drawn(page, complaints, events)
    clock(page, complaints, events)
    blamed(page, complaints)
    reply(page, complaints, truth)
    promise(page, complaints)
    aged(page, complaints)
    decision(page, complaints)
    first_reports(page, complaints)
    closed(page, complaints)
    exercise(page, complaints)


def share(page: Page, name: str, claims: pd.Series, *, interval: bool = False) -> None:
    """Name the share of claims that are true, in percent, and the ends of its interval if wanted."""
    page.value(name, 100 * claims.mean(), unit="percent")
    if interval:
        low, high = measures.share_interval(int(claims.sum()), len(claims))
        page.value(f"{name}.low", 100 * low, unit="percent")
        page.value(f"{name}.high", 100 * high, unit="percent")


def received(page: Page, few: pd.DataFrame, complaints: pd.DataFrame) -> None:
    """How many complaints there are, and how many were answered."""
    page.value("few", len(few))
    page.value("complaints", len(complaints))
    page.value("answered", int(complaints["replied"].sum()))
    page.value("unanswered", int((~complaints["replied"]).sum()))
    share(page, "unanswered.share", ~complaints["replied"], interval=True)
    share(page, "unanswered.grave", ~complaints.loc[complaints["severity"] == 5, "replied"])
    share(page, "unanswered.trifle", ~complaints.loc[complaints["severity"] == 1, "replied"])
    delay = complaints["reply_delay_hours"].dropna()
    page.value("delay.median", delay.median())
    page.value("delay.mean", delay.mean())
    page.value("delay.p90", delay.quantile(0.9))
    for severity, name in ((1, "trifle"), (5, "grave")):
        page.value(f"delay.{name}", complaints.loc[complaints["severity"] == severity, "reply_delay_hours"].median())
    medians = complaints.groupby("severity")["reply_delay_hours"].median()
    lost = complaints.groupby("severity")["replied"].mean()
    hold("the graver, the slower", medians.is_monotonic_increasing)
    hold("the graver, the fewer answers", lost.is_monotonic_decreasing)


def drawn(page: Page, complaints: pd.DataFrame, events: pd.DataFrame) -> None:
    """The process with its measured times."""
    answered = events[events["replied"]]
    times = answered.groupby("step", observed=True)["hours"].quantile([0.5, 0.9]).unstack()
    settled = complaints.loc[complaints["replied"], "is_resolved"].mean()
    elsewhere = complaints.loc[complaints["replied"], "is_elsewhere"]
    page.value("elsewhere", 100 * elsewhere.mean(), unit="percent")
    hold("the inquiry has the longest median and the longest tail", (times.iloc[1:5].idxmax() == "investigated").all())

    def span(hours: float) -> str:
        return page.written(hours, digits=0 if hours >= 10 else 1)

    def measured(low: float, high: float) -> str:
        median = page.say(en=f"median {span(low)} h,", fr=f"médiane {span(low)} h,")
        nine = page.say(en=f"90% in {span(high)} h", fr=f"90 % en {span(high)} h")
        space = "\N{NO-BREAK SPACE}"
        return f"{median.replace(' ', space)} {nine.replace(' ', space)}"

    def time(step: str) -> str:
        return measured(times.loc[step, 0.5], times.loc[step, 0.9])

    inquiry = {
        away: complaints.loc[complaints["replied"] & (complaints["is_elsewhere"] == away), "inquiry_hours"].quantile(
            [0.5, 0.9]
        )
        for away in (True, False)
    }
    percent = {
        name: page.written(100 * part, unit="percent")
        for name, part in {
            "lost": 1 - complaints["replied"].mean(),
            "taken": complaints["replied"].mean(),
            "away": elsewhere.mean(),
            "here": 1 - elsewhere.mean(),
            "settled": settled,
            "unsettled": 1 - settled,
        }.items()
    }
    process = Process(
        lanes=(
            Lane(key="customer", name=page.say(en="Customer", fr="Client")),
            Lane(key="desk", name=page.say(en="Service centre", fr="Service clients")),
            Lane(
                key="others",
                name=page.say(en="Logistics, quality, shops, finance", fr="Logistique, qualité, magasins, finance"),
            ),
        ),
        steps=(
            Step(key="asks", text=page.say(en="Complains", fr="Fait une réclamation"), lane="customer", kind="event"),
            Step(
                key="thanks",
                text=page.say(en="Acknowledge", fr="Accuser réception"),
                lane="desk",
                measure=time("acknowledged"),
            ),
            Step(
                key="assesses",
                text=page.say(en="Assess how grave it is", fr="Évaluer la gravité"),
                lane="desk",
                measure=time("assessed"),
            ),
            Step(key="taken", text=page.say(en="Taken further?", fr="Suite donnée ?"), lane="desk", kind="decision"),
            Step(
                key="waits",
                text=page.say(en="Waits, with no step after", fr="Attend, sans aucune suite"),
                lane="customer",
                kind="event",
                stressed=True,
            ),
            Step(
                key="here",
                text=page.say(en="Inquire at the desk", fr="Enquêter au service"),
                lane="desk",
                measure=measured(*inquiry[False]),
            ),
            Step(
                key="away",
                text=page.say(en="Inquire with those who know", fr="Enquêter chez ceux qui savent"),
                lane="others",
                measure=measured(*inquiry[True]),
            ),
            Step(key="answers", text=page.say(en="Answer", fr="Répondre"), lane="desk", measure=time("answered")),
            Step(key="closes", text=page.say(en="Close", fr="Clore"), lane="desk", measure=time("closed")),
            Step(
                key="settled",
                text=page.say(en="Settled?", fr="Réglée ?"),
                lane="customer",
                kind="decision",
            ),
            Step(key="yes", text=page.say(en="Matter settled", fr="Affaire réglée"), lane="customer", kind="event"),
            Step(
                key="no",
                text=page.say(en="Closed, not settled", fr="Close sans être réglée"),
                lane="desk",
                kind="event",
                stressed=True,
            ),
        ),
        links=(
            Link(start="asks", end="thanks"),
            Link(start="thanks", end="assesses"),
            Link(start="assesses", end="taken"),
            Link(
                start="taken",
                end="waits",
                label=page.say(en=f"no, {percent['lost']}", fr=f"non, {percent['lost']}"),
                stressed=True,
            ),
            Link(
                start="taken",
                end="here",
                label=page.say(en=f"{percent['here']} of the rest", fr=f"{percent['here']} du reste"),
            ),
            Link(
                start="taken",
                end="away",
                label=page.say(en=f"{percent['away']} of the rest", fr=f"{percent['away']} du reste"),
            ),
            Link(start="here", end="answers"),
            Link(start="away", end="answers"),
            Link(start="answers", end="closes"),
            Link(start="closes", end="settled"),
            Link(
                start="settled",
                end="yes",
                label=page.say(en=f"yes, {percent['settled']}", fr=f"oui, {percent['settled']}"),
            ),
            Link(
                start="settled",
                end="no",
                label=page.say(en=f"no, {percent['unsettled']}", fr=f"non, {percent['unsettled']}"),
                stressed=True,
            ),
        ),
    )
    page.drawing(
        "process",
        flow.wide(process),
        narrow=flow.narrow(process),
        title=page.say(
            en="The map has six steps; one complaint in eight gets no further than three",
            fr="La carte a six étapes ; une réclamation sur huit n’en dépasse pas la troisième",
        ),
        alternative=page.say(
            en=f"A customer complains. The service centre acknowledges ({time('acknowledged')}) and assesses "
            f"({time('assessed')}). {percent['lost']} are not taken further and wait. Of the rest, {percent['here']} are "
            f"inquired into at the desk ({measured(*inquiry[False])}), {percent['away']} with other departments "
            f"({measured(*inquiry[True])}). The desk answers ({time('answered')}) and closes ({time('closed')}). "
            f"{percent['settled']} of those answered are settled, {percent['unsettled']} closed without.",
            fr=f"Un client réclame. Le service clients accuse réception ({time('acknowledged')}) et évalue "
            f"({time('assessed')}). {percent['lost']} restent sans suite. Du reste, {percent['here']} font l’objet d’une "
            f"enquête au service ({measured(*inquiry[False])}), {percent['away']} dans d’autres directions "
            f"({measured(*inquiry[True])}). Le service répond ({time('answered')}) et clôt ({time('closed')}). "
            f"{percent['settled']} des réclamations ayant reçu une réponse sont réglées, {percent['unsettled']} closes sans l’être.",
        ),
        note=page.say(
            en="Hours by the clock since the step before, nights and Sundays included; answered complaints only.",
            fr="Heures d’horloge depuis l’étape précédente, nuits et dimanches compris ; seules réclamations ayant reçu une réponse.",
        ),
    )
    hold("one complaint in eight is unanswered", 0.11 < 1 - complaints["replied"].mean() < 0.14)
    page.value("unsettled", 100 * (1 - settled), unit="percent")


def clock(page: Page, complaints: pd.DataFrame, events: pd.DataFrame) -> None:
    """Where the hours pass: by step, and with the desk open or shut."""
    answered = events[events["replied"] & events["step"].isin(list(STEPS))]
    table = answered.groupby("step", observed=True)[["hours", "open_hours"]].mean().loc[list(STEPS)]
    table["shut_hours"] = table["hours"] - table["open_hours"]
    medians = answered.groupby("step", observed=True)["hours"].median()
    total = table["hours"].sum()
    delay = complaints["reply_delay_hours"].dropna()
    hold("the mean hours of the steps add up to the mean delay", abs(total - delay.mean()) < 0.1)
    hold("the medians of the steps do not add up to half the median delay", medians.sum() < 0.5 * delay.median())
    page.value("medians.sum", medians.sum(), digits=1)
    page.value("inquiry.share", 100 * table.loc["investigated", "hours"] / total, unit="percent")
    page.value("shut.share", 100 * table["shut_hours"].sum() / total, unit="percent")
    page.value("desk.median", answered.groupby("complaint_id")["open_hours"].sum().median(), digits=1)
    wide = answered.pivot_table(index="complaint_id", columns="step", values="hours", observed=True).to_numpy()
    place = list(answered["step"].cat.categories[answered["step"].cat.categories.isin(list(STEPS))]).index(
        "investigated"
    )
    rng = np.random.default_rng(7)
    draws = [rng.integers(0, len(wide), len(wide)) for _ in range(300)]
    low, high = np.quantile([wide[d, place].sum() / wide[d].sum() for d in draws], [0.025, 0.975])
    page.value("inquiry.low", 100 * low, unit="percent")
    page.value("inquiry.high", 100 * high, unit="percent")
    hold("two hours in three pass while the desk is shut", 0.6 < table["shut_hours"].sum() / total < 0.7)

    kinds = {
        "open_hours": page.say(en="desk open", fr="service ouvert"),
        "shut_hours": page.say(en="desk shut", fr="service fermé"),
    }
    rows = table.reset_index()
    rows["name"] = [page.say(**STEPS[step]) for step in rows["step"].astype(str)]
    long = rows.melt(id_vars=["name", "hours"], value_vars=list(kinds), var_name="kind", value_name="part")
    long["kind_name"] = long["kind"].map(kinds)
    long["order"] = long["kind"].map(list(kinds).index)
    rows["said"] = [page.written(hours, digits=1) for hours in rows["hours"]]
    names = list(rows["name"])

    def bars(width: int) -> alt.LayerChart:
        y = alt.Y("name:N", sort=names, title=None)
        colours = alt.Scale(domain=list(kinds.values()), range=[charts.GOOD, charts.NEUTRAL])
        drawn = (
            alt.Chart(long)
            .mark_bar()
            .encode(
                y=y,
                x=alt.X("part:Q", title=page.say(en="Mean hours of a step", fr="Heures par étape, en moyenne")),
                color=alt.Color("kind_name:N", scale=colours, sort=list(kinds.values())),
                order="order:Q",
            )
        )
        text = alt.Chart(rows).mark_text(align="left", dx=5).encode(y=y, x="hours:Q", text="said:N")
        return (drawn + text).properties(width=width if width >= 400 else width - 110, height=150)

    page.chart(
        "clock",
        bars,
        title=page.say(
            en="Two hours in three pass while nobody is at the desk",
            fr="Deux heures sur trois passent sans personne au service",
        ),
        alternative=page.say(
            en="Mean hours of each step until the answer, desk open and desk shut: ",
            fr="Heures moyennes de chaque étape jusqu’à la réponse, service ouvert et fermé : ",
        )
        + ", ".join(
            f"{row.name} {page.written(row.open_hours, digits=1)} + {page.written(row.shut_hours, digits=1)}"
            for row in rows[["name", "open_hours", "shut_hours"]].itertuples(index=False)
        )
        + ".",
        note=page.say(
            en="Means, because only means of steps add up. Open: Monday to Saturday, half past eight to seven.",
            fr="Des moyennes, seules à s’additionner. Ouvert : du lundi au samedi, de 8 h 30 à 19 h.",
        ),
        data=rows[["name", "open_hours", "shut_hours", "hours"]],
        columns={
            "name": Column(label=page.say(en="Step", fr="Étape")),
            "open_hours": Column(label=page.say(en="Desk open, hours", fr="Service ouvert, heures"), digits=1),
            "shut_hours": Column(label=page.say(en="Desk shut, hours", fr="Service fermé, heures"), digits=1),
            "hours": Column(label=page.say(en="Together", fr="Ensemble"), digits=1),
        },
    )


def blamed(page: Page, complaints: pd.DataFrame) -> None:
    """The department that looks slow: a complaint must live long enough to be handed over."""
    answered = complaints[complaints["replied"]]
    for name, rows in (
        ("logistics", answered[answered["owner"] == "logistics"]),
        ("centre", answered[~answered["is_elsewhere"]]),
    ):
        page.value(f"{name}.delay", rows["reply_delay_hours"].mean())
    fast = answered[answered["reply_delay_hours"] <= 1]
    slow = answered[answered["reply_delay_hours"] > 24]
    page.value("within_an_hour", len(fast))
    page.value("slow.elsewhere", 100 * slow["is_elsewhere"].mean(), unit="percent")
    hold("no complaint answered within an hour left the desk", not fast["is_elsewhere"].any())
    hold("four of five slow ones did", 0.77 < slow["is_elsewhere"].mean() < 0.84)
    hold(
        "logistics looks about twice as slow",
        answered.loc[answered["owner"] == "logistics", "reply_delay_hours"].mean()
        > 1.8 * answered.loc[~answered["is_elsewhere"], "reply_delay_hours"].mean(),
    )


def reply(page: Page, complaints: pd.DataFrame, truth: float) -> None:
    """What a reply does to the recommendation: plainly, within severity and channel, and in truth."""
    reached = complaints[complaints["ltr_after"].notna()]
    plain = measures.difference(reached, outcome="ltr_after", treatment="replied")
    within = measures.difference(reached, outcome="ltr_after", treatment="replied", strata=("severity", "channel"))
    hold("the plain difference leaves the truth outside", plain.low > truth)
    hold("the difference within severity and channel holds it", within.low < truth < within.high)
    page.value("reached", len(reached))
    page.value("left_out", within.left_out)
    page.value("reply.plain", plain.value, digits=1, sign=True)
    page.value("reply.within", within.value, digits=1, sign=True)
    page.value("reply.low", within.low, digits=1, sign=True)
    page.value("reply.high", within.high, digits=1, sign=True)
    page.value("reply.truth", truth, digits=1, sign=True)

    def ends(low: float, high: float) -> str:
        return page.say(
            en=f"{page.written(low, digits=1, sign=True)} to {page.written(high, digits=1, sign=True)}",
            fr=f"{page.written(low, digits=1, sign=True)} à {page.written(high, digits=1, sign=True)}",
        )

    rows = [
        (
            page.say(en="Answered less unanswered", fr="Avec réponse moins sans"),
            plain.value,
            ends(plain.low, plain.high),
        ),
        (
            page.say(en="The same within severity and channel", fr="De même, à gravité et canal égaux"),
            within.value,
            ends(within.low, within.high),
        ),
        (page.say(en="Answer key", fr="Corrigé"), truth, "–"),
    ]
    page.table(
        "reply",
        pd.DataFrame(rows, columns=["how", "value", "interval"]),
        caption=page.say(
            en="What a reply adds to the recommendation three weeks later, 0 to 10",
            fr="Ce qu’une réponse ajoute à la recommandation trois semaines après, 0 à 10",
        ),
        columns={
            "how": Column(label=page.say(en="Comparison", fr="Comparaison")),
            "value": Column(label=page.say(en="Points", fr="Points"), digits=1, sign=True),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %"), right=True),
        },
    )


def promise(page: Page, complaints: pd.DataFrame) -> None:
    """Share answered by time: of those answered, of all received, of the grave."""
    groups = {
        "answered": (
            complaints["replied"],
            page.say(en="of the answered", fr="de celles avec réponse"),
            charts.NEUTRAL,
        ),
        "all": (
            complaints["replied"].notna(),
            page.say(en="of all received", fr="de toutes"),
            charts.GOOD,
        ),
        "grave": (complaints["is_grave"], page.say(en="of the grave", fr="des graves"), charts.BAD),
    }
    days = np.arange(0, 7.01, 0.25)
    delay = complaints["reply_delay_hours"].fillna(np.inf)
    table = pd.DataFrame(
        {
            "days": days,
            **{name: [100 * (delay[rows] <= 24 * day).mean() for day in days] for name, (rows, _, _) in groups.items()},
        }
    )
    for name, (rows, _, _) in groups.items():
        share(page, f"promise.{name}", delay[rows] <= PROMISE_HOURS, interval=True)
        share(page, f"three.{name}", delay[rows] <= 72)
    hold("no promise to nine in ten of all received can be kept", (delay < np.inf).mean() < 0.9)
    hold(
        "nine in ten of the answered have their answer in three days", (delay[groups["answered"][0]] <= 72).mean() > 0.9
    )
    long = table.melt(id_vars="days", var_name="group", value_name="percent")
    long["name"] = long["group"].map({name: label for name, (_, label, _) in groups.items()})
    labels = [label for _, label, _ in groups.values()]
    colours = alt.Scale(domain=labels, range=[colour for _, _, colour in groups.values()])

    def lines(width: int) -> alt.LayerChart:
        is_narrow = width <= charts.NARROW
        room = 160 if not is_narrow else 0
        base = alt.Chart(long).encode(
            x=alt.X(
                "days:Q",
                title=page.say(en="Days since the complaint", fr="Jours depuis la réclamation"),
                scale=alt.Scale(domain=[0, 7], nice=False),
                axis=alt.Axis(tickCount=7),
            ),
            y=alt.Y(
                "percent:Q", title=page.say(en="Answered, %", fr="Avec réponse, %"), scale=alt.Scale(domain=[0, 100])
            ),
            color=alt.Color("name:N", scale=colours, sort=labels, legend=alt.Legend(columns=1) if is_narrow else None),
        )
        rule = alt.Chart(pd.DataFrame({"percent": [90]})).mark_rule(strokeDash=[5, 4]).encode(y="percent:Q")
        layers = rule + base.mark_line()
        if not is_narrow:
            layers += base.transform_filter("datum.days == 7").mark_text(align="left", dx=6).encode(text="name:N")
        return layers.properties(width=width - room, height=230)

    whole = table[table["days"] % 1 == 0].astype({"days": int})
    page.chart(
        "promise",
        lines,
        title=page.say(
            en="No promise to nine customers in ten can be kept while one in eight gets no answer",
            fr="Aucune promesse à neuf clients sur dix ne tient tant qu’un sur huit reste sans réponse",
        ),
        alternative=page.say(
            en="Share answered within one, two, three and seven days: ",
            fr="Part ayant une réponse en un, deux, trois et sept jours : ",
        )
        + "; ".join(
            label
            + " "
            + ", ".join(page.written(whole.set_index("days").loc[day, name], unit="percent") for day in (1, 2, 3, 7))
            for name, (_, label, _) in groups.items()
        )
        + ".",
        note=page.say(
            en="Dashed: nine in ten. Grave: severity 4 or 5.", fr="Tireté : neuf sur dix. Graves : gravité 4 ou 5."
        ),
        data=whole,
        columns={
            "days": Column(label=page.say(en="Days", fr="Jours")),
            **{name: Column(label=label, unit="percent") for name, (_, label, _) in groups.items()},
        },
    )


def aged(page: Page, complaints: pd.DataFrame) -> None:
    """Complaints without an answer on the last day of 2024, by age."""
    replied_at = complaints["received_at"] + pd.to_timedelta(complaints["reply_delay_hours"], unit="h")
    is_open = (complaints["received_at"] < YEAR_END) & ~(replied_at < YEAR_END)
    days = (YEAR_END - complaints.loc[is_open, "received_at"]).dt.days
    band = pd.cut(days, [-1, *(most - 1 for most in AGES)], labels=list(AGES)).astype(int)
    table = pd.DataFrame(
        {
            "age": [page.say(**label) for label in AGES.values()],
            "open": [int((band == most).sum()) for most in AGES],
            "grave": [int(((band == most) & complaints.loc[is_open, "is_grave"]).sum()) for most in AGES],
        }
    )
    page.value("open", int(is_open.sum()))
    page.value("open.median", days.median())
    page.value("open.grave", 100 * complaints.loc[is_open, "is_grave"].mean(), unit="percent")
    page.value("all.grave", 100 * complaints["is_grave"].mean(), unit="percent")
    hold("most open complaints are older than three months", (days >= 90).mean() > 0.7)
    page.table(
        "aged",
        table,
        caption=page.say(en="Open on 31 December 2024, by age", fr="Ouvertes au 31 décembre 2024, par ancienneté"),
        columns={
            "age": Column(label=page.say(en="Age", fr="Ancienneté")),
            "open": Column(label=page.say(en="Open", fr="Ouvertes")),
            "grave": Column(label=page.say(en="of them grave", fr="dont graves")),
        },
    )


def decision(page: Page, complaints: pd.DataFrame) -> None:
    """Speed in logistics, at its very best, against an answer to everybody."""
    answered = complaints[complaints["replied"]]
    without = answered["reply_delay_hours"] - answered["inquiry_hours"]
    late = answered["reply_delay_hours"] > PROMISE_HOURS
    saved = int((late & (answered["owner"] == "logistics") & (without <= PROMISE_HOURS)).sum())
    reached = complaints[complaints["ltr_after"].notna()].assign(
        fast=lambda rows: rows["reply_delay_hours"] <= PROMISE_HOURS
    )
    speed = measures.difference(
        reached[reached["replied"]], outcome="ltr_after", treatment="fast", strata=("severity", "channel")
    )
    given = measures.difference(
        reached, outcome="ltr_after", treatment="replied", strata=("severity", "channel"), of="untreated"
    )
    cost = measures.difference(
        complaints, outcome="total_eur", treatment="replied", strata=("severity", "channel"), of="untreated"
    )
    lost = int((~complaints["replied"]).sum())
    page.value("late", int(late.sum()))
    page.value("saved", saved)
    page.value("speed", speed.value, digits=1, sign=True)
    page.value("speed.points", saved * speed.value)
    page.value("given", given.value, digits=1, sign=True)
    page.value("given.points", lost * given.value)
    page.value("given.points.low", lost * given.low)
    page.value("given.points.high", lost * given.high)
    page.value("cost", cost.value, unit="euros")
    page.value("cost.all", round(lost * cost.value, -2), unit="euros")
    hold("answering everybody brings at least twice as much", lost * given.low > 2 * saved * speed.value)
    hold("the agreement brings a fourth at best", 3.7 < lost * given.value / (saved * speed.value) < 4.6)


def first_reports(page: Page, complaints: pd.DataFrame) -> None:
    """The mean delay of a month's report against what it became."""
    month = complaints[complaints["received_at"].dt.to_period("M") == pd.Period("2023-12")]
    replied_at = month["received_at"] + pd.to_timedelta(month["reply_delay_hours"], unit="h")
    done = replied_at < pd.Timestamp("2024-01-01")
    first, last = month.loc[done, "reply_delay_hours"], month["reply_delay_hours"].dropna()
    page.value("december", len(month))
    page.value("december.done", int(done.sum()))
    page.value("december.first", first.mean())
    page.value("december.last", last.mean())
    page.value("december.never", int((~month["replied"]).sum()))
    page.value("december.in_time", 100 * (first <= PROMISE_HOURS).mean(), unit="percent")
    page.value("december.in_time.all", 100 * (month["reply_delay_hours"] <= PROMISE_HOURS).mean(), unit="percent")
    hold("the first report is too good", first.mean() < 0.8 * last.mean())


def closed(page: Page, complaints: pd.DataFrame) -> None:
    """Fast or settled: what the clock leaves out."""
    reached = complaints[complaints["ltr_after"].notna() & complaints["replied"]].assign(
        fast=lambda rows: rows["reply_delay_hours"] <= PROMISE_HOURS
    )
    means = reached.groupby(["fast", "is_resolved"])["ltr_after"].agg(["mean", "size"])
    page.value("fast.unsettled", means.loc[(True, False), "mean"], digits=1)
    page.value("slow.settled", means.loc[(False, True), "mean"], digits=1)
    page.value("fast.settled", means.loc[(True, True), "mean"], digits=1)
    within = measures.difference(
        reached, outcome="ltr_after", treatment="is_resolved", strata=("severity", "channel", "fast")
    )
    page.value("settled", within.value, digits=1, sign=True)
    page.value("settled.low", within.low, digits=1, sign=True)
    page.value("settled.high", within.high, digits=1, sign=True)
    hold("settling counts among equally fast replies", within.low > 0.5)
    again = complaints["is_second_failure"]
    page.value("again", int(again.sum()))
    after = complaints[complaints["ltr_after"].notna()]
    second = measures.difference(
        after, outcome="ltr_after", treatment="is_second_failure", strata=("severity", "channel", "replied")
    )
    page.value("again.less", second.value, digits=1, sign=True)
    page.value("again.low", second.low, digits=1, sign=True)
    page.value("again.high", second.high, digits=1, sign=True)
    hold("second failures are marked lower among like complaints", second.high < 0)


def exercise(page: Page, complaints: pd.DataFrame) -> None:
    """Promises by channel."""
    for channel in ("phone", "email"):
        rows = complaints[complaints["channel"] == channel]
        share(page, f"{channel}.replied", rows["replied"])
        page.value(f"{channel}.p90", rows["reply_delay_hours"].quantile(0.9))
        whole = np.sort(rows["reply_delay_hours"].fillna(np.inf))[int(np.ceil(0.9 * len(rows))) - 1]
        if np.isfinite(whole):
            page.value(f"{channel}.all", whole)
        else:
            hold("no time answers nine in ten e-mails", channel == "email")
        page.value(f"{channel}.received", len(rows))
    mail = complaints[complaints["channel"] == "email"]["reply_delay_hours"]
    page.value("email.five", 100 * (~(mail <= 120)).mean(), unit="percent")
    phone = complaints[complaints["channel"] == "phone"]["reply_delay_hours"]
    share(page, "phone.two", phone <= 48, interval=True)
    share(page, "phone.three", phone <= 72, interval=True)
    low = {hours: measures.share_interval(int((phone <= hours).sum()), len(phone))[0] for hours in (48, 72)}
    hold("three days surely hold for nine in ten callers, two do not", low[48] < 0.9 < low[72])
