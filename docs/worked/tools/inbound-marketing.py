"""Inbound marketing: guides bring twice the requests of ideas, and a request says nothing about the next order."""

import altair as alt
import pandas as pd

import cxdata
from casebook.worked import charts, measures
from casebook.worked.figures import Column
from casebook.worked.funnel import funnel
from casebook.worked.journeys import mean_interval
from casebook.worked.page import Page, hold

DAYS = 90
"""Within how many days after a visit an order counts for it."""
ARTICLE_EUR, ARTICLES = 100, 6
"""Price of an article, and how many each topic got in two years: of our story, in proportion to these customers."""
MARGIN = 0.30
"""Part of an order's amount that is left after its costs, of our story."""
GAP = 0.05
"""What the trial should be able to see."""
TOPICS = {
    "buying_guides": ({"en": "Buying guides", "fr": "Guides d’achat"}, ("garden_tools",)),
    "diy_guides": (
        {"en": "DIY guides", "fr": "Bricolage"},
        ("painting", "furniture_assembly", "kitchen_fitting"),
    ),
    "decoration_ideas": ({"en": "Decoration", "fr": "Décoration"}, ("decoration", "lighting")),
    "garden_advice": ({"en": "Garden", "fr": "Jardin"}, ("plant_care", "lawn")),
}
"""Topics of articles, and the topics of the community that they answer: the pairing is ours."""


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    visits = data["web_sessions"].sort_values("started_at")
    visits = visits.assign(
        read=visits["content_topic"].notna(),
        topic=visits["content_topic"].astype(object),
        task=visits["task"].astype(str),
        bought=visits["purchased"].astype(float),
        later=followed(visits, data["orders"]).astype(float),
    )
    known = visits["started_at"] < visits["started_at"].max() - pd.Timedelta(days=DAYS)
    page.value("days", DAYS)
    page.value("visits", len(visits))
    page.value("article", ARTICLE_EUR, unit="euros")
    page.value("articles", ARTICLES)
    page.value("margin", 100 * MARGIN, unit="percent")
    stages(page, visits, known)
    topics(page, visits, data["community_questions"])
    worth(page, visits[known], data)
    touches(page, visits)
    persons(page, visits)
    unlike(page, visits)
    exercise(page, visits)


def followed(visits: pd.DataFrame, orders: pd.DataFrame) -> pd.Series:
    """Return for each visit whether its visitor ordered within the days after it, the visit's own order aside."""
    pairs = visits[["web_session_id", "customer_id", "started_at", "order_id"]].merge(
        orders[["customer_id", "order_id", "ordered_at"]], on="customer_id", suffixes=("", "_later")
    )
    gap = pairs["ordered_at"] - pairs["started_at"]
    counts = (gap > pd.Timedelta(0)) & (gap <= pd.Timedelta(days=DAYS)) & (pairs["order_id"] != pairs["order_id_later"])
    return visits["web_session_id"].isin(pairs.loc[counts, "web_session_id"])


def shares(page: Page, name: str, count: int, total: int) -> tuple[float, float, float]:
    """Name a share and its Wilson interval, in percent, and return them."""
    low, high = measures.share_interval(count, total)
    found = (100 * count / total, 100 * low, 100 * high)
    for part, number in zip(("", ".low", ".high"), found, strict=True):
        page.value(f"{name}{part}", number, digits=1 if found[0] < 10 else 0, unit="percent")
    return found


def gap(page: Page, name: str, found: measures.Difference) -> None:
    """Name a difference of shares and its interval, in points."""
    for part, number in (("", found.value), (".low", found.low), (".high", found.high)):
        page.value(f"{name}{part}", 100 * number, sign=True)


