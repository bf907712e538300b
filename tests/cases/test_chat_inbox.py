"""The officers' inbox in chat, by typing: giving a case away, saved replies, articles, a picture with the answer."""

from __future__ import annotations

import asyncio
import re

import msgspec
import pytest
from sqlalchemy import select

from bot.fetching import fetch_all
from handlers.actions import inbox, inbox_replies
from handlers.messages import Reply
from storage import cases, files
from storage.tables_files import files as files_table
from storage.tables_media import media, media_fetches
from storage.tables_people import audit
from tests.cases.conftest import Town
from tests.news.conftest import picture


def _number(said: str, label: str) -> str:
    """What to type for a choice."""
    found = re.search(rf"^(\d+)\. .*{label}", said, flags=re.MULTILINE)
    assert found is not None, f"no “{label}” in:\n{said}"
    return found[1]


async def _say(town: Town, chat: str, *texts: str, photo: str = "") -> str:
    return "\n".join(await town.say(chat, *texts, photo=photo))


async def _open(town: Town, chat: str) -> str:
    """Whoever has a role asks for it first, as people do."""
    return await _say(town, chat, "tôi là ai", "HT-0001")


async def _pick(town: Town, chat: str, said: str, label: str) -> str:
    return await _say(town, chat, _number(said, label))


async def _row(town: Town, case_id: int = 1) -> cases.CaseRow:
    async with town.database.read() as connection:
        row = await cases.get(connection, case_id)
    assert row is not None
    return row


async def _verbs(town: Town) -> list[str]:
    async with town.database.read() as connection:
        found = await connection.execute(select(audit.c.verb).order_by(audit.c.id))
        return list(found.scalars())


async def _save(town: Town, title: str, text: str, who: str = "Huyện Mẫu") -> None:
    async with town.database.write() as connection:
        await inbox_replies.save_reply(
            connection, town.officers[who], title, text, shared=False, now=town.clock.at
        )  # fmt: skip


async def _fetch(town: Town, data: bytes) -> int:
    async def source(ref: str) -> bytes | None:
        await asyncio.sleep(0)
        return data if ref == "red" else None

    return await fetch_all(town.database, town.knowledge, {"plain": source}, town.clock.at)


async def _from_telegram(town: Town) -> None:
    """A case whose person can be shown pictures."""
    question = "hộ nghèo vay vốn được bao nhiêu"
    await town.say("tele", question, "nhắn cho cán bộ", "1", "Thụy Lôi", "bỏ qua", "1", channel="telegram")


async def test_each_box_is_a_word_away(staffed: Town) -> None:
    """Nobody's, one's own, those that wait for the person, and the late ones."""
    await staffed.hand_over("bac")
    await _open(staffed, "huyen")
    said = await _say(staffed, "huyen", "hộp thư")
    assert "HT-0001" in said and "Đang giữ · Chờ dân · Quá hạn" in said
    assert "HT-0001" not in await _say(staffed, "huyen", "chờ dân")
    await _pick(staffed, "huyen", await _say(staffed, "huyen", "HT-0001"), "Trả lời$")
    await _say(staffed, "huyen", "Mai bác lên xã.", "1")
    assert "HT-0001" not in await _say(staffed, "huyen", "hộp thư")
    assert "chờ người dân" in (await _say(staffed, "huyen", "cho dan")).lower()
    assert "HT-0001" in await _say(staffed, "huyen", "hộp thư", "chờ dân")
    assert "HT-0001" not in await _say(staffed, "huyen", "quá hạn")


async def test_a_case_is_given_to_a_colleague(staffed: Town) -> None:
    """A list of who answers there, a number, a notice, a line in the trail; nobody from elsewhere is in it."""
    other = await staffed.officer("Đồng Mẫu", "district_officer", "kim-bang-district", ("plain", "dong"))
    await staffed.hand_over("bac")
    said = await _pick(staffed, "huyen", await _open(staffed, "huyen"), "Giao cho đồng nghiệp")
    assert "Giao HT-0001 cho ai?" in said and "Hoa Mẫu" not in said and "Huyện Mẫu" not in said
    said = await _pick(staffed, "huyen", said, "Đồng Mẫu")
    assert said.startswith("Đã giao HT-0001 cho Đồng Mẫu.")
    assert (await _row(staffed)).assignee == other.account_id
    assert "Huyện Mẫu giao" in (await staffed.sent("dong"))[-1][1]
    assert (await _verbs(staffed)).count("case_assigned") == 1


