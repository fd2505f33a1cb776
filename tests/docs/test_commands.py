"""Commands that readers are told to type exist."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from browsing import PROJECT

TEXTS = sorted(
    path.relative_to(PROJECT.root).as_posix()
    for path in [
        *(PROJECT.root / name for name in ("README.md", "CONTRIBUTING.md", "datasets/README.md")),
        *PROJECT.root.glob("docs/??/**/*.md"),
        *PROJECT.notebooks.rglob("*.py"),
    ]
)


@pytest.fixture(scope="module")
def commands() -> dict[str, set[str]]:
    """Return the subcommands of each command, and the targets of ``make``."""
    found = {}
    for program in ("cxdata", "casebook"):
        shown = subprocess.run(
            [sys.executable, "-m", program, "--help"], capture_output=True, text=True, check=True
        ).stdout
        found[program] = set(re.findall(r"^. ([a-z][\w-]*) ", shown, re.MULTILINE))
        assert found[program], shown
    makefile = (PROJECT.root / "Makefile").read_text(encoding="utf-8")
    found["make"] = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    return found


@pytest.mark.parametrize("text", TEXTS)
def test_commands_shown_to_readers_exist(commands, text):
    words = (PROJECT.root / text).read_text(encoding="utf-8")
    for program, command in re.findall(
        r"(?:^(?:# )?(?:\$ )?|`)(?:\.venv/bin/)?(cxdata|casebook) ([a-z]\w*)", words, re.MULTILINE
    ):
        assert command in commands[program], f"{program} {command}"
    for target in re.findall(r"(?:^(?:\$ )?|`)make (\w+)", words, re.MULTILINE):
        assert target in commands["make"], f"make {target}"
