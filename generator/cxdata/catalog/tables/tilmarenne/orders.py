"""Orders: bought in a shop or on the web, each an experience that decides what is said and whether another follows."""

from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne.calendar import RECALLED_FIRST, RECALLED_LAST
from cxdata.catalog.tables.tilmarenne.customers import SEGMENTS
from cxdata.recipes import categorical, derived, lookup, numeric, temporal
from cxdata.recipes.calibration import plain_sum
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Number, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import ours
from cxdata.schema.table import Arrivals, Column, Table

SATURDAY = 5
Shares: TypeAlias = tuple[float, ...]
FAMILIES = ("plants", "garden_tools", "furniture", "decoration", "lighting", "kitchen", "paint")
REASONS = (
    "late_delivery",
    "damaged_item",
    "return_refund",
    "invoice",
    "product_advice",
    "availability",
    "loyalty_account",
    "other",
    "faulty_product",
    "product_recall",
)
PROBLEMS = ("none", "late_parcel", "damaged_parcel", "out_of_stock", "faulty_product", "wrong_bill")
ASPECTS = ("choice", "help", "price", "product", "delivery", "ease")


@lru_cache(maxsize=8)  # every block asks for the same
def _family_bounds(season: Shares, town: Shares, by_segment: tuple[Shares, ...]) -> Array:
    """Return (2 x segments x 12, 7) upper bounds of the families, shops in town last; arguments as of ``family``."""
    size = len(FAMILIES)
    bounds = np.empty((2, len(by_segment), 12, size))
    for shop_mix, factors in enumerate(((1.0,) * size, town)):
        for row, shares in enumerate(by_segment):
            for number in range(12):
                pairs = zip(shares, factors, strict=True)
                weights = [share * by * season[number * size + place] for place, (share, by) in enumerate(pairs)]
                total = plain_sum(weights)
                bounds[shop_mix, row, number] = categorical.upper_bounds(tuple(weight / total for weight in weights))
    return bounds.reshape(-1, size)


def family(
    u: Array, segment: Array, month: Array, in_town: Array, season: Shares, town: Shares, *by_segment: Shares
) -> Array:
    """Return product families: the segment's shares, times the season's factors of the month and those of city shops.

    Args:
        u: (n,) uniforms.
        segment: (n,) segment codes.
        month: (n,) months, 0 for January.
        in_town: (n,) whether it is bought in a city shop.
        season: (12 x 7,) factors, month by month.
        town: (7,) factors of city shops.
        by_segment: (7,) shares of each segment.
    """
    row = (in_town * len(by_segment) + segment) * 12 + month
    return categorical.pick_by_row(u, row, _family_bounds(season, town, by_segment))


def promised_after(u: Array, day: Array, bulky: Array, other: Shares, heavy: Shares) -> Array:
    """Return days from order to promise: three and more, longer for bulky goods, rolled to a working day."""
    lead = 3 + np.where(bulky, 2 + categorical.pick(u, heavy), categorical.pick(u, other))
    days: Array = calendar.working_day(day + lead) - day
    return days


def days_off(u: Array, day: Array, lead: Array, late: Array, early: Shares, after: Shares) -> Array:
    """Return days from promise to parcel: one and more if late, else two days early to on time, on a working day."""
    promised = day + lead
    off = np.where(late, 1 + categorical.pick(u, after), categorical.pick(u, early) - 2)
    days: Array = calendar.working_day(promised + off) - promised
    return days


def shop(u: Array, own: Array, weights: Array, elsewhere: float) -> Array:
    """Return the shop of an order: mostly the household's, at times another by its weight; ``u`` is (2, n)."""
    cumulative = np.cumsum(weights.astype(np.int64))
    rows = np.flatnonzero(u[0] < elsewhere)
    chosen: Array = own.copy()
    chosen[rows] = 1 + np.searchsorted(cumulative, (u[1].take(rows) * float(cumulative[-1])).astype(np.int64), "right")
    return chosen


def first_reason(u: Array, code: Array, recalled: Array, of_recalled: Shares, *of_problems: Shares) -> Array:
    """Return what a first contact is about: mostly what went wrong, if anything did; ``of_problems`` as PROBLEMS."""
    codes: Array = categorical.pick(u, of_problems[0])
    for number, shares in enumerate(of_problems[1:], start=1):
        rows = np.flatnonzero(code == number)
        codes[rows] = categorical.pick(u.take(rows), shares)
    rows = np.flatnonzero(recalled)
    codes[rows] = categorical.pick(u.take(rows), of_recalled)
    return codes


def problem(damaged: Array, late: Array, faulty: Array, stock: Array, bill: Array) -> Array:
    """Return the gravest of what went wrong, as its place in PROBLEMS."""
    code = np.where(bill, PROBLEMS.index("wrong_bill"), 0)
    code = np.where(stock, PROBLEMS.index("out_of_stock"), code)
    code = np.where(faulty, PROBLEMS.index("faulty_product"), code)
    code = np.where(late, PROBLEMS.index("late_parcel"), code)
    return np.where(damaged, PROBLEMS.index("damaged_parcel"), code)


