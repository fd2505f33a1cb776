"""Personas from segments: what tells them apart, five sheets, and how little a sheet says about one customer."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from statistics import NormalDist

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.faces import Face
from casebook.worked.figures import Column
from casebook.worked.measures import Z_95
from casebook.worked.measures import difference as within_strata
from casebook.worked.page import Page, hold
from casebook.worked.personas import Fact, Goal, Persona, sheets

FIRST, LAST = pd.Timestamp("2023-01-01"), pd.Timestamp("2024-12-31")
YEAR_DAYS = 365.25
LARGER = {"customers": 40_000, "seed": 7}
"""The class edition is the first part of this larger data set, where enough customers of each segment answer surveys."""
SEGMENTS = {
    "gardeners": {"en": "Gardeners", "fr": "Jardiniers"},
    "home_makers": {"en": "Home makers", "fr": "Aménageurs"},
    "renovators": {"en": "Renovators", "fr": "Rénovateurs"},
    "gift_buyers": {"en": "Gift buyers", "fr": "Offreurs de cadeaux"},
    "bargain_hunters": {"en": "Bargain hunters", "fr": "Chasseurs de bonnes affaires"},
}
FAMILIES = {
    "plants": {"en": "plants", "fr": "plantes"},
    "garden_tools": {"en": "garden tools", "fr": "outils de jardin"},
    "furniture": {"en": "furniture", "fr": "meubles"},
    "decoration": {"en": "decoration", "fr": "décoration"},
    "lighting": {"en": "lighting", "fr": "luminaires"},
    "kitchen": {"en": "kitchenware", "fr": "cuisine"},
    "paint": {"en": "paint", "fr": "peinture"},
}
GOALS = {
    "plants": {"en": "Make things grow", "fr": "Faire pousser"},
    "garden_tools": {"en": "Keep the garden in shape", "fr": "Tenir le jardin"},
    "furniture": {"en": "Furnish a room", "fr": "Meubler une pièce"},
    "decoration": {"en": "Make it look right", "fr": "Faire joli"},
    "lighting": {"en": "Have good light", "fr": "Bien éclairer"},
    "kitchen": {"en": "Equip the kitchen", "fr": "Équiper la cuisine"},
    "paint": {"en": "Do up walls and woodwork", "fr": "Refaire murs et boiseries"},
    "offer": {"en": "Pay less", "fr": "Payer moins"},
}
"""What we read into a purchase. It is our guess, and interviews have to confirm it."""
REASONS = {
    "late_delivery": {"en": "a late delivery", "fr": "un retard de livraison"},
    "damaged_item": {"en": "a damaged item", "fr": "un article abîmé"},
    "return_refund": {"en": "a return or refund", "fr": "un retour ou un remboursement"},
    "invoice": {"en": "an invoice", "fr": "une facture"},
    "product_advice": {"en": "advice on a product", "fr": "un conseil sur un produit"},
    "availability": {"en": "availability", "fr": "une disponibilité"},
    "loyalty_account": {"en": "the loyalty account", "fr": "le compte de fidélité"},
}
ASKED = {reason: f"asked_{reason}" for reason in REASONS}
"""Names of the measures of what the service centre is asked about."""
ASPECTS = {
    "choice": {"en": "choice", "fr": "choix"},
    "help": {"en": "help", "fr": "aide"},
    "price": {"en": "price", "fr": "prix"},
    "product": {"en": "product", "fr": "produit"},
    "delivery": {"en": "delivery", "fr": "livraison"},
    "ease": {"en": "ease", "fr": "simplicité"},
}
MARKS = {aspect: f"mark_{aspect}" for aspect in ASPECTS}
"""Names of the measures of the marks that customers give to an order."""
OBSTACLES = {"late": 1, "contacts": 1, **dict.fromkeys(ASKED.values(), 1), **dict.fromkeys(MARKS.values(), -1)}
"""Measures that may say what gets in a persona's way, and which side of the others is the bad one."""
AREAS = {
    "urban": {"en": "most often in town", "fr": "le plus souvent en ville"},
    "suburban": {"en": "most often in a suburb", "fr": "le plus souvent en banlieue"},
    "rural": {"en": "most often in the country", "fr": "le plus souvent à la campagne"},
}
LABEL_WIDTH = 200
"""Pixels for the names of bars where they stand beside them."""
CLEAR_MAJORITY = 0.6
"""Below this share a sheet says "house or flat" rather than the more common of the two: it would be a coin's toss."""
NAME_YEARS, FIT_YEARS = 10, 5
"""Years either side of the median: within which first names are counted, and ages still fit the sheet."""
GOALS_SHOWN = 3
MONIQUE_AGE = 65
"""From which age the portrait drawn in a meeting is called retired."""
AGE_EDGES = (40, 60)
"""Where the newsletter's plan by age cuts."""
DECADE, SAME_AGE = 10, 5
"""Years: width of the age bands that explain purchases, and within which customers count as of the same age."""

