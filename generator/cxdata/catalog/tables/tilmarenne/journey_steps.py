"""The diary panel: an order told step by step, with time, wait, score, and the moment remembered most."""

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne import _voice
from cxdata.catalog.tables.tilmarenne.contacts import CHANNELS as CONTACT_CHANNELS
from cxdata.catalog.tables.tilmarenne.customers import SEGMENTS
from cxdata.catalog.tables.tilmarenne.orders import ASPECTS, PROBLEMS
from cxdata.recipes import categorical, derived, lookup, numeric
from cxdata.recipes.calibration import plain_sum
from cxdata.schema.effect import Quantity
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Rule, ours
from cxdata.schema.statistic import Estimate, Statistic, Tables, mean
from cxdata.schema.table import Column, PerParent, Table

STEPS = (
    "discover",
    "search",
    "visit",
    "choose",
    "advice",
    "order",
    "pay",
    "wait",
    "receive",
    "collect",
    "use",
    "ask_help",
)
_OF_WEB = np.array([STEPS.index(name) for name in _voice.WEB_STEPS])
_OF_SHOP = np.array([STEPS.index(name) for name in _voice.SHOP_STEPS])
DISCOVER, SEARCH, VISIT, CHOOSE, ADVICE, ORDER, PAY, WAIT, RECEIVE, COLLECT, USE, ASK_HELP = range(len(STEPS))
CHANNELS = (
    "shop",
    "web",
    "app",
    "email",
    "social",
    "phone",
    "post",
    "leaflet",
    "word_of_mouth",
    "home",
    "pick_up_point",
)
_OF_CONTACT = np.array([CHANNELS.index(name) for name in CONTACT_CHANNELS])
_DISCOVERIES = ("web", "social", "email", "leaflet", "word_of_mouth", "shop")
_DISCOVER_BY = np.array([CHANNELS.index(name) for name in _DISCOVERIES])
_BY_EMAIL = _DISCOVERIES.index("email")
PARTNERS = ("own", "carrier", "payment_provider", "search_engine", "social_network", "town", "friends")
INCIDENTS = (
    "none",
    "not_found",
    "no_parking",
    "out_of_stock",
    "nobody_free",
    "page_error",
    "payment_refused",
    "long_queue",
    "late_parcel",
    "damaged_parcel",
    "faulty_product",
    "wrong_bill",
    "no_answer",
)
# What can go wrong in a step beyond the problems of the order.
_OWN_INCIDENT = np.array(
    [
        INCIDENTS.index(
            {
                "search": "not_found",
                "visit": "no_parking",
                "advice": "nobody_free",
                "order": "page_error",
                "pay": "payment_refused",
                "collect": "long_queue",
                "ask_help": "no_answer",
            }.get(name, "none")
        )
        for name in STEPS
    ]
)
_STEP_OF_PROBLEM = np.array([-1, WAIT, RECEIVE, CHOOSE, USE, PAY])
_INCIDENT_OF_PROBLEM = np.array([INCIDENTS.index(name) for name in PROBLEMS])
MINUTES_PER_DAY = 1_440
LEAD_CHOICE, LEAD_SEARCH, LEAD_DISCOVERY = 2, 14, 60
"""Most days between choosing and ordering, searching and choosing, discovering and searching."""
WEB_WEIGHED = tuple(name for name in _voice.WEB_STEPS if name != "ask_help")
Shares = tuple[float, ...]


def first_of(parent: Array) -> Array:
    """Return the index of the first sibling of each row; siblings stand together."""
    if len(parent) == 0:
        return np.zeros(0, dtype=np.int64)
    is_first = np.r_[True, parent[1:] != parent[:-1]]
    first: Array = np.maximum.accumulate(np.where(is_first, np.arange(len(parent)), 0))
    return first


def sum_of_siblings(values: Array, parent: Array) -> Array:
    """Return the sum over each row's siblings, added in the order of the rows."""
    first = first_of(parent)
    total = np.zeros(len(values))
    np.add.at(total, first, values)
    return total[first]


