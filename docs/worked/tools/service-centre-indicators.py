"""Service-centre indicators: whether eight calls in ten are answered in twenty seconds, when, and what it costs."""

from functools import cache

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold
from casebook.worked.palette import COLOURS

DAYS = {
    0: {"en": "Monday", "fr": "Lundi"},
    1: {"en": "Tuesday", "fr": "Mardi"},
    2: {"en": "Wednesday", "fr": "Mercredi"},
    3: {"en": "Thursday", "fr": "Jeudi"},
    4: {"en": "Friday", "fr": "Vendredi"},
    5: {"en": "Saturday", "fr": "Samedi"},
}
TARGET, WITHIN_SECONDS = 0.8, 20
MONDAY_FROM, MONDAY_TO = 9.5, 11.5
"""Hours of the day between which Monday morning is at its busiest, in our story."""
EVENING_FROM, EVENING_TO = 18.5, 19.5
HOLE_FROM, HOLE_TO, GIVEN_FROM, GIVEN_TO = 14.25, 15.25, 17.5, 18.5
"""Hours that moving a part of the day shift by one hour fills, and hours that it takes from."""
MOVED = 1 / 3
SHIFT_HOURS = 7
PER_HOUR = 4
CRISES = (("2023-10-08", "2023-11-05"), ("2024-05-18", "2024-06-10"))
"""Weeks of the parcel jam and of the lamp recall."""


def load(data: cxdata.Dataset) -> pd.DataFrame:
    """Return one row per quarter-hour of the two years, with its weekday and hour."""
    rows = data["contact_volumes"]
    rows = rows[rows["starts_at"] < "2025-01-01"]
    start = rows["starts_at"]
    return rows.assign(
        date=start.dt.normalize(), weekday=start.dt.day_of_week, hour=start.dt.hour + start.dt.minute / 60
    )


def level(rows: pd.DataFrame) -> float:
    """Return the share of the calls offered that were answered in time."""
    return float(rows["calls_answered_in_20_s"].sum() / rows["calls_offered"].sum())


def by_week(rows: pd.DataFrame) -> tuple[float, float]:
    """Return both ends of the 95 % interval of the service level, weeks as clusters."""
    weeks = rows.groupby(rows["date"].dt.to_period("W"))[["calls_answered_in_20_s", "calls_offered"]].sum()
    share = level(rows)
    off = weeks["calls_answered_in_20_s"] - share * weeks["calls_offered"]
    error = np.sqrt((off**2).sum() * len(weeks) / (len(weeks) - 1)) / weeks["calls_offered"].sum()
    return share - measures.Z_95 * error, share + measures.Z_95 * error


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    larger = cxdata.edition("tilmarenne", "study")
    line = load(data)
    handle = float(np.average(line["mean_handle_seconds"].fillna(0), weights=line["calls_answered"]))
    patience = patience_seconds(line, larger["contacts"])
    page.value("handle", handle)
    page.value("patience", patience / 60, digits=1)
    page.value("patience.seconds", patience)

    definitions(page, line)
    checked(page)
    where(page, line)
    monday_curve(page, line, handle)
    price = minute_price(data)
    staffing(page, data, line, handle, patience, price)
    moved(page, line, handle, patience)
    occupancy(page, line)
    contacts = handled(larger)
    resolution(page, contacts, price)
    short_calls(page, data, contacts)
    contractor(page, data, larger, contacts)


def patience_seconds(line: pd.DataFrame, contacts: pd.DataFrame) -> float:
    """Return the mean patience: all time spent in the queue by the calls that hang up."""
    lost = contacts[contacts["is_abandoned"]]
    until = 60 * lost["wait_minutes"].mean()
    answered = (line["mean_wait_seconds"].fillna(0) * line["calls_answered"]).sum()
    return float(answered / line["calls_abandoned"].sum() + until)


def minute_price(data: cxdata.Dataset) -> float:
    """Return what a minute of an adviser costs, in euros, from the accounts of complaints."""
    costs = data["complaint_costs"].merge(data["complaints"][["complaint_id", "contact_id"]], on="complaint_id")
    costs = costs.merge(data["contacts"][["contact_id", "handle_minutes"]], on="contact_id")
    return float(costs["work_eur"].sum() / (costs["work_minutes"] + costs["handle_minutes"]).sum())


