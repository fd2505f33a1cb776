"""The ``cxdata`` command: parses, calls the api, prints. No logic here.

Exit codes: 0 done, 1 a check failed, 2 bad input (one line on the error output, never a traceback), 130 interrupted.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cxdata.errors import CxdataError, ParameterError

if TYPE_CHECKING:
    from rich.console import Console

app = typer.Typer(
    help="Synthetic customer-experience data in which every planted effect is known.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

INTERRUPTED = 130  # 128 and the number of the signal, as shells count

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for a program to read.")]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; what a user can mend is one line and exit code 2."""
    try:
        code = app(args=arguments, standalone_mode=False)
    except CxdataError as error:
        _refuse(f"{type(error).__name__}: {error}")
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except BrokenPipeError:
        sys.exit(0)  # the reader, such as `head`, has seen enough
    except Exception as error:
        # Usage errors come from the parser that typer carries inside; they share this method and no public class.
        spell = getattr(error, "format_message", None)
        if spell is None:
            raise
        _refuse(f"{spell()} See 'cxdata --help'.")
    if code == INTERRUPTED:
        print("interrupted; an unfinished run can be finished with --resume.", file=sys.stderr)
    sys.exit(code if isinstance(code, int) else 0)


def _refuse(line: str) -> None:
    print("cxdata: " + " ".join(line.split()), file=sys.stderr)
    sys.exit(2)


def _console() -> Console:
    from rich.console import Console

    # A table is wider than a pipe's assumed 80 columns; a program that reads it wants whole cells.
    return Console(width=None if sys.stdout.isatty() else 200, highlight=False)


def _print_json(content: Any) -> None:
    print(json.dumps(content, indent=2, ensure_ascii=False))


