"""Public reviews: stars that speak for those who wrote, the company's answers, and stars changed afterwards."""

from itertools import pairwise

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne import _voice
from cxdata.recipes import categorical, derived, lookup, numeric, temporal
from cxdata.schema.effect import Effect, Quantity
from cxdata.schema.estimator import difference_in_means, stratified_difference
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Number, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Rule, ours
from cxdata.schema.statistic import Tables, mean
from cxdata.schema.table import Column, PerParent, Table

SITES = ("own_site", "kerivote", "plumavis")
OWN_SITE, PLUMAVIS = 0, 2
SUBJECTS = ("order", "product", "shop")
ORDER, PRODUCT, SHOP = 0, 1, 2
AUTHORS = ("service_centre", "product_manager", "shop_manager")
ORIGINS = _voice.REVIEW_ORIGINS[1:]
CRITICAL = 3
"""Reviews of this many stars or fewer are critical."""
MOST_DAYS = 60
Shares = tuple[float, ...]


def site(u: Array, stars: Array, invited: Array, content: Shares, discontent: Shares) -> Array:
    """Return where a review stands: the company's own site if invited, others more often when it is bad."""
    unasked = np.where(stars <= CRITICAL - 1, categorical.pick(u, discontent), categorical.pick(u, content))
    return np.where(invited, OWN_SITE, unasked)


def target(u: Array, goods: Array, delivery: Array, shop: Array, *shares: Shares) -> Array:
    """Return what a review is about: what went wrong, else goods, order or shop by the channel.

    Args:
        u: (n,) uniforms.
        goods: (n,) Booleans, something was wrong with the goods.
        delivery: (n,) Booleans, something was wrong with parcel or bill.
        shop: (n,) Booleans, bought in a shop.
        shares: (3,) shares of the targets for goods, delivery, shop and web.
    """
    of_goods, of_delivery, of_shop, of_web = (categorical.pick(u, share) for share in shares)
    usual = np.where(shop, of_shop, of_web)
    about = np.where(goods, of_goods, np.where(delivery, of_delivery, usual))
    return np.where((about == SHOP) & ~shop, ORDER, about)


def day_posted(u: Array, at_hand: Array, stars: Array, invited: Array, days: Shares, asked_after: float) -> Array:
    """Return the day of a review: some days after the goods are at hand, sooner in anger, later on invitation."""
    lag = np.minimum(lookup.exponential(u) * np.asarray(days)[stars - 1], MOST_DAYS).astype(np.int64)
    day: Array = at_hand + 1 + lag + np.where(invited, int(asked_after), 0)
    return day


def author(about: Array, critical: Array) -> Array:
    """Return who answers: the shop for itself, the product manager for criticism of goods, else the service centre."""
    return np.where(about == SHOP, 2, np.where((about == PRODUCT) & critical, 1, 0))


def answer_delay(
    posted: Array, hours: Array, about: Array, critical: Array, opens: float, closes: float, starts: float, ends: float
) -> Array:
    """Return the hours from a review to its answer: product managers keep the hours of offices, others of the desk."""
    at_desk = calendar.after_work(posted, hours, opens, closes)
    in_office = calendar.after_work(posted, hours, starts, ends, saturdays=False)
    at = np.where(author(about, critical) == AUTHORS.index("product_manager"), in_office, at_desk)
    delay: Array = (at - posted) / 3600.0
    return delay


def final_stars(u: Array, stars: Array, raised: Array, two: float) -> Array:
    """Return the stars in the end: one or two more where they were raised."""
    shown: Array = np.minimum(stars + raised * (1 + (u < two)), 5)
    return shown


def critical_reviews(tables: Tables) -> pd.DataFrame:
    """Return one row per review of three stars or fewer, with the stars it shows in the end."""
    rows = tables["reviews"]
    rows = rows[rows["stars"] <= CRITICAL]
    return rows.assign(shown=rows["stars_after"].fillna(rows["stars"]).astype(float))


