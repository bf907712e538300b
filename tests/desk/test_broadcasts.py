"""Announcements at the desk: composing without losing a word, counting, approving by a second person, results."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import httpx
import pytest
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.broadcasting.office import office_of
from handlers.broadcasting.policy import Policy
from storage import broadcasts, expansion
from storage.tables import conversations, outbox
from storage.tables_broadcasts import broadcasts as table
from storage.tables_media import media
from storage.tables_people import areas
from tests.broadcasts.crowd import OTHER, crowd, sent
from tests.support.desk import Desk

GOOD: Final[dict[str, Any]] = {
    "chu_de": "notice",
    "tieu_de_vi": "Họp dân thôn",
    "noi_dung_vi": "Mời bà con họp lúc 19 giờ thứ sáu tại nhà văn hóa.",
    "lien_ket_vi": "https://example.org/hop",
    "so_nhom": "1",
    "luu": "1",
}


def _crowd(desk: Desk, number: int, **values: Any) -> None:
    desk.database(lambda connection: crowd(connection, number, desk.clock.at, **values))


def _row(desk: Desk, broadcast_id: int) -> broadcasts.BroadcastRow:
    row: broadcasts.BroadcastRow = desk.database(lambda connection: broadcasts.read(connection, broadcast_id))
    return row


def _written(desk: Desk, role: str = "staff", **values: Any) -> int:
    """A draft of somebody; its id."""
    desk.enter(role)
    answer = desk.post("/can-bo/thong-bao/moi", {**GOOD, **values})
    assert answer.status_code == 303, answer.text
    return int(answer.headers["location"].split("/")[-1].partition("?")[0])


def _do(desk: Desk, broadcast_id: int, name: str, **values: Any) -> httpx.Response:
    version = values.pop("version", _row(desk, broadcast_id).version)
    return desk.post(f"/can-bo/thong-bao/{broadcast_id}/{name}", {"phien_ban": str(version), **values})


def _picture(colour: str = "red") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(stream, "PNG")
    return stream.getvalue()


def test_a_draft_is_written_previewed_and_sent_off(desk: Desk) -> None:
    """The message as it will look, how many get it, then on its way; each step in the trail."""
    _crowd(desk, 12)
    _crowd(desk, 3, area=OTHER, name="other")
    broadcast_id = _written(desk, n0_area="thuy-loi-2023")
    page = desk.get(f"/can-bo/thong-bao/{broadcast_id}").text
    assert "Mời bà con họp lúc 19 giờ" in page
    assert "dừng nhận tin" in page, "the footer is part of what is previewed"
    assert "<b>12</b> người sẽ nhận" in page
    assert "Mọi người ở xã Thụy Lôi" in page
    assert _do(desk, broadcast_id, "submit").status_code == 303
    row = _row(desk, broadcast_id)
    assert (row.state, row.estimate, row.approved_by) == ("scheduled", 12, None)
    assert desk.verbs()[-2:] == ["broadcast_written", "broadcast_submit"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"tieu_de_vi": ""}, "chưa có tiêu đề"),
        ({"noi_dung_vi": ""}, "chưa có nội dung"),
        ({"noi_dung_vi": "a" * 2100}, "dài quá"),
        ({"noi_dung_vi": "Mời <b>bà con</b> họp"}, "mã định dạng “&lt;b&gt;”"),
        ({"noi_dung_vi": "Kính gửi {{ ho_ten }}"}, "chỗ trống chưa điền"),
        ({"noi_dung_vi": "Mời **bà con** họp"}, "dấu định dạng"),
        ({"lien_ket_vi": "example"}, "địa chỉ đầy đủ"),
        ({"gui_luc": "2020-01-01T08:00"}, "Giờ gửi đã qua"),
        ({"gui_luc": "2026-12-01T08:00", "het_han": "2026-11-30T08:00"}, "Hạn gửi phải sau"),
        ({"n0_area": "que-2023"}, "không có ai nhận được"),
        ({"cach": "json", "json": '{"any": []}'}, "thì không có ai"),
    ],
)
def test_what_is_wrong_is_said_before_anybody_gets_it(desk: Desk, values: dict[str, str], said: str) -> None:
    """A draft may be unfinished; it cannot be sent off, and it says why."""
    _crowd(desk, 2)
    broadcast_id = _written(desk, **values)
    page = desk.get(f"/can-bo/thong-bao/{broadcast_id}").text
    assert "Chưa gửi được như hiện nay" in page
    assert said in page
    answer = _do(desk, broadcast_id, "submit")
    assert answer.status_code == 409
    assert said in answer.text
    assert _row(desk, broadcast_id).state == "draft"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"gui_luc": "mai"}, "Giờ này không đọc được"),
        ({"n0_seen": "abc"}, "Số ngày phải là số"),
        ({"n0_area": "thuy-loi-2024"}, "không có “thuy-loi-2024”; gần nhất là “thuy-loi-2023”"),
        ({"cach": "json", "json": '{"rol": ["village_head"]}'}, "gần nhất là “role”"),
        ({"cach": "json", "json": "{"}, "không phải là JSON"),
        ({"anh_giu": "x" * 32}, "ảnh không còn nữa"),
    ],
)
def test_what_cannot_be_kept_is_shown_again_as_it_was_typed(desk: Desk, values: dict[str, str], said: str) -> None:
    """Nothing typed is lost."""
    desk.enter("staff")
    answer = desk.post("/can-bo/thong-bao/moi", {**GOOD, **values})
    assert answer.status_code == 400
    assert said in answer.text
    assert "Mời bà con họp lúc 19 giờ" in answer.text and "https://example.org/hop" in answer.text
    for value in values.values():
        assert value in ("json", "x" * 32) or value.replace('"', "&#34;") in answer.text


def test_pictures_are_kept_at_once_and_a_file_that_is_none_is_named(desk: Desk) -> None:
    """The good one stays where the other is refused; several become one sheet."""
    desk.enter("staff")
    files = [
        ("anh", ("tot.png", _picture(), "image/png")),
        ("anh", ("xau.png", b"MZ no picture at all", "image/png")),
    ]
    answer = desk.post("/can-bo/thong-bao/moi", {**GOOD}, files=files)
    assert answer.status_code == 400
    assert "xau.png" in answer.text
    kept = answer.text.split('name="anh_giu" value="')[1].split('"')[0]
    answer = desk.post(
        "/can-bo/thong-bao/moi",
        {**GOOD, "anh_giu": kept},
        files=[("anh", ("hai.png", _picture("blue"), "image/png"))],
    )
    assert answer.status_code == 303, answer.text
    row = _row(desk, 1)
    assert len(row.content.pictures) == 2 and row.content.pictures[0] == kept

    async def stored(connection: AsyncConnection) -> list[tuple[int, int]]:
        return [tuple(each) for each in await connection.execute(select(media.c.width, media.c.height))]

    assert (1200, 606) in desk.database(stored), "the sheet of the two"
    page = desk.get("/can-bo/thong-bao/1").text
    shown = page.split('<img src="/can-bo/tep/')[1].split('"')[0]
    assert desk.get(f"/can-bo/tep/{shown}").headers["content-type"] == "image/jpeg"


def test_groups_are_added_and_taken_away_without_a_script(desk: Desk) -> None:
    """What stood in the form is still there, and the count is new."""
    _crowd(desk, 4)
    _crowd(desk, 3, area=OTHER, name="other")
    desk.enter("staff")
    page = desk.post("/can-bo/thong-bao/moi", {**GOOD, "n0_area": "thuy-loi-2023", "them_nhom": "1"}).text
    assert 'name="so_nhom" value="2"' in page and "Họp dân thôn" in page
    two = {**GOOD, "so_nhom": "2", "n0_area": "thuy-loi-2023", "n1_area": "que-2023"}
    page = desk.post("/can-bo/thong-bao/moi", {**two, "dem": "1"}).text
    assert "<b>7</b> người sẽ nhận" in page
    page = desk.post("/can-bo/thong-bao/moi", {**two, "bo_nhom": "0"}).text
    assert "<b>3</b> người sẽ nhận" in page
    assert desk.database(lambda connection: broadcasts.list_(connection, "/ha-nam/")) == []


def test_the_live_count_says_who_and_why_not(desk: Desk) -> None:
    """A fragment for the script: the number, the words, the reasons by channel, a sample without names."""
    _crowd(desk, 5)
    _crowd(desk, 2, name="stopped", notices_stopped=True)
    _crowd(desk, 1, name="far", channel="zalo_oa")
    desk.enter("staff")
    page = desk.post("/can-bo/thong-bao/dem", {**GOOD, "n0_area": "thuy-loi-2023"}).text
    assert "<html" not in page
    assert "<b>5</b> người sẽ nhận" in page and "Mọi người ở xã Thụy Lôi" in page
    assert "2 đã dừng nhận tin" in page and "1 kênh không gửi được từ đây" in page
    assert "Người dân · xã Thụy Lôi" in page
    assert "citizen-" not in page
    everybody = desk.post("/can-bo/thong-bao/dem", {**GOOD, "n0_role": "village_head"}).text
    assert "T… t… M…" in everybody or "0</b> người" in everybody
    assert "Trưởng thôn Mẫu" not in everybody


def test_the_area_of_the_author_is_always_a_limit(desk: Desk) -> None:
    """A commune's officer reaches nobody of another commune, and cannot even name it."""
    _crowd(desk, 4)
    _crowd(desk, 9, area=OTHER, name="other")
    desk.enter("commune")
    assert "<b>4</b> người sẽ nhận" in desk.post("/can-bo/thong-bao/dem", GOOD).text
    answer = desk.post("/can-bo/thong-bao/moi", {**GOOD, "n0_area": "que-2023"})
    assert (answer.status_code, "không có “que-2023”" in answer.text) == (400, True)
    assert "thị trấn Quế" not in desk.get("/can-bo/thong-bao/moi").text


