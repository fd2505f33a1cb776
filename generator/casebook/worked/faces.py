"""Faces of personas: head and shoulders in one flat style, as SVG that follows the reader's colour scheme.

A face is put together from layers of path data on a 120 x 120 grid, from back to front: disc, hair behind the head,
neck and garment, head, features, hair in front of it, what is worn. Clothing and disc take the site's colours through
:func:`casebook.worked.palette.css`; skin and hair are constants, because a person does not change colour at night.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from casebook.worked.palette import css

Skin = Literal["fair", "light", "olive", "brown", "deep"]
Hair = Literal["black", "brown", "chestnut", "blond", "red", "grey", "white"]
Cut = Literal["short", "crop", "parted", "bob", "long", "bun", "ponytail", "curly", "afro", "bald"]
Beard = Literal["none", "stubble", "full", "moustache"]
Accessory = Literal[
    "none", "straw hat", "cap", "headscarf", "earrings", "scarf", "apron", "tool strap", "lanyard", "headset"
]
Mood = Literal["content", "neutral", "doubtful", "cross"]

GRID = 120
"""Side of the square in which all path data below is written."""

AGES = range(16, 101)
"""The proportions are those of an adult; a child would need another head."""

FIRST_LINES, MORE_LINES = 50, 65
"""Ages from which a face gets its first lines, and its deeper ones."""

DISCS = {"1": "2", "2": "1", "3": "4", "4": "3", "5": "1", "6": "5"}
"""Series of the disc (and of what is worn in a second colour) behind each garment: the one that contrasts with it."""


@dataclass(frozen=True, kw_only=True)
class Face:
    """A person as drawn; everything beside skin, hair, cut and age has a plain default.

    Raises:
        ValueError: If a value is not one of those allowed.
    """

    skin: Skin
    hair: Hair
    cut: Cut
    age: int
    beard: Beard = "none"
    glasses: bool = False
    accessory: Accessory = "none"
    mood: Mood = "content"
    clothes: str = "1"

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn, here rather than in the middle of a page."""
        _one_of("skin", self.skin, get_args(Skin))
        _one_of("hair", self.hair, get_args(Hair))
        _one_of("cut", self.cut, get_args(Cut))
        _one_of("beard", self.beard, get_args(Beard))
        _one_of("glasses", self.glasses, (False, True))
        _one_of("accessory", self.accessory, get_args(Accessory))
        _one_of("mood", self.mood, get_args(Mood))
        _one_of("clothes", self.clothes, tuple(DISCS))
        if self.age not in AGES:
            raise ValueError(f"age must be a whole number from {AGES[0]} to {AGES[-1]}, not {self.age!r}")


def _one_of(what: str, value: object, allowed: Sequence[object]) -> None:
    """Refuse a value that is not among the allowed ones, in one line that names them."""
    if value not in allowed:
        raise ValueError(f"{what} must be one of {', '.join(map(repr, allowed))}, not {value!r}")


@dataclass(frozen=True)
class _Tone:
    """Colours of one skin: the skin, its shadow, its drawn lines, warm cheeks and lips."""

    base: str
    shade: str
    line: str
    blush: str
    lip: str


_TONES: dict[Skin, _Tone] = {
    "fair": _Tone("#f8d9c6", "#e6b79d", "#b0705a", "#f2a493", "#c65f58"),
    "light": _Tone("#eec09c", "#d79f78", "#9a5e3c", "#e68f73", "#b85347"),
    "olive": _Tone("#d6a070", "#bb8152", "#7d4d2b", "#cc7751", "#a24a3d"),
    "brown": _Tone("#ab6f48", "#8f5734", "#5c331a", "#a04f35", "#84382f"),
    "deep": _Tone("#7f4e36", "#673c28", "#3f2115", "#7d382a", "#97453f"),
}
"""Light enough at the deep end to stand off the dark discs, warm enough at the fair end to stand off the light ones."""


@dataclass(frozen=True)
class _Dye:
    """Colours of one head of hair: mass, the layer in shadow behind, single strands, and brows (never paler)."""

    base: str
    shade: str
    strand: str
    brow: str


_DYES: dict[Hair, _Dye] = {
    "black": _Dye("#2d2931", "#211e25", "#4b4550", "#26222a"),
    "brown": _Dye("#5b3b2b", "#46291c", "#7a5440", "#46291c"),
    "chestnut": _Dye("#8b4c2c", "#6d371d", "#ab6a44", "#6d371d"),
    "blond": _Dye("#dfb566", "#bd9044", "#c1954a", "#9d7433"),
    "red": _Dye("#c2602f", "#9c451d", "#dc8350", "#93421d"),
    "grey": _Dye("#a5a4a6", "#858488", "#bcbbbc", "#77767a"),
    "white": _Dye("#f1eee8", "#d6d1c8", "#d2cdc4", "#aaa297"),
}

