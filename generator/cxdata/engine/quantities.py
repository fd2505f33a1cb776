"""Quantities: numbers of the whole population, read off the published tables and the answer key, batch by batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from cxdata.errors import PlanError, unknown
from cxdata.schema.effect import Planted, Quantity
from cxdata.schema.statistic import Estimate, Tables
from cxdata.schema.table import Table

if TYPE_CHECKING:
    import pandas as pd

    from cxdata.engine.block import BlockResult
    from cxdata.engine.plan import Plan

BATCH_BLOCKS = 4
"""Blocks on which a quantity is computed at once: 32,768 customers. They bound the memory that it takes."""
LATENTS = "latents/"


def check_planted(planted: Planted, tables: Mapping[str, Table]) -> None:
    """Refuse an effect or a quantity whose estimators read what is not published, or whose truth what does not exist.

    Raises:
        PlanError: If they do.
    """
    kind = "quantity" if isinstance(planted, Quantity) else "effect"
    for role, statistic in planted.estimators.items():
        for name in statistic.tables:
            if name not in tables:
                raise PlanError(f"{kind} {planted.id}: its {role} estimator reads an {unknown('table', name, tables)}")
    if not isinstance(planted, Quantity):
        return
    known = {*tables, *(LATENTS + table.name for table in tables.values() if table.latent)}
    for name in planted.truth.tables:
        if name not in known:
            raise PlanError(f"quantity {planted.id}: its truth reads an {unknown('table', name, known)}")


def names_read(quantities: Iterable[Quantity]) -> frozenset[str]:
    """Return the names of all tables, published ones and those of the answer key, from which quantities are read."""
    return frozenset(name for quantity in quantities for name in quantity.truth.tables)


def frame_of(parts: Sequence[pa.Table]) -> pd.DataFrame:
    """Return one data frame of a table's parts."""
    frame: pd.DataFrame = pa.concat_tables(parts, promote_options="none").unify_dictionaries().to_pandas()
    return frame


def batches_of(plan: Plan, blocks: Iterable[BlockResult], size: int) -> Iterator[Tables]:
    """Return what quantities are read from, ``size`` blocks at a time."""
    names = names_read(plan.quantities)
    waiting: list[dict[str, pa.Table]] = []
    for block in blocks:
        waiting.append({name: block.table(name, truth="/" in name) for name in names})
        if len(waiting) == size:
            yield {name: frame_of([one[name] for one in waiting]) for name in names}
            waiting = []
    if waiting:
        yield {name: frame_of([one[name] for one in waiting]) for name in names}


def evaluate(plan: Plan, batches: Iterable[Tables]) -> dict[str, Estimate]:
    """Return the value of every quantity of a run, with its standard error as a sample of customers.

    Reference tables come with the first batch and are the same for all.

    Args:
        plan: The run.
        batches: The tables that its quantities are read from, batch by batch.
    """
    found: dict[str, list[Estimate]] = {quantity.id: [] for quantity in plan.quantities}
    company: dict[str, pd.DataFrame] = {}
    for number, batch in enumerate(batches):
        if number == 0:
            company = {name: frame for name, frame in batch.items() if plan.covers_company(name)}
        tables = {**batch, **company}
        for quantity in plan.quantities:
            if number == 0 or not all(plan.covers_company(name) for name in quantity.truth.tables):
                found[quantity.id].append(quantity.truth(tables))
    return {name: combine(parts) for name, parts in found.items()}


def combine(parts: Sequence[Estimate]) -> Estimate:
    """Return one estimate from those of batches that share no customer, each weighted by its rows.

    That of an empty batch has no value and no weight.
    """
    filled = [part for part in parts if part.rows > 0 and np.isfinite(part.value)]
    rows = sum(part.rows for part in filled)
    if rows == 0:
        return Estimate(float("nan"), float("inf"), 0)
    weights = np.array([part.rows / rows for part in filled])
    value = float(weights @ np.array([part.value for part in filled]))
    error = float(np.sqrt(np.square(weights * np.array([part.standard_error for part in filled])).sum()))
    return Estimate(round(value, 5), round(error, 5), rows)
