"""Reviews of Tilmarenne's customers, drawn by lot."""

from casebook.worked.page import Page
from casebook.worked.verbatims import build_samples


def build(page: Page) -> None:
    """Compute the page."""
    build_samples(page, "review")
