"""The manifest: what a data set is, how it was made, and the fingerprint of every table and block.

The answer key has a manifest of its own in ``truth/``, so that a data set handed out without it is whole and silent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cxdata.errors import DatasetError
from cxdata.io.fingerprint import combine
from cxdata.io.writers import AtomicFile

MANIFEST = "manifest.json"
TRUTH = "truth"
FORMAT_VERSION = 3
"""Of manifests; 2 keeps the parameters with the answer key, 3 takes fingerprints over cells as narrow as their kind."""

_RUN_FIELDS = {
    "format_version": int,
    "package": str,
    "scenario": str,
    "customers": int,
    "seed": int,
    "locale": str,
    "vocabulary": dict,
    "format": str,
    "parameters_digest": str,
    "statement": str,
    "licence": str,
    "tables": dict,
}
_TABLE_FIELDS = {"rows": int, "fingerprint": str, "blocks": list, "block_rows": list, "files": list}

STATEMENT = (
    "Fully invented data: not derived from, nor trained on, any real person's data; contact values come from reserved "
    "or deliberately invalid ranges; GDPR recital 26. Report anything that looks real."
)


@dataclass(frozen=True)
class Manifest:
    """A manifest as read from disk or made by a run; ``content`` holds the fields of the JSON file."""

    content: Mapping[str, Any]

    @property
    def scenario(self) -> str:
        """Id of the world."""
        return str(self.content["scenario"])

    @property
    def tables(self) -> Mapping[str, Mapping[str, Any]]:
        """Rows, fingerprint, blocks and files of each table."""
        tables: Mapping[str, Mapping[str, Any]] = self.content["tables"]
        return tables

    def __getitem__(self, name: str) -> Any:
        return self.content[name]

    def write(self, folder: Path) -> None:
        """Write ``manifest.json`` in one renamed step."""
        write_json(folder / MANIFEST, self.content)


def write_json(path: Path, content: Any) -> None:
    """Write JSON, sorted and indented, in one renamed step."""
    with AtomicFile(path) as stream:
        stream.write((json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode())


def read_manifest(folder: Path) -> Manifest:
    """Read and check a manifest.

    Raises:
        DatasetError: If the folder holds none, or it is malformed.
    """
    path = folder / MANIFEST
    if not folder.is_dir():
        raise DatasetError(f"{folder} is no folder. Give the folder that 'cxdata generate --out' wrote.")
    if not path.exists():
        unfinished = (folder / ".parts").exists()
        hint = "The run was interrupted: finish it with --resume." if unfinished else "Is it a data set made by cxdata?"
        raise DatasetError(f"{folder} holds no {MANIFEST}. {hint}")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path} cannot be read: {error}. Generate the data set again.") from error
    _check_fields(content, _RUN_FIELDS, str(path))
    if content["format_version"] != FORMAT_VERSION:
        raise DatasetError(f"{path} is of format {content['format_version']}; this version reads {FORMAT_VERSION}.")
    for name, table in content["tables"].items():
        _check_fields(table, _TABLE_FIELDS, f"{path}, table {name}")
        where = f"{path}, table {name}"
        for field, kind in (("files", str), ("blocks", str), ("block_rows", int)):
            if not all(isinstance(item, kind) and not isinstance(item, bool) for item in table[field]):
                raise DatasetError(
                    f"{where}: field {field!r} must hold only {kind.__name__}. Generate the data set again."
                )
        for file in table["files"]:
            if "\0" in file or not (folder / file).resolve().is_relative_to(folder.resolve()):
                raise DatasetError(f"{where}: file {file!r} lies outside the data set. Generate the data set again.")
    return Manifest(content)


def _check_fields(content: Any, fields: Mapping[str, type], where: str) -> None:
    if not isinstance(content, dict):
        raise DatasetError(f"{where} must hold an object. Generate the data set again.")
    for name, kind in fields.items():
        if not isinstance(content.get(name), kind):
            raise DatasetError(
                f"{where}: field {name!r} is missing or no {kind.__name__}. Generate the data set again."
            )


def table_entry(blocks: Sequence[tuple[int, str]], files: Sequence[str]) -> dict[str, Any]:
    """Return a table's entry.

    Args:
        blocks: Rows and fingerprint of each block, in order.
        files: Its files, relative to the manifest.
    """
    marks = [mark for _, mark in blocks]
    return {
        "rows": sum(rows for rows, _ in blocks),
        "fingerprint": combine(marks),
        "blocks": marks,
        "block_rows": [rows for rows, _ in blocks],
        "files": list(files),
    }
