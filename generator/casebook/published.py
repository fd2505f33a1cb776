"""The index of published figures: each with its source, what we do with it, and the pages that cite it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from casebook.components import citation, lang_of_english, published_value, short_citation
from casebook.strings import say
from cxdata.catalog import scan
from cxdata.schema.figure import Figure, Publication

CHECKS = "how-it-works/calibration"
"""The page whose script holds the data of every world against its targets; this index prints what it found."""


@dataclass(frozen=True)
class Use:
    """What one world does with a figure.

    Attributes:
        world: Id of the scenario.
        brand: Its name.
        is_target: The data are held against the figure; else the world starts from it.
    """

    world: str
    brand: str
    is_target: bool


def uses() -> dict[str, list[Use]]:
    """Return by figure what the worlds do with it, targets first."""
    found: dict[str, set[tuple[bool, str, str]]] = {}
    for world in scan.scenario_ids():
        scenario = scan.scenario(world)
        for target in scenario.targets:
            found.setdefault(target.figure, set()).add((False, world, scenario.brand))
        for parameter in scenario.parameters:
            if parameter.figure is not None:
                found.setdefault(parameter.figure, set()).add((True, world, scenario.brand))
    return {
        figure: [Use(world, brand, not is_start) for is_start, world, brand in sorted(all_uses)]
        for figure, all_uses in found.items()
    }


def by_publication() -> Iterator[tuple[Publication, list[Figure]]]:
    """Return publications in the order of their authors, each with its figures in the order of its file."""
    figures: dict[str, list[Figure]] = {}
    for figure in scan.figures().values():
        figures.setdefault(figure.publication.id, []).append(figure)
    for own in sorted(
        figures.values(), key=lambda own: (own[0].publication.authors.casefold(), own[0].publication.year)
    ):
        yield own[0].publication, own


def head(publication: Publication, language: str) -> str:
    """Return a publication's reference, and what has to be known about it."""
    note = f" {escape(publication.note)}" if publication.note else ""
    return f'<p class="cx-source"{lang_of_english(language)}>{citation(publication)}{note}</p>'


def title(publication: Publication) -> str:
    """Return author and year, as the heading over a publication's figures."""
    cited = escape(short_citation(publication))
    return cited[:1].upper() + cited[1:]


def entries(
    figures: Sequence[Figure],
    language: str,
    *,
    used: Mapping[str, Sequence[Use]],
    checks: Mapping[str, str],
    pages: Mapping[str, Sequence[str]],
) -> str:
    """Return the figures of one publication as a list.

    Args:
        figures: In their order.
        language: Of the words around them.
        used: By figure, what the worlds do with it.
        checks: Values of the script of ``CHECKS``: ``<world>.<figure>.here``, ``.standing`` and ``.verdict``.
        pages: By figure, the links to the pages that cite it.

    Raises:
        KeyError: If a target has not been checked.
    """
    return f'<ul class="cx-figures">{"".join(_entry(one, language, used, checks, pages) for one in figures)}</ul>'


def _entry(
    figure: Figure,
    language: str,
    used: Mapping[str, Sequence[Use]],
    checks: Mapping[str, str],
    pages: Mapping[str, Sequence[str]],
) -> str:
    english = lang_of_english(language)
    colon = say(language, "colon")
    unit = "" if figure.unit == "percent" else f"<small>{say(language, f'unit_{figure.unit}')}</small>"
    facts = [
        f"{say(language, 'who')}{colon}<span{english}>{escape(figure.population)}</span>",
        *(_standing(figure, use, language, checks) for use in used.get(figure.id, ())),
    ]
    if remarks := " ".join(escape(one) for one in (figure.reading, figure.computed) if one):
        facts.append(f"<span{english}>{remarks}</span>")
    if figure.id not in used:
        facts.append(say(language, "figure_context"))
    if links := pages.get(figure.id):
        facts.append(f"{say(language, 'figure_pages')}{colon}{', '.join(links)}")
    return (
        f'<li id="figure-{figure.id.replace(".", "-")}"><p class="cx-figure-value">'
        f"{published_value(figure, language)}{unit}</p><div>"
        f"<p{english}><strong>{escape(figure.statement)}</strong></p>"
        f'<p class="cx-facts">{"".join(f"<span>{fact}</span>" for fact in facts)}</p></div></li>'
    )


def _standing(figure: Figure, use: Use, language: str, checks: Mapping[str, str]) -> str:
    brand = escape(use.brand)
    if not use.is_target:
        return say(language, "figure_start").format(brand)
    key = f"{use.world}.{figure.id}"
    holds = checks[f"{key}.verdict"] == "pass"
    kind = "figure_reproduced" if checks[f"{key}.standing"] == "reproduced" else "figure_marginal"
    told = say(language, kind).format(brand, checks[f"{key}.here"])
    verdict = say(language, "figure_holds" if holds else "figure_fails")
    return f'<span class="cx-check {"cx-holds" if holds else "cx-fails"}">{verdict}</span> {told}'
