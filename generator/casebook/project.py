"""Where everything lies: one place that knows the project's folders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

LANGUAGES = ("en", "fr")
"""English is the default, at the root of the site; every other language lies in a folder of its name."""


@dataclass(frozen=True)
class Project:
    """The folders of one working copy."""

    root: Path

    @property
    def catalog(self) -> Path:
        """Tools, cases, glossary and constants, as TOML."""
        return self.root / "docs/catalog"

    @property
    def worked(self) -> Path:
        """Page scripts: the values, tables and pictures of the page of the same path."""
        return self.root / "docs/worked"

    @property
    def notebooks(self) -> Path:
        """Notebooks as py:percent scripts, written as their solution."""
        return self.root / "notebooks"

    @property
    def build(self) -> Path:
        """What execution leaves for the site to show; safe to delete."""
        return self.root / "build/casebook"

    def docs(self, language: str) -> Path:
        """Return the folder of a language's pages."""
        return self.root / "docs" / language
