"""Rosters: who works which shift on which day, planned ahead on the usual season, without knowing of crises."""

import numpy as np

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne import _service_centre as centre
from cxdata.catalog.tables.tilmarenne.agents import AGENTS
from cxdata.recipes import derived
from cxdata.recipes.categorical import upper_bounds
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Parameter, Value
from cxdata.schema.table import Column, Reference, Table

ROWS = centre.WEEKS * AGENTS
OPEN_WEEKDAYS = len(centre.WEEKDAYS)
# Steps by which an adviser moves through the plan from week to week, and from one adviser to the next. They share no
# divisor with the number of advisers of a desk (72 and 48), so that each week holds every place of the plan once.
SHIFT_STEP, REST_STEP, REST_STRIDE = 25, 31, 29
SUMMER = (6, 7)
"""July and August, when people are away for two weeks and not for one."""
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


def on_leave(u: Array, week: Array, month: Array, shares: tuple[float, ...]) -> Array:
    """Return whether an adviser is away for a week; in July and August for two of them, drawn together.

    Args:
        u: (n,) uniforms; rows stand week by week, adviser by adviser.
        week: (n,) weeks, 0 and up.
        month: (n,) months of the week, 0 for January.
        shares: (12,) advisers away, January first.
    """
    first_of_two = np.where(np.isin(month, SUMMER), week - week % 2, week)
    return u[first_of_two * AGENTS + np.arange(ROWS) % AGENTS] < np.asarray(shares)[month]


def sick_days(
    u: Array, month: Array, climate: Array, shares: tuple[float, ...], by_climate: float, lengths: tuple[float, ...]
) -> Array:
    """Return on which days of a week an adviser is sick, one bit per day, Monday lowest; spells run into the next week.

    Args:
        u: (3, n) uniforms; rows stand week by week, adviser by adviser.
        month: (n,) months, 0 for January.
        climate: (n,) climate of the adviser's team.
        shares: (12,) chance of a spell in a week, January first.
        by_climate: Part by which it falls per step of climate.
        lengths: Shares of spells of one open day and more.
    """
    chance = np.asarray(shares)[month] * np.maximum(1.0 - by_climate * climate, 0.0)
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
    weekday: int, start: Array, shift: Array, rest: Array, leave: Array, sick: Array, training: Array
) -> Array:
    """Return what stands in the roster on a weekday: closed days first, then leave, rest, sickness, training, work."""
    code = np.where(training == weekday, centre.TRAINING, centre.EARLY + shift)
    code = np.where((sick >> weekday) & 1 == 1, centre.SICK, code)
    code = np.where(rest == weekday, 0, code)
    code = np.where(leave, centre.LEAVE, code)
    return np.where(calendar.is_working_day(start + weekday), code, 0)


def _ours(
    name: str, value: Value, unit: str, meaning: str, low: float | None = None, high: float | None = None
) -> Parameter:
    return Parameter(name=name, value=value, unit=unit, meaning=meaning, low=low, high=high)


PARAMETERS = (
    _ours("shift_early_hours", (8.5, 15.25), "hour of day", "Early shift, from and to.", 0.0, 24.0),
    _ours(
        "shift_day_hours",
        (9.0, 12.5, 14.0, 17.5),
        "hour of day",
        "Day shift, from and to, with a long break at noon.",
        0.0,
        24.0,
    ),
    _ours("shift_late_hours", (15.25, 22.0), "hour of day", "Late shift, from and to.", 0.0, 24.0),
    _ours("shift_shares_phone", (0.46, 0.21, 0.33), "shares", "Advisers at the phone on the three shifts."),
    _ours("shift_shares_writing", (0.40, 0.52, 0.08), "shares", "Advisers who write on the three shifts."),
    _ours(
        "rest_shares_phone",
        (0.05, 0.10, 0.16, 0.17, 0.18, 0.34),
        "shares",
        "Weekly day of rest at the phone, Monday to Saturday: few on busy days.",
    ),
    _ours(
        "rest_shares_writing",
        (0.03, 0.06, 0.10, 0.12, 0.17, 0.52),
        "shares",
        "Weekly day of rest of those who write, Monday to Saturday.",
    ),
    _ours(
        "leave_shares",
        (0.07, 0.13, 0.05, 0.02, 0.02, 0.07, 0.18, 0.25, 0.09, 0.08, 0.03, 0.05),
        "share",
        "Advisers on leave in a week, January first: away when few orders come in.",
    ),
    _ours(
        "sick_shares",
        (0.15, 0.15, 0.13, 0.10, 0.09, 0.08, 0.07, 0.07, 0.09, 0.11, 0.13, 0.15),
        "share",
        "Spells of sickness that begin in a week, per adviser, January first.",
    ),
    _ours("sick_climate", 0.35, "factor", "Fewer spells of sickness, per step of the team's climate.", 0.0, 2.0),
    _ours(
        "sick_lengths",
        (0.20, 0.22, 0.20, 0.13, 0.09, 0.06, 0.03, 0.02, 0.02, 0.03),
        "shares",
        "Spells of one to ten open days.",
    ),
    _ours(
        "training_shares",
        (0.14, 0.12, 0.06, 0.01, 0.01, 0.05, 0.06, 0.04, 0.14, 0.08, 0.0, 0.0),
        "share",
        "Advisers with a day of training in a week, January first.",
    ),
)

CONSTRAINTS = (
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
        sentence="the three shifts together must cover the opening hours; the day shift has a break between two parts.",
        parameters=("opening_hour", "shift_early_hours", "shift_day_hours", "shift_late_hours"),
        holds=lambda opening, early, day, late: bool(centre.covers(opening, early, day, late).any(axis=0).all()),
    ),
)


def _weekday_column(number: int, name: str) -> Column:
    return Column(
        name=name,
        kind=Category(centre.SHIFTS),
        meaning=f"What the roster says for {name.capitalize()}: early, day or late shift, off, leave, sick or training.",
        recipe=derived.formula(
            lambda *plan: shift_on(number, *plan),
            "week_start",
            "shift",
            "rest_day",
            "is_on_leave",
            "sick_days",
            "training_day",
            sentence="closed days, leave, rest, sickness, training, else the shift of the week",
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
            kind=Category(("early", "day", "late")),
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
                on_leave, "week", "month", "$leave_shares", sentence="by the month's share, in summer two weeks at once"
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
                "$sick_shares",
                "$sick_climate",
                "$sick_lengths",
                draws=3,
                sentence="spells by month and climate of the team, some days long",
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
