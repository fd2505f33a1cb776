"""The portrait of Tilmarenne: what a newcomer sees of the company before any tool is taken up."""

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold
from casebook.worked.palette import COLOURS, SERIES
from cxdata.catalog import scan

YEARS = 2
"""Length of the window."""
SEGMENTS = {
    "gardeners": "Gardeners",
    "home_makers": "Home makers",
    "renovators": "Renovators",
    "gift_buyers": "Gift buyers",
    "bargain_hunters": "Bargain hunters",
}
MARKS = {
    "choice": "Choice",
    "help": "Help",
    "price": "Price",
    "product": "Product",
    "delivery": "Delivery",
    "ease": "Ease",
    "ltr": "Recommends",
}
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
INCIDENTS = {
    "rail_strike": "Rail strike",
    "heat_wave": "Heat wave",
    "warehouse_software_change": "New warehouse software",
    "storm": "Storm",
    "television_campaign": "Television campaign",
    "lamp_recall": "Lamp recall",
    "payment_outage": "Payment outage",
}
REAL = {"warehouse_software_change": "A parcel jam", "lamp_recall": "A storm of calls"}
"""What two of the logged incidents did; the others are decoys."""
ORDINARY, RECALL = "2024-05-13", "2024-05-20"
"""Mondays of the week before the recall and of its first week."""
STEPS = {
    "discover": "Discover",
    "search": "Search",
    "choose": "Choose",
    "order": "Order",
    "pay": "Pay",
    "wait": "Wait",
    "receive": "Receive",
    "use": "Use",
    "ask_help": "Ask for help",
}
PLACES = {
    "shops": "Shops",
    "head_office": "Head office",
    "back_office": "Back office",
    "in_house": "Own advisers",
    "outsourced": "Contractor",
}
SOURCES = {
    "complaint": "Complaints",
    "chat": "Chats (customer)",
    "message": "Messages",
    "survey": "Survey comments",
    "review": "Reviews",
    "social": "Social posts",
    "web": "Feedback on the site",
}
CUSTOMER = "client"
"""How the customer's lines of a chat begin in French texts, in any spelling."""
LAST_ORDER = 6
"""Orders from the sixth on are shown together: few customers come so far."""


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    orders = with_truth(data)
    contacts = data["contacts"]
    volumes = data["contact_volumes"].merge(data["calendar"].drop(columns=["weekday"]), on="day_id")
    volumes["date"] = volumes["starts_at"].dt.normalize()
    glance(page, data, orders, volumes)
    segments(page, data, orders)
    few_buy_much(page, data, orders)
    weeks(page, orders, data["calendar"])
    hours(page, orders)
    parcels(page, orders)
    incidents(page, orders, volumes)
    reasons(page, data["complaints"], contacts)
    answers(page, data["surveys"], orders)
    stars(page, data["reviews"], orders)
    written(page, data)
    lengths(page, data)
    halo(page, orders)
    moments(page, orders)
    service(page, volumes)
    weekdays(page, volumes, data["rosters"])
    journey(page, data["journey_steps"], orders)
    leaving(page, orders)
    mirror(page, data, orders)
    contractor(page, data)
    oddities(page, data, orders, volumes)


def with_truth(data: cxdata.Dataset) -> pd.DataFrame:
    """Return orders with their parcel, their customer's segment, what the answer key knows of them, and their place."""
    latent = data.truth["latents/orders"]
    orders = (
        data["orders"]
        .merge(latent, on="order_id")
        .merge(data["customers"][["customer_id", "segment", "tier"]], on="customer_id")
        .merge(data["deliveries"][["order_id", "is_late", "is_damaged"]], on="order_id", how="left")
        .sort_values(["customer_id", "ordered_at"])
    )
    orders["place"] = orders.groupby("customer_id").cumcount() + 1
    return orders


def days(dates: pd.Series) -> pd.Series:
    """Return dates as time stamps."""
    return pd.to_datetime(dates)


def percent(page: Page, share: float, digits: int = 0) -> str:
    """Return a share from 0 to 1 as a percentage."""
    return page.written(100 * share, digits=digits, unit="percent")


def glance(page: Page, data: cxdata.Dataset, orders: pd.DataFrame, volumes: pd.DataFrame) -> None:
    """The company in a table of ten lines."""
    customers, amounts = len(data["customers"]), orders["amount_eur"]
    line = volumes[volumes["date"] < "2025"].groupby("date")["calls_offered"].sum()
    everybody = measures.nps(orders["ltr"])
    rows = [
        ("Customers with an account, in this edition", page.written(customers), "people"),
        ("Orders a year", page.written(len(orders) / YEARS), "orders"),
        ("Bought on the web", percent(page, (orders["channel"] == "web").mean()), "of orders"),
        ("Basket in the middle", page.written(amounts.median(), digits=0, unit="euros"), "an order"),
        ("Mean basket", page.written(amounts.mean(), digits=0, unit="euros"), "an order"),
        ("One order in a hundred costs more than", page.written(amounts.quantile(0.99), unit="euros"), "an order"),
        ("Something goes wrong", percent(page, orders["has_problem"].mean(), 1), "of orders (answer key)"),
        ("Complaints", page.written(1000 * len(data["complaints"]) / len(orders), digits=1), "per thousand orders"),
        ("NPS of everybody", page.written(everybody.score, sign=True), "points (answer key)"),
        ("Shops", page.written(len(data["stores"])), "in the whole company"),
        ("Calls to the service centre", page.written(line.mean()), "an open day, whole company"),
    ]
    page.table(
        "glance",
        pd.DataFrame(rows, columns=["what", "value", "unit"]),
        caption="Tilmarenne at one glance",
        columns={
            "what": Column(label="What"),
            "value": Column(label="How much", right=True),
            "unit": Column(label="Unit"),
        },
    )
    page.value("calls.day", line.mean())
    page.value("nps", everybody.score, sign=True)
    page.value("basket.median", amounts.median(), unit="euros")
    page.value("basket.mean", amounts.mean(), unit="euros")
    hold("the mean basket is far above the median", amounts.mean() > 1.5 * amounts.median())


def segments(page: Page, data: cxdata.Dataset, orders: pd.DataFrame) -> None:
    """Who the customers are, by segment."""
    customers = data["customers"].merge(data["households"][["household_id", "has_garden"]], on="household_id")
    customers["age"] = 2023 - days(customers["birth_date"]).dt.year
    bought = orders.groupby("segment", observed=True)
    rows = []
    for name, label in SEGMENTS.items():
        own = customers[customers["segment"] == name]
        theirs = bought.get_group(name)
        rows.append(
            {
                "segment": label,
                "share": 100 * len(own) / len(customers),
                "women": 100 * (own["gender"] == "f").mean(),
                "age": own["age"].median(),
                "garden": 100 * own["has_garden"].mean(),
                "orders": len(theirs) / len(own) / YEARS,
                "euros": theirs["amount_eur"].sum() / len(own) / YEARS,
                "web": 100 * (theirs["channel"] == "web").mean(),
            }
        )
    table = pd.DataFrame(rows)
    oldest, youngest = table.loc[table["age"].idxmax()], table.loc[table["age"].idxmin()]
    hold(
        "gardeners are the oldest, bargain hunters the youngest",
        (oldest["segment"], youngest["segment"]) == ("Gardeners", "Bargain hunters"),
    )
    hold("renovators are mostly men", table.loc[table["women"].idxmin(), "segment"] == "Renovators")
    page.value("age.gardeners", oldest["age"])
    page.value("age.bargain", youngest["age"])
    page.value("women.renovators", table["women"].min(), unit="percent")
    page.value("garden.gardeners", table.set_index("segment").loc["Gardeners", "garden"], unit="percent")
    page.table(
        "segments",
        table,
        caption="Who buys: five segments",
        columns={
            "segment": Column(label="Segment"),
            "share": Column(label="Share", unit="percent"),
            "women": Column(label="Women", unit="percent"),
            "age": Column(label="Median age"),
            "garden": Column(label="Garden", unit="percent"),
            "orders": Column(label="Orders a year", digits=1),
            "euros": Column(label="Euros a year", unit="euros"),
            "web": Column(label="Web", unit="percent"),
        },
    )


