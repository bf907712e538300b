"""Invitations into a role: made, taken by one person, called back. Every function is one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.areas import below
from storage.tables_people import areas, invitations

_OPEN: Final = and_(invitations.c.used_at.is_(None), invitations.c.revoked_at.is_(None))
_ROW: Final = (
    invitations.c.id,
    invitations.c.role,
    invitations.c.area_key,
    invitations.c.name,
    invitations.c.created_by,
    invitations.c.created_at,
    invitations.c.expires_at,
)


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation as it stands; the code itself is nowhere."""

    id: int
    role: str
    area_key: str
    name: str
    created_by: int | None
    created_at: datetime
    expires_at: datetime


async def create(
    connection: AsyncConnection,
    code_hash: str,
    role: str,
    area_key: str,
    name: str,
    *,
    created_by: int | None,
    now: datetime,
    expires_at: datetime,
) -> int:
    result = await connection.execute(
        insert(invitations)
        .values(
            code_hash=code_hash,
            role=role,
            area_key=area_key,
            name=name,
            created_by=created_by,
            created_at=now,
            expires_at=expires_at,
        )
        .returning(invitations.c.id)
    )
    invitation_id: int = result.scalar_one()
    return invitation_id


async def use(connection: AsyncConnection, code_hashes: Sequence[str], now: datetime) -> InvitationRow | None:
    """Take an open invitation for good; of two who come at the same moment one gets it."""
    result = await connection.execute(
        update(invitations)
        .where(invitations.c.code_hash.in_(code_hashes), _OPEN, invitations.c.expires_at > now)
        .values(used_at=now)
        .returning(*_ROW)
    )
    row = result.one_or_none()
    return None if row is None else InvitationRow(*row)


async def used_by(connection: AsyncConnection, invitation_id: int, account_id: int) -> None:
    """The name is with the account now, and nowhere twice."""
    await connection.execute(
        update(invitations).where(invitations.c.id == invitation_id).values(used_by=account_id, name="")
    )


async def revoke(connection: AsyncConnection, invitation_id: int, now: datetime) -> bool:
    result = await connection.execute(
        update(invitations)
        .where(invitations.c.id == invitation_id, _OPEN)
        .values(revoked_at=now, name="")
        .returning(invitations.c.id)
    )
    return result.one_or_none() is not None


async def path_of(connection: AsyncConnection, invitation_id: int) -> tuple[str, str] | None:
    """Role and area path of an invitation, for deciding who may revoke it."""
    found = await connection.execute(
        select(invitations.c.role, areas.c.path)
        .select_from(invitations.join(areas, areas.c.key == invitations.c.area_key))
        .where(invitations.c.id == invitation_id)
    )
    row = found.one_or_none()
    return None if row is None else (row.role, row.path)


async def still_open(connection: AsyncConnection, path: str, now: datetime) -> list[InvitationRow]:
    """Invitations into a subtree that can still be used, newest first."""
    found = await connection.execute(
        select(*_ROW)
        .select_from(invitations.join(areas, areas.c.key == invitations.c.area_key))
        .where(below(areas.c.path, path), _OPEN, invitations.c.expires_at > now)
        .order_by(invitations.c.id.desc())
    )
    return [InvitationRow(*row) for row in found]


async def revoke_given_by(connection: AsyncConnection, account_id: int, now: datetime) -> int:
    """Every open invitation that an account has given becomes worthless; how many there were."""
    result = await connection.execute(
        update(invitations)
        .where(invitations.c.created_by == account_id, _OPEN, invitations.c.expires_at > now)
        .values(revoked_at=now, name="")
    )
    return int(result.rowcount)