_EYE_WHITE = "#fffdf9"
"""Not pure white, which is a palette value and would follow the scheme."""
_EYE = "#2f2422"
"""One dark eye for all: at the size of a thumb a lighter iris only looks tired."""
_FRAME = "#3b3138"
"""Of glasses and headsets; not quite black, to be seen on black hair."""
_SHADOW = "#11191b"
"""Laid thinly over a palette colour, it gives the fold or seam of that colour in both schemes."""
_STRAW, _STRAW_SHADE = "#e8c67c", "#c39a4b"
_LEATHER, _LEATHER_SHADE = "#8d5a33", "#66401f"
_METAL = "#d9b04c"
"""Materials, which like skin and hair stay what they are at night."""


# --- SVG ---------------------------------------------------------------------------------------------------------


def _number(value: float) -> str:
    """Write a number with two decimals at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _fill(path: str, colour: str, opacity: float = 1) -> str:
    """Fill a path; an empty path draws nothing."""
    if not path:
        return ""
    seen = "" if opacity == 1 else f' opacity="{_number(opacity)}"'
    return f'<path d="{path}" fill="{colour}"{seen}/>'


def _line(path: str, colour: str, width: float, opacity: float = 1) -> str:
    """Draw a path as a pen line with round ends; an empty path draws nothing."""
    if not path:
        return ""
    seen = "" if opacity == 1 else f' opacity="{_number(opacity)}"'
    return f'<path d="{path}" stroke="{colour}" stroke-width="{_number(width)}"{seen}/>'


def _dot(x: float, y: float, radius: float, colour: str, opacity: float = 1) -> str:
    """Draw a filled circle."""
    seen = "" if opacity == 1 else f' opacity="{_number(opacity)}"'
    return f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}" fill="{colour}"{seen}/>'


def _both(path: str) -> str:
    """Return the path data of the left half and of its mirror image; knows M, L, C and Z, where numbers go in pairs."""
    return path + re.sub(r"([\d.]+) ([\d.]+)", lambda pair: f"{_number(GRID - float(pair[1]))} {pair[2]}", path)


def _dots(path: str, width: float, colour: str, opacity: float = 1) -> str:
    """Draw a round dot at each point of a path: lines without length have round ends nevertheless, and few bytes."""
    return _line(re.sub(r"M([\d.]+ [\d.]+)", r"M\1h0", path), colour, width, opacity)


# --- hair --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Shape:
    """The layers of one haircut, as path data.

    ``crown`` and ``top`` vanish under a hat, which shows ``fall`` (behind) and ``under`` (beside the face) only;
    ``drape`` lies on the shoulders. ``ears`` are seen or not, a ``close`` cut goes with a squarer jaw, and ``curls``
    give every outline a bumpy edge.
    """

    top: str
    strands: str = ""
    crown: str = ""
    fall: str = ""
    drape: str = ""
    under: str = ""
    ears: bool = True
    close: bool = False
    curls: bool = False


_TEMPLES = _both("M39.6 55C38.4 48 38.2 42 40 34L46 34C43.5 39 42.6 43 42 47C41.4 50 40.6 52.5 39.6 55Z")
"""What a hat leaves to see of short hair."""

_SHAPES: dict[Cut, _Shape] = {
    "short": _Shape(
        top=(
            "M38.8 57C34 47 33.5 31 43 23C51 15.8 69 15.8 77 22.5C86.5 30.5 86 47 81.2 57C80.6 51 79 46 76.6 42.5"
            "C74.6 40 73 37 72 33.5C65 39.5 54 41.5 45.4 40.5C43 43.5 41.5 47.5 41 51Z"
        ),
        strands="M71 31C64 36.5 55 38 47 37.5M66 24C61 29 53 32 44 32.5M76 28C79.5 33 80.5 38 80.5 44",
        under=(
            "M40 58C35 52 34.6 44 37 38.4L60 36C58 40 52 43.5 46 43.8C43 47 42 52 40 58ZM80 58C85 52 85.4 44 83 38.4"
            "L60 36C64 39.6 69 43 74.4 43.6C77 47 78 52 80 58Z"
        ),
    ),
    "crop": _Shape(
        top=(
            "M39.4 55C37 46 36 34 42 27C48 19.6 56 18.6 62 18.8C70 19 76 22.5 79.5 28.5C83.5 35 83 46 80.6 55"
            "L79 47.5C78.8 43.5 77.4 41 75.4 39.4C74.4 36 72.4 34 69.4 33.6C63 32.8 57 32.8 50.6 33.6"
            "C47.6 34 45.6 36 44.6 39.4C42.6 41 41.2 43.5 41 47.5Z"
        ),
        strands="M50 24.5L48.5 29M58 23L57.5 28M66 23.5L66.5 28.5M73.5 27L75 31.5",
        under=_TEMPLES,
        close=True,
    ),
    "parted": _Shape(
        top=(
            "M39.4 55C36 45 35.5 34 41.5 27.5C45 18.5 60 14 71 18.2C81.5 22 86.5 35 80.6 55L79.2 47"
            "C79 42 77.5 38.5 74.5 35.5C66 37.5 53.5 36 48 29.5C47.4 34 43 38.5 40.8 47Z"
        ),
        strands="M48 29.5C50 25.5 55 22.5 61 22M56 32.5C63 34 70 33 75.5 30M63 27C69 28 74 27 78 25.5",
        under=_TEMPLES,
        close=True,
    ),
    "bob": _Shape(
        top=(
            "M60 17.5C43 17.5 33.5 29 33 47C32.8 59 31.5 69 33.5 78.5C37.5 80.5 42.5 80 46 77.5"
            "C41.5 69 41.5 57 42.2 43.5C52 43 63 39.5 69 31.5C72.5 37 76.8 41 77.8 46C78.8 57 78.5 69 74 77.5"
            "C77.5 80 82.5 80.5 86.5 78.5C88.5 69 87.2 59 87 47C86.5 29 77 17.5 60 17.5Z"
        ),
        strands=(
            "M69 31C64 35.5 56 38.5 46 39.5M66 24C58 30 49 33 39.5 37M36.5 55C36.5 63 36.3 69 37.5 75M83.5 55"
            "C83.5 63 83.7 69 82.5 75M75 29C80 34.5 82.8 40 83.2 47"
        ),
        fall="M36 44L84 44C86 60 87 70 85 78C76 82 70 80 66 79L54 79C50 80 44 82 35 78C33 70 34 60 36 44Z",
        under=_both(
            "M40 34L46 36C43 42 42 47 42 54C42 64 42.5 71 46 77.5C42.5 80 37.5 80.5 33.5 78.5C31.5 69 33 52 36.5 38Z"
        ),
        ears=False,
    ),
    "long": _Shape(
        top=(
            "M60 18C42 17 33 30 33 49C33 60 31.5 68 31 76L42.5 76C41.5 68 41 60 41.6 54C47 50 57.5 42 61 27"
            "C64 41 73.5 49 78.4 54C79 60 78.5 68 77.5 76L89 76C88.5 68 87 60 87 49C87 30 78 17 60 18Z"
        ),
        strands=(
            "M58 25C54 35 46 42 39.5 46M53 24C46 29 40 35 37.5 42M64 25C68 35 75 42 80.5 46M69 25C76 29 80.5 35 82.5 42"
        ),
        fall="M36 40L84 40C88 60 90 80 88 94L32 94C30 80 32 60 36 40Z",
        drape=_both("M33.2 60C32 74 27.4 84 28 96C31 101.4 38 103.6 47.4 99.4C44 93 43.4 84 42.5 74L41 60Z"),
        under=_both("M40 34L47 36C43 42 41.6 48 41.4 56C41.4 62 41.8 70 42.5 76L31 76C31.5 66 33 50 36.5 38Z"),
        ears=False,
    ),
    "bun": _Shape(
        top=(
            "M39.8 54C35.5 35 44 20 60 20C76 20 84.5 35 80.2 54C79.6 45 76.5 38 70.5 33.8"
            "C64 30.6 56 30.6 49.5 33.8C43.5 38 40.4 45 39.8 54Z"
        ),
        strands=_both("M52 31C53 27.5 56 24 58.5 22.5M44.5 37C45.5 31 50 26 54.5 23.5"),
        crown=(
            "M60 8.6C66.2 8.6 70.4 12.2 70.4 17C70.4 20.6 69 23 67 25L53 25C51 23 49.6 20.6 49.6 17"
            "C49.6 12.2 53.8 8.6 60 8.6Z"
        ),
        under=_TEMPLES,
    ),
    "ponytail": _Shape(
        top=(
            "M39.8 56C35 36 43 19 61 19C77.5 19 85 35 80.2 54C79.6 46 77 39.5 73.5 34.5C66 40 54 41 45.5 45"
            "C42.5 47.5 40.6 51 39.8 56Z"
        ),
        strands="M72 31.5C64 36 54 37.5 46.5 40.5M66 24C58 27.5 48 31 42 38M76 29.5C79 33.5 80.8 38.5 81 43.5",
        fall=(
            "M72 40C82 32 94 38 95.5 50C97 62 90.5 70 93 81C93.6 85 96 88.5 99 90.5C89 92.5 80.5 86 78.5 76"
            "C77 68 79.5 60 77 52Z"
        ),
        under=_TEMPLES,
    ),
    "curly": _Shape(
        top=(
            "M36.8 63C31 45 36 22 60 22C84 22 89 45 83.2 63C82.6 50 79 41 72 37.4C65 34.6 55 34.6 48 37.4"
            "C41 41 37.4 50 36.8 63Z"
        ),
        strands=(
            "M47 29.5A4 4 0 0 1 54 28M61 24.5A4 4 0 0 1 68 26.5M73.5 31.5A4 4 0 0 1 79.5 36M38.5 41"
            "A4 4 0 0 1 41.5 35M36.5 56A4 4 0 0 1 36.5 50M83.5 56A4 4 0 0 0 83.5 50M56 33A4 4 0 0 1 62.5 32.5"
        ),
        fall="M38 46L82 46C88 58 87 70 81 77L39 77C33 70 32 58 38 46Z",
        under=_both("M37 64C33.6 54 35 45 38.6 40L42 40C38.4 46 37.6 54 37 64Z"),
        ears=False,
        curls=True,
    ),
    "afro": _Shape(
        top=(
            "M37.4 53C30 36 38 17 60 17C82 17 90 36 82.6 53C82 45 78 38 72 35C65 32.4 55 32.4 48 35"
            "C42 38 38 45 37.4 53Z"
        ),
        strands=(
            "M45 26A3 3 0 0 1 50 24M56 20.5A3 3 0 0 1 61.5 20.5M69 25A3 3 0 0 1 74 27M38 37A3 3 0 0 1 40.5 32"
            "M79.5 33.5A3 3 0 0 1 82.5 38.5M58 29A3 3 0 0 1 63.5 29.5M36.5 48A3 3 0 0 1 37 43M83.5 49"
            "A3 3 0 0 0 83 43.5"
        ),
        under=_both("M37.4 54C34.6 48 35 43 37.6 38L42 38C39.4 43 37.8 48 37.4 54Z"),
        curls=True,
    ),
    "bald": _Shape(
        top=_both("M39.6 57C35.5 52 34.8 44 38.8 38.5C40.8 40 41.6 43 41.6 46C41.6 50 40.8 53 39.6 57Z"),
        under=_TEMPLES,
        close=True,
    ),
}

_HATS: frozenset[Accessory] = frozenset({"straw hat", "cap", "headscarf"})


def _mass(path: str, colour: str, curls: bool) -> str:
    """Draw a mass of hair; curls are a dotted outline, whose dots are wide enough to touch."""
    if not (curls and path):
        return _fill(path, colour)
    return f'<path d="{path}" fill="{colour}" stroke="{colour}" stroke-width="9" stroke-dasharray="0 7.2"/>'


def _hair_behind(face: Face) -> str:
    """Draw the hair that lies behind head and shoulders, in the shade of the mass before it."""
    shape, dye = _SHAPES[face.cut], _DYES[face.hair]
    if face.accessory == "headscarf":
        return ""
    bun = "" if face.accessory in _HATS else _fill(shape.crown, dye.base)
    return bun + _mass(shape.fall, dye.shade, shape.curls)


def _hair_on_shoulders(face: Face) -> str:
    """Draw the lengths that fall in front of the garment."""
    return "" if face.accessory == "headscarf" else _fill(_SHAPES[face.cut].drape, _DYES[face.hair].base)


def _hair_in_front(face: Face) -> str:
    """Draw the hair around the face, or what a hat leaves of it."""
    shape, dye = _SHAPES[face.cut], _DYES[face.hair]
    if face.accessory == "headscarf":
        return ""
    if face.accessory in _HATS:
        return _mass(shape.under, dye.base, shape.curls)
    return _mass(shape.top, dye.base, shape.curls) + _line(shape.strands, dye.strand, 1.1, 0.8)


# --- head --------------------------------------------------------------------------------------------------------

_SKULL = "C80.7 55 81 51 81 47C81 33 73 24 60 24C47 24 39 33 39 47C39 51 39.3 55 39.8 59Z"
_JAWS = {
    "soft": "C41.2 70 48 83 60 83C72 83 78.8 70 80.2 59",
    "square": (
        "C40.4 68 41.8 73.4 46 77.6C50 81.6 54.6 83.6 60 83.6C65.4 83.6 70 81.6 74 77.6C78.2 73.4 79.6 68 80.2 59"
    ),
}
"""Lower half of the face from ear to ear; beards, shaven or not, follow it."""
_NECK = "M51 70L51 86C51 90 47 92 41 93.5C48 106 72 106 79 93.5C73 92 69 90 69 86L69 70Z"
_NECK_SHADE = "M51 76C55 84 65 84 69 76L69 83C65 92.5 55 92.5 51 83Z"
_EAR = "M41 51C37.5 48.5 34.8 51 35.2 55.5C35.6 60.5 38 64.5 41.2 62.5Z"
_EAR_FOLD = "M37.4 54.2C38.8 54 39.6 56 39 59"


def _neck(tone: _Tone) -> str:
    """Draw the neck, with the shadow of the chin on it."""
    return _fill(_NECK, tone.base) + _fill(_NECK_SHADE, tone.shade)


def _jaw(face: Face) -> str:
    """Return the line of the jaw: squarer where a beard or a close cut shows a heavier one."""
    return _JAWS["square" if _SHAPES[face.cut].close or face.beard != "none" else "soft"]


def _head(face: Face, tone: _Tone) -> str:
    """Draw ears, head and warm cheeks, still without features."""
    ears = _fill(_both(_EAR), tone.base) + _line(_both(_EAR_FOLD), tone.shade, 1.2) if _ears_seen(face) else ""
    head = _fill(f"M39.8 59{_jaw(face)}{_SKULL}", tone.base)
    bare = face.cut == "bald" and face.accessory not in _HATS
    shine = _fill("M49 32C52 28.6 56 27.6 60 27.6C56 29.4 53 31.6 51.4 34.6Z", _EYE_WHITE, 0.35) if bare else ""
    return ears + head + _dots(_both("M47.4 65.2"), 10, tone.blush, 0.32) + shine


def _ears_seen(face: Face) -> bool:
    """Say whether neither hair nor cloth covers the ears."""
    return _SHAPES[face.cut].ears and face.accessory != "headscarf"


# --- features ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Look:
    """One mood: the brows, open part and lid of the left eye, line and lower lip of the mouth."""

    brows: str
    eye: str
    lid: str
    mouth: str
    lip: str
    teeth: str = ""


_LOOKS: dict[Mood, _Look] = {
    "content": _Look(
        brows=_both("M46.4 47.2C48.6 44.8 53 44.4 56 46"),
        eye="M47 55.2C48.4 51.6 54.2 51.2 56.2 55C54 56.8 49.4 57 47 55.2Z",
        lid="M46.6 55C48.4 51.2 54.4 51 56.4 54.8",
        mouth=_both("M50.8 69.8C51.2 70.6 51.8 70.8 52.6 70.8"),
        lip="M51.6 70.6C54 71.4 66 71.4 68.4 70.6C67.2 75.4 64 77.8 60 77.8C56 77.8 52.8 75.4 51.6 70.6Z",
        teeth="M53 71C56 71.6 64 71.6 67 71C66 73.6 63.4 74.4 60 74.4C56.6 74.4 54 73.6 53 71Z",
    ),
    "neutral": _Look(
        brows=_both("M46.4 47.6C48.8 46 53 45.8 56 46.8"),
        eye="M47 54.8C48.6 51.4 54 51.2 56.2 54.6C54.2 57.4 49.2 57.6 47 54.8Z",
        lid="M46.6 54.8C48.6 51.2 54.2 51 56.4 54.4",
        mouth="M52.4 71.8C55 73 58.6 72.9 60 73C61.4 72.9 65 73 67.6 71.8",
        lip="M55 73.4C58 73 62 73 65 73.4C64 75.6 62.2 76.4 60 76.4C57.8 76.4 56 75.6 55 73.4Z",
    ),
    "doubtful": _Look(
        brows="M46.4 48.2C49 47.2 53 47.8 56 48.8M74.6 45.2C71.8 41.8 67 41.6 63.8 44",
        eye="M47 54.8C48.6 52.4 54 52.2 56.2 54.6C54.2 57 49.2 57.2 47 54.8Z",
        lid="M46.6 54.8C48.6 52 54.2 51.8 56.4 54.4",
        mouth="M53 74.4C56 72.4 59 73.2 61.6 73C64 72.8 66 72.2 67.8 70.6",
        lip="M56.4 74C59 73.6 62 73.6 65 72.8C64.4 75 62.8 76.4 60.6 76.6C58.6 76.6 57.2 75.8 56.4 74Z",
    ),
    "cross": _Look(
        brows=_both("M45.8 46C49.4 46 53.4 47.6 56.6 50.2"),
        eye="M47 54.2C50 52.6 54.4 53.2 56.2 55.4C54.2 57.4 49.2 57.4 47 54.2Z",
        lid="M46.6 54C50 52.2 54.6 52.8 56.6 55.2",
        mouth="M52.4 75.6C55 72.6 58 72.4 60 72.4C62 72.4 65 72.6 67.6 75.6",
        lip="M55.4 74C58 73 62 73 64.6 74C63.6 76 62 76.6 60 76.6C58 76.6 56.4 76 55.4 74Z",
    ),
}


def _features(face: Face, tone: _Tone) -> str:
    """Draw eyes, brows, nose, age and mouth; the beard comes between the nose and the mouth that shows through it."""
    look = _LOOKS[face.mood]
    return (
        _eyes(look)
        + _line(look.brows, _DYES[face.hair].brow, 2.1)
        + _ageing(face, tone)
        + _beard(face)
        + _mouth(look, tone)
        + _moustache(face)
        + _nose(tone)
    )


def _eyes(look: _Look) -> str:
    """Draw both eyes; their light comes from one side, so it is not mirrored."""
    white = _fill(_both(look.eye), _EYE_WHITE)
    irises = _dots(_both("M51.7 54.3"), 4.6, _EYE)
    lights = _dots("M52.5 53.5M69.1 53.5", 1.4, _EYE_WHITE)
    return white + irises + lights + _line(_both(look.lid), _EYE, 1.5)


def _nose(tone: _Tone) -> str:
    """Draw a small nose: one side of the bridge and the tip."""
    return _line("M58.6 56.4C58 60 56.6 62.4 57 64C57.6 65.8 61.4 66 63 64.6", tone.line, 1.5, 0.8)


def _mouth(look: _Look, tone: _Tone) -> str:
    """Draw the mouth: open with teeth when content, else closed, its line above a lower lip."""
    line = _line(look.mouth, tone.line, 1.5)
    if look.teeth:
        return _fill(look.lip, tone.lip) + _fill(look.teeth, _EYE_WHITE) + line
    return _fill(look.lip, tone.lip, 0.6) + line


_WRINKLES = "M43.4 53.8L41.8 53M43.4 56L41.8 56.4M54.4 65.4C51.8 67 50.2 68.6 49.4 70.6"
_DEEP_WRINKLES = "M49 59.4C51 60.6 53.4 60.6 55.2 59.4M44 67C44.6 70.4 46 73 47.6 74.8M55.2 88L55.6 91.6"
_BROW_WRINKLES = "M51 40.4C56 39.2 64 39.2 69 40.4M53.4 36.8C57.6 36 62.4 36 66.6 36.8"
"""Halves, and the lines across the brow, which are whole."""


def _ageing(face: Face, tone: _Tone) -> str:
    """Draw the lines of a life: by the eyes and the nose first, then brow, lids, cheeks and neck."""
    if face.age < FIRST_LINES:
        return ""
    if face.age < MORE_LINES:
        return _line(_both(_WRINKLES), tone.line, 1, 0.55)
    brow = "" if face.accessory in _HATS else _BROW_WRINKLES
    return _line(_both(_WRINKLES + _DEEP_WRINKLES) + brow, tone.line, 1, 0.55)


_BEARD = (
    "M39.6 54C39.2 74 46 91 60 91C74 91 80.8 74 80.4 54C79.4 60 78 64.4 73 66.6C68.4 68.4 64 67.2 60 68.4"
    "C56 67.2 51.6 68.4 47 66.6C42 64.4 40.6 60 39.6 54Z"
)
_STUBBLE = "C79.4 64 76.6 70.4 72 70.8C69 68 64 67.2 60 68.4C56 67.2 51 68 48 70.8C43.4 70.4 40.6 64 39.8 59Z"
_MOUSTACHE = (
    "M60 66.8C56.4 65.4 51 67 47.6 71.6C51.6 72.6 57 72 60 70C63 72 68.4 72.6 72.4 71.6C69 67 63.6 65.4 60 66.8Z"
)


def _beard(face: Face) -> str:
    """Draw the beard along the jaw, if there is one."""
    dye = _DYES[face.hair]
    if face.beard == "full":
        return _fill(_BEARD, dye.base) + _line("M52 84.5L53 87.5M60 85.5L60 88.5M68 84.5L67 87.5", dye.strand, 1.1, 0.8)
    return _fill(f"M39.8 59{_jaw(face)}{_STUBBLE}", dye.brow, 0.28) if face.beard == "stubble" else ""


def _moustache(face: Face) -> str:
    """Draw the moustache, alone or as part of the full beard, over the upper lip."""
    return _fill(_MOUSTACHE, _DYES[face.hair].base) if face.beard in {"moustache", "full"} else ""


def _glasses(face: Face) -> str:
    """Draw the glasses, with a glint so that the frame reads as glass."""
    if not face.glasses:
        return ""
    lens = "M45.4 49.4L57.4 49.4C58.4 56 56.4 60.4 51.6 60.4C46.6 60.4 44.4 56 45.4 49.4Z"
    arms = "M45.2 51.4L40 50.6M57.6 51.4C59 50.2 61 50.2 62.4 51.4M74.8 51.4L80 50.6"
    glass = f'fill="{_EYE_WHITE}" fill-opacity="0.2" stroke="{_FRAME}" stroke-width="1.6"'
    return f'<path d="{_both(lens)}" {glass}/>' + _line(arms, _FRAME, 1.6)


# --- clothing ----------------------------------------------------------------------------------------------------

_BUST = (
    "M18 99C23 95 31 93.4 38 92C44 90.8 47.6 89.4 49.6 86.4C51 93 55 96 60 96C65 96 69 93 70.4 86.4"
    "C72.4 89.4 76 90.8 82 92C89 93.4 97 95 102 99A56 56 0 0 1 18 99Z"
)
"""Shoulders whose lower edge is the disc's own: without ids there is no clipping."""

