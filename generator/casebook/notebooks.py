"""Notebooks: written as py:percent scripts with their solution, executed apart, offered as exercise and solution."""

from __future__ import annotations

import ast
import asyncio
import builtins
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import jupytext
import nbformat
import yaml
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from pydantic import Field, ValidationError

from casebook.catalog import Sentence, Strict, line_of, problems
from casebook.errors import AuthorError, read_text
from cxdata.errors import unknown

OUTPUT_COLUMNS = 74
"""Characters of a printed line that a sheet of paper is wide; code, in smaller type, has ten more."""
SECONDS_PER_CELL = 60
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
    notebook, opening = _parsed(source)
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


def _parsed(source: Source) -> tuple[NotebookNode, Opening]:
    """Return the notebook as jupytext reads it, and its header."""
    text = read_text(source.path)
    try:
        notebook = jupytext.reads(text, fmt="py:percent")
        opening = Opening.model_validate(notebook.metadata.get("casebook", {}))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise AuthorError(source.path, f"the notebook header is not YAML: {error.problem}.", line=line) from error
    except (yaml.YAMLError, nbformat.ValidationError) as error:
        problem = str(error).strip().splitlines()[0]
        raise AuthorError(source.path, f"the notebook header is wrong: {problem}.", line=1) from error
    except ValidationError as error:
        field, problem = problems(error)[0]
        remedy = f"Under `jupyter: casebook:` it takes {', '.join(Opening.model_fields)}."
        line = line_of(_header(text), ("jupyter", "casebook", *field)) - 1
        raise AuthorError(
            source.path, f"notebook header, {'.'.join(map(str, field))}: {problem}.", line=max(line, 1), remedy=remedy
        ) from error
    return notebook, opening


def _header(text: str) -> str:
    """Return the YAML of a script's header, its lines where they are in the script."""
    found = re.match(r"# ---\n(.*?)^# ---$", text, re.DOTALL | re.MULTILINE)
    return "\n" + re.sub(r"^# ?", "", found[1], flags=re.MULTILINE) if found else ""


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
        timeout=SECONDS_PER_CELL,
        kernel_name="python3",
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],  # a kernel of our own on this machine needs no warning about its port
        resources={"metadata": {"path": str(root)}},
    )
    try:
        asyncio.run(client.async_execute())  # a loop of its own, closed whatever happens: notebooks run in threads
    except CellExecutionError as error:
        line = _line(source, notebook, client.code_cells_executed - 1, within=error.traceback)
        problem = f"a cell fails: {error.ename}: {error.evalue}".rstrip(".: ")
        raise AuthorError(source.path, f"{problem}.", line=line, remedy="Mend the cell.") from error
    except CellTimeoutError as error:
        line = _line(source, notebook, client.code_cells_executed - 1)
        problem = f"a cell ran for more than {SECONDS_PER_CELL} seconds."
        raise AuthorError(source.path, problem, line=line, remedy="Use a smaller edition.") from error
    except DeadKernelError as error:
        line = _line(source, notebook, client.code_cells_executed - 1)
        raise AuthorError(
            source.path, "its kernel died.", line=line, remedy="It may need more than the memory allowed."
        ) from error
    _refuse_unreadable_outputs(source, notebook)
    return notebook


