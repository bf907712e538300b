"""The talk of a person who hands a question over, on a channel of plain text, with both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers.access import AccessDenied
from handlers.actions import inbox
from handlers.cases import telling
from storage import cases
from storage.database import Database
from storage.outbox import Priority
from storage.tables_cases import case_entries
from storage.tables_cases import cases as table
from tests.cases.conftest import DISTRICT, Town


async def _row(town: Town, case_id: int) -> cases.CaseRow:
    async with town.database.read() as connection:
        row = await cases.get(connection, case_id)
    assert row is not None
    return row


async def _texts(town: Town, case_id: int, officer: str = "Huyện Mẫu") -> list[tuple[str, str]]:
    async with town.database.write() as connection:
        seen = await inbox.see_case(connection, town.officers[officer], town.knowledge, case_id, town.clock.at)
    return [(one.entry.kind, one.text) for one in seen.talk]


async def test_a_question_goes_to_the_office_that_the_plan_makes_responsible(staffed: Town) -> None:
    """Loans: the policy bank of the district; nothing goes before the summary was confirmed."""
    await staffed.say("bac", "vay vốn hộ nghèo được bao nhiêu", "nhắn cho cán bộ", "1")
    async with staffed.database.read() as connection:
        assert (await connection.execute(select(table.c.id))).all() == []
    told = await staffed.say("bac", "Thụy Lôi", "Nguyễn Văn Mẫu", "được")
    assert "vay vốn hộ nghèo được bao nhiêu" in told[-1] and "Nguyễn Văn Mẫu" in told[-1]
    told = await staffed.say("bac", "1")
    assert "HT-0001" in told[0] and "Ngân hàng Chính sách xã hội" in told[0]
    row = await _row(staffed, 1)
    assert (row.office, row.desk_path, row.area_key, row.cause, row.topic) == (
        "policy_bank", DISTRICT, "thuy-loi-2023", "wish", "credit-poor",
    )  # fmt: skip
    assert row.village_ok and not row.is_closed
    notice = await staffed.sent("huyen", priority=int(Priority.NOTICE))
    assert len(notice) == 1 and "HT-0001" in notice[0][1] and "Nguyễn" not in notice[0][1]
    assert await staffed.sent("hoa", priority=int(Priority.NOTICE)) == []


async def test_what_is_told_is_ciphertext_in_the_database(staffed: Town) -> None:
    """Also while it is still being asked, and in the conversation's own memory."""
    await staffed.say("bac", "hộ nghèo vay vốn bí mật riêng tư", "nhắn cho cán bộ")
    await staffed.say("bac", "Chuyện kín của nhà tôi", "Thụy Lôi", "Nguyễn Văn Mẫu")
    async with staffed.database.read() as connection:
        state = (await connection.exec_driver_sql("SELECT state FROM conversations WHERE chat = 'bac'")).scalar_one()
    assert "kín" not in bytes(state).decode() and "Mẫu" not in bytes(state).decode()
    assert "bí mật" not in bytes(state).decode()
    await staffed.say("bac", "không", "1")
    async with staffed.database.read() as connection:
        stored = (await connection.execute(select(case_entries.c.text))).scalars().all()
        person = (await connection.execute(select(table.c.person))).scalar_one()
    assert stored and all("kín" not in text for text in stored) and "Mẫu" not in person
    assert ("person", "Chuyện kín của nhà tôi") in await _texts(staffed, 1)


async def test_without_an_officer_in_charge_it_goes_up_and_at_last_to_the_commune(town: Town) -> None:
    """The level in charge, those above it, the commune; then the truth."""
    told = await town.say("bac", "vay vốn hộ nghèo", "nhắn cho cán bộ", "1", "Thụy Lôi", "bỏ qua", "1")
    assert "chưa đến ai" in told[0] and "Ngân hàng Chính sách xã hội" in told[0]
    async with town.database.read() as connection:
        assert (await connection.execute(select(table.c.id))).all() == []
    await town.officer("Hoa Mẫu", "commune_officer", "thuy-loi-2023", ("plain", "hoa"))
    case_id = await town.hand_over("bac", "vay vốn hộ nghèo")
    row = await _row(town, case_id)
    assert (row.desk_key, row.office) == ("thuy-loi-2023", "policy_bank")


