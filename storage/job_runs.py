"""Nightly jobs as rows: who runs which one on which night. A lease lets another process take over from a dead one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables_linked import job_runs
from storage.turns import upsert

MOST_ATTEMPTS: Final = 5
"""A job that fails so often in one night waits for the next."""


@dataclass(frozen=True, slots=True)
class JobRun:
    """How a job of a night stands."""

    job: str
    night: date
    holder: str
    attempts: int
    started_at: datetime
    lease_until: datetime
    finished_at: datetime | None
    result: str
    failure: str | None


async def claim(
    connection: AsyncConnection, job: str, night: date, holder: str, now: datetime, until: datetime, *, again: bool
) -> bool:
    """Take a job of a night, unless another holds it, it is done or it has failed too often. `again`: an operator
    wants it however often it was done; what another process holds stays with that one all the same.
    """
    statement = upsert(connection, job_runs).values(
        job=job, night=night, holder=holder, attempts=1, started_at=now, lease_until=until, result="{}"
    )
    free = job_runs.c.lease_until <= now
    if not again:
        free = and_(free, job_runs.c.finished_at.is_(None), job_runs.c.attempts < MOST_ATTEMPTS)
    statement = statement.on_conflict_do_update(
        index_elements=[job_runs.c.job, job_runs.c.night],
        set_={
            "holder": holder,
            "attempts": job_runs.c.attempts + 1,
            "started_at": now,
            "lease_until": until,
            "finished_at": None,
        },
        where=free,
    ).returning(job_runs.c.job)
    return (await connection.execute(statement)).one_or_none() is not None


def _held(job: str, night: date, holder: str) -> tuple[ColumnElement[bool], ...]:
    runs = job_runs.c
    return runs.job == job, runs.night == night, runs.holder == holder, runs.finished_at.is_(None)


async def renew(connection: AsyncConnection, job: str, night: date, holder: str, until: datetime) -> bool:
    """Hold it longer; False where it is no longer ours."""
    statement = update(job_runs).where(*_held(job, night, holder)).values(lease_until=until)
    return bool((await connection.execute(statement)).rowcount)


async def finish(
    connection: AsyncConnection, job: str, night: date, holder: str, now: datetime, result: Mapping[str, int]
) -> bool:
    """It is done; False where it is no longer ours."""
    values = {"finished_at": now, "lease_until": now, "result": json.dumps(dict(result)), "failure": None}
    statement = update(job_runs).where(*_held(job, night, holder)).values(**values)
    return bool((await connection.execute(statement)).rowcount)


async def fail(
    connection: AsyncConnection, job: str, night: date, holder: str, failure: str, again_at: datetime
) -> None:
    """It raised: the next try is due then."""
    statement = update(job_runs).where(*_held(job, night, holder))
    await connection.execute(statement.values(lease_until=again_at, failure=failure[:500]))


async def of_night(connection: AsyncConnection, night: date) -> dict[str, JobRun]:
    """How the jobs of a night stand, by name."""
    found = await connection.execute(select(job_runs).where(job_runs.c.night == night))
    return {row.job: JobRun(**row._mapping) for row in found}


async def newest(connection: AsyncConnection, limit: int = 20) -> list[JobRun]:
    """The last runs, newest first."""
    query = select(job_runs).order_by(job_runs.c.night.desc(), job_runs.c.started_at.desc()).limit(limit)
    return [JobRun(**row._mapping) for row in await connection.execute(query)]
