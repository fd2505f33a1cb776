"""Worst-case scenario: disasters by how often and how dear, what the record cannot say, and what a quiet year promises."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, measures, risks, sheet
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

YEARS = 2.0
MARGIN, MINUTE_EUR = 0.30, 0.62
"""Of sales, and of a minute of an adviser's work: those of the page on what complaints cost."""
LEAVERS = 0.05
"""Customers who leave after a theft of their files, in our story; no record of Tilmarenne has one."""
ALIKE = ("is_bulky", "is_autumn")
OVERLOAD = 0.15
"""Share of calls given up from which a day counts as overloaded, in our story."""
NEAR = 3
"""Overloaded days at most so many days apart are one episode."""
JAM, RECALL = "warehouse_software_change", "lamp_recall"
FEARED = ("rail_strike", "heat_wave", "storm")


@dataclass(frozen=True)
class Parry:
    """What could be done, its price a year and what part of which risks it takes away; all in our story."""

    en: str
    fr: str
    cost_eur: int
    part: float
    of: tuple[str, ...]


PARRIES = {
    "standby": Parry("A second warehouse on standby", "Un second entrepôt en réserve", 18_000, 1.0, ("jam",)),
    "rehearsal": Parry("A rehearsal before new software", "Une répétition avant un nouveau logiciel", 800, 0.5, ("jam",)),
    "carrier": Parry("A second carrier", "Un second transporteur", 24_000, 0.5, ("late", "christmas")),
    "files": Parry("Old files deleted, a restart tried", "Vieux fichiers effacés, reprise testée", 6_000, 0.5, ("theft",)),
}  # fmt: skip
NAMES = {
    "late": {"en": "Late parcel", "fr": "Colis en retard"},
    "damaged": {"en": "Damaged parcel", "fr": "Colis abîmé"},
    "christmas": {"en": "Christmas rush", "fr": "Ruée de Noël"},
    "jam": {"en": "Warehouse jam", "fr": "Entrepôt bloqué"},
    "recall": {"en": "Lamp recall", "fr": "Rappel de lampes"},
    "theft": {"en": "Files stolen", "fr": "Vol de fichiers"},
}


@cache
def world() -> cxdata.Dataset:
    """Return the record."""
    return cxdata.edition("tilmarenne", "study")


def build(page: Page) -> None:
    """Compute the page."""
    data = world()
    calendar = data["calendar"].assign(day=lambda rows: pd.to_datetime(rows["date"]))
    log = calendar.dropna(subset=["incident"]).set_index("day")["incident"].astype(str)
    christmas = set(calendar.loc[calendar["is_christmas_business"], "day"])
    orders = data["orders"][["order_id", "customer_id", "ordered_at", "amount_eur", "is_bulky"]]
    parcels = orders.merge(data["deliveries"][["order_id", "promised_on", "is_late", "is_damaged"]], on="order_id")
    parcels["day"] = pd.to_datetime(parcels["promised_on"])
    parcels["log"] = parcels["day"].map(log).fillna("none")
    parcels["is_christmas"] = parcels["day"].isin(christmas)
    parcels["is_autumn"] = parcels["ordered_at"].dt.month >= 11
    page.value("customers", len(data["customers"]))
    page.value("margin", 100 * MARGIN, unit="percent")
    page.value("parcels", len(parcels))
    each = gravity(page, data, parcels, orders)
    grid = frequency(page, data, parcels, each)
    draw_grid(page, grid)
    parries(page, grid)
    feared(page, parcels, log, data["contact_volumes"])
    days = overloaded(page, data["contact_volumes"], log)
    together(page, days, data["written_volumes"], calendar, log)
    ranks(page, grid)
    card(page)
    exercise(page, data["complaints"])


