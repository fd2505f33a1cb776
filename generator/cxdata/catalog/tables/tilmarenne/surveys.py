"""Surveys: invitations and answers, so that those who stay silent are seen."""

import numpy as np

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.recipes import derived, lookup, temporal
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Number, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.table import Column, PerParent, Table

PROGRAMMES = ("email_after_order", "callback_after_order", "after_contact")
AFTER_CONTACT = 1  # the second of the table's parents
DAY_SECONDS = 86_400


def programme(source: Array, called_back: Array) -> Array:
    """Return the programme of an invitation: by the parent it hangs under, and by lot for orders."""
    return np.where(source == AFTER_CONTACT, 2, called_back.astype(np.int64))


def day_sent(u: Array, source: Array, called_back: Array, at_hand: Array, contact_day: Array) -> Array:
    """Return the day of an invitation: two to four days after the goods are at hand, or the day of the contact.

    Call-backs are made on working days.
    """
    after_order = at_hand + 2 + (u * 3).astype(np.int64)
    after_order = np.where(called_back, calendar.working_day(after_order), after_order)
    return np.where(source == AFTER_CONTACT, contact_day, after_order)


def second_sent(
    u: Array, source: Array, day: Array, contacted: Array, minutes: Array, hours: tuple[float, ...]
) -> Array:
    """Return when an invitation went out: at a civil hour, or when the contact was over."""
    after_order = day * DAY_SECONDS + temporal.seconds_of_day(u, hours)
    after_contact = contacted + (minutes * 60).astype(np.int64) + 60 + (u[1] * 540).astype(np.int64)
    return np.where(source == AFTER_CONTACT, after_contact, after_order)


def second_answered(u: Array, email: Array, sent: Array, hours: tuple[float, ...]) -> Array:
    """Return when an answer came: by e-mail at an hour of the customer's own within days, else within minutes."""
    days = np.minimum(lookup.exponential(u[2]) * 1.1, 13.0).astype(np.int64)
    at_leisure = (sent // DAY_SECONDS + days) * DAY_SECONDS + temporal.seconds_of_day(u[:2], hours)
    soon = sent + 60 + (u[1] * 7_200).astype(np.int64)
    at_once = sent + 60 + (u[0] * 540).astype(np.int64)
    return np.where(email, np.where(at_leisure > sent, at_leisure, soon), at_once)


def willingness(
    email: Array,
    callback: Array,
    phone: Array,
    ltr: Array,
    decades: Array,
    base: float,
    slope: float,
    bend: float,
    age: float,
    callback_base: float,
    phone_base: float,
    other_base: float,
) -> Array:
    """Return the log-odds of an answer.

    By e-mail silence depends on the answer itself (the extremes speak up), on a call-back on nothing, after a contact
    on the channel alone.
    """
    extreme = (ltr - 6) * (ltr - 6) - 4
    by_email = base + slope * (ltr - 7) + bend * extreme + age * decades
    after_contact = np.where(phone, phone_base, other_base)
    return np.where(email, by_email, np.where(callback, callback_base, after_contact))


TABLE = Table(
    name="surveys",
    meaning="An invitation to answer a survey, with the answers if there were any.",
    rows=(PerParent("orders", "surveyed", 1), PerParent("contacts", "surveyed", 1)),
    columns=(
        Column(name="survey_id", kind=Key(), meaning="Key of the invitation."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who was invited."),
        Column(name="order_id", kind=ForeignKey("orders"), meaning="The order it is about."),
        Column(
            name="contact_id",
            kind=ForeignKey("contacts", optional=True),
            meaning="The contact it is about; empty after an order.",
        ),
        Column(
            name="programme",
            kind=Category(PROGRAMMES),
            meaning="Which survey: e-mail after an order, call-back by lot after an order, or effort after a contact.",
            recipe=derived.formula(
                programme, "#source", "orders.called_back", sentence="by parent, and by lot for orders"
            ),
        ),
        Column(
            name="sent_day",
            kind=Integer(0, 40_000),
            meaning="Day of the invitation, since 1970.",
            recipe=derived.draw(
                day_sent,
                "#source",
                "orders.called_back",
                "orders.at_hand_day",
                "contacts.day",
                sentence="days after the goods are at hand, or the day of the contact",
            ),
            role="working",
        ),
        Column(
            name="sent_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When the invitation went out, or the call-back was made.",
            recipe=derived.draw(
                second_sent,
                "#source",
                "sent_day",
                "contacts.contacted_at",
                "contacts.handle_minutes",
                "$survey_hours",
                draws=2,
                sentence="at a civil hour of its day, or when the contact was over",
            ),
        ),
        Column(
            name="willingness",
            kind=Number(4),
            unit="logit",
            meaning="Log-odds of an answer.",
            recipe=derived.formula(
                willingness,
                "programme=email_after_order",
                "programme=callback_after_order",
                "contacts.is_phone",
                "orders.ltr",
                "customers.decades_from_45",
                "$answer_email",
                "$answer_ltr",
                "$answer_extreme",
                "$answer_age",
                "$answer_callback",
                "$answer_phone",
                "$answer_other",
                sentence="by programme; by e-mail it depends on the answer itself",
            ),
            role="latent",
        ),
        Column(
            name="answered",
            kind=Boolean(),
            meaning="Whether the customer answered.",
            recipe=derived.draw(
                lambda u, logit: logit + lookup.logistic(u) > 0, "willingness", sentence="true with logit willingness"
            ),
        ),
        Column(
            name="answered_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When the answer came; empty without one.",
            recipe=derived.draw(
                second_answered,
                "programme=email_after_order",
                "sent_at",
                "$web_hours",
                draws=3,
                sentence="by e-mail within days, else within minutes",
            ),
            when="answered",
        ),
        Column(
            name="rated_order",
            kind=Boolean(),
            meaning="Whether an order was rated.",
            recipe=derived.formula(
                lambda answered, source: answered & (source != AFTER_CONTACT),
                "answered",
                "#source",
                sentence="answered, after an order",
            ),
            role="working",
        ),
        Column(
            name="rated_contact",
            kind=Boolean(),
            meaning="Whether a contact was rated.",
            recipe=derived.formula(
                lambda answered, source: answered & (source == AFTER_CONTACT),
                "answered",
                "#source",
                sentence="answered, after a contact",
            ),
            role="working",
        ),
        Column(
            name="ltr",
            kind=Integer(0, 10),
            unit="0-10",
            meaning="How likely the customer is to recommend Tilmarenne; asked after orders, empty without an answer.",
            recipe=derived.copy("orders.ltr"),
            when="rated_order",
        ),
        Column(
            name="csat",
            kind=Integer(1, 5),
            unit="1-5",
            meaning="Satisfaction with the order; asked after orders, empty without an answer.",
            recipe=derived.copy("orders.csat"),
            when="rated_order",
        ),
        Column(
            name="ces",
            kind=Integer(1, 7),
            unit="1-7, high is easy",
            meaning="Agreement that Tilmarenne made it easy (CES 2.0); asked after contacts, empty without an answer.",
            recipe=derived.copy("contacts.ces"),
            when="rated_contact",
        ),
    ),
)
