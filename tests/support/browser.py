"""Finds a Chromium for the browser tests, and installs one where there is none and it is permitted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def executable() -> str | None:
    """The system's Chromium, or None: then Playwright's own is used."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def ensure() -> None:
    """Make a browser available: the system's packages first, else Playwright's own download.

    Raises:
        SystemExit: neither worked; the message says what to install.
    """
    if executable() or _playwrights_own():
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        install = ["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-noto-core"]
        for command in (["apt-get", "update"], install):
            subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    elif not executable():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if not (executable() or _playwrights_own()):
        sys.exit(
            "The browser tests need Chromium: install the package `chromium`, or run `playwright install chromium`."
        )


def _playwrights_own() -> bool:
    homes = (Path.home() / ".cache" / "ms-playwright", Path.home() / "Library" / "Caches" / "ms-playwright")
    return any(list(home.glob("chromium-*")) for home in homes)


if __name__ == "__main__":
    ensure()