async def test_of_two_who_give_it_away_the_second_is_told(staffed: Town) -> None:
    """The list is old: a colleague has taken the case meanwhile, and keeps it."""
    other = await staffed.officer("Đồng Mẫu", "district_officer", "kim-bang-district", ("plain", "dong"))
    third = await staffed.officer("Tây Mẫu", "district_officer", "kim-bang-district", ("plain", "tay"))
    await staffed.hand_over("bac")
    said = await _pick(staffed, "huyen", await _open(staffed, "huyen"), "Giao cho đồng nghiệp")
    await _pick(staffed, "dong", await _open(staffed, "dong"), "Nhận")
    assert "Đồng Mẫu vừa nhận câu hỏi này" in await _pick(staffed, "huyen", said, "Tây Mẫu")
    assert (await _row(staffed)).assignee == other.account_id
    said = await _pick(staffed, "huyen", await _open(staffed, "huyen"), "Giao cho đồng nghiệp")
    assert "Đồng Mẫu" not in said and "Huyện Mẫu" in said
    await _pick(staffed, "huyen", said, "Tây Mẫu")
    assert (await _row(staffed)).assignee == third.account_id


async def test_nobody_else_there_is_nobody_to_choose(staffed: Town) -> None:
    """And a long list goes on by the same numbers."""
    await staffed.hand_over("bac")
    assert "Giao cho" not in await _open(staffed, "huyen")
    for number in range(9):
        await staffed.officer(f"Người Mẫu {number}", "district_officer", "kim-bang-district")
    said = await _pick(staffed, "huyen", await _open(staffed, "huyen"), "Giao cho đồng nghiệp")
    assert said.count("Người Mẫu") == 8
    said = await _pick(staffed, "huyen", said, "Xem tiếp")
    assert said.count("Người Mẫu") == 1
    assert "Đã giao" in await _say(staffed, "huyen", "1")


async def test_a_saved_reply_is_seen_filled_in_and_sent(staffed: Town) -> None:
    """Chosen by number; the whole text before the yes."""
    long = "Mời bác lên xã. " + "Mang theo giấy tờ của cả nhà. " * 40
    await _save(staffed, "Hẹn lên xã", f"Chào {{nguoi}}, về {{so}}: {long}Cán bộ {{can_bo}}, {{co_quan}}.")
    await staffed.hand_over("bac")
    said = await _pick(staffed, "huyen", await _open(staffed, "huyen"), "Dùng mẫu trả lời")
    said = await _pick(staffed, "huyen", said, "Hẹn lên xã")
    assert "Chào N. V. Mẫu, về HT-0001: Mời bác" in said and "Cán bộ Huyện Mẫu, Ngân hàng" in said
    before = await staffed.last_id()
    assert "Đã gửi trả lời HT-0001" in await _say(staffed, "huyen", "1")
    told = "".join(text for _, text, _ in await staffed.sent("bac", after=before))
    assert told.count("Mang theo giấy tờ") == 40 and "Chào N. V. Mẫu" in told
    assert "case_answered" in await _verbs(staffed)


async def test_what_a_saved_reply_lacks_is_asked_for(staffed: Town) -> None:
    """The person told no name; a brace is none; going back asks again."""
    await _save(staffed, "Hẹn", "Chào {nguoi}, mai lên xã.")
    await staffed.say("bac", "hộ nghèo vay vốn", "nhắn cho cán bộ", "1", "Thụy Lôi", "bỏ qua", "1")
    said = await _pick(staffed, "huyen", await _open(staffed, "huyen"), "Dùng mẫu trả lời")
    said = await _pick(staffed, "huyen", said, "Hẹn")
    assert "Chào {nguoi}" in said and "Còn thiếu tên người hỏi" in said
    assert "ngoặc nhọn" in await _say(staffed, "huyen", "bác {ten}")
    assert "Chào bác Tư, mai lên xã." in await _say(staffed, "huyen", "bác Tư")
    # Changed before it goes: the own text takes its place; nothing of it is remembered in the clear.
    assert "bác Tư" not in await _say(staffed, "huyen", "2")
    async with staffed.database.read() as connection:
        state = (await connection.exec_driver_sql("SELECT state FROM conversations WHERE chat = 'huyen'")).scalar_one()
    assert "bác Tư" not in bytes(state).decode() and "mai lên" not in bytes(state).decode()
    await _say(staffed, "huyen", "1")
    said = await _say(staffed, "huyen", "Chào bác Năm, mốt lên xã.")
    assert "bác Năm" in said and "bác Tư" not in said
    before = await staffed.last_id()
    await _say(staffed, "huyen", "1")
    told = (await staffed.sent("bac", after=before))[0][1]
    assert "bác Năm" in told and "bác Tư" not in told


