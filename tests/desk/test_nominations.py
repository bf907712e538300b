"""Nominations at the desk, as browsers meet them: written down, reviewed, told as a story, listed, erased."""

from __future__ import annotations

import html
import re
from io import BytesIO
from typing import Any

import httpx
import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.routes import nomination_year
from tests.news.conftest import picture
from tests.nominations.seeding import nomination
from tests.support.desk import Desk

FORM: dict[str, Any] = {
    "doan_the": "women", "loai": "household", "noi": "thuy-loi-mau-1", "ten": "Lê Thị Mẫu",
    "viec": "Mỗi tháng góp gạo cho ba cụ già neo đơn.\r\nĐã năm năm.", "tieu_chi": ["care", "fund"],
    "dong_y": "unasked",
}  # fmt: skip


def _new(desk: Desk, **changed: Any) -> httpx.Response:
    token = re.search(r'name="ma" value="(\w+)"', desk.get("/can-bo/de-cu/moi").text)
    return desk.post("/can-bo/de-cu/moi", {"ma": token[1] if token else "", **FORM, **changed})


def _move(desk: Desk, number: int, wanted: str, **values: str) -> httpx.Response:
    found = re.search(r'name="phien_ban" value="(\d+)"', desk.get(f"/can-bo/de-cu/{number}").text)
    return desk.post(f"/can-bo/de-cu/{number}/{wanted}", {"phien_ban": found[1] if found else "0", **values})


def _text(answer: httpx.Response) -> str:
    return html.unescape(answer.text)


def test_written_down_for_an_organisation_and_seen_in_the_queue(desk: Desk) -> None:
    """With organisation, place and criteria; what is wrong is said above the form with everything still in it."""
    desk.enter("commune")
    wrong = _new(desk, viec="Rất tốt bụng", tieu_chi=["fund"])
    assert wrong.status_code == 400 and "Kể rõ hơn" in wrong.text and 'value="Lê Thị Mẫu"' in wrong.text
    assert "Cần chọn đoàn thể" in _new(desk, doan_the="").text
    assert "ít nhất một tiêu chí" in _new(desk, tieu_chi=["self_reliance"], loai="collective").text
    answer = _new(desk)
    assert answer.headers["location"] == "/can-bo/de-cu/2?xong=new&vua=DC-0002"
    page = _text(desk.get("/can-bo/de-cu/2"))
    assert "Hội Liên hiệp Phụ nữ" in page and "neo đơn.<br>Đã năm năm." in page and "Chăm sóc người già" in page
    assert "danh mục tạm" in page
    listed = desk.get("/can-bo/de-cu").text
    assert "DC-0001" in listed and "DC-0002" in listed and "Lê Thị Mẫu" in listed
    assert "DC-0001" not in desk.get("/can-bo/de-cu?tim=le+thi+mau").text
    assert "Không có đề cử nào khớp" in desk.get("/can-bo/de-cu?tim=khong+co&tt=all").text
    assert "DC-0002" not in desk.get("/can-bo/de-cu?tu=-&tt=all").text


def test_the_same_name_is_shown_before_anything_is_kept(desk: Desk) -> None:
    """Nothing is stored until somebody says whether it is the same nominee."""
    desk.enter("commune")
    shown = _new(desk, ten="Ông Nguyễn Văn Mẫu 1", loai="person", tieu_chi=["care"])
    assert shown.status_code == 409 and "DC-0001" in shown.text and "Chưa ghi gì cả" in shown.text
    assert "DC-0002" not in desk.get("/can-bo/de-cu?tt=all").text
    joined = _new(desk, ten="Ông Nguyễn Văn Mẫu 1", loai="person", tieu_chi=["care"], trung="1")
    assert joined.headers["location"].endswith("xong=joined&vua=DC-0002")
    assert "Ghi chung với" in desk.get("/can-bo/de-cu/2").text and "DC-0002" in desk.get("/can-bo/de-cu/1").text
    other = _new(desk, ten="Nguyễn Văn Mẫu 1", loai="person", tieu_chi=["care"], trung="khac")
    assert other.headers["location"].endswith("xong=new&vua=DC-0003")


