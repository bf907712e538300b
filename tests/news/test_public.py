"""The public pages: what is approved and nothing else, a valid feed, and nothing that could run."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from litestar.testing import TestClient
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bootstrap import build
from bot.settings import Settings
from bot.web import create_app
from content import demo_news
from handlers.actions.demo_news import load_demo_news
from handlers.actions.people import sync_areas
from handlers.turn import Knowledge
from storage import news
from storage.database import Database
from storage.news import Wanted
from tests.support.assembly import Clock

ATOM = {"a": "http://www.w3.org/2005/Atom"}
STORY = "/tin/ba-mau-o-thuy-loi-nuoi-ga-tha-vuon-ba-nam-thi-kha"
ANSWERED = "/doi-thoai/doi-thoai-ve-the-bao-hiem-y-te-va-ra-soat-ho-ngheo-vi-du"
OPEN = "/doi-thoai/doi-thoai-ve-vay-von-va-viec-lam-cho-ho-ngheo-ho-can-ngheo-vi-du"

Work = Callable[[AsyncConnection], Awaitable[Any]]


class Site:
    """The product's own web server over the demo's news."""

    def __init__(self, client: TestClient[Any], url: str) -> None:
        self.client = client
        self._url = url

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=headers)

    def database(self, work: Work) -> Any:
        """Do something in a transaction of another process."""

        async def run() -> Any:
            database = Database(self._url)
            try:
                async with database.write() as connection:
                    return await work(connection)
            finally:
                await database.close()

        return asyncio.run(run())

    def change(self, slug: str, **values: Any) -> None:
        """Write columns of an item as a move would."""

        async def write(connection: AsyncConnection) -> None:
            row = await news.live_by_slug(connection, slug.rpartition("/")[2])
            assert row is not None
            await news.change_item(connection, row.id, **values)

        self.database(write)


@pytest.fixture(scope="module")
def published(knowledge: Knowledge, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the demo's news and nothing else, to copy."""
    path = tmp_path_factory.mktemp("news") / "template.db"
    shutil.copy(sqlite_template, path)

    async def load() -> None:
        database = Database(f"sqlite:///{path}")
        found = demo_news.load("kim-bang-2023")
        assert found is not None
        async with database.write() as connection:
            await sync_areas(connection, knowledge.locality)
            assert await load_demo_news(connection, found, knowledge.keys, Clock().at) == 5
            assert await load_demo_news(connection, found, knowledge.keys, Clock().at) == 0
        await database.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, load()).result()
    return path


@pytest.fixture
def site(
    knowledge: Knowledge, published: Path, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Site]:
    monkeypatch.setattr("bot.bootstrap.knowledge", lambda settings: knowledge)
    monkeypatch.setattr("bot.web.now", clock)
    path = tmp_path / "news.db"
    shutil.copy(published, path)
    url = f"sqlite:///{path}"
    with TestClient(create_app(build(Settings(database_url=url)))) as client:
        yield Site(client, url)


def test_the_list_shows_what_is_published_and_leads_on(site: Site) -> None:
    """The programme explained, the chat and the benefits one tap away; every item marked as an example."""
    page = site.get("/tin").text
    assert page.count("<li>\n") >= 3 and page.count('class="mark unsure">ví dụ') == 3
    for link in (f'href="{STORY}"', 'href="/quyen-loi"', 'href="/"', 'href="/doi-thoai"', 'href="/tin/feed"'):
        assert link in page
    assert "Cả nước chung tay vì người nghèo – Không để ai bị bỏ lại phía sau" in page


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("tim=tin+nuoi+ga", "Bà Mẫu", "ngày sinh"),
        ("loai=story", "Bà Mẫu", "ngày sinh"),
        ("chu_de=notice", "ngày sinh", "Bà Mẫu"),
        ("chu_de=nonsense&loai=nonsense&trang=-1", "Bà Mẫu", "Không có bài"),
        ("trang=99", "chưa có bài nào", "Bà Mẫu"),
        ("tim=%3Cscript%3Ex", "Không có bài nào", "<script>x"),
    ],
)
def test_the_list_is_searched_and_filtered(site: Site, query: str, shown: str, hidden: str) -> None:
    answer = site.get(f"/tin?{query}")
    assert answer.status_code == 200
    assert shown in answer.text and hidden not in answer.text.partition("</head>")[2]


def test_pages_follow_one_another(site: Site) -> None:
    """Five to a page, with the way on and back."""

    async def more(connection: AsyncConnection) -> None:
        rows, _ = await news.live(connection, Wanted())
        for number in range(4):
            at: datetime = rows[0].published_at - timedelta(days=100 + number)
            news_id = await news.create(connection, slug=f"them-{number}", area_path="/", account_id=None, now=at)
            values = {
                **{name: getattr(rows[0], name) for name in ("kind", "topic", "area_key", "area_name")},
                **dict.fromkeys(("summary", "body", "title_en", "summary_en", "body_en", "source", "source_url"), "x"),
                "news_id": news_id, "version": 1, "at": at, "account_id": None, "title": f"Thêm {number}",
                "names_person": False, "consent": "", "plain_title": " them ", "plain": " them ",
            }  # fmt: skip
            await news.add_text(connection, values, [])
            await news.change_item(
                connection, news_id, version=1, live_version=1, state="published", published_at=at, updated_at=at
            )

    site.database(more)
    first, second = site.get("/tin").text, site.get("/tin?trang=2").text
    assert "Trang 1/2" in first and 'rel="next" href="/tin?trang=2"' in first and "Thêm 1" in first
    assert "Trang 2/2" in second and 'rel="prev" href="/tin"' in second and "Thêm 3" in second
    assert "Bà Mẫu" not in second


