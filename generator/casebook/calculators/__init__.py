"""Calculators: a form that works offline in the page, and the Python function that it must agree with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from casebook.calculators import complaints, expectations, form, marketing, risks, service, surveys, value
from casebook.calculators.declared import Calculator

CALCULATORS: Mapping[str, Calculator] = {
    "nps": surveys.NPS,
    "margin": surveys.MARGIN,
    "csat": surveys.CSAT,
    "ces": surveys.CES,
    "staffing": service.STAFFING,
    "pareto": service.PARETO,
    "importance-performance": service.IMPORTANCE_PERFORMANCE,
    "compensation": complaints.COMPENSATION,
    "complaint-cost": complaints.COMPLAINT_COST,
    "kano": expectations.KANO,
    "lifetime-value": value.LIFETIME_VALUE,
    "segment-size": value.SEGMENT_SIZE,
    "moment-weight": value.MOMENT_WEIGHT,
    "risk-grid": risks.RISK_GRID,
    "funnel": marketing.FUNNEL,
}


def html(
    name: str,
    language: str,
    values: Mapping[str, float] = MappingProxyType({}),
    rows: Sequence[tuple[str, Sequence[float]]] = (),
) -> str:
    """Return a calculator as a form that shows the result of its first values, with or without script.

    Args:
        name: Of the calculator.
        language: Of its words.
        values: What stands in its boxes first; the defaults of those that are not named.
        rows: What stands in its rows first, each a name and its numbers; none means the calculator's own.

    Raises:
        KeyError: If there is no calculator of that name.
        ValueError: If a value or row is for a box that it has not, or is not allowed there.
    """
    return form.html(CALCULATORS[name], name, language, values, rows)
