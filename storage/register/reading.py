"""Reading rows and changes of the register, and giving out ids."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any, Final

from sqlalchemy import Table, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.register.model import NEW, Entity, Recorded, RegisterError, decode_items
from storage.tables_people import areas
from storage.tables_register import change_households, changes, households, members

TABLE: Final[dict[Entity, Table]] = {"household": households, "member": members}
_MOST_IN_ONE_QUERY: Final = 500


def in_parts(ids: Iterable[Any], most: int = _MOST_IN_ONE_QUERY) -> Iterable[list[Any]]:
    """The ids in order, a query's worth at a time."""
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), most):
        yield ordered[start : start + most]


async def new_ids(connection: AsyncConnection, entity: Entity, number: int = 1) -> list[int]:
    """Ids that no row has or ever had; they belong to this transaction even before the rows are written."""
    table = TABLE[entity].name
    if connection.dialect.name == "postgresql":
        given = await connection.execute(
            text(f"SELECT nextval('{table}_id_seq') FROM generate_series(1, :number)"),  # noqa: S608  # our own names
            {"number": number},
        )
        return sorted(given.scalars())
    # SQLite counts the ids of an AUTOINCREMENT table here, and lets us put the count forward.
    moved = await connection.execute(
        text("UPDATE sqlite_sequence SET seq = seq + :number WHERE name = :name RETURNING seq"),
        {"number": number, "name": table},
    )
    last = moved.scalar_one_or_none()
    if last is None:
        await connection.execute(
            text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"), {"name": table, "seq": number}
        )
        last = number
    return list(range(last - number + 1, last + 1))


async def rows(
    connection: AsyncConnection, entity: Entity, ids: Iterable[int], *, lock: bool = False
) -> dict[int, dict[str, Any]]:
    """The recorded fields of rows by id; with `lock` no other transaction changes them before this one ends."""
    table = TABLE[entity]
    found: dict[int, dict[str, Any]] = {}
    for part in in_parts(ids):
        query = select(table).where(table.c.id.in_(part)).order_by(table.c.id)
        for row in await connection.execute(query.with_for_update() if lock else query):
            found[row.id] = fields(entity, row)
    return found


def fields(entity: Entity, row: Any) -> dict[str, Any]:
    """The fields of a row that changes record, without what is derived from them."""
    return {name: row._mapping[name] for name in NEW[entity]}


async def members_of(connection: AsyncConnection, ids: Iterable[int]) -> list[Any]:
    """The member rows of households, ended ones too, by id."""
    found: list[Any] = []
    for part in in_parts(ids):
        query = select(members).where(members.c.household_id.in_(part)).order_by(members.c.id)
        found.extend((await connection.execute(query)).all())
    return found


async def paths(connection: AsyncConnection, keys: Iterable[str]) -> dict[str, str]:
    """The path of each area by its key.

    Raises:
        RegisterError: an area that does not exist.
    """
    wanted = set(keys)
    found: dict[str, str] = {}
    for part in in_parts(wanted):
        result = await connection.execute(select(areas.c.key, areas.c.path).where(areas.c.key.in_(part)))
        found.update((row.key, row.path) for row in result)
    missing = wanted - found.keys()
    if missing:
        raise RegisterError(f"unknown area {sorted(missing)[0]!r}")
    return found


async def change(connection: AsyncConnection, change_id: int) -> Recorded:
    """One change.

    Raises:
        RegisterError: there is none with this id.
    """
    row = (await connection.execute(select(changes).where(changes.c.id == change_id))).one_or_none()
    if row is None:
        raise RegisterError(f"there is no change {change_id}")
    return recorded(row)


async def histories(connection: AsyncConnection, household_ids: Collection[int]) -> list[Recorded]:
    """All changes that the histories of households and of everybody who ever lived in them are made of."""
    found: dict[int, Recorded] = {}
    seen: set[int] = set()
    following = set(household_ids)
    while following:
        seen |= following
        fresh: list[Recorded] = []
        for part in in_parts(following):
            of_these = select(change_households.c.change_id).where(change_households.c.household_id.in_(part))
            result = await connection.execute(select(changes).where(changes.c.id.in_(of_these)))
            fresh.extend(recorded(row) for row in result if row.id not in found)
        found.update((each.id, each) for each in fresh)
        following = {home for each in fresh for home in homes_in(each)} - seen
    return [found[change_id] for change_id in sorted(found)]


def homes_in(of: Recorded) -> set[int]:
    """The households that a change names as a member's home, before or after."""
    return {
        side["household_id"]
        for item in of.items
        if item.entity == "member"
        for side in (item.before, item.after)
        if side is not None and side.get("household_id") is not None
    }


async def every_change(connection: AsyncConnection) -> list[Recorded]:
    """The whole history, for checking a register against the fold of its changes."""
    return [recorded(row) for row in await connection.execute(select(changes).order_by(changes.c.id))]


def recorded(row: Any) -> Recorded:
    """A row of the table of changes."""
    return Recorded(
        id=row.id,
        kind=row.kind,
        event_date=row.event_date,
        recorded_at=row.recorded_at,
        account_id=row.account_id,
        report_id=row.report_id,
        import_id=row.import_id,
        undoes=row.undoes,
        household_ids=tuple(json.loads(row.household_ids)),
        area_path=row.area_path,
        items=decode_items(row.items),
    )


async def hold_periods(connection: AsyncConnection, *, alone: bool = False) -> None:
    """Changes hold this together, closing a period holds it alone: no movement slips in while one is being closed."""
    if connection.dialect.name == "postgresql":
        take = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
        await connection.execute(select(take(func.hashtext("periods"))))
