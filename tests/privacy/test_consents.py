"""Which version of which text a person agreed to, and when."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from content.consents import consents, mark_of
from handlers.turn import Knowledge
from storage import consents as stored
from storage.database import Database
from storage.tables_keeping import consents as table
from tests.linked.conftest import Commune, commune  # noqa: F401  # the fixture
from tests.support.assembly import Clock


@pytest.mark.parametrize("purpose", sorted(consents()))
def test_other_words_are_another_version(purpose: str, knowledge: Knowledge) -> None:
    """Whoever changes the words counts the version up and writes the new mark down."""
    consent = consents()[purpose]
    mark = mark_of(consent, knowledge.languages["vi"].phrases)
    assert consent.mark == mark, f"content/consents.yaml: {purpose} has other words; new version, mark {mark}"


async def test_the_first_and_the_last_time_are_kept(database: Database, clock: Clock) -> None:
    """The same version twice is one row; another version another one, newest first."""
    chat, first = ("plain", "c"), clock.at
    async with database.write() as connection:
        await stored.add(connection, chat, "topics", "1", first)
        clock.advance(60)
        await stored.add(connection, chat, "topics", "1", clock.at)
        clock.advance(60)
        await stored.add(connection, chat, "topics", "2", clock.at)
        rows = await stored.of_chat(connection, chat)
    assert [(row.version, (row.again_at - row.agreed_at).total_seconds()) for row in rows] == [("2", 0), ("1", 60)]
    assert rows[1].agreed_at == first


async def _agreed(place: Commune) -> set[tuple[str, str]]:
    query = select(table.c.purpose, table.c.version).where(table.c.chat == "citizen")
    async with place.database.read() as connection:
        return {(row.purpose, row.version) for row in await connection.execute(query)}


async def test_each_yes_of_the_product_is_noted(commune: Commune) -> None:  # noqa: F811
    """A household, a topic, a case; nothing before the yes, nothing left after everything was deleted."""
    said: Any = commune.phones["citizen"]
    await said.talk("nhà tôi", "mau-9", f"mã {await commune.code()}")
    assert await _agreed(commune) == set()
    await said.talk("đồng ý")
    assert await _agreed(commune) == {("household", "1")}
    await said.talk("chọn chủ đề", "1")
    await said.talk("chọn chủ đề", "1")
    assert ("topics", "1") in await _agreed(commune)
    await said.talk("hộ nghèo vay vốn được bao nhiêu", "nhắn cho cán bộ", "1", "Thụy Lôi", "Mẫu", "được", "1")
    assert ("case", "1") in await _agreed(commune)
    await said.talk("xóa dữ liệu", "đồng ý xóa")
    assert await _agreed(commune) == set()
