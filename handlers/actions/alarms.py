"""Telling the administrators of what only a person can mend: a notice in their chat, never with data of people."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.access import ADMINISTRATOR
from handlers.reporting.notices import tell
from handlers.turn import VIETNAM
from storage import people

_EVERYWHERE: Final = "/"
_MOST: Final = 20


async def alarm(connection: AsyncConnection, text: str, now: datetime) -> int:
    """Write the notice to every administrator on the preferred channel; returns how many chats get it."""
    today = now.astimezone(VIETNAM).date()
    held = await people.holders(connection, _EVERYWHERE, today, kinds=[ADMINISTRATOR], limit=_MOST)
    accounts = sorted({one.role.account_id for one in held if one.role.start <= today})
    chats = [
        (channel, chat)
        for account in accounts
        for channel, chat, preferred in await people.chats_of(connection, account)
        if preferred
    ]
    await tell(connection, chats, text, now)
    return len(chats)
