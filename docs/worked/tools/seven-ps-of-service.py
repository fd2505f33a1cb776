"""Seven Ps: three formats of shop make one offer, weak in process and promotion, and a campaign would promise both."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, measures, radar, sheet
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

FACETS = {
    "product": {"en": "Product", "fr": "Produit"},
    "price": {"en": "Price", "fr": "Prix"},
    "place": {"en": "Place", "fr": "Lieu"},
    "promotion": {"en": "Promotion", "fr": "Promotion"},
    "people": {"en": "People", "fr": "Personnes"},
    "process": {"en": "Process", "fr": "Processus"},
    "physical_evidence": {"en": "Physical evidence", "fr": "Preuves matérielles"},
}
FORMATS = {
    "garden_centre": {"en": "Garden centres", "fr": "Jardineries"},
    "retail_park": {"en": "Retail parks", "fr": "Zones commerciales"},
    "city": {"en": "City shops", "fr": "Magasins de ville"},
}
MARKS = [f"{facet}_score" for facet in FACETS]
PROMISED_MINUTES = 5
"""What the campaign of our story wants to promise for collecting an order."""
CAMPAIGN_EUR, VOUCHER_EUR, COLLECTIONS = 30_000, 5, 1_000
"""Price of that campaign, of the voucher for a broken promise, and the orders for which it is priced; all ours."""
CUT = (50, 90)
"""A scale that makes webs look different."""


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    shops = data["mystery_visits"].query("channel == 'shop'").merge(data["stores"], on="store_id")
    visits = shops.reset_index(drop=True).assign(
        is_city=lambda rows: rows["format"] == "city",
        year=lambda rows: rows["visited_at"].dt.year,
        within=lambda rows: rows["checkout_minutes"] <= PROMISED_MINUTES,
    )
    page.value("visits", len(visits))
    page.value("shops", visits["store_id"].nunique())
    page.value("city.shops", visits.loc[visits["is_city"], "store_id"].nunique())
    page.value("assessors", visits["assessor_id"].nunique())
    page.value("minutes", PROMISED_MINUTES)
    page.value("campaign", CAMPAIGN_EUR, unit="euros")
    page.value("voucher", VOUCHER_EUR, unit="euros")
    page.value("collections", COLLECTIONS)
    level = levelled(visits)
    web(page, level)
    apart(page, visits)
    truth = data.truth["latents/mystery_visits"].merge(visits[["visit_id", "format"]], on="visit_id")
    keys = truth.groupby("format", observed=True)["true_score"].mean()
    for name in FORMATS:
        page.value(f"key.{name}", keys[name], digits=1)
    hold("the formats deserve the same score", keys.max() - keys.min() < 1)
    offer(page, visits, data["deliveries"])
    lone(page, visits)
    halo(page, visits)
    area(page, visits)
    exercise(page, visits, level)


def share(page: Page, name: str, kept: pd.Series) -> tuple[float, float, float]:
    """Name a share and its Wilson interval, in percent."""
    low, high = measures.share_interval(int(kept.sum()), len(kept))
    numbers = (100 * float(kept.mean()), 100 * low, 100 * high)
    for part, number in zip(("", ".low", ".high"), numbers, strict=True):
        page.value(f"{name}{part}", number, unit="percent")
    page.value(f"{name}.n", len(kept))
    return numbers


def levelled(visits: pd.DataFrame) -> pd.DataFrame:
    """Return the visits with each assessor's leniency taken out of each mark."""
    marks = visits[MARKS].astype(float)
    return visits.assign(**(marks - marks.groupby(visits["assessor_id"]).transform("mean") + marks.mean()))


