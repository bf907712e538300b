"""The demo district with a few households and people who report, check and decide."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from content import localities, words
from handlers.access import Actor, actor_of_account
from handlers.actions.people import sync_areas
from handlers.actions.reports import Submitted, move, submit
from handlers.reporting.frame import Frame, frame_of
from handlers.reporting.told import Told
from storage import people
from storage.database import Database
from storage.keys import Keys
from storage.reports import ReportRow
from tests.register.building import START, found_household

NOW = datetime(2023, 12, 20, 3, 0, tzinfo=UTC)
TODAY = date(2023, 12, 20)
VILLAGE = "thuy-loi-mau-1"
OTHER_VILLAGE = "thuy-loi-mau-2"
FAR_VILLAGE = "ngoc-son-mau-1"
CHAT = ("terminal", "head")


@dataclass(slots=True)
class Place:
    """Everything that a test of reports works with."""

    database: Database
    frame: Frame
    keys: Keys
    head: Actor
    neighbour: Actor
    far: Actor
    commune: Actor
    district: Actor
    second: Actor
    """A second officer of the district."""
    home: int
    members: list[int]
    other: int

    def death(self, number: int = 1, submission: str = "s1", **more: Any) -> Told:
        """The death of a member of the household."""
        values = {"on": date(2023, 12, 10), **more}
        return Told(
            "death", VILLAGE, submission=submission, household_id=self.home, member_id=self.members[number], **values
        )

    async def send(self, told: Told, actor: Actor | None = None, **more: Any) -> Submitted:
        """Send in a transaction of its own."""
        async with self.database.write() as connection:
            return await submit(
                connection, actor or self.head, self.keys, self.frame, told, chat=CHAT, now=NOW, today=TODAY, **more
            )

    async def sent(self, told: Told, actor: Actor | None = None, **more: Any) -> ReportRow:
        """Send, and have it stored."""
        submitted = await self.send(told, actor, **more)
        assert submitted.row is not None
        return submitted.row

    async def do(self, row: ReportRow, made: str, actor: Actor | None = None, **more: Any) -> ReportRow:
        """A move in a transaction of its own, with the version of the row."""
        async with self.database.write() as connection:
            return await self.do_in(connection, row, made, actor or self.district, **more)

    async def do_in(
        self, connection: AsyncConnection, row: ReportRow, made: str, actor: Actor, **more: Any
    ) -> ReportRow:
        values: dict[str, Any] = {"version": row.version, "now": NOW, "today": TODAY, "reason": "Lý do mẫu", **more}
        return await move(connection, actor, self.keys, self.frame, row.id, made, **values)

    async def approved(self, told: Told) -> ReportRow:
        """All the way to the register."""
        row = await self.do(await self.sent(told), "forward", self.commune)
        return await self.do(row, "approve")


async def person(connection: AsyncConnection, role: str, area: str, name: str) -> Actor:
    """Somebody with a role and a chat."""
    account_id = await people.create_account(connection, name, NOW)
    await people.link(connection, ("terminal", name), account_id, NOW)
    role_id = await people.grant(connection, account_id, role, area, start=START, granted_by=None)
    return await actor_of_account(connection, account_id, role_id, TODAY)


@cache
def frame() -> Frame:
    """The frame of the demo district, read once."""
    return frame_of(localities.load("kim-bang-2023"), words.load()["vi"])


async def settled(database: Database) -> Place:
    """A database with people and two households."""
    locality = frame().locality
    async with database.write() as connection:
        await sync_areas(connection, locality)
        home, members, _ = await found_household(connection, "MAU-1", "Mẫu Một", "Mẫu Hai", "Mẫu Ba", area=VILLAGE)
        other, _, _ = await found_household(connection, "MAU-2", "Mẫu Bốn", area=VILLAGE, status="near_poor")
        return Place(
            database,
            frame(),
            Keys.fixed(b"reports", NOW),
            head=await person(connection, "village_head", VILLAGE, "head"),
            neighbour=await person(connection, "village_head", OTHER_VILLAGE, "neighbour"),
            far=await person(connection, "commune_officer", "ngoc-son-2023", "far"),
            commune=await person(connection, "commune_officer", "thuy-loi-2023", "commune"),
            district=await person(connection, "district_officer", "kim-bang-district", "district"),
            second=await person(connection, "district_officer", "kim-bang-district", "second"),
            home=home,
            members=members,
            other=other,
        )


@pytest.fixture
async def place(database: Database) -> AsyncIterator[Place]:
    """On both engines."""
    yield await settled(database)