async def test_somebody_who_does_not_know_the_place_is_not_lost(staffed: Town) -> None:
    """ "không nhớ": the district gets it."""
    told = await staffed.say("bac", "nhắn cho cán bộ", "Nhà tôi bị cắt sổ", "không nhớ", "bỏ qua", "1")
    assert "HT-0001" in told[0]
    row = await _row(staffed, 1)
    assert (row.area_key, row.desk_path) == ("", DISTRICT)


async def test_two_misses_and_a_doubt_offer_a_person(staffed: Town) -> None:
    """Typed without accents; "đừng" is no doubt."""
    await staffed.say("bac", "qwe rty uio pas")
    told = await staffed.say("bac", "zxc vbn asd fgh")
    assert "Nhắn cho cán bộ" in told[0]
    await staffed.say("bac", "hộ nghèo vay vốn được bao nhiêu")
    assert "Nhờ cán bộ xem lại" in (await staffed.say("bac", "khong dung"))[0]
    assert "Nhờ cán bộ xem lại" in (await staffed.say("bac", "Sai rồi!"))[0]
    assert "Nhờ cán bộ xem lại" not in (await staffed.say("bac", "đừng"))[0]
    await staffed.say("bac", "sai roi", "1", "1", "Thụy Lôi", "bỏ qua", "1")
    assert (await _row(staffed, 1)).cause == "distrust"


async def test_an_emergency_comes_first_and_alarms_within_a_limit(staffed: Town) -> None:
    """Numbers to call at once; the officers of the commune, also on a day off, not more often than the limit."""
    told = await staffed.say("bac", "cháy nhà rồi cứu với")
    assert told[0].startswith("KHẨN CẤP") and "Báo cho cán bộ" in told[0]
    told = await staffed.say("bac", "1", "Thụy Lôi", "1")
    row = await _row(staffed, 1)
    assert (row.cause, row.rank, row.desk_key) == ("urgent", 0, "thuy-loi-2023")
    assert row.due_at - row.opened_at <= timedelta(hours=1)
    assert "2 cán bộ" in told[0]
    for number in range(telling.MOST_ALARMS + 3):
        chat = f"khac{number}"
        await staffed.say(chat, "cháy nhà rồi cứu với", "1", "Thụy Lôi", "1")
    alarms = await staffed.sent("hoa", priority=int(Priority.NOTICE))
    assert len(alarms) == telling.MOST_ALARMS and all("GẤP" in text for _, text, _ in alarms)
    staffed.clock.advance(telling.QUIET.total_seconds() + 1)
    async with staffed.database.write() as connection:
        words = staffed.knowledge.languages["vi"]
        assert await telling.tell_held_back(connection, words, "", staffed.clock.at) == 2
        assert await telling.tell_held_back(connection, words, "", staffed.clock.at) == 0
    assert "4 câu hỏi mới" in (await staffed.sent("hoa", priority=int(Priority.NOTICE)))[-1][1]


async def test_new_cases_are_told_together(staffed: Town) -> None:
    """One notice in the quiet span, and the next names how many came meanwhile."""
    for number in range(4):
        await staffed.hand_over(f"bac{number}")
    assert len(await staffed.sent("huyen", priority=int(Priority.NOTICE))) == 1
    staffed.clock.advance(telling.QUIET.total_seconds())
    await staffed.hand_over("bac9")
    assert "3 câu khác" in (await staffed.sent("huyen", priority=int(Priority.NOTICE)))[-1][1]


async def test_the_bot_is_silent_while_an_officer_is_in_charge(staffed: Town) -> None:
    """One word that it was passed on, then nothing; commands and cries for help still work; the talk is complete."""
    case_id = await staffed.hand_over("bac")
    async with staffed.database.write() as connection:
        await inbox.take(connection, staffed.officers["Huyện Mẫu"], case_id, 1, staffed.clock.at)
    assert "Huyện Mẫu" in (await staffed.say("bac", "thẻ bảo hiểm cần giấy tờ gì?"))[0]
    assert await staffed.say("bac", "2") == []
    assert await staffed.say("bac", "cảm ơn cháu") == []
    assert await staffed.say("bac", "", photo="ref-1") == []
    assert (await staffed.say("bac", "menu"))[0]
    assert (await staffed.say("bac", "dừng"))[0]
    assert (await staffed.say("bac", "cháy nhà rồi cứu với"))[0].startswith("KHẨN CẤP")
    texts = [text for kind, text in await _texts(staffed, case_id) if kind == "person"]
    assert texts[1:4] == ["thẻ bảo hiểm cần giấy tờ gì?", "2", "cảm ơn cháu"]
    assert texts[-1] == "cháy nhà rồi cứu với"
    assert (await _row(staffed, case_id)).urgent


