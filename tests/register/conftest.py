"""A migrated database of both engines that knows the areas of the demo district."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from content.localities import Locality, load
from handlers.actions.people import sync_areas
from storage.database import Database
from storage.keys import Keys
from tests.register.building import NOW


@pytest.fixture(scope="session")
def locality() -> Locality:
    return load("kim-bang-2023")


@pytest.fixture
def keys() -> Keys:
    return Keys.fixed(b"register", NOW)


@pytest.fixture
async def district(database: Database, locality: Locality) -> Database:
    """The database with its areas."""
    async with database.write() as connection:
        await sync_areas(connection, locality)
    return database


@pytest.fixture
async def connection(district: Database) -> AsyncIterator[AsyncConnection]:
    """One transaction to write in."""
    async with district.write() as opened:
        yield opened
