"""Reminding of reports whose time limit is near or over: one notice a day to each person who can move them on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.access import VERBS
from handlers.actions.reports import LEVELS
from handlers.reporting.frame import Frame
from handlers.reporting.notices import tell
from rules.review import WAITING_FOR
from rules.working_days import is_working_day
from storage import audit, people, reports
from storage.people import HolderRow
from storage.reports import ReportRow

_BEFORE: Final = timedelta(days=1)
_NAMED: Final = 5


async def remind(connection: AsyncConnection, frame: Frame, now: datetime, today: date) -> int:
    """Write the notices of a day; returns how many. Doing it again on the same day writes none.

    Nobody is reminded on a day on which offices are closed.
    """
    if not is_working_day(today):
        return 0
    await audit.serialise(connection)
    due = [row for row in await _due(connection, today) if row.reminded_on is None or row.reminded_on < today]
    if not due:
        return 0
    holders = [one for one in await people.holders(connection, "/", today, limit=100_000) if one.role.start <= today]
    told = 0
    by_person: dict[int, list[ReportRow]] = {}
    for row in due:
        if row.state == "asked":
            text = frame.words.say("reports.remind_answer", count=1, receipts=row.receipt)
            await tell(connection, [(row.channel, row.chat)], text, now)
            told += 1
        for account in {one.role.account_id for one in holders if _acts(frame, one, row)}:
            by_person.setdefault(account, []).append(row)
    for account, waiting in sorted(by_person.items()):
        known = await people.chats_of(connection, account)
        chats = [(channel, chat) for channel, chat, preferred in known if preferred]
        if chats:
            await tell(connection, chats, _text(frame, waiting), now)
            told += 1
    await reports.reminded(connection, [row.id for row in due], today)
    await audit.append(connection, audit.Event("reminded", "report", "due", detail={"reports": len(due)}), now)
    return told


async def _due(connection: AsyncConnection, today: date) -> list[ReportRow]:
    found: list[ReportRow] = []
    while True:
        # What is due tomorrow is told today, while something can still be done about it.
        page = await reports.overdue(connection, today + 2 * _BEFORE, after=found[-1].id if found else 0)
        found += page
        if not page:
            return found


def _acts(frame: Frame, one: HolderRow, row: ReportRow) -> bool:
    """Whether it is this person's turn."""
    role = one.role
    part = frame.route.part(LEVELS.get(role.role, ""))
    if part is None or row.state not in WAITING_FOR[part] or "see_report" not in VERBS[role.role]:
        return False
    return row.area_path.startswith(role.area_path)


def _text(frame: Frame, waiting: Sequence[ReportRow]) -> str:
    receipts = ", ".join(row.receipt for row in waiting[:_NAMED])
    if len(waiting) > _NAMED:
        receipts += ", …"
    return frame.words.say("reports.remind_act", count=len(waiting), receipts=receipts)
