"""What customers write, in their own words: survey comments, reviews, complaints, messages, posts, chats, feedback."""

from functools import partial
from typing import Any

import numpy as np

from cxdata.catalog.tables.tilmarenne import _words
from cxdata.catalog.tables.tilmarenne.calendar import LAMP_RECALL_START
from cxdata.catalog.tables.tilmarenne.orders import FAMILIES, PROBLEMS, REASONS
from cxdata.catalog.tables.tilmarenne.web_sessions import TASKS
from cxdata.recipes import categorical, derived, lookup, numeric, text
from cxdata.recipes.temporal import day_number
from cxdata.schema.figure import Target
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Number, Text, Timestamp
from cxdata.schema.phrasebook import ASPECTS, POLARITIES, REGISTERS, SERVES, SLOTS, SOURCES, STYLES, TOPICS, Phrasebook
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Parameter, ours
from cxdata.schema.statistic import Tables, mean, percent
from cxdata.schema.table import Column, PerParent, Table

SURVEY, REVIEW, COMPLAINT, MESSAGE, SOCIAL, CHAT, WEB = range(len(SOURCES))
PARENTS = ("surveys", "reviews", "complaints", "contacts", "social_posts", "web_sessions")
_SOURCE_OF_PARENT = np.array([SURVEY, REVIEW, COMPLAINT, MESSAGE, SOCIAL, WEB])
_IS_READY_MADE = np.array([name in _words.READY_MADE for name in FAMILIES])
RECALL_SECOND = day_number(LAMP_RECALL_START) * 86_400
NOBODY_KNOWS = 7
"""Code of the articles of a text about no order."""
_TOPIC_OF_REASON = np.array(
    [
        TOPICS.index(
            {
                "late_delivery": "order_status",
                "damaged_item": "return_refund",
                "return_refund": "return_refund",
                "invoice": "invoice",
                "product_advice": "product",
                "availability": "product",
                "loyalty_account": "account",
                "other": "order_status",
                "faulty_product": "return_refund",
                "product_recall": "product",
            }[reason]
        )
        for reason in REASONS
    ]
)
_TOPIC_OF_TASK = np.array(
    [
        TOPICS.index(
            {
                "buy": "product",
                "look_up": "product",
                "inspiration": "product",
                "help": "order_status",
                "store_hours": "account",
                "returns": "return_refund",
            }[task]
        )
        for task in TASKS
    ]
)
LONG_WAIT_MINUTES = 5.0
FAST_HOURS, SLOW_HOURS = 4.0, 48.0
SECONDS_PER_HOUR = 3600.0
DRAWS_OF_SAID = 2 * len(ASPECTS) + 2
DRAWS_OF_OUTLINE = len(text.OPTIONAL) + 5


def comments(u: Array, answered: Array, programme: Array, mark: Array, by: tuple[float, ...], slope: float) -> Array:
    """Return whether an answer comes with a comment: by programme, and more often at the extremes.

    Args:
        u: (n,) uniforms.
        answered: (n,) Booleans.
        programme: (n,) codes of programmes.
        mark: (n,) recommendation, 0 to 10.
        by: (4,) log-odds by programme.
        slope: Added per step away from a recommendation of 7.
    """
    logit = np.asarray(by)[programme] + slope * np.minimum(np.abs(mark - 7.0), 5.0)
    return answered & (logit + lookup.logistic(u) > 0)


def source(parent: Array, chats: Array) -> Array:
    """Return where each text was written, from the table that it hangs under."""
    code = _SOURCE_OF_PARENT[parent]
    return np.where((code == WEB) & chats, CHAT, code)


def written_at(code: Array, *moments: Array) -> Array:
    """Return when each text was written: with the answer, review, complaint, message or post, or at the visit's end."""
    answered, posted, received, contacted, post, started, seconds = moments
    return np.choose(code, [answered, posted, received, contacted, post, started, started + seconds])


def register(
    u: Array, code: Array, digital: Array, decades: Array, base: tuple[float, ...], cuts: tuple[float, float]
) -> Array:
    """Return registers: casual on networks and with the young, formal in letters."""
    score = np.asarray(base)[code] + 0.35 * digital - 0.25 * decades + lookup.normal(u)
    return lookup.count_below(np.asarray(cuts), score)