async def test_one_that_was_deleted_meanwhile_is_said(staffed: Town) -> None:
    """And a colleague's own is never in the list."""
    await _save(staffed, "Riêng của Hoa", "Chào bác.", "Hoa Mẫu")
    await staffed.hand_over("bac")
    assert "mẫu trả lời" not in await _open(staffed, "huyen")
    await _save(staffed, "Hẹn", "Mai lên xã.")
    said = await _pick(staffed, "huyen", await _open(staffed, "huyen"), "Dùng mẫu trả lời")
    assert "Hoa" not in said
    async with staffed.database.write() as connection:
        await inbox_replies.drop_reply(connection, staffed.officers["Huyện Mẫu"], 2, staffed.clock.at)
    assert "Không có mẫu này nữa" in await _pick(staffed, "huyen", said, "Hẹn")


async def test_an_article_stands_beside_the_question_and_answers_it(staffed: Town) -> None:
    """One number, and what it says today is the answer, after a yes."""
    await staffed.hand_over("bac")
    said = await _open(staffed, "huyen")
    title = said.split("Trả lời theo bài: ")[1].splitlines()[0]
    article = next(one for one in staffed.knowledge.library if one.title == title)
    words = staffed.knowledge.languages["vi"]
    part = staffed.knowledge.filler.part(article, None, staffed.today, words)
    assert part is not None
    said = await _pick(staffed, "huyen", said, "Trả lời theo bài")
    assert part.text in said
    before = await staffed.last_id()
    await _say(staffed, "huyen", "1")
    assert part.text in "\n".join(text for _, text, _ in await staffed.sent("bac", after=before))


async def test_a_picture_goes_along_with_the_answer(staffed: Town) -> None:
    """Sent in the chat, waited for, sealed meanwhile, the officer's alone; it arrives with the words."""
    await _from_telegram(staffed)
    await _pick(staffed, "huyen", await _open(staffed, "huyen"), "Trả lời$")
    said = await _say(staffed, "huyen", "", photo="red")
    assert "Đã nhận ảnh" in said and "1. Gửi ảnh, không kèm chữ" in said
    said = await _say(staffed, "huyen", "Đường đến nhà văn hóa đây bác.")
    assert "• Kèm theo: 1 ảnh" in said
    said = await _say(staffed, "huyen", "1")
    assert "đang tải về" in said and "• Kèm theo: 1 ảnh" in said
    said = await _say(staffed, "huyen", "1")
    assert "đang tải về" in said
    shown = picture(40, 30)
    assert await _fetch(staffed, shown) == 1
    async with staffed.database.read() as connection:
        kept = (await connection.execute(select(files_table))).one()
        assert (await connection.execute(select(media.c.id))).first() is None
    assert (kept.channel, kept.chat) == ("desk", str(staffed.officers["Huyện Mẫu"].account_id))
    assert b"JFIF" not in kept.data
    before = await staffed.last_id()
    assert "Đã gửi trả lời" in await _say(staffed, "huyen", "1")
    sent = [
        msgspec.json.decode(each, type=Reply) for _, _, each in await staffed.sent("tele", "telegram", after=before)
    ]
    assert "nhà văn hóa" in sent[0].text and sent[-1].picture
    async with staffed.database.read() as connection:
        brought = await files.read_file(connection, sent[-1].picture, staffed.clock.at)
    assert brought is not None and (brought.channel, brought.chat) == ("telegram", "tele")
    assert brought.data.startswith(b"\xff\xd8")


