"""What customers write: what is said, in which order, in which words, and with which slips of the pen.

A text is a row; its passages are rows below it. What is said is decided for the text as a whole, words are chosen
passage by passage, and the text is its passages one after the other. So every character has a known origin.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cxdata.recipes import corruption, lookup
from cxdata.recipes.counts import gamma_factor, poisson
from cxdata.schema.phrasebook import (
    BLANK,
    COMMA,
    FRAMES,
    LINE,
    NEGATIVE,
    NEUTRAL,
    NOTHING,
    PARAGRAPH,
    POSITIVE,
    REGISTERS,
    SLOTS,
    SOURCES,
    STANDARD,
    Codes,
    Phrasebook,
)
from cxdata.schema.recipe import Array

Claims = NDArray[np.bool_]

MOST_CONCEPTS = 14
"""Most aspects that one text speaks of."""
MOST_PASSAGES = 28
CONCEPT = len(FRAMES)
"""Code of the first concept in an outline; the others follow. Smaller codes are frames, -1 is no passage."""
KINDS = (*FRAMES, "concept")
CUSTOMER, ADVISER = 0, 1
_ADVISER = np.array([name.startswith("adviser_") for name in FRAMES] + [False] * MOST_CONCEPTS)
_SIGNED_BY_ITSELF = np.array([name in ("greeting", "signoff") for name in FRAMES] + [False] * MOST_CONCEPTS)
_FRAME: Mapping[str, int] = {name: place for place, name in enumerate(FRAMES)}
_ASPECT_BITS, _POLARITY_BITS, _INTENSITY_BITS = 5, 2, 2
CHAT, COMPLAINT, MESSAGE = SOURCES.index("chat"), SOURCES.index("complaint"), SOURCES.index("message")
CASUAL = REGISTERS.index("casual")
TRIES = 3
"""Times that a phrase is drawn until it fits its text."""
SHIFTS = 40
"""Times that the next one is taken after that: enough to come to one that fits, where any does."""
SHIFT = 0.381966
"""Step to the next frame, as a share of those that could stand there: by the golden section none comes back soon."""
LEANS = 0.4
"""Balance of praise, blame and mood from which a text leans to one side; none that does both does."""
AFTER_COMMA = 0.3
"""Share of casual phrases that are strung together by a comma alone."""
NEW_PARAGRAPH = 0.45
"""Share of turns to another aspect at which a complaint begins a paragraph."""
LONGEST_ALONE = 32
"""Characters of phrases up to which one alone makes a text as it stands."""
LONGEST_JOINED = 62
"""Characters of phrases up to which two make one sentence."""


def concept_count(u: Array, mean: Array, least: Array, cv: float) -> Codes:
    """Return how many aspects a text speaks of: the least, and a gamma-mixed Poisson number of others.

    Args:
        u: (2, n) uniforms.
        mean: (n,) mean number, at least the least.
        least: (n,) least number.
        cv: Coefficient of variation of the gamma factor.
    """
    others = poisson(u[0], np.maximum(mean - least, 0.0) * gamma_factor(u[1], cv))
    return np.minimum(least + others, MOST_CONCEPTS)


NEVER = 1e300
"""Arrival, in an exponential race, of what weighs nothing."""


def ranked(u: Array, weights: Array, most: int, wanted: Codes | None = None) -> Codes:
    """Return codes drawn by weight without repetition, the first draws first: an exponential race.

    Args:
        u: (k, n) uniforms.
        weights: (n, k) weights; what weighs nothing comes last.
        most: Draws wanted, at most k.
        wanted: (n,) draws wanted of each row, where some want fewer.

    Returns:
        (n, most) codes, 0 beyond the draws wanted.

    Source: Efraimidis and Spirakis (2006).
    """
    times = lookup.exponential(u).T + 1e-12
    arrival = np.where(weights > 0.0, times / np.maximum(weights, 1e-12), NEVER)
    chosen = np.zeros((len(weights), most), dtype=np.int64)
    rows = np.arange(len(weights))
    for place in range(most):  # turn by turn, since most rows want few draws
        if wanted is not None:
            going_on = np.flatnonzero(wanted[rows] > place)
            rows, arrival = rows[going_on], arrival[going_on]
        first = arrival.argmin(axis=1)
        chosen[rows, place] = first
        arrival[np.arange(len(rows)), first] = np.inf
    return chosen


def leaning(polarity: Codes, is_said: Claims, mood: Array) -> Codes:
    """Return whether texts blame or praise as a whole, by their concepts and mood.

    Args:
        polarity: (n, k) codes in POLARITIES.
        is_said: (n, k) Booleans.
        mood: (n,) mood of the text.
    """
    praises = (is_said & (polarity == POSITIVE)).any(axis=1)
    blames = (is_said & (polarity == NEGATIVE)).any(axis=1)
    balance = praises.astype(np.int64) - blames + np.clip(mood, -1.0, 1.0)
    good, bad = (balance > LEANS) & ~blames, (balance < -LEANS) & ~praises
    return np.where(good, POSITIVE, np.where(bad, NEGATIVE, NEUTRAL))


def packed(aspect: Codes, polarity: Codes, intensity: Codes, event: Codes) -> Codes:
    """Return what is said of an aspect as one number."""
    code: Codes = event
    for part, bits in ((intensity, _INTENSITY_BITS), (polarity, _POLARITY_BITS), (aspect, _ASPECT_BITS)):
        code = (code << bits) | part
    return code


def unpacked(code: Codes) -> tuple[Codes, Codes, Codes, Codes]:
    """Return aspect, polarity, intensity and event."""
    parts = []
    for bits in (_ASPECT_BITS, _POLARITY_BITS, _INTENSITY_BITS):
        parts.append(code & ((1 << bits) - 1))
        code = code >> bits
    return parts[0], parts[1], parts[2], code


class _Outline:
    """Passages of texts, appended one kind at a time to those texts that have it."""

    def __init__(self, rows: int) -> None:
        self.parts = np.full((rows, MOST_PASSAGES), -1, dtype=np.int8)
        self.count = np.zeros(rows, dtype=np.int64)

    def add(self, which: Claims, code: int | Codes) -> None:
        rows = np.flatnonzero(which & (self.count < MOST_PASSAGES))
        self.parts[rows, self.count[rows]] = code if isinstance(code, int) else code[rows]
        self.count[rows] += 1


BEFORE = ("greeting", "opening", "story", "story", "story")
AFTER = ("comparison", "question", "threat", "demand", "thanks", "closing", "signoff")
OPTIONAL = (*BEFORE, *AFTER)
"""Frames that a text may have, in their order, besides its concepts."""
WITH_ONE_CONCEPT = ("opening", "comparison", "closing")
ONE_CONCEPT_FACTOR = 2.5
"""Who has one thing to say says more around it, so that few texts are alike."""
TURNS = 2
"""Times that a chat may go on after the first answer."""


def outline(
    u: Array, source: Array, concepts: Array, topic: Array, requests: Array, shares: Array, chat: Array
) -> Array:
    """Return the passages of texts in their order.

    Args:
        u: (len(OPTIONAL) + 6, n) uniforms.
        source: (n,) codes in SOURCES.
        concepts: (n,) number of concepts.
        topic: (n,) place in TOPICS of what the service centre is asked.
        requests: (n,) Booleans: asks the service centre for something.
        shares: (len(OPTIONAL), len(SOURCES)) share of texts with each frame.
        chat: (4,) shares of chats that ask for a detail, go on, go on again, and end with the adviser.

    Returns:
        (n, MOST_PASSAGES) codes: places in FRAMES, or ``CONCEPT`` plus the number of the concept; -1 after the last.
    """
    made = _Outline(len(source))
    is_chat = source == CHAT
    request = _FRAME["request_order_status"] + topic
    made.add(is_chat & (u[len(OPTIONAL)] < chat[3]), _FRAME["adviser_hello"])
    for place, name in enumerate(OPTIONAL):
        if place == len(BEFORE):
            for number in range(MOST_CONCEPTS):
                made.add(concepts > number, CONCEPT + number)
            made.add(requests, request)
            thanks = OPTIONAL.index("thanks")
            made.add(is_chat & (u[thanks] < shares[thanks][source]), _FRAME["thanks"])
            _converse(made, u[len(OPTIONAL) :], is_chat, chat)
        share = shares[place][source]
        if name in WITH_ONE_CONCEPT:
            share = np.where(concepts == 1, ONE_CONCEPT_FACTOR * share, share)
        added = u[place] < share
        made.add(added & ~is_chat if name == "thanks" else added, _FRAME[name])  # a chat's stand with its request
    return made.parts


def _converse(made: _Outline, u: Array, is_chat: Claims, shares: Array) -> None:
    """Add the turns of chats after the customer's first."""
    asked = is_chat & (u[1] < shares[0])
    made.add(asked, _FRAME["adviser_ask"])
    made.add(asked, _FRAME["customer_reply"])
    made.add(is_chat, _FRAME["adviser_answer"])
    for turn in range(TURNS):
        goes_on = is_chat & (u[2] < shares[1 + turn])
        made.add(goes_on, _FRAME["customer_more"])
        made.add(goes_on, _FRAME["adviser_answer"])
    made.add(is_chat, _FRAME["customer_bye"])
    made.add(is_chat & (u[3] < shares[3]), _FRAME["adviser_close"])


