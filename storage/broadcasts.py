"""Broadcasts as they are kept: written, changed by one person at a time, moved from state to state, counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Select, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.areas import below
from storage.tables_broadcasts import broadcast_moves, broadcasts


class Wording(msgspec.Struct, frozen=True, omit_defaults=True):
    """The words in one language."""

    title: str
    text: str
    link: str = ""


class Content(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is sent: the words by language, and ids of kept pictures (`storage.media`) in their order."""

    by_language: dict[str, Wording] = {}
    pictures: tuple[str, ...] = ()


_CONTENT: Final = msgspec.json.Decoder(Content)
_COUNTS: Final = msgspec.json.Decoder(dict[str, int])

LIVE: Final = ("running", "paused")
"""States in which rows may still be sent."""


@dataclass(frozen=True, slots=True)
class NewBroadcast:
    """A broadcast to be written down."""

    topic: str
    content: Content
    audience: str
    """JSON of the condition tree."""
    area_key: str
    area_path: str
    created_by: int | None
    urgent: bool = False
    state: str = "draft"
    corrects_id: int | None = None
    start_at: datetime | None = None
    not_after: datetime | None = None
    estimate: int | None = None
    demo: bool = False


@dataclass(frozen=True, slots=True)
class BroadcastRow:
    """A broadcast as it stands."""

    id: int
    topic: str
    urgent: bool
    content: Content
    audience: str
    area_key: str
    area_path: str
    state: str
    version: int
    corrects_id: int | None
    created_by: int | None
    created_at: datetime
    approved_by: int | None
    start_at: datetime | None
    not_after: datetime | None
    moved_at: datetime
    estimate: int | None
    expanded_at: datetime | None
    recipients: int | None
    excluded: dict[str, int]
    """Who was left out when it was expanded, by reason."""
    demo: bool


@dataclass(frozen=True, slots=True)
class Move:
    """A step in a broadcast's life; `account_id` is empty for what the system does by itself."""

    at: datetime
    account_id: int | None
    move: str
    reason: str


async def create(connection: AsyncConnection, new: NewBroadcast, now: datetime) -> int:
    """Write a broadcast down; its id."""
    result = await connection.execute(
        insert(broadcasts)
        .values(
            topic=new.topic,
            urgent=new.urgent,
            content=encode(new.content),
            audience=new.audience,
            area_key=new.area_key,
            area_path=new.area_path,
            state=new.state,
            version=1,
            corrects_id=new.corrects_id,
            created_by=new.created_by,
            created_at=now,
            start_at=new.start_at,
            not_after=new.not_after,
            moved_at=now,
            estimate=new.estimate,
            demo=new.demo,
        )
        .returning(broadcasts.c.id)
    )
    broadcast_id: int = result.scalar_one()
    return broadcast_id


def encode(content: Content) -> str:
    """The stored form."""
    return msgspec.json.encode(content).decode()


async def read(connection: AsyncConnection, broadcast_id: int) -> BroadcastRow | None:
    found = (await connection.execute(select(broadcasts).where(broadcasts.c.id == broadcast_id))).one_or_none()
    return None if found is None else _row(found)


async def pictures(connection: AsyncConnection) -> list[tuple[str, ...]]:
    """The pictures of every announcement that has any, whatever its state."""
    query = select(broadcasts.c.content).where(broadcasts.c.content.contains('"pictures":['))
    return [_CONTENT.decode(found).pictures for found in (await connection.execute(query)).scalars()]


async def content(connection: AsyncConnection, broadcast_id: int) -> tuple[str, Content] | None:
    """Topic and content, for sending."""
    query = select(broadcasts.c.topic, broadcasts.c.content).where(broadcasts.c.id == broadcast_id)
    found = (await connection.execute(query)).one_or_none()
    return None if found is None else (found.topic, _CONTENT.decode(found.content))


async def list_(
    connection: AsyncConnection, area_path: str, *, states: Iterable[str] = (), before: int = 0, limit: int = 50
) -> list[BroadcastRow]:
    """Broadcasts of a subtree, the newest first; `before` is the last id of the page before."""
    query = select(broadcasts).where(below(broadcasts.c.area_path, area_path))
    if states:
        query = query.where(broadcasts.c.state.in_(list(states)))
    if before:
        query = query.where(broadcasts.c.id < before)
    found = await connection.execute(query.order_by(broadcasts.c.id.desc()).limit(limit))
    return [_row(row) for row in found]


async def change(connection: AsyncConnection, broadcast_id: int, version: int, values: Mapping[str, Any]) -> bool:
    """Change fields of a draft; False where somebody else has changed it since that version, or it is no draft now."""
    stored = {name: encode(value) if isinstance(value, Content) else value for name, value in values.items()}
    result = await connection.execute(
        update(broadcasts)
        .where(broadcasts.c.id == broadcast_id, broadcasts.c.version == version, broadcasts.c.state == "draft")
        .values(**stored, version=version + 1)
    )
    return bool(result.rowcount)


async def move(
    connection: AsyncConnection,
    broadcast_id: int,
    *,
    sources: Iterable[str],
    target: str,
    name: str,
    account_id: int | None,
    now: datetime,
    reason: str = "",
    version: int | None = None,
    values: Mapping[str, Any] | None = None,
) -> bool:
    """Bring a broadcast from one of the source states to the target and note who did it; False where it is in none of
    them, or where it is no longer the version that was looked at.
    """
    statement = update(broadcasts).where(broadcasts.c.id == broadcast_id, broadcasts.c.state.in_(list(sources)))
    if version is not None:
        statement = statement.where(broadcasts.c.version == version)
    changed = await connection.execute(
        statement.values(**(values or {}), state=target, version=broadcasts.c.version + 1, moved_at=now)
    )
    if not changed.rowcount:
        return False
    await connection.execute(
        insert(broadcast_moves).values(
            broadcast_id=broadcast_id, at=now, account_id=account_id, move=name, reason=reason
        )
    )
    return True


