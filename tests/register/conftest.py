"""A migrated database of both engines that knows the areas of the demo district."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from content.exchange.places import Place, Places
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


@pytest.fixture(scope="session")
def small_places() -> Places:
    """Two communes with a village or two, without a database."""
    communes = [("ngoc-son-2023", "13423", "xã Ngọc Sơn"), ("thuy-loi-2023", "THUYLOI", "xã Thụy Lôi")]
    places = [Place(key, code, name, "commune", f"/{key}/", None, True) for key, code, name in communes]
    places += [
        Place(
            f"{key}-{number}",
            f"{code}-{number}",
            f"Thôn Mẫu {number} (demo)",
            "village",
            f"/{key}/{number}/",
            key,
            True,
        )
        for key, code, _ in communes
        for number in (1, 2)
    ]
    return Places(places)
