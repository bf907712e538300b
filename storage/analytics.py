"""Figures about questions, cases and dialogs, without people. Every function is one statement, or says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import and_, case, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables_analytics import analytics_weeks, dialog_counts, question_weeks
from storage.tables_cases import cases
from storage.tables_learning import question_log
from storage.turns import upsert

_WEEK: Final = timedelta(days=7)


class Stand(NamedTuple):
    """Where a dialog stands: the row that it is counted in."""

    day: date
    area_key: str
    kind: str
    step: str
    stand: str
    share: int


@dataclass(frozen=True, slots=True)
class WeekRow:
    """So many questions of a week, from an area, about an article."""

    week: date
    area_key: str
    article: str
    answered: bool
    number: int


@dataclass(frozen=True, slots=True)
class CaseRow:
    """When a case was opened and first answered."""

    area_key: str
    opened_at: datetime
    first_reply_at: datetime | None


@dataclass(frozen=True, slots=True)
class DialogRow:
    """So many dialogs of a kind that stand there."""

    area_key: str
    kind: str
    step: str
    stand: str
    number: int


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


async def count_dialogs(connection: AsyncConnection, moves: Mapping[Stand, int]) -> None:
    """Book where dialogs have moved to; rows in one order, so that two processes never block each other for good."""
    rows = [{**stand._asdict(), "number": number} for stand, number in sorted(moves.items()) if number]
    if not rows:
        return
    statement = upsert(connection, dialog_counts)
    statement = statement.on_conflict_do_update(
        index_elements=list(dialog_counts.primary_key.columns),
        set_={"number": dialog_counts.c.number + statement.excluded.number},
    )
    await connection.execute(statement, rows)


async def sum_up(connection: AsyncConnection, before: date, now: datetime) -> int:
    """Sum up every week of the log that is over before a day and was not summed up yet; returns how many weeks.

    Three statements for each week. Two processes that do it at once: the second finds the week marked.
    """
    first: date | None = (await connection.execute(select(func.min(question_log.c.day)))).scalar_one()
    if first is None:
        return 0
    done = set((await connection.execute(select(analytics_weeks.c.week))).scalars())
    summed = 0
    week = monday(first)
    while week + _WEEK <= before:
        if week not in done and await _mark(connection, week, now):
            await _sum_week(connection, week)
            summed += 1
        week += _WEEK
    return summed


async def _mark(connection: AsyncConnection, week: date, now: datetime) -> bool:
    statement = upsert(connection, analytics_weeks).values(week=week, summed_at=now)
    marked = await connection.execute(statement.on_conflict_do_nothing().returning(analytics_weeks.c.week))
    return marked.one_or_none() is not None


async def _sum_week(connection: AsyncConnection, week: date) -> None:
    """A badly rated answer did not answer; a question that was understood as nothing has no article."""
    log = question_log.c
    article = case((log.kind == "handoff", ""), else_=log.article)
    answered = case((and_(log.kind != "handoff", func.coalesce(log.rating, 0) >= 0), 1), else_=0)
    found = (
        select(literal(week, type_=question_weeks.c.week.type), log.area_key, article, answered, func.count())
        .where(log.day >= week, log.day < week + _WEEK)
        .group_by(log.area_key, article, answered)
    )
    columns = ("week", "area_key", "article", "answered", "number")
    await connection.execute(insert(question_weeks).from_select(columns, found))


async def last_week(connection: AsyncConnection) -> date | None:
    """The newest week that was summed up."""
    found: date | None = (await connection.execute(select(func.max(analytics_weeks.c.week)))).scalar_one()
    return found


async def weeks(connection: AsyncConnection, first: date, end: date) -> list[WeekRow]:
    """The questions of the weeks that begin from a day on and before another."""
    table = question_weeks.c
    query = select(question_weeks).where(table.week >= first, table.week < end)
    return [
        WeekRow(row.week, row.area_key, row.article, bool(row.answered), row.number)
        for row in await connection.execute(query)
    ]


async def opened(connection: AsyncConnection, first: datetime, end: datetime) -> list[CaseRow]:
    """The cases that were opened within a period, as far as their person has not deleted or withdrawn them."""
    gone = func.coalesce(cases.c.outcome, "").in_(("deleted", "withdrawn", "abuse"))
    query = select(cases.c.area_key, cases.c.opened_at, cases.c.first_reply_at).where(
        cases.c.opened_at >= first, cases.c.opened_at < end, ~gone
    )
    return [CaseRow(*row) for row in await connection.execute(query)]


async def dialogs(connection: AsyncConnection, first: date, end: date) -> list[DialogRow]:
    """Where the dialogs stand that began within a period."""
    table = dialog_counts.c
    columns = (table.area_key, table.kind, table.step, table.stand)
    query = (
        select(*columns, func.sum(table.number).label("number"))
        .where(table.day >= first, table.day < end)
        .group_by(*columns)
    )
    return [DialogRow(*row) for row in await connection.execute(query) if row.number > 0]


def together(moves: list[Mapping[Stand, int]]) -> Counter[Stand]:
    """The moves of several turns as one."""
    found: Counter[Stand] = Counter()
    for each in moves:
        for stand, number in each.items():
            found[stand] += number
    return found
