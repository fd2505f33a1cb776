"""Numbers of the limitations page: read from the catalogue of figures."""

from casebook.worked.page import Page
from cxdata.catalog import scan


def build(page: Page) -> None:
    """Compute the page."""
    years = sorted({figure.publication.year for figure in scan.figures().values()})
    page.text("years", en=f"{years[0]} to {years[-1]}", fr=f"{years[0]} à {years[-1]}")
