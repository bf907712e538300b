"""Finding households: lists by place and status, and by a part of a name or code, page by page.

Every page is a range of an index that begins where the last one ended; its cost does not grow with the register.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, and_, literal_column, or_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.areas import below
from storage.register.lines import Found, lines_of
from storage.register.names import end_of_range, folded, levels
from storage.tables_register import household_spans, households, name_keys

__all__ = ["Found", "Page", "lines_of", "listed", "place_of_keys", "plan_each_time", "search"]

# A household is found by several keys ("mau 1" by two members), and some do not pass the filter: read on a little.
_KEYS_PER_HOUSEHOLD: Final = 1.5
_MORE_KEYS: Final = 250
_MOST_LOOKED_THROUGH: Final = 1_000
_DISTRICT, _COMMUNE = 2, 3
"""Levels of the tree, the province first."""


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, and what to hand in again for the next page (None after the last one)."""

    lines: tuple[Found, ...]
    after: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which households count, today or at the end of a day."""

    status: str | None
    active: bool
    on: date | None

    @property
    def table(self) -> Table:
        return households if self.on is None else household_spans

    @property
    def id(self) -> ColumnElement[int]:
        return households.c.id if self.on is None else household_spans.c.household_id

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.status is not None:
            found.append(self.table.c.status == self.status)
        if self.active:
            # Written out, so that the partial index of the active ones serves it.
            found.append(self.table.c.state == literal_column("'active'"))
        if self.on is not None:
            found += [household_spans.c.since <= self.on, household_spans.c.until > self.on]
        return found


async def plan_each_time(connection: AsyncConnection) -> None:
    """Let PostgreSQL plan for the values at hand: one plan for a village and a province would suit neither."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))


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
    """The households of a subtree in the order of place and code; with `on`, status and place are those of the day."""
    await plan_each_time(connection)
    wanted = _Wanted(status, active, on)
    table = wanted.table
    query = select(wanted.id.label("id"), table.c.area_path, table.c.code).where(
        below(table.c.area_path, path), *wanted.conditions
    )
    if after is not None:
        query = query.where(tuple_(table.c.area_path, table.c.code) > tuple_(*after))
    query = query.order_by(table.c.area_path, table.c.code).limit(limit + 1)
    rows = (await connection.execute(query)).all()
    lines = await lines_of(connection, [row.id for row in rows[:limit]], on)
    return Page(lines, (rows[limit - 1].area_path, rows[limit - 1].code) if len(rows) > limit else None)


async def search(
    connection: AsyncConnection,
    path: str,
    said: str,
    *,
    status: str | None = None,
    on: date | None = None,
    active: bool = True,
    after: tuple[str, str] | None = None,
    limit: int = 20,
) -> Page:
    """The households of a subtree with a member or code that begins with what was said, accents or not.

    A part of a name counts from any of its words on: "mau 01" finds "Nguyễn Văn Mẫu 01". Names come in their order,
    so that the exact one is first; `after` is (name key, household id) of the last page. Names, codes and places are
    today's; with `on`, status and state are those of the day.
    """
    plain = folded(said)
    if not plain:
        return Page((), None)
    await plan_each_time(connection)
    wanted = _Wanted(status, active, on)
    first = await _with_code(connection, path, said.strip().upper(), wanted, limit) if after is None else []
    ids, following = await _with_name(connection, path, plain, wanted, after, limit)
    if not first and not ids and " " in plain and after is None:
        ids = await _with_words_apart(connection, path, plain.split(), wanted, limit)
    together = list(dict.fromkeys([*first, *ids]))
    return Page(await lines_of(connection, together, on), following)


