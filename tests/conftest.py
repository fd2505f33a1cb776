"""What all tests share: running the command as a user does, and the policy on skips."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("casebook", deadline=None)  # a busy machine is slow and not wrong
settings.load_profile("casebook")

REPOSITORY = Path(__file__).parents[1]
FORBID_SKIPS = "CASEBOOK_FORBID_SKIPS"
"""When set, a test that skips because a system package is missing fails instead."""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def cxdata() -> Run:
    """Run the command in a process of its own, as a user does; ``environment`` adds variables."""

    def run(
        *arguments: str | Path, environment: dict[str, str] | None = None, timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "cxdata", *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=timeout,
            env={**os.environ, **(environment or {})},
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def refuses(cxdata: Run) -> Callable[..., str]:
    """Run the command with bad input and return its one line; it must exit with 2 and print nothing else."""

    def run(*arguments: str | Path, **options: object) -> str:
        result = cxdata(*arguments, **options)
        assert result.returncode == 2, result.stderr
        assert result.stdout == ""
        lines = result.stderr.splitlines()
        assert len(lines) == 1, result.stderr
        assert "Traceback" not in result.stderr
        return lines[0]

    return run


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Turn skips into failures where they are forbidden, as they are in continuous integration."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.skipped and os.environ.get(FORBID_SKIPS) and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} skipped, and {FORBID_SKIPS} forbids it: {report.longrepr}"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep the tests of the built site on one worker, which builds it once and opens each page once.

    The mark ``xdist_group`` does not do it: xdist writes groups where pytest 9.2 no longer reads them.
    """
    from xdist.scheduler import LoadScopeScheduling

    class OneWorkerForTheSite(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "tests/docs" if nodeid.startswith("tests/docs/") else nodeid

    return OneWorkerForTheSite(config, log)
