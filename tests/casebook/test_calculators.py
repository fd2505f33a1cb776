"""Forms of the calculators as the build writes them."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from casebook.calculators import CALCULATORS, html
from casebook.project import LANGUAGES


def form(*given, **named):
    return BeautifulSoup(html(*given, **named), "html.parser").form


def results(soup, name):
    return [one.get_text() for one in soup.select(f"[data-output={name}]")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CALCULATORS)
def test_every_calculator_speaks_every_language_and_shows_its_first_result(name, language):
    soup = form(name, language)
    boxes = soup.select("input, select")
    assert all(
        soup.select_one(f"label[for={one['id']}]") if one.get("id") else one.find_parent("label") for one in boxes
    )
    assert all(one.get_text().strip() for one in soup.select("[data-output]"))
    assert soup["data-refusal"].endswith(".")


def test_a_row_shows_its_own_results():
    soup = form("pareto", "en", rows=[("Broken & late", [30]), ("Rude", [70])])
    assert results(soup, "rank") == ["2", "1"]
    assert results(soup, "cumulative") == ["100.0", "70.0"]
    assert [one["value"] for one in soup.select("input[type=text]")] == ["Broken & late", "Rude"]
    assert [button.get("hidden") for button in soup.select("button")] == [""] * 3, "they need the script"


def test_what_has_no_result_shows_a_dash_and_the_rest_its_number():
    soup = form("staffing", "en", {"agents": 9})
    assert results(soup, "service_c") == ["–"]
    assert float(results(soup, "abandoned")[0]) > 10
    assert "more work than these advisers can do" in results(soup, "verdict")[0]


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([("One", [1])], "takes 2 to 12 rows, not 1"),
        ([("One", [1, 2]), ("Two", [3])], "row 'One' of calculator 'pareto' must hold a name and count"),
        ([("One", [1]), ("Two", [-3])], "count of calculator 'pareto' is -3; it takes 0 to"),
    ],
)
def test_rows_that_a_calculator_cannot_hold_are_refused(rows, problem):
    with pytest.raises(ValueError, match=problem):
        html("pareto", "en", rows=rows)
    with pytest.raises(ValueError, match="has boxes, and no rows"):
        html("nps", "en", rows=rows)
