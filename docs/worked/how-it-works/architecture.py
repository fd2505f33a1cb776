"""Numbers of the architecture page: read from the code that they describe."""

from casebook.worked.page import Page
from cxdata.engine import plan
from cxdata.io import writers


def build(page: Page) -> None:
    """Compute the page."""
    page.value("block", plan.BLOCK_CUSTOMERS)
    page.value("zstd", writers.ZSTD_LEVEL)
