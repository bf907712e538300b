"""The webhook: 200 only after the update is committed, so that Telegram repeats what could not be stored."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import structlog

from bot.channels.telegram.bot_api import SetWebhook
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.intake import Handle, Intake
from bot.channels.telegram.updates import ALLOWED_UPDATES

log = structlog.get_logger(__name__)

_SECRET_HEADER: Final = "x-telegram-bot-api-secret-token"  # noqa: S105  # a header's name
_MOST_BYTES: Final = 1_000_000
_CONNECTIONS: Final = 40
_CALL_TIMEOUT_S: Final = 15.0


class Webhook:
    """Takes what Telegram posts. Different chats may arrive at once; Telegram itself keeps a chat's order."""

    def __init__(self, channel: TelegramChannel, handle: Handle, secret: str, clock: Callable[[], datetime]) -> None:
        if not secret:
            raise ValueError("a webhook without a secret would let anybody post as Telegram")
        self._api: Final = channel.api
        self._secret: Final = secret.encode()
        self._intake: Final = Intake(channel, handle, clock)

    async def register(self, url: str, secret: str) -> None:
        """Tell Telegram where to post.

        Raises:
            TelegramError: it was refused or could not be reached.
        """
        ask = SetWebhook(
            url=url, secret_token=secret, allowed_updates=list(ALLOWED_UPDATES), max_connections=_CONNECTIONS
        )
        await self._api.call(ask, _CALL_TIMEOUT_S)

    async def receive(self, headers: Mapping[str, str], body: bytes) -> int:
        """The HTTP status to answer with."""
        given = next((value for name, value in headers.items() if name.lower() == _SECRET_HEADER), "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self._secret):
            return 403
        if len(body) > _MOST_BYTES:
            return 413
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            return 400
        if not isinstance(update, dict):
            return 400
        try:
            await self._intake.take(update)
        except Exception as error:  # whatever it was, it is not stored: Telegram must send it again
            log.warning("telegram.not_stored", update=update.get("update_id"), error=type(error).__name__)
            return 500
        return 200

    async def close(self) -> None:
        await self._intake.close()
