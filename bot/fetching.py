"""Fetches the pictures that were sent in a chat for an announcement or for an officer's answer: the turn only noted
them, since it calls nobody.

A picture is taken for so long that fetching it cannot last longer; a process killed meanwhile leaves it to the next.
It is kept under an id that was given to it beforehand, so fetching it twice keeps it once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol, runtime_checkable

from bot.timed import Task
from content.media import MediaError, pictures
from handlers.actions import inbox_replies, media
from handlers.turn import Knowledge
from storage import media_fetches
from storage.database import Database
from storage.media_fetches import Fetch

EVERY_S: Final = 1.0
MOST_ATTEMPTS: Final = 4
_LEASE: Final = timedelta(minutes=2)
"""Longer than any channel waits for a file."""
_AGAIN_AFTER: Final = (timedelta(seconds=2), timedelta(seconds=10), timedelta(seconds=60))

FetchFile = Callable[[str], Awaitable[bytes | None]]


@runtime_checkable
class Fetching(Protocol):
    """A channel that hands out again the pictures it was sent."""

    async def fetch(self, ref: str) -> bytes | None: ...


def task(channels: Mapping[str, object]) -> Task:
    """The task of a process with these sources of pictures, by channel."""
    sources = {name: source.fetch for name, source in channels.items() if isinstance(source, Fetching)}

    async def run(database: Database, knowledge: Knowledge, now: datetime) -> int:
        return await fetch_all(database, knowledge, sources, now)

    return Task("pictures", run, EVERY_S)


async def fetch_all(database: Database, knowledge: Knowledge, sources: Mapping[str, FetchFile], now: datetime) -> int:
    """Fetch whatever is due; returns how many pictures were tried."""
    tried = 0
    while True:
        async with database.read() as connection:
            media_id = await media_fetches.first_due(connection, sources, now)
        if media_id is None:
            return tried
        async with database.write() as connection:
            taken = await media_fetches.take(connection, knowledge.keys, media_id, now, now + _LEASE)
        if taken is not None:
            await _fetch(database, knowledge, sources[taken.channel], taken, now)
            tried += 1


async def _fetch(database: Database, knowledge: Knowledge, source: FetchFile, taken: Fetch, now: datetime) -> None:
    data = await source(taken.ref)
    if data is None:
        async with database.write() as connection:
            if taken.attempts < MOST_ATTEMPTS:
                await media_fetches.later(connection, taken.id, now + _AGAIN_AFTER[taken.attempts - 1])
            else:
                await media_fetches.fail(connection, taken.id, "not_fetched")
        return
    try:
        picture = await asyncio.to_thread(pictures.checked, data)
    except MediaError as error:
        async with database.write() as connection:
            await media_fetches.fail(connection, taken.id, error.reason)
        return
    async with database.write() as connection:
        if taken.id.startswith(inbox_replies.SENT_IN_CHAT):
            await inbox_replies.keep_fetched(connection, knowledge.keys, taken, picture, now)
        else:
            await media.keep_fetched(connection, taken, picture, now)
