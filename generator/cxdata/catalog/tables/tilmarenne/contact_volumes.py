"""Contact volumes: the telephone line by quarter-hour, calls, advisers and waits; the whole company, not the run's customers."""

from __future__ import annotations

import numpy as np

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne import _service_centre as centre
from cxdata.recipes import counts, derived, lookup, queueing
from cxdata.recipes.temporal import SECONDS_PER_DAY, TICKS_PER_DAY, day_number
from cxdata.schema.kinds import Boolean, Date, ForeignKey, Integer, Key, Number, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Rule, ours
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, Reference, Table

SERVICE_SECONDS = 20.0
"""Calls taken within this time count for the service level: 80 in 20, the custom of the trade."""
MOST_CALLS = 100_000
MONDAY = 0
SAME_WEEKDAY = 364
"""A year of whole weeks: beyond the window the pace of orders is that of the same weekday a year away."""


def pace_of_orders(days: Array, ends: tuple[float, ...], lags: tuple[float, ...]) -> Array:
    """Return the pace of the orders that contacts of each day are about, 1 on an average day.

    Args:
        days: (n,) days since 1970.
        ends: Tick at which each day of the window ends.
        lags: Shares of contacts about an order of the same day, of the day before, and so on.
    """
    pace = np.diff(np.r_[0.0, np.asarray(ends)]) / TICKS_PER_DAY
    day = days - day_number(calendar.WINDOW_FIRST)
    total = np.zeros(len(day))
    for lag, share in enumerate(lags):
        ordered = day - lag
        ordered = np.where(ordered < 0, ordered + SAME_WEEKDAY, ordered)
        ordered = np.where(ordered >= len(pace), ordered - SAME_WEEKDAY, ordered)
        total = total + share * pace[ordered]
    return total


def rate(
    jam: Array,
    recall: Array,
    sales: Array,
    ends: tuple[float, ...],
    hours: tuple[float, ...],
    opening: float,
    closing: float,
    base: float,
    weekdays: tuple[float, ...],
    after_holiday: float,
    lags: tuple[float, ...],
    by_orders: float,
    in_sales: float,
    in_jam: float,
    in_recall: float,
) -> Array:
    """Return the calls to be expected in each quarter-hour, before busyness and chance.

    Args:
        jam: (n,) strength of the parcel jam on the day.
        recall: (n,) strength of the recall.
        sales: (n,) whether the day lies in the sales.
        ends: Tick at which each day of the window ends.
        hours: (24,) shares of the hours of the day.
        opening: Opening hour.
        closing: Closing hour.
        base: Calls of an average open day.
        weekdays: (6,) factors, Monday first.
        after_holiday: Factor of the day after a public holiday.
        lags: Shares of calls about an order of the same day, of the day before, and so on.
        by_orders: Share of calls that follow the orders; the others come at any season.
        in_sales: Part added in the sales.
        in_jam: Part added at the height of the jam.
        in_recall: Part added at the height of the recall.
    """
    weekday = calendar.weekday(centre.OPEN_DAYS)
    of_day = base * np.asarray(weekdays)[weekday]
    of_day = of_day * np.where(centre.reopened(), after_holiday, 1.0)
    of_day = of_day * (1.0 - by_orders + by_orders * pace_of_orders(centre.OPEN_DAYS, ends, lags))
    shares = centre.quarter_shares(hours, opening, closing)
    usual = (of_day[:, None] * shares).ravel()
    lifted: Array = usual * (1.0 + in_sales * sales) * (1.0 + in_jam * jam + in_recall * recall)
    return lifted


def busyness(u: Array, of_day: float, of_quarter: float) -> Array:
    """Return random factors of mean 1: one that all quarter-hours of a day share, times one of each; ``u`` is (2, n)."""
    days = counts.gamma_factor(u[0].reshape(centre.DAYS, centre.QUARTERS)[:, :1], of_day)
    factor: Array = (days * counts.gamma_factor(u[1].reshape(centre.DAYS, centre.QUARTERS), of_quarter)).ravel()
    return factor


