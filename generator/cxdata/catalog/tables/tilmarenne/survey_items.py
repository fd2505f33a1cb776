"""Single questions of the surveys: six aspects of an order, five of service quality, thirteen attitudes of service."""

from typing import Any

import numpy as np

from cxdata.catalog.tables.tilmarenne.orders import ASPECTS
from cxdata.recipes import derived, lookup
from cxdata.recipes.calibration import plain_sum
from cxdata.schema.drivers import correlation_share, lmg
from cxdata.schema.effect import Quantity
from cxdata.schema.figure import Target
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Bisection, Parameter
from cxdata.schema.statistic import Tables, mean, percent
from cxdata.schema.table import Column, PerParent, Table

RATER = ("reliability", "assurance", "tangibles", "empathy", "responsiveness")
ATTITUDES = (
    "competent",
    "friendly",
    "simplifies_life",
    "reachable",
    "keeps_commitments",
    "trusted",
    "listens",
    "adapts",
    "attentive_to_needs",
    "attentive_to_complaints",
    "considerate",
    "effortless",
    "bends_rules",
)
ITEMS = (*ASPECTS, *RATER, *ATTITUDES)
FIRST_ITEM = np.array([0, len(ASPECTS), len(ASPECTS) + len(RATER)])
"""Place in ITEMS of the first question of a survey after an order, after a contact, and of the barometer."""
DELIVERY = ASPECTS.index("delivery")
MEAN_ATTITUDE = 66.46
"""Mean of the thirteen published shares, in percent; a test computes it."""
FAVOURABLE = 6
"""Mark from which the publication counts an attitude as shown."""


def rater_score(
    item: Array, noise: Array, waits: Array, others: tuple[Array, ...], weights: tuple[float, ...]
) -> Array:
    """Return what a customer thinks of the service centre on one of its five dimensions.

    Args:
        item: (n,) places in RATER.
        noise: (n,) standard normal noise.
        waits: (n,) Booleans: waited long.
        others: ease, and whether the matter was settled.
        weights: of the wait on responsiveness, of settling on reliability, of ease on all, of the noise.
    """
    ease, settled = others
    prompt = np.where(item == RATER.index("responsiveness"), -weights[0] * waits, 0.0)
    solved = np.where(item == RATER.index("reliability"), weights[1] * settled, 0.0)
    return prompt + solved + weights[2] * ease + weights[3] * noise


def attitude_offsets(*shares: float) -> tuple[float, ...]:
    """Return by how much each attitude lies above the mean of all, in standard deviations, from the published shares."""
    scores = [float(score) for score in lookup.normal(np.array(shares))]
    middle = plain_sum(scores) / len(scores)
    return tuple(score - middle for score in scores)


def answers(
    u: Array,
    item: Array,
    source: Array,
    relation: Array,
    waits: Array,
    ease: Array,
    settled: Array,
    level: float,
    step: float,
    spread: float,
    offsets: tuple[float, ...],
    scale: float,
    rater: tuple[float, ...],
    rater_level: float,
    *aspects: Array,
) -> Array:
    """Return answers on a scale of 0 to 10.

    Args:
        u: (n,) uniforms.
        item: (n,) places in ITEMS.
        source: (n,) 0 after an order, 1 after a contact, 2 in the barometer.
        relation: (n,) what the customer thinks of the company.
        waits: (n,) waited long before the call was taken.
        ease: (n,) how easy the contact was.
        settled: (n,) whether the contact settled the matter.
        level: Mark for an attitude of which a customer thinks neither good nor bad.
        step: Marks per standard deviation.
        spread: Spread of one attitude around the relation.
        offsets: (13,) standing of each attitude, in standard deviations of all answers.
        scale: That standard deviation.
        rater: Weights of ``rater_score``.
        rater_level: Mark for a dimension of which a customer thinks neither good nor bad.
        aspects: six (n,) marks given to the order.
    """
    noise = lookup.normal(u)
    of_order = np.zeros(len(item), dtype=np.int64)
    for place, marks in enumerate(aspects):
        of_order = np.where(item == place, marks, of_order)
    attitude = np.clip(item - FIRST_ITEM[2], 0, len(ATTITUDES) - 1)
    shown = level + step * (relation + spread * noise + scale * np.asarray(offsets)[attitude])
    dimension = np.clip(item - FIRST_ITEM[1], 0, len(RATER) - 1)
    served = rater_level + step * rater_score(dimension, noise, waits, (ease, settled), rater)
    marks = np.clip(np.rint(np.where(source == 1, served, shown)), 0, 10).astype(np.int64)
    return np.where(source == 0, of_order, marks)


