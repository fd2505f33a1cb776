"""The customer as an individual: one history tells a story about a move, six thousand orders of movers do not."""

from functools import cache
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts
from casebook.worked.figures import Column
from casebook.worked.measures import difference, share_interval
from casebook.worked.page import Page, hold
from casebook.worked.sheet import Sheet, sheet

WORDS = Path(__file__).with_suffix(".toml")
LARGER = {"customers": 40_000, "seed": 7}
"""The class edition is the first part of this larger data set, where enough customers move and call."""
TABLES = ["households", "customers", "orders", "contacts", "surveys"]
JEANNE = 12_962
"""The customer portrayed: picked by hand, because her history suggests what the others' refutes."""
HALF_YEAR, STEP = 180, 60
LAST = pd.Timestamp("2024-12-31")
OUTDOOR = ["plants", "garden_tools"]
VOUCHER_EUR = 10
"""What the voucher for a new home costs, in our story."""
FAMILIES = {
    "plants": {"en": "plants", "fr": "plantes"},
    "garden_tools": {"en": "garden tools", "fr": "outils de jardin"},
    "furniture": {"en": "furniture", "fr": "meubles"},
    "decoration": {"en": "decoration", "fr": "décoration"},
    "lighting": {"en": "lighting", "fr": "luminaires"},
    "kitchen": {"en": "kitchenware", "fr": "cuisine"},
    "paint": {"en": "paint", "fr": "peinture"},
}
REASONS = {
    "loyalty_account": {"en": "about the loyalty account", "fr": "au sujet du compte de fidélité"},
}


@cache
def larger() -> cxdata.Dataset:
    """Return the larger run, once for both languages."""
    return cxdata.generate("tilmarenne", **LARGER, tables=TABLES, truth=False)


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    world = larger()
    page.value("larger", LARGER["customers"])
    portrait(page, data)
    customers = world["customers"].merge(world["households"][["household_id", "moved_on"]], on="household_id")
    customers["moved_on"] = pd.to_datetime(customers["moved_on"])
    customers["told"] = customers["life_event"].astype(object).fillna("none") == "move"
    moves(page, customers, world["orders"])
    known(page, customers)
    recognised(page, world, customers)
    guessed(page, customers, world["orders"])
    exercise(page, customers, world["orders"])


def portrait(page: Page, data: cxdata.Dataset) -> None:
    """One customer's history as a line of events, and the sheet with the rules."""
    customers = data["customers"].merge(data["households"][["household_id", "moved_on"]], on="household_id")
    her = customers[customers["customer_id"] == JEANNE].iloc[0]
    hold("she is Jeanne, a gift buyer who moved", her["first_name"] == "Jeanne" and her["segment"] == "gift_buyers" and her["life_event"] == "move")  # fmt: skip

    def mine(table: str) -> pd.DataFrame:
        return data[table][data[table]["customer_id"] == JEANNE]

    orders, contacts, surveys = mine("orders"), mine("contacts"), mine("surveys")
    answered = surveys[surveys["answered"]]
    moved = pd.Timestamp(her["moved_on"])
    joined = pd.Timestamp(her["joined_on"])
    hold(
        "she opened her account after the move, on the day of her first order",
        orders["ordered_at"].min().normalize() == joined,
    )
    page.value("her.joined", (joined - moved).days)
    hold("all her orders follow the move", (orders["ordered_at"] > moved).all() and len(orders) == 5)
    hold("all are for the house", not orders["product_family"].isin(OUTDOOR).any())
    lanes = {
        "life": page.say(en="Life", fr="Vie"),
        "order": page.say(en="Orders", fr="Achats"),
        "known": page.say(en="Contact, known", fr="Contact, reconnue"),
        "unknown": page.say(en="Contact, unknown", fr="Contact, inconnue"),
        "answer": page.say(en="Answers", fr="Réponses"),
    }
    events = [(moved, "life", page.say(en="moves house", fr="déménage"), False)]
    for row in orders.itertuples():
        what = page.say(**FAMILIES[row.product_family])
        events.append((row.ordered_at, "order", f"{what}, {page.written(row.amount_eur, unit='euros')}", False))
    for row in contacts.itertuples():
        what = page.say(**REASONS["loyalty_account"])
        seen = bool(row.is_recognised)
        state = page.say(en="recognised", fr="reconnue") if seen else page.say(en="not recognised", fr="non reconnue")
        events.append((row.contacted_at, "known" if seen else "unknown", f"{what}, {state}", not seen))
    hold("both contacts are about the account", (contacts["reason"] == "loyalty_account").all() and len(contacts) == 2)
    hold("recognised once of twice, on one day", contacts["is_recognised"].astype(float).sum() == 1 and contacts["contacted_at"].dt.date.nunique() == 1)  # fmt: skip
    for row in answered.itertuples():
        events.append(
            (
                row.answered_at,
                "answer",
                page.say(en=f"recommends with {int(row.ltr)} of 10", fr=f"recommande : {int(row.ltr)} sur 10"),
                False,
            )
        )
    table = pd.DataFrame(events, columns=["day", "lane", "what", "bad"]).sort_values("day", ignore_index=True)
    table["label"] = [
        what.split(",")[0] if lane in ("life", "order") else ""
        for lane, what in zip(table["lane"], table["what"], strict=True)
    ]
    table["lane"] = table["lane"].map(lanes)
    table["date"] = table["day"].dt.strftime("%Y-%m-%d")
    page.value("her.age", int((LAST - pd.Timestamp(her["birth_date"])).days / 365.25))
    page.value("her.orders", len(orders))
    page.value("her.spent", orders["amount_eur"].sum(), unit="euros")
    page.value("her.contacts", len(contacts))
    page.value("her.answers", len(answered))
    page.value("her.asked", len(surveys))
    page.value("her.events", len(table))
    page.value("her.gifts", 100 * (orders["product_family"] == "decoration").mean(), unit="percent")
    gap = contacts["contacted_at"].max() - contacts["contacted_at"].min()
    page.value("her.hours", gap.total_seconds() / 3600)

    line_of_events(page, table, list(lanes.values()))
    hold("all her events are of that half year", table["day"].between("2024-05-01", "2024-10-31").all())
    hold("ten events", len(table) == 10)
    page.html("portrait", sheet(artefacts.read(page, WORDS, Sheet, {}, part="portrait"), language=page.language))


