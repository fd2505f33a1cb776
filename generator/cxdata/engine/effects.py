"""Treatments switched: both potential outcomes of every unit, from the same uniforms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cxdata.schema.recipe import Values

if TYPE_CHECKING:
    from cxdata.engine.block import BlockState
    from cxdata.engine.plan import EffectPath


@dataclass(frozen=True)
class EffectSums:
    """Sums over units from which an effect's realised value follows; exact for whole-number outcomes.

    Attributes:
        units: Number of units.
        treated: Of which treated.
        difference: Sum of outcome with less outcome without.
        difference_squared: Sum of its square.
        difference_treated: The same sum over the treated alone.
        outcome_treated: Sum of the generated outcome over the treated.
        outcome_untreated: Sum of the generated outcome over the untreated.
    """

    units: int = 0
    treated: int = 0
    difference: float = 0.0
    difference_squared: float = 0.0
    difference_treated: float = 0.0
    outcome_treated: float = 0.0
    outcome_untreated: float = 0.0

    def __add__(self, other: EffectSums) -> EffectSums:
        names = self.__dataclass_fields__
        return EffectSums(**{name: getattr(self, name) + getattr(other, name) for name in names})


@dataclass(frozen=True)
class PotentialOutcomes:
    """(n,) treatment as generated, outcome without, outcome with."""

    treated: NDArray[np.bool_]
    without: NDArray[np.float64]
    having: NDArray[np.float64]

    def columns(self, keys: NDArray[np.int64]) -> tuple[Values, ...]:
        """Return the columns of the effect's truth table."""
        return keys, self.treated, self.without, self.having

    def sums(self, rows: NDArray[np.bool_]) -> EffectSums:
        """Return the sums over the rows that count."""
        treated = self.treated[rows]
        without, having = self.without[rows].astype(np.float64), self.having[rows].astype(np.float64)
        gain = having - without
        return EffectSums(
            units=len(treated),
            treated=int(treated.sum()),
            difference=float(gain.sum()),
            difference_squared=float(np.square(gain).sum()),
            difference_treated=float(gain[treated].sum()),
            outcome_treated=float(having[treated].sum()),
            outcome_untreated=float(without[~treated].sum()),
        )


def potential_outcomes(state: BlockState, path: EffectPath) -> PotentialOutcomes:
    """Recompute all that stands between a treatment and its outcome under the state that each unit was not in.

    The outcome under the other state is the generated one. Every unit is switched in one pass. That equals switching
    one unit at a time because the steps of a path lie in the unit's own row or below it; the plan refuses effects whose
    path changes which rows exist.
    """
    table, _, column = path.effect.treatment.partition(".")
    values = state.frames[table].values
    treated: NDArray[np.bool_] = values[column]
    generated: NDArray[np.float64] = values[path.effect.outcome]
    overlay: dict[tuple[str, str], Values] = {(table, column): ~treated}
    for step_table, step_column in path.steps:
        overlay[step_table, step_column] = state.fill(step_table, step_column, overlay)
    switched: NDArray[np.float64] = overlay[table, path.effect.outcome]
    return PotentialOutcomes(treated, np.where(treated, switched, generated), np.where(treated, generated, switched))
