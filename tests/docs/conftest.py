"""The site, built once into a temporary folder, and a browser to look at it with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import Server, Visitor, served
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def site(repository, tmp_path_factory) -> Path:
    """Build both languages, English first because a build empties its folder."""
    folder = tmp_path_factory.mktemp("site")
    for language, target in (("mkdocs.yml", folder), ("mkdocs.fr.yml", folder / "fr")):
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", language, "-d", str(target)]
        environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
        result = subprocess.run(
            command, cwd=repository, env=environment, capture_output=True, text=True, check=False, timeout=600
        )
        assert result.returncode == 0, result.stderr
    return folder


@pytest.fixture(scope="package")
def server(site) -> Iterator[Server]:
    with served(site) as server:
        yield server


@pytest.fixture(scope="package")  # not longer: while it is open, asyncio has a loop that others stumble over
def browser() -> Iterator[Browser]:
    path = CHROMIUM if Path(CHROMIUM).exists() else shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed; run scripts/system_packages.sh as root on Debian")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def visitor(browser, server) -> Iterator[Visitor]:
    visitor = Visitor(browser, server)
    yield visitor
    visitor.close()
