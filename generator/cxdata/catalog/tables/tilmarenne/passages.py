"""The passages of customers' texts, with their truth: what each says, why, and between which characters."""

import numpy as np

from cxdata.recipes import derived, lookup, text
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Number, Text, Word
from cxdata.schema.phrasebook import ASPECTS, EVENTS, FRAMES, POLARITIES, REGISTERS, TONES, Phrasebook
from cxdata.schema.pool import FAMILIES
from cxdata.schema.recipe import Array
from cxdata.schema.table import Column, PerParent, Table

STORY = FRAMES.index("story")
SLIP_TURNS = 2
"""Most slips of one passage."""
DRAWS_OF_SURROUNDINGS = 9


def said_here(outline: Array, said: Array, slot: Array) -> Array:
    """Return the packed concept of each passage; that of its text's first where it is a frame."""
    rows = np.arange(len(slot))
    part = outline[rows, slot].astype(np.int64)
    found: Array = said[rows, np.maximum(part - text.CONCEPT, 0)]
    return found


def template(
    u: Array, book: Phrasebook, texts: Array, part: Array, said: Array, polarity: Array, of_text: tuple[Array, ...]
) -> Array:
    """Return the template of each passage's words: a phrase for a concept, else a frame.

    Args:
        u: (TRIES, n) uniforms.
        book: Phrases.
        texts: (n,) row of each passage's text.
        part: (n,) codes of an outline.
        said: (n,) packed concepts.
        polarity: (n,) codes in POLARITIES, of the concept or of the text as a whole.
        of_text: source, register, irony, articles bought.
    """
    source, register, ironic, articles = of_text
    concept = part >= text.CONCEPT
    at = np.flatnonzero(concept)
    found = np.zeros(len(part), dtype=np.int64)
    found[at] = text.phrases(u[:, at], book, texts[at], said[at], register[at], ironic[at], articles[at])
    at = np.flatnonzero(~concept)
    found[at] = book.frame(u[0][at], part[at], source[at], polarity[at], register[at])
    for turn in range(1, text.TRIES + text.SHIFTS):  # no sentence twice in a text, and what was bought is told once
        told = (part[at] == STORY) & book.names_article[found[at]]
        again = at[text.repeated(texts[at] * (len(book.templates.count) + 1) + np.where(told, -1, found[at]) + 1)]
        if len(again) == 0:
            break
        draw = u[turn, again] if turn < text.TRIES else (u[-1, again] + turn * text.SHIFT) % 1.0
        found[again] = book.frame(draw, part[again], source[again], polarity[again], register[again])
        at = text.of_same_texts(texts, again, among=at)
    return found


def slip_chance(
    u: Array,
    part: Array,
    source: Array,
    phone: Array,
    register: Array,
    by: tuple[float, ...],
    factor: float,
    formal: float,
    spread: float,
) -> Array:
    """Return the chance of a slip per letter: by source and register, more on a phone, with a spread between writers."""
    chance = np.asarray(by)[source] * np.where(phone, factor, 1.0) * lookup.exp(spread * lookup.normal(u))
    chance = chance * np.where(register == REGISTERS.index("formal"), formal, 1.0)
    return np.where(text.is_adviser(part) | text.is_set_phrase(part), 0.0, chance)


def _working(name: str, kind: object, meaning: str, recipe: object, **more: object) -> Column:
    return Column(name=name, kind=kind, meaning=meaning, recipe=recipe, **{"role": "working", **more})  # type: ignore[arg-type]


def _of_concept(name: str, kind: object, meaning: str, recipe: object, **more: object) -> Column:
    return _working(
        name, kind, f"{meaning}; empty where no aspect is spoken of.", recipe, role="latent", when="is_concept", **more
    )


