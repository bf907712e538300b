"""The delivery worker: sends what was committed and writes down what became of it.

A row is sent under a lease. A worker that dies leaves rows whose lease runs out, and another one takes them up: nothing
is lost, and at most the messages in flight at that moment arrive twice, since no platform offers an idempotency key.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol, runtime_checkable

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.channels import Channel, Delivery, Refused, Sent, TryLater
from bot.turns import REPLY, Written
from handlers.messages import Reply
from storage import outbox
from storage.database import Database
from storage.outbox import Result

log = structlog.get_logger(__name__)

LEASE: Final = timedelta(seconds=60)
_SEND_TIMEOUT: Final = timedelta(seconds=20)
# With the waits below about half a day: long enough for an outage, short enough that an answer still makes sense.
_MOST_ATTEMPTS: Final = 60
_LONGEST_WAIT_S: Final = 900.0
_MOST_IN_MEMORY: Final = 2000
_CLAIM: Final = 200


@runtime_checkable
class Mailbox(Protocol):
    """A channel whose readers fetch their messages: it is told that there are new ones."""

    def arrived(self, chat: str) -> None: ...


@dataclass(slots=True)
class _Item:
    row_id: int
    chat: str
    reply: Reply
    attempts: int
    leased_until: datetime


class _Lane:
    """One channel's messages in this process: several chats at once, one message of a chat at a time."""

    def __init__(
        self, channel: Channel, clock: Callable[[], datetime], done: Callable[[Iterable[Result]], None]
    ) -> None:
        self.channel: Final = channel
        self.held = 0
        self.pause_until: datetime | None = None
        self.new_pause: datetime | None = None
        self._clock: Final = clock
        self._done: Final = done
        self._chats: dict[str, deque[_Item]] = {}
        # Chats with earlier messages that were left to a later claim, and when those are due.
        self._left: dict[str, datetime] = {}
        self._ready: Final[asyncio.Queue[str]] = asyncio.Queue()

    def put(self, item: _Item, *, claimed: bool = False) -> None:
        self.held += 1
        if claimed:
            self._left.pop(item.chat, None)  # a claim brings the earlier messages along
        queue = self._chats.get(item.chat)
        if queue is None:
            self._chats[item.chat] = deque((item,))
            self._ready.put_nowait(item.chat)
        else:
            queue.append(item)

    def silence(self, until: datetime) -> None:
        """Send nothing on this channel until then; a longer silence stays."""
        if self.pause_until is None or self.pause_until < until:
            self.pause_until = until

    def holds(self, chat: str, row_id: int) -> bool:
        return any(item.row_id == row_id for item in self._chats.get(chat, ()))

    async def work(self) -> None:
        while True:
            chat = await self._ready.get()
            queue = self._chats[chat]
            item = queue[0]
            results = await self._deliver(item, queue)
            # Without a result the lease is about to end: the chat's messages are left to whoever claims them then,
            # all of them, so that none overtakes another.
            for _ in range(len(results) or len(queue)):
                queue.popleft()
                self.held -= 1
            self._done(results)
            if queue:
                self._ready.put_nowait(chat)
            else:
                del self._chats[chat]

    async def _deliver(self, item: _Item, queue: deque[_Item]) -> list[Result]:
        now = self._clock()
        if now + _SEND_TIMEOUT > item.leased_until:
            self._left[item.chat] = max(each.leased_until for each in queue)
            return []  # another worker may have it by the time it is sent
        if self.pause_until is not None and now < self.pause_until:
            return self._postponed(queue, self.pause_until, "channel paused")
        earlier = self._left.get(item.chat)
        if earlier is not None and now < earlier + LEASE:
            return self._postponed(queue, max(now, earlier), "an earlier message waits")
        self._left.pop(item.chat, None)
        delivery = await self._send(item)
        if isinstance(delivery, Sent):
            return [Result(item.row_id, item.leased_until, sent_at=self._clock(), receipt=delivery.receipt)]
        if isinstance(delivery, Refused):
            log.info("delivery.refused", channel=self.channel.name, row=item.row_id, gone=delivery.gone)
            return [Result(item.row_id, item.leased_until, failure=delivery.reason)]
        if item.attempts >= _MOST_ATTEMPTS and not delivery.whole_channel:
            log.warning("delivery.given_up", channel=self.channel.name, row=item.row_id)
            reason = f"given up after {item.attempts} attempts: {delivery.reason}"
            return [Result(item.row_id, item.leased_until, failure=reason)]
        backoff = 0.0 if delivery.whole_channel else min(_LONGEST_WAIT_S, 2.0**item.attempts)
        due = self._clock() + timedelta(seconds=max(delivery.after_s, backoff))
        if delivery.whole_channel:
            self.silence(due)
            self.new_pause = self.pause_until
        return self._postponed(queue, due, delivery.reason)

    async def _send(self, item: _Item) -> Delivery:
        try:
            async with asyncio.timeout(_SEND_TIMEOUT.total_seconds()):
                return await self.channel.send(item.chat, item.reply)
        except Exception as error:  # the worker must not die; an adapter's bug is a failed attempt
            log.warning("delivery.failed", channel=self.channel.name, row=item.row_id, error=type(error).__name__)
            return TryLater(0, f"{type(error).__name__} while sending")

    def _postponed(self, queue: deque[_Item], due: datetime, reason: str) -> list[Result]:
        """The whole chat waits: its later messages must not overtake."""
        self._left[queue[0].chat] = due
        return [Result(item.row_id, item.leased_until, due_at=due, failure=reason) for item in queue]


