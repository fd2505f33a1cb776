"""The build as MkDocs runs it: what an author gets wrong is one line with exit code 1, no traceback."""

from __future__ import annotations

import re
import shutil
from types import SimpleNamespace

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, PluginError
from small_project import NOTEBOOK, SCRIPT, TOOL

from casebook import execute, notebooks
from casebook.plugin import CasebookPlugin

CONFIG = """site_name: Small
docs_dir: docs/en
site_dir: site
theme: {name: null, custom_dir: theme}
use_directory_urls: false
strict: true
plugins:
  casebook: {language: en}
markdown_extensions: [attr_list, md_in_html, tables, pymdownx.superfences]
"""
TEMPLATE = '<html><head><meta charset="utf-8"></head><body>{{ page.content }}</body></html>'


@pytest.fixture
def small(mini, repository, monkeypatch):
    """The small project with a theme of one template; notebooks are read and not executed."""
    monkeypatch.setattr(notebooks, "execute", lambda source, root: notebooks.read(source)[0])
    mini.write("mkdocs.yml", CONFIG)
    mini.write("theme/main.html", TEMPLATE)
    shutil.copytree(repository / "docs/assets", mini.path("docs/assets"))
    return mini


def refusal(mini) -> str:
    """The line that MkDocs prints before it says that the build is aborted."""
    with pytest.raises(Abort) as refused:
        built(mini)
    assert isinstance(refused.value.__context__, PluginError)
    message = str(refused.value.__context__)
    assert "\n" not in message
    return message


def built(mini) -> None:
    config = load_config(str(mini.path("mkdocs.yml")))
    config.plugins.on_startup(command="build", dirty=False)
    build(config)


@pytest.fixture
def without_search(monkeypatch):
    monkeypatch.setattr(CasebookPlugin, "on_post_build", lambda self, config: None)


@pytest.mark.usefixtures("without_search")
def test_a_sound_project_is_built_with_policy_assets_and_downloads(small):
    built(small)
    page = small.path("site/tools/net-promoter-score.html").read_text(encoding="utf-8")
    assert "The score is +12.5." in page
    assert "Content-Security-Policy" in page
    for name in ("assets/casebook.css", "assets/casebook.js", "notebooks/tools/net-promoter-score-exercise.ipynb"):
        assert small.path(f"site/{name}").exists(), name


SENTENCE = {
    "wrong front matter": (
        TOOL,
        "minutes: 90",
        "minutes: ninety",
        "minutes: ninety",
        "Input should be a valid integer",
    ),
    "unknown figure": (TOOL, "{{ reading() }}", "{{ published('baer_2016.lost') }}", "lost", "cxdata figures"),
    "unknown value": (TOOL, "{{ v('nps') }}", "{{ v('lost') }}", "lost", "they are made by"),
    "dead link": (TOOL, "{{ reading() }}", "See [it](lost.md).", "lost", "Correct or remove it."),
    "failing script": (SCRIPT, "12.5", "1 / 0", "1 / 0", "the script fails: ZeroDivisionError"),
    "missing alternative": (
        SCRIPT,
        'page.html("scores", "<p>persona</p>")',
        'page.drawing("scores", "<svg></svg>", title="Bars", alternative="")',
        "page.drawing",
        "write what a reader sees in it",
    ),
    "missing alt": (TOOL, "{{ reading() }}", "![](../index.md)", "![]", "Say what it shows"),
    "typed number": (TOOL, "{{ reading() }}", "Some 12 percent.", "Some 12", "or declare it under `constants:`"),
    "typed number in a notebook": (NOTEBOOK, "Add two.", "Add 2.", "Add 2.", "Print it from a code cell"),
    "wrong formula in a notebook": (NOTEBOOK, "Add two.", "Add $\\lost$.", "lost", "Correct the LaTeX."),
}


@pytest.mark.parametrize(("name", "old", "new", "words", "remedy"), SENTENCE.values(), ids=list(SENTENCE))
def test_bad_input_fails_the_build_with_file_line_and_remedy(small, name, old, new, words, remedy):
    small.change(name, old, new)
    message = refusal(small)
    assert message.startswith(f"{name}:{small.line(name, words)}: "), message
    assert remedy in message


def test_a_failing_cell_fails_the_build_with_file_line_and_remedy(small, monkeypatch):
    monkeypatch.undo()
    monkeypatch.chdir(small.project.root)
    small.change(NOTEBOOK, "second == 3", "second == 4")
    message = refusal(small)
    assert message.startswith(f"{NOTEBOOK}:{small.line(NOTEBOOK, 'second == 4')}: a cell fails: AssertionError")
    assert message.endswith("Mend the cell.")


def test_a_broken_catalogue_fails_the_build(small):
    small.append("docs/catalog/cases.toml", "[[cases]\n")
    assert refusal(small).startswith("docs/catalog/cases.toml:")


def test_a_notebook_outside_of_tools_and_cases_has_no_owner(small):
    small.write("notebooks/data/first-look.py", small.path(NOTEBOOK).read_text(encoding="utf-8"))
    plugin = CasebookPlugin()
    plugin.load_config({"language": "en"})
    plugin.on_config(SimpleNamespace(config_file_path=str(small.path("mkdocs.yml")), nav=None))
    page = SimpleNamespace(file=SimpleNamespace(src_uri="notebooks/data/first-look.ipynb"), meta={})
    head = plugin._notebook_head(page)
    assert "notebook_of" not in head
    assert re.findall('href="([^"]+)"', head) == [
        "first-look-exercise.ipynb",
        "first-look-exercise.py",
        "first-look.ipynb",
        "first-look.py",
    ]
    assert page.meta["title"] == "A tiny notebook"


def test_the_command_says_one_line_and_leaves_with_two(mini, capsys, monkeypatch):
    from casebook import cli

    mini.change(SCRIPT, "12.5", "1 / 0")
    monkeypatch.setattr("sys.argv", ["casebook", "run"])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines == [f"{SCRIPT}:{mini.line(SCRIPT, '1 / 0')}: the script fails: ZeroDivisionError: division by zero."]


def test_the_command_tells_what_ran_and_what_was_kept(mini, capsys, monkeypatch):
    from casebook import cli

    monkeypatch.setattr(notebooks, "execute", lambda source, root: notebooks.read(source)[0])
    monkeypatch.setattr("sys.argv", ["casebook", "run", "--root", str(mini.project.root)])
    for counts in ("2 executed, 0 unchanged", "0 executed, 2 unchanged"):
        with pytest.raises(SystemExit) as left:
            cli.main()
        assert not left.value.code
        assert capsys.readouterr().out.splitlines()[-1] == counts
    assert execute.page_result(mini.project, mini.path(SCRIPT), "en").exists()


def test_the_check_prints_every_fault_and_fails(mini, tmp_path, capsys, monkeypatch):
    from casebook import cli

    monkeypatch.setattr("sys.argv", ["casebook", "check", str(tmp_path / "site")])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 2
    assert "there is no built site here. Run `make site` first." in capsys.readouterr().err
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text("<h1>x</h1>")
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 1
    assert capsys.readouterr().err.splitlines() == [
        "docs/en/index.md: the page has no content security policy.",
        "docs/en/index.md: the page has no description; add it to the front matter.",
    ]


def test_the_command_refuses_a_folder_that_is_no_working_copy(tmp_path):
    from casebook.errors import AuthorError
    from casebook.project import Project

    with pytest.raises(AuthorError, match="there is no working copy here"):
        Project.at(tmp_path)
