"""The inbox at the desk: lists, one case, answering, colleagues, saved replies, and what comes while one looks on."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import cases
from storage.tables import conversations, outbox
from storage.tables_cases import cases as table
from tests.cases.seeding import a_case
from tests.support.desk import Desk


def _case(desk: Desk, number: int = 0, **more: Any) -> int:
    """A case at the commune's desk whose person can be written to."""

    async def make(connection: AsyncConnection) -> int:
        values = {"desk": "thuy-loi-2023", **more}
        made = await a_case(connection, desk.knowledge, desk.clock.at, 50 + number, **values)
        row = await cases.get(connection, made)
        assert row is not None
        await connection.execute(
            conversations.insert().values(
                channel=row.channel, chat=row.chat, state=b"{}", created_at=desk.clock.at, last_seen_at=desk.clock.at
            )
        )
        return made

    case_id: int = desk.database(make)
    return case_id


def _row(desk: Desk, case_id: int) -> cases.CaseRow:
    row: cases.CaseRow = desk.database(lambda connection: cases.get(connection, case_id))
    return row


def _sent(desk: Desk, chat: str) -> list[str]:
    async def read(connection: AsyncConnection) -> list[str]:
        found = await connection.execute(select(outbox.c.payload).where(outbox.c.chat == chat).order_by(outbox.c.id))
        return [row.payload.decode() for row in found]

    found: list[str] = desk.database(read)
    return found


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def test_the_boxes_hold_what_they_say(desk: Desk) -> None:
    """Unassigned, mine, waiting, overdue and closed, with their numbers; search and filters narrow them."""
    desk.enter("commune")
    first, second = _case(desk, 0), _case(desk, 1)
    late = _case(desk, 2, due_at=desk.clock.at - timedelta(days=1), rank=0)
    page = desk.get("/can-bo/hop-thu").text
    found = re.findall(r'data-row="/can-bo/hop-thu/(\d+)"', page)
    assert found[0] == str(late) and {str(first), str(second)} <= set(found)
    assert "Gấp" in page and "Nguyễn" not in page
    assert re.findall(r'data-row="/can-bo/hop-thu/(\d+)"', desk.get("/can-bo/hop-thu?hop=overdue").text) == [str(late)]
    assert desk.post(f"/can-bo/hop-thu/{first}/take", {"phien_ban": "1"}).status_code == 303
    assert re.findall(r'data-row="/can-bo/hop-thu/(\d+)"', desk.get("/can-bo/hop-thu?hop=mine").text) == [str(first)]
    for path, count in (
        (f"?hop=all&tim=HT-{first:04d}", 1), ("?hop=all&tim=vay+von", 1), ("?hop=all&tim=thuy+loi", 4),
        ("?hop=all&tim=khong+co", 0), ("?hop=all&viec=health-insurance", 1), ("?hop=all&noi=que-2023", 0),
        ("?hop=closed", 0), ("?hop=waiting", 0),
    ):  # fmt: skip
        assert desk.get(f"/can-bo/hop-thu{path}").text.count("data-row=") == count, path


