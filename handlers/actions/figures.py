"""Period figures as a report to hand in, and closing the period once it is handed in.

`actor` None is the operator at the command line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from content.documents.report import COLUMNS, LISTS, Correction, Level, Line, Pair, PeriodReport
from content.documents.words import load as load_words
from content.localities import Locality
from handlers.access import Actor, require
from rules.parameters import Parameters
from storage import areas, audit
from storage.areas import AreaRow
from storage.audit import Event
from storage.errors import StorageError
from storage.register import periods
from storage.register.figures import AreaFigures, ListFigures
from storage.register.figures import figures as count_figures

UNITS: Final = frozenset({"commune", "township", "ward"})
"""The lowest official level: what the rural and urban halves of a report are made of."""
_TARGET: Final = "programme.target.poor_rate"
_TARGET_KINDS: Final = frozenset({"district", "town_district"})


async def period_report(
    connection: AsyncConnection,
    actor: Actor | None,
    locality: Locality,
    parameters: Parameters,
    area_key: str,
    start: date,
    end: date,
    totals: Mapping[str, int] | None = None,
) -> PeriodReport:
    """The report of an area for `[start, end)`, every commune and village in it; `totals` is the number of all
    households by area key.

    Raises:
        AccessDenied: the area is not the actor's.
        StorageError: there is no such area, or the dates are the wrong way round.
    """
    area = await _area(connection, area_key)
    if actor is not None:
        require(actor, "see_figures", area.path)
    if end <= start:
        raise StorageError("a period ends after it begins")
    parent = await areas.get(connection, area.parent_key) if area.parent_key is not None else None
    counted = await count_figures(connection, area.path, start, end, totals)
    known = {row.key: row for row in await areas.subtree(connection, area.path)}
    await _with_successors(connection, known)
    counted = [each for each in counted if _belongs(each, known[each.key], area, start, end)]
    report = PeriodReport(
        area.name,
        area.kind,
        parent.name if parent is not None else "",
        locality.office("social_affairs").name,
        start,
        end,
        tuple(_lines(counted, known, end)),
        tuple(_corrections(counted)),
        _target(parameters, area, end),
        closed=await _closed(connection, area.path, end),
        demo=area.demo,
    )
    wrong = next(report.wrong(), None)
    if wrong is not None:
        raise StorageError(f"the figures of {wrong.name!r} do not add up; rebuild the register's movements")
    return report


async def hand_in(
    connection: AsyncConnection, actor: Actor | None, area_key: str, start: date, end: date, now: datetime
) -> str:
    """Close a period that is handed in: what becomes known later counts as a correction of the next one.

    The audit trail keeps a fingerprint of the figures, which is returned: it shows later that they are still the same.

    Raises:
        AccessDenied: the area is not the actor's.
        StorageError: there is no such area.
        RegisterError: it is closed already, or its dates are the wrong way round.
    """
    area = await _area(connection, area_key)
    if actor is not None:
        require(actor, "lock_period", area.path)
    await audit.serialise(connection)
    account_id = (actor.account_id or None) if actor is not None else None
    await periods.lock(connection, area.path, start, end, now, account_id)
    print_of = fingerprint(await count_figures(connection, area.path, start, end))
    detail = {"from": start.isoformat(), "to": end.isoformat(), "figures": print_of}
    role = actor.role if actor is not None else ""
    await audit.append(
        connection, Event("lock_period", "period", area.key, account_id, role, area.path, detail), now
    )  # fmt: skip
    return print_of


def fingerprint(counted: Iterable[AreaFigures]) -> str:
    """A hash over every figure of every area."""
    plain = [[each.key, [_columns(each.lists[status]) for status in LISTS]] for each in counted]
    return hashlib.sha256(msgspec.json.encode(plain, order="deterministic")).hexdigest()


async def _area(connection: AsyncConnection, key: str) -> AreaRow:
    found = await areas.get(connection, key)
    if found is None:
        raise StorageError(f"unknown area {key!r}")
    return found


async def _with_successors(connection: AsyncConnection, known: dict[str, AreaRow]) -> None:
    """Add what took the place of areas, as far as it is in the database."""
    waiting = [key for row in known.values() for key in row.successors if key not in known]
    while waiting:
        key = waiting.pop()
        row = await areas.get(connection, key) if key not in known else None
        if row is not None:
            known[key] = row
            waiting += row.successors


def _belongs(each: AreaFigures, row: AreaRow, top: AreaRow, start: date, end: date) -> bool:
    """Areas of the period, and those of other times that still have households counted under them."""
    if row.key == top.key or (row.start < end and (row.end is None or row.end > start)):
        return True
    return _counts(each)


def _counts(each: AreaFigures) -> bool:
    return any(pair != (0, 0) for status in LISTS for pair in _columns(each.lists[status]).values())


def _says(each: AreaFigures) -> bool:
    return each.total is not None or _counts(each)


def rural(row: AreaRow, known: Mapping[str, AreaRow], on: date) -> bool:
    """Whether the territory of a unit is rural on a day: its own kind, or that of the unit which took its place."""
    if row.end is None or on < row.end:
        return row.rural
    following = [known[key] for key in row.successors if key in known]
    return all(rural(each, known, on) for each in following) if following else row.rural


def _lines(counted: list[AreaFigures], known: Mapping[str, AreaRow], end: date) -> Iterator[Line]:
    words = load_words()
    top = counted[0]
    yield _line("", words.total, "total", [top], top.total)
    units = [each for each in counted if each.kind in UNITS] or [top]
    last = date.fromordinal(end.toordinal() - 1)
    halves: dict[bool, list[AreaFigures]] = {False: [], True: []}
    for each in units:
        halves[rural(known[each.key], known, last)].append(each)
    for is_rural, name in ((False, words.urban), (True, words.rural)):
        # A commune of which nothing is registered yet says nothing about the others.
        yield _line(
            "", name, "split", halves[is_rural], _sum_of(each.total for each in halves[is_rural] if _says(each))
        )
    unit = village = 0
    for each in counted[1:]:
        if each.kind in UNITS:
            unit, village = unit + 1, 0
            yield _line(str(unit), each.name, "unit", [each], each.total)
        elif each.kind == "village":
            village += 1
            number = f"{unit}.{village}" if unit else str(village)
            yield _line(number, each.name, "village", [each], each.total)


def _line(number: str, name: str, level: Level, of: list[AreaFigures], total: int | None) -> Line:
    lists: dict[str, dict[str, Pair]] = {}
    for status in LISTS:
        sums = dict.fromkeys(COLUMNS, (0, 0))
        for each in of:
            for column, pair in _columns(each.lists[status]).items():
                sums[column] = (sums[column][0] + pair[0], sums[column][1] + pair[1])
        lists[status] = sums
    return Line(number, name, level, lists, total)


def _columns(counted: ListFigures) -> dict[str, Pair]:
    together = {"start": counted.start, **counted.columns, "end": counted.end}
    return {name: (together[name].households, together[name].persons) for name in COLUMNS}


def _sum_of(numbers: Iterable[int | None]) -> int | None:
    """The sum, where every part is known."""
    found = list(numbers)
    known = [number for number in found if number is not None]
    return sum(known) if found and len(known) == len(found) else None


def _corrections(counted: Iterable[AreaFigures]) -> Iterator[Correction]:
    """What belongs to an earlier period, by commune (or by what stands on top where that is smaller)."""
    found = list(counted)
    for each in [each for each in found if each.kind in UNITS] or found[:1]:
        for status in LISTS:
            late = each.lists[status].corrections
            if late.households or late.persons:
                yield Correction(each.name, status, late.households, late.persons)


def _target(parameters: Parameters, area: AreaRow, end: date) -> Decimal | None:
    """The target of the year in which the period ends; the plan names one for the district only."""
    last = date.fromordinal(end.toordinal() - 1)
    if area.kind not in _TARGET_KINDS:
        return None
    line = parameters.get(_TARGET).at(last)
    # A target of one year says nothing about the next.
    return Decimal(str(line.value)) if line is not None and line.start.year == last.year else None


async def _closed(connection: AsyncConnection, path: str, end: date) -> bool:
    """Whether the figures can no longer change: the area, or one above it, has closed this or a later period."""
    return any(path.startswith(each.area_path) and each.end >= end for each in await periods.closed(connection, "/"))
