"""Who is the second person for an announcement, and telling people how it goes on."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from content.localities import Locality
from content.words import Words
from handlers.access import DECIDING_LEVEL, VERBS
from handlers.broadcasting.wording import worded
from handlers.reporting.notices import tell
from storage import people
from storage.broadcasts import BroadcastRow

VERB = "approve_broadcast"


def deciding_roles(locality: Locality) -> tuple[str, ...]:
    """The roles that approve in a locality: those that always may, and those of the level where its route ends."""
    always = [role for role, verbs in VERBS.items() if VERB in verbs]
    deciding = [
        DECIDING_LEVEL[step.level]
        for step in locality.about.review_route
        if step.does in ("decide", "check_and_decide") and step.level in DECIDING_LEVEL
    ]
    return tuple(dict.fromkeys((*always, *deciding)))


async def approvers(
    connection: AsyncConnection, row: BroadcastRow, roles: Iterable[str], authors: Collection[int], today: date
) -> list[int]:
    """The accounts that could approve it now: everybody who may but those who wrote it."""
    held = await people.holders(connection, "/", today, kinds=list(roles), limit=100_000)
    return sorted(
        {
            one.role.account_id
            for one in held
            if one.role.start <= today
            and row.area_path.startswith(one.role.area_path)
            and one.role.account_id not in authors
        }
    )


async def tell_approvers(
    connection: AsyncConnection,
    words: Words,
    row: BroadcastRow,
    total: int,
    roles: Iterable[str],
    authors: Collection[int],
    now: datetime,
    today: date,
) -> int:
    """Tell everybody who could approve; returns how many were told."""
    told = 0
    text = words.say("broadcasts.tell_approver", id=row.id, title=worded(row.content, "vi").title, count=total)
    for account in await approvers(connection, row, roles, authors, today):
        told += await _tell(connection, account, text, now)
    return told


async def tell_author(
    connection: AsyncConnection, words: Words, row: BroadcastRow, what: str, reason: str, now: datetime
) -> None:
    """Tell the author what the second person said."""
    if row.created_by is None:
        return
    title = worded(row.content, "vi").title
    key = f"broadcasts.tell_{what}"
    text = words.say(key, id=row.id, title=title, reason=reason) if reason else words.say(key, id=row.id, title=title)
    await _tell(connection, row.created_by, text, now)


async def _tell(connection: AsyncConnection, account: int, text: str, now: datetime) -> int:
    known = await people.chats_of(connection, account)
    chats = [(channel, chat) for channel, chat, preferred in known if preferred]
    await tell(connection, chats, text, now)
    return len(chats)
