"""Loads the channels that are configured, and only those: aiogram alone takes 2 seconds and 130 MB to import."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from bot.channels import Channel
from bot.settings import Settings
from bot.turns import Outcome
from bot.webhooks import Webhook
from handlers.messages import Incoming

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
