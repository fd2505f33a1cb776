"""Expectation tree: customers write about the day, logistics measures days; speed is worth nothing once the day is kept."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, drivers, measures, tree
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

WRITTEN = {"customers": 4_000, "seed": 7, "locale": "en_GB"}
"""The customers of the class edition, writing in English."""
ASPECTS = ["choice", "help", "price", "product", "delivery", "ease"]
CRITERIA = {
    "day": {"en": "On the day I was given", "fr": "Le jour annoncé"},
    "told": {"en": "I am told before I ask", "fr": "On me prévient"},
    "hour": {"en": "At an hour when I am at home", "fr": "À une heure où je suis là"},
    "hand": {"en": "Handed over with care", "fr": "Remise avec soin"},
    "whole": {"en": "Arrives whole", "fr": "Arrive intact"},
    "fast": {"en": "Soon", "fr": "Vite"},
}
FAMILIES = {
    "day": "d_long_late d_long_late2 date_moved days_late no_show occasion_missed plain_late waited_in on_time "
    "d_casual_good",
    "told": "poor_tracking tracking_good rang_ahead message_wish",
    "hour": "wide_slot d_long_bad no_evening slot_wish good_slot easy_rearrange",
    "hand": "bell_not_rung d_casual_bad kerbside_only left_in_view odd_neighbour rough_driver van_damage "
    "driver_friendly safe_place carried_in old_one_taken",
    "fast": "long_lead slow_general speedy early d_long_good",
    "whole": "arrived_broken crushed_box damaged_care damaged_plain leak pk_formal_dam pk_long_dam2 pk_long_damaged "
    "scratched thin_padding wet_box",
}
"""What we make of each kind of remark about delivery; what is not named here is too general for a criterion."""
GENERAL = {
    "bad_service",
    "good_general",
    "good_general2",
    "split_order",
    "no_service_here",
    "way_chosen",
    "click_collect",
}
COMPANY_WORDS = r"\bdelay|\blead time|\bdeadline|\blate\b"
"""What logistics would search texts for."""
EXPRESS_EUR, PARCELS = 1.4, 100_000
"""What our story's carrier asks for a day less, per parcel, and for how many parcels the decision is priced."""
SOON_DAYS = 3
"""Threshold of speed in the index that the page takes apart."""


def marked(data: cxdata.Dataset) -> pd.DataFrame:
    """Return one row per web order marked on the call-back: marks, recommendation, and what the systems know."""
    surveys, items = data["surveys"], data["survey_items"]
    wide = items[items["item"].isin(ASPECTS)].pivot(index="survey_id", columns="item", values="answer").astype(float)
    called = surveys.loc[surveys["programme"] == "callback_after_order", ["survey_id", "order_id", "ltr"]]
    return called.merge(wide.reset_index(), on="survey_id").merge(parcels(data), on="order_id").astype({"ltr": float})


def parcels(data: cxdata.Dataset) -> pd.DataFrame:
    """Return the parcels with days from order to doorstep."""
    rows = data["deliveries"].merge(data["orders"][["order_id", "ordered_at"]], on="order_id")
    rows["days"] = (pd.to_datetime(rows["delivered_on"]) - rows["ordered_at"].dt.normalize()).dt.days
    return rows


