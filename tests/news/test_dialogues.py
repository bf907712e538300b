"""Policy dialogues on both engines: announced, asked, put together, answered, and everybody who asked told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select, text

from content import words
from handlers.access import AccessDenied, Actor
from handlers.actions import dialogues as actions
from handlers.actions.dialogues import Announcement
from handlers.messages import Reply
from handlers.newsroom.errors import NewsError
from storage import dialogues, people
from storage.audit import entries
from storage.dialogues import DialogueRow
from storage.keys import Keys
from storage.outbox import Priority
from storage.tables import outbox
from tests.news.conftest import Newsroom

LANGUAGES = words.load()
DAY = 24 * 3600


def _said(room: Newsroom, **changed: object) -> Announcement:
    values: dict[str, object] = {
        "title": "Đối thoại về vay vốn", "about": "Cán bộ trả lời.", "place": "Nhà văn hóa",
        "area_key": "thuy-loi-2023",
        "starts_at": room.clock.at + timedelta(days=10), "questions_until": room.clock.at + timedelta(days=7),
    }  # fmt: skip
    return Announcement(**{**values, **changed})  # type: ignore[arg-type]  # a table of fields


async def _move(room: Newsroom, actor: Actor, row: DialogueRow, wanted: str, reason: str = "") -> DialogueRow:
    async with room.database.write() as connection:
        return await actions.move(
            connection, actor, LANGUAGES, row.id, wanted, version=row.version, now=room.clock.at,
            address="https://tin.example", reason=reason,
        )  # fmt: skip


async def _open(room: Newsroom) -> DialogueRow:
    async with room.database.write() as connection:
        row = await actions.save(connection, room.writer, _said(room), now=room.clock.at)
    row = await _move(room, room.writer, row, "submit")
    return await _move(room, room.officer, row, "approve")


async def _ask(room: Newsroom, row: DialogueRow, chat: str, said: str, keys: Keys | None = None) -> None:
    async with room.database.write() as connection:
        await actions.ask(connection, keys or room.keys, ("telegram", chat), row.id, said, "vi", room.clock.at)


async def _group(room: Newsroom, row: DialogueRow, ids: list[int], question: str, answer: str = "") -> int:
    async with room.database.write() as connection:
        group = await actions.group(connection, room.writer, row.id, ids, question=question, now=room.clock.at)
        if answer:
            await actions.answer(
                connection, room.writer, row.id, group, question=question, text=answer, now=room.clock.at
            )
    return group


async def _answered(room: Newsroom, row: DialogueRow) -> DialogueRow:
    """The deadline passes, and the answers go through both hands."""
    room.clock.advance(8 * DAY)
    async with room.database.read() as connection:
        current = await dialogues.get(connection, row.id)
    assert current is not None
    current = await _move(room, room.writer, current, "submit_answers")
    return await _move(room, room.officer, current, "publish")


async def _notices(room: Newsroom) -> list[tuple[str, str]]:
    async with room.database.read() as connection:
        query = select(outbox).where(outbox.c.priority == int(Priority.NOTICE)).order_by(outbox.c.id)
        return [
            (row.chat, msgspec.json.decode(row.payload, type=Reply).text) for row in await connection.execute(query)
        ]


async def _reason(work: object) -> str:
    with pytest.raises(NewsError) as refused:
        await work  # type: ignore[misc]  # a coroutine
    return refused.value.reason


async def test_everybody_who_asked_is_told_once_with_the_answer(room: Newsroom) -> None:
    """Two questions of one person, and two channels of one account, are one message each."""
    row = await _open(room)
    await _ask(room, row, "an", "Hộ cận nghèo vay được bao nhiêu?")
    await _ask(room, row, "an", "Đường thôn bao giờ làm?")
    await _ask(room, row, "binh", "ho can ngheo vay duoc bao nhieu tien")
    await _ask(room, row, "binh-zalo", "Lãi là mấy phần trăm?")
    async with room.database.write() as connection:
        account = await people.create_account(connection, "", room.clock.at, notices_stopped=True)
        for chat in ("binh", "binh-zalo"):
            await people.link(connection, ("telegram", chat), account, room.clock.at)
        await actions.set_aside(connection, room.writer, row.id, [2], "không thuộc chủ đề", room.clock.at)
    await _group(room, row, [1, 3], "Hộ cận nghèo vay được bao nhiêu?", "Tùy chương trình, mời gặp tổ tiết kiệm.")
    await _group(room, row, [4], "Lãi suất thế nào?", "Có bảng niêm yết ở xã.")
    await _answered(room, row)
    told = dict(await _notices(room))
    assert sorted(told) == ["an", "binh"] and len(await _notices(room)) == 2
    assert "Tùy chương trình" in told["an"] and "không thuộc chủ đề" in told["an"]
    assert "Tùy chương trình" in told["binh"] and "Có bảng niêm yết" in told["binh"]
    assert "https://tin.example/doi-thoai/doi-thoai-ve-vay-von" in told["an"]
    async with room.database.read() as connection:
        assert await dialogues.to_tell(connection, row.id) == []


async def test_a_long_answer_still_fits_the_plainest_channel(room: Newsroom) -> None:
    """Shortened, with the way to the whole."""
    row = await _open(room)
    for number in range(3):
        await _ask(room, row, "an", f"Câu hỏi thứ {number}?")
        await _group(room, row, [number + 1], f"Câu hỏi thứ {number}?", "Dài lắm. " * 300)
    await _answered(room, row)
    (told,) = await _notices(room)
    assert len(told[1]) <= 2000 and "https://tin.example/doi-thoai/" in told[1]
    assert all(f"thứ {number}" in told[1] for number in range(3))


async def test_questions_are_kept_unread_and_without_their_asker(room: Newsroom) -> None:
    """Ciphertext in the database; the desk gets the words, never the chat; the trail has neither."""
    row = await _open(room)
    await _ask(room, row, "chat-of-an", "Nhà ông Nguyễn Văn Mẫu được vay không?")
    async with room.database.write() as connection:
        stored = (await connection.execute(text("SELECT text FROM dialogue_questions"))).scalar_one()
        seen = await actions.see(connection, room.writer, room.keys, row.id, room.clock.at)
        trail = await entries(connection)
    assert "Mẫu" not in stored and seen.questions[0].text == "Nhà ông Nguyễn Văn Mẫu được vay không?"
    assert "chat-of-an" not in repr(seen)
    assert [entry.verb for entry in trail[:2]] == ["dialogue_questions_seen", "dialogue_asked"]
    assert "Mẫu" not in str(trail) and "chat-of-an" not in str(trail)


async def test_what_cannot_be_taken_is_said(room: Newsroom) -> None:
    """Empty, too long, the same again (also without accents, also after a new key), too many, too late."""
    row = await _open(room)
    assert await _reason(_ask(room, row, "an", " ?! ")) == "question_empty"
    assert await _reason(_ask(room, row, "an", "x" * 1001)) == "question_long"
    await _ask(room, row, "an", "Hộ nghèo vay ở đâu?")
    assert await _reason(_ask(room, row, "an", "ho ngheo vay o dau")) == "question_same"
    rotated = Keys(None, room.keys.all())
    rotated.rotate(room.clock.at)
    assert await _reason(_ask(room, row, "an", "Hộ nghèo  vay ở đâu", rotated)) == "question_same"
    await _ask(room, row, "binh", "Hộ nghèo vay ở đâu?")
    for number in range(9):
        await _ask(room, row, "an", f"Câu số {number}")
    assert await _reason(_ask(room, row, "an", "Câu nữa")) == "questions_many"
    room.clock.at = row.questions_until
    await _ask(room, row, "binh", "Câu vào phút chót")
    room.clock.advance(1)
    assert await _reason(_ask(room, row, "binh", "Câu muộn")) == "question_late"
    assert await _reason(_ask(room, replace(row, id=99), "an", "Câu")) == "gone"


async def test_nothing_is_published_half(room: Newsroom) -> None:
    """Every question in a group or aside, every group answered, after the deadline, by two people."""
    row = await _open(room)
    await _ask(room, row, "an", "Câu một?")
    await _ask(room, row, "an", "Câu hai?")
    assert await _reason(_move(room, room.writer, row, "submit_answers")) == "not_now"
    await _group(room, row, [1], "Câu một?")
    room.clock.advance(8 * DAY)
    assert await _reason(_move(room, room.writer, row, "submit_answers")) == "ungrouped"
    await _group(room, row, [2], "Câu hai?", "Trả lời hai.")
    assert await _reason(_move(room, room.writer, row, "submit_answers")) == "unanswered"
    async with room.database.write() as connection:
        await actions.answer(connection, room.officer, row.id, 1, question="Câu một?", text="Một.", now=room.clock.at)
    waiting = await _move(room, room.officer, row, "submit_answers")
    assert await _reason(_move(room, room.officer, waiting, "publish")) == "own_text"
    with pytest.raises(AccessDenied):
        await _move(room, room.writer, waiting, "publish")
    back = await _move(room, room.officer, waiting, "send_back", "xem lại câu một")
    assert back.state == "open" and await _notices(room) == []
    waiting = await _move(room, room.writer, back, "submit_answers")
    assert (await _move(room, room.officer, waiting, "publish")).state == "answered"


async def test_whoever_deleted_the_data_is_told_nothing_and_the_rest_is_deleted_in_time(room: Newsroom) -> None:
    """The questions go ninety days after the answers; what was published stays."""
    row = await _open(room)
    await _ask(room, row, "an", "Câu của An?")
    await _ask(room, row, "binh", "Câu của Bình?")
    await _group(room, row, [1, 2], "Câu chung?", "Trả lời chung.")
    async with room.database.write() as connection:
        await dialogues.forget_questions(connection, ("telegram", "an"))
    done = await _answered(room, row)
    assert [chat for chat, _ in await _notices(room)] == ["binh"]
    room.clock.advance(actions.KEPT.total_seconds())
    async with room.database.write() as connection:
        await actions.see_list(connection, room.writer, room.clock.at)
        assert len(await dialogues.questions(connection, done.id)) == 1
        await actions.see_list(connection, room.writer, room.clock.at + timedelta(seconds=1))
        assert await dialogues.questions(connection, done.id) == []
        assert [each.answer for each in await dialogues.group_list(connection, done.id)] == ["Trả lời chung."]


async def test_a_cancelled_dialogue_is_told_with_its_reason(room: Newsroom) -> None:
    """Only who decides cancels one that has been announced."""
    row = await _open(room)
    await _ask(room, row, "an", "Câu một?")
    assert await _reason(_move(room, room.writer, row, "cancel", "mưa bão")) == "not_now"
    await _move(room, room.officer, row, "cancel", "mưa bão")
    ((chat, said),) = await _notices(room)
    assert chat == "an" and "mưa bão" in said
    assert await _reason(_ask(room, row, "an", "Câu hai?")) == "question_late"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"title": " "}, "dialogue_empty"),
        ({"place": "x" * 301}, "dialogue_long"),
        ({"questions_until": timedelta(days=-1)}, "deadline_past"),
        ({"questions_until": timedelta(days=11)}, "deadline_after_day"),
        ({"area_key": "nowhere"}, "area"),
    ],
)
async def test_an_announcement_that_cannot_be_is_refused(
    room: Newsroom, changed: dict[str, object], reason: str
) -> None:
    """Before anybody hears of it."""
    said = {name: room.clock.at + each if isinstance(each, timedelta) else each for name, each in changed.items()}
    async with room.database.write() as connection:
        assert await _reason(actions.save(connection, room.writer, _said(room, **said), now=room.clock.at)) == reason


async def test_an_open_one_is_changed_by_who_decides_and_everybody_stays_in_the_own_area(room: Newsroom) -> None:
    """The hall changes on short notice; another commune has no hand in it."""
    row = await _open(room)
    said = _said(room, place="Hội trường xã")
    for actor, reason in ((room.writer, "not_now"), (room.commune, "not_now")):
        async with room.database.write() as connection:
            work = actions.save(connection, actor, said, dialogue_id=row.id, version=row.version, now=room.clock.at)
            assert await _reason(work) == reason
    async with room.database.write() as connection:
        changed = await actions.save(
            connection, room.officer, said, dialogue_id=row.id, version=row.version, now=room.clock.at
        )
        assert changed.place == "Hội trường xã"
        for actor in (room.other, room.head):
            with pytest.raises(AccessDenied):
                await actions.see(connection, actor, room.keys, row.id, room.clock.at)
            with pytest.raises(AccessDenied):
                await actions.group(connection, actor, row.id, [], question="?", now=room.clock.at)
    assert await _reason(_move(room, room.officer, row, "cancel", "cũ")) == "changed_meanwhile"


async def test_numbers_in_a_question_are_not_shown(room: Newsroom) -> None:
    """Nobody at the desk learns who asked, not by a telephone number in the question either."""
    row = await _open(room)
    await _ask(room, row, "1", "Nhà tôi ở thôn 2, số 0912 345 678, vay 50.000.000 đồng được không?")
    async with room.database.write() as connection:
        seen = await actions.see(connection, room.writer, room.keys, row.id, room.clock.at)
    assert [each.text for each in seen.questions] == ["Nhà tôi ở thôn 2, số ••••••, vay 50.000.000 đồng được không?"]
