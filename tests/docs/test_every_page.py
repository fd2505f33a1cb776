"""What every page passes, in the reader's browser. Each page is visited once in each way; each gate is a test."""

from __future__ import annotations

import pytest
from browsing import PAGES, language_of, none_of

from casebook.project import LANGUAGES

every_page = pytest.mark.parametrize("page", PAGES)
every_named_page = pytest.mark.parametrize("page", [page for page in PAGES if not page.endswith("404.html")])
"""Without the pages for missing addresses: their links start at the root, so they need a server, and have no twin."""

HEAVIEST = 200_000
"""Bytes, compressed, of everything that the first view asks for."""


@every_page
def test_the_console_stays_silent(visitor, page):
    none_of(visitor.light(page).console)


@every_page
def test_nothing_is_asked_of_another_host(visitor, page):
    none_of(visitor.light(page).elsewhere)


@every_page
def test_axe_finds_nothing_in_light(visitor, page):
    none_of(visitor.light(page).axe)


@every_named_page
def test_axe_finds_nothing_in_dark(visitor, page):
    seen = visitor.disk(page)
    assert seen.found["scheme"] == "slate"
    none_of(seen.axe)


@every_page
def test_headings_leave_no_level_out(visitor, page):
    none_of(visitor.light(page).found["headings"])


@every_page
def test_landmarks_are_there_and_told_apart(visitor, page):
    none_of(visitor.light(page).found["landmarks"])


@every_page
def test_pictures_have_words(visitor, page):
    none_of(visitor.light(page).found["pictures"])


@every_page
def test_the_page_says_its_language(visitor, page):
    assert visitor.light(page).found["lang"] == language_of(page)


@every_page
def test_the_first_view_is_light(visitor, page):
    seen = visitor.light(page)
    heaviest = sorted(seen.sent, key=lambda one: -one[1])[:6]
    assert seen.weight < HEAVIEST, f"{seen.weight} bytes, of which {heaviest}"
    assert not any("search_index" in name for name, _ in seen.sent), "the search index is for those who search"


@every_page
def test_a_phone_shows_all_of_it(visitor, page):
    found = visitor.light(page).found
    none_of(found["wide"] + found["clipped"] + found["small"])


@every_named_page
def test_paper_shows_all_of_it_in_light_colours(visitor, page):
    none_of(visitor.disk(page).found["paper"])


@every_named_page
def test_it_opens_from_disk(visitor, page):
    seen = visitor.disk(page)
    none_of(seen.console + seen.elsewhere)


@every_named_page
def test_the_language_switch_leads_to_the_twin_or_the_start_page(visitor, page):
    language = language_of(page)
    name = page.removeprefix(f"{language}/") if language != "en" else page
    expected = []
    for other in (one for one in LANGUAGES if one != language):
        prefix = "" if other == "en" else f"{other}/"
        twin = f"{prefix}{name}" if f"{prefix}{name}" in PAGES else f"{prefix}index.html"
        expected.append([other, visitor.server.base + twin])
    assert visitor.light(page).found["twins"] == expected
