"""The list of households that may get more at the desk, and the accounts linked with a household."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.actions import entitlements
from storage.entitlements import Finding
from storage.tables_linked import account_households, finding_outcomes
from storage.tables_people import audit
from tests.support.desk import VILLAGE, Desk

LIST = "/can-bo/quyen-loi-moi"


def found(desk: Desk, *more: dict[str, object]) -> int:
    """Findings about one household of the village; returns its id."""
    home = desk.world.rows[4].household_id
    assert home is not None
    values = {
        "household_id": home, "member_id": 0, "area_path": VILLAGE, "benefit": "sa-elder-80", "kind": "begins",
        "day": desk.world.at.today - timedelta(days=2), "cause": "birthday", "detail": "80", "amount": "540000",
        "missing": (), "confirmed": True, "sensitive": False,
    }  # fmt: skip
    rows = tuple(Finding(**{**values, **each}) for each in (more or ({},)))  # type: ignore[arg-type]  # by name
    today = desk.world.at.today
    made = entitlements.Survey("/", today - timedelta(days=30), today, rows, 1, 1, 0)
    desk.database(lambda connection: entitlements.keep(connection, made, desk.clock.at))
    return home


def outcomes(desk: Desk) -> list[tuple[str, bool]]:
    async def read(connection: AsyncConnection) -> list[tuple[str, bool]]:
        rows = await connection.execute(select(finding_outcomes).order_by(finding_outcomes.c.id))
        return [(row.outcome, row.latest) for row in rows]

    told: list[tuple[str, bool]] = desk.database(read)
    return told


def test_an_entry_is_seen_and_settled(desk: Desk) -> None:
    """With who, what, since when and why; settled with a note, it leaves the list and can be opened again."""
    found(desk)
    desk.enter("commune")
    page = desk.get(LIST)
    for part in ("540.000 đồng một tháng", "tròn 80 tuổi", "/quyen-loi/sa-elder-80", "1 việc", "Thôn Mẫu 1"):
        assert part in page.text, part
    number = re.search(rf'action="{LIST}/(\d+)"', page.text)
    assert number is not None
    path = f"{LIST}/{number[1]}"
    values = {"ket_qua": "applying", "ghi_chu": "=HYPERLINK hồ sơ đã nộp", "da_xem": "0"}
    assert desk.post(path, values).headers["location"].endswith("vua=finding_marked")
    assert "Chưa có hộ nào" in desk.get(LIST).text
    settled = desk.get(f"{LIST}?xong=1").text
    assert "Đang làm hồ sơ" in settled and "hồ sơ đã nộp" in settled and "Cán bộ xã Mẫu" in settled
    late = desk.post(path, {"ket_qua": "declined", "da_xem": "0"})
    assert late.status_code == 409 and "ghi mục này trước" in late.text
    seen = re.search(r'name="da_xem" value="(\d+)"', settled)
    assert seen is not None
    assert desk.post(path, {"ket_qua": "open", "da_xem": seen[1], "xong": "1"}).status_code == 303
    assert outcomes(desk) == [("applying", False), ("open", True)]
    assert "1 việc" in desk.get(LIST).text
    assert desk.verbs().count("finding_handled") == 2


def test_filters_and_places(desk: Desk) -> None:
    """By kind and by place; another commune's list is its own, and health is for who may see it."""
    found(desk, {}, {"kind": "ends", "benefit": "health-insurance-poor"}, {"benefit": "sa-disabled", "sensitive": True})
    desk.enter("commune")
    assert "3 việc" in desk.get(LIST).text
    assert "1 việc" in desk.get(f"{LIST}?viec=ends").text
    assert "3 việc" in desk.get(f"{LIST}?noi=thuy-loi-mau-1").text
    assert "Không có việc nào khớp" in desk.get(f"{LIST}?noi=thuy-loi-mau-2").text
    assert desk.get(f"{LIST}?noi=que-2023").status_code == 403
    assert "3 việc" in desk.get(f"{LIST}?viec=nonsense&xong=nonsense&sau=x").text
    desk.enter("head")
    page = desk.get(LIST).text
    assert "2 việc" in page and "khuyết tật" not in page and "Tải XLSX" not in page
    desk.enter("other_commune")
    assert "Chưa có hộ nào" in desk.get(LIST).text


