"""Recovery: does the right estimator find what was planted, and does the tempting one miss it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cxdata.check.report import Finding, Verdict
from cxdata.schema.effect import Effect
from cxdata.schema.statistic import Estimate, Tables

NEAR = 4.0
"""Standard errors within which one run's right estimate must lie of the truth; one world in 16,000 lies farther.
Where that zone reaches as far as no effect at all, the run has too few rows to tell."""
FAR = 6.0
"""Standard errors by which a wrong estimator's bias must exceed chance at test size."""
INTERVAL = 1.959964
"""Half-width of a 95 % interval, in standard errors."""


@dataclass(frozen=True)
class Recovery:
    """One run's estimates of an effect beside its truth in that run."""

    effect: str
    truth: float
    right: Estimate
    tempting: Estimate

    @property
    def right_covers(self) -> bool:
        """Whether the right estimator's 95 % interval holds the truth."""
        return abs(self.right.value - self.truth) <= INTERVAL * self.right.standard_error

    @property
    def tempting_misses(self) -> bool:
        """Whether the tempting estimator's 95 % interval leaves the truth outside."""
        return abs(self.tempting.value - self.truth) > INTERVAL * self.tempting.standard_error


def recover(effects: Sequence[Effect], tables: Tables, key: Mapping[str, Any]) -> Iterator[Recovery]:
    """Estimate every effect whose tables and answer are present.

    Args:
        effects: The scenario's effects.
        tables: Published tables.
        key: The answer key's effects; the planted value is the truth where there is one, else the realised one.
    """
    for effect in effects:
        if effect.id in key and all(name in tables for name in (*effect.right.tables, *effect.tempting.tables)):
            answer = key[effect.id]["planted"] or key[effect.id]["realised"]
            if answer["value"] is not None:
                yield Recovery(effect.id, answer["value"], effect.right(tables), effect.tempting(tables))


def findings(results: Sequence[Recovery]) -> Iterator[Finding]:
    """Return two findings per effect: the right estimator near the truth, the tempting one away from it."""
    for result in results:
        right, tempting = result.right, result.tempting
        near = abs(right.value - result.truth) <= NEAR * right.standard_error
        detail = (
            f"planted {result.truth:.3f}, right {right.value:.3f} (SE {right.standard_error:.3f}, {right.rows:,} rows)"
        )
        verdict: Verdict = "fail"
        if NEAR * right.standard_error >= abs(result.truth):
            verdict = "too few rows"
        elif near:
            verdict = "pass"
        yield Finding("recovery", f"{result.effect}: right estimator", verdict, detail)
        detail = (
            f"planted {result.truth:.3f}, tempting {tempting.value:.3f} "
            f"(SE {tempting.standard_error:.3f}, {tempting.rows:,} rows)"
        )
        # One run that does not show the bias proves nothing; whether there is one is judged over seeds.
        verdict = "pass" if result.tempting_misses else "too few rows"
        yield Finding("recovery", f"{result.effect}: tempting estimator misses", verdict, detail)


@dataclass(frozen=True)
class Verdicts:
    """The rule over many seeds, for one effect.

    A right estimator passes when its mean error over seeds lies within four standard errors of that mean and its
    intervals cover as stated; a wrong one counts as missing when its bias is six standard errors or more at test size
    and it misses in at least 19 of 20 seeds.
    """

    effect: str
    seeds: int
    mean_error: float
    error_of_mean: float
    covered: int
    bias: float
    bias_in_errors: float
    missed: int

    @property
    def right_passes(self) -> bool:
        """Whether the right estimator recovers the effect; at 95 % nominal, 16 of 20 or fewer has odds of 1 in 60."""
        return abs(self.mean_error) <= NEAR * self.error_of_mean and self.covered >= int(0.8 * self.seeds)

    @property
    def tempting_fails(self) -> bool:
        """Whether the tempting estimator misses it."""
        return abs(self.bias_in_errors) >= FAR and self.missed >= int(np.ceil(0.95 * self.seeds))


def over_seeds(runs: Sequence[Recovery]) -> Verdicts:
    """Return the verdicts on one effect over runs of different seeds."""
    errors = np.array([run.right.value - run.truth for run in runs])
    biases = np.array([run.tempting.value - run.truth for run in runs])
    typical = float(np.median([run.tempting.standard_error for run in runs]))
    return Verdicts(
        effect=runs[0].effect,
        seeds=len(runs),
        mean_error=float(errors.mean()),
        error_of_mean=float(errors.std(ddof=1) / np.sqrt(len(runs))),
        covered=sum(run.right_covers for run in runs),
        bias=float(biases.mean()),
        bias_in_errors=float(biases.mean() / typical),
        missed=sum(run.tempting_misses for run in runs),
    )
