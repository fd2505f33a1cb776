"""The site, built once into a temporary folder, and a browser to look at it with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
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


LONGEST_BUILD = 600
"""Seconds, for one language."""


@pytest.fixture(scope="session")
def site(repository, tmp_path_factory) -> Path:
    """Build both languages, English first because a build empties its folder; of two workers one builds for both."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done = shared / "site", shared / "site.done"
    try:
        (shared / "site.begun").mkdir()
    except FileExistsError:
        end = time.monotonic() + 2 * LONGEST_BUILD
        while not done.exists():
            assert time.monotonic() < end, "the other worker did not build the site in time"
            time.sleep(0.2)
    else:
        part = shared / "site.part"
        part.write_text(_built(repository, folder), encoding="utf-8")
        part.replace(done)
    failure = done.read_text(encoding="utf-8")
    assert not failure, failure
    return folder


def _built(repository: Path, folder: Path) -> str:
    """Build the site into a folder; return what went wrong, or nothing."""
    for language, target in (("mkdocs.yml", folder), ("mkdocs.fr.yml", folder / "fr")):
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", language, "-d", str(target)]
        environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
        try:
            result = subprocess.run(
                command,
                cwd=repository,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=LONGEST_BUILD,
            )
        except subprocess.TimeoutExpired:
            return f"{language} was not built within {LONGEST_BUILD} seconds"
        if result.returncode:
            return result.stderr or result.stdout or f"{language} failed without a word"
    return ""


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
