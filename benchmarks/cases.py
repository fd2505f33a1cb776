"""What is measured, one process per measurement: warm up, run once, print one JSON line. Called by ``run.py``."""

from __future__ import annotations

import argparse
import json
import platform
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

# No heavy import up here: the peers must not pay for cxdata's memory, nor cxdata for theirs.
if TYPE_CHECKING:
    import pyarrow as pa

    from cxdata.engine.block import BlockResult
    from cxdata.engine.plan import Layout, Plan
    from cxdata.schema.kinds import Kind

Result = TypeVar("Result")

SEED = 1
WARM_UP_CUSTOMERS = 1_000
CORE = ("customers", "surveys", "complaints")
WORDS = ("verbatims", "passages")
"""Tables of customers' texts: the texts, and the truth of every passage."""


@dataclass(frozen=True)
class Outcome:
    """One measurement.

    Attributes:
        seconds: Of the wall clock.
        cpu_seconds: Of all processors, worker processes included.
        rows: Published rows; rows of the answer key are not counted.
        peak_mb: Peak resident memory of the process in 10**6 bytes; None where it says nothing of the case.
        worker_mb: The same of its largest worker process; 0 without workers.
        logical_bytes: Of all tables written, those of the answer key included.
    """

    seconds: float
    cpu_seconds: float
    rows: int
    logical_bytes: int
    peak_mb: float | None
    worker_mb: float = 0.0


def timed(work: Callable[[], Result]) -> tuple[float, float, Result]:
    """Do a piece of work; return its seconds of the wall clock, of all processors, and its result."""
    start, cpu_start = time.perf_counter(), cpu_seconds()
    result = work()
    return time.perf_counter() - start, cpu_seconds() - cpu_start, result


def cpu_seconds() -> float:
    """Return the seconds that this process and its finished children have taken of all processors."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def peak_mb(who: int = resource.RUSAGE_SELF) -> float:
    """Return peak resident memory in 10**6 bytes. Linux counts in KiB, macOS in bytes."""
    peak = resource.getrusage(who).ru_maxrss
    return peak / 1e6 if platform.system() == "Darwin" else peak * 1024 / 1e6


def measure_cxdata(
    scenario: str, customers: int, folder: Path, *, truth: bool = True, jobs: int = 1, tables: tuple[str, ...] | None
) -> Outcome:
    """Time ``generate_files``: from the plan to the manifest, as ``cxdata generate`` calls it."""
    from cxdata.api import generate_files
    from cxdata.config import RunConfig

    def config(size: int) -> RunConfig:
        return RunConfig(scenario=scenario, customers=size, seed=SEED, truth=truth, tables=tables)

    generate_files(config(WARM_UP_CUSTOMERS), folder / "warm", jobs=1)
    seconds, cpu, manifest = timed(lambda: generate_files(config(customers), folder / "run", jobs=jobs))
    rows = sum(entry["rows"] for entry in manifest.tables.values())
    peak, worker = peak_mb(), peak_mb(resource.RUSAGE_CHILDREN) if jobs > 1 else 0.0
    return Outcome(seconds, cpu, rows, written_bytes(folder / "run"), peak, worker)


def written_bytes(folder: Path) -> int:
    """Return the logical size of all Parquet files below a folder, file by file."""
    import pyarrow.parquet as pq

    return sum(decoded_bytes(pq.ParquetFile(path).read()) for path in folder.rglob("*.parquet"))


def plan_of(scenario: str, customers: int, *, truth: bool = True) -> Plan:
    """Return the plan of a run."""
    from cxdata.api import plan
    from cxdata.config import RunConfig

    return plan(RunConfig(scenario=scenario, customers=customers, seed=SEED, truth=truth))


def measure_writing(customers: int, folder: Path, write: Callable[[Plan, list[BlockResult], Path], None]) -> Outcome:
    """Time the mere writing of tilmarenne's tables, observed and truth, made beforehand in memory."""
    from cxdata.engine.block import generate_block

    plan = plan_of("tilmarenne", customers)
    blocks = [generate_block(plan, index) for index in range(plan.blocks)]
    write(plan, blocks[:1], folder / "warm")
    seconds, cpu, _ = timed(lambda: write(plan, blocks, folder / "run"))
    rows = sum(table.num_rows for block in blocks for table in block.observed.values())
    return Outcome(seconds, cpu, rows, written_bytes(folder / "run"), None)


