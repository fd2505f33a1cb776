"""Complaint dashboard: a fourth more complaints in March are a fourth more orders, and the quietest month is one of the worst."""

from dataclasses import dataclass

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, control, measures
from casebook.worked.figures import Column
from casebook.worked.lettering import canvas, wrapped, written
from casebook.worked.page import Page, hold
from casebook.worked.palette import css
from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne import complaint_costs as costs
from cxdata.catalog.tables.tilmarenne import complaints as declared

BASELINE = 11
"""January to November 2023: the months before the first Christmas set the limits."""
MONTH = pd.Period("2024-03")
RECALL = pd.Period("2024-05")
QUIET = pd.Period("2024-11")
OPENED = pd.Timestamp("2024-07-01")
"""From here on, in the trap of the new form, complaints by social network are counted."""
PROMISE_HOURS = 48
HOURS_OF_TWO = 2 * 1607 / 12
"""Hours of work of two full-time posts in a month: 1,607 hours a year, by the French labour code."""
WORDS = {
    "calm": {"en": "within chance", "fr": "dans la bande"},
    "high": {"en": "▲ above the band", "fr": "▲ au-dessus"},
    "low": {"en": "▼ below the band", "fr": "▼ au-dessous"},
    "run": {"en": "● eight in a row", "fr": "● huit de suite"},
    "band": {"en": "band {low} to {high}", "fr": "bande {low} à {high}"},
}
ROWS = {
    "all": {"en": "Complaints per 1,000 orders", "fr": "Réclamations pour 1 000 commandes"},
    "late": {"en": "… about late delivery", "fr": "… sur un retard"},
    "damaged": {"en": "… about damaged goods", "fr": "… sur un article abîmé"},
    "others": {"en": "… about anything else", "fr": "… sur autre chose"},
    "phone": {"en": "By telephone, % of complaints", "fr": "Par téléphone, % des réclamations"},
    "in_time": {"en": "Answered in two days, % of received", "fr": "Réponse en deux jours, % des reçues"},
    "median": {"en": "Median hours to the answer, of received", "fr": "Heures médianes jusqu’à la réponse, des reçues"},
    "p90": {"en": "90% of answers within, hours", "fr": "90 % des réponses en, heures"},
    "settled": {"en": "Settled, % of received", "fr": "Réglées, % des reçues"},
    "again": {"en": "Failed before too, % of received", "fr": "Déjà déçus avant, % des reçues"},
    "ltr": {"en": "Recommendation afterwards, mean 0 to 10", "fr": "Recommandation ensuite, moyenne 0 à 10"},
}
DIGITS = {"all": 1, "late": 1, "damaged": 1, "others": 1, "ltr": 1}
UP_IS_GOOD = {"in_time", "settled", "ltr"}
NEUTRAL = {"phone"}


@dataclass(frozen=True)
class Indicator:
    """One row of the dashboard: its months with their limits, in the unit in which it is shown."""

    name: str
    limits: pd.DataFrame

    def verdict(self, place: int) -> str:
        """Return a key of WORDS for the month at a place."""
        row = self.limits.iloc[place]
        if row["is_beyond"]:
            return "high" if row["value"] > row["centre"] else "low"
        return "run" if self.is_run(place) else "calm"

    def is_run(self, place: int) -> bool:
        """Return whether the month ends eight or more in a row on one side, as known then."""
        last = self.limits.iloc[place + 1 - control.RUN : place + 1]
        side = np.sign(last["value"] - last["centre"])
        return len(last) == control.RUN and abs(side.sum()) == control.RUN


def load(data: cxdata.Dataset) -> tuple[pd.DataFrame, pd.Series]:
    """Return complaints received by the end of 2024 with month and cause, and thousands of orders by month."""
    complaints = data["complaints"].merge(data["contacts"][["contact_id", "reason"]], on="contact_id")
    complaints = complaints.merge(
        data["complaint_costs"][["complaint_id", "work_minutes", "total_eur"]], on="complaint_id"
    )
    complaints = complaints[complaints["received_at"] < pd.Timestamp("2025-01-01")].copy()
    complaints["month"] = complaints["received_at"].dt.to_period("M")
    orders = data["orders"].groupby(data["orders"]["ordered_at"].dt.to_period("M")).size() / 1000
    return complaints, orders


