"""What readers do on the pages, with the keyboard, on a server and from disk: search, switch, answer, calculate."""

from __future__ import annotations

import math
import random
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from browsing import DESK, HEIGHT, PAGES, PHONE, PROJECT, language_of, none_of, search, until

from casebook import catalog
from casebook.calculators import CALCULATORS
from casebook.project import LANGUAGES

CATALOG = catalog.load(PROJECT)
LISTED = [tool for tool in CATALOG.tools if f"tools/{tool.slug}.html" in PAGES]
WAYS = ("light", "disk")
GRID = 240
"""Random inputs of each calculator, beside the corners of what it takes."""
CORNERS = 729
"""Corners tried at most: all of them up to six inputs."""
SAMPLE = 8
"""Pages on which a component is tried."""
KNOWN = {"en": {"nps": "net-promoter-score", "detractors": "net-promoter-score", "détracteur": "glossary"}, "fr": {}}
if "fr/glossary.html" in PAGES:
    KNOWN["fr"] = {"nps": "glossary", "detracteurs": "glossary", "détracteur": "glossary"}


def opened(visitor, way, page):
    window = visitor.window(way)
    visit = window.open(window.allowed[0] + page)
    return window.page, visit


def silent(visit):
    assert visit.console + visit.elsewhere == []


def start_pages():
    return ["index.html", *(f"{language}/index.html" for language in LANGUAGES if language != "en")]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("start", [*start_pages(), *(f"tools/{tool.slug}.html" for tool in LISTED[:1])])
def test_search_finds_and_links_to_what_is_there(visitor, site, start, way):
    page, visit = opened(visitor, way, start)
    if not KNOWN[language_of(start)]:  # a language of few words: search must still answer
        assert search(page, "casebooks"), start
    for query, wanted in KNOWN[language_of(start)].items():
        found = search(page, query)
        assert any(wanted in url for url in found), f"{query}: {found}"
        for url in found:
            place = unquote(urlsplit(url).path)
            path = Path(place) if way == "disk" else site / place.lstrip("/")
            assert path.is_file(), f"{query}: {url}"
    assert search(page, "xyzzyx") == []
    silent(visit)


def test_search_finds_every_tool_by_its_names(visitor):
    page, visit = opened(visitor, "light", "index.html")
    missed = []
    for tool in LISTED:
        for name in (tool.title, tool.title_fr, *tool.aliases):
            found = list(dict.fromkeys(url.split("#")[0] for url in search(page, name)))
            if not any(url.endswith(f"/tools/{tool.slug}.html") for url in found[:5]):
                missed.append(f"{name!r} should find {tool.slug} among the first five: {found[:5]}")
    assert not missed, "\n".join(missed)
    silent(visit)


@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_search_is_used_by_keyboard_and_axe_finds_nothing_in_it(visitor, scheme, width):
    page, visit = opened(visitor, scheme, "index.html")
    page.set_viewport_size({"width": width, "height": HEIGHT})
    if width == PHONE:
        page.locator("label.md-header__button[for=__search]").click()
        assert page.evaluate("document.activeElement.name") == "query"
    found = search(page, "customers")
    assert page.locator(".md-search-result__link").first.is_visible()
    none_of(visitor.probed(page, "probe.axe()"))
    assert not any(re.search(r"\d%\d", text) for text in page.locator(".md-search-result__item").all_text_contents())
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(found[0])
    silent(visit)


def test_the_drawer_of_a_phone_has_no_fault(visitor):
    page, visit = opened(visitor, "light", "glossary.html")
    page.set_viewport_size({"width": PHONE, "height": HEIGHT})
    page.locator("label.md-header__button[for=__drawer]").click()
    assert page.locator(".md-sidebar--primary").is_visible()
    none_of(visitor.probed(page, "probe.axe()"))
    silent(visit)


