"""The phrase banks: one folder per language, read strictly, compiled once into a ``Phrasebook``.

A folder holds ``aspects/<aspect>.txt``, ``frames.txt``, ``slots.txt``, ``style.toml`` and ``forbidden.txt``; another
language is another folder. ``docs/en/how-it-works/words.md`` says how to write one.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa

from cxdata.errors import VocabularyError, unknown
from cxdata.schema.phrasebook import (
    ASPECTS,
    EVENTS,
    EVENTS_OF_SLOT,
    FRAMES,
    INTENSITIES,
    POLARITIES,
    REGISTERS,
    SERVES,
    SIGNS,
    SLOTS,
    SOURCES,
    TONES,
    Codes,
    Filling,
    Phrasebook,
    Templates,
)

FOLDER = Path(__file__).parent / "phrases"
FALLBACK = "en"
"""Language of the texts of a locale whose own language has no bank."""
ANY = "any"
_BOX = "box"
"""Aspect whose articles are not those of the order."""
ARTICLES = ("plants", "garden_tools", "furniture", "decoration", "lighting", "kitchen", "paint", ANY)
"""Groups of articles, in the order of the codes by which recipes ask for them; the last serves where none is known."""
GENDERS = ("f", "m")
_ABOUT = "about"
"""Lines of ``slots.txt`` that name words of one group of articles: a phrase that holds one is about that group."""

_SIGNED = ("greeting", "question", "stop", "signoff", "adviser_hello")
"""Frames that hold their own signs and capitals."""
_NEAR_REGISTER = (1000, 200, 1)
"""Weight of a phrase by how far its register lies from the one asked for."""
_NEAR_INTENSITY = (6, 3, 1)
"""The same for its intensity."""
_SAME_TONE, _OTHER_TONE = 40, 1
_WIDEST = 10**9
_LEAST_OF_FAMILY = 2
_SLOT = re.compile(r"\{([a-z_]+)\}")
_ODD = re.compile(r"[0-9;\"«»()\[\]|{}<>\\@#=_\t]|https?|\s\s")
_ASIDE = re.compile(r",\s\S+(?:\s\S+){0,2}$")
_ENDS = (".", "!", "?", "…")
_WORD = re.compile(r"\w")
_SLUG = re.compile(r"[a-z0-9_]+")
_INTENSITY_WORDS = tuple(str(one) for one in INTENSITIES)
_LONE_SIGN = re.compile(r"(?:^|\s)[^\w\s]+(?:\s|$)")
_LETTERS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Phrase:
    """One line of an aspect's file."""

    aspect: str
    family: str
    polarity: str
    intensity: int
    register: str
    tone: str
    event: str
    text: str


@dataclass(frozen=True)
class Frame:
    """One line of ``frames.txt``."""

    kind: str
    polarity: str
    register: str
    sources: tuple[str, ...]
    text: str


@dataclass
class _Pieces:
    """Distinct pieces of text, numbered in the order of their first use."""

    numbers: dict[str, int] = field(default_factory=dict)
    start: list[int] = field(default_factory=list)
    count: list[int] = field(default_factory=list)
    segments: list[int] = field(default_factory=list)
    length: list[int] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    closed: list[bool] = field(default_factory=list)
    aside: list[bool] = field(default_factory=list)
    parted: list[bool] = field(default_factory=list)
    tells_how_much: list[bool] = field(default_factory=list)
    names_article: list[bool] = field(default_factory=list)

    def piece(self, text: str) -> int:
        return self.numbers.setdefault(text, len(self.numbers))

    def template(self, text: str) -> int:
        """Add a text with slots; return its number."""
        self.start.append(len(self.segments))
        parts = _SLOT.split(text)
        found = [
            -1 - SLOTS.index(part) if place % 2 else self.piece(part)
            for place, part in enumerate(parts)
            if part or len(parts) == 1
        ]
        self.segments += found
        self.count.append(len(found))
        self.length.append(sum(len(part) for part in parts[::2]))
        self.words.append(_count_words(text))
        self.aside.append(bool(_ASIDE.search(text)))
        self.parted.append("," in text)
        self.tells_how_much.append(bool(set(EVENTS_OF_SLOT) & set(parts[1::2])))
        self.names_article.append(bool({"item", "an_item"} & set(parts[1::2])))
        self.closed.append(text[-1:] in _ENDS)
        return len(self.count) - 1