def gravity(
    page: Page, data: cxdata.Dataset, parcels: pd.DataFrame, orders: pd.DataFrame
) -> dict[str, tuple[float, float]]:
    """Return what a late and a damaged parcel cost each, in euros and in points of recommendation."""
    followed = parcels[parcels["ordered_at"] < "2024-01-01"]
    later = followed[["order_id", "customer_id", "ordered_at"]].merge(
        orders[["customer_id", "ordered_at", "amount_eur"]], on="customer_id", suffixes=("", "_later")
    )
    gap = later["ordered_at_later"] - later["ordered_at"]
    later = later[(gap > pd.Timedelta(0)) & (gap <= pd.Timedelta(days=365))]
    followed = followed.assign(
        next_eur=followed["order_id"].map(later.groupby("order_id")["amount_eur"].sum()).fillna(0.0)
    )
    contacts, costs = data["contacts"], data["complaint_costs"]
    costs = costs.merge(data["complaints"][["complaint_id", "contact_id"]], on="complaint_id")
    surveys = data["surveys"]
    called = surveys[surveys["programme"] == "callback_after_order"].dropna(subset=["ltr"])[["order_id", "ltr"]]
    called = called.merge(parcels, on="order_id")
    found = {}
    for name, hit, other, reason in (
        ("late", "is_late", "is_damaged", "late_delivery"),
        ("damaged", "is_damaged", "is_late", "damaged_item"),
    ):
        kept = followed[followed[hit] | ~followed[other]].assign(spared=lambda rows, hit=hit: ~rows[hit])
        lost = measures.difference(kept, outcome="next_eur", treatment="spared", strata=ALIKE, of="untreated")
        about = contacts[contacts["reason"].astype(str) == reason]
        work = about.loc[~about["is_complaint"], "handle_minutes"].sum() * MINUTE_EUR
        work += costs.loc[costs["contact_id"].isin(about["contact_id"]), "total_eur"].sum()
        work /= parcels[hit].sum()
        rated = called[called[hit] | ~called[other]]
        points = measures.difference(rated, outcome="ltr", treatment=hit, strata=ALIKE, of="treated")
        found[name] = (MARGIN * lost.value + work, -points.value)
        page.value(f"{name}.euros", MARGIN * lost.value + work, unit="euros")
        page.value(f"{name}.euros.low", MARGIN * lost.low + work, unit="euros")
        page.value(f"{name}.euros.high", MARGIN * lost.high + work, unit="euros")
        page.value(f"{name}.points", -points.value, digits=1)
        page.value(f"{name}.points.low", -points.high, digits=1)
        page.value(f"{name}.points.high", -points.low, digits=1)
        hold(f"a {name} parcel costs money and points", lost.low > 0 and points.high < 0)
    recalled = contacts[contacts["reason"].astype(str) == "product_recall"]
    work = recalled.loc[~recalled["is_complaint"], "handle_minutes"].sum() * MINUTE_EUR
    work += costs.loc[costs["contact_id"].isin(recalled["contact_id"]), "total_eur"].sum()
    found["recall"] = (float(work), 0.0)
    page.value("recall.contacts", len(recalled))
    yearly = orders["amount_eur"].sum() / YEARS
    found["theft"] = (LEAVERS * MARGIN * yearly, 0.0)
    page.value("leavers", 100 * LEAVERS, unit="percent")
    return found