def rostered(
    opening: float,
    early: tuple[float, ...],
    day: tuple[float, ...],
    midday: tuple[float, ...],
    late: tuple[float, ...],
    *weekdays: Array,
) -> Array:
    """Return how many advisers the roster puts at the phone in each quarter-hour."""
    on_shift = centre.shifts_by_day(weekdays)[:, centre.is_caller()]
    cover = centre.covers(opening, early, day, midday, late)
    total = np.zeros((centre.DAYS, centre.QUARTERS), dtype=np.int64)
    for shift in centre.WORKING:
        total += (on_shift == shift).sum(axis=1)[:, None] * cover[shift]
    return total.ravel()


def carried_on(steady: Array, share: float) -> Array:
    """Return states that move from quarter to quarter towards their steady ones; each day starts anew.

    Args:
        steady: (n,) state that the load and the advisers of a quarter-hour would lead to in the end.
        share: Part of the distance to it that is left after a quarter of an hour.
    """
    wanted = steady.reshape(centre.DAYS, centre.QUARTERS)
    state = wanted.copy()
    for quarter in range(1, centre.QUARTERS):
        state[:, quarter] = wanted[:, quarter] + share * (state[:, quarter - 1] - wanted[:, quarter])
    return state.ravel()


def mean_wait(queue: Array, chance: Array, calls: Array, patience: float) -> Array:
    """Return the mean minutes that a caller who must wait would wait until served, however long that takes.

    By Little's law those who wait spend ``queue / pace / chance`` minutes until they are served or hang up; that time
    is the shorter one of the wait until service and of the patience, both exponential.
    """
    spent = queue * centre.QUARTER_MINUTES / (np.maximum(calls, 1) * np.maximum(chance, 1e-9))
    spent = np.minimum(spent, 0.95 * patience)
    wait: Array = spent * patience / (patience - spent)
    return wait


def hang_up_chance(chance: Array, wait: Array, patience: float) -> Array:
    """Return the share of callers who hang up: those who must wait longer than their patience lasts."""
    share: Array = chance * wait / (wait + patience)
    return share


def abandoned(u: Array, calls: Array, chance: Array, wait: Array, patience: float) -> Array:
    """Return how many calls end before an adviser takes them."""
    return np.minimum(counts.poisson(u, calls * hang_up_chance(chance, wait, patience)), calls)


def in_time(u: Array, calls: Array, answered: Array, chance: Array, wait: Array, patience: float) -> Array:
    """Return how many calls were taken within twenty seconds: at once, or before wait and patience ran out."""
    minutes = SERVICE_SECONDS / 60.0
    pace = 1.0 / np.maximum(wait, 1e-9) + 1.0 / patience
    served_first = patience / (wait + patience)
    soon = served_first * (1.0 - lookup.exp(-minutes * pace))
    within = np.floor(calls * (1.0 - chance + chance * soon) + u).astype(np.int64)
    return np.minimum(within, answered)


def mean_wait_seconds(u: Array, answered: Array, within: Array, chance: Array, wait: Array, patience: float) -> Array:
    """Return the mean wait of the calls that were taken, with the chance of few calls."""
    served_first = patience / (wait + patience)
    waited = chance * served_first / (1.0 - hang_up_chance(chance, wait, patience))
    mean = 60.0 * waited * wait * served_first
    seconds: Array = mean * counts.gamma_factor(u, 1.0 / np.sqrt(np.maximum(answered * waited, 1.0)))
    return np.where(within == answered, np.minimum(seconds, SERVICE_SECONDS), seconds)


