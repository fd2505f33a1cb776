"""Rows of one table while a block is being made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxdata.schema.recipe import Values
from cxdata.streams import Words

Index = NDArray[np.int64]


@dataclass
class Frame:
    """Rows of one table within a block.

    Attributes:
        address: (n,) stream address of each row.
        place: (n,) place of each row in its block's key range, 0 and up.
        slot: (n,) slot of each row under its parent.
        source: (n,) index of the parent table it hangs under.
        lineage: Ancestor table to (n,) row index there, -1 where the row has no such ancestor; own table included.
        everywhere: The ancestors that every row has.
        values: Column to its values.
        gathered: Ancestor and look-up inputs already aligned with these rows.
    """

    address: Words
    place: Index
    slot: Index
    source: Index
    lineage: dict[str, Index]
    everywhere: frozenset[str]
    values: dict[str, Values] = field(default_factory=dict)
    gathered: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.address)

    def take(self, values: NDArray[Any], ancestor: str) -> NDArray[Any]:
        """Return an ancestor's values aligned with these rows, zero where a row has no such ancestor."""
        rows = self.lineage[ancestor]
        if ancestor in self.everywhere:
            return values.take(rows, axis=0)  # a working column may hold a row of a matrix per row
        if len(values) == 0:
            return np.zeros(len(rows), dtype=values.dtype)
        found = values.take(rows, mode="clip")
        found[rows < 0] = 0
        return found

    def keep(self, rows: NDArray[np.bool_], table: str) -> None:
        """Drop the rows where ``rows`` is false."""
        kept = np.flatnonzero(rows)  # taking by number is faster than by mask
        self.address = self.address.take(kept)
        self.place = self.place.take(kept)
        self.slot = self.slot.take(kept)
        self.source = self.source.take(kept)
        self.lineage = {name: index.take(kept) for name, index in self.lineage.items()}
        self.lineage[table] = np.arange(len(self.address))
        # Arrow arrays filter by Arrow masks, NumPy arrays by NumPy ones.
        self.values = {
            name: values.take(kept) if isinstance(values, np.ndarray) else values.filter(_arrow_mask(rows))
            for name, values in self.values.items()
        }
        self.gathered.clear()


def _arrow_mask(rows: NDArray[np.bool_]) -> Any:
    import pyarrow as pa

    return pa.array(rows)


def first_frame(table: str, address: Words) -> Frame:
    """Return the frame of a root or reference table, before any column exists."""
    rows = np.arange(len(address))
    zeros = np.zeros(len(address), dtype=np.int64)
    return Frame(
        address=address, place=rows, slot=rows, source=zeros, lineage={table: rows}, everywhere=frozenset({table})
    )