async def note(
    connection: AsyncConnection, broadcast_id: int, name: str, account_id: int | None, now: datetime
) -> None:
    """Note a step that changes no state: who wrote a part of it cannot be the second person."""
    await connection.execute(
        insert(broadcast_moves).values(broadcast_id=broadcast_id, at=now, account_id=account_id, move=name, reason="")
    )


async def moves(connection: AsyncConnection, broadcast_id: int) -> list[Move]:
    """What has been done with a broadcast, the oldest first."""
    found = await connection.execute(
        select(broadcast_moves.c.at, broadcast_moves.c.account_id, broadcast_moves.c.move, broadcast_moves.c.reason)
        .where(broadcast_moves.c.broadcast_id == broadcast_id)
        .order_by(broadcast_moves.c.id)
    )
    return [Move(*row) for row in found]


async def pause(
    connection: AsyncConnection, broadcast_id: int, *, account_id: int | None, now: datetime, reason: str = ""
) -> bool:
    """Stop sending for the time being: no worker claims its rows any more."""
    return await move(
        connection,
        broadcast_id,
        sources=("running",),
        target="paused",
        name="pause",
        account_id=account_id,
        now=now,
        reason=reason,
    )


async def resume(connection: AsyncConnection, broadcast_id: int, *, account_id: int | None, now: datetime) -> bool:
    """Go on where it was paused."""
    return await move(
        connection,
        broadcast_id,
        sources=("paused",),
        target="running",
        name="resume",
        account_id=account_id,
        now=now,
    )


async def cancel(
    connection: AsyncConnection, broadcast_id: int, *, account_id: int | None, now: datetime, reason: str = ""
) -> bool:
    """Call it off: nothing more is sent from now on; the rows are ended by the broadcasting loop."""
    return await move(
        connection,
        broadcast_id,
        sources=("draft", "waiting_approval", "scheduled", "running", "paused"),
        target="cancelled",
        name="cancel",
        account_id=account_id,
        now=now,
        reason=reason,
    )


async def first_due(connection: AsyncConnection, now: datetime, *, urgent_only: bool) -> int | None:
    """Whether there is one for `take_due`: a cheap look that takes no lock."""
    found = (await connection.execute(_due(now, urgent_only).with_only_columns(broadcasts.c.id))).first()
    return None if found is None else int(found.id)


async def take_due(connection: AsyncConnection, now: datetime, *, urgent_only: bool) -> BroadcastRow | None:
    """The scheduled broadcast that is due first, locked by this transaction; of several processes one gets it.

    `urgent_only` in the quiet hours.
    """
    query = _due(now, urgent_only)
    if connection.dialect.name == "postgresql":
        query = query.with_for_update(skip_locked=True)
    found = (await connection.execute(query)).one_or_none()
    return None if found is None else _row(found)


def _due(now: datetime, urgent_only: bool) -> Select[Any]:
    query = (
        select(broadcasts)
        .where(broadcasts.c.state == "scheduled")
        .where(or_(broadcasts.c.start_at.is_(None), broadcasts.c.start_at <= now))
        .order_by(broadcasts.c.urgent.desc(), broadcasts.c.start_at, broadcasts.c.id)
        .limit(1)
    )
    return query.where(broadcasts.c.urgent) if urgent_only else query


async def overdue(connection: AsyncConnection, now: datetime) -> list[int]:
    """Broadcasts that may no longer be sent and have not ended: scheduled, waiting, running or paused."""
    found = await connection.execute(
        select(broadcasts.c.id)
        .where(broadcasts.c.state.in_(("waiting_approval", "scheduled", *LIVE)), broadcasts.c.not_after <= now)
        .order_by(broadcasts.c.id)
    )
    return [row.id for row in found]


async def in_state(connection: AsyncConnection, *states: str, moved_since: datetime | None = None) -> list[int]:
    """Ids of the broadcasts in these states, the oldest first."""
    query = select(broadcasts.c.id).where(broadcasts.c.state.in_(states)).order_by(broadcasts.c.id)
    if moved_since is not None:
        query = query.where(broadcasts.c.moved_at >= moved_since)
    return [row.id for row in await connection.execute(query)]


async def waiting_for_approval(connection: AsyncConnection, area_path: str) -> int:
    """How many of a subtree wait for a second person."""
    query = select(func.count()).where(
        below(broadcasts.c.area_path, area_path), broadcasts.c.state == "waiting_approval"
    )
    return int((await connection.execute(query)).scalar_one())


def _row(found: Any) -> BroadcastRow:
    return BroadcastRow(
        id=found.id,
        topic=found.topic,
        urgent=found.urgent,
        content=_CONTENT.decode(found.content),
        audience=found.audience,
        area_key=found.area_key,
        area_path=found.area_path,
        state=found.state,
        version=found.version,
        corrects_id=found.corrects_id,
        created_by=found.created_by,
        created_at=found.created_at,
        approved_by=found.approved_by,
        start_at=found.start_at,
        not_after=found.not_after,
        moved_at=found.moved_at,
        estimate=found.estimate,
        expanded_at=found.expanded_at,
        recipients=found.recipients,
        excluded=_COUNTS.decode(found.excluded) if found.excluded else {},
        demo=found.demo,
    )
