"""Lists of reports within the actor's own area: the queue, one's own, what is overdue."""

from __future__ import annotations

from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.access import Actor, scope_filter
from handlers.actions.reports import LEVELS
from handlers.reporting.frame import Frame
from rules.review import WAITING_FOR
from storage import reports
from storage.reports import ReportRow

PAGE = 8


async def queue(
    connection: AsyncConnection,
    actor: Actor,
    frame: Frame,
    *,
    form: str | None = None,
    after: int = 0,
    limit: int = PAGE,
) -> tuple[list[ReportRow], int]:
    """What waits for the actor's move, oldest first, and how many wait from there on in all.

    Raises:
        AccessDenied: the role sees no reports.
    """
    scope = scope_filter(actor, "see_report")
    part = frame.route.part(LEVELS.get(actor.role, "")) or "sender"
    states = WAITING_FOR[part]
    rows = await reports.waiting(connection, scope, states, form=form, after=after, limit=limit)
    return rows, await reports.count_waiting(connection, scope, states, after=after)


async def mine(
    connection: AsyncConnection, actor: Actor, *, before: int | None = None, limit: int = PAGE
) -> tuple[list[ReportRow], bool]:
    """What the actor has sent, newest first, and whether there is more.

    Raises:
        AccessDenied: the role sees no reports.
    """
    scope = scope_filter(actor, "see_report")
    rows = await reports.of_sender(connection, actor.account_id, scope, before=before, limit=limit + 1)
    return rows[:limit], len(rows) > limit


async def overdue(connection: AsyncConnection, actor: Actor, today: date, *, limit: int = 20) -> list[ReportRow]:
    """What should have moved on before today.

    Raises:
        AccessDenied: the role sees no reports.
    """
    return await reports.overdue(connection, today, path=scope_filter(actor, "see_report"), limit=limit)
