"""Record linkage by hand: candidate pairs, levels of agreement, weights of evidence, groups and their scores.

The model is that of Fellegi and Sunter. It is written out here in a few lines of NumPy, because a page that teaches it
must show every step; for millions of records take Splink, which ``benchmarks/linkage.py`` measures on the same task.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MISSING, OTHER, NEAR, SAME = -1, 0, 1, 2
"""Levels of agreement of a field in a pair: a missing value is evidence of nothing."""
LEVELS = (OTHER, NEAR, SAME)
COMPARED = ("first_name", "last_name", "birth_date", "email", "phone_token", "address", "town")
"""Fields that :func:`levels_of` compares."""
BLOCKS = (
    ("email",),
    ("phone_token",),
    ("birth_date", "department"),
    ("birth_date", "initial"),
    ("first_name", "last_name"),
    ("last_name", "department"),
    ("address", "department"),
)
"""Two records are compared when they agree in all fields of at least one of these."""
_SPELT = ("first_name", "last_name", "town", "address")
ADDED = 0.5
"""Pairs added to each level when shares are counted."""


def cleaned(records: pd.DataFrame) -> pd.DataFrame:
    """Return records that can be compared: small letters without accents or signs, and the initial.

    Args:
        records: One row per record, with the columns of ``crm_records``.

    Returns:
        The same rows, numbered from nought, texts as ``object`` with ``None`` where nothing is.
    """
    frame = records.reset_index(drop=True).copy()
    for name in _SPELT:
        plain = frame[name].astype("string").str.lower().str.normalize("NFKD")
        kept = "a-z0-9 " if name == "address" else "a-z"
        frame[name] = plain.str.replace(f"[^{kept}]", "", regex=True)
    frame["initial"] = frame["first_name"].str[:1]
    frame["birth_date"] = frame["birth_date"].astype("string")
    for name in {*COMPARED, "initial", "department"}:
        text = frame[name].astype(object)
        frame[name] = text.where(text.notna() & (text != ""), None)
    return frame


def candidate_pairs(frame: pd.DataFrame, blocks: Iterable[Sequence[str]] = BLOCKS) -> pd.DataFrame:
    """Return the pairs of records that agree in all fields of at least one block.

    Args:
        frame: Cleaned records.
        blocks: Fields that must agree; a missing value agrees with nothing.

    Returns:
        One row per pair, ``left`` < ``right``, both positions in the frame.
    """
    found = []
    for fields in blocks:
        known = frame[list(fields)].dropna().rename_axis("place").reset_index()
        both = known.merge(known, on=list(fields), suffixes=("_left", "_right"))
        both = both.loc[both["place_left"] < both["place_right"], ["place_left", "place_right"]]
        found.append(both.set_axis(["left", "right"], axis=1))
    return pd.concat(found).drop_duplicates().sort_values(["left", "right"], ignore_index=True)


def one_slip(one: str, other: str) -> bool:
    """Return whether two texts differ by one slip of the keyboard: a letter more, less or wrong, or two swapped."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = 0
    shorter = min(len(one), len(other))
    while start < shorter and one[start] == other[start]:
        start += 1
    end = 0
    while end < shorter - start and one[-1 - end] == other[-1 - end]:
        end += 1
    left, right = one[start : len(one) - end], other[start : len(other) - end]
    return max(len(left), len(right)) == 1 or (len(left) == 2 and left == right[::-1])


def near(field: str, one: str, other: str) -> bool:
    """Return whether two different values of a field may be one: a slip, an abbreviation, day and month swapped."""
    if field == "first_name" and min(len(one), len(other)) <= 4 and (one.startswith(other) or other.startswith(one)):
        return True
    if field == "last_name" and min(len(one), len(other)) >= 4 and (one in other or other in one):
        return True  # a former name beside the present one
    if field == "birth_date":
        year, month, day = one.split("-")
        return other == f"{year}-{day}-{month}" or one_slip(one, other)
    if field == "email":
        return one.partition("@")[0] == other.partition("@")[0] or one_slip(one, other)
    if field == "address":
        return _street(one) == _street(other) or one_slip(one, other)
    return one_slip(one, other)


def _street(address: str) -> str:
    """Return house number and last word of an address, which abbreviations leave alone."""
    words = address.split()
    return f"{words[0]} {words[-1]}"


def levels_of(frame: pd.DataFrame, pairs: pd.DataFrame) -> NDArray[np.int8]:
    """Return how each field of each pair agrees.

    Args:
        frame: Cleaned records.
        pairs: Positions, as :func:`candidate_pairs` gives them.

    Returns:
        (pairs, fields) codes: ``SAME``, ``NEAR``, ``OTHER`` or ``MISSING``, fields in the order of ``COMPARED``.
    """
    level = np.empty((len(pairs), len(COMPARED)), dtype=np.int8)
    for place, field in enumerate(COMPARED):
        cells = frame[field].to_numpy()
        level[:, place] = [
            MISSING if a is None or b is None else SAME if a == b else NEAR if near(field, a, b) else OTHER
            for a, b in zip(cells[pairs["left"]], cells[pairs["right"]], strict=True)
        ]
    return level


