"""The one outbox for everything that leaves: replies, notices, broadcasts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import (
    OUTBOX_ENDED,
    OUTBOX_FAILED,
    OUTBOX_QUEUED,
    OUTBOX_SENT,
    channels,
    conversations,
    outbox,
)
from storage.tables_broadcasts import broadcasts
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
    leased: bool = False
    """`due_at` is the end of the lease of the process that writes it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A message claimed for sending; `leased_until` is when another worker may take it.

    A broadcast's row has no words of its own: its payload is the number of its messages that have been sent already.
    """

    id: int
    channel: str
    chat: str
    payload: bytes
    attempts: int
    leased_until: datetime
    priority: int = Priority.ANSWER
    broadcast_id: int | None = None
    language: str = ""
    """Of a broadcast's row: what the person reads."""
    last_sent_at: datetime | None = None
    """Of a broadcast's row: when this chat was last sent something, by any process."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a row: sent with the platform's receipt, due again at a time, failed for good, or ended unsent.

    `leased_until` is the lease under which it was tried. A late "again" or "failed" is not written once the row has
    been leased to another worker; a late "sent" always is, so that nobody sends it once more.
    """

    id: int
    leased_until: datetime
    sent_at: datetime | None = None
    receipt: str | None = None
    due_at: datetime | None = None
    failure: str | None = None
    progress: int = 0
    """Messages of the row that have been sent, where it has several and is due again."""
    gone: ChatKey | None = None
    """The chat whose person has blocked us or left."""
    ended: bool = False
    """Not sent and never to be: too late, called off, or the person cannot be written to in this chat now."""


@dataclass(frozen=True, slots=True)
class MailboxMessage:
    """A message in a mailbox channel, as its reader fetches it; that of a broadcast is rendered from it."""

    id: int
    payload: bytes
    created_at: datetime
    broadcast_id: int | None = None


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
                "leased": row.leased,
            }
            for row in rows
        ],
    )
    ids = result.scalars()
    return sorted(ids) if is_sqlite else list(ids)


# As words of the statement: a planner that sees a placeholder cannot tell that a partial index serves.
QUEUED: Final[ColumnElement[bool]] = outbox.c.state == literal_column("1")
_PAST: Final[ColumnElement[bool]] = outbox.c.state != literal_column("1")
_SINGLE: Final = and_(QUEUED, outbox.c.broadcast_id.is_(None))


async def unsent_answers(connection: AsyncConnection, chats: Iterable[ChatKey]) -> list[tuple[int, str, str]]:
    """(row, channel, chat) of answers to these chats that nobody has written down as sent, whoever is sending them."""
    by_channel: dict[str, list[str]] = {}
    for channel, chat in chats:
        by_channel.setdefault(channel, []).append(chat)
    found: list[tuple[int, str, str]] = []
    for channel, several in by_channel.items():
        result = await connection.execute(
            select(outbox.c.id, outbox.c.channel, outbox.c.chat)
            .where(outbox.c.channel == channel, outbox.c.chat.in_(several), _SINGLE)
            .where(outbox.c.priority == int(Priority.ANSWER))
        )
        found += [(row.id, row.channel, row.chat) for row in result]
    return found


async def has_due(connection: AsyncConnection, channel: str, now: datetime) -> bool:
    """Whether a claim could find anything: a cheap look that takes no lock."""
    due = select(outbox.c.id).where(outbox.c.channel == channel, _SINGLE, outbox.c.due_at <= now)
    return (await connection.execute(due.limit(1))).first() is not None


async def claim(connection: AsyncConnection, channel: str, *, now: datetime, lease: timedelta, limit: int) -> list[Row]:
    """Lease up to `limit` due answers and notices of a channel to the caller (for broadcasts: `broadcast_rows`).

    A row waits while an earlier row of the same chat is leased or not yet due, so that a chat reads in order.
    Nothing is claimed while the platform has asked the channel to be silent.
    """
    earlier = outbox.alias("earlier")
    blocked = exists().where(
        and_(
            earlier.c.channel == outbox.c.channel,
            earlier.c.chat == outbox.c.chat,
            earlier.c.id < outbox.c.id,
            earlier.c.state == literal_column("1"),
            earlier.c.broadcast_id.is_(None),
            earlier.c.due_at > now,
        )
    )
    due = (
        select(outbox.c.id)
        .where(outbox.c.channel == channel, _SINGLE, outbox.c.due_at <= now)
        .where(~blocked, ~silent(channel, now))
        .order_by(outbox.c.priority, outbox.c.id)
        .limit(limit)
    )
    if connection.dialect.name == "postgresql":
        await one_claim_at_a_time(connection, channel)
        due = due.with_for_update(skip_locked=True)
    # A CTE that locks runs once; a subquery could be run once per row, and take more than the limit.
    chosen = due.cte("chosen")
    until = now + lease
    result = await connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(select(chosen.c.id)))
        .values(due_at=until, leased=True, attempts=outbox.c.attempts + 1)
        .returning(outbox.c.id, outbox.c.channel, outbox.c.chat, outbox.c.payload, outbox.c.attempts, outbox.c.priority)
    )
    rows = [Row(row.id, row.channel, row.chat, row.payload, row.attempts, until, row.priority) for row in result]
    return sorted(rows, key=lambda row: row.id)


