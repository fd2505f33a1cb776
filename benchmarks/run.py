"""Run all benchmarks side by side and write ``results.md``. See README.md beside this file.

python benchmarks/run.py            # about eight minutes
python benchmarks/run.py --quick    # about two minutes, prints only
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# This process stays small on purpose: on Linux a child's peak memory is at least that of the process that started it.

HERE = Path(__file__).parent
CORE = "customers,surveys,complaints"
PACKAGES = ("numpy", "pyarrow", "pandas", "faker", "mimesis")
REPEATS = 3
"""Runs of start-up, and of growth but for its largest size, which takes long and varies little."""

BUSY_LOAD = 0.25
"""Load average per processor from which other work disturbs the times."""

Measurement = dict[str, Any]
"""What ``cases.py`` prints: seconds, cpu_seconds, rows, logical_bytes, peak_mb, worker_mb."""


@dataclass(frozen=True)
class Case:
    """One line of the main table.

    Attributes:
        name: In the tables.
        arguments: Of ``cases.py``.
    """

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Settings:
    """How much is measured."""

    customers: int
    peer_customers: int
    rounds: int
    growth: tuple[int, ...]
    is_quick: bool = False


DEFAULT = Settings(customers=100_000, peer_customers=1_000, rounds=5, growth=(8_000, 80_000, 400_000))
QUICK = Settings(customers=16_384, peer_customers=200, rounds=2, growth=(8_000, 40_000), is_quick=True)

TRUTH, NO_TRUTH, TWO = "tilmarenne, truth", "tilmarenne, no truth", "tilmarenne, truth, 2 processes"
CORE_CUSTOMERS = 400_000
"""Of the core tables: so many that the start of two processes hardly counts."""
CORE_TWO = f"tilmarenne core, {CORE_CUSTOMERS:,} customers, no truth, 2 processes"
ALDEANE = "aldeane, no truth"
ONLY, PLAIN, LEAN = "Faker loop, Faker alone", "Faker loop, plain", "Faker loop, lean"
MIMESIS = "Mimesis loop"
NO_TEXTS = "tilmarenne without texts, truth"
WRITING, ONE_FILE = "writing alone, same files", "writing alone, one file per table"
RATIOS: tuple[tuple[str, str, str, bool], ...] = (
    # title, numerator, denominator, whether rates are compared (else times)
    ("rows/s with truth / Faker loop, Faker alone", TRUTH, ONLY, True),
    ("rows/s without truth / Faker loop, Faker alone", NO_TRUTH, ONLY, True),
    ("rows/s with truth / Faker loop, plain", TRUTH, PLAIN, True),
    ("rows/s without truth / Faker loop, plain", NO_TRUTH, PLAIN, True),
    ("rows/s without truth / Faker loop, lean", NO_TRUTH, LEAN, True),
    ("rows/s with truth / Mimesis loop", TRUTH, MIMESIS, True),
    ("rows/s without truth / Mimesis loop", NO_TRUTH, MIMESIS, True),
    ("total time / writing the same files", TRUTH, WRITING, False),
    ("total time / writing one file per table", TRUTH, ONE_FILE, False),
    ("time with truth / without", TRUTH, NO_TRUTH, False),
    ("rows/s on 2 processes / on 1", TWO, TRUTH, True),
)


def has_mimesis() -> bool:
    """Return whether Mimesis is installed; its case is left out where it is not."""
    return find_spec("mimesis") is not None


def case_list(settings: Settings, shape: Path) -> list[Case]:
    """Return the cases of the main table, in the order in which a round runs them."""
    size = ("--customers", str(settings.customers))
    core = ("--customers", str(CORE_CUSTOMERS))
    peer = ("--shape", str(shape))
    cases = [
        Case(TRUTH, ("cxdata", *size)),
        Case(PLAIN, ("faker-plain", *peer)),
        Case(ONLY, ("faker-only", *peer)),
        Case(WRITING, ("write-as-cxdata", *size)),
        Case(NO_TRUTH, ("cxdata", *size, "--no-truth")),
        Case(LEAN, ("faker-lean", *peer)),
        *([Case(MIMESIS, ("mimesis", *peer))] if has_mimesis() else []),
        Case(ONE_FILE, ("write-one-file", *size)),
        Case(NO_TEXTS, ("cxdata", *size, "--without-texts")),
        Case(TWO, ("cxdata", *size, "--jobs", "2")),
    ]
    if settings.is_quick:
        return cases
    return [
        *cases,
        Case(CORE_TWO, ("cxdata", *core, "--no-truth", "--tables", CORE, "--jobs", "2")),
        Case(ALDEANE, ("cxdata", *size, "--no-truth", "--scenario", "aldeane")),
    ]


def child(*arguments: str) -> dict[str, Any]:
    """Run one case in a process of its own and return what it prints.

    Raises:
        SystemExit: If it fails; its own message stands above.
    """
    done = subprocess.run([sys.executable, str(HERE / "cases.py"), *arguments], stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise SystemExit(f"benchmarks/cases.py {' '.join(arguments)} failed, see above.")
    content: dict[str, Any] = json.loads(done.stdout)
    return content


def spread(values: Sequence[float], form: Callable[[float], str]) -> str:
    """Return the least and the greatest value."""
    return f"{form(min(values))} to {form(max(values))}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table, numbers to the right."""
    marks = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, marks, *rows))


