"""Which pages were seen to pass every gate, by a digest of all that the reader's browser gets of them.

Opening every page twice takes longer than the whole suite may, so a page that has not changed since it was last looked
at is not looked at again. `make look` writes the record; without the file it looks at every page.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

WRITE = "CASEBOOK_WRITE_RECORD"
"""When set, the record is written."""
SAMPLE = 12
"""One page in so many is looked at however well it is known."""
LINKS_TO_OTHERS = (
    (r'<nav class="md-tabs"', "</nav>"),
    (r'<div class="md-sidebar md-sidebar--primary"', r'(?=<div class="md-sidebar md-sidebar--secondary")'),
    (r'<nav class="md-footer__inner', "</nav>"),
    (r'<link rel="(?:prev|next)"', ">"),
)
"""Where each kind of link to the other pages begins and ends: a new page changes them everywhere, and no look."""


def without_links_to_others(html: str) -> str:
    """Return a page without its menus of other pages."""
    for begin, end in LINKS_TO_OTHERS:
        html = re.sub(f"{begin}.*?{end}", "", html, flags=re.DOTALL)
    return html


def digest(paths: Iterable[Path], root: Path) -> str:
    """Return one digest of the names and contents of files."""
    whole = hashlib.sha256()
    for path in sorted(paths):
        whole.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


class Record:
    """The pages of one built site beside those that were seen to pass.

    Args:
        site: Folder of the built site.
        gates: Files that say what a page must pass.
        path: The committed record: digests by page.
    """

    def __init__(self, site: Path, *, gates: Iterable[Path], path: Path) -> None:
        self.site = site
        self.path = path
        self.gates = sorted(gates)
        self.is_written = bool(os.environ.get(WRITE))
        self._looked_at: set[str] = set()
        self._passed: dict[str, str] = {}

    @cached_property
    def known(self) -> dict[str, str]:
        """Digests by page, as they were committed."""
        return json.loads(self.path.read_text(encoding="utf-8")) if self.path.exists() else {}

    @cached_property
    def _of_all_pages(self) -> str:
        """Digest of what every page uses: the assets, but not the index of search, and the gates themselves."""
        assets = [path for folder in self.site.rglob("assets") for path in folder.rglob("*") if path.is_file()]
        return digest(assets, self.site) + digest(self.gates, self.gates[0].parents[2])

    def digest_of(self, page: str) -> str:
        """Return the digest of a page with all that it uses."""
        html = without_links_to_others((self.site / page).read_text(encoding="utf-8"))
        return hashlib.sha256((self._of_all_pages + page + html).encode()).hexdigest()[:24]

    def holds(self, page: str) -> bool:
        """Return true if the page is as it was when it passed, and is not of the sample that is looked at anyway."""
        now = self.digest_of(page)
        if self.known.get(page) == now and int(now, 16) % SAMPLE != 0:
            return True
        self._looked_at.add(page)
        return False

    def passed(self, page: str) -> None:
        """Note that a page passed every gate."""
        self._passed[page] = self.digest_of(page)

    def write(self, pages: Iterable[str]) -> None:
        """Replace the committed record: what passed, and what was not looked at this time and still exists."""
        kept = {page: self.known[page] for page in pages if page in self.known and page not in self._looked_at}
        text = json.dumps(dict(sorted((kept | self._passed).items())), indent=0)
        self.path.parent.mkdir(exist_ok=True)
        self.path.write_text(text + "\n", encoding="utf-8")
