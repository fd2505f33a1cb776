"""Named kinds of dirt that file deliveries suffer on request. Declared here, struck by the engine, undone by the list.

Noise (``schema/noise.py``) belongs to a world: what was recorded departs from what was true. Dirt belongs to a
delivery: the clean tables stay as they are, and files made from them carry the faults of real exports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cxdata.errors import ConfigError, unknown

CLEAN = "none"
Level = Literal["cell", "row", "column", "file"]


@dataclass(frozen=True)
class Dirt:
    """One way in which a delivery departs from the clean tables.

    Attributes:
        name: As the list of changes spells it.
        level: What one decision strikes: a cell, a row, a column of a table from some delivery on, or a file.
        base: What the rates are shares of.
        meaning: What happens, in one sentence.
        light: Share struck under ``--dirt light``.
        heavy: Share struck under ``--dirt heavy``.
    """

    name: str
    level: Level
    base: str
    meaning: str
    light: float
    heavy: float


DIRT: Mapping[str, Dirt] = {
    kind.name: kind
    for kind in (
        # A cell suffers one kind at most: the first of this order that strikes it.
        Dirt("broken_key", "cell", "keys", "A key gains a decimal point from a spreadsheet, or a slip.", 0.0, 0.001),
        Dirt(
            "impossible",
            "cell",
            "numbers, dates and times",
            "A value that cannot be: a negative count, the placeholder 9999, the year 1900.",
            0.0002,
            0.001,
        ),
        Dirt("blank", "cell", "filled cells that are no key", "The cell is empty.", 0.007, 0.045),
        Dirt(
            "mixed_dates",
            "cell",
            "dates and times",
            "Written dd/mm/yyyy, mm/dd/yyyy or yyyy.mm.dd, one of them per file and column.",
            0.012,
            0.08,
        ),
        Dirt("decimal_comma", "cell", "numbers with decimals", "A comma stands for the decimal point.", 0.012, 0.08),
        Dirt(
            "mojibake",
            "cell",
            "words with accents",
            "UTF-8 read as Windows-1252 and saved: each accented letter becomes two signs.",
            0.02,
            0.1,
        ),
        Dirt(
            "variant",
            "cell",
            "words, addresses and phone numbers",
            "Written another way: capitals, blanks around it, other separators.",
            0.012,
            0.06,
        ),
        Dirt(
            "typo",
            "cell",
            "words, addresses, tokens and e-mail names",
            "One slip of the keyboard.",
            0.006,
            0.04,
        ),
        Dirt(
            "duplicate",
            "row",
            "rows",
            "Delivered twice, in the same file or the next; half of the copies have one more slip.",
            0.003,
            0.015,
        ),
        Dirt("late_row", "row", "rows of tables delivered by quarter", "Delivered in the next file.", 0.004, 0.02),
        Dirt(
            "dropped_column",
            "column",
            "columns that are no key",
            "One delivery came without the column.",
            0.0,
            0.05,
        ),
        Dirt(
            "renamed_column",
            "column",
            "columns that are no key",
            "From some delivery on the column has another name.",
            0.03,
            0.08,
        ),
        Dirt(
            "moved_column",
            "column",
            "columns that are no key",
            "From some delivery on the column stands last.",
            0.03,
            0.06,
        ),
        Dirt(
            "added_column",
            "column",
            "tables",
            "From some delivery on there is one column more, of no use.",
            0.2,
            0.5,
        ),
        Dirt(
            "boolean_words",
            "column",
            "columns of true and false",
            "From some delivery on true and false are written Y and N, oui and non, or 1 and 0.",
            0.15,
            0.3,
        ),
        Dirt(
            "wrong_encoding",
            "file",
            "files",
            "The file is encoded in Windows-1252 instead of UTF-8; a letter that it lacks becomes a question mark.",
            0.04,
            0.12,
        ),
    )
}
PRESETS = (CLEAN, "light", "heavy")


def rates(preset: str) -> dict[str, float]:
    """Return the rate of every kind under a preset.

    Raises:
        ConfigError: If there is no such preset.
    """
    if preset not in PRESETS:
        raise ConfigError(unknown("preset of --dirt", preset, PRESETS))
    return {name: 0.0 if preset == CLEAN else float(getattr(kind, preset)) for name, kind in DIRT.items()}