_SLEEVE = "M31.4 109.6C31.2 107 30.4 105 29.4 103.4"
_RIB = "M50 87.6C51.6 93.8 55.2 97 60 97C64.8 97 68.4 93.8 70 87.6"
_RIB_EDGE = "M47.6 89C50 96.2 54.4 99.4 60 99.4C65.6 99.4 70 96.2 72.4 89"
_COLLAR = "M49.8 84.8C46.4 87.4 44.8 90.6 45 94L53.4 102L60 96.4C54.6 95 51 91.4 49.8 84.8Z"
_SHIRTS = frozenset({"3", "4", "6"})
"""Garments cut as shirts, so that persons differ by more than a colour."""


def _garment(face: Face) -> str:
    """Draw the garment: a round neck with its rib, or a shirt with its collar."""
    colour = css(face.clothes)
    if face.clothes in _SHIRTS:
        edge = f'fill="{colour}" stroke="{_SHADOW}" stroke-width="1.3" stroke-opacity="0.25"'
        collar = f'<path d="{_both(_COLLAR)}" {edge}/>'
        return _fill(_BUST, colour) + collar + _line(f"{_both(_SLEEVE)}M60 97L60 117.4", _SHADOW, 1.3, 0.25)
    rib = _line(_RIB, colour, 3.4) + _line(_RIB_EDGE, _SHADOW, 1.2, 0.25)
    return _fill(_BUST, colour) + rib + _line(_both(_SLEEVE), _SHADOW, 1.3, 0.25)