def frequency(
    page: Page, data: cxdata.Dataset, parcels: pd.DataFrame, each: dict[str, tuple[float, float]]
) -> pd.DataFrame:
    """Return the grid: how often each disaster came in the record, with an interval, and what it costs each time."""
    usual = parcels[(parcels["log"] == "none") & ~parcels["is_christmas"]]
    base = usual["is_late"].mean()
    page.value("usual.late", 100 * base, digits=1, unit="percent")
    surplus = {
        name: rows["is_late"].sum() - base * len(rows)
        for name, rows in {
            "jam": parcels[parcels["log"] == JAM],
            "christmas": parcels[parcels["is_christmas"]],
        }.items()
    }
    late = int(parcels["is_late"].sum())
    jam = parcels[parcels["log"] == JAM]
    page.value("jam.late", 100 * jam["is_late"].mean(), unit="percent")
    page.value("jam.surplus", surplus["jam"])
    page.value("jam.part", 100 * surplus["jam"] / late, digits=1, unit="percent")
    page.value("christmas.surplus", surplus["christmas"])
    page.value("christmas.times", surplus["christmas"] / surplus["jam"], digits=1)
    page.value("late.all", late)
    counts = {
        "late": round(late - surplus["jam"] - surplus["christmas"]),
        "damaged": int(parcels["is_damaged"].sum()),
        "christmas": 2,
        "jam": 1,
        "recall": 1,
        "theft": 0,
    }
    euros = {
        "late": each["late"][0],
        "damaged": each["damaged"][0],
        "christmas": each["late"][0] * surplus["christmas"] / counts["christmas"],
        "jam": each["late"][0] * surplus["jam"],
        "recall": each["recall"][0],
        "theft": each["theft"][0],
    }
    points = {
        "late": each["late"][1],
        "damaged": each["damaged"][1],
        "christmas": each["late"][1] * surplus["christmas"] / counts["christmas"],
        "jam": each["late"][1] * surplus["jam"],
    }
    found = risks.risk_grid([counts[name] for name in NAMES], [euros[name] for name in NAMES], years=YEARS)
    lines = []
    for place, (name, label) in enumerate(NAMES.items()):
        low, high = risks.rate_interval(counts[name], YEARS)
        lines.append(
            {
                "risk": name,
                "name": page.say(**label),
                "seen": counts[name],
                "rate": found.rate[place],
                "low": low,
                "high": high,
                "euros": euros[name],
                "points": points.get(name, np.nan),
                "expected": found.expected[place],
                "score": found.score[place],
            }
        )
        page.value(f"{name}.seen", counts[name])
        page.value(f"{name}.rate", found.rate[place], digits=1 if found.rate[place] < 10 else 0)
        page.value(f"{name}.low", low, digits=2)
        page.value(f"{name}.high", high, digits=1)
        page.value(f"{name}.each", round(euros[name], -2 if euros[name] > 1_000 else 0), unit="euros")
        page.value(f"{name}.expected", round(found.expected[place], -2), unit="euros")
        page.value(f"{name}.score", found.score[place])
        page.value(f"{name}.plain", round(euros[name], 2), digits=0)
    table = pd.DataFrame(lines).set_index("risk")
    page.value("quiet.times", table.loc["late", "expected"] / table.loc["jam", "expected"])
    page.value("calculator.late", round(euros["late"]))
    hold(
        "everyday lateness costs far more than the jam",
        table.loc["late", "expected"] > 15 * table.loc["jam", "expected"],
    )
    hold("Christmas brings more late parcels than the jam", surplus["christmas"] > 2 * surplus["jam"])
    hold("the bound of the theft leads the list", table["expected"].idxmax() == "theft")
    shown = table.reset_index(drop=True)[["name", "expected", "rate", "euros", "points"]].sort_values(
        "expected", ascending=False
    )
    page.value("turned", found.turned)
    page.table(
        "register",
        shown,
        caption=page.say(
            en="Disasters by how often and how dear; “Files stolen” is an upper bound and an assumption",
            fr="Catastrophes par fréquence et par coût ; « Vol de fichiers » est une borne haute et une hypothèse",
        ),
        columns={
            "name": Column(label=page.say(en="Disaster", fr="Catastrophe")),
            "rate": Column(label=page.say(en="A year", fr="Par an"), digits=1),
            "euros": Column(label=page.say(en="Each time", fr="À chaque fois"), unit="euros"),
            "points": Column(label=page.say(en="Points", fr="Points"), digits=1),
            "expected": Column(label=page.say(en="Loss a year", fr="Perte par an"), unit="euros"),
        },
    )  # fmt: skip
    return table


