"""A commune with a few households, its village head, and a citizen with a telephone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from handlers.messages import Reply
from handlers.turn import Knowledge
from storage.database import Database
from storage.outbox import Priority
from storage.tables import outbox
from storage.tables_people import audit
from tests.register.building import START, found_household, set_fields
from tests.reports.conftest import VILLAGE, Place, settled
from tests.reports.talking import Phone, phones

BORN = date(1951, 3, 4)


@dataclass(slots=True)
class Commune:
    """The place with a household whose head has a birth date, and everybody's phones."""

    place: Place
    phones: dict[str, Phone]
    home: int

    @property
    def database(self) -> Database:
        return self.place.database

    async def rows(self, table: Any) -> list[Any]:
        async with self.database.read() as connection:
            return list(await connection.execute(select(table).order_by(*table.primary_key.columns)))

    async def verbs(self) -> list[str]:
        return [row.verb for row in await self.rows(audit)]

    async def code(self, household: str = "mau chin") -> str:
        """A code for a household, as the village head gets it in the chat."""
        heard = await self.phones["head"].talk("cấp mã hộ", household)
        found = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", heard)
        assert found is not None, heard
        return found[0]

    async def linked(self) -> None:
        """The citizen is linked with the household."""
        heard = await self.phones["citizen"].talk("nhà tôi", "mau-9", f"mã {await self.code()}", "đồng ý")
        assert "Đã gắn với hộ MAU-9" in heard

    async def notices(self) -> list[tuple[str, str]]:
        """(chat, text) of every notice that was written."""
        found = [row for row in await self.rows(outbox) if row.priority == int(Priority.NOTICE)]
        return [(row.chat, msgspec.json.decode(row.payload, type=Reply).text) for row in found]


@pytest.fixture
async def commune(database: Database, knowledge: Knowledge) -> AsyncIterator[Commune]:
    """On both engines."""
    place = await settled(database)
    async with database.write() as connection:
        home, members, _ = await found_household(
            connection, "MAU-9", "Hoàng Văn Mẫu Chín", "Hoàng Thị Mẫu Mười", area=VILLAGE, status="poor"
        )
        await set_fields(connection, "correction", START, ("member", members[0], {"birth_date": BORN}))
    async with phones(place, knowledge) as found:
        citizen = found["citizen"]
        found["stranger"] = Phone(citizen._engine, citizen._outlet, "stranger")
        yield Commune(place, found, home)
