"""What is done once a night or morning, by exactly one process: a row for each job and day, with a lease.

A process that serves only looks whether something is due; the work is done by a process of its own, `chungtay nightly`,
since it computes for minutes and what it loads is needed once. A job runs again when its process died, so it must be
safe to run twice on one day.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.logs import place
from bot.settings import Settings, key_file
from content import localities, words
from content.words import SOURCE_LANGUAGE
from handlers.actions import analytics, entitlements
from handlers.actions.linked import forget_old
from handlers.actions.media import discard_unused
from handlers.actions.reminders import remind
from handlers.actions.retention import purge
from handlers.learning import asking
from handlers.reporting.frame import Frame, frame_of
from handlers.turn import VIETNAM
from rules import assess
from rules.assess import Assessor
from storage import files, job_runs, learning, photos
from storage.database import Database
from storage.job_runs import MOST_ATTEMPTS, JobRun
from storage.keys import Keys
from storage.retention import periods

log = structlog.get_logger(__name__)

MORNING: Final = time(7, 30)
"""Before this nobody is written to because a job ran."""
LOOK_EVERY_S: Final = 60.0
LEASE: Final = timedelta(minutes=10)
_AGAIN_AFTER: Final = timedelta(minutes=10)
_PHOTOS_WAIT: Final = timedelta(days=1)

Result = Mapping[str, int]


class Night:
    """What jobs work with; what only some of them need is read when it is needed."""

    def __init__(self, settings: Settings, database: Database, clock: Callable[[], datetime]) -> None:
        self.database: Final = database
        self.clock: Final = clock
        self.keys: Final = Keys(key_file(settings))
        self.periods: Final = periods(settings.retention)
        self._locality: Final = settings.locality

    @cached_property
    def frame(self) -> Frame:
        return frame_of(localities.load(self._locality), words.load()[SOURCE_LANGUAGE])

    @cached_property
    def assessor(self) -> Assessor:
        return assess.load()

    @property
    def today(self) -> date:
        """The day in Viet Nam."""
        return self.clock().astimezone(VIETNAM).date()


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done once a day: at night, or in the morning where people are written to."""

    name: str
    run: Callable[[Night], Awaitable[Result]]
    morning: bool = False

    def due_from(self, at: time) -> time:
        """The time of the day from which on it is due."""
        return MORNING if self.morning else at


async def summed_up(night: Night) -> Result:
    """The weeks of questions that are over: before the questions themselves are deleted."""
    async with night.database.write() as connection:
        return {"weeks": await analytics.sum_up(connection, night.clock())}


async def expired(night: Night) -> Result:
    """Files nobody can fetch any more, photos and pictures that belong to nothing, codes that have run out."""
    now = night.clock()
    # Whoever puts an announcement aside for so long has begun nothing that is still remembered.
    unfinished = now - timedelta(days=night.periods["drafts"])
    async with night.database.write() as connection:
        return {
            "files": await files.expire_files(connection, now),
            "photos": await photos.expire(connection, now - _PHOTOS_WAIT),
            "codes": await forget_old(connection, now),
            "pictures": await discard_unused(connection, unfinished, now),
            "tickets": await learning.forget_tickets(connection, night.today),
            "questions": await learning.expire(connection, night.today - asking.KEPT),
        }


async def retention(night: Night) -> Result:
    """What has been kept for long enough."""
    return await purge(night.database, night.periods, night.clock)


async def overlooked(night: Night) -> Result:
    """Who in the register becomes entitled to something, or no longer is."""
    now = night.clock()
    async with night.database.read() as connection:
        made = await entitlements.survey(connection, night.assessor, night.keys, today=night.today)
    async with night.database.write() as connection:
        run = await entitlements.keep(connection, made, now)
    return {
        "households": run.households, "persons": run.persons, "found": run.found, "new": run.new,
        "unreadable": run.unreadable,
    }  # fmt: skip


