"""Lines of a list of households: as they are, or as they were at the end of a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.register.fold import fold_until
from storage.register.households import from_state
from storage.register.reading import histories, in_parts, paths
from storage.tables_register import households, members


@dataclass(frozen=True, slots=True)
class Found:
    """A line of a list."""

    id: int
    code: str
    area_path: str
    area_key: str
    state: str
    status: str
    head: str
    persons: int
    names: str
    demo: bool


async def lines_of(connection: AsyncConnection, ids: Iterable[int], on: date | None = None) -> tuple[Found, ...]:
    """The lines of households in the order asked for; as of a day, what was so at its end."""
    wanted = list(ids)
    found = await _present(connection, wanted) if on is None else await _past(connection, wanted, on)
    return tuple(found[each] for each in wanted if each in found)


async def _present(connection: AsyncConnection, wanted: list[int]) -> dict[int, Found]:
    heads = members.alias("heads")
    persons = (
        select(func.count())
        .where(members.c.household_id == households.c.id, members.c.ended_on.is_(None))
        .scalar_subquery()
    )
    found: dict[int, Found] = {}
    for part in in_parts(wanted):
        query = (
            select(
                *(households.c[name] for name in ("id", "code", "area_path", "area_key", "state", "status")),
                func.coalesce(heads.c.name, "").label("head"),
                persons.label("persons"),
                households.c.name_search.label("names"),
                households.c.demo,
            )
            .outerjoin(heads, heads.c.id == households.c.head_member_id)
            .where(households.c.id.in_(part))
        )
        for row in await connection.execute(query):
            found[row.id] = Found(**row._mapping)
    return found


async def _past(connection: AsyncConnection, wanted: list[int], on: date) -> dict[int, Found]:
    """From the histories of one page's households; names are in today's spelling."""
    now = await _present(connection, wanted)
    state = fold_until(await histories(connection, wanted), on)
    homes = {each: home for each in wanted if (home := from_state(state, each)) is not None}
    known = await paths(connection, {home["area_key"] for home in homes.values()})
    found: dict[int, Found] = {}
    for each, home in homes.items():
        if each not in now:
            continue
        head = home.head["name"] if home.head is not None else ""
        found[each] = Found(
            each, now[each].code, known[home["area_key"]], home["area_key"], home["state"], home["status"], head,
            len(home.living), now[each].names, now[each].demo,
        )  # fmt: skip
    return found
