"""Nightly jobs: one process a night, a dead one's work taken over, nothing done twice, and run by hand."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from bot import nightly
from bot.cli import cli
from bot.nightly import JOBS, MORNING, Job, Night, Nightly, due, perform
from bot.settings import Settings
from handlers.turn import VIETNAM
from storage import job_runs, media, photos
from storage.database import Database
from storage.files import StoredFile, add_file
from storage.job_runs import MOST_ATTEMPTS
from storage.keys import Keys
from storage.media import NewMedia
from storage.photos import Photo
from storage.tables_files import files
from storage.tables_linked import job_runs as table
from storage.tables_linked import photos as photo_table
from tests.support.assembly import Clock

AT = time(2, 30)


def clock_at(hour: int, minute: int = 0) -> Clock:
    """So late in Viet Nam on a working day."""
    return Clock(datetime(2026, 11, 24, hour, minute, tzinfo=VIETNAM).astimezone(UTC))


class Counting:
    """A job that counts how often it ran, and may be made to wait or to fail."""

    def __init__(self) -> None:
        self.ran = 0
        self.wait: asyncio.Event | None = None
        self.fails = False
        self.began = asyncio.Event()

    async def __call__(self, night: Night) -> dict[str, int]:
        self.began.set()
        if self.wait is not None:
            await self.wait.wait()
        self.ran += 1
        if self.fails:
            raise ValueError("something personal")
        return {"done": self.ran}


@pytest.fixture
def counting() -> Counting:
    return Counting()


def night_of(database: Database, clock: Clock) -> Night:
    return Night(Settings(), database, clock)


async def runs(database: Database) -> list[job_runs.JobRun]:
    async with database.read() as connection:
        return await job_runs.newest(connection)


async def test_two_processes_do_it_once(database: Database, second: Database, counting: Counting) -> None:
    """Whoever comes second, at the same moment or afterwards, does nothing."""
    clock, job = clock_at(3), Job("count", counting)
    results = await asyncio.gather(
        perform(night_of(database, clock), job, "a"), perform(night_of(second, clock), job, "b")
    )
    assert sorted(result is not None for result in results) == [False, True]
    assert await perform(night_of(second, clock), job, "c") is None
    assert counting.ran == 1
    (run,) = await runs(database)
    assert (run.attempts, run.result, run.finished_at, run.night) == (1, '{"done": 1}', clock.at, date(2026, 11, 24))


async def test_the_work_of_a_dead_process_is_taken_over(database: Database, counting: Counting) -> None:
    """Not before its lease has ended; what it would have written comes too late."""
    clock, job = clock_at(3), Job("count", counting)
    async with database.write() as connection:
        today = night_of(database, clock).today
        assert await job_runs.claim(connection, "count", today, "dead", clock.at, clock.at + nightly.LEASE, again=False)
    assert await perform(night_of(database, clock), job, "b") is None
    assert await perform(night_of(database, clock), job, "b", again=True) is None
    clock.advance(nightly.LEASE.total_seconds() + 1)
    assert await perform(night_of(database, clock), job, "b") == {"done": 1}
    async with database.write() as connection:
        assert not await job_runs.finish(connection, "count", today, "dead", clock.at, {"done": 9})
        assert not await job_runs.renew(connection, "count", today, "dead", clock.at)
    assert [(run.holder, run.attempts) for run in await runs(database)] == [("b", 2)]


async def test_a_lost_lease_ends_the_work(
    database: Database, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that was asleep for an hour does not go on where another has begun."""
    monkeypatch.setattr(nightly, "LEASE", timedelta(seconds=0.04))
    clock, counting.wait = clock_at(3), asyncio.Event()
    working = asyncio.create_task(perform(night_of(database, clock), Job("count", counting), "a"))
    await counting.began.wait()
    clock.advance(3600)
    async with database.write() as connection:
        until = clock.at + timedelta(hours=1)
        today = night_of(database, clock).today
        assert await job_runs.claim(connection, "count", today, "b", clock.at, until, again=False)
    with pytest.raises(asyncio.CancelledError):
        await working
    assert counting.ran == 0


async def test_a_job_that_raises_is_tried_again_and_then_left(database: Database, counting: Counting) -> None:
    """Its row says where, and nothing of what it held; the next night begins anew."""
    clock, job = clock_at(3), Job("count", counting)
    counting.fails = True
    for attempt in range(MOST_ATTEMPTS):
        with pytest.raises(ValueError, match="personal"):
            await perform(night_of(database, clock), job, f"p{attempt}")
        (run,) = await runs(database)
        assert run.failure is not None and "ValueError at" in run.failure and "personal" not in run.failure
        assert await perform(night_of(database, clock), job, "too soon") is None
        clock.advance(3600)
    assert await perform(night_of(database, clock), job, "later") is None
    assert counting.ran == MOST_ATTEMPTS
    counting.fails = False
    clock.advance(24 * 3600)
    assert await perform(night_of(database, clock), job, "next night") is not None


