"""Order lines: one for each product of an order; the first holds the main product, and all together make the amount."""

from typing import Any

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne import _assortment, customers
from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne.orders import FAMILIES, REASONS, family
from cxdata.recipes import categorical, derived, lookup, numeric
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Rule, ours
from cxdata.schema.table import Column, PerParent, Table

CENTS = 100
MOST_PIECES = 8
MOST_TURNS, TURN = 200, 0.381966
"""How often a line looks for a product that its order does not hold yet, and how far it moves: by the golden section."""
DISCOUNTS_PERCENT = np.array((10, 15, 20, 30, 40, 50))


def family_of_line(
    u: Array,
    slot: Array,
    main: Array,
    segment: Array,
    day: Array,
    in_town: Array,
    same: float,
    season: Any,
    town: Any,
    *by_segment: Any,
) -> Array:
    """Return the family of a line: the order's for the first, mostly again for others, else what the segment buys."""
    other = family(u[1], segment, calendar.month_of(day), in_town, season, town, *by_segment)
    return np.where((slot == 0) | (u[0] < same), main, other)


def _repeats(slot: Array, keys: Array) -> Array:
    """Return the rows of lines that hold the product of an earlier line of their order.

    Args:
        slot: (n,) slots; the lines of an order stand side by side, from slot 0 up.
        keys: (n,) products.
    """
    repeats = np.zeros(len(keys), dtype=bool)
    rows = np.arange(len(keys))
    for back in range(1, int(slot.max(initial=0)) + 1):  # loops over the lines of an order, not over rows
        rows = rows.compress(slot.take(rows) >= back)
        repeats[rows.compress(keys.take(rows) == keys.take(rows - back))] = True
    return np.flatnonzero(repeats)


def _of_same_orders(lines: Array, drawn: Array, parent: Array) -> Array:
    """Return which rows of lines belong to the orders of the drawn ones; parents ascend."""
    touched = np.zeros(int(parent[-1]) + 1, dtype=bool)
    touched[parent.take(drawn)] = True
    return lines.compress(touched.take(parent.take(lines)))


def product(
    u: Array,
    slot: Array,
    parent: Array,
    main: Array,
    code: Array,
    day: Array,
    shelf: Array,
    cells: Array,
    weights: Array,
    launched: Array,
    seasons: tuple[float, ...],
) -> Array:
    """Return the product of a line: the main one first, then small goods of its family, each once in an order."""
    line = _assortment.company_line(cells, weights, launched, seasons)
    keys: Array = main.copy()
    lines = np.arange(len(u))
    drawn = np.flatnonzero(slot > 0)
    for turn in range(MOST_TURNS):  # loops over turns, not rows: few lines need more than one
        if len(drawn) == 0:
            break
        moved = u.take(drawn) + turn * TURN
        moved -= np.floor(moved)
        cell = _assortment.cell_of(code.take(drawn), False, False)
        period = _assortment.period_of(day.take(drawn), shelf.take(drawn))
        keys[drawn] = _assortment.pick(moved, cell, day.take(drawn), period, line)
        lines = _of_same_orders(lines, drawn, parent)
        drawn = lines.take(_repeats(slot.take(lines), keys.take(lines)))
    return keys


def quantity(u: Array, lot: Array, *by_lot: tuple[float, ...]) -> Array:
    """Return the number of pieces, one and more by the shares of the product's lot; ``by_lot`` as LOTS."""
    pieces = np.ones(len(u), dtype=np.int64)
    for code, shares in enumerate(by_lot):
        rows = np.flatnonzero(lot == code)
        pieces[rows] += categorical.pick(u.take(rows), shares)
    return pieces


def on_offer(
    u: Array,
    slot: Array,
    main: Array,
    sales: Array,
    friday: Array,
    bargain: Array,
    base: float,
    by: float,
    on_friday: float,
    of: float,
) -> Array:
    """Return which lines are on offer: the first as the order says, others by lot, more in sales and on Black Friday."""
    by_lot = base + by * sales + on_friday * friday + of * bargain + lookup.logistic(u) > 0
    return np.where(slot == 0, main, by_lot)


