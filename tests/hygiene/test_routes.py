"""Every route is in this table with who may use it; a route that is not stops the tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest
from litestar import Litestar
from litestar.exceptions import WebSocketDisconnect
from litestar.routes import ASGIRoute, HTTPRoute, WebSocketRoute
from litestar.testing import TestClient

from bot.bootstrap import build
from bot.settings import Settings
from bot.web import create_app
from handlers.turn import Knowledge
from tests.desk import table as desk

PUBLIC: Final = "public"
PUBLISHED: Final = "public, once it has been approved: see tests/news/test_public.py"
NOTHING: Final = "nobody: the framework's own 404"
SESSION: Final = "a chat session"
SESSION_AND_HEADER: Final = "a chat session, and a header that another site's page cannot send"
SESSION_AND_ORIGIN: Final = "a chat session, and a page of this server"
LINK: Final = "whoever has the link that the chat got, once: see tests/privacy/test_own_data.py"
SECRET: Final = "the webhook's secret"
DESK: Final = "a desk session of the roles that tests/desk/table.py names"
ROUTES: Final = {
    ("GET", "/"): PUBLIC,
    ("GET", "/static/{file_path:path}"): PUBLIC,
    ("HEAD", "/static/{file_path:path}"): PUBLIC,
    ("GET", "/health/live"): PUBLIC,
    ("GET", "/health/ready"): PUBLIC,
    ("GET", "/schema"): PUBLIC,
    ("GET", "/schema/openapi.json"): PUBLIC,
    ("GET", "/schema/{path:str}"): NOTHING,
    ("GET", "/quyen-loi"): PUBLIC,
    ("GET", "/quyen-loi/{slug:str}"): PUBLIC,
    ("GET", "/tin"): PUBLIC,
    ("GET", "/tin/feed"): PUBLIC,
    ("GET", "/tin/{slug:str}"): PUBLISHED,
    ("GET", "/tin/anh/{media_id:str}"): PUBLISHED,
    ("GET", "/doi-thoai"): PUBLIC,
    ("GET", "/doi-thoai/{slug:str}"): PUBLISHED,
    ("GET", "/du-lieu/{key:str}"): LINK,
    ("POST", "/du-lieu/{key:str}/{kind:str}"): LINK,
    ("GET", "/desk/static/{file_path:path}"): PUBLIC,
    ("HEAD", "/desk/static/{file_path:path}"): PUBLIC,
    ("GET", "/chat/about"): PUBLIC,
    ("GET", "/chat/messages"): SESSION,
    ("GET", "/chat/files/{key:str}"): SESSION,
    ("POST", "/chat/messages"): SESSION_AND_HEADER,
    ("POST", "/chat/photos"): SESSION_AND_HEADER,
    ("GET", "/chat/photos/{key:str}"): SESSION,
    ("WEBSOCKET", "/chat/socket"): SESSION_AND_ORIGIN,
    ("POST", "/webhooks/telegram"): SECRET,
    **dict.fromkeys(desk.ROUTES, DESK),
}


class Guarded:
    """A webhook that takes what carries its secret."""

    async def receive(self, headers: Mapping[str, str], body: bytes) -> int:
        return 200 if headers.get("x-telegram-bot-api-secret-token") == "right" else 403


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch, knowledge: Knowledge) -> None:
    """The words are read once for all tests."""
    monkeypatch.setattr("bot.bootstrap.knowledge", lambda settings: knowledge)


@pytest.fixture
def app(sqlite_url: str) -> Litestar:
    return create_app(build(Settings(database_url=sqlite_url)), Guarded())


@pytest.fixture
def client(app: Litestar) -> Iterator[TestClient[Litestar]]:
    with TestClient(app) as running:
        yield running


def _routes(app: Litestar) -> Iterator[tuple[str, str]]:
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            yield from ((method, route.path) for method in route.methods if method != "OPTIONS")
        elif isinstance(route, WebSocketRoute):
            yield "WEBSOCKET", route.path
        elif isinstance(route, ASGIRoute):
            yield "ASGI", route.path


def test_every_route_is_in_the_table(app: Litestar) -> None:
    """A new one is added here together with the test of its guard."""
    assert set(_routes(app)) == set(ROUTES)


def test_without_telegram_there_is_no_webhook(sqlite_url: str) -> None:
    """What is not configured cannot be reached."""
    app = create_app(build(Settings(database_url=sqlite_url)))
    assert set(_routes(app)) == {route for route, guard in ROUTES.items() if guard != SECRET}


@pytest.mark.parametrize("route", sorted(route for route, guard in ROUTES.items() if guard == PUBLIC))
def test_a_public_route_answers_anybody(client: TestClient[Litestar], route: tuple[str, str]) -> None:
    """And gives nothing that belongs to a person."""
    method, path = route
    file = "benefits.css" if path.startswith("/desk/") else "chat.js"
    answer = client.request(method, path.replace("{file_path:path}", file).replace("{slug:str}", "social-pension"))
    assert answer.status_code == 200
    assert "default-src 'self'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/schema/other", "/static/none.js", "/static/../routes.py", "/desk", "/.env"])
def test_what_is_not_there_is_not_found(client: TestClient[Litestar], path: str) -> None:
    """Also by a way round."""
    assert client.get(path).status_code == 404


def test_a_talk_is_read_and_continued_with_its_session_only(client: TestClient[Litestar]) -> None:
    """Without the cookie 401; with a made-up one an empty talk of its own, never another's."""
    header = {"X-Requested-With": "chungtay"}
    frame = {"id": "1", "text": "chào cháu"}
    assert client.get("/chat/messages").status_code == 401
    assert client.post("/chat/messages", json=frame, headers=header).status_code == 401
    client.get("/chat/about")
    assert client.post("/chat/messages", json=frame).status_code == 403
    assert client.post("/chat/messages", json=frame, headers=header).status_code == 200
    assert client.get("/chat/messages").json()["messages"]
    client.cookies.clear()
    client.cookies.set("chungtay_chat", "x" * 43)
    assert client.get("/chat/messages").json()["messages"] == []


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(client: TestClient[Litestar]) -> None:
    """HttpOnly and SameSite; Secure where the server is public."""
    cookie = client.get("/chat/about").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