def definitions(page: Page, line: pd.DataFrame) -> None:
    """One record, several service levels."""
    share, (low, high) = level(line), by_week(line)
    answered = line["calls_answered_in_20_s"].sum() / line["calls_answered"].sum()
    plain = line["service_level_share"].mean()
    days = line.groupby("date")[["calls_answered_in_20_s", "calls_offered"]].sum()
    kept = days["calls_answered_in_20_s"] / days["calls_offered"] >= TARGET
    hold("the promise is kept of answered calls and missed of offered ones", share < TARGET < answered < plain)
    page.value("calls", line["calls_offered"].sum())
    page.value("level", 100 * share, digits=1, unit="percent")
    page.value("level.low", 100 * low, unit="percent")
    page.value("level.high", 100 * high, unit="percent")
    page.value("level.answered", 100 * answered, digits=1, unit="percent")
    page.value("level.plain", 100 * plain, digits=1, unit="percent")
    page.value("days.kept", 100 * kept.mean(), unit="percent")
    lost = line["calls_abandoned"].sum()
    page.value("lost", lost)
    page.value("lost.share", 100 * lost / line["calls_offered"].sum(), digits=1, unit="percent")
    calm = line
    for start, end in CRISES:
        calm = calm[~calm["date"].between(start, end)]
    page.value("calm", 100 * level(calm), digits=1, unit="percent")
    july = line[line["date"].dt.month == 7]
    page.value("july", 100 * level(july), unit="percent")
    hold("July is far below, crises or none", level(july) < 0.7 < TARGET < level(calm))
    rows = [
        (page.say(en="In time, of calls offered", fr="À temps, sur les appels présentés"), 100 * share),
        (page.say(en="In time, of calls answered", fr="À temps, sur les appels décrochés"), 100 * answered),
        (page.say(en="Mean of the quarter-hours", fr="Moyenne des quarts d’heure"), 100 * plain),
        (page.say(en="Days that kept the promise", fr="Jours où la promesse est tenue"), 100 * kept.mean()),
    ]
    page.table(
        "definitions",
        pd.DataFrame(rows, columns=["what", "percent"]),
        caption=page.say(
            en="The same two years of calls, counted in four ways",
            fr="Les deux mêmes années d’appels, comptées de quatre façons",
        ),
        columns={
            "what": Column(label=page.say(en="What is counted", fr="Ce que l’on compte")),
            "percent": Column(label="%", digits=1, unit="percent"),
        },
    )


def checked(page: Page) -> None:
    """A case to check a formula or a tool against."""
    found = measures.erlang_c(100, 360, 13, WITHIN_SECONDS)
    page.value("check.chance", found.wait_chance, digits=3)
    page.value("check.level", 100 * found.service_level, unit="percent")
    page.value("check.wait", found.mean_wait_seconds)