def coded(written: cxdata.Dataset) -> pd.DataFrame:
    """Return the remarks about delivery and packaging, each with its text, source and criterion."""
    passages = written.truth["latents/passages"]
    rows = passages[passages["aspect"].isin(["delivery", "packaging"])]
    rows = rows.merge(written["verbatims"][["verbatim_id", "source", "text"]], on="verbatim_id")
    rows["words"] = [text[int(a) : int(b)] for text, a, b in zip(rows["text"], rows["start"], rows["end"], strict=True)]
    of = {family: name for name, listed in FAMILIES.items() for family in listed.split()}
    kind = rows["family"].astype(str).str.split(".").str[1]
    known = kind.isin([*of, *GENERAL]) | (rows["aspect"] == "packaging")  # the rest of packaging is waste and tape
    hold("every remark about delivery has its place", known.all())
    rows["criterion"] = kind.map(of).fillna("general")
    return rows


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    larger = cxdata.edition("tilmarenne", "study")
    rows = marked(larger)
    written = cxdata.generate("tilmarenne", **WRITTEN, tables=("verbatims", "passages"))
    remarks, all_parcels = coded(written), parcels(data)
    page.value("texts", len(written["verbatims"]))
    page.value("remarks", int((remarks["aspect"] == "delivery").sum()))
    page.value("rows", len(rows))
    page.value("larger.customers", len(larger["customers"]))
    page.value("parcels", len(all_parcels))
    weights(page, rows, cxdata.answer_key(data))
    today(page, all_parcels, data["contacts"])
    drawing(page)
    ranked(page, remarks, rows, all_parcels)
    easy(page, rows)
    decision(page, rows)
    index(page, rows)
    words(page, remarks)
    exercise(page, rows)


def weights(page: Page, rows: pd.DataFrame, key: dict) -> None:
    """What share of the recommendation goes with each aspect."""
    found = drivers.derived_importance(rows, outcome="ltr", aspects=ASPECTS).set_index("aspect")
    for name in ("delivery", "product"):
        page.value(f"{name}.weight", found.at[name, "share"], unit="percent")
        page.value(f"{name}.low", found.at[name, "share_low"], unit="percent")
        page.value(f"{name}.high", found.at[name, "share_high"], unit="percent")
        truth = key[f"{name}_in_recommendation"]["planted"]["value"]
        page.value(f"{name}.key", truth, unit="percent")
        hold(
            f"the interval of {name} holds the key",
            found.at[name, "share_low"] - 1 < truth < found.at[name, "share_high"] + 1,
        )
    rest = found.drop(["delivery", "product"])
    page.value("others.weight", rest["share"].sum(), unit="percent")
    hold(
        "delivery and product weigh most, each",
        found.loc[["delivery", "product"], "share_low"].min() > rest["share_high"].max(),
    )


def today(page: Page, rows: pd.DataFrame, contacts: pd.DataFrame) -> None:
    """What the systems say of each criterion."""
    about = {reason: set(part["order_id"]) for reason, part in contacts.groupby("reason")}
    late = rows["is_late"]
    page.value("day.today", 100 * (1 - late.mean()), unit="percent")
    page.value("late.today", 100 * late.mean(), unit="percent")
    page.value("told.asked", 100 * rows.loc[late, "order_id"].isin(about["late_delivery"]).mean(), unit="percent")
    page.value("fast.today", rows["days"].mean(), digits=1)
    page.value("whole.today", 100 * (1 - rows["is_damaged"].mean()), unit="percent")
    page.value("faulty", 1000 * rows["order_id"].isin(about["faulty_product"]).mean())


def drawing(page: Page) -> None:
    """The tree."""
    root = artefacts.read(page, Path(__file__).with_suffix(".toml"), tree.Branch, part="tree")
    value = page.values.__getitem__
    page.drawing(
        "tree",
        tree.wide(root),
        narrow=tree.narrow(root),
        title=page.say(
            en="Two of the five criteria of delivery have no measure at all",
            fr="Deux des cinq critères de la livraison n’ont aucune mesure",
        ),
        alternative=page.say(
            en=f"Tree from the need, a web order I need not think about. Delivery, {value('delivery.weight')} of the weight: "
            f"on the day given, {value('day.today')}; told before asking, of late parcels {value('told.asked')} had to ask; "
            f"at an hour when I am at home and handed over with care, no measure yet; soon, {value('fast.today')} days. "
            f"Product, {value('product.weight')}: whole, {value('whole.today')}; faulty, {value('faulty')} of 1,000. "
            f"Choice, help, price and ease together {value('others.weight')}.",
            fr=f"Arbre du besoin aux critères. Livraison, {value('delivery.weight')} du poids : au jour annoncé, "
            f"{value('day.today')} ; prévenu avant de demander, pour {value('told.asked')} des retards le client a dû demander ; "
            f"heure et soin de la remise, sans mesure ; rapidité, {value('fast.today')} jours. Produit, "
            f"{value('product.weight')} : intact, {value('whole.today')} ; défectueux, {value('faulty')} sur 1 000. "
            f"Choix, aide, prix et simplicité ensemble {value('others.weight')}.",
        ),
        note=page.say(
            en="Criteria in customers’ words, by us; weights and measures are computed. Red: heard, never measured.",
            fr="Critères dans les mots des clients, choisis par nous ; poids et mesures calculés. En rouge : dit, jamais mesuré.",
        ),
    )