class DeliveryWorker:
    """Sends for every channel that is not a mailbox. One per process; several processes share the work by leases."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        *,
        concurrency: int = 32,
        poll_s: float = 1.0,
        flush_s: float = 0.02,
        lease: timedelta = LEASE,
    ) -> None:
        self._database: Final = database
        self._channels: Final = channels
        self._clock: Final = clock
        self._concurrency: Final = concurrency
        self._poll_s: Final = poll_s
        self._flush_s: Final = flush_s
        self._lease: Final = lease
        self._lanes: Final = {
            name: _Lane(channel, clock, self._finished) for name, channel in channels.items() if not channel.mailbox
        }
        self._results: list[Result] = []
        self._flush: Final = asyncio.Event()
        self._progress: Final = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._loops: list[asyncio.Task[None]] = []
        self._stopping: Final = asyncio.Event()

    def lease(self, channel: str, now: datetime) -> datetime:
        lane = self._lanes.get(channel)
        can_take = bool(self._tasks) and lane is not None and lane.held < _MOST_IN_MEMORY
        return now + self._lease if can_take else now

    def take(self, written: Sequence[Written]) -> None:
        now = self._clock()
        for each in written:
            lane = self._lanes.get(each.channel)
            if lane is None:
                channel = self._channels[each.channel]
                if isinstance(channel, Mailbox):
                    channel.arrived(each.chat)
            elif each.due_at > now and self._tasks:
                lane.put(_Item(each.row_id, each.chat, each.reply, 1, each.due_at))

    async def start(self) -> None:
        """Begin sending. On SQLite this process is the only worker, so what a killed one had leased is free at once."""
        self._stopping.clear()
        if self._database.is_sqlite:
            async with self._database.write() as connection:
                await outbox.release_leases(connection, self._clock())
        for lane in self._lanes.values():
            # What an earlier process left comes first, so that no new answer overtakes it.
            while lane.held < _MOST_IN_MEMORY and await self._claim_once(lane) == _CLAIM:
                pass
            self._tasks += [
                asyncio.create_task(lane.work(), name=f"send-{lane.channel.name}-{number}")
                for number in range(self._concurrency)
            ]
            self._loops.append(asyncio.create_task(self._claim_for_ever(lane), name=f"claim-{lane.channel.name}"))
        self._loops.append(asyncio.create_task(self._flush_for_ever(), name="delivery-results"))

    async def close(self) -> None:
        """Stop sending and write down what was sent; what is still in memory stays leased and is sent later."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        # The loops end by themselves: cancelled between a statement and its rows, a SQLite connection would keep the
        # write lock and nothing could be written down any more.
        self._stopping.set()
        self._flush.set()
        loops, self._loops = self._loops, []
        await asyncio.gather(*tasks, *loops, return_exceptions=True)
        await self._write_results()

    async def drain(self) -> None:
        """Wait until nothing is held in memory and every result is written: for tests and the terminal channel."""
        while self._results or any(lane.held for lane in self._lanes.values()):
            self._progress.clear()
            await self._progress.wait()

    def _finished(self, results: Iterable[Result]) -> None:
        self._results.extend(results)
        (self._flush if self._results else self._progress).set()

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    async def _flush_for_ever(self) -> None:
        while not self._stopping.is_set():
            await self._flush.wait()
            await self._pause(self._flush_s)  # results that come together are written together
            self._flush.clear()
            try:
                await self._write_results()
            except (SQLAlchemyError, OSError) as error:
                log.warning("delivery.results_not_written", error=type(error).__name__)
                await self._pause(self._poll_s)
                self._flush.set()

    async def _write_results(self) -> None:
        results = list(self._results)
        pauses = {name: lane.new_pause for name, lane in self._lanes.items() if lane.new_pause is not None}
        if not results and not pauses:
            return
        async with self._database.write() as connection:
            await outbox.record(connection, results)
            for name, until in pauses.items():
                await outbox.pause_channel(connection, name, until)
        for name, until in pauses.items():
            if self._lanes[name].new_pause == until:  # else a longer one has come meanwhile
                self._lanes[name].new_pause = None
        del self._results[: len(results)]
        self._progress.set()

    async def _claim_for_ever(self, lane: _Lane) -> None:
        while not self._stopping.is_set():
            claimed = 0
            if lane.held < _MOST_IN_MEMORY:
                try:
                    claimed = await self._claim_once(lane)
                except (SQLAlchemyError, OSError) as error:
                    log.warning("delivery.not_claimed", channel=lane.channel.name, error=type(error).__name__)
            if claimed < _CLAIM:
                await self._pause(self._poll_s)

    async def _claim_once(self, lane: _Lane) -> int:
        async with self._database.read() as connection:
            paused = await outbox.paused_until(connection, lane.channel.name)
            if paused is not None:
                lane.silence(paused)  # another process may have been told
            if not await outbox.has_due(connection, lane.channel.name, self._clock()):
                return 0
        async with self._database.write() as connection:
            rows = await outbox.claim(connection, lane.channel.name, now=self._clock(), lease=self._lease, limit=_CLAIM)
        for row in rows:
            if lane.holds(row.chat, row.id):
                continue
            try:
                reply = REPLY.decode(row.payload)
            except msgspec.DecodeError:  # of a version that we do not know; it must not stop the others
                log.error("delivery.unreadable", channel=lane.channel.name, row=row.id)
                self._finished([Result(row.id, row.leased_until, failure="unreadable payload")])
                continue
            lane.put(_Item(row.id, row.chat, reply, row.attempts, row.leased_until), claimed=True)
        return len(rows)