def tables_of(plan: Plan, block: BlockResult) -> Iterator[tuple[Layout, pa.Table, bool]]:
    """Return layout, table and whether it belongs to the truth, for all that a block holds."""
    for layout in plan.layouts:
        yield layout, block.observed[layout.name], False
    for layout in plan.truth_layouts:
        yield layout, block.truth[layout.name], True


def write_as_cxdata(plan: Plan, blocks: list[BlockResult], folder: Path) -> None:
    """Write the files that a run writes: same parts, same row groups, flushed to disk side by side and renamed."""
    from cxdata.execution import local
    from cxdata.io.writers import AtomicFile, writer_for

    writer = writer_for("parquet")
    size = local.blocks_per_part(len(blocks))
    for part, first in enumerate(range(0, len(blocks), size)):
        with ExitStack() as stack:
            sinks, files = {}, []
            for layout, truth in local.files_of(plan, part):
                files.append(AtomicFile(local.part_path(folder, layout, part, writer, truth=truth)))
                sinks[layout.name] = writer.part(layout, stack.enter_context(files[-1]))
            for block in blocks[first : first + size]:
                for layout, table, _ in tables_of(plan, block):
                    if layout.name in sinks:
                        sinks[layout.name].write(table)
            for sink in sinks.values():
                sink.close()
            with ThreadPoolExecutor(local.FLUSH_THREADS) as pool:
                list(pool.map(AtomicFile.flush, files))


def write_one_file_per_table(plan: Plan, blocks: list[BlockResult], folder: Path) -> None:
    """Write one file per table with the same row groups and no flush to disk: the least that writing can cost."""
    from cxdata.io.writers import writer_for

    writer = writer_for("parquet")
    for place, (layout, _, truth) in enumerate(tables_of(plan, blocks[0])):
        path = folder / f"{'truth/' if truth else ''}{layout.name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            sink = writer.part(layout, stream)
            for block in blocks:
                sink.write(list(tables_of(plan, block))[place][1])
            sink.close()


def measure_peer(shape: Mapping[str, Any], folder: Path, variant: str) -> Outcome:
    """Time a peer's loop over tables of a shape."""
    import peers

    for name in ("warm", "run"):
        (folder / name).mkdir()
    peers.generate_files(peers.scaled(shape, 0.1), folder / "warm", variant)
    seconds, cpu, tables = timed(lambda: peers.generate_files(shape, folder / "run", variant))
    peak = peak_mb()
    rows = sum(table.num_rows for table in tables.values())
    return Outcome(seconds, cpu, rows, sum(decoded_bytes(table) for table in tables.values()), peak)


def decoded_bytes(table: pa.Table) -> int:
    """Return the logical size of a table: Arrow bytes with every dictionary spelt out."""
    import pyarrow as pa

    plain = (c.cast(c.type.value_type) if pa.types.is_dictionary(c.type) else c for c in table.columns)
    return sum(column.nbytes for column in plain)


def shape_of_run(scenario: str, customers: int) -> dict[str, Any]:
    """Return the shape of a run's published tables: what the peers are to make."""
    from cxdata.engine.block import generate_block

    plan = plan_of(scenario, customers, truth=False)
    parts: dict[str, list[pa.Table]] = {name: [] for name in plan.selected}
    for index in range(plan.blocks):
        for name, table in generate_block(plan, index).observed.items():
            parts[name].append(table)
    return shape_of(plan, parts)


def shape_of(plan: Plan, parts: Mapping[str, list[pa.Table]]) -> dict[str, Any]:
    """Return what the peers must make: the rows of each table; kind, type and share of full cells of each column."""
    rows = {name: sum(table.num_rows for table in tables) for name, tables in parts.items()}
    shape: dict[str, Any] = {}
    for layout in plan.layouts:
        count, columns = rows[layout.name], []
        for place, column in enumerate(layout.columns):
            empty = sum(table.column(place).null_count for table in parts[layout.name])
            about = {"name": column.name, "filled": 1 - empty / count if count else 1.0, **kind_of(column.kind)}
            columns.append({**about, "rows": rows[about["table"]]} if about["kind"] == "link" else about)
        shape[layout.name] = {"rows": count, "columns": columns}
    return shape


