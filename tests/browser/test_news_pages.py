"""The public pages in a real browser: readable on a phone, found by typing, no script, no fault of the policy."""

import asyncio
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.static_files import create_static_files_router
from playwright.async_api import BrowserContext, expect

from bot.channels.web.routes import STATIC as CHAT
from bot.web import _with_headers
from content import demo_news
from desk.benefits import STATIC as DESK
from desk.news import news_router
from handlers.actions.demo_news import load_demo_news
from handlers.actions.people import sync_areas
from handlers.turn import Knowledge
from storage.database import Database
from tests.support.assembly import Clock
from tests.support.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest.fixture(scope="module")
def site(knowledge: Knowledge, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages with the product's headers, over the demo's news."""
    path = tmp_path_factory.mktemp("news") / "news.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")

    async def load() -> None:
        found = demo_news.load("kim-bang-2023")
        assert found is not None
        async with database.write() as connection:
            await sync_areas(connection, knowledge.locality)
            await load_demo_news(connection, found, knowledge.keys, Clock().at)
        await database.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, load()).result()
    folders = {"/desk/static": DESK, "/static": CHAT}
    files = [create_static_files_router(path=path, directories=[folder]) for path, folder in folders.items()]
    routes = [news_router(database, knowledge, Clock()), *files]
    app = Litestar(routes, middleware=[partial(_with_headers, secure=False)], on_shutdown=[database.close])
    with serving(app) as url:
        yield url


async def test_a_story_is_found_and_read_on_a_phone(site: str, context: BrowserContext) -> None:
    """Typed without accents; the picture is there with its words, nothing runs over the edge."""
    page = await context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    await page.goto(f"{site}/tin")
    await page.get_by_role("searchbox").fill("tin nuoi ga")
    await page.get_by_role("button", name="Tìm").click()
    await expect(page.get_by_role("status")).to_contain_text("Tìm thấy 1 bài")
    await page.get_by_role("link", name="Bà Mẫu ở Thụy Lôi").click()
    picture = page.get_by_role("img", name="Tranh vẽ: một khu vườn")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.naturalWidth") == 1200
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.get_by_text("Read this in English").click()
    await expect(page.get_by_role("heading", name="Mrs Mẫu of Thụy Lôi")).to_be_visible()
    await page.get_by_role("link", name="Đối thoại chính sách").click()
    await page.get_by_role("link", name="Đối thoại về thẻ bảo hiểm y tế").click()
    await expect(page.get_by_text("Xã lập danh sách gửi")).to_be_visible()
    assert faults == []