def draw_grid(page: Page, grid: pd.DataFrame) -> None:
    """The grid: times a year across, euros each time upwards, equal losses a year on dashed lines."""
    table = grid.reset_index()
    table["kind"] = np.where(table["seen"] > 0, "seen", "never")
    table["from"] = np.where(table["seen"] > 0, table["low"], 0.02)
    table["to"] = np.where(table["seen"] > 0, table["high"], table["rate"])
    iso = pd.DataFrame(
        [
            {"loss": loss, "x": x, "y": loss / x, "label": page.written(loss, unit="euros")}
            for loss in (1_000, 10_000, 100_000)
            for x in (max(0.01, loss / 200_000), min(10_000.0, loss / 10))
        ]
    )
    tops = iso.loc[iso.groupby("loss")["y"].idxmax()]

    def chart(width: int) -> alt.LayerChart:
        times = page.say(en="Times a year", fr="Fois par an")
        x = alt.Scale(type="log", domain=[0.01, 10_000])
        y = alt.Scale(type="log", domain=[10, 200_000])
        across = alt.X(
            "rate:Q",
            scale=x,
            title=times,
            axis=alt.Axis(values=[0.01, 0.1, 1, 10, 100, 1_000, 10_000], format="~r"),
        )
        up = alt.Y(
            "euros:Q",
            scale=y,
            title=page.say(en="Euros each time", fr="Euros à chaque fois"),
            axis=alt.Axis(values=[10, 100, 1_000, 10_000, 100_000], format="~s", grid=False),
        )
        base = alt.Chart(table).encode(y=up)
        lines = (
            alt.Chart(iso)
            .mark_line(strokeDash=[4, 4], strokeWidth=1, color=charts.MUTED)
            .encode(x=alt.X("x:Q", scale=x), y=alt.Y("y:Q", scale=y), detail="loss:N")
        )
        named = (
            alt.Chart(tops if width > charts.NARROW else tops[tops["loss"] != 10_000])
            .mark_text(align="left", dx=8, dy=6, fontSize=11, color=charts.MUTED)
            .encode(x=alt.X("x:Q", scale=x), y=alt.Y("y:Q", scale=y), text="label:N")
        )
        dots = base.mark_point(size=90, opacity=1).encode(
            x=across,
            color=alt.condition(alt.datum.kind == "never", alt.value(charts.BAD), alt.value(charts.GOOD)),
        )
        ends = alt.X("to:Q", scale=x, title=times)
        said = {
            "late": ("right", -9, 10, across),
            "damaged": ("right", -9, -8, across),
            "christmas": ("left", 4, -11, across),
            "theft": ("left", 4, -11, across),
            "jam": ("left", 7, 6, ends),
            "recall": ("left", 7, 4, ends),
        }
        drawn = (
            lines
            + named
            + base.mark_rule(strokeWidth=2).encode(x=alt.X("from:Q", scale=x, title=times), x2="to:Q")
            + dots
        )
        for name, (align, dx, dy, where) in said.items():
            words = base.transform_filter(alt.datum.risk == name)
            drawn += words.mark_text(align=align, dx=dx, dy=dy).encode(x=where, text="name:N")
        return drawn.properties(width=width - 40, height=320)

    page.chart(
        "grid",
        chart,
        title=page.say(
            en="The jam that everybody remembers costs less a year than parcels that are late on any day",
            fr="Le blocage dont tous se souviennent coûte moins par an que les retards de tous les jours",
        ),
        alternative=page.say(en="Times a year and euros each time: ", fr="Fois par an et euros à chaque fois : ")
        + "; ".join(
            f"{row.name} {page.written(row.rate, digits=1)}, {page.written(row.euros, unit='euros')}"
            for row in table[["name", "rate", "euros"]].itertuples(index=False, name="Row")
        )
        + ".",
        note=page.say(
            en="Both scales by factors of ten. Dashed: equal loss a year. Lines are 95% intervals; red: never seen, from the bound downwards.",
            fr="Échelles par facteurs de dix. Tirets : même perte par an. Traits : intervalles à 95 % ; rouge : jamais vu, de la borne vers le bas.",
        ),
        data=table[["name", "rate", "low", "high", "euros", "expected"]],
        columns={
            "name": Column(label=page.say(en="Disaster", fr="Catastrophe")),
            "rate": Column(label=page.say(en="A year", fr="Par an"), digits=2),
            "low": Column(label=page.say(en="From", fr="De"), digits=2),
            "high": Column(label=page.say(en="To", fr="À"), digits=2),
            "euros": Column(label=page.say(en="Euros each", fr="Euros chacune")),
            "expected": Column(label=page.say(en="Euros a year", fr="Euros par an")),
        },
    )  # fmt: skip


