"""Kills two workers again and again while they send a broadcast, then counts what became of every row."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select

from storage import migrate, receipts
from storage.database import Database
from storage.tables import outbox
from tests.broadcasts.sending import prepared, start_sender
from tests.support.counting_server import CountingServer, counting_server

# Short, so that what a killed worker had leased need not be waited for; longer than the longest send by far.
_LEASE_S = 24
_DEADLINE_S = 300.0
# A platform that takes its time: every kill meets workers with messages on the way.
_DELAY_S = 0.25
_ON_THE_WAY_S = 0.05
_WRITTEN_DOWN_S = 0.5


@dataclass(frozen=True, slots=True)
class Count:
    """What became of the rows."""

    rows: int
    kills: int
    lost: int
    """Rows that never arrived."""
    duplicates: int
    """Arrivals beyond one for each row."""
    in_flight: int
    """Rows that had arrived and were not written down as sent when a worker was killed: these come again."""
    unsent: int
    """Rows that are not written down as sent at the end."""
    seconds: float

    @property
    def sound(self) -> bool:
        return not self.lost and not self.unsent and self.duplicates <= self.in_flight


async def kill_and_count(url: str, *, rows: int, kills: int, seed: int, workers: int = 2) -> Count:
    """At random moments one of the workers is killed and started anew."""
    began = time.monotonic()
    dice = random.Random(seed)
    database = Database(url)
    await migrate.upgrade(database)
    broadcast_id = await prepared(database, rows, itertools.count(1))
    in_flight = 0
    async with counting_server(_DELAY_S) as server:
        senders = [await _start(url, server) for _ in range(workers)]
        for number in range(kills):
            # Spread over the rows, so that each kill meets workers that are busy.
            goal = rows * (number + dice.uniform(0.2, 0.9)) / (kills + 1)
            await _until(server, goal)
            victim = dice.randrange(workers)
            senders[victim].kill()
            await senders[victim].wait()
            in_flight += await _in_flight(database, server, broadcast_id)
            senders[victim] = await _start(url, server)
        await _finished(database, broadcast_id)
        for sender in senders:
            sender.kill()
            await sender.wait()
        arrived = Counter(chat for chat, _ in await server.arrivals())
    async with database.read() as connection:
        states = await receipts.states(connection, broadcast_id)
    await database.close()
    return Count(
        rows=rows,
        kills=kills,
        lost=rows - len(arrived),
        duplicates=sum(arrived.values()) - len(arrived),
        in_flight=in_flight,
        unsent=rows - states.get("sent", 0),
        seconds=round(time.monotonic() - began, 1),
    )


async def _start(url: str, server: CountingServer) -> asyncio.subprocess.Process:
    return await start_sender(url, server.url, 0, _LEASE_S)


async def _until(server: CountingServer, goal: float) -> None:
    async with asyncio.timeout(_DEADLINE_S):
        while await server.count() < goal:  # noqa: ASYNC110  # another process counts
            await asyncio.sleep(0.005)


async def _in_flight(database: Database, server: CountingServer, broadcast_id: int) -> int:
    """Rows that had arrived at the kill and stay unwritten: those of the other worker are written down by then."""
    await asyncio.sleep(_ON_THE_WAY_S)
    arrived = {chat for chat, _ in await server.arrivals()}
    await asyncio.sleep(_WRITTEN_DOWN_S)
    async with database.read() as connection:
        queued = await connection.execute(
            select(outbox.c.chat).where(outbox.c.broadcast_id == broadcast_id, outbox.c.state == 1, outbox.c.leased)
        )
        return sum(row.chat in arrived for row in queued)


async def _finished(database: Database, broadcast_id: int) -> None:
    left = select(func.count()).where(outbox.c.broadcast_id == broadcast_id, outbox.c.state == 1)
    async with asyncio.timeout(_DEADLINE_S):
        while True:
            async with database.read() as connection:
                if not (await connection.execute(left)).scalar_one():
                    return
            await asyncio.sleep(0.2)
