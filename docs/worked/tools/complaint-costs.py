"""Cost of complaints: what is booked, what complainers take away, and what the silent take away."""

import altair as alt
import pandas as pd

import cxdata
from casebook.worked import charts, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold
from casebook.worked.palette import SERIES

MARGIN = 0.30
"""Of sales, after goods and delivery: what the head of finance reckons with in our story; the data hold no margin."""
MINUTE_EUR = 0.62
"""Cost of a minute of work in the company's books, by the blueprint's parameter ``cost_per_minute_eur``."""
PROJECT_EUR = 20_000
"""Yearly price of each of the two projects, in our story."""
PROJECT_SHARE = 0.5
"""Share of the cause that each project removes, in our story."""
ALIKE = ("is_bulky", "is_autumn")
"""What makes parcels late or damaged and sales different anyway: bulky goods, and the rush before Christmas."""
YEAR = pd.Timedelta(days=365)
CAUSES = {
    "late": {"en": "Late parcel", "fr": "Colis en retard"},
    "damaged": {"en": "Damaged parcel", "fr": "Colis abîmé"},
}
PARTS = {
    "booked": {"en": "Booked on complaints", "fr": "Imputé aux réclamations"},
    "complained": {"en": "Lost with complainers", "fr": "Perdu avec les réclamants"},
    "silent": {"en": "Lost with the silent", "fr": "Perdu avec les silencieux"},
}


def parcels(data: cxdata.Dataset) -> pd.DataFrame:
    """Return the web orders with their cause of trouble, and for those of 2023 the sales of the year after."""
    orders = data["orders"][["order_id", "customer_id", "ordered_at", "amount_eur", "is_bulky"]]
    rows = orders.merge(data["deliveries"][["order_id", "is_late", "is_damaged"]], on="order_id")
    rows = rows.merge(data.truth["latents/orders"][["order_id", "leave_chance", "lost"]], on="order_id")
    rows["cause"] = "none"
    rows.loc[rows["is_late"], "cause"] = "late"
    rows.loc[rows["is_damaged"], "cause"] = "damaged"
    rows["is_autumn"] = rows["ordered_at"].dt.month >= 11
    rows["complained"] = rows["order_id"].isin(data["complaints"]["order_id"])
    rows["is_followed"] = rows["ordered_at"] < "2024-01-01"
    later = rows.loc[rows["is_followed"], ["order_id", "customer_id", "ordered_at"]].merge(
        orders[["customer_id", "ordered_at", "amount_eur"]], on="customer_id", suffixes=("", "_later")
    )
    later = later[later["ordered_at_later"].between(later["ordered_at"], later["ordered_at"] + YEAR, inclusive="right")]
    rows["next_eur"] = rows["order_id"].map(later.groupby("order_id")["amount_eur"].sum()).fillna(0.0)
    return rows


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "study")
    rows = parcels(data)
    costs = data["complaint_costs"].merge(
        data["complaints"][["complaint_id", "order_id", "severity", "replied", "channel"]], on="complaint_id"
    )
    page.value("customers", len(data["customers"]))
    page.value("margin", 100 * MARGIN, unit="percent")
    page.value("project", PROJECT_EUR, unit="euros")
    page.value("hourly", 60 * MINUTE_EUR, digits=2, unit="euros")
    booked(page, costs)
    ledger = lost(page, rows, costs)
    projects(page, ledger)
    answering(page, data, costs)
    traps(page, data, rows, ledger)


def booked(page: Page, costs: pd.DataFrame) -> None:
    """What the company's books say of all complaints."""
    page.value("complaints", len(costs))
    page.value("complaints.year", len(costs) / 2)
    mean = costs["total_eur"].mean()
    error = measures.Z_95 * costs["total_eur"].sem()
    page.value("each", mean, unit="euros")
    page.value("each.low", mean - error, unit="euros")
    page.value("each.high", mean + error, unit="euros")
    page.value("each.median", costs["total_eur"].median(), unit="euros")
    page.value("total.year", costs["total_eur"].sum() / 2, unit="euros")
    for name in ("work", "transport", "compensation"):
        page.value(f"share.{name}", 100 * costs[f"{name}_eur"].sum() / costs["total_eur"].sum(), unit="percent")
        page.value(f"mean.{name}", costs[f"{name}_eur"].mean(), digits=2)
    page.value("mean.minutes", costs["work_eur"].mean() / MINUTE_EUR, digits=1)
    page.value("hourly.plain", 60 * MINUTE_EUR, digits=2)


