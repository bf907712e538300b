"""Deeds about announcements at the wrong time: each is refused by the state that it is in, and changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from handlers.access import Actor
from handlers.actions import broadcasts as actions
from handlers.actions.broadcasts import BroadcastError
from handlers.actions.people import sync_areas
from handlers.broadcasting.checking import Text, Typed
from handlers.broadcasting.office import Office, office_of
from handlers.turn import VIETNAM, Knowledge
from storage.broadcasts import BroadcastRow
from storage.database import Database
from storage.tables_broadcasts import broadcasts as table
from tests.people.conftest import LOCALITY, person
from tests.support.assembly import Clock

GOOD = Typed("notice", {"vi": Text("Họp dân", "Mời bà con họp.", "")}, audience='{"all":[]}')


@dataclass(frozen=True, slots=True)
class Desk:
    """Who writes and who approves, over a database of their own."""

    database: Database
    office: Office
    writer: Actor
    boss: Actor

    async def written(self, state: str = "draft") -> BroadcastRow:
        """An announcement that has come as far as that."""
        async with self.database.write() as connection:
            row = await actions.write(connection, self.writer, self.office, GOOD)
            await connection.execute(update(table).where(table.c.id == row.id).values(state=state))
            return await actions.see(connection, self.writer, row.id)

    async def refused(self, work: Awaitable[Any]) -> list[tuple[str, str]]:
        with pytest.raises(BroadcastError) as caught:
            await work
        return [(each.where, each.key) for each in caught.value.problems]


@pytest.fixture
async def desk(sqlite_url: str, knowledge: Knowledge, clock: Clock) -> AsyncIterator[Desk]:
    """On SQLite alone: nothing here depends on the engine."""
    database = Database(sqlite_url)
    async with database.write() as connection:
        await sync_areas(connection, LOCALITY)
    writer = await person(database, "communications_staff", "kim-bang-district", at=clock)
    boss = await person(database, "district_officer", "kim-bang-district", at=clock, name="Duyệt Mẫu")
    assert clock.at.astimezone(VIETNAM).date() > date(2026, 1, 1)
    yield Desk(database, office_of(knowledge, clock.at), writer, replace(boss, decides=True))
    await database.close()


@pytest.mark.parametrize("state", ["waiting_approval", "scheduled", "running", "done"])
async def test_only_a_draft_is_changed_and_sent_off(desk: Desk, state: str) -> None:
    """What a second person reads, or what is on its way, stays as it was read."""
    row = await desk.written(state)
    async with desk.database.write() as connection:
        deeds = (
            actions.rewrite(connection, desk.writer, desk.office, row.id, row.version, replace(GOOD, topic="credit")),
            actions.submit(connection, desk.writer, desk.office, row.id, row.version),
        )
        for deed in deeds:
            assert await desk.refused(deed) == [("state", "wrong_state")]
        assert await actions.see(connection, desk.writer, row.id) == row


@pytest.mark.parametrize("state", ["draft", "scheduled"])
async def test_only_what_waits_is_sent_back(desk: Desk, state: str) -> None:
    """A reason changes nothing about that."""
    row = await desk.written(state)
    async with desk.database.write() as connection:
        deed = actions.refuse(connection, desk.boss, desk.office, row.id, row.version, "Sai giờ.")
        assert await desk.refused(deed) == [("state", "wrong_state")]
        assert await actions.see(connection, desk.writer, row.id) == row


@pytest.mark.parametrize("state", ["draft", "done"])
async def test_only_what_was_sent_is_corrected(desk: Desk, state: str) -> None:
    """A draft is simply changed; one that reached nobody has nothing to be corrected."""
    row = await desk.written(state)
    async with desk.database.write() as connection:
        assert await desk.refused(actions.correct(connection, desk.writer, desk.office, row.id)) == [
            ("state", "not_corrected")
        ]
        assert [each.id for each in await actions.newest(connection, desk.writer, 10)] == [row.id]


async def test_an_announcement_is_no_album(desk: Desk) -> None:
    """Eleven pictures are refused before anybody looks for them."""
    typed = replace(GOOD, pictures=tuple("abcdefghijk"))
    async with desk.database.write() as connection:
        assert await desk.refused(actions.write(connection, desk.writer, desk.office, typed)) == [
            ("pictures", "too_many_pictures")
        ]
        assert await actions.newest(connection, desk.writer, 10) == []
