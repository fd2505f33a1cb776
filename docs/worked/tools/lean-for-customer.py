"""Lean for the customer: repeats take most of the wasted minutes, errors most of the lost marks."""

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

VALUE = ("discover", "choose", "advice", "use")
"""Steps that the customer came for; all others are work that serves them. Ours, to be argued about."""
LONG_MINUTES = 10
BOARDS_MINUTES = 5
WASTES = {
    "late_parcel": {"en": "Parcel late", "fr": "Colis en retard"},
    "nobody_free": {"en": "No adviser free", "fr": "Aucun conseiller libre"},
    "not_found": {"en": "Not found", "fr": "Introuvable"},
    "long_queue": {"en": "Queue at collection", "fr": "File au retrait"},
    "no_parking": {"en": "No parking", "fr": "Pas de place"},
    "payment": {"en": "Payment or bill wrong", "fr": "Paiement ou facture"},
    "out_of_stock": {"en": "Out of stock", "fr": "Rupture"},
    "faulty_product": {"en": "Product faulty", "fr": "Produit défectueux"},
    "no_answer": {"en": "Help: no answer", "fr": "Aide : pas de réponse"},
    "page_error": {"en": "Page error", "fr": "Erreur de page"},
    "damaged_parcel": {"en": "Parcel damaged", "fr": "Colis abîmé"},
    "repeat": {"en": "Step done twice", "fr": "Étape refaite"},
}


def steps_of(data: cxdata.Dataset) -> pd.DataFrame:
    """Return the diary's steps with the minutes that each took beyond a plain step of its kind."""
    steps = data["journey_steps"].copy()
    steps["incident"] = steps["incident"].astype(str).replace({"payment_refused": "payment", "wrong_bill": "payment"})
    steps["is_web"] = steps["order_id"].isin(data["orders"].loc[data["orders"]["channel"] == "web", "order_id"])
    steps["here"] = np.where(steps["step"] == "wait", 0.0, steps["wait_minutes"])
    plain = steps[~steps["has_incident"] & ~steps["was_repeated"]].groupby("step")[["duration_minutes", "here"]].mean()
    steps = steps.join(plain, on="step", rsuffix="_plain")
    steps["extra"] = steps["duration_minutes"] - steps["duration_minutes_plain"] + steps["here"] - steps["here_plain"]
    return steps


def journeys_of(steps: pd.DataFrame) -> pd.DataFrame:
    """Return one row per journey: incidents, repeats and the score at its end."""
    only = steps[steps["has_incident"]].groupby("order_id")["incident"].first().rename("incident")
    return (
        steps.groupby("order_id")
        .agg(
            customer_id=("customer_id", "first"),
            is_web=("is_web", "first"),
            incidents=("has_incident", "sum"),
            repeats=("was_repeated", "sum"),
            score=("overall_score", "first"),
        )
        .join(only)
        .reset_index()
    )


def loss(journeys: pd.DataFrame, waste: str) -> measures.Difference:
    """Return what a waste takes off the score of the journey, against journeys of the same channel without any."""
    if waste == "repeat":
        rows = journeys[journeys["incidents"] == 0].assign(hit=lambda one: one["repeats"] > 0)
    else:
        rows = journeys[(journeys["incidents"] == 0) | (journeys["incidents"] == 1) & (journeys["incident"] == waste)]
        rows = rows.assign(hit=rows["incidents"] == 1)
    return measures.difference(rows, outcome="score", treatment="hit", strata=("is_web",), of="all")


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "study")
    steps = steps_of(data)
    journeys = journeys_of(steps)
    page.value("customers", len(data["customers"]))
    page.value("journeys", len(journeys))
    page.value("web", int(journeys["is_web"].sum()))
    minutes(page, steps, len(journeys))
    listed = wastes(page, steps, journeys)
    decided(page, listed, journeys)
    patient(page, data, steps)
    repeated(page, steps)
    averages(page, data, steps)
    moved(page, data)
    exercise(page)


