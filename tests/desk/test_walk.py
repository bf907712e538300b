"""A morning at the desk in a real browser: in by link, filter, open, approve by key, see the register changed."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
from base64 import b32decode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import time

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from bot.settings import Settings, key_file
from handlers.actions.desk import code_at, new_link
from handlers.turn import Knowledge
from storage.database import Database
from storage.keys import Keys
from tests.desk.seeding import births, district, forwarded
from tests.support.browser import FLAGS, executable
from tests.support.desk import VILLAGE

pytestmark = pytest.mark.browser


@dataclass(frozen=True, slots=True)
class Running:
    """The product as a process, and a link for the district's officer."""

    url: str
    link: str
    receipts: tuple[str, ...]


def _environment(url: str, port: int) -> dict[str, str]:
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith("CHUNGTAY_")},
        "CHUNGTAY_DATABASE_URL": url,
        "CHUNGTAY_PORT": str(port),
        "CHUNGTAY_LOG_LEVEL": "WARNING",
    }


def _seed(url: str, knowledge: Knowledge) -> tuple[str, tuple[str, ...]]:
    """A token for the district's officer, and what waits for a decision; the keys are those that the product reads."""
    keys = Keys(key_file(Settings(database_url=url)))
    now = datetime.now(UTC)
    keys.create_if_missing(now)
    known, token = replace(knowledge, keys=keys), "w" * 43

    async def make() -> tuple[str, tuple[str, ...]]:
        database = Database(url)
        async with database.write() as connection:
            at = await district(connection, known, now)
            rows = await births(connection, known, at, 3, VILLAGE)
            await forwarded(connection, known, at, rows, at.commune)
            await new_link(connection, keys, at.district, token, now)
        await database.close()
        return token, tuple(row.receipt for row in rows)

    return asyncio.run(make())


@pytest.fixture
def running(sqlite_url: str, knowledge: Knowledge) -> Iterator[Running]:
    token, receipts = _seed(sqlite_url, knowledge)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = _environment(sqlite_url, port)
    command = [sys.executable, "-m", "bot.cli", "web"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as product:
        try:
            for line in product.stdout or ():
                if "Ctrl+C" in line:
                    break
            yield Running(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port}/can-bo/vao/{token}", receipts)
        finally:
            product.terminate()


def test_a_morning_at_the_desk(running: Running) -> None:
    """With the keyboard, at phone width too, and without a word from the security policy."""
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 390, "height": 844}, locale="vi-VN")
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        _come_in(page, running)
        _review(page, running)
        for path in (
            "",
            "/so-ho",
            "/so-lieu?tu=2023-01-01&den=2023-12-31",
            "/nhap",
            "/thong-bao",
            "/thong-bao/moi",
            "/thong-bao/thong-ke",
            "/nguoi",
            "/nhat-ky",
            "/tai-khoan",
        ):
            for width in (390, 1280):
                page.set_viewport_size({"width": width, "height": 844})
                page.goto(f"{running.url}/can-bo{path}")
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        browser.close()
    assert faults == []


def _come_in(page: Page, running: Running) -> None:
    page.goto(running.link)
    page.get_by_role("button", name="Vào bàn làm việc").click()
    secret = re.sub(r"\s", "", page.locator(".secret").inner_text())
    page.get_by_label("Mã", exact=True).fill(code_at(b32decode(secret), time()))
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Đã cất, vào làm việc").click()


def _review(page: Page, running: Running) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("[name=loai]").select_option("birth")
    page.get_by_role("button", name="Lọc").click()
    expect(page.locator("[data-row]")).to_have_count(3)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(running.receipts[0])
    expect(page.locator("tr.added")).to_contain_text("Mẫu 200")
    page.keyboard.press("a")
    expect(page.get_by_role("status")).to_contain_text(f"Đã duyệt {running.receipts[0]}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(running.receipts[1])
    page.keyboard.press("u")
    expect(page.locator("[data-row]")).to_have_count(2)
    page.locator("[data-all]").check()
    expect(page.locator("[data-chosen]")).to_have_text("(2)")
    page.get_by_role("button", name="Duyệt mục đã chọn").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("xong 2 trên 2")
    page.goto(f"{running.url}/can-bo/so-ho?tim=mau+200")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".members")).to_contain_text("Mẫu 200")
