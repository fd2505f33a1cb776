"""Numbers of the architecture page: read from the code that they describe."""

from casebook.worked.page import Page
from cxdata.api import default_parameters
from cxdata.catalog import scan
from cxdata.engine import plan
from cxdata.io import writers


def build(page: Page) -> None:
    """Compute the page."""
    page.value("block", plan.BLOCK_CUSTOMERS)
    tables = scan.published("tilmarenne")
    page.value("tables", len(tables))
    page.value("company", sum(table.is_reference for table in tables.values()))
    page.value("parameters", len(default_parameters("tilmarenne")))
    page.value("zstd", writers.ZSTD_LEVEL)