def minutes(page: Page, steps: pd.DataFrame, count: int) -> None:
    """What a mean journey is made of."""
    wait = steps["step"] == "wait"
    doing, here = steps["duration_minutes"].sum() / count, steps["here"].sum() / count
    mended = steps["has_incident"] | steps["was_repeated"]
    worth = steps["step"].isin(VALUE)
    value = np.where(mended, steps["duration_minutes_plain"], steps["duration_minutes"])[worth].sum() / count
    use = np.where(mended, steps["duration_minutes_plain"], steps["duration_minutes"])[steps["step"] == "use"].sum()
    help_ = (steps.loc[steps["step"] == "ask_help", "duration_minutes"]).sum() / count
    bad, twice = steps["has_incident"], steps["was_repeated"] & ~steps["has_incident"]
    over = (steps["duration_minutes"] - steps["duration_minutes_plain"]) * (steps["step"] != "ask_help")
    repeats, errors = over[twice].sum() / count, over[bad].sum() / count
    total = doing + here
    work = total - value - here - help_ - repeats - errors
    for name, amount in (
        ("total", total),
        ("value", value),
        ("work", work),
        ("here", here),
        ("help", help_),
        ("repeats", repeats),
        ("errors", errors),
    ):
        page.value(f"m.{name}", amount, digits=1)
    page.value("value.share", 100 * value / total, unit="percent")
    page.value("value.strict", 100 * (value - use / count) / (total - use / count), unit="percent")
    page.value("waste", here + help_ + repeats + errors, digits=1)
    page.value("waste.share", 100 * (here + help_ + repeats + errors) / total, unit="percent")
    page.value("parcel.days", steps.loc[wait, "wait_minutes"].mean() / 1440, digits=1)
    elapsed = steps["wait_minutes"].sum() + steps["duration_minutes"].sum()
    page.value("parcel.share", 100 * steps.loc[wait, "wait_minutes"].sum() / elapsed, unit="percent")
    hold("waiting in person is the largest waste", here > repeats > help_ > errors)
    hold(
        "the parcel's wait is more than nine tenths of all minutes",
        steps.loc[wait, "wait_minutes"].sum() > 0.9 * elapsed,
    )
    frame = pd.DataFrame(
        [
            (page.say(en="What customers came for", fr="Ce pour quoi ils viennent"), value),
            (page.say(en="Work that serves it", fr="Le travail qui y sert"), work),
            (page.say(en="Waits in person", fr="Attentes sur place"), here),
            (page.say(en="Steps done twice", fr="Étapes refaites"), repeats),
            (page.say(en="Asking for help", fr="Demandes d’aide"), help_),
            (page.say(en="Time lost to errors", fr="Temps perdu en erreurs"), errors),
        ],
        columns=["part", "minutes"],
    )
    frame["share"] = 100 * frame["minutes"] / total
    page.table(
        "minutes",
        frame,
        caption=page.say(
            en="A mean journey, in the customer’s own minutes", fr="Un parcours moyen, en minutes du client"
        ),
        columns={
            "part": Column(label=page.say(en="Part", fr="Partie")),
            "minutes": Column(label=page.say(en="Minutes", fr="Minutes"), digits=1),
            "share": Column(label=page.say(en="Share", fr="Part"), unit="percent"),
        },
    )