def few_buy_much(page: Page, data: cxdata.Dataset, orders: pd.DataFrame) -> None:
    """Share of sales by fifths of customers, and by tier."""
    customers = data["customers"].set_index("customer_id")
    spent = orders.groupby("customer_id")["amount_eur"].sum().reindex(customers.index).fillna(0.0)
    fifth = (spent.rank(method="first", ascending=False) - 1) // (len(spent) / 5)
    shares = 100 * spent.groupby(fifth).sum() / spent.sum()
    none = (spent == 0).mean()
    names = ["Best fifth", "Second", "Third", "Fourth", "Last"]
    table = pd.DataFrame({"fifth": names, "share": shares.to_numpy()})
    table["label"] = [page.written(share, unit="percent") for share in table["share"]]
    page.value("fifth.best", table["share"][0], unit="percent")
    page.value("bought.none", 100 * none, unit="percent")
    hold("the best fifth brings about two thirds of sales", 60 < table["share"][0] < 75)

    def bars(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            y=alt.Y("fifth:N", sort=names, title=None),
            x=alt.X("share:Q", axis=None, scale=alt.Scale(domain=[0, 80])),
        )
        text = base.mark_text(align="left", dx=6).encode(text="label:N")
        return (base.mark_bar(height=20) + text).properties(width=width - 80, height=150)

    page.chart(
        "fifths",
        bars,
        title="One customer in five brings two thirds of sales",
        alternative="Bars of the share of sales by fifths of customers, best first: "
        + ", ".join(table["label"])
        + f". {percent(page, none)} of account holders ordered nothing in the two years.",
        note="Customers are ranked by what they spent in the two years; each bar holds the same number.",
        data=table[["fifth", "share"]],
        columns={
            "fifth": Column(label="Customers"),
            "share": Column(label="Share of sales", unit="percent", digits=1),
        },
    )
    tiers = orders.groupby("tier", observed=True)
    rows = [
        {
            "tier": name.capitalize(),
            "customers": 100 * (customers["tier"] == name).mean(),
            "sales": 100 * tiers.get_group(name)["amount_eur"].sum() / spent.sum(),
            "orders": len(tiers.get_group(name)) / (customers["tier"] == name).sum() / YEARS,
            "nps": measures.nps(tiers.get_group(name)["ltr"]).score,
        }
        for name in ("standard", "silver", "gold")
    ]
    page.table(
        "tiers",
        pd.DataFrame(rows),
        caption="Tiers of the loyalty programme",
        columns={
            "tier": Column(label="Tier"),
            "customers": Column(label="Of customers", unit="percent"),
            "sales": Column(label="Of sales", unit="percent"),
            "orders": Column(label="Orders a year", digits=1),
            "nps": Column(label="NPS (answer key)", sign=True),
        },
    )
    page.value("gold.customers", rows[2]["customers"], unit="percent")
    page.value("gold.sales", rows[2]["sales"], unit="percent")


def weeks(page: Page, orders: pd.DataFrame, calendar: pd.DataFrame) -> None:
    """Orders by week, with the seasons of trade behind them."""
    monday = orders["ordered_at"].dt.to_period("W").dt.start_time
    counts = monday.value_counts().sort_index().loc["2023-01-02":"2024-12-23"]
    table = pd.DataFrame({"week": counts.index, "orders": counts.to_numpy()})
    table["mean"] = table["orders"].rolling(5, center=True, min_periods=3).mean()
    calendar = calendar.assign(date=days(calendar["date"]))
    calendar = calendar[calendar["date"] < "2025"]
    bands = []
    for column, label in (("is_sales", "Sales"), ("is_christmas_business", "Christmas business")):
        chosen = calendar.loc[calendar[column], "date"]
        for _, run in chosen.groupby((chosen.diff().dt.days > 1).cumsum()):
            bands.append({"from": run.min(), "to": run.max(), "season": label})
    per_day = orders.groupby(orders["ordered_at"].dt.normalize()).size()
    kinds = calendar.set_index("date")
    level = per_day.mean()
    rate = {
        "spring": per_day[per_day.index.month.isin([4, 5])].mean() / level,
        "summer": per_day[per_day.index.month.isin([7, 8])].mean() / level,
        "christmas": per_day[kinds["is_christmas_business"].reindex(per_day.index)].mean() / level,
        "sales": per_day[kinds["is_sales"].reindex(per_day.index)].mean() / level,
    }
    for name, value in rate.items():
        page.value(f"season.{name}", 100 * (value - 1), sign=True, unit="percent")
    hold("spring and Christmas lift orders", min(rate["spring"], rate["christmas"]) > 1.08)
    hold("the weeks of the sales lift orders a little", 1.03 < rate["sales"] < 1.25)
    promoted = orders.assign(sales=kinds["is_sales"].reindex(orders["ordered_at"].dt.normalize()).to_numpy())
    promoted = promoted.groupby("sales")["is_promotion"].mean()
    page.value("promotion.sales", 100 * promoted[True], unit="percent")
    page.value("promotion.else", 100 * promoted[False], unit="percent")

    def lines(width: int) -> alt.LayerChart:
        soft = alt.Scale(
            domain=["Sales", "Christmas business"], range=[COLOURS["3-soft"].light, COLOURS["5-soft"].light]
        )
        band = (
            alt.Chart(pd.DataFrame(bands))
            .mark_rect()
            .encode(x=alt.X("from:T", title=None), x2="to:T", color=alt.Color("season:N", scale=soft))
        )
        base = alt.Chart(table).encode(
            x=alt.X("week:T", title=None, axis=alt.Axis(format="%m/%y", tickCount=4 if width < 400 else 8))
        )
        week = base.mark_line(strokeWidth=1, color=charts.NEUTRAL).encode(
            y=alt.Y("orders:Q", title="Orders a week", scale=alt.Scale(zero=False, nice=True))
        )
        return (band + week + base.mark_line().encode(y="mean:Q")).properties(width=width, height=220)

    page.chart(
        "weeks",
        lines,
        title="Spring and Christmas carry the year, the sales their weeks",
        alternative="Orders a week over two years with a five-week mean. Against the mean day: "
        f"April and May {page.written(100 * rate['spring'] - 100, sign=True, unit='percent')}, "
        f"July and August {page.written(100 * rate['summer'] - 100, sign=True, unit='percent')}, "
        f"20 November to 24 December {page.written(100 * rate['christmas'] - 100, sign=True, unit='percent')}, "
        f"weeks of the sales {page.written(100 * rate['sales'] - 100, sign=True, unit='percent')}.",
        note="Thin: the week; thick: mean of five weeks. The sample is small, so single weeks jump by chance.",
        data=table.assign(week=table["week"].dt.strftime("%Y-%m-%d"))[["week", "orders"]],
        columns={"week": Column(label="Week from"), "orders": Column(label="Orders")},
    )


