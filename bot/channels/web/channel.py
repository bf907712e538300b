"""The web chat as a channel: messages wait in the outbox until the page has fetched them."""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.channels import Announcements, Delivery, Sent
from bot.turns import REPLY
from handlers.messages import Capabilities, Reply
from storage import outbox
from storage.database import Database
from storage.files import StoredFile
from storage.media import outgoing
from storage.outbox import MailboxMessage
from storage.turns import language_of

_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message as the page gets it; `seq` grows within a chat."""

    seq: int
    reply: Reply
    at: datetime


class WebChannel:
    """Wakes the pages of this process when a turn has written for their chat; other processes' turns are found by
    looking again after a few seconds.
    """

    name: Final = "web"
    mailbox: Final = True
    capabilities: Final = Capabilities(text_limit=20_000, buttons=40, pictures_in=True, pictures_out=True)

    def __init__(self, database: Database, announcer: Announcements | None = None) -> None:
        self._database: Final = database
        self._announcer: Final = announcer
        self._waiting: Final[defaultdict[str, set[asyncio.Event]]] = defaultdict(set)

    async def send(self, chat: str, reply: Reply) -> Delivery:
        """Nothing to send: what is in the outbox is delivered. The waiting pages are woken."""
        self.arrived(chat)
        return Sent()

    async def close(self) -> None:
        """Nothing is held."""

    def arrived(self, chat: str) -> None:
        """Wake whoever waits for this chat."""
        for event in self._waiting.get(chat, ()):
            event.set()

    async def fetch(self, chat: str, after: int) -> list[Fetched]:
        """The chat's messages after a sequence number, oldest first, a page at most."""
        key = (self.name, chat)
        async with self._database.read() as connection:
            found = await outbox.mailbox(connection, key, after=after, limit=_PAGE)
            announced = any(message.broadcast_id is not None for message in found)
            language = await language_of(connection, key) if announced else ""
        return [
            Fetched(message.id, reply, message.created_at)
            for message in found
            if (reply := await self._reply(message, language)) is not None
        ]

    async def _reply(self, message: MailboxMessage, language: str) -> Reply | None:
        """What the row says; that of a broadcast, in the person's language, is what the broadcast says now."""
        if message.broadcast_id is None:
            return REPLY.decode(message.payload)
        if self._announcer is None:
            return None
        messages = await self._announcer.messages(message.broadcast_id, language, self)
        return messages[0] if messages else None

    async def file(self, chat: str, key: str, now: datetime) -> StoredFile | None:
        """A file that was sent to this chat, or a picture kept to be sent to many, whose id nobody can guess.

        A file of another chat is as good as none.
        """
        async with self._database.read() as connection:
            found = await outgoing(connection, key, now)
        return found if found is not None and (found.channel, found.chat) in ((self.name, chat), ("", "")) else None

    async def fetch_or_wait(self, chat: str, after: int, wait_s: float) -> list[Fetched]:
        """As `fetch`, but waits up to so many seconds for the first message to come."""
        event = asyncio.Event()
        self._waiting[chat].add(event)
        try:
            found = await self.fetch(chat, after)
            if not found and wait_s > 0:
                try:
                    async with asyncio.timeout(wait_s):
                        await event.wait()
                except TimeoutError:
                    pass
                found = await self.fetch(chat, after)
            return found
        finally:
            self._waiting[chat].discard(event)
            if not self._waiting[chat]:
                del self._waiting[chat]


def chat_of(token: str) -> str:
    """The chat id of a session token. The database never holds the token: who reads it cannot take over a chat."""
    return hashlib.sha256(token.encode()).hexdigest()[:40]
