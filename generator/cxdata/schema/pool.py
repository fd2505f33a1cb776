"""A locale's pool of words, weighted and grouped, as recipes see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxdata.errors import VocabularyError, unknown
from cxdata.schema.phrasebook import Phrasebook

FAMILIES = "phrase_families"
"""Pool of the names of families of phrases."""
MOST_TICKETS = 2**17
"""Total weight of a group up to which the word of every ticket is listed once, and drawing is a look-up."""

FIRST_BIRTH_YEAR, GENERATION_YEARS, GENERATIONS = 1930, 5, 16
"""Generations of first names: five years of birth each, 1930 to 2009; whoever is older or younger joins the nearest."""


@dataclass(frozen=True)
class Pool:
    """Words of one kind.

    Attributes:
        name: Name of the pool, for instance ``first_names``.
        words: Arrow string array of all words.
        folded: The same words in lower-case ASCII letters, for e-mail addresses; never empty.
        groups: First index and cumulative whole-number weights of each group; ``""`` is all words.
        generations: Of groups whose words follow the year of birth: (generations x words of the group,) cumulative
            whole-number weights, one generation after the other; empty where nothing is known of years.
    """

    name: str
    words: Any
    folded: Any
    groups: Mapping[str, tuple[int, NDArray[np.int64]]]
    generations: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    _winners: dict[str, NDArray[np.int64]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def pick(self, u: NDArray[np.float64], group: str = "") -> NDArray[np.int64]:
        """Return the index of a word per uniform, drawn by weight within a group.

        Raises:
            VocabularyError: If the pool has no such group.
        """
        if group not in self.groups:
            raise VocabularyError(unknown(f"group of pool {self.name}", group, self.groups))
        start, cumulative = self.groups[group]
        if len(cumulative) == 0:  # a locale without such words: the cell stays empty
            return np.zeros(len(u), dtype=np.int64)
        ticket = (u * float(cumulative[-1])).astype(np.int64)
        if cumulative[-1] > MOST_TICKETS:
            return start + np.searchsorted(cumulative, ticket, side="right")
        if group not in self._winners:
            self._winners[group] = start + np.repeat(np.arange(len(cumulative)), np.diff(cumulative, prepend=0))
        return self._winners[group].take(ticket)

    def pick_born(self, u: NDArray[np.float64], year: NDArray[np.int64], group: str = "") -> NDArray[np.int64]:
        """Return the index of a word per uniform and year of birth; the year counts where the pool knows generations.

        Raises:
            VocabularyError: If the pool has no such group.
        """
        if group not in self.generations:
            return self.pick(u, group)
        start, usual = self.groups[group]
        size, cumulative = len(usual), self.generations[group]
        count = len(cumulative) // size
        begins = np.clip((year - FIRST_BIRTH_YEAR) // GENERATION_YEARS, 0, count - 1) * size
        low = np.where(begins > 0, cumulative[begins - 1], 0)
        ticket = low + (u * (cumulative[begins + size - 1] - low)).astype(np.int64)
        found: NDArray[np.int64] = start + np.searchsorted(cumulative, ticket, side="right") - begins
        return found


@dataclass(frozen=True)
class Vocabulary:
    """The pools of one locale, and what names the locale's contact data may be built from.

    Attributes:
        locale: For instance ``fr_FR``.
        pools: By name.
        digest: SHA-256 over the pools' content.
        frozen: Whether the pools ship with the package, so that the promise of same values holds.
        read_phrases: Returns the phrases of the locale's language; called when a world first needs them.
    """

    locale: str
    pools: Mapping[str, Pool]
    digest: str
    frozen: bool
    read_phrases: Callable[[], Phrasebook]

    @property
    def phrasebook(self) -> Phrasebook:
        """The phrases of the locale's language."""
        return self.read_phrases()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all that recipes can draw on."""
        return (*self.pools, FAMILIES, "phrases")

    def pool(self, name: str) -> Pool:
        """Return a pool by name.

        Raises:
            VocabularyError: If the locale has none of that name.
        """
        if name == FAMILIES:
            families = self.phrasebook.families
            return Pool(name, families, families, {})
        if name not in self.pools:
            raise VocabularyError(f"locale {self.locale}: " + unknown("pool", name, self.pools))
        return self.pools[name]
