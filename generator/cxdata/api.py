"""What users call: plan, generate, open, check, answer key. The command line and notebooks sit on top."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxdata.catalog import phrases, scan, vocabulary
from cxdata.check.dataset import check_dataset
from cxdata.check.deliveries import check_deliveries
from cxdata.check.report import Finding
from cxdata.config import DEFAULT_CUSTOMERS, DEFAULT_LOCALE, DEFAULT_SEED, RunConfig
from cxdata.engine import calibrate, quantities
from cxdata.engine.block import generate_block
from cxdata.engine.effects import EffectSums
from cxdata.engine.materialise import arrow_schema
from cxdata.engine.parameters import resolve_parameters
from cxdata.engine.plan import BLOCK_CUSTOMERS, Layout, Plan, build
from cxdata.errors import ConfigError, DatasetError, unknown
from cxdata.execution import local
from cxdata.io import deliveries, metadata
from cxdata.io.fingerprint import combine, fingerprint
from cxdata.io.manifest import FORMAT_VERSION, STATEMENT, TRUTH, Manifest, read_manifest, table_entry, write_json
from cxdata.io.writers import AtomicFile, Writer, writer_for
from cxdata.schema.dirt import CLEAN
from cxdata.schema.dirt import rates as dirt_rates
from cxdata.schema.scenario import Value
from cxdata.schema.statistic import Estimate, Tables

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[int, int], None]
"""Called with the customers and the rows that a finished part adds."""

ANSWER_KEY = "answer_key.json"
VERSION = "0.1.0"
MOST_JOBS = 256
SPREAD_FROM = 200_000
"""Customers from which several processes pay: each takes about a second to start."""


def plan(config: RunConfig) -> Plan:
    """Resolve a run; every error a user can make is raised here, before any row exists.

    Raises:
        CxdataError: One of its classes, with one line that says what, where, what is allowed and what to do.
    """
    if any(dirt_rates(config.dirt).values()) and not config.truth:
        raise ConfigError(
            "--dirt lists what it changes in the answer key, which --no-truth leaves out; drop one of them."
        )
    scenario = scan.scenario(config.scenario)
    overrides = parameters_set(config)
    calibrated: Mapping[str, Value] = scan.calibrated_values(config.scenario)
    if config.recalibrate:
        calibrated = calibrate.solve(world(config.scenario, overrides))
    return build(
        scenario,
        scan.tables(config.scenario),
        figures=scan.figures(),
        calibrated=calibrated,
        vocabulary=vocabulary.load(config.locale),
        customers=config.customers,
        seed=config.seed,
        overrides=overrides,
        selected=config.tables,
        truth=config.truth,
    )


def parameters_set(config: RunConfig) -> dict[str, Value]:
    """Return the parameters that a run sets, by presets and one by one.

    Raises:
        CxdataError: If there is no such preset, or two of them contradict each other.
    """
    return scan.scenario(config.scenario).preset_values(config.presets, config.parameters)


def world(scenario: str, overrides: Mapping[str, Value] | None = None) -> calibrate.World:
    """Return what the calibration of a scenario needs."""
    found = scan.scenario(scenario)
    return calibrate.World(
        found, scan.tables(scenario), scan.figures(), vocabulary.load(DEFAULT_LOCALE), overrides or {}
    )


def generate_files(
    config: RunConfig,
    folder: Path,
    *,
    form: str = "parquet",
    jobs: int | None = None,
    resume: bool = False,
    order: Sequence[int] | None = None,
    progress: Progress = lambda customers, rows: None,
) -> Manifest:
    """Generate a data set into a folder.

    Args:
        config: The run.
        folder: Output folder, new or empty; or that of an interrupted run with ``resume``.
        form: Name of the format.
        jobs: Number of processes; by default one, and as many as there are processors for large runs.
        resume: Whether to finish an interrupted run.
        order: Order in which parts are made; no value depends on it.
        progress: Called after each part with the customers and rows it adds.

    Returns:
        The manifest, which is written last: a folder with a manifest is complete.

    Raises:
        CxdataError: If an option is wrong or the folder cannot take the data.
    """
    writer = writer_for(form)
    workers = _jobs(jobs, config.customers)
    resolved = plan(config)
    local.check_room(folder, config.customers)
    dirty = config.dirt != CLEAN
    local.prepare(folder, resolved.digest + (f" {config.dirt}" if dirty else ""), form, resume=resume)
    with local.one_line_errors(folder):
        done = local.finished_parts(resolved, folder, form) if resume else {}
    for record in done.values():
        progress(record.customers, record.rows)
    finished = dict(done)
    waiting = [part for part in (order or range(local.part_count(resolved))) if part not in done]
    made = local.run(resolved, partial(plan, config), folder=folder, form=form, jobs=workers, waiting=waiting)
    batches = _batches_on_disk(resolved, folder, _noted(made, finished, progress), finished, writer)
    with local.one_line_errors(folder), contextlib.closing(made):
        realised = quantities.evaluate(resolved, batches)
        records = [finished[part] for part in sorted(finished)]
        files = {}
        # Deliveries come first: they are made from the parts, which finishing moves away.
        delivered = _deliver(resolved, config, records, folder, form, workers) if dirty else None
        for layout, truth in local.layouts_of(resolved):
            parts = [
                local.part_path(folder, layout, record.part, writer, truth=truth)
                for record in records
                if record.part == 0 or not resolved.covers_company(layout.name)
            ]
            target = folder / TRUTH if truth else folder
            files[layout.name] = [str(path.relative_to(target)) for path in writer.finish(layout, parts, target)]
        marks = {
            layout.name: [mark for record in records for mark in record.tables[layout.name]]
            for layout, _ in local.layouts_of(resolved)
        }
        effects = _sum_effects(record.effects for record in records)
        answers = resolved.truth_layouts
        if delivered is not None:
            paths = writer.finish(deliveries.LISTING, delivered.parts, folder / TRUTH)
            files[deliveries.LISTING.name] = [str(path.relative_to(folder / TRUTH)) for path in paths]
            marks[deliveries.LISTING.name] = list(delivered.blocks)
            answers = (*answers, deliveries.LISTING)
        if resolved.truth:
            _write_metadata(resolved, answers, files, folder / TRUTH, form, truth=True)
            write_json(folder / TRUTH / ANSWER_KEY, _answer_key(resolved, effects, realised))
            _manifest(resolved, config, answers, marks, files, form, truth=True).write(folder / TRUTH)
        _write_metadata(resolved, resolved.layouts, files, folder, form, truth=False)
        manifest = _manifest(resolved, config, resolved.layouts, marks, files, form, truth=False)
        manifest.write(folder)
        local.clear_parts(folder)
    return manifest


def _deliver(
    resolved: Plan, config: RunConfig, records: Sequence[local.PartRecord], folder: Path, form: str, jobs: int
) -> deliveries.Delivered:
    """Write the deliveries from the finished parts, which other threads may read at the same time."""
    writer = writer_for(form)

    def blocks(layout: Layout) -> Iterator[Any]:
        for record in records:
            table = local.read_part(resolved, folder, layout, record.part, writer, truth=False)
            start = 0
            for rows, _ in record.tables[layout.name]:
                yield table.slice(start, rows)
                start += rows

    return deliveries.deliver(
        [(layout, partial(blocks, layout)) for layout in resolved.layouts],
        folder,
        world=resolved.world,
        preset=config.dirt,
        writer=writer,
        listing=lambda number: local.part_path(folder, deliveries.LISTING, number, writer, truth=True),
        about={
            "format_version": FORMAT_VERSION,
            "package": f"cxdata {VERSION}",
            "scenario": resolved.scenario.id,
            "customers": resolved.customers,
            "seed": resolved.seed,
            "locale": resolved.vocabulary.locale,
            "statement": STATEMENT,
            "licence": "CC0-1.0",
        },
        jobs=jobs,
    )


def _batch_size(blocks: int) -> int:
    """Return how many blocks quantities are computed on at once: whole parts, since parts are what is read back."""
    part = local.blocks_per_part(blocks)
    return part * max(1, quantities.BATCH_BLOCKS // part)


def _noted(
    made: Iterator[local.PartRecord], finished: dict[int, local.PartRecord], progress: Progress
) -> Iterator[local.PartRecord]:
    """Note every part that is made, and tell the caller."""
    for record in made:
        finished[record.part] = record
        progress(record.customers, record.rows)
        yield record


def _batches_on_disk(
    resolved: Plan,
    folder: Path,
    made: Iterator[local.PartRecord],
    finished: Mapping[int, local.PartRecord],
    writer: Writer,
) -> Iterator[Tables]:
    """Return what quantities are read from, a few parts at a time, each time as soon as these parts are finished.

    So quantities are computed while later parts are made. In the end all parts are.
    """
    names = quantities.names_read(resolved.quantities)
    wanted = [(layout, truth) for layout, truth in local.layouts_of(resolved) if layout.name in names]
    size = _batch_size(resolved.blocks) // local.blocks_per_part(resolved.blocks)
    parts = range(local.part_count(resolved))
    for batch in (parts[first : first + size] for first in range(0, len(parts), size)) if wanted else ():
        while not all(part in finished for part in batch):
            next(made)
        yield {
            layout.name: quantities.frame_of(
                [local.read_part(resolved, folder, layout, part, writer, truth=truth) for part in batch]
            )
            for layout, truth in wanted
        }
    for _ in made:
        pass


def _jobs(jobs: int | None, customers: int) -> int:
    if jobs is None:
        return max(1, os.cpu_count() or 1) if customers >= SPREAD_FROM else 1
    if not isinstance(jobs, int) or not 1 <= jobs <= MOST_JOBS:
        raise ConfigError(f"jobs is {jobs!r}; it must be a whole number from 1 to {MOST_JOBS}.")
    return jobs


def _sum_effects(parts: Iterator[Mapping[str, EffectSums]] | Any) -> dict[str, EffectSums]:
    total: dict[str, EffectSums] = {}
    for effects in parts:
        for name, sums in effects.items():
            total[name] = total.get(name, EffectSums()) + sums
    return total


def _manifest(
    resolved: Plan,
    config: RunConfig,
    layouts: Sequence[Layout],
    marks: Mapping[str, Sequence[tuple[int, str]]],
    files: Mapping[str, Sequence[str]],
    form: str,
    *,
    truth: bool,
) -> Manifest:
    """Return the manifest of the published tables, or that of the answer key.

    Parameters are answers: where there is an answer key they stand in its manifest alone, and the other one holds
    their digest, which tells a world as declared from one that somebody has changed.
    """
    vocab = resolved.vocabulary
    parameters = {"parameters_set": _plain(parameters_set(config)), "parameters": _plain(resolved.parameters)}
    return Manifest(
        {
            "format_version": FORMAT_VERSION,
            "package": f"cxdata {VERSION}",
            "scenario": resolved.scenario.id,
            "customers": resolved.customers,
            "seed": resolved.seed,
            "locale": vocab.locale,
            "vocabulary": {"digest": vocab.digest, "frozen": vocab.frozen},
            "format": form,
            "parameters_digest": digest_of(resolved.parameters),
            **(parameters if truth or not resolved.truth else {}),
            "statement": STATEMENT,
            "licence": "CC0-1.0",
            **({"dirt": config.dirt} if config.dirt != CLEAN else {}),
            "tables": {layout.name: table_entry(marks[layout.name], files[layout.name]) for layout in layouts},
        }
    )


def digest_of(parameters: Mapping[str, Value]) -> str:
    """Return SHA-256 over the names and values of parameters."""
    return hashlib.sha256(json.dumps(_plain(parameters), sort_keys=True).encode()).hexdigest()


def _plain(parameters: Mapping[str, Value]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in parameters.items()}


def _write_metadata(
    resolved: Plan,
    layouts: Sequence[Layout],
    files: Mapping[str, Sequence[str]],
    folder: Path,
    form: str,
    *,
    truth: bool,
) -> None:
    scenario = resolved.scenario
    title = f"{scenario.brand}: answer key" if truth else f"{scenario.brand}: {scenario.title}"
    descriptor = metadata.data_package(
        name=f"cxdata-{scenario.id}{'-truth' if truth else ''}",
        title=title,
        description=f"{scenario.premise} {STATEMENT}",
        layouts=layouts,
        files=files,
        form=form,
        keys=not truth,
    )
    write_json(folder / "datapackage.json", descriptor)
    with AtomicFile(folder / "data_dictionary.md") as stream:
        stream.write(metadata.data_dictionary(title, f"{scenario.premise} {STATEMENT}", layouts).encode())


def _answer_key(
    resolved: Plan, effects: Mapping[str, EffectSums], realised_quantities: Mapping[str, Estimate]
) -> dict[str, Any]:
    """Return the answer key: effects and quantities, each with its estimand, its planted and its realised value."""
    # Planted values belong to the scenario's own parameters; a run that sets others has realised ones only.
    planted: Mapping[str, Any] = {}
    if resolved.parameters == default_parameters(resolved.scenario.id):
        planted = scan.calibration(resolved.scenario.id).get("planted", {})
    return {
        "scenario": resolved.scenario.id,
        "effects": _answered_effects(resolved, effects, planted),
        "quantities": {
            quantity.id: {
                "question": quantity.title,
                "estimand": quantity.estimand,
                "of": quantity.of,
                "coefficients": _plain({name: resolved.parameters[name] for name in quantity.coefficients}),
                "planted": planted.get(quantity.id) if quantity.of == "population" else None,
                "realised": _finite(asdict(realised_quantities[quantity.id])),
                "confounding": quantity.confounding,
                "basis": quantity.basis,
                "figures": list(quantity.figures),
                "truth": quantity.truth.sentence,
                "right": quantity.right.sentence,
                "tempting": None if quantity.tempting is None else quantity.tempting.sentence,
            }
            for quantity in resolved.quantities
        },
    }


def _answered_effects(
    resolved: Plan, effects: Mapping[str, EffectSums], planted: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    content = {}
    for path in resolved.effects:
        effect = path.effect
        sums = effects.get(effect.id, EffectSums())
        realised = calibrate.summarise(sums)
        content[effect.id] = {
            "question": effect.title,
            "estimand": effect.estimand,
            "treatment": effect.treatment,
            "outcome": f"{effect.table}.{effect.outcome}",
            "coefficients": _plain({name: resolved.parameters[name] for name in effect.coefficients}),
            "planted": planted.get(effect.id),
            "realised": _finite(
                {"value": realised.value, "standard_error": realised.standard_error, "units": realised.units}
            ),
            "realised_on_treated": _finite(
                {"value": _ratio(sums.difference_treated, sums.treated), "units": sums.treated}
            ),
            "realised_naive_difference": _finite(
                {
                    "value": _ratio(sums.outcome_treated, sums.treated)
                    - _ratio(sums.outcome_untreated, sums.units - sums.treated)
                }
            ),
            "confounding": effect.confounding,
            "basis": effect.basis,
            "figures": list(effect.figures),
            "right": effect.right.sentence,
            "tempting": effect.tempting.sentence,
        }
    return content


def _ratio(total: float, count: int) -> float:
    return total / count if count else float("nan")


def _finite(values: Mapping[str, float]) -> dict[str, float | None]:
    """Return numbers for JSON, which knows neither nan nor infinity: they become null."""
    return {name: value if value - value == 0 else None for name, value in values.items()}


@cache
def default_parameters(scenario: str) -> Mapping[str, Value]:
    """Return a scenario's parameters as they stand when the user sets none."""
    return resolve_parameters(scan.scenario(scenario), scan.figures(), scan.calibrated_values(scenario), {})