def _count_words(text: str) -> int:
    """Return the words of a text; signs that stand alone are none."""
    found = text.split()
    return len(found) - sum(not _WORD.search(word) for word in found) if _LONE_SIGN.search(text) else len(found)


def languages() -> tuple[str, ...]:
    """Return the languages that have a bank."""
    return tuple(sorted(path.name for path in FOLDER.iterdir() if (path / "style.toml").exists()))


def language_of(locale: str) -> str:
    """Return the language in which the texts of a locale are written: its own, or English where it has no bank."""
    own = locale.partition("_")[0]
    return own if own in languages() else FALLBACK


def digest(folder: Path) -> str:
    """Return SHA-256 over the files of a bank."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found.update(f"{path.relative_to(folder).as_posix()}\x1f".encode() + path.read_bytes() + b"\x1f")
    return found.hexdigest()


@cache
def load(language: str) -> Phrasebook:
    """Return the phrases of a language.

    Raises:
        VocabularyError: If there is no such bank, or a line of it is malformed or missing: with file and line.
    """
    if language not in languages():
        raise VocabularyError(unknown("language of texts", language, languages()))
    return read_bank(FOLDER / language)


def read_bank(folder: Path) -> Phrasebook:
    """Read and compile a bank.

    Raises:
        VocabularyError: With file and line.
    """
    style = _read_style(folder / "style.toml")
    forbidden = frozenset(text for _, text in _lines(folder / "forbidden.txt"))
    phrases = read_phrases(folder / "aspects", forbidden)
    frames = read_frames(folder / "frames.txt", forbidden)
    slots, about = _read_slots(folder / "slots.txt")

    pieces = _Pieces()
    order = sorted(range(len(phrases)), key=lambda place: _group(phrases[place]))  # stable: the file's order within
    phrases = [phrases[place] for place in order]
    for phrase in phrases:
        pieces.template(phrase.text)
    families = sorted({f"{phrase.aspect}.{phrase.family}" for phrase in phrases})
    places = {family: place for place, family in enumerate(families)}
    groups = np.array([_group(phrase) for phrase in phrases])
    cells = np.arange(len(ASPECTS) * len(POLARITIES) * len(EVENTS))
    frame_start, frame_count, frame_list = _frame_cells(frames, pieces, folder)
    fillings = {slot: _filling(slot, slots, pieces, folder) for slot in SLOTS}
    signs = [pieces.template(sign) for sign in SIGNS]
    speakers = [pieces.template(style.speakers[who] + style.colon) for who in ("customer", "adviser")]
    return Phrasebook(
        language=folder.name,
        digest=digest(folder),
        templates=Templates(np.array(pieces.start), np.array(pieces.count), np.array(pieces.segments)),
        pieces=pa.array(_variants(list(pieces.numbers), style), pa.string()),
        piece_count=len(pieces.numbers),
        aspect=np.array([ASPECTS.index(phrase.aspect) for phrase in phrases]),
        polarity=np.array([POLARITIES.index(phrase.polarity) for phrase in phrases]),
        intensity=np.array([phrase.intensity for phrase in phrases]),
        tone=np.array([TONES.index(phrase.tone) for phrase in phrases]),
        family=np.array([places[f"{phrase.aspect}.{phrase.family}"] for phrase in phrases]),
        families=pa.array(families, pa.string()),
        about=np.array([_about(phrase, about) for phrase in phrases]),
        phrase_start=np.searchsorted(groups, cells, side="left"),
        phrase_end=np.searchsorted(groups, cells, side="right"),
        weights=_weights(phrases),
        frame_start=frame_start,
        frame_count=frame_count,
        frames=frame_list,
        fillings=fillings,
        length=np.array(pieces.length),
        words=np.array(pieces.words),
        closed=np.array(pieces.closed),
        aside=np.array(pieces.aside),
        parted=np.array(pieces.parted),
        tells_how_much=np.array(pieces.tells_how_much),
        names_article=np.array(pieces.names_article),
        signs=np.array(signs),
        speakers=np.array(speakers),
        keyboard=style.keyboard,
        forbidden=forbidden,
    )


def _group(phrase: Phrase) -> int:
    place = ASPECTS.index(phrase.aspect) * len(POLARITIES) + POLARITIES.index(phrase.polarity)
    return place * len(EVENTS) + EVENTS.index(phrase.event)


def _weights(phrases: Sequence[Phrase]) -> Codes:
    """Return cumulative weights of the phrases in every manner in which they can be asked for."""
    registers = np.array([REGISTERS.index(phrase.register) for phrase in phrases])
    intensities = np.array([phrase.intensity for phrase in phrases])
    tones = np.array([TONES.index(phrase.tone) for phrase in phrases])
    weights = [
        np.take(_NEAR_REGISTER, np.abs(registers - register))
        * np.take(_NEAR_INTENSITY, np.abs(intensities - intensity))
        * np.where(tones == tone, _SAME_TONE, _OTHER_TONE)
        for register in range(len(REGISTERS))
        for intensity in INTENSITIES
        for tone in range(len(TONES))
    ]
    return np.cumsum(np.concatenate(weights))


def _content(path: Path) -> str:
    """Return what a file of a bank holds.

    Raises:
        VocabularyError: If it is missing or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise VocabularyError(f"{_name(path)} is missing; every language of texts needs it.") from None
    except UnicodeDecodeError as error:
        number = error.object[: error.start].count(b"\n") + 1
        raise VocabularyError(f"{_name(path)}:{number}: not UTF-8; save the file as UTF-8.") from None


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield number and content of the lines that say something."""
    for number, line in enumerate(_content(path).splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            yield number, line.strip()


def _name(path: Path) -> str:
    parts = path.parts
    return "/".join(parts[-3:] if path.parent.name == "aspects" else parts[-2:])


def _fields(path: Path, number: int, line: str, names: Sequence[str]) -> list[str]:
    parts = [part.strip() for part in line.split(" | ")]
    if len(parts) != len(names) or not all(parts):
        raise VocabularyError(f"{_name(path)}:{number}: needs {len(names)} fields parted by ' | ': {', '.join(names)}.")
    return parts


def _fault(path: Path, number: int, what: str) -> VocabularyError:
    """Return what is wrong with a line, with file and line."""
    return VocabularyError(f"{_name(path)}:{number}: {what}")


def _one_of(path: Path, number: int, what: str, word: str, allowed: Sequence[str]) -> str:
    if word not in allowed:
        raise VocabularyError(f"{_name(path)}:{number}: " + unknown(what, word, allowed))
    return word


def read_phrases(folder: Path, forbidden: frozenset[str]) -> list[Phrase]:
    """Read the files of all aspects.

    Raises:
        VocabularyError: If one is missing, or a line of it malformed: with file and line.
    """
    for path in sorted(folder.glob("*.txt")):
        if path.stem not in ASPECTS:
            raise VocabularyError(f"{_name(path)}: " + unknown("aspect", path.stem, ASPECTS))
    return [phrase for aspect in ASPECTS for phrase in _read_aspect(folder / f"{aspect}.txt", forbidden)]


def _read_aspect(path: Path, forbidden: frozenset[str]) -> list[Phrase]:
    aspect = path.stem
    names = ("family", "polarity", "intensity", "register", "tone", "event", "phrase")
    phrases: list[Phrase] = []
    families: dict[str, tuple[int, str, str]] = {}
    seen: dict[str, int] = {}
    for number, line in _lines(path):
        family, polarity, intensity, register, tone, event, text = _fields(path, number, line, names)
        if not _SLUG.fullmatch(family):
            raise _fault(path, number, f"family {family!r} may hold small letters, digits and underscores alone.")
        _one_of(path, number, "polarity", polarity, POLARITIES)
        _one_of(path, number, "intensity", intensity, _INTENSITY_WORDS)
        _one_of(path, number, "register", register, REGISTERS)
        _one_of(path, number, "tone", tone, TONES)
        _one_of(path, number, "event", event, EVENTS)
        _check_text(path, number, text, forbidden)
        for slot in _SLOT.findall(text) if "{" in text else ():
            if slot in EVENTS_OF_SLOT and event not in EVENTS_OF_SLOT[slot]:
                needed = " or ".join(EVENTS_OF_SLOT[slot])
                raise _fault(path, number, f"slot {{{slot}}} needs the event {needed}, not {event}.")
        if text in seen:
            raise _fault(path, number, f"the same phrase stands on line {seen[text]}; drop one.")
        seen[text] = number
        first, *told = families.setdefault(family, (number, polarity, event))
        if told != [polarity, event]:
            said = f"family {family} is {told[0]} about {told[1]} on line {first}"
            raise _fault(path, number, f"{said}; one family, one polarity and event.")
        phrases.append(Phrase(aspect, family, polarity, int(intensity), register, tone, event, text))
    sizes = Counter(phrase.family for phrase in phrases)
    for family, (number, _, _) in families.items():
        if sizes[family] < _LEAST_OF_FAMILY:
            raise VocabularyError(f"{_name(path)}:{number}: family {family} needs another phrase that says the same.")
    for polarity in POLARITIES:
        if not any(phrase.polarity == polarity and phrase.event == ANY for phrase in phrases):
            raise VocabularyError(f"{_name(path)}: {aspect} needs a {polarity} phrase for the event any.")
    return phrases


def _check_text(path: Path, number: int, text: str, forbidden: frozenset[str], *, signed: bool = False) -> None:
    bare = text
    if "{" in text:
        for slot in _SLOT.findall(text):
            _one_of(path, number, "slot", slot, SLOTS)
        bare = _SLOT.sub("x", text)
    if odd := _ODD.search(bare if not text.startswith("_") else bare[1:]):
        raise _fault(path, number, f"{odd.group()!r} may not stand in a text; write words.")
    if bare.startswith(_FORMULA):
        raise _fault(path, number, "a text may not begin like a formula of a spreadsheet, with = + - or @.")
    if not signed:
        if bare[0].isupper() and not re.match(r"I\b", bare):
            raise _fault(path, number, "begin in lower case; a sentence gets its capital by itself.")
        if bare[-1] in _ENDS:
            raise _fault(path, number, f"leave out the final {bare[-1]!r}; a sentence gets its stop by itself.")
    if not forbidden.isdisjoint(words := words_of(bare)):
        banned = sorted(forbidden.intersection(words))
        raise _fault(path, number, f"{banned[0]!r} is in forbidden.txt; say it in other words.")


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case, as forbidden ones are looked for."""
    return _LETTERS.findall(text.lower())


