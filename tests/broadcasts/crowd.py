"""People of the demo district who write to Chung Tay, by the number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import OUTBOX_FAILED, OUTBOX_SENT, conversations, outbox

COMMUNE: Final = "thuy-loi-2023"
OTHER: Final = "que-2023"


async def crowd(
    connection: AsyncConnection,
    number: int,
    now: datetime,
    *,
    area: str | None = COMMUNE,
    channel: str = "web",
    name: str = "citizen",
    **values: Any,
) -> list[str]:
    """So many chats of people of an area; their names."""
    chats = [f"{name}-{at}" for at in range(number)]
    rows = [
        {
            "channel": channel, "chat": chat, "state": b"{}", "created_at": now, "last_seen_at": now, "language": "",
            "area_key": area, "notices_stopped": False, **values,
        }
        for chat in chats
    ]  # fmt: skip
    await connection.execute(insert(conversations), rows)
    return chats


async def sent(
    connection: AsyncConnection,
    broadcast_id: int | None,
    chats: list[str],
    at: datetime,
    *,
    channel: str = "web",
    failure: str = "",
    **values: Any,
) -> None:
    """Receipts of a broadcast for these chats; with None, other messages that were sent to them."""
    row: Mapping[str, Any] = {
        "channel": channel,
        "priority": 3,
        "state": OUTBOX_FAILED if failure else OUTBOX_SENT,
        "payload": b"",
        "created_at": at,
        "due_at": at,
        "attempts": 1,
        "sent_at": None if failure else at,
        "failure": failure or None,
        "broadcast_id": broadcast_id,
        **values,
    }
    await connection.execute(insert(outbox), [{**row, "chat": chat} for chat in chats])
