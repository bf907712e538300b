"""An audience in memory and the same audience as SQL hold the same people, on both engines."""

from __future__ import annotations

from random import Random

import pytest

from rules.audiences.condition import Below, Every, Some, holds
from rules.audiences.model import EVERYBODY, Frame, Leaf, NotOf
from rules.audiences.tree import condition_of
from storage import audiences
from storage.database import Database
from tests.audiences.worlds import HOME, PLACES, TOPICS, drawn, tree, written
from tests.support.assembly import Clock

_PEOPLE = 60
_TREES = 150
_SCOPES = ("/ha/kim/", "/ha/kim/que/", "/far/")


@pytest.mark.parametrize("seed", [1, 2])
async def test_memory_and_sql_agree(database: Database, clock: Clock, seed: int) -> None:
    """Any people, any tree, any sender: the same chats."""
    random = Random(seed)
    everybody = drawn(random, _PEOPLE, clock.at)
    today = clock.at.date()
    async with database.write() as connection:
        await written(connection, everybody, clock.at, today)
    frame = Frame(PLACES, TOPICS, today)
    sizes = set()
    async with database.read() as connection:
        known = await audiences.setting(connection, today, TOPICS)
        assert known.home == HOME
        assert known.frame == frame
        for _ in range(_TREES):
            audience, scope = tree(random), random.choice(_SCOPES)
            condition = condition_of(audience, frame)
            within = Every((Some("places", (Below("path", scope),)), condition))
            meant = {
                (chat.channel, chat.chat)
                for one in everybody
                for chat in one.chats
                if holds(within, one.seen_through(chat))
            }
            rows = await connection.execute(audiences.selection(condition, scope=scope, known=known))
            found = [(row.channel, row.chat) for row in rows]
            assert set(found) == meant, (audience, scope)
            assert len(found) == len(meant), "a chat stands twice"
            sizes.add(len(meant))
    assert len(sizes) > 20, "the trees are too much alike to show anything"


async def test_what_a_recipient_brings_along(database: Database, clock: Clock) -> None:
    """The account, the commune named and the language read, for the sender's own exclusions."""
    everybody = drawn(Random(3), 30, clock.at)
    async with database.write() as connection:
        await written(connection, everybody, clock.at, clock.at.date())
    async with database.read() as connection:
        query = await audiences.recipients(connection, EVERYBODY, scope="/", today=clock.at.date(), topics=TOPICS)
        rows = {(row.channel, row.chat): row for row in await connection.execute(query)}
    for one in everybody:
        for chat in one.chats:
            row = rows[chat.channel, chat.chat]
            assert (row.account_id is not None) == one.account
            assert (row.area_key, row.language) == (chat.named, chat.language or "vi")


async def test_a_stored_text_is_read(database: Database, clock: Clock) -> None:
    """As the broadcast keeps it."""
    async with database.write() as connection:
        await written(connection, drawn(Random(4), 20, clock.at), clock.at, clock.at.date())
    async with database.read() as connection:
        text = '{"not":{"channel":["web"]}}'
        counts = []
        for audience in (text, NotOf(Leaf("channel", ("web",)))):
            query = await audiences.recipients(connection, audience, scope="/ha/", today=clock.at.date(), topics=TOPICS)
            counts.append({(row.channel, row.chat) for row in await connection.execute(query)})
    assert counts[0] == counts[1]
    assert counts[0] and all(channel != "web" for channel, _ in counts[0])
