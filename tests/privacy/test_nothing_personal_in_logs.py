"""A marked name, telephone number, identity number, address and illness go through every dialog on every kind of
channel, through turns and requests that fail and webhooks that are refused: none of it is in a log, metric or error.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any, Final

import pytest
import structlog
from litestar.testing import TestClient

from bot import logs
from bot.bootstrap import build, now
from bot.metrics.collecting import Collector
from bot.settings import Settings
from bot.turns import Outcome, TurnEngine
from bot.web import create_app
from handlers.actions.people import sync_areas
from handlers.messages import Attachment, Capabilities, Incoming, Location
from handlers.respond import Responder, discover
from handlers.turn import Knowledge
from storage import people
from storage.database import Database
from storage.turns import failed_turns
from tests.support.assembly import Clock
from tests.turns.conftest import Outlet

MARKS: Final = ("Zwicky Văn Quắt", "0977123987", "001099765432", "ngõ Zwatz 77", "bệnh phổi Zwurz")
SAID: Final = f"Tôi là {MARKS[0]}, số điện thoại {MARKS[1]}, căn cước {MARKS[2]}, ở {MARKS[3]}, bị {MARKS[4]}"
_PARTS: Final = ("zwicky", "0977123987", "001099765432", "zwatz", "zwurz", "zw-chat", "zw-photo")
_KINDS: Final = {
    "plain": Capabilities(),
    "buttons": Capabilities(text_limit=4096, buttons=40, button_label_limit=60, edit=True, pictures_in=True,
                            pictures_out=True, files_out=True),
}  # fmt: skip


class Kind:
    """A channel that can do certain things and is never asked to send."""

    mailbox = False

    def __init__(self, name: str) -> None:
        self.name, self.capabilities = name, _KINDS[name]

    async def send(self, chat: str, reply: Any) -> Any:
        raise AssertionError("nothing is sent here")

    async def close(self) -> None: ...


@pytest.fixture(autouse=True)
def _logging() -> Iterator[None]:
    """Everything is logged; the log belongs to the whole process."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    logs.configure("DEBUG", logs.JSON)
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def _clean(text: str) -> None:
    plain = text.lower()
    found = [part for part in _PARTS if part in plain]
    assert found == [], [line for line in text.splitlines() if any(part in line.lower() for part in found)][:3]


async def _roles(database: Database, knowledge: Knowledge, clock: Clock) -> list[str]:
    """A chat for a citizen and for each role, on the chat's own id."""
    held = {
        "village_head": "thuy-loi-mau-1", "commune_officer": "thuy-loi-2023", "district_officer": "kim-bang-district",
        "communications_staff": "kim-bang-district", "administrator": "kim-bang-district",
    }  # fmt: skip
    async with database.write() as connection:
        await sync_areas(connection, knowledge.locality)
        for role, area in held.items():
            account = await people.create_account(connection, f"{MARKS[0]} {role}", clock.at)
            for kind in _KINDS:
                await people.link(connection, (kind, f"zw-chat-{role}"), account, clock.at)
            await people.grant(connection, account, role, area, start=clock().date(), granted_by=None)
    return ["zw-chat-citizen", *(f"zw-chat-{role}" for role in held)]


@pytest.mark.parametrize("kind", _KINDS)
async def test_every_dialog_on_every_kind_of_channel(
    sqlite_url: str, knowledge: Knowledge, clock: Clock, kind: str, capsys: Any
) -> None:
    """Every word that a choice can begin with, in every role, followed by the marks; a photo, a place, a contact."""
    database = Database(sqlite_url)
    chats = await _roles(database, knowledge, clock)
    channel = Kind(kind)
    engine = TurnEngine(database, knowledge, Responder(), {kind: channel}, Outlet(), clock)
    words = sorted({word for dialog in discover().values() for word in dialog.choices})
    number = 0

    async def say(chat: str, **said: Any) -> Outcome:
        nonlocal number
        number += 1
        return await engine.handle(Incoming(kind, chat, f"m{number}", clock.at, **said))

    # Every role on one of the kinds: each dialog is held in each role.
    for chat in chats[::2] if kind == "plain" else chats[1::2]:
        for word in words:
            await say(chat, choice=f"{word}:{MARKS[0]}"[:64])
            await say(chat, choice=word)
            await say(chat, text=SAID)
    await say(chats[0], photos=(Attachment("zw-photo", "image/jpeg"),), text=SAID)
    await say(chats[0], location=Location(20.5, 105.9), text=SAID)
    await say(chats[0], contact_phone=MARKS[1])
    await engine.close()
    await database.close()
    out = capsys.readouterr()
    _clean(out.out + out.err)
    assert number > 200


