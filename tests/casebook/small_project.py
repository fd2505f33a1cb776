"""A small project, made from the real catalogue and the front matter of a real page, for tests to break."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from casebook import catalog, execute, frontmatter, notebooks, pages
from casebook.errors import AuthorError
from casebook.project import Project

TOOL = "docs/en/tools/net-promoter-score.md"
SCRIPT = "docs/worked/tools/net-promoter-score.py"
NOTEBOOK = "notebooks/tools/net-promoter-score.py"

BODY = """
## When to use it, and when not

The score is {{ v('nps') }}.

{{ show('scores') }}

## Take it away

{{ take_away() }}

{{ reading() }}
"""
SCRIPT_TEXT = '''"""A page's script."""


def build(page):
    page.value("nps", 12.5, digits=1, sign=True)
    page.text("word", en="late", fr="en retard")
    page.html("scores", "<p>persona</p>")
'''
HEADER = """# ---
# jupyter:
#   casebook:
#     title: A tiny notebook
#     minutes: 10
#     questions:
#       - Does it run?
#     objectives:
#       - Add two numbers.
#     prerequisites:
#       - You can count to three.
#     data: None at all, so it is quick.
# ---
"""
CELLS = """
# %%
first = 1
first

# %% [markdown]
# **Task.** Add two. Keep it as `second`.

# %% tags=["solution"]
second = first + 2

# %% tags=["solution"]
second

# %%
assert second == 3
"""


@dataclass(frozen=True)
class Mini:
    """A project in a temporary folder, and what tests do with it."""

    project: Project

    def path(self, name: str) -> Path:
        return self.project.root / name

    def write(self, name: str, text: str) -> Path:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def change(self, name: str, old: str, new: str) -> Path:
        text = self.path(name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        return self.write(name, text.replace(old, new))

    def append(self, name: str, text: str) -> Path:
        return self.write(name, self.path(name).read_text(encoding="utf-8") + text)

    def line(self, name: str, words: str) -> int:
        """The number of the first line that holds these words."""
        lines = self.path(name).read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, start=1) if words in line)

    def catalog(self) -> catalog.Catalog:
        return catalog.load(self.project)

    def site(self, language: str = "en") -> pages.Site:
        listed = self.catalog()
        folders = {one: self.project.docs(one) for one in {"en", language}}
        found = {
            one: {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.md"))}
            for one, folder in folders.items()
        }
        written = notebooks.sources(self.project.notebooks)
        return pages.Site(
            project=self.project,
            catalog=listed,
            language=language,
            pages={uri: frontmatter.read(path, uri, listed) for uri, path in found[language].items()},
            english=frozenset({*found["en"], *(f"notebooks/{source.uri}.ipynb" for source in written)}),
            notebooks={source.uri: notebooks.read(source)[1] for source in written},
        )

    def run_scripts(self) -> None:
        for script in execute.page_scripts(self.project):
            for language in ("en", "fr"):
                result = execute.build_page(self.project, script, language)
                execute._write(execute.page_result(self.project, script, language), result)

    def expand(self, name: str = TOOL, language: str = "en") -> pages.Expanded:
        """The page as MkDocs would get it, from front matter, script and Markdown."""
        self.run_scripts()
        path = self.path(name)
        uri = path.relative_to(self.project.docs(language)).as_posix()
        return pages.Writer(self.site(language), uri, path).expand()

    def refuses(self, do: Callable[[], object] | None = None) -> str:
        """The one line with which the page, or what ``do`` does, is refused."""
        with pytest.raises(AuthorError) as refusal:
            (do or self.expand)()
        message = str(refusal.value)
        assert "\n" not in message
        return message
