"""Closed reporting periods: their figures never change again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.areas import below
from storage.register.model import RegisterError
from storage.register.reading import hold_periods
from storage.tables_register import periods


@dataclass(frozen=True, slots=True)
class Period:
    """A closed period `[start, end)` of an area and everything below it."""

    area_path: str
    start: date
    end: date
    locked_at: datetime
    by: int | None


async def lock(
    connection: AsyncConnection, area_path: str, start: date, end: date, now: datetime, by: int | None
) -> None:
    """Close a period. What lies before it is closed with it, or its opening figures would still move.

    Raises:
        RegisterError: the dates are the wrong way round, or the period is closed already.
    """
    if end <= start:
        raise RegisterError("a period ends after it begins")
    await hold_periods(connection, alone=True)
    key = (periods.c.area_path == area_path, periods.c.start == start, periods.c.end == end)
    if (await connection.execute(select(periods.c.by).where(*key))).one_or_none() is not None:
        raise RegisterError("the period is closed already")
    await connection.execute(insert(periods).values(area_path=area_path, start=start, end=end, locked_at=now, by=by))


async def closed(connection: AsyncConnection, path: str) -> list[Period]:
    """The closed periods of a subtree, oldest first."""
    query = select(periods).where(below(periods.c.area_path, path)).order_by(periods.c.end, periods.c.area_path)
    return [Period(*row) for row in await connection.execute(query)]
