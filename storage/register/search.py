"""Finding households: lists by place and status, and by a part of a name or code, page by page.

Every page is a range of an index that begins where the last one ended; its cost does not grow with the register.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.areas import below
from storage.register.names import end_of_range, folded
from storage.register.reading import in_parts
from storage.tables_people import areas
from storage.tables_register import LISTS, households, members, movements, name_keys

_MOST_VILLAGES: Final = 40
# A household is found by several keys ("mau 1" by two members): read on a little to fill a page.
_KEYS_PER_HOUSEHOLD: Final = 4
_MOST_LOOKED_THROUGH: Final = 2000


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


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, and what to hand in again for the next page (None after the last one)."""

    lines: tuple[Found, ...]
    after: tuple[str, str] | None


async def listed(
    connection: AsyncConnection,
    path: str,
    *,
    status: str | None = None,
    on: date | None = None,
    active: bool = True,
    after: tuple[str, str] | None = None,
    limit: int = 50,
) -> Page:
    """The households of a subtree in the order of place and code.

    With `on` the status, which must then be one of the two lists, is that of the day; the place is today's.
    """
    query = select(households.c.id, households.c.area_path, households.c.code).where(
        below(households.c.area_path, path)
    )
    if on is not None:
        if status not in LISTS:
            raise ValueError("only the lists of poor and near-poor households are kept by day")
        query = query.where(households.c.id.in_(_on_list(path, status, on)))
    else:
        if status is not None:
            query = query.where(households.c.status == status)
        if active:
            query = query.where(households.c.state == "active")
    if after is not None:
        query = query.where(tuple_(households.c.area_path, households.c.code) > tuple_(*after))
    query = query.order_by(households.c.area_path, households.c.code).limit(limit + 1)
    rows = (await connection.execute(query)).all()
    lines = await lines_of(connection, [row.id for row in rows[:limit]])
    return Page(lines, (rows[limit - 1].area_path, rows[limit - 1].code) if len(rows) > limit else None)


def _on_list(path: str, status: str, on: date) -> Select[Any]:
    return (
        select(movements.c.household_id)
        .where(movements.c.status == status, movements.c.event_date <= on, below(movements.c.area_path, path))
        .group_by(movements.c.household_id)
        .having(func.sum(movements.c.households) > 0)
    )


async def search(
    connection: AsyncConnection,
    path: str,
    said: str,
    *,
    status: str | None = None,
    active: bool = True,
    after: tuple[str, str] | None = None,
    limit: int = 20,
) -> Page:
    """The households of a subtree with a member or code that begins with what was said, accents or not.

    A part of a name counts from any of its words on: "mau 01" finds "Nguyễn Văn Mẫu 01". Names come in their order,
    so that the exact one is first; `after` is (name key, household id) of the last page.
    """
    plain = folded(said)
    if not plain:
        return Page((), None)
    code = said.strip().upper()
    first = await _with_code(connection, path, code, status, active, limit) if after is None else []
    ids, following = await _with_name(connection, path, plain, status, active, after, limit)
    if not first and not ids and " " in plain and after is None:
        ids = await _with_words_apart(connection, path, plain.split(), status, active, limit)
    together = list(dict.fromkeys([*first, *ids]))
    return Page(await lines_of(connection, together), following)


async def _with_code(
    connection: AsyncConnection, path: str, code: str, status: str | None, active: bool, limit: int
) -> list[int]:
    if not any(char.isdigit() for char in code):
        return []
    query = select(households.c.id).where(
        households.c.code >= code, households.c.code < end_of_range(code), below(households.c.area_path, path)
    )
    found = await connection.execute(_filtered(query, status, active).order_by(households.c.code).limit(limit))
    return list(found.scalars())


async def _with_name(
    connection: AsyncConnection,
    path: str,
    plain: str,
    status: str | None,
    active: bool,
    after: tuple[str, str] | None,
    limit: int,
) -> tuple[list[int], tuple[str, str] | None]:
    place = await _place(connection, path)
    query = select(name_keys.c.key, name_keys.c.household_id).where(
        name_keys.c.key >= plain, name_keys.c.key < end_of_range(plain), place
    )
    if status is not None or active:
        query = _filtered(query.join(households, households.c.id == name_keys.c.household_id), status, active)
    if after is not None:
        query = query.where(tuple_(name_keys.c.key, name_keys.c.household_id) > tuple_(after[0], int(after[1])))
    query = query.distinct().order_by(name_keys.c.key, name_keys.c.household_id)
    rows = (await connection.execute(query.limit(limit * _KEYS_PER_HOUSEHOLD))).all()
    ids: dict[int, None] = {}
    last: tuple[str, str] | None = None
    for row in rows:
        if row.household_id not in ids and len(ids) == limit:
            return list(ids), last
        ids[row.household_id] = None
        last = (row.key, str(row.household_id))
    return list(ids), last if len(rows) == limit * _KEYS_PER_HOUSEHOLD else None


async def _with_words_apart(
    connection: AsyncConnection, path: str, words: list[str], status: str | None, active: bool, limit: int
) -> list[int]:
    """Names that hold all words, not side by side ("nguyen mau"): looked for among those with the last word."""
    last = words[-1]
    near = (
        select(name_keys.c.household_id)
        .where(name_keys.c.key >= last, name_keys.c.key < end_of_range(last), await _place(connection, path))
        .limit(_MOST_LOOKED_THROUGH)
    )
    query = select(households.c.id).where(households.c.id.in_(near.subquery().select()))
    for word in words[:-1]:
        part = word.replace("\\", "").replace("%", "").replace("_", "")
        query = query.where(or_(households.c.name_search.like(f"{part}%"), households.c.name_search.like(f"% {part}%")))
    found = await connection.execute(_filtered(query, status, active).order_by(households.c.id).limit(limit))
    return list(found.scalars())


async def _place(connection: AsyncConnection, path: str) -> Any:
    """Where the keys must lie. For a commune its villages are named one by one: each is a range of the index."""
    found = await connection.execute(
        select(areas.c.path).where(below(areas.c.path, path)).order_by(areas.c.path).limit(_MOST_VILLAGES + 1)
    )
    paths = list(found.scalars())
    if paths and len(paths) <= _MOST_VILLAGES:
        return name_keys.c.area_path.in_(paths)
    return below(name_keys.c.area_path, path)


def _filtered(query: Select[Any], status: str | None, active: bool) -> Select[Any]:
    conditions = []
    if status is not None:
        conditions.append(households.c.status == status)
    if active:
        conditions.append(households.c.state == "active")
    return query.where(and_(*conditions)) if conditions else query


async def lines_of(connection: AsyncConnection, ids: Iterable[int]) -> tuple[Found, ...]:
    """The lines of households in the order asked for."""
    wanted = list(ids)
    living = func.count(members.c.id).filter(members.c.ended_on.is_(None))
    heads = members.alias("heads")
    found: dict[int, Found] = {}
    for part in in_parts(wanted):
        query = (
            select(households, heads.c.name.label("head_name"), living.label("persons"))
            .outerjoin(heads, heads.c.id == households.c.head_member_id)
            .outerjoin(members, members.c.household_id == households.c.id)
            .where(households.c.id.in_(part))
            .group_by(households.c.id, heads.c.id)
        )
        for row in await connection.execute(query):
            found[row.id] = Found(
                row.id, row.code, row.area_path, row.area_key, row.state, row.status,
                row.head_name or "", row.persons, row.name_search, row.demo,
            )  # fmt: skip
    return tuple(found[each] for each in wanted if each in found)