def where(page: Page, line: pd.DataFrame) -> None:
    """The service level by weekday and half-hour."""
    half = np.floor(2 * line["hour"]) / 2
    table = (
        line.groupby(["weekday", half])[["calls_answered_in_20_s", "calls_offered"]]
        .sum()
        .reset_index()
        .rename(columns={"hour": "from"})
    )
    table["percent"] = 100 * table["calls_answered_in_20_s"] / table["calls_offered"]
    table["until"] = table["from"] + 0.5
    table["day"] = table["weekday"].map(lambda day: page.say(**DAYS[day]))
    kinds = {
        "kept": page.say(en="80% or more", fr="80 % ou plus"),
        "near": page.say(en="70 to 80%", fr="70 à 80 %"),
        "far": page.say(en="less than 70%", fr="moins de 70 %"),
    }
    table["kind"] = np.select(
        [table["percent"] >= 80, table["percent"] >= 70], [kinds["kept"], kinds["near"]], kinds["far"]
    )
    names = [page.say(**one) for one in DAYS.values()]
    worst = table.loc[table["percent"].idxmin()]
    morning = line[(line["hour"] >= MONDAY_FROM) & (line["hour"] < MONDAY_TO)]
    monday, others = (morning[(morning["weekday"] == 0) == is_monday] for is_monday in (True, False))
    page.value("monday", 100 * level(monday), unit="percent")
    low, high = by_week(monday)
    page.value("monday.low", 100 * low, unit="percent")
    page.value("monday.high", 100 * high, unit="percent")
    page.value("morning.others", 100 * level(others), unit="percent")
    page.value("monday.day", 100 * level(line[line["weekday"] == 0]), unit="percent")
    hole = line[(line["hour"] >= HOLE_FROM) & (line["hour"] < HOLE_TO)]
    page.value("hole", 100 * level(hole), unit="percent")
    evening = line[(line["hour"] >= EVENING_FROM) & (line["hour"] < EVENING_TO)]
    page.value("evening", 100 * level(evening), unit="percent")
    overlap = line[line["hour"] == 15.25]
    page.value("overlap", 100 * level(overlap), unit="percent")
    page.value("overlap.staffed", overlap["advisers_staffed"].mean())
    page.value("overlap.occupancy", 100 * overlap["occupancy_share"].mean(), unit="percent")
    before = line[line["hour"] == 14.75]
    page.value("before.staffed", before["advisers_staffed"].mean())
    hold("Monday mornings are worse than the others", high < level(others))
    hold("mid-afternoon is as bad as Monday morning on other days", level(hole) < 0.75)
    hold("the overlap is idle", overlap["occupancy_share"].mean() < 0.5)

    def cells(width: int) -> alt.Chart:
        narrow = width <= charts.NARROW
        return (
            alt.Chart(table)
            .mark_rect(stroke=COLOURS["raised"].light, strokeWidth=1)
            .encode(
                x=alt.X(
                    "from:Q",
                    scale=alt.Scale(domain=[8.5, 22], nice=False),
                    axis=alt.Axis(values=[9, 12, 15, 18, 21], labelExpr="datum.value + ' h'"),
                    title=page.say(en="Hour of the day", fr="Heure de la journée"),
                ),
                x2="until:Q",
                y=alt.Y("day:N", sort=names, title=None),
                color=alt.Color(
                    "kind:N",
                    sort=list(kinds.values()),
                    scale=alt.Scale(
                        domain=list(kinds.values()),
                        range=[COLOURS["1-soft"].light, COLOURS["2-soft"].light, charts.BAD],
                    ),
                    legend=alt.Legend(columns=1 if narrow else 3, columnPadding=24),
                ),
            )
            .properties(width=width - 75 if narrow else width - 60, height=170)
        )

    wide = table.assign(part=np.where(table["from"] < 12, "am", np.where(table["from"] < 18, "pm", "eve")))
    sums = wide.groupby(["weekday", "part"])[["calls_answered_in_20_s", "calls_offered"]].sum()
    shares = (100 * sums["calls_answered_in_20_s"] / sums["calls_offered"]).unstack()[["am", "pm", "eve"]]
    shown = shares.reset_index()
    shown["weekday"] = shown["weekday"].map(lambda day: page.say(**DAYS[day]))
    page.chart(
        "where",
        cells,
        title=page.say(
            en="The promise breaks at the same hours every day, and most on Mondays",
            fr="La promesse cède aux mêmes heures chaque jour, surtout le lundi",
        ),
        alternative=page.say(
            en="Share of calls offered that were answered within twenty seconds, by weekday and half-hour. Worst: "
            f"{worst['day']} at {worst['from']:g} h, {page.written(worst['percent'], unit='percent')}. The promise "
            "breaks around half past ten, around half past two, and after half past six, on nearly every day.",
            fr="Part des appels présentés pris en vingt secondes, par jour et demi-heure. Le plus bas : "
            f"{worst['day'].lower()} à {worst['from']:g} h, {page.written(worst['percent'], unit='percent')}. Chaque jour a des "
            "cases sombres vers dix et onze heures, vers quatorze heures trente et après dix-huit heures trente.",
        ),
        note=page.say(
            en="Of calls offered, answered within twenty seconds, by half-hour. The table gives mornings, afternoons from "
            "noon and evenings from six.",
            fr="Sur les appels présentés, pris en vingt secondes, par demi-heure. Le tableau donne matinées, après-midi dès "
            "midi et soirées dès dix-huit heures.",
        ),
        data=shown,
        columns={
            "weekday": Column(label=page.say(en="Day", fr="Jour")),
            "am": Column(label=page.say(en="Morning", fr="Matin"), unit="percent"),
            "pm": Column(label=page.say(en="Afternoon", fr="Après-midi"), unit="percent"),
            "eve": Column(label=page.say(en="Evening", fr="Soir"), unit="percent"),
        },
    )


