"""The long counts: twenty seeds, large sizes, fifty kills, calibration solved anew.

Results go to ``verification/results.json`` with a digest of their inputs; ``make test`` fails when the digest is stale.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from conformance.killing import run_killed_then_resumed
from cxdata import api
from cxdata.catalog import scan
from cxdata.check.recovery import over_seeds, recover
from cxdata.config import RunConfig

RESULTS = ROOT / "verification" / "results.json"
SEEDS = range(101, 121)
# Customers at which effects are recovered: enough that the bias of a tempting estimator is six standard errors or more.
RECOVERY_CUSTOMERS = {"tilmarenne": 160_000, "aldeane": 40_000}
CHECK_CUSTOMERS = {"tilmarenne": 200_000, "aldeane": 200_000}
# From 32 blocks on every part is as large as the largest: the last two sizes differ in the number of parts alone.
MEMORY_CUSTOMERS = (8_192, 262_144, 786_432)
MEMORY_LIMIT_MB = 600
KILLS = 50
KILL_CUSTOMERS = 26_000  # four parts
# What decides values and files; the command line and the catalogue's self-description do not.
INPUTS = ("generator/cxdata", "scripts/verify.py", "tests/conformance/killing.py")
NOT_INPUTS = ("cli.py", "__main__.py", "describe.py")


def digest_of_inputs() -> str:
    """Return SHA-256 over the names and contents of all files that the results rest on."""
    files = []
    for name in INPUTS:
        path = ROOT / name
        found = (
            [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
        )
        files += [p for p in found if p.name not in NOT_INPUTS]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def recovery() -> dict[str, Any]:
    """Estimate every effect and quantity over all seeds and judge by the rule of ``cxdata.check.recovery``."""
    out: dict[str, Any] = {}
    for name, customers in RECOVERY_CUSTOMERS.items():
        scenario = scan.scenario(name)
        wanted = sorted({table for planted in scenario.planted for table in planted.tables})
        runs: dict[str, list[Any]] = {}
        for seed in SEEDS:
            data = api.generate(name, customers=customers, seed=seed, tables=wanted)
            for found in recover(scenario.planted, data.tables, api.answer_key(data)):
                runs.setdefault(found.id, []).append(found)
        for id_, found_runs in runs.items():
            verdicts = over_seeds(found_runs)
            truths = [run.truth for run in found_runs]
            out[f"{name}.{id_}"] = {
                **{
                    key: round(value, 5) if isinstance(value, float) else value
                    for key, value in asdict(verdicts).items()
                },
                "customers": customers,
                # One planted value for all seeds; a quantity of the run has one for each, and here their mean.
                "truth": truths[0] if len(set(truths)) == 1 else round(sum(truths) / len(truths), 5),
                "right_passes": verdicts.right_passes,
                "tempting_fails": verdicts.tempting_fails,
                "passes": verdicts.passes,
            }
    return out


def checks() -> dict[str, Any]:
    """Generate each world at size and run every check of the command on it."""
    out = {}
    for name, customers in CHECK_CUSTOMERS.items():
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "data"
            api.generate_files(RunConfig(scenario=name, customers=customers, seed=11), folder)
            found = api.check(folder)
        verdicts = Counter(finding.verdict for finding in found)
        # Shops and advisers are as many in every run: one run of such a company may not tell, twenty seeds do.
        fixed = {quantity.id for quantity in scan.scenario(name).quantities if quantity.of == "run"}
        untold = {finding.name.partition(":")[0] for finding in found if finding.verdict == "too few rows"}
        out[name] = {
            "customers": customers,
            "pass": verdicts["pass"],
            "fail": verdicts["fail"],
            "too_few_rows": sorted(untold),
            "passes": verdicts["fail"] == 0 and untold <= fixed,
        }
    return out


def calibration() -> dict[str, Any]:
    """Solve every scenario's calibrated parameters anew and compare them with the committed ones."""
    out = {}
    for name in scan.scenario_ids():
        path = scan.calibration_path(name)
        committed = path.read_bytes()
        try:
            api.calibrate_scenario(name)
            solved = path.read_bytes()
        finally:
            path.write_bytes(committed)
        out[name] = {"values": len(tomllib.loads(committed.decode())["parameters"]), "passes": solved == committed}
    return out


def kills() -> dict[str, Any]:
    """Kill and resume a run fifty times; each must end with the manifest of an undisturbed run."""
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch)
        plain = RunConfig(scenario="tilmarenne", customers=KILL_CUSTOMERS, seed=5)
        wanted = dict(api.generate_files(plain, base / "undisturbed").content)
        same = 0
        for number in range(KILLS):
            # The moment of the kill runs over the whole length of a run, in equal steps.
            moment = (number + 0.5) / KILLS
            found = run_killed_then_resumed("tilmarenne", KILL_CUSTOMERS, base / str(number), 5, [moment])
            same += found == wanted
    return {"kills": KILLS, "same_manifest": same, "passes": same == KILLS}


def memory() -> dict[str, Any]:
    """Measure the peak memory of one process at growing sizes; it must not grow with the customers."""
    out: dict[str, Any] = {}
    for customers in MEMORY_CUSTOMERS:
        with tempfile.TemporaryDirectory() as scratch:
            code = f"""
import sys
from pathlib import Path
from cxdata import api
from cxdata.config import RunConfig
api.generate_files(RunConfig(scenario="tilmarenne", customers={customers}), Path(sys.argv[1]), jobs=1)
# The kernel's own mark of this process: getrusage would start from the parent's.
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""
            done = subprocess.run(
                [sys.executable, "-c", code, f"{scratch}/data"], capture_output=True, text=True, check=True
            )
        out[str(customers)] = {"peak_mb": round(int(done.stdout) / 1024)}
    peaks = [entry["peak_mb"] for entry in out.values()]
    # Peak memory is not exact from run to run, so the committed record keeps the verdict and round figures.
    return {
        "peak_mb_rounded": {size: round(entry["peak_mb"], -1) for size, entry in out.items()},
        "passes": max(peaks) < MEMORY_LIMIT_MB and peaks[-1] < 1.25 * peaks[-2],
    }


PARTS: dict[str, Callable[[], dict[str, Any]]] = {
    "recovery": recovery,
    "checks": checks,
    "calibration": calibration,
    "kills": kills,
    "memory": memory,
}


def passes(part: Any) -> bool:
    """Return whether a part of the results passes: its own verdict, or those of all its entries."""
    if "passes" in part:
        return bool(part["passes"])
    return all(passes(entry) for entry in part.values())


def main() -> int:
    """Run all parts and write the results."""
    digest = digest_of_inputs()
    content: dict[str, Any] = {"inputs": digest}
    for name, part in PARTS.items():
        content[name] = part()
        print(f"{name}: {'pass' if passes(content[name]) else 'FAIL'}", flush=True)
        print(json.dumps(content[name], indent=2), flush=True)
    if digest_of_inputs() != digest:
        print("the code changed while it was being verified; run again.", file=sys.stderr)
        return 1
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return 0 if all(passes(content[name]) for name in PARTS) else 1


if __name__ == "__main__":
    sys.exit(main())