def hours(page: Page, orders: pd.DataFrame) -> None:
    """Weekday by hour, shops and web side by side."""
    at = orders["ordered_at"]
    table = pd.DataFrame({"channel": orders["channel"].astype("object"), "day": at.dt.day_of_week, "hour": at.dt.hour})
    cells = table.value_counts().rename("orders").reset_index()
    cells["share"] = (100 * cells["orders"] / cells.groupby("channel")["orders"].transform("sum")).round(2)
    cells["name"] = cells["day"].map(dict(enumerate(DAYS)))
    cells["where"] = cells["channel"].map({"shop": "Shops", "web": "Web"})
    web = table[table["channel"] == "web"]
    shop = table[table["channel"] == "shop"]
    evening = web["hour"].between(18, 22).mean()
    saturday, monday = (shop["day"] == 5).mean(), (shop["day"] == 0).mean()
    page.value("web.evening", 100 * evening, unit="percent")
    page.value("shop.saturday", 100 * saturday, unit="percent")
    page.value("shop.monday", 100 * monday, unit="percent")
    hold("Saturday is the shops' day and the evening the web's", saturday > 0.2 and evening > 0.3)

    def heat(width: int) -> alt.FacetChart:
        return (
            alt.Chart(cells)
            .mark_rect(color=charts.GOOD)
            .encode(
                x=alt.X(
                    "name:N",
                    sort=list(DAYS),
                    title=None,
                    axis=alt.Axis(labelPadding=4, labelExpr=f"slice(datum.label,0,{2 if width > 400 else 1})"),
                ),
                y=alt.Y("hour:O", title="Hour of the day", axis=alt.Axis(values=list(range(0, 24, 3)))),
                opacity=alt.Opacity(
                    "share:Q",
                    title="% of its orders",
                    legend=None,
                    scale=alt.Scale(domain=[0, 3.5], range=[0.06, 1], clamp=True),
                ),
            )
            .properties(width=(width - 70) // 2, height=260)
            .facet(column=alt.Column("where:N", header=alt.Header(labelOrient="top")), spacing=16)
        )

    wide = cells.pivot_table(index="hour", columns=["where", "name"], values="share", fill_value=0.0, observed=True)
    wide = wide[[(where, day) for where in ("Shops", "Web") for day in DAYS]]
    wide.columns = [f"{where} {day}" for where, day in wide.columns]
    page.chart(
        "hours",
        heat,
        title="Shops live on Saturdays, the web on evenings",
        alternative="Heat maps of orders by weekday and hour. In shops they fall between nine and nineteen o'clock, "
        f"with a dip at noon, and {percent(page, saturday)} of them on Saturdays; on the web {percent(page, evening)} "
        "come between 18 and 23 o'clock, on all days alike.",
        note="The stronger the colour, the larger the cell’s share of the channel’s orders.",
        data=wide.reset_index(),
        columns={"hour": Column(label="Hour"), **{name: Column(digits=1, unit="percent") for name in wide.columns}},
    )


def logged(calendar: pd.DataFrame) -> pd.DataFrame:
    """Return the logged incidents in their order, with a letter each."""
    entries = calendar[calendar["incident"].notna()].assign(date=lambda rows: days(rows["date"]))
    found = entries.groupby("incident", observed=True)["date"].agg(["min", "max"]).sort_values("min").reset_index()
    found["letter"] = [chr(ord("A") + place) for place in range(len(found))]
    found["label"] = found["incident"].astype("object").map(INCIDENTS)
    return found


def parcels(page: Page, orders: pd.DataFrame) -> None:
    """Late and damaged parcels by month, with what the company's log says."""
    web = orders[orders["channel"] == "web"]
    month = web["ordered_at"].dt.to_period("M")
    table = web.groupby(month)[["is_late", "is_damaged"]].agg(["sum", "size"])
    rows = [
        {
            "month": period.to_timestamp() + pd.Timedelta(days=14),
            "parcels": int(row[("is_late", "size")]),
            "Late": 100 * row[("is_late", "sum")] / row[("is_late", "size")],
            "Damaged": 100 * row[("is_damaged", "sum")] / row[("is_damaged", "size")],
        }
        for period, row in table.iterrows()
    ]
    found = pd.DataFrame(rows)
    long = found.melt(id_vars=["month"], value_vars=["Late", "Damaged"], var_name="what", value_name="percent")
    log = logged(cxdata.edition("tilmarenne", "class")["calendar"])
    log["real"] = log["incident"].isin(list(REAL))
    log["middle"] = log["min"] + (log["max"] - log["min"]) / 2
    worst = found.loc[found["Late"].idxmax()]
    overall, jam = 100 * web["is_late"].mean(), worst["Late"]
    yearly = found[found["month"].dt.month == 12]["Late"]
    hold("each December is late", yearly.min() > 1.3 * overall)
    hold("October 2023 is the worst month for parcels", worst["month"].strftime("%Y-%m") == "2023-10")
    december = web[web["ordered_at"].dt.month == 12]["is_late"].mean()
    page.value("late", overall, unit="percent")
    page.value("late.jam", jam, unit="percent")
    page.value("late.december", 100 * december, unit="percent")
    page.value("damaged", 100 * web["is_damaged"].mean(), digits=1, unit="percent")
    page.value("parcels.month", len(web) / 24)

    def lines(width: int) -> alt.LayerChart:
        x = alt.X("month:T", title=None, axis=alt.Axis(format="%m/%y", tickCount=4 if width < 400 else 8))
        colour = alt.Color("what:N", scale=alt.Scale(domain=["Late", "Damaged"], range=[charts.BAD, charts.NEUTRAL]))
        line = (
            alt.Chart(long)
            .mark_line(point={"size": 25})
            .encode(x=x, y=alt.Y("percent:Q", title="Of parcels, %"), color=colour)
        )
        marks = []
        for real, ink, weight in ((False, charts.MUTED, 400), (True, charts.BAD, 800)):
            base = alt.Chart(log[log["real"] == real]).encode(x="middle:T")
            marks.append(base.mark_rule(strokeDash=[3, 3], color=ink))
            marks.append(
                base.mark_text(dy=-8, dx=0 if width > 400 else -5 if real else 5, color=ink, fontWeight=weight).encode(
                    y=alt.value(0), text="letter:N"
                )
            )
        return alt.layer(*marks, line).properties(width=width, height=230)

    page.chart(
        "parcels",
        lines,
        title="One jam, and a December that is late every year",
        alternative=f"Share of parcels late and damaged by month of order. Late: {page.written(overall, unit='percent')} "
        f"overall, {page.written(jam, unit='percent')} in October 2023, {percent(page, december)} in December. "
        "Letters mark the logged incidents: "
        + ", ".join(f"{row.letter} {row.label}" for row in log.itertuples())
        + ".",
        note="Letters are entries of the company's log, explained in the next table; only the bold ones did anything.",
        data=found.assign(month=found["month"].dt.strftime("%Y-%m")),
        columns={
            "month": Column(label="Month of order"),
            "parcels": Column(label="Parcels"),
            "Late": Column(unit="percent", digits=1),
            "Damaged": Column(unit="percent", digits=1),
        },
    )


def incidents(page: Page, orders: pd.DataFrame, volumes: pd.DataFrame) -> None:
    """Each logged incident with what calls and parcels did in its days."""
    web = orders[orders["channel"] == "web"]
    log = logged(cxdata.edition("tilmarenne", "class")["calendar"])
    line = volumes.groupby("date")["calls_offered"].sum()
    quiet = ~line.index.isin(
        [day for row in log.itertuples() for day in pd.date_range(row.min, row.max + pd.Timedelta(days=7))]
    )
    rows = []
    for row in log.itertuples():
        own = line.loc[row.min : row.max]
        near = line[quiet].loc[row.min - pd.Timedelta(days=35) : row.max + pd.Timedelta(days=42)]
        usual = near.groupby(near.index.day_of_week).mean()
        expected = usual.reindex(own.index.day_of_week).to_numpy()
        hit = web[web["ordered_at"].dt.normalize().between(row.min - pd.Timedelta(days=5), row.max)]
        rows.append(
            {
                "entry": f"{row.letter} {row.label}",
                "days": f"{row.min:%d %b} to {row.max:%d %b %Y}" if row.max > row.min else f"{row.min:%d %b %Y}",
                "calls": 100 * (own.sum() / expected.sum() - 1),
                "late": f"{int(hit['is_late'].sum())} of {len(hit)}",
                "did": REAL.get(row.incident, "Nothing: a decoy"),
                "incident": row.incident,
            }
        )
    table = pd.DataFrame(rows)
    calls = table.set_index("incident")["calls"]
    for name, short in (("warehouse_software_change", "jam"), ("lamp_recall", "recall")):
        page.value(f"calls.{short}", calls[name], unit="percent", sign=True)
    hold(
        "two incidents lift calls, and no decoy does", calls[list(REAL)].min() > 25 > calls.drop(list(REAL)).abs().max()
    )
    page.value("incidents", len(table))
    page.value("decoys", len(table) - len(REAL))
    page.table(
        "incidents",
        table.drop(columns=["incident"]),
        caption="What the log says, and what happened",
        columns={
            "entry": Column(label="Entry in the log"),
            "days": Column(label="Days"),
            "calls": Column(label="Calls against usual", sign=True, unit="percent"),
            "late": Column(label="Late among parcels on their way", right=True),
            "did": Column(label="What it did (answer key)"),
        },
    )


def reasons(page: Page, complaints: pd.DataFrame, contacts: pd.DataFrame) -> None:
    """Pareto of complaint reasons."""
    counts = complaints.merge(contacts[["contact_id", "reason"]], on="contact_id")["reason"].value_counts()
    counts = counts[counts > 0]
    table = pd.DataFrame({"reason": [str(one).replace("_", " ").capitalize() for one in counts.index]})
    table["complaints"] = counts.to_numpy()
    table["running"] = 100 * table["complaints"].cumsum() / table["complaints"].sum()
    table["label"] = [f"{row.complaints} · {page.written(row.running, unit='percent')}" for row in table.itertuples()]
    hold("late parcels lead the complaints", table["reason"][0] == "Late delivery")
    hold("late and damaged parcels together make about half", 42 < table["running"][1] < 58)
    page.value("complaints", len(complaints))
    page.value("reasons.two", table["running"][1], unit="percent")

    def bars(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            y=alt.Y("reason:N", sort=list(table["reason"]), title=None),
            x=alt.X("complaints:Q", axis=None, scale=alt.Scale(domain=[0, 1.35 * counts.max()])),
        )
        text = base.mark_text(align="left", dx=6).encode(text="label:N")
        return (base.mark_bar(height=16, color=charts.BAD) + text).properties(width=width - 130, height=230)

    page.chart(
        "reasons",
        bars,
        title="Two reasons, both of the parcel, make half of the complaints",
        alternative="Bars of complaints by reason with the running share: "
        + ", ".join(f"{row.reason} {row.label.replace(' · ', ', ')}" for row in table.itertuples())
        + ".",
        note="Number of complaints, and share of all down to this line.",
        data=table[["reason", "complaints", "running"]],
        columns={
            "reason": Column(label="Reason"),
            "complaints": Column(label="Complaints"),
            "running": Column(label="Running share", unit="percent"),
        },
    )


def answers(page: Page, surveys: pd.DataFrame, orders: pd.DataFrame) -> None:
    """The recommendation: everybody, call-back, e-mail."""
    sources = {
        "Everybody": orders["ltr"],
        "Call-back": surveys.loc[surveys["programme"] == "callback_after_order", "ltr"].dropna(),
        "E-mail": surveys.loc[surveys["programme"] == "email_after_order", "ltr"].dropna(),
    }
    found = {name: measures.nps(values) for name, values in sources.items()}
    heads = {
        name: f"{name}{' (answer key)' if name == 'Everybody' else ''}: NPS {page.written(one.score, sign=True)}, "
        f"{page.written(one.answers)} answers"
        for name, one in found.items()
    }
    rows = [
        {"who": heads[name], "answer": answer, "share": 100 * (values == answer).mean()}
        for name, values in sources.items()
        for answer in range(11)
    ]
    long = pd.DataFrame(rows)
    wide = long.assign(who=long["who"].map({head: name for name, head in heads.items()}))
    wide = wide.pivot_table(index="answer", columns="who", values="share")[list(sources)].reset_index()
    every = wide.set_index("answer")["Everybody"]
    hold(
        "answers heap at 0, 5, 8 and 10",
        all(every[one] > every[[n for n in (one - 1, one + 1) if n in every]].max() for one in (0, 5, 8, 10)),
    )
    hold(
        "the call-back holds the truth, the e-mail does not",
        found["Call-back"].low <= found["Everybody"].score <= found["Call-back"].high < found["E-mail"].low,
    )
    for name, one in found.items():
        key = name.lower().replace("-", "")
        page.value(f"nps.{key}", one.score, sign=True)
        page.value(f"nps.{key}.low", one.low, sign=True)
        page.value(f"nps.{key}.high", one.high, sign=True)
    domain = ["Detractors", "Passives", "Promoters"]
    long["group"] = pd.cut(long["answer"], [-1, 6, 8, 10], labels=domain).astype("object")

    def bars(width: int) -> alt.FacetChart:
        return (
            alt.Chart(long)
            .mark_bar()
            .encode(
                x=alt.X("answer:O", title="Would recommend, 0 to 10"),
                y=alt.Y("share:Q", title="%", axis=alt.Axis(tickCount=3)),
                color=alt.Color(
                    "group:N", scale=alt.Scale(domain=domain, range=[charts.BAD, charts.NEUTRAL, charts.GOOD])
                ),
            )
            .properties(width=width, height=90)
            .facet(
                row=alt.Row(
                    "who:N",
                    sort=list(heads.values()),
                    header=alt.Header(labelOrient="top", labelAnchor="start", labelPadding=2),
                ),
                spacing=8,
            )
        )

    page.chart(
        "answers",
        bars,
        title="People answer in round numbers, and the pleased answer e-mails",
        alternative="Three distributions of the recommendation: "
        + "; ".join(heads.values())
        + ". "
        + f"Of everybody {page.written(every[0], unit='percent')} answer 0, {page.written(every[5], unit='percent')} 5, "
        f"{page.written(every[8], unit='percent')} 8 and {page.written(every[10], unit='percent')} 10, each more than its neighbours.",
        data=wide,
        columns={"answer": Column(label="Answer"), **{name: Column(digits=1, unit="percent") for name in sources}},
    )


def stars(page: Page, reviews: pd.DataFrame, orders: pd.DataFrame) -> None:
    """Public stars beside those that everybody would give."""
    public = reviews[reviews["origin"] == "spontaneous"]["stars"]
    rows = pd.DataFrame({"stars": range(1, 6)})
    sources = {"Public reviews, unasked": public, "Everybody (answer key)": orders["stars"]}
    for name, values in sources.items():
        rows[name] = [100 * (values == star).mean() for star in rows["stars"]]
    long = rows.melt(id_vars=["stars"], var_name="who", value_name="share")
    first = rows["Public reviews, unasked"]
    hold("public stars make a J", first[4] > first[3] and first[0] > first[1] > first[2] and first[4] > 2 * first[0])
    page.value("reviews", len(public))
    page.value("stars.public", public.mean(), digits=1)
    page.value("stars.everybody", orders["stars"].mean(), digits=1)
    page.value("stars.five", first[4], unit="percent")
    page.value("stars.five.everybody", rows["Everybody (answer key)"][4], unit="percent")

    def bars(width: int) -> alt.Chart:
        return (
            alt.Chart(long)
            .mark_bar()
            .encode(
                x=alt.X("stars:O", title="Stars"),
                xOffset=alt.XOffset("who:N", sort=list(sources)),
                y=alt.Y("share:Q", title="%"),
                color=alt.Color(
                    "who:N",
                    sort=list(sources),
                    scale=alt.Scale(domain=list(sources), range=[SERIES[3], charts.NEUTRAL]),
                ),
            )
            .properties(width=width, height=180)
        )

    page.chart(
        "stars",
        bars,
        title="The public stars are a J; the customers are not",
        alternative="Bars of stars, one to five. Public reviews: "
        + ", ".join(page.written(share, unit="percent") for share in first)
        + ". All orders, had each been reviewed: "
        + ", ".join(page.written(share, unit="percent") for share in rows["Everybody (answer key)"])
        + ".",
        data=rows,
        columns={"stars": Column(label="Stars"), **{name: Column(digits=1, unit="percent") for name in sources}},
    )


def spoken(data: cxdata.Dataset) -> pd.DataFrame:
    """Return the passages that speak of an aspect, from the answer key."""
    passages = data.truth["latents/passages"]
    return passages[passages["kind"] == "concept"]


def written(page: Page, data: cxdata.Dataset) -> None:
    """Which aspects customers write about, in praise and in blame."""
    texts, said = data["verbatims"], spoken(data)
    counts = said.groupby(["aspect", "polarity"], observed=True).size().unstack(fill_value=0)
    counts = counts.assign(said=counts.sum(axis=1)).sort_values("said", ascending=False).reset_index()
    counts["label"] = counts["aspect"].astype("object").str.replace("_", " ").str.capitalize()
    names = list(counts["label"])
    sides = {"Blame": -counts["negative"], "Praise": counts["positive"]}
    long = pd.concat([pd.DataFrame({"label": names, "side": side, "said": found}) for side, found in sides.items()])
    common = counts[(counts["said"] >= 200) & (counts["aspect"] != "overall")]
    blame, praise = common["negative"] / common["said"], common["positive"] / common["said"]
    worst, best = common.loc[blame.idxmax()], common.loc[praise.idxmax()]
    hold("the goods are written about most", names[0] == "Quality")
    hold("most of what is said of the delivery is blame", blame[common["aspect"] == "delivery"].item() > 0.6)
    page.value("written.texts", len(texts))
    page.value("written.each", len(said) / len(texts), digits=1)
    page.text("written.worst", en=str(worst["label"]).lower())
    page.value("written.worst_share", 100 * blame.max(), unit="percent")
    page.text("written.best", en=str(best["label"]).lower())
    page.value("written.best_share", 100 * praise.max(), unit="percent")
    page.value("written.caused", 100 * (said["cause"] != "any").mean(), unit="percent")
    comments = texts[texts["source"] == "survey"].merge(
        data["deliveries"][["order_id", "is_late"]].dropna(), on="order_id"
    )
    blamed = said[(said["aspect"] == "delivery") & (said["polarity"] == "negative")]["verbatim_id"]
    late = comments["is_late"].astype(bool)
    shares = [comments.loc[one, "verbatim_id"].isin(blamed).mean() for one in (late, ~late)]
    hold("who got a late parcel writes of it", shares[0] > 5 * shares[1])
    page.value("written.late", 100 * shares[0], unit="percent")
    page.value("written.on_time", 100 * shares[1], unit="percent")

    def bars(width: int) -> alt.LayerChart:
        base = alt.Chart(long).encode(
            y=alt.Y("label:N", sort=names, title=None),
            x=alt.X("said:Q", title="Passages", axis=alt.Axis(labelExpr="format(abs(datum.value), ',')", tickCount=5)),
        )
        bar = base.mark_bar(height=12).encode(
            color=alt.Color(
                "side:N", scale=alt.Scale(domain=["Blame", "Praise"], range=[charts.BAD, charts.GOOD]), sort=["Blame"]
            )
        )
        zero = alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule().encode(x="zero:Q")
        return (bar + zero).properties(width=width - 110, height=alt.Step(18))

    page.chart(
        "written",
        bars,
        title="The goods are written about most; the parcel mostly in anger",
        alternative=f"Passages by aspect in {page.written(len(texts))} texts, blame to the left and praise to the right: "
        + ", ".join(f"{row.label} {row.negative} and {row.positive}" for row in counts.itertuples())
        + ".",
        note="From the answer key; passages that neither praise nor blame are left out of the picture.",
        data=counts[["label", "negative", "neutral", "positive"]],
        columns={
            "label": Column(label="Aspect"),
            "negative": Column(label="Blame"),
            "neutral": Column(label="Neither"),
            "positive": Column(label="Praise"),
        },
    )


def lengths(page: Page, data: cxdata.Dataset) -> None:
    """Words of a text by source, beside what is published."""
    texts = data["verbatims"].merge(data.truth["latents/verbatims"][["verbatim_id", "concept_count"]], on="verbatim_id")
    chats = texts["source"] == "chat"
    lines = texts.loc[chats, "text"].str.split("\n").explode()
    own = lines[lines.str.lower().str.startswith(CUSTOMER)].str.partition(":")[2]
    words = own.str.replace(r" (?=[?!])", "", regex=True).str.split().str.len()
    texts["words"] = texts["word_count"].astype(float)
    texts.loc[chats, "words"] = words.groupby(level=0).sum()
    published = {source: scan.figures()[f"erdil_2017.{source}_words"].value for source in ("survey", "review", "chat")}
    span = [scan.figures()[f"erdil_2017.complaint_words_{end}"].value for end in ("lowest", "highest")]
    found = texts.groupby("source", observed=True).agg(
        texts=("words", "size"), words=("words", "mean"), concepts=("concept_count", "mean")
    )
    table = found.reindex(list(SOURCES)).reset_index()
    table["label"] = table["source"].map(SOURCES)
    table["published"] = table["source"].map(published)
    table["written"] = [page.written(value) for value in table["words"]]
    table["right"] = table[["words", "published"]].max(axis=1)
    table.loc[table["source"] == "complaint", "right"] = max(found.loc["complaint", "words"], span[1])
    near = table.dropna(subset=["published"])
    hold("texts are about as long as published", (abs(near["words"] / near["published"] - 1) < 0.2).all())
    complaint = found.loc["complaint"]
    hold("complaints lie within the published span", span[0] < complaint["words"] < span[1])
    page.value("lengths.complaint", complaint["words"])
    page.value("lengths.complaint_concepts", complaint["concepts"], digits=1)
    page.value("lengths.web", found.loc["web", "words"])
    labels = list(table["label"])

    def dots(width: int) -> alt.LayerChart:
        scale = alt.Scale(domain=[0, 140])
        row = alt.Y("label:N", sort=labels, title=None)
        base = alt.Chart(table).encode(y=row)
        ends = pd.DataFrame({"label": [SOURCES["complaint"]], "low": [span[0]], "high": [span[1]]})
        rule = alt.Chart(ends).mark_rule(strokeWidth=4, color=charts.NEUTRAL).encode(y=row, x="low:Q", x2="high:Q")
        tick = base.mark_tick(thickness=4, size=22, color=charts.NEUTRAL).encode(x="published:Q")
        dot = base.mark_point(size=110, color=charts.GOOD, opacity=1).encode(
            x=alt.X("words:Q", title="Words of a text, mean", scale=scale, axis=alt.Axis(tickCount=6))
        )
        number = base.mark_text(align="left", dx=11).encode(x="right:Q", text="written:N")
        return (rule + tick + dot + number).properties(width=width - 150, height=230)

    page.chart(
        "lengths",
        dots,
        title="Texts are as long as published ones where lengths are published",
        alternative="Mean words of a text: "
        + ", ".join(
            f"{row.label} {row.written}" + (f" (published {page.written(row.published)})" if row.published > 0 else "")
            for row in table.itertuples()
        )
        + f"; published means of complaints go from {page.written(span[0])} to {page.written(span[1])} by brand.",
        note="Dots are these data; grey strokes are published means, and the grey line is the span of complaints from brand to brand (Erdil 2017).",
        data=table[["label", "texts", "words", "published", "concepts"]],
        columns={
            "label": Column(label="Texts"),
            "texts": Column(label="How many"),
            "words": Column(label="Words", digits=1),
            "published": Column(label="Published words"),
            "concepts": Column(label="Aspects", digits=1),
        },
    )


def halo(page: Page, orders: pd.DataFrame) -> None:
    """How six marks and the recommendation go together, all web orders."""
    web = orders[orders["channel"] == "web"].rename(columns={f"item_{name}": name for name in MARKS})
    found = web[list(MARKS)].corr()
    names = list(MARKS.values())
    found.index, found.columns = names, names
    keep = [(one, two, found.loc[one, two]) for place, one in enumerate(names) for two in names[:place]]
    table = pd.DataFrame(keep, columns=["one", "two", "r"])
    table["label"] = [page.written(value, digits=2) for value in table["r"]]
    among = table[table["one"] != "Recommends"]["r"]
    last = table[table["one"] == "Recommends"].set_index("two")["r"]
    page.value("halo.least", among.min(), digits=2)
    page.value("halo.most", among.max(), digits=2)
    page.value("halo.delivery", last["Delivery"], digits=2)
    hold("all marks go together", among.min() > 0.2)
    hold("delivery goes with the recommendation most", last.idxmax() == "Delivery")

    def heat(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            x=alt.X(
                "two:N",
                sort=names[:-1],
                title=None,
                axis=alt.Axis(
                    orient="bottom",
                    labelFontSize=13 if width > 400 else 10,
                    labelPadding=4,
                    labelAngle=0 if width > 400 else -40,
                ),
            ),
            y=alt.Y("one:N", sort=names[1:], title=None),
        )
        cell = base.mark_rect(color=charts.GOOD).encode(
            opacity=alt.Opacity("r:Q", legend=None, scale=alt.Scale(domain=[0.25, 0.6], range=[0.06, 0.5], clamp=True))
        )
        return (cell + base.mark_text().encode(text="label:N")).properties(width=width - 90, height=210)

    page.chart(
        "halo",
        heat,
        title="Everything hangs together a little, delivery most with the recommendation",
        alternative=f"Correlations of six marks and the recommendation, {page.written(len(web))} web orders. Among marks they lie between "
        f"{page.written(among.min(), digits=2)} and {page.written(among.max(), digits=2)}; with the recommendation: "
        + ", ".join(f"{name} {page.written(value, digits=2)}" for name, value in last.items())
        + ".",
        note="All web orders, from the answer key; the call-back shows the same with more chance in it.",
        data=found.reset_index(names="mark"),
        columns={"mark": Column(label="Mark"), **{name: Column(digits=2) for name in names}},
    )


def moments(page: Page, orders: pd.DataFrame) -> None:
    """What a late or damaged parcel does to the recommendation, by segment."""
    web = orders[orders["channel"] == "web"].copy()
    web["bad"] = (web["is_late"].eq(True) | web["is_damaged"].eq(True)).astype(bool)
    web["christmas"] = web["ordered_at"].dt.month.eq(12) | (web["ordered_at"].dt.strftime("%m%d") >= "1120")
    rows = []
    for name, label in SEGMENTS.items():
        own = web[web["segment"] == name]
        found = measures.difference(own, outcome="ltr", treatment="bad", strata=["is_bulky", "christmas"])
        rows.append(
            {
                "segment": label,
                "orders": len(own),
                "bad": int(own["bad"].sum()),
                "effect": found.value,
                "low": found.low,
                "high": found.high,
            }
        )
    table = pd.DataFrame(rows).sort_values("effect").reset_index(drop=True)
    hold(
        "gift buyers suffer most, bargain hunters least",
        (table["segment"].iloc[0], table["segment"].iloc[-1]) == ("Gift buyers", "Bargain hunters"),
    )
    hold("the two intervals do not overlap", table["high"].iloc[0] < table["low"].iloc[-1])
    page.value("moment.gift", table["effect"].iloc[0], digits=1, sign=True)
    page.value("moment.bargain", table["effect"].iloc[-1], digits=1, sign=True)

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(y=alt.Y("segment:N", sort=list(table["segment"]), title=None))
        span = base.mark_rule(strokeWidth=2, color=charts.NEUTRAL).encode(
            x=alt.X("low:Q", title="Points of 0 to 10", scale=alt.Scale(domain=[-4.5, 0]), axis=alt.Axis(tickCount=5)),
            x2="high:Q",
        )
        return (span + base.mark_point(size=80, color=charts.BAD).encode(x="effect:Q")).properties(
            width=width - 130, height=160
        )

    page.chart(
        "moments",
        dots,
        title="A bad delivery costs most where it is a gift",
        alternative="Effect of a late or damaged parcel on the recommendation by segment, with 95% intervals: "
        + "; ".join(
            f"{row.segment} {page.written(row.effect, digits=1)} ({page.written(row.low, digits=1)} to {page.written(row.high, digits=1)})"
            for row in table.itertuples()
        )
        + ".",
        note="Difference within bulky goods and Christmas weeks, all web orders, from the answer key; lines are 95% intervals.",
        data=table,
        columns={
            "segment": Column(label="Segment"),
            "orders": Column(label="Web orders"),
            "bad": Column(label="Late or damaged"),
            "effect": Column(label="Effect", digits=1, sign=True),
            "low": Column(label="From", digits=1, sign=True),
            "high": Column(label="To", digits=1, sign=True),
        },
    )


PANELS = {
    "calls": "Calls offered a quarter-hour",
    "advisers": "Advisers ready",
    "wait": "Mean wait, seconds",
    "abandoned": "Given up, % of calls",
}


def service(page: Page, volumes: pd.DataFrame) -> None:
    """Two weeks of the line, quarter-hour by quarter-hour."""
    names = {"Ordinary": ORDINARY, "Recall": RECALL}
    labels = {"Ordinary": "Ordinary week", "Recall": "Week of the recall"}
    parts, totals = [], []
    for name, monday in names.items():
        start = pd.Timestamp(monday)
        own = volumes[volumes["starts_at"].between(start, start + pd.Timedelta(days=6))].copy()
        own["week"] = labels[name]
        own["day"] = (own["date"] - start).dt.days
        own["from_opening"] = (own["starts_at"] - own["date"]).dt.total_seconds() / 3600 - 8.5
        parts.append(own)
        for day, rows in own.groupby("day"):
            totals.append(
                {
                    "week": labels[name],
                    "day": DAYS[day],
                    "calls": int(rows["calls_offered"].sum()),
                    "advisers": rows["advisers_staffed"].mean(),
                    "wait": np.average(rows["mean_wait_seconds"].fillna(0), weights=rows["calls_answered"]),
                    "abandoned": 100 * rows["calls_abandoned"].sum() / rows["calls_offered"].sum(),
                }
            )
    both = pd.concat(parts)
    both["slot"] = (both["from_opening"] * 4).round().astype(int)
    both["hourly"] = both["slot"] // 4
    daily = pd.DataFrame(totals)
    week = both.groupby("week")[["calls_offered", "calls_abandoned"]].sum()
    given_up = 100 * week["calls_abandoned"] / week["calls_offered"]
    tuesday = daily[daily["day"] == "Tue"].set_index("week")
    for name, label in labels.items():
        key = name.lower()
        page.value(f"week.{key}.given_up", given_up[label], unit="percent")
        page.value(f"week.{key}.tuesday", tuesday.loc[label, "calls"])
        page.value(f"week.{key}.advisers", tuesday.loc[label, "advisers"])
        page.value(f"week.{key}.wait", tuesday.loc[label, "wait"])
    hold(
        "the recall makes many callers give up, and an ordinary week few",
        given_up[labels["Recall"]] > 15 and given_up[labels["Ordinary"]] < 5,
    )
    hold(
        "no more advisers were there than usual",
        tuesday.loc[labels["Recall"], "advisers"] < 1.1 * tuesday.loc[labels["Ordinary"], "advisers"],
    )

    def lines(width: int) -> alt.VConcatChart:
        step = 1 if width > 400 else 4
        chosen = both.assign(bin=both["slot"] // step * step)
        drawn = (
            chosen.groupby(["week", "day", "bin"])
            .agg(
                calls=("calls_offered", "mean"),
                advisers=("advisers_staffed", "mean"),
                wait=("mean_wait_seconds", "mean"),
                lost=("calls_abandoned", "sum"),
                offered=("calls_offered", "sum"),
            )
            .reset_index()
        )
        drawn["abandoned"] = 100 * drawn["lost"] / drawn["offered"].clip(lower=1)
        drawn["x"] = drawn["day"] * 58 + drawn["bin"]
        drawn["part"] = drawn["week"] + drawn["day"].astype(str)
        drawn = drawn[["week", "part", "x", "calls", "advisers", "wait", "abandoned"]].round(1)
        middle = [day * 58 + 27 for day in range(6)]
        expr = "[" + ",".join(f"'{day}'" for day in DAYS[:6]) + "][round((datum.value-27)/58)]"
        colour = alt.Color(
            "week:N",
            scale=alt.Scale(domain=list(labels.values()), range=[charts.NEUTRAL, charts.BAD]),
            legend=alt.Legend(symbolType="stroke"),
        )
        panels = []
        for place, (name, label) in enumerate(PANELS.items()):
            axis = alt.Axis(values=middle, labelExpr=expr, ticks=False) if place == len(PANELS) - 1 else None
            panels.append(
                alt.Chart(
                    drawn[["week", "part", "x", name]],
                    title=alt.TitleParams(label, fontSize=13, fontWeight=500, offset=4, frame="group"),
                )
                .mark_line(strokeWidth=1.3)
                .encode(
                    x=alt.X("x:Q", title=None, axis=axis, scale=alt.Scale(domain=[0, 344], nice=False)),
                    y=alt.Y(f"{name}:Q", title=None, axis=alt.Axis(tickCount=3, minExtent=30)),
                    color=colour,
                    detail="part:N",
                )
                .properties(width=width, height=80)
            )
        return alt.vconcat(*panels, spacing=10)

    page.chart(
        "service",
        lines,
        title="The recall brought the calls; the roster had been written before",
        alternative="Four panels over the days of two weeks of May 2024, line by quarter-hour. Given up: "
        f"{page.written(given_up[labels['Ordinary']], unit='percent')} in the ordinary week, "
        f"{page.written(given_up[labels['Recall']], unit='percent')} in the week of the recall. On Tuesday "
        f"{page.written(tuesday.loc[labels['Ordinary'], 'calls'])} against {page.written(tuesday.loc[labels['Recall'], 'calls'])} calls, "
        f"a mean wait of {page.written(tuesday.loc[labels['Ordinary'], 'wait'])} against {page.written(tuesday.loc[labels['Recall'], 'wait'])} seconds.",
        note="Monday of the recall's week was a public holiday. Whole company, by quarter-hour, on phones by hour; the table has the days.",
        data=daily,
        columns={
            "week": Column(label="Week"),
            "day": Column(label="Day"),
            "calls": Column(label="Calls offered"),
            "advisers": Column(label="Advisers ready, mean"),
            "wait": Column(label="Mean wait, seconds"),
            "abandoned": Column(label="Given up", unit="percent", digits=1),
        },
    )


def weekdays(page: Page, volumes: pd.DataFrame, rosters: pd.DataFrame) -> None:
    """Mondays against Saturdays, and sickness by season."""
    inside = volumes[volumes["date"] < "2025"]
    rows = []
    for day, own in inside.groupby(inside["date"].dt.day_of_week):
        rows.append(
            {
                "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")[day],
                "calls": own["calls_offered"].sum() / own["date"].nunique(),
                "advisers": own["advisers_staffed"].mean(),
                "wait": np.average(own["mean_wait_seconds"].fillna(0), weights=own["calls_answered"]),
                "abandoned": 100 * own["calls_abandoned"].sum() / own["calls_offered"].sum(),
            }
        )
    table = pd.DataFrame(rows)
    hold("midweek loses as many calls as Monday", table["abandoned"][2] > 0.9 * table["abandoned"][0])
    hold("Mondays have most calls and Saturdays fewest", (table["calls"].idxmax(), table["calls"].idxmin()) == (0, 5))
    page.value("monday.calls", 100 * (table["calls"][0] / table["calls"][5] - 1), unit="percent")
    page.value("monday.advisers", 100 * (table["advisers"][0] / table["advisers"][5] - 1), unit="percent")
    page.table(
        "weekdays",
        table,
        caption="The line by weekday",
        columns={
            "day": Column(label="Day"),
            "calls": Column(label="Calls offered"),
            "advisers": Column(label="Advisers ready, mean"),
            "wait": Column(label="Mean wait, seconds"),
            "abandoned": Column(label="Given up", unit="percent", digits=1),
        },
    )
    shifts = rosters.melt(id_vars=["week_start"], value_vars=[one.lower() for one in table["day"]])
    month = days(shifts["week_start"]).dt.month
    planned = shifts["value"].isin(["early", "day", "late", "sick"])
    sick = shifts["value"].eq("sick")
    rate = {
        name: 100 * sick[month.isin(months)].sum() / planned[month.isin(months)].sum()
        for name, months in (("winter", [12, 1, 2]), ("summer", [6, 7, 8]))
    }
    hold("sickness is a winter thing", rate["winter"] > 1.5 * rate["summer"])
    for name, value in rate.items():
        page.value(f"sick.{name}", value, unit="percent", digits=1)


def journey(page: Page, steps: pd.DataFrame, orders: pd.DataFrame) -> None:
    """The path of web orders, told by the diary panel."""
    known = orders[["order_id", "channel", "is_late", "is_damaged"]].rename(columns={"channel": "bought"})
    told = steps.merge(known, on="order_id")
    told = told[told["bought"] == "web"].copy()
    told["bad"] = told["is_late"].eq(True) | told["is_damaged"].eq(True)
    rows = []
    for name, label in STEPS.items():
        own = told[told["step"] == name]
        rows.append(
            {
                "step": label,
                "told": len(own),
                "fine": own.loc[~own["bad"], "step_score"].mean(),
                "bad": own.loc[own["bad"], "step_score"].mean(),
                "incident": 100 * own["has_incident"].mean(),
                "wait": own["wait_minutes"].median(),
            }
        )
    table = pd.DataFrame(rows)
    table["waited"] = [
        "" if wait < 1 else f"{page.written(wait / 1440)} days" if wait > 1440 else f"{page.written(wait)} min"
        for wait in table["wait"]
    ]
    kinds = {"fine": "Parcel on time and whole", "bad": "Parcel late or damaged"}
    by = table.set_index("step")
    hold(
        "waiting and receiving are the valley", set(by["bad"].nsmallest(2).index) <= {"Wait", "Receive", "Ask for help"}
    )
    page.value("journeys", told["order_id"].nunique())
    page.value("journeys.bad", told.loc[told["bad"], "order_id"].nunique())
    for name in ("Wait", "Receive", "Use"):
        for kind in kinds:
            page.value(f"step.{name.lower()}.{kind}", by.loc[name, kind], digits=1)
    page.value("step.wait.days", by.loc["Wait", "wait"] / 1440)
    long = table.melt(id_vars=["step", "waited"], value_vars=list(kinds), var_name="kind", value_name="score")
    long["kind"] = long["kind"].map(kinds)

    def path(width: int) -> alt.LayerChart:
        domain = list(kinds.values())
        base = alt.Chart(long).encode(
            y=alt.Y("step:N", sort=list(table["step"]), title=None),
            x=alt.X("score:Q", title="Mean score, 0 to 10", scale=alt.Scale(domain=[3, 9]), axis=alt.Axis(tickCount=5)),
        )
        ordered = base.mark_line(strokeWidth=2).encode(
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=domain, range=[charts.GOOD, charts.BAD]),
                legend=alt.Legend(columns=2 if width > 400 else 1),
            ),
            order=alt.Order("place:Q"),
        )
        ordered = ordered.transform_calculate(place="indexof(" + str(list(table["step"])) + ", datum.step)")
        waits = (
            alt.Chart(table)
            .mark_text(align="right", color=charts.MUTED)
            .encode(y=alt.Y("step:N", sort=list(table["step"])), x=alt.value(width - 95), text="waited:N")
        )
        dots = base.mark_point(size=45).encode(color="kind:N")
        return (ordered + dots + waits).properties(width=width - 95, height=270)

    page.chart(
        "journey",
        path,
        title="The web order goes down while the parcel is on its way",
        alternative="Mean score of each step of web orders, parcels fine and parcels late or damaged: "
        + ", ".join(
            f"{row.step} {page.written(row.fine, digits=1)} and {page.written(row.bad, digits=1)}"
            for row in table.itertuples()
        )
        + f". The wait for the parcel is {by.loc['Wait', 'waited']} in the middle.",
        note="To the right the median wait of the step, where there is one.",
        data=table.drop(columns=["waited"]),
        columns={
            "step": Column(label="Step"),
            "told": Column(label="Told"),
            "fine": Column(label=kinds["fine"], digits=1),
            "bad": Column(label=kinds["bad"], digits=1),
            "incident": Column(label="With an incident", unit="percent"),
            "wait": Column(label="Median wait, minutes"),
        },
    )