def monday_curve(page: Page, line: pd.DataFrame, handle: float) -> None:
    """Work and advisers on an average Monday."""
    monday = line[line["weekday"] == 0]
    table = monday.groupby("hour")[["calls_offered", "advisers_staffed"]].mean().reset_index()
    table["work"] = table["calls_offered"] * handle / 900
    names = {
        "work": page.say(en="work that comes in", fr="travail qui arrive"),
        "advisers_staffed": page.say(en="advisers ready", fr="conseillers prêts"),
    }
    long = table.melt(id_vars="hour", value_vars=list(names), var_name="kind", value_name="advisers")
    long["kind"] = long["kind"].map(names)
    spare = table["advisers_staffed"] - table["work"]
    page.value("spare.least", spare.min(), digits=1)
    hold("the overlap has nearly twice what it needs", spare[table["hour"] == 15.25].iloc[0] > 20)
    hold("the work of a quarter past ten leaves no room", spare[table["hour"] == 10.25].iloc[0] < 2)
    at = table.set_index("hour")
    page.value("monday.work", at.loc[10.25, "work"], digits=1)
    page.value("monday.ready", at.loc[10.25, "advisers_staffed"])
    page.value("monday.calls", PER_HOUR * at.loc[10.25, "calls_offered"])
    page.value("monday.agents", round(at.loc[10.25, "advisers_staffed"]))
    labels = pd.DataFrame(
        [
            {"hour": 11.2, "advisers": 11.0, "kind": names["work"]},
            {"hour": 12.0, "advisers": 40.0, "kind": names["advisers_staffed"]},
        ]
    )

    def steps(width: int) -> alt.LayerChart:
        colour = alt.Color(
            "kind:N",
            sort=list(names.values()),
            scale=alt.Scale(domain=list(names.values()), range=[charts.BAD, charts.GOOD]),
            legend=None,
        )
        x = alt.X(
            "hour:Q",
            scale=alt.Scale(domain=[8.5, 22], nice=False),
            axis=alt.Axis(values=[9, 12, 15, 18, 21], labelExpr="datum.value + ' h'"),
            title=page.say(en="Hour of an average Monday", fr="Heure d’un lundi moyen"),
        )
        y = alt.Y("advisers:Q", title=page.say(en="Advisers", fr="Conseillers"))
        lines = alt.Chart(long).mark_line(interpolate="step-after").encode(x=x, y=y, color=colour)
        words = alt.Chart(labels).mark_text(align="center", dx=10).encode(x=x, y=y, text="kind:N", color=colour)
        return (lines + words).properties(width=width, height=220)

    page.chart(
        "monday-curve",
        steps,
        title=page.say(
            en="The roster has no room at a quarter past ten, and twice what it needs at a quarter past three",
            fr="Le planning est plein à dix heures et quart, et deux fois trop large à quinze heures et quart",
        ),
        alternative=page.say(
            en="Average Monday: advisers ready and the work that calls bring, in advisers kept busy. At a quarter past ten ",
            fr="Lundi moyen : conseillers prêts et travail apporté par les appels, en conseillers occupés. À dix heures et quart ",
        )
        + f"{page.written(at.loc[10.25, 'advisers_staffed'])} / {page.written(at.loc[10.25, 'work'])}; "
        + page.say(en="at a quarter to three ", fr="à quinze heures moins le quart ")
        + f"{page.written(at.loc[14.75, 'advisers_staffed'])} / {page.written(at.loc[14.75, 'work'])}; "
        + page.say(en="at a quarter past three ", fr="à quinze heures et quart ")
        + f"{page.written(at.loc[15.25, 'advisers_staffed'])} / {page.written(at.loc[15.25, 'work'])}.",
        note=page.say(
            en="Work is calls times handle time, in advisers who would be busy without a pause.",
            fr="Travail : appels fois durée de traitement, en conseillers occupés sans pause.",
        ),
        data=table[table["hour"] % 1 == 0.25][["hour", "work", "advisers_staffed"]],
        columns={
            "hour": Column(label=page.say(en="Hour", fr="Heure"), digits=2),
            "work": Column(label=names["work"], digits=1),
            "advisers_staffed": Column(label=names["advisers_staffed"], digits=1),
        },
    )


def queue_of(handle: float, patience: float):
    """Return Erlang A for a quarter-hour's calls and advisers; the same pair is computed once."""

    @cache
    def found(calls: int, advisers: int) -> measures.ErlangA:
        return measures.erlang_a(PER_HOUR * calls, handle, advisers, WITHIN_SECONDS, patience)

    return found


