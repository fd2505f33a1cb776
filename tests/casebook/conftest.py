"""The small project, by the name of its fixture."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from small_project import BODY, CELLS, HEADER, NOTEBOOK, SCRIPT, SCRIPT_TEXT, TOOL, Mini

from casebook import frontmatter
from casebook.project import Project


@pytest.fixture
def mini(tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> Mini:
    root = tmp_path / "project"
    shutil.copytree(repository / "docs/catalog", root / "docs/catalog")
    made = Mini(Project(root))
    glossary = made.path("docs/catalog/glossary.toml").read_text(encoding="utf-8")
    made.write("docs/catalog/glossary.toml", "\n\n".join(glossary.split("\n\n")[:8]) + "\n")  # parses in no time
    front, _, _ = frontmatter.split((repository / TOOL).read_text(encoding="utf-8"))
    made.write(TOOL, f"---\n{front}---\n{BODY}")
    description = "A page that exists so that others can be linked from it and back."
    made.write("docs/en/index.md", f"---\ntitle: Start\ndescription: {description}\n---\n\n# Start\n\nWords.\n")
    made.write(SCRIPT, SCRIPT_TEXT)
    made.write(NOTEBOOK, HEADER + CELLS)
    made.write("generator/cxdata/engine.py", "RATE = 1\n")
    made.write("generator/casebook/worked/page.py", "WIDTH = 1\n")
    made.write("constraints.txt", "numpy==2\n")
    monkeypatch.chdir(root)  # messages name files as seen from where the command runs
    return made
