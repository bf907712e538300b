"""How things stand, in numbers only: what monitoring and `chungtay doctor` ask.

Every query goes over an index of what is open: asking costs the same however much has been sent and decided before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlalchemy import and_, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

# Its encrypted columns are looked at through the metadata, which knows it only once it is loaded.
from storage import tables_register as tables_register
from storage.tables import INBOX_FAILED, OUTBOX_QUEUED, channels, inbox, metadata, outbox
from storage.tables_cases import cases
from storage.tables_linked import job_runs
from storage.tables_reports import STATES, reports
from storage.tables_zalo import arrivals
from storage.turns import upsert

BACKUP: Final = "backup"
"""The name under which `chungtay backup` is written down among the jobs."""
_CLOSED: Final = ("approved", "refused", "withdrawn", "joined")
OPEN_STATES: Final = tuple(state for state in STATES if state not in _CLOSED)
OPEN_CASES: Final = ("open", "waiting")


@dataclass(frozen=True, slots=True)
class Queue:
    """Messages of one channel and priority that are still to be sent."""

    channel: str
    priority: int
    due: int
    """May be sent now."""
    waiting: int
    """Leased by a worker, or put off until later."""
    oldest_due_s: float
    """How long the one that is due longest has been waiting."""


@dataclass(frozen=True, slots=True)
class Job:
    """The last night of a job."""

    name: str
    night: date
    started_at: datetime
    finished_at: datetime | None
    failure: str | None
    last_success_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """One look at the database."""

    queues: tuple[Queue, ...] = ()
    arrivals: Mapping[tuple[str, int], int] = field(default_factory=dict)
    failed_turns: int = 0
    paused: Mapping[str, datetime] = field(default_factory=dict)
    reports: Mapping[str, int] = field(default_factory=dict)
    cases: Mapping[str, int] = field(default_factory=dict)
    overdue_cases: int = 0
    jobs: tuple[Job, ...] = ()


async def look(connection: AsyncConnection, now: datetime) -> Standing:
    """Read everything at once."""
    return Standing(
        queues=await queues(connection, now),
        arrivals=await _arrivals(connection),
        failed_turns=await _failed_turns(connection),
        paused=await _paused(connection, now),
        reports=await _open_reports(connection),
        cases=await _open_cases(connection),
        overdue_cases=await _overdue_cases(connection, now),
        jobs=await jobs(connection),
    )


async def queues(connection: AsyncConnection, now: datetime) -> tuple[Queue, ...]:
    """What is still to be sent, by channel and priority."""
    due = outbox.c.due_at <= now
    found = await connection.execute(
        select(
            outbox.c.channel,
            outbox.c.priority,
            func.count().filter(due),
            func.count().filter(~due),
            # Of its making, not of its due time: a lease that was not kept puts the due time off again and again.
            func.min(outbox.c.created_at).filter(due),
        )
        .where(outbox.c.state == OUTBOX_QUEUED)
        .group_by(outbox.c.channel, outbox.c.priority)
        .order_by(outbox.c.channel, outbox.c.priority)
    )
    return tuple(
        Queue(channel, priority, ready, waiting, (now - oldest).total_seconds() if oldest else 0.0)
        for channel, priority, ready, waiting, oldest in found
    )


async def _arrivals(connection: AsyncConnection) -> dict[tuple[str, int], int]:
    found = await connection.execute(
        select(arrivals.c.channel, arrivals.c.state, func.count()).group_by(arrivals.c.channel, arrivals.c.state)
    )
    return {(channel, state): number for channel, state, number in found}


async def _failed_turns(connection: AsyncConnection) -> int:
    # The number stands in the statement, as in the index's condition: a parameter would not match it on SQLite.
    failed = text(f"state = {INBOX_FAILED}")
    return int((await connection.execute(select(func.count()).select_from(inbox).where(failed))).scalar_one())


async def _paused(connection: AsyncConnection, now: datetime) -> dict[str, datetime]:
    found = await connection.execute(
        select(channels.c.channel, channels.c.paused_until).where(channels.c.paused_until > now)
    )
    return {row[0]: row[1] for row in found}


async def _open_reports(connection: AsyncConnection) -> dict[str, int]:
    found = await connection.execute(
        select(reports.c.state, func.count()).where(reports.c.state.in_(OPEN_STATES)).group_by(reports.c.state)
    )
    return {row[0]: row[1] for row in found}


async def _open_cases(connection: AsyncConnection) -> dict[str, int]:
    found = await connection.execute(
        select(cases.c.state, func.count()).where(cases.c.state.in_(OPEN_CASES)).group_by(cases.c.state)
    )
    return {row[0]: row[1] for row in found}


async def _overdue_cases(connection: AsyncConnection, now: datetime) -> int:
    late = select(func.count()).select_from(cases).where(cases.c.state == "open", cases.c.due_at < now)
    return int((await connection.execute(late)).scalar_one())


async def jobs(connection: AsyncConnection) -> tuple[Job, ...]:
    """The last night of every job, and when each last ended well."""
    last = select(job_runs.c.job, func.max(job_runs.c.night).label("night")).group_by(job_runs.c.job).subquery()
    well = (
        select(job_runs.c.job, func.max(job_runs.c.finished_at).label("at"))
        .where(job_runs.c.failure.is_(None))
        .group_by(job_runs.c.job)
        .subquery()
    )
    found = await connection.execute(
        select(
            job_runs.c.job,
            job_runs.c.night,
            job_runs.c.started_at,
            job_runs.c.finished_at,
            job_runs.c.failure,
            well.c.at,
        )
        .join(last, and_(last.c.job == job_runs.c.job, last.c.night == job_runs.c.night))
        .outerjoin(well, well.c.job == job_runs.c.job)
        .order_by(job_runs.c.job)
    )
    return tuple(Job(*row) for row in found)


async def backed_up(
    connection: AsyncConnection, night: date, began: datetime, ended: datetime, size: int, holder: str
) -> None:
    """Write down that a backup has been made."""
    values = {
        "holder": holder[:64],
        "attempts": 1,
        "started_at": began,
        "lease_until": ended,
        "finished_at": ended,
        "result": json.dumps({"bytes": size}),
        "failure": None,
    }
    statement = upsert(connection, job_runs).values(job=BACKUP, night=night, **values)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[job_runs.c.job, job_runs.c.night],
            set_={**values, "attempts": job_runs.c.attempts + 1},
        )
    )


async def database_clock(connection: AsyncConnection) -> datetime | None:
    """The time of the database's machine; None where it is this one."""
    if connection.dialect.name == "sqlite":
        return None
    return (await connection.execute(select(func.clock_timestamp()))).scalar_one()  # type: ignore[no-any-return]  # timestamptz


async def key_ids(connection: AsyncConnection, newest: int = 200) -> set[str]:
    """The ids of the keys that the newest encrypted values of each table name; nothing is decrypted."""
    found: set[str] = set()
    for table in metadata.sorted_tables:
        for column in table.columns:
            if column.name.endswith("_encrypted") or (table.name, column.name) in _CIPHERTEXTS:
                primary = next(iter(table.primary_key.columns))
                rows = await connection.execute(
                    select(column).where(column.is_not(None)).order_by(primary.desc()).limit(newest)
                )
                found |= {row[0].partition(".")[0] for row in rows if "." in row[0]}
    return found


_CIPHERTEXTS: Final = frozenset(
    {
        ("reports", "fields"),
        ("report_moves", "reason"),
        ("report_files", "content"),
        ("zalo_oa_tokens", "access_token"),
        ("finding_outcomes", "note"),
    }
)
