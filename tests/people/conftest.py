"""The area tree in both databases, and short ways to make people."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest

from content import localities
from handlers.access import Actor, actor_of_account
from handlers.actions.links import Used, use_code
from handlers.actions.people import sync_areas
from handlers.turn import VIETNAM
from storage import people
from storage.database import Database
from storage.keys import Keys
from tests.support.assembly import Clock

LOCALITY: Final = localities.load("kim-bang-2023")
DISTRICT: Final = "/ha-nam/kim-bang-district/"
COMMUNE: Final = f"{DISTRICT}thuy-loi-2023/"
VILLAGE: Final = f"{COMMUNE}thuy-loi-mau-1/"
OTHER_VILLAGE: Final = f"{COMMUNE}thuy-loi-mau-2/"
OTHER_COMMUNE: Final = f"{DISTRICT}que-2023/"


@pytest.fixture
def keys(clock: Clock) -> Keys:
    return Keys.fixed(b"people", clock.at)


@pytest.fixture
def today(clock: Clock) -> date:
    return clock.at.astimezone(VIETNAM).date()


@pytest.fixture
async def places(database: Database) -> Database:
    """A database that knows the areas of the demonstration district."""
    async with database.write() as connection:
        await sync_areas(connection, LOCALITY)
    return database


async def person(database: Database, role: str, area_key: str, *, at: Clock, name: str = "Mẫu") -> Actor:
    """Somebody who holds a role from today on."""
    day = at.at.astimezone(VIETNAM).date()
    async with database.write() as connection:
        account_id = await people.create_account(connection, name, at.at)
        role_id = await people.grant(connection, account_id, role, area_key, start=day, granted_by=None)
        return await actor_of_account(connection, account_id, role_id, day)


async def typed(database: Database, keys: Keys, code: str, chat: str, *, at: Clock, channel: str = "plain") -> Used:
    """A code typed in a chat, in a transaction of its own."""
    day = at.at.astimezone(VIETNAM).date()
    async with database.write() as connection:
        return await use_code(connection, keys, (channel, chat), code, stopped=False, now=at.at, today=day)