def recalled(u: Array, day: Array, lamp: Array, share: float) -> Array:
    """Return which orders hold a recalled lamp: some of those sold in the weeks before the recall."""
    first, last = temporal.day_number(RECALLED_FIRST), temporal.day_number(RECALLED_LAST)
    held: Array = lamp & (day >= first) & (day <= last) & (u < share)
    return held


def appraisal(segment: Array, online: Array, *given: Any) -> Array:
    """Return six aspects weighed by segment, each with a slope of its own below and above zero.

    Args:
        segment: (n,) codes.
        online: (n,) Booleans; delivery has no weight in a shop.
        given: six (n,) aspects in the order of ASPECTS, then (5 x 6,) weights by segment, (6,) slopes below zero, (6,)
            slopes above.
    """
    felt, (weights, bad, good) = given[: len(ASPECTS)], given[len(ASPECTS) :]
    by_segment = np.asarray(weights).reshape(len(SEGMENTS), len(ASPECTS))
    total = np.zeros(len(segment))
    for place, (name, values) in enumerate(zip(ASPECTS, felt, strict=True)):
        response = values * np.where(values < 0, bad[place], good[place])
        weight = by_segment[:, place].take(segment)
        total = total + response * (weight * online if name == "delivery" else weight)
    return total


def mark(u: Array, felt: Array, level: float, step: float, noise: float) -> Array:
    """Return marks of 0 to 10 for what was felt, around ``level`` in steps of ``step`` per standard deviation."""
    marks: Array = np.clip(np.rint(level + step * (felt + noise * lookup.normal(u))), 0, 10).astype(np.int64)
    return marks


def contact_count(u: Array, need: Array, second: float, third: float) -> Array:
    """Return how often a customer gets in touch about an order, 0 to 3: an ordinal logit of the need."""
    pressure = need + lookup.logistic(u)
    return (pressure > 0).astype(np.int64) + (pressure > second) + (pressure > third)


