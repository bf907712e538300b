"""Roles that end when their successor's invitation is used."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables_linked import handovers
from storage.tables_people import invitations


async def add(connection: AsyncConnection, invitation_id: int, role_id: int, now: datetime) -> None:
    """The role ends with this invitation; earlier ones for the same role that are still open are revoked."""
    earlier = select(handovers.c.invitation_id).where(handovers.c.role_id == role_id, handovers.c.done_at.is_(None))
    await connection.execute(
        update(invitations)
        .where(invitations.c.id.in_(earlier), invitations.c.used_at.is_(None), invitations.c.revoked_at.is_(None))
        .values(revoked_at=now, name="")
    )
    await connection.execute(insert(handovers).values(invitation_id=invitation_id, role_id=role_id, created_at=now))


async def role_of(connection: AsyncConnection, invitation_id: int) -> int | None:
    """The role that an invitation takes over."""
    found = await connection.execute(
        select(handovers.c.role_id).where(handovers.c.invitation_id == invitation_id, handovers.c.done_at.is_(None))
    )
    role_id: int | None = found.scalar_one_or_none()
    return role_id


async def done(connection: AsyncConnection, invitation_id: int, now: datetime) -> None:
    await connection.execute(update(handovers).where(handovers.c.invitation_id == invitation_id).values(done_at=now))
