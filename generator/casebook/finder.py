"""The finder of tools: all 69 by dossier, with what readers choose by; it reads as a list where no script runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import get_args

from casebook.catalog import ArtefactKind, Catalog, Group, Tool
from casebook.components import difficulty, minutes
from casebook.frontmatter import ToolPage
from casebook.strings import say

LIMITS = (120, 240, 480, 960)
"""Minutes at the desk up to which readers choose: two hours, half a day, a day, two days."""
SCRIPT = "assets/finder.js"
"""Filters, counts and keeps the choice in the address; part of this page alone."""


@dataclass(frozen=True)
class Listed:
    """One tool in the list.

    Attributes:
        tool: As the catalogue has it.
        name: HTML, linked where there is a page.
        page: Front matter, None while the page is in preparation.
    """

    tool: Tool
    name: str
    page: ToolPage | None


def item(listed: Listed, language: str) -> str:
    """Return a tool as an entry of the list, with what it is chosen by as data attributes."""
    tool, page = listed.tool, listed.page
    chosen_by = {
        "need": " ".join(tool.needs),
        "time": str(page.minutes) if page else "",
        "group": tool.group,
        "difficulty": str(page.difficulty) if page else "",
        "artefact": tool.artefact_kind,
        "dossier": str(tool.dossier),
    }
    data = "".join(f' data-{name}="{value}"' for name, value in chosen_by.items())
    known = (
        [minutes(page.minutes, language), difficulty(page.difficulty, language)]
        if page
        else [f"<em>{say(language, 'in_preparation')}</em>"]
    )
    facts = [*known, say(language, f"group_{tool.group}"), say(language, f"artefact_{tool.artefact_kind}")]
    french = "" if language == "fr" else f' <small lang="fr">{escape(tool.title_fr)}</small>'
    what = f"<p>{escape(page.what)}</p>" if page else ""
    return (
        f'<li{data}><span class="cx-no">{tool.number}</span><div><strong>{listed.name}</strong>{french}{what}'
        f'<p class="cx-facts">{"".join(f"<span>{fact}</span>" for fact in facts)}</p></div></li>'
    )


def items(tools: Iterable[Listed], language: str) -> str:
    """Return the tools of one dossier."""
    return f'<ul class="cx-tools">{"".join(item(one, language) for one in tools)}</ul>'


def form(catalog: Catalog, language: str, script: str) -> str:
    """Return the choices; they are hidden until the script that answers them runs.

    Args:
        catalog: Needs, dossiers and the number of tools.
        language: Of the words.
        script: Address of ``finder.js`` as seen from the page.
    """
    french = language == "fr"
    needs = [(need.slug, need.title_fr if french else need.title) for need in catalog.needs]
    choices = {
        "time": [(str(limit), say(language, f"time_{limit}")) for limit in LIMITS],
        "group": [(name, say(language, f"group_{name}")) for name in get_args(Group)],
        "difficulty": [(str(step), say(language, f"difficulty_{step}")) for step in (1, 2, 3)],
        "artefact": [(name, say(language, f"artefact_{name}")) for name in get_args(ArtefactKind)],
        "dossier": [(str(one.number), one.title_fr if french else one.short) for one in catalog.dossiers],
    }
    labels = {
        "time": say(language, "finder_time"),
        "group": say(language, "finder_group"),
        **{name: say(language, name) for name in ("difficulty", "artefact", "dossier")},
    }
    selects = "".join(_select(name, labels[name], given, language) for name, given in choices.items())
    words = "".join(
        f' data-{name.replace("_", "-")}="{escape(say(language, f"finder_{name}"))}"'
        for name in ("found", "loosen", "loosen_one", "untimed", "untimed_one")
    )
    return (
        f'<form class="cx-finder" hidden aria-label="{say(language, "finder_label")}"{words}>'
        f"{_needs(needs, language)}"
        f'<div class="cx-fields">{selects}</div>'
        f'<div class="cx-answer-line"><p role="status"></p>'
        f'<button type="reset" class="cx-button">{say(language, "finder_reset")}</button></div>'
        f'<div class="cx-nothing" hidden><p>{say(language, "finder_nothing")}</p><ul></ul></div>'
        f'</form><script src="{script}" defer></script>'
    )


def _needs(needs: list[tuple[str, str]], language: str) -> str:
    options = [("", say(language, "finder_any_need")), *needs]
    radios = "".join(
        f'<label><input type="radio" name="need" value="{value}"{"" if value else " checked"}>'
        f"<span>{escape(text)}<b></b></span></label>"
        for value, text in options
    )
    return f'<fieldset class="cx-needs"><legend>{say(language, "finder_need")}</legend>{radios}</fieldset>'


def _select(name: str, label: str, choices: list[tuple[str, str]], language: str) -> str:
    options = "".join(
        f'<option value="{value}">{escape(text)}</option>'
        for value, text in [("", say(language, f"finder_any_{name}")), *choices]
    )
    return (
        f'<p><label for="finder-{name}">{label}</label><select id="finder-{name}" name="{name}">{options}</select></p>'
    )
