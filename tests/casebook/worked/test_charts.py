"""Charts as SVG: small, without changing what their author wrote."""

import altair as alt
import pandas as pd
import pytest

from casebook.worked import charts


def test_text_keeps_its_digits_while_coordinates_lose_theirs() -> None:
    one = pd.DataFrame({"x": [1 / 3], "label": ["+2.29 (+2.11 to +2.47)"]})
    drawn = charts.svg(alt.Chart(one).mark_text().encode(x="x:Q", text="label:N"))
    assert "+2.29 (+2.11 to +2.47)" in drawn
    assert "0.333" not in drawn


def test_a_colour_of_its_own_is_refused():
    data = pd.DataFrame({"a": [1, 2], "b": [3, 4]})
    chart = alt.Chart(data).mark_bar(color="#ff00aa").encode(x="a:O", y="b:Q")
    with pytest.raises(ValueError, match=r"uses the colour '#ff00aa'; take GOOD"):
        charts.svg(chart)


def test_a_misspelt_field_is_refused_with_the_nearest_name():
    data = pd.DataFrame({"reason": ["a", "b"], "mean": [3, 4]})
    chart = alt.Chart(data).mark_bar().encode(x="meen:Q", y="reason:N")
    with pytest.raises(ValueError, match=r"field of the chart's data 'meen'.*Did you mean 'mean'"):
        charts.svg(chart)


def test_fields_that_a_transform_makes_are_known():
    data = pd.DataFrame({"a": [1, 2]})
    chart = alt.Chart(data).transform_calculate(b="datum.a * 2").mark_bar().encode(x="a:O", y="b:Q")
    assert charts.svg(chart).startswith("<svg")


def test_axes_write_numbers_and_months_in_the_language_of_the_page():
    data = pd.DataFrame({"month": pd.to_datetime(["2023-02-01", "2023-08-01"]), "share": [0.0, 1.0]})
    chart = alt.Chart(data, width=600).mark_line().encode(x=alt.X("month:T", axis=alt.Axis(format="%B")), y="share:Q")
    english, french = (charts.svg(chart, language=one) for one in ("en", "fr"))
    assert ">April<" in english
    assert ">0.5<" in english
    assert ">avril<" in french
    assert ">0,5<" in french
