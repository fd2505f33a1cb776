"""What is derived from the declarations: Frictionless data package and data dictionary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cxdata.engine.plan import Layout
from cxdata.schema.kinds import Category, ForeignKey, Integer, Key, Number
from cxdata.schema.table import Column

MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
LICENCE = {"name": "CC0-1.0", "path": "https://creativecommons.org/publicdomain/zero/1.0/", "title": "CC0 1.0"}


def data_package(
    *,
    name: str,
    title: str,
    description: str,
    layouts: Sequence[Layout],
    files: Mapping[str, Sequence[str]],
    form: str,
    keys: bool = True,
) -> dict[str, Any]:
    """Return a Frictionless data package descriptor.

    Args:
        name: Short name.
        title: One line.
        description: A paragraph.
        layouts: Tables.
        files: Files of each table, relative to the descriptor.
        form: Format of the files.
        keys: Whether to declare primary and foreign keys.
    """
    present = {layout.name for layout in layouts}
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": name,
        "title": title,
        "description": description,
        "licenses": [LICENCE],
        "resources": [_resource(layout, files[layout.name], form, present, keys=keys) for layout in layouts],
    }


def _resource(layout: Layout, files: Sequence[str], form: str, present: set[str], *, keys: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(column) for column in layout.columns], "missingValues": [""]}
    if keys and isinstance(layout.columns[0].kind, Key):
        schema["primaryKey"] = [layout.columns[0].name]
    links = [
        column for column in layout.columns if isinstance(column.kind, ForeignKey) and column.kind.table in present
    ]
    if keys and links:
        schema["foreignKeys"] = [
            {"fields": [column.name], "reference": {"resource": column.kind.table, "fields": [column.name]}}
            for column in links
            if isinstance(column.kind, ForeignKey)
        ]
    return {
        "name": layout.name.replace("/", "-"),
        "type": "table",
        "description": layout.meaning,
        "path": list(files),
        "format": form,
        "mediatype": MEDIA_TYPES[form],
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    kind = column.kind
    field: dict[str, Any] = {"name": column.name, "type": kind.type_name, "description": describe(column)}
    constraints: dict[str, Any] = {}
    if isinstance(kind, Category):
        constraints["enum"] = list(kind.values)
    if isinstance(kind, Integer | Number):
        if kind.low is not None:
            constraints["minimum"] = kind.low
        if kind.high is not None:
            constraints["maximum"] = kind.high
    if isinstance(kind, Key) or not may_be_empty(column):
        constraints["required"] = True
    if isinstance(kind, Key):
        constraints["unique"] = True
    if constraints:
        field["constraints"] = constraints
    return field


def may_be_empty(column: Column) -> bool:
    """Return whether a published cell of the column may be empty."""
    optional = isinstance(column.kind, ForeignKey) and column.kind.optional
    return column.when is not None or optional or any(noise.kind == "blank" for noise in column.noise)


def describe(column: Column) -> str:
    """Return meaning and unit of a column in one line."""
    return f"{column.meaning} Unit: {column.unit}." if column.unit else column.meaning


def allowed(column: Column) -> str:
    """Return what a column may hold, in a few words."""
    kind = column.kind
    if isinstance(kind, Category):
        shown = kind.values if len(kind.values) <= 10 else (*kind.values[:6], f"and {len(kind.values) - 6} more")
        return ", ".join(shown)
    if isinstance(kind, ForeignKey):
        return f"key of {kind.table}"
    if isinstance(kind, Integer | Number) and kind.low is not None and kind.high is not None:
        return f"{kind.low:,} to {kind.high:,}"
    return ""


def data_dictionary(title: str, premise: str, layouts: Sequence[Layout]) -> str:
    """Return the data dictionary in Markdown."""
    lines = [f"# Data dictionary: {title}", "", premise, ""]
    for layout in layouts:
        lines += [
            f"## {layout.name}",
            "",
            layout.meaning,
            "",
            "| Column | Type | Unit | Allowed | May be empty | Meaning |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for column in layout.columns:
            empty = "yes" if may_be_empty(column) else "no"
            cells = (f"`{column.name}`", column.kind.type_name, column.unit, allowed(column), empty, column.meaning)
            lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)