def test_checked_by_the_commune_decided_by_the_district(desk: Desk) -> None:
    """Buttons for what may be done now, a reason where one is needed, and who was first."""
    desk.enter("commune")
    assert _move(desk, 1, "take").headers["location"].startswith("/can-bo/de-cu/1?")
    assert "Cần ghi lý do" in _move(desk, 1, "refuse", ly_do=" ").text
    assert _move(desk, 1, "approve").status_code == 409
    stale = desk.post("/can-bo/de-cu/1/forward", {"phien_ban": "1"})
    assert stale.status_code == 409 and "đã làm trước" in stale.text
    assert _move(desk, 1, "forward").status_code == 303
    desk.enter("district")
    page = desk.get("/can-bo/de-cu/1").text
    assert "/can-bo/de-cu/1/approve" in page and "/can-bo/de-cu/1/forward" not in page
    assert _move(desk, 1, "approve").headers["location"] == "/can-bo/de-cu?xong=approve&vua=DC-0001"
    assert "Đã chọn khen DC-0001" in desk.get("/can-bo/de-cu?xong=approve&vua=DC-0001").text
    assert [verb for verb in desk.verbs() if verb.startswith("nomination_") and verb != "nomination_seen"] == [
        "nomination_send", "nomination_take", "nomination_forward", "nomination_approve",
    ]  # fmt: skip
    assert desk.verbs().count("nomination_seen") > 3


def test_nobody_decides_about_what_the_own_hand_wrote_down(desk: Desk) -> None:
    """The page says why there is no button."""
    at = desk.world.at

    async def written(connection: AsyncConnection) -> None:
        more: dict[str, Any] = {"organisation": "youth", "sender": at.district, "moves": "forward"}
        await nomination(connection, desk.knowledge, at, 2, **more)

    desk.database(written)
    desk.enter("district")
    page = _text(desk.get("/can-bo/de-cu/2"))
    assert "không tự quyết định" in page and "/can-bo/de-cu/2/approve" not in page
    assert _move(desk, 2, "approve").status_code == 409


def test_a_story_begins_here_and_goes_with_the_consent(desk: Desk) -> None:
    """Photo and words go into a draft; taking the consent back erases it."""
    desk.enter("head")
    photo: list[Any] = [("anh", ("a.jpg", picture(), "image/jpeg"))]
    assert desk.post("/can-bo/de-cu/1/anh", {}, files=photo).status_code == 303
    bad = desk.post("/can-bo/de-cu/1/anh", {}, files=[("anh", ("a.jpg", b"none", "image/jpeg"))])
    assert bad.status_code == 400 and "không phải ảnh" in bad.text
    assert "/can-bo/de-cu/1/anh/1" in desk.get("/can-bo/de-cu/1").text
    desk.enter("commune")
    _move(desk, 1, "forward")
    assert _move(desk, 1, "bai").status_code == 409
    desk.enter("district")
    _move(desk, 1, "approve")
    answer = _move(desk, 1, "bai")
    assert answer.headers["location"] == "/can-bo/tin/1?xong=saved"
    story = desk.get("/can-bo/tin/1").text
    assert "Gương tốt: Nguyễn Văn Mẫu 1" in story and "giấy ở thôn" in story
    page = desk.get("/can-bo/de-cu/1").text
    assert "Bài gương tốt từ đề cử này" in page and "bài được gỡ và xóa ngay" in page
    assert "Cần ghi ai đồng ý" in _text(_move(desk, 1, "dong-y", dong_y="yes"))
    assert _move(desk, 1, "dong-y", dong_y="no").status_code == 303
    assert "Nguyễn Văn Mẫu 1" not in desk.get("/can-bo/tin/1").text
    assert "Viết bài được khi" in desk.get("/can-bo/de-cu/1").text


def test_the_list_of_a_year_as_a_page_a_document_and_a_workbook(desk: Desk) -> None:
    """What was approved, in the own area only; every look and download is written down."""
    desk.database(
        lambda connection: nomination(connection, desk.knowledge, desk.world.at, 7, moves="forward approve")
    )  # fmt: skip
    desk.enter("district")
    page = _text(desk.get("/can-bo/de-cu/danh-sach"))
    assert "Nguyễn Văn Mẫu 7" in page and "Nguyễn Văn Mẫu 1<" not in page and "chưa ai xác nhận" in page
    assert "chưa có đề cử nào" in desk.get("/can-bo/de-cu/danh-sach?nam=2025").text
    assert "chưa có đề cử nào" in desk.get("/can-bo/de-cu/danh-sach?noi=que-2023").text
    answer = desk.post("/can-bo/de-cu/danh-sach/tai", {"dang": "docx", "noi": "thuy-loi-2023"})
    assert 'filename="khen-thuong-thuy-loi-2023-2026.docx"' in answer.headers["content-disposition"]
    made = Document(BytesIO(answer.content))
    assert made.tables[-1].rows[2].cells[1].text == "Nguyễn Văn Mẫu 7"
    assert made.tables[-1].rows[2].cells[2].text == "Thôn Mẫu 1 (demo), xã Thụy Lôi"
    answer = desk.post("/can-bo/de-cu/danh-sach/tai", {"dang": "xlsx"})
    assert load_workbook(BytesIO(answer.content)).active["B2"].value == "Nguyễn Văn Mẫu 7"
    assert desk.verbs()[-1] == "nominations_downloaded" and "nominations_listed" in desk.verbs()
    desk.enter("other_commune")
    assert "Mẫu 7" not in desk.get("/can-bo/de-cu/danh-sach").text
    for path in ("/can-bo/de-cu/danh-sach?noi=thuy-loi-2023", "/can-bo/de-cu?noi=thuy-loi-mau-1"):
        assert desk.get(path).status_code == 403
    assert desk.post("/can-bo/de-cu/danh-sach/tai", {"noi": "thuy-loi-2023"}).status_code == 403


