"""CX indicators: of fourteen lines a month most move by chance; five stay, each with an owner, a margin and a trigger."""

from dataclasses import dataclass

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, control, measures
from casebook.worked.figures import Column
from casebook.worked.lettering import canvas, height, wrapped, written
from casebook.worked.page import Page, hold
from casebook.worked.palette import css

LINES = {
    "lost": {"en": "Calls given up", "fr": "Appels abandonnés"},
    "level": {"en": "Calls taken in 20 s", "fr": "Appels pris en 20 s"},
    "late": {"en": "Late parcels", "fr": "Colis en retard"},
    "basket": {"en": "Mean basket", "fr": "Panier moyen"},
    "complaints": {"en": "Complaints per 100 orders", "fr": "Réclamations pour 100 commandes"},
    "nps": {"en": "NPS, call-back", "fr": "NPS, par appel"},
    "mail": {"en": "Satisfied, e-mail", "fr": "Satisfaits, par e-mail"},
    "satisfied": {"en": "Satisfied, call-back", "fr": "Satisfaits, par appel"},
    "settled": {"en": "Settled at once", "fr": "Réglé du premier coup"},
    "ces": {"en": "Ease (CES 2.0)", "fr": "Facilité (CES 2.0)"},
    "contacts": {"en": "Contacts per 100 orders", "fr": "Contacts pour 100 commandes"},
    "damaged": {"en": "Damaged parcels", "fr": "Colis abîmés"},
    "stars": {"en": "Stars in reviews", "fr": "Étoiles des avis"},
    "repeat": {"en": "Order again in 180 days", "fr": "Recommandent en 180 jours"},
}
KEPT = ("lost", "late", "complaints", "satisfied", "repeat")
WINDOW_DAYS = 180
END = pd.Timestamp("2025-01-01")
"""The day after the last order."""
COMPLETE = pd.Timestamp("2024-07-01")
"""Orders of the months before it have been followed for the whole window."""
ALARM_POINTS = 10
"""Change of the monthly NPS on which the board of our story orders an inquiry."""
INQUIRY_EUR = 1_500
"""What an inquiry costs in our story."""
QUIET_MONTHS = 6
"""First months, without a crisis, that set the limit of calls given up."""
WORST = 10
BONUS_FROM = 4.2
"""Score from which the shops' bonus is paid, as Tilmarenne's rule has it."""


def month(times: pd.Series) -> pd.Series:
    """Return the month of each time."""
    return pd.to_datetime(times).dt.to_period("M")


def series(values: pd.Series, when: pd.Series, *, scale: float = 1.0) -> pd.DataFrame:
    """Return mean, squared standard error and number of values by month."""
    rows = pd.DataFrame({"x": scale * values.to_numpy(float), "month": when.to_numpy()}).dropna()
    by = rows.groupby("month")["x"]
    return pd.DataFrame({"mean": by.mean(), "noise": by.var() / by.size(), "n": by.size()})


def with_history(data: cxdata.Dataset) -> pd.DataFrame:
    """Return orders with their month, contacts, complaints, and whether the customer ordered again in time."""
    orders = data["orders"].sort_values(["customer_id", "ordered_at"])
    contacts = data["contacts"]
    real, complaints = contacts[~contacts["is_abandoned"]], contacts[contacts["is_complaint"]]
    gap = orders.groupby("customer_id")["ordered_at"].shift(-1) - orders["ordered_at"]
    seen = orders["ordered_at"] < COMPLETE
    return orders.assign(
        month=month(orders["ordered_at"]),
        contacts=orders["order_id"].map(real.groupby("order_id").size()).fillna(0),
        complaints=orders["order_id"].map(complaints.groupby("order_id").size()).fillna(0),
        again=gap.notna(),
        repeat=(gap.dt.days <= WINDOW_DAYS).astype(float).where(seen),
    )


