"""Pictures that a broadcast uses stay; one whose picture was erased with its story is not sent off."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from content import words
from handlers.actions import broadcasts as actions
from handlers.actions.media import discard_unused
from handlers.broadcasting.checking import BroadcastError, Text, Typed
from handlers.broadcasting.office import Office
from handlers.broadcasting.outlets import Outlets
from handlers.broadcasting.policy import Policy
from handlers.broadcasting.wording import sheet_id
from storage import broadcasts, media
from storage.tables_broadcasts import BROADCAST_STATES
from storage.tables_broadcasts import broadcasts as table
from tests.news.conftest import Newsroom, kept
from tests.news.conftest import room as room

ONE, TWO, OTHER = "o_e" + "1" * 29, "t%o" + "2" * 29, "oxe" + "1" * 29


def office(room: Newsroom) -> Office:
    return Office(words.load(), Outlets(), Policy(), (), room.clock.at)


async def _write(connection: AsyncConnection, room: Newsroom, *pictures: str) -> broadcasts.BroadcastRow:
    typed = Typed(topic="notice", texts={"vi": Text("Họp thôn", "Mời bà con họp.")}, pictures=pictures)
    return await actions.write(connection, room.writer, office(room), typed)


@pytest.mark.parametrize("state", BROADCAST_STATES)
async def test_what_a_broadcast_shows_is_not_deleted(room: Newsroom, state: str) -> None:
    """As a draft, on its way, sent long ago or called off; neither each picture nor the sheet that shows them all."""
    for each in (ONE, TWO, OTHER):
        await kept(room, room.writer, each)
    async with room.database.write() as connection:
        row = await _write(connection, room, ONE, TWO)
        await connection.execute(update(table).where(table.c.id == row.id).values(state=state))
        assert await discard_unused(connection, room.clock.at + timedelta(seconds=1), room.clock.at) == 1
        for each in (ONE, TWO, sheet_id([ONE, TWO])):
            assert await media.get(connection, each) is not None, each
        assert await media.get(connection, OTHER) is None


async def test_what_a_draft_no_longer_shows_may_go(room: Newsroom) -> None:
    """Taken out of the only one that had it."""
    for each in (ONE, TWO):
        await kept(room, room.writer, each)
    async with room.database.write() as connection:
        row = await _write(connection, room, ONE)
        typed = Typed(topic="notice", texts={"vi": Text("Họp thôn", "Mời bà con họp.")}, pictures=(TWO,))
        await actions.rewrite(connection, room.writer, office(room), row.id, row.version, typed)
        assert await discard_unused(connection, room.clock.at, room.clock.at) == 0
        assert await discard_unused(connection, room.clock.at + timedelta(seconds=1), room.clock.at) == 1
        assert await media.get(connection, ONE) is None and await media.get(connection, TWO) is not None


async def test_a_draft_whose_picture_is_gone_says_so(room: Newsroom) -> None:
    """A person took the consent back: the story went with its pictures, and nobody is sent a message with a hole."""
    await kept(room, room.writer, ONE)
    async with room.database.write() as connection:
        row = await _write(connection, room, ONE)
        await media.remove(connection, ONE)
        found = await actions.check(connection, room.writer, office(room), row)
        assert [each.key for each in found if each.where == "pictures"] == ["no_such_picture"]
        with pytest.raises(BroadcastError, match="no_such_picture"):
            await actions.submit(connection, room.writer, office(room), row.id, row.version)