def started_on(
    u: Array,
    parent: Array,
    step: Array,
    online: Array,
    ordered: Array,
    at_hand: Array,
    asked: Array,
    lead_choice: float,
    lead_search: float,
    lead_discovery: float,
    to_use: float,
) -> Array:
    """Return the day on which a step began: before the order by leads of their own, after it as the order went.

    All steps of an order share the draws of its first one, so that none overtakes the next.
    """
    first = first_of(parent)
    day = np.where((step == RECEIVE) | (step == COLLECT), at_hand, ordered)
    rows = np.flatnonzero((step == CHOOSE) | (step == SEARCH) | (step == DISCOVER))
    shared = lookup.exponential(u[:3].take(first.take(rows), axis=1))
    # Whoever buys in a shop chooses there, on the day.
    choice = np.where(online.take(rows), np.minimum(shared[0] * lead_choice, LEAD_CHOICE), 0.0).astype(np.int64)
    search = choice + np.minimum(shared[1] * lead_search, LEAD_SEARCH).astype(np.int64)
    discovery = search + np.minimum(shared[2] * lead_discovery, LEAD_DISCOVERY).astype(np.int64)
    early = step.take(rows)
    lead = np.where(early == CHOOSE, choice, np.where(early == SEARCH, search, discovery))
    day[rows] = ordered.take(rows) - lead
    rows = np.flatnonzero(step == USE)
    until = np.minimum(lookup.exponential(u[3].take(rows)) * to_use, LEAD_SEARCH).astype(np.int64)
    day[rows] = at_hand.take(rows) + until
    return np.where(step == ASK_HELP, asked, day)


def without_email(shares: Shares) -> Shares:
    """Return the shares of discovery of those who get no e-mail: the others in their proportions."""
    left = plain_sum(shares) - shares[_BY_EMAIL]
    return tuple(0.0 if place == _BY_EMAIL else share / left for place, share in enumerate(shares))


def channel(
    u: Array,
    step: Array,
    online: Array,
    mode: Array,
    contact: Array,
    accepts: Array,
    of_web: Shares,
    of_shop: Shares,
    app: float,
) -> Array:
    """Return where a step took place: delivery and contact as the order has them, the rest by the step."""
    screen = np.where(u[0] < app, CHANNELS.index("app"), CHANNELS.index("web"))
    found = np.where(online, categorical.pick(u[1], of_web), categorical.pick(u[1], of_shop))
    others = np.where(
        online, categorical.pick(u[1], without_email(of_web)), categorical.pick(u[1], without_email(of_shop))
    )
    found = np.where(accepts, found, others)
    places = np.array([CHANNELS.index(name) for name in ("home", "pick_up_point", "shop")])
    where = np.where(online, screen, CHANNELS.index("shop"))
    where = np.where(step == SEARCH, screen, where)
    where = np.where(step == DISCOVER, _DISCOVER_BY[found], where)
    where = np.where(step == RECEIVE, places[mode], where)
    where = np.where(step == USE, CHANNELS.index("home"), where)
    return np.where(step == ASK_HELP, _OF_CONTACT[contact], where)


def partner(u: Array, step: Array, where: Array, online: Array, mode: Array, engine: float) -> Array:
    """Return who ran a step: carriers the parcel, payment providers a payment on the web, a town the way."""
    code = np.zeros(len(step), dtype=np.int64)
    code = np.where((step == SEARCH) & (u < engine), PARTNERS.index("search_engine"), code)
    by_post = (step == WAIT) | ((step == RECEIVE) & (mode != 2))
    code = np.where(by_post, PARTNERS.index("carrier"), code)
    code = np.where((step == PAY) & online, PARTNERS.index("payment_provider"), code)
    code = np.where(step == VISIT, PARTNERS.index("town"), code)
    found = step == DISCOVER
    code = np.where(found & (where == CHANNELS.index("social")), PARTNERS.index("social_network"), code)
    code = np.where(found & (where == CHANNELS.index("web")), PARTNERS.index("search_engine"), code)
    return np.where(found & (where == CHANNELS.index("word_of_mouth")), PARTNERS.index("friends"), code)


