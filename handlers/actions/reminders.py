"""Reminding of what is in review and whose time limit is near or over: one notice a day to each person who can move it
on. Reports and nominations go the same way.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.access import VERBS
from handlers.actions.reports import LEVELS
from handlers.nominating.notices import chats_of
from handlers.reporting.frame import Frame
from handlers.reporting.notices import tell
from rules.review import WAITING_FOR
from rules.working_days import is_working_day
from storage import audit, nominations, people, reports
from storage.nominations import NominationRow
from storage.people import HolderRow
from storage.reports import ReportRow
from storage.turns import ChatKey

_BEFORE: Final = timedelta(days=1)
_NAMED: Final = 5


class Waiting(Protocol):
    """A report or a nomination, as far as its reminder needs it."""

    @property
    def id(self) -> int: ...
    @property
    def receipt(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def area_path(self) -> str: ...
    @property
    def sent_by(self) -> int: ...
    @property
    def reminded_on(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Subject:
    """What is reminded of: its phrases begin with `words`; who may not `see` it is not reminded."""

    name: str
    words: str
    see: str
    overdue: Callable[..., Awaitable[Sequence[Any]]]
    reminded: Callable[[AsyncConnection, Iterable[int], date], Awaitable[None]]
    chats: Callable[[AsyncConnection, Any], Awaitable[Sequence[ChatKey]]]
    own: bool
    """Whether who sent it may also move it on."""


async def _chat_of_report(connection: AsyncConnection, row: ReportRow) -> Sequence[ChatKey]:
    return [(row.channel, row.chat)]


async def _chats_of_nomination(connection: AsyncConnection, row: NominationRow) -> Sequence[ChatKey]:
    return await chats_of(connection, row)


SUBJECTS: Final = (
    Subject("report", "reports", "see_report", reports.overdue, reports.reminded, _chat_of_report, own=True),
    Subject(
        "nomination", "nominations", "see_nomination", nominations.overdue, nominations.reminded, _chats_of_nomination,
        own=False,
    ),
)  # fmt: skip


async def remind(connection: AsyncConnection, frame: Frame, now: datetime, today: date) -> int:
    """Write the notices of a day; returns how many. Doing it again on the same day writes none.

    Nobody is reminded on a day on which offices are closed.
    """
    if not is_working_day(today):
        return 0
    await audit.serialise(connection)
    due = {subject: await _due(connection, subject, today) for subject in SUBJECTS}
    if not any(due.values()):
        return 0
    holders = [one for one in await people.holders(connection, "/", today, limit=100_000) if one.role.start <= today]
    told = 0
    for subject, rows in due.items():
        if not rows:
            continue
        told += await _tell_senders(connection, frame, subject, rows, now)
        told += await _tell_reviewers(connection, frame, subject, _by_person(frame, subject, holders, rows), now)
        await subject.reminded(connection, [row.id for row in rows], today)
        detail = {subject.words: len(rows)}
        await audit.append(connection, audit.Event("reminded", subject.name, "due", detail=detail), now)
    return told


async def _due(connection: AsyncConnection, subject: Subject, today: date) -> list[Waiting]:
    """All that nobody has been reminded of today."""
    found: list[Waiting] = []
    last = 0
    while True:
        # What is due tomorrow is told today, while something can still be done about it.
        page = await subject.overdue(connection, today + 2 * _BEFORE, after=last)
        if not page:
            return found
        last = page[-1].id
        found += [row for row in page if row.reminded_on is None or row.reminded_on < today]


async def _tell_senders(
    connection: AsyncConnection, frame: Frame, subject: Subject, rows: Sequence[Waiting], now: datetime
) -> int:
    """Who was asked something hears of each one where it was sent from."""
    told = 0
    for row in rows:
        chats = await subject.chats(connection, row) if row.state == "asked" else ()
        if chats:
            text = frame.words.say(f"{subject.words}.remind_answer", count=1, receipts=row.receipt)
            await tell(connection, chats, text, now)
            told += 1
    return told


def _by_person(
    frame: Frame, subject: Subject, holders: Sequence[HolderRow], rows: Sequence[Waiting]
) -> Mapping[int, Sequence[Waiting]]:
    """What waits for each account."""
    found: dict[int, list[Waiting]] = {}
    for row in rows:
        for account in {one.role.account_id for one in holders if _acts(frame, subject, one, row)}:
            found.setdefault(account, []).append(row)
    return found


async def _tell_reviewers(
    connection: AsyncConnection, frame: Frame, subject: Subject, by_person: Mapping[int, Sequence[Waiting]],
    now: datetime,
) -> int:  # fmt: skip
    told = 0
    for account, waiting in sorted(by_person.items()):
        known = await people.chats_of(connection, account)
        chats = [(channel, chat) for channel, chat, preferred in known if preferred]
        if chats:
            await tell(connection, chats, _text(frame, subject, waiting), now)
            told += 1
    return told


def _acts(frame: Frame, subject: Subject, one: HolderRow, row: Waiting) -> bool:
    """Whether it is this person's turn."""
    role = one.role
    part = frame.route.part(LEVELS.get(role.role, ""))
    if part is None or row.state not in WAITING_FOR[part] or subject.see not in VERBS[role.role]:
        return False
    if not subject.own and row.sent_by == role.account_id:
        return False
    return row.area_path.startswith(role.area_path)


def _text(frame: Frame, subject: Subject, waiting: Sequence[Waiting]) -> str:
    receipts = ", ".join(row.receipt for row in waiting[:_NAMED])
    if len(waiting) > _NAMED:
        receipts += ", …"
    return frame.words.say(f"{subject.words}.remind_act", count=len(waiting), receipts=receipts)
