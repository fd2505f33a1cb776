"""Service charter: quick answers are promised and not felt, settling at once is felt, and silence breaks any number."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, control, measures, sheet
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

OLD_HOURS, NEW_HOURS = 48, 120
"""Hours until a complaint is answered: promised today, and in the new charter (five days)."""
CALL_MINUTES, WRITTEN_HOURS = 5, 24
PARCELS, CASES = 100_000, 1_000
"""Numbers of parcels and of complaints for which amends are priced."""
YEAR, MANY = 2024, 5
"""Year in which customers are followed, and how many of its cases make a busy customer."""
LONGEST_HOURS = 240


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    larger = cxdata.edition("tilmarenne", "study")
    charter = data["promises"].set_index("promise")
    hold(
        "the thresholds are those of the charter",
        list(charter.loc[["complaint_answered_soon", "call_answered_soon", "writing_answered_soon"], "threshold"])
        == [OLD_HOURS, CALL_MINUTES, WRITTEN_HOURS],
    )
    page.value("customers", len(larger["customers"]))
    page.value("promises", len(charter))
    page.value("with.amends", int(charter["has_compensation"].sum()))
    page.value("old.hours", OLD_HOURS)
    page.value("new.days", NEW_HOURS // 24)
    page.value("call.minutes", CALL_MINUTES)
    page.value("written.hours", WRITTEN_HOURS)
    page.value("amends.late", charter.at["parcel_on_time", "compensation_eur"], unit="euros")
    page.value("amends.damaged", charter.at["goods_unharmed", "compensation_eur"], unit="euros")
    page.value("amends.reply", charter.at["complaint_answered_soon", "compensation_eur"], unit="euros")
    contacts, complaints, parcels = larger["contacts"], larger["complaints"], larger["deliveries"]
    audit(page, data, larger)
    hours(page, complaints)
    months(page, complaints)
    amends(page, parcels, complaints, charter["compensation_eur"])
    card(page)
    silent(page, larger, charter["compensation_eur"])
    people(page, parcels, contacts, complaints)
    exercise(page, data)


def share(page: Page, name: str, kept: pd.Series) -> tuple[float, float, float]:
    """Name a share and its Wilson interval, in percent."""
    low, high = measures.share_interval(int(kept.sum()), len(kept))
    numbers = (100 * float(kept.mean()), 100 * low, 100 * high)
    for part, number in zip(("", ".low", ".high"), numbers, strict=True):
        page.value(f"{name}{part}", number, unit="percent")
    return numbers


def named(page: Page, name: str, found: measures.Difference, digits: int = 0) -> str:
    """Name a difference and its interval, and return it written."""
    numbers = (found.value, found.low, found.high)
    for part, number in zip(("", ".low", ".high"), numbers, strict=True):
        page.value(f"{name}{part}", number, digits=digits, sign=True)
    half = page.written(measures.Z_95 * found.standard_error, digits=digits)
    return f"{page.written(found.value, digits=digits, sign=True)}\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}{half}"


def audit(page: Page, data: cxdata.Dataset, larger: cxdata.Dataset) -> None:
    """How often each promise is kept, and what keeping it goes with."""
    parcels, contacts, complaints, surveys = (
        larger[name] for name in ("deliveries", "contacts", "complaints", "surveys")
    )
    called = surveys[surveys["programme"] == "callback_after_order"].dropna(subset=["csat"])
    rated = called[["order_id", "csat"]].merge(parcels, on="order_id")
    rated = rated.assign(satisfied=100.0 * (rated["csat"] >= 4), on_day=~rated["is_late"], whole=~rated["is_damaged"])
    after = surveys[surveys["programme"] == "after_contact"].dropna(subset=["contact_csat"])
    after = after[["contact_id", "contact_csat"]].merge(contacts, on="contact_id")
    waited = (after["answered_at"] - after["contacted_at"]).dt.total_seconds() / 3600
    after = after.assign(
        satisfied=100.0 * (after["contact_csat"] >= 4),
        soon=np.where(after["channel"] == "phone", after["wait_minutes"] <= CALL_MINUTES, waited <= WRITTEN_HOURS),
        at_once=after["is_resolved_first_time"].eq(True),
    )
    by_phone, written = after[after["channel"] == "phone"], after[after["channel"] != "phone"]
    answered = complaints.dropna(subset=["ltr_after"]).astype({"ltr_after": float})
    answered = answered.assign(kept=answered["reply_delay_hours"] <= OLD_HOURS)
    like = ("severity", "is_second_failure")
    felt = {
        "day": named(page, "felt.day", measures.difference(rated, outcome="satisfied", treatment="on_day")),
        "whole": named(page, "felt.whole", measures.difference(rated, outcome="satisfied", treatment="whole")),
        "call": named(page, "felt.call", measures.difference(by_phone, outcome="satisfied", treatment="soon")),
        "written": named(
            page, "felt.written", measures.difference(written, outcome="satisfied", treatment="soon", strata=("channel",))
        ),
        "settled": named(
            page,
            "felt.settled",
            measures.difference(after, outcome="satisfied", treatment="at_once", strata=("channel", "reason")),
        ),
    }  # fmt: skip
    silence = measures.difference(answered, outcome="ltr_after", treatment="replied", strata=like)
    named(page, "felt.replied", silence, 1)
    hold("a reply goes with far better marks", silence.low > 1.5)
    page.value("calls.slow", int((~by_phone["soon"].astype(bool)).sum()))
    page.value("written.n", len(written))
    page.value("written.slow", int((~written["soon"].astype(bool)).sum()))
    quick = measures.difference(written, outcome="satisfied", treatment="soon", strata=("channel",))
    hold("quick answers are not felt", quick.low < 0 < quick.high < 6)
    settled = measures.difference(after, outcome="satisfied", treatment="at_once", strata=("channel", "reason"))
    hold("settling at once is", settled.low > 30)
    calls = contacts[contacts["channel"] == "phone"]
    letters = contacts[contacts["channel"] != "phone"]
    delay = (letters["answered_at"] - letters["contacted_at"]).dt.total_seconds() / 3600
    kept = {
        "whole": ~parcels["is_damaged"],
        "call": ~calls["is_abandoned"] & (calls["wait_minutes"] <= CALL_MINUTES),
        "day": ~parcels["is_late"],
        "written": delay <= WRITTEN_HOURS,
        "reply": complaints["reply_delay_hours"] <= OLD_HOURS,
        "settled": contacts["is_resolved_first_time"].eq(True),
        "easy": surveys["ces"].dropna() >= 5,
        "community": data["community_questions"]["first_answer_hours"] <= 24,
    }
    said = {
        "day": page.say(en="Parcel on the promised day", fr="Colis au jour promis"),
        "whole": page.say(en="Parcel undamaged", fr="Colis intact"),
        "call": page.say(en=f"Call taken in {CALL_MINUTES} minutes", fr=f"Appel pris sous {CALL_MINUTES} minutes"),
        "written": page.say(en=f"Message answered in {WRITTEN_HOURS} hours", fr=f"Message : réponse sous {WRITTEN_HOURS} heures"),
        "settled": page.say(en="Settled at the first contact", fr="Réglé au premier contact"),
        "reply": page.say(en=f"Complaint answered in {OLD_HOURS} hours", fr=f"Réclamation : réponse sous {OLD_HOURS} heures"),
        "easy": page.say(en="Easy to be served", fr="Être servi facilement"),
        "community": page.say(en="Question answered in a day", fr="Question : réponse sous un jour"),
    }  # fmt: skip
    lines = []
    for name, cases in kept.items():
        middle, low, high = share(page, f"kept.{name}", cases.astype(bool))
        lines.append(
            {
                "promise": said[name],
                "kept": middle,
                "interval": f"{page.written(low, digits=1)}\N{WORD JOINER}–\N{WORD JOINER}{page.written(high, digits=1)}",
                "felt": felt.get(name, "–"),
            }
        )
    page.table(
        "audit",
        pd.DataFrame(lines).sort_values("kept", ascending=False),
        caption=page.say(
            en="Eight promises: how often kept, and how many more are satisfied when they are",
            fr="Huit promesses : combien de fois tenues, et combien de satisfaits en plus quand elles le sont",
        ),
        columns={
            "promise": Column(label=page.say(en="Promise", fr="Promesse")),
            "kept": Column(label=page.say(en="Kept", fr="Tenue"), digits=1, unit="percent"),
            "interval": Column(label=page.say(en="95%", fr="95 %"), right=True),
            "felt": Column(label=page.say(en="Felt, points", fr="Ressenti, points"), right=True),
        },
    )


def hours(page: Page, complaints: pd.DataFrame) -> None:
    """The share answered within each number of hours, over all and over those answered."""
    delays, replied = complaints["reply_delay_hours"], complaints["replied"]
    page.value("complaints", len(complaints))
    share(page, "replied", replied)
    share(page, "new.kept", delays <= NEW_HOURS)
    share(page, "new.answered", delays[replied] <= NEW_HOURS)
    page.value("never", 100 * (~replied).mean(), unit="percent")
    at = np.arange(0, LONGEST_HOURS + 1, 4)
    curve = pd.DataFrame(
        {
            "hours": at,
            "all": [100 * float((delays <= one).mean()) for one in at],
            "answered": [100 * float((delays[replied] <= one).mean()) for one in at],
        }
    )
    hold("no number of hours reaches nine in ten", replied.mean() < 0.9)
    hold("without silence five days would be kept for nineteen in twenty", (delays[replied] <= NEW_HOURS).mean() > 0.95)
    marks = curve[curve["hours"].isin([OLD_HOURS, NEW_HOURS])]

    def drawn(width: int) -> alt.LayerChart:
        x = alt.X(
            "hours:Q",
            axis=alt.Axis(values=[0, 48, 96, 144, 192, 240]),
            title=page.say(en="Hours since the complaint", fr="Heures depuis la réclamation"),
        )
        y = alt.Y("all:Q", scale=alt.Scale(domain=[0, 100]), title=page.say(en="Answered, %", fr="Réponses reçues, %"))
        words = pd.DataFrame(
            [
                {"hours": 130, "at": 72, "text": page.say(en="of all", fr="sur toutes")},
                {"hours": 130, "at": 103, "text": page.say(en="of those answered", fr="sur celles avec réponse")},
            ]
        )
        base = alt.Chart(curve).encode(x=x)
        return (
            base.mark_line(color=charts.NEUTRAL, strokeDash=[5, 4]).encode(y="answered:Q")
            + base.mark_line(color=charts.BAD, strokeWidth=2.5).encode(y=y)
            + alt.Chart(marks).mark_point(size=100, filled=True, opacity=1, color=charts.BAD).encode(x=x, y="all:Q")
            + alt.Chart(words.iloc[:1]).mark_text(align="left", color=charts.BAD).encode(x=x, y="at:Q", text="text:N")
            + alt.Chart(words.iloc[1:]).mark_text(align="left", color=charts.MUTED).encode(x=x, y="at:Q", text="text:N")
        ).properties(width=width, height=230)

    page.chart(
        "hours",
        drawn,
        title=page.say(
            en="No number of hours brings the promise to nine in ten, because one complaint in eight is never answered",
            fr="Aucun délai ne mène la promesse à neuf sur dix, car une réclamation sur huit reste sans réponse",
        ),
        alternative=page.say(
            en=f"Share of complaints answered by hours: of all, {page.written(marks['all'].iloc[0])}% after {OLD_HOURS} hours and {page.written(marks['all'].iloc[1])}% after {NEW_HOURS}, levelling off at {page.written(100 * replied.mean())}%; of those answered, {page.written(marks['answered'].iloc[0])}% and {page.written(marks['answered'].iloc[1])}%.",
            fr=f"Part des réclamations ayant reçu une réponse, selon les heures : sur toutes, {page.written(marks['all'].iloc[0])} % après {OLD_HOURS} heures et {page.written(marks['all'].iloc[1])} % après {NEW_HOURS}, avec un plafond à {page.written(100 * replied.mean())} % ; sur celles avec réponse, {page.written(marks['answered'].iloc[0])} % et {page.written(marks['answered'].iloc[1])} %.",
        ),
        note=page.say(
            en=f"Dots: {OLD_HOURS} hours, promised today, and five days.",
            fr=f"Points : {OLD_HOURS} heures, promises aujourd’hui, et cinq jours.",
        ),
        data=curve[curve["hours"].isin([24, 48, 72, 96, 120, 168, 240])],
        columns={
            "hours": Column(label=page.say(en="Hours", fr="Heures")),
            "all": Column(label=page.say(en="Of all", fr="Sur toutes"), unit="percent"),
            "answered": Column(label=page.say(en="Of answered", fr="Avec réponse"), unit="percent"),
        },
    )
    hold("one in eight is never answered", 0.11 < (~replied).mean() < 0.13)


def months(page: Page, complaints: pd.DataFrame) -> None:
    """The kept rate by month, with its limits."""
    month = complaints["received_at"].dt.to_period("M")
    by = (
        complaints.assign(kept=complaints["reply_delay_hours"] <= OLD_HOURS).groupby(month)["kept"].agg(["sum", "size"])
    )
    by = by.loc["2023-01":"2024-12"]
    limits = control.shares(by["sum"], by["size"])
    hold("no month asks for a cause", not (limits["is_beyond"] | limits["is_run"]).any())
    worst = int(limits["value"].to_numpy().argmin())
    page.value("month.worst", 100 * limits["value"].iloc[worst], unit="percent")
    page.value("month.worst.n", by["size"].iloc[worst])
    page.value("month.low", 100 * limits["low"].iloc[worst], unit="percent")
    page.value("month.high", 100 * limits["high"].iloc[worst], unit="percent")
    page.value("month.best", 100 * limits["value"].max(), unit="percent")
    page.value("months", len(by))
    hold("the worst month is August 2024", str(by.index[worst]) == "2024-08")
    page.chart(
        "months",
        lambda width: control.chart(
            limits,
            time=list(by.index.to_timestamp()),
            width=width,
            title=page.say(en=f"Answered in {OLD_HOURS} hours, %", fr=f"Réponse sous {OLD_HOURS} heures, %"),
            unit=100,
        ),
        title=page.say(
            en="From one month to the next the promise wanders between a half and five sixths, all of it within chance",
            fr="D’un mois à l’autre, la promesse flotte entre la moitié et cinq sixièmes, sans sortir du hasard",
        ),
        alternative=page.say(
            en=f"Control chart of {len(by)} months: {page.written(100 * limits['value'].min())} to {page.written(100 * limits['value'].max())}% of complaints answered in {OLD_HOURS} hours, centre {page.written(100 * limits['centre'].iloc[0])}%, no month outside the limits.",
            fr=f"Carte de contrôle sur {len(by)} mois : de {page.written(100 * limits['value'].min())} à {page.written(100 * limits['value'].max())} % des réclamations reçoivent une réponse sous {OLD_HOURS} heures, centre {page.written(100 * limits['centre'].iloc[0])} %, aucun mois hors limites.",
        ),
        note=page.say(
            en="Band: limits of chance for the month’s number of complaints.",
            fr="Bande : limites du hasard pour le nombre de réclamations du mois.",
        ),
        data=pd.DataFrame(
            {"month": by.index.astype(str), "n": by["size"].to_numpy(), "kept": 100 * limits["value"].to_numpy()}
        ),
        columns={
            "month": Column(label=page.say(en="Month", fr="Mois")),
            "n": Column(label=page.say(en="Complaints", fr="Réclamations")),
            "kept": Column(label=page.say(en="In time", fr="À temps"), unit="percent"),
        },
    )


def amends(page: Page, parcels: pd.DataFrame, complaints: pd.DataFrame, eur: pd.Series) -> None:
    """What the amends cost if nobody has to ask for them."""
    page.value("parcels", PARCELS)
    page.value("cases", CASES)
    total = 0.0
    for name, broken, price in (
        ("late", parcels["is_late"], eur["parcel_on_time"]),
        ("damaged", parcels["is_damaged"], eur["goods_unharmed"]),
    ):
        cost = PARCELS * broken.mean() * price
        total += cost
        page.value(f"cost.{name}", round(cost, -2), unit="euros")
        low, high = measures.share_interval(int(broken.sum()), len(broken))
        page.value(f"cost.{name}.low", round(PARCELS * low * price, -2), unit="euros")
        page.value(f"cost.{name}.high", round(PARCELS * high * price, -2), unit="euros")
    page.value("cost.parcel", total / PARCELS, unit="euros", digits=2)
    for name, limit in (("old", OLD_HOURS), ("new", NEW_HOURS)):
        broken = ~(complaints["reply_delay_hours"] <= limit)
        page.value(
            f"cost.reply.{name}", round(CASES * broken.mean() * eur["complaint_answered_soon"], -1), unit="euros"
        )


def card(page: Page) -> None:
    """The charter, drawn."""
    path = Path(__file__).with_suffix(".toml")
    page.html("charter", sheet.sheet(artefacts.read(page, path, sheet.Sheet, part="charter"), language=page.language))


def silent(page: Page, larger: cxdata.Dataset, eur: pd.Series) -> None:
    """Who would ask for amends, taking complaints for asking."""
    parcels, complaints = larger["deliveries"], larger["complaints"]
    late = parcels[parcels["is_late"]].merge(larger["orders"][["order_id", "amount_eur"]], on="order_id")
    late = late.merge(larger.truth["latents/orders"][["order_id", "csat"]], on="order_id")
    asked = late["order_id"].isin(complaints["order_id"])
    share(page, "asked", asked)
    unhappy = late["csat"] <= 2
    page.value("unhappy", 100 * unhappy.mean(), unit="percent")
    page.value("unhappy.silent", 100 * (~asked[unhappy]).mean(), unit="percent")
    page.value("asked.amount", late.loc[asked, "amount_eur"].median(), unit="euros")
    page.value("silent.amount", late.loc[~asked, "amount_eur"].median(), unit="euros")
    page.value(
        "cost.asked",
        round(PARCELS * late.shape[0] / len(parcels) * asked.mean() * eur["parcel_on_time"], -2),
        unit="euros",
    )
    hold("most of the unhappy are silent", (~asked[unhappy]).mean() > 0.7)


def people(page: Page, parcels: pd.DataFrame, contacts: pd.DataFrame, complaints: pd.DataFrame) -> None:
    """Cases kept, and customers who met a broken promise within a year."""
    calls = contacts[contacts["channel"] == "phone"]
    parts = [
        (parcels, pd.to_datetime(parcels["promised_on"]), parcels["is_late"] | parcels["is_damaged"]),
        (calls, calls["contacted_at"], calls["is_abandoned"] | (calls["wait_minutes"] > CALL_MINUTES)),
        (complaints, complaints["received_at"], ~(complaints["reply_delay_hours"] <= OLD_HOURS)),
    ]
    cases = pd.concat(
        [
            pd.DataFrame({"customer": rows["customer_id"], "broken": broken.astype(bool)})[when.dt.year == YEAR]
            for rows, when, broken in parts
        ]
    )
    each = cases.groupby("customer")["broken"].agg(["any", "size"])
    page.value("people.kept", 100 * (~cases["broken"]).mean(), unit="percent")
    page.value("people.met", 100 * each["any"].mean(), unit="percent")
    busy = each[each["size"] >= MANY]
    page.value("people.busy", 100 * busy["any"].mean(), unit="percent")
    page.value("people.busy.share", 100 * len(busy) / len(each), unit="percent")
    page.value("people.many", MANY)
    hold("busy customers mostly meet a broken promise", busy["any"].mean() > 0.5)


def exercise(page: Page, data: cxdata.Dataset) -> None:
    """The hours that a question in the community may be promised."""
    questions = data["community_questions"]
    delay = questions["first_answer_hours"]
    page.value("ex.n", len(questions))
    for limit in (4, 12, 24):
        share(page, f"ex.{limit}", delay <= limit)
    share(page, "ex.replied", delay.notna())
    page.value("ex.half", delay.fillna(np.inf).median(), digits=1)
    page.value("ex.mean", delay.mean(), digits=1)
    nine = delay.fillna(np.inf).sort_values().iloc[int(np.ceil(0.9 * len(delay))) - 1]
    page.value("ex.ninety", nine, digits=1)