def barometer(tables: Any) -> Any:
    """Return one row per answered attitude of the barometer."""
    items = tables["survey_items"]
    return items[items["item"].isin(ATTITUDES) & items["answer"].notna()]


def _share_of(attitude: str) -> Any:
    return percent(
        barometer,
        lambda rows: rows["answer"] >= FAVOURABLE,
        where=lambda rows: rows["item"] == attitude,
        tables=("survey_items",),
        sentence=f"barometer answers of {FAVOURABLE} or more to the attitude {attitude}",
    )


ALL_ATTITUDES = mean(
    barometer,
    lambda rows: rows["answer"] >= FAVOURABLE,
    scale=100.0,
    tables=("survey_items",),
    sentence=f"barometer answers of {FAVOURABLE} or more over all thirteen attitudes",
)

PARAMETERS = (
    *(
        Parameter(
            name=f"attitude_{name}",
            figure=f"cultures_services_2015.attitude_{name}_share",
            unit="share",
            meaning=f"Customers who find the attitude shown: {name}.",
        )
        for name in ATTITUDES
    ),
    Parameter(
        name="attitude_offsets",
        derive=attitude_offsets,
        inputs=tuple(f"attitude_{name}" for name in ATTITUDES),
        unit="sd",
        meaning="Standing of each attitude among the thirteen.",
    ),
    Parameter(
        name="attitude_level",
        calibrated=True,
        unit="marks",
        meaning="Mark of a customer who thinks neither well nor badly.",
        low=0.0,
        high=12.0,
    ),
    Parameter(
        name="attitude_step", value=1.6, unit="marks", meaning="Marks per standard deviation.", low=0.1, high=10.0
    ),
    Parameter(
        name="attitude_spread", value=0.75, unit="sd", meaning="Spread of one attitude around the relation.", low=0.0
    ),
    Parameter(
        name="attitude_sd",
        value=1.25,
        unit="sd",
        meaning="Standard deviation of what is thought of one attitude, all customers; measured.",
        low=0.1,
    ),
    Parameter(
        name="rater_level",
        value=6.6,
        unit="marks",
        meaning="Mark for service neither good nor bad.",
        low=0.0,
        high=10.0,
    ),
    Parameter(
        name="rater_weights",
        value=(0.8, 0.6, 0.7, 0.6),
        unit="sd",
        meaning="Long wait on responsiveness (less), settling on reliability, ease on all five, spread.",
        low=0.0,
    ),
    Parameter(name="item_refused", value=0.03, unit="share", meaning="Single questions left out."),
)

CALIBRATIONS = (
    (Bisection(parameter="attitude_level", statistic=ALL_ATTITUDES, goal=MEAN_ATTITUDE, low=2.0, high=11.0),),
)

TARGETS = tuple(
    Target(
        figure=f"cultures_services_2015.attitude_{name}_share",
        statistic=_share_of(name),
        column="survey_items.answer",
        tolerance=1.5,
        why="Asked of the French about any company there; here of the customers of one.",
    )
    for name in ATTITUDES
)


def marked_web_orders(tables: Tables) -> Any:
    """Return one row per web order marked on the call-back, with its six marks and its recommendation."""
    surveys = tables["surveys"]
    called = surveys.loc[surveys["programme"] == "callback_after_order", ["survey_id", "customer_id", "ltr"]]
    items = tables["survey_items"]
    marks = items[items["item"].isin(ASPECTS)].pivot(index="survey_id", columns="item", values="answer")
    return called.merge(marks.reindex(columns=list(ASPECTS)).reset_index(), on="survey_id")


def every_web_order(tables: Tables) -> Any:
    """Return one row per web order, with the marks and the recommendation that would be given."""
    orders = tables["orders"]
    web = orders.loc[orders["channel"] == "web", ["order_id", "customer_id"]]
    told = tables["latents/orders"].rename(columns={f"item_{name}": name for name in ASPECTS})
    return web.merge(told[["order_id", "ltr", *ASPECTS]], on="order_id")


