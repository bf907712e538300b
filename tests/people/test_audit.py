"""The audit trail cannot be changed without being found out."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import audit
from storage.audit import Event
from storage.database import Database
from tests.support.assembly import Clock


async def written(database: Database, at: Clock, number: int = 3) -> None:
    """Some rows, each in its own transaction."""
    for index in range(number):
        async with database.write() as connection:
            event = Event("tested", "thing", str(index), 7, "administrator", "/a/", {"n": index, "ố": "ộ"})
            await audit.append(connection, event, at.at + timedelta(seconds=index, microseconds=7))


async def verified(database: Database, expected: str = "") -> audit.Verified:
    async with database.read() as connection:
        return await audit.verify(connection, expected)


async def _without_triggers(connection: AsyncConnection) -> None:
    """What an attacker with the database in hand does first."""
    for verb in ("update", "delete"):
        on = "" if connection.dialect.name == "sqlite" else " ON audit"
        await connection.execute(text(f"DROP TRIGGER audit_no_{verb}{on}"))


async def _with_triggers(connection: AsyncConnection) -> None:
    """PostgreSQL's database is shared by the tests."""
    if connection.dialect.name == "sqlite":
        return
    for verb in ("update", "delete"):
        await connection.execute(
            text(f"CREATE TRIGGER audit_no_{verb} BEFORE {verb} ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse()")
        )


async def test_a_chain_that_nobody_touched_is_intact(database: Database, clock: Clock) -> None:
    """Also an empty one; the last hash can be noted and asked for later."""
    assert await verified(database) == audit.Verified(0, audit.BEGINNING)
    await written(database, clock)
    first = await verified(database)
    assert (first.rows, first.broken) == (3, None)
    await written(database, clock, 1)
    again = await verified(database, first.last_hash)
    assert (again.rows, again.broken) == (4, None)


@pytest.mark.parametrize("statement", ["UPDATE audit SET role = 'x' WHERE id = 2", "DELETE FROM audit"])
async def test_the_database_itself_refuses_changes(database: Database, clock: Clock, statement: str) -> None:
    """On both engines, by a trigger."""
    await written(database, clock)
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.write() as connection:
            await connection.execute(text(statement))
    assert (await verified(database)).rows == 3


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET role = 'village_head' WHERE id = 2", 2),
        ("UPDATE audit SET account_id = 8 WHERE id = 1", 1),
        ("UPDATE audit SET account_id = NULL WHERE id = 3", 3),
        ("UPDATE audit SET detail = '{}' WHERE id = 2", 2),
        ("UPDATE audit SET area_path = '/b/' WHERE id = 2", 2),
        ("UPDATE audit SET at = '2026-01-01 00:00:00.000000' WHERE id = 2", 2),
        ("UPDATE audit SET hash = 'x' WHERE id = 3", 3),
        ("UPDATE audit SET previous_hash = 'x' WHERE id = 2", 2),
        ("DELETE FROM audit WHERE id = 1", 2),
        ("DELETE FROM audit WHERE id = 2", 3),
    ],
)
async def test_tampering_is_found_at_its_row(database: Database, clock: Clock, statement: str, broken: int) -> None:
    """With the triggers taken away first."""
    await written(database, clock)
    async with database.write() as connection:
        await _without_triggers(connection)
        await connection.execute(text(statement))
    found = await verified(database)
    async with database.write() as connection:
        await _with_triggers(connection)
    assert found.broken == broken
    assert found.rows == broken - 1 - ("DELETE" in statement)


async def test_a_cut_end_is_found_by_the_hash_noted_before(database: Database, clock: Clock) -> None:
    """The chain alone cannot show it."""
    await written(database, clock)
    noted = (await verified(database)).last_hash
    async with database.write() as connection:
        await _without_triggers(connection)
        await connection.execute(text("DELETE FROM audit WHERE id = 3"))
        await _with_triggers(connection)
    assert (await verified(database)).broken is None
    assert (await verified(database, noted)).broken == 0


async def test_many_writers_make_one_chain(database: Database, second: Database, clock: Clock) -> None:
    """Two processes, transactions that end in any order, some of them undone."""

    async def write(number: int) -> None:
        try:
            async with (second if number % 2 else database).write() as connection:
                for _ in range(2):
                    await audit.append(connection, Event("tested", "thing", str(number)), clock.at)
                if number % 5 == 0:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            return

    await asyncio.gather(*(write(number) for number in range(20)))
    found = await verified(database)
    assert (found.rows, found.broken) == (32, None)


async def test_reading_by_period_area_and_page(database: Database, clock: Clock) -> None:
    """Newest first, half-open."""
    await written(database, clock, 5)
    async with database.read() as connection:
        start, end = clock.at + timedelta(seconds=1), clock.at + timedelta(seconds=3)
        rows = await audit.entries(connection, start=start, end=end)
        assert [row.subject_id for row in rows] == ["2", "1"]
        page = await audit.entries(connection, before=rows[-1].id, limit=1)
        assert [row.subject_id for row in page] == ["0"]
        assert await audit.entries(connection, area_path="/b/") == []
        assert len(await audit.entries(connection, area_path="/a/")) == 5


async def test_an_export_holds_no_formula(database: Database, clock: Clock) -> None:
    """A spreadsheet must not run what somebody typed."""
    for number, nasty in enumerate(("=1+1", "+1", "-1", "@x", "\t=1", "\r=1")):
        async with database.write() as connection:
            await audit.append(connection, Event(nasty, "thing", str(number)), clock.at)
    async with database.read() as connection:
        cells = [cell async for entry in audit.walk(connection) for cell in audit.cells(entry)]
    assert len(cells) == 6 * len(audit.COLUMNS)
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
