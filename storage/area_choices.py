"""Few areas out of many: what a list of places to choose from shows, and the names that a page needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.areas import AreaRow, as_row, below
from storage.tables_people import areas

_MOST: Final = 120


async def choices(connection: AsyncConnection, path: str, chosen: AreaRow | None = None) -> list[AreaRow]:
    """The areas of a subtree to choose from, in the order of the tree.

    All of them where they are few. Of many, the level below the top, and what lies below the chosen one and beside the
    way to it: choosing again goes on from there.
    """
    found = await connection.execute(select(areas).where(below(areas.c.path, path)).limit(_MOST + 1))
    rows = found.all()
    if len(rows) > _MOST:
        way = [key for key in path.strip("/").split("/")[-1:] if key]
        if chosen is not None and chosen.path.startswith(path):
            way += chosen.path.removeprefix(path).strip("/").split("/")
        top = areas.c.path == path
        rows = (await connection.execute(select(areas).where(top | areas.c.parent_key.in_(way)))).all()
    return sorted(map(as_row, rows), key=lambda each: each.path)


async def with_parents(connection: AsyncConnection, keys: Iterable[str]) -> dict[str, AreaRow]:
    """Areas by their key, and what stands right above each."""
    found: dict[str, AreaRow] = {}
    wanted = set(keys)
    for _ in range(2):
        query = select(areas).where(areas.c.key.in_(sorted(wanted - found.keys())))
        fresh = [as_row(row) for row in await connection.execute(query)]
        found.update((row.key, row) for row in fresh)
        wanted = {row.parent_key for row in fresh if row.parent_key is not None}
    return found
