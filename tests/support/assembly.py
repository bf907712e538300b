"""The product's own engine, worker and database around whatever channels a test brings."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from bot.channels import Channel
from bot.delivery import DeliveryWorker
from bot.turns import TurnEngine
from handlers.respond import Responder
from handlers.turn import Knowledge
from storage import migrate
from storage.database import Database


class Clock:
    """A clock that stands still until it is put forward."""

    def __init__(self, at: datetime | None = None) -> None:
        self.at = at or datetime(2026, 11, 24, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        """The same clock for what only measures spans."""
        return self.at.timestamp()

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Assembly:
    """A running engine and worker."""

    database: Database
    engine: TurnEngine
    delivery: DeliveryWorker
    clock: Clock


def new_database(folder: Path) -> Database:
    """A migrated SQLite file of its own; migrations run once for all tests of a folder."""
    template = folder.parent / "template.db"
    if not template.exists():
        asyncio.run(migrated(template))
    path = folder / "chungtay.db"
    shutil.copy(template, path)
    return Database(f"sqlite:///{path}")


async def migrated(path: Path) -> None:
    """Make a SQLite file with the current schema."""
    database = Database(f"sqlite:///{path}")
    await migrate.upgrade(database)
    await database.close()


@asynccontextmanager
async def assembled(
    database: Database,
    channels: Mapping[str, Channel],
    responder: Any,
    knowledge: Any,
    clock: Clock,
) -> AsyncIterator[Assembly]:
    """Engine and worker over the channels; `knowledge` needs what the responder reads of it."""
    delivery = DeliveryWorker(database, channels, clock, poll_s=0.03, flush_s=0.001)
    engine = TurnEngine(database, cast("Knowledge", knowledge), cast("Responder", responder), channels, delivery, clock)
    await delivery.start()
    try:
        yield Assembly(database, engine, delivery, clock)
    finally:
        await engine.close()
        await delivery.close()
        await database.close()