def read_frames(path: Path, forbidden: frozenset[str]) -> list[Frame]:
    """Read ``frames.txt``.

    Raises:
        VocabularyError: If a line is malformed: with file and line.
    """
    frames = []
    for number, line in _lines(path):
        kind, polarity, register, source, text = _fields(
            path, number, line, ("kind", "polarity", "register", "source", "text")
        )
        _one_of(path, number, "frame", kind, FRAMES)
        _one_of(path, number, "polarity", polarity, (*POLARITIES, ANY))
        _one_of(path, number, "register", register, (*REGISTERS, ANY))
        sources = tuple(part.strip() for part in source.split(","))
        for one in sources:
            _one_of(path, number, "source", one, (*SOURCES, ANY))
        _check_text(path, number, text, forbidden, signed=text.endswith("?") or kind in _SIGNED)
        if set(_SLOT.findall(text)) & set(EVENTS_OF_SLOT):
            raise VocabularyError(
                f"{_name(path)}:{number}: a frame knows no event; use {{item}}, {{weekday}} or {{e}}."
            )
        frames.append(Frame(kind, polarity, register, SOURCES if ANY in sources else sources, _finished(kind, text)))
    return frames


def _finished(kind: str, text: str) -> str:
    """Return the text of a frame with the signs that join it to what stands beside it."""
    if kind == "stop":
        return " " + text[1:] if text.startswith("_") else text
    joined = text if text.startswith(",") else f" {text}"
    if kind == "tail":
        return joined
    if kind in ("and", "but"):
        return f"{joined} "
    if kind == "lead":
        return f"{text}, "
    return f"{text} " if kind in ("moreover", "however") else text


