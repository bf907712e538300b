"""The demo district with its areas, and households made member by member."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from content import localities
from content.localities import Locality
from handlers.actions.people import sync_areas
from rules import assess
from rules.assess import Assessor
from storage import register
from storage.database import Database
from storage.keys import Keys
from storage.register import Change, creation, protected
from tests.register.building import NOW

REGISTERED = date(2022, 12, 31)


@pytest.fixture(scope="session")
def locality() -> Locality:
    return localities.load("kim-bang-2023")


@pytest.fixture(scope="session")
def assessor() -> Assessor:
    return assess.load()


@pytest.fixture
def keys() -> Keys:
    return Keys.fixed(b"figures", NOW)


@pytest.fixture
async def connection(database: Database, locality: Locality) -> AsyncIterator[AsyncConnection]:
    """One transaction to write in, over a database that knows the areas."""
    async with database.write() as opened:
        await sync_areas(opened, locality)
        yield opened


@pytest.fixture
async def sqlite(sqlite_url: str, locality: Locality) -> AsyncIterator[AsyncConnection]:
    """The same on SQLite alone, for what does not depend on the engine."""
    database = Database(sqlite_url)
    async with database.write() as opened:
        await sync_areas(opened, locality)
        yield opened
    await database.close()


async def settle(
    connection: AsyncConnection,
    keys: Keys,
    code: str,
    *people: dict[str, Any],
    status: str = "none",
    area: str = "thuy-loi-mau-1",
    kind: str = "import",
    on: date = REGISTERED,
    told: datetime = NOW,
    **more: Any,
) -> tuple[int, list[int]]:
    """A household with its members, the first of them its head; `disability` is sealed."""
    (home,) = await register.new_ids(connection, "household")
    ids = await register.new_ids(connection, "member", len(people))
    values = {"code": code, "area_key": area, "status": status, "status_since": on, "head_member_id": ids[0], **more}
    items = [creation("household", home, values)]
    for member_id, person in zip(ids, people, strict=True):
        fields = {"name": f"Nguyễn Văn Mẫu {member_id:02d}", "household_id": home, "relation": "other", **person}
        degree = fields.pop("disability", None)
        items.append(
            creation("member", member_id, {**fields, **protected.sealed(keys, "member", "disability", degree)})
        )
    await register.apply(connection, Change(kind, on, items), told)
    return home, ids
