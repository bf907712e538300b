"""The register at the desk: any date, masked fields, a trail of every look; figures, people and the audit trail."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import people
from storage.tables_people import audit
from storage.tables_register import households, members
from tests.support.desk import Desk


def _household(desk: Desk, code: str) -> int:
    async def read(connection: AsyncConnection) -> int:
        found = await connection.execute(select(households.c.id).where(households.c.code == code))
        return int(found.scalar_one())

    household_id: int = desk.database(read)
    return household_id


def test_every_look_at_a_household_is_written_down(desk: Desk) -> None:
    """Also at another day."""
    desk.enter("commune")
    home = _household(desk, "DEMO-003")
    desk.get(f"/can-bo/ho/{home}")
    desk.get(f"/can-bo/ho/{home}?ngay=2023-03-01")
    assert desk.verbs()[-2:] == ["see_household", "see_household"]


def test_a_protected_field_is_masked_until_it_is_asked_for(desk: Desk) -> None:
    """One field at a time; which one stands in the trail, what it says does not."""
    desk.enter("commune")
    home = _household(desk, "DEMO-003")
    page = desk.get(f"/can-bo/ho/{home}").text
    assert "000000000003" not in page
    assert "••••••" in page
    member = re.search(r'name="so" value="(\d+)"><input type="hidden" name="muc" value="id_number"', page)
    assert member is not None
    shown = desk.post(f"/can-bo/ho/{home}/xem", {"loai": "member", "so": member[1], "muc": "id_number"})
    assert "000000000003" in shown.text
    assert desk.verbs()[-2:] == ["show_sensitive", "see_household"]
    assert "000000000003" not in desk.get(f"/can-bo/ho/{home}").text

    async def details(connection: AsyncConnection) -> str:
        found = await connection.execute(select(audit.c.detail))
        return "".join(found.scalars())

    assert "000000000003" not in desk.database(details)


def test_a_field_of_another_areas_member_is_not_revealed(desk: Desk) -> None:
    """Asking through the page of an own household helps nobody."""
    desk.enter("commune")
    foreign = _household(desk, "DEMO-001")

    async def head(connection: AsyncConnection) -> int:
        found = await connection.execute(select(members.c.id).where(members.c.household_id == foreign))
        return int(found.scalars().first())

    values = {"loai": "member", "so": str(desk.database(head)), "muc": "id_number"}
    answer = desk.post(f"/can-bo/ho/{_household(desk, 'DEMO-003')}/xem", values)
    assert answer.status_code == 403
    assert "000000000001" not in answer.text


def test_the_household_as_it_was(desk: Desk) -> None:
    """DEMO-004 was poor until it was near-poor; the history says so too."""
    desk.enter("district")
    home = _household(desk, "DEMO-004")
    assert "<dd>Hộ nghèo</dd>" in desk.get(f"/can-bo/ho/{home}?ngay=2023-01-15").text
    now = desk.get(f"/can-bo/ho/{home}").text
    assert "<dd>Hộ cận nghèo</dd>" in now
    assert "<del>Hộ nghèo</del> <ins>Hộ cận nghèo</ins>" in now
    assert "chưa có trong sổ ngày" in desk.get(f"/can-bo/ho/{home}?ngay=2020-01-01").text
    assert desk.get("/can-bo/ho/999999").status_code == 404


def test_the_list_by_day_search_and_pages(desk: Desk) -> None:
    """The demo's hand count at both ends of the year; a search without accents; every household once."""
    desk.enter("district")

    def rows(query: str) -> int:
        return desk.get(f"/can-bo/so-ho?{query}").text.count("data-row=")

    assert rows("dien=poor&ngay=2022-12-31") == 16
    assert rows("dien=poor&ngay=2023-12-31") == 15
    assert rows("tim=pham thi mau 04") == 1
    assert rows("tim=demo-040") == rows("tim=demo-040&ngay=2023-06-12") == 1
    assert rows("tim=demo-040&ngay=2023-06-11") == 0
    assert ">Hộ nghèo</td>" in desk.get("/can-bo/so-ho?tim=demo-004&ngay=2023-01-15").text
    assert ">Hộ cận nghèo</td>" in desk.get("/can-bo/so-ho?tim=demo-004").text
    seen: list[str] = []
    where = "/can-bo/so-ho?het=1"
    while where:
        page = desk.get(where).text
        seen += re.findall(r'data-row="/can-bo/ho/(\d+)', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        where = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 40


def test_the_figures_are_the_demos_hand_count(desk: Desk) -> None:
    """On the page, in the workbook and in the report to sign."""
    desk.enter("district")
    period = "tu=2023-01-01&den=2023-12-31"
    page = desk.get(f"/can-bo/so-lieu?{period}").text
    assert "15 hộ" in page and "37 người" in page
    assert "<svg" in page and "style=" not in page
    values = {"tu": "2023-01-01", "den": "2023-12-31"}
    for kind, part in (("xlsx", "xl/workbook.xml"), ("docx", "word/document.xml")):
        answer = desk.post("/can-bo/so-lieu/tai", {**values, "dang": kind})
        assert "attachment" in answer.headers["content-disposition"]
        assert part in ZipFile(BytesIO(answer.content)).namelist()
    assert "ngày mặc định" in desk.get("/can-bo/so-lieu?tu=2023-12-31&den=2023-01-01").text
    assert desk.post("/can-bo/so-lieu/khoa", values).status_code == 303
    assert "kỳ đã khóa" in desk.get(f"/can-bo/so-lieu?{period}").text
    assert desk.post("/can-bo/so-lieu/khoa", values).status_code == 409


def test_inviting_ending_and_handing_over(desk: Desk) -> None:
    """The code is shown once; what is not one's own to give is not given."""
    desk.enter("commune")
    page = desk.post("/can-bo/nguoi/moi", {"ten": "Trần Thị Mẫu", "vai": "village_head", "noi": "thuy-loi-mau-2"})
    code = re.search(r"<code>([2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4})</code>", page.text)
    assert code is not None
    listed = desk.get("/can-bo/nguoi").text
    assert code[1] not in listed and "Trần Thị Mẫu" in listed
    refused = desk.post("/can-bo/nguoi/moi", {"ten": "Ai đó", "vai": "district_officer", "noi": "thuy-loi-2023"})
    assert refused.status_code == 403
    assert (
        desk.post("/can-bo/nguoi/moi", {"ten": "X", "vai": "village_head", "noi": "thuy-loi-mau-2"}).status_code == 400
    )
    invitation = re.search(r'thu-hoi"><input[^>]*><input type="hidden" name="so" value="(\d+)"', listed)
    assert invitation is not None
    assert desk.post("/can-bo/nguoi/thu-hoi", {"so": invitation[1]}).status_code == 303
    role = desk.world.at.head.roles[0].id
    values = {"so": str(role), "nguoi": str(desk.world.at.commune.account_id)}
    assert desk.post("/can-bo/nguoi/ban-giao", values).status_code == 303
    assert "Trưởng thôn Mẫu" not in desk.get("/can-bo/nguoi").text
    assert desk.post("/can-bo/nguoi/ket-thuc", {"so": str(role)}).status_code == 409
    assert {"invited", "refused", "invitation_revoked", "role_handed_over"} <= set(desk.verbs())


def test_the_trail_is_filtered_and_proved(desk: Desk) -> None:
    """A row that was changed is found by the button."""
    desk.enter("administrator")
    assert "vào bàn làm việc" in desk.get("/can-bo/nhat-ky?viec=desk_signed_in").text
    assert "Nhật ký còn nguyên" in desk.post("/can-bo/nhat-ky/kiem-tra", {}).text

    async def tamper(connection: AsyncConnection) -> None:
        run = connection.exec_driver_sql
        triggers = await run("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'")
        for (name,) in triggers.all():
            await run(f"DROP TRIGGER {name}")
        await connection.execute(update(audit).where(audit.c.id == 2).values(verb="nothing"))

    desk.database(tamper)
    assert "dòng 2 không khớp" in desk.post("/can-bo/nhat-ky/kiem-tra", {}).text


def test_switching_roles(desk: Desk) -> None:
    """Only into a role that is held; another one is nobody's by asking."""
    at = desk.world.at

    async def also_head(connection: AsyncConnection) -> int:
        account = at.commune.account_id
        return await people.grant(connection, account, "village_head", "que-mau-1", start=at.today, granted_by=None)

    second = desk.database(also_head)
    desk.enter("commune")
    assert "Thụy Lôi" in desk.get("/can-bo/so-ho").text
    desk.post("/can-bo/vai", {"vai": str(second)})
    assert "Thụy Lôi" not in desk.get("/can-bo/so-ho").text.partition("<main")[2]
    desk.post("/can-bo/vai", {"vai": str(at.district.roles[0].id)})
    assert "Thụy Lôi" not in desk.get("/can-bo/so-ho").text.partition("<main")[2]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "'\"><img src=x>", "%", "\\", "=1+1"])
def test_what_is_typed_is_shown_as_text(desk: Desk, text: str) -> None:
    """In a search and in a name."""
    desk.enter("commune")
    for path in ("/can-bo", "/can-bo/so-ho"):
        answer = desk.client.get(path, params={"tim": text})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text and "<img src=x" not in answer.text