async def test_the_bot_helps_while_nobody_has_taken_the_case(staffed: Town) -> None:
    """A question that it knows is answered, and still goes along."""
    case_id = await staffed.hand_over("bac")
    assert "bảo hiểm y tế" in (await staffed.say("bac", "thẻ bảo hiểm hộ nghèo cần giấy tờ gì?"))[0].lower()
    assert "HT-0001" in (await staffed.say("bac", "nhà cháu có năm người"))[0]
    assert await staffed.say("bac", "mẹ cháu ốm lâu rồi") == []
    assert len([1 for kind, _ in await _texts(staffed, case_id) if kind == "person"]) == 4


async def test_talking_to_the_bot_and_back(staffed: Town) -> None:
    """ "gặp lại Chung Tay": nothing goes along until the person wants it, or the officer writes."""
    case_id = await staffed.hand_over("bac")
    async with staffed.database.write() as connection:
        await inbox.take(connection, staffed.officers["Huyện Mẫu"], case_id, 1, staffed.clock.at)
    await staffed.say("bac", "gap lai chung tay")
    assert "bảo hiểm" in (await staffed.say("bac", "thẻ bảo hiểm hộ nghèo"))[0].lower()
    assert (await _row(staffed, case_id)).left_at is not None
    await staffed.say("bac", "nhắn tiếp cho cán bộ", "cán bộ ơi")
    assert (await _texts(staffed, case_id))[-1] == ("person", "cán bộ ơi")


async def test_a_person_takes_the_question_back_and_asks_again(staffed: Town) -> None:
    """Withdrawn it is closed; the bot is back; closed by the officer it can be opened again by a word."""
    case_id = await staffed.hand_over("bac")
    await staffed.say("bac", "rút lại câu hỏi")
    assert "rút lại câu hỏi HT-0001" in (await staffed.say("bac", "1"))[0]
    assert (await _row(staffed, case_id)).outcome == "withdrawn"
    assert "bảo hiểm" in (await staffed.say("bac", "thẻ bảo hiểm hộ nghèo"))[0].lower()
    other = await staffed.hand_over("ba")
    async with staffed.database.write() as connection:
        await inbox.close(
            connection, staffed.officers["Huyện Mẫu"], staffed.knowledge, other, "answered", staffed.clock.at
        )
    closing = (await staffed.sent("ba"))[-1][1]
    assert "HT-0002" in closing and "Chung Tay lại trả lời" in closing
    assert "bảo hiểm" in (await staffed.say("ba", "thẻ bảo hiểm hộ nghèo"))[0].lower()
    assert "mở lại" in (await staffed.say("ba", "hoi them can bo"))[0]
    assert (await _row(staffed, other)).state == "open"


async def test_deleting_the_data_empties_the_case(staffed: Town) -> None:
    """No text, no name, no chat is left; the officer is told so, and the trail holds nothing of it."""
    case_id = await staffed.hand_over("bac")
    await staffed.say("bac", "xóa dữ liệu", "1")
    row = await _row(staffed, case_id)
    assert (row.channel, row.chat, row.person, row.outcome) == ("", "", "", "deleted")
    assert all(text == "" for kind, text in await _texts(staffed, case_id))
    async with staffed.database.read() as connection:
        details = (await connection.exec_driver_sql("SELECT detail FROM audit")).scalars().all()
    assert all("Mẫu" not in each and "bac" not in each for each in details)


async def test_a_message_to_a_case_closed_at_the_same_moment_is_answered_by_the_bot(staffed: Town) -> None:
    """The turn looks again once it is alone with the case: nothing breaks, nothing is swallowed."""
    case_id = await staffed.hand_over("bac")
    async with staffed.database.write() as connection:
        officer = staffed.officers["Huyện Mẫu"]
        await inbox.close(connection, officer, staffed.knowledge, case_id, "answered", staffed.clock.at)
    assert "bảo hiểm" in (await staffed.say("bac", "thẻ bảo hiểm hộ nghèo"))[0].lower()
    assert len([1 for kind, _ in await _texts(staffed, case_id) if kind == "person"]) == 1


