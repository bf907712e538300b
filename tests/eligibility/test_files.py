"""Pictures on their way: kept with the turn, given to their own chat only, gone after a while."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from bot.bootstrap import build
from bot.settings import Settings
from bot.web import create_app
from handlers.turn import Knowledge
from storage.database import Database
from storage.files import StoredFile, add_file, forget_files, read_file
from tests.eligibility.talking import NOON

HEADER = {"X-Requested-With": "chungtay"}
PNG = b"\x89PNG\r\n\x1a\n"


async def test_a_file_is_kept_until_its_day(database: Database) -> None:
    """And deleted with the next one that is written."""
    file = StoredFile("key-1", "web", "chat", "image/png", b"picture")
    until = NOON + timedelta(days=30)
    async with database.write() as connection:
        await add_file(connection, file, NOON, until)
    async with database.read() as connection:
        assert await read_file(connection, "key-1", until - timedelta(seconds=1)) == file
        assert await read_file(connection, "key-1", until) is None
        assert await read_file(connection, "key-2", NOON) is None
    async with database.write() as connection:
        await add_file(
            connection, StoredFile("key-2", "web", "chat", "image/png", b"other"), until, until + timedelta(1)
        )
    async with database.read() as connection:
        assert await read_file(connection, "key-1", NOON) is None


async def test_a_person_has_their_files_deleted(database: Database) -> None:
    """Those of another chat stay."""
    until = NOON + timedelta(days=30)
    async with database.write() as connection:
        for chat in ("mine", "theirs"):
            await add_file(connection, StoredFile(chat, "web", chat, "image/png", b"picture"), NOON, until)
        await forget_files(connection, ("web", "mine"))
    async with database.read() as connection:
        assert await read_file(connection, "mine", NOON) is None
        assert await read_file(connection, "theirs", NOON) is not None


@pytest.fixture
def app(sqlite_url: str, monkeypatch: pytest.MonkeyPatch, knowledge: Knowledge) -> Litestar:
    monkeypatch.setattr("bot.bootstrap.knowledge", lambda settings: knowledge)
    return create_app(build(Settings(database_url=sqlite_url)))


@pytest.fixture
def client(app: Litestar) -> Iterator[TestClient[Litestar]]:
    with TestClient(app) as running:
        yield running


def _say(client: TestClient[Litestar], number: int, text: str = "", choice: str = "") -> dict[str, object]:
    frame = {"id": str(number), "text": text, "choice": choice}
    assert client.post("/chat/messages", json=frame, headers=HEADER).status_code == 200
    last: dict[str, object] = client.get("/chat/messages").json()["messages"][-1]
    return last


def _card(client: TestClient[Litestar]) -> str:
    client.get("/chat/about")
    _say(client, 1, "bà tôi 82 tuổi hộ nghèo không lương hưu")
    _say(client, 2, "1")
    return str(_say(client, 3, choice="elig:card")["picture"])


def test_the_page_gets_the_card_of_its_own_talk(client: TestClient[Litestar]) -> None:
    """As a PNG that other pages cannot keep, with words beside it for who cannot see it."""
    answer = client.get(_card(client))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.content.startswith(PNG)
    assert "private" in answer.headers["cache-control"]


def test_another_session_gets_nothing(client: TestClient[Litestar]) -> None:
    """404 with a made-up session, 401 without one, 404 for a made-up key."""
    address = _card(client)
    assert client.get("/chat/files/nothing").status_code == 404
    assert client.get("/chat/files/../about").status_code in (200, 404)
    client.cookies.clear()
    assert client.get(address).status_code == 401
    client.cookies.set("chungtay_chat", "x" * 43)
    assert client.get(address).status_code == 404


def test_deleting_the_talk_deletes_the_card(client: TestClient[Litestar]) -> None:
    """ "Xóa dữ liệu" leaves no picture."""
    address = _card(client)
    _say(client, 4, choice="privacy:confirmed")
    assert client.get(address).status_code == 404
