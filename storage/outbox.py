"""The one outbox for everything that leaves: replies, notices, broadcasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from sqlalchemy import and_, bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import OUTBOX_FAILED, OUTBOX_QUEUED, OUTBOX_SENT, channels, outbox
from storage.turns import ChatKey, upsert

_LONGEST_RECEIPT: Final = 128


class Priority(IntEnum):
    """Answers go before notices before broadcasts."""

    ANSWER = 1
    NOTICE = 2
    BROADCAST = 3


@dataclass(frozen=True, slots=True)
class NewRow:
    """A message to be written to the outbox. `sent` marks a mailbox channel, where writing it is delivering it."""

    channel: str
    chat: str
    payload: bytes
    due_at: datetime
    priority: Priority = Priority.ANSWER
    sent: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A message claimed for sending; `leased_until` is when another worker may take it."""

    id: int
    channel: str
    chat: str
    payload: bytes
    attempts: int
    leased_until: datetime


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a row: sent with the platform's receipt, due again at a time, or failed for good.

    `leased_until` is the lease under which it was tried. A late "again" or "failed" is not written once the row has
    been leased to another worker; a late "sent" always is, so that nobody sends it once more.
    """

    id: int
    leased_until: datetime
    sent_at: datetime | None = None
    receipt: str | None = None
    due_at: datetime | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class MailboxMessage:
    """A message in a mailbox channel, as its reader fetches it."""

    id: int
    payload: bytes
    created_at: datetime


async def add(connection: AsyncConnection, rows: Sequence[NewRow], now: datetime) -> list[int]:
    """Write rows and return their ids in the same order."""
    if not rows:
        return []
    is_sqlite = connection.dialect.name == "sqlite"
    # SQLAlchemy would insert row by row on SQLite to be sure of the order. SQLite's single writer counts ids up row
    # by row of the VALUES list, so that sorting them gives the same order in one statement.
    result = await connection.execute(
        insert(outbox).returning(outbox.c.id, sort_by_parameter_order=not is_sqlite),
        [
            {
                "channel": row.channel,
                "chat": row.chat,
                "priority": int(row.priority),
                "state": OUTBOX_SENT if row.sent else OUTBOX_QUEUED,
                "payload": row.payload,
                "created_at": now,
                "due_at": row.due_at,
                "attempts": 0,
                "sent_at": now if row.sent else None,
            }
            for row in rows
        ],
    )
    ids = result.scalars()
    return sorted(ids) if is_sqlite else list(ids)


async def has_due(connection: AsyncConnection, channel: str, now: datetime) -> bool:
    """Whether a claim could find anything: a cheap look that takes no lock."""
    due = select(outbox.c.id).where(
        outbox.c.channel == channel, outbox.c.state == OUTBOX_QUEUED, outbox.c.due_at <= now
    )
    return (await connection.execute(due.limit(1))).first() is not None


async def claim(connection: AsyncConnection, channel: str, *, now: datetime, lease: timedelta, limit: int) -> list[Row]:
    """Lease up to `limit` due rows of a channel to the caller.

    A row waits while an earlier row of the same chat is leased or not yet due, so that a chat reads in order.
    Nothing is claimed while the platform has asked the channel to be silent.
    """
    earlier = outbox.alias("earlier")
    blocked = exists().where(
        and_(
            earlier.c.channel == outbox.c.channel,
            earlier.c.chat == outbox.c.chat,
            earlier.c.id < outbox.c.id,
            earlier.c.state == OUTBOX_QUEUED,
            earlier.c.due_at > now,
        )
    )
    silent = exists().where(and_(channels.c.channel == channel, channels.c.paused_until > now))
    due = (
        select(outbox.c.id)
        .where(outbox.c.channel == channel, outbox.c.state == OUTBOX_QUEUED, outbox.c.due_at <= now)
        .where(~blocked, ~silent)
        .order_by(outbox.c.priority, outbox.c.id)
        .limit(limit)
    )
    if connection.dialect.name == "postgresql":
        # One claim of a channel at a time: a row that another claim has locked but not yet committed does not look
        # leased, and the chat's later rows would overtake it.
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"outbox {channel}"))))
        due = due.with_for_update(skip_locked=True)
    # A CTE that locks runs once; a subquery could be run once per row, and take more than the limit.
    chosen = due.cte("chosen")
    until = now + lease
    result = await connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(select(chosen.c.id)))
        .values(due_at=until, attempts=outbox.c.attempts + 1)
        .returning(outbox.c.id, outbox.c.channel, outbox.c.chat, outbox.c.payload, outbox.c.attempts)
    )
    rows = [Row(row.id, row.channel, row.chat, row.payload, row.attempts, until) for row in result]
    return sorted(rows, key=lambda row: row.id)


_SENT = (
    update(outbox)
    .where(outbox.c.id == bindparam("row_id"), outbox.c.state == OUTBOX_QUEUED)
    .values(state=OUTBOX_SENT, sent_at=bindparam("at"), receipt=bindparam("platform_id"))
)
_STILL_LEASED = and_(
    outbox.c.id == bindparam("row_id"),
    outbox.c.state == OUTBOX_QUEUED,
    outbox.c.due_at == bindparam("lease", type_=outbox.c.due_at.type),
)
_AGAIN = update(outbox).where(_STILL_LEASED).values(due_at=bindparam("at"), failure=bindparam("reason"))
_FAILED = update(outbox).where(_STILL_LEASED).values(state=OUTBOX_FAILED, failure=bindparam("reason"))


async def record(connection: AsyncConnection, results: Sequence[Result]) -> None:
    """Write down what became of rows: at most three statements however many rows."""
    sent = [
        {"row_id": r.id, "at": r.sent_at, "platform_id": r.receipt and r.receipt[:_LONGEST_RECEIPT]}
        for r in results
        if r.sent_at is not None
    ]
    again = [
        {"row_id": r.id, "lease": r.leased_until, "at": r.due_at, "reason": r.failure}
        for r in results
        if r.due_at is not None
    ]
    failed = [
        {"row_id": r.id, "lease": r.leased_until, "reason": r.failure}
        for r in results
        if r.sent_at is None and r.due_at is None
    ]
    for statement, values in ((_SENT, sent), (_AGAIN, again), (_FAILED, failed)):
        if values:
            await connection.execute(statement, values)


async def pause_channel(connection: AsyncConnection, channel: str, until: datetime) -> None:
    """Silence a whole channel in every process until then; a longer silence asked for before stays."""
    statement = upsert(connection, channels).values(channel=channel, paused_until=until)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[channels.c.channel],
            set_={"paused_until": statement.excluded.paused_until},
            where=or_(channels.c.paused_until.is_(None), channels.c.paused_until < statement.excluded.paused_until),
        )
    )


async def paused_until(connection: AsyncConnection, channel: str) -> datetime | None:
    """Until when some process has silenced the channel, if any ever has."""
    found = await connection.execute(select(channels.c.paused_until).where(channels.c.channel == channel))
    until: datetime | None = found.scalar_one_or_none()
    return until


async def release_leases(connection: AsyncConnection, now: datetime) -> None:
    """Make every queued row due at once: only right where this process is the only worker (SQLite, at start)."""
    await connection.execute(
        update(outbox).where(outbox.c.state == OUTBOX_QUEUED, outbox.c.due_at > now).values(due_at=now)
    )


async def mailbox(connection: AsyncConnection, key: ChatKey, *, after: int, limit: int = 100) -> list[MailboxMessage]:
    """The messages of one chat of a mailbox channel with a larger id, oldest first."""
    result = await connection.execute(
        select(outbox.c.id, outbox.c.payload, outbox.c.created_at)
        .where(outbox.c.channel == key[0], outbox.c.chat == key[1], outbox.c.id > after)
        .where(outbox.c.state == OUTBOX_SENT)
        .order_by(outbox.c.id)
        .limit(limit)
    )
    return [MailboxMessage(*row) for row in result]


async def counts(connection: AsyncConnection) -> dict[tuple[str, int], int]:
    """Rows by (channel, state)."""
    result = await connection.execute(
        select(outbox.c.channel, outbox.c.state, func.count()).group_by(outbox.c.channel, outbox.c.state)
    )
    return {(row[0], row[1]): row[2] for row in result}


async def forget_messages(connection: AsyncConnection, key: ChatKey) -> None:
    """Delete every message to a chat, also those that were still to be sent."""
    await connection.execute(delete(outbox).where(outbox.c.channel == key[0], outbox.c.chat == key[1]))
