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
