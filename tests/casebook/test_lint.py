"""Typed digits: refused in prose, allowed where they are no claim, with the line exact either way."""

from __future__ import annotations

import pytest

from casebook.lint import typed_numbers

ALLOWED = ("0 to 10", "10", "95%", "SHA-256", "7 or 8")


@pytest.mark.parametrize(
    "text",
    [
        "```python\nx = 5\n```",
        "~~~\nx = 5\n~~~",
        "````\n```\n5\n```\n````",
        "```question\nask: 5 or 6?\n```",
        "- item\n\n    ```sh\n    run 5\n    ```\n",
        "Call `f(5)` or ``g `5` ``.",
        "The share $\\frac{3}{4}$ is",
        "$$\nx = 5\ny = 6\n$$",
        "{{ published('baer_2016.nps') }} and {{ tool(44) }}",
        "{{\n  tool(44)\n}}",
        "[words](page5.md#part-6)",
        '[words](page.md "Title 5")',
        "![words](pic-2.png)",
        "[words][1]\n\n[1]: page-5.md",
        "See <https://example.org/2019/x>.",
        "1. First\n2. Second\n   10. Third",
        '<div class="grid-2" data-n="5">words</div>',
        "Heading {#part-5}",
        "Words {: width=50 }",
        "<!-- 5 things\nto do: 6 -->",
        "It&#8217;s &#x2014; fine.",
        "From 0 to 10, and 10 of 10.",
        "With 95% (SHA-256) of 7 or 8.",
        "two and a half, several, ½, x²",
        "",
    ],
)
def test_these_are_not_typed_numbers(text):
    assert typed_numbers(text, ALLOWED) == []


@pytest.mark.parametrize(
    "text",
    [
        "Of 5 customers",
        "About 1,234.5 of them",
        "Some 12%",
        "-3 points",
        "In 2019",
        "## 5 steps",
        "| 5 | words |",
        "| words | **5** |",
        "- 5 of them",
        "* 5",
        "> 5 of them",
        "**5**",
        "1) one",
        "5 of them",
        "[5 reasons](page.md)",
        "![5 bars](pic.png)",
        "<b>5</b>",
        "<td>5</td>",
        "it costs $5, and then $6",
        "it costs $5 and then words $",
        "fewer than < 5 and more than >",
        "Tilmarenne3",
        "x5",
        "\N{FULLWIDTH DIGIT FIVE} full width",
        "٣ arabic",
        '!!! note "5 things"',
        '??? success "Solution 5"\n    words',
        "{% if 1 %}5{% endif %}",
        "`open 5",
        "$open 5",
        "{{ v('a') }}5",
        "*[5]*",
    ],
)
def test_these_are_typed_numbers(text):
    found = typed_numbers(text, ())
    assert [one.line for one in found] == [1]
    assert found[0].text == text.splitlines()[0].strip()


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("0 to 100", "0 to 10"),
        ("0 to 10.5", "0 to 10"),
        ("0 to 10,5", "0 to 10"),
        ("00 to 10", "0 to 10"),
        ("1.0 to 10", "0 to 10"),
        ("0 to 10th", "0 to 10"),
        ("0  to 10", "0 to 10"),
        ("0 to\n10", "0 to 10"),
        ("1.95%", "95%"),
        ("SHA-2567", "SHA-256"),
        ("110", "10"),
        ("a10", "10"),
        ("0.10", "10"),
        ("3*4", "3.4"),
    ],
)
def test_a_constant_allows_itself_and_nothing_longer(text, allowed):
    assert typed_numbers(text, [allowed])


@pytest.mark.parametrize(
    "text", ["0 to 10.", "(0 to 10)", "0 to 10, then", "from “0 to 10”", "0 to 10-point", "**0 to 10**"]
)
def test_a_constant_is_found_among_punctuation(text):
    assert typed_numbers(text, ["0 to 10"]) == []


def test_the_longer_constant_is_tried_first():
    assert typed_numbers("0 to 10", ["10", "0 to 10"]) == []
    assert typed_numbers("0 to 10", ["10"])


def test_lines_are_counted_through_everything_that_is_skipped():
    text = "first\n\n```\n5\n5\n```\n\n$$\n5\n$$\n<!-- 5\n5 -->\n{{ tool(\n5) }}\nand 6 here\n\nand 7\n"
    assert [(one.line, one.text) for one in typed_numbers(text, ())] == [(15, "and 6 here"), (17, "and 7")]


@pytest.mark.parametrize("mark", ["\u2028", "\x0c", "\x85", "\x1d"])
def test_only_line_feeds_end_a_line(mark):
    """Editors count line feeds; Python's splitlines counts more."""
    assert [one.line for one in typed_numbers(f"a{mark}b `c{mark}d`\n5\n", ())] == [2]


def test_hostile_texts_end_in_time():
    for text in ("$" * 3000, "`" * 3000, "[" * 3000, "<a" * 3000, "{{" * 1500, "```\n" * 1001, "(0 to " * 1000):
        typed_numbers(text, ALLOWED)
