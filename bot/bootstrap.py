"""Builds every part and passes it in by name; nothing is built at import."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol, runtime_checkable

import structlog

from bot.arrivals import Arrivals
from bot.channels import Channel, loading
from bot.channels.web.channel import WebChannel
from bot.channels.zalo_counts import Counts
from bot.delivery import DeliveryWorker
from bot.settings import PREFIX, Settings, SettingsError
from bot.turns import TurnEngine
from bot.words import knowledge
from handlers.actions.people import sync_areas_if_missing
from handlers.respond import Responder
from handlers.turn import Knowledge
from storage.database import Database
from storage.errors import StorageError
from storage.files import read_file


@runtime_checkable
class Starting(Protocol):
    """A channel with work of its own in the background."""

    async def start(self) -> None: ...


@dataclass(frozen=True, slots=True)
class App:
    """A running product's parts."""

    settings: Settings
    database: Database
    knowledge: Knowledge
    channels: Mapping[str, Channel]
    delivery: DeliveryWorker
    engine: TurnEngine
    counts: Counts
    arrivals: Arrivals
    """Messages of the channels that are stored before they are answered."""

    async def start(self) -> None:
        self.knowledge.keys.create_if_missing(now())
        async with self.database.write() as connection:
            await sync_areas_if_missing(connection, self.knowledge.locality)
        await self.delivery.start()
        if self.arrivals.channels:
            await self.counts.start()
            await self.arrivals.start()
        for channel in self.channels.values():
            if isinstance(channel, Starting):
                await channel.start()

    async def close(self) -> None:
        await self.arrivals.close()
        await self.engine.close()
        await self.counts.close()
        await self.delivery.close()
        for channel in self.channels.values():
            await channel.close()
        await self.database.close()


def now() -> datetime:
    """The clock of a running process; tests pass their own."""
    return datetime.now(UTC)


def build(settings: Settings) -> App:
    """Put the product together on the configured database. Opens no connection yet."""
    try:
        database = Database(settings.database_url)
    except StorageError as error:
        raise SettingsError(f"{PREFIX}DATABASE_URL: {error}") from error
    known = knowledge(settings)
    web: Final = WebChannel(database)
    channels: dict[str, Channel] = {web.name: web}
    if settings.telegram_token:
        telegram = loading.telegram(settings, _file_reader(database))
        channels[telegram.name] = telegram
    counts = Counts(database, now)
    if loading.has_zalo(settings):
        channels |= loading.zalo().channels(settings, database, known.keys, counts, now, _file_reader(database))
    delivery = DeliveryWorker(database, channels, now)
    engine = TurnEngine(database, known, Responder(), channels, delivery, now)
    works = loading.zalo().works(channels, database, engine.handle, now) if loading.has_zalo(settings) else {}
    return App(settings, database, known, channels, delivery, engine, counts, Arrivals(database, works, now))


def _file_reader(database: Database) -> Callable[[str], Awaitable[bytes | None]]:
    async def read(key: str) -> bytes | None:
        async with database.read() as connection:
            found = await read_file(connection, key, now())
        return None if found is None else found.data

    return read


def configure_logging(level: str) -> None:
    """Structured logs of ids and event names; libraries that write addresses with tokens in them are kept quiet."""
    logging.basicConfig(level=level, format="%(message)s")
    for noisy in ("httpx", "aiogram", "aiohttp", "uvicorn.access", "sqlalchemy.engine"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
    )
