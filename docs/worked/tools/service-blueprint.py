"""Service blueprint: a late parcel, from click to closing; most of the wait lies where no department has a row."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, flow, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

MESSAGE_EUR = 0.10
"""What a text message costs, in our story."""
DAY = pd.Timedelta(days=1)
DRAWS = 400
CARRIERS = ("Velonne", "Aubrac Express", "Dockaline")


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "study")
    effects = cxdata.answer_key(data)
    page.value("customers", len(data["customers"]))
    parcels = data["deliveries"].merge(data["orders"].drop(columns="customer_id"), on="order_id")
    asked = of_late(data["contacts"], parcels)
    complaints = inquired(data, asked)
    counted(page, parcels, asked, complaints)
    drawn(page)
    points(page, parcels, asked, complaints)
    ledger(page, data, asked, complaints)
    priced(page, data, parcels, asked, complaints, effects)
    carriers(page, parcels)
    jam(page, data, asked)
    silent(page, data, parcels, asked)
    recognised(page, asked)
    exercise(page, data, parcels)


def of_late(contacts: pd.DataFrame, parcels: pd.DataFrame) -> pd.DataFrame:
    """Return the contacts about a late parcel, with hours from the end of the promised day to the contact."""
    late = parcels.loc[parcels["is_late"], ["order_id", "promised_on", "delivered_on", "days_late"]]
    asked = contacts[contacts["reason"] == "late_delivery"].merge(late, on="order_id")
    ends = pd.to_datetime(asked["promised_on"]) + DAY
    return asked.assign(
        dark_hours=(asked["contacted_at"] - ends) / pd.Timedelta(hours=1),
        answer_hours=(asked["answered_at"] - asked["contacted_at"]) / pd.Timedelta(hours=1),
        is_first=~asked.sort_values("contacted_at").duplicated("order_id").reindex(asked.index),
    )


def inquired(data: cxdata.Dataset, asked: pd.DataFrame) -> pd.DataFrame:
    """Return the complaints about late parcels, with the mean hours of their steps and who inquired."""
    since = asked.assign(
        first_hours=asked.groupby("order_id")["dark_hours"].transform("min"),
        again_hours=lambda rows: rows["dark_hours"] - rows["first_hours"],
    )
    complaints = data["complaints"].merge(since[["contact_id", "first_hours", "again_hours"]], on="contact_id")
    events = data["complaint_events"].merge(complaints[["complaint_id", "received_at"]], on="complaint_id")
    events = events.sort_values(["complaint_id", "ended_at"], kind="stable")
    before = events.groupby("complaint_id")["ended_at"].shift(1).fillna(events["received_at"])
    events = events.assign(hours=(events["ended_at"] - before) / pd.Timedelta(hours=1))
    hours = events.pivot(index="complaint_id", columns="step", values="hours")
    owner = events[events["step"] == "investigated"].set_index("complaint_id")["owner"]
    return complaints.join(hours, on="complaint_id").join(owner, on="complaint_id")


def share(page: Page, name: str, claims: pd.Series, *, interval: bool = False) -> float:
    """Name the share of claims that are true, in percent, with its interval if wanted."""
    page.value(name, 100 * claims.mean(), unit="percent")
    if interval:
        low, high = measures.share_interval(int(claims.sum()), len(claims))
        page.value(f"{name}.low", 100 * low, unit="percent")
        page.value(f"{name}.high", 100 * high, unit="percent")
    return float(claims.mean())


def counted(page: Page, parcels: pd.DataFrame, asked: pd.DataFrame, complaints: pd.DataFrame) -> None:
    """What is written into the blueprint."""
    late = parcels[parcels["is_late"]]
    ordered = pd.to_datetime(parcels["ordered_at"]).dt.normalize()
    page.value("orders", len(parcels))
    page.value("lead", ((pd.to_datetime(parcels["promised_on"]) - ordered) / DAY).median())
    page.value("late", len(late))
    page.value("late.share", 100 * parcels["is_late"].mean(), digits=1, unit="percent")
    page.value("late.days", late["days_late"].mean(), digits=1)
    first = asked[asked["is_first"]]
    page.value("asks", len(first))
    page.value("silent", len(late) - len(first))
    has_asked = late["order_id"].isin(first["order_id"])
    share(page, "asks.share", has_asked)
    share(page, "silent.share", ~has_asked, interval=True)
    page.value("asks.days", first["dark_hours"].mean() / 24, digits=1)
    page.value("asks.hours", first["dark_hours"].mean())
    taken = asked[~asked["is_abandoned"]]
    share(page, "unsettled.share", ~taken["is_resolved_first_time"].astype(bool), interval=True)
    share(page, "complaint.share", taken["is_complaint"])
    in_writing = taken[taken["channel"] != "phone"]
    page.value("written.hours", in_writing["answer_hours"].mean())
    page.value("phone.seconds", 60 * asked.loc[asked["channel"] == "phone", "wait_minutes"].mean())
    page.value("complaints", len(complaints))
    page.value("assessed.hours", (complaints["acknowledged"] + complaints["assessed"]).mean())
    page.value("lost", int((~complaints["replied"]).sum()))
    lost = share(page, "lost.share", ~complaints["replied"], interval=True)
    answered = complaints[complaints["replied"]]
    at_desk = answered["owner"] == "service_centre"
    share(page, "desk.share", at_desk)
    share(page, "logistics.share", ~at_desk)
    page.value("desk.hours", answered.loc[at_desk, "investigated"].mean())
    page.value("logistics.hours", answered.loc[~at_desk, "investigated"].mean())
    page.value("answered", len(answered))
    page.value("answered.hours", answered["reply_delay_hours"].mean())
    share(page, "gesture.share", answered["compensation_eur"] > 0)
    share(page, "open.share", ~answered["is_resolved"], interval=True)
    hold("only logistics inquires besides the desk", set(answered["owner"]) == {"service_centre", "logistics"})
    hold("more than three in five never ask", (~has_asked).mean() > 0.6)
    hold("about one in seven complaints lies", 1 / 8 < lost < 1 / 5.5)
    hold("the telephone hardly makes them wait", asked["wait_minutes"].mean() < 0.25)


def drawn(page: Page) -> None:
    """The blueprint."""
    process = artefacts.read(page, Path(__file__).with_suffix(".toml"), flow.Process)
    said = page.values
    page.drawing(
        "blueprint",
        flow.wide(process),
        narrow=flow.narrow(process),
        title=page.say(
            en="Nobody on the company’s side of the line acts until the customer does",
            fr="Côté entreprise, personne n’agit avant que le client ne le fasse",
        ),
        alternative=page.say(
            en="A blueprint in four lanes, parted by the lines of interaction, of visibility and of internal interaction. "
            f"A customer orders, the site promises a day; depot and carriers are late in {said['late.share']} of "
            f"{said['orders']} orders. The customer is told nothing; {said['silent.share']} never ask. The others get in "
            f"touch {said['asks.days']} days after the promised one; {said['unsettled.share']} are not settled at once and "
            f"{said['complaint.share']} become complaints. The desk takes {said['assessed.hours']} hours to assess; "
            f"{said['lost.share']} get no answer; the desk inquires {said['desk.hours']} hours, logistics "
            f"{said['logistics.hours']}. {said['open.share']} of those answered are not settled.",
            fr="Un blueprint en quatre couloirs, séparés par les lignes d’interaction, de visibilité et d’interaction "
            f"interne. Un client commande, le site promet une date ; l’entrepôt et les transporteurs la manquent pour "
            f"{said['late.share']} des {said['orders']} commandes. Le client n’est pas prévenu ; {said['silent.share']} ne "
            f"demandent rien. Les autres prennent contact {said['asks.days']} jours après la date promise ; "
            f"{said['unsettled.share']} ne sont pas réglés du premier coup, {said['complaint.share']} deviennent des "
            f"réclamations. L’évaluation prend {said['assessed.hours']} heures ; {said['lost.share']} restent sans "
            f"réponse ; l’enquête dure {said['desk.hours']} heures au service, {said['logistics.hours']} à la logistique. "
            f"{said['open.share']} des réclamations avec réponse ne sont pas réglées.",
        ),
        note=page.say(
            en="Red, F1 to F5: fail points, each with its rate. Means, nights and Sundays included.",
            fr="En rouge, F1 à F5 : points de défaillance, avec leur taux. Moyennes, nuits et dimanches compris.",
        ),
    )


def points(page: Page, parcels: pd.DataFrame, asked: pd.DataFrame, complaints: pd.DataFrame) -> None:
    """Fail points: their rate, and how many orders of a thousand meet them."""
    late = parcels["is_late"]
    first, taken = asked[asked["is_first"]], asked[~asked["is_abandoned"]]
    open_contacts = ~taken["is_resolved_first_time"].astype(bool)
    answered = complaints[complaints["replied"]]
    rows = [
        ("F1", page.say(en="Parcel late", fr="Colis en retard"), int(late.sum()), len(parcels)),
        ("F2", page.say(en="Never asks", fr="Ne demande rien"), int(late.sum()) - len(first), int(late.sum())),
        ("F3", page.say(en="Not settled at once", fr="Pas réglé aussitôt"), int(open_contacts.sum()), len(taken)),
        ("F4", page.say(en="Complaint unanswered", fr="Sans réponse"), int((~complaints["replied"]).sum()), len(complaints)),
        ("F5", page.say(en="Answered, not settled", fr="Répondu, pas réglé"), int((~answered["is_resolved"]).sum()), len(answered)),
    ]  # fmt: skip
    frame = pd.DataFrame(
        [
            {
                "point": f"{code} {name}",
                "rate": 100 * count / total,
                "low": 100 * measures.share_interval(count, total)[0],
                "high": 100 * measures.share_interval(count, total)[1],
                "cases": count,
                "per_thousand": 1000 * count / len(parcels),
            }
            for code, name, count, total in rows
        ]
    )
    for code, per in zip(("f1", "f2", "f3", "f4", "f5"), frame["per_thousand"], strict=True):
        page.value(f"{code}.thousand", per, digits=1)
    hold("the lowest rate makes the most cases", frame["rate"].idxmin() == frame["cases"].idxmax() == 0)
    hold("unanswered complaints are the rarest", frame["cases"].idxmin() == 3)
    told = frame.assign(
        label=[
            page.say(en=f"{page.written(p, digits=1)}  (rate {page.written(r, unit='percent')})",
                     fr=f"{page.written(p, digits=1)}  (taux {page.written(r, unit='percent')})")
            for p, r in zip(frame["per_thousand"], frame["rate"], strict=True)
        ]
    )  # fmt: skip

    def make(width: int) -> alt.LayerChart:
        base = alt.Chart(told).encode(
            y=alt.Y("point:N", sort=None, title=None, axis=alt.Axis(minExtent=168)),
            x=alt.X(
                "per_thousand:Q",
                title=page.say(en="cases per 1,000 orders", fr="cas pour 1 000 commandes"),
                scale=alt.Scale(domain=[0, 120]),
            ),
        )
        return alt.layer(
            base.mark_bar(color=charts.BAD, height=16),
            base.mark_text(align="left", dx=5).encode(
                text="label:N" if width > charts.NARROW else alt.Text("per_thousand:Q", format=".1f")
            ),
        ).properties(width=width - 175 - (110 if width > charts.NARROW else 40), height=170)

    page.chart(
        "points",
        make,
        title=page.say(
            en="The fail point with the lowest rate hits the most customers",
            fr="Le point de défaillance au taux le plus bas touche le plus de clients",
        ),
        alternative=page.say(
            en="Cases per thousand web orders and rates at five fail points: "
            + "; ".join(f"{a}, {b}" for a, b in zip(told["point"], told["label"], strict=True))
            + ".",
            fr="Cas pour mille commandes web et taux de cinq points de défaillance : "
            + " ; ".join(f"{a}, {b}" for a, b in zip(told["point"], told["label"], strict=True))
            + ".",
        ),
        data=frame,
        columns={
            "point": Column(label=page.say(en="Fail point", fr="Point de défaillance")),
            "rate": Column(label=page.say(en="Rate, %", fr="Taux, %"), digits=1),
            "low": Column(label=page.say(en="from", fr="de"), digits=1),
            "high": Column(label=page.say(en="to", fr="à"), digits=1),
            "cases": Column(label=page.say(en="Cases", fr="Cas")),
            "per_thousand": Column(label=page.say(en="Per thousand orders", fr="Pour mille commandes"), digits=1),
        },
    )


def ledger(page: Page, data: cxdata.Dataset, asked: pd.DataFrame, complaints: pd.DataFrame) -> None:
    """Where the hours of a complaint about a late parcel lie, from the end of the promised day to the answer."""
    answered = complaints[complaints["replied"]]
    parts = {
        "dark": (page.say(en="Before any contact", fr="Avant tout contact"), answered["first_hours"]),
        "again": (page.say(en="Asked, not settled", fr="Demandé, pas réglé"), answered["again_hours"]),
        "assess": (
            page.say(en="Acknowledge, assess", fr="Recevoir, évaluer"),
            answered["acknowledged"] + answered["assessed"],
        ),
        "inquire": (page.say(en="Inquire", fr="Enquêter"), answered["investigated"]),
        "answer": (page.say(en="Write the answer", fr="Répondre"), answered["answered"]),
    }
    lengths = pd.DataFrame({name: hours.to_numpy() for name, (_, hours) in parts.items()})
    total = lengths.sum(axis=1)
    generator = np.random.default_rng(5)
    draws = generator.integers(len(lengths), size=(DRAWS, len(lengths)))
    shares = np.array([lengths["dark"].to_numpy()[one].sum() / total.to_numpy()[one].sum() for one in draws])
    low, high = np.quantile(shares, [0.025, 0.975])
    early = (lengths["dark"] + lengths["again"]).to_numpy()
    before = np.quantile([early[one].sum() / total.to_numpy()[one].sum() for one in draws], [0.025, 0.975])
    page.value("part.before", 100 * early.sum() / total.sum(), unit="percent")
    page.value("part.before.low", 100 * before[0], unit="percent")
    page.value("part.before.high", 100 * before[1], unit="percent")
    rows = [
        {
            "part": label,
            "side": name,
            "hours": lengths[name].mean(),
            "share": 100 * lengths[name].mean() / total.mean(),
        }
        for name, (label, _) in parts.items()
    ]
    frame = pd.DataFrame(rows)
    for row in rows:
        page.value(f"hours.{row['side']}", row["hours"])
        page.value(f"part.{row['side']}", row["share"], unit="percent")
    page.value("hours.total", total.mean())
    page.value("part.dark.low", 100 * low, unit="percent")
    page.value("part.dark.high", 100 * high, unit="percent")
    page.value("hours.without_inquiry", total.mean() - lengths["inquire"].mean())
    hold("most of the way is over when the complaint begins", before[0] > 0.6)
    hold("the dark alone is longer than all that the desk does", low > 1 - before[0])

    def bars(width: int) -> alt.LayerChart:
        base = alt.Chart(frame).encode(
            y=alt.Y("part:N", sort=None, title=None, axis=alt.Axis(minExtent=140)),
            x=alt.X(
                "hours:Q",
                title=page.say(en="mean hours", fr="heures en moyenne"),
                scale=alt.Scale(domain=[0, 1.2 * frame["hours"].max()]),
            ),
        )
        colour = alt.condition(
            "datum.side == 'dark' || datum.side == 'again'", alt.value(charts.BAD), alt.value(charts.NEUTRAL)
        )
        bar = base.mark_bar(height=20).encode(color=colour)
        return (bar + base.mark_text(align="left", dx=5).encode(text=alt.Text("hours:Q", format=".0f"))).properties(
            width=width - 150, height=180
        )

    said = [f"{row['part']} {page.written(row['hours'])}" for row in rows]
    page.chart(
        "ledger",
        bars,
        title=page.say(
            en="Most of the wait is over before the complaints desk knows that there is one",
            fr="L’essentiel de l’attente est passé avant que le service ne sache qu’il y a réclamation",
        ),
        alternative=page.say(
            en=f"Mean hours from the end of the promised day to the answer, {len(answered)} answered complaints: "
            + ", ".join(said)
            + ".",
            fr="Heures en moyenne de la fin du jour promis à la réponse, "
            f"{len(answered)} réclamations avec réponse : " + ", ".join(said) + ".",
        ),
        data=frame.drop(columns="side"),
        columns={
            "part": Column(label=page.say(en="Part of the way", fr="Partie du parcours")),
            "hours": Column(label=page.say(en="Hours", fr="Heures"), digits=1),
            "share": Column(label=page.say(en="Share", fr="Part"), unit="percent"),
        },
    )


def priced(
    page: Page,
    data: cxdata.Dataset,
    parcels: pd.DataFrame,
    asked: pd.DataFrame,
    complaints: pd.DataFrame,
    effects: dict,
) -> None:
    """What the proposals cost, and what each could bring at most."""
    costs = data["complaint_costs"].merge(complaints[["complaint_id", "contact_id"]], on="complaint_id")
    costs = costs.merge(asked[["contact_id", "handle_minutes"]], on="contact_id")
    minute = costs["work_eur"].sum() / (costs["work_minutes"] + costs["handle_minutes"].fillna(0)).sum()
    plain = asked.loc[~asked["is_complaint"], "handle_minutes"].fillna(0).sum() * minute
    total = plain + costs["total_eur"].sum()
    late = int(parcels["is_late"].sum())
    first = int(asked["is_first"].sum())
    page.value("minute.cents", 100 * minute)
    page.value("total.eur", total, unit="euros")
    page.value("each.eur", total / first, digits=2, unit="euros")
    page.value("message.cents", 100 * MESSAGE_EUR)
    page.value("message.eur", MESSAGE_EUR * late, unit="euros")
    page.value("breakeven", np.ceil(MESSAGE_EUR * late / (total / first)))
    page.value("breakeven.share", 100 * MESSAGE_EUR * late / total, digits=1, unit="percent")
    reply, lateness = (
        effects["reply_on_score"]["planted"]["value"],
        -effects["late_on_recommendation"]["planted"]["value"],
    )
    lost = int((~complaints["replied"]).sum())
    page.value("reply.points", reply, digits=1)
    page.value("reply.total", lost * reply)
    page.value("reply.eur", lost * costs["total_eur"].mean(), unit="euros")
    page.value("late.points", lateness, digits=1)
    page.value("late.total", late * lateness)
    dark = parcels.loc[parcels["is_late"], "days_late"].sum() * 24
    saved = complaints.loc[complaints["replied"], "investigated"].sum()
    page.value("dark.days", dark / 24)
    page.value("saved.days", saved / 24)
    page.value("ratio", dark / saved)
    hold("the late days dwarf the inquiries", dark / saved > 40)
    hold("a message pays if it spares two contacts in a hundred", MESSAGE_EUR * late / total < 0.03)


def carriers(page: Page, parcels: pd.DataFrame) -> None:
    """One carrier looks late, because it carries the bulky goods."""
    rows = []
    for carrier in CARRIERS:
        own = parcels[parcels["carrier"] == carrier]
        kinds = {"all": own, "small": own[~own["is_bulky"]], "bulky": own[own["is_bulky"]]}
        row: dict[str, object] = {"carrier": carrier}
        for name, some in kinds.items():
            low, high = measures.share_interval(int(some["is_late"].sum()), len(some))
            key = carrier.split()[0].lower()
            page.value(f"{key}.{name}", 100 * some["is_late"].mean(), digits=1, unit="percent")
            row[name] = page.say(
                en=f"{100 * some['is_late'].mean():.1f}% ({100 * low:.1f} to {100 * high:.1f})",
                fr=f"{100 * some['is_late'].mean():.1f} % ({100 * low:.1f} à {100 * high:.1f})".replace(".", ","),
            )
        row["share"] = 100 * own["is_bulky"].mean()
        rows.append(row)
    late = parcels.groupby(["is_bulky", "carrier"])["is_late"].mean()
    hold("Aubrac is latest overall", parcels.groupby("carrier")["is_late"].mean().idxmax() == "Aubrac Express")
    hold("and the least late with bulky goods", late[True].idxmin() == "Aubrac Express")
    page.table(
        "carriers",
        pd.DataFrame(rows)[["carrier", "share", "all", "small", "bulky"]],
        caption=page.say(
            en="Late parcels by carrier, with 95% intervals", fr="Colis en retard par transporteur, intervalles à 95 %"
        ),
        columns={
            "carrier": Column(label=page.say(en="Carrier", fr="Transporteur")),
            "share": Column(label=page.say(en="Bulky", fr="Encombrants"), unit="percent"),
            "all": Column(label=page.say(en="Late, all", fr="En retard, tous"), right=True),
            "small": Column(label=page.say(en="Small goods", fr="Petits articles"), right=True),
            "bulky": Column(label=page.say(en="Bulky goods", fr="Encombrants en retard"), right=True),
        },
    )


def jam(page: Page, data: cxdata.Dataset, asked: pd.DataFrame) -> None:
    """The same way on the days of the parcel jam."""
    days = data["calendar"].merge(data.truth["latents/calendar"][["day_id", "crisis"]], on="day_id")
    jammed = set(pd.to_datetime(days.loc[days["crisis"] == "parcel_jam", "date"]))
    written = asked[(asked["channel"] != "phone") & asked["answer_hours"].notna()]
    in_jam = written["contacted_at"].dt.normalize().isin(jammed)
    page.value("jam.n", int(in_jam.sum()))
    generator = np.random.default_rng(6)
    for name, rows in (("jam", written[in_jam]), ("calm", written[~in_jam])):
        hours = rows["answer_hours"].to_numpy()
        means = hours[generator.integers(len(hours), size=(DRAWS, len(hours)))].mean(axis=1)
        page.value(f"{name}.hours", hours.mean())
        page.value(f"{name}.low", np.quantile(means, 0.025))
        page.value(f"{name}.high", np.quantile(means, 0.975))
    month = pd.to_datetime(written["contacted_at"]).dt.to_period("M")
    worst = written.groupby(month)["answer_hours"].mean().idxmax()
    hold("October 2023 is the slowest month", str(worst) == "2023-10")
    hold(
        "the jam triples the wait",
        written.loc[in_jam, "answer_hours"].mean() > 3 * written.loc[~in_jam, "answer_hours"].mean(),
    )


def silent(page: Page, data: cxdata.Dataset, parcels: pd.DataFrame, asked: pd.DataFrame) -> None:
    """Those who never ask are as disappointed as those who do."""
    truth = data.truth["latents/orders"][["order_id", "ltr"]]
    late = parcels.loc[parcels["is_late"], ["order_id"]].merge(truth, on="order_id")
    has_asked = late["order_id"].isin(asked["order_id"])
    on_time = truth[truth["order_id"].isin(parcels.loc[~parcels["is_late"], "order_id"])]
    page.value("ltr.silent", late.loc[~has_asked, "ltr"].mean(), digits=1)
    page.value("ltr.asked", late.loc[has_asked, "ltr"].mean(), digits=1)
    page.value("ltr.on_time", on_time["ltr"].mean(), digits=1)
    detractors = late.loc[~has_asked, "ltr"] <= 6
    page.value("silent.detractors", int(detractors.sum()))
    page.value("silent.detractors.share", 100 * detractors.mean(), unit="percent")
    page.value("asked.detractors", int((late.loc[has_asked, "ltr"] <= 6).sum()))
    hold("more detractors are silent than ask", detractors.sum() > (late.loc[has_asked, "ltr"] <= 6).sum())


def recognised(page: Page, asked: pd.DataFrame) -> None:
    """A frequent fail point that changes nothing here."""
    taken = asked[~asked["is_abandoned"]].assign(
        settled=lambda rows: rows["is_resolved_first_time"].astype(float),
        known=lambda rows: rows["is_recognised"].astype(bool),
    )
    page.value("unknown.share", 100 * (~taken["known"]).mean(), unit="percent")
    found = measures.difference(taken, outcome="settled", treatment="known", strata=("channel",))
    for name in ("value", "low", "high"):
        page.value(f"known.{name}", 100 * getattr(found, name), digits=1, sign=True)
    hold("recognition makes no visible difference here", found.low < 0 < found.high)


def exercise(page: Page, data: cxdata.Dataset, parcels: pd.DataFrame) -> None:
    """The same for damaged parcels."""
    damaged = parcels[parcels["is_damaged"]]
    contacts = data["contacts"]
    asked = contacts[(contacts["reason"] == "damaged_item") & contacts["order_id"].isin(damaged["order_id"])]
    complaints = data["complaints"].merge(asked[["contact_id"]], on="contact_id")
    costs = data["complaint_costs"].merge(complaints[["complaint_id"]], on="complaint_id")
    who = int(asked["order_id"].nunique())
    page.value("d.parcels", len(damaged))
    page.value("d.thousand", 1000 * len(damaged) / len(parcels))
    page.value("d.asked", who)
    page.value("d.silent.thousand", 1000 * (len(damaged) - who) / len(parcels), digits=1)
    page.value("d.asked.share", 100 * who / len(damaged), unit="percent")
    page.value("d.silent", len(damaged) - who)
    page.value("d.complaints", len(complaints))
    page.value("d.lost", int((~complaints["replied"]).sum()))
    page.value("d.lost.share", 100 * (~complaints["replied"]).mean(), unit="percent")
    low, high = measures.share_interval(int((~complaints["replied"]).sum()), len(complaints))
    page.value("d.lost.low", 100 * low, unit="percent")
    page.value("d.lost.high", 100 * high, unit="percent")
    page.value("d.cost", costs["total_eur"].mean(), unit="euros")
    page.value("d.transport", costs["transport_eur"].mean(), unit="euros")
