"""The shape of the project: layers, style, types, and no word of anything but itself."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
PACKAGE = REPOSITORY / "generator/cxdata"
BIN = Path(sys.executable).parent


def run_tool(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BIN / arguments[0]), *arguments[1:]], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    return [REPOSITORY / line for line in listed.splitlines() if (REPOSITORY / line).is_file()]


def test_each_layer_imports_only_what_stands_below_it():
    result = run_tool("lint-imports")
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    "arguments", [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)], ids=["lint", "format", "types"]
)
def test_code_is_clean(arguments):
    folders = (
        () if arguments[0] == "mypy" else ("generator", "scripts", "tests", "benchmarks", "notebooks", "docs/worked")
    )
    result = run_tool(*arguments, *folders)
    assert result.returncode == 0, result.stdout + result.stderr


def test_importing_the_package_imports_nothing_heavy():
    code = "import sys, cxdata; print([m for m in ('numpy', 'pandas', 'pyarrow', 'faker', 'rich') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_listing_the_commands_imports_no_data_library():
    code = (
        "import sys; sys.argv = ['cxdata', '--help']\nfrom cxdata.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print('|'.join(m for m in ('numpy', 'pandas', 'pyarrow', 'faker') if m in sys.modules), file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stderr.strip() == ""


def test_public_names_are_the_declared_ones_and_all_import():
    import cxdata

    for name in cxdata.__all__:
        assert getattr(cxdata, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = cxdata.nothing


def test_the_package_states_one_version():
    import tomllib

    from cxdata.api import VERSION

    declared = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["version"]
    assert declared == VERSION
    assert f"## {VERSION}" in (REPOSITORY / "CHANGELOG.md").read_text()


def test_constraints_pin_every_requirement_and_name_no_address():
    import tomllib

    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    extras = (requirement for extra in project["optional-dependencies"].values() for requirement in extra)
    wanted = [one for one in (*project["dependencies"], *extras) if not one.startswith(project["name"])]
    lines = [line for line in (REPOSITORY / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    pinned = {line.split("==")[0].lower().replace("_", "-") for line in lines}
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line) for line in lines)
    assert not {re.split(r"[<>=]", one)[0].lower() for one in wanted} - pinned


def test_what_notebooks_import_comes_with_their_extra():
    import tomllib

    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["notebooks"]]
    at_hand = {re.split(r"[<>=]", one)[0].lower() for one in wanted} | {"casebook", "cxdata"}
    other_names = {"vl_convert": "vl-convert-python", "sklearn": "scikit-learn"}
    for path in [*(REPOSITORY / "generator/casebook/worked").glob("*.py"), *(REPOSITORY / "notebooks").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            roots = {name.split(".")[0] for name in names} - sys.stdlib_module_names
            assert {other_names.get(root, root) for root in roots} <= at_hand, path.name


def test_the_project_speaks_of_itself_alone():
    # Words of a workplace rather than of the project, spelt in halves so that this file passes its own test.
    words = ["/wo" + "rk/", "sha" + "red/", "se" + "eds/", "pypi" + ".org", "npmjs" + ".com", "debian" + ".org"]
    for path in tracked_files():
        if path.suffix in (".npz", ".png", ".parquet", ".woff2") or "LICENSE" in path.name or "vendor" in path.parts:
            continue
        text = path.read_text(encoding="utf-8").lower()
        for word in words:
            assert word.lower() not in text, f"{path.relative_to(REPOSITORY)} speaks of {word!r}"


def test_every_public_function_says_what_it_does():
    # ruff checks that a docstring exists; this checks that it is a sentence.
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                doc = ast.get_docstring(node)
                if doc is not None:
                    first = doc.split("\n\n")[0].rstrip()
                    assert first.endswith((".", ":")), f"{path.name}:{node.lineno} {node.name}"
