"""Customer journey: two maps from diaries, and where the journey breaks when web and shops blame each other."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, journey, journeys
from casebook.worked.figures import Column
from casebook.worked.measures import difference, share_interval
from casebook.worked.page import Page, hold

BUDGET_EUR = 24_000
"""What each project would cost, in our story."""
HALVED = 0.5
"""Part of the late parcels that the carrier's plan is asked to prevent, in our story."""
LOCALES = {"en": "en_GB", "fr": "fr_FR"}
QUOTE_LENGTHS, LONGEST_WORD = (14, 52), 9
"""Characters of a quote and of its words that fit a column of the map."""
DAY_MINUTES = 1_440
CHANNELS = {
    "shop": {"en": "shop", "fr": "magasin"},
    "web": {"en": "web", "fr": "web"},
    "app": {"en": "app", "fr": "appli"},
    "email": {"en": "e-mail", "fr": "e-mail"},
    "social": {"en": "social media", "fr": "réseaux sociaux"},
    "phone": {"en": "phone", "fr": "appel"},
    "post": {"en": "post", "fr": "courrier"},
    "leaflet": {"en": "leaflet", "fr": "dépliant"},
    "word_of_mouth": {"en": "word of mouth", "fr": "bouche à oreille"},
    "home": {"en": "home", "fr": "chez soi"},
    "pick_up_point": {"en": "pick-up point", "fr": "point relais"},
}
INCIDENTS = {
    "not_found": {"en": "not found", "fr": "introuvable"},
    "no_parking": {"en": "no parking", "fr": "pas de parking"},
    "out_of_stock": {"en": "out of stock", "fr": "rupture"},
    "nobody_free": {"en": "nobody free", "fr": "personne de libre"},
    "page_error": {"en": "page error", "fr": "page en panne"},
    "payment_refused": {"en": "payment refused", "fr": "paiement refusé"},
    "long_queue": {"en": "long queue", "fr": "longue file"},
    "late_parcel": {"en": "late parcel", "fr": "colis en retard"},
    "damaged_parcel": {"en": "damaged parcel", "fr": "colis abîmé"},
    "faulty_product": {"en": "faulty product", "fr": "défaut du produit"},
    "wrong_bill": {"en": "wrong bill", "fr": "facture fausse"},
    "no_answer": {"en": "no answer", "fr": "pas de réponse"},
}
QUOTES = {
    "search": ("website", "stock"),
    "visit": ("parking",),
    "advice": ("advice", "competence"),
    "wait": ("follow_up",),
    "receive": ("delivery",),
    "use": ("quality",),
    "ask_help": ("follow_up", "returns"),
}
"""What a text must be about to be quoted at a step."""


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    rows = journeys.told(data["journey_steps"])
    paths = {path: rows[rows["path"] == path] for path in ("web", "shop")}
    said = quotes(page, len(data["customers"]), rows)
    for path, part in paths.items():
        page.value(f"{path}.journeys", part["order_id"].nunique())
        draw(page, path, part, said)
    page.value("journeys", rows["order_id"].nunique())
    page.value("customers", rows["customer_id"].nunique())
    overall(page, rows)
    ledger(page, data, rows)
    split(page, data, paths["web"])
    mean_journey(page, rows)
    survivors(page, data["web_sessions"])
    writers(page, data, rows)
    lowest(page, paths["web"])
    exercise(page, paths["shop"])


