"""Reports as rows: stored, moved on with a version, looked for. What was told is sealed before it comes here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import reviewed
from storage.areas import below
from storage.tables_people import accounts, areas
from storage.tables_reports import report_files, report_moves, reports


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report as it stands; `fields` is ciphertext."""

    id: int
    receipt: str
    submission: str
    form: str
    area_key: str
    area_path: str
    household_id: int | None
    member_id: int | None
    other_household_id: int | None
    subject_hash: str | None
    fields: str
    event_date: date
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
    change_id: int | None
    duplicate_of: int | None
    area_name: str = ""
    sender: str = ""


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One step of a report's way; `reason` is ciphertext."""

    id: int
    report_id: int
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
    """A photo or a point that goes with a report; `content` is ciphertext."""

    id: int
    report_id: int
    at: datetime
    account_id: int
    kind: str
    channel: str
    mime: str
    size: int
    content: str


async def add(connection: AsyncConnection, submission: str, values: dict[str, Any]) -> int | None:
    """Store a new report and return its id; None where this submission is stored already."""
    return await reviewed.add(connection, reports, submission, values, receipt)


def receipt(report_id: int) -> str:
    """What a report is called by people: "BC-0412"."""
    return f"BC-{report_id:04d}"


async def change(connection: AsyncConnection, report_id: int, version: int, values: dict[str, Any]) -> bool:
    """Set columns of a report if nobody has changed it since that version."""
    return await reviewed.change(connection, reports, report_id, version, values)


async def add_move(connection: AsyncConnection, values: dict[str, Any]) -> None:
    """Write down a step."""
    await connection.execute(insert(report_moves).values(**values))


async def add_file(connection: AsyncConnection, values: dict[str, Any]) -> None:
    """Keep what came along."""
    await connection.execute(insert(report_files).values(**values))


async def get(connection: AsyncConnection, report_id: int) -> ReportRow | None:
    return _first(await connection.execute(_select().where(reports.c.id == report_id)))


async def by_submission(connection: AsyncConnection, submission: str) -> ReportRow | None:
    return _first(await connection.execute(_select().where(reports.c.submission == submission)))


async def moves(connection: AsyncConnection, report_id: int) -> list[MoveRow]:
    """A report's way, oldest step first."""
    query = reviewed.way(report_moves, report_moves.c.report_id == report_id)
    return [MoveRow(**row._mapping) for row in await connection.execute(query)]


async def files(connection: AsyncConnection, report_id: int) -> list[FileRow]:
    query = select(report_files).where(report_files.c.report_id == report_id).order_by(report_files.c.id)
    return [FileRow(**row._mapping) for row in await connection.execute(query)]


async def waiting(
    connection: AsyncConnection,
    path: str,
    states: Sequence[str],
    *,
    form: str | None = None,
    after: int = 0,
    limit: int = 10,
) -> list[ReportRow]:
    """The reports of a subtree in these states, oldest first; `after` is the last id of the page before."""
    query = _select().where(reports.c.state.in_(states), below(reports.c.area_path, path), reports.c.id > after)
    if form is not None:
        query = query.where(reports.c.form == form)
    return _all(await connection.execute(query.order_by(reports.c.id).limit(limit)))


async def count_waiting(
    connection: AsyncConnection, path: str, states: Sequence[str], *, after: int = 0, most: int = 1000
) -> int:
    """How many reports wait there, counted up to `most`."""
    conditions = (reports.c.state.in_(states), below(reports.c.area_path, path), reports.c.id > after)
    found = select(reports.c.id).where(*conditions).limit(most)
    return int((await connection.execute(select(func.count()).select_from(found.subquery()))).scalar_one())


async def of_sender(
    connection: AsyncConnection, account_id: int, path: str, *, before: int | None = None, limit: int = 10
) -> list[ReportRow]:
    """What somebody has sent from a subtree, newest first."""
    query = _select().where(reports.c.sent_by == account_id, below(reports.c.area_path, path))
    if before is not None:
        query = query.where(reports.c.id < before)
    return _all(await connection.execute(query.order_by(reports.c.id.desc()).limit(limit)))


async def of_household(connection: AsyncConnection, household_id: int, limit: int = 50) -> list[ReportRow]:
    """What was told of a household, newest first."""
    named = or_(reports.c.household_id == household_id, reports.c.other_household_id == household_id)
    return _all(await connection.execute(_select().where(named).order_by(reports.c.id.desc()).limit(limit)))


async def alike(
    connection: AsyncConnection,
    *,
    form: str,
    household_id: int | None,
    member_id: int | None,
    subject_hashes: Sequence[str],
    on: date,
    within: timedelta,
) -> list[ReportRow]:
    """Reports of the same kind about the same, whose day lies near; refused and withdrawn ones do not count."""
    query = _select().where(
        reports.c.form == form,
        reports.c.event_date.between(_moved(on, -within), _moved(on, within)),
        reports.c.state.not_in(("refused", "withdrawn", "joined")),
    )
    if household_id is not None:
        query = query.where(reports.c.household_id == household_id)
        if member_id is not None:
            query = query.where(reports.c.member_id == member_id)
    elif subject_hashes:
        query = query.where(reports.c.subject_hash.in_(list(subject_hashes)))
    else:
        return []
    return _all(await connection.execute(query.order_by(reports.c.id).limit(5)))


def _moved(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return date.min if by < timedelta() else date.max


async def joined_to(connection: AsyncConnection, report_id: int) -> list[ReportRow]:
    """The reports that were confirmed to be the same as this one."""
    query = _select().where(reports.c.duplicate_of == report_id, reports.c.state == "joined")
    return _all(await connection.execute(query.order_by(reports.c.id)))


async def overdue(
    connection: AsyncConnection, today: date, *, path: str = "/", after: int = 0, limit: int = 200
) -> list[ReportRow]:
    """Open reports whose time limit has passed, by id."""
    conditions = (*reviewed.late(reports, today), reports.c.id > after, below(reports.c.area_path, path))
    query = _select().where(*conditions)
    return _all(await connection.execute(query.order_by(reports.c.id).limit(limit)))


async def reminded(connection: AsyncConnection, report_ids: Iterable[int], today: date) -> None:
    """Nobody is reminded of a report twice on one day."""
    await reviewed.reminded(connection, reports, report_ids, today)


def _select() -> Select[Any]:
    return (
        select(
            reports,
            func.coalesce(areas.c.name, "").label("area_name"),
            func.coalesce(accounts.c.name, "").label("sender"),
        )
        .outerjoin(areas, areas.c.key == reports.c.area_key)
        .outerjoin(accounts, accounts.c.id == reports.c.sent_by)
    )


def _all(result: Any) -> list[ReportRow]:
    return [ReportRow(**row._mapping) for row in result]


def _first(result: Any) -> ReportRow | None:
    row = result.one_or_none()
    return None if row is None else ReportRow(**row._mapping)
