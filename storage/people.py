"""Accounts, their channels, roles, link codes and drafts. Every function is one statement, or says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.areas import below
from storage.tables_people import account_channels, account_drafts, accounts, areas, link_codes, roles
from storage.turns import ChatKey, upsert


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role that a person holds: of which area, and from which day to which (half-open)."""

    id: int
    account_id: int
    role: str
    area_key: str
    area_name: str
    area_path: str
    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A person with an account and the roles of the day asked about."""

    id: int
    name: str
    roles: tuple[RoleRow, ...] = ()


@dataclass(frozen=True, slots=True)
class HolderRow:
    """A role and who holds it, for lists of people."""

    role: RoleRow
    name: str


_ROLE_COLUMNS: Final = (
    roles.c.id,
    roles.c.account_id,
    roles.c.role,
    roles.c.area_key,
    areas.c.name.label("area_name"),
    areas.c.path.label("area_path"),
    roles.c.start,
    roles.c.end,
)


def _held(on: date) -> ColumnElement[bool]:
    return and_(roles.c.start <= on, or_(roles.c.end.is_(None), roles.c.end > on))


async def account_of_chat(connection: AsyncConnection, key: ChatKey, on: date) -> AccountRow | None:
    """The open account that a chat belongs to, with the roles held on a day."""
    linked = and_(account_channels.c.channel == key[0], account_channels.c.chat == key[1])
    return await _account(connection, linked, on, through_chat=True)


async def account(connection: AsyncConnection, account_id: int, on: date) -> AccountRow | None:
    """An open account with the roles held on a day."""
    return await _account(connection, accounts.c.id == account_id, on, through_chat=False)


async def _account(
    connection: AsyncConnection, condition: ColumnElement[bool], on: date, *, through_chat: bool
) -> AccountRow | None:
    source: Any = accounts
    if through_chat:
        source = source.join(account_channels, account_channels.c.account_id == accounts.c.id)
    held = roles.join(areas, areas.c.key == roles.c.area_key)
    source = source.outerjoin(held, and_(roles.c.account_id == accounts.c.id, _held(on)))
    query = (
        select(accounts.c.id.label("own_id"), accounts.c.name.label("own_name"), *_ROLE_COLUMNS)
        .select_from(source)
        .where(condition, accounts.c.closed_at.is_(None))
        .order_by(roles.c.id)
    )
    rows = (await connection.execute(query)).all()
    if not rows:
        return None
    own = tuple(RoleRow(*tuple(row)[2:]) for row in rows if row.id is not None)
    return AccountRow(rows[0].own_id, rows[0].own_name, own)


async def create_account(
    connection: AsyncConnection, name: str, now: datetime, *, notices_stopped: bool = False, demo: bool = False
) -> int:
    result = await connection.execute(
        insert(accounts)
        .values(name=name, notices_stopped=notices_stopped, created_at=now, demo=demo)
        .returning(accounts.c.id)
    )
    account_id: int = result.scalar_one()
    return account_id


async def name_account(connection: AsyncConnection, account_id: int, name: str) -> None:
    """Give a name to an account that has none yet."""
    await connection.execute(
        update(accounts).where(accounts.c.id == account_id, accounts.c.name == "").values(name=name)
    )


async def close_account(connection: AsyncConnection, account_id: int, now: datetime) -> None:
    await connection.execute(update(accounts).where(accounts.c.id == account_id).values(closed_at=now))


async def set_notices(connection: AsyncConnection, key: ChatKey, stopped: bool) -> None:
    """The wish follows the person to every channel of the account; a chat without an account changes nothing here."""
    own = select(account_channels.c.account_id).where(
        account_channels.c.channel == key[0], account_channels.c.chat == key[1]
    )
    await connection.execute(
        update(accounts).where(accounts.c.id == own.scalar_subquery()).values(notices_stopped=stopped)
    )


async def notices_stopped(connection: AsyncConnection, account_id: int) -> bool:
    found = await connection.execute(select(accounts.c.notices_stopped).where(accounts.c.id == account_id))
    return bool(found.scalar_one_or_none())


async def link(connection: AsyncConnection, key: ChatKey, account_id: int, now: datetime) -> None:
    """Let a chat belong to an account; the account's first chat is its preferred one."""
    first = ~exists().where(account_channels.c.account_id == account_id)
    is_first = (await connection.execute(select(first))).scalar_one()
    statement = upsert(connection, account_channels).values(
        channel=key[0], chat=key[1], account_id=account_id, linked_at=now, preferred=bool(is_first)
    )
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[account_channels.c.channel, account_channels.c.chat],
            set_={name: statement.excluded[name] for name in ("account_id", "linked_at", "preferred")},
        )
    )


async def unlink(connection: AsyncConnection, key: ChatKey) -> None:
    await connection.execute(
        delete(account_channels).where(account_channels.c.channel == key[0], account_channels.c.chat == key[1])
    )


async def prefer(connection: AsyncConnection, key: ChatKey, account_id: int) -> None:
    """Make one of an account's channels the one for notices."""
    here = and_(account_channels.c.channel == key[0], account_channels.c.chat == key[1])
    await connection.execute(
        update(account_channels).where(account_channels.c.account_id == account_id).values(preferred=here)
    )


async def chats_of(connection: AsyncConnection, account_id: int) -> list[tuple[str, str, bool]]:
    """(channel, chat, preferred) of an account, the preferred one first."""
    found = await connection.execute(
        select(account_channels.c.channel, account_channels.c.chat, account_channels.c.preferred)
        .where(account_channels.c.account_id == account_id)
        .order_by(account_channels.c.preferred.desc(), account_channels.c.linked_at)
    )
    return [(row.channel, row.chat, row.preferred) for row in found]