TABLE = Table(
    name="passages",
    meaning="A passage of a text: a concept with what stands around it, a greeting, an opening, a turn of a chat.",
    rows=(PerParent("verbatims", "passage_count", text.MOST_PASSAGES),),
    is_truth=True,
    columns=(
        Column(name="passage_id", kind=Key(), meaning="Key of the passage."),
        Column(name="verbatim_id", kind=ForeignKey("verbatims"), meaning="The text it is part of."),
        _working(
            "part",
            Integer(0, 127),
            "Code in the outline.",
            derived.formula(
                lambda outline, slot: outline[np.arange(len(slot)), slot].astype(np.int64),
                "verbatims.outline",
                "#slot",
                sentence="place in the outline",
            ),
        ),
        Column(
            name="kind",
            kind=Category(text.KINDS),
            meaning="What the passage is: a concept, or which frame.",
            recipe=derived.formula(lambda part: np.minimum(part, text.CONCEPT), "part", sentence="by part"),
            role="latent",
        ),
        _working(
            "is_concept",
            Boolean(),
            "Whether it speaks of an aspect.",
            derived.formula(lambda part: part >= text.CONCEPT, "part", sentence="by part"),
        ),
        _working(
            "said",
            Integer(0, 2**40),
            "What is said, packed.",
            derived.formula(said_here, "verbatims.outline", "verbatims.said", "#slot", sentence="by part"),
        ),
        _of_concept(
            "aspect",
            Category(ASPECTS),
            "What it is about",
            derived.formula(lambda code: text.unpacked(code)[0], "said", sentence="as said"),
        ),
        _of_concept(
            "polarity",
            Category(POLARITIES),
            "Whether it blames or praises",
            derived.formula(
                lambda code, concept, leaning: np.where(concept, text.unpacked(code)[1], leaning),
                "said",
                "is_concept",
                "verbatims.leaning",
                sentence="as said; that of the text where nothing is said",
            ),
        ),
        _working(
            "template",
            Integer(0, 2**40),
            "Template of the words.",
            derived.draw(
                lambda u, book, texts, part, said, polarity, source, register, ironic, family, known: template(
                    u,
                    book,
                    texts,
                    part,
                    said,
                    polarity,
                    (source, register, ironic, np.where(known, family, text.NO_ARTICLES)),
                ),
                "%phrases",
                "#parent",
                "part",
                "said",
                "polarity",
                "verbatims.source",
                "verbatims.register",
                "verbatims.is_ironic",
                "orders.product_family",
                "verbatims.has_order",
                draws=text.TRIES,
                sentence="a phrase of the aspect, polarity and event in the register of the text, or a frame",
            ),
        ),
        _of_concept(
            "intensity",
            Integer(1, 3),
            "Strength of the words",
            derived.formula(
                lambda book, place, concept: np.where(concept, book.intensity[np.where(concept, place, 0)], 1),
                "%phrases",
                "template",
                "is_concept",
                sentence="that of the phrase",
            ),
            unit="1-3",
        ),
        _of_concept(
            "tone",
            Category(TONES),
            "Whether it is meant as it stands",
            derived.formula(
                lambda book, place, concept: book.tone[np.where(concept, place, 0)],
                "%phrases",
                "template",
                "is_concept",
                sentence="that of the phrase",
            ),
        ),
        _of_concept(
            "cause",
            Category(EVENTS),
            "Event that caused it, any without one",
            derived.formula(lambda code: text.unpacked(code)[3], "said", sentence="as said"),
        ),
        _of_concept(
            "family",
            Word(FAMILIES),
            "Family of phrases that say the same in other words",
            derived.formula(
                lambda book, place, concept: book.family[np.where(concept, place, 0)],
                "%phrases",
                "template",
                "is_concept",
                sentence="that of the phrase",
            ),
        ),
        _working(
            "around",
            Integer(-1, 2**40),
            "Templates of what stands around the words.",
            derived.draw(
                lambda u, book, part, said, polarity, slot, source, register, place, bare, *shares: text.surroundings(
                    u,
                    book,
                    part,
                    text.unpacked(said)[0],
                    polarity,
                    slot,
                    source,
                    register,
                    (*shares, *bare),
                    place,
                ),
                "%phrases",
                "part",
                "said",
                "polarity",
                "#slot",
                "verbatims.source",
                "verbatims.register",
                "template",
                "$texts_bare_end",
                "$texts_lead",
                "$texts_tail",
                "$texts_and",
                "$texts_but",
                "$texts_moreover",
                "$texts_alone",
                draws=DRAWS_OF_SURROUNDINGS,
                sentence="signs, links, leads, tails and stops",
            ),
        ),
        _working(
            "style",
            Integer(0, 16),
            "Style of the passage.",
            derived.formula(
                text.style_of, "part", "verbatims.style", sentence="standard for advisers, else the text's"
            ),
        ),
        _working(
            "before",
            Text("verbatim"),
            "What stands before the words.",
            derived.formula(
                text.before, "%phrases", "around", "style", "verbatims.fillings", sentence="sign, speaker and link"
            ),
        ),
        _working(
            "slip_chance",
            Number(9, 0.0, 1.0),
            "Chance of a slip per letter.",
            derived.draw(
                slip_chance,
                "part",
                "verbatims.source",
                "verbatims.on_phone",
                "verbatims.register",
                "$texts_slips",
                "$texts_slips_phone",
                "$texts_slips_formal",
                "$texts_slips_sd",
                sentence="by source and register, more on a phone, with a spread; none for advisers",
            ),
        ),
        _working(
            "correct",
            Text("verbatim"),
            "The words without slips, in the style of the text.",
            derived.formula(
                text.words,
                "%phrases",
                "around",
                "template",
                "style",
                "verbatims.fillings",
                sentence="lead, phrase and tail",
            ),
        ),
        _working(
            "words",
            Text("verbatim"),
            "The words as written.",
            derived.draw(
                lambda u, book, correct, chance, kinds, first: text.mistyped(u, correct, chance, kinds, first, book),
                "%phrases",
                "correct",
                "slip_chance",
                "$texts_slip_kinds",
                "$texts_slip_first",
                draws=4 * SLIP_TURNS,
                sentence="correct, with slips of the keyboard",
            ),
        ),
        _working(
            "after",
            Text("verbatim"),
            "The stop.",
            derived.formula(text.after, "%phrases", "around", "style", "verbatims.fillings", sentence="stop"),
        ),
        _working(
            "written",
            Text("verbatim"),
            "The whole passage as written.",
            derived.formula(text.together, "before", "words", "after", sentence="before, words and after"),
        ),
        _working(
            "clean",
            Text("verbatim"),
            "The whole passage without slips, in standard spelling.",
            derived.formula(
                text.clean,
                "%phrases",
                "around",
                "template",
                "style",
                "verbatims.fillings",
                "correct",
                "words",
                "written",
                sentence="as written, in standard spelling",
            ),
        ),
        _working(
            "is_noisy",
            Boolean(),
            "Whether it is written otherwise than in standard spelling.",
            derived.formula(text.unlike, "written", "clean", sentence="written unlike clean"),
        ),
        _working(
            "word_count",
            Integer(0, 200),
            "Words of a customer, a link with them; none of an adviser.",
            derived.formula(
                text.words_of_customer, "%phrases", "part", "around", "words", sentence="blanks between words"
            ),
        ),
        _of_concept(
            "start",
            Integer(0, 100_000),
            "First character of its words in the text, counted from 0",
            derived.formula(text.starts, "written", "before", "#parent", sentence="characters before it"),
            unit="characters",
        ),
        _of_concept(
            "end",
            Integer(0, 100_000),
            "Character after the last of its words",
            derived.formula(
                lambda start, words: start + text.lengths(words), "start", "words", sentence="start and length"
            ),
            unit="characters",
        ),
    ),
)
