"""The finder of tools: all of them are listed without a script, and what has no page makes no promise."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from casebook import catalog, finder, frontmatter
from casebook.project import LANGUAGES, Project
from casebook.strings import say

PAGE = "docs/en/tools/index.md"
BODY = """---
title: Tools
description: A page that lists every tool by what readers may want to do with it.
---

# Tools

{{ tool_finder() }}
"""


@pytest.fixture
def html(mini):
    mini.write(PAGE, BODY)
    expanded = mini.expand(PAGE)
    return expanded.markdown + "".join(expanded.blocks)


def test_every_tool_is_listed_once_with_all_that_readers_choose_by(mini, html):
    listed = mini.catalog()
    found = re.findall(r'<li ([^>]*)><span class="cx-no">(\d+)</span>', html)
    assert [int(number) for _, number in found] == [tool.number for tool in listed.tools]
    for attributes, number in found:
        tool = listed.tools[int(number) - 1]
        given = dict(re.findall(r'data-(\w+)="([^"]*)"', attributes))
        assert set(given) == {"need", "time", "group", "difficulty", "artefact", "dossier"}
        assert given["need"].split() == list(tool.needs)
        assert (given["group"], given["artefact"], given["dossier"]) == (
            tool.group,
            tool.artefact_kind,
            str(tool.dossier),
        )


def test_a_tool_with_a_page_has_its_time_and_link_and_the_others_say_that_they_are_in_preparation(mini, html):
    ready = {tool.number for tool in mini.catalog().tools if mini.path(f"docs/en/tools/{tool.slug}.md").exists()}
    assert ready == {44}
    parts = [part.partition("</li>")[0] for part in re.split(r"(?=<li data-need)", html)[1:]]
    for number, part in enumerate(parts, start=1):
        assert ("<a href=" in part) == (number in ready), number
        assert (say("en", "in_preparation") in part) == (number not in ready), number
        assert ('data-time=""' in part) == (number not in ready), number


def test_the_choices_are_hidden_until_the_script_runs(html):
    assert html.count("<form") == 1
    assert re.search(r'<form class="cx-finder" hidden ', html)
    assert '<script src="../assets/finder.js" defer></script>' in html
    assert "<li hidden" not in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_has_words_in_both_languages(repository, language):
    made = finder.form(catalog.load(Project(repository)), language, "finder.js")
    for name in (*get_args(catalog.Group), *get_args(catalog.ArtefactKind)):
        assert f'<option value="{name}">' in made
    assert made.count('type="radio"') == 11
    assert made.count("<select") == made.count("<label for=") == 5


def test_every_page_can_be_found_by_its_time(repository):
    project = Project(repository)
    listed = catalog.load(project)
    for tool in listed.tools:
        path = project.docs("en") / f"tools/{tool.slug}.md"
        if path.exists():
            page = frontmatter.read(path, f"tools/{tool.slug}.md", listed)
            assert page.minutes <= finder.LIMITS[-1], f"{tool.slug} takes longer than any choice of time"


def test_a_line_on_a_tool_is_the_question_of_its_dossier(repository, mini):
    site = mini.site()
    assert site.line_on(44) == site.tool_page(44).what
    assert site.line_on(45) == ""
    text = (repository / "docs/en/dossiers/measurement.md").read_text(encoding="utf-8")
    mini.write("docs/en/dossiers/measurement.md", text)
    assert mini.site().line_on(44) == "Would they put their name behind us?"
