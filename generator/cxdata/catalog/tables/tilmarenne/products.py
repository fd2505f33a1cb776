"""The products: a reference table with list prices, ranges, makers, and the lamps of the recalled batch."""

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from cxdata.catalog.tables.tilmarenne import _assortment
from cxdata.catalog.tables.tilmarenne.calendar import LAMP_RECALL_START, RECALLED_FIRST
from cxdata.catalog.tables.tilmarenne.ideas import ADOPTED, TOPICS
from cxdata.catalog.tables.tilmarenne.orders import FAMILIES
from cxdata.recipes import derived, lookup, numeric, temporal
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key, Number, Text
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Parameter, Rule
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, Reference, Table

RANGES = ("entry", "core", "premium")
ORIGINS = ("supplier_catalogue", "own_design", "co_created")
SUPPLIER_CATALOGUE, OWN_DESIGN, CO_CREATED = range(len(ORIGINS))
CO_CREATION_FIRST = temporal.day_number(date(2019, 3, 1))
"""Launch of the first products that customers helped to design."""
IDEA_TOPICS = ("range", "sustainability")
"""Topics of the idea platform that can become a product."""
# Plain French words: series of goods, not brands.
SERIES = (
    ("Brindille", "Galet", "Copeau", "Simplette", "Ficelle", "Rondin", "Trèfle"),
    ("Lisière", "Ombrage", "Ruisseau", "Clairière", "Sillon", "Murmure", "Rivage", "Bruyère", "Cadence"),
    ("Belvédère", "Solstice", "Orfèvre", "Grand Large", "Velours", "Canopée", "Aurore"),
)
# Invented makers.
SUPPLIERS = (
    "Ateliers Corvenne",
    "Serres de Lisquerolle",
    "Marvaudin et Filles",
    "Tesselande Outils",
    "Orgevane Bois",
    "Maison Brindasse",
    "Pellorive",
    "Vaucrenne Lumière",
    "Sorbelleau",
    "Quintarsac Métal",
    "Filature Montélasse",
    "Pépinières Harcourive",
    "Faïence Doublemare",
    "Couleurs Estrevigne",
    "Graines Olmetane",
    "Verrerie Sautecombe",
)
# Makers of each family, by their place above.
MAKERS = ((1, 11, 14), (3, 9, 0), (0, 4, 2), (5, 10, 15), (7, 6, 9), (12, 8, 5), (13, 2, 6))
LAUNCHED_FIRST, WINDOW_START = temporal.day_number(date(2015, 2, 1)), temporal.day_number(date(2023, 1, 1))
LAUNCHED_LAST = temporal.day_number(date(2024, 10, 1))
RECALLED_LAUNCHED = temporal.day_number(RECALLED_FIRST)
RECALLED_WITHDRAWN = temporal.day_number(LAMP_RECALL_START)
RECALLED_KINDS = (("Table lamp", 2), ("Table lamp", 5), ("Pendant lamp", 3), ("Wall lamp", 0), ("Arc floor lamp", 3))
"""Kind and variant of the recalled lamps: new in March 2024, all with the same part."""
RECALLED_SLOTS = tuple(
    variant * len(_assortment.NOUNS) + _assortment.NOUNS.index(noun) for noun, variant in RECALLED_KINDS
)
_FAMILY_OF_KIND = np.array([FAMILIES.index(family) for family, *_ in _assortment.KINDS])
_PRICE_OF_KIND = np.array([price for _, _, price, _, _ in _assortment.KINDS])
_BULKY_KIND = np.array([bulky for _, _, _, bulky, _ in _assortment.KINDS])
_MAKERS = np.array(MAKERS)
CENTS = 100
MONTH_DAYS = 30


def names(slot: Array) -> pa.Array:
    """Return the name of each product: its kind and its series."""
    words = []
    for kind, variant in zip(_assortment.kind_of(slot), _assortment.variant_of(slot), strict=True):
        series = SERIES[_assortment.RANGE_OF_VARIANT[variant]]
        words.append(f"{_assortment.KINDS[kind][1]} {series[(kind + variant) % len(series)]}")
    return pa.array(words, pa.string())


def shelf_price(euros: Array) -> Array:
    """Return list prices in cents as shops print them: 3.49 below ten euros, 24.90 below a hundred, 129 above."""
    small = np.maximum(np.rint(euros * 2), 3.0).astype(np.int64) * 50 - 1
    middle = np.rint(euros).astype(np.int64) * CENTS - 10
    large = np.rint(euros / 10.0).astype(np.int64) * 10 * CENTS - CENTS
    return np.where(euros < 10.0, small, np.where(euros < 100.0, middle, large))


