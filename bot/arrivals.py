"""Store first, answer the platform, work later: for platforms that want their 200 within two seconds.

A webhook calls `store`, which returns once the message is committed; a worker hands it on to its channel afterwards and
deletes it when its turn is committed. Killed in between, the message is handled after the next start. What is handed
on twice has one effect: the inbox knows the message's id.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.turns import place
from storage import arrivals
from storage.arrivals import Arrival, NewArrival, Postponed
from storage.database import Database

log = structlog.get_logger(__name__)


_LEASE: Final = timedelta(seconds=60)
_CLAIM: Final = 64
# While a platform is posting, few at a time: a batch of turns holds the database's writer and this thread, and the
# posts must be answered meanwhile. The backlog waits; the platform does not.
_CLAIM_WHILE_POSTED_TO: Final = 8
_POSTED_TO_FOR_S: Final = 1.0
_MOST_IN_A_COMMIT: Final = 256
_MOST_TRIES: Final = 5
_LONGEST_WAIT_S: Final = 60.0
_KEPT_AFTER_FAILURE: Final = timedelta(days=30)
_TIDY_EVERY: Final = timedelta(hours=6)


class Work(Protocol):
    """What a channel does with its messages."""

    async def prepare(self, connection: AsyncConnection, rows: Sequence[Arrival]) -> None:
        """Write down what must be known before the turns run; in the transaction of the claim."""
        ...

    async def handle(self, row: Arrival) -> None:
        """Returns when the message's turn is committed; raises when it must be tried again."""
        ...


@dataclass(slots=True)
class _Outcome:
    """What became of a claim."""

    done: list[int] = field(default_factory=list)
    postponed: list[Postponed] = field(default_factory=list)

    @property
    def any(self) -> bool:
        return bool(self.done or self.postponed)