def indicators(complaints: pd.DataFrame, orders: pd.Series) -> dict[str, Indicator]:
    """Return the rows of the dashboard for all months."""
    by = complaints.groupby("month")
    received = by.size()
    wait = complaints["reply_delay_hours"].fillna(np.inf)
    causes = {
        "late": complaints["reason"] == "late_delivery",
        "damaged": complaints["reason"] == "damaged_item",
    }
    causes["others"] = ~causes["late"] & ~causes["damaged"]
    claims = {
        "phone": complaints["channel"] == "phone",
        "in_time": wait <= PROMISE_HOURS,
        "settled": complaints["is_resolved"],
        "again": complaints["is_second_failure"],
    }
    singles = {
        "median": wait.groupby(complaints["month"]).median(),
        "p90": by["reply_delay_hours"].quantile(0.9),
        "ltr": by["ltr_after"].mean(),
    }
    found = {"all": control.rates(received, orders, baseline=BASELINE)}
    for name, which in causes.items():
        found[name] = control.rates(
            complaints[which].groupby("month").size().reindex(received.index, fill_value=0), orders, baseline=BASELINE
        )
    for name, which in claims.items():
        limits = control.shares(which.groupby(complaints["month"]).sum(), received, baseline=BASELINE)
        limits[["value", "centre", "low", "high"]] *= 100
        found[name] = limits
    for name, values in singles.items():
        found[name] = control.individuals(values, baseline=BASELINE)
    return {name: Indicator(name, found[name].set_axis(received.index)) for name in ROWS}


def build(page: Page) -> None:
    """Compute the page."""
    few = cxdata.edition("tilmarenne", "class")
    larger = cxdata.edition("tilmarenne", "study")
    complaints, orders = load(larger)
    rows = indicators(complaints, orders)

    page.value("customers", len(larger["customers"]))
    page.value("later", len(larger["complaints"]) - len(complaints))
    alarm(page, complaints, orders, rows, len(few["complaints"]))
    dashboard(page, rows)
    at_the_desk(page, complaints)
    series(page, rows["all"], orders, complaints)
    decision(page, complaints)
    arrows(page, rows)
    hidden(page, complaints, rows)
    opened(page, complaints, orders)
    growing(page, complaints)
    few_cases(page, complaints)
    felt(page, complaints, larger, orders, rows["all"])
    target(page, few, larger)
    exercise(page, complaints, orders, rows["all"])


def alarm(page: Page, complaints: pd.DataFrame, orders: pd.Series, rows: dict[str, Indicator], few: int) -> None:
    """March against February: counts, orders, rates."""
    counts = complaints.groupby("month").size()
    before = MONTH - 1
    page.value("few", few)
    page.value("few.month", few / 24, digits=1)
    page.value("complaints", len(complaints))
    page.value("march", counts[MONTH])
    page.value("february", counts[before])
    page.value("rise", 100 * (counts[MONTH] / counts[before] - 1), unit="percent")
    page.value("rise.orders", 100 * (orders[MONTH] / orders[before] - 1), unit="percent")
    limits = rows["all"].limits
    for name, month in (("march", MONTH), ("february", before)):
        page.value(f"{name}.orders", 1000 * orders[month])
        page.value(f"{name}.rate", limits.loc[month, "value"], digits=1)
    page.value("march.low", limits.loc[MONTH, "low"], digits=1)
    page.value("march.high", limits.loc[MONTH, "high"], digits=1)
    page.value("centre", limits["centre"].iloc[0], digits=1)
    hold("a fourth more complaints", 1.2 < counts[MONTH] / counts[before] < 1.3)
    hold("a fourth more orders", 1.2 < orders[MONTH] / orders[before] < 1.3)
    hold("the rate is the same", abs(limits.loc[MONTH, "value"] / limits.loc[before, "value"] - 1) < 0.02)


