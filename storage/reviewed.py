"""Statements that reports and nominations share: both go through one review, with versions and time limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.review import OPEN
from storage.tables_people import accounts
from storage.turns import upsert


async def add(
    connection: AsyncConnection, table: Table, submission: str, values: dict[str, Any], receipt: Callable[[int], str]
) -> int | None:
    """Store a new row with its receipt and return its id; None where this submission is stored already."""
    statement = upsert(connection, table).values(receipt="", version=1, submission=submission, **values)
    statement = statement.on_conflict_do_nothing(index_elements=[table.c.submission]).returning(table.c.id)
    row_id: int | None = (await connection.execute(statement)).scalar_one_or_none()
    if row_id is not None:
        await connection.execute(update(table).where(table.c.id == row_id).values(receipt=receipt(row_id)))
    return row_id


def way(moves: Table, belongs_to: ColumnElement[bool]) -> Select[Any]:
    """The steps of one of them with the names of who made them, oldest first."""
    return (
        select(moves, func.coalesce(accounts.c.name, "").label("name"))
        .outerjoin(accounts, accounts.c.id == moves.c.account_id)
        .where(belongs_to)
        .order_by(moves.c.id)
    )


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
