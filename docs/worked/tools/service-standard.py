"""Service standard: satisfaction falls with the first late day and no further, so the tolerance is nought, not two."""

import altair as alt
import pandas as pd

import cxdata
from casebook.worked import charts, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

PROPOSED_DAYS = 2
"""Tolerance that the carriers of our story propose, in days after the promised one."""
TARGET = 92
"""Share of parcels that our story wants on the day within the year, in percent."""
PARCELS = 100_000
"""For how many parcels the decision is priced."""
CALL_MINUTES, REPLY_HOURS, TILL_MINUTES = 5, 48, 6
"""Thresholds: of the charter for calls and complaints; for the till the one that most of the visits keep."""
LATEST, EARLIEST = 6, -2


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    larger = cxdata.edition("tilmarenne", "study")
    charter = data["promises"].set_index("promise")["threshold"]
    hold(
        "the thresholds are those of the charter",
        (charter["parcel_on_time"], charter["call_answered_soon"], charter["complaint_answered_soon"])
        == (0, CALL_MINUTES, REPLY_HOURS),
    )
    page.value("larger.customers", len(larger["customers"]))
    page.value("promises", len(charter))
    page.value("target", TARGET, unit="percent")
    page.value("reply.hours", REPLY_HOURS)
    page.value("call.minutes", CALL_MINUTES)
    page.value("till.minutes", TILL_MINUTES)
    parcels = larger["deliveries"]
    surveys = larger["surveys"]
    called = surveys[surveys["programme"] == "callback_after_order"].dropna(subset=["csat"])
    rated = called[["order_id", "csat"]].merge(parcels, on="order_id")
    rated["satisfied"] = (rated["csat"] >= 4).astype(float)
    step(page, rated)
    spread(page, parcels)
    complaints = replies(page, larger["complaints"])
    grid(page, parcels, rated, larger, data["mystery_visits"], complaints)
    decision(page, parcels, rated)
    early(page, rated)
    inside(page, larger)
    gaming(page, parcels)
    exercise(page, data["complaints"])


def share(page: Page, name: str, kept: pd.Series) -> tuple[float, float, float]:
    """Name a share and its Wilson interval, in percent, and return them."""
    low, high = measures.share_interval(int(kept.sum()), len(kept))
    for part, number in (("", kept.mean()), (".low", low), (".high", high)):
        page.value(f"{name}{part}", 100 * number, unit="percent")
    return 100 * float(kept.mean()), 100 * low, 100 * high


def step(page: Page, rated: pd.DataFrame) -> None:
    """Satisfied buyers by days after the promised one."""
    rows = rated.assign(day=rated["days_late"].clip(EARLIEST, LATEST))
    lines = []
    for day, part in rows.groupby("day"):
        low, high = measures.share_interval(int(part["satisfied"].sum()), len(part))
        lines.append(
            {
                "day": int(day),
                "percent": 100 * part["satisfied"].mean(),
                "low": 100 * low,
                "high": 100 * high,
                "n": len(part),
            }
        )
    frame = pd.DataFrame(lines).set_index("day")
    frame["late"] = frame.index > 0
    page.value("rated", len(rated))
    for name, day in (("at.day", 0), ("one", 1), ("two", 2)):
        page.value(name, frame.at[day, "percent"], unit="percent")
        page.value(f"{name}.low", frame.at[day, "low"], unit="percent")
        page.value(f"{name}.high", frame.at[day, "high"], unit="percent")
    hold("the step lies between the day and the first day after", frame.at[0, "low"] > frame.at[1, "high"] + 15)
    late = rated[rated["is_late"]]
    more = measures.difference(
        late.assign(longer=late["days_late"] > PROPOSED_DAYS), outcome="satisfied", treatment="longer"
    )
    page.value("longer", 100 * more.value, sign=True)
    page.value("longer.low", 100 * more.low, sign=True)
    page.value("longer.high", 100 * more.high, sign=True)
    hold("no further fall that these data can show", more.low < 0 < more.high)

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(frame.reset_index()).encode(
            x=alt.X(
                "day:O",
                title=page.say(
                    en=f"Days after the promised one ({LATEST}: and more)",
                    fr=f"Jours après la date promise ({LATEST} : et plus)",
                ),
            ),
            color=alt.condition("datum.late", alt.value(charts.BAD), alt.value(charts.GOOD)),
        )
        y = alt.Y(
            "low:Q",
            scale=alt.Scale(domain=[0, 100]),
            title=page.say(en="Satisfied buyers, %", fr="Acheteurs satisfaits, %"),
        )
        return (
            base.mark_rule(strokeWidth=3, opacity=0.6).encode(y=y, y2="high:Q")
            + base.mark_point(size=100, opacity=1).encode(y="percent:Q")
        ).properties(width=width, height=230)

    page.chart(
        "step",
        dots,
        title=page.say(
            en="The first late day costs nearly half of the satisfied buyers, the next ones no more that shows",
            fr="Le premier jour de retard coûte près de la moitié des satisfaits, les suivants rien qui se voie",
        ),
        alternative=page.say(
            en="Satisfied buyers by days after the promised one: ",
            fr="Acheteurs satisfaits selon les jours de retard : ",
        )
        + ", ".join(f"{row.Index}: {page.written(row.percent, unit='percent')}" for row in frame.itertuples())
        + ".",
        note=page.say(
            en="Marks 4 or 5 of five on the call-back; lines are 95% intervals.",
            fr="Notes 4 ou 5 sur cinq au rappel ; traits : intervalles à 95 %.",
        ),
        data=frame.reset_index()[["day", "n", "percent", "low", "high"]],
        columns={
            "day": Column(label=page.say(en="Days", fr="Jours")),
            "n": Column(label=page.say(en="Answers", fr="Réponses")),
            "percent": Column(label=page.say(en="Satisfied", fr="Satisfaits"), unit="percent"),
            "low": Column(label=page.say(en="From", fr="De"), unit="percent"),
            "high": Column(label=page.say(en="To", fr="À"), unit="percent"),
        },
    )
    hold("nearly half", 0.4 < 1 - frame.at[1, "percent"] / frame.at[0, "percent"] < 0.52)


