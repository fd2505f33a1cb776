"""Rosters: who works which shift on which day, planned ahead on the usual season, without knowing of crises."""

from datetime import date, timedelta

import numpy as np

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne import _service_centre as centre
from cxdata.catalog.tables.tilmarenne.agents import AGENTS
from cxdata.recipes import derived, lookup
from cxdata.recipes.calibration import plain_sum
from cxdata.recipes.categorical import upper_bounds
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, ours
from cxdata.schema.table import Column, Reference, Table

ROWS = centre.WEEKS * AGENTS
WINDOW_YEAR, WEEKS_PER_YEAR = date(2023, 1, 2), 52
OPEN_WEEKDAYS = len(centre.WEEKDAYS)
# Steps by which an adviser moves through the plan from week to week, and from one adviser to the next. They share no
# divisor with the number of advisers of a desk (72 and 48), so that each week holds every place of the plan once.
SHIFT_STEP, REST_STEP, REST_STRIDE = 25, 31, 29
HOLIDAY_MONTHS = (4, 5, 6, 7, 8, 9)
"""May to October, when the law wants two weeks of leave in a row."""
_USUAL_WEEKS = np.array([(WINDOW_YEAR + timedelta(days=3 + 7 * number)).month - 1 for number in range(WEEKS_PER_YEAR)])
"""Month of each week of a year."""
SHORTEST_SPELL = 1


def place_in_plan(rank: Array, week: Array, size: Array, step: int, stride: int) -> Array:
    """Return where an adviser stands in the plan of a desk in a week, in [0, 1)."""
    place: Array = ((rank * stride + week * step) % size + 0.5) / size
    return place


def planned(place: Array, phone: Array, of_phone: tuple[float, ...], of_writing: tuple[float, ...]) -> Array:
    """Return the place among shares at which an adviser stands, by desk."""
    return np.where(
        phone,
        np.searchsorted(upper_bounds(of_phone), place, side="right"),
        np.searchsorted(upper_bounds(of_writing), place, side="right"),
    )


def on_leave(
    u: Array, month: Array, year: Array, holiday: tuple[float, ...], single: tuple[float, ...], weeks: int
) -> Array:
    """Return whether an adviser is away for a week: two weeks in a row from May to October, and some single ones.

    Weeks are drawn without return, each as likely as its month weighs: those with the least exponential time.

    Args:
        u: (2, n) uniforms; rows stand week by week, adviser by adviser.
        month: (n,) months of the week, 0 for January.
        year: (n,) years of the week.
        holiday: (6,) weights of the months in which the two weeks begin, May first.
        single: (12,) weights of months of single weeks.
        weeks: Single weeks of a year.
    """
    first, other = (lookup.exponential(one).reshape(-1, AGENTS) for one in u)
    months, years = month[::AGENTS], year[::AGENTS]
    weights, most = np.asarray(single)[months], plain_sum(np.asarray(single)[_USUAL_WEEKS])
    away = np.zeros(first.shape, dtype=bool)
    everyone = np.arange(AGENTS)
    for one in np.unique(years):
        of_year = np.flatnonzero(years == one)
        begins = of_year[np.isin(months[of_year], HOLIDAY_MONTHS)]
        begins = begins[np.isin(months[np.minimum(begins + 1, len(months) - 1)], HOLIDAY_MONTHS)]
        if len(begins):
            start = begins[
                (first[begins] / np.asarray(holiday)[months[begins] - HOLIDAY_MONTHS[0]][:, None]).argmin(axis=0)
            ]
            away[start, everyone] = away[start + 1, everyone] = True
        part = plain_sum(weights[of_year]) / most
        order = np.argsort(
            np.where(away[of_year], np.inf, other[of_year] / weights[of_year][:, None]), axis=0, kind="stable"
        )
        for rank in range(int(min(part, 1.0) * weeks + 0.5)):
            away[of_year[order[rank]], everyone] = True
    return np.asarray(away.ravel())


def long_spell(u: Array, outsourced: Array, share: float, weeks: tuple[float, ...], more: float) -> Array:
    """Return whether an adviser is sick all week, in a spell of some weeks.

    Args:
        u: (2, n) uniforms; rows stand week by week, adviser by adviser.
        outsourced: (n,) whether the adviser works for the contractor.
        share: Spells that begin in a week.
        weeks: Least and most weeks of a spell.
        more: Part by which there are more at the contractor.
    """
    begins = u[0] < share * np.where(outsourced, 1.0 + more, 1.0)
    length = int(weeks[0]) + (u[1] * (weeks[1] - weeks[0] + 1.0)).astype(np.int64)
    away: Array = begins.copy()
    for later in range(1, int(weeks[1])):
        away[later * AGENTS :] |= (begins & (length > later))[: -later * AGENTS]
    return np.asarray(away)


