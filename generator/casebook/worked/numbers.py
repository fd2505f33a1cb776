"""Numbers as readers of a language write them: separators, signs and units by Babel's locale data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, SupportsFloat

from babel.numbers import format_decimal

Unit = Literal["", "percent", "euros"]

_AFFIX: dict[str, dict[Unit, str]] = {
    "en": {"": "{}", "percent": "{}%", "euros": "€{}"},
    "fr": {"": "{}", "percent": "{}\N{NO-BREAK SPACE}%", "euros": "{}\N{NO-BREAK SPACE}€"},
}


@dataclass(frozen=True, kw_only=True)
class Format:
    """How a number is shown: decimals, a plus sign where the direction matters, its unit."""

    digits: int = 0
    sign: bool = False
    unit: Unit = ""


def written(value: SupportsFloat, form: Format = Format(), *, language: str = "en") -> str:
    """Return a number as text.

    Args:
        value: The number, in the unit that ``form`` names (a percentage as 0 to 100).
        form: Decimals, sign and unit.
        language: ``en`` or ``fr``.

    Raises:
        ValueError: If the number is not finite; a page must not print "nan".
    """
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{number} is not a number that a page can print; check the rows that it is computed from.")
    decimals = "#,##0" + ("." + "0" * form.digits if form.digits else "")
    plus = "+" if form.sign else ""
    text = format_decimal(number, f"{plus}{decimals};\N{MINUS SIGN}{decimals}", locale=language)
    if not any(digit in text for digit in "123456789"):  # what rounds to nought has no direction
        text = text.lstrip("+\N{MINUS SIGN}")
    sign, digits = (text[0], text[1:]) if text[0] in "+\N{MINUS SIGN}" else ("", text)
    return sign + _AFFIX[language][form.unit].format(digits)