PARAMETERS = (
    ours("reviews_star_sd", 0.40, "sd", "Spread of stars around satisfaction.", 0.0),
    ours("reviews_star_quality", 0.45, "sd", "Stars, per step of the main product's quality."),
    ours(
        "reviews_star_cuts",
        (-2.05, -1.25, -0.50, 0.72),
        "sd",
        "Thresholds between one and five stars: had everyone reviewed, four stars would lead.",
    ),
    ours("reviews_invited_share", 0.026, "share", "Orders drawn by lot for an invitation with a prize draw."),
    ours("reviews_invited_response", 0.40, "share", "Invited customers who review, whatever they think."),
    ours("reviews_base", -3.16, "logit", "Review unasked, of average stars."),
    ours(
        "reviews_by_stars",
        (0.95, -0.45, -0.95, -0.85, 1.12),
        "logit",
        "Review unasked, added by the stars it would hold: the extremes write.",
    ),
    ours("reviews_digital", 0.30, "logit", "Review unasked, per step of ease with screens."),
    ours("reviews_voice", 0.35, "logit", "Critical review unasked, per step of voice."),
    ours("reviews_sites_content", (0.60, 0.25, 0.15), "shares", "Own site and two review sites, three stars and more."),
    ours("reviews_sites_discontent", (0.42, 0.30, 0.28), "shares", "The same, one and two stars."),
    ours("reviews_targets_goods", (0.10, 0.85, 0.05), "shares", "Order, product, shop when goods were at fault."),
    ours("reviews_targets_delivery", (0.85, 0.12, 0.03), "shares", "The same when parcel or bill was."),
    ours("reviews_targets_shop", (0.14, 0.50, 0.36), "shares", "The same after a purchase in a shop."),
    ours("reviews_targets_web", (0.32, 0.68, 0.0), "shares", "The same after a purchase on the web."),
    ours(
        "reviews_days",
        (3.5, 5.0, 8.0, 9.0, 7.0),
        "days",
        "Mean days from goods at hand to the review, one star to five.",
        0.0,
        365.0,
    ),
    ours("reviews_asked_after", 7.0, "days", "Days from goods at hand to the invitation.", 0.0, 365.0),
    ours("reviews_verified_share", 0.35, "share", "Reviews on other sites whose purchase was checked."),
    ours("reviews_reply_base", -1.20, "logit", "Answer to a review of four or five stars."),
    ours("reviews_reply_critical", 1.00, "logit", "Answer, added for one star."),
    ours(
        "reviews_reply_mild", 0.70, "logit", "Answer, added per further star of a critical review: mild ones are easy."
    ),
    ours("reviews_reply_elsewhere", 0.60, "logit", "Answer, less on sites of others."),
    ours("reviews_delay_log", 2.4, "log hours", "Median of 11 working hours from review to answer."),
    ours("reviews_delay_severe", 0.45, "log hours", "Delay, added for one and two stars: somebody asks around first."),
    ours("reviews_delay_sd", 0.95, "log hours", "Spread of delays."),
    ours("reviews_raise_base", -3.70, "logit", "Stars of a critical review raised without an answer (2%)."),
    ours("reviews_answer_on_raise", 2.60, "logit", "Raised, added after an answer. Ours.", 0.0, 20.0),
    ours("reviews_raise_two", 0.40, "share", "Of the raised ones, by two stars."),
)

CONSTRAINTS = (
    Constraint(
        sentence="reviews_star_cuts must hold four increasing thresholds.",
        parameters=("reviews_star_cuts",),
        holds=lambda cuts: len(cuts) == 4 and all(low < high for low, high in pairwise(cuts)),
    ),
)

EFFECTS = (
    Effect(
        id="answer_on_stars",
        title="What does an answer to a critical review do to its stars?",
        treatment="reviews.answered",
        outcome="final_stars",
        population="is_critical",
        coefficients=("reviews_answer_on_raise",),
        estimand="mean change of the stars shown in the end, all reviews of three stars or fewer, had each been answered instead of none",
        confounding="Mild criticism is answered more often, so answered reviews hold more stars from the start.",
        basis="That stars are raised after an answer is common knowledge of review sites; selection and size are ours.",
        right=stratified_difference(
            critical_reviews,
            outcome="shown",
            treatment="answered",
            strata=("stars", "site"),
            tables=("reviews",),
            sentence="difference within first stars and site, weighted by their shares",
        ),
        tempting=difference_in_means(
            critical_reviews,
            outcome="shown",
            treatment="answered",
            tables=("reviews",),
            sentence="plain difference between answered and unanswered",
        ),
    ),
)

