"""Reviewing at the desk: one report, several at once, and two officers who do the same."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables_register import members
from storage.tables_reports import reports
from tests.support.desk import Desk


def _pair(desk: Desk, number: int) -> str:
    row = desk.world.rows[number]
    return f"{row.id}:{row.version}"


def _state(desk: Desk, number: int) -> str:
    report_id = desk.world.rows[number].id

    async def read(connection: AsyncConnection) -> str:
        found = await connection.execute(select(reports.c.state).where(reports.c.id == report_id))
        return str(found.scalar_one())

    state: str = desk.database(read)
    return state


def test_a_report_stands_beside_the_household_as_it_would_become(desk: Desk) -> None:
    """The child is marked as added, and is not in the register yet."""
    desk.enter("district")
    page = desk.get(f"/can-bo/bao-cao/{desk.world.rows[0].id}").text
    assert '<tr class="added">' in page
    assert "Nguyễn An Mẫu 200" in page
    household = desk.get(f"/can-bo/ho/{desk.world.rows[0].household_id}").text
    assert "Nguyễn An Mẫu 200" not in household
    assert "see_report" in desk.verbs()


def test_approving_changes_the_register_and_leads_to_the_next(desk: Desk) -> None:
    """The next page is the next report that waits, with a word about the one before."""
    desk.enter("district")
    row, following = desk.world.rows[0], desk.world.rows[1]
    answer = desk.post(f"/can-bo/bao-cao/{row.id}/approve", {"phien_ban": str(row.version)})
    assert answer.headers["location"].startswith(f"/can-bo/bao-cao/{following.id}?")
    assert f"Đã duyệt {row.receipt}" in desk.get(answer.headers["location"]).text
    household = desk.get(f"/can-bo/ho/{row.household_id}").text
    assert "Nguyễn An Mẫu 200" in household
    assert f'href="/can-bo/bao-cao/{row.id}"' in household


def test_several_at_once_each_with_its_result(desk: Desk) -> None:
    """What is stale, or waits for somebody else, is said in its line; the others are done."""
    desk.enter("district")
    stale = f"{desk.world.rows[1].id}:{desk.world.rows[1].version - 1}"
    chosen = [_pair(desk, 0), stale, _pair(desk, 4), _pair(desk, 2), "x", "999999:1"]
    answer = desk.post("/can-bo/nhieu", {"viec": "approve", "chon": chosen})
    assert answer.status_code == 200
    assert "xong 2 trên 5" in answer.text
    assert "chưa có gì bị ghi đè" in answer.text
    assert [_state(desk, number) for number in range(5)] == ["approved", "checked", "approved", "checked", "sent"]


def test_a_commune_forwards_several_at_once(desk: Desk) -> None:
    """Its own button; it cannot approve by asking for it."""
    desk.enter("commune")
    assert 'value="forward"' in desk.get("/can-bo").text
    assert desk.post("/can-bo/nhieu", {"viec": "approve", "chon": [_pair(desk, 4)]}).status_code == 403
    answer = desk.post("/can-bo/nhieu", {"viec": "forward", "chon": [_pair(desk, 4), _pair(desk, 5)]})
    assert "xong 2 trên 2" in answer.text
    assert _state(desk, 4) == _state(desk, 5) == "checked"


def test_the_second_officer_sees_who_was_first(desk: Desk) -> None:
    """Nothing is overwritten, and what was typed is still there."""
    row = desk.world.rows[4]
    desk.enter("commune")
    assert desk.post(f"/can-bo/bao-cao/{row.id}/take", {"phien_ban": str(row.version)}).status_code == 303
    answer = desk.post(
        f"/can-bo/bao-cao/{row.id}/refuse", {"phien_ban": str(row.version), "ly_do": "Cháu chưa có giấy khai sinh"}
    )
    assert answer.status_code == 409
    assert "Cán bộ xã Mẫu đã nhận xử lý" in answer.text
    assert "Cháu chưa có giấy khai sinh" in answer.text
    assert _state(desk, 4) == "checking"


def test_a_reason_is_needed_and_reaches_the_way_of_the_report(desk: Desk) -> None:
    """Asking back without a question does nothing."""
    row = desk.world.rows[4]
    desk.enter("commune")
    answer = desk.post(f"/can-bo/bao-cao/{row.id}/ask", {"phien_ban": str(row.version), "ly_do": "  "})
    assert answer.status_code == 409
    desk.post(f"/can-bo/bao-cao/{row.id}/ask", {"phien_ban": str(row.version), "ly_do": "Cháu sinh ở đâu?"})
    assert "“Cháu sinh ở đâu?”" in desk.get(f"/can-bo/bao-cao/{row.id}").text


def test_reopening_takes_the_change_back(desk: Desk) -> None:
    """The register is as it was."""
    desk.enter("district")
    row = desk.world.rows[0]
    desk.post(f"/can-bo/bao-cao/{row.id}/approve", {"phien_ban": str(row.version)})
    values = {"phien_ban": str(row.version + 1), "ly_do": "Nhầm hộ"}
    assert desk.post(f"/can-bo/bao-cao/{row.id}/reopen", values).status_code == 303

    async def count(connection: AsyncConnection) -> int:
        found = await connection.execute(select(members.c.id).where(members.c.name == "Nguyễn An Mẫu 200"))
        return len(found.all())

    assert desk.database(count) == 0
    assert _state(desk, 0) == "checked"


def test_the_filters_of_the_queue(desk: Desk) -> None:
    """State, form, village, overdue, mine, and a search by receipt, code and name without accents."""
    desk.enter("commune")
    row = desk.world.rows[4]

    def found(query: str) -> int:
        return desk.get(f"/can-bo?{query}").text.count("data-row=")

    assert (found(""), found("tt=open"), found("tt=checked"), found("tt=all")) == (2, 6, 4, 6)
    assert (found("tt=all&loai=birth"), found("tt=all&loai=death"), found("tt=all&loai=nonsense")) == (6, 0, 6)
    assert (found("tt=all&thon=thuy-loi-mau-1"), found("tt=all&thon=thuy-loi-mau-2")) == (6, 0)
    assert found(f"tt=all&tim={row.receipt}") == 1
    assert found("tt=all&tim=DEMO-003") == found("tt=all&tim=pham thi mau 04") >= 1
    assert found("tt=all&tim=%25") == 0
    assert found("toi=1") == 0
    desk.post(f"/can-bo/bao-cao/{row.id}/take", {"phien_ban": str(row.version)})
    assert found("toi=1") == 1
    assert found("qh=1") == 0
    desk.clock.advance(60 * 86_400)
    desk.enter("commune")
    assert found("qh=1") == 2
    assert found("sau=x") == 2


def test_pages_go_on_where_the_last_one_ended(desk: Desk) -> None:
    """No report is shown twice or left out."""
    desk.enter("district")
    first = desk.get("/can-bo?tt=all").text
    assert first.count("data-row=") == 6
    last = desk.world.rows[3].id
    assert desk.get(f"/can-bo?tt=all&sau={last}").text.count("data-row=") == 2
