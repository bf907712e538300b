"""Analytics for the district: what was asked, who answered, how long it took, and where dialogs are left.

The tables are always made over all areas, and an area's page shows its rows of them: what different people see of one
quarter fits together and gives away nothing more than each alone (`handlers.analytics.hiding`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.access import AccessDenied, Actor, require
from handlers.actions.figures import UNITS
from handlers.analytics import quarters
from handlers.analytics.hiding import LEAST, POOL, publish
from handlers.analytics.quarters import Quarter
from handlers.analytics.report import (
    ANSWERS,
    BOT,
    NOBODY,
    PEOPLE,
    Analytics,
    DialogFigures,
    Figure,
    Place,
    View,
    place_of,
    ranked,
)
from handlers.analytics.steps import STANDING
from handlers.turn import VIETNAM
from storage import analytics, areas, audit
from storage.analytics import CaseRow, DialogRow, WeekRow
from storage.area_choices import with_parents
from storage.areas import AreaRow
from storage.audit import Event

VERB: Final = "see_analytics"
_WEEK: Final = timedelta(days=7)
_FINISHED: Final = "finished"
_CANCELLED: Final = "cancelled"
_MINUTE: Final = timedelta(minutes=1)

Counts = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Seen:
    """An area's figures of a quarter, and what else can be chosen."""

    figures: Analytics
    area: AreaRow
    quarter: Quarter
    quarters: tuple[Quarter, ...]
    units: Mapping[str, AreaRow]
    """The communes that the actor sees."""


async def sum_up(connection: AsyncConnection, now: datetime) -> int:
    """Sum up the weeks that are over; returns how many. A week is summed up once, whoever does it."""
    return await analytics.sum_up(connection, analytics.monday(now.astimezone(VIETNAM).date()), now)


async def see(
    connection: AsyncConnection, actor: Actor, said_quarter: str, area_key: str, now: datetime, *, taken: bool = False
) -> Seen:
    """The figures of an area; the look, or the download (`taken`), goes into the audit trail.

    Raises:
        AccessDenied: the area is not the actor's, or there is none.
    """
    area = await areas.get(connection, area_key)
    if area is None:
        raise AccessDenied(actor, VERB, "/")
    require(actor, VERB, area.path)
    await audit.serialise(connection)
    await sum_up(connection, now)
    today = analytics.monday(now.astimezone(VIETNAM).date())
    last = await analytics.last_week(connection) or today - _WEEK
    quarter = quarters.chosen(said_quarter, last)
    found = await _figures(connection, area, quarter, last)
    units = {row.key: row for row in await areas.subtree(connection, actor.area_path, kinds=UNITS)}
    detail = {"quarter": quarter.key}
    verb = "download_analytics" if taken else VERB
    event = Event(verb, "area", area.key, actor.account_id or None, actor.role, area.path, detail)
    await audit.append(connection, event, now)
    return Seen(found, area, quarter, tuple(quarters.choices(last)), units)


async def _figures(connection: AsyncConnection, area: AreaRow, quarter: Quarter, last: date) -> Analytics:
    end = min(quarter.end, last + _WEEK)
    rows = await analytics.weeks(connection, quarter.first, end)
    cases = await analytics.opened(connection, _midnight(quarter.first), _midnight(end))
    dialogs = await analytics.dialogs(connection, quarter.first, end)
    keys = {each.area_key for each in rows} | {each.area_key for each in cases} | {each.area_key for each in dialogs}
    unit_of = await _units(connection, keys)
    every = {row.key: row for row in await areas.subtree(connection, "/", kinds=UNITS)}
    own = frozenset(key for key, row in every.items() if row.path.startswith(area.path))
    used = {unit for unit in unit_of.values() if unit != POOL}
    whole = used <= own and area.kind not in UNITS
    view = View(own, whole)
    answers = publish(_answers(rows, cases, unit_of), ANSWERS)
    waits = _waits(cases, unit_of)
    present = [key for key in own if key in used or every[key].exists(end - timedelta(days=1))]
    places = [_with_wait(place_of(key, answers), waits.get(key, ())) for key in present]
    sums = {each: view.column(answers, each) for each in ANSWERS}
    all_waits = [wait for unit, found in waits.items() if whole or unit in own for wait in found]
    return Analytics(
        quarter.first, end - timedelta(days=1), whole,
        _with_wait(Place(area.key, view.sum(answers), sums), all_waits),
        _topics(rows, unit_of, view), _weeks(rows, unit_of, view, quarter.first, end),
        tuple(sorted(places, key=lambda each: (-(each.sum or 0), every[each.key].plain_name))) if len(own) > 1 else (),
        tuple(_dialogs(dialogs, unit_of, view)),
    )  # fmt: skip


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM).astimezone(UTC)


