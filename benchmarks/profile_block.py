"""Where the time of one block goes: by stage, by column, by function. See README.md beside this file.

python benchmarks/profile_block.py [--scenario tilmarenne] [--customers 80000] [--top 25]
"""

from __future__ import annotations

import argparse
import cProfile
import io
import pstats
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from cxdata.api import generate_files, plan
from cxdata.config import RunConfig
from cxdata.engine import block as engine
from cxdata.engine.plan import BLOCK_CUSTOMERS, Layout, Plan
from cxdata.execution.local import FLUSH_THREADS, MOST_BLOCKS_PER_PART, files_of
from cxdata.io.fingerprint import fingerprint
from cxdata.io.writers import AtomicFile, writer_for
from cxdata.schema.table import Column

BLOCK = 1
"""The block profiled: the first one also holds the reference tables."""
REPEATS = 9

Cell = tuple[str, str]


def least_seconds(works: Mapping[str, Callable[[], object]]) -> tuple[dict[str, float], dict[str, float]]:
    """Return the least CPU time and the least waiting of each piece of work, A B C, A B C, after a warm-up."""
    busy: dict[str, list[float]] = {name: [] for name in works}
    waiting: dict[str, list[float]] = {name: [] for name in works}
    for number in range(REPEATS + 1):
        for name, work in works.items():
            start, cpu_start = time.perf_counter(), time.process_time()
            work()
            cpu = time.process_time() - cpu_start
            if number:
                busy[name].append(cpu)
                waiting[name].append(time.perf_counter() - start - cpu)
    return {name: min(times) for name, times in busy.items()}, {name: min(times) for name, times in waiting.items()}


def all_layouts(resolved: Plan) -> list[tuple[Layout, bool]]:
    """Return every table of which a part after the first has a file, and whether it belongs to the truth."""
    return files_of(resolved, 1)


def write_to_memory(resolved: Plan, result: engine.BlockResult) -> None:
    """Encode the tables of a block as Parquet."""
    writer = writer_for("parquet")
    for layout, truth in all_layouts(resolved):
        sink = writer.part(layout, io.BytesIO())
        sink.write(result.table(layout.name, truth=truth))
        sink.close()


def write_to_files(resolved: Plan, result: engine.BlockResult, folder: Path) -> None:
    """Write the tables of a block as a part of one block: a file per table, flushed to disk side by side."""
    writer = writer_for("parquet")
    files = []
    with ExitStack() as stack:
        for layout, truth in all_layouts(resolved):
            files.append(AtomicFile(folder / f"{layout.name}.parquet"))
            sink = writer.part(layout, stack.enter_context(files[-1]))
            sink.write(result.table(layout.name, truth=truth))
            sink.close()
        with ThreadPoolExecutor(FLUSH_THREADS) as pool:
            list(pool.map(AtomicFile.flush, files))


def fingerprint_all(resolved: Plan, result: engine.BlockResult) -> None:
    """Take the fingerprints of a block."""
    for layout, truth in all_layouts(resolved):
        fingerprint(layout.columns, result.table(layout.name, truth=truth))


def stages(with_truth: Plan, without: Plan) -> tuple[list[tuple[str, float]], float]:
    """Return the CPU time of each stage of one block, and the seconds that its files wait for the disk."""
    result = engine.generate_block(with_truth, BLOCK)
    with tempfile.TemporaryDirectory(prefix="cxdata-benchmark-") as folder:
        least, waiting = least_seconds(
            {
                "values": lambda: engine.BlockState(with_truth, BLOCK).run(),
                "values published": lambda: engine.BlockState(without, BLOCK).run(),
                "published": lambda: engine.generate_block(without, BLOCK),
                "everything": lambda: engine.generate_block(with_truth, BLOCK),
                "fingerprints": lambda: fingerprint_all(with_truth, result),
                "encoded": lambda: write_to_memory(with_truth, result),
                "flushed": lambda: write_to_files(with_truth, result, Path(folder)),
            }
        )
    published = least["published"] - least["values published"]
    shares = [
        ("rows and columns", least["values"]),
        ("Arrow tables and noise", published),
        ("answer key: latents, both potential outcomes", least["everything"] - least["values"] - published),
        ("fingerprints", least["fingerprints"]),
        ("Parquet, into memory", least["encoded"]),
        (
            f"opening and closing the files of a part, which holds up to {MOST_BLOCKS_PER_PART} blocks",
            least["flushed"] - least["encoded"],
        ),
    ]
    return shares, waiting["flushed"]


class ColumnTimes:
    """Times of every column of a block: making it, its fingerprint, its Parquet."""

    def __init__(self) -> None:
        """Start with none."""
        self.times: dict[Cell, dict[str, list[float]]] = {}

    def add(self, cell: Cell, step: str, work: Callable[[], object]) -> object:
        """Do a piece of work and note its time."""
        start = time.process_time()
        value = work()
        self.times.setdefault(cell, {}).setdefault(step, []).append(time.process_time() - start)
        return value

    def least(self, cell: Cell, step: str) -> float:
        """Return the least seconds of a step, 0 if the column has none."""
        return min(self.times[cell].get(step, [0.0]))

    def total(self, cell: Cell) -> float:
        """Return the seconds of all steps of a column."""
        return sum(self.least(cell, step) for step in self.times[cell])


