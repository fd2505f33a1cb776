"""Calibration: parameters solved on a fixed pilot, so that published figures come out.

The pilot has its own seed and size, whatever the run's, so that a run's size can move no value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from cxdata.engine.block import BlockResult, BlockState, generate_block, reference_frames
from cxdata.engine.effects import EffectSums
from cxdata.engine.parameters import resolve_parameters
from cxdata.engine.plan import Plan, build
from cxdata.engine.quantities import BATCH_BLOCKS, batches_of, evaluate, frame_of
from cxdata.errors import ParameterError
from cxdata.schema.figure import Figure
from cxdata.schema.pool import Vocabulary
from cxdata.schema.scenario import Bisection, CutPoints, Scenario, Value
from cxdata.schema.statistic import Statistic, Tables
from cxdata.schema.table import Table

PILOT_SEED = 1
PILOT_CUSTOMERS = 40_960
"""Customers on which parameters are solved: five blocks."""
PLANTED_CUSTOMERS = 327_680
"""Customers on which the planted values of the answer key are computed: forty blocks, for quantities in batches."""
MOST_SWEEPS = 12
"""Most turns of a group whose parameters pull on each other."""
SETTLED = 2e-3
"""A group has settled when no parameter of it moves by more in a turn."""
MOST_STEPS = 30
"""Most steps of one search."""
CLOSE = 2e-4
"""A search stops when the statistic is this near its goal, relative to the goal (to one if that is more)."""
NARROW = 1e-5
"""... or when the bracket of the parameter is this narrow: the pilot's statistic moves in steps of one row."""


@dataclass(frozen=True)
class World:
    """What a calibration needs besides the values it solves."""

    scenario: Scenario
    tables: Mapping[str, Table]
    figures: Mapping[str, Figure]
    vocabulary: Vocabulary
    overrides: Mapping[str, Value]

    def plan(
        self, calibrated: Mapping[str, Value], selected: tuple[str, ...], *, customers: int, truth: bool = False
    ) -> Plan:
        """Return the pilot's plan."""
        return build(
            self.scenario,
            self.tables,
            figures=self.figures,
            calibrated=calibrated,
            vocabulary=self.vocabulary,
            customers=customers,
            seed=PILOT_SEED,
            overrides=self.overrides,
            selected=selected,
            truth=truth,
        )


def pilot_tables(plan: Plan) -> Tables:
    """Return a pilot's published tables as data frames."""
    blocks = [generate_block(plan, index).observed for index in range(plan.blocks)]
    return {name: frame_of([block[name] for block in blocks]) for name in plan.selected}


class _Pilot:
    """The pilot's tables under changing parameters."""

    def __init__(self, world: World, calibrated: Mapping[str, Value], tables: tuple[str, ...]) -> None:
        self.world = world
        self.plan = world.plan(calibrated, tables, customers=PILOT_CUSTOMERS)

    def statistic(self, statistic: Statistic, calibrated: Mapping[str, Value]) -> float:
        parameters = resolve_parameters(self.world.scenario, self.world.figures, calibrated, self.world.overrides)
        plan = replace(self.plan, parameters=parameters)
        plan = replace(plan, reference=reference_frames(plan))
        return statistic(pilot_tables(plan)).value


def starting_values(world: World) -> dict[str, Value]:
    """Return a first guess for every calibrated parameter: the middle of its range, evenly spaced cuts."""
    unknown: dict[str, Value] = {item.parameter: 0.0 for group in world.scenario.calibrations for item in group}
    given = resolve_parameters(world.scenario, world.figures, unknown, {}, constrained=False)
    guess: dict[str, Value] = {}
    for item in (item for group in world.scenario.calibrations for item in group):
        if isinstance(item, Bisection):
            guess[item.parameter] = (item.low + item.high) / 2
            continue
        shares = given[item.shares]
        assert isinstance(shares, tuple)
        guess[item.parameter] = tuple(float(cut) for cut in np.linspace(-2.0, 2.0, len(shares) - 1).round(4))
    return guess


def solve(world: World, report: Callable[[str], None] = lambda line: None) -> dict[str, Value]:
    """Solve every calibrated parameter of a scenario on the pilot.

    Args:
        world: The scenario and what belongs to it.
        report: Called with one line per solved parameter.

    Returns:
        Values by name.

    Raises:
        ParameterError: If a goal lies outside what the search range can reach.
    """
    values = starting_values(world)
    for group in world.scenario.calibrations:
        items = [item for item in group if item.parameter not in world.overrides]
        for sweep in range(1 if len(items) == 1 else MOST_SWEEPS):
            before = dict(values)
            for item in items:
                values[item.parameter] = solve_one(world, item, values)
                report(f"sweep {sweep + 1}: {item.parameter} = {values[item.parameter]}")
            if all(_near(values[item.parameter], before[item.parameter]) for item in items):
                break
    return values


def _near(one: Value, other: Value) -> bool:
    return isinstance(one, float) and isinstance(other, float) and abs(one - other) <= SETTLED


