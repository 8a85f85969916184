"""Find a Chromium for the browser tests, and start it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright

ON_THE_PATH = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")
"""The first of them is the browser without windows, which takes less of the machine."""
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--process-per-site",
    "--host-resolver-rules=MAP elsewhere.test 127.0.0.1",
)
NONE = (
    "The browser tests need Chromium and found none: set CHROMIUM to a browser's path, or install one with "
    "`python -m playwright install chromium` or your system's package."
)


def executable(playwright: Playwright) -> str | None:
    """The browser to test with: `$CHROMIUM`, one on the PATH, Playwright's own, else Debian's package."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return _on_the_path() or _playwrights_own(playwright) or _debians()


def options(playwright: Playwright) -> dict[str, Any]:
    """How to launch a headless browser; without one the test fails with a sentence that says what to do."""
    path = executable(playwright)
    if path is None:
        pytest.fail(NONE, pytrace=False)
    sandbox = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
    return {"executable_path": path, "args": [*FLAGS, *sandbox]}


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(**options(playwright))


def _on_the_path() -> str | None:
    return next((path for name in ON_THE_PATH if (path := shutil.which(name))), None)


def _playwrights_own(playwright: Playwright) -> str | None:
    path = Path(playwright.chromium.executable_path)
    if not path.is_file() and not _worked(sys.executable, "-m", "playwright", "install", "chromium"):
        return None
    return str(path) if path.is_file() else None


def _debians() -> str | None:
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return None
    _worked("apt-get", "update")
    return _on_the_path() if _worked("apt-get", "install", "-y", "chromium-headless-shell") else None


def _worked(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=600).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
