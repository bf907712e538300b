"""What the tests of the sender have in common: people with chats, broadcasts, and the loop that begins them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from bot.broadcasting import Broadcasting
from bot.channels import Channel
from handlers.broadcasting.policy import Policy
from handlers.messages import Reply
from storage import broadcasts
from storage.broadcasts import Content, NewBroadcast, Wording
from storage.database import Database
from storage.expansion import Reach, Terms
from storage.tables import conversations
from storage.tables import outbox as table
from storage.tables_people import areas
from tests.support.assembly import Clock

NO_QUIET = Policy(quiet_from=Policy().quiet_until)
PLACE = "/kim-bang/"
EVERYBODY = '{"all":[]}'


class TitleOnly:
    """Renders a broadcast as its title, with a second message where it has a text."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def messages(self, broadcast_id: int, language: str, channel: Channel) -> Sequence[Reply]:
        async with self._database.read() as connection:
            found = await broadcasts.content(connection, broadcast_id)
        if found is None:
            return ()
        by_language = found[1].by_language
        wording = by_language.get(language) or by_language["vi"]
        return tuple(Reply(each) for each in (wording.title, wording.text) if each)


def terms(topic: str = "notice", **more: Any) -> Terms:
    return Terms(topic, True, more.pop("weekly_most", 3), **more)


def reach(*channels: str, **more: Any) -> Reach:
    return Reach(frozenset(channels or ("fake",)), **more)


async def place(database: Database, clock: Clock) -> None:
    """One district and nothing else."""
    async with database.write() as connection:
        await connection.execute(
            insert(areas).values(
                key="kim-bang", code="1", name="Kim Bảng", plain_name="kim bang", kind="commune", rural=True,
                path=PLACE, start=clock().date(), successors="[]", demo=True,
            )
        )  # fmt: skip


async def talk(database: Database, clock: Clock, *chats: str, channel: str = "fake", **values: Any) -> None:
    """People who have written once."""
    row = {"state": b"{}", "created_at": clock(), "last_seen_at": clock(), **values}
    async with database.write() as connection:
        await connection.execute(insert(conversations), [{**row, "channel": channel, "chat": chat} for chat in chats])


async def compose(database: Database, clock: Clock, title: str = "Tin", *, text: str = "", **more: Any) -> int:
    """A broadcast whose time has come."""
    values: dict[str, Any] = {"topic": "notice", "state": "scheduled", "audience": EVERYBODY, **more}
    content = Content({"vi": Wording(title, text)})
    new = NewBroadcast(content=content, area_key="kim-bang", area_path=PLACE, created_by=None, **values)
    async with database.write() as connection:
        return await broadcasts.create(connection, new, clock())


def loop(database: Database, channel: Any, clock: Clock, policy: Policy = NO_QUIET, **others: Any) -> Broadcasting:
    return Broadcasting(database, {channel.name: channel, **others}, policy, clock)


async def state(database: Database, broadcast_id: int) -> str:
    async with database.read() as connection:
        row = await broadcasts.read(connection, broadcast_id)
    assert row is not None
    return row.state


async def rows(database: Database, broadcast_id: int) -> dict[str, Any]:
    """Its outbox rows by chat."""
    async with database.read() as connection:
        query = select(table).where(table.c.broadcast_id == broadcast_id).order_by(table.c.id)
        return {row.chat: row for row in await connection.execute(query)}


async def put(database: Database, what: Any, **values: Any) -> None:
    """One row of another table."""
    async with database.write() as connection:
        await connection.execute(insert(what).values(**values))


def later(clock: Clock, seconds: float) -> datetime:
    """Put the clock forward."""
    clock.advance(seconds)
    return clock()