def spread(page: Page, parcels: pd.DataFrame) -> None:
    """What the process gives today."""
    page.value("parcels", len(parcels))
    page.value("mean.days", parcels["days_late"].mean(), digits=1, sign=True)
    page.value("late.days", parcels.loc[parcels["is_late"], "days_late"].mean(), digits=1)
    hold("on average parcels are early", parcels["days_late"].mean() < 0)
    for days in (0, PROPOSED_DAYS):
        page.value(f"within.{days}", 100 * (parcels["days_late"] <= days).mean(), unit="percent")
    hold("two days reach about nineteen in twenty", 0.92 < (parcels["days_late"] <= PROPOSED_DAYS).mean() < 0.97)


def replies(page: Page, complaints: pd.DataFrame) -> pd.DataFrame:
    """Recommendation after a complaint by hours until the reply."""
    kept = complaints.dropna(subset=["reply_delay_hours", "ltr_after"]).astype({"ltr_after": float})
    kept = kept.assign(over=kept["reply_delay_hours"] > REPLY_HOURS)
    found = measures.difference(kept, outcome="ltr_after", treatment="over", strata=("severity", "is_second_failure"))
    page.value("reply.effect", found.value, digits=1, sign=True)
    page.value("reply.effect.low", found.low, digits=1, sign=True)
    page.value("reply.effect.high", found.high, digits=1, sign=True)
    hold("late replies go with lower marks at like severity", found.high < 0)
    return kept


def grid(
    page: Page,
    parcels: pd.DataFrame,
    rated: pd.DataFrame,
    larger: cxdata.Dataset,
    visits: pd.DataFrame,
    complaints: pd.DataFrame,
) -> None:
    """The standards on one page."""
    shops, calls = visits[visits["channel"] == "shop"], larger["contacts"].query("channel == 'phone'")
    every = larger["complaints"]
    soon = ~calls["is_abandoned"] & (calls["wait_minutes"] <= CALL_MINUTES)
    rows = [
        ("day", page.say(en="Parcel on the promised day or before", fr="Colis au jour promis ou avant"), ~parcels["is_late"]),
        ("whole", page.say(en="Parcel undamaged", fr="Colis intact"), ~parcels["is_damaged"]),
        ("reply", page.say(en=f"Complaint answered within {REPLY_HOURS} hours", fr=f"Réclamation : réponse sous {REPLY_HOURS} heures"), every["reply_delay_hours"] <= REPLY_HOURS),
        ("call", page.say(en=f"Call taken within {CALL_MINUTES} minutes", fr=f"Appel pris sous {CALL_MINUTES} minutes"), soon),
        ("greeted", page.say(en="Greeted within a minute", fr="Salué dans la minute"), shops["was_greeted"]),
        ("till", page.say(en=f"From queue to receipt in {TILL_MINUTES} minutes", fr=f"De la file au ticket en {TILL_MINUTES} minutes"), shops["checkout_minutes"] <= TILL_MINUTES),
    ]  # fmt: skip
    who = {
        "day": page.say(en="every parcel", fr="chaque colis"),
        "whole": page.say(en="every parcel", fr="chaque colis"),
        "reply": page.say(en="every complaint", fr="chaque réclamation"),
        "call": page.say(en="every call", fr="chaque appel"),
        "greeted": page.say(en="mystery visits", fr="visites mystère"),
        "till": page.say(en="mystery visits", fr="visites mystère"),
    }
    between = page.say(en="to", fr="à")
    lines = []
    for name, label, kept in rows:
        reached, low, high = share(page, f"grid.{name}", kept.astype(bool))
        lines.append(
            {
                "standard": label,
                "from": who[name],
                "n": len(kept),
                "reached": reached,
                "interval": f"{page.written(low, digits=1)} {between} {page.written(high, digits=1)}",
            }
        )
    damaged = measures.difference(rated[~rated["is_late"]], outcome="satisfied", treatment="is_damaged")
    page.value("damaged.effect", 100 * damaged.value, sign=True)
    page.value("damaged.low", 100 * damaged.low, sign=True)
    page.value("damaged.high", 100 * damaged.high, sign=True)
    page.table(
        "grid",
        pd.DataFrame(lines),
        caption=page.say(
            en="Six standards, and how often each is reached today",
            fr="Six standards, et combien de fois chacun est tenu",
        ),
        columns={
            "standard": Column(label=page.say(en="Standard", fr="Standard")),
            "from": Column(label=page.say(en="Measured on", fr="Mesuré sur")),
            "n": Column(label=page.say(en="Cases", fr="Cas")),
            "reached": Column(label=page.say(en="Reached", fr="Tenu"), digits=1, unit="percent"),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %"), right=True),
        },
    )


