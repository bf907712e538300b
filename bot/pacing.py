"""How fast a channel may be sent to: its declared rate, held across processes, and each chat's own.

A second has so many slots. A slot that has been used is free again one second after the platform's answer: what was
on its way had arrived by then, so that no second, wherever it begins, sees more messages than there are slots. It costs
the time of an answer: a line on which that takes 0.2 seconds carries 25 messages a second where 30 are allowed.

Processes divide the slots by `storage.shares`; on SQLite there is one process, and all are its own.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol, runtime_checkable

_SECOND: Final = 1.0
# A waiting sender looks at the clock at least so often: in a test it is put forward, in life it may be set.
LONGEST_NAP_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Rate:
    """What a platform takes: messages per second over all chats, and seconds between two messages of one chat."""

    per_second: int
    per_chat_s: float = 0.0


@runtime_checkable
class Rated(Protocol):
    """A channel that declares a rate; None is as fast as it goes, for a server of one's own."""

    @property
    def rate(self) -> Rate | None: ...


class Slot:
    """The right to send one message."""

    __slots__ = ("free_at",)

    def __init__(self, free_at: float) -> None:
        self.free_at = free_at

    def __lt__(self, other: Slot) -> bool:
        return self.free_at < other.free_at


class Pace:
    """This process's slots of one channel."""

    def __init__(
        self, rate: Rate, clock: Callable[[], datetime], *, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        self.rate: Final = rate
        self._clock: Final = clock
        self._sleep: Final = sleep
        self._free: list[Slot] = []
        self._in_use = 0
        self._allowed = 0
        self._until: datetime | None = None
        self._changed: Final = asyncio.Event()

    @property
    def present(self) -> int:
        """Slots that may not be given to another process yet, also those that are to go once they have rested."""
        return len(self._free) + self._in_use

    @property
    def allowed(self) -> int:
        return self._allowed

    def allow(self, slots: int, until: datetime | None) -> None:
        """From now on so many slots, until then (None: for good). New ones are free at once."""
        now = self._seconds()
        for _ in range(slots - self.present):
            heapq.heappush(self._free, Slot(now))
        self._allowed = slots
        self._until = until
        self._drop_rested()
        self._changed.set()

    async def take(self) -> Slot:
        """Wait for a slot that is free now."""
        while True:
            now = self._clock()
            if self._until is not None and now >= self._until:
                await self._wait(LONGEST_NAP_S)  # another process may have them by now
                continue
            self._drop_rested()
            if not self._free or self._in_use >= self._allowed:
                await self._wait(LONGEST_NAP_S)
                continue
            wait = self._free[0].free_at - now.timestamp()
            if wait <= 0:
                slot = heapq.heappop(self._free)
                self._in_use += 1
                return slot
            await self._sleep(min(wait, LONGEST_NAP_S))

    def unused(self, slot: Slot) -> None:
        """Nothing was sent after all."""
        self._back(slot)

    def used(self, slot: Slot) -> None:
        """Something was sent, and the platform has answered or will not answer any more."""
        slot.free_at = self._seconds() + _SECOND
        self._back(slot)

    def _back(self, slot: Slot) -> None:
        self._in_use -= 1
        heapq.heappush(self._free, slot)
        self._changed.set()

    def _drop_rested(self) -> None:
        """Let go of slots that are no longer ours, once nothing of them can still arrive."""
        now = self._seconds()
        while self._free and self.present > self._allowed and self._free[0].free_at <= now:
            heapq.heappop(self._free)

    async def _wait(self, seconds: float) -> None:
        self._changed.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            pass

    def _seconds(self) -> float:
        return self._clock().timestamp()


def rest(last_sent_at: datetime | None, per_chat_s: float, now: datetime) -> datetime | None:
    """Until when a chat is left in peace; None where it need not be."""
    if not per_chat_s or last_sent_at is None:
        return None
    until = last_sent_at + timedelta(seconds=per_chat_s)
    return until if until > now else None