@pytest.mark.parametrize(
    ("cookie", "origin", "code"),
    [(False, None, 4401), (True, "https://evil.example", 4403), (False, "https://evil.example", 4403)],
)
def test_a_socket_needs_a_session_and_a_page_of_this_server(
    client: TestClient[Litestar], cookie: bool, origin: str | None, code: int
) -> None:
    """It is closed with a reason that the page knows."""
    if cookie:
        client.get("/chat/about")
    headers = {} if origin is None else {"origin": origin}
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        client.websocket_connect("/chat/socket", headers=headers) as socket,
    ):
        socket.receive_text()
    assert closed.value.code == code


def test_a_webhook_needs_its_secret(client: TestClient[Litestar]) -> None:
    """The route answers what the channel decides."""
    assert client.post("/webhooks/telegram", json={}).status_code == 403
    right = {"X-Telegram-Bot-Api-Secret-Token": "right"}
    assert client.post("/webhooks/telegram", json={}, headers=right).status_code == 200


def test_what_goes_wrong_inside_is_not_told(sqlite_url: str, tmp_path: Path) -> None:
    """No traceback, no path, no word of the person: 500 and nothing else."""

    class Broken:
        async def receive(self, headers: Mapping[str, str], body: bytes) -> int:
            raise ValueError(f"secret of {tmp_path}")

    app = create_app(build(Settings(database_url=sqlite_url)), Broken())
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.post("/webhooks/telegram", json={})
    assert (answer.status_code, answer.json()) == (500, {"detail": "Internal Server Error"})