def loss(rows: pd.DataFrame, cause: str, *, complained: bool | None = None) -> measures.Difference:
    """Return the sales lost in the year after per order with a cause, in euros, among orders that are alike."""
    followed = rows[rows["is_followed"]]
    hit = followed["cause"].eq(cause)
    if complained is not None:
        hit &= followed["complained"].eq(complained)
    kept = followed[hit | followed["cause"].eq("none")].assign(hit=hit, lost_eur=-followed["next_eur"])
    # Weighed by the orders that were hit: the question is what they lost, not what others would lose.
    spared = kept.assign(spared=~kept["hit"])
    found = measures.difference(spared, outcome="lost_eur", treatment="spared", strata=ALIKE, of="untreated")
    return measures.Difference(-found.value, found.standard_error, found.rows, found.left_out)


def lost(page: Page, rows: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """The ledger of two causes: booked, lost with complainers, lost with the silent; euros of margin a year."""
    followed = rows[rows["is_followed"]]
    stayed = followed.loc[~followed["lost"], "next_eur"].mean()
    page.value("next", followed.loc[followed["cause"].eq("none"), "next_eur"].mean(), unit="euros")
    lines = []
    for cause in CAUSES:
        hit = rows[rows["cause"].eq(cause)]
        own = costs[costs["order_id"].isin(hit["order_id"])]
        found = loss(rows, cause)
        per_year = len(hit) / 2
        line = {
            "cause": cause,
            "orders": per_year,
            "complaints": len(own) / 2,
            "booked": own["total_eur"].sum() / 2,
            "each": own["total_eur"].mean(),
            "low": found.low * MARGIN * per_year,
            "high": found.high * MARGIN * per_year,
            "lost": found.value * MARGIN * per_year,
        }
        for name, complained in (("complained", True), ("silent", False)):
            part = hit["complained"].eq(complained).sum() / 2
            line[name] = loss(rows, cause, complained=complained).value * MARGIN * part
        lines.append(line)
        page.value(f"{cause}.orders", per_year)
        page.value(f"{cause}.complaints", line["complaints"])
        page.value(f"{cause}.said", 100 * hit["complained"].mean(), unit="percent")
        page.value(f"{cause}.each", line["each"], unit="euros")
        for name in ("booked", "lost", "low", "high", "complained", "silent"):
            page.value(f"{cause}.{name}", line[name], unit="euros")
        for part in ("value", "low", "high"):
            page.value(f"{cause}.sales.{part}", getattr(found, part), unit="euros")
        page.value(f"{cause}.times", (line["booked"] + line["lost"]) / line["booked"], digits=1)
        truth = key_loss(followed, cause, stayed)
        page.value(f"{cause}.key", truth, unit="euros")
        hold(f"the interval of {cause} holds the key", found.low < truth < found.high)
        page.value(f"{cause}.left", 100 * hit["lost"].mean(), unit="percent")
    none = rows[rows["cause"].eq("none")]
    page.value("none.left", 100 * none["lost"].mean(), unit="percent")
    ledger = pd.DataFrame(lines).set_index("cause")
    late = ledger.loc["late"]
    hold("the silent take most of what lateness costs", late["silent"] > 1.5 * (late["booked"] + late["complained"]))
    page.value("late.silent.share", 100 * late["silent"] / (late["booked"] + late["lost"]), unit="percent")
    hold("booked costs put damage first", ledger.loc["damaged", "booked"] > ledger.loc["late", "booked"])
    hold("full costs put lateness first", ledger.loc["late", "low"] > ledger.loc["damaged", "high"])
    page.value("late.over", ledger.loc["late", "lost"] / ledger.loc["damaged", "lost"], digits=1)
    iceberg(page, ledger)
    return ledger


def key_loss(followed: pd.DataFrame, cause: str, stayed: float) -> float:
    """Return the sales lost per order by the key: the chance to leave above that of like orders, times what stayers buy."""
    kept = followed[followed["cause"].isin([cause, "none"])]
    mean = kept.groupby([*ALIKE, "cause"])["leave_chance"].mean().unstack()
    weight = kept[kept["cause"].eq(cause)].groupby(list(ALIKE)).size()
    return float(((mean[cause] - mean["none"]) * weight).sum() / weight.sum() * stayed)


def iceberg(page: Page, ledger: pd.DataFrame) -> None:
    """The picture of the ledger."""
    table = pd.DataFrame(
        [
            {
                "cause": page.say(**CAUSES[cause]),
                "part": page.say(**PARTS[part]),
                "order": place,
                "euros": ledger.loc[cause, part] / 1000,
            }
            for cause in CAUSES
            for place, part in enumerate(PARTS)
        ]
    )
    names = [page.say(**one) for one in PARTS.values()]

    def bars(width: int) -> alt.Chart:
        colours = alt.Scale(domain=names, range=[charts.NEUTRAL, SERIES[2], charts.BAD])
        legend = alt.Legend(columns=1) if width < charts.WIDE else alt.Undefined
        return (
            alt.Chart(table)
            .mark_bar(height=34)
            .encode(
                y=alt.Y("cause:N", sort=None, title=None),
                x=alt.X(
                    "sum(euros):Q", title=page.say(en="Thousand euros a year", fr="Milliers d’euros par an"), stack=True
                ),
                color=alt.Color("part:N", sort=names, scale=colours, legend=legend),
                order=alt.Order("order:Q"),
            )
            .properties(width=width - 110, height=120)
        )

    colon = page.say(en=": ", fr=" : ")
    said = "; ".join(
        f"{page.say(**CAUSES[cause])}{colon}"
        + ", ".join(
            f"{page.say(**PARTS[part]).lower()} {page.written(ledger.loc[cause, part], unit='euros')}" for part in PARTS
        )
        for cause in CAUSES
    )
    page.chart(
        "iceberg",
        bars,
        title=page.say(
            en="Most of what a late parcel costs stands in no complaint file",
            fr="L’essentiel du coût d’un colis en retard n’est dans aucun dossier de réclamation",
        ),
        alternative=page.say(en=f"Cost a year by cause. {said}.", fr=f"Coût annuel par cause. {said}."),
        note=page.say(
            en="Lost: margin on the orders that did not come within a year, above what like orders without trouble lose. "
            "Complainers and the silent are compared apart, so their parts need not add up exactly to the loss of all.",
            fr="Perdu : marge sur les commandes qui ne sont pas venues dans l’année, au-delà de ce que perdent des commandes semblables sans incident. "
            "Réclamants et silencieux sont comparés à part : leurs parts ne font pas exactement la perte de tous.",
        ),
        data=table[["cause", "part", "euros"]].assign(euros=1000 * table["euros"]),
        columns={
            "cause": Column(label=page.say(en="Cause", fr="Cause")),
            "part": Column(label=page.say(en="Part", fr="Part")),
            "euros": Column(label=page.say(en="A year", fr="Par an"), unit="euros"),
        },
    )


def projects(page: Page, ledger: pd.DataFrame) -> None:
    """Two projects of one price: by the books, and by the full ledger."""
    names = {
        "late": page.say(en="Second carrier", fr="Second transporteur"),
        "damaged": page.say(en="Better packaging", fr="Meilleur emballage"),
    }
    lines = []
    for cause, label in names.items():
        line = ledger.loc[cause]
        saved, kept = PROJECT_SHARE * line["booked"], PROJECT_SHARE * line["lost"]
        net = saved + kept - PROJECT_EUR
        ends = [saved + PROJECT_SHARE * line[end] - PROJECT_EUR for end in ("low", "high")]
        lines.append({"project": label, "books": saved - PROJECT_EUR, "net": net, "low": ends[0], "high": ends[1]})
        page.value(f"{cause}.saved", saved, unit="euros")
        page.value(f"{cause}.kept", kept, unit="euros")
        page.value(f"{cause}.books", abs(saved - PROJECT_EUR), unit="euros")
        page.value(f"{cause}.net", abs(net), unit="euros")
        page.value(f"{cause}.return", 100 * net / PROJECT_EUR, sign=True, unit="percent")
        hold(f"by the books {cause} does not pay", saved < PROJECT_EUR)
    carrier, packaging = lines
    hold("the carrier pays even at the low end", carrier["low"] > 0)
    hold("the packaging loses, and at best breaks even", packaging["net"] < 0 and packaging["high"] < PROJECT_EUR / 20)
    even = (PROJECT_EUR - PROJECT_SHARE * ledger.loc["late", "booked"]) / (PROJECT_SHARE * ledger.loc["late", "lost"])
    page.value("even.margin", 100 * MARGIN * even, unit="percent")
    page.value(
        "even.share", 100 * PROJECT_EUR / (ledger.loc["late", "booked"] + ledger.loc["late", "lost"]), unit="percent"
    )
    page.value(
        "even.packaging",
        100 * PROJECT_EUR / (ledger.loc["damaged", "booked"] + ledger.loc["damaged", "lost"]),
        unit="percent",
    )
    need = PROJECT_EUR + carrier["net"]
    share = need / (ledger.loc["damaged", "booked"] + ledger.loc["damaged", "lost"])
    page.value("beat.eur", need, unit="euros")
    page.value("beat.share", 100 * share, unit="percent")
    hold("packaging would have to remove most of the damage to beat the carrier", 0.75 < share < 0.85)
    page.text("beat.words", en="about four damaged parcels of five", fr="environ quatre colis abîmés sur cinq")
    page.table(
        "projects",
        pd.DataFrame(lines),
        caption=page.say(en="Each project for a year, its price deducted", fr="Chaque projet sur un an, prix déduit"),
        columns={
            "project": Column(label=page.say(en="Project", fr="Projet")),
            "books": Column(label=page.say(en="By the books, €", fr="Selon les comptes, €"), sign=True),
            "net": Column(label=page.say(en="In full, €", fr="En tout, €"), sign=True),
            "low": Column(label=page.say(en="From, €", fr="De, €"), sign=True),
            "high": Column(label=page.say(en="To, €", fr="À, €"), sign=True),
        },
    )


def answering(page: Page, data: cxdata.Dataset, costs: pd.DataFrame) -> None:
    """Who left after an answered and after an unanswered complaint, and what they were going to do anyway."""
    rows = costs.merge(data.truth["latents/orders"][["order_id", "leave_chance", "lost"]], on="order_id")
    rows["left"] = 100.0 * rows["lost"]
    rows["chance"] = 100.0 * rows["leave_chance"]
    found = {
        "plain": measures.difference(rows, outcome="left", treatment="replied"),
        "like": measures.difference(rows, outcome="left", treatment="replied", strata=("severity", "channel")),
        "before": measures.difference(rows, outcome="chance", treatment="replied"),
    }
    for name, one in found.items():
        for part in ("value", "low", "high"):
            page.value(f"answer.{name}.{part}", getattr(one, part), sign=True)
    hold("answered complainers leave less", found["plain"].high < 0)
    hold("among like complaints the gap is no more than chance", found["like"].low < 0 < found["like"].high)
    hold("their chance to leave was lower before any answer", found["before"].high < 0)
    for name, side in (("yes", True), ("no", False)):
        page.value(f"answer.{name}", rows.loc[rows["replied"].eq(side), "left"].mean(), unit="percent")
    page.value("answer.lower", -found["before"].value)
    page.value("edition.complaints", len(cxdata.edition("tilmarenne", "class")["complaints"]))
    page.value("answer.no.cases", (~rows["replied"]).sum())
    kept = -found["plain"].value / 100 * (~rows["replied"]).sum() / 2
    page.value("answer.kept", kept)
    labels = {
        "plain": page.say(en="Left, all", fr="Partis, tous"),
        "like": page.say(en="Left, like cases", fr="Partis, cas égaux"),
        "before": page.say(en="Key, beforehand", fr="Clé, au préalable"),
    }
    table = pd.DataFrame(
        {
            "what": list(labels.values()),
            "points": [one.value for one in found.values()],
            "low": [one.low for one in found.values()],
            "high": [one.high for one in found.values()],
        }
    )

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(y=alt.Y("what:N", sort=None, title=None))
        zero = alt.Chart(pd.DataFrame({"points": [0.0]})).mark_rule(strokeDash=[5, 4]).encode(x="points:Q")
        title = page.say(en="Difference, points", fr="Écart, points")
        return (
            zero
            + base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(
                x=alt.X("low:Q", title=title, axis=alt.Axis(tickCount=5)), x2="high:Q"
            )
            + base.mark_point(size=90, opacity=1).encode(x="points:Q")
        ).properties(width=width - 160, height=140)

    colon = page.say(en=":", fr=" :")
    said = "; ".join(
        f"{row.what}{colon} {page.written(row.points, sign=True)} "
        f"({page.written(row.low, sign=True)}, {page.written(row.high, sign=True)})"
        for row in table.itertuples()
    )
    page.chart(
        "answering",
        dots,
        title=page.say(
            en="Those who got an answer were less likely to leave before they got it",
            fr="Ceux qui ont eu une réponse risquaient déjà moins de partir avant de l’avoir",
        ),
        alternative=page.say(
            en=f"Difference of the share that left, answered less unanswered, in points with 95% intervals: {said}.",
            fr=f"Écart de la part de départs, traitées moins sans réponse, en points avec intervalles à 95 % : {said}.",
        ),
        note=page.say(
            en="Answered less unanswered. The last line is the chance to leave that the key fixes with the order, before the complaint.",
            fr="Traitées moins sans réponse. La dernière ligne est le risque de départ que la clé fixe dès la commande, avant la réclamation.",
        ),
        data=table,
        columns={
            "what": Column(label=page.say(en="Compared", fr="Comparaison")),
            "points": Column(label=page.say(en="Difference", fr="Écart"), sign=True),
            "low": Column(label=page.say(en="From", fr="De"), sign=True),
            "high": Column(label=page.say(en="To", fr="À"), sign=True),
        },
    )


def traps(page: Page, data: cxdata.Dataset, rows: pd.DataFrame, ledger: pd.DataFrame) -> None:
    """Everybody who stays away, whose margin, counted twice, and the exercise."""
    followed = rows[rows["is_followed"]]
    late, none = (followed[followed["cause"].eq(cause)] for cause in ("late", "none"))
    page.value("away.late", 100 * late["next_eur"].eq(0).mean(), unit="percent")
    page.value("away.none", 100 * none["next_eur"].eq(0).mean(), unit="percent")
    wrong = late["next_eur"].eq(0).mean() * none.loc[none["next_eur"] > 0, "next_eur"].mean() * MARGIN
    page.value("away.eur", wrong * ledger.loc["late", "orders"], unit="euros")
    hold(
        "counting everybody who stays away costs much more",
        wrong * ledger.loc["late", "orders"] > ledger.loc["late", "high"],
    )
    orders = data["orders"]
    spent = orders.groupby("customer_id")["amount_eur"].sum() / 2
    who = spent.index.isin(data["complaints"]["customer_id"])
    page.value("spent.complainers", spent[who].mean(), unit="euros")
    page.value("spent.others", spent[~who].mean(), unit="euros")
    count = orders.groupby("customer_id").size()
    page.value("orders.complainers", count[who].mean(), digits=1)
    page.value("orders.others", count[~who].mean(), digits=1)
    hold("complainers buy more", spent[who].mean() > 1.3 * spent[~who].mean())
    hit = rows[rows["cause"].ne("none")]
    twice = hit.groupby("customer_id").size()
    page.value("twice", 100 * (twice > 1).mean(), unit="percent")
    both = rows["is_late"] & rows["is_damaged"]
    page.value("both", both.sum() / 2)
    page.value("both.share", 100 * both.sum() / rows["is_damaged"].sum(), unit="percent")
    hold("many damaged parcels are late too", both.sum() / rows["is_damaged"].sum() > 0.1)
    complaining = rows[rows["complained"] & rows["cause"].eq("late")]
    extra = complaining["lost"].mean() - none["lost"].mean()
    page.value("calculator.complaints", ledger.loc["late", "complaints"])
    page.value("calculator.gesture", complaint_mean(data, complaining, "compensation_eur"), digits=2)
    page.value("calculator.minutes", complaint_mean(data, complaining, "work_eur") / MINUTE_EUR, digits=1)
    page.value("calculator.lost", 100 * extra, digits=1)
    page.value("calculator.half", 50 * extra, digits=1)
    page.value("calculator.margin", MARGIN * followed.loc[~followed["lost"], "next_eur"].mean(), digits=2)
    page.value("calculator.change", PROJECT_EUR)


def complaint_mean(data: cxdata.Dataset, orders: pd.DataFrame, name: str) -> float:
    """Return the mean of a cost over the complaints about some orders, in euros."""
    costs = data["complaint_costs"].merge(data["complaints"][["complaint_id", "order_id"]], on="complaint_id")
    return float(costs.loc[costs["order_id"].isin(orders["order_id"]), name].mean())