def test_what_tells_of_health_is_hidden_until_it_is_asked_for(desk: Desk) -> None:
    """One entry at a time; which household stands in the trail, the benefit does not. The filters stay."""
    home = found(desk, {}, {"benefit": "sa-disabled", "sensitive": True})
    desk.enter("commune")
    page = desk.get(f"{LIST}?viec=begins").text
    assert "khuyết tật" not in page and "sa-disabled" not in page and "tròn 80 tuổi" in page
    path = re.search(r'class="reveal" method="post" action="([^"]+)"', page)
    assert path is not None and path[1].endswith("?viec=begins")
    shown = desk.post(path[1], {"xem": "1"}).text
    assert "/quyen-loi/sa-disabled" in shown and "••••••" not in shown
    assert "sa-disabled" not in desk.get(LIST).text

    async def last(connection: AsyncConnection) -> tuple[str, str, str, str]:
        row = (await connection.execute(select(audit).order_by(audit.c.id.desc()).limit(1))).one()
        return row.verb, row.subject_kind, row.subject_id, row.detail

    verb, kind, subject, detail = desk.database(last)
    assert (verb, kind, subject) == ("show_sensitive", "household", str(home)) and "sa-disabled" not in detail
    desk.enter("head")
    assert desk.post(path[1], {"xem": "1"}).status_code == 403
    desk.enter("other_commune")
    assert desk.post(path[1], {"xem": "1"}).status_code == 403
    desk.enter("commune")
    assert desk.post(f"{LIST}/99999", {"xem": "1"}).status_code == 409


def test_the_list_as_a_workbook(desk: Desk) -> None:
    """One row each; a note that begins like a formula stays a text; it stands in the trail."""
    found(desk, {}, {"kind": "may_begin", "missing": ("person.pension_kind",), "confirmed": False, "amount": ""})
    desk.enter("commune")
    number = re.search(rf'action="{LIST}/(\d+)"', desk.get(LIST).text)
    assert number is not None
    desk.post(f"{LIST}/{number[1]}", {"ket_qua": "granted", "ghi_chu": "=1+1", "da_xem": "0"})
    answer = desk.post(f"{LIST}/tai", {"xong": "all"})
    assert 'filename="ho-co-the-duoc-them-' in answer.headers["content-disposition"]
    sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 3 and rows[0][2] == "Mã hộ"
    assert rows[1][7] == 540000 and rows[1][11:] == ("Đã được hưởng", "=1+1")
    assert sheet.cell(2, 13).data_type == "s"
    assert rows[2][7] is None and rows[2][10]
    assert "download_findings" in desk.verbs()


def test_a_code_for_a_household_and_the_end_of_a_link(desk: Desk) -> None:
    """Made at the desk, used in the chat by a test of its own; here who sees it, and passing on for people who cannot
    write, after they have heard it.
    """
    home = desk.world.rows[4].household_id
    desk.enter("commune")
    path = f"/can-bo/ho/{home}/gan"
    assert f'href="{path}"' in desk.get(f"/can-bo/ho/{home}").text
    assert "Chưa có ai" in desk.get(path).text
    made = desk.post(f"{path}/ma", {})
    assert re.search(r"<code>[A-Z2-9]{4}-[A-Z2-9]{4}</code>", made.text)
    assert "Đang có một mã chưa dùng" in desk.get(path).text
    assert desk.post(f"{path}/thay", {}).status_code == 400
    assert desk.post(f"{path}/thay", {"da_nghe": "1"}).status_code == 303
    page = desk.get(path).text
    assert "Cán bộ xã Mẫu nhận tin thay hộ" in page
    link = re.search(r'name="gan" value="(\d+)"', page)
    assert link is not None
    assert desk.post(f"{path}/go", {"gan": link[1]}).status_code == 303
    assert "Đã gỡ (1)" in desk.get(path).text

    async def read(connection: AsyncConnection) -> list[tuple[str, bool]]:
        rows = await connection.execute(select(account_households))
        return [(row.ended_how, row.on_behalf) for row in rows]

    assert desk.database(read) == [("person", True)]
    assert [verb for verb in desk.verbs() if verb.startswith("household_")] == [
        "household_code_given", "household_linked_on_behalf", "household_unlinked",
    ]  # fmt: skip
    desk.enter("other_commune")
    assert desk.get(path).status_code == 403
    assert desk.post(f"{path}/ma", {}).status_code == 403