def leaving(page: Page, orders: pd.DataFrame) -> None:
    """Hazard of leaving by order number, with and without a failure; second failures."""
    own = orders.assign(place=orders["place"].clip(upper=LAST_ORDER))
    kinds = {False: "All went well", True: "Something went wrong"}
    rows = []
    for (place, bad), group in own.groupby(["place", "has_problem"]):
        low, high = measures.share_interval(int(group["lost"].sum()), len(group))
        rows.append(
            {
                "order": f"{place}" + ("+" if place == LAST_ORDER else ""),
                "kind": kinds[bad],
                "orders": len(group),
                "left": 100 * group["lost"].mean(),
                "low": 100 * low,
                "high": 100 * high,
            }
        )
    table = pd.DataFrame(rows)
    good = table[table["kind"] == kinds[False]].set_index("order")["left"]
    hold("customers whose order went well leave less the more they have bought", good.iloc[0] > 1.5 * good.iloc[-1])
    web = own[own["channel"] == "web"]
    bad = web["is_late"].eq(True) | web["is_damaged"].eq(True)
    page.value("leave.first", good.iloc[0], digits=1, unit="percent")
    page.value("leave.last", good.iloc[-1], digits=1, unit="percent")
    page.value("leave.bad_delivery", 100 * web.loc[bad, "lost"].mean(), unit="percent")
    page.value("leave.good_delivery", 100 * web.loc[~bad, "lost"].mean(), digits=1, unit="percent")
    failures = [
        ("No failure", own[~own["has_problem"]]),
        ("A first failure", own[own["has_problem"] & ~own["is_repeat_failure"]]),
        ("A second failure, or more", own[own["has_problem"] & own["is_repeat_failure"]]),
    ]
    second = []
    for label, group in failures:
        low, high = measures.share_interval(int(group["lost"].sum()), len(group))
        second.append(
            {
                "what": label,
                "orders": len(group),
                "ltr": group["ltr"].mean(),
                "left": percent(page, group["lost"].mean(), 1),
                "interval": f"{percent(page, low)} to {percent(page, high)}",
                "share": group["lost"].mean(),
            }
        )
    hold(
        "a second failure is worse than the first",
        second[2]["share"] > second[1]["share"] and second[2]["ltr"] < second[1]["ltr"],
    )
    page.text("leave.one", en=second[1]["left"])
    page.text("leave.two", en=second[2]["left"])

    def lines(width: int) -> alt.LayerChart:
        scale = alt.Scale(domain=list(kinds.values()), range=[charts.GOOD, charts.BAD])
        base = alt.Chart(table).encode(
            x=alt.X("order:O", title="Order number", axis=alt.Axis(labelAngle=0)),
            color=alt.Color("kind:N", scale=scale),
        )
        span = base.mark_rule(strokeWidth=1.5).encode(y=alt.Y("low:Q", title="Leave for good, %"), y2="high:Q")
        return (span + base.mark_line(point=True).encode(y="left:Q")).properties(width=width, height=220)

    page.chart(
        "leaving",
        lines,
        title="Habit keeps customers; a failure undoes it at any age",
        alternative="Share who leave for good after their n-th order of the window. "
        + "; ".join(
            f"{kind}: "
            + ", ".join(page.written(value, unit="percent") for value in table[table["kind"] == kind]["left"])
            for kind in kinds.values()
        )
        + ".",
        note="From the answer key, which knows who left; in the observed tables leaving and pausing look alike. Vertical lines are 95% intervals.",
        data=table,
        columns={
            "order": Column(label="Order"),
            "kind": Column(label="How it went"),
            "orders": Column(label="Orders"),
            "left": Column(label="Left", unit="percent", digits=1),
            "low": Column(label="From", unit="percent"),
            "high": Column(label="To", unit="percent"),
        },
    )
    page.table(
        "failures",
        pd.DataFrame(second).drop(columns=["share"]),
        caption="After the first failure and after the second",
        columns={
            "what": Column(label="What happened with the order"),
            "orders": Column(label="Orders"),
            "ltr": Column(label="Mean recommendation", digits=1),
            "left": Column(label="Left for good", right=True),
            "interval": Column(label="95% interval", right=True),
        },
    )