def wastes(page: Page, steps: pd.DataFrame, journeys: pd.DataFrame) -> pd.DataFrame:
    """Each waste in hours and in points of the score, per thousand journeys."""
    rows = []
    for name, label in WASTES.items():
        hit = steps["was_repeated"] & ~steps["has_incident"] if name == "repeat" else steps["incident"] == name
        cases = steps.loc[hit, "order_id"].nunique()
        found = loss(journeys, name)
        per = 1000 * cases / len(journeys)
        rows.append(
            {
                "name": name,
                "waste": page.say(**label),
                "cases": per,
                "hours": 1000 * steps.loc[hit, "extra"].sum() / len(journeys) / 60,
                "each": found.value,
                "points": -found.value * per,
                "low": -found.high * per,
                "high": -found.low * per,
            }
        )
    frame = pd.DataFrame(rows).sort_values("points", ascending=False, ignore_index=True)
    by = frame.set_index("name")
    for name in ("late_parcel", "repeat", "nobody_free", "long_queue"):
        page.value(f"{name}.hours", by.loc[name, "hours"])
        page.value(f"{name}.cases", by.loc[name, "cases"])
        for end in ("points", "low", "high"):
            page.value(f"{name}.{end}", by.loc[name, end])
        page.value(f"{name}.each", -by.loc[name, "each"], digits=1)
    hold("repeats take the most hours", by["hours"].idxmax() == "repeat")
    hold("repeats cost no points that can be told from nought", by.loc["repeat", "low"] < 0)
    hold("late parcels cost the most points", by["points"].idxmax() == "late_parcel")
    hold("and hardly any minutes in person", by.loc["late_parcel", "hours"] < 0.05 * by.loc["repeat", "hours"])
    order = list(frame["waste"])

    def make(width: int) -> alt.HConcatChart | alt.VConcatChart:
        is_narrow = width <= charts.NARROW
        y = alt.Y("waste:N", sort=order, title=None, axis=alt.Axis(minExtent=150))
        colour = alt.condition("datum.name == 'repeat'", alt.value(charts.BAD), alt.value(charts.NEUTRAL))
        side = width - 165 if is_narrow else (width - 190) // 2
        hours = (
            alt.Chart(frame)
            .mark_bar(height=12)
            .encode(
                y=y if is_narrow else alt.Y("waste:N", sort=order, title=None, axis=None),
                x=alt.X(
                    "hours:Q",
                    title=page.say(en="hours", fr="heures"),
                    axis=alt.Axis(values=[0, 40, 80, 120]),
                    scale=alt.Scale(domain=[0, 140]),
                ),
                color=colour,
            )
        )
        base = alt.Chart(frame).encode(y=y)
        points = base.mark_bar(height=12).encode(
            x=alt.X(
                "points:Q",
                title=page.say(en="points lost", fr="points perdus"),
                axis=alt.Axis(values=[0, 40, 80]),
                scale=alt.Scale(domain=[-25, 80], nice=False),
            ),
            color=colour,
        ) + base.mark_rule(strokeWidth=1.5, color=charts.INK).encode(x="low:Q", x2="high:Q")
        parts = [points.properties(width=side, height=270), hours.properties(width=side, height=270)]
        return alt.vconcat(*parts) if is_narrow else alt.hconcat(*parts, spacing=16)

    said = "; ".join(
        f"{row.waste} {page.written(row.points)} ({page.written(row.low)}, {page.written(row.high)}), "
        f"{page.written(row.hours)} h"
        for row in frame.itertuples()
    )
    page.chart(
        "wastes",
        make,
        title=page.say(
            en="Doing steps twice takes the hours; errors take the score",
            fr="Refaire des étapes coûte des heures ; les erreurs coûtent des points",
        ),
        alternative=page.say(
            en=f"Per thousand journeys, points of the overall score lost with their 95% interval, and hours lost: {said}.",
            fr=f"Pour mille parcours, points de la note globale perdus avec intervalle à 95 %, et heures perdues : {said}.",
        ),
        note=page.say(
            en="Per thousand journeys; lines are 95% intervals. Red: repeats.",
            fr="Pour mille parcours ; traits : intervalles à 95 %. Rouge : étapes refaites.",
        ),
        data=frame.drop(columns="name"),
        columns={
            "waste": Column(label=page.say(en="Waste", fr="Gaspillage")),
            "cases": Column(label=page.say(en="Journeys hit", fr="Parcours touchés")),
            "hours": Column(label=page.say(en="Hours", fr="Heures")),
            "each": Column(label=page.say(en="Score, each", fr="Note, chacun"), digits=1, sign=True),
            "points": Column(label=page.say(en="Points", fr="Points")),
            "low": Column(label=page.say(en="From", fr="De")),
            "high": Column(label=page.say(en="To", fr="À")),
        },
    )
    return frame


