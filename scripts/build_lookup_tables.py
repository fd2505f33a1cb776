"""Build ``generator/cxdata/recipes/lookup.npz``; run once, commit the result, never rebuild it without need."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

import numpy as np
from scipy import stats

sys.path.insert(0, str(Path(__file__).parents[1] / "generator"))
from cxdata.recipes.lookup import CELLS, EXP_LOW, EXP_STEPS_PER_UNIT, EXP_UNITS

TARGET = Path(__file__).parents[1] / "generator/cxdata/recipes/lookup.npz"
DECIMALS = 9


def quantile_table(quantile: object, cell_mean: object) -> np.ndarray:
    """Return quantiles at the cell borders; infinite ends are set so that the end cells keep their true mean."""
    table = quantile(np.arange(CELLS + 1) / CELLS)
    if not np.isfinite(table[0]):
        table[0] = 2 * cell_mean(0.0, 1.0 / CELLS) - table[1]
    if not np.isfinite(table[-1]):
        table[-1] = 2 * cell_mean(1.0 - 1.0 / CELLS, 1.0) - table[-2]
    return np.round(table, DECIMALS)


def mean_between(distribution: object) -> object:
    """Return a function giving the mean of a distribution between two of its quantile levels."""

    def mean(low: float, high: float) -> float:
        edges = distribution.ppf([low, high])
        return distribution.expect(lambda x: x, lb=edges[0], ub=edges[1]) * CELLS

    return mean


def main() -> None:
    """Write the tables as an archive without time stamps, so that a rebuild gives the same bytes."""
    tables = {
        name: quantile_table(distribution.ppf, mean_between(distribution))
        for name, distribution in (("normal", stats.norm), ("logistic", stats.logistic), ("exponential", stats.expon))
    }
    tables["exp"] = np.round(np.exp(EXP_LOW + np.arange(EXP_UNITS * EXP_STEPS_PER_UNIT + 1) / EXP_STEPS_PER_UNIT), 15)
    with zipfile.ZipFile(TARGET, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, table in tables.items():
            buffer = io.BytesIO()
            np.save(buffer, table)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), buffer.getvalue())
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