async def grant(
    connection: AsyncConnection,
    account_id: int,
    role: str,
    area_key: str,
    *,
    start: date,
    granted_by: int | None,
    invitation_id: int | None = None,
) -> int:
    result = await connection.execute(
        insert(roles)
        .values(
            account_id=account_id,
            role=role,
            area_key=area_key,
            start=start,
            granted_by=granted_by,
            invitation_id=invitation_id,
        )
        .returning(roles.c.id)
    )
    role_id: int = result.scalar_one()
    return role_id


async def end_role(connection: AsyncConnection, role_id: int, on: date) -> bool:
    """The role is no longer held from this day on; False when it had ended by then. One not begun yet never begins."""
    last = func.max if connection.dialect.name == "sqlite" else func.greatest
    result = await connection.execute(
        update(roles)
        .where(roles.c.id == role_id, or_(roles.c.end.is_(None), roles.c.end > on))
        .values(end=last(roles.c.start, on))
        .returning(roles.c.id)
    )
    return result.one_or_none() is not None


async def role(connection: AsyncConnection, role_id: int) -> RoleRow | None:
    found = await connection.execute(
        select(*_ROLE_COLUMNS)
        .select_from(roles.join(areas, areas.c.key == roles.c.area_key))
        .where(roles.c.id == role_id)
    )
    row = found.one_or_none()
    return None if row is None else RoleRow(*row)


async def holders(
    connection: AsyncConnection, path: str, on: date, *, kinds: Iterable[str] = (), limit: int = 500
) -> list[HolderRow]:
    """Who holds or will hold a role in a subtree, in the order of the tree."""
    query = (
        select(*_ROLE_COLUMNS, accounts.c.name.label("holder"))
        .select_from(
            roles.join(areas, areas.c.key == roles.c.area_key).join(accounts, accounts.c.id == roles.c.account_id)
        )
        .where(below(areas.c.path, path), or_(roles.c.end.is_(None), roles.c.end > on))
        .order_by(areas.c.path, roles.c.id)
        .limit(limit)
    )
    if kinds:
        query = query.where(roles.c.role.in_(list(kinds)))
    return [HolderRow(RoleRow(*tuple(row)[:-1]), row.holder) for row in await connection.execute(query)]


async def has_roles(connection: AsyncConnection, account_id: int, on: date) -> bool:
    """Whether the account holds a role on the day or later."""
    held = exists().where(roles.c.account_id == account_id, or_(roles.c.end.is_(None), roles.c.end > on))
    return bool((await connection.execute(select(held))).scalar_one())


async def create_link_code(connection: AsyncConnection, code_hash: str, account_id: int, expires_at: datetime) -> None:
    """A new code replaces those that the account asked for before: two statements."""
    await connection.execute(delete(link_codes).where(link_codes.c.account_id == account_id))
    await connection.execute(
        insert(link_codes).values(code_hash=code_hash, account_id=account_id, expires_at=expires_at)
    )


async def use_link_code(connection: AsyncConnection, code_hashes: Sequence[str], now: datetime) -> int | None:
    """Take a link code for good; the account it links to, or None."""
    result = await connection.execute(
        update(link_codes)
        .where(link_codes.c.code_hash.in_(code_hashes), link_codes.c.used_at.is_(None), link_codes.c.expires_at > now)
        .values(used_at=now)
        .returning(link_codes.c.account_id)
    )
    account_id: int | None = result.scalar_one_or_none()
    return account_id


async def move_chats(connection: AsyncConnection, source: int, target: int) -> None:
    """All channels of one account go to another; the target keeps its preferred one."""
    await connection.execute(
        update(account_channels)
        .where(account_channels.c.account_id == source)
        .values(account_id=target, preferred=False)
    )


async def drafts(connection: AsyncConnection, account_id: int) -> dict[str, bytes]:
    """Interviews put aside, by kind, the oldest first."""
    found = await connection.execute(
        select(account_drafts.c.kind, account_drafts.c.draft)
        .where(account_drafts.c.account_id == account_id)
        .order_by(account_drafts.c.saved_at, account_drafts.c.kind)
    )
    return {row.kind: row.draft for row in found}


async def save_drafts(
    connection: AsyncConnection, account_id: int, changed: dict[str, bytes], gone: Iterable[str], now: datetime
) -> None:
    """Write drafts that changed and drop those that are done: at most two statements."""
    if changed:
        statement = upsert(connection, account_drafts)
        await connection.execute(
            statement.on_conflict_do_update(
                index_elements=[account_drafts.c.account_id, account_drafts.c.kind],
                set_={"draft": statement.excluded.draft, "saved_at": statement.excluded.saved_at},
            ),
            [
                {"account_id": account_id, "kind": kind, "draft": draft, "saved_at": now}
                for kind, draft in changed.items()
            ],
        )
    if gone := list(gone):
        await connection.execute(
            delete(account_drafts).where(account_drafts.c.account_id == account_id, account_drafts.c.kind.in_(gone))
        )


async def forget_account(connection: AsyncConnection, account_id: int) -> None:
    """Delete an account that never held a role, with its drafts, codes and channels: four statements."""
    for table in (account_drafts, link_codes, account_channels):
        await connection.execute(delete(table).where(table.c.account_id == account_id))
    await connection.execute(delete(accounts).where(accounts.c.id == account_id))


async def ever_had_roles(connection: AsyncConnection, account_id: int) -> bool:
    """Whether what the account did must stay tied to it."""
    held = exists().where(roles.c.account_id == account_id)
    return bool((await connection.execute(select(held))).scalar_one())
