"""One channel's messages in this process: many chats at once, one message of a chat at a time, answers first.

A message is chosen only when there is the right to send one (`bot.pacing`): an answer that comes while two hundred
broadcasts wait for their slots takes the next slot. Some senders take nothing but answers and notices, so that these
find somebody free also while a platform is slow with broadcasts.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.channels import Channel, Delivery, Refused, Sent, TryLater
from bot.metrics.measures import Measures
from bot.pacing import LONGEST_NAP_S, Pace, Rated, Slot, rest
from handlers.messages import Reply
from storage.outbox import Priority, Result

log = structlog.get_logger(__name__)

LEASE: Final = timedelta(seconds=60)
_SEND_TIMEOUT: Final = timedelta(seconds=20)
# With the waits below about half a day: long enough for an outage, short enough that an answer still makes sense.
_MOST_ATTEMPTS: Final = 60
_LONGEST_WAIT_S: Final = 900.0
_REMEMBERED_CHATS: Final = 5000


@dataclass(slots=True)
class Item:
    """A row of the outbox to be sent. That of a broadcast may be several messages; `done` of them are sent."""

    row_id: int
    chat: str
    messages: Sequence[Reply]
    attempts: int
    leased_until: datetime
    priority: int = Priority.ANSWER
    broadcast_id: int | None = None
    done: int = 0


_Key = tuple[str, bool]
"""A line of messages: its chat, and whether they are broadcasts."""


class Lane:
    """The lines of one channel, and those who send them."""

    def __init__(
        self,
        channel: Channel,
        clock: Callable[[], datetime],
        done: Callable[[Iterable[Result]], None],
        measures: Measures,
    ) -> None:
        self.channel: Final = channel
        rate = channel.rate if isinstance(channel, Rated) else None
        self.pace: Final = None if rate is None else Pace(rate, clock)
        self.held = 0
        self.broadcasts_held = 0
        self.wants_broadcasts: Final = asyncio.Event()
        self.running: Mapping[int, datetime | None] = {}
        """Broadcasts that may be sent now, and until when."""
        self.pause_until: datetime | None = None
        self.new_pause: datetime | None = None
        self._measures: Final = measures
        self._clock: Final = clock
        self._done: Final = done
        self._lines: Final[dict[_Key, deque[Item]]] = {}
        # Chats with earlier messages that were left to a later claim, and when those are due.
        self._left: Final[dict[str, datetime]] = {}
        self._ready: Final[tuple[deque[_Key], ...]] = (deque(), deque(), deque())
        self._idle: Final[tuple[deque[asyncio.Future[None]], ...]] = (deque(), deque())
        self._gate: Final = asyncio.Lock()
        self._per_chat_s: Final = self.pace.rate.per_chat_s if self.pace is not None else 0.0
        self._last_sent: Final[dict[str, datetime]] = {}
        # Lines whose chat has just been sent something: (until, a number against ties, line).
        self._resting: Final[list[tuple[datetime, int, _Key]]] = []
        self._numbers: Final = itertools.count()
        self._rested: Final = asyncio.Event()

    def put(self, item: Item, *, claimed: bool = False, last_sent_at: datetime | None = None) -> None:
        self.held += 1
        key = (item.chat, item.broadcast_id is not None)
        if key[1]:
            self.broadcasts_held += 1
            if last_sent_at is not None and self._per_chat_s:
                self._note_sent(item.chat, max(last_sent_at, self._last_sent.get(item.chat, last_sent_at)))
        elif claimed:
            self._left.pop(item.chat, None)  # a claim brings the earlier messages along
        line = self._lines.get(key)
        if line is None:
            self._lines[key] = deque((item,))
            self._offer(key, item.priority)
        else:
            line.append(item)

    def silence(self, until: datetime) -> None:
        """Send nothing on this channel until then; a longer silence stays."""
        if self.pause_until is None or self.pause_until < until:
            self.pause_until = until

    def holds(self, chat: str, row_id: int, *, broadcast: bool = False) -> bool:
        return any(item.row_id == row_id for item in self._lines.get((chat, broadcast), ()))

    async def work(self, *, urgent_only: bool = False) -> None:
        """Send for ever; `urgent_only` takes answers and notices alone."""
        while True:
            key, slot = await self._next(urgent_only=urgent_only)
            line = self._lines[key]
            results = await self._deliver(line, slot)
            if results is not None:
                # Without a result the lease is about to end: the line is left to whoever claims it then, all of it, so
                # that no message overtakes another.
                for _ in range(len(results) or len(line)):
                    line.popleft()
                    self.held -= 1
                    self.broadcasts_held -= key[1]
                if key[1]:
                    self.wants_broadcasts.set()
                self._done(results)
            if line:
                self._offer(key, line[0].priority)
            else:
                del self._lines[key]

    async def wake_rested(self) -> None:
        """Offer lines again whose chat has been left in peace for long enough."""
        while True:
            if not self._resting:
                self._rested.clear()
                await self._rested.wait()
                continue
            wait = (self._resting[0][0] - self._clock()).total_seconds()
            if wait > 0:
                await asyncio.sleep(min(wait, LONGEST_NAP_S))
                continue
            _, _, key = heapq.heappop(self._resting)
            self._offer(key, self._lines[key][0].priority)

    def _offer(self, key: _Key, priority: int) -> None:
        self._ready[priority - 1].append(key)
        # Those who take everything first: the others keep themselves for when these are busy.
        for idle in self._idle if priority < Priority.BROADCAST else self._idle[:1]:
            while idle:
                waiting = idle.popleft()
                if not waiting.done():
                    waiting.set_result(None)
                    return

    async def _next(self, *, urgent_only: bool) -> tuple[_Key, Slot | None]:
        """The next line to send from, with the right to send one message; the line is nobody else's until offered."""
        kinds = self._ready[:2] if urgent_only else self._ready
        while True:
            if not any(kinds):
                waiting = asyncio.get_running_loop().create_future()
                self._idle[urgent_only].append(waiting)
                await waiting
                continue
            slot = None
            if self.pace is not None:
                async with self._gate:
                    slot = await self.pace.take()
            key = self._pick(kinds)
            if key is not None:
                return key, slot
            if slot is not None and self.pace is not None:
                self.pace.unused(slot)

    def _pick(self, kinds: Sequence[deque[_Key]]) -> _Key | None:
        for kind in kinds:
            while kind:
                key = kind.popleft()
                until = self._rests_until(key)
                if until is None:
                    return key
                heapq.heappush(self._resting, (until, next(self._numbers), key))
                self._rested.set()
        return None

    def _rests_until(self, key: _Key) -> datetime | None:
        """An answer is never held back for the chat's sake; platforms allow a short burst."""
        if not self._per_chat_s or self._lines[key][0].priority == Priority.ANSWER:
            return None
        return rest(self._last_sent.get(key[0]), self._per_chat_s, self._clock())

    async def _deliver(self, line: deque[Item], slot: Slot | None) -> list[Result] | None:
        """What became of the line's first items: none where the line is given up, None where the first goes on."""
        item = line[0]
        unsent = self._unsent(item, line)
        if unsent is not None:
            if slot is not None and self.pace is not None:
                self.pace.unused(slot)
            return unsent
        delivery = await self._send(item, slot)
        self._measures.deliveries.add(self.channel.name, _result(delivery))
        if isinstance(delivery, Sent):
            item.done += 1
            if item.done < len(item.messages):
                return None
            return [Result(item.row_id, item.leased_until, sent_at=self._clock(), receipt=delivery.receipt)]
        if isinstance(delivery, Refused):
            log.info("delivery.refused", channel=self.channel.name, row=item.row_id, gone=delivery.gone)
            if delivery.shut:
                # Whoever has got a part of it here is not sent the whole in another chat.
                reason = f"{delivery.shut}: after {item.done} of {len(item.messages)}" if item.done else delivery.shut
                return [Result(item.row_id, item.leased_until, failure=reason, ended=True)]
            gone = (self.channel.name, item.chat) if delivery.gone else None
            return [Result(item.row_id, item.leased_until, failure=delivery.reason, gone=gone)]
        if item.attempts >= _MOST_ATTEMPTS and not delivery.whole_channel:
            log.warning("delivery.given_up", channel=self.channel.name, row=item.row_id)
            reason = f"given up after {item.attempts} attempts: {delivery.reason}"
            return [Result(item.row_id, item.leased_until, failure=reason)]
        backoff = 0.0 if delivery.whole_channel else min(_LONGEST_WAIT_S, 2.0**item.attempts)
        due = self._clock() + timedelta(seconds=max(delivery.after_s, backoff))
        if delivery.whole_channel:
            self.silence(due)
            self.new_pause = self.pause_until
        return self._postponed(line, due, delivery.reason)

    def _unsent(self, item: Item, line: deque[Item]) -> list[Result] | None:
        """Why nothing of the line is sent now; None where it may be."""
        now = self._clock()
        if now + _SEND_TIMEOUT > item.leased_until:
            if item.done:
                return self._postponed(line, now, "went on too long")
            if item.broadcast_id is None:
                self._left[item.chat] = max(each.leased_until for each in line)
            return []  # another worker may have it by the time it is sent
        if item.broadcast_id is not None:
            if item.broadcast_id not in self.running:
                return self._postponed(line, now, None)  # paused or called off: back to the table
            not_after = self.running[item.broadcast_id]
            if not_after is not None and now >= not_after:
                return [Result(item.row_id, item.leased_until, failure="expired", ended=True)]
        if self.pause_until is not None and now < self.pause_until:
            return self._postponed(line, self.pause_until, "channel paused")
        if item.broadcast_id is not None:
            return None
        earlier = self._left.get(item.chat)
        if earlier is not None and now < earlier + LEASE:
            return self._postponed(line, max(now, earlier), "an earlier message waits")
        self._left.pop(item.chat, None)
        return None

    async def _send(self, item: Item, slot: Slot | None) -> Delivery:
        delivery: Delivery
        try:
            async with asyncio.timeout(_SEND_TIMEOUT.total_seconds()):
                delivery = await self.channel.send(item.chat, item.messages[item.done])
        except Exception as error:  # the worker must not die; an adapter's bug is a failed attempt
            log.warning("delivery.failed", channel=self.channel.name, row=item.row_id, error=type(error).__name__)
            delivery = TryLater(0, f"{type(error).__name__} while sending")
        if self.pace is not None and slot is not None:
            self.pace.used(slot)
        if self._per_chat_s:
            self._note_sent(item.chat, self._clock())
        return delivery

    def _note_sent(self, chat: str, at: datetime) -> None:
        self._last_sent[chat] = at
        if len(self._last_sent) > _REMEMBERED_CHATS:
            limit = self._clock() - timedelta(seconds=self._per_chat_s)
            for old in [chat for chat, sent in self._last_sent.items() if sent < limit]:
                del self._last_sent[old]

    def _postponed(self, line: deque[Item], due: datetime, reason: str | None) -> list[Result]:
        """The whole line waits: its later messages must not overtake."""
        if line[0].broadcast_id is None:
            self._left[line[0].chat] = due
        return [Result(item.row_id, item.leased_until, due_at=due, failure=reason, progress=item.done) for item in line]


def _result(delivery: Delivery) -> str:
    """What monitoring calls it; the reason itself stays in the row."""
    if isinstance(delivery, Sent):
        return "sent"
    if isinstance(delivery, Refused):
        return "gone" if delivery.gone else "shut" if delivery.shut else "refused"
    return "channel_paused" if delivery.whole_channel else "again"