def with_more(rows: pd.DataFrame, more, queue) -> tuple[float, float]:
    """Return service level and share of calls lost, quarter by quarter, with more or fewer advisers, by calls."""
    pairs = zip(rows["calls_offered"], np.maximum(rows["advisers_staffed"] + more, 1).astype(int), strict=True)
    found = [(calls, queue(calls, advisers)) for calls, advisers in pairs if calls]
    total = sum(calls for calls, _ in found)
    return (
        sum(calls * one.service_level for calls, one in found) / total,
        sum(calls * one.abandoned_share for calls, one in found) / total,
    )


def staffing(
    page: Page, data: cxdata.Dataset, line: pd.DataFrame, handle: float, patience: float, price: float
) -> None:
    """How many more advisers keep the promise on Monday mornings, and what that costs a year."""
    queue = queue_of(handle, patience)
    monday = line[(line["weekday"] == 0) & (line["hour"] >= MONDAY_FROM) & (line["hour"] < MONDAY_TO)]
    mean = monday.groupby("hour")[["calls_offered", "advisers_staffed"]].mean()
    rows = []
    for more in range(9):
        level_more, lost = with_more(monday, more, queue)
        found = [
            measures.erlang_a(PER_HOUR * calls, handle, round(ready) + more, WITHIN_SECONDS, patience).service_level
            for calls, ready in mean.itertuples(index=False)
        ]
        rows.append((more, 100 * level_more, lost, 100 * float(np.average(found, weights=mean["calls_offered"]))))
    table = pd.DataFrame(rows, columns=["more", "record", "lost", "average"])
    needed = int(table.loc[table["record"] >= 100 * TARGET, "more"].min())
    tempting = int(table.loc[table["average"] >= 100 * TARGET, "more"].min())
    hold("the average Monday asks for a single adviser, and that is too few", tempting == 1 < needed)
    page.value("needed", needed)
    page.value("tempting", tempting)
    page.value("model.now", table["record"].iloc[0], unit="percent")
    page.value("average.now", table["average"].iloc[0], unit="percent")
    page.value("tempting.level", table.loc[tempting, "record"], unit="percent")
    page.value("tempting.promise", table.loc[tempting, "average"], unit="percent")
    page.value("needed.level", table.loc[needed, "record"], unit="percent")
    hold("quarter by quarter the formula comes near the record", abs(table["record"].iloc[0] - 100 * level(monday)) < 4)
    stuck = (monday["calls_offered"] * handle / 900 >= monday["advisers_staffed"]).mean()
    page.value("stuck", 100 * stuck, unit="percent")
    paid = paid_per_ready(page, data, line)
    page.value("price", price, digits=2, unit="euros")
    hours = (MONDAY_TO - MONDAY_FROM) * monday["date"].nunique() / 2
    page.value("hours", hours)
    cost = needed * hours * paid * price * 60
    page.value("cost", round(cost, -2), unit="euros")
    page.value("cost.shift", round(cost * SHIFT_HOURS / (MONDAY_TO - MONDAY_FROM), -3), unit="euros")
    page.value("cost.tempting", round(tempting * hours * paid * price * 60, -2), unit="euros")
    stay = monday["calls_offered"].sum() / 2 * (table["lost"].iloc[0] - table.loc[needed, "lost"])
    page.value("monday.lost", monday["calls_abandoned"].sum() / 2)
    page.value("stay", stay)
    page.value("stay.price", cost / stay, unit="euros")
    patient = max(
        measures.advisers_needed(PER_HOUR * calls, handle, WITHIN_SECONDS, target=TARGET) - round(ready)
        for calls, ready in mean.itertuples(index=False)
    )
    page.value("erlang_c.more", patient)
    staffing_chart(page, table, needed, tempting)
    other_hours(page, line, handle, patience, float(mean["calls_offered"].max()))


def paid_per_ready(page: Page, data: cxdata.Dataset, line: pd.DataFrame) -> float:
    """Return hours paid for an hour at the telephone: leave, sickness, training, meals and short breaks."""
    rosters = data["rosters"].merge(data["agents"][["agent_id", "desk"]], on="agent_id")
    rosters = rosters[(rosters["desk"] == "phone") & (pd.to_datetime(rosters["week_start"]) < "2025-01-01")]
    counts = rosters["monday"].astype(str).value_counts()
    away = counts.reindex(["leave", "sick", "training"]).fillna(0).sum()
    absent = away / (away + counts.reindex(["early", "day", "midday", "late"]).sum())
    breaks = 1 - line["advisers_staffed"].sum() / line["advisers_rostered"].sum()
    page.value("absent", 100 * absent, unit="percent")
    page.value("breaks", 100 * breaks, unit="percent")
    paid = float(1 / (1 - absent) / (1 - breaks))
    page.value("paid", paid, digits=2)
    return paid


