"""Takes the pictures of the docs from the running product: `make docs`.

Starts the product on a free port over the demo district, talks to it as a person would, opens the desk as an officer
would, and saves what a phone and a desktop show to `docs/pictures/`.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from bot.settings import Settings
from bot.words import knowledge
from handlers.actions.desk import new_link
from storage import migrate
from storage.database import Database
from tests.desk.seeding import births, district
from tests.support.browser import FLAGS, ensure, executable

_FOLDER = Path(__file__).parent / "pictures"
_TALK = ("ba toi 78 tuoi khong co luong huu duoc gi", "thế giấy tờ cần gì?")
_VIEWS = {
    "chat-phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    "chat-phone-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "chat-desktop": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
}


_DESK = {
    "reports": "",
    "report": "/bao-cao/1",
    "register": "/so-ho",
    "household": "/ho/3",
    "figures": "/so-lieu?tu=2023-01-01&den=2023-12-31",
}


async def _pictures(url: str, link: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
        for name, view in _VIEWS.items():
            await _picture(browser, url, name, view)
        await _desk(browser, url, link)
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


async def _desk(browser: Browser, url: str, link: str) -> None:
    """The desk of a commune's officer, on a desktop and on a phone."""
    context = await browser.new_context(locale="vi-VN", reduced_motion="reduce")
    page = await context.new_page()
    await page.goto(url + link)
    await page.get_by_role("button", name="Vào bàn làm việc").click()
    await page.locator("[data-row]").first.wait_for()
    for width, height, device in ((1280, 800, "desktop"), (390, 844, "phone")):
        await page.set_viewport_size({"width": width, "height": height})
        for name, path in _DESK.items():
            await page.goto(f"{url}/can-bo{path}")
            await page.screenshot(path=_FOLDER / f"desk-{device}-{name}.png")
    await context.close()


def _seed(url: str) -> str:
    """The demo district at work; returns the way in for the officer of a commune."""
    settings = Settings(database_url=url)
    known, now = knowledge(settings), datetime.now(UTC)
    known.keys.create_if_missing(now)
    token = "p" * 43

    async def make() -> None:
        database = Database(url)
        await migrate.upgrade(database)
        async with database.write() as connection:
            at = await district(connection, known, now)
            await births(connection, known, at, 24, "/ha-nam/kim-bang-district/thuy-loi-2023/")
            await new_link(connection, known.keys, at.commune, token, now)
        await database.close()

    asyncio.run(make())
    return f"/can-bo/vao/{token}"


def main() -> None:
    """Start the product, take the pictures, stop it."""
    ensure()
    _FOLDER.mkdir(exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        database_url = f"sqlite:///{folder}/pictures.db"
        link = _seed(database_url)
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("CHUNGTAY_")},
            "CHUNGTAY_DATABASE_URL": database_url,
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
            asyncio.run(_pictures(f"http://127.0.0.1:{port}", link))
        finally:
            product.terminate()
            product.wait(10)


if __name__ == "__main__":
    main()
