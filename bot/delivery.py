"""The delivery worker: sends what was committed and writes down what became of it.

A row is sent under a lease. A worker that dies leaves rows whose lease runs out, and another one takes them up: nothing
is lost, and at most the messages in flight at that moment arrive twice, since no platform offers an idempotency key.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, Protocol, runtime_checkable

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.channels import Announcements, Channel
from bot.lanes import LEASE as LEASE
from bot.lanes import Item, Lane
from bot.logs import place
from bot.metrics.measures import Measures
from bot.pacing import Pace
from bot.turns import REPLY, Written
from storage import broadcast_rows, outbox, shares
from storage.database import Database
from storage.outbox import Result, Row
from storage.turns import ChatKey

log = structlog.get_logger(__name__)

_MOST_IN_MEMORY: Final = 2000
_CLAIM: Final = 200
# Claimed broadcasts wait in memory for about so long, and no more of them than this: what is claimed is leased.
_HELD_S: Final = 4
_MOST_BROADCASTS: Final = 400
_SHARE_EVERY_S: Final = 0.5


@runtime_checkable
class Mailbox(Protocol):
    """A channel whose readers fetch their messages: it is told that there are new ones."""

    def arrived(self, chat: str) -> None: ...


@runtime_checkable
class Limited(Protocol):
    """A channel with a quota, of which broadcasts may use a part only."""

    async def broadcast_room(self) -> int:
        """How many messages of broadcasts may still be sent."""
        ...


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
        measures: Measures | None = None,
        announcer: Announcements | None = None,
    ) -> None:
        self._database: Final = database
        self._channels: Final = channels
        self._clock: Final = clock
        self._concurrency: Final = concurrency
        self._poll_s: Final = poll_s
        self._flush_s: Final = flush_s
        self._lease: Final = lease
        counted = measures or Measures()
        self._announcer: Final = announcer
        self._holder: Final = secrets.token_hex(8)
        self._lanes: Final = {
            name: Lane(channel, clock, self._finished, counted)
            for name, channel in channels.items()
            if not channel.mailbox
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

    def others(self, unsent: Iterable[tuple[int, str, str]]) -> set[ChatKey]:
        """Chats with an unsent answer (row, channel, chat) that some other process may be sending, or nobody yet."""
        sent = {result.id for result in self._results if result.sent_at is not None}
        found: set[ChatKey] = set()
        for row_id, channel, chat in unsent:
            lane = self._lanes.get(channel)
            if row_id not in sent and not (lane is not None and lane.holds(chat, row_id)):
                found.add((channel, chat))
        return found

    def take(self, written: Sequence[Written]) -> None:
        now = self._clock()
        for each in written:
            lane = self._lanes.get(each.channel)
            if lane is None:
                channel = self._channels[each.channel]
                if isinstance(channel, Mailbox):
                    channel.arrived(each.chat)
            elif each.due_at > now and self._tasks:
                lane.put(Item(each.row_id, each.chat, (each.reply,), 1, each.due_at))

    async def start(self) -> None:
        """Begin sending. On SQLite this process is the only worker, so what a killed one had leased is free at once."""
        self._stopping.clear()
        if self._database.is_sqlite:
            async with self._database.write() as connection:
                await outbox.release_leases(connection, self._clock())
        for lane in self._lanes.values():
            if lane.pace is not None:
                await self._share(lane, lane.pace)
            # What an earlier process left comes first, so that no new answer overtakes it.
            while lane.held < _MOST_IN_MEMORY and await self._claim_once(lane) == _CLAIM:
                pass
            self._begin(lane)
        self._loops.append(asyncio.create_task(self._flush_for_ever(), name="delivery-results"))

    def _begin(self, lane: Lane) -> None:
        name = lane.channel.name
        urgent_only = self._concurrency // 4
        self._tasks += [
            asyncio.create_task(lane.work(urgent_only=number < urgent_only), name=f"send-{name}-{number}")
            for number in range(self._concurrency)
        ]
        self._tasks.append(asyncio.create_task(lane.wake_rested(), name=f"rest-{name}"))
        self._loops.append(asyncio.create_task(self._claim_for_ever(lane), name=f"claim-{name}"))
        if self._announcer is not None:
            self._loops.append(asyncio.create_task(self._broadcast_for_ever(lane), name=f"broadcast-{name}"))
        if lane.pace is not None and not self._database.is_sqlite:
            self._loops.append(asyncio.create_task(self._share_for_ever(lane, lane.pace), name=f"share-{name}"))

    async def close(self) -> None:
        """Stop sending and write down what was sent; what is still in memory stays leased and is sent later."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        # The loops end by themselves: cancelled between a statement and its rows, a SQLite connection would keep the
        # write lock and nothing could be written down any more.
        self._stopping.set()
        self._flush.set()
        for lane in self._lanes.values():
            lane.wants_broadcasts.set()
        loops, self._loops = self._loops, []
        await asyncio.gather(*tasks, *loops, return_exceptions=True)
        await self._write_results()
        await self._give_back()

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
            await outbox.record(connection, results, self._clock())
            for name, until in pauses.items():
                await outbox.pause_channel(connection, name, until)
        for name, until in pauses.items():
            if self._lanes[name].new_pause == until:  # else a longer one has come meanwhile
                self._lanes[name].new_pause = None
        del self._results[: len(results)]
        self._progress.set()

    async def _claim_for_ever(self, lane: Lane) -> None:
        while not self._stopping.is_set():
            claimed = 0
            if lane.held < _MOST_IN_MEMORY:
                try:
                    claimed = await self._claim_once(lane)
                except (SQLAlchemyError, OSError) as error:
                    log.warning("delivery.not_claimed", channel=lane.channel.name, error=type(error).__name__)
            if claimed < _CLAIM:
                await self._pause(self._poll_s)

    async def _claim_once(self, lane: Lane) -> int:
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
            item = Item(row.id, row.chat, (reply,), row.attempts, row.leased_until, row.priority)
            lane.put(item, claimed=True)
        return len(rows)

    async def _broadcast_for_ever(self, lane: Lane) -> None:
        """Keep some broadcasts at hand: claimed as they are sent, and looked for now and then."""
        while not self._stopping.is_set():
            claimed = 0
            try:
                claimed = await self._claim_broadcasts(lane)
            except Exception as error:  # the loop must not die; what was claimed is due again when its lease ends
                log.error("delivery.not_claimed", channel=lane.channel.name, failure=place(error))
            if not claimed:
                await self._pause(self._poll_s)
            else:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._poll_s):
                        await self._below_half(lane)

    async def _below_half(self, lane: Lane) -> None:
        half = self._most_broadcasts(lane) // 2
        while lane.broadcasts_held > half and not self._stopping.is_set():
            lane.wants_broadcasts.clear()
            await lane.wants_broadcasts.wait()

    def _most_broadcasts(self, lane: Lane) -> int:
        if lane.pace is None:
            return _MOST_BROADCASTS
        return max(1, min(_MOST_BROADCASTS, lane.pace.allowed * _HELD_S))

    def _room(self, lane: Lane) -> int:
        return min(_CLAIM, self._most_broadcasts(lane) - lane.broadcasts_held)

    async def _claim_broadcasts(self, lane: Lane) -> int:
        name, now = lane.channel.name, self._clock()
        async with self._database.read() as connection:
            running = await broadcast_rows.running(connection, now)
            # Paused, called off and ended ones leave the lane with this.
            lane.running = {one.id: one.not_after for one in running}
            ids = list(lane.running)
            limit = self._room(lane)
            silent = lane.pause_until is not None and now < lane.pause_until
            if limit <= 0 or silent or not await broadcast_rows.has_due(connection, name, ids, now):
                return 0
        if isinstance(lane.channel, Limited):
            limit = min(limit, await lane.channel.broadcast_room() - lane.broadcasts_held)
            if limit <= 0:
                return 0
        async with self._database.write() as connection:
            rows = await broadcast_rows.claim(connection, name, ids, now=self._clock(), lease=self._lease, limit=limit)
        for row in rows:
            await self._put_broadcast(lane, row)
        return len(rows)

    async def _put_broadcast(self, lane: Lane, row: Row) -> None:
        if self._announcer is None or row.broadcast_id is None or lane.holds(row.chat, row.id, broadcast=True):
            return
        messages = await self._announcer.messages(row.broadcast_id, row.language, lane.channel)
        done = int(row.payload) if row.payload.isdigit() else 0
        if done >= len(messages):
            self._finished([Result(row.id, row.leased_until, failure="nothing to send")])
            return
        lane.put(
            Item(row.id, row.chat, messages, row.attempts, row.leased_until, row.priority, row.broadcast_id, done),
            claimed=True,
            last_sent_at=row.last_sent_at,
        )

    async def _share_for_ever(self, lane: Lane, pace: Pace) -> None:
        while not self._stopping.is_set():
            await self._pause(_SHARE_EVERY_S)
            try:
                await self._share(lane, pace)
            except (SQLAlchemyError, OSError) as error:
                log.warning("delivery.no_share", channel=lane.channel.name, error=type(error).__name__)

    async def _share(self, lane: Lane, pace: Pace) -> None:
        """Agree with the other processes how many of the channel's slots are ours; on SQLite all of them are."""
        total = pace.rate.per_second
        if self._database.is_sqlite:
            pace.allow(total, None)
            return
        now = self._clock()
        async with self._database.write() as connection:
            allowed = await shares.renew(
                connection,
                lane.channel.name,
                self._holder,
                total=total,
                # One is kept for the next answer, so that it need not wait until another process gives one away.
                wanted=min(total, max(1, lane.held)),
                keeps=pace.present,
                now=now,
            )
        pace.allow(allowed, now + shares.SHARE_LEASE)

    async def _give_back(self) -> None:
        paced = [lane.channel.name for lane in self._lanes.values() if lane.pace is not None]
        if self._database.is_sqlite or not paced:
            return
        async with self._database.write() as connection:
            for name in paced:
                await shares.give_back(connection, name, self._holder, self._clock())