POOLS = {"first_names": "first_name", "last_names": "last_name", "towns": "town", "streets": "street"}
TEXTS = {"verbatim": "comment", "email": "email", "phone": "phone", "address": "address", "token": "token"}
UNBOUNDED = 1_000.0
"""Bound of a number that declares none: what it is costs a loop nothing."""


def kind_of(kind: Kind) -> dict[str, Any]:
    """Return what a peer must know of a kind; words and texts become what a peer has of the sort, else plain words."""
    import pyarrow as pa

    from cxdata.engine.materialise import arrow_type
    from cxdata.schema import kinds

    simple = {kinds.Key: "key", kinds.Boolean: "claim", kinds.Date: "day", kinds.Timestamp: "moment"}
    about: dict[str, Any]
    if isinstance(kind, kinds.ForeignKey):
        about = {"kind": "link", "table": kind.table}
    elif isinstance(kind, kinds.Integer):
        about = {"kind": "integer", "low": kind.low, "high": kind.high}
    elif isinstance(kind, kinds.Number):
        low = -UNBOUNDED if kind.low is None else kind.low
        high = low + UNBOUNDED if kind.high is None else kind.high
        about = {"kind": "number", "low": low, "high": high, "places": kind.places}
    elif isinstance(kind, kinds.Category):
        about = {"kind": "category", "values": list(kind.values)}
    elif isinstance(kind, kinds.Word):
        about = {"kind": POOLS.get(kind.pool, "word")}
    elif isinstance(kind, kinds.Text):
        about = {"kind": TEXTS.get(kind.content, "word")}
    else:
        about = {"kind": simple[type(kind)]}
    arrow = arrow_type(kind)
    return {**about, "arrow": str(arrow.value_type if pa.types.is_dictionary(arrow) else arrow)}


def run_case(case: str, options: argparse.Namespace, folder: Path) -> Any:
    """Run the case of a name."""
    tables = tuple(options.tables.split(",")) if options.tables else None
    if options.without_texts:
        from cxdata.catalog import scan

        tables = tuple(name for name in scan.tables(options.scenario) if name not in WORDS)
    if case == "shape":
        import peers

        # The mix of tables is that of the run it stands beside, those of the whole company included.
        share = options.peer_customers / options.customers
        return peers.scaled(shape_of_run(options.scenario, options.customers), share)
    if case in PEERS:
        shape = json.loads(Path(options.shape).read_text(encoding="utf-8"))
        return asdict(measure_peer(shape, folder, case))
    if case == "write-as-cxdata":
        return asdict(measure_writing(options.customers, folder, write_as_cxdata))
    if case == "write-one-file":
        return asdict(measure_writing(options.customers, folder, write_one_file_per_table))
    outcome = measure_cxdata(
        options.scenario, options.customers, folder, truth=not options.no_truth, jobs=options.jobs, tables=tables
    )
    return asdict(outcome)


PEERS = ("faker-only", "faker-plain", "faker-lean", "mimesis")
CASES = ("cxdata", "write-as-cxdata", "write-one-file", *PEERS, "shape")


def command_line() -> argparse.ArgumentParser:
    """Return the parser of a case's command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", choices=CASES)
    parser.add_argument("--scenario", default="tilmarenne")
    parser.add_argument("--customers", type=int, default=50_000)
    parser.add_argument("--peer-customers", type=int, default=2_000, help="of the shape")
    parser.add_argument("--tables", default="", help="table names with commas between them; all by default")
    parser.add_argument("--without-texts", action="store_true", help="leave out what customers write")
    parser.add_argument("--no-truth", action="store_true")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--shape", default="", help="JSON file with the tables that a peer is to make")
    return parser


def main() -> None:
    """Run one case and print its outcome as JSON."""
    options = command_line().parse_args()
    with tempfile.TemporaryDirectory(prefix="cxdata-benchmark-") as folder:
        print(json.dumps(run_case(options.case, options, Path(folder))))


if __name__ == "__main__":
    main()