def decision(page: Page, parcels: pd.DataFrame, rated: pd.DataFrame) -> None:
    """What a tolerance of two days would hide."""
    hidden = parcels["days_late"].between(1, PROPOSED_DAYS).mean()
    short = rated[rated["days_late"].between(-10, PROPOSED_DAYS)]
    found = measures.difference(short.assign(late=short["days_late"] > 0), outcome="satisfied", treatment="late")
    page.value("hidden", PARCELS * hidden)
    page.value("priced", PARCELS)
    page.value("short.effect", 100 * -found.value)
    page.value("short.low", 100 * -found.high)
    page.value("short.high", 100 * -found.low)
    page.value("lost", round(PARCELS * hidden * -found.value, -2))
    page.value("lost.low", round(PARCELS * hidden * -found.high, -2))
    page.value("lost.high", round(PARCELS * hidden * -found.low, -2))


def early(page: Page, rated: pd.DataFrame) -> None:
    """Coming early brings nothing."""
    kept = rated[~rated["is_late"]]
    found = measures.difference(kept.assign(early=kept["days_late"] < 0), outcome="satisfied", treatment="early")
    page.value("early", 100 * found.value, sign=True)
    page.value("early.low", 100 * found.low, sign=True)
    page.value("early.high", 100 * found.high, sign=True)
    page.value("early.share", 100 * (rated["days_late"] < 0).mean(), unit="percent")
    hold("early parcels do not please more", found.low < 0 < found.high)


def inside(page: Page, larger: cxdata.Dataset) -> None:
    """The same standards with the failures left out of the count."""
    complaints = larger["complaints"]
    answered = complaints[complaints["replied"]]
    page.value("inside.mean", complaints["reply_delay_hours"].mean())
    hold("the mean reply keeps the standard", complaints["reply_delay_hours"].mean() < REPLY_HOURS)
    page.value("inside.reply", 100 * (answered["reply_delay_hours"] <= REPLY_HOURS).mean(), unit="percent")
    page.value("inside.silent", 100 * (~complaints["replied"]).mean(), unit="percent")
    page.value("missed", 100 * (~(complaints["reply_delay_hours"] <= REPLY_HOURS)).mean(), unit="percent")
    calls = larger["contacts"].query("channel == 'phone'")
    taken = calls[~calls["is_abandoned"]]
    page.value("inside.call", 100 * (taken["wait_minutes"] <= CALL_MINUTES).mean(), unit="percent")
    page.value("lost.calls", 100 * calls["is_abandoned"].mean(), unit="percent")


def gaming(page: Page, parcels: pd.DataFrame) -> None:
    """A promise one day later, with no parcel moved."""
    page.value("later.reached", 100 * (parcels["days_late"] - 1 <= 0).mean(), unit="percent")


def exercise(page: Page, complaints: pd.DataFrame) -> None:
    """Complaints of the class edition: three figures for one standard, and a tighter one."""
    page.value("class.complaints", len(complaints))
    page.value("class.mean", complaints["reply_delay_hours"].mean())
    answered = complaints[complaints["replied"]]
    page.value("class.answered", len(answered))
    share(page, "class.inside", answered["reply_delay_hours"] <= REPLY_HOURS)
    share(page, "class.all", complaints["reply_delay_hours"] <= REPLY_HOURS)
    share(page, "class.day", complaints["reply_delay_hours"] <= 24)
    kept = complaints.dropna(subset=["reply_delay_hours", "ltr_after"])
    hold("too few late replies with a mark to compare", (kept["reply_delay_hours"] > REPLY_HOURS).sum() < 20)
    page.value("class.over", int((kept["reply_delay_hours"] > REPLY_HOURS).sum()))