_LEVELLED = "The mood of the day colours all six marks, so that each goes with the recommendation on behalf of the others, and the shares are levelled."
_HARDLY = "The mood that levels the squared correlations moves this share by three points at most: too little for every run to tell, so no tempting estimate is judged."


def _driver(aspect: str) -> Quantity:
    """Return how much of the recommendation one aspect bears; a shortcut misses that of the delivery alone by far."""
    options: dict[str, Any] = {"outcome": "ltr", "predictors": ASPECTS, "of": aspect, "scale": 100.0}
    asked = ("surveys", "survey_items")
    levelled = correlation_share(
        marked_web_orders,
        **options,
        tables=asked,
        sentence=f"share of {aspect} in the squared correlations with the recommendation",
    )
    return Quantity(
        id=f"{aspect}_in_recommendation",
        title=f"How much of the recommendation of web buyers hangs on the {aspect}?",
        estimand=f"share of the variance of the recommendation that six marks explain together, borne by the mark for {aspect} (LMG), all web orders, in percent",
        confounding=_LEVELLED if aspect == "delivery" else _HARDLY,
        basis="Ours; the structural weights are the coefficients: moment_weights (six aspects from choice to ease, for each of five segments from gardeners to bargain hunters), times response_to_bad below the middle of an aspect or response_to_good above it.",
        coefficients=("moment_weights", "response_to_bad", "response_to_good"),
        truth=lmg(
            every_web_order,
            **options,
            tables=("orders", "latents/orders"),
            sentence=f"LMG share of {aspect} among six marks that all web buyers would give",
        ),
        right=lmg(
            marked_web_orders,
            **options,
            tables=asked,
            sentence=f"LMG share of {aspect} among the six marks given on the call-back",
        ),
        tempting=levelled if aspect == "delivery" else None,
    )


QUANTITIES = tuple(_driver(aspect) for aspect in ASPECTS)

TABLE = Table(
    name="survey_items",
    meaning="A single question of an answered survey, with its answer.",
    rows=(PerParent("surveys", "item_count", 13),),
    columns=(
        Column(name="survey_item_id", kind=Key(), meaning="Key of the question asked."),
        Column(name="survey_id", kind=ForeignKey("surveys"), meaning="The survey."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who answered."),
        Column(
            name="item",
            kind=Category(ITEMS),
            meaning="What was asked: an aspect of the order, a dimension of the service (RATER), or an attitude of service.",
            recipe=derived.formula(
                lambda slot, source: FIRST_ITEM[source] + slot,
                "#slot",
                "survey_source",
                sentence="in the order of the questionnaire",
            ),
        ),
        Column(
            name="survey_source",
            kind=Integer(0, 2),
            meaning="What the survey hangs under.",
            recipe=derived.formula(
                lambda contact, barometer: contact + 2 * barometer,
                "surveys.programme=after_contact",
                "surveys.programme=relationship_barometer",
                sentence="by programme",
            ),
            role="working",
        ),
        Column(
            name="given",
            kind=Boolean(),
            meaning="Whether it was answered: delivery does not apply in a shop, and some skip a question.",
            recipe=derived.draw(
                lambda u, item, shop, refused: (u >= refused) & ~((item == DELIVERY) & shop),
                "item",
                "orders.is_in_shop",
                "$item_refused",
                sentence="not skipped, and it applies",
            ),
            role="working",
        ),
        Column(
            name="answer",
            kind=Integer(0, 10),
            unit="0-10",
            meaning="The mark given; empty where the question was skipped or does not apply.",
            recipe=derived.draw(
                answers,
                "item",
                "survey_source",
                "customers.relation",
                "contacts.waited_over_1_min",
                "contacts.ease",
                "contacts.is_resolved_first_time",
                "$attitude_level",
                "$attitude_step",
                "$attitude_spread",
                "$attitude_offsets",
                "$attitude_sd",
                "$rater_weights",
                "$rater_level",
                *(f"orders.item_{name}" for name in ASPECTS),
                sentence="the mark of the order's aspect, or what was thought on a scale of 0 to 10",
            ),
            when="given",
        ),
    ),
)