def passage_count(parts: Array) -> Codes:
    """Return the number of passages of an outline."""
    count: Codes = np.count_nonzero(parts >= 0, axis=1)
    return count


def turn_count(parts: Array) -> Codes:
    """Return how often speakers take turns in an outline."""
    adviser = _ADVISER[parts] & (parts >= 0)
    changes = (adviser[:, 1:] != adviser[:, :-1]) & (parts[:, 1:] >= 0)
    count: Codes = 1 + np.count_nonzero(changes, axis=1)
    return count


def fillings(u: Array, book: Phrasebook, numbers: Mapping[str, Array]) -> Codes:
    """Return the pieces that fill the slots of texts.

    Args:
        u: (k, n) uniforms, one per slot; an article is named by the same one with either article.
        book: Phrases.
        numbers: By slot, the (n,) numbers that choose among its pieces.
    """
    draw = {slot: u[place] for place, slot in enumerate(SLOTS)}
    draw["an_item"] = draw["item"]
    return np.stack([book.fillings[slot].pick(draw[slot], numbers[slot]) for slot in SLOTS], axis=1)


def phrases(
    u: Array, book: Phrasebook, texts: Codes, said: Codes, register: Array, ironic: Array, articles: Array
) -> Codes:
    """Return the template of a phrase per concept.

    One about other articles than the customer bought, of a family that the text has used, or that tells a second time
    how late, how long or how often, gives way to another.

    Args:
        u: (TRIES, n) uniforms.
        book: Phrases.
        texts: (n,) row of the text of each concept.
        said: (n,) packed concepts.
        register: (n,) codes in REGISTERS.
        ironic: (n,) Booleans.
        articles: (n,) code of the group of articles bought; the code after the last where it is not known.
    """
    aspect, polarity, intensity, event = unpacked(said)
    manner = {"register": register, "intensity": intensity, "ironic": ironic}
    found = book.phrase(u[0], aspect=aspect, polarity=polarity, event=event, **manner)
    suspects = np.arange(len(said))
    for turn in range(1, TRIES + SHIFTS):
        phrase, text = found[suspects], texts[suspects]
        known = repeated(text * len(book.families) + book.family[phrase])
        known |= _told_again(text, book.tells_how_much[phrase])
        others = (book.about[phrase] != NO_ARTICLES) & (book.about[phrase] != articles[suspects])
        event[suspects[known]] = 0  # an event has few phrases: what was said of it is not said again
        odd = suspects[known | others]
        if len(odd) == 0:
            break
        if turn < TRIES:
            some = {name: values[odd] for name, values in manner.items()}
            found[odd] = book.phrase(u[turn, odd], aspect=aspect[odd], polarity=polarity[odd], event=event[odd], **some)
        else:
            found[odd] = book.beside(found[odd])
        suspects = of_same_texts(texts, odd)
    return found


