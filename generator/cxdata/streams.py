"""The only source of randomness: uniforms addressed by name and place, never drawn in sequence.

Every row has a 64-bit *address*, a hash of the path that leads to it (seed, root slot, child table, child slot, ...).
A cell's random word is the hash of its row's address and of its column's name.
So a value depends on nothing but its own place: not on the number of rows before it, the order of blocks, the
number of processes, nor on which other columns exist.

The mixing function is the 64-bit finaliser of Stafford's "variant 13", the one of SplitMix64 (Steele, Lea and Flood
2014), applied once to make an address and twice per word. It uses only integer multiplication, exclusive or and
shifts, which are exact on every processor and in every NumPy release. ``tests/test_streams.py`` holds it against a
statistical battery.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Uniforms = NDArray[np.float64]

STREAM_VERSION = "cxdata-streams-1"


def _constant(value: int) -> Words:
    """Return an array of no dimension, which NumPy need not turn into one in every operation on a few thousand rows."""
    array = np.array(value, dtype=np.uint64)
    array.setflags(write=False)
    return array


_GOLDEN = _constant(0x9E3779B97F4A7C15)  # 2**64 / golden ratio: spreads consecutive counters (SplitMix64)
_M1 = _constant(0xBF58476D1CE4E5B9)  # Stafford variant 13
_M2 = _constant(0x94D049BB133111EB)
_S27, _S30, _S31, _S11 = (_constant(bits) for bits in (27, 30, 31, 11))
_TWO_POW_MINUS_53 = 2.0**-53


@lru_cache(maxsize=65_536, typed=True)  # every block asks for the keys of all columns
def key(*path: str | int) -> np.uint64:
    """Return the 64-bit key of a name path such as ``("tilmarenne", 7, "orders", "late")``.

    BLAKE2b makes unlike names unrelated; the separator keeps ``("ab", "c")`` and ``("a", "bc")`` apart.
    """
    text = "\x1f".join([STREAM_VERSION, *(str(part) for part in path)])
    return np.uint64(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little"))


def mix(words: Words) -> Words:
    """Return a new array of well-mixed 64-bit words; a bijection, so distinct inputs stay distinct."""
    return _stir(_fold(words))


def _fold(words: Words) -> Words:
    """Return the first step of mixing, in a new array; folding ``a ^ b`` gives ``fold(a) ^ fold(b)``."""
    out: Words = words >> _S30
    out ^= words
    return out


def _stir(out: Words) -> Words:
    """Return folded words after the other steps of mixing, made in place."""
    out *= _M1
    shifted = out >> _S27
    out ^= shifted
    out *= _M2
    np.right_shift(out, _S31, out=shifted)
    out ^= shifted
    return out


def root_addresses(world: np.uint64, indices: NDArray[np.int64]) -> Words:
    """Return the addresses of root rows.

    Args:
        world: Key of the world, from ``key(scenario, seed)``.
        indices: (n,) index of each root row over the whole world, 0 and up.
    """
    counters = indices.astype(np.uint64)
    counters += np.uint64(1)
    counters *= _GOLDEN
    counters += world
    return mix(counters)


def child_addresses(parents: Words, table: np.uint64, slots: NDArray[np.int64]) -> Words:
    """Return the addresses of child rows.

    Args:
        parents: (n,) address of each child's parent.
        table: Key of the child table's name.
        slots: (n,) slot of each child under its parent, 0 and up.
    """
    most = int(slots.max(initial=0))
    if most < len(slots):  # siblings of many parents share few slots
        return mix(_slot_words(table, np.arange(most + 1)).take(slots) ^ parents)
    return mix(_slot_words(table, slots) ^ parents)


def _slot_words(table: np.uint64, slots: NDArray[np.int64]) -> Words:
    counters = slots.astype(np.uint64)
    counters += np.uint64(1)
    counters *= _GOLDEN
    counters += table
    return mix(counters)


def shuffled(places: NDArray[np.int64], salt: np.uint64) -> NDArray[np.int64]:
    """Return another order of the whole numbers below 2**32: a bijection, so distinct places stay distinct.

    The mixing function is Wellons' "lowbias32" (nullprogram.com, 2018): exact steps, each of which can be undone.

    Args:
        places: (n,) whole numbers, 0 to 2**32 - 1.
        salt: Key that names the order.
    """
    out = places.astype(np.uint32)
    out ^= np.uint32(int(salt) & 0xFFFFFFFF)
    out ^= out >> np.uint32(16)
    out *= np.uint32(0x7FEB352D)
    out ^= out >> np.uint32(15)
    out *= np.uint32(0x846CA68B)
    out ^= out >> np.uint32(16)
    return out.astype(np.int64)


@lru_cache(maxsize=65_536)
def _folded_salt(column: int, draw: int) -> Words:
    return _constant(int(_fold(mix(np.array([column ^ draw], dtype=np.uint64)))[0]))


def words(addresses: Words, column: np.uint64, draw: int = 0) -> Words:
    """Return one random 64-bit word per row for a column.

    Args:
        addresses: (n,) row addresses.
        column: Key of the column, from ``key(table, column)``.
        draw: Which of the column's draws, 0 and up.
    """
    return _words(_fold(addresses), column, draw)


def _words(folded: Words, column: np.uint64, draw: int) -> Words:
    out = _stir(folded ^ _folded_salt(int(column), draw))
    out += column
    return mix(out)


def uniforms(addresses: Words, column: np.uint64, draws: int) -> Uniforms:
    """Return uniforms in [0, 1) with 53 random bits: shape (n,) for one draw, (draws, n) for more."""
    folded = _fold(addresses)
    if draws == 1:
        return to_unit(_words(folded, column, 0))
    out: Uniforms = np.empty((draws, len(addresses)))
    for draw in range(draws):
        out[draw] = _as_signed(_words(folded, column, draw))
    out *= _TWO_POW_MINUS_53
    return out


def to_unit(random_words: Words) -> Uniforms:
    """Turn 64-bit words into float64 in [0, 1): the top 53 bits times 2**-53, exact on every machine."""
    units: Uniforms = _as_signed(random_words).astype(np.float64)
    units *= _TWO_POW_MINUS_53
    return units


def _as_signed(random_words: Words) -> NDArray[np.int64]:
    """Return the top 53 bits of words as signed numbers, which processors turn into float64 faster."""
    return (random_words >> _S11).view(np.int64)
