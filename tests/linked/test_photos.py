"""Photos of reports on the channels: kept sealed, shown to the sender and at the desk, and to nobody else."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest
from aiohttp import web
from litestar import Litestar
from litestar.testing import TestClient
from PIL import Image

from bot.bootstrap import build
from bot.channels.telegram import TelegramChannel
from bot.channels.web.channel import chat_of
from bot.settings import Settings
from bot.web import create_app
from handlers.actions.desk import new_link
from handlers.turn import Knowledge
from storage import people, photos
from storage.database import Database
from storage.keys import Keys
from storage.photos import Photo
from tests.desk.seeding import births, district
from tests.support.assembly import Clock
from tests.support.desk import VILLAGE
from tests.support.telegram_server import TOKEN

HEADER = {"X-Requested-With": "chungtay"}
HEAD = "h" * 43
STRANGER = "s" * 43


def picture(kind: str = "JPEG", **more: object) -> bytes:
    stream = io.BytesIO()
    Image.effect_noise((64, 48), 60).convert("RGB").save(stream, kind, **more)
    return stream.getvalue()


async def test_a_photo_is_sealed_and_belongs_to_its_chat(database: Database, clock: Clock) -> None:
    """On both engines: the bytes are nowhere in the clear, and another chat has no such photo."""
    keys, chat = Keys.fixed(b"photos", clock.at), ("web", "a")
    async with database.write() as connection:
        for _ in range(2):
            await photos.add(connection, keys, chat, Photo("k", "image/jpeg", 3), b"JPEG", clock.at)
        assert await photos.of_chat(connection, "k", ("web", "b")) is None
        assert await photos.of_chat(connection, "k", chat) == Photo("k", "image/jpeg", 3)
        assert await photos.read(connection, keys, "k") == b"JPEG"
        assert await photos.waiting(connection, chat) == 1
        raw = (await connection.exec_driver_sql("SELECT data FROM photos")).scalar_one()
        assert b"JPEG" not in bytes(raw)
        await photos.keep(connection, "k", ("web", "b"))
        assert await photos.waiting(connection, chat) == 1
        await photos.keep(connection, "k", chat)
        await photos.forget(connection, chat)
        assert await photos.read(connection, keys, "k") is not None


class Page:
    """The chat page of one person, and the desk of another, over one running product."""

    def __init__(self, client: TestClient[Litestar], url: str) -> None:
        self.client = client
        self.file = url.removeprefix("sqlite:///")

    def say(self, token: str, number: str, **frame: str) -> int:
        self.client.cookies.set("chungtay_chat", token)
        return self.client.post("/chat/messages", json={"id": number, **frame}, headers=HEADER).status_code

    def send(self, token: str, data: bytes) -> dict[str, str]:
        self.client.cookies.set("chungtay_chat", token)
        told: dict[str, str] = self.client.post("/chat/photos?lang=vi", content=data, headers=HEADER).json()
        return told

    def heard(self, token: str) -> str:
        self.client.cookies.set("chungtay_chat", token)
        found = self.client.get("/chat/messages").json()["messages"]
        return str(found[-1]["text"]) if found else ""

    def count(self, query: str) -> int:
        connection = sqlite3.connect(self.file)
        try:
            return int(connection.execute(query).fetchone()[0])
        finally:
            connection.close()


@pytest.fixture
async def seeded(sqlite_url: str, knowledge: Knowledge) -> str:
    """The village head writes on the web page; an officer of the commune has a link to the desk."""
    at = Clock().at
    database = Database(sqlite_url)
    async with database.write() as connection:
        place = await district(connection, knowledge, at)
        await births(connection, knowledge, place, 1, VILLAGE)
        await people.link(connection, ("web", chat_of(HEAD)), place.head.account_id, at)
        await new_link(connection, knowledge.keys, place.commune, "l" * 43, at)
    await database.close()
    return sqlite_url


@pytest.fixture
def page(seeded: str, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    monkeypatch.setattr("bot.bootstrap.knowledge", lambda settings: replace(knowledge))
    monkeypatch.setattr("bot.web.now", Clock())
    monkeypatch.setattr("bot.bootstrap.now", Clock())
    with TestClient(create_app(build(Settings(database_url=seeded)))) as client:
        yield Page(client, seeded)


def test_from_the_page_to_the_desk(page: Page) -> None:
    """Sent with the number of the receipt, seen by the officer as a picture without a word of where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "MAKER"
    key = page.send(HEAD, picture(exif=exif))["photo"]
    assert page.count("SELECT count(*) FROM photos WHERE kept = 0") == 1
    assert page.say(HEAD, "1", text="tôi là ai") == 200
    assert page.say(HEAD, "2", text="BC-0001", photo=key) == 200
    assert "BC-0001" in page.heard(HEAD)
    assert page.count("SELECT count(*) FROM photos WHERE kept = 1") == 1
    assert page.client.get(f"/chat/photos/{key}").headers["content-type"] == "image/jpeg"
    page.client.cookies.set("chungtay_chat", STRANGER)
    assert page.client.get(f"/chat/photos/{key}").status_code == 404
    assert page.client.get("/can-bo/bao-cao/1/tep/1", follow_redirects=False).status_code == 303
    assert page.client.post(f"/can-bo/vao/{'l' * 43}", follow_redirects=False).status_code in (303, 200)
    shown = page.client.get("/can-bo/bao-cao/1/tep/1")
    assert shown.headers["content-type"] == "image/jpeg" and shown.headers["x-content-type-options"] == "nosniff"
    assert shown.content.startswith(b"\xff\xd8\xff") and b"MAKER" not in shown.content
    assert 'src="/can-bo/bao-cao/1/tep/1"' in page.client.get("/can-bo/bao-cao/1").text


