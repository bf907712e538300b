"""A broadcast that waits to be sent, and processes that send it: for the test and the benchmarks of the sender."""

from __future__ import annotations

import asyncio
import itertools
import sys
from datetime import UTC, datetime

from sqlalchemy import insert, text

from storage import broadcasts
from storage.broadcasts import Content, NewBroadcast, Wording
from storage.database import Database
from storage.tables import outbox
from tests.support.counting_server import ROOT

TEXT = "Thông báo\n\nNội dung thử của một thông báo gửi cho nhiều người."


def _now() -> datetime:
    return datetime.now(UTC)


async def prepared(database: Database, rows: int, chats: itertools.count[int]) -> int:
    """A running broadcast with so many rows to be sent."""
    title, _, words = TEXT.partition("\n\n")
    new = NewBroadcast(
        "notice", Content({"vi": Wording(title, words)}), "{}", "x", "/x/", None, state="running", demo=True
    )
    async with database.write() as connection:
        broadcast_id = await broadcasts.create(connection, new, _now())
        now = _now()
        values = [
            {
                "channel": "telegram", "chat": str(next(chats)), "priority": 3, "state": 1, "payload": b"",
                "created_at": now, "due_at": now, "attempts": 0, "broadcast_id": broadcast_id,
            }
            for _ in range(rows)
        ]  # fmt: skip
        await connection.execute(insert(outbox), values)
    if not database.is_sqlite:
        async with database.engine.connect() as connection:
            outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await outside.execute(text("ANALYZE outbox"))
    return broadcast_id


async def start_sender(database_url: str, api_root: str, *more: object) -> asyncio.subprocess.Process:
    """A worker process; it is at work when this returns."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.sender_process",
        database_url,
        api_root,
        *(str(each) for each in more),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    while (await process.stdout.readline()).strip() not in (b"started", b""):
        pass
    return process