def _told_again(texts: Codes, tells: Claims) -> Claims:
    """Return which phrases tell how late, how long or how often where their text has told so before."""
    again = np.zeros(len(texts), dtype=bool)
    at = np.flatnonzero(tells)
    again[at] = repeated(texts[at])
    return again


def of_same_texts(texts: Codes, rows: Codes, among: Codes | None = None) -> Codes:
    """Return the rows, of all or of some, that belong to the texts of given rows."""
    touched = np.zeros(int(texts.max(initial=0)) + 1, dtype=bool)
    touched[texts[rows]] = True
    return np.flatnonzero(touched[texts]) if among is None else among[touched[texts[among]]]


NO_ARTICLES = 7
"""Code of the articles of a phrase that names none, and of a text about no order."""


def repeated(codes: Codes) -> Claims:
    """Return which codes have occurred before."""
    order = np.argsort(codes, kind="stable")  # fast, since texts stand in their order
    ordered = codes.take(order)
    repeated = np.zeros(len(codes), dtype=bool)
    repeated[order[1:][ordered[1:] == ordered[:-1]]] = True
    return repeated


def surroundings(
    u: Array,
    book: Phrasebook,
    part: Codes,
    aspect: Codes,
    polarity: Codes,
    slot: Codes,
    source: Array,
    register: Array,
    shares: Sequence[float],
    template: Codes,
) -> Codes:
    """Return what stands around each passage's words.

    Args:
        u: (9, n) uniforms.
        book: Phrases.
        part: (n,) codes of an outline, texts one after the other.
        aspect: (n,) codes in ASPECTS.
        polarity: (n,) codes in POLARITIES.
        slot: (n,) place of the passage in its text.
        source: (n,) codes in SOURCES.
        register: (n,) codes in REGISTERS.
        shares: Shares of concepts with a lead, with a tail, joined to a like one, joined to an unlike one, with a
            word of transition; of longer concepts alone in their text with a lead, and with a tail; of last sentences
            without a stop, by register.
        template: (n,) template of the words.

    Returns:
        (n, 7) templates of the sign between passages, the speaker, the link, the lead, the tail and the stop, -1 for
        none; and 1 where the passage goes on within a sentence.
    """
    lead_share, tail_share, and_share, but_share, moreover_share, alone_share, *bare = shares
    first = slot == 0
    last = np.r_[first[1:], True] if len(slot) else first
    text = np.cumsum(first)
    previous = np.r_[part[:1], part[:-1]]
    concept = part >= CONCEPT
    follows = concept & ~first & (previous >= CONCEPT)
    turned = np.r_[polarity[:1], polarity[:-1]]
    clear = follows & (polarity != NEUTRAL) & (turned != NEUTRAL)
    like = clear & (polarity == turned)
    unlike = clear & (polarity != turned)
    unlike &= ~np.r_[unlike[:1] & False, unlike[:-1]]  # no contrast runs into the next
    brief = book.length[template] <= LONGEST_JOINED
    brief &= np.r_[brief[:1], brief[:-1]]
    joined = brief & ((like & (u[0] < and_share)) | (unlike & (u[0] < but_share)))
    joined &= ~np.r_[joined[:1] & False, joined[:-1]]  # one join makes a sentence
    comma = joined & like & (register == CASUAL) & (u[1] < AFTER_COMMA)
    linked = follows & ~joined & (u[1] < np.where(unlike, 0.5, np.where(like, moreover_share, 0.0)))
    kind = np.where(
        joined, np.where(unlike, _FRAME["but"], _FRAME["and"]), np.where(unlike, _FRAME["however"], _FRAME["moreover"])
    )
    frame = _framed(book, source, polarity, register)
    link = frame((joined & ~comma) | linked, u[2], kind)
    link = np.where(linked & _again(text, link), -1, link)
    alone = first & last & (book.length[template] > LONGEST_ALONE)  # what is said alone is said in many ways
    led = concept & ~joined & (link < 0) & ~book.aside[template]
    led &= u[3] < np.where(alone, alone_share, lead_share)
    lead = frame(led, u[4], _FRAME["lead"])
    lead = np.where(_again(text, lead), -1, lead)
    tailed = concept & ~led & ~joined & ~book.parted[template] & (u[5] < np.where(alone, alone_share, tail_share))
    tail = frame(tailed, u[6], _FRAME["tail"])
    tail = np.where(_again(text, tail), -1, tail)

    followed = np.r_[joined[1:], False] if len(slot) else joined
    letter = (source == COMPLAINT) | (source == MESSAGE)
    bare_end = last & (u[8] < np.asarray(bare)[register]) & ~letter
    stopped = ~(followed | _SIGNED_BY_ITSELF[part] | book.closed[template] | bare_end)
    stop = frame(stopped, u[7], _FRAME["stop"])

    adviser = _ADVISER[part]
    changes = (source == CHAT) & (first | (adviser != np.r_[adviser[:1], adviser[:-1]]))
    begins = letter & concept & (previous < CONCEPT) & (previous != _FRAME["greeting"])
    turns = follows & (aspect != np.r_[aspect[:1], aspect[:-1]])
    begins |= (source == COMPLAINT) & turns & ~joined & (u[8] < NEW_PARAGRAPH)
    signs = np.where(begins | (part == _FRAME["demand"]), LINE, BLANK)
    signs = np.where((letter & (previous == _FRAME["greeting"])) | (part == _FRAME["signoff"]), PARAGRAPH, signs)
    signs = np.where(changes, LINE, np.where(comma, COMMA, np.where(joined, NOTHING, signs)))
    signs = np.where(first, NOTHING, signs)
    greeting = (previous == _FRAME["greeting"]) & ~first & ~book.closed[np.r_[template[:1], template[:-1]]]
    greeted = (signs == BLANK) & greeting  # goes on in lower case after a comma
    speaker = np.where(changes, book.speakers[adviser.astype(np.int64)], -1)
    return np.stack([book.signs[signs], speaker, link, lead, tail, stop, joined | greeted], axis=1)