@pytest.mark.parametrize("way", WAYS)
def test_the_language_switch_leads_there_and_back(visitor, way):
    page, visit = opened(visitor, way, "index.html")
    base = visitor.window(way).allowed[0]
    for target, language in (("fr/index.html", "fr"), ("index.html", "en")):
        page.locator(".cx-language").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(base + target)
        assert page.evaluate("document.documentElement.lang") == language
    for deep in [one for one in PAGES if one.count("/") - one.startswith("fr/") == 1][:2]:
        page.goto(base + deep)
        page.locator(".cx-language").click()
        page.wait_for_load_state()
        assert page.evaluate("document.documentElement.lang") != language_of(deep)
        assert page.locator("h1").count() == 1
    silent(visit)


def containing(site, text):
    """Return pages that hold a component, some of them: its markup is made in one place."""
    found = [one for one in PAGES if text in (site / one).read_text(encoding="utf-8")]
    assert found, f"no page holds {text}; this test has lost its subject"
    return found[:: -(-len(found) // SAMPLE)]


def test_an_answer_chosen_by_keyboard_shows_its_explanation(visitor, site):
    for address in containing(site, 'class="cx-question"'):
        page, visit = opened(visitor, "light", address)
        for question in page.locator(".cx-question").all():
            answers = question.locator("input").all()
            explained = [one.locator(".cx-why") for one in question.locator(".cx-answer").all()]
            assert not any(one.is_visible() for one in explained), address
            answers[0].focus()
            page.keyboard.press("Space")
            for chosen in range(len(answers)):
                assert answers[chosen].is_checked(), address
                assert [one.is_visible() for one in explained] == [one == chosen for one in range(len(answers))], (
                    address
                )
                page.keyboard.press("ArrowDown")
        silent(visit)


def test_a_calculator_answers_the_keyboard_and_refuses_what_has_no_result(visitor, site):
    for address in containing(site, 'class="cx-calculator"'):
        page, visit = opened(visitor, "light", address)
        for form in page.locator("form.cx-calculator").all():
            results, problem = form.locator("[data-output]"), form.locator(".cx-problem")
            printed = results.all_text_contents()
            first = form.locator("input[type=number]").first
            typed = first.input_value()
            lowest = float(first.get_attribute("min"))
            first.focus()
            page.keyboard.press("ControlOrMeta+A")
            page.keyboard.type(typed)
            assert results.all_text_contents() == printed, f"{address}: script and build write the same numbers"
            page.keyboard.press("ControlOrMeta+A")
            page.keyboard.type(f"{float(first.get_attribute('max')):.15g}")
            assert results.all_text_contents() != printed, address
            assert not problem.is_visible()
            for wrong in ("", f"{lowest - 1:g}"):
                page.keyboard.press("ControlOrMeta+A")
                page.keyboard.press("Delete")
                page.keyboard.type(wrong)
                assert problem.is_visible(), f"{address}: {wrong!r} is taken"
                assert len(problem.text_content()) > len("a word"), address
                assert not any(any(map(str.isdigit, text)) for text in results.all_text_contents()), address
        silent(visit)


def test_rows_are_added_and_removed_by_keyboard(visitor, site):
    for address in containing(site, 'class="cx-rows'):
        page, visit = opened(visitor, "light", address)
        for form in page.locator("form.cx-calculator:has(.cx-rows)").all():
            rows, add = form.locator(".cx-rows > li"), form.locator(".cx-add")
            least, most = (int(form.locator(".cx-rows").get_attribute(f"data-{end}")) for end in ("least", "most"))
            while rows.count() < most:
                number = rows.count()
                add.focus()
                page.keyboard.press("Enter")
                assert rows.count() == number + 1, address
                page.keyboard.type("One more")  # the focus went to the name of the new row
            assert add.is_disabled(), address
            assert "One more" in form.locator("svg desc").text_content(), address
            assert all(rows.last.locator("[data-output]").all_text_contents()), address
            while rows.count() > least:
                rows.last.locator(".cx-remove").focus()
                page.keyboard.press("Enter")
                assert page.evaluate("document.activeElement.closest('.cx-rows') !== null"), address
            assert rows.last.locator(".cx-remove").is_disabled(), address
            assert not form.locator(".cx-problem").is_visible(), address
        silent(visit)


def test_a_term_shows_its_definition_on_focus_and_on_hover(visitor, site):
    bubble = (
        "(one) => { const style = getComputedStyle(one, '::after'); return style.display !== 'none' && style.content; }"
    )
    for address in containing(site, 'class="cx-term"'):
        page, visit = opened(visitor, "light", address)
        page.keyboard.press("Tab")
        for term in page.locator("a.cx-term:visible").all()[:2]:
            definition = term.get_attribute("data-definition")
            assert not term.evaluate(bubble), address
            term.focus()
            assert definition.split('"')[0] in term.evaluate(bubble), address
            term.blur()
            term.hover()
            assert definition.split('"')[0] in term.evaluate(bubble), address
            page.mouse.move(0, 0)
        silent(visit)


def drawn(calculator, seed):
    """Return boxes and columns within their ranges: each corner, the first values, a seeded grid of all magnitudes."""
    random_ = random.Random(seed)
    inputs = calculator.inputs

    def one(given):
        steps = (given.high - given.low) / given.step
        share = random_.random() ** random_.choice((1, 4, 16))  # small values are what readers type
        return given.low + given.step * min(math.floor(share * steps), math.floor(steps))

    def columns():
        if calculator.rows is None:
            return {}
        number = random_.randint(calculator.rows.least, calculator.rows.most)
        listed = {name: [one(given) for _ in range(number)] for name, given in calculator.rows.columns.items()}
        if random_.random() < 0.2:  # equal rows
            listed = {name: [values[0]] * number for name, values in listed.items()}
        elif random_.random() < 0.4:  # rows that only fall, as those of a funnel must
            listed = {name: sorted(values, reverse=True) for name, values in listed.items()}
        return listed

    corners = [{}]
    for name, given in inputs.items():
        ends = dict.fromkeys((given.low, given.default, given.high))
        corners = [{**before, name: value} for before in corners for value in ends]
        corners = random_.sample(corners, min(len(corners), CORNERS))
    boxes = [*corners, *({name: one(given) for name, given in inputs.items()} for _ in range(GRID))]
    return [(one, columns()) for one in boxes]


def computed(calculator, boxes, columns):
    try:
        return dict(calculator.compute(boxes, columns))
    except ValueError:
        return None  # the combination has no result, and the page must give none


def agrees(shown, expected):
    """Return true if two results are the same but for the last digits of numbers."""
    if isinstance(expected, list | tuple):
        return len(shown) == len(expected) and all(map(agrees, shown, expected))
    if isinstance(expected, str | None):
        return shown == expected
    return shown == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", CALCULATORS)
def test_a_calculator_computes_what_python_computes(visitor, name):
    page, _ = opened(visitor, "light", "index.html")
    page.evaluate((PROJECT.root / f"docs/assets/calculators/{name}.js").read_text(encoding="utf-8") + ";null")
    given = drawn(CALCULATORS[name], seed=f"calculator {name}")
    in_page = page.evaluate(
        "([name, all, constants]) => all.map((one) => window.cxCalculators[name](...one, constants))",
        [name, given, dict(CALCULATORS[name].constants)],
    )
    for inputs, shown in zip(given, in_page, strict=True):
        expected = computed(CALCULATORS[name], *inputs)
        if expected is None:
            assert shown is None, inputs
        else:
            assert shown is not None, inputs
            assert shown.keys() == expected.keys(), inputs
            wrong = {key: (shown[key], value) for key, value in expected.items() if not agrees(shown[key], value)}
            assert not wrong, inputs


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_address_gets_a_page_in_its_language(visitor, language):
    prefix = "" if language == "en" else f"{language}/"
    page, visit = opened(visitor, "light", f"{prefix}404.html")
    assert page.evaluate("document.documentElement.lang") == language
    assert page.locator("h1").is_visible()
    home = page.locator("a.md-logo").first.get_attribute("href")
    assert home == f"/{prefix}index.html"
    until(page, "document.fonts.status === 'loaded'")
    silent(visit)