def _second(face: Face) -> str:
    """Return the colour of what is worn beside the garment: the disc's own series, at full strength."""
    return css(DISCS[face.clothes])


def _worn_on_the_body(face: Face) -> str:
    """Draw what lies on the garment."""
    colour = _second(face)
    match face.accessory:
        case "apron":
            bib = "M41 102L79 102C80 108 80.6 111 81.6 113.6A56 56 0 0 1 38.4 113.6C39.4 111 40 108 41 102Z"
            return (
                _line("M46 92L43.5 104M74 92L76.5 104", colour, 3.4)
                + _fill(bib, colour)
                + _line("M41.4 105.4L78.6 105.4", _SHADOW, 1.2, 0.25)
            )
        case "tool strap":
            return _fill("M33 92.9L42.5 91L83.5 112.8L75 115.9Z", _LEATHER) + _line(
                "M36.5 94L76.8 114.4M40.4 92.6L80.4 113.4", _LEATHER_SHADE, 0.9
            )
        case "lanyard":
            return (
                _line("M47.6 90.6L60 105L72.4 90.6", colour, 2.6)
                + _fill("M53.4 104.6L66.6 104.6L66.6 116.6L53.4 116.6Z", _EYE_WHITE)
                + _dots("M60 109", 4.4, colour)
            )
        case "scarf":
            wrap = (
                "M46.6 82.6C43 86 42 92 44 96.4C53 102.6 67 102.6 76 96.4C78 92 77 86 73.4 82.6C66 90 54 90 46.6 82.6Z"
            )
            return (
                _fill("M63 94L74 92L79 110L68.6 113.6Z", colour)
                + _fill(wrap, colour)
                + _line("M47 90.6C54 95.6 66 95.6 73.4 90.2M66 98C68 102 69.6 106 70.4 109.6", _SHADOW, 1.3, 0.25)
            )
        case _:
            return ""


