"""Immersive exploration: visits teach, but less than visitors seem to know; few visits find few irritants, friendly ones fewer."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, flow, measures
from casebook.worked.figures import Column
from casebook.worked.flow import Process
from casebook.worked.page import Page, hold
from casebook.worked.sheet import Sheet, sheet

WORDS = Path(__file__).with_suffix(".toml")
ALIKE = ("department", "is_manager", "has_customer_contact", "kpi_shared")
HOUR_EUR = 40
"""What an hour of an employee costs, in our story."""
FRIENDLY = 8
"""Mark of the whole journey from which a customer counts as friendly, and would be glad of a visit."""
VISITS = (5, 12, 30)
QUIET = 3
"""Visits in a row without anything new after which a team stops."""
DRAWS, SEED = 500, 7


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    own = ["employee_id", *ALIKE]
    turns = data["immersion_visits"].merge(data["employees"][own], on="employee_id")
    turns["took"], turns["place"] = turns["took_place"].astype(bool), turns["has_place"].astype(bool)
    taught(page, data, turns)
    steps = data["journey_steps"]
    found(page, steps)
    unseen(page, data, steps)
    drawn(page, data, turns, steps)
    exercise(page, turns)


def by_lot(rows: pd.DataFrame, outcome: str) -> measures.Difference:
    """Return what a visit adds to those who go because of their place: difference by the lot over that of visits.

    The error is that of the outcome less the estimate times the visit, so it holds that of both differences.
    """
    rows = rows.assign(went=rows["took"].astype(float))

    def gap(of: str) -> measures.Difference:
        return measures.difference(rows, outcome=of, treatment="place", cluster="employee_id")

    more = gap("went").value
    value = gap(outcome).value / more
    rows["left"] = rows[outcome] - value * rows["went"]
    return measures.Difference(value, gap("left").standard_error / more, len(rows), 0)


def taught(page: Page, data: cxdata.Dataset, turns: pd.DataFrame) -> None:
    """What a visit adds to what an employee knows: three comparisons and the key."""
    page.value("turns", len(turns))
    page.value("places", turns["place"].sum())
    page.value("visits", turns["took"].sum())
    page.value("went.place", 100 * turns.loc[turns["place"], "took"].mean(), unit="percent")
    page.value("went.none", 100 * turns.loc[~turns["place"], "took"].mean(), unit="percent")
    rows = turns.dropna(subset=["irritants_named"]).assign(named=lambda one: one["irritants_named"].astype(float))
    page.value("sheets", len(rows))
    for side, name in ((True, "went"), (False, "stayed")):
        page.value(f"named.{name}", rows.loc[rows["took"] == side, "named"].mean(), digits=1)
    for side, name in ((True, "place"), (False, "none")):
        page.value(f"named.{name}", rows.loc[rows["place"] == side, "named"].mean(), digits=1)
    key = float(cxdata.answer_key(data)["immersion_on_knowledge"]["realised"]["value"])
    lines = []
    for name, label, one in (
        (
            "plain",
            {"en": "Went against stayed", "fr": "Partis contre restés"},
            measures.difference(rows, outcome="named", treatment="took", cluster="employee_id"),
        ),
        (
            "alike",
            {"en": "... of like position", "fr": "... de même poste"},
            measures.difference(rows, outcome="named", treatment="took", strata=ALIKE, cluster="employee_id"),
        ),
        ("lot", {"en": "By the lot", "fr": "Par le tirage"}, by_lot(rows, "named")),
    ):
        for suffix, number in (("", one.value), (".low", one.low), (".high", one.high)):
            page.value(f"{name}{suffix}", number, digits=1)
        lines.append((page.say(**label), one.value, one.low, one.high))
    table = pd.DataFrame(lines, columns=["how", "added", "low", "high"])
    page.value("key", key, digits=1)
    hold("the interval by the lot holds the key, the others do not", table["low"][2] < key < table["high"][2])
    hold("the plain comparisons are beyond it", table["low"][:2].min() > key)
    keen = data.truth["latents/immersion_visits"].merge(turns[["immersion_visit_id", "took"]], on="immersion_visit_id")
    page.value("keen.went", keen.loc[keen["took"], "named_if_none"].mean(), digits=1)
    page.value("keen.stayed", keen.loc[~keen["took"], "named_if_none"].mean(), digits=1)
    stayed = keen[~keen["took"]]
    page.value("all.promised", rows.loc[rows["took"], "named"].mean(), digits=1)
    page.value("all.expected", rows.loc[~rows["took"], "named"].mean() + table["added"][2], digits=1)
    page.value("all.key", stayed["named_if_visit"].mean(), digits=1)
    hours = turns.loc[turns["took"], "duration_minutes"].astype(float).mean() / 60
    price = HOUR_EUR * (hours + 1)
    page.value("hours", hours, digits=1)
    page.value("hour", HOUR_EUR, unit="euros")
    page.value("price", price, unit="euros")
    page.value("each.promised", price / table["added"][0], unit="euros")
    page.value("each.real", price / table["added"][2], unit="euros")
    page.value("left", (~turns["took"]).sum())
    page.value("left.price", round(price * (~turns["took"]).sum(), -3), unit="euros")
    for department in ("head_office", "service_centre"):
        page.value(f"known.{department}", rows.loc[rows["department"] == department, "named"].mean(), digits=1)
    in_key = page.say(en="Answer key", fr="Corrigé")
    names = [*table["how"], in_key]
    shown = pd.concat([table, pd.DataFrame([(in_key, key, key, key)], columns=table.columns)], ignore_index=True)
    shown["truth"] = shown["how"] == in_key

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(shown).encode(y=alt.Y("how:N", sort=names, title=None, axis=alt.Axis(labelLimit=150)))
        x = alt.X(
            "low:Q",
            scale=alt.Scale(domain=[0, 2.5]),
            axis=alt.Axis(values=[0, 0.5, 1, 1.5, 2, 2.5]),
            title=page.say(en="Irritants more, of ten", fr="Irritants de plus, sur dix"),
        )
        colour = alt.condition("datum.truth", alt.value(charts.BAD), alt.value(charts.GOOD))
        return (
            base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(x=x, x2="high:Q")
            + base.mark_point(size=110, filled=True, opacity=1).encode(x="added:Q", color=colour)
        ).properties(width=width - 150, height=150)

    page.chart(
        "taught",
        dots,
        title=page.say(
            en="A visit teaches, but a good part of what visitors know they knew before",
            fr="Une visite instruit, mais une bonne part de ce que savent les visiteurs, ils le savaient déjà",
        ),
        alternative=page.say(
            en="Irritants that a visitor names more than others: ", fr="Irritants qu’un visiteur nomme de plus : "
        )
        + ", ".join(f"{one.how} {page.written(one.added, digits=1)}" for one in shown.itertuples())
        + ".",
        note=page.say(en="Lines are 95% intervals.", fr="Traits : intervalles à 95 %."),
        data=table,
        columns={
            "how": Column(label=page.say(en="Comparison", fr="Comparaison")),
            **{
                name: Column(label=page.say(en=en, fr=fr), digits=2)
                for name, en, fr in (("added", "More", "De plus"), ("low", "From", "De"), ("high", "To", "À"))
            },
        },
    )


def kinds_by_journey(steps: pd.DataFrame) -> pd.DataFrame:
    """Return one row per journey and one Boolean column per kind of incident, whether it was met."""
    met = pd.crosstab(steps["order_id"], steps["incident"].astype(str).where(steps["has_incident"]).fillna("-")) > 0
    return met.drop(columns="-")


def expected(shares: np.ndarray, visits: np.ndarray) -> np.ndarray:
    """Return how many kinds so many visits find on average; ``shares`` is (..., kinds), the result (..., visits)."""
    return (1 - (1 - shares[..., None, :]) ** visits[:, None]).sum(axis=-1)


def found(page: Page, steps: pd.DataFrame) -> None:
    """How many kinds of incident so many visits find: drawn by lot, and friendly customers alone."""
    met = kinds_by_journey(steps)
    first = steps.groupby("order_id")[["customer_id", "overall_score"]].first().loc[met.index]
    friendly = (first["overall_score"] >= FRIENDLY).to_numpy()
    values = met.to_numpy(float)
    page.value("kinds", met.shape[1])
    page.value("journeys", len(met))
    page.value("friendly", friendly.sum())
    visits = np.arange(1, 41)
    lot, kind = expected(values.mean(axis=0), visits), expected(values[friendly].mean(axis=0), visits)
    rng = np.random.default_rng(SEED)
    _, customer = np.unique(first["customer_id"], return_inverse=True)
    weight = rng.multinomial(customer.max() + 1, np.full(customer.max() + 1, 1 / (customer.max() + 1)), DRAWS)[
        :, customer
    ].astype(float)
    shares = weight @ values / weight.sum(axis=1, keepdims=True)
    close = weight * friendly
    shares_friendly = close @ values / close.sum(axis=1, keepdims=True)
    gap = expected(shares, visits) - expected(shares_friendly, visits)
    for number in VISITS:
        page.value(f"found.{number}", lot[number - 1], digits=1)
        page.value(f"found.{number}.friendly", kind[number - 1], digits=1)
    middle = VISITS[1] - 1
    low, high = np.quantile(gap[:, middle], [0.025, 0.975])
    page.value("found.gap", lot[middle] - kind[middle], digits=1)
    page.value("found.gap.low", low, digits=1)
    page.value("found.gap.high", high, digits=1)
    hold("friendly customers show fewer", low > 0)
    page.value("visits.few", VISITS[0])
    page.value("visits.middle", VISITS[1])
    page.value("visits.many", VISITS[2])
    hold("thirty visits find about half", 0.4 < lot[VISITS[2] - 1] / met.shape[1] < 0.6)
    shares_now = values.mean(axis=0)
    page.value("story.commonest", 100 * shares_now.max() / shares_now.sum(), unit="percent")
    stop(page, values, rng)
    names = [page.say(en="drawn by lot", fr="tirés au sort"), page.say(en="friendly ones", fr="bienveillants")]
    table = pd.DataFrame(
        {
            "visits": np.tile(visits, 2),
            "kinds": np.concatenate([lot, kind]),
            "who": np.repeat(names, len(visits)),
        }
    )

    def lines(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            x=alt.X("visits:Q", title=page.say(en="Visits", fr="Visites"), axis=alt.Axis(values=[1, 10, 20, 30, 40])),
            y=alt.Y(
                "kinds:Q",
                scale=alt.Scale(domain=[0, 12]),
                axis=alt.Axis(values=[0, 3, 6, 9, 12]),
                title=page.say(en="Kinds of incident seen", fr="Types d’incidents vus"),
            ),
            color=alt.Color("who:N", scale=alt.Scale(domain=names, range=[charts.GOOD, charts.BAD]), legend=None),
        )
        ends = base.transform_filter("datum.visits == 40").mark_text(align="left", dx=6).encode(text="who:N")
        return (base.mark_line() + ends).properties(width=width - 130, height=220)

    page.chart(
        "found",
        lines,
        title=page.say(
            en="Thirty visits see about half of what goes wrong; visits to friends see less",
            fr="Trente visites voient environ la moitié de ce qui va mal ; chez des amis, moins encore",
        ),
        alternative=page.say(
            en=f"Kinds of incident seen, of {met.shape[1]}: ", fr=f"Types d’incidents vus, sur {met.shape[1]} : "
        )
        + ", ".join(
            page.say(
                en=f"after {number} visits {page.written(lot[number - 1], digits=1)} by lot and {page.written(kind[number - 1], digits=1)} at friendly customers’",
                fr=f"après {number} visites {page.written(lot[number - 1], digits=1)} au sort et {page.written(kind[number - 1], digits=1)} chez les bienveillants",
            )
            for number in VISITS
        )
        + ".",
        note=page.say(
            en="From diaries: one order of a customer for one visit.",
            fr="D’après les journaux : une commande par visite.",
        ),
        data=table[table["visits"].isin(VISITS)],
        columns={
            "visits": Column(label=page.say(en="Visits", fr="Visites")),
            "kinds": Column(label=page.say(en="Kinds", fr="Types"), digits=1),
            "who": Column(label=page.say(en="Customers", fr="Clients")),
        },
    )


def stop(page: Page, values: np.ndarray, rng: np.random.Generator) -> None:
    """When a team stops that waits for three visits without anything new, and what it has seen by then."""
    ends, seen = [], []
    for _ in range(DRAWS):
        order = values[rng.permutation(len(values))[:150]]
        many = np.maximum.accumulate(order, axis=0).sum(axis=1)
        quiet = np.flatnonzero(many[QUIET:] == many[:-QUIET])
        ends.append(quiet[0] + QUIET + 1)
        seen.append(many[quiet[0] + QUIET])
    page.value("stop.visits", np.median(ends))
    page.value("stop.kinds", np.median(seen))
    page.value("stop.early", 100 * np.mean(np.array(seen) <= 3), unit="percent")
    hold("it stops far too early", np.median(seen) <= 3)


def unseen(page: Page, data: cxdata.Dataset, steps: pd.DataFrame) -> None:
    """What goes wrong and is nevertheless marked well and never told."""
    journeys = steps.groupby("order_id").agg(hit=("has_incident", "any")).reset_index()
    journeys = journeys.merge(data.truth["latents/orders"][["order_id", "csat"]], on="order_id")
    hit = journeys[journeys["hit"]]
    content = hit["csat"].astype(int) >= 4
    told = hit["order_id"].isin(data["contacts"]["order_id"])
    page.value("hit", len(hit))
    page.value("hit.share", 100 * len(hit) / len(journeys), unit="percent")
    for name, which in (("content", content), ("silent", ~told)):
        low, high = measures.share_interval(int(which.sum()), len(hit))
        page.value(f"hit.{name}", 100 * which.mean(), unit="percent")
        page.value(f"hit.{name}.low", 100 * low, unit="percent")
        page.value(f"hit.{name}.high", 100 * high, unit="percent")
    hold("most of those hit are content and silent", content.mean() > 0.5 and (~told).mean() > 0.5)


def drawn(page: Page, data: cxdata.Dataset, turns: pd.DataFrame, steps: pd.DataFrame) -> None:
    """The protocol with its measures, and the sheet of one diary."""
    visits = turns[turns["took"]].assign(
        told=lambda one: one["was_debriefed"].astype(bool), done=lambda one: one["actions"].astype(float)
    )
    homes = visits[visits["kind"] == "customer_home"]
    rides = visits[visits["kind"] == "delivery_round"]
    for name, own in (("home", homes), ("ride", rides)):
        minutes = own["duration_minutes"].astype(float)
        page.value(f"{name}.minutes", minutes.median())
        page.value(f"{name}.hourly", 60 * own["observations"].astype(float).sum() / minutes.sum(), digits=1)
    more = measures.difference(
        visits, outcome="done", treatment="told", strata=("kind", "is_manager"), cluster="employee_id"
    )
    for suffix, number in (("", more.value), (".low", more.low), (".high", more.high)):
        page.value(f"told.more{suffix}", number, digits=1)
    hold("what is told is acted on", more.low > 0.3)
    page.value("told.share", 100 * visits["told"].mean(), unit="percent")
    page.value("none.done", 100 * (visits["done"] == 0).mean(), unit="percent")
    journeys = steps.groupby("order_id").agg(
        overall=("overall_score", "first"), hits=("has_incident", "sum"), again=("was_repeated", "sum")
    )
    silent = ~journeys.index.isin(data["contacts"]["order_id"])
    chosen = journeys[(journeys["overall"] >= FRIENDLY) & (journeys["hits"] >= 2) & (journeys["again"] >= 1) & silent]
    diary = steps[steps["order_id"] == chosen.index[0]].set_index("step")
    hold("the diary is that of the sheet", diary.loc["visit", "incident"] == "no_parking")
    hold(
        "and its customer queued twice",
        diary.loc["collect", "incident"] == "long_queue" and diary.loc["collect", "was_repeated"],
    )
    hold("the adviser was the best of it", diary.loc["advice", "is_peak"])
    values: dict[str, str | float] = {
        "parking": page.written(diary.loc["visit", "duration_minutes"]),
        "queue": page.written(diary.loc["collect", "wait_minutes"]),
        "search": page.written(diary.loc["search", "duration_minutes"]),
        "advice": page.written(diary.loc["advice", "step_score"]),
        "overall": page.written(diary["overall_score"].iloc[0]),
        "collected": page.written(diary.loc["collect", "step_score"]),
        "home": page.written(homes["duration_minutes"].astype(float).median()),
        "noted": page.written(homes["observations"].astype(float).mean(), digits=1),
        "told": page.written(100 * visits["told"].mean(), unit="percent"),
        "with": page.written(visits.loc[visits["told"], "done"].mean(), digits=1),
        "without": page.written(visits.loc[~visits["told"], "done"].mean(), digits=1),
    }
    process = artefacts.read(page, WORDS, Process, values, part="protocol")
    page.drawing(
        "protocol",
        flow.wide(process),
        narrow=flow.narrow(process),
        title=page.say(en="A visit, from the draw to the action", fr="Une visite, du tirage à l’action"),
        alternative=page.say(
            en=f"A process in three lanes: draw whom to visit, brief, watch without helping ({values['home']} minutes at a home), ask at the end, write what was seen apart from what was said ({values['noted']} observations), tell colleagues ({values['told']} do); what a second visit saw too becomes an action, the rest is counted elsewhere first.",
            fr=f"Un processus en trois couloirs : tirer qui visiter, préparer, observer sans aider ({values['home']} minutes à domicile), questionner à la fin, noter à part le vu et le dit ({values['noted']} observations), raconter aux collègues ({values['told']} le font) ; ce qu’une seconde visite a vu aussi devient une action, le reste est d’abord compté ailleurs.",
        ),
    )
    content = artefacts.read(page, WORDS, Sheet, values, part="observed")
    page.html("observed", sheet(content, language=page.language))


def exercise(page: Page, turns: pd.DataFrame) -> None:
    """The effect of the offer, and why those with a place are not those who went."""
    rows = turns.dropna(subset=["irritants_named"]).assign(named=lambda one: one["irritants_named"].astype(float))
    offer = measures.difference(rows, outcome="named", treatment="place", cluster="employee_id")
    rows["went"] = rows["took"].astype(float)
    going = measures.difference(rows, outcome="went", treatment="place", cluster="employee_id")
    for name, one, digits in (("ex.offer", offer, 2), ("ex.going", going, 2)):
        page.value(name, one.value, digits=digits)
        page.value(f"{name}.low", one.low, digits=digits)
        page.value(f"{name}.high", one.high, digits=digits)
    kept = rows[rows["took"] == rows["place"]]
    naive = measures.difference(kept, outcome="named", treatment="place", cluster="employee_id")
    page.value("ex.kept", len(kept))
    page.value("ex.kept.value", naive.value, digits=1)
    page.value("ex.kept.low", naive.low, digits=1)
    page.value("ex.kept.high", naive.high, digits=1)
    page.value("ex.ratio", offer.value / going.value, digits=1)
    hold("keeping the obedient alone is as wrong as the plain comparison", naive.low > 1.5)