def spark(limits: pd.DataFrame, left: float, top: float, width: float, height: float) -> str:
    """Draw months with their band; months outside it in red, the last with a ring."""
    low, high = limits[["value", "low"]].min().min(), limits[["value", "high"]].max().max()
    scale = height / (high - low) if high > low else 1.0
    xs = [left + width * place / (len(limits) - 1) for place in range(len(limits))]

    def y(value: float) -> float:
        return top + height - (value - low) * scale

    upper = [f"{x:.1f},{y(value):.1f}" for x, value in zip(xs, limits["high"], strict=True)]
    lower = [f"{x:.1f},{y(value):.1f}" for x, value in zip(xs, limits["low"], strict=True)]
    middle = y(limits["centre"].iloc[0])
    line = " ".join(f"{x:.1f},{y(value):.1f}" for x, value in zip(xs, limits["value"], strict=True))
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y(value):.1f}" r="3" fill="{css("2")}"/>'
        for x, value, beyond in zip(xs, limits["value"], limits["is_beyond"], strict=True)
        if beyond
    )
    last = y(limits["value"].iloc[-1])
    colour = css("2") if limits["is_beyond"].iloc[-1] else css("ink")
    return (
        f'<polygon points="{" ".join(upper + lower[::-1])}" fill="{css("6-soft")}"/>'
        f'<line x1="{left:.1f}" x2="{left + width:.1f}" y1="{middle:.1f}" y2="{middle:.1f}" stroke="{css("6")}"'
        f' stroke-dasharray="3 3"/><polyline points="{line}" fill="none" stroke="{css("ink")}" stroke-width="1.5"/>'
        f'{dots}<circle cx="{xs[-1]:.1f}" cy="{last:.1f}" r="4.5" fill="{colour}"/>'
    )


def dashboard(page: Page, rows: dict[str, Indicator]) -> None:
    """The one page for March, as it lies on the table in April."""
    place = list(rows["all"].limits.index).index(MONTH)
    shown = []
    for name, row in rows.items():
        past = row.limits.iloc[: place + 1]
        now = past.iloc[-1]
        digits = DIGITS.get(name, 0)
        low, high = (page.written(now[end], digits=digits) for end in ("low", "high"))
        band = page.say(**WORDS["band"]).format(low=low, high=high)
        verdict = row.verdict(place)
        shown.append((page.say(**ROWS[name]), page.written(now["value"], digits=digits), band, verdict, past))
    signals = [name for name, row in rows.items() if row.verdict(place) != "calm"]
    hold("two rows speak up in March, the median wait and earlier failures", signals == ["median", "again"])
    head = page.say(en="Complaints, March 2024", fr="Réclamations, mars 2024")
    under = page.say(
        en="Lines: January 2023 to March 2024. Grey: what chance does, from the first eleven months.",
        fr="Courbes : janvier 2023 à mars 2024. Gris : ce que fait le hasard, d’après les onze premiers mois.",
    )

    def status(verdict: str, x: float, y: float, *, right: bool) -> str:
        calm = verdict == "calm"
        return written(
            page.say(**WORDS[verdict]),
            x,
            y,
            size=12,
            bold=not calm,
            anchor="end" if right else "start",
            colour="muted" if calm else "2",
        )

    def wide() -> str:
        width, row_height, top = 720.0, 46.0, 62.0
        parts = [written(head, 0, 0, size=17, bold=True), written(under, 0, 28, size=12, colour="muted")]
        for index, (name, value, band, verdict, past) in enumerate(shown):
            y = top + index * row_height
            parts.append(f'<line x1="0" x2="{width:.0f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{css("line")}"/>')
            words = wrapped(name, 13, 182)
            parts.append(written(words, 0, y + (row_height - 16.6 * len(words)) / 2, size=13))
            parts.append(written(value, 262, y + 5, size=17, bold=True, anchor="end"))
            parts.append(written(band, 262, y + 27, size=10.5, anchor="end", colour="muted"))
            parts.append(spark(past, 284, y + 7, 300, row_height - 14))
            parts.append(status(verdict, width, y + 15, right=True))
        return canvas("".join(parts), width=width, height=top + len(shown) * row_height)

    def narrow() -> str:
        width, row_height = 300.0, 92.0
        note = wrapped(under, 12, width)
        top = 30.0 + 15.4 * len(note)
        parts = [written(head, 0, 0, size=16, bold=True), written(note, 0, 24, size=12, colour="muted")]
        for index, (name, value, band, verdict, past) in enumerate(shown):
            y = top + index * row_height
            parts.append(f'<line x1="0" x2="{width:.0f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{css("line")}"/>')
            parts.append(written(name, 0, y + 5, size=13))
            parts.append(written(value, 0, y + 24, size=18, bold=True))
            parts.append(written(band, 56, y + 30, size=12, colour="muted"))
            parts.append(status(verdict, width, y + 30, right=True))
            parts.append(spark(past, 2, y + 52, width - 10, 32))
        return canvas("".join(parts), width=width, height=top + len(shown) * row_height)

    colon = page.say(en=": ", fr=" : ")
    page.drawing(
        "dashboard",
        wide(),
        narrow=narrow(),
        title=page.say(
            en="In March two rows of eleven speak up, and neither is the number of complaints",
            fr="En mars, deux lignes sur onze se signalent, et ce n’est pas le nombre de réclamations",
        ),
        alternative=head
        + colon
        + "; ".join(f"{name} {value}, {band}, {page.say(**WORDS[verdict])}" for name, value, band, verdict, _ in shown)
        + ".",
    )
    page.value("rows", len(shown))
    page.value("boxes", len(shown) * len(rows["all"].limits))
    page.value("by_chance", len(shown) * len(rows["all"].limits) / 370, digits=1)
    for name, end in (("median", "value"), ("median.high", "high")):
        page.value(name, rows["median"].limits.loc[MONTH, end], digits=1)
    page.value("again.high", rows["again"].limits.loc[MONTH, "high"], unit="percent")
    page.value("again.march", rows["again"].limits.loc[MONTH, "value"], unit="percent")


