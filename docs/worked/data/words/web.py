"""Feedback on the site of Tilmarenne's customers, drawn by lot."""

from casebook.worked.page import Page, hold
from casebook.worked.verbatims import build_samples


def build(page: Page) -> None:
    """Compute the page."""
    every = [one for found in build_samples(page, "web").values() for one in found]
    hold("most remarks are about one thing", sum(len(one.passages) == 1 for one in every) > len(every) / 2)