def sick_days(
    u: Array,
    month: Array,
    climate: Array,
    outsourced: Array,
    shares: tuple[float, ...],
    by_climate: float,
    more: float,
    lengths: tuple[float, ...],
) -> Array:
    """Return on which days of a week an adviser is sick, one bit per day, Monday lowest; spells run into the next week.

    Args:
        u: (3, n) uniforms; rows stand week by week, adviser by adviser.
        month: (n,) months, 0 for January.
        climate: (n,) climate of the adviser's team.
        outsourced: (n,) whether the adviser works for the contractor.
        shares: (12,) chance of a spell in a week, January first.
        by_climate: Part by which it falls per step of climate.
        more: Part by which it is higher at the contractor.
        lengths: Shares of spells of one open day and more.
    """
    chance = np.asarray(shares)[month] * np.maximum(1.0 - by_climate * climate, 0.0)
    chance = chance * np.where(outsourced, 1.0 + more, 1.0)
    first = (u[1] * OPEN_WEEKDAYS).astype(np.int64)
    length = SHORTEST_SPELL + np.searchsorted(upper_bounds(lengths), u[2], side="right")
    spell = np.where(u[0] < chance, ((1 << length) - 1) << first, 0)
    week = (1 << OPEN_WEEKDAYS) - 1
    days = spell & week
    for later in range(1, (OPEN_WEEKDAYS + len(lengths)) // OPEN_WEEKDAYS + 1):
        days[later * AGENTS :] |= (spell[: -later * AGENTS] >> (later * OPEN_WEEKDAYS)) & week
    return days


def training_day(u: Array, month: Array, shares: tuple[float, ...]) -> Array:
    """Return the weekday on which an adviser is trained, Tuesday to Thursday, or none (-1); ``u`` is (2, n)."""
    return np.where(u[0] < np.asarray(shares)[month], 1 + (u[1] * 3).astype(np.int64), -1)


def shift_on(
    weekday: int, start: Array, shift: Array, rest: Array, leave: Array, sick: Array, long: Array, training: Array
) -> Array:
    """Return what stands in the roster on a weekday: closed days first, then rest, leave, sickness, training, work.

    Weeks of leave rest on Saturday, so that they take five days of leave.
    """
    code = np.where(training == weekday, centre.TRAINING, centre.EARLY + shift)
    code = np.where(((sick >> weekday) & 1 == 1) | long, centre.SICK, code)
    code = np.where(np.where(leave, OPEN_WEEKDAYS - 1, rest) == weekday, 0, code)
    code = np.where(leave & (code != 0), centre.LEAVE, code)
    return np.where(calendar.is_working_day(start + weekday), code, 0)


PARAMETERS = (
    ours("shift_early_hours", (8.5, 15.5), "hour of day", "Early shift, from and to.", 0.0, 24.0),
    ours(
        "shift_day_hours",
        (8.5, 12.25, 15.25, 18.5),
        "hour of day",
        "Day shift, from and to, with a long break at noon.",
        0.0,
        24.0,
    ),
    ours("shift_midday_hours", (13.0, 20.0), "hour of day", "Midday shift, from and to.", 0.0, 24.0),
    ours("shift_late_hours", (15.0, 22.0), "hour of day", "Late shift, from and to.", 0.0, 24.0),
    ours(
        "shift_shares_phone",
        (0.455, 0.255, 0.10, 0.19),
        "shares",
        "Advisers at the phone on the four shifts, early first.",
    ),
    ours("shift_shares_writing", (0.38, 0.44, 0.10, 0.08), "shares", "Advisers who write on the four shifts."),
    ours(
        "rest_shares_phone",
        (0.05, 0.10, 0.16, 0.17, 0.18, 0.34),
        "shares",
        "Weekly day of rest at the phone, Monday to Saturday: few on busy days.",
    ),
    ours(
        "rest_shares_writing",
        (0.03, 0.06, 0.10, 0.12, 0.17, 0.52),
        "shares",
        "Weekly day of rest of those who write, Monday to Saturday.",
    ),
    ours(
        "leave_weights",
        (0.03, 0.12, 0.30, 0.60, 0.18, 0.05),
        "factor",
        "Weight of each month from May to October in the choice of two weeks of leave in a row.",
        0.001,
        10.0,
    ),
    ours(
        "leave_single_weights",
        (0.9, 1.5, 0.8, 0.35, 0.35, 0.5, 0.8, 1.0, 0.7, 0.9, 0.5, 0.5),
        "factor",
        "Weight of each month in the choice of single weeks of leave: away when few orders come in.",
        0.001,
        10.0,
    ),
    ours("leave_single_weeks", 3, "weeks", "Single weeks of leave in a year, beside the two in a row.", 0, 20),
    ours("sick_contractor", 0.47, "factor", "More sickness at the contractor, as a part of the chance.", 0.0, 5.0),
    ours("sick_long_share", 0.0016, "share", "Long spells of sickness that begin in a week, per adviser."),
    ours("sick_long_weeks", (4.0, 13.0), "weeks", "Least and most weeks of a long spell.", 1.0, 50.0),
    ours(
        "sick_shares",
        (0.15, 0.15, 0.13, 0.10, 0.09, 0.08, 0.07, 0.07, 0.09, 0.11, 0.13, 0.15),
        "share",
        "Spells of sickness that begin in a week, per adviser, January first.",
    ),
    ours("sick_climate", 0.35, "factor", "Fewer spells of sickness, per step of the team's climate.", 0.0, 2.0),
    ours(
        "sick_lengths",
        (0.20, 0.22, 0.20, 0.13, 0.09, 0.06, 0.03, 0.02, 0.02, 0.03),
        "shares",
        "Spells of one to ten open days.",
    ),
    ours(
        "training_shares",
        (0.14, 0.12, 0.06, 0.01, 0.01, 0.05, 0.06, 0.04, 0.14, 0.08, 0.0, 0.0),
        "share",
        "Advisers with a day of training in a week, January first.",
    ),
)

CONSTRAINTS = (
    Constraint(
        sentence="a long spell lasts whole weeks, the least no more than the most; mend sick_long_weeks.",
        parameters=("sick_long_weeks",),
        holds=lambda weeks: weeks[0] <= weeks[1] and all(week % 1 == 0 for week in weeks),
    ),
    Constraint(
        sentence=(
            f"the record holds {centre.QUARTERS} quarter-hours a day, so the line must be open for 13.5 hours, on full "
            "quarters."
        ),
        parameters=("opening_hour", "closing_hour"),
        holds=lambda opening, closing: (
            closing - opening == centre.QUARTERS / centre.QUARTERS_PER_HOUR
            and opening * centre.QUARTERS_PER_HOUR % 1 == 0
        ),
    ),
    Constraint(
        sentence="the four shifts together must cover the opening hours; the day shift has a break between two parts.",
        parameters=("opening_hour", "shift_early_hours", "shift_day_hours", "shift_midday_hours", "shift_late_hours"),
        holds=lambda opening, *hours: bool(centre.covers(opening, *hours).any(axis=0).all()),
    ),
)


def _weekday_column(number: int, name: str) -> Column:
    return Column(
        name=name,
        kind=Category(centre.SHIFTS),
        meaning=f"What the roster says for {name.capitalize()}: early, day, midday or late shift, off, leave, sick or training.",
        recipe=derived.formula(
            lambda *plan: shift_on(number, *plan),
            "week_start",
            "shift",
            "rest_day",
            "is_on_leave",
            "sick_days",
            "is_sick_for_long",
            "training_day",
            sentence="closed days, rest, leave, sickness, training, else the shift of the week",
        ),
    )


TABLE = Table(
    name="rosters",
    meaning="A week of an adviser.",
    rows=(Reference(ROWS),),
    columns=(
        Column(name="roster_id", kind=Key(), meaning="Key of the week of an adviser."),
        Column(
            name="agent_id",
            kind=ForeignKey("agents"),
            meaning="Whose week it is.",
            recipe=derived.formula(lambda slot: 1 + slot % AGENTS, "#slot", sentence="in turn"),
        ),
        Column(
            name="week",
            kind=Integer(0, centre.WEEKS),
            meaning="Week of the roster.",
            recipe=derived.formula(lambda slot: slot // AGENTS, "#slot", sentence="all advisers, week by week"),
            role="working",
        ),
        Column(
            name="week_start",
            kind=Date(),
            meaning="Monday of the week.",
            recipe=derived.formula(
                lambda week: centre.ROSTER_FIRST + 7 * week, "week", sentence="weeks from 2 January 2023"
            ),
        ),
        Column(
            name="month",
            kind=Integer(0, 11),
            meaning="Month of the Thursday of the week, 0 for January.",
            recipe=derived.formula(
                lambda start: calendar.month_of(start + 3), "week_start", sentence="month of the Thursday"
            ),
            role="working",
        ),
        Column(
            name="year",
            kind=Integer(2_000, 2_100),
            meaning="Year of the Thursday of the week.",
            recipe=derived.formula(
                lambda start: 1970 + (start + 3).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64),
                "week_start",
                sentence="year of the Thursday",
            ),
            role="working",
        ),
        Column(
            name="is_outsourced",
            kind=Boolean(),
            meaning="Whether the adviser works for the contractor.",
            recipe=derived.copy("agents.site@agent_id=outsourced"),
            role="working",
        ),
        Column(
            name="is_phone",
            kind=Boolean(),
            meaning="Whether the adviser answers the phone.",
            recipe=derived.copy("agents.desk@agent_id=phone"),
            role="working",
        ),
        Column(
            name="rank",
            kind=Integer(0, AGENTS),
            meaning="Place of the adviser at the desk.",
            recipe=derived.formula(
                lambda agent, phone: agent - 1 - np.where(phone, centre.WRITERS, 0),
                "agent_id",
                "is_phone",
                sentence="agent_id, counted within the desk",
            ),
            role="working",
        ),
        Column(
            name="desk_size",
            kind=Integer(1, AGENTS),
            meaning="Advisers at the desk.",
            recipe=derived.formula(
                lambda phone: np.where(phone, centre.CALLERS, centre.WRITERS), "is_phone", sentence="72 call, 48 write"
            ),
            role="working",
        ),
        Column(
            name="shift",
            kind=Category(tuple(centre.SHIFTS[shift] for shift in centre.WORKING)),
            meaning="Shift of the week, in rotation.",
            recipe=derived.formula(
                lambda rank, week, size, phone, *shares: planned(
                    place_in_plan(rank, week, size, SHIFT_STEP, 1), phone, *shares
                ),
                "rank",
                "week",
                "desk_size",
                "is_phone",
                "$shift_shares_phone",
                "$shift_shares_writing",
                sentence="in rotation, by the shares of the desk",
            ),
            role="working",
        ),
        Column(
            name="rest_day",
            kind=Integer(0, OPEN_WEEKDAYS - 1),
            meaning="Weekday of rest beside Sunday, in rotation.",
            recipe=derived.formula(
                lambda rank, week, size, phone, *shares: planned(
                    place_in_plan(rank, week, size, REST_STEP, REST_STRIDE), phone, *shares
                ),
                "rank",
                "week",
                "desk_size",
                "is_phone",
                "$rest_shares_phone",
                "$rest_shares_writing",
                sentence="in rotation, by the shares of the desk",
            ),
            role="working",
        ),
        Column(
            name="is_on_leave",
            kind=Boolean(),
            meaning="Whether the adviser is on leave all week.",
            recipe=derived.draw(
                on_leave,
                "month",
                "year",
                "$leave_weights",
                "$leave_single_weights",
                "$leave_single_weeks",
                draws=2,
                sentence="two weeks in a row from May to October and single weeks, by the weights of the months",
            ),
            role="working",
        ),
        Column(
            name="sick_days",
            kind=Integer(0, 63),
            meaning="Days of sickness, one bit per day, Monday lowest.",
            recipe=derived.draw(
                sick_days,
                "month",
                "agents.team_climate@agent_id",
                "is_outsourced",
                "$sick_shares",
                "$sick_climate",
                "$sick_contractor",
                "$sick_lengths",
                draws=3,
                sentence="spells by month and climate of the team, some days long",
            ),
            role="working",
        ),
        Column(
            name="is_sick_for_long",
            kind=Boolean(),
            meaning="Whether the adviser is sick all week, in a long spell.",
            recipe=derived.draw(
                long_spell,
                "is_outsourced",
                "$sick_long_share",
                "$sick_long_weeks",
                "$sick_contractor",
                draws=2,
                sentence="spells of some weeks, by lot",
            ),
            role="working",
        ),
        Column(
            name="training_day",
            kind=Integer(-1, 5),
            meaning="Weekday of training, or none.",
            recipe=derived.draw(
                training_day, "month", "$training_shares", draws=2, sentence="by the month's share, in mid-week"
            ),
            role="working",
        ),
        *(_weekday_column(number, name) for number, name in enumerate(centre.WEEKDAYS)),
    ),
)