def web(page: Page, level: pd.DataFrame) -> None:
    """The three formats on seven axes."""
    means = level.groupby("format", observed=True)[MARKS].mean().loc[list(FORMATS)]
    for mark, facet in zip(MARKS, FACETS, strict=True):
        page.value(f"mean.{facet}", level[mark].mean())
        for name in FORMATS:
            page.value(f"{name}.{facet}", means.at[name, mark])
    order = level[MARKS].mean().sort_values()
    hold("process and promotion are weakest", list(order.index[:2]) == ["process_score", "promotion_score"])
    hold("in all formats", (means.apply(lambda row: set(row.nsmallest(2).index), axis=1) == set(order.index[:2])).all())
    drawn = radar.Radar(
        axes=tuple(page.say(**label) for label in FACETS.values()),
        profiles=tuple(
            radar.Profile(name=page.say(**label), values=tuple(means.loc[name])) for name, label in FORMATS.items()
        ),
        scale=(0.0, 100.0),
    )
    page.drawing(
        "web",
        radar.wide(drawn),
        narrow=radar.narrow(drawn),
        title=page.say(
            en="Three formats, one offer: weak in process and promotion, strong in place and physical evidence",
            fr="Trois formats, une seule offre : faible en processus et promotion, forte en lieu et preuves matérielles",
        ),
        alternative=page.say(
            en="Radar of seven marks by format of shop, points of 100: ",
            fr="Radar de sept notes par format de magasin, points sur 100 : ",
        )
        + "; ".join(
            f"{page.say(**FACETS[facet])} "
            + ", ".join(page.written(means.at[name, mark]) for name in FORMATS)
            for mark, facet in zip(MARKS, FACETS, strict=True)
        )
        + ".",
        note=page.say(
            en="Points of 100, each assessor’s leniency taken out.",
            fr="Points sur 100, indulgence de chaque visiteur retirée.",
        ),
    )  # fmt: skip


def apart(page: Page, visits: pd.DataFrame) -> None:
    """City shops less the others, assessor by assessor."""
    rows = []
    for mark, (facet, label) in zip(MARKS, FACETS.items(), strict=True):
        found = measures.difference(
            visits, outcome=mark, treatment="is_city", strata=("assessor_id",), cluster="store_id"
        )
        rows.append({"facet": page.say(**label), "gap": found.value, "low": found.low, "high": found.high})
        for part, number in (("", found.value), (".low", found.low), (".high", found.high)):
            page.value(f"gap.{facet}{part}", number, digits=1, sign=True)
    table = pd.DataFrame(rows)
    out = (table["low"] > 0) | (table["high"] < 0)
    hold("place alone leaves out nought, and just so", list(table.loc[out, "facet"]) == [page.say(**FACETS["place"])])
    hold("the widest gap is small", table["gap"].abs().max() < 3)
    error = (table.loc[out, "high"] - table.loc[out, "low"]).iloc[0] / 2 / measures.Z_95
    hold("place does not pass seven looks", abs(table.loc[out, "gap"].iloc[0]) / error < 2.69)

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(y=alt.Y("facet:N", sort=None, title=None, axis=alt.Axis(labelLimit=150)))
        x = alt.X(
            "low:Q",
            scale=alt.Scale(domain=[-6, 6]),
            axis=alt.Axis(values=[-6, -3, 0, 3, 6]),
            title=page.say(en="City shops less others, points", fr="Ville moins autres, points"),
        )
        return (
            alt.Chart(pd.DataFrame({"at": [0]})).mark_rule(color=charts.MUTED, strokeDash=[4, 4]).encode(x="at:Q")
            + base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(x=x, x2="high:Q")
            + base.mark_point(size=100, filled=True, opacity=1).encode(x="gap:Q")
        ).properties(width=width - 150, height=220)

    page.chart(
        "apart",
        dots,
        title=page.say(
            en="No P sets the city shops apart by three points, and none stands up to seven looks",
            fr="Aucun P ne distingue les magasins de ville de trois points, et aucun ne résiste à sept comparaisons",
        ),
        alternative=page.say(
            en="City shops less others, in points, same assessor: ",
            fr="Magasins de ville moins les autres, en points, à visiteur égal : ",
        )
        + ", ".join(f"{row.facet} {page.written(row.gap, digits=1, sign=True)}" for row in table.itertuples())
        + ".",
        note=page.say(
            en="Compared within assessors; lines are 95% intervals, shops as clusters.",
            fr="À visiteur égal ; traits : intervalles à 95 %, par magasin.",
        ),
        data=table,
        columns={
            "facet": Column(label="P"),
            **{
                name: Column(label=page.say(en=en, fr=fr), digits=1, sign=True)
                for name, en, fr in (("gap", "Gap", "Écart"), ("low", "From", "De"), ("high", "To", "À"))
            },
        },
    )


