"""Zones of a page: what the testers of two layouts looked at and clicked, zone by zone, gaze and clicks recorded."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from cxdata.catalog.tables.tilmarenne._market import ours, within_group
from cxdata.recipes import derived, lookup
from cxdata.schema.kinds import Boolean, Category, Integer, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Rule
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, Reference, Table

PAGES = ("product", "basket")
LAYOUTS = ("a", "b")
DEVICES = ("desktop", "phone")
ZONES = (
    *("menu_and_search", "product_picture", "title_and_stars", "price", "delivery_note", "add_to_basket"),
    *("description", "reviews"),
    *("basket_lines", "delivery_fee", "voucher_field", "total", "checkout_button", "recommendations", "help"),
)
PAGE_OF_ZONE = np.array((0,) * 8 + (1,) * 7)
PAGE_STARTS = (0, 8)
REACTS_A = np.isin(
    ZONES,
    (
        *("menu_and_search", "product_picture", "title_and_stars", "add_to_basket", "description", "reviews"),
        *("basket_lines", "voucher_field", "checkout_button", "recommendations", "help"),
    ),
)
"""Zones that answer a click in layout A; in layout B the delivery note does as well."""
REACTS_B = REACTS_A | np.isin(ZONES, ("delivery_note",))
TESTERS = 80
BLOCK = 4
"""Testers of a block: each layout is drawn for one of two on desktops and one of two on phones."""
FIXATION_SECONDS = 0.25
"""Usual length of a fixation."""
MILLISECONDS = 1_000
FOLD = 1.0
"""Screenfuls from the top of a page to its fold."""

PARAMETERS = (
    ours(
        "zones_place_desktop_a",
        (
            *(0.05, 0.25, 0.15, 0.35, 0.55, 1.65, 0.80, 2.10),
            *(0.20, 0.50, 0.60, 0.55, 0.70, 1.20, 1.60),
        ),
        "screenfuls",
        "Place of each zone from the top, menu to help, layout A on a desktop; the fold is at 1.",
        0.0,
        10.0,
    ),
    ours(
        "zones_place_desktop_b",
        (
            *(0.05, 0.25, 0.15, 0.35, 0.55, 0.45, 0.90, 2.15),
            *(0.20, 0.50, 0.60, 0.55, 0.70, 1.20, 1.60),
        ),
        "screenfuls",
        "The same in layout B, which lifts the button above the fold.",
        0.0,
        10.0,
    ),
    ours(
        "zones_place_phone_a",
        (
            *(0.05, 0.35, 0.65, 0.80, 0.92, 2.20, 1.25, 2.90),
            *(0.25, 0.70, 0.85, 0.90, 0.95, 1.50, 2.10),
        ),
        "screenfuls",
        "The same in layout A on a phone.",
        0.0,
        10.0,
    ),
    ours(
        "zones_place_phone_b",
        (
            *(0.05, 0.35, 0.65, 0.80, 0.92, 0.86, 1.35, 3.00),
            *(0.25, 0.70, 0.85, 0.90, 0.95, 1.50, 2.10),
        ),
        "screenfuls",
        "The same in layout B on a phone.",
        0.0,
        10.0,
    ),
    ours("zones_reach", (0.80, 1.10), "screenfuls", "Mean scroll below the fold, on a desktop and on a phone.", 0, 10),
    ours(
        "zones_noticed",
        (
            *(1.5, 3.5, 2.5, 2.8, 1.5, 2.8, 0.6, 1.2),
            *(3.5, 1.5, 0.4, 2.8, 3.2, -0.2, -0.8),
        ),
        "logit",
        "Looked at where it comes on the screen, menu to help.",
    ),
    ours("zones_order_sd", 0.25, "screenfuls", "How far testers stray from the way down the page."),
    ours(
        "zones_dwell_log",
        (
            *(0.0, 1.15, 0.6, 0.25, 0.45, -0.1, 1.5, 1.55),
            *(1.25, 0.4, -0.1, 0.2, -0.1, 0.35, -0.1),
        ),
        "log seconds",
        "Median time on each zone, menu to help: from under one second to nearly five.",
    ),
    ours("zones_dwell_sd", 0.45, "log seconds", "Spread of times on a zone."),
    ours("zones_dwell_tester_sd", 0.2, "log seconds", "How far testers differ in their pace."),
    ours("zones_first_pass", 0.6, "share", "Part of the time on a zone that falls to the first look."),
    ours("zones_start_seconds", 0.3, "seconds", "From the page's appearance to the first zone, at the least.", 0, 10),
    ours(
        "zones_click_share",
        (
            *(0.05, 0.35, 0.06, 0.02, 0.42, 0.75, 0.06, 0.16),
            *(0.10, 0.10, 0.08, 0.02, 0.86, 0.06, 0.05),
        ),
        "share",
        "Clicked by those who looked at it, menu to help: the delivery note is blue and underlined, link or not.",
    ),
)


def layout_of(u: Array, slot: Array) -> Array:
    """Return layouts: of each two testers with the same device one has each, by lot."""
    tester = slot // len(ZONES)
    second = tester % BLOCK // 2
    first_of_pair = (tester - 2 * second) * len(ZONES)
    return np.where(u[first_of_pair] < 0.5, second, 1 - second)


def place_of(zone: Array, layout: Array, device: Array, *places: tuple[float, ...]) -> Array:
    """Return the screenfuls from the top to each zone; ``places`` by device and layout, desktop A first."""
    found: Array = np.array(places)[device * len(LAYOUTS) + layout, zone]
    return found


def page_start(slot: Array) -> Array:
    """Return the row of the first zone of each row's page."""
    zone = slot % len(ZONES)
    start: Array = slot - zone + np.array(PAGE_STARTS)[PAGE_OF_ZONE[zone]]
    return start


