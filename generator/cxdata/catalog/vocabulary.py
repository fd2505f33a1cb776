"""Word pools of a locale: frozen files for the shipped locales, drawn from Faker at plan time for the others."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import accumulate
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from cxdata.catalog import phrases
from cxdata.errors import VocabularyError, unknown
from cxdata.schema.pool import FIRST_BIRTH_YEAR, GENERATION_YEARS, GENERATIONS, Pool, Vocabulary

FOLDER = Path(__file__).parent / "vocab"
POOLS = ("first_names", "last_names", "streets", "towns")
FIRST_NAME_YEARS = "first_name_years"
"""List beside the pools of a shipped locale, written by hand: the year around which most bearers of a name were born.

Rounded recollections of the trade, not counts; a name without a line is borne alike by all ages.
"""
FASHION_YEARS = 9.0
"""Years from its peak at which a first name has lost half of its share of the newborn. Ours."""
RARE, TIMELESS = 0.004, 0.28
"""Weight of a first name far from its peak, and of one without a peak: about the mean of the others. Ours."""
_WEIGHT_STEPS = 1_000
Entry = tuple[str, int, str]  # word, weight, group


def shipped_locales() -> tuple[str, ...]:
    """Return the locales whose pools are frozen in the package."""
    return tuple(sorted(path.name for path in FOLDER.iterdir() if (path / "provenance.json").exists()))


@cache
def load(locale: str) -> Vocabulary:
    """Return the pools of a locale.

    Shipped locales come from the package. Any other Faker locale gives names only: its contact data stay empty.

    Raises:
        VocabularyError: If neither the package nor Faker knows the locale, or a shipped file is malformed.
    """
    if locale in shipped_locales():
        entries = {path.stem: read_pool(path) for path in shipped_lists(FOLDER / locale)}
        recorded = json.loads((FOLDER / locale / "provenance.json").read_text(encoding="utf-8"))["digest"]
        found = digest(entries)
        if found != recorded:
            raise VocabularyError(
                f"the word lists of {locale} are not the ones recorded in provenance.json. "
                f"Restore them, or rebuild with 'cxdata vocabulary {locale}'."
            )
        return _vocabulary(locale, entries, frozen=True)
    from cxdata.catalog.vocabulary_builder import faker_locales, names_only

    if locale not in faker_locales():
        raise VocabularyError(unknown("locale", locale, faker_locales()) + f" Shipped: {', '.join(shipped_locales())}.")
    return _vocabulary(locale, names_only(locale), frozen=False)


def shipped_lists(folder: Path) -> list[Path]:
    """Return the files of a locale's word lists: its pools, and the years of first names where somebody wrote them."""
    years = folder / f"{FIRST_NAME_YEARS}.tsv"
    return [*(folder / f"{name}.tsv" for name in POOLS), *([years] if years.exists() else [])]


def read_pool(path: Path) -> list[Entry]:
    """Read one word list: tab-separated word, whole-number weight and group, one entry per line.

    Raises:
        VocabularyError: If a line is malformed, with file and line.
    """
    entries = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        parts = line.split("\t")
        if len(parts) != 3 or not parts[0].strip() or not parts[1].isdigit() or int(parts[1]) < 1:
            raise VocabularyError(
                f"{path.parent.name}/{path.name}:{number}: needs word, weight (1 and up), group, tab-separated."
            )
        entries.append((parts[0], int(parts[1]), parts[2]))
    return entries


def digest(entries: Mapping[str, Sequence[Entry]]) -> str:
    """Return SHA-256 over all pools of a locale."""
    return hashlib.sha256(
        json.dumps({name: list(map(list, entries[name])) for name in sorted(entries)}).encode()
    ).hexdigest()


def fold(word: str) -> str:
    """Return the lower-case ASCII letters of a word, or ``client`` if it has none."""
    plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode().lower()
    return "".join(letter for letter in plain if letter.isalpha()) or "client"


def _vocabulary(locale: str, entries: Mapping[str, Sequence[Entry]], *, frozen: bool) -> Vocabulary:
    pools = {name: _pool(name, entries.get(name, ())) for name in POOLS}
    years = {(word, group): year for word, year, group in entries.get(FIRST_NAME_YEARS, ())}
    if years:
        first = pools["first_names"]
        pools["first_names"] = replace(first, generations=_generations(entries["first_names"], years))
    language = phrases.language_of(locale)
    both = hashlib.sha256(f"{digest(entries)} {phrases.digest(phrases.FOLDER / language)}".encode()).hexdigest()
    return Vocabulary(locale, pools, both, frozen, partial(phrases.load, language))


def in_fashion(year: int | None, born: int) -> float:
    """Return the weight of a first name among those born in a year, one at its peak; None is a name without a peak."""
    if year is None:
        return TIMELESS
    away = (born - year) / FASHION_YEARS
    return max(1.0 / (1.0 + away * away * away * away), RARE)


def _generations(entries: Sequence[Entry], years: Mapping[tuple[str, str], int]) -> dict[str, NDArray[np.int64]]:
    """Return the cumulative weights of each group's first names, generation after generation."""
    middles = [FIRST_BIRTH_YEAR + GENERATION_YEARS * place + GENERATION_YEARS // 2 for place in range(GENERATIONS)]
    found = {}
    for group in sorted({group for _, _, group in entries}):
        inside = [(weight, years.get((word, group))) for word, weight, other in entries if other == group]
        weights = [
            max(round(_WEIGHT_STEPS * weight * in_fashion(year, born)), 1)
            for born in middles
            for weight, year in inside
        ]
        found[group] = np.array(list(accumulate(weights)), dtype=np.int64)
    return found


def _pool(name: str, entries: Sequence[Entry]) -> Pool:
    ordered = sorted(entries, key=lambda entry: entry[2])  # groups stand together; within one, the file's order
    words = [word for word, _, _ in ordered]
    weights = [weight for _, weight, _ in ordered]
    groups = {"": (0, np.array(list(accumulate(weights)), dtype=np.int64))}
    for group in sorted({group for _, _, group in ordered if group}):
        start = next(place for place, entry in enumerate(ordered) if entry[2] == group)
        inside = [weight for _, weight, other in ordered if other == group]
        groups[group] = (start, np.array(list(accumulate(inside)), dtype=np.int64))
    return Pool(name, pa.array(words, pa.string()), pa.array([fold(word) for word in words], pa.string()), groups)