def parries(page: Page, grid: pd.DataFrame) -> None:
    """What each parry saves in a year, and what is left."""
    lines = []
    for name, one in PARRIES.items():
        saved = one.part * grid.loc[list(one.of), "expected"].sum()
        lines.append({"parry": page.say(en=one.en, fr=one.fr), "cost": one.cost_eur, "saved": round(saved, -2)})
        page.value(f"{name}.cost", one.cost_eur, unit="euros")
        page.value(f"{name}.saved", round(saved, -2), unit="euros")
        if name in ("rehearsal", "carrier"):
            hold(f"the {name} pays", saved > one.cost_eur)
    page.value("standby.wasted", PARRIES["standby"].cost_eur - round(grid.loc["jam", "expected"], -2), unit="euros")
    hold("the standby does not pay", grid.loc["jam", "expected"] < PARRIES["standby"].cost_eur / 4)
    most = grid.loc["jam", "high"] * grid.loc["jam", "euros"]
    page.value("standby.most", round(most, -2), unit="euros")
    hold("nor at the upper end of the rate", most < PARRIES["standby"].cost_eur)
    page.value("standby.years", PARRIES["standby"].cost_eur / grid.loc["jam", "euros"], digits=1)
    even = PARRIES["files"].cost_eur / (PARRIES["files"].part * grid.loc["theft", "euros"])
    page.value("theft.even", 1 / even)
    page.table(
        "parries",
        pd.DataFrame(lines),
        caption=page.say(
            en="Parries, euros a year; the last one saves at most that much",
            fr="Parades, en euros par an ; la dernière épargne au plus ce montant",
        ),
        columns={
            "parry": Column(label=page.say(en="Parry", fr="Parade")),
            "cost": Column(label=page.say(en="Costs", fr="Coûte"), unit="euros"),
            "saved": Column(label=page.say(en="Saves", fr="Épargne"), unit="euros"),
        },
    )


def feared(page: Page, parcels: pd.DataFrame, log: pd.Series, volumes: pd.DataFrame) -> None:
    """What the incident log fears and the record does not show."""
    rows = parcels[parcels["log"].isin(FEARED)]
    late, total = int(rows["is_late"].sum()), len(rows)
    low, high = measures.share_interval(late, total)
    page.value("feared.late", 100 * late / total, digits=1, unit="percent")
    page.value("feared.low", 100 * low, digits=1, unit="percent")
    page.value("feared.high", 100 * high, digits=1, unit="percent")
    page.value("feared.days", int(log.isin(FEARED).sum()))
    page.value("log.kinds", log.nunique())
    calls = volumes.assign(day=volumes["starts_at"].dt.normalize()).groupby("day")["calls_offered"].sum()
    for name, kind in (("jam", JAM), ("recall", RECALL)):
        page.value(f"{name}.calls", against_usual(calls, log, (kind,)), digits=1)
    page.value("feared.calls", against_usual(calls, log, FEARED), digits=1)
    usual = parcels.loc[(parcels["log"] == "none") & ~parcels["is_christmas"], "is_late"].mean()
    hold(
        "strikes, heat and storms brought no more late parcels than usual", high < 1.3 * usual and late / total < usual
    )


def against_usual(calls: pd.Series, log: pd.Series, kinds: tuple[str, ...]) -> float:
    """Return calls on logged days over those of the same weekdays in the four weeks on either side."""
    ratios = []
    for kind in kinds:
        days = log.index[log == kind]
        span = pd.Timedelta(days=28)
        near = calls[(calls.index >= days.min() - span) & (calls.index <= days.max() + span) & ~calls.index.isin(days)]
        usual = near.groupby(near.index.day_name()).mean()
        own = calls[calls.index.isin(days)]
        ratios += list(own.to_numpy() / usual.loc[own.index.day_name()].to_numpy())
    return float(np.mean(ratios))


