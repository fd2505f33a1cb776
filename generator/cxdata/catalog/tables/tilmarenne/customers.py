"""Customers: who they are, how they buy, and the traits behind what they say."""

from datetime import date

import numpy as np

from cxdata.catalog.tables.tilmarenne import _voice
from cxdata.catalog.tables.tilmarenne._calendar import WINDOW_FIRST
from cxdata.recipes import categorical, derived, lookup, numeric, reserved, temporal
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key, Number, Text, Word
from cxdata.schema.noise import Noise
from cxdata.schema.recipe import Array
from cxdata.schema.table import Column, PerParent, Table

SEGMENTS = ("gardeners", "home_makers", "renovators", "gift_buyers", "bargain_hunters")
COUPLE_AGE_SD, GENERATION = 4.0, 30
COMING_OF_AGE = 6_575  # days: eighteen years
YEAR_DAYS = 365.25
JOINED_FIRST, JOINED_LAST = temporal.day_number(date(2014, 1, 1)), temporal.day_number(date(2024, 11, 30))
WINDOW_START = temporal.day_number(WINDOW_FIRST)


def is_woman(u: Array, slot: Array, head: Array, couple: float) -> Array:
    """Return who is a woman: the head as drawn, the second mostly of the other gender, others by halves."""
    second = np.where(u < couple, ~head, head)
    return np.where(slot == 0, head, np.where(slot == 1, second, u < 0.5))


def age_in_household(u: Array, slot: Array, head: Array) -> Array:
    """Return ages: the second member within some years of the head, others a generation younger, all of age."""
    second = head + np.rint(lookup.normal(u) * COUPLE_AGE_SD).astype(np.int64)
    younger = head - GENERATION + (u * 10).astype(np.int64)
    age: Array = np.where(slot == 0, head, np.where(slot == 1, second, younger))
    return np.clip(age, 18, 88)


def opening_day(u: Array, birth: Array) -> Array:
    """Return the day an account was opened: uniform from 2014, or from coming of age, to November 2024."""
    first = np.maximum(JOINED_FIRST, birth + COMING_OF_AGE)
    day: Array = first + (u * (JOINED_LAST - first + 1)).astype(np.int64)
    return day


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
            name="gender",
            kind=Category(("f", "m")),
            meaning="Gender as stated.",
            recipe=derived.draw(
                lambda u, *given: (~is_woman(u, *given)).astype(np.int64),
                "#slot",
                "households.head_is_woman",
                "$couple_share",
                sentence="head of the household, then mostly the other gender",
            ),
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
            recipe=derived.draw(
                age_in_household,
                "#slot",
                "households.head_age",
                sentence="head of the household, then near or a generation below",
            ),
            role="working",
        ),
        Column(
            name="birth_date",
            kind=Date(),
            meaning="Date of birth.",
            recipe=derived.draw(birth_day, "age", sentence="day within the year that age leaves"),
        ),
        Column(
            name="has_email",
            kind=Boolean(),
            meaning="Whether an e-mail address is on file.",
            recipe=numeric.chance("$email_on_file_share"),
            role="working",
        ),
        Column(
            name="has_phone",
            kind=Boolean(),
            meaning="Whether a phone number is on file.",
            recipe=numeric.chance("$phone_on_file_share"),
            role="working",
        ),
        Column(
            name="email",
            kind=Text("email"),
            meaning="Address at a reserved domain, reaches nobody; empty where none is on file.",
            recipe=reserved.email("first_name", "last_name"),
            when="has_email",
        ),
        Column(
            name="phone",
            kind=Text("phone"),
            meaning="Number of a range kept for fiction, in national form; numbers repeat because the ranges are small; empty where none is on file.",
            recipe=reserved.phone(),
            when="has_phone",
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
                opening_day, "birth_date", sentence="uniform from 2014 or coming of age to November 2024"
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
            recipe=numeric.happens("$accepts_base", {"is_loyalty_member": "$accepts_loyalty"}, only="has_email"),
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
            name="joined_in_window",
            kind=Boolean(),
            meaning="Whether the account was opened in 2023 or 2024; the first order then comes on the day.",
            recipe=derived.formula(lambda day: day >= WINDOW_START, "joined_on", sentence="joined_on from 2023"),
            role="working",
        ),
        Column(
            name="years_before_window",
            kind=Number(2, 0.0, 10.0),
            unit="years",
            meaning="Age of the account at the start of 2023.",
            recipe=derived.formula(
                lambda day: np.maximum(WINDOW_START - day, 0) / YEAR_DAYS,
                "joined_on",
                sentence="years from joined_on to 2023",
            ),
            role="working",
        ),
        Column(
            name="is_dormant",
            kind=Boolean(),
            meaning="Whether the customer had left before 2023.",
            recipe=numeric.happens(
                "$dormant_base", {"years_before_window": "$dormant_year", "joined_in_window": "-$dormant_new"}
            ),
            role="latent",
        ),
        Column(
            name="start_tick",
            kind=Integer(0, 2_000_000_000),
            meaning="Tick from which the customer can order; the end of the window for those who have left.",
            recipe=derived.formula(
                lambda tick, dormant, horizon: np.where(dormant, int(horizon), tick),
                "joined_tick",
                "is_dormant",
                "$horizon",
                sentence="joined_tick, or the horizon if is_dormant",
            ),
            role="working",
        ),
        Column(
            name="joined_tick",
            kind=Integer(0, 2_000_000_000),
            meaning="Tick at which the account was opened; 0 before the window.",
            recipe=temporal.tick_of("joined_on", "$day_ends", WINDOW_FIRST),
            role="working",
        ),
        Column(
            name="kano_day",
            kind=Integer(0, 40_000),
            meaning="Day on which the customer would answer the Kano survey, since 1970.",
            recipe=derived.draw(
                _voice.kano_day,
                "$kano_second_wave",
                "$kano_lag_days",
                draws=2,
                sentence="wave by lot, most within days of its start",
            ),
            role="working",
        ),
        Column(
            name="kano_rows",
            kind=Integer(0, 15),
            meaning="Attributes the customer answers in the Kano survey.",
            recipe=derived.draw(
                _voice.kano_rows,
                "kano_day",
                "joined_on",
                "is_dormant",
                "$kano_panel_share",
                sentence="all of them, by lot among customers who are neither new nor gone",
            ),
            role="working",
        ),
    ),
)