def whole(value: float) -> str:
    """Return a whole number with commas."""
    return f"{value:,.0f}"


def thousands(value: float) -> str:
    """Return a number rounded to thousands, for rates that are not known any better."""
    return f"{round(value, -3):,.0f}"


def two(value: float) -> str:
    """Return a number with two decimals."""
    return f"{value:.2f}"


def run_rounds(cases: Sequence[Case], rounds: int, say: Callable[[str], None]) -> dict[str, list[Measurement]]:
    """Run every case once per round: A B C, A B C, so that what slows the machine for a while slows all of them."""
    found: dict[str, list[Measurement]] = {case.name: [] for case in cases}
    for number in range(1, rounds + 1):
        for case in cases:
            outcome = child(*case.arguments)
            found[case.name].append(outcome)
            say(f"round {number}/{rounds}  {case.name}: {outcome['seconds']:.2f} s")
    return found


def main_table(cases: Sequence[Case], found: Mapping[str, list[Measurement]]) -> str:
    """Return the table of all cases."""
    rows = []
    for case in cases:
        runs = found[case.name]
        seconds = [run["seconds"] for run in runs]
        middle = statistics.median(seconds)
        peaks = [run["peak_mb"] for run in runs if run["peak_mb"] is not None]
        workers = max(run["worker_mb"] for run in runs)
        memory = whole(max(peaks)) if peaks else ""
        size = runs[0]["logical_bytes"]
        rows.append(
            (
                case.name,
                whole(runs[0]["rows"]),
                two(middle),
                spread(seconds, two),
                two(statistics.median([run["cpu_seconds"] for run in runs])),
                thousands(runs[0]["rows"] / middle),
                two(size / 1e6),
                whole(size / 1e6 / middle),
                f"{memory} + workers of {whole(workers)}" if workers else memory,
            )
        )
    head = ("case", "rows", "median s", "spread s", "CPU s", "rows/s", "logical MB", "logical MB/s", "peak MB")
    return table(head, rows)


def ratio_values(found: Mapping[str, list[Measurement]], clock: str) -> dict[str, list[float]]:
    """Return every ratio of every round by one clock: within a round both sides saw the same machine."""
    values: dict[str, list[float]] = {}
    for title, above, below, is_rate in RATIOS:
        if above not in found or below not in found:
            continue
        pairs = zip(found[above], found[below], strict=True)
        values[title] = [
            (a["rows"] / a[clock]) / (b["rows"] / b[clock]) if is_rate else a[clock] / b[clock] for a, b in pairs
        ]
    return values


def ratio_table(found: Mapping[str, list[Measurement]]) -> str:
    """Return the table of ratios, by the clock on the wall and by CPU time."""
    by_wall, by_cpu = ratio_values(found, "seconds"), ratio_values(found, "cpu_seconds")
    rows = []
    for title, above, _, _ in RATIOS:
        if title not in by_wall:
            continue
        by_clock = by_wall[title]
        cpu = "" if above == TWO else two(statistics.median(by_cpu[title]))  # CPU time adds processes up
        rows.append((title, two(statistics.median(by_clock)), spread(by_clock, two), cpu))
    return table(("ratio, taken within each round", "median", "spread", "median by CPU time"), rows)


def texts_line(found: Mapping[str, list[Measurement]]) -> str:
    """Return how fast texts are made per byte, beside all other rows; what they cost is the difference of two runs."""
    ratios, size = [], 0
    for whole_run, without in zip(found[TRUTH], found[NO_TEXTS], strict=True):
        other = without["logical_bytes"]
        size = whole_run["logical_bytes"] - other
        extra = max(whole_run["cpu_seconds"] - without["cpu_seconds"], 1e-9)
        ratios.append((size / extra) / (other / without["cpu_seconds"]))
    return (
        f"Customers' texts with their truth, {whole(size / 1e6)} MB, come {two(statistics.median(ratios))} times as "
        f"fast per byte as all other rows ({spread(ratios, two)}, by CPU time)."
    )


