"""The local executor: a loop, or processes; parts are whole or absent, and an interrupted run can be resumed."""

from __future__ import annotations

import errno
import json
import multiprocessing
import multiprocessing.connection
import os
import shutil
import signal
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from threading import Thread, current_thread, main_thread
from typing import Any

import pyarrow as pa

from cxdata.engine.block import BlockResult, generate_block
from cxdata.engine.effects import EffectSums
from cxdata.engine.materialise import arrow_schema
from cxdata.engine.plan import Layout, Plan
from cxdata.errors import OutputError
from cxdata.io.fingerprint import fingerprint
from cxdata.io.manifest import TRUTH, write_json
from cxdata.io.writers import AtomicFile, Part, Writer, writer_for

PARTS = ".parts"
MOST_BLOCKS_PER_PART = 4
"""Blocks of one part file: 32,768 customers. Parts bound what a kill can cost and what a worker holds open."""
FEWEST_PARTS = 6
"""Parts of a run that has blocks enough, so that several workers share the work evenly."""

FLUSH_THREADS = 16
LEAST_BYTES_PER_CUSTOMER = 40
"""No customer takes less on disk: a name, an address and a date, compressed."""
GIVE_BACK_MS = 100
"""After what time freed pages go back to the system; Arrow's own second costs 20 MB at the peak and saves no time."""

PlanFactory = Callable[[], Plan]
Mark = tuple[int, str]
"""Rows and fingerprint of a table's block."""


@dataclass(frozen=True)
class PartRecord:
    """What a finished part holds: per table and block, rows and fingerprint; and the sums of effects."""

    part: int
    tables: Mapping[str, Sequence[Mark]]
    effects: Mapping[str, EffectSums]
    customers: int

    @property
    def rows(self) -> int:
        """Rows of all tables, truth aside."""
        return sum(
            rows for name, blocks in self.tables.items() if "/" not in name and name != "noise" for rows, _ in blocks
        )

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object."""
        return {
            "part": self.part,
            "tables": {name: [list(block) for block in blocks] for name, blocks in self.tables.items()},
            "effects": {name: asdict(sums) for name, sums in self.effects.items()},
            "customers": self.customers,
        }

    @staticmethod
    def from_json(content: Mapping[str, Any]) -> PartRecord:
        """Return a record from its JSON object."""
        return PartRecord(
            part=content["part"],
            tables={name: [(rows, mark) for rows, mark in blocks] for name, blocks in content["tables"].items()},
            effects={name: EffectSums(**sums) for name, sums in content["effects"].items()},
            customers=content["customers"],
        )


def blocks_per_part(blocks: int) -> int:
    """Return how many blocks share a part file, 4, 2 or 1: a matter of files alone, no value depends on it."""
    size = MOST_BLOCKS_PER_PART
    while size > 1 and blocks < size * FEWEST_PARTS:
        size //= 2
    return size


def part_path(folder: Path, layout: Layout, part: int, writer: Writer, *, truth: bool) -> Path:
    """Return where a table's part is kept until the run is complete."""
    base = folder / PARTS / TRUTH if truth else folder / PARTS
    return base / layout.name / f"part-{part:05d}{writer.suffix}"


def layouts_of(plan: Plan) -> list[tuple[Layout, bool]]:
    """Return all tables of a run, and whether each is of the answer key."""
    return [(layout, False) for layout in plan.layouts] + [(layout, True) for layout in plan.truth_layouts]


def files_of(plan: Plan, part: int) -> list[tuple[Layout, bool]]:
    """Return the tables of which a part has a file, and whether each is of the answer key.

    Tables of the whole company come with the first part alone; of the others, each has its share.
    """
    return [(layout, truth) for layout, truth in layouts_of(plan) if part == 0 or not plan.covers_company(layout.name)]


def read_part(plan: Plan, folder: Path, layout: Layout, part: int, writer: Writer, *, truth: bool) -> pa.Table:
    """Read a table's share of a part back; it is empty where the part has no file of the table."""
    if part > 0 and plan.covers_company(layout.name):
        return arrow_schema(layout.columns).empty_table()
    return writer.read_part(layout, part_path(folder, layout, part, writer, truth=truth))


def record_path(folder: Path, part: int) -> Path:
    """Return where a part's record is kept; it is written after all files of the part."""
    return folder / PARTS / f"part-{part:05d}.json"


def blocks_of(plan: Plan, part: int) -> range:
    """Return the blocks of a part."""
    size = blocks_per_part(plan.blocks)
    return range(part * size, min((part + 1) * size, plan.blocks))


@dataclass(frozen=True)
class SignedBlock:
    """A block and the mark of each of its tables."""

    block: BlockResult
    marks: Mapping[str, Mark]


def sign(plan: Plan, block: BlockResult) -> SignedBlock:
    """Return a block with the mark of each of its tables."""
    marks = {}
    for layout, truth in layouts_of(plan):
        table = block.table(layout.name, truth=truth)
        marks[layout.name] = (table.num_rows, fingerprint(layout.columns, table))
    return SignedBlock(block, marks)