def overloaded(page: Page, volumes: pd.DataFrame, log: pd.Series) -> pd.DataFrame:
    """Days on which callers gave up: a quiet stretch, its bound, and what came."""
    days = volumes.assign(day=volumes["starts_at"].dt.normalize()).groupby("day")[["calls_offered", "calls_abandoned"]]
    days = days.sum().loc[:"2024-12-31"]
    days["share"] = days["calls_abandoned"] / days["calls_offered"]
    days["bad"] = days["share"] > OVERLOAD
    first = log.index[log == JAM].min()
    quiet, after = days[days.index < first], days[days.index >= first]
    hold("the record begins without an overloaded day", not quiet["bad"].any())
    bound = risks.most_when_never_seen(len(quiet))
    page.value("overload", 100 * OVERLOAD, unit="percent")
    page.value("quiet.days", len(quiet))
    page.value("quiet.bound", 100 * bound, digits=1, unit="percent")
    page.value("after.days", len(after))
    page.value("after.bad", int(after["bad"].sum()))
    page.value("after.share", 100 * after["bad"].mean(), digits=1, unit="percent")
    hold("more came than the bound by days allowed", after["bad"].mean() > 2 * bound)
    bad = after.index[after["bad"]]
    episodes = 1 + int((np.diff(bad) > pd.Timedelta(days=NEAR)).sum())
    years = {"quiet": (first - days.index.min()).days / 365.25, "after": (days.index.max() - first).days / 365.25}
    page.value("quiet.months", 12 * years["quiet"])
    page.value("after.months", 12 * years["after"])
    page.value("episodes", episodes)
    page.value("episodes.bound", risks.most_when_never_seen(years["quiet"]), digits=1)
    page.value("episodes.rate", episodes / years["after"], digits=1)
    low, high = risks.rate_interval(episodes, years["after"])
    page.value("episodes.low", low, digits=1)
    page.value("episodes.high", high, digits=1)
    hold("counted by episodes the bound came true", low < risks.most_when_never_seen(years["quiet"]) < high)
    weekly = days["share"].resample("W").max().reset_index()
    weekly["percent"] = 100 * weekly["share"]
    weekly["kind"] = np.where(weekly["share"] > OVERLOAD, "bad", "good")
    weekly = weekly.dropna()
    labels = pd.DataFrame(
        [
            {"day": first + pd.Timedelta(days=5), "percent": 43, "label": page.say(en="jam", fr="blocage")},
            {"day": log.index[log == RECALL].min(), "percent": 27, "label": page.say(en="recall", fr="rappel")},
        ]
    )
    limit = pd.DataFrame({"at": [100 * OVERLOAD]})

    def bars(width: int) -> alt.LayerChart:
        x = alt.X("day:T", title=None, axis=alt.Axis(format="%m/%y", tickCount=4 if width <= charts.NARROW else 8))
        y = alt.Y(
            "percent:Q",
            title=page.say(en="Given up on the worst day, %", fr="Abandons le pire jour, %"),
            scale=alt.Scale(domain=[0, 50]),
        )
        return (
            alt.Chart(weekly)
            .mark_bar(size=2 if width <= charts.NARROW else 4)
            .encode(
                x=x,
                y=y,
                color=alt.condition(alt.datum.kind == "bad", alt.value(charts.BAD), alt.value(charts.NEUTRAL)),
            )
            + alt.Chart(limit).mark_rule(strokeDash=[5, 4]).encode(y="at:Q")
            + alt.Chart(labels).mark_text(dy=-8).encode(x="day:T", y="percent:Q", text="label:N")
        ).properties(width=width - 40, height=220)

    page.chart(
        "quiet",
        bars,
        title=page.say(
            en="Nine quiet months, then overloaded days in runs",
            fr="Neuf mois calmes, puis des jours saturés par séries",
        ),
        alternative=page.say(
            en=f"Worst day of each week, share of calls given up. {len(quiet)} working days without one above {100 * OVERLOAD:.0f} %; then {int(after['bad'].sum())} such days in {episodes} episodes, up to {page.written(100 * days['share'].max())} %.",
            fr=f"Pire jour de chaque semaine, part d’appels abandonnés. {len(quiet)} jours ouvrés sans dépasser {100 * OVERLOAD:.0f} % ; puis {int(after['bad'].sum())} jours au-dessus en {episodes} épisodes, jusqu’à {page.written(100 * days['share'].max())} %.",
        ),
        note=page.say(
            en=f"Telephone line of the whole company. Dashed: {100 * OVERLOAD:.0f}%, from which a day counts as overloaded.",
            fr=f"Ligne téléphonique de toute l’entreprise. Tirets : {100 * OVERLOAD:.0f} %, seuil d’un jour saturé.",
        ),
        data=weekly.assign(week=weekly["day"].dt.strftime("%Y-%m-%d"))[["week", "percent"]].query("percent > 10"),
        columns={
            "week": Column(label=page.say(en="Week to", fr="Semaine au")),
            "percent": Column(label=page.say(en="Given up, %", fr="Abandons, %"), digits=1),
        },
    )  # fmt: skip
    return days