def _worn_on_the_head(face: Face, tone: _Tone) -> str:
    """Draw what covers or adorns the head."""
    colour = _second(face)
    match face.accessory:
        case "straw hat":
            return _straw_hat(colour, tone)
        case "cap":
            return _cap(colour, tone)
        case "headscarf":
            return _headscarf(colour)
        case "earrings":
            y = 66.5 if _ears_seen(face) else 72
            return _dots(_both(f"M38.4 {y}"), 4.6, _METAL) + _dots(_both(f"M38.4 {y + 4.2}"), 3, _METAL)
        case "headset":
            return _headset(colour, 23 if face.cut == "bald" else 18.6)
        case _:
            return ""


def _straw_hat(colour: str, tone: _Tone) -> str:
    """Draw a wide straw hat, low on the brow, whose brim throws a shadow."""
    crown = "M39.6 37C39.6 20 46 8.6 60 8.6C74 8.6 80.4 20 80.4 37Z"
    brim = "M17 39.6C24 31.6 36 35.4 60 35.4C84 35.4 96 31.6 103 39.6C94 46.4 78 42.4 60 42.4C42 42.4 26 46.4 17 39.6Z"
    band = (
        "M41 27.4C52 31.2 68 31.2 79 27.4C79.8 30 80.2 32.6 80.4 35.2C72 36 48 36 39.6 35.2C39.8 32.6 40.2 30 41 27.4Z"
    )
    weave = (
        "M47 18C54 20.4 66 20.4 73 18M44.6 22.6C53 25.4 67 25.4 75.4 22.6M22 40.2C31 42 42 39 60 39C78 39 89 42 98 40.2"
    )
    return (
        _fill("M40 38C47 43 73 43 80 38L80 43C73 46.6 47 46.6 40 43Z", tone.shade, 0.6)
        + _fill(crown + brim, _STRAW)
        + _line(weave, _STRAW_SHADE, 0.9, 0.8)
        + _fill(band, colour)
    )