def decided(page: Page, listed: pd.DataFrame, journeys: pd.DataFrame) -> None:
    """What the two lists would choose."""
    by = listed.set_index("name")
    errors = listed[listed["name"] != "repeat"]
    page.value("errors.hours", errors["hours"].sum())
    page.value("errors.points", errors["points"].sum())
    page.value("errors.cases", 1000 * (journeys["incidents"] > 0).mean())
    three = errors.nlargest(3, "points")
    page.value("three.points", three["points"].sum())
    page.value("three.share", 100 * three["points"].sum() / errors["points"].sum(), unit="percent")
    page.text("three", en=", ".join(three["waste"]).lower(), fr=", ".join(three["waste"]).lower())
    hold("the three names are those of the page", list(three["name"]) == list(errors.nlargest(3, "points")["name"]))
    hold("all errors together cost fewer hours than repeats", errors["hours"].sum() < by.loc["repeat", "hours"])


def patient(page: Page, data: cxdata.Dataset, steps: pd.DataFrame) -> None:
    """A parcel's wait costs nothing until the promised day."""
    waits = steps[steps["step"] == "wait"].merge(data["deliveries"][["order_id", "is_late"]], on="order_id")
    waits["days"] = waits["wait_minutes"] / 1440
    on_time = waits[~waits["is_late"]].copy()
    on_time["group"] = pd.cut(on_time["days"], [0, 2, 3, 4, 5, 30], labels=["0-2", "2-3", "3-4", "4-5", "5+"])
    late = waits[waits["is_late"]]
    groups = [*(one for _, one in on_time.groupby("group", observed=True)), late]
    names = [
        page.say(en="on time, up to 2 days", fr="à l’heure, 2 jours au plus"),
        *(page.say(en=f"on time, {one} days", fr=f"à l’heure, {one} jours") for one in ("2–3", "3–4", "4–5")),
        page.say(en="on time, over 5 days", fr="à l’heure, plus de 5 jours"),
        page.say(en="late", fr="en retard"),
    ]
    found = []
    for name, rows in zip(names, groups, strict=True):
        error = 1.96 * rows["step_score"].std() / np.sqrt(len(rows))
        mean = rows["step_score"].mean()
        found.append(
            {
                "group": name,
                "cases": len(rows),
                "days": rows["days"].mean(),
                "score": mean,
                "low": mean - error,
                "high": mean + error,
            }
        )
    frame = pd.DataFrame(found)
    short, long_, bad = frame.iloc[0], frame.iloc[4], frame.iloc[5]
    for name, row in (("short", short), ("long", long_), ("late", bad)):
        page.value(f"wait.{name}.days", row["days"], digits=1)
        page.value(f"wait.{name}", row["score"], digits=1)
        page.value(f"wait.{name}.low", row["low"], digits=1)
        page.value(f"wait.{name}.high", row["high"], digits=1)
    hold("on time, long and short waits score within half a point", abs(short["score"] - long_["score"]) < 0.5)
    hold("late ones lose two points", long_["low"] - bad["high"] > 1.5)

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(frame).encode(y=alt.Y("group:N", sort=names, title=None, axis=alt.Axis(minExtent=160)))
        scale = alt.Scale(domain=[3, 8])
        title = page.say(en="score of the wait, 0 to 10", fr="note de l’attente, 0 à 10")
        return (
            base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(
                x=alt.X("low:Q", scale=scale, title=title), x2="high:Q"
            )
            + base.mark_point(size=80, opacity=1, filled=True, color=charts.GOOD).encode(
                x=alt.X("score:Q", scale=scale)
            )
        ).properties(width=width - 175, height=190)

    page.chart(
        "patient",
        dots,
        title=page.say(
            en="Days of waiting cost nothing until the promised one is past",
            fr="Les jours d’attente ne coûtent rien avant la date promise",
        ),
        alternative=page.say(en="Mean score of the wait for a parcel, with 95% interval: ", fr="Note moyenne de l’attente du colis, avec intervalle à 95 % : ")
        + "; ".join(f"{r.group} {page.written(r.score, digits=1)} ({page.written(r.low, digits=1)}, {page.written(r.high, digits=1)})" for r in frame.itertuples())
        + ".",
        data=frame,
        columns={
            "group": Column(label=page.say(en="Parcel", fr="Colis")),
            "cases": Column(label=page.say(en="Cases", fr="Cas")),
            "days": Column(label=page.say(en="Mean days", fr="Jours en moyenne"), digits=1),
            "score": Column(label=page.say(en="Score", fr="Note"), digits=1),
            "low": Column(label=page.say(en="From", fr="De"), digits=1),
            "high": Column(label=page.say(en="To", fr="À"), digits=1),
        },
    )  # fmt: skip


