"""Reading the register for a run over all of it, and keeping what the run finds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.areas import below
from storage.register.fold import State
from storage.tables_entitlements import entitlement_findings, entitlement_runs
from storage.tables_people import areas
from storage.tables_register import change_households, changes, households, members
from storage.turns import upsert

_PAGE: Final = 1_000
_WRITE_AT_ONCE: Final = 500
_HOUSEHOLD: Final = ("area_key", "state", "status", "status_since", "b2", "deprivations", "groups")
_MEMBER: Final = (
    "household_id", "relation", "birth_date", "birth_precision", "sex", "ethnicity", "disability_encrypted", "pension",
    "study", "ended_on", "ended_reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """Somebody becomes entitled to something (`begins`, `may_begin`), loses it, or gets another amount."""

    household_id: int
    member_id: int
    area_path: str
    benefit: str
    kind: str
    day: date
    cause: str
    detail: str
    amount: str
    missing: tuple[str, ...]
    confirmed: bool
    sensitive: bool


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A finding with the names that a list needs."""

    finding: Finding
    code: str
    head: str
    person: str
    village: str
    commune: str


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run: when it began and which two days it compared."""

    id: int
    area_path: str
    since: date
    on: date
    started_at: datetime


async def homes(connection: AsyncConnection, path: str) -> AsyncIterator[tuple[list[int], State]]:
    """The active households of a subtree as they are now, a page at a time: their ids, and the fields rules can use."""
    last = 0
    columns = [households.c.id, *(households.c[name] for name in _HOUSEHOLD)]
    people = [members.c.id, *(members.c[name] for name in _MEMBER)]
    while True:
        query = select(*columns).where(households.c.id > last, households.c.state == "active")
        if path != "/":
            query = query.where(below(households.c.area_path, path))
        page = (await connection.execute(query.order_by(households.c.id).limit(_PAGE))).all()
        if not page:
            return
        state: State = {("household", row[0]): dict(zip(_HOUSEHOLD, row[1:], strict=True)) for row in page}
        ids = [row[0] for row in page]
        # The dead too: who has lost a husband or a wife is a widow.
        everybody = select(*people).where(members.c.household_id.in_(ids)).order_by(members.c.id)
        for row in await connection.execute(everybody):
            state["member", row[0]] = dict(zip(_MEMBER, row[1:], strict=True))
        yield ids, state
        last = ids[-1]


async def changed(
    connection: AsyncConnection, path: str, since: date, known_by: datetime | None
) -> dict[int, tuple[str, date]]:
    """The households with news since then, each with the kind and day of the latest: an event after that day, or one
    that was recorded after that moment.
    """
    news = changes.c.event_date > since
    if known_by is not None:
        news = or_(news, changes.c.recorded_at > known_by)
    query = (
        select(change_households.c.household_id, changes.c.kind, changes.c.event_date)
        .join(changes, changes.c.id == change_households.c.change_id)
        .join(households, households.c.id == change_households.c.household_id)
        .where(news)
        .order_by(changes.c.event_date, changes.c.id)
    )
    if path != "/":
        query = query.where(below(households.c.area_path, path))
    return {row.household_id: (row.kind, row.event_date) for row in await connection.execute(query)}


async def places(connection: AsyncConnection) -> dict[str, tuple[str, bool, date, date | None]]:
    """Path, whether it is rural, first day and end of every area, by key."""
    query = select(areas.c.key, areas.c.path, areas.c.rural, areas.c.start, areas.c.end)
    return {row.key: (row.path, row.rural, row.start, row.end) for row in await connection.execute(query)}


async def run_before(connection: AsyncConnection, path: str, on: date) -> RunRow | None:
    """The last run over an area, or over more than it, up to a day before this one."""
    wanted = [path[: at + 1] for at, char in enumerate(path) if char == "/"]
    query = (
        select(entitlement_runs)
        .where(entitlement_runs.c.area_path.in_(wanted), entitlement_runs.c.on_day < on)
        .order_by(entitlement_runs.c.on_day.desc(), entitlement_runs.c.id.desc())
        .limit(1)
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else RunRow(row.id, row.area_path, row.since, row.on_day, row.started_at)


async def begin(connection: AsyncConnection, path: str, since: date, on: date, now: datetime) -> int:
    """Write down a run and return its id."""
    values = {
        "area_path": path, "since": since, "on_day": on, "started_at": now,
        "households": 0, "persons": 0, "unreadable": 0,
    }  # fmt: skip
    made = await connection.execute(insert(entitlement_runs).values(**values).returning(entitlement_runs.c.id))
    run_id: int = made.scalar_one()
    return run_id


async def record(connection: AsyncConnection, run_id: int, found: Sequence[Finding], now: datetime) -> None:
    """Keep findings; one that is known already belongs to this run from now on."""
    for start in range(0, len(found), _WRITE_AT_ONCE):
        statement = upsert(connection, entitlement_findings)
        renewed = ("run_id", "area_path", "cause", "detail", "amount", "missing", "confirmed", "sensitive")
        statement = statement.on_conflict_do_update(
            index_elements=["household_id", "member_id", "benefit", "kind", "day"],
            set_={name: statement.excluded[name] for name in renewed},
        )
        rows = [
            {name: getattr(each, name) for name in Finding.__slots__}
            | {"missing": list(each.missing), "run_id": run_id, "first_run_id": run_id, "found_at": now}
            for each in found[start : start + _WRITE_AT_ONCE]
        ]
        await connection.execute(statement, rows)


async def finish(
    connection: AsyncConnection, run: RunRow, households_seen: int, persons: int, unreadable: int
) -> tuple[int, int]:
    """End a run: what it no longer finds in its days is taken out. Returns how many findings it has and how many
    are new.
    """
    found = entitlement_findings
    await connection.execute(
        delete(found).where(
            below(found.c.area_path, run.area_path) if run.area_path != "/" else found.c.id > 0,
            found.c.day > run.since, found.c.day <= run.on, found.c.run_id != run.id,
        )
    )  # fmt: skip
    await connection.execute(
        update(entitlement_runs)
        .where(entitlement_runs.c.id == run.id)
        .values(households=households_seen, persons=persons, unreadable=unreadable)
    )
    number = select(func.count()).select_from(found).where(found.c.run_id == run.id)
    every = int((await connection.execute(number)).scalar_one())
    fresh = int((await connection.execute(number.where(found.c.first_run_id == run.id))).scalar_one())
    return every, fresh


async def findings(
    connection: AsyncConnection,
    path: str,
    *,
    run_id: int | None = None,
    since: date | None = None,
    untold: bool = False,
    sensitive: bool = True,
    found_since: datetime | None = None,
    after: int = 0,
    limit: int = 1_000,
) -> list[tuple[int, FoundRow]]:
    """Findings of a subtree with their ids, in the order of their ids."""
    found, home, person = entitlement_findings, households, members
    village, commune = areas.alias("village"), areas.alias("commune")
    head = members.alias("head")
    query = (
        select(
            found, home.c.code, head.c.name.label("head"), person.c.name.label("person"),
            village.c.name.label("village"), commune.c.name.label("commune"),
        )
        .join(home, home.c.id == found.c.household_id)
        .outerjoin(person, person.c.id == found.c.member_id)
        .outerjoin(head, head.c.id == home.c.head_member_id)
        .join(village, village.c.path == found.c.area_path)
        .outerjoin(commune, commune.c.key == village.c.parent_key)
        .where(found.c.id > after)
        .order_by(found.c.id)
        .limit(limit)
    )  # fmt: skip
    if path != "/":
        query = query.where(below(found.c.area_path, path))
    if run_id is not None:
        query = query.where(found.c.run_id == run_id)
    if since is not None:
        query = query.where(found.c.day >= since)
    if untold:
        query = query.where(found.c.told_at.is_(None))
    if found_since is not None:
        query = query.where(found.c.found_at >= found_since)
    if not sensitive:
        query = query.where(found.c.sensitive.is_(False))
    return [(row.id, _found(row)) for row in await connection.execute(query)]


async def told(connection: AsyncConnection, ids: Iterable[int], now: datetime) -> None:
    """Remember of which findings somebody has been told."""
    wanted = sorted(ids)
    for start in range(0, len(wanted), _WRITE_AT_ONCE):
        part = wanted[start : start + _WRITE_AT_ONCE]
        await connection.execute(
            update(entitlement_findings).where(entitlement_findings.c.id.in_(part)).values(told_at=now)
        )


def _found(row: Any) -> FoundRow:
    values = {name: getattr(row, name) for name in Finding.__slots__} | {"missing": tuple(row.missing)}
    return FoundRow(
        Finding(**values), row.code, row.head or "", row.person or "", row.village, row.commune or ""
    )  # fmt: skip
