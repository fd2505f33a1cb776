"""The Kano survey: what customers feel if an attribute is there, and if it is not."""

from functools import lru_cache
from itertools import accumulate

import numpy as np

from cxdata.catalog.tables.tilmarenne import _voice
from cxdata.catalog.tables.tilmarenne.customers import SEGMENTS
from cxdata.recipes import categorical, derived, lookup, numeric
from cxdata.recipes.calibration import plain_sum
from cxdata.recipes.temporal import day_number
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Parameter, Rule, Value, ours
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, PerParent, Table

ATTRIBUTES = (
    "delivery_on_promised_day",
    "parcel_tracking",
    "free_returns",
    "expert_advice_in_shop",
    "plant_guarantee",
    "click_and_collect_in_2_hours",
    "evening_delivery",
    "assembly_service",
    "loyalty_vouchers",
    "gift_wrapping",
    "workshops",
    "app_with_shelf_finder",
    "green_packaging",
    "price_match",
    "chat_24_hours",
)
CATEGORIES = ("must_be", "one_dimensional", "attractive", "indifferent", "reverse")
ANSWERS = ("like", "must_be", "neutral", "live_with", "dislike")
WAVES = ("2023", "2024")
DRIFTING = ATTRIBUTES.index("click_and_collect_in_2_hours")
MUST_BE, ATTRACTIVE = CATEGORIES.index("must_be"), CATEGORIES.index("attractive")
SLIPS = (
    "none",
    "functional_up",
    "functional_down",
    "dysfunctional_up",
    "dysfunctional_down",
    "both_like",
    "both_dislike",
)
LIKE, DISLIKE = ANSWERS.index("like"), ANSWERS.index("dislike")
_FUNCTIONAL, _DYSFUNCTIONAL = (1, 2), (3, 4)
_BOTH_LIKE, _BOTH_DISLIKE = 5, 6
SIZE = len(CATEGORIES)
Shares = tuple[float, ...]


def mixture(base: Shares, pulls: Shares, targets: Shares, drift: float) -> Array:
    """Return the shares of the categories of one segment, (2 waves, 15 attributes, 5 categories).

    Args:
        base: (15 x 5,) shares of all customers, attribute by attribute.
        pulls: (15,) share of the segment that is moved to a category of its own.
        targets: (15,) the codes of those categories.
        drift: Share of the delighted, for whom the drifting attribute is a must in the second wave.
    """
    shares = np.asarray(base).reshape(len(ATTRIBUTES), SIZE)
    pull = np.asarray(pulls)[:, None]
    own = np.asarray(targets, dtype=np.int64)[:, None] == np.arange(SIZE)
    first = (1.0 - pull) * shares + pull * own
    second = first.copy()
    moved = drift * first[DRIFTING, ATTRACTIVE]
    second[DRIFTING, ATTRACTIVE] -= moved
    second[DRIFTING, MUST_BE] += moved
    return np.stack([first, second])


@lru_cache(maxsize=4)  # every block asks for the same
def _cuts(drift: float, base: Shares, moved: tuple[Shares, ...]) -> Array:
    """Return (segments x waves x attributes, 4) latent cuts between the categories; arguments as of ``category``."""
    bounds = np.empty((len(SEGMENTS), len(WAVES), len(ATTRIBUTES), SIZE - 1))
    for place in range(len(SEGMENTS)):
        shares = mixture(base, moved[2 * place], moved[2 * place + 1], drift)
        for number in range(len(WAVES)):
            for row in range(len(ATTRIBUTES)):
                bounds[place, number, row] = list(accumulate(shares[number, row].tolist()))[:-1]
    return lookup.normal(np.clip(bounds, 0.0, 1.0)).reshape(-1, SIZE - 1)


def category(
    u: Array,
    demand: Array,
    segment: Array,
    wave: Array,
    attribute: Array,
    weight: float,
    drift: float,
    base: Shares,
    *moved: Shares,
) -> Array:
    """Return what an attribute is to a customer, by the shares of segment and wave.

    Demanding customers stand nearer the must, undemanding ones nearer indifference, in the order of the categories.
    """
    ease = np.sqrt(1.0 - weight * weight) * lookup.normal(u) - weight * demand
    row = (segment * len(WAVES) + wave) * len(ATTRIBUTES) + attribute
    code: Array = np.zeros(len(u), dtype=np.int64)
    for cut in _cuts(drift, base, moved).T:  # loops over the cuts
        code += ease > cut.take(row)
    return code


