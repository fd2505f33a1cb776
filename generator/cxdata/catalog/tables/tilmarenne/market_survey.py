"""The market survey: what customers of home-and-garden brands know, expect and think, in two waves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne._market import (
    BRANDS,
    ours,
    published,
    threshold,
    weighted_mean,
    whole_answer,
)
from cxdata.recipes import categorical, derived, lookup, numeric
from cxdata.recipes.calibration import plain_sum
from cxdata.recipes.temporal import day_number
from cxdata.schema.drivers import slope
from cxdata.schema.effect import Quantity
from cxdata.schema.figure import Target
from cxdata.schema.kinds import Boolean, Category, Date, Integer, Key, Number
from cxdata.schema.recipe import Array, Recipe
from cxdata.schema.scenario import Constraint, Parameter, Rule, Value
from cxdata.schema.statistic import Statistic, Tables, ValuesOf, percent
from cxdata.schema.table import Column, Reference, Table

PER_WAVE = 1_500
WAVES = ("2023", "2024")
FIELDWORK_FIRST = np.array([day_number(date(2023, 9, 11)), day_number(date(2024, 9, 9))])
"""Both are Mondays; no holiday falls into September."""
FIELDWORK_DAYS, WORKING_WEEK = 18, 6
BANDS = ("18_24", "25_34", "35_44", "45_54", "55_70")
DECADES = (-2.4, -1.55, -0.55, 0.45, 1.75)
"""Middle of each age band around 45, in decades."""
LIFE = (0, 0, 1, 1, 2)
"""Each band's place among the young, the middle-aged and the older, for whom brands have their own shares."""
WOW_GROUP = (0, 1, 1, 1, 2)
"""Each band's place among the ages for which sensitivity to packaging is published."""
ASPECTS = ("choice", "help", "price", "product", "delivery", "ease")
QUALITIES = (
    "competence",
    "efficiency",
    "friendliness",
    "listening",
    "availability",
    "personalisation",
    "proactivity",
)
PICKS = 2
PAIRS = tuple((one, other) for other in range(len(QUALITIES)) for one in range(other))
_HOLDS = np.array([[place in pair for pair in PAIRS] for place in range(len(QUALITIES))])
REASONS = (
    "waits_too_long",
    "finds_answers_alone",
    "expects_no_answer",
    "hours_do_not_suit",
    "prefers_the_shop",
    "other",
)
ROLES = ("other", "important", "decisive")

_IMAGES: dict[str, tuple[float, ...]] = {  # by brand, in the order of BRANDS
    "choice": (0.30, 0.55, -0.10, -0.35, 0.05, -0.20),
    "help": (0.50, -0.40, 0.10, -0.15, -0.05, 0.30),
    "price": (-0.15, 0.45, -0.45, 0.60, 0.00, -0.10),
    "product": (0.30, -0.20, 0.50, -0.45, 0.05, 0.25),
    "delivery": (-0.25, 0.45, 0.20, -0.10, 0.10, -0.40),
    "ease": (-0.30, 0.50, 0.10, 0.00, 0.20, -0.35),
}
_WEIGHTS = {"choice": 0.19, "help": 0.27, "price": 0.08, "product": 0.25, "delivery": 0.15, "ease": 0.06}
_IMPORTANCE = {"choice": 7.9, "help": 6.9, "price": 8.6, "product": 8.4, "delivery": 7.4, "ease": 7.2}
_KNOWN = (1.5, 2.2, 0.7, 1.6, 0.5, -0.2)
_CONSIDERED = (0.5, 0.9, 0.0, 0.3, -0.2, -0.3)


@dataclass(frozen=True)
class Item:
    """A yes-or-no question whose share is published; its causes are traits and what was felt at the main brand.

    Attributes:
        name: Column.
        figure: Id of the figure with the published share.
        meaning: Meaning of the column.
        causes: Trait, ``decades`` or aspect felt, to its weight in standard deviations of the answer's own noise.
        tolerance: Half-width accepted around the published share, in percent.
        why: Reason of the tolerance or of the reading.
    """

    name: str
    figure: str
    meaning: str
    causes: Mapping[str, float]
    tolerance: float
    why: str