def _frame_cells(frames: Sequence[Frame], pieces: _Pieces, folder: Path) -> tuple[Codes, Codes, Codes]:
    """Return, for every frame, source, polarity and register, where its texts stand in a list and how many they are."""
    place = {text: pieces.template(text) for text in dict.fromkeys(frame.text for frame in frames)}
    numbers = [place[frame.text] for frame in frames]  # the same words are one template, whoever uses them
    start: list[int] = []
    count: list[int] = []
    listed: list[int] = []
    for kind in FRAMES:
        fit = [(frame, number) for frame, number in zip(frames, numbers, strict=True) if frame.kind == kind]
        for source in SOURCES:
            for polarity in POLARITIES:
                near = [
                    (frame, number)
                    for frame, number in fit
                    if source in frame.sources and frame.polarity in (polarity, ANY)
                ]
                if not near and source in SERVES[kind]:
                    raise VocabularyError(
                        f"{_name(folder / 'frames.txt')}: needs a {polarity} {kind} for source {source}."
                    )
                for register in REGISTERS:
                    exact = [number for frame, number in near if frame.register in (register, ANY)]
                    chosen = exact or [number for _, number in near]
                    start.append(len(listed))
                    count.append(len(chosen))
                    listed += chosen
    return np.array(start), np.array(count), np.array(listed)


