"""Complaints of Tilmarenne's customers, drawn by lot."""

from casebook.worked.page import Page, hold
from casebook.worked.verbatims import build_samples


def build(page: Page) -> None:
    """Compute the page."""
    every = [one for found in build_samples(page, "complaint").values() for one in found]
    hold("most complaints go back to an event", sum(one.has_cause for one in every) > len(every) / 2)
