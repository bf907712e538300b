"""Counts of what the webhooks refused or passed over: kept in memory, written down now and then, without people."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.metrics.measures import Measures
from handlers.turn import VIETNAM
from storage import zalo
from storage.database import Database

log = structlog.get_logger(__name__)

_EVERY_S: Final = 30.0


def month_of(now: datetime) -> str:
    """The month in Viet Nam, which is what the counts are kept by."""
    return f"{now.astimezone(VIETNAM):%Y-%m}"


class Counts:
    """Numbers by (channel, name) of the month; `chungtay zalo status` shows them."""

    def __init__(self, database: Database, clock: Callable[[], datetime], measures: Measures | None = None) -> None:
        self._database: Final = database
        self._measures: Final = measures or Measures()
        self._clock: Final = clock
        self._new: Counter[tuple[str, str]] = Counter()
        self._task: asyncio.Task[None] | None = None
        self._stopping: Final = asyncio.Event()

    def add(self, channel: str, name: str) -> None:
        """Count one more. Costs nothing: a flood of wrong signatures must not become a flood of writes."""
        self._new[channel, name] += 1

    def refuse(self, channel: str, reason: str) -> None:
        """Count a post that was not taken."""
        self.add(channel, reason)
        self._measures.webhook_refusals.add(channel, reason)

    def note(self, channel: str, what: str) -> None:
        """Count something odd about a post that was taken, or about what it points to."""
        self.add(channel, what)
        self._measures.webhook_notes.add(channel, what)

    async def start(self) -> None:
        self._stopping.clear()
        self._task = asyncio.create_task(self._write_for_ever(), name="zalo-counts")

    async def close(self) -> None:
        # Not cancelled: in the middle of a statement a SQLite connection would keep the write lock.
        self._stopping.set()
        if self._task is not None:
            await self._task
            self._task = None
        await self.write()

    async def write(self) -> None:
        """Add what is new to the month's counts."""
        new, self._new = self._new, Counter()
        if not new:
            return
        month = month_of(self._clock())
        try:
            async with self._database.write() as connection:
                for channel in sorted({channel for channel, _ in new}):
                    added = {name: number for (of, name), number in new.items() if of == channel}
                    await zalo.count(connection, channel, month, added)
        except (SQLAlchemyError, OSError) as error:
            log.warning("zalo.counts_not_written", error=type(error).__name__)
            self._new.update(new)

    async def _write_for_ever(self) -> None:
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(_EVERY_S):
                    await self._stopping.wait()
            await self.write()