def stages(page: Page, visits: pd.DataFrame, known: pd.Series) -> None:
    """The funnel of persons."""
    seen = visits[known]
    came = seen["customer_id"].nunique()
    readers = seen.loc[seen["read"], "customer_id"].nunique()
    asked = seen.loc[seen["is_lead"], "customer_id"].nunique()
    ordered = seen.loc[seen["is_lead"] & (seen["later"] == 1), "customer_id"].nunique()
    counts = [came, readers, asked, ordered]
    found = funnel(counts)
    labels = [
        page.say(en="Came to the site", fr="Venus sur le site"),
        page.say(en="Read an article", fr="Ont lu un article"),
        page.say(en="Left a request", fr="Ont laissé une demande"),
        page.say(en=f"Then ordered within {DAYS} days", fr=f"Puis ont commandé sous {DAYS} jours"),
    ]
    for place, name in enumerate(("came", "readers", "asked", "ordered")):
        page.value(name, counts[place])
    for place, name in ((1, "rate.read"), (2, "rate.asked"), (3, "rate.ordered")):
        for part, shown in (("", found.rate), (".low", found.low), (".high", found.high)):
            page.value(f"{name}{part}", 100 * float(shown[place] or 0), digits=1, unit="percent")
        page.value(f"point.{name}", float(found.gain[place] or 0), digits=1)
    hold("a point brings most at the request", found.best == 2)
    frame = pd.DataFrame({"stage": labels, "persons": counts})
    frame["start"], frame["end"] = -frame["persons"] / 2, frame["persons"] / 2
    frame["best"] = frame.index == found.best
    frame["text"] = [
        page.written(count) + ("" if rate is None else page.say(en=f" ({page.written(100 * rate, digits=1, unit='percent')} of those before)", fr=f" ({page.written(100 * rate, digits=1, unit='percent')} des précédents)"))
        for count, rate in zip(counts, found.rate, strict=True)
    ]  # fmt: skip
    frame["middle"], frame["place"] = 0, frame.index

    def bars(width: int) -> alt.LayerChart:
        base = alt.Chart(frame).encode(y=alt.Y("place:O", axis=None, scale=alt.Scale(padding=0.62)))
        x = alt.X("start:Q", axis=None, scale=alt.Scale(domain=[-came / 2, came / 2]))
        colour = alt.condition("datum.best", alt.value(charts.BAD), alt.value(charts.NEUTRAL))
        return (
            base.mark_bar(height=18).encode(x=x, x2="end:Q", color=colour)
            + base.mark_text(dy=-32, fontWeight=600).encode(x="middle:Q", text="stage:N")
            + base.mark_text(dy=-17).encode(x="middle:Q", text="text:N")
        ).properties(width=width, height=300)

    page.chart(
        "stages",
        bars,
        title=page.say(
            en="Half of the visitors read; few readers leave a request, and that is where a point brings most",
            fr="La moitié des visiteurs lisent ; peu laissent une demande, et c’est là qu’un point apporte le plus",
        ),
        alternative=page.say(en="Persons by stage: ", fr="Personnes par étape : ")
        + "; ".join(f"{row.stage} {row.text}" for row in frame.itertuples())
        + ".",
        note=page.say(
            en=f"Persons of the class edition whom the site recognised, over two years less the last {DAYS} days.",
            fr=f"Personnes de l’édition de classe reconnues par le site, sur deux ans moins les {DAYS} derniers jours.",
        ),
        data=frame[["stage", "persons"]],
        columns={
            "stage": Column(label=page.say(en="Stage", fr="Étape")),
            "persons": Column(label=page.say(en="Persons", fr="Personnes")),
        },
    )
    hold("about half read", 0.45 < readers / came < 0.62)


def topics(page: Page, visits: pd.DataFrame, questions: pd.DataFrame) -> None:
    """The content plan: what is asked, read and requested by topic."""
    asked = questions["topic"].astype(str).value_counts()
    lines = []
    for topic, (label, answered) in TOPICS.items():
        part = visits[visits["topic"] == topic]
        leads = int(part["is_lead"].sum())
        rate, low, high = shares(page, f"{topic}.rate", leads, len(part))
        cost = ARTICLES * ARTICLE_EUR / leads
        page.value(f"{topic}.cost", cost, unit="euros")
        page.value(f"{topic}.questions", int(asked[list(answered)].sum()))
        page.value(f"{topic}.leads", leads)
        lines.append(
            {
                "topic": page.say(**label),
                "questions": int(asked[list(answered)].sum()),
                "visits": len(part),
                "leads": leads,
                "percent": rate,
                "low": low,
                "high": high,
                "cost": cost,
            }
        )
    frame = pd.DataFrame(lines)
    page.table(
        "plan",
        frame[["topic", "questions", "leads", "cost"]],
        caption=page.say(en="What is asked, and what a request costs", fr="Questions posées, et le prix d’une demande"),
        columns={
            "topic": Column(label=page.say(en="Topic", fr="Thème")),
            "questions": Column(label=page.say(en="Asked", fr="Posées")),
            "leads": Column(label=page.say(en="Leads", fr="Laissées")),
            "cost": Column(label=page.say(en="€", fr="€")),
        },
    )
    hold("the garden is asked about most and buying guides least", frame["questions"].idxmax() == 3 and frame["questions"].idxmin() == 0)  # fmt: skip
    hold("guides bring requests more often than ideas and advice", frame["low"][:2].min() > frame["high"][2:].max())
    guides, others = visits[visits["topic"].isin(list(TOPICS)[:2])], visits[visits["topic"].isin(list(TOPICS)[2:])]
    page.value("guides.rate", 100 * guides["is_lead"].mean(), digits=1, unit="percent")
    page.value("others.rate", 100 * others["is_lead"].mean(), digits=1, unit="percent")
    order = list(frame["topic"])

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(frame).encode(y=alt.Y("topic:N", sort=order, title=None))
        x = alt.X(
            "low:Q",
            scale=alt.Scale(domain=[0, 14]),
            title=page.say(en="Reads with a request, %", fr="Lectures suivies d’une demande, %"),
        )
        return (
            base.mark_rule(strokeWidth=3, opacity=0.6, color=charts.GOOD).encode(x=x, x2="high:Q")
            + base.mark_point(size=100, opacity=1, color=charts.GOOD).encode(x="percent:Q")
        ).properties(width=width - 150, height=150)

    page.chart(
        "topics",
        dots,
        title=page.say(
            en="Reads of guides end with a request more than twice as often as those of decoration and garden",
            fr="Les lectures de guides finissent par une demande plus de deux fois plus souvent que celles de la décoration et du jardin",
        ),
        alternative=page.say(en="Reads with a request by topic: ", fr="Lectures suivies d’une demande, par thème : ")
        + "; ".join(f"{row.topic} {page.written(row.percent, digits=1, unit='percent')}" for row in frame.itertuples())
        + ".",
        note=page.say(en="Lines are 95% intervals.", fr="Traits : intervalles à 95 %."),
        data=frame[["topic", "percent", "low", "high"]],
        columns={
            "topic": Column(label=page.say(en="Topic", fr="Thème")),
            "percent": Column(label="%", digits=1),
            "low": Column(label=page.say(en="From", fr="De"), digits=1),
            "high": Column(label=page.say(en="To", fr="À"), digits=1),
        },
    )
    hold("more than twice", guides["is_lead"].mean() > 2 * others["is_lead"].mean())