def incident(u: Array, step: Array, problem: Array, shares: Shares) -> Array:
    """Return what went wrong in a step: the problem of the order where it belongs, else what the step has of its own."""
    own = np.where(u < np.asarray(shares)[step], _OWN_INCIDENT[step], 0)
    return np.where(_STEP_OF_PROBLEM[problem] == step, _INCIDENT_OF_PROBLEM[problem], own)


def step_feeling(u: Array, step: Array, own: Array, *given: Array) -> Array:
    """Return how a step was felt: the aspects it loads on, an incident of its own, and luck.

    Args:
        u: (n,) uniforms.
        step: (n,) codes.
        own: (n,) Booleans, something went wrong that no aspect knows of.
        given: six (n,) aspects, then (12 x 6,) loadings, loss by an incident, spread.
    """
    felt, (loadings, loss, spread) = given[: len(ASPECTS)], given[len(ASPECTS) :]
    table = np.asarray(loadings).reshape(len(STEPS), len(ASPECTS))
    total = spread * lookup.normal(u) - loss * own
    for place, values in enumerate(felt):
        total = total + table[step, place] * values
    return np.asarray(total)


def is_peak(feeling: Array, parent: Array, negative: float) -> Array:
    """Return the step of each order that was felt most, for better or worse; the first of equals."""
    strength = np.where(feeling < 0, -negative * feeling, feeling)
    first = first_of(parent)
    greatest = np.zeros(len(strength))
    np.maximum.at(greatest, first, strength)
    at_top = strength == greatest[first]
    before = np.cumsum(at_top) - at_top
    peak: Array = at_top & (before == before[first])
    return peak


def own_weight(segment: Array, step: Array, last: Array, weights: Shares, end: float) -> Array:
    """Return the weight of a step in the overall score: that of the segment, and more for the last one."""
    weight: Array = np.asarray(weights).reshape(len(SEGMENTS), len(STEPS))[segment, step] + end * last
    return weight


def overall(
    u: Array, parent: Array, score: Array, weight: Array, peak: Array, level: float, of_peak: float, noise: float
) -> Array:
    """Return the overall feeling of an order, the same for all its steps: weighed scores, the peak once more, luck."""
    around = score - level
    total = sum_of_siblings((weight + of_peak * peak) * around, parent)
    return np.asarray(level + total + noise * lookup.normal(u[first_of(parent)]))


def _without_help(steps: pd.DataFrame) -> pd.DataFrame:
    """Return the steps of journeys with a parcel and without a request for help: eight steps each."""
    parcel = steps.loc[steps["step"] == "receive", "order_id"]
    help_asked = steps.loc[steps["step"] == "ask_help", "order_id"]
    return steps[steps["order_id"].isin(parcel) & ~steps["order_id"].isin(help_asked)]


def web_journeys(tables: Tables) -> pd.DataFrame:
    """Return one row per web order told without a request for help: scores by step, the peak's, the overall one."""
    rows = _without_help(tables["journey_steps"])
    wide = rows.pivot_table(index="order_id", columns="step", values="step_score", observed=True)
    wide = wide.reindex(columns=list(WEB_WEIGHED))
    wide["peak"] = rows[rows["is_peak"]].set_index("order_id")["step_score"]
    by_order = rows.groupby("order_id")
    wide["overall"], wide["customer_id"] = by_order["overall_score"].first(), by_order["customer_id"].first()
    segments = tables["customers"].set_index("customer_id")["segment"]
    wide["segment"] = wide["customer_id"].map(segments).astype(str)
    return wide


