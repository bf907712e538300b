"""A broadcast's rows in the outbox: who sends them next, how far it has come, and ending those not sent.

Rows are found one running broadcast at a time. A paused or cancelled one is therefore out of every claim with one word
in its own row, and a claim costs the same however many rows wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, exists, func, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.outbox import QUEUED, Priority, Row, one_claim_at_a_time, rows_changed, silent
from storage.tables import OUTBOX_ENDED, conversations, outbox
from storage.tables_broadcasts import broadcasts

# A chat's last few messages by id: among them is the one sent last, since ids grow.
_LOOKED_AT: Final = 4


@dataclass(frozen=True, slots=True)
class Running:
    """A broadcast whose rows may be sent, and until when."""

    id: int
    not_after: datetime | None


async def running(connection: AsyncConnection, now: datetime) -> list[Running]:
    """The broadcasts that may be sent now, urgent ones first, then in the order in which they were written."""
    found = await connection.execute(
        select(broadcasts.c.id, broadcasts.c.not_after)
        .where(broadcasts.c.state == "running")
        .where(or_(broadcasts.c.not_after.is_(None), broadcasts.c.not_after > now))
        .order_by(broadcasts.c.urgent.desc(), broadcasts.c.id)
    )
    return [Running(row.id, row.not_after) for row in found]


async def has_due(connection: AsyncConnection, channel: str, ids: Sequence[int], now: datetime) -> bool:
    """Whether one of these broadcasts has a row to send; takes no lock."""
    for broadcast_id in ids:
        due = select(outbox.c.id).where(*_rows_of(broadcast_id, channel), outbox.c.due_at <= now)
        if (await connection.execute(due.limit(1))).first() is not None:
            return True
    return False


async def claim(
    connection: AsyncConnection, channel: str, ids: Sequence[int], *, now: datetime, lease: timedelta, limit: int
) -> list[Row]:
    """Lease up to `limit` due rows of these broadcasts to the caller, in the order of the broadcasts.

    A chat to which something else is being sent at this moment waits, so that its rate holds across processes.
    """
    if connection.dialect.name == "postgresql":
        await one_claim_at_a_time(connection, channel)
    until = now + lease
    rows: list[Row] = []
    for broadcast_id in ids:
        if len(rows) >= limit:
            break
        others = [other for other in ids if other != broadcast_id]
        rows += await _claim_one(connection, channel, broadcast_id, others, now, until, limit - len(rows))
    return rows


def _rows_of(broadcast_id: int, channel: str) -> tuple[ColumnElement[bool], ...]:
    return outbox.c.broadcast_id == broadcast_id, outbox.c.channel == channel, QUEUED


async def _claim_one(
    connection: AsyncConnection,
    channel: str,
    broadcast_id: int,
    others: Sequence[int],
    now: datetime,
    until: datetime,
    limit: int,
) -> list[Row]:
    due = due_rows(channel, broadcast_id, others, now, limit)
    if connection.dialect.name == "postgresql":
        due = due.with_for_update(skip_locked=True)
    chosen = due.cte("chosen")
    claimed = await connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(select(chosen.c.id)))
        .values(due_at=until, leased=True, attempts=outbox.c.attempts + 1)
        .returning(outbox.c.id, outbox.c.channel, outbox.c.chat, outbox.c.payload, outbox.c.attempts)
    )
    found = sorted(claimed, key=lambda row: row.id)
    about = await _about_chats(connection, channel, [row.chat for row in found]) if found else {}
    return [
        Row(
            row.id,
            row.channel,
            row.chat,
            row.payload,
            row.attempts,
            until,
            Priority.BROADCAST,
            broadcast_id,
            *about.get(row.chat, ("", None)),
        )
        for row in found
    ]


def due_rows(channel: str, broadcast_id: int, others: Sequence[int], now: datetime, limit: int) -> Select[tuple[int]]:
    """The rows that a claim would take; `others` are the other broadcasts being sent."""
    return (
        select(outbox.c.id)
        .where(*_rows_of(broadcast_id, channel), outbox.c.due_at <= now)
        .where(~_in_hand(None, now), ~silent(channel, now))
        .where(*(~_in_hand(other, now) for other in others))
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(limit)
    )


def _in_hand(broadcast_id: int | None, now: datetime) -> ColumnElement[bool]:
    """Another row of the chat is being sent: of that broadcast, or (None) an answer or notice."""
    other = outbox.alias("single" if broadcast_id is None else f"of_{broadcast_id}")
    kind = other.c.broadcast_id.is_(None) if broadcast_id is None else other.c.broadcast_id == broadcast_id
    return exists().where(
        other.c.channel == outbox.c.channel,
        other.c.chat == outbox.c.chat,
        kind,
        other.c.state == literal_column("1"),
        other.c.leased,
        other.c.due_at > now,
    )


async def _about_chats(
    connection: AsyncConnection, channel: str, chats: Sequence[str]
) -> dict[str, tuple[str, datetime | None]]:
    """What each person reads, and when the chat was last sent something."""
    past = outbox.alias("past")
    last = (
        select(past.c.sent_at)
        .where(past.c.channel == conversations.c.channel, past.c.chat == conversations.c.chat)
        .where(past.c.state != literal_column("1"))
        .order_by(past.c.id.desc())
        .limit(_LOOKED_AT)
        .correlate(conversations)
        .subquery()
    )
    found = await connection.execute(
        select(
            conversations.c.chat,
            conversations.c.language,
            select(func.max(last.c.sent_at)).scalar_subquery().label("last_sent_at"),
        ).where(conversations.c.channel == channel, conversations.c.chat.in_(chats))
    )
    return {row.chat: (row.language, row.last_sent_at) for row in found}


async def is_finished(connection: AsyncConnection, broadcast_id: int) -> bool:
    """Whether nothing of it is left to send."""
    left = select(outbox.c.id).where(outbox.c.broadcast_id == broadcast_id, QUEUED).limit(1)
    return (await connection.execute(left)).first() is None


async def is_waiting(connection: AsyncConnection, broadcast_id: int, channel: str) -> bool:
    """Whether something of it is left to send on this channel."""
    left = select(outbox.c.id).where(*_rows_of(broadcast_id, channel)).limit(1)
    return (await connection.execute(left)).first() is not None


async def end(connection: AsyncConnection, broadcast_id: int, reason: str, now: datetime, limit: int = 10_000) -> int:
    """End up to `limit` rows that are not sent and that nobody is sending; returns how many. In portions, so that no
    transaction holds a million rows.
    """
    free = or_(~outbox.c.leased, outbox.c.due_at <= now)
    chosen = select(outbox.c.id).where(outbox.c.broadcast_id == broadcast_id, QUEUED, free).limit(limit)
    if connection.dialect.name == "postgresql":
        chosen = chosen.with_for_update(skip_locked=True)
    ended = await connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(select(chosen.cte("chosen").c.id)), QUEUED)
        .values(state=OUTBOX_ENDED, failure=reason, leased=False)
    )
    return await rows_changed(connection, ended)
