"""Sign-in links, sessions and second factors of the desk. Tokens and codes are stored as keyed hashes only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables_sessions import desk_factors, desk_links, desk_recovery_codes, desk_sessions
from storage.turns import upsert


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session that is still good."""

    id: int
    account_id: int
    acting_role: int
    proved: bool
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class FactorRow:
    """A second factor; `secret` is ciphertext, and it counts once it was confirmed."""

    secret: str
    confirmed_at: datetime | None
    last_step: int


async def add_link(connection: AsyncConnection, token_hash: str, account_id: int, expires_at: datetime) -> None:
    """A new link replaces those that the account asked for before."""
    await connection.execute(delete(desk_links).where(desk_links.c.account_id == account_id))
    await connection.execute(
        insert(desk_links).values(token_hash=token_hash, account_id=account_id, expires_at=expires_at)
    )


async def use_link(connection: AsyncConnection, token_hashes: Sequence[str], now: datetime) -> int | None:
    """Take a link for good; of two who come at the same moment one gets in."""
    result = await connection.execute(
        update(desk_links)
        .where(desk_links.c.token_hash.in_(token_hashes), desk_links.c.used_at.is_(None), desk_links.c.expires_at > now)
        .values(used_at=now)
        .returning(desk_links.c.account_id)
    )
    account_id: int | None = result.scalar_one_or_none()
    return account_id


async def begin(
    connection: AsyncConnection, token_hash: str, account_id: int, now: datetime, expires_at: datetime
) -> None:
    """A new session; what has run out is deleted on the way."""
    await connection.execute(delete(desk_sessions).where(desk_sessions.c.expires_at <= now))
    await connection.execute(
        insert(desk_sessions).values(
            token_hash=token_hash, account_id=account_id, acting_role=0, proved=False,
            created_at=now, seen_at=now, expires_at=expires_at,
        )
    )  # fmt: skip


async def find(
    connection: AsyncConnection, token_hashes: Sequence[str], now: datetime, idle: timedelta
) -> SessionRow | None:
    """The session of a token, None where it is unknown, ended, too old or was left alone for too long."""
    result = await connection.execute(
        select(*(desk_sessions.c[name] for name in SessionRow.__slots__)).where(
            desk_sessions.c.token_hash.in_(token_hashes),
            desk_sessions.c.expires_at > now,
            desk_sessions.c.seen_at > now - idle,
        )
    )
    row = result.one_or_none()
    return None if row is None else SessionRow(*row)


async def of_account(connection: AsyncConnection, account_id: int, now: datetime, idle: timedelta) -> list[SessionRow]:
    """Everywhere that somebody is signed in, newest first."""
    result = await connection.execute(
        select(*(desk_sessions.c[name] for name in SessionRow.__slots__))
        .where(
            desk_sessions.c.account_id == account_id,
            desk_sessions.c.expires_at > now,
            desk_sessions.c.seen_at > now - idle,
        )
        .order_by(desk_sessions.c.id.desc())
    )
    return [SessionRow(*row) for row in result]


async def change(connection: AsyncConnection, session_id: int, values: dict[str, Any]) -> None:
    """Set columns of a session: when it was seen, the role acting, a new token."""
    await connection.execute(update(desk_sessions).where(desk_sessions.c.id == session_id).values(**values))


async def end(connection: AsyncConnection, token_hashes: Sequence[str]) -> None:
    await connection.execute(delete(desk_sessions).where(desk_sessions.c.token_hash.in_(token_hashes)))


async def end_all(connection: AsyncConnection, account_id: int) -> int:
    """Every session of somebody, and the links that would open new ones."""
    await connection.execute(delete(desk_links).where(desk_links.c.account_id == account_id))
    ended = await connection.execute(delete(desk_sessions).where(desk_sessions.c.account_id == account_id))
    return int(ended.rowcount)


async def factor(connection: AsyncConnection, account_id: int) -> FactorRow | None:
    result = await connection.execute(
        select(desk_factors.c.secret, desk_factors.c.confirmed_at, desk_factors.c.last_step).where(
            desk_factors.c.account_id == account_id
        )
    )
    row = result.one_or_none()
    return None if row is None else FactorRow(*row)


async def offer_factor(connection: AsyncConnection, account_id: int, secret: str) -> None:
    """A secret to be confirmed; a confirmed one is never replaced here."""
    statement = upsert(connection, desk_factors).values(account_id=account_id, secret=secret, last_step=0)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[desk_factors.c.account_id],
            set_={"secret": statement.excluded.secret},
            where=desk_factors.c.confirmed_at.is_(None),
        )
    )


async def take_step(connection: AsyncConnection, account_id: int, step: int, now: datetime) -> bool:
    """Use the code of an interval, once; the first one confirms the factor."""
    taken = await connection.execute(
        update(desk_factors)
        .where(desk_factors.c.account_id == account_id, desk_factors.c.last_step < step)
        .values(last_step=step)
    )
    await connection.execute(
        update(desk_factors)
        .where(desk_factors.c.account_id == account_id, desk_factors.c.confirmed_at.is_(None))
        .values(confirmed_at=now)
    )
    return bool(taken.rowcount)


async def forget_factor(connection: AsyncConnection, account_id: int) -> None:
    """A lost telephone: the next sign-in sets up a new one."""
    for table in (desk_factors, desk_recovery_codes):
        await connection.execute(delete(table).where(table.c.account_id == account_id))


async def replace_recovery_codes(connection: AsyncConnection, account_id: int, hashes: Iterable[str]) -> None:
    await connection.execute(delete(desk_recovery_codes).where(desk_recovery_codes.c.account_id == account_id))
    await connection.execute(
        insert(desk_recovery_codes), [{"code_hash": each, "account_id": account_id} for each in hashes]
    )


async def use_recovery_code(connection: AsyncConnection, account_id: int, hashes: Sequence[str], now: datetime) -> bool:
    """Take a recovery code for good."""
    used = await connection.execute(
        update(desk_recovery_codes)
        .where(
            desk_recovery_codes.c.account_id == account_id,
            or_(*(desk_recovery_codes.c.code_hash == each for each in hashes)),
            desk_recovery_codes.c.used_at.is_(None),
        )
        .values(used_at=now)
    )
    return bool(used.rowcount)


async def count_recovery_codes(connection: AsyncConnection, account_id: int) -> int:
    """How many are left."""
    found = await connection.execute(
        select(desk_recovery_codes.c.code_hash).where(
            desk_recovery_codes.c.account_id == account_id, desk_recovery_codes.c.used_at.is_(None)
        )
    )
    return len(found.all())
