"""Chats of Tilmarenne's customers, drawn by lot."""

from casebook.worked.page import Page, hold
from casebook.worked.verbatims import build_samples, world


def build(page: Page) -> None:
    """Compute the page."""
    every = [one for found in build_samples(page, "chat").values() for one in found]
    hold("few words of a chat carry a label", sum(one.marked_share for one in every) < len(every) / 3)
    texts = world("en")["verbatims"]
    page.value("turns", texts.loc[texts["source"] == "chat", "turn_count"].mean(), digits=1)
