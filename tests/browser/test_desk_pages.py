"""The desk in a real browser, with its scripts and under its policy: forms that are sent, phones, large text, keys."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from litestar import Litestar
from litestar.static_files import create_static_files_router
from playwright.async_api import BrowserContext, Page, expect

from bot.channels.web.routes import STATIC as CHAT
from bot.web import _with_headers
from desk.app import desk_router
from desk.benefits import STATIC as DESK
from desk.parts import Parts
from handlers.actions.desk import new_link
from handlers.turn import Knowledge
from storage.database import Database
from tests.support.assembly import Clock
from tests.support.desk import World
from tests.support.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

_TOKEN: Final = "w" * 43
_LOW_CONTRAST: Final = (Path(__file__).parent / "low_contrast.js").read_text("utf-8")
_PAGES: Final = (
    "", "/bao-cao/5", "/so-ho", "/ho/3", "/hop-thu", "/hop-thu/1", "/kien-thuc/bai", "/de-cu", "/de-cu/1",
    "/de-cu/danh-sach", "/thong-bao", "/thong-bao/moi", "/tin/moi", "/doi-thoai", "/so-lieu", "/thong-ke", "/nguoi",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(
    knowledge: Knowledge, seeded_desk: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The desk with the product's headers, and a link for the officer of the commune."""
    path = tmp_path_factory.mktemp("desk-pages") / "desk.db"
    shutil.copy(seeded_desk[0], path)
    database = Database(f"sqlite:///{path}")

    async def let_in() -> None:
        async with database.write() as connection:
            await new_link(connection, knowledge.keys, seeded_desk[1].at.commune, _TOKEN, Clock().at)
        await database.close()

    async def fetch(channel: str, ref: str) -> bytes | None:
        return None

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, let_in()).result()
    parts = Parts(database, knowledge, Clock(), lambda size: b"c" * size, fetch, False)
    folders = {"/desk/static": DESK, "/static": CHAT}
    files = [create_static_files_router(path=path, directories=[folder]) for path, folder in folders.items()]
    routes = [desk_router(parts), *files]
    with serving(
        Litestar(
            routes, middleware=[partial(_with_headers, secure=False)], on_shutdown=[database.close], openapi_config=None
        )
    ) as url:
        yield url


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def signed_in(site: str, browser: object) -> AsyncIterator[list[object]]:
    """The cookies of the officer: a link opens the desk once."""
    context = await browser.new_context()  # type: ignore[attr-defined]  # the fixture of this folder
    page = await context.new_page()
    await page.goto(f"{site}/can-bo/vao/{_TOKEN}")
    await page.get_by_role("button", name="Vào bàn làm việc").click()
    await page.locator("[data-row]").first.wait_for()
    yield await context.cookies()
    await context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(context: BrowserContext, signed_in: list[object]) -> AsyncIterator[Page]:
    """A page of the officer on a phone of 360 px. A script error or a refusal by the policy fails the test."""
    await context.add_cookies(signed_in)  # type: ignore[arg-type]  # as the other context gave them
    page = await context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    assert faults == []


async def test_an_announcement_is_kept_by_its_button(site: str, page: Page) -> None:
    """Two scripts look after the form: together they once let no announcement through."""
    await page.goto(f"{site}/can-bo/thong-bao/moi")
    await page.locator("[name=tieu_de_vi]").fill("Họp dân")
    await page.locator("[name=noi_dung_vi]").fill("Mời bà con họp lúc 19 giờ thứ sáu.")
    await page.get_by_role("button", name="Lưu và xem trước").click()
    await expect(page.get_by_role("heading", name="Họp dân")).to_be_visible()
    assert "/thong-bao/1" in page.url


async def test_every_page_fits_a_phone_also_with_text_twice_as_large(site: str, page: Page) -> None:
    """Nothing runs over the edge, and the page's own entry of the menu is in view."""
    wide = []
    for path in _PAGES:
        answer = await page.goto(f"{site}/can-bo{path}", wait_until="domcontentloaded")
        assert answer is not None and answer.status == 200, path
        at = page.locator(".top nav [aria-current]")
        if await at.count():
            await expect(at).to_be_in_viewport(ratio=0.9)
        for size in ("100%", "200%"):
            await page.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
            width = await page.evaluate("document.documentElement.scrollWidth")
            if width > 360:
                wide.append((path, size, width))
    assert wide == []


async def test_every_text_can_be_told_from_its_ground(site: str, page: Page) -> None:
    """4.5 to 1, large text 3 to 1, by day and in dark mode."""
    found = {}
    for path in _PAGES:
        await page.goto(f"{site}/can-bo{path}", wait_until="domcontentloaded")
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            if low := await page.evaluate(_LOW_CONTRAST):
                found[path, scheme] = low
    assert found == {}


async def test_reports_are_worked_through_without_a_mouse(site: str, page: Page) -> None:
    """The first Tab leads past the menu; j and Enter open a report, u leads back."""
    await page.goto(f"{site}/can-bo")
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Đến nội dung")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await expect(page.locator("#main")).to_be_focused()
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("BC-")
    await page.keyboard.press("u")
    await expect(page.get_by_role("heading", name="Báo cáo", exact=True)).to_be_visible()
