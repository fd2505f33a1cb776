"""Messages of Tilmarenne's customers, drawn by lot."""

from casebook.worked.page import Page, hold
from casebook.worked.verbatims import build_samples


def build(page: Page) -> None:
    """Compute the page."""
    every = [one for found in build_samples(page, "message").values() for one in found]
    hold("more than half of the letters carry no label", sum(one.marked_share for one in every) < len(every) / 2)
