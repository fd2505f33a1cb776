"""Orders: bought in a shop or on the web, each an experience that decides what is said and whether another follows."""

from datetime import date

import numpy as np

from cxdata.catalog.tables.tilmarenne.customers import SEGMENTS, WINDOW_FIRST
from cxdata.recipes import categorical, derived, lookup, numeric, temporal
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Number, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.table import Arrivals, Column, Table

FAMILIES = ("plants", "garden_tools", "furniture", "decoration", "lighting", "kitchen", "paint")
# Christmas business, when parcels queue and buyers are in a hurry, in both years of the window.
PEAKS = tuple((temporal.day_number(date(y, 11, 20)), temporal.day_number(date(y, 12, 24))) for y in (2023, 2024))


def in_peak(day: Array) -> Array:
    """Return whether a day falls into the Christmas business."""
    inside = np.zeros(len(day), dtype=bool)
    for first, last in PEAKS:
        inside |= (day >= first) & (day <= last)
    return inside


def contact_count(u: Array, need: Array, second: float, third: float) -> Array:
    """Return how often a customer gets in touch about an order, 0 to 3: an ordinal logit of the need."""
    pressure = need + lookup.logistic(u)
    return (pressure > 0).astype(np.int64) + (pressure > second) + (pressure > third)


TABLE = Table(
    name="orders",
    meaning="A purchase, in a shop or on the web.",
    rows=(Arrivals("customers", start="start_tick", gap="gap_ticks", horizon="horizon", clock="clock", slots=64),),
    keep="placed",
    columns=(
        Column(name="order_id", kind=Key(), meaning="Key of the order."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who ordered."),
        Column(name="clock", kind=Integer(0, 2_000_000_000), meaning="Tick of the order.", role="working"),
        Column(
            name="day",
            kind=Integer(0, 40_000),
            meaning="Day of the order, since 1970.",
            recipe=temporal.day_of("clock", "$day_ends", WINDOW_FIRST),
            role="working",
        ),
        Column(
            name="ordered_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When the order was placed.",
            recipe=temporal.moment_by("day", "is_online", "$web_hours", "$shop_hours"),
        ),
        Column(
            name="is_online",
            kind=Boolean(),
            meaning="Whether it was placed on the web.",
            recipe=numeric.happens(
                "$online_base",
                {"customers.digital_affinity": "$online_digital", "households.area=rural": "$online_rural"},
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
            name="store_id",
            kind=ForeignKey("stores"),
            meaning="The shop; empty for web orders.",
            recipe=derived.copy("households.store_id"),
            when="is_in_shop",
        ),
        Column(
            name="product_family",
            kind=Category(FAMILIES),
            meaning="Family of the main product.",
            recipe=categorical.choice_by({f"customers.segment={name}": f"$families_{name}" for name in SEGMENTS}),
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
            recipe=numeric.happens("$promotion_base", {"customers.segment=bargain_hunters": "$promotion_bargain"}),
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
            recipe=derived.formula(in_peak, "day", sentence="20 November to 24 December"),
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
            kind=Integer(3, 12),
            unit="days",
            meaning="Days promised for the parcel.",
            recipe=derived.draw(
                lambda u, bulky, other, heavy: (
                    3 + np.where(bulky, 2 + categorical.pick(u, heavy), categorical.pick(u, other))
                ),
                "is_bulky",
                "$lead_other",
                "$lead_bulky",
                sentence="three days and more, longer for bulky goods",
            ),
            role="working",
        ),
        Column(
            name="days_late",
            kind=Integer(-2, 15),
            unit="days",
            meaning="Days between the promised day and the parcel; negative when early.",
            recipe=derived.draw(
                lambda u, late, early, after: np.where(
                    late, 1 + categorical.pick(u, after), categorical.pick(u, early) - 2
                ),
                "late",
                "$days_early",
                "$days_after",
                sentence="one and more if late, else two days early to on time",
            ),
            role="working",
        ),
        Column(
            name="trouble_after_days",
            kind=Integer(0, 30),
            unit="days",
            meaning="Days until trouble with the parcel shows: the promised day if late, its arrival if damaged, else 0.",
            recipe=derived.formula(
                lambda lead, late_days, late, damaged: np.where(damaged, lead + late_days, np.where(late, lead, 0)),
                "lead_days",
                "days_late",
                "late",
                "damaged",
                sentence="lead_days if late, with days_late if damaged",
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
                "households.store_id",
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
            name="called_back",
            kind=Boolean(),
            meaning="Whether the order fell into the call-back sample, drawn by lot.",
            recipe=numeric.chance("$callback_share"),
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
