"""Replies that officers keep for the next time: their own, and those of the whole office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, delete, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables_cases import saved_replies

_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class SavedRow:
    """A saved reply; without an account it is the whole office's."""

    id: int
    account_id: int | None
    area_path: str
    title: str
    text: str
    created_by: int
    changed_at: datetime


async def usable(connection: AsyncConnection, account_id: int, area_path: str) -> list[SavedRow]:
    """The officer's own, and the office-wide ones of the area and those above it."""
    above = literal(area_path).startswith(saved_replies.c.area_path)
    shared = and_(saved_replies.c.account_id.is_(None), above)
    query = select(saved_replies).where(or_(saved_replies.c.account_id == account_id, shared))
    found = await connection.execute(query.order_by(saved_replies.c.title, saved_replies.c.id).limit(_MOST))
    return [SavedRow(**row._mapping) for row in found]


async def get(connection: AsyncConnection, reply_id: int) -> SavedRow | None:
    row = (await connection.execute(select(saved_replies).where(saved_replies.c.id == reply_id))).one_or_none()
    return None if row is None else SavedRow(**row._mapping)


async def taken(connection: AsyncConnection, account_id: int | None, area_path: str, title: str) -> int | None:
    """The reply of the same owner that has this title."""
    owner = saved_replies.c.account_id == account_id if account_id else saved_replies.c.account_id.is_(None)
    query = select(saved_replies.c.id).where(
        owner, saved_replies.c.area_path == area_path, saved_replies.c.title == title
    )
    found: int | None = (await connection.execute(query.limit(1))).scalar_one_or_none()
    return found


async def add(
    connection: AsyncConnection,
    *,
    account_id: int | None,
    area_path: str,
    title: str,
    text: str,
    created_by: int,
    now: datetime,
) -> int:
    made = await connection.execute(
        insert(saved_replies)
        .values(
            account_id=account_id, area_path=area_path, title=title, text=text, created_by=created_by, changed_at=now
        )
        .returning(saved_replies.c.id)
    )
    reply_id: int = made.scalar_one()
    return reply_id


async def change(connection: AsyncConnection, reply_id: int, title: str, text: str, now: datetime) -> None:
    await connection.execute(
        update(saved_replies).where(saved_replies.c.id == reply_id).values(title=title, text=text, changed_at=now)
    )


async def remove(connection: AsyncConnection, reply_id: int) -> None:
    await connection.execute(delete(saved_replies).where(saved_replies.c.id == reply_id))