def _refuse_unreadable_outputs(source: Source, notebook: NotebookNode) -> None:
    """Refuse warnings, which a reader takes for a fault, and lines that leave the paper."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for position, cell in enumerate(code):
        line = _line(source, notebook, position)
        for output in cell.outputs:
            if output.get("name") == "stderr":
                said = next((one for one in output.text.splitlines() if one.strip()), "").split(": ", 1)[-1]
                raise AuthorError(source.path, f"a cell warns: {said}", line=line, remedy="Mend what it warns of.")
            shown = output.get("data", {})
            text = output.get("text", shown.get("text/plain", ""))
            longest = "" if "text/html" in shown else max(text.splitlines(), key=len, default="")
            if len(longest) > OUTPUT_COLUMNS:
                problem = f"a cell prints a line of {len(longest)} characters, {longest[:30]!r}..."
                remedy = f"Break it: paper shows {OUTPUT_COLUMNS}."
                raise AuthorError(source.path, problem, line=line, remedy=remedy)


def _line(source: Source, notebook: NotebookNode, position: int, *, within: str = "") -> int | None:
    """Return the line of the script of a code cell, or of the line in it that a traceback names.

    Args:
        source: The script.
        notebook: As executed, its opening cell first.
        position: Of the cell among those that hold code, from nought.
        within: The traceback of the cell.
    """
    lines = read_text(source.path).splitlines()
    starts = [number for number, line in enumerate(lines, start=1) if line.startswith("# %%")]
    cells = notebook.cells[1:]
    if len(cells) == len(starts) + 1:  # code before the first marker
        starts.insert(0, 0)
    code = [
        (cell, start)
        for cell, start in zip(cells, starts, strict=False)
        if cell.cell_type == "code" and cell.source.strip()
    ]
    if len(cells) != len(starts) or position >= len(code):
        return None
    cell, marker = code[position]
    below = "\n".join(lines[marker:])
    first = marker + 1 + below.count("\n", 0, max(below.find(cell.source.lstrip("\n")), 0))
    found = re.search(r"Cell In\[\d+\], line (\d+)|^-+> (\d+) ", re.sub(r"\x1b\[[0-9;]*m", "", within), re.MULTILINE)
    return first + int(found[1] or found[2]) - 1 if found else first


def exercise(source: Source) -> NotebookNode:
    """Return the notebook without outputs, its solution cells left to the reader.

    A run of solution cells becomes one empty code cell; everything else stays.

    Raises:
        AuthorError: If a given cell uses a name that neither a given cell before it defines nor a task names.
    """
    notebook, _ = read(source)
    _refuse_lost_tasks(source, notebook)
    _refuse_unnamed(source, notebook)
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


def _refuse_lost_tasks(source: Source, notebook: NotebookNode) -> None:
    """Refuse a tag that means nothing, and a task whose solution the exercise would give away."""
    position = -1
    open_task = False
    for cell in [*notebook.cells[1:], None]:
        if open_task and (cell is None or (cell.cell_type == "code" and SOLUTION not in tags_of(cell))):
            raise AuthorError(
                source.path,
                "a task is not followed by a cell tagged as solution.",
                line=_line(source, notebook, max(position + (cell is not None), 0)),
                remedy='Tag the cell: `# %% tags=["solution"]`, or do not call it a task.',
            )
        if cell is None:
            return
        position += cell.cell_type == "code" and bool(cell.source.strip())
        for tag in tags_of(cell):
            if tag != SOLUTION:
                known = unknown("tag", tag, [SOLUTION])
                raise AuthorError(source.path, known, line=_line(source, notebook, max(position, 0)))
        open_task = "**Task.**" in cell.source if cell.cell_type == "markdown" else False


def _refuse_unnamed(source: Source, notebook: NotebookNode) -> None:
    """Refuse an exercise that nobody could do: its given cells would fail on names that only the solution chose."""
    known, named, position = set(dir(builtins)), "", -1
    for cell in notebook.cells:
        position += cell.cell_type == "code" and bool(cell.source.strip())
        if cell.cell_type == "markdown":
            named += " ".join(re.findall(r"`[^`]+`", cell.source))
        elif SOLUTION not in tags_of(cell):
            defined, used = _names(cell.source)
            for name in sorted(used - defined - known):
                if not re.search(rf"\b{re.escape(name)}\b", named):
                    raise AuthorError(
                        source.path,
                        f"a given cell uses {name!r}, which no given cell before it defines and no task names.",
                        line=_line(source, notebook, position),
                        remedy=f"Say in the task what to call it: keep it as `{name}`.",
                    )
            known |= defined


def _names(code: str) -> tuple[set[str], set[str]]:
    """Return the names that code defines, and those that it reads; code that is no Python has neither."""
    try:
        tree = ast.parse(code)
    except SyntaxError:  # a cell with a magic; running it tells what is wrong
        return set(), set()
    defined: set[str] = set()
    used: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else defined).add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            defined.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            defined |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.arg):
            defined.add(node.arg)
    return defined, used


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
    for line in read_text(source.path).splitlines():
        if line.startswith("# %%"):
            in_markdown = "[markdown]" in line or "[md]" in line
            lines.append("")
        else:
            lines.append(line.removeprefix("#").removeprefix(" ") if in_markdown else "")
    return "\n".join(lines)