def unit_cents(listed: Array, offer: Array, percent: Array) -> Array:
    """Return the price of a piece in cents: the list price less its discount, rounded to the cent."""
    return np.where(offer, (listed * (CENTS - percent) + CENTS // 2) // CENTS, listed)


def day_returned(u: Array, at_hand: Array, spread: float) -> Array:
    """Return the day on which goods came back: within thirty days of having them, on a working day."""
    day: Array = calendar.working_day(at_hand + 1 + np.minimum(spread * lookup.exponential(u), 26.0).astype(np.int64))
    return day


PARAMETERS = (
    ours("line_same_family", 0.45, "share", "Further lines of the same family as the main product."),
    ours("line_pieces_single", (0.93, 0.055, 0.008, 0.007), "shares", "One to four pieces of what is bought singly."),
    ours(
        "line_pieces_several",
        (0.60, 0.19, 0.07, 0.07, 0.02, 0.03, 0.01, 0.01),
        "shares",
        "One to eight pieces of what is bought in numbers: even numbers lead.",
    ),
    ours("line_pieces_one", (0.985, 0.015), "shares", "One or two pieces of what a household needs once."),
    ours(
        "line_pieces_seats",
        (0.28, 0.40, 0.02, 0.21, 0.01, 0.08),
        "shares",
        "One to six chairs or stools: two, four and six lead.",
    ),
    ours(
        "line_pieces_tableware",
        (0.14, 0.15, 0.02, 0.33, 0.01, 0.30, 0.0, 0.05),
        "shares",
        "One to eight mugs or plates: four and six lead.",
    ),
    ours("line_pieces_pairs", (0.90, 0.10), "shares", "One or two pieces of what may stand side by side."),
    ours(
        "line_seasons",
        (
            *(0.05, 0.05, 0.1, 0.05, 0.05, 0.05, 0.1, 0.6, 3.0, 3.6, 2.4, 0.6),
            *(0.05, 0.1, 0.7, 2.4, 3.2, 2.0, 0.7, 0.4, 0.4, 0.3, 0.1, 0.05),
            *(1.2, 1.6, 2.0, 0.6, 0.2, 0.15, 0.1, 0.15, 0.4, 1.6, 2.2, 1.5),
            *(0.1, 0.3, 1.5, 2.4, 2.7, 2.2, 1.5, 0.6, 0.3, 0.15, 0.1, 0.1),
            *(0.05, 0.3, 1.7, 2.7, 2.5, 1.8, 0.9, 0.7, 0.7, 0.4, 0.1, 0.1),
            *(0.3, 0.15, 0.15, 0.2, 0.3, 0.35, 0.35, 0.35, 0.5, 1.2, 3.6, 4.5),
        ),
        "factor",
        "Weight of kinds in each month within their cell of like goods, January first: spring bulbs, bedding plants, fruit trees and roses, garden tables, mowers, garlands and string lights.",
        0.01,
        20.0,
    ),
    ours("line_offer_base", -2.3, "logit", "Further lines on offer (9%)."),
    ours("line_offer_sales", 1.3, "logit", "Further lines on offer, added in the sales."),
    ours("line_offer_black_friday", 1.2, "logit", "Further lines on offer, added from Black Friday to the Monday."),
    ours("line_offer_bargain", 1.0, "logit", "Further lines on offer, added for bargain hunters."),
    ours(
        "line_discounts",
        (0.26, 0.14, 0.30, 0.18, 0.07, 0.05),
        "shares",
        "Discounts of 10, 15, 20, 30, 40 and 50 percent out of the sales.",
    ),
    ours("line_discounts_sales", (0.05, 0.05, 0.22, 0.34, 0.19, 0.15), "shares", "The same discounts in the sales."),
    ours("line_return_base", -3.5, "logit", "Line brought back, bought in a shop (3%)."),
    ours("line_return_online", 0.7, "logit", "Brought back, added for web orders."),
    ours("line_return_plants", 1.8, "logit", "Brought back, less for plants."),
    ours("line_return_decoration", 0.4, "logit", "Brought back, added for decoration."),
    ours("line_return_quality", 0.45, "logit", "Brought back, less per step of the product's quality."),
    ours("line_return_co_created", 0.5, "logit", "Brought back, less for goods that customers helped to design."),
    ours("line_return_offer", 0.3, "logit", "Brought back, less for goods on offer."),
    ours("line_return_broken", 2.6, "logit", "Brought back, added for main products that came damaged or faulty."),
    ours("line_return_asked", 4.8, "logit", "Brought back, added where the customer asked the centre how to."),
    ours("line_return_recalled", 2.8, "logit", "Brought back, added for recalled lamps."),
    ours("line_return_days", 9.0, "days", "Mean days after which goods come back.", 0.5, 60.0),
)


def _torn_amounts(tables: Any) -> int:
    lines = tables["order_lines"]
    orders = tables["orders"].set_index("order_id")
    sums = lines.groupby("order_id")["line_amount_eur"].sum().round(2)
    counts = lines.groupby("order_id").size()
    both = orders.join(sums.rename("sum")).join(counts.rename("lines"))
    torn = ((both["sum"] - both["amount_eur"]).abs() > 0.001) | (both["lines"] != both["item_count"])
    return int(torn.sum() + lines.duplicated(["order_id", "product_id"]).sum())


def _wrong_prices(tables: Any) -> int:
    lines = tables["order_lines"].merge(tables["products"][["product_id", "price_eur"]], on="product_id")
    listed = (lines["price_eur"] - lines["list_price_eur"]).abs() > 0.001
    reduced = lines["list_price_eur"] * (1.0 - lines["discount_share"].fillna(0.0))
    unit = (reduced - lines["unit_price_eur"]).abs() > 0.0051
    amount = (lines["quantity"] * lines["unit_price_eur"] - lines["line_amount_eur"]).abs() > 0.001
    return int((listed | unit | amount | (lines["is_promotion"] != lines["discount_share"].notna())).sum())


def _odd_sales(tables: Any) -> int:
    lines = tables["order_lines"].merge(tables["products"], on="product_id")
    orders = tables["orders"][["order_id", "ordered_at", "product_family", "is_bulky", "is_promotion"]]
    lines = lines.merge(orders, on="order_id", suffixes=("", "_order"))
    day = lines["ordered_at"].dt.normalize()
    unsold = (day < pd.to_datetime(lines["launched_on"])) | (day >= pd.to_datetime(lines["withdrawn_on"]))
    main = lines["line_number"] == 1
    other = (
        (lines["product_family"] != lines["product_family_order"])
        | (lines["is_bulky"] != lines["is_bulky_order"])
        | (lines["is_promotion"] != lines["is_promotion_order"])
    )
    returned = lines["returned_on"].notna()
    early = pd.to_datetime(lines["returned_on"]) <= day
    return int(
        (unsold | (main & other) | (~main & lines["is_bulky"]) | (returned != lines["is_returned"]) | early).sum()
    )


def _goods_out_of_place(tables: Any) -> int:
    kinds = _assortment.kind_of(tables["order_lines"]["product_id"].to_numpy() - 1)
    lines = tables["order_lines"][["order_id"]].assign(
        is_not_in_town=_assortment.NOT_IN_TOWN[kinds], is_not_to_point=_assortment.NOT_TO_POINT[kinds]
    )
    stores, deliveries = tables["stores"], tables["deliveries"]
    orders = tables["orders"][["order_id", "store_id"]]
    city = orders.loc[orders["store_id"].isin(stores.loc[stores["format"] == "city", "store_id"]), "order_id"]
    point = deliveries.loc[deliveries["mode"] == "pickup_point", "order_id"]
    in_town = lines["is_not_in_town"] & lines["order_id"].isin(city)
    return int((in_town | (lines["is_not_to_point"] & lines["order_id"].isin(point))).sum())


RULES = (
    Rule(
        sentence="city shops sell neither mowers nor garden tables nor big bags of soil, which pick-up points refuse as well",
        tables=("order_lines", "orders", "stores", "deliveries"),
        violations=_goods_out_of_place,
    ),
    Rule(
        sentence="the lines of an order are as many as it says, of unlike products, and add up to its amount to the cent",
        tables=("order_lines", "orders"),
        violations=_torn_amounts,
    ),
    Rule(
        sentence="a line's list price is its product's, its price that less the discount, its amount price times pieces",
        tables=("order_lines", "products"),
        violations=_wrong_prices,
    ),
    Rule(
        sentence="goods are sold while on sale and come back after they were bought; the first line is the main product's",
        tables=("order_lines", "orders", "products"),
        violations=_odd_sales,
    ),
)

PARENT_COLUMNS = {
    "deliveries": (
        Column(
            name="goes_to_point",
            kind=Boolean(),
            meaning="Whether it goes to a pick-up point.",
            recipe=derived.formula(np.copy, "mode=pickup_point", sentence="mode is pickup_point"),
            role="working",
        ),
    ),
    "orders": (
        Column(
            name="to_point",
            kind=Boolean(),
            meaning="Whether its parcel goes to a pick-up point.",
            recipe=derived.formula(np.copy, "deliveries.goes_to_point:any", sentence="its delivery goes there"),
            role="working",
        ),
        Column(
            name="shelf",
            kind=Category(_assortment.SHELVES),
            meaning="What can be had: all goods, those of city shops, those that pick-up points take in.",
            recipe=derived.formula(
                _assortment.shelf_of, "is_in_town", "to_point", sentence="by where it is handed over"
            ),
            role="working",
        ),
        Column(
            name="main_product",
            kind=ForeignKey("products"),
            meaning="The main product: of the order's family, bulky or not, recalled or not.",
            recipe=derived.draw(
                _assortment.main_product,
                "product_family",
                "is_bulky",
                "is_recalled",
                "day",
                "shelf",
                "products.cell[]",
                "products.popularity[]",
                "products.launched_on[]",
                "$line_seasons",
                sentence="by popularity and season, among like goods on sale",
            ),
            role="working",
        ),
    ),
}

TABLE = Table(
    name="order_lines",
    meaning="A product of an order, with pieces and price.",
    rows=(PerParent("orders", "item_count", 8),),
    columns=(
        Column(name="order_line_id", kind=Key(), meaning="Key of the line."),
        Column(name="order_id", kind=ForeignKey("orders"), meaning="The order."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who ordered."),
        Column(
            name="line_number",
            kind=Integer(1, 8),
            meaning="Place in the order; the first line holds the main product.",
            recipe=derived.formula(lambda slot: slot + 1, "#slot", sentence="1 and up"),
        ),
        Column(
            name="is_first",
            kind=Boolean(),
            meaning="Whether it holds the main product.",
            recipe=derived.formula(lambda slot: slot == 0, "#slot", sentence="first line"),
            role="working",
        ),
        Column(
            name="family",
            kind=Category(FAMILIES),
            meaning="Product family of the line.",
            recipe=derived.draw(
                family_of_line,
                "#slot",
                "orders.product_family",
                "customers.segment",
                "orders.day",
                "orders.is_in_town",
                "$line_same_family",
                "$season",
                "$families_in_town",
                *(f"$families_{name}" for name in customers.SEGMENTS),
                draws=2,
                sentence="the order's, or what the segment buys in that month",
            ),
            role="working",
        ),
        Column(
            name="product_id",
            kind=ForeignKey("products"),
            meaning="The product.",
            recipe=derived.draw(
                product,
                "#slot",
                "#parent",
                "orders.main_product",
                "family",
                "orders.day",
                "orders.shelf",
                "products.cell[]",
                "products.popularity[]",
                "products.launched_on[]",
                "$line_seasons",
                sentence="the main product, then small goods by popularity, each once",
            ),
        ),
        Column(
            name="quantity",
            kind=Integer(1, MOST_PIECES),
            unit="pieces",
            meaning="Number of pieces.",
            recipe=derived.draw(
                quantity,
                "products.lot@product_id",
                "$line_pieces_single",
                "$line_pieces_several",
                "$line_pieces_one",
                "$line_pieces_seats",
                "$line_pieces_tableware",
                "$line_pieces_pairs",
                sentence="by its kind: mostly one, more of what is bought in numbers or in sets",
            ),
        ),
        Column(
            name="list_price_eur",
            kind=Number(2, 0.0, 10_000.0),
            unit="EUR",
            meaning="List price of a piece.",
            recipe=derived.copy("products.price_eur@product_id"),
        ),
        Column(
            name="is_promotion",
            kind=Boolean(),
            meaning="Whether it was on offer.",
            recipe=derived.draw(
                on_offer,
                "#slot",
                "orders.is_promotion",
                "orders.is_sales",
                "orders.is_black_friday",
                "customers.segment=bargain_hunters",
                "$line_offer_base",
                "$line_offer_sales",
                "$line_offer_black_friday",
                "$line_offer_bargain",
                sentence="as the order says for the main product, else by lot",
            ),
        ),
        Column(
            name="discount_percent",
            kind=Integer(0, 100),
            unit="percent",
            meaning="Discount where it was on offer.",
            recipe=derived.draw(
                lambda u, sales, usual, deep: DISCOUNTS_PERCENT[
                    np.where(sales, categorical.pick(u, deep), categorical.pick(u, usual))
                ],
                "orders.is_sales",
                "$line_discounts",
                "$line_discounts_sales",
                sentence="10 to 50 percent, deeper in the sales",
            ),
            role="working",
        ),
        Column(
            name="discount_share",
            kind=Number(2, 0.0, 1.0),
            unit="share",
            meaning="Discount on the list price; empty without an offer.",
            recipe=derived.formula(lambda percent: percent / 100.0, "discount_percent", sentence="as a share"),
            when="is_promotion",
        ),
        Column(
            name="unit_cents",
            kind=Integer(0, 10_000_000),
            unit="cents",
            meaning="Price of a piece in cents.",
            recipe=derived.formula(
                unit_cents,
                "products.price_cents@product_id",
                "is_promotion",
                "discount_percent",
                sentence="list price less discount",
            ),
            role="working",
        ),
        Column(
            name="unit_price_eur",
            kind=Number(2, 0.0, 10_000.0),
            unit="EUR",
            meaning="Price paid for a piece, tax included.",
            recipe=derived.formula(lambda cents: cents / CENTS, "unit_cents", sentence="unit_cents in euros"),
        ),
        Column(
            name="line_cents",
            kind=Integer(0, 100_000_000),
            unit="cents",
            meaning="Amount of the line in cents.",
            recipe=derived.formula(np.multiply, "unit_cents", "quantity", sentence="price times pieces"),
            role="working",
        ),
        Column(
            name="line_amount_eur",
            kind=Number(2, 0.0, 100_000.0),
            unit="EUR",
            meaning="Amount of the line, tax included.",
            recipe=derived.formula(lambda cents: cents / CENTS, "line_cents", sentence="line_cents in euros"),
        ),
        Column(
            name="is_broken",
            kind=Boolean(),
            meaning="Whether it is the main product and came damaged or proved faulty.",
            recipe=derived.formula(
                lambda first, damaged, faulty: first & (damaged | faulty),
                "is_first",
                "orders.damaged",
                "orders.faulty",
                sentence="first line of an order with damaged or faulty goods",
            ),
            role="working",
        ),
        Column(
            name="was_asked_about",
            kind=Boolean(),
            meaning="Whether the customer asked the service centre how to return it.",
            recipe=derived.formula(
                lambda first, reason, contacts: first & (reason == REASONS.index("return_refund")) & (contacts > 0),
                "is_first",
                "orders.first_reason",
                "orders.contact_count",
                sentence="first line of an order whose first contact was about a return",
            ),
            role="working",
        ),
        Column(
            name="is_recalled",
            kind=Boolean(),
            meaning="Whether the product was recalled.",
            recipe=derived.copy("products.is_recalled@product_id"),
            role="working",
        ),
        Column(
            name="is_returned",
            kind=Boolean(),
            meaning="Whether the line was brought or sent back and refunded.",
            recipe=numeric.happens(
                "$line_return_base",
                {
                    "orders.is_online": "$line_return_online",
                    "family=plants": "-$line_return_plants",
                    "family=decoration": "$line_return_decoration",
                    "products.quality@product_id": "-$line_return_quality",
                    "products.origin@product_id=co_created": "-$line_return_co_created",
                    "is_promotion": "-$line_return_offer",
                    "is_broken": "$line_return_broken",
                    "was_asked_about": "$line_return_asked",
                    "is_recalled": "$line_return_recalled",
                },
            ),
        ),
        Column(
            name="returned_on",
            kind=Date(),
            meaning="Day on which it came back; empty where it was kept.",
            recipe=derived.draw(
                day_returned,
                "return_from",
                "$line_return_days",
                sentence="within a month of having the goods, or of the recall, on a working day",
            ),
            when="is_returned",
        ),
        Column(
            name="return_from",
            kind=Integer(0, 40_000),
            meaning="Day from which it can come back: when it is at hand, or at the recall.",
            recipe=derived.formula(
                lambda at_hand, recalled, withdrawn: np.where(recalled, np.maximum(at_hand, withdrawn), at_hand),
                "orders.at_hand_day",
                "is_recalled",
                "products.withdrawn_on@product_id",
                sentence="at_hand_day, or the recall",
            ),
            role="working",
        ),
    ),
)