def effect(rows: pd.DataFrame, column: str) -> measures.Difference:
    """Return what an event goes with in the mark for delivery."""
    return measures.difference(rows.dropna(subset=["delivery"]), outcome="delivery", treatment=column)


def ranked(page: Page, remarks: pd.DataFrame, rows: pd.DataFrame, every: pd.DataFrame) -> None:
    """The list: what is written, what is measured, what it goes with."""
    late, damaged = effect(rows, "is_late"), effect(rows[~rows["is_late"]], "is_damaged")
    speed = per_day(rows[~rows["is_late"]])
    for name, found in (("late", late), ("damaged", damaged)):
        page.value(f"{name}.effect", found.value, digits=1, sign=True)
        page.value(f"{name}.effect.low", found.low, digits=1, sign=True)
        page.value(f"{name}.effect.high", found.high, digits=1, sign=True)
    value = page.values.__getitem__
    measured = {
        "day": (value("day.today"), late.value),
        "told": (
            page.say(en=f"{value('told.asked')} of the late ask", fr=f"{value('told.asked')} des retards demandent"),
            np.nan,
        ),
        "whole": (value("whole.today"), damaged.value),
        "fast": (page.say(en=f"{value('fast.today')} days", fr=f"{value('fast.today')} jours"), speed[0]),
    }
    lines = []
    for name, label in CRITERIA.items():
        part = remarks[remarks["criterion"] == name]
        today_is, gap = measured.get(name, (page.say(en="none", fr="aucune"), np.nan))
        lines.append(
            {
                "criterion": page.say(**label),
                "blame": int((part["polarity"] == "negative").sum()),
                "praise": np.nan if name == "whole" else int((part["polarity"] == "positive").sum()),
                "today": today_is,
                "gap": gap,
            }
        )
        page.value(f"{name}.blame", lines[-1]["blame"])
        if name != "whole":
            page.value(f"{name}.praise", lines[-1]["praise"])
    frame = pd.DataFrame(lines)
    counts = dict(zip(CRITERIA, frame["blame"], strict=True))
    hold(
        "of delivery the day is blamed most, then care",
        sorted(FAMILIES, key=lambda n: -counts[n])[:2] == ["day", "hand"],
    )
    page.value("fast.share", 100 * counts["fast"] / sum(counts.values()), unit="percent")
    page.value("silent.share", 100 * (counts["hour"] + counts["hand"]) / sum(counts.values()), unit="percent")
    page.table(
        "ranked",
        frame,
        caption=page.say(
            en="What customers write, what Tilmarenne measures, and what goes with the mark for delivery",
            fr="Ce que les clients écrivent, ce que Tilmarenne mesure, et ce qui accompagne la note de livraison",
        ),
        columns={
            "criterion": Column(label=page.say(en="Criterion", fr="Critère")),
            "blame": Column(label=page.say(en="Blame", fr="Reproches")),
            "praise": Column(label=page.say(en="Praise", fr="Éloges")),
            "today": Column(label=page.say(en="Measure today", fr="Mesure"), right=True),
            "gap": Column(label=page.say(en="Mark, 0 to 10", fr="Note, 0 à 10"), digits=1, sign=True),
        },
    )