def repeated(page: Page, steps: pd.DataFrame) -> None:
    """Repeated steps score less only because errors were among them."""
    plain = measures.difference(steps, outcome="step_score", treatment="was_repeated", strata=("step",))
    clean = steps[~steps["has_incident"]]
    alone = measures.difference(clean, outcome="step_score", treatment="was_repeated", strata=("step",))
    for name, one in (("plain", plain), ("alone", alone)):
        for end in ("value", "low", "high"):
            page.value(f"twice.{name}.{end}", getattr(one, end), digits=2, sign=True)
    bad = steps.groupby("was_repeated")["has_incident"].mean()
    page.value("twice.bad", 100 * bad[True], unit="percent")
    page.value("once.bad", 100 * bad[False], unit="percent")
    hold("repeats seem to cost", plain.high < -0.2)
    hold("and alone do not visibly", alone.low < 0 < alone.high)


def averages(page: Page, data: cxdata.Dataset, steps: pd.DataFrame) -> None:
    """A mean wait that hides who waits."""
    advice = steps[steps["step"] == "advice"]
    long_ = advice["wait_minutes"] > LONG_MINUTES
    hold("a minute less reaches the goal", BOARDS_MINUTES - 1 < advice["wait_minutes"].mean() - 1 < BOARDS_MINUTES)
    page.value("advice.mean", advice["wait_minutes"].mean(), digits=1)
    page.value("advice.goal", BOARDS_MINUTES)
    page.value("advice.long", LONG_MINUTES)
    page.value("advice.long.share", 100 * long_.mean(), unit="percent")
    page.value(
        "advice.long.minutes",
        100 * advice.loc[long_, "wait_minutes"].sum() / advice["wait_minutes"].sum(),
        unit="percent",
    )
    page.value("advice.long.score", advice.loc[long_, "step_score"].mean(), digits=1)
    page.value("advice.rest.score", advice.loc[~long_, "step_score"].mean(), digits=1)
    page.value("advice.bad", 100 * advice.loc[long_, "has_incident"].mean(), unit="percent")
    calls = data["contacts"][(data["contacts"]["channel"] == "phone") & ~data["contacts"]["is_abandoned"]]
    over = calls["wait_minutes"] >= 1
    key = cxdata.answer_key(data)["wait_on_effort"]
    page.value("calls.seconds", 60 * calls["wait_minutes"].mean())
    page.value("calls.over", 100 * over.mean(), unit="percent")
    page.value(
        "calls.over.minutes", 100 * calls.loc[over, "wait_minutes"].sum() / calls["wait_minutes"].sum(), unit="percent"
    )
    page.value("calls.truth", key["planted"]["value"], digits=1, sign=True)
    page.value(
        "calls.naive",
        key["realised_naive_difference"]["value"],
        digits=1,
        sign=True,
    )
    hold(
        "a tenth of the calls holds nearly all the waiting",
        calls.loc[over, "wait_minutes"].sum() > 0.8 * calls["wait_minutes"].sum(),
    )


