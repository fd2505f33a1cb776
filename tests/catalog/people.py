"""What the tests on employees and site quality share: small runs of several seeds, made once."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from cxdata import api

SEEDS = tuple(range(12))
TABLES = (
    "agents",
    "audits",
    "coaching_sessions",
    "contact_volumes",
    "employee_surveys",
    "employees",
    "mystery_visits",
    "quiz_answers",
    "rosters",
    "skill_ratings",
    "stores",
    "teams",
)


@cache
def world(seed: int = 7, **parameters: Any) -> dict[str, Any]:
    """Return all tables, observed and latent; they cover the whole company, so one customer is enough."""
    made = api.generate("tilmarenne", customers=1, seed=seed, tables=list(TABLES), parameters=parameters)
    return {**made.tables, **made.truth}


def over_seeds(statistic: Any) -> np.ndarray:
    """Return a number of every seed."""
    return np.array([statistic(world(seed)) for seed in SEEDS])


def within(values: np.ndarray, expected: float) -> bool:
    """Return whether a mean over seeds lies within four of its standard errors of what is expected."""
    return bool(abs(values.mean() - expected) <= 4 * values.std(ddof=1) / np.sqrt(len(values)))
