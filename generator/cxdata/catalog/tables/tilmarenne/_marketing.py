"""The calendar of campaigns, which never changes, and which of them an order followed or an incident fell upon."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.recipes import categorical, lookup
from cxdata.recipes.temporal import SECONDS_PER_DAY, day_number, seconds_of_day
from cxdata.schema.recipe import Array

CHANNELS = ("email", "sms", "app", "post")
EMAIL, SMS, APP, POST = range(4)
THEMES = ("sales", "renovation", "spring_garden", "terrace", "back_home", "black_friday", "christmas", "advice")
TARGETS = ("all", "gardeners", "home_makers", "renovators", "gift_buyers", "bargain_hunters")
CAMPAIGNS = 60
WITHIN_DAYS = 7
"""Days after a message within which a purchase is counted beside it."""
_EVERY_DAYS = 12
_THEME_OF_MONTH = (
    *("sales", "renovation", "spring_garden", "spring_garden", "terrace", "terrace"),
    *("sales", "back_home", "back_home", "renovation", "christmas", "christmas"),
)
_BLACK_FRIDAYS = dict(zip((27, 57), calendar.BLACK_FRIDAYS, strict=True))
"""Which campaigns announce a Black Friday, on its morning, and when."""
_EARLY = 7
_SEGMENT_OF_THEME = {
    "sales": "bargain_hunters",
    "renovation": "renovators",
    "spring_garden": "gardeners",
    "terrace": "gardeners",
    "back_home": "home_makers",
    "christmas": "gift_buyers",
    "advice": "home_makers",
}
_NIGHT_FROM, _NIGHT_SECONDS, _MORNING_PART = 23 * 3_600, 8 * 3_600, 4
"""Nobody opens messages late at night; those who would do it in the two hours after seven."""
_WINDOW_START = day_number(calendar.WINDOW_FIRST)


def _next_working_day(day: date) -> date:
    while calendar.is_holiday(day) or day.weekday() == calendar.SUNDAY:
        day += timedelta(1)
    return day


def _plan() -> list[tuple[int, int, int, int, bool, bool]]:
    """Return day, channel, theme, target, whether it holds an offer and whether it is a test, campaign by campaign."""
    plan = []
    for number in range(CAMPAIGNS):
        day = _next_working_day(calendar.WINDOW_FIRST + timedelta(2 + _EVERY_DAYS * number + number * 5 % 7))
        channel = {3: SMS, 6: APP, 9: POST}.get(number % 10, EMAIL)
        theme = "advice" if number % 6 == 4 else _THEME_OF_MONTH[day.month - 1]
        target = _SEGMENT_OF_THEME[theme] if number % 5 in (1, 3) else "all"
        offer = theme != "advice" and (theme == "sales" or number % 2 == 0)
        test = channel == EMAIL and number % 3 != 0
        friday = _BLACK_FRIDAYS.get(number)
        if friday is not None:
            day, channel, theme, target, offer, test = friday, EMAIL, "black_friday", "all", True, False
        plan.append((day_number(day), channel, THEMES.index(theme), TARGETS.index(target), offer, test))
    return plan


_COLUMNS = tuple(np.array(column) for column in zip(*_plan(), strict=True))
SENT_DAY, CHANNEL, THEME, TARGET, HAS_OFFER, IS_TEST = _COLUMNS
IS_TARGETED = TARGET > 0
# Hour of the day and strength of the subject, in an order without a pattern; the strength runs from -1 to 1.
SENT_HOUR = _EARLY + (np.arange(CAMPAIGNS) * 5) % 12
SENT_HOUR[list(_BLACK_FRIDAYS)] = _EARLY
STRENGTH = ((np.arange(CAMPAIGNS) * 37) % 23 - 11) / 11.0


def _lists() -> tuple[Array, Array]:
    """Return the campaigns that each kind of customer can get, one list after the other, and where each starts."""
    parts = []
    for group in range(4 * (len(TARGETS) - 1)):
        segment, phone, app = group // 4, group // 2 % 2, group % 2
        meant = np.isin(TARGET, (0, 1 + segment))
        reached = np.isin(CHANNEL, (EMAIL, POST)) | ((CHANNEL == SMS) & bool(phone)) | ((CHANNEL == APP) & bool(app))
        parts.append(np.flatnonzero(meant & reached))
    return np.concatenate(parts), np.cumsum([0, *(len(part) for part in parts)])


_LISTED, _STARTS = _lists()
_SPAN = 100_000  # more than any day since 1970: separates customers, and lists, in one sorted line
_LINE = np.repeat(np.arange(len(_STARTS) - 1), np.diff(_STARTS)) * _SPAN + SENT_DAY[_LISTED]
_REACH_FROM, _REACH_DAYS = int(SENT_DAY.min()) - 1, int(SENT_DAY.max() - SENT_DAY.min()) + 2
_REACHED = np.searchsorted(
    _LINE, np.arange(len(_STARTS) - 1)[:, None] * _SPAN + _REACH_FROM + np.arange(_REACH_DAYS), side="right"
).ravel()
"""Where each list begins after each day, list by list; days before the first mailing are taken for the one before."""


def group_of(segment: Array, phone: Array, app: Array) -> Array:
    """Return the kind of customer: segment, whether there is a phone number, whether the app is used."""
    groups: Array = 4 * segment + 2 * phone + app
    return groups


def _reach(group: Array, joined: Array) -> tuple[Array, Array]:
    """Return where a customer's list begins after joining, and where it ends."""
    day = np.clip(joined - _REACH_FROM, 0, _REACH_DAYS - 1)
    return _REACHED.take(group * _REACH_DAYS + day), _STARTS.take(group + 1)


