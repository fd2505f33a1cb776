"""A run may be killed at any moment: resumed, it ends as if nothing had happened."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conformance.killing import records, run_killed_then_resumed
from cxdata import api
from cxdata.config import RunConfig
from cxdata.errors import OutputError
from cxdata.execution import local

CUSTOMERS = 50_000
SEED = 5
PARTS = 7
SECONDS_TO_DIE = 10


def config(scenario: str = "aldeane", customers: int = CUSTOMERS) -> RunConfig:
    return RunConfig(scenario=scenario, customers=customers, seed=SEED)


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def stop_after(parts: int, folder: Path) -> None:
    """Leave a run as an interruption after some of its parts leaves it."""
    seen = iter(range(parts))

    def progress(customers: int, rows: int) -> None:
        if next(seen) == parts - 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        api.generate_files(config(), folder, jobs=1, progress=progress)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Return the files of an undisturbed run of each world and format, made when asked for."""
    made: dict[tuple[str, str], dict[str, bytes]] = {}

    def files(scenario: str = "aldeane", form: str = "parquet") -> dict[str, bytes]:
        if (scenario, form) not in made:
            folder = tmp_path_factory.mktemp("undisturbed") / "data"
            api.generate_files(config(scenario), folder, form=form, jobs=1)
            made[scenario, form] = files_of(folder)
        return made[scenario, form]

    return files


# After the first part, halfway through what is then missing, between the last part and the manifest.
FIRST, HALFWAY, LAST = 0.05, 0.5, 0.95


@pytest.mark.parametrize(
    ("scenario", "form", "jobs", "moments"),
    [
        ("tilmarenne", "parquet", 1, (FIRST, HALFWAY, LAST)),
        ("aldeane", "csv", 1, (HALFWAY, LAST)),
        ("aldeane", "parquet", 2, (HALFWAY,)),
    ],
    ids=["three times", "twice", "once with all its workers"],
)
def test_a_run_killed_again_and_again_ends_with_the_files_of_an_undisturbed_one(
    undisturbed, tmp_path, scenario, form, jobs, moments
):
    run_killed_then_resumed(scenario, CUSTOMERS, tmp_path / "data", SEED, moments, form=form, jobs=jobs)
    assert files_of(tmp_path / "data") == undisturbed(scenario, form)


def test_no_worker_outlives_a_run_that_is_killed_alone(tmp_path):
    command = [sys.executable, "-m", "cxdata", "generate", "aldeane", "--customers", "200000", "--jobs", "2"]
    main = psutil.Popen([*command, "--out", str(tmp_path / "data")], stdout=subprocess.DEVNULL)
    while not records(tmp_path / "data"):
        assert main.poll() is None
        time.sleep(0.01)
    workers = main.children(recursive=True)
    main.kill()  # the one process, as the system does when memory runs out
    main.wait()
    _, alive = psutil.wait_procs(workers, timeout=SECONDS_TO_DIE)
    for worker in alive:
        worker.kill()
    assert alive == [], "a worker left behind goes on writing into a folder that --resume believes its own"


def test_resuming_makes_the_missing_parts_alone(undisturbed, tmp_path, monkeypatch):
    stop_after(3, tmp_path)
    made = []
    write_part = local.write_part

    def counted(plan, part, *rest):
        made.append(part)
        return write_part(plan, part, *rest)

    monkeypatch.setattr(local, "write_part", counted)
    api.generate_files(config(), tmp_path, jobs=1, resume=True)
    assert made == list(range(3, PARTS))
    assert files_of(tmp_path) == undisturbed()


@pytest.mark.parametrize("damage", ["cut short", "one cell altered", "removed", "replaced", "record cut short"])
def test_a_part_damaged_between_the_runs_is_made_again(undisturbed, tmp_path, damage):
    stop_after(3, tmp_path)
    path = tmp_path / ".parts" / "complaints" / "part-00001.parquet"
    if damage == "removed":
        path.unlink()
    elif damage == "replaced":
        path.write_bytes(path.with_name("part-00002.parquet").read_bytes())
    elif damage == "cut short":
        path.write_bytes(path.read_bytes()[:-1000])
    elif damage == "one cell altered":
        table = pq.ParquetFile(path).read()
        answers = table["replied"].to_pylist()
        answers[17] = not answers[17]
        place = table.column_names.index("replied")
        pq.write_table(table.set_column(place, "replied", pa.array(answers)), path)
    else:
        record = tmp_path / ".parts" / "part-00001.json"
        record.write_bytes(record.read_bytes()[:50])
    api.generate_files(config(), tmp_path, jobs=1, resume=True)
    assert files_of(tmp_path) == undisturbed()


@pytest.mark.parametrize("left", [".parts/run.json.part", ".parts/"])
def test_a_run_killed_before_it_has_signed_its_folder_can_be_finished(tmp_path, left):
    # The folder is made before the file that says whose it is; a kill or a full disk may fall between the two.
    (tmp_path / ".parts").mkdir()
    if not left.endswith("/"):
        (tmp_path / left).touch()
    manifest = api.generate_files(config(customers=10), tmp_path, jobs=1, resume=True)
    assert (tmp_path / "manifest.json").exists()
    assert manifest["customers"] == 10


def test_an_interrupted_run_has_no_manifest_and_is_left_alone_without_resume(tmp_path):
    stop_after(1, tmp_path)
    before = files_of(tmp_path)
    assert not (tmp_path / "manifest.json").exists()
    with pytest.raises(OutputError, match="holds an unfinished run"):
        api.generate_files(config(), tmp_path, jobs=1)
    assert files_of(tmp_path) == before