@dataclass(frozen=True)
class Dataset:
    """A data set in memory.

    Attributes:
        tables: Published tables by name.
        manifest: What it is and how it was made.
        truth: Tables of the answer key by name; empty without one. Ask ``answer_key`` for what they mean.
        key: Content of the answer key.
    """

    tables: Mapping[str, pd.DataFrame]
    manifest: Manifest
    truth: Mapping[str, pd.DataFrame]
    key: Mapping[str, Any]

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self.tables:
            raise DatasetError(unknown("table", name, self.tables))
        return self.tables[name]


def generate(
    scenario: str,
    *,
    customers: int = DEFAULT_CUSTOMERS,
    seed: int = DEFAULT_SEED,
    locale: str = DEFAULT_LOCALE,
    tables: Sequence[str] | None = None,
    parameters: Mapping[str, Value] | None = None,
    presets: Sequence[str] = (),
    truth: bool = True,
) -> Dataset:
    """Generate a data set in memory.

    Args:
        scenario: Id of the world, for instance ``"tilmarenne"``.
        customers: How many customers.
        seed: Whole number; the same seed gives the same values.
        locale: Of names, contact data and texts.
        tables: Tables wanted; all of them by default.
        parameters: Parameters to set, by name.
        presets: Named sets of parameter values, for instance ``("linkage-easy",)``.
        truth: Whether to make the answer key.

    Returns:
        The data set; ``dataset["surveys"]`` is a pandas DataFrame.

    Raises:
        CxdataError: If an option is wrong.
    """
    config = RunConfig(
        scenario=scenario,
        customers=customers,
        seed=seed,
        locale=locale,
        tables=None if tables is None else tuple(tables),
        parameters=parameters or {},
        presets=tuple(presets),
        truth=truth,
    )
    resolved = plan(config)
    blocks = [generate_block(resolved, index) for index in range(resolved.blocks)]
    marks: dict[str, list[tuple[int, str]]] = {}
    frames: dict[bool, dict[str, pd.DataFrame]] = {False: {}, True: {}}
    for layout, is_truth in local.layouts_of(resolved):
        parts = [block.table(layout.name, truth=is_truth) for block in blocks]
        marks[layout.name] = [(part.num_rows, fingerprint(layout.columns, part)) for part in parts]
        frames[is_truth][layout.name] = quantities.frame_of(parts)
    files: dict[str, list[str]] = {name: [] for name in marks}
    realised = quantities.evaluate(resolved, quantities.batches_of(resolved, blocks, _batch_size(resolved.blocks)))
    return Dataset(
        tables=frames[False],
        manifest=_manifest(resolved, config, resolved.layouts, marks, files, "memory", truth=False),
        truth=frames[True],
        key=_answer_key(resolved, _sum_effects(block.effects for block in blocks), realised) if truth else {},
    )


