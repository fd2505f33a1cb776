"""What a column can hold: its values in memory, its Arrow type and its domain, declared once."""

from __future__ import annotations

from dataclasses import dataclass

from cxdata.errors import TableError

KEYS_PER_BLOCK = 2**32
"""Size of each block's own range of keys: 2**21 blocks, or 17 billion customers, stay exact in a double."""


@dataclass(frozen=True)
class Kind:
    """Base of the kinds. ``type_name`` is the word the data dictionary and Frictionless descriptors use."""

    type_name = "any"


@dataclass(frozen=True)
class Key(Kind):
    """Primary key, int64, made by the engine from the place of the row, so that no other row can move it."""

    type_name = "integer"


@dataclass(frozen=True)
class ForeignKey(Kind):
    """Key of a row in ``table``, int64. An ancestor's is filled in by the engine; a reference table's by a recipe.

    ``optional`` says that a row may have none, as where a table hangs under several parents.
    """

    table: str
    optional: bool = False
    type_name = "integer"


@dataclass(frozen=True)
class Integer(Kind):
    """Whole number between ``low`` and ``high`` inclusive, stored as int32 (int64 where the bounds need it)."""

    low: int
    high: int
    type_name = "integer"

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise TableError(f"Integer({self.low}, {self.high}): low must not exceed high.")


@dataclass(frozen=True)
class Number(Kind):
    """Decimal number quantised to ``places`` digits after the point, stored as float64."""

    places: int
    low: float | None = None
    high: float | None = None
    type_name = "number"

    def __post_init__(self) -> None:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise TableError(f"Number({self.places}, {self.low}, {self.high}): low must not exceed high.")


@dataclass(frozen=True)
class Boolean(Kind):
    """A claim that is true or false."""

    type_name = "boolean"


@dataclass(frozen=True)
class Category(Kind):
    """One of a short list of words; in memory the code of the word, dictionary-encoded in Arrow."""

    values: tuple[str, ...]
    type_name = "string"

    def __post_init__(self) -> None:
        if len(set(self.values)) != len(self.values) or not self.values:
            raise TableError(f"Category({self.values}): words must be distinct, and at least one.")

    def code(self, value: str) -> int:
        """Return the code of a word."""
        return self.values.index(value)


@dataclass(frozen=True)
class Date(Kind):
    """Calendar day, local time of the company."""

    type_name = "date"


@dataclass(frozen=True)
class Timestamp(Kind):
    """Second of the clock on the wall, local time of the company, without zone."""

    type_name = "datetime"


@dataclass(frozen=True)
class Word(Kind):
    """Word of a locale's pool; in memory its index in the pool."""

    pool: str
    type_name = "string"


@dataclass(frozen=True)
class Text(Kind):
    """Free text built by a recipe, in memory an Arrow string array.

    ``content`` names what it may hold, and so what the safety scan demands of it:
    ``email`` and ``phone`` must lie in the reserved ranges; ``token``, ``address`` and ``label`` must hold neither;
    ``verbatim`` must hold neither, and no word that its language forbids; ``recorded`` keeps what stood in a cell of
    any of these and must obey one of those rules.
    """

    content: str
    type_name = "string"

    def __post_init__(self) -> None:
        allowed = ("email", "phone", "token", "address", "label", "verbatim", "recorded")
        if self.content not in allowed:
            raise TableError(f"Text({self.content!r}): content must be one of {', '.join(allowed)}.")
