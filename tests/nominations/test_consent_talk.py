"""What a nominee says about being written about, noted by an officer in chat after it was sent."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from handlers.turn import Knowledge
from storage.database import Database
from storage.tables import conversations
from storage.tables_nominations import nomination_moves, nominations
from tests.nominations.conftest import Nominating
from tests.reports.conftest import settled
from tests.reports.talking import Phone, phones

Talk = tuple[Nominating, dict[str, Phone]]


@pytest.fixture
async def talk(sqlite_url: str, knowledge: Knowledge) -> AsyncIterator[Talk]:
    database = Database(sqlite_url)
    nominating = Nominating(await settled(database))
    async with phones(nominating.at, knowledge) as found:
        yield nominating, found
    await database.close()


async def stored(nominating: Nominating) -> tuple[str, int]:
    async with nominating.at.database.read() as connection:
        row = (await connection.execute(select(nominations.c.consent, nominations.c.version))).one()
    return row.consent, row.version


async def test_an_officer_notes_the_yes_of_a_person(talk: Talk) -> None:
    """How and when are asked, who is the person; it stands in the history, and the officer sees it at once."""
    nominating, found = talk
    await nominating.sent()
    heard = await found["commune"].say("DC-0001")
    assert "Ghi ý kiến về đăng bài" in heard
    heard = await found["commune"].talk("ghi y kien ve dang bai", "đồng ý", "viết giấy", "hôm qua")
    assert "• Đăng bài: Đồng ý cho đăng" in heard and "• Ngày đồng ý: 19/12/2023" in heard
    heard = await found["commune"].say("1")
    assert "Đã ghi ý kiến về đăng bài của DC-0001" in heard and "đồng ý cho đăng: Nguyễn Văn Mẫu" in heard
    assert await stored(nominating) == ("yes", 2)
    async with nominating.at.database.read() as connection:
        assert list((await connection.execute(select(nomination_moves.c.move))).scalars()) == ["send", "consent"]


async def test_for_a_household_somebody_speaks(talk: Talk) -> None:
    """Whose name is sealed while the talk is stored; a day to come is refused."""
    nominating, found = talk
    await nominating.sent(nominating.said(kind="household"))
    await found["commune"].talk("DC-0001", "ghi ý kiến về đăng bài")
    assert "thay mặt" in await found["commune"].say("có")
    await found["commune"].say("Trần Thị Cứu Mẫu")
    async with nominating.at.database.read() as connection:
        states = b" ".join((await connection.execute(select(conversations.c.state))).scalars()).decode()
    assert "nomination_consent" in states and "Trần Thị" not in states and "Nguyễn Văn Mẫu" not in states
    await found["commune"].say("nhắn tin")
    assert "Bác xem lại" not in await found["commune"].say("ngày mai")
    assert "Bác xem lại" in await found["commune"].say("hôm nay")
    await found["commune"].say("1")
    assert await stored(nominating) == ("yes", 2)


async def test_a_no_is_kept_and_can_be_noted_anew(talk: Talk) -> None:
    """One question; a later yes takes its place."""
    nominating, found = talk
    await nominating.sent()
    await found["commune"].talk("DC-0001", "ghi ý kiến về đăng bài", "không muốn", "1")
    assert await stored(nominating) == ("no", 2)
    await found["commune"].talk("ghi ý kiến về đăng bài", "đồng ý", "bằng lời", "hôm nay", "1")
    assert await stored(nominating) == ("yes", 3)


async def test_only_who_checks_may_and_only_while_it_counts(talk: Talk) -> None:
    """The village head and a citizen are offered nothing; a button of before does nothing once it was withdrawn."""
    nominating, found = talk
    row = await nominating.sent()
    assert "Ghi ý kiến" not in await found["head"].say("DC-0001")
    for who in ("head", "citizen"):
        await found[who].say("", choice=f"nominations:consent:{row.id}:1")
        assert await stored(nominating) == ("unasked", 1)
    await nominating.do(row, "withdraw", nominating.at.head)
    await found["commune"].say("", choice=f"nominations:consent:{row.id}:1")
    assert "Ghi ý kiến" not in await found["commune"].say("DC-0001")
    assert await stored(nominating) == ("unasked", 2)


async def test_who_comes_second_is_told(talk: Talk) -> None:
    """Somebody moved it on while the questions were asked."""
    nominating, found = talk
    row = await nominating.sent()
    await found["commune"].talk("DC-0001", "ghi ý kiến về đăng bài", "không muốn")
    await nominating.do(row, "take", nominating.at.commune)
    heard = await found["commune"].say("1")
    assert "đang" in heard and await stored(nominating) == ("unasked", 2)