def answer_key(dataset: Dataset) -> Mapping[str, Any]:
    """Return what is planted in a data set, effects and quantities by their id.

    Each has its question, its estimand, its planted and its realised value, and in ``coefficients`` the parameters
    behind it, such as the weights of what drives a recommendation; all parameters stand in ``truth/manifest.json``.
    Their ids differ, so one question serves both: ``answer_key(data)["late_on_recommendation"]``. The file of the
    answer key lists the two kinds apart.

    Raises:
        DatasetError: If the data set came without its answer key.
    """
    if not dataset.key:
        raise DatasetError(
            "this data set has no answer key. Generate it with truth=True, or open the folder that has truth/."
        )
    return _answers(dataset.key)


def _answers(key: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers of a key, effects first; keys that older versions wrote have no quantities."""
    return {**key.get("effects", {}), **key.get("quantities", {})}


class _TablesOnDisk(Mapping[str, "pd.DataFrame"]):
    """The tables of a folder, each read when it is first asked for."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._folder = folder
        self._manifest = manifest
        self._layouts = layouts_of(folder, manifest)
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._read:
            layout = self._layouts[name]
            self._read[name] = read_table(self._folder, self._manifest, layout).to_pandas()
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._layouts)

    def __len__(self) -> int:
        return len(self._layouts)