def list_price(
    u: Array, slot: Array, quality: Array, spread: float, on_quality: float, factors: tuple[float, ...]
) -> Array:
    """Return list prices in cents: the median of the kind, times the factor of the range, dearer for better goods."""
    level = np.array(factors)[_assortment.RANGE_OF_VARIANT[_assortment.variant_of(slot)]]
    around = lookup.exp(spread * lookup.normal(u) + on_quality * quality)
    return shelf_price(_PRICE_OF_KIND[_assortment.kind_of(slot)] * level * around)


def launch_day(u: Array, slot: Array, recalled: Array, new: float) -> Array:
    """Return the day a product went on sale: the second of each kind long ago, some within the window."""
    before = LAUNCHED_FIRST + (u[1] * (WINDOW_START - LAUNCHED_FIRST)).astype(np.int64)
    within = WINDOW_START + (u[1] * (LAUNCHED_LAST - WINDOW_START)).astype(np.int64)
    day = np.where((u[0] < new) & (_assortment.variant_of(slot) != 1), within, before)
    return np.where(recalled, RECALLED_LAUNCHED, day)


def weight(cell: Array, appeal: Array, offset: float) -> Array:
    """Return whole-number weights that fall with the rank in the cell, by Zipf's law with an offset."""
    return np.rint(1_000_000.0 / (_assortment.ranks(cell, appeal) + offset)).astype(np.int64)


def origin(u: Array, own_brand: Array, recalled: Array, launched: Array, with_customers: float, own: float) -> Array:
    """Return how products came into the assortment; co-creation began in March 2019 and made none of the recalled lamps.

    Args:
        u: (2, n) uniforms.
        own_brand: (n,) Booleans; the goods of other brands come from their makers' catalogues.
        recalled: (n,) Booleans.
        launched: (n,) first day on sale, since 1970.
        with_customers: Share of co-created goods in own brand launched since.
        own: Share of own designs in the rest of own brand.
    """
    co_created = (launched >= CO_CREATION_FIRST) & ~recalled & (u[0] < with_customers)
    of_own_brand = np.where(co_created, CO_CREATED, np.where(u[1] < own, OWN_DESIGN, SUPPLIER_CATALOGUE))
    return np.where(own_brand, of_own_brand, SUPPLIER_CATALOGUE)


def idea_of(from_where: Array, launched: Array, status: Array, topic: Array, decided: Array, months: float) -> Array:
    """Return the key of the idea that became each product, 0 for none.

    An idea becomes the first co-created product that is launched so long after its adoption and has no idea yet.

    Args:
        from_where: (n,) codes of origin.
        launched: (n,) first day on sale, since 1970.
        status: (ideas,) codes of status.
        topic: (ideas,) codes of topic.
        decided: (ideas,) day of the decision.
        months: Months from adoption to launch, at the least.
    """
    key = np.zeros(len(launched), dtype=np.int64)
    topics = [TOPICS.index(name) for name in IDEA_TOPICS]
    ideas = np.flatnonzero((status == ADOPTED) & np.isin(topic, topics))
    for idea in ideas[np.argsort(decided[ideas], kind="stable")]:  # a handful, each takes a product from the next
        free = (from_where == CO_CREATED) & (key == 0) & (launched >= decided[idea] + int(months * MONTH_DAYS))
        if free.any():
            key[np.flatnonzero(free)[np.argmin(launched[free])]] = idea + 1
    return key


PARAMETERS = (
    Parameter(
        name="product_range_factors",
        value=(0.68, 1.0, 1.50),
        unit="factor",
        meaning="List price of the entry, core and premium range around the median of their kind.",
        low=0.2,
        high=5.0,
    ),
    Parameter(name="product_quality_sd", value=0.7, unit="sd", meaning="Spread of products' quality.", low=0.0),
    Parameter(
        name="product_quality_premium", value=0.6, unit="sd", meaning="Quality, added for the premium range.", low=0.0
    ),
    Parameter(
        name="product_quality_entry", value=0.5, unit="sd", meaning="Quality, less for the entry range.", low=0.0
    ),
    Parameter(
        name="product_price_sd", value=0.10, unit="log EUR", meaning="Spread of list prices of like goods.", low=0.0
    ),
    Parameter(
        name="product_price_quality", value=0.05, unit="log EUR", meaning="List price per step of quality.", low=0.0
    ),
    Parameter(name="product_own_brand_core", value=0.25, unit="share", meaning="Own brand in core and premium."),
    Parameter(name="product_own_brand_entry", value=0.60, unit="share", meaning="Own brand in the entry range."),
    Parameter(
        name="product_co_created_share",
        value=0.45,
        unit="share",
        meaning="Own brand launched since March 2019 that customers helped to design.",
    ),
    Parameter(
        name="product_own_design_share",
        value=0.6,
        unit="share",
        meaning="Own designs in the rest of own brand; what remains is a maker's model under Tilmarenne's name.",
    ),
    Parameter(
        name="product_quality_co_created",
        value=0.6,
        unit="sd",
        meaning="Quality, added where customers helped to design it: such goods sell and please more, and less comes back. Ours.",
    ),
    Parameter(
        name="product_idea_months",
        value=5.0,
        unit="months",
        meaning="From the adoption of an idea to the launch of its product, at the least.",
        low=0.0,
        high=24.0,
    ),
    Parameter(name="product_new_share", value=0.18, unit="share", meaning="Products launched within the window."),
    Parameter(
        name="product_appeal_quality", value=0.6, unit="sd", meaning="Better products sell better, per step of quality."
    ),
    Parameter(name="product_appeal_premium", value=0.8, unit="sd", meaning="Premium products sell in fewer pieces."),
    Parameter(
        name="product_appeal_price",
        value=0.35,
        unit="sd",
        meaning="Dear products sell in fewer pieces, per root of the list price in euros.",
    ),
    Parameter(
        name="product_zipf_offset",
        value=2.0,
        unit="ranks",
        meaning="Offset of Zipf's law of popularity: a product of rank r sells in proportion to 1 over r and this.",
        low=1.0,
        high=100.0,
    ),
)