def staffing_chart(page: Page, table: pd.DataFrame, needed: int, tempting: int) -> None:
    """Service level by advisers added, on the average Monday and on each quarter-hour."""
    names = {
        "average": page.say(en="formula on the average Monday", fr="formule sur le lundi moyen"),
        "record": page.say(en="formula on each quarter-hour", fr="formule sur chaque quart d’heure"),
    }
    long = table.melt(id_vars="more", value_vars=list(names), var_name="kind", value_name="percent")
    long["kind"] = long["kind"].map(names)
    labels = pd.DataFrame(
        [
            {"more": 2.6, "percent": 96, "kind": names["average"]},
            {"more": 5.4, "percent": 70, "kind": names["record"]},
        ]
    )

    def curves(width: int) -> alt.LayerChart:
        colour = alt.Color(
            "kind:N",
            sort=list(names.values()),
            scale=alt.Scale(domain=list(names.values()), range=[charts.BAD, charts.GOOD]),
            legend=None,
        )
        x = alt.X(
            "more:Q",
            axis=alt.Axis(values=list(range(9)), format="d"),
            title=page.say(en="Advisers added", fr="Conseillers ajoutés"),
        )
        y = alt.Y(
            "percent:Q",
            scale=alt.Scale(domain=[60, 100]),
            axis=alt.Axis(values=[60, 70, 80, 90, 100]),
            title=page.say(en="In time, %", fr="À temps, %"),
        )
        rule = alt.Chart(pd.DataFrame({"percent": [80]})).mark_rule(strokeDash=[4, 4]).encode(y=y)
        return (
            rule
            + alt.Chart(long).mark_line(point=True).encode(x=x, y=y, color=colour)
            + alt.Chart(labels).mark_text(align="center").encode(x=x, y=y, text="kind:N", color=colour)
        ).properties(width=width, height=220)

    page.chart(
        "staffing",
        curves,
        title=page.say(
            en=f"The average Monday asks for {tempting} adviser more, real Mondays for {needed}",
            fr=f"Le lundi moyen demande {tempting} conseiller de plus, les vrais lundis {needed}",
        ),
        alternative=page.say(
            en="Share of calls answered in time on Monday mornings with 0 to 8 advisers more: on the average Monday ",
            fr="Part des appels pris à temps le lundi matin avec 0 à 8 conseillers de plus : sur le lundi moyen ",
        )
        + ", ".join(page.written(one, unit="percent") for one in table["average"])
        + page.say(en="; quarter-hour by quarter-hour ", fr=" ; quart d’heure par quart d’heure ")
        + ", ".join(page.written(one, unit="percent") for one in table["record"])
        + ".",
        note=page.say(
            en="Erlang A, half past nine to half past eleven. The broken line is the promise.",
            fr="Erlang A, de neuf heures trente à onze heures trente. Le trait interrompu est la promesse.",
        ),
        data=table[["more", "average", "record"]],
        columns={
            "more": Column(label=page.say(en="Advisers added", fr="Conseillers ajoutés")),
            **{name: Column(label=label, unit="percent") for name, label in names.items()},
        },
    )


def other_hours(page: Page, line: pd.DataFrame, handle: float, patience: float, most_calls: float) -> None:
    """The exercise's evening, and what a minute of work after the call weighs."""
    queue = queue_of(handle, patience)
    evening = line[(line["hour"] >= EVENING_FROM) & (line["hour"] < EVENING_TO)]
    for more in range(1, 9):
        found, _ = with_more(evening, more, queue)
        if found >= TARGET:
            break
    page.value("evening.needed", more)
    page.value("evening.level", 100 * found, unit="percent")
    page.value("evening.now", 100 * with_more(evening, 0, queue)[0], unit="percent")
    average = evening.groupby("hour")[["calls_offered", "advisers_staffed"]].mean()
    page.value(
        "evening.tempting",
        max(
            measures.advisers_needed(PER_HOUR * calls, handle, WITHIN_SECONDS, target=TARGET, patience_seconds=patience)
            - round(ready)
            for calls, ready in average.itertuples(index=False)
        ),
    )
    wrapped = measures.advisers_needed(
        PER_HOUR * most_calls, handle, WITHIN_SECONDS, target=TARGET, patience_seconds=patience
    )
    bare = measures.advisers_needed(
        PER_HOUR * most_calls, handle - 60, WITHIN_SECONDS, target=TARGET, patience_seconds=patience
    )
    page.value("wrap.with", wrapped)
    page.value("wrap.without", bare)