def per_day(rows: pd.DataFrame) -> tuple[float, float, float]:
    """Return the slope of the delivery mark per day, with its 95 % interval; one row is one order."""
    kept = rows.dropna(subset=["delivery"])
    days = kept["days"] - kept["days"].mean()
    slope = float((days * kept["delivery"]).sum() / (days**2).sum())
    residual = kept["delivery"] - kept["delivery"].mean() - slope * days
    _, place = np.unique(kept["customer_id"], return_inverse=True)
    error = float(np.sqrt((np.bincount(place, days * residual) ** 2).sum())) / float((days**2).sum())
    return slope, slope - measures.Z_95 * error, slope + measures.Z_95 * error


def easy(page: Page, rows: pd.DataFrame) -> None:
    """Marks by days from order to doorstep: all parcels, and those on the day."""
    kept = rows.dropna(subset=["delivery"])
    kept = kept.assign(shown=kept["days"].clip(1, 10))
    kinds = {
        "all": page.say(en="all parcels", fr="tous les colis"),
        "kept": page.say(en="on the promised day or before", fr="au jour promis ou avant"),
    }
    lines = []
    for kind, part in (("all", kept), ("kept", kept[~kept["is_late"]])):
        for day, group in part.groupby("shown"):
            error = measures.Z_95 * group["delivery"].sem()
            mean = group["delivery"].mean()
            lines.append(
                {
                    "day": int(day),
                    "kind": kinds[kind],
                    "mean": mean,
                    "low": mean - error,
                    "high": mean + error,
                    "n": len(group),
                }
            )
    frame = pd.DataFrame(lines)
    plain, fair = per_day(kept), per_day(kept[~kept["is_late"]])
    for name, (value, low, high) in (("plain", plain), ("fair", fair)):
        page.value(f"{name}.day", value, digits=2, sign=True)
        page.value(f"{name}.day.low", low, digits=2, sign=True)
        page.value(f"{name}.day.high", high, digits=2, sign=True)
    hold("plainly each day costs", plain[2] < -0.1)
    hold("on the day, a day more costs next to nothing", fair[1] > -0.05 and fair[2] < 0.1)
    colours = alt.Scale(domain=list(kinds.values()), range=[charts.BAD, charts.GOOD])

    def lines_of(width: int) -> alt.LayerChart:
        base = alt.Chart(frame).encode(
            x=alt.X(
                "day:Q",
                scale=alt.Scale(domain=[1, 10]),
                axis=alt.Axis(tickCount=10, format="d"),
                title=page.say(
                    en="Days from order to doorstep (10: ten or more)",
                    fr="Jours de la commande à la porte (10 : dix et plus)",
                ),
            ),
            color=alt.Color("kind:N", scale=colours, legend=alt.Legend(columns=1 if width <= charts.NARROW else 2)),
        )
        y = alt.Y(
            "low:Q",
            scale=alt.Scale(domain=[0, 10]),
            title=page.say(en="Mean mark for delivery, 0 to 10", fr="Note moyenne de livraison, 0 à 10"),
        )
        return (
            base.mark_rule(strokeWidth=2, opacity=0.6).encode(y=y, y2="high:Q")
            + base.mark_line().encode(y="mean:Q")
            + base.mark_point(opacity=1).encode(y="mean:Q")
        ).properties(width=width, height=240)

    wide = frame.pivot_table(index="day", columns="kind", values="mean")[list(kinds.values())].reset_index()
    first, last = wide.iloc[0], wide.iloc[-1]
    page.chart(
        "easy",
        lines_of,
        title=page.say(
            en="Slow parcels are marked down because they are late; with the day kept, days do not matter",
            fr="Un colis lent est mal noté parce qu’il est en retard ; au jour dit, la durée ne compte pas",
        ),
        alternative=page.say(
            en="Mean mark for delivery after one day and after ten or more: ",
            fr="Note moyenne après un jour, puis après dix jours et plus : ",
        )
        + "; ".join(
            f"{kind} {page.written(first[kind], digits=1)}, {page.written(last[kind], digits=1)}"
            for kind in kinds.values()
        )
        + ".",
        note=page.say(en="Lines are 95% intervals.", fr="Traits : intervalles à 95 %."),
        data=wide,
        columns={
            "day": Column(label=page.say(en="Days", fr="Jours")),
            **{kind: Column(digits=1) for kind in kinds.values()},
        },
    )


