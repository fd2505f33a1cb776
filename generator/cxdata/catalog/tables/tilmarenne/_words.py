"""What makes customers say what they say: weights of aspects, what they felt, and what happened to them."""

from collections.abc import Sequence

import numpy as np

from cxdata.recipes import lookup, text
from cxdata.recipes.text import MOST_CONCEPTS
from cxdata.schema.phrasebook import ASPECTS, EVENTS, NEGATIVE, NEUTRAL, POSITIVE, SOURCES, TOPICS
from cxdata.schema.recipe import Array

OCCASIONS = ("order", "contact", "barometer", "complaint", "message", "social", "chat", "web")
"""What leads to a text: more than its source, since a survey asks after an order, a contact, or in general."""
ORDER, CONTACT, BAROMETER, COMPLAINT, MESSAGE, SOCIAL, CHAT, WEB = range(len(OCCASIONS))
WEIGHTS = {
    "order": (10, 5, 3, 6, 4, 10, 14, 6, 4, 5, 1, 2, 1, 0.5, 4, 1.5, 4, 1, 1.5, 1.5, 1, 1, 3, 9),
    "contact": (0.5, 0.2, 9, 10, 10, 0.5, 1, 0.2, 0.5, 1, 0.5, 2, 1.5, 0.2, 0, 0, 2, 10, 5, 0.5, 0, 2, 0, 7),
    "barometer": (5, 2, 4, 6, 5, 9, 9, 8, 4, 4, 2, 2, 1.5, 2, 6, 3, 5, 3, 3, 6, 4, 3, 1.5, 7),
    "complaint": (8, 5, 5, 4, 6, 2, 7, 0.5, 3, 2, 0.5, 6, 4, 1, 1, 0.3, 1, 10, 8, 1, 0.5, 1, 2, 3),
    "message": (5, 2, 1, 0.3, 0.5, 0.5, 4, 1, 3, 2, 0.5, 4, 2, 0.5, 0.2, 0.1, 2, 5, 2, 1, 0.3, 1, 2, 0.5),
    "social": (8, 3, 4, 3, 2, 5, 8, 4, 3, 2, 1.5, 2, 1, 2, 4, 2, 2, 3, 4, 2, 4, 1.5, 2, 7),
    "chat": (4, 1, 1, 0.5, 0.5, 2, 3, 2, 6, 6, 2, 4, 2, 1, 0.3, 0.2, 3, 3, 1, 2, 0.3, 1, 2, 0.2),
    "web": (2, 0.5, 0.3, 0.2, 0.3, 4, 2, 4, 5, 14, 5, 2, 1, 1, 0.3, 0.2, 3, 0.5, 0.5, 2, 1, 1.5, 0.5, 3),
}
"""Weight of each aspect by occasion, in the order of ASPECTS."""
OF_SEGMENTS: tuple[dict[str, float], ...] = (
    {"quality": 1.3, "advice": 1.8, "ecology": 1.8, "stock": 1.2},
    {"choice": 1.5, "shop": 1.4, "website": 1.2},
    {"competence": 1.5, "assembly": 1.8, "stock": 1.4, "opening_hours": 1.4, "parking": 1.5},
    {"delivery": 1.4, "packaging": 1.8, "website": 1.3},
    {"price": 2.0, "loyalty": 1.8, "billing": 1.3},
)
"""By what segments multiply these weights, gardeners to bargain hunters; one where nothing stands."""
FELT = ("choice", "help", "price", "product", "delivery", "ease")
FELT_OF = {
    "delivery": "delivery",
    "packaging": "delivery",
    "promises": "delivery",
    "wait": "ease",
    "website": "ease",
    "app": "ease",
    "returns": "ease",
    "billing": "ease",
    "follow_up": "ease",
    "courtesy": "help",
    "competence": "help",
    "advice": "help",
    "shop": "help",
    "price": "price",
    "loyalty": "price",
    "quality": "product",
    "assembly": "product",
    "choice": "choice",
    "stock": "choice",
}
"""The judgement of the order that colours what is said of an aspect; the others follow the mood alone."""
_FELT_OF = np.array([1 + FELT.index(FELT_OF[aspect]) if aspect in FELT_OF else 0 for aspect in ASPECTS])
HAPPENED: dict[str, dict[str, float]] = {
    "late_parcel": {"delivery": 1.0, "promises": 0.35, "follow_up": 0.35},
    "damaged_parcel": {"packaging": 1.0, "returns": 0.3},
    "out_of_stock": {"stock": 1.0, "promises": 0.2, "follow_up": 0.2},
    "faulty_product": {"quality": 1.0, "returns": 0.35, "assembly": 0.2, "promises": 0.15},
    "wrong_bill": {"billing": 1.0},
    "lamp_recall": {"follow_up": 0.6, "returns": 0.6},
    "long_wait": {"wait": 1.0},
    "transferred": {"competence": 0.6},
    "repeat_contact": {"follow_up": 0.7, "competence": 0.3, "promises": 0.3},
    "slow_reply": {"follow_up": 0.9, "promises": 0.3},
    "no_reply": {"follow_up": 1.0, "promises": 0.3},
    "fast_reply": {"follow_up": 0.9},
    "solved_first_time": {"competence": 0.3, "follow_up": 0.2},
    "gesture": {"follow_up": 0.6, "loyalty": 0.6},
}
"""Share of texts in which an event colours an aspect. Of several events of one aspect the last listed counts."""
GOOD_EVENTS = ("fast_reply", "solved_first_time", "gesture")
_IS_GOOD = np.array([name in GOOD_EVENTS for name in EVENTS])
ONLINE_ASPECTS = ("delivery", "packaging", "website", "app")
SHOP_ASPECTS = ("shop", "parking", "opening_hours", "wait")
READY_MADE = ("plants", "decoration", "lighting", "kitchen", "paint")
"""Product families that nobody has to assemble."""
_ONLINE = np.array([ASPECTS.index(name) for name in ONLINE_ASPECTS])
_OF_SHOP = np.array([ASPECTS.index(name) for name in SHOP_ASPECTS])
SCREENS = 0.0
"""Ease with screens from which a customer speaks of the app."""
DWELLING = np.array(  # by number of concepts
    [
        [0] * MOST_CONCEPTS
        if count == 0
        else [min(place * aspects // count, aspects - 1) for place in range(MOST_CONCEPTS)]
        for count in range(MOST_CONCEPTS + 1)
        for aspects in [1 + (count > 2) + (count > 5) + (count > 9)]
    ]
)
"""Which of its aspects each concept of a complaint is about: it dwells on few, one after the other."""
MOST_DWELT_UPON = 1 + DWELLING.max()
"""Most aspects of a complaint."""
OF_TOPIC = {
    "order_status": ("follow_up", "promises", "stock", "delivery"),
    "invoice": ("billing", "follow_up", "website"),
    "return_refund": ("returns", "quality", "packaging", "follow_up"),
    "product": ("advice", "quality", "choice", "stock", "competence"),
    "account": ("loyalty", "website", "app", "follow_up"),
    "box": ("box", "follow_up"),
}
"""What those who ask the service centre for something speak of besides."""
_OF_TOPIC = np.array([[aspect in OF_TOPIC[topic] for aspect in ASPECTS] for topic in TOPICS])
_OVERALL = ASPECTS.index("overall")
MOST_OF_AN_EVENT = 2
"""Most concepts of a text that one event has coloured."""
PRAISED = 0.8
"""Standing from which even a complaint grants that something is good."""
ALWAYS_CLEAR = 4.0
"""Standing of an aspect that an event has coloured: beyond every threshold."""


def occasion(source: Array, after_contact: Array, barometer: Array) -> Array:
    """Return what led to each text."""
    of_source = np.array([ORDER, ORDER, COMPLAINT, MESSAGE, SOCIAL, CHAT, WEB])
    return np.where(barometer, BAROMETER, np.where(after_contact, CONTACT, of_source[source]))


def events(u: Array, happened: Sequence[Array]) -> Array:
    """Return by which event each aspect is coloured.

    Args:
        u: (2, n) uniforms; the second serves every aspect but the first of an event.
        happened: In the order of HAPPENED, (n,) Booleans.

    Returns:
        (n, len(ASPECTS)) codes in EVENTS, 0 for none.
    """
    codes = np.zeros((len(happened[0]), len(ASPECTS)), dtype=np.int8)
    for (event, aspects), struck in zip(HAPPENED.items(), happened, strict=True):
        rows = np.flatnonzero(struck)
        draws = u[:, rows]
        for place, (aspect, share) in enumerate(aspects.items()):
            codes[rows[draws[min(place, 1)] < share], ASPECTS.index(aspect)] = EVENTS.index(event)
    return codes


def weights(occasions: Array, segment: Array, place: tuple[Array, ...], by: Array, of: Array) -> Array:
    """Return the weight of each aspect for each text.

    Args:
        occasions: (n,) codes in OCCASIONS.
        segment: (n,) codes of segments.
        place: (n,) Booleans about a web order, about a purchase in a shop, about goods that nobody assembles, has the
            monthly box; (n,) ease with screens.
        by: (len(OCCASIONS), len(ASPECTS)) weights.
        of: (segments, len(ASPECTS)) factors.
    """
    online, in_shop, ready, box, digital = place
    found: Array = (by[:, None] * of).reshape(-1, len(ASPECTS)).take(occasions * len(of) + segment, axis=0)
    found[np.ix_(online, _OF_SHOP)] = 0.0
    found[np.ix_(in_shop, _ONLINE)] = 0.0
    found[ready, ASPECTS.index("assembly")] = 0.0
    found[~box, ASPECTS.index("box")] = 0.0
    found[digital < SCREENS, ASPECTS.index("app")] = 0.0
    return found


def standing(
    aspect: Array, texts: Array, mood: Array, felt: Sequence[Array], noise: Array, scale: Sequence[float]
) -> Array:
    """Return how an aspect stands with whoever speaks of it, in standard deviations.

    Args:
        aspect: (m,) codes in ASPECTS.
        texts: (m,) row of the text of each.
        mood: (n,) mood of each text.
        felt: six (n,) judgements of the order, in the order of FELT; zero where there is no order.
        noise: (m,) standard normal numbers.
        scale: Weights of the mood, of the judgement and of the noise.
    """
    of_mood, of_felt, spread = scale
    judged = np.stack([np.zeros(len(mood)), *felt])[_FELT_OF[aspect], texts]
    mood = mood[texts]
    value = of_mood * mood + of_felt * judged + spread * noise
    stands: Array = np.where(aspect == ASPECTS.index("overall"), mood, value)
    return stands


def said(
    u: Array,
    occasions: Array,
    count: Array,
    topic: Array,
    mood: Array,
    segment: Array,
    place: tuple[Array, ...],
    felt: Sequence[Array],
    happened: Sequence[Array],
    voice: Array,
    by: tuple[float, ...],
    of: tuple[float, ...],
    boost: float,
    scale: Sequence[float],
) -> Array:
    """Return what each text would say, weightiest first: packed concepts of unlike aspects.

    Args:
        u: (2 * len(ASPECTS) + 2, n) uniforms: race, noise, events.
        occasions: (n,) codes in OCCASIONS.
        count: (n,) number of concepts.
        topic: (n,) places in TOPICS of what the service centre is asked.
        mood: (n,) mood of the text.
        segment: (n,) codes of segments.
        place: As in ``weights``.
        felt: As in ``standing``.
        happened: As in ``events``.
        voice: (n,) readiness to speak up, which strengthens words.
        by: Weights of aspects, occasion by occasion.
        of: Factors of segments, segment by segment.
        boost: Factor of the weight of an aspect that an event has coloured.
        scale: Weights of mood, judgement, noise; half the width of neither good nor bad; words per step.

    Returns:
        (n, MOST_CONCEPTS) packed concepts, 0 beyond the count.
    """
    size = len(ASPECTS)
    *weights_of_standing, middle, step = scale
    coloured = events(u[2 * size :], happened)
    weight = weights(
        occasions, segment, place, np.reshape(np.asarray(by), (-1, size)), np.reshape(np.asarray(of), (-1, size))
    )
    asks = (occasions == MESSAGE) | (occasions == CHAT)
    at = np.flatnonzero(asks)
    weight[at] = np.where(_OF_TOPIC[topic[at]], weight[at], 0.0)
    raised = weight.copy()
    raised.ravel()[np.flatnonzero(coloured)] *= boost
    complains = occasions == COMPLAINT
    chosen = text.ranked(u[:size], raised, MOST_CONCEPTS, np.where(complains, MOST_DWELT_UPON, count))
    at = np.flatnonzero(complains)
    chosen[at] = _dwelling(chosen[at], weight[at], coloured[at], count[at])
    rows, places = np.nonzero(np.arange(MOST_CONCEPTS) < count[:, None])
    aspect = chosen[rows, places]
    aspect = np.where(weight[rows, aspect] > 0.0, aspect, chosen[rows, 0])  # the first again where no other has weight
    # No general remark takes the place of what happened: complaints keep their order.
    aspect = _general_first(aspect, places, ~complains[rows])
    event = _told(coloured[rows, aspect].astype(np.int64), rows)
    noise = lookup.normal(u[size + aspect, rows])
    stands = standing(aspect, rows, mood, felt, noise, weights_of_standing)
    stands = np.where(event > 0, np.where(_IS_GOOD[event], ALWAYS_CLEAR, -ALWAYS_CLEAR), stands)
    polarity = np.where(stands > middle, POSITIVE, np.where(stands < -middle, NEGATIVE, NEUTRAL))
    # Who complains or asks has no time for remarks, and grants little.
    grants = (complains[rows] & (stands > PRAISED)) | _IS_GOOD[event]
    polarity = np.where((complains | asks)[rows] & ~grants, NEGATIVE, polarity)
    strong = np.minimum(np.abs(stands), 2.0) + 0.4 * np.maximum(-mood, 0.0)[rows] + 0.3 * voice[rows]
    intensity = np.clip(np.rint(1.0 + step * strong), 1, 3).astype(np.int64)
    packed = np.zeros((len(count), MOST_CONCEPTS), dtype=np.int64)
    packed[rows, places] = text.packed(aspect, polarity, np.where(polarity == NEUTRAL, 1, intensity), event)
    return packed


def _general_first(aspect: Array, places: Array, may: Array) -> Array:
    """Return aspects with a general remark first where its text may begin with one: it changes places with the first.

    Args:
        aspect: (m,) codes in ASPECTS, text by text.
        places: (m,) place of each in its text.
        may: (m,) Booleans.
    """
    at = np.flatnonzero((aspect == _OVERALL) & may)
    first = at - places[at]
    ordered = aspect.copy()
    ordered[at] = aspect[first]
    ordered[first] = _OVERALL
    return ordered


def _dwelling(chosen: Array, weight: Array, coloured: Array, count: Array) -> Array:
    """Return the aspects of complaints, concept by concept: few, what happened first, each dwelt upon in turn."""
    rows = np.arange(len(chosen))[:, None]
    first = chosen[:, :MOST_DWELT_UPON]
    first = np.where(weight[rows, first] > 0.0, first, first[:, :1])
    order = np.argsort(coloured[rows, first] == 0, axis=1, kind="stable")
    dwelt: Array = np.take_along_axis(first, order, axis=1)[rows, DWELLING[count]]
    return dwelt


def _told(event: Array, texts: Array) -> Array:
    """Return the event of each concept, none where others of its text have told it often enough.

    Args:
        event: (m,) codes in EVENTS.
        texts: (m,) row of the text of each concept.
    """
    again = np.flatnonzero(event)
    for _ in range(MOST_OF_AN_EVENT):
        again = again[text.repeated(texts[again] * len(EVENTS) + event[again])]
    kept = event.copy()
    kept[again] = 0
    return kept


def mood_of(
    u: Array, source: Array, after_contact: Array, marks: Sequence[Array], scales: tuple[float, ...], spread: float
) -> Array:
    """Return the mood of a text from the mark that goes with it.

    Args:
        u: (n,) uniforms.
        source: (n,) codes in SOURCES.
        after_contact: (n,) Booleans: a survey after a contact.
        marks: (n,) recommendation, satisfaction with the contact, stars, gravity of a complaint, stance of a post,
            mark of a visit.
        scales: Middle and width of recommendation, contact, stars and visit; mood of a complaint and by its gravity;
            of praise and complaint in a post; of a chat and a message.
        spread: Spread around that.
    """
    ltr, contact, stars, gravity, stance, visit = marks
    (l0, l1, c0, c1, s0, s1, v0, v1, complaint, grave, praise, blame, chat, message) = scales
    of_survey = np.where(after_contact, (contact - c0) / c1, (ltr - l0) / l1)
    of_post = np.where(stance == 0, praise, np.where(stance == 1, blame, 0.0))
    by_source = {
        "survey": of_survey,
        "review": (stars - s0) / s1,
        "complaint": complaint + grave * gravity,
        "message": np.full(len(source), message),
        "social": of_post,
        "chat": np.full(len(source), chat),
        "web": (visit - v0) / v1,
    }
    mood = np.choose(source, [by_source[name] for name in SOURCES])
    found: Array = mood + spread * lookup.normal(u)
    return found
