"""Texts of customers as HTML: passages underlined by what they say, with labels below, for pages of samples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from html import escape

import pandas as pd

import cxdata
from casebook.worked.page import Page
from cxdata.schema.phrasebook import SOURCES

LOCALES = {"fr": "fr_FR", "en": "en_GB"}
"""Locale of each language that has pages of samples."""
SAMPLES = 200
"""Texts of a page in each language."""
WORLD = 12_000
"""Customers of the world that samples come from: the fewest thousands with enough complaints for a page."""
SEED = 11
"""Of that world and of the draw; no edition has it, so that samples give away no exercise."""
_SIGNS = {"negative": "\N{MINUS SIGN}", "neutral": "", "positive": "+"}
_CLASSES = {"negative": "cx-minus", "neutral": "cx-nil", "positive": "cx-plus"}


@dataclass(frozen=True)
class Passage:
    """A concept in a text: what it is about, what it says of it, and the characters where it stands."""

    aspect: str
    polarity: str
    intensity: int
    tone: str
    cause: str
    family: str
    start: int
    end: int

    @property
    def label(self) -> str:
        """Aspect, signed intensity and, where there is one, what happened: ``delivery −2, late parcel``."""
        degree = f"{_SIGNS[self.polarity]}{self.intensity}" if self.polarity != "neutral" else "0"
        more = [self.cause] if self.cause != "any" else []
        more += ["ironic"] if self.tone == "ironic" else []
        return ", ".join([f"{self.aspect} {degree}", *more]).replace("_", " ")


@dataclass(frozen=True)
class Sample:
    """One text with its truth."""

    text: str
    source: str
    language: str
    passages: tuple[Passage, ...]

    @property
    def is_mixed(self) -> bool:
        """Whether it both praises and blames."""
        return {"positive", "negative"} <= {one.polarity for one in self.passages}

    @property
    def has_cause(self) -> bool:
        """Whether an event caused anything in it."""
        return any(one.cause != "any" for one in self.passages)

    @property
    def marked_share(self) -> float:
        """Share of its characters that speak of an aspect."""
        return sum(one.end - one.start for one in self.passages) / len(self.text)


@cache
def world(language: str) -> cxdata.Dataset:
    """Return what the customers of a small world of Tilmarenne wrote in a language, with its answer key."""
    return cxdata.generate(
        "tilmarenne", customers=WORLD, seed=SEED, locale=LOCALES[language], tables=("verbatims", "passages")
    )


def concepts(data: cxdata.Dataset) -> pd.DataFrame:
    """Return the passages of a data set that speak of an aspect, in their order."""
    passages = data.truth["latents/passages"]
    found = passages[passages["kind"] == "concept"].copy()
    for name in ("start", "end", "intensity"):
        found[name] = found[name].astype(int)
    return found


def samples_of(texts: pd.DataFrame, passages: pd.DataFrame, language: str) -> list[Sample]:
    """Return texts with their passages.

    Args:
        texts: Rows of ``verbatims``.
        passages: As :func:`concepts` returns them.
        language: Of the texts.
    """
    own = passages[passages["verbatim_id"].isin(texts["verbatim_id"])]
    by_text: dict[int, list[Passage]] = defaultdict(list)
    names = [one.name for one in fields(Passage)]
    for row in own[["verbatim_id", *names]].to_dict("records"):
        by_text[row.pop("verbatim_id")].append(Passage(**{str(name): value for name, value in row.items()}))
    listed = texts[["verbatim_id", "text", "source"]].to_dict("records")
    return [Sample(row["text"], row["source"], language, tuple(by_text[row["verbatim_id"]])) for row in listed]


def drawn(source: str, language: str) -> list[Sample]:
    """Return the samples of a page: texts of one source, drawn by lot.

    Raises:
        ValueError: If the world has too few of them.
    """
    data = world(language)
    texts = data["verbatims"]
    own = texts[texts["source"] == source]
    if len(own) < SAMPLES:
        raise ValueError(f"{WORLD} customers wrote {len(own)} texts of {source!r}, fewer than {SAMPLES}; raise WORLD")
    return samples_of(own.sample(SAMPLES, random_state=SEED), concepts(data), language)


def marked(sample: Sample) -> str:
    """Return a text as HTML, each concept underlined by its polarity, the lines of a chat each in its own element."""
    parts: list[str] = []
    place = 0
    for one in sample.passages:
        parts.append(escape(sample.text[place : one.start], quote=False))
        words = escape(sample.text[one.start : one.end], quote=False)
        parts.append(f'<mark class="{_CLASSES[one.polarity]}">{words}</mark>')
        place = one.end
    parts.append(escape(sample.text[place:], quote=False))
    html = "".join(parts)
    if sample.source != "chat":
        return html
    return "".join(_line(line, first=place == 0) for place, line in enumerate(html.split("\n")))


def _line(line: str, *, first: bool) -> str:
    """Return a line of a chat with its speaker apart."""
    speaker, colon, words = line.partition(":")
    return ("" if first else "\n") + (f"<b>{speaker}{colon}</b>{words}" if colon else line)


def labels(sample: Sample) -> str:
    """Return a text's truth as small labels, in the order of its passages."""
    said = " ".join(f'<b class="{_CLASSES[one.polarity]}">{escape(one.label)}</b>' for one in sample.passages)
    return f"<p>{said}</p>"


def both(sample: Sample) -> str:
    """Return a text and its labels, a paragraph each; styles know them by their order, which keeps long pages light."""
    return f'<p lang="{sample.language}">{marked(sample)}</p>{labels(sample)}'


def card(sample: Sample) -> str:
    """Return a text with its labels in a frame."""
    return f'<div class="cx-said">{both(sample)}</div>'


def cards(samples: Iterable[Sample]) -> str:
    """Return numbered texts with their labels; search does not look into them."""
    listed = "".join(f"<li>{both(sample)}</li>" for sample in samples)
    return f'<ol class="cx-samples" data-search-exclude>{listed}</ol>'


LEGEND = (
    '<div class="cx-key-of-words"><p>Underlined is what speaks of an aspect, in the order of the labels below it: '
    '<mark class="cx-plus">praise</mark> with a plus, <mark class="cx-minus">blame</mark> with a minus, from 1, mild, '
    'to 3, strong; <mark class="cx-nil">neither</mark> with 0. What happened to the customer follows, where the words '
    "come from it.</p>"
    '<p><label><input type="checkbox" class="cx-plainly"> Hide underlines and labels, and judge for yourself first'
    "</label></p></div>"
)
"""How to read samples, and the box that hides their truth."""


def build_samples(page: Page, source: str, languages: Sequence[str] = tuple(LOCALES)) -> dict[str, list[Sample]]:
    """Fill the page of one source: ``legend``, and ``fr`` and ``en`` with the samples.

    Args:
        page: The page of the samples.
        source: One of ``cxdata.schema.phrasebook.SOURCES``.
        languages: Those of the page; long texts need a page for each.

    Returns:
        The samples by language, for the page to hold its words against.

    Raises:
        ValueError: If there is no such source, or the world has too few of its texts.
    """
    if source not in SOURCES:
        raise ValueError(f"there is no source {source!r}; there are {', '.join(SOURCES)}")
    page.html("legend", LEGEND)
    page.value("samples", SAMPLES)
    samples = {language: drawn(source, language) for language in languages}
    for language, found in samples.items():
        page.html(language, cards(found))
        lengths = pd.Series([len(sample.text.split()) for sample in found])
        page.value(f"{language}.median", lengths.median())
        page.value(f"{language}.longest", lengths.max())
    return samples