class Arrivals:
    """Takes messages for every channel that is in `work`; one per process, several processes share by leases."""

    def __init__(
        self, database: Database, work: Mapping[str, Work], clock: Callable[[], datetime], *, poll_s: float = 1.0
    ) -> None:
        self._database: Final = database
        self._work: Final = dict(work)
        self._clock: Final = clock
        self._poll_s: Final = poll_s
        self._new: list[tuple[NewArrival, asyncio.Future[None]]] = []
        self._to_store: Final = asyncio.Event()
        self._to_handle: Final = asyncio.Event()
        self._storing: asyncio.Task[None] | None = None
        self._handling: asyncio.Task[None] | None = None
        self._stopping: Final = asyncio.Event()
        self._idle: Final = asyncio.Event()
        self._tidied_at: datetime | None = None
        self._stored_at = 0.0
        self._outcome = _Outcome()

    @property
    def channels(self) -> Sequence[str]:
        return tuple(self._work)

    async def store(self, arrival: NewArrival) -> None:
        """Keep a message; returns when it is committed. Messages that come together share one commit.

        Raises:
            SQLAlchemyError or OSError: it is not stored, and the platform must send it again.
        """
        if self._storing is None:
            self._storing = asyncio.create_task(self._store_for_ever(), name="arrivals-store")
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._new.append((arrival, stored))
        self._stored_at = asyncio.get_running_loop().time()
        self._to_store.set()
        await stored

    async def start(self) -> None:
        """Begin to handle what waits, also what an earlier process left."""
        self._stopping.clear()
        if self._database.is_sqlite:
            async with self._database.write() as connection:
                await arrivals.release_leases(connection, self._clock())
        self._to_handle.set()
        self._handling = asyncio.create_task(self._handle_for_ever(), name="arrivals-handle")

    async def close(self) -> None:
        """Finish what has been claimed; the rest waits for the next start."""
        while self._new:
            await asyncio.gather(*(stored for _, stored in self._new), return_exceptions=True)
        self._stopping.set()
        self._to_store.set()
        self._to_handle.set()
        tasks = [task for task in (self._storing, self._handling) if task is not None]
        await asyncio.gather(*tasks, return_exceptions=True)
        self._storing = self._handling = None
        try:
            await self._settle()
        except (SQLAlchemyError, OSError) as error:  # handled once more after the start, without a second effect
            log.warning("arrivals.not_settled", error=type(error).__name__)

    async def drain(self) -> None:
        """Wait until nothing is due: for tests."""
        self._idle.clear()
        self._to_handle.set()
        await self._idle.wait()

    async def _store_for_ever(self) -> None:
        while True:
            await self._to_store.wait()
            batch, self._new = self._new[:_MOST_IN_A_COMMIT], self._new[_MOST_IN_A_COMMIT:]
            if not self._new:
                self._to_store.clear()
                if self._stopping.is_set() and not batch:
                    return
            if batch:
                await self._store_batch(batch)

    async def _store_batch(self, batch: Sequence[tuple[NewArrival, asyncio.Future[None]]]) -> None:
        error: Exception | None = None
        try:
            async with self._database.write() as connection:
                await arrivals.add(connection, (arrival for arrival, _ in batch), self._clock())
        except Exception as caught:  # the loop that must not die; what is not stored is not acknowledged
            error = caught
            log.error("arrivals.not_stored", error=type(caught).__name__, messages=len(batch))
        if error is not None and len(batch) > 1 and isinstance(error, SQLAlchemyError):
            for one in batch:  # one message may be what the database refuses
                await self._store_batch([one])
            return
        for _, stored in batch:
            if stored.done():
                continue
            if error is None:
                stored.set_result(None)
            else:
                stored.set_exception(error)
        self._to_handle.set()
        if self._stopping.is_set():
            self._to_store.set()

    async def _handle_for_ever(self) -> None:
        while not self._stopping.is_set():
            self._to_handle.clear()
            claimed = 0
            try:
                claimed = await self._handle_once()
            except Exception as error:  # the worker that must not die
                log.warning("arrivals.not_claimed", error=type(error).__name__)
                await self._pause()
                continue
            if not claimed and not self._to_handle.is_set():
                self._idle.set()
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._poll_s):
                        await self._to_handle.wait()

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._poll_s):
                await self._stopping.wait()

    async def _handle_once(self) -> int:
        """Write down what became of the last messages and claim the next, in one transaction; then handle these."""
        if self._new:
            await asyncio.wait([self._new[-1][1]])  # what waits to be acknowledged goes first
        posted_to = asyncio.get_running_loop().time() - self._stored_at < _POSTED_TO_FOR_S
        limit = _CLAIM_WHILE_POSTED_TO if posted_to else _CLAIM
        now = self._clock()
        await self._tidy(now)
        if not self._outcome.any:
            async with self._database.read() as connection:
                if not await arrivals.has_due(connection, self.channels, now):
                    return 0
        settled = self._outcome
        async with self._database.write() as connection:
            await arrivals.settle(connection, settled.done, settled.postponed)
            rows = await arrivals.claim(connection, self.channels, now=now, lease=_LEASE, limit=limit)
            for channel, work in self._work.items():
                if of_channel := [row for row in rows if row.channel == channel]:
                    await work.prepare(connection, of_channel)
        self._outcome = _Outcome()
        by_sender: defaultdict[tuple[str, str], list[Arrival]] = defaultdict(list)
        for row in rows:
            by_sender[row.channel, row.sender].append(row)
        outcomes = await asyncio.gather(*(self._handle_sender(queue) for queue in by_sender.values()))
        self._outcome.done += [row_id for outcome in outcomes for row_id in outcome.done]
        self._outcome.postponed += [one for outcome in outcomes for one in outcome.postponed]
        return len(rows) + len(settled.done) + len(settled.postponed)

    async def _settle(self) -> None:
        """At the end: what was handled is not to be handled again."""
        if self._outcome.any:
            async with self._database.write() as connection:
                await arrivals.settle(connection, self._outcome.done, self._outcome.postponed)
            self._outcome = _Outcome()

    async def _handle_sender(self, queue: Sequence[Arrival]) -> _Outcome:
        """One sender's messages in their order; after one that must wait, the others wait too."""
        outcome = _Outcome()
        for place_in_queue, row in enumerate(queue):
            try:
                await self._work[row.channel].handle(row)
            except Exception as error:  # one person's message must not stop the others'
                outcome.postponed.append(self._again(row, error))
                if not outcome.postponed[-1].failed:
                    due = outcome.postponed[-1].due_at
                    outcome.postponed += [Postponed(each.id, due, "waits") for each in queue[place_in_queue + 1 :]]
                    return outcome
            else:
                outcome.done.append(row.id)
        return outcome

    def _again(self, row: Arrival, error: Exception) -> Postponed:
        wait = timedelta(seconds=min(_LONGEST_WAIT_S, 2.0**row.attempts))
        out_of_reach = isinstance(error, SQLAlchemyError | OSError)
        failed = row.attempts >= _MOST_TRIES and not out_of_reach
        write = log.error if failed else log.warning
        write("arrivals.failed" if failed else "arrivals.postponed", channel=row.channel, row=row.id, at=place(error))
        return Postponed(row.id, self._clock() + wait, place(error), failed)

    async def _tidy(self, now: datetime) -> None:
        if self._tidied_at is not None and now - self._tidied_at < _TIDY_EVERY:
            return
        async with self._database.write() as connection:
            await arrivals.drop_failed(connection, now - _KEPT_AFTER_FAILURE)
        self._tidied_at = now
