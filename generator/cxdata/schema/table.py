"""Tables and columns: the relational schema of a world, declared once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from cxdata.errors import TableError, unknown
from cxdata.schema.inputs import parse_input
from cxdata.schema.kinds import Boolean, ForeignKey, Key, Kind
from cxdata.schema.noise import Noise
from cxdata.schema.recipe import Recipe

Role = Literal["observed", "latent", "working"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column.

    Attributes:
        name: The field's own word, with its unit where the type cannot carry it.
        kind: What it holds.
        meaning: One sentence for the data dictionary.
        recipe: How it is made; None for keys, which the engine makes from the place of the row.
        unit: Unit of the values, empty for words and claims.
        when: Boolean column of the same table; where it is false the cell is empty. The value behind it exists all
            the same, so that the answer key knows what a silent customer would have said.
        role: ``observed`` is published; ``latent`` goes to the answer key alone; ``working`` goes nowhere.
        noise: Noise it may suffer.
    """

    name: str
    kind: Kind
    meaning: str
    recipe: Recipe | None = None
    unit: str = ""
    when: str | None = None
    role: Role = "observed"
    noise: tuple[Noise, ...] = ()


@dataclass(frozen=True)
class Reference:
    """Rows of a reference table: a fixed number that never depends on the number of customers."""

    count: int


@dataclass(frozen=True)
class Root:
    """Rows of the root table of a world, addressed by their place in the world."""


@dataclass(frozen=True)
class PerParent:
    """Child rows: as many under each parent as its ``count`` column says, on slots 0 and up.

    ``count`` is an Integer or Boolean column of the parent; counts beyond ``slots`` are cut to it.
    """

    parent: str
    count: str
    slots: int


@dataclass(frozen=True)
class Arrivals:
    """Child rows that arrive one after the other on the parent's clock, a renewal process in whole ticks.

    Attributes:
        parent: Parent table.
        start: Integer column of the parent: the tick at which its clock starts.
        gap: Integer column of the parent: mean ticks between two arrivals.
        horizon: Parameter with the last tick; arrivals beyond it do not happen.
        clock: Column of the child that receives the tick of its arrival.
        slots: Most arrivals under one parent.
        at_once: Boolean column of the parent; where it holds, the first arrival comes at the start, without a gap.
    """

    parent: str
    start: str
    gap: str
    horizon: str
    clock: str
    slots: int
    at_once: str | None = None


Rows = Reference | Root | PerParent | Arrivals


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table.

    Attributes:
        name: Plural noun.
        meaning: What one row is.
        rows: Where its rows come from; several sources hang one table under several parents.
        columns: In the order in which they are written.
        keep: Boolean column; rows where it is false never happened and are dropped before anything depends on them.
        shuffled: Whether neither key nor order of rows may tell which rows belong together. Keys are then a bijective
            mix of the places, and the rows of a block are written in the order of their keys. A small run of any other
            table begins a large one; of a shuffled table its rows are among those of the large one, because an order in
            which every customer's rows end one run would keep them side by side.
        is_truth: Whether the table belongs to the answer key alone: all its columns but keys are latent or working.
    """

    name: str
    meaning: str
    rows: tuple[Rows, ...]
    columns: tuple[Column, ...]
    keep: str | None = None
    shuffled: bool = False
    is_truth: bool = False
    _index: dict[str, Column] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._index.update({column.name: column for column in self.columns})
        if len(self._index) != len(self.columns):
            names = [column.name for column in self.columns]
            twice = sorted({name for name in names if names.count(name) > 1})
            raise TableError(f"table {self.name!r} declares {', '.join(twice)} twice.")
        if not self.rows:
            raise TableError(f"table {self.name!r} names no source of rows.")
        alone = [source for source in self.rows if isinstance(source, Reference | Root)]
        if alone and len(self.rows) > 1:
            raise TableError(
                f"table {self.name!r}: {type(alone[0]).__name__} rows stand alone, not beside other sources."
            )
        if len(set(self.parents)) != len(self.parents):
            raise TableError(
                f"table {self.name!r} hangs twice under one parent; count both kinds of children in one column."
            )
        if not self.columns or not isinstance(self.columns[0].kind, Key):
            raise TableError(f"table {self.name!r}: the first column must be its Key.")
        if self.keep is not None and not isinstance(self.column(self.keep).kind, Boolean):
            raise TableError(f"{self.name}.{self.keep} decides which rows are kept, so it must be Boolean.")
        if self.is_truth and (
            open_ := [one.name for one in self.observed if not isinstance(one.kind, Key | ForeignKey)]
        ):
            raise TableError(f"table {self.name!r} is of the answer key alone, so {open_[0]!r} must be latent.")
        clocks = {source.clock for source in self.rows if isinstance(source, Arrivals)}
        for column in self.columns:
            self._check(column, clocks)

    def _check(self, column: Column, clocks: set[str]) -> None:
        where = f"{self.name}.{column.name}"
        made_by_engine = isinstance(column.kind, Key | ForeignKey) or column.name in clocks
        if column.recipe is None and not made_by_engine:
            raise TableError(f"{where} has no recipe; only keys and arrival clocks can do without.")
        if column.when is not None and not isinstance(self.column(column.when).kind, Boolean):
            raise TableError(f"{where} is empty unless {column.when!r}, which must be Boolean.")
        if column.recipe is not None:
            for text in column.recipe.inputs:
                read = parse_input(text)
                if read.kind == "column" and read.table in (None, self.name):
                    self.column(read.column, reader=where)

    @property
    def is_reference(self) -> bool:
        """Whether the table covers the whole company, whatever the number of customers."""
        return isinstance(self.rows[0], Reference)

    @property
    def key(self) -> str:
        """Name of the primary key."""
        return self.columns[0].name

    @property
    def observed(self) -> tuple[Column, ...]:
        """The columns that are published."""
        return tuple(column for column in self.columns if column.role == "observed")

    @property
    def latent(self) -> tuple[Column, ...]:
        """The columns that only the answer key holds."""
        return tuple(column for column in self.columns if column.role == "latent")

    @property
    def parents(self) -> tuple[str, ...]:
        """The tables its rows hang under."""
        return tuple(source.parent for source in self.rows if isinstance(source, PerParent | Arrivals))

    def __contains__(self, name: object) -> bool:
        return name in self._index

    def column(self, name: str, *, reader: str = "") -> Column:
        """Return a column by name.

        Raises:
            TableError: If there is none; ``reader`` says who asked.
        """
        if name not in self._index:
            prefix = f"{reader} draws on {name!r}: " if reader else ""
            raise TableError(prefix + unknown(f"column of {self.name}", name, self._index))
        return self._index[name]
