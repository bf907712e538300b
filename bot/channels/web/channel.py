"""The web chat as a channel: messages wait in the outbox until the page has fetched them."""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.channels import Delivery, Sent
from bot.turns import REPLY
from handlers.messages import Capabilities, Reply
from storage import outbox
from storage.database import Database
from storage.files import StoredFile, read_file

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
    capabilities: Final = Capabilities(text_limit=20_000, buttons=40, pictures_in=False, pictures_out=True)

    def __init__(self, database: Database) -> None:
        self._database: Final = database
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
        async with self._database.read() as connection:
            found = await outbox.mailbox(connection, (self.name, chat), after=after, limit=_PAGE)
        return [Fetched(message.id, REPLY.decode(message.payload), message.created_at) for message in found]

    async def file(self, chat: str, key: str, now: datetime) -> StoredFile | None:
        """A file that was sent to this chat; one of another chat is as good as none."""
        async with self._database.read() as connection:
            found = await read_file(connection, key, now)
        return found if found is not None and (found.channel, found.chat) == (self.name, chat) else None

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