def moved(page: Page, line: pd.DataFrame, handle: float, patience: float) -> None:
    """A third of the day shift comes back from its break an hour earlier, and leaves an hour earlier."""
    queue = queue_of(handle, patience)
    ready = line.pivot(index="date", columns="hour", values="advisers_staffed")
    third = ((ready[12.0] - ready[12.25]) * MOVED).round()
    page.value("third", third.mean())
    for name, start, end, sign in (("filled", HOLE_FROM, HOLE_TO, 1), ("given", GIVEN_FROM, GIVEN_TO, -1)):
        rows = line[(line["hour"] >= start) & (line["hour"] < end)]
        before, after = with_more(rows, 0, queue)[0], with_more(rows, sign * rows["date"].map(third), queue)[0]
        page.value(f"{name}.before", 100 * before, unit="percent")
        page.value(f"{name}.after", 100 * after, unit="percent")
        hold(f"the hour {name} keeps the promise afterwards", after >= TARGET)


def occupancy(page: Page, line: pd.DataFrame) -> None:
    """What happens to callers when advisers have no pause."""
    full = line[line["occupancy_share"] >= 0.9]
    easy = line[line["occupancy_share"].between(0.7, 0.8)]
    page.value("full.share", 100 * len(full) / len(line), unit="percent")
    page.value("full.level", 100 * level(full), unit="percent")
    page.value("full.lost", 100 * full["calls_abandoned"].sum() / line["calls_abandoned"].sum(), unit="percent")
    page.value("easy.level", 100 * level(easy), unit="percent")
    page.value("mean.occupancy", 100 * line["occupancy_share"].mean(), unit="percent")
    waits = {}
    for name, rows in (("easy", easy), ("full", full)):
        waits[name] = np.average(rows["mean_wait_seconds"].fillna(0), weights=rows["calls_answered"])
        page.value(f"{name}.wait", waits[name])
    hold("waits explode", waits["full"] > 5 * waits["easy"])


def handled(larger: cxdata.Dataset) -> pd.DataFrame:
    """Return one row per contact that an adviser dealt with, with what followed about the same order."""
    rows = larger["contacts"].loc[lambda part: ~part["is_abandoned"]]
    rows = rows.merge(larger["agents"][["agent_id", "site"]], on="agent_id").sort_values(["order_id", "contacted_at"])
    by = rows.groupby("order_id")
    days = (by["contacted_at"].shift(-1) - rows["answered_at"]).dt.total_seconds() / 86_400
    same = by["reason"].shift(-1).astype(object) == rows["reason"].astype(object)
    return rows.assign(
        declared=rows["is_resolved_first_time"].astype(float),
        quiet_7=(~(days <= 7)).astype(float),
        quiet_14=(~(days <= 14)).astype(float),
        same_14=(~((days <= 14) & same)).astype(float),
        outsourced=rows["site"] == "outsourced",
    )