def test_what_is_due_when() -> None:
    """The register at night, people in the morning; what is done or held is not due."""
    night = [job.name for job in due(JOBS, {}, AT, clock_at(2, 30).at)]
    assert night == ["analytics", "expired", "retention", "overlooked"]
    assert due(JOBS, {}, AT, clock_at(2, 29).at) == []
    morning = clock_at(MORNING.hour, MORNING.minute)
    assert [job.name for job in due(JOBS, {}, AT, morning.at)] == [job.name for job in JOBS]
    run = job_runs.JobRun("expired", morning.at.date(), "a", 1, morning.at, morning.at, morning.at, "{}", None)
    assert "expired" not in {job.name for job in due(JOBS, {"expired": run}, AT, morning.at)}
    assert len({job.name for job in JOBS}) == len(JOBS)


async def test_a_serving_process_looks_and_starts_one(database: Database) -> None:
    """Only when something is due, and it survives a database that is away."""
    clock, started = clock_at(2), asyncio.Event()

    async def start() -> None:
        started.set()

    scheduler = Nightly(database, clock, start, look_every_s=0.01)
    task = asyncio.create_task(scheduler.run())
    await asyncio.sleep(0.05)
    assert not started.is_set()
    clock.advance(3600)
    await asyncio.wait_for(started.wait(), 5)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_what_has_expired_goes(database: Database) -> None:
    """Files, photos that belong to nothing, pictures of announcements nobody finished; a photo of a report stays."""
    clock = clock_at(3)
    keys = Keys.fixed(b"nightly", clock.at)
    old = clock.at - timedelta(days=2)
    async with database.write() as connection:
        for key, until in (("gone", old + timedelta(hours=1)), ("stays", clock.at + timedelta(days=1))):
            await add_file(connection, StoredFile(key, "web", "c", "image/png", b"x"), old, until)
        for key in ("free", "kept"):
            await photos.add(connection, keys, ("web", "c"), Photo(key, "image/jpeg", 1), b"x", old)
        await photos.keep(connection, "kept", ("web", "c"))
        for key, days in (("forgotten", 181), ("begun", 179)):
            file = NewMedia(key, "picture", "image/jpeg", b"x", "0" * 64, "/", None)
            await media.add(connection, file, clock.at - timedelta(days=days))
    assert await nightly.expired(night_of(database, clock)) == {
        "files": 1, "photos": 1, "codes": 0, "pictures": 1, "tickets": 0, "questions": 0,
    }  # fmt: skip
    async with database.read() as connection:
        assert list((await connection.execute(select(files.c.key))).scalars()) == ["stays"]
        assert list((await connection.execute(select(photo_table.c.key))).scalars()) == ["kept"]
        assert list(await media.known(connection, ["forgotten", "begun"])) == ["begun"]


@pytest.fixture
def call(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """An installation with the demo loaded, in the morning."""
    monkeypatch.setenv("CHUNGTAY_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("CHUNGTAY_KEY_FILE", str(tmp_path / "keys.json"))
    monkeypatch.setattr("bot.cli.nightly.now", clock_at(8))
    runner = CliRunner()
    assert runner.invoke(cli, ["demo"]).exit_code == 0
    return runner


def test_by_hand(call: CliRunner, sqlite_url: str) -> None:
    """Everything that is due, once; one job again by its name; an unknown name is refused."""
    first = call.invoke(cli, ["nightly"])
    assert first.exit_code == 0, first.output
    assert "overlooked: households 37, persons 108" in first.output
    assert "reminders: notices 0" in first.output
    assert "Mẫu" not in first.output
    assert "nothing is due" in call.invoke(cli, ["nightly"]).output
    again = call.invoke(cli, ["nightly", "--job", "expired"])
    assert again.exit_code == 0 and "expired: files 0" in again.output
    assert call.invoke(cli, ["nightly", "--job", "unknown"]).exit_code == 2

    async def rows() -> list[tuple[str, int]]:
        database = Database(sqlite_url)
        async with database.read() as connection:
            found = [(row.job, row.attempts) for row in await connection.execute(select(table).order_by(table.c.job))]
        await database.close()
        return found

    assert asyncio.run(rows()) == [(job, 2 if job == "expired" else 1) for job in sorted(each.name for each in JOBS)]
