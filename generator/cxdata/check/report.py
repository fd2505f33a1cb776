"""What a check found, one finding per line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["pass", "fail", "too few rows"]


@dataclass(frozen=True)
class Finding:
    """One finding.

    Attributes:
        group: ``integrity``, ``safety``, ``target`` or ``recovery``.
        name: What was checked.
        verdict: ``pass``, ``fail``, or ``too few rows`` where the data cannot tell.
        detail: What was seen, in one line.
    """

    group: str
    name: str
    verdict: Verdict
    detail: str
