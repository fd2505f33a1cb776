"""What the catalogue says of itself, as plain dictionaries: for the command line, pages and programs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cxdata.catalog import scan
from cxdata.errors import FigureError, TableError, unknown
from cxdata.io.metadata import allowed, may_be_empty
from cxdata.schema.kinds import ForeignKey, Key
from cxdata.schema.scenario import Value
from cxdata.schema.table import Arrivals, Column, PerParent, Reference, Table


def scenarios() -> list[dict[str, Any]]:
    """Return id, brand, title and premise of every scenario."""
    return [
        {"id": name, "brand": found.brand, "title": found.title, "premise": found.premise}
        for name, found in ((name, scan.scenario(name)) for name in scan.scenario_ids())
    ]


def scenario(name: str, parameters: Mapping[str, Value]) -> dict[str, Any]:
    """Return a scenario with its effects, quantities, targets, parameters and presets.

    Args:
        name: Id of the world.
        parameters: Values of its parameters.
    """
    found = scan.scenario(name)
    return {
        "id": name,
        "brand": found.brand,
        "title": found.title,
        "premise": found.premise,
        "effects": [
            {"id": e.id, "question": e.title, "estimand": e.estimand, "basis": e.basis, "confounding": e.confounding}
            for e in found.effects
        ],
        "quantities": [
            {
                "id": q.id,
                "question": q.title,
                "estimand": q.estimand,
                "of": q.of,
                "basis": q.basis,
                "confounding": q.confounding,
            }
            for q in found.quantities
        ],
        "targets": [
            {"figure": t.figure, "tolerance": t.tolerance, "statistic": t.statistic.sentence} for t in found.targets
        ],
        "parameters": [
            {
                "name": p.name,
                "value": list(value) if isinstance(value := parameters[p.name], tuple) else value,
                "unit": p.unit,
                "source": p.source,
                "meaning": p.meaning,
            }
            for p in found.parameters
        ],
        "presets": [{"name": preset, "sets": dict(values)} for preset, values in found.presets.items()],
    }


def tables(name: str | None) -> list[dict[str, Any]]:
    """Return the tables of a scenario, or of all."""
    if name is not None:
        scan.scenario(name)
    names = scan.scenario_ids() if name is None else (name,)
    return [
        {
            "scenario": world,
            "table": table.name,
            "columns": len(table.observed) + (len(table.latent) if table.is_truth else 0),
            "rows": _rows(table),
            "meaning": f"In the answer key alone. {table.meaning}" if table.is_truth else table.meaning,
        }
        for world in names
        for table in scan.tables(world).values()
    ]


def _rows(table: Table) -> str:
    parts = []
    for source in table.rows:
        if isinstance(source, Reference):
            parts.append(f"{source.count}, whatever the customers")
        elif isinstance(source, PerParent | Arrivals):
            parts.append(f"per row of {source.parent}")
        else:
            parts.append("root of the world")
    return " and ".join(parts)


def table(name: str, scenario_id: str | None) -> list[dict[str, Any]]:
    """Return a table with its columns, once per scenario that has one of that name.

    Raises:
        TableError: If no scenario has one.
    """
    if scenario_id is not None:
        scan.scenario(scenario_id)
    names = scan.scenario_ids() if scenario_id is None else (scenario_id,)
    found = [(world, scan.tables(world)[name]) for world in names if name in scan.tables(world)]
    if not found:
        known = {known for world in names for known in scan.tables(world)}
        raise TableError(unknown("table", name, known, listing="cxdata tables"))
    return [
        {
            "scenario": world,
            "table": name,
            "meaning": one.meaning,
            "columns": [_column(column, one) for column in one.observed],
            "latent": [_column(column, one) for column in one.latent],
        }
        for world, one in found
    ]


def _column(column: Column, table: Table) -> dict[str, str]:
    if isinstance(column.kind, Key):
        made = "from the row's place"
    elif isinstance(column.kind, ForeignKey) and column.recipe is None:
        made = f"key of its row in {column.kind.table}"
    else:
        assert column.recipe is not None
        made = column.recipe.sentence
    empty = "no"
    if column.when is not None:
        empty = f"unless {column.when}" if table.column(column.when).role == "observed" else "yes"
    elif may_be_empty(column):
        empty = "yes"
    return {
        "column": column.name,
        "type": column.kind.type_name,
        "unit": column.unit,
        "allowed": allowed(column),
        "empty": empty,
        "meaning": column.meaning,
        "made": made,
    }


def figures(publication: str | None, folder: Path | None) -> list[dict[str, Any]]:
    """Return published figures with their citation and use.

    Args:
        publication: Only the figures of this one.
        folder: Read figure files from here instead of the package.

    Raises:
        FigureError: If a file is malformed, or there is no such publication.
    """
    found = scan.figures() if folder is None else scan.load_figures(folder)
    known = {figure.publication.id for figure in found.values()}
    if publication is not None and publication not in known:
        raise FigureError(unknown("publication", publication, known))
    uses: dict[str, list[str]] = {}
    for world in scan.scenario_ids():
        declared = scan.scenario(world)
        for target in declared.targets:
            uses.setdefault(target.figure, []).append(f"target of {world}")
        for parameter in declared.parameters:
            if parameter.figure is not None:
                uses.setdefault(parameter.figure, []).append(f"parameter of {world}")
    return [
        {
            "id": figure.id,
            "value": figure.value,
            "unit": figure.unit,
            "population": figure.population,
            "statement": figure.statement,
            "reading": figure.reading,
            "computed": figure.computed,
            "place": figure.place,
            "citation": cite(figure.publication),
            "used": ", ".join(uses.get(figure.id, [])) or "context",
        }
        for figure in found.values()
        if publication in (None, figure.publication.id)
    ]


def cite(publication: Any) -> str:
    """Return a publication's citation in one line."""
    return f"{publication.authors} ({publication.year}). {publication.title}. Read in: {publication.read_in}."
