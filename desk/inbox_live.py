"""New lines of cases as they come: one look at the database for all open desks of a process, and word to each.

The database is the only thing that processes share, so a case of another process is seen exactly like one of this.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from storage import cases
from storage.cases import Happened
from storage.database import Database

log = structlog.get_logger(__name__)

LOOK_EVERY_S: Final = 0.25
# Ids are given before they are committed: a line may turn up behind younger ones, but not later than this. Until then
# the ids that were passed over are looked for too.
_OVERLAP_S: Final = 10.0
_MOST_GAPS: Final = 1000
_AT_ONCE: Final = 500
_MOST_WAITING: Final = 500


@dataclass(slots=True, eq=False)
class Follower:
    """An open page: what it may hear of, and what it has not heard yet."""

    path: str
    offices: tuple[str, ...]
    case_id: int = 0
    queue: asyncio.Queue[Happened] = field(default_factory=lambda: asyncio.Queue(_MOST_WAITING))

    def hears(self, one: Happened) -> bool:
        if self.case_id:
            return one.case_id == self.case_id and one.desk_path.startswith(self.path)
        return one.desk_path.startswith(self.path) and (not self.offices or one.office in self.offices)


class InboxWatch:
    """Looks while somebody follows, and rests while nobody does."""

    def __init__(self, database: Database, every_s: float = LOOK_EVERY_S) -> None:
        self._database: Final = database
        self._every_s: Final = every_s
        self._followers: Final[set[Follower]] = set()
        self._task: asyncio.Task[None] | None = None
        self.looked: Final = asyncio.Event()
        """It has looked at least once since somebody began to follow: what comes from now on is told."""

    async def follow(self, follower: Follower, seconds: float) -> AsyncIterator[list[Happened]]:
        """What happens from now on, for so long, what came together together; an empty list now and then, so that
        a closed line is noticed.
        """
        self._followers.add(follower)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look(), name="inbox-watch")
        end = asyncio.get_running_loop().time() + seconds
        try:
            yield []
            while (left := end - asyncio.get_running_loop().time()) > 0:
                try:
                    found = [await asyncio.wait_for(follower.queue.get(), min(left, 10.0))]
                except TimeoutError:
                    yield []
                    continue
                while not follower.queue.empty():
                    found.append(follower.queue.get_nowait())
                yield found
        finally:
            # The look ends by itself once nobody follows: cancelled in the middle it would keep its connection.
            self._followers.discard(follower)

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        self.looked.clear()
        newest: int | None = None
        gaps: dict[int, float] = {}
        while self._followers:
            try:
                async with self._database.read() as connection:
                    if newest is None:
                        newest = await cases.newest_entry(connection)
                    found = await cases.happened_after(connection, newest, sorted(gaps), limit=_AT_ONCE)
            except (SQLAlchemyError, OSError) as error:
                log.warning("inbox.not_seen", error=type(error).__name__)
                await asyncio.sleep(1.0)
                continue
            for one in found:
                self._tell(one)
            self.looked.set()
            seen, reached, now = {one.id for one in found}, max((newest, *(one.id for one in found))), loop.time()
            gaps = {each: since for each, since in gaps.items() if each not in seen and since > now - _OVERLAP_S}
            gaps |= {each: now for each in range(max(newest + 1, reached - _MOST_GAPS), reached) if each not in seen}
            newest = reached
            if len(found) < _AT_ONCE:
                await asyncio.sleep(self._every_s)

    def _tell(self, one: Happened) -> None:
        for follower in self._followers:
            if follower.hears(one):
                # A page that hears nothing any more asks anew anyway.
                with suppress(asyncio.QueueFull):
                    follower.queue.put_nowait(one)