def _print_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = ()
) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(title, style="bold") if title else None,
        title_justify="left",
        header_style="bold",
        box=None,
        pad_edge=False,
    )
    for name in columns:
        table.add_column(name, justify="right" if name in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    _console().print(table)


@app.command()
def scenarios(
    scenario: Annotated[
        str | None, typer.Argument(help="Show one scenario: its effects, quantities and parameters.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the worlds, or show one with its effects and parameters."""
    from cxdata import api, describe

    if scenario is None:
        found = describe.scenarios()
        if as_json:
            _print_json(found)
        else:
            _print_table("Scenarios", ("id", "brand", "what"), [(s["id"], s["brand"], s["title"]) for s in found])
        return
    shown = describe.scenario(scenario, api.default_parameters(scenario))
    if as_json:
        _print_json(shown)
        return
    _console().print(f"{shown['brand']}: {shown['title']}\n{shown['premise']}\n", markup=False)
    _print_table("Planted effects", ("id", "question"), [(e["id"], e["question"]) for e in shown["effects"]])
    if shown["quantities"]:
        hidden = [(q["id"], q["question"]) for q in shown["quantities"]]
        _print_table("\nQuantities behind the data", ("id", "question"), hidden)
    rows = [(p["name"], _short(p["value"]), p["unit"], p["source"], p["meaning"]) for p in shown["parameters"]]
    _print_table("\nParameters (--set name=value)", ("name", "value", "unit", "source", "meaning"), rows)
    if shown["presets"]:
        sets = [(p["name"], ", ".join(f"{n}={_setting(v)}" for n, v in p["sets"].items())) for p in shown["presets"]]
        _print_table("\nPresets (--preset name)", ("name", "sets"), sets)


@app.command()
def tables(
    scenario: Annotated[str | None, typer.Argument(help="Id of the world; all of them by default.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the tables of a world."""
    from cxdata import describe

    found = describe.tables(scenario)
    if as_json:
        _print_json(found)
        return
    rows = [(t["scenario"], t["table"], t["columns"], t["rows"], t["meaning"]) for t in found]
    _print_table("Tables", ("scenario", "table", "columns", "rows", "one row is"), rows, right=("columns",))


@app.command()
def describe(
    table: Annotated[str, typer.Argument(help="Name of a table.")],
    scenario: Annotated[str | None, typer.Option(help="World, where several have a table of that name.")] = None,
    as_json: AsJson = False,
) -> None:
    """Describe the columns of a table: meaning, unit, domain, and how each is made."""
    from cxdata import describe as descriptions

    for shown in descriptions.table(table, scenario):
        if as_json:
            continue
        _console().print(f"{shown['scenario']}.{shown['table']}: {shown['meaning']}", markup=False)
        rows = [
            (c["column"], c["type"], c["unit"], c["allowed"], c["empty"], c["meaning"], c["made"])
            for c in shown["columns"]
        ]
        _print_table("", ("column", "type", "unit", "allowed", "may be empty", "meaning", "how it is made"), rows)
        if shown["latent"]:
            hidden = [(c["column"], c["type"], c["unit"], c["meaning"], c["made"]) for c in shown["latent"]]
            _print_table("\nIn the answer key alone", ("column", "type", "unit", "meaning", "how it is made"), hidden)
        print()
    if as_json:
        _print_json(descriptions.table(table, scenario))


@app.command()
def generate(
    scenario: Annotated[str, typer.Argument(help="Id of the world; see 'cxdata scenarios'.")],
    out: Annotated[Path, typer.Option(help="Output folder, new or empty.")],
    customers: Annotated[int, typer.Option(help="How many customers.")] = 1_000,
    seed: Annotated[int, typer.Option(help="Same seed, same values.")] = 1,
    locale: Annotated[str, typer.Option(help="Of names, contact data and texts.")] = "fr_FR",
    form: Annotated[str, typer.Option("--format", help="parquet or csv.")] = "parquet",
    tables: Annotated[
        str | None, typer.Option(help="Tables to write, with commas between them; all by default.")
    ] = None,
    jobs: Annotated[int | None, typer.Option(help="Processes; one by default, all processors for large runs.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Finish an interrupted run with the same options.")] = False,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="Set a parameter: name=value, or name=a,b,c.")
    ] = None,
    presets: Annotated[
        list[str] | None, typer.Option("--preset", help="Set the parameters of a preset; see 'cxdata scenarios ID'.")
    ] = None,
    no_truth: Annotated[bool, typer.Option("--no-truth", help="Do not write the answer key.")] = False,
    recalibrate: Annotated[
        bool, typer.Option("--recalibrate", help="Solve calibrated parameters anew under --set and --preset.")
    ] = False,
    dirt: Annotated[
        str, typer.Option(help="Also make file deliveries with the faults of real exports: none, light or heavy.")
    ] = "none",
    as_json: AsJson = False,
) -> None:
    """Generate a data set into a folder."""
    from cxdata import api
    from cxdata.config import RunConfig

    config = RunConfig(
        scenario=scenario,
        customers=customers,
        seed=seed,
        locale=locale,
        tables=None if tables is None else tuple(name.strip() for name in tables.split(",") if name.strip()),
        parameters=parse_settings(settings or []),
        presets=tuple(presets or ()),
        truth=not no_truth,
        recalibrate=recalibrate,
        dirt=dirt,
    )
    with _progress(customers) as progress:
        manifest = api.generate_files(config, out, form=form, jobs=jobs, resume=resume, progress=progress)
    if as_json:
        _print_json(dict(manifest.content))
        return
    rows = [(name, f"{entry['rows']:,}", entry["fingerprint"][:16]) for name, entry in manifest.tables.items()]
    _print_table(f"{out}", ("table", "rows", "fingerprint"), rows, right=("rows",))


def parse_settings(settings: Sequence[str]) -> dict[str, float | tuple[float, ...]]:
    """Return parameters from ``name=value`` texts.

    Raises:
        ParameterError: If a text has another form, or names a parameter twice.
    """
    found: dict[str, float | tuple[float, ...]] = {}
    for text in settings:
        name, equals, value = text.partition("=")
        name = name.strip()
        try:
            numbers = tuple(float(part) for part in value.split(","))
        except ValueError:
            numbers = ()
        if not equals or not name or not numbers:
            raise ParameterError(f"--set {text!r}: write name=number, or name=number,number for several shares.")
        if name in found:
            raise ParameterError(f"--set gives {name!r} twice; give it once.")
        found[name] = numbers[0] if len(numbers) == 1 else numbers
    return found


class _progress:  # noqa: N801  # used as a function that opens a context
    """A progress bar with rows a second and time left; quiet when the error output is not a terminal."""

    def __init__(self, customers: int) -> None:
        self._customers = customers
        self._bar: Any = None

    def __enter__(self) -> Callable[[int, int], None]:
        if not sys.stderr.isatty():
            return lambda customers, rows: None
        import time

        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn("{task.completed:,.0f} of {task.total:,.0f} customers"),
            BarColumn(),
            TextColumn("{task.fields[speed]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._bar.start()
        task = self._bar.add_task("generate", total=self._customers, speed="")
        started = time.monotonic()
        total = 0

        def advance(customers: int, rows: int) -> None:
            nonlocal total
            total += rows
            speed = total / max(time.monotonic() - started, 1e-9)
            self._bar.update(task, advance=customers, speed=f"{speed:,.0f} rows/s")

        return advance

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.stop()


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="A folder that 'cxdata generate' wrote.")], as_json: AsJson = False
) -> int:
    """Check a data set: fingerprints, contracts, safety, published figures, planted effects."""
    from dataclasses import asdict

    from cxdata import api

    found = api.check(folder)
    failed = sum(finding.verdict == "fail" for finding in found)
    unsure = sum(finding.verdict == "too few rows" for finding in found)
    if as_json:
        _print_json({"failed": failed, "too_few_rows": unsure, "findings": [asdict(finding) for finding in found]})
    else:
        rows = [(f.group, f.name, f.verdict, f.detail) for f in found]
        _print_table(str(folder), ("group", "what", "verdict", "seen"), rows)
        print(f"\n{len(found) - failed - unsure} pass, {failed} fail, {unsure} too few rows to tell")
    return 1 if failed else 0


@app.command()
def figures(
    publication: Annotated[str | None, typer.Argument(help="Only one publication.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Read figure files from another folder, to check them.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the published figures with their sources and the targets that hold data against them."""
    from cxdata import describe

    found = describe.figures(publication, folder)
    if as_json:
        _print_json(found)
        return
    rows = [(f["id"], f"{f['value']:g}", f["unit"], f["used"], f["statement"]) for f in found]
    _print_table("Published figures", ("id", "value", "unit", "used as", "what it says"), rows, right=("value",))
    for line in sorted({f["citation"] for f in found}):
        print(line)


@app.command()
def calibrate(scenario: Annotated[str, typer.Argument(help="Id of the world.")]) -> None:
    """Solve a world's calibrated parameters on the pilot and write them beside the scenario (for its authors)."""
    from cxdata import api

    print(api.calibrate_scenario(scenario, lambda line: print(line, file=sys.stderr)))


@app.command(name="vocabulary")
def rebuild_vocabulary(locale: Annotated[str, typer.Argument(help="A Faker locale, for instance fr_FR.")]) -> None:
    """Rebuild a locale's frozen word lists with Faker (for its authors: names change in every data set)."""
    from cxdata.catalog.vocabulary_builder import build

    print(build(locale))


def _setting(value: float | tuple[float, ...]) -> str:
    return ",".join(f"{number:g}" for number in value) if isinstance(value, tuple) else f"{value:g}"


def _short(value: object) -> str:
    if isinstance(value, list):
        shown = ", ".join(f"{number:g}" for number in value[:4])
        return f"{shown}, ... ({len(value)})" if len(value) > 4 else shown
    return f"{value:g}" if isinstance(value, float | int) else str(value)


if __name__ == "__main__":
    main()
