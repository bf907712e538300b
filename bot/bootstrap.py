"""Builds every part and passes it in by name; nothing is built at import."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Final, Protocol, runtime_checkable

from bot import fetching
from bot.announcing import Announcer
from bot.arrivals import Arrivals
from bot.broadcasting import Broadcasting, outlets_of, policy_of
from bot.channels import Channel, loading
from bot.channels.web.channel import WebChannel
from bot.channels.web.photos import Photos
from bot.channels.zalo_counts import Counts
from bot.delivery import DeliveryWorker
from bot.learning import Learning
from bot.logs import configure
from bot.metrics.collecting import Collector
from bot.metrics.listener import Listener, Pages
from bot.metrics.measures import Measures
from bot.settings import PREFIX, Settings, SettingsError, metrics_address
from bot.timed import TASKS, Timed
from bot.turns import TurnEngine
from bot.words import knowledge
from handlers.actions.people import sync_areas_if_missing
from handlers.actions.privacy import handed_out
from handlers.respond import Responder
from handlers.turn import Knowledge
from storage.database import Database
from storage.errors import StorageError
from storage.keys import Keys
from storage.media import outgoing


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
    measures: Measures
    broadcasting: Broadcasting
    learning: Learning
    timed: Timed
    monitoring: Listener | None = None
    """Where `/metrics` is answered, if anywhere."""

    async def start(self) -> None:
        self.knowledge.keys.create_if_missing(now())
        async with self.database.write() as connection:
            await sync_areas_if_missing(connection, self.knowledge.locality)
        if self.monitoring is not None:
            await _listen(self.monitoring, self.settings.metrics_listen)
        await self.learning.start()
        await self.delivery.start()
        await self.broadcasting.start()
        await self.timed.start()
        if self.arrivals.channels:
            await self.counts.start()
            await self.arrivals.start()
        for channel in self.channels.values():
            if isinstance(channel, Starting):
                await channel.start()

    async def close(self) -> None:
        await self.arrivals.close()
        await self.engine.close()
        await self.timed.close()
        await self.broadcasting.close()
        await self.learning.close()
        await self.counts.close()
        await self.delivery.close()
        for channel in self.channels.values():
            await channel.close()
        if self.monitoring is not None:
            await self.monitoring.close()
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
    announcer = Announcer(database, known.languages)
    web: Final = WebChannel(database, announcer)
    channels: dict[str, Channel] = {web.name: web}
    if settings.telegram_token:
        telegram = loading.telegram(settings, _file_reader(database, known.keys))
        channels[telegram.name] = telegram
    measures = Measures()
    counts = Counts(database, now, measures)
    if loading.has_zalo(settings):
        read = _file_reader(database, known.keys)
        channels |= loading.zalo().channels(settings, database, known.keys, counts, now, read)
    known = replace(known, policy=policy_of(settings), outlets=outlets_of(channels, now))
    delivery = DeliveryWorker(database, channels, now, measures=measures, announcer=announcer)
    broadcasting = Broadcasting(database, channels, known.policy, now)
    engine = TurnEngine(database, known, Responder(), channels, delivery, now, measures)
    works = loading.zalo().works(channels, database, engine.handle, now) if loading.has_zalo(settings) else {}
    arrivals = Arrivals(database, works, now)
    pictures = fetching.task({**channels, web.name: Photos(database, known.keys, now)})
    timed = Timed(database, known, now, (*TASKS, pictures))
    monitoring = _monitoring(settings, measures, database) if settings.metrics_listen else None
    return App(
        settings, database, known, channels, delivery, engine, counts, arrivals, measures, broadcasting,
        Learning(database, known), timed, monitoring,
    )  # fmt: skip


def _monitoring(settings: Settings, measures: Measures, database: Database) -> Listener:
    collector = Collector(measures, database, now, version=version("chungtay"), locality=settings.locality)
    host, port = metrics_address(settings.metrics_listen)
    return Listener(Pages(collector.figures, collector.ready, settings.metrics_token), host, port)


async def _listen(monitoring: Listener, address: str) -> None:
    try:
        await monitoring.start()
    except OSError as error:
        raise SettingsError(f"{PREFIX}METRICS_LISTEN: {address} cannot be used; set another") from error


def _file_reader(database: Database, keys: Keys) -> Callable[[str], Awaitable[bytes | None]]:
    async def read(key: str) -> bytes | None:
        async with database.read() as connection:
            found = await outgoing(connection, key, now())
        return None if found is None else handed_out(keys, found).data

    return read


def configure_logging(level: str, form: str = "text") -> None:
    """Structured logs of ids and event names."""
    configure(level, form)
