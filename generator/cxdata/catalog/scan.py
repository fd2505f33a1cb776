"""The catalogue, found by looking at its folders: a new file is a new entry."""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from cxdata.errors import ConfigError, FigureError, ParameterError, ScenarioError, TableError, unknown
from cxdata.schema.figure import Figure, load_publication
from cxdata.schema.scenario import Scenario, Value
from cxdata.schema.table import Table

HERE = Path(__file__).parent
DECLARATIONS = ("parameters", "constraints", "calibrations", "effects", "quantities", "targets", "rules")
"""Fields of a scenario to which the module of a table can add, under the same name in capitals."""


def scenario_ids() -> tuple[str, ...]:
    """Return the ids of all scenarios: the modules of ``catalog/scenarios``."""
    return tuple(sorted(path.stem for path in (HERE / "scenarios").glob("*.py") if not path.stem.startswith("_")))


@cache
def scenario(scenario_id: str) -> Scenario:
    """Return a scenario.

    Raises:
        ScenarioError: If there is none of that id, or its module declares another.
    """
    if scenario_id not in scenario_ids():
        raise ScenarioError(unknown("scenario", scenario_id, scenario_ids(), listing="cxdata scenarios"))
    module = importlib.import_module(f"cxdata.catalog.scenarios.{scenario_id}")
    found: Scenario = module.SCENARIO
    if found.id != scenario_id:
        raise ScenarioError(
            f"catalog/scenarios/{scenario_id}.py declares scenario {found.id!r}; rename one of the two."
        )
    complete: dict[str, Any] = {name: getattr(found, name) for name in DECLARATIONS}
    for table in _table_modules(scenario_id):
        for name in DECLARATIONS:
            complete[name] = (*complete[name], *getattr(table, name.upper(), ()))
    return replace(found, presets=_presets(found), **complete)


def _presets(found: Scenario) -> dict[str, Mapping[str, Value]]:
    """Return the presets of a scenario and of its tables' modules.

    Raises:
        ScenarioError: If two of them have one name.
    """
    merged = dict(found.presets)
    for table in _table_modules(found.id):
        own: Mapping[str, Mapping[str, Value]] = getattr(table, "PRESETS", {})
        if twice := sorted(set(own) & set(merged)):
            raise ScenarioError(f"scenario {found.id!r} declares preset {', '.join(twice)} twice.")
        merged.update(own)
    return merged


@cache
def tables(scenario_id: str) -> Mapping[str, Table]:
    """Return a scenario's tables by name: the modules of ``catalog/tables/<scenario>``, parents before children.

    Raises:
        TableError: If a module declares a table of another name, or hangs under a table that does not exist.
    """
    found: dict[str, Table] = {}
    for module in _table_modules(scenario_id):
        table: Table = module.TABLE
        stem = module.__name__.rpartition(".")[2]
        if table.name != stem:
            raise TableError(
                f"catalog/tables/{scenario_id}/{stem}.py declares table {table.name!r}; rename one of the two."
            )
        found[table.name] = table
    for module in _table_modules(scenario_id):
        for parent, columns in getattr(module, "PARENT_COLUMNS", {}).items():
            if parent not in found:
                raise TableError(f"{module.TABLE.name} adds columns to " + unknown("table", parent, found))
            found[parent] = replace(found[parent], columns=(*found[parent].columns, *columns))
    return _parents_first(found)


def published(scenario_id: str) -> Mapping[str, Table]:
    """Return a scenario's tables without those that are of the answer key alone."""
    return {name: table for name, table in tables(scenario_id).items() if not table.is_truth}


def _table_modules(scenario_id: str) -> list[ModuleType]:
    names = sorted(path.stem for path in (HERE / "tables" / scenario_id).glob("*.py"))
    return [
        importlib.import_module(f"cxdata.catalog.tables.{scenario_id}.{name}")
        for name in names
        if not name.startswith("_")
    ]


def _parents_first(found: Mapping[str, Table]) -> dict[str, Table]:
    ordered: dict[str, Table] = {}
    waiting = sorted(found, key=lambda name: (not found[name].is_reference, name))
    while waiting:
        ready = next((name for name in waiting if all(parent in ordered for parent in found[name].parents)), None)
        if ready is None:
            missing = sorted({parent for name in waiting for parent in found[name].parents if parent not in found})
            reason = unknown("table", missing[0], found) if missing else "they hang under each other in a circle."
            raise TableError(f"tables {', '.join(waiting)}: {reason}")
        ordered[ready] = found[ready]
        waiting.remove(ready)
    return ordered


@cache
def figures() -> Mapping[str, Figure]:
    """Return all published figures by id: the files of ``catalog/figures``.

    Raises:
        FigureError: If a file is malformed.
    """
    return load_figures(HERE / "figures")


def load_figures(folder: Path) -> dict[str, Figure]:
    """Return the figures of every ``*.toml`` file of a folder.

    Raises:
        FigureError: If there is none, or one is malformed.
    """
    found: dict[str, Figure] = {}
    for path in sorted(folder.glob("*.toml")):
        found.update(load_publication(path))
    if not found:
        raise FigureError(f"no figure file (*.toml) in {folder}.")
    return found


def calibration_path(scenario_id: str) -> Path:
    """Return where a scenario's calibrated values are kept."""
    return HERE / "scenarios" / f"{scenario_id}.calibration.toml"


@cache
def calibration(scenario_id: str) -> Mapping[str, Mapping[str, object]]:
    """Return the content of a scenario's calibration file: tables ``pilot``, ``parameters`` and ``planted``.

    Raises:
        ParameterError: If the file is malformed.
    """
    path = calibration_path(scenario_id)
    if not path.exists():
        return {"pilot": {}, "parameters": {}, "planted": {}}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ParameterError(
            f"{path.name}: cannot be read as TOML: {error}. Run 'cxdata calibrate {scenario_id}'."
        ) from error


def calibrated_values(scenario_id: str) -> dict[str, Value]:
    """Return the calibrated parameters of a scenario by name."""
    content = calibration(scenario_id)["parameters"]
    return {name: tuple(value) if isinstance(value, list) else value for name, value in content.items()}  # type: ignore[misc]


@dataclass(frozen=True, kw_only=True)
class Edition:
    """A published data set: how to make it, and the fingerprint over its tables.

    Attributes:
        customers: Its size.
        seed: Its seed.
        locale: Its locale.
        fingerprint: Over all its published tables.
        without: Tables that it leaves out.
    """

    customers: int
    seed: int
    locale: str
    fingerprint: str
    without: tuple[str, ...] = ()

    def tables(self, scenario_id: str) -> tuple[str, ...] | None:
        """Return the tables that it holds; None for all of them."""
        return tuple(name for name in tables(scenario_id) if name not in self.without) if self.without else None


def editions(scenario_id: str) -> Mapping[str, Edition]:
    """Return the published editions of a scenario by name, from ``catalog/editions.toml``.

    Raises:
        ScenarioError: If there is no such scenario.
    """
    scenario(scenario_id)
    content = tomllib.loads((HERE / "editions.toml").read_text(encoding="utf-8"))
    return {
        name: Edition(**{**fields, "without": tuple(fields.get("without", ()))})
        for name, fields in content.get(scenario_id, {}).items()
    }


def edition(scenario_id: str, name: str) -> Edition:
    """Return a published edition.

    Raises:
        ConfigError: If the scenario has none of that name.
    """
    found = editions(scenario_id)
    if name not in found:
        raise ConfigError(unknown(f"edition of {scenario_id}", name, found))
    return found[name]
