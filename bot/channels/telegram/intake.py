"""The way of an update into the product, the same for polling and webhook: commit first, acknowledge afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.updates import press_id, to_incoming
from bot.turns import Outcome
from handlers.messages import Incoming

Handle = Callable[[Incoming], Awaitable[Outcome]]

_MOST_PRESSES: Final = 200


class Intake:
    """Hands updates over and takes the waiting sign off pressed buttons."""

    def __init__(self, channel: TelegramChannel, handle: Handle, clock: Callable[[], datetime]) -> None:
        self._channel: Final = channel
        self._handle: Final = handle
        self._clock: Final = clock
        self._presses: Final[set[asyncio.Task[None]]] = set()

    async def take(self, update: Mapping[str, Any]) -> None:
        """Returns once the update is committed or known to be none of ours; raises when it could not be stored."""
        incoming = to_incoming(update, self._clock())
        if incoming is not None:
            await self._handle(incoming)
        press = press_id(update)
        if press and len(self._presses) < _MOST_PRESSES:
            # In the background: nobody waits for it, least of all the next page of updates.
            task = asyncio.create_task(self._channel.end_press(press), name="telegram-press")
            self._presses.add(task)
            task.add_done_callback(self._presses.discard)

    async def close(self) -> None:
        """Wait for what runs in the background; each has its own short time-out."""
        if self._presses:
            await asyncio.gather(*self._presses, return_exceptions=True)