def line_of_events(page: Page, table: pd.DataFrame, lanes: list[str]) -> None:
    """Draw the events of one customer, a lane for each kind."""

    def line(width: int) -> alt.LayerChart:
        left = 112
        base = alt.Chart(table)
        first, last = pd.Timestamp("2024-05-01"), pd.Timestamp("2024-10-31")
        x = alt.X(
            "day:T",
            scale=alt.Scale(domain=[first.isoformat(), last.isoformat()]),
            axis=alt.Axis(title=page.say(en="Month of 2024", fr="Mois de 2024"), format="%-m", tickCount="month"),
        )
        y = alt.Y("lane:N", sort=lanes, title=None, axis=alt.Axis(minExtent=left, labelLimit=left, grid=True))
        colour = alt.condition("datum.bad", alt.value(charts.BAD), alt.value(charts.GOOD))
        drawn = base.mark_point(filled=True, opacity=1, size=110).encode(x=x, y=y, color=colour)
        if width >= charts.WIDE:
            for turn, below in ((0, -13), (1, 17)):  # neighbours would write over each other
                named = alt.Chart(table[table["label"] != ""].iloc[turn::2])
                drawn += named.mark_text(dy=below, fontSize=11).encode(x=x, y=y, text="label:N")
        return alt.layer(drawn).properties(width=width - left, height=210)

    page.chart(
        "line",
        line,
        title=page.say(
            en="One customer, ten events: first the move, then five orders for the house",
            fr="Une cliente, dix événements : d’abord le déménagement, puis cinq achats pour la maison",
        ),
        alternative=page.say(en="Events of Jeanne in order: ", fr="Événements de Jeanne dans l’ordre : ")
        + "; ".join(f"{row.date} {row.what}" for row in table.itertuples())
        + ".",
        note=page.say(
            en="Red: the evening contact, in which nobody recognised her. The table names each event.",
            fr="En rouge : le contact du soir, où personne ne l’a reconnue. Le tableau nomme chaque événement.",
        ),
        data=table[["date", "lane", "what"]],
        columns={
            "date": Column(label=page.say(en="Day", fr="Jour")),
            "lane": Column(label=page.say(en="Kind", fr="Genre")),
            "what": Column(label=page.say(en="What", fr="Quoi")),
        },
    )  # fmt: skip


