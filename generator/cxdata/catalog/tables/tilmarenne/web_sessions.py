"""Web sessions: visits of recognised people, before an order, with one, or with none in mind."""

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne import _traffic
from cxdata.recipes import categorical, derived, lookup, numeric
from cxdata.recipes.calibration import plain_sum
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Number, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Parameter, Rule, ours
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, PerParent, Table

OF_ORDER, BROWSING, BY_CLICK = range(3)  # the table's parents
TASKS = ("buy", "look_up", "inspiration", "help", "store_hours", "returns")
BUY = TASKS.index("buy")
SOURCES = ("direct", "search", "newsletter", "social", "advert", "affiliate")
NEWSLETTER = SOURCES.index("newsletter")
PAGES = ("home", "category", "product", "content", "search_results", "help", "store", "account")
DEVICES = ("phone", "computer", "tablet")
TOPICS = ("garden_advice", "decoration_ideas", "diy_guides", "buying_guides")
MOST_PAGES, MOST_SECONDS, LEAST_PAGES_TO_BUY = 60, 5_400, 5


def task(
    u: Array,
    buying: Array,
    of_order: Array,
    online: Array,
    by_click: Array,
    web: tuple[float, ...],
    shop: tuple[float, ...],
    browsing: tuple[float, ...],
    clicked: tuple[float, ...],
) -> Array:
    """Return what a visitor came for: to buy, or by the shares of visits before an order, without one, by a click."""
    codes: Array = np.full(len(u), BUY)
    before, free = ~buying & of_order, ~buying & ~of_order
    for visits, shares in (
        (before & online, web),
        (before & ~online, shop),
        (free & by_click, clicked),
        (free & ~by_click, browsing),
    ):
        rows = np.flatnonzero(visits)
        codes[rows] = categorical.pick(u.take(rows), shares)
    return codes


def source(u: Array, code: Array, by_click: Array, accepts: Array, shares: tuple[float, ...]) -> Array:
    """Return where a visitor came from: a message whose link was followed, else by task; newsletters need consent."""
    found = _traffic.pick_by(u, code, shares, len(SOURCES))
    found = np.where((found == NEWSLETTER) & ~accepts, SOURCES.index("search"), found)
    return np.where(by_click, NEWSLETTER, found)


def device(
    u: Array,
    decades: Array,
    buying: Array,
    bulky: Array,
    base: float,
    age: float,
    buys: float,
    large: float,
    tablet: float,
) -> Array:
    """Return the device: phones for the young and for looking around, tablets among the rest; ``u`` is (2, n)."""
    phone = base - age * decades - buys * buying - large * bulky + lookup.logistic(u[0]) > 0
    return np.where(phone, 0, np.where(u[1] < tablet * np.clip(1.0 + 0.25 * decades, 0.2, 3.0), 2, 1))


def pages(
    u: Array,
    buying: Array,
    of_order: Array,
    brief: Array,
    base: float,
    buys: float,
    before: float,
    less: float,
    sd: float,
) -> Array:
    """Return the number of pages: more with an order in mind, few for opening hours; an order takes five."""
    level = lookup.exp(base + buys * buying + before * (of_order & ~buying) - less * brief + sd * lookup.normal(u))
    count = np.clip(np.rint(level).astype(np.int64), 1, MOST_PAGES)
    return np.where(buying, np.maximum(count, LEAST_PAGES_TO_BUY), count)


def searches(u: Array, code: Array, viewed: Array, rates: tuple[float, ...]) -> Array:
    """Return searches on the site: geometric, by task, each on a page of its own."""
    count = (np.asarray(rates)[code] * lookup.exponential(u)).astype(np.int64)
    most: Array = np.minimum(count, viewed - 1)
    return most


def in_vain(u: Array, count: Array, share: float) -> Array:
    """Return how many searches found nothing."""
    fruitless: Array = np.minimum((count * share * 2.0 * u[0] + u[1]).astype(np.int64), count)
    return fruitless