def resolution(page: Page, contacts: pd.DataFrame, price: float) -> None:
    """First-contact resolution by four clocks."""
    kinds = {
        "declared": page.say(en="The adviser says it is settled", fr="Le conseiller le déclare réglé"),
        "quiet_14": page.say(en="No contact within 14 days", fr="Aucun contact sous 14 jours"),
        "quiet_7": page.say(en="No contact within 7 days", fr="Aucun contact sous 7 jours"),
        "same_14": page.say(en="None with the same reason, 14 days", fr="Aucun de même motif, 14 jours"),
    }
    page.value("contacts", len(contacts))
    cost = contacts["handle_minutes"].mean() * price
    page.value("contact.cost", cost, digits=2, unit="euros")
    rows = []
    for name, label in kinds.items():
        share = contacts[name].mean()
        by = (contacts[name] - share).groupby(contacts["customer_id"]).sum()
        half = measures.Z_95 * np.sqrt((by**2).sum()) / len(contacts)
        page.value(f"fcr.{name}", 100 * share, unit="percent")
        rows.append((label, 100 * share, f"±{page.written(100 * half, digits=1)}", cost / share))
    hold("the clocks differ by ten points and more", contacts["same_14"].mean() > contacts["declared"].mean() + 0.1)
    back = contacts.loc[contacts["declared"] == 1, "quiet_14"].mean()
    page.value("declared.back", 100 * (1 - back), unit="percent")
    page.value("undeclared.quiet", 100 * contacts.loc[contacts["declared"] == 0, "quiet_14"].mean(), unit="percent")
    page.table(
        "resolution",
        pd.DataFrame(rows, columns=["what", "share", "margin", "cost"]),
        caption=page.say(
            en="First-contact resolution of the same contacts, by four clocks",
            fr="Résolution au premier contact, les mêmes contacts et quatre horloges",
        ),
        columns={
            "what": Column(label=page.say(en="Settled when", fr="Réglé quand")),
            "share": Column(label=page.say(en="Share", fr="Part"), unit="percent"),
            "margin": Column(label=page.say(en="Margin", fr="Marge"), right=True),
            "cost": Column(label=page.say(en="Per settled", fr="Par réglé"), digits=2, unit="euros"),
        },
    )


def short_calls(page: Page, data: cxdata.Dataset, contacts: pd.DataFrame) -> None:
    """Short calls, settled calls, and the adviser behind both."""
    calls = contacts[contacts["channel"] == "phone"]
    cuts = calls["handle_minutes"].quantile([0.25, 0.75])
    shortest, longest = calls["handle_minutes"] <= cuts[0.25], calls["handle_minutes"] > cuts[0.75]
    page.value("short.minutes", cuts[0.25], digits=1)
    page.value("long.minutes", cuts[0.75], digits=1)
    page.value("short.settled", 100 * calls.loc[shortest, "declared"].mean(), unit="percent")
    page.value("long.settled", 100 * calls.loc[longest, "declared"].mean(), unit="percent")
    ends = calls[shortest | longest].assign(short=shortest)
    found = measures.difference(ends, outcome="declared", treatment="short", strata=("reason",))
    page.value("short.gap", 100 * found.value, digits=1)
    page.value("short.gap.low", 100 * found.low, digits=1)
    page.value("short.gap.high", 100 * found.high, digits=1)
    hold("short calls are settled more often, within reasons too", found.low > 0)
    advisers = calls.groupby("agent_id").agg(handle=("handle_minutes", "mean"), settled=("declared", "mean"))
    skill = data.truth["latents/agents"].set_index("agent_id")["competence"].reindex(advisers.index)
    page.value("advisers", len(advisers))
    page.value("adviser.r", advisers["handle"].corr(advisers["settled"]), digits=2)
    page.value("skill.handle", advisers["handle"].corr(skill), digits=2)
    page.value("skill.settled", advisers["settled"].corr(skill), digits=2)
    hold("skill stands behind both", advisers["handle"].corr(skill) < -0.5 and advisers["settled"].corr(skill) > 0.3)


def contractor(page: Page, data: cxdata.Dataset, larger: cxdata.Dataset, contacts: pd.DataFrame) -> None:
    """In-house against contractor: plainly, and with the same matter and channel."""
    rated = larger["surveys"].dropna(subset=["ces"])[["contact_id", "ces"]].merge(contacts, on="contact_id")
    truth = cxdata.answer_key(data)["outsourced_on_effort"]["planted"]["value"]
    for name, rows, outcome, factor, digits in (
        ("out.settled", contacts, "declared", 100, 1),
        ("out.ces", rated, "ces", 1, 2),
    ):
        plain = measures.difference(rows, outcome=outcome, treatment="outsourced")
        alike = measures.difference(rows, outcome=outcome, treatment="outsourced", strata=("reason", "channel"))
        hold(f"{name}: the contractor looks better and is worse", plain.low > 0 > alike.high)
        for kind, found in (("plain", plain), ("alike", alike)):
            signed = kind == "alike"
            page.value(f"{name}.{kind}", factor * found.value, digits=digits, sign=signed)
            page.value(f"{name}.{kind}.low", factor * found.low, digits=digits, sign=signed)
            page.value(f"{name}.{kind}.high", factor * found.high, digits=digits, sign=signed)
        if outcome == "ces":
            hold("within matter and channel the interval holds the truth", alike.low < truth < alike.high)
    page.value("out.truth", truth, digits=2, sign=True)
    page.value("rated", len(rated))