def style(
    u: Array,
    code: Array,
    phone: Array,
    words: Array,
    mood: Array,
    careful: tuple[float, ...],
    small: tuple[float, ...],
    quick: tuple[float, ...],
) -> Array:
    """Return styles of spelling: as in a book in careful texts, others on a phone and in quick ones; only anger shouts.

    Args:
        u: (n,) uniforms.
        code: (n,) codes in SOURCES.
        phone: (n,) Booleans: written on a phone.
        words: (n,) codes in REGISTERS.
        mood: (n,) moods.
        careful: Shares of the styles in surveys, reviews, complaints and messages.
        small: The same on a phone.
        quick: The same in posts, chats and feedback on the site.
    """
    hasty = (code == SOCIAL) | (code == CHAT) | (code == WEB)
    found = np.where(phone, categorical.pick(u, small), categorical.pick(u, careful))
    found = np.where(hasty, categorical.pick(u, quick), found)
    formal = (words == REGISTERS.index("formal")) | (code == COMPLAINT)
    calm = (found == STYLES.index("shouting")) & (mood > -1.0)
    brief = (found == STYLES.index("short")) & formal
    return np.where(calm | brief, 0, found)


def topic(code: Array, reason: Array, task: Array, box: Array) -> Array:
    """Return what the service centre is asked: by reason of the contact or task of the visit; of the box, if of nothing else."""
    found = np.where(code == CHAT, _TOPIC_OF_TASK[task], _TOPIC_OF_REASON[reason])
    other = np.where(code == CHAT, task == TASKS.index("look_up"), reason == REASONS.index("other"))
    return np.where(other & box, TOPICS.index("box"), found)


def happened(
    is_problem: tuple[Array, ...],
    recalled: Array,
    second: Array,
    at_hand: Array,
    wait: Array,
    transferred: Array,
    earlier: Array,
    hours: Array,
    written: Array,
    after_contact: Array,
    unanswered: Array,
    settled: Array,
    gesture: Array,
) -> list[Array]:
    """Return what each text's writer has met with, in the order of ``_words.HAPPENED``."""
    late, damaged, stock, faulty, bill = is_problem
    arrived = second >= at_hand * 86_400
    return [
        late & arrived,
        damaged & arrived,
        stock,
        faulty & arrived,
        bill,
        recalled & (second >= RECALL_SECOND),
        ~written & (wait >= LONG_WAIT_MINUTES),
        transferred,
        earlier > 0,
        after_contact & written & (hours >= SLOW_HOURS),
        unanswered,
        after_contact & written & (hours < FAST_HOURS),
        after_contact & settled,
        gesture,
    ]


HAPPENED = tuple(_words.HAPPENED)
_TELLS = (
    *(f"orders.problem={problem}" for problem in PROBLEMS[1:]),
    "orders.is_recalled",
    "written_at",
    "orders.at_hand_day",
    "contacts.wait_minutes",
    "contacts.is_transferred",
    "contacts.earlier_contacts",
    "answer_hours",
    "contacts.is_written",
    "is_after_contact",
    "is_unanswered",
    "contacts.is_resolved_first_time",
    "knows_gesture",
)


def say(u: Array, *read: Any) -> Array:
    """Return what each text would say; see ``_words.said``."""
    occasions, count, topic, mood, segment, online, in_shop, box, digital, voice, family, known, *rest = read
    felt, told = rest[:6], rest[6 : 6 + len(_TELLS)]
    by, of, boost, *scale = rest[6 + len(_TELLS) :]
    return _words.said(
        u,
        occasions,
        count,
        topic,
        mood,
        segment,
        (online, in_shop, known & _IS_READY_MADE[family], box, digital),
        felt,
        happened(tuple(told[:5]), *told[5:]),
        voice,
        by,
        of,
        boost,
        scale,
    )


def ironic_share(u: Array, mood: Array, words: Array, share: tuple[float, ...]) -> Array:
    """Return whether a text is ironic: by register, and only where something displeased."""
    return (u < np.asarray(share)[words]) & (mood < 0.0)


def concept_mean(code: Array, means: tuple[float, ...]) -> Array:
    """Return the mean number of concepts of each text's source."""
    found: Array = np.asarray(means)[code]
    return found


def numbers(book: Phrasebook, u: Array, *read: Array) -> Array:
    """Return the pieces that fill each text's slots."""
    family, has_order, days_late, wait, hours, earlier, weekday, gender = read
    articles = np.where(has_order, family, NOBODY_KNOWS)
    by_slot = {
        "item": articles,
        "an_item": articles,
        "late": np.maximum(days_late, 1),
        "wait": np.maximum(np.floor(wait).astype(np.int64), 0),
        "delay": np.maximum(np.floor(hours).astype(np.int64), 0),
        "times": np.maximum(earlier + 1, 2),
        "weekday": weekday,
        "e": gender,
    }
    return text.fillings(u, book, by_slot)


