"""Complaints of Tilmarenne's customers in English, drawn by lot."""

from casebook.worked.page import Page, hold
from casebook.worked.verbatims import build_samples


def build(page: Page) -> None:
    """Compute the page."""
    found = build_samples(page, "complaint", ["en"])["en"]
    hold("most complaints go back to an event", sum(one.has_cause for one in found) > len(found) / 2)
