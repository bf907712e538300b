"""Statements that reports and nominations share: both go through one review, with versions and time limits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Table, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.review import OPEN


async def change(connection: AsyncConnection, table: Table, row_id: int, version: int, values: dict[str, Any]) -> bool:
    """Set columns if nobody has changed the row since that version."""
    statement = update(table).where(table.c.id == row_id, table.c.version == version)
    changed = await connection.execute(statement.values(version=version + 1, **values))
    return bool(changed.rowcount)


def late(table: Table, today: date) -> tuple[ColumnElement[bool], ...]:
    """Open ones whose time limit has passed."""
    return table.c.due_on < today, table.c.state.in_(sorted(OPEN))


async def reminded(connection: AsyncConnection, table: Table, row_ids: Iterable[int], today: date) -> None:
    """Nobody is reminded of one twice on one day."""
    await connection.execute(update(table).where(table.c.id.in_(list(row_ids))).values(reminded_on=today))