def slip(u: Array, slips: float, questionable: float) -> Array:
    """Return which answer slips by one step, and who ticks one answer twice against all sense."""
    which = 1 + np.minimum((u[0] / slips * 4.0).astype(np.int64), 3) if slips > 0 else np.zeros(u.shape[1], np.int64)
    code = np.where(u[0] < slips, which, 0)
    twice = np.where(u[1] < questionable / 2.0, _BOTH_LIKE, _BOTH_DISLIKE)
    return np.where(u[1] < questionable, twice, code)


def answer(u: Array, of: Array, slipped: Array, shares: Shares, side: tuple[int, int]) -> Array:
    """Return one of the two answers: typical of the category, off by a step where it slipped.

    Args:
        u: (n,) uniforms.
        of: (n,) categories.
        slipped: (n,) slips.
        shares: (5 x 5,) shares of the answers, category by category.
        side: The two slips that concern this answer: a step towards like, a step towards dislike.
    """
    typical = categorical.pick_by_row(u, of, categorical.bounds_by_row(shares, len(ANSWERS)))
    step = np.where(slipped == side[0], -1, np.where(slipped == side[1], 1, 0))
    # Who stands at an end of the scale can only slip inwards.
    step = np.where((typical + step < LIKE) | (typical + step > DISLIKE), -step, step)
    said = typical + step
    return np.where(slipped == _BOTH_LIKE, LIKE, np.where(slipped == _BOTH_DISLIKE, DISLIKE, said))


def importance(u: Array, of: Array, demand: Array, means: Shares, weight: float, spread: float) -> Array:
    """Return stated importance, 1 to 9: higher for the basics, and with demanding customers."""
    stated = np.asarray(means)[of] + weight * demand + spread * lookup.normal(u)
    return np.clip(np.rint(stated), 1, 9).astype(np.int64)


# Must-be, one-dimensional, attractive, indifferent, reverse.
_BASE = (
    (0.58, 0.28, 0.03, 0.10, 0.01),
    (0.48, 0.25, 0.09, 0.17, 0.01),
    (0.27, 0.44, 0.14, 0.14, 0.01),
    (0.19, 0.46, 0.18, 0.15, 0.02),
    (0.09, 0.25, 0.46, 0.19, 0.01),
    (0.13, 0.20, 0.50, 0.16, 0.01),
    (0.04, 0.17, 0.49, 0.28, 0.02),
    (0.05, 0.16, 0.28, 0.48, 0.03),
    (0.15, 0.48, 0.18, 0.17, 0.02),
    (0.03, 0.09, 0.25, 0.59, 0.04),
    (0.02, 0.07, 0.30, 0.58, 0.03),
    (0.04, 0.12, 0.49, 0.32, 0.03),
    (0.14, 0.24, 0.19, 0.38, 0.05),
    (0.17, 0.49, 0.15, 0.17, 0.02),
    (0.05, 0.16, 0.26, 0.46, 0.07),
)
# Attributes that mean something else to a segment: the category towards which, and the share that moves.
_MOVED: dict[str, dict[str, tuple[str, float]]] = {
    "gardeners": {
        "expert_advice_in_shop": ("must_be", 0.42),
        "plant_guarantee": ("one_dimensional", 0.40),
        "workshops": ("attractive", 0.35),
        "assembly_service": ("indifferent", 0.20),
    },
    "home_makers": {
        "assembly_service": ("attractive", 0.35),
        "evening_delivery": ("attractive", 0.10),
        "green_packaging": ("one_dimensional", 0.30),
        "plant_guarantee": ("attractive", 0.10),
    },
    "renovators": {
        "click_and_collect_in_2_hours": ("must_be", 0.45),
        "expert_advice_in_shop": ("one_dimensional", 0.15),
        "app_with_shelf_finder": ("attractive", 0.25),
        "gift_wrapping": ("indifferent", 0.25),
        "plant_guarantee": ("indifferent", 0.35),
        "workshops": ("indifferent", 0.15),
    },
    "gift_buyers": {
        "gift_wrapping": ("one_dimensional", 0.50),
        "delivery_on_promised_day": ("must_be", 0.25),
        "expert_advice_in_shop": ("one_dimensional", 0.10),
        "workshops": ("indifferent", 0.20),
        "assembly_service": ("indifferent", 0.20),
        "price_match": ("indifferent", 0.15),
    },
    "bargain_hunters": {
        "price_match": ("must_be", 0.50),
        "loyalty_vouchers": ("must_be", 0.45),
        "free_returns": ("must_be", 0.40),
        "expert_advice_in_shop": ("indifferent", 0.45),
        "green_packaging": ("indifferent", 0.25),
        "evening_delivery": ("indifferent", 0.35),
    },
}