async def overlooked_notices(night: Night) -> Result:
    """Village heads and communes hear how many households have news; a linked household hears its own."""
    now = night.clock()
    async with night.database.write() as connection:
        staff = await entitlements.tell_staff(connection, night.frame, None, now, night.today)
        homes = await entitlements.tell_households(connection, night.frame, night.assessor, now, night.today)
    return {"staff": staff, "households": homes}


async def reminders(night: Night) -> Result:
    """Reports and nominations whose time limit is near or over."""
    async with night.database.write() as connection:
        return {"notices": await remind(connection, night.frame, night.clock(), night.today)}


JOBS: Final[tuple[Job, ...]] = (
    Job("analytics", summed_up),
    Job("expired", expired),
    Job("retention", retention),
    Job("overlooked", overlooked),
    Job("overlooked-notices", overlooked_notices, morning=True),
    Job("reminders", reminders, morning=True),
)
"""In the order in which they run. Another job is another line."""


BEGINS: Final = time(2, 30)
"""When the night's work on the register begins, in Vietnamese time; `Job.morning` jobs wait for the morning."""


def due(jobs: Iterable[Job], runs: Mapping[str, JobRun], at: time, now: datetime) -> list[Job]:
    """The jobs whose time has come today and which nobody has done or is doing."""
    present = now.astimezone(VIETNAM).time()
    return [job for job in jobs if job.due_from(at) <= present and _open(runs.get(job.name), now)]


def _open(run: JobRun | None, now: datetime) -> bool:
    if run is None:
        return True
    return run.finished_at is None and run.lease_until <= now and run.attempts < MOST_ATTEMPTS


async def perform(night: Night, job: Job, holder: str, *, again: bool = False) -> Result | None:
    """Do a job of today if it is free; None where another process holds it or has done it.

    Raises:
        Exception: whatever the job raised; the row says where, and when it is tried again.
    """
    today, now = night.today, night.clock()
    async with night.database.write() as connection:
        if not await job_runs.claim(connection, job.name, today, holder, now, now + LEASE, again=again):
            return None
    working = asyncio.ensure_future(job.run(night))
    holding = asyncio.create_task(_hold(night, job, today, holder, working))
    try:
        result = await working
    except Exception as error:
        log.error("nightly.failed", job=job.name, failure=place(error))
        async with night.database.write() as connection:
            failed_at = night.clock()
            await job_runs.fail(connection, job.name, today, holder, place(error), failed_at + _AGAIN_AFTER)
        raise
    finally:
        holding.cancel()
        with suppress(asyncio.CancelledError):
            await holding
    async with night.database.write() as connection:
        await job_runs.finish(connection, job.name, today, holder, night.clock(), result)
    log.info("nightly.done", job=job.name, **result)
    return result


async def _hold(night: Night, job: Job, today: date, holder: str, working: asyncio.Future[Result]) -> None:
    """Renew the lease while the job works; one that was lost to another process ends the work."""
    while True:
        await asyncio.sleep(LEASE.total_seconds() / 4)
        async with night.database.write() as connection:
            if not await job_runs.renew(connection, job.name, today, holder, night.clock() + LEASE):
                working.cancel()
                return


async def in_a_process() -> None:
    """`chungtay nightly` as a process of its own, with the settings of this one; it ends with this one."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", "nightly",
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


class Nightly:
    """Looks every minute whether something is due, for as long as a process serves."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        start: Callable[[], Awaitable[None]] = in_a_process,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._database: Final = database
        self._clock: Final = clock
        self._start: Final = start
        self._look_every_s: Final = look_every_s

    async def run(self) -> None:
        """Until it is cancelled. The first look comes after a while: a start has other things to do."""
        while True:
            await asyncio.sleep(self._look_every_s)
            try:
                await self._look()
            except (SQLAlchemyError, OSError) as error:
                log.error("nightly.cannot_look", failure=place(error))

    async def _look(self) -> None:
        now = self._clock()
        async with self._database.read() as connection:
            runs = await job_runs.of_night(connection, now.astimezone(VIETNAM).date())
        if due(JOBS, runs, BEGINS, now):
            await self._start()