def offer(page: Page, visits: pd.DataFrame, parcels: pd.DataFrame) -> None:
    """The specification sheet of one offer, and what each P promises for another."""
    collecting = visits[visits["scenario"] == "order_collection"]
    city = collecting[collecting["is_city"]]
    collected = parcels[parcels["mode"] == "shop_collect"]
    rows = {
        "minutes": share(page, "kept", city["within"]),
        "day": share(page, "on_day", ~collected["is_late"]),
        "greeted": share(page, "greeted", city["was_greeted"]),
        "labels": share(page, "labels", city["labels_complete"].astype(bool)),
        "clean": share(page, "clean", city["is_clean"].astype(bool)),
    }
    share(page, "kept.all", collecting["within"])
    page.value("median", city["checkout_minutes"].median(), digits=1)
    page.value("longest", city["checkout_minutes"].quantile(0.9), digits=0)
    page.value("home.fee", parcels.loc[parcels["mode"] == "home", "delivery_fee_eur"].mean(), unit="euros", digits=2)
    hold("collecting is free", (collected["delivery_fee_eur"] == 0).all())
    page.value("collected", 100 * len(collected) / len(parcels), unit="percent")
    broken = [COLLECTIONS * (1 - one / 100) for one in rows["minutes"]]
    page.value("broken", round(broken[0], -1))
    page.value("cost", round(broken[0] * VOUCHER_EUR, -2), unit="euros")
    page.value("cost.low", round(broken[2] * VOUCHER_EUR, -2), unit="euros")
    page.value("cost.high", round(broken[1] * VOUCHER_EUR, -2), unit="euros")
    hold("the five minutes are a promise kept little more than every second time", 50 < rows["minutes"][0] < 65)
    path = Path(__file__).with_suffix(".toml")
    page.html("sheet", sheet.sheet(artefacts.read(page, path, sheet.Sheet, part="offer"), language=page.language))
    said = {
        "minutes": page.say(en="Promotion “five minutes” → Process", fr="Promotion « cinq minutes » → Processus"),
        "day": page.say(en="Promotion “on the day” → Product", fr="Promotion « au jour dit » → Produit"),
        "greeted": page.say(en="Place: a desk of its own → People", fr="Lieu : un comptoir dédié → Personnes"),
        "labels": page.say(en="Price: nothing hidden → labels", fr="Prix : rien de caché → étiquettes"),
        "clean": page.say(en="Place → Physical evidence: clean", fr="Lieu → Preuves matérielles : propreté"),
    }
    table = pd.DataFrame(
        [
            {
                "pair": said[name],
                "kept": middle,
                "interval": f"{page.written(low)}\N{WORD JOINER}–\N{WORD JOINER}{page.written(high)}",
            }
            for name, (middle, low, high) in rows.items()
        ]
    )
    page.table(
        "pairs",
        table.sort_values("kept"),
        caption=page.say(
            en="What one P says and another must keep, in cases of a hundred",
            fr="Ce qu’un P annonce et qu’un autre doit tenir, sur cent cas",
        ),
        columns={
            "pair": Column(label=page.say(en="Says → keeps", fr="Annonce → tient")),
            "kept": Column(label=page.say(en="Kept", fr="Tenu"), unit="percent"),
            "interval": Column(label=page.say(en="95%", fr="95 %"), right=True),
        },
    )


def lone(page: Page, visits: pd.DataFrame) -> None:
    """A shop's weakest P in one year and in the next."""
    weakest = {year: rows.groupby("store_id")[MARKS].mean().idxmin(axis=1) for year, rows in visits.groupby("year")}
    years = sorted(weakest)
    same = (weakest[years[0]] == weakest[years[1]]).mean()
    always = (weakest[years[1]] == "process_score").mean()
    page.value("lone.same", 100 * same, unit="percent")
    page.value("lone.always", 100 * always, unit="percent")
    hold("saying process is the better guess", always > same)
    level = levelled(visits)
    spread = (level["process_score"] - level.groupby("store_id")["process_score"].transform("mean")).std()
    page.value("lone.margin", measures.Z_95 * spread / np.sqrt(4))


