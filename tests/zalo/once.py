"""A storm of updates with duplicates, reordering and restarts, counted at its end. The benchmark runs it large."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from types import SimpleNamespace
from typing import Any

import msgspec
from sqlalchemy import func, select, text

from bot.arrivals import Arrivals
from bot.channels import Channel, Delivery, Sent
from bot.channels.zalo_counts import Counts
from bot.channels.zalo_oa.webhook import Webhook, Work
from bot.delivery import DeliveryWorker
from bot.turns import TurnEngine
from content import words
from handlers.messages import Capabilities, Reply
from handlers.turn import Replies, Turn
from storage.database import Database
from storage.tables import outbox
from storage.tables_zalo import arrivals
from tests.support.zalo_oa_server import APP_ID, SECRET_KEY, ZaloOaServer, headers

EFFECTS = "CREATE TABLE effects (chat TEXT NOT NULL, said TEXT NOT NULL)"
_EFFECT = text("INSERT INTO effects (chat, said) VALUES (:chat, :said)")


class Counting:
    """One effect in the database, one answer."""

    async def respond(self, turn: Turn) -> Replies:
        connection = await turn.work.connection()
        await connection.execute(_EFFECT, {"chat": turn.incoming.chat, "said": turn.incoming.text})
        return [Reply(turn.incoming.text)]


class Silent:
    """Takes every message at once: the network is not what is looked at."""

    name = "zalo_oa"
    mailbox = False
    rate = None  # nor is the account's pace: ten thousand answers at 60 a second would take three minutes
    capabilities = Capabilities(buttons=5)

    async def send(self, chat: str, reply: Reply) -> Delivery:
        return Sent()

    async def close(self) -> None:
        """Nothing is held."""


class Process:
    """The intake, the turns and the worker of one process over a database."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], responder: Any = None, known: Any = None
    ) -> None:
        channels: dict[str, Channel] = {"zalo_oa": Silent()}
        knowledge: Any = known or SimpleNamespace(languages=words.load())
        self.delivery = DeliveryWorker(database, channels, clock, poll_s=0.05)
        self.engine = TurnEngine(database, knowledge, responder or Counting(), channels, self.delivery, clock)
        work = Work(database, self.engine.handle, clock)
        self.arrivals = Arrivals(database, {"zalo_oa": work}, clock, poll_s=0.05)
        counts = Counts(database, clock)
        self.webhook = Webhook(self.arrivals.store, counts, clock, app_id=APP_ID, secret_key=SECRET_KEY)

    async def start(self) -> None:
        await self.delivery.start()
        await self.arrivals.start()

    async def die(self) -> None:
        """End without finishing anything that a clean end would finish: tasks are cut where they are."""
        mine = asyncio.current_task()
        names = ("arrivals-", "turns", "send-", "claim-", "rest-", "delivery-")
        for task in asyncio.all_tasks():
            if task is not mine and task.get_name().startswith(names):
                task.cancel()
        await asyncio.sleep(0)

    async def end(self) -> None:
        await self.arrivals.drain()
        await self.arrivals.close()
        await self.engine.close()
        await self.delivery.close()


@dataclass(frozen=True, slots=True)
class Result:
    """What the storm left."""

    posted: int
    effects: Counter[tuple[str, str]]
    answers: int
    waiting: int


async def storm(make: Callable[[], Database], *, updates: int, chats: int, restarts: int, seed: int) -> Result:
    """Post every update, 30 % of them twice, neighbours exchanged, with restarts in between."""
    random, server = Random(seed), ZaloOaServer()
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    bodies = [
        msgspec.json.encode(server.event("user_send_text", f"{1000 + n % chats}", now_ms + n, text=f"tin {n}"))
        for n in range(updates)
    ]
    bodies += random.sample(bodies, updates * 3 // 10)
    # Repetitions come up to an hour late: anywhere, and everything a little out of order.
    order = sorted(range(len(bodies)), key=lambda n: n % updates + random.uniform(0, 200))
    pieces = [order[at :: restarts + 1] for at in range(restarts + 1)]
    database = make()
    for number, piece in enumerate(pieces):
        process = Process(database, lambda: datetime.now(UTC))
        await process.start()
        for at in range(0, len(piece), 50):
            statuses = await asyncio.gather(
                *(process.webhook.receive(headers(bodies[n]), bodies[n]) for n in piece[at : at + 50])
            )
            assert set(statuses) == {200}
        if number < restarts:
            await process.die()
            await database.close()
            database = make()
        else:
            await process.end()
    return await _result(database, len(bodies))


async def _result(database: Database, posted: int) -> Result:
    async with database.read() as connection:
        rows = await connection.execute(text("SELECT chat, said FROM effects"))
        effects = Counter((row[0], row[1]) for row in rows)
        answers = (await connection.execute(select(func.count()).select_from(outbox))).scalar_one()
        waiting = (await connection.execute(select(func.count()).select_from(arrivals))).scalar_one()
    await database.close()
    return Result(posted, effects, answers, waiting)
