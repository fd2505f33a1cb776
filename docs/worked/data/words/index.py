"""The index of sample pages: how many texts of each source the small world has, and one sample of each."""

from html import escape

from casebook.worked import verbatims
from casebook.worked.page import Page, hold
from cxdata.schema.phrasebook import SOURCES

PAGES = {
    "survey": ("Survey comments", "the box under a survey's question"),
    "review": ("Reviews", "for other customers, beside a number of stars"),
    "complaint": ("Complaints", "letters and e-mails that want something"),
    "message": ("Messages", "to the service centre, and no complaint"),
    "social": ("Social posts", "public, short, thumbed on a phone"),
    "chat": ("Chats", "with an adviser on the site, by turns"),
    "web": ("Feedback on the site", "the small box in the corner of the web shop"),
}
"""Name of each source's page, and where its texts are written."""
LINKS = {
    "complaint": 'Complaints, <a href="complaint-fr.html">in French</a> and <a href="complaint-en.html">in English</a>'
}
"""Sources with a page for each language, because their texts are long."""
LONGEST = 420
"""Characters of a sample shown here; longer ones wait on the page of their source."""


def said(samples: list[verbatims.Sample]) -> list[list[tuple[str, str, str]]]:
    """Return what texts say, without their words."""
    return [[(one.aspect, one.polarity, one.cause) for one in sample.passages] for sample in samples]


def build(page: Page) -> None:
    """Compute the page."""
    hold("each source has its page", tuple(PAGES) == SOURCES)
    for source in SOURCES:
        hold(
            "texts with the same number say the same things in both languages",
            said(verbatims.drawn(source, "fr")) == said(verbatims.drawn(source, "en")),
        )
    data = verbatims.world("en")
    texts = data["verbatims"]
    page.value("samples", verbatims.SAMPLES)
    page.value("customers", verbatims.WORLD)
    rows = []
    shown = []
    for source, (name, where) in PAGES.items():
        own = texts[texts["source"] == source]
        words = page.written(own["word_count"].median())
        link = LINKS.get(source, f'<a href="{source}.html">{name}</a>')
        rows.append(
            f'<tr><th scope="row">{link}</th><td>{escape(where)}</td>'
            f'<td class="cx-number">{page.written(len(own))}</td><td class="cx-number">{words}</td></tr>'
        )
        short = [one for one in verbatims.drawn(source, "en") if len(one.text) <= LONGEST and len(one.passages) > 1]
        shown.append(f'<section class="cx-one"><h3 id="one-{source}">{name}</h3>{verbatims.card(short[0])}</section>')
    page.html(
        "sources",
        '<div class="cx-table" role="group" tabindex="0" aria-label="Pages of samples"><table>'
        "<caption>Pages of samples</caption><thead><tr>"
        '<th scope="col">Texts</th><th scope="col">Where they are written</th>'
        '<th scope="col" class="cx-number">In the small world</th><th scope="col" class="cx-number">Words, middle one</th>'
        f"</tr></thead><tbody>{''.join(rows)}</tbody></table></div>",
    )
    page.html("first", f"<div data-search-exclude>{''.join(shown)}</div>")