def _regressed(tables: Tables) -> Estimate:
    """Return the share of ``receive`` in the weights of a regression, in percent; its error by the delta method."""
    rows = web_journeys(tables)
    if len(rows) < 2 * len(STEPS):
        return Estimate(float("nan"), float("inf"), len(rows))
    dummies = pd.get_dummies(rows["segment"]).to_numpy(dtype=float)
    x = np.column_stack([rows[[*WEB_WEIGHED, "peak"]].to_numpy(dtype=float), dummies])
    y = rows["overall"].to_numpy(dtype=float)
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ x.T @ y
    influence = (x * (y - x @ beta)[:, None]) @ inverse
    steps = slice(0, len(WEB_WEIGHED))
    total = beta[steps].sum()
    place = WEB_WEIGHED.index("receive")
    share = beta[place] / total
    gradient = np.full(len(WEB_WEIGHED), -share / total)
    gradient[place] += 1.0 / total
    by_customer = pd.Series(influence[:, steps] @ gradient).groupby(rows["customer_id"].to_numpy()).sum()
    return Estimate(100.0 * float(share), 100.0 * float(np.sqrt((by_customer**2).sum())), len(rows))


def _correlated(tables: Tables) -> Estimate:
    """Return the share of ``receive`` in the correlations with the overall score, in percent; error by ten parts."""
    rows = web_journeys(tables)

    def share(part: pd.DataFrame) -> float:
        found = part[list(WEB_WEIGHED)].corrwith(part["overall"])
        return 100.0 * float(found["receive"] / found.sum())

    if len(rows) < 20 * len(STEPS):
        return Estimate(float("nan"), float("inf"), len(rows))
    parts = [share(rows.iloc[number::10]) for number in range(10)]
    return Estimate(share(rows), float(np.std(parts, ddof=1) / np.sqrt(10.0)), len(rows))


def weighed_web_steps(tables: Tables) -> pd.DataFrame:
    """Return the steps of web orders told without a request for help, with their true weights."""
    return _without_help(tables["journey_steps"]).merge(tables["latents/journey_steps"], on="journey_step_id")


_TABLES = ("journey_steps", "customers")


# Choice, help, price, product, delivery, ease: what each step is judged by.
_LOADINGS = {
    "discover": (0.40, 0.0, 0.30, 0.0, 0.0, 0.0),
    "search": (0.70, 0.0, 0.0, 0.0, 0.0, 0.20),
    "visit": (0.0, 0.30, 0.0, 0.0, 0.0, 0.40),
    "choose": (0.85, 0.0, 0.15, 0.0, 0.0, 0.0),
    "advice": (0.0, 0.95, 0.0, 0.0, 0.0, 0.0),
    "order": (0.10, 0.0, 0.0, 0.0, 0.0, 0.75),
    "pay": (0.0, 0.0, 0.45, 0.0, 0.0, 0.45),
    "wait": (0.0, 0.0, 0.0, 0.0, 0.75, 0.0),
    "receive": (0.0, 0.0, 0.0, 0.25, 0.65, 0.0),
    "collect": (0.0, 0.25, 0.0, 0.10, 0.0, 0.50),
    "use": (0.0, 0.0, 0.0, 0.95, 0.0, 0.0),
    "ask_help": (0.0, 0.80, 0.0, 0.0, 0.0, 0.10),
}
# Weight of each step in the overall score, discover to ask_help: the moments of truth differ by segment.
_WEIGHTS = {
    "gardeners": (0.03, 0.05, 0.05, 0.10, 0.24, 0.05, 0.05, 0.07, 0.17, 0.06, 0.15, 0.15),
    "home_makers": (0.04, 0.10, 0.05, 0.20, 0.15, 0.05, 0.05, 0.08, 0.17, 0.05, 0.11, 0.15),
    "renovators": (0.02, 0.09, 0.04, 0.12, 0.19, 0.06, 0.05, 0.10, 0.22, 0.08, 0.11, 0.17),
    "gift_buyers": (0.06, 0.08, 0.04, 0.14, 0.12, 0.05, 0.06, 0.12, 0.30, 0.06, 0.04, 0.12),
    "bargain_hunters": (0.05, 0.08, 0.04, 0.12, 0.08, 0.06, 0.20, 0.08, 0.14, 0.07, 0.10, 0.12),
}