def duration(u: Array, viewed: Array, seconds: float, sd: float) -> Array:
    """Return the length of a visit in whole seconds, in proportion to its pages."""
    length = viewed * seconds * lookup.exp(sd * lookup.normal(u))
    return np.clip(np.rint(length).astype(np.int64), 5, MOST_SECONDS)


def reads(u: Array, page: Array, code: Array, share: float) -> Array:
    """Return who reads an article: those who land on one, and some who look for ideas."""
    read: Array = (page == PAGES.index("content")) | ((code == TASKS.index("inspiration")) & (u < share))
    return read


def succeeded(purchased: Array, code: Array, otherwise: Array) -> Array:
    """Return who got what they came for: buyers if they bought, others by what the site offered them."""
    return np.where(code == BUY, purchased, otherwise)


def clicks(u: Array, spread: float) -> Array:
    """Return clicks until the answer was found: one and more."""
    count: Array = 1 + np.minimum((spread * lookup.exponential(u)).astype(np.int64), 11)
    return count


def feedback(u: Array, score: Array, base: float, by_score: tuple[float, ...]) -> Array:
    """Return who leaves a mark: few, the furious and the delighted first."""
    given: Array = base + np.asarray(by_score)[score - 1] + lookup.logistic(u) > 0
    return given


PARAMETERS = (
    ours(
        "session_weekdays",
        (0.99, 0.97, 1.0, 0.96, 0.92, 0.96, 1.20),
        "factor",
        "Pace of visits by weekday, Monday first: Sunday leads.",
        0.01,
        10.0,
    ),
    ours(
        "session_months",
        (0.98, 0.88, 1.05, 1.16, 1.14, 1.00, 0.88, 0.80, 0.94, 0.98, 1.16, 1.08),
        "factor",
        "Pace of visits by month.",
        0.01,
        10.0,
    ),
    Parameter(
        name="session_day_ends",
        derive=_traffic.pace,
        inputs=("session_weekdays", "session_months"),
        unit="ticks",
        meaning="Tick at which each day of the window ends, on the clock of the site.",
    ),
    ours("session_shop_base", 0.65, "logit", "Shop order prepared on the site (about 6 in 10), recognised visits."),
    ours("session_web_base", -0.25, "logit", "Web order prepared in an earlier visit."),
    ours("session_before_digital", 0.55, "logit", "Prepared on the site, per step of ease with screens."),
    ours("session_before_bulky", 0.7, "logit", "Prepared on the site, added for bulky goods."),
    ours("session_before_second", 1.2, "logit", "Further need that brings a second visit before."),
    ours("session_before_third", 2.3, "logit", "Further need that brings a third."),
    ours("session_days_before", 4.5, "days", "Mean days between an earlier visit and its order.", 0.1, 20.0),
    ours("session_browse_log", 1.5, "log visits", "Median rate of visits without an order, in two years."),
    ours("session_browse_digital", 0.45, "log visits", "The same, per step of ease with screens."),
    ours("session_browse_loyalty", 0.25, "log visits", "The same, added with the loyalty card."),
    ours("session_browse_sd", 0.6, "log visits", "Spread of the rate."),
    ours("session_leaving_days", 40.0, "days", "Mean days for which those who leave still visit.", 0.0, 400.0),
    ours(
        "session_tasks_web",
        (0.36, 0.46, 0.12, 0.03, 0.01, 0.02),
        "shares",
        "Tasks of visits before a web order, buy to returns.",
    ),
    ours("session_tasks_shop", (0.09, 0.47, 0.14, 0.02, 0.27, 0.01), "shares", "Tasks of visits before a shop order."),
    ours("session_tasks_browsing", (0.11, 0.33, 0.27, 0.13, 0.10, 0.06), "shares", "Tasks of visits without an order."),
    ours(
        "session_tasks_clicked",
        (0.20, 0.34, 0.42, 0.01, 0.03, 0.0),
        "shares",
        "Tasks of visits that a click in a message opened.",
    ),
    ours(
        "session_sources",
        (
            *(0.39, 0.34, 0.04, 0.05, 0.12, 0.06),
            *(0.24, 0.49, 0.03, 0.06, 0.13, 0.05),
            *(0.18, 0.36, 0.05, 0.27, 0.10, 0.04),
            *(0.42, 0.55, 0.0, 0.03, 0.0, 0.0),
            *(0.14, 0.84, 0.0, 0.02, 0.0, 0.0),
            *(0.55, 0.44, 0.0, 0.01, 0.0, 0.0),
        ),
        "share",
        "Sources of visits that no click is known to have opened, by task, buy to returns: direct, search, newsletter, social networks, adverts, affiliates.",
    ),
    ours(
        "session_landings",
        (
            *(0.27, 0.20, 0.31, 0.02, 0.13, 0.0, 0.01, 0.06),
            *(0.14, 0.26, 0.36, 0.05, 0.16, 0.01, 0.02, 0.0),
            *(0.20, 0.24, 0.11, 0.38, 0.05, 0.0, 0.01, 0.01),
            *(0.20, 0.01, 0.03, 0.03, 0.04, 0.50, 0.02, 0.17),
            *(0.15, 0.01, 0.01, 0.01, 0.02, 0.03, 0.77, 0.0),
            *(0.16, 0.0, 0.01, 0.0, 0.02, 0.44, 0.01, 0.36),
        ),
        "share",
        "Pages on which visits begin, by task.",
    ),
    ours("session_phone_base", 0.45, "logit", "On a phone (61%)."),
    ours("session_phone_age", 0.42, "logit per decade", "On a phone, less per decade of age."),
    ours("session_phone_buying", 0.55, "logit", "On a phone, less for visits that buy."),
    ours("session_phone_bulky", 0.35, "logit", "On a phone, less before bulky goods."),
    ours("session_tablet", 0.13, "share", "Tablets among the other devices, at 45 years."),
    ours("session_pages_log", 1.15, "log pages", "Median number of pages (3)."),
    ours("session_pages_buying", 1.05, "log pages", "Pages, added where an order is placed."),
    ours("session_pages_before", 0.35, "log pages", "Pages, added before an order."),
    ours("session_pages_brief", 0.65, "log pages", "Pages, less for help, opening hours and returns."),
    ours("session_pages_sd", 0.7, "log pages", "Spread of pages."),
    ours("session_seconds", 42.0, "seconds", "Median time on a page.", 1.0, 600.0),
    ours("session_seconds_sd", 0.55, "log seconds", "Spread of it."),
    ours("session_searches", (0.95, 1.05, 0.55, 0.6, 0.2, 0.4), "searches", "Rate of searches by task.", 0.0, 10.0),
    ours("session_in_vain", 0.14, "share", "Searches without a result."),
    ours("session_product_base", -1.0, "logit", "Reaches a product page, other tasks."),
    ours("session_product_buy", 2.3, "logit", "The same, added for those who came to buy."),
    ours("session_product_look", 1.7, "logit", "The same, added for those who look something up."),
    ours("session_product_ideas", 0.9, "logit", "The same, added for those who look for ideas."),
    ours("session_product_service", 2.2, "logit", "The same, less for opening hours, help and returns."),
    ours("session_basket_base", -1.5, "logit", "Puts something into the basket after a product page."),
    ours("session_basket_buy", 2.7, "logit", "The same, added for those who came to buy."),
    ours("session_basket_phone", 0.3, "logit", "The same, less on a phone."),
    ours("session_checkout_base", -0.9, "logit", "Begins to pay with a basket that is left in the end."),
    ours("session_checkout_buy", 0.8, "logit", "The same, added for those who came to buy."),
    ours("session_basket_log", 3.75, "log EUR", "Median of baskets that are left (43 euros)."),
    ours("session_basket_sd", 0.95, "log EUR", "Spread of them."),
    ours("session_reads", 0.35, "share", "Readers of an article among those who look for ideas."),
    ours(
        "session_topics",
        (
            *(0.74, 0.08, 0.08, 0.10),
            *(0.14, 0.58, 0.14, 0.14),
            *(0.12, 0.10, 0.60, 0.18),
            *(0.16, 0.50, 0.08, 0.26),
            *(0.24, 0.24, 0.18, 0.34),
        ),
        "share",
        "Topics of articles by segment, gardeners to bargain hunters.",
    ),
    ours("session_lead_base", -3.1, "logit", "Reader who leaves a request (4%)."),
    ours("session_lead_diy", 0.7, "logit", "Leaves a request, added for guides to do it oneself."),
    ours("session_lead_buying", 1.0, "logit", "Leaves a request, added for buying guides."),
    ours("session_success_base", 1.5, "logit", "Finds what was looked for."),
    ours("session_success_vain", 1.1, "logit", "The same, less for each search without a result."),
    ours("session_success_phone", 0.3, "logit", "The same, less on a phone."),
    ours("session_success_help", 0.9, "logit", "The same, less for help and returns."),
    ours("session_success_digital", 0.3, "logit", "The same, per step of ease with screens."),
    ours("session_clicks", 1.9, "clicks", "Spread of clicks until an answer is found.", 0.1, 10.0),
    ours("session_felt_success", 1.3, "sd", "Visit pleases, added for success."),
    ours("session_felt_vain", 0.45, "sd", "Visit pleases, less for each search without a result."),
    ours("session_felt_leniency", 0.25, "sd", "Weight of leniency."),
    ours("session_cuts", (-0.75, -0.05, 0.65, 1.75), "sd", "Thresholds between marks of 1 to 5."),
    ours("session_feedback_base", -5.6, "logit", "Leaves a mark of 3."),
    ours(
        "session_feedback_marks",
        (2.6, 1.1, 0.0, 0.5, 2.1),
        "logit",
        "Leaves a mark, added for marks of 1 to 5: extremes speak.",
    ),
)

