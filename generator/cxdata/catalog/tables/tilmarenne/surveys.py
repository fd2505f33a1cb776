"""Surveys: invitations and answers, so that those who stay silent are seen."""

from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.recipes import categorical, derived, lookup, numeric, temporal
from cxdata.recipes.temporal import day_number
from cxdata.schema.effect import Quantity
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Number, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Parameter, Rule
from cxdata.schema.statistic import Tables, nps, percent
from cxdata.schema.table import Column, PerParent, Table

PROGRAMMES = ("email_after_order", "callback_after_order", "after_contact", "relationship_barometer")
AFTER_CONTACT, BAROMETER = 1, 2  # the second and the third of the table's parents
BAROMETER_FIRST = day_number(date(2024, 12, 2))
BAROMETER_DAYS = 12
DISSATISFIED = 2
"""Greatest mark of 5 of a dissatisfied customer."""
CES_2_FROM = day_number(date(2023, 7, 3))
"""Day from which effort is asked as agreement that it was easy (CES 2.0) and no longer as effort (CES 1.0)."""
CES_VERSIONS = ("ces_1", "ces_2")
DAY_SECONDS = 86_400
MOST_CALLS = 3
RECENT_DAYS = 90
"""Days within which an invitation after another order makes an e-mail one too many for some."""
MOST_SECONDS = 2**32
"""More than any second since 1970: separates the customers in one sorted line."""
MOST_SIBLINGS = 64
"""More customers than a household has: the place of a household times this, and theirs in it, tells them apart."""


def programme(source: Array, called_back: Array) -> Array:
    """Return the programme of an invitation: by the parent it hangs under, and by lot for orders."""
    by_parent = np.where(source == AFTER_CONTACT, 2, called_back.astype(np.int64))
    return np.where(source == BAROMETER, 3, by_parent)


def day_sent(u: Array, source: Array, called_back: Array, at_hand: Array) -> Array:
    """Return the day of an invitation that follows no contact: two to four days after the goods are at hand.

    Call-backs are made on working days; the barometer is sent over two weeks of December 2024.
    """
    after_order = at_hand + 2 + (u * 3).astype(np.int64)
    after_order = np.where(called_back, calendar.working_day(after_order), after_order)
    barometer = BAROMETER_FIRST + (u * BAROMETER_DAYS).astype(np.int64)
    return np.where(source == BAROMETER, barometer, after_order)


def second_sent(
    u: Array,
    source: Array,
    day: Array,
    phone: Array,
    answered: Array,
    hours: tuple[float, ...],
    closing: float,
    least: float,
    most: float,
    civil: tuple[float, ...],
) -> Array:
    """Return when an invitation went out: at a civil hour of its day, or once the contact had been answered.

    Args:
        u: (2, n) uniforms.
        source: (n,) place of the parent.
        day: (n,) day of an invitation after an order or in the barometer.
        phone: (n,) whether the contact was a call.
        answered: (n,) second of the answer to the contact.
        hours: Shares of the hours of the day of invitations.
        closing: Hour at which the line closes; who called late is asked soon.
        least: Least minutes from the end of a call to the invitation.
        most: Most minutes.
        civil: First and last hour at which invitations after written contacts go out.
    """
    after_order = day * DAY_SECONDS + temporal.seconds_of_day(u, hours)
    of_day = answered % DAY_SECONDS
    left = np.clip((int(closing * 3600) - of_day) / 60.0, 2.0 * least, most)
    after_call = answered + ((least + u[0] * (left - least)) * 60.0).astype(np.int64)
    first, last = int(civil[0] * 3600), int(civil[1] * 3600)
    today = np.maximum(of_day + 3_600, first)  # an hour later at the least, a day at the most, at civil hours
    room_today = np.maximum(last - today, 0)
    room = room_today + np.maximum(np.minimum(of_day, last) - first, 0)
    place = (u[0] * room).astype(np.int64)
    written = np.where(place < room_today, today + place, DAY_SECONDS + first + place - room_today)
    after_contact = np.where(phone, after_call, answered - of_day + written)
    return np.where(source == AFTER_CONTACT, after_contact, after_order)


