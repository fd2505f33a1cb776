"""Recovery: does the right estimator find what was planted, and does the tempting one miss it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cxdata.check.report import Finding, Verdict
from cxdata.schema.effect import Planted, Quantity
from cxdata.schema.statistic import Estimate, Tables

NEAR = 4.0
"""Standard errors within which one run's right estimate must lie of the truth; one world in 16,000 lies farther.
Where that zone reaches as far as no effect at all, or for a quantity as the tempting answer (without one, as nought),
the run has too few rows to tell."""
FAR = 6.0
"""Standard errors by which a wrong estimator's bias must exceed chance at test size."""
FEWEST_ROWS = 30
"""Rows below which no estimate is judged: its standard error says nothing."""
INTERVAL = 1.959964
"""Half-width of a 95 % interval, in standard errors."""


@dataclass(frozen=True)
class Recovery:
    """One run's estimates of an effect or quantity beside its truth.

    Attributes:
        id: Of the effect or quantity.
        truth: The planted value where there is one, else the realised one.
        truth_error: Standard error of the planted value, which rests on a pilot; 0 for a realised value.
        right: What the right estimator says.
        tempting: What the tempting estimator says; None for a quantity without one.
        rival: The answer from which the run must tell the truth: no effect, or the tempting one of a quantity.
    """

    id: str
    truth: float
    truth_error: float
    right: Estimate
    tempting: Estimate | None
    rival: float

    @property
    def right_error(self) -> float:
        """Standard error of the right estimate's distance from the truth."""
        return float(np.hypot(self.right.standard_error, self.truth_error))

    @property
    def right_covers(self) -> bool:
        """Whether the right estimator's 95 % interval holds the truth."""
        return abs(self.right.value - self.truth) <= INTERVAL * self.right_error

    @property
    def right_is_near(self) -> bool:
        """Whether the right estimate lies as near to the truth as chance allows."""
        return abs(self.right.value - self.truth) <= NEAR * self.right_error

    @property
    def can_tell(self) -> bool:
        """Whether the run has rows enough to tell the truth from its rival; a handful may agree by chance."""
        return self.right.rows >= FEWEST_ROWS and NEAR * self.right_error < abs(self.truth - self.rival)

    @property
    def tempting_misses(self) -> bool | None:
        """Whether the tempting estimator's 95 % interval leaves the truth outside; None without one."""
        if self.tempting is None:
            return None
        return abs(self.tempting.value - self.truth) > INTERVAL * self.tempting.standard_error


def recover(planted: Sequence[Planted], tables: Tables, key: Mapping[str, Any]) -> Iterator[Recovery]:
    """Estimate every effect and quantity whose tables and answer are present.

    Args:
        planted: The scenario's effects and quantities.
        tables: Published tables.
        key: The answer key's effects and quantities; the planted value is the truth where there is one, else the
            realised one.
    """
    for one in planted:
        if one.id in key and all(name in tables for used in one.estimators.values() for name in used.tables):
            entry = key[one.id]
            answer = entry["planted"] or entry["realised"]
            if answer["value"] is not None:
                found = {role: estimator(tables) for role, estimator in one.estimators.items()}
                tempting = found.get("tempting")
                yield Recovery(
                    id=one.id,
                    truth=answer["value"],
                    truth_error=answer["standard_error"] if entry["planted"] else 0.0,
                    right=found["right"],
                    tempting=tempting,
                    rival=tempting.value if isinstance(one, Quantity) and tempting is not None else 0.0,
                )


def findings(results: Sequence[Recovery]) -> Iterator[Finding]:
    """Return for each whether the right estimator is near the truth and the tempting one, if any, away from it."""
    for result in results:
        right, tempting = result.right, result.tempting
        detail = (
            f"planted {result.truth:.3f}, right {right.value:.3f} (SE {right.standard_error:.3f}, {right.rows:,} rows)"
        )
        verdict: Verdict = "fail"
        if not result.can_tell:
            verdict = "too few rows"
        elif result.right_is_near:
            verdict = "pass"
        yield Finding("recovery", f"{result.id}: right estimator", verdict, detail)
        if tempting is None:
            continue
        detail = (
            f"planted {result.truth:.3f}, tempting {tempting.value:.3f} "
            f"(SE {tempting.standard_error:.3f}, {tempting.rows:,} rows)"
        )
        # One run that does not show the bias proves nothing; whether there is one is judged over seeds.
        verdict = "pass" if result.tempting_misses else "too few rows"
        yield Finding("recovery", f"{result.id}: tempting estimator misses", verdict, detail)


@dataclass(frozen=True)
class Verdicts:
    """The rule over many seeds, for one effect or quantity.

    A right estimator passes when its mean error over seeds lies within four standard errors of that mean, that of the
    planted value included, and its intervals cover as stated; a wrong one counts as missing when its bias is six
    standard errors or more at test size and it misses in at least 19 of 20 seeds. Where a quantity has none, its bias
    and its misses are None.
    """

    id: str
    seeds: int
    mean_error: float
    error_of_mean: float
    covered: int
    bias: float | None
    bias_in_errors: float | None
    missed: int | None

    @property
    def right_passes(self) -> bool:
        """Whether the right estimator recovers the effect; at 95 % nominal, 16 of 20 or fewer has odds of 1 in 60."""
        return abs(self.mean_error) <= NEAR * self.error_of_mean and self.covered >= int(0.8 * self.seeds)

    @property
    def tempting_fails(self) -> bool | None:
        """Whether the tempting estimator misses it; None without one."""
        if self.bias_in_errors is None or self.missed is None:
            return None
        return abs(self.bias_in_errors) >= FAR and self.missed >= int(np.ceil(0.95 * self.seeds))

    @property
    def passes(self) -> bool:
        """Whether the right estimator recovers it and the tempting one, if any, misses it."""
        return self.right_passes and self.tempting_fails is not False


def over_seeds(runs: Sequence[Recovery]) -> Verdicts:
    """Return the verdicts on one effect or quantity over runs of different seeds."""
    errors = np.array([run.right.value - run.truth for run in runs])
    tried = [(run.tempting, run.truth) for run in runs if run.tempting is not None]
    bias = float(np.mean([tempting.value - truth for tempting, truth in tried])) if tried else None
    return Verdicts(
        id=runs[0].id,
        seeds=len(runs),
        mean_error=float(errors.mean()),
        error_of_mean=float(np.hypot(errors.std(ddof=1) / np.sqrt(len(runs)), runs[0].truth_error)),
        covered=sum(run.right_covers for run in runs),
        bias=bias,
        bias_in_errors=None if bias is None else bias / float(np.median([one.standard_error for one, _ in tried])),
        missed=sum(bool(run.tempting_misses) for run in runs) if tried else None,
    )