CONSTRAINTS = (
    Constraint(
        sentence="session_sources and session_landings need shares of each task that sum to one.",
        parameters=("session_sources", "session_landings"),
        holds=lambda sources, landings: all(
            abs(plain_sum(table[place : place + size]) - 1.0) < 1e-6
            for table, size in ((sources, len(SOURCES)), (landings, len(PAGES)))
            for place in range(0, len(table), size)
        ),
    ),
    Constraint(
        sentence="session_topics needs shares of each segment that sum to one.",
        parameters=("session_topics",),
        holds=lambda topics: all(
            abs(plain_sum(topics[place : place + len(TOPICS)]) - 1.0) < 1e-6
            for place in range(0, len(topics), len(TOPICS))
        ),
    ),
    Constraint(
        sentence="the thresholds of session_cuts must rise.",
        parameters=("session_cuts",),
        holds=lambda cuts: all(low < high for low, high in pairwise(cuts)),
    ),
)


def _unsold_orders(tables: Any) -> int:
    sessions, orders = tables["web_sessions"], tables["orders"]
    web = orders[orders["channel"] == "web"]
    sold = sessions[sessions["purchased"]]
    once = len(set(web["order_id"]) ^ set(sold["order_id"])) + int(sold["order_id"].duplicated().sum())
    both = sold.merge(web[["order_id", "customer_id", "ordered_at", "amount_eur"]], on="order_id")
    end = both["started_at"] + pd.to_timedelta(both["duration_seconds"], unit="s")
    odd = (both["started_at"] > both["ordered_at"]) | (end < both["ordered_at"])
    odd |= (both["customer_id_x"] != both["customer_id_y"]) | ((both["basket_eur"] - both["amount_eur"]).abs() > 0.001)
    return once + int(odd.sum()) + int((sessions["order_id"].notna() != sessions["purchased"]).sum())


