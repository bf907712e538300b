"""Puts the figures of a process together when they are asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.metrics import process, stored
from bot.metrics.families import Family, gauge, render
from bot.metrics.measures import PREFIX, Measures
from storage import schema, standing
from storage.database import Database

log = structlog.get_logger(__name__)

# However often somebody asks, the database is asked once in that time.
_FRESH_FOR: Final = timedelta(seconds=10)
_PATIENCE_S: Final = 5.0


class Collector:
    """Reads the database at most every ten seconds; without it the process's own figures are still told."""

    def __init__(
        self, measures: Measures, database: Database, clock: Callable[[], datetime], *, version: str, locality: str
    ) -> None:
        self._measures: Final = measures
        self._database: Final = database
        self._clock: Final = clock
        self._version: Final = version
        self._locality: Final = locality
        self._reading: Final = asyncio.Lock()
        self._stored: list[Family] = []
        self._read_at: datetime | None = None

    async def figures(self) -> str:
        """The page that Prometheus reads."""
        known = await self._from_database()
        own = process.families(self._database.engine.pool, self._version, schema.wanted(), self._locality)
        up = gauge(f"{PREFIX}database_up", "1 where the database answers", float(known))
        return render([*self._measures.families(), *own, up, *(self._stored if known else ())])

    async def ready(self) -> bool:
        """Whether the database answers."""
        try:
            async with asyncio.timeout(_PATIENCE_S), self._database.read() as connection:
                await connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError):  # a time-out is an OSError
            return False
        return True

    async def _from_database(self) -> bool:
        async with self._reading:
            now = self._clock()
            if self._read_at is not None and now - self._read_at < _FRESH_FOR:
                return True
            try:
                async with asyncio.timeout(_PATIENCE_S), self._database.read() as connection:
                    self._stored = stored.families(await standing.look(connection, now), now)
            except (SQLAlchemyError, OSError) as error:
                log.warning("metrics.database_not_read", error=type(error).__name__)
                self._read_at = None
                return False
            self._read_at = now
            return True