_SIZE = "3,000 respondents."
ITEMS = (
    Item(
        "avoids_for_waits",
        "zendesk_2017.avoid_service_wait",
        "",
        {"patience": -0.5},
        2.0,
        _SIZE,
    ),
    Item(
        "must_repeat",
        "eptica_2017.must_repeat",
        "Whether it is hard to go on with a conversation on another channel without telling all again.",
        {"felt_ease": -0.4, "screen_ease": 0.15},
        2.0,
        _SIZE,
    ),
    Item(
        "agents_lack_info",
        "eptica_2017.agents_lack_info",
        "Whether advisers do not always have the information they need and pass customers on.",
        {"felt_help": -0.5},
        2.0,
        _SIZE,
    ),
    Item(
        "would_leave_if_number",
        "salesforce_2017.number",
        "Whether the respondent would leave a brand that treats customers like a number.",
        {"wish_to_be_known": 0.6, "price_sensitivity": -0.15},
        2.0,
        _SIZE,
    ),
    Item(
        "would_buy_surprise",
        "microsoft_2017.surprise",
        "Whether the promise of a pleasant surprise makes the respondent ready to buy.",
        {"taste_for_novelty": 0.6, "decades": -0.1},
        2.0,
        _SIZE,
    ),
    Item(
        "prefers_quality_over_price",
        "obsoco_food_2017.quality_over_price",
        "Whether quality comes first even if it costs more, as declared.",
        {"price_sensitivity": -0.7, "decades": 0.08},
        2.0,
        "Published on food; asked here of home and garden.",
    ),
    Item(
        "digital_saves_time",
        "digital_benefits_2015.saves_time",
        "Whether saving time is a benefit of digital services.",
        {"screen_ease": 0.5, "patience": -0.1},
        1.5,
        _SIZE,
    ),
    Item(
        "digital_sets_free",
        "digital_benefits_2015.sets_free",
        "Whether feeling freer is a benefit of digital services.",
        {"screen_ease": 0.4},
        1.5,
        _SIZE,
    ),
    Item(
        "human_matters",
        "afrc_2015.human_matters",
        "Whether the human remains important in the relation with a company.",
        {"screen_ease": -0.3, "wish_to_be_known": 0.3},
        1.0,
        _SIZE,
    ),
)
ROLE_CAUSES = {"wish_to_be_known": 0.4, "price_sensitivity": -0.3, "decades": 0.05}

# What the mean and the spread of any score rest on, in the order in which ``cut_of`` receives them.
_GROUPS = (
    "market_bands",
    "market_brands_young",
    "market_brands_middle",
    "market_brands_older",
    "market_screens_age",
    "market_halo",
    "market_felt_noise",
    "market_image_help",
    "market_image_ease",
)


def cut_of(causes: tuple[str, ...]) -> Callable[..., float]:
    """Return a function that finds the threshold of an answer with these causes.

    Each group of age and main brand has normal scores around its own mean, so that the whole is a mixture of normals.
    """

    def solve(share: float, *given: Any) -> float:
        bands, young, middle, older, screens, halo, noise, image_help, image_ease = given[: len(_GROUPS)]
        weights = tuple(given[len(_GROUPS) :])
        brands = (young, middle, older)
        images = {"felt_help": image_help, "felt_ease": image_ease}
        groups = [(band, brand) for band in range(len(BANDS)) for brand in range(len(BRANDS))]

        def centre(cause: str, band: int, brand: int) -> float:
            if cause == "decades":
                return DECADES[band]
            if cause == "screen_ease":
                return float(-screens * DECADES[band])
            return float(images[cause][brand]) if cause in images else 0.0

        means, variance = [], 1.0
        for band, brand in groups:
            total = 0.0
            for cause, weight in zip(causes, weights, strict=True):
                total += weight * centre(cause, band, brand)
            means.append(total)
        for cause, weight in zip(causes, weights, strict=True):
            spread = 0.0 if cause == "decades" else halo * halo + noise * noise if cause in images else 1.0
            variance += weight * weight * spread
        shares = tuple(bands[band] * brands[LIFE[band]][brand] for band, brand in groups)
        return threshold(float(share), shares, tuple(means), float(np.sqrt(variance)))

    return solve


def wow_cuts(young: float, middle: float, older: float, novelty: float) -> tuple[float, ...]:
    """Return the threshold of each published age group; novelty has the same spread in all."""
    sd = float(np.sqrt(1.0 + novelty * novelty))
    return tuple(threshold(share, (1.0,), (0.0,), sd) for share in (young, middle, older))


def quality_shares(competence: float, efficiency: float, others: tuple[float, ...]) -> tuple[float, ...]:
    """Return how many of all respondents pick each quality: two are published, the others share what two picks leave."""
    left = PICKS - competence - efficiency
    return (competence, efficiency, *(left * share for share in others))


def pair_shares(shares: tuple[float, ...]) -> tuple[float, ...]:
    """Return the share of each pair of qualities such that each quality is picked by its share of respondents.

    The first pick goes by p (1 - p) / (1 - 2 p), with p half the share, the second by p among the rest.

    Args:
        shares: (k,) share of respondents who pick each, below one; sums to two.

    Returns:
        (k (k - 1) / 2,) shares in the order of ``PAIRS``.

    Source: Brewer (1963), sampling two without replacement with unequal probabilities.
    """
    half = [share / PICKS for share in shares]
    first = [p * (1.0 - p) / (1.0 - PICKS * p) for p in half]
    total = plain_sum(first)
    pairs = [(first[i] * half[j] / (1.0 - half[i]) + first[j] * half[i] / (1.0 - half[j])) / total for i, j in PAIRS]
    every = plain_sum(pairs)
    return tuple(pair / every for pair in pairs)


