"""What a calculator is made of: boxes, rows, results, and the function that leads from the first to the last."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from casebook.worked.numbers import Format

Text = Mapping[str, str]
"""Words by language."""
Boxes = Mapping[str, float]
"""What stands in the boxes, by name."""
Columns = Mapping[str, Sequence[float]]
"""What stands in the boxes of the rows, by column."""
Value = float | str | None
"""A number, the code of some words, or nothing where there is no result."""
Results = Mapping[str, Value | Sequence[Value]]
"""By output: a value, or one per row."""


@dataclass(frozen=True, kw_only=True)
class Input:
    """A number that the reader types.

    Attributes:
        label: By language.
        default: What stands there first.
        low: Smallest allowed value.
        high: Largest allowed value.
        step: Between allowed values; 1 means whole numbers.
    """

    label: Text
    default: float
    low: float
    high: float
    step: float = 1


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of a few answers that the reader picks; the calculator gets its number, the first being nought.

    Attributes:
        label: By language.
        options: By language, in their order.
        default: Number of the option that is picked first.
    """

    label: Text
    options: Sequence[Text]
    default: int = 0

    @property
    def low(self) -> float:
        """Number of the first option."""
        return 0

    @property
    def high(self) -> float:
        """Number of the last option."""
        return len(self.options) - 1

    @property
    def step(self) -> float:
        """Numbers are whole."""
        return 1


@dataclass(frozen=True, kw_only=True)
class Output:
    """A number that the calculator gives.

    Attributes:
        label: By language.
        form: How it is written.
        part: Heading of the part of the results that begins with it, by language.
    """

    label: Text
    form: Format
    part: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Said:
    """Words that the calculator gives.

    Attributes:
        label: By language.
        words: By code, then by language.
        part: As for a number.
    """

    label: Text
    words: Mapping[str, Text]
    part: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """What a row holds first.

    Attributes:
        name: By language.
        numbers: In the order of the columns.
    """

    name: Text
    numbers: Sequence[float]


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rows that the reader names, fills, adds and removes, with the results of each and a picture of all.

    Attributes:
        name: Label of the names, by language.
        columns: The numbers of a row, by name; a new row begins with their defaults.
        outputs: The results of a row, by name; in the results of the calculator each is a sequence.
        first: What stands there first.
        picture: Words of the picture by key, among them its ``title``, by language.
        least: Fewest rows.
        most: Most rows.
    """

    name: Text
    columns: Mapping[str, Input]
    outputs: Mapping[str, Output | Said]
    first: Sequence[Row]
    picture: Mapping[str, Text]
    least: int = 2
    most: int = 12


@dataclass(frozen=True, kw_only=True)
class Calculator:
    """One calculator; ``docs/assets/calculators/<name>.js`` holds its twin.

    Attributes:
        title: By language.
        inputs: By name.
        outputs: By name, in the order in which they are shown.
        compute: From inputs by name, and columns by name, to outputs by name; raises ValueError on a combination that
            has no result.
        refusal: What the reader is told then, by language.
        source: Formula or publication behind it, by language.
        rows: What the reader lists, where a calculator needs a list; its twin also draws the picture.
        constants: Numbers that the twin is given instead of holding them too.
        shown: Makes a table that stands below the results, by language.
    """

    title: Text
    inputs: Mapping[str, Input | Choice]
    outputs: Mapping[str, Output | Said]
    compute: Callable[[Boxes, Columns], Results]
    refusal: Text
    source: Text
    rows: Rows | None = None
    constants: Mapping[str, object] = field(default_factory=dict)
    shown: Callable[[str], str] | None = None
