"""What the tables promise: aware times, and addresses that are refused with a clear word."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import StatementError

from storage.database import Database, parse_url
from storage.errors import StorageError
from storage.tables import channels

NOON = datetime(2026, 11, 24, 12, 30, 15, 123456, tzinfo=UTC)


async def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    """A naive time would mean another moment on each machine."""
    async with database.write() as connection:
        with pytest.raises(StatementError, match="time zone"):
            await connection.execute(insert(channels).values(channel="web", paused_until=NOON.replace(tzinfo=None)))


async def test_a_time_comes_back_as_the_same_moment_in_utc(database: Database) -> None:
    """Written in Vietnamese time, read in UTC, to the microsecond."""
    vietnam = NOON.astimezone(timezone(timedelta(hours=7)))
    async with database.write() as connection:
        await connection.execute(insert(channels).values(channel="web", paused_until=vietnam))
    async with database.read() as connection:
        found = (await connection.execute(select(channels.c.paused_until))).scalar_one()
    assert found == NOON
    assert found.utcoffset() == timedelta(0)


async def test_no_time_stays_no_time(database: Database) -> None:
    """NULL is neither refused nor turned into a date."""
    async with database.write() as connection:
        await connection.execute(insert(channels).values(channel="web", paused_until=None))
    async with database.read() as connection:
        assert (await connection.execute(select(channels.c.paused_until))).scalar_one() is None


async def test_a_write_that_raises_leaves_nothing(database: Database) -> None:
    """One block is one transaction."""
    with pytest.raises(RuntimeError):
        async with database.write() as connection:
            await connection.execute(insert(channels).values(channel="web"))
            raise RuntimeError
    async with database.read() as connection:
        assert (await connection.execute(select(channels))).all() == []


async def test_what_is_written_while_reading_is_not_kept(database: Database) -> None:
    """`read` never commits."""
    async with database.read() as connection:
        await connection.execute(insert(channels).values(channel="web"))
    async with database.read() as connection:
        assert (await connection.execute(select(channels))).all() == []


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("", "no database URL"),
        ("chungtay.db", "no database URL"),
        ("mysql://me@host/name", "'mysql'"),
        ("postgresql://me:secret@host:port/name", "no database URL"),
    ],
)
def test_a_url_that_cannot_be_used_is_named_without_its_password(url: str, word: str) -> None:
    """The message says what is expected and repeats nothing secret."""
    with pytest.raises(StorageError, match=word) as refused:
        parse_url(url)
    assert "secret" not in str(refused.value)


async def test_a_write_that_reads_first_is_not_refused_as_stale(database: Database, second: Database) -> None:
    """On SQLite the write lock is taken at the beginning: the other process waits and spoils nothing that was read."""
    holding = database.write()
    connection = await holding.__aenter__()
    await connection.execute(select(channels))
    other = asyncio.create_task(_add_channel(second, "zalo"))
    await asyncio.sleep(0.15)
    assert other.done() is not database.is_sqlite
    await connection.execute(insert(channels).values(channel="web"))
    await holding.__aexit__(None, None, None)
    await other


async def _add_channel(database: Database, name: str) -> None:
    async with database.write() as connection:
        await connection.execute(insert(channels).values(channel=name))


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_sqlite_needs_a_file(url: str) -> None:
    """A database in memory would be another one on each connection."""
    with pytest.raises(StorageError, match="file"):
        Database(url)


async def test_sqlite_is_durable_and_makes_its_folder(tmp_path: Path) -> None:
    """Write-ahead log, full flush at each commit, foreign keys on."""
    database = Database(f"sqlite:///{tmp_path}/new/chungtay.db")
    async with database.read() as connection:
        pragmas = [
            (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    await database.close()
    assert pragmas == ["wal", 2, 1]