def _moves(segment: str) -> tuple[Parameter, Parameter]:
    moved = [_MOVED[segment].get(attribute, ("indifferent", 0.0)) for attribute in ATTRIBUTES]
    return (
        ours(
            f"kano_pull_{segment}",
            tuple(share for _, share in moved),
            "share",
            f"Share of the {segment} to whom each attribute is something of their own, in the order of the attributes.",
        ),
        ours(
            f"kano_target_{segment}",
            tuple(float(CATEGORIES.index(word)) for word, _ in moved),
            "category code",
            f"What it is to them: 0 must-be to 4 reverse; {segment}.",
            0.0,
            4.0,
        ),
    )


PARAMETERS = (
    ours("kano_panel_share", 0.092, "share", "Customers drawn by lot for the Kano survey who answer."),
    ours("kano_second_wave", 0.5, "share", "Of those, the ones in the wave of 2024."),
    ours("kano_lag_days", 4.0, "days", "Mean days from invitation to answer.", 0.0, 60.0),
    ours(
        "kano_shares",
        tuple(share for row in _BASE for share in row),
        "share",
        "Must-be, one-dimensional, attractive, indifferent, reverse: shares of all customers, attribute by attribute.",
    ),
    *(parameter for segment in SEGMENTS for parameter in _moves(segment)),
    ours(
        "kano_drift",
        0.60,
        "share",
        "Customers delighted by collection within two hours in 2023 who would take it for granted in 2024.",
    ),
    ours("kano_demand", 0.35, "share", "Correlation of an attribute's rank with the customer's expectations."),
    ours(
        "kano_functional",
        (
            *(0.0, 0.50, 0.36, 0.14, 0.0),
            *(1.0, 0.0, 0.0, 0.0, 0.0),
            *(1.0, 0.0, 0.0, 0.0, 0.0),
            *(0.0, 0.07, 0.70, 0.23, 0.0),
            *(0.0, 0.0, 0.0, 0.40, 0.60),
        ),
        "share",
        "Answers like to dislike if the attribute is there, category by category.",
    ),
    ours(
        "kano_dysfunctional",
        (
            *(0.0, 0.0, 0.0, 0.0, 1.0),
            *(0.0, 0.0, 0.0, 0.0, 1.0),
            *(0.0, 0.03, 0.52, 0.45, 0.0),
            *(0.0, 0.05, 0.60, 0.35, 0.0),
            *(1.0, 0.0, 0.0, 0.0, 0.0),
        ),
        "share",
        "Answers like to dislike if it is not there, category by category.",
    ),
    ours("kano_slips", 0.13, "share", "Pairs of answers in which one is off by a step."),
    ours("kano_questionable", 0.02, "share", "Pairs of answers that contradict each other."),
    ours(
        "kano_importance",
        (7.4, 7.2, 5.6, 3.9, 2.6),
        "1-9",
        "Mean stated importance, must-be to reverse.",
        1.0,
        9.0,
    ),
    ours("kano_importance_demand", 0.45, "points", "Importance, per step of expectation.", -9.0, 9.0),
    ours("kano_importance_sd", 1.35, "points", "Spread of stated importance.", 0.0, 9.0),
    ours("kano_importance_given", 0.97, "share", "Importance questions that are answered."),
)


def _sums_to_one(*tables: Value) -> bool:
    for table in tables:
        assert isinstance(table, tuple)
        rows = [table[start : start + SIZE] for start in range(0, len(table), SIZE)]
        if any(abs(plain_sum(row) - 1.0) > 1e-6 for row in rows):
            return False
    return True


CONSTRAINTS = (
    Constraint(
        sentence="kano_shares, kano_functional and kano_dysfunctional must sum to 1 in each group of five.",
        parameters=("kano_shares", "kano_functional", "kano_dysfunctional"),
        holds=_sums_to_one,
    ),
)


