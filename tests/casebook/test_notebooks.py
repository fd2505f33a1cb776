"""Notebooks: what their header must say, where a cell fails, and what the exercise leaves to the reader."""

from __future__ import annotations

import json

import jupytext
import nbformat
import pytest
from small_project import CELLS, HEADER, NOTEBOOK

from casebook import notebooks
from casebook.errors import AuthorError
from casebook.notebooks import SOLUTION, TASK, Source, tags_of

FAILING = """
# %%
def half(number):
    return number / 2

# %% [markdown]
# 1 / 0 is not a number, and half("two") neither.

# %% tags=["solution"]
value = 4

# %%

# A comment, and then
half(value)
half("two")
"""


@pytest.fixture
def source(mini) -> Source:
    return Source(mini.path(NOTEBOOK), "tools/net-promoter-score")


@pytest.fixture(scope="module")
def executed(tmp_path_factory) -> list[str]:
    """The same notebook, executed twice, as text."""
    folder = tmp_path_factory.mktemp("notebook")
    path = folder / "tiny.py"
    path.write_text(HEADER + CELLS, encoding="utf-8")
    return [notebooks.as_ipynb(notebooks.execute(Source(path, "tiny"), folder)) for _ in range(2)]


def test_two_executions_give_the_same_bytes(executed):
    assert executed[0] == executed[1]


def test_an_executed_notebook_is_valid_and_holds_its_outputs(executed):
    notebook = nbformat.reads(executed[0], as_version=4)
    nbformat.validate(notebook)
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    assert [len(one) for one in outputs] == [1, 0, 1, 0]
    assert outputs[2][0].data["text/plain"] == "3"
    assert "execution" not in json.loads(executed[0])["cells"][1]["metadata"]  # no times of the clock


def test_the_opening_cell_says_what_the_header_says(source):
    notebook, opening = notebooks.read(source)
    first = notebook.cells[0].source
    assert first.startswith("# A tiny notebook\n")
    for words in (*opening.questions, *opening.objectives, *opening.prerequisites, opening.data, "(10 minutes)"):
        assert words in first


def test_the_exercise_leaves_each_run_of_solution_cells_to_the_reader(source):
    given, _ = notebooks.read(source)
    kept = notebooks.exercise(source).cells
    others = [cell.source for cell in given.cells if SOLUTION not in tags_of(cell)]
    assert [cell.source for cell in kept if cell.source != TASK.rstrip("\n") and cell.source != TASK] == others
    assert [cell.source for cell in kept].count(TASK) == 1
    assert not any(SOLUTION in tags_of(cell) for cell in kept)
    assert not any(cell.get("outputs") for cell in kept)


def test_runs_of_solution_cells_with_words_between_them_stay_two_tasks(source):
    text = source.path.read_text(encoding="utf-8")
    source.path.write_text(
        f'{text}\n# %% [markdown]\n# And now?\n\n# %% tags=["solution"]\nsecond + 1\n', encoding="utf-8"
    )
    cells = [cell.source for cell in notebooks.exercise(source).cells]
    assert cells[-2:] == ["And now?", TASK]
    assert cells.count(TASK) == 2


def test_the_exercise_is_valid_and_the_same_on_every_run(source):
    texts = {notebooks.as_ipynb(notebooks.exercise(source)) for _ in range(2)}
    assert len(texts) == 1
    notebook = nbformat.reads(texts.pop(), as_version=4)
    nbformat.validate(notebook)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def test_the_exercise_as_script_reads_back_as_the_same_cells(source):
    notebook = notebooks.exercise(source)
    back = jupytext.reads(notebooks.as_script(notebook), fmt="py:percent")
    assert [cell.source.strip() for cell in back.cells] == [cell.source.strip() for cell in notebook.cells]
    assert "second = first + 2" not in notebooks.as_script(notebook)


def test_a_notebook_without_solution_is_refused(mini, source):
    mini.write(NOTEBOOK, HEADER + CELLS.replace(' tags=["solution"]', ""))
    message = mini.refuses(lambda: notebooks.read(source))
    assert message == f'{NOTEBOOK}: no cell is tagged as solution. Tag it: `# %% tags=["solution"]`.'


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("minutes: 10", "minutes: 3", "minutes: Input should be greater than or equal to 5 (found 3)."),
        ("minutes: 10", "duration: 10", "duration: there is no such field"),
        ("minutes: 10", "minutes: 10\n#     level: easy", "level: there is no such field"),
        ("- Does it run?", "- Does it run", "questions.0: String should match pattern"),
        ("- Add two numbers.", "", "objectives: Input should be"),
        ("data: None at all, so it is quick.", "data: 5", "data: Input should be a valid string"),
    ],
)
def test_a_wrong_header_is_refused_at_its_line(mini, source, old, new, words):
    shown = new.rpartition("#     ")[2] or "objectives:"
    mini.change(NOTEBOOK, old, new)
    line = mini.line(NOTEBOOK, shown)
    message = mini.refuses(lambda: notebooks.read(source))
    assert message.startswith(f"{NOTEBOOK}:{line}: notebook header, {words}"), message
    assert message.endswith("it takes title, minutes, questions, objectives, prerequisites, data.")


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("", 1),
        ("# ---\n# jupyter:\n#   other: 1\n# ---\n", 2),
        ("# ---\n# jupyter:\n#   casebook: [open\n# ---\n", 3),
        ("# ---\n# jupyter:\n#   casebook:\n#     title: one: two\n# ---\n", 4),
        (HEADER.replace("#   casebook:", "#   kernelspec: {name: python3}\n#   casebook:"), 1),
    ],
)
def test_what_is_no_header_is_refused_in_one_line(mini, source, header, line):
    mini.write(NOTEBOOK, header + CELLS)
    message = mini.refuses(lambda: notebooks.read(source))
    assert message.startswith(f"{NOTEBOOK}:{line}: "), message


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (FAILING, 'half("two")\n'),
        (CELLS.replace("second == 3", "second == 4"), "assert second"),
        (CELLS.replace("first + 2", "frist + 2"), "second = frist"),
        (CELLS.replace("second = first + 2", "second = = 2"), "second = ="),
    ],
    ids=["in a function of another cell", "assertion", "name", "syntax"],
)
def test_a_failing_cell_is_refused_at_its_line_of_the_script(mini, source, cells, words):
    text = HEADER + cells
    mini.write(NOTEBOOK, text)
    line = text.count("\n", 0, text.rindex(words)) + 1
    message = mini.refuses(lambda: notebooks.execute(source, mini.project.root))
    assert message.startswith(f"{NOTEBOOK}:{line}: a cell fails: "), message
    assert message.endswith(" Mend the cell.")


