"""Personas from segments: what tells them apart, five sheets, and how little a sheet says about one customer."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
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
from casebook.worked.page import Page, hold
from casebook.worked.personas import Fact, Goal, Persona, sheets

FIRST, LAST = pd.Timestamp("2023-01-01"), pd.Timestamp("2024-12-31")
YEAR_DAYS = 365.25
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
OBSTACLES = ("late", "contacts", *ASKED.values())
"""Measures that may say what gets in a persona's way."""
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


def standing_out(measures: Mapping[str, Measure]) -> tuple[dict[tuple[str, str], int], int]:
    """Return +1 or -1 by measure and segment that stands out, and how many comparisons were made.

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

    found = {}
    for name, measure in measures.items():
        inside = {one: (measure.rows["segment"] == one).to_numpy() for one in SEGMENTS}
        signs = {pair: direction(measure, *(inside[one] for one in pair)) for pair in pairs}
        for one in SEGMENTS:
            apart = direction(measure, inside[one], ~inside[one])
            along = [sign if pair[0] == one else -sign for pair, sign in signs.items() if one in pair]
            if apart and along.count(apart) >= len(SEGMENTS) - 2:
                found[name, one] = apart
    return found, count


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
    orders["contacts"] = orders["order_id"].map(data["contacts"].groupby("order_id").size()).fillna(0)
    contacts = data["contacts"].merge(whose, on="customer_id")
    surveys = data["surveys"].merge(whose, on="customer_id")
    return Tables(
        customers=customers,
        orders=orders,
        contacts=contacts,
        calls=surveys[(surveys["programme"] == "callback_after_order") & surveys["answered"]],
        emails=surveys[surveys["programme"] == "email_after_order"],
        complaints=data["complaints"],
    )


def measured(tables: Tables) -> dict[str, Measure]:
    """Return every characteristic on which segments are compared."""
    who, orders, web, contacts = tables.customers, tables.orders, tables.web, tables.contacts
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
        "ltr": Measure(
            rows=tables.calls, top=tables.calls["ltr"], digits=1,
            label={"en": "Recommendation (call-backs)", "fr": "Recommandation (rappels)"},
        ),
        "mail": Measure(
            rows=who, top=who["accepts_email"], **share,
            label={"en": "Accepts e-mail", "fr": "Accepte l’e-mail"},
        ),
        "woman": Measure(rows=who, top=who["gender"] == "f", label={"en": "Women", "fr": "Femmes"}, **share),
        "age": Measure(rows=who, top=who["age"], label={"en": "Mean age", "fr": "Âge moyen"}),
    }  # fmt: skip


def build(page: Page) -> None:
    """Compute the page."""
    tables = load()
    measures = measured(tables)
    out, count = standing_out(measures)
    page.value("customers", len(tables.customers))
    page.value("segments", len(SEGMENTS))
    page.value("comparisons", count)
    page.value("false", 0.05 * count)

    apart(page, tables, measures, out)
    drawn = cast(page, tables, measures, out)
    page.html("sheets", sheets([one for one, _ in drawn.values()], language=page.language))
    newsletter(page, tables)
    offers(page, measures, out)
    nobody(page, tables, drawn, out)
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
    hold("neither age nor gender tells the segments apart", not by_name.loc[["age", "woman"], "out"].any())
    hold("age and gender stand at the bottom of the chart", {"age", "woman"} <= set(table["name"][-3:]))
    hold(
        "garden, home and purchases tell the segments apart most",
        set(table["name"][:4]) == {"garden", "house", "family", "offer"},
    )

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
            en="Garden, home and purchases tell the segments apart; age and gender do not",
            fr="Jardin, logement et achats distinguent les segments ; ni l’âge ni le sexe",
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


def genders(customers: pd.DataFrame) -> dict[str, str]:
    """Give the cast as many women as the customers have, the segments with most women first.

    Gender does not tell the segments apart; the majority in each would make every persona a woman.
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


