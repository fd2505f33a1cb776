"""Targets: does the data reproduce the published figures, and can it tell?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cxdata.check.report import Finding, Verdict
from cxdata.schema.figure import Figure, Target
from cxdata.schema.statistic import Estimate, Tables

STANDARD_ERRORS = 2.0
"""Chance deviation allowed beside the tolerance."""


@dataclass(frozen=True)
class TargetResult:
    """A target, what the data show, and the verdict."""

    target: Target
    figure: Figure
    estimate: Estimate
    verdict: Verdict
    standing: Literal["reproduced", "marginal"]


def judge(estimate: Estimate, value: float, tolerance: float) -> Verdict:
    """Return the verdict on an estimate.

    It passes within the tolerance plus two standard errors; where the standard error exceeds half the tolerance, the
    data cannot tell, and the verdict is ``too few rows`` whatever the value.
    """
    if not estimate.standard_error <= tolerance / 2:
        return "too few rows"
    return "pass" if abs(estimate.value - value) <= tolerance + STANDARD_ERRORS * estimate.standard_error else "fail"


def judge_targets(
    targets: Sequence[Target], figures: Mapping[str, Figure], tables: Tables, linked: Mapping[str, bool]
) -> Iterator[TargetResult]:
    """Compute every target whose tables are present.

    Args:
        targets: The scenario's targets.
        figures: Published figures by id.
        tables: Published tables.
        linked: Whether each target's column has causes or consequences in the world; a plain draw is ``marginal``.
    """
    for target in targets:
        if all(name in tables for name in target.statistic.tables):
            figure = figures[target.figure]
            estimate = target.statistic(tables)
            verdict = judge(estimate, figure.value, target.tolerance)
            yield TargetResult(target, figure, estimate, verdict, "reproduced" if linked[target.column] else "marginal")


def findings(results: Sequence[TargetResult]) -> Iterator[Finding]:
    """Return one finding per target."""
    for result in results:
        seen = result.estimate
        detail = (
            f"published {result.figure.value:g}, here {seen.value:.4g} "
            f"(SE {seen.standard_error:.2g}, {seen.rows:,} rows), "
            f"tolerance {result.target.tolerance:g}; {result.standing}"
        )
        yield Finding("target", result.target.figure, result.verdict, detail)
