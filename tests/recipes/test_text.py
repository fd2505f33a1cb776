"""Texts are put together as declared: what is said, in which order, with which signs, and where each passage stands."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from cxdata.catalog import phrases
from cxdata.recipes import text
from cxdata.schema.phrasebook import (
    ASPECTS,
    BLANK,
    COMMA,
    EVENTS,
    FRAMES,
    LINE,
    NOTHING,
    PARAGRAPH,
    POLARITIES,
    REGISTERS,
    SLOTS,
    SOURCES,
    STANDARD,
    STYLES,
    TOPICS,
)

BOOK = phrases.load("fr")
RANDOM = np.random.default_rng(20_240_517)
SURVEY, REVIEW, COMPLAINT, MESSAGE, SOCIAL, CHAT, WEB = range(len(SOURCES))
FORMAL, PLAIN, CASUAL = range(len(REGISTERS))
NEGATIVE, NEUTRAL, POSITIVE = range(len(POLARITIES))
CONCEPT = text.CONCEPT
SHARES = (0.13, 0.07, 0.20, 0.45, 0.14, 0.58, 0.02, 0.22, 0.55)


def frame(name: str) -> int:
    return FRAMES.index(name)


def uniforms(rows: int, n: int) -> np.ndarray:
    return RANDOM.random((rows, n))


class TestAssemble:
    """Against a twin that walks template by template and piece by piece."""

    @staticmethod
    def slowly(parts, capital, style, fillings) -> list[str]:
        texts = []
        for row in range(len(parts)):
            written = ""
            for place, template in enumerate(parts[row]):
                if template < 0:
                    continue
                start, count = BOOK.templates.start[template], BOOK.templates.count[template]
                for number in range(count):
                    segment = BOOK.templates.segments[start + number]
                    piece = segment if segment >= 0 else fillings[row, -1 - segment]
                    raised = bool(capital[row, place]) and number == 0
                    variant = (style[row] * 2 + raised) * BOOK.piece_count + piece
                    written += BOOK.pieces[int(variant)].as_py()
            texts.append(written)
        return texts

    @pytest.mark.parametrize("width", [1, 3, 6])
    def test_puts_together_what_its_twin_does(self, width):
        n = 400
        parts = RANDOM.integers(-1, len(BOOK.templates.count), (n, width))
        parts[RANDOM.random((n, width)) < 0.3] = -1
        parts[:5] = -1  # nothing at all, at the front, where offsets begin
        parts[-5:] = -1
        capital = RANDOM.random((n, width)) < 0.5
        style = RANDOM.integers(0, len(STYLES), n)
        fillings = np.stack([RANDOM.choice(BOOK.fillings[slot].pieces, n) for slot in SLOTS], axis=1)
        found = BOOK.assemble(parts, capital, style, fillings)
        found.validate(full=True)
        assert found.to_pylist() == self.slowly(parts, capital, style, fillings)

    def test_gives_empty_texts_where_there_is_nothing_and_none_without_rows(self):
        nothing = np.full((3, 2), -1)
        flags = np.zeros((3, 2), dtype=bool)
        fillings = np.zeros((3, len(SLOTS)), dtype=np.int64)
        assert BOOK.assemble(nothing, flags, np.zeros(3, dtype=np.int64), fillings).to_pylist() == ["", "", ""]
        none = BOOK.assemble(nothing[:0], flags[:0], np.zeros(0, dtype=np.int64), fillings[:0])
        assert none.to_pylist() == []

    def test_fills_slots_with_what_the_number_asks_for(self):
        n = 3_000
        days = RANDOM.integers(1, 40, n)
        numbers = {
            "item": RANDOM.integers(0, 8, n),
            "late": days,
            "wait": RANDOM.integers(0, 60, n),
            "delay": RANDOM.integers(0, 400, n),
            "times": RANDOM.integers(2, 9, n),
            "weekday": RANDOM.integers(0, 7, n),
            "e": RANDOM.integers(0, 2, n),
        }
        numbers["an_item"] = numbers["item"]
        filled = text.fillings(uniforms(len(SLOTS), n), BOOK, numbers)
        slots, _ = phrases._read_slots(phrases.FOLDER / "fr/slots.txt")
        for place, slot in enumerate(SLOTS):
            named = np.array(BOOK.pieces.take(pa.array(filled[:, place])).to_pylist())
            for low, high in {(low, high) for low, high, _, _ in slots[slot]}:
                wanted = {one for start, end, one, _ in slots[slot] if (start, end) == (low, high)}
                inside = (numbers[slot] >= low) & (numbers[slot] <= high)
                if slot != "e":
                    assert set(named[inside]) <= wanted
        feminine = np.array(BOOK.pieces.take(pa.array(filled[:, SLOTS.index("e")])).to_pylist())
        assert (feminine == np.where(numbers["e"] == phrases.GENDERS.index("f"), "e", "")).all()

    def test_names_the_same_article_with_either_article(self):
        n = 5_000
        numbers = {slot: np.zeros(n, dtype=np.int64) for slot in SLOTS} | {"times": np.full(n, 2)}
        numbers["late"] = np.ones(n, dtype=np.int64)
        filled = text.fillings(uniforms(len(SLOTS), n), BOOK, numbers)
        item, an_item = filled[:, SLOTS.index("item")], filled[:, SLOTS.index("an_item")]
        first = BOOK.fillings["item"], BOOK.fillings["an_item"]
        place = [
            np.searchsorted(np.sort(one.pieces[: one.count[0]]), found)
            for one, found in zip(first, (item, an_item), strict=True)
        ]
        assert len(set(zip(item.tolist(), an_item.tolist(), strict=True))) == len(set(item.tolist())) > 10
        assert len(set(place[0])) == len(set(place[1]))


class TestRankedDraws:
    N = 40_000
    WEIGHTS = np.array([5.0, 3.0, 2.0, 0.0, 0.0, 10.0])

    @pytest.fixture(scope="class")
    @staticmethod
    def drawn():
        weights = np.broadcast_to(TestRankedDraws.WEIGHTS, (TestRankedDraws.N, 6))
        return text.ranked(uniforms(6, TestRankedDraws.N), weights, 6)

    def test_never_repeat(self, drawn):
        assert (np.sort(drawn, axis=1) == np.arange(6)).all()

    def test_begin_with_each_code_as_often_as_its_weight(self, drawn):
        share = np.bincount(drawn[:, 0], minlength=6) / self.N
        wanted = self.WEIGHTS / self.WEIGHTS.sum()
        assert (np.abs(share - wanted) <= 4 * np.sqrt(wanted * (1 - wanted) / self.N)).all()

    def test_go_on_with_each_of_the_rest_as_often_as_its_weight(self, drawn):
        second = drawn[drawn[:, 0] == 5, 1]
        share = np.bincount(second, minlength=6) / len(second)
        wanted = np.array([0.5, 0.3, 0.2, 0.0, 0.0, 0.0])
        assert (np.abs(share - wanted) <= 4 * np.sqrt(wanted * (1 - wanted) / len(second))).all()

    def test_put_last_what_weighs_nothing(self, drawn):
        assert (np.sort(drawn[:, 4:], axis=1) == [3, 4]).all()

    def test_give_the_first_ones_alone_where_fewer_are_wanted(self):
        u, weights = uniforms(6, 200), np.tile(self.WEIGHTS, (200, 1))
        assert (text.ranked(u, weights, 2) == text.ranked(u, weights, 6)[:, :2]).all()

    def test_stand_the_lowest_and_the_highest_uniforms(self):
        u = np.array([[0.0, 1 - 2**-53], [0.0, 1 - 2**-53], [0.5, 0.5]])
        found = text.ranked(u, np.tile([1.0, 1.0, 0.0], (2, 1)), 3)
        assert found[:, 2].tolist() == [2, 2]


class TestConceptCount:
    @pytest.mark.parametrize(("mean", "least"), [(1.0, 1), (1.25, 1), (2.8, 1), (0.9, 0), (0.0, 0)])
    def test_has_the_mean_and_the_least_it_is_asked_for(self, mean, least):
        n = 40_000
        count = text.concept_count(uniforms(2, n), np.full(n, mean), np.full(n, least), 0.55)
        assert count.min() == least
        assert count.max() <= text.MOST_CONCEPTS
        assert abs(count.mean() - mean) <= 4 * count.std() / np.sqrt(n) + 0.01

    def test_takes_the_least_of_each_text(self):
        least = np.arange(20_000) % 2
        count = text.concept_count(uniforms(2, len(least)), np.full(len(least), 1.4), least, 0.5)
        assert [count[least == one].min() for one in (0, 1)] == [0, 1]

    def test_varies_more_than_chance_where_some_have_much_to_say(self):
        n = 40_000
        even, busy = (
            text.concept_count(uniforms(2, n), np.full(n, 3.0), np.ones(n, dtype=np.int64), cv) for cv in (0.0, 0.6)
        )
        assert even.var() == pytest.approx(2.0, rel=0.05)
        assert busy.var() == pytest.approx(2.0 + (2.0 * 0.6) ** 2, rel=0.1)


def test_what_is_said_is_packed_and_unpacked_without_loss():
    n = 2_000
    parts = [RANDOM.integers(0, most, n) for most in (24, 3, 4, 15)]
    for one, other in zip(parts, text.unpacked(text.packed(*parts)), strict=True):
        assert (one == other).all()


class TestAnOutline:
    N = 6_000
    EVERY = np.ones((len(text.OPTIONAL), len(SOURCES)))

    @classmethod
    def made(cls, shares, chat=(1.0, 1.0, 1.0, 1.0), n=None):
        n = n or cls.N
        source = np.arange(n) % len(SOURCES)
        concepts = 1 + (np.arange(n) // len(SOURCES)) % 4
        topic = np.arange(n) % len(TOPICS)
        asks = (source == MESSAGE) | (source == CHAT)
        u = uniforms(len(text.OPTIONAL) + 6, n)
        return (
            source,
            concepts,
            topic,
            text.outline(u, source, concepts, topic, asks, np.asarray(shares), np.asarray(chat)),
        )

    def test_stands_in_its_order_where_a_text_has_everything(self):
        source, concepts, topic, parts = self.made(self.EVERY)
        for row in range(60):
            said = [CONCEPT + number for number in range(concepts[row])]
            request = frame(f"request_{TOPICS[topic[row]]}")
            wanted = [*map(frame, text.BEFORE), *said]
            if source[row] == MESSAGE:
                wanted += [request]
            if source[row] == CHAT:
                again = ["customer_more", "adviser_answer"] * text.TURNS
                turns = ["adviser_ask", "customer_reply", "adviser_answer", *again, "customer_bye", "adviser_close"]
                wanted = [frame("adviser_hello"), *wanted, request, frame("thanks"), *map(frame, turns)]
            wanted += [frame(name) for name in text.AFTER if name != "thanks" or source[row] != CHAT]
            assert parts[row][parts[row] >= 0].tolist() == wanted[: text.MOST_PASSAGES]

    def test_is_its_concepts_alone_where_nothing_else_is_wanted(self):
        source, concepts, _, parts = self.made(0 * self.EVERY)
        others = (source != MESSAGE) & (source != CHAT)
        assert (text.passage_count(parts)[others] == concepts[others]).all()
        assert (parts[others, 0] == CONCEPT).all()

    def test_fills_up_behind_its_last_passage(self):
        _, _, _, parts = self.made(0.5 * self.EVERY, (0.5, 0.5, 0.5, 0.5))
        count = text.passage_count(parts)
        assert ((parts >= 0) == (np.arange(text.MOST_PASSAGES) < count[:, None])).all()

    def test_has_frames_at_the_shares_of_their_source(self):
        n = 35_000
        shares = np.linspace(0.05, 0.95, self.EVERY.size).reshape(self.EVERY.shape)
        source, concepts, _, parts = self.made(shares, n=n)
        for place, name in enumerate(text.OPTIONAL):
            if name == "story":
                continue
            around = name in ("opening", "comparison", "closing")
            for code in range(len(SOURCES)):
                for one in (False, True):
                    has = (parts[(source == code) & ((concepts == 1) == one)] == frame(name)).any(axis=1)
                    p = shares[place, code]
                    p = min(p * text.ONE_CONCEPT_FACTOR, 1.0) if one and around else p
                    assert abs(has.mean() - p) <= 4.5 * np.sqrt(p * (1 - p) / len(has)), (name, SOURCES[code], one)

    def test_says_more_around_one_concept(self):
        assert text.ONE_CONCEPT_FACTOR > 1.5
        source, concepts, _, parts = self.made(0.3 * self.EVERY, n=28_000)
        for name in ("opening", "comparison", "closing", "question"):
            has = (parts == frame(name)).any(axis=1) & (source != CHAT)
            ratio = has[concepts == 1].mean() / has[concepts > 1].mean()
            wanted = 1.0 if name == "question" else text.ONE_CONCEPT_FACTOR
            assert ratio == pytest.approx(wanted, rel=0.15), name

    def test_of_a_chat_thanks_with_its_request_and_nowhere_else(self):
        source, _, _, parts = self.made(self.EVERY, (0.5, 0.5, 0.5, 0.5))
        chats = parts[source == CHAT]
        assert ((chats == frame("thanks")).sum(axis=1) == 1).all()
        row, place = np.nonzero(chats == frame("thanks"))
        assert np.isin(chats[row, place - 1], [frame(f"request_{topic}") for topic in TOPICS]).all()

    @pytest.mark.parametrize(
        ("chat", "turns"),
        [
            ((0, 0, 0, 0), 3),
            ((1, 0, 0, 0), 5),
            ((1, 1, 0, 0), 7),
            ((1, 1, 1, 0), 9),
            ((0, 0, 0, 1), 5),
            ((1, 1, 1, 1), 11),
        ],
    )
    def test_of_a_chat_takes_turns(self, chat, turns):
        source, _, _, parts = self.made(0 * self.EVERY, chat, n=700)
        assert set(text.turn_count(parts[source == CHAT])) == {turns}
        assert set(text.turn_count(parts[source != CHAT])) == {1}

    def test_of_a_chat_goes_on_a_second_time_only_after_a_first(self):
        source, _, _, parts = self.made(0 * self.EVERY, (0.5, 0.7, 0.3, 0.5), n=14_000)
        more = (parts[source == CHAT] == frame("customer_more")).sum(axis=1)
        for times, share in ((1, 0.7), (2, 0.3)):
            assert abs((more >= times).mean() - share) <= 4 * np.sqrt(share * (1 - share) / len(more))

    def test_of_a_chat_draws_its_turns_apart_from_each_other(self):
        source, _, _, parts = self.made(0 * self.EVERY, (0.5, 0.5, 0.2, 0.5), n=28_000)
        chats = parts[source == CHAT]
        turns = [
            (chats == frame(name)).any(axis=1)
            for name in ("adviser_hello", "adviser_ask", "customer_more", "adviser_close")
        ]
        apart = np.corrcoef(np.array(turns).astype(float)) - np.eye(len(turns))
        assert np.abs(apart).max() < 4 / np.sqrt(len(chats))


class TestPhrases:
    QUALITY, WAIT, DELIVERY = (ASPECTS.index(name) for name in ("quality", "wait", "delivery"))

    @staticmethod
    def drawn(n, aspects, articles=text.NO_ARTICLES, polarity=POSITIVE, events=(), book=BOOK):
        """Return texts, aspects, the phrases they get, and those of a first draw alone."""
        texts = np.repeat(np.arange(n), len(aspects))
        aspect = np.tile(aspects, n)
        zeros = np.zeros(len(texts), dtype=np.int64)
        event = np.tile(events, n) if events else zeros
        said = text.packed(aspect, zeros + polarity, zeros + 2, event)
        u = uniforms(text.TRIES, len(texts))
        ironic = zeros.astype(bool)
        found = text.phrases(u, book, texts, said, zeros + PLAIN, ironic, zeros + articles)
        manner = {"register": zeros + PLAIN, "intensity": zeros + 2, "ironic": ironic}
        return texts, aspect, found, book.phrase(u[0], aspect=aspect, polarity=zeros + polarity, event=event, **manner)

    @pytest.mark.parametrize("polarity", [NEGATIVE, POSITIVE])
    def test_speak_of_their_aspect(self, polarity):
        _, aspect, found, first = self.drawn(800, [0, 5, 6, 17], polarity=polarity)
        assert (BOOK.aspect[found] == aspect).all()
        assert (BOOK.polarity[found] == polarity).all()
        assert (found == first).mean() > 0.7

    @pytest.mark.parametrize("language", ["en", "fr"])
    @pytest.mark.parametrize("articles", [0, 4, text.NO_ARTICLES])
    def test_never_name_other_articles_than_those_bought(self, language, articles):
        book = phrases.load(language)

        def others(phrase):
            return (book.about[phrase] != text.NO_ARTICLES) & (book.about[phrase] != articles)

        named = 0
        for polarity in range(len(POLARITIES)):
            for aspect in range(len(ASPECTS)):
                _, _, found, first = self.drawn(300, [aspect], articles, polarity, book=book)
                assert not others(found).any(), (aspect, polarity)
                assert (found == first)[~others(first)].all()
                named += others(first).sum()
        assert named > 500

    @pytest.mark.parametrize("language", ["en", "fr"])
    @pytest.mark.parametrize("polarity", [NEGATIVE, POSITIVE])
    def test_say_nothing_twice_in_a_text(self, language, polarity):
        book = phrases.load(language)
        for aspect in range(len(ASPECTS)):
            texts, _, found, first = self.drawn(200, [aspect] * 5, polarity=polarity, book=book)

            def twice(phrase, texts=texts):
                return text.repeated(texts * len(book.families) + book.family[phrase])

            assert twice(first).any()
            assert not twice(found).any(), ASPECTS[aspect]

    def test_tell_once_how_late_how_long_and_how_often(self):
        events = [EVENTS.index(name) for name in ("late_parcel", "late_parcel", "long_wait")]
        texts, _, found, first = self.drawn(
            3_000, [self.DELIVERY, self.DELIVERY, self.WAIT], polarity=NEGATIVE, events=events
        )

        def times(phrase):
            return np.bincount(texts, weights=BOOK.tells_how_much[phrase])

        assert (times(first) > 1).mean() > 0.05
        assert times(found).max() == 1
        assert times(found).mean() > 0.3

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_beside_each_other_are_of_one_aspect_and_polarity_and_need_no_event(self, language):
        book = phrases.load(language)
        every = np.arange(len(book.aspect))
        other = book.beside(every)
        assert (other != every).all()
        assert (book.aspect[other] == book.aspect).all()
        assert (book.polarity[other] == book.polarity).all()
        group = (book.aspect * len(POLARITIES) + book.polarity) * len(EVENTS)
        assert ((other >= book.phrase_start[group]) & (other < book.phrase_end[group])).all()
        assert (book.family[other] == book.family).mean() < 0.06
        walk, seen = every, [every]
        for _ in range(text.SHIFTS):
            walk = book.beside(walk)
            seen.append(walk)
        own = (every >= book.phrase_start[group]) & (every < book.phrase_end[group])
        size = book.phrase_end[group] - book.phrase_start[group]
        reached = np.array([len(set(row)) for row in np.array(seen).T.tolist()])
        assert (reached >= np.minimum(size, text.SHIFTS))[own].all()  # and so every family that may still serve


def surrounded(seed: int = 1, n: int = 30_000, shares: tuple[float, ...] = SHARES):
    """Return passages of many small texts and what surrounds them."""
    random = np.random.default_rng(seed)
    bodies = []
    for number in range(n // 5):
        source = int(random.integers(len(SOURCES)))
        concepts = [CONCEPT + one for one in range(random.integers(1, 5))]
        before = [frame("greeting")] * int(random.random() < 0.5)
        after = [frame("closing")] * int(random.random() < 0.3)
        if source == CHAT:
            after = [frame(f"request_{TOPICS[0]}"), frame("adviser_answer"), frame("customer_bye")]
        if source in (COMPLAINT, MESSAGE):
            after = [frame("demand")] * int(random.random() < 0.5) + [frame("signoff")] * int(random.random() < 0.5)
        bodies.append((number, source, [*before, *concepts, *after]))
    texts = np.array([number for number, _, body in bodies for _ in body])
    source = np.array([code for _, code, body in bodies for _ in body])
    part = np.array([code for _, _, body in bodies for code in body])
    slot = np.array([place for _, _, body in bodies for place in range(len(body))])
    m = len(part)
    polarity = random.integers(0, 3, m)
    register = np.repeat(random.integers(0, 3, len(bodies)), [len(body) for _, _, body in bodies])
    template = random.integers(0, len(BOOK.aspect), m)
    of_frame = part < CONCEPT
    u = random.random((10, m))
    template[of_frame] = BOOK.frame(
        u[9][of_frame], part[of_frame], source[of_frame], polarity[of_frame], register[of_frame]
    )
    aspect = random.integers(0, 2, m)
    around = text.surroundings(u[:9], BOOK, part, aspect, polarity, slot, source, register, shares, template)
    return {
        "texts": texts,
        "source": source,
        "part": part,
        "aspect": aspect,
        "slot": slot,
        "polarity": polarity,
        "register": register,
        "template": template,
        "around": around,
        "last": np.r_[texts[1:] != texts[:-1], True],
    }


def frames_of(name: str) -> set[int]:
    """Return the templates of a frame."""
    every = [np.ravel(one) for one in np.meshgrid(range(len(SOURCES)), range(3), range(3), np.linspace(0, 0.999, 60))]
    source, polarity, register = (one.astype(np.int64) for one in every[:3])
    return set(BOOK.frame(every[3], np.full(len(source), frame(name)), source, polarity, register).tolist())


def written_as(template: int) -> str:
    """Return the words of a template in lower case."""
    start, count = BOOK.templates.start[template], BOOK.templates.count[template]
    pieces = BOOK.templates.segments[start : start + count]
    return "".join(BOOK.pieces[int(piece)].as_py() if piece >= 0 else "_" for piece in pieces).lower()


class TestSurroundings:
    @pytest.fixture(scope="class")
    @staticmethod
    def made():
        return surrounded()

    @staticmethod
    def column(made, name):
        return made["around"][:, getattr(text, name)]

    def follows(self, made):
        """Return which passages are concepts that follow a concept of their text."""
        concept = made["part"] >= CONCEPT
        return concept & (made["slot"] > 0) & np.r_[False, concept[:-1]]

    def test_no_stop_stands_before_a_joined_passage(self, made):
        greeted = np.r_[False, made["part"][:-1] == frame("greeting")]
        joined = (self.column(made, "JOINED") == 1) & ~greeted
        assert joined.sum() > 500
        assert (self.column(made, "STOP")[np.flatnonzero(joined) - 1] == -1).all()

    def test_links_stand_between_concepts_alone(self, made):
        linked = self.column(made, "LINK") >= 0
        assert linked.sum() > 1_000
        assert self.follows(made)[linked].all()

    def seconds(self, made):
        """Return which passages are the second concept of their text: what stands around the first binds no other."""
        follows = self.follows(made)
        return follows & ~np.r_[False, follows[:-1]]

    @staticmethod
    def turns(made):
        """Return which passages are as good or bad as the one before, and which the contrary; neutral ones neither."""
        turned = np.r_[1, made["polarity"][:-1]]
        clear = (made["polarity"] != NEUTRAL) & (turned != NEUTRAL)
        return clear & (made["polarity"] == turned), clear & (made["polarity"] != turned)

    @staticmethod
    def shown(has, share):
        assert has.size > 100
        return abs(has.mean() - share) <= 4 * np.sqrt(share * (1 - share) / has.size)

    def test_links_join_what_is_alike_and_turn_where_what_is_said_turns(self, made):
        kinds = {name: frames_of(name) for name in ("and", "but", "moreover", "however")}
        like, unlike = (self.follows(made) & one for one in self.turns(made))
        link, joined = self.column(made, "LINK"), self.column(made, "JOINED") == 1
        for which, name in (
            (unlike & joined, "but"),
            (like & joined, "and"),
            (unlike & ~joined, "however"),
            (like & ~joined, "moreover"),
        ):
            used = set(link[which & (link >= 0)].tolist())
            assert len(used) > 3
            assert used <= kinds[name], name
        neither = self.follows(made) & ~like & ~unlike
        assert neither.sum() > 2_000
        assert (link[neither] == -1).all()
        assert not joined[neither].any()

    def test_no_contrast_runs_into_the_next(self, made):
        link = self.column(made, "LINK")
        contrast = np.isin(link, list(frames_of("but") | frames_of("however"))) & self.turns(made)[1]
        follows, unlike = self.follows(made), self.turns(made)[1]
        assert (contrast[:-1] & (follows & unlike)[1:]).sum() > 100
        assert not (contrast[:-1] & (contrast & follows)[1:]).any()

    def test_one_join_makes_a_sentence(self, made):
        joined = (self.column(made, "JOINED") == 1) & self.follows(made)
        like, _ = self.turns(made)
        brief = BOOK.length[made["template"]] <= text.LONGEST_JOINED
        assert (joined[:-1] & (self.follows(made) & like & brief)[1:]).sum() > 100
        assert not (joined[:-1] & joined[1:]).any()

    def test_joins_at_the_shares_of_brief_phrases(self, made):
        brief = BOOK.length[made["template"]] <= text.LONGEST_JOINED
        brief &= np.r_[False, brief[:-1]]
        like, unlike = self.turns(made)
        joined = self.column(made, "JOINED") == 1
        second = self.seconds(made)
        assert self.shown(joined[second & brief & unlike], SHARES[3])
        assert self.shown(joined[second & brief & like], SHARES[2])
        assert not joined[self.follows(made) & ~brief].any()

    def test_lead_and_tail_stand_at_their_shares_and_never_around_one_phrase(self):
        made = surrounded(seed=4, n=60_000)
        concept = made["part"] >= CONCEPT
        lead, tail = self.column(made, "LEAD") >= 0, self.column(made, "TAIL") >= 0
        assert not (lead | tail)[~concept].any()
        assert not (lead & tail).any()
        assert not (lead & (self.column(made, "LINK") >= 0)).any()
        assert not ((lead | tail) & concept & (self.column(made, "JOINED") == 1) & self.follows(made)).any()
        alone = (made["slot"] == 0) & made["last"] & (BOOK.length[made["template"]] > text.LONGEST_ALONE)
        first = made["part"] == CONCEPT  # nothing has been said before that would stand a second time
        aside, parted = BOOK.aside[made["template"]], BOOK.parted[made["template"]]
        assert self.shown(lead[first & ~alone & ~aside], SHARES[0])
        assert self.shown(lead[first & alone & ~aside], SHARES[5])
        assert self.shown(tail[first & ~lead & ~alone & ~parted], SHARES[1])
        assert self.shown(tail[first & ~lead & alone & ~parted], SHARES[5])

    def test_no_lead_stands_before_an_aside_and_no_tail_after_a_comma(self, made):
        concept = made["part"] >= CONCEPT
        aside, parted = BOOK.aside[made["template"]], BOOK.parted[made["template"]]
        assert (concept & aside).sum() > 100
        assert (concept & parted & ~aside).sum() > 100
        assert (self.column(made, "LEAD")[aside] == -1).all()
        assert (self.column(made, "TAIL")[parted] == -1).all()

    def test_no_lead_tail_or_word_of_transition_stands_twice(self):
        made = surrounded(seed=8, n=20_000, shares=(0.7, 0.7, 0.1, 0.1, 0.9, 0.58, 0.02, 0.22, 0.55))
        for name in ("LEAD", "TAIL", "LINK"):
            used = self.column(made, name)
            has = (used >= 0) & ((name != "LINK") | (self.column(made, "JOINED") == 0))
            words = [written_as(template) for template in used[has]]
            pairs = list(zip(made["texts"][has].tolist(), words, strict=True))
            assert len(pairs) - len({number for number, _ in pairs}) > 200
            assert len(set(pairs)) == len(pairs), name

    def test_complaints_begin_a_paragraph_at_some_turns_to_another_aspect(self, made):
        sign = self.column(made, "SIGN")
        turned = made["aspect"] != np.r_[0, made["aspect"][:-1]]
        parted = self.follows(made) & (self.column(made, "JOINED") == 0)
        complaint = made["source"] == COMPLAINT
        begins = sign == BOOK.signs[LINE]
        assert self.shown(begins[parted & complaint & turned], text.NEW_PARAGRAPH)
        assert not begins[parted & ~(complaint & turned)].any()

    def test_letters_end_with_a_stop_and_others_go_without_at_the_shares_of_their_register(self, made):
        letter = (made["source"] == COMPLAINT) | (made["source"] == MESSAGE)
        signed = np.isin(made["part"], [frame("greeting"), frame("signoff")])
        open_end = made["last"] & ~signed & ~BOOK.closed[made["template"]]
        stopped = self.column(made, "STOP") >= 0
        assert stopped[open_end & letter].all()
        for register, share in enumerate(SHARES[6:]):
            of = open_end & ~letter & (made["register"] == register)
            assert abs(1 - stopped[of].mean() - share) <= 4 * np.sqrt(share * (1 - share) / of.sum())

    def test_nothing_that_holds_its_own_sign_gets_a_stop(self, made):
        own = BOOK.closed[made["template"]] | np.isin(made["part"], [frame("greeting"), frame("signoff")])
        assert (self.column(made, "STOP")[own] == -1).all()

    def test_letters_have_paragraphs_chats_lines_and_nothing_stands_at_the_front(self, made):
        sign = self.column(made, "SIGN")
        first = made["slot"] == 0
        assert (sign[first] == BOOK.signs[NOTHING]).all()
        letter = (made["source"] == COMPLAINT) | (made["source"] == MESSAGE)
        signoff = (made["part"] == frame("signoff")) & ~first
        assert (sign[signoff] == BOOK.signs[PARAGRAPH]).all()
        assert (sign[made["part"] == frame("demand")] == BOOK.signs[LINE]).all()
        greeted = np.r_[False, made["part"][:-1] == frame("greeting")] & ~first
        assert (sign[greeted & letter] == BOOK.signs[PARAGRAPH]).all()
        assert (sign[greeted & ~letter] == BOOK.signs[BLANK]).all()
        comma = sign == BOOK.signs[COMMA]
        assert comma.sum() > 15
        assert (made["register"][comma] == CASUAL).all()
        assert (self.column(made, "LINK")[comma] == -1).all()

    def test_speakers_stand_where_they_change_and_in_chats_alone(self, made):
        speaker = self.column(made, "SPEAKER")
        chat = made["source"] == CHAT
        assert (speaker[~chat] == -1).all()
        first = made["slot"] == 0
        answer = made["part"] == frame("adviser_answer")
        assert (speaker[chat & answer] == BOOK.speakers[text.ADVISER]).all()
        assert (speaker[chat & (first | (made["part"] == frame("customer_bye")))] == BOOK.speakers[text.CUSTOMER]).all()
        rest = chat & ~first & ~answer & (made["part"] != frame("customer_bye"))
        assert (speaker[rest] == -1).all()


def composed(made, style_code: int, chance: float = 0.0, seed: int = 3):
    """Return passages as written: what stands before, the words and what stands after."""
    around, template = made["around"], made["template"]
    n = len(template)
    random = np.random.default_rng(seed)
    numbers = {slot: np.zeros(n, dtype=np.int64) for slot in SLOTS} | {"times": np.full(n, 2)}
    numbers["late"] = np.ones(n, dtype=np.int64)
    pieces = text.fillings(random.random((len(SLOTS), n)), BOOK, numbers)
    style = text.style_of(made["part"], np.full(n, style_code))
    before = text.before(BOOK, around, style, pieces)
    correct = text.words(BOOK, around, template, style, pieces)
    shares = (0.35, 0.30, 0.20, 0.15)
    words = text.mistyped(random.random((8, n)), correct, np.full(n, chance), shares, 0.02, BOOK)
    after = text.after(BOOK, around, style, pieces)
    return pieces, style, before, correct, words, after


class TestSpans:
    @pytest.mark.parametrize("style", range(len(STYLES)), ids=STYLES)
    def test_hold_the_words_of_their_passage_after_slips(self, style):
        made = surrounded(n=4_000)
        _, _, before, _, words, after = composed(made, style, chance=0.02)
        written = text.together(before, words, after)
        start = text.starts(written, before, made["texts"])
        end = start + text.lengths(words)
        whole: dict[int, str] = {}
        for number, passage in zip(made["texts"].tolist(), written.to_pylist(), strict=True):
            whole[number] = whole.get(number, "") + passage
        for number, low, high, said in zip(
            made["texts"].tolist(), start.tolist(), end.tolist(), words.to_pylist(), strict=True
        ):
            assert whole[number][low:high] == said

    def test_of_no_passages_are_none(self):
        nothing = pa.array([], pa.string())
        assert len(text.starts(nothing, nothing, np.zeros(0, dtype=np.int64))) == 0


class TestSlips:
    def test_are_none_without_a_chance(self):
        _, _, _, correct, words, _ = composed(surrounded(n=4_000), STANDARD)
        assert words.equals(correct)

    def test_strike_at_the_stated_rate_and_no_more_than_twice_a_passage(self):
        made = surrounded(n=20_000)
        chance = 0.004
        _, _, _, correct, words, _ = composed(made, STANDARD, chance)
        letters = text.lengths(correct)
        struck = text.unlike(words, correct)
        rate = 1 - (1 - np.minimum(letters * chance / 2, 1)) ** 2
        error = np.sqrt((rate * (1 - rate)).sum())
        # A slip can undo itself only where two letters that change places are the same letter twice.
        assert abs(struck.sum() - rate.sum()) <= 4 * error + 0.01 * rate.sum()
        assert np.abs(text.lengths(words) - letters).max() <= 2

    def test_leave_advisers_alone_as_do_styles(self):
        made = surrounded(n=8_000)
        adviser = text.is_adviser(made["part"])
        assert adviser.sum() > 100
        _, style, *_ = composed(made, STYLES.index("shouting"))
        assert (style[adviser] == STANDARD).all()
        assert (style[~adviser] == STYLES.index("shouting")).all()


class TestStyles:
    @pytest.fixture(scope="class")
    @staticmethod
    def written():
        """Return the same passages in every style, those of customers alone."""
        made = surrounded(n=5_000)
        made["around"][:, text.SPEAKER] = -1  # who speaks is written alike in every style
        customers = ~text.is_adviser(made["part"])
        found = []
        for style in range(len(STYLES)):
            _, _, before, words, _, after = composed(made, style)
            whole = text.together(before, words, after)
            found.append(np.array(whole.to_pylist())[customers])
        return dict(zip(STYLES, found, strict=True))

    def test_name_who_speaks_alike(self):
        made = surrounded(n=2_000)
        made["around"][:, [text.SIGN, text.LINK]] = -1
        spoken = [composed(made, style)[2].to_pylist() for style in range(len(STYLES))]
        assert {"Client : ", "Conseiller : "} <= set(spoken[STANDARD])
        assert all(one == spoken[STANDARD] for one in spoken)

    def test_without_accents_have_none_and_are_else_the_same(self, written):
        for standard, plain in zip(written["standard"], written["unaccented"], strict=True):
            assert phrases.unaccented(standard) == plain

    def test_in_small_letters_and_in_capitals_are_the_same_in_those(self, written):
        for standard, lower, loud in zip(written["standard"], written["lower_case"], written["shouting"], strict=True):
            assert standard.lower() == lower
            assert standard.upper() == loud

    @pytest.mark.parametrize(("style", "least"), [("by_ear", 0.2), ("short", 0.5)])
    def test_change_whole_words_to_those_of_the_file(self, written, style, least):
        changed = [one != other for one, other in zip(written["standard"], written[style], strict=True)]
        assert np.mean(changed) > least
        words = phrases._read_style(phrases.FOLDER / "fr/style.toml")
        table = words.short if style == "short" else words.by_ear
        used = Counter(
            key
            for standard, other in zip(written["standard"], written[style], strict=True)
            for key in table
            if " " not in key and key in standard.lower().split() and table[key] in other.lower().split()
        )
        assert len(used) > 5

    def test_short_ones_are_shorter_without_capitals_and_accents(self, written):
        whole = "".join(written["short"])
        assert len(whole) < 0.97 * len("".join(written["standard"]))
        assert phrases.unaccented(whole).lower() == whole

    def test_clean_gives_standard_spelling_back(self):
        made = surrounded(n=4_000)
        for style_code in (STANDARD, STYLES.index("short"), STYLES.index("by_ear")):
            pieces, style, before, correct, words, after = composed(made, style_code, chance=0.02)
            written = text.together(before, words, after)
            found = text.clean(BOOK, made["around"], made["template"], style, pieces, correct, words, written)
            _, _, *standard = composed(made, STANDARD)
            wanted = text.together(standard[0], standard[1], standard[3])
            assert found.equals(wanted)


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("", 0),
        ("Bien", 1),
        ("Très bien", 2),
        ("À quand un vrai suivi ?", 5),
        ("Quelle honte !", 2),
        ("C'est l'essentiel, enfin", 3),
        ("peut-être demain", 2),
    ],
)
def test_words_are_counted_between_blanks_and_signs_are_none(written, count):
    around = pa.array(["avant", written, "et après ?"])
    assert text.word_count(around).tolist() == [1, count, 2]
    assert text.word_count(around.slice(1, 1)).tolist() == [count]


def test_adviser_and_customer_are_told_apart_in_every_frame():
    advisers = {name for name in FRAMES if text.is_adviser(np.array([frame(name)]))[0]}
    assert advisers == {"adviser_hello", "adviser_ask", "adviser_answer", "adviser_close"}
    assert not text.is_adviser(np.arange(CONCEPT, CONCEPT + text.MOST_CONCEPTS)).any()


def test_set_phrases_are_greetings_and_signoffs():
    set_phrases = {name for name in FRAMES if text.is_set_phrase(np.array([frame(name)]))[0]}
    assert set_phrases == {"greeting", "signoff"}
    assert not text.is_set_phrase(np.arange(CONCEPT, CONCEPT + text.MOST_CONCEPTS)).any()


def test_words_of_customers_are_counted_with_their_links_and_none_of_advisers():
    made = surrounded(n=4_000)
    words = composed(made, STANDARD)[3]
    found = text.words_of_customer(BOOK, made["part"], made["around"], words)
    adviser = text.is_adviser(made["part"])
    link = made["around"][:, text.LINK]
    linked = (link >= 0) & ~adviser
    assert (found[adviser] == 0).all()
    assert (found[~adviser & ~linked] == text.word_count(words)[~adviser & ~linked]).all()
    of_link = [sum(any(map(str.isalpha, word)) for word in written_as(one).split()) for one in link[linked]]
    assert (found[linked] - text.word_count(words)[linked] == of_link).all()
