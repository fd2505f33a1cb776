"""Charts as SVG: small, without changing what their author wrote."""

import altair as alt
import pandas as pd

from casebook.worked import charts


def test_text_keeps_its_digits_while_coordinates_lose_theirs() -> None:
    one = pd.DataFrame({"x": [1 / 3], "label": ["+2.29 (+2.11 to +2.47)"]})
    drawn = charts.svg(alt.Chart(one).mark_text().encode(x="x:Q", text="label:N"))
    assert "+2.29 (+2.11 to +2.47)" in drawn
    assert "0.333" not in drawn