def quotes(page: Page, customers: int, rows: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Return a critical passage for steps of each path, from texts on the diarists' own orders, in the page's language."""
    written = cxdata.generate(
        "tilmarenne", customers=customers, seed=7, locale=LOCALES[page.language], tables=["verbatims", "passages"]
    )
    passages = written.truth["latents/passages"].drop(columns="source", errors="ignore").dropna(subset=["start", "end"])
    texts = written["verbatims"][["verbatim_id", "order_id", "text"]].dropna(subset=["order_id"])
    found = passages.merge(texts, on="verbatim_id").astype({"aspect": str, "polarity": str, "tone": str})
    path = rows.drop_duplicates("order_id").set_index("order_id")["path"]
    found["path"] = found["order_id"].map(path)
    found = found[found["path"].notna() & (found["polarity"] == "negative") & (found["tone"] != "ironic")]
    found = found.sort_values(["verbatim_id", "start"])
    found["quote"] = [
        text[int(a) : int(b)] for text, a, b in zip(found["text"], found["start"], found["end"], strict=True)
    ]
    fits = found["quote"].str.len().between(*QUOTE_LENGTHS) & found["quote"].map(
        lambda quote: max(map(len, quote.split())) <= LONGEST_WORD
    )
    found = found[fits]
    said: dict[tuple[str, str], str] = {}
    for (one, step), aspects in [((p, s), a) for p in ("web", "shop") for s, a in QUOTES.items()]:
        part = found[(found["path"] == one) & found["aspect"].isin(aspects) & ~found["quote"].isin(said.values())]
        if step == "wait":
            part = part[part["cause"].astype(str) == "late_parcel"]
        if len(part):
            said[one, step] = part["quote"].iloc[0]
    hold("a late parcel is quoted", ("web", "wait") in said)
    return said


def minutes(page: Page, value: float) -> str:
    """Write a time, in days where it is long."""
    if value >= DAY_MINUTES:
        days = round(value / DAY_MINUTES)
        return page.say(en=f"{days} days", fr=f"{days} jours")
    return f"{page.written(value)} min"


def draw(page: Page, path: str, part: pd.DataFrame, said: dict[tuple[str, str], str]) -> None:
    """Draw the map of one path from its diaries."""
    marks = journeys.step_marks(part)
    values: dict[str, str | float] = {}
    for step, line in marks.iterrows():
        own = part[part["step"] == step]
        name = f"{path}.{step}"
        values |= {f"{name}.{end}": float(line[end]) for end in ("mark", "low", "high")}
        page.value(f"{name}.mark", line["mark"], digits=2)
        page.value(f"{name}.low", line["low"], digits=2)
        page.value(f"{name}.high", line["high"], digits=2)
        top = own["channel"].astype(str).value_counts(normalize=True).head(2)
        values[f"{name}.where"] = (
            page.say(**CHANNELS[top.index[0]])
            if top.iloc[0] > 0.99
            else ", ".join(
                f"{page.say(**CHANNELS[channel])} {page.written(100 * share, unit='percent')}"
                for channel, share in top.items()
            )
        )
        spent, waited = own["duration_minutes"].median(), own["wait_minutes"].median()
        wait = page.say(en=f", wait {minutes(page, waited)}", fr=f", attente {minutes(page, waited)}")
        values[f"{name}.time"] = minutes(page, spent) + (wait if waited >= 1 else "")
        wrong = own["incident"].value_counts().head(2)
        values[f"{name}.wrong"] = "; ".join(
            f"{page.say(**INCIDENTS[incident])} {page.written(100 * count / len(own))}"
            for incident, count in wrong.items()
            if 100 * count / len(own) >= 1
        )
        values[f"{name}.quote"] = (
            page.say(en=f"“{said[path, str(step)]}”", fr=f"« {said[path, str(step)]} »")
            if (path, str(step)) in said
            else ""
        )
    page.value(
        f"{path}.help.share", 100 * marks.loc["ask_help", "journeys"] / part["order_id"].nunique(), unit="percent"
    )
    content = artefacts.read(page, Path(__file__).with_suffix(".toml"), journey.Journey, values, part=path)
    order = [*(journeys.WEB if path == "web" else journeys.SHOP), "ask_help"]
    marked = ", ".join(
        f"{page.say(**journeys.STEPS[step])} {page.written(marks.loc[step, 'mark'], digits=1)}" for step in order
    )
    count = part["order_id"].nunique()
    titles = {
        "web": page.say(
            en="Web orders lose marks between the click and the doorstep",
            fr="Les commandes web perdent des points entre le clic et le pas de la porte",
        ),
        "shop": page.say(
            en="Purchases in a shop begin on a screen and stay level to the end",
            fr="Les achats en magasin commencent sur un écran et gardent leur niveau jusqu’au bout",
        ),
    }
    page.drawing(
        f"{path}-map",
        journey.wide(content),
        narrow=journey.narrow(content),
        title=titles[path],
        alternative=page.say(
            en=f"Journey map from {count} diaries; mean marks of 0 to 10: {marked}.",
            fr=f"Carte du parcours d’après {count} carnets ; notes moyennes de 0 à 10 : {marked}.",
        ),
        note=page.say(
            en=f"Counted in {count} diaries. “Who runs it” is ours; quotes are from texts on the same orders.",
            fr=f"Compté dans {count} carnets. « Qui s’en charge » est de nous ; citations tirées de textes sur ces commandes.",
        ),
    )
    if path == "web":
        hold(
            "wait and receive are the lowest of the steps all take",
            set(marks.drop("ask_help")["mark"].nsmallest(2).index) == {"wait", "receive"},
        )
    else:
        steps = marks.drop("ask_help")
        hold("the shop's line is level", steps["mark"].max() - steps["mark"].min() < 0.5)
        searched = part[part["step"] == "search"]
        hold(
            "every shop journey searched on a screen",
            searched["channel"].isin(["web", "app"]).all() and len(searched) == count,
        )


def overall(page: Page, rows: pd.DataFrame) -> None:
    """Which path is liked better as a whole."""
    one = rows.drop_duplicates("order_id").assign(web=lambda part: part["path"] == "web")
    for path, part in one.groupby("path"):
        page.value(f"{path}.overall", part["overall_score"].mean(), digits=2)
    gap = difference(one, outcome="overall_score", treatment="web")
    hold("the paths are marked alike", gap.low < 0 < gap.high)
    page.value("gap", gap.value, digits=2, sign=True)
    page.value("gap.low", gap.low, digits=2, sign=True)
    page.value("gap.high", gap.high, digits=2, sign=True)


def lost(rows: pd.DataFrame, incident: str, steps: tuple[str, ...]) -> tuple[float, float, float, float]:
    """Return per 100 journeys how often an incident came, and the marks lost with it at some steps, with an interval."""
    hit = set(rows.loc[rows["incident"] == incident, "order_id"])
    total = pd.Series(0.0, index=rows["order_id"].unique())
    for step in steps:
        part = rows[rows["step"] == step].set_index("order_id")["step_score"]
        was = part.index.isin(hit)
        total = total.add((part[~was].mean() - part) * was, fill_value=0.0)
    owner = rows.drop_duplicates("order_id").set_index("order_id")["customer_id"].reindex(total.index)
    mean, low, high = journeys.mean_interval(100 * total, owner)
    return 100 * len(hit) / len(total), mean, low, high


def ledger(page: Page, data: cxdata.Dataset, rows: pd.DataFrame) -> None:
    """What each incident takes, per hundred journeys, and what it would cost to mend it."""
    web, shop = (rows[rows["path"] == path] for path in ("web", "shop"))
    lines = []
    for name, of, incident, steps, path in (
        ("late", web, "late_parcel", ("wait", "receive"), {"en": "web", "fr": "web"}),
        ("queue", shop, "long_queue", ("collect",), {"en": "shop", "fr": "magasin"}),
        ("parking", shop, "no_parking", ("visit",), {"en": "shop", "fr": "magasin"}),
        ("search", rows, "not_found", ("search",), {"en": "both", "fr": "les deux"}),
        ("answer", web, "no_answer", ("ask_help",), {"en": "web", "fr": "web"}),
        ("damaged", web, "damaged_parcel", ("receive",), {"en": "web", "fr": "web"}),
        ("advice", shop, "nobody_free", ("advice",), {"en": "shop", "fr": "magasin"}),
    ):
        often, marks, low, high = lost(of, incident, steps)
        between = page.say(en="to", fr="à")
        lines.append((name, marks, low, high))
        page.value(f"lost.{name}", marks)
        page.value(f"lost.{name}.low", low)
        page.value(f"lost.{name}.high", high)
        page.value(f"often.{name}", often, digits=1)
        lines[-1] = (name, {
            "incident": page.say(**INCIDENTS[incident]).capitalize(),
            "path": page.say(**path),
            "often": often,
            "marks": marks,
            "interval": f"{page.written(low)} {between} {page.written(high)}",
        }, marks, low, high)  # fmt: skip
    found = {name: (marks, low, high) for name, _, marks, low, high in lines}
    hold(
        "late parcels cost more than any other incident",
        all(found["late"][1] > found[n][2] for n in found if n != "late"),
    )
    table = pd.DataFrame([line for _, line, *_ in lines]).sort_values("marks", ascending=False)
    page.table(
        "ledger",
        table,
        caption=page.say(
            en="What incidents take from the steps where they are felt, per 100 journeys of the path",
            fr="Ce que les incidents retirent aux étapes où le client les ressent, pour 100 parcours de ce type",
        ),
        columns={
            "incident": Column(label=page.say(en="Incident", fr="Incident")),
            "path": Column(label=page.say(en="Path", fr="Parcours")),
            "often": Column(label=page.say(en="Per 100", fr="Pour 100"), digits=1),
            "marks": Column(label=page.say(en="Marks lost", fr="Points perdus")),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %"), right=True),
        },
    )
    orders = data["orders"]
    years = (orders["ordered_at"].max() - orders["ordered_at"].min()).days / 365.25
    yearly = {"search": len(orders) / years}
    yearly["late"] = (orders["channel"] == "web").sum() / years
    yearly["advice"] = (orders["channel"] == "shop").sum() / years
    page.value("budget", BUDGET_EUR, unit="euros")
    price = {}
    for name, part in (("search", 1.0), ("late", HALVED), ("advice", 1.0)):
        regained = yearly[name] * found[name][0] / 100 * part
        price[name] = BUDGET_EUR / regained
        page.value(f"regained.{name}", round(regained, -1))
        page.value(f"price.{name}", price[name], unit="euros")
        for end, bound in (("high", found[name][1]), ("low", found[name][2])):
            page.value(f"price.{name}.{end}", BUDGET_EUR / (yearly[name] * bound / 100 * part), unit="euros")
    hold(
        "half the late parcels are cheaper per mark than perfect search or advice",
        price["late"] < min(price["search"], price["advice"]),
    )
    hold("advice costs more than twice as much per mark", price["advice"] > 2 * price["late"])


def split(page: Page, data: cxdata.Dataset, web: pd.DataFrame) -> None:
    """The web journey of those whose parcel came late, beside the others."""
    late = set(web.loc[web["incident"] == "late_parcel", "order_id"])
    rows = web.assign(late=web["order_id"].isin(late))
    kinds = {False: page.say(en="on time", fr="à l’heure"), True: page.say(en="late", fr="en retard")}
    lines = []
    for (was, step), part in rows[rows["step"].isin(journeys.WEB)].groupby(["late", "step"]):
        mark, low, high = journeys.mean_interval(part["step_score"], part["customer_id"])
        lines.append({"step": step, "kind": kinds[was], "mark": mark, "low": low, "high": high})
        page.value(f"{'late' if was else 'on_time'}.{step}", mark, digits=2)
    table = pd.DataFrame(lines)
    order = [page.say(**journeys.STEPS[step]) for step in journeys.WEB]
    table["place"] = table["step"].map({step: number for number, step in enumerate(journeys.WEB)})
    table["step"] = table["step"].map({step: page.say(**journeys.STEPS[step]) for step in journeys.WEB})
    table = table.sort_values(["kind", "place"])
    page.value("late.journeys", len(late))
    page.value("late.share", 100 * len(late) / web["order_id"].nunique(), unit="percent")
    page.value("on_time.share", 100 - 100 * len(late) / web["order_id"].nunique(), unit="percent")
    before = rows[rows["step"].isin(["discover", "search", "choose", "order", "pay"])]
    placebo = difference(before, outcome="step_score", treatment="late")
    hold("before the delivery late and punctual journeys are marked alike", placebo.low < 0 < placebo.high)
    page.value("placebo", placebo.value, digits=2, sign=True)
    page.value("placebo.low", placebo.low, digits=2, sign=True)
    page.value("placebo.high", placebo.high, digits=2, sign=True)
    one = rows.drop_duplicates("order_id")
    whole = difference(one, outcome="overall_score", treatment="late")
    page.value("whole", -whole.value, digits=1)
    page.value("whole.low", -whole.high, digits=1)
    page.value("whole.high", -whole.low, digits=1)
    page.value("key.late", -cxdata.answer_key(data)["late_on_recommendation"]["realised"]["value"], digits=1)
    hold("late journeys end lower", whole.high < 0)
    means = table.pivot_table(index="step", columns="kind", values="mark")
    hold(
        "the two part at the wait by more than two marks",
        means.loc[order[5], kinds[False]] - means.loc[order[5], kinds[True]] > 2,
    )

    def curves(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            x=alt.X("step:N", sort=order, title=None, axis=alt.Axis(labelAngle=-45 if width <= charts.NARROW else 0)),
            color=alt.Color(
                "kind:N", legend=None, scale=alt.Scale(domain=list(kinds.values()), range=[charts.GOOD, charts.BAD])
            ),
        )
        scale, title = (
            alt.Scale(domain=[3, 8], zero=False),
            page.say(en="Mean mark (0 to 10)", fr="Note moyenne (0 à 10)"),
        )
        y, ends = alt.Y("mark:Q", scale=scale, title=title), alt.Y("low:Q", scale=scale, title=title)
        at_wait = base.transform_filter(alt.datum.place == 5)
        above = at_wait.transform_filter(alt.datum.kind == kinds[False])
        below = at_wait.transform_filter(alt.datum.kind == kinds[True])
        return (
            base.mark_rule(strokeWidth=2, opacity=0.5).encode(y=ends, y2="high:Q")
            + base.mark_line().encode(y=y)
            + base.mark_point(size=60, opacity=1).encode(y=y)
            + above.mark_text(dy=-18).encode(y=y, text="kind:N")
            + below.mark_text(dy=12).encode(y=ends, text="kind:N")
        ).properties(width=width, height=240)

    spoken = "; ".join(
        f"{kind}: "
        + ", ".join(
            f"{row.step} {page.written(row.mark, digits=1)}" for row in table[table["kind"] == kind].itertuples()
        )
        for kind in kinds.values()
    )
    page.chart(
        "split",
        curves,
        title=page.say(
            en="Late and punctual journeys are alike until the parcel is due, then part by three marks",
            fr="Parcours en retard et à l’heure se ressemblent jusqu’au jour promis, puis s’écartent de trois points",
        ),
        alternative=page.say(en="Mean mark by step. ", fr="Note moyenne par étape. ") + spoken + ".",
        note=page.say(
            en=f"Web orders; {len(late)} late parcels, {web['order_id'].nunique() - len(late)} others. Lines are 95% intervals.",
            fr=f"Commandes web ; {len(late)} colis en retard, {web['order_id'].nunique() - len(late)} autres. Traits : intervalles à 95 %.",
        ),
        data=table.drop(columns="place"),
        columns={
            "step": Column(label=page.say(en="Step", fr="Étape")),
            "kind": Column(label=page.say(en="Parcel", fr="Colis")),
            "mark": Column(label=page.say(en="Mark", fr="Note"), digits=2),
            "low": Column(label=page.say(en="From", fr="De"), digits=2),
            "high": Column(label=page.say(en="To", fr="À"), digits=2),
        },
    )


def mean_journey(page: Page, rows: pd.DataFrame) -> None:
    """A single line through all steps, and who travelled it."""
    lengths = rows.groupby("order_id")["step"].nunique()
    page.value("mean.steps", rows["step"].nunique())
    page.value("mean.longest", lengths.max())
    hold("nobody took all the steps", lengths.max() < rows["step"].nunique())
    wait = rows[rows["step"] == "wait"]["step_score"]
    near = wait.round().isin([6, 7]).mean()
    page.value("mean.near", 100 * near, unit="percent")


def survivors(page: Page, sessions: pd.DataFrame) -> None:
    """Whom the diaries cannot hold: those who left before the order."""
    buying = sessions[sessions["task"] == "buy"]
    began = buying[buying["began_checkout"]]
    page.value("sessions", len(buying))
    page.value("left", 100 * (1 - buying["purchased"].mean()), unit="percent")
    page.value("began", len(began))
    page.value("left.checkout", 100 * (1 - began["purchased"].mean()), unit="percent")
    low, high = share_interval(int((~began["purchased"]).sum()), len(began))
    page.value("left.checkout.low", 100 * low, unit="percent")
    page.value("left.checkout.high", 100 * high, unit="percent")
    for device in ("phone", "computer"):
        part = began[began["device"] == device]
        page.value(f"left.{device}", 100 * (1 - part["purchased"].mean()), unit="percent")
    hold(
        "phones lose more at the checkout",
        began.groupby("device", observed=True)["purchased"].mean().idxmin() == "phone",
    )


def writers(page: Page, data: cxdata.Dataset, rows: pd.DataFrame) -> None:
    """The map drawn from those who write, beside those who were drawn by lot."""
    texts = data["verbatims"]
    wrote = set(texts["order_id"].dropna().astype("int64"))
    part = rows[(rows["path"] == "web") & (rows["step"] == "receive")].assign(
        wrote=lambda one: one["order_id"].isin(wrote)
    )
    gap = difference(part, outcome="step_score", treatment="wrote")
    hold("those who write mark the delivery lower", gap.high < 0)
    page.value("wrote", int(part["wrote"].sum()))
    page.value("wrote.mark", part.loc[part["wrote"], "step_score"].mean(), digits=2)
    page.value("wrote.gap", -gap.value, digits=1)
    page.value("wrote.gap.low", -gap.high, digits=1)
    page.value("wrote.gap.high", -gap.low, digits=1)
    late = rows[(rows["path"] == "web") & (rows["step"] == "wait")].assign(
        wrote=lambda one: one["order_id"].isin(wrote)
    )
    share = (late["incident"] == "late_parcel").groupby(late["wrote"]).mean()
    page.value("wrote.late", 100 * share[True], unit="percent")
    page.value("silent.late", 100 * share[False], unit="percent")


def lowest(page: Page, web: pd.DataFrame) -> None:
    """The lowest mark belongs to few, and to those for whom something had gone wrong."""
    marks = journeys.step_marks(web)
    hold("asking for help is the lowest step on the web", marks["mark"].idxmin() == "ask_help")
    asked = set(web.loc[web["step"] == "ask_help", "order_id"])
    before = web[web["step"] != "ask_help"]
    hit = before.groupby("order_id")["has_incident"].any()
    share = hit.groupby(hit.index.isin(asked)).mean()
    page.value("help.hit", 100 * share[True], unit="percent")
    page.value("help.others", 100 * share[False], unit="percent")
    hold("who asks has had an incident more often", share[True] > share[False])


def exercise(page: Page, shop: pd.DataFrame) -> None:
    """The same split for the queue in shops."""
    collect = shop[shop["step"] == "collect"].assign(hit=lambda one: one["incident"] == "long_queue")
    page.value("queue.count", int(collect["hit"].sum()))
    page.value("queue.share", 100 * collect["hit"].mean(), digits=1, unit="percent")
    gap = difference(collect, outcome="step_score", treatment="hit")
    page.value("queue.mark", collect.loc[collect["hit"], "step_score"].mean(), digits=2)
    page.value("queue.free", collect.loc[~collect["hit"], "step_score"].mean(), digits=2)
    page.value("queue.gap", -gap.value, digits=1)
    page.value("queue.low", -gap.high, digits=1)
    page.value("queue.high", -gap.low, digits=1)
    hit = set(collect.loc[collect["hit"], "order_id"])
    before = shop[~shop["step"].isin(["collect", "use", "ask_help"])].assign(hit=lambda one: one["order_id"].isin(hit))
    placebo = difference(before, outcome="step_score", treatment="hit")
    hold("queues do not choose their customers", placebo.low < 0 < placebo.high)
    page.value("queue.placebo", placebo.value, digits=2, sign=True)
    page.value("queue.placebo.low", placebo.low, digits=2, sign=True)
    page.value("queue.placebo.high", placebo.high, digits=2, sign=True)
    hold("a queue costs less than a late parcel", np.isfinite(gap.value) and -gap.value < 3)