def _leaking_funnels(tables: Tables) -> int:
    rows = tables["web_sessions"]
    steps = ["reached_product", "added_to_basket", "began_checkout", "purchased"]
    leaks = sum(int((~rows[before] & rows[after]).sum()) for before, after in pairwise(steps))
    left = rows["is_basket_abandoned"] != (rows["added_to_basket"] & ~rows["purchased"])
    basket = rows["basket_eur"].notna() != rows["added_to_basket"]
    vain = (rows["searches_without_result"] > rows["searches"]) | (rows["searches"] >= rows["pages_viewed"])
    landed = (rows["landing_page"] == "product") & ~rows["reached_product"]
    return leaks + int((left | basket | vain | landed).sum())


def _early_visits(tables: Any) -> int:
    rows = tables["web_sessions"].merge(tables["customers"][["customer_id", "joined_on"]], on="customer_id")
    return int((rows["started_at"] < pd.to_datetime(rows["joined_on"])).sum())


def _lost_clicks(tables: Any) -> int:
    sends, visits = tables["campaign_sends"], tables["web_sessions"]
    seen = sends["clicked_at"].notna() & sends["channel"].isin(["email", "app"])
    clicks = sends.loc[seen, ["campaign_send_id", "customer_id", "clicked_at"]]
    both = clicks.merge(visits.loc[visits["source"] == "newsletter", ["customer_id", "started_at"]], on="customer_id")
    seconds = (both["started_at"] - both["clicked_at"]).dt.total_seconds()
    opened = both.loc[(seconds > 0) & (seconds <= 60), "campaign_send_id"]
    return int((~clicks["campaign_send_id"].isin(opened)).sum())


