"""Contacts: what customers bring to the service centre, and how they were received."""

import numpy as np

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne.orders import REASONS
from cxdata.catalog.tables.tilmarenne.touchpoints import NAMES as TOUCHPOINTS
from cxdata.recipes import categorical, derived, lookup, numeric, temporal
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Number, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.table import Column, PerParent, Table

CHANNELS = ("post", "phone", "email", "social")  # from the least to the most digital: the order in which they are cut
DESKS = np.array([TOUCHPOINTS.index(f"service_centre_{name}") + 1 for name in CHANNELS])
BUSY_HOURS = (10, 11, 14, 15)
MONDAY = 0
WAIT_STEP_MINUTES = 10.0


def reason(u: Array, slot: Array, first: Array, others: tuple[float, ...], same: float) -> Array:
    """Return the reason of a contact: the order's first one, and mostly again when the customer comes back."""
    return np.where((slot == 0) | (u[0] < same), first, categorical.pick(u[1], others))


def day_of_contact(
    u: Array,
    slot: Array,
    code: Array,
    post: Array,
    ordered: Array,
    lead: Array,
    off: Array,
    at_hand: Array,
    rest: float,
) -> Array:
    """Return the day of a contact: after its cause, six days later when the customer comes back, mostly on working days.

    A late parcel is asked after while it is late, goods are sent back once at hand; letters take two days more.
    """
    some_days = np.minimum(lookup.exponential(u[0]) * 4.0, 21.0).astype(np.int64)
    while_late = ordered + lead + 1 + (u[0] * np.maximum(off, 1)).astype(np.int64)
    needs_goods = (code == REASONS.index("damaged_item")) | (code == REASONS.index("return_refund"))
    after_cause = 1 + np.where(needs_goods, at_hand, ordered) + some_days
    day = np.where(code == REASONS.index("late_delivery"), while_late, after_cause) + 6 * slot + 2 * post
    return np.where(post | (u[1] < rest), calendar.working_day(day), day)


