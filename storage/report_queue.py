"""The queue of reports as the desk shows it: filtered, counted, and page by page. The caller gives the subtree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.areas import below
from storage.register.names import end_of_range, folded
from storage.tables_people import accounts, areas
from storage.tables_register import households, members, name_keys
from storage.tables_reports import report_moves, reports

_MOST_COUNTED: Final = 10_000
_MOST_NAMED: Final = 2_000
_OPEN: Final = ("sent", "checking", "asked", "checked", "deciding")


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
    heads, above = members.alias("heads"), areas.alias("above")
    query = (
        select(
            *(reports.c[name] for name in ("id", "receipt", "form")),
            func.coalesce(areas.c.name, "").label("area_name"),
            func.coalesce(above.c.name, "").label("above"),
            *(reports.c[name] for name in ("event_date", "created_at", "state", "version", "due_on", "household_id")),
            func.coalesce(households.c.code, "").label("code"),
            func.coalesce(heads.c.name, "").label("head"),
            func.coalesce(accounts.c.name, "").label("sender"),
        )
        .outerjoin(areas, areas.c.key == reports.c.area_key)
        .outerjoin(above, above.c.key == areas.c.parent_key)
        .outerjoin(accounts, accounts.c.id == reports.c.sent_by)
        .outerjoin(households, households.c.id == reports.c.household_id)
        .outerjoin(heads, heads.c.id == households.c.head_member_id)
        .where(reports.c.id > after, *_conditions(filters))
        .order_by(reports.c.id)
        .limit(limit + 1)
    )
    lines = [QueueLine(**row._mapping) for row in await connection.execute(query)]
    return lines[:limit], lines[limit - 1].id if len(lines) > limit else None


async def count(connection: AsyncConnection, filters: Filters) -> int:
    """How many there are, counted up to ten thousand."""
    found: Select[Any] = select(reports.c.id).where(*_conditions(filters)).limit(_MOST_COUNTED)
    return int((await connection.execute(select(func.count()).select_from(found.subquery()))).scalar_one())


async def next_after(connection: AsyncConnection, filters: Filters, report_id: int) -> int | None:
    """The next report of the queue; from the beginning again after its end."""
    for condition in (reports.c.id > report_id, reports.c.id < report_id):
        query = select(reports.c.id).where(condition, *_conditions(filters)).order_by(reports.c.id).limit(1)
        found: int | None = (await connection.execute(query)).scalar_one_or_none()
        if found is not None:
            return found
    return None


def overdue(filters: Filters, today: date) -> Filters:
    """The same, but only what has waited for too long."""
    return replace(filters, overdue_on=today)


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    found = [below(reports.c.area_path, filters.path)]
    if filters.states:
        found.append(reports.c.state.in_(filters.states))
    if filters.form:
        found.append(reports.c.form == filters.form)
    if filters.overdue_on is not None:
        found += [reports.c.due_on < filters.overdue_on, reports.c.state.in_(_OPEN)]
    if filters.taken_by is not None:
        taken = select(report_moves.c.report_id).where(
            report_moves.c.account_id == filters.taken_by, report_moves.c.move == "take"
        )
        found += [reports.c.state.in_(("checking", "deciding")), reports.c.id.in_(taken)]
    if filters.text.strip():
        found.append(_said(filters))
    return found


def _said(filters: Filters) -> ColumnElement[bool]:
    said = filters.text.strip().upper()
    number = said.removeprefix("BC-").removeprefix("BC")
    by_code = and_(households.c.code >= said, households.c.code < end_of_range(said))
    ways: list[ColumnElement[bool]] = [
        reports.c.household_id.in_(select(households.c.id).where(by_code, below(households.c.area_path, filters.path)))
    ]
    if number.isascii() and number.isdecimal() and len(number) < 18:
        ways.append(reports.c.id == int(number))
    plain = folded(filters.text)
    if plain:
        named = (
            select(name_keys.c.household_id)
            .where(
                name_keys.c.key >= plain, name_keys.c.key < end_of_range(plain),
                below(name_keys.c.area_path, filters.path),
            )
            .limit(_MOST_NAMED)
        )  # fmt: skip
        ways.append(reports.c.household_id.in_(named))
    return or_(*ways)
