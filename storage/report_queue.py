"""The queue of reports as the desk shows it: filtered, counted, and page by page. The caller gives the subtree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, CompoundSelect, Select, func, literal_column, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.areas import below
from storage.register.names import end_of_range, folded
from storage.register.search import place_of_keys, plan_each_time
from storage.reviewed import late
from storage.tables_people import accounts, areas
from storage.tables_register import households, members, name_keys
from storage.tables_reports import report_moves, reports

MOST_COUNTED: Final = 1_000
"""Nobody works through more than that; a number above it only says "more"."""
MOST_NAMED: Final = 200
"""So many people of a name are looked at; who has a commoner one gives more of it, or the place."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for. `text` is a receipt, a code of a household, or a part of a name."""

    states: tuple[str, ...] = ()
    form: str = ""
    path: str = ""
    overdue_on: date | None = None
    taken_by: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A report in a list."""

    id: int
    receipt: str
    form: str
    area_name: str
    above: str
    event_date: date
    created_at: Any
    state: str
    version: int
    due_on: date | None
    household_id: int | None
    code: str
    head: str
    sender: str


async def queue(
    connection: AsyncConnection, filters: Filters, *, after: int = 0, limit: int = 100
) -> tuple[list[QueueLine], int | None]:
    """Reports, oldest first, and the id to go on after (None after the last page)."""
    await plan_each_time(connection)
    # The page is picked before anything is joined to it, or all that waits would be joined and then sorted.
    page = (
        select(reports)
        .where(reports.c.id > after, *_conditions(filters))
        .order_by(reports.c.id)
        .limit(limit + 1)
        .subquery()
    )
    heads, above = members.alias("heads"), areas.alias("above")
    query = (
        select(
            *(page.c[name] for name in ("id", "receipt", "form")),
            func.coalesce(areas.c.name, "").label("area_name"),
            func.coalesce(above.c.name, "").label("above"),
            *(page.c[name] for name in ("event_date", "created_at", "state", "version", "due_on", "household_id")),
            func.coalesce(households.c.code, "").label("code"),
            func.coalesce(heads.c.name, "").label("head"),
            func.coalesce(accounts.c.name, "").label("sender"),
        )
        .outerjoin(areas, areas.c.key == page.c.area_key)
        .outerjoin(above, above.c.key == areas.c.parent_key)
        .outerjoin(accounts, accounts.c.id == page.c.sent_by)
        .outerjoin(households, households.c.id == page.c.household_id)
        .outerjoin(heads, heads.c.id == households.c.head_member_id)
        .order_by(page.c.id)
    )
    lines = [QueueLine(**row._mapping) for row in await connection.execute(query)]
    return lines[:limit], lines[limit - 1].id if len(lines) > limit else None


async def count(connection: AsyncConnection, filters: Filters) -> int:
    """How many there are; one more than `MOST_COUNTED` stands for all larger numbers."""
    await plan_each_time(connection)
    found: Select[Any] = select(reports.c.id).where(*_conditions(filters)).limit(MOST_COUNTED + 1)
    return int((await connection.execute(select(func.count()).select_from(found.subquery()))).scalar_one())


async def next_after(connection: AsyncConnection, filters: Filters, report_id: int) -> int | None:
    """The next report of the queue; from the beginning again after its end."""
    await plan_each_time(connection)
    conditions = _conditions(filters)
    for condition in (reports.c.id > report_id, reports.c.id < report_id):
        query = select(reports.c.id).where(condition, *conditions).order_by(reports.c.id).limit(1)
        found: int | None = (await connection.execute(query)).scalar_one_or_none()
        if found is not None:
            return found
    return None


def overdue(filters: Filters, today: date) -> Filters:
    """The same, but only what has waited for too long."""
    return replace(filters, overdue_on=today)


async def is_common(connection: AsyncConnection, filters: Filters) -> bool:
    """Whether more people than are looked at have the name that was typed."""
    plain = folded(filters.text)
    if not plain:
        return False
    named = _named(filters.path, plain).with_only_columns(name_keys.c.key).offset(MOST_NAMED - 1)
    return (await connection.execute(named.limit(1))).one_or_none() is not None


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    found = [below(reports.c.area_path, filters.path)]
    if filters.states:
        found.append(reports.c.state.in_(filters.states))
    if filters.form:
        found.append(reports.c.form == filters.form)
    if filters.overdue_on is not None:
        found += late(reports, filters.overdue_on)
    if filters.taken_by is not None:
        taken = select(report_moves.c.report_id).where(
            report_moves.c.account_id == filters.taken_by, report_moves.c.move == literal_column("'take'")
        )
        found += [reports.c.state.in_(("checking", "deciding")), reports.c.id.in_(taken)]
    if filters.text.strip():
        found.append(reports.c.id.in_(_said(filters)))
    return found


def _said(filters: Filters) -> CompoundSelect[Any]:
    """The reports that a receipt, a code or a part of a name means: each way by its own index."""
    said = filters.text.strip().upper()
    number = said.removeprefix("BC-").removeprefix("BC")
    by_code = select(households.c.id).where(
        households.c.code >= said, households.c.code < end_of_range(said), below(households.c.area_path, filters.path)
    )
    ways = [select(reports.c.id).where(reports.c.household_id.in_(by_code.limit(MOST_NAMED)))]
    if number.isascii() and number.isdecimal() and len(number) < 18:
        ways.append(select(reports.c.id).where(reports.c.id == int(number)))
    plain = folded(filters.text)
    if plain:
        named = _named(filters.path, plain)
        ways.append(select(reports.c.id).where(reports.c.household_id.in_(named.limit(MOST_NAMED))))
    return union(*ways)


def _named(path: str, plain: str) -> Select[Any]:
    """The households with such a name, the exact one first."""
    return (
        select(name_keys.c.household_id)
        .where(name_keys.c.key >= plain, name_keys.c.key < end_of_range(plain), place_of_keys(path))
        .order_by(name_keys.c.key)
    )
