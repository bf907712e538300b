"""Which version of a text a person has agreed to, and when: first and last time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables_keeping import consents
from storage.turns import ChatKey, upsert


async def add(connection: AsyncConnection, key: ChatKey, purpose: str, version: str, now: datetime) -> None:
    """Note a consent; the same one again moves its last time."""
    statement = upsert(connection, consents).values(
        channel=key[0], chat=key[1], purpose=purpose, version=version, agreed_at=now, again_at=now
    )
    same = [consents.c.channel, consents.c.chat, consents.c.purpose, consents.c.version]
    await connection.execute(statement.on_conflict_do_update(index_elements=same, set_={"again_at": now}))


async def of_chat(connection: AsyncConnection, key: ChatKey) -> list[Any]:
    """What a chat has agreed to, the newest first."""
    query = select(consents).where(consents.c.channel == key[0], consents.c.chat == key[1])
    return list(await connection.execute(query.order_by(consents.c.again_at.desc(), consents.c.id.desc())))
