"""What every process that delivers looks at again and again. Another task is another line of `TASKS`.

No lease of the task as a whole: each piece of work is taken and written in a transaction and leaves nothing to do for
whoever looks next, so several processes do it once, and one that is killed in the middle has done nothing. What
computes for longer is a nightly job (`bot.nightly`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from content.words import SOURCE_LANGUAGE
from handlers.cases import telling
from handlers.turn import Knowledge
from storage.database import Database

log = structlog.get_logger(__name__)

EVERY_MINUTE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be looked at; `run` returns how much there was to do."""

    name: str
    run: Callable[[Database, Knowledge, datetime], Awaitable[int]]
    every_s: float = EVERY_MINUTE_S


async def held_back_notices(database: Database, knowledge: Knowledge, now: datetime) -> int:
    """Officers hear of the questions that were held back, once their quiet span is over."""
    async with database.read() as connection:
        if not await telling.is_held_back(connection, now):
            return 0
    told = 0
    while True:
        async with database.write() as connection:
            words = knowledge.languages[SOURCE_LANGUAGE]
            portion = await telling.tell_held_back(connection, words, knowledge.address, now)
        told += portion
        if not portion:
            return told


TASKS: Final[tuple[Task, ...]] = (Task("held-back-notices", held_back_notices),)
"""Those that need nothing but the database and the words; bootstrap adds what needs channels."""


class Timed:
    """One per process that delivers."""

    def __init__(
        self, database: Database, knowledge: Knowledge, clock: Callable[[], datetime], tasks: Sequence[Task] = TASKS
    ) -> None:
        self.tasks: Final = tuple(tasks)
        self._database: Final = database
        self._knowledge: Final = knowledge
        self._clock: Final = clock
        self._stopping: Final = asyncio.Event()
        self._running: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        self._stopping.clear()
        self._running = [asyncio.create_task(self._look_for_ever(task), name=task.name) for task in self.tasks]

    async def close(self) -> None:
        # Not cancelled: in the middle of a statement a SQLite connection would keep the write lock.
        self._stopping.set()
        await asyncio.gather(*self._running)
        self._running = []

    async def look(self) -> None:
        """Do everything that is due now, one after the other."""
        for task in self.tasks:
            await self._try(task)

    async def _try(self, task: Task) -> None:
        try:
            done = await task.run(self._database, self._knowledge, self._clock())
        except Exception as error:  # the loop that must not die; nothing is half done, it is tried again
            log.error("timed.failed", task=task.name, error=type(error).__name__)
            return
        if done:
            log.info("timed.done", task=task.name, count=done)

    async def _look_for_ever(self, task: Task) -> None:
        while not self._stopping.is_set():
            await self._try(task)
            with suppress(TimeoutError):
                async with asyncio.timeout(task.every_s):
                    await self._stopping.wait()