@pytest.mark.parametrize("officer", ["Hoa Mẫu", "Quế Mẫu", "Truyền Mẫu"])
async def test_an_officer_of_elsewhere_sees_nothing(staffed: Town, officer: str) -> None:
    """Below, beside, or of another subject: refused everywhere."""
    case_id = await staffed.hand_over("bac")
    actor = staffed.officers[officer]
    async with staffed.database.write() as connection:
        with pytest.raises(AccessDenied):
            await inbox.see_case(connection, actor, staffed.knowledge, case_id, staffed.clock.at)
        with pytest.raises(AccessDenied):
            await inbox.take(connection, actor, case_id, 1, staffed.clock.at)
        filters = inbox.filters_for(actor, "all", staffed.clock.at)
        assert (await inbox.see_inbox(connection, actor, staffed.knowledge, filters)).lines == ()


async def test_communications_staff_answer_for_their_offices(staffed: Town) -> None:
    """Culture and information is theirs."""
    await staffed.hand_over("bac", "hỗ trợ điện thoại thông tin cho hộ nghèo")
    row = await _row(staffed, 1)
    assert row.office == "culture"
    kinds = [kind for kind, _ in await _texts(staffed, 1, "Truyền Mẫu")]
    assert kinds == ["person"]


async def test_an_officer_works_the_inbox_in_chat(staffed: Town) -> None:
    """List, open by number, take, answer, note, pass on, close, next: by typing alone."""
    case_id = await staffed.hand_over("bac")
    await staffed.hand_over("ba")
    await staffed.say("huyen", "tôi là ai")
    assert "HT-0001" in (await staffed.say("huyen", "hop thu"))[0]
    told = await staffed.say("huyen", "HT-1")
    assert "N. V. Mẫu" in told[0] and "Nguyễn" not in told[0]
    await staffed.say("huyen", "nhận", "trả lời", "Chào bác, vay được đến mức chung, bác nhé.", "1")
    answer = (await staffed.sent("bac"))[-1][1]
    assert "Huyện Mẫu" in answer and "vay được đến mức chung" in answer
    assert "Đã ghi chú" in (await staffed.say("huyen", "HT-1", "ghi chú nội bộ", "đã gọi ngân hàng", "1"))[0]
    assert "HT-0002" in (await staffed.say("huyen", "HT-1", "câu tiếp theo"))[0]
    await staffed.say("huyen", "HT-1", "chuyển nơi khác", "xã Thụy Lôi", "việc của xã", "1")
    assert (await _row(staffed, case_id)).desk_key == "thuy-loi-2023"
    assert "HT-0001" in (await staffed.sent("hoa", priority=int(Priority.NOTICE)))[-1][1]
    assert "Đã khép" in (await staffed.say("hoa", "tôi là ai", "HT-1", "khép lại", "1"))[0]
    assert [kind for kind, _ in await _texts(staffed, case_id)] == [
        "person", "taken", "staff", "note", "moved", "closed",
    ]  # fmt: skip
    assert "không" in (await staffed.say("que", "tôi là ai", "HT-2"))[0]


async def test_both_engines_page_alike(staffed: Town, database: Database) -> None:
    """Every case once, urgent ones first, the one that waits longest before the others."""
    for number in range(7):
        await staffed.hand_over(f"bac{number}")
        staffed.clock.advance(61)
    async with staffed.database.write() as connection:
        await cases.change(connection, 5, {"rank": 0})
    found: list[int] = []
    after = None
    filters = inbox.filters_for(staffed.officers["Huyện Mẫu"], "all", staffed.clock.at)
    while True:
        async with database.read() as connection:
            page = await inbox.see_inbox(
                connection, staffed.officers["Huyện Mẫu"], staffed.knowledge, filters, after=after, limit=3
            )
        found += [line.id for line in page.lines]
        after = page.after
        if after is None:
            break
    assert found == [5, 1, 2, 3, 4, 6, 7]
    assert page.counts["unassigned"] == 7
