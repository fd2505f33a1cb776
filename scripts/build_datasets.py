"""Keep ``datasets/`` in step with the generator.

Without options it regenerates every committed sample in a temporary folder, compares it file by file with the committed
one, and stops with the remedy where they differ. With ``--force`` it replaces the samples, the fingerprints of the
editions and the catalogue: that is a change of data, to be committed by itself.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import shutil
import sys
import tempfile
from pathlib import Path

from cxdata import api
from cxdata.catalog import scan
from cxdata.config import RunConfig
from cxdata.schema.table import Reference

ROOT = Path(__file__).parents[1]
DATASETS = ROOT / "datasets"
EDITIONS = ROOT / "generator/cxdata/catalog/editions.toml"
SAMPLE = "sample"
# Customers of each edition, per scenario. A sample is small enough to be read; a class edition keeps a room busy and a
# weak laptop quick; a study edition holds enough of what is rare to be counted.
SIZES = {"tilmarenne": {SAMPLE: 150, "class": 4_000, "study": 40_000}, "aldeane": {SAMPLE: 60, "class": 2_000}}
SEED = 7
LOCALE = "fr_FR"
LONGEST = 3_000
"""Rows beyond which a table of the whole company is left out of a sample, which is there to be read."""
HEADER = (
    "# Published editions: cxdata.edition(scenario, name) regenerates one and checks its fingerprint.\n"
    "# Written by scripts/build_datasets.py --force; a change here is a new major version of the data.\n"
)
CATALOGUE_START = "<!-- catalogue: written by scripts/build_datasets.py -->"
CATALOGUE_END = "<!-- end of catalogue -->"


def build_sample(scenario: str, folder: Path) -> None:
    """Generate a scenario's sample as CSV."""
    api.generate_files(config_of(scenario, SAMPLE), folder, form="csv", jobs=1)


def without(scenario: str, name: str) -> tuple[str, ...]:
    """Return the tables that an edition leaves out: the long ones of the whole company, in a sample."""
    long = [
        table.name
        for table in scan.tables(scenario).values()
        if isinstance(table.rows[0], Reference) and table.rows[0].count > LONGEST
    ]
    return tuple(long) if name == SAMPLE else ()


def config_of(scenario: str, name: str) -> RunConfig:
    """Return how an edition is made."""
    left_out = without(scenario, name)
    return RunConfig(
        scenario=scenario,
        customers=SIZES[scenario][name],
        seed=SEED,
        locale=LOCALE,
        tables=tuple(table for table in scan.tables(scenario) if table not in left_out) if left_out else None,
    )


def files_below(folder: Path) -> list[Path]:
    """Return the files below a folder, relative to it, in order."""
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def differences(made: Path, committed: Path) -> list[str]:
    """Return the files in which two folders differ."""
    names = sorted({*files_below(made), *files_below(committed)})
    _, wrong, absent = filecmp.cmpfiles(made, committed, [str(name) for name in names], shallow=False)
    return sorted([*wrong, *absent])


def write_editions() -> None:
    """Write the fingerprints of all editions."""
    lines = [HEADER]
    for scenario, sizes in sorted(SIZES.items()):
        for name, customers in sizes.items():
            with tempfile.TemporaryDirectory() as scratch:
                manifest = api.generate_files(config_of(scenario, name), Path(scratch) / "data", jobs=1)
            left_out = without(scenario, name)
            lines += [
                f"[{scenario}.{name}]",
                f"customers = {customers}",
                f"seed = {SEED}",
                f'locale = "{LOCALE}"',
                *([f"without = {json.dumps(left_out)}"] if left_out else []),
                f'fingerprint = "{api.edition_fingerprint(manifest)}"',
                "",
            ]
    EDITIONS.write_text("\n".join(lines), encoding="utf-8")


def catalogue() -> str:
    """Return the table of editions in Markdown."""
    lines = [
        CATALOGUE_START,
        "",
        "| Edition | Customers | Seed | Locale | Where | Fingerprint |",
        "| --- | ---: | ---: | --- | --- | --- |",
    ]
    for scenario in scan.scenario_ids():
        for name, edition in scan.editions(scenario).items():
            where = f"[`{scenario}/`]({scenario}/data_dictionary.md)" if name == SAMPLE else "made on demand"
            lines.append(
                f"| `{scenario}` `{name}` | {edition.customers:,} | {edition.seed} | {edition.locale} | {where} "
                f"| `{edition.fingerprint[:16]}` |"
            )
    return "\n".join([*lines, "", CATALOGUE_END])


def readme_with_catalogue(text: str) -> str:
    """Return the README with its catalogue renewed."""
    before, _, rest = text.partition(CATALOGUE_START)
    after = rest.partition(CATALOGUE_END)[2]
    return before + catalogue() + after


def replace_all() -> None:
    """Regenerate samples, fingerprints and catalogue."""
    for scenario in SIZES:
        shutil.rmtree(DATASETS / scenario, ignore_errors=True)
        build_sample(scenario, DATASETS / scenario)
        print(f"datasets/{scenario}: written")
    write_editions()
    readme = DATASETS / "README.md"
    readme.write_text(readme_with_catalogue(readme.read_text(encoding="utf-8")), encoding="utf-8")


def compare_all() -> int:
    """Compare every committed sample with what the generator makes now; return the number of faults."""
    faults = 0
    for scenario in SIZES:
        with tempfile.TemporaryDirectory() as scratch:
            made = Path(scratch) / scenario
            build_sample(scenario, made)
            odd = differences(made, DATASETS / scenario)
        if odd:
            faults += 1
            print(
                f"datasets/{scenario}: {odd[0]} and {len(odd) - 1} more differ from what the generator makes. "
                "Run 'make data' and commit the result, if the change is meant.",
                file=sys.stderr,
            )
        else:
            print(f"datasets/{scenario}: as generated")
    return faults


def main() -> int:
    """Run the script."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--force", action="store_true", help="replace the committed samples and fingerprints")
    if parser.parse_args().force:
        replace_all()
        return 0
    return 1 if compare_all() else 0


if __name__ == "__main__":
    sys.exit(main())
