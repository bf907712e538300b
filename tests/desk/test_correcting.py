"""Correcting a report at the desk: the form, what stood there before, two officers at once, and what cannot be so."""

from __future__ import annotations

import re
from datetime import timedelta

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.messages import Reply
from storage.outbox import Priority
from storage.tables import outbox
from tests.support.desk import Desk


def told(desk: Desk) -> list[str]:
    """The notices that were written."""

    async def read(connection: AsyncConnection) -> list[str]:
        query = select(outbox.c.payload).where(outbox.c.priority == int(Priority.NOTICE)).order_by(outbox.c.id)
        return [msgspec.json.decode(row, type=Reply).text for row in (await connection.execute(query)).scalars()]

    texts: list[str] = desk.database(read)
    return texts


def form_of(page: str) -> dict[str, str]:
    """What a browser would send back of the form as it stands."""
    values = dict(re.findall(r'<input[^>]*name="(\w+)" value="([^"]*)"', page))
    for name, inside in re.findall(r'<select name="(\w+)">(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inside) or re.search(r'value="([^"]*)"', inside)
        values[name] = chosen[1] if chosen is not None else ""
    values |= dict(re.findall(r'<textarea name="(\w+)"[^>]*>([^<]*)</textarea>', page))
    return {name: value for name, value in values.items() if name != "csrf"}


def test_a_checking_officer_corrects_with_a_trace(desk: Desk) -> None:
    """A birth: the day and the name; both versions stand in the history, and the sender is told."""
    row = desk.world.rows[4]
    desk.enter("commune")
    path = f"/can-bo/bao-cao/{row.id}"
    assert f'href="{path}/sua' in desk.get(path).text
    page = desk.get(f"{path}/sua").text
    values = form_of(page)
    day = row.event_date - timedelta(days=1)
    assert values["ngay"] == row.event_date.isoformat()
    assert values["f_name"].startswith("Nguyễn ") and values["f_relation"] in ("child", "grandchild")
    old = values["f_name"]
    answer = desk.post(f"{path}/sua", {**values, "ngay": day.isoformat(), "f_name": "Nguyễn Sửa Mẫu"}, page)
    assert answer.status_code == 303 and "xong=correct" in answer.headers["location"]
    after = desk.get(answer.headers["location"]).text
    assert f"Đã sửa {row.receipt}" in after
    assert f"<del>{old}</del>" in after and "<ins>Nguyễn Sửa Mẫu</ins>" in after
    assert f"<del>{row.event_date:%d/%m/%Y}</del>" in after
    notice = told(desk)[-1]
    assert row.receipt in notice and f"{old} → Nguyễn Sửa Mẫu" in notice and f"{day:%d/%m/%Y}" in notice
    assert "report_correct" in desk.verbs()


def test_two_officers_correct_at_once(desk: Desk) -> None:
    """The second one's version is refused, what was typed is still there, and nothing is overwritten."""
    row = desk.world.rows[5]
    desk.enter("commune")
    path = f"/can-bo/bao-cao/{row.id}/sua"
    page = desk.get(path).text
    values = form_of(page)
    assert desk.post(path, {**values, "f_name": "Nguyễn Trước Mẫu"}, page).status_code == 303
    late = desk.post(path, {**values, "f_name": "Nguyễn Sau Mẫu"}, page)
    assert late.status_code == 409
    assert "Nguyễn Sau Mẫu" in late.text and "Cán bộ xã Mẫu" in late.text
    again = desk.post(path, form_of(late.text), late.text)
    assert again.status_code == 409
    assert "Nguyễn Trước Mẫu" in desk.get(path).text


def test_what_cannot_be_so_is_said_beside_the_field(desk: Desk) -> None:
    """No day, a household that is not there, a name of one letter, somebody else's choice; nothing is changed."""
    row = desk.world.rows[4]
    desk.enter("commune")
    path = f"/can-bo/bao-cao/{row.id}/sua"
    page = desk.get(path).text
    values = form_of(page)
    wrong = desk.post(path, {**values, "ngay": "x", "ho": "KHÔNG-CÓ", "f_name": "X", "f_sex": "other"}, page)
    assert wrong.status_code == 400
    for part in ("không thấy ai", "họ tên", "KHÔNG-CÓ"):
        assert part in wrong.text, part
    assert wrong.text.count('<small class="problem">') == 4
    future = (desk.world.at.today + timedelta(days=9)).isoformat()
    ahead = desk.post(path, {**values, "ngay": future}, page)
    assert ahead.status_code == 409 and "còn chưa tới" in ahead.text
    assert form_of(desk.get(path).text) == values
    assert "report_correct" not in desk.verbs()


def test_another_household(desk: Desk) -> None:
    """The code of another household of the area moves the report there; of another commune it is not found."""
    row = desk.world.rows[4]
    desk.enter("commune")
    path = f"/can-bo/bao-cao/{row.id}/sua"
    page = desk.get(path).text
    values = form_of(page)
    other = next(each for each in desk.world.rows if each.household_id != row.household_id)
    code = re.search(r'name="ho" value="([^"]+)"', desk.get(f"/can-bo/bao-cao/{desk.world.rows[5].id}/sua").text)
    assert code is not None and other.household_id is not None
    assert desk.post(path, {**values, "ho": code[1].lower()}, page).status_code == 303
    assert code[1] in desk.get(f"/can-bo/bao-cao/{row.id}").text


def test_only_whose_turn_it_is(desk: Desk) -> None:
    """The district does not correct what the commune is checking; once it is decided nobody does."""
    waiting, checking = desk.world.rows[0], desk.world.rows[4]
    desk.enter("commune")
    taken = desk.get(f"/can-bo/bao-cao/{checking.id}").text
    desk.post(f"/can-bo/bao-cao/{checking.id}/take", {"phien_ban": str(checking.version)}, taken)
    desk.enter("district")
    assert desk.get(f"/can-bo/bao-cao/{checking.id}/sua").status_code == 303
    assert "/sua" not in desk.get(f"/can-bo/bao-cao/{checking.id}").text
    page = desk.get(f"/can-bo/bao-cao/{waiting.id}/sua").text
    assert desk.post(f"/can-bo/bao-cao/{waiting.id}/sua", {**form_of(page), "f_name": "Nguyễn Huyện Mẫu"}, page)
    assert "Nguyễn Huyện Mẫu" in desk.get(f"/can-bo/bao-cao/{waiting.id}").text
    page = desk.get(f"/can-bo/bao-cao/{waiting.id}").text
    version = re.search(r'name="phien_ban" value="(\d+)"', page)
    assert version is not None
    desk.post(f"/can-bo/bao-cao/{waiting.id}/approve", {"phien_ban": version[1]}, page)
    assert desk.get(f"/can-bo/bao-cao/{waiting.id}/sua").status_code == 303
