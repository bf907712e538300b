"""Nominations as rows: stored, moved on with a version, looked for. What was told is sealed before it comes here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, delete, func, insert, literal, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import reviewed
from storage.areas import below
from storage.tables_nominations import nomination_files, nomination_moves, nominations
from storage.tables_people import accounts, areas

MOST_COUNTED: Final = 1_000
"""A number above it only says "more"."""
PORTION: Final = 500
"""So many of the list of a year are read at once."""
_OVER: Final = ("refused", "withdrawn", "joined")


@dataclass(frozen=True, slots=True)
class NominationRow:
    """A nomination as it stands; `told` is ciphertext, empty once its content has been erased."""

    id: int
    receipt: str
    submission: str
    kind: str
    year: int
    area_key: str
    area_path: str
    organisation: str
    name_hash: str | None
    told: str
    consent: str
    state: str
    version: int
    sent_by: int
    channel: str
    chat: str
    created_at: datetime
    moved_at: datetime
    decided_at: datetime | None
    due_on: date | None
    reminded_on: date | None
    duplicate_of: int | None
    news_id: int | None
    erased_at: datetime | None
    area_name: str = ""
    area_kind: str = ""
    above: str = ""
    sender: str = ""


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One step of a nomination's way; `reason` is ciphertext."""

    id: int
    nomination_id: int
    at: datetime
    account_id: int
    role: str
    move: str
    from_state: str
    to_state: str
    reason: str | None
    name: str = ""


@dataclass(frozen=True, slots=True)
class FileRow:
    """A photo; `content` is ciphertext."""

    id: int
    nomination_id: int
    at: datetime
    account_id: int
    channel: str
    mime: str
    size: int
    content: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for. `name_hashes` or `number` are what a typed text means; with neither it means nothing."""

    path: str
    states: tuple[str, ...] = ()
    kind: str = ""
    year: int | None = None
    consent: str = ""
    organisation: str | None = None
    overdue_on: date | None = None
    number: int | None = None
    name_hashes: tuple[str, ...] = ()


async def add(connection: AsyncConnection, submission: str, values: dict[str, Any]) -> int | None:
    """Store a new nomination and return its id; None where this submission is stored already."""
    return await reviewed.add(connection, nominations, submission, values, receipt)


def receipt(nomination_id: int) -> str:
    """What a nomination is called by people: "DC-0007"."""
    return f"DC-{nomination_id:04d}"


async def change(connection: AsyncConnection, nomination_id: int, version: int, values: dict[str, Any]) -> bool:
    """Set columns if nobody has changed it since that version."""
    return await reviewed.change(connection, nominations, nomination_id, version, values)


async def add_move(connection: AsyncConnection, values: dict[str, Any]) -> None:
    """Write down a step."""
    await connection.execute(insert(nomination_moves).values(**values))


async def add_file(connection: AsyncConnection, values: dict[str, Any]) -> None:
    """Keep a photo's handle."""
    await connection.execute(insert(nomination_files).values(**values))


async def erase_beside(connection: AsyncConnection, nomination_id: int) -> None:
    """Delete the photos, and what was said with the steps; that there were steps stays."""
    await connection.execute(delete(nomination_files).where(nomination_files.c.nomination_id == nomination_id))
    await connection.execute(
        update(nomination_moves).where(nomination_moves.c.nomination_id == nomination_id).values(reason=None)
    )


async def get(connection: AsyncConnection, nomination_id: int) -> NominationRow | None:
    return _first(await connection.execute(_select().where(nominations.c.id == nomination_id)))


async def by_submission(connection: AsyncConnection, submission: str) -> NominationRow | None:
    return _first(await connection.execute(_select().where(nominations.c.submission == submission)))


async def moves(connection: AsyncConnection, nomination_id: int) -> list[MoveRow]:
    """A nomination's way, oldest step first."""
    query = reviewed.way(nomination_moves, nomination_moves.c.nomination_id == nomination_id)
    return [MoveRow(**row._mapping) for row in await connection.execute(query)]


async def files(connection: AsyncConnection, nomination_id: int) -> list[FileRow]:
    query = select(nomination_files).where(nomination_files.c.nomination_id == nomination_id)
    return [FileRow(**row._mapping) for row in await connection.execute(query.order_by(nomination_files.c.id))]


async def alike(
    connection: AsyncConnection, *, year: int, path: str, name_hashes: Sequence[str], beside: int = 0
) -> list[NominationRow]:
    """Nominations of a year with this name in a subtree; refused, withdrawn and joined ones do not count."""
    query = _select().where(
        nominations.c.name_hash.in_(list(name_hashes)),
        nominations.c.year == year,
        below(nominations.c.area_path, path),
        nominations.c.state.not_in(_OVER),
        nominations.c.id != beside,
    )
    return _all(await connection.execute(query.order_by(nominations.c.id).limit(5)))


async def joined_to(connection: AsyncConnection, nomination_id: int) -> list[NominationRow]:
    """The nominations that were confirmed to be of the same nominee."""
    query = _select().where(nominations.c.duplicate_of == nomination_id, nominations.c.state == "joined")
    return _all(await connection.execute(query.order_by(nominations.c.id)))


