"""Where everything lies: one place that knows the project's folders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from casebook.errors import AuthorError

LANGUAGES = ("en", "fr")
"""English is the default, at the root of the site; every other language lies in a folder of its name."""


@dataclass(frozen=True)
class Project:
    """The folders of one working copy."""

    root: Path

    @classmethod
    def at(cls, root: Path) -> Project:
        """Return the working copy at a folder.

        Raises:
            AuthorError: If there is none.
        """
        if not (root / "docs/catalog").is_dir():
            raise AuthorError(
                root, "there is no working copy here.", remedy="Go to the project's folder, or name it with --root."
            )
        return cls(root)

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