def silent(channel: str, now: datetime) -> ColumnElement[bool]:
    """The platform has asked this channel to send nothing now."""
    return exists().where(and_(channels.c.channel == channel, channels.c.paused_until > now))


async def one_claim_at_a_time(connection: AsyncConnection, channel: str) -> None:
    """On PostgreSQL: a row that another claim has locked but not yet committed does not look leased, and the chat's
    later rows would overtake it.
    """
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"outbox {channel}"))))


async def rows_changed(connection: AsyncConnection, result: CursorResult[Any]) -> int:
    """How many rows a statement has written; SQLite's driver does not say it of one that begins with WITH."""
    if connection.dialect.name != "sqlite":
        return result.rowcount
    return int((await connection.execute(select(func.changes()))).scalar_one())


_SENT = (
    update(outbox)
    .where(outbox.c.id == bindparam("row_id"), outbox.c.state == OUTBOX_QUEUED)
    .values(state=OUTBOX_SENT, sent_at=bindparam("at"), receipt=bindparam("platform_id"))
)
# The same for many rows in one statement: a third of what they cost PostgreSQL one by one.
_MANY_SENT = text(
    "UPDATE outbox SET state = 2, sent_at = given.at, receipt = given.receipt "
    "FROM unnest(CAST(:ids AS bigint[]), CAST(:times AS timestamptz[]), CAST(:receipts AS varchar[])) "
    "AS given (id, at, receipt) WHERE outbox.id = given.id AND outbox.state = 1"
)
_STILL_LEASED: Final = and_(
    outbox.c.id == bindparam("row_id"),
    outbox.c.state == OUTBOX_QUEUED,
    outbox.c.due_at == bindparam("lease", type_=outbox.c.due_at.type),
)
_AGAIN = update(outbox).where(_STILL_LEASED).values(due_at=bindparam("at"), leased=False, failure=bindparam("reason"))
_PARTLY = _AGAIN.values(payload=bindparam("progress"))
_FAILED = update(outbox).where(_STILL_LEASED).values(state=bindparam("verdict"), failure=bindparam("reason"))
_BLOCKED = (
    update(conversations)
    .where(conversations.c.channel == bindparam("to_channel"), conversations.c.chat == bindparam("to_chat"))
    .values(blocked_at=bindparam("at"))
)


async def record(connection: AsyncConnection, results: Sequence[Result], now: datetime | None = None) -> None:
    """Write down what became of rows: at most five statements however many rows. `now` is when people were found gone.

    Whoever has blocked us gets no broadcast any more, until they write again.
    """
    sent: list[dict[str, Any]] = []
    again: list[dict[str, Any]] = []
    partly: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    gone: list[dict[str, Any]] = []
    for r in results:
        if r.sent_at is not None:
            receipt = r.receipt and r.receipt[:_LONGEST_RECEIPT]
            sent.append({"row_id": r.id, "at": r.sent_at, "platform_id": receipt})
        elif r.due_at is not None:
            values: dict[str, Any] = {"row_id": r.id, "lease": r.leased_until, "at": r.due_at, "reason": r.failure}
            if r.progress:
                partly.append({**values, "progress": str(r.progress).encode()})
            else:
                again.append(values)
        else:
            verdict = OUTBOX_ENDED if r.ended else OUTBOX_FAILED
            failed.append({"row_id": r.id, "lease": r.leased_until, "reason": r.failure, "verdict": verdict})
        if r.gone is not None and now is not None:
            gone.append({"to_channel": r.gone[0], "to_chat": r.gone[1], "at": now})
    if sent and connection.dialect.name == "postgresql":
        columns = {"ids": "row_id", "times": "at", "receipts": "platform_id"}
        await connection.execute(_MANY_SENT, {name: [one[column] for one in sent] for name, column in columns.items()})
        sent = []
    gone.sort(key=lambda one: (one["to_channel"], one["to_chat"]))  # one order for every process: no deadlock
    for statement, many in ((_SENT, sent), (_AGAIN, again), (_PARTLY, partly), (_FAILED, failed), (_BLOCKED, gone)):
        if many:
            await connection.execute(statement, many)


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
    """Make every leased row due at once: only right where this process is the only worker (SQLite, at start).

    What waits for its time, or because the platform asked for it, goes on waiting.
    """
    await connection.execute(
        update(outbox).where(QUEUED, outbox.c.leased, outbox.c.due_at > now).values(due_at=now, leased=False)
    )


async def mailbox(connection: AsyncConnection, key: ChatKey, *, after: int, limit: int = 100) -> list[MailboxMessage]:
    """The messages of one chat of a mailbox channel with a larger id, oldest first."""
    result = await connection.execute(
        select(outbox.c.id, outbox.c.payload, outbox.c.created_at, outbox.c.broadcast_id)
        .where(outbox.c.channel == key[0], outbox.c.chat == key[1], outbox.c.id > after)
        .where(_PAST, outbox.c.state == OUTBOX_SENT)
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
    of_chat = and_(outbox.c.channel == key[0], outbox.c.chat == key[1])
    # Each by its own index. Rows of broadcasts are few, and the unique index finds them one broadcast at a time.
    queued = and_(QUEUED, outbox.c.broadcast_id.in_(select(broadcasts.c.id)))
    for part in (_SINGLE, queued, _PAST):
        await connection.execute(delete(outbox).where(of_chat, part))