PARAMETERS = (
    ours("calls_per_day", 2_180.0, "calls", "Calls of an average open day of the whole company.", 500.0, 20_000.0),
    ours(
        "calls_weekdays",
        (1.26, 1.07, 1.00, 0.97, 0.98, 0.72),
        "factor",
        "Calls by weekday, Monday first.",
        0.1,
        5.0,
    ),
    ours("calls_after_holiday", 1.16, "factor", "Calls on the day after a public holiday.", 0.5, 3.0),
    ours(
        "calls_lags",
        (0.10, 0.08, 0.07, 0.10, 0.17, 0.18, 0.14, 0.10, 0.06),
        "shares",
        "Calls about an order of the same day to eight days before: parcels arrive after three to eight.",
    ),
    ours("calls_by_orders", 0.75, "share", "Calls that follow the pace of orders; the others come all year."),
    ours("calls_sales", 0.06, "factor", "Calls, added in the sales.", 0.0, 5.0),
    ours("calls_jam", 1.2, "factor", "Calls, added at the height of the parcel jam.", 0.0, 10.0),
    ours("calls_recall", 0.8, "factor", "Calls, added at the height of the lamp recall.", 0.0, 10.0),
    ours("busyness_day_cv", 0.08, "share", "Variation of the busyness that a day's quarter-hours share."),
    ours("busyness_quarter_cv", 0.10, "share", "Variation of the busyness of each quarter-hour."),
    ours("short_breaks_share", 0.09, "share", "Time on shift that goes into meals and short breaks."),
    ours("call_minutes", 6.0, "minutes", "Mean time that an adviser spends on a call.", 0.5, 60.0),
    ours("call_minutes_jam", 0.10, "factor", "Longer calls at the height of a crisis.", 0.0, 5.0),
    ours("call_minutes_cv", 1.0, "factor", "Variation of the time of a call (Brown et al. 2005).", 0.0, 5.0),
    ours("patience_minutes", 9.0, "minutes", "Mean time after which a waiting caller hangs up.", 0.5, 60.0),
    ours(
        "queue_carry", 0.20, "share", "Part of a queue beyond the steady one that is left a quarter of an hour later."
    ),
)

CONSTRAINTS = (
    Constraint(
        sentence="callers must be more patient than calls are short, or nobody would ever be served after waiting.",
        parameters=("patience_minutes", "call_minutes"),
        holds=lambda patience, minutes: patience > minutes / 10.0,
    ),
)


def _odd_calls(tables: Tables) -> int:
    rows = tables["contact_volumes"]
    wrong = rows["calls_offered"] != rows["calls_answered"] + rows["calls_abandoned"]
    late = rows["calls_answered_in_20_s"] > rows["calls_answered"]
    empty = (rows["calls_offered"] == 0) != rows["service_level_share"].isna()
    return int((wrong | late | empty | (rows["advisers_staffed"] > rows["advisers_rostered"])).sum())


RULES = (
    Rule(
        sentence="calls offered are answered or abandoned; a quarter-hour without calls has no service level",
        tables=("contact_volumes",),
        violations=_odd_calls,
    ),
)

_SHIFTS = ("$opening_hour", "$shift_early_hours", "$shift_day_hours", "$shift_midday_hours", "$shift_late_hours")