def _again(texts: Codes, template: Codes) -> Claims:
    """Return which templates, -1 for none, have stood in the same text before."""
    again = np.zeros(len(texts), dtype=bool)
    at = np.flatnonzero(template >= 0)
    again[at] = repeated(texts[at] * (int(template.max(initial=0)) + 1) + template[at])
    return again


def _framed(
    book: Phrasebook, source: Array, polarity: Codes, register: Array
) -> Callable[[Claims, Array, Codes | int], Codes]:
    """Return what draws the templates of frames where they stand, -1 elsewhere."""

    def frame(stands: Claims, u: Array, kind: Codes | int) -> Codes:
        found = np.full(len(stands), -1)
        at = np.flatnonzero(stands)
        kind = kind if isinstance(kind, int) else kind.take(at)
        found[at] = book.frame(u.take(at), kind, source.take(at), polarity.take(at), register.take(at))
        return found

    return frame


SIGN, SPEAKER, LINK, LEAD, TAIL, STOP, JOINED = range(7)


def before(book: Phrasebook, around: Codes, style: Codes, pieces: Codes) -> pa.StringArray:
    """Return what stands before the words of each passage: sign, speaker and link; links open sentences or join."""
    parts = around[:, [SIGN, SPEAKER, LINK]]
    capital = np.zeros(parts.shape, dtype=bool)
    capital[:, 2] = around[:, JOINED] == 0
    return book.assemble(parts, capital, style, pieces)