def _cap(colour: str, tone: _Tone) -> str:
    """Draw a cap with its peak to the front, and the peak's shadow on the brow."""
    peak = "M37 41C42 33.4 78 33.4 83 41C84.4 44 82 45.6 78.6 44.6C68 41.6 52 41.6 41.4 44.6C38 45.6 35.6 44 37 41Z"
    return (
        _fill("M42 40C50 44 70 44 78 40L78 44.4C70 47 50 47 42 44.4Z", tone.shade, 0.6)
        + _fill("M37.6 41C35.6 25 45 15.4 60 15.4C75 15.4 84.4 25 82.4 41Z" + peak, colour)
        + _dots("M60 15.4", 3.6, colour)
        + _line(_both("M60 15.4C50 19 46 26 45.4 35") + "M60 15.4L60 34", _SHADOW, 1, 0.2)
        + _fill(peak, _SHADOW, 0.18)
    )


def _headscarf(colour: str) -> str:
    """Draw a scarf around head and neck that leaves the face free."""
    cloth = (
        "M60 16C41 16 33 30 33.4 48C33.8 66 32 80 27 95C36 108 48 113 60 113C72 113 84 108 93 95"
        "C88 80 86.2 66 86.6 48C87 30 79 16 60 16Z"
    )
    opening = "M60 31C69 31 77.4 37 77.8 49C78.2 64 71.6 82 60 82C48.4 82 41.8 64 42.2 49C42.6 37 51 31 60 31Z"
    folds = "M44 36C50 28 70 28 76 36M41 72C46 84 54 89 62 90M80 70C76 84 64 95 46 98M84 82C78 94 68 101 58 104"
    return f'<path d="{cloth}{opening}" fill="{colour}" fill-rule="evenodd"/>' + _line(folds, _SHADOW, 1.3, 0.2)


