"""Experience scores: fit, authenticity and memory of an order, asked at the end of a call-back, and what stays of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne._market import ours, whole_answer
from cxdata.recipes import derived, lookup, numeric
from cxdata.recipes.temporal import day_number
from cxdata.schema.effect import Effect
from cxdata.schema.estimator import difference_in_means, stratified_difference
from cxdata.schema.kinds import Boolean, Date, ForeignKey, Integer, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Rule
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, PerParent, Table

SCORES = ("fit", "authenticity", "memorable")
LARGE_FROM_EUR = 100.0
"""Amount from which a purchase is a large one."""
AGAIN_DAYS, AGAIN_SPREAD_DAYS = 56, 12
"""Days after the call-back at which customers are called again, at the earliest, and how long that takes."""
_LAST_CALL = day_number(date(2025, 3, 28))

PARAMETERS = (
    ours("experience_asked_share", 0.6, "share", "Call-backs that end with the three questions on the experience."),
    # The small attention
    ours(
        "experience_attention_base", -2.8, "logit", "Small attention with a small order in a shop, tier standard (6%)."
    ),
    ours("experience_attention_web", 0.5, "logit", "Attention, added for parcels."),
    ours("experience_attention_large", 1.4, "logit", "Attention, added for large purchases."),
    ours("experience_attention_silver", 0.6, "logit", "Attention, added for silver."),
    ours("experience_attention_gold", 1.4, "logit", "Attention, added for gold."),
    # Fit
    ours("experience_fit_choice", 0.30, "sd", "Weight of the choice in fit."),
    ours("experience_fit_product", 0.30, "sd", "Weight of the goods in fit."),
    ours("experience_fit_help", 0.20, "sd", "Weight of help and advice in fit."),
    ours("experience_fit_ease", 0.20, "sd", "Weight of ease in fit."),
    ours("experience_fit_expectation", 0.30, "sd", "Whoever expects more finds that the same fits less."),
    ours("experience_fit_sd", 0.45, "sd", "Spread of fit beyond its causes."),
    # Authenticity
    ours("experience_authentic_trust", 0.45, "sd", "Weight of trust in authenticity."),
    ours("experience_authentic_product", 0.25, "sd", "Weight of the goods in authenticity."),
    ours("experience_authentic_price", 0.20, "sd", "Weight of the price in authenticity."),
    ours("experience_authentic_late", 0.80, "sd", "Authenticity lost by a late parcel: a word not kept."),
    ours("experience_authentic_bill", 1.20, "sd", "Authenticity lost by a wrong bill."),
    ours("experience_authentic_quality", 0.80, "sd", "Authenticity, per step of the shop's service."),
    ours("experience_authentic_sd", 0.50, "sd", "Spread of authenticity beyond its causes."),
    # Memory
    ours("experience_memory_emotion", 0.55, "sd", "Weight of emotion in the memory kept."),
    ours("experience_memory_help", 0.25, "sd", "Weight of help and advice in the memory kept."),
    ours("experience_memory_new", 0.30, "sd", "Memory kept, added for the very first order."),
    ours("experience_memory_large", 0.60, "sd", "Memory kept, added for large purchases."),
    ours("experience_memory_silver", 0.30, "sd", "Memory kept, added for silver: regulars are attached."),
    ours("experience_memory_gold", 0.60, "sd", "Memory kept, added for gold."),
    ours(
        "experience_attention",
        0.45,
        "sd",
        "Memory kept, added by a small attention where nothing went wrong; where something did, it does nothing. Ours.",
        0.0,
        5.0,
    ),
    ours("experience_memory_sd", 0.60, "sd", "Spread of the memory kept beyond its causes."),
    # Answers
    ours(
        "experience_levels", (7.4, 7.0, 5.7), "marks", "Mark for an ordinary fit, authenticity and memory.", 0.0, 10.0
    ),
    ours("experience_step", 1.7, "marks", "Marks per standard deviation.", 0.1, 10.0),
    ours("experience_answer_sd", 0.35, "sd", "Spread of a mark around what was felt."),
    ours("experience_overall_base", 0.9, "marks", "Overall mark, beside the weights of mean and weakest.", -10.0, 10.0),
    ours(
        "experience_overall_mean", 0.45, "marks per mark", "Weight of the mean of the three in the overall mark.", 0.0
    ),
    ours(
        "experience_overall_weakest",
        0.5,
        "marks per mark",
        "Weight of the weakest of the three: one missing spoils all.",
        0.0,
    ),
    ours("experience_overall_sd", 0.6, "marks", "Spread of the overall mark."),
    # What stays
    ours("experience_reached_share", 0.62, "share", "Customers reached when they are called again."),
    ours("experience_recall_base", -0.9, "logit", "Names Tilmarenne unprompted after an ordinary order (31%)."),
    ours("experience_recall_memory", 0.9, "logit", "Names it, per step of the memory kept."),
)


def overall(
    u: Array,
    fit: Array,
    authenticity: Array,
    memory: Array,
    levels: tuple[float, ...],
    step: float,
    base: float,
    of_mean: float,
    of_weakest: float,
    sd: float,
) -> Array:
    """Return the overall mark: the mean of the three counts, and the weakest once more, on the scale of the marks."""
    marks = [level + step * felt for level, felt in zip(levels, (fit, authenticity, memory), strict=True)]
    middle = (marks[0] + marks[1] + marks[2]) / 3.0
    weakest = np.minimum(np.minimum(marks[0], marks[1]), marks[2])
    return whole_answer(0, 10, base + of_mean * middle + of_weakest * weakest + sd * lookup.normal(u))


def day_called_again(u: Array, sent: Array) -> Array:
    """Return the working day on which a customer is called again, some eight weeks after the call-back."""
    day = calendar.working_day(sent + AGAIN_DAYS + (u * AGAIN_SPREAD_DAYS).astype(np.int64))
    return np.minimum(day, _LAST_CALL)


def _with_order(tables: Tables) -> Any:
    """Return one row per scored order with what decides on attentions: channel, size of the purchase, tier."""
    orders = tables["orders"][["order_id", "channel", "amount_eur"]]
    rows = tables["experience_scores"].merge(orders, on="order_id")
    rows = rows.merge(tables["customers"][["customer_id", "tier"]], on="customer_id")
    return rows.assign(is_large=rows["amount_eur"] >= LARGE_FROM_EUR)


EFFECTS = (
    Effect(
        id="attention_on_memory",
        title="How much more memorable does a small attention make an order?",
        treatment="experience_scores.had_attention",
        outcome="memorable",
        population="is_unit",
        coefficients=("experience_attention",),
        estimand="mean change of the mark for memory (0-10), all scored orders, had each come with a small attention instead of none",
        confounding="Attentions go with large purchases and to gold customers, who keep a better memory of an order in any case.",
        basis="That an attention cannot make up for a failure is taught; size and selection are ours.",
        right=stratified_difference(
            _with_order,
            outcome="memorable",
            treatment="had_attention",
            strata=("channel", "is_large", "tier"),
            tables=("experience_scores", "orders", "customers"),
            sentence="difference within channel, size of the purchase and tier, weighted by their shares",
        ),
        tempting=difference_in_means(
            _with_order,
            outcome="memorable",
            treatment="had_attention",
            tables=("experience_scores", "orders", "customers"),
            sentence="plain difference between orders with and without an attention",
        ),
    ),
)

PARENT_COLUMNS = {
    "surveys": (
        Column(
            name="experience_asked",
            kind=Boolean(),
            meaning="Whether the three questions on the experience were asked and answered.",
            recipe=derived.draw(
                lambda u, called, answered, share: called & answered & (u < share),
                "programme=callback_after_order",
                "answered",
                "$experience_asked_share",
                sentence="by lot, among answered call-backs",
            ),
            role="working",
        ),
    )
}


def _score(place: int, of: str, meaning: str) -> Column:
    return Column(
        name=SCORES[place],
        kind=Integer(0, 10),
        unit="0-10",
        meaning=meaning,
        recipe=derived.draw(
            lambda u, felt, levels, step, sd: whole_answer(
                0, 10, levels[place] + step * (felt + sd * lookup.normal(u))
            ),
            of,
            "$experience_levels",
            "$experience_step",
            "$experience_answer_sd",
            sentence=f"{of} on a scale of 0 to 10",
        ),
    )


TABLE = Table(
    name="experience_scores",
    meaning="Three marks for the experience of an order, given at the end of an answered call-back, and what is recalled of it.",
    rows=(PerParent("surveys", "experience_asked", 1),),
    columns=(
        Column(name="experience_score_id", kind=Key(), meaning="Key of the marks."),
        Column(name="survey_id", kind=ForeignKey("surveys"), meaning="The call-back."),
        Column(name="order_id", kind=ForeignKey("orders"), meaning="The order that it is about."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who answered."),
        Column(
            name="is_unit",
            kind=Boolean(),
            meaning="True: all orders count.",
            recipe=derived.formula(lambda kept: kept, "surveys.experience_asked", sentence="all"),
            role="working",
        ),
        Column(
            name="is_large",
            kind=Boolean(),
            meaning="Whether it is a large purchase.",
            recipe=derived.formula(
                lambda amount: amount >= LARGE_FROM_EUR, "orders.amount_eur", sentence="amount of 100 euros or more"
            ),
            role="working",
        ),
        Column(
            name="had_attention",
            kind=Boolean(),
            meaning="Whether a small attention went with the order, by the order's file: a sachet of seeds or a card written by hand.",
            recipe=numeric.happens(
                "$experience_attention_base",
                {
                    "orders.is_online": "$experience_attention_web",
                    "is_large": "$experience_attention_large",
                    "customers.tier=silver": "$experience_attention_silver",
                    "customers.tier=gold": "$experience_attention_gold",
                },
            ),
        ),
        Column(
            name="attention_counts",
            kind=Boolean(),
            meaning="Whether there was an attention, and nothing went wrong.",
            recipe=derived.formula(
                lambda given, problem: given & ~problem,
                "had_attention",
                "orders.has_problem",
                sentence="had_attention without a problem",
            ),
            role="working",
        ),
        Column(
            name="felt_fit",
            kind=Number(4),
            unit="sd",
            meaning="How far the experience met what the customer needed.",
            recipe=numeric.score(
                None,
                {
                    "orders.felt_choice": "$experience_fit_choice",
                    "orders.felt_product": "$experience_fit_product",
                    "orders.felt_help": "$experience_fit_help",
                    "orders.felt_ease": "$experience_fit_ease",
                    "customers.expectation": "-$experience_fit_expectation",
                },
                noise="$experience_fit_sd",
            ),
            role="latent",
        ),
        Column(
            name="felt_authenticity",
            kind=Number(4),
            unit="sd",
            meaning="How far Tilmarenne seemed true to itself and to its word.",
            recipe=numeric.score(
                None,
                {
                    "customers.trust": "$experience_authentic_trust",
                    "orders.felt_product": "$experience_authentic_product",
                    "orders.felt_price": "$experience_authentic_price",
                    "orders.late": "-$experience_authentic_late",
                    "orders.wrong_bill": "-$experience_authentic_bill",
                    "orders.shop_quality": "$experience_authentic_quality",
                },
                noise="$experience_authentic_sd",
            ),
            role="latent",
        ),
        Column(
            name="felt_memory",
            kind=Number(4),
            unit="sd",
            meaning="How good a memory the customer keeps.",
            recipe=numeric.score(
                None,
                {
                    "orders.emotion": "$experience_memory_emotion",
                    "orders.felt_help": "$experience_memory_help",
                    "orders.newness": "$experience_memory_new",
                    "is_large": "$experience_memory_large",
                    "customers.tier=silver": "$experience_memory_silver",
                    "customers.tier=gold": "$experience_memory_gold",
                    "attention_counts": "$experience_attention",
                },
                noise="$experience_memory_sd",
            ),
            role="latent",
        ),
        _score(0, "felt_fit", "How far it was what the customer needed."),
        _score(1, "felt_authenticity", "How far Tilmarenne was like itself and kept to what it says it is."),
        _score(2, "felt_memory", "How far the customer will keep a good memory of it."),
        Column(
            name="overall",
            kind=Integer(0, 10),
            unit="0-10",
            meaning="Mark for the experience as a whole.",
            recipe=derived.draw(
                overall,
                "felt_fit",
                "felt_authenticity",
                "felt_memory",
                "$experience_levels",
                "$experience_step",
                "$experience_overall_base",
                "$experience_overall_mean",
                "$experience_overall_weakest",
                "$experience_overall_sd",
                sentence="mean of the three and the weakest of them, on a scale of 0 to 10",
            ),
        ),
        Column(
            name="was_reached_again",
            kind=Boolean(),
            meaning="Whether the customer was reached when called again.",
            recipe=numeric.chance("$experience_reached_share"),
            role="working",
        ),
        Column(
            name="called_again_on",
            kind=Date(),
            meaning="Day of the second call, some eight weeks later; empty where nobody was reached.",
            recipe=derived.draw(
                day_called_again, "surveys.sent_day", sentence="eight to ten weeks after the call-back"
            ),
            when="was_reached_again",
        ),
        Column(
            name="names_tilmarenne",
            kind=Boolean(),
            meaning="Whether the customer, asked on the second call for a purchase for house or garden that comes to mind with pleasure, named Tilmarenne unprompted; empty where nobody was reached.",
            recipe=numeric.happens("$experience_recall_base", {"felt_memory": "$experience_recall_memory"}),
            when="was_reached_again",
        ),
    ),
)


def _called_too_soon(tables: Tables) -> int:
    calls = tables["surveys"][["survey_id", "programme", "sent_at", "answered"]]
    rows = tables["experience_scores"].merge(calls, on="survey_id")
    other = (rows["programme"] != "callback_after_order") | ~rows["answered"]
    called = rows["called_again_on"].astype("datetime64[ns]")
    return int((other | (called <= rows["sent_at"])).sum())


RULES = (
    Rule(
        sentence="the experience is marked on answered call-backs, and recalled later",
        tables=("experience_scores", "surveys"),
        violations=_called_too_soon,
    ),
)
