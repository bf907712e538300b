"""Invented households for tests, made through real changes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import register
from storage.register import Change, Item, creation
from storage.register import update as updated
from storage.register.fold import fold
from storage.register.reading import every_change, fields
from storage.register.spans import spans_of
from storage.tables_people import areas
from storage.tables_register import household_spans, households, members

NOW = datetime(2023, 12, 31, 8, 0, tzinfo=UTC)
DISTRICT = "/ha-nam/kim-bang-district/"
QUE = f"{DISTRICT}que-2023/"
VILLAGE = "que-mau-1"
OTHER_VILLAGE = "thuy-loi-mau-1"
START = date(2022, 12, 31)


async def found_household(
    connection: AsyncConnection,
    code: str,
    *names: str,
    kind: str = "import",
    on: date = START,
    area: str = VILLAGE,
    status: str = "poor",
    **more: Any,
) -> tuple[int, list[int], int]:
    """A new household with its head and members; returns its id, the members' ids and the change's id."""
    (home,) = await register.new_ids(connection, "household")
    people = await register.new_ids(connection, "member", len(names))
    values = {"code": code, "area_key": area, "status": status, "status_since": on, "head_member_id": people[0], **more}
    items = [creation("household", home, values)]
    for number, (member, name) in enumerate(zip(people, names, strict=True)):
        relation = "child" if number else "head"
        items.append(creation("member", member, {"household_id": home, "name": name, "relation": relation}))
    return home, people, await register.apply(connection, Change(kind, on, items), NOW)


async def set_fields(
    connection: AsyncConnection, kind: str, on: date, *wanted: tuple[register.model.Entity, int, dict[str, Any]]
) -> int:
    """One change that sets fields of rows as they are now."""
    items: list[Item] = []
    for entity, row_id, values in wanted:
        present = (await register.reading.rows(connection, entity, [row_id]))[row_id]
        items.append(updated(entity, row_id, present, values))
    return await register.apply(connection, Change(kind, on, items), NOW)


async def add_member(
    connection: AsyncConnection, home: int, name: str, on: date, kind: str = "birth"
) -> tuple[int, int]:
    """A birth, or somebody who moves in; returns the ids of the member and of the change."""
    (member,) = await register.new_ids(connection, "member")
    values = {"household_id": home, "name": name, "relation": "child", "birth_date": on}
    return member, await register.apply(connection, Change(kind, on, [creation("member", member, values)]), NOW)


async def tables(connection: AsyncConnection) -> dict[tuple[str, int], dict[str, Any]]:
    """What the tables hold, in the form of a folded state."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for row in await connection.execute(households.select()):
        found["household", row.id] = fields("household", row)
    for row in await connection.execute(members.select()):
        found["member", row.id] = fields("member", row)
    return found


async def assert_is_its_fold(connection: AsyncConnection) -> None:
    """The register holds exactly what its changes say, and so does what lists of past days are read from."""
    changes = await every_change(connection)
    assert await tables(connection) == fold(changes)
    paths = {row.key: row.path for row in await connection.execute(areas.select())}
    homes = {item.id for each in changes for item in each.items if item.entity == "household"}
    kept = await connection.execute(household_spans.select().order_by("household_id", "since"))
    assert [tuple(row) for row in kept] == [tuple(span) for span in spans_of(homes, changes, paths)]
