"""A change is applied whole, checked against what is there, and can be taken back as long as nothing builds on it."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import register
from storage.database import Database
from storage.keys import Keys
from storage.register import (
    Change,
    Item,
    LaterEventError,
    RegisterError,
    StaleError,
    UndoConflictError,
    creation,
    protected,
)
from storage.register.households import by_id_number, history, present, presents, state_at
from storage.tables_register import changes, name_keys
from tests.register.building import (
    NOW,
    OTHER_VILLAGE,
    START,
    add_member,
    assert_is_its_fold,
    found_household,
    set_fields,
)


async def test_a_new_household_is_there_with_its_members(connection: AsyncConnection) -> None:
    """With path, searchable names and a first version."""
    home, people, _ = await found_household(connection, "MAU-1", "Nguyễn Văn Mẫu 01", "Nguyễn Thị Mẫu 02")
    household = await present(connection, home)
    assert household is not None and household.head is not None
    assert household.head["name"] == "Nguyễn Văn Mẫu 01"
    assert [member.id for member in household.members] == people
    await assert_is_its_fold(connection)


async def test_the_past_is_read_by_the_days_of_the_events(connection: AsyncConnection) -> None:
    """Not by when they were typed: a birth told late is there from its day on."""
    home, _, _ = await found_household(connection, "MAU-1", "Nguyễn Văn Mẫu 01")
    await set_fields(connection, "poor_exit", date(2023, 9, 1), ("household", home, {"status": "newly_exited"}))
    await add_member(connection, home, "Nguyễn Thị Mẫu 03", date(2023, 5, 1))
    seen = {
        on: await state_at(connection, home, on)
        for on in (date(2022, 12, 30), date(2023, 4, 30), date(2023, 5, 1), date(2023, 8, 31), date(2023, 9, 1))
    }
    assert seen[date(2022, 12, 30)] is None
    told = [(each["status"], len(each.members)) for each in seen.values() if each is not None]
    assert told == [("poor", 1), ("poor", 2), ("poor", 2), ("newly_exited", 2)]
    assert [each.kind for each in await history(connection, home)] == ["import", "poor_exit", "birth"]
    await assert_is_its_fold(connection)


async def test_a_change_made_from_something_else_is_refused(connection: AsyncConnection) -> None:
    """It names the row and the field."""
    home, _, _ = await found_household(connection, "MAU-1", "Nguyễn Văn Mẫu 01")
    stale = Item("household", home, {"status": "near_poor"}, {"status": "none"})
    with pytest.raises(StaleError) as refused:
        await register.apply(connection, Change("nearpoor_exit", date(2023, 5, 1), [stale]), NOW)
    assert (refused.value.field, refused.value.expected, refused.value.found) == ("status", "near_poor", "poor")
    gone = Item("member", 999, {"name": "a"}, {"name": "b"})
    with pytest.raises(StaleError, match="id"):
        await register.apply(connection, Change("correction", date(2023, 5, 1), [gone]), NOW)


async def test_an_earlier_event_does_not_overwrite_a_later_one(connection: AsyncConnection) -> None:
    """The later change is named; undone, it no longer stands in the way."""
    home, _, _ = await found_household(connection, "MAU-1", "Nguyễn Văn Mẫu 01")
    later = await set_fields(connection, "poor_exit", date(2023, 9, 1), ("household", home, {"status": "none"}))
    earlier = ("household", home, {"status": "near_poor"})
    with pytest.raises(LaterEventError) as refused:
        await set_fields(connection, "poor_to_nearpoor", date(2023, 5, 1), earlier)
    assert refused.value.change_id == later
    await register.undo(connection, later, NOW)
    await set_fields(connection, "poor_to_nearpoor", date(2023, 5, 1), earlier)
    await assert_is_its_fold(connection)


async def test_an_undo_can_be_undone_and_nothing_twice(connection: AsyncConnection) -> None:
    """Back and forth ends where it began."""
    home, _, _ = await found_household(connection, "MAU-1", "Nguyễn Văn Mẫu 01")
    change = await set_fields(connection, "poor_exit", date(2023, 9, 1), ("household", home, {"status": "none"}))
    back = await register.undo(connection, change, NOW)
    with pytest.raises(RegisterError, match="undone already"):
        await register.undo(connection, change, NOW)
    await register.undo(connection, back, NOW)
    household = await present(connection, home)
    assert household is not None and household["status"] == "none"
    await register.undo(connection, change, NOW)
    household = await present(connection, home)
    assert household is not None and household["status"] == "poor"
    await assert_is_its_fold(connection)


async def test_what_a_later_change_builds_on_is_not_undone(connection: AsyncConnection) -> None:
    """Also when the values have come back to the same, and for whoever lives in the household."""
    home, _, made = await found_household(connection, "MAU-1", "Nguyễn Văn Mẫu 01")
    first = await set_fields(connection, "poor_exit", date(2023, 2, 1), ("household", home, {"status": "none"}))
    await set_fields(connection, "poor_again", date(2023, 3, 1), ("household", home, {"status": "poor"}))
    last = await set_fields(connection, "poor_exit", date(2023, 4, 1), ("household", home, {"status": "none"}))
    with pytest.raises(UndoConflictError) as refused:
        await register.undo(connection, first, NOW)
    assert refused.value.conflicting < last
    child, birth = await add_member(connection, home, "Nguyễn Thị Mẫu 03", date(2023, 5, 1))
    with pytest.raises(UndoConflictError):
        await register.undo(connection, made, NOW)
    headed = await set_fields(connection, "death", date(2023, 6, 1), ("household", home, {"head_member_id": child}))
    with pytest.raises(UndoConflictError) as refused:
        await register.undo(connection, birth, NOW)
    assert refused.value.conflicting == headed
    await assert_is_its_fold(connection)


async def test_a_founding_can_be_undone_and_its_ids_never_come_again(connection: AsyncConnection) -> None:
    """Rows and name keys go; history stays."""
    home, people, made = await found_household(connection, "MAU-1", "Nguyễn Văn Mẫu 01")
    await register.undo(connection, made, NOW)
    assert await present(connection, home) is None
    assert (await connection.execute(select(name_keys.c.key))).all() == []
    other, others, _ = await found_household(connection, "MAU-1", "Nguyễn Văn Mẫu 01")
    assert other > home and min(others) > max(people)
    assert len((await connection.execute(select(changes.c.id))).all()) == 3
    await assert_is_its_fold(connection)


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ([], "without any item"),
        ([Item("household", 1, {"status": "poor"}, None)], "undoing"),
        ([Item("household", 1, {"status": "poor"}, {"state": "active"})], "same fields"),
        ([Item("household", 1, {"colour": 1}, {"colour": 2})], "unknown field"),
        ([Item("household", 1, None, {"code": "X"})], "same fields"),
    ],
)
async def test_a_change_that_makes_no_sense_is_refused(
    connection: AsyncConnection, items: list[Item], reason: str
) -> None:
    """Before anything is read."""
    with pytest.raises(RegisterError, match=reason):
        await register.apply(connection, Change("correction", START, items), NOW)


async def test_a_head_is_a_member_and_a_member_has_a_home(connection: AsyncConnection) -> None:
    """Whatever a form tries."""
    home, _, _ = await found_household(connection, "MAU-1", "Nguyễn Văn Mẫu 01")
    _, strangers, _ = await found_household(connection, "MAU-2", "Trần Văn Mẫu 02")
    async with connection.begin_nested() as savepoint:
        with pytest.raises(RegisterError, match="no member of it"):
            await set_fields(connection, "correction", START, ("household", home, {"head_member_id": strangers[0]}))
        await savepoint.rollback()
    (lost,) = await register.new_ids(connection, "member")
    item = creation("member", lost, {"household_id": 424242, "name": "Lê Văn Mẫu 09"})
    with pytest.raises(RegisterError, match="without a household"):
        await register.apply(connection, Change("birth", START, [item]), NOW)


async def test_a_split_and_a_merge_move_people_with_their_past(connection: AsyncConnection) -> None:
    """Whoever moved is found with both households on their days."""
    home, people, _ = await found_household(connection, "MAU-1", "Nguyễn Văn Mẫu 01", "Nguyễn Văn Mẫu 02")
    (fresh,) = await register.new_ids(connection, "household")
    founded = creation(
        "household", fresh, {"code": "MAU-2", "area_key": OTHER_VILLAGE, "status": "poor", "head_member_id": people[1]}
    )
    moved = Item(
        "member", people[1], {"household_id": home, "relation": "child"}, {"household_id": fresh, "relation": "head"}
    )
    split = await register.apply(connection, Change("split", date(2023, 6, 1), [founded, moved]), NOW)
    told_late = ("member", people[1], {"schooling": "12"})
    await set_fields(connection, "correction", date(2023, 3, 1), told_late)
    before = await state_at(connection, home, date(2023, 5, 31))
    after = await state_at(connection, fresh, date(2023, 6, 1))
    assert before is not None and [each["schooling"] for each in before.members] == ["", "12"]
    assert after is not None and after.head is not None and after.head["schooling"] == "12"
    await register.undo(connection, split, NOW)
    both = await presents(connection, [home, fresh])
    assert list(both) == [home] and len(both[home].members) == 2
    await assert_is_its_fold(connection)


async def test_protected_fields_are_ciphertext_everywhere(connection: AsyncConnection, keys: Keys) -> None:
    """In the table, in the history, and still found by their number."""
    number = "035012345678"
    home, people, _ = await found_household(connection, "MAU-1", "Nguyễn Văn Mẫu 01")
    values = {
        **protected.sealed(keys, "member", "id_number", number),
        **protected.sealed(keys, "member", "disability", "severe"),
    }
    await set_fields(connection, "correction", START, ("member", people[0], values))
    household = await present(connection, home)
    assert household is not None
    assert household.members[0].protected == {"id_number", "disability"}
    assert not [name for name in household.members[0].fields if name.endswith(("encrypted", "hash"))]
    texts = [row.items for row in await connection.execute(select(changes.c["items"]))]
    assert not [text for text in texts if number in text or "severe" in text]
    found = await by_id_number(connection, protected.hashes(keys, "id_number", "035 012 345 678"))
    assert list(found.values()) == [(home, people[0])]
    stored = await protected.ciphertexts(connection, "member", "id_number", people)
    assert protected.opened(keys, "member", "id_number", stored[people[0]]) == number


async def test_two_officers_at_once_the_second_is_told(district: Database, second: Database) -> None:
    """Nothing is overwritten; on SQLite they wait in turn, on PostgreSQL for the row."""
    async with district.write() as connection:
        home, _, _ = await found_household(connection, "MAU-1", "Nguyễn Văn Mẫu 01")

    async def exit_poverty(database: Database, status: str) -> str:
        item = Item("household", home, {"status": "poor"}, {"status": status})
        try:
            async with database.write() as connection:
                await register.apply(connection, Change("poor_exit", date(2023, 5, 1), [item]), NOW)
        except StaleError as error:
            return error.field
        return "done"

    told = await asyncio.gather(exit_poverty(district, "near_poor"), exit_poverty(second, "none"))
    assert sorted(told) == ["done", "status"]


async def test_a_code_belongs_to_one_household(connection: AsyncConnection) -> None:
    """Also when the one before comes back by undoing its undo."""
    _, _, made = await found_household(connection, "MAU-1", "Nguyễn Văn Mẫu 01")
    with pytest.raises(StaleError, match="code"):
        await found_household(connection, "MAU-1", "Nguyễn Văn Mẫu 02")
    undone = await register.undo(connection, made, NOW)
    await found_household(connection, "MAU-1", "Nguyễn Văn Mẫu 02")
    with pytest.raises(StaleError, match="code"):
        await register.undo(connection, undone, NOW)