def decision(page: Page, rows: pd.DataFrame) -> None:
    """A day less against half of the late parcels."""
    page.value("express", EXPRESS_EUR, digits=2, unit="euros")
    page.value("priced", PARCELS)
    page.value("cost", EXPRESS_EUR * PARCELS, unit="euros")
    late = rows["is_late"].mean()
    slope = per_day(rows[~rows["is_late"]])
    page.value("express.gain.high", max(-slope[1], 0), digits=2)
    gain = -effect(rows, "is_late").value * late / 2
    page.value("half.gain", gain, digits=2)
    page.value("promised.gain", -per_day(rows)[0], digits=2)
    page.value("half.parcels", PARCELS * late / 2)
    page.value("half.budget", EXPRESS_EUR * PARCELS / (PARCELS * late / 2), digits=0, unit="euros")
    hold("half of the late parcels are worth more than a day", gain > 3 * max(-slope[1], 0))


def index(page: Page, rows: pd.DataFrame) -> None:
    """An index of three criteria, moved by the one that nobody feels."""
    kept = pd.DataFrame({"day": ~rows["is_late"], "whole": ~rows["is_damaged"], "soon": rows["days"] <= SOON_DAYS})
    quicker = kept.assign(soon=rows["days"] - 1 <= SOON_DAYS)
    before, after = (100 * one.mean().mean() for one in (kept, quicker))
    page.value("index.days", SOON_DAYS)
    page.value("index.before", before, unit="percent")
    page.value("index.after", after, unit="percent")
    page.value("index.all", 100 * kept.all(axis=1).mean(), unit="percent")
    hold("speed alone lifts the index by five points", after - before > 5)


def words(page: Page, remarks: pd.DataFrame) -> None:
    """What a search for the company's words finds of the remarks about the day."""
    day = remarks[(remarks["criterion"] == "day") & (remarks["polarity"] == "negative")]
    hit = day["words"].str.contains(COMPANY_WORDS, case=False)
    page.value("words.all", len(day))
    page.value("words.found", 100 * hit.mean(), unit="percent")
    low, high = measures.share_interval(int(hit.sum()), len(day))
    page.value("words.low", 100 * low, unit="percent")
    page.value("words.high", 100 * high, unit="percent")
    hold("most remarks have none of the company's words", high < 0.4)
    for name, family in {"weekend": "occasion_missed", "noshow": "no_show", "moved": "date_moved"}.items():
        said = day[day["family"].astype(str).str.endswith(f".{family}") & ~hit]["words"].str.strip(" .!,")
        said = said[said.str.len().between(20, 75)]
        page.text(f"quote.{name}", en=sorted(said, key=lambda text: (abs(len(text) - 45), text))[0])


def exercise(page: Page, rows: pd.DataFrame) -> None:
    """Shares of the delivery mark's variance: late, damaged, days."""
    kept = rows.dropna(subset=["delivery"]).assign(
        late=lambda r: r["is_late"].astype(float), damaged=lambda r: r["is_damaged"].astype(float)
    )
    both = drivers.derived_importance(kept, outcome="delivery", aspects=["late", "damaged", "days"], draws=100)
    both = both.set_index("aspect")
    for name in both.index:
        page.value(f"lmg.{name}", both.at[name, "share"], unit="percent")
    page.value("late.days", kept["late"].corr(kept["days"]), digits=2)
    page.value("late.mean.days", kept.loc[kept["late"] == 1, "days"].mean(), digits=1)
    page.value("kept.mean.days", kept.loc[kept["late"] == 0, "days"].mean(), digits=1)
    hold("days get a share that they have not earned", both.at["days", "share"] > 8)
