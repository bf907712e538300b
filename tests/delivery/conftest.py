"""Workers over a channel that does what the test says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from bot.channels import Delivery, Sent
from bot.delivery import DeliveryWorker
from bot.turns import Written
from handlers.messages import Capabilities, Reply
from storage import outbox
from storage.database import Database
from storage.outbox import NewRow, Priority
from storage.tables import outbox as table
from tests.support.assembly import Clock


class FakeChannel:
    """Keeps what it was asked to send; answers with what stands next in its script, else with "sent"."""

    name = "fake"
    mailbox = False
    capabilities = Capabilities()

    def __init__(self) -> None:
        self.script: dict[str, list[Delivery | Exception]] = {}
        self.asked: list[tuple[str, str]] = []
        self.sent: list[tuple[str, str]] = []
        self.gate: Callable[[str], Awaitable[object]] | None = None
        self.sending = 0
        self.most_at_once = 0

    async def send(self, chat: str, reply: Reply) -> Delivery:
        self.asked.append((chat, reply.text))
        self.sending += 1
        self.most_at_once = max(self.most_at_once, self.sending)
        try:
            if self.gate is not None:
                await self.gate(chat)
            scripted = self.script.get(chat)
            answer = scripted.pop(0) if scripted else Sent(f"receipt of {reply.text}")
            if isinstance(answer, Exception):
                raise answer
            if isinstance(answer, Sent):
                self.sent.append((chat, reply.text))
            return answer
        finally:
            self.sending -= 1

    async def close(self) -> None:
        """Nothing is held."""

    def texts(self, chat: str) -> list[str]:
        return [text for to, text in self.sent if to == chat]


Workers = Callable[..., Awaitable[DeliveryWorker]]


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


@pytest.fixture
async def workers(clock: Clock) -> AsyncIterator[Workers]:
    """Starts a worker over a database and a channel; all are closed at the end."""
    made: list[DeliveryWorker] = []

    async def make(database: Database, channel: Any, *, start: bool = True, **more: Any) -> DeliveryWorker:
        speed: dict[str, Any] = {"poll_s": 0.01, "flush_s": 0.001, **more}
        worker = DeliveryWorker(database, {channel.name: channel}, clock, **speed)
        made.append(worker)
        if start:
            await worker.start()
        return worker

    yield make
    for worker in made:
        await worker.close()


async def queue(
    database: Database, clock: Clock, *messages: tuple[str, str], priority: Priority = Priority.ANSWER
) -> list[int]:
    """Put (chat, text) messages into the outbox, due now and leased to nobody."""
    async with database.write() as connection:
        rows = [NewRow("fake", chat, msgspec.json.encode(Reply(text)), clock(), priority) for chat, text in messages]
        return await outbox.add(connection, rows, clock())


async def hand(database: Database, clock: Clock, worker: DeliveryWorker, *messages: tuple[str, str]) -> list[int]:
    """As a turn does it: write with the worker's lease, then hand over what was committed."""
    due = worker.lease("fake", clock())
    async with database.write() as connection:
        rows = [
            NewRow("fake", chat, msgspec.json.encode(Reply(text)), due, leased=due > clock()) for chat, text in messages
        ]
        ids = await outbox.add(connection, rows, clock())
    worker.take(
        [Written(row_id, "fake", chat, Reply(text), due) for row_id, (chat, text) in zip(ids, messages, strict=True)]
    )
    return ids


async def stored(database: Database) -> list[Any]:
    """All rows by id."""
    async with database.read() as connection:
        return list((await connection.execute(select(table).order_by(table.c.id))).all())


async def until(condition: Callable[[], object]) -> None:
    """Wait for something that happens by itself, five seconds at most."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  # the condition is no event of ours
            await asyncio.sleep(0.002)


async def until_states(database: Database, *states: int) -> list[Any]:
    """Wait until the rows have these states, in the order of their ids."""
    async with asyncio.timeout(5):
        rows = await stored(database)
        while [row.state for row in rows] != list(states):
            await asyncio.sleep(0.005)
            rows = await stored(database)
    return rows


async def settle() -> None:
    """Give a worker that should do nothing some rounds to do it in."""
    await asyncio.sleep(0.06)
