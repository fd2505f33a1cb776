"""Survey comments of Tilmarenne's customers, drawn by lot."""

from casebook.worked.page import Page, hold
from casebook.worked.verbatims import build_samples
from cxdata.api import default_parameters


def build(page: Page) -> None:
    """Compute the page."""
    every = [one for found in build_samples(page, "survey").values() for one in found]
    mixed = sum(one.is_mixed for one in every) / len(every)
    page.value("mixed", 100 * mixed, unit="percent")
    hold("many comments praise one thing and blame another", mixed > 0.2)
    hold("the extremes comment more", default_parameters("tilmarenne")["texts_comment_extreme"] > 0)