RULES = (
    Rule(
        sentence="a click in an e-mail or in the app opens a visit from the newsletter within a minute",
        tables=("web_sessions", "campaign_sends"),
        violations=_lost_clicks,
    ),
    Rule(
        sentence="each web order was placed in one visit of its customer, which holds it in time and in amount",
        tables=("web_sessions", "orders"),
        violations=_unsold_orders,
    ),
    Rule(
        sentence="nobody takes a step of the funnel without the one before",
        tables=("web_sessions",),
        violations=_leaking_funnels,
    ),
    Rule(
        sentence="nobody is recognised before joining", tables=("web_sessions", "customers"), violations=_early_visits
    ),
)

_SERVICE = ("help", "store_hours", "returns")

PARENT_COLUMNS = {
    "campaign_sends": (
        Column(
            name="opens_visit",
            kind=Boolean(),
            meaning="Whether a link was followed from an e-mail or the app, which is recognised on the site.",
            recipe=derived.formula(
                np.logical_and, "is_clicked", "seen_opening", sentence="is_clicked, by e-mail or in the app"
            ),
            role="working",
        ),
    ),
    "customers": (
        Column(
            name="last_visit_day",
            kind=Integer(0, 40_000),
            meaning="Last day of visits without an order: weeks after leaving, else the end of the window.",
            recipe=derived.draw(
                _traffic.last_day,
                "orders.lost_day:max",
                "$session_leaving_days",
                sentence="weeks after the order that drove the customer away, else the end of 2024",
            ),
            role="working",
        ),
        Column(
            name="browse_rate",
            kind=Number(4, 0.0, 200.0),
            meaning="Visits without an order in two years.",
            recipe=numeric.log_normal(
                "$session_browse_log",
                {"digital_affinity": "$session_browse_digital", "is_loyalty_member": "$session_browse_loyalty"},
                noise="$session_browse_sd",
            ),
            role="working",
        ),
        Column(
            name="is_active",
            kind=Boolean(),
            meaning="Whether the customer had not left before 2023.",
            recipe=derived.formula(np.logical_not, "is_dormant", sentence="not is_dormant"),
            role="working",
        ),
        Column(
            name="browse_count",
            kind=Integer(0, 40),
            meaning="Visits to the site without an order.",
            recipe=derived.draw(
                _traffic.browse_count,
                "joined_on",
                "last_visit_day",
                "is_active",
                "browse_rate",
                sentence="geometric around browse_rate, over the days as a customer",
            ),
            role="working",
        ),
    ),
    "orders": (
        Column(
            name="lost_day",
            kind=Integer(0, 40_000),
            meaning="Day of the order if the customer leaves after it, else 0.",
            recipe=derived.formula(np.multiply, "day", "lost", sentence="day if lost"),
            role="working",
        ),
        Column(
            name="preparation",
            kind=Number(4),
            unit="logit",
            meaning="Need to prepare the order on the site.",
            recipe=numeric.score(
                None,
                {
                    "is_in_shop": "$session_shop_base",
                    "is_online": "$session_web_base",
                    "customers.digital_affinity": "$session_before_digital",
                    "is_bulky": "$session_before_bulky",
                },
            ),
            role="working",
        ),
        Column(
            name="visits_before",
            kind=Integer(0, 3),
            meaning="Visits to the site that prepared the order.",
            recipe=derived.draw(
                _traffic.visits_before,
                "preparation",
                "day",
                "customers.joined_on",
                "$session_before_second",
                "$session_before_third",
                sentence="ordinal logit of preparation",
            ),
            role="working",
        ),
        Column(
            name="session_count",
            kind=Integer(0, 4),
            meaning="Visits to the site for the order: those before it, and the one in which a web order is placed.",
            recipe=derived.formula(np.add, "visits_before", "is_online", sentence="visits_before, and one on the web"),
            role="working",
        ),
    ),
}