def open_dataset(folder: str | Path) -> Dataset:
    """Open a data set in the folder that ``cxdata generate`` wrote. Each table is read when it is first asked for.

    Raises:
        DatasetError: If the folder holds no data set; and by its tables, if they are lost or damaged.
    """
    where = Path(folder)
    manifest = read_manifest(where)
    truth = _TablesOnDisk(where / TRUTH, read_manifest(where / TRUTH)) if (where / TRUTH).is_dir() else {}
    return Dataset(_TablesOnDisk(where, manifest), manifest, truth, _read_key(where))


def _read_key(folder: Path) -> dict[str, Any]:
    """Return the content of a data set's answer key, empty if it came without one."""
    path = folder / TRUTH / ANSWER_KEY
    if not (folder / TRUTH).is_dir():
        return {}
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        for entry in [*content["effects"].values(), *content.get("quantities", {}).values()]:
            planted = (
                [] if entry["planted"] is None else [entry["planted"]["value"], entry["planted"]["standard_error"]]
            )
            numbers = [*planted, *([] if entry["realised"]["value"] is None else [entry["realised"]["value"]])]
            if not all(isinstance(number, float | int) for number in numbers):
                raise TypeError("a value is no number")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DatasetError(
            f"{path} cannot be read: {type(error).__name__}: {error}. Generate the data set again."
        ) from error
    return content


