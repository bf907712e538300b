"""The month's messages: counted as they are sent, so that an office sees the end coming.

Published for the free plan in August 2026 (official picture and README, reported): 3,000 outgoing messages a month and
50 users for each bot. Another number of messages is a setting; the platform itself has the last word (429).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.zalo_counts import month_of
from content import words
from content.words import SOURCE_LANGUAGE
from handlers.actions.alarms import alarm
from handlers.turn import VIETNAM
from storage import zalo
from storage.database import Database

log = structlog.get_logger(__name__)

CHANNEL: Final = "zalo_bot"
SENT: Final = "sent"
TOLD_USERS: Final = "administrators told of users"
MOST_USERS: Final = 50
PUBLISHED: Final = date(2026, 8, 8)
WARN_AT: Final = 0.8


def _say(key: str, **values: object) -> str:
    """Read when it is needed: a few times a month."""
    return words.load()[SOURCE_LANGUAGE].say(key, **values)


def _spoken(month: str) -> str:
    year, _, number = month.partition("-")
    return f"{int(number)}/{year}"


def next_month(now: datetime) -> datetime:
    """The moment at which the next month begins in Viet Nam."""
    local = now.astimezone(VIETNAM).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (local + timedelta(days=32)).replace(day=1)


@dataclass(frozen=True, slots=True)
class Use:
    """Where the month stands."""

    month: str
    sent: int
    most: int
    users: int
    most_users: int = MOST_USERS

    @property
    def warning(self) -> str:
        """What an administrator should know, or an empty string."""
        lines = []
        if self.sent >= self.most * WARN_AT:
            lines.append(f"{self.sent} of {self.most} messages of {self.month} are used")
        if self.users >= self.most_users * WARN_AT:
            lines.append(f"{self.users} of {self.most_users} users have written to the bot")
        return "; ".join(lines)


async def use(database: Database, most: int, now: datetime) -> Use:
    """Read the month's use."""
    month = month_of(now)
    async with database.read() as connection:
        counted = await zalo.counted(connection, CHANNEL, month)
        users = await zalo.known_chats(connection, CHANNEL)
    return Use(month, counted.get(SENT, 0), most, users)


class Quota:
    """Counts for one bot. Several processes count into the same row; a few messages sent at once may go past it."""

    def __init__(self, database: Database, most: int, clock: Callable[[], datetime]) -> None:
        self._database: Final = database
        self.most: Final = most
        self._clock: Final = clock
        self._users_told = ""

    async def sent(self) -> int:
        """Messages of this month so far."""
        return (await use(self._database, self.most, self._clock())).sent

    async def add(self) -> None:
        """One more has been sent; at 80 % and at the end the log and the administrators are told, once each: the count
        and the notice are one transaction.
        """
        now = self._clock()
        month = month_of(now)
        async with self._database.write() as connection:
            total = (await zalo.count(connection, CHANNEL, month, {SENT: 1}))[SENT]
            if total in (max(1, round(self.most * WARN_AT)), self.most):
                log.warning("zalo_bot.quota", sent=total, most=self.most, month=month)
                key = "zalo.alarm.used_up" if total == self.most else "zalo.alarm.quota"
                await alarm(connection, _say(key, sent=total, most=self.most, month=_spoken(month)), now)
            await self._users(connection, month, now)

    async def _users(self, connection: AsyncConnection, month: str, now: datetime) -> None:
        """Told once a month that the plan's users are nearly all there."""
        if self._users_told == month:
            return
        users = await zalo.known_chats(connection, CHANNEL)
        if users < MOST_USERS * WARN_AT:
            return
        self._users_told = month
        if (await zalo.count(connection, CHANNEL, month, {TOLD_USERS: 1}))[TOLD_USERS] == 1:
            log.warning("zalo_bot.users", users=users, most=MOST_USERS)
            await alarm(connection, _say("zalo.alarm.users", users=users, most=MOST_USERS), now)

    def seconds_to_next_month(self) -> float:
        now = self._clock()
        return (next_month(now) - now).total_seconds()
