"""What people with a role do, on the plain Zalo Bot channel by typing alone."""

from __future__ import annotations

from datetime import timedelta

from handlers.actions import entitlements
from handlers.turn import VIETNAM
from storage import saved_replies
from storage.entitlements import Finding
from storage.register.households import by_code
from tests.zalo.walking import Town, code_in, walks
from tests.zalo.walking import town as town  # a fixture

VILLAGE_PATH = "/ha-nam/kim-bang-district/thuy-loi-2023/thuy-loi-mau-1/"


async def known(town: Town, *names: str) -> None:
    """Whoever has a role asks for it first, as people do; from then on their chat is known to have an account."""
    for name in names:
        assert "Mẫu" in await town.phone(name).says("tôi là ai")


@walks("reports.report reports.text reports.media reports.review finish.report finish.report_reason")
async def test_a_report_with_a_photo_asked_about_mended_and_decided(town: Town) -> None:
    """The village head tells, adds a photo; the commune asks with a reason, then passes it on; the district decides."""
    head, commune, district = (town.phone(name) for name in ("head", "commune", "district"))
    await known(town, "head", "commune", "district")
    assert "BC-0001" in await head.says("báo qua đời", "hai", "hôm qua", "1")
    assert "BC-0001" in await head.shows()
    assert "BC-0001" in await commune.says("việc cần xem")
    await commune.says("1")
    await commune.picks("hỏi lại")
    await commune.says("Xem lại ngày giúp tôi")
    await commune.says("1")
    assert "BC-0001" in await head.says("báo cáo của tôi")
    await head.says("1")
    await head.picks("trả lời")
    await head.says("Đúng ngày hôm qua", "1")
    await commune.says("BC-0001")
    await commune.picks("chuyển lên")
    assert "BC-0001" in await district.says("việc cần xem")
    await district.says("1")
    assert "duyệt" in (await district.picks("duyệt")).lower()
    assert "BC-0001" in "\n".join(await head.told())
    assert await district.says("việc quá hạn")


@walks("reports.review:overdue reports.review:correct reports.review:withdraw")
async def test_a_report_is_corrected_and_another_withdrawn(town: Town) -> None:
    """By whoever sent it, as long as nobody has decided."""
    head = town.phone("head")
    await known(town, "head", "commune")
    assert "BC-0001" in await head.says("báo qua đời", "hai", "hôm qua", "1")
    await head.says("BC-0001")
    await head.picks("sửa")
    assert "BC-0001" in await head.picks("gửi")
    await head.says("BC-0001")
    await head.picks("rút")
    assert "rút" in (await head.says("1")).lower()
    assert "BC-0001" not in await town.phone("commune").says("việc cần xem")
    assert await town.phone("commune").says("việc quá hạn")


@walks("nominations.nominations:correct nominations.nominations:withdraw nominations.nominations:overdue",
       "nominations.nominations:consent finish.nomination_consent")  # fmt: skip
async def test_a_nomination_is_corrected_and_withdrawn(town: Town) -> None:
    """By whoever put somebody forward; in between who checks it notes what the nominee says."""
    head, commune = town.phone("head"), town.phone("commune")
    await known(town, "head", "commune")
    await head.says("đề cử gương tốt", "một người", "Nguyễn Văn Mẫu Tốt")
    await head.says("Ba năm nay cho bốn hộ nghèo trong thôn mượn giống gà và chỉ cách nuôi; cả bốn hộ nay đã khá.")
    await head.says("1, 2", "không có ảnh", "chưa hỏi")
    assert "DC-0001" in await head.says("1")
    await head.says("DC-0001")
    await head.picks("sửa")
    assert "DC-0001" in await head.picks("gửi")
    await commune.says("DC-0001")
    await commune.picks("ý kiến về đăng bài")
    assert "DC-0001" in await commune.says("1", "1", "1", "1")
    await head.says("DC-0001")
    await head.picks("rút")
    assert "rút" in (await head.says("1")).lower()
    assert await commune.says("de cu qua han")


@walks("nominations.nominate nominations.nominations nominations.text nominations.media finish.nomination",
       "finish.nomination_reason")  # fmt: skip