def mirror(page: Page, data: cxdata.Dataset, orders: pd.DataFrame) -> None:
    """What employees believe of customers' satisfaction, beside the real share."""
    asked = data["employee_surveys"].merge(data["employees"], on="employee_id")
    asked = asked[(asked["wave"] == "autumn_2024") & asked["estimated_satisfied_percent"].notna()].copy()
    asked["place"] = asked["department"].astype("object")
    centre = asked["department"] == "service_centre"
    asked.loc[centre, "place"] = np.where(asked.loc[centre, "is_outsourced"], "outsourced", "in_house")
    real = 100 * (orders["csat"] >= 4).mean()
    rows = []
    for name, label in PLACES.items():
        own = asked[asked["place"] == name]
        error = 1.96 * own["estimated_satisfied_percent"].std() / np.sqrt(len(own))
        mean = own["estimated_satisfied_percent"].mean()
        rows.append(
            {
                "place": label,
                "asked": len(own),
                "estimate": mean,
                "low": mean - error,
                "high": mean + error,
                "nps": own["estimated_nps"].mean(),
            }
        )
    table = pd.DataFrame(rows)
    hold("every department overrates the company", table["low"].min() > real)
    hold("head office is nearest to the truth", table["place"][table["estimate"].idxmin()] == "Head office")
    page.value("satisfied", real, unit="percent")
    page.value("believed", asked["estimated_satisfied_percent"].mean(), unit="percent")
    page.value("believed.nps", asked["estimated_nps"].mean(), sign=True)

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(y=alt.Y("place:N", sort=list(table["place"]), title=None))
        level = pd.DataFrame({"real": [real], "label": ["In truth"]})
        scale = alt.Scale(domain=[60, 100], zero=False)
        rule = alt.Chart(level).mark_rule(strokeDash=[5, 4]).encode(x=alt.X("real:Q", scale=scale))
        word = (
            alt.Chart(level)
            .mark_text(align="left", dx=5, color=charts.MUTED)
            .encode(x=alt.X("real:Q", scale=scale), y=alt.value(8), text="label:N")
        )
        span = base.mark_rule(strokeWidth=2, color=charts.NEUTRAL).encode(
            x=alt.X("low:Q", title="Satisfied customers, %", scale=scale, axis=alt.Axis(tickCount=5)),
            x2="high:Q",
        )
        return (rule + word + span + base.mark_point(size=80).encode(x=alt.X("estimate:Q", scale=scale))).properties(
            width=width - 145, height=170
        )

    page.chart(
        "mirror",
        dots,
        title="Everybody inside believes the customers happier than they are",
        alternative=f"Mean estimate of the share of satisfied customers by department, autumn 2024; in truth {page.written(real, unit='percent')}: "
        + ", ".join(f"{row.place} {page.written(row.estimate, unit='percent')}" for row in table.itertuples())
        + ".",
        note="Dots are mean estimates with 95% intervals; the dashed line is the share of orders marked 4 or 5 of 5, had all been rated.",
        data=table,
        columns={
            "place": Column(label="Where they work"),
            "asked": Column(label="Estimates"),
            "estimate": Column(label="Believed satisfied", unit="percent"),
            "low": Column(label="From", unit="percent"),
            "high": Column(label="To", unit="percent"),
            "nps": Column(label="Believed NPS", sign=True),
        },
    )