async def _units(connection: AsyncConnection, keys: Iterable[str]) -> dict[str, str]:
    """The commune that each area is or lies in; no known one is the pool."""
    known = await with_parents(connection, {key for key in keys if key})
    found = {}
    for key in keys:
        row = known.get(key)
        if row is not None and row.kind not in UNITS:
            row = known.get(row.parent_key or "")
        found[key] = row.key if row is not None and row.kind in UNITS else POOL
    return found


def _topics(rows: Sequence[WeekRow], unit_of: Mapping[str, str], view: View) -> tuple[Figure, ...]:
    counts = _table((unit_of[row.area_key], row.article, row.number) for row in rows)
    columns = sorted({row.article for row in rows})
    table = publish(counts, columns)
    return ranked((column, view.column(table, column)) for column in columns)


def _weeks(
    rows: Sequence[WeekRow], unit_of: Mapping[str, str], view: View, first: date, end: date
) -> tuple[Figure, ...]:
    counts = _table((unit_of[row.area_key], row.week.isoformat(), row.number) for row in rows)
    columns = [(first + _WEEK * each).isoformat() for each in range((end - first) // _WEEK)]
    table = publish(counts, columns)
    return tuple(Figure(column, view.column(table, column)) for column in columns)


def _answers(rows: Sequence[WeekRow], cases: Sequence[CaseRow], unit_of: Mapping[str, str]) -> Counts:
    """Every question is with who answered it. The log does not know whose question became a case, so of those that the
    bot could not answer, as many count as answered by people as cases of the place were answered.
    """
    by_bot = _table((unit_of[row.area_key], "bot" if row.answered else "open", row.number) for row in rows)
    by_people: dict[str, int] = defaultdict(int)
    for case in cases:
        by_people[unit_of[case.area_key]] += case.first_reply_at is not None
    found = {}
    for unit, numbers in by_bot.items():
        left = numbers.get("open", 0)
        people = min(left, by_people[unit])
        found[unit] = {BOT: numbers.get("bot", 0), PEOPLE: people, NOBODY: left - people}
    return found


def _table(counted: Iterable[tuple[str, str, int]]) -> Counts:
    found: Counts = defaultdict(lambda: defaultdict(int))
    for row, column, number in counted:
        found[row][column] += number
    return found


def _waits(cases: Sequence[CaseRow], unit_of: Mapping[str, str]) -> dict[str, list[timedelta]]:
    """How long the first answer took, by commune."""
    found: dict[str, list[timedelta]] = defaultdict(list)
    for case in cases:
        if case.first_reply_at is not None:
            found[unit_of[case.area_key]].append(max(case.first_reply_at - case.opened_at, _MINUTE))
    return found


def _with_wait(place: Place, waits: Sequence[timedelta]) -> Place:
    if len(waits) < LEAST:
        return place
    ordered = sorted(waits)
    return replace(place, half=_rank(ordered, 50), most=_rank(ordered, 90))


def _rank(ordered: Sequence[timedelta], percent: int) -> timedelta:
    """The smallest wait that at least so many in a hundred do not exceed."""
    return ordered[-(-len(ordered) * percent // 100) - 1]


def _dialogs(rows: Sequence[DialogRow], unit_of: Mapping[str, str], view: View) -> Iterable[DialogFigures]:
    by_kind: dict[str, list[DialogRow]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row)
    found = []
    for kind, own in by_kind.items():
        # Cancelled counts once, at whatever question; where people simply stop is told by question.
        named = [
            (unit_of[row.area_key], row.stand if row.stand != STANDING else f"{STANDING}:{row.step}", row.number)
            for row in own
        ]
        columns = sorted({column for _, column, _ in named} | {_FINISHED, _CANCELLED})
        table = publish(_table(named), columns)
        begun = view.sum(table)
        if begun is None:
            continue
        steps = ((column.partition(":")[2], view.column(table, column)) for column in columns if ":" in column)
        ended = view.column(table, _FINISHED), view.column(table, _CANCELLED)
        found.append(DialogFigures(kind, begun, *ended, ranked(steps)))
    return sorted(found, key=lambda each: (-each.begun, each.kind))