def test_a_page_of_many_goes_on_where_it_ended(desk: Desk) -> None:
    """Every case once, by keyset."""

    async def make(connection: AsyncConnection) -> None:
        for number in range(120):
            await a_case(connection, desk.knowledge, desk.clock.at, 100 + number, desk="thuy-loi-2023")

    desk.database(make)
    desk.enter("commune")
    found: list[str] = []
    path = "/can-bo/hop-thu"
    for _ in range(5):
        page = desk.get(path).text
        found += re.findall(r'data-row="/can-bo/hop-thu/(\d+)"', page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        if more is None:
            break
        path = more[1].replace("&amp;", "&")
    assert len(found) == len(set(found)) == 121
    assert "99+" in page


def test_an_answer_goes_to_the_person(desk: Desk) -> None:
    """With the case taken, the look and the answer in the trail, and the form worth one reply only."""
    case_id = _case(desk)
    desk.enter("commune")
    page = desk.get(f"/can-bo/hop-thu/{case_id}").text
    assert "nuôi bò" in page and "N. T. M. 50" in page and "Vay vốn" in page
    form = {"noi_dung": "Chào bác, mời bác lên xã.", "thay": _field(page, "thay"), "ma": _field(page, "ma")}
    assert desk.post(f"/can-bo/hop-thu/{case_id}/reply", form).status_code == 303
    assert desk.post(f"/can-bo/hop-thu/{case_id}/reply", form).status_code == 303
    sent = _sent(desk, _row(desk, case_id).chat)
    assert len(sent) == 1 and "mời bác lên xã" in sent[0] and "Cán bộ xã Mẫu" in sent[0]
    assert _row(desk, case_id).assignee == desk.world.at.commune.account_id
    assert {"see_case", "case_answered"} <= set(desk.verbs())
    assert "mời bác lên xã" in desk.get(f"/can-bo/hop-thu/{case_id}?xong=reply").text


def test_a_colleague_who_was_first_is_shown_and_nothing_is_lost(desk: Desk) -> None:
    """The text stays in its box; sent once more it goes out."""
    case_id = _case(desk)
    desk.enter("commune")
    old = desk.get(f"/can-bo/hop-thu/{case_id}").text
    desk.enter("district")
    page = desk.get(f"/can-bo/hop-thu/{case_id}").text
    form = {"noi_dung": "Huyện trả lời", "thay": _field(page, "thay"), "ma": _field(page, "ma")}
    desk.post(f"/can-bo/hop-thu/{case_id}/reply", form)
    desk.enter("commune")
    png = _png()
    answer = desk.post(
        f"/can-bo/hop-thu/{case_id}/reply",
        {"noi_dung": "Xã trả lời", "thay": _field(old, "thay"), "ma": _field(old, "ma")},
        files={"tep": ("anh.png", png, "image/png")},
    )
    assert answer.status_code == 409
    assert "Huyện trả lời" in answer.text and "Xã trả lời</textarea>" in answer.text and "Vẫn gửi" in answer.text
    again = {
        "noi_dung": "Xã trả lời", "thay": _field(answer.text, "thay"), "ma": _field(answer.text, "ma"),
        "tep_giu": _field(answer.text, "tep_giu"),
    }  # fmt: skip
    assert desk.post(f"/can-bo/hop-thu/{case_id}/reply", again).status_code == 303
    sent = _sent(desk, _row(desk, case_id).chat)
    assert ["Xã trả lời" in one for one in sent] == [False, True, False]
    assert '"picture"' in sent[2]


def _png() -> bytes:
    from io import BytesIO

    from PIL import Image

    held = BytesIO()
    Image.new("RGB", (40, 30), "green").save(held, "PNG")
    return held.getvalue()


def test_what_cannot_be_sent_stays_in_the_form_with_its_reason(desk: Desk) -> None:
    """Blocked, deleted, a program instead of a picture, an unfilled placeholder."""
    case_id = _case(desk)
    desk.enter("commune")
    page = desk.get(f"/can-bo/hop-thu/{case_id}").text
    form = {"noi_dung": "Chào {nguoi}", "thay": _field(page, "thay"), "ma": _field(page, "ma")}
    answer = desk.post(f"/can-bo/hop-thu/{case_id}/reply", form)
    assert answer.status_code == 409 and "chưa điền" in answer.text and "Chào {nguoi}</textarea>" in answer.text
    answer = desk.post(
        f"/can-bo/hop-thu/{case_id}/reply", {**form, "noi_dung": "Xem"}, files={"tep": ("a.png", b"MZ..", "image/png")}
    )
    assert answer.status_code == 400 and "Xem</textarea>" in answer.text

    async def block(connection: AsyncConnection) -> None:
        await connection.execute(update(conversations).values(blocked_at=desk.clock.at))

    desk.database(block)
    assert "đã chặn" in desk.get(f"/can-bo/hop-thu/{case_id}").text
    answer = desk.post(f"/can-bo/hop-thu/{case_id}/reply", {**form, "noi_dung": "Chào bác"})
    assert answer.status_code == 409 and "đã chặn" in answer.text and "Chào bác</textarea>" in answer.text
    assert _sent(desk, _row(desk, case_id).chat) == []


def test_officers_see_who_else_is_there(desk: Desk) -> None:
    """The heartbeat tells of the other one; the talk alone needs an open page."""
    case_id = _case(desk)
    desk.enter("district")
    page = desk.get(f"/can-bo/hop-thu/{case_id}").text
    desk.post(f"/can-bo/hop-thu/{case_id}/co-mat", {"soan": "1"}, page)
    desk.enter("commune")
    assert desk.get(f"/can-bo/hop-thu/{case_id}/loi").status_code == 404
    page = desk.get(f"/can-bo/hop-thu/{case_id}").text
    assert "Cán bộ huyện Mẫu đang soạn" in page
    answer = desk.post(f"/can-bo/hop-thu/{case_id}/co-mat", {"soan": ""}, page)
    assert answer.json() == {"others": [{"name": "Cán bộ huyện Mẫu", "writing": True}], "state": "open"}
    looks = desk.verbs().count("see_case")
    assert "nuôi bò" in desk.get(f"/can-bo/hop-thu/{case_id}/loi").text
    assert desk.verbs().count("see_case") == looks


def test_note_assign_move_close_and_open_again(desk: Desk) -> None:
    """Each by its form, each in the trail, each on the page."""
    case_id = _case(desk, 3)
    desk.enter("commune")
    page = desk.get(f"/can-bo/hop-thu/{case_id}").text
    where = f"/can-bo/hop-thu/{case_id}"
    assert desk.post(f"{where}/note", {"noi_dung": "đã gọi thôn", "ma": "n" * 32}).status_code == 303
    assert "đã gọi thôn" in desk.get(where).text
    answer = desk.post(f"{where}/move", {"den": "commune:commune", "noi_dung": "lý do"})
    assert answer.status_code == 409 and "lý do</textarea>" in answer.text
    assert desk.post(f"{where}/move", {"den": "social_affairs:district", "noi_dung": "việc huyện"}).status_code == 303
    assert desk.get(where).status_code == 403
    desk.enter("district")
    page = desk.get(where).text
    assert "việc huyện" in page and "Phòng Lao động" in page
    assert desk.post(f"{where}/close", {"ket_qua": "answered"}).status_code == 303
    assert "đã được" in _sent(desk, _row(desk, case_id).chat)[-1]
    assert desk.post(f"{where}/reopen", {}).status_code == 303
    assert _row(desk, case_id).state == "open"
    assert desk.post(f"{where}/nothing", {}).status_code == 404
    assert {"case_noted", "case_moved", "case_closed", "case_reopened"} <= set(desk.verbs())


def test_a_saved_reply_is_filled_in_and_a_broken_one_refused(desk: Desk) -> None:
    """Own and office-wide; the placeholder is filled for the case; without a script by an address."""
    case_id = _case(desk)
    desk.enter("commune")
    broken = desk.post("/can-bo/hop-thu/mau", {"ten": "Hẹn", "noi_dung": "Chào {ten}"})
    assert broken.status_code == 400 and "{ten}" in broken.text and "Chào {ten}</textarea>" in broken.text
    form = {"ten": "Hẹn", "noi_dung": "Chào {nguoi}, số {so} về {viec}", "chung": "1"}
    assert desk.post("/can-bo/hop-thu/mau", form).status_code == 303
    page = desk.get(f"/can-bo/hop-thu/{case_id}?mau=1").text
    assert f"Chào N. T. M. 50, số HT-{case_id:04d} về Vay vốn" in page
    assert desk.post("/can-bo/hop-thu/mau", {"ten": "Hẹn gặp", "noi_dung": "Mời lên", "so": "1"}).status_code == 303
    assert "Hẹn gặp" in desk.get("/can-bo/hop-thu/mau?sua=1").text
    assert desk.post("/can-bo/hop-thu/mau/1/xoa", {}).status_code == 303
    assert desk.post("/can-bo/hop-thu/mau/1/xoa", {}).status_code == 404


def test_an_article_stands_beside_the_question(desk: Desk) -> None:
    """What the search would answer, to be copied into the box."""
    case_id = _case(desk)
    desk.enter("commune")
    page = desk.get(f"/can-bo/hop-thu/{case_id}?bai=credit-poor").text
    assert "Chép vào ô trả lời" in page and re.search(r"<textarea[^>]*>[^<]*vay", page)


def test_the_photo_of_a_person_comes_through_the_desk(desk: Desk) -> None:
    """Only as a picture, only with the role; what else was sent is not shown."""
    from handlers.cases.sealing import seal
    from storage.cases import NewEntry

    case_id = _case(desk)

    async def add(connection: AsyncConnection) -> list[int]:
        lines = [
            NewEntry("person", file=seal(desk.knowledge.keys, case_id, f'{{"ref": "{ref}"}}'), detail="photo")
            for ref in ("picture", "bad")
        ]
        return await cases.add_entries(connection, case_id, desk.clock.at, lines)

    picture, bad = desk.database(add)
    desk.enter("commune")
    answer = desk.get(f"/can-bo/hop-thu/{case_id}/anh/{picture}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert desk.get(f"/can-bo/hop-thu/{case_id}/anh/{bad}").status_code == 404
    desk.enter("other_commune")
    assert desk.get(f"/can-bo/hop-thu/{case_id}/anh/{picture}").status_code == 403


def test_a_person_who_deleted_the_data_is_shown_as_such(desk: Desk) -> None:
    """Nothing to answer, nothing to open again."""
    case_id = _case(desk)

    async def forget(connection: AsyncConnection) -> None:
        from handlers.actions.cases import forget_cases

        row = await cases.get(connection, case_id)
        assert row is not None
        await forget_cases(connection, row.key, desk.clock.at)

    desk.database(forget)
    desk.enter("commune")
    page = desk.get(f"/can-bo/hop-thu/{case_id}").text
    assert "nội dung đã xóa" in page and "nuôi bò" not in page and "/reply" not in page
    answer = desk.post(f"/can-bo/hop-thu/{case_id}/reopen", {})
    assert answer.status_code == 409 and "xóa dữ liệu" in answer.text

    async def left(connection: AsyncConnection) -> list[Any]:
        found = await connection.execute(select(table.c.chat, table.c.person).where(table.c.id == case_id))
        return list(found.one())

    assert desk.database(left) == ["", ""]


def test_giving_a_case_away_from_an_old_page_is_said(desk: Desk) -> None:
    """Whoever has it meanwhile keeps it; the page that shows who has it goes on."""
    case_id = _case(desk, 3)
    desk.enter("commune")
    where = f"/can-bo/hop-thu/{case_id}"
    assert desk.post(f"{where}/take", {"phien_ban": _row(desk, case_id).version}).status_code == 303
    holder = _row(desk, case_id).assignee
    answer = desk.post(f"{where}/assign", {"ai": 999_999, "giu": 0})
    assert answer.status_code == 409 and "vừa nhận câu hỏi này" in answer.text
    answer = desk.post(f"{where}/assign", {"ai": 999_999, "giu": holder})
    assert answer.status_code == 409 and "không trực ở nơi đang giữ" in answer.text
    assert _row(desk, case_id).assignee == holder
