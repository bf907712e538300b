"""Polling, for a machine without a public address. Right whether Zalo hands an update out once or again and again.

The platform gives one update at a time and takes no acknowledgement. Reports differ: some saw an update only once,
others the same one at every poll, at once instead of after a wait. So nothing is asked for before the last update is
stored, an update that was just handled is passed over, and there is at least a second between two polls.
"""

from __future__ import annotations

import asyncio
import random
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.zalo_bot.api import IDLE
from bot.channels.zalo_bot.channel import ZaloBotChannel
from bot.channels.zalo_bot.updates import event_name, message_id, to_incoming, unwrapped
from bot.channels.zalo_http import RefusalError, UnreachableError, ZaloError
from bot.turns import Outcome
from handlers.messages import Incoming

log = structlog.get_logger(__name__)

Handle = Callable[[Incoming], Awaitable[Outcome]]

_LONG_POLL_S: Final = 30
_GRACE_S: Final = 10.0
_CALL_TIMEOUT_S: Final = 15.0
_BETWEEN_POLLS_S: Final = 1.0
_LONGEST_WAIT_S: Final = 60.0
_MOST_TRIES: Final = 5
_REMEMBERED: Final = 1000


class TokenRefusedError(ZaloError):
    """Zalo does not know the token: nothing will work until the setting is corrected."""


class Poller:
    """Fetches updates until it is cancelled. One per bot: two would share the updates between them."""

    def __init__(
        self,
        channel: ZaloBotChannel,
        handle: Handle,
        clock: Callable[[], datetime],
        *,
        long_poll_s: int = _LONG_POLL_S,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._api: Final = channel.api
        self._handle: Final = handle
        self._clock: Final = clock
        self._long_poll_s: Final = long_poll_s
        self._sleep: Final = sleep
        self._handled: Final[OrderedDict[str, None]] = OrderedDict()
        self._failures = 0

    async def run(self) -> None:
        """Poll for ever.

        Raises:
            TokenRefusedError: Zalo does not know the token.
        """
        await self._delete_webhook()
        while True:
            found = await self._poll()
            for update in found:
                await self._take(update)
            await self._sleep(_BETWEEN_POLLS_S)

    async def _poll(self) -> list[Mapping[str, Any]]:
        """The updates of one poll: none, one, or several should the platform ever give a list."""
        try:
            result = await self._api.call(
                "getUpdates", {"timeout": str(self._long_poll_s)}, self._long_poll_s + _GRACE_S
            )
        except RefusalError as error:
            if error.code != IDLE:
                await self._bear(error)
            else:
                self._failures = 0
            return []
        except UnreachableError as error:
            log.warning("zalo_bot.unreachable", error=str(error))
            await self._wait()
            return []
        self._failures = 0
        each = result if isinstance(result, list) else [result]
        return [update for update in map(unwrapped, each) if update is not None]

    async def _take(self, update: Mapping[str, Any]) -> None:
        """Handle one update; does not give up while the database cannot take it, since Zalo may not give it again."""
        number = message_id(update)
        if number and number in self._handled:
            self._handled.move_to_end(number)
            return
        incoming = to_incoming(update, self._clock())
        if incoming is None:
            log.info("zalo_bot.passed_over", event_name=event_name(update))
        tries = 0
        while incoming is not None:
            tries += 1
            try:
                await self._handle(incoming)
                break
            except (SQLAlchemyError, OSError) as error:
                log.warning("zalo_bot.not_stored", error=type(error).__name__)
                await self._wait()
            except Exception as error:  # a bug must not make the bot deaf
                log.error("zalo_bot.not_handled", error=type(error).__name__, tries=tries)
                if tries >= _MOST_TRIES:
                    break
                await self._wait()
        self._failures = 0
        if number:
            self._handled[number] = None
            while len(self._handled) > _REMEMBERED:
                self._handled.popitem(last=False)

    async def _bear(self, error: RefusalError) -> None:
        if error.code == 401:
            raise TokenRefusedError("Zalo does not know the bot token; check CHUNGTAY_ZALO_BOT_TOKEN")
        log.warning("zalo_bot.poll_refused", code=error.code)
        if error.code < 500 and error.code != 429:
            await self._delete_webhook()  # a webhook that is set makes polling fail, and the answer may not say so
        await self._wait()

    async def _delete_webhook(self) -> None:
        try:
            await self._api.call("deleteWebhook", {}, _CALL_TIMEOUT_S)
        except RefusalError as error:
            if error.code == 401:
                raise TokenRefusedError("Zalo does not know the bot token; check CHUNGTAY_ZALO_BOT_TOKEN") from error
        except UnreachableError:
            log.warning("zalo_bot.webhook_not_removed")

    async def _wait(self) -> None:
        self._failures += 1
        wait = min(_BETWEEN_POLLS_S * 2 ** (self._failures - 1), _LONGEST_WAIT_S)
        await self._sleep(wait * random.uniform(1.0, 1.2))
