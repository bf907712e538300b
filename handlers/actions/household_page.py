"""A household as the desk shows it on any day, with its history and reports. Every look stands in the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.access import Actor, can
from handlers.actions.register import see_history, see_household
from storage import areas, audit, people, reports
from storage.areas import AreaRow
from storage.audit import Event
from storage.register.households import Household, undone_by
from storage.register.model import Recorded
from storage.reports import ReportRow


@dataclass(frozen=True, slots=True)
class HouseholdPage:
    """A household with all that belongs to it; `shown` is None where there was none on that day."""

    id: int
    shown: Household | None
    place: AreaRow | None
    history: tuple[Recorded, ...]
    undone: Mapping[int, int]
    reports: tuple[ReportRow, ...]
    names: Mapping[int, str]
    """Who recorded a change, by account."""
    may_reveal: bool
    may_undo: bool


async def see_household_page(
    connection: AsyncConnection, actor: Actor, household_id: int, on: date | None, now: datetime, today: date
) -> HouseholdPage | None:
    """The page of a household; None where there is none.

    Raises:
        AccessDenied: it lies outside the actor's area.
    """
    present = await see_household(connection, actor, household_id)
    if present is None:
        return None
    shown = present if on is None else await see_household(connection, actor, household_id, on)
    place = await areas.get(connection, (shown or present)["area_key"])
    path = place.path if place is not None else ""
    history = await see_history(connection, actor, household_id)
    undone = await undone_by(connection, [each.id for each in history])
    told = await reports.of_household(connection, household_id)
    names = {}
    for account_id in sorted({each.account_id for each in history if each.account_id is not None}):
        account = await people.account(connection, account_id, today)
        names[account_id] = account.name if account is not None else ""
    detail = {"on": on.isoformat()} if on is not None else None
    event = Event("see_household", "household", str(household_id), actor.account_id or None, actor.role, path, detail)
    await audit.append(connection, event, now)
    return HouseholdPage(
        household_id,
        shown,
        place,
        tuple(reversed(history)),
        undone,
        tuple(row for row in told if can(actor, "see_report", row.area_path)),
        names,
        can(actor, "show_sensitive", path),
        can(actor, "undo_change", path),
    )