def contractor(page: Page, data: cxdata.Dataset) -> None:
    """In-house beside outsourced, plainly and like for like."""
    contacts = data["contacts"].merge(data["agents"][["agent_id", "site"]], on="agent_id")
    contacts = contacts.merge(data.truth["latents/contacts"][["contact_id", "ces"]], on="contact_id")
    asked = data["employee_surveys"].merge(data["employees"], on="employee_id")
    asked = asked[(asked["wave"] == "autumn_2024") & (asked["department"] == "service_centre")]
    simple = ["product_advice", "availability", "invoice", "loyalty_account", "other"]
    rows = []
    for site, label in (("in_house", "Own advisers"), ("outsourced", "Contractor")):
        own = contacts[contacts["site"] == site]
        staff = asked[asked["is_outsourced"] == (site == "outsourced")]
        rows.append(
            {
                "site": label,
                "contacts": len(own),
                "simple": 100 * own["reason"].isin(simple).mean(),
                "settled": 100 * own["is_resolved_first_time"].astype(float).mean(),
                "ease": own["ces"].mean(),
                "work": staff["satisfaction"].mean(),
            }
        )
    table = pd.DataFrame(rows)
    effect = cxdata.answer_key(data)["outsourced_on_effort"]["realised"]["value"]
    hold("the contractor looks easier and is harder", table["ease"][1] > table["ease"][0] and effect < 0)
    hold("the contractor's advisers like their work less", table["work"][1] < table["work"][0])
    page.value("ease.plain", table["ease"][1] - table["ease"][0], digits=1)
    page.value("ease.effect", -effect, digits=1)
    page.table(
        "contractor",
        table,
        caption="Own advisers and the contractor's",
        columns={
            "site": Column(label="Advisers"),
            "contacts": Column(label="Contacts"),
            "simple": Column(label="Simple matters", unit="percent"),
            "settled": Column(label="Settled first time", unit="percent"),
            "ease": Column(label="Ease, 1 to 7 (answer key)", digits=1),
            "work": Column(label="Satisfaction with their work, 0 to 10", digits=1),
        },
    )


