"""The columns of the period report, counted from movements: start, falls, rises, end, for every area of a subtree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from sqlalchemy import Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.areas import below
from storage.register.movements import COLUMNS, FALLS
from storage.tables_people import areas
from storage.tables_register import LISTS, movements

_HUNDREDTH: Final = Decimal("0.01")


@dataclass(slots=True)
class Count:
    """Households and persons."""

    households: int = 0
    persons: int = 0

    def add(self, households: int, persons: int) -> None:
        self.households += households
        self.persons += persons


@dataclass(slots=True)
class ListFigures:
    """One list (poor or near-poor) of one area. Falls are positive numbers, as in the report."""

    start: Count = field(default_factory=Count)
    end: Count = field(default_factory=Count)
    columns: dict[str, Count] = field(default_factory=lambda: {name: Count() for name in COLUMNS})
    corrections: Count = field(default_factory=Count)
    """The part of the columns that belongs to events of an earlier, closed period."""

    @property
    def adds_up(self) -> bool:
        """start - falls + rises = end, in households and in persons."""
        households, persons = self.start.households, self.start.persons
        for name, count in self.columns.items():
            sign = -1 if name in FALLS else 1
            households += sign * count.households
            persons += sign * count.persons
        return (households, persons) == (self.end.households, self.end.persons)


@dataclass(slots=True)
class AreaFigures:
    """The figures of one area; `total` is the number of all its households where that is known."""

    key: str
    path: str
    name: str
    kind: str
    lists: dict[str, ListFigures]
    total: int | None = None

    def rate(self, status: str) -> Decimal | None:
        """Percent of all households on the list at the end."""
        if not self.total:
            return None
        share = Decimal(self.lists[status].end.households * 100) / Decimal(self.total)
        return share.quantize(_HUNDREDTH, ROUND_HALF_UP)


async def figures(
    connection: AsyncConnection,
    path: str,
    start: date,
    end: date,
    totals: Mapping[str, int] | None = None,
) -> list[AreaFigures]:
    """The figures of a period `[start, end)` for a subtree's areas in the order of the tree.

    Each event counts on its own day, or, where that lay in a closed period, on the first day after it. `totals` gives
    the number of all households by area key.
    """
    known = await connection.execute(select(areas).where(below(areas.c.path, path)).order_by(areas.c.path))
    found = {
        row.path: AreaFigures(
            row.key, row.path, row.name, row.kind, {name: ListFigures() for name in LISTS}, (totals or {}).get(row.key)
        )
        for row in known
    }
    above: dict[str, list[AreaFigures]] = {}
    for row in await connection.execute(_sums(path, start, end)):
        if row.area_path not in above:
            above[row.area_path] = [found[place] for place in _up(row.area_path) if place in found]
        for each in above[row.area_path]:
            _add(each.lists[row.status], row)
    return list(found.values())


def _sums(path: str, start: date, end: date) -> Select[Any]:
    rows = (
        select(
            movements.c.area_path,
            movements.c.status,
            movements.c.column,
            movements.c.households,
            movements.c.persons,
            case((movements.c.booked_on < start, 0), else_=1).label("inside"),
            case((movements.c.booked_on != movements.c.event_date, 1), else_=0).label("late"),
        )
        .where(below(movements.c.area_path, path), movements.c.booked_on < end)
        .subquery()
    )
    keys = (rows.c.area_path, rows.c.status, rows.c.column, rows.c.inside, rows.c.late)
    number, heads = func.sum(rows.c.households).label("number"), func.sum(rows.c.persons).label("heads")
    return select(*keys, number, heads).group_by(*keys)


def _up(path: str) -> list[str]:
    """The path itself and those of everything above it."""
    parts = path.strip("/").split("/")
    return [f"/{'/'.join(parts[:length])}/" for length in range(len(parts), 0, -1)]


def _add(figures_of: ListFigures, row: Any) -> None:
    number, heads = int(row.number), int(row.heads)
    figures_of.end.add(number, heads)
    if not row.inside:
        figures_of.start.add(number, heads)
        return
    sign = -1 if row.column in FALLS else 1
    figures_of.columns[row.column].add(sign * number, sign * heads)
    if row.late:
        figures_of.corrections.add(number, heads)