_FRAME_SHARES: dict[str, tuple[float, ...]] = {  # by source: survey, review, complaint, message, social, chat, web
    "greeting": (0.0, 0.0, 0.96, 0.90, 0.06, 0.95, 0.0),
    "opening": (0.14, 0.18, 0.0, 0.0, 0.20, 0.0, 0.10),
    "comparison": (0.02, 0.02, 0.0, 0.0, 0.05, 0.0, 0.0),
    "question": (0.04, 0.02, 0.16, 0.03, 0.18, 0.0, 0.12),
    "threat": (0.0, 0.0, 0.42, 0.0, 0.0, 0.0, 0.0),
    "demand": (0.0, 0.0, 0.94, 0.0, 0.0, 0.0, 0.0),
    "thanks": (0.11, 0.08, 0.0, 0.68, 0.06, 0.95, 0.0),
    "closing": (0.13, 0.20, 0.0, 0.0, 0.14, 0.0, 0.08),
    "signoff": (0.0, 0.0, 0.93, 0.80, 0.0, 0.0, 0.0),
}
_STORIES = tuple((0.0, 0.0, *both, 0.0, 0.0, 0.0) for both in ((0.97, 0.85), (0.85, 0.12), (0.40, 0.0)))
"""Shares of a first, a second and a third sentence of facts, in complaints and messages."""


def _frame_parameter(place: int, name: str) -> Parameter:
    """Return the shares of texts with the optional frame at a place of the outline."""
    first_story = text.OPTIONAL.index("story")
    story = name == "story"
    return ours(
        f"texts_{name}_{place - first_story + 1}" if story else f"texts_{name}",
        _STORIES[place - first_story] if story else _FRAME_SHARES[name],
        "share",
        f"Texts with a {name}, by source: {', '.join(SOURCES)}.",
    )


def _served(name: str, shares: tuple[float, ...]) -> bool:
    """Return whether a frame is asked for by sources that it serves alone."""
    return len(shares) == len(SOURCES) and all(
        share == 0.0 or source in SERVES[name] for source, share in zip(SOURCES, shares, strict=True)
    )


_FRAME_PARAMETERS = tuple(_frame_parameter(place, name) for place, name in enumerate(text.OPTIONAL))
_FRAME_NAMES = tuple(f"${parameter.name}" for parameter in _FRAME_PARAMETERS)

