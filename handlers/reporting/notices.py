"""Telling people how it goes on, through the outbox, in the transaction of what they are told of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.messages import Reply
from storage import outbox
from storage.outbox import NewRow, Priority
from storage.turns import ChatKey

MAILBOXES: Final = frozenset({"web"})
"""Channels whose messages are fetched by their reader; a test compares them with the channels themselves."""


async def tell(connection: AsyncConnection, chats: Iterable[ChatKey], text: str, now: datetime) -> None:
    """One notice to each chat: text only, short enough for every channel."""
    payload = msgspec.json.encode(Reply(text))
    rows = [NewRow(channel, chat, payload, now, Priority.NOTICE, sent=channel in MAILBOXES) for channel, chat in chats]
    await outbox.add(connection, rows, now)
