"""Long polling that loses nothing: the offset moves on only when every update of the page is committed.

aiogram's own polling confirms updates that are still being handled, so a crash loses them; hence this loop.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.telegram.bot_api import DeleteWebhook, GetUpdates
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.errors import ApiRefusalError, TelegramError, TokenRefusedError
from bot.channels.telegram.intake import Handle, Intake
from bot.channels.telegram.updates import ALLOWED_UPDATES

log = structlog.get_logger(__name__)

_PAGE: Final = 100
_LONG_POLL_S: Final = 30
_GRACE_S: Final = 10.0
_CALL_TIMEOUT_S: Final = 15.0
_SHORTEST_WAIT_S: Final = 0.5
_LONGEST_WAIT_S: Final = 60.0
_CONFLICT_WAIT_S: Final = 3.0
# An update that fails so often while the database takes others is skipped: it must not stop everybody else's.
_MOST_TRIES: Final = 5


class Poller:
    """Fetches updates until it is cancelled. One per bot: Telegram ends the older one of two."""

    def __init__(
        self,
        channel: TelegramChannel,
        handle: Handle,
        clock: Callable[[], datetime],
        *,
        long_poll_s: int = _LONG_POLL_S,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._api: Final = channel.api
        self._intake: Final = Intake(channel, handle, clock)
        self._long_poll_s: Final = long_poll_s
        self._sleep: Final = sleep
        self._offset: int | None = None
        self._failures = 0
        self._tries: dict[int, int] = {}

    async def run(self) -> None:
        """Poll for ever.

        Raises:
            TokenRefusedError: Telegram does not know the token.
        """
        try:
            await self._until_answered(self._delete_webhook)
            while True:
                page = await self._until_answered(self._fetch)
                if page and not await self._commit(page):
                    await self._wait()
        finally:
            await self._intake.close()

    async def _until_answered(self, call: Callable[[], Awaitable[list[dict[str, Any]]]]) -> list[dict[str, Any]]:
        while True:
            try:
                page = await call()
            except TelegramError as error:
                await self._bear(error)
            else:
                if not page:
                    self._failures = 0
                return page

    async def _delete_webhook(self) -> list[dict[str, Any]]:
        """While a webhook is set, Telegram refuses polling. What waits there is kept and comes here."""
        await self._api.call(DeleteWebhook(drop_pending_updates=False), _CALL_TIMEOUT_S)
        return []

    async def _fetch(self) -> list[dict[str, Any]]:
        ask = GetUpdates(
            offset=self._offset, limit=_PAGE, timeout=self._long_poll_s, allowed_updates=list(ALLOWED_UPDATES)
        )
        page = await self._api.call(ask, self._long_poll_s + _GRACE_S)
        return [each for each in page if isinstance(each, dict)] if isinstance(page, list) else []

    async def _commit(self, page: Sequence[dict[str, Any]]) -> bool:
        """Hand the page over; True when all of it is committed or given up, and the offset has moved on.

        All at once: the turn engine keeps the order of each chat, and commits what waits together.
        """
        results = await asyncio.gather(*(self._intake.take(update) for update in page), return_exceptions=True)
        numbers = [update["update_id"] for update in page if isinstance(update.get("update_id"), int)]
        again = False
        for update, result in zip(page, results, strict=True):
            if isinstance(result, BaseException):
                again = self._must_come_again(update, result) or again
        if again:
            return False
        self._failures = 0
        self._tries.clear()
        if numbers:
            self._offset = max(numbers) + 1
        return True

    def _must_come_again(self, update: dict[str, Any], error: BaseException) -> bool:
        if not isinstance(error, Exception):
            raise error  # cancelled
        number = update.get("update_id", 0)
        if isinstance(error, SQLAlchemyError | OSError):
            log.warning("telegram.not_stored", update=number, error=type(error).__name__)
            return True
        self._tries[number] = self._tries.get(number, 0) + 1
        if self._tries[number] < _MOST_TRIES:
            log.warning("telegram.not_handled", update=number, error=type(error).__name__)
            return True
        log.error("telegram.skipped", update=number, error=type(error).__name__)
        return False

    async def _bear(self, error: TelegramError) -> None:
        """Wait as long as the error asks for.

        Raises:
            TokenRefusedError: no waiting helps.
        """
        if isinstance(error, ApiRefusalError):
            if error.status in (401, 404):
                raise TokenRefusedError("Telegram does not know the bot token; check CHUNGTAY_TELEGRAM_TOKEN")
            if error.retry_after is not None:
                log.warning("telegram.told_to_wait", seconds=error.retry_after)
                await self._sleep(error.retry_after)
                return
            if error.status == 409:
                await self._yield_to_other(error)
                return
        log.warning("telegram.unreachable", error=str(error))
        await self._wait()

    async def _yield_to_other(self, error: ApiRefusalError) -> None:
        if error.says("webhook"):
            log.warning("telegram.webhook_in_the_way")
            try:
                await self._delete_webhook()
            except TelegramError:
                await self._wait()
            return
        log.warning("telegram.polled_elsewhere", hint="another process polls with the same token")
        await self._sleep(_CONFLICT_WAIT_S)

    async def _wait(self) -> None:
        self._failures += 1
        wait = min(_SHORTEST_WAIT_S * 2 ** (self._failures - 1), _LONGEST_WAIT_S)
        await self._sleep(wait * random.uniform(0.8, 1.2))