def words(book: Phrasebook, around: Codes, template: Codes, style: Codes, pieces: Codes) -> pa.StringArray:
    """Return the words of each passage with lead and tail; where they open a sentence, with a capital."""
    parts = np.stack([around[:, LEAD], template, around[:, TAIL]], axis=1)
    opens = (around[:, JOINED] == 0) & (around[:, LINK] < 0)
    led = around[:, LEAD] >= 0
    capital = np.stack([opens & led, opens & ~led, np.zeros_like(opens)], axis=1)
    return book.assemble(parts, capital, style, pieces)


def after(book: Phrasebook, around: Codes, style: Codes, pieces: Codes) -> pa.StringArray:
    """Return the sign that ends each passage."""
    return book.assemble(around[:, [STOP]], np.zeros((len(around), 1), dtype=bool), style, pieces)


def style_of(part: Codes, style: Codes) -> Codes:
    """Return the style of each passage: advisers write as in a book."""
    return np.where(_ADVISER[part], STANDARD, style)


def mistyped(
    u: Array, texts: pa.StringArray, chance: Array, shares: tuple[float, ...], first_share: float, book: Phrasebook
) -> pa.StringArray:
    """Return texts with slips of the keyboard, at most one per three draws.

    Args:
        u: (4 * k, n) uniforms: whether it strikes, kind, place, key, again and again.
        texts: (n,) Arrow strings.
        chance: (n,) chance of a slip per letter.
        shares: Shares of the kinds of slips.
        first_share: Share of slips at the first letter.
        book: Whose keyboard it is.
    """
    turns = len(u) // 4
    struck = u[::4] < np.minimum(lengths(texts) * chance / turns, 1.0)
    at = np.flatnonzero(struck.any(axis=0))
    struck, draws = struck[:, at], u[:, at].reshape(turns, 4, len(at))[:, 1:]

    def typed(some: pa.StringArray, turn: int, rows: Codes) -> pa.StringArray:
        strikes, drawn = struck[turn, rows], draws[turn][:, rows]
        return corruption.slipped(some, strikes, drawn, shares, first_share, book.keyboard)

    drafts = [texts.take(pa.array(at))]
    for turn in range(turns):
        drafts.append(typed(drafts[-1], turn, np.arange(len(at))))
    # All slips are looked at together: setting up the search takes longer than searching, and hardly one is foul.
    made_in = [np.flatnonzero(strikes) for strikes in struck]
    slips = [draft.take(pa.array(rows)) for draft, rows in zip(drafts[1:], made_in, strict=True)]
    foul = np.unique(np.concatenate(made_in)[book.is_foul(pa.concat_arrays(slips))])
    written = drafts[-1]
    if len(foul):  # typed anew, each foul slip held back before the next
        some = drafts[0].take(pa.array(foul))
        for turn in range(turns):
            slipped = typed(some, turn, foul)
            some = pc.if_else(pa.array(book.is_foul(slipped)), some, slipped)
        written = _put_back(written, foul, some)
    return _put_back(texts, at, written)


