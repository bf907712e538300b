"""Takes the pictures of the docs from the running product: `make docs`.

Starts the product on a free port over the demo district at work, talks to it as a person would, opens the desk as
officers would, saves what a phone and a desktop show to `docs/pictures/`, and writes `docs/screens.md` to show them.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
import tempfile
from base64 import b32decode
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from bot.settings import Settings
from bot.words import knowledge
from docs.pictures_seed import HEADS_CODE, at_work
from handlers.actions.desk import code_at, new_link
from storage import migrate
from storage.database import Database
from tests.support.browser import FLAGS, ensure, executable

_FOLDER: Final = Path(__file__).parent / "pictures"
_PAGE: Final = Path(__file__).parent / "screens.md"
_TALK: Final = ("ba toi 78 tuoi khong co luong huu duoc gi", "thế giấy tờ cần gì?")
_REPORT: Final = (HEADS_CODE, "báo có người mất", "mau 22", "hôm qua", "1")
_VIEWS: Final = {
    "chat-phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    "chat-phone-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "chat-desktop": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
}
_WIDTHS: Final = {"desktop": (1280, 800), "phone": (390, 844)}
_COLOURS: Final = 96


class Screen(NamedTuple):
    """A page of the desk: the end of its pictures' names, its address, and what to say about it."""

    name: str
    path: str
    said: str


_COMMUNE: Final = (
    Screen("reports", "", "Reports that wait for the commune"),
    Screen("report", "/bao-cao/7", "A report beside the household as it would become"),
    Screen("register", "/so-ho", "The register"),
    Screen(
        "register-past",
        "/so-ho?ngay=2023-06-30&dien=poor",
        "The register on a past day, poor households only",
    ),
    Screen("household", "/ho/3", "A household with its history"),
    Screen("entitled", "/quyen-loi-moi", "Who may be entitled to something more"),
    Screen("inbox", "/hop-thu", "Questions of people that wait for an officer"),
    Screen("case", "/hop-thu/1", "A question and its answer"),
    Screen("knowledge", "/kien-thuc", "What people ask and nobody could answer yet"),
    Screen("knowledge-form", "/kien-thuc/soan/housing", "An article is changed, block by dated block"),
    Screen("nominations", "/de-cu", "Nominations for commendation"),
    Screen("nomination", "/de-cu/1", "A nomination"),
    Screen("broadcast", "/thong-bao/1", "An announcement before it is sent"),
    Screen("news", "/tin", "News and stories"),
    Screen("story", "/tin/1", "A story, with consent and approval"),
    Screen("analytics", "/thong-ke", "What is asked, and how well it is answered; small numbers are hidden"),
    Screen("figures", "/so-lieu?tu=2023-01-01&den=2023-12-31", "The period report"),
)
_DISTRICT: Final = (
    Screen("deciding", "", "Reports that wait for the district's decision"),
    Screen("commended", "/de-cu/danh-sach", "The year's list for commendation"),
    Screen("people", "/nguoi", "Who holds which role"),
    Screen("import", "/nhap", "A list is taken in, or written out"),
    Screen("audit", "/nhat-ky", "The audit trail"),
)


async def _pictures(url: str, links: dict[str, str]) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
        for name, view in _VIEWS.items():
            await _talked(browser, url, name, view)
        await _reported(browser, url)
        await _desk(browser, url, links["commune"], _COMMUNE)
        await _desk(browser, url, links["district"], _DISTRICT)
        await browser.close()


async def _take(page: Page, name: str) -> None:
    """A picture of what is seen, in few colours: a page of text needs no more."""
    file = _FOLDER / f"{name}.png"
    await page.screenshot(path=file)
    with Image.open(file) as picture:
        few = picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    few.save(file, optimize=True)


async def _say(page: Page, text: str) -> None:
    before = await page.locator("#log .theirs-entry").count()
    await page.locator("#input").fill(text)
    await page.locator("#input").press("Enter")
    await page.locator("#log .theirs-entry").nth(before).wait_for()


async def _talked(browser: Browser, url: str, name: str, view: dict[str, object]) -> None:
    """A citizen asks."""
    context = await browser.new_context(locale="vi-VN", reduced_motion="reduce", **view)  # type: ignore[arg-type]  # a table of settings
    page = await context.new_page()
    await page.goto(url)
    await page.locator("html[data-line=online]").wait_for()
    if name == "chat-phone":
        await _take(page, f"{name}-start")
    for text in _TALK:
        await _say(page, text)
    await _take(page, name)
    await context.close()


