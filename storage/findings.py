"""Findings with what became of them: a page of the list, and marking one as handled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.areas import below
from storage.entitlements import Finding, FoundRow
from storage.tables_entitlements import entitlement_findings
from storage.tables_linked import finding_outcomes
from storage.tables_people import accounts, areas
from storage.tables_register import households, members

_KEY: Final = ("household_id", "member_id", "benefit", "kind", "day")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings: of a subtree, from a day to a day, of some kinds, handled or not. Ids of the last page before."""

    path: str
    since: date | None = None
    until: date | None = None
    kinds: tuple[str, ...] = ()
    benefit: str = ""
    handled: bool | None = None
    sensitive: bool = False
    household_id: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a finding; `note` is ciphertext."""

    id: int
    outcome: str
    note: str | None
    at: datetime
    account_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """A finding of a list; `outcome` is None while nobody has taken it up."""

    id: int
    row: FoundRow
    outcome: Outcome | None


async def page(connection: AsyncConnection, wanted: Wanted, *, after: int = 0, limit: int = 100) -> list[Line]:
    """Findings in the order of their ids."""
    query = _select(wanted).where(entitlement_findings.c.id > after).order_by(entitlement_findings.c.id).limit(limit)
    return [_line(row) for row in await connection.execute(query)]


async def count(connection: AsyncConnection, wanted: Wanted, most: int = 10_000) -> int:
    """How many there are, counted up to `most`."""
    query = _conditions(select(entitlement_findings.c.id).select_from(_with_outcome()), wanted).limit(most)
    return int((await connection.execute(select(func.count()).select_from(query.subquery()))).scalar_one())


async def homes(
    connection: AsyncConnection, wanted: Wanted, *, after: int = 0, limit: int = 8
) -> list[tuple[int, str, str, int]]:
    """(household, code, head, number of findings) of a list, in the order of the households' ids."""
    found, head = entitlement_findings, members.alias("head")
    query = (
        _conditions(
            select(found.c.household_id, households.c.code, func.coalesce(head.c.name, ""), func.count()).select_from(
                _with_outcome()
                .join(households, households.c.id == found.c.household_id)
                .outerjoin(head, head.c.id == households.c.head_member_id)
            ),
            wanted,
        )
        .where(found.c.household_id > after)
        .group_by(found.c.household_id, households.c.code, head.c.name)
        .order_by(found.c.household_id)
        .limit(limit)
    )
    return [(row[0], row[1], row[2], row[3]) for row in await connection.execute(query)]


async def get(connection: AsyncConnection, finding_id: int) -> Line | None:
    """One finding with the latest that was said of it."""
    query = _select(Wanted("/", sensitive=True)).where(entitlement_findings.c.id == finding_id)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _line(row)


async def mark(
    connection: AsyncConnection, found: Finding, outcome: str, note: str | None, account_id: int, now: datetime
) -> int:
    """Write down what became of a finding; what was said before stays in the history. Returns the row's id."""
    values = {name: getattr(found, name) for name in _KEY}
    await connection.execute(
        update(finding_outcomes)
        .where(*(finding_outcomes.c[name] == value for name, value in values.items()), finding_outcomes.c.latest)
        .values(latest=False)
    )
    made = await connection.execute(
        insert(finding_outcomes)
        .values(**values, outcome=outcome, note=note, at=now, account_id=account_id, latest=True)
        .returning(finding_outcomes.c.id)
    )
    outcome_id: int = made.scalar_one()
    return outcome_id


def _with_outcome() -> Any:
    found, said = entitlement_findings, finding_outcomes
    same = (found.c[name] == said.c[name] for name in _KEY)
    return found.outerjoin(said, and_(*same, said.c.latest))


def _select(wanted: Wanted) -> Select[Any]:
    found, said = entitlement_findings, finding_outcomes
    village, commune = areas.alias("village"), areas.alias("commune")
    person, head = members.alias("person"), members.alias("head")
    query = select(
        found, households.c.code.label("code"), head.c.name.label("head"), person.c.name.label("person"),
        village.c.name.label("village"), commune.c.name.label("commune"), said.c.id.label("outcome_id"),
        said.c.outcome.label("outcome"), said.c.note.label("note"), said.c.at.label("outcome_at"),
        said.c.account_id.label("outcome_by"), func.coalesce(accounts.c.name, "").label("outcome_name"),
    ).select_from(
        _with_outcome()
        .join(households, households.c.id == found.c.household_id)
        .outerjoin(person, person.c.id == found.c.member_id)
        .outerjoin(head, head.c.id == households.c.head_member_id)
        .join(village, village.c.path == found.c.area_path)
        .outerjoin(commune, commune.c.key == village.c.parent_key)
        .outerjoin(accounts, accounts.c.id == said.c.account_id)
    )  # fmt: skip
    return _conditions(query, wanted)


def _conditions(query: Select[Any], wanted: Wanted) -> Select[Any]:
    found, said = entitlement_findings, finding_outcomes
    if wanted.path != "/":
        query = query.where(below(found.c.area_path, wanted.path))
    if wanted.since is not None:
        query = query.where(found.c.day >= wanted.since)
    if wanted.until is not None:
        query = query.where(found.c.day <= wanted.until)
    if wanted.kinds:
        query = query.where(found.c.kind.in_(wanted.kinds))
    if wanted.benefit:
        query = query.where(found.c.benefit == wanted.benefit)
    if wanted.household_id is not None:
        query = query.where(found.c.household_id == wanted.household_id)
    if not wanted.sensitive:
        query = query.where(found.c.sensitive.is_(False))
    done = and_(said.c.id.is_not(None), said.c.outcome != "open")
    if wanted.handled is not None:
        query = query.where(done if wanted.handled else func.coalesce(said.c.outcome, "open") == "open")
    return query


def _line(row: Any) -> Line:
    values = {name: getattr(row, name) for name in Finding.__slots__} | {"missing": tuple(row.missing)}
    found = FoundRow(
        Finding(**values), row.code, row.head or "", row.person or "", row.village, row.commune or ""
    )  # fmt: skip
    outcome = None
    if row.outcome_id is not None:
        outcome = Outcome(
            row.outcome_id, row.outcome, row.note, row.outcome_at, row.outcome_by, row.outcome_name
        )  # fmt: skip
    return Line(row.id, found, outcome)