PARAMETERS = (
    ours("journey_panel_share", 0.07, "share", "Orders drawn by lot for the diary panel."),
    ours("journey_lead_choice", 0.8, "days", "Mean days from choosing to ordering on the web.", 0.0, 60.0),
    ours("journey_lead_search", 2.5, "days", "Mean days from searching to choosing.", 0.0, 60.0),
    ours("journey_lead_discovery", 9.0, "days", "Mean days from discovering to searching.", 0.0, 365.0),
    ours("journey_to_use", 1.6, "days", "Mean days from goods at hand to their use.", 0.0, 365.0),
    ours(
        "journey_discover_web",
        (0.36, 0.24, 0.20, 0.05, 0.13, 0.02),
        "shares",
        "Discovery by search, social networks, e-mail, leaflet, word of mouth and shop, before web orders; who refuses e-mail does without it.",
    ),
    ours(
        "journey_discover_shop",
        (0.18, 0.10, 0.12, 0.24, 0.16, 0.20),
        "shares",
        "The same before purchases in a shop.",
    ),
    ours("journey_app_share", 0.32, "share", "Steps on a screen that are taken in the app."),
    ours("journey_engine_share", 0.35, "share", "Searches that go through a search engine."),
    ours(
        "journey_incidents",
        (0.0, 0.05, 0.06, 0.0, 0.09, 0.03, 0.015, 0.0, 0.0, 0.07, 0.0, 0.14),
        "share",
        "Incidents of a step's own, discover to ask_help: not found, no parking, nobody free, and so on.",
    ),
    ours("journey_repeat_base", -3.1, "logit", "Step taken twice, or on a second channel, without an incident (4%)."),
    ours("journey_repeat_incident", 2.4, "logit", "Taken twice, added after an incident."),
    ours(
        "journey_minutes_log",
        (3.0, 3.5, 3.2, 3.2, 2.2, 2.0, 1.3, 1.8, 1.5, 2.3, 4.4, 2.4),
        "log minutes",
        "Median minutes that the customer spends on each step, discover to ask_help: 4 for paying, 81 for a first use.",
    ),
    ours("journey_minutes_repeat", 0.55, "log minutes", "Time, added for a step taken twice."),
    ours("journey_minutes_sd", 0.60, "log minutes", "Spread of times.", 0.0),
    ours(
        "journey_wait_minutes",
        (0.0, 0.0, 0.0, 0.0, 4.0, 0.0, 3.0, 0.0, 0.0, 6.0, 0.0, 9.0),
        "minutes",
        "Median wait in shops and for help, discover to ask_help; the parcel's wait follows from the order.",
        0.0,
        600.0,
    ),
    ours("journey_wait_incident", 0.9, "log minutes", "Wait, added after an incident."),
    ours("journey_wait_sd", 0.70, "log minutes", "Spread of waits.", 0.0),
    ours(
        "journey_loadings",
        tuple(number for name in STEPS for number in _LOADINGS[name]),
        "sd",
        "Weight of choice, help, price, product, delivery and ease in the feeling of each step, discover to ask_help.",
        -5.0,
        5.0,
    ),
    ours("journey_incident_loss", 1.3, "sd", "Loss by an incident of a step's own."),
    ours("journey_step_sd", 0.65, "sd", "Spread of a step's feeling beyond that.", 0.0),
    ours("journey_score_level", 7.0, "marks", "Score of a step that is neither good nor bad.", 0.0, 10.0),
    ours("journey_score_step", 1.7, "marks", "Marks per standard deviation of feeling.", 0.1, 10.0),
    ours("journey_peak_negative", 1.25, "factor", "How much more the bad is remembered than the good.", 0.1, 10.0),
    ours(
        "journey_weights",
        tuple(number for name in SEGMENTS for number in _WEIGHTS[name]),
        "marks per mark",
        "Weight of each step in the overall score, discover to ask_help, gardeners to bargain hunters.",
        0.0,
        1.0,
    ),
    ours("journey_peak_weight", 0.15, "marks per mark", "Weight added for the moment remembered most.", 0.0, 1.0),
    ours("journey_end_weight", 0.06, "marks per mark", "Weight added for the last step.", 0.0, 1.0),
    ours("journey_overall_sd", 0.70, "marks", "Spread of the overall score beyond that.", 0.0, 5.0),
)