def test_a_long_list_of_a_year_goes_on_and_says_what_the_document_leaves_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page by page with the numbers of the whole; the filters stay, and every page looked at is written down."""
    monkeypatch.setattr(nomination_year, "_PAGE", 2)
    monkeypatch.setattr(nomination_year, "MOST_IN_ANNEX", 2)
    for number in (7, 8, 9):
        desk.database(
            lambda connection, number=number: nomination(
                connection, desk.knowledge, desk.world.at, number, moves="forward approve"
            )
        )
    desk.enter("district")
    page = desk.get("/can-bo/de-cu/danh-sach?noi=thuy-loi-2023").text
    assert "Nguyễn Văn Mẫu 8" in page and "Nguyễn Văn Mẫu 9" not in page
    assert "Cá nhân (3)" in page and "Danh sách có 3 trường hợp" in page and "in kèm được 2" in page
    onwards = re.search(r'rel="next" href="([^"]+)"', page)
    assert onwards is not None
    second = desk.get(onwards[1].replace("&amp;", "&")).text
    assert "Nguyễn Văn Mẫu 9" in second and "Nguyễn Văn Mẫu 8" not in second
    assert 'rel="next"' not in second and "Về đầu danh sách" in second and "noi=thuy-loi-2023" in second
    assert desk.verbs()[-2:] == ["nominations_listed", "nominations_listed"]
    assert desk.get("/can-bo/de-cu/danh-sach?sau=99999").status_code == 200


def test_corrected_at_the_desk_with_what_stood_there_before(desk: Desk) -> None:
    """The form is filled, the change is shown, a stale form changes nothing."""
    desk.enter("commune")
    page = desk.get("/can-bo/de-cu/1/sua").text
    assert 'value="Nguyễn Văn Mẫu 1"' in page and re.search(r'value="helping_households" checked', page)
    values = {**FORM, "ten": "Nguyễn Văn Mẫu Một", "loai": "person", "phien_ban": "1"}
    assert desk.post("/can-bo/de-cu/1/sua", values).status_code == 303
    shown = desk.get("/can-bo/de-cu/1").text
    assert "<del>Nguyễn Văn Mẫu 1</del> → <ins>Nguyễn Văn Mẫu Một</ins>" in shown
    stale = desk.post("/can-bo/de-cu/1/sua", {**values, "ten": "Khác Hẳn"})
    assert (
        stale.status_code == 409
        and 'value="Khác Hẳn"' in stale.text
        and "Khác Hẳn" not in desk.get("/can-bo/de-cu/1").text
    )


def test_erased_leaves_the_number_and_the_steps(desk: Desk) -> None:
    """With a reason; afterwards nothing can be done or read."""
    desk.enter("commune")
    assert "Cần ghi lý do" in _move(desk, 1, "xoa").text
    assert _move(desk, 1, "xoa", ly_do="Người ấy muốn vậy").status_code == 303
    page = desk.get("/can-bo/de-cu/1").text
    assert "Nội dung đã được xóa" in page and "Nguyễn Văn Mẫu 1" not in page and "/can-bo/de-cu/1/forward" not in page
    assert "(đã xóa nội dung)" in desk.get("/can-bo/de-cu?tt=all").text
    assert desk.get("/can-bo/de-cu/99").status_code == 404 and desk.get("/can-bo/de-cu/1/anh/9").status_code == 404


def test_what_somebody_types_stays_text(desk: Desk) -> None:
    """Markup in a name is shown, not run; a village head's place and organisation are not the form's to say."""
    desk.enter("head")
    answer = _new(desk, ten="<script>alert(1)</script>", noi="que-2023")
    assert answer.status_code == 303
    page = desk.get("/can-bo/de-cu/2").text
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page and "Thôn Mẫu 1" in page
    assert "Hội Liên hiệp Phụ nữ" not in page