async def test_a_picture_alone_another_one_and_none(staffed: Town) -> None:
    """By numbers: without words; changed at the summary; left out, and then words are needed."""
    await _from_telegram(staffed)
    await _pick(staffed, "huyen", await _open(staffed, "huyen"), "Trả lời$")
    await _say(staffed, "huyen", "", photo="red")
    said = await _say(staffed, "huyen", "1")
    assert "(không kèm chữ)" in said and "• Kèm theo: 1 ảnh" in said
    await _pick(staffed, "huyen", await _pick(staffed, "huyen", said, "Sửa lại"), "Kèm theo")
    assert "Chờ một tấm ảnh" in await _say(staffed, "huyen", "gì cơ")
    said = await _say(staffed, "huyen", "", photo="red")
    assert "kèm được một ảnh" in said and "• Kèm theo: 1 ảnh" in said
    await _pick(staffed, "huyen", await _pick(staffed, "huyen", said, "Sửa lại"), "Kèm theo")
    assert "Gõ câu trả lời" in await _say(staffed, "huyen", "1")
    said = await _say(staffed, "huyen", "Lời thôi, bác ạ.")
    assert "Kèm theo" not in said
    before = await staffed.last_id()
    await _say(staffed, "huyen", "1")
    assert b'"picture"' not in (await staffed.sent("tele", "telegram", after=before))[-1][2]


async def test_a_picture_that_is_none_is_left_out_with_the_reason(staffed: Town) -> None:
    """What was to go alone is asked for in words then; nothing has been sent."""
    await _from_telegram(staffed)
    await _pick(staffed, "huyen", await _open(staffed, "huyen"), "Trả lời$")
    await _say(staffed, "huyen", "", photo="red")
    await _say(staffed, "huyen", "1")
    await _fetch(staffed, b"no picture at all")
    said = await _say(staffed, "huyen", "1")
    assert "không phải ảnh đọc được" in said and "Gõ câu trả lời" in said
    assert (await _row(staffed)).first_reply_at is None
    async with staffed.database.read() as connection:
        assert (await connection.execute(select(media_fetches.c.id))).first() is None


async def test_where_a_picture_cannot_go_it_is_said_at_once(staffed: Town) -> None:
    """To a channel of words; with a note."""
    await staffed.hand_over("bac")
    said = await _open(staffed, "huyen")
    await _pick(staffed, "huyen", said, "Trả lời$")
    assert "không nhận ảnh" in await _say(staffed, "huyen", "", photo="red")
    await _pick(staffed, "huyen", await _say(staffed, "huyen", "để sau", "HT-0001"), "Ghi chú nội bộ")
    assert "chỉ gửi kèm được câu trả lời" in await _say(staffed, "huyen", "", photo="red")
    async with staffed.database.read() as connection:
        assert (await connection.execute(select(media_fetches.c.id))).first() is None


@pytest.mark.parametrize("way", ["saved", "article"])
async def test_a_case_that_was_closed_meanwhile_is_not_begun(staffed: Town, way: str) -> None:
    """The buttons of an older message say why."""
    await _save(staffed, "Hẹn", "Mai lên xã.")
    await staffed.hand_over("bac")
    said = await _open(staffed, "huyen")
    async with staffed.database.write() as connection:
        actor = staffed.officers["Huyện Mẫu"]
        await inbox.close(connection, actor, staffed.knowledge, 1, "answered", staffed.clock.at)
    label = "Dùng mẫu" if way == "saved" else "theo bài"
    assert "đã khép lại" in await _pick(staffed, "huyen", said, label)


async def test_what_was_written_stays_when_it_cannot_go_out(staffed: Town) -> None:
    """Closed by a colleague meanwhile and opened again: the same text goes out by one number."""
    await staffed.hand_over("bac")
    await _pick(staffed, "huyen", await _open(staffed, "huyen"), "Trả lời$")
    await _say(staffed, "huyen", "Mai bác lên xã nhé.")
    actor, at = staffed.officers["Huyện Mẫu"], staffed.clock.at
    async with staffed.database.write() as connection:
        await inbox.close(connection, actor, staffed.knowledge, 1, "answered", at)
    said = await _say(staffed, "huyen", "1")
    assert "đã khép lại" in said and "1. Thử gửi lại" in said
    async with staffed.database.write() as connection:
        await inbox.reopen(connection, actor, 1, at, at)
    assert "Đã gửi trả lời" in await _say(staffed, "huyen", "1")
    assert "Mai bác lên xã nhé." in (await staffed.sent("bac"))[-1][1]