CONSTRAINTS = (
    Constraint(
        sentence="journey_weights must hold twelve weights for each segment.",
        parameters=("journey_weights",),
        holds=lambda weights: len(weights) == len(SEGMENTS) * len(STEPS),
    ),
)

QUANTITIES = (
    Quantity(
        id="weight_of_receiving",
        title="How much of the overall impression hangs on the moment the parcel arrives?",
        estimand="share of the step receive in the weights of the eight steps, web orders without a request for help, percent",
        confounding="One mood colours all the steps of an order, so each goes with the overall score, whatever its weight.",
        basis="That moments of truth decide, not durations, is published; the weights are ours.",
        truth=mean(
            weighed_web_steps,
            lambda rows: rows["weight"] * (rows["step"] == "receive"),
            per=lambda rows: rows["weight"],
            scale=100.0,
            step=0.0,
            tables=("journey_steps", "latents/journey_steps"),
            sentence="true weight of receiving over those of all eight steps",
        ),
        right=Statistic(
            function=_regressed,
            tables=_TABLES,
            sentence="regression of the overall score on all step scores and the peak's, segments apart",
        ),
        tempting=Statistic(
            function=_correlated, tables=_TABLES, sentence="correlation with the overall score over all correlations"
        ),
    ),
)


def _odd_journeys(tables: Tables) -> int:
    steps = tables["journey_steps"].sort_values(["order_id", "step_number"])
    by_order = steps.groupby("order_id")
    peaks = (by_order["is_peak"].sum() != 1).sum()
    gaps = (by_order["step_number"].max() != by_order.size()).sum()
    return int(peaks + gaps + (by_order["overall_score"].nunique() != 1).sum())


def _overtaken(tables: Tables) -> int:
    steps = tables["journey_steps"]
    told = steps[steps["step"] != "ask_help"].sort_values(["order_id", "step_number"])
    days = pd.to_datetime(told["started_on"])
    earlier = (days.diff() < pd.Timedelta(0)) & (told["order_id"] == told["order_id"].shift())
    asked = steps[steps["step"] == "ask_help"].merge(tables["orders"][["order_id", "ordered_at"]], on="order_id")
    before = pd.to_datetime(asked["started_on"]) < asked["ordered_at"].dt.normalize()
    return int(earlier.sum() + before.sum())


def _unwanted_mail(tables: Tables) -> int:
    steps = tables["journey_steps"]
    begun = steps[(steps["step"] == "discover") & (steps["channel"] == "email")]
    accepts = tables["customers"].set_index("customer_id")["accepts_email"]
    return int((~begun["customer_id"].map(accepts).astype(bool)).sum())


RULES = (
    Rule(
        sentence="a journey's steps are numbered without a gap, one of them is its peak, and it has one overall score",
        tables=("journey_steps",),
        violations=_odd_journeys,
    ),
    Rule(
        sentence="no step begins before the one told ahead of it, and help is asked for after the order",
        tables=("journey_steps", "orders"),
        violations=_overtaken,
    ),
    Rule(
        sentence="no journey begins with an e-mail to a customer who does not accept any",
        tables=("journey_steps", "customers"),
        violations=_unwanted_mail,
    ),
)

