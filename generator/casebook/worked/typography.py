"""French typography, so that catalogues and scripts can be typed on any keyboard."""

from __future__ import annotations

import re

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def typeset(text: str, language: str) -> str:
    """Return a phrase with the apostrophes and no-break spaces of its language; only French has rules of its own.

    Args:
        text: Words for readers, neither code nor HTML.
        language: ``en`` or ``fr``.
    """
    if language != "fr":
        return text
    curly = text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
    return re.sub(r" (?=[:;?!%€»])|(?<=«) ", NO_BREAK_SPACE, curly)
