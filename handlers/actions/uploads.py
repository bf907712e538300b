"""Files that an officer uploads to be checked first and taken in afterwards: kept encrypted, for an hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.access import Actor, scope_filter
from storage.files import StoredFile, add_file, read_file
from storage.keys import Keys

KEPT: Final = timedelta(hours=1)
LARGEST: Final = 25_000_000
_CHANNEL: Final = "desk"


async def keep(
    connection: AsyncConnection, actor: Actor, keys: Keys, key: str, name: str, data: bytes, now: datetime
) -> None:
    """Keep a file for the account that uploaded it.

    Raises:
        AccessDenied: the actor may not import.
    """
    scope_filter(actor, "import_register")
    sealed = keys.encrypt(data, f"files.data:{key}").encode()
    file = StoredFile(key, _CHANNEL, str(actor.account_id), clean_name(name)[-64:], sealed)
    await add_file(connection, file, now, now + KEPT)


async def kept(
    connection: AsyncConnection, actor: Actor, keys: Keys, key: str, now: datetime
) -> tuple[str, bytes] | None:
    """Name and bytes of a file of this account; None once it has gone."""
    found = await read_file(connection, key, now)
    if found is None or (found.channel, found.chat) != (_CHANNEL, str(actor.account_id)):
        return None
    return found.mime, keys.decrypt(found.data.decode(), f"files.data:{key}")


def clean_name(name: str) -> str:
    """The last part of a file's name, without what could be a path."""
    last = PurePath(name.replace("\\", "/")).name
    return "".join(char for char in last if char.isprintable()) or "danh-sach.xlsx"
