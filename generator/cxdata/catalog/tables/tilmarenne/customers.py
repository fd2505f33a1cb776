"""Customers: who they are, how they buy, and the traits behind what they say."""

from datetime import date
from typing import TypeAlias

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne._calendar import WINDOW_FIRST
from cxdata.recipes import categorical, derived, lookup, numeric, reserved, temporal
from cxdata.recipes.calibration import plain_sum
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key, Number, Text, Word
from cxdata.schema.noise import Noise
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Parameter, Rule
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, PerParent, Table

SEGMENTS = ("gardeners", "home_makers", "renovators", "gift_buyers", "bargain_hunters")
TIERS = ("standard", "silver", "gold")
LIFE_EVENTS = ("none", "move", "child", "wedding", "retirement")
AGE_BANDS = 6
Shares: TypeAlias = tuple[float, ...]
COUPLE_AGE_SD, GENERATION = 4.0, 30
COMING_OF_AGE = 6_575  # days: eighteen years
YEAR_DAYS = 365.25
YEAR_BEFORE_DAYS = 365
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


def segment(
    u: Array,
    garden: Array,
    gender: Array,
    age: Array,
    with_garden: Shares,
    without: Shares,
    by_age: Shares,
    of_men: Shares,
) -> Array:
    """Return segments: the shares of those with or without a garden, times the factors of age band and of men.

    Args:
        u: (n,) uniforms.
        garden: (n,) Booleans.
        gender: (n,) codes, 0 for women.
        age: (n,) years.
        with_garden: (5,) shares.
        without: (5,) shares.
        by_age: (6 x 5,) factors: under 30, 40, 50, 60, 70, and over.
        of_men: (5,) factors.
    """
    size = len(SEGMENTS)
    bounds = np.empty((2, 2, AGE_BANDS, size))
    for has_garden, shares in enumerate((without, with_garden)):
        for man in range(2):
            for band in range(AGE_BANDS):
                weights = [shares[k] * by_age[band * size + k] * (of_men[k] if man else 1.0) for k in range(size)]
                total = plain_sum(weights)
                bounds[has_garden, man, band] = categorical.upper_bounds(tuple(w / total for w in weights))
    band = np.clip((age - 20) // 10, 0, AGE_BANDS - 1)
    codes: Array = (u[:, None] >= bounds[garden.astype(np.int64), gender, band]).sum(axis=1)
    return codes


def life_event(u: Array, age: Array, moved: Array, child: float, retired: float, wedding: float) -> Array:
    """Return life events: a move of the household, else at their ages a child, a wedding or retirement, else none."""
    code = np.zeros(len(u), dtype=np.int64)
    code = np.where((age >= 23) & (age <= 42) & (u < child), LIFE_EVENTS.index("child"), code)
    code = np.where((age >= 22) & (age <= 60) & (u > 1.0 - wedding), LIFE_EVENTS.index("wedding"), code)
    code = np.where((age >= 60) & (age <= 65) & (u < retired), LIFE_EVENTS.index("retirement"), code)
    return np.where(moved, LIFE_EVENTS.index("move"), code)


def relation(
    u: Array,
    total: Array,
    orders: Array,
    trust: Array,
    leniency: Array,
    own: float,
    faith: float,
    kind: float,
    sd: float,
) -> Array:
    """Return attitudes to the company: mean satisfaction of the orders, trust and leniency, with noise."""
    mean: Array = total / np.maximum(orders, 1)
    return own * mean + faith * trust + kind * leniency + sd * lookup.normal(u)


def counted_purchases(u: Array, pace: Array, loyal: Array, joined: Array) -> Array:
    """Return purchases of 2022: the pace, as that year had it, over the part of the year since joining; with the card."""
    part = np.clip(WINDOW_START - joined, 0, YEAR_BEFORE_DAYS) / YEAR_BEFORE_DAYS
    purchases: Array = pace * loyal * part * (0.5 + u)
    return purchases


PARAMETERS = (
    Parameter(
        name="relation_experience",
        value=0.70,
        unit="sd",
        meaning="Weight of the orders in what customers think of the company.",
    ),
    Parameter(name="relation_trust", value=0.35, unit="sd", meaning="Weight of trust."),
    Parameter(name="relation_leniency", value=0.25, unit="sd", meaning="Weight of leniency."),
    Parameter(name="relation_sd", value=0.50, unit="sd", meaning="Spread beyond all that.", low=0.0),
    Parameter(name="barometer_share", value=0.60, unit="share", meaning="Buyers drawn for the relationship barometer."),
    Parameter(
        name="segments_by_age",
        value=(
            *(0.35, 0.90, 0.80, 1.60, 2.00),
            *(0.60, 1.30, 1.30, 1.20, 1.20),
            *(0.90, 1.25, 1.40, 0.85, 0.90),
            *(1.20, 1.00, 1.00, 0.85, 0.80),
            *(1.50, 0.70, 0.80, 0.95, 0.70),
            *(1.60, 0.60, 0.40, 1.25, 0.65),
        ),
        unit="factor",
        meaning="Factor of each segment by age, under 30 to 70 and over: gardeners are older, renovators in their forties.",
        low=0.01,
        high=10.0,
    ),
    Parameter(
        name="segments_of_men",
        value=(0.95, 0.70, 1.80, 0.60, 1.15),
        unit="factor",
        meaning="Factor of each segment among men: renovators more, gift buyers and home makers less.",
        low=0.01,
        high=10.0,
    ),
    Parameter(name="expectation_digital", value=0.25, unit="sd", meaning="Those at ease with screens expect more."),
    Parameter(name="expectation_renovators", value=0.30, unit="sd", meaning="Renovators expect more."),
    Parameter(name="patience_age", value=0.15, unit="sd per decade", meaning="Patience grows with age."),
    Parameter(name="patience_voice", value=0.30, unit="sd", meaning="Those ready to complain are less patient."),
    Parameter(name="price_bargain", value=0.90, unit="sd", meaning="Bargain hunters look at prices."),
    Parameter(name="trust_leniency", value=0.30, unit="sd", meaning="Kind judges trust more."),
    Parameter(name="trust_loyalty", value=0.35, unit="sd", meaning="Holders of the card trust more."),
    Parameter(
        name="tier_silver", value=1.15, unit="orders a year", meaning="Purchases for silver.", low=0.0, high=60.0
    ),
    Parameter(name="tier_gold", value=3.6, unit="orders a year", meaning="Purchases for gold.", low=0.0, high=60.0),
    Parameter(name="life_event_child", value=0.11, unit="share", meaning="A child within two years, 23 to 42."),
    Parameter(name="life_event_wedding", value=0.03, unit="share", meaning="A wedding within two years, 22 to 60."),
    Parameter(name="life_event_retired", value=0.30, unit="share", meaning="Retirement within two years, 60 to 65."),
    Parameter(name="life_event_known", value=0.40, unit="share", meaning="Life events that Tilmarenne learns of."),
)

CONSTRAINTS = (
    Constraint(
        sentence="gold must ask for more purchases than silver; raise tier_gold or lower tier_silver.",
        parameters=("tier_silver", "tier_gold"),
        holds=lambda silver, gold: silver < gold,
    ),
)


def _without_address(tables: Tables) -> int:
    nowhere = set(tables["customers"].loc[lambda rows: rows["email"].isna(), "customer_id"])
    web = tables["orders"].loc[lambda rows: rows["channel"] == "web", "customer_id"]
    written = tables["contacts"].loc[lambda rows: rows["channel"] == "email", "customer_id"]
    return int(web.isin(nowhere).sum() + written.isin(nowhere).sum())


def _early_tiers(tables: Tables) -> int:
    customers = tables["customers"]
    later = pd.to_datetime(customers["joined_on"]) >= pd.Timestamp(WINDOW_FIRST)
    return int((later & (customers["tier"] != "standard")).sum())


RULES = (
    Rule(
        sentence="who orders on the web or writes an e-mail has an address on file",
        tables=("customers", "orders", "contacts"),
        violations=_without_address,
    ),
    Rule(
        sentence="nobody earns a tier before becoming a customer",
        tables=("customers",),
        violations=_early_tiers,
    ),
)

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
            meaning="First name, drawn from the locale's list; of the customer's generation where the list knows it.",
            recipe=categorical.word("%first_names", groups={"gender=f": "f", "gender=m": "m"}, born="birth_date"),
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
            recipe=numeric.happens(
                "$email_base", {"digital_affinity": "$email_digital", "is_web_buyer": "$email_web_buyer"}
            ),
            role="working",
        ),
        Column(
            name="is_web_buyer",
            kind=Boolean(),
            meaning="Whether any order was placed on the web.",
            recipe=derived.formula(lambda orders: orders > 0, "orders.is_online:sum", sentence="web orders above 0"),
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
            meaning="Address at a reserved domain, reaches nobody; empty where none is on file: a web order asks for one, a till does not.",
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
            recipe=derived.draw(
                segment,
                "households.has_garden",
                "gender",
                "age",
                "$segments_garden",
                "$segments_no_garden",
                "$segments_by_age",
                "$segments_of_men",
                sentence="shares by garden, times factors of age and gender",
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
            name="expectation",
            kind=Number(4),
            unit="sd",
            meaning="How much the customer expects; whoever expects more is less content with the same.",
            recipe=numeric.score(
                "$zero",
                {"digital_affinity": "$expectation_digital", "segment=renovators": "$expectation_renovators"},
                noise="$one",
            ),
            role="latent",
        ),
        Column(
            name="patience",
            kind=Number(4),
            unit="sd",
            meaning="How well the customer bears waiting.",
            recipe=numeric.score(
                "$zero", {"decades_from_45": "$patience_age", "voice": "-$patience_voice"}, noise="$one"
            ),
            role="latent",
        ),
        Column(
            name="price_sensitivity",
            kind=Number(4),
            unit="sd",
            meaning="How much prices weigh with the customer.",
            recipe=numeric.score("$zero", {"segment=bargain_hunters": "$price_bargain"}, noise="$one"),
            role="latent",
        ),
        Column(
            name="trust",
            kind=Number(4),
            unit="sd",
            meaning="Trust in Tilmarenne.",
            recipe=numeric.score(
                "$zero", {"leniency": "$trust_leniency", "is_loyalty_member": "$trust_loyalty"}, noise="$one"
            ),
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
            name="tier_score",
            kind=Number(4),
            unit="orders a year",
            meaning="Purchases of 2022, as the programme counts them; 0 without the card, and for those who joined later.",
            recipe=derived.draw(
                counted_purchases,
                "orders_per_year",
                "is_loyalty_member",
                "joined_on",
                sentence="orders_per_year of those with the card, over the part of 2022 since joining, as that year had it",
            ),
            role="working",
        ),
        Column(
            name="tier",
            kind=Category(TIERS),
            meaning="Level in the loyalty programme at the start of 2023, by purchases of 2022; standard for who joined later.",
            recipe=derived.formula(
                lambda score, silver, gold: (score >= silver).astype(np.int64) + (score >= gold),
                "tier_score",
                "$tier_silver",
                "$tier_gold",
                sentence="tier_score against the bounds of silver and gold",
            ),
        ),
        Column(
            name="life_event_code",
            kind=Integer(0, len(LIFE_EVENTS)),
            meaning="Life event by its place in the list.",
            recipe=derived.draw(
                life_event,
                "age",
                "households.has_moved",
                "$life_event_child",
                "$life_event_retired",
                "$life_event_wedding",
                sentence="a move of the household, else a child, a wedding or retirement at their ages",
            ),
            role="working",
        ),
        Column(
            name="knows_life_event",
            kind=Boolean(),
            meaning="Whether Tilmarenne has learned of the event.",
            recipe=derived.draw(
                lambda u, code, share: (code > 0) & (u < share),
                "life_event_code",
                "$life_event_known",
                sentence="some of the events",
            ),
            role="working",
        ),
        Column(
            name="life_event",
            kind=Category(LIFE_EVENTS),
            meaning="Event in the customer's life in 2023 or 2024, as told to an adviser or in the account; empty if none is known.",
            recipe=derived.copy("life_event_code"),
            when="knows_life_event",
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
            meaning="Tick at which the account was opened, within its day; 0 before the window.",
            recipe=temporal.tick_within("joined_on", "$day_ends", WINDOW_FIRST),
            role="working",
        ),
        Column(
            name="relation",
            kind=Number(4),
            unit="sd",
            meaning="What the customer thinks of Tilmarenne at the end of 2024, all experience together.",
            recipe=derived.draw(
                relation,
                "orders.satisfaction:sum",
                "orders.clock:count",
                "trust",
                "leniency",
                "$relation_experience",
                "$relation_trust",
                "$relation_leniency",
                "$relation_sd",
                sentence="mean satisfaction with the orders, trust and leniency + normal noise",
            ),
            role="latent",
        ),
        Column(
            name="in_barometer",
            kind=Boolean(),
            meaning="Whether the customer was drawn for the relationship barometer: by lot, among buyers of the window who accept e-mail.",
            recipe=derived.draw(
                lambda u, orders, email, share: (orders > 0) & email & (u < share),
                "orders.clock:count",
                "accepts_email",
                "$barometer_share",
                sentence="by lot, among those who bought and accept e-mail",
            ),
            role="working",
        ),
    ),
)
