"""The inbox as officers see it: cases filtered, counted, and page by page. The caller gives the subtree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.areas import below
from storage.cases import CLOSED, receipt
from storage.register.names import folded
from storage.tables_cases import case_entries, cases
from storage.tables_people import accounts, areas

BOXES: Final = ("unassigned", "mine", "waiting", "overdue", "all", "closed")
NO_TOPIC: Final = "-"
"""The filter for cases that are about no article."""
MOST_COUNTED: Final = 99
"""More is shown as "99+": a number that nobody works off one by one need not be exact."""
Place = tuple[int, datetime, int]
"""Where a page begins: rank, due time and id of the last case before it."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for. `path` is the officer's subtree; `offices` the only ones that the role sees, if any."""

    box: str
    path: str
    me: int
    now: datetime
    offices: tuple[str, ...] = ()
    here: str = ""
    topic: str = ""
    topics: tuple[str, ...] = ()
    """Articles whose name fits the words looked for."""
    area_key: str = ""
    cause: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A case in a list; `question` is the ciphertext of what the person asked first."""

    id: int
    topic: str
    area_name: str
    desk_name: str
    office: str
    channel: str
    cause: str
    rank: int
    state: str
    outcome: str | None
    assignee: int | None
    holder: str
    opened_at: datetime
    due_at: datetime
    last_person_at: datetime
    closed_at: datetime | None
    question_id: int | None
    question: str

    @property
    def receipt(self) -> str:
        return receipt(self.id)

    @property
    def place(self) -> Place:
        return self.rank, self.due_at, self.id


async def page(
    connection: AsyncConnection, filters: Filters, *, after: Place | None = None, limit: int = 50
) -> tuple[list[Line], Place | None]:
    """Cases in the order in which they are to be worked off, and where to go on (None after the last page)."""
    chosen = select(cases).where(*_conditions(filters))
    if filters.box == CLOSED:
        if after is not None:
            chosen = chosen.where(cases.c.id < after[2])
        chosen = chosen.order_by(cases.c.id.desc())
    else:
        if after is not None:
            columns = tuple_(cases.c.rank, cases.c.due_at, cases.c.id)
            chosen = chosen.where(columns > tuple_(*_bound(after)))
        chosen = chosen.order_by(cases.c.rank, cases.c.due_at, cases.c.id)
    # The names are looked up for the lines of the page only.
    some = chosen.limit(limit + 1).subquery()
    desks, first = areas.alias("desks"), case_entries.alias("first")
    asked = (
        select(func.min(case_entries.c.id))
        .where(case_entries.c.case_id == some.c.id, case_entries.c.kind == "person")
        .scalar_subquery()
    )
    query = (
        select(
            *(some.c[name] for name in ("id", "topic")),
            func.coalesce(areas.c.name, "").label("area_name"),
            func.coalesce(desks.c.name, "").label("desk_name"),
            *(some.c[name] for name in ("office", "channel", "cause", "rank", "state", "outcome", "assignee")),
            func.coalesce(accounts.c.name, "").label("holder"),
            *(some.c[name] for name in ("opened_at", "due_at", "last_person_at", "closed_at")),
            first.c.id.label("question_id"),
            func.coalesce(first.c.text, "").label("question"),
        )
        .outerjoin(areas, areas.c.key == some.c.area_key)
        .outerjoin(desks, desks.c.key == some.c.desk_key)
        .outerjoin(accounts, accounts.c.id == some.c.assignee)
        .outerjoin(first, first.c.id == asked)
    )
    if filters.box == CLOSED:
        query = query.order_by(some.c.id.desc())
    else:
        query = query.order_by(some.c.rank, some.c.due_at, some.c.id)
    lines = [Line(**row._mapping) for row in await connection.execute(query)]
    return lines[:limit], lines[limit - 1].place if len(lines) > limit else None


async def counts(connection: AsyncConnection, filters: Filters) -> dict[str, int]:
    """How many there are in each box but the last two, counted up to `MOST_COUNTED` and one."""
    parts = []
    for box in ("unassigned", "mine", "waiting", "overdue"):
        of_box = replace(filters, box=box, topic="", area_key="", cause="", text="", here="")
        found: Select[Any] = select(cases.c.id).where(*_conditions(of_box)).limit(MOST_COUNTED + 1)
        parts.append(select(func.count()).select_from(found.subquery()).scalar_subquery().label(box))
    row = (await connection.execute(select(*parts))).one()
    return dict(row._mapping)


async def next_case(connection: AsyncConnection, filters: Filters, but: int) -> int | None:
    """The case that is to be worked off next, another than the present one."""
    query = (
        select(cases.c.id)
        .where(*_conditions(filters), cases.c.id != but)
        .order_by(cases.c.rank, cases.c.due_at, cases.c.id)
        .limit(1)
    )
    found: int | None = (await connection.execute(query)).scalar_one_or_none()
    return found


def _bound(after: Place) -> tuple[ColumnElement[Any], ...]:
    columns = (cases.c.rank, cases.c.due_at, cases.c.id)
    return tuple(literal(value, column.type) for value, column in zip(after, columns, strict=True))


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    found = [below(cases.c.desk_path, filters.path), *_box(filters)]
    if filters.offices:
        found.append(cases.c.office.in_(filters.offices))
    if filters.here:
        found.append(cases.c.desk_key == filters.here)
    if filters.topic:
        found.append(cases.c.topic == ("" if filters.topic == NO_TOPIC else filters.topic))
    if filters.area_key:
        found.append(cases.c.area_key == filters.area_key)
    if filters.cause:
        found.append(cases.c.cause == filters.cause)
    if filters.text.strip():
        found.append(_said(filters))
    return found


def _box(filters: Filters) -> list[ColumnElement[bool]]:
    open_still = cases.c.state == "open"
    if filters.box == "unassigned":
        return [open_still, cases.c.assignee.is_(None)]
    if filters.box == "mine":
        return [cases.c.assignee == filters.me, cases.c.state.in_(("open", "waiting"))]
    if filters.box == "waiting":
        return [cases.c.state == "waiting"]
    if filters.box == "overdue":
        return [open_still, cases.c.due_at < filters.now]
    if filters.box == CLOSED:
        return [cases.c.state == CLOSED]
    return [open_still]


def _said(filters: Filters) -> ColumnElement[bool]:
    """A number, or words of a topic, a place or an officer's name: what the person wrote is sealed."""
    said = filters.text.strip().upper()
    number = said.removeprefix("HT-").removeprefix("HT").strip()
    ways: list[ColumnElement[bool]] = [cases.c.topic.in_(filters.topics)] if filters.topics else []
    if number.isascii() and number.isdecimal() and len(number) < 18:
        ways.append(cases.c.id == int(number))
    words = folded(filters.text).split()
    if words:
        named = and_(*(areas.c.plain_name.contains(word, autoescape=True) for word in words))
        ways.append(cases.c.area_key.in_(select(areas.c.key).where(named)))
        held = accounts.c.name.icontains(filters.text.strip(), autoescape=True)
        ways.append(cases.c.assignee.in_(select(accounts.c.id).where(held)))
    return or_(false(), *ways)