PARAMETERS = (
    ours(
        "texts_comment_base",
        (-0.95, 0.35, 4.4, -0.75),
        "logit",
        "Comment of an answer with average marks: by e-mail after an order, on a call-back, after a contact, where mark and comment are the only questions, and in the barometer.",
    ),
    ours("texts_comment_extreme", 0.18, "logit", "Comment, added per step of the recommendation away from 7."),
    ours("texts_of_reviews", 0.84, "share", "Reviews with words besides their stars."),
    ours("texts_of_visits", 0.45, "share", "Marks left on the site that come with words."),
    ours("texts_chats", 0.055, "share", "Visits for help or returns that open a chat, of those with consent."),
    ours("texts_chats_shopping", 0.006, "share", "Other visits that open a chat."),
    ours(
        "texts_moods",
        (7.3, 1.9, 3.5, 0.9, 3.5, 1.1, 3.2, 1.1, -1.8, -0.25, 1.3, -1.5, -0.8, -1.0),
        "sd",
        "From marks to moods: middle and width of recommendation, contact, stars, visit; mood of a complaint and by its gravity; of praise, of blame; of a chat, of a message.",
    ),
    ours("texts_mood_sd", 0.30, "sd", "Spread of the mood around the mark."),
    ours(
        "texts_register_base",
        (0.0, 0.15, -1.25, -0.55, 1.25, 0.25, 0.5),
        "sd",
        f"Ease of tone by source: {', '.join(SOURCES)}.",
    ),
    ours("texts_register_cuts", (-0.85, 0.75), "sd", "Thresholds between formal, plain and casual."),
    ours(
        "texts_styles_careful",
        (0.86, 0.045, 0.035, 0.045, 0.005, 0.01),
        "shares",
        f"Spelling of surveys, reviews, complaints and messages: {', '.join(STYLES)}.",
    ),
    ours(
        "texts_styles_phone",
        (0.74, 0.08, 0.09, 0.065, 0.015, 0.01),
        "shares",
        "The same, written on a phone.",
    ),
    ours(
        "texts_styles_quick",
        (0.52, 0.14, 0.15, 0.07, 0.09, 0.03),
        "shares",
        "The same of posts, chats and feedback on the site.",
    ),
    ours("texts_phone_base", -0.2, "logit", "Written on a phone, at 45 and with an average ease with screens."),
    ours("texts_phone_digital", 0.5, "logit", "Written on a phone, per step of ease with screens."),
    ours("texts_phone_age", 0.35, "logit per decade", "Written on a phone, less with each decade of age."),
    ours("texts_slips_formal", 0.5, "factor", "Slips in formal texts, as a multiple.", 0.0, 100.0),
    ours("texts_slips_phone", 1.6, "factor", "Slips on a phone, as a multiple.", 0.0, 100.0),
    ours("texts_ironic", (0.02, 0.05, 0.12), "share", "Ironic texts of the displeased: formal, plain, casual."),
    ours(
        "texts_concepts",
        (2.8, 2.4, 8.05, 0.9, 1.5, 1.4, 1.25),
        "concepts",
        f"Mean number of concepts before they are cut to {text.MOST_CONCEPTS}: {', '.join(SOURCES)}.",
        0.0,
        float(text.MOST_CONCEPTS),
    ),
    ours("texts_concepts_cv", 0.55, "ratio", "Spread of its busyness: some have much to say.", 0.0, 0.6),
    *_FRAME_PARAMETERS,
    ours(
        "texts_chat_turns",
        (0.90, 0.82, 0.32, 0.06),
        "share",
        "Chats that ask for a detail, go on, go on again, and begin and end with the adviser.",
    ),
    ours(
        "texts_weights",
        tuple(float(weight) for name in _words.OCCASIONS for weight in _words.WEIGHTS[name]),
        "weight",
        "Weight of each aspect, occasion by occasion.",
        0.0,
        1000.0,
    ),
    ours(
        "texts_of_segments",
        tuple(factors.get(aspect, 1.0) for factors in _words.OF_SEGMENTS for aspect in ASPECTS),
        "factor",
        "By what segments multiply these weights, gardeners to bargain hunters.",
        0.0,
        100.0,
    ),
    ours("texts_happened", 14.0, "factor", "Weight of an aspect that an event has coloured.", 1.0, 1000.0),
    ours("texts_on_mood", 0.75, "sd", "Standing of an aspect, per step of the mood."),
    ours("texts_on_felt", 0.60, "sd", "Standing of an aspect, per step of the judgement of the order."),
    ours("texts_standing_sd", 0.60, "sd", "Spread of standings beyond that."),
    ours("texts_middle", 0.10, "sd", "Standing up to which something is neither good nor bad.", 0.0, 10.0),
    ours("texts_strength", 0.65, "steps per sd", "Strength of words per step of standing.", 0.0, 10.0),
    ours("texts_lead", 0.11, "share", "Concepts with a word in front, such as frankly."),
    ours("texts_tail", 0.06, "share", "Concepts with a word behind, such as again."),
    ours("texts_and", 0.20, "share", "Like concepts joined in one sentence."),
    ours("texts_but", 0.45, "share", "Unlike concepts joined in one sentence."),
    ours("texts_moreover", 0.14, "share", "Like concepts that begin with a word of transition."),
    ours(
        "texts_alone", 0.58, "share", "Longer concepts alone in their text with a word in front, and with one behind."
    ),
    ours("texts_bare_end", (0.02, 0.22, 0.55), "share", "Last sentences without a stop: formal, plain, casual."),
    ours(
        "texts_slips",
        (0.0007, 0.0008, 0.0006, 0.0007, 0.0018, 0.0022, 0.0015),
        "share",
        f"Letters of careful writers that are slips: {', '.join(SOURCES)}.",
    ),
    ours("texts_slips_sd", 0.60, "log", "Spread of carelessness between writers.", 0.0, 3.0),
    ours(
        "texts_slip_kinds",
        (0.35, 0.30, 0.20, 0.15),
        "shares",
        "Wrong, lost and added letters, and two that change places (Yannakoudakis and Fawthrop 1983).",
    ),
    ours("texts_slip_first", 0.0, "share", "Slips at the first letter."),
)

CONSTRAINTS = (
    Constraint(
        sentence="texts_weights must hold a weight for each of 24 aspects on each of 8 occasions, and texts_of_segments for 5 segments.",
        parameters=("texts_weights", "texts_of_segments"),
        holds=lambda by, of: len(by) == len(ASPECTS) * len(_words.OCCASIONS) and len(of) == len(ASPECTS) * 5,
    ),
    *(
        Constraint(
            sentence=f"{parameter.name} must hold a share for each of 7 sources, 0 where no {name} serves: {', '.join(sorted(set(SOURCES) - set(SERVES[name])))}.",
            parameters=(parameter.name,),
            holds=partial(_served, name),
        )
        for parameter, name in zip(_FRAME_PARAMETERS, text.OPTIONAL, strict=True)
    ),
    Constraint(
        sentence="texts_register_cuts must hold two rising thresholds.",
        parameters=("texts_register_cuts",),
        holds=lambda cuts: len(cuts) == 2 and cuts[0] < cuts[1],
    ),
)