def worth(page: Page, visits: pd.DataFrame, data: cxdata.Dataset) -> None:
    """Whether those who leave a request order more than other readers, and readers more than other visitors."""
    orders = data["orders"].groupby("customer_id").size()
    people = visits.groupby("customer_id").agg(read=("read", "any"), visits=("read", "size"))
    people["orders"] = orders.reindex(people.index).fillna(0)
    by_read = people.groupby("read")[["orders", "visits"]].mean()
    page.value("orders.readers", by_read.at[True, "orders"], digits=1)
    page.value("orders.others", by_read.at[False, "orders"], digits=1)
    page.value("visits.readers", by_read.at[True, "visits"], digits=0)
    page.value("visits.others", by_read.at[False, "visits"], digits=0)
    page.value("more", 100 * (by_read.at[True, "orders"] / by_read.at[False, "orders"] - 1), unit="percent")
    reads = visits[visits["read"]]
    lead = reads[reads["is_lead"]]
    for name, part in (("lead.later", lead), ("reader.later", reads[~reads["is_lead"]])):
        mean, low, high = mean_interval(part["later"], part["customer_id"])
        for end, number in (("", mean), (".low", low), (".high", high)):
            page.value(f"{name}{end}", 100 * number, unit="percent")
        page.value(f"{name}.n", len(part))
    found = measures.difference(reads, outcome="later", treatment="is_lead")
    gap(page, "lead.gap", found)
    hold("requests are not followed by more orders", found.low < 0 < found.high and abs(found.value) < 0.05)
    same = measures.difference(visits, outcome="later", treatment="read", strata=("task",))
    gap(page, "read.gap", same)
    hold("nor is reading, among those who came for the same", same.low < 0 < same.high)
    mean_order = data["orders"]["amount_eur"].mean()
    credited = lead["later"].sum() * mean_order * MARGIN
    page.value("order.mean", mean_order, unit="euros")
    page.value("credited", round(credited, -2), unit="euros")
    page.value("credited.each", credited / len(lead), unit="euros")
    page.value("at.most", max(found.high, 0) * mean_order * MARGIN, digits=1, unit="euros")
    page.value("trial.gap", 100 * GAP)
    page.value("trial.size", measures.answers_per_wave(float(lead["later"].mean()), difference=GAP))
    guides = reads[reads["topic"].isin(list(TOPICS)[:2])]
    cheapest = 2 * ARTICLES * ARTICLE_EUR / guides["is_lead"].sum()
    dearest = ARTICLES * ARTICLE_EUR / reads.loc[reads["topic"] == "garden_advice", "is_lead"].sum()
    hold("a request costs more than it can be shown to bring", cheapest > max(found.high, 0) * mean_order * MARGIN)
    hold("by its credit a guide pays and the garden does not", cheapest < credited / len(lead) < dearest)