def read_tables(folder: Path, manifest: Manifest) -> dict[str, Any]:
    """Return all Arrow tables of a data set.

    Raises:
        DatasetError: If a file is missing or cannot be read.
    """
    return {name: read_table(folder, manifest, layout) for name, layout in layouts_of(folder, manifest).items()}


def read_table(folder: Path, manifest: Manifest, layout: Layout) -> Any:
    """Return an Arrow table of a data set, read with the types that it was declared with.

    Raises:
        DatasetError: If a file is missing or cannot be read.
    """
    files = [folder / file for file in manifest.tables[layout.name]["files"]]
    try:
        table = writer_for(manifest["format"]).read(layout, files)
        if not table.schema.equals(wanted := arrow_schema(layout.columns)):
            odd = next(
                (f"{field.name} ({field.type})" for field in table.schema if field not in list(wanted)),
                "fewer than declared",
            )
            raise ValueError(f"its columns are not the declared ones: {odd}")
    except FileNotFoundError as error:
        raise DatasetError(
            f"{folder}: table {layout.name} has lost its file {error.filename or error}. Generate the data set again."
        ) from error
    except (OSError, ValueError, KeyError) as error:  # Arrow's errors are ValueErrors, and a KeyError
        reason = str(error).strip("'\"").splitlines()[0]
        raise DatasetError(
            f"{folder}: table {layout.name} is damaged: {reason}. Generate the data set again."
        ) from error
    return table