def test_what_is_refused(page: Page) -> None:
    """No picture, too many bytes, somebody else's key, no header, no session; each with a sentence and nothing kept."""
    assert "không mở được" in page.send(HEAD, b"<svg onload=alert(1)>")["text"]
    assert "đến 10 MB" in page.send(HEAD, b"\xff\xd8\xff" + b"x" * 10_000_001)["text"]
    key = page.send(STRANGER, picture("PNG"))["photo"]
    assert page.say(HEAD, "1", text="BC-0001", photo=key) == 400
    assert page.say(HEAD, "2", photo="../../etc") == 400
    assert page.client.post("/chat/photos", content=picture()).status_code == 403
    page.client.cookies.clear()
    assert page.client.post("/chat/photos", content=picture(), headers=HEADER).status_code == 401
    assert page.count("SELECT count(*) FROM report_files") == 0
    assert page.count("SELECT count(*) FROM photos") == 1


@pytest.mark.parametrize(
    ("path", "status", "data", "expected"),
    [
        ("photos/file_1.jpg", 200, picture(), True),
        ("photos/file_1.jpg", 404, b"gone", False),
        ("photos/file_1.jpg", 302, b"elsewhere", False),
        ("photos/file_1.jpg", 200, b"x" * 20_000_001, False),
        ("/var/lib/telegram-bot-api/file.jpg", 200, picture(), False),
        ("photos/../../secret", 200, picture(), False),
        (None, 200, picture(), False),
    ],
)
async def test_telegram_hands_a_photo_out(path: str | None, status: int, data: bytes, expected: bool) -> None:
    """Through the configured server: what it names, and nothing larger or elsewhere."""
    asked: list[str] = []

    async def get_file(request: web.Request) -> web.Response:
        asked.append((await request.post())["file_id"])  # type: ignore[arg-type]  # a text field
        return web.json_response({"ok": True, "result": {"file_id": "f", "file_path": path} if path else {}})

    async def download(request: web.Request) -> web.Response:
        asked.append(request.path)
        headers = {"Location": "/elsewhere"} if status == 302 else {}
        return web.Response(body=data, status=status, headers=headers)

    app = web.Application()
    app.router.add_post(f"/bot{TOKEN}/getFile", get_file)
    app.router.add_get(f"/file/bot{TOKEN}/{{path:.*}}", download)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    channel = TelegramChannel(TOKEN, api_root=f"http://127.0.0.1:{runner.addresses[0][1]}")
    try:
        assert await channel.fetch("file-id") == (data if expected else None)
        assert asked[0] == "file-id"
        assert len(asked) == (2 if path == "photos/file_1.jpg" else 1)
    finally:
        await channel.close()
        await runner.cleanup()


async def test_telegram_is_away() -> None:
    """The desk shows that there is no photo now; nothing is raised."""
    channel = TelegramChannel(TOKEN, api_root="http://127.0.0.1:9")
    assert await channel.fetch("x") is None
    await channel.close()
