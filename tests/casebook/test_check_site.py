"""The site checker: every kind of fault is found, with the source file and the line."""

from __future__ import annotations

import json

import pytest
from small_project import TOOL

from casebook import check_site

HEAD = (
    '<html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="x">'
    '<meta name="description" content="Words."></head><body>'
)


@pytest.fixture
def site(mini, tmp_path):
    folder = tmp_path / "site"
    made = {
        "index.html": f'{HEAD}<h1>Start</h1><a href="tools/net-promoter-score.html#part">x</a>',
        "tools/net-promoter-score.html": f'{HEAD}<h1>NPS</h1><h2 id="part">Part</h2><a href="../index.html">x</a>',
        "404.html": '<meta http-equiv="Content-Security-Policy"><a href="/nowhere.html">x</a>',
        "notebooks/tools/net-promoter-score.html": f"{HEAD}<h1>Notebook</h1>",
    }
    for name, html in made.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(html, encoding="utf-8")
    return folder


@pytest.fixture
def faults(mini, site):
    def found() -> list[str]:
        return check_site.check(site, mini.project)

    return found


def test_a_sound_site_has_no_fault(faults):
    assert faults() == []


@pytest.mark.parametrize(
    ("html", "target", "problem"),
    [
        ('<a href="lost.html">x</a>', "[x](lost.md)", "the link 'lost.html' leads nowhere; correct or remove it."),
        ('<a href="../../secret.txt">x</a>', "[x](../../secret.txt)", "the link '../../secret.txt' leads nowhere"),
        ('<a href="/index.html">x</a>', "[x](/index.html)", "the link '/index.html' leads nowhere"),
        ('<a href="#lost">x</a>', "[x](#lost)", "the link '#lost' names an anchor that tools/net-promoter-score.html"),
        (
            '<a href="../index.html#lost">x</a>',
            "[x](../index.md#lost)",
            "names an anchor that index.html does not have",
        ),
        ('<a href="javascript:alert(1)">x</a>', "[x](javascript:alert(1))", "has a scheme that no reader can follow"),
        ('<img src="../index.html">', "<img src='../index.html'>", "the image '../index.html' has no alt text"),
        (
            '<img src="../index.html" alt="No description has been provided for this image">',
            "<img src='../index.html'>",
            "has no alt text",
        ),
        ('<img src="lost.png" alt="x">', "![x](lost.png)", "the file 'lost.png' is not in the site."),
        ('<img src="../../secret.txt" alt="x">', "![x](../../secret.txt)", "the file '../../secret.txt' is not in the"),
        ('<script src="https://example.org/a.js"></script>', "https://example.org/a.js", "is loaded from another host"),
        ('<script src="//example.org/a.js"></script>', "//example.org/a.js", "is loaded from another host"),
        ('<video poster="https://example.org/a.png"></video>', "https://example.org/a.png", "loaded from another host"),
        ('<link rel="stylesheet" href="http://example.org/a.css">', "http://example.org/a.css", "from another host"),
        ('<p style="color: red">', 'style="color: red"', "the inline style 'color: red' is forbidden"),
        ('<p id="part"></p>', '<p id="part">', "the id 'part' stands twice on the page; rename"),
    ],
)
def test_a_fault_is_found_with_its_source_and_line(mini, site, tmp_path, faults, html, target, problem):
    (tmp_path / "secret.txt").write_text("exists, but outside of the site")
    built = site / "tools/net-promoter-score.html"
    built.write_text(built.read_text(encoding="utf-8") + html, encoding="utf-8")
    mini.append(TOOL, f"\nWords.\n\n{target}\n")
    (found,) = faults()
    assert found.startswith(f"{TOOL}:{mini.line(TOOL, target)}: "), found
    assert problem in found


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("<h1>NPS</h1>", "", "the page has 0 headings of the first level; it needs one."),
        ("<h1>NPS</h1>", "<h1>NPS</h1><h1>Again</h1>", "the page has 2 headings of the first level"),
        ('<h2 id="part">Part</h2>', '<h3 id="part">Part</h3>', "a heading of level 3 follows one of level 1"),
        ('<meta name="description" content="Words.">', "", "the page has no description; add it to the front matter."),
        ('content="Words."', 'content=""', "the page has no description"),
        (' http-equiv="Content-Security-Policy"', "", "the page has no content security policy."),
        ("</h2>", '</h2><svg role="img"></svg>', "a drawing has no text alternative."),
    ],
)
def test_a_fault_of_the_whole_page_is_found_with_its_source(site, faults, old, new, problem):
    built = site / "tools/net-promoter-score.html"
    html = built.read_text(encoding="utf-8")
    assert old in html
    built.write_text(html.replace(old, new), encoding="utf-8")
    (found,) = faults()
    assert found.startswith(f"{TOOL}: {problem}")


