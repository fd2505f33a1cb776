"""Kill a run as a power cut would, finish it with --resume, and return what it ends with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cxdata.engine.plan import BLOCK_CUSTOMERS
from cxdata.execution.local import blocks_per_part

POLL_SECONDS = 0.001
PART_SECONDS = 0.05
"""Less than a part takes, so that a blow meant for one falls within it."""
FINISH_SECONDS = 0.01
"""Less than the way from the last part to the manifest takes."""


def run_killed_then_resumed(
    scenario: str,
    customers: int,
    out: Path,
    seed: int,
    moments: Sequence[float],
    *,
    form: str = "parquet",
    jobs: int = 1,
) -> dict[str, Any]:
    """Run the command, kill it once per moment, resume it after each kill, and let the last attempt finish.

    Args:
        scenario: Id of the world.
        customers: Enough of them for several parts.
        out: Output folder, new.
        seed: Seed of the run.
        moments: When each blow falls, as a share of its attempt's way, 0 to 1. The way has one step for each part that
            is missing, and one from the last of them to the manifest. No blow falls before a part is finished.
        form: Format.
        jobs: Processes, killed together.

    Returns:
        The manifest that the run ends with.

    Raises:
        RuntimeError: If no blow fell before the manifest, or an attempt failed by itself.
    """
    command = [sys.executable, "-m", "cxdata", "generate", scenario, "--customers", str(customers)]
    command += ["--seed", str(seed), "--out", str(out), "--format", form, "--jobs", str(jobs)]
    blows = 0
    for moment in moments:
        if not _strike(command, out, moment, customers):
            break
        blows += 1
        command = [*command, "--resume"] if blows == 1 else command
    else:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"the last attempt failed: {done.stderr}")
    if not blows:
        raise RuntimeError(f"no blow fell before the manifest; {customers:,} customers are too few to be killed.")
    manifest: dict[str, Any] = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def parts_of(customers: int) -> int:
    """Return how many parts a run has."""
    blocks = -(-customers // BLOCK_CUSTOMERS)
    return -(-blocks // blocks_per_part(blocks))


def records(out: Path, since: int = 0) -> int:
    """Return how many records of finished parts a folder holds that are newer than a time in nanoseconds."""
    found = 0
    for path in (out / ".parts").glob("part-*.json"):
        try:
            found += path.stat().st_mtime_ns > since
        except FileNotFoundError:  # the run has just cleared them away
            continue
    return found


def _strike(command: Sequence[str], out: Path, moment: float, customers: int) -> bool:
    """Start an attempt and kill it at a moment; return whether the blow fell before the manifest."""
    missing = max(1, parts_of(customers) - records(out))
    way = moment * (missing + 1)
    step, rest = max(1, int(way)), way % 1 if way >= 1 else 0.0
    start = time.time_ns()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while process.poll() is None and records(out, since=start) < step:
        time.sleep(POLL_SECONDS)
    time.sleep(rest * (PART_SECONDS if step <= missing - 1 else FINISH_SECONDS))
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    complaint = process.communicate()[1]
    if process.returncode not in (0, -signal.SIGKILL):
        raise RuntimeError(f"an attempt failed by itself: {complaint}")
    return not (out / "manifest.json").exists()
