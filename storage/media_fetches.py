"""Pictures sent in a chat that a worker still has to fetch from the channel: a turn itself calls nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.keys import Keys
from storage.tables_media import media_fetches
from storage.turns import ChatKey


@dataclass(frozen=True, slots=True)
class Fetch:
    """A picture to be fetched; `id` is the id under which it is kept then."""

    id: str
    channel: str
    chat: str
    ref: str
    """The channel's handle."""
    area_path: str = ""
    account_id: int = 0
    role: str = ""
    """Whose it is is said by `handlers.actions.media.ask_for`."""
    attempts: int = 0


def _context(media_id: str) -> str:
    return f"media_fetches.ref:{media_id}"


async def ask(connection: AsyncConnection, keys: Keys, fetches: Iterable[Fetch], now: datetime) -> None:
    """Have pictures fetched."""
    rows = [
        {
            "id": each.id, "channel": each.channel, "chat": each.chat,
            "ref": keys.encrypt(each.ref.encode(), _context(each.id)), "area_path": each.area_path,
            "account_id": each.account_id, "role": each.role, "attempts": 0, "due_at": now, "failure": "",
            "created_at": now,
        }
        for each in fetches
    ]  # fmt: skip
    if rows:
        await connection.execute(insert(media_fetches), rows)


async def first_due(connection: AsyncConnection, channels: Collection[str], now: datetime) -> str | None:
    """The picture that is to be fetched next."""
    query = (
        select(media_fetches.c.id)
        .where(media_fetches.c.due_at <= now, media_fetches.c.channel.in_(list(channels)))
        .order_by(media_fetches.c.due_at, media_fetches.c.id)
        .limit(1)
    )
    found: str | None = (await connection.execute(query)).scalar_one_or_none()
    return found


async def take(connection: AsyncConnection, keys: Keys, media_id: str, now: datetime, until: datetime) -> Fetch | None:
    """Take one for so long; of two who want it one gets it. It comes back if it is not fetched by then."""
    statement = (
        update(media_fetches)
        .where(media_fetches.c.id == media_id, media_fetches.c.due_at <= now)
        .values(due_at=until, attempts=media_fetches.c.attempts + 1)
        .returning(media_fetches)
    )
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        return None
    ref = keys.decrypt(row.ref, _context(row.id)).decode()
    return Fetch(row.id, row.channel, row.chat, ref, row.area_path, row.account_id, row.role, row.attempts)


async def done(connection: AsyncConnection, media_id: str) -> bool:
    """It is fetched: nothing is left to do. False where it was not wanted any more."""
    result = await connection.execute(delete(media_fetches).where(media_fetches.c.id == media_id))
    return bool(result.rowcount)


async def later(connection: AsyncConnection, media_id: str, due_at: datetime) -> None:
    """Try again then."""
    await connection.execute(update(media_fetches).where(media_fetches.c.id == media_id).values(due_at=due_at))


async def fail(connection: AsyncConnection, media_id: str, failure: str) -> None:
    """It cannot be had; `failure` is the end of a phrase `media.error.…`."""
    statement = update(media_fetches).where(media_fetches.c.id == media_id).values(due_at=None, failure=failure)
    await connection.execute(statement)


async def unfinished(connection: AsyncConnection, media_ids: Iterable[str]) -> dict[str, str]:
    """Those of the ids that are not there yet: why not, or nothing while they are being fetched."""
    query = select(media_fetches.c.id, media_fetches.c.failure).where(media_fetches.c.id.in_(list(media_ids)))
    return {row.id: row.failure for row in await connection.execute(query)}


async def drop(connection: AsyncConnection, media_ids: Iterable[str]) -> None:
    """They are not wanted any more."""
    await connection.execute(delete(media_fetches).where(media_fetches.c.id.in_(list(media_ids))))


async def forget(connection: AsyncConnection, chat: ChatKey) -> None:
    """Fetch nothing that came from a chat."""
    await connection.execute(
        delete(media_fetches).where(media_fetches.c.channel == chat[0], media_fetches.c.chat == chat[1])
    )
