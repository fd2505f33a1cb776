"""The built site as readers meet it: a small server that compresses, and visits of its pages in Chromium."""

from __future__ import annotations

import gzip
import posixpath
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from casebook.notebooks import sources
from casebook.project import LANGUAGES, Project

HERE = Path(__file__).parent
PROJECT = Project(HERE.parents[1])
DESK, PHONE, PAPER = 1280, 360, 700
"""Widths in pixels: a desk's window, a small phone, the printable part of an A4 page."""
HEIGHT = 900
LEAST_WORDS = 9
"""Pixels; smaller words in a chart are not read."""
COMPRESSED = {".html", ".css", ".js", ".json", ".svg", ".xml", ".md", ".csv", ".py", ".ipynb"}
NOTED_REFUSALS = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.refused.push(`${event.violatedDirective} refuses ${event.blockedURI} ${event.sample}`));
"""
SEARCH_SAYS = "document.querySelector('.md-search-result__meta').textContent"
SEARCH_READY = (
    f"{SEARCH_SAYS} === JSON.parse(document.querySelector('#__config').textContent)"
    ".translations['search.result.placeholder']"
)
"""The index is there and nothing is asked."""
PATIENCE = 20
"""Seconds until something that never happens is a fault."""


def addresses() -> list[str]:
    """Return the address of every page that the sources make, so that each is a test of its own."""
    found = []
    for language in LANGUAGES:
        prefix = "" if language == "en" else f"{language}/"
        docs = PROJECT.docs(language)
        found += [f"{prefix}{path.relative_to(docs).with_suffix('.html').as_posix()}" for path in docs.rglob("*.md")]
        found.append(f"{prefix}404.html")
    found += [f"notebooks/{source.uri}.html" for source in sources(PROJECT.notebooks)]
    return sorted(found)


PAGES = addresses()


def language_of(page: str) -> str:
    """Return the language of an address."""
    first = page.split("/", maxsplit=1)[0]
    return first if first in LANGUAGES else "en"


def none_of(faults: list[str]) -> None:
    """Fail with one fault a line."""
    assert not faults, "\n" + "\n".join(faults)


class Server(ThreadingHTTPServer):
    """Serves a folder with gzip, as hosts do, and notes what it sent."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.sent: list[tuple[str, int]] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    @cache  # noqa: B019 - one server lives as long as the tests
    def body(self, path: Path) -> tuple[bytes, str | None]:
        content = path.read_bytes()
        return (gzip.compress(content, 6), "gzip") if path.suffix in COMPRESSED else (content, None)