def test_an_item_is_read_with_its_pictures(site: Site) -> None:
    """The picture with words for who does not see it, kept by browsers and given out by its own address only."""
    page = site.get(STORY).text
    assert "Bài này là ví dụ" in page and "Read this in English" in page
    source = page.partition('<img src="')[2].partition('"')[0]
    assert source.startswith("/tin/anh/") and 'alt="Tranh vẽ: một khu vườn' in page
    picture = site.get(source)
    assert picture.headers["content-type"] == "image/png" and picture.content.startswith(b"\x89PNG")
    assert "max-age" in picture.headers["cache-control"]
    assert site.get(source, **{"If-None-Match": picture.headers["etag"]}).status_code == 304


def test_the_web_chat_shows_a_picture_that_was_sent_to_it(site: Site) -> None:
    """By the key of the message, within a session; a made-up key opens nothing."""
    source = site.get(STORY).text.partition('<img src="/tin/anh/')[2].partition('"')[0]
    assert site.get(f"/chat/files/media:{source}").status_code == 401
    site.get("/chat/about")
    shown = site.get(f"/chat/files/media:{source}")
    assert shown.status_code == 200 and shown.headers["content-type"] == "image/png"
    for key in ("media:none", "media:", "media:..%2f..", source):
        assert site.get(f"/chat/files/{key}").status_code == 404


def test_what_is_withdrawn_is_gone_with_its_picture_and_from_the_feed(site: Site) -> None:
    """Also while somebody still has the addresses."""
    source = site.get(STORY).text.partition('<img src="')[2].partition('"')[0]
    site.change(STORY, live_version=None, state="withdrawn")
    for path in (STORY, source, "/tin/none", "/tin/anh/none", "/doi-thoai/none"):
        answer = site.get(path)
        assert answer.status_code == 404 and "no-store" in answer.headers.get("cache-control", "no-store")
    assert "Bà Mẫu" not in site.get("/tin").text + site.get("/tin/feed").text


def test_the_feed_is_atom(site: Site) -> None:
    """What RFC 4287 asks for: one id, title and updated each, an author, a self link; ids that differ and stay."""
    answer = site.get("/tin/feed")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    root = Xml.fromstring(answer.content)  # noqa: S314  # our own feed
    assert root.tag == f"{{{ATOM['a']}}}feed"
    for where in (root, *root.findall("a:entry", ATOM)):
        for name in ("id", "title", "updated"):
            found = where.findall(f"a:{name}", ATOM)
            assert len(found) == 1 and found[0].text
        assert datetime.fromisoformat(str(where.findtext("a:updated", None, ATOM)))
        assert where.find("a:link[@rel='alternate']", ATOM) is not None
    assert root.findtext("a:author/a:name", None, ATOM) == "Chung Tay"
    me = root.find("a:link[@rel='self']", ATOM)
    assert me is not None and me.get("href", "").endswith("/tin/feed")
    ids = [entry.findtext("a:id", None, ATOM) for entry in root.findall("a:entry", ATOM)]
    assert len(set(ids)) == len(ids) == 3
    assert "quyển vở học trò" in str(root.findall("a:entry/a:content", ATOM)[2].text)
    newest = max(str(entry.findtext("a:updated", None, ATOM)) for entry in root.findall("a:entry", ATOM))
    assert root.findtext("a:updated", None, ATOM) == newest


def test_a_page_that_has_not_changed_is_not_sent_again(site: Site) -> None:
    """A thin line carries it once."""
    first = site.get("/tin")
    mark = first.headers["etag"]
    assert site.get("/tin", **{"If-None-Match": mark}).status_code == 304
    site.change(STORY, live_version=None)
    assert site.get("/tin", **{"If-None-Match": mark}).status_code == 200


@pytest.mark.parametrize("path", ["/tin", STORY, "/tin/feed", "/tin/none", "/doi-thoai", ANSWERED, OPEN])
def test_every_page_carries_the_security_headers_and_no_cookie(site: Site, path: str) -> None:
    """Nothing to sign in to, nothing kept of the reader, no script at all."""
    answer = site.get(path)
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers
    assert "<script" not in answer.text and " style=" not in answer.text


def test_dialogues_are_announced_and_answered_in_public(site: Site, clock: Clock) -> None:
    """Questions while they are taken, answers once they are approved, nobody's name."""
    listed = site.get("/doi-thoai").text
    assert "Nhận câu hỏi đến" in listed and "Đã có trả lời" in listed
    assert "Gửi câu hỏi qua Chung Tay" in site.get(OPEN).text
    answered = site.get(ANSWERED).text
    assert "1. Thẻ bảo hiểm y tế ghi sai tên" in answered and "Xã lập danh sách gửi" in answered
    clock.advance(12 * 24 * 3600)
    assert "Đã hết hạn gửi câu hỏi" in site.get(OPEN).text
