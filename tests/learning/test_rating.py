"""Whether an answer helped: asked now and then, understood as typed, kept without who said it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from handlers.conversation import decode
from handlers.dialogs.rating import meaning
from handlers.learning.asking import opened
from handlers.learning.masking import masked
from storage import learning
from storage.tables import conversations
from storage.tables_learning import question_log
from tests.cases.conftest import Town

ASK = "Câu trả lời có giúp được bác không?"
QUESTION = "hộ nghèo vay vốn được bao nhiêu"


async def _log(town: Town) -> list[Any]:
    async with town.database.read() as connection:
        return list(await connection.execute(select(question_log).order_by(question_log.c.id)))


async def test_a_question_is_kept_without_who_asked(town: Town) -> None:
    """The text is sealed, and no column of the row holds the chat or the channel."""
    await town.say("secret-chat", "tôi ở xã Thụy Lôi")
    said = await town.say("secret-chat", f"{QUESTION}, tôi tên là Nguyễn Văn Mẫu, số 0912345678")
    (row,) = [each for each in await _log(town) if each.kind == "article"]
    assert ASK in said[-1]
    assert row.area_key == "thuy-loi-2023" and row.score > 0
    assert "secret-chat" not in str(row) and "vay" not in row.text
    text = opened(town.knowledge.keys, row.text)
    assert "vay" in text and "Mẫu" not in text and "0912" not in text


async def test_it_is_asked_with_the_first_answer_and_every_fourth(town: Town) -> None:
    """Not with each one."""
    asked = [ASK in (await town.say("a", f"{QUESTION}?{'?' * number}"))[-1] for number in range(6)]
    assert asked == [True, False, False, False, True, False]


async def test_never_with_an_emergency_nor_without_an_answer(town: Town) -> None:
    """Numbers to call, and "I do not understand", stand alone."""
    for text in ("cháy nhà rồi cứu với", "asdf qwer zxcv", "chào cháu"):
        assert ASK not in "\n".join(await town.say("a", text))
    assert {row.kind for row in await _log(town)} <= {"handoff", "choices"}


@pytest.mark.parametrize(
    ("typed", "rating"),
    [
        *[(word, 1) for word in ("có", "Đúng rồi", "dung roi", "Có giúp được", "có ạ")],
        *[(word, -1) for word in ("không", "khong", "Chưa giúp được", "không giúp được")],
    ],
)
async def test_a_typed_word_is_a_rating(town: Town, typed: str, rating: int) -> None:
    """With and without accents; the ticket goes with it, so nothing leads back."""
    await town.say("a", QUESTION)
    said = await town.say("a", typed)
    assert ("cảm ơn" if rating == 1 else "Cháu xin lỗi bác") in said[-1]
    (row,) = await _log(town)
    assert (row.rating, row.ticket) == (rating, None)


async def test_not_right_leads_to_an_officer_and_is_kept(town: Town) -> None:
    """ "Không đúng" is noted as a bad rating and goes on to the case."""
    await town.say("a", QUESTION)
    said = await town.say("a", "không đúng")
    assert "cán bộ xem lại" in said[-1]
    assert [row.rating for row in await _log(town)] == [-1]


async def test_a_no_to_something_else_is_no_rating(town: Town) -> None:
    """Once another question has been put, "không" answers that one."""
    await town.say("a", QUESTION, "kiểm tra nhà tôi được gì", "không")
    assert [row.rating for row in await _log(town)] == [None] * len(await _log(town))


async def test_from_the_next_day_on_no_ticket_is_left(town: Town) -> None:
    """The night takes it away; a late word then finds nothing, and old questions go."""
    await town.say("a", QUESTION)
    tomorrow = town.today + timedelta(days=1)
    async with town.database.write() as connection:
        assert await learning.forget_tickets(connection, town.today) == 0
        assert await learning.forget_tickets(connection, tomorrow) == 1
        assert await learning.expire(connection, town.today) == 0
    await town.say("a", "có")
    assert [(row.rating, row.ticket) for row in await _log(town)] == [(None, None)]
    async with town.database.write() as connection:
        assert await learning.expire(connection, tomorrow) == 1


async def test_deleting_ones_data_takes_the_last_question_along(town: Town) -> None:
    """As long as the conversation knows its question, both go."""
    await town.say("a", QUESTION)
    async with town.database.read() as connection:
        state = (await connection.execute(select(conversations.c.state))).scalar_one()
    assert decode(state).ticket
    await town.say("a", "xóa dữ liệu")
    await town.say("a", "1")
    assert await _log(town) == []


async def test_the_privacy_text_tells_of_it(town: Town) -> None:
    """What is kept apart is said where everything else is said."""
    await town.say("a", QUESTION)
    said = "\n".join(await town.say("a", "dữ liệu của tôi"))
    assert "180 ngày" in said


@pytest.mark.parametrize(
    ("typed", "meant"), [("đừng", ""), ("vay vốn", ""), ("không đúng đâu", "doubt"), ("ok", "yes"), ("chua", "no")]
)
def test_what_a_word_means(typed: str, meant: str) -> None:
    """A question of its own is no rating."""
    assert meaning(typed) == meant


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("tôi tên là nguyễn văn a hỏi", "tôi tên là …"),
        ("Bà Lê Thị Mẫu ở Thụy Lôi 75 tuổi", "Bà … ở Thụy Lôi 75 tuổi"),
        ("gọi 0912 345 678 hay 035.123.456.789", "gọi … hay …"),
        ("anh Nam được gì", "anh … được gì"),
        ("NGUYỄN VĂN MẪU hỏi", "… hỏi"),
        ("a@b.vn hỏi", "… hỏi"),
        ("vay 50.000.000 đồng theo Nghị định 20/2021/NĐ-CP", "vay 50.000.000 đồng theo Nghị định 20/2021/NĐ-CP"),
        ("ông Trưởng thôn không ký", "ông Trưởng thôn không ký"),
        ("Hộ nghèo vay vốn bao nhiêu", "Hộ nghèo vay vốn bao nhiêu"),
    ],
)
def test_what_could_tell_who_asked_is_masked(text: str, left: str) -> None:
    """Numbers, names and addresses go; amounts, laws and places stay."""
    assert masked(text) == left
