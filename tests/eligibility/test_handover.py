"""Sending a result to the commune's officers: asked, shown, confirmed, never claimed when nobody gets it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from handlers.turn import Knowledge
from storage import audit
from storage.database import Database
from storage.tables import outbox
from tests.reports.conftest import Place, settled
from tests.reports.talking import Phone, phones

RESULT = ("mẹ tôi 76 tuổi hộ nghèo không lương hưu", "1", "xem kết quả", "đưa cho trưởng thôn, cán bộ", "1")


@pytest.fixture
async def talk(sqlite_url: str, knowledge: Knowledge) -> AsyncIterator[tuple[Place, dict[str, Phone]]]:
    """People of the demo district: "commune" is the officer of Thụy Lôi; Quế has none."""
    database = Database(sqlite_url)
    place = await settled(database)
    async with phones(place, knowledge) as found:
        yield place, found
    await database.close()


async def _notices(place: Place) -> list[tuple[str, str]]:
    async with place.database.read() as connection:
        rows = await connection.execute(select(outbox.c.chat, outbox.c.payload).where(outbox.c.priority == 2))
        return [(row.chat, row.payload.decode()) for row in rows]


async def test_the_communes_officer_gets_it_after_a_clear_yes(talk: tuple[Place, dict[str, Phone]]) -> None:
    """Before the yes nobody has got anything; then the officer of that commune alone, with the contact."""
    place, phone = talk
    assert "Bác ở xã" in await phone["citizen"].talk(*RESULT)
    assert "họ tên" in await phone["citizen"].say("Thụy Lôi")
    assert "Trần Thị Mẫu" in await phone["citizen"].say("Trần Thị Mẫu, thôn Mẫu 1")
    assert await _notices(place) == []
    assert "đã gửi cho cán bộ" in await phone["citizen"].say("1")
    [(chat, text)] = await _notices(place)
    assert chat == "commune"
    assert "Trần Thị Mẫu" in text
    assert "76 tuổi" in text
    assert "Thẻ bảo hiểm y tế cho người thuộc hộ nghèo" in text
    async with place.database.read() as connection:
        entries = [entry async for entry in audit.walk(connection) if entry.verb == "card_handed_over"]
    assert len(entries) == 1
    assert "Mẫu" not in str(entries[0])


async def test_where_nobody_reads_nothing_is_claimed(talk: tuple[Place, dict[str, Phone]]) -> None:
    """A commune without an officer: the person is told, and shown what to do instead."""
    place, phone = talk
    await phone["citizen"].talk(*RESULT, "thị trấn Quế", "Trần Thị Mẫu, thôn Mẫu 1")
    assert "chưa gửi cho ai" in await phone["citizen"].say("1")
    assert await _notices(place) == []


async def test_cancelling_sends_nothing(talk: tuple[Place, dict[str, Phone]]) -> None:
    """The near miss of the yes."""
    place, phone = talk
    await phone["citizen"].talk(*RESULT, "Thụy Lôi", "Trần Thị Mẫu, thôn Mẫu 1", "hủy bỏ")
    assert await _notices(place) == []
