"""What a user asks for in one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cxdata.schema.dirt import CLEAN
from cxdata.schema.scenario import Value

DEFAULT_LOCALE = "fr_FR"
DEFAULT_SEED = 1
DEFAULT_CUSTOMERS = 1_000


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """One run, as asked for; nothing is checked before ``plan``.

    Attributes:
        scenario: Id of the world.
        customers: How many customers, 0 and up.
        seed: Whole number, 0 and up.
        locale: Of names, contact data and texts.
        tables: Tables to write; all of them if None.
        parameters: Parameters set by the user.
        presets: Named sets of parameter values of the scenario, set beside ``parameters``.
        truth: Whether to write the answer key.
        recalibrate: Whether to solve the calibrated parameters anew under ``parameters`` and ``presets``.
        dirt: Preset of the file deliveries made beside the clean tables; ``none`` makes none.
    """

    scenario: str
    customers: int = DEFAULT_CUSTOMERS
    seed: int = DEFAULT_SEED
    locale: str = DEFAULT_LOCALE
    tables: tuple[str, ...] | None = None
    parameters: Mapping[str, Value] = field(default_factory=dict)
    truth: bool = True
    recalibrate: bool = False
    presets: tuple[str, ...] = ()
    dirt: str = CLEAN
