"""Complaints: where they were made, how grave, whether and how they were answered."""

from datetime import date

import numpy as np

from cxdata.recipes import categorical, derived, numeric, temporal
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Number, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.table import Column, PerParent, Table

CHANNELS = ("phone", "email", "social", "review_site", "forum")
FIRST_DAY = date(2023, 1, 1)
YEAR_DAYS = (365, 366)
SUNDAY = 6


def tick_in_year(u: Array, second: Array, ends: tuple[float, ...]) -> Array:
    """Return a tick of the calendar's clock, uniform within the first or the second year."""
    borders = np.array([0, ends[YEAR_DAYS[0] - 1], ends[-1]])
    year = second.astype(np.int64)
    tick: Array = (borders[year] + u * (borders[year + 1] - borders[year])).astype(np.int64)
    return tick


def after_sunday(day: Array, phone: Array) -> Array:
    """Return the day, moved to Monday for calls of a Sunday, when the lines are closed."""
    moved: Array = day + (phone & ((day + 3) % 7 == SUNDAY))  # 1970-01-01 was a Thursday
    return moved


def reply_gain(replied: Array, *by_channel: Array | float) -> Array:
    """Return what a reply adds to the score, 0 without one; ``by_channel`` holds the channels, then their gains."""
    channels, gains = by_channel[: len(CHANNELS)], by_channel[len(CHANNELS) :]
    gain: Array | float = 0.0
    for inside, size in zip(channels, gains, strict=True):
        gain = gain + inside * size
    return replied * gain


