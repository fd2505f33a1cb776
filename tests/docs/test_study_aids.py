"""What helps readers find their way beside search: two clicks from the start page, and the glossary's box."""

from __future__ import annotations

import re

import pytest
from browsing import PAGES, PROJECT, none_of, until

from casebook import catalog

CATALOG = catalog.load(PROJECT)
WAYS = ("light", "disk")
AIDS = ("tools/index.html", "how-it-works/figures.html", "data/cite.html", "glossary.html")
GLOSSARIES = [one for one in PAGES if one.rpartition("/")[2] == "glossary.html"]
SHOWN = (
    "[...document.querySelectorAll('.cx-entry')].filter((one) => one.checkVisibility()).map((one) => one.firstChild.id)"
)


def linked(site, page):
    """Return the pages that a page links to."""
    found = re.findall(r'<a [^>]*href="([^"#:]+\.html)', (site / page).read_text(encoding="utf-8"))
    return {((site / page).parent / one).resolve().relative_to(site.resolve()).as_posix() for one in found}


def test_two_clicks_lead_from_the_start_page_to_every_aid_and_every_tool(site):
    first = linked(site, "index.html")
    second = {page for one in first if (site / one).exists() for page in linked(site, one)}
    tools = [f"tools/{tool.slug}.html" for tool in CATALOG.tools]
    dossiers = [f"dossiers/{dossier.slug}.html" for dossier in CATALOG.dossiers]
    assert not {*AIDS, *tools, *dossiers} - first - second


def opened(visitor, way, address):
    window = visitor.window(way)
    window.open("about:blank")
    visit = window.open(window.allowed[0] + address)
    until(window.page, "!document.querySelector('.cx-filter').hidden")
    return window.page, visit


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("address", GLOSSARIES)
def test_the_box_of_the_glossary_keeps_what_is_typed_in_either_language(visitor, address, way):
    page, visit = opened(visitor, way, address)
    status = page.locator(".cx-filter [role=status]")
    assert len(page.evaluate(SHOWN)) == len(CATALOG.terms)
    page.locator("#glossary-filter").focus()
    for typed, wanted in (
        ("Taux d'abandon", "abandonment-rate"),
        ("wilson", "wilson-interval"),
        ("DETRACTEUR", "detractor"),
    ):
        page.keyboard.press("ControlOrMeta+A")
        page.keyboard.type(typed)
        found = page.evaluate(SHOWN)
        assert wanted in found, typed
        assert len(found) < len(CATALOG.terms) / 4, typed
        assert re.match(rf"{len(found)} .*{len(CATALOG.terms)}", status.text_content())
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("xyzzy")
    assert page.evaluate(SHOWN) == []
    assert not page.locator(".cx-terms h2").first.is_visible(), "a heading stands over nothing"
    none_of(visitor.probed(page, "probe.axe()"))
    assert visit.console + visit.elsewhere == []


def test_a_link_to_a_term_that_is_filtered_away_shows_it(visitor):
    page, visit = opened(visitor, "light", "glossary.html")
    page.locator("#glossary-filter").fill("wilson")
    assert not page.locator("#churn").is_visible()
    page.evaluate("location.hash = 'churn'")
    until(page, "document.getElementById('churn').checkVisibility()")
    assert page.locator("#glossary-filter").input_value() == ""
    assert visit.console == []


def test_the_letters_lead_to_the_first_term_of_each(visitor):
    page, _ = opened(visitor, "light", "glossary.html")
    for link in page.locator(".cx-letters a").all():
        target = page.locator(f"[id='{link.get_attribute('href')[1:]}']")
        assert target.text_content()[0].upper() == link.text_content()
