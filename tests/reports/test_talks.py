"""How many messages each report takes, and what a village head meets on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select, update

from handlers.messages import Attachment
from handlers.turn import Knowledge
from rules.reports.catalogue import forms
from storage.database import Database
from storage.register.households import present
from storage.reports import files
from storage.tables_people import areas
from storage.tables_reports import reports
from tests.register.building import found_household, set_fields
from tests.reports.conftest import TODAY, VILLAGE, Place, settled
from tests.reports.talking import Phone, phones

DEATH = ("báo qua đời", "hai", "hôm qua", "đúng rồi, gửi")
PATHS = {
    "death": DEATH,
    "birth": ("báo sinh con", "mot", "hôm qua", "Mẫu Bé", "bé trai", "con của chủ hộ", "1"),
    "move_in": ("báo chuyển đến", "mot", "hôm qua", "Mẫu Dâu", "nữ", "con dâu", "1999", "1"),
    "move_out": ("báo chuyển đi", "hai", "hôm qua", "một mình người ấy", "1"),
    "split": ("báo tách hộ", "mot", "hôm qua", "2, 3", "1"),
    "merge": ("báo nhập hộ", "bon", "mot", "hôm qua", "1"),
    "merge_duplicate": ("báo ghi trùng", "bon", "mot", "hôm nay", "1"),
    "illness": ("báo bệnh nặng", "hai", "hôm qua", "bỏ qua", "1"),
    "disaster": ("báo thiên tai", "mot", "hôm qua", "cháy", "cháy bếp", "1"),
    "disability": ("báo khuyết tật", "hai", "hôm qua", "đặc biệt nặng", "1"),
    "housing": ("báo sửa nhà", "mot", "hôm qua", "đã xây mới", "1"),
    "job": ("báo mất việc", "hai", "hôm qua", "mất việc", "1"),
    "school": ("báo bỏ học", "ba", "hôm qua", "bỏ học", "1"),
    "poor_new": ("báo hộ nghèo mới", "nam", "hôm qua", "1"),
    "poor_again": ("báo tái nghèo", "sau", "hôm qua", "1"),
    "nearpoor_to_poor": ("báo cận nghèo thành nghèo", "bon", "hôm qua", "1"),
    "nearpoor_new": ("báo cận nghèo mới", "nam", "hôm qua", "1"),
    "nearpoor_again": ("báo tái cận nghèo", "sau", "hôm qua", "1"),
    "poor_to_nearpoor": ("báo nghèo thành cận nghèo", "mot", "hôm qua", "1"),
    "poor_exit": ("báo thoát nghèo", "mot", "hôm qua", "1"),
    "nearpoor_exit": ("báo thoát cận nghèo", "bon", "hôm qua", "1"),
}
"""The shortest way of a trained village head, from the first message to the receipt."""
MOST = {"birth": 7, "move_in": 8, "disaster": 6}


@pytest.fixture
async def talk(sqlite_url: str, knowledge: Knowledge) -> AsyncIterator[tuple[Place, dict[str, Phone]]]:
    """Words are the same on both engines; one is enough here."""
    database = Database(sqlite_url)
    place = await settled(database)
    async with database.write() as connection:
        await found_household(connection, "MAU-5", "Mẫu Năm", area=VILLAGE, status="none")
        await found_household(connection, "MAU-6", "Mẫu Sáu", area=VILLAGE, status="newly_exited")
    async with phones(place, knowledge) as found:
        yield place, found
    await database.close()


async def test_every_form_has_a_short_way(talk: tuple[Place, dict[str, Phone]]) -> None:
    """A death takes four messages, at most seven; no form takes more than eight."""
    place, found = talk
    assert PATHS.keys() == {form.slug for form in forms()}
    for slug, said in PATHS.items():
        heard = await found["head"].talk(*said)
        assert "Số biên nhận" in heard, f"{slug}: {heard}"
        assert len(said) <= MOST.get(slug, 5), slug
    assert len(DEATH) <= 7
    async with place.database.read() as connection:
        sent = await connection.execute(select(reports.c.form, reports.c.sent_by).order_by(reports.c.id))
        assert [tuple(row) for row in sent] == [(slug, place.head.account_id) for slug in PATHS]


async def test_the_menu_leads_there_too(talk: tuple[Place, dict[str, Phone]]) -> None:
    """With numbers only, as on the cheapest phone: still at most seven."""
    said = ("báo", "2", "hai", "2", "1")
    assert "Số biên nhận: BC-0001" in await talk[1]["head"].talk(*said)
    assert len(said) <= 7


async def test_several_in_a_row_keep_day_and_village(talk: tuple[Place, dict[str, Phone]]) -> None:
    """ "báo 3 hộ hôm nay": the day is not asked again, and the bot counts down."""
    head = talk[1]["head"]
    heard = await head.talk("báo 3 hộ hôm nay", "thoát nghèo", "mot", "1")
    assert "Bác còn 2 hộ" in heard
    heard = await head.talk("báo tiếp", "thoát cận nghèo", "bon")
    assert TODAY.strftime("%d/%m/%Y") in heard
    assert "Bác còn 1 hộ" in await head.say("1")


async def test_nobody_and_several(talk: tuple[Place, dict[str, Phone]]) -> None:
    """A name that fits nobody, and one that fits five: a sentence, and the candidates as choices."""
    place, found = talk
    async with place.database.write() as connection:
        for number in range(5):
            await found_household(connection, f"MAU-2{number}", f"Lê Văn Trùng {number}", area=VILLAGE)
    head = found["head"]
    assert "không thấy ai" in await head.talk("báo qua đời", "xyzzy")
    heard = await head.say("trung")
    assert "bác chọn giúp cháu" in heard
    assert "5. Lê Văn Trùng 4, hộ MAU-24" in heard
    assert "Mất ngày nào" in await head.say("3")


async def test_a_day_to_come_and_a_lunar_day(talk: tuple[Place, dict[str, Phone]]) -> None:
    """Each with what is needed instead; nothing is lost."""
    head = talk[1]["head"]
    assert "còn chưa tới" in await head.talk("báo qua đời", "hai", "25/12/2023")
    assert "ngày dương" in await head.say("rằm tháng 7")
    assert "cần đúng một ngày" in await head.say("tháng trước")
    assert "Mẫu Hai" in await head.say("hôm qua")


async def test_a_double_tap_and_a_second_teller(talk: tuple[Place, dict[str, Phone]]) -> None:
    """Tapping twice makes one report; the commune telling the same is shown it."""
    place, found = talk
    await found["head"].talk(*DEATH)
    await found["head"].say("đúng rồi, gửi")
    heard = await found["commune"].talk(*DEATH)
    assert "đã có báo cáo của head" in heard
    assert "ghi là cùng một việc" in await found["commune"].say("1")
    async with place.database.read() as connection:
        assert list((await connection.execute(select(reports.c.state).order_by(reports.c.id))).scalars()) == [
            "sent",
            "joined",
        ]


async def test_a_draft_of_months_ago_is_checked_against_the_register(talk: tuple[Place, dict[str, Phone]]) -> None:
    """What was told is kept; the household as it is now is shown before anything is sent."""
    place, found = talk
    head = found["head"]
    await head.talk("báo thoát nghèo", "mot", "hôm qua", "để sau")
    async with place.database.write() as connection:
        await set_fields(
            connection, "death", TODAY, ("member", place.members[2], {"ended_on": TODAY, "ended_reason": "death"})
        )
    await head.say("làm tiếp")
    assert "đã có thay đổi trong sổ" in await head.say("1")
    assert "Số biên nhận" in await head.say("1")


async def test_the_household_left_while_the_draft_waited(talk: tuple[Place, dict[str, Phone]]) -> None:
    """The reason is said, and the draft is still there to be mended."""
    place, found = talk
    head = found["head"]
    await head.talk("báo thoát nghèo", "mot", "hôm qua")
    async with place.database.write() as connection:
        await set_fields(connection, "move_out", TODAY, ("household", place.home, {"state": "moved_out"}))
    await head.say("1")
    heard = await head.say("1")
    assert "đã được ghi là chuyển đi" in heard
    assert "Sửa lại" in heard


async def test_correcting_and_withdrawing_ones_own(talk: tuple[Place, dict[str, Phone]]) -> None:
    """By the number of the receipt: the day is mended, then the report is taken back."""
    place, found = talk
    head = found["head"]
    await head.talk(*DEATH)
    assert "18/12/2023" in await head.talk("bc 1", "sửa", "sửa ngày", "18/12")
    assert "đã sửa BC-0001" in await head.say("1")
    assert "đã rút lại" in await head.talk("BC-0001", "rút lại", "1")
    async with place.database.read() as connection:
        row = (await connection.execute(select(reports))).one()
    assert (row.state, row.event_date.isoformat()) == ("withdrawn", "2023-12-18")


async def test_officers_work_off_their_queue_in_chat(talk: tuple[Place, dict[str, Phone]]) -> None:
    """Ask back, answer, take, forward, approve; the second officer of the district sees who was first."""
    place, found = talk
    await found["head"].talk(*DEATH)
    commune, district, second = found["commune"], found["district"], found["second"]
    assert "Bác cần hỏi lại" in await commune.talk("việc cần xem", "1", "hỏi lại người báo")
    assert "chờ người báo trả lời" in await commune.say("Mất lúc mấy giờ?")
    assert "chờ xem" in await found["head"].talk("BC-0001", "trả lời", "Mất lúc 5 giờ sáng")
    assert "Mất lúc 5 giờ sáng" in await commune.talk("việc cần xem", "1", "nhận xem")
    await commune.say("chuyển lên cấp quyết định")
    await second.talk("việc cần xem", "1")
    assert "đã duyệt" in await district.talk("việc cần xem", "1", "duyệt")
    heard = await second.say("duyệt")
    assert "district vừa duyệt trước bác" in heard
    async with place.database.read() as connection:
        home = await present(connection, place.home)
    assert home is not None
    assert len(home.living) == 2


async def test_a_citizen_is_sent_to_the_village_head(talk: tuple[Place, dict[str, Phone]]) -> None:
    """Kindly, without a report; and "báo" in a question of a citizen stays a question."""
    citizen = talk[1]["citizen"]
    assert "trưởng thôn" in await citizen.say("báo tin")
    assert "Báo việc gì" not in await citizen.say("báo 3 hộ hôm nay")


async def test_the_village_was_merged(talk: tuple[Place, dict[str, Phone]]) -> None:
    """Said as soon as the day is known."""
    place, found = talk
    async with place.database.write() as connection:
        values = {"end": TODAY.replace(month=12, day=1), "successors": '["thuy-loi-mau-2"]'}
        await connection.execute(update(areas).where(areas.c.key == VILLAGE).values(**values))
    assert "đã nhập vào Thôn Mẫu 2" in await found["head"].talk(*DEATH[:3])


async def test_an_officer_is_asked_for_the_village_and_the_decision(talk: tuple[Place, dict[str, Phone]]) -> None:
    """A new household with its people in one line; a village head is asked for neither."""
    place, found = talk
    commune = found["commune"]
    heard = await commune.talk("báo hộ nghèo mới", "hộ mới")
    assert "Ở thôn, tổ nào" in heard
    assert "Họ tên chủ hộ" in await commune.talk("mau 2", "hôm qua")
    people = "Nguyễn Thị Mẫu, 1980, vợ; Nguyễn Văn Mẫu, 12/3/2010, con"
    heard = await commune.talk("nguyễn văn mẫu", "nam", "1975", people, "21/QĐ", "120", "40")
    assert "Những người khác: Nguyễn Thị Mẫu; Nguyễn Văn Mẫu" in heard
    assert "Điểm B2: 40" in heard
    assert "Số biên nhận" in await commune.say("1")
    async with place.database.read() as connection:
        row = (await connection.execute(select(reports))).one()
    assert (row.area_key, row.household_id) == ("thuy-loi-mau-2", None)


async def test_a_photo_without_a_word_goes_to_the_report_just_sent(talk: tuple[Place, dict[str, Phone]]) -> None:
    """Who has sent nothing is told that photos cannot be read; so is a citizen."""
    place, phone = talk
    picture = Attachment("ref-1", "image/jpeg", 1000)
    assert "chưa đọc được ảnh" in await phone["head"].say("", picture)
    receipt = await phone["head"].talk(*DEATH)
    kept = await phone["head"].say("", picture)
    async with place.database.read() as connection:
        [row] = (await connection.execute(select(reports.c.receipt, reports.c.id))).all()
        assert row.receipt in receipt
        assert row.receipt in kept
        [stored] = await files(connection, row.id)
    assert stored.kind == "photo"
    assert "chưa đọc được ảnh" in await phone["citizen"].say("", picture)
