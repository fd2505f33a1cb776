"""The plan: everything resolved before a row exists. Last stop for errors."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from cxdata import streams
from cxdata.engine.frame import Frame
from cxdata.engine.graph import Graph, Node
from cxdata.engine.parameters import resolve_parameters
from cxdata.engine.quantities import check_planted
from cxdata.errors import ConfigError, PlanError, TableError, unknown
from cxdata.schema.effect import Effect, Quantity
from cxdata.schema.figure import Figure
from cxdata.schema.kinds import KEYS_PER_BLOCK, Integer, Text
from cxdata.schema.pool import Vocabulary
from cxdata.schema.recipe import Recipe
from cxdata.schema.scenario import Scenario, Value
from cxdata.schema.table import Arrivals, Column, PerParent, Reference, Root, Table

BLOCK_CUSTOMERS = 8192
"""Customers of one block. Fixed in the format: the place of every row, and so every value, rests on it."""
MOST_CUSTOMERS = 10_000_000_000
"""Largest run accepted; keys stay exact in a double up to 17 billion customers."""
MOST_SEED = 2**63 - 1

_MADE_BY_ENGINE = Recipe(lambda u, x: None)


@dataclass(frozen=True)
class Layout:
    """The columns of one table as it is written, observed or truth; truth tables have a slash in their name."""

    name: str
    meaning: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class EffectPath:
    """How one effect's potential outcomes are recomputed: the columns between treatment and outcome, in order."""

    effect: Effect
    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Plan:
    """Everything resolved. Made by ``build``, read by everyone after."""

    scenario: Scenario
    tables: Mapping[str, Table]
    selected: tuple[str, ...]
    nodes: tuple[Node, ...]
    reference_nodes: tuple[Node, ...]
    parameters: Mapping[str, Value]
    vocabulary: Vocabulary
    seed: int
    customers: int
    truth: bool
    capacity: Mapping[str, int]
    effects: tuple[EffectPath, ...]
    quantities: tuple[Quantity, ...]
    reference: Mapping[str, Frame]

    @property
    def world(self) -> np.uint64:
        """Key of the world: scenario and seed."""
        return streams.key(self.scenario.id, self.seed)

    @property
    def blocks(self) -> int:
        """Number of blocks; at least one, so that reference tables and headers always exist."""
        return max(1, -(-self.customers // BLOCK_CUSTOMERS))

    def customers_in(self, block: int) -> int:
        """Return how many customers of a block belong to the run."""
        return max(0, min(BLOCK_CUSTOMERS, self.customers - block * BLOCK_CUSTOMERS))

    @cached_property
    def layouts(self) -> tuple[Layout, ...]:
        """The observed tables that this run writes."""
        chosen = [self.tables[name] for name in self.selected]
        return tuple(Layout(table.name, table.meaning, table.observed) for table in chosen if not table.is_truth)

    @cached_property
    def truth_layouts(self) -> tuple[Layout, ...]:
        """The tables of the answer key that this run writes."""
        if not self.truth:
            return ()
        chosen = [self.tables[name] for name in self.selected]
        latents = [
            Layout(f"latents/{table.name}", f"Latent variables. {table.meaning}", (*_keys(table), *table.latent))
            for table in chosen
            if table.latent
        ]
        effects = [_effect_layout(path.effect, self.tables) for path in self.effects]
        noise = [NOISE_LAYOUT] if any(column.noise for table in chosen for column in table.observed) else []
        return (*latents, *effects, *noise)

    def covers_company(self, layout: str) -> bool:
        """Return whether a table, published or of the answer key, covers the whole company: it comes with block 0."""
        table = self.tables.get(layout.removeprefix("latents/"))
        return table is not None and table.is_reference

    @property
    def digest(self) -> str:
        """SHA-256 over all that decides the values and the tables of a run."""
        content = {
            "scenario": self.scenario.id,
            "streams": streams.STREAM_VERSION,
            "block_customers": BLOCK_CUSTOMERS,
            "seed": self.seed,
            "customers": self.customers,
            "locale": self.vocabulary.locale,
            "vocabulary": self.vocabulary.digest,
            "parameters": {name: self.parameters[name] for name in sorted(self.parameters)},
            "layouts": [_describe(layout) for layout in (*self.layouts, *self.truth_layouts)],
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _keys(table: Table) -> tuple[Column, ...]:
    """Return the columns by which rows of the answer key are found: the key, and all keys of a table of truth."""
    return table.observed if table.is_truth else table.columns[:1]


NOISE_LAYOUT = Layout(
    "noise",
    "Every cell that noise has changed, with its clean value.",
    (
        Column(name="table_name", kind=Text("label"), meaning="Table of the cell.", recipe=_MADE_BY_ENGINE),
        Column(name="row_key", kind=Integer(0, 2**62), meaning="Primary key of its row.", recipe=_MADE_BY_ENGINE),
        Column(name="column_name", kind=Text("label"), meaning="Its column.", recipe=_MADE_BY_ENGINE),
        Column(name="noise", kind=Text("label"), meaning="Kind of noise.", recipe=_MADE_BY_ENGINE),
        Column(name="clean", kind=Text("recorded"), meaning="Value before the noise, as text.", recipe=_MADE_BY_ENGINE),
    ),
)


def _describe(layout: Layout) -> list[Any]:
    return [layout.name, *([column.name, repr(column.kind), column.when] for column in layout.columns)]


def _effect_layout(effect: Effect, tables: Mapping[str, Table]) -> Layout:
    table = tables[effect.table]
    outcome = table.column(effect.outcome)
    treatment = table.column(effect.treatment.partition(".")[2])
    return Layout(
        f"effects/{effect.id}",
        f"Potential outcomes, one row per unit: {effect.estimand}",
        (
            table.columns[0],
            replace(treatment, role="observed", when=None),
            replace(
                outcome,
                name=f"{outcome.name}_untreated",
                role="observed",
                when=None,
                noise=(),
                meaning="Outcome without the treatment.",
            ),
            replace(
                outcome,
                name=f"{outcome.name}_treated",
                role="observed",
                when=None,
                noise=(),
                meaning="Outcome with the treatment.",
            ),
        ),
    )


def build(
    scenario: Scenario,
    tables: Mapping[str, Table],
    *,
    figures: Mapping[str, Figure],
    calibrated: Mapping[str, Value],
    vocabulary: Vocabulary,
    customers: int,
    seed: int,
    overrides: Mapping[str, Value] | None = None,
    selected: Sequence[str] | None = None,
    truth: bool = True,
) -> Plan:
    """Resolve everything and return the plan.

    Args:
        scenario: The world.
        tables: All its tables by name.
        figures: Published figures by id.
        calibrated: Values of the calibrated parameters, from the scenario's file.
        vocabulary: The locale's pools.
        customers: Size of the run, 0 and up.
        seed: Seed of the run, 0 and up.
        overrides: Parameters set by the user.
        selected: Tables to write; all of them by default.
        truth: Whether to write the answer key.

    Raises:
        ConfigError: If size or seed is out of range.
        PlanError: If declarations do not fit together.
        TableError: If a selected table, or what a recipe reads, does not exist.
        ParameterError: If a parameter is unknown or out of its domain.
    """
    # Reference tables are rows too, made by the machinery that reads plans; so this import cannot stand above.
    from cxdata.engine.block import reference_frames

    _check_size("customers", customers, MOST_CUSTOMERS)
    _check_size("seed", seed, MOST_SEED)
    chosen = _select(scenario, tables, selected, truth=truth)
    graph = Graph(scenario, tables)
    _check_roots(scenario, tables)
    parameters = resolve_parameters(scenario, figures, calibrated, overrides or {})
    graph.check_names(parameters, vocabulary.names)
    for planted in scenario.planted:
        check_planted(planted, tables)
    paths = {effect.id: graph.path(effect) for effect in scenario.effects}
    capacity = {name: _capacity(name, tables) for name in tables}
    effects = [effect for effect in scenario.effects if truth and effect.table in chosen]
    wanted: list[Node] = [node for name in chosen for node in graph.published(tables[name], truth=truth)]
    for effect in effects:
        names = (effect.treatment.partition(".")[2], effect.outcome, effect.population)
        wanted += [("column", effect.table, name) for name in names]
    # Runs are cut by customer, so the customers' rows must exist whatever is selected.
    wanted.append(("kept", scenario.customers, ""))
    order = graph.order(wanted)
    if any("%phrases" in graph.read_by(node) for node in order):
        _ = vocabulary.phrasebook  # the last stop for errors in its files
    plan = Plan(
        scenario=scenario,
        tables=tables,
        selected=chosen,
        nodes=tuple(node for node in order if not tables[node[1]].is_reference),
        reference_nodes=tuple(node for node in order if tables[node[1]].is_reference),
        parameters=parameters,
        vocabulary=vocabulary,
        seed=seed,
        customers=customers,
        truth=truth,
        capacity=capacity,
        effects=tuple(EffectPath(effect, paths[effect.id]) for effect in effects),
        quantities=tuple(one for one in scenario.quantities if truth and set(one.read) <= set(chosen)),
        reference={},
    )
    return replace(plan, reference=reference_frames(plan))


def _check_size(what: str, value: int, most: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise ConfigError(f"{what} is {value!r}; it must be a whole number from 0 to {most:,}.")


def _select(
    scenario: Scenario, tables: Mapping[str, Table], selected: Sequence[str] | None, *, truth: bool
) -> tuple[str, ...]:
    if selected is None:
        return tuple(tables)
    for name in selected:
        if name not in tables:
            raise TableError(unknown(f"table of {scenario.id}", name, tables, listing=f"cxdata tables {scenario.id}"))
        if tables[name].is_truth and not truth:
            raise TableError(f"table {name!r} is of the answer key alone; drop --no-truth, or the table.")
    if not selected:
        raise TableError(f"no table selected. Available: {', '.join(tables)}.")
    return tuple(name for name in tables if name in set(selected))


def _check_roots(scenario: Scenario, tables: Mapping[str, Table]) -> None:
    for name in (scenario.root, scenario.customers):
        if name not in tables:
            raise PlanError(f"scenario {scenario.id!r}: " + unknown("table", name, tables))
    if not isinstance(tables[scenario.root].rows[0], Root):
        raise PlanError(f"scenario {scenario.id!r}: table {scenario.root!r} must have Root() rows.")
    others = [name for name, table in tables.items() if isinstance(table.rows[0], Root) and name != scenario.root]
    if others:
        raise PlanError(
            f"scenario {scenario.id!r} has the root {scenario.root!r}; {others[0]!r} cannot have Root() rows too."
        )
    if scenario.customers != scenario.root and tables[scenario.customers].parents != (scenario.root,):
        raise PlanError(f"scenario {scenario.id!r}: {scenario.customers!r} must hang under the root {scenario.root!r}.")


def _capacity(name: str, tables: Mapping[str, Table]) -> int:
    """Return how many places a table's rows can take in a block.

    Raises:
        PlanError: If they do not fit a block's range of keys.
    """
    total = 0
    for source in tables[name].rows:
        if isinstance(source, Reference):
            total += source.count
        elif isinstance(source, Root):
            total += BLOCK_CUSTOMERS
        elif isinstance(source, PerParent | Arrivals):
            total += _capacity(source.parent, tables) * source.slots
    if total >= KEYS_PER_BLOCK:
        raise PlanError(
            f"table {name!r} can hold {total:,} rows in a block; keys allow {KEYS_PER_BLOCK - 1:,}. Use fewer slots."
        )
    return total