async def test_somebody_is_put_forward_asked_about_and_chosen(town: Town) -> None:
    """The village head's part with a photo afterwards; the commune asks; the district chooses."""
    head, commune, district = (town.phone(name) for name in ("head", "commune", "district"))
    await known(town, "head", "commune", "district")
    await head.says("đề cử gương tốt", "một người", "Nguyễn Văn Mẫu Tốt")
    await head.says("Ba năm nay cho bốn hộ nghèo trong thôn mượn giống gà và chỉ cách nuôi; cả bốn hộ nay đã khá.")
    await head.says("1, 2", "không có ảnh")
    said = await head.says("chưa hỏi")
    assert "Nguyễn Văn Mẫu Tốt" in said, said
    assert "DC-0001" in await head.says("1")
    assert "DC-0001" in await head.shows()
    assert "DC-0001" in await commune.says("đề cử cần xem")
    await commune.says("1")
    await commune.picks("hỏi lại")
    await commune.says("Bác ấy đồng ý chưa?", "1")
    assert "DC-0001" in await head.says("đề cử của tôi")
    await head.says("1")
    await head.picks("trả lời")
    await head.says("Tôi hỏi rồi, bác ấy vui lòng", "1")
    assert "DC-0001" in await commune.says("DC-0001")
    await commune.picks("chuyển lên")
    await district.says("DC-0001")
    assert "DC-0001" in await district.picks("chọn khen")


@walks("broadcasts.broadcast broadcasts.broadcast:new broadcasts.broadcast:see broadcasts.broadcast:do",
       "broadcasts.text broadcasts.media finish.broadcast finish.broadcast_reason")  # fmt: skip
async def test_an_announcement_is_composed_refused_mended_and_approved(town: Town) -> None:
    """The communications staff writes; the district refuses with a reason; taken back, sent again, approved."""
    writer, district = town.phone("communications"), town.phone("district")
    await town.phone("citizen").says("thuy loi")
    await known(town, "communications", "district")
    await writer.says("soạn thông báo", "1", "Mời họp thôn", "Dừng xe ở cổng, họp lúc 19 giờ")
    assert "ảnh" in await writer.shows()  # which nobody can fetch any more
    await writer.says("không có ảnh", "không", "mọi người", "1")
    said = await writer.says("ngày mai 14h30", "1")
    assert "dừng nhận tin" in "\n".join(await writer.told()) and "Gửi đi" in said
    await writer.picks("gửi đi")
    await district.says("xem tin 1")
    await district.picks("không duyệt")
    assert await district.says("Ghi rõ nhà văn hóa nào", "1")
    await writer.says("xem tin 1")
    await writer.picks("lấy lại để sửa")
    await writer.picks("gửi đi")
    await district.says("duyệt tin 1")
    assert "duyệt" in (await district.picks("duyệt")).lower()
    assert "Mời họp thôn" in await writer.says("các thông báo")
    assert "Dừng xe ở cổng" in await writer.picks("Mời họp thôn")


@walks("inbox.inbox inbox.text inbox.media finish.case_reply")
async def test_a_question_is_given_to_a_colleague_and_answered_in_three_ways(town: Town) -> None:
    """Assigned from a list; answered by a saved reply, by an article, and with a picture that is left out again."""
    person, first, second = town.phone("citizen"), town.phone("district"), town.phone("second")
    await known(town, "district", "second")
    async with town.database.write() as connection:
        await saved_replies.add(
            connection, account_id=None, area_path="/ha-nam/kim-bang-district/", title="Hẹn lên xã",
            text="Chào {nguoi}, về {so}: mời lên xã.", created_by=1, now=town.clock.at,
        )  # fmt: skip
    await person.says("hộ nghèo vay vốn được bao nhiêu", "nhắn cho cán bộ", "1", "Thụy Lôi", "bỏ qua")
    assert "HT-0001" in await person.says("1")
    assert "HT-0001" in await first.says("hộp thư")
    await first.says("1")
    await first.picks("giao cho đồng nghiệp")
    assert "Đã giao HT-0001 cho Second Mẫu" in await first.picks("Second Mẫu")
    assert "giao câu hỏi HT-0001" in "\n".join(await second.told())
    await second.says("HT-0001")
    await second.picks("dùng mẫu trả lời")
    assert "Còn thiếu tên người hỏi" in await second.picks("hẹn lên xã")
    assert "Chào bác Tư, về HT-0001" in await second.says("bác Tư")
    assert "Đã gửi" in await second.says("1")
    assert "Chào bác Tư" in "\n".join(await person.told())
    await second.says("xem lại câu hỏi")
    assert "• Gửi người dân:" in await second.picks("trả lời theo bài")
    assert "Đã gửi" in await second.says("1")
    await second.says("HT-0001")
    await second.picks("trả lời")
    assert "Đã nhận ảnh" in await second.shows()
    assert "không kèm chữ" in await second.says("1")
    await second.picks("sửa lại")
    await second.picks("kèm theo")
    assert "Gõ câu trả lời" in await second.picks("bỏ ảnh")
    await second.says("Lời nhắn cuối của cán bộ.")
    assert "Đã gửi" in await second.says("1")
    assert "Lời nhắn cuối của cán bộ." in "\n".join(await person.told())