def blocks_made(plan: Plan, parts: Iterable[int]) -> Iterator[SignedBlock]:
    """Make and sign the blocks of parts, one after the other."""
    return (sign(plan, generate_block(plan, index)) for part in parts for index in blocks_of(plan, part))


def made_ahead(plan: Plan, parts: Iterable[int]) -> Iterator[SignedBlock]:
    """Make and sign the blocks of parts, each in another thread while the one before is written.

    Encoding Parquet hardly needs Python's lock, so the two threads keep two processors busy. Signing needs it at every
    step, so it is done here: in the writing thread it would hand the lock to and fro and cost a tenth of the time.
    Where several processes keep the processors busy already, a second thread in each would only take turns.
    """
    blocks = blocks_made(plan, parts)
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, blocks, None)
        while (block := coming.result()) is not None:
            coming = thread.submit(next, blocks, None)
            yield block


def write_part(plan: Plan, part: int, folder: Path, form: str, made: Iterator[SignedBlock]) -> PartRecord:
    """Stream the blocks of one part to files, each whole or absent.

    Args:
        plan: The plan.
        part: Which part, 0 and up.
        folder: The run's output folder.
        form: Name of the format.
        made: The signed blocks from the part's first on; those of later parts are left to come.
    """
    writer = writer_for(form)
    blocks = blocks_of(plan, part)
    marks: dict[str, list[Mark]] = {layout.name: [] for layout, _ in layouts_of(plan)}
    effects: dict[str, EffectSums] = {}
    sinks: dict[str, Part] = {}
    files = []
    with ExitStack() as stack:
        try:
            for layout, truth in files_of(plan, part):
                files.append(AtomicFile(part_path(folder, layout, part, writer, truth=truth)))
                sinks[layout.name] = writer.part(layout, stack.enter_context(files[-1]))
            for signed in islice(made, len(blocks)):
                for layout, truth in layouts_of(plan):
                    marks[layout.name].append(signed.marks[layout.name])
                    if layout.name in sinks:
                        sinks[layout.name].write(signed.block.table(layout.name, truth=truth))
                for name, sums in signed.block.effects.items():
                    effects[name] = effects.get(name, EffectSums()) + sums
            for sink in sinks.values():
                sink.close()
            with ThreadPoolExecutor(FLUSH_THREADS) as pool:  # a disk takes twenty flushes at once as fast as a few
                list(pool.map(AtomicFile.flush, files))
        except BaseException:
            for sink in sinks.values():
                sink.abandon()
            raise
    record = PartRecord(part, marks, effects, sum(plan.customers_in(index) for index in blocks))
    write_json(record_path(folder, part), record.to_json())
    return record


@contextmanager
def one_line_errors(folder: Path) -> Iterator[None]:
    """Turn what the system says of a folder into one line with the way out.

    Raises:
        OutputError: For any error of the file system.
    """
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        way_out = "Choose another folder with --out."
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            way_out = "Free some space and finish the run with --resume."
        raise OutputError(f"cannot write to {folder}: {reason}. {way_out}") from error


def check_room(folder: Path, customers: int) -> None:
    """Refuse a run that the disk cannot possibly hold.

    Raises:
        OutputError: If even the least that customers take exceeds what is free.
    """
    with one_line_errors(folder):
        home = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
        disk = shutil.disk_usage(home)
    least = customers * LEAST_BYTES_PER_CUSTOMER
    if disk.total > 0 and disk.free < least:  # some file systems hold no files and count no bytes
        raise OutputError(
            f"{customers:,} customers take {least / 1e9:,.1f} GB at the very least, and {folder} has "
            f"{disk.free / 1e9:,.1f} GB free. Ask for fewer --customers, or choose another folder with --out."
        )


def prepare(folder: Path, digest: str, form: str, *, resume: bool) -> None:
    """Make the output folder ready, or refuse it.

    Raises:
        OutputError: If it holds something, is of another run, or cannot be written to.
    """
    mark = folder / PARTS / "run.json"
    run = {"digest": digest, "format": form}
    with one_line_errors(folder):
        if folder.exists() and not folder.is_dir():
            raise OutputError(f"{folder} is a file. Choose a folder with --out.")
        if mark.exists():
            if not resume:
                raise OutputError(
                    f"{folder} holds an unfinished run. Finish it with --resume, or choose another folder with --out."
                )
            if _read(mark) != run:
                raise OutputError(
                    f"{folder} holds an unfinished run made with other options (scenario, size, seed, locale, tables, "
                    "parameters, format or dirt). Repeat that run's options, or choose another folder with --out."
                )
            return
        if folder.exists() and [path.name for path in folder.iterdir()] == [PARTS]:
            shutil.rmtree(folder / PARTS)  # killed before it had signed its folder: nothing was made yet
        if folder.exists() and any(folder.iterdir()):
            raise OutputError(f"{folder} is not empty. Choose another folder with --out.")
        new = not folder.exists()
        try:
            write_json(mark, run)
        except OSError:
            shutil.rmtree(folder if new else folder / PARTS, ignore_errors=True)
            raise


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None


