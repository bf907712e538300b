"""News and dialogues at the desk, as browsers meet them."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import httpx

from handlers.actions.dialogues import ask
from handlers.turn import VIETNAM
from tests.news.conftest import picture
from tests.support.desk import Desk

FORM = {
    "phien_ban": "0", "loai": "story", "chu_de": "emulation_news", "noi": "thuy-loi-2023", "tieu_de": "Chị Mẫu đan giỏ",
    "tom_tat": "Mỗi tối một giờ.", "noi_dung": "Đoạn một.\r\nĐoạn hai.", "neu_ten": "1", "ai": "Trần Thị Mẫu",
    "ngay": "2026-11-20", "cach": "paper", "chung": "giấy ở xã",
}  # fmt: skip


def _write(desk: Desk, values: dict[str, str], *files: bytes) -> httpx.Response:
    """Send the form with pictures, as a browser does."""
    sent: list[Any] = [("anh_moi", (f"{number}.jpg", data, "image/jpeg")) for number, data in enumerate(files)]
    return desk.post("/can-bo/tin/moi", values, files=sent or [("anh_moi", ("", b"", "application/octet-stream"))])


def _move(desk: Desk, path: str, wanted: str, **values: str) -> httpx.Response:
    found = re.search(r'name="phien_ban" value="(\d+)"', desk.get(path).text)
    return desk.post(f"{path}/{wanted}", {"phien_ban": found[1] if found else "0", **values})


def test_a_story_goes_from_the_form_to_the_public_by_two_pairs_of_hands(desk: Desk) -> None:
    """Picture, words about it, consent, approval; the way to an announcement is there at the end."""
    desk.enter("staff")
    answer = _write(desk, FORM, picture())
    assert answer.status_code == 303 and answer.headers["location"] == "/can-bo/tin/1?xong=saved"
    page = desk.get("/can-bo/tin/1").text
    kept = re.search(r'name="anh_1" value="([\w-]+)"', page)
    assert kept is not None and "Đoạn hai." in page and "Trần Thị Mẫu" in page
    shown = desk.get(f"/can-bo/tep/{kept[1]}")
    assert shown.headers["content-type"] == "image/jpeg" and shown.content.startswith(b"\xff\xd8")
    refused = _move(desk, "/can-bo/tin/1", "submit")
    assert refused.status_code == 409 and "Mỗi ảnh cần một câu" in refused.text
    values = {**FORM, "phien_ban": "1", "anh_1": kept[1], "mo_ta_1": "Chị Mẫu ngồi đan"}
    assert desk.post("/can-bo/tin/1", values).status_code == 303
    assert _move(desk, "/can-bo/tin/1", "submit").status_code == 303
    assert "Duyệt và đăng" not in desk.get("/can-bo/tin/1").text
    assert _move(desk, "/can-bo/tin/1", "approve").status_code == 403
    desk.enter("district")
    assert "/can-bo/thong-bao/moi?tin=1" not in desk.get("/can-bo/tin/1").text
    assert _move(desk, "/can-bo/tin/1", "approve").status_code == 303
    assert "/can-bo/thong-bao/moi?tin=1" in desk.get("/can-bo/tin/1").text
    assert desk.verbs()[-3:] == ["news_consent_seen", "news_approve", "news_consent_seen"]
    begun = desk.get("/can-bo/thong-bao/moi?tin=1").text
    assert "Mỗi tối một giờ." in begun and "/tin/chi-mau-dan-gio" in begun and kept[1] in begun
    for none in ("2", "x", "9" * 30):
        assert "Mỗi tối" not in desk.get(f"/can-bo/thong-bao/moi?tin={none}").text


def test_what_is_wrong_is_said_above_the_form_with_everything_still_in_it(desk: Desk) -> None:
    """No picture, half a consent, nothing written at all."""
    desk.enter("staff")
    answer = _write(desk, FORM, b"no picture")
    assert answer.status_code == 400
    assert "không phải ảnh đọc được" in answer.text and 'value="Chị Mẫu đan giỏ"' in answer.text
    assert "Trần Thị Mẫu" in answer.text
    assert "cần đủ" in _write(desk, {**FORM, "ngay": ""}).text
    assert "cần có tiêu đề" in _write(desk, {**FORM, "tieu_de": " "}).text
    assert "Chưa có bài nào" in desk.get("/can-bo/tin").text


def test_what_an_officer_types_stays_text(desk: Desk) -> None:
    """Markup in a title is shown, not run."""
    desk.enter("staff")
    _write(desk, {**FORM, "tieu_de": "<script>alert(1)</script>", "noi_dung": "<img src=x onerror=alert(1)>"})
    page = desk.get("/can-bo/tin/1").text
    assert "<script>alert" not in page and "<img src=x" not in page and "&lt;script&gt;alert" in page


def test_a_picture_of_another_commune_is_not_shown(desk: Desk) -> None:
    """404, as for one that is not there."""
    desk.enter("commune")
    _write(desk, FORM, picture())
    kept = re.search(r'name="anh_1" value="([\w-]+)"', desk.get("/can-bo/tin/1").text)
    assert kept is not None
    for role, status in (("district", 200), ("other_commune", 404), ("head", 404)):
        desk.enter(role)
        assert desk.get(f"/can-bo/tep/{kept[1]}").status_code == status, role


def test_another_commune_finds_the_item_closed(desk: Desk) -> None:
    """Neither to read nor to change nor to move."""
    desk.enter("commune")
    _write(desk, FORM)
    desk.enter("other_commune")
    assert "Chị Mẫu" not in desk.get("/can-bo/tin").text
    assert desk.get("/can-bo/tin/1").status_code == 403
    assert desk.post("/can-bo/tin/1", {**FORM, "phien_ban": "1"}).status_code == 403
    assert desk.post("/can-bo/tin/1/submit", {"phien_ban": "1"}).status_code == 403


def _announce(desk: Desk) -> None:
    day = desk.clock.at.astimezone(VIETNAM)
    values = {
        "phien_ban": "0", "ten": "Đối thoại vay vốn", "gioi_thieu": "Cán bộ trả lời.", "noi": "thuy-loi-2023",
        "cho": "Nhà văn hóa", "luc": f"{day + timedelta(days=9):%Y-%m-%dT08:00}",
        "han": f"{day + timedelta(days=7):%Y-%m-%dT17:00}",
    }  # fmt: skip
    wrong = desk.post("/can-bo/doi-thoai/moi", {**values, "han": values["luc"].replace("T08", "T09")})
    assert wrong.status_code == 400 and "phải trước khi" in wrong.text and 'value="Đối thoại vay vốn"' in wrong.text
    assert desk.post("/can-bo/doi-thoai/moi", values).headers["location"] == "/can-bo/doi-thoai/1?xong=saved"


def test_a_dialogue_is_announced_grouped_answered_and_published(desk: Desk) -> None:
    """The questions come put together; the officer decides, writes, and a second one publishes."""
    desk.enter("staff")
    _announce(desk)
    _move(desk, "/can-bo/doi-thoai/1", "submit")
    secret = desk.enter("district", prove=False).text
    desk.post("/can-bo/ma-xac-thuc", {"ma": desk.code(secret)}, secret)
    _move(desk, "/can-bo/doi-thoai/1", "approve")

    async def asked(connection: Any) -> None:
        for chat, said in enumerate(
            ("Hộ cận nghèo vay vốn chăn nuôi được không?", "Chợ bao giờ họp?", "ho can ngheo vay von chan nuoi")
        ):
            await ask(connection, desk.knowledge.keys, ("zalo", f"chat-{chat}"), 1, said, "vi", desk.clock.at)

    desk.database(asked)
    desk.enter("staff")
    page = html.unescape(desk.get("/can-bo/doi-thoai/1").text)
    forms = re.findall(r'<form class="write questions".*?</form>', page, re.DOTALL)
    assert ["chăn nuôi được" in forms[0], "ho can ngheo" in forms[0], "Chợ" in forms[0]] == [True, True, False]
    assert "chat-0" not in page
    path = "/can-bo/doi-thoai/1"
    assert "Cần ghi lý do" in desk.post(f"{path}/nhom", {"cau": "2", "nhom": "ngoai"}).text
    assert desk.post(f"{path}/nhom", {"cau": "2", "nhom": "ngoai", "ly_do": "việc của chợ"}).status_code == 303
    new = {"cau": ["1", "3"], "nhom": "moi", "cau_chung": "Hộ cận nghèo có được vay không?"}
    assert desk.post(f"{path}/nhom", new).status_code == 303
    said = {"cau_chung": "Hộ cận nghèo có được vay không?", "tra_loi": "Có, mời gặp tổ."}
    assert desk.post(f"{path}/tra-loi/1", said).headers["location"].endswith("#nhom-1")
    assert "2 người hỏi" in desk.get(path).text and "việc của chợ" in desk.get(path).text
    desk.clock.advance(8 * 24 * 3600)
    desk.enter("staff")
    assert _move(desk, path, "submit_answers").status_code == 303
    asked_for = desk.enter("district", prove=False).text
    desk.post("/can-bo/ma-xac-thuc", {"ma": desk.code(secret)}, asked_for)
    assert _move(desk, path, "publish").status_code == 303
    assert "Đã trả lời" in desk.get(path).text
    assert {"dialogue_questions_seen", "dialogue_grouped", "dialogue_askers_told"} <= set(desk.verbs())