def layouts_of(folder: Path, manifest: Manifest) -> dict[str, Layout]:
    """Return the declared columns of every table that a manifest names.

    Raises:
        DatasetError: If it names one that is not declared.
    """
    declared = declared_layouts(manifest)
    if odd := [name for name in manifest.tables if name not in declared]:
        raise DatasetError(f"{folder}: " + unknown(f"table of {manifest.scenario}", odd[0], declared))
    return {name: declared[name] for name in manifest.tables}


def declared_layouts(manifest: Manifest) -> dict[str, Layout]:
    """Return the declared columns of every table, observed and truth, that a data set of this scenario can hold."""
    resolved = plan(RunConfig(scenario=manifest.scenario, customers=0))
    listing = [deliveries.LISTING] if "dirt" in manifest.content else []
    return {layout.name: layout for layout in (*(layout for layout, _ in local.layouts_of(resolved)), *listing)}


def check(folder: str | Path) -> list[Finding]:
    """Check a data set on disk: fingerprints, contracts, rules, safety, published figures, effects, deliveries.

    Args:
        folder: The folder that ``cxdata generate`` wrote.

    Returns:
        Every finding.

    Raises:
        DatasetError: If it is no data set, or one so damaged that it cannot be read.
    """
    where = Path(folder)
    manifest = read_manifest(where)
    tables = read_tables(where, manifest)
    entries = dict(manifest.tables)
    if (where / TRUTH).is_dir():
        truth = read_manifest(where / TRUTH)
        tables.update(read_tables(where / TRUTH, truth))
        entries.update(truth.tables)
    key = _read_key(where)
    found = check_dataset(
        scan.scenario(manifest.scenario),
        scan.tables(manifest.scenario),
        declared_layouts(manifest),
        scan.figures(),
        tables,
        entries,
        _answers(key),
        names_only=not manifest["vocabulary"].get("frozen", True),
        as_published=manifest["parameters_digest"] == digest_of(default_parameters(manifest.scenario)),
        forbidden=phrases.load(phrases.language_of(manifest["locale"])).forbidden,
    )
    if (where / deliveries.FOLDER).is_dir():
        observed = {name: layout for name, layout in declared_layouts(manifest).items() if name in manifest.tables}
        found += check_deliveries(where, observed, tables)
    return found


