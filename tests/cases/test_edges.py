"""Cases at their edges: taken back, closed or reopened meanwhile, said in odd ways, and nobody there to carry them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.access import VILLAGE_HEAD
from handlers.actions import cases as actions
from handlers.actions import inbox, inbox_replies
from handlers.actions.cases import Wish
from handlers.actions.handover import send_to_officers
from handlers.cases import sealing
from handlers.cases.errors import CaseError
from handlers.cases.saved import SavedError
from handlers.conversation import Conversation
from handlers.messages import Incoming, Location
from handlers.turn import Knowledge, Turn, UnitOfWork
from storage import cases, saved_replies
from storage.cases import CaseRow
from storage.database import Database
from storage.tables_cases import case_entries
from storage.tables_cases import cases as table
from storage.tables_people import account_channels
from tests.cases.conftest import Town, _town, sync_areas, unhurried
from tests.support.assembly import Clock


@pytest.fixture
async def staffed(sqlite_url: str, knowledge: Knowledge, clock: Clock) -> AsyncIterator[Town]:
    """A commune's and the district's officers on SQLite alone: nothing here depends on the engine."""
    database = unhurried(Database(sqlite_url))
    async with database.write() as connection:
        await sync_areas(connection, knowledge.locality)
    town = _town(database, knowledge, clock)
    await town.officer("Hoa Mẫu", "commune_officer", "thuy-loi-2023", ("plain", "hoa"))
    await town.officer("Huyện Mẫu", "district_officer", "kim-bang-district", ("plain", "huyen"))
    yield town
    await town.engine.close()
    await database.close()


async def _row(town: Town, case_id: int) -> CaseRow:
    async with town.database.read() as connection:
        row = await cases.get(connection, case_id)
    assert row is not None
    return row


async def _closed(town: Town, case_id: int) -> None:
    async with town.database.write() as connection:
        await inbox.close(connection, town.officers["Huyện Mẫu"], town.knowledge, case_id, "answered", town.clock.at)


async def test_an_open_case_is_reopened_by_nobody_and_a_second_one_stands_in_the_way(staffed: Town) -> None:
    """Pressing twice changes nothing; who has asked again meanwhile is answered there."""
    boss, at = staffed.officers["Huyện Mẫu"], staffed.clock.at
    case_id = await staffed.hand_over("bac")
    before = await _row(staffed, case_id)
    async with staffed.database.write() as connection:
        assert await inbox.reopen(connection, boss, case_id, at + timedelta(days=3), at) == before
    await _closed(staffed, case_id)
    await staffed.hand_over("bac", "học phí cháu tôi được giảm bao nhiêu")
    async with staffed.database.write() as connection:
        with pytest.raises(CaseError) as refused:
            await inbox.reopen(connection, boss, case_id, at + timedelta(days=3), at)
    assert refused.value.key == "inbox.error_other_case"
    assert (await _row(staffed, case_id)).is_closed


async def test_a_case_of_no_place_has_no_village_heads(staffed: Town) -> None:
    """Nobody is sent to somebody of whom one does not know where he lives."""
    case_id = await staffed.hand_over("bac")
    await staffed.officer("Trưởng Mẫu", VILLAGE_HEAD, "thuy-loi-mau-1", ("plain", "truong"))
    async with staffed.database.write() as connection:
        row = await _row(staffed, case_id)
        assert [one.name for one in await inbox.village_heads(connection, row, staffed.today)] == ["Trưởng Mẫu"]
        for place in ("", "no-such-place"):
            await connection.execute(update(table).where(table.c.id == case_id).values(area_key=place))
            row = await cases.get(connection, case_id) or row
            assert await inbox.village_heads(connection, row, staffed.today) == []


async def test_a_saved_reply_is_changed_by_whom_it_belongs_to(staffed: Town) -> None:
    """One's own at any time; the office's by whoever answers there, an overlong one by nobody."""
    hoa, at = staffed.officers["Hoa Mẫu"], staffed.clock.at
    async with staffed.database.write() as connection:
        own = await inbox_replies.save_reply(connection, hoa, "Hẹn", "Mời lên xã.", shared=False, now=at)
        await inbox_replies.save_reply(connection, hoa, "Hẹn", "Mời ra xã.", shared=False, now=at, reply_id=own)
        kept = await saved_replies.get(connection, own)
        assert kept is not None and kept.text == "Mời ra xã."
        for title, text in (("t" * 200, "Mời."), ("Dài", "x" * 5000)):
            with pytest.raises(SavedError) as refused:
                await inbox_replies.save_reply(connection, hoa, title, text, shared=False, now=at)
            assert refused.value.key == "inbox.saved_long"
        await inbox_replies.drop_reply(connection, hoa, own, at)
        assert await saved_replies.get(connection, own) is None


async def test_a_document_is_known_by_its_content_and_gets_a_plain_name() -> None:
    """Its own ending, no accents, no folders; a picture is drawn anew."""
    found = await inbox_replies.check_file("../Giấy mời họp.TXT", "Mời bác lên xã.".encode())
    assert (found.mime.split(";")[0], found.name) == ("text/plain", "giay-moi-hop.txt")
    file = BytesIO()
    Image.new("RGB", (64, 64), "#c04040").save(file, "PNG")
    assert (await inbox_replies.check_file("ảnh.png", file.getvalue())).mime.startswith("image/")


async def test_a_note_says_something_and_not_everything(staffed: Town) -> None:
    """Neither blanks nor a book; sent twice it is one."""
    case_id = await staffed.hand_over("bac")
    boss, at = staffed.officers["Huyện Mẫu"], staffed.clock.at
    async with staffed.database.write() as connection:
        for text, key in (("  ", "inbox.error_empty"), ("x" * (inbox.LONGEST + 1), "inbox.error_long")):
            with pytest.raises(CaseError) as refused:
                await inbox.note(connection, boss, staffed.knowledge, case_id, text, "", at)
            assert refused.value.key == key
        first = await inbox.note(connection, boss, staffed.knowledge, case_id, "Đã gọi.", "n" * 32, at)
        again = await inbox.note(connection, boss, staffed.knowledge, case_id, "Đã gọi.", "n" * 32, at)
        assert again.version == first.version


async def test_a_case_is_moved_to_an_office_and_a_level_that_there_are(staffed: Town) -> None:
    """Typed into the form by hand, nothing is moved; the same level of the same office is no move."""
    case_id = await staffed.hand_over("bac")
    boss = staffed.officers["Huyện Mẫu"]
    before = await _row(staffed, case_id)
    for office, level, key in (
        ("moon", "commune", "inbox.error_no_office"),
        (before.office, "galaxy", "inbox.error_no_level"),
        (before.office, "district", "inbox.error_same_desk"),
    ):
        async with staffed.database.write() as connection:
            with pytest.raises(CaseError) as refused:
                await inbox.move(connection, boss, staffed.knowledge, case_id, office, level, "", staffed.clock.at)
        assert refused.value.key == key
    assert await _row(staffed, case_id) == before


async def test_taken_by_oneself_nobody_is_told(staffed: Town) -> None:
    """Given to a colleague it is told; kept for oneself it is no news. A desk that is gone has no colleagues."""
    case_id = await staffed.hand_over("bac")
    boss = staffed.officers["Huyện Mẫu"]
    other = await staffed.officer("Đồng Mẫu", "district_officer", "kim-bang-district", ("plain", "dong"))
    staff = await staffed.officer("Thêm Mẫu", "commune_officer", "que-2023")
    told = len(await staffed.sent("huyen"))
    async with staffed.database.write() as connection:
        row = await inbox.assign(connection, boss, staffed.knowledge, case_id, boss.account_id, staffed.clock.at)
        assert row.assignee == boss.account_id
        named = await inbox.colleagues(connection, row, staffed.clock.at)
        assert sorted(one.name for one in named) == ["Huyện Mẫu", "Đồng Mẫu"]
        gone = replace(row, desk_key="no-such-place")
        assert await inbox.colleagues(connection, gone, staffed.clock.at) == []
        with pytest.raises(CaseError):
            await inbox.assign(connection, boss, staffed.knowledge, case_id, staff.account_id, staffed.clock.at)
    assert len(await staffed.sent("huyen")) == told
    async with staffed.database.write() as connection:
        await inbox.assign(connection, boss, staffed.knowledge, case_id, other.account_id, staffed.clock.at)
    assert "HT-0001" in (await staffed.sent("dong"))[-1][1]


async def test_a_village_head_without_a_chat_brings_nothing(staffed: Town) -> None:
    """Nobody is said to have been asked; a text without words is no errand either."""
    head = await staffed.officer("Trưởng Mẫu", VILLAGE_HEAD, "thuy-loi-mau-1", ("plain", "truong"))
    case_id = await staffed.hand_over("bac")
    boss = staffed.officers["Huyện Mẫu"]

    async def relay(text: str) -> str:
        async with staffed.database.write() as connection:
            with pytest.raises(CaseError) as refused:
                await inbox.relay(
                    connection, boss, staffed.knowledge, case_id, head.account_id, text, "r" * 32, staffed.clock.at
                )
        return refused.value.key

    assert await relay(" ") == "inbox.error_empty"
    async with staffed.database.write() as connection:
        await connection.execute(delete(account_channels).where(account_channels.c.chat == "truong"))
    assert await relay("Mai bác lên xã.") == "inbox.error_no_head"
    assert (await _row(staffed, case_id)).state == "open"


async def test_the_last_case_is_asked_again_for_a_month(staffed: Town) -> None:
    """Who never asked, or long ago, begins anew; one that is still open simply goes on."""
    assert "HT-" not in (await staffed.say("ba", "hỏi thêm cán bộ"))[0]
    case_id = await staffed.hand_over("bac")
    version = (await _row(staffed, case_id)).version
    assert "HT-0001" in (await staffed.say("bac", "hỏi thêm cán bộ"))[0]
    assert (await _row(staffed, case_id)).version == version
    await _closed(staffed, case_id)
    staffed.clock.advance(timedelta(days=31).total_seconds())
    assert "HT-0001" not in (await staffed.say("bac", "hỏi thêm cán bộ"))[0]
    assert (await _row(staffed, case_id)).is_closed


async def _turn(town: Town, connection: AsyncConnection, chat: str, **said: Any) -> Turn:
    incoming = Incoming("plain", chat, f"direct-{chat}-{said}", town.clock.at, **said)
    return Turn(incoming, Conversation(), town.knowledge, town.clock.at, UnitOfWork(connection))


async def test_what_was_closed_at_the_same_moment_stays_closed(staffed: Town) -> None:
    """Going to the bot and back, and taking back: each looks again once it is alone with the case."""
    case_id = await staffed.hand_over("bac")
    await _closed(staffed, case_id)
    before = await _row(staffed, case_id)
    async with staffed.database.write() as connection:
        turn = await _turn(staffed, connection, "bac", text="x")
        assert await actions.talk_to_bot(turn, case_id) is None
        assert await actions.talk_to_officer(turn, case_id) is None
        turn.conversation.case = case_id
        await actions.withdraw(turn, case_id)
        assert turn.conversation.case == 0
    assert await _row(staffed, case_id) == before


async def test_a_second_question_goes_into_the_open_case_with_the_place_that_was_shared(staffed: Town) -> None:
    """A chat has one case: its officer reads everything, and the point on the map is ciphertext as well."""
    case_id = await staffed.hand_over("bac")
    async with staffed.database.write() as connection:
        turn = await _turn(staffed, connection, "bac", location=Location(20.5, 105.9))
        wish = Wish("wish", "", (("Nhà tôi ở đây, lũ lên rồi.", ""),))
        opened = await actions.open_case(turn, wish)
        assert opened.already and opened.row is not None and opened.row.id == case_id
        assert turn.conversation.case == case_id
        lines = await cases.entries(connection, case_id)
        said = [sealing.opened(staffed.knowledge.keys, case_id, one.text) for one in lines if one.kind == "person"]
        assert said[-2:] == ["Nhà tôi ở đây, lũ lên rồi.", "20.500000, 105.900000"]
        assert "20.5" not in str((await connection.execute(select(case_entries))).all())


async def test_a_result_goes_to_officers_who_can_read_it(staffed: Town) -> None:
    """One without a chat is not counted; a place that is none has nobody."""
    await staffed.officer("Lặng Mẫu", "commune_officer", "thuy-loi-2023")
    async with staffed.database.write() as connection:
        turn = await _turn(staffed, connection, "bac", text="x")
        assert await send_to_officers(turn, "thuy-loi-2023", "Kết quả của bác Mẫu") == 1
        assert await send_to_officers(turn, "no-such-place", "Kết quả của bác Mẫu") == 0
    assert [text for _, text, _ in await staffed.sent("hoa")] == ["Kết quả của bác Mẫu"]


async def test_a_case_that_nobody_has_is_gone(staffed: Town) -> None:
    """An address that was typed: nothing is seen and nothing stands in the way."""
    async with staffed.database.write() as connection:
        with pytest.raises(CaseError) as refused:
            await inbox.see_case(connection, staffed.officers["Huyện Mẫu"], staffed.knowledge, 4711, staffed.clock.at)
    assert refused.value.key == "inbox.error_gone"


async def test_taken_twice_it_is_ones_own_and_abuse_is_closed_without_a_word(staffed: Town) -> None:
    """A second press changes nothing; whoever insults gets no message that invites another one."""
    case_id = await staffed.hand_over("bac")
    boss, at = staffed.officers["Huyện Mẫu"], staffed.clock.at
    async with staffed.database.write() as connection:
        row = await inbox.take(connection, boss, case_id, (await _row(staffed, case_id)).version, at)
        assert await inbox.take(connection, boss, case_id, 0, at) == row
    before = len(await staffed.sent("bac"))
    async with staffed.database.write() as connection:
        await inbox.close(connection, boss, staffed.knowledge, case_id, "abuse", at)
    assert (await _row(staffed, case_id)).is_closed
    assert len(await staffed.sent("bac")) == before