TABLE = Table(
    name="web_sessions",
    meaning="A visit to the site by a recognised person: logged in, or known by consent. Others leave no row, so more of these visits buy than of all.",
    rows=(
        PerParent("orders", "session_count", 4),
        PerParent("customers", "browse_count", _traffic.MOST_BROWSING),
        PerParent("campaign_sends", "opens_visit", 1),
    ),
    columns=(
        Column(name="web_session_id", kind=Key(), meaning="Key of the visit."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who visited."),
        Column(
            name="order_id",
            kind=ForeignKey("orders", optional=True),
            meaning="The order placed in it; empty where none was.",
            when="purchased",
        ),
        Column(
            name="of_order",
            kind=Boolean(),
            meaning="Whether it led to an order, then or later, there or in a shop.",
            recipe=derived.formula(lambda place: place == OF_ORDER, "#source", sentence="hangs under an order"),
            role="latent",
        ),
        Column(
            name="by_click",
            kind=Boolean(),
            meaning="Whether a link in a message opened it.",
            recipe=derived.formula(lambda place: place == BY_CLICK, "#source", sentence="hangs under a message"),
            role="working",
        ),
        Column(
            name="purchased",
            kind=Boolean(),
            meaning="Whether an order was placed in it.",
            recipe=derived.formula(
                lambda of_order, slot, online: of_order & (slot == 0) & online,
                "of_order",
                "#slot",
                "orders.is_online",
                sentence="first visit of a web order",
            ),
        ),
        Column(
            name="started_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When it began.",
            recipe=derived.draw(
                _traffic.second_started,
                "of_order",
                "purchased",
                "orders.ordered_at",
                "duration_seconds",
                "customers.joined_on",
                "customers.last_visit_day",
                "by_click",
                "campaign_sends.clicked_at",
                "$session_days_before",
                "$session_day_ends",
                "$web_hours",
                draws=4,
                sentence="so that its order falls into its end, or days before one, seconds after a click, or on a day of its own",
            ),
        ),
        Column(
            name="task",
            kind=Category(TASKS),
            meaning="What the visitor came for, as the site infers it.",
            recipe=derived.draw(
                task,
                "purchased",
                "of_order",
                "orders.is_online",
                "by_click",
                "$session_tasks_web",
                "$session_tasks_shop",
                "$session_tasks_browsing",
                "$session_tasks_clicked",
                sentence="to buy, or by what follows",
            ),
        ),
        Column(
            name="source",
            kind=Category(SOURCES),
            meaning="Where the visitor came from.",
            recipe=derived.draw(
                source,
                "task",
                "by_click",
                "customers.accepts_email",
                "$session_sources",
                sentence="newsletter after a click, else by task; newsletter to those who get it",
            ),
        ),
        Column(
            name="device",
            kind=Category(DEVICES),
            meaning="On which device.",
            recipe=derived.draw(
                device,
                "customers.decades_from_45",
                "purchased",
                "orders.is_bulky",
                "$session_phone_base",
                "$session_phone_age",
                "$session_phone_buying",
                "$session_phone_bulky",
                "$session_tablet",
                draws=2,
                sentence="phones for the young and for looking around",
            ),
        ),
        Column(
            name="landing_page",
            kind=Category(PAGES),
            meaning="Kind of page on which it began.",
            recipe=derived.draw(
                lambda u, code, shares: _traffic.pick_by(u, code, shares, len(PAGES)),
                "task",
                "$session_landings",
                sentence="by task",
            ),
        ),
        Column(
            name="is_service",
            kind=Boolean(),
            meaning="Whether the visitor came for help, opening hours or a return.",
            recipe=derived.formula(
                lambda code: np.isin(TASKS, _SERVICE).take(code),
                "task",
                sentence="help, store_hours or returns",
            ),
            role="working",
        ),
        Column(
            name="pages_viewed",
            kind=Integer(1, MOST_PAGES),
            unit="pages",
            meaning="Number of pages.",
            recipe=derived.draw(
                pages,
                "purchased",
                "of_order",
                "is_service",
                "$session_pages_log",
                "$session_pages_buying",
                "$session_pages_before",
                "$session_pages_brief",
                "$session_pages_sd",
                sentence="log-normal, more with an order in mind",
            ),
        ),
        Column(
            name="searches",
            kind=Integer(0, MOST_PAGES),
            unit="searches",
            meaning="Searches on the site.",
            recipe=derived.draw(searches, "task", "pages_viewed", "$session_searches", sentence="geometric, by task"),
        ),
        Column(
            name="searches_without_result",
            kind=Integer(0, MOST_PAGES),
            unit="searches",
            meaning="Of which found nothing.",
            recipe=derived.draw(in_vain, "searches", "$session_in_vain", draws=2, sentence="a share of the searches"),
        ),
        Column(
            name="duration_seconds",
            kind=Integer(5, MOST_SECONDS),
            unit="seconds",
            meaning="Length of the visit.",
            recipe=derived.draw(
                duration, "pages_viewed", "$session_seconds", "$session_seconds_sd", sentence="in proportion to pages"
            ),
        ),
        Column(
            name="finds_product",
            kind=Boolean(),
            meaning="Whether a product page would be reached from another page.",
            recipe=numeric.happens(
                "$session_product_base",
                {
                    "task=buy": "$session_product_buy",
                    "task=look_up": "$session_product_look",
                    "task=inspiration": "$session_product_ideas",
                    "is_service": "-$session_product_service",
                },
            ),
            role="working",
        ),
        Column(
            name="reached_product",
            kind=Boolean(),
            meaning="Whether a product page was reached.",
            recipe=derived.formula(
                lambda bought, found, page, count: bought | (page == PAGES.index("product")) | (found & (count > 1)),
                "purchased",
                "finds_product",
                "landing_page",
                "pages_viewed",
                sentence="bought, began there, or finds_product on a further page",
            ),
        ),
        Column(
            name="fills_basket",
            kind=Boolean(),
            meaning="Whether something would be put into a basket and left there.",
            recipe=numeric.happens(
                "$session_basket_base",
                {"task=buy": "$session_basket_buy", "device=phone": "-$session_basket_phone"},
                only="reached_product",
            ),
            role="working",
        ),
        Column(
            name="added_to_basket",
            kind=Boolean(),
            meaning="Whether something was put into the basket.",
            recipe=derived.formula(np.logical_or, "purchased", "fills_basket", sentence="purchased or fills_basket"),
        ),
        Column(
            name="tries_checkout",
            kind=Boolean(),
            meaning="Whether payment would be begun and given up.",
            recipe=numeric.happens(
                "$session_checkout_base", {"task=buy": "$session_checkout_buy"}, only="added_to_basket"
            ),
            role="working",
        ),
        Column(
            name="began_checkout",
            kind=Boolean(),
            meaning="Whether payment was begun.",
            recipe=derived.formula(
                np.logical_or, "purchased", "tries_checkout", sentence="purchased or tries_checkout"
            ),
        ),
        Column(
            name="is_basket_abandoned",
            kind=Boolean(),
            meaning="Whether a basket was left behind.",
            recipe=derived.formula(
                lambda added, bought: added & ~bought,
                "added_to_basket",
                "purchased",
                sentence="a basket without an order",
            ),
        ),
        Column(
            name="left_basket_eur",
            kind=Number(2, 1.0, 5_000.0),
            unit="EUR",
            meaning="Value of a basket that is left.",
            recipe=numeric.log_normal("$session_basket_log", {}, noise="$session_basket_sd"),
            role="working",
        ),
        Column(
            name="basket_eur",
            kind=Number(2, 0.0, 100_000.0),
            unit="EUR",
            meaning="Value of the basket; that of the order where one was placed, empty without a basket.",
            recipe=derived.formula(
                np.where,
                "purchased",
                "orders.amount_eur",
                "left_basket_eur",
                sentence="the order's amount, or what is left behind",
            ),
            when="added_to_basket",
        ),
        Column(
            name="has_read",
            kind=Boolean(),
            meaning="Whether an article was read.",
            recipe=derived.draw(
                reads, "landing_page", "task", "$session_reads", sentence="began with one, or looked for ideas"
            ),
            role="working",
        ),
        Column(
            name="content_topic",
            kind=Category(TOPICS),
            meaning="Topic of the article read; empty where none was.",
            recipe=derived.draw(
                lambda u, code, shares: _traffic.pick_by(u, code, shares, len(TOPICS)),
                "customers.segment",
                "$session_topics",
                sentence="by segment",
            ),
            when="has_read",
        ),
        Column(
            name="is_lead",
            kind=Boolean(),
            meaning="Whether a reader then left a request: a quote, an appointment, an alert.",
            recipe=numeric.happens(
                "$session_lead_base",
                {
                    "content_topic=diy_guides": "$session_lead_diy",
                    "content_topic=buying_guides": "$session_lead_buying",
                },
                only="has_read",
            ),
        ),
        Column(
            name="finds_answer",
            kind=Boolean(),
            meaning="Whether the site would give what was looked for.",
            recipe=numeric.happens(
                "$session_success_base",
                {
                    "searches_without_result": "-$session_success_vain",
                    "device=phone": "-$session_success_phone",
                    "task=help": "-$session_success_help",
                    "task=returns": "-$session_success_help",
                    "customers.digital_affinity": "$session_success_digital",
                },
            ),
            role="working",
        ),
        Column(
            name="task_success",
            kind=Boolean(),
            meaning="Whether the visitor got what they came for; to buy, that is an order.",
            recipe=derived.formula(
                succeeded, "purchased", "task", "finds_answer", sentence="an order for buyers, else finds_answer"
            ),
        ),
        Column(
            name="is_service_solved",
            kind=Boolean(),
            meaning="Whether help, opening hours or a return was found.",
            recipe=derived.formula(
                np.logical_and, "is_service", "task_success", sentence="is_service and task_success"
            ),
            role="working",
        ),
        Column(
            name="clicks_to_solution",
            kind=Integer(1, 12),
            unit="clicks",
            meaning="Clicks until the answer was found; for help, opening hours and returns that were found.",
            recipe=derived.draw(clicks, "$session_clicks", sentence="one and more"),
            when="is_service_solved",
        ),
        Column(
            name="pleasure",
            kind=Number(4),
            unit="sd",
            meaning="How much the visit pleased, before it is put on a scale.",
            recipe=numeric.score(
                "$zero",
                {
                    "task_success": "$session_felt_success",
                    "searches_without_result": "-$session_felt_vain",
                    "customers.leniency": "$session_felt_leniency",
                },
                noise="$one",
            ),
            role="working",
        ),
        Column(
            name="score",
            kind=Integer(1, 5),
            unit="1-5",
            meaning="Mark that the visitor would give, asked or not.",
            recipe=numeric.ordinal("pleasure", "$session_cuts", lowest=1),
            role="latent",
        ),
        Column(
            name="gave_feedback",
            kind=Boolean(),
            meaning="Whether the visitor left a mark.",
            recipe=derived.draw(
                feedback, "score", "$session_feedback_base", "$session_feedback_marks", sentence="the extremes first"
            ),
            role="working",
        ),
        Column(
            name="feedback_score",
            kind=Integer(1, 5),
            unit="1-5",
            meaning="Mark left unasked at the foot of the page; mostly empty.",
            recipe=derived.copy("score"),
            when="gave_feedback",
        ),
    ),
)