@walks("people.role people.invite people.staff people.unrole finish.invite desk.desk")
async def test_inviting_somebody_into_a_role_and_ending_it(town: Town) -> None:
    """The district invites a village head by the village's name; a code, the desk, the end of the role."""
    district, newcomer = town.phone("district"), town.phone("neighbour")
    await known(town, "district")
    await district.says("mời cán bộ")
    await district.picks("trưởng thôn")
    await district.says("mau 2 thuy loi")
    if "Người được mời" not in town.heard["district"] and "1. " in town.heard["district"]:
        await district.says("1")
    await district.says("Trần Thị Mẫu Mới")
    code = code_in(await district.says("1"))
    assert "Trần Thị Mẫu Mới" in await newcomer.says(f"mã {code}")
    assert "/can-bo/vao/" in await newcomer.says("bàn làm việc")
    assert await newcomer.says("đổi vai")
    await district.says("danh sách cán bộ")
    await district.picks("Trần Thị Mẫu Mới")
    assert "thôi" in (await district.picks("đồng ý cho thôi")).lower()


@walks("handover_role.handover handover_role.text finish.role_handover")
async def test_a_role_is_asked_for_and_handed_over(town: Town) -> None:
    """The holder asks, the commune is told what to type, and the successor types the code."""
    head, commune, newcomer = town.phone("head"), town.phone("commune"), town.phone("neighbour")
    await known(town, "head", "commune")
    await head.says("bàn giao", "Trần Thị Mẫu Mới", "1")
    told = "\n".join(await commune.told())
    number = told.rsplit("“bàn giao ", 1)[1].split("”")[0]
    await commune.says(f"bàn giao {number}", "Trần Thị Mẫu Mới")
    code = code_in(await commune.says("1"))
    assert "Trần Thị Mẫu Mới" in await newcomer.says(f"mã {code}")
    assert "DEMO" not in await commune.says("bàn giao")
    assert "vai" in await head.says("tôi là ai")


@walks("found.found")
async def test_the_list_of_households_that_may_get_more(town: Town) -> None:
    """Household, finding, what became of it: three numbers."""
    head = town.phone("head")
    await known(town, "head")
    await _found(town)
    assert "MAU-9" in await head.says("hộ có thể được thêm")
    await head.picks("MAU-9")
    await head.says("1")
    assert "Đã" in await head.says("1")


async def _found(town: Town) -> None:
    """What a night's run finds: the head of MAU-9 may get something since yesterday."""
    now = town.clock.at
    today = now.astimezone(VIETNAM).date()
    async with town.database.write() as connection:
        home = (await by_code(connection, ["MAU-9"]))["MAU-9"]
        finding = Finding(
            household_id=home, benefit="sa-elder-80", member_id=0, area_path=VILLAGE_PATH, kind="begins",
            day=today - timedelta(days=1), cause="birthday", detail="80", amount="360000", missing=(), confirmed=True,
            sensitive=False,
        )  # fmt: skip
        survey = entitlements.Survey("/", today - timedelta(days=30), today, (finding,), 1, 2, 0)
        await entitlements.keep(connection, survey, now)
