"""Messages that were stored before the platform was told that we have them, until their turn is committed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables_zalo import ARRIVAL_FAILED, ARRIVAL_WAITING, arrivals
from storage.turns import upsert


@dataclass(frozen=True, slots=True)
class NewArrival:
    """A message as the platform posted it. The same `message_id` is the same message, however often it comes."""

    channel: str
    message_id: str
    sender: str
    payload: bytes
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message claimed by this process."""

    id: int
    channel: str
    message_id: str
    sender: str
    payload: bytes
    sent_at: datetime
    received_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Postponed:
    """An arrival that could not be handled now: due again, or `failed` for good."""

    id: int
    due_at: datetime
    failure: str
    failed: bool = False


async def add(connection: AsyncConnection, new: Iterable[NewArrival], now: datetime) -> None:
    """Keep messages; one that waits already is left as it is."""
    rows = {
        (one.channel, one.message_id): {
            "channel": one.channel,
            "message_id": one.message_id,
            "sender": one.sender,
            "payload": one.payload,
            "sent_at": one.sent_at,
            "received_at": now,
            "due_at": now,
            "attempts": 0,
            "state": ARRIVAL_WAITING,
        }
        for one in new
    }
    if rows:
        # In the order of their coming, which for one sender is the order of the ids.
        await connection.execute(upsert(connection, arrivals).on_conflict_do_nothing(), list(rows.values()))


async def claim(
    connection: AsyncConnection, channels: Sequence[str], *, now: datetime, lease: timedelta, limit: int
) -> list[Arrival]:
    """Lease due messages, oldest first. A sender of whom one is leased or postponed waits as a whole."""
    other = arrivals.alias("other")
    held = exists().where(
        and_(
            other.c.channel == arrivals.c.channel,
            other.c.sender == arrivals.c.sender,
            other.c.state == ARRIVAL_WAITING,
            other.c.due_at > now,
        )
    )
    due = (
        select(arrivals.c.id)
        .where(arrivals.c.channel.in_(channels), arrivals.c.state == ARRIVAL_WAITING, arrivals.c.due_at <= now)
        .where(~held)
        .order_by(arrivals.c.id)
        .limit(limit)
    )
    if connection.dialect.name == "postgresql":
        # One claim at a time: what another claim has not yet committed does not look leased.
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext("arrivals"))))
    result = await connection.execute(
        update(arrivals)
        .where(arrivals.c.id.in_(due))
        .values(due_at=now + lease, attempts=arrivals.c.attempts + 1)
        .returning(*(arrivals.c[name] for name in Arrival.__slots__))
    )
    rows = [Arrival(*row) for row in result]
    return sorted(rows, key=lambda row: (row.sent_at, row.id))


async def has_due(connection: AsyncConnection, channels: Sequence[str], now: datetime) -> bool:
    """Whether a claim could find anything: a cheap look that takes no lock."""
    due = select(arrivals.c.id).where(
        arrivals.c.channel.in_(channels), arrivals.c.state == ARRIVAL_WAITING, arrivals.c.due_at <= now
    )
    return (await connection.execute(due.limit(1))).first() is not None


_FINISH = delete(arrivals).where(arrivals.c.id == bindparam("row_id"))
_POSTPONE = (
    update(arrivals)
    .where(arrivals.c.id == bindparam("row_id"))
    .values(due_at=bindparam("due"), state=bindparam("new_state"), failure=bindparam("reason"))
)


async def settle(connection: AsyncConnection, done: Sequence[int], postponed: Sequence[Postponed]) -> None:
    """Delete what has been handled; keep the rest with its reason."""
    if done:
        await connection.execute(_FINISH, [{"row_id": row_id} for row_id in done])
    if postponed:
        await connection.execute(
            _POSTPONE,
            [
                {
                    "row_id": one.id,
                    "due": one.due_at,
                    "new_state": ARRIVAL_FAILED if one.failed else ARRIVAL_WAITING,
                    "reason": one.failure,
                }
                for one in postponed
            ],
        )


async def release_leases(connection: AsyncConnection, now: datetime) -> None:
    """Make every waiting message due: only right where this process is the only one (SQLite, at start)."""
    await connection.execute(
        update(arrivals).where(arrivals.c.state == ARRIVAL_WAITING, arrivals.c.due_at > now).values(due_at=now)
    )


async def drop_failed(connection: AsyncConnection, before: datetime) -> None:
    """Delete what failed and was received before then: it is what people wrote, and nobody has looked at it."""
    await connection.execute(
        delete(arrivals).where(arrivals.c.state == ARRIVAL_FAILED, arrivals.c.received_at < before)
    )


async def counts(connection: AsyncConnection) -> dict[tuple[str, int], int]:
    """Rows by (channel, state)."""
    result = await connection.execute(
        select(arrivals.c.channel, arrivals.c.state, func.count()).group_by(arrivals.c.channel, arrivals.c.state)
    )
    return {(row[0], row[1]): row[2] for row in result}


async def forget(connection: AsyncConnection, channel: str, sender: str) -> None:
    """Delete what failed of a sender; what still waits is about to be handled."""
    await connection.execute(
        delete(arrivals).where(
            arrivals.c.channel == channel, arrivals.c.sender == sender, arrivals.c.state == ARRIVAL_FAILED
        )
    )