def moved(page: Page, data: cxdata.Dataset) -> None:
    """Contacts of the contractor seem easier, and send more customers round again."""
    own = data.truth["effects/outsourced_on_effort"][["contact_id", "is_outsourced"]]
    ces = data.truth["latents/contacts"][["contact_id", "ces"]]
    contacts = data["contacts"].sort_values("contacted_at").merge(own, on="contact_id").merge(ces, on="contact_id")
    contacts["open"] = 1 - contacts["is_resolved_first_time"].astype(float)
    contacts["again"] = contacts.groupby("order_id")["contact_id"].shift(-1).notna().astype(float)
    plain = measures.difference(contacts, outcome="ces", treatment="is_outsourced")
    like = measures.difference(contacts, outcome="ces", treatment="is_outsourced", strata=("reason", "channel"))
    unsettled = measures.difference(contacts, outcome="open", treatment="is_outsourced", strata=("reason", "channel"))
    truth = cxdata.answer_key(data)["outsourced_on_effort"]["planted"]["value"]
    back = contacts.groupby("open")["again"].mean()
    for name, one in (("plain", plain), ("like", like)):
        for end in ("value", "low", "high"):
            page.value(f"moved.{name}.{end}", getattr(one, end), digits=2, sign=True)
    page.value("moved.truth", truth, digits=2, sign=True)
    page.value("moved.open", 1000 * unsettled.value)
    page.value("moved.open.low", 1000 * unsettled.low)
    page.value("moved.open.high", 1000 * unsettled.high)
    page.value("back.open", 100 * back[1.0], unit="percent")
    page.value("back.settled", 100 * back[0.0], unit="percent")
    hold("the contractor seems easier", plain.low > 0)
    hold("like matters hold the truth", like.low < truth < like.high < 0)
    hold("and leaves more open", unsettled.low > 0)


def exercise(page: Page) -> None:
    """Collection in the class edition."""
    steps = cxdata.edition("tilmarenne", "class")["journey_steps"]
    rows = steps[steps["step"] == "collect"].sort_values("wait_minutes")
    fifth = rows.iloc[-(len(rows) // 5) :]
    queue = rows["incident"] == "long_queue"
    found = measures.difference(rows.assign(hit=queue), outcome="step_score", treatment="hit")
    page.value("x.n", len(rows))
    page.value("x.mean", rows["wait_minutes"].mean(), digits=1)
    page.value("x.median", rows["wait_minutes"].median(), digits=1)
    page.value("x.fifth", 100 * fifth["wait_minutes"].sum() / rows["wait_minutes"].sum(), unit="percent")
    page.value("x.queue", int(queue.sum()))
    low, high = measures.share_interval(int(queue.sum()), len(rows))
    page.value("x.queue.share", 100 * queue.mean(), unit="percent")
    page.value("x.queue.low", 100 * low, unit="percent")
    page.value("x.queue.high", 100 * high, unit="percent")
    for end in ("value", "low", "high"):
        page.value(f"x.{end}", getattr(found, end), digits=1, sign=True)
    calm = rows[~queue]
    half = calm["wait_minutes"] > calm["wait_minutes"].median()
    slow = measures.difference(calm.assign(slow=half), outcome="step_score", treatment="slow")
    for end in ("value", "low", "high"):
        page.value(f"x.slow.{end}", getattr(slow, end), digits=1, sign=True)
    hold("without a queue the slower half scores about the same", slow.low < 0 < slow.high)
    hold("the queue costs", found.high < -0.5)
