"""The register's lists as of a day: whatever happened, they say what the fold of the changes says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import migrate
from storage.database import Database
from storage.register import bulk, undo
from storage.register.bulk import NewHousehold
from storage.register.fold import fold_until
from storage.register.names import levels
from storage.register.reading import every_change
from storage.register.search import listed, search
from storage.register.spans import FOREVER
from storage.tables_register import STATUSES, household_spans, name_keys
from tests.register.building import (
    DISTRICT,
    NOW,
    OTHER_VILLAGE,
    QUE,
    START,
    VILLAGE,
    add_member,
    found_household,
    set_fields,
)

SPRING, SUMMER, AUTUMN = date(2023, 3, 1), date(2023, 6, 1), date(2023, 9, 1)
DAYS = [START - timedelta(days=1), START, date(2023, 2, 28), SPRING, date(2023, 5, 31), SUMMER, AUTUMN, NOW.date()]


async def assert_lists_are_the_fold(connection: AsyncConnection) -> None:
    """On every day: each status, and all households together, with place, head and number of persons."""
    changes = await every_change(connection)
    for day in DAYS:
        state = fold_until(changes, day)
        for status in (*STATUSES, None):
            wanted = {
                row_id: (row["status"], row["state"], row["area_key"], _persons(state, row_id))
                for (entity, row_id), row in state.items()
                if entity == "household" and row["state"] == "active" and status in (None, row["status"])
            }
            page = await listed(connection, DISTRICT, status=status, on=day)
            assert {line.id: (line.status, line.state, line.area_key, line.persons) for line in page.lines} == wanted
            assert [line.area_path for line in page.lines] == sorted(line.area_path for line in page.lines)


def _persons(state: Any, home: int) -> int:
    return sum(
        row["household_id"] == home and row["ended_on"] is None
        for (entity, _), row in state.items()
        if entity == "member"
    )


async def test_every_kind_of_change_shows_on_its_day(connection: AsyncConnection) -> None:
    """New, other status, moved to another village, gone, two changes on one day, told late, undone and redone."""
    first, _, _ = await found_household(connection, "MAU-1", "Nguyễn Văn Mẫu 01", "Nguyễn Thị Mẫu 02")
    second, _, made = await found_household(connection, "MAU-2", "Trần Văn Mẫu 03", status="none", on=SPRING)
    await set_fields(connection, "poor_to_nearpoor", SUMMER, ("household", first, {"status": "near_poor"}))
    moved = await set_fields(connection, "move_in", SUMMER, ("household", second, {"area_key": OTHER_VILLAGE}))
    await assert_lists_are_the_fold(connection)
    await add_member(connection, first, "Nguyễn Văn Mẫu 04", SPRING)
    gone = await set_fields(connection, "move_out", AUTUMN, ("household", first, {"state": "moved_out"}))
    await set_fields(connection, "correction", AUTUMN, ("household", second, {"status": "average"}))
    await set_fields(connection, "correction", AUTUMN, ("household", second, {"status": "poor"}))
    await assert_lists_are_the_fold(connection)
    undone = await undo(connection, gone, NOW)
    await assert_lists_are_the_fold(connection)
    await undo(connection, undone, NOW)
    await undo(connection, moved, NOW)
    await assert_lists_are_the_fold(connection)
    with pytest.raises(Exception, match="builds on"):
        await undo(connection, made, NOW)


async def test_an_undone_beginning_was_never_there(connection: AsyncConnection) -> None:
    """Nothing of the household stays behind."""
    home, _, made = await found_household(connection, "MAU-1", "Nguyễn Văn Mẫu 01")
    await undo(connection, made, NOW)
    assert (await listed(connection, DISTRICT, on=START)).lines == ()
    left = await connection.execute(select(household_spans).where(household_spans.c.household_id == home))
    assert left.all() == []


async def test_an_import_counts_from_its_decision_and_goes_as_a_whole(connection: AsyncConnection) -> None:
    """And is searchable by name in its village, its commune and its district."""
    import_id = await bulk.begin(
        connection, file_name="x.csv", file_hash="0", area_path=DISTRICT, event_date=SPRING, account_id=None, now=NOW
    )
    one = {"code": "NHAP-1", "area_key": VILLAGE, "status": "near_poor", "decision_date": START}
    two = {"code": "NHAP-2", "area_key": OTHER_VILLAGE, "status": "newly_exited"}
    fresh = [NewHousehold(one, [{"name": "Lê Thị Mẫu 05"}]), NewHousehold(two, [{"name": "Lê Thị Mẫu 06"}])]
    await bulk.add(connection, import_id, fresh, NOW)
    await assert_lists_are_the_fold(connection)
    for path, number in ((DISTRICT, 2), (QUE, 1), (f"{QUE}{VILLAGE}/", 1), ("/ha-nam/", 2), ("/ha-nam/nowhere/", 0)):
        assert len((await search(connection, path, "thi mau")).lines) == number, path
    assert [line.code for line in (await search(connection, DISTRICT, "le thi", on=START)).lines] == ["NHAP-1"]
    await bulk.undo(connection, import_id, NOW, None)
    await assert_lists_are_the_fold(connection)
    assert (await connection.execute(select(household_spans))).all() == []


async def test_pages_of_a_past_day_hold_everybody_once(connection: AsyncConnection) -> None:
    """Keyset pages with a filter that most do not pass, by list and by name."""
    for number in range(40):
        home, _, _ = await found_household(connection, f"MAU-{number:02d}", f"Bùi Văn Mẫu {number:02d}")
        if number % 7:
            await set_fields(connection, "correction", SUMMER, ("household", home, {"status": "average"}))
    for said in (None, "bui van"):
        seen, after = [], None
        while True:
            if said is None:
                page = await listed(connection, DISTRICT, status="poor", on=SUMMER, after=after, limit=2)
            else:
                page = await search(connection, DISTRICT, said, status="poor", on=SUMMER, after=after, limit=2)
            seen += [line.code for line in page.lines]
            after = page.after
            if after is None:
                break
        assert seen == [f"MAU-{number:02d}" for number in range(0, 40, 7)]


@pytest.fixture
async def older(district: Database) -> AsyncIterator[Database]:
    """A database that goes back to the version before and comes forward again."""
    yield district
    await migrate.upgrade(district)


async def test_the_migration_reads_the_past_from_the_changes(older: Database) -> None:
    """What it fills in for a register that is there already is what the changes write as they happen."""
    async with older.write() as connection:
        home, _, _ = await found_household(connection, "MAU-1", "Nguyễn Văn Mẫu 01")
        await set_fields(connection, "poor_to_nearpoor", SPRING, ("household", home, {"status": "near_poor"}))
        gone = await set_fields(connection, "move_out", SUMMER, ("household", home, {"state": "moved_out"}))
        await undo(connection, gone, NOW)
        await set_fields(connection, "correction", AUTUMN, ("household", home, {"area_key": OTHER_VILLAGE}))
    before = await _derived(older)
    await migrate.downgrade(older, "0015")
    await migrate.upgrade(older)
    assert await _derived(older) == before
    spans, keys = before
    assert [(row.since, row.until, row.status) for row in spans] == [
        (START, SPRING, "poor"),
        (SPRING, AUTUMN, "near_poor"),
        (AUTUMN, FOREVER, "near_poor"),
    ]
    assert {(row.upper_path, row.unit_path) for row in keys} == {tuple(levels(keys[0].area_path).values())}


async def _derived(database: Database) -> tuple[list[Any], list[Any]]:
    async with database.read() as connection:
        spans = await connection.execute(select(household_spans).order_by(household_spans.c.since))
        keys = await connection.execute(select(name_keys).order_by(name_keys.c.key))
        return list(spans.all()), list(keys.all())
