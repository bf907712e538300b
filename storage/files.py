"""Files that go along with a message: written in the turn's transaction, read when it is sent or fetched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables_files import files
from storage.turns import ChatKey


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file with the chat it belongs to."""

    key: str
    channel: str
    chat: str
    mime: str
    data: bytes


async def add_file(connection: AsyncConnection, file: StoredFile, now: datetime, expires_at: datetime) -> None:
    """Keep a file until a day; what has expired is deleted on the way."""
    await connection.execute(delete(files).where(files.c.expires_at <= now))
    await connection.execute(
        insert(files).values(
            key=file.key,
            channel=file.channel,
            chat=file.chat,
            mime=file.mime,
            data=file.data,
            created_at=now,
            expires_at=expires_at,
        )
    )


async def expire_files(connection: AsyncConnection, now: datetime) -> int:
    """Delete what has expired; how many files there were."""
    return int((await connection.execute(delete(files).where(files.c.expires_at <= now))).rowcount)


async def read_file(connection: AsyncConnection, key: str, now: datetime) -> StoredFile | None:
    """The file, None where there is none or it has expired. Whoever asks compares the chat with their own."""
    result = await connection.execute(
        select(files.c.key, files.c.channel, files.c.chat, files.c.mime, files.c.data).where(
            files.c.key == key, files.c.expires_at > now
        )
    )
    row = result.one_or_none()
    return None if row is None else StoredFile(*row)


async def take_file(connection: AsyncConnection, key: str, now: datetime) -> StoredFile | None:
    """The file, gone afterwards: of two who ask at once one gets it."""
    result = await connection.execute(
        delete(files)
        .where(files.c.key == key, files.c.expires_at > now)
        .returning(files.c.key, files.c.channel, files.c.chat, files.c.mime, files.c.data)
    )
    row = result.one_or_none()
    return None if row is None else StoredFile(*row)


async def forget_files(connection: AsyncConnection, key: ChatKey) -> None:
    """Delete every file of a chat."""
    await connection.execute(delete(files).where(files.c.channel == key[0], files.c.chat == key[1]))