LOOKS: dict[str, dict[str, dict]] = {
    "gardeners": {
        "f": {"skin": "light", "hair": "chestnut", "cut": "bob", "accessory": "straw hat", "clothes": "1"},
        "m": {"skin": "light", "hair": "grey", "cut": "short", "accessory": "straw hat", "clothes": "1"},
    },
    "home_makers": {
        "f": {"skin": "brown", "hair": "black", "cut": "curly", "accessory": "earrings", "clothes": "5"},
        "m": {"skin": "brown", "hair": "black", "cut": "crop", "beard": "stubble", "clothes": "5"},
    },
    "renovators": {
        "f": {"skin": "olive", "hair": "brown", "cut": "ponytail", "accessory": "tool strap", "clothes": "3"},
        "m": {"skin": "olive", "hair": "brown", "cut": "short", "beard": "full", "accessory": "tool strap", "clothes": "3"},
    },
    "gift_buyers": {
        "f": {"skin": "fair", "hair": "red", "cut": "long", "accessory": "scarf", "clothes": "4"},
        "m": {"skin": "fair", "hair": "red", "cut": "parted", "glasses": True, "accessory": "scarf", "clothes": "4"},
    },
    "bargain_hunters": {
        "f": {"skin": "fair", "hair": "blond", "cut": "bun", "glasses": True, "clothes": "2"},
        "m": {"skin": "deep", "hair": "black", "cut": "crop", "accessory": "cap", "clothes": "2"},
    },
}  # fmt: skip
"""Skin, hair and clothes are ours: the data hold nothing about them. Age and gender come from the data."""
PICTURED = {
    "f": {"en": "Drawn face of a woman of about {age}", "fr": "Visage dessiné d’une femme d’environ {age}\N{NO-BREAK SPACE}ans"},
    "m": {"en": "Drawn face of a man of about {age}", "fr": "Visage dessiné d’un homme d’environ {age}\N{NO-BREAK SPACE}ans"},
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One characteristic: a total over a total, both summed over the rows of a table.

    ``unit`` is percent (of a share 0 to 1), euros or nothing. A portrait says a share as what somebody ``does``, more or
    less often than others, and a mean as ``more`` or ``less``.
    """

    rows: pd.DataFrame
    top: pd.Series
    label: Mapping[str, str]
    below: pd.Series | None = None
    unit: str = ""
    digits: int = 0
    does: Mapping[str, str] | None = None
    more: Mapping[str, str] | None = None
    less: Mapping[str, str] | None = None

    @property
    def bottom(self) -> pd.Series:
        """What the total is divided by: the number of rows unless said otherwise."""
        return pd.Series(1.0, index=self.rows.index) if self.below is None else self.below

    def write(self, page: Page, number: float) -> str:
        """Write a value of this measure."""
        scaled = 100 * number if self.unit == "percent" else number
        return page.written(scaled, digits=self.digits, unit=self.unit)


def ratio(measure: Measure, mask: np.ndarray) -> float:
    """Return the measure among some rows."""
    return float(measure.top.to_numpy(float)[mask].sum() / measure.bottom.to_numpy(float)[mask].sum())


def difference(measure: Measure, first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """Return the difference between two groups of rows and its standard error.

    Linearised ratios, summed by household first: members of one household share a garden, and orders of one customer
    resemble each other, so neither counts as a fresh observation.
    """
    top, bottom = measure.top.to_numpy(float), measure.bottom.to_numpy(float)
    parts = np.zeros(len(top))
    for sign, mask in ((1, first), (-1, second)):
        total = bottom[mask].sum()
        parts[mask] += sign * (top[mask] - ratio(measure, mask) * bottom[mask]) / total
    error = pd.Series(parts).groupby(measure.rows["household_id"].to_numpy()).sum()
    return ratio(measure, first) - ratio(measure, second), math.sqrt(float((error**2).sum()))


@dataclass(frozen=True)
class Compared:
    """What a set of comparisons found, with +1 or -1 by measure and segment.

    ``out`` stands out from the other segments, ``differs`` from all other customers together; the first implies the second.
    """

    out: dict[tuple[str, str], int]
    differs: dict[tuple[str, str], int]
    count: int


def standing_out(measures: Mapping[str, Measure]) -> Compared:
    """Return which segment stands out in which measure.

    A segment stands out when it differs from all other customers together, and in the same direction from every other
    segment but one, each time by more than chance. With one segment far off, all the others differ from the rest;
    they do not stand out. Bonferroni's bound keeps chance out of all comparisons together.
    """
    pairs = list(combinations(SEGMENTS, 2))
    count = len(measures) * (len(pairs) + len(SEGMENTS))
    bound = NormalDist().inv_cdf(1 - 0.025 / count)

    def direction(measure: Measure, first: np.ndarray, second: np.ndarray) -> int:
        gap, error = difference(measure, first, second)
        return int(math.copysign(1, gap)) if abs(gap) > bound * error else 0

    found, differs = {}, {}
    for name, measure in measures.items():
        inside = {one: (measure.rows["segment"] == one).to_numpy() for one in SEGMENTS}
        signs = {pair: direction(measure, *(inside[one] for one in pair)) for pair in pairs}
        for one in SEGMENTS:
            apart = direction(measure, inside[one], ~inside[one])
            if apart:
                differs[name, one] = apart
            along = [sign if pair[0] == one else -sign for pair, sign in signs.items() if one in pair]
            if apart and along.count(apart) >= len(SEGMENTS) - 2:
                found[name, one] = apart
    return Compared(out=found, differs=differs, count=count)


def explained(values: pd.Series, segment: pd.Series) -> float:
    """Return the share of variation, in percent, that lies between segments: eta squared.

    Of a category it is the mean over its dummies, weighted by their variation (Goodman and Kruskal's tau).
    """
    dummies = pd.get_dummies(values).astype(float) if values.dtype == object else values.astype(float).to_frame()
    spread = ((dummies - dummies.mean()) ** 2).to_numpy().sum()
    between = ((dummies.groupby(segment).transform("mean") - dummies.mean()) ** 2).to_numpy().sum()
    return float(100 * between / spread)


@dataclass(frozen=True)
class Tables:
    """The tables of the edition, each with segment and household beside it."""

    customers: pd.DataFrame
    orders: pd.DataFrame
    contacts: pd.DataFrame
    visits: pd.DataFrame
    marks: pd.DataFrame
    calls: pd.DataFrame
    emails: pd.DataFrame
    complaints: pd.DataFrame

    @property
    def web(self) -> pd.DataFrame:
        """Orders on the web, which are delivered."""
        return self.orders[self.orders["channel"] == "web"]


def load() -> Tables:
    """Read the edition and put what the page needs side by side."""
    data = cxdata.edition("tilmarenne", "class")
    customers = data["customers"].merge(data["households"].drop(columns=["town", "address"]), on="household_id")
    customers["age"] = ((LAST - pd.to_datetime(customers["birth_date"])).dt.days / YEAR_DAYS).astype(int)
    since = pd.to_datetime(customers["joined_on"]).clip(lower=FIRST)
    customers["years"] = (LAST - since).dt.days / YEAR_DAYS
    bought = data["orders"].groupby("customer_id").agg(orders=("order_id", "size"), spent=("amount_eur", "sum"))
    customers = customers.join(bought, on="customer_id").fillna({"orders": 0, "spent": 0.0})
    whose = customers[["customer_id", "household_id", "segment", "gender", "age", "has_garden", "accepts_email"]]

    late = data["deliveries"][["order_id", "is_late"]]
    orders = data["orders"].merge(whose, on="customer_id").merge(late, on="order_id", how="left")
    # Whoever hangs up and calls again has one matter, not two.
    contacts = data["contacts"].loc[lambda rows: ~rows["is_abandoned"]].merge(whose, on="customer_id")
    orders["contacts"] = orders["order_id"].map(contacts.groupby("order_id").size()).fillna(0)
    surveys = data["surveys"].merge(whose, on="customer_id")
    return Tables(
        customers=customers,
        orders=orders,
        contacts=contacts,
        visits=data["web_sessions"].merge(whose, on="customer_id"),
        marks=marked(data),
        calls=surveys[(surveys["programme"] == "callback_after_order") & surveys["answered"]],
        emails=surveys[surveys["programme"] == "email_after_order"],
        complaints=data["complaints"],
    )


def marked(data: cxdata.Dataset) -> pd.DataFrame:
    """Return one row per answered survey after an order: the marks given to six aspects, satisfaction, segment."""
    items = data["survey_items"].loc[lambda rows: rows["item"].isin(list(ASPECTS))]
    marks = items.assign(item=items["item"].astype(str)).pivot(index="survey_id", columns="item", values="answer")
    return (
        marks.astype(float)
        .reset_index()
        .merge(data["surveys"][["survey_id", "customer_id", "order_id", "csat"]], on="survey_id")
        .merge(data["orders"][["order_id", "channel"]], on="order_id")
        .merge(data["customers"][["customer_id", "household_id", "segment"]], on="customer_id")
    )


def weights(marks: pd.DataFrame) -> dict[str, Measure]:
    """Return by aspect the points of satisfaction that one mark more goes with, the other five marks being equal.

    The slopes of a regression within each segment, written as ratios (Frisch, Waugh and Lovell), so that segments are
    compared like on any other measure. Web orders alone: only they are delivered.
    """
    rows = marks[marks["channel"] == "web"].dropna(subset=[*ASPECTS, "csat"]).reset_index(drop=True)
    found = {}
    for aspect, label in ASPECTS.items():
        alone, outcome = np.zeros(len(rows)), np.zeros(len(rows))
        for _, people in rows.groupby("segment", observed=True):
            others = np.column_stack([np.ones(len(people)), people[[one for one in ASPECTS if one != aspect]]])
            for values, name in ((alone, aspect), (outcome, "csat")):
                given = people[name].to_numpy(float)
                values[people.index] = given - others @ np.linalg.lstsq(others, given, rcond=None)[0]
        found[aspect] = Measure(
            rows=rows, top=pd.Series(alone * outcome), below=pd.Series(alone**2), digits=2, label=label
        )
    return found


def measured(tables: Tables) -> dict[str, Measure]:
    """Return every characteristic on which segments are compared."""
    who, orders, web, contacts = tables.customers, tables.orders, tables.web, tables.contacts
    visits, marks = tables.visits, tables.marks
    share = {"unit": "percent"}
    return {
        "garden": Measure(
            rows=who, top=who["has_garden"], **share,
            label={"en": "Has a garden", "fr": "A un jardin"},
            does={"en": "has a garden", "fr": "a un jardin"},
        ),
        "house": Measure(
            rows=who, top=who["dwelling"] == "house", **share,
            label={"en": "Lives in a house", "fr": "Vit en maison"},
            does={"en": "lives in a house", "fr": "vit en maison"},
        ),
        "rural": Measure(
            rows=who, top=who["area"] == "rural", **share,
            label={"en": "Lives in the country", "fr": "Vit à la campagne"},
            does={"en": "lives in the country", "fr": "vit à la campagne"},
        ),
        "town": Measure(
            rows=who, top=who["area"] == "urban", **share,
            label={"en": "Lives in town", "fr": "Vit en ville"},
        ),
        "card": Measure(
            rows=who, top=who["is_loyalty_member"], **share,
            label={"en": "Loyalty card", "fr": "Carte de fidélité"},
            does={"en": "holds the loyalty card", "fr": "a la carte de fidélité"},
        ),
        "gold": Measure(
            rows=who, top=who["tier"] == "gold", **share,
            label={"en": "Gold level", "fr": "Niveau or"},
            does={"en": "reaches the gold level", "fr": "atteint le niveau or"},
        ),
        "pace": Measure(
            rows=who, top=who["orders"], below=who["years"], digits=1,
            label={"en": "Orders a year", "fr": "Commandes par an"},
            more={"en": "orders more often", "fr": "commande plus souvent"},
            less={"en": "orders less often", "fr": "commande moins souvent"},
        ),
        "spend": Measure(
            rows=who, top=who["spent"], below=who["years"], unit="euros",
            label={"en": "Spent a year", "fr": "Dépense par an"},
            more={"en": "spends more a year", "fr": "dépense plus sur l’année"},
            less={"en": "spends less a year", "fr": "dépense moins sur l’année"},
        ),
        "basket": Measure(
            rows=orders, top=orders["amount_eur"], unit="euros",
            label={"en": "Mean basket", "fr": "Panier moyen"},
            more={"en": "fills larger baskets", "fr": "remplit de plus gros paniers"},
            less={"en": "fills smaller baskets", "fr": "remplit de plus petits paniers"},
        ),
        "bulky": Measure(
            rows=orders, top=orders["is_bulky"], **share,
            label={"en": "Bulky goods", "fr": "Articles encombrants"},
            does={"en": "buys bulky goods", "fr": "achète encombrant"},
        ),
        "offer": Measure(
            rows=orders, top=orders["is_promotion"], **share,
            label={"en": "Bought on offer", "fr": "Achats en promotion"},
        ),
        **{
            name: Measure(rows=orders, top=orders["product_family"] == name, label=label, **share)
            for name, label in FAMILIES.items()
        },
        "web": Measure(
            rows=orders, top=orders["channel"] == "web", **share,
            label={"en": "Orders on the web", "fr": "Commandes web"},
        ),
        "mobile": Measure(
            rows=visits, top=visits["device"] == "phone", **share,
            label={"en": "Mobile visits", "fr": "Visites mobiles"},
            does={"en": "visits the site by mobile phone", "fr": "visite le site sur son téléphone"},
        ),
        "late": Measure(
            rows=web, top=web["is_late"].astype(float), **share,
            label={"en": "Parcels late", "fr": "Colis en retard"},
        ),
        "contacts": Measure(
            rows=orders, top=100 * orders["contacts"],
            label={"en": "Contacts per hundred orders", "fr": "Contacts pour cent commandes"},
        ),
        **{
            ASKED[reason]: Measure(
                rows=contacts, top=contacts["reason"] == reason, **share,
                label={"en": f"Contacts about {words['en']}", "fr": f"Contacts pour {words['fr']}"},
            )
            for reason, words in REASONS.items()
        },
        "phone": Measure(
            rows=contacts, top=contacts["channel"] == "phone", **share,
            label={"en": "Contacts by telephone", "fr": "Contacts par téléphone"},
        ),
        **{
            MARKS[aspect]: Measure(
                rows=marks[marks[aspect].notna()], top=marks[aspect].dropna(), digits=1,
                label={"en": f"Mark for {words['en']}", "fr": f"Note, {words['fr']}"},
            )
            for aspect, words in ASPECTS.items()
        },
        "ltr": Measure(
            rows=tables.calls, top=tables.calls["ltr"], digits=1,
            label={"en": "Recommendation (call-backs)", "fr": "Recommandation (rappels)"},
        ),
        "mail": Measure(
            rows=who, top=who["accepts_email"], **share,
            label={"en": "Accepts e-mail", "fr": "Accepte l’e-mail"},
        ),
        "woman": Measure(rows=who, top=who["gender"] == "f", label={"en": "Women", "fr": "Femmes"}, **share),
        "age": Measure(
            rows=who, top=who["age"],
            label={"en": "Mean age", "fr": "Âge moyen"},
            more={"en": "is older", "fr": "compte plus d’années"},
            less={"en": "is younger", "fr": "compte moins d’années"},
        ),
    }  # fmt: skip


def build(page: Page) -> None:
    """Compute the page."""
    tables = load()
    measures = measured(tables)
    compared = standing_out(measures)
    out, count = compared.out, compared.count
    page.value("customers", len(tables.customers))
    page.value("segments", len(SEGMENTS))
    page.value("comparisons", count)
    page.value("false", 0.05 * count)

    apart(page, tables, measures, out)
    turned_round(page, tables)
    heavy = moments(page, tables)
    drawn = cast(page, tables, measures, compared, heavy)
    page.html("sheets", sheets([one for one, _ in drawn.values()], language=page.language))
    newsletter(page, tables, {segment: one.name for segment, (one, _) in drawn.items()})
    offers(page, measures, out)
    caller(tables, drawn)
    nobody(page, tables, drawn, out)
    same_age(page, tables)
    visible(page, tables)
    exercise(page, tables)


def named_bars(
    table: pd.DataFrame, *, name: str, colour: alt.Color, width: int, end: str = "percent", limit: float
) -> alt.LayerChart:
    """Return bars of ``percent`` with their names beside them, or above them where the page is narrow."""
    narrow = width < charts.WIDE
    names, down = (0, 9) if narrow else (LABEL_WIDTH, 0)
    base = alt.Chart(table)
    y = alt.Y(f"{name}:N", sort=list(table[name]), axis=None)
    x = alt.X("percent:Q", axis=None, scale=alt.Scale(domain=[0, limit], range=[names, width]))
    bar = base.mark_bar(height=11 if narrow else 16, yOffset=down).encode(y=y, x=x, color=colour)
    number = base.mark_text(align="left", dx=6, dy=down).encode(y=y, x=f"{end}:Q", text="text:N")
    label = base.mark_text(align="left", dy=-8 if narrow else 0, color=charts.MUTED).encode(
        y=y, x=alt.value(0), text=f"{name}:N"
    )
    layers = bar + number + label
    if end != "percent":
        rule = base.mark_rule(strokeWidth=2, color=charts.INK, yOffset=down, y2Offset=down)
        layers += rule.encode(y=y, x="low:Q", x2="high:Q")
    return layers.properties(width=width, height=(38 if narrow else 25) * len(table))


def apart(page: Page, tables: Tables, measures: dict[str, Measure], out: dict) -> None:
    """How much of each characteristic lies between segments."""
    who, orders = tables.customers, tables.orders
    traits = {
        "garden": (who, who["has_garden"], ("garden",)),
        "family": (orders, orders["product_family"].astype(object), tuple(FAMILIES)),
        "house": (who, who["dwelling"] == "house", ("house",)),
        "offer": (orders, orders["is_promotion"], ("offer",)),
        "card": (who, who["is_loyalty_member"], ("card",)),
        "tier": (who, who["tier"].astype(object), ("gold",)),
        "mobile": (tables.visits, tables.visits["device"] == "phone", ("mobile",)),
        "area": (who, who["area"].astype(object), ("rural", "town")),
        "spend": (who, who["spent"], ("spend",)),
        "pace": (who, who["orders"], ("pace",)),
        "bulky": (orders, orders["is_bulky"], ("bulky",)),
        "basket": (orders, orders["amount_eur"], ("basket",)),
        "mail": (who, who["accepts_email"], ("mail",)),
        "ltr": (tables.calls, tables.calls["ltr"], ("ltr",)),
        "late": (tables.web, tables.web["is_late"].astype(float), ("late",)),
        "woman": (who, who["gender"] == "f", ("woman",)),
        "age": (who, who["age"], ("age",)),
        "web": (orders, orders["channel"] == "web", ("web",)),
    }
    labels = {
        "family": {"en": "What is bought", "fr": "Ce qui est acheté"},
        "area": {"en": "Town, suburb or country", "fr": "Ville, banlieue ou campagne"},
        "ltr": {"en": "Recommendation", "fr": "Recommandation"},
        "tier": {"en": "Level of the card", "fr": "Niveau de la carte"},
        "woman": {"en": "Gender", "fr": "Sexe"},
        "age": {"en": "Age", "fr": "Âge"},
    }
    rows = [
        {
            "name": name,
            "trait": page.say(**labels.get(name, measures[name].label if name in measures else {})),
            "percent": explained(values, frame["segment"]),
            "out": any((one, segment) in out for one in related for segment in SEGMENTS),
        }
        for name, (frame, values, related) in traits.items()
    ]
    table = pd.DataFrame(rows).sort_values("percent", ascending=False, ignore_index=True)
    by_name = table.set_index("name")
    for name in by_name.index:
        page.value(f"eta.{name}", by_name.loc[name, "percent"], digits=1, unit="percent")
    hold("the garden tells the segments apart most, age next", list(table["name"][:2]) == ["garden", "age"])
    hold(
        "gardeners stand out by being older, bargain hunters younger, and only renovators in gender, by being men",
        {key: sign for key, sign in out.items() if key[0] in ("age", "woman")}
        == {("age", "gardeners"): 1, ("age", "bargain_hunters"): -1, ("woman", "renovators"): -1},
    )
    inside = {one: (who["segment"] == one).to_numpy() for one in SEGMENTS}
    older = [difference(measures["age"], inside["gardeners"], inside[one]) for one in SEGMENTS if one != "gardeners"]
    hold("gardeners are older than every other segment", all(gap > Z_95 * error for gap, error in older))
    men = who["gender"] == "m"
    page.value("men.renovators", 100 * men[who["segment"] == "renovators"].mean(), unit="percent")
    page.value("men.others", 100 * men[who["segment"] != "renovators"].mean(), unit="percent")
    hold("most renovators are men, most others are not", men[who["segment"] == "renovators"].mean() > 0.5 > men.mean())

    yes, no = (
        page.say(en="a segment stands out", fr="un segment s’en détache"),
        page.say(en="no segment stands out", fr="aucun segment ne s’en détache"),
    )
    table["kind"] = np.where(table["out"], yes, no)
    table["text"] = [page.written(value, digits=1, unit="percent") for value in table["percent"]]

    def bars(width: int) -> alt.LayerChart:
        colour = alt.Color(
            "kind:N",
            scale=alt.Scale(domain=[yes, no], range=[charts.GOOD, charts.NEUTRAL]),
            legend=alt.Legend(columns=1 if width < charts.WIDE else 2, columnPadding=24),
        )
        return named_bars(table, name="trait", colour=colour, width=width, limit=1.15 * table["percent"].max())

    details = pd.DataFrame(
        [
            {
                "what": page.say(**measure.label).capitalize(),
                **{
                    one: measure.write(page, ratio(measure, (measure.rows["segment"] == one).to_numpy()))
                    + {1: " ▲", -1: " ▼"}.get(out.get((name, one), 0), "")
                    for one in SEGMENTS
                },
            }
            for name, measure in measures.items()
        ]
    )
    page.chart(
        "apart",
        bars,
        title=page.say(
            en="The garden tells the segments apart most; age and gender help",
            fr="Le jardin distingue le plus les segments ; l’âge et le sexe y contribuent",
        ),
        alternative=page.say(
            en="Bars of the share of variation that lies between the five segments: ",
            fr="Barres de la part de variation qui se trouve entre les cinq segments\N{NO-BREAK SPACE}: ",
        )
        + ", ".join(f"{row.trait} {row.text}" for row in table.itertuples())
        + ".",
        note=page.say(
            en=(
                "Percent of the differences among customers (or orders) that knowing the segment explains. "
                "In the table, ▲ and ▼ mark the segments that stand out."
            ),
            fr=(
                "Part, en pour cent, des différences entre clients (ou commandes) que le segment explique. "
                "Dans le tableau, ▲ et ▼ marquent les segments qui se détachent."
            ),
        ),
        data=details,
        columns={
            "what": Column(label=page.say(en="Measure", fr="Mesure")),
            **{one: Column(label=page.say(**label)) for one, label in SEGMENTS.items()},
        },
    )


def turned_round(page: Page, tables: Tables) -> None:
    """Ask not who is in a segment, but what segment, age and gender say of what is bought; draw the ages."""
    who, orders = tables.customers, tables.orders
    bought = orders["product_family"].astype(object)
    shares = {
        "segment": explained(bought, orders["segment"]),
        "age": explained(bought, orders["age"] // DECADE),
        "gender": explained(bought, orders["gender"]),
    }
    for name, percent in shares.items():
        page.value(f"bought.{name}", percent, digits=1, unit="percent")
    hold("age and gender say little of what is bought", 10 * max(shares["age"], shares["gender"]) < shares["segment"])

    gardener = who["segment"] == "gardeners"
    monique = (who["gender"] == "f") & (who["age"] >= MONIQUE_AGE) & who["has_garden"]
    page.value("monique.age", MONIQUE_AGE)
    page.value("monique.gardener", 100 * gardener[monique].mean(), unit="percent")
    page.value("gardener.monique", 100 * monique[gardener].mean(), unit="percent")
    page.value("gardener.share", 100 * gardener.mean(), unit="percent")
    hold("most women like Monique are gardeners", gardener[monique].mean() > 0.5)
    hold("few gardeners are like Monique", monique[gardener].mean() < 0.2)
    middles = who["age"][~gardener].median()
    page.value("age.others", middles)
    page.value("gardener.younger", 100 * (who["age"][gardener] < middles).mean(), unit="percent")

    ranges = pd.DataFrame(
        [
            {"segment": page.say(**label), **dict(zip(("low", "lower", "middle", "upper", "high"), ages, strict=True))}
            for segment, label in SEGMENTS.items()
            for ages in [who.loc[who["segment"] == segment, "age"].quantile([0.1, 0.25, 0.5, 0.75, 0.9])]
        ]
    ).sort_values("middle", ascending=False, ignore_index=True)
    hold(
        "the middle halves of all segments overlap, so some ages lie in every one",
        ranges["lower"].max() < ranges["upper"].min(),
    )

    def bars(width: int) -> alt.LayerChart:
        narrow = width < charts.WIDE
        names, down = (0, 9) if narrow else (LABEL_WIDTH, 0)
        base = alt.Chart(ranges)
        y = alt.Y("segment:N", sort=list(ranges["segment"]), axis=None)
        domain = [10 * math.floor(ranges["low"].min() / 10), 10 * math.ceil(ranges["high"].max() / 10)]
        scale = alt.Scale(domain=domain, range=[names, width])
        axis = alt.Axis(title=page.say(en="Age", fr="Âge"), tickCount=7, grid=True)
        x = alt.X("low:Q", scale=scale, axis=axis)
        colour = alt.condition(
            alt.datum.segment == page.say(**SEGMENTS["gardeners"]), alt.value(charts.GOOD), alt.value(charts.NEUTRAL)
        )
        most = base.mark_rule(strokeWidth=2, yOffset=down, y2Offset=down).encode(y=y, x=x, x2="high:Q", color=colour)
        half = base.mark_bar(height=11 if narrow else 14, yOffset=down).encode(
            y=y, x="lower:Q", x2="upper:Q", color=colour
        )
        median = base.mark_tick(thickness=2.5, size=18, yOffset=down, color=charts.INK).encode(y=y, x="middle:Q")
        label = base.mark_text(align="left", dy=-8 if narrow else 0, color=charts.MUTED).encode(
            y=y, x=alt.value(0), text="segment:N"
        )
        return (most + half + median + label).properties(width=width, height=(38 if narrow else 28) * len(ranges))

    page.chart(
        "ages",
        bars,
        title=page.say(
            en="Gardeners are older on average, and of every age",
            fr="Les jardiniers sont plus âgés en moyenne, et de tout âge",
        ),
        alternative=page.say(
            en="Ages by segment, median and middle half: ",
            fr="Âges par segment, médiane et moitié centrale\N{NO-BREAK SPACE}: ",
        )
        + ", ".join(
            f"{row.segment} {page.written(row.middle)} ({page.written(row.lower)}–{page.written(row.upper)})"
            for row in ranges.itertuples()
        )
        + ".",
        note=page.say(
            en="Upright mark: median. Bar: the middle half of the segment. Line: all but the youngest and the oldest tenth.",
            fr="Trait vertical : médiane. Barre : la moitié centrale. Ligne : tous, sauf le dixième le plus jeune et le plus âgé.",
        ),
        data=ranges,
        columns={
            "segment": Column(label=page.say(en="Segment", fr="Segment")),
            "low": Column(label=page.say(en="A tenth are younger than", fr="Un dixième a moins de")),
            "lower": Column(label=page.say(en="A quarter", fr="Un quart")),
            "middle": Column(label=page.say(en="Median", fr="Médiane")),
            "upper": Column(label=page.say(en="Three quarters", fr="Trois quarts")),
            "high": Column(label=page.say(en="Nine tenths", fr="Neuf dixièmes")),
        },
    )


def moments(page: Page, tables: Tables) -> dict[str, list[tuple[str, str, str]]]:
    """Show which mark moves the satisfaction of which segment; return what stands out: segment to aspect and slopes.

    Too few customers of each segment answer in the class edition, so the larger one is asked.
    """
    few = weights(tables.marks)
    hold("the class edition has too few answers to tell whose satisfaction hangs on what", not standing_out(few).out)
    needed = ["households", "customers", "orders", "surveys", "survey_items"]
    larger = cxdata.generate("tilmarenne", **LARGER, tables=needed, truth=False)
    slopes = weights(marked(larger))
    out = standing_out(slopes).out
    hold(
        "price weighs most with bargain hunters, delivery with gift buyers and renovators, and nothing else stands out",
        out == {("price", "bargain_hunters"): 1, ("delivery", "renovators"): 1, ("delivery", "gift_buyers"): 1},
    )
    size = len(SEGMENTS) + 1  # of a row of planted weights: one for each aspect
    planted = pd.DataFrame(
        np.reshape(larger.manifest["parameters"]["moment_weights"], (len(SEGMENTS), size)),
        index=list(SEGMENTS),
        columns=["choice", "help", "price", "product", "delivery", "ease"],
    )
    hold(
        "the rule misses two that were planted: help with gardeners, choice with home makers",
        planted["help"].idxmax() == "gardeners" and planted["choice"].idxmax() == "home_makers",
    )
    page.value("larger.customers", LARGER["customers"])
    page.value("larger.times", LARGER["customers"] / len(tables.customers))
    page.value("larger.answers", len(slopes["price"].rows))
    page.value("class.answers", len(few["price"].rows))
    heavy: dict[str, list[tuple[str, str, str]]] = {segment: [] for segment in SEGMENTS}
    for aspect, segment in out:
        here, there, *_ = against(page, slopes[aspect], segment)
        heavy[segment].append((aspect, here, there))
        page.text(f"weight.{aspect}.{segment}", en=here, fr=here)
        page.text(f"weight.{aspect}.not_{segment}", en=there, fr=there)
    heaviest = sorted(slopes, key=lambda aspect: -level(slopes[aspect])[0])
    page.table(
        "moments",
        pd.DataFrame(
            [
                {
                    "who": page.say(**label),
                    **{
                        aspect: slopes[aspect].write(
                            page, ratio(slopes[aspect], (slopes[aspect].rows["segment"] == one).to_numpy())
                        )
                        + ("\N{NO-BREAK SPACE}▲" if (aspect, one) in out else "")
                        for aspect in heaviest
                    },
                }
                for one, label in SEGMENTS.items()
            ]
        ),
        caption=page.say(
            en="Points of satisfaction (1 to 5) that go with one mark more (0 to 10) for an aspect of a web order; ▲ stands out",
            fr="Points de satisfaction (1 à 5) qui vont avec une note de plus (0 à 10), par aspect d’une commande web ; ▲ se détache",
        ),
        columns={
            "who": Column(label=page.say(en="Segment", fr="Segment")),
            **{aspect: Column(label=page.say(**ASPECTS[aspect]).capitalize()) for aspect in heaviest},
        },
    )
    return heavy


def genders(customers: pd.DataFrame) -> dict[str, str]:
    """Give the cast as many women as the customers have, the segments with most women first.

    The majority in each segment would leave one man, where nearly half of the customers are men.
    """
    women = round(len(SEGMENTS) * (customers["gender"] == "f").mean())
    shares = (customers["gender"] == "f").groupby(customers["segment"]).mean().sort_values(ascending=False)
    return {segment: "f" if place < women else "m" for place, segment in enumerate(shares.index)}


def first_name(people: pd.DataFrame, age: int, taken: set[str]) -> tuple[str, int, int]:
    """Return the commonest first name around an age, alphabetical among equals, and of how many it is how many."""
    near = people[(people["age"] - age).abs() <= NAME_YEARS]
    counted = near["first_name"].value_counts().rename_axis("name").reset_index(name="count")
    counted = counted[~counted["name"].isin(taken)].sort_values(["count", "name"], ascending=[False, True])
    return str(counted["name"].iloc[0]), int(counted["count"].iloc[0]), len(near)


def home(page: Page, people: pd.DataFrame) -> str:
    """Return home, garden and kind of place in words, undecided where no clear majority is."""
    house, garden = (people["dwelling"] == "house").mean(), people["has_garden"].mean()
    where = (
        page.say(en="house", fr="maison")
        if house >= CLEAR_MAJORITY
        else page.say(en="flat", fr="appartement")
        if house <= 1 - CLEAR_MAJORITY
        else page.say(en="house or flat", fr="maison ou appartement")
    )
    outside = (
        page.say(en="with a garden", fr="avec jardin")
        if garden >= CLEAR_MAJORITY
        else page.say(en="without a garden", fr="sans jardin")
        if garden <= 1 - CLEAR_MAJORITY
        else page.say(en="with or without a garden", fr="avec ou sans jardin")
    )
    decided = house >= CLEAR_MAJORITY or house <= 1 - CLEAR_MAJORITY
    area = page.say(**AREAS[people["area"].value_counts().index[0]])
    return f"{where}{' ' if decided else ', '}{outside}, {area}"


def cast(
    page: Page, tables: Tables, measures: dict[str, Measure], compared: Compared, heavy: dict
) -> dict[str, tuple[Persona, str]]:
    """Return persona and gender by segment, each attribute by a stated rule."""
    who, out = tables.customers, compared.out
    gender, taken, drawn = genders(who), set(), {}
    page.value("women.share", 100 * (who["gender"] == "f").mean(), unit="percent")
    ages = who.groupby("segment")["age"].median()
    page.value("age.youngest", ages.min())
    page.value("age.oldest", ages.max())
    revenue = who["spent"].sum()
    hold(
        "nothing bad happens to one segment more often than to the others",
        not any(out.get((name, one)) == bad for name, bad in OBSTACLES.items() for one in SEGMENTS),
    )
    hold("the home makers' sheet lists late parcels as no different", ("late", "home_makers") not in compared.differs)
    mine = who.groupby("segment", observed=True)["gender"].agg(lambda stated: (stated == "f").mean())
    hold("the majority in each would make all but one a woman", (mine > 0.5).sum() == len(SEGMENTS) - 1)
    hold("the renovators' persona is a man", gender["renovators"] == "m")
    names: list[tuple[int, int]] = []
    for segment, label in SEGMENTS.items():
        people = who[who["segment"] == segment]
        age = int(people["age"].median())
        name, bearers, among = first_name(people[people["gender"] == gender[segment]], age, taken)
        taken.add(name)
        names.append((bearers, among))
        persona = Persona(
            name=name,
            age=age,
            place=home(page, people),
            face=Face(age=age, **LOOKS[segment][gender[segment]]),
            alternative=page.say(**{key: text.format(age=age) for key, text in PICTURED[gender[segment]].items()}),
            segment=page.say(**label),
            portrait=portrait(page, name, segment, measures, out),
            goals=goals(page, segment, measures, out),
            frustrations=(*frustrations(page, segment, measures, out), *hurts(page, heavy[segment])),
            size=(
                share_of(page, len(people) / len(who), page.say(en="of customers", fr="des clients")),
                share_of(page, people["spent"].sum() / revenue, page.say(en="of revenue", fr="des ventes")),
            ),
            facts=tuple(
                replace(shown, value=f"{shown.value} ({middle(page, people['age'])})") if name == "age" else shown
                for name in ("garden", "house", "woman", "age", "card", "mobile", "web", "offer", "bulky", "basket")
                for shown in [fact(page, name, measures[name], segment, out)]
            ),
            same=tuple(
                page.say(**text)
                for names, text in {
                    ("age",): {"en": "age", "fr": "l’âge"},
                    ("woman",): {"en": "gender", "fr": "le sexe"},
                    ("ltr", *MARKS.values()): {
                        "en": "recommendation and the marks given to orders",
                        "fr": "la recommandation et les notes des commandes",
                    },
                    ("late",): late_parcels(page, measures["late"], segment),
                    ("contacts",): {"en": "need of the service centre", "fr": "le recours au service client"},
                    tuple(ASKED.values()): {"en": "what it is asked about", "fr": "les motifs de ce recours"},
                }.items()
                if not any((name, segment) in compared.differs for name in names)
            ),
        )
        drawn[segment] = (persona, gender[segment])
        page.value(f"{segment}.customers", 100 * len(people) / len(who), unit="percent")
        page.value(f"{segment}.revenue", 100 * people["spent"].sum() / revenue, unit="percent")
        page.text(f"{segment}.name", en=name, fr=name)
        page.value(f"{segment}.age", age)
    bearers, among = max(names)
    page.value("name.bearers", bearers)
    page.value("name.among", among)
    return drawn


def middle(page: Page, values: pd.Series) -> str:
    """Write the range of the middle half."""
    low, high = values.quantile([0.25, 0.75])
    return page.say(en="{} to {}", fr="{} à {}").format(page.written(low), page.written(high))


def portrait(page: Page, name: str, segment: str, measures: dict[str, Measure], out: dict) -> str:
    """Say what sets the segment apart beside its purchases."""
    sign = {key: out.get((key, segment), 0) for key in measures}
    often, seldom = (
        [page.say(**one.does) for key, one in measures.items() if one.does and sign[key] == way] for way in (1, -1)
    )
    compared = [
        page.say(**(one.more if sign[key] == 1 else one.less))
        for key, one in measures.items()
        if one.more and sign[key]
    ]
    sentences = [
        page.say(en=before, fr=avant).format(name=name, what=listed(page, said))
        for said, before, avant in (
            (
                often,
                "More often than other customers, {name} {what}.",
                "Plus souvent que les autres clients, {name} {what}.",
            ),
            (
                seldom,
                "Less often than other customers, {name} {what}.",
                "Moins souvent que les autres clients, {name} {what}.",
            ),
            (compared, "{name} {what} than others.", "{name} {what} que les autres."),
        )
        if said
    ]
    if sign["woman"]:
        what = page.say(**SEGMENTS[segment])
        fewer = sign["woman"] == -1
        sentences.append(
            page.say(
                en=f"{what} are {'less' if fewer else 'more'} often women than other customers are.",
                fr=f"{'Moins' if fewer else 'Plus'} de femmes parmi les {what.lower()} que chez les autres clients.",
            )
        )
    return " ".join(sentences) or page.say(
        en=f"Nothing but the purchases sets {name} apart from the other segments.",
        fr=f"Rien ne distingue {name} des autres segments, sinon ses achats.",
    )


def listed(page: Page, said: list[str]) -> str:
    """Join words with commas and an "and"."""
    last = page.say(en=" and ", fr=" et ")
    return last.join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else said[0]


def against(page: Page, measure: Measure, segment: str) -> tuple[str, str, float, float]:
    """Return the measure of a segment and of the others, written and as numbers."""
    inside = (measure.rows["segment"] == segment).to_numpy()
    here, there = ratio(measure, inside), ratio(measure, ~inside)
    return measure.write(page, here), measure.write(page, there), here, there


def goals(page: Page, segment: str, measures: dict[str, Measure], out: dict) -> tuple[Goal, ...]:
    """Return what the segment buys most, and what it stands out in buying; the commonest first."""
    shares = {name: against(page, measures[name], segment)[2] for name in GOALS}
    most = max(FAMILIES, key=shares.__getitem__)
    chosen = {most, *(name for name in GOALS if out.get((name, segment)) == 1)}
    ranked = sorted(chosen, key=shares.__getitem__, reverse=True)[:GOALS_SHOWN]
    lines = []
    for name in ranked:
        here, there, *_ = against(page, measures[name], segment)
        what = page.say(**FAMILIES[name]) if name in FAMILIES else page.say(en="on offer", fr="en promotion")
        lines.append(
            Goal(
                guessed=page.say(**GOALS[name]),
                counted=page.say(
                    en=f"{here} of orders are {what} (others {there})",
                    fr=f"{what}, {here} des commandes (autres\N{NO-BREAK SPACE}: {there})",
                ),
                stands_out=(name, segment) in out,
            )
        )
    return tuple(lines)


def frustrations(page: Page, segment: str, measures: dict[str, Measure], out: dict) -> tuple[str, ...]:
    """Return what happens to the segment more often than to the others; often nothing does."""
    lines = []
    for name, bad in OBSTACLES.items():
        if out.get((name, segment)) == bad:
            here, there, *_ = against(page, measures[name], segment)
            label = page.say(**measures[name].label)
            lines.append(
                page.say(
                    en=f"{label}: {here} (others {there})",
                    fr=f"{label}\N{NO-BREAK SPACE}: {here} (autres\N{NO-BREAK SPACE}: {there})",
                )
            )
    return tuple(lines)


def hurts(page: Page, heavy: list[tuple[str, str, str]]) -> tuple[str, ...]:
    """Return the marks on which the segment's satisfaction hangs more than the others' does."""
    return tuple(
        page.say(
            en=f"Satisfaction hangs on {ASPECTS[aspect]['en']}: {here} points a mark (others {there})",
            fr=f"La satisfaction tient à ceci : {ASPECTS[aspect]['fr']}, {here} point par note (autres : {there})",
        )
        for aspect, here, there in heavy
    )


def late_parcels(page: Page, measure: Measure, segment: str) -> dict[str, str]:
    """Say how many parcels come late, in both languages."""
    here, there, *_ = against(page, measure, segment)
    return {
        "en": f"late parcels ({here}, others {there})",
        "fr": f"les colis en retard ({here}, autres\N{NO-BREAK SPACE}: {there})",
    }


def share_of(page: Page, share: float, label: str) -> Fact:
    """Return a size as a fact."""
    return Fact(label=label, value=page.written(100 * share, unit="percent"), share=100 * share, stands_out=True)


def fact(page: Page, name: str, measure: Measure, segment: str, out: dict) -> Fact:
    """Return a measure as a fact, held against all other customers."""
    here, there, inside, outside = against(page, measure, segment)
    is_share = measure.unit == "percent"
    return Fact(
        label=page.say(**measure.label),
        value=here,
        compared=page.say(en=f"others {there}", fr=f"autres {there}"),
        share=100 * inside if is_share else None,
        reference=100 * outside if is_share else None,
        stands_out=(name, segment) in out,
    )


def newsletter(page: Page, tables: Tables, names: Mapping[str, str]) -> None:
    """For whom is the front page? Each plan chooses on the orders of 2023 and is judged by those of 2024."""
    mailed = tables.orders[tables.orders["accepts_email"]].copy()
    bands = page.say(en="age band", fr="tranche d’âge")
    mailed["everyone"] = "all"
    mailed["age_band"] = np.digitize(mailed["age"], AGE_EDGES)
    mailed["age_gender"] = mailed["age_band"].astype(str) + mailed["gender"].astype(str)
    year = pd.to_datetime(mailed["ordered_at"]).dt.year
    learnt, judged = mailed[year == FIRST.year], mailed[year == LAST.year].copy()
    plans = {
        "everyone": page.say(en="One for everyone", fr="Une pour tous"),
        "gender": page.say(en="One per gender", fr="Une par sexe"),
        "age_band": page.say(en=f"One per {bands}", fr=f"Une par {bands}"),
        "age_gender": page.say(en="One per age band and gender", fr="Une par tranche d’âge et sexe"),
        "has_garden": page.say(en="Garden or no garden", fr="Jardin ou pas"),
        "segment": page.say(en="One per persona", fr="Une par persona"),
    }
    rows, hits, chosen = [], {}, {}
    for by, label in plans.items():
        best = learnt.groupby(by)["product_family"].agg(lambda bought: bought.value_counts().index[0])
        chosen[by] = best
        hits[by] = (judged[by].map(best) == judged["product_family"]).astype(float)
        measure = Measure(rows=judged, top=hits[by], label={"en": label})
        share, error = level(measure)
        rows.append(
            {
                "plan": label,
                "pages": best.nunique(),
                "percent": 100 * share,
                "low": 100 * (share - Z_95 * error),
                "high": 100 * (share + Z_95 * error),
                "on": ", ".join(page.say(**FAMILIES[name]) for name in dict.fromkeys(best)),
            }
        )
        page.value(f"fit.{by}", 100 * share, unit="percent")
        page.value(f"pages.{by}", best.nunique())
    gains = {}
    for by in plans:
        gain, error = level(Measure(rows=judged, top=hits[by] - hits["everyone"], label={"en": "gain"}))
        gains[by] = tuple(len(judged) * (gain + side * Z_95 * error) for side in (-1, 0, 1))
    for by in ("segment", "age_band"):
        for name, orders in zip(("low", "", "high"), gains[by], strict=True):
            page.value(f"gain.{by}.{name}".rstrip("."), orders, sign=by == "age_band")
    page.value("judged", len(judged))
    page.text("year.learnt", en=str(FIRST.year))
    page.text("year.judged", en=str(LAST.year))
    best = chosen["segment"]
    page.text("front.common", **FAMILIES[chosen["everyone"].iloc[0]])
    fits = 100 * hits["segment"].groupby(judged["segment"]).mean()
    for segment in SEGMENTS:
        page.value(f"fit.{segment}", fits[segment], unit="percent")
    hold("women and men get the same front page", chosen["gender"].nunique() == 1)
    hold(
        "only the young get another front page by age, that of decoration",
        list(chosen["age_band"]) == ["decoration", "plants", "plants"] and chosen["everyone"].iloc[0] == "plants",
    )
    hold(
        "no plan by age or gender comes near the personas",
        all(gains[by][2] < gains["segment"][0] / 3 for by in ("gender", "age_band", "age_gender")),
    )
    hold("personas choose a better front page", gains["segment"][0] > 0)
    hold("personas gain more than a page for gardens", gains["segment"][0] > gains["has_garden"][2])
    page.value("editions.age_gender", chosen["age_gender"].size)
    page.value("age.young", AGE_EDGES[0])
    printed(page, best, names)
    hold("no front page fits the bargain hunters well", fits.idxmin() == "bargain_hunters")
    hold("by age and gender there are more editions than by persona", chosen["age_gender"].size > len(SEGMENTS))

    hers = learnt.loc[learnt["customer_id"].isin(like_monique(page, tables.customers)), "product_family"]
    hold("Monique's front page is everyone's", hers.value_counts().index[0] == chosen["everyone"].iloc[0])
    table = pd.DataFrame(rows)
    table["text"] = [page.written(value, unit="percent") for value in table["percent"]]

    def bars(width: int) -> alt.LayerChart:
        colour = alt.condition(alt.datum.plan == plans["segment"], alt.value(charts.GOOD), alt.value(charts.NEUTRAL))
        limit = 1.15 * table["high"].max()
        return named_bars(table, name="plan", colour=colour, width=width, end="high", limit=limit)

    page.chart(
        "newsletter",
        bars,
        title=page.say(
            en="Splitting the newsletter by age and gender gains little, by persona much",
            fr="Scinder la lettre par âge et par sexe apporte peu, par persona beaucoup",
        ),
        alternative=page.say(
            en="Bars of the share of orders whose goods were on the front page: ",
            fr="Barres de la part des commandes dont l’article figurait en une\N{NO-BREAK SPACE}: ",
        )
        + ", ".join(f"{row.plan} {row.text}" for row in table.itertuples())
        + ".",
        note=page.say(
            en=(
                f"Share of {LAST.year} orders, by customers who accept e-mail, whose goods are on the front page that "
                f"their group's orders of {FIRST.year} suggest. Line: 95% interval."
            ),
            fr=(
                f"Part des commandes de {LAST.year}, chez les clients qui acceptent l’e-mail, dont l’article figure à "
                f"la une suggérée par les commandes de leur groupe en {FIRST.year}. Trait\N{NO-BREAK SPACE}: intervalle à 95\N{NO-BREAK SPACE}%."
            ),
        ),
        data=table[["plan", "pages", "on", "percent", "low", "high"]],
        columns={
            "plan": Column(label=page.say(en="Front page", fr="Une")),
            "pages": Column(label=page.say(en="Different ones", fr="Différentes")),
            "on": Column(label=page.say(en="On it", fr="En une")),
            "percent": Column(label=page.say(en="Orders it fits", fr="Commandes visées"), unit="percent"),
            "low": Column(label=page.say(en="From", fr="De"), unit="percent"),
            "high": Column(label=page.say(en="To", fr="À"), unit="percent"),
        },
    )


def printed(page: Page, best: pd.Series, names: Mapping[str, str]) -> None:
    """Say which front page is for whom, and which personas have the same one."""
    readers = {
        goods: [names[one] for one in SEGMENTS if best[one] == goods] for goods in dict.fromkeys(best[list(SEGMENTS)])
    }
    words = [
        page.say(en="{goods} for {who}", fr="{goods} pour {who}").format(
            goods=page.say(**FAMILIES[goods]), who=listed(page, who)
        )
        for goods, who in readers.items()
    ]
    page.text("front.pages", en=", ".join(words), fr=", ".join(words))
    hold(
        "gardeners and renovators have front pages of their own",
        all(best.eq(best[one]).sum() == 1 for one in ("gardeners", "renovators")),
    )
    together = readers[best["bargain_hunters"]]
    hold(
        "bargain hunters share a page, and nobody else does",
        len(together) > 1 and all(len(who) == 1 for goods, who in readers.items() if goods != best["bargain_hunters"]),
    )
    said = listed(page, together)
    page.text("front.together", en=said, fr=said)


def like_monique(page: Page, who: pd.DataFrame) -> pd.Series:
    """Return the customers whom the portrait drawn in a meeting fits, and say how many read the newsletter."""
    monique = (who["gender"] == "f") & (who["age"] >= MONIQUE_AGE) & who["has_garden"]
    page.value("monique.share", 100 * monique[who["accepts_email"]].mean(), unit="percent")
    page.value("unmailed", 100 * (1 - who["accepts_email"].mean()), unit="percent")
    known = (who["life_event"] == "retirement").mean()
    hold("the file knows of few retirements", known < 0.02)
    page.value("retired.known", 100 * known, digits=1, unit="percent")
    return who.loc[monique, "customer_id"]


def offers(page: Page, measures: dict[str, Measure], out: dict) -> None:
    """Say what keeps the bargain hunters apart."""
    mine, others, *_ = against(page, measures["offer"], "bargain_hunters")
    page.text("offer.mine", en=mine, fr=mine)
    page.text("offer.others", en=others, fr=others)
    hold(
        "bargain hunters alone buy on offer more than others",
        [one for one in SEGMENTS if out.get(("offer", one)) == 1] == ["bargain_hunters"],
    )
    hold(
        "most orders of gift buyers are for something else than decoration",
        against(page, measures["decoration"], "gift_buyers")[2] < 0.5,
    )


def caller(tables: Tables, drawn: dict[str, tuple[Persona, str]]) -> None:
    """Hold what a question says of an adviser who looks whether a caller's age and gender fit the sheet."""
    who, (persona, gender) = tables.customers, drawn["gift_buyers"]
    fits = ((who["age"] - persona.age).abs() <= FIT_YEARS) & (who["gender"] == gender)
    mine = who["segment"] == "gift_buyers"
    hold("few gift buyers have age and gender of the sheet", fits[mine].mean() < 0.2)
    hold("many more others have them", (fits & ~mine).sum() > 3 * (fits & mine).sum())


def level(measure: Measure) -> tuple[float, float]:
    """Return a measure over all its rows and its standard error, by household."""
    everyone = np.ones(len(measure.rows), dtype=bool)
    value = ratio(measure, everyone)
    parts = (measure.top.to_numpy(float) - value * measure.bottom.to_numpy(float)) / measure.bottom.sum()
    error = pd.Series(parts).groupby(measure.rows["household_id"].to_numpy()).sum()
    return value, math.sqrt(float((error**2).sum()))


def nobody(page: Page, tables: Tables, drawn: dict[str, tuple[Persona, str]], out: dict) -> None:
    """How many customers of the clearest segment fit its sheet, trait by trait."""
    segment = "gardeners"
    persona, gender = drawn[segment]
    people = tables.customers[tables.customers["segment"] == segment]
    plants = tables.orders.loc[tables.orders["product_family"] == "plants", "customer_id"]
    woman = (
        page.say(en="and a woman", fr="et une femme") if gender == "f" else page.say(en="and a man", fr="et un homme")
    )
    steps = {
        page.say(en="All gardeners", fr="Tous les jardiniers"): pd.Series(True, index=people.index),
        page.say(en="with a garden", fr="avec un jardin"): people["has_garden"],
        page.say(en="and a house", fr="et une maison"): people["dwelling"] == "house",
        page.say(en="and the loyalty card", fr="et la carte de fidélité"): people["is_loyalty_member"],
        page.say(en="and plants bought", fr="et des plantes achetées"): people["customer_id"].isin(plants),
        page.say(
            en=f"and {persona.age - FIT_YEARS} to {persona.age + FIT_YEARS} years old",
            fr=f"et de {persona.age - FIT_YEARS} à {persona.age + FIT_YEARS} ans",
        ): (people["age"] - persona.age).abs() <= FIT_YEARS,
        woman: people["gender"] == gender,
    }
    hold(
        "the gardener stands out in all of these traits but gender",
        all(out.get((name, segment)) == 1 for name in ("garden", "house", "card", "plants", "age"))
        and ("woman", segment) not in out,
    )
    left = pd.Series(True, index=people.index)
    rows = []
    for label, fits in steps.items():
        left &= fits
        rows.append({"step": label, "count": int(left.sum()), "percent": 100 * left.mean()})
    table = pd.DataFrame(rows)
    table["text"] = [page.written(value, unit="percent") for value in table["percent"]]
    page.value("fit.last", table["count"].iloc[-1])
    page.value("fit.true", table["count"].iloc[-2])
    page.value("fit.all", table["count"].iloc[0])
    baskets = tables.orders.loc[tables.orders["segment"] == segment, "amount_eur"]
    page.value("basket.mean", baskets.mean(), unit="euros")
    page.value("basket.below", 100 * (baskets < baskets.mean()).mean(), unit="percent")

    def bars(width: int) -> alt.LayerChart:
        unasked = alt.FieldOneOfPredicate(field="step", oneOf=list(table["step"][-1:]))
        colour = alt.condition(unasked, alt.value(charts.BAD), alt.value(charts.NEUTRAL))
        return named_bars(table, name="step", colour=colour, width=width, limit=115)

    page.chart(
        "nobody",
        bars,
        title=page.say(
            en=f"Trait by trait, {persona.name} runs out of customers",
            fr=f"Trait après trait, il ne reste presque personne derrière {persona.name}",
        ),
        alternative=page.say(
            en="Bars of the gardeners who still fit the sheet as its traits are added: ",
            fr="Barres des jardiniers qui répondent encore à la fiche à mesure qu’on ajoute ses traits\N{NO-BREAK SPACE}: ",
        )
        + ", ".join(f"{row.step} {row.text}" for row in table.itertuples())
        + ".",
        note=page.say(
            en="Each line keeps the conditions of the lines above it. In colour: the trait in which gardeners do not stand out.",
            fr=(
                "Chaque ligne garde les conditions des lignes au-dessus. "
                "En couleur : le trait qui ne distingue pas les jardiniers."
            ),
        ),
        data=table[["step", "count", "percent"]],
        columns={
            "step": Column(label=page.say(en="Who still fits", fr="Qui répond encore")),
            "count": Column(label=page.say(en="Customers", fr="Clients")),
            "percent": Column(label=page.say(en="Of all gardeners", fr="Des jardiniers"), unit="percent"),
        },
    )


def visible(page: Page, tables: Tables) -> None:
    """The persona that each source of customers would give."""
    who = tables.customers
    answered = tables.emails.loc[tables.emails["answered"], "customer_id"]
    sources = {
        "all": (page.say(en="All customers", fr="Tous les clients"), who),
        "buyers": (page.say(en="Those with an order", fr="Ceux qui ont commandé"), who[who["orders"] > 0]),
        "answered": (
            page.say(en="Those who answer the e-mail survey", fr="Ceux qui répondent à l’enquête par e-mail"),
            who[who["customer_id"].isin(answered)],
        ),
        "contacted": (
            page.say(en="Those who contact the service centre", fr="Ceux qui contactent le service client"),
            who[who["customer_id"].isin(tables.contacts["customer_id"])],
        ),
        "complained": (
            page.say(en="Those who complain", fr="Ceux qui réclament"),
            who[who["customer_id"].isin(tables.complaints["customer_id"])],
        ),
    }
    hold(
        "every source but the first leaves out those who bought nothing",
        all((people["orders"] > 0).all() for name, (_, people) in sources.items() if name != "all"),
    )
    rows = []
    for name, (label, people) in sources.items():
        low, high = median_interval(people["age"])
        rows.append(
            {
                "who": label,
                "count": len(people),
                "age": people["age"].median(),
                "interval": page.say(en="{} to {}", fr="{} à {}")
                .replace(" ", "\N{NO-BREAK SPACE}")
                .format(page.written(low), page.written(high)),
                "card": 100 * people["is_loyalty_member"].mean(),
                "orders": people["orders"].mean(),
                "spent": people["spent"].mean(),
            }
        )
        page.value(f"seen.{name}", len(people))
        page.value(f"seen.{name}.age", people["age"].median())
        page.value(f"seen.{name}.card", rows[-1]["card"], unit="percent")
        page.value(f"seen.{name}.orders", rows[-1]["orders"], digits=1)
        page.value(f"seen.{name}.spent", rows[-1]["spent"], unit="euros")
    gap, error = difference(
        Measure(rows=who, top=who["is_loyalty_member"], label={"en": "card"}),
        who["customer_id"].isin(answered).to_numpy(),
        ~who["customer_id"].isin(answered).to_numpy(),
    )
    hold("those who answer hold the card more often", gap > Z_95 * error)
    hold("they order about twice as much", sources["answered"][1]["orders"].mean() > 1.9 * who["orders"].mean())
    page.table(
        "visible",
        pd.DataFrame(rows),
        caption=page.say(
            en="The same company, five sources: whom would you draw?",
            fr="La même entreprise, cinq sources : qui dessineriez-vous ?",
        ),
        columns={
            "who": Column(label=page.say(en="Drawn from", fr="Dessinée d’après")),
            "count": Column(label=page.say(en="Customers", fr="Clients")),
            "age": Column(label=page.say(en="Median age", fr="Âge médian")),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95\N{NO-BREAK SPACE}%")),
            "card": Column(label=page.say(en="Loyalty card", fr="Carte"), unit="percent"),
            "orders": Column(label=page.say(en="Orders, two years", fr="Commandes, deux ans"), digits=1),
            "spent": Column(label=page.say(en="Spent, two years", fr="Dépense, deux ans"), unit="euros"),
        },
    )


def same_age(page: Page, tables: Tables) -> None:
    """Hold gardeners against all others, then against others of the same age: which differences are only age."""
    orders, visits, contacts = tables.orders, tables.visits, tables.contacts
    questions = {
        "plants": (
            orders,
            orders["product_family"] == "plants",
            {"en": "Orders of plants", "fr": "Commandes de plantes"},
        ),
        "web": (orders, orders["channel"] == "web", {"en": "Orders on the web", "fr": "Commandes web"}),
        "mobile": (
            visits,
            visits["device"] == "phone",
            {"en": "Mobile visits", "fr": "Visites mobiles"},
        ),
        "phone": (
            contacts,
            contacts["channel"] == "phone",
            {"en": "Contacts by telephone", "fr": "Contacts par téléphone"},
        ),
    }
    rows = []
    for name, (frame, does, label) in questions.items():
        people = frame.assign(
            does=100.0 * does, gardener=frame["segment"] == "gardeners", band=frame["age"] // SAME_AGE
        )
        with_it = people.groupby("gardener")["does"].mean()
        plain, within = (
            within_strata(people, outcome="does", treatment="gardener", strata=strata, cluster="household_id")
            for strata in ((), ("band",))
        )
        hold(f"gardeners differ from the others: {name}", plain.low > 0 or plain.high < 0)
        hold("at the same age only the plants are left", (within.low > 0) == (name == "plants") and within.high > 0)
        page.value(f"same.{name}", within.value, digits=1, sign=True)
        page.value(f"plain.{name}", plain.value, digits=1, sign=True)
        page.value(f"{name}.mine", with_it[True], unit="percent")
        page.value(f"{name}.others", with_it[False], unit="percent")
        rows.append(
            {
                "what": page.say(**label),
                "plain": plain.value,
                "within": within.value,
                "interval": page.say(en="{} to {}", fr="{} à {}")
                .replace(" ", "\N{NO-BREAK SPACE}")
                .format(page.written(within.low, digits=1, sign=True), page.written(within.high, digits=1, sign=True)),
                "mine": with_it[True],
                "others": with_it[False],
            }
        )
    page.value("same.years", SAME_AGE)
    page.table(
        "same_age",
        pd.DataFrame(rows),
        caption=page.say(
            en="Gardeners and others: at the same age, only the plants are left",
            fr="Les jardiniers et les autres : au même âge, il ne reste que les plantes",
        ),
        columns={
            "what": Column(label=page.say(en="Share of", fr="Part de")),
            "plain": Column(label=page.say(en="Gap, points", fr="Écart, points"), digits=1, sign=True),
            "within": Column(label=page.say(en="At the same age", fr="Au même âge"), digits=1, sign=True),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95\N{NO-BREAK SPACE}%")),
            "mine": Column(label=page.say(en="Gardeners", fr="Jardiniers"), unit="percent"),
            "others": Column(label=page.say(en="Others", fr="Autres"), unit="percent"),
        },
    )


def median_interval(values: pd.Series) -> tuple[float, float]:
    """Return the 95 % interval of a median, from the order statistics around it."""
    ordered = np.sort(values.to_numpy())
    half = Z_95 * math.sqrt(len(ordered)) / 2
    low = max(math.floor(len(ordered) / 2 - half), 0)
    high = min(math.ceil(len(ordered) / 2 + half), len(ordered) - 1)
    return float(ordered[low]), float(ordered[high])


def exercise(page: Page, tables: Tables) -> None:
    """Late parcels by segment, then by segment and bulk: the goods explain what the persona seems to suffer."""
    web = tables.web
    late, bulky = web["is_late"].astype(float), web["is_bulky"].astype(bool)
    mine = web["segment"] == "home_makers"
    for name, mask in {
        "mine": mine,
        "others": ~mine,
        "mine.bulky": mine & bulky,
        "others.bulky": ~mine & bulky,
        "mine.small": mine & ~bulky,
        "others.small": ~mine & ~bulky,
        "bulky": bulky,
        "small": ~bulky,
    }.items():
        page.value(f"late.{name}", 100 * late[mask].mean(), unit="percent")
    page.value("late.elsewhere", 100 * late[~mine].sum() / late.sum(), unit="percent")
    page.value("bulk.mine", 100 * bulky[mine].mean(), unit="percent")
    page.value("bulk.others", 100 * bulky[~mine].mean(), unit="percent")
    measure = Measure(rows=web, top=late, label={"en": "late"})
    for name, within in {
        "raw": np.ones(len(web), dtype=bool),
        "bulky": bulky.to_numpy(),
        "small": ~bulky.to_numpy(),
    }.items():
        gap, error = difference(measure, mine.to_numpy() & within, ~mine.to_numpy() & within)
        hold("home makers' parcels are not later beyond chance, whatever the goods", abs(gap) < Z_95 * error)
        hold("home makers' parcels look later at first sight", gap > 0.01 or name != "raw")
        page.value(f"gap.{name}", 100 * gap, digits=1, sign=True)
        page.value(f"gap.{name}.low", 100 * (gap - Z_95 * error), digits=1, sign=True)
        page.value(f"gap.{name}.high", 100 * (gap + Z_95 * error), digits=1, sign=True)
    gap, error = difference(measure, bulky.to_numpy(), ~bulky.to_numpy())
    hold("bulky goods are later, and home makers buy more of them", gap > 0.1 and bulky[mine].mean() > bulky.mean())
    page.value("gap.goods.low", 100 * (gap - Z_95 * error))
    page.value("gap.goods.high", 100 * (gap + Z_95 * error))
