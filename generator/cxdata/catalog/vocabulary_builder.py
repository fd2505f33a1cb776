"""The one place that asks Faker: it draws word lists, which are then frozen.

Faker does not promise the same output from one release to the next, so its lists are drawn once, written with their
provenance and read from the package ever after.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from cxdata.catalog.vocabulary import FIRST_NAME_YEARS, FOLDER, Entry, digest, read_pool
from cxdata.errors import VocabularyError, unknown

DRAWS = 20_000
"""Draws per list; a name's count becomes its weight, so that common names stay common."""
FAKER_SEED = 20_230_101
BY_HAND = "ours: peaks of births recalled to a few years, not counted; no list of anybody was copied"
MOST_WORDS = 1_200
"""Longest list kept: enough that a thousand customers look unlike each other, short enough to read."""
# Letters a name may hold. Anything else (digits, points, quotes) marks a title or a company rather than a name.
_LETTERS_BESIDE_ALPHA = " -'\u2019"


def faker_locales() -> tuple[str, ...]:
    """Return every locale that Faker knows."""
    from faker.config import AVAILABLE_LOCALES

    return tuple(sorted(AVAILABLE_LOCALES))


# Saint or Sainte, a first name, and what may follow it.
_SAINT = re.compile(r"^Sainte? (?P<name>.+?)(?P<rest>-les-Bains|-la-Forêt)?$")
# Glued together, puns, the claim of a coast or of Brittany, and the one real city among the last names.
_ODD_TOWNS = r"[a-zé][A-Z]|dan$|boeuf$|-sur-Mer$|nec$|^Paris"


def _draw(
    make: Callable[[], str], group: str, *, unlike: str = r"(?!)", mend: Callable[[str], str] = str
) -> list[Entry]:
    counts = Counter(mend(make()) for _ in range(DRAWS))
    odd = re.compile(unlike)
    clean = {w: n for w, n in counts.items() if _is_name(w) and not odd.search(w)}
    kept = sorted(clean, key=lambda word: -clean[word])[:MOST_WORDS]  # ties stay in the order drawn
    return [(word, clean[word], group) for word in sorted(kept)]


def _is_name(word: str) -> bool:
    return len(word) > 1 and all(letter.isalpha() or letter in _LETTERS_BESIDE_ALPHA for letter in word)


def saints_mended(women: frozenset[str], men: frozenset[str]) -> Callable[[str], str]:
    """Return what writes a town's saint as French does: Saint or Sainte by the first name, with hyphens.

    A saint whose first name is neither a woman's nor a man's alone becomes an empty word, which no list keeps.
    """

    def mended(town: str) -> str:
        found = _SAINT.match(town)
        if found is None:
            return town
        name, rest = found["name"], found["rest"] or ""
        if (name in women) == (name in men):
            return ""
        return f"{'Sainte' if name in women else 'Saint'}-{name}{rest}"

    return mended


def names_only(locale: str) -> dict[str, list[Entry]]:
    """Return first and last names of a Faker locale, drawn with a fixed seed.

    Raises:
        VocabularyError: If Faker has no names for it.
    """
    from faker import Faker

    fake = Faker(locale)
    fake.seed_instance(FAKER_SEED)
    women, men = _draw(fake.first_name_female, "f"), _draw(fake.first_name_male, "m")
    last = _draw(fake.last_name, "")
    if not (women and men and last):
        raise VocabularyError(f"Faker has no usable names for locale {locale!r}. Try fr_FR or en_GB.")
    return {"first_names": women + men, "last_names": last}


def build(locale: str, folder: Path = FOLDER) -> Path:
    """Draw a locale's pools from Faker and write them with their provenance.

    Args:
        locale: A Faker locale.
        folder: Where the locale's folder is written.

    Returns:
        The locale's folder.

    Raises:
        VocabularyError: If Faker does not know the locale.
    """
    import faker

    if locale not in faker_locales():
        raise VocabularyError(unknown("locale", locale, faker_locales()))
    fake = faker.Faker(locale)
    entries = names_only(locale)
    fake.seed_instance(FAKER_SEED)
    entries["streets"] = _draw(fake.street_name, "")
    women, men = (frozenset(word for word, _, of in entries["first_names"] if of == group) for group in ("f", "m"))
    entries["towns"] = _draw(fake.city, "", unlike=_ODD_TOWNS, mend=saints_mended(women, men))
    target = folder / locale
    target.mkdir(parents=True, exist_ok=True)
    for name, pool in entries.items():
        text = "".join(f"{word}\t{weight}\t{group}\n" for word, weight, group in pool)
        (target / f"{name}.tsv").write_text(text, encoding="utf-8")
    written = target / f"{FIRST_NAME_YEARS}.tsv"  # by hand, so a rebuild keeps it
    if written.exists():
        entries[FIRST_NAME_YEARS] = read_pool(written)
    provenance = {
        "source": "Faker, MIT licence",
        **({FIRST_NAME_YEARS: BY_HAND} if written.exists() else {}),
        "version": faker.VERSION,
        "seed": FAKER_SEED,
        "draws_per_list": DRAWS,
        "words": {name: len(pool) for name, pool in entries.items()},
        "digest": digest(entries),
    }
    (target / "provenance.json").write_text(json.dumps(provenance, indent=2) + "\n", encoding="utf-8")
    return target
