"""What depends on what: the order in which rows are made and columns filled."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Literal

from cxdata.errors import ParameterError, PlanError, TableError, unknown
from cxdata.schema.effect import Effect
from cxdata.schema.inputs import Input, parse_input
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Text, Word
from cxdata.schema.scenario import Scenario, Value
from cxdata.schema.table import Arrivals, Column, PerParent, Table

Node = tuple[Literal["rows", "kept", "column"], str, str]


class Graph:
    """Dependencies between the rows, the kept rows and the columns of a scenario's tables."""

    def __init__(self, scenario: Scenario, tables: Mapping[str, Table]) -> None:
        """Check every declaration against every other.

        Raises:
            PlanError: If they do not fit together.
            TableError: If a recipe reads what does not exist.
        """
        self.scenario = scenario
        self.tables = tables
        self._needs: dict[Node, list[Node]] = {}
        self._columns: dict[Node, list[Node]] = {}
        self._ancestors = {name: self._find_ancestors(name, ()) for name in tables}
        for table in tables.values():
            for source in table.rows:
                self._check_source(table, source)
            for column in table.columns:
                self._check_link(table, column)
                for read in self.inputs(column):
                    self._check_input(table, column, read)
        self._decides_keep = {
            name: self._deciding(table) if table.keep or name == scenario.root else frozenset()
            for name, table in tables.items()
        }

    def table(self, name: str, reader: str) -> Table:
        """Return a table by name; ``reader`` says who asked."""
        if name not in self.tables:
            raise TableError(f"{reader} draws on table {name!r}: " + unknown("table", name, self.tables))
        return self.tables[name]

    @staticmethod
    def inputs(column: Column) -> tuple[Input, ...]:
        """Return the parsed inputs of a column."""
        return tuple(parse_input(text) for text in column.recipe.inputs) if column.recipe else ()

    def _find_ancestors(self, name: str, path: tuple[str, ...]) -> frozenset[str]:
        if name in path:
            raise PlanError(f"tables hang under each other in a circle: {' -> '.join([*path, name])}.")
        table = self.table(name, path[-1] if path else self.scenario.id)
        found = {name}
        for parent in table.parents:
            found |= self._find_ancestors(parent, (*path, name))
        return frozenset(found)

    def _check_source(self, table: Table, source: object) -> None:
        if isinstance(source, PerParent):
            count = self.table(source.parent, table.name).column(source.count, reader=table.name)
            if not isinstance(count.kind, Integer | Boolean):
                raise PlanError(
                    f"{table.name}: its rows are counted by {source.parent}.{source.count}, which must be whole."
                )
        if isinstance(source, Arrivals):
            parent = self.table(source.parent, table.name)
            for name in _clock_columns(source):
                parent.column(name, reader=table.name)
            table.column(source.clock)

    def _check_link(self, table: Table, column: Column) -> None:
        if not isinstance(column.kind, ForeignKey):
            return
        where = f"{table.name}.{column.name}"
        self.table(column.kind.table, where)
        if column.recipe is None and column.kind.table not in self._ancestors[table.name] - {table.name}:
            raise PlanError(
                f"{where} is a key of {column.kind.table} without a recipe, but {table.name} does not hang under it. "
                f"Ancestors: {', '.join(sorted(self._ancestors[table.name] - {table.name})) or 'none'}."
            )

    def _check_input(self, table: Table, column: Column, read: Input) -> None:
        where = f"{table.name}.{column.name}"
        if read.kind in ("parameter", "pool", "place"):
            return
        source = table if read.table in (None, table.name) else self.table(str(read.table), where)
        if source.name != table.name and read.kind == "column" and source.name not in self._ancestors[table.name]:
            raise PlanError(
                f"{where} draws on {read.text!r}, but {table.name} does not hang under {source.name}. "
                f"Ancestors: {', '.join(sorted(self._ancestors[table.name] - {table.name})) or 'none'}."
            )
        if read.kind in ("lookup", "whole") and not source.is_reference:
            raise PlanError(f"{where} looks up {read.text!r}, but {source.name} is no reference table.")
        if read.kind == "lookup":
            via = table.column(str(read.via), reader=where)
            if not isinstance(via.kind, ForeignKey) or via.kind.table != source.name:
                raise PlanError(f"{where} looks up {read.text!r}, but {via.name} is no foreign key of {source.name}.")
        if read.kind == "aggregate" and table.name not in self.table(source.name, where).parents:
            raise PlanError(f"{where} sums {read.text!r}, but {source.name} is no child of {table.name}.")
        if read.kind == "aggregate" and read.aggregate == "count":
            return
        target = source.column(read.column, reader=where)
        if read.aggregate == "join" and (not isinstance(target.kind, Text) or len(source.parents) > 1):
            raise PlanError(f"{where} joins {read.text!r}, which must be a text of a table with one parent.")
        if read.value is not None and (not isinstance(target.kind, Category) or read.value not in target.kind.values):
            known = target.kind.values if isinstance(target.kind, Category) else ()
            raise PlanError(f"{where} draws on {read.text!r}: " + unknown(f"word of {read.column}", read.value, known))

    def check_names(self, parameters: Mapping[str, Value], pools: Collection[str]) -> None:
        """Refuse what draws on a parameter that the scenario, or on a pool that the locale does not have.

        Raises:
            ParameterError: If a parameter is missing.
            PlanError: If a pool is missing.
        """
        for table in self.tables.values():
            named = [(table.name, source.horizon) for source in table.rows if isinstance(source, Arrivals)]
            for column in table.columns:
                where = f"{table.name}.{column.name}"
                named += [(where, noise.rate) for noise in column.noise]
                named += [(where, read.column) for read in self.inputs(column) if read.kind == "parameter"]
                for read in self.inputs(column):
                    if read.kind == "pool" and read.column not in ("locale", *pools):
                        raise PlanError(f"{where} draws on " + unknown("pool", read.column, pools))
                if isinstance(column.kind, Word) and column.kind.pool not in pools:
                    raise PlanError(f"{where} holds words of an " + unknown("pool", column.kind.pool, pools))
            for where, name in named:
                if name not in parameters:
                    raise ParameterError(
                        f"{where} draws on " + unknown(f"parameter of {self.scenario.id}", name, parameters)
                    )

    def _deciding(self, table: Table) -> frozenset[str]:
        """Return the columns of a table that decide which of its rows are kept; they are made before the others."""
        first: list[str] = []
        if table.keep is not None:
            first.append(table.keep)
        if table.name == self.scenario.root:
            children = [child for child in self.tables.values() if table.name in child.parents]
            counts = [source for child in children for source in child.rows if isinstance(source, PerParent)]
            first += [source.count for source in counts if source.parent == table.name]
        found: set[str] = set()
        while first:
            name = first.pop()
            if name in found:
                continue
            found.add(name)
            for read in self.inputs(table.column(name)):
                if read.kind == "aggregate":
                    raise PlanError(
                        f"{table.name}.{name} decides which rows are kept, so it cannot sum over child rows."
                    )
                if read.kind == "column" and read.table in (None, table.name):
                    first.append(read.column)
                if read.kind == "lookup":
                    first.append(str(read.via))
        return frozenset(found)

    def read_by(self, node: Node) -> tuple[str, ...]:
        """Return the inputs of a column's recipe, as they are spelt; none for other nodes."""
        recipe = self.tables[node[1]].column(node[2]).recipe if node[0] == "column" else None
        return recipe.inputs if recipe else ()

    def published(self, table: Table, *, truth: bool) -> list[Node]:
        """Return the nodes that writing a table needs."""
        columns = [*table.observed, *(table.latent if truth else ())]
        names = [column.name for column in columns]
        names += [column.when for column in columns if column.when is not None]
        return [("kept", table.name, ""), *(("column", table.name, name) for name in names)]

    def needs(self, node: Node) -> list[Node]:
        """Return what must exist before a node can be made, in declared order."""
        if node not in self._needs:  # every effect walks the same graph again
            self._needs[node] = self._find_needs(node)
        return self._needs[node]

    def _find_needs(self, node: Node) -> list[Node]:
        kind, name, column_name = node
        table = self.tables[name]
        if kind == "rows":
            return self._rows_need(table)
        if kind == "kept":
            deciding = [table.keep] if table.keep else []
            if name == self.scenario.root:
                deciding += sorted(self._decides_keep[name])
            return [("rows", name, ""), *(("column", name, c) for c in deciding)]
        column = table.column(column_name)
        early = column_name in self._decides_keep[name]
        needed: list[Node] = [("rows", name, "") if early else ("kept", name, "")]
        for read in self.inputs(column):
            needed += self._input_needs(table, read)
        return needed

    def _rows_need(self, table: Table) -> list[Node]:
        needed: list[Node] = []
        for source in table.rows:
            if isinstance(source, PerParent):
                needed += [("kept", source.parent, ""), ("column", source.parent, source.count)]
            elif isinstance(source, Arrivals):
                needed += [("kept", source.parent, "")]
                needed += [("column", source.parent, name) for name in _clock_columns(source)]
        return needed

    def _input_needs(self, table: Table, read: Input) -> list[Node]:
        if read.kind == "column":
            source = read.table or table.name
            kind = self.tables[source].column(read.column).kind
            made_by_engine = isinstance(kind, Key) or self._is_clock(source, read.column)
            return [("rows", source, "")] if made_by_engine else [("column", source, read.column)]
        if read.kind == "lookup":
            return [("column", table.name, str(read.via)), ("column", str(read.table), read.column)]
        if read.kind == "whole":
            return [("column", str(read.table), read.column)]
        if read.kind == "aggregate":
            source = str(read.table)
            column: list[Node] = [] if read.aggregate == "count" else [("column", source, read.column)]
            return [("kept", source, ""), *column]
        return []

    def _is_clock(self, table: str, column: str) -> bool:
        return any(isinstance(source, Arrivals) and source.clock == column for source in self.tables[table].rows)

    def order(self, wanted: Iterable[Node]) -> tuple[Node, ...]:
        """Return the wanted nodes and all they need, each after what it needs; reference tables included.

        Raises:
            PlanError: If columns depend on each other in a circle.
        """
        done: dict[Node, None] = {}
        for start in wanted:
            stack: list[tuple[Node, bool]] = [(start, False)]
            path: dict[Node, None] = {}
            while stack:
                node, leaving = stack.pop()
                if leaving:
                    path.popitem()
                    done[node] = None
                    continue
                if node in done:
                    continue
                if node in path:
                    nodes = list(path)
                    circle = [*nodes[nodes.index(node) :], node]
                    raise PlanError(
                        "columns depend on each other in a circle: " + " -> ".join(map(_spell, circle)) + "."
                    )
                path[node] = None
                stack.append((node, True))
                stack.extend((needed, False) for needed in reversed(self.needs(node)))
        return tuple(done)

    def path(self, effect: Effect) -> tuple[tuple[str, str], ...]:
        """Return the columns between an effect's treatment and its outcome, in the order in which they are recomputed.

        One unit's treatment is switched and everything else stays as generated, rows included; so the path runs
        through columns alone, and through none that mixes rows.

        Raises:
            PlanError: If the treatment does not reach the outcome so, or if a declared coefficient has no part in it.
        """
        table, _, treatment = effect.treatment.partition(".")
        owner = self.table(table, f"effect {effect.id}")
        for name in (treatment, effect.population):
            if not isinstance(owner.column(name, reader=f"effect {effect.id}").kind, Boolean):
                raise PlanError(f"effect {effect.id}: {table}.{name} must be Boolean.")
        owner.column(effect.outcome, reader=f"effect {effect.id}")
        leads_to_outcome = self._read_by_columns(("column", table, effect.outcome))
        reached: set[Node] = {("column", table, treatment)}
        steps: list[tuple[str, str]] = []
        for node in self.order([("column", table, effect.outcome)]):
            if node in leads_to_outcome and node not in reached and reached.intersection(self._columns_read(node)):
                recipe = self.tables[node[1]].column(node[2]).recipe
                if recipe is not None and recipe.earlier_rows:
                    continue  # what came before a unit stays as it was
                reached.add(node)
                steps.append((node[1], node[2]))
        if (table, effect.outcome) not in steps:
            raise PlanError(f"effect {effect.id}: {effect.treatment} does not reach {table}.{effect.outcome}.")
        columns = [self.tables[t].column(c) for t, c in steps]
        for (where, name), column in zip(steps, columns, strict=True):
            if any(one.kind in ("aggregate", "place") for one in self.inputs(column)):
                raise PlanError(f"effect {effect.id}: {where}.{name} mixes rows, so one unit cannot be switched alone.")
        read = {one.column for column in columns for one in self.inputs(column) if one.kind == "parameter"}
        for idle in sorted(set(effect.coefficients) - read):
            raise PlanError(
                f"effect {effect.id}: parameter {idle!r} has no part between {effect.treatment} and "
                f"{table}.{effect.outcome}. Parameters there: {', '.join(sorted(read))}."
            )
        return tuple(steps)

    def _columns_read(self, node: Node) -> list[Node]:
        if node not in self._columns:
            table = self.tables[node[1]]
            read = [need for one in self.inputs(table.column(node[2])) for need in self._input_needs(table, one)]
            self._columns[node] = [need for need in read if need[0] == "column"]
        return self._columns[node]

    def _read_by_columns(self, start: Node) -> set[Node]:
        """Return a column and all columns that it reads, directly or through others."""
        found: set[Node] = set()
        waiting = [start]
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                waiting += self._columns_read(node)
        return found

    def has_links(self, table: str, column: str) -> bool:
        """Return whether a column has causes among other columns, or consequences in them."""
        own = self.tables[table].column(column)
        if any(read.kind in ("column", "lookup", "aggregate") for read in self.inputs(own)):
            return True
        node: Node = ("column", table, column)
        return any(
            node in self.needs(("column", other.name, reader.name))
            for other in self.tables.values()
            for reader in other.columns
        )


def _clock_columns(source: Arrivals) -> tuple[str, ...]:
    return (source.start, source.gap, *((source.at_once,) if source.at_once is not None else ()))


def _spell(node: Node) -> str:
    kind, table, column = node
    return f"{table}.{column}" if kind == "column" else f"{kind} of {table}"