def oddities(page: Page, data: cxdata.Dataset, orders: pd.DataFrame, volumes: pd.DataFrame) -> None:
    """What a practitioner may still find odd, in numbers."""
    line = volumes[volumes["date"] < "2025"]
    calls = line["calls_offered"].sum() / (data["contacts"]["channel"] == "phone").sum()
    sales = calls * orders["amount_eur"].sum() / YEARS
    own = (~data["employees"]["is_outsourced"]).sum()
    page.value("odd.customers", calls * len(data["customers"]) / 1e6, digits=0)
    page.value("odd.sales", sales / 1e6, digits=0)
    page.value("odd.head", sales / own / 1000, digits=0)
    page.value("odd.employees", own)
    page.value("odd.shop_staff", (data["employees"]["department"] == "shops").sum() / len(data["stores"]))
    hold("sales a listed head are beyond any retailer's", sales / own > 450_000)
    medians = orders.groupby("channel", observed=True)["amount_eur"].median()
    hold("web baskets are little larger than shop baskets", 1.0 < medians["web"] / medians["shop"] < 1.2)
    page.value("odd.web", medians["web"], unit="euros")
    page.value("odd.shop", medians["shop"], unit="euros")
    web = orders.loc[orders["channel"] == "web", "amount_eur"]
    page.value("odd.cheap", 100 * (web < 10).mean(), unit="percent")
    page.value("odd.cheap_limit", 10, unit="euros")
    hold("many web orders are too cheap to send", (web < 10).mean() > 0.08)
    summer = line[(line["date"] >= "2024-07-01") & (line["date"] <= "2024-07-06")]
    lost = summer["calls_abandoned"].sum() / summer["calls_offered"].sum()
    hold("the first week of July 2024 loses calls without an entry in the log", lost > 0.15)
    page.value("odd.july", 100 * lost, unit="percent")
    before = line[(line["date"] >= "2024-06-10") & (line["date"] <= "2024-06-15")]
    hold(
        "it had more calls and fewer advisers than a week of June",
        summer["calls_offered"].sum() > 1.2 * before["calls_offered"].sum()
        and summer["advisers_rostered"].sum() < 0.9 * before["advisers_rostered"].sum(),
    )
    year_before = line[(line["date"] >= "2023-07-03") & (line["date"] <= "2023-07-08")]
    june = line[(line["date"] >= "2023-06-05") & (line["date"] <= "2023-06-24")]
    hold(
        "the same week of the year before had more calls too",
        year_before["calls_offered"].sum() > june["calls_offered"].sum() / 3,
    )
