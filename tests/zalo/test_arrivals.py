"""Store first: what is stored is handled once, in each sender's order, also after a restart."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.arrivals import Arrivals
from storage import arrivals as stored
from storage.arrivals import Arrival, NewArrival
from storage.database import Database
from storage.tables_zalo import ARRIVAL_FAILED, arrivals
from tests.support.assembly import Clock


class Desk:
    """Handles messages, and fails as told."""

    def __init__(self) -> None:
        self.taken: defaultdict[str, list[str]] = defaultdict(list)
        self.prepared = 0
        self.fails: Callable[[Arrival], Exception | None] = lambda row: None

    async def prepare(self, connection: AsyncConnection, rows: Sequence[Arrival]) -> None:
        self.prepared += len(rows)

    async def handle(self, row: Arrival) -> None:
        await asyncio.sleep(0)
        failure = self.fails(row)
        if failure is not None:
            raise failure
        self.taken[row.sender].append(row.payload.decode())


def message(sender: str, text: str, clock: Clock, number: str = "") -> NewArrival:
    return NewArrival("zalo_oa", number or f"{sender}-{text}", sender, text.encode(), clock())


async def rows(database: Database) -> list[tuple[str, int]]:
    async with database.read() as connection:
        return [tuple(row) for row in await connection.execute(select(arrivals.c.message_id, arrivals.c.state))]


async def test_messages_are_handled_in_order_and_deleted(database: Database, clock: Clock) -> None:
    """Nothing of what people wrote stays behind."""
    desk = Desk()
    one = Arrivals(database, {"zalo_oa": desk}, clock)
    await asyncio.gather(*(one.store(message(str(n % 5), f"{n:03}", clock)) for n in range(100)))
    assert len(await rows(database)) == 100
    await one.start()
    await one.drain()
    assert {sender: texts == sorted(texts) and len(texts) for sender, texts in desk.taken.items()} == dict.fromkeys(
        "01234", 20
    )
    assert await rows(database) == [] and desk.prepared == 100
    await one.close()


async def test_what_a_killed_process_left_is_handled_after_the_start(database: Database, clock: Clock) -> None:
    """On SQLite at once, elsewhere when the lease has ended."""
    desk = Desk()
    killed = Arrivals(database, {"zalo_oa": desk}, clock)
    await killed.store(message("5", "một", clock))
    async with database.write() as connection:
        await stored.claim(connection, ["zalo_oa"], now=clock(), lease=timedelta(seconds=60), limit=10)
    if not database.is_sqlite:
        clock.advance(61)
    after = Arrivals(database, {"zalo_oa": desk}, clock, poll_s=0.01)
    await after.start()
    await after.drain()
    assert desk.taken == {"5": ["một"]}
    await after.close()
    await killed.close()


async def test_a_database_that_is_away_is_waited_for(database: Database, clock: Clock) -> None:
    """However often; the sender's later messages wait too, others go on."""
    desk = Desk()
    away = OperationalError("", {}, Exception())
    desk.fails = lambda row: away if row.sender == "5" and row.attempts < 8 else None
    one = Arrivals(database, {"zalo_oa": desk}, clock, poll_s=0.01)
    for text in ("a", "b"):
        await one.store(message("5", text, clock))
    await one.store(message("6", "c", clock))
    await one.start()
    await one.drain()
    assert dict(desk.taken) == {"6": ["c"]}
    for _ in range(8):
        clock.advance(61)
        await one.drain()
    assert desk.taken["5"] == ["a", "b"]
    await one.close()


async def test_a_message_that_can_never_be_handled_is_kept_for_an_operator(database: Database, clock: Clock) -> None:
    """After five tries it stands aside; a month later it is gone, for it is what a person wrote."""
    desk = Desk()
    desk.fails = lambda row: ValueError() if row.payload == b"x" else None
    one = Arrivals(database, {"zalo_oa": desk}, clock, poll_s=0.01)
    await one.store(message("5", "x", clock))
    await one.store(message("5", "y", clock))
    await one.start()
    for _ in range(6):
        await one.drain()
        clock.advance(61)
    assert dict(desk.taken) == {"5": ["y"]}
    assert await rows(database) == [("5-x", ARRIVAL_FAILED)]
    clock.advance(31 * 86400)
    await one.drain()
    assert await rows(database) == []
    await one.close()


async def test_a_message_is_stored_once(database: Database, clock: Clock) -> None:
    """However often it comes before it is handled."""
    one = Arrivals(database, {}, clock)
    await asyncio.gather(*(one.store(message("5", "một", clock)) for _ in range(20)))
    assert len(await rows(database)) == 1
    await one.close()


async def test_storing_fails_when_the_database_does(database: Database, clock: Clock) -> None:
    """The webhook must answer 500, not 200."""
    one = Arrivals(database, {}, clock)
    with pytest.raises(StatementError):
        await one.store(NewArrival("zalo_oa", "1", "5", b"x", clock().replace(tzinfo=None)))
    await one.store(message("5", "một", clock))
    assert len(await rows(database)) == 1
    await one.close()


async def test_two_processes_share_and_never_split_a_sender(postgres: Database, second_postgres: Database) -> None:
    """Each sender's messages in one process at a time."""
    clock, desk = Clock(), Desk()
    both = [Arrivals(each, {"zalo_oa": desk}, clock, poll_s=0.01) for each in (postgres, second_postgres)]
    for n in range(60):
        await both[n % 2].store(message(str(n % 7), f"{n:03}", clock))
    await asyncio.gather(*(each.start() for each in both))
    async with asyncio.timeout(10):
        await asyncio.gather(*(each.drain() for each in both))
        clock.advance(1)
        await asyncio.gather(*(each.drain() for each in both))
    assert await rows(postgres) == []
    assert sum(map(len, desk.taken.values())) == 60
    assert all(texts == sorted(texts) for texts in desk.taken.values())
    await asyncio.gather(*(each.close() for each in both))