STEPS = ("make", "fingerprint", "Parquet")


def make_block(resolved: Plan, times: ColumnTimes) -> None:
    """Make the block's rows and columns in the plan's order, each under the clock; the walk of ``BlockState.run``."""
    state = engine.BlockState(resolved, BLOCK)
    for kind, table, column in resolved.nodes:
        if kind == "rows":
            declared = resolved.tables[table]
            state.frames[table] = times.add((table, "(rows)"), "make", lambda t=declared: state._make_rows(t))
        elif kind == "kept":
            times.add((table, "(kept)"), "make", lambda t=table: state._keep(t))
        else:
            cell = (table, column)
            state.frames[table].values[column] = times.add(cell, "make", lambda c=cell: state.fill(*c))


def write_columns(resolved: Plan, result: engine.BlockResult, times: ColumnTimes) -> None:
    """Take the fingerprint and write the Parquet of every column alone."""
    writer = writer_for("parquet")

    def encode(name: str, column: Column, table: object) -> None:
        part = writer.part(Layout(name, "", (column,)), io.BytesIO())
        part.write(table)
        part.close()

    for layout, truth in all_layouts(resolved):
        whole = result.table(layout.name, truth=truth)
        for column in layout.columns:
            one, cell = whole.select([column.name]), (layout.name, column.name)
            times.add(cell, "fingerprint", lambda c=column, t=one: fingerprint([c], t))
            times.add(cell, "Parquet", lambda n=layout.name, c=column, t=one: encode(n, c, t))


def column_times(resolved: Plan) -> ColumnTimes:
    """Return the times of every column over several passes."""
    result = engine.generate_block(resolved, BLOCK)
    make_block(resolved, ColumnTimes())
    times = ColumnTimes()
    for _ in range(REPEATS):
        make_block(resolved, times)
        write_columns(resolved, result, times)
    return times


def print_shares(title: str, rows: Sequence[tuple[str, float]]) -> None:
    """Print times with their shares of the sum."""
    total = sum(seconds for _, seconds in rows)
    print(f"\n{title}: {total * 1000:.1f} ms")
    for name, seconds in rows:
        print(f"{seconds * 1000:9.2f} ms {seconds / total:6.1%}  {name}")


def print_columns(times: ColumnTimes, top: int) -> None:
    """Print the columns that cost most."""
    total = sum(times.total(cell) for cell in times.times)
    print(f"\nColumns, the {top} that cost most, in ms (share of all; an input shared by columns is paid by the first)")
    print(f"{'total':>8} {'share':>6} " + " ".join(f"{step:>11}" for step in STEPS) + "  column")
    for cell in sorted(times.times, key=times.total, reverse=True)[:top]:
        steps = " ".join(f"{times.least(cell, step) * 1000:11.2f}" for step in STEPS)
        print(f"{times.total(cell) * 1000:8.2f} {times.total(cell) / total:6.1%} {steps}  {'.'.join(cell)}")
    for step in STEPS:
        whole = sum(times.least(cell, step) for cell in times.times)
        print(f"{whole * 1000:8.2f} {whole / total:6.1%}  all columns, {step}")


def print_functions(title: str, work: Callable[[], object], top: int) -> None:
    """Print the functions that cost most by their own time, under cProfile."""
    profile = cProfile.Profile()
    profile.runcall(work)
    stream = io.StringIO()
    pstats.Stats(profile, stream=stream).strip_dirs().sort_stats("tottime").print_stats(top)
    print(f"\n{title}, by function\n{stream.getvalue().strip()}")


def main() -> None:
    """Profile one block, then a whole run."""
    parser = argparse.ArgumentParser(description="Show where the time of one block goes.")
    parser.add_argument("--scenario", default="tilmarenne")
    parser.add_argument("--customers", type=int, default=80_000, help="of the whole run at the end")
    parser.add_argument("--top", type=int, default=25, help="lines per list")
    options = parser.parse_args()

    def config(customers: int, *, truth: bool = True) -> RunConfig:
        return RunConfig(scenario=options.scenario, customers=customers, truth=truth)

    whole_blocks = (BLOCK + 1) * BLOCK_CUSTOMERS
    with_truth, without = plan(config(whole_blocks)), plan(config(whole_blocks, truth=False))
    shares, waiting = stages(with_truth, without)
    print_shares(f"One block of {options.scenario}, by stage", shares)
    print(f"{waiting * 1000:9.2f} ms  waiting for the disk besides, once per part")
    print_columns(column_times(with_truth), options.top)
    print_functions("generate_block", lambda: engine.generate_block(with_truth, BLOCK), options.top)
    with tempfile.TemporaryDirectory(prefix="cxdata-benchmark-") as folder:
        run = config(options.customers)
        print_functions(
            f"generate_files, {options.customers:,} customers, one process",
            lambda: generate_files(run, Path(folder) / "run", jobs=1),
            options.top,
        )


if __name__ == "__main__":
    main()
