"""Arrivals and queues in plain arithmetic: Poisson counts, random busyness, Erlang's formulas and impatient callers.

Everything is element-wise: the value of one cell depends on its own arguments alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cxdata.recipes import lookup
from cxdata.schema.recipe import Array

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

SMALL_MEAN = 12.0
"""Mean up to which Poisson probabilities are added one by one; the tabulated exponential reaches no further than 16."""
_MOST_SMALL = 60
"""Counts that are tried one by one: beyond it lie fewer than one in 10**16 at a mean of 12."""
_MOST_WAITING = 2000
"""Callers in a queue of which the formulas know at most."""
_NEGLIGIBLE = 1e-12
"""Share of the probability of a queue below which longer queues are left out."""
_TINY = 1e-200
"""Stands for a chance of 0 in a division."""


def poisson(u: Array, mean: Array) -> Counts:
    """Return Poisson quantiles of uniforms.

    Args:
        u: (n,) uniforms.
        mean: (n,) means, 0 and up.

    Small means are inverted exactly, up to the tabulated exponential; larger ones by the expansion of Cornish and
    Fisher, which hits the count itself or one of its neighbours.
    """
    u, mean = np.broadcast_arrays(np.asarray(u, dtype=np.float64), np.asarray(mean, dtype=np.float64))
    counts = np.zeros(u.shape, dtype=np.int64)
    small = mean <= SMALL_MEAN
    counts[small] = _by_recurrence(u[small], mean[small])
    counts[~small] = _by_expansion(lookup.normal(u[~small]), mean[~small])
    return counts


def _by_recurrence(u: Floats, mean: Floats) -> Counts:
    chance = lookup.exp(-mean)
    below = chance.copy()
    counts = np.zeros(u.shape, dtype=np.int64)
    for count in range(1, _MOST_SMALL + 1):
        counts += u >= below
        chance = chance * mean / count
        below = below + chance
    return counts


def _by_expansion(z: Floats, mean: Floats) -> Counts:
    root = np.sqrt(mean)
    value = mean + root * z + (z * z - 1.0) / 6.0 - (z * z * z - z) / (72.0 * root) - 0.5
    return np.maximum(np.ceil(value), 0.0).astype(np.int64)


def gamma_factor(u: Array, cv: float | Array) -> Floats:
    """Return random factors of mean 1 with a gamma distribution of the stated coefficient of variation.

    Args:
        u: (n,) uniforms.
        cv: Coefficient of variation, or (n,) of them; the mean stays within half a percent of 1 up to 1.

    Source: Wilson and Hilferty (1931), cube of a normal variable.
    """
    ninth = np.square(np.asarray(cv, dtype=np.float64)) / 9.0
    cube = np.maximum(1.0 - ninth + np.sqrt(ninth) * lookup.normal(u), 0.0)
    factor: Floats = cube * cube * cube
    return factor


def erlang_b(load: Array, servers: Array) -> Floats:
    """Return the share of callers who find every server busy where nobody waits.

    Args:
        load: (n,) offered load in erlangs, 0 and up.
        servers: (n,) whole numbers, 0 and up.

    Source: Erlang's loss formula by its recurrence.
    """
    load, servers = np.broadcast_arrays(np.asarray(load, dtype=np.float64), np.asarray(servers, dtype=np.int64))
    blocked = np.ones(load.shape)
    rows = np.arange(load.size)
    for server in range(1, int(servers.max(initial=0)) + 1):
        rows = rows[servers[rows] >= server]
        carried = load[rows] * blocked[rows]
        blocked[rows] = carried / (server + carried)
    return blocked


def erlang_c(load: Array, servers: Array) -> Floats:
    """Return the share of callers who must wait where all wait as long as it takes; 1 without a steady state."""
    blocked = erlang_b(load, servers)
    load, servers = np.asarray(load, dtype=np.float64), np.asarray(servers, dtype=np.int64)
    steady = load < servers
    used = np.where(steady, load, 0.0) / np.maximum(servers, 1)
    waiting: Floats = np.where(steady, blocked / (1.0 - used * (1.0 - blocked)), 1.0)
    return waiting


def queue_chance(load: Array, servers: Array, patience: Array | float, blocked: Array) -> Floats:
    """Return the chance that somebody waits where the impatient hang up; there is a steady state at any load.

    Args:
        load: (n,) offered load in erlangs, 0 and up.
        servers: (n,) whole numbers, 1 and up.
        patience: Mean patience in mean handle times, above 0; exponential.
        blocked: (n,) what ``erlang_b`` says of the same load and servers.

    Source: Palm (1943); the model M/M/n + M.
    """
    impatience = np.broadcast_to(1.0 / np.asarray(patience, dtype=np.float64), load.shape)
    some = np.zeros(load.shape)  # as a multiple of the chance that all are busy and nobody waits
    rows = np.arange(load.size)
    term = np.ones(load.shape)
    for waiting in range(1, _MOST_WAITING + 1):
        term = term * load[rows] / (servers[rows] + waiting * impatience[rows])
        some[rows] += term
        goes_on = term > _NEGLIGIBLE * (1.0 + some[rows])
        rows, term = rows[goes_on], term[goes_on]
        if len(rows) == 0:
            break
    chance: Floats = some / (1.0 / np.maximum(blocked, _TINY) + some)
    return chance


def wait_chance(queued: Array, blocked: Array) -> Floats:
    """Return the share of callers who find every server busy, given ``queue_chance`` and ``erlang_b``."""
    chance: Floats = queued + (1.0 - queued) * blocked
    return chance


def queue_length(load: Array, servers: Array, patience: Array | float, blocked: Array, queued: Array) -> Floats:
    """Return the mean number of callers who wait, given ``queue_chance`` and ``erlang_b``; arguments as there.

    What comes in while all are busy, and is not served, hangs up: callers lost are queue / patience.
    """
    lost = load * wait_chance(queued, blocked) - servers * queued
    length: Floats = np.maximum(lost * patience, 0.0)
    return length
