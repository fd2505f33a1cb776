"""Customers: who they are, how they buy, and the traits behind what they say."""

from datetime import date

import numpy as np

from cxdata.recipes import categorical, derived, numeric, reserved, temporal
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key, Number, Text, Word
from cxdata.schema.noise import Noise
from cxdata.schema.recipe import Array
from cxdata.schema.table import Column, PerParent, Table

SEGMENTS = ("gardeners", "home_makers", "renovators", "gift_buyers", "bargain_hunters")
AGE_LOWS = np.array([18, 30, 40, 50, 60, 70])
AGE_WIDTHS = np.array([12, 10, 10, 10, 10, 19])  # the last band runs to 88
YEAR_DAYS = 365.25
WINDOW_FIRST = date(2023, 1, 1)
JOINED_FIRST, JOINED_LAST = temporal.day_number(date(2014, 1, 1)), temporal.day_number(date(2024, 11, 30))
WINDOW_START = temporal.day_number(WINDOW_FIRST)


def age_of(u: Array, bands: tuple[float, ...]) -> Array:
    """Return ages: the band by its share, uniform within it; ``u`` is (2, n)."""
    band = categorical.pick(u[0], bands)
    age: Array = AGE_LOWS[band] + (u[1] * AGE_WIDTHS[band]).astype(np.int64)
    return age


def birth_day(u: Array, age: Array) -> Array:
    """Return a birth date, in days since 1970, of a person of that age at the start of the window."""
    return WINDOW_START - 1 - (age * YEAR_DAYS).astype(np.int64) - (u * 365.0).astype(np.int64)


TABLE = Table(
    name="customers",
    meaning="A person with a customer account.",
    rows=(PerParent("households", "member_count", 8),),
    columns=(
        Column(name="customer_id", kind=Key(), meaning="Key of the customer."),
        Column(name="household_id", kind=ForeignKey("households"), meaning="The household the customer lives in."),
        Column(
            name="gender", kind=Category(("f", "m")), meaning="Gender as stated.", recipe=categorical.choice("$genders")
        ),
        Column(
            name="first_name",
            kind=Word("first_names"),
            meaning="First name, drawn from the locale's list.",
            recipe=categorical.word("%first_names", groups={"gender=f": "f", "gender=m": "m"}),
            noise=(Noise("typo", "typo_rate"),),
        ),
        Column(
            name="last_name",
            kind=Word("last_names"),
            meaning="Last name, shared within the household.",
            recipe=derived.copy("households.family_name"),
            noise=(Noise("typo", "typo_rate"),),
        ),
        Column(
            name="age",
            kind=Integer(18, 88),
            unit="years",
            meaning="Age at the start of 2023.",
            recipe=derived.draw(age_of, "$age_bands", draws=2, sentence="band by age_bands, uniform within it"),
            role="working",
        ),
        Column(
            name="birth_date",
            kind=Date(),
            meaning="Date of birth.",
            recipe=derived.draw(birth_day, "age", sentence="day within the year that age leaves"),
        ),
        Column(
            name="email",
            kind=Text("email"),
            meaning="Address at a reserved domain; reaches nobody.",
            recipe=reserved.email("first_name", "last_name"),
            noise=(Noise("blank", "blank_rate_email"),),
        ),
        Column(
            name="phone",
            kind=Text("phone"),
            meaning="Number of a range kept for fiction, in national form; numbers repeat because the ranges are small.",
            recipe=reserved.phone(),
            noise=(Noise("blank", "blank_rate_phone"),),
        ),
        Column(
            name="phone_token",
            kind=Text("token"),
            meaning="Opaque stand-in for the number, unlike those of other customers.",
            recipe=reserved.token("T"),
        ),
        Column(
            name="joined_on",
            kind=Date(),
            meaning="Day on which the account was opened.",
            recipe=derived.draw(
                lambda u: JOINED_FIRST + (u * (JOINED_LAST - JOINED_FIRST + 1)).astype(np.int64),
                sentence="uniform from 2014 to November 2024",
            ),
        ),
        Column(
            name="segment",
            kind=Category(SEGMENTS),
            meaning="Marketing segment.",
            recipe=categorical.choice_by(
                {"households.has_garden": "$segments_garden", "households.dwelling=flat": "$segments_no_garden"}
            ),
        ),
        Column(
            name="is_loyalty_member",
            kind=Boolean(),
            meaning="Holds the loyalty card.",
            recipe=numeric.happens("$loyalty_base", {"segment=gardeners": "$loyalty_gardeners"}),
        ),
        Column(
            name="accepts_email",
            kind=Boolean(),
            meaning="Has agreed to receive surveys and offers by e-mail.",
            recipe=numeric.happens("$accepts_base", {"is_loyalty_member": "$accepts_loyalty"}),
        ),
        Column(
            name="decades_from_45",
            kind=Number(1),
            unit="10 years",
            meaning="Age around 45, in decades.",
            recipe=derived.formula(lambda age: (age - 45) / 10.0, "age", sentence="(age - 45) / 10"),
            role="working",
        ),
        Column(
            name="digital_affinity",
            kind=Number(4),
            unit="sd",
            meaning="Ease with screens.",
            recipe=numeric.score("$zero", {"decades_from_45": "-$digital_age"}, noise="$one"),
            role="latent",
        ),
        Column(
            name="leniency",
            kind=Number(4),
            unit="sd",
            meaning="How kindly the customer judges in general.",
            recipe=numeric.score("$zero", {"decades_from_45": "$leniency_age"}, noise="$one"),
            role="latent",
        ),
        Column(
            name="voice",
            kind=Number(4),
            unit="sd",
            meaning="Readiness to complain.",
            recipe=numeric.score("$zero", {"digital_affinity": "$voice_digital"}, noise="$one"),
            role="latent",
        ),
        Column(
            name="orders_per_year",
            kind=Number(4, 0.02, 60.0),
            unit="orders a year",
            meaning="Pace at which the customer buys while staying one.",
            recipe=numeric.log_normal(
                "$pace_log",
                {
                    "is_loyalty_member": "$pace_loyalty",
                    "segment=gardeners": "$pace_gardeners",
                    "segment=gift_buyers": "-$pace_gift",
                },
                noise="$pace_sd",
            ),
            role="latent",
        ),
        Column(
            name="gap_ticks",
            kind=Integer(1, 2_000_000_000),
            meaning="Mean ticks between two orders.",
            recipe=derived.formula(
                lambda pace: np.maximum(1, np.rint(YEAR_DAYS * temporal.TICKS_PER_DAY / pace)).astype(np.int64),
                "orders_per_year",
                sentence="a year over orders_per_year",
            ),
            role="working",
        ),
        Column(
            name="start_tick",
            kind=Integer(0, 2_000_000_000),
            meaning="Tick from which the customer can order.",
            recipe=temporal.tick_of("joined_on", "$day_ends", WINDOW_FIRST),
            role="working",
        ),
    ),
)