def cast(page: Page, tables: Tables, measures: dict[str, Measure], out: dict) -> dict[str, tuple[Persona, str]]:
    """Return persona and gender by segment, each attribute by a stated rule."""
    who = tables.customers
    gender, taken, drawn = genders(who), set(), {}
    page.value("women.share", 100 * (who["gender"] == "f").mean(), unit="percent")
    ages = who.groupby("segment")["age"].median()
    page.value("age.youngest", ages.min())
    page.value("age.oldest", ages.max())
    revenue = who["spent"].sum()
    hold("nothing in anyone's way stands out", not any((name, one) in out for name in OBSTACLES for one in SEGMENTS))
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
            frustrations=frustrations(page, segment, measures, out),
            size=(
                share_of(page, len(people) / len(who), page.say(en="of customers", fr="des clients")),
                share_of(page, people["spent"].sum() / revenue, page.say(en="of revenue", fr="des ventes")),
            ),
            facts=tuple(
                fact(page, name, measures[name], segment, out)
                for name in ("garden", "house", "card", "web", "offer", "bulky", "pace", "basket")
            ),
            same=tuple(
                page.say(**text)
                for names, text in {
                    ("age",): {
                        "en": f"age (middle half {middle(page, people['age'])})",
                        "fr": f"l’âge (moitié centrale\N{NO-BREAK SPACE}: {middle(page, people['age'])})",
                    },
                    ("woman",): {"en": "gender", "fr": "le sexe"},
                    ("ltr",): {"en": "recommendation", "fr": "la recommandation"},
                    ("late",): late_parcels(page, measures["late"], segment),
                    ("contacts",): {"en": "need of the service centre", "fr": "le recours au service client"},
                    tuple(ASKED.values()): {"en": "what it is asked about", "fr": "les motifs de ce recours"},
                }.items()
                if not any((name, segment) in out for name in names)
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
    return " ".join(sentences) or page.say(
        en=f"Nothing but the purchases sets {name} apart from the others.",
        fr=f"Rien ne distingue {name} des autres, sinon ses achats.",
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
    for name in OBSTACLES:
        if out.get((name, segment)) == 1:
            here, there, *_ = against(page, measures[name], segment)
            label = page.say(**measures[name].label)
            lines.append(
                page.say(
                    en=f"{label}: {here} (others {there})",
                    fr=f"{label}\N{NO-BREAK SPACE}: {here} (autres\N{NO-BREAK SPACE}: {there})",
                )
            )
    return tuple(lines)


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


def newsletter(page: Page, tables: Tables) -> None:
    """For whom is the front page? Each plan chooses on the orders of 2023 and is judged by those of 2024."""
    mailed = tables.orders[tables.orders["accepts_email"]].copy()
    bands = page.say(en="age band", fr="tranche d’âge")
    mailed["everyone"] = "all"
    mailed["age_band"] = np.digitize(mailed["age"], AGE_EDGES)
    year = pd.to_datetime(mailed["ordered_at"]).dt.year
    learnt, judged = mailed[year == FIRST.year], mailed[year == LAST.year].copy()
    plans = {
        "everyone": page.say(en="One for everyone", fr="Une pour tous"),
        "gender": page.say(en="One per gender", fr="Une par sexe"),
        "age_band": page.say(en=f"One per {bands}", fr=f"Une par {bands}"),
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
    gain, error = level(Measure(rows=judged, top=hits["segment"] - hits["everyone"], label={"en": "gain"}))
    page.value("gain.orders", gain * len(judged))
    page.value("gain.orders.low", (gain - Z_95 * error) * len(judged))
    page.value("gain.orders.high", (gain + Z_95 * error) * len(judged))
    page.value("judged", len(judged))
    page.text("year.learnt", en=str(FIRST.year))
    page.text("year.judged", en=str(LAST.year))
    best = chosen["segment"]
    page.text("front.common", **FAMILIES[chosen["everyone"].iloc[0]])
    fits = 100 * hits["segment"].groupby(judged["segment"]).mean()
    for segment in SEGMENTS:
        page.text(f"front.{segment}", **FAMILIES[best[segment]])
        page.value(f"fit.{segment}", fits[segment], unit="percent")
    hold(
        "age and gender choose the same front page for all",
        {chosen[by].nunique() for by in ("gender", "age_band")} == {1},
    )
    hold("personas choose a better front page", gain > Z_95 * error)
    others = ("home_makers", "gift_buyers", "bargain_hunters")
    hold(
        "gardeners and renovators have front pages of their own, the other three share one",
        best[list(others)].nunique() == 1 and best.nunique() == 3,
    )
    hold("no front page fits the bargain hunters well", fits.idxmin() == "bargain_hunters")
    hold("split by age, the work is threefold", chosen["age_band"].size == 3)
    hold("split by gender, there are two editions", chosen["gender"].size == 2)

    who = tables.customers
    monique = (who["gender"] == "f") & (who["age"] >= MONIQUE_AGE) & who["has_garden"]
    hers = learnt.loc[learnt["customer_id"].isin(who.loc[monique, "customer_id"]), "product_family"]
    hold("Monique's front page is everyone's", hers.value_counts().index[0] == chosen["everyone"].iloc[0])
    page.value("monique.age", MONIQUE_AGE)
    page.value("monique.share", 100 * monique[who["accepts_email"]].mean(), unit="percent")
    page.value("unmailed", 100 * (1 - who["accepts_email"].mean()), unit="percent")
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
            en="Splitting the newsletter by age or gender changes nothing; by persona it does",
            fr="Scinder la lettre par âge ou par sexe ne change rien ; par persona, si",
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


def offers(page: Page, measures: dict[str, Measure], out: dict) -> None:
    """Say what keeps the bargain hunters apart, and what a face would have hidden about the gardeners."""
    mine, others, *_ = against(page, measures["offer"], "bargain_hunters")
    page.text("offer.mine", en=mine, fr=mine)
    page.text("offer.others", en=others, fr=others)
    hold(
        "bargain hunters alone buy on offer more than others",
        [one for one in SEGMENTS if out.get(("offer", one)) == 1] == ["bargain_hunters"],
    )
    mine, others, *_ = against(page, measures["web"], "gardeners")
    page.text("web.mine", en=mine, fr=mine)
    page.text("web.others", en=others, fr=others)
    hold("gardeners order on the web as often as others", ("web", "gardeners") not in out)
    hold(
        "most orders of gift buyers are for something else than decoration",
        against(page, measures["decoration"], "gift_buyers")[2] < 0.5,
    )


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
        woman: people["gender"] == gender,
        page.say(
            en=f"and {persona.age - FIT_YEARS} to {persona.age + FIT_YEARS} years old",
            fr=f"et de {persona.age - FIT_YEARS} à {persona.age + FIT_YEARS} ans",
        ): (people["age"] - persona.age).abs() <= FIT_YEARS,
    }
    hold(
        "four traits of the gardener stand out, gender and age do not",
        all(out.get((name, segment)) == 1 for name in ("garden", "house", "card", "plants"))
        and not {("woman", segment), ("age", segment)} & set(out),
    )
    left = pd.Series(True, index=people.index)
    rows = []
    for label, fits in steps.items():
        left &= fits
        rows.append({"step": label, "count": int(left.sum()), "percent": 100 * left.mean()})
    table = pd.DataFrame(rows)
    table["text"] = [page.written(value, unit="percent") for value in table["percent"]]
    page.value("fit.last", table["count"].iloc[-1])
    page.value("fit.all", table["count"].iloc[0])
    baskets = tables.orders.loc[tables.orders["segment"] == segment, "amount_eur"]
    page.value("basket.mean", baskets.mean(), unit="euros")
    page.value("basket.below", 100 * (baskets < baskets.mean()).mean(), unit="percent")

    def bars(width: int) -> alt.LayerChart:
        unasked = alt.FieldOneOfPredicate(field="step", oneOf=list(table["step"][-2:]))
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
            en="Each line keeps the conditions of the lines above it. In colour: traits that set no segment apart.",
            fr=(
                "Chaque ligne garde les conditions des lignes au-dessus. "
                "En couleur : les traits qui ne distinguent aucun segment."
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
    hold(
        "those who answer are older than the customers",
        median_interval(sources["answered"][1]["age"])[0] > median_interval(who["age"])[1],
    )
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
        hold("home makers' parcels are later, but not among like goods", (gap > Z_95 * error) == (name == "raw"))
        page.value(f"gap.{name}", 100 * gap, digits=1, sign=True)
        page.value(f"gap.{name}.low", 100 * (gap - Z_95 * error), digits=1, sign=True)
        page.value(f"gap.{name}.high", 100 * (gap + Z_95 * error), digits=1, sign=True)
    gap, error = difference(measure, bulky.to_numpy(), ~bulky.to_numpy())
    page.value("gap.goods.low", 100 * (gap - Z_95 * error))
    page.value("gap.goods.high", 100 * (gap + Z_95 * error))
