"""The index of published figures: all of them, with what the data show and the pages that cite them."""

from __future__ import annotations

import json
import re

import pytest

from casebook import execute, published
from cxdata.catalog import scan

BRAND = scan.scenario("aldeane").brand
PAGE = "docs/en/how-it-works/figures.md"
BODY = """---
title: Published figures
description: Every published number with its source, and what the data show beside it.
---

# Published figures

{{ figure_index() }}
"""


def checks(**changed):
    """Return what the script of the calibration page gives, as if every target held."""
    values = {}
    for figure, all_uses in published.uses().items():
        for use in (one for one in all_uses if one.is_target):
            values |= {f"{use.world}.{figure}.here": "12.3", f"{use.world}.{figure}.standing": "reproduced"}
            values[f"{use.world}.{figure}.verdict"] = "pass"
    return values | changed


@pytest.fixture
def index(mini, monkeypatch):
    mini.write(PAGE, BODY)

    def made(values):
        result = execute.page_result(mini.project, mini.project.worked / f"{published.CHECKS}.py", "en")
        result.parent.mkdir(parents=True, exist_ok=True)
        result.write_text(json.dumps({"values": values, "blocks": {}}), encoding="utf-8")
        expanded = mini.expand(PAGE)
        return expanded.markdown + "".join(expanded.blocks)

    return made


def entry(html, figure):
    return re.search(rf'<li id="figure-{figure.replace(".", "-")}">.*?</li>', html)[0]


def test_every_figure_stands_there_once_under_its_publication(index):
    html = index(checks())
    assert sorted(re.findall(r'<li id="figure-([^"]+)"', html)) == sorted(
        one.replace(".", "-") for one in scan.figures()
    )
    publications = {one.publication.id for one in scan.figures().values()}
    assert set(re.findall(r"^## .*\{#(\w+)\}$", html, re.MULTILINE)) == publications


def test_an_entry_says_who_was_asked_and_links_the_pages_that_cite_it(index):
    html = index(checks())
    cited = entry(html, "baer_2016.reply_rate_email")
    assert scan.figures()["baer_2016.reply_rate_email"].population in cited
    assert f"reproduced by {BRAND}: newly made data show 12.3" in cited
    page = '<a href="../tools/net-promoter-score.html">Net Promoter Score (NPS)</a>'
    with_page = [one for one in scan.figures() if page in entry(html, one)]
    assert with_page, "no figure is cited on the page of the NPS"
    assert all(f"cited on: {page}" in entry(html, one) for one in with_page)


def test_a_figure_is_context_exactly_when_no_world_uses_it(index):
    html = index(checks())
    used = published.uses()
    for figure in scan.figures():
        assert ("context, nothing" in entry(html, figure)) == (figure not in used), figure


def test_a_missed_target_is_shown_as_missed(index):
    html = index(checks(**{"aldeane.baer_2016.reply_rate_email.verdict": "fail"}))
    assert 'cx-fails">missed<' in entry(html, "baer_2016.reply_rate_email")
    assert html.count("cx-fails") == 1


def test_a_drawn_figure_is_not_called_reproduced(index):
    html = index(checks(**{"aldeane.baer_2016.reply_rate_email.standing": "marginal"}))
    assert f"drawn for {BRAND}" in entry(html, "baer_2016.reply_rate_email")


def test_without_the_checks_the_index_is_refused(mini):
    mini.write(PAGE, BODY)
    message = mini.refuses(lambda: mini.expand(PAGE))
    assert "the checks of docs/worked/how-it-works/calibration.py have not been run" in message


def test_a_target_that_was_not_checked_stops_the_build(index, mini):
    values = checks()
    del values["aldeane.baer_2016.reply_rate_email.verdict"]
    message = mini.refuses(lambda: index(values))
    assert "aldeane.baer_2016.reply_rate_email.verdict" in message
