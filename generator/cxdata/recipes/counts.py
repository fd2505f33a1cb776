"""Counts of events: Poisson quantiles, and the gamma factor that makes busy hours busier than chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cxdata.recipes import lookup

Floats = NDArray[np.float64]

EXACT_UP_TO = 12.0
"""Means up to which the distribution function is summed term by term; above, its quantiles are expanded."""
MOST_EXACT = 48
"""Largest count by summation: beyond it lies less than 1e-14 of a mean of 12."""


def poisson(u: Floats, mean: Floats) -> NDArray[np.int64]:
    """Return Poisson quantiles of uniforms.

    Args:
        u: (n,) uniforms.
        mean: (n,) or single means, 0 and up.

    Returns:
        (n,) counts: exact by summation up to a mean of 12; above, the Cornish-Fisher expansion to the third order,
        at most one off.

    Source: Cornish and Fisher (1938), with half a step for whole numbers.
    """
    uniform = np.asarray(u, dtype=np.float64)
    means = np.broadcast_to(np.asarray(mean, dtype=np.float64), uniform.shape)
    count: NDArray[np.int64] = np.where(
        means <= EXACT_UP_TO,
        _summed(uniform, np.minimum(means, EXACT_UP_TO)),
        _expanded(uniform, np.maximum(means, EXACT_UP_TO)),
    )
    return count


def _summed(u: Floats, mean: Floats) -> NDArray[np.int64]:
    uniform, means = u.ravel(), mean.ravel()
    term = lookup.exp(-means)
    reached = term
    count = np.zeros(uniform.size, dtype=np.int64)
    rows = np.arange(uniform.size)
    for step in range(1, MOST_EXACT + 1):
        further = np.flatnonzero(uniform >= reached)  # the others have found their count
        rows, uniform, means = rows.take(further), uniform.take(further), means.take(further)
        count[rows] += 1
        term = term.take(further) * means / step
        reached = reached.take(further) + term
    return count.reshape(u.shape)


def _expanded(u: Floats, mean: Floats) -> NDArray[np.int64]:
    z = lookup.normal(u)
    root = np.sqrt(mean)
    quantile = mean + root * z + (z * z - 1.0) / 6.0 - (z * z * z - z) / (72.0 * root)
    return np.maximum(np.ceil(quantile - 0.5), 0.0).astype(np.int64)


def gamma_factor(u: Floats, cv: float | Floats) -> Floats:
    """Return gamma quantiles of mean 1 and the given coefficient of variation, ones for a ``cv`` of 0.

    Source: Wilson and Hilferty (1931), the cube root of a gamma is nearly normal; the mean is within 0.2 % of 1
    for a ``cv`` up to 0.6.
    """
    ninth = cv * cv / 9.0
    root = 1.0 - ninth + np.sqrt(ninth) * lookup.normal(np.asarray(u, dtype=np.float64))
    held = np.maximum(root, 0.0)
    factor: Floats = held * held * held
    return factor