def test_of_two_officers_the_second_is_told_and_loses_nothing(desk: Desk) -> None:
    """The version that was looked at decides."""
    broadcast_id = _written(desk)
    form = desk.get(f"/can-bo/thong-bao/{broadcast_id}/sua").text
    assert "Mời bà con họp lúc 19 giờ" in form
    first = {**GOOD, "tieu_de_vi": "Họp dân tối thứ bảy", "phien_ban": "1"}
    assert desk.post(f"/can-bo/thong-bao/{broadcast_id}/sua", first).status_code == 303
    second = {**GOOD, "noi_dung_vi": "Bản của người thứ hai", "phien_ban": "1"}
    answer = desk.post(f"/can-bo/thong-bao/{broadcast_id}/sua", second)
    assert answer.status_code == 409
    assert "Người khác vừa sửa" in answer.text and "Bản của người thứ hai" in answer.text
    assert 'name="phien_ban" value="2"' in answer.text, "sent again, it is meant"
    assert _row(desk, broadcast_id).content.by_language["vi"].title == "Họp dân tối thứ bảy"
    assert _do(desk, broadcast_id, "submit", version=1).status_code == 409


@pytest.fixture
def small(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk where three recipients already need a second person."""
    for module in ("broadcasts", "broadcast_pages"):
        monkeypatch.setattr(
            f"desk.routes.{module}.office_of",
            lambda knowledge, now: replace(office_of(knowledge, now), policy=Policy(approval_above=2)),
        )
    return desk


def test_a_second_person_approves_and_never_the_author(small: Desk) -> None:
    """Neither who wrote it, nor who changed it, nor who sent it off."""
    desk = small
    _crowd(desk, 3)
    broadcast_id = _written(desk, "district")
    assert _do(desk, broadcast_id, "submit").status_code == 303
    row = _row(desk, broadcast_id)
    assert (row.state, row.estimate) == ("waiting_approval", 3)
    page = desk.get(f"/can-bo/thong-bao/{broadcast_id}").text
    assert "Người soạn không tự duyệt" in page and "/approve" not in page
    answer = _do(desk, broadcast_id, "approve")
    assert answer.status_code == 409 and "người thứ hai" in answer.text
    desk.enter("staff")
    assert _do(desk, broadcast_id, "approve").status_code == 403, "the role approves nothing"


def test_what_the_staff_wrote_the_district_approves_or_refuses_with_a_reason(small: Desk) -> None:
    """The author is told; what was refused can be taken back and sent again."""
    desk = small
    _crowd(desk, 3)
    broadcast_id = _written(desk)
    _do(desk, broadcast_id, "submit")
    desk.enter("district")
    session = desk.client.cookies["chungtay_desk"]
    assert "1 tin chờ duyệt" in desk.get("/can-bo/thong-bao").text
    assert _do(desk, broadcast_id, "refuse").status_code == 409, "without a reason"
    assert _do(desk, broadcast_id, "refuse", ly_do="Thiếu ngày họp").status_code == 303
    assert _row(desk, broadcast_id).state == "refused"
    assert "Thiếu ngày họp" in desk.get(f"/can-bo/thong-bao/{broadcast_id}").text
    desk.enter("staff")
    assert _do(desk, broadcast_id, "reopen").headers["location"].endswith("/sua")
    _do(desk, broadcast_id, "submit")
    desk.client.cookies["chungtay_desk"] = session
    assert _do(desk, broadcast_id, "approve").status_code == 303
    row = _row(desk, broadcast_id)
    assert (row.state, row.approved_by) == ("scheduled", desk.world.at.district.account_id)

    async def told(connection: AsyncConnection) -> list[str]:
        rows = await connection.execute(select(outbox.c.payload).where(outbox.c.priority == 2).order_by(outbox.c.id))
        return [row.payload.decode() for row in rows]

    said = desk.database(told)
    assert any("chờ bác duyệt" in each and f"xem tin {broadcast_id}" in each for each in said)
    assert any("không được duyệt. Lý do: Thiếu ngày họp" in each for each in said)
    assert any("đã được duyệt" in each for each in said)


def test_a_running_one_is_paused_resumed_called_off_and_corrected(desk: Desk) -> None:
    """And its progress is told to the page."""
    _crowd(desk, 6)
    broadcast_id = _written(desk)
    _do(desk, broadcast_id, "submit")

    async def begin(connection: AsyncConnection) -> None:
        await broadcasts.move(
            connection, broadcast_id, sources=("scheduled",), target="running", name="start", account_id=None,
            now=desk.clock.at,
        )  # fmt: skip
        await expansion.note_expanded(connection, broadcast_id, 4, {"stopped": 2}, desk.clock.at)
        await sent(connection, broadcast_id, ["citizen-0", "citizen-1", "citizen-2"], desk.clock.at)
        await sent(connection, broadcast_id, ["citizen-3"], desk.clock.at, state=1, sent_at=None)

    desk.database(begin)
    told = desk.get(f"/can-bo/thong-bao/{broadcast_id}/tien-do").json()
    assert told == {
        "state": "running", "state_name": "đang gửi", "total": 4, "percent": 75, "sent": 3, "waiting": 1, "failed": 0,
        "ended": 0,
    }  # fmt: skip
    page = desk.get(f"/can-bo/thong-bao/{broadcast_id}").text
    assert "data-progress" in page and "/submit" not in page
    for name, state in (("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")):
        assert _do(desk, broadcast_id, name).status_code == 303
        assert _row(desk, broadcast_id).state == state
    assert _do(desk, broadcast_id, "resume").status_code == 409
    answer = _do(desk, broadcast_id, "correct")
    new = _row(desk, int(answer.headers["location"].split("/")[-2]))
    assert (new.corrects_id, new.state) == (broadcast_id, "draft")
    assert new.content.by_language["vi"].title == "ĐÍNH CHÍNH TIN TRƯỚC: Họp dân thôn"
    assert "<b>3</b> người sẽ nhận" in desk.get(f"/can-bo/thong-bao/{new.id}").text, "those who got the first one"


def test_a_test_goes_to_the_author_alone(desk: Desk) -> None:
    """To the linked chat, marked as a test."""
    broadcast_id = _written(desk)
    before = desk.database(lambda connection: connection.scalar(select(func.max(outbox.c.id))))
    assert _do(desk, broadcast_id, "test").status_code == 303

    async def told(connection: AsyncConnection) -> list[tuple[str, str]]:
        query = select(outbox.c.chat, outbox.c.payload).where(outbox.c.id > before).order_by(outbox.c.id)
        rows = await connection.execute(query)
        return [(row.chat, row.payload.decode()) for row in rows]

    first, second = desk.database(told)
    assert first[0] == second[0] == f"demo-{desk.world.at.staff.account_id}"
    assert "Gửi thử" in first[1] and "Họp dân thôn" in second[1]
    assert _row(desk, broadcast_id).state == "draft"


def test_results_by_place_channel_and_reason_as_page_and_files(desk: Desk) -> None:
    """Answered, opted out and failed are counted; nothing in a file is taken for a formula."""
    now = desk.clock.at
    _crowd(desk, 4)
    _crowd(desk, 2, area=OTHER, name="other")
    broadcast_id = _written(desk)

    async def happen(connection: AsyncConnection) -> None:
        await connection.execute(update(table).values(state="done"))
        await expansion.note_expanded(connection, broadcast_id, 6, {"weekly": 3}, now)
        await sent(connection, broadcast_id, ["citizen-0", "citizen-1", "citizen-2"], now)
        await sent(connection, broadcast_id, ["other-0"], now)
        await sent(connection, broadcast_id, ["other-1"], now, failure="Forbidden: bot was blocked by the user")
        await sent(connection, broadcast_id, ["citizen-3"], now, failure="cancelled", state=4)
        # One wrote within two days, one after three; one stopped everything the next day.
        answers = {"priority": 1, "payload": b"{}"}
        await sent(connection, None, ["citizen-0"], now + timedelta(hours=5), **answers)
        await sent(connection, None, ["citizen-1"], now + timedelta(hours=72), **answers)
        stopped = update(conversations).where(conversations.c.chat == "citizen-2")
        await connection.execute(stopped.values(notices_stopped=True, stopped_at=now + timedelta(days=1)))
        await connection.execute(update(areas).where(areas.c.key == OTHER).values(name="=1+1"))

    desk.database(happen)
    page = desk.get(f"/can-bo/thong-bao/{broadcast_id}/ket-qua").text
    assert "đã nhận đủ tin trong tuần" in page and "đã chặn hoặc rời kênh" in page
    answer = desk.post(f"/can-bo/thong-bao/{broadcast_id}/tai", {"dang": "csv"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    by_place = {row[0]: row[1:] for row in rows if len(row) == 8}
    assert by_place["xã Thụy Lôi"] == ["3", "0", "0", "0", "1", "1", "1"]
    assert by_place["'=1+1"] == ["1", "0", "1", "0", "0", "0", "0"]
    assert by_place["Tổng cộng"] == ["4", "0", "1", "0", "1", "1", "1"]
    workbook = load_workbook(io.BytesIO(desk.post(f"/can-bo/thong-bao/{broadcast_id}/tai", {"dang": "xlsx"}).content))
    cells = [cell for row in workbook["Theo nơi"].iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value == "=1+1"] == ["s"]
    assert workbook.sheetnames == ["Theo nơi", "Theo kênh", "Không gửi được", "Không thuộc diện gửi"]
    assert desk.verbs().count("download_broadcast") == 2
    topics = desk.get("/can-bo/thong-bao/thong-ke").text
    assert '<th scope="row">Thông báo của xã, huyện</th><td>1</td><td>4</td><td>1</td><td>1</td><td>1</td>' in topics
    empty = desk.get("/can-bo/thong-bao/thong-ke?tu=2026-01-01&den=2026-01-31").text
    assert "Thông báo của xã, huyện</th><td>0</td>" in empty


def test_another_commune_sees_and_does_nothing(desk: Desk) -> None:
    """The list, the page, the progress, the results and every deed."""
    broadcast_id = _written(desk, "commune")
    desk.enter("other_commune")
    assert "Họp dân thôn" not in desk.get("/can-bo/thong-bao").text
    for path in ("", "/sua", "/tien-do", "/ket-qua"):
        assert desk.get(f"/can-bo/thong-bao/{broadcast_id}{path}").status_code == 403, path
    for name in ("submit", "cancel", "test", "correct", "tai", "sua"):
        values = GOOD if name == "sua" else {}
        assert desk.post(f"/can-bo/thong-bao/{broadcast_id}/{name}", {"phien_ban": "1", **values}).status_code == 403
    assert _row(desk, broadcast_id).state == "draft"


def test_the_administrator_looks_and_does_nothing(desk: Desk) -> None:
    """`see_broadcast` without the verbs to write or approve."""
    broadcast_id = _written(desk)
    desk.enter("administrator")
    page = desk.get(f"/can-bo/thong-bao/{broadcast_id}").text
    assert "Họp dân thôn" in page
    assert f'action="/can-bo/thong-bao/{broadcast_id}/' not in page
    assert _do(desk, broadcast_id, "submit").status_code == 403
