"""The command: what it prints when all is well, and its one line when it is not."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cxdata import api, cli
from cxdata.catalog import scan, vocabulary_builder
from cxdata.config import RunConfig
from cxdata.engine import calibrate
from cxdata.execution import local

COMMANDS = ("scenarios", "tables", "describe", "generate", "check", "figures", "calibrate", "vocabulary")
HUGE = "9" * 400
# The system's own file trees: nobody can make a folder there, whoever runs the tests.
UNWRITABLE = ("/proc/cxdata-out", "/sys/cxdata-out", "/dev/null/cxdata-out")


@pytest.fixture
def command(capsys) -> Callable[..., tuple[int, str, str]]:
    """Run the command in this process; warnings are errors here, so nothing it mutters goes unheard."""

    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            cli.main([str(argument) for argument in arguments])
        return stop.value.code, *capsys.readouterr()

    return run


@pytest.fixture
def refused(command) -> Callable[..., str]:
    """Demand of bad input what ``refuses`` demands, in this process, which takes a tenth of the time."""

    def run(*arguments: object) -> str:
        code, out, err = command(*arguments)
        assert (code, out) == (2, "")
        assert len(err.splitlines()) == 1, err
        return err

    return run


@pytest.fixture(scope="module")
def intact(tmp_path_factory) -> Callable[[str], Path]:
    """Return a small data set of a format, made once; copy it before you damage it."""
    made: dict[str, Path] = {}

    def folder(form: str) -> Path:
        if form not in made:
            made[form] = tmp_path_factory.mktemp(form) / "data"
            api.generate_files(RunConfig(scenario="aldeane", customers=20), made[form], form=form, jobs=1)
        return made[form]

    return folder


def listing(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


class TestEveryCommandWorks:
    def test_help_lists_them_all(self, cxdata):
        shown = cxdata("--help")
        assert (shown.returncode, shown.stderr) == (0, "")
        assert [name for name in COMMANDS if f" {name} " not in shown.stdout] == []

    @pytest.mark.parametrize("name", COMMANDS)
    def test_and_explains_itself(self, command, name):
        code, out, err = command(name, "--help")
        assert (code, err) == (0, "")
        assert "Usage" in out

    @pytest.mark.parametrize(
        "arguments",
        [
            ("scenarios",),
            ("scenarios", "tilmarenne"),
            ("tables",),
            ("tables", "aldeane"),
            ("describe", "customers"),
            ("describe", "customers", "--scenario", "aldeane"),
            ("figures",),
            ("figures", "pmu_2015"),
        ],
        ids=" ".join,
    )
    def test_and_tells_programs_what_it_tells_people(self, command, arguments):
        code, out, err = command(*arguments)
        assert (code, err) == (0, "")
        assert out
        code, printed, err = command(*arguments, "--json")
        assert (code, err) == (0, "")
        assert json.loads(printed)

    def test_scenarios_names_every_world_with_its_effects(self, command):
        listed = json.loads(command("scenarios", "--json")[1])
        assert [world["id"] for world in listed] == list(scan.scenario_ids())
        for name in scan.scenario_ids():
            shown = json.loads(command("scenarios", name, "--json")[1])
            assert [effect["id"] for effect in shown["effects"]] == [e.id for e in scan.scenario(name).effects]

    def test_describe_shows_a_table_of_each_world_that_has_one(self, command):
        shown = json.loads(command("describe", "customers", "--json")[1])
        assert [table["scenario"] for table in shown] == list(scan.scenario_ids())
        assert all(column["meaning"] and column["made"] for table in shown for column in table["columns"])

    @pytest.mark.parametrize("form", ["parquet", "csv"])
    def test_generate_and_check_work_in_silence_when_nobody_watches(self, cxdata, tmp_path, form):
        made = cxdata("generate", "tilmarenne", "--customers", 30, "--format", form, "--out", tmp_path / "d", "--json")
        assert (made.returncode, made.stderr) == (0, "")
        assert json.loads(made.stdout) == json.loads((tmp_path / "d/manifest.json").read_text(encoding="utf-8"))
        checked = cxdata("check", tmp_path / "d")
        assert (checked.returncode, checked.stderr) == (0, "")
        assert "0 fail" in checked.stdout

    def test_generate_prints_each_table_with_its_rows(self, command, tmp_path):
        code, out, err = command("generate", "aldeane", "--customers", 1_000, "--out", tmp_path / "d")
        assert (code, err) == (0, "")
        for name, entry in json.loads((tmp_path / "d/manifest.json").read_text(encoding="utf-8"))["tables"].items():
            (line,) = [line.split() for line in out.splitlines() if line.startswith(f"{name} ")]
            assert line == [name, f"{entry['rows']:,}", entry["fingerprint"][:16]]

    def test_check_counts_its_verdicts(self, command, intact):
        code, out, err = command("check", intact("parquet"), "--json")
        report = json.loads(out)
        verdicts = [finding["verdict"] for finding in report["findings"]]
        assert report["failed"] == verdicts.count("fail")
        assert report["too_few_rows"] == verdicts.count("too few rows")
        assert (code, err) == (1 if report["failed"] else 0, "")
        assert {finding["group"] for finding in report["findings"]} == {"integrity", "safety", "target", "recovery"}

    def test_generate_writes_what_it_is_asked_for(self, command, tmp_path):
        options = ("--tables", "orders, customers", "--no-truth", "--set", "typo_rate=0.5", "--locale", "en_GB")
        code, out, _ = command("generate", "tilmarenne", "--out", tmp_path, "--customers", 9, *options, "--json")
        manifest = json.loads(out)
        assert code == 0
        assert set(manifest["tables"]) == {"customers", "orders"}
        assert manifest["parameters_set"] == {"typo_rate": 0.5}
        assert (manifest["locale"], manifest["customers"], manifest["seed"]) == ("en_GB", 9, 1)
        assert not (tmp_path / "truth").exists()

    def test_calibrate_writes_what_it_solves_beside_the_scenario(self, command, tmp_path, monkeypatch):
        path = tmp_path / "tilmarenne.calibration.toml"
        monkeypatch.setattr(scan, "calibration_path", lambda scenario: path)
        monkeypatch.setattr(calibrate, "solve", lambda world, report: (report("sweep 1"), {"contact_base": -2.0})[1])
        monkeypatch.setattr(calibrate, "planted_values", lambda world, values: {})
        assert command("calibrate", "tilmarenne") == (0, f"{path}\n", "sweep 1\n")
        assert "contact_base = -2.0" in path.read_text(encoding="utf-8")

    def test_vocabulary_rebuilds_a_locale(self, command, tmp_path, monkeypatch):
        build = vocabulary_builder.build
        monkeypatch.setattr(vocabulary_builder, "DRAWS", 200)
        monkeypatch.setattr(vocabulary_builder, "build", lambda locale: build(locale, tmp_path))
        assert command("vocabulary", "fr_FR") == (0, f"{tmp_path / 'fr_FR'}\n", "")
        assert (tmp_path / "fr_FR/first_names.tsv").exists()

    def test_figures_can_be_read_from_another_folder(self, command, tmp_path, repository):
        source = repository / "generator/cxdata/catalog/figures/metapack_2016.toml"
        shutil.copy(source, tmp_path / "mine_2020.toml")
        code, out, _ = command("figures", "--folder", tmp_path, "--json")
        assert code == 0
        assert [figure["id"] for figure in json.loads(out)] == ["mine_2020.never_again_share"]


@pytest.mark.parametrize("form", ["parquet", "csv"])
@pytest.mark.parametrize("customers", [0, 1])
@pytest.mark.parametrize("world", scan.scenario_ids())
def test_a_world_of_nobody_or_of_one_is_whole(command, tmp_path, world, customers, form):
    code, _, err = command("generate", world, "--customers", customers, "--format", form, "--out", tmp_path / "d")
    assert (code, err) == (0, "")
    code, out, err = command("check", tmp_path / "d", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["failed"] == 0
    opened = api.open_dataset(tmp_path / "d")
    assert len(opened["customers"]) == customers
    assert set(opened.tables) == set(scan.published(world))


OUT = "<out>"
ALDEANE = ("generate", "aldeane", "--customers", "5", "--out", OUT)
TILMARENNE = ("generate", "tilmarenne", "--customers", "5", "--out", OUT)


def given_set(*texts: str) -> tuple[str, ...]:
    return (*ALDEANE, *(word for text in texts for word in ("--set", text)))


BAD_INPUT: dict[str, tuple[tuple[str, ...], str]] = {
    # Names that do not exist
    "command": (("generat",), "No such command 'generat'"),
    "option": ((*ALDEANE, "--sed", "3"), "No such option"),
    "one argument too many": ((*ALDEANE, "tilmarenne"), "unexpected extra argument"),
    "no scenario": (("generate", "--out", OUT), "Missing argument"),
    "no folder": (("generate", "aldeane"), "Missing option '--out'"),
    "scenario": (("generate", "tilmaren", "--out", OUT), "Did you mean 'tilmarenne'?"),
    "scenario to show": (("scenarios", "nowhere"), "Available: aldeane, tilmarenne"),
    "scenario of tables": (("tables", "nowhere"), "unknown scenario 'nowhere'"),
    "scenario to calibrate": (("calibrate", "nowhere"), "unknown scenario 'nowhere'"),
    "table": ((*TILMARENNE, "--tables", "customers,order"), "Did you mean 'orders'?"),
    "table to describe": (("describe", "order"), "Did you mean 'orders'?"),
    "table of another world": (("describe", "orders", "--scenario", "aldeane"), "unknown table 'orders'"),
    "parameter": (given_set("reply_emial=1"), "Did you mean 'reply_email'?"),
    "format": ((*ALDEANE, "--format", "xlsx"), "Available: csv, parquet"),
    "locale": ((*ALDEANE, "--locale", "fr_XX"), "Shipped: en_GB, fr_FR"),
    "locale to rebuild": (("vocabulary", "fr_XX"), "unknown locale 'fr_XX'"),
    "publication": (("figures", "baer_2015"), "Did you mean 'baer_2016'?"),
    # Numbers
    **{
        f"customers {value[:12]}": (("generate", "aldeane", "--out", OUT, "--customers", value), "customers")
        for value in ("-1", "10000000001", "2.5", "many", "", "nan", HUGE, "9" * 5_000)
    },
    **{f"seed {value[:12]}": ((*ALDEANE, "--seed", value), "seed") for value in ("-1", str(2**63), "1.5", HUGE)},
    **{f"jobs {value[:12]}": ((*ALDEANE, "--jobs", value), "jobs") for value in ("0", "257", "1.5", HUGE)},
    # Settings
    **{
        f"set {text[:24]}": (given_set(text), "write name=number")
        for text in (
            "typo_rate",
            "typo_rate=",
            "=0.1",
            "typo_rate=a",
            "typo_rate=0.1,",
            "typo_rate=0x1",
            "typo_rate=1=1",
        )
    },
    "set nan": (given_set("typo_rate=nan"), "must be a finite number"),
    "set inf": (given_set("score_sd=-inf"), "must be a finite number"),
    "set beyond any float": (given_set(f"score_sd={HUGE}"), "must be a finite number"),
    "set a share below 0": (given_set("typo_rate=-0.01"), "allowed: 0 to 1"),
    "set a share above 1": (given_set("typo_rate=1.01"), "allowed: 0 to 1"),
    "set an effect out of its domain": ((*TILMARENNE, "--set", "late_on_delivery=5.01"), "allowed: 0 to 5"),
    "set too few shares": (given_set("severities=0.5,0.5"), "takes 5 numbers, not 2"),
    "set too many shares": (given_set("genders=0.5,0.25,0.25"), "takes 2 numbers, not 3"),
    "set several numbers for one": (given_set("typo_rate=0.1,0.2"), "takes 1 number, not 2"),
    "set shares that sum to more than 1": (given_set("genders=0.5,0.6"), "must sum to 1"),
    "set a negative share": (given_set("genders=-0.5,1.5"), "allowed: 0 to 1"),
    "set twice": (given_set("typo_rate=0.1", "typo_rate=0.2"), "gives 'typo_rate' twice"),
    "set figures that contradict each other": (given_set("per_year_onstage=1.01"), "a mean of"),
    # Lists
    "empty list of tables": ((*ALDEANE, "--tables", ""), "no table selected"),
    "list of commas": ((*ALDEANE, "--tables", " , ,"), "no table selected"),
    "table of the answer key without it": (
        ("generate", "tilmarenne", "--tables", "passages", "--no-truth", "--out", OUT),
        "'passages' is of the answer key alone; drop --no-truth",
    ),
    # Names that are paths, markup or letters of another script
    "scenario that is a path": (("generate", "../scenarios/aldeane", "--out", OUT), "unknown scenario"),
    "scenario that is a module": (("generate", "__init__", "--out", OUT), "unknown scenario"),
    "scenario in markup": (("scenarios", "[/bold]"), "unknown scenario '[/bold]'"),
    "scenario of two lines": (("generate", "aldeane\ntilmarenne", "--out", OUT), "unknown scenario 'aldeane\\n"),
    "scenario with an escape": (("generate", "\x1b[31maldeane", "--out", OUT), "unknown scenario '\\x1b["),
    "scenario with a full-width letter": (("generate", "\uff41ldeane", "--out", OUT), "unknown scenario"),
    "scenario in bytes that are no text": (("generate", "\udcff", "--out", OUT), "unknown scenario"),
    "table that is a path": ((*ALDEANE, "--tables", "../customers"), "unknown table"),
    "table of the answer key": ((*ALDEANE, "--tables", "latents/customers"), "unknown table"),
    "table to describe that is a path": (("describe", "../../tables"), "unknown table"),
    "publication that is a path": (("figures", "../figures/pmu_2015"), "unknown publication"),
    "locale that is a path": ((*ALDEANE, "--locale", "../vocab/fr_FR"), "unknown locale"),
    "locale to rebuild that is a path": (("vocabulary", "../fr_FR"), "unknown locale"),
    "format that is a path": ((*ALDEANE, "--format", "/csv"), "unknown format"),
}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_is_one_line_and_no_folder(refuses, tmp_path, case):
    arguments, words = BAD_INPUT[case]
    out = tmp_path / "deep" / "out"
    line = refuses(*(str(out) if word == OUT else word for word in arguments))
    assert line.startswith("cxdata: ")
    assert words in line
    assert not out.parent.exists()


@pytest.mark.parametrize("text", ["score_sd=1e308", "day_ends=5"])
def test_a_setting_that_breaks_the_arithmetic_is_refused(refuses, tmp_path, text):
    # A spread that overflows, whose cast to whole numbers no two processors make alike; one number for a list of days.
    assert text.partition("=")[0] in refuses(*ALDEANE[:-1], tmp_path / "out", "--set", text)
    assert not (tmp_path / "out").exists()


class TestTheFolder:
    def generate(self, refused, out, *options) -> str:
        return refused("generate", "aldeane", "--customers", 5, "--out", out, *options)

    def test_must_be_empty(self, refused, tmp_path):
        (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
        assert "is not empty" in self.generate(refused, tmp_path)
        assert listing(tmp_path) == {"mine.txt": b"mine"}

    def test_must_not_hold_a_finished_run(self, refused, tmp_path, intact):
        shutil.copytree(intact("csv"), tmp_path / "data")
        for options in ((), ("--resume",)):
            assert "is not empty" in self.generate(refused, tmp_path / "data", *options)
        assert listing(tmp_path / "data") == listing(intact("csv"))

    def test_must_not_be_a_file(self, refused, tmp_path):
        path = tmp_path / "out"
        path.write_text("mine", encoding="utf-8")
        assert "is a file" in self.generate(refused, path)
        assert "Not a directory" in self.generate(refused, path / "below")
        assert path.read_text(encoding="utf-8") == "mine"

    @pytest.mark.parametrize("out", UNWRITABLE)
    def test_must_be_writable(self, refused, out):
        assert "cannot write to" in self.generate(refused, out)
        assert not os.path.lexists(out)

    def test_must_have_a_name_that_the_system_takes(self, refused, tmp_path):
        assert "File name too long" in self.generate(refused, tmp_path / ("a" * 300))

    def test_must_not_hold_an_unfinished_run_unless_it_is_resumed(self, refused, tmp_path):
        before = self.begin(tmp_path)
        assert "--resume" in self.generate(refused, tmp_path)
        assert "finish it with --resume" in refused("check", tmp_path)
        assert listing(tmp_path) == before

    @pytest.mark.parametrize(
        "options",
        [
            ("aldeane", "--seed", "2"),
            ("aldeane", "--customers", "6"),
            ("aldeane", "--format", "csv"),
            ("aldeane", "--locale", "en_GB"),
            ("aldeane", "--tables", "customers"),
            ("aldeane", "--no-truth"),
            ("aldeane", "--set", "typo_rate=0.5"),
            ("tilmarenne",),
        ],
        ids=" ".join,
    )
    def test_must_hold_a_run_of_the_same_options_to_be_resumed(self, refused, tmp_path, options):
        before = self.begin(tmp_path)
        line = refused("generate", "--out", tmp_path, "--customers", 5, "--resume", *options)
        assert "made with other options" in line
        assert listing(tmp_path) == before

    def test_may_be_new_to_a_run_that_is_resumed(self, command, tmp_path):
        assert command("generate", "aldeane", "--customers", 5, "--out", tmp_path / "d", "--resume")[0] == 0

    @pytest.mark.parametrize("name", ["données 数据", "a b'\"$", "[bold]x", "[/x]", "-"])
    def test_may_have_any_name(self, command, tmp_path, name):
        code, out, err = command("generate", "aldeane", "--customers", 0, f"--out={tmp_path / name}", "--format", "csv")
        assert (code, err) == (0, "")
        assert "".join(name.split()) in "".join(out.split())  # titles are folded
        code, out, err = command("check", tmp_path / name)
        assert (code, err) == (0, "")
        assert "".join(name.split()) in "".join(out.split())  # titles are folded
        assert [path.name for path in tmp_path.iterdir()] == [Path(name).parts[0]]

    @staticmethod
    def begin(folder: Path) -> dict[str, bytes | None]:
        """Leave a folder as a run does that was killed before its first part was done."""
        digest = api.plan(RunConfig(scenario="aldeane", customers=5)).digest
        local.prepare(folder, digest, "parquet", resume=False)
        return listing(folder)


def has_numpy(process: psutil.Process) -> bool:
    return any("_multiarray_umath" in mapped.path for mapped in process.memory_maps())


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupted_run_says_how_to_finish_it_and_nothing_else(tmp_path, jobs):
    options = ("generate", "aldeane", "--customers", "200000", "--jobs", str(jobs), "--out", str(tmp_path / "d"))
    run = psutil.Popen(
        [sys.executable, "-m", "cxdata", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    # It has made its folder; its helpers, if it has any, are in the middle of their imports.
    while not ((tmp_path / "d/.parts/run.json").exists() and (jobs == 1 or any(map(has_numpy, run.children())))):
        assert run.poll() is None
        time.sleep(0.005)
    os.killpg(run.pid, signal.SIGINT)  # Ctrl-C reaches the helpers as well
    out, err = run.communicate()
    assert (run.returncode, out) == (130, "")
    assert err.splitlines() == ["interrupted; an unfinished run can be finished with --resume."]
    assert not (tmp_path / "d/manifest.json").exists()


# A limit on the size of files gives the error of a full disk to whoever runs the tests.
# Where a small disk can be mounted, the real thing is tried as well.
LIMITED = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
sys.argv[1:] = sys.argv[2:]
runpy.run_module("cxdata", run_name="__main__")
"""


