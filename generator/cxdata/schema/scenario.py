"""A scenario: one company's world."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from cxdata.errors import ConfigError, ParameterError, ScenarioError, unknown
from cxdata.schema.effect import Effect, Planted, Quantity
from cxdata.schema.figure import Target
from cxdata.schema.statistic import Statistic

Value: TypeAlias = float | tuple[float, ...]

MOST_LATENT = 50.0
"""Greatest size of a number on a latent or logarithmic scale: beyond it every chance is 0 or 1."""
MOST_NUMBER = 1e9
"""Greatest size of any other parameter."""


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A named number, or tuple of numbers, with its home.

    Exactly one of ``value``, ``figure``, ``derive`` and ``calibrated`` says where it comes from.

    Attributes:
        name: Unique in its scenario.
        meaning: One sentence.
        unit: Unit of the value; ``share`` is 0 to 1, ``logit`` a coefficient on the log-odds scale, ``sd`` a
            coefficient in standard deviations of the latent score.
        value: Chosen by us; a tuple with ``unit="shares"`` must sum to one.
        figure: Id of the published figure it is taken from; a percentage becomes a share.
        derive: Function of other parameters, named in ``inputs``.
        calibrated: Whether its value is solved on the pilot and read from the scenario's calibration file.
        low: Least value allowed.
        high: Greatest value allowed.
    """

    name: str
    meaning: str
    unit: str
    value: Value | None = None
    figure: str | None = None
    derive: Callable[..., Value] | None = None
    inputs: tuple[str, ...] = ()
    calibrated: bool = False
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        homes = [self.value is not None, self.figure is not None, self.derive is not None, self.calibrated]
        if sum(homes) != 1:
            raise ParameterError(f"parameter {self.name!r} must have one home: value, figure, derive or calibrated.")

    @property
    def source(self) -> str:
        """Where the value comes from, for the reader."""
        if self.figure is not None:
            return self.figure
        if self.derive is not None:
            return "derived from " + ", ".join(self.inputs)
        return "calibrated" if self.calibrated else "ours"

    @property
    def domain(self) -> tuple[float, float]:
        """Least and greatest value allowed: as declared, else what the unit can bear.

        A spread (``_sd``) is never negative.
        """
        if self.unit in ("share", "shares"):
            return 0.0, 1.0
        widest = MOST_LATENT if self.unit.startswith(("sd", "logit", "log ")) else MOST_NUMBER
        least = 0.0 if self.name.endswith("_sd") else -widest
        return least if self.low is None else self.low, widest if self.high is None else self.high

    def check(self, value: Value) -> Value:
        """Return the value if it lies in the parameter's domain.

        Raises:
            ParameterError: If it does not, or is not finite, or shares do not sum to one.
        """
        low, high = self.domain
        for number in value if isinstance(value, tuple) else (value,):
            if not isinstance(number, int | float) or isinstance(number, bool):
                raise ParameterError(f"parameter {self.name!r} must be a number, not {number!r}.")
            if not number - number == 0.0:
                raise ParameterError(f"parameter {self.name!r} must be a finite number, not {number}.")
            if not low <= number <= high:
                raise ParameterError(
                    f"parameter {self.name!r} is {number:g}; allowed: {low:g} to {high:g} ({self.unit})."
                )
        if self.unit == "shares" and (not isinstance(value, tuple) or abs(sum(value) - 1.0) > 1e-6):
            raise ParameterError(f"parameter {self.name!r} holds shares that must sum to 1, not {value}.")
        return value


def ours(
    name: str, value: Value, unit: str, meaning: str, low: float | None = None, high: float | None = None
) -> Parameter:
    """Return a parameter whose value is our own choice; the other fields are those of ``Parameter``."""
    return Parameter(name=name, value=value, unit=unit, meaning=meaning, low=low, high=high)