def halo(page: Page, visits: pd.DataFrame) -> None:
    """Seven marks of one visit are nearly one, so weights hardly matter."""
    between = np.corrcoef(visits[MARKS].to_numpy(float).T)
    page.value("halo", float(between[np.triu_indices(7, 1)].mean()), digits=2)
    level = levelled(visits)
    inside = np.corrcoef(level[MARKS].to_numpy(float).T)
    page.value("halo.inside", float(inside[np.triu_indices(7, 1)].mean()), digits=2)
    by_shop = visits.groupby("store_id")[[*MARKS, "overall_score"]].mean()
    equal = by_shop[MARKS].mean(axis=1)
    page.value("weights.correlation", float(np.corrcoef(equal, by_shop["overall_score"])[0, 1]), digits=2)
    page.value("weights.moved", float((equal.rank() - by_shop["overall_score"].rank()).abs().median()))
    weights = np.linalg.lstsq(visits[MARKS].to_numpy(float), visits["overall_score"].to_numpy(float), rcond=None)[0]
    page.value("weights.both", 100 * (weights[4] + weights[5]), unit="percent")


def web_area(marks: np.ndarray, low: float, high: float) -> float:
    """Return the area of a web of seven axes, in squares of its radius."""
    spokes = (marks - low) / (high - low)
    return float(0.5 * np.sin(2 * np.pi / len(marks)) * (spokes * np.roll(spokes, 1)).sum())


def area(page: Page, visits: pd.DataFrame) -> None:
    """What a radar makes of a new panel."""
    first, second = (
        visits.loc[visits["year"] == year, MARKS].mean().to_numpy(float) for year in sorted(visits["year"].unique())
    )
    page.value("area.mean", 100 * (second.mean() / first.mean() - 1), unit="percent")
    page.value("area.full", 100 * (web_area(second, 0, 100) / web_area(first, 0, 100) - 1), unit="percent")
    page.value("area.cut", web_area(second, *CUT) / web_area(first, *CUT), digits=1)
    page.value("cut.low", CUT[0])
    page.value("cut.high", CUT[1])
    stayed = visits.groupby("assessor_id")["year"].transform("nunique") == 2
    found = measures.difference(
        visits[stayed].assign(later=lambda rows: rows["year"] == 2024, mark=lambda rows: rows[MARKS].mean(axis=1)),
        outcome="mark",
        treatment="later",
        strata=("assessor_id",),
        cluster="store_id",
    )
    page.value("area.plain", second.mean() - first.mean(), digits=1)
    for part, number in (("", found.value), (".low", found.low), (".high", found.high)):
        page.value(f"area.same{part}", number, digits=1)
    hold("most of the growth is the panel", found.high < (second.mean() - first.mean()) / 1.5)
    hold("the cut web grows threefold", web_area(second, *CUT) / web_area(first, *CUT) > 2.9)


def exercise(page: Page, visits: pd.DataFrame, level: pd.DataFrame) -> None:
    """Collection visits against the others, in all shops."""
    rows = visits.assign(collecting=visits["scenario"] == "order_collection")
    page.value("ex.n", int(rows["collecting"].sum()))
    for facet in ("process", "place"):
        found = measures.difference(
            rows, outcome=f"{facet}_score", treatment="collecting", strata=("assessor_id",), cluster="store_id"
        )
        for part, number in (("", found.value), (".low", found.low), (".high", found.high)):
            page.value(f"ex.{facet}{part}", number, digits=1, sign=True)
        page.value(f"ex.{facet}.z", found.value / found.standard_error, digits=1)
    found = measures.difference(
        rows.assign(late=100.0 * ~rows["within"]),
        outcome="late",
        treatment="collecting",
        strata=("assessor_id",),
        cluster="store_id",
    )
    for part, number in (("", found.value), (".low", found.low), (".high", found.high)):
        page.value(f"ex.slow{part}", number, sign=True)
    share(page, "ex.within", rows.loc[rows["collecting"], "within"])
    share(page, "ex.others", rows.loc[~rows["collecting"], "within"])