def shares_of(level: NDArray[np.int8]) -> NDArray[np.float64]:
    """Return the share of each level among the pairs where a field is known in both.

    Half a pair is added to each level, so that what a sample of pairs does not hold is not taken for impossible.

    Args:
        level: (pairs, fields) codes.

    Returns:
        (fields, levels) shares, other, near and same; each row sums to 1.
    """
    counts = np.array([[(level[:, f] == code).sum() for code in LEVELS] for f in range(level.shape[1])]) + ADDED
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


@dataclass(frozen=True)
class Model:
    """How often each level occurs among pairs of one person and among pairs of two, and how common the first are.

    Attributes:
        m: (fields, levels) shares among pairs of one person.
        u: (fields, levels) shares among pairs of two persons.
        prior: Share of candidate pairs that are of one person.
    """

    m: NDArray[np.float64]
    u: NDArray[np.float64]
    prior: float

    @property
    def weights(self) -> NDArray[np.float64]:
        """(fields, levels) evidence in bits, log2 of m over u: 1 doubles the odds, -1 halves them."""
        return np.asarray(np.log2(self.m / self.u))

    def scores(self, level: NDArray[np.int8]) -> NDArray[np.float64]:
        """Return the score of each pair in bits: the log-odds that both records are of one person.

        A missing field adds nothing. Nought means even odds, ten a thousand to one, if the fields err independently.
        """
        weight = self.weights
        parts = [np.where(level[:, f] == MISSING, 0.0, weight[f, level[:, f]]) for f in range(len(weight))]
        return np.asarray(np.log2(self.prior / (1 - self.prior)) + np.sum(parts, axis=0))


def counted(level: NDArray[np.int8], is_one: NDArray[np.bool_]) -> Model:
    """Return the model that a sample of pairs gives, once people have said which are one person.

    Args:
        level: (pairs, fields) codes.
        is_one: (pairs,) whether both records are of one person.

    Raises:
        ValueError: If the sample holds no pair of one person, or none of two.

    Source: Fellegi and Sunter (1969).
    """
    if is_one.all() or not is_one.any():
        raise ValueError("The sample must hold pairs of one person and pairs of two; draw more pairs.")
    return Model(shares_of(level[is_one]), shares_of(level[~is_one]), float(is_one.mean()))


def groups(records: int, left: Sequence[int], right: Sequence[int]) -> NDArray[np.int64]:
    """Return a group for each record: records joined by a chain of links are in one.

    Args:
        records: How many there are.
        left: One end of each link.
        right: The other.

    Returns:
        (records,) the smallest position in each record's group.
    """
    root = list(range(records))

    def top(record: int) -> int:
        while root[record] != record:
            root[record] = root[root[record]]
            record = root[record]
        return record

    for one, other in zip(left, right, strict=True):
        low, high = sorted((top(int(one)), top(int(other))))
        root[high] = low
    return np.array([top(record) for record in range(records)], dtype=np.int64)


@dataclass(frozen=True)
class Agreement:
    """A grouping of records held against the persons they are about.

    Attributes:
        groups: Persons that the grouping claims.
        claimed: Pairs of records that it puts together.
        right: Of which are of one person.
        true: Pairs of records of one person.
        mixed: Persons of whom a record stands in one group with somebody else's.
        split: Persons whose records stand in several groups.
        extra: Groups that a person is found in beyond the first, summed over persons.
        largest: Records of the largest group.
    """

    groups: int
    claimed: int
    right: int
    true: int
    mixed: int
    split: int
    extra: int
    largest: int

    @property
    def precision(self) -> float:
        """Share of the claimed pairs that are right; 1 without a claim."""
        return self.right / self.claimed if self.claimed else 1.0

    @property
    def recall(self) -> float:
        """Share of the true pairs that are claimed; 1 where there are none."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def agreement(persons: Sequence[int] | NDArray[np.int64], group: Sequence[int] | NDArray[np.int64]) -> Agreement:
    """Return how a grouping of records agrees with the truth.

    Args:
        persons: True person of each record.
        group: Group of each record.

    Raises:
        ValueError: If both do not have one entry per record.
    """
    if len(persons) != len(group):
        raise ValueError(f"There are {len(persons)} persons and {len(group)} groups; each record needs one of both.")
    person, cluster = (np.unique(np.asarray(one), return_inverse=True)[1] for one in (persons, group))
    meetings, records = np.unique(np.column_stack([person, cluster]), axis=0, return_counts=True)
    in_groups = np.bincount(meetings[:, 1])  # how many persons stand in each group
    places = np.bincount(meetings[:, 0])  # in how many groups each person stands
    return Agreement(
        groups=len(in_groups),
        claimed=_pairs(np.bincount(cluster)),
        right=_pairs(records),
        true=_pairs(np.bincount(person)),
        mixed=len(np.unique(meetings[in_groups[meetings[:, 1]] > 1, 0])),
        split=int((places > 1).sum()),
        extra=int((places - 1).sum()),
        largest=int(np.bincount(cluster).max()),
    )


def _pairs(sizes: NDArray[np.int64]) -> int:
    """Return how many pairs stand within groups of these sizes."""
    return int((sizes * (sizes - 1) // 2).sum())
