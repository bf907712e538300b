"""Households linked to accounts: one-time codes, links with the consent they rest on, and what was told of findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.entitlements import Finding
from storage.tables_linked import account_households, household_codes, household_told
from storage.tables_people import account_channels, accounts
from storage.tables_register import households, members
from storage.turns import upsert

_WRITE_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Link:
    """A household linked to an account, with what a list of links needs."""

    id: int
    account_id: int
    household_id: int
    consent_version: str
    consented_at: datetime
    linked_by: int
    on_behalf: bool
    ended_at: datetime | None
    code: str
    area_path: str
    head: str
    name: str
    """Of the account; citizens have none."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code that can still be used; the code itself is nowhere."""

    id: int
    household_id: int
    created_by: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Head:
    """What is compared with what somebody says of a household, to find out whether it is theirs."""

    id: int
    code: str
    area_path: str
    state: str
    name: str
    born: date | None


def _open_code(now: datetime) -> Any:
    codes = household_codes.c
    return and_(codes.used_at.is_(None), codes.revoked_at.is_(None), codes.expires_at > now)


async def add_code(
    connection: AsyncConnection, code_hash: str, household_id: int, created_by: int, now: datetime, expires_at: datetime
) -> int:
    """A new code makes those of the same household that are still open worthless: two statements."""
    await connection.execute(
        update(household_codes)
        .where(household_codes.c.household_id == household_id, _open_code(now))
        .values(revoked_at=now)
    )
    made = await connection.execute(
        insert(household_codes)
        .values(
            code_hash=code_hash,
            household_id=household_id,
            created_by=created_by,
            created_at=now,
            expires_at=expires_at,
        )
        .returning(household_codes.c.id)
    )
    code_id: int = made.scalar_one()
    return code_id


async def open_code(connection: AsyncConnection, hashes: Sequence[str], now: datetime) -> Code | None:
    """The code behind a hash, if it can still be used."""
    codes = household_codes.c
    found = await connection.execute(
        select(codes.id, codes.household_id, codes.created_by, codes.expires_at).where(
            codes.code_hash.in_(hashes), _open_code(now)
        )
    )
    row = found.one_or_none()
    return None if row is None else Code(*row)


async def open_codes_of(connection: AsyncConnection, household_id: int, now: datetime) -> list[Code]:
    """The codes of a household that can still be used."""
    codes = household_codes.c
    found = await connection.execute(
        select(codes.id, codes.household_id, codes.created_by, codes.expires_at)
        .where(codes.household_id == household_id, _open_code(now))
        .order_by(codes.id)
    )
    return [Code(*row) for row in found]


async def use_code(connection: AsyncConnection, code_id: int, account_id: int, now: datetime) -> bool:
    """Take a code for good; of two who come at the same moment one gets it."""
    taken = await connection.execute(
        update(household_codes)
        .where(household_codes.c.id == code_id, _open_code(now))
        .values(used_at=now, used_by=account_id)
        .returning(household_codes.c.id)
    )
    return taken.one_or_none() is not None


async def forget_codes(connection: AsyncConnection, before: datetime) -> int:
    """Delete codes that ended before a moment; how many there were."""
    gone = await connection.execute(delete(household_codes).where(household_codes.c.expires_at < before))
    return int(gone.rowcount)


async def head_of(connection: AsyncConnection, household_id: int) -> Head | None:
    """A household with its head as far as a person can be asked about it."""
    found = await connection.execute(
        select(
            households.c.id, households.c.code, households.c.area_path, households.c.state,
            func.coalesce(members.c.name, ""), members.c.birth_date,
        )
        .select_from(households.outerjoin(members, members.c.id == households.c.head_member_id))
        .where(households.c.id == household_id)
    )  # fmt: skip
    row = found.one_or_none()
    return None if row is None else Head(*row)


async def link(
    connection: AsyncConnection,
    account_id: int,
    household_id: int,
    *,
    consent_version: str,
    linked_by: int,
    now: datetime,
    on_behalf: bool = False,
) -> int:
    """Link an account and a household; one that is linked already stays as it is. Returns the link's id."""
    links = account_households
    statement = upsert(connection, links).values(
        account_id=account_id,
        household_id=household_id,
        consent_version=consent_version,
        consented_at=now,
        linked_by=linked_by,
        on_behalf=on_behalf,
    )
    await connection.execute(
        statement.on_conflict_do_nothing(
            index_elements=[links.c.account_id, links.c.household_id], index_where=links.c.ended_at.is_(None)
        )
    )
    found = await connection.execute(
        select(links.c.id).where(
            links.c.account_id == account_id, links.c.household_id == household_id, links.c.ended_at.is_(None)
        )
    )
    link_id: int = found.scalar_one()
    return link_id


