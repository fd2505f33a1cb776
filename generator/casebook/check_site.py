"""Checks over the built site: links, anchors, hosts, assets, alternative texts, downloads; with the source of each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

from casebook.project import LANGUAGES, Project

LOADED = {
    (tag, "src") for tag in ("script", "img", "iframe", "source", "video", "audio", "embed", "track", "input")
} | {
    ("link", "href"),
    ("object", "data"),
    ("video", "poster"),
    ("image", "href"),
    ("use", "href"),
}
"""Attributes by which a page makes the browser fetch something."""
NOT_FETCHED = {"canonical", "prev", "next", "alternate"}
"""Relations of a link element that name an address and fetch nothing."""
NO_TEXT = "No description has been provided for this image"
"""What notebooks write for a picture that nobody described; an empty text says that a picture only decorates."""


@dataclass(frozen=True)
class Fault:
    """Something wrong in the built site.

    Attributes:
        page: The built page, relative to the site.
        problem: What is wrong and what to do.
        target: The text to look for in the page's source, for its line.
    """

    page: str
    problem: str
    target: str = ""


@dataclass
class Parsed:
    """What the checks need of one page."""

    ids: set[str] = field(default_factory=set)
    twice: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    calculators: list[str] = field(default_factory=list)
    """Files that the forms of the page load once it is open, by their path in the site."""
    faults: list[tuple[str, str]] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    policy: bool = False
    description: bool = False


class Reader(HTMLParser):
    """Collects ids, links, loaded files and pictures without text."""

    def __init__(self) -> None:
        super().__init__()
        self.found = Parsed()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what the checks need from an element."""
        given = {name: value or "" for name, value in attrs}
        found = self.found
        if "id" in given:
            (found.twice if given["id"] in found.ids else found.ids).add(given["id"])
        if tag == "a" and "href" in given:
            found.links.append(given["href"])
        for name, value in given.items():
            if (tag, name) in LOADED and not (tag == "link" and NOT_FETCHED & set(given.get("rel", "").split())):
                found.loaded.append(value)
        if tag == "form" and "data-calculator" in given:
            found.calculators.append(f"assets/calculators/{given['data-calculator']}.js")
        if tag == "img" and given.get("alt", NO_TEXT).strip() == NO_TEXT:
            found.faults.append(
                (f"the image {given.get('src', '')!r} has no alt text; write one.", given.get("src", ""))
            )
        if tag == "svg" and given.get("role") == "img" and not {"aria-labelledby", "aria-label"} & set(given):
            found.faults.append(("a drawing has no text alternative.", ""))
        if "style" in given:
            found.faults.append(
                (f"the inline style {given['style']!r} is forbidden by the content policy.", given["style"])
            )
        if re.fullmatch("h[1-6]", tag):
            found.headings.append(int(tag[1]))
        if tag == "meta" and given.get("http-equiv") == "Content-Security-Policy":
            found.policy = True
        if tag == "meta" and given.get("name") == "description":
            found.description = bool(given.get("content"))


def check(site: Path, project: Project) -> list[str]:
    """Return all faults of a built site, one line each: source file, line, problem.

    Args:
        site: The built folder, all languages.
        project: To find the source of a page.
    """
    pages = {path.relative_to(site).as_posix(): read(path) for path in sorted(site.rglob("*.html"))}
    faults = [fault for page, parsed in pages.items() for fault in _faults(page, parsed, pages, site)]
    faults += _unused_assets(site, pages)
    faults += _search_index(site, pages)
    return [line(fault, project) for fault in faults]


def read(path: Path) -> Parsed:
    """Return what the checks need of a built page."""
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader.found


def _faults(page: str, parsed: Parsed, pages: dict[str, Parsed], site: Path) -> Iterator[Fault]:
    for problem, target in parsed.faults:
        yield Fault(page, problem, target)
    for one in sorted(parsed.twice):
        yield Fault(page, f"the id {one!r} stands twice on the page; rename a heading or a figure.", one)
    if not parsed.policy:
        yield Fault(page, "the page has no content security policy.")
    if page.endswith("404.html"):
        return  # served under any address, so its links start at the root
    if not parsed.description:
        yield Fault(page, "the page has no description; add it to the front matter.")
    yield from _headings(page, parsed.headings)
    for calculator in parsed.calculators:
        if not (site / calculator).is_file():
            yield Fault(page, f"the file {calculator!r} of a calculator is not in the site.", "```calculator")
    for loaded in parsed.loaded:
        if urlsplit(loaded).scheme not in ("", "data") or loaded.startswith("//"):
            yield Fault(page, f"{loaded} is loaded from another host; ship the file with the site.", loaded)
        elif not loaded.startswith(("data:", "#")) and not _is_in(site, _target(page, loaded, site)):
            yield Fault(page, f"the file {loaded!r} is not in the site.", loaded)
    for link in parsed.links:
        yield from _link(page, link, pages, site)


