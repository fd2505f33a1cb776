"""Numbers as each language writes them."""

from __future__ import annotations

import re
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.worked.numbers import Format, written

THIN = "\N{NARROW NO-BREAK SPACE}"
HARD = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("number", "form", "english", "french"),
    [
        (0, Format(), "0", "0"),
        (12.345, Format(digits=1), "12.3", "12,3"),
        (-12.345, Format(digits=1), f"{MINUS}12.3", f"{MINUS}12,3"),
        (12.345, Format(digits=1, sign=True), "+12.3", "+12,3"),
        (1234567, Format(), "1,234,567", f"1{THIN}234{THIN}567"),
        (999.99, Format(digits=1), "1,000.0", f"1{THIN}000,0"),
        (5, Format(unit="percent"), "5%", f"5{HARD}%"),
        (-5, Format(unit="percent"), f"{MINUS}5%", f"{MINUS}5{HARD}%"),
        (1234.5, Format(digits=2, unit="euros"), "€1,234.50", f"1{THIN}234,50{HARD}€"),
        (-3, Format(unit="euros"), f"{MINUS}€3", f"{MINUS}3{HARD}€"),
        (3, Format(unit="euros", sign=True), "+€3", f"+3{HARD}€"),
        (0, Format(sign=True), "0", "0"),
        (-0.0, Format(digits=1), "0.0", "0,0"),
        (-0.04, Format(digits=1), "0.0", "0,0"),
        (0.04, Format(digits=1, sign=True), "0.0", "0,0"),
        (0.05, Format(digits=1, sign=True), "0.0", "0,0"),
        (-0.05, Format(digits=1, sign=True), "0.0", "0,0"),
        (-0.4, Format(unit="percent"), "0%", f"0{HARD}%"),
        (np.float32(2.5), Format(digits=1), "2.5", "2,5"),
        (np.int64(7), Format(), "7", "7"),
        (Decimal("1.25"), Format(digits=2), "1.25", "1,25"),
        (1e21, Format(), "1" + ",000" * 7, "1" + f"{THIN}000" * 7),
    ],
)
def test_each_language_writes_it_its_own_way(number, form, english, french):
    assert written(number, form) == english
    assert written(number, form, language="fr") == french


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), np.nan])
def test_what_is_not_finite_is_refused(number):
    with pytest.raises(ValueError, match="is not a number that a page can print"):
        written(number)


@given(
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12),
    st.integers(0, 4),
    st.booleans(),
    st.sampled_from(["", "percent", "euros"]),
)
def test_a_sign_stands_exactly_where_the_shown_number_is_not_nought(number, digits, sign, unit):
    text = written(number, Format(digits=digits, sign=sign, unit=unit))
    shown = float(re.sub(r"[^\d.]", "", text))
    assert (text[0] == MINUS) == (number < 0 and shown > 0)
    assert (text[0] == "+") == (sign and number > 0 and shown > 0)
    assert "-" not in text
    assert abs(shown - abs(number)) <= 0.5 * 10**-digits * (1 + 1e-9) + abs(number) * 1e-15