Ranges = list[tuple[int, int, str, int]]  # low, high, text, line


def _read_slots(path: Path) -> tuple[dict[str, Ranges], dict[str, int]]:
    slots: dict[str, Ranges] = {slot: [] for slot in SLOTS}
    about: dict[str, int] = {}
    for number, line in _lines(path):
        slot, condition, text = _fields(path, number, line, ("slot", "condition", "text"))
        _one_of(path, number, "slot", slot, [_ABOUT, *(slot for slot in SLOTS if slot != "e")])
        if slot == _ABOUT:
            group = ARTICLES.index(_one_of(path, number, "group of articles", condition, ARTICLES[:-1]))
            about |= dict.fromkeys((word.strip() for word in text.split(",")), group)
            continue
        _check_slot_text(path, number, text)
        if slot in ("item", "an_item"):
            low = high = ARTICLES.index(_one_of(path, number, "group of articles", condition, ARTICLES))
        else:
            match = re.fullmatch(r"([0-9]+)(?:-([0-9]+))?", condition)
            if match is None:
                raise VocabularyError(f"{_name(path)}:{number}: condition {condition!r} must be a number or low-high.")
            low, high = int(match[1]), int(match[2] or match[1])
        slots[slot].append((low, high, text, number))
    if [low for low, *_ in slots["item"]] != [low for low, *_ in slots["an_item"]]:
        raise VocabularyError(f"{_name(path)}: item and an_item must name the same articles in the same order.")
    slots["e"] = [(GENDERS.index("f"), 0, "e", 0), (GENDERS.index("m"), 1, "", 0)]
    return slots, about


def _about(phrase: Phrase, words: Mapping[str, int]) -> int:
    """Return the group of articles that a phrase names, the last code where it names none, several, or those of a box."""
    found = {words[word] for word in words_of(phrase.text) if word in words and phrase.aspect != _BOX}
    return found.pop() if len(found) == 1 else ARTICLES.index(ANY)


def _check_slot_text(path: Path, number: int, text: str) -> None:
    if _ODD.search(text) or text.startswith(_FORMULA) or (text[:1].isupper() and path.parent.name == "fr"):
        raise VocabularyError(f"{_name(path)}:{number}: {text!r} must be plain words in lower case.")


def _filling(slot: str, slots: Mapping[str, Ranges], pieces: _Pieces, folder: Path) -> Filling:
    """Return what fills a slot, range by range.

    Raises:
        VocabularyError: If ranges overlap in part or leave a hole.
    """
    where = _name(folder / "slots.txt")
    ranges = slots[slot]
    if not ranges:
        raise VocabularyError(f"{where}: slot {slot} has no text.")
    bounds = sorted({(low, high) for low, high, _, _ in ranges})
    if slot in ("item", "an_item") and len(bounds) != len(ARTICLES):
        missing = set(range(len(ARTICLES))) - {low for low, _ in bounds}
        raise VocabularyError(f"{where}: slot {slot} has no text for {ARTICLES[min(missing)]}.")
    for (_, before), (low, _) in pairwise(bounds):
        if low != before + 1:
            raise VocabularyError(f"{where}: slot {slot} has no text, or two ranges, between {before} and {low}.")
    start: list[int] = []
    count: list[int] = []
    listed: list[int] = []
    for bound in bounds:
        texts = [pieces.piece(text) for low, high, text, _ in ranges if (low, high) == bound]
        start.append(len(listed))
        count.append(len(texts))
        listed += texts
    return Filling(np.array([low for low, _ in bounds[1:]]), np.array(start), np.array(count), np.array(listed))