def _put_back(texts: pa.StringArray, at: Codes, others: pa.StringArray) -> pa.StringArray:
    """Return texts with those at some rows exchanged for others."""
    place = np.arange(len(texts))
    place[at] = len(texts) + np.arange(len(at))
    return pa.concat_arrays([texts, others]).take(pa.array(place))


def word_count(texts: pa.StringArray) -> Codes:
    """Return the number of words: blanks between them, the one before a French sign not counted."""
    letters, ends = _octets(texts)
    blank = letters == ord(" ")
    blank[:-1] &= (letters[1:] != ord("?")) & (letters[1:] != ord("!"))
    count: Codes = np.diff(_claims_before(blank, ends)) + (np.diff(ends) > 0)
    return count


def _octets(texts: pa.StringArray) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """Return the UTF-8 octets of texts, and the (n + 1,) places between which each text stands."""
    _, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return np.frombuffer(data or b"", dtype=np.uint8)[: ends[-1]], ends


def _claims_before(claims: Claims, places: Array) -> Codes:
    """Return how many claims hold before each place: counted by words of 64 bits, and within a word by its low bits.

    Args:
        claims: (n,) Booleans.
        places: (k,) places, 0 to n.
    """
    octets = np.zeros((len(claims) // 64 + 1) * 8, dtype=np.uint8)
    octets[: (len(claims) + 7) // 8] = np.packbits(claims, bitorder="little")
    bits = octets.view("<u8")
    whole = np.bitwise_count(bits).astype(np.int64)
    before = np.cumsum(whole) - whole
    word, bit = places >> 6, places & 63
    low = (np.uint64(1) << bit.astype(np.uint64)) - np.uint64(1)
    count: Codes = before.take(word) + np.bitwise_count(bits.take(word) & low)
    return count


def words_of_customer(book: Phrasebook, part: Codes, around: Codes, words: pa.StringArray) -> Codes:
    """Return the words of each passage that a customer writes, with those of its link; none of an adviser's.

    Args:
        book: Phrases.
        part: (n,) codes of an outline.
        around: (n, 7) what stands around the words.
        words: (n,) words of the passages.
    """
    link = around[:, LINK]
    of_link = np.where(link >= 0, book.words[link], 0)
    return np.where(_ADVISER[part], 0, of_link + word_count(words))


def together(before: pa.StringArray, middle: pa.StringArray, after: pa.StringArray) -> pa.StringArray:
    """Return three texts of each row as one."""
    return pc.binary_join_element_wise(before, middle, after, "")


def clean(
    book: Phrasebook,
    around: Codes,
    template: Codes,
    style: Codes,
    pieces: Codes,
    correct: pa.StringArray,
    words_written: pa.StringArray,
    written: pa.StringArray,
) -> pa.StringArray:
    """Return whole passages in standard spelling.

    Args:
        book: Phrases.
        around: (n, 7) what stands around the words.
        template: (n,) templates of the words.
        style: (n,) codes in STYLES.
        pieces: (n, len(SLOTS)) pieces that fill the slots.
        correct: (n,) words without slips, in each style.
        words_written: (n,) words with slips.
        written: (n,) whole passages with slips.
    """
    odd = np.flatnonzero((style != STANDARD) | unlike(correct, words_written))
    around, template, pieces = around[odd], template[odd], pieces[odd]
    standard = np.full(len(odd), STANDARD)
    instead = together(
        before(book, around, standard, pieces),
        words(book, around, template, standard, pieces),
        after(book, around, standard, pieces),
    )
    return _put_back(written, odd, instead)


def unlike(texts: pa.StringArray, others: pa.StringArray) -> Claims:
    """Return which texts differ."""
    differ: Claims = pc.not_equal(texts, others).to_numpy(zero_copy_only=False)
    return differ


def is_set_phrase(part: Codes) -> Claims:
    """Return which passages are written without thinking: greetings and what letters end with."""
    return _SIGNED_BY_ITSELF[part]


def is_adviser(part: Codes) -> Claims:
    """Return which passages an adviser writes."""
    return _ADVISER[part]


def lengths(texts: pa.StringArray) -> Codes:
    """Return the characters of texts."""
    octets, ends = _octets(texts)
    goes_on = octets & 0xC0 == 0x80  # every octet of a character but the first
    count: Codes = np.diff(ends - _claims_before(goes_on, ends))
    return count


def starts(written: pa.StringArray, before_words: pa.StringArray, parent: Codes) -> Codes:
    """Return the character of its text at which each passage's words begin.

    Args:
        written: (n,) whole passages.
        before_words: (n,) what stands before the words.
        parent: (n,) row of its text; the passages of a text stand together.
    """
    length = lengths(written)
    until = np.cumsum(length) - length
    first = np.r_[True, parent[1:] != parent[:-1]] if len(parent) else np.zeros(0, dtype=bool)
    base = np.maximum.accumulate(np.where(first, until, 0)) if len(parent) else until
    begin: Codes = until - base + lengths(before_words)
    return begin
