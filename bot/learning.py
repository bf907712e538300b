"""Keeps a running process at what officers have approved: one cheap look every few seconds, a new index beside the old
one, and a change from one to the other between two turns.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

import msgspec
import structlog

from bot.memory import trim
from bot.words import offices_named
from content import search
from content.article_checks import problems
from content.articles import Article, Library
from content.search import Search
from content.words import SOURCE_LANGUAGE
from handlers.learning.versions import article_of
from handlers.turn import Knowledge
from storage import learning
from storage.database import Database
from storage.learning import ChangeRow

log = structlog.get_logger(__name__)

LOOK_EVERY_S: Final = 5.0


class Learning:
    """One per process that answers."""

    def __init__(self, database: Database, knowledge: Knowledge, *, look_every_s: float = LOOK_EVERY_S) -> None:
        self._database: Final = database
        self._knowledge: Final = knowledge
        self._look_every_s: Final = look_every_s
        self._number = 0
        self._stopping: Final = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Answer with what is approved from the first message on."""
        self._stopping.clear()
        await self._try()
        self._task = asyncio.create_task(self._look_for_ever(), name="learning")

    async def close(self) -> None:
        # Not cancelled: in the middle of a statement a SQLite connection would keep its lock.
        self._stopping.set()
        if self._task is not None:
            await self._task
            self._task = None

    async def look(self) -> bool:
        """Take over what was approved since the last look; False where nothing was."""
        async with self._database.read() as connection:
            number = await learning.newest(connection)
            if number == self._number:
                return False
            rows = await learning.in_force(connection)
        library, built = await asyncio.to_thread(self._built, list(rows.values()))
        # No turn runs between these three: they hold no await.
        self._knowledge.library.become(library)
        self._knowledge.locality.assign(offices_named(library))
        self._knowledge.search.become(built)
        self._number = number
        del built, library
        await asyncio.to_thread(trim)
        log.info("learning.taken_over", number=number, articles=len(self._knowledge.library))
        return True

    def _built(self, rows: list[ChangeRow]) -> tuple[Library, Search]:
        known = self._knowledge.library
        shipped = Library(known.shipped.values(), known.groups)
        edited = [article for row in rows if row.body and (article := self._usable(row, shipped)) is not None]
        library = shipped.with_edited(edited)
        return library, search.of_library(library)

    def _usable(self, row: ChangeRow, shipped: Library) -> Article | None:
        """An article of an earlier version that no longer fits this one is left out: the shipped one answers."""
        try:
            article = article_of(row.body)
        except msgspec.MsgspecError:
            log.error("learning.unreadable", article=row.article_id, change=row.id)
            return None
        words = self._knowledge.languages[SOURCE_LANGUAGE]
        wrong = problems(article, shipped, self._knowledge.filler, words, new=False)
        if any(problem.part is not None or problem.key == "office" for problem in wrong):
            log.error("learning.unusable", article=row.article_id, change=row.id, problem=wrong[0].key)
            return None
        return article

    async def _look_for_ever(self) -> None:
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(self._look_every_s):
                    await self._stopping.wait()
            if not self._stopping.is_set():
                await self._try()

    async def _try(self) -> None:
        try:
            await self.look()
        except Exception as error:  # the loop that must not die; the knowledge stays as it was, and is tried again
            log.error("learning.failed", error=type(error).__name__)