def growth_table(settings: Settings, say: Callable[[str], None]) -> str:
    """Measure time per row and peak memory at growing sizes; the largest also on two processes."""
    largest = max(settings.growth)
    found: dict[int, list[Measurement]] = {size: [] for size in settings.growth}
    for number in range(1 if settings.is_quick else REPEATS):
        for size in settings.growth:
            if size == largest and number > 0:
                continue
            found[size].append(child("cxdata", "--customers", str(size)))
            say(f"growth  {size:,} customers: {found[size][-1]['seconds']:.2f} s")
    pair: Measurement = child("cxdata", "--customers", str(largest), "--jobs", "2")
    say(f"growth  {largest:,} customers, 2 processes: {pair['seconds']:.2f} s")
    rows = []
    for size, runs, processes in [*((size, runs, 1) for size, runs in found.items()), (largest, [pair], 2)]:
        middle = statistics.median([run["seconds"] for run in runs])
        count = runs[0]["rows"]
        rows.append(
            (
                whole(size),
                str(processes),
                whole(count),
                two(middle),
                two(statistics.median([run["cpu_seconds"] for run in runs])),
                two(middle / count * 1e6),
                thousands(count / middle),
                whole(runs[0]["logical_bytes"] / 1e6 / middle),
                whole(max(run["peak_mb"] for run in runs)),
                whole(max(run["worker_mb"] for run in runs)) if processes > 1 else "",
            )
        )
    head = (
        "customers",
        "processes",
        "rows",
        "median s",
        "CPU s",
        "microseconds per row",
        "rows/s",
        "logical MB/s",
        "peak MB, main process",
        "peak MB, largest worker",
    )
    return table(head, rows)


def start_up_table(repeats: int, say: Callable[[str], None]) -> str:
    """Measure what a user waits for at the least, as a command from the shell."""
    rows = []
    cache = tempfile.TemporaryDirectory(prefix="cxdata-benchmark-bytecode-")
    # As on a user's machine, where the first start has left compiled modules behind.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = cache.name
    for title, arguments in (
        ("`cxdata --help`", ("--help",)),
        (
            "`cxdata generate tilmarenne --customers 1000`",
            ("generate", "tilmarenne", "--customers", "1000", "--out", "{}"),
        ),
    ):
        seconds = []
        for _ in range(repeats + 1):
            with tempfile.TemporaryDirectory(prefix="cxdata-benchmark-") as folder:
                filled = [argument.format(f"{folder}/out") for argument in arguments]
                start = time.perf_counter()
                command = [sys.executable, "-m", "cxdata", *filled]
                done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False, env=environment)
                if done.returncode:
                    raise SystemExit(
                        "cxdata did not run. Install it with 'pip install -e .', or set PYTHONPATH=generator."
                    )
                seconds.append(time.perf_counter() - start)
        del seconds[0]  # warm-up: reads the package from disk
        say(f"start-up  {title}: {statistics.median(seconds):.2f} s")
        rows.append((title, two(statistics.median(seconds)), spread(seconds, two)))
    cache.cleanup()
    return table(("command", "median s", "spread s"), rows)


def machine() -> str:
    """Return versions, processors and load, with a warning if other work was going on."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES if find_spec(name) is not None)
    processors, load = os.cpu_count() or 1, os.getloadavg()[0]
    system = f"{platform.system()} {platform.machine()}, {processors} processors, load average at the start {load:.1f}"
    busy = " **The machine was busy: read the ratios, best by CPU time.**" if load > BUSY_LOAD * processors else ""
    return f"Python {platform.python_version()}, {packages}; {system}.{busy}"


def report(settings: Settings, say: Callable[[str], None]) -> str:
    """Measure everything and return the page of results."""
    where = machine()
    start_up = start_up_table(1 if settings.is_quick else REPEATS, say)
    numbers = ("--customers", str(settings.customers), "--peer-customers", str(settings.peer_customers))
    tables = child("shape", *numbers)
    if not has_mimesis():
        say("Mimesis is not installed, so its loop is left out: pip install -e '.[bench]'")
    with tempfile.TemporaryDirectory(prefix="cxdata-benchmark-") as folder:
        shape = Path(folder) / "shape.json"
        shape.write_text(json.dumps(tables), encoding="utf-8")
        cases = case_list(settings, shape)
        found = run_rounds(cases, settings.rounds, say)
    growth = growth_table(settings, say)
    return "\n\n".join(
        [
            "# Results",
            "Written by `python benchmarks/run.py`; README.md says how to read it.",
            where,
            f"## {settings.customers:,} customers, {settings.rounds} rounds",
            main_table(cases, found),
            f"The peers make the same mix of tables for {settings.peer_customers:,} customers.",
            "## Ratios",
            ratio_table(found),
            texts_line(found),
            "## Growth: tilmarenne with truth",
            growth,
            "## Start-up",
            start_up,
        ]
    )


def main() -> None:
    """Run the suite."""
    parser = argparse.ArgumentParser(description="Run all benchmarks side by side.")
    parser.add_argument("--quick", action="store_true", help="small and noisy, prints only unless --out is given")
    parser.add_argument("--customers", type=int, help=f"of the main table; {DEFAULT.customers:,} by default")
    parser.add_argument("--rounds", type=int, help=f"runs of each case; {DEFAULT.rounds} by default")
    parser.add_argument("--out", type=Path, help="file of the results; results.md beside this script by default")
    options = parser.parse_args()
    base = QUICK if options.quick else DEFAULT
    settings = replace(base, customers=options.customers or base.customers, rounds=options.rounds or base.rounds)
    start = time.perf_counter()
    page = report(settings, lambda line: print(line, file=sys.stderr, flush=True))
    print(page)
    target = options.out or (None if options.quick else HERE / "results.md")
    if target is not None:
        target.write_text(page + "\n", encoding="utf-8")
    print(f"took {time.perf_counter() - start:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