def _incomplete(tables: Tables) -> int:
    rows = tables["kano_answers"]
    by_customer = rows.groupby("customer_id")
    some = (by_customer["attribute"].nunique() != len(ATTRIBUTES)) | (by_customer.size() != len(ATTRIBUTES))
    return int(some.sum() + (by_customer["answered_on"].nunique() != 1).sum())


def _strangers(tables: Tables) -> int:
    rows = tables["kano_answers"].merge(tables["customers"][["customer_id", "joined_on"]], on="customer_id")
    return int((rows["answered_on"] <= rows["joined_on"]).sum())


RULES = (
    Rule(
        sentence="who answers the Kano survey answers once, on all attributes, on one day",
        tables=("kano_answers",),
        violations=_incomplete,
    ),
    Rule(
        sentence="nobody answers the Kano survey before joining",
        tables=("kano_answers", "customers"),
        violations=_strangers,
    ),
)

PARENT_COLUMNS = {"customers": _voice.CUSTOMER_COLUMNS}

TABLE = Table(
    name="kano_answers",
    meaning="A customer's pair of answers on one attribute in the Kano survey.",
    rows=(PerParent("customers", "kano_rows", _voice.KANO_ATTRIBUTES),),
    columns=(
        Column(name="kano_answer_id", kind=Key(), meaning="Key of the pair of answers."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who answered."),
        Column(
            name="answered_on",
            kind=Date(),
            meaning="Day of the answers.",
            recipe=derived.copy("customers.kano_day"),
        ),
        Column(
            name="wave",
            kind=Category(WAVES),
            meaning="Wave of the survey.",
            recipe=derived.formula(
                lambda day: (day >= day_number(_voice.KANO_STARTS[1])).astype(np.int64),
                "answered_on",
                sentence="by answered_on",
            ),
        ),
        Column(
            name="attribute",
            kind=Category(ATTRIBUTES),
            meaning="What was asked about.",
            recipe=derived.copy("#slot"),
        ),
        Column(
            name="category",
            kind=Category(CATEGORIES),
            meaning="What the attribute is to the customer, before any slip in the answers.",
            recipe=derived.draw(
                category,
                "customers.expectation",
                "customers.segment",
                "wave",
                "attribute",
                "$kano_demand",
                "$kano_drift",
                "$kano_shares",
                *(f"$kano_{what}_{segment}" for segment in SEGMENTS for what in ("pull", "target")),
                sentence="by shares of attribute, segment and wave; demanding customers stand nearer the must",
            ),
            role="latent",
        ),
        Column(
            name="slip",
            kind=Category(SLIPS),
            meaning="Which answer is off by a step, or whether both contradict each other.",
            recipe=derived.draw(
                slip, "$kano_slips", "$kano_questionable", draws=2, sentence="by lot, one of four; some contradict"
            ),
            role="latent",
        ),
        Column(
            name="functional",
            kind=Category(ANSWERS),
            meaning="How the customer would feel if the attribute were there.",
            recipe=derived.draw(
                lambda u, of, slipped, shares: answer(u, of, slipped, shares, _FUNCTIONAL),
                "category",
                "slip",
                "$kano_functional",
                sentence="typical of the category, off by a step where it slipped",
            ),
        ),
        Column(
            name="dysfunctional",
            kind=Category(ANSWERS),
            meaning="How the customer would feel if the attribute were not there.",
            recipe=derived.draw(
                lambda u, of, slipped, shares: answer(u, of, slipped, shares, _DYSFUNCTIONAL),
                "category",
                "slip",
                "$kano_dysfunctional",
                sentence="typical of the category, off by a step where it slipped",
            ),
        ),
        Column(
            name="gave_importance",
            kind=Boolean(),
            meaning="Whether the question about importance was answered.",
            recipe=numeric.chance("$kano_importance_given"),
            role="working",
        ),
        Column(
            name="importance",
            kind=Integer(1, 9),
            unit="1-9",
            meaning="How important the customer says the attribute is; empty where the question was skipped.",
            recipe=derived.draw(
                importance,
                "category",
                "customers.expectation",
                "$kano_importance",
                "$kano_importance_demand",
                "$kano_importance_sd",
                sentence="by category and expectation, rounded",
            ),
            when="gave_importance",
        ),
    ),
)
