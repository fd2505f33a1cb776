"""Published numbers on pages: the digits of the source, no more and no fewer."""

import pytest

from casebook.components import published_value
from cxdata.catalog import scan


@pytest.mark.parametrize(
    ("figure", "language", "printed"),
    [
        ("baer_2016.complaints_per_year_offstage", "en", "2.84"),
        ("baer_2016.complaints_per_year_offstage", "fr", "2,84"),
        ("baer_2016.nps_without_reply_email", "en", "\N{MINUS SIGN}56"),
        ("baer_2016.reply_rate_email", "en", "79%"),
    ],
)
def test_a_published_number_keeps_its_digits(figure: str, language: str, printed: str) -> None:
    assert published_value(scan.figures()[figure], language) == printed
