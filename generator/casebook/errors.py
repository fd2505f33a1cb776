"""What an author can get wrong: one line that says where, what, what is allowed and what to do."""

from __future__ import annotations

import os
from pathlib import Path


class AuthorError(Exception):
    """A page, notebook, script or catalogue file that cannot be built as it stands.

    Its text is one line, ``file:line: problem. remedy``, with the file as seen from where the command runs.
    """

    def __init__(self, where: Path | str, problem: str, *, line: int | None = None, remedy: str = "") -> None:
        self.where, self.line, self.problem, self.remedy = Path(where), line, problem, remedy
        place = os.path.relpath(where) if Path(where).is_absolute() else str(where)
        text = f"{place}{f':{line}' if line else ''}: {problem}{f' {remedy}' if remedy else ''}"
        super().__init__(" ".join(text.split()))
