"""Queues in plain arithmetic: Erlang's formulas, and waiting where the impatient hang up.

Everything is element-wise: the value of one cell depends on its own arguments alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cxdata.schema.recipe import Array

Floats = NDArray[np.float64]

_MOST_WAITING = 2000
"""Callers in a queue of which the formulas know at most."""
_NEGLIGIBLE = 1e-12
"""Share of the probability of a queue below which longer queues are left out."""
_TINY = 1e-200
"""Stands for a chance of 0 in a division."""


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