def calibrate_scenario(scenario: str, report: Callable[[str], None] = lambda line: None) -> Path:
    """Solve a scenario's calibrated parameters and planted values on the pilot and write them beside the scenario.

    Args:
        scenario: Id of the world.
        report: Called with one line per solved parameter.

    Returns:
        The file.
    """
    needed = world(scenario)
    values = calibrate.solve(needed, report)
    planted = calibrate.planted_values(needed, values)
    lines = [
        "# Solved by 'cxdata calibrate'; do not edit. A test solves it again and compares.",
        "",
        "[pilot]",
        f"seed = {calibrate.PILOT_SEED}",
        f"customers = {calibrate.PILOT_CUSTOMERS}",
        f"planted_customers = {calibrate.PLANTED_CUSTOMERS}",
        f"batch_customers = {quantities.BATCH_BLOCKS * BLOCK_CUSTOMERS}",
        "",
        "[parameters]",
        *(f"{name} = {list(value) if isinstance(value, tuple) else value}" for name, value in values.items()),
    ]
    for name, value in planted.items():
        lines += [
            "",
            f"[planted.{name}]",
            f"value = {value.value}",
            f"standard_error = {value.standard_error}",
            f"units = {value.units}",
        ]
    path = scan.calibration_path(scenario)
    with AtomicFile(path) as stream:
        stream.write(("\n".join(lines) + "\n").encode())
    scan.calibration.cache_clear()
    default_parameters.cache_clear()
    return path


def edition(scenario: str, name: str) -> Dataset:
    """Return a published edition of a data set: regenerated here, its fingerprint checked, then kept in a cache.

    The cache is the folder named by ``CXDATA_CACHE``, else ``cxdata`` in the user's cache folder. No network is used.

    Args:
        scenario: Id of the world.
        name: Name of the edition, for instance ``"class"``.

    Raises:
        ConfigError: If there is no such edition.
        DatasetError: If the values made here are not the published ones.
    """
    wanted = scan.edition(scenario, name)
    base = Path(os.environ.get("CXDATA_CACHE") or Path.home() / ".cache" / "cxdata")
    folder = base / f"{scenario}-{name}-{wanted.fingerprint[:16]}-{FORMAT_VERSION}"
    if not (folder / "manifest.json").exists():
        config = RunConfig(
            scenario=scenario,
            customers=wanted.customers,
            seed=wanted.seed,
            locale=wanted.locale,
            tables=wanted.tables(scenario),
        )
        with local.one_line_errors(base):
            base.mkdir(parents=True, exist_ok=True)
            fresh = Path(tempfile.mkdtemp(prefix=f"{scenario}-{name}-", dir=base))
        try:
            manifest = generate_files(config, fresh, jobs=1)
            if (made := edition_fingerprint(manifest)) != wanted.fingerprint:
                raise DatasetError(
                    f"edition {scenario}/{name}: the values made here ({made[:16]}) are not the published ones "
                    f"({wanted.fingerprint[:16]}). Install the released package unchanged, or report this system."
                )
            with contextlib.suppress(OSError):  # another process was faster; its copy is the same
                fresh.replace(folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return open_dataset(folder)


def edition_fingerprint(manifest: Manifest) -> str:
    """Return one fingerprint over all published tables of a data set."""
    return combine([f"{name}:{entry['fingerprint']}" for name, entry in sorted(manifest.tables.items())])