def _headset(colour: str, top: float) -> str:
    """Draw the headset of somebody who answers the telephone; its band presses on the hair at ``top``."""
    band = _both(f"M37.4 52C35 30 45 {_number(top)} 60 {_number(top)}")
    return (
        _line(band, _FRAME, 2.6)
        + _line("M82 62C81.4 69 77 75 71.4 76.4", _FRAME, 1.6)
        + _fill(_both("M41 49.6C36 48 33.4 51 33.4 56C33.4 61 36 64.6 41 63Z"), colour)
        + _dots("M70.8 76.6", 4, _FRAME)
    )


# --- the whole ---------------------------------------------------------------------------------------------------


def _disc(face: Face) -> str:
    """Draw the disc: the soft colour under a veil of the strong one, so that dark hair stands off it at night too."""
    series = DISCS[face.clothes]
    return _dot(60, 62, 56, css(f"{series}-soft")) + _dot(60, 62, 56, css(series), 0.22)


def draw(face: Face, *, size: int = 120, x: float = 0, y: float = 0) -> str:
    """Return the face as a ``<g>`` that fills a square of ``size`` at ``x``, ``y``; without ids, so many fit a page.

    Raises:
        ValueError: If ``size`` is not positive.
    """
    if size < 1:
        raise ValueError(f"size must be a positive number of pixels, not {size!r}")
    tone = _TONES[face.skin]
    layers = (
        _disc(face),
        _hair_behind(face),
        _neck(tone),
        _garment(face),
        _worn_on_the_body(face),
        _hair_on_shoulders(face),
        _head(face, tone),
        _features(face, tone),
        _glasses(face),
        _hair_in_front(face),
        _worn_on_the_head(face, tone),
    )
    # Two decimals may fall short of the square by half a unit; the disc keeps two units of air all around.
    place = f"translate({_number(x)} {_number(y)}) scale({_number(size / GRID)})"
    pen = 'fill="none" stroke-linecap="round" stroke-linejoin="round"'
    return f'<g transform="{place}" {pen}>{"".join(layers)}</g>'


def figure(face: Face, *, size: int = 120) -> str:
    """Return the face as an ``<svg>`` of its own, hidden from screen readers: the text beside it names the person."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {GRID} {GRID}" width="{size}" height="{size}"'
        f' aria-hidden="true">{draw(face)}</svg>'
    )
