"""What is kept besides the register so that reading is fast: paths, searchable names, movements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.register.model import Item, Recorded
from storage.register.movements import Amounts, Movement, as_rows, difference, movements_of
from storage.register.names import keys_of, levels
from storage.register.reading import in_parts, members_of
from storage.tables_people import areas
from storage.tables_register import households, movements, name_keys, periods

_PLACE: Final = frozenset({"area_key", "head_member_id"})
_PEOPLE: Final = frozenset({"name", "household_id", "ended_on"})


async def renew(connection: AsyncConnection, items: Iterable[Item], household_ids: Iterable[int]) -> None:
    """Bring path, names and name keys of households up to date where a change can have touched them."""
    sides = [(item.entity, item.after or item.before or {}) for item in items]
    if any((_PLACE if entity == "household" else _PEOPLE) & side.keys() for entity, side in sides):
        await rebuild(connection, household_ids)


async def rebuild(connection: AsyncConnection, household_ids: Iterable[int]) -> None:
    """Derive path, names and name keys of households anew."""
    for part in in_parts(household_ids):
        await connection.execute(delete(name_keys).where(name_keys.c.household_id.in_(part)))
        query = select(households.c.id, households.c.head_member_id, areas.c.path)
        result = await connection.execute(
            query.join(areas, areas.c.key == households.c.area_key).where(households.c.id.in_(part))
        )
        homes = {row.id: row for row in result}
        people: dict[int, list[Any]] = {}
        for member in await members_of(connection, part):
            people.setdefault(member.household_id, []).append(member)
        keys: list[dict[str, Any]] = []
        for household_id, home in homes.items():
            named = searchable(people.get(household_id, ()), home.head_member_id)
            await connection.execute(
                update(households)
                .where(households.c.id == household_id)
                .values(area_path=home.path, name_search=" ".join(member.name_plain for member in named))
            )
            keys += [
                {
                    "key": key, "household_id": household_id, "member_id": member.id, "area_path": home.path,
                    **levels(home.path),
                }
                for member in named
                for key in keys_of(member.name)
            ]  # fmt: skip
        if keys:
            await connection.execute(insert(name_keys), keys)


def searchable(people: Iterable[Any], head_member_id: int | None) -> list[Any]:
    """The members that a household is found by: its head first, then everybody who is still there."""
    found = [member for member in people if member.ended_on is None or member.id == head_member_id]
    return sorted(found, key=lambda member: (member.id != head_member_id, member.id))


async def locks(connection: AsyncConnection) -> list[tuple[str, Any]]:
    """(area path, end) of every closed period."""
    result = await connection.execute(select(periods.c.area_path, periods.c.end))
    return [(row.area_path, row.end) for row in result]


async def book(
    connection: AsyncConnection,
    change_id: int,
    household_ids: Iterable[int],
    history: Iterable[Recorded],
    paths: Mapping[str, str],
) -> None:
    """Add what the households' history now says and the movements do not say yet."""
    ids = set(household_ids)
    missing = difference(movements_of(ids, history, paths), await booked(connection, ids))
    if missing:
        await connection.execute(insert(movements), as_rows(change_id, missing, await locks(connection)))


async def booked(connection: AsyncConnection, household_ids: Iterable[int]) -> Amounts:
    """What is booked of households so far, rows that cancel each other out left away."""
    found: Amounts = {}
    keys = [movements.c[name] for name in Movement._fields]
    for part in in_parts(household_ids):
        query = select(*keys, func.sum(movements.c.households), func.sum(movements.c.persons)).group_by(*keys)
        for row in await connection.execute(query.where(movements.c.household_id.in_(part))):
            number, heads = int(row[5]), int(row[6])
            if number or heads:
                found[Movement(*row[:5])] = (number, heads)
    return found