def was_seen(
    u: Array, slot: Array, zone: Array, device: Array, place: Array, reach: tuple[float, float], noticed: Array
) -> Array:
    """Return what was looked at: what lies above the fold or within the scroll of the tester on that page, if noticed.

    Args:
        u: (2, n) uniforms; the first of a page's first row says how far the tester scrolls on it.
        slot: (n,) rows; the zones of a tester stand together.
        zone: (n,) codes.
        device: (n,) codes.
        place: (n,) screenfuls from the top.
        reach: Mean scroll below the fold by device.
        noticed: (zones,) log-odds of a look.
    """
    scrolled = FOLD + np.array(reach)[device] * lookup.exponential(u[0])[page_start(slot)]
    looked: Array = (place < scrolled) & (np.array(noticed)[zone] + lookup.logistic(u[1]) > 0)
    return looked


def _by_page(values: Array) -> list[tuple[int, int, Array]]:
    """Return, page by page, its first and last zone and the values as (testers, zones)."""
    square = values.reshape(-1, len(ZONES))
    bounds = (*PAGE_STARTS, len(ZONES))
    return [(first, last, square[:, first:last]) for first, last in pairwise(bounds)]


def order_of(u: Array, place: Array, seen: Array, sd: float) -> Array:
    """Return the place of each zone in the order of first looks, 1 and up on each page; 0 for what was not seen."""
    way = np.where(seen, np.maximum(place + sd * lookup.normal(u), 0.0), np.inf)
    rank = np.empty((len(place) // len(ZONES), len(ZONES)), dtype=np.int64)
    for first, last, part in _by_page(way):
        rank[:, first:last] = 1 + np.argsort(np.argsort(part, axis=1, kind="stable"), axis=1, kind="stable")
    return np.where(seen, rank.reshape(-1), 0)


def dwell(u: Array, slot: Array, zone: Array, log: tuple[float, ...], sd: float, pace: float) -> Array:
    """Return the time on each zone in milliseconds."""
    own = within_group(lookup.normal(u[0]), slot, len(ZONES))
    seconds = lookup.exp(np.array(log)[zone] + pace * own + sd * lookup.normal(u[1]))
    return np.maximum(np.rint(seconds * MILLISECONDS), FIXATION_SECONDS * MILLISECONDS / 2).astype(np.int64)


def first_look(u: Array, slot: Array, order: Array, time: Array, part: float, start: float) -> Array:
    """Return when each zone was first looked at, in milliseconds: after the first looks at those before it."""
    spent = np.where(order > 0, np.rint(time * part), 0).astype(np.int64)
    began = np.empty((len(order) // len(ZONES), len(ZONES)), dtype=np.int64)
    for (first, last, ranks), (_, _, looks) in zip(_by_page(order), _by_page(spent), strict=True):
        line = np.argsort(ranks, axis=1, kind="stable")
        in_line = np.take_along_axis(looks, line, axis=1)
        before = np.cumsum(in_line, axis=1) - in_line
        np.put_along_axis(began[:, first:last], line, before, axis=1)
    under_way = (u * FIXATION_SECONDS * MILLISECONDS).astype(np.int64)[page_start(slot)]
    return began.reshape(-1) + int(start * MILLISECONDS) + under_way


TABLE = Table(
    name="page_zones",
    meaning="A zone of a page as one tester of layout A or B saw it: gaze and click.",
    rows=(Reference(TESTERS * len(ZONES)),),
    columns=(
        Column(name="page_zone_id", kind=Key(), meaning="Key of the tester's zone."),
        Column(
            name="tester_number",
            kind=Integer(1, TESTERS),
            meaning="Number of the tester; each sees both pages, in one layout.",
            recipe=derived.formula(lambda slot: 1 + slot // len(ZONES), "#slot", sentence="all zones each"),
        ),
        Column(
            name="device",
            kind=Category(DEVICES),
            meaning="What the tester held.",
            recipe=derived.formula(lambda slot: slot // len(ZONES) % 2, "#slot", sentence="in turn"),
        ),
        Column(
            name="layout",
            kind=Category(LAYOUTS),
            meaning="Layout of the product page, by lot; the basket page is the same in both.",
            recipe=derived.draw(layout_of, "#slot", sentence="by lot, one of each two testers with the same device"),
        ),
        Column(
            name="page",
            kind=Category(PAGES),
            meaning="The page.",
            recipe=derived.formula(lambda zone: PAGE_OF_ZONE[zone], "zone", sentence="by zone"),
        ),
        Column(
            name="zone",
            kind=Category(ZONES),
            meaning="The zone.",
            recipe=derived.formula(lambda slot: slot % len(ZONES), "#slot", sentence="in turn"),
        ),
        Column(
            name="is_link",
            kind=Boolean(),
            meaning="Whether a click on the zone does something.",
            recipe=derived.formula(
                lambda zone, new: np.where(new, REACTS_B[zone], REACTS_A[zone]),
                "zone",
                "layout=b",
                sentence="listed; the delivery note in layout B alone",
            ),
        ),
        Column(
            name="place",
            kind=Number(2, 0.0, 10.0),
            unit="screenfuls",
            meaning="Distance from the top of the page.",
            recipe=derived.formula(
                place_of,
                "zone",
                "layout",
                "device",
                "$zones_place_desktop_a",
                "$zones_place_desktop_b",
                "$zones_place_phone_a",
                "$zones_place_phone_b",
                sentence="by zone, layout and device",
            ),
            role="working",
        ),
        Column(
            name="is_below_fold",
            kind=Boolean(),
            meaning="Whether it is out of sight until the tester scrolls.",
            recipe=derived.formula(lambda place: place >= FOLD, "place", sentence="place of 1 and more"),
        ),
        Column(
            name="was_seen",
            kind=Boolean(),
            meaning="Whether the tester looked at it.",
            recipe=derived.draw(
                was_seen,
                "#slot",
                "zone",
                "device",
                "place",
                "$zones_reach",
                "$zones_noticed",
                draws=2,
                sentence="within the scroll, and noticed",
            ),
        ),
        Column(
            name="order",
            kind=Integer(0, len(ZONES)),
            meaning="Place in the order of first looks, 0 for what was not seen.",
            recipe=derived.draw(
                order_of, "place", "was_seen", "$zones_order_sd", sentence="down the page, with some straying"
            ),
            role="working",
        ),
        Column(
            name="fixation_order",
            kind=Integer(1, len(ZONES)),
            meaning="Place of the zone in the order in which the page's zones were first looked at; empty if not seen.",
            recipe=derived.formula(lambda order: np.maximum(order, 1), "order", sentence="order"),
            when="was_seen",
        ),
        Column(
            name="dwell_ms",
            kind=Integer(0, 1_000_000),
            unit="milliseconds",
            meaning="Time on the zone.",
            recipe=derived.draw(
                dwell,
                "#slot",
                "zone",
                "$zones_dwell_log",
                "$zones_dwell_sd",
                "$zones_dwell_tester_sd",
                draws=2,
                sentence="log-normal, by zone and tester",
            ),
            role="working",
        ),
        Column(
            name="first_fixation_seconds",
            kind=Number(2, 0.0, 1_000.0),
            unit="seconds",
            meaning="From the page's appearance to the first look at the zone; empty if not seen.",
            recipe=derived.draw(
                lambda u, *given: first_look(u, *given) / MILLISECONDS,
                "#slot",
                "order",
                "dwell_ms",
                "$zones_first_pass",
                "$zones_start_seconds",
                sentence="after the first looks at the zones before it",
            ),
            when="was_seen",
        ),
        Column(
            name="dwell_seconds",
            kind=Number(2, 0.0, 1_000.0),
            unit="seconds",
            meaning="Time that the eye spent on it, all looks together; empty if not seen.",
            recipe=derived.formula(lambda time: time / MILLISECONDS, "dwell_ms", sentence="dwell_ms in seconds"),
            when="was_seen",
        ),
        Column(
            name="clicked",
            kind=Boolean(),
            meaning="Whether the tester clicked or tapped it.",
            recipe=derived.draw(
                lambda u, zone, seen, share: seen & (u < np.array(share)[zone]),
                "zone",
                "was_seen",
                "$zones_click_share",
                sentence="a share of those who saw it",
            ),
        ),
        Column(
            name="is_dead_click",
            kind=Boolean(),
            meaning="Whether it was clicked and nothing happened.",
            recipe=derived.formula(
                lambda clicked, link: clicked & ~link, "clicked", "is_link", sentence="clicked, and no link"
            ),
        ),
    ),
)


def _odd_looks(tables: Tables) -> int:
    rows = tables["page_zones"]
    empty = rows[["fixation_order", "first_fixation_seconds", "dwell_seconds"]].isna()
    odd = (empty.any(axis=1) | ~rows["was_seen"]) & ~(empty.all(axis=1) & ~rows["was_seen"])
    unseen = rows["clicked"] & ~rows["was_seen"]
    dead = rows["is_dead_click"] != (rows["clicked"] & ~rows["is_link"])
    return int((odd | unseen | dead).sum())


def _looks_out_of_order(tables: Tables) -> int:
    rows = tables["page_zones"]
    rows = rows[rows["was_seen"]].sort_values(["tester_number", "page", "fixation_order"])
    groups = rows.groupby(["tester_number", "page"], observed=True)
    back = groups["first_fixation_seconds"].diff() <= 0
    missing = rows["fixation_order"].astype("int64") != groups.cumcount() + 1
    return int((back | missing).sum())


RULES = (
    Rule(
        sentence="what was not seen has neither times nor clicks, and a dead click is one on what is no link",
        tables=("page_zones",),
        violations=_odd_looks,
    ),
    Rule(
        sentence="the zones of a page are looked at one after the other",
        tables=("page_zones",),
        violations=_looks_out_of_order,
    ),
)