TABLE = Table(
    name="contact_volumes",
    meaning="A quarter-hour of the telephone line of the whole company, Monday to Saturday, public holidays excepted; the record runs to March 2025 at the pace of the year before, although orders are generated to the end of 2024 alone.",
    rows=(Reference(centre.INTERVALS),),
    columns=(
        Column(name="interval_id", kind=Key(), meaning="Key of the quarter-hour."),
        Column(
            name="day_id",
            kind=ForeignKey("calendar"),
            meaning="Its day.",
            recipe=derived.formula(
                lambda slot: calendar.day_key(centre.OPEN_DAYS[slot // centre.QUARTERS]),
                "#slot",
                sentence="the open days in their order",
            ),
        ),
        Column(
            name="date",
            kind=Date(),
            meaning="Its day.",
            recipe=derived.copy("calendar.date@day_id"),
            role="working",
        ),
        Column(
            name="starts_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When it starts.",
            recipe=derived.formula(
                lambda slot, day, opening: (
                    day * SECONDS_PER_DAY + int(opening * 3600) + slot % centre.QUARTERS * centre.QUARTER_SECONDS
                ),
                "#slot",
                "date",
                "$opening_hour",
                sentence="quarter-hours from the opening hour",
            ),
        ),
        Column(
            name="rate",
            kind=Number(4, 0.0),
            unit="calls",
            meaning="Calls to be expected in this quarter-hour, before busyness and chance.",
            recipe=derived.formula(
                rate,
                "calendar.jam@day_id",
                "calendar.recall@day_id",
                "calendar.is_sales@day_id",
                "$day_ends",
                "$contact_hours",
                "$opening_hour",
                "$closing_hour",
                "$calls_per_day",
                "$calls_weekdays",
                "$calls_after_holiday",
                "$calls_lags",
                "$calls_by_orders",
                "$calls_sales",
                "$calls_jam",
                "$calls_recall",
                sentence="base x weekday x hour x orders of the days before x sales x crises",
            ),
            role="latent",
        ),
        Column(
            name="busyness",
            kind=Number(4, 0.0),
            unit="factor",
            meaning="How busy it was for no reason that could be foreseen, 1 on average; partly shared by the day.",
            recipe=derived.draw(
                busyness,
                "$busyness_day_cv",
                "$busyness_quarter_cv",
                draws=2,
                sentence="gamma factor of the day x gamma factor of the quarter-hour",
            ),
            role="latent",
        ),
        Column(
            name="calls_offered",
            kind=Integer(0, MOST_CALLS),
            unit="calls",
            meaning="Calls that reached the line.",
            recipe=derived.draw(
                lambda u, expected, factor: counts.poisson(u, expected * factor),
                "rate",
                "busyness",
                sentence="Poisson with mean rate x busyness",
            ),
        ),
        Column(
            name="advisers_rostered",
            kind=Integer(0, 1_000),
            unit="advisers",
            meaning="Advisers whom the roster puts at the phone.",
            recipe=derived.formula(
                rostered,
                *_SHIFTS,
                *(f"rosters.{name}[]" for name in centre.WEEKDAYS),
                sentence="advisers of the phone desk on a shift that covers the quarter-hour",
            ),
        ),
        Column(
            name="advisers_staffed",
            kind=Integer(1, 1_000),
            unit="advisers",
            meaning="Advisers ready for calls: those rostered, less meals and short breaks.",
            recipe=derived.formula(
                lambda advisers, breaks: np.maximum(np.floor(advisers * (1.0 - breaks) + 0.5), 1.0).astype(np.int64),
                "advisers_rostered",
                "$short_breaks_share",
                sentence="advisers_rostered less short_breaks_share",
            ),
        ),
        Column(
            name="call_minutes",
            kind=Number(6, 0.0),
            unit="minutes",
            meaning="Mean time of a call to be expected.",
            recipe=derived.formula(
                lambda jam, recall, usual, longer: usual * (1.0 + longer * np.maximum(jam, recall)),
                "calendar.jam@day_id",
                "calendar.recall@day_id",
                "$call_minutes",
                "$call_minutes_jam",
                sentence="longer in a crisis",
            ),
            role="working",
        ),
        Column(
            name="load",
            kind=Number(9, 0.0),
            unit="erlangs",
            meaning="Advisers whom the calls would keep busy.",
            recipe=derived.formula(
                lambda calls, minutes: calls * minutes / centre.QUARTER_MINUTES,
                "calls_offered",
                "call_minutes",
                sentence="calls_offered x call_minutes / 15",
            ),
            role="working",
        ),
        Column(
            name="blocked",
            kind=Number(12, 0.0, 1.0),
            meaning="Share of callers who would find all advisers busy if nobody waited.",
            recipe=derived.formula(queueing.erlang_b, "load", "advisers_staffed", sentence="Erlang B"),
            role="working",
        ),
        Column(
            name="queued",
            kind=Number(12, 0.0, 1.0),
            meaning="Chance that somebody waits, in the long run.",
            recipe=derived.formula(
                lambda load, advisers, minutes, blocked, patience: queueing.queue_chance(
                    load, advisers, patience / minutes, blocked
                ),
                "load",
                "advisers_staffed",
                "call_minutes",
                "blocked",
                "$patience_minutes",
                sentence="Erlang with patience",
            ),
            role="working",
        ),
        Column(
            name="wait_chance",
            kind=Number(6, 0.0, 1.0),
            unit="share",
            meaning="Chance that a caller had to wait.",
            recipe=derived.formula(
                lambda queued, blocked, carry: carried_on(queueing.wait_chance(queued, blocked), carry),
                "queued",
                "blocked",
                "$queue_carry",
                sentence="Erlang with patience, carried on from quarter to quarter",
            ),
            role="latent",
        ),
        Column(
            name="queue_length",
            kind=Number(6, 0.0),
            unit="callers",
            meaning="Mean number of callers who waited.",
            recipe=derived.formula(
                lambda load, advisers, minutes, blocked, queued, patience, carry: carried_on(
                    queueing.queue_length(load, advisers, patience / minutes, blocked, queued), carry
                ),
                "load",
                "advisers_staffed",
                "call_minutes",
                "blocked",
                "queued",
                "$patience_minutes",
                "$queue_carry",
                sentence="Erlang with patience, carried on from quarter to quarter",
            ),
            role="latent",
        ),
        Column(
            name="wait_minutes",
            kind=Number(6, 0.0),
            unit="minutes",
            meaning="Mean wait of a caller who had to wait, had nobody's patience run out.",
            recipe=derived.formula(
                mean_wait,
                "queue_length",
                "wait_chance",
                "calls_offered",
                "$patience_minutes",
                sentence="by Little's law from queue_length, patience taken out",
            ),
            role="latent",
        ),
        Column(
            name="calls_abandoned",
            kind=Integer(0, MOST_CALLS),
            unit="calls",
            meaning="Calls whose caller hung up while waiting.",
            recipe=derived.draw(
                abandoned,
                "calls_offered",
                "wait_chance",
                "wait_minutes",
                "$patience_minutes",
                sentence="those who must wait longer than their patience lasts",
            ),
        ),
        Column(
            name="calls_answered",
            kind=Integer(0, MOST_CALLS),
            unit="calls",
            meaning="Calls that an adviser took.",
            recipe=derived.formula(
                np.subtract, "calls_offered", "calls_abandoned", sentence="calls_offered less calls_abandoned"
            ),
        ),
        Column(
            name="calls_answered_in_20_s",
            kind=Integer(0, MOST_CALLS),
            unit="calls",
            meaning="Calls that an adviser took within twenty seconds.",
            recipe=derived.draw(
                in_time,
                "calls_offered",
                "calls_answered",
                "wait_chance",
                "wait_minutes",
                "$patience_minutes",
                sentence="those without a wait, and short waits",
            ),
        ),
        Column(
            name="has_calls",
            kind=Boolean(),
            meaning="Whether any call came in.",
            recipe=derived.formula(lambda calls: calls > 0, "calls_offered", sentence="calls_offered above 0"),
            role="working",
        ),
        Column(
            name="has_answers",
            kind=Boolean(),
            meaning="Whether any call was taken.",
            recipe=derived.formula(lambda calls: calls > 0, "calls_answered", sentence="calls_answered above 0"),
            role="working",
        ),
        Column(
            name="service_level_share",
            kind=Number(4, 0.0, 1.0),
            unit="share",
            meaning="Share of the calls offered that an adviser took within twenty seconds; empty without calls.",
            recipe=derived.formula(
                lambda within, calls: within / np.maximum(calls, 1),
                "calls_answered_in_20_s",
                "calls_offered",
                sentence="calls_answered_in_20_s / calls_offered",
            ),
            when="has_calls",
        ),
        Column(
            name="mean_wait_seconds",
            kind=Number(1, 0.0),
            unit="seconds",
            meaning="Mean wait of the calls that were taken; empty without any.",
            recipe=derived.draw(
                mean_wait_seconds,
                "calls_answered",
                "calls_answered_in_20_s",
                "wait_chance",
                "wait_minutes",
                "$patience_minutes",
                sentence="by the state of the queue, more by chance where calls are few",
            ),
            when="has_answers",
        ),
        Column(
            name="mean_handle_seconds",
            kind=Number(1, 0.0),
            unit="seconds",
            meaning="Mean time that advisers spent on a call they took, work after it included; empty without any.",
            recipe=derived.draw(
                lambda u, minutes, calls, cv: (
                    60.0 * minutes * counts.gamma_factor(u, cv / np.sqrt(np.maximum(calls, 1)))
                ),
                "call_minutes",
                "calls_answered",
                "$call_minutes_cv",
                sentence="call_minutes, with the chance of few calls",
            ),
            when="has_answers",
        ),
        Column(
            name="occupancy_share",
            kind=Number(4, 0.0, 1.0),
            unit="share",
            meaning="Share of their time that ready advisers spent on calls.",
            recipe=derived.formula(
                lambda load, advisers, chance, wait, patience: np.minimum(
                    load * (1.0 - hang_up_chance(chance, wait, patience)) / advisers, 1.0
                ),
                "load",
                "advisers_staffed",
                "wait_chance",
                "wait_minutes",
                "$patience_minutes",
                sentence="load taken / advisers_staffed",
            ),
        ),
        Column(
            name="is_overloaded",
            kind=Boolean(),
            meaning="Whether more work came in than the advisers could do.",
            recipe=derived.formula(
                lambda load, advisers: load > advisers,
                "load",
                "advisers_staffed",
                sentence="load above advisers_staffed",
            ),
        ),
    ),
)