PARAMETERS = (
    ours(
        "items_web",
        (0.36, 0.26, 0.16, 0.09, 0.055, 0.035, 0.02, 0.02),
        "shares",
        "Web orders of one to eight items: fewer single ones than in shops.",
    ),
    ours(
        "families_in_town",
        (0.5, 0.3, 0.6, 1.6, 1.0, 1.5, 1.0),
        "factor",
        "Weight of each product family in city shops, plants to paint: they have no room for garden and furniture.",
        0.001,
        10.0,
    ),
    ours("late_jam", 3.4, "logit", "Late, added at the height of the parcel jam."),
    ours("stock_base", -4.0, "logit", "Something wanted is out of stock (2%)."),
    ours("stock_sales", 0.7, "logit", "Out of stock, added in the sales."),
    ours("stock_peak", 0.5, "logit", "Out of stock, added in the Christmas business."),
    ours("stock_promotion", 0.5, "logit", "Out of stock, added for goods on offer."),
    ours("faulty_base", -4.0, "logit", "Faulty product (2%)."),
    ours("faulty_tools", 0.7, "logit", "Faulty, added for garden tools."),
    ours("faulty_kitchen", 0.4, "logit", "Faulty, added for kitchen goods."),
    ours("bill_base", -4.8, "logit", "Wrong bill (1%)."),
    ours("bill_promotion", 1.0, "logit", "Wrong bill, added for goods on offer."),
    ours("recalled_share", 0.45, "share", "Orders of lamps between March and May 2024 that hold a recalled one."),
    ours("felt_leniency", 0.30, "sd", "Weight of leniency in every judgement."),
    ours("halo_sd", 0.65, "sd", "Spread of the mood that colours every aspect of one order."),
    ours("felt_sd", 0.75, "sd", "Spread of each aspect of its own."),
    ours("stock_on_choice", 1.80, "sd", "Loss of choice where something was out of stock."),
    ours("online_on_choice", 0.15, "sd", "More choice on the web."),
    ours("quality_on_help", 1.00, "sd", "Help, per step of the shop's quality."),
    ours("online_on_help", 0.20, "sd", "Less help on the web."),
    ours("promotion_on_price", 0.50, "sd", "Price, better on offer."),
    ours("sensitivity_on_price", 0.35, "sd", "Price, worse per step of price sensitivity."),
    ours("faulty_on_product", 1.80, "sd", "Loss with a faulty product."),
    ours("damaged_on_product", 1.60, "sd", "Loss with damaged goods."),
    ours("late_on_delivery", 2.40, "sd", "Loss with a late parcel; a step, then a plateau. Ours.", 0.0, 5.0),
    ours("damaged_on_delivery", 1.20, "sd", "Loss with a damaged parcel."),
    ours("patience_on_delivery", 0.15, "sd", "Delivery, better for the patient."),
    ours("digital_on_ease", 0.30, "sd", "Ease of a web order, per step of ease with screens."),
    ours("quality_on_ease", 0.50, "sd", "Ease, per step of the shop's quality."),
    ours("bill_on_ease", 2.00, "sd", "Loss with a wrong bill."),
    ours("peak_on_ease", 0.30, "sd", "Loss in the Christmas business."),
    ours(
        "moment_weights",
        (
            *(0.16, 0.24, 0.12, 0.26, 0.16, 0.10),
            *(0.26, 0.14, 0.16, 0.22, 0.20, 0.12),
            *(0.18, 0.18, 0.16, 0.24, 0.26, 0.10),
            *(0.18, 0.10, 0.10, 0.20, 0.40, 0.16),
            *(0.14, 0.10, 0.36, 0.20, 0.18, 0.12),
        ),
        "sd",
        "Weight of choice, help, price, product, delivery and ease with each segment, gardeners to bargain hunters: the moments of truth differ.",
        0.0,
        2.0,
    ),
    ours(
        "response_to_bad",
        (0.8, 0.7, 1.0, 1.5, 1.6, 1.1),
        "factor",
        "Slope of satisfaction below the middle, choice to ease: product and delivery are must-bes.",
        0.0,
        5.0,
    ),
    ours(
        "response_to_good",
        (1.1, 1.4, 1.0, 0.6, 0.4, 0.9),
        "factor",
        "Slope above the middle: help is an extra that delights.",
        0.0,
        5.0,
    ),
    ours("expectation_on_satisfaction", 0.15, "sd", "Whoever expects more is less content with the same."),
    ours("repeat_on_satisfaction", 0.35, "sd", "A second failure weighs more than the first.", 0.0, 5.0),
    ours("trust_on_recommendation", 0.15, "sd", "Trust in the recommendation."),
    ours("item_level", 7.3, "marks", "Mark for what is neither good nor bad.", 0.0, 10.0),
    ours("item_step", 1.7, "marks", "Marks per standard deviation of what was felt.", 0.1, 10.0),
    ours("item_noise_sd", 0.40, "sd", "Spread of a mark around what was felt."),
    ours("ease_on_effort", 0.60, "sd", "Effort, less per step of ease."),
    ours("problem_on_effort", 0.80, "sd", "Effort, added by a problem."),
    ours("satisfaction_on_emotion", 0.70, "sd", "Emotion, per step of satisfaction."),
    ours("repeat_on_emotion", 0.40, "sd", "Emotion, less after a second failure."),
    ours("lost_trust", 0.25, "logit", "Leaves, less per step of trust."),
    ours("lost_new", 1.30, "logit", "Leaves, added for the newest: the chance falls with every order and year."),
    ours("lost_problem", 0.60, "logit", "Leaves, added after a problem other than the parcel."),
    ours("lost_repeat", 0.60, "logit", "Leaves, added after a second failure."),
    ours("contact_problem", 1.80, "logit", "Contact, added for a problem other than the parcel."),
    ours("contact_recalled", 2.20, "logit", "Contact, added for a recalled lamp."),
    ours(
        "reasons_stock",
        (0.02, 0.0, 0.10, 0.03, 0.08, 0.70, 0.02, 0.05, 0.0, 0.0),
        "shares",
        "Reasons after something was out of stock.",
    ),
    ours(
        "reasons_faulty",
        (0.0, 0.05, 0.22, 0.02, 0.06, 0.01, 0.01, 0.03, 0.60, 0.0),
        "shares",
        "Reasons after a faulty product.",
    ),
    ours(
        "reasons_bill", (0.0, 0.0, 0.07, 0.82, 0.0, 0.0, 0.06, 0.05, 0.0, 0.0), "shares", "Reasons after a wrong bill."
    ),
    ours(
        "reasons_recalled",
        (0.0, 0.0, 0.10, 0.0, 0.03, 0.0, 0.0, 0.02, 0.0, 0.85),
        "shares",
        "Reasons with a recalled lamp.",
    ),
)

