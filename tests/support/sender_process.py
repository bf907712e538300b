"""A worker in a process of its own, to be killed: `chungtay worker` with Telegram alone.

`python -m tests.support.sender_process DATABASE_URL API_ROOT [PER_SECOND [LEASE_S]]`; 0 is as fast as it goes.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import uvloop

from bot.broadcasting import Broadcasting
from bot.channels import Channel
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.channel import RATE
from bot.delivery import DeliveryWorker
from bot.lanes import LEASE
from bot.pacing import Rate
from handlers.broadcasting.policy import Policy
from handlers.messages import Reply
from storage import broadcasts
from storage.database import Database
from tests.support.telegram_server import TOKEN

NO_QUIET = Policy(quiet_from=Policy().quiet_until)


class TitleAndText:
    """Renders a broadcast without footer and buttons."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: dict[int, tuple[Reply, ...]] = {}

    async def messages(self, broadcast_id: int, language: str, channel: Channel) -> Sequence[Reply]:
        if broadcast_id not in self._kept:
            async with self._database.read() as connection:
                found = await broadcasts.content(connection, broadcast_id)
            assert found is not None
            wording = found[1].by_language["vi"]
            self._kept[broadcast_id] = (Reply(f"{wording.title}\n\n{wording.text}"),)
        return self._kept[broadcast_id]


def _now() -> datetime:
    return datetime.now(UTC)


async def main(database_url: str, api_root: str, per_second: int, lease: timedelta) -> None:
    """Deliver and begin broadcasts until killed."""
    database = Database(database_url)
    rate = Rate(per_second, RATE.per_chat_s) if per_second else None
    channel = TelegramChannel(TOKEN, api_root=api_root, rate=rate)
    channels = {channel.name: channel}
    worker = DeliveryWorker(database, channels, _now, poll_s=0.2, lease=lease, announcer=TitleAndText(database))
    await worker.start()
    await Broadcasting(database, channels, NO_QUIET, _now, look_every_s=0.2).start()
    print("started", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    given = sys.argv[3:]
    uvloop.run(
        main(
            sys.argv[1],
            sys.argv[2],
            int(given[0]) if given else RATE.per_second,
            timedelta(seconds=float(given[1])) if len(given) > 1 else LEASE,
        )
    )