def solve_one(world: World, item: Bisection | CutPoints, values: Mapping[str, Value]) -> Value:
    """Solve one parameter, the others being given."""
    return _cut(world, item, values) if isinstance(item, CutPoints) else _bisect(world, item, values)


def goal_of(item: Bisection, figures: Mapping[str, Figure]) -> float:
    """Return the number that a calibration aims at, in the statistic's unit."""
    return figures[item.goal].value if isinstance(item.goal, str) else item.goal


def _bisect(world: World, item: Bisection, values: Mapping[str, Value]) -> float:
    pilot = _Pilot(world, values, item.statistic.tables)
    goal = goal_of(item, world.figures)

    def excess(value: float) -> float:
        return pilot.statistic(item.statistic, {**values, item.parameter: value}) - goal

    low, high = item.low, item.high
    at_low, at_high = excess(low), excess(high)
    if not at_low * at_high <= 0:
        raise ParameterError(
            f"calibration of {item.parameter!r}: {item.statistic.sentence} runs from {goal + at_low:.4g} to "
            f"{goal + at_high:.4g} between {low:g} and {high:g} and never meets {goal:g}. "
            "Widen the range or change what leads there."
        )
    close = CLOSE * max(abs(goal), 1.0)
    moved = 0  # which end moved last: the Illinois rule halves the excess of an end that stays twice
    for _ in range(MOST_STEPS):
        # False position converges in few steps but crawls on curves; halving every third step bounds the bracket.
        guess = (
            (low + high) / 2 if moved == 0 or abs(moved) > 2 else (low * at_high - high * at_low) / (at_high - at_low)
        )
        found = excess(guess)
        if abs(found) <= close or high - low < NARROW:
            break
        if (found > 0) == (at_high > 0):
            high, at_high = guess, found
            at_low, moved = (at_low / 2, moved + 1) if moved > 0 else (at_low, 1)
        else:
            low, at_low = guess, found
            at_high, moved = (at_high / 2, moved - 1) if moved < 0 else (at_high, -1)
    return round(guess, 5)


def _cut(world: World, item: CutPoints, values: Mapping[str, Value]) -> tuple[float, ...]:
    table, _, column = item.column.partition(".")
    plan = world.plan(values, (table,), customers=PILOT_CUSTOMERS, truth=True)  # latents are scores
    node = ("column", table, column)
    if node not in plan.nodes:
        raise ParameterError(f"calibration of {item.parameter!r}: {item.column} is not needed to write {table}.")
    scores = np.sort(np.concatenate(list(_scores(plan, table, column, item.where))))
    shares = plan.parameters[item.shares]
    assert isinstance(shares, tuple)
    below = np.cumsum(shares)[:-1]
    places = np.clip(np.rint(below * len(scores)).astype(int), 1, len(scores) - 1)
    cuts = [round(float((scores[place - 1] + scores[place]) / 2), 4) for place in places]
    for first in range(1, len(cuts)):  # equal scores would give equal cuts; thresholds must rise
        cuts[first] = max(cuts[first], round(cuts[first - 1] + 1e-4, 4))
    return tuple(cuts)


def _scores(plan: Plan, table: str, column: str, where: str | None) -> Iterator[np.ndarray]:
    for index in range(plan.blocks):
        state = BlockState(plan, index)
        state.run()
        values = state.frames[table].values
        yield values[column] if where is None else values[column][values[where]]


@dataclass(frozen=True)
class PlantedValue:
    """The planted value of an effect or quantity, from a pilot so large that its error hardly shows."""

    value: float
    standard_error: float
    units: int


def planted_values(world: World, values: Mapping[str, Value]) -> dict[str, PlantedValue]:
    """Return the planted value of every effect of a scenario, and of every quantity that is one of its population."""
    scenario = replace(
        world.scenario, quantities=tuple(one for one in world.scenario.quantities if one.of == "population")
    )
    tables = {effect.table for effect in scenario.effects} | {n for one in scenario.quantities for n in one.read}
    if not tables:
        return {}
    plan = replace(world, scenario=scenario).plan(values, tuple(tables), customers=PLANTED_CUSTOMERS, truth=True)
    total: dict[str, EffectSums] = {}

    def blocks() -> Iterator[BlockResult]:
        for index in range(plan.blocks):
            block = generate_block(plan, index)
            for name, sums in block.effects.items():
                total[name] = total.get(name, EffectSums()) + sums
            yield block

    quantities = evaluate(plan, batches_of(plan, blocks(), BATCH_BLOCKS))
    return {name: summarise(sums) for name, sums in total.items()} | {
        name: PlantedValue(found.value, found.standard_error, found.rows) for name, found in quantities.items()
    }


def summarise(sums: EffectSums) -> PlantedValue:
    """Return mean, standard error and number of units behind an effect's sums."""
    if sums.units < 2:
        return PlantedValue(float("nan"), float("inf"), sums.units)
    value = sums.difference / sums.units
    variance = (sums.difference_squared - sums.units * value**2) / (sums.units - 1)
    return PlantedValue(round(value, 5), round(float(np.sqrt(variance / sums.units)), 5), sums.units)
