"""What the theme does differently here. The edits of its script are refused when the theme has changed."""

from __future__ import annotations

import re
from fnmatch import fnmatch

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files

SCRIPT = "assets/javascripts/bundle.*.min.js"

EDITS = (
    # Search loads its whole index with every page; now it waits until the reader opens search, as it does on disk.
    ('$(location.protocol!=="file:"),', "$(!1),"),
    # Each block of code gets a navigation landmark without a name around its copy button; it holds no navigation.
    ('"nav",{class:"md-code__nav"}', '"div",{class:"md-code__nav"}'),
)
"""What stands in the script, once, and what replaces it."""


def edit(files: Files) -> None:
    """Replace the theme's script by one with the edits.

    Raises:
        PluginError: If the script is not there, or does not hold exactly one place for each edit.
    """
    scripts = [file for file in files if fnmatch(file.src_uri, SCRIPT)]
    if len(scripts) != 1:
        raise PluginError(f"The theme has {len(scripts)} scripts named {SCRIPT}; adapt casebook/theme.py.")
    text = scripts[0].content_string
    for before, after in EDITS:
        if text.count(before) != 1:
            raise PluginError(
                f"The theme's script holds {before!r} {text.count(before)} times; adapt casebook/theme.py."
            )
        text = text.replace(before, after)
    scripts[0].content_string = text


def named_sections(html: str) -> str:
    """Return a page whose navigation is named, section by section, by its titles.

    The theme names a section by its label, which holds only an icon when the section has a page of its own.
    """
    html = re.sub(r'aria-labelledby="(__nav_[\d_]+)_label"', r'aria-labelledby="\1_title"', html)
    title = r'<label class="md-nav__title" for="(__nav_[\d_]+)">'
    return re.sub(title, r'<label class="md-nav__title" for="\1" id="\1_title">', html)


def at_root(html: str, folder: str) -> str:
    """Return a page for missing addresses whose links, which start at the root, start at a folder of the root.

    Args:
        html: The page.
        folder: Of the language, empty for the root itself.
    """
    if not folder:
        return html
    for opening in ('href="', 'src="', '"base": "', '"search": "', 'new URL("'):
        html = html.replace(f"{opening}/", f"{opening}/{folder}/")
    return html