async def test_turns_that_fail(
    sqlite_url: str, knowledge: Knowledge, clock: Clock, capsys: Any, monkeypatch: Any
) -> None:
    """The words of the error, the statement and its values stay out; so does what is kept of the failure."""
    database = Database(sqlite_url)
    await _roles(database, knowledge, clock)

    async def broken(self: Any, turn: Any) -> None:
        connection = await turn.work.connection()
        if turn.incoming.text.endswith("1"):
            raise ValueError(f"cannot read {SAID}")
        await people.grant(connection, 10**6, SAID, SAID, start=turn.today, granted_by=None)

    monkeypatch.setattr("handlers.respond.Responder.respond", broken)
    engine = TurnEngine(database, knowledge, Responder(), {"plain": Kind("plain")}, Outlet(), clock)
    for number in range(2):
        incoming = Incoming("plain", "zw-chat", f"m{number}", clock.at, text=f"{SAID} {number}")
        assert await engine.handle(incoming) is not Outcome.DONE
    await engine.close()
    async with database.read() as connection:
        failures = await failed_turns(connection)
    await database.close()
    out = capsys.readouterr()
    assert "turn.failed" in out.out and len(failures) == 2
    _clean(out.out + out.err + "".join(each.failure for each in failures))


def test_requests_and_webhooks(sqlite_url: str, knowledge: Knowledge, monkeypatch: Any, capsys: Any) -> None:
    """The web chat, pages that are not there, refused and broken webhooks, the desk's forms; /metrics after them."""
    monkeypatch.setattr("bot.bootstrap.knowledge", lambda settings: knowledge)

    class Guarded:
        async def receive(self, headers: Any, body: bytes) -> int:
            if headers.get("x-telegram-bot-api-secret-token") == "right":
                raise ValueError(body.decode())
            return 403

    app = build(Settings(database_url=sqlite_url))
    collector = Collector(app.measures, app.database, now, version="1", locality="kim-bang-2023")
    body = {"message": {"text": SAID, "from": {"first_name": MARKS[0], "id": 1}, "chat": {"id": "zw-chat"}}}
    with TestClient(create_app(app, Guarded()), raise_server_exceptions=False) as web:
        assert web.post("/webhooks/telegram", json=body).status_code == 403
        right = {"X-Telegram-Bot-Api-Secret-Token": "right"}
        assert web.post("/webhooks/telegram", json=body, headers=right).status_code == 500
        assert web.post("/webhooks/telegram", content=json.dumps(body)[:-9] + SAID).status_code == 403
        web.get("/chat/about")
        header = {"X-Requested-With": "chungtay"}
        assert web.post("/chat/messages", json={"id": "1", "text": SAID}, headers=header).status_code == 200
        assert web.post("/chat/messages", json={"id": 1, "text": [SAID]}, headers=header).status_code >= 400
        for path in (f"/{MARKS[2]}", f"/tin?tim={SAID}", f"/tin/{MARKS[0]}", f"/du-lieu/{MARKS[1]}"):
            web.get(path)
        web.get(f"/can-bo/vao/{MARKS[2]}")
        web.post(f"/can-bo/vao/{MARKS[2]}", data={"ten": SAID})
        with web.portal() as portal:
            metrics = portal.call(collector.figures)
    assert "chungtay_" in metrics
    out = capsys.readouterr()
    assert "web.failed" in out.out
    _clean(out.out + out.err + metrics)
