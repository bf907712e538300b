"""What leaves because of a case: messages to the person, and notices to officers within a clear limit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from content.words import Words
from handlers.messages import Reply
from handlers.rendering import split
from handlers.reporting.notices import MAILBOXES, tell
from handlers.turn import VIETNAM
from storage import audit, case_notices, outbox, people
from storage.case_notices import Told
from storage.cases import CaseRow
from storage.outbox import NewRow, Priority
from storage.turns import ChatKey

QUIET: Final = timedelta(minutes=10)
"""An officer is told of new cases once in this span; what comes meanwhile is told together afterwards."""
MOST_ALARMS: Final = 3
"""Alarms of one officer within `QUIET`; further ones are told together with the rest."""
MOST_OFFICERS: Final = 20
"""Officers who are told of one case."""
_TEXT_LIMIT: Final = 1_900


async def to_person(
    connection: AsyncConnection, key: ChatKey, text: str, now: datetime, *, picture: str = "", document: str = ""
) -> int:
    """Send something to the person; returns the outbox id of its last message."""
    replies = [Reply(piece) for piece in split(text, _TEXT_LIMIT)]
    if picture or document:
        replies.append(Reply("📎", picture=picture, document=document))
    rows = [
        NewRow(*key, msgspec.json.encode(reply), now, Priority.ANSWER, sent=key[0] in MAILBOXES) for reply in replies
    ]
    return (await outbox.add(connection, rows, now))[-1]


async def announce(
    connection: AsyncConnection, words: Words, accounts: Iterable[int], said: str, now: datetime, *, urgent: bool
) -> int:
    """Tell officers of a case, each on the preferred channel; returns how many were told now. The caller holds the
    audit chain, so that no two tell at once.
    """
    chosen = list(accounts)[:MOST_OFFICERS]
    known = await case_notices.of(connection, chosen)
    changed, told = [], 0
    for account in chosen:
        before = known.get(account) or Told(account, now - QUIET, 0, now - QUIET, 0)
        after, speak = _alarmed(before, now) if urgent else _noticed(before, now)
        changed.append(after)
        if speak:
            text = said
            if not urgent and before.held:
                text = f"{said}\n{words.say('inbox.notice_more', count=before.held)}"
            told += await tell_officer(connection, account, text, now)
    await case_notices.save(connection, changed)
    return told


async def is_held_back(connection: AsyncConnection, now: datetime) -> bool:
    """Whether `tell_held_back` would have anything to do: a look that locks nothing."""
    return bool(await case_notices.held_back(connection, now - QUIET, now.astimezone(VIETNAM).date(), limit=1))


async def tell_held_back(connection: AsyncConnection, words: Words, address: str, now: datetime) -> int:
    """After the quiet span: one notice for everything that was held back; returns how many were written."""
    await audit.serialise(connection)
    waiting = await case_notices.held_back(connection, now - QUIET, now.astimezone(VIETNAM).date())
    for one in waiting:
        text = words.say("inbox.notice_several", count=one.held, link=f"{address}/can-bo/hop-thu")
        await tell_officer(connection, one.account_id, text, now)
    await case_notices.save(connection, [replace(one, told_at=now, held=0) for one in waiting])
    return len(waiting)


def notice(words: Words, row: CaseRow, topic: str, area: str, address: str) -> str:
    """What an officer is told: what it is about and where, never what was written."""
    key = "inbox.alarm" if row.urgent else "inbox.notice"
    return words.say(
        key,
        receipt=row.receipt,
        topic=topic or words.say("inbox.no_topic"),
        area=area or words.say("inbox.no_area"),
        link=f"{address}/can-bo/hop-thu/{row.id}",
    )


def _noticed(before: Told, now: datetime) -> tuple[Told, bool]:
    if now - before.told_at < QUIET:
        return replace(before, held=before.held + 1), False
    return replace(before, told_at=now, held=0), True


def _alarmed(before: Told, now: datetime) -> tuple[Told, bool]:
    if now - before.alarms_from >= QUIET:
        before = replace(before, alarms_from=now, alarms=0)
    if before.alarms >= MOST_ALARMS:
        return replace(before, held=before.held + 1), False
    return replace(before, told_at=now, alarms=before.alarms + 1), True


async def tell_officer(connection: AsyncConnection, account: int, text: str, now: datetime) -> int:
    """Tell one officer, without a limit: a colleague has meant exactly this one."""
    chats = [(channel, chat) for channel, chat, preferred in await people.chats_of(connection, account) if preferred]
    await tell(connection, chats, text, now)
    return len(chats)
