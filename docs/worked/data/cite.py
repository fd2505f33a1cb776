"""How to cite: version, seeds and fingerprints as they are, and a figure with its own source."""

import re
import textwrap

import cxdata
from casebook.worked.page import Page, hold
from cxdata.api import VERSION
from cxdata.catalog import scan
from cxdata.describe import cite

WORLD, EDITION = "tilmarenne", "class"
FIGURE = "baer_2016.reply_rate_email"
LINE = 74
"""Letters that a block of code shows at a desk."""
ENTRIES = ("package", "scenario", "seed", "customers", "locale", "parameters_digest")
SHOWN = 16
"""Digits of a fingerprint that name it beyond doubt and fit a line."""


def build(page: Page) -> None:
    """Compute the page."""
    edition = scan.edition(WORLD, EDITION)
    manifest = cxdata.edition(WORLD, EDITION).manifest
    hold("six entries of the manifest make the rows again", all(name in manifest.content for name in ENTRIES))
    hold("the edition is French", edition.locale == "fr_FR")
    page.text("version", en=VERSION)
    page.text("brand", en=scan.scenario(WORLD).brand)
    page.text("seed", en=str(edition.seed))
    page.text("customers", en=str(edition.customers))
    page.text("locale", en=edition.locale)
    page.text("fingerprint", en=edition.fingerprint[:SHOWN])
    page.text("fingerprint.whole", en=edition.fingerprint)
    page.text("parameters", en=manifest["parameters_digest"][:SHOWN])
    figure = scan.figures()[FIGURE]
    publication = figure.publication
    page.text("figure.statement", en=figure.statement.rstrip("."))
    page.text("figure.source", en=textwrap.fill(cite(publication), LINE))
    page.text("figure.key", en=publication.id.replace("_", ""))
    page.text("figure.author", en=publication.authors)
    page.text("figure.year", en=str(publication.year))
    page.text("figure.title", en=re.sub(r"([{}])", "", publication.title))
    page.text("figure.read", en=("\n" + " " * 12).join(textwrap.wrap(publication.read_in, LINE - 22)))
