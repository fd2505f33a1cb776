"""Contacts: what customers bring to the service centre, how long they waited, who served them, how they took it.

Each contact has two rows in waiting: a first call that its caller gave up, and the contact itself. The first is kept
only where the caller did hang up; the second unless that caller never called again.
"""

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne import _service_centre as centre
from cxdata.catalog.tables.tilmarenne.agents import AGENTS, DESKS
from cxdata.catalog.tables.tilmarenne.calendar import LAMP_RECALL_START
from cxdata.catalog.tables.tilmarenne.orders import REASONS
from cxdata.catalog.tables.tilmarenne.teams import SITES
from cxdata.catalog.tables.tilmarenne.touchpoints import NAMES as TOUCHPOINTS
from cxdata.recipes import categorical, derived, lookup, numeric, temporal
from cxdata.recipes.temporal import SECONDS_PER_DAY, day_number
from cxdata.schema.effect import Effect
from cxdata.schema.estimator import difference_in_means, stratified_difference
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Number, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Rule, ours
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, PerParent, Table

CHANNELS = ("post", "phone", "email", "social")  # from the least to the most digital: the order in which they are cut
TOUCHPOINT_OF_CHANNEL = np.array([TOUCHPOINTS.index(f"service_centre_{name}") + 1 for name in CHANNELS])
URGENT = ("late_delivery", "damaged_item", "product_recall")
"""Reasons that a voice menu asks for and puts in front."""
SIMPLE = ("invoice", "availability", "loyalty_account")
"""Reasons that mostly go to the contractor."""
NEED_GOODS = tuple(REASONS.index(name) for name in ("damaged_item", "return_refund", "faulty_product"))
ROWS_PER_CONTACT = 2
MOST_CONTACTS = 4
WAIT_STEP_MINUTES = 1.0
RECALL_DAY = day_number(LAMP_RECALL_START)
MOST_GAP_DAYS, MOST_CAUSE_DAYS = 10.0, 21.0
"""A matter comes to the service centre within this time, or never; it all ends before the company's record does."""
CALL_SECONDS, LEAST_ROOM_SECONDS, LEAST_ANSWER_SECONDS = 5_400, 3_600, 120
"""Who calls again on the same day does so well after the call, and not in the last hour; no answer comes at once."""
FIRST_OPEN = int(centre.OPEN_DAYS[0]) - day_number(calendar.WINDOW_FIRST)
"""Place of the first open day among the days of the company's record."""
SAME_DAY, NEXT_DAY, LATER = range(3)
EMOTIONS = ("calm", "satisfied", "surprised", "worried", "disappointed", "angry")
MOODS = ("upset", "uneasy", "even", "pleased")


def own(slot: Array) -> Array:
    """Return the first of the two rows of each row's contact, before any row is dropped."""
    rows: Array = np.arange(len(slot)) - slot % ROWS_PER_CONTACT
    return rows


def modernity(u: Array, slot: Array, digital: Array, weight: float) -> Array:
    """Return the taste for digital channels, the same in both rows of a contact."""
    score: Array = weight * digital + lookup.normal(u[own(slot)])
    return score


def before(slot: Array) -> Array:
    """Return the first row of the contact before each row's, or of its own where it is an order's first contact."""
    rows: Array = own(slot) - np.where(slot >= ROWS_PER_CONTACT, ROWS_PER_CONTACT, 0)
    return rows


def reason(
    u: Array, slot: Array, first: Array, closed: Array, others: tuple[float, ...], same: float, reopened: float
) -> Array:
    """Return the reason of a contact: the order's first one, and mostly again when the customer comes back.

    Args:
        u: (2, n) uniforms.
        slot: (n,) slots.
        first: (n,) first reason of the order.
        closed: (n,) whether the matter would seem closed after the contact.
        others: Shares of reasons of another matter.
        same: Share of the same reason among contacts that follow another.
        reopened: The same, where the matter before had seemed closed.
    """
    u = u[:, own(slot)]
    again = u[0] < np.where(closed[before(slot)], reopened, same)
    return np.where((slot < ROWS_PER_CONTACT) | again, first, categorical.pick(u[1], others))


def cause_day(u: Array, code: Array, ordered: Array, lead: Array, off: Array, at_hand: Array, mean: float) -> Array:
    """Return the day on which something leads a customer to get in touch.

    A late parcel is asked after while it is late, goods are sent back once at hand, a recall is known when it is out.
    """
    some_days = np.minimum(lookup.exponential(u) * mean, MOST_CAUSE_DAYS).astype(np.int64)
    while_late = ordered + lead + 1 + (u * np.maximum(off, 1)).astype(np.int64)
    from_day = np.where(np.isin(code, NEED_GOODS), at_hand, ordered)
    from_day = np.where(code == REASONS.index("product_recall"), np.maximum(from_day, RECALL_DAY - 1), from_day)
    return np.where(code == REASONS.index("late_delivery"), while_late, from_day + 1 + some_days)


def channel(modern: Array, address: Array, cuts: tuple[float, ...]) -> Array:
    """Return channels by the taste for digital ones; who has no e-mail address calls."""
    code = lookup.count_below(np.asarray(cuts), modern)
    return np.where((code == CHANNELS.index("email")) & ~address, CHANNELS.index("phone"), code)


def day_of_channel(u: Array, day: Array, post: Array, phone: Array, rest: float, postponed: tuple[float, ...]) -> Array:
    """Return the day on which a contact can be made: letters take two days, the line is open on working days alone.

    Who would have called on a closed day calls on one of the next open days; e-mails mostly wait for a working day.
    """
    arrives = day + 2 * post
    later = np.where(calendar.is_working_day(arrives), 0, categorical.pick(u, postponed))
    called = centre.open_day_after(arrives, later)
    written = np.where(post | (u < rest), calendar.working_day(arrives), arrives)
    return np.where(phone, called, written)