def at_the_desk(page: Page, complaints: pd.DataFrame) -> None:
    """The same wait, counted in opening hours: does the signal hold?"""
    hours = {one.name: one.value for one in declared.PARAMETERS if one.name.startswith("desk_")}
    answered = complaints[complaints["replied"]]
    received = answered["received_at"].to_numpy().astype("datetime64[s]").astype(np.int64)
    ends = received + np.rint(answered["reply_delay_hours"].to_numpy() * 3600).astype(np.int64)
    begun, done = (calendar.worked(one, hours["desk_opens"], hours["desk_closes"]) for one in (received, ends))
    medians = pd.Series((done - begun) / 3600, index=answered.index).groupby(answered["month"]).median()
    others = medians.drop(MONTH)
    page.value("desk.march", medians[MONTH], digits=1)
    page.value("desk.least", others.min(), digits=1)
    page.value("desk.most", others.max(), digits=1)
    hold("in opening hours March is an ordinary month", others.quantile(0.25) < medians[MONTH] < others.quantile(0.9))


def series(page: Page, row: Indicator, orders: pd.Series, complaints: pd.DataFrame) -> None:
    """The rate over two years with its limits."""
    limits = row.limits
    months = limits.index.to_timestamp()
    beyond = limits[limits["is_beyond"]]
    hold("only the two Decembers are outside", [str(month) for month in beyond.index] == ["2023-12", "2024-12"])
    page.value("december.2023", limits.loc[pd.Period("2023-12"), "value"], digits=1)
    page.value("december.2024", limits.loc[pd.Period("2024-12"), "value"], digits=1)
    december = complaints[complaints["month"].isin([pd.Period("2023-12"), pd.Period("2024-12")])]
    page.value("december.late", 100 * (december["reason"] == "late_delivery").mean(), unit="percent")
    low, high = measures.share_interval(int((december["reason"] == "late_delivery").sum()), len(december))
    page.value("december.late.low", 100 * low, unit="percent")
    page.value("december.late.high", 100 * high, unit="percent")
    other = complaints[~complaints.index.isin(december.index)]
    hold("late parcels make more of December's complaints", 100 * low > 35)
    page.value("else.late", 100 * (other["reason"] == "late_delivery").mean(), unit="percent")

    def chart(width: int) -> alt.LayerChart:
        return control.chart(
            limits.reset_index(drop=True),
            time=list(months),
            width=width,
            title=page.say(en="Complaints per 1,000 orders", fr="Réclamations pour 1 000 commandes"),
        )

    counts = complaints.groupby("month").size()
    data = limits[["value", "low", "high"]].reset_index(names="month")
    data["month"] = data["month"].astype(str)
    data.insert(1, "count", counts.to_numpy())
    data.insert(2, "orders", 1000 * orders.to_numpy())
    page.chart(
        "series",
        chart,
        title=page.say(
            en="Two months of twenty-four ask for a cause, and both are Decembers",
            fr="Deux mois sur vingt-quatre demandent une cause, et ce sont des décembres",
        ),
        alternative=page.say(
            en=f"Complaints per thousand orders by month, around {page.written(limits['centre'].iloc[0], digits=1)}; "
            f"outside the limits are December 2023 with {page.written(beyond['value'].iloc[0], digits=1)} "
            f"and December 2024 with {page.written(beyond['value'].iloc[1], digits=1)}.",
            fr=f"Réclamations pour mille commandes par mois, autour de {page.written(limits['centre'].iloc[0], digits=1)} ; "
            f"hors limites, décembre 2023 avec {page.written(beyond['value'].iloc[0], digits=1)} "
            f"et décembre 2024 avec {page.written(beyond['value'].iloc[1], digits=1)}.",
        ),
        note=page.say(
            en="Grey: three standard deviations either side of the mean of January to November 2023.",
            fr="Gris : trois écarts-types autour de la moyenne de janvier à novembre 2023.",
        ),
        data=data,
        columns={
            "month": Column(label=page.say(en="Month", fr="Mois")),
            "count": Column(label=page.say(en="Complaints", fr="Réclamations")),
            "orders": Column(label=page.say(en="Orders", fr="Commandes")),
            "value": Column(label=page.say(en="Rate", fr="Taux"), digits=1),
            "low": Column(label=page.say(en="From", fr="De"), digits=1),
            "high": Column(label=page.say(en="To", fr="À"), digits=1),
        },
    )


