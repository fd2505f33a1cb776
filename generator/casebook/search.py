"""What search finds beyond the letters of a page: words without accents, plurals, French names, acronyms."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from html import unescape
from pathlib import Path

from mkdocs.exceptions import PluginError

WORD = re.compile(r"[^\W\d_][\w’'-]*")
FIELDS = {"alias": {"boost": 1.0}, "names": {"boost": 1e5}}
"""Beside title and text: other forms of a page's words, and the names of what it treats, which come first."""
SHORTEST_PLURAL = 4
"""Letters; shorter words get no plural of ours."""
WORKERS = "assets/javascripts/workers"
EDGE = re.compile(r"(this\.edges\[\w+\];(\w+)=\2\+\w+\+\w+\.id)(?=\})")
"""Where lunr, as the theme ships it, writes a node of its word tree as letter and number of each edge, one by one."""


def folded(text: str) -> str:
    """Return text in small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("’", "'"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def other_forms(words: Iterable[str], language: str) -> set[str]:
    """Return the forms in which readers may type these words: without accents, and in the plural.

    Search adds a wildcard at the end of what is typed, so a singular finds a plural; the other way needs help.
    """
    given = {word.casefold() for word in words}
    forms = {folded(word) for word in given}
    plurals = {plural for word in forms for plural in _plurals(word, language)}
    return (forms | plurals) - given


def _plurals(word: str, language: str) -> tuple[str, ...]:
    if len(word) < SHORTEST_PLURAL or not word.isalpha() or word.endswith(("s", "x", "z")):
        return ()
    if language == "fr" and word.endswith("al"):
        return (word[:-2] + "aux",)
    if language == "fr" and word.endswith(("au", "eu")):
        return (word + "x",)
    if language == "en" and word.endswith("y") and word[-2] not in "aeiou":
        return (word[:-1] + "ies",)
    return (word + "s",)


def tell_digits_apart(site: Path) -> None:
    """Mend lunr's word tree in a built site.

    Lunr merges nodes that are written alike. It writes an edge as its letter and the number of the node that it leads
    to, without a mark between edges, so where letters are digits two different nodes can read the same; all words
    below them are then not found, and which ones changes with any word of the site.

    Args:
        site: The folder of the built site.

    Raises:
        PluginError: If the theme no longer has this place, or has it twice.
    """
    workers = sorted((site / WORKERS).glob("search.*.js"))
    mended = [EDGE.subn(r'\1+","', worker.read_text(encoding="utf-8")) for worker in workers]
    if [count for _, count in mended] != [1]:
        raise PluginError(
            f"{WORKERS}: lunr's TokenSet.toString is not where it was. See whether the theme's lunr now parts edges; "
            "if so, remove tell_digits_apart, else mend its pattern."
        )
    workers[0].write_text(mended[0][0], encoding="utf-8")


def enrich(index_file: Path, aliases: Mapping[str, Iterable[str]], language: str) -> None:
    """Add other forms of its words to every entry of a search index, and a page's names to its first entry.

    Args:
        index_file: ``search_index.json`` as the search plugin wrote it.
        aliases: Names by the page's address, such as ``tools/persona.html``.
        language: Of the site.
    """
    index = json.loads(index_file.read_text(encoding="utf-8"))
    index["config"].setdefault("fields", {}).update(FIELDS)
    for entry in index["docs"]:
        location = entry["location"]
        text = unescape(re.sub(r"<[^>]+>", " ", f"{entry['title']} {entry.get('text', '')}"))
        forms = other_forms(WORD.findall(text), language)
        entry["alias"] = " ".join(sorted(forms))
        names = aliases.get(location, ())
        words = [word for name in names for word in WORD.findall(name)]
        entry["names"] = " ".join([*names, *sorted(other_forms(words, language))])
    index_file.write_text(json.dumps(index, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