def fourteen(data: cxdata.Dataset, orders: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the fourteen monthly lines, January 2023 to December 2024."""
    of_order = orders.set_index("order_id")["month"]
    surveys, parcels, contacts = data["surveys"], data["deliveries"], data["contacts"]
    reviews, taken = data["reviews"], contacts[~contacts["is_abandoned"]]

    def answers(programme: str) -> pd.DataFrame:
        rows = surveys[(surveys["programme"] == programme) & surveys["answered"]]
        return rows.assign(month=rows["order_id"].map(of_order))

    call, mail = answers("callback_after_order"), answers("email_after_order")
    eased = surveys[surveys["ces"].notna()]
    balance = (call["ltr"] >= 9).astype(float) - (call["ltr"] <= 6)
    calls = data["contact_volumes"]
    by = calls[calls["starts_at"] < END].groupby(month(calls["starts_at"]))
    offered = by["calls_offered"].sum()

    def of_calls(counted: str) -> pd.DataFrame:
        share = 100 * by[counted].sum() / offered
        return pd.DataFrame({"mean": share, "noise": share * (100 - share) / offered, "n": offered})

    found = {
        "lost": of_calls("calls_abandoned"),
        "level": of_calls("calls_answered_in_20_s"),
        "late": series(parcels["is_late"], parcels["order_id"].map(of_order), scale=100),
        "basket": series(orders["amount_eur"], orders["month"]),
        "complaints": series(orders["complaints"], orders["month"], scale=100),
        "nps": series(balance, call["month"], scale=100),
        "mail": series(mail["csat"] >= 4, mail["month"], scale=100),
        "satisfied": series(call["csat"] >= 4, call["month"], scale=100),
        "settled": series(taken["is_resolved_first_time"].astype(float), month(taken["contacted_at"]), scale=100),
        "ces": series(eased["ces"].astype(float), month(eased["sent_at"])),
        "contacts": series(orders["contacts"], orders["month"], scale=100),
        "damaged": series(parcels["is_damaged"], parcels["order_id"].map(of_order), scale=100),
        "stars": series(reviews["stars"].astype(float), reviews["order_id"].map(of_order)),
        "repeat": series(orders["repeat"], orders["month"], scale=100),
    }
    last = pd.Period(END, "M")
    return {name: line[(line.index < last) & (line["n"] > 1)] for name, line in found.items()}


def chi_square(share: float, freedom: int) -> float:
    """Return a quantile of the chi-square distribution (Wilson and Hilferty, 1931)."""
    z = {0.025: -measures.Z_95, 0.975: measures.Z_95}[share]
    part = 2 / (9 * freedom)
    return freedom * (1 - part + z * part**0.5) ** 3


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    orders = with_history(data)
    lines = fourteen(data, orders)
    truth = data.truth["latents/orders"].merge(orders[["order_id", "month"]], on="order_id")
    page.value("customers", len(data["customers"]))
    page.value("orders", len(orders))
    reliability(page, lines, truth)
    alarms(page, lines, truth)
    twice(page, data)
    steps(page, data, orders)
    limits = watched(page, data, orders, lines)
    drawn_tree(page, limits)
    season(page, data, orders, lines)
    denominators(page, orders)
    cut_off(page, orders)
    luck(page, data)
    steered(page, data)
    exercise(page, lines)


def reliability(page: Page, lines: dict[str, pd.DataFrame], truth: pd.DataFrame) -> None:
    """How much of the monthly movement of each line is more than chance."""
    rows = []
    for name, line in lines.items():
        spread, noise, freedom = line["mean"].var(), line["noise"].mean(), len(line) - 1
        ends = [freedom * spread / chi_square(share, freedom) for share in (0.975, 0.025)]
        part = [max(0.0, 100 * (1 - noise / one)) for one in (ends[0], spread, ends[1])]
        rows.append(
            {
                "line": name,
                "name": page.say(**LINES[name]),
                "kept": name in KEPT,
                "low": part[0],
                "signal": part[1],
                "high": part[2],
                "margin": measures.Z_95 * noise**0.5,
            }
        )
        page.value(f"{name}.signal", part[1], unit="percent")
        page.value(f"{name}.mean", line["mean"].mean(), digits=1)
        page.value(f"{name}.margin", measures.Z_95 * noise**0.5, digits=1)
        page.value(f"{name}.n", line["n"].median())
    table = pd.DataFrame(rows).sort_values("signal", ascending=False, kind="stable")
    by = table.set_index("line")
    hold("counted in full, calls hold hardly any chance", by.at["lost", "signal"] > 99)
    hold("most of a month's NPS is chance", by.at["nps", "signal"] < 50)
    hold(
        "contacts, damage, stars and repeat hold no signal in a month",
        by.loc[["contacts", "damaged", "stars", "repeat"], "signal"].max() < 10,
    )
    page.value("below.half", int((table["signal"] < 50).sum()))
    true = truth.groupby("month")
    key = true["ltr"].agg(lambda x: 100 * ((x >= 9).mean() - (x <= 6).mean()))
    page.value("nps.key", 100 * key.var() / lines["nps"]["mean"].var(), unit="percent")
    hold(
        "the key agrees on the NPS",
        by.at["nps", "low"] <= 100 * key.var() / lines["nps"]["mean"].var() <= by.at["nps", "high"],
    )

    def dots(width: int) -> alt.LayerChart:
        narrow = width <= charts.NARROW
        base = alt.Chart(table).encode(
            y=alt.Y("name:N", sort=list(table["name"]), title=None, axis=alt.Axis(labelLimit=170 if narrow else 260))
        )
        x = alt.X(
            "low:Q",
            scale=alt.Scale(domain=[0, 100]),
            axis=alt.Axis(values=[0, 50, 100] if narrow else [0, 20, 40, 60, 80, 100]),
            title=page.say(en="Movement beyond chance, %", fr="Mouvement au-delà du hasard, %"),
        )
        colour = alt.condition("datum.kept", alt.value(charts.GOOD), alt.value(charts.NEUTRAL))
        return (
            base.mark_rule(strokeWidth=2, color=charts.NEUTRAL).encode(x=x, x2="high:Q")
            + base.mark_point(size=100, opacity=1).encode(x="signal:Q", color=colour)
        ).properties(
            width=width - 150 if narrow else width,
            height=24 * len(table),
            padding={"left": 20, "right": 5, "top": 5, "bottom": 5},
        )

    colon = page.say(en=": ", fr=" : ")
    page.chart(
        "reliability",
        dots,
        title=page.say(
            en="Most of what the board reads each month is chance",
            fr="L’essentiel de ce que le comité lit chaque mois est du hasard",
        ),
        alternative=page.say(
            en="Share of the movement from month to month that is more than chance: ",
            fr="Part du mouvement d’un mois à l’autre qui dépasse le hasard : ",
        )
        + ", ".join(f"{row.name}{colon}{page.written(row.signal, unit='percent')}" for row in table.itertuples())
        + ".",
        note=page.say(
            en="Green: the five that stay. Lines are 95% intervals, wide because two years have few months.",
            fr="En vert : les cinq qui restent. Traits : intervalles à 95 %, larges car deux ans ont peu de mois.",
        ),
        data=table[["name", "signal", "low", "high", "margin"]],
        columns={
            "name": Column(label=page.say(en="Indicator", fr="Indicateur")),
            "signal": Column(label=page.say(en="Beyond chance", fr="Au-delà du hasard"), unit="percent"),
            "low": Column(label=page.say(en="From", fr="De"), unit="percent"),
            "high": Column(label=page.say(en="To", fr="À"), unit="percent"),
            "margin": Column(label=page.say(en="Margin of a month, ±", fr="Marge d’un mois, ±"), digits=1),
        },
    )


def alarms(page: Page, lines: dict[str, pd.DataFrame], truth: pd.DataFrame) -> None:
    """Inquiries that the rule of ten points orders, and changes that were there."""
    seen = lines["nps"]["mean"].diff().dropna()
    key = (
        truth.groupby("month")["ltr"]
        .agg(lambda x: 100 * ((x >= 9).mean() - (x <= 6).mean()))
        .diff()
        .reindex(seen.index)
    )
    rung, true = seen.abs() >= ALARM_POINTS, key.abs() >= ALARM_POINTS
    both = rung & true & (np.sign(seen) == np.sign(key))
    hold("most alarms are false", both.sum() <= rung.sum() / 5)
    hold("three true changes, one of them heard", true.sum() == 3 and both.sum() == 1)
    hold("the true changes lie around Christmas", set(true.index[true].month) <= {12, 1})
    page.value("alarm", ALARM_POINTS)
    page.value("alarms", int(rung.sum()))
    page.value("alarms.of", len(seen))
    page.value("inquiry", INQUIRY_EUR, unit="euros")
    page.value("alarms.cost", INQUIRY_EUR * int(rung.sum()), unit="euros")
    page.value("alarms.waste", INQUIRY_EUR * int((rung & ~both).sum()), unit="euros")
    found = control.individuals(lines["nps"]["mean"])
    hold("the control chart of the NPS is silent", not (found["is_beyond"] | found["is_run"]).any())
    page.value("nps.low", found["low"].iloc[0], sign=True)
    page.value("nps.high", found["high"].iloc[0], sign=True)


def twice(page: Page, data: cxdata.Dataset) -> None:
    """Lines that say the same: NPS and satisfaction of the same people, both ends of one queue."""
    surveys = data["surveys"]
    call = surveys[(surveys["programme"] == "callback_after_order") & surveys["answered"]]
    page.value("twice", call["ltr"].astype(float).corr(call["csat"].astype(float)), digits=2)
    contacts = data["contacts"]
    taken = contacts[~contacts["is_abandoned"]].sort_values("contacted_at")
    gap = taken.groupby("order_id")["contacted_at"].shift(-1) - taken["contacted_at"]
    settled = taken["is_resolved_first_time"].astype(bool)
    page.value("settled.back", 100 * (gap[settled].dt.days <= 30).mean(), unit="percent")


def steps(page: Page, data: cxdata.Dataset, orders: pd.DataFrame) -> None:
    """From event to answer to return, customer by customer; and what the monthly lines make of it."""
    surveys = data["surveys"]
    call = surveys.loc[(surveys["programme"] == "callback_after_order") & surveys["answered"], ["order_id", "csat"]]
    answered = orders.merge(call, on="order_id")
    answered = answered.assign(satisfied=100.0 * (answered["csat"] >= 4), pleased=answered["csat"] >= 4)
    answered["repeat_percent"] = 100 * answered["repeat"]
    parcels = data["deliveries"][["order_id", "is_late"]]
    web = orders.merge(parcels, on="order_id").assign(late=lambda rows: rows["is_late"].astype(bool))
    web["repeat_percent"] = 100 * web["repeat"]
    marked = answered.merge(parcels, on="order_id").assign(late=lambda rows: rows["is_late"].astype(bool))
    known = {
        "late.satisfied": measures.difference(marked, outcome="satisfied", treatment="late"),
        "satisfied.repeat": measures.difference(
            answered.dropna(subset=["repeat"]), outcome="repeat_percent", treatment="pleased"
        ),
        "late.repeat": measures.difference(web.dropna(subset=["repeat"]), outcome="repeat_percent", treatment="late"),
        "late.repeat.bulky": measures.difference(
            web.dropna(subset=["repeat"]), outcome="repeat_percent", treatment="late", strata=("is_bulky", "month")
        ),
    }
    for name, found in known.items():
        hold(f"{name} is more than chance", found.low > 0 or found.high < 0)
        page.value(f"link.{name}", found.value, sign=True)
        page.value(f"link.{name}.low", found.low, sign=True)
        page.value(f"link.{name}.high", found.high, sign=True)
    by_month = answered.dropna(subset=["repeat"]).groupby("month")["satisfied"].mean()
    repeat = orders.groupby("month")["repeat"].mean()
    both = pd.concat([by_month, repeat], axis=1).dropna()
    flat = both.corr().iloc[0, 1]
    hold("the monthly lines do not show the link", flat < 0.2)
    page.value("link.months", flat, digits=2, sign=True)
    page.value("link.months.count", len(both))


def watched(page: Page, data: cxdata.Dataset, orders: pd.DataFrame, lines: dict[str, pd.DataFrame]) -> dict[str, str]:
    """The limits that are the triggers, and the control chart of late parcels; returns what the tree writes."""
    parcels = data["deliveries"]
    when = parcels["order_id"].map(orders.set_index("order_id")["month"])
    late = parcels.groupby(when)["is_late"].agg(["sum", "size"])
    found = control.shares(late["sum"], late["size"])
    months = late.index.to_timestamp()
    signals = [str(one) for one in late.index[found["is_beyond"] | found["is_run"]]]
    hold("one month asks for a cause: December 2023", signals == ["2023-12"])
    usual = 100 * found["high"].median()
    page.value("late.limit", usual, digits=1, unit="percent")
    december = 100 * found["value"][list(late.index).index(pd.Period("2023-12"))]
    jam = list(late.index).index(pd.Period("2023-10"))
    page.value("late.december", december, digits=1, unit="percent")
    page.value("late.jam", 100 * found["value"].iloc[jam], digits=1, unit="percent")
    page.value("late.jam.limit", 100 * found["high"].iloc[jam], digits=1, unit="percent")
    hold("the month of the jam stays just inside", found["value"].iloc[jam] < found["high"].iloc[jam])
    colon = page.say(en=": ", fr=" : ")
    page.chart(
        "late",
        lambda width: control.chart(
            found,
            time=months,
            width=width,
            title=page.say(en="Late parcels, %", fr="Colis en retard, %"),
            unit=100,
        ),
        title=page.say(
            en="One month in two years asks for a cause",
            fr="Un mois en deux ans demande une cause",
        ),
        alternative=page.say(
            en="Share of late parcels by month with the limits of chance: ",
            fr="Part des colis en retard par mois, avec les limites du hasard : ",
        )
        + ", ".join(
            f"{one}{colon}{page.written(100 * value, unit='percent')}"
            for one, value in zip(late.index, found["value"], strict=True)
        )
        + ".",
        note=page.say(
            en="Grey band: what chance does. Red: beyond it.",
            fr="Bande grise : ce que fait le hasard. Rouge : au-delà.",
        ),
        data=pd.DataFrame(
            {
                "month": [str(one) for one in late.index],
                **{name: 100 * found[name].to_numpy() for name in ("value", "low", "high")},
            }
        ),
        columns={
            "month": Column(label=page.say(en="Month", fr="Mois")),
            "value": Column(label=page.say(en="Late", fr="En retard"), digits=1, unit="percent"),
            "low": Column(label=page.say(en="Limit below", fr="Limite basse"), digits=1, unit="percent"),
            "high": Column(label=page.say(en="Limit above", fr="Limite haute"), digits=1, unit="percent"),
        },
    )
    lost = control.individuals(lines["lost"]["mean"], baseline=QUIET_MONTHS)
    page.value("lost.limit", lost["high"].iloc[0], digits=1, unit="percent")
    jammed = list(lines["lost"].index).index(pd.Period("2023-10"))
    hold("calls given up crossed their limit in the jam", lost["is_beyond"].iloc[jammed])
    quarter = orders["ordered_at"].dt.to_period("Q")
    grouped = orders.groupby(quarter)
    complaints = control.rates(grouped["complaints"].sum(), grouped.size() / 100)
    page.value("complaints.limit", complaints["high"].median(), digits=1)
    surveys = data["surveys"]
    call = surveys[(surveys["programme"] == "callback_after_order") & surveys["answered"]]
    by = (
        (call["csat"] >= 4)
        .groupby(call["order_id"].map(dict(zip(orders["order_id"], quarter, strict=True))))
        .agg(["sum", "size"])
    )
    satisfied = control.shares(by["sum"], by["size"])
    share = by["sum"].sum() / by["size"].sum()
    margin = 100 * measures.margin_of_share(share, answers=int(by["size"].median()))
    page.value("satisfied.quarter", by["size"].median())
    page.value("satisfied.quarter.margin", margin, digits=0)
    half = orders.dropna(subset=["repeat"])
    half = half.groupby([half["ordered_at"].dt.year, (half["ordered_at"].dt.month > 6)])["repeat"].agg(["mean", "sem"])
    repeat_margin = 100 * measures.Z_95 * half["sem"].mean()
    page.value("repeat.half.margin", repeat_margin, digits=0)

    def said(number: float, digits: int = 0) -> str:
        return page.written(number, digits=digits, unit="percent")

    return {
        "late": said(usual, 1),
        "late.level": said(lines["late"]["mean"].mean()),
        "late.margin": page.written(measures.Z_95 * lines["late"]["noise"].mean() ** 0.5),
        "lost": said(lost["high"].iloc[0], 1),
        "lost.level": said(lost["centre"].iloc[0], 1),
        "complaints": page.written(complaints["high"].median(), digits=1),
        "complaints.level": page.written(complaints["centre"].iloc[0], digits=1),
        "complaints.margin": page.written(
            measures.Z_95 * (complaints["centre"].iloc[0] / (grouped.size() / 100).median()) ** 0.5, digits=1
        ),
        "satisfied": said(100 * satisfied["low"].median()),
        "satisfied.level": said(100 * share),
        "satisfied.margin": page.written(margin),
        "repeat.level": said(100 * orders["repeat"].mean()),
        "repeat.margin": page.written(repeat_margin),
    }


@dataclass(frozen=True, kw_only=True)
class Card:
    """One indicator of the tree, in words: where it stands, who owns it, what triggers which decision."""

    level: int
    name: str
    value: str
    owner: str
    source: str
    trigger: str


TITLE, BODY, PAD = 14.0, 12.0, 10.0
"""Type sizes and the room around them, in pixels."""
WIDE, NARROW, BETWEEN, GAP, INDENT = 720, 300, 30.0, 12.0, 12.0
LEVEL_COLOURS = ("4", "1", "3")


def card_lines(card: Card, across: float) -> list[tuple[tuple[str, ...], float, bool, str]]:
    """Return the lines of a card with their size, whether they are bold, and their colour."""
    room = across - 2 * PAD
    return [
        (wrapped(card.name, TITLE, room, bold=True), TITLE, True, "ink"),
        (wrapped(card.value, TITLE, room), TITLE, False, "ink"),
        (wrapped(card.owner, BODY, room), BODY, False, "muted"),
        (wrapped(card.source, BODY, room), BODY, False, "muted"),
        (wrapped(card.trigger, BODY, room), BODY, False, "ink"),
    ]


def card_svg(card: Card, left: float, top: float, across: float) -> tuple[str, float]:
    """Return a card as SVG, and its height."""
    parts, y = [], top + PAD - 2
    for lines, size, bold, colour in card_lines(card, across):
        parts.append(written(lines, left + PAD, y, size=size, bold=bold, colour=colour))
        y += height(lines, size) + 3
    high = y - top + PAD - 5
    colour = LEVEL_COLOURS[card.level]
    box = (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{across:.1f}" height="{high:.1f}" rx="6"'
        f' fill="{css(f"{colour}-soft")}" stroke="{css(colour)}" stroke-width="1.4"/>'
    )
    return box + "".join(parts), high


def wire(path: str) -> str:
    """Return a line between cards."""
    return f'<path d="{path}" fill="none" stroke="{css("muted")}" stroke-width="1.4"/>'


def wide_tree(cards: list[Card]) -> str:
    """Return the tree from left to right: purchase, answer, events."""
    across = (WIDE - 2 - 2 * BETWEEN) / 3
    highs = [card_svg(card, 0, 0, across)[1] for card in cards]
    column = sum(highs[2:]) + GAP * (len(cards) - 3)
    middle, top = 1 + column / 2, 1.0
    parts, lefts = [], [1 + level * (across + BETWEEN) for level in range(3)]
    for card, high in zip(cards[:2], highs[:2], strict=True):
        parts.append(card_svg(card, lefts[card.level], middle - high / 2, across)[0])
    parts.append(wire(f"M{lefts[0] + across:.1f},{middle:.1f}H{lefts[1]:.1f}"))
    joint = lefts[1] + across + BETWEEN / 2
    for card, high in zip(cards[2:], highs[2:], strict=True):
        parts.append(card_svg(card, lefts[2], top, across)[0])
        parts.append(wire(f"M{lefts[1] + across:.1f},{middle:.1f}H{joint:.1f}V{top + high / 2:.1f}H{lefts[2]:.1f}"))
        top += high + GAP
    return canvas("".join(parts), width=WIDE, height=column + 2)


def narrow_tree(cards: list[Card]) -> str:
    """Return the tree from top to bottom, for phones."""
    parts, top, bottoms = [], 1.0, {}
    for card in cards:
        left = 1 + card.level * INDENT
        drawn, high = card_svg(card, left, top, NARROW - 1 - left)
        if card.level:
            parts.append(
                wire(f"M{left - INDENT / 2:.1f},{bottoms[card.level - 1]:.1f}V{top + high / 2:.1f}H{left:.1f}")
            )
        parts.append(drawn)
        bottoms[card.level] = top + high
        top += high + GAP
    return canvas("".join(parts), width=NARROW, height=top)


def drawn_tree(page: Page, limits: dict[str, str]) -> None:
    """The artefact: five indicators as a tree, each with source, owner, margin and trigger."""

    def card(level: int, name: str, **words: tuple[str, str]) -> Card:
        margin = limits.get(f"{name}.margin")
        stands = limits[f"{name}.level"]
        said = {key: page.say(en=en, fr=fr) for key, (en, fr) in words.items()}
        return Card(
            level=level, name=page.say(**LINES[name]), value=f"{stands} ± {margin}" if margin else stands, **said
        )

    cards = [
        card(
            0,
            "repeat",
            owner=("Sales director, each half-year", "Direction des ventes, chaque semestre"),
            source=("All orders, six months on", "Toutes les commandes, six mois après"),
            trigger=(
                "Falls by more than both margins: the year’s budget is reopened.",
                "Baisse au-delà des deux marges : le budget de l’année est rouvert.",
            ),
        ),
        card(
            1,
            "satisfied",
            owner=("Customer director, each quarter", "Direction clients, chaque trimestre"),
            source=("Call-backs drawn by lot", "Appels tirés au sort"),
            trigger=(
                f"Below {limits['satisfied']}: next quarter’s project is chosen anew.",
                f"Sous {limits['satisfied']} : on rechoisit le chantier du trimestre.",
            ),
        ),
        card(
            2,
            "late",
            owner=("Head of logistics, each month", "Logistique, chaque mois"),
            source=("All parcels", "Tous les colis"),
            trigger=(
                f"Above {limits['late']}: carriers are called in.",
                f"Au-dessus de {limits['late']} : les transporteurs sont convoqués.",
            ),
        ),
        card(
            2,
            "complaints",
            owner=("Head of quality, each quarter", "Qualité, chaque trimestre"),
            source=("All contacts", "Tous les contacts"),
            trigger=(
                f"Above {limits['complaints']}: the ten gravest are read aloud.",
                f"Au-dessus de {limits['complaints']} : lecture des dix plus graves.",
            ),
        ),
        card(
            2,
            "lost",
            owner=("Head of service centre, each month", "Service client, chaque mois"),
            source=("All calls, none sampled", "Tous les appels, sans échantillon"),
            trigger=(
                f"Above {limits['lost']}: overtime, and a message in the queue.",
                f"Au-dessus de {limits['lost']} : heures en plus et message d’attente.",
            ),
        ),
    ]
    page.drawing(
        "tree",
        wide_tree(cards),
        narrow=narrow_tree(cards),
        title=page.say(
            en="Five indicators, from the purchase back to what happens before it",
            fr="Cinq indicateurs, de l’achat à ce qui le précède",
        ),
        alternative=" ".join(f"{one.name}, {one.value}. {one.owner}. {one.source}. {one.trigger}" for one in cards),
        note=page.say(
            en="Level with the 95% margin of its rhythm; owner, source, trigger. Calls have no sampling margin.",
            fr="Niveau et marge à 95 % à son rythme ; responsable, source, seuil. Les appels n’ont pas de marge.",
        ),
    )


def season(page: Page, data: cxdata.Dataset, orders: pd.DataFrame, lines: dict[str, pd.DataFrame]) -> None:
    """Lamps and late parcels rise together each winter, and that is all."""
    lamps = 100 * orders.assign(lamp=orders["product_family"] == "lighting").groupby("month")["lamp"].mean()
    both = pd.concat([lamps, lines["late"]["mean"]], axis=1, keys=["lamps", "late"])
    plain = both.corr().iloc[0, 1]
    bare = both - both.groupby(both.index.month).transform("mean")
    without = bare.corr().iloc[0, 1]
    z, error = np.arctanh(plain), measures.Z_95 / (len(both) - 3) ** 0.5
    hold("the lines go together beyond chance", np.tanh(z - error) > 0)
    hold("without the season they do not", abs(without) < 0.2)
    page.value("season.plain", plain, digits=2, sign=True)
    page.value("season.low", np.tanh(z - error), digits=2, sign=True)
    page.value("season.high", np.tanh(z + error), digits=2, sign=True)
    page.value("season.without", without, digits=2, sign=True)
    parcels = orders.merge(data["deliveries"][["order_id", "is_late"]], on="order_id")
    share = 100 * parcels.groupby(parcels["product_family"] == "lighting")["is_late"].mean()
    page.value("season.lamp", share[True], unit="percent")
    page.value("season.other", share[False], unit="percent")
    counts = parcels[parcels["product_family"] == "lighting"]["is_late"]
    low, high = measures.share_interval(int(counts.sum()), len(counts))
    hold("lamps come late no more than others, beyond chance", 100 * low < share[False])
    page.value("season.lamp.low", 100 * low, unit="percent")
    page.value("season.lamp.high", 100 * high, unit="percent")


def denominators(page: Page, orders: pd.DataFrame) -> None:
    """One year, three headlines: complaints, complaints by order, complaints by contact."""
    by = orders.groupby(orders["ordered_at"].dt.year)[["contacts", "complaints"]].sum()
    by["orders"] = orders.groupby(orders["ordered_at"].dt.year).size()
    page.value("deno.first", by.at[2023, "complaints"])
    page.value("deno.second", by.at[2024, "complaints"])
    for name in ("orders", "contacts"):
        for year, label in ((2023, "first"), (2024, "second")):
            page.value(
                f"deno.{name}.{label}", 100 * by.at[year, "complaints"] / by.at[year, name], digits=1, unit="percent"
            )
    ratio = np.log(by.at[2024, "complaints"] / by.at[2023, "complaints"])
    error = measures.Z_95 * np.sqrt((1 / by["complaints"]).sum())
    hold("the rise of complaints may be chance", ratio - error < 0)
    page.value("deno.rise", 100 * (np.exp(ratio) - 1), sign=True, unit="percent")
    page.value("deno.rise.low", 100 * (np.exp(ratio - error) - 1), sign=True, unit="percent")
    page.value("deno.rise.high", 100 * (np.exp(ratio + error) - 1), sign=True, unit="percent")


def cut_off(page: Page, orders: pd.DataFrame) -> None:
    """Ordered again by the end of the window: a line that falls by its definition."""
    again = 100 * orders.groupby("month")["again"].mean()
    page.value("again.first", again.iloc[0], unit="percent")
    page.value("again.middle", again[pd.Period("2024-06")], unit="percent")
    page.value("again.last", again.iloc[-1], unit="percent")
    fixed = 100 * orders.groupby("month")["repeat"].mean().dropna()
    page.value("fixed.least", fixed.min(), unit="percent")
    page.value("fixed.most", fixed.max(), unit="percent")


def luck(page: Page, data: cxdata.Dataset) -> None:
    """The worst shops of a quarter get better, the best get worse, and nothing has happened."""
    shops = data["shop_bonuses"].merge(
        data.truth["latents/shop_bonuses"][["shop_quarter_id", "csat_of_all"]], on="shop_quarter_id"
    )
    first, second = (shops[shops["quarter"] == q].set_index("store_id") for q in ("2023_q1", "2023_q2"))
    for name, chosen in (
        ("worst", first["call_csat"].nsmallest(WORST).index),
        ("best", first["call_csat"].nlargest(WORST).index),
    ):
        page.value(f"{name}.before", first.loc[chosen, "call_csat"].mean(), digits=2)
        page.value(f"{name}.after", second.loc[chosen, "call_csat"].mean(), digits=2)
        page.value(f"{name}.key.before", first.loc[chosen, "csat_of_all"].mean(), digits=2)
        page.value(f"{name}.key.after", second.loc[chosen, "csat_of_all"].mean(), digits=2)
        moved = second.loc[chosen, "call_csat"].mean() - first.loc[chosen, "call_csat"].mean()
        true = second.loc[chosen, "csat_of_all"].mean() - first.loc[chosen, "csat_of_all"].mean()
        hold(f"the {name} move towards the middle, and hardly in truth", abs(true) < 0.4 * abs(moved))
    page.value("worst.count", WORST)
    page.value("shops.calls", first["call_answers"].median())


def steered(page: Page, data: cxdata.Dataset) -> None:
    """Shops that are paid by the score invite others, and are paid for it."""
    shops = data["shop_bonuses"].merge(
        data.truth["latents/shop_bonuses"][["shop_quarter_id", "csat_of_all"]], on="shop_quarter_id"
    )
    after = shops[shops["quarter"].str.startswith("2024")]
    paid, unpaid = after[after["has_bonus"]], after[~after["has_bonus"]]
    for name, rows in (("paid", paid), ("unpaid", unpaid)):
        page.value(f"{name}.invited", 100 * rows["invited"].sum() / rows["buyers"].sum(), digits=1, unit="percent")
        page.value(f"{name}.score", rows["csat"].mean(), digits=2)
        page.value(f"{name}.call", rows["call_csat"].mean(), digits=2)
    got = paid[paid["bonus_eur"] > 0]
    wrong = got[got["csat_of_all"] < BONUS_FROM]
    hold("most bonuses were not earned", len(wrong) > len(got) / 2)
    page.value("bonus.from", BONUS_FROM, digits=1)
    page.value("bonus.got", len(got))
    page.value("bonus.wrong", len(wrong))
    page.value("bonus.eur", got["bonus_eur"].sum(), unit="euros")
    page.value("bonus.wrong.eur", wrong["bonus_eur"].sum(), unit="euros")


def exercise(page: Page, lines: dict[str, pd.DataFrame]) -> None:
    """The same reliability by quarter for the satisfied of the call-back."""
    for name in ("satisfied", "late"):
        line = lines[name]
        total = (line["mean"] * line["n"]).groupby(line.index.asfreq("Q")).sum()
        n = line["n"].groupby(line.index.asfreq("Q")).sum()
        mean = total / n
        noise = (mean * (100 - mean) / n).mean()
        page.value(f"{name}.quarter.spread", mean.std(), digits=1)
        page.value(f"{name}.quarter.error", noise**0.5, digits=1)
        page.value(f"{name}.quarter.signal", max(0.0, 100 * (1 - noise / mean.var())), unit="percent")
        page.value(f"{name}.month.spread", line["mean"].std(), digits=1)
        page.value(f"{name}.month.error", line["noise"].mean() ** 0.5, digits=1)
