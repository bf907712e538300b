"""Takes the pictures of the docs from the running product: `make docs`.

Starts the product on a free port with an empty database, talks to it as a person would, and saves what a phone and a
desktop show to `docs/pictures/`.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from tests.support.browser import FLAGS, ensure, executable

_FOLDER = Path(__file__).parent / "pictures"
_TALK = ("ba toi 78 tuoi khong co luong huu duoc gi", "thế giấy tờ cần gì?")
_VIEWS = {
    "chat-phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    "chat-phone-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "chat-desktop": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
}


async def _pictures(url: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
        for name, view in _VIEWS.items():
            await _picture(browser, url, name, view)
        await browser.close()


async def _picture(browser: Browser, url: str, name: str, view: dict[str, object]) -> None:
    context = await browser.new_context(locale="vi-VN", reduced_motion="reduce", **view)  # type: ignore[arg-type]  # a table of settings
    page = await context.new_page()
    await page.goto(url)
    await page.locator("html[data-line=online]").wait_for()
    await page.screenshot(path=_FOLDER / f"{name}-start.png")
    for number, text in enumerate(_TALK, start=1):
        await page.locator("#input").fill(text)
        await page.locator("#input").press("Enter")
        await page.locator("#log .theirs-entry").nth(number - 1).wait_for()
    await page.screenshot(path=_FOLDER / f"{name}.png")
    await context.close()


def main() -> None:
    """Start the product, take the pictures, stop it."""
    ensure()
    _FOLDER.mkdir(exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("CHUNGTAY_")},
            "CHUNGTAY_DATABASE_URL": f"sqlite:///{folder}/pictures.db",
            "CHUNGTAY_PORT": str(port),
            "CHUNGTAY_LOG_LEVEL": "WARNING",
        }
        product = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "web"], env=environment, stdout=subprocess.PIPE, text=True
        )
        try:
            for line in product.stdout or ():
                if "Ctrl+C" in line:
                    break
            asyncio.run(_pictures(f"http://127.0.0.1:{port}"))
        finally:
            product.terminate()
            product.wait(10)


if __name__ == "__main__":
    main()