async def of_sender(
    connection: AsyncConnection, account_id: int, path: str, *, before: int | None = None, limit: int = 10
) -> list[NominationRow]:
    """What somebody has sent from a subtree, newest first."""
    query = _select().where(nominations.c.sent_by == account_id, below(nominations.c.area_path, path))
    if before is not None:
        query = query.where(nominations.c.id < before)
    return _all(await connection.execute(query.order_by(nominations.c.id.desc()).limit(limit)))


async def queue(
    connection: AsyncConnection, filters: Filters, *, after: int = 0, limit: int = 10
) -> tuple[list[NominationRow], int | None]:
    """Nominations, oldest first, and the id to go on after (None after the last page)."""
    query = _select().where(nominations.c.id > after, *_conditions(filters)).order_by(nominations.c.id)
    rows = _all(await connection.execute(query.limit(limit + 1)))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


async def count(connection: AsyncConnection, filters: Filters) -> int:
    """How many there are; one more than `MOST_COUNTED` stands for all larger numbers."""
    found = select(nominations.c.id).where(*_conditions(filters)).limit(MOST_COUNTED + 1)
    return int((await connection.execute(select(func.count()).select_from(found.subquery()))).scalar_one())


async def overdue(
    connection: AsyncConnection, today: date, *, path: str = "/", after: int = 0, limit: int = 200
) -> list[NominationRow]:
    """Open nominations whose time limit has passed, by id."""
    rows, _ = await queue(connection, Filters(path, overdue_on=today), after=after, limit=limit)
    return rows


async def reminded(connection: AsyncConnection, nomination_ids: Iterable[int], today: date) -> None:
    """Nobody is reminded of a nomination twice on one day."""
    await reviewed.reminded(connection, nominations, nomination_ids, today)


async def commended(
    connection: AsyncConnection, path: str, year: int, *, after: NominationRow | None = None, limit: int = PORTION
) -> list[NominationRow]:
    """What was approved for a year in a subtree, in the order of the tree, from the line after `after` on; erased ones
    are not among it.
    """
    query = _select().where(*_approved(path, year))
    if after is not None:
        begin = (literal(after.area_path, nominations.c.area_path.type), literal(after.id, nominations.c.id.type))
        query = query.where(tuple_(nominations.c.area_path, nominations.c.id) > tuple_(*begin))
    return _all(await connection.execute(query.order_by(nominations.c.area_path, nominations.c.id).limit(limit)))


async def count_commended(connection: AsyncConnection, path: str, year: int) -> dict[str, int]:
    """How many were approved for a year in a subtree, by kind."""
    query = select(nominations.c.kind, func.count()).where(*_approved(path, year)).group_by(nominations.c.kind)
    return {row[0]: row[1] for row in await connection.execute(query)}


def _approved(path: str, year: int) -> tuple[ColumnElement[bool], ...]:
    return (
        nominations.c.year == year,
        nominations.c.state == "approved",
        nominations.c.erased_at.is_(None),
        below(nominations.c.area_path, path),
    )


async def years(connection: AsyncConnection, path: str) -> list[int]:
    """The years that have nominations in a subtree, newest first."""
    query = select(nominations.c.year).where(below(nominations.c.area_path, path)).distinct()
    return sorted((await connection.execute(query)).scalars(), reverse=True)


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [below(nominations.c.area_path, filters.path)]
    if filters.states:
        found.append(nominations.c.state.in_(filters.states))
    for column, wanted in ((nominations.c.kind, filters.kind), (nominations.c.consent, filters.consent)):
        if wanted:
            found.append(column == wanted)
    if filters.year is not None:
        found.append(nominations.c.year == filters.year)
    if filters.organisation is not None:
        found.append(nominations.c.organisation == filters.organisation)
    if filters.overdue_on is not None:
        found += reviewed.late(nominations, filters.overdue_on)
    said: list[ColumnElement[bool]] = []
    if filters.number is not None:
        said.append(nominations.c.id == filters.number)
    if filters.name_hashes:
        said.append(nominations.c.name_hash.in_(filters.name_hashes))
    return [*found, or_(*said)] if said else found


def _select() -> Select[Any]:
    parents = areas.alias("above")
    return (
        select(
            nominations,
            func.coalesce(areas.c.name, "").label("area_name"),
            func.coalesce(areas.c.kind, "").label("area_kind"),
            func.coalesce(parents.c.name, "").label("above"),
            func.coalesce(accounts.c.name, "").label("sender"),
        )
        .outerjoin(areas, areas.c.key == nominations.c.area_key)
        .outerjoin(parents, parents.c.key == areas.c.parent_key)
        .outerjoin(accounts, accounts.c.id == nominations.c.sent_by)
    )


def _all(result: Any) -> list[NominationRow]:
    return [NominationRow(**row._mapping) for row in result]


def _first(result: Any) -> NominationRow | None:
    row = result.one_or_none()
    return None if row is None else NominationRow(**row._mapping)