def _headings(page: str, headings: list[int]) -> Iterator[Fault]:
    if headings.count(1) != 1:
        yield Fault(page, f"the page has {headings.count(1)} headings of the first level; it needs one.")
    for before, after in pairwise(headings):
        if after > before + 1:
            yield Fault(page, f"a heading of level {after} follows one of level {before}; leave no level out.")


def _target(page: str, link: str, site: Path) -> Path:
    return (site / page).parent / unquote(urlsplit(link).path)


def _is_in(site: Path, path: Path) -> bool:
    """Tell whether a file exists and is part of the site, not merely of the disk that it was built on."""
    return path.exists() and path.resolve().is_relative_to(site.resolve())


def _link(page: str, link: str, pages: dict[str, Parsed], site: Path) -> Iterator[Fault]:
    parts = urlsplit(link)
    if parts.scheme in ("http", "https", "mailto") or link in ("", "#"):
        return
    if parts.scheme:
        yield Fault(page, f"the link {link!r} has a scheme that no reader can follow.", link)
        return
    path = _target(page, link, site).resolve() if parts.path else site / page
    if path.is_dir():
        path /= "index.html"
    if not _is_in(site, path):
        yield Fault(page, f"the link {link!r} leads nowhere; correct or remove it.", parts.path.rsplit("/", 1)[-1])
        return
    built = path.resolve().relative_to(site.resolve()).as_posix()
    anchor = unquote(parts.fragment)
    if anchor and built in pages and anchor not in pages[built].ids:
        near = ", ".join(sorted(pages[built].ids & {one for one in pages[built].ids if one[:3] == anchor[:3]})[:5])
        yield Fault(page, f"the link {link!r} names an anchor that {built} does not have (near: {near}).", anchor)


def _unused_assets(site: Path, pages: dict[str, Parsed]) -> Iterator[Fault]:
    """Find shared assets that nothing uses: every reader would download or archive them in vain."""
    texts = "".join(path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.css")) if "casebook" in path.name)
    loaded = [one for parsed in pages.values() for one in (*parsed.loaded, *parsed.calculators)]
    used = {Path(unquote(urlsplit(one).path)).name for one in loaded}
    for path in sorted((site / "assets").rglob("*")):
        own = path.suffix in {".svg", ".woff2", ".js", ".css"} and not {"javascripts", "stylesheets", "images"} & set(
            path.parts
        )
        if own and path.name not in used and path.name not in texts:
            yield Fault(path.relative_to(site).as_posix(), "nothing uses this asset; remove it.")


def _search_index(site: Path, pages: dict[str, Parsed]) -> Iterator[Fault]:
    for language in LANGUAGES:
        root = site if language == "en" else site / language
        index = root / "search/search_index.json"
        if not index.exists():
            continue
        found = {one["location"].split("#")[0] for one in json.loads(index.read_text(encoding="utf-8"))["docs"]}
        prefix = "" if language == "en" else f"{language}/"
        for page in pages:
            inside = page.startswith(prefix) and not (
                language == "en" and page.startswith(tuple(f"{one}/" for one in LANGUAGES[1:]))
            )
            if inside and not page.endswith("404.html") and page.removeprefix(prefix) not in found:
                yield Fault(page, "search does not find this page; it has no entry in the index.")


def line(fault: Fault, project: Project) -> str:
    """Return a fault with its source file and line, as far as they can be found."""
    source = source_of(fault.page, project)
    if source is None:
        return f"site/{fault.page}: {fault.problem}"
    place = source.relative_to(project.root).as_posix()
    if fault.target:
        for number, text in enumerate(source.read_text(encoding="utf-8").splitlines(), start=1):
            if fault.target.removesuffix(".html") in text:
                return f"{place}:{number}: {fault.problem}"
    return f"{place}: {fault.problem}"


def source_of(page: str, project: Project) -> Path | None:
    """Return the file that a built page is made from, or None if there is none."""
    language, _, rest = page.partition("/")
    if language not in LANGUAGES[1:]:
        language, rest = "en", page
    if rest.startswith("notebooks/"):
        script = project.notebooks / rest.removeprefix("notebooks/").replace(".html", ".py")
        if script.exists():
            return script
    source = project.docs(language) / rest.replace(".html", ".md")
    return source if source.exists() else None
