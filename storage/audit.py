"""The audit trail: who did what to whom, append-only, each row holding the hash of the one before.

A row is written in the transaction of the change it tells of. It holds ids and codes, never names, numbers or text of
people. What the chain cannot show is a cut at its end: `chungtay audit verify` prints the last hash, to be kept
elsewhere and asked for the next time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables_people import audit

BEGINNING: Final = "0" * 64
_PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Event:
    """What is written down. `subject_id` is an id of ours, or a keyed hash where there is none."""

    verb: str
    subject_kind: str
    subject_id: str
    account_id: int | None = None
    role: str = ""
    area_path: str = ""
    detail: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the trail."""

    id: int
    at: datetime
    account_id: int | None
    role: str
    verb: str
    subject_kind: str
    subject_id: str
    area_path: str
    detail: str
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What walking the chain found: `broken` is the id of the first row that does not fit, with the reason."""

    rows: int
    last_hash: str
    broken: int | None = None
    reason: str = ""


async def serialise(connection: AsyncConnection) -> None:
    """Wait for the chain; it is ours until the transaction ends.

    An action that locks rows of its own takes the chain first, so that two of them never wait for each other.
    SQLite's one writer has it anyway.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext("audit"))))


async def append(connection: AsyncConnection, event: Event, now: datetime) -> int:
    """Add a row at the end of the chain and return its id."""
    await serialise(connection)
    last = await connection.execute(select(audit.c.hash).order_by(audit.c.id.desc()).limit(1))
    previous: str = last.scalar_one_or_none() or BEGINNING
    values: dict[str, Any] = {
        "at": now.astimezone(UTC),
        "account_id": event.account_id,
        "role": event.role,
        "verb": event.verb,
        "subject_kind": event.subject_kind,
        "subject_id": event.subject_id,
        "area_path": event.area_path,
        "detail": _canonical(dict(event.detail or {})),
        "previous_hash": previous,
    }
    written = await connection.execute(
        insert(audit).values(**values, hash=_hash(previous, values)).returning(audit.c.id)
    )
    row_id: int = written.scalar_one()
    return row_id


async def count(
    connection: AsyncConnection,
    *,
    verb: str,
    since: datetime,
    subject_kind: str,
    subject_id: str | None = None,
    most: int,
) -> int:
    """How often something was written since then, counted up to `most`."""
    found = select(audit.c.id).where(audit.c.verb == verb, audit.c.at > since, audit.c.subject_kind == subject_kind)
    if subject_id is not None:
        found = found.where(audit.c.subject_id == subject_id)
    return int((await connection.execute(select(func.count()).select_from(found.limit(most).subquery()))).scalar_one())


async def entries(
    connection: AsyncConnection,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    area_path: str = "",
    before: int | None = None,
    limit: int = 100,
) -> list[Entry]:
    """The newest rows of a period `[start, end)` and of the areas below a path, for reading them page by page."""
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if start is not None:
        query = query.where(audit.c.at >= start)
    if end is not None:
        query = query.where(audit.c.at < end)
    if area_path:
        query = query.where(audit.c.area_path.like(f"{area_path}%"))
    if before is not None:
        query = query.where(audit.c.id < before)
    return [_entry(row) for row in await connection.execute(query)]


async def walk(connection: AsyncConnection) -> AsyncIterator[Entry]:
    """Every row from the first to the last, a page at a time."""
    after = 0
    while True:
        page = await connection.execute(select(audit).where(audit.c.id > after).order_by(audit.c.id).limit(_PAGE))
        rows = page.all()
        for row in rows:
            yield _entry(row)
        if len(rows) < _PAGE:
            return
        after = rows[-1].id


async def verify(connection: AsyncConnection, expected: str = "") -> Verified:
    """Walk the chain; `expected` is a hash noted earlier, which must still be in it."""
    previous, rows, seen = BEGINNING, 0, not expected
    async for entry in walk(connection):
        if entry.previous_hash != previous:
            return Verified(rows, previous, entry.id, "a row before it is missing or was changed")
        values = {name: getattr(entry, name) for name in _HASHED}
        if entry.hash != _hash(previous, values):
            return Verified(rows, previous, entry.id, "it was changed after it was written")
        previous, rows = entry.hash, rows + 1
        seen = seen or entry.hash == expected
    if not seen:
        return Verified(rows, previous, 0, "the hash that was noted earlier is gone: the end was cut off")
    return Verified(rows, previous)


async def verify_tail(connection: AsyncConnection, rows: int) -> Verified:
    """Walk the newest rows only: what a check can do every minute on a trail of any length."""
    newest = await connection.execute(select(audit).order_by(audit.c.id.desc()).limit(rows))
    previous, good = "", 0
    for entry in reversed([_entry(row) for row in newest]):
        if previous and entry.previous_hash != previous:
            return Verified(good, previous, entry.id, "a row before it is missing or was changed")
        if entry.hash != _hash(entry.previous_hash, {name: getattr(entry, name) for name in _HASHED}):
            return Verified(good, previous, entry.id, "it was changed after it was written")
        previous, good = entry.hash, good + 1
    return Verified(good, previous)


_HASHED: Final = ("at", "account_id", "role", "verb", "subject_kind", "subject_id", "area_path", "detail")


def _hash(previous: str, values: Mapping[str, Any]) -> str:
    said = {name: values[name] for name in _HASHED}
    said["at"] = values["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256((previous + _canonical(said)).encode()).hexdigest()


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _entry(row: Any) -> Entry:
    return Entry(**row._mapping)


COLUMNS: Final = ("id", "at", *_HASHED[1:], "previous_hash", "hash")


def cells(entry: Entry) -> list[str]:
    """A row for a spreadsheet; a cell that could be taken for a formula is marked as text."""
    return [_cell(getattr(entry, name)) for name in COLUMNS]


def as_hashed(entry: Entry) -> dict[str, Any]:
    """A row as its hash was taken, with its id and both hashes: whoever has the rows can check the chain without us."""
    said = {name: getattr(entry, name) for name in _HASHED}
    said["at"] = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    return {"id": entry.id, **said, "previous_hash": entry.previous_hash, "hash": entry.hash}


def _cell(value: Any) -> str:
    said = value.isoformat() if isinstance(value, datetime) else "" if value is None else str(value)
    return f"'{said}" if said[:1] in ("=", "+", "-", "@", "\t", "\r") else said
