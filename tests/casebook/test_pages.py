"""Pages: what authors write becomes HTML, and what they get wrong is refused with file, line and remedy."""

from __future__ import annotations

import re

import pytest
from small_project import NOTEBOOK, SCRIPT, TOOL

from casebook import pages
from casebook.components import Glossary
from casebook.errors import AuthorError
from casebook.markup import page as finished

CASE = """---
title: {title!r}
company: My Little Paris
year: '2012'
world: tilmarenne
lesson: Tell customers the truth before they ask.
minutes: 60
tables: [tilmarenne.deliveries]
notebook: mlp-late-box
description: A case that exists so that tests can link to it from a tool and back.
---

## The story in facts

Words.
"""


def html(mini, name=TOOL, language="en") -> str:
    """The page's blocks in the place where Markdown would put them."""
    import markdown

    expanded = mini.expand(name, language)
    extensions = ["attr_list", "md_in_html", "tables", "pymdownx.superfences"]
    converted = markdown.markdown(expanded.markdown, extensions=extensions)
    return finished(converted, expanded.blocks, Glossary((), language), glossary_url="glossary.html")


def test_a_page_shows_what_its_script_computes(mini):
    shown = html(mini)
    assert "The score is +12.5." in shown
    assert "<p>persona</p>" in shown
    assert "data-cx-block" not in shown


def test_heading_and_card_are_made_from_the_front_matter(mini):
    shown = html(mini)
    assert shown.startswith("<h1>Net Promoter Score (NPS)</h1>")
    for words in ("Tool 44", "Data and steering", "1 h 30" if "1 h 30" in shown else "90 min", "needs practice"):
        assert words in shown


# What the project promises its authors: file, line and remedy, in one line.

WRONG = {
    "unknown value": ("{{ v('nsp') }}", "unknown value 'nsp'", "Did you mean 'nps'?"),
    "unknown picture": ("{{ show('score') }}", "unknown picture or table 'score'", "made by docs/worked/tools/"),
    "unknown figure": ("{{ published('baer_2016.nothing') }}", "unknown figure 'baer_2016.nothing'", "cxdata figures"),
    "unlisted figure": (
        "{{ published('pmu_2015.contact_share_phone') }}",
        "figure 'pmu_2015.contact_share_phone' is cited but",
        "add it to `figures:`",
    ),
    "unknown tool": ("{{ tool(70) }}", "there is no tool 70", "numbered from 1 to 69"),
    "tool nought": ("{{ tool(0) }}", "there is no tool 0", "numbered from 1 to 69"),
    "tool by name": ("{{ tool('persona') }}", "'<=' not supported between", ""),
    "unknown dossier": ("{{ dossier(7) }}", "there is no dossier 7", ""),
    "unknown case": (
        "{{ case('hug-your-hater') }}",
        "unknown case 'hug-your-hater'",
        "Did you mean 'hug-your-haters'?",
    ),
    "unknown notebook": ("{{ notebook('tools/nps') }}", "unknown notebook 'tools/nps'", "tools/net-promoter-score"),
    "unknown publication": ("{{ cite('baer_2017') }}", "unknown publication 'baer_2017'", "Did you mean 'baer_2016'?"),
    "unlisted publication": ("{{ cite('pmu_2015') }}", "'pmu_2015' is cited, but none of its figures", "front matter"),
    "unlisted reference": ("{{ cite('dixon_2010') }}", "'dixon_2010' is cited but not listed", "`references:`"),
    "unknown macro": ("{{ value('nps') }}", "'value' is undefined", "Macros are: case, cite, dossier"),
    "no brackets": ("{{ take_away }}", "the macro 'take_away' lacks its brackets", "{{ take_away(...) }}"),
    "no name": ("{{ v() }}", "missing 1 required positional argument: 'name'", ""),
    "number in a macro": ("{{ 42 }}", "42 is typed, not computed", "{{ v('name') }}"),
    "sum in a macro": ("{{ 1 + 1 }}", "2 is typed, not computed", "{{ v('name') }}"),
    "empty part": ("{{ page_list('nowhere') }}", "there is no page in 'nowhere'", ""),
    "map elsewhere": ("{{ dossier_map() }}", "dossier_map() is for dossier pages", ""),
    "arithmetic": ("{{ 1 / 0 }}", "division by zero", ""),
    "attribute": ("{{ v('nps').nothing }}", "has no attribute 'nothing'", "Macros are:"),
    "open macro": ("{{ v('nps' }}", "unexpected '}'", ""),
    "half macro": ("{{ v('nps') } }", "unexpected '}'", ""),
    "unknown filter": ("{{ v('nps') | rounded }}", "No filter named 'rounded'", ""),
    "typed number": ("In 3 of four cases.", "a number is typed: 'In 3 of four cases.'", "{{ v('name') }}"),
    "unknown command": ("A share of $\\fraq{P}{n}$.", "unknown command \\fraq", "Correct the LaTeX."),
    "open group": ("A share of $\\left( a$.", "cannot be converted: ExtraLeft", "Correct the LaTeX."),
    "wrong brace": ("A share of $a}$.", "its braces do not match", "Correct the LaTeX."),
    "open question": ("```question\nask: Why?", "this is not a question yet", "end it with a line of ``` alone"),
    "indented question": ("- x\n\n    ```question\n    ask: Why?\n    ```", "this is not a question yet", "indented"),
    "misnamed question": ("```questions\nask: Why?\n```", "this is not a question yet", "Start a line"),
}