_OF_A_WORLD = "Another company and another language; one and a half words are room for both of ours."


def _words_of(name: str, figure: str, tolerance: float, step: float, why: str) -> Target:
    return Target(
        figure=f"erdil_2017.{figure}",
        statistic=mean(
            "verbatims",
            lambda rows: rows["word_count"],
            where=lambda rows: rows["source"] == name,
            step=step,
            sentence=f"mean word_count of the source {name}",
        ),
        column="verbatims.word_count",
        tolerance=tolerance,
        why=why,
    )


def _answered_after_contact(tables: Tables) -> Any:
    """Return the answers to surveys after a contact, with whether there is a comment."""
    surveys = tables["surveys"]
    rows = surveys[(surveys["programme"] == "after_contact") & surveys["answered"]]
    return rows.assign(has_comment=rows["survey_id"].isin(tables["verbatims"]["survey_id"]))


TARGETS = (
    _words_of("review", "review_words", 1.5, 15.0, _OF_A_WORLD),
    _words_of("survey", "survey_words", 1.5, 15.0, _OF_A_WORLD),
    _words_of("chat", "chat_words", 1.5, 10.0, "The words of the customer; those of the adviser are not counted."),
    _words_of("complaint", "complaint_words_highest", 8.0, 40.0, "The mean of the retailer that is nearest to ours."),
    Target(
        figure="erdil_2017.chat_exchanges",
        statistic=mean(
            "verbatims",
            lambda rows: rows["turn_count"],
            where=lambda rows: rows["source"] == "chat",
            step=2.0,
            sentence="mean turn_count of chats",
        ),
        column="verbatims.turn_count",
        tolerance=0.4,
        why="A turn of either is taken as one exchange.",
    ),
    Target(
        figure="suez_2017.comment_share",
        statistic=percent(
            _answered_after_contact,
            lambda rows: rows["has_comment"],
            tables=("surveys", "verbatims"),
            sentence="answers to surveys after a contact that come with a comment",
        ),
        column="surveys.has_comment",
        tolerance=0.5,
        why="Mark and comment are the only questions there as here.",
    ),
)

PARENT_COLUMNS = {
    "surveys": (
        Column(
            name="has_comment",
            kind=Boolean(),
            meaning="Whether the answer comes with a comment.",
            recipe=derived.draw(
                comments,
                "answered",
                "programme",
                "mark",
                "$texts_comment_base",
                "$texts_comment_extreme",
                sentence="by programme, and more often at the extremes",
            ),
            role="working",
        ),
        Column(
            name="mark",
            kind=Integer(0, 10),
            meaning="Recommendation, or satisfaction with a contact on the same scale.",
            recipe=derived.formula(
                lambda after, ltr, csat: np.where(after, np.rint(csat * 2.5 - 2.5).astype(np.int64), ltr),
                "programme=after_contact",
                "ltr",
                "contacts.csat",
                sentence="ltr, or contacts.csat stretched to 0 to 10",
            ),
            role="working",
        ),
    ),
    "reviews": (
        Column(
            name="has_text",
            kind=Boolean(),
            meaning="Whether it has words besides its stars.",
            recipe=numeric.chance("$texts_of_reviews"),
            role="working",
        ),
    ),
    "complaints": (
        Column(
            name="is_in_writing",
            kind=Boolean(),
            meaning="Whether it came in writing.",
            recipe=derived.formula(np.logical_not, "channel=phone", sentence="not by phone"),
            role="working",
        ),
        Column(
            name="gesture_second",
            kind=Integer(0, 2**40),
            meaning="When the gesture for it was known; 0 without one.",
            recipe=derived.formula(
                lambda given, replied, at: np.where(given & replied, at, 0),
                "is_compensated",
                "replied",
                "replied_at",
                sentence="replied_at where is_compensated",
            ),
            role="working",
        ),
        Column(
            name="reply_second",
            kind=Integer(0, 2**40),
            meaning="When it was replied to; 0 without a reply.",
            recipe=derived.formula(
                lambda replied, at: np.where(replied, at, 0), "replied", "replied_at", sentence="replied_at"
            ),
            role="working",
        ),
    ),
    "contacts": (
        Column(
            name="is_message",
            kind=Boolean(),
            meaning="Whether it is a message that is no complaint.",
            recipe=derived.formula(
                lambda written, complaint, taken: written & ~complaint & taken,
                "is_written",
                "is_complaint",
                "is_handled",
                sentence="is_written and not is_complaint",
            ),
            role="working",
        ),
        Column(
            name="earlier_contacts",
            kind=Integer(0, 16),
            meaning="Earlier contacts about the same order.",
            recipe=derived.count_before("is_handled"),
            role="working",
        ),
        Column(
            name="gesture_second",
            kind=Integer(0, 2**40),
            meaning="When the gesture for its complaint was known; 0 without one.",
            recipe=derived.copy("complaints.gesture_second:max"),
            role="working",
        ),
        Column(
            name="reply_second",
            kind=Integer(0, 2**40),
            meaning="When its complaint was replied to; 0 without a reply.",
            recipe=derived.copy("complaints.reply_second:max"),
            role="working",
        ),
    ),
    "social_posts": (
        Column(
            name="text_count",
            kind=Integer(1, 1),
            meaning="Texts of the post: one.",
            recipe=derived.formula(lambda posted: np.ones(len(posted), dtype=np.int64), "posted_at", sentence="one"),
            role="working",
        ),
    ),
    "web_sessions": (
        Column(
            name="opens_chat",
            kind=Boolean(),
            meaning="Whether the visitor opened a chat with an adviser.",
            recipe=derived.draw(
                lambda u, service, often, rarely: u < np.where(service, often, rarely),
                "is_service",
                "$texts_chats",
                "$texts_chats_shopping",
                sentence="now and then, more often for help",
            ),
            role="working",
        ),
        Column(
            name="leaves_words",
            kind=Boolean(),
            meaning="Whether the visitor opened a chat, or left words with a mark.",
            recipe=derived.draw(
                lambda u, chats, marked, share: chats | (marked & (u < share)),
                "opens_chat",
                "gave_feedback",
                "$texts_of_visits",
                sentence="opens_chat, or some of those with gave_feedback",
            ),
            role="working",
        ),
    ),
}


