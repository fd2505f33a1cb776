"""Tables, pictures and charts: never without text, always escaped, the same on every run."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import altair as alt
import pandas as pd
import pytest

from casebook.worked import charts, figures, palette
from casebook.worked.figures import Column
from casebook.worked.page import Page

LONG = "Three bars; the first is the longest, the last the shortest."
FRAME = pd.DataFrame(
    {
        "who": ["A & B", "<b>C</b>"],
        "nps": [12.34, -5.0],
        "note": ["x", None],
        "late": [True, False],
        "wait": [1.0, None],
    }
)


def cells(html: str) -> list[list[str]]:
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", html)]


def test_a_table_heads_its_rows_writes_numbers_and_escapes_words():
    html = figures.table(FRAME, caption="A & B", columns={"nps": Column(label="NPS < 0", digits=1, sign=True)})
    assert cells(html) == [
        ["who", "NPS &lt; 0", "note", "late", "wait"],
        ["A &amp; B", "+12.3", "x", "True", "1"],
        ["&lt;b&gt;C&lt;/b&gt;", "\N{MINUS SIGN}5.0", "–", "False", "–"],
    ]
    assert '<th scope="row">A &amp; B</th>' in html
    assert "<caption>A &amp; B</caption>" in html
    assert 'aria-label="A &amp; B"' in html


def test_numbers_stand_to_the_right_and_words_do_not():
    html = figures.table(FRAME, caption="Scores")
    assert '<th scope="col" class="cx-number">nps</th>' in html
    assert html.count('class="cx-number"') == 2 * (1 + len(FRAME))
    assert '<th scope="col">who</th>' in html
    assert '<td class="cx-number">–</td>' in html


def test_a_french_table_writes_french_numbers():
    assert "12,3" in figures.table(FRAME, caption="Scores", columns={"nps": Column(digits=1)}, language="fr")


def test_no_table_prints_nan_none_or_nat():
    frame = pd.DataFrame({"a": ["x", "y"], "b": [pd.NaT, pd.Timestamp("2026-01-01")], "c": [float("nan"), "z"]})
    frame["d"] = pd.array([1, None], dtype="Int64")
    html = figures.table(frame, caption="Gaps")
    assert not re.search("nan|none|nat|<na>", re.sub(r"<[^>]+>", " ", html), re.IGNORECASE)


@pytest.mark.parametrize(
    ("frame", "options", "words"),
    [
        (FRAME, {"caption": " "}, "A table needs a caption"),
        (
            FRAME,
            {"caption": "x", "columns": {"npss": Column()}},
            "The table has no column 'npss'; it has who, nps, note",
        ),
        (pd.DataFrame({"a": [float("inf")]}), {"caption": "x"}, "inf is not a number that a page can print"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), {"caption": "x"}, "two columns 'a'"),
    ],
)
def test_a_table_that_cannot_be_shown_is_refused(frame, options, words):
    with pytest.raises(ValueError, match=words):
        figures.table(frame, **options)


@pytest.mark.parametrize("alternative", ["", "   ", "A bar chart.", " " * 60, "x" * 39])
def test_a_picture_without_a_text_that_says_what_it_shows_is_refused(alternative):
    with pytest.raises(ValueError, match="The picture 'bars' has no text alternative that says what it shows"):
        figures.labelled("<svg></svg>", name="bars", title="Bars", alternative=alternative)


def test_a_picture_that_is_no_svg_is_refused_instead_of_shown_without_text():
    with pytest.raises(ValueError, match="The picture 'bars' is no SVG"):
        figures.labelled("<g></g>", name="bars", title="Bars", alternative=LONG)


def test_a_picture_names_its_title_and_its_text():
    svg = figures.labelled('<svg width="5"><g/></svg>', name="bars", title="A < B", alternative=f"{LONG} & more")
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    texts = {child.get("id"): child.text for child in root}
    assert [texts[one] for one in root.get("aria-labelledby").split()] == ["A < B", f"{LONG} & more"]


def test_the_ids_of_a_picture_are_its_own():
    svg = '<svg><clipPath id="clip1"/><g clip-path="url(#clip1)"/><use href="#clip1"/><g id="clip11"/></svg>'
    one = figures.labelled(svg, name="one", title="One", alternative=LONG)
    other = figures.labelled(svg, name="two", title="Two", alternative=LONG)
    ids = [re.findall(r'\sid="([^"]+)"', text) for text in (one, other)]
    assert not set(ids[0]) & set(ids[1])
    assert set(re.findall(r"#([\w-]+)", one)) <= set(ids[0])


def chart(width: int) -> alt.Chart:
    frame = pd.DataFrame({"share": [0.05, 0.15, 0.25], "who": ['the role="x"', "b", "c"]})
    marks = alt.Chart(frame).mark_bar(clip=True, opacity=0.35, color=charts.GOOD)
    axis = alt.Axis(values=[0.05, 0.15, 0.25], format=".2f")
    return marks.encode(x=alt.X("share:Q", axis=axis), y="who:N").properties(width=width, height=80)


def test_the_labels_of_a_chart_keep_their_decimals():
    svg = charts.svg(chart(charts.WIDE))
    shown = re.findall(r">([^<>]+)</text>", svg)
    assert {"0.05", "0.15", "0.25", 'the role="x"'} <= {text.replace("&quot;", '"') for text in shown}


def test_a_chart_keeps_its_opacity_and_shortens_its_coordinates():
    svg = charts.svg(chart(charts.WIDE))
    assert 'opacity="0.35"' in svg
    assert not re.search(r' (?:d|transform|x|y)="[^"]*\.\d\d', svg)


def test_a_chart_follows_the_reader_and_brings_no_style_or_other_host():
    svg = charts.svg(chart(charts.WIDE))
    assert palette.css("1") in svg
    assert not re.search(r"<style|<script|https?://| class=|xmlns| aria-", svg)
    ElementTree.fromstring(svg)


def test_two_drawings_of_a_chart_are_the_same_bytes():
    drawn = [charts.pictures(chart, name="bars", title="Bars", alternative=LONG) for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert set(drawn[0]) == {"wide", "narrow"}
    ids = [re.findall(r'\sid="([^"]+)"', svg) for svg in drawn[0].values()]
    assert not set(ids[0]) & set(ids[1])


def test_a_page_shows_a_chart_for_wide_and_narrow_with_its_data():
    page = Page(language="fr")
    page.chart("bars", chart, title="Barres", alternative=LONG, note="Lire de haut en bas.", data=FRAME)
    html = page.blocks["bars"]
    assert html.startswith('<figure class="cx-figure" id="bars" data-search-exclude><div class="cx-picture cx-wide">')
    assert 'class="cx-picture cx-narrow"' in html
    assert "<figcaption><strong>Barres</strong> Lire de haut en bas.</figcaption>" in html
    assert "<summary>Les données en tableau</summary>" in html


def test_a_chart_in_a_notebook_shows_its_text_in_a_terminal():
    shown = charts.show(chart, title="Bars: three!", alternative=LONG, data=pd.DataFrame({"x": [1]}))
    assert repr(shown) == f"Bars: three!. {LONG}"
    assert 'id="chart-bars-three"' in shown._repr_html_()


def test_every_name_on_a_page_is_used_once():
    page = Page()
    page.value("a", 1)
    page.html("a", "<p>a block may have the name of a value</p>")
    for again in (lambda: page.value("a", 2), lambda: page.text("a", en="b"), lambda: page.html("a", "")):
        with pytest.raises(ValueError, match="'a' is named twice"):
            again()
    assert page.values == {"a": "1"}


def test_a_page_takes_the_words_of_its_language_and_english_where_there_are_none():
    assert [Page(language=one).say(en="late", fr="en retard") for one in ("en", "fr")] == ["late", "en retard"]
    assert Page(language="fr").say(en="late") == "late"


def test_a_drawing_for_phones_is_labelled_apart():
    page = Page()
    page.drawing("map", "<svg></svg>", title="Map", alternative=LONG, narrow="<svg></svg>")
    ids = re.findall(r' id="([^"]+)"', page.blocks["map"])
    assert len(set(ids)) == len(ids) == 5


def test_colours_can_be_told_apart_by_their_light_value():
    """Else a chart's colour would become the variable of another one."""
    light = [colour.light for colour in palette.COLOURS.values()]
    assert len(set(light)) == len(light)
    assert all(
        re.fullmatch("#[0-9a-f]{6}", one) for colour in palette.COLOURS.values() for one in (colour.light, colour.dark)
    )


def test_only_whole_values_become_variables():
    light = palette.COLOURS["1"].light
    assert palette.adaptive(f'<a fill="{light}" b="{light}80" c="x {light}"/>') == (
        f'<a fill="{palette.css("1")}" b="{light}80" c="x {light}"/>'
    )


def test_the_stylesheet_defines_every_colour_in_both_schemes():
    css = palette.stylesheet()
    for name, colour in palette.COLOURS.items():
        assert f"--cx-{name}:{colour.light};" in css
        assert f"--cx-{name}:{colour.dark};" in css
    with pytest.raises(KeyError):
        palette.css("7")