def decision(page: Page, complaints: pd.DataFrame) -> None:
    """Twelve complaints more, in hours, against two temporary posts."""
    counts = complaints.groupby("month").size()
    more = counts[MONTH] - counts[MONTH - 1]
    hours = more * complaints["work_minutes"].mean() / 60
    page.value("more", more)
    page.value("more.hours", hours)
    page.value("two.hours", HOURS_OF_TWO)
    rate = 60 * next(one.value for one in costs.PARAMETERS if one.name == "cost_per_minute_eur")
    page.value("two.cost", round(HOURS_OF_TWO * rate, -2), unit="euros")
    page.value("whole.hours", counts[MONTH] * complaints["work_minutes"].mean() / 60)
    hold("two posts have many times the hours", hours * 15 < HOURS_OF_TWO)


def arrows(page: Page, rows: dict[str, Indicator]) -> None:
    """Month-to-month arrows against limits."""
    worse, moves, signals = 0, 0, 0
    worst = []
    for name, row in rows.items():
        if name in NEUTRAL:
            continue
        change = row.limits["value"].diff().iloc[1:]
        bad = change < 0 if name in UP_IS_GOOD else change > 0
        worse, moves = worse + int(bad.sum()), moves + len(bad)
        signals += int(row.limits["is_beyond"].sum())
        worst.append(bad)
    page.value("arrows", moves)
    page.value("arrows.red", 100 * worse / moves, unit="percent")
    page.value("signals", signals)
    red = pd.concat(worst, axis=1).sum(axis=1)
    page.value("red.least", red.min())
    page.value("red.march", red[MONTH])
    page.value("red.of", len(worst))
    hold("about half of all arrows are red", 0.42 < worse / moves < 0.58)
    hold("every month has red arrows", red.min() >= 1)


def hidden(page: Page, complaints: pd.DataFrame, rows: dict[str, Indicator]) -> None:
    """The recall of a lamp: invisible in the sum, plain in a part."""
    recalled = complaints["reason"] == "product_recall"
    page.value("recall", int((recalled & (complaints["month"] == RECALL)).sum()))
    page.value("recall.before", int((recalled & (complaints["month"] < RECALL)).sum()))
    page.value("recall.rate", rows["all"].limits.loc[RECALL, "value"], digits=1)
    page.value("recall.high", rows["all"].limits.loc[RECALL, "high"], digits=1)
    page.value("recall.others", rows["others"].limits.loc[RECALL, "value"], digits=1)
    page.value("recall.others.high", rows["others"].limits.loc[RECALL, "high"], digits=1)
    hold("no recall complaint before", not (recalled & (complaints["month"] < RECALL)).any())
    hold("the sum stays within its limits", not rows["all"].limits.loc[RECALL, "is_beyond"])