def written_answer(second: Array, factor: Array, hours: Array, opening: float, closing: float, morning: float) -> Array:
    """Return when a message is answered: after about the desk's median time of the day, while the desk is open.

    Args:
        second: (n,) second of arrival.
        factor: (n,) time to the answer as a multiple of the median.
        hours: (RECORD_DAYS,) median hours to an answer by day.
        opening: Opening hour.
        closing: Closing hour.
        morning: Hours over which what would fall into a night or a closed day is answered on the next open morning.
    """
    arrived = centre.OPEN_DAYS[centre.open_place(second // SECONDS_PER_DAY)]
    median = np.asarray(hours)[arrived - centre.OPEN_DAYS[0] + FIRST_OPEN]
    wanted = second + LEAST_ANSWER_SECONDS + (3600.0 * median * factor).astype(np.int64)
    day = wanted // SECONDS_PER_DAY
    low, high = int(opening * 3600), int(closing * 3600)
    is_late = calendar.is_working_day(day) & (wanted - day * SECONDS_PER_DAY >= high)
    place = centre.open_place(day + is_late)
    opens = centre.OPEN_DAYS[place] * SECONDS_PER_DAY + low
    closed = centre.OPEN_DAYS[np.maximum(place - 1, 0)] * SECONDS_PER_DAY + high
    part = np.clip((wanted - closed) / np.maximum(opens - closed, 1), 0.0, 1.0)
    answered: Array = np.where(wanted < opens, opens + (part * morning * 3600).astype(np.int64), wanted)
    return answered


def arrival(
    u: Array,
    day: Array,
    after: Array,
    post: Array,
    phone: Array,
    total: Array,
    hours: tuple[float, ...],
    post_hours: tuple[float, ...],
    opening: float,
    closing: float,
) -> Array:
    """Return the second at which a contact of a day comes in: a call as one of the company's calls, any as likely.

    Args:
        u: (2, n) uniforms.
        day: (n,) days.
        after: (n,) second before which it cannot come.
        post: (n,) whether it is a letter.
        phone: (n,) whether it is a call.
        total: (INTERVALS + 1,) calls offered before each quarter-hour, and in all.
        hours: Shares of the hours of the day of messages.
        post_hours: The same of letters.
        opening: Opening hour.
        closing: Closing hour.
    """
    low, high = int(opening * 3600), int(closing * 3600)
    of_day = temporal.seconds_of_day(u, hours)
    rows = np.flatnonzero(post)
    of_day[rows] = temporal.seconds_of_day(u.take(rows, axis=1), post_hours)
    outside = (of_day < low) | (of_day >= high)
    second = day * SECONDS_PER_DAY + np.where(outside, low + (u[1] * (high - low)).astype(np.int64), of_day)
    left = np.maximum(day * SECONDS_PER_DAY + high - after, 1)
    second = np.where(second > after, second, after + 1 + (u[1] * left).astype(np.int64))
    rows = np.flatnonzero(phone)
    second[rows] = _called(u.take(rows, axis=1), day.take(rows), after.take(rows), total, low, high)
    return second


def _called(u: Array, day: Array, after: Array, total: Array, low: int, high: int) -> Array:
    """Return the second of calls; arguments as of ``arrival``, and the seconds of the day between which calls come."""
    place = centre.open_place(day)
    waits = np.clip(after - day * SECONDS_PER_DAY - low + centre.QUARTER_SECONDS - 1, 0, high - low)
    first = place * centre.QUARTERS + np.minimum(waits // centre.QUARTER_SECONDS, centre.QUARTERS - 1)
    low_call, high_call = total.take(first), total.take((place + 1) * centre.QUARTERS)
    call = low_call + (u[0] * (high_call - low_call)).astype(np.int64)
    interval = np.clip(np.searchsorted(total, call, side="right") - 1, 0, centre.INTERVALS - 1)
    within = (interval % centre.QUARTERS) * centre.QUARTER_SECONDS + (u[1] * centre.QUARTER_SECONDS).astype(np.int64)
    second: Array = centre.OPEN_DAYS[interval // centre.QUARTERS] * SECONDS_PER_DAY + low + within
    return second


def first_at(
    u: Array,
    slot: Array,
    code: Array,
    post: Array,
    phone: Array,
    closed: Array,
    factor: Array,
    ordered: Array,
    lead: Array,
    off: Array,
    at_hand: Array,
    calls: Array,
    answer_hours: Array,
    rest: float,
    postponed: tuple[float, ...],
    cause_days: float,
    gap_days: float,
    returns: tuple[float, ...],
    hours: tuple[float, ...],
    post_hours: tuple[float, ...],
    opening: float,
    closing: float,
    morning: float,
) -> Array:
    """Return when each contact, or the first try to make it, came in; what comes back follows the answer before it.

    Args:
        u: (6, n) uniforms: cause, day of the week, gap, kind of return, hours.
        slot: (n,) slots; two rows per contact, contacts of an order in their order.
        code: (n,) reasons.
        post: (n,) whether it is a letter.
        phone: (n,) whether it is a call.
        closed: (n,) whether the matter would seem closed after the contact.
        factor: (n,) time to a written answer as a multiple of the median.
        ordered: (n,) day of the order.
        lead: (n,) days from order to promise.
        off: (n,) days from promise to parcel.
        at_hand: (n,) day from which the goods are at hand.
        calls: (INTERVALS,) calls offered in each quarter-hour.
        answer_hours: (RECORD_DAYS,) median hours to a written answer.
        rest: Share of e-mails and posts that wait for a working day.
        postponed: Shares of open days by which a call on a closed day is postponed.
        cause_days: Mean days from cause to contact.
        gap_days: Mean days from one contact to the next, beyond the least.
        returns: Shares of those who come back on the same day, on the next open day, and later.
        hours: Shares of the hours of the day of messages.
        post_hours: The same of letters.
        opening: Opening hour.
        closing: Closing hour.
        morning: Hours over which answers that wait for a morning are spread.
    """
    found = np.zeros(len(slot), dtype=np.int64)
    of_contact, rows_before = own(slot), before(slot)
    total = np.r_[0, np.cumsum(calls.astype(np.int64))]
    for number in range(MOST_CONTACTS):
        rows = np.flatnonzero(slot // ROWS_PER_CONTACT == number)
        draw = u[:, of_contact[rows]]
        by_post, by_phone = post[rows], phone[rows]
        if number == 0:
            cause = cause_day(draw[0], code[rows], ordered[rows], lead[rows], off[rows], at_hand[rows], cause_days)
            day = day_of_channel(draw[1], cause, by_post, by_phone, rest, postponed)
            after = day * SECONDS_PER_DAY
        else:
            last = rows_before[rows]
            answer = written_answer(found[last], factor[last], answer_hours, opening, closing, morning)
            after = np.where(phone[last], found[last] + CALL_SECONDS, answer)
            day = after // SECONDS_PER_DAY
            kind = np.where(closed[last] | by_post, LATER, categorical.pick(draw[3], returns))
            no_room = after - day * SECONDS_PER_DAY > int(closing * 3600) - LEAST_ROOM_SECONDS
            kind = np.where((kind == SAME_DAY) & no_room, NEXT_DAY, kind)
            gap = np.minimum(lookup.exponential(draw[2]) * gap_days, MOST_GAP_DAYS).astype(np.int64)
            later = calendar.working_day(day + 1) + 1 + gap  # after the open day on which a lost call is tried again
            later = np.where(by_phone | by_post | (draw[1] < rest), calendar.working_day(later), later)
            day = np.where(kind == SAME_DAY, day, np.where(kind == NEXT_DAY, calendar.working_day(day + 1), later))
        found[rows] = arrival(draw[4:6], day, after, by_post, by_phone, total, hours, post_hours, opening, closing)
    return found


def is_followed_soon(slot: Array, second: Array) -> Array:
    """Return whether the next contact about the order comes on the same open day or on the next one."""
    following = np.minimum(own(slot) + ROWS_PER_CONTACT, len(slot) - 1)
    exists = slot[following] // ROWS_PER_CONTACT == slot // ROWS_PER_CONTACT + 1
    days = centre.open_place(second[following] // SECONDS_PER_DAY) - centre.open_place(second // SECONDS_PER_DAY)
    soon: Array = exists & (days <= 1)
    return soon


def wait_until_served(
    u: Array, chance: Array, mean: Array, urgent: Array, simple: Array, jump: float, overtaken: float, last: float
) -> Array:
    """Return the minutes a call would wait until an adviser takes it; ``u`` is (2, n).

    Args:
        u: (2, n) uniforms.
        chance: (n,) chance to wait at all in the quarter-hour.
        mean: (n,) mean minutes of those who must wait.
        urgent: (n,) whether the call jumps the queue.
        simple: (n,) whether the matter is a simple one.
        jump: By how much its wait is shorter, on the logarithm.
        overtaken: By how much the others' waits are longer, on the logarithm.
        last: By how much those of simple matters are longer still.
    """
    minutes = mean * lookup.exponential(u[1]) * lookup.exp(np.where(urgent, -jump, overtaken + last * simple))
    return np.where(u[0] < chance, minutes, 0.0)


def patience(u: Array, slot: Array, trait: Array, mean: float, weight: float) -> Array:
    """Return the minutes after which a caller hangs up; longer for patient people, the mean stays."""
    scale = lookup.exp(weight * trait - weight * weight / 2.0)
    minutes: Array = mean * scale * lookup.exponential(u[own(slot)])
    return minutes


def contacted_at(
    u: Array, slot: Array, first: Array, gave_up: Array, endured: Array, mean: float, opening: float, closing: float
) -> Array:
    """Return when a contact was made: at once, or after a call given up, within hours or on the next open morning.

    Args:
        u: (2, n) uniforms.
        slot: (n,) slots.
        first: (n,) second of the first try.
        gave_up: (n,) whether its caller hung up.
        endured: (n,) minutes until then.
        mean: Mean minutes until the next call.
        opening: Opening hour.
        closing: Closing hour.
    """
    again = first + (60.0 * (endured + 1.0 + mean * lookup.exponential(u[0]))).astype(np.int64)
    day = first // SECONDS_PER_DAY
    closes = day * SECONDS_PER_DAY + int(closing * 3600)
    morning = (
        centre.open_day_after(day + 1, 0) * SECONDS_PER_DAY + int(opening * 3600) + (u[1] * 7_200).astype(np.int64)
    )
    again = np.where(again < closes, again, morning)
    return np.where(gave_up & is_contact(slot), again, first)


def is_contact(slot: Array) -> Array:
    """Return whether a row is the contact itself and not a call that was given up before it."""
    itself: Array = slot % ROWS_PER_CONTACT == ROWS_PER_CONTACT - 1
    return itself


def adviser(
    u: Array,
    day: Array,
    interval: Array,
    phone: Array,
    outsourced: Array,
    opening: float,
    early: tuple[float, ...],
    day_shift: tuple[float, ...],
    midday: tuple[float, ...],
    late: tuple[float, ...],
    sites: Array,
    desks: Array,
    *weekdays: Array,
) -> Array:
    """Return the key of an adviser of the right desk and site who is on duty: at a call's quarter-hour, or on a writing day.

    Letters and messages are dealt with on the next open day. Where nobody of the site is on duty the other one helps.
    """
    place = centre.open_place(day)
    quarter = (interval - 1) % centre.QUARTERS
    cover = centre.covers(opening, early, day_shift, midday, late)
    # Shifts as bits, so that a byte says of an adviser and a row what each works and what would do.
    works = _BIT_OF_SHIFT.take(centre.shifts_by_day(weekdays)).take(place, axis=0)
    of_quarter = (cover.T * _BIT_OF_SHIFT).sum(axis=1)
    would_do = np.where(phone, of_quarter[quarter], (_WORKS * _BIT_OF_SHIFT).sum()).astype(np.uint8)
    desk = np.where(phone, DESKS.index("phone"), DESKS.index("writing"))
    site = np.where(outsourced, *_SITE_CODES)
    of_desk = ((works & would_do[:, None]) > 0) & (desks == np.arange(len(DESKS))[:, None]).take(desk, axis=0)
    chosen = of_desk & (sites == np.arange(len(SITES))[:, None]).take(site, axis=0)
    nobody = np.flatnonzero(~chosen.any(axis=1))
    chosen[nobody] = of_desk[nobody]
    found = np.r_[np.flatnonzero(chosen), 0]  # advisers row by row, and one for rows behind the last who is found
    begins = np.searchsorted(found[:-1], np.arange(len(u) + 1) * AGENTS)
    count = np.diff(begins)
    wanted = found.take(begins[:-1] + (u * count).astype(np.int64)) % AGENTS
    key: Array = 1 + np.where(count > 0, wanted, AGENTS - 1)
    return key


_WORKS = np.isin(np.arange(len(centre.SHIFTS)), centre.WORKING)
_BIT_OF_SHIFT = np.left_shift(1, np.arange(len(centre.SHIFTS))).astype(np.uint8)
_SITE_CODES = (SITES.index("outsourced"), SITES.index("in_house"))


def transfer_count(u: Array, need: Array, second: float, third: float) -> Array:
    """Return how often a contact was passed on, 0 to 3: an ordinal logit of the need."""
    pressure = need + lookup.logistic(u)
    return (pressure > 0).astype(np.int64) + (pressure > second) + (pressure > third)


def emotion(u: Array, mood: Array, cuts: tuple[float, ...], *shares: tuple[float, ...]) -> Array:
    """Return the emotion that an adviser would note, by shares that depend on the mood; ``shares`` as MOODS."""
    band = np.searchsorted(np.asarray(cuts), mood, side="left")
    bounds = np.stack([categorical.upper_bounds(one) for one in shares])
    return categorical.pick_by_row(u, band, bounds)


_EMOTION_SHARES = {
    "upset": (0.06, 0.01, 0.03, 0.18, 0.32, 0.40),
    "uneasy": (0.30, 0.03, 0.06, 0.29, 0.23, 0.09),
    "even": (0.63, 0.12, 0.08, 0.10, 0.06, 0.01),
    "pleased": (0.45, 0.44, 0.08, 0.02, 0.01, 0.00),
}

PARAMETERS = (
    ours("contact_cause_days", 4.0, "days", "Mean days from what leads to a contact to the contact.", 0.1, 20.0),
    ours("contact_gap_days", 4.0, "days", "Mean days from one contact to the next, beyond the least.", 0.1, 20.0),
    ours(
        "contact_returns",
        (0.24, 0.23, 0.53),
        "shares",
        "Contacts after one that left a matter open: on the same day, on the next open day, later.",
    ),
    ours(
        "closed_too_soon_share",
        0.34,
        "share",
        "Contacts followed by another about their order after which the matter seemed closed.",
    ),
    ours("reopened_same_share", 0.50, "share", "The same reason again where the matter had seemed closed."),
    ours("answer_log_sd", 0.70, "log hours", "Spread of the time to a written answer around the day's median."),
    ours(
        "answer_morning_hours",
        4.0,
        "hours",
        "Hours of a morning over which answers are spread that a night or a closed day held up.",
        0.1,
        13.0,
    ),
    ours(
        "calls_postponed",
        (0.40, 0.22, 0.15, 0.12, 0.11),
        "shares",
        "Calls that fall on a closed day, by the open day on which they are made, the next one first.",
    ),
    ours("wait_overtaken", 0.15, "log minutes", "Wait, more for those whom urgent calls overtake."),
    ours("wait_simple", 0.60, "log minutes", "Wait, more for simple matters: they come last."),
    ours("patience_on_waiting", 0.30, "log minutes", "Callers wait longer, per step of patience."),
    ours("calls_again_share", 0.70, "share", "Callers who hung up and call again."),
    ours("redial_minutes", 45.0, "minutes", "Mean time until they do, the same day.", 1.0, 600.0),
    ours("outsourced_base", -0.75, "logit", "Goes to the contractor, a call about anything that is not simple (32%)."),
    ours("outsourced_simple", 1.40, "logit", "Contractor, added for invoices, availability and the loyalty card."),
    ours("outsourced_urgent", 1.00, "logit", "Contractor, less for urgent reasons."),
    ours("outsourced_written", 0.80, "logit", "Contractor, added for what is written."),
    ours("recognised_base", -0.9, "logit", "Recognised as a customer, without a card (29%)."),
    ours("recognised_loyal", 1.1, "logit", "Recognised, added with the loyalty card."),
    ours("recognised_gold", 0.9, "logit", "Recognised, added for the tier gold."),
    ours("competence_on_handle", 0.10, "log minutes", "Time of a contact, less per step of the adviser's competence."),
    ours("transfer_base", -2.3, "logit", "Passed on, an ordinary call (9%)."),
    ours("transfer_simple", 0.7, "logit", "Passed on, less for simple reasons."),
    ours("transfer_urgent", 0.5, "logit", "Passed on, added for urgent reasons."),
    ours("transfer_written", 0.3, "logit", "Passed on, less for what is written."),
    ours("transfer_competence", 0.5, "logit", "Passed on, less per step of competence."),
    ours("transfer_knowledge", 0.5, "logit", "Passed on, less with the knowledge base."),
    ours("transfer_second", 2.0, "logit", "Further need that leads to a second transfer."),
    ours("transfer_third", 3.6, "logit", "Further need that leads to a third."),
    ours("resolve_competence", 0.45, "logit", "Settled, added per step of competence."),
    ours("resolve_knowledge", 0.40, "logit", "Settled, added with the knowledge base."),
    ours("resolve_transferred", 0.50, "logit", "Settled, less after a transfer."),
    ours("competence_on_effort", 0.35, "sd", "Ease, per step of the adviser's competence. Ours.", 0.0, 5.0),
    ours("transfer_on_effort", 0.40, "sd", "Ease, less after a transfer."),
    ours("simple_on_effort", 0.60, "sd", "Simple matters are easier, whoever deals with them."),
    ours("recognised_on_effort", 0.12, "sd", "Ease, added where the customer was recognised."),
    ours("satisfaction_on_mood", 0.60, "sd", "Mood before a contact, per step of satisfaction with the order."),
    ours("urgent_on_mood", 0.45, "sd", "Mood before a contact, less for urgent reasons."),
    ours("wait_on_mood", 0.50, "sd", "Mood before a contact, less after a wait of a minute or more."),
    ours("mood_sd", 0.80, "sd", "Spread of moods beyond all that."),
    ours("welcome_base", 0.10, "sd", "Satisfaction with a contact of an average customer, unsettled."),
    ours("wait_on_welcome", 0.35, "sd", "Satisfaction with a contact, less after a wait of a minute or more."),
    ours("resolved_on_welcome", 0.75, "sd", "Satisfaction with a contact, added where it was settled."),
    ours("competence_on_welcome", 0.35, "sd", "Satisfaction with a contact, per step of competence."),
    ours("transfer_on_welcome", 0.35, "sd", "Satisfaction with a contact, less after a transfer."),
    ours("mood_on_welcome", 0.35, "sd", "Satisfaction with a contact, per step of the mood before."),
    ours("leniency_on_welcome", 0.25, "sd", "Weight of leniency."),
    ours("welcome_sd", 0.70, "sd", "Spread of satisfaction with a contact beyond all that."),
    ours(
        "welcome_cuts",
        (-1.05, -0.45, 0.10, 1.10),
        "sd",
        "Thresholds between the answers 1 to 5 about a contact.",
    ),
    ours("mood_on_mood", 0.50, "sd", "Mood after a contact, per step of the mood before."),
    ours("welcome_on_mood", 0.60, "sd", "Mood after a contact, per step of satisfaction with it."),
    ours("mood_after_sd", 0.50, "sd", "Spread of moods after a contact beyond all that."),
    ours("mood_cuts", (-1.10, -0.25, 0.75), "sd", "Thresholds between upset, uneasy, even and pleased."),
    *(
        ours(
            f"emotions_{name}",
            _EMOTION_SHARES[name],
            "shares",
            f"Emotions noted of customers who are {name}, {EMOTIONS[0]} to {EMOTIONS[-1]}.",
        )
        for name in MOODS
    ),
    ours("estimate_welcome", 0.60, "sd", "Adviser's estimate, per step of the customer's satisfaction."),
    ours("estimate_sd", 0.85, "sd", "Spread of advisers' estimates beyond that."),
    ours(
        "estimate_cuts", (-1.60, -0.65, 0.85), "sd", "Thresholds between the estimates 1 to 4: advisers are confident."
    ),
)


def rated_contacts(tables: Tables) -> pd.DataFrame:
    """Return one row per contact whose effort was rated, with the adviser's site."""
    rated = tables["surveys"][["contact_id", "ces"]].dropna().merge(tables["contacts"], on="contact_id")
    frame = rated.merge(tables["agents"][["agent_id", "site"]], on="agent_id")
    return frame.assign(is_outsourced=frame["site"] == "outsourced")


_RATED = ("contacts", "surveys", "agents")

EFFECTS = (
    Effect(
        id="outsourced_on_effort",
        title="What does it do to the effort customers feel that the contractor serves them?",
        treatment="contacts.is_outsourced",
        outcome="ces",
        population="is_handled",
        coefficients=(
            "competence_on_effort",
            "resolve_competence",
            "resolve_knowledge",
            "transfer_competence",
            "transfer_knowledge",
        ),
        estimand="mean change of the answer 1-7 (high is easy), all contacts that an adviser took, had each gone to the contractor instead of Tilmarenne's own",
        confounding="Simple and written matters go to the contractor, and those are easy wherever they go.",
        basis="Ours.",
        right=stratified_difference(
            rated_contacts,
            outcome="ces",
            treatment="is_outsourced",
            strata=("reason", "channel"),
            tables=_RATED,
            sentence="difference within reasons and channels, weighted by their shares",
        ),
        tempting=difference_in_means(
            rated_contacts,
            outcome="ces",
            treatment="is_outsourced",
            tables=_RATED,
            sentence="plain difference between contractor and own advisers",
        ),
    ),
)


def _odd_calls(tables: Tables) -> int:
    rows = tables["contacts"]
    calls = rows["channel"] == "phone"
    wrong = (calls != rows["wait_minutes"].notna()) | (calls != rows["interval_id"].notna())
    return int((wrong | (rows["is_abandoned"] & ~calls)).sum())


def _odd_handling(tables: Tables) -> int:
    rows = tables["contacts"]
    handled = ~rows["is_abandoned"]
    names = ["agent_id", "answered_at", "handle_minutes", "is_resolved_first_time", "transfer_count", "agent_estimate"]
    return int((rows[names].notna().ne(handled, axis=0)).any(axis=1).sum() + (rows["is_complaint"] & ~handled).sum())


def _outside_intervals(tables: Tables) -> int:
    rows = tables["contacts"].dropna(subset=["interval_id"])
    rows = rows.merge(tables["contact_volumes"][["interval_id", "starts_at", "calls_offered"]], on="interval_id")
    since = (rows["contacted_at"] - rows["starts_at"]).dt.total_seconds()
    return int((~since.between(0, centre.QUARTER_SECONDS - 1)).sum() + (rows["calls_offered"] == 0).sum())


def _off_duty(tables: Tables) -> int:
    """Return how many contacts were dealt with by someone whom the roster does not have at work that day."""
    rows = tables["contacts"].dropna(subset=["agent_id"])
    at = rows["contacted_at"].where(rows["channel"] == "phone", rows["answered_at"])
    worked = at.to_numpy().astype("datetime64[D]").astype(np.int64)
    rosters = tables["rosters"]
    starts = pd.to_datetime(rosters["week_start"]).to_numpy().astype("datetime64[D]").astype(np.int64)
    at_work: set[tuple[int, int]] = set()
    for number, name in enumerate(centre.WEEKDAYS):
        works = rosters[name].isin([centre.SHIFTS[shift] for shift in centre.WORKING]).to_numpy()
        at_work.update(zip(rosters["agent_id"][works].tolist(), (starts[works] + number).tolist(), strict=True))
    pairs = zip(rows["agent_id"].astype(int).tolist(), worked.tolist(), strict=True)
    return len([1 for adviser_id, day in pairs if (adviser_id, int(day)) not in at_work])


def _odd_answers(tables: Tables) -> int:
    """Return how many contacts were answered before they came in, or in writing while the desk was closed."""
    rows = tables["contacts"].dropna(subset=["answered_at"])
    early = rows["answered_at"] <= rows["contacted_at"]
    written = rows.loc[rows["channel"] != "phone", "answered_at"]
    day = written.to_numpy().astype("datetime64[D]").astype(np.int64)
    ordered = tables["contacts"].sort_values("contact_id")
    ordered = ordered.assign(following=ordered.groupby("order_id")["contacted_at"].shift(-1))
    chased = (ordered["channel"] != "phone") & (ordered["following"] <= ordered["answered_at"])
    return int(early.sum() + (~calendar.is_working_day(day)).sum() + chased.sum())


def _quietly_abandoned(tables: Tables) -> int:
    lost = tables["contacts"].loc[lambda rows: rows["is_abandoned"], ["interval_id"]]
    counted = lost.merge(tables["contact_volumes"][["interval_id", "calls_abandoned"]], on="interval_id")
    return int((counted["calls_abandoned"] == 0).sum())


RULES = (
    Rule(
        sentence="an answer follows its contact; a written one comes on an open day, before the order's next contact",
        tables=("contacts",),
        violations=_odd_answers,
    ),
    Rule(
        sentence="a quarter-hour in which a caller hung up counts calls abandoned",
        tables=("contacts", "contact_volumes"),
        violations=_quietly_abandoned,
    ),
    Rule(
        sentence="calls, and nothing else, wait, fall into a quarter-hour of the line and can be abandoned",
        tables=("contacts",),
        violations=_odd_calls,
    ),
    Rule(
        sentence="an abandoned call has no adviser, no outcome and is no complaint; every other contact has an adviser",
        tables=("contacts",),
        violations=_odd_handling,
    ),
    Rule(
        sentence="a call comes in within its quarter-hour, which counts it",
        tables=("contacts", "contact_volumes"),
        violations=_outside_intervals,
    ),
    Rule(
        sentence="a contact is dealt with by an adviser who is at work that day",
        tables=("contacts", "rosters"),
        violations=_off_duty,
    ),
)

_DUTY = (
    "$opening_hour",
    "$shift_early_hours",
    "$shift_day_hours",
    "$shift_midday_hours",
    "$shift_late_hours",
    "agents.site[]",
    "agents.desk[]",
    *(f"rosters.{name}[]" for name in centre.WEEKDAYS),
)

TABLE = Table(
    name="contacts",
    meaning="A request to the service centre about an order, or a call that its caller gave up before it was taken.",
    rows=(PerParent("orders", "contact_rows", ROWS_PER_CONTACT * MOST_CONTACTS),),
    keep="happened",
    columns=(
        Column(name="contact_id", kind=Key(), meaning="Key of the contact."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who got in touch."),
        Column(name="order_id", kind=ForeignKey("orders"), meaning="The order it is about."),
        Column(
            name="modernity",
            kind=Number(4),
            unit="sd",
            meaning="Taste for digital channels at this contact.",
            recipe=derived.draw(
                modernity,
                "#slot",
                "customers.digital_affinity",
                "$channel_digital",
                sentence="channel_digital x customers.digital_affinity + normal",
            ),
            role="working",
        ),
        Column(
            name="channel",
            kind=Category(CHANNELS),
            meaning="How it came in; who has no e-mail address calls instead.",
            recipe=derived.formula(
                channel,
                "modernity",
                "customers.has_email",
                "$channel_cuts",
                sentence="modernity cut at channel_cuts, a call where no e-mail address is on file",
            ),
        ),
        Column(
            name="touchpoint_id",
            kind=ForeignKey("touchpoints"),
            meaning="The desk that received it.",
            recipe=derived.formula(
                lambda channel: TOUCHPOINT_OF_CHANNEL[channel], "channel", sentence="desk of the channel"
            ),
        ),
        Column(
            name="seems_closed",
            kind=Boolean(),
            meaning="Whether the matter would seem closed after this contact although the customer comes back.",
            recipe=derived.draw(
                lambda u, slot, share: u[own(slot)] < share, "#slot", "$closed_too_soon_share", sentence="by lot"
            ),
            role="working",
        ),
        Column(
            name="answer_factor",
            kind=Number(6, 0.0),
            unit="factor",
            meaning="Time to a written answer as a multiple of the day's median.",
            recipe=derived.draw(
                lambda u, slot, spread: lookup.exp(spread * lookup.normal(u[own(slot)])),
                "#slot",
                "$answer_log_sd",
                sentence="log-normal around 1",
            ),
            role="working",
        ),
        Column(
            name="reason",
            kind=Category(REASONS),
            meaning="What it was about.",
            recipe=derived.draw(
                reason,
                "#slot",
                "orders.first_reason",
                "seems_closed",
                "$reasons_other",
                "$same_reason_share",
                "$reopened_same_share",
                draws=2,
                sentence="first_reason of the order, mostly again on a second contact",
            ),
        ),
        Column(
            name="is_urgent",
            kind=Boolean(),
            meaning="Whether the reason jumps the queue: a late or damaged parcel, or a recall.",
            recipe=derived.formula(
                lambda code: np.isin(code, [REASONS.index(name) for name in URGENT]),
                "reason",
                sentence="late_delivery, damaged_item or product_recall",
            ),
            role="working",
        ),
        Column(
            name="is_simple",
            kind=Boolean(),
            meaning="Whether the reason is a simple one: an invoice, availability or the loyalty account.",
            recipe=derived.formula(
                lambda code: np.isin(code, [REASONS.index(name) for name in SIMPLE]),
                "reason",
                sentence="invoice, availability or loyalty_account",
            ),
            role="working",
        ),
        Column(
            name="is_phone",
            kind=Boolean(),
            meaning="Whether it was a call.",
            recipe=derived.copy("channel=phone"),
            role="working",
        ),
        Column(
            name="is_written",
            kind=Boolean(),
            meaning="Whether it was written.",
            recipe=derived.formula(np.logical_not, "is_phone", sentence="not is_phone"),
            role="working",
        ),
        Column(
            name="first_at",
            kind=Timestamp(),
            meaning="When the customer first tried.",
            recipe=derived.draw(
                first_at,
                "#slot",
                "reason",
                "channel=post",
                "is_phone",
                "seems_closed",
                "answer_factor",
                "orders.day",
                "orders.lead_days",
                "orders.days_late",
                "orders.at_hand_day",
                "contact_volumes.calls_offered[]",
                "written_volumes.median_answer_hours[]",
                "$working_day_share",
                "$calls_postponed",
                "$contact_cause_days",
                "$contact_gap_days",
                "$contact_returns",
                "$contact_hours",
                "$post_hours",
                "$opening_hour",
                "$closing_hour",
                "$answer_morning_hours",
                draws=6,
                sentence="after its cause, or after the answer to the contact before it; a call as one of the company's calls of the day",
            ),
            role="working",
        ),
        Column(
            name="is_followed_soon",
            kind=Boolean(),
            meaning="Whether the next contact about the order comes on the same open day or on the next one.",
            recipe=derived.formula(is_followed_soon, "#slot", "first_at", sentence="next contact within one open day"),
            role="working",
        ),
        Column(
            name="first_interval",
            kind=ForeignKey("contact_volumes"),
            meaning="Quarter-hour of the first try.",
            recipe=derived.formula(
                centre.interval_key, "first_at", "$opening_hour", sentence="quarter-hour of first_at"
            ),
            role="working",
        ),
        Column(
            name="first_wait_minutes",
            kind=Number(4, 0.0),
            unit="minutes",
            meaning="How long the first call would wait until an adviser takes it.",
            recipe=derived.draw(
                lambda u, slot, *state: wait_until_served(u[:, own(slot)], *state),
                "#slot",
                "contact_volumes.wait_chance@first_interval",
                "contact_volumes.wait_minutes@first_interval",
                "is_urgent",
                "is_simple",
                "$wait_urgent",
                "$wait_overtaken",
                "$wait_simple",
                draws=2,
                sentence="by the queue of its quarter-hour, shorter for urgent reasons, longer for simple ones",
            ),
            role="working",
        ),
        Column(
            name="endurance_minutes",
            kind=Number(4, 0.0),
            unit="minutes",
            meaning="How long the caller would wait before hanging up.",
            recipe=derived.draw(
                patience,
                "#slot",
                "customers.patience",
                "$patience_minutes",
                "$patience_on_waiting",
                sentence="exponential with mean patience_minutes, longer for patient customers",
            ),
            role="working",
        ),
        Column(
            name="gave_up",
            kind=Boolean(),
            meaning="Whether the first caller hung up.",
            recipe=derived.formula(
                lambda phone, wait, endurance, lost: phone & (wait > endurance) & (lost > 0),
                "is_phone",
                "first_wait_minutes",
                "endurance_minutes",
                "contact_volumes.calls_abandoned@first_interval",
                sentence="a call whose wait outlasts endurance_minutes, in a quarter-hour that lost calls",
            ),
            role="working",
        ),
        Column(
            name="happened",
            kind=Boolean(),
            meaning="Whether the row happened: a call given up, or a contact that was made in the end.",
            recipe=derived.draw(
                lambda u, slot, gave_up, soon, again: np.where(
                    is_contact(slot), ~gave_up | (~soon & (u[own(slot)] < again)), gave_up
                ),
                "#slot",
                "gave_up",
                "is_followed_soon",
                "$calls_again_share",
                sentence="the first call if gave_up; the contact unless its caller gave_up for good, or until the next one",
            ),
            role="working",
        ),
        Column(
            name="contacted_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When the contact reached the service centre, within its opening hours.",
            recipe=derived.draw(
                contacted_at,
                "#slot",
                "first_at",
                "gave_up",
                "endurance_minutes",
                "$redial_minutes",
                "$opening_hour",
                "$closing_hour",
                draws=2,
                sentence="first_at, or after a call given up within hours or on the next open morning",
            ),
        ),
        Column(
            name="day",
            kind=Integer(0, 40_000),
            meaning="Day of the contact, since 1970.",
            recipe=derived.formula(lambda at: at // SECONDS_PER_DAY, "contacted_at", sentence="day of contacted_at"),
            role="working",
        ),
        Column(
            name="interval_id",
            kind=ForeignKey("contact_volumes", optional=True),
            meaning="Quarter-hour of the line in which the call came in; empty for other channels.",
            recipe=derived.formula(
                centre.interval_key, "contacted_at", "$opening_hour", sentence="quarter-hour of contacted_at"
            ),
            when="is_phone",
        ),
        Column(
            name="is_abandoned",
            kind=Boolean(),
            meaning="Whether the caller hung up before an adviser took the call; most call again.",
            recipe=derived.formula(lambda slot: ~is_contact(slot), "#slot", sentence="a first call that was given up"),
        ),
        Column(
            name="is_handled",
            kind=Boolean(),
            meaning="Whether an adviser dealt with it.",
            recipe=derived.formula(np.logical_not, "is_abandoned", sentence="not is_abandoned"),
            role="working",
        ),
        Column(
            name="is_answered_call",
            kind=Boolean(),
            meaning="Whether it was a call that an adviser took.",
            recipe=derived.formula(np.logical_and, "is_phone", "is_handled", sentence="is_phone and is_handled"),
            role="working",
        ),
        Column(
            name="second_wait_minutes",
            kind=Number(4, 0.0),
            unit="minutes",
            meaning="Wait of a call made again after one was given up.",
            recipe=derived.draw(
                wait_until_served,
                "contact_volumes.wait_chance@interval_id",
                "contact_volumes.wait_minutes@interval_id",
                "is_urgent",
                "is_simple",
                "$wait_urgent",
                "$wait_overtaken",
                "$wait_simple",
                draws=2,
                sentence="by the queue of its quarter-hour, shorter for urgent reasons, longer for simple ones",
            ),
            role="working",
        ),
        Column(
            name="wait_minutes",
            kind=Number(1, 0.0, 90.0),
            unit="minutes",
            meaning="Wait before an adviser took the call, or before the caller hung up; empty for other channels.",
            recipe=derived.formula(
                lambda abandoned, gave_up, endured, first, second: np.where(
                    abandoned, endured, np.where(gave_up, second, first)
                ),
                "is_abandoned",
                "gave_up",
                "endurance_minutes",
                "first_wait_minutes",
                "second_wait_minutes",
                sentence="wait of the call, until hung up where it was abandoned",
            ),
            when="is_phone",
        ),
        Column(
            name="waited_over_1_min",
            kind=Boolean(),
            meaning="Whether a caller waited a minute or more.",
            recipe=derived.formula(
                lambda minutes, phone: phone & (minutes >= WAIT_STEP_MINUTES),
                "wait_minutes",
                "is_phone",
                sentence="is_phone and wait_minutes of 1 or more",
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
                only="is_handled",
            ),
        ),
        Column(
            name="is_outsourced",
            kind=Boolean(),
            meaning="Whether it was routed to the contractor.",
            recipe=numeric.happens(
                "$outsourced_base",
                {
                    "is_simple": "$outsourced_simple",
                    "is_urgent": "-$outsourced_urgent",
                    "is_written": "$outsourced_written",
                },
            ),
            role="working",
        ),
        Column(
            name="written_answer_at",
            kind=Timestamp(),
            meaning="When it would be answered if it was written.",
            recipe=derived.formula(
                written_answer,
                "contacted_at",
                "answer_factor",
                "written_volumes.median_answer_hours[]",
                "$opening_hour",
                "$closing_hour",
                "$answer_morning_hours",
                sentence="contacted_at + answer_factor x median_answer_hours of the day, while the desk is open",
            ),
            role="working",
        ),
        Column(
            name="service_day",
            kind=Integer(0, 40_000),
            meaning="Day on which an adviser dealt with it, since 1970.",
            recipe=derived.formula(
                lambda phone, day, answer: np.where(phone, day, answer // SECONDS_PER_DAY),
                "is_phone",
                "day",
                "written_answer_at",
                sentence="day of a call, or of the written answer",
            ),
            role="working",
        ),
        Column(
            name="agent_id",
            kind=ForeignKey("agents", optional=True),
            meaning="The adviser who dealt with it; empty for abandoned calls.",
            recipe=derived.draw(
                adviser,
                "service_day",
                "interval_id",
                "is_phone",
                "is_outsourced",
                *_DUTY,
                sentence="one of the advisers of the desk and site on duty",
            ),
            when="is_handled",
        ),
        Column(
            name="competence",
            kind=Number(4),
            unit="sd",
            meaning="Competence of the adviser.",
            recipe=derived.copy("agents.competence@agent_id"),
            role="working",
        ),
        Column(
            name="has_knowledge_base",
            kind=Boolean(),
            meaning="Whether the adviser works with the knowledge base.",
            recipe=derived.copy("agents.has_knowledge_base@agent_id"),
            role="working",
        ),
        Column(
            name="is_recognised",
            kind=Boolean(),
            meaning="Whether the customer was recognised by card, number or address; empty for abandoned calls.",
            recipe=numeric.happens(
                "$recognised_base",
                {"customers.is_loyalty_member": "$recognised_loyal", "customers.tier=gold": "$recognised_gold"},
            ),
            when="is_handled",
        ),
        Column(
            name="handle_minutes",
            kind=Number(1, 0.5, 120.0),
            unit="minutes",
            meaning="Time the adviser spent on it; empty for abandoned calls.",
            recipe=numeric.log_normal(
                "$handle_log",
                {
                    "is_phone": "-$handle_phone",
                    "is_urgent": "$handle_urgent",
                    "competence": "-$competence_on_handle",
                },
                noise="$handle_sd",
            ),
            when="is_handled",
        ),
        Column(
            name="answered_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When the adviser had answered: end of the call, or time of the written answer; empty for abandoned calls. A complaint has its reply in its own table, mostly later.",
            recipe=derived.formula(
                lambda phone, at, wait, handled, answer: np.where(
                    phone, at + (60.0 * (np.where(phone, wait, 0.0) + handled)).astype(np.int64) + 1, answer
                ),
                "is_phone",
                "contacted_at",
                "wait_minutes",
                "handle_minutes",
                "written_answer_at",
                sentence="contacted_at + wait_minutes + handle_minutes for calls, else written_answer_at",
            ),
            when="is_handled",
        ),
        Column(
            name="transfer_need",
            kind=Number(4),
            unit="logit",
            meaning="Need to pass it on.",
            recipe=numeric.score(
                "$transfer_base",
                {
                    "is_simple": "-$transfer_simple",
                    "is_urgent": "$transfer_urgent",
                    "is_written": "-$transfer_written",
                    "competence": "-$transfer_competence",
                    "has_knowledge_base": "-$transfer_knowledge",
                },
            ),
            role="working",
        ),
        Column(
            name="transfer_count",
            kind=Integer(0, 3),
            unit="transfers",
            meaning="How often it was passed on to another adviser; empty for abandoned calls.",
            recipe=derived.draw(
                transfer_count,
                "transfer_need",
                "$transfer_second",
                "$transfer_third",
                sentence="ordinal logit of transfer_need",
            ),
            when="is_handled",
        ),
        Column(
            name="is_transferred",
            kind=Boolean(),
            meaning="Whether it was passed on at all; empty for abandoned calls.",
            recipe=derived.formula(lambda count: count > 0, "transfer_count", sentence="transfer_count above 0"),
            when="is_handled",
        ),
        Column(
            name="may_be_settled",
            kind=Boolean(),
            meaning="Whether the adviser may think it settled: no complaint, and nothing follows or it seems closed.",
            recipe=derived.formula(
                lambda complaint, closed, slot, count: ~complaint & (closed | (slot // ROWS_PER_CONTACT == count - 1)),
                "is_complaint",
                "seems_closed",
                "#slot",
                "orders.contact_count",
                sentence="no complaint, and the last contact about its order or one that seems_closed",
            ),
            role="working",
        ),
        Column(
            name="is_resolved_first_time",
            kind=Boolean(),
            meaning="Whether the adviser declared the matter settled at this contact: one in ten comes back nevertheless, not always for the same reason; complaints are settled in their own table. Empty for abandoned calls.",
            recipe=numeric.happens(
                "$resolve_base",
                {
                    "is_urgent": "-$resolve_urgent",
                    "competence": "$resolve_competence",
                    "has_knowledge_base": "$resolve_knowledge",
                    "is_transferred": "-$resolve_transferred",
                },
                only="may_be_settled",
            ),
            when="is_handled",
        ),
        Column(
            name="ease",
            kind=Number(4),
            unit="sd",
            meaning="How easy the contact was, before it is put on a scale.",
            recipe=numeric.score(
                "$zero",
                {
                    "waited_over_1_min": "-$wait_on_effort",
                    "is_urgent": "-$urgent_on_effort",
                    "is_simple": "$simple_on_effort",
                    "is_resolved_first_time": "$resolved_on_effort",
                    "is_transferred": "-$transfer_on_effort",
                    "is_recognised": "$recognised_on_effort",
                    "competence": "$competence_on_effort",
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
            name="mood_before",
            kind=Number(4),
            unit="sd",
            meaning="Mood in which the customer came to the adviser.",
            recipe=numeric.score(
                "$zero",
                {
                    "orders.satisfaction": "$satisfaction_on_mood",
                    "is_urgent": "-$urgent_on_mood",
                    "waited_over_1_min": "-$wait_on_mood",
                },
                noise="$mood_sd",
            ),
            role="latent",
        ),
        Column(
            name="emotion_before",
            kind=Category(EMOTIONS),
            meaning="Emotion that the adviser noted at the start; empty for abandoned calls.",
            recipe=derived.draw(
                emotion,
                "mood_before",
                "$mood_cuts",
                *(f"$emotions_{name}" for name in MOODS),
                sentence="by shares that depend on mood_before",
            ),
            when="is_handled",
        ),
        Column(
            name="contact_satisfaction",
            kind=Number(4),
            unit="sd",
            meaning="Satisfaction with this contact.",
            recipe=numeric.score(
                "$welcome_base",
                {
                    "waited_over_1_min": "-$wait_on_welcome",
                    "is_resolved_first_time": "$resolved_on_welcome",
                    "is_transferred": "-$transfer_on_welcome",
                    "competence": "$competence_on_welcome",
                    "mood_before": "$mood_on_welcome",
                    "customers.leniency": "$leniency_on_welcome",
                },
                noise="$welcome_sd",
            ),
            role="latent",
        ),
        Column(
            name="csat",
            kind=Integer(1, 5),
            unit="1-5",
            meaning="Satisfaction the customer would state after this contact, asked or not.",
            recipe=numeric.ordinal("contact_satisfaction", "$welcome_cuts", lowest=1),
            role="latent",
        ),
        Column(
            name="mood_after",
            kind=Number(4),
            unit="sd",
            meaning="Mood in which the customer left the adviser.",
            recipe=numeric.score(
                "$zero",
                {"mood_before": "$mood_on_mood", "contact_satisfaction": "$welcome_on_mood"},
                noise="$mood_after_sd",
            ),
            role="latent",
        ),
        Column(
            name="emotion_after",
            kind=Category(EMOTIONS),
            meaning="Emotion that the adviser noted at the end; empty for abandoned calls.",
            recipe=derived.draw(
                emotion,
                "mood_after",
                "$mood_cuts",
                *(f"$emotions_{name}" for name in MOODS),
                sentence="by shares that depend on mood_after",
            ),
            when="is_handled",
        ),
        Column(
            name="impression",
            kind=Number(4),
            unit="sd",
            meaning="Impression that the adviser had of the customer's satisfaction.",
            recipe=numeric.score("$zero", {"contact_satisfaction": "$estimate_welcome"}, noise="$estimate_sd"),
            role="working",
        ),
        Column(
            name="agent_estimate",
            kind=Integer(1, 4),
            unit="1-4, high is satisfied",
            meaning="How satisfied the adviser thought the customer was; empty for abandoned calls.",
            recipe=numeric.ordinal("impression", "$estimate_cuts", lowest=1),
            when="is_handled",
        ),
        Column(
            name="surveyed",
            kind=Boolean(),
            meaning="Whether the effort survey was offered, by lot, after contacts that an adviser took.",
            recipe=derived.draw(
                lambda u, handled, share: handled & (u < share),
                "is_handled",
                "$contact_survey_share",
                sentence="by lot, if is_handled",
            ),
            role="working",
        ),
    ),
)