async def end(connection: AsyncConnection, link_id: int, by: int | None, how: str, now: datetime) -> bool:
    """End a link; False when it had ended before."""
    ended = await connection.execute(
        update(account_households)
        .where(account_households.c.id == link_id, account_households.c.ended_at.is_(None))
        .values(ended_at=now, ended_by=by, ended_how=how)
        .returning(account_households.c.id)
    )
    return ended.one_or_none() is not None


async def end_all(connection: AsyncConnection, account_id: int, how: str, now: datetime) -> list[int]:
    """End every link of an account, and forget what it was told; the households that were linked."""
    ended = await connection.execute(
        update(account_households)
        .where(account_households.c.account_id == account_id, account_households.c.ended_at.is_(None))
        .values(ended_at=now, ended_by=account_id, ended_how=how)
        .returning(account_households.c.household_id)
    )
    gone = sorted(ended.scalars())
    await connection.execute(delete(household_told).where(household_told.c.account_id == account_id))
    return gone


async def move(connection: AsyncConnection, source: int, target: int, now: datetime) -> None:
    """Two accounts become one: its households go along, each once."""
    links = account_households
    mine = select(links.c.household_id).where(links.c.account_id == target, links.c.ended_at.is_(None))
    opened = and_(links.c.account_id == source, links.c.ended_at.is_(None))
    await connection.execute(
        update(links)
        .where(opened, links.c.household_id.in_(mine.scalar_subquery()))
        .values(ended_at=now, ended_by=target, ended_how="account")
    )
    await connection.execute(update(links).where(opened).values(account_id=target))


def _links() -> Select[Any]:
    links = account_households
    return (
        select(
            links.c.id, links.c.account_id, links.c.household_id, links.c.consent_version, links.c.consented_at,
            links.c.linked_by, links.c.on_behalf, links.c.ended_at, households.c.code, households.c.area_path,
            func.coalesce(members.c.name, ""), func.coalesce(accounts.c.name, ""),
        )
        .select_from(
            links.join(households, households.c.id == links.c.household_id)
            .outerjoin(members, members.c.id == households.c.head_member_id)
            .outerjoin(accounts, accounts.c.id == links.c.account_id)
        )
        .order_by(links.c.id)
    )  # fmt: skip


async def of_account(connection: AsyncConnection, account_id: int) -> list[Link]:
    """The open links of an account, oldest first."""
    links = account_households
    query = _links().where(links.c.account_id == account_id, links.c.ended_at.is_(None))
    return [Link(*row) for row in await connection.execute(query)]


async def of_household(connection: AsyncConnection, household_id: int, *, ended: bool = False) -> list[Link]:
    """The links of a household, oldest first; with those that have ended where that is asked for."""
    links = account_households
    query = _links().where(links.c.household_id == household_id)
    if not ended:
        query = query.where(links.c.ended_at.is_(None))
    return [Link(*row) for row in await connection.execute(query)]


async def linked_homes(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, int]:
    """How many open links each of these households has; households without any are left out."""
    links = account_households
    found: dict[int, int] = {}
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _WRITE_AT_ONCE):
        query = (
            select(links.c.household_id, func.count())
            .where(links.c.household_id.in_(wanted[start : start + _WRITE_AT_ONCE]), links.c.ended_at.is_(None))
            .group_by(links.c.household_id)
        )
        found |= {row[0]: row[1] for row in await connection.execute(query)}
    return found


async def hearing(connection: AsyncConnection) -> list[tuple[Link, str, str]]:
    """Every open link of a living household whose account wants notices, with channel and chat where they go."""
    links, chats = account_households, account_channels
    query = (
        _links()
        .add_columns(chats.c.channel, chats.c.chat)
        .join(chats, and_(chats.c.account_id == links.c.account_id, chats.c.preferred.is_(True)))
        .where(
            links.c.ended_at.is_(None),
            households.c.state == "active",
            accounts.c.notices_stopped.is_(False),
            accounts.c.closed_at.is_(None),
        )
    )
    return [(Link(*tuple(row)[:-2]), row.channel, row.chat) for row in await connection.execute(query)]


async def told_of(connection: AsyncConnection, account_id: int, household_id: int) -> set[tuple[int, str, str, date]]:
    """What an account has been told of a household: member, benefit, kind and day."""
    told = household_told.c
    query = select(told.member_id, told.benefit, told.kind, told.day).where(
        told.account_id == account_id, told.household_id == household_id
    )
    return {(row.member_id, row.benefit, row.kind, row.day) for row in await connection.execute(query)}


async def tell(connection: AsyncConnection, account_id: int, found: Sequence[Finding], now: datetime) -> None:
    """Remember what an account has been told."""
    if not found:
        return
    statement = upsert(connection, household_told).on_conflict_do_nothing()
    rows = [
        {
            "account_id": account_id,
            "household_id": each.household_id,
            "member_id": each.member_id,
            "benefit": each.benefit,
            "kind": each.kind,
            "day": each.day,
            "told_at": now,
        }
        for each in found
    ]
    await connection.execute(statement, rows)
