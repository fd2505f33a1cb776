"""The only source of contact data: ranges that regulators keep for fiction, or that can reach nobody.

* E-mail: RFC 2606 and RFC 6761 reserve ``example.com``, ``example.net`` and ``example.org``; "providers" are
  sub-domains.
* French numbers: Arcep's ranges for audiovisual works. British numbers: Ofcom's ranges for drama use.
  Both are quoted at second hand; ``docs/en/how-it-works/limitations.md`` says so.
* Any other locale: no number at all.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cxdata.schema.pool import Pool
from cxdata.schema.recipe import Array, Inputs, Recipe

MAIL_DOMAINS = (
    "boite.example.org",
    "courrier.example.net",
    "postal.example.com",
    "mel.example.org",
    "lettre.example.net",
)
MAIL_SUFFIXES = ("example.com", "example.net", "example.org")

# Prefix and layout of the free digits: '#' is one digit. Mobile ranges stand first and are drawn most.
PHONES: dict[str, tuple[str, ...]] = {
    "fr_FR": (
        "06 39 98 ## ##",
        "01 99 00 ## ##",
        "02 61 91 ## ##",
        "03 53 01 ## ##",
        "04 65 71 ## ##",
        "05 36 49 ## ##",
    ),
    "en_GB": (
        "07700 900###",
        "020 7946 0###",
        "0113 496 0###",
        "0114 496 0###",
        "0115 496 0###",
        "0116 496 0###",
        "0117 496 0###",
        "0118 496 0###",
        "0121 496 0###",
        "0131 496 0###",
        "0141 496 0###",
        "0151 496 0###",
        "0161 496 0###",
        "0191 498 0###",
        "028 9649 6###",
        "029 2018 0###",
        "01632 960###",
        "03069 990###",
    ),
}
MOBILE_SHARE = 0.72
"""Share of phone numbers that are mobile; the rest is spread over the fixed ranges. Ours."""

# Sixteen consonants: no digits, so a token reads like no number; no vowels, so it spells no word.
TOKEN_LETTERS = b"BCDFGHJKLMNPQRST"
TOKEN_LENGTH = 13  # 52 of the 53 random bits of a uniform


def email(first: str, last: str) -> Recipe:
    """Return ``first.last<number>@<provider>``; two draws.

    Args:
        first: Input with indices into ``%first_names``.
        last: Input with indices into ``%last_names``.
    """

    def compute(u: Array | None, x: Inputs) -> pa.Array:
        assert u is not None
        firsts: Pool = x["%first_names"]
        lasts: Pool = x["%last_names"]
        numbers = pa.array([str(n) for n in range(100)]).take(pa.array((u[0] * 100).astype(np.int64)))
        domains = pa.array(MAIL_DOMAINS).take(pa.array((u[1] * len(MAIL_DOMAINS)).astype(np.int64)))
        local = pc.binary_join_element_wise(
            firsts.folded.take(pa.array(x[first])), lasts.folded.take(pa.array(x[last])), "."
        )
        return pc.binary_join_element_wise(pc.binary_join_element_wise(local, numbers, ""), domains, "@")

    return Recipe(compute, (first, last, "%first_names", "%last_names"), 2, "name and number at a reserved domain")


def phone() -> Recipe:
    """Return a phone number of the locale's fiction ranges in national form; empty text where a locale has none."""

    def compute(u: Array | None, x: Inputs) -> pa.Array:
        assert u is not None
        if x["%locale"] not in PHONES:
            return pa.nulls(u.shape[1], pa.string())
        numbers, starts = _numbers()[x["%locale"]]
        ranges = len(starts) - 1
        fixed = 1 + (u[0] - MOBILE_SHARE) / (1.0 - MOBILE_SHARE) * (ranges - 1)
        which = np.where(u[0] < MOBILE_SHARE, 0, np.clip(fixed.astype(np.int64), 1, ranges - 1))
        size = starts[which + 1] - starts[which]
        return numbers.take(pa.array(starts[which] + (u[1] * size).astype(np.int64)))

    return Recipe(compute, ("%locale",), 2, "number of a range kept for fiction")


@cache
def _numbers() -> dict[str, tuple[pa.Array, NDArray[np.int64]]]:
    """Return, per locale, every number of its ranges and the index at which each range starts (and the end)."""
    every = {}
    for locale, layouts in PHONES.items():
        ranges = [_fill(layout) for layout in layouts]
        every[locale] = (pa.concat_arrays(ranges), np.cumsum([0, *(len(numbers) for numbers in ranges)]))
    return every


def _fill(layout: str) -> pa.Array:
    """Return every number of a range, in order."""
    free = layout.count("#")
    letters = np.tile(np.frombuffer(layout.encode(), dtype=np.uint8), (10**free, 1))
    values = np.arange(10**free)
    for rank, place in enumerate(place for place, letter in enumerate(layout) if letter == "#"):
        letters[:, place] = ord("0") + values // 10 ** (free - 1 - rank) % 10
    return pa.array(letters.view(f"S{len(layout)}").ravel(), pa.binary()).cast(pa.string())


def token(prefix: str) -> Recipe:
    """Return an opaque token of thirteen letters after a prefix; it stands for a number without being one."""

    alphabet = np.frombuffer(TOKEN_LETTERS, dtype="S1")

    def compute(u: Array | None, x: Inputs) -> pa.Array:
        assert u is not None
        whole = (u * 16.0**TOKEN_LENGTH).astype(np.int64)
        width = len(prefix) + TOKEN_LENGTH
        letters = np.empty((len(whole), width), dtype="S1")
        letters[:, : len(prefix)] = np.frombuffer(prefix.encode(), dtype="S1")
        for place in range(TOKEN_LENGTH):
            letters[:, len(prefix) + place] = alphabet[(whole >> (4 * place)) & 15]
        return pa.array(letters.view(f"S{width}").ravel(), pa.binary()).cast(pa.string())

    return Recipe(compute, (), 1, "opaque token")


def address() -> Recipe:
    """Return house number and invented street in the locale's order; empty where a locale has no streets."""

    def compute(u: Array | None, x: Inputs) -> pa.Array:
        assert u is not None
        streets: Pool = x["%streets"]
        if len(streets.words) == 0:
            return pa.nulls(u.shape[1], pa.string())
        numbers = pa.array([str(n) for n in range(1, 121)]).take(pa.array((u[0] * 120).astype(np.int64)))
        return pc.binary_join_element_wise(numbers, streets.words.take(pa.array(streets.pick(u[1]))), " ")

    return Recipe(compute, ("%streets",), 2, "number and invented street")