def touches(page: Page, visits: pd.DataFrame) -> None:
    """What the last visit before an order credits to articles."""
    orders = visits.loc[visits["purchased"], ["customer_id", "order_id", "started_at", "basket_eur"]]
    before = orders.merge(
        visits.loc[~visits["purchased"], ["customer_id", "started_at", "read"]],
        on="customer_id",
        suffixes=("", "_touch"),
    )
    wait = before["started_at"] - before["started_at_touch"]
    before = before[(wait > pd.Timedelta(0)) & (wait <= pd.Timedelta(days=30))].sort_values("started_at_touch")
    last = before.groupby("order_id").tail(1)
    page.value("web.orders", len(orders))
    page.value("touched", last["order_id"].nunique())
    page.value("last.read", int(last["read"].sum()))
    page.value("last.share", 100 * last["read"].mean(), unit="percent")
    page.value("last.eur", round(last.loc[last["read"], "basket_eur"].sum(), -2), unit="euros")
    page.value("any.share", 100 * before.groupby("order_id")["read"].any().mean(), unit="percent")
    base = visits.loc[~visits["purchased"], "read"].mean()
    page.value("read.share", 100 * base, unit="percent")
    hold("articles are the last touch no more often than they are visited", last["read"].mean() < base)
    hold("any touch doubles the credit", before.groupby("order_id")["read"].any().mean() > 1.9 * last["read"].mean())


def persons(page: Page, visits: pd.DataFrame) -> None:
    """Visits and persons, and cohorts by first visit."""
    reads = visits[visits["read"]]
    page.value("reads", len(reads))
    page.value("per.visit", 100 * reads["is_lead"].mean(), digits=1, unit="percent")
    page.value("per.person", 100 * reads.groupby("customer_id")["is_lead"].any().mean(), digits=1, unit="percent")
    first = visits.groupby("customer_id")["started_at"].min()
    lead = visits[visits["is_lead"]].groupby("customer_id")["started_at"].min().reindex(first.index)
    cohort = first.dt.year.astype(str) + "h" + ((first.dt.month > 6) + 1).astype(str)
    soon = (lead - first) <= pd.Timedelta(days=DAYS)
    for name, half in (("old", "2023h1"), ("new", "2024h1")):
        part = cohort == half
        page.value(f"{name}.n", int(part.sum()))
        page.value(f"{name}.ever", 100 * lead[part].notna().mean(), digits=1, unit="percent")
        page.value(f"{name}.soon", 100 * soon[part].mean(), digits=1, unit="percent")
        page.value(f"{name}.visits", visits["customer_id"].isin(first.index[part]).sum() / part.sum(), digits=0)
    old, new = cohort == "2023h1", cohort == "2024h1"
    hold("young cohorts look worse", lead[old].notna().mean() > 3 * lead[new].notna().mean())


def unlike(page: Page, visits: pd.DataFrame) -> None:
    """Reading visits hardly ever end with an order, until visits for the same purpose are compared."""
    reads, others = visits[visits["read"]], visits[~visits["read"]]
    page.value("reads.bought", 100 * reads["bought"].mean(), digits=1, unit="percent")
    page.value("others.bought", 100 * others["bought"].mean(), digits=1, unit="percent")
    page.value("reads.buy", 100 * (reads["task"] == "buy").mean(), unit="percent")
    page.value("others.buy", 100 * (others["task"] == "buy").mean(), unit="percent")
    buy = visits[visits["task"] == "buy"]
    shares(page, "buy.read", int(buy.loc[buy["read"], "bought"].sum()), int(buy["read"].sum()))
    shares(page, "buy.other", int(buy.loc[~buy["read"], "bought"].sum()), int((~buy["read"]).sum()))
    found = measures.difference(buy, outcome="bought", treatment="read")
    gap(page, "buy.gap", found)
    hold("among buyers, reading makes no difference that shows", found.low < 0 < found.high)
    hold("plainly, reading looks ruinous", reads["bought"].mean() < 0.2 * others["bought"].mean())


def exercise(page: Page, visits: pd.DataFrame) -> None:
    """The same funnel for one topic, by device."""
    reads = visits[visits["topic"] == "diy_guides"]
    people = reads.groupby("customer_id")["is_lead"].any()
    shares(page, "diy.person", int(people.sum()), len(people))
    page.value("diy.persons", len(people))
    page.value("diy.asked", int(people.sum()))
    page.value("diy.visits", len(reads))
    shares(page, "diy.visit", int(reads["is_lead"].sum()), len(reads))
    page.value("diy.leads", int(reads["is_lead"].sum()))
    page.value("diy.point", 0.01 * len(people), digits=1)
    both = visits[visits["topic"].isin(["diy_guides", "buying_guides"])]
    both = both.assign(asked=both["is_lead"].astype(float), buying=both["topic"] == "buying_guides")
    found = measures.difference(both, outcome="asked", treatment="buying")
    gap(page, "diy.gap", found)
    hold("the two guides cannot be told apart", found.low < 0 < found.high)
