"""The area tree in the database: what roles, households and figures are scoped to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import StorageError
from storage.tables_people import areas
from storage.turns import upsert

_KEY: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area within its dates. `path` holds the keys from the top: "/ha-nam/kim-bang-district/que-2023/"."""

    key: str
    code: str
    name: str
    plain_name: str
    kind: str
    rural: bool
    parent_key: str | None
    path: str
    start: date
    end: date | None
    successors: tuple[str, ...]
    demo: bool

    def exists(self, on: date) -> bool:
        return self.start <= on and (self.end is None or on < self.end)


def path_of(parent_path: str, key: str) -> str:
    """The path of an area below another one; the parent's is "" at the top.

    Raises:
        StorageError: the key could be mistaken for something else in a path or a query.
    """
    if not _KEY.fullmatch(key):
        raise StorageError(f"the area key {key!r} must be made of a-z, 0-9 and hyphens")
    return f"{parent_path or '/'}{key}/"


def below(column: ColumnElement[Any], path: str) -> ColumnElement[bool]:
    """Whether a column of paths lies in the subtree of a path, itself included.

    "0" comes right after "/", and paths are compared byte by byte: the range holds these and nothing else. A LIKE
    beside it would make PostgreSQL believe in far fewer rows than there are.
    """
    return and_(column >= path, column < f"{path[:-1]}0")


async def sync(connection: AsyncConnection, rows: Iterable[AreaRow]) -> int:
    """Insert or change areas by key; areas that are not among them stay. Returns how many were given."""
    values = [
        {**{name: getattr(row, name) for name in AreaRow.__slots__}, "successors": json.dumps(list(row.successors))}
        for row in rows
    ]
    if values:
        statement = upsert(connection, areas)
        changed = {name: statement.excluded[name] for name in AreaRow.__slots__ if name != "key"}
        await connection.execute(statement.on_conflict_do_update(index_elements=[areas.c.key], set_=changed), values)
    return len(values)


async def known(connection: AsyncConnection, keys: Iterable[str]) -> set[str]:
    """Which of the keys are in the database."""
    found = await connection.execute(select(areas.c.key).where(areas.c.key.in_(list(keys))))
    return set(found.scalars())


async def get(connection: AsyncConnection, key: str) -> AreaRow | None:
    found = (await connection.execute(select(areas).where(areas.c.key == key))).one_or_none()
    return None if found is None else as_row(found)


async def subtree(connection: AsyncConnection, path: str, *, kinds: Iterable[str] = ()) -> list[AreaRow]:
    """The areas in a subtree, itself included, in the order of the tree."""
    query = select(areas).where(below(areas.c.path, path)).order_by(areas.c.path)
    if kinds:
        query = query.where(areas.c.kind.in_(list(kinds)))
    return [as_row(row) for row in await connection.execute(query)]


async def named(
    connection: AsyncConnection, plain_words: Iterable[str], path: str, *, kinds: Iterable[str] = (), limit: int = 20
) -> list[AreaRow]:
    """The areas of a subtree whose plain name has a word beginning with each of these, in the plain spelling."""
    begin = [
        or_(
            areas.c.plain_name.startswith(word, autoescape=True),
            areas.c.plain_name.contains(f" {word}", autoescape=True),
        )
        for word in plain_words
    ]
    query = select(areas).where(below(areas.c.path, path), *begin).order_by(areas.c.path).limit(limit)
    if kinds:
        query = query.where(areas.c.kind.in_(list(kinds)))
    return [as_row(row) for row in await connection.execute(query)]


def as_row(row: Any) -> AreaRow:
    """An area from its row of the table."""
    values = dict(row._mapping)
    values["successors"] = tuple(json.loads(values["successors"]))
    return AreaRow(**values)
