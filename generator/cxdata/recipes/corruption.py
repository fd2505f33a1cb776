"""How a written value departs from the true one: slips of the keyboard, lost accents, names spelt by ear.

Every operator keeps contact data inside the reserved ranges: e-mail addresses change left of the ``@`` or move to
another reserved domain, numbers change in their free digits alone, tokens stay tokens. No operator adds a sign that is
not a letter, a digit, a blank, a hyphen or an underscore, and none moves one of these signs to the front; so no cell
can begin to read like a link, a number or a formula.

Slips work on a matrix of code points, and on the struck cells alone. What concerns whole words (accents, sound, short
forms) is worked out once per word of a pool and then looked up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cxdata.recipes import reserved
from cxdata.recipes.categorical import pick
from cxdata.schema.pool import Pool
from cxdata.schema.recipe import Array, Values

Letters = NDArray[np.uint32]
"""(n, width) code points, one row per text, filled up with zeros; the last column is always free."""
Claims = NDArray[np.bool_]
Codes = NDArray[np.int64]

SLIPS = ("substitution", "deletion", "insertion", "swap")
SUBSTITUTION, DELETION, INSERTION, SWAP = range(len(SLIPS))
NAME_ERRORS = ("none", "slip", "accents", "sound", "initial", "short_form")
EMAIL_ERRORS = ("none", "slip", "separator", "number", "other")
PHONE_ERRORS = ("none", "slip", "other")
ADDRESS_ERRORS = ("none", "slip", "number", "street")
DATE_ERRORS = ("none", "day_and_month", "year", "day", "first_of_january")

LEAST_LETTERS = 3
"""Shorter words suffer no slip: nothing would be left of them."""
_AZERTY = ("azertyuiop", "qsdfghjklm", "wxcvbn")
_KEYPAD = {"0": "8", "1": "24", "2": "135", "3": "26", "4": "157", "5": "2468", "6": "359", "7": "48", "8": "5790"}
_DIGITS = {**_KEYPAD, "9": "68"}
_LATIN = 0x180  # code points up to Latin Extended-A: every letter of the shipped word lists
DAYS_OF_FEBRUARY = 28  # a day that every month has
_SEPARATORS = ("", "_", "-")
_LATIN_ACCENTS = "[\u0300-\u036f]"  # a pattern of the marks of every script takes longer to set up than to apply
_LEAST_SHARE = 2.0**-53  # the step of a uniform: where every slip strikes the first letter, none is left for the rest
_NEXT_HOUSE = 2  # numbers of one side of a street go up in twos
NEAR_MISSES = 0.7
"""Share of wrong years and days that are off by one; the others are off by ten."""


@cache
def _neighbours(keyboard: tuple[str, ...]) -> tuple[Letters, Codes]:
    """Return, per code point, the keys beside its own on a keyboard, given by its rows, and how many they are."""
    beside: dict[str, str] = dict(_DIGITS)
    for row, keys in enumerate(keyboard):
        for place, letter in enumerate(keys):
            near = keys[max(0, place - 1) : place] + keys[place + 1 : place + 2]
            for other in (row - 1, row + 1):
                if 0 <= other < len(keyboard):
                    near += keyboard[other][place : place + 1]
            beside[letter] = near
    table = np.zeros((_LATIN + 1, max(map(len, beside.values()))), dtype=np.uint32)
    count = np.zeros(_LATIN + 1, dtype=np.int64)
    for code in range(_LATIN):
        letter = chr(code)
        base = unicodedata.normalize("NFKD", letter)[0]
        near = beside.get(base.lower(), "") if letter.isalnum() else ""
        near = near.upper() if letter.isupper() else near
        table[code, : len(near)] = [ord(key) for key in near]
        count[code] = len(near)
    return table, count


def letters_of(texts: pa.Array) -> Letters:
    """Return the code points of texts, none of them empty."""
    words = np.asarray(texts.to_numpy(zero_copy_only=False), dtype="U")
    width = words.dtype.itemsize // 4
    letters = np.zeros((len(words), width + 1), dtype=np.uint32)
    letters[:, :width] = words.view(np.uint32).reshape(len(words), width)
    return letters


def texts_of(letters: Letters) -> pa.Array:
    """Return texts from their code points, without blanks at their ends."""
    words = np.ascontiguousarray(letters).view(f"U{letters.shape[1]}").ravel()
    return pc.utf8_trim_whitespace(pa.array(words, pa.string()))


def where(struck: Claims, texts: pa.Array, change: Callable[[pa.Array, Claims], pa.Array]) -> pa.Array:
    """Return texts with those changed that are struck and not empty.

    Args:
        struck: (n,) which cells.
        texts: (n,) Arrow strings.
        change: Takes the struck texts and the (n,) mask of their rows, returns their new form.
    """
    if texts.null_count:
        struck = struck & texts.is_valid().to_numpy(zero_copy_only=False)
    if not struck.any():
        return texts
    changed = change(texts.filter(pa.array(struck)), struck)
    source = np.arange(len(texts))
    source[struck] = len(texts) + np.arange(len(changed))
    return pa.concat_arrays([texts, changed]).take(pa.array(source))  # a third of what replacing by mask takes


def slip(
    letters: Letters,
    u: Array,
    shares: tuple[float, ...],
    first_share: float,
    *,
    low: Codes | None = None,
    high: Codes | None = None,
    keyboard: tuple[str, ...] = _AZERTY,
) -> Letters:
    """Return texts with one slip of the keyboard each: a wrong, a lost or an added letter, or two that change places.

    Single slips make up most misspellings, and few strike the first letter (Damerau 1964; Yannakoudakis and Fawthrop
    1983). A sign that is no letter and no digit can only get lost or change places.

    Args:
        letters: (n, width) code points.
        u: (3, n) uniforms: kind, place, key.
        shares: (4,) shares of the kinds, in the order of ``SLIPS``.
        first_share: Share of slips at the first letter.
        low: (n,) first place that may change; 0 by default.
        high: (n,) first place after those that may change; the length by default.
        keyboard: Its rows of letters; a French one by default.
    """
    nearby, near_count = _neighbours(keyboard)
    rows, columns = np.arange(len(letters)), np.arange(letters.shape[1])
    low = np.zeros(len(letters), dtype=np.int64) if low is None else low
    high = np.count_nonzero(letters, axis=1) if high is None else high
    kind = pick(u[0], shares)
    rest = (u[1] - first_share) / max(1.0 - first_share, _LEAST_SHARE)
    beyond = low + 1 + (rest * (high - low - 1)).astype(np.int64)
    place = np.clip(np.where(u[1] < first_share, low, beyond), low, high - 1)
    place = np.maximum(np.where(kind == SWAP, np.minimum(place, high - 2), place), 0)
    # The first place never receives a hyphen or a blank from the second: the slip strikes the second itself.
    sign_follows = near_count[np.minimum(letters[rows, place + 1], _LATIN)] == 0
    place = np.where((place == low) & sign_follows, low + 1, place)
    able = high - low >= LEAST_LETTERS
    place = np.where(able, place, 0)
    here, following = letters[rows, place], letters[rows, place + 1]
    near, count = nearby[np.minimum(here, _LATIN)], near_count[np.minimum(here, _LATIN)]
    kind = np.where((kind == SWAP) & (here == following), SUBSTITUTION, kind)
    kind = np.where((count == 0) & (kind != SWAP), DELETION, kind)

    out = letters.copy()
    deleted = np.flatnonzero(able & (kind == DELETION))
    later = columns[:-1] >= place[deleted, None]
    out[deleted, :-1] = np.where(later, letters[deleted, 1:], letters[deleted, :-1])
    inserted = np.flatnonzero(able & (kind == INSERTION))
    later = columns[1:] > place[inserted, None]
    out[inserted, 1:] = np.where(later, letters[inserted, :-1], letters[inserted, 1:])

    key = np.where(kind == INSERTION, np.maximum(2.0 * u[2] - 1.0, 0.0), u[2])
    pressed = near[rows, (key * count).astype(np.int64)]
    changed = able & (kind == SUBSTITUTION)
    out[rows[changed], place[changed]] = pressed[changed]
    added = np.where(u[2] < 0.5, here, pressed)  # a key held too long, or hit along with another
    out[rows[inserted], place[inserted] + 1] = added[inserted]
    swapped = able & (kind == SWAP)
    out[rows[swapped], place[swapped]] = following[swapped]
    out[rows[swapped], place[swapped] + 1] = here[swapped]
    return out


def slipped(
    texts: pa.Array,
    struck: Claims,
    u: Array,
    shares: tuple[float, ...],
    first_share: float,
    keyboard: tuple[str, ...] = _AZERTY,
) -> pa.Array:
    """Return texts with a slip in those that are struck; ``u`` is (3, n)."""

    def strike(some: pa.Array, at: Claims) -> pa.Array:
        return texts_of(slip(letters_of(some), u[:, at], shares, first_share, keyboard=keyboard))

    return where(struck, texts, strike)


def without_accents(texts: pa.Array) -> pa.Array:
    """Return texts without accents."""

    def bare(some: pa.Array, _: Claims) -> pa.Array:
        apart = pc.replace_substring_regex(pc.utf8_normalize(some, "NFKD"), _LATIN_ACCENTS, "")
        return where(_beyond_ascii(apart), apart, lambda odd, _: pc.replace_substring_regex(odd, r"\p{Mn}", ""))

    # Most have none, and looking for them takes long.
    return where(_beyond_ascii(texts), texts, bare)


def _beyond_ascii(texts: pa.Array) -> Claims:
    beyond: Claims = ~pc.fill_null(pc.string_is_ascii(texts), True).to_numpy(zero_copy_only=False)
    return beyond


# What sounds alike in French, on lower-case words; each rule alone gives one spelling.
_BY_EAR = tuple(
    (re.compile(pattern), other)
    for pattern, other in (
        (r"ph", "f"),
        (r"(?<=[a-z])f(?!f|$)", "ph"),
        (r"th", "t"),
        (r"(?<=[a-z])t(?=[aeiou])", "th"),
        (r"eau(?=x?$)", "o"),
        (r"au(?![lx]?t|d)", "o"),
        (r"(?:ault|aud|aut|ot)$", "eau"),
        (r"([bcdfglmnprst])\1", r"\1"),
        (r"(?<=[aeiou])([lnrt])(?=[aeiou])", r"\1\1"),
        (r"(?<=[a-zé])y", "i"),
        (r"i$", "y"),
        (r"(?<=[aeiou])s(?=[aeiou])", "z"),
        (r"z", "s"),
        (r"qu", "k"),
        (r"c(?=[aou])", "k"),
        (r"ain", "in"),
        (r"in(?![aeiouén])", "ain"),
        (r"ai(?!n)", "e"),
        (r"et$", "ay"),
        (r"er$", "é"),
        (r"(?<=[a-z]{3})[stxd]$", ""),
        (r"(?<=[lrnt])$", "e"),
        (r"^h", ""),
        (r"ge(?=o)|j(?=e)", "g"),
    )
)


def sound_alikes(word: str) -> tuple[str, ...]:
    """Return the spellings that a French ear could give a name, without the name itself."""
    lower = word.lower()
    found: dict[str, None] = {}
    for pattern, other in _BY_EAR:
        spelt = pattern.sub(other, lower, count=1)
        if len(spelt) >= LEAST_LETTERS and spelt[0].isalpha() and spelt != lower:
            # Capitals stay where words begin.
            found["".join(a.upper() if b in " -" else a for a, b in zip(spelt, f" {spelt}", strict=False))] = None
    return tuple(found)


@dataclass(frozen=True)
class Spellings:
    """The other forms of the words of a pool, each under the word's index.

    Attributes:
        plain: Without accents.
        accented: Which have any.
        alike: Spellings by ear, all words' one after the other.
        starts: (words + 1,) first of each word's in ``alike``.
        initials: First letter.
        short: Short form, the word itself where it has none.
        shortened: Which have one.
    """

    plain: pa.Array
    accented: Claims
    alike: pa.Array
    starts: Codes
    initials: pa.Array
    short: pa.Array
    shortened: Claims


def spellings(pool: Pool, short_forms: Mapping[str, str]) -> Spellings:
    """Return the other forms of a pool's words.

    Args:
        pool: The words.
        short_forms: Word to short form, where it has one.
    """
    return _spellings(tuple(pool.words.to_pylist()), tuple(short_forms.items()))


@cache
def _spellings(words: tuple[str, ...], short_forms: tuple[tuple[str, str], ...]) -> Spellings:
    known = dict(short_forms)
    texts = pa.array(words, pa.string())
    plain = without_accents(texts)
    alike = [sound_alikes(word) for word in words]
    return Spellings(
        plain=plain,
        accented=np.array([word != bare for word, bare in zip(words, plain.to_pylist(), strict=True)], dtype=bool),
        alike=pa.array([spelling for found in alike for spelling in found], pa.string()),
        starts=np.cumsum([0, *(len(found) for found in alike)]),
        initials=pa.array([word[0] for word in words], pa.string()),
        short=pa.array([known.get(word, word) for word in words], pa.string()),
        shortened=np.array([word in known for word in words], dtype=bool),
    )


def _possible(error: Codes, index: Codes, forms: Spellings) -> Codes:
    """Return errors that can happen to the words in question: what a word has no form for becomes a slip."""
    code = NAME_ERRORS.index
    impossible = (error == code("accents")) & ~forms.accented[index]
    impossible |= (error == code("sound")) & (np.diff(forms.starts)[index] == 0)
    impossible |= (error == code("short_form")) & ~forms.shortened[index]
    return np.where(impossible, code("slip"), error)


def misspelt(
    texts: pa.Array,
    error: Codes,
    index: Codes,
    u: Array,
    forms: Spellings,
    shares: tuple[float, ...],
    first_share: float,
) -> pa.Array:
    """Return names as written with their errors; a word that has no such form suffers a slip instead.

    Args:
        texts: (n,) names.
        error: (n,) codes into ``NAME_ERRORS``.
        index: (n,) words of the names.
        u: (3, n) uniforms.
        forms: Other forms of the words.
        shares: Shares of the kinds of slips.
        first_share: Share of slips at the first letter.
    """

    def change(some: pa.Array, at: Claims) -> pa.Array:
        return _wrong_name(some, error[at], index[at], u[:, at], forms, shares, first_share)

    return where(error > 0, texts, change)


def _wrong_name(
    texts: pa.Array,
    error: Codes,
    index: Codes,
    u: Array,
    forms: Spellings,
    shares: tuple[float, ...],
    first_share: float,
) -> pa.Array:
    code = NAME_ERRORS.index
    error = _possible(error, index, forms)

    def by_ear(_: pa.Array, at: Claims) -> pa.Array:
        first, end = forms.starts[index[at]], forms.starts[index[at] + 1]
        return forms.alike.take(pa.array(first + (u[0][at] * (end - first)).astype(np.int64)))

    texts = where(error == code("accents"), texts, lambda _, at: forms.plain.take(pa.array(index[at])))
    texts = where(error == code("sound"), texts, by_ear)
    texts = where(error == code("initial"), texts, lambda _, at: forms.initials.take(pa.array(index[at])))
    texts = where(error == code("short_form"), texts, lambda _, at: forms.short.take(pa.array(index[at])))
    return slipped(texts, error == code("slip"), u, shares, first_share)


def email(texts: pa.Array, error: Codes, u: Array, shares: tuple[float, ...], first_share: float) -> pa.Array:
    """Return e-mail addresses as written with their errors: left of the ``@``, or another address of the same person.

    Args:
        texts: (n,) addresses of ``reserved.email``.
        error: (n,) codes into ``EMAIL_ERRORS``.
        u: (3, n) uniforms.
        shares: Shares of the kinds of slips.
        first_share: Share of slips at the first letter.
    """
    return where(error > 0, texts, lambda some, at: _wrong_email(some, error[at], u[:, at], shares, first_share))


def _wrong_email(texts: pa.Array, error: Codes, u: Array, shares: tuple[float, ...], first_share: float) -> pa.Array:
    code = EMAIL_ERRORS.index

    def slip_left_of_at(some: pa.Array, at: Claims) -> pa.Array:
        # The letter before the "@" stays, so that the local part never ends in a point.
        high = pc.find_substring(some, "@").to_numpy().astype(np.int64) - 1
        return texts_of(slip(letters_of(some), u[:, at], shares, first_share, high=high))

    def other_separator(some: pa.Array, at: Claims) -> pa.Array:
        forms = [pc.replace_substring(some, ".", sign, max_replacements=1) for sign in _SEPARATORS]
        return pc.choose(pa.array((u[0][at] * len(forms)).astype(np.int64)), *forms)

    def other_address(some: pa.Array, at: Claims) -> pa.Array:
        name = pc.replace_substring_regex(some, "[0-9]*@.*$", "")
        number = pa.array((u[0][at] * 100).astype(np.int64)).cast(pa.string())
        home = pa.array(reserved.MAIL_DOMAINS).take(pa.array((u[1][at] * len(reserved.MAIL_DOMAINS)).astype(np.int64)))
        return pc.binary_join_element_wise(pc.binary_join_element_wise(name, number, ""), home, "@")

    texts = where(error == code("slip"), texts, slip_left_of_at)
    texts = where(error == code("separator"), texts, other_separator)
    texts = where(error == code("number"), texts, lambda some, at: pc.replace_substring_regex(some, "[0-9]+@", "@"))
    return where(error == code("other"), texts, other_address)


def phone(texts: pa.Array, error: Codes, u: Array, locale: str) -> pa.Array:
    """Return phone numbers as written with their errors: a free digit wrong, two swapped, or another line.

    Args:
        texts: (n,) numbers of ``reserved.phone``.
        error: (n,) codes into ``PHONE_ERRORS``.
        u: (3, n) uniforms.
        locale: Whose ranges they lie in.
    """
    if locale not in reserved.PHONES:
        return texts
    free = _free_places(locale)

    def slip_of_digit(some: pa.Array, at: Claims) -> pa.Array:
        letters = letters_of(some)
        rows, ends = np.arange(len(letters)), np.count_nonzero(letters, axis=1)
        which = (u[1][at] * len(free)).astype(np.int64)
        place, beside = ends - free[which], ends - free[np.maximum(which - 1, 0)]
        here, other = letters[rows, place], letters[rows, beside]
        swap = (u[0][at] < 0.5) & (which > 0) & (here != other)
        near, near_count = _neighbours(_AZERTY)
        pressed = near[here, (u[2][at] * near_count[here]).astype(np.int64)]
        letters[rows, place] = np.where(swap, other, pressed)
        letters[rows, beside] = np.where(swap, here, letters[rows, beside])
        return texts_of(letters)

    texts = where(error == PHONE_ERRORS.index("slip"), texts, slip_of_digit)
    draw = reserved.phone()
    return where(error == PHONE_ERRORS.index("other"), texts, lambda _, at: draw(u[:2, at], {"%locale": locale}))


@cache
def _free_places(locale: str) -> Codes:
    """Return how far from its end each free digit stands that all numbers of a locale have, left to right."""
    layouts = [layout[::-1] for layout in reserved.PHONES[locale]]
    free = [n for n in range(min(map(len, layouts))) if {layout[n] for layout in layouts} == {"#"}]
    return np.array([n + 1 for n in reversed(free)], dtype=np.int64)


def token(texts: pa.Array, error: Codes, u: Array, prefix: str) -> pa.Array:
    """Return tokens that suffer what the numbers suffer for which they stand.

    Args:
        texts: (n,) tokens of ``reserved.token``.
        error: (n,) codes into ``PHONE_ERRORS``.
        u: (3, n) uniforms.
        prefix: Theirs.
    """
    alphabet = np.frombuffer(reserved.TOKEN_LETTERS, dtype=np.uint8).astype(np.uint32)

    def slip_of_letter(some: pa.Array, at: Claims) -> pa.Array:
        letters = letters_of(some)
        rows = np.arange(len(letters))
        place = len(prefix) + (u[1][at] * reserved.TOKEN_LENGTH).astype(np.int64)
        beside = np.maximum(place - 1, len(prefix))
        here, other = letters[rows, place], letters[rows, beside]
        swap = (u[0][at] < 0.5) & (here != other)
        step = 1 + (u[2][at] * (len(alphabet) - 1)).astype(np.int64)
        pressed = alphabet[(np.searchsorted(alphabet, here) + step) % len(alphabet)]
        letters[rows, place] = np.where(swap, other, pressed)
        letters[rows, beside] = np.where(swap, here, letters[rows, beside])
        return texts_of(letters)

    texts = where(error == PHONE_ERRORS.index("slip"), texts, slip_of_letter)
    draw = reserved.token(prefix)
    return where(error == PHONE_ERRORS.index("other"), texts, lambda _, at: draw(u[1][at], {}))


def address(texts: pa.Array, error: Codes, u: Array, shares: tuple[float, ...], first_share: float) -> pa.Array:
    """Return addresses as written with their errors: a slip in the street, another number, a word left out.

    Args:
        texts: (n,) addresses of ``reserved.address``.
        error: (n,) codes into ``ADDRESS_ERRORS``.
        u: (3, n) uniforms.
        shares: Shares of the kinds of slips.
        first_share: Share of slips at the first letter of the street.
    """
    return where(error > 0, texts, lambda some, at: _wrong_address(some, error[at], u[:, at], shares, first_share))


def _wrong_address(texts: pa.Array, error: Codes, u: Array, shares: tuple[float, ...], first_share: float) -> pa.Array:
    code = ADDRESS_ERRORS.index

    def slip_in_street(some: pa.Array, at: Claims) -> pa.Array:
        low = pc.find_substring(some, " ").to_numpy().astype(np.int64) + 1
        return texts_of(slip(letters_of(some), u[:, at], shares, first_share, low=low))

    def other_number(some: pa.Array, at: Claims) -> pa.Array:
        number = pc.replace_substring_regex(some, " .*$", "").cast(pa.int64())
        street = pc.replace_substring_regex(some, "^[0-9]+ ", "")
        next_house = pc.binary_join_element_wise(pc.add(number, _NEXT_HOUSE).cast(pa.string()), street, " ")
        extension = pc.replace_substring_regex(some, "^([0-9]+) ", r"\1 bis ")
        return pc.if_else(pa.array(u[0][at] < 0.5), next_house, extension)

    def word_left_out(some: pa.Array, at: Claims) -> pa.Array:
        # "12 rue Bazin" loses what kind of street it is at the front, "12 Jones Lane" at the end.
        front = pc.replace_substring_regex(some, "^([0-9]+) [a-z]+ ", r"\1 ")
        end = pc.replace_substring_regex(some, r"^([0-9]+ \S+) \S+$", r"\1")
        return pc.if_else(pc.equal(front, some), end, front)

    texts = where(error == code("slip"), texts, slip_in_street)
    texts = where(error == code("number"), texts, other_number)
    return where(error == code("street"), texts, word_left_out)


def birth_date(days: Values, error: Codes, u: Array) -> Codes:
    """Return birth dates as written with their errors; what cannot happen to a date becomes a wrong year.

    Args:
        days: (n,) days since 1970.
        error: (n,) codes into ``DATE_ERRORS``.
        u: (2, n) uniforms.
    """
    written: Codes = np.array(days, dtype=np.int64)
    at = np.flatnonzero(error)
    written[at] = _wrong_date(written[at].astype("datetime64[D]"), error[at], u[:, at])
    return written


def _wrong_date(day: NDArray[np.datetime64], error: Codes, u: Array) -> Codes:
    code = DATE_ERRORS.index
    month, year = day.astype("datetime64[M]"), day.astype("datetime64[Y]")
    day_of_month = (day - month).astype(np.int64)  # from 0
    month_of_year = (month - year).astype(np.int64)  # from 0
    swapped = (year.astype("datetime64[M]") + day_of_month).astype("datetime64[D]") + month_of_year
    january = year.astype("datetime64[D]")
    # One year or ten beside it; the 29th of February becomes the 1st of March, as a form would have it.
    step = np.where(u[0] < NEAR_MISSES, 1, 10) * np.where(u[1] < 0.5, -1, 1)
    other_year = ((year + step).astype("datetime64[M]") + month_of_year).astype("datetime64[D]") + day_of_month
    inside = (day_of_month + step >= 0) & (day_of_month + step < DAYS_OF_FEBRUARY)
    other_day = np.where(inside, day + step, day - np.sign(day_of_month))
    out = np.where(error == code("day_and_month"), swapped, day)
    out = np.where(error == code("first_of_january"), january, out)
    out = np.where(error == code("day"), other_day, out)
    impossible = (error == code("day_and_month")) & (day_of_month >= 12)
    unchanged = out == day
    wrong: Codes = np.where((error == code("year")) | impossible | unchanged, other_year, out).astype(np.int64)
    return wrong