def test_what_fetches_nothing_may_name_another_host(site, faults):
    built = site / "index.html"
    more = (
        '<link rel="canonical" href="https://example.org/"><link rel="alternate" href="https://example.org/fr">'
        '<a href="https://example.org/">x</a><a href="mailto:a@example.org">x</a><a href="">x</a><a href="#">x</a>'
        '<img src="data:image/png;base64,xx" alt=""><svg><use href="#part"></use></svg>'
        '<svg role="img" aria-label="x"></svg><a href="tools/net-promoter-score.html?q=1#part">x</a>'
    )
    built.write_text(built.read_text(encoding="utf-8") + more, encoding="utf-8")
    assert faults() == []


def test_a_fault_of_a_notebook_is_found_in_its_script(mini, site, faults):
    built = site / "notebooks/tools/net-promoter-score.html"
    built.write_text(built.read_text(encoding="utf-8") + '<a href="lost.html">x</a>', encoding="utf-8")
    assert faults()[0].startswith("notebooks/tools/net-promoter-score.py: the link 'lost.html' leads nowhere")


def test_a_fault_of_a_page_without_source_names_the_built_page(site, faults):
    (site / "made.html").write_text(f"{HEAD}<h1>x</h1><h1>y</h1>", encoding="utf-8")
    assert faults() == ["site/made.html: the page has 2 headings of the first level; it needs one."]


def test_an_asset_that_nothing_uses_is_found(site, faults):
    (site / "assets").mkdir()
    (site / "assets/used.svg").write_text("<svg/>")
    (site / "assets/font.woff2").write_text("x")
    (site / "assets/casebook.css").write_text("@font-face {src: url(font.woff2)}")
    (site / "assets/lost.svg").write_text("<svg/>")
    built = site / "index.html"
    more = '<img src="assets/used.svg" alt="x"><link rel="stylesheet" href="assets/casebook.css">'
    built.write_text(built.read_text(encoding="utf-8") + more, encoding="utf-8")
    assert faults() == ["site/assets/lost.svg: nothing uses this asset; remove it."]


def test_the_script_of_a_calculator_is_used_and_must_be_there(site, faults):
    (site / "assets/calculators").mkdir(parents=True)
    (site / "assets/calculators/nps.js").write_text("")
    built = site / "index.html"
    forms = '<form data-calculator="nps"></form><form data-calculator="margin"></form>'
    built.write_text(built.read_text(encoding="utf-8") + forms, encoding="utf-8")
    (fault,) = faults()
    assert fault.endswith("the file 'assets/calculators/margin.js' of a calculator is not in the site.")


def test_a_page_that_search_does_not_find_is_found(mini, site, faults):
    listed = ["index.html", "index.html#part", "notebooks/tools/net-promoter-score.html"]
    (site / "search").mkdir()
    docs = [{"location": location} for location in listed]
    (site / "search/search_index.json").write_text(json.dumps({"docs": docs}), encoding="utf-8")
    assert faults() == [f"{TOOL}: search does not find this page; it has no entry in the index."]


def test_each_language_has_its_own_index(mini, site, faults):
    for name in ("fr/index.html", "fr/tools/a.html"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(f"{HEAD}<h1>x</h1>", encoding="utf-8")
    (site / "fr/search").mkdir()
    (site / "fr/search/search_index.json").write_text(json.dumps({"docs": [{"location": "index.html"}]}))
    assert faults() == ["site/fr/tools/a.html: search does not find this page; it has no entry in the index."]


def test_a_folder_that_begins_like_a_language_is_english(mini, site, faults):
    (site / "friends").mkdir()
    (site / "friends/a.html").write_text(f"{HEAD}<h1>x</h1>", encoding="utf-8")
    pages = ["index.html", "tools/net-promoter-score.html", "notebooks/tools/net-promoter-score.html"]
    (site / "search").mkdir()
    (site / "search/search_index.json").write_text(json.dumps({"docs": [{"location": one} for one in pages]}))
    assert faults() == ["site/friends/a.html: search does not find this page; it has no entry in the index."]