def around(customers: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Return orders within half a year of the household's move, with days since it."""
    movers = customers.loc[customers["moved_on"].notna(), ["customer_id", "moved_on"]]
    rows = orders.merge(movers, on="customer_id")
    rows["days"] = (rows["ordered_at"] - rows["moved_on"]).dt.total_seconds() / 86_400
    rows = rows[rows["days"].between(-HALF_YEAR, HALF_YEAR, inclusive="left")]
    return rows.assign(after=rows["days"] >= 0, step=np.floor(rows["days"] / STEP).astype(int))


def keep(page: Page, name: str, rows: pd.DataFrame, outcome: str, treatment: str, strata: tuple[str, ...] = (), digits: int = 1) -> tuple[float, float]:  # fmt: skip
    """Name a difference with its interval; return the ends."""
    found = difference(rows, outcome=outcome, treatment=treatment, strata=strata)
    for suffix, number in (("", found.value), (".low", found.low), (".high", found.high)):
        page.value(f"{name}{suffix}", number, digits=digits, sign=True)
    return found.low, found.high


def moves(page: Page, customers: pd.DataFrame, orders: pd.DataFrame) -> None:
    """What movers buy around the move, beside what everybody buys in the same months."""
    orders = orders.assign(indoor=100.0 * ~orders["product_family"].isin(OUTDOOR), month=orders["ordered_at"].dt.month)
    rows = around(customers, orders)
    page.value("movers", customers["moved_on"].notna().sum())
    page.value("movers.orders", len(rows))
    for side, name in ((False, "before"), (True, "after")):
        page.value(f"indoor.{name}", rows.loc[rows["after"] == side, "indoor"].mean(), unit="percent")
    low, _ = keep(page, "move.plain", rows, "indoor", "after")
    hold("plainly, purchases for the house rise after the move", low > 0)
    low, high = keep(page, "move.alike", rows, "indoor", "after", ("month",))
    hold("in the same months nothing is left", low < 0 < high)
    month = orders.groupby("month")["indoor"].mean()
    page.value("month.low", month.min(), unit="percent")
    page.value("month.high", month.max(), unit="percent")
    hold("the house sells least in April and most in December", month.idxmin() == 4 and month.idxmax() == 12)
    moved = customers["moved_on"].dropna().dt.month
    page.value("summer", 100 * moved.isin([6, 7, 8]).mean(), unit="percent")
    hold("summer has more moves than its share", moved.isin([6, 7, 8]).mean() > 0.35)
    rows["usual"] = rows["month"].map(month)
    early = rows[~rows["after"]]
    hold("movers buy more for the house before the move too", early["indoor"].mean() > early["usual"].mean() + 2)
    page.value("usual.before", early["usual"].mean(), unit="percent")
    table = rows.groupby("step").agg(indoor=("indoor", "mean"), count=("indoor", "size"), usual=("usual", "mean")).reset_index()  # fmt: skip
    ends = [share_interval(round(share * count / 100), count) for share, count in zip(table["indoor"], table["count"], strict=True)]  # fmt: skip
    table["low"], table["high"] = [100 * low for low, _ in ends], [100 * high for _, high in ends]
    table["middle"] = table["step"] * STEP + STEP / 2
    table["when"] = [f"{step * STEP} … {step * STEP + STEP}" for step in table["step"]]
    names = {
        "indoor": page.say(en="movers", fr="ceux qui déménagent"),
        "usual": page.say(en="all customers, same months", fr="tous les clients, mêmes mois"),
    }
    long = table.melt(["middle"], ["indoor", "usual"], var_name="who", value_name="share").assign(
        who=lambda one: one["who"].map(names)
    )

    def lines(width: int) -> alt.LayerChart:
        x = alt.X(
            "middle:Q",
            title=page.say(en="Days from the move", fr="Jours autour du déménagement"),
            scale=alt.Scale(domain=[-HALF_YEAR, HALF_YEAR]),
            axis=alt.Axis(values=[-180, -120, -60, 0, 60, 120, 180]),
        )
        y = alt.Y(
            "share:Q",
            title=page.say(en="For the house, % of orders", fr="Pour la maison, % des achats"),
            scale=alt.Scale(domain=[50, 80], zero=False),
            axis=alt.Axis(values=[50, 60, 70, 80]),
        )
        colour = alt.Color(
            "who:N",
            scale=alt.Scale(domain=list(names.values()), range=[charts.GOOD, charts.NEUTRAL]),
            legend=alt.Legend(title=None, orient="top", symbolType="stroke", columns=1 if width < charts.WIDE else 2),
        )
        dashes = alt.StrokeDash(
            "who:N", scale=alt.Scale(domain=list(names.values()), range=[[1, 0], [5, 4]]), legend=None
        )
        bars = (
            alt.Chart(table)
            .mark_rule(strokeWidth=2, color=charts.GOOD, opacity=0.5)
            .encode(x=x, y=alt.Y("low:Q"), y2="high:Q")
        )
        zero = alt.Chart(pd.DataFrame({"middle": [0]})).mark_rule(color=charts.LINE, strokeWidth=2).encode(x=x)
        curve = alt.Chart(long).mark_line(point=True, strokeWidth=2.5).encode(x=x, y=y, color=colour, strokeDash=dashes)
        return (zero + bars + curve).properties(width=width, height=230)

    page.chart(
        "moves",
        lines,
        title=page.say(
            en="After a move people buy more for the house; so does everybody else at that time of the year",
            fr="Après un déménagement on achète plus pour la maison ; tous les autres aussi à cette saison",
        ),
        alternative=page.say(en="Share of orders for the house by 60 days around the move, movers then all customers in the same months: ", fr="Part des achats pour la maison par 60 jours autour du déménagement, ceux qui déménagent puis tous aux mêmes mois : ")
        + "; ".join(f"{row.when} {page.written(row.indoor, unit='percent')}, {page.written(row.usual, unit='percent')}" for row in table.itertuples())
        + ".",
        note=page.say(
            en="Upright lines: 95% intervals. For the house: all goods but plants and garden tools.",
            fr="Traits verticaux : intervalles à 95 %. Pour la maison : tout sauf plantes et outils de jardin.",
        ),
        data=table[["when", "count", "indoor", "usual"]],
        columns={
            "when": Column(label=page.say(en="Days", fr="Jours")),
            "count": Column(label=page.say(en="Orders", fr="Achats")),
            "indoor": Column(label=page.say(en="Movers", fr="Déménagent"), unit="percent"),
            "usual": Column(label=page.say(en="All", fr="Tous"), unit="percent"),
        },
    )  # fmt: skip


def known(page: Page, customers: pd.DataFrame) -> None:
    """How many moves the company knows of, and how old they are."""
    movers = customers[customers["moved_on"].notna()]
    told = movers[movers["told"]]
    age = (LAST - told["moved_on"]).dt.days
    page.value("told", len(told))
    page.value("told.share", 100 * len(told) / len(movers), unit="percent")
    page.value("told.old", 100 * (age > 365).mean(), unit="percent")
    page.value("voucher", VOUCHER_EUR, unit="euros")
    page.value("vouchers", VOUCHER_EUR * len(told), unit="euros")
    hold("less than half of the moves are known, half of these are old", len(told) < 0.5 * len(movers) and (age > 365).mean() > 0.4)  # fmt: skip


def recognised(page: Page, world: cxdata.Dataset, customers: pd.DataFrame) -> None:
    """What goes with being recognised, plainly and among customers with the same card, level, channel and reason."""
    whose = customers[["customer_id", "is_loyalty_member", "tier"]]
    contacts = world["contacts"].loc[lambda rows: ~rows["is_abandoned"]].merge(whose, on="customer_id")
    contacts["seen"] = contacts["is_recognised"].astype(bool)
    page.value("seen", 100 * contacts["seen"].mean(), unit="percent")
    card = contacts.groupby("is_loyalty_member")["seen"].mean()
    page.value("seen.none", 100 * card[False], unit="percent")
    page.value("seen.gold", 100 * contacts.loc[contacts["tier"] == "gold", "seen"].mean(), unit="percent")
    answers = world["surveys"][["contact_id", "ces", "contact_csat"]]
    marked = contacts.merge(answers[answers["contact_id"].notna()], on="contact_id")
    same = ("is_loyalty_member", "tier", "channel", "reason")
    lines = []
    for outcome, digits in (("ces", 2), ("contact_csat", 2)):
        rows = marked.dropna(subset=[outcome]).astype({outcome: float})
        page.value(f"{outcome}.answers", len(rows))
        low, high = keep(page, f"{outcome}.alike", rows, outcome, "seen", same, digits)
        keep(page, f"{outcome}.plain", rows, outcome, "seen", (), digits)
        if outcome == "ces":
            hold("recognised customers find it easier, like with like", low > 0)
        else:
            hold("they are no more satisfied", low < 0 < high)
    eased = world.manifest["parameters"]["recognised_on_effort"]
    page.value("recipe", eased, digits=2)
    hold("the recipe makes contacts easier for those who are recognised", eased > 0)
    early = contacts[contacts["contacted_at"] <= LAST - pd.Timedelta(days=HALF_YEAR)]
    near = early[["contact_id", "customer_id", "contacted_at"]].merge(world["orders"][["customer_id", "ordered_at"]], on="customer_id")  # fmt: skip
    days = (near["ordered_at"] - near["contacted_at"]).dt.total_seconds() / 86_400
    later = near[(days > 0) & (days <= HALF_YEAR)].groupby("contact_id").size()
    early = early.assign(later=early["contact_id"].map(later).fillna(0.0))
    means = early.groupby("seen")["later"].mean()
    page.value("later.seen", means[True], digits=2)
    page.value("later.unseen", means[False], digits=2)
    page.value("later.more", 100 * (means[True] / means[False] - 1), unit="percent")
    low, _ = keep(page, "later.plain", early, "later", "seen", (), 2)
    hold("recognised customers order more", low > 0)
    low, high = keep(page, "later.alike", early, "later", "seen", ("is_loyalty_member", "tier"), 2)
    hold("like with like they do not, beyond chance", low < 0 < high)
    plain = difference(early, outcome="later", treatment="seen").value
    basket = world["orders"]["amount_eur"].mean()
    page.value("basket", basket, unit="euros")
    page.value("promise.orders", 1000 * plain)
    page.value("promise", round(1000 * plain * basket, -2), unit="euros")
    alone = difference(early, outcome="later", treatment="seen", strata=("is_loyalty_member", "tier"))
    page.value("real.orders", 1000 * alone.value)
    page.value("real.low", 1000 * alone.low)
    page.value("real.high", 1000 * alone.high)
    for name, label in (
        ("ces", page.say(en="Ease of the contact (1 to 7)", fr="Facilité du contact (1 à 7)")),
        ("contact_csat", page.say(en="Satisfaction with it (1 to 5)", fr="Satisfaction du contact (1 à 5)")),
        ("later", page.say(en="Orders in the next half year", fr="Achats au semestre suivant")),
    ):
        of = page.values
        ends = page.say(en="{} ({} to {})", fr="{} ({} à {})")
        alike = ends.format(of[f"{name}.alike"], of[f"{name}.alike.low"], of[f"{name}.alike.high"])
        lines.append((label, of[f"{name}.plain"], alike))
    page.table(
        "seen",
        pd.DataFrame(lines, columns=["what", "plain", "alike"]),
        caption=page.say(
            en="Customers recognised in a contact less those who were not (95% interval)",
            fr="Clients reconnus lors d’un contact moins ceux qui ne l’ont pas été (intervalle à 95 %)",
        ),
        columns={
            "what": Column(label=page.say(en="What", fr="Quoi")),
            "plain": Column(label=page.say(en="Plain", fr="Brut"), right=True),
            "alike": Column(label=page.say(en="Alike", fr="À profil égal"), right=True),
        },
    )


def guessed(page: Page, customers: pd.DataFrame, orders: pd.DataFrame) -> None:
    """Guess the next purchase from the person's last one, or from the segment."""
    rows = orders[["customer_id", "ordered_at", "product_family"]].merge(customers[["customer_id", "segment"]], on="customer_id")  # fmt: skip
    rows = rows.sort_values(["customer_id", "ordered_at"], ignore_index=True).astype({"product_family": str, "segment": str})  # fmt: skip
    rows["last"] = rows.groupby("customer_id")["product_family"].shift()
    first = rows[rows["last"].isna()]
    common = first.groupby("segment")["product_family"].agg(lambda one: one.value_counts().index[0])
    later = rows[rows["last"].notna()]
    by_segment = 100 * (later["product_family"] == later["segment"].map(common)).mean()
    by_last = 100 * (later["product_family"] == later["last"]).mean()
    page.value("guess.orders", len(later))
    page.value("guess.segment", by_segment, unit="percent")
    page.value("guess.last", by_last, unit="percent")
    hold("the segment guesses better than the last purchase", by_segment > 1.3 * by_last)


def exercise(page: Page, customers: pd.DataFrame, orders: pd.DataFrame) -> None:
    """Furniture of customers whose move is on file, against all others."""
    rows = orders.merge(customers[["customer_id", "told", "segment"]], on="customer_id")
    rows["furniture"] = 100.0 * (rows["product_family"] == "furniture")
    for side, name in ((True, "mine"), (False, "others")):
        page.value(f"furniture.{name}", rows.loc[rows["told"] == side, "furniture"].mean(), digits=1, unit="percent")
    low, _ = keep(page, "furniture.plain", rows, "furniture", "told")
    hold("plainly, movers on file buy more furniture", low > 0)
    low, high = keep(page, "furniture.alike", rows, "furniture", "told", ("segment",))
    hold("within segments the interval holds nought", low < 0 < high)
    home = customers["segment"] == "home_makers"
    page.value("home.told", 100 * home[customers["told"]].mean(), unit="percent")
    page.value("home.others", 100 * home[~customers["told"]].mean(), unit="percent")
    event = around(customers, orders)
    event["furniture"] = 100.0 * (event["product_family"] == "furniture")
    keep(page, "furniture.move", event, "furniture", "after")
