"""One block: rows made, columns filled, treatments switched, the run's share cut out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from cxdata import streams
from cxdata.engine import noise
from cxdata.engine.effects import EffectSums, potential_outcomes
from cxdata.engine.frame import Frame, first_frame
from cxdata.engine.materialise import keys_of, to_arrow
from cxdata.engine.plan import BLOCK_CUSTOMERS, Layout, Plan
from cxdata.schema.inputs import Input, parse_input
from cxdata.schema.kinds import Category, ForeignKey, Key, Number
from cxdata.schema.recipe import Values
from cxdata.schema.table import Arrivals, Column, PerParent, Reference, Table

OWN_KEYS = "#keys"
"""Under which a frame keeps its own primary keys; no input is spelt so."""

ARRIVALS_PER_TURN = 4096
"""Arrivals drawn at once where parents are few, for a turn costs as much as so many of them."""

Overlay = Mapping[tuple[str, str], Values]


@dataclass
class BlockResult:
    """What a block yields: Arrow tables, observed and truth, and the sums of its effects."""

    index: int
    observed: dict[str, pa.Table] = field(default_factory=dict)
    truth: dict[str, pa.Table] = field(default_factory=dict)
    effects: dict[str, EffectSums] = field(default_factory=dict)

    def table(self, name: str, *, truth: bool) -> pa.Table:
        """Return a table by its name, of the answer key or published."""
        return (self.truth if truth else self.observed)[name]


class BlockState:
    """The frames of one block while it is being made."""

    def __init__(self, plan: Plan, index: int) -> None:
        """Start a block with its root rows."""
        self.plan = plan
        self.index = index
        self.frames: dict[str, Frame] = dict(plan.reference)

    def run(self) -> None:
        """Make every row and column of the plan, in its order."""
        for kind, table, column in self.plan.nodes:
            if kind == "rows":
                self.frames[table] = self._make_rows(self.plan.tables[table])
            elif kind == "kept":
                self._keep(table)
            else:
                self.frames[table].values[column] = self.fill(table, column)

    def fill(self, table: str, column: str, overlay: Overlay | None = None) -> Values:
        """Return the values of a column; ``overlay`` replaces columns that it may read."""
        declared = self.plan.tables[table].column(column)
        frame = self.frames[table]
        if isinstance(declared.kind, Key):
            return self.keys(table)
        if declared.recipe is None:
            if isinstance(declared.kind, ForeignKey):
                return self._ancestor_keys(frame, declared.kind.table)
            return frame.values[column]  # an arrival clock, made with the rows
        recipe = declared.recipe
        inputs = {text: self.read(table, parse_input(text), overlay) for text in recipe.inputs}
        u = None
        if recipe.draws:
            u = streams.uniforms(frame.address, streams.key(table, column), recipe.draws)
        return _quantise(recipe(u, inputs), declared, len(frame))

    def read(self, table: str, read: Input, overlay: Overlay | None = None) -> Any:
        """Return what an input stands for, aligned with a table's rows."""
        if read.kind == "parameter":
            return self.plan.parameters[read.column]
        if read.kind == "pool":
            vocabulary = self.plan.vocabulary
            if read.column == "phrases":
                return vocabulary.phrasebook
            return vocabulary.locale if read.column == "locale" else vocabulary.pool(read.column)
        frame = self.frames[table]
        if read.kind == "place":
            own = {"slot": frame.slot, "source": frame.source}
            return self._parent_rows(table) if read.column == "parent" else own[read.column]
        source = read.table or table
        changed = overlay is not None and ((source, read.column) in overlay or (table, str(read.via)) in overlay)
        if changed or read.text not in frame.gathered:
            values = self._gather(table, frame, read, source, overlay)
            if changed or source == table:  # own columns are at hand anyway
                return values
            frame.gathered[read.text] = values
        return frame.gathered[read.text]

    def _gather(self, table: str, frame: Frame, read: Input, source: str, overlay: Overlay | None) -> Any:
        values: Any
        if read.kind == "aggregate":
            return self._aggregate(table, read)
        if overlay is not None and (source, read.column) in overlay:
            values = overlay[source, read.column]
        elif isinstance(self.plan.tables[source].column(read.column).kind, Key):
            values = self.keys(source)
        else:
            values = self.frames[source].values[read.column]
        if read.value is not None:
            kind = self.plan.tables[source].column(read.column).kind
            assert isinstance(kind, Category)
            values = values == kind.code(read.value)
        if read.kind == "whole" or (source == table and read.kind == "column"):
            return values
        if read.kind == "lookup":
            via = frame.values[str(read.via)]
            return values.take((via if overlay is None else overlay.get((table, str(read.via)), via)) - 1)
        rows = frame.lineage[source]
        if not isinstance(values, np.ndarray):
            return values.take(pa.array(rows, mask=None if source in frame.everywhere else rows < 0))
        return frame.take(values, source)

    def _aggregate(self, table: str, read: Input) -> Values:
        child = self.frames[str(read.table)]
        rows = child.lineage[table]
        rows, present = (rows, slice(None)) if table in child.everywhere else (rows[rows >= 0], rows >= 0)
        size = len(self.frames[table])
        if read.aggregate == "count":
            return np.bincount(rows, minlength=size)
        if read.aggregate == "join":
            return _joined(child.values[read.column], np.bincount(rows, minlength=size))
        values = child.values[read.column][present]
        if read.aggregate == "any":
            return np.bincount(rows[values.astype(bool)], minlength=size) > 0
        values = values.astype(np.int64) if values.dtype == bool else values
        if read.aggregate == "max":
            greatest = np.full(size, values.min() if len(values) else 0, dtype=values.dtype)
            np.maximum.at(greatest, rows, values)
            return np.where(np.bincount(rows, minlength=size) > 0, greatest, 0)
        total = np.zeros(size, dtype=values.dtype)
        np.add.at(total, rows, values)  # in row order, so that the last bit is the same everywhere
        return total

    def _parent_rows(self, table: str) -> NDArray[np.int64]:
        parents = self.plan.tables[table].parents
        frame = self.frames[table]
        if not parents:
            return np.arange(len(frame))
        rows = frame.lineage[parents[0]]
        for number, parent in enumerate(parents[1:], start=1):
            rows = np.where(frame.source == number, frame.lineage[parent], rows)
        return rows

    def _make_rows(self, table: Table) -> Frame:
        sources = [source for source in table.rows if isinstance(source, PerParent | Arrivals)]
        if not sources:
            first = self.index * BLOCK_CUSTOMERS
            indices = np.arange(first, first + BLOCK_CUSTOMERS)
            return first_frame(table.name, streams.root_addresses(self.plan.world, indices))
        parts = []
        offset = 0
        for number, source in enumerate(sources):
            parts.append(self._children(table, source, number, offset))
            offset += self.plan.capacity[source.parent] * source.slots
        return parts[0] if len(parts) == 1 else self._join(table, parts)

    def _children(self, table: Table, source: PerParent | Arrivals, number: int, offset: int) -> Frame:
        parent = self.frames[source.parent]
        name = streams.key(table.name, source.parent)
        clock = None
        if isinstance(source, PerParent):
            counts = np.minimum(parent.values[source.count].astype(np.int64), source.slots)
            if table.name == self.plan.scenario.customers:
                counts = _cut_to(BLOCK_CUSTOMERS, counts)
        else:
            counts, clock = self._arrive(table, source, parent, name)
        rows = np.repeat(np.arange(len(parent)), counts)
        slots = np.arange(len(rows)) - (np.cumsum(counts) - counts).take(rows)
        address = streams.child_addresses(parent.address.take(rows), name, slots)
        lineage = {ancestor: index.take(rows) for ancestor, index in parent.lineage.items()}
        lineage[table.name] = np.arange(len(rows))
        frame = Frame(
            address=address,
            place=offset + parent.place.take(rows) * source.slots + slots,
            slot=slots,
            source=np.full(len(rows), number),
            lineage=lineage,
            everywhere=parent.everywhere | {table.name},
        )
        if clock is not None:
            assert isinstance(source, Arrivals)
            frame.values[source.clock] = clock
        return frame

    def _arrive(
        self, table: Table, source: Arrivals, parent: Frame, name: np.uint64
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the arrivals of each parent, and the tick of each arrival in the order of parents and slots.

        Loops over slots, not rows: each turn serves all parents whose clock has not run out, with more slots at once
        as they get fewer.
        """
        from cxdata.recipes.lookup import exponential

        column = streams.key(table.name, source.clock)
        horizon = int(self.plan.parameters[source.horizon])  # type: ignore[arg-type]  # a single number by declaration
        active = np.arange(len(parent))
        clock = parent.values[source.start].astype(np.int64)
        gap = parent.values[source.gap].astype(np.float64)
        counts = np.zeros(len(parent), dtype=np.int64)
        found: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]] = []
        first = 0
        while len(active) and first < source.slots:
            width = min(max(ARRIVALS_PER_TURN // len(active), 1), source.slots - first)
            slots = np.tile(np.arange(first, first + width), len(active))
            address = streams.child_addresses(np.repeat(parent.address.take(active), width), name, slots)
            draws = exponential(streams.uniforms(address, column, 1)).reshape(-1, width)
            wait = np.rint(gap.take(active)[:, None] * draws).astype(np.int64)
            if first == 0 and source.at_once is not None:
                wait[:, 0] = np.where(parent.values[source.at_once], 0, wait[:, 0])
            ticks = clock[:, None] + np.cumsum(1 + wait, axis=1)
            inside = ticks < horizon
            parents, places = np.nonzero(inside)
            counts[active] += np.count_nonzero(inside, axis=1)
            found.append((active.take(parents), first + places, ticks[inside]))
            going_on = np.flatnonzero(inside[:, -1])
            active, clock = active.take(going_on), ticks[:, -1].take(going_on)
            first += width
        begins = np.cumsum(counts) - counts
        clocks = np.empty(int(counts.sum()), dtype=np.int64)
        for rows, slots, ticks in found:
            clocks[begins.take(rows) + slots] = ticks
        return counts, clocks

    def _join(self, table: Table, parts: list[Frame]) -> Frame:
        """Hang one table under several parents: rows are ordered by customer (else by root row), then by place."""
        names = {name for part in parts for name in part.lineage}
        lineage = {
            name: np.concatenate([part.lineage.get(name, np.full(len(part), -1)) for part in parts])
            for name in sorted(names)
        }
        place = np.concatenate([part.place for part in parts])
        scenario = self.plan.scenario
        order = np.lexsort((place, lineage.get(scenario.customers, lineage[scenario.root])))
        lineage = {name: index.take(order) for name, index in lineage.items()}
        lineage[table.name] = np.arange(len(order))
        clocks = {name: part.values[name].dtype for part in parts for name in part.values}
        return Frame(
            values={
                name: np.concatenate([part.values.get(name, np.zeros(len(part), kind)) for part in parts]).take(order)
                for name, kind in clocks.items()
            },
            address=np.concatenate([part.address for part in parts]).take(order),
            place=place.take(order),
            slot=np.concatenate([part.slot for part in parts]).take(order),
            source=np.concatenate([part.source for part in parts]).take(order),
            lineage=lineage,
            everywhere=frozenset.intersection(*(part.everywhere for part in parts)),
        )

    def _keep(self, name: str) -> None:
        table = self.plan.tables[name]
        frame = self.frames[name]
        scenario = self.plan.scenario
        if name == scenario.root == scenario.customers:
            frame.keep(np.arange(len(frame)) < self.plan.customers_in(self.index), name)
        elif name == scenario.root:
            source = self.plan.tables[scenario.customers].rows[0]
            assert isinstance(source, PerParent)
            counts = np.minimum(frame.values[source.count].astype(np.int64), source.slots)
            # Whole households, and none beyond the run's last customer: a small run costs no whole block.
            frame.keep(_cut_to(self.plan.customers_in(self.index), counts) > 0, name)
        if table.keep is not None:
            frame.keep(frame.values[table.keep], name)

    def keys(self, table: str) -> NDArray[np.int64]:
        """Return the primary keys of a table's rows."""
        frame = self.frames[table]
        if OWN_KEYS not in frame.gathered:
            place = frame.place
            if self.plan.tables[table].shuffled:
                place = streams.shuffled(place, streams.key(self.plan.scenario.id, self.plan.seed, table, "keys"))
            frame.gathered[OWN_KEYS] = keys_of(place, self.index, reference=self.plan.tables[table].is_reference)
        keys: NDArray[np.int64] = frame.gathered[OWN_KEYS]
        return keys

    def _ancestor_keys(self, frame: Frame, ancestor: str) -> NDArray[np.int64]:
        """Return the ancestor's key of each row, 0 where it has no such ancestor; no key is 0."""
        keys: NDArray[np.int64] = frame.take(self.keys(ancestor), ancestor)
        return keys

    def in_run(self, table: str) -> NDArray[np.bool_]:
        """Return which rows of a table belong to the run: those of its customers, and their ancestors."""
        customers = self.plan.scenario.customers
        size = self.plan.customers_in(self.index)
        frame = self.frames[table]
        root = self.plan.scenario.root
        if customers in frame.lineage:
            rows = frame.lineage[customers]
            if customers in frame.everywhere:
                return rows < size
            # Rows that hang under the root beside the customers belong to the run with their root row.
            return np.where(rows >= 0, rows < size, self.in_run(root)[frame.lineage[root]])
        of_customers = self.frames[customers].lineage
        if table not in of_customers:  # beside the customers, below the root
            return self.in_run(root)[frame.lineage[root]]
        inside = np.zeros(len(frame), dtype=bool)
        inside[of_customers[table][:size]] = True
        return inside


def _joined(texts: pa.StringArray, counts: NDArray[np.int64]) -> pa.StringArray:
    """Return the texts of each parent as one: the same bytes, cut where a parent's children end.

    Args:
        texts: Texts of the children, parent by parent.
        counts: (n,) children of each parent.
    """
    _, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    cuts = np.r_[0, np.cumsum(counts)]
    return pa.StringArray.from_buffers(len(counts), pa.py_buffer(ends[cuts]), data)


def _cut_to(most: int, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return counts cut so that they sum to ``most`` customers; the last household that fits gives the rest away."""
    before = np.cumsum(counts) - counts
    kept: NDArray[np.int64] = np.clip(most - before, 0, counts)
    return kept


def _quantise(values: Values, column: Column, rows: int) -> Values:
    if not isinstance(values, np.ndarray):
        if isinstance(values, pa.Array | pa.ChunkedArray):
            return values
        values = np.full(rows, values)
    if isinstance(column.kind, Number):
        scale = 10.0**column.kind.places
        if column.kind.low is not None or column.kind.high is not None:
            values = np.clip(values, column.kind.low, column.kind.high)
        quanta = values * scale
        np.rint(quanta, out=quanta)
        quanta /= scale
        return quanta
    return values


def reference_frames(plan: Plan) -> dict[str, Frame]:
    """Return the reference tables, made once: they cover the whole company, whatever the number of customers."""
    state = BlockState(plan, 0)
    for kind, table, column in plan.reference_nodes:
        source = plan.tables[table].rows[0]
        if kind == "rows":
            assert isinstance(source, Reference)
            world = streams.key(plan.scenario.id, plan.seed, table)
            state.frames[table] = first_frame(table, streams.root_addresses(world, np.arange(source.count)))
        elif kind == "column":
            state.frames[table].values[column] = state.fill(table, column)
    return {name: state.frames[name] for name, table in plan.tables.items() if name in state.frames}


def generate_block(plan: Plan, index: int) -> BlockResult:
    """Make one block.

    Args:
        plan: The plan.
        index: Which block, 0 and up.

    Returns:
        Its Arrow tables and the sums of its effects. Reference tables come with block 0.
    """
    state = BlockState(plan, index)
    state.run()
    result = BlockResult(index)
    changes: list[pa.Table] = []
    rows = {name: state.in_run(name) for name in plan.selected if not plan.tables[name].is_reference}
    for layout in plan.layouts:
        table = plan.tables[layout.name]
        everyone = np.full(len(state.frames[layout.name]), index == 0)  # reference rows come with the first block
        inside = everyone if table.is_reference else rows[layout.name]
        clean = _arrow(state, layout, inside)
        observed, struck = noise.apply(plan, state.frames[layout.name], layout, clean, inside)
        result.observed[layout.name] = observed
        changes += struck
    if plan.truth:
        _add_truth(plan, state, result, rows, changes)
    for made in (result.observed, result.truth):
        made.update({name: _by_key(table) for name, table in made.items() if _is_shuffled(plan, name)})
    return result


def _is_shuffled(plan: Plan, layout: str) -> bool:
    """Return whether a layout, observed or truth, has one row per row of a shuffled table."""
    units = {f"effects/{path.effect.id}": path.effect.table for path in plan.effects}
    table = plan.tables.get(units.get(layout, layout.removeprefix("latents/")))
    return table is not None and table.shuffled


def _by_key(table: pa.Table) -> pa.Table:
    """Return a table in the order of its key, which is its first column."""
    return table.take(pa.array(np.argsort(table.column(0).to_numpy()))).combine_chunks()


def _arrow(state: BlockState, layout: Layout, rows: NDArray[np.bool_]) -> pa.Table:
    frame = state.frames[layout.name.removeprefix("latents/")]
    name = layout.name.removeprefix("latents/")
    columns = {
        column.name: state.fill(name, column.name) if column.recipe is None else frame.values[column.name]
        for column in layout.columns
    }
    conditions = {column.when: frame.values[column.when] for column in layout.columns if column.when is not None}
    return to_arrow(layout.columns, columns, conditions, rows, state.plan.vocabulary)


def _add_truth(
    plan: Plan, state: BlockState, result: BlockResult, rows: Mapping[str, NDArray[np.bool_]], changes: list[pa.Table]
) -> None:
    for layout in plan.truth_layouts:
        if layout.name.startswith("latents/"):
            name = layout.name.removeprefix("latents/")
            inside = rows.get(name)
            if inside is None:
                inside = np.full(len(state.frames[name]), result.index == 0)
            result.truth[layout.name] = _arrow(state, layout, inside)
        elif layout.name == "noise":
            result.truth["noise"] = noise.collect(changes)
    layouts = {layout.name: layout for layout in plan.truth_layouts}
    for path in plan.effects:
        layout = layouts[f"effects/{path.effect.id}"]
        outcome = potential_outcomes(state, path)
        inside = rows[path.effect.table] & state.frames[path.effect.table].values[path.effect.population]
        result.effects[path.effect.id] = outcome.sums(inside)
        columns = dict(
            zip([column.name for column in layout.columns], outcome.columns(state.keys(path.effect.table)), strict=True)
        )
        result.truth[layout.name] = to_arrow(layout.columns, columns, {}, inside, plan.vocabulary)
