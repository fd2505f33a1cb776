"""Social selling: rich territories post more and sell more; within them a post brings a quarter of what it seems to."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, flow
from casebook.worked.figures import Column
from casebook.worked.flow import Process
from casebook.worked.measures import Z_95
from casebook.worked.page import Page, hold
from casebook.worked.shrinkage import shrunken
from cxdata.schema.statistic import clustered_error

MARGIN = 0.25
"""Part of sales that is left after their costs, of our story."""
AGENCY_EUR, HOUR_EUR = 250, 45
"""Price of a post written by an agency, and of the hour in which a sales person writes one, of our story."""
MORE_POSTS = 10
"""Posts a quarter that the agency would add for each sales person."""
Slope = tuple[float, float, float]


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    sellers = data["sellers"]
    sellers = sellers.assign(
        territory=sellers["territory"].astype(str),
        quarter=sellers["quarter"].astype(str),
        place=sellers["territory"].astype(str) + sellers["quarter"].astype(str),
    )
    page.value("sellers", sellers["seller_number"].nunique())
    page.value("quarters", sellers["quarter"].nunique())
    page.value("rows", len(sellers))
    page.value("territories", sellers["territory"].nunique())
    page.value("margin", 100 * MARGIN, unit="percent")
    page.value("agency", AGENCY_EUR, unit="euros")
    page.value("hour", HOUR_EUR, unit="euros")
    page.value("more", MORE_POSTS)
    week(page, sellers)
    plain, within = slopes(page, sellers, cxdata.answer_key(data))
    picture(page, sellers, plain, within)
    decision(page, sellers, plain, within)
    ratio(page, sellers)
    ranking(page, sellers, within)
    network(page, sellers)
    exercise(page, sellers)


def slope(sellers: pd.DataFrame, outcome: str, by: str = "") -> Slope:
    """Return what one more post goes with, and its 95 % interval by seller, within groups if they are named."""
    y, x = (
        sellers[name] - (sellers.groupby(by)[name].transform("mean") if by else sellers[name].mean())
        for name in (outcome, "posts")
    )
    return fitted(y, x, sellers["seller_number"])


def within_seller(sellers: pd.DataFrame, outcome: str) -> Slope:
    """Return the same from quarters of one seller, what the quarter does to all taken out."""

    def cleaned(name: str) -> pd.Series:
        means = (sellers.groupby(key)[name].transform("mean") for key in ("seller_number", "quarter"))
        return sellers[name] - sum(means) + sellers[name].mean()

    return fitted(cleaned(outcome), cleaned("posts"), sellers["seller_number"])


def fitted(y: pd.Series, x: pd.Series, cluster: pd.Series) -> Slope:
    """Return the slope of centred numbers with its interval."""
    square = float((x**2).sum())
    value = float((x * y).sum()) / square
    error = clustered_error(((y - value * x) * x / square).to_numpy(), cluster.to_numpy())
    return value, value - Z_95 * error, value + Z_95 * error


def named(page: Page, name: str, found: Slope, *, digits: int = 0, euros: bool = True) -> None:
    """Name an estimate and the ends of its interval."""
    for part, number in zip(("", ".low", ".high"), found, strict=True):
        page.value(f"{name}{part}", number, digits=digits, unit="euros" if euros else "")


def week(page: Page, sellers: pd.DataFrame) -> None:
    """The process, with what is measured in it."""
    values: dict[str, str | float] = {
        "posts": page.written(sellers["posts"].mean()),
        "leads": page.written(sellers["leads"].mean(), digits=1),
    }
    page.value("posts", sellers["posts"].mean())
    page.value("leads", sellers["leads"].mean(), digits=1)
    process = artefacts.read(page, Path(__file__).with_suffix(".toml"), Process, values, part="week")
    page.drawing(
        "week",
        flow.wide(process),
        narrow=flow.narrow(process),
        title=page.say(
            en="A week of social selling: answer, post, call back, write down",
            fr="Une semaine de social selling : répondre, publier, rappeler, noter",
        ),
        alternative=page.say(
            en=f"Six steps in three lanes: firms ask, the sales person answers first, then posts ({values['posts']} a quarter), calls back whoever gets in touch ({values['leads']} a quarter) the same day; an assistant writes down where each came from.",
            fr=f"Six étapes en trois couloirs : les entreprises demandent, le commercial répond d’abord, puis publie ({values['posts']} par trimestre), rappelle le jour même qui prend contact ({values['leads']} par trimestre) ; une assistante note l’origine.",
        ),
        note=page.say(
            en="Posts and contacts are means of a seller’s quarter; the half hour is ours.",
            fr="Publications et contacts : moyennes par commercial et par trimestre ; la demi-heure est de nous.",
        ),
    )  # fmt: skip


def slopes(page: Page, sellers: pd.DataFrame, key: dict[str, dict[str, object]]) -> tuple[Slope, Slope]:
    """What a post goes with, by three comparisons, and what it brings."""
    plain = slope(sellers, "sales_eur")
    within = slope(sellers, "sales_eur", "place")
    own = within_seller(sellers, "sales_eur")
    for name, found in (("plain", plain), ("within", within), ("own", own)):
        named(page, name, found)
    truth = float(key["sales_of_a_post"]["realised"]["value"])  # type: ignore[index]
    page.value("truth", truth, unit="euros")
    hold("both comparisons hold the truth and the plain one does not", within[1] < truth < within[2] and own[1] < truth < own[2] < plain[1])  # fmt: skip
    hold("a quarter of what it seems", 0.2 < within[0] / plain[0] < 0.3)
    between = page.say(en="to", fr="à")
    lines = [
        (page.say(en="All sellers and quarters", fr="Tous les commerciaux, tous les trimestres"), plain),
        (page.say(en="Same territory, same quarter", fr="Même secteur, même trimestre"), within),
        (page.say(en="Same seller, other quarters", fr="Même commercial, autres trimestres"), own),
    ]
    page.table(
        "slopes",
        pd.DataFrame(
            {
                "compared": [label for label, _ in lines],
                "euros": [found[0] for _, found in lines],
                "interval": [f"{page.written(found[1])} {between} {page.written(found[2])}" for _, found in lines],
            }
        ),
        caption=page.say(en="Sales that go with one more post, in euros", fr="Ventes liées à une publication de plus, en euros"),
        columns={
            "compared": Column(label=page.say(en="Compared", fr="On compare")),
            "euros": Column(label="€"),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %"), right=True),
        },
    )  # fmt: skip
    leads = slope(sellers, "leads", "place")
    named(page, "lead", leads, digits=2, euros=False)
    means = sellers.groupby("territory")[["prospects", "posts", "sales_eur"]].mean().sort_values("prospects")
    for name, place in (("poor", 0), ("rich", -1)):
        line = means.iloc[place]
        page.text(f"{name}.name", en=str(means.index[place]).capitalize(), fr=str(means.index[place]).capitalize())
        page.value(f"{name}.prospects", line["prospects"])
        page.value(f"{name}.posts", line["posts"])
        page.value(f"{name}.sales", round(line["sales_eur"], -3), unit="euros")
    return plain, within


def picture(page: Page, sellers: pd.DataFrame, plain: Slope, within: Slope) -> None:
    """Sellers by posts and sales, with the line of all and the line within each territory."""
    people = sellers.groupby("seller_number").agg(
        territory=("territory", "first"), posts=("posts", "mean"), sales=("sales_eur", "mean")
    )
    people["sales"] /= 1_000
    lines = []
    for territory, part in people.groupby("territory"):
        centre = part[["posts", "sales"]].mean()
        for posts in (part["posts"].min(), part["posts"].max()):
            sales = centre["sales"] + within[0] / 1_000 * (posts - centre["posts"])
            lines.append({"territory": territory, "posts": posts, "sales": sales})
    centre = people[["posts", "sales"]].mean()
    ends = pd.DataFrame(
        [
            {"posts": posts, "sales": centre["sales"] + plain[0] / 1_000 * (posts - centre["posts"])}
            for posts in (8.0, 44.0)
        ]
    )
    ends["text"] = ["", page.say(en="all sellers", fr="tous")]

    def points(width: int) -> alt.LayerChart:
        x = alt.X(
            "posts:Q",
            scale=alt.Scale(domain=[5, 50]),
            axis=alt.Axis(values=[10, 20, 30, 40, 50]),
            title=page.say(en="Posts in a quarter", fr="Publications par trimestre"),
        )
        y = alt.Y(
            "sales:Q",
            scale=alt.Scale(domain=[30, 95]),
            title=page.say(en="Sales in a quarter, thousand €", fr="Ventes du trimestre, milliers d’€"),
        )
        return (
            alt.Chart(people.reset_index()).mark_point(size=45, opacity=0.8, color=charts.NEUTRAL).encode(x=x, y=y)
            + alt.Chart(pd.DataFrame(lines)).mark_line(color=charts.GOOD).encode(x=x, y=y, detail="territory:N")
            + alt.Chart(ends).mark_line(color=charts.BAD, strokeDash=[6, 4]).encode(x=x, y=y)
            + alt.Chart(ends).mark_text(align="left", dx=4, dy=8).encode(x=x, y=y, text="text:N")
        ).properties(width=width, height=270)

    page.chart(
        "lines",
        points,
        title=page.say(
            en="The steep line runs from poor territories to rich ones; within each, posts bring far less",
            fr="La pente raide va des secteurs pauvres aux riches ; dans chacun, publier rapporte bien moins",
        ),
        alternative=page.say(
            en=f"Forty sellers by posts and sales. Over all, a post goes with {page.written(plain[0])} euros more; within each of eight territories, with {page.written(within[0])}.",
            fr=f"Quarante commerciaux par publications et ventes. Tous ensemble, une publication s’accompagne de {page.written(plain[0])} euros de plus ; dans chacun des huit secteurs, avec {page.written(within[0])}.",
        ),
        note=page.say(
            en="A dot is a seller’s mean; a short line a territory, a dashed one all together.",
            fr="Un point : moyenne d’un commercial ; un trait court : un secteur ; tirets : tous ensemble.",
        ),
        data=people.reset_index().assign(
            territory=people["territory"].str.replace("_", " ").str.title().str.replace(" De ", " de ").to_numpy()
        ),
        columns={
            "seller_number": Column(label=page.say(en="Seller", fr="Commercial")),
            "territory": Column(label=page.say(en="Territory", fr="Secteur")),
            "posts": Column(label=page.say(en="Posts", fr="Publ.")),
            "sales": Column(label=page.say(en="k€", fr="k€")),
        },
    )  # fmt: skip


def decision(page: Page, sellers: pd.DataFrame, plain: Slope, within: Slope) -> None:
    """What the agency would have cost."""
    named(page, "earns.plain", (MARGIN * plain[0], MARGIN * plain[1], MARGIN * plain[2]))
    named(page, "earns", (MARGIN * within[0], MARGIN * within[1], MARGIN * within[2]))
    year = 4 * MORE_POSTS * sellers["seller_number"].nunique()
    page.value("year.posts", year)
    page.value("year.price", year * AGENCY_EUR, unit="euros")
    page.value("year.promised", round(year * MARGIN * plain[0], -3), unit="euros")
    page.value("year.earned", round(year * MARGIN * within[0], -3), unit="euros")
    page.value("year.lost", round(year * (AGENCY_EUR - MARGIN * within[0]), -3), unit="euros")
    hold("the agency pays by the plain slope alone", MARGIN * within[2] < AGENCY_EUR < MARGIN * plain[1])
    hold("an hour of one's own pays", MARGIN * within[1] > HOUR_EUR)
    page.value("moved", 100 * (1 - HOUR_EUR / (MARGIN * within[0])), unit="percent")
    page.value("moved.low", 100 * (1 - HOUR_EUR / (MARGIN * within[1])), unit="percent")


def ratio(page: Page, sellers: pd.DataFrame) -> None:
    """Leads per post reward those who post least."""
    people = sellers.groupby("seller_number")[["posts", "leads"]].sum()
    people["per"] = 100 * people["leads"] / people["posts"]
    level = float(np.polyfit(people["posts"], people["leads"], 1)[1])
    by_post = float(np.polyfit(people["posts"], people["leads"], 1)[0])
    best = people["per"].idxmax()
    page.value("best", best)
    page.value("best.per", people.at[best, "per"])
    page.value("best.posts", people.at[best, "posts"])
    page.value("best.rank", int(people["posts"].rank().loc[best]))
    page.value("others.leads", level / sellers["quarter"].nunique(), digits=1)
    hold("the best by the ratio posts least of all", people["posts"].idxmin() == best)
    hold("ratio and posts run against each other", np.corrcoef(people["posts"], people["per"])[0, 1] < -0.4)
    curve = pd.DataFrame({"posts": np.arange(55, 361, 5.0)})
    curve["per"] = 100 * (level + by_post * curve["posts"]) / curve["posts"]
    told = people.loc[[best]].reset_index()
    told["text"] = page.say(en=f"seller {best}", fr=f"commercial {best}")

    def points(width: int) -> alt.LayerChart:
        x = alt.X(
            "posts:Q",
            scale=alt.Scale(domain=[40, 360]),
            axis=alt.Axis(values=[100, 200, 300]),
            title=page.say(en="Posts in two years", fr="Publications en deux ans"),
        )
        y = alt.Y(
            "per:Q",
            scale=alt.Scale(domain=[0, 70]),
            title=page.say(en="Leads per hundred posts", fr="Contacts pour cent publications"),
        )
        return (
            alt.Chart(people.reset_index()).mark_point(size=45, opacity=0.85, color=charts.NEUTRAL).encode(x=x, y=y)
            + alt.Chart(curve).mark_line(color=charts.GOOD).encode(x=x, y=y)
            + alt.Chart(told).mark_text(align="left", dx=8).encode(x=x, y=y, text="text:N")
        ).properties(width=width, height=220)

    page.chart(
        "ratio",
        points,
        title=page.say(
            en="Leads per post crown whoever posts least: the curve is one and the same seller, posting more",
            fr="Le ratio couronne qui publie le moins : la courbe suit un même commercial qui publie plus",
        ),
        alternative=page.say(
            en=f"Leads per hundred posts fall from {page.written(people['per'].max())} for the seller with fewest posts to about {page.written(people.nlargest(8, 'posts')['per'].mean())}; the curve of equal sellers falls in the same way.",
            fr=f"Les contacts pour cent publications tombent de {page.written(people['per'].max())} chez qui publie le moins à {page.written(people.nlargest(8, 'posts')['per'].mean())} environ ; la courbe de commerciaux égaux tombe de même.",
        ),
        note=page.say(
            en="Curve: leads that come anyway, plus those of posts, over posts.",
            fr="Courbe : contacts venus de toute façon, plus ceux des publications, par publication.",
        ),
        data=people.reset_index(),
        columns={
            "seller_number": Column(label=page.say(en="Seller", fr="Commercial")),
            "posts": Column(label=page.say(en="Posts", fr="Publ.")),
            "leads": Column(label=page.say(en="Leads", fr="Contacts")),
            "per": Column(label=page.say(en="Per 100", fr="Pour 100")),
        },
    )  # fmt: skip


def ranking(page: Page, sellers: pd.DataFrame, within: Slope) -> None:
    """What is left between sellers once territory, quarter and posts are held fixed."""
    left = sellers["sales_eur"] - within[0] * sellers["posts"]
    left = left - left.groupby(sellers["place"]).transform("mean")
    by_seller = left.groupby(sellers["seller_number"])
    means, counts = by_seller.mean(), by_seller.size()
    inside = float(by_seller.var(ddof=1).mean())
    between = float(means.var(ddof=1)) - inside / 8
    hold("the variance between sellers can be told", between > 0)
    found = shrunken(means, counts, between=between, within=inside)
    first = means.idxmax()
    page.value("first", first)
    page.value("first.raw", means[first], sign=True)
    page.value("first.shrunk", found.at[first, "estimate"], sign=True)
    page.value("first.low", found.at[first, "low"], sign=True)
    page.value("first.high", found.at[first, "high"], sign=True)
    page.value("weight", 100 * found.at[first, "weight"], unit="percent")
    page.value("inside", inside**0.5, unit="euros")
    hold("nothing of the ranking is sure", found.at[first, "low"] < 0 and found.at[first, "weight"] < 0.1)


def network(page: Page, sellers: pd.DataFrame) -> None:
    """Connections, plainly and with posts and territory held fixed."""
    rows = sellers.assign(hundreds=sellers["connections"] / 100)
    y, x = (rows[name] - rows[name].mean() for name in ("leads", "hundreds"))
    plain = fitted(y, x, rows["seller_number"])
    centred = {
        name: (rows[name] - rows.groupby("place")[name].transform("mean")).to_numpy()
        for name in ("leads", "posts", "hundreds")
    }
    x2 = np.column_stack([centred["posts"], centred["hundreds"]])
    inverse = np.linalg.inv(x2.T @ x2)
    value = inverse @ x2.T @ centred["leads"]
    influence = (x2 * (centred["leads"] - x2 @ value)[:, None]) @ inverse
    error = clustered_error(influence[:, 1], rows["seller_number"].to_numpy())
    for name, found in (
        ("net.plain", plain),
        ("net", (float(value[1]), value[1] - Z_95 * error, value[1] + Z_95 * error)),
    ):
        for part, number in zip(("", ".low", ".high"), found, strict=True):
            page.value(f"{name}{part}", number, digits=1, sign=True)
    hold("the network goes with leads until posts are held fixed", plain[1] > 0 > value[1] - Z_95 * error and value[1] + Z_95 * error > 0)  # fmt: skip


def exercise(page: Page, sellers: pd.DataFrame) -> None:
    """The same for leads."""
    for name, found in (
        ("leads.plain", slope(sellers, "leads")),
        ("leads.own", within_seller(sellers, "leads")),
    ):
        named(page, name, found, digits=2, euros=False)
    page.value("leads.ten", MORE_POSTS * slope(sellers, "leads", "place")[0], digits=1)