def opened(page: Page, complaints: pd.DataFrame, orders: pd.Series) -> None:
    """What a channel that is counted later does to the rate."""
    counted = complaints[(complaints["channel"] != "social") | (complaints["received_at"] >= OPENED)]
    limits = control.rates(counted.groupby("month").size(), orders, baseline=BASELINE).set_axis(orders.index)
    half = lambda frame, first, last: frame.loc[pd.Period(first) : pd.Period(last), "value"].mean()  # noqa: E731
    before, after = half(limits, "2023-07", "2023-12"), half(limits, "2024-07", "2024-12")
    true = control.rates(complaints.groupby("month").size(), orders, baseline=BASELINE).set_axis(orders.index)
    page.value("form.rise", 100 * (after / before - 1), unit="percent")
    page.value(
        "form.true",
        100 * (half(true, "2024-07", "2024-12") / half(true, "2023-07", "2023-12") - 1),
        sign=True,
        unit="percent",
    )
    run = limits[limits["is_run"]]
    page.value("form.run", len(run))
    page.value("social.share", 100 * (complaints["channel"] == "social").mean(), unit="percent")
    hold("counting a channel makes a run that is not there", len(run) >= 8 and not true["is_run"].any())


def growing(page: Page, complaints: pd.DataFrame) -> None:
    """Earlier failures need a file to stand in."""
    quarter = complaints["received_at"].dt.to_period("Q")
    share = complaints.groupby(quarter)["is_second_failure"].mean()
    page.value("again.first", 100 * share.iloc[0], unit="percent")
    page.value("again.fourth", 100 * share.iloc[3], unit="percent")
    page.value("again.last", 100 * share.iloc[-1], unit="percent")
    hold("earlier failures are hardly known at the start", share.iloc[0] < 0.03 and share.iloc[-1] > 0.2)


def few_cases(page: Page, complaints: pd.DataFrame) -> None:
    """The recommendation of one month, and of a year."""
    given = complaints.dropna(subset=["ltr_after"])
    month = measures.nps(given.loc[given["month"] == MONTH, "ltr_after"])
    page.value("ltr.month", month.answers)
    page.value("nps.month", month.score)
    page.value("nps.month.low", month.low)
    page.value("nps.month.high", month.high)
    year = measures.nps(given.loc[given["month"].between(MONTH - 11, MONTH), "ltr_after"])
    page.value("ltr.year", year.answers)
    page.value("nps.year", year.score)
    page.value("nps.year.low", year.low)
    page.value("nps.year.high", year.high)


