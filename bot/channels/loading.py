"""Loads the channels that are configured, and only those: aiogram alone takes 2 seconds and 130 MB to import."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Protocol

from bot.arrivals import Arrivals, Work
from bot.channels import Channel
from bot.channels.zalo_counts import Counts
from bot.settings import Settings
from bot.turns import Outcome
from bot.webhooks import Webhook
from handlers.messages import Incoming
from storage.database import Database
from storage.keys import Keys

Handle = Callable[[Incoming], Awaitable[Outcome]]
ReadFile = Callable[[str], Awaitable[bytes | None]]


class Poller(Protocol):
    """Fetches a platform's updates until it is cancelled."""

    async def run(self) -> None: ...


class TelegramWebhook(Webhook, Protocol):
    """A webhook that can be announced to the platform."""

    async def register(self, url: str, secret: str) -> None: ...


def telegram(settings: Settings, read_file: ReadFile) -> Channel:
    """The Telegram channel of the settings; `read_file` gives it the pictures that it sends."""
    module = importlib.import_module("bot.channels.telegram")
    channel: Channel = module.TelegramChannel(
        settings.telegram_token,
        api_root=settings.telegram_api,
        proxy=settings.telegram_proxy or None,
        read_file=read_file,
    )
    return channel


def telegram_poller(channel: Channel, handle: Handle, clock: Callable[[], datetime]) -> Poller:
    """The long-polling intake of the Telegram channel."""
    module = importlib.import_module("bot.channels.telegram.polling")
    poller: Poller = module.Poller(channel, handle, clock)
    return poller


def telegram_webhook(
    channel: Channel, handle: Handle, settings: Settings, clock: Callable[[], datetime]
) -> TelegramWebhook:
    """The webhook intake of the Telegram channel."""
    module = importlib.import_module("bot.channels.telegram.webhook")
    webhook: TelegramWebhook = module.Webhook(channel, handle, settings.webhook_secret, clock)
    return webhook


class Zalo(Protocol):
    """The module that puts the Zalo channels together."""

    def channels(
        self,
        settings: Settings,
        database: Database,
        keys: Keys,
        counts: Counts,
        clock: Callable[[], datetime],
        read: ReadFile,
    ) -> dict[str, Channel]: ...

    def works(
        self, by_name: Mapping[str, Channel], database: Database, handle: Handle, clock: Callable[[], datetime]
    ) -> dict[str, Work]: ...

    def webhooks(
        self,
        settings: Settings,
        by_name: Mapping[str, Channel],
        arrivals: Arrivals,
        counts: Counts,
        clock: Callable[[], datetime],
    ) -> dict[str, Webhook]: ...

    async def register(self, settings: Settings, found: Mapping[str, Webhook]) -> None: ...

    def poller(self, channel: Channel, handle: Handle, clock: Callable[[], datetime]) -> Poller: ...

    def routes(
        self,
        settings: Settings,
        found: Mapping[str, Webhook],
        database: Database,
        keys: Keys,
        clock: Callable[[], datetime],
    ) -> list[object]: ...


def zalo() -> Zalo:
    """The Zalo channels' own module: it imports an HTTP client."""
    module: Zalo = importlib.import_module("bot.channels.zalo")
    return module


def has_zalo(settings: Settings) -> bool:
    """Whether either Zalo product is configured."""
    return bool(settings.zalo_bot_token or settings.zalo_oa_app_id)
