"""Whether a person can be written to now, before an officer writes: the channel's window, and whether it is blocked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import zalo
from storage.tables import conversations
from storage.turns import ChatKey

ZALO_OA_WINDOW: Final = timedelta(days=7)
"""After a person's last message to an Official Account; a test compares it with the channel's own."""
PICTURES: Final = frozenset({"web", "telegram", "zalo_oa", "zalo_bot"})
FILES: Final = frozenset({"telegram"})
"""Channels that bring a picture or a file to the person; a test compares them with the channels themselves."""
_CLOSING: Final = timedelta(hours=24)

State = Literal["open", "closing", "closed", "blocked", "gone"]


@dataclass(frozen=True, slots=True)
class Window:
    """How it stands; `until` where the platform sets an end."""

    state: State
    until: datetime | None = None

    @property
    def reachable(self) -> bool:
        return self.state in ("open", "closing")


async def window_of(connection: AsyncConnection, key: ChatKey, now: datetime) -> Window:
    """Whether a chat can be written to: at most two look-ups."""
    channel, chat = key
    if not channel:
        return Window("gone")
    query = select(conversations.c.blocked_at).where(conversations.c.channel == channel, conversations.c.chat == chat)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return Window("gone")
    if row.blocked_at is not None:
        return Window("blocked")
    if channel != "zalo_oa":
        return Window("open")
    person = await zalo.person(connection, chat)
    if person is None or person.last_interaction_at is None:
        return Window("open")  # Zalo itself decides
    until = person.last_interaction_at + ZALO_OA_WINDOW
    if now > until:
        return Window("closed", until)
    return Window("closing" if until - now < _CLOSING else "open", until)