def picked_pair(
    u: Array, band: Array, shares: tuple[float, ...], tilt: tuple[float, ...], bands: tuple[float, ...]
) -> Array:
    """Return the pair of qualities that each respondent picks, by the shares of the age."""
    middle = weighted_mean(bands, DECADES)
    pair = np.zeros(len(band), dtype=np.int64)
    for code, decade in enumerate(DECADES):
        of_age = tuple(share + step * (decade - middle) for share, step in zip(shares, tilt, strict=True))
        pair = np.where(band == code, categorical.pick(u, pair_shares(of_age)), pair)
    return pair


def day_of_interview(u: Array, wave: Array) -> Array:
    """Return the day of the interview, uniform over the working days of the fieldwork."""
    place = (u * FIELDWORK_DAYS).astype(np.int64)
    day: Array = FIELDWORK_FIRST[wave] + 7 * (place // WORKING_WEEK) + place % WORKING_WEEK
    return day


def brand_of(u: Array, band: Array, young: Value, middle: Value, older: Value) -> Array:
    """Return the main brand, drawn by the shares of the respondent's age."""
    codes = [categorical.pick(u, shares) for shares in (young, middle, older) if isinstance(shares, tuple)]
    life = np.array(LIFE)[band]
    return np.where(life == 0, codes[0], np.where(life == 1, codes[1], codes[2]))


def answers_yes(causes: tuple[str, ...]) -> Callable[..., Array]:
    """Return a function of a uniform, the causes, their weights and the cut: whether the score exceeds it."""

    def compute(u: Array, *given: Any) -> Array:
        score = lookup.normal(u)
        for place in range(len(causes)):
            score = score + given[len(causes) + place] * given[place]
        holds: Array = score > given[-1]
        return holds

    return compute


def _yes(item: Item) -> Recipe:
    causes = tuple(item.causes)
    weights = [f"$market_{item.name}_{cause}" for cause in causes]
    return derived.draw(
        answers_yes(causes),
        *causes,
        *weights,
        f"$market_{item.name}_cut",
        sentence=f"{' and '.join(causes)} plus a normal, above market_{item.name}_cut",
    )


def role_of(u: Array, known: Array, price: Array, decades: Array, a: float, b: float, c: float, *cuts: float) -> Array:
    """Return the part that customer relations play in a choice."""
    score = lookup.normal(u) + a * known + b * price + c * decades
    return (score > cuts[0]).astype(np.int64) + (score > cuts[1])


def reason_of(u: Array, waits: Array, others: tuple[float, ...]) -> Array:
    """Return the main reason for leaving customer service alone."""
    return np.where(waits, 0, 1 + categorical.pick(u, others))


def known_brand(place: int) -> Callable[..., Array]:
    """Return a function that says who knows a brand: its customers all do."""

    def compute(u: Array, main: Array, decades: Array, base: tuple[float, ...], age: float) -> Array:
        return np.asarray((main == place) | (base[place] + age * decades + lookup.logistic(u) > 0))

    return compute


def considered_brand(place: int) -> Callable[..., Array]:
    """Return a function that says who considers a brand: its customers do, and of the others those who know it."""

    def compute(u: Array, main: Array, known: Array, base: tuple[float, ...]) -> Array:
        return np.asarray((main == place) | (known & (base[place] + lookup.logistic(u) > 0)))

    return compute


def felt(aspect: str) -> Recipe:
    """Return how the main brand is perceived on an aspect: its image, a halo over all aspects, and chance."""

    def compute(
        u: Array,
        main: Array,
        slot: Array,
        halo: Array,
        image: tuple[float, ...],
        weight: float,
        sd: float,
        later: float,
    ) -> Array:
        fresh = (main == 0) & (slot >= PER_WAVE)
        changed = later if aspect == "delivery" else 0.0
        return np.asarray(np.array(image)[main] + changed * fresh + weight * halo + sd * lookup.normal(u))

    return derived.draw(
        compute,
        "main_brand",
        "#slot",
        "leniency",
        f"$market_image_{aspect}",
        "$market_halo",
        "$market_felt_noise",
        "$market_delivery_later",
        sentence=f"market_image_{aspect} of the brand + market_halo x leniency + normal noise",
    )


def overall(*given: Any) -> Array:
    """Return the satisfaction that the six ratings make, in points, before it is rounded."""
    count = len(ASPECTS)
    total = given[2 * count]
    for place in range(count):
        total = total + given[count + place] * given[place]
    return np.asarray(total)


# --- Estimators ------------------------------------------------------------------------------------------------------
RATINGS = tuple(f"rating_{aspect}" for aspect in ASPECTS)


def _rated(tables: Tables) -> pd.DataFrame:
    """Return the respondents who rated all six aspects."""
    return tables["market_survey"].dropna(subset=list(RATINGS))


def _rated_with_truth(tables: Tables) -> pd.DataFrame:
    return _rated(tables).merge(tables["latents/market_survey"], on="respondent_id")


_OTHERS = tuple(name for name in RATINGS if name != "rating_help")
_HELP: dict[str, Any] = {"predictor": "rating_help", "cluster": "respondent_id"}

QUANTITIES = (
    Quantity(
        id="help_in_satisfaction",
        of="run",
        title="How much does the rating of help weigh in satisfaction?",
        estimand="points of satisfaction that one point more of the rating of help brings, the other five ratings unchanged",
        confounding="Who likes a brand rates all its aspects better, so each rating alone carries the weight of the others.",
        basis="That stated importance, single correlations and joint weights differ is common knowledge of the trade; the weights are ours.",
        truth=slope(
            _rated_with_truth,
            outcome="satisfaction_due",
            controls=_OTHERS,
            **_HELP,
            tables=("market_survey", "latents/market_survey"),
            sentence="slope of the satisfaction due on the rating of help beside the other five",
        ),
        right=slope(
            _rated,
            outcome="satisfaction",
            controls=_OTHERS,
            **_HELP,
            tables=("market_survey",),
            sentence="regression of satisfaction on all six ratings",
        ),
        tempting=slope(
            _rated,
            outcome="satisfaction",
            **_HELP,
            tables=("market_survey",),
            sentence="regression of satisfaction on the rating of help alone",
        ),
    ),
)

# --- Parameters ------------------------------------------------------------------------------------------------------
_CAUSE_WORDS = {
    "decades": "decade of age",
    "screen_ease": "step of ease with screens",
    "patience": "step of patience",
    "taste_for_novelty": "step of taste for novelty",
    "price_sensitivity": "step of price sensitivity",
    "wish_to_be_known": "step of the wish to be known",
    "felt_help": "step of felt help",
    "felt_ease": "step of felt ease",
}


def _of_item(item: Item) -> tuple[Parameter, ...]:
    causes = tuple(item.causes)
    names = tuple(f"market_{item.name}_{cause}" for cause in causes)
    return (
        published(f"market_{item.name}_share", item.figure, f"Share of yes to {item.name}."),
        *(
            ours(name, item.causes[cause], "sd", f"Yes to {item.name}, per {_CAUSE_WORDS[cause]}.")
            for name, cause in zip(names, causes, strict=True)
        ),
        Parameter(
            name=f"market_{item.name}_cut",
            derive=cut_of(causes),
            inputs=(f"market_{item.name}_share", *_GROUPS, *names),
            unit="sd",
            meaning=f"Threshold of {item.name} that gives its share.",
        ),
    )


_ROLE_WEIGHTS = tuple(f"market_role_{cause}" for cause in ROLE_CAUSES)

PARAMETERS = (
    ours("market_bands", (0.125, 0.175, 0.190, 0.200, 0.310), "shares", "Respondents by age, 18-24 to 55-70."),
    ours("market_women_share", 0.53, "share", "Women among respondents."),
    ours(
        "market_brands_young",
        (0.15, 0.34, 0.11, 0.26, 0.09, 0.05),
        "shares",
        "Main brands of respondents under 35, Tilmarenne first.",
    ),
    ours(
        "market_brands_middle",
        (0.23, 0.27, 0.14, 0.18, 0.10, 0.08),
        "shares",
        "Main brands of respondents from 35 to 54, Tilmarenne first.",
    ),
    ours(
        "market_brands_older",
        (0.30, 0.19, 0.16, 0.13, 0.10, 0.12),
        "shares",
        "Main brands of respondents from 55, Tilmarenne first.",
    ),
    ours("market_screens_age", 0.38, "sd per decade", "Loss of ease with screens per decade, as among customers."),
    *(
        ours(f"market_image_{aspect}", image, "sd", f"How the brands are perceived on {aspect}, Tilmarenne first.")
        for aspect, image in _IMAGES.items()
    ),
    ours("market_delivery_later", -0.15, "sd", "Tilmarenne's image of delivery in 2024, after the parcel jam."),
    ours("market_halo", 0.6, "sd", "How far leniency colours all ratings of a brand.", 0.0),
    ours("market_felt_noise", 0.8, "sd", "Spread of what is perceived of one aspect.", 0.0),
    ours("market_rating_middle", 7.1, "points", "Rating of an aspect that is perceived as average.", 0.0, 10.0),
    ours("market_rating_step", 1.5, "points", "Points of a rating per step perceived.", 0.0, 5.0),
    *(
        ours(f"market_weight_{aspect}", weight, "points per point", f"Weight of {aspect} in satisfaction.", 0.0, 1.0)
        for aspect, weight in _WEIGHTS.items()
    ),
    ours("market_satisfaction_level", 0.1, "points", "Satisfaction when all ratings are zero.", -5.0, 5.0),
    ours("market_satisfaction_noise", 0.9, "points", "Spread of satisfaction beside the ratings.", 0.0, 5.0),
    *(
        ours(f"market_importance_{aspect}", level, "points", f"Stated importance of {aspect}.", 0.0, 10.0)
        for aspect, level in _IMPORTANCE.items()
    ),
    ours("market_price_stated", 0.6, "points", "Importance of prices, added per step of price sensitivity.", 0.0, 5.0),
    ours("market_importance_use", 0.8, "points", "How far respondents differ in their use of the scale.", 0.0, 5.0),
    ours("market_importance_noise", 1.3, "points", "Spread of stated importance.", 0.0, 5.0),
    ours("market_ltr_level", 7.3, "points", "Recommendation at a satisfaction of seven.", 0.0, 10.0),
    ours("market_ltr_slope", 1.2, "points per point", "Recommendation per point of satisfaction.", 0.0, 5.0),
    ours("market_ltr_noise", 1.5, "points", "Spread of recommendation at one satisfaction.", 0.0, 5.0),
    ours("market_known", _KNOWN, "logit", "Knows the brand when shown its name, at 45, Tilmarenne first."),
    ours("market_known_age", 0.12, "logit per decade", "Knows a brand, per decade."),
    ours("market_considered", _CONSIDERED, "logit", "Considers a known brand, Tilmarenne first."),
    ours("market_asked_help_share", 0.72, "share", "Respondents who have asked the main brand for help."),
    ours("market_delivered_base", 0.5, "logit", "Has had a delivery from the main brand, average ease with screens."),
    ours("market_delivered_screens", 0.6, "logit", "Has had a delivery, per step of ease with screens."),
    *(parameter for item in ITEMS for parameter in _of_item(item)),
    ours(
        "market_reasons_other",
        (0.36, 0.22, 0.17, 0.15, 0.10),
        "shares",
        "Reasons for leaving customer service alone other than waits.",
    ),
    published("market_wow_young", "obsoco_all4pack_2017.wow_pack_18_24", "Sensitive to packaging, 18-24."),
    published("market_wow_middle", "obsoco_all4pack_2017.wow_pack_25_54", "Sensitive to packaging, 25-54."),
    published("market_wow_older", "obsoco_all4pack_2017.wow_pack_55_70", "Sensitive to packaging, 55-70."),
    ours("market_wow_novelty", 0.6, "sd", "Sensitive to packaging, per step of taste for novelty."),
    Parameter(
        name="market_wow_cuts",
        derive=wow_cuts,
        inputs=("market_wow_young", "market_wow_middle", "market_wow_older", "market_wow_novelty"),
        unit="sd",
        meaning="Thresholds of sensitivity to packaging in the three age groups.",
    ),
    published("market_role_decisive", "inrc_2015.decisive", "Customer relations decide a purchase."),
    published("market_role_important", "inrc_2015.important", "Customer relations are important, not decisive."),
    *(
        ours(name, weight, "sd", f"Part of customer relations in a choice, per {_CAUSE_WORDS[cause]}.")
        for name, (cause, weight) in zip(_ROLE_WEIGHTS, ROLE_CAUSES.items(), strict=True)
    ),
    Parameter(
        name="market_role_at_least_important",
        derive=lambda decisive, important: decisive + important,
        inputs=("market_role_decisive", "market_role_important"),
        unit="share",
        meaning="Customer relations are important or decisive.",
    ),
    *(
        Parameter(
            name=f"market_role_{name}_cut",
            derive=cut_of(tuple(ROLE_CAUSES)),
            inputs=(share, *_GROUPS, *_ROLE_WEIGHTS),
            unit="sd",
            meaning=f"Threshold above which customer relations are {name}.",
        )
        for name, share in (("other", "market_role_at_least_important"), ("decisive", "market_role_decisive"))
    ),
    published("market_quality_competence", "inrc_2015.competence", "Expects competence first of all."),
    published("market_quality_efficiency", "inrc_2015.efficiency", "Expects efficiency first of all."),
    ours(
        "market_quality_others",
        (0.275, 0.24, 0.195, 0.16, 0.13),
        "shares",
        "The other picks: friendliness, listening, availability, personalisation, proactivity, in the published order.",
    ),
    Parameter(
        name="market_quality_shares",
        derive=quality_shares,
        inputs=("market_quality_competence", "market_quality_efficiency", "market_quality_others"),
        unit="shares of respondents",
        meaning="Respondents who pick each quality; two picks each.",
        low=0.0,
        high=1.0,
    ),
    ours(
        "market_quality_age",
        (0.02, -0.025, 0.02, 0.01, -0.02, 0.0, -0.005),
        "share per decade",
        "How each quality's share rises with age.",
        -0.05,
        0.05,
    ),
)

CONSTRAINTS = (
    Constraint(
        sentence="two picks each: what one quality gains with age others must lose; make market_quality_age sum to zero.",
        parameters=("market_quality_age",),
        holds=lambda tilt: abs(plain_sum(tilt)) < 1e-9,
    ),
    Constraint(
        sentence="nobody can be both; lower market_role_decisive or market_role_important.",
        parameters=("market_role_decisive", "market_role_important"),
        holds=lambda decisive, important: decisive + important < 1.0,
    ),
)


# --- Table -----------------------------------------------------------------------------------------------------------
def _trait(name: str, meaning: str, recipe: Recipe | None = None) -> Column:
    return Column(
        name=name,
        kind=Number(4),
        unit="sd",
        meaning=meaning,
        recipe=recipe or numeric.score("$zero", {}, noise="$one"),
        role="latent",
    )


_HIDDEN = {"help": "has_asked_help", "delivery": "has_been_delivered"}
_ASPECT_WORDS = {
    "choice": "the choice of goods",
    "help": "help and advice",
    "price": "prices",
    "product": "the quality of goods",
    "delivery": "delivery",
    "ease": "the ease of buying and being served",
}


def _importance(aspect: str) -> Recipe:
    price = aspect == "price"
    inputs = ("scale_use", f"$market_importance_{aspect}", "$market_importance_use", "$market_importance_noise")
    extra = ("price_sensitivity", "$market_price_stated") if price else ()

    def compute(u: Array, use: Array, level: float, spread: float, noise: float, *rest: Any) -> Array:
        score = level + spread * use + noise * lookup.normal(u)
        return whole_answer(0, 10, score + rest[1] * rest[0] if price else score)

    return derived.draw(compute, *inputs, *extra, sentence=f"around market_importance_{aspect}, rounded to 0-10")


TABLE = Table(
    name="market_survey",
    meaning="A respondent of a representative survey among French customers of home-and-garden brands, aged 18 to 70, by the invented institute Pivoine Études.",
    rows=(Reference(PER_WAVE * len(WAVES)),),
    columns=(
        Column(name="respondent_id", kind=Key(), meaning="Key of the respondent; nobody is asked in both waves."),
        Column(
            name="wave",
            kind=Category(WAVES),
            meaning="Wave of the survey.",
            recipe=derived.formula(lambda slot: slot // PER_WAVE, "#slot", sentence="1,500 respondents each"),
        ),
        Column(
            name="interviewed_on",
            kind=Date(),
            meaning="Day of the interview, in September.",
            recipe=derived.draw(
                day_of_interview, "wave", sentence="Mondays to Saturdays of the three weeks of fieldwork"
            ),
        ),
        Column(
            name="age_band",
            kind=Category(BANDS),
            unit="years",
            meaning="Age of the respondent.",
            recipe=categorical.choice("$market_bands"),
        ),
        Column(
            name="gender",
            kind=Category(("f", "m")),
            meaning="Gender as stated.",
            recipe=derived.draw(
                lambda u, women: (u >= women).astype(np.int64), "$market_women_share", sentence="by lot"
            ),
        ),
        Column(
            name="decades",
            kind=Number(2),
            unit="10 years",
            meaning="Middle of the age band around 45.",
            recipe=derived.formula(lambda band: np.array(DECADES)[band], "age_band", sentence="by age_band"),
            role="working",
        ),
        _trait(
            "screen_ease",
            "Ease with screens.",
            numeric.score("$zero", {"decades": "-$market_screens_age"}, noise="$one"),
        ),
        _trait("patience", "Readiness to wait."),
        _trait("taste_for_novelty", "Taste for the new."),
        _trait("price_sensitivity", "How much prices count."),
        _trait("wish_to_be_known", "Wish to be known as a person."),
        _trait("leniency", "How kindly the respondent judges the main brand as a whole."),
        _trait("scale_use", "How high the respondent answers on scales of importance."),
        Column(
            name="main_brand",
            kind=Category(BRANDS),
            meaning="Brand of home and garden goods where the respondent buys most; all names are invented.",
            recipe=derived.draw(
                brand_of,
                "age_band",
                "$market_brands_young",
                "$market_brands_middle",
                "$market_brands_older",
                sentence="drawn by the shares of the age",
            ),
        ),
        *(
            Column(
                name=f"knows_{brand}",
                kind=Boolean(),
                meaning=f"Whether the respondent knows {brand.capitalize()} when shown its name.",
                recipe=derived.draw(
                    known_brand(place),
                    "main_brand",
                    "decades",
                    "$market_known",
                    "$market_known_age",
                    sentence="its customers, and others with a logit that rises with age",
                ),
            )
            for place, brand in enumerate(BRANDS)
        ),
        *(
            Column(
                name=f"considers_{brand}",
                kind=Boolean(),
                meaning=f"Whether the respondent would consider {brand.capitalize()} for the next purchase.",
                recipe=derived.draw(
                    considered_brand(place),
                    "main_brand",
                    f"knows_{brand}",
                    "$market_considered",
                    sentence="its customers, and by chance others who know it",
                ),
            )
            for place, brand in enumerate(BRANDS)
        ),
        *(
            Column(
                name=f"importance_{aspect}",
                kind=Integer(0, 10),
                unit="points, 0 to 10",
                meaning=f"Stated importance of {_ASPECT_WORDS[aspect]}.",
                recipe=_importance(aspect),
            )
            for aspect in ASPECTS
        ),
        Column(
            name="has_asked_help",
            kind=Boolean(),
            meaning="Whether the respondent has asked the main brand for help or advice.",
            recipe=numeric.chance("$market_asked_help_share"),
        ),
        Column(
            name="has_been_delivered",
            kind=Boolean(),
            meaning="Whether the respondent has had a delivery from the main brand.",
            recipe=numeric.happens("$market_delivered_base", {"screen_ease": "$market_delivered_screens"}),
        ),
        *(_trait(f"felt_{aspect}", f"How {_ASPECT_WORDS[aspect]} are perceived.", felt(aspect)) for aspect in ASPECTS),
        *(
            Column(
                name=f"rating_{aspect}",
                kind=Integer(0, 10),
                unit="points, 0 to 10",
                meaning=f"Rating of the main brand on {_ASPECT_WORDS[aspect]}"
                + ("; empty for those who have had none." if aspect in _HIDDEN else "."),
                recipe=derived.formula(
                    lambda score, middle, step: whole_answer(0, 10, middle + step * score),
                    f"felt_{aspect}",
                    "$market_rating_middle",
                    "$market_rating_step",
                    sentence=f"felt_{aspect} on a scale of 0 to 10",
                ),
                when=_HIDDEN.get(aspect),
            )
            for aspect in ASPECTS
        ),
        Column(
            name="satisfaction_due",
            kind=Number(4),
            unit="points",
            meaning="Satisfaction that the six ratings make, before chance and rounding.",
            recipe=derived.formula(
                overall,
                *RATINGS,
                *(f"$market_weight_{aspect}" for aspect in ASPECTS),
                "$market_satisfaction_level",
                sentence="weighted sum of the six ratings",
            ),
            role="latent",
        ),
        Column(
            name="satisfaction",
            kind=Integer(0, 10),
            unit="points, 0 to 10",
            meaning="Satisfaction with the main brand overall.",
            recipe=derived.draw(
                lambda u, due, noise: whole_answer(0, 10, due + noise * lookup.normal(u)),
                "satisfaction_due",
                "$market_satisfaction_noise",
                sentence="satisfaction_due plus a normal, rounded",
            ),
        ),
        Column(
            name="ltr",
            kind=Integer(0, 10),
            unit="points, 0 to 10",
            meaning="Likelihood to recommend the main brand.",
            recipe=derived.draw(
                lambda u, satisfied, level, slope, noise: whole_answer(
                    0, 10, level + slope * (satisfied - 7) + noise * lookup.normal(u)
                ),
                "satisfaction",
                "$market_ltr_level",
                "$market_ltr_slope",
                "$market_ltr_noise",
                sentence="around satisfaction, rounded",
            ),
        ),
        Column(
            name="avoids_for_waits",
            kind=Boolean(),
            meaning="Whether waits are the main reason for leaving customer service alone.",
            recipe=_yes(ITEMS[0]),
            role="working",
        ),
        Column(
            name="reason_no_contact",
            kind=Category(REASONS),
            meaning="Main reason for leaving customer service alone.",
            recipe=derived.draw(
                reason_of, "avoids_for_waits", "$market_reasons_other", sentence="waits, or drawn among the others"
            ),
        ),
        *(Column(name=item.name, kind=Boolean(), meaning=item.meaning, recipe=_yes(item)) for item in ITEMS[1:]),
        Column(
            name="sensitive_to_wow_packaging",
            kind=Boolean(),
            meaning="Whether packaging made to impress (limited or personal editions) appeals to the respondent.",
            recipe=derived.draw(
                lambda u, band, novelty, weight, cuts: (
                    lookup.normal(u) + weight * novelty > np.array(cuts)[np.array(WOW_GROUP)[band]]
                ),
                "age_band",
                "taste_for_novelty",
                "$market_wow_novelty",
                "$market_wow_cuts",
                sentence="taste_for_novelty plus a normal, above the cut of the age",
            ),
        ),
        Column(
            name="relation_in_choice",
            kind=Category(ROLES),
            meaning="Part that the quality of customer relations plays in the choice of a purchase.",
            recipe=derived.draw(
                role_of,
                *ROLE_CAUSES,
                *(f"${name}" for name in _ROLE_WEIGHTS),
                "$market_role_other_cut",
                "$market_role_decisive_cut",
                sentence="ordinal probit of traits and age",
            ),
        ),
        Column(
            name="picked_qualities",
            kind=Integer(0, len(PAIRS) - 1),
            meaning="The two qualities picked, as the place of the pair.",
            recipe=derived.draw(
                picked_pair,
                "age_band",
                "$market_quality_shares",
                "$market_quality_age",
                "$market_bands",
                sentence="two of seven, each with its share of the age",
            ),
            role="working",
        ),
        *(
            Column(
                name=f"expects_{quality}",
                kind=Boolean(),
                meaning=f"Whether {quality} is one of the two qualities that the respondent expects most of a contact person.",
                recipe=derived.formula(
                    lambda picked, place=place: _HOLDS[place, picked],
                    "picked_qualities",
                    sentence="one of the two picked",
                ),
            )
            for place, quality in enumerate(QUALITIES)
        ),
    ),
)


# --- Targets and rules -----------------------------------------------------------------------------------------------
def _share(of: ValuesOf, sentence: str, where: ValuesOf | None = None) -> Statistic:
    return percent("market_survey", of, where=where, cluster="respondent_id", sentence=sentence)


def _aged(*places: int) -> ValuesOf:
    bands = [BANDS[place] for place in places]
    return lambda rows: rows["age_band"].isin(bands)


def _answer(name: str) -> ValuesOf:
    return lambda rows: rows[name]


def _says(word: str) -> ValuesOf:
    return lambda rows: rows["relation_in_choice"] == word


TARGETS = (
    Target(
        figure=ITEMS[0].figure,
        statistic=_share(lambda rows: rows["reason_no_contact"] == REASONS[0], "respondents who name waits"),
        column="market_survey.reason_no_contact",
        tolerance=ITEMS[0].tolerance,
        why=ITEMS[0].why,
    ),
    *(
        Target(
            figure=item.figure,
            statistic=_share(_answer(item.name), f"respondents who say yes to {item.name}"),
            column=f"market_survey.{item.name}",
            tolerance=item.tolerance,
            why=item.why,
        )
        for item in ITEMS[1:]
    ),
    *(
        Target(
            figure=f"obsoco_all4pack_2017.wow_pack_{group}",
            statistic=_share(
                _answer("sensitive_to_wow_packaging"),
                f"respondents of {group.replace('_', '-')} who say yes",
                _aged(*bands),
            ),
            column="market_survey.sensitive_to_wow_packaging",
            tolerance=tolerance,
            why=why,
        )
        for group, bands, tolerance, why in (
            ("18_24", (0,), 6.0, "One respondent in eight is as young as that."),
            ("25_54", (1, 2, 3), 3.0, "Some 1,700 respondents."),
            ("55_70", (4,), 3.0, "Some 900 respondents."),
        )
    ),
    *(
        Target(
            figure=f"inrc_2015.{answer}",
            statistic=_share(_says(answer), f"{answer} for respondents"),
            column="market_survey.relation_in_choice",
            tolerance=2.0,
            why=_SIZE,
        )
        for answer in ("decisive", "important")
    ),
    *(
        Target(
            figure=f"inrc_2015.{quality}",
            statistic=_share(_answer(f"expects_{quality}"), f"respondents who expect {quality}"),
            column=f"market_survey.expects_{quality}",
            tolerance=2.0,
            why="Published for nine countries; how many qualities could be named is not printed, here two.",
        )
        for quality in ("competence", "efficiency")
    ),
)


def _odd_funnels(tables: Tables) -> int:
    rows = tables["market_survey"]
    odd = 0
    for brand in BRANDS:
        main, known, considered = rows["main_brand"] == brand, rows[f"knows_{brand}"], rows[f"considers_{brand}"]
        odd += int(((main & ~considered) | (considered & ~known)).sum())
    return odd


def _odd_picks(tables: Tables) -> int:
    rows = tables["market_survey"]
    return int((rows[[f"expects_{quality}" for quality in QUALITIES]].sum(axis=1) != PICKS).sum())


RULES = (
    Rule(
        sentence="who buys from a brand considers it, who considers it knows it",
        tables=("market_survey",),
        violations=_odd_funnels,
    ),
    Rule(
        sentence="each respondent of the market survey picks two qualities",
        tables=("market_survey",),
        violations=_odd_picks,
    ),
)