TABLE = Table(
    name="journey_steps",
    meaning="A step of an order, as a customer of the diary panel told it.",
    rows=(PerParent("orders", "journey_rows", len(_voice.WEB_STEPS)),),
    columns=(
        Column(name="journey_step_id", kind=Key(), meaning="Key of the step."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Whose journey it is."),
        Column(name="order_id", kind=ForeignKey("orders"), meaning="The order it led to."),
        Column(
            name="step_number",
            kind=Integer(1, len(_voice.WEB_STEPS)),
            meaning="Place of the step in the journey as told; help is told last, whenever it was asked for.",
            recipe=derived.formula(lambda slot: slot + 1, "#slot", sentence="from 1"),
        ),
        Column(
            name="step",
            kind=Category(STEPS),
            meaning="The step.",
            recipe=derived.formula(
                lambda slot, online: np.where(online, _OF_WEB[slot], _OF_SHOP[slot]),
                "#slot",
                "orders.is_online",
                sentence="steps of a web order or of a visit to a shop",
            ),
        ),
        Column(
            name="is_last",
            kind=Boolean(),
            meaning="Whether the journey ends with it.",
            recipe=derived.formula(
                lambda slot, count: slot == count - 1, "#slot", "orders.journey_rows", sentence="last slot"
            ),
            role="working",
        ),
        Column(
            name="started_on",
            kind=Date(),
            meaning="Day on which it began.",
            recipe=derived.draw(
                started_on,
                "#parent",
                "step",
                "orders.is_online",
                "orders.day",
                "orders.at_hand_day",
                "orders.last_contact_day",
                "$journey_lead_choice",
                "$journey_lead_search",
                "$journey_lead_discovery",
                "$journey_to_use",
                draws=4,
                sentence="before the order by leads of their own, after it as the order went",
            ),
        ),
        Column(
            name="channel",
            kind=Category(CHANNELS),
            meaning="Where it took place.",
            recipe=derived.draw(
                channel,
                "step",
                "orders.is_online",
                "orders.delivery_mode",
                "orders.last_contact_channel",
                "customers.accepts_email",
                "$journey_discover_web",
                "$journey_discover_shop",
                "$journey_app_share",
                draws=2,
                sentence="by the step; delivery and contact as the order has them, e-mail for who accepts it",
            ),
        ),
        Column(
            name="partner",
            kind=Category(PARTNERS),
            meaning="Who ran it: Tilmarenne itself or somebody else.",
            recipe=derived.draw(
                partner,
                "step",
                "channel",
                "orders.is_online",
                "orders.delivery_mode",
                "$journey_engine_share",
                sentence="by step and channel",
            ),
        ),
        Column(
            name="incident_code",
            kind=Category(INCIDENTS),
            meaning="What went wrong, none included.",
            recipe=derived.draw(
                incident,
                "step",
                "orders.problem",
                "$journey_incidents",
                sentence="the order's problem where it belongs, else one of the step's own",
            ),
            role="working",
        ),
        Column(
            name="has_incident",
            kind=Boolean(),
            meaning="Whether something went wrong.",
            recipe=derived.formula(lambda code: code > 0, "incident_code", sentence="incident_code other than none"),
        ),
        Column(
            name="incident",
            kind=Category(INCIDENTS),
            meaning="What went wrong; empty where nothing did.",
            recipe=derived.copy("incident_code"),
            when="has_incident",
        ),
        Column(
            name="has_own_incident",
            kind=Boolean(),
            meaning="Whether it went wrong beyond the problem of the order.",
            recipe=derived.formula(
                lambda code, problem: (code > 0) & (code != _INCIDENT_OF_PROBLEM[problem]),
                "incident_code",
                "orders.problem",
                sentence="an incident other than the order's problem",
            ),
            role="working",
        ),
        Column(
            name="was_repeated",
            kind=Boolean(),
            meaning="Whether it had to be taken twice or on a second channel.",
            recipe=numeric.happens("$journey_repeat_base", {"has_incident": "$journey_repeat_incident"}),
        ),
        Column(
            name="duration_minutes",
            kind=Number(1, 0.2, 1_440.0),
            unit="minutes",
            meaning="Time the customer spent on it, waits aside.",
            recipe=derived.draw(
                lambda u, step, twice, medians, added, sd: lookup.exp(
                    np.asarray(medians)[step] + added * twice + sd * lookup.normal(u)
                ),
                "step",
                "was_repeated",
                "$journey_minutes_log",
                "$journey_minutes_repeat",
                "$journey_minutes_sd",
                sentence="log-normal about the step's median, more when taken twice",
            ),
        ),
        Column(
            name="wait_minutes",
            kind=Number(1, 0.0, 60_000.0),
            unit="minutes",
            meaning="Time the customer waited for others: in a queue, for an adviser, for the parcel.",
            recipe=derived.draw(
                lambda u, step, online, wrong, ordered, at_hand, medians, added, sd: np.where(
                    step == WAIT,
                    (at_hand - ordered) * float(MINUTES_PER_DAY),
                    np.where((step == PAY) & online, 0.0, np.asarray(medians)[step])
                    * lookup.exp(added * wrong + sd * lookup.normal(u)),
                ),
                "step",
                "orders.is_online",
                "has_incident",
                "orders.day",
                "orders.at_hand_day",
                "$journey_wait_minutes",
                "$journey_wait_incident",
                "$journey_wait_sd",
                sentence="days to the parcel, else log-normal about the step's median",
            ),
        ),
        Column(
            name="feeling",
            kind=Number(4),
            unit="sd",
            meaning="How the step was felt.",
            recipe=derived.draw(
                step_feeling,
                "step",
                "has_own_incident",
                *(f"orders.felt_{name}" for name in ASPECTS),
                "$journey_loadings",
                "$journey_incident_loss",
                "$journey_step_sd",
                sentence="the aspects it loads on, less an incident of its own + normal noise",
            ),
            role="latent",
        ),
        Column(
            name="step_score",
            kind=Integer(0, 10),
            unit="0-10",
            meaning="Score the customer gave the step.",
            recipe=derived.formula(
                lambda felt, level, step: np.clip(np.rint(level + step * felt), 0, 10).astype(np.int64),
                "feeling",
                "$journey_score_level",
                "$journey_score_step",
                sentence="feeling on a scale of 0 to 10",
            ),
        ),
        Column(
            name="is_peak",
            kind=Boolean(),
            meaning="Whether the customer named it as the moment remembered most.",
            recipe=derived.formula(
                is_peak,
                "feeling",
                "#parent",
                "$journey_peak_negative",
                sentence="the greatest feeling of the journey, good or bad; the bad counts more",
            ),
        ),
        Column(
            name="weight",
            kind=Number(4, 0.0),
            unit="marks per mark",
            meaning="True weight of the step's score in the overall score, the peak's share aside.",
            recipe=derived.formula(
                own_weight,
                "customers.segment",
                "step",
                "is_last",
                "$journey_weights",
                "$journey_end_weight",
                sentence="weight of segment and step, more for the last",
            ),
            role="latent",
        ),
        Column(
            name="overall_feeling",
            kind=Number(4),
            unit="marks",
            meaning="Overall impression of the journey before it is put on a scale; the same on all its steps.",
            recipe=derived.draw(
                overall,
                "#parent",
                "step_score",
                "weight",
                "is_peak",
                "$journey_score_level",
                "$journey_peak_weight",
                "$journey_overall_sd",
                sentence="weighed scores of the steps, the peak once more + normal noise",
            ),
            role="latent",
        ),
        Column(
            name="overall_score",
            kind=Integer(0, 10),
            unit="0-10",
            meaning="Score the customer gave the whole journey at its end; the same on all its steps.",
            recipe=derived.formula(
                lambda felt: np.clip(np.rint(felt), 0, 10).astype(np.int64), "overall_feeling", sentence="rounded"
            ),
        ),
    ),
)
