"""Page scripts and notebooks run once, again when what they depend on changes, and fail at their own line."""

from __future__ import annotations

import json
import pickle

import pytest
from small_project import NOTEBOOK, SCRIPT

from casebook import execute, notebooks
from casebook.errors import AuthorError

PAGE = "tools/net-promoter-score"
FRENCH = "docs/fr/tools/net-promoter-score.md"


@pytest.fixture
def without_kernels(monkeypatch):
    """Notebooks are only read, not executed, which would take a second each."""
    monkeypatch.setattr(notebooks, "execute", lambda source, root: notebooks.read(source)[0])


@pytest.fixture
def run(mini, without_kernels):
    mini.write(FRENCH, "A page that has its script's numbers.\n")

    def ran() -> set[str]:
        """What a run executes, by the names of the files."""
        outcome = execute.run(mini.project)
        assert not set(outcome.ran) & set(outcome.kept)
        return {one.replace(f"{mini.project.root}/docs/worked/", "") for one in outcome.ran}

    return ran


BOTH = {f"{PAGE}.py (en)", f"{PAGE}.py (fr)"}


def test_a_second_run_executes_nothing(run):
    assert run() == {*BOTH, PAGE}
    assert run() == set()


def test_a_changed_script_executes_alone(mini, run):
    mini.write("docs/en/other.md", "Words.\n")
    mini.write("docs/worked/other.py", "def build(page):\n    page.value('a', 1)\n")
    run()
    mini.append(SCRIPT, "# changed\n")
    assert run() == BOTH
    mini.append(NOTEBOOK, "# changed\n")
    assert run() == {PAGE}


@pytest.mark.parametrize("name", ["generator/cxdata/engine.py", "generator/casebook/worked/page.py", "constraints.txt"])
def test_a_change_of_what_everything_is_made_with_executes_everything(mini, run, name):
    run()
    mini.append(name, "# changed\n")
    assert run() == {*BOTH, PAGE}


def test_a_new_data_file_of_the_package_executes_everything(mini, run):
    run()
    mini.write("generator/cxdata/catalog/new.toml", "rate = 1\n")
    assert run() == {*BOTH, PAGE}


def test_compiled_files_execute_nothing(mini, run):
    run()
    mini.write("generator/cxdata/__pycache__/engine.cpython-311.pyc", "x")
    mini.write("generator/cxdata/__pycache__/engine.py", "x")
    assert run() == set()


def test_the_result_of_a_deleted_source_is_dropped_with_its_folder(mini, run):
    for language in ("en", "fr"):
        mini.write(f"docs/{language}/deep/er/page.md", "Words.\n")
    mini.write("docs/worked/deep/er/page.py", "def build(page):\n    page.value('a', 1)\n")
    run()
    results = [execute.page_result(mini.project, mini.path("docs/worked/deep/er/page.py"), one) for one in ("en", "fr")]
    assert all(result.exists() for result in results)
    mini.path("docs/worked/deep/er/page.py").unlink()
    mini.path(NOTEBOOK).unlink()
    assert run() == set()
    assert not any(result.exists() for result in results)
    assert not results[0].parent.parent.exists()
    assert not list(execute.notebook_folder(mini.project).rglob("*.ipynb"))
    assert execute.page_result(mini.project, mini.path(SCRIPT), "en").exists()


def test_files_that_are_no_results_are_left_alone(mini, run):
    run()
    kept = mini.write("build/other/notes.txt", "mine")
    run()
    assert kept.exists()


@pytest.mark.parametrize("left", ["", "{", "[]", "null", '{"values": {}}', '"text"'])
def test_a_damaged_result_is_made_again(mini, run, left):
    run()
    result = execute.page_result(mini.project, mini.path(SCRIPT), "fr")
    result.write_text(left, encoding="utf-8")
    assert run() == {f"{PAGE}.py (fr)"}
    assert json.loads(result.read_text(encoding="utf-8"))["values"]["word"] == "en retard"


def test_an_interrupted_write_is_ignored_and_left_to_its_writer(mini, run):
    result = execute.page_result(mini.project, mini.path(SCRIPT), "en")
    part = result.with_name(result.name + ".part")
    part.parent.mkdir(parents=True)
    part.write_text("{", encoding="utf-8")
    assert f"{PAGE}.py (en)" in run()
    assert json.loads(result.read_text(encoding="utf-8"))["values"]["nps"] == "+12.5"


def test_a_missing_file_of_a_notebook_executes_it_again(mini, run):
    run()
    execute.notebook_files(mini.project, PAGE)["exercise"].unlink()
    assert run() == {PAGE}