async def _with_code(connection: AsyncConnection, path: str, code: str, wanted: _Wanted, limit: int) -> list[int]:
    if not any(char.isdigit() for char in code):
        return []
    query = select(households.c.id).where(
        households.c.code >= code, households.c.code < end_of_range(code), below(households.c.area_path, path)
    )
    if wanted.on is not None:
        query = query.join(household_spans, household_spans.c.household_id == households.c.id)
    found = await connection.execute(query.where(*wanted.conditions).order_by(households.c.code).limit(limit))
    return list(found.scalars())


async def _with_name(
    connection: AsyncConnection,
    path: str,
    plain: str,
    wanted: _Wanted,
    after: tuple[str, str] | None,
    limit: int,
) -> tuple[list[int], tuple[str, str] | None]:
    """The keys in their order, a piece at a time, each looked at whether its household counts.

    However few do, no more than two pieces are read for a page: the next page goes on from there.
    """
    place = place_of_keys(path)
    order = (name_keys.c.key, name_keys.c.household_id)
    ids: dict[int, None] = {}
    last = None if after is None else (after[0], int(after[1]))
    for most in (round(limit * _KEYS_PER_HOUSEHOLD), _MORE_KEYS):
        query = select(*order).where(name_keys.c.key >= plain, name_keys.c.key < end_of_range(plain), place)
        if last is not None:
            query = query.where(name_keys.c.key >= last[0], tuple_(*order) > tuple_(*last))
        rows = await _looked_at(connection, query.order_by(*order).limit(most), wanted)
        for row in rows:
            if row.counts and row.household_id not in ids:
                if len(ids) == limit and last is not None:
                    return list(ids), (last[0], str(last[1]))
                ids[row.household_id] = None
            last = (row.key, row.household_id)
        if len(rows) < most or last is None:
            return list(ids), None
        if len(ids) >= limit:
            break
    return list(ids), None if last is None else (last[0], str(last[1]))


async def _looked_at(connection: AsyncConnection, keys: Select[Any], wanted: _Wanted) -> Sequence[Any]:
    """A piece of the keys in their order, each with whether its household counts."""
    piece = keys.subquery()
    counting = and_(wanted.id == piece.c.household_id, *wanted.conditions)
    query = select(piece.c.key, piece.c.household_id, wanted.id.is_not(None).label("counts"))
    joined = query.select_from(piece.outerjoin(wanted.table, counting)).order_by(piece.c.key, piece.c.household_id)
    return (await connection.execute(joined)).all()


async def _with_words_apart(
    connection: AsyncConnection, path: str, words: Sequence[str], wanted: _Wanted, limit: int
) -> list[int]:
    """Names that hold all words, not side by side ("nguyen mau"): looked for among those with the last word."""
    last = words[-1]
    near = (
        select(name_keys.c.household_id)
        .where(name_keys.c.key >= last, name_keys.c.key < end_of_range(last), place_of_keys(path))
        .order_by(name_keys.c.key)
        .limit(_MOST_LOOKED_THROUGH)
    )
    query = select(households.c.id).where(households.c.id.in_(near.subquery().select()))
    for word in words[:-1]:
        part = word.replace("\\", "").replace("%", "").replace("_", "")
        query = query.where(or_(households.c.name_search.like(f"{part}%"), households.c.name_search.like(f"% {part}%")))
    if wanted.on is not None:
        query = query.join(household_spans, household_spans.c.household_id == households.c.id)
    found = await connection.execute(query.where(*wanted.conditions).order_by(households.c.id).limit(limit))
    return list(found.scalars())


def place_of_keys(path: str) -> ColumnElement[bool]:
    """Where name keys must lie. Those of a district and of a commune lie side by side in an index; those of a village
    are picked from its commune's.
    """
    above, depth = levels(path), path.strip("/").count("/") + 1
    if depth == _DISTRICT:
        return name_keys.c.upper_path == path
    if depth == _COMMUNE:
        return name_keys.c.unit_path == path
    inside = below(name_keys.c.area_path, path)
    return inside if depth < _DISTRICT else and_(name_keys.c.unit_path == above["unit_path"], inside)
