"""The assortment: kinds of goods, cells of like goods, and how a product is picked from the cell of an order."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.recipes import lookup
from cxdata.schema.recipe import Array

# Family, noun, median list price in euros, whether two people carry it, whether it is bought in numbers.
KINDS: tuple[tuple[str, str, float, bool, bool], ...] = (
    ("plants", "Seed packet", 3.2, False, True),
    ("plants", "Herb pot", 4.3, False, True),
    ("plants", "Tray of six bedding plants", 6.9, False, True),
    ("plants", "Rose bush", 14.5, False, True),
    ("plants", "Houseplant", 17.5, False, False),
    ("plants", "Shrub", 21.0, False, True),
    ("plants", "Bag of twenty spring bulbs", 7.9, False, True),
    ("plants", "Potting soil 40 litres", 8.9, False, True),
    ("plants", "Fruit tree", 59.0, True, False),
    ("plants", "Olive tree in a tub", 92.0, True, False),
    ("garden_tools", "Hand trowel", 8.5, False, False),
    ("garden_tools", "Pruning shears", 22.0, False, False),
    ("garden_tools", "Garden hose", 31.0, False, False),
    ("garden_tools", "Rake", 19.5, False, False),
    ("garden_tools", "Hedge trimmer", 88.0, False, False),
    ("garden_tools", "Watering can", 14.0, False, False),
    ("garden_tools", "Garden gloves", 9.5, False, True),
    ("garden_tools", "Lawn mower", 189.0, True, False),
    ("garden_tools", "Wheelbarrow", 79.0, True, False),
    ("furniture", "Side table", 59.0, False, False),
    ("furniture", "Folding chair", 34.0, False, True),
    ("furniture", "Stool", 39.0, False, True),
    ("furniture", "Wall shelf", 36.0, False, True),
    ("furniture", "Bookcase", 115.0, True, False),
    ("furniture", "Sofa", 379.0, True, False),
    ("furniture", "Garden table", 149.0, True, False),
    ("furniture", "Chest of drawers", 145.0, True, False),
    ("furniture", "Bed frame", 210.0, True, False),
    ("furniture", "Armchair", 155.0, True, False),
    ("decoration", "Scented candle", 11.5, False, True),
    ("decoration", "Cushion cover", 13.5, False, True),
    ("decoration", "Picture frame", 12.0, False, True),
    ("decoration", "Vase", 19.0, False, False),
    ("decoration", "Throw", 29.0, False, False),
    ("decoration", "Curtain", 27.0, False, True),
    ("decoration", "Garland", 9.9, False, True),
    ("decoration", "Full-length mirror", 79.0, True, False),
    ("decoration", "Large rug", 96.0, True, False),
    ("lighting", "Light bulb", 6.2, False, True),
    ("lighting", "Table lamp", 34.0, False, False),
    ("lighting", "Pendant lamp", 42.0, False, False),
    ("lighting", "Wall lamp", 33.0, False, True),
    ("lighting", "Desk lamp", 29.0, False, False),
    ("lighting", "Set of four garden lights", 27.0, False, False),
    ("lighting", "String lights", 16.0, False, False),
    ("lighting", "Arc floor lamp", 104.0, True, False),
    ("kitchen", "Mug", 6.5, False, True),
    ("kitchen", "Plate", 7.5, False, True),
    ("kitchen", "Chopping board", 19.0, False, False),
    ("kitchen", "Saucepan", 36.0, False, False),
    ("kitchen", "Storage jar", 8.5, False, True),
    ("kitchen", "Kettle", 42.0, False, False),
    ("kitchen", "Set of three tea towels", 11.0, False, False),
    ("kitchen", "Kitchen trolley", 119.0, True, False),
    ("paint", "Wall paint 2.5 litres", 31.0, False, True),
    ("paint", "Wood stain 1 litre", 21.5, False, True),
    ("paint", "Roller set", 13.5, False, False),
    ("paint", "Masking tape", 4.9, False, True),
    ("paint", "Filler 1 kilogram", 9.5, False, True),
    ("paint", "Wall paint 15 litres with tools", 118.0, True, False),
)
NOUNS = tuple(noun for _, noun, *_ in KINDS)
SEASONS = ("none", "bulbs", "bedding", "bare_root", "terrace", "mowing", "lights")
"""Courses of the year that kinds of goods follow within their family."""
_SEASON_OF_NOUN = {
    "Bag of twenty spring bulbs": "bulbs",
    "Tray of six bedding plants": "bedding",
    "Rose bush": "bare_root",
    "Fruit tree": "bare_root",
    "Garden table": "terrace",
    "Lawn mower": "mowing",
    "Garland": "lights",
    "String lights": "lights",
}
SEASON_OF_KIND = np.array([SEASONS.index(_SEASON_OF_NOUN.get(noun, "none")) for noun in NOUNS])
LOTS = ("singly", "in_numbers", "one", "seats", "tableware", "pairs")
"""How many pieces of a kind are bought at once."""
_LOT_OF_NOUN = {
    **dict.fromkeys(("Lawn mower", "Hedge trimmer", "Wheelbarrow", "Sofa", "Bed frame"), "one"),
    **dict.fromkeys(("Garden table", "Chest of drawers", "Kettle", "Kitchen trolley"), "one"),
    **dict.fromkeys(("Folding chair", "Stool"), "seats"),
    **dict.fromkeys(("Mug", "Plate"), "tableware"),
    "Bookcase": "pairs",
}
LOT_OF_KIND = np.array(
    [LOTS.index(_LOT_OF_NOUN.get(noun, "in_numbers" if many else "singly")) for _, noun, *_, many in KINDS]
)
NOT_IN_TOWN = np.isin(NOUNS, ("Lawn mower", "Garden table", "Potting soil 40 litres"))
"""Kinds that city shops do not carry."""
NOT_TO_POINT = np.isin(NOUNS, ("Potting soil 40 litres",))
"""Kinds that no pick-up point takes in."""
SHELVES = ("all", "town", "point")
"""What can be had: all goods, those of city shops, those that pick-up points take in."""
VARIANTS = 7
"""Products of each kind: two of the entry range, three of the core range, two premium."""
RANGE_OF_VARIANT = np.array([0, 0, 1, 1, 1, 2, 2])
PRODUCTS = len(KINDS) * VARIANTS
FAMILY_COUNT = 7
RECALLED_CELL = 2 * FAMILY_COUNT
"""First of two cells, small goods and bulky ones, for the recalled lamps; each family has two such cells before it."""
_CELL_BITS = 15
"""The guide from tickets to places has up to 2**15 cells, few of which more than four places share."""
_DAYS = 100_000  # more than any day since 1970: separates the cells in one sorted line


def kind_of(slot: Array) -> Array:
    """Return the kind of a product, by its row: every sixtieth is of the same kind."""
    kinds: Array = slot % len(KINDS)
    return kinds


def variant_of(slot: Array) -> Array:
    """Return which of its kind a product is, 0 to 6."""
    variants: Array = slot // len(KINDS)
    return variants


def cell_of(family: Array, bulky: Array | bool, recalled: Array | bool) -> Array:
    """Return the cell of like goods: family by family, small goods first; recalled lamps apart."""
    return np.where(recalled, RECALLED_CELL, 2 * family) + bulky


def ranks(cell: Array, score: Array) -> Array:
    """Return the place of each product in its cell, 0 for the highest score."""
    order = np.lexsort((-score, cell))
    sorted_cells = cell[order]
    first = np.searchsorted(sorted_cells, sorted_cells, side="left")
    places = np.empty(len(cell), dtype=np.int64)
    places[order] = np.arange(len(cell)) - first
    return places


def weights_by_month(weights: Array, seasons: tuple[float, ...]) -> Array:
    """Return (36, products) whole-number weights, January first, shelf by shelf as SHELVES.

    Args:
        weights: (products,) whole-number weight of each product over the year.
        seasons: (6 x 12,) factors of the months, for every course but ``none``.
    """
    factors = np.vstack([np.ones(12), np.asarray(seasons).reshape(-1, 12)])
    kinds = kind_of(np.arange(len(weights)))
    everywhere = np.rint(factors[SEASON_OF_KIND[kinds]].T * weights).astype(np.int64)
    return np.vstack([everywhere, everywhere * ~NOT_IN_TOWN[kinds], everywhere * ~NOT_TO_POINT[kinds]])


class Line(NamedTuple):
    """The products side by side, cell by cell in the order of their launch, and what finds them without a search.

    Attributes:
        rows: (products,) row of each product.
        first: (cells,) place of the first product of each cell.
        last: (cells, days) place behind the last one that was on sale by each day.
        first_day: Day at which ``last`` begins.
        tickets: (periods x products + 1,) whole-number weights, summed up to each place.
        guide: From a ticket to its place.
    """

    rows: Array
    first: Array
    last: Array
    first_day: int
    tickets: Array
    guide: lookup.Guide


def line_of(cells: Array, weights: Array, launched: Array, days: Array) -> Line:
    """Return the line of the products.

    Args:
        cells: (products,) cell of each product.
        weights: (periods, products) whole-number weights.
        launched: (products,) first day on sale.
        days: (n,) days, since 1970, of which some will be asked for.
    """
    rows = np.lexsort((launched, cells))
    line = cells[rows] * _DAYS + launched[rows]
    starts = np.arange(RECALLED_CELL + 2) * _DAYS
    first_day = int(days.min(initial=_DAYS))
    every_day = np.arange(first_day, int(days.max(initial=0)) + 1)
    tickets = np.r_[0, np.cumsum(weights[:, rows].ravel())]
    return Line(
        rows=rows,
        first=np.searchsorted(line, starts, side="left"),
        last=np.searchsorted(line, starts[:, None] + every_day, side="right"),
        first_day=first_day,
        tickets=tickets,
        guide=lookup.guide_to(tickets, max(int(tickets[-1]).bit_length() - _CELL_BITS, 0)),
    )


@lru_cache(maxsize=4)  # every block asks for the company's one line
def _line(cells: bytes, popularity: bytes, launched: bytes, seasons: tuple[float, ...]) -> Line:
    products = (np.frombuffer(column, dtype=np.int64) for column in (cells, popularity, launched))
    cell, weight, day = products
    return line_of(cell, weights_by_month(weight, seasons), day, calendar.DAYS)


def company_line(cells: Array, popularity: Array, launched: Array, seasons: tuple[float, ...]) -> Line:
    """Return the line of the company's products, with weights by month, for all days of the calendar.

    Args:
        cells: (products,) cell of each product.
        popularity: (products,) whole-number weight of each product over the year.
        launched: (products,) first day on sale.
        seasons: (6 x 12,) factors of the months, for every course but ``none``.
    """
    columns = (np.asarray(column, dtype=np.int64).tobytes() for column in (cells, popularity, launched))
    return _line(*columns, seasons)


def pick(u: Array, cell: Array, day: Array, period: Array, line: Line) -> Array:
    """Return keys of products, drawn by weight among those of a cell that were on sale by a day.

    Args:
        u: (n,) uniforms.
        cell: (n,) cell of like goods.
        day: (n,) day of the order, since 1970.
        period: (n,) which row of weights counts.
        line: Of the products.

    Returns:
        (n,) keys; the first product of a cell serves where none was on sale yet.
    """
    first = line.first.take(cell)
    last = np.maximum(line.last.take(cell * line.last.shape[1] + (day - line.first_day)), first + 1)
    begins = period * len(line.rows)
    low = line.tickets.take(begins + first)
    width = line.tickets.take(begins + last) - low
    place = lookup.count_reached(line.guide, low + (u * width).astype(np.int64)) - 1 - begins
    keys: Array = 1 + line.rows.take(np.where(width > 0, place, first))
    return keys


def shelf_of(in_town: Array, to_point: Array) -> Array:
    """Return what can be had, as its place in SHELVES: by where the goods are handed over."""
    shelf: Array = np.where(in_town, SHELVES.index("town"), np.where(to_point, SHELVES.index("point"), 0))
    return shelf


def period_of(day: Array, shelf: Array) -> Array:
    """Return which row of the weights counts for orders: that of their shelf and month."""
    period: Array = calendar.month_of(day) + 12 * shelf
    return period


def main_product(
    u: Array,
    family: Array,
    bulky: Array,
    recalled: Array,
    day: Array,
    shelf: Array,
    cells: Array,
    weights: Array,
    launched: Array,
    seasons: tuple[float, ...],
) -> Array:
    """Return the key of an order's main product: of its family, bulky or not, from the recalled batch or not."""
    cell = cell_of(family, bulky, recalled)
    line = company_line(cells, weights, launched, seasons)
    return pick(u, cell, day, period_of(day, shelf), line)
