"""The index of published figures: how many there are and what they are for."""

from casebook.published import by_publication, uses
from casebook.worked.page import Page, hold
from cxdata.catalog import scan


def build(page: Page) -> None:
    """Count figures by what the worlds do with them."""
    found, used = scan.figures(), uses()
    page.value("figures", len(found))
    page.value("publications", len(list(by_publication())))
    targets = {figure for figure, all_uses in used.items() if any(use.is_target for use in all_uses)}
    starts = {figure for figure, all_uses in used.items() if not all(use.is_target for use in all_uses)}
    hold("some figures are both target and start", targets & starts)
    hold("some are neither", len(found) > len(targets | starts))
    page.value("targets", len(targets))
    page.value("starts", len(starts))
    page.value("context", len(found) - len(targets | starts))
