"""The loop that begins broadcasts when their time has come, ends those that are too late, and closes what is done.

Every process that delivers runs it; of several, one begins a broadcast: it holds the row while it expands it, and the
outbox rows and the new state are committed together. A process killed in between has done nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, time, timedelta
from typing import Final, Protocol, runtime_checkable

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.announcing import Captioned
from bot.channels import Channel
from bot.delivery import Limited
from bot.settings import Settings
from content.topics import defaults
from handlers.broadcasting.outlets import Outlets, Shown
from handlers.broadcasting.policy import Policy
from handlers.turn import VIETNAM
from storage import audiences, broadcast_rows, broadcasts, elsewhere, expansion
from storage.broadcasts import BroadcastRow
from storage.database import Database
from storage.expansion import Reach, Terms

log = structlog.get_logger(__name__)

_LOOK_EVERY_S: Final = 2.0
# Rows of a broadcast that was called off are looked for as long as a lease could still end.
_LATE_ROWS: Final = timedelta(minutes=10)
_PORTION: Final = 10_000
# A broadcast of a million rows is looked through for those whose chat has closed, at its end and so often before.
_MOVE_ON_EVERY: Final = timedelta(seconds=30)


@runtime_checkable
class Windowed(Protocol):
    """A channel that may write only to who has written within so long."""

    @property
    def window(self) -> timedelta: ...


def policy_of(settings: Settings) -> Policy:
    """How the settings want announcements to be sent."""
    quiet = settings.broadcast_quiet
    begin, _, end = ("00:00-00:00" if quiet == "off" else quiet).partition("-")
    return Policy(
        time.fromisoformat(begin),
        time.fromisoformat(end),
        settings.broadcast_weekly_most,
        settings.broadcast_approval_above,
    )


def outlets_of(channels: Mapping[str, Channel], clock: Callable[[], datetime]) -> Outlets:
    """The configured channels as announcements see them."""
    shown = {
        name: Shown(channel.capabilities, channel.caption_limit if isinstance(channel, Captioned) else 0)
        for name, channel in channels.items()
    }

    async def reach() -> Reach:
        return await reach_of(channels, clock())

    return Outlets(shown, reach)


async def reach_of(channels: Mapping[str, Channel], now: datetime) -> Reach:
    """What the channels allow at this moment."""
    return Reach(
        frozenset(channels),
        frozenset(name for name, channel in channels.items() if channel.mailbox),
        {name: now - channel.window for name, channel in channels.items() if isinstance(channel, Windowed)},
        {name: await channel.broadcast_room() for name, channel in channels.items() if isinstance(channel, Limited)},
    )


class Broadcasting:
    """One per process that delivers."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        policy: Policy,
        clock: Callable[[], datetime],
        *,
        look_every_s: float = _LOOK_EVERY_S,
    ) -> None:
        self._database: Final = database
        self._channels: Final = channels
        self._policy: Final = policy
        self._clock: Final = clock
        self._look_every_s: Final = look_every_s
        self._stopping: Final = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._moved_on_at: datetime | None = None

    async def start(self) -> None:
        self._stopping.clear()
        self._task = asyncio.create_task(self._look_for_ever(), name="broadcasting")

    async def close(self) -> None:
        # Not cancelled: in the middle of a statement a SQLite connection would keep the write lock.
        self._stopping.set()
        if self._task is not None:
            await self._task
            self._task = None

    async def _look_for_ever(self) -> None:
        while not self._stopping.is_set():
            try:
                await self.look()
            except Exception as error:  # the loop that must not die; nothing is half done, it is tried again
                log.error("broadcasting.failed", error=type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._look_every_s):
                    await self._stopping.wait()

    async def look(self) -> None:
        """Do everything that is due now. Each broadcast has its own transaction."""
        await self._expire()
        while not self._stopping.is_set() and await self._begin_one():
            pass
        await self._shut_off()
        await self._finish()

    async def _expire(self) -> None:
        """What may no longer be sent ends, whether it has begun or not."""
        now = self._clock()
        async with self._database.read() as connection:
            late = await broadcasts.overdue(connection, now)
        for broadcast_id in late:
            async with self._database.write() as connection:
                ended = await broadcasts.move(
                    connection,
                    broadcast_id,
                    sources=("waiting_approval", "scheduled", *broadcasts.LIVE),
                    target="expired",
                    name="expire",
                    account_id=None,
                    now=now,
                )
            if ended:
                log.info("broadcasting.expired", broadcast=broadcast_id)

    async def _begin_one(self) -> bool:
        """Expand the broadcast that is due first; False when none is."""
        now = self._clock()
        quiet = self._policy.quiet(now)
        async with self._database.read() as connection:
            if await broadcasts.first_due(connection, now, urgent_only=quiet) is None:
                return False
        reach = await reach_of(self._channels, now)
        async with self._database.write() as connection:
            row = await broadcasts.take_due(connection, now, urgent_only=quiet)
            if row is None:
                return False
            if row.corrects_id is not None:
                await self._end_corrected(connection, row.corrects_id, now)
            written = await self._expand(connection, row, reach, now)
            await broadcasts.move(
                connection,
                row.id,
                sources=("scheduled",),
                target="running",
                name="start",
                account_id=None,
                now=now,
            )
        log.info("broadcasting.begun", broadcast=row.id, recipients=written)
        return True

    async def _expand(self, connection: AsyncConnection, row: BroadcastRow, reach: Reach, now: datetime) -> int:
        recipients = await audiences.recipients(
            connection, row.audience, scope=row.area_path, today=now.astimezone(VIETNAM).date(), topics=defaults()
        )
        terms = self._terms(row)
        found = await expansion.estimate(connection, terms, recipients, reach, now)
        written = await expansion.expand(connection, terms, recipients, reach, now)
        await expansion.note_expanded(connection, row.id, written, found.excluded, now)
        return written

    def _terms(self, row: BroadcastRow) -> Terms:
        wanted = defaults().get(row.topic, False)
        return expansion.terms_of(row, default_wanted=wanted, weekly_most=self._policy.weekly_most)

    async def _shut_off(self) -> None:
        """On a channel whose quota has no room left for announcements nothing waits for the next month: by then most
        are out of date, and nobody would count with them. Whoever has no other chat is told apart in the results.
        """
        now = self._clock()
        async with self._database.read() as connection:
            running = await broadcasts.in_state(connection, "running")
        if not running:
            return  # nothing to count a quota for
        full = [name for name, room in (await reach_of(self._channels, now)).room.items() if room <= 0]
        for channel in full:
            async with self._database.read() as connection:
                waiting = [each for each in running if await broadcast_rows.is_waiting(connection, each, channel)]
            for broadcast_id in waiting:
                async with self._database.write() as connection:
                    ended = await elsewhere.shut_off(connection, channel, broadcast_id, "quota", now)
                if ended:
                    log.info("broadcasting.quota", broadcast=broadcast_id, channel=channel, rows=ended)
                    await self._move_on(broadcast_id)

    async def _move_on(self, broadcast_id: int) -> int:
        """Whoever can no longer be written to where they were to get it gets it in another chat; how many."""
        now = self._clock()
        async with self._database.read() as connection:
            if not await elsewhere.is_shut_off(connection, broadcast_id):
                return 0
        reach = await reach_of(self._channels, now)
        async with self._database.write() as connection:
            row = await broadcasts.read(connection, broadcast_id)
            if row is None or row.state != "running":
                return 0
            moved = await elsewhere.move_on(connection, self._terms(row), reach, now)
        if moved:
            log.info("broadcasting.moved_on", broadcast=broadcast_id, recipients=moved)
        return moved

    async def _end_corrected(self, connection: AsyncConnection, corrected: int, now: datetime) -> None:
        """What is wrong is sent to nobody else from the moment on in which it is put right."""
        await broadcasts.move(
            connection,
            corrected,
            sources=broadcasts.LIVE,
            target="cancelled",
            name="corrected",
            account_id=None,
            now=now,
        )

    async def _finish(self) -> None:
        """Running ones of which nothing is left are done; rows of those called off or too late are ended."""
        now = self._clock()
        async with self._database.read() as connection:
            running = await broadcasts.in_state(connection, "running")
            done = [each for each in running if await broadcast_rows.is_finished(connection, each)]
            reasons = {
                each: state
                for state in ("cancelled", "expired")
                for each in await broadcasts.in_state(connection, state, moved_since=now - _LATE_ROWS)
                if not await broadcast_rows.is_finished(connection, each)
            }
        await self._move_on_now_and_then(set(running) - set(done))
        for broadcast_id in done:
            if await self._move_on(broadcast_id):
                continue  # these are sent first
            async with self._database.write() as connection:
                await broadcasts.move(
                    connection,
                    broadcast_id,
                    sources=("running",),
                    target="done",
                    name="finish",
                    account_id=None,
                    now=now,
                )
        for broadcast_id, reason in reasons.items():
            await self._end_rows(broadcast_id, reason)

    async def _move_on_now_and_then(self, going_on: set[int]) -> None:
        now = self._clock()
        if self._moved_on_at is not None and now - self._moved_on_at < _MOVE_ON_EVERY:
            return
        self._moved_on_at = now
        for broadcast_id in sorted(going_on):
            await self._move_on(broadcast_id)

    async def _end_rows(self, broadcast_id: int, reason: str) -> None:
        while not self._stopping.is_set():
            async with self._database.write() as connection:
                ended = await broadcast_rows.end(connection, broadcast_id, reason, self._clock(), _PORTION)
            if ended < _PORTION:
                return
