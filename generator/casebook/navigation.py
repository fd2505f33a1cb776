"""The site's navigation, laid out from what exists: a part without a page is not shown."""

from __future__ import annotations

import re
from typing import Any

from casebook.pages import Site, relative
from casebook.project import LANGUAGES

NAMES = {"en": "English", "fr": "Français"}

HOME = {"en": "Home", "fr": "Accueil"}

PARTS = {
    "en": {
        "tools": "Tools",
        "cases": "Cases",
        "notebooks": "Notebooks",
        "data": "Data",
        "teach": "Teach",
        "how-it-works": "How it works",
        "glossary": "Glossary",
    },
    "fr": {
        "tools": "Outils",
        "cases": "Cas",
        "notebooks": "Carnets",
        "data": "Données",
        "teach": "Enseigner",
        "how-it-works": "Comment c’est fait",
        "glossary": "Glossaire",
    },
}
"""Parts of the site in their order, with their names."""


def tree(site: Site) -> list[Any]:
    """Return MkDocs' navigation."""
    nav: list[Any] = [{HOME[site.language]: "index.md"}]
    names = PARTS[site.language]
    tools = _tools(site)
    for part, name in names.items():
        if part == "tools":
            entries = tools
        elif part == "notebooks":
            listed = [f"notebooks/{uri}.ipynb" for uri in site.notebooks] if site.language == "en" else []
            entries = [*_folder(site, part), *listed]
        elif part == "glossary":
            entries = []
            if "glossary.md" in site.pages:
                nav.append({name: "glossary.md"})
        else:
            entries = _folder(site, part)
        if entries:
            nav.append({name: entries})
    return nav


def _tools(site: Site) -> list[Any]:
    """Return the dossiers that have a page, each with its tools below it."""
    parts: list[Any] = ["tools/index.md"] if "tools/index.md" in site.pages else []
    for dossier in site.catalog.dossiers:
        own = f"dossiers/{dossier.slug}.md"
        tools = [f"tools/{tool.slug}.md" for tool in site.catalog.tools if tool.dossier == dossier.number]
        entries = [uri for uri in (own, *tools) if uri in site.pages]
        if entries:
            name = dossier.title_fr if site.language == "fr" else dossier.short
            parts.append({f"{dossier.number} · {name}": entries})
    return parts


def _folder(site: Site, folder: str) -> list[Any]:
    """Return a folder's pages, its index first; a folder within it is a section that bears its index's title."""
    found = [uri.removeprefix(f"{folder}/") for uri in site.pages if uri.startswith(f"{folder}/")]
    own = sorted((name for name in found if "/" not in name), key=lambda name: (name != "index.md", name))
    inner = sorted({name.partition("/")[0] for name in found if "/" in name})
    entries: list[Any] = [f"{folder}/{name}" for name in own]
    for name in inner:
        index = site.pages.get(f"{folder}/{name}/index.md")
        entries.append(
            {index.title if index else name.replace("-", " ").capitalize(): _folder(site, f"{folder}/{name}")}
        )
    return entries


def twins(site: Site, src_uri: str) -> list[dict[str, str]]:
    """Return where a page is found in each language: its twin, or the start page where it has none.

    Args:
        site: The site of this language.
        src_uri: The page's address within its language.
    """
    found = []
    for language in LANGUAGES:
        is_notebook = language == "en" and src_uri in site.english
        exists = is_notebook or (site.project.docs(language) / src_uri).exists()
        target = re.sub(r"\.(md|ipynb)$", ".html", src_uri) if exists else "index.html"
        prefix = "" if language == "en" else f"{language}/"
        here = src_uri if site.language == "en" else f"{site.language}/{src_uri}"
        link = relative(here, prefix + target)
        found.append({"language": language, "name": NAMES[language], "link": link})
    return found
