"""What every page passes, in the reader's browser. Each page is visited once in each way, unless it is on record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest
from browsing import HERE, PAGES, PROJECT, Visit, Visitor, language_of, none_of
from record import SAMPLE, Record, without_links_to_others

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
    if record.look_at_all:
        record.write(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_passes_every_gate(visitor, record, page):
    if not record.holds(page):
        none_of([f"{gate}: {fault}" for gate, faults in faults_of(visitor, page).items() for fault in faults])
        record.passed(page)


def test_the_record_is_of_pages_that_exist():
    known = Record(PROJECT.root, gates=GATES, path=RECORD).known
    assert known, "Run 'make look' and commit verification/pages.json."
    none_of([f"{page} is gone; run 'make look'" for page in sorted(set(known) - set(PAGES))])


class TestTheRecord:
    """A page that anything has changed about is looked at again."""

    @pytest.fixture
    def made(self, tmp_path) -> Callable[..., Record]:
        site = tmp_path / "site"
        (site / "assets").mkdir(parents=True)
        (site / "assets/site.css").write_text("p { color: red }")
        gate = tmp_path / "tests/docs/gate.py"
        gate.parent.mkdir(parents=True)
        gate.write_text("pass")
        for number in range(4 * SAMPLE):
            (site / f"{number}.html").write_text(f"<html><article>{number}</article></html>")

        def make(**options: bool) -> Record:
            return Record(site, gates=[gate], path=tmp_path / "verification/pages.json", **options)

        everything = make(look_at_all=True)
        pages = [path.name for path in site.glob("*.html")]
        for page in pages:
            assert not everything.holds(page)
            everything.passed(page)
        everything.write(pages)
        return make

    def held(self, record):
        return [page for page in sorted(record.known) if record.holds(page)]

    def test_holds_what_passed_but_for_a_sample(self, made):
        assert 2 * SAMPLE < len(self.held(made())) < 4 * SAMPLE
        assert made(look_at_all=False).known.keys() == {f"{number}.html" for number in range(4 * SAMPLE)}

    def test_lets_a_page_go_whose_words_have_changed(self, made):
        changed = self.held(made())[0]
        (made().site / changed).write_text("<html><article>other words</article></html>")
        assert changed not in self.held(made())
        assert len(self.held(made())) > 2 * SAMPLE - 1

    def test_keeps_what_was_not_looked_at_and_drops_what_failed_or_is_gone(self, made):
        some = made(look_at_all=True)
        good, bad, _, *others = sorted(some.known)
        assert not some.holds(good)
        some.passed(good)
        assert not some.holds(bad)
        some.write([good, bad, *others])
        assert set(made().known) == {good, *others}

    @pytest.mark.parametrize("what", ["site/assets/site.css", "tests/docs/gate.py"])
    def test_lets_all_go_when_what_all_use_has_changed(self, made, tmp_path, what):
        (tmp_path / what).write_text("other")
        assert self.held(made()) == []

    def test_does_not_mind_a_new_page_in_the_menus(self, made):
        page = self.held(made())[0]
        html = (
            '<nav class="md-tabs">{0}</nav><div class="md-sidebar md-sidebar--primary"><nav>{0}</nav></div>'
            '<div class="md-sidebar md-sidebar--secondary">contents</div><article>words</article>'
            '<nav class="md-footer__inner md-grid">{0}</nav>'
        )
        assert without_links_to_others(html.format("one")) == without_links_to_others(html.format("one, two"))
        assert "contents" in without_links_to_others(html)
        assert "words" in without_links_to_others(html)
        assert made().holds(page)