def test_of_two_cells_with_the_same_code_the_one_that_fails_is_named(mini, source):
    first = "\n# %%\nleft = [1]\n\n# %%\nleft.pop()\n\n# %% [markdown]\n# `left.pop()`\n"
    cells = f'{first}\n# %% tags=["solution"]\nleft.pop()\n'
    mini.write(NOTEBOOK, HEADER + cells)
    message = mini.refuses(lambda: notebooks.execute(source, mini.project.root))
    assert message.startswith(f"{NOTEBOOK}:{(HEADER + cells).count(chr(10))}: a cell fails: IndexError")


def test_a_cell_that_takes_too_long_is_refused_at_its_line(mini, source, monkeypatch):
    monkeypatch.setattr(notebooks, "SECONDS_PER_CELL", 1)
    mini.change(NOTEBOOK, "first = 1\n", "import time\n")
    mini.change(NOTEBOOK, "second = first + 2", "time.sleep(30)")
    mini.change(NOTEBOOK, "\nfirst\n", "\n")
    message = mini.refuses(lambda: notebooks.execute(source, mini.project.root))
    line = mini.line(NOTEBOOK, "time.sleep")
    assert message == f"{NOTEBOOK}:{line}: a cell ran for more than 1 seconds. Use a smaller edition."


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("import warnings; warnings.warn('old ways end', stacklevel=1)", "a cell warns: UserWarning: old ways end"),
        ("print('x' * 75)", "a cell prints a line of 75 characters"),
        ("'x' * 80", "a cell prints a line of 82 characters"),
    ],
)
def test_what_paper_or_a_reader_cannot_use_is_refused_at_its_line(mini, source, cell, words):
    mini.append(NOTEBOOK, f"\n# %%\n{cell}\n")
    message = mini.refuses(lambda: notebooks.execute(source, mini.project.root))
    assert message.startswith(f"{NOTEBOOK}:{mini.line(NOTEBOOK, cell)}: {words}")


def test_a_dead_kernel_is_refused_at_its_line(mini, source):
    mini.change(NOTEBOOK, "second = first + 2", "import os; os._exit(3)")
    message = mini.refuses(lambda: notebooks.execute(source, mini.project.root))
    assert message.startswith(f"{NOTEBOOK}:{mini.line(NOTEBOOK, 'os._exit')}: its kernel died.")


def test_prose_keeps_the_lines_of_the_script(source):
    text = source.path.read_text(encoding="utf-8")
    lines = notebooks.prose(source).splitlines()
    place = text.splitlines().index("# **Task.** Add two. Keep it as `second`.")
    assert lines[place] == "**Task.** Add two. Keep it as `second`."
    assert [line for line in lines if line.strip()] == [lines[place]]


def test_prose_knows_the_short_mark_of_markdown_cells(mini, source):
    mini.change(NOTEBOOK, "# %% [markdown]", "# %% [md]")
    assert "**Task.** Add two." in notebooks.prose(source)


def test_notebooks_are_found_in_the_order_of_their_paths(mini):
    mini.write("notebooks/cases/late.py", HEADER + CELLS)
    assert [one.uri for one in notebooks.sources(mini.project.notebooks)] == ["cases/late", "tools/net-promoter-score"]


def test_an_exercise_whose_given_cell_needs_an_unnamed_answer_is_refused_at_its_line(mini, source):
    task = '\n# %% [markdown]\n# **Task.** Count them.\n\n# %% tags=["solution"]\ncounted = 3\n\n# %%\nprint(counted)\n'
    text = source.path.read_text(encoding="utf-8")
    mini.write(NOTEBOOK, text + task)
    with pytest.raises(AuthorError) as caught:
        notebooks.exercise(source)
    assert str(caught.value).startswith(
        f"{NOTEBOOK}:{mini.line(NOTEBOOK, 'print(counted)')}: a given cell uses 'counted'"
    )
    mini.write(NOTEBOOK, text + task.replace("Count them.", "Count them, and keep the number as `counted`."))
    assert notebooks.exercise(source).cells


@pytest.mark.parametrize(
    ("cells", "words", "problem"),
    [
        ('\n# %% tags=["solutions"]\nthird = 3\n', "third = 3", "unknown tag 'solutions'"),
        ("\n# %% [markdown]\n# **Task.** Count.\n\n# %%\nlen('abc')\n", "len('abc')", "a task is not followed by"),
    ],
    ids=["a misspelt tag", "a task without solution"],
)
def test_a_solution_that_the_exercise_would_give_away_is_refused(mini, source, cells, words, problem):
    mini.write(NOTEBOOK, source.path.read_text(encoding="utf-8") + cells)
    with pytest.raises(AuthorError, match=problem) as caught:
        notebooks.exercise(source)
    assert str(caught.value).startswith(f"{NOTEBOOK}:{mini.line(NOTEBOOK, words)}: ")
