"""What a page script fills: the values, tables and pictures that the page of the same path shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import SupportsFloat

import pandas as pd

from casebook.worked import charts, figures
from casebook.worked.figures import Column
from casebook.worked.numbers import Format, Unit, written
from casebook.worked.palette import adaptive
from casebook.worked.typography import typeset


@dataclass
class Page:
    """The computed part of one page in one language.

    A page script is a Python file with one function, ``build(page)``. It runs once per language; words that the
    reader sees are chosen with :meth:`say`.

    Attributes:
        language: ``en`` or ``fr``.
        values: Text by name, for ``{{ v('name') }}``.
        blocks: HTML by name, for ``{{ show('name') }}``.
    """

    language: str = "en"
    values: dict[str, str] = field(default_factory=dict)
    blocks: dict[str, str] = field(default_factory=dict)

    def say(self, **texts: str) -> str:
        """Return the text in the page's language, English where there is none; French gets its no-break spaces."""
        return typeset(texts[self.language], self.language) if self.language in texts else texts["en"]

    def written(self, number: SupportsFloat, *, digits: int = 0, sign: bool = False, unit: Unit = "") -> str:
        """Return a number as the page's language writes it, for labels and text alternatives."""
        return written(number, Format(digits=digits, sign=sign, unit=unit), language=self.language)

    def value(self, name: str, number: SupportsFloat, *, digits: int = 0, sign: bool = False, unit: Unit = "") -> None:
        """Give a number a name, to be printed in prose.

        Raises:
            ValueError: If the name is taken or the number is not finite.
        """
        self._keep(self.values, name, self.written(number, digits=digits, sign=sign, unit=unit))

    def text(self, name: str, **texts: str) -> None:
        """Give a computed word or phrase a name, by language: the worst segment, the first month.

        Raises:
            ValueError: If the name is taken.
        """
        self._keep(self.values, name, self.say(**texts))

    def table(
        self, name: str, frame: pd.DataFrame, *, caption: str, columns: Mapping[str, Column] | None = None
    ) -> None:
        """Add a table; see :func:`casebook.worked.figures.table`."""
        self._keep(self.blocks, name, figures.table(frame, caption=caption, columns=columns, language=self.language))

    def chart(
        self,
        name: str,
        make: charts.Make,
        *,
        title: str,
        alternative: str,
        note: str = "",
        data: pd.DataFrame,
        columns: Mapping[str, Column] | None = None,
    ) -> None:
        """Add a chart, drawn for wide and for narrow pages, with its data folded under it.

        Raises:
            ValueError: If the alternative is missing or too short, or the name is taken.
        """
        if not title.strip():
            raise ValueError(f"The chart {name!r} has no title; say in a sentence what it shows.")
        listed = figures.table(data, caption=title, columns=columns, language=self.language)
        drawn = charts.pictures(make, name=name, title=title, alternative=alternative, language=self.language)
        html = figures.figure(drawn, name=name, title=title, note=note, data=listed, language=self.language)
        self._keep(self.blocks, name, html)

    def drawing(self, name: str, svg: str, *, title: str, alternative: str, note: str = "", narrow: str = "") -> None:
        """Add a drawn artefact; ``narrow`` is another layout of it for phones.

        Raises:
            ValueError: If the alternative is missing or too short, or the name is taken.
        """
        given = {"wide": svg, "narrow": narrow} if narrow else {"any": svg}
        drawn = {
            kind: figures.labelled(adaptive(one), name=f"{name}-{kind}", title=title, alternative=alternative)
            for kind, one in given.items()
        }
        html = figures.figure(drawn, name=name, title=title, note=note, language=self.language)
        self._keep(self.blocks, name, html)

    def html(self, name: str, html: str) -> None:
        """Add a component that is text already, such as a persona's sheet: it needs no alternative.

        Raises:
            ValueError: If the name is taken.
        """
        self._keep(self.blocks, name, html)

    def _keep(self, where: dict[str, str], name: str, what: str) -> None:
        if name in where:
            raise ValueError(f"{name!r} is named twice; give each value, table and picture a name of its own.")
        where[name] = what


def hold(claim: str, holds: object) -> None:
    """Keep a sentence of the page true: stop the build when the data no longer say what its words say.

    Args:
        claim: What the page says, in a few words.
        holds: Whether it is so.

    Raises:
        ValueError: If it is not.
    """
    if not bool(holds):
        raise ValueError(f"the page says that {claim}, and its data no longer do; write what they say now")
