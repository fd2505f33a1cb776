"""Social posts of Tilmarenne's customers, drawn by lot."""

from casebook.worked.page import Page, hold
from casebook.worked.verbatims import build_samples, world


def build(page: Page) -> None:
    """Compute the page."""
    build_samples(page, "social")
    data = world("en")
    posts = data["verbatims"].merge(data.truth["latents/verbatims"], on="verbatim_id").query("source == 'social'")
    page.value("noisy", 100 * posts["clean_text"].notna().mean(), unit="percent")
    hold("many posts are misspelt", posts["clean_text"].notna().mean() > 0.3)