TABLE = Table(
    name="contacts",
    meaning="A request to the service centre about an order.",
    rows=(PerParent("orders", "contact_count", 4),),
    columns=(
        Column(name="contact_id", kind=Key(), meaning="Key of the contact."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who got in touch."),
        Column(name="order_id", kind=ForeignKey("orders"), meaning="The order it is about."),
        Column(
            name="day",
            kind=Integer(0, 40_000),
            meaning="Day of the contact, since 1970.",
            recipe=derived.draw(
                day_of_contact,
                "#slot",
                "reason",
                "channel=post",
                "orders.day",
                "orders.lead_days",
                "orders.days_late",
                "orders.at_hand_day",
                "$working_day_share",
                draws=2,
                sentence="after its cause, mostly on working days",
            ),
            role="working",
        ),
        Column(
            name="contacted_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When the contact reached the service centre, within its opening hours.",
            recipe=temporal.moment(
                "day",
                "$contact_hours",
                instead={"channel=post": "$post_hours"},
                opens="$opening_hour",
                closes="$closing_hour",
            ),
        ),
        Column(
            name="modernity",
            kind=Number(4),
            unit="sd",
            meaning="Taste for digital channels at this contact.",
            recipe=numeric.score("$zero", {"customers.digital_affinity": "$channel_digital"}, noise="$one"),
            role="working",
        ),
        Column(
            name="channel",
            kind=Category(CHANNELS),
            meaning="How it came in.",
            recipe=numeric.ordinal("modernity", "$channel_cuts", lowest=0),
        ),
        Column(
            name="touchpoint_id",
            kind=ForeignKey("touchpoints"),
            meaning="The desk that received it.",
            recipe=derived.formula(lambda channel: DESKS[channel], "channel", sentence="desk of the channel"),
        ),
        Column(
            name="reason",
            kind=Category(REASONS),
            meaning="What it was about.",
            recipe=derived.draw(
                reason,
                "#slot",
                "orders.first_reason",
                "$reasons_other",
                "$same_reason_share",
                draws=2,
                sentence="first_reason of the order, mostly again on a second contact",
            ),
        ),
        Column(
            name="is_urgent",
            kind=Boolean(),
            meaning="Whether the reason jumps the queue: a late or damaged parcel.",
            recipe=derived.formula(
                np.logical_or, "reason=late_delivery", "reason=damaged_item", sentence="late_delivery or damaged_item"
            ),
            role="working",
        ),
        Column(
            name="is_complaint",
            kind=Boolean(),
            meaning="Whether it was recorded as a complaint.",
            recipe=numeric.happens(
                "$complaint_base",
                {
                    "is_urgent": "$complaint_urgent",
                    "orders.satisfaction": "-$complaint_satisfaction",
                    "customers.voice": "$complaint_voice",
                },
            ),
        ),
        Column(
            name="is_phone",
            kind=Boolean(),
            meaning="Whether it was a call.",
            recipe=derived.copy("channel=phone"),
            role="working",
        ),
        Column(
            name="is_busy",
            kind=Boolean(),
            meaning="Whether it came at a busy hour or on a Monday.",
            recipe=derived.formula(
                lambda at, day: np.isin(at // 3600 % 24, BUSY_HOURS) | (calendar.weekday(day) == MONDAY),
                "contacted_at",
                "day",
                sentence="10 to 12, 14 to 16, and Mondays",
            ),
            role="working",
        ),
        Column(
            name="wait_minutes",
            kind=Number(1, 0.0, 90.0),
            unit="minutes",
            meaning="Wait before an adviser took the call; empty for other channels.",
            recipe=numeric.log_normal(
                "$wait_log", {"is_busy": "$wait_busy", "is_urgent": "-$wait_urgent"}, noise="$wait_sd"
            ),
            when="is_phone",
        ),
        Column(
            name="waited_over_10_min",
            kind=Boolean(),
            meaning="Whether a caller waited ten minutes or more.",
            recipe=derived.formula(
                lambda minutes, phone: phone & (minutes >= WAIT_STEP_MINUTES),
                "wait_minutes",
                "is_phone",
                sentence="is_phone and wait_minutes of 10 or more",
            ),
            role="working",
        ),
        Column(
            name="handle_minutes",
            kind=Number(1, 0.5, 120.0),
            unit="minutes",
            meaning="Time the adviser spent on it.",
            recipe=numeric.log_normal(
                "$handle_log", {"is_phone": "-$handle_phone", "is_urgent": "$handle_urgent"}, noise="$handle_sd"
            ),
        ),
        Column(
            name="may_be_settled",
            kind=Boolean(),
            meaning="Whether it can be settled here: no complaint, and no further contact about the order follows.",
            recipe=derived.formula(
                lambda complaint, slot, count: ~complaint & (slot == count - 1),
                "is_complaint",
                "#slot",
                "orders.contact_count",
                sentence="no complaint, and the last contact about its order",
            ),
            role="working",
        ),
        Column(
            name="is_resolved_first_time",
            kind=Boolean(),
            meaning="Whether the matter was settled at this contact; complaints are settled in their own table.",
            recipe=numeric.happens("$resolve_base", {"is_urgent": "-$resolve_urgent"}, only="may_be_settled"),
        ),
        Column(
            name="ease",
            kind=Number(4),
            unit="sd",
            meaning="How easy the contact was, before it is put on a scale.",
            recipe=numeric.score(
                "$zero",
                {
                    "waited_over_10_min": "-$wait_on_effort",
                    "is_urgent": "-$urgent_on_effort",
                    "is_resolved_first_time": "$resolved_on_effort",
                    "customers.leniency": "$leniency_on_effort",
                },
                noise="$effort_sd",
            ),
            role="latent",
        ),
        Column(
            name="ces",
            kind=Integer(1, 7),
            unit="1-7, high is easy",
            meaning="Agreement that the company made it easy, which the customer would give, asked or not.",
            recipe=numeric.ordinal("ease", "$ces_cuts", lowest=1),
            role="latent",
        ),
        Column(
            name="surveyed",
            kind=Boolean(),
            meaning="Whether the effort survey was offered, by lot.",
            recipe=numeric.chance("$contact_survey_share"),
            role="working",
        ),
    ),
)