TABLE = Table(
    name="complaints",
    meaning="One complaint, on the channel where it was first made.",
    rows=(PerParent("customers", "complaint_count", 24),),
    columns=(
        Column(name="complaint_id", kind=Key(), meaning="Key of the complaint."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who complained."),
        Column(
            name="in_2024",
            kind=Boolean(),
            meaning="Whether it fell into the second year.",
            recipe=derived.formula(
                np.greater_equal, "#slot", "customers.complaints_2023", sentence="after the first year's complaints"
            ),
            role="working",
        ),
        Column(
            name="tick",
            kind=Integer(0, 2_000_000_000),
            meaning="Tick of the complaint on a clock paced by season.",
            recipe=derived.draw(tick_in_year, "in_2024", "$day_ends", sentence="uniform within its year"),
            role="working",
        ),
        Column(
            name="calendar_day",
            kind=Integer(0, 40_000),
            meaning="Day of the complaint, since 1970, if every day is a working day.",
            recipe=temporal.day_of("tick", "$day_ends", FIRST_DAY),
            role="working",
        ),
        Column(
            name="day",
            kind=Integer(0, 40_000),
            meaning="Day of the complaint, since 1970.",
            recipe=derived.formula(
                after_sunday, "calendar_day", "channel=phone", sentence="calendar_day, Monday for calls of a Sunday"
            ),
            role="working",
        ),
        Column(
            name="received_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When it was made; calls within the hours of the lines.",
            recipe=temporal.moment("day", "$hours", instead={"channel=phone": "$phone_hours"}),
        ),
        Column(
            name="is_public",
            kind=Boolean(),
            meaning="Whether it was made where others can read it.",
            recipe=derived.draw(
                lambda u, onstage, public_only, second, share, trend: (
                    onstage & (public_only | (u < share + trend * (second - 0.5)))
                ),
                "customers.profile=onstage",
                "customers.public_only",
                "in_2024",
                "$public_share_onstage",
                "$public_share_trend",
                sentence="onstage persons, more often in the second year",
            ),
        ),
        Column(
            name="is_connected_public",
            kind=Boolean(),
            meaning="Whether it was public and its author has an account on a social network.",
            recipe=derived.formula(
                lambda public, facebook, twitter: public & (facebook | twitter),
                "is_public",
                "customers.has_facebook",
                "customers.has_twitter",
                sentence="is_public, with a Facebook or Twitter account",
            ),
            role="working",
        ),
        Column(
            name="channel",
            kind=Category(CHANNELS),
            meaning="Channel of first contact.",
            recipe=categorical.choice_by(
                {
                    "is_connected_public": "$public_channels",
                    "is_public": "$public_channels_without_account",
                    "customers.profile=offstage": "$private_channels",
                }
            ),
        ),
        Column(
            name="severity",
            kind=Integer(1, 5),
            unit="1 trifle to 5 grave",
            meaning="Gravity as judged by the service when it was read.",
            recipe=categorical.choice("$severities", lowest=1),
        ),
        Column(
            name="gravity",
            kind=Integer(-2, 2),
            meaning="Severity around its middle.",
            recipe=derived.formula(lambda severity: severity - 3, "severity", sentence="severity less 3"),
            role="working",
        ),
        Column(
            name="expects_reply",
            kind=Boolean(),
            meaning="Whether the person expected a reply.",
            recipe=numeric.happens(
                None, {**{f"channel={name}": f"$expect_{name}" for name in CHANNELS}, "gravity": "$expect_severity"}
            ),
        ),
        Column(
            name="replied",
            kind=Boolean(),
            meaning="Whether Aldéane replied.",
            recipe=numeric.happens(
                None, {**{f"channel={name}": f"$reply_{name}" for name in CHANNELS}, "gravity": "-$reply_severity"}
            ),
        ),
        Column(
            name="reply_delay_hours",
            kind=Number(1, 0.1, 2000.0),
            unit="hours",
            meaning="From the complaint to the reply.",
            recipe=numeric.log_normal(
                None, {f"channel={name}": f"$delay_{name}" for name in CHANNELS}, noise="$delay_sd"
            ),
            when="replied",
        ),
        Column(
            name="within_a_day",
            kind=Boolean(),
            meaning="Whether a reply comes within 24 hours.",
            recipe=derived.formula(
                lambda hours: hours <= 24.0, "reply_delay_hours", sentence="reply_delay_hours up to 24"
            ),
            role="working",
        ),
        Column(
            name="fast_reply",
            kind=Boolean(),
            meaning="Whether a reply came, and came within 24 hours.",
            recipe=derived.formula(np.logical_and, "replied", "within_a_day", sentence="replied and within_a_day"),
            role="working",
        ),
        Column(
            name="resolved",
            kind=Boolean(),
            meaning="Whether the reply settled the matter.",
            recipe=numeric.happens("$resolve_base", {"gravity": "-$resolve_severity"}, only="replied"),
        ),
        Column(
            name="reply_gain",
            kind=Number(4),
            unit="sd",
            meaning="What the reply adds to the score.",
            recipe=derived.formula(
                reply_gain,
                "replied",
                *(f"channel={name}" for name in CHANNELS),
                *(f"$reply_on_score_{name}" for name in CHANNELS),
                sentence="replied x reply_on_score of the channel",
            ),
            role="working",
        ),
        Column(
            name="attitude",
            kind=Number(4),
            unit="sd",
            meaning="Attitude to Aldéane after the complaint.",
            recipe=numeric.score(
                None,
                {
                    **{f"channel={name}": f"$score_{name}" for name in CHANNELS},
                    "reply_gain": "$one",
                    "fast_reply": "$speed_on_score",
                    "resolved": "$resolution_on_score",
                    "gravity": "-$severity_on_score",
                    "customers.leniency": "$leniency_on_score",
                },
                noise="$score_sd",
            ),
            role="latent",
        ),
        Column(
            name="ltr",
            kind=Integer(0, 10),
            unit="0-10",
            meaning="Recommendation the person would give after the complaint.",
            recipe=numeric.ordinal("attitude", "$ltr_cuts", lowest=0),
            role="latent",
        ),
        Column(
            name="asked",
            kind=Boolean(),
            meaning="Whether the person was asked for a score; drawn by lot.",
            recipe=numeric.chance("$asked_share"),
            role="working",
        ),
        Column(
            name="followed_up_reply",
            kind=Boolean(),
            meaning="Whether it was answered and the person asked for a score.",
            recipe=derived.formula(np.logical_and, "asked", "replied", sentence="asked and replied"),
            role="working",
        ),
    ),
)
