"""Every route x role x place: who gets in, and that nobody sees what lies outside the own area."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from tests.desk.table import ANYBODY, FOREIGN, OF_A_PLACE, ROUTES
from tests.support.desk import Desk


def _routes(app: Litestar) -> set[tuple[str, str]]:
    return {
        (method, route.path)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method in route.methods
        if method != "OPTIONS"
    }


def test_every_route_is_in_the_table(desk: Desk) -> None:
    """A new one says who may use it before it is used."""
    assert _routes(desk.client.app) == set(ROUTES)


def _refused(desk: Desk, method: str, path: str, role: str) -> bool:
    row = desk.world.rows[4]
    path = path.replace("{report_id:int}", str(row.id)).replace("{household_id:int}", str(row.household_id))
    path = path.replace("{wanted:str}", "take").replace("{file_id:int}", "1").replace("{import_id:int}", "1")
    path = path.replace("{token:str}", "x" * 43).replace("{media_id:str}", "x" * 32)
    path = path.replace("{news_id:int}", "1").replace("{dialogue_id:int}", "1").replace("{group_id:int}", "1")
    path = (
        path.replace("{nomination_id:int}", "1").replace("{change_id:int}", "1").replace("{article_id:str}", "tuition")
    )
    path = path.replace("{broadcast_id:int}", "1").replace("{finding_id:int}", "1")
    path = path.replace("{case_id:int}", "1").replace("{entry_id:int}", "1").replace("{reply_id:int}", "1")
    path = path.replace("/hop-thu/dong", "/hop-thu/dong?giay=0")
    # What the form says is usable, so that only the role can be refused.
    values = {
        "phien_ban": str(row.version), "loai": "household", "so": str(row.household_id), "muc": "phone",
        "thay_doi": "1", "chon": "1:1", "viec": "approve" if role == "district" else "forward",
        "tu": "2022-01-01", "den": "2022-02-01",
    }  # fmt: skip
    if "/nguoi/" in path:
        values["so"] = "999"
    answer = desk.get(path) if method == "GET" else desk.post(path, values)
    assert answer.status_code < 500, path
    gone = answer.status_code == 303 and answer.headers["location"].startswith("/can-bo/dang-nhap")
    return gone or (answer.status_code == 403 and "Vai hiện nay không làm được" in answer.text)


@pytest.mark.parametrize("role", sorted(ANYBODY))
def test_a_role_uses_its_routes_and_no_others(desk: Desk, role: str) -> None:
    """Without a role every way leads to the sign-in; with one, what is not its own is refused and written down."""
    desk.enter(role)
    wrong = []
    for (method, path), roles in ROUTES.items():
        if method == "POST" and path in ("/can-bo/thoat", "/can-bo/thoat-het", "/can-bo/vao/{token:str}"):
            continue
        may = role in roles and not (role in FOREIGN and (method, path) in OF_A_PLACE)
        if _refused(desk, method, path, role) == may:
            wrong.append((method, path, may))
    assert wrong == []
    if role not in ("nobody", "district"):
        assert "refused" in desk.verbs()


def test_a_list_holds_nothing_of_another_area(desk: Desk) -> None:
    """The queue, the register and the figures of a commune are its own."""
    desk.enter("other_commune")
    assert "BC-" not in desk.get("/can-bo?tt=all").text.replace("BC-0412", "")
    register = desk.get("/can-bo/so-ho").text
    assert "thị trấn Quế" in register and "Thụy Lôi" not in register
    assert "Thụy Lôi" not in desk.get("/can-bo/so-lieu?tu=2023-01-01&den=2023-12-31").text
    for path in (
        "/can-bo?thon=thuy-loi-mau-1",
        "/can-bo/so-ho?thon=thuy-loi-mau-1",
        "/can-bo/so-lieu?noi=thuy-loi-2023",
    ):
        assert desk.get(path).status_code == 403


def test_a_village_head_sees_the_village_but_moves_nothing_on(desk: Desk) -> None:
    """Own reports with their way, no buttons of the review, no protected field."""
    desk.enter("head")
    page = desk.get(f"/can-bo/bao-cao/{desk.world.rows[4].id}").text
    assert "/withdraw" in page
    assert "/approve" not in page and "/forward" not in page
    answer = desk.post(f"/can-bo/bao-cao/{desk.world.rows[4].id}/forward", {"phien_ban": "1"})
    assert answer.status_code == 409
    household = desk.get(f"/can-bo/ho/{desk.world.rows[4].household_id}").text
    assert "/xem" not in household