def finished_parts(plan: Plan, folder: Path, form: str) -> dict[int, PartRecord]:
    """Return the records of the parts that an earlier run left whole; anything else of theirs is made again.

    Each file is read back and its fingerprints compared, so a part damaged between the runs is not trusted.
    """
    writer = writer_for(form)
    found = {}
    for part in range(part_count(plan)):
        path = record_path(folder, part)
        if path.exists() and (content := _read(path)) is not None:
            record = PartRecord.from_json(content)
            if _is_whole(plan, folder, writer, record):
                found[part] = record
    return found


def _is_whole(plan: Plan, folder: Path, writer: Writer, record: PartRecord) -> bool:
    for layout, truth in files_of(plan, record.part):
        try:
            table = read_part(plan, folder, layout, record.part, writer, truth=truth)
            start = 0
            for rows, mark in record.tables[layout.name]:
                if fingerprint(layout.columns, table.slice(start, rows).combine_chunks()) != mark:
                    return False
                start += rows
        except (OSError, ValueError, KeyError):  # Arrow's errors are ValueErrors, and a KeyError
            return False
        if start != table.num_rows:
            return False
    return True


def part_count(plan: Plan) -> int:
    """Return the number of parts of a run."""
    return -(-plan.blocks // blocks_per_part(plan.blocks))


_WORKER_PLAN: Plan | None = None


def _die_with_parent() -> None:
    """End this process when the one that started it is gone, so that no orphan writes into a folder being resumed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


def _start_worker(make_plan: PlanFactory) -> None:
    Thread(target=_die_with_parent, daemon=True).start()
    pa.set_memory_pool(_thrifty_pool())
    global _WORKER_PLAN  # noqa: PLW0603  # one plan per process: making it for every part would cost more than the part
    _WORKER_PLAN = make_plan()


def _work(part: int, folder: Path, form: str) -> PartRecord:
    assert _WORKER_PLAN is not None
    return write_part(_WORKER_PLAN, part, folder, form, blocks_made(_WORKER_PLAN, [part]))


def _thrifty_pool() -> pa.MemoryPool:
    """Return the allocator with the lowest peak: jemalloc, where Arrow has it, told to give freed pages back soon.

    Whoever has chosen one in Arrow's own way, by ``ARROW_DEFAULT_MEMORY_POOL``, keeps it.
    """
    if "ARROW_DEFAULT_MEMORY_POOL" in os.environ or "jemalloc" not in pa.supported_memory_backends():
        return pa.default_memory_pool()
    pa.jemalloc_set_decay_ms(GIVE_BACK_MS)
    return pa.jemalloc_memory_pool()


@contextmanager
def _thrifty_memory() -> Iterator[None]:
    """Take Arrow's memory from the thrifty pool for a while."""
    before = pa.default_memory_pool()
    pa.set_memory_pool(_thrifty_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)


def run(
    plan: Plan, make_plan: PlanFactory, *, folder: Path, form: str, jobs: int, waiting: Sequence[int]
) -> Generator[PartRecord]:
    """Make parts and yield the record of each as soon as it is whole.

    Args:
        plan: The plan.
        make_plan: Makes the same plan in a worker process.
        folder: Output folder, prepared.
        form: Name of the format.
        jobs: Number of processes; 1 works in this one.
        waiting: The parts to make, in the order in which they are begun.

    Raises:
        OutputError: If the folder cannot take the files.
    """
    with one_line_errors(folder), _thrifty_memory():
        if jobs == 1 or len(waiting) <= 1:
            blocks = made_ahead(plan, waiting)
            for part in waiting:
                yield write_part(plan, part, folder, form, blocks)
        else:
            yield from _in_processes(waiting, make_plan, folder, form, min(jobs, len(waiting)))


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Ignore Ctrl-C while a worker may be started, which inherits that: it is for this process to stop the workers."""
    if current_thread() is not main_thread():  # only the main thread may say how signals are taken
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _in_processes(
    waiting: Sequence[int], make_plan: PlanFactory, folder: Path, form: str, jobs: int
) -> Iterator[PartRecord]:
    # Workers are spawned: Arrow's threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=partial(_start_worker, make_plan)) as pool:
        queue = list(reversed(waiting))
        running: set[Future[PartRecord]] = set()
        try:
            while queue or running:
                while queue and len(running) < 2 * jobs:
                    with _interrupts_ignored():
                        running.add(pool.submit(_work, queue.pop(), folder, form))
                finished, running = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    yield future.result()
        except BrokenProcessPool as error:
            raise OutputError(
                f"a worker process died before its part of {folder} was done, perhaps for lack of memory. "
                "Finish the run with --resume and fewer --jobs."
            ) from error
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def clear_parts(folder: Path) -> None:
    """Remove what only an unfinished run needs."""
    shutil.rmtree(folder / PARTS, ignore_errors=True)