def second_answered(u: Array, leisure: Array, phone: Array, sent: Array, hours: tuple[float, ...]) -> Array:
    """Return when an answer came: by link at an hour of the customer's own within days; else within minutes.

    Args:
        u: (3, n) uniforms.
        leisure: (n,) whether it is answered by a link, at leisure.
        phone: (n,) whether it is asked by phone after a call, which is done within the hour.
        sent: (n,) second of the invitation.
        hours: Shares of the hours of the day of answers.
    """
    days = np.minimum(lookup.exponential(u[2]) * 1.1, 13.0).astype(np.int64)
    at_leisure = (sent // DAY_SECONDS + days) * DAY_SECONDS + temporal.seconds_of_day(u[:2], hours)
    soon = sent + 60 + (u[1] * 7_200).astype(np.int64)
    at_once = sent + 60 + (u[0] * np.where(phone, 3_480, 540)).astype(np.int64)
    return np.where(leisure, np.where(at_leisure > sent, at_leisure, soon), at_once)


def invited_recently(customer: Array, source: Array, sent: Array) -> Array:
    """Return whether the customer had been invited after another order in the 90 days before.

    Invitations after contacts and in the barometer neither count nor are counted for.

    Args:
        customer: (n,) labels of customers.
        source: (n,) place of the parent.
        sent: (n,) seconds of the invitations, in any order.
    """
    asked = np.flatnonzero(source < AFTER_CONTACT)
    # Invitations nearly stand in this order, which a stable sort of one number per row makes use of.
    order = asked.take(np.argsort(customer.take(asked) * MOST_SECONDS + sent.take(asked), kind="stable"))
    by_customer, by_time = customer.take(order), sent.take(order)
    recent = np.zeros(len(sent), dtype=bool)
    soon = by_time[1:] - by_time[:-1] < RECENT_DAYS * DAY_SECONDS
    recent[order[1:]] = soon & (by_customer[1:] == by_customer[:-1])
    return recent


def is_reached(u: Array, answered: Array, unreached: float) -> Array:
    """Return who was reached on the phone: all who answered, and some who then would not answer."""
    reached: Array = answered | (u >= unreached)
    return reached


def calls_made(u: Array, reached: Array, shares: tuple[float, ...]) -> Array:
    """Return the calls made on a call-back, until the customer was reached or three times."""
    calls: Array = np.where(reached, 1 + categorical.pick(u, shares), MOST_CALLS)
    return calls


def second_asked(u: Array, sent: Array, callback: Array, calls: Array, hours: tuple[float, ...]) -> Array:
    """Return when the customer was last asked: a call made in vain is made again on the next working day, at an hour of its own."""
    day = sent // DAY_SECONDS
    for number in range(1, MOST_CALLS):
        day = np.where(calls > number, calendar.working_day(day + 1), day)
    again = day * DAY_SECONDS + temporal.seconds_of_day(u, hours)
    return np.where(callback & (calls > 1), again, sent)


def willingness(
    email: Array,
    callback: Array,
    barometer: Array,
    phone: Array,
    ltr: Array,
    decades: Array,
    loyal: Array,
    recent: Array,
    base: float,
    slope: float,
    bend: float,
    age: float,
    callback_base: float,
    phone_base: float,
    other_base: float,
    barometer_base: float,
    barometer_age: float,
    barometer_loyal: float,
    tired: float,
) -> Array:
    """Return the log-odds of an answer.

    By e-mail silence depends on the answer itself (the extremes speak up) and on how lately the customer was invited,
    on a call-back on nothing, after a contact on the channel alone, and in the barometer on age and the loyalty card,
    which are on file.
    """
    extreme = (ltr - 6) * (ltr - 6) - 4
    by_email = base + slope * (ltr - 7) + bend * extreme + age * decades - tired * recent
    after_contact = np.where(phone, phone_base, other_base)
    by_lot = np.where(callback, callback_base, after_contact)
    known = barometer_base + barometer_age * decades + barometer_loyal * loyal
    return np.where(email, by_email, np.where(barometer, known, by_lot))


def recommendation(source: Array, of_order: Array, of_relation: Array, cuts: tuple[float, ...]) -> Array:
    """Return answers 0 to 10: those given to an order, or the score of the relationship cut at the same thresholds."""
    return np.where(source == BAROMETER, np.searchsorted(np.asarray(cuts), of_relation, side="left"), of_order)


ITEMS_OF_SOURCE = np.array([6, 5, 13])

PARAMETERS = (
    Parameter(
        name="answer_barometer",
        value=-0.75,
        unit="logit",
        meaning="Answers in the barometer, at 45, without the card (32%).",
    ),
    Parameter(
        name="answer_barometer_age",
        value=0.18,
        unit="logit per decade",
        meaning="Answers in the barometer, per decade of age.",
    ),
    Parameter(
        name="answer_barometer_loyal",
        value=0.50,
        unit="logit",
        meaning="Answers in the barometer, added with the card.",
    ),
    Parameter(
        name="effort_cuts",
        value=(-1.4, -0.7, 0.1, 0.9),
        unit="sd",
        meaning="Thresholds on ease between the efforts 5 to 1 of CES 1.0.",
    ),
    Parameter(
        name="survey_least_minutes",
        value=10.0,
        unit="minutes",
        meaning="From the end of a call to the survey about it, at least.",
        low=0.0,
        high=600.0,
    ),
    Parameter(
        name="survey_most_minutes",
        value=120.0,
        unit="minutes",
        meaning="From the end of a call to the survey about it, at most.",
        low=0.0,
        high=600.0,
    ),
    Parameter(
        name="survey_civil_hours",
        value=(9.0, 19.0),
        unit="hour of day",
        meaning="Hours between which surveys about written contacts go out, within a day of the answer.",
        low=0.0,
        high=24.0,
    ),
    Parameter(
        name="answer_recent",
        value=0.35,
        unit="logit",
        meaning="Answers by e-mail, less where the customer had been invited after another order in the 90 days before.",
    ),
    Parameter(
        name="callback_calls",
        value=(0.58, 0.27, 0.15),
        unit="shares",
        meaning="Customers reached on the first, the second and the third call of a call-back.",
    ),
    Parameter(
        name="callback_unreached",
        value=0.6,
        unit="share",
        meaning="Call-backs without an answer in which nobody was reached; in the others the customer would not answer.",
    ),
    Parameter(name="items_share", value=0.85, unit="share", meaning="Answers that go on to the single questions."),
)


def _of(programme: str) -> Any:
    return lambda rows: (rows["programme"] == programme) & rows["ltr"].notna()


def _dissatisfied(programme: str) -> Any:
    """Return a function that gives one row per order marked 1 or 2 in a programme, with whether it was complained of."""

    def rows(tables: Tables) -> Any:
        contacts = tables["contacts"]
        complained = set(contacts.loc[contacts["is_complaint"], "order_id"])
        surveys = tables["surveys"]
        found = surveys[(surveys["programme"] == programme) & (surveys["csat"] <= DISSATISFIED)]
        return found.assign(is_silent=~found["order_id"].isin(complained))

    return rows


def _contacted(tables: Tables) -> Any:
    """Return one row per order about which somebody got in touch, with whether it was complained of."""
    contacts = tables["contacts"]
    orders = contacts.groupby("order_id", as_index=False).agg(
        customer_id=("customer_id", "first"), complained=("is_complaint", "any")
    )
    return orders.assign(is_silent=~orders["complained"])


QUANTITIES = (
    Quantity(
        id="nps_of_everybody",
        title="What would the net promoter score be, had every order been rated?",
        estimand="net promoter score over all orders, in points from -100 to 100",
        confounding="By e-mail the answer itself decides who answers: the extremes speak up, and the pleased most.",
        basis="Ours; that few answers make rosy scores is known to practice.",
        truth=nps(
            "latents/orders", "ltr", cluster="order_id", tables=("latents/orders",), sentence="all orders, asked or not"
        ),
        right=nps(
            "surveys", "ltr", where=_of("callback_after_order"), sentence="answers on the call-back, drawn by lot"
        ),
        tempting=nps("surveys", "ltr", where=_of("email_after_order"), sentence="answers by e-mail"),
    ),
    Quantity(
        id="silent_dissatisfied",
        title="How many dissatisfied customers never complain?",
        estimand="orders that would be marked 1 or 2 of 5 and were never complained of, in percent of all so marked",
        confounding="Whoever gets in touch is not like whoever stays away: most dissatisfied customers never appear there.",
        basis="Ours; that most stay silent is published (TARP, Goodman).",
        truth=percent(
            "latents/orders",
            lambda rows: rows["is_silent"],
            where=lambda rows: rows["is_dissatisfied"],
            cluster="order_id",
            tables=("latents/orders",),
            sentence="dissatisfied orders never complained of",
        ),
        right=percent(
            _dissatisfied("callback_after_order"),
            lambda rows: rows["is_silent"],
            tables=("surveys", "contacts"),
            sentence="orders marked 1 or 2 on the call-back that were never complained of",
        ),
        tempting=percent(
            _contacted,
            lambda rows: rows["is_silent"],
            tables=("contacts",),
            sentence="orders with a contact that were never complained of",
        ),
    ),
)

CONSTRAINTS = (
    Constraint(
        sentence="surveys after calls need some minutes' room; raise survey_most_minutes to twice survey_least_minutes.",
        parameters=("survey_least_minutes", "survey_most_minutes"),
        holds=lambda least, most: 2.0 * least <= most,
    ),
    Constraint(
        sentence="survey_civil_hours must hold ten hours or more: an hour after any answer and a day after it, one is civil.",
        parameters=("survey_civil_hours",),
        holds=lambda hours: len(hours) == 2 and hours[1] - hours[0] >= 10.0,
    ),
    Constraint(
        sentence="thresholds must rise from one answer to the next; write effort_cuts in rising order.",
        parameters=("effort_cuts",),
        holds=lambda cuts: all(one < other for one, other in pairwise(cuts)),
    ),
)


def _hasty_surveys(tables: Tables) -> int:
    contacts = tables["contacts"][["contact_id", "answered_at"]].rename(columns={"answered_at": "settled_at"})
    rows = tables["surveys"].dropna(subset=["contact_id"])[["contact_id", "sent_at"]].merge(contacts, on="contact_id")
    late = rows["sent_at"] > rows["settled_at"] + pd.Timedelta(days=1)
    return int((~(rows["sent_at"] > rows["settled_at"]) | late).sum())


def _odd_calls(tables: Tables) -> int:
    rows = tables["surveys"]
    called = rows["programme"] == "callback_after_order"
    filled = rows[["call_count", "was_reached"]].notna().ne(called, axis=0).any(axis=1)
    calls = rows[called]
    lost = ~calls["was_reached"].astype(bool)
    in_vain = lost & ((calls["call_count"] < MOST_CALLS) | calls["answered"])
    days = (calls["answered_at"].dt.normalize() - calls["sent_at"].dt.normalize()).dt.days
    early = calls["answered"] & (days < calls["call_count"].astype(float) - 1)
    return int(filled.sum() + in_vain.sum() + early.sum())


RULES = (
    Rule(
        sentence="a call-back takes one to three calls on as many days; who answers was reached, who was not was called three times",
        tables=("surveys",),
        violations=_odd_calls,
    ),
    Rule(
        sentence="a survey after a contact follows its answer, within a day",
        tables=("surveys", "contacts"),
        violations=_hasty_surveys,
    ),
)

PARENT_COLUMNS = {
    "customers": (
        Column(
            name="survey_place",
            kind=Integer(0, 2**40),
            meaning="Tells the customers of a block apart.",
            recipe=derived.formula(
                lambda household, slot: household * MOST_SIBLINGS + slot,
                "#parent",
                "#slot",
                sentence="place of the household, and of the customer in it",
            ),
            role="working",
        ),
    )
}

TABLE = Table(
    name="surveys",
    meaning="An invitation to answer a survey, with the answers if there were any.",
    rows=(
        PerParent("orders", "surveyed", 1),
        PerParent("contacts", "surveyed", 1),
        PerParent("customers", "in_barometer", 1),
    ),
    columns=(
        Column(name="survey_id", kind=Key(), meaning="Key of the invitation."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who was invited."),
        Column(
            name="order_id",
            kind=ForeignKey("orders", optional=True),
            meaning="The order it is about; empty in the barometer, which is about the company.",
        ),
        Column(
            name="contact_id",
            kind=ForeignKey("contacts", optional=True),
            meaning="The contact it is about; empty after an order and in the barometer.",
        ),
        Column(
            name="programme",
            kind=Category(PROGRAMMES),
            meaning="Which survey: e-mail after an order, call-back by lot after an order, effort after a contact, or the yearly barometer of the relationship.",
            recipe=derived.formula(
                programme, "#source", "orders.called_back", sentence="by parent, and by lot for orders"
            ),
        ),
        Column(
            name="sent_day",
            kind=Integer(0, 40_000),
            meaning="Day of an invitation that follows no contact, since 1970.",
            recipe=derived.draw(
                day_sent,
                "#source",
                "orders.called_back",
                "orders.at_hand_day",
                sentence="days after the goods are at hand, or in the two weeks of the barometer",
            ),
            role="working",
        ),
        Column(
            name="sent_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When the invitation went out, or the first call of a call-back was made: after a contact once it was answered, within two hours of a call and within a day of a written answer; where the contact became a complaint, often before the complaint's reply.",
            recipe=derived.draw(
                second_sent,
                "#source",
                "sent_day",
                "contacts.is_phone",
                "contacts.answered_at",
                "$survey_hours",
                "$closing_hour",
                "$survey_least_minutes",
                "$survey_most_minutes",
                "$survey_civil_hours",
                draws=2,
                sentence="at a civil hour of its day, or once the contact was answered",
            ),
        ),
        Column(
            name="is_recent",
            kind=Boolean(),
            meaning="Whether the customer had been invited after another order in the 90 days before.",
            recipe=derived.formula(
                invited_recently,
                "customers.survey_place",
                "#source",
                "sent_at",
                sentence="an invitation after another order within 90 days before",
            ),
            role="working",
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
                "programme=relationship_barometer",
                "contacts.is_phone",
                "orders.ltr",
                "customers.decades_from_45",
                "customers.is_loyalty_member",
                "is_recent",
                "$answer_email",
                "$answer_ltr",
                "$answer_extreme",
                "$answer_age",
                "$answer_callback",
                "$answer_phone",
                "$answer_other",
                "$answer_barometer",
                "$answer_barometer_age",
                "$answer_barometer_loyal",
                "$answer_recent",
                sentence="by programme; by e-mail it depends on the answer itself, and is less soon after that about another order",
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
            name="is_callback",
            kind=Boolean(),
            meaning="Whether it is a call-back.",
            recipe=derived.copy("programme=callback_after_order"),
            role="working",
        ),
        Column(
            name="was_reached",
            kind=Boolean(),
            meaning="Whether a call-back reached the customer, on three calls at most; empty in other programmes.",
            recipe=derived.draw(
                is_reached,
                "answered",
                "$callback_unreached",
                sentence="all who answered, and some who would not",
            ),
            when="is_callback",
        ),
        Column(
            name="call_count",
            kind=Integer(1, MOST_CALLS),
            unit="calls",
            meaning="Calls made on a call-back, each on a day of its own, until the customer was reached or three times; empty in other programmes.",
            recipe=derived.draw(
                calls_made, "was_reached", "$callback_calls", sentence="by callback_calls where reached, else three"
            ),
            when="is_callback",
        ),
        Column(
            name="asked_at",
            kind=Timestamp(),
            meaning="When the customer was asked, on a call-back for the last time.",
            recipe=derived.draw(
                second_asked,
                "sent_at",
                "is_callback",
                "call_count",
                "$survey_hours",
                draws=2,
                sentence="sent_at, or the last call, a working day later each",
            ),
            role="working",
        ),
        Column(
            name="at_leisure",
            kind=Boolean(),
            meaning="Whether it came with a link, to be answered at leisure.",
            recipe=derived.formula(
                lambda after_order, barometer, after_contact, phone: after_order | barometer | (after_contact & ~phone),
                "programme=email_after_order",
                "programme=relationship_barometer",
                "programme=after_contact",
                "contacts.is_phone",
                sentence="sent with a link: by e-mail, and after what was written",
            ),
            role="working",
        ),
        Column(
            name="answered_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When the answer came; empty without one.",
            recipe=derived.draw(
                second_answered,
                "at_leisure",
                "contacts.is_phone",
                "asked_at",
                "$web_hours",
                draws=3,
                sentence="by a link within days, after a call within the hour, on a call-back within minutes of the last call",
            ),
            when="answered",
        ),
        Column(
            name="rated_order",
            kind=Boolean(),
            meaning="Whether an order was rated.",
            recipe=derived.formula(
                lambda answered, source: answered & (source < AFTER_CONTACT),
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
            name="asked_recommendation",
            kind=Boolean(),
            meaning="Whether the recommendation was asked and given.",
            recipe=derived.formula(
                lambda answered, source: answered & (source != AFTER_CONTACT),
                "answered",
                "#source",
                sentence="answered, after an order or in the barometer",
            ),
            role="working",
        ),
        Column(
            name="recommendation",
            kind=Number(4),
            unit="sd",
            meaning="Recommendation of the company in the barometer, before it is put on a scale.",
            recipe=numeric.score("$zero", {"customers.relation": "$one"}, noise="$answer_sd"),
            role="working",
        ),
        Column(
            name="ltr",
            kind=Integer(0, 10),
            unit="0-10",
            meaning="How likely the customer is to recommend Tilmarenne; asked after orders and in the barometer, empty without an answer.",
            recipe=derived.formula(
                recommendation,
                "#source",
                "orders.ltr",
                "recommendation",
                "$ltr_cuts",
                sentence="that of the order, or of the relationship",
            ),
            when="asked_recommendation",
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
            name="contact_csat",
            kind=Integer(1, 5),
            unit="1-5",
            meaning="Satisfaction with the contact; asked after contacts, empty without an answer.",
            recipe=derived.copy("contacts.csat"),
            when="rated_contact",
        ),
        Column(
            name="ces_version",
            kind=Category(CES_VERSIONS),
            meaning="How effort was asked: as effort (CES 1.0) until 2 July 2023, as ease (CES 2.0) since; empty without an answer after a contact.",
            recipe=derived.formula(
                lambda sent: (sent // DAY_SECONDS >= CES_2_FROM).astype(np.int64),
                "sent_at",
                sentence="by the day of the invitation",
            ),
            when="rated_contact",
        ),
        Column(
            name="rated_ease",
            kind=Boolean(),
            meaning="Whether ease was rated, on the second version's scale.",
            recipe=derived.formula(np.logical_and, "rated_contact", "ces_version=ces_2", sentence="rated by CES 2.0"),
            role="working",
        ),
        Column(
            name="rated_effort",
            kind=Boolean(),
            meaning="Whether effort was rated, on the first version's scale.",
            recipe=derived.formula(np.logical_and, "rated_contact", "ces_version=ces_1", sentence="rated by CES 1.0"),
            role="working",
        ),
        Column(
            name="ces",
            kind=Integer(1, 7),
            unit="1-7, high is easy",
            meaning="Agreement that Tilmarenne made it easy (CES 2.0); asked after contacts since July 2023, empty without an answer.",
            recipe=derived.copy("contacts.ces"),
            when="rated_ease",
        ),
        Column(
            name="ces_1",
            kind=Integer(1, 5),
            unit="1-5, high is hard",
            meaning="Effort that the customer had to make (CES 1.0); asked after contacts until July 2023, empty without an answer.",
            recipe=derived.formula(
                lambda ease, cuts: 5 - np.searchsorted(np.asarray(cuts), ease, side="left"),
                "contacts.ease",
                "$effort_cuts",
                sentence="ease turned round and cut at effort_cuts",
            ),
            when="rated_effort",
        ),
        Column(
            name="answers_items",
            kind=Boolean(),
            meaning="Whether the customer went on to the single questions.",
            recipe=derived.draw(
                lambda u, answered, share: answered & (u < share),
                "answered",
                "$items_share",
                sentence="answered, and stayed on",
            ),
            role="working",
        ),
        Column(
            name="item_count",
            kind=Integer(0, 13),
            meaning="Single questions of the survey: six aspects, five of service quality, or thirteen attitudes.",
            recipe=derived.formula(
                lambda answers, source: answers * ITEMS_OF_SOURCE[source],
                "answers_items",
                "#source",
                sentence="by programme, if answers_items",
            ),
            role="working",
        ),
    ),
)