@pytest.mark.parametrize(("wrong", "problem", "remedy"), WRONG.values(), ids=list(WRONG))
def test_what_is_wrong_on_a_page_is_refused_at_its_line(mini, wrong, problem, remedy):
    mini.append(TOOL, f"\nA paragraph before,\nof two lines.\n\n{wrong}\n\nAnother one.\n")
    if "dixon_2010" in wrong:
        mini.append(
            "docs/catalog/references.toml",
            '\n[[references]]\nslug = "dixon_2010"\nauthors = "D"\nyear = 2010\ntitle = "T"\nplace = "P"\n'
            'says = "It says so."\n',
        )
    line = mini.line(TOOL, "```question" if "```question" in wrong else wrong)
    message = mini.refuses()
    assert message.startswith(f"{TOOL}:{line}: "), message
    assert problem in message
    assert remedy in message


def test_an_error_after_questions_and_pictures_still_has_its_own_line(mini):
    question = (
        "```question\nask: Which?\nanswers:\n  - right: This.\n    why: Yes.\n  - wrong: That.\n    why: No.\n```\n"
    )
    mini.append(
        TOOL,
        f"\n{question}\n{{{{ show('scores') }}}}\n\n{{{{ neighbours() }}}}\n\n{question}\n"
        "{{ v('lost') }} and $x$\n",
    )
    assert mini.refuses().startswith(f"{TOOL}:{mini.line(TOOL, 'lost')}: unknown value 'lost'")
    mini.change(TOOL, "{{ v('lost') }} and $x$", "{{ v('nps') }} and $\\lost$")
    assert mini.refuses().startswith(f"{TOOL}:{mini.line(TOOL, 'lost')}: the formula")


def test_a_page_without_script_says_which_one_to_write(mini):
    mini.path(SCRIPT).unlink()
    line = mini.line(TOOL, "{{ v('nps') }}")
    remedy = f"write {SCRIPT} with a function build(page)."
    assert mini.refuses() == f"{TOOL}:{line}: the page has no script; {remedy}"


def test_an_unknown_notebook_in_the_front_matter_is_refused_at_its_line(mini):
    mini.change(TOOL, "\nnotebook: net-promoter-score\n", "\nnotebook: promoter\n")
    message = mini.refuses()
    assert message.startswith(
        f"{TOOL}:{mini.line(TOOL, 'notebook: promoter')}: front matter, notebook: unknown notebook"
    )


def test_a_constant_of_the_front_matter_allows_its_own_number_alone(mini):
    mini.change(TOOL, "\nminutes: 90\n", '\nconstants: {"1984": The title of a novel by Orwell.}\nminutes: 90\n')
    mini.append(TOOL, "\nHe read 1984.\n")
    assert "He read 1984." in mini.expand().markdown
    mini.append(TOOL, "\nIn 19845, no.\n")
    assert mini.refuses().startswith(f"{TOOL}:{mini.line(TOOL, '19845')}: a number is typed")


