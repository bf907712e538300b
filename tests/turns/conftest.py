"""An engine whose responder is the test's own, over both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels import Delivery, Sent
from bot.turns import TurnEngine, Written
from content import commands, words
from handlers.messages import Capabilities, Incoming, Reply
from handlers.turn import Replies, Turn
from storage.database import Database
from storage.keys import Keys
from storage.tables import outbox
from storage.turns import ChatKey
from tests.support.assembly import Clock

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


class Plain:
    """A channel of plain text that is never asked to send."""

    name = "plain"
    mailbox = False
    capabilities = Capabilities()

    async def send(self, chat: str, reply: Reply) -> Delivery:
        return Sent()


class Outlet:
    """Remembers what was committed, in its order."""

    def __init__(self) -> None:
        self.taken: list[Written] = []

    def lease(self, channel: str, now: datetime) -> datetime:
        return now

    def others(self, unsent: Iterable[tuple[int, str, str]]) -> set[ChatKey]:
        return set()

    def take(self, written: Sequence[Written]) -> None:
        self.taken += written

    def said(self, chat: str) -> list[str]:
        return [each.reply.text for each in self.taken if each.chat == chat]


class Scripted:
    """A responder that runs the test's function."""

    def __init__(self, respond: Callable[[Turn], Any]) -> None:
        self._respond = respond

    async def respond(self, turn: Turn) -> Replies:
        replies: Replies = await self._respond(turn)
        return replies


Engines = Callable[..., TurnEngine]


@pytest.fixture
def outlet() -> Outlet:
    return Outlet()


@pytest.fixture(scope="session")
def few_words() -> Any:
    """What the engine itself reads of the knowledge."""
    keys = Keys.fixed(b"turns", NOW)
    return SimpleNamespace(languages=words.load(), commands=commands.load(), keys=keys)


@pytest.fixture
async def engines(few_words: Any, outlet: Outlet, clock: Clock) -> AsyncIterator[Engines]:
    """Makes an engine over a database and a respond function; closed at the end."""
    made: list[TurnEngine] = []

    def make(database: Database, respond: Callable[[Turn], Any], **more: Any) -> TurnEngine:
        channel = Plain()
        parts: dict[str, Any] = {"outlet": outlet, "clock": clock, **more}
        engine = TurnEngine(database, few_words, Scripted(respond), {channel.name: channel}, **parts)  # type: ignore[arg-type]  # a stand-in
        made.append(engine)
        return engine

    yield make
    for engine in made:
        await engine.close()


def said(text: str, number: int | str, chat: str = "a") -> Incoming:
    """A message of a chat."""
    return Incoming("plain", chat, f"{chat}:{number}", NOW, text=text)


async def rows_of(database: Database) -> list[Any]:
    """The outbox as it is stored."""
    async with database.read() as connection:
        return list((await connection.execute(select(outbox).order_by(outbox.c.id))).all())
