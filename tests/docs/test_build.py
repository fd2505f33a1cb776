"""What can be said of the built site without a browser."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from browsing import PAGES, PROJECT

from casebook.check_site import check

TEXTS = {".html", ".css", ".js", ".json", ".svg", ".xml", ".ipynb", ".py", ".md", ".csv", ".toml", ".txt", ".map"}


def test_every_built_page_is_visited_by_these_tests(site):
    assert sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html")) == PAGES


def test_links_anchors_assets_and_headings_are_in_order(site):
    faults = check(site, PROJECT)
    assert not faults, "\n".join(faults)


def test_no_file_names_a_folder_of_the_building_machine(site):
    folders = {str(PROJECT.root), str(site), str(Path.home()), sys.prefix, tempfile.gettempdir()} - {"/"}
    typed = re.compile("|".join(rf"(?<![\w.-]){re.escape(folder)}/" for folder in sorted(folders)))
    found = [
        f"{path.relative_to(site)}: {match[0]}"
        for path in sorted(site.rglob("*"))
        if path.suffix in TEXTS
        for match in typed.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)
