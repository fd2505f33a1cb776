"""Notebooks: written as py:percent scripts with their solution, executed apart, offered as exercise and solution."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from pydantic import Field, ValidationError

from casebook.catalog import Sentence, Strict, problems
from casebook.errors import AuthorError

SECONDS_PER_NOTEBOOK = 60
SOLUTION = "solution"
"""Tag of the cells that the exercise leaves to the reader."""
TASK = "# Your turn: write the answer to the task above here.\n"


class Opening(Strict):
    """What a notebook says of itself before its first cell."""

    title: str
    minutes: Annotated[int, Field(ge=5, le=240)]
    questions: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    objectives: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    prerequisites: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    data: Sentence


@dataclass(frozen=True)
class Source:
    """A notebook's script.

    Attributes:
        path: The script.
        uri: Its path within the notebooks folder, without suffix, such as ``tools/net-promoter-score``.
    """

    path: Path
    uri: str


def sources(folder: Path) -> list[Source]:
    """Return all notebooks of the project, in the order of their paths."""
    return [Source(path, path.relative_to(folder).with_suffix("").as_posix()) for path in sorted(folder.rglob("*.py"))]


def read(source: Source) -> tuple[NotebookNode, Opening]:
    """Return a notebook as written, its opening cell first.

    Raises:
        AuthorError: If the header lacks a field or has a wrong one, or no cell is tagged as solution.
    """
    notebook = jupytext.read(source.path, fmt="py:percent")
    try:
        opening = Opening.model_validate(notebook.metadata.get("casebook", {}))
    except ValidationError as error:
        field, problem = problems(error)[0]
        remedy = f"Under `jupyter: casebook:` it takes {', '.join(Opening.model_fields)}."
        raise AuthorError(
            source.path, f"notebook header, {'.'.join(map(str, field))}: {problem}.", line=1, remedy=remedy
        ) from error
    if not any(SOLUTION in tags_of(cell) for cell in notebook.cells):
        raise AuthorError(source.path, "no cell is tagged as solution.", remedy='Tag it: `# %% tags=["solution"]`.')
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell(opening_text(opening)))
    for position, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{position}"  # jupytext draws ids by chance; the built file must not change by itself
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "title": opening.title,
        }
    )
    return notebook, opening


def tags_of(cell: NotebookNode) -> Sequence[str]:
    """Return a cell's tags."""
    found: Sequence[str] = cell.metadata.get("tags", [])
    return found


def opening_text(opening: Opening) -> str:
    """Return the first cell: title, questions, objectives, time and what must be known and at hand."""

    def listed(items: Sequence[str]) -> str:
        return "\n".join(f"- {item}" for item in items)

    return (
        f"# {opening.title}\n\n"
        f"**Questions**\n\n{listed(opening.questions)}\n\n"
        f"**You will be able to**\n\n{listed(opening.objectives)}\n\n"
        f"**Before you start** ({opening.minutes} minutes)\n\n{listed(opening.prerequisites)}\n\n"
        f"**Data:** {opening.data}"
    )


def execute(source: Source, root: Path) -> NotebookNode:
    """Return the notebook with the outputs of its cells.

    Raises:
        AuthorError: If a cell fails, runs too long, or its kernel dies; it names the line of the script.
    """
    notebook, _ = read(source)
    client = NotebookClient(
        notebook,
        timeout=SECONDS_PER_NOTEBOOK,
        kernel_name="python3",
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],  # a kernel of our own on this machine needs no warning about its port
        resources={"metadata": {"path": str(root)}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        line = _line_of_failure(source, notebook, error.traceback)
        raise AuthorError(
            source.path, f"a cell fails: {error.ename}: {error.evalue}.", line=line, remedy="Mend the cell."
        ) from error
    except CellTimeoutError as error:
        raise AuthorError(
            source.path, f"a cell ran for more than {SECONDS_PER_NOTEBOOK} seconds.", remedy="Use a smaller edition."
        ) from error
    except DeadKernelError as error:
        raise AuthorError(
            source.path, "its kernel died.", remedy="It may need more than the memory allowed."
        ) from error
    return notebook


def _line_of_failure(source: Source, notebook: NotebookNode, traceback: str) -> int | None:
    """Return the line of the script at which the last executed cell failed."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", traceback)
    within = re.search(r"Cell In\[\d+\], line (\d+)|^-+> (\d+) ", plain, re.MULTILINE)
    failed = next(
        (cell for cell in notebook.cells if any(out.output_type == "error" for out in cell.get("outputs", []))), None
    )
    if failed is None:
        return None
    script = source.path.read_text(encoding="utf-8")
    start = script.find(failed.source)
    if start < 0:
        return None
    return script.count("\n", 0, start) + (int(within[1] or within[2]) if within else 1)


def exercise(source: Source) -> NotebookNode:
    """Return the notebook without outputs, its solution cells left to the reader.

    A run of solution cells becomes one empty code cell; everything else stays.
    """
    notebook, _ = read(source)
    kept: list[NotebookNode] = []
    in_gap = False
    for cell in notebook.cells:
        if SOLUTION in tags_of(cell):
            if not in_gap:
                kept.append(nbformat.v4.new_code_cell(TASK, id=cell["id"]))
            in_gap = True
        else:
            kept.append(cell)
            in_gap = False
    notebook.cells = kept
    return notebook


def as_script(notebook: NotebookNode) -> str:
    """Return a notebook as a py:percent script without outputs."""
    text: str = jupytext.writes(notebook, fmt="py:percent")
    return text


def as_ipynb(notebook: NotebookNode) -> str:
    """Return a notebook as the text of an .ipynb file, the same for the same content."""
    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook, version=4) + "\n"
    return text


def prose(source: Source) -> str:
    """Return a notebook's Markdown with every other line empty, so that line numbers are the script's."""
    lines = []
    in_markdown = False
    for line in source.path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# %%"):
            in_markdown = "[markdown]" in line
            lines.append("")
        else:
            lines.append(line.removeprefix("#").removeprefix(" ") if in_markdown else "")
    return "\n".join(lines)
