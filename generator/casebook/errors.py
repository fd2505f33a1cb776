"""What an author can get wrong: one line that says where, what, what is allowed and what to do."""

from __future__ import annotations

import os
from functools import partial
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
        self.remedy = remedy

    def __reduce__(self) -> tuple[object, ...]:
        """Cross from one process to another: an exception is made anew from what it was made of."""
        return partial(AuthorError, self.where, self.problem, line=self.line, remedy=self.remedy), ()


def read_text(path: Path) -> str:
    """Return the text of a file that an author writes.

    Raises:
        AuthorError: If it is not UTF-8; it names the line of the first byte that is not.
        FileNotFoundError: If there is no such file.
    """
    content = path.read_bytes()
    try:
        return content.decode("utf-8").replace("\r\n", "\n").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise AuthorError(path, "not UTF-8.", line=line, remedy="Save the file as UTF-8.") from error
