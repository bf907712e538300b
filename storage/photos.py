"""Photos of channels that do not keep them for us: sealed, dropped after a day unless they belong to something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.keys import Keys
from storage.tables_linked import photos
from storage.turns import ChatKey, upsert


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo without its bytes."""

    key: str
    mime: str
    size: int


async def add(connection: AsyncConnection, keys: Keys, chat: ChatKey, photo: Photo, data: bytes, now: datetime) -> None:
    """Keep a photo; the same one sent again changes nothing."""
    sealed = keys.encrypt(data, f"photos.data:{photo.key}").encode()
    values = {
        "key": photo.key, "channel": chat[0], "chat": chat[1], "mime": photo.mime, "size": photo.size, "data": sealed,
        "created_at": now, "kept": False,
    }  # fmt: skip
    await connection.execute(upsert(connection, photos).values(**values).on_conflict_do_nothing())


async def of_chat(connection: AsyncConnection, key: str, chat: ChatKey) -> Photo | None:
    """A photo by its key, if it came from this chat."""
    found = await connection.execute(
        select(photos.c.key, photos.c.mime, photos.c.size).where(
            photos.c.key == key, photos.c.channel == chat[0], photos.c.chat == chat[1]
        )
    )
    row = found.one_or_none()
    return None if row is None else Photo(*row)


async def waiting(connection: AsyncConnection, chat: ChatKey) -> int:
    """How many photos of a chat belong to nothing yet."""
    query = select(func.count()).where(photos.c.channel == chat[0], photos.c.chat == chat[1], photos.c.kept.is_(False))
    return int((await connection.execute(query)).scalar_one())


async def read(connection: AsyncConnection, keys: Keys, key: str) -> bytes | None:
    """The bytes of a photo; whoever asks has been checked before."""
    sealed: bytes | None = (
        await connection.execute(select(photos.c.data).where(photos.c.key == key))
    ).scalar_one_or_none()
    return None if sealed is None else keys.decrypt(sealed.decode(), f"photos.data:{key}")


async def keep(connection: AsyncConnection, key: str, chat: ChatKey) -> None:
    """The photo belongs to a report from now on."""
    await connection.execute(
        update(photos)
        .where(photos.c.key == key, photos.c.channel == chat[0], photos.c.chat == chat[1])
        .values(kept=True)
    )


async def forget(connection: AsyncConnection, chat: ChatKey) -> None:
    """Delete the photos of a chat that belong to nothing."""
    await connection.execute(
        delete(photos).where(photos.c.channel == chat[0], photos.c.chat == chat[1], photos.c.kept.is_(False))
    )


async def drop(connection: AsyncConnection, key: str) -> None:
    """Delete a photo that what it belonged to no longer shows."""
    await connection.execute(delete(photos).where(photos.c.key == key))


async def expire(connection: AsyncConnection, before: datetime) -> int:
    """Delete photos that came before a moment and belong to nothing; how many there were."""
    gone = await connection.execute(delete(photos).where(photos.c.kept.is_(False), photos.c.created_at < before))
    return int(gone.rowcount)