def together(page: Page, days: pd.DataFrame, writing: pd.DataFrame, calendar: pd.DataFrame, log: pd.Series) -> None:
    """What else fails in a jam: everything at once."""
    jam = days.index.isin(log.index[log == JAM])
    share = days["bad"].mean()
    page.value("jam.worked", int(jam.sum()))
    page.value("jam.bad", int(days.loc[jam, "bad"].sum()))
    page.value("jam.alone", share * jam.sum(), digits=1)
    page.value(
        "jam.given_up",
        100 * days.loc[jam, "calls_abandoned"].sum() / days.loc[jam, "calls_offered"].sum(),
        unit="percent",
    )
    usual = days[~days.index.isin(log.index)]
    page.value("usual.given_up", 100 * usual["calls_abandoned"].sum() / usual["calls_offered"].sum(), unit="percent")
    desk = (
        writing.merge(calendar[["day_id", "day"]], on="day_id").set_index("day")["backlog_at_close"].loc[:"2024-12-31"]
    )
    page.value("jam.backlog", round(desk[desk.index.isin(log.index[log == JAM])].mean(), -2))
    page.value("usual.backlog", round(desk[~desk.index.isin(log.index)].mean(), -2))
    hold("overload comes with the jam far more than by chance", days.loc[jam, "bad"].sum() > 5 * share * jam.sum())  # fmt: skip


def ranks(page: Page, grid: pd.DataFrame) -> None:
    """What multiplied ranks make of the same list."""
    known = grid[grid["seen"] > 0]
    pairs = [
        (one, two)
        for one in known.index
        for two in known.index
        if known.loc[one, "score"] > known.loc[two, "score"] and known.loc[one, "expected"] < known.loc[two, "expected"]
    ]
    ties = [
        (one, two)
        for place, one in enumerate(known.index)
        for two in known.index[place + 1 :]
        if known.loc[one, "score"] == known.loc[two, "score"]
    ]
    page.value("pairs.turned", len(pairs))
    page.value("pairs.tied", len(ties))
    page.value("pairs", len(known) * (len(known) - 1) // 2)
    page.value("late.over_christmas", known.loc["late", "expected"] / known.loc["christmas", "expected"], digits=1)
    hold("the matrix puts Christmas above everyday lateness", ("christmas", "late") in pairs)


def card(page: Page) -> None:
    """The filled-in sheet."""
    content = artefacts.read(page, Path(__file__).with_suffix(".toml"), sheet.Sheet)
    page.html("sheet", sheet.sheet(content, language=page.language))


def exercise(page: Page, complaints: pd.DataFrame) -> None:
    """Grave complaints that stay unanswered, in the class edition and in ten times the customers."""
    small = cxdata.edition("tilmarenne", "class")["complaints"]
    for name, rows in (("small", small), ("large", complaints)):
        grave = rows[rows["severity"] == 5]
        silent = int((~grave["replied"]).sum())
        page.value(f"{name}.grave", len(grave))
        page.value(f"{name}.silent", silent)
        low, high = measures.share_interval(silent, len(grave))
        page.value(f"{name}.share", 100 * silent / len(grave), unit="percent")
        page.value(f"{name}.low", 100 * low, unit="percent")
        page.value(f"{name}.high", 100 * high, unit="percent")
    page.value(
        "small.bound", min(100.0, 100 * risks.most_when_never_seen((small["severity"] == 5).sum())), unit="percent"
    )