def test_a_notebook_that_was_interrupted_while_it_was_written_runs_again(mini, run, monkeypatch):
    run()
    before = mini.path(NOTEBOOK).read_text(encoding="utf-8")
    mini.change(NOTEBOOK, "first = 1", "first = 5")
    with monkeypatch.context() as broken:
        broken.setattr(notebooks, "as_script", lambda notebook: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run()
    mini.write(NOTEBOOK, before)
    assert run() == {PAGE}


def test_a_script_that_is_saved_while_it_runs_runs_again(mini, run):
    """Else the page would show the numbers of the old script for ever."""
    mini.append(
        SCRIPT,
        "    me = __import__('pathlib').Path(__file__)\n"
        "    saved = me.with_suffix(f'.{page.language}')\n"
        "    saved.write_text(me.read_text().replace('first' + ' draft', 'second draft'))\n"
        "    saved.replace(me)  # at once, as editors save: the other language may be reading it\n# first draft\n",
    )
    run()
    again = run()  # the result of the other language may have been made by the script as saved
    assert again
    assert again <= {f"{PAGE}.py (en)", f"{PAGE}.py (fr)"}
    assert run() == set()


def test_a_notebook_is_offered_as_solution_and_exercise_in_both_forms(mini, run):
    run()
    files = execute.notebook_files(mini.project, PAGE)
    assert {path.name for path in files.values()} == {
        "net-promoter-score.ipynb",
        "net-promoter-score.py",
        "net-promoter-score-exercise.ipynb",
        "net-promoter-score-exercise.py",
    }
    assert "second = first + 2" in files["solution script"].read_text(encoding="utf-8")
    assert "second = first + 2" not in files["exercise script"].read_text(encoding="utf-8")


def test_a_script_runs_for_the_languages_that_have_its_page(mini, run):
    mini.path(FRENCH).unlink()
    assert run() == {f"{PAGE}.py (en)", PAGE}


def test_a_script_that_no_page_uses_is_refused(mini, run):
    mini.write("docs/worked/lost.py", "def build(page):\n    page.value('a', 1)\n")
    assert mini.refuses(run) == "docs/worked/lost.py: no page uses this script. Write docs/en/lost.md or delete it."


def test_what_runs_is_reported(mini, without_kernels):
    mini.write(FRENCH, "A page that has its script's numbers.\n")
    lines: list[str] = []
    execute.run(mini.project, report=lines.append)
    assert sorted(lines[:2]) == [f"computed {SCRIPT} (en)", f"computed {SCRIPT} (fr)"]
    assert lines[2:] == [f"executes {NOTEBOOK}"]


def test_a_failing_notebook_stops_the_run_and_leaves_no_result(mini):
    mini.change(NOTEBOOK, "second == 3", "second == 4")
    message = mini.refuses(lambda: execute.run(mini.project))
    assert message.startswith(f"{NOTEBOOK}:{mini.line(NOTEBOOK, 'second == 4')}: a cell fails: AssertionError")
    assert not execute.notebook_files(mini.project, PAGE)["solution"].exists()
    assert execute.page_result(mini.project, mini.path(SCRIPT), "en").exists()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('page.text("word"', 'page.text("nps"', "the script fails: 'nps' is named twice; give each value"),
        ("12.5", "float('nan')", "the script fails: nan is not a number that a page can print"),
        ("12.5", "float('inf')", "the script fails: inf is not a number that a page can print"),
        ("12.5", "None", "the script fails: TypeError: float() argument must be"),
        ("12.5", "{}['late']", "the script fails: KeyError: 'late'."),
        ("12.5", "1 / 0", "the script fails: ZeroDivisionError: division by zero."),
        ("12.5", "__import__('sys').exit(1)", "the script fails: SystemExit: 1."),
        ("12.5", "int('a\\nb')", "the script fails: invalid literal for int()"),
        ("12.5", "= 12", "the script fails: SyntaxError: "),
        ('page.html("scores", "<p>persona</p>")', "assert page is None", "the script fails: AssertionError."),
        ('page.html("scores", "<p>persona</p>")', "import casebok", "the script fails: ModuleNotFoundError: No module"),
        (
            'page.html("scores", "<p>persona</p>")',
            'page.drawing("x", "<svg></svg>", title="X", alternative="Short.")',
            "the script fails: The picture 'x-any' has no text alternative that says what it shows",
        ),
        (
            'page.html("scores", "<p>persona</p>")',
            'page.drawing("x", "<svg></svg>", title="X")',
            "the script fails: TypeError: Page.drawing() missing 1 required keyword-only argument: 'alternative'",
        ),
    ],
)
def test_a_failing_script_is_refused_at_its_line(mini, run, old, new, words):
    mini.change(SCRIPT, old, new)
    line = mini.line(SCRIPT, new)
    message = mini.refuses(run)
    assert message.startswith(f"{SCRIPT}:{line}: {words}"), message


def test_a_failure_in_a_function_of_the_script_is_refused_at_the_line_that_fails(mini, run):
    mini.append(SCRIPT, "    helped(page)\n\n\ndef helped(page):\n    page.value('other', float('nan'))\n")
    message = mini.refuses(run)
    assert message.startswith(f"{SCRIPT}:{mini.line(SCRIPT, 'float')}: ")


def test_a_script_without_build_is_refused(mini, run):
    mini.change(SCRIPT, "def build", "def built")
    assert mini.refuses(run) == f"{SCRIPT}:1: the script has no function build(page). Write one."


def test_a_script_that_looks_up_build_is_not_taken_for_one_without(mini, run):
    mini.change(SCRIPT, "12.5", "{}['build']")
    assert "KeyError: 'build'" in mini.refuses(run)


def test_scripts_that_start_with_an_underscore_are_no_pages(mini, run):
    mini.write("docs/worked/_helper.py", "raise RuntimeError\n")
    assert run() == {*BOTH, PAGE}


def test_an_error_is_one_line_whatever_it_says(mini):
    error = AuthorError(mini.path(SCRIPT), "one\ntwo\r\n\tthree", line=3, remedy="four")
    assert str(error) == f"{SCRIPT}:3: one two three four"


def test_what_a_page_draws_is_part_of_what_its_result_depends_on(mini, without_kernels):
    execute.run(mini.project)
    before = execute.digest(mini.project, mini.path(SCRIPT))
    mini.path(SCRIPT).with_suffix(".toml").write_text("", encoding="utf-8")
    assert execute.digest(mini.project, mini.path(SCRIPT)) != before
    assert len(execute.run(mini.project).ran) == 1


def test_a_refusal_keeps_its_place_on_the_way_from_another_process():
    refused = AuthorError("docs/worked/a.py", "no.", line=3, remedy="Do.")
    again = pickle.loads(pickle.dumps(refused))  # as a pool of processes hands it over
    assert (str(again), again.line, again.where) == (str(refused), 3, refused.where)
