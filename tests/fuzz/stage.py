"""The product's engine over a seeded district, where every example ends with its writing undone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels import Channel, Delivery, Sent
from bot.turns import Outcome, TurnEngine, Written
from handlers import conversation as conversations
from handlers.conversation import Conversation
from handlers.messages import Capabilities, Incoming, Reply
from handlers.respond import Responder
from handlers.turn import Knowledge
from storage.database import Database
from storage.tables import conversations as talks
from storage.turns import ChatKey, lock_conversations
from tests.security.seeding import Seeded
from tests.support.assembly import Clock

T = TypeVar("T")

FLOOR: Final = "terminal"
"""The plainest channel: text of 2,000 characters."""
RICH: Final = "telegram"
CAPABILITIES: Final = {
    FLOOR: Capabilities(),
    **dict.fromkeys(("zalo_bot", "zalo_oa"), Capabilities(pictures_in=True)),
    RICH: Capabilities(
        text_limit=4096,
        buttons=30,
        button_label_limit=60,
        edit=True,
        pictures_in=True,
        pictures_out=True,
        files_out=True,
    ),
}


class Quiet:
    """A channel that is never asked to send."""

    mailbox: Final = False

    def __init__(self, name: str) -> None:
        self.name: Final = name
        self.capabilities: Final = CAPABILITIES[name]

    async def send(self, chat: str, reply: Reply) -> Delivery:
        return Sent()

    async def close(self) -> None:
        """Nothing is held."""


class Heard:
    """Keeps what a turn has written."""

    def __init__(self) -> None:
        self.taken: list[Written] = []

    def lease(self, channel: str, now: datetime) -> datetime:
        return now

    def others(self, unsent: Iterable[tuple[int, str, str]]) -> set[ChatKey]:
        return set()

    def take(self, written: Sequence[Written]) -> None:
        self.taken += written


class Undone(Database):
    """A database whose transactions are all part of one, which is never committed."""

    connection: AsyncConnection | None = None

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        if self.connection is None:
            raise RuntimeError("outside of an example")
        async with self.connection.begin_nested():
            yield self.connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        async with self.write() as connection:
            yield connection

    @asynccontextmanager
    async def example(self) -> AsyncIterator[AsyncConnection]:
        """Everything within is undone at the end."""
        async with self.engine.connect() as connection:
            await connection.execution_options(chungtay_write=True)
            transaction = await connection.begin()
            self.connection = connection
            try:
                yield connection
            finally:
                self.connection = None
                await transaction.rollback()


class Stage:
    """Runs turns of made-up messages; `who` is somebody of the seeded district by name, or anybody else."""

    def __init__(self, url: str, known: Knowledge, seeded: Seeded, folder: Path) -> None:
        self.known: Final = known
        self.seeded: Final = seeded
        self.folder: Final = folder
        self.clock: Final = Clock()
        self.heard: Final = Heard()
        self._runner: Final = asyncio.Runner()
        self.database: Final = Undone(url, pool_size=1)
        channels: dict[str, Channel] = {name: Quiet(name) for name in CAPABILITIES}
        self.engine: Final = TurnEngine(self.database, known, Responder(), channels, self.heard, self.clock)
        self._number = 0

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def close(self) -> None:
        self.run(self.engine.close())
        self.run(self.database.close())
        self._runner.close()

    async def turn(self, who: str, *, channel: str = FLOOR, **content: Any) -> tuple[Outcome, list[Reply]]:
        """One message as the product handles it: what became of it, and what the person reads."""
        self._number += 1
        incoming = Incoming(channel, who, f"{who}:{self._number}", self.clock.at, **content)
        before = len(self.heard.taken)
        outcome = await self.engine.handle(incoming)
        return outcome, [each.reply for each in self.heard.taken[before:] if each.chat == who]

    async def conversation(self, who: str, channel: str = FLOOR) -> bytes:
        """What is remembered of a chat."""
        query = select(talks.c.state).where(talks.c.channel == channel, talks.c.chat == who)
        assert self.database.connection is not None
        found: bytes | None = (await self.database.connection.execute(query)).scalar_one_or_none()
        return bytes(found) if found is not None else conversations.EMPTY

    async def remember(self, who: str, state: bytes, channel: str = FLOOR) -> None:
        """As if the talk had come to this state."""
        connection = self.database.connection
        assert connection is not None
        await lock_conversations(connection, [(channel, who)], self.clock.at, conversations.EMPTY)
        mine = (talks.c.channel == channel) & (talks.c.chat == who)
        await connection.execute(update(talks).where(mine).values(state=state))


def decoded(state: bytes) -> Conversation:
    return conversations.decode(state)


def own_ids(seeded: Seeded) -> Mapping[str, int | str]:
    """Things of the seeded district by kind: whatever a choice may name."""
    return next(iter(seeded.foreign.values())).ids
