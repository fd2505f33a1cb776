"""The gates close: a page with one fault of each kind fails every one of them."""

from __future__ import annotations

import random
import re

import pytest
from browsing import Visitor, served

from casebook.check_site import Reader

FAULTS = """
<h1>A second heading of level 1</h1><h4>A level is left out</h4>
<nav aria-label="Header">the name of another</nav>
<img src="noise.png"><img alt="" src="noise.png">
<svg viewBox="0 0 200 20" width="100" height="10"><text y="15" font-size="12">small</text></svg>
<p style="color: #fff">a style that the policy refuses</p>
<p><nobr>FAR</nobr></p>
<table><tr><td bgcolor="#101010"><font color="#333333">dark on dark</font></td></tr></table>
<textarea rows="1" aria-label="three lines">1&#10;2&#10;3</textarea>
<script src="https://elsewhere.example/tracker.js"></script>
""".replace("FAR", "far " * 200)
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


@pytest.fixture(scope="module")
def broken(site, browser, tmp_path_factory):
    """Visit a start page with the faults, with its content policy and without."""
    folder = tmp_path_factory.mktemp("broken")
    (folder / "assets").symlink_to(site / "assets")
    (folder / "noise.png").write_bytes(random.Random(0).randbytes(200_000))
    html = (site / "index.html").read_text(encoding="utf-8").replace("</article>", f"{FAULTS}</article>")
    html = html.replace('lang="en"', 'lang="de"', 1)
    (folder / "kept.html").write_text(html, encoding="utf-8")
    (folder / "open.html").write_text(POLICY.sub("", html), encoding="utf-8")
    with served(folder) as server:
        visitor = Visitor(browser, server)
        yield visitor
        visitor.close()


def says(faults, *wanted):
    for words in wanted:
        assert any(words in fault for fault in faults), f"{words!r} is not among {faults}"


def test_the_policy_and_the_host_gate_close(broken):
    kept = broken.light("kept.html")
    says(kept.console, "elsewhere.example", "style")
    assert broken.light("open.html").elsewhere == ["https://elsewhere.example/tracker.js"]
    assert broken.disk("open.html").elsewhere == ["https://elsewhere.example/tracker.js"]


def test_the_gates_of_the_document_close(broken):
    found = broken.light("kept.html").found
    says(found["headings"], "2 headings of level 1", "follows a heading of level 1")
    says(found["landmarks"], 'two navigations named "Header"')
    says(found["pictures"], "no alt", "an empty alt", "not a role=img")
    assert found["lang"] == "de"


def test_the_gates_of_axe_close(broken):
    says(broken.light("kept.html").axe, "image-alt", "color-contrast", "landmark-unique")
    says(broken.disk("kept.html").axe, "color-contrast")


def test_the_gates_of_weight_width_and_paper_close(broken):
    seen = broken.light("kept.html")
    assert seen.weight > 200_000
    says(seen.found["wide"], "scrolls sideways", "nobr")
    says(seen.found["small"], '"small" is 6.0 px')
    says(seen.found["clipped"], "textarea")
    says(broken.disk("kept.html").found["paper"], "is printed on rgb(16, 16, 16)", "reaches to")


def test_the_check_without_a_browser_sees_them_too():
    reader = Reader()
    reader.feed(FAULTS)
    assert len(reader.found.faults) == 2  # no alt, inline style
    assert reader.found.headings == [1, 4]