async def _reported(browser: Browser, url: str) -> None:
    """A village head reports a death on a phone, up to the summary."""
    context = await browser.new_context(locale="vi-VN", reduced_motion="reduce", viewport={"width": 390, "height": 844})
    page = await context.new_page()
    await page.goto(url)
    await page.locator("html[data-line=online]").wait_for()
    for text in _REPORT:
        await _say(page, text)
    await _take(page, "chat-phone-report")
    await context.close()


async def _desk(browser: Browser, url: str, link: str, screens: tuple[Screen, ...]) -> None:
    """The desk of an officer, on a desktop and on a phone."""
    context = await browser.new_context(locale="vi-VN", reduced_motion="reduce")
    page = await context.new_page()
    await page.goto(url + link)
    await page.get_by_role("button", name="Vào bàn làm việc").click()
    if page.url.endswith("/ma-xac-thuc"):
        await _prove(page)
    if screens is _COMMUNE:
        await _announce(page, url)
    for device, (width, height) in _WIDTHS.items():
        await page.set_viewport_size({"width": width, "height": height})
        for screen in screens:
            answer = await page.goto(f"{url}/can-bo{screen.path}", wait_until="domcontentloaded")
            if answer is None or answer.status != 200:
                raise SystemExit(f"/can-bo{screen.path}: no picture of a page that is refused or fails")
            await page.locator("main h1").first.wait_for()
            await _take(page, f"desk-{device}-{screen.name}")
    await context.close()


async def _prove(page: Page) -> None:
    """The second factor, as an authenticator shows it."""
    secret = (await page.locator(".secret").inner_text()).replace(" ", "")
    await page.locator("#ma").fill(code_at(b32decode(secret), datetime.now(UTC).timestamp()))
    await page.get_by_role("button", name="Tiếp tục").click()


async def _announce(page: Page, url: str) -> None:
    """An announcement is written and kept, so that there is one to look at."""
    await page.goto(f"{url}/can-bo/thong-bao/moi")
    await page.locator("[name=tieu_de_vi]").fill("Họp dân bàn việc làm đường")
    await page.locator("[name=noi_dung_vi]").fill(
        "Mời bà con họp lúc 19 giờ thứ sáu tại nhà văn hóa thôn, bàn góp công làm đường vào xóm."
    )
    await page.get_by_role("button", name="Lưu và xem trước").click()
    await page.wait_for_url(re.compile(r"/thong-bao/\d+"))


def _seed(url: str) -> dict[str, str]:
    """The demo district at work; returns the ways in for the officers."""
    settings = Settings(database_url=url)
    known, now = knowledge(settings), datetime.now(UTC)
    known.keys.create_if_missing(now)
    tokens = {"commune": "p" * 43, "district": "q" * 43}

    async def make() -> None:
        database = Database(url)
        await migrate.upgrade(database)
        async with database.write() as connection:
            at = await at_work(connection, known, now)
            await new_link(connection, known.keys, at.commune, tokens["commune"], now)
            await new_link(connection, known.keys, at.district, tokens["district"], now)
        await database.close()

    asyncio.run(make())
    return {role: f"/can-bo/vao/{token}" for role, token in tokens.items()}


def _page() -> str:
    """`docs/screens.md`: every picture with a word about it."""
    lines = [
        "# What it looks like",
        "",
        "Taken from the running product over the demo district by `make docs`; everybody in them is invented. What",
        "each page is for: [the index](README.md).",
        "",
        "## The chat",
        "",
        *(
            f'<img src="pictures/{name}.png" width="{width}" alt="{said}">'
            for name, width, said in (
                ("chat-phone-start", 260, "The greeting on a phone"),
                ("chat-phone", 260, "An answer with its papers"),
                ("chat-phone-dark", 260, "The same in dark mode"),
                ("chat-phone-report", 260, "A village head reports a death"),
                ("chat-desktop", 560, "The chat on a desktop"),
            )
        ),
        "",
        "## The staff desk",
    ]
    for screen in (*_COMMUNE, *_DISTRICT):
        lines += [
            "",
            f"**{screen.said}**",
            "",
            f'<img src="pictures/desk-desktop-{screen.name}.png" width="560" alt="{screen.said}, on a desktop">'
            f' <img src="pictures/desk-phone-{screen.name}.png" width="170" alt="The same on a phone">',
        ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Start the product, take the pictures, stop it."""
    ensure()
    _FOLDER.mkdir(exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        database_url = f"sqlite:///{folder}/pictures.db"
        links = _seed(database_url)
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
            asyncio.run(_pictures(f"http://127.0.0.1:{port}", links))
        finally:
            product.terminate()
            product.wait(10)
    _PAGE.write_text(_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
