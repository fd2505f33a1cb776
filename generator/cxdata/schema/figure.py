"""Published figures, and the targets that hold generated data against them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from cxdata.errors import FigureError
from cxdata.schema.statistic import Statistic

UNITS = {
    "percent": "share of 100",
    "nps_points": "net promoter score, -100 to 100",
    "complaints": "number of complaints",
    "complaints_per_year": "complaints by one person in a year",
    "contacts_per_year": "contacts handled in a year",
    "contacts_per_customer_year": "contacts per customer in a year",
    "people": "number of people",
    "points_of_100": "points of a mark of 100",
    "hour_of_day": "hours after midnight, 8.5 is half past eight",
    "points_of_10": "points on a scale from 0 to 10",
    "points_per_point": "points of one score per point of another",
    "percentage_points": "difference of two percentages",
    "words": "words in one verbatim",
    "concepts": "distinct ideas that text analysis finds in one verbatim",
    "exchanges": "times one chat goes back and forth",
}


@dataclass(frozen=True, kw_only=True)
class Publication:
    """Where figures were published and where we read them."""

    id: str
    title: str
    authors: str
    year: int
    kind: str
    read_in: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One published number.

    Attributes:
        id: ``<publication>.<figure>``, for instance ``baer_2016.reply_rate_email``.
        value: As printed: a percentage stands as 0 to 100.
        unit: One of ``UNITS``.
        population: Who or what was counted.
        place: Where it stands in the text we read.
        statement: What it says, in our words.
        reading: How we read it where the text leaves a choice.
        computed: Empty when printed; else the arithmetic that gives it from printed figures.
    """

    id: str
    publication: Publication
    value: float
    unit: str
    population: str
    place: str
    statement: str
    reading: str = ""
    computed: str = ""

    @property
    def share(self) -> float:
        """The value as a share of one.

        Raises:
            FigureError: If the figure is no percentage.
        """
        if self.unit != "percent":
            raise FigureError(f"figure {self.id} is in {self.unit}, not percent: it is no share.")
        return self.value / 100.0


@dataclass(frozen=True, kw_only=True)
class Target:
    """A check that generated data reproduces a figure.

    Attributes:
        figure: Id of the figure.
        statistic: What is computed from the published tables, in the figure's unit.
        column: ``table.column`` whose causes or consequences make the figure more than a plain draw.
        tolerance: Half-width accepted around the published value, in the figure's unit.
        why: Reason of the tolerance or of the reading, in one sentence.
    """

    figure: str
    statistic: Statistic
    column: str
    tolerance: float
    why: str = ""


def _strict(record: Any, allowed: type, *, given: set[str], where: str) -> dict[str, Any]:
    """Return the record if it has exactly the fields of ``allowed`` (less ``given``), each of its declared type."""
    if not isinstance(record, dict):
        raise FigureError(f"{where}: must be a table of fields, not {type(record).__name__}.")
    declared = {item.name: item for item in fields(allowed) if item.name not in given}
    optional = {name for name, item in declared.items() if item.default == ""}
    for name in record:
        if name not in declared:
            raise FigureError(f"{where}: unknown field {name!r}. Allowed: {', '.join(sorted(declared))}.")
    for name, item in declared.items():
        if name not in record:
            if name in optional:
                continue
            raise FigureError(
                f"{where}: field {name!r} is missing. Needed: {', '.join(sorted(set(declared) - optional))}."
            )
        wanted: tuple[type, ...] = {"str": (str,), "int": (int,), "float": (int, float)}[str(item.type)]
        if not isinstance(record[name], wanted) or isinstance(record[name], bool):
            raise FigureError(f"{where}: field {name!r} must be a {item.type}, not {record[name]!r}.")
        if isinstance(record[name], str) and not record[name].strip() and name not in optional:
            raise FigureError(f"{where}: field {name!r} is empty.")
    return record


def load_publication(path: Path) -> dict[str, Figure]:
    """Read one publication's file.

    Args:
        path: ``<publication id>.toml`` with a ``[publication]`` table and one ``[figures.<id>]`` table per figure.

    Returns:
        The figures by full id.

    Raises:
        FigureError: If the file is not TOML, or a field is missing, unknown, empty or of the wrong type.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FigureError(f"{path.name}: cannot be read as TOML: {error}.") from error
    for name in content:
        if name not in ("publication", "figures"):
            raise FigureError(f"{path.name}: unknown table [{name}]. Allowed: [publication], [figures.<id>].")
    where = f"{path.name} [publication]"
    publication = Publication(
        id=path.stem, **_strict(content.get("publication"), Publication, given={"id"}, where=where)
    )
    if not isinstance(content.get("figures"), dict) or not content["figures"]:
        raise FigureError(f"{path.name}: holds no [figures.<id>] table.")
    found = {}
    for name, record in content["figures"].items():
        where = f"{path.name} [figures.{name}]"
        figure = Figure(
            id=f"{path.stem}.{name}",
            publication=publication,
            **_strict(record, Figure, given={"id", "publication"}, where=where),
        )
        if figure.unit not in UNITS:
            raise FigureError(f"{where}: unknown unit {figure.unit!r}. Allowed: {', '.join(UNITS)}.")
        found[figure.id] = figure
    return found
