"""The phrases of one language, as recipes of texts see them: what can be said, in which words, with which truth."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cxdata.schema.recipe import Array

Codes = NDArray[np.int64]
Claims = NDArray[np.bool_]

ASPECTS = (
    "delivery",
    "packaging",
    "wait",
    "courtesy",
    "competence",
    "price",
    "quality",
    "choice",
    "stock",
    "website",
    "app",
    "returns",
    "billing",
    "box",
    "shop",
    "parking",
    "advice",
    "follow_up",
    "promises",
    "loyalty",
    "ecology",
    "opening_hours",
    "assembly",
    "overall",
)
"""What a phrase can be about."""
POLARITIES = ("negative", "neutral", "positive")
NEGATIVE, NEUTRAL, POSITIVE = range(3)
INTENSITIES = (1, 2, 3)
REGISTERS = ("formal", "plain", "casual")
TONES = ("sincere", "ironic")
EVENTS = (
    "any",
    "late_parcel",
    "damaged_parcel",
    "out_of_stock",
    "faulty_product",
    "wrong_bill",
    "long_wait",
    "transferred",
    "repeat_contact",
    "slow_reply",
    "no_reply",
    "lamp_recall",
    "fast_reply",
    "solved_first_time",
    "gesture",
)
"""What must have happened for a phrase to be true; ``any`` needs nothing."""
SOURCES = ("survey", "review", "complaint", "message", "social", "chat", "web")
"""Where a text is written."""
TOPICS = ("order_status", "invoice", "return_refund", "product", "account", "box")
"""What a message to the service centre can ask."""
FRAMES = (
    "greeting",
    "opening",
    "story",
    "lead",
    "tail",
    "and",
    "but",
    "moreover",
    "however",
    "comparison",
    "question",
    "demand",
    "threat",
    "thanks",
    "closing",
    "signoff",
    "stop",
    "adviser_hello",
    "adviser_ask",
    "customer_reply",
    "adviser_answer",
    "customer_more",
    "adviser_close",
    "customer_bye",
    *(f"request_{topic}" for topic in TOPICS),
)
"""What can stand around the phrases."""
SLOTS = ("item", "an_item", "late", "wait", "delay", "times", "weekday", "e")
"""What a phrase can leave open, to be filled with what happened to the customer."""
EVENTS_OF_SLOT: Mapping[str, tuple[str, ...]] = {
    "late": ("late_parcel",),
    "wait": ("long_wait",),
    "delay": ("slow_reply", "no_reply", "fast_reply"),
    "times": ("repeat_contact",),
}
"""Slots that only phrases about certain events may use, because only then there is something to fill in."""
STYLES = ("standard", "unaccented", "lower_case", "by_ear", "short", "shouting")
"""How a whole text is written: as in a book, without accents, without capitals, with words that sound alike confused,
like a short message, in capitals."""
STANDARD = 0
SIGNS = ("", " ", "\n", "\n\n", ", ")
"""What can stand between passages."""
NOTHING, BLANK, LINE, PARAGRAPH, COMMA = range(len(SIGNS))
STRIDE = 5
"""Steps by which another phrase is sought: most families hold fewer."""
OTHER_STRIDE = 17
"""The same where a multiple of these steps would come back to the same few phrases."""
MOODS = len(REGISTERS) * len(INTENSITIES) * len(TONES)
"""Manners in which a phrase can be asked for."""


SERVES: Mapping[str, tuple[str, ...]] = {
    "greeting": ("complaint", "message", "social", "chat"),
    "opening": ("survey", "review", "social", "web"),
    "story": ("complaint", "message"),
    "comparison": ("survey", "review", "social"),
    "question": ("survey", "review", "complaint", "message", "social", "web"),
    "demand": ("complaint",),
    "threat": ("complaint",),
    "thanks": ("survey", "review", "message", "social", "chat"),
    "closing": ("survey", "review", "social", "web"),
    "signoff": ("complaint", "message"),
    **dict.fromkeys(("lead", "tail", "and", "but", "moreover", "however", "stop"), SOURCES),
    **{frame: ("chat",) for frame in FRAMES if frame.startswith(("adviser_", "customer_"))},
    **{f"request_{topic}": ("message", "chat") for topic in TOPICS},
}
"""Sources for which a bank must hold a frame in every polarity; no text of another source may have it."""


def forbidden_pattern(words: Collection[str], *, any_case: bool = True) -> str:
    """Return the pattern, in RE2, of a text that holds one of the words: whatever its capitals, or as they stand."""
    flags = "(?i)" if any_case else ""
    return flags + r"(^|[^\pL])(" + "|".join(re.escape(word) for word in sorted(words)) + r")($|[^\pL])"


@dataclass(frozen=True)
class Templates:
    """Texts with slots, cut into segments.

    Attributes:
        start: (t,) first segment of each template.
        count: (t,) its number of segments.
        segments: Piece of each segment, or ``-1 - slot``.
    """

    start: Codes
    count: Codes
    segments: Codes


@dataclass(frozen=True)
class Filling:
    """What can fill a slot: of the pieces whose range holds a number, any as likely.

    Attributes:
        bounds: (k,) lowest number of each range but the first, rising.
        start: (k + 1,) first place of each range in ``pieces``.
        count: (k + 1,) how many pieces it has.
        pieces: Pieces, range by range.
    """

    bounds: Codes
    start: Codes
    count: Codes
    pieces: Codes

    def pick(self, u: Array, number: Array) -> Codes:
        """Return a piece per number.

        Args:
            u: (n,) uniforms.
            number: (n,) whole numbers: days, minutes, hours, times, or the code of a group of articles.
        """
        held = np.searchsorted(self.bounds, number, side="right")
        chosen: Codes = self.pieces[self.start[held] + (u * self.count[held]).astype(np.int64)]
        return chosen


@dataclass(frozen=True, kw_only=True)
class Phrasebook:
    """Phrases, frames and slots of one language.

    Templates of phrases come first, in the order of ``aspect`` and the other arrays; those of frames and signs follow.

    Attributes:
        language: For instance ``fr``.
        digest: SHA-256 over the files it was read from.
        templates: Every text with slots.
        pieces: Arrow strings, ``len(STYLES) * 2`` variants of each of the ``piece_count`` pieces: style by style, and
            within a style as it stands, then with a capital.
        piece_count: Number of pieces.
        aspect: (p,) code in ASPECTS of each phrase.
        polarity: (p,) code in POLARITIES.
        intensity: (p,) 1 to 3.
        tone: (p,) code in TONES.
        family: (p,) place in ``families``.
        families: Names ``aspect.family``.
        about: (p,) code of the group of articles that the phrase names, the code after the last group for none.
        phrase_start: (a * 3 * e,) first phrase of each aspect, polarity and event.
        phrase_end: One past its last.
        weights: (MOODS * p,) cumulative whole-number weights of the phrases, manner by manner.
        frame_start: (f * s * 3 * 3,) first place of each frame, source, polarity and register in ``frames``.
        frame_count: How many there are.
        frames: Templates of frames, cell by cell.
        fillings: By slot.
        length: (t,) characters of each template, slots aside.
        words: (t,) its words, a slot counting as one.
        closed: (t,) Booleans: the template ends with a sign of its own.
        aside: (t,) Booleans: it ends with a comma and a word or three, an aside of its own.
        parted: (t,) Booleans: it has a comma.
        tells_how_much: (t,) Booleans: it tells how late, how long or how often.
        names_article: (t,) Booleans: it names what was bought.
        signs: Template of each of SIGNS.
        speakers: Templates with which a line of a customer and of an adviser begins.
        keyboard: Rows of the usual keyboard.
        forbidden: Words that no text may hold.
    """

    language: str
    digest: str
    templates: Templates
    pieces: Any
    piece_count: int
    aspect: Codes
    polarity: Codes
    intensity: Codes
    tone: Codes
    family: Codes
    families: Any
    about: Codes
    phrase_start: Codes
    phrase_end: Codes
    weights: Codes
    frame_start: Codes
    frame_count: Codes
    frames: Codes
    fillings: Mapping[str, Filling]
    length: Codes
    words: Codes
    closed: Claims
    aside: Claims
    parted: Claims
    tells_how_much: Claims
    names_article: Claims
    signs: Codes
    speakers: Codes
    keyboard: tuple[str, ...]
    forbidden: frozenset[str]

    @cached_property
    def _forbidden_pattern(self) -> str:
        # For texts in small letters: a pattern for any case takes twice as long.
        return forbidden_pattern({word.lower() for word in self.forbidden}, any_case=False)

    def is_foul(self, texts: pa.StringArray) -> Claims:
        """Return which texts hold a forbidden word, whatever its capitals."""
        found = pc.match_substring_regex(pc.utf8_lower(texts), self._forbidden_pattern)
        foul: Claims = found.to_numpy(zero_copy_only=False)
        return foul

    @cached_property
    def _weights_before(self) -> Codes:
        """(MOODS * p + 1,) cumulative weights of the phrases before each, and of all."""
        before: Codes = np.r_[0, self.weights]
        return before

    def phrase(
        self,
        u: Array,
        *,
        aspect: Array,
        polarity: Array,
        event: Array,
        register: Array,
        intensity: Array,
        ironic: Array,
    ) -> Codes:
        """Return the template of a phrase for each row, nearer manners being likelier.

        Args:
            u: (n,) uniforms.
            aspect: (n,) codes in ASPECTS.
            polarity: (n,) codes in POLARITIES.
            event: (n,) codes in EVENTS; where an aspect has no phrase for it, ``any`` serves.
            register: (n,) codes in REGISTERS.
            intensity: (n,) 1 to 3.
            ironic: (n,) Booleans.
        """
        group = (aspect * len(POLARITIES) + polarity) * len(EVENTS)
        own = group + event
        group = np.where(self.phrase_end[own] > self.phrase_start[own], own, group)
        manner = (register * len(INTENSITIES) + intensity - 1) * len(TONES) + ironic
        offset = manner * len(self.aspect)
        before = self._weights_before
        low = before[offset + self.phrase_start[group]]
        high = before[offset + self.phrase_end[group]]
        ticket = low + (u * (high - low)).astype(np.int64)
        found: Codes = self._drawn(ticket) - offset
        return found

    @cached_property
    def _ticket_bits(self) -> int:
        return (int(self.weights[-1]) // len(self.weights)).bit_length()

    @cached_property
    def _guide(self) -> NDArray[np.int32]:
        """(g,) place in ``weights`` at which the search begins, by the leading bits of a ticket."""
        leading = np.arange((int(self.weights[-1]) >> self._ticket_bits) + 1)
        return np.searchsorted(self.weights, leading << self._ticket_bits, side="right").astype(np.int32)

    def _drawn(self, ticket: Codes) -> Codes:
        """Return the place in ``weights`` of each ticket: the first whose cumulative weight is greater.

        Source: Chen and Asau (1974), search from a guide table.
        """
        found: Codes = self._guide.take(ticket >> self._ticket_bits).astype(np.int64)
        behind = np.flatnonzero(self.weights.take(found) <= ticket)
        while len(behind):
            found[behind] += 1
            behind = behind[self.weights.take(found.take(behind)) <= ticket.take(behind)]
        return found

    def beside(self, phrase: Codes) -> Codes:
        """Return another phrase of the same aspect and polarity, one that needs no event, for each phrase."""
        group = (self.aspect[phrase] * len(POLARITIES) + self.polarity[phrase]) * len(EVENTS)
        start, end = self.phrase_start[group], self.phrase_end[group]
        inside = (phrase >= start) & (phrase < end)
        place = np.where(inside, phrase - start, phrase % (end - start))
        stride = np.where((end - start) % STRIDE == 0, OTHER_STRIDE, STRIDE)
        other: Codes = start + (place + stride) % (end - start)
        return other

    def frame(self, u: Array, kind: Array | int, source: Array, polarity: Array, register: Array) -> Codes:
        """Return the template of a frame for each row.

        Args:
            u: (n,) uniforms.
            kind: (n,) codes in FRAMES, or one for all.
            source: (n,) codes in SOURCES.
            polarity: (n,) codes in POLARITIES, the mood of the text.
            register: (n,) codes in REGISTERS.
        """
        cell = ((kind * len(SOURCES) + source) * len(POLARITIES) + polarity) * len(REGISTERS) + register
        place = self.frame_start[cell] + (u * self.frame_count[cell]).astype(np.int64)
        found: Codes = self.frames[place]
        return found

    def assemble(self, parts: Array, capital: Array, style: Array, fillings: Array) -> Any:
        """Return texts put together from templates.

        Args:
            parts: (n, w) templates in their order, -1 where there is none.
            capital: (n, w) Booleans: begins with a capital.
            style: (n,) codes in STYLES.
            fillings: (n, len(SLOTS)) pieces that fill the slots.

        Returns:
            (n,) Arrow strings: every piece is gathered once, and the offsets between texts are kept.
        """
        at = np.flatnonzero(parts >= 0)
        row, template = at // parts.shape[1], parts.ravel().take(at)
        counts = self.templates.count.take(template)
        first = np.cumsum(counts) - counts
        total = int(counts.sum())
        place = np.repeat(self.templates.start.take(template) - first, counts)
        place += np.arange(total)
        segment = self.templates.segments.take(place)
        owner = np.repeat(row, counts)
        open_ = np.flatnonzero(segment < 0)
        segment[open_] = fillings[owner.take(open_), -1 - segment.take(open_)]
        segment += np.repeat(style.take(row) * (2 * self.piece_count), counts)
        segment[first[capital.ravel().take(at)]] += self.piece_count
        gathered = self.pieces.take(pa.array(segment))
        _, offsets, data = gathered.buffers()
        ends = np.frombuffer(offsets, dtype=np.int32)[: total + 1] if total else np.zeros(1, dtype=np.int32)
        pieces_before = np.zeros(len(parts) + 1, dtype=np.int64)
        np.cumsum(np.bincount(owner, minlength=len(parts)), out=pieces_before[1:])
        return pa.StringArray.from_buffers(
            len(parts), pa.py_buffer(ends[pieces_before].copy()), data or pa.py_buffer(b"")
        )
