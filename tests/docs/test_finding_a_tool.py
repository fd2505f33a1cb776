"""What readers do with the finder of tools: by keyboard alone, on a server and from disk."""

from __future__ import annotations

import pytest
from browsing import PHONE, PROJECT, none_of, until

from casebook import catalog, finder, frontmatter

CATALOG = catalog.load(PROJECT)
ADDRESS = "tools/index.html"
WAYS = ("light", "disk")
STEPS = 200
"""Presses of a key after which something that was not reached never will be."""
MINUTES = {
    tool.number: frontmatter.read(path, f"tools/{tool.slug}.md", CATALOG).minutes
    for tool in CATALOG.tools
    if (path := PROJECT.docs("en") / f"tools/{tool.slug}.md").exists()
}
"""Of the tools that have a page."""
SHOWN = "[...document.querySelectorAll('.cx-tools > li')].filter((one) => one.checkVisibility())"
FOCUSED = "[document.activeElement.name || '', document.activeElement.value || '']"


def opened(visitor, way, choice=""):
    window = visitor.window(way)
    visit = window.open("about:blank")
    visit = window.open(f"{window.allowed[0]}{ADDRESS}{choice}")
    until(window.page, "!document.querySelector('.cx-finder').hidden")
    return window.page, visit


def shown(page):
    return page.evaluate(f"{SHOWN}.map((one) => Number(one.querySelector('.cx-no').textContent))")


def says(page):
    return page.locator(".cx-finder [role=status]").text_content()


def tab_to(page, name):
    for _ in range(STEPS):
        if page.evaluate(FOCUSED)[0] == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never reaches {name!r}")


def choose(page, name, value):
    """Move to a choice and take a value of it, with the keys of a reader."""
    tab_to(page, name)
    for _ in range(STEPS):
        if page.evaluate(FOCUSED) == [name, value]:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the keyboard never chooses {value!r}")


def fitting(*, need="", group="", within=None):
    return [
        tool.number
        for tool in CATALOG.tools
        if (not need or need in tool.needs)
        and (not group or tool.group == group)
        and (within is None or MINUTES.get(tool.number, within + 1) <= within)
    ]


@pytest.mark.parametrize("way", WAYS)
def test_the_keyboard_alone_finds_the_right_tools(visitor, way):
    page, visit = opened(visitor, way)
    everything = [tool.number for tool in CATALOG.tools]
    assert shown(page) == everything
    assert says(page) == f"{len(everything)} of {len(everything)} tools"
    choose(page, "need", "measure")
    wanted = fitting(need="measure")
    assert shown(page) == wanted
    assert says(page) == f"{len(wanted)} of {len(everything)} tools"
    choose(page, "group", "alone")
    wanted = fitting(need="measure", group="alone")
    assert 0 < len(wanted) < len(fitting(need="measure"))
    assert shown(page) == wanted
    assert page.url.endswith("#need=measure&group=alone")
    dossiers = page.evaluate(
        "[...document.querySelectorAll('.cx-dossier h2')].filter((one) => one.checkVisibility()).length"
    )
    assert dossiers == len({CATALOG.tools[number - 1].dossier for number in wanted}), (
        "an empty dossier keeps its heading"
    )
    assert visit.console + visit.elsewhere == []


@pytest.mark.parametrize("way", WAYS)
def test_the_choice_comes_back_with_the_address_and_goes_by_one_key(visitor, way):
    page, visit = opened(visitor, way, "#need=measure&time=120")
    wanted = fitting(need="measure", within=120)
    assert shown(page) == wanted
    assert page.locator("input[value=measure]").is_checked()
    assert page.locator("select[name=time]").input_value() == "120"
    waiting = [number for number in fitting(need="measure") if number not in MINUTES]
    assert ("left out" in says(page)) == bool(waiting)
    page.locator(".cx-finder [type=reset]").focus()
    page.keyboard.press("Enter")
    until(page, f"{SHOWN}.length === {len(CATALOG.tools)}")
    assert "#" not in page.url
    assert visit.console + visit.elsewhere == []


def test_what_an_address_asks_in_vain_is_not_chosen(visitor):
    page, visit = opened(visitor, "light", "#need=nonsense&time=7&colour=red")
    assert len(shown(page)) == len(CATALOG.tools)
    page, visit = opened(visitor, "light", f"#{CATALOG.dossiers[3].slug}")
    assert len(shown(page)) == len(CATALOG.tools)
    assert page.url.endswith(f"#{CATALOG.dossiers[3].slug}"), "the link to a heading is lost"
    assert visit.console == []


@pytest.mark.parametrize("way", WAYS)
def test_an_empty_result_says_what_to_loosen_and_does_it_by_keyboard(visitor, way):
    page, visit = opened(visitor, way, "#need=people&artefact=score")
    assert shown(page) == []
    assert says(page).startswith("0 of")
    buttons = page.locator(".cx-nothing button")
    scores = [tool for tool in CATALOG.tools if tool.artefact_kind == "score"]
    people = fitting(need="people")
    assert [one.text_content() for one in buttons.all()] == [
        f"I want to: see every tool ({len(scores)} tools)",
        f"You leave with: anything ({len(people)} tools)",
    ]
    none_of(visitor.probed(page, "probe.axe()"))
    buttons.nth(1).focus()
    page.keyboard.press("Enter")
    assert shown(page) == people
    assert not page.locator(".cx-nothing").is_visible()
    assert page.evaluate(FOCUSED) == ["artefact", ""], "the focus went with the button"
    assert visit.console + visit.elsewhere == []


def test_every_count_behind_a_choice_is_what_the_choice_would_leave(visitor):
    page, visit = opened(visitor, "light", "#need=repair")
    for option in page.locator("select[name=group] option").all():
        value, text = option.get_attribute("value"), option.text_content()
        assert not value or text.endswith(f"({len(fitting(need='repair', group=value))})"), text
    for label in page.locator(".cx-needs label").all():
        value = label.locator("input").get_attribute("value")
        assert label.locator("b").text_content() == (str(len(fitting(need=value))) if value else "")
    for limit in finder.LIMITS:
        text = page.locator(f"select[name=time] option[value='{limit}']").text_content()
        assert text.endswith(f"({len(fitting(need='repair', within=limit))})")
    assert visit.console == []


def test_a_phone_keeps_the_count_in_sight(visitor):
    page, _ = opened(visitor, "light")
    page.set_viewport_size({"width": PHONE, "height": 640})
    page.locator("input[value=know]").evaluate("(one) => one.parentNode.scrollIntoView()")
    place = page.locator(".cx-finder [role=status]").bounding_box()
    assert 0 < place["y"] < 640


def test_without_a_script_the_page_is_the_whole_list(visitor, server):
    context = visitor.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.base + ADDRESS)
    assert page.locator(".cx-tools > li:visible").count() == len(CATALOG.tools)
    assert not page.locator(".cx-finder").is_visible()
    context.close()
