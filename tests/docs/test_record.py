"""The record of pages that passed: one that anything has changed about is looked at again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from record import SAMPLE, Record, without_links_to_others


@pytest.fixture
def made(tmp_path) -> Callable[..., Record]:
    site = tmp_path / "site"
    (site / "assets").mkdir(parents=True)
    (site / "assets/site.css").write_text("p { color: red }")
    gate = tmp_path / "tests/docs/gate.py"
    gate.parent.mkdir(parents=True)
    gate.write_text("pass")
    for number in range(4 * SAMPLE):
        (site / f"{number}.html").write_text(f"<html><article>{number}</article></html>")

    def make() -> Record:
        return Record(site, gates=[gate], path=tmp_path / "verification/pages.json")

    everything = make()
    pages = [path.name for path in site.glob("*.html")]
    for page in pages:
        assert not everything.holds(page)
        everything.passed(page)
    everything.write(pages)
    return make


def held(record):
    return [page for page in sorted(record.known) if record.holds(page)]


def test_holds_what_passed_but_for_a_sample(made):
    assert 2 * SAMPLE < len(held(made())) < 4 * SAMPLE
    assert made().known.keys() == {f"{number}.html" for number in range(4 * SAMPLE)}


def test_lets_a_page_go_whose_words_have_changed(made):
    changed = held(made())[0]
    (made().site / changed).write_text("<html><article>other words</article></html>")
    assert changed not in held(made())
    assert len(held(made())) > 2 * SAMPLE - 1


def test_keeps_what_was_not_looked_at_and_drops_what_failed_or_is_gone(made):
    again = made()
    changed, failed, gone, *others = sorted(again.known)
    for page in (changed, failed):
        (again.site / page).write_text("<html>new</html>")
        assert not again.holds(page)
    again.passed(changed)
    again.write([changed, failed, *others])
    assert gone not in made().known
    assert set(made().known) == {changed, *others}


@pytest.mark.parametrize("what", ["site/assets/site.css", "tests/docs/gate.py"])
def test_lets_all_go_when_what_all_use_has_changed(made, tmp_path, what):
    (tmp_path / what).write_text("other")
    assert held(made()) == []


def test_does_not_mind_a_new_page_in_the_menus(made):
    page = held(made())[0]
    html = (
        '<nav class="md-tabs">{0}</nav><div class="md-sidebar md-sidebar--primary"><nav>{0}</nav></div>'
        '<div class="md-sidebar md-sidebar--secondary">contents</div><article>words</article>'
        '<nav class="md-footer__inner md-grid">{0}</nav>'
    )
    assert without_links_to_others(html.format("one")) == without_links_to_others(html.format("one, two"))
    assert "contents" in without_links_to_others(html)
    assert "words" in without_links_to_others(html)
    assert made().holds(page)