CONSTRAINTS = (
    Constraint(
        sentence="the entry range must be cheaper than the core range and the premium range dearer; order product_range_factors.",
        parameters=("product_range_factors",),
        holds=lambda factors: len(factors) == len(RANGES) and factors[0] < factors[1] < factors[2],
    ),
)


def _odd_origins(tables: Tables) -> int:
    products, ideas = tables["products"], tables["ideas"].set_index("idea_id")
    foreign = (products["origin"] != "supplier_catalogue") & ~products["is_own_brand"]
    with_idea = products[products["idea_id"].notna()]
    idea = ideas.loc[with_idea["idea_id"].astype("int64")]
    early = pd.to_datetime(idea["decided_on"]).to_numpy() >= pd.to_datetime(with_idea["launched_on"]).to_numpy()
    odd = (with_idea["origin"] != "co_created").to_numpy() | (idea["status"] != "adopted").to_numpy() | early
    return int(foreign.sum() + odd.sum() + with_idea["idea_id"].duplicated().sum())


RULES = (
    Rule(
        sentence="own designs and co-created goods are own brand, and an idea is adopted before its one product is launched",
        tables=("products", "ideas"),
        violations=_odd_origins,
    ),
)

TABLE = Table(
    name="products",
    meaning="A product of the assortment.",
    rows=(Reference(_assortment.PRODUCTS),),
    columns=(
        Column(name="product_id", kind=Key(), meaning="Key of the product."),
        Column(
            name="product",
            kind=Text("label"),
            meaning="Name: its kind and an invented series.",
            recipe=derived.formula(names, "#slot", sentence="kind and series"),
        ),
        Column(
            name="product_family",
            kind=Category(FAMILIES),
            meaning="Product family.",
            recipe=derived.formula(
                lambda slot: _FAMILY_OF_KIND[_assortment.kind_of(slot)], "#slot", sentence="by its kind"
            ),
        ),
        Column(
            name="product_range",
            kind=Category(RANGES),
            meaning="Range it belongs to.",
            recipe=derived.formula(
                lambda slot: _assortment.RANGE_OF_VARIANT[_assortment.variant_of(slot)],
                "#slot",
                sentence="two entry, three core, two premium of each kind",
            ),
        ),
        Column(
            name="quality",
            kind=Number(4),
            unit="sd",
            meaning="How good the product is, around the assortment's mean.",
            recipe=numeric.score(
                "$zero",
                {
                    "product_range=premium": "$product_quality_premium",
                    "product_range=entry": "-$product_quality_entry",
                    "origin=co_created": "$product_quality_co_created",
                },
                noise="$product_quality_sd",
            ),
            role="latent",
        ),
        Column(
            name="price_cents",
            kind=Integer(0, 1_000_000),
            unit="cents",
            meaning="List price in cents.",
            recipe=derived.draw(
                list_price,
                "#slot",
                "quality",
                "$product_price_sd",
                "$product_price_quality",
                "$product_range_factors",
                sentence="median of its kind, times the range, dearer for better goods",
            ),
            role="working",
        ),
        Column(
            name="price_eur",
            kind=Number(2, 0.0, 10_000.0),
            unit="EUR",
            meaning="List price, tax included, unchanged over the two years.",
            recipe=derived.formula(lambda cents: cents / CENTS, "price_cents", sentence="price_cents in euros"),
        ),
        Column(
            name="is_recalled",
            kind=Boolean(),
            meaning="Whether it was recalled in May 2024.",
            recipe=derived.formula(
                lambda slot: np.isin(slot, np.array(RECALLED_SLOTS)), "#slot", sentence="five lamps, listed"
            ),
        ),
        Column(
            name="launched_on",
            kind=Date(),
            meaning="First day on sale.",
            recipe=derived.draw(
                launch_day,
                "#slot",
                "is_recalled",
                "$product_new_share",
                draws=2,
                sentence="before the window, some within it",
            ),
        ),
        Column(
            name="withdrawn_on",
            kind=Date(),
            meaning="First day off sale; empty while it is sold.",
            recipe=derived.formula(
                lambda slot: np.full(len(slot), RECALLED_WITHDRAWN), "#slot", sentence="the day of the recall"
            ),
            when="is_recalled",
        ),
        Column(
            name="is_bulky",
            kind=Boolean(),
            meaning="Whether it needs two people to carry.",
            recipe=derived.formula(
                lambda slot: _BULKY_KIND[_assortment.kind_of(slot)], "#slot", sentence="by its kind"
            ),
        ),
        Column(
            name="lot",
            kind=Category(_assortment.LOTS),
            meaning="How many pieces are bought at once.",
            recipe=derived.formula(
                lambda slot: _assortment.LOT_OF_KIND[_assortment.kind_of(slot)], "#slot", sentence="by its kind"
            ),
            role="working",
        ),
        Column(
            name="is_own_brand",
            kind=Boolean(),
            meaning="Whether it is sold under Tilmarenne's own name.",
            recipe=derived.draw(
                lambda u, entry, low, other: u < np.where(entry, low, other),
                "product_range=entry",
                "$product_own_brand_entry",
                "$product_own_brand_core",
                sentence="more often in the entry range",
            ),
        ),
        Column(
            name="origin",
            kind=Category(ORIGINS),
            meaning="How it came into the assortment: from a maker's catalogue, of Tilmarenne's own design, or designed with customers, in workshops or from an idea of the platform.",
            recipe=derived.draw(
                origin,
                "is_own_brand",
                "is_recalled",
                "launched_on",
                "$product_co_created_share",
                "$product_own_design_share",
                draws=2,
                sentence="own brand by lot, co-created since March 2019; else a maker's catalogue",
            ),
        ),
        Column(
            name="idea_key",
            kind=Integer(0, 1_000_000),
            meaning="Key of the idea that became the product, 0 for none.",
            recipe=derived.formula(
                idea_of,
                "origin",
                "launched_on",
                "ideas.status[]",
                "ideas.topic[]",
                "ideas.decision_day[]",
                "$product_idea_months",
                sentence="adopted ideas in turn, each the next co-created launch",
            ),
            role="working",
        ),
        Column(
            name="has_idea",
            kind=Boolean(),
            meaning="Whether it was an idea of the platform.",
            recipe=derived.formula(lambda key: key > 0, "idea_key", sentence="idea_key above 0"),
            role="working",
        ),
        Column(
            name="idea_id",
            kind=ForeignKey("ideas", optional=True),
            meaning="The idea of the platform that it was; empty for all others.",
            recipe=derived.formula(lambda key: np.maximum(key, 1), "idea_key", sentence="idea_key"),
            when="has_idea",
        ),
        Column(
            name="supplier",
            kind=Category(SUPPLIERS),
            meaning="Invented maker.",
            recipe=derived.draw(
                lambda u, family: _MAKERS[family, (u * _MAKERS.shape[1]).astype(np.int64)],
                "product_family",
                sentence="one of three makers of the family",
            ),
        ),
        Column(
            name="cell",
            kind=Integer(0, _assortment.RECALLED_CELL + 1),
            meaning="Cell of like goods from which orders draw: family and bulk, recalled lamps apart.",
            recipe=derived.formula(
                _assortment.cell_of,
                "product_family",
                "is_bulky",
                "is_recalled",
                sentence="family and bulk, recalled lamps apart",
            ),
            role="working",
        ),
        Column(
            name="appeal",
            kind=Number(4),
            unit="sd",
            meaning="How well it sells, before it is ranked.",
            recipe=numeric.score(
                "$zero",
                {
                    "quality": "$product_appeal_quality",
                    "product_range=premium": "-$product_appeal_premium",
                    "price_root": "-$product_appeal_price",
                },
                noise="$one",
            ),
            role="working",
        ),
        Column(
            name="price_root",
            kind=Number(4),
            meaning="Root of the list price.",
            recipe=derived.formula(lambda cents: np.sqrt(cents / CENTS), "price_cents", sentence="root of the price"),
            role="working",
        ),
        Column(
            name="popularity",
            kind=Integer(1, 1_000_000),
            meaning="Weight with which orders draw it from its cell.",
            recipe=derived.formula(
                weight, "cell", "appeal", "$product_zipf_offset", sentence="falls with its rank in the cell"
            ),
            role="working",
        ),
    ),
)
