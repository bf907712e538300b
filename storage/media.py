"""Pictures and documents to be handed out, and how what is to be sent is found by its key, wherever it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.files import StoredFile, read_file
from storage.tables_media import media
from storage.tables_news import news_pictures

PREFIX: Final = "media:"
"""Before an id where a message's picture or document is named by a key: `Reply.picture`, `Reply.document`."""


@dataclass(frozen=True, slots=True)
class MediaRow:
    """What is known of a picture or document without reading it."""

    id: str
    kind: str
    mime: str
    name: str
    size: int
    width: int
    height: int
    area_path: str
    created_by: int | None
    created_at: datetime

    @property
    def key(self) -> str:
        """The key for a message. A document's ends with its name: channels show the last part of a key."""
        return f"{PREFIX}{self.id}/{self.name}" if self.name else f"{PREFIX}{self.id}"


@dataclass(frozen=True, slots=True)
class NewMedia:
    """A checked file to be kept."""

    id: str
    kind: str
    mime: str
    data: bytes
    sha256: str
    area_path: str
    created_by: int | None
    name: str = ""
    width: int = 0
    height: int = 0


_COLUMNS: Final = (
    media.c.id,
    media.c.kind,
    media.c.mime,
    media.c.name,
    media.c.size,
    media.c.width,
    media.c.height,
    media.c.area_path,
    media.c.created_by,
    media.c.created_at,
)


def picture_key(media_id: str) -> str:
    """What `Reply.picture` holds for a kept picture."""
    return f"{PREFIX}{media_id}"


async def add(connection: AsyncConnection, file: NewMedia, now: datetime) -> None:
    """Keep a file."""
    await connection.execute(
        insert(media).values(
            id=file.id,
            kind=file.kind,
            mime=file.mime,
            name=file.name,
            size=len(file.data),
            width=file.width,
            height=file.height,
            sha256=file.sha256,
            data=file.data,
            area_path=file.area_path,
            created_by=file.created_by,
            created_at=now,
        )
    )


async def get(connection: AsyncConnection, media_id: str) -> MediaRow | None:
    """A picture or document without its bytes."""
    found = (await connection.execute(select(*_COLUMNS).where(media.c.id == media_id))).one_or_none()
    return None if found is None else _row(found)


async def known(connection: AsyncConnection, media_ids: Iterable[str]) -> dict[str, MediaRow]:
    """Those of the ids that there are."""
    found = await connection.execute(select(*_COLUMNS).where(media.c.id.in_(list(media_ids))))
    return {row.id: _row(row) for row in found}


def _row(found: Any) -> MediaRow:
    return MediaRow(*found)


async def read(connection: AsyncConnection, media_id: str) -> bytes | None:
    """The bytes of a picture or document."""
    data: bytes | None = (
        await connection.execute(select(media.c.data).where(media.c.id == media_id))
    ).scalar_one_or_none()
    return data


async def without_text(connection: AsyncConnection, before: datetime) -> list[MediaRow]:
    """What was kept before then and is in no version of any text."""
    shown = exists().where(news_pictures.c.media_id == media.c.id)
    query = select(*_COLUMNS).where(media.c.created_at < before, ~shown).order_by(media.c.id)
    return [_row(row) for row in await connection.execute(query)]


async def remove(connection: AsyncConnection, media_id: str) -> bool:
    """Delete a picture or document; whether there was one."""
    result = await connection.execute(delete(media).where(media.c.id == media_id))
    return bool(result.rowcount)


async def outgoing(connection: AsyncConnection, key: str, now: datetime) -> StoredFile | None:
    """What a message's key stands for: a kept picture or document, or a file of one chat.

    Kept media belongs to no chat (`channel` and `chat` are empty): its random id is known to those it was sent to.
    """
    if not key.startswith(PREFIX):
        return await read_file(connection, key, now)
    media_id = key.removeprefix(PREFIX).partition("/")[0]
    found = (await connection.execute(select(media.c.mime, media.c.data).where(media.c.id == media_id))).one_or_none()
    return None if found is None else StoredFile(key, "", "", found.mime, found.data)
