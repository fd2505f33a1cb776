"""The site builds, says nothing untrue of the commands, and loads nothing from elsewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def site(repository, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    result = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site) -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}


def test_no_page_loads_anything_from_another_host(pages):
    for path, html in pages.items():
        loaded = re.findall(r'<(?:script|img|iframe|link)[^>]+(?:src|href)="(https?://[^"]+)"', html)
        assert [url for url in loaded if "canonical" not in url] == [], path.name


def test_every_internal_link_has_its_target(pages, site):
    for path, html in pages.items():
        if path.name == "404.html":
            continue  # served under any address, so its links start at the root
        for link in re.findall(r'href="([^"#:]+\.html)?(#[^"]+)?"', html):
            target = (path.parent / link[0]).resolve() if link[0] else path
            assert target.exists(), f"{path.name} -> {link[0]}"
            if link[1] and link[1] != "#":
                assert f'id="{link[1][1:]}"' in pages[target], f"{path.name} -> {link[0]}{link[1]}"


def test_the_first_page_renders_in_a_browser_from_disk(site, tmp_path):
    browser = shutil.which("chromium")
    if browser is None:
        pytest.skip("Chromium is not installed; run scripts/system_packages.sh as root on Debian")
    command = [browser, *CHROMIUM_FLAGS, f"--user-data-dir={tmp_path}", "--dump-dom", (site / "index.html").as_uri()]
    result = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
    assert "<h1" in result.stdout
    assert "CX Casebook" in result.stdout


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/en/index.md", "datasets/README.md"])
def test_commands_shown_to_readers_exist(repository, page):
    text = (repository / page).read_text(encoding="utf-8")
    listed = subprocess.run(
        [sys.executable, "-m", "cxdata", "--help"], capture_output=True, text=True, check=True
    ).stdout
    makefile = (repository / "Makefile").read_text(encoding="utf-8")
    for command in re.findall(r"^(?:\$ )?(?:.venv/bin/)?cxdata (\w+)", text, re.MULTILINE):
        assert re.search(rf"^. {command} ", listed, re.MULTILINE), command
    for target in re.findall(r"`?make (\w+)`?", text):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