def send_count(
    u: Array, accepts: Array, loyal: Array, group: Array, joined: Array, share: float, by_loyalty: float
) -> Array:
    """Return how many campaigns a customer gets: a share of those within reach since joining."""
    first, last = _reach(group, joined)
    wanted = (last - first) * (share + by_loyalty * loyal) * (0.5 + u)
    count: Array = accepts * np.minimum(np.rint(wanted).astype(np.int64), last - first)
    return count


def campaign_of(u: Array, slot: Array, count: Array, group: Array, joined: Array) -> Array:
    """Return the key of the campaign of a send: the list is cut into as many parts as sends, one drawn from each."""
    first, last = _reach(group, joined)
    size = last - first
    low, high = slot * size // count, (slot + 1) * size // count
    keys: Array = 1 + _LISTED.take(first + low + (u * (high - low)).astype(np.int64))
    return keys


def _bits(claims: Array) -> Array:
    """Return (rows, campaigns) claims as one whole number per row, one bit for each campaign."""
    total = np.zeros(len(claims), dtype=np.int64)
    for number in range(CAMPAIGNS):
        total |= claims[:, number].astype(np.int64) << number
    return total


_DAYS = np.arange(_WINDOW_START - 1, _WINDOW_START + 1_000)
_FOLLOWED = _bits((_DAYS[:, None] > SENT_DAY) & (_DAYS[:, None] <= SENT_DAY + WITHIN_DAYS))
_SENT_UNTIL = _bits(_DAYS[:, None] >= SENT_DAY)


def _at(table: Array, day: Array) -> Array:
    values: Array = table.take(day - int(_DAYS[0]), mode="clip")
    return values


def campaigns_followed(day: Array, parent: Array) -> Array:
    """Return, one bit each, the campaigns that an order followed within days and no earlier one of the customer did.

    So the bits of a customer's orders add up without a carry.
    """
    mask = _at(_FOLLOWED, day)
    before = np.r_[np.zeros(1, dtype=np.int64), mask[:-1]] if len(mask) else mask
    same = np.r_[False, parent[1:] == parent[:-1]] if len(parent) else np.zeros(0, dtype=bool)
    return mask & ~np.where(same, before, 0)


def campaigns_upon(
    late: Array, damaged: Array, promised: Array, at_hand: Array, parent: Array, settled: float
) -> Array:
    """Return, one bit each, the campaigns sent while an incident with the parcel was open and no earlier one was.

    It opens with the missed promise, or with the damaged parcel, and closes some days after the parcel.
    """
    open_from = np.where(late, promised + 1, at_hand)
    until = at_hand + int(settled)
    bad = late | damaged
    ends = np.maximum.accumulate(parent * _SPAN + np.where(bad, until, 0)) - parent * _SPAN
    same = np.r_[False, parent[1:] == parent[:-1]] if len(parent) else np.zeros(0, dtype=bool)
    earlier = np.where(same, np.r_[np.zeros(1, dtype=np.int64), ends[:-1]] if len(ends) else ends, 0)
    begins = np.maximum(open_from, earlier + 1)
    return np.where(bad & (begins <= until), _at(_SENT_UNTIL, until) & ~_at(_SENT_UNTIL, begins - 1), 0)


def has_bit(bits: Array, campaign: Array) -> Array:
    """Return whether the bit of a campaign, by its key, is set."""
    found: Array = (bits >> (campaign - 1)) & 1 == 1
    return found


def civil_second(second: Array) -> Array:
    """Return a moment itself by day; one of the night moves to the next morning, in the order of the night."""
    since_night = second - _NIGHT_FROM
    night = since_night - since_night // SECONDS_PER_DAY * SECONDS_PER_DAY  # what % gives, in less time
    morning = second - night + _NIGHT_SECONDS + night // _MORNING_PART
    return np.where(night < _NIGHT_SECONDS, morning, second)


def opened_second(
    u: Array, sent: Array, when: tuple[float, ...], median: float, sd: float, hours: tuple[float, ...]
) -> Array:
    """Return when a message was opened: soon after it came, hours later, on the next day or on one of the days after.

    Args:
        u: (4, n) uniforms.
        sent: (n,) second at which it was sent.
        when: (4,) shares of those four.
        median: median of the hours later.
        sd: their spread on the log scale.
        hours: (24,) shares of the hours of the day, for the days after.
    """
    branch = categorical.pick(u[0], when)
    opened: Array = np.empty(len(sent), dtype=np.int64)
    soon = np.flatnonzero(branch == 0)
    waited = np.minimum(lookup.exponential(u[1].take(soon)) * 1_200.0, 3_500.0)
    opened[soon] = sent.take(soon) + 30 + waited.astype(np.int64)
    same_day = np.flatnonzero(branch == 1)
    factor = lookup.exp(sd * lookup.normal(u[1].take(same_day)))
    waited = np.minimum(3_600.0 * median * factor, float(SECONDS_PER_DAY))
    opened[same_day] = civil_second(sent.take(same_day) + 60 + waited.astype(np.int64))
    later = np.flatnonzero(branch >= 2)
    further = 2 + np.minimum(lookup.exponential(u[3].take(later)) * 1.8, 5.0).astype(np.int64)
    days = np.where(branch.take(later) == 2, 1, further)
    midnight = (sent.take(later) // SECONDS_PER_DAY + days) * SECONDS_PER_DAY
    opened[later] = midnight + seconds_of_day(u[1:3].take(later, axis=1), hours)
    return opened