QUESTION = """ask: Which one?
answers:
  - right: This.
    why: It is.
  - wrong: That.
    why: It is not.
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "wrong: That.",
            "right: That.",
            "as a whole: a question has two or more answers, one of them",
        ),
        ("right: This.", "wrong: This.", "one of them marked `right:`"),
        ("\n    why: It is not.", "", "question, answers.1.why: the field is missing"),
        ("why: It is not.", "why: ''", "question, answers.1.why: String should have at least 1 character"),
        ("wrong: That.", "maybe: That.", "question, answers.1.maybe: there is no such field"),
        ("wrong: That.", "wrong: That.\n    right: That.", "under `right:` or under `wrong:`"),
        ("wrong: That.", "wrong: 5", "question, answers.1.wrong: Input should be a valid string (found 5)"),
        ("ask: Which one?", "ask: Which: one?", "the question is not YAML: mapping values are not allowed here"),
        ("ask: Which one?", "ask: [", "the question is not YAML"),
        ("ask: Which one?", "ask: \x07", "the question is not YAML"),
        (QUESTION, "", "question, as a whole: Input should be"),
        (QUESTION, "just words\n", "question, as a whole: Input should be"),
        (QUESTION, "ask: Which?\nanswers:\n  - right: This.\n    why: Alone.\n", "two or more answers"),
        ("why: It is not.", "why: '$\\fraq{a}$'", "unknown command \\fraq"),
    ],
)
def test_a_malformed_question_is_refused_at_its_fence(mini, old, new, words):
    assert old in QUESTION
    mini.append(TOOL, f"\n```question\n{QUESTION.replace(old, new)}```\n")
    message = mini.refuses()
    assert message.startswith(f"{TOOL}:{mini.line(TOOL, '```question')}: "), message
    assert words in message


def test_an_unknown_calculator_is_refused_at_its_fence(mini):
    mini.append(TOOL, "\n```calculator\nnsp\n```\n")
    message = mini.refuses()
    assert message.startswith(f"{TOOL}:{mini.line(TOOL, '```calculator')}: unknown calculator 'nsp'")
    assert "Did you mean 'nps'?" in message


def test_formulas_of_questions_become_mathml_and_prices_do_not(mini):
    mini.append(TOOL, f"\n```question\n{QUESTION.replace('This.', 'It is $a*b*c$, or $5 and $6.')}```\n")
    shown = html(mini)
    assert 'alttext="a*b*c"' in shown
    assert ", or $5 and $6." in shown


@pytest.mark.parametrize(
    "latex",
    ["a*b*c", "x_{1} y_{2}", r"\begin{cases} a \\ b \end{cases}", r"\{x\}", "a < b", r"\frac{P}{n}", "P(A|B)"],
)
def test_markdown_leaves_formulas_alone(mini, latex):
    mini.append(TOOL, f"\nInline ${latex}$ and\n\n| head |\n| --- |\n| ${latex}$ |\n\n$$ {latex} $$\n")
    shown = html(mini)
    escaped = latex.replace("<", "&lt;")
    assert shown.count(f'alttext="{escaped}"') == 3
    assert "\\\\" not in shown or r"\\" in latex
    assert "$" not in re.sub(r"<math.*?</math>", "", shown)


def test_code_keeps_its_dollars(mini):
    mini.append(TOOL, "\nUse `$a$ and $b$` or\n\n```sh\necho $a $b$\n```\n\nText\n\n    indented $c$ code\n")
    shown = html(mini)
    assert "<math" not in shown
    for words in ("$a$ and $b$", "echo $a $b$", "indented $c$ code"):
        assert words in re.sub(r"<[^>]+>", "", shown)


def test_prices_are_no_formulas_and_an_escaped_dollar_is_one_dollar(mini):
    words = "Between $five and $ten, or \\$few and \\$many, or US$five, five$ or $ six $."
    mini.append(TOOL, f"\n{words}\n")
    shown = html(mini)
    assert "<math" not in shown
    assert "Between $five and $ten, or $few and $many, or US$five, five$ or $ six $." in shown.replace("&#36;", "$")


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ("See [it](persona.md).", "the link 'persona.md' leads nowhere."),
        ("See [it](../nowhere.md#part).", "the link '../nowhere.md#part' leads nowhere."),
        ('See [it](../nowhere.md "Title").', "the link '../nowhere.md' leads nowhere."),
        ("See [it](/index.md).", "the link '/index.md' leads nowhere."),
        ("See [it](../../../README.md).", "the link '../../../README.md' leads nowhere."),
        ("See [it][1].\n\n[1]: lost.md", "the link 'lost.md' leads nowhere."),
        ("![A long text of what it shows](lost.png)", "the link 'lost.png' leads nowhere."),
        ("![](../index.md)", "the picture '../index.md' has no alternative text."),
        ("![ ](../index.md)", "the picture '../index.md' has no alternative text."),
        ('<img src="a.png">', "the picture 'a.png' has no alternative text."),
        ('<img alt="" src="a.png">', "the picture 'a.png' has no alternative text."),
    ],
)
def test_a_dead_link_or_a_picture_without_text_is_refused_at_its_line(mini, wrong, problem):
    mini.append(TOOL, f"\nFirst a line.\n\n{wrong}\n")
    known = {"index.md", "tools/net-promoter-score.md"}
    message = mini.refuses(lambda: pages.refuse_dead_links(mini.path(TOOL), "tools/net-promoter-score.md", known))
    line = mini.line(TOOL, wrong.splitlines()[-1])
    assert message.startswith(f"{TOOL}:{line}: {problem} "), message
    assert message.count(". ") == 1  # and a remedy


def test_good_links_and_links_in_code_pass(mini):
    mini.append(
        TOOL,
        "\n[a](../index.md) [b](net-promoter-score.md#take-it-away) [c](#part) [d](https://example.org/x.md)"
        "\n[e](mailto:a@example.org) `[f](lost.md)` [g](<../index.md>) ![A text](../index.md)"
        '\n\n```md\n[h](lost.md)\n```\n\n<!-- [i](lost.md) --> <img src="x" alt="A text">\n',
    )
    known = {"index.md", "tools/net-promoter-score.md"}
    pages.refuse_dead_links(mini.path(TOOL), "tools/net-promoter-score.md", known)


def test_a_wrong_formula_of_a_notebook_is_refused_at_its_line(mini):
    from casebook import notebooks

    mini.change(NOTEBOOK, "# **Task.** Add two.", "# **Task.** Add $x$ and\n# $\\lost$.")
    source = notebooks.sources(mini.project.notebooks)[0]
    message = mini.refuses(lambda: pages.refuse_wrong_formulas(source.path, notebooks.prose(source)))
    assert message.startswith(f"{NOTEBOOK}:{mini.line(NOTEBOOK, 'lost')}: the formula")


# Links between pages.


def test_tools_and_cases_without_a_page_are_named_without_a_link(mini):
    mini.append(TOOL, "\n{{ tool(1) }}, {{ dossier(4) }}, {{ case('mlp-late-box', 'this case') }}\n")
    assert mini.expand().markdown.endswith(
        "\nCustomer experience (CX), Data and steering of the experience, this case\n"
    )


def test_tools_and_cases_with_a_page_are_linked(mini):
    title = mini.catalog().case_by_slug["mlp-late-box"].title
    mini.write("docs/en/cases/mlp-late-box.md", CASE.format(title=title))
    mini.write("notebooks/cases/mlp-late-box.py", mini.path(NOTEBOOK).read_text(encoding="utf-8"))
    mini.append(TOOL, "\n{{ case('mlp-late-box') }} {{ tool(44, 'the score') }} {{ notebook('cases/mlp-late-box') }}\n")
    shown = mini.expand().markdown
    assert f'<a href="../cases/mlp-late-box.html">{title}</a>' in shown
    assert '<a href="net-promoter-score.html">the score</a>' in shown
    assert '<a href="../notebooks/cases/mlp-late-box.html">A tiny notebook</a>' in shown
    card = html(mini, "docs/en/cases/mlp-late-box.md")
    assert "Malle Pervenche" in card
    assert "My Little Paris, 2012" in card


def test_citations_lead_to_their_entry_on_the_page(mini):
    mini.append(
        TOOL, "\n{{ published('baer_2016.nps_with_reply_email') }} {{ cite('baer_2016') }} {{ cite('rocks_2016') }}\n"
    )
    shown = html(mini)
    targets = re.findall(r'href="#((?:figure|source)-[^"]+)"', shown)
    assert len(targets) == 3
    assert all(f'id="{target}"' in shown for target in targets)


def french(mini) -> str:
    name = "docs/fr/tools/net-promoter-score.md"
    text = mini.path(TOOL).read_text(encoding="utf-8")
    page = mini.site().pages["tools/net-promoter-score.md"]
    mini.write("docs/fr/index.md", mini.path("docs/en/index.md").read_text(encoding="utf-8"))
    mini.write(name, text.replace(f"\ntitle: {page.title}\n", f"\ntitle: {page.title_fr}\n"))
    return name


def test_a_french_page_takes_french_numbers_and_words(mini):
    name = french(mini)
    mini.append(name, "\n{{ v('word') }} {{ v('nps') }}\n")
    expanded = mini.expand(name, "fr")
    assert expanded.markdown.endswith("\nen retard +12,5\n")
    assert "Outil 44" in expanded.blocks[-1] or any("Outil" in block for block in expanded.blocks)


def test_a_french_page_links_to_english_notebooks_from_its_own_depth(mini):
    from posixpath import dirname, join, normpath

    shown = html(mini, french(mini), "fr")
    targets = {
        normpath(join(dirname("fr/tools/net-promoter-score.html"), link))
        for link in re.findall(r'href="([^"#]*notebooks/[^"]*)"', shown)
    }
    stem = "notebooks/tools/net-promoter-score"
    files = {f"{stem}{end}" for end in (".html", ".ipynb", ".py", "-exercise.ipynb", "-exercise.py")}
    assert targets == files


def test_a_french_page_falls_back_to_english_pages_and_says_so(mini):
    mini.write("docs/fr/index.md", mini.path("docs/en/index.md").read_text(encoding="utf-8"))
    site = mini.site("fr")
    link = site.tool_link("index.md", 44)
    assert link.startswith('<a href="../tools/net-promoter-score.html" hreflang="en">Le NPS')
    assert site.tool_link("index.md", 1).startswith("L’expérience client")


@pytest.mark.parametrize(
    ("here", "there", "link"),
    [
        ("index.md", "tools/a.html", "tools/a.html"),
        ("tools/a.md", "tools/b.html", "b.html"),
        ("tools/a.md", "index.html", "../index.html"),
        ("notebooks/tools/a.ipynb", "tools/a.html", "../../tools/a.html"),
    ],
)
def test_links_are_relative(here, there, link):
    assert pages.relative(here, there) == link


def test_macros_in_a_question_are_replaced_and_refused_at_its_line(mini):
    asked = (
        '\n```question\nask: "It is {{ %s }}, why?"\nanswers:\n'
        "  - {right: yes it is, why: so}\n  - {wrong: never, why: so}\n```\n"
    )
    text = mini.path(TOOL).read_text(encoding="utf-8")
    mini.append(TOOL, asked % "v('nps')")
    assert "It is +12.5, why?" in html(mini)
    mini.write(TOOL, text + asked % "v('lost')")
    with pytest.raises(AuthorError, match="lost") as caught:
        html(mini)
    message = str(caught.value)
    assert message.startswith(f"{TOOL}:{mini.line(TOOL, '```question')}: ")


def test_a_calculator_starts_with_the_values_of_the_page(mini):
    mini.append(TOOL, "\n```calculator\nnps\npromoters: 1,200\npassives: 0\n```\n")
    shown = html(mini)
    assert 'name="promoters"' in shown
    assert 'value="1200"' in shown


def test_a_calculator_starts_with_the_rows_of_the_page(mini):
    mini.append(TOOL, "\n```calculator\npareto\nrow: Late | 1,200\nrow: Broken | 300\npart: 75\n```\n")
    shown = html(mini)
    assert 'value="Late"' in shown
    assert 'value="1200"' in shown
    assert '<b data-output="share" data-digits="1">20.0</b>' in shown


@pytest.mark.parametrize(
    ("box", "problem"),
    [
        ("row: Late | 5", "calculator 'nps' has boxes, and no rows"),
        ("row: Late | few", "takes a whole or decimal number, not 'few'"),
        ("promotors: 5", "Did you mean 'promoters'?"),
        ("promoters: many", "takes a whole or decimal number, not 'many'"),
        ("promoters: -5", "it takes 0 to"),
    ],
)
def test_a_wrong_box_of_a_calculator_is_refused_at_its_line(mini, box, problem):
    mini.append(TOOL, f"\n```calculator\nnps\n{box}\n```\n")
    with pytest.raises(AuthorError) as caught:
        html(mini)
    assert problem in str(caught.value)
    assert str(caught.value).startswith(f"{TOOL}:{mini.line(TOOL, '```calculator')}: ")


@pytest.mark.parametrize(
    "words", ["See {{ show('scores') }}.", "{{ show('scores') }} says it.", "See {{ show('scores') }}"]
)
def test_a_picture_within_a_sentence_is_refused_at_its_line(mini, words):
    mini.append(TOOL, f"\n{words}\n")
    with pytest.raises(AuthorError, match="within a sentence") as caught:
        html(mini)
    assert str(caught.value).startswith(f"{TOOL}:{mini.line(TOOL, words)}: ")