QUANTITIES = (
    Quantity(
        id="stars_of_all",
        of="run",  # stars rest on how good the products of the company are
        title="How many stars would all customers give?",
        estimand="mean stars of all orders of 2023 and 2024, had each been reviewed",
        confounding="The delighted and the furious write unasked, those in the middle do not.",
        basis="The shape and its cause are published (Hu, Pavlou and Zhang 2009; Schoenmueller, Netzer and Stahl 2020); the numbers are ours.",
        truth=mean(
            "latents/orders",
            lambda rows: rows["stars"],
            cluster="order_id",
            step=4.0,
            sentence="mean stars of all orders, reviewed or not",
        ),
        right=mean(
            "reviews",
            lambda rows: rows["stars"],
            where=lambda rows: rows["origin"] == "invited",
            step=4.0,
            sentence="mean stars of the reviews invited by lot",
        ),
        tempting=mean("reviews", lambda rows: rows["stars"], step=4.0, sentence="mean stars of all reviews"),
    ),
)


def _early(tables: Tables) -> int:
    rows = tables["reviews"].merge(tables["orders"][["order_id", "ordered_at"]], on="order_id")
    return int((rows["posted_at"] <= rows["ordered_at"]).sum())


def _odd_answers(tables: Tables) -> int:
    rows = tables["reviews"]
    given = rows["answer_delay_hours"].notna() | rows["answered_by"].notna()
    lowered = rows["stars_after"].notna() & ~(rows["stars_after"] > rows["stars"])
    return int((rows["answered"] != given).sum() + lowered.sum())


def _answered_on_sunday(tables: Tables) -> int:
    rows = tables["reviews"].loc[lambda rows: rows["answered"]]
    at = rows["posted_at"] + pd.to_timedelta(rows["answer_delay_hours"], unit="h")
    return int((at.dt.day_of_week == calendar.SUNDAY).sum())


def _odd_invitations(tables: Tables) -> int:
    rows = tables["reviews"]
    return int(((rows["origin"] == "invited") & (rows["site"] != "own_site")).sum())


RULES = (
    Rule(sentence="a review follows its order", tables=("reviews", "orders"), violations=_early),
    Rule(
        sentence="an answer to a review has a delay and an author, and stars change upwards",
        tables=("reviews",),
        violations=_odd_answers,
    ),
    Rule(sentence="no review is answered on a Sunday", tables=("reviews",), violations=_answered_on_sunday),
    Rule(sentence="invited reviews stand on the company's own site", tables=("reviews",), violations=_odd_invitations),
)

PARENT_COLUMNS = {"orders": _voice.ORDER_COLUMNS}

