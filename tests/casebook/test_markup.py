"""What is done to HTML: glossary links, formulas, classes for styles, lean notebooks, and the content policy."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from bs4 import BeautifulSoup

from casebook import formulas, markup
from casebook.catalog import Term, Wording
from casebook.components import Glossary
from casebook.formulas import FormulaError, mathml, put_back, set_aside


def glossary() -> Glossary:
    def term(name: str) -> Term:
        wording = Wording(term=name, definition=f'A "{name}" & more.')
        return Term(id=name, group="cx", tools=(), match=True, wording={"en": wording, "fr": wording})

    return Glossary((term("score"), term("survey")), "en")


def page(html: str, *blocks: str) -> str:
    return markup.page(html, blocks, glossary(), glossary_url="../glossary.html")


def test_the_first_use_of_a_term_is_linked_and_no_other():
    html = page("<h2>Score</h2><p>A score, <b>scores</b>.</p><p>A score of a survey.</p>")
    assert re.findall(r">([^<>]*)</a>", html) == ["score", "survey"]
    assert html.startswith("<h2>Score</h2><p>A <a ")
    assert 'href="../glossary.html#score"' in html
    assert (
        'data-definition="A &quot;score&quot; &amp; more."' in html
        or "data-definition='A \"score\" &amp; more.'" in html
    )


@pytest.mark.parametrize(
    "html",
    [
        "<h3>score</h3>",
        '<p><a href="x">the score</a></p>',
        "<p><code>score</code></p>",
        "<pre><code>score</code></pre>",
        "<table><tr><th>score</th></tr></table>",
        "<details><summary>score</summary></details>",
        "<p><cite>The score</cite></p>",
        '<p><abbr title="x">score</abbr></p>',
        "<p><math><mi>score</mi></math></p>",
        "<div>score</div>",
        "<p>words <!-- the score --> words</p>",
    ],
)
def test_no_term_is_linked_here(html):
    assert "cx-term" not in page(html)
    assert "cx-term" in page(f"{html}<p>score</p>")


def test_a_comment_stays_a_comment():
    assert page("<p>words <!-- the score $x$ --></p>") == "<p>words <!-- the score $x$ --></p>"


def test_blocks_are_put_in_as_they_are():
    svg = '<svg viewBox="0 0 5 5"><linearGradient/></svg>'
    assert page('<p><div data-cx-block="1"></div></p><div data-cx-block="0"></div>', "<b>score</b>", svg) == (
        f"{svg}<b>score</b>"
    )


def test_tables_of_markdown_get_a_frame_with_a_name_and_classes_for_styles():
    html = page(
        '<h2 id="x">Its <em>name</em><a>¶</a></h2><table><tr><td style="text-align: right;">5</td>'
        '<td style="text-align: center">5</td><td style="color: red" class="own">5</td></tr></table>'
    )
    soup = BeautifulSoup(html, "html.parser")
    frame = soup.select_one("div.cx-table[role=group][tabindex='0']")
    assert frame["aria-label"].startswith("Its name")
    assert frame.table is not None
    assert [one.get("class") for one in soup.find_all("td")] == [["cx-number"], ["cx-centre"], ["own"]]
    assert "style=" not in html


def test_a_table_that_has_its_frame_gets_no_second_one():
    html = page('<div class="cx-table"><table><tr><td>5</td></tr></table></div>')
    assert html.count("cx-table") == 1


@pytest.mark.parametrize(
    ("latex", "part"),
    [
        (r"\frac{P - D}{n}", "<mfrac>"),
        ("a_i^2", "<msubsup>"),
        (r"\tilde p \pm 1.96", "1.96"),
        (r"\mathrm{NPS}", "normal"),
        (r"\{x\}", "&#x0007B;"),
        ("a < b", "&lt;"),
    ],
)
def test_latex_becomes_mathml_with_its_source_as_text(latex, part):
    made = mathml(f" {latex} ", display=False)
    assert part in made
    root = BeautifulSoup(made, "html.parser").math
    assert root["alttext"] == latex
    assert root["display"] == "inline"
    assert 'display="block"' in mathml(latex, display=True)


@pytest.mark.parametrize(
    "latex", [r"\fraq{a}{b}", r"\unknown", "a^", r"\left( a", r"\begin{cases} a", "a}", "a_1_2", r"\sqrt"]
)
def test_latex_that_cannot_be_converted_is_refused(latex):
    with pytest.raises(FormulaError, match="cannot be converted") as refusal:
        mathml(latex, display=False)
    assert repr(latex) in str(refusal.value)


def test_prices_are_no_formulas():
    for text in ("from $5 to $10", "$5, $6 and $7", "US$5 or 5$ or $ 5 $", "$5-$6", "$", "$$", "a $ b $ c"):
        assert formulas.MATHS.search(text) is None, text


def test_the_position_of_a_wrong_formula_is_known():
    with pytest.raises(FormulaError) as refusal:
        set_aside("`$\\lost$` $x$ and $\\lost$", [])
    assert refusal.value.start == 18


def test_formulas_come_back_where_they_stood_and_as_source_in_code():
    blocks = ["<b>other</b>"]
    text = set_aside("$x$ \\$5 `$y$` <a title='$z$'>", blocks)
    assert text == "<span data-cx-block=\"1\"></span> &#36;5 `$y$` <a title='$z$'>"
    shown = put_back('<span data-cx-block="1"></span> &lt;span data-cx-block="1"&gt;&lt;/span&gt;', blocks)
    assert shown == f"{blocks[1]} $x$"


# The content policy.


def policy(html: str) -> str:
    return re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', markup.with_policy(html))[1]


def sha(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def test_inline_scripts_are_allowed_by_hash_and_data_are_not_scripts():
    scripts = ["var a = 1 < 2;\n", "été()"]
    html = (
        '<head><meta charset="utf-8"></head>'
        f"<script>{scripts[0]}</script><script defer>{scripts[1]}</script><script>{scripts[0]}</script>"
        '<script src="a.js"></script><script type="application/json">{"a": 1}</script><script></script>'
    )
    allowed = re.search("script-src ([^;]*);", policy(html))[1].split()
    assert allowed == ["'self'", sha(scripts[0]), sha(scripts[1])]


def test_the_policy_stands_first_and_once_and_allows_no_other_host():
    html = '<head><meta charset="utf-8"><title>x</title><meta charset="utf-8"></head>'
    made = markup.with_policy(html)
    assert made.startswith('<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy"')
    assert made.count("Content-Security-Policy") == 1
    assert not re.search(r"https?:|unsafe|\*", policy(html))
    assert "default-src 'none'" in policy(html)


# Notebooks, in the shape that the converter gives them.

NOTEBOOK = """
<style>.jp-Cell {color: red}</style><script>alert(1)</script>
<div class="jp-Cell jp-MarkdownCell jp-Notebook-cell"><div class="jp-RenderedHTMLCommon jp-RenderedMarkdown">
<h2 id="The-score">The score<a class="anchor-link" href="#The-score">¶</a></h2>
<p>It is $\\frac{P}{n}$.</p>
<table><tr><td style="text-align: right;">5</td></tr></table></div></div>
<div class="jp-Cell celltag_solution"><div class="jp-Cell jp-CodeCell jp-Notebook-cell">
<div class="jp-InputArea"><div class="highlight"><pre><span></span><span class="n">x</span> &lt; 5</pre></div></div>
<div class="jp-OutputArea">
<div class="jp-OutputArea-child"><div class="jp-OutputArea-output"><pre>True &lt;&amp; <b>5</b></pre></div></div>
<div class="jp-OutputArea-child"><div class="jp-OutputArea-output"><style scoped>x</style>
<table border="1" class="dataframe"><thead><tr style="text-align: right;"><th></th><th>name</th>
<th>nps</th></tr></thead>
<tbody><tr><th>0</th><td>a</td><td>-1.5</td></tr><tr><th>1</th><td>b</td><td>NaN</td></tr></tbody></table></div></div>
<div class="jp-OutputArea-child"><div class="jp-OutputArea-output"><figure><svg></svg></figure></div></div>
</div></div></div>
<div class="jp-Cell jp-CodeCell"><div class="jp-InputArea"><div class="highlight"><pre> </pre></div></div></div>
"""


@pytest.fixture(scope="module")
def lean() -> BeautifulSoup:
    return BeautifulSoup(markup.notebook(NOTEBOOK), "html.parser")


def test_a_notebook_keeps_no_style_no_script_and_no_mark_of_its_converter(lean):
    assert not lean.find(["style", "script"])
    assert not lean.find(style=True)
    assert "jp-" not in str(lean)


def test_a_notebooks_heading_has_the_anchor_of_its_contents(lean):
    assert lean.h2["id"] == "the-score"
    assert lean.h2.get_text() == "The score"


def test_a_notebooks_formulas_are_mathml(lean):
    assert lean.math["alttext"] == r"\frac{P}{n}"


def test_a_tagged_cell_is_shown_once_and_an_empty_one_not_at_all(lean):
    assert [code.get_text() for code in lean.select("pre code")] == ["x < 5"]
    assert lean.code["tabindex"] == "0"


def test_text_output_is_escaped_text(lean):
    assert lean.select_one("pre.cx-output").decode_contents() == "True &lt;&amp; 5"


def test_a_data_frame_is_a_plain_table_with_numbers_to_the_right(lean):
    frame = lean.select_one(".cx-output .cx-table table")
    assert frame.attrs == {}
    assert frame.thead.find_all(["td", "th"])[0].name == "td"  # an empty heading is none
    heads = [one.get("class") for one in frame.thead.find_all(["td", "th"])]
    assert heads == [None, None, ["cx-number"]]


def test_figures_of_a_notebook_stay_figures(lean):
    assert lean.select_one("div.cx-output > figure > svg") is not None


def test_a_wrong_formula_of_a_notebook_is_refused():
    with pytest.raises(FormulaError):
        markup.notebook(NOTEBOOK.replace("\\frac", "\\fraq"))