def mount(folder: Path, size: str) -> bool:
    command = ("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def unmount(folder: Path) -> None:
    subprocess.run(("umount", str(folder)), check=True)


def can_mount() -> bool:
    with tempfile.TemporaryDirectory() as scratch:
        if mount(Path(scratch), "4k"):
            unmount(Path(scratch))
            return True
    return False


class TestAFullDisk:
    @pytest.fixture(scope="class")
    @staticmethod
    def undisturbed(tmp_path_factory) -> dict[str, bytes]:
        folder = tmp_path_factory.mktemp("undisturbed")
        for form in ("parquet", "csv"):
            api.generate_files(RunConfig(scenario="aldeane", customers=3_000), folder / form, form=form, jobs=1)
        return {form: (folder / form / "manifest.json").read_bytes() for form in ("parquet", "csv")}

    @staticmethod
    def assert_refused(result: subprocess.CompletedProcess[str], reason: str) -> None:
        assert (result.returncode, result.stdout) == (2, "")
        assert len(result.stderr.splitlines()) == 1, result.stderr
        assert reason in result.stderr
        assert "finish the run with --resume" in result.stderr

    @pytest.mark.parametrize("form", ["parquet", "csv"])
    @pytest.mark.parametrize("limit", [10, 100_000])
    def test_is_one_line_and_the_run_can_be_finished(self, command, undisturbed, tmp_path, form, limit):
        options = ("generate", "aldeane", "--customers", "3000", "--format", form, "--out", str(tmp_path / "d"))
        failed = subprocess.run(
            [sys.executable, "-c", LIMITED, str(limit), *options], capture_output=True, text=True, check=False
        )
        self.assert_refused(failed, "File too large")
        assert not (tmp_path / "d/manifest.json").exists()
        code, _, err = command(*options, "--resume")
        assert (code, err) == (0, "")
        assert (tmp_path / "d/manifest.json").read_bytes() == undisturbed[form]

    if can_mount():

        @pytest.mark.parametrize("form", ["parquet", "csv"])
        def test_of_a_real_disk_leaves_no_part_behind(self, cxdata, tmp_path, form):
            assert mount(tmp_path, "200k")
            try:
                result = cxdata("generate", "aldeane", "--customers", 3_000, "--format", form, "--out", tmp_path / "d")
                left = [path for path in (tmp_path / "d").rglob("*") if path.is_file()]
            finally:
                unmount(tmp_path)
            self.assert_refused(result, "No space left on device")
            assert [path.name for path in left] == ["run.json"]


def edit(path: Path, change: Callable[[dict], object]) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def manifest_with(change: Callable[[dict], object]) -> Callable[[Path], None]:
    return lambda folder: edit(folder / "manifest.json", change)


def customers_with(**fields: object) -> Callable[[Path], None]:
    return manifest_with(lambda content: content["tables"]["customers"].update(fields))


def key_of(content: str) -> Callable[[Path], int]:
    return lambda folder: (folder / "truth/answer_key.json").write_text(content, encoding="utf-8")


def rewritten(old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "customers.csv"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


DAMAGED: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "manifest gone": ("csv", lambda folder: (folder / "manifest.json").unlink(), "holds no manifest.json"),
    "manifest no JSON": ("csv", lambda folder: (folder / "manifest.json").write_text("{"), "cannot be read"),
    "manifest no text": ("csv", lambda folder: (folder / "manifest.json").write_bytes(b"\xff\xfe"), "cannot be read"),
    "manifest no object": ("csv", lambda folder: (folder / "manifest.json").write_text("[]"), "must hold an object"),
    **{
        f"manifest without {name}": (
            "csv",
            manifest_with(lambda content, name=name: content.pop(name)),
            f"{name!r} is missing",
        )
        for name in ("format_version", "scenario", "seed", "format", "parameters_digest", "tables")
    },
    "format of the future": ("csv", manifest_with(lambda content: content.update(format_version=9)), "is of format 9"),
    "unknown scenario": ("csv", manifest_with(lambda content: content.update(scenario="../x")), "unknown scenario"),
    "unknown format": ("csv", manifest_with(lambda content: content.update(format="xlsx")), "unknown format"),
    "unknown table": (
        "csv",
        manifest_with(lambda content: content["tables"].update(odd=content["tables"]["customers"])),
        "unknown table of aldeane 'odd'",
    ),
    "table without its rows": ("csv", manifest_with(lambda c: c["tables"]["scores"].pop("rows")), "'rows' is missing"),
    "path out of the folder": ("csv", customers_with(files=["../x"]), "lies outside the data set"),
    "path through the folder": ("csv", customers_with(files=["truth/../../x"]), "lies outside the data set"),
    "path from the root": ("csv", customers_with(files=["/etc/passwd"]), "lies outside the data set"),
    "path that is a folder": ("csv", customers_with(files=["truth"]), "table customers"),
    "path that no system takes": ("csv", customers_with(files=["a\0b"]), "table customers"),
    "path that is a number": ("csv", customers_with(files=[3]), "table customers"),
    "no path": ("csv", customers_with(files=[]), "table customers"),
    "block sizes that are words": ("csv", customers_with(block_rows=["a"]), "table customers"),
    "block sizes that are no whole numbers": ("csv", customers_with(block_rows=[20.0]), "table customers"),
    "table gone, CSV": ("csv", lambda folder: (folder / "customers.csv").unlink(), "customers has lost its file"),
    "table gone, Parquet": (
        "parquet",
        lambda folder: (folder / "customers/part-00000.parquet").unlink(),
        "customers has lost its file",
    ),
    "table cut short, CSV": ("csv", lambda folder: os.truncate(folder / "customers.csv", 300), "customers is damaged"),
    "table cut short, Parquet": (
        "parquet",
        lambda folder: os.truncate(folder / "customers/part-00000.parquet", 300),
        "customers is damaged",
    ),
    "table emptied": ("csv", lambda folder: os.truncate(folder / "customers.csv", 0), "customers is damaged"),
    "table of another": (
        "parquet",
        lambda folder: shutil.copy(folder / "scores/part-00000.parquet", folder / "customers/part-00000.parquet"),
        "customers",
    ),
    "column renamed": ("csv", rewritten("gender", "genre"), "customers is damaged"),
    "cell too many": ("csv", rewritten("\n1,", "\n1,1,"), "customers is damaged"),
    "cell of another type": ("csv", rewritten("\n1,", "\none,"), "customers is damaged"),
    "bytes that are no text": (
        "csv",
        lambda folder: (folder / "customers.csv").write_bytes((folder / "customers.csv").read_bytes() + b"\xff\xfe\n"),
        "customers is damaged",
    ),
    "answer key without its manifest": (
        "csv",
        lambda folder: (folder / "truth/manifest.json").unlink(),
        "holds no manifest",
    ),
    "answer key gone": ("csv", lambda folder: (folder / "truth/answer_key.json").unlink(), "cannot be read"),
    "answer key no JSON": ("csv", key_of("{"), "cannot be read"),
    "answer key without effects": ("csv", key_of("{}"), "cannot be read"),
    "answer key with an effect that is none": ("csv", key_of('{"effects": {"reply_on_score": 3}}'), "cannot be read"),
    "answer key with a quantity without value": (
        "csv",
        key_of('{"effects": {}, "quantities": {"share": {"planted": null, "realised": {}}}}'),
        "cannot be read",
    ),
    "answer key with a planted value without its error": (
        "csv",
        key_of('{"effects": {"reply_on_score": {"planted": {"value": 1}, "realised": {"value": 1}}}}'),
        "cannot be read",
    ),
    "answer key with an effect without value": ("csv", key_of('{"effects": {"reply_on_score": {}}}'), "cannot be read"),
}


class TestADamagedDataSet:
    @pytest.mark.parametrize("case", DAMAGED)
    def test_is_refused_in_one_line(self, refused, intact, tmp_path, case):
        form, damage, words = DAMAGED[case]
        shutil.copytree(intact(form), tmp_path / "data")
        damage(tmp_path / "data")
        assert words in refused("check", tmp_path / "data")

    @pytest.mark.parametrize(
        ("change", "failed"),
        [
            (rewritten(",f,", ",m,"), {"customers: fingerprint"}),
            (rewritten(",f,", ",x,"), {"customers: fingerprint", "customers: contract"}),
            (rewritten(",true", ","), {"customers: fingerprint", "customers: contract"}),
            (rewritten("example.org", "exemple.org"), {"customers: fingerprint", "customers"}),
            (rewritten("\n1,", "\n2,"), {"customers: fingerprint", "customers: contract", "complaints: contract"}),
            (customers_with(rows=19), {"customers: fingerprint"}),
            (customers_with(blocks=["0" * 64]), {"customers: fingerprint"}),
            (customers_with(fingerprint="0" * 64), {"customers: fingerprint"}),
            (customers_with(block_rows=[25, -5]), {"customers: fingerprint"}),
        ],
        ids=[
            "one cell altered",
            "one cell outside its domain",
            "one cell emptied",
            "one address that may reach somebody",
            "one key given twice",
            "rows miscounted",
            "block fingerprint altered",
            "table fingerprint altered",
            "block sizes altered",
        ],
    )
    def test_that_can_be_read_fails_where_the_damage_is(self, command, intact, tmp_path, change, failed):
        shutil.copytree(intact("csv"), tmp_path / "data")
        change(tmp_path / "data")
        code, out, err = command("check", tmp_path / "data", "--json")
        assert (code, err) == (1, "")
        found = {
            f["name"]
            for f in json.loads(out)["findings"]
            if f["verdict"] == "fail" and f["group"] in ("integrity", "safety")
        }
        assert found == failed

    @pytest.mark.parametrize("name", ["nowhere", "a file", "truth"])
    def test_must_be_a_folder_with_a_data_set(self, refused, intact, tmp_path, name):
        (tmp_path / "a file").write_text("", encoding="utf-8")
        (tmp_path / "truth").mkdir()
        assert "DatasetError" in refused("check", tmp_path / name)


class TestAFigureFile:
    GOOD = """
[publication]
title = "A study"
authors = "A. Author"
year = 2020
kind = "survey"
read_in = "the study itself"

[figures.late_share]
value = 38
unit = "percent"
population = "parcels"
place = "page 3"
statement = "Of parcels, 38% are late."
"""

    @pytest.mark.parametrize(
        ("old", "new", "words"),
        [
            ('place = "page 3"\n', "", "[figures.late_share]: field 'place' is missing"),
            ("year = 2020\n", "", "[publication]: field 'year' is missing"),
            ("value = 38\n", "value = 38\nvalue_2 = 39\n", "unknown field 'value_2'"),
            ('"percent"', '"percents"', "unknown unit 'percents'"),
            ("value = 38", "value =", "cannot be read as TOML"),
        ],
        ids=["figure lacks a field", "publication lacks a field", "field unknown", "unit unknown", "no TOML"],
    )
    def test_with_a_fault_is_refused_with_file_and_place(self, refused, tmp_path, old, new, words):
        assert old in self.GOOD
        (tmp_path / "study_2020.toml").write_text(self.GOOD.replace(old, new), encoding="utf-8")
        line = refused("figures", "--folder", tmp_path)
        assert "study_2020.toml" in line
        assert words in line

    @pytest.mark.parametrize("name", ["nowhere", "empty", "file.txt"])
    def test_must_be_there(self, refused, tmp_path, name):
        (tmp_path / "empty").mkdir()
        (tmp_path / "file.txt").write_text("", encoding="utf-8")
        assert "no figure file" in refused("figures", "--folder", tmp_path / name)


# What an argument can hold: anything but NUL. Bytes that are no text are tried above, in a process of their own.
ANY_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
NUMBER = st.one_of(st.integers().map(str), st.floats().map(str), ANY_TEXT)
SMALL_NUMBER = st.integers(0, 20).map(str)
PARAMETER = st.sampled_from([parameter.name for parameter in scan.scenario("aldeane").parameters])
SETTING = st.builds(
    "{}={}".format,
    st.one_of(PARAMETER, ANY_TEXT),
    st.one_of(NUMBER, st.lists(st.floats(0, 1, width=16).map(str), min_size=1, max_size=6).map(",".join)),
)
FOLDER = st.sampled_from(["out", "a/b", "données", "a b", "."])
OPTION = st.one_of(
    st.tuples(st.just("--customers"), st.one_of(SMALL_NUMBER, NUMBER)),
    st.tuples(st.just("--seed"), NUMBER),
    st.tuples(st.just("--jobs"), st.one_of(st.just("1"), ANY_TEXT)),
    st.tuples(st.just("--format"), st.one_of(st.sampled_from(["csv", "parquet"]), ANY_TEXT)),
    st.tuples(st.just("--locale"), st.one_of(st.sampled_from(["en_GB", "fr_FR"]), ANY_TEXT)),
    st.tuples(st.just("--tables"), st.one_of(st.sampled_from(["customers", "scores,customers"]), ANY_TEXT)),
    st.tuples(st.just("--set"), SETTING),
    st.tuples(st.sampled_from(["--resume", "--no-truth", "--json", "--help"])),
    st.tuples(ANY_TEXT),
)
SCENARIO = st.one_of(st.just("aldeane"), st.sampled_from(["tilmarenne", "Aldeane", "aldeane.py", ""]), ANY_TEXT)
GENERATE = st.builds(
    lambda scenario, folder, options: ["generate", scenario, "--out", folder, *(w for o in options for w in o)],
    SCENARIO,
    FOLDER,
    st.lists(OPTION, max_size=3),
)
ANYTHING = st.lists(
    st.one_of(
        st.sampled_from(
            [*COMMANDS, "aldeane", "customers", "baer_2016", "--json", "--out", "--folder", "--", "-h", "."]
        ),
        ANY_TEXT,
    ),
    max_size=5,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(GENERATE, ANYTHING))
def test_no_arguments_whatever_end_in_a_traceback_or_half_a_folder(command, tmp_path, monkeypatch, arguments):
    # The authors' two commands write into the package and take minutes when they are given what they want.
    assume(not {"calibrate", "vocabulary"} & set(arguments[:-1]))
    scratch = Path(tempfile.mkdtemp(dir=tmp_path))
    monkeypatch.chdir(scratch)
    code, out, err = command(*arguments)
    assert code in (0, 1, 2)
    if code == 2:
        assert len(err.splitlines()) == 1
    else:
        assert err == ""
    made = [path.parent for path in scratch.rglob("manifest.json") if path.parent.name != "truth"]
    if arguments[:1] == ["generate"] and code == 0 and "Usage" not in out:
        assert len(made) == 1
        assert not (made[0] / ".parts").exists()
    else:
        assert list(scratch.rglob("*")) == []
