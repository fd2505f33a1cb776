"""The hash behind every draw: a statistical battery, answers that may never move, and independence of order.

Every bound is five standard errors, or the tail probability that five standard errors have. The inputs are fixed, so
a test that passes once passes always; the bounds say how unlikely a sound generator would be to fail them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from cxdata.streams import child_addresses, key, mix, root_addresses, to_unit, uniforms, words

Words = NDArray[np.uint64]

ERRORS = 5.0
CHANCE = 2 * stats.norm.sf(ERRORS)
"""Odds, about 1 in 1.7 million, that one statistic of a sound generator leaves its bounds."""

MILLION = 1 << 20
MANY = 1 << 17
FEW = 1 << 14
BITS = 64
TOP = np.uint64(2**64 - 1)

WORLD = key("tilmarenne", 7)
LATE, DAMAGED = key("orders", "late"), key("orders", "damaged")
ORDERS, CONTACTS = key("orders", "customers"), key("contacts", "customers")


def rows(count: int, first: int = 0) -> NDArray[np.int64]:
    return np.arange(first, first + count, dtype=np.int64)


def zeros(count: int) -> NDArray[np.int64]:
    return np.zeros(count, dtype=np.int64)


ROOTS = root_addresses(WORLD, rows(MILLION))
ONE_PARENT = np.full(MILLION, ROOTS[12345])

SEQUENCES: dict[str, Callable[[], Words]] = {
    "addresses of sequential roots": lambda: ROOTS,
    "words of sequential roots": lambda: words(ROOTS, LATE),
    "addresses of sequential slots": lambda: child_addresses(ONE_PARENT, ORDERS, rows(MILLION)),
    "words of sequential slots": lambda: words(child_addresses(ONE_PARENT, ORDERS, rows(MILLION)), LATE),
    "words of first children": lambda: words(child_addresses(ROOTS, ORDERS, zeros(MILLION)), LATE),
    "draws of one cell": lambda: np.concatenate([words(ROOTS[:1], LATE, draw) for draw in range(FEW)]),
    "columns of one row": lambda: np.concatenate([words(ROOTS[:1], key("orders", f"c{n}")) for n in range(FEW)]),
    "seeds of one cell": lambda: np.concatenate(
        [words(root_addresses(key("tilmarenne", seed), zeros(1)), LATE) for seed in range(FEW)]
    ),
}


@pytest.fixture(scope="module", params=SEQUENCES)
def sequence(request: pytest.FixtureRequest) -> Words:
    """Words that should be as good as drawn by lot."""
    return SEQUENCES[request.param]()


def bits(random_words: Words) -> NDArray[np.uint8]:
    """Return (n, 64) bits of words, the lowest first."""
    octets = random_words.astype("<u8").view(np.uint8).reshape(-1, 8)
    return np.unpackbits(octets, axis=1, bitorder="little")


def test_every_byte_is_uniform_over_256_bins(sequence):
    octets = sequence.astype("<u8").view(np.uint8).reshape(-1, 8)
    for place in range(8):
        found = np.bincount(octets[:, place], minlength=256)
        statistic = stats.chisquare(found).statistic
        # Both tails: counts that are too even would betray a counter as surely as uneven ones.
        assert CHANCE < stats.chi2.sf(statistic, 255) < 1 - CHANCE, f"byte {place}"


def test_uniforms_follow_the_uniform_distribution(sequence):
    assert stats.kstest(to_unit(sequence), "uniform").pvalue > CHANCE


def test_every_bit_is_set_half_of_the_time(sequence):
    share = bits(sequence).mean(axis=0)
    assert np.abs(share - 0.5).max() < ERRORS * 0.5 / np.sqrt(len(sequence))


@pytest.mark.parametrize("lag", [1, 2, 8192])
def test_rows_at_a_distance_are_uncorrelated(sequence, lag):
    u = to_unit(sequence)
    assert abs(np.corrcoef(u[lag:], u[:-lag])[0, 1]) < ERRORS / np.sqrt(len(u) - lag)


def distinct(values: Words) -> int:
    """Return the number of distinct words; by sorting, which is ten times faster than ``np.unique``."""
    return 1 + int(np.count_nonzero(np.diff(np.sort(values))))


def test_leading_halves_collide_as_often_as_chance_has_it():
    halves = words(ROOTS, LATE) >> np.uint64(32)
    expected = MILLION**2 / 2 / 2**32  # pairs over bins: 128 collisions, Poisson
    found = MILLION - distinct(halves)
    assert abs(found - expected) < ERRORS * np.sqrt(expected)


PAIRS: dict[str, Callable[[], tuple[Words, Words]]] = {
    "two columns": lambda: (words(ROOTS[:MANY], LATE), words(ROOTS[:MANY], DAMAGED)),
    "columns whose keys differ in one bit": lambda: (
        words(ROOTS[:MANY], LATE),
        words(ROOTS[:MANY], LATE ^ np.uint64(1 << 40)),
    ),
    "two draws": lambda: (words(ROOTS[:MANY], LATE, 0), words(ROOTS[:MANY], LATE, 1)),
    "two seeds": lambda: (
        words(root_addresses(key("tilmarenne", 1), rows(MANY)), LATE),
        words(root_addresses(key("tilmarenne", 2), rows(MANY)), LATE),
    ),
    "two scenarios": lambda: (
        words(root_addresses(key("tilmarenne", 1), rows(MANY)), LATE),
        words(root_addresses(key("aldeane", 1), rows(MANY)), LATE),
    ),
    "neighbouring rows": lambda: (words(ROOTS[:MANY], LATE), words(ROOTS[1 : MANY + 1], LATE)),
    "the same place in neighbouring blocks": lambda: (
        words(ROOTS[:MANY], LATE),
        words(ROOTS[8192 : MANY + 8192], LATE),
    ),
    "addresses of parent and first child": lambda: (ROOTS[:MANY], child_addresses(ROOTS[:MANY], ORDERS, zeros(MANY))),
    "one column of parent and first child": lambda: (
        words(ROOTS[:MANY], LATE),
        words(child_addresses(ROOTS[:MANY], ORDERS, zeros(MANY)), LATE),
    ),
    "first and second child": lambda: (
        child_addresses(ROOTS[:MANY], ORDERS, zeros(MANY)),
        child_addresses(ROOTS[:MANY], ORDERS, zeros(MANY) + 1),
    ),
    "first children in two tables": lambda: (
        child_addresses(ROOTS[:MANY], ORDERS, zeros(MANY)),
        child_addresses(ROOTS[:MANY], CONTACTS, zeros(MANY)),
    ),
    "address and word": lambda: (ROOTS[:MANY], words(ROOTS[:MANY], LATE)),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_unlike_addresses_share_no_bit(pair):
    one, other = PAIRS[pair]()
    signs = [2.0 * bits(side).astype(np.float32) - 1.0 for side in (one, other)]  # sums stay below 2**24: exact
    correlations = signs[0].T @ signs[1] / MANY  # every bit of one against every bit of the other
    assert np.abs(correlations).max() < ERRORS / np.sqrt(MANY)
    assert abs(np.corrcoef(to_unit(one), to_unit(other))[0, 1]) < ERRORS / np.sqrt(MANY)


def flip(values: Words, bit: int) -> Words:
    return values ^ np.uint64(1 << bit)


ADDRESSES = ROOTS[:FEW]
# What is hashed, and the function of the value whose bits are flipped. Counters have 40 bits: a trillion rows.
AVALANCHES: dict[str, tuple[Words, int, Callable[[Words], Words]]] = {
    "root counter": (rows(FEW).view(np.uint64), 40, lambda x: root_addresses(WORLD, x.view(np.int64))),
    "world key": (mix(ADDRESSES), BITS, lambda x: np.concatenate([root_addresses(k, zeros(1)) for k in x])),
    "parent address": (ADDRESSES, BITS, lambda x: child_addresses(x, ORDERS, zeros(FEW))),
    "child slot": (rows(FEW).view(np.uint64), 40, lambda x: child_addresses(ADDRESSES, ORDERS, x.view(np.int64))),
    "table key": (
        mix(ADDRESSES),
        BITS,
        lambda x: np.concatenate([child_addresses(ADDRESSES[:1], k, zeros(1)) for k in x]),
    ),
    "row address": (ADDRESSES, BITS, lambda x: words(x, LATE)),
    "column key": (mix(ADDRESSES), BITS, lambda x: np.concatenate([words(ADDRESSES[:1], k) for k in x])),
}
KEYED_ONE_BY_ONE = 1 << 9
"""Values tried where the key is a scalar, so that each needs a call of its own."""


@pytest.mark.parametrize("part", AVALANCHES)
def test_one_flipped_bit_flips_every_output_bit_half_of_the_time(part):
    values, width, hashed = AVALANCHES[part]
    if part.endswith("key"):
        values = values[:KEYED_ONE_BY_ONE]
    before = hashed(values)
    for bit in range(width):
        share = bits(before ^ hashed(flip(values, bit))).mean(axis=0)
        assert np.abs(share - 0.5).max() < ERRORS * 0.5 / np.sqrt(len(values)), f"bit {bit}"


def test_a_million_rows_their_words_and_children_never_collide():
    family = child_addresses(np.repeat(ROOTS[:1024], 1024), ORDERS, np.tile(rows(1024), 1024))
    everything = np.concatenate([ROOTS, family, words(ROOTS, LATE), words(ROOTS, DAMAGED)])
    # Four million words collide once in two million worlds.
    assert distinct(everything) == len(everything)


def test_mixing_keeps_distinct_words_distinct():
    nearly_equal = rows(MILLION).view(np.uint64)
    assert distinct(mix(nearly_equal)) == MILLION


def test_uniforms_lie_in_the_half_open_unit_interval_and_are_exact():
    ends = to_unit(np.array([0, 2**11 - 1, 2**11, TOP], dtype=np.uint64))
    assert ends.tolist() == [0.0, 0.0, 2.0**-53, 1.0 - 2.0**-53]
    some = words(ROOTS[:FEW], LATE)
    assert ((to_unit(some) * 2.0**53).astype(np.uint64) == some >> np.uint64(11)).all()


def test_a_value_depends_on_its_place_alone_not_on_its_company():
    shuffled = np.random.default_rng(1).permutation(FEW)
    table = uniforms(child_addresses(ROOTS[:FEW], ORDERS, rows(FEW) % 7), LATE, 3)
    again = uniforms(child_addresses(root_addresses(WORLD, shuffled), ORDERS, shuffled % 7), LATE, 3)
    assert (again == table[:, shuffled]).all()
    alone = uniforms(child_addresses(root_addresses(WORLD, rows(1, 5000)), ORDERS, rows(1, 5000) % 7), LATE, 3)
    assert (alone == table[:, 5000:5001]).all()


def test_the_first_draw_is_the_same_whether_more_are_taken_or_not():
    assert uniforms(ROOTS[:FEW], LATE, 1).shape == (FEW,)
    assert uniforms(ROOTS[:FEW], LATE, 2).shape == (2, FEW)
    assert (uniforms(ROOTS[:FEW], LATE, 2)[0] == uniforms(ROOTS[:FEW], LATE, 1)).all()


def test_hashing_changes_none_of_its_inputs():
    indices, addresses = rows(8), ROOTS[:8].copy()
    root_addresses(WORLD, indices)
    child_addresses(addresses, ORDERS, indices)
    words(addresses, LATE)
    mix(addresses)
    assert (indices == rows(8)).all()
    assert (addresses == ROOTS[:8]).all()


def test_roots_of_the_zero_world_are_the_published_splitmix64_sequence():
    # Output of Vigna's splitmix64.c for seed 0, the reference implementation of Steele, Lea and Flood (2014).
    published = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC, 0x1B39896A51A8749B]
    assert root_addresses(np.uint64(0), rows(5)).tolist() == published


def mix_in_python(word: int) -> int:
    """Return the same mixing in whole numbers of Python, which cannot overflow."""
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    word = (word ^ (word >> 27)) * 0x94D049BB133111EB % 2**64
    return word ^ (word >> 31)


def test_addresses_and_words_agree_with_whole_numbers_in_python():
    golden, world, table, column = 0x9E3779B97F4A7C15, int(WORLD), int(ORDERS), int(LATE)
    for index, slot, draw in [(0, 0, 0), (8191, 3, 1), (2**40, 63, 2)]:
        root = mix_in_python((index + 1) * golden + world & int(TOP))
        child = mix_in_python(mix_in_python((slot + 1) * golden + table & int(TOP)) ^ root)
        word = mix_in_python(mix_in_python(child ^ mix_in_python(column ^ draw)) + column & int(TOP))
        addresses = child_addresses(root_addresses(WORLD, rows(1, index)), ORDERS, rows(1, slot))
        assert addresses.tolist() == [child]
        assert words(addresses, LATE, draw).tolist() == [word]


def test_keys_are_the_hash_of_the_path_under_its_version():
    path = "\x1f".join(["cxdata-streams-1", "tilmarenne", "7", "orders"])
    expected = int.from_bytes(hashlib.blake2b(path.encode(), digest_size=8).digest(), "little")
    assert key("tilmarenne", 7, "orders") == expected


def test_a_key_keeps_the_parts_of_its_path_apart():
    assert key("ab", "c") != key("a", "bc")
    assert key("ab") != key("a", "b")
    assert key("a", "") != key("a")
    assert key("a", "b") != key("b", "a")


def test_keys_of_unlike_names_are_unlike():
    names = [key(f"table_{n // 100}", f"column_{n % 100}") for n in range(10_000)]
    assert len(set(names)) == len(names)


# Frozen: a change here moves every value of every data set ever made, and is a major data version.
@pytest.mark.parametrize(
    ("path", "frozen"),
    [
        (("tilmarenne", 7), 0x9AF384ECC8775644),
        (("aldeane", 1), 0x9CD058C2500E5A07),
        (("orders", "late"), 0x99112FB9F12B6EAA),
        (("é", 2**63 - 1), 0x87D4415F7E8E8FAE),
    ],
)
def test_keys_never_move(path, frozen):
    assert key(*path) == frozen


@pytest.mark.parametrize(
    ("world", "place", "addresses", "word", "uniform"),
    [
        (
            ("tilmarenne", 7),
            (0, 0, 0),
            (0x329B1C45F2041272, 0xCB2B161C59708C67),
            0x848690040606EFB7,
            0.5176782617400267,
        ),
        (
            ("tilmarenne", 7),
            (8192, 3, 0),
            (0xA66CCDD850F63C98, 0xEFBDAC99D4C780E3),
            0xBFE12C64F7620B9B,
            0.7495296236514905,
        ),
        (("aldeane", 1), (0, 0, 0), (0x8347EA4CE1F90463, 0xF4E2231E6A7B86E2), 0xB9FE249B257A9B3E, 0.7265341643119235),
        (
            ("aldeane", 1),
            (2**40, 63, 2),
            (0x0AAB0CDD85AB1ACB, 0x6BC0AB6224E21B2A),
            0x8B0FBCFD3C740E58,
            0.54320889647029,
        ),
    ],
)
def test_values_never_move(world, place, addresses, word, uniform):
    index, slot, draw = place
    root = root_addresses(key(*world), rows(1, index))
    child = child_addresses(root, key("orders", "customers"), rows(1, slot))
    assert (root[0], child[0]) == addresses
    assert words(child, key("orders", "late"), draw).tolist() == [word]
    assert to_unit(words(child, key("orders", "late"), draw)).tolist() == [uniform]