TABLE = Table(
    name="orders",
    meaning="A purchase, in a shop or on the web.",
    rows=(
        Arrivals(
            "customers",
            start="start_tick",
            gap="gap_ticks",
            horizon="horizon",
            clock="clock",
            slots=64,
            at_once="joined_in_window",
        ),
    ),
    keep="placed",
    columns=(
        Column(name="order_id", kind=Key(), meaning="Key of the order."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who ordered."),
        Column(name="clock", kind=Integer(0, 2_000_000_000), meaning="Tick of the order.", role="working"),
        Column(
            name="day",
            kind=Integer(0, 40_000),
            meaning="Day of the order, since 1970.",
            recipe=temporal.day_of("clock", "$day_ends", calendar.WINDOW_FIRST),
            role="working",
        ),
        Column(
            name="ordered_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When the order was placed.",
            recipe=temporal.moment_on_clock(
                "clock", "$day_ends", calendar.WINDOW_FIRST, "$shop_hours", instead={"is_online": "$web_hours"}
            ),
        ),
        Column(
            name="is_saturday",
            kind=Boolean(),
            meaning="Whether it fell on a Saturday.",
            recipe=derived.formula(lambda day: calendar.weekday(day) == SATURDAY, "day", sentence="day is a Saturday"),
            role="working",
        ),
        Column(
            name="is_sunday",
            kind=Boolean(),
            meaning="Whether it fell on a Sunday.",
            recipe=derived.formula(
                lambda day: calendar.weekday(day) == calendar.SUNDAY, "day", sentence="day is a Sunday"
            ),
            role="working",
        ),
        Column(
            name="shops_closed",
            kind=Boolean(),
            meaning="Whether shops were closed all day.",
            recipe=derived.formula(calendar.is_closed, "day", sentence="1 January, 1 May, 25 December"),
            role="working",
        ),
        Column(
            name="is_sales",
            kind=Boolean(),
            meaning="Whether it fell into the winter or summer sales.",
            recipe=derived.formula(calendar.in_sales, "day", sentence="four weeks from the start of a sale"),
            role="working",
        ),
        Column(
            name="is_black_friday",
            kind=Boolean(),
            meaning="Whether it fell between a Black Friday and the Monday after it.",
            recipe=derived.formula(calendar.in_black_friday, "day", sentence="Black Friday to the Monday"),
            role="working",
        ),
        Column(
            name="is_online",
            kind=Boolean(),
            meaning="Whether it was placed on the web.",
            recipe=numeric.happens(
                "$online_base",
                {
                    "customers.digital_affinity": "$online_digital",
                    "households.area=rural": "$online_rural",
                    "is_saturday": "-$online_saturday",
                    "is_sunday": "$online_sunday",
                    "shops_closed": "$online_closed",
                },
            ),
            role="working",
        ),
        Column(
            name="channel",
            kind=Category(("shop", "web")),
            meaning="Where it was placed.",
            recipe=derived.formula(lambda online: online.astype(np.int64), "is_online", sentence="web if is_online"),
        ),
        Column(
            name="is_in_shop",
            kind=Boolean(),
            meaning="Whether it was placed in a shop.",
            recipe=derived.formula(np.logical_not, "is_online", sentence="not is_online"),
            role="working",
        ),
        Column(
            name="shop_key",
            kind=ForeignKey("stores"),
            meaning="The shop that would serve the order.",
            recipe=derived.draw(
                shop,
                "households.store_id",
                "stores.weight[]",
                "$elsewhere_share",
                draws=2,
                sentence="the household's shop, at times another",
            ),
            role="working",
        ),
        Column(
            name="store_id",
            kind=ForeignKey("stores"),
            meaning="The shop; empty for web orders.",
            recipe=derived.copy("shop_key"),
            when="is_in_shop",
        ),
        Column(
            name="is_in_town",
            kind=Boolean(),
            meaning="Whether it was placed in a city shop.",
            recipe=derived.formula(
                np.logical_and, "is_in_shop", "stores.format@shop_key=city", sentence="is_in_shop, of the format city"
            ),
            role="working",
        ),
        Column(
            name="product_family",
            kind=Category(FAMILIES),
            meaning="Family of the main product.",
            recipe=derived.draw(
                lambda u, segment, day, *mix: family(u, segment, calendar.month_of(day), *mix),
                "customers.segment",
                "day",
                "is_in_town",
                "$season",
                "$families_in_town",
                *(f"$families_{name}" for name in SEGMENTS),
                sentence="shares of the segment, times the season, times the mix of a city shop",
            ),
        ),
        Column(
            name="is_bulky",
            kind=Boolean(),
            meaning="Whether it needs two people to carry.",
            recipe=numeric.happens(
                "$bulky_base",
                {"product_family=furniture": "$bulky_furniture", "product_family=garden_tools": "$bulky_tools"},
            ),
        ),
        Column(
            name="is_promotion",
            kind=Boolean(),
            meaning="Whether the main product was on offer.",
            recipe=numeric.happens(
                "$promotion_base",
                {
                    "customers.segment=bargain_hunters": "$promotion_bargain",
                    "is_sales": "$promotion_sales",
                    "is_black_friday": "$promotion_black_friday",
                },
            ),
        ),
        Column(
            name="item_count",
            kind=Integer(1, 8),
            unit="items",
            meaning="Number of lines: unlike products, of which a line may hold several pieces.",
            recipe=categorical.choice_by({"is_online": "$items_web", "is_in_shop": "$items"}, lowest=1),
        ),
        Column(
            name="amount_eur",
            kind=Number(2, 0.0, 100_000.0),
            unit="EUR",
            meaning="Amount paid, tax included: the sum of its lines.",
            recipe=derived.formula(
                lambda cents: cents / 100, "order_lines.line_cents:sum", sentence="sum of the lines, in euros"
            ),
        ),
        Column(
            name="is_peak",
            kind=Boolean(),
            meaning="Whether it fell into the Christmas business, 20 November to 24 December.",
            recipe=derived.formula(calendar.in_peak, "day", sentence="20 November to 24 December"),
            role="working",
        ),
        Column(
            name="promise_day",
            kind=Integer(0, 40_000),
            meaning="Day promised for the parcel, since 1970.",
            recipe=derived.formula(np.add, "day", "lead_days", sentence="day and lead_days"),
            role="working",
        ),
        Column(
            name="promise_key",
            kind=ForeignKey("calendar"),
            meaning="Calendar day of the promise.",
            recipe=derived.formula(calendar.day_key, "promise_day", sentence="calendar day of promise_day"),
            role="working",
        ),
        Column(
            name="late",
            kind=Boolean(),
            meaning="Whether the parcel came after the promised day.",
            recipe=numeric.happens(
                "$late_base",
                {
                    "is_bulky": "$late_bulky",
                    "is_peak": "$late_peak",
                    "households.area=rural": "$late_rural",
                    "calendar.jam@promise_key": "$late_jam",
                },
                only="is_online",
            ),
            role="working",
        ),
        Column(
            name="damaged",
            kind=Boolean(),
            meaning="Whether the parcel came damaged.",
            recipe=numeric.happens("$damaged_base", {"is_bulky": "$damaged_bulky"}, only="is_online"),
            role="working",
        ),
        Column(
            name="lead_days",
            kind=Integer(3, 20),
            unit="days",
            meaning="Days promised for the parcel; the promise falls on a working day.",
            recipe=derived.draw(
                promised_after,
                "day",
                "is_bulky",
                "$lead_other",
                "$lead_bulky",
                sentence="three days and more, longer for bulky goods, to a working day",
            ),
            role="working",
        ),
        Column(
            name="days_late",
            kind=Integer(-2, 20),
            unit="days",
            meaning="Days between the promised day and the parcel; negative when early.",
            recipe=derived.draw(
                days_off,
                "day",
                "lead_days",
                "late",
                "$days_early",
                "$days_after",
                sentence="one and more if late, else two days early to on time, to a working day",
            ),
            role="working",
        ),
        Column(
            name="at_hand_day",
            kind=Integer(0, 40_000),
            meaning="Day from which the customer has the goods, since 1970.",
            recipe=derived.formula(
                lambda day, online, lead, off: day + online * (lead + off),
                "day",
                "is_online",
                "lead_days",
                "days_late",
                sentence="day of the order, or of the parcel",
            ),
            role="working",
        ),
        Column(
            name="bad_delivery",
            kind=Boolean(),
            meaning="Whether the parcel was late or damaged.",
            recipe=derived.formula(np.logical_or, "late", "damaged", sentence="late or damaged"),
            role="working",
        ),
        Column(
            name="out_of_stock",
            kind=Boolean(),
            meaning="Whether something wanted was out of stock.",
            recipe=numeric.happens(
                "$stock_base",
                {"is_sales": "$stock_sales", "is_peak": "$stock_peak", "is_promotion": "$stock_promotion"},
            ),
            role="working",
        ),
        Column(
            name="faulty",
            kind=Boolean(),
            meaning="Whether the product proved faulty.",
            recipe=numeric.happens(
                "$faulty_base",
                {"product_family=garden_tools": "$faulty_tools", "product_family=kitchen": "$faulty_kitchen"},
            ),
            role="working",
        ),
        Column(
            name="wrong_bill",
            kind=Boolean(),
            meaning="Whether the bill or the discount was wrong.",
            recipe=numeric.happens("$bill_base", {"is_promotion": "$bill_promotion"}),
            role="working",
        ),
        Column(
            name="is_recalled",
            kind=Boolean(),
            meaning="Whether it holds a lamp that was recalled in May 2024.",
            recipe=derived.draw(
                recalled,
                "day",
                "product_family=lighting",
                "$recalled_share",
                sentence="some of the lamps sold in the weeks before the recall",
            ),
            role="latent",
        ),
        Column(
            name="problem",
            kind=Category(PROBLEMS),
            meaning="What went wrong with the order, if anything.",
            recipe=derived.formula(
                problem,
                "damaged",
                "late",
                "faulty",
                "out_of_stock",
                "wrong_bill",
                sentence="the gravest of what went wrong",
            ),
            role="latent",
        ),
        Column(
            name="has_problem",
            kind=Boolean(),
            meaning="Whether anything went wrong with the order.",
            recipe=derived.formula(lambda code: code > 0, "problem", sentence="problem is not none"),
            role="latent",
        ),
        Column(
            name="other_problem",
            kind=Boolean(),
            meaning="Whether something other than the parcel went wrong.",
            recipe=derived.formula(
                lambda has, bad: has & ~bad, "has_problem", "bad_delivery", sentence="has_problem without bad_delivery"
            ),
            role="working",
        ),
        Column(
            name="failures_before",
            kind=Integer(0, 64),
            meaning="Earlier orders of the customer in the window with a problem.",
            recipe=derived.count_before("has_problem"),
            role="working",
        ),
        Column(
            name="is_repeat_failure",
            kind=Boolean(),
            meaning="Whether it went wrong and an earlier order had gone wrong too.",
            recipe=derived.formula(
                lambda has, before: has & (before > 0),
                "has_problem",
                "failures_before",
                sentence="has_problem, and failures_before",
            ),
            role="latent",
        ),
        Column(
            name="shop_quality",
            kind=Number(4),
            unit="sd",
            meaning="Quality of the shop that served; 0 on the web.",
            recipe=derived.formula(
                lambda quality, shop, store: quality[store - 1] * shop,
                "stores.service_quality[]",
                "is_in_shop",
                "shop_key",
                sentence="service_quality of the shop",
            ),
            role="working",
        ),
        Column(
            name="mood",
            kind=Number(4),
            unit="sd",
            meaning="The mood in which the customer judges everything about this order: the halo.",
            recipe=numeric.score("$zero", {"customers.leniency": "$felt_leniency"}, noise="$halo_sd"),
            role="working",
        ),
        Column(
            name="felt_choice",
            kind=Number(4),
            unit="sd",
            meaning="How the customer found the choice.",
            recipe=numeric.score(
                "$zero",
                {"mood": "$one", "out_of_stock": "-$stock_on_choice", "is_online": "$online_on_choice"},
                noise="$felt_sd",
            ),
            role="latent",
        ),
        Column(
            name="felt_help",
            kind=Number(4),
            unit="sd",
            meaning="How the customer found help and advice.",
            recipe=numeric.score(
                "$zero",
                {"mood": "$one", "shop_quality": "$quality_on_help", "is_online": "-$online_on_help"},
                noise="$felt_sd",
            ),
            role="latent",
        ),
        Column(
            name="felt_price",
            kind=Number(4),
            unit="sd",
            meaning="How the customer found the price.",
            recipe=numeric.score(
                "$zero",
                {
                    "mood": "$one",
                    "is_promotion": "$promotion_on_price",
                    "customers.price_sensitivity": "-$sensitivity_on_price",
                },
                noise="$felt_sd",
            ),
            role="latent",
        ),
        Column(
            name="felt_product",
            kind=Number(4),
            unit="sd",
            meaning="How the customer found the goods.",
            recipe=numeric.score(
                "$zero",
                {"mood": "$one", "faulty": "-$faulty_on_product", "damaged": "-$damaged_on_product"},
                noise="$felt_sd",
            ),
            role="latent",
        ),
        Column(
            name="felt_delivery",
            kind=Number(4),
            unit="sd",
            meaning="How the customer found the delivery; of no weight in a shop.",
            recipe=numeric.score(
                "$zero",
                {
                    "mood": "$one",
                    "late": "-$late_on_delivery",
                    "damaged": "-$damaged_on_delivery",
                    "customers.patience": "$patience_on_delivery",
                },
                noise="$felt_sd",
            ),
            role="latent",
        ),
        Column(
            name="felt_ease",
            kind=Number(4),
            unit="sd",
            meaning="How easy the customer found it.",
            recipe=numeric.score(
                "$zero",
                {
                    "mood": "$one",
                    "online_ease": "$digital_on_ease",
                    "shop_quality": "$quality_on_ease",
                    "wrong_bill": "-$bill_on_ease",
                    "is_peak": "-$peak_on_ease",
                },
                noise="$felt_sd",
            ),
            role="latent",
        ),
        Column(
            name="online_ease",
            kind=Number(4),
            unit="sd",
            meaning="Ease with screens, where a screen was used.",
            recipe=derived.formula(
                np.multiply, "customers.digital_affinity", "is_online", sentence="digital_affinity if is_online"
            ),
            role="working",
        ),
        Column(
            name="appraisal",
            kind=Number(4),
            unit="sd",
            meaning="The six aspects weighed by what matters to the segment; bad must-bes weigh more, good extras too.",
            recipe=derived.formula(
                appraisal,
                "customers.segment",
                "is_online",
                *(f"felt_{name}" for name in ASPECTS),
                "$moment_weights",
                "$response_to_bad",
                "$response_to_good",
                sentence="weights of the segment times the asymmetric responses to six aspects",
            ),
            role="working",
        ),
        Column(
            name="satisfaction",
            kind=Number(4),
            unit="sd",
            meaning="Satisfaction with this order.",
            recipe=numeric.score(
                "$satisfaction_base",
                {
                    "appraisal": "$one",
                    "customers.leniency": "$leniency_on_satisfaction",
                    "customers.expectation": "-$expectation_on_satisfaction",
                    "shop_quality": "$one",
                    "is_repeat_failure": "-$repeat_on_satisfaction",
                    "is_bulky": "-$bulky_on_satisfaction",
                    "is_peak": "-$peak_on_satisfaction",
                },
                noise="$satisfaction_sd",
            ),
            role="latent",
        ),
        Column(
            name="recommendation",
            kind=Number(4),
            unit="sd",
            meaning="Recommendation before it is put on a scale.",
            recipe=numeric.score(
                "$zero", {"satisfaction": "$one", "customers.trust": "$trust_on_recommendation"}, noise="$answer_sd"
            ),
            role="working",
        ),
        Column(
            name="ltr",
            kind=Integer(0, 10),
            unit="0-10",
            meaning="Recommendation the customer would give after this order, asked or not.",
            recipe=numeric.ordinal("recommendation", "$ltr_cuts", lowest=0),
            role="latent",
        ),
        Column(
            name="contentment",
            kind=Number(4),
            unit="sd",
            meaning="Satisfaction before it is put on a scale.",
            recipe=numeric.score("$zero", {"satisfaction": "$one"}, noise="$answer_sd"),
            role="working",
        ),
        Column(
            name="csat",
            kind=Integer(1, 5),
            unit="1-5",
            meaning="Satisfaction the customer would state after this order, asked or not.",
            recipe=numeric.ordinal("contentment", "$csat_cuts", lowest=1),
            role="latent",
        ),
        Column(
            name="item_choice",
            kind=Integer(0, 10),
            unit="0-10",
            meaning="Mark the customer would give the choice, asked or not.",
            recipe=derived.draw(
                mark,
                "felt_choice",
                "$item_level",
                "$item_step",
                "$item_noise_sd",
                sentence="felt_choice on a scale of 0 to 10",
            ),
            role="latent",
        ),
        Column(
            name="item_help",
            kind=Integer(0, 10),
            unit="0-10",
            meaning="Mark the customer would give help and advice, asked or not.",
            recipe=derived.draw(
                mark,
                "felt_help",
                "$item_level",
                "$item_step",
                "$item_noise_sd",
                sentence="felt_help on a scale of 0 to 10",
            ),
            role="latent",
        ),
        Column(
            name="item_price",
            kind=Integer(0, 10),
            unit="0-10",
            meaning="Mark the customer would give the price, asked or not.",
            recipe=derived.draw(
                mark,
                "felt_price",
                "$item_level",
                "$item_step",
                "$item_noise_sd",
                sentence="felt_price on a scale of 0 to 10",
            ),
            role="latent",
        ),
        Column(
            name="item_product",
            kind=Integer(0, 10),
            unit="0-10",
            meaning="Mark the customer would give the goods, asked or not.",
            recipe=derived.draw(
                mark,
                "felt_product",
                "$item_level",
                "$item_step",
                "$item_noise_sd",
                sentence="felt_product on a scale of 0 to 10",
            ),
            role="latent",
        ),
        Column(
            name="item_delivery",
            kind=Integer(0, 10),
            unit="0-10",
            meaning="Mark the customer would give the delivery, asked or not; empty in a shop.",
            recipe=derived.draw(
                mark,
                "felt_delivery",
                "$item_level",
                "$item_step",
                "$item_noise_sd",
                sentence="felt_delivery on a scale of 0 to 10",
            ),
            when="is_online",
            role="latent",
        ),
        Column(
            name="item_ease",
            kind=Integer(0, 10),
            unit="0-10",
            meaning="Mark the customer would give how easy it was, asked or not.",
            recipe=derived.draw(
                mark,
                "felt_ease",
                "$item_level",
                "$item_step",
                "$item_noise_sd",
                sentence="felt_ease on a scale of 0 to 10",
            ),
            role="latent",
        ),
        Column(
            name="effort",
            kind=Number(4),
            unit="sd",
            meaning="Effort that the order cost, contacts aside.",
            recipe=numeric.score(
                "$zero", {"felt_ease": "-$ease_on_effort", "has_problem": "$problem_on_effort"}, noise="$answer_sd"
            ),
            role="latent",
        ),
        Column(
            name="emotion",
            kind=Number(4),
            unit="sd",
            meaning="What the customer felt, from anger to delight.",
            recipe=numeric.score(
                "$zero",
                {"satisfaction": "$satisfaction_on_emotion", "is_repeat_failure": "-$repeat_on_emotion"},
                noise="$answer_sd",
            ),
            role="latent",
        ),
        Column(
            name="is_dissatisfied",
            kind=Boolean(),
            meaning="Whether the customer would mark the order 1 or 2 of 5.",
            recipe=derived.formula(lambda csat: csat <= 2, "csat", sentence="csat of 1 or 2"),
            role="latent",
        ),
        Column(
            name="has_complained",
            kind=Boolean(),
            meaning="Whether a contact about it was recorded as a complaint.",
            recipe=derived.formula(np.copy, "contacts.is_complaint:any", sentence="any contact that is_complaint"),
            role="working",
        ),
        Column(
            name="is_silent",
            kind=Boolean(),
            meaning="Whether a dissatisfied customer never complained about the order.",
            recipe=derived.formula(
                lambda bad, said: bad & ~said,
                "is_dissatisfied",
                "has_complained",
                sentence="is_dissatisfied without has_complained",
            ),
            role="latent",
        ),
        Column(
            name="newness",
            kind=Number(4),
            unit="share",
            meaning="How new the customer is: 1 at the first order, falling with each order and year.",
            recipe=derived.formula(
                lambda slot, years: 1.0 / (1.0 + slot + 2.0 * years),
                "#slot",
                "customers.years_before_window",
                sentence="1 / (1 + orders before + two per year of the account)",
            ),
            role="working",
        ),
        Column(
            name="lost_logit",
            kind=Number(4),
            unit="logit",
            meaning="Log-odds that the customer leaves after this order.",
            recipe=numeric.score(
                "$lost_base",
                {
                    "satisfaction": "-$lost_satisfaction",
                    "bad_delivery": "$lost_bad_delivery",
                    "customers.trust": "-$lost_trust",
                    "newness": "$lost_new",
                    "other_problem": "$lost_problem",
                    "is_repeat_failure": "$lost_repeat",
                },
            ),
            role="working",
        ),
        Column(
            name="leave_chance",
            kind=Number(4, 0.0, 1.0),
            unit="share",
            meaning="Chance that the customer leaves after this order: the true hazard.",
            recipe=derived.formula(
                lambda logit: 1.0 / (1.0 + lookup.exp(-logit)), "lost_logit", sentence="logistic of lost_logit"
            ),
            role="latent",
        ),
        Column(
            name="lost",
            kind=Boolean(),
            meaning="Whether the customer leaves after this order and never orders again.",
            recipe=derived.draw(
                lambda u, logit: logit + lookup.logistic(u) > 0, "lost_logit", sentence="true with logit lost_logit"
            ),
            role="latent",
        ),
        Column(
            name="placed",
            kind=Boolean(),
            meaning="Whether the customer was still there to order.",
            recipe=derived.none_before("lost"),
            role="working",
        ),
        Column(
            name="contact_need",
            kind=Number(4),
            unit="logit",
            meaning="Need to get in touch about this order.",
            recipe=numeric.score(
                "$contact_base",
                {
                    "late": "$contact_late",
                    "damaged": "$contact_damaged",
                    "other_problem": "$contact_problem",
                    "is_recalled": "$contact_recalled",
                    "is_online": "$contact_online",
                    "satisfaction": "-$contact_satisfaction",
                },
            ),
            role="working",
        ),
        Column(
            name="contact_count",
            kind=Integer(0, 3),
            meaning="Contacts about this order.",
            recipe=derived.draw(
                contact_count,
                "contact_need",
                "$contact_second",
                "$contact_third",
                sentence="ordinal logit of contact_need",
            ),
            role="working",
        ),
        Column(
            name="first_reason",
            kind=Category(REASONS),
            meaning="What a first contact about this order is about.",
            recipe=derived.draw(
                first_reason,
                "problem",
                "is_recalled",
                "$reasons_recalled",
                "$reasons_other",
                "$reasons_late",
                "$reasons_damaged",
                "$reasons_stock",
                "$reasons_faulty",
                "$reasons_bill",
                sentence="mostly what went wrong, if anything did",
            ),
            role="working",
        ),
        Column(
            name="called_back",
            kind=Boolean(),
            meaning="Whether the order fell into the call-back sample, drawn by lot.",
            recipe=derived.draw(
                lambda u, phone, share: phone & (u < share),
                "customers.has_phone",
                "$callback_share",
                sentence="by lot, among those with a phone number",
            ),
            role="working",
        ),
        Column(
            name="surveyed",
            kind=Boolean(),
            meaning="Whether a survey was sent: a call-back by lot, else an e-mail to those who accept it.",
            recipe=derived.formula(
                np.logical_or, "called_back", "customers.accepts_email", sentence="called_back or accepts_email"
            ),
            role="working",
        ),
        Column(
            name="contact_rows",
            kind=Integer(0, 8),
            meaning="Rows in waiting for the contacts: each may have been preceded by a call given up.",
            recipe=derived.formula(lambda count: 2 * count, "contact_count", sentence="2 x contact_count"),
            role="working",
        ),
    ),
)
