"""All checks of one data set."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pyarrow as pa

from cxdata.check import integrity, recovery, safety, targets
from cxdata.check.report import Finding
from cxdata.engine.graph import Graph
from cxdata.engine.plan import Layout
from cxdata.io.deliveries import LISTING
from cxdata.schema.figure import Figure
from cxdata.schema.kinds import Category
from cxdata.schema.scenario import Scenario
from cxdata.schema.table import Table


def _frame(layout: Layout, table: pa.Table) -> Any:
    """Return a table as data frame whose categories are the declared ones, present or not, so that columns compare."""
    frame = table.to_pandas(date_as_object=False)
    for column in layout.columns:
        if isinstance(column.kind, Category):
            frame[column.name] = frame[column.name].cat.set_categories(column.kind.values)
    return frame


def check_dataset(
    scenario: Scenario,
    declared: Mapping[str, Table],
    layouts: Mapping[str, Layout],
    figures: Mapping[str, Figure],
    tables: Mapping[str, pa.Table],
    entries: Mapping[str, Any],
    key: Mapping[str, Any],
    *,
    as_published: bool,
    names_only: bool,
    forbidden: Collection[str],
) -> list[Finding]:
    """Return every finding on a data set.

    Args:
        scenario: Its world.
        declared: All tables of the world.
        layouts: Declared columns of every table, observed and truth.
        figures: Published figures.
        tables: The tables on disk, observed and truth.
        entries: Their entries in the manifests.
        key: Effects and quantities of the answer key; empty without one.
        names_only: Whether its locale has names alone, so that contact data and towns are empty.
        forbidden: Words that no text of a customer may hold.
        as_published: Whether the run set no parameters, so that published figures are expected to come out.
    """
    observed: Sequence[Layout] = [layouts[name] for name in tables if name in declared]
    found = list(integrity.check_fingerprints(layouts, tables, entries))
    found += integrity.check_contracts(observed, tables, names_only=names_only)
    frames = {layout.name: _frame(layout, tables[layout.name]) for layout in observed}
    found += integrity.check_rules(scenario.rules, frames)
    # The list of dirt quotes cells of every kind; they are judged by their own columns, with the deliveries.
    found += safety.check_safety([layouts[name] for name in tables if name != LISTING.name], tables, forbidden)
    if as_published:
        graph = Graph(scenario, declared)
        linked = {target.column: graph.has_links(*target.column.split(".")) for target in scenario.targets}
        found += targets.findings(list(targets.judge_targets(scenario.targets, figures, frames, linked)))
    found += recovery.findings(list(recovery.recover(scenario.planted, frames, key)))
    return found
