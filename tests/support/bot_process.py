"""A whole bot in a process of its own, to be killed: Telegram by polling, real engine, worker and SQLite file.

`python -m tests.support.bot_process DATABASE_URL API_ROOT`. Its only dialog writes one row per message into the table
`effects`, counts in the conversation, and answers.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import text

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.polling import Poller
from bot.delivery import DeliveryWorker
from bot.turns import TurnEngine
from content import words
from handlers.messages import Reply
from handlers.turn import Replies, Turn
from storage.database import Database
from tests.support.telegram_server import TOKEN

EFFECTS = "CREATE TABLE effects (chat TEXT NOT NULL, said TEXT NOT NULL)"
_EFFECT = text("INSERT INTO effects (chat, said) VALUES (:chat, :said)")


class CountingResponder:
    """One effect in the database, one in the conversation, one answer."""

    async def respond(self, turn: Turn) -> Replies:
        connection = await turn.work.connection()
        await connection.execute(_EFFECT, {"chat": turn.incoming.chat, "said": turn.incoming.text})
        turn.conversation.misses += 1
        return [Reply(f"Đã nhận {turn.incoming.text}")]


def _now() -> datetime:
    return datetime.now(UTC)


async def main(database_url: str, api_root: str) -> None:
    """Run until killed."""
    database = Database(database_url)
    channel = TelegramChannel(TOKEN, api_root=api_root, rate=None)  # it is killed while it is busy
    channels = {channel.name: channel}
    delivery = DeliveryWorker(database, channels, _now, poll_s=0.05)
    knowledge = cast("Any", SimpleNamespace(languages=words.load()))
    engine = TurnEngine(database, knowledge, cast("Any", CountingResponder()), channels, delivery, _now)
    await delivery.start()
    await Poller(channel, engine.handle, _now, long_poll_s=5).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