class Handler(BaseHTTPRequestHandler):
    """Answers GET with a file of the folder, or with the page for missing addresses."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        wanted = posixpath.normpath(unquote(urlsplit(self.path).path)).lstrip("/")
        path = self.server.folder / wanted
        if path.is_dir():
            path /= "index.html"
        status = 200
        if not path.is_file():
            path, status = self.server.folder / "404.html", 404
        body, encoding = self.server.body(path)
        self.server.sent.append((wanted, len(body)))
        self.send_response(status)
        self.send_header("Content-Type", guess_type(path.name)[0] or "application/octet-stream")
        self.send_header("Content-Length", str(len(body)))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        return None


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    """Serve a folder on this machine while the block runs."""
    server = Server(folder)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Visit:
    """What a visit of one page found; each list of faults is empty on a good page."""

    console: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    axe: list[str] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)
    sent: list[tuple[str, int]] = field(default_factory=list)

    @property
    def weight(self) -> int:
        """Compressed bytes until nothing more is asked for."""
        return sum(size for _, size in self.sent)


class Window:
    """One page of one browser context, through which many pages are visited, each noting its own faults."""

    def __init__(self, browser: Browser, *, allowed: str, scheme: str = "light", cached: bool = True) -> None:
        self.allowed = (allowed, "data:", "blob:", "about:")
        self.visit = Visit()
        context = browser.new_context(
            color_scheme=scheme, viewport={"width": DESK, "height": HEIGHT}, reduced_motion="reduce"
        )
        context.add_init_script(NOTED_REFUSALS)
        context.on("request", self._asked)
        self.page = context.new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.visit.console.append(str(error)))
        if not cached:
            context.new_cdp_session(self.page).send("Network.setCacheDisabled", {"cacheDisabled": True})

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(self.allowed):
            self.visit.elsewhere.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.visit.console.append(message.text)

    def open(self, url: str) -> Visit:
        """Go to an address and return the notes of this visit, to be filled."""
        self.page.set_viewport_size({"width": DESK, "height": HEIGHT})
        self.page.emulate_media(media="screen")
        self.visit = Visit()
        self.page.goto(url, wait_until="load")
        return self.visit

    def close(self) -> None:
        self.page.context.close()


class Visitor:
    """Visits each page once for each way of looking at it, however many tests ask."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self.browser = browser
        self.server = server
        self.files = server.folder.as_uri() + "/"
        self._visits: dict[tuple[str, str], Visit] = {}
        self._windows: dict[str, Window] = {}
        self._probe = "\n;".join(
            (HERE / name).read_text(encoding="utf-8") for name in ("vendor/axe.min.js", "probe.js")
        )

    def window(self, way: str) -> Window:
        """Return the window of one way of looking: colours are remembered in it, so each scheme has its own."""
        if way not in self._windows:
            base = self.server.base if way == "light" else self.files
            scheme = "light" if way == "light" else "dark"
            self._windows[way] = Window(self.browser, allowed=base, scheme=scheme, cached=way != "light")
        return self._windows[way]

    def close(self) -> None:
        for window in self._windows.values():
            window.close()

    def probed(self, page: Page, question: str) -> Any:
        """Give a page the probe, and return its answer."""
        page.evaluate(self._probe)
        return page.evaluate(question)

    def _once(self, way: str, address: str, look: Callable[[str], Visit]) -> Visit:
        if (way, address) not in self._visits:
            self._visits[way, address] = look(address)
        return self._visits[way, address]

    def light(self, address: str) -> Visit:
        """Look at a page in light colours: at a desk with an empty cache, then as narrow as a phone."""
        return self._once("light", address, self._light)

    def _light(self, address: str) -> Visit:
        window = self.window("light")
        self.server.sent.clear()
        visit, page = window.open(self.server.base + address), window.page
        visit.axe = self.probed(page, "probe.axe()")
        page.wait_for_load_state("networkidle")
        visit.sent = list(self.server.sent)
        visit.found = page.evaluate(
            "({headings: probe.headings(), landmarks: probe.landmarks(), pictures: probe.pictures(),"
            " lang: document.documentElement.lang,"
            " twins: [...document.querySelectorAll('.cx-language')].map((one) => [one.hreflang, one.href])})"
        )
        page.set_viewport_size({"width": PHONE, "height": HEIGHT})
        visit.found |= page.evaluate(
            f"({{wide: probe.tooWide({PHONE}), clipped: probe.clipped(), small: probe.smallWords({LEAST_WORDS})}})"
        )
        visit.axe += [f"at phone width, {fault}" for fault in page.evaluate("probe.axe({about: 'width'})")]
        visit.console += page.evaluate("refused")
        return visit

    def disk(self, address: str) -> Visit:
        """Open a page from disk, without a server, in dark colours; then print it.

        One visit for three questions: each opening of a page costs as much as the asking.
        """
        return self._once("disk", address, self._disk)

    def _disk(self, address: str) -> Visit:
        window = self.window("disk")
        visit, page = window.open(self.files + address), window.page
        visit.axe = self.probed(page, "probe.axe({about: 'colours'})")
        visit.found["scheme"] = page.evaluate("document.body.dataset.mdColorScheme")
        page.set_viewport_size({"width": PAPER, "height": HEIGHT})
        page.emulate_media(media="print")
        visit.found["paper"] = page.evaluate(f"probe.paper({PAPER})")
        visit.console += page.evaluate("refused")
        return visit


def until(page: Page, condition: str) -> None:
    """Wait until a condition holds; Playwright's own wait needs an ``eval`` that the content policy refuses.

    Raises:
        AssertionError: If it does not in time.
    """
    end = time.monotonic() + PATIENCE
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"{page.url}: never true: {condition}"
        page.wait_for_timeout(20)


def search(page: Page, query: str) -> list[str]:
    """Type a query into the page's search and return the addresses that it finds, best first."""
    asked = page.locator("[data-md-component=search-query]")
    asked.focus()
    asked.fill("")
    asked.press("End")  # the theme listens to keys, not to what they change
    until(page, SEARCH_READY)
    asked.fill(query)
    asked.press("End")
    until(page, f"!({SEARCH_READY})")
    return page.evaluate("[...document.querySelectorAll('.md-search-result__link')].map((one) => one.href)")