def _working(name: str, kind: object, meaning: str, recipe: object, **more: object) -> Column:
    return Column(name=name, kind=kind, meaning=meaning, recipe=recipe, **{"role": "working", **more})  # type: ignore[arg-type]


TABLE = Table(
    name="verbatims",
    meaning="A text in a customer's own words.",
    rows=(
        PerParent("surveys", "has_comment", 1),
        PerParent("reviews", "has_text", 1),
        PerParent("complaints", "is_in_writing", 1),
        PerParent("contacts", "is_message", 1),
        PerParent("social_posts", "text_count", 1),
        PerParent("web_sessions", "leaves_words", 1),
    ),
    columns=(
        Column(name="verbatim_id", kind=Key(), meaning="Key of the text."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who wrote it."),
        Column(
            name="order_id",
            kind=ForeignKey("orders", optional=True),
            meaning="The order it is about, if it is about one.",
        ),
        Column(
            name="contact_id",
            kind=ForeignKey("contacts", optional=True),
            meaning="The contact that it is, or that its survey or complaint goes back to.",
        ),
        Column(name="survey_id", kind=ForeignKey("surveys", optional=True), meaning="The survey of a comment."),
        Column(name="review_id", kind=ForeignKey("reviews", optional=True), meaning="The review."),
        Column(name="complaint_id", kind=ForeignKey("complaints", optional=True), meaning="The complaint."),
        Column(name="post_id", kind=ForeignKey("social_posts", optional=True), meaning="The post."),
        Column(
            name="web_session_id",
            kind=ForeignKey("web_sessions", optional=True),
            meaning="The visit in which a chat or feedback was written.",
        ),
        Column(
            name="source",
            kind=Category(SOURCES),
            meaning="Where it was written: comment of a survey, review, complaint, other message to the service centre, public post, chat on the site, or feedback box of the site.",
            recipe=derived.formula(source, "#source", "web_sessions.opens_chat", sentence="by parent, and opens_chat"),
        ),
        Column(
            name="written_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When it was written.",
            recipe=derived.formula(
                written_at,
                "source",
                "surveys.answered_at",
                "reviews.posted_at",
                "complaints.received_at",
                "contacts.contacted_at",
                "social_posts.posted_at",
                "web_sessions.started_at",
                "web_sessions.duration_seconds",
                sentence="with the answer, review, complaint, message or post, or during the visit",
            ),
        ),
        _working(
            "is_after_contact",
            Boolean(),
            "Whether it is the comment of a survey after a contact.",
            derived.copy("surveys.programme=after_contact"),
        ),
        _working(
            "is_barometer",
            Boolean(),
            "Whether it is a comment of the barometer.",
            derived.formula(
                lambda barometer, code: barometer & (code == SURVEY),
                "surveys.programme=relationship_barometer",
                "source",
                sentence="comment of the barometer",
            ),
        ),
        Column(
            name="occasion",
            kind=Category(_words.OCCASIONS),
            meaning="What led to it.",
            recipe=derived.formula(
                _words.occasion, "source", "is_after_contact", "is_barometer", sentence="by source and programme"
            ),
            role="latent",
        ),
        _working(
            "answer_hours",
            Number(4),
            "Hours from a written contact to its answer.",
            derived.formula(
                lambda at, answer, written: np.where(written, (answer - at) / SECONDS_PER_HOUR, 0.0),
                "contacts.contacted_at",
                "contacts.written_answer_at",
                "contacts.is_written",
                sentence="contacts.written_answer_at less contacts.contacted_at",
            ),
        ),
        _working(
            "knows_gesture",
            Boolean(),
            "Whether a gesture for the complaint was known when the comment was written.",
            derived.formula(
                lambda at, gesture, after: after & (gesture > 0) & (gesture < at),
                "written_at",
                "contacts.gesture_second",
                "is_after_contact",
                sentence="gesture before written_at",
            ),
        ),
        _working(
            "is_unanswered",
            Boolean(),
            "Whether a complaint lay without a reply when the comment was written.",
            derived.formula(
                lambda at, reply, complaint, after, written: (
                    after & written & complaint & ((reply == 0) | (reply > at))
                ),
                "written_at",
                "contacts.reply_second",
                "contacts.is_complaint",
                "is_after_contact",
                "contacts.is_written",
                sentence="complaint without reply before written_at",
            ),
        ),
        Column(
            name="mood",
            kind=Number(4),
            unit="sd",
            meaning="Mood of the text, from the mark that goes with it.",
            recipe=derived.draw(
                lambda u, code, after, *rest: _words.mood_of(u, code, after, rest[:6], *rest[6:]),
                "source",
                "is_after_contact",
                "surveys.ltr",
                "contacts.csat",
                "reviews.stars",
                "complaints.gravity",
                "social_posts.stance",
                "web_sessions.score",
                "$texts_moods",
                "$texts_mood_sd",
                sentence="mark on its scale, with some spread",
            ),
            role="latent",
        ),
        Column(
            name="register",
            kind=Category(REGISTERS),
            meaning="Register of the text.",
            recipe=derived.draw(
                register,
                "source",
                "customers.digital_affinity",
                "customers.decades_from_45",
                "$texts_register_base",
                "$texts_register_cuts",
                sentence="by source, age and ease with screens",
            ),
            role="latent",
        ),
        _working(
            "would_use_phone",
            Boolean(),
            "Whether the customer would write it on a phone.",
            numeric.happens(
                "$texts_phone_base",
                {
                    "customers.digital_affinity": "$texts_phone_digital",
                    "customers.decades_from_45": "-$texts_phone_age",
                },
            ),
        ),
        Column(
            name="on_phone",
            kind=Boolean(),
            meaning="Whether it was written on a phone.",
            recipe=derived.formula(
                lambda code, would, phone: np.where((code == CHAT) | (code == WEB), phone, would),
                "source",
                "would_use_phone",
                "web_sessions.device=phone",
                sentence="device of the visit, else would_use_phone",
            ),
            role="latent",
        ),
        Column(
            name="style",
            kind=Category(STYLES),
            meaning="Manner of spelling of the whole text.",
            recipe=derived.draw(
                style,
                "source",
                "on_phone",
                "register",
                "mood",
                "$texts_styles_careful",
                "$texts_styles_phone",
                "$texts_styles_quick",
                sentence="mostly standard, by source",
            ),
            role="latent",
        ),
        Column(
            name="is_ironic",
            kind=Boolean(),
            meaning="Whether the writer is given to irony.",
            recipe=derived.draw(ironic_share, "mood", "register", "$texts_ironic", sentence="some of the displeased"),
            role="latent",
        ),
        _working(
            "concept_mean",
            Number(4),
            "Mean number of concepts.",
            derived.formula(concept_mean, "source", "$texts_concepts", sentence="texts_concepts of its source"),
        ),
        _working(
            "least_concepts",
            Integer(0, 1),
            "Least number of concepts: a message may just ask.",
            derived.formula(
                lambda code: (code != MESSAGE).astype(np.int64), "source", sentence="0 in messages, else 1"
            ),
        ),
        Column(
            name="concept_count",
            kind=Integer(0, text.MOST_CONCEPTS),
            unit="concepts",
            meaning="Aspects that it speaks of.",
            recipe=derived.draw(
                text.concept_count,
                "concept_mean",
                "least_concepts",
                "$texts_concepts_cv",
                draws=2,
                sentence="one, or none in a message, and a gamma-mixed Poisson number of others",
            ),
            role="latent",
        ),
        _working(
            "has_order",
            Boolean(),
            "Whether it is about an order.",
            derived.formula(lambda day: day > 0, "orders.day", sentence="there is an order"),
        ),
        _working(
            "topic",
            Integer(0, len(TOPICS) - 1),
            "What the service centre is asked.",
            derived.formula(
                topic,
                "source",
                "contacts.reason",
                "web_sessions.task",
                "customers.has_box",
                sentence="by reason of the contact or task of the visit",
            ),
        ),
        _working(
            "said",
            Integer(0, 2**40),
            "What it would say, weightiest first, packed.",
            derived.draw(
                say,
                "occasion",
                "concept_count",
                "topic",
                "mood",
                "customers.segment",
                "orders.is_online",
                "orders.is_in_shop",
                "customers.has_box",
                "customers.digital_affinity",
                "customers.voice",
                "orders.product_family",
                "has_order",
                *(f"orders.felt_{name}" for name in _words.FELT),
                *_TELLS,
                "$texts_weights",
                "$texts_of_segments",
                "$texts_happened",
                "$texts_on_mood",
                "$texts_on_felt",
                "$texts_standing_sd",
                "$texts_middle",
                "$texts_strength",
                draws=DRAWS_OF_SAID,
                sentence="aspects by weight, more if something happened; good or bad as they were felt",
            ),
        ),
        _working(
            "leaning",
            Category(POLARITIES),
            "Whether the text as a whole blames or praises.",
            derived.formula(
                lambda code, mood: text.leaning(text.unpacked(code)[1], code != 0, mood),
                "said",
                "mood",
                sentence="what it says, and the mood",
            ),
        ),
        _working(
            "outline",
            Integer(-1, 127),
            "Its passages in their order.",
            derived.draw(
                lambda u, code, concepts, topic, turns, *shares: text.outline(
                    u, code, concepts, topic, (code == MESSAGE) | (code == CHAT), np.asarray(shares), np.asarray(turns)
                ),
                "source",
                "concept_count",
                "topic",
                "$texts_chat_turns",
                *_FRAME_NAMES,
                draws=DRAWS_OF_OUTLINE,
                sentence="frames by source, concepts between them",
            ),
        ),
        _working(
            "passage_count",
            Integer(0, text.MOST_PASSAGES),
            "Number of passages.",
            derived.formula(text.passage_count, "outline", sentence="length of the outline"),
        ),
        _working(
            "weekday",
            Integer(0, 6),
            "Weekday that it may name: that of the order, or the one before it was written.",
            derived.formula(
                lambda day, at, known: (np.where(known, day, at // 86_400 - 1) + 3) % 7,
                "orders.day",
                "written_at",
                "has_order",
                sentence="day of the order, or the day before written_at",
            ),
        ),
        _working(
            "fillings",
            Integer(0, 2**40),
            "Pieces that fill the slots of its phrases.",
            derived.draw(
                lambda u, book, *read: numbers(book, u, *read),
                "%phrases",
                "orders.product_family",
                "has_order",
                "orders.days_late",
                "contacts.wait_minutes",
                "answer_hours",
                "contacts.earlier_contacts",
                "weekday",
                "customers.gender",
                draws=len(SLOTS),
                sentence="what was bought, how late it was, how long the wait",
            ),
        ),
        Column(
            name="text",
            kind=Text("verbatim"),
            meaning="The text as written; the lines of a chat begin with who speaks.",
            recipe=derived.copy("passages.written:join"),
        ),
        Column(
            name="word_count",
            kind=Integer(1, 2_000),
            unit="words",
            meaning="Words of the customer: of a chat the customer's turns alone.",
            recipe=derived.copy("passages.word_count:sum"),
        ),
        Column(
            name="turn_count",
            kind=Integer(1, 64),
            unit="turns",
            meaning="Turns of customer and adviser in a chat; empty elsewhere.",
            recipe=derived.formula(text.turn_count, "outline", sentence="changes of speaker, and one"),
            when="is_chat",
        ),
        _working("is_chat", Boolean(), "Whether it is a chat.", derived.copy("source=chat")),
        Column(
            name="clean_text",
            kind=Text("verbatim"),
            meaning="The text without slips and in standard spelling; empty where it was written so.",
            recipe=derived.copy("passages.clean:join"),
            role="latent",
            when="is_noisy",
        ),
        _working(
            "is_noisy",
            Boolean(),
            "Whether anything is misspelt.",
            derived.copy("passages.is_noisy:any"),
        ),
    ),
)
