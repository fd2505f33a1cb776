"""Parameters resolved: from figures, from us, from the pilot, from each other, from the user."""

from __future__ import annotations

from collections.abc import Mapping

from cxdata.errors import FigureError, ParameterError, unknown
from cxdata.schema.figure import Figure
from cxdata.schema.scenario import Constraint, Parameter, Scenario, Value


def resolve_parameters(
    scenario: Scenario,
    figures: Mapping[str, Figure],
    calibrated: Mapping[str, Value],
    overrides: Mapping[str, Value],
    *,
    constrained: bool = True,
) -> dict[str, Value]:
    """Return the value of every parameter, each checked against its domain, and all of them against each other.

    Args:
        scenario: The world.
        figures: Published figures by id.
        calibrated: Values of the calibrated parameters.
        overrides: Values set by the user.
        constrained: Whether what parameters must agree on is checked; values that are still to be solved cannot be.

    Raises:
        ParameterError: If an override is unknown, a value lies outside its domain, a calibrated one is missing, or
            two contradict each other.
        FigureError: If a figure does not exist.
    """
    index = scenario.parameter_index()
    for name in overrides:
        if name not in index:
            raise ParameterError(
                unknown(f"parameter of {scenario.id}", name, index, listing=f"cxdata scenarios {scenario.id}")
            )
    done: dict[str, Value] = {}

    def value_of(name: str, path: tuple[str, ...]) -> Value:
        if name in done:
            return done[name]
        if name in path:
            raise ParameterError(f"parameters derive from each other in a circle: {' -> '.join([*path, name])}.")
        if name not in index:
            raise ParameterError(unknown(f"parameter of {scenario.id}", name, index))
        parameter = index[name]
        if parameter.derive is not None:
            value = parameter.derive(*(value_of(needed, (*path, name)) for needed in parameter.inputs))
        else:
            value = _home(parameter, scenario.id, figures, calibrated)
        if name in overrides:
            if parameter.derive is not None:
                raise ParameterError(
                    f"parameter {name!r} is derived from {', '.join(parameter.inputs)} and cannot be set; "
                    "set those instead."
                )
            value = _same_shape(name, value, overrides[name])
        done[name] = parameter.check(value)
        return done[name]

    constraints = scenario.constraints if constrained else ()
    for name in sorted({name for constraint in constraints for name in constraint.parameters}):
        if name not in index:
            raise ParameterError(f"a constraint reads an {unknown(f'parameter of {scenario.id}', name, index)}")
    # What users set is held together before anything is derived from it, so that the refusal names what they set.
    for name, parameter in index.items():
        if parameter.derive is None:
            value_of(name, ())
    early = [constraint for constraint in constraints if all(name in done for name in constraint.parameters)]
    for constraint in early:
        _hold_together(constraint, done)
    for name in index:
        value_of(name, ())
    for constraint in constraints:
        if constraint not in early:
            _hold_together(constraint, done)
    return done


def _hold_together(constraint: Constraint, values: Mapping[str, Value]) -> None:
    given = [values[name] for name in constraint.parameters]
    if not constraint.holds(*given):
        shown = ", ".join(f"{name} = {_short(value)}" for name, value in zip(constraint.parameters, given, strict=True))
        raise ParameterError(f"parameters contradict each other: {shown}; {constraint.sentence}")


def _short(value: Value) -> str:
    return f"{value:g}" if not isinstance(value, tuple) else f"({', '.join(f'{number:g}' for number in value)})"


def _home(parameter: Parameter, scenario: str, figures: Mapping[str, Figure], calibrated: Mapping[str, Value]) -> Value:
    if parameter.figure is not None:
        if parameter.figure not in figures:
            raise FigureError(unknown("figure", parameter.figure, figures, listing="cxdata figures"))
        figure = figures[parameter.figure]
        return figure.share if figure.unit == "percent" else figure.value
    if parameter.calibrated:
        if parameter.name not in calibrated:
            raise ParameterError(
                f"parameter {parameter.name!r} of {scenario} has no calibrated value. "
                f"Run 'cxdata calibrate {scenario}'."
            )
        return calibrated[parameter.name]
    assert parameter.value is not None
    return parameter.value


def _same_shape(name: str, usual: Value, value: Value) -> Value:
    """Return an override if it holds as many numbers as the value it replaces."""
    wanted = len(usual) if isinstance(usual, tuple) else 1
    given = len(value) if isinstance(value, tuple) else 1
    if wanted != given:
        numbers = f"{wanted} number{'s' if wanted > 1 else ''}"
        example = ",".join(["0.5"] * wanted) if wanted <= 8 else f"{numbers}, commas between them"
        raise ParameterError(f"parameter {name!r} takes {numbers}, not {given}. Write --set {name}={example}.")
    return value