@dataclass(frozen=True)
class _Style:
    speakers: Mapping[str, str]
    colon: str
    keyboard: tuple[str, ...]
    short: Mapping[str, str]
    by_ear: Mapping[str, str]


def _read_style(path: Path) -> _Style:
    written = _content(path)
    try:
        content = tomllib.loads(written)
    except tomllib.TOMLDecodeError as error:
        raise VocabularyError(f"{_name(path)}: {error}; it must be TOML.") from None
    needed = {"speakers": dict, "colon": str, "keyboard": list, "short": dict, "by_ear": dict}
    for name, kind in needed.items():
        if not isinstance(content.get(name), kind):
            raise VocabularyError(f"{_name(path)}: needs {name}, a {kind.__name__}.")
    if extra := sorted(set(content) - set(needed)):
        raise VocabularyError(f"{_name(path)}: " + unknown("field", extra[0], needed))
    if set(content["speakers"]) != {"customer", "adviser"}:
        raise VocabularyError(f"{_name(path)}: speakers must name customer and adviser.")
    if not all(isinstance(row, str) and row.isalpha() for row in content["keyboard"]):
        raise VocabularyError(f"{_name(path)}: keyboard must hold rows of letters.")
    for name in ("speakers", "short", "by_ear"):
        for word, other in content[name].items():
            if not isinstance(other, str) or not other or _ODD.search(other) or other.startswith(_FORMULA):
                number = written[: max(written.find(f'"{word}"'), 0)].count("\n") + 1
                raise VocabularyError(f"{_name(path)}:{number}: {word!r} in {name} must be plain words, not {other!r}.")
    return _Style(**{**content, "keyboard": tuple(content["keyboard"])})


def _variants(pieces: Sequence[str], style: _Style) -> list[str]:
    """Return every piece in every style, as it stands and with a capital; who speaks is always written alike."""
    labels = [name + style.colon for name in style.speakers.values()]
    plain = [unaccented(piece) for piece in pieces]
    lower = [piece if piece in labels else piece.lower() for piece in pieces]
    heard = _reworded(pieces, style.by_ear)
    brief = [unaccented(piece) for piece in _reworded(lower, style.short)]
    loud = [piece if piece in labels else piece.upper() for piece in pieces]
    by_style = (  # in the order of STYLES: as it stands, with a capital
        (pieces, map(capital, pieces)),
        (plain, map(capital, plain)),
        (lower, lower),
        (heard, map(capital, heard)),
        (brief, brief),
        (loud, loud),
    )
    return [piece for pair in by_style for some in pair for piece in some]


def _reworded(pieces: Sequence[str], others: Mapping[str, str]) -> list[str]:
    """Return pieces with whole words replaced, longer ones first."""
    if not others:
        return list(pieces)
    words = sorted(others, key=len, reverse=True)
    whole = re.compile(r"(?<![\w'])(" + "|".join(map(re.escape, words)) + r")(?!\w)")
    return [whole.sub(lambda match: others[match[0]], piece) for piece in pieces]


def capital(text: str) -> str:
    """Return a text with its first letter, if it begins with one, as a capital."""
    return text[:1].upper() + text[1:]


def unaccented(text: str) -> str:
    """Return a text without accents."""
    return text if text.isascii() else text.translate(_BARE)


def _bare_letters() -> dict[int, str]:
    """Return the letters of Latin scripts with what stays of them without accents."""
    bare = {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"}
    for code in range(0x80, 0x250):
        spread = unicodedata.normalize("NFKD", chr(code))
        if len(spread) > 1 and spread[0].isalpha():
            bare[chr(code)] = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return str.maketrans(bare)


_BARE = _bare_letters()
