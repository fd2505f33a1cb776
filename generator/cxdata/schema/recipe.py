"""A recipe: a pure function of uniforms and inputs. It never holds a random generator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cxdata.errors import TableError
from cxdata.schema.inputs import parse_input

Array: TypeAlias = NDArray[Any]
Values: TypeAlias = Any
"""(n,) NumPy array, or an Arrow string array for Text columns."""
Inputs: TypeAlias = Mapping[str, Any]
"""What the recipe named, under the spelling it used: arrays of n rows, parameters, pools."""


@dataclass(frozen=True)
class Recipe:
    """How a column gets its values.

    Attributes:
        function: ``(u, inputs) -> values``; ``u`` is None for no draw, (n,) for one, (draws, n) for more.
        inputs: What it reads, in the grammar of ``cxdata.schema.inputs``.
        draws: How many uniforms each cell takes.
        sentence: What it does, in a few words, for ``cxdata describe``.
        earlier_rows: Whether it reads nothing of its own row but earlier siblings alone, so that no treatment of a row
            can reach what the recipe gives to that row.
    """

    function: Callable[[Array | None, Inputs], Values]
    inputs: tuple[str, ...] = ()
    draws: int = 0
    sentence: str = ""
    earlier_rows: bool = False

    def __post_init__(self) -> None:
        for text in self.inputs:
            parse_input(text)
        if self.draws < 0:
            raise TableError(f"a recipe cannot take {self.draws} draws.")

    def __call__(self, u: Array | None, inputs: Inputs) -> Values:
        """Apply the recipe to uniforms and inputs."""
        return self.function(None if u is None else np.asarray(u, dtype=np.float64), inputs)
