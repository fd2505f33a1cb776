"""Orders: bought in a shop or on the web, each an experience that decides what is said and whether another follows."""

from typing import TypeAlias

import numpy as np

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne.customers import SEGMENTS
from cxdata.recipes import categorical, derived, lookup, numeric, temporal
from cxdata.recipes.calibration import plain_sum
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Number, Timestamp
from cxdata.schema.recipe import Array
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
)


def family(u: Array, segment: Array, month: Array, season: tuple[float, ...], *by_segment: tuple[float, ...]) -> Array:
    """Return product families: the segment's shares, times the season's factors of the month.

    Args:
        u: (n,) uniforms.
        segment: (n,) segment codes.
        month: (n,) months, 0 for January.
        season: (12 x 7,) factors, month by month.
        by_segment: (7,) shares of each segment.
    """
    size = len(FAMILIES)
    bounds = np.empty((len(by_segment), 12, size))
    for row, shares in enumerate(by_segment):
        for number in range(12):
            weights = [share * season[number * size + place] for place, share in enumerate(shares)]
            total = plain_sum(weights)
            bounds[row, number] = categorical.upper_bounds(tuple(weight / total for weight in weights))
    codes: Array = (u[:, None] >= bounds[segment, month]).sum(axis=1)
    return codes


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
    other = 1 + np.searchsorted(cumulative, (u[1] * float(cumulative[-1])).astype(np.int64), side="right")
    return np.where(u[0] < elsewhere, other, own)


def first_reason(
    u: Array, late: Array, damaged: Array, of_late: Shares, of_damaged: Shares, of_others: Shares
) -> Array:
    """Return what a first contact is about: mostly the trouble with the parcel, if there was one."""
    codes = np.where(damaged, categorical.pick(u, of_damaged), categorical.pick(u, of_others))
    return np.where(late & ~damaged, categorical.pick(u, of_late), codes)


def contact_count(u: Array, need: Array, second: float, third: float) -> Array:
    """Return how often a customer gets in touch about an order, 0 to 3: an ordinal logit of the need."""
    pressure = need + lookup.logistic(u)
    return (pressure > 0).astype(np.int64) + (pressure > second) + (pressure > third)


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
            name="product_family",
            kind=Category(FAMILIES),
            meaning="Family of the main product.",
            recipe=derived.draw(
                lambda u, segment, day, *shares: family(u, segment, calendar.month_of(day), *shares),
                "customers.segment",
                "day",
                "$season",
                *(f"$families_{name}" for name in SEGMENTS),
                sentence="shares of the segment, times the season",
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
                {"customers.segment=bargain_hunters": "$promotion_bargain", "is_sales": "$promotion_sales"},
            ),
        ),
        Column(
            name="item_count",
            kind=Integer(1, 8),
            unit="items",
            meaning="Number of items.",
            recipe=categorical.choice("$items", lowest=1),
        ),
        Column(
            name="amount_eur",
            kind=Number(2, 3.0, 9_000.0),
            unit="EUR",
            meaning="Amount paid, tax included.",
            recipe=numeric.log_normal(
                "$amount_log",
                {
                    "is_bulky": "$amount_bulky",
                    "product_family=furniture": "$amount_furniture",
                    "product_family=plants": "-$amount_plants",
                    "product_family=garden_tools": "$amount_tools",
                    "product_family=kitchen": "$amount_kitchen",
                    "is_promotion": "-$amount_promotion",
                    "item_count": "$amount_item",
                },
                noise="$amount_sd",
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
            name="late",
            kind=Boolean(),
            meaning="Whether the parcel came after the promised day.",
            recipe=numeric.happens(
                "$late_base",
                {"is_bulky": "$late_bulky", "is_peak": "$late_peak", "households.area=rural": "$late_rural"},
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
            name="satisfaction",
            kind=Number(4),
            unit="sd",
            meaning="Satisfaction with this order.",
            recipe=numeric.score(
                "$satisfaction_base",
                {
                    "customers.leniency": "$leniency_on_satisfaction",
                    "shop_quality": "$one",
                    "late": "-$late_on_satisfaction",
                    "damaged": "-$damaged_on_satisfaction",
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
            recipe=numeric.score("$zero", {"satisfaction": "$one"}, noise="$answer_sd"),
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
            name="lost",
            kind=Boolean(),
            meaning="Whether the customer leaves after this order and never orders again.",
            recipe=numeric.happens(
                "$lost_base", {"satisfaction": "-$lost_satisfaction", "bad_delivery": "$lost_bad_delivery"}
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
                "late",
                "damaged",
                "$reasons_late",
                "$reasons_damaged",
                "$reasons_other",
                sentence="mostly the trouble with the parcel, if there was one",
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
    ),
)