TABLE = Table(
    name="reviews",
    meaning="A public review of an order.",
    rows=(PerParent("orders", "review_rows", 1),),
    columns=(
        Column(name="review_id", kind=Key(), meaning="Key of the review."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who wrote it."),
        Column(name="order_id", kind=ForeignKey("orders"), meaning="The order it is about."),
        Column(
            name="is_invited",
            kind=Boolean(),
            meaning="Whether it followed an invitation by lot.",
            recipe=derived.copy("orders.review_origin=invited"),
            role="working",
        ),
        Column(
            name="origin",
            kind=Category(ORIGINS),
            meaning="Written unasked, or on an invitation with a prize draw sent to orders drawn by lot.",
            recipe=derived.formula(lambda asked: asked.astype(np.int64), "is_invited", sentence="by is_invited"),
        ),
        Column(
            name="stars",
            kind=Integer(1, 5),
            unit="1-5",
            meaning="Stars as first given.",
            recipe=derived.copy("orders.stars"),
        ),
        Column(
            name="is_critical",
            kind=Boolean(),
            meaning="Whether it holds three stars or fewer.",
            recipe=derived.formula(lambda stars: stars <= CRITICAL, "stars", sentence="stars of 3 or fewer"),
            role="working",
        ),
        Column(
            name="is_severe",
            kind=Boolean(),
            meaning="Whether it holds one or two stars.",
            recipe=derived.formula(lambda stars: stars < CRITICAL, "stars", sentence="stars of 1 or 2"),
            role="working",
        ),
        Column(
            name="mildness",
            kind=Integer(0, 2),
            meaning="Stars of a critical review beyond the first.",
            recipe=derived.formula(
                lambda stars, critical: (stars - 1) * critical, "stars", "is_critical", sentence="stars less 1"
            ),
            role="working",
        ),
        Column(
            name="site",
            kind=Category(SITES),
            meaning="Where it stands: the company's own site or one of two review sites.",
            recipe=derived.draw(
                site,
                "stars",
                "is_invited",
                "$reviews_sites_content",
                "$reviews_sites_discontent",
                sentence="own site if invited, other sites more often when bad",
            ),
        ),
        Column(
            name="is_elsewhere",
            kind=Boolean(),
            meaning="Whether it stands on a site of others.",
            recipe=derived.formula(lambda where: where != OWN_SITE, "site", sentence="site other than own_site"),
            role="working",
        ),
        Column(
            name="goods_failed",
            kind=Boolean(),
            meaning="Whether the goods were faulty or damaged.",
            recipe=derived.formula(
                np.logical_or, "orders.problem=faulty_product", "orders.problem=damaged_parcel", sentence="by problem"
            ),
            role="working",
        ),
        Column(
            name="service_failed",
            kind=Boolean(),
            meaning="Whether the parcel was late or the bill wrong.",
            recipe=derived.formula(
                np.logical_or, "orders.problem=late_parcel", "orders.problem=wrong_bill", sentence="by problem"
            ),
            role="working",
        ),
        Column(
            name="target",
            kind=Category(SUBJECTS),
            meaning="What it is about.",
            recipe=derived.draw(
                target,
                "goods_failed",
                "service_failed",
                "orders.is_in_shop",
                "$reviews_targets_goods",
                "$reviews_targets_delivery",
                "$reviews_targets_shop",
                "$reviews_targets_web",
                sentence="what went wrong, else by the channel",
            ),
        ),
        Column(
            name="day",
            kind=Integer(0, 40_000),
            meaning="Day of the review, since 1970.",
            recipe=derived.draw(
                day_posted,
                "orders.at_hand_day",
                "stars",
                "is_invited",
                "$reviews_days",
                "$reviews_asked_after",
                sentence="days after the goods are at hand, sooner in anger, later on invitation",
            ),
            role="working",
        ),
        Column(
            name="posted_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When it was posted.",
            recipe=temporal.moment("day", "$web_hours"),
        ),
        Column(
            name="is_checked",
            kind=Boolean(),
            meaning="Whether another site checked the purchase.",
            recipe=numeric.chance("$reviews_verified_share"),
            role="working",
        ),
        Column(
            name="is_verified",
            kind=Boolean(),
            meaning="Whether the site shows it as a checked purchase; the own site checks all.",
            recipe=derived.formula(
                lambda elsewhere, checked: ~elsewhere | checked,
                "is_elsewhere",
                "is_checked",
                sentence="own site, or checked",
            ),
        ),
        Column(
            name="answered",
            kind=Boolean(),
            meaning="Whether Tilmarenne answered in public.",
            recipe=numeric.happens(
                "$reviews_reply_base",
                {
                    "is_critical": "$reviews_reply_critical",
                    "mildness": "$reviews_reply_mild",
                    "is_elsewhere": "-$reviews_reply_elsewhere",
                },
            ),
        ),
        Column(
            name="answered_by",
            kind=Category(AUTHORS),
            meaning="Who answered; empty without an answer.",
            recipe=derived.formula(author, "target", "is_critical", sentence="by target and is_critical"),
            when="answered",
        ),
        Column(
            name="answer_work_hours",
            kind=Number(4, 0.1, 900.0),
            unit="hours",
            meaning="Working hours from the review to the answer, had there been one.",
            recipe=numeric.log_normal(
                "$reviews_delay_log", {"is_severe": "$reviews_delay_severe"}, noise="$reviews_delay_sd"
            ),
            role="working",
        ),
        Column(
            name="answer_delay_hours",
            kind=Number(1, 0.1, 3000.0),
            unit="hours",
            meaning="From the review to the answer, nights and Sundays included; empty without one.",
            recipe=derived.formula(
                answer_delay,
                "posted_at",
                "answer_work_hours",
                "target",
                "is_critical",
                "$desk_opens",
                "$desk_closes",
                "$office_opens",
                "$office_closes",
                sentence="answer_work_hours after posted_at, counted within the hours of who answers",
            ),
            when="answered",
        ),
        Column(
            name="is_raised",
            kind=Boolean(),
            meaning="Whether the customer raised the stars later.",
            recipe=numeric.happens("$reviews_raise_base", {"answered": "$reviews_answer_on_raise"}, only="is_critical"),
            role="working",
        ),
        Column(
            name="final_stars",
            kind=Integer(1, 5),
            unit="1-5",
            meaning="Stars in the end.",
            recipe=derived.draw(
                final_stars, "stars", "is_raised", "$reviews_raise_two", sentence="one or two more where is_raised"
            ),
            role="working",
        ),
        Column(
            name="stars_after",
            kind=Integer(1, 5),
            unit="1-5",
            meaning="Stars after the customer changed them; empty where they stand as given.",
            recipe=derived.copy("final_stars"),
            when="is_raised",
        ),
    ),
)
