"""What every page passes, in the reader's browser. Each page is visited once in each way, unless it is on record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from browsing import HERE, PAGES, PROJECT, Visit, Visitor, language_of, none_of
from record import Record

from casebook.project import LANGUAGES

HEAVIEST = 200_000
"""Bytes, compressed, of everything that the first view asks for."""
GATES = [HERE / name for name in ("browsing.py", "probe.js", "record.py", "test_every_page.py", "vendor/axe.min.js")]
RECORD = PROJECT.root / "verification/pages.json"


def has_twin(page: str) -> bool:
    """Pages for missing addresses have none, and need a server: their links start at the root."""
    return not page.endswith("404.html")


def weight(seen: Visit) -> list[str]:
    heaviest = sorted(seen.sent, key=lambda one: -one[1])[:6]
    faults = [] if seen.weight < HEAVIEST else [f"{seen.weight} bytes, of which {heaviest}"]
    return faults + [
        f"{name}: the search index is for those who search" for name, _ in seen.sent if "search_index" in name
    ]


def language(page: str, seen: Visit) -> list[str]:
    said = seen.found["lang"]
    return [] if said == language_of(page) else [f"the page says {said!r}"]


def switch(page: str, seen: Visit, base: str) -> list[str]:
    """The switch leads to the page's twin in the other language, or to that language's start page."""
    own = language_of(page)
    name = page.removeprefix(f"{own}/") if own != "en" else page
    expected = []
    for other in (one for one in LANGUAGES if one != own):
        prefix = "" if other == "en" else f"{other}/"
        twin = f"{prefix}{name}" if f"{prefix}{name}" in PAGES else f"{prefix}index.html"
        expected.append([other, base + twin])
    return [] if seen.found["twins"] == expected else [f"leads to {seen.found['twins']}, not {expected}"]


def faults_of(visitor: Visitor, page: str) -> Mapping[str, list[str]]:
    """Return what each gate finds on a page."""
    light = visitor.light(page)
    found = {
        "console": light.console,
        "other hosts": light.elsewhere,
        "axe in light": light.axe,
        "headings": light.found["headings"],
        "landmarks": light.found["landmarks"],
        "pictures": light.found["pictures"],
        "language": language(page, light),
        "weight": weight(light),
        "phone": light.found["wide"] + light.found["clipped"] + light.found["small"],
    }
    if has_twin(page):
        disk = visitor.disk(page)
        scheme = disk.found["scheme"]
        found |= {
            "from disk": disk.console + disk.elsewhere,
            "axe in dark": disk.axe + ([] if scheme == "slate" else [f"the dark page is {scheme!r}"]),
            "paper": disk.found["paper"],
            "language switch": switch(page, light, visitor.server.base),
        }
    return found


@pytest.fixture(scope="module")
def record(site) -> Iterator[Record]:
    record = Record(site, gates=GATES, path=RECORD)
    yield record
    if record.is_written:
        record.write(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_passes_every_gate(visitor, record, page):
    if not record.holds(page):
        none_of([f"{gate}: {fault}" for gate, faults in faults_of(visitor, page).items() for fault in faults])
        record.passed(page)


def test_the_record_is_of_pages_that_exist(record):
    if not record.is_written:  # else it is about to be
        assert record.known, "Run 'make look' and commit verification/pages.json."
        none_of([f"{page} is gone; run 'make look'" for page in sorted(set(record.known) - set(PAGES))])
