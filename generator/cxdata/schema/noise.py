"""Named kinds of noise a column may suffer. Declared here, applied last by the engine, undone by the answer key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NoiseKind = Literal["blank", "typo"]


@dataclass(frozen=True)
class Noise:
    """One way in which a recorded value departs from the true one.

    Attributes:
        kind: ``blank`` empties the cell; ``typo`` makes one keyboard slip in a word.
        rate: Name of the parameter that holds the share of cells it strikes, 0 to 1.
    """

    kind: NoiseKind
    rate: str
