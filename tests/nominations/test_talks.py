"""Putting somebody forward by telephone: short ways, photos, drafts, corrections, and what is no cry for help."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest
from sqlalchemy import select

from bot.channels.terminal import TerminalChannel
from handlers.messages import Attachment
from handlers.turn import Knowledge
from storage.database import Database
from storage.tables import conversations
from storage.tables_nominations import nomination_files, nominations
from tests.nominations.conftest import DEED
from tests.reports.conftest import Place, settled
from tests.reports.talking import Phone, phones

Talk = tuple[Place, dict[str, Phone]]
SENT = ("đề cử", "1", "Nguyễn Văn Mẫu", DEED, "1, 3", "chưa hỏi", "1")


@pytest.fixture
async def talk(sqlite_url: str, knowledge: Knowledge) -> AsyncIterator[Talk]:
    """Words are the same on both engines; one is enough here."""
    database = Database(sqlite_url)
    place = await settled(database)
    async with phones(place, knowledge) as found:
        yield place, found
    await database.close()


@pytest.fixture
def with_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """A channel that takes photos."""
    seen = replace_capabilities(TerminalChannel)
    monkeypatch.setattr(TerminalChannel, "capabilities", seen)


def replace_capabilities(channel: type[TerminalChannel]) -> object:
    """What the terminal can do, and pictures."""
    return msgspec.structs.replace(channel(lambda _: None).capabilities, pictures_in=True)


async def test_a_trained_village_head_needs_seven_messages(talk: Talk) -> None:
    """From the first word to the receipt; the criteria by their numbers."""
    place, found = talk
    heard = await found["head"].talk(*SENT)
    assert "Số biên nhận: DC-0001" in heard and "không đăng bài" in heard
    async with place.database.read() as connection:
        row = (await connection.execute(select(nominations))).one()
    assert (row.kind, row.consent, row.organisation, row.sent_by) == ("person", "unasked", "", place.head.account_id)


async def test_who_may_not_is_told_whom_to_ask(talk: Talk) -> None:
    """A citizen puts nobody forward, and hears who does."""
    assert "trưởng thôn" in await talk[1]["citizen"].say("đề cử")


async def test_a_rescue_is_a_good_deed_and_no_cry_for_help(talk: Talk) -> None:
    """What is told of a nominee goes into the nomination, whatever words are in it."""
    said = "Bác ấy lao xuống sông cứu cháu bé đang đuối nước, tay bị gãy, máu chảy nhiều mà vẫn bế cháu lên bờ."
    heard = await talk[1]["head"].talk("đề cử", "một người", "Trần Văn Mẫu", said)
    assert "115" not in heard and "theo tiêu chí nào" in heard


async def test_names_and_deeds_of_a_draft_are_sealed(talk: Talk) -> None:
    """The conversation is stored in the clear; what was typed about somebody is not in it. The draft goes on."""
    place, found = talk
    heard = await found["head"].talk(*SENT[:4], "để sau")
    assert "làm tiếp" in heard
    async with place.database.read() as connection:
        stored = b" ".join((await connection.execute(select(conversations.c.state))).scalars()).decode()
    assert "Nguyễn Văn Mẫu" not in stored and "giống gà" not in stored and "nomination" in stored
    assert "theo tiêu chí nào" in await found["head"].say("làm tiếp")
    assert "Số biên nhận" in await found["head"].talk("1, 3", "không", "1")


async def test_photos_come_in_the_middle_and_later(talk: Talk, with_pictures: None) -> None:
    """Up to three, a fourth is refused kindly; later with the number beside it, or just after sending, wordless."""
    place, found = talk
    head = found["head"]
    assert "gửi luôn" in await head.talk(*SENT[:5])
    assert "đã nhận 1 ảnh" in await head.say("", Attachment("a", "image/jpeg", 10))
    heard = await head.say("ảnh đây", *(Attachment(ref) for ref in "bcd"))
    assert "tối đa 3" in heard and "đã nhận 3 ảnh" in heard
    heard = await head.talk("xong", "chưa hỏi")
    assert "Ảnh: 3 ảnh" in heard
    assert "DC-0001" in await head.say("1")
    assert "tối đa 3 ảnh" in await head.say("dc 1", Attachment("e"))
    await head.talk("đề cử", "1", "Lê Văn Mẫu", DEED, "1, 3", "không có ảnh", "không", "1")
    assert "1 ảnh vào đề cử DC-0002" in await head.say("", Attachment("f"))
    async with place.database.read() as connection:
        query = select(nomination_files.c.nomination_id).order_by(nomination_files.c.id)
        assert list((await connection.execute(query)).scalars()) == [1, 1, 1, 2]


async def test_an_answer_is_corrected_and_follows_up(talk: Talk) -> None:
    """Another kind has other criteria: asked again, with who agrees for them."""
    head = talk[1]["head"]
    await head.talk(*SENT[:5], "có", "giấy", "hôm qua")
    heard = await head.talk("sửa đề cử", "tập thể")
    assert "theo tiêu chí nào" in heard and "Tự vươn lên" not in heard
    assert "Ai thay mặt" in await head.talk("1, 2")
    heard = await head.say("Nguyễn Thị Mẫu")
    assert "đồng ý cho đăng: Nguyễn Thị Mẫu, ngày 19/12/2023, viết giấy" in heard
    heard = await head.talk("sửa tên", "??", "Chi hội Phụ nữ Mẫu")
    assert "Tên: Chi hội Phụ nữ Mẫu" in heard


async def test_what_cannot_be_is_said_with_an_example(talk: Talk) -> None:
    """Too short, no such number, a day to come; the question stays."""
    head = talk[1]["head"]
    assert "Kể rõ hơn" in await head.talk("đề cử", "người", "Nguyễn Văn Mẫu", "rất tốt")
    assert "từ 1 đến 8" in await head.talk(DEED, "1, 99")
    assert "theo tiêu chí nào" in await head.say("xyzzy")
    assert "không thể ở sau hôm nay" in await head.talk("1, 2", "đồng ý", "nhắn tin", "25/12/2023")
    assert "cần đúng một ngày" in (await head.say("tháng trước")).lower()


async def test_an_officer_names_organisation_and_place(talk: Talk) -> None:
    """A place without accents; one that is not there, one that several may mean."""
    commune = talk[1]["commune"]
    assert "thay đoàn thể nào" in await commune.say("de cu khen thuong")
    assert "Ở thôn" in await commune.talk("ccb", "hộ", "Mẫu Bốn")
    assert "không thấy nơi ấy" in await commune.say("Sài Gòn")
    heard = await commune.say("mau")
    assert "mấy nơi" in heard and "Thôn Mẫu 2" in heard
    assert "Việc tốt là việc gì" in await commune.say("2")


async def test_the_own_one_is_seen_corrected_and_withdrawn(talk: Talk) -> None:
    """By its number; withdrawing is asked once more."""
    head = talk[1]["head"]
    await head.talk(*SENT)
    assert "Bác muốn rút" in await head.talk("dc-0001", "rút lại")
    assert "DC-0001 · Đề cử" in await head.say("2")
    heard = await head.talk("1")
    assert "Bác xem lại" in heard and "Sửa lại" not in await head.talk(
        "sửa việc tốt", f"{DEED} Năm nay thêm hai hộ.", "1"
    )
    heard = await head.say("dc 1")
    assert "Năm nay thêm hai hộ" in heard and "→" in heard
    assert "đã rút" in await head.talk("2", "1")
    assert "đã rút" in await head.say("đề cử của tôi")


async def test_the_second_officer_hears_who_was_first(talk: Talk) -> None:
    """Both look, both press; the second sees how it stands now."""
    found = talk[1]
    await found["head"].talk(*SENT)
    await found["commune"].talk("đề cử chờ xem", "1", "đồng ý, chuyển lên")
    await found["district"].talk("đề cử chờ xem", "1")
    await found["second"].talk("đề cử chờ xem", "1")
    assert "được chọn khen" in await found["district"].say("chọn khen")
    heard = await found["second"].say("chọn khen")
    assert "district đã làm trước: chọn khen DC-0001" in heard and "được chọn khen" in heard
    assert "Không có đề cử nào chờ" in await found["second"].say("đề cử chờ xem")