def felt(page: Page, complaints: pd.DataFrame, data: cxdata.Dataset, orders: pd.Series, row: Indicator) -> None:
    """What is felt, by the answer key, and what is said, by month."""
    known = data["orders"][["order_id", "ordered_at"]].merge(
        data.truth["latents/orders"][["order_id", "is_dissatisfied", "is_silent"]], on="order_id"
    )
    month = known["ordered_at"].dt.to_period("M")
    table = pd.DataFrame(
        {
            "felt": 1000 * known.groupby(month)["is_dissatisfied"].mean(),
            "said": row.limits["value"],
        }
    )
    usual = table["felt"].drop([pd.Period(one) for one in ("2023-11", "2023-12", "2024-11", "2024-12")]).mean()
    page.value("quiet.said", table.loc[QUIET, "said"], digits=1)
    page.value("quiet.felt", table.loc[QUIET, "felt"])
    page.value("usual.felt", usual)
    page.value("quiet.more", 100 * (table.loc[QUIET, "felt"] / usual - 1), unit="percent")
    hold("the quiet month lies below the centre", table.loc[QUIET, "said"] < row.limits["centre"].iloc[0])
    hold("and a third more are dissatisfied in it", table.loc[QUIET, "felt"] > 1.3 * usual)
    silent = known["is_silent"].sum() / known["is_dissatisfied"].sum()
    page.value("silent", 100 * silent, unit="percent")
    page.value("silent.of", int(known["is_dissatisfied"].sum()))
    long = table.reset_index(names="month").melt("month", var_name="kind", value_name="rate")
    long["time"] = long["month"].map(lambda one: one.to_timestamp())
    names = {
        "felt": page.say(en="dissatisfied (answer key)", fr="mécontents (corrigé)"),
        "said": page.say(en="complaints received", fr="réclamations reçues"),
    }
    long["name"] = long["kind"].map(names)
    ends = long[long["time"] == long["time"].max()]
    quiet = long[(long["month"] == QUIET)]
    long, ends, quiet = (one.drop(columns="month") for one in (long, ends, quiet))
    colours = alt.Scale(domain=list(names.values()), range=[charts.BAD, charts.INK])

    def lines(width: int) -> alt.LayerChart:
        is_narrow = width <= charts.NARROW
        base = alt.Chart(long).encode(
            x=alt.X("time:T", title=None, axis=alt.Axis(format="%b %y", tickCount=4 if is_narrow else 8)),
            y=alt.Y(
                "rate:Q",
                title=page.say(en="Per 1,000 orders", fr="Pour 1 000 commandes"),
                scale=alt.Scale(domain=[0, 210]),
            ),
            color=alt.Color("name:N", scale=colours, legend=alt.Legend(columns=1 if is_narrow else 2)),
        )
        marks = (
            alt.Chart(quiet)
            .mark_point(size=90, opacity=1)
            .encode(x="time:T", y="rate:Q", color=alt.Color("name:N", scale=colours))
        )
        return (base.mark_line() + marks).properties(width=width, height=220)

    page.chart(
        "felt",
        lines,
        title=page.say(
            en="November 2024 is quiet for the dashboard and loud for its customers",
            fr="Novembre 2024 est calme pour le tableau de bord, pas pour les clients",
        ),
        alternative=page.say(
            en=f"Per thousand orders of a month, dissatisfied by the answer key and complaints received: usually "
            f"{page.written(usual)} and {page.written(row.limits['centre'].iloc[0])}; in November 2024 "
            f"{page.written(table.loc[QUIET, 'felt'])} and {page.written(table.loc[QUIET, 'said'])}, in December "
            f"{page.written(table['felt'].iloc[-1])} and {page.written(table['said'].iloc[-1])}.",
            fr=f"Pour mille commandes du mois, mécontents d’après le corrigé et réclamations reçues : d’ordinaire "
            f"{page.written(usual)} et {page.written(row.limits['centre'].iloc[0])} ; en novembre 2024 "
            f"{page.written(table.loc[QUIET, 'felt'])} et {page.written(table.loc[QUIET, 'said'])}, en décembre "
            f"{page.written(table['felt'].iloc[-1])} et {page.written(table['said'].iloc[-1])}.",
        ),
        note=page.say(
            en="Dissatisfied: orders that would be marked 1 or 2 of 5. Dots: November 2024.",
            fr="Mécontents : commandes qui seraient notées 1 ou 2 sur 5. Points : novembre 2024.",
        ),
        data=table.round(1).reset_index(names="month").astype({"month": str}),
        columns={
            "month": Column(label=page.say(en="Month", fr="Mois")),
            "felt": Column(label=page.say(en="Dissatisfied", fr="Mécontents"), digits=0),
            "said": Column(label=page.say(en="Complaints", fr="Réclamations"), digits=1),
        },
    )


def target(page: Page, few: cxdata.Dataset, data: cxdata.Dataset) -> None:
    """What happens to the count if a little more is said, or less."""
    known = data.truth["latents/orders"]
    unhappy, silent = known["is_dissatisfied"].sum(), known["is_silent"].sum()
    spoken = unhappy - silent
    page.value("spoken", 100 * spoken / unhappy, digits=1, unit="percent")
    page.value("key", cxdata.answer_key(few)["silent_dissatisfied"]["planted"]["value"], unit="percent")
    page.value("target.silent", 100 * (1 - 0.8 * spoken / unhappy), unit="percent")
    page.value("easier", 100 * (0.10 * unhappy / spoken - 1), unit="percent")
    hold("a fifth fewer complaints take one more in a hundred into silence", 0.009 < 0.2 * spoken / unhappy < 0.018)


def exercise(page: Page, complaints: pd.DataFrame, orders: pd.Series, row: Indicator) -> None:
    """Limits from all months against limits from the quiet ones."""
    december = pd.Period("2023-12")
    wider = control.rates(complaints.groupby("month").size(), orders).set_axis(orders.index)
    page.value("quiet_high", row.limits.loc[december, "high"], digits=1)
    page.value("all_high", wider.loc[december, "high"], digits=1)
    is_gone = not wider.loc[december, "is_beyond"]
    hold("with all months as baseline the first December is within", is_gone)
    hold("and the second is not", wider.loc[pd.Period("2024-12"), "is_beyond"])
