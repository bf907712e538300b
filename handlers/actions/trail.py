"""The audit trail for whoever may see it, and the proof that nobody has changed it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.access import ADMINISTRATOR, Actor, scope_filter
from storage import audit
from storage.audit import Event, Verified
from storage.audit_search import TrailLine, newest
from storage.database import Database


async def see_trail(
    connection: AsyncConnection,
    actor: Actor,
    *,
    verb: str = "",
    account_id: int | None = None,
    before: int | None = None,
    limit: int = 100,
) -> tuple[list[TrailLine], int | None]:
    """Entries of the actor's area; signing in and the like have no place, and only an administrator sees them.

    Raises:
        AccessDenied: the role does not see the trail.
    """
    scope = scope_filter(actor, "see_audit")
    return await newest(
        connection,
        scope,
        placeless=actor.role == ADMINISTRATOR,
        verbs=(verb,) if verb else (),
        account_id=account_id,
        before=before,
        limit=limit,
    )


async def verify(database: Database, actor: Actor, now: datetime) -> Verified:
    """Walk the whole chain, and write down that it was walked.

    Raises:
        AccessDenied: the role does not see the trail.
    """
    scope = scope_filter(actor, "see_audit")
    async with database.read() as connection:
        found = await audit.verify(connection)
    async with database.write() as connection:
        detail = {"rows": found.rows, "broken": found.broken}
        event = Event("audit_verified", "audit", "chain", actor.account_id or None, actor.role, scope, detail)
        await audit.append(connection, event, now)
    return found


async def record_export(
    connection: AsyncConnection, days: tuple[date, date], form: str, rows: int, now: datetime
) -> None:
    """Write down that the operator of the server handed out the trail of some days."""
    detail = {"from": days[0].isoformat(), "to": days[1].isoformat(), "format": form, "rows": rows}
    await audit.append(connection, Event("audit_exported", "audit", "chain", detail=detail), now)
