"""What can go wrong, one class per situation. Every message is one line: what, where, what is allowed, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class CxdataError(Exception):
    """Base of every error that a user can cause and mend; the command line prints it on one line, exit code 2."""


class ConfigError(CxdataError):
    """A run option is of the wrong kind or out of its range."""


class ScenarioError(CxdataError):
    """A scenario is unknown or its declaration contradicts itself."""


class TableError(CxdataError):
    """A table or column is unknown, or its declaration contradicts itself."""


class ParameterError(CxdataError):
    """A parameter is unknown, out of its domain, or contradicts another one."""


class FigureError(CxdataError):
    """A published figure is unknown, or its file lacks a field or has one too many."""


class VocabularyError(CxdataError):
    """A locale or one of its word lists is unknown or malformed."""


class PlanError(CxdataError):
    """Declarations do not fit together; raised before any row exists."""


class OutputError(CxdataError):
    """The output folder cannot take the data: not empty, not writable, full, or of another run."""


class DatasetError(CxdataError):
    """A data set on disk is damaged or is not one of ours."""


def unknown(what: str, name: str, available: Iterable[str], *, listing: str = "") -> str:
    """Return the one-line message for an id that does not exist, with the ids that do and the nearest match.

    Args:
        what: The kind of thing, for instance ``"scenario"``.
        name: What the user asked for.
        available: The ids that exist.
        listing: A command that lists them, named in the message.
    """
    known = sorted(available)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    shown = known if len(known) <= 12 else [*known[:12], f"and {len(known) - 12} more"]
    message = f"unknown {what} {name!r}. Available: {', '.join(shown) or 'none'}."
    if near:
        message += f" Did you mean {near[0]!r}?"
    if listing:
        message += f" See '{listing}'."
    return message