@dataclass(frozen=True, kw_only=True)
class Bisection:
    """Solve one parameter so that a statistic of the pilot meets its goal; the statistic must rise or fall with it.

    Attributes:
        parameter: Name of the calibrated parameter.
        statistic: What is computed on the pilot.
        goal: Id of a figure, or a number with its reason in the parameter's meaning.
        low: Lower end of the search.
        high: Upper end of the search.
    """

    parameter: str
    statistic: Statistic
    goal: str | float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class CutPoints:
    """Solve the thresholds of an ordinal column so that the pilot shows the shares of a parameter.

    Attributes:
        parameter: Name of the calibrated parameter; receives one threshold fewer than there are shares.
        column: ``table.column``: the score that is cut.
        shares: Name of the parameter with the expected shares, low to high.
        where: Boolean column of the same table that restricts the rows, or None.
    """

    parameter: str
    column: str
    shares: str
    where: str | None = None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A sentence about published rows that must always hold, such as an order of dates.

    Attributes:
        sentence: The rule, as the report prints it.
        tables: The tables it reads.
        violations: ``tables -> number of rows that break it``.
    """

    sentence: str
    tables: tuple[str, ...]
    violations: Callable[[Any], int]


@dataclass(frozen=True, kw_only=True)
class Constraint:
    """A sentence about several parameters that must hold together; a run that breaks it is refused in the plan.

    Attributes:
        sentence: The constraint, as the refusal prints it, with what to do.
        parameters: Names of the parameters it reads.
        holds: ``values -> whether it holds``, given in the order of the names.
    """

    sentence: str
    parameters: tuple[str, ...]
    holds: Callable[..., bool]


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One company's world: parameters, effects, targets, rules; its tables lie in the folder of its name.

    A table's module may declare what belongs to the table alone under the same names in capitals (``PARAMETERS``,
    ``CONSTRAINTS``, ``CALIBRATIONS``, ``EFFECTS``, ``QUANTITIES``, ``TARGETS``, ``RULES``, ``PRESETS``); the catalogue
    adds them, so that a table and all that comes with it is one file. ``PARENT_COLUMNS`` holds, by the name of a table
    above it, the columns that it needs there, such as the number of its rows under each of theirs.

    Attributes:
        id: Name in lower case.
        brand: The invented brand.
        title: One line.
        premise: Two or three sentences for the reader.
        root: Table whose rows are addressed by their place in the world.
        customers: Table by which a run's size is counted and cut.
        parameters: Every number the world rests on.
        calibrations: How the calibrated ones are solved: groups in order, each of which may rest on those before it.
            Parameters that pull on each other's goals form one group and are solved in turn until they settle.
        effects: Planted effects.
        quantities: Numbers of the whole population that the published tables hide.
        targets: Published figures it reproduces.
        rules: What always holds.
        constraints: What parameters must agree on.
        presets: Named sets of parameter values, such as the degrees of difficulty of a task.
    """

    id: str
    brand: str
    title: str
    premise: str
    root: str
    customers: str
    parameters: tuple[Parameter, ...]
    calibrations: tuple[tuple[Bisection | CutPoints, ...], ...] = ()
    effects: tuple[Effect, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    targets: tuple[Target, ...] = ()
    rules: tuple[Rule, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    presets: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [parameter.name for parameter in self.parameters]
        if len(set(names)) != len(names):
            twice = sorted({name for name in names if names.count(name) > 1})
            raise ScenarioError(f"scenario {self.id!r} declares parameter {', '.join(twice)} twice.")
        ids = [planted.id for planted in self.planted]
        if len(set(ids)) != len(ids):
            twice = sorted({id_ for id_ in ids if ids.count(id_) > 1})
            raise ScenarioError(f"scenario {self.id!r} has two effects or quantities of the id {', '.join(twice)}.")
        for quantity in self.quantities:
            for name in quantity.coefficients:
                if name not in names:
                    raise ScenarioError(f"quantity {quantity.id!r} tells " + unknown("parameter", name, names))
        solved = {item.parameter for group in self.calibrations for item in group}
        wanted = {parameter.name for parameter in self.parameters if parameter.calibrated}
        if solved != wanted:
            odd = ", ".join(sorted(solved ^ wanted))
            raise ScenarioError(f"scenario {self.id!r}: {odd} must be both a calibrated parameter and calibrated once.")
        for preset, values in self.presets.items():
            for name in values:
                if name not in names:
                    raise ScenarioError(f"preset {preset!r} sets " + unknown(f"parameter of {self.id}", name, names))

    def preset_values(self, presets: Sequence[str], parameters: Mapping[str, Value]) -> dict[str, Value]:
        """Return the parameters that presets and the user set together.

        Args:
            presets: Names of presets.
            parameters: Values that the user sets beside them.

        Raises:
            ConfigError: If there is no such preset.
            ParameterError: If two of them, or one and the user, set a parameter to different values.
        """
        values: dict[str, Value] = {}
        home: dict[str, str] = {}
        for preset in presets:
            if preset not in self.presets:
                listing = f"cxdata scenarios {self.id}"
                raise ConfigError(unknown(f"preset of {self.id}", preset, self.presets, listing=listing))
        sources = [(f"preset {preset!r}", self.presets[preset]) for preset in presets]
        for source, given in [*sources, ("the run itself", parameters)]:
            for name, value in given.items():
                if name in values and values[name] != value:
                    raise ParameterError(
                        f"parameter {name!r} is set twice, differently: by {home[name]} and by {source}; "
                        "keep one of the two."
                    )
                values[name], home[name] = value, source
        return values

    @property
    def planted(self) -> tuple[Planted, ...]:
        """Effects and quantities: all that the answer key answers."""
        return (*self.effects, *self.quantities)

    def parameter_index(self) -> Mapping[str, Parameter]:
        """Return the parameters by name."""
        return {parameter.name: parameter for parameter in self.parameters}
