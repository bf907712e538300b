"""Deleting what is past its time: rows whole, cases emptied, and what an idle conversation still remembers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import ColumnElement, Table, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.conversation import Conversation, decode, encode
from storage import audit, retention
from storage import cases as stored
from storage.audit import Event
from storage.database import Database
from storage.retention import RULES
from storage.tables import conversations
from storage.tables_cases import cases

AT_ONCE: Final = 500
_CASES: Final = "cases"
# What an idle conversation forgets first, by period: fields of its state.
_REMEMBERED: Final[Mapping[str, tuple[str, ...]]] = {
    "last_questions": ("recent",),
    "drafts": ("interview", "put_aside", "noticed", "offered", "controls"),
}

Clock = Callable[[], datetime]
_Batch = Callable[[AsyncConnection], Awaitable[int]]


async def due(connection: AsyncConnection, days: Mapping[str, int], now: datetime) -> dict[str, int]:
    """How much is past its time, by period; nothing is changed."""
    found = dict.fromkeys(days, 0)
    for rule in RULES:
        found[rule.name] += await retention.count(connection, rule, now - timedelta(days=days[rule.name]))
    for name, fields in _REMEMBERED.items():
        idle = retention.idle_with(connection, fields, now - timedelta(days=days[name]))
        found[name] += await _count(connection, conversations, idle)
    full = retention.full_cases(now - timedelta(days=days[_CASES]))
    found[_CASES] += await _count(connection, cases, full)
    return found


async def purge(database: Database, days: Mapping[str, int], clock: Clock, at_once: int = AT_ONCE) -> dict[str, int]:
    """Delete it, each batch a transaction of its own, so that nobody waits; safe to run twice, and to be killed.

    How much it was, by period, stands in the audit trail.
    """
    now = clock()
    found = dict.fromkeys(days, 0)
    for name, batch in _batches(days, now, at_once):
        while True:
            async with database.write() as connection:
                done = await batch(connection)
            found[name] += done
            if done < at_once:
                break
    if any(found.values()):
        async with database.write() as connection:
            await audit.serialise(connection)
            detail = {name: number for name, number in found.items() if number}
            await audit.append(connection, Event("retention_purged", "retention", "", detail=detail), clock())
    return found


def _batches(days: Mapping[str, int], now: datetime, at_once: int) -> Iterator[tuple[str, _Batch]]:
    for rule in RULES:
        yield (
            rule.name,
            partial(retention.purge, rule=rule, before=now - timedelta(days=days[rule.name]), at_once=at_once),
        )
    for name, fields in _REMEMBERED.items():
        yield name, partial(_forget, fields=fields, before=now - timedelta(days=days[name]), at_once=at_once)
    yield _CASES, partial(_empty, before=now - timedelta(days=days[_CASES]), at_once=at_once)


async def _forget(connection: AsyncConnection, *, fields: tuple[str, ...], before: datetime, at_once: int) -> int:
    """Idle conversations lose some of what they remember; one in which somebody writes meanwhile stays as it is."""
    idle = retention.idle_with(connection, fields, before)
    query = select(conversations.c.id, conversations.c.state).where(idle).limit(at_once).with_for_update()
    rows = (await connection.execute(query)).all()
    empty = Conversation()
    for row in rows:
        state = decode(row.state)
        for name in fields:
            setattr(state, name, getattr(empty, name))
        same = (conversations.c.id == row.id, conversations.c.state == row.state)
        await connection.execute(update(conversations).where(*same).values(state=encode(state)))
    return len(rows)


async def _empty(connection: AsyncConnection, *, before: datetime, at_once: int) -> int:
    """Old cases keep their figures and lose who it was and what was said."""
    query = select(cases.c.id).where(retention.full_cases(before)).order_by(cases.c.id).limit(at_once)
    ids = list((await connection.execute(query)).scalars())
    for case_id in ids:
        await stored.empty(connection, case_id)
        await stored.change(connection, case_id, {"channel": "", "chat": "", "person": "", "village_ok": False})
    return len(ids)


async def _count(connection: AsyncConnection, table: Table, condition: ColumnElement[bool]) -> int:
    return int((await connection.execute(select(func.count()).select_from(table).where(condition))).scalar_one())
