"""Contracts: fingerprints, types, domains, keys, links, rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from cxdata.check.report import Finding
from cxdata.engine.materialise import arrow_schema
from cxdata.engine.plan import Layout
from cxdata.io.fingerprint import combine, fingerprint
from cxdata.io.metadata import may_be_empty
from cxdata.schema.kinds import Category, ForeignKey, Integer, Key, Number, Text, Word
from cxdata.schema.scenario import Rule
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column


def check_fingerprints(
    layouts: Mapping[str, Layout], tables: Mapping[str, pa.Table], manifest: Mapping[str, Any]
) -> Iterator[Finding]:
    """Compare each table with the manifest, block by block, so that a fault is found where it is."""
    for name, entry in manifest.items():
        table = tables[name]
        sizes = entry["block_rows"]
        if table.num_rows != entry["rows"] or sum(sizes) != entry["rows"] or len(sizes) != len(entry["blocks"]):
            yield _fail(name, f"holds {table.num_rows:,} rows, the manifest says {entry['rows']:,}")
            continue
        start = 0
        wrong = []
        for number, (rows, mark) in enumerate(zip(sizes, entry["blocks"], strict=True)):
            if fingerprint(layouts[name].columns, table.slice(start, rows).combine_chunks()) != mark:
                wrong.append(number)
            start += rows
        if wrong:
            shown = ", ".join(map(str, wrong[:5])) + (" and more" if len(wrong) > 5 else "")
            yield _fail(name, f"values differ from the fingerprint in block {shown} of {len(sizes)}")
        elif combine(entry["blocks"]) != entry["fingerprint"]:
            yield _fail(name, "the manifest's blocks do not combine to its fingerprint")
        else:
            yield Finding(
                "integrity", f"{name}: fingerprint", "pass", f"{table.num_rows:,} rows in {len(sizes)} blocks"
            )


def _fail(name: str, detail: str) -> Finding:
    return Finding("integrity", f"{name}: fingerprint", "fail", detail)


def check_contracts(
    layouts: Sequence[Layout], tables: Mapping[str, pa.Table], *, names_only: bool = False
) -> Iterator[Finding]:
    """Check types, empty cells, domains, keys and links of every table.

    Args:
        layouts: Declared columns.
        tables: Tables by name.
        names_only: Whether the run's locale has names alone, so that contact data and towns are empty.
    """
    for layout in layouts:
        table = tables[layout.name]
        faults = list(_faults(layout, table, tables, names_only=names_only))
        if faults:
            for fault in faults:
                yield Finding("integrity", f"{layout.name}: contract", "fail", fault)
        else:
            yield Finding("integrity", f"{layout.name}: contract", "pass", f"{len(layout.columns)} columns")


def _faults(layout: Layout, table: pa.Table, tables: Mapping[str, pa.Table], *, names_only: bool) -> Iterator[str]:
    if table.schema.names != [column.name for column in layout.columns]:
        yield f"columns are {', '.join(table.schema.names)}"
        return
    for column, field in zip(layout.columns, arrow_schema(layout.columns), strict=True):
        values = table.column(column.name)
        if values.type != field.type:
            yield f"{column.name} is of type {values.type}, declared {field.type}"
            continue
        if values.null_count and not may_be_empty(column) and not (names_only and _needs_locale(column)):
            yield f"{column.name} is empty in {values.null_count:,} rows and may not be"
        yield from _domain_faults(column, values)
        if isinstance(column.kind, Key) and pc.count_distinct(values).as_py() != len(values):
            yield f"{column.name} is a key and has duplicates"
        if isinstance(column.kind, ForeignKey) and column.kind.table in tables:
            known = tables[column.kind.table].column(0)
            orphans = len(values.drop_null()) - (
                pc.sum(pc.is_in(values.drop_null(), known.combine_chunks())).as_py() or 0
            )
            if orphans:
                yield f"{column.name} has {orphans:,} values without a row in {column.kind.table}"


def _needs_locale(column: Column) -> bool:
    """Return whether a column is empty in a locale that has names alone."""
    kind = column.kind
    contact = isinstance(kind, Text) and kind.content in ("phone", "address")
    return contact or (isinstance(kind, Word) and kind.pool not in ("first_names", "last_names"))


def _domain_faults(column: Column, values: pa.ChunkedArray) -> Iterator[str]:
    kind = column.kind
    if isinstance(kind, Integer | Number) and len(values) > values.null_count:
        low, high = pc.min_max(values).as_py().values()
        if (kind.low is not None and low < kind.low) or (kind.high is not None and high > kind.high):
            yield f"{column.name} runs from {low} to {high}, declared {kind.low} to {kind.high}"
    if isinstance(kind, Category):
        found = set(pc.unique(values.cast(pa.string())).drop_null().to_pylist())
        if odd := sorted(found - set(kind.values)):
            yield f"{column.name} holds {odd[0]!r}, which is not declared"


def check_rules(rules: Sequence[Rule], tables: Tables) -> Iterator[Finding]:
    """Check the scenario's own sentences, where their tables are present."""
    for rule in rules:
        if not all(name in tables for name in rule.tables):
            continue
        count = rule.violations(tables)
        detail = f"{count:,} rows break it" if count else "no row breaks it"
        yield Finding("integrity", rule.sentence, "fail" if count else "pass", detail)
