"""Coming in: one link, one session, a second factor for those who decide, and nothing that can be planted or reused."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.gate import COOKIE
from handlers.actions.desk import IDLE, LINK_VALID_FOR, LONGEST, WRONG_CODES, WRONG_LINKS
from tests.support.desk import Desk


def test_a_link_opens_the_desk_once(desk: Desk) -> None:
    """Looking at it does not use it up, as previews do; pressing the button does."""
    token = desk.link("commune")
    assert desk.get(f"/can-bo/vao/{token}").status_code == 200
    first = desk.client.post(f"/can-bo/vao/{token}", follow_redirects=False)
    assert (first.status_code, first.headers["location"]) == (303, "/can-bo")
    assert "Cán bộ xã Mẫu" in desk.client.get("/can-bo").text
    desk.client.cookies.clear()
    again = desk.client.post(f"/can-bo/vao/{token}", follow_redirects=False)
    assert again.status_code == 403
    assert COOKIE not in again.headers.get("set-cookie", "")


def test_a_link_is_good_for_ten_minutes(desk: Desk) -> None:
    """At the tenth it is not."""
    for seconds, status in ((LINK_VALID_FOR.total_seconds() - 1, 303), (LINK_VALID_FOR.total_seconds(), 403)):
        token = desk.link("commune")
        desk.clock.advance(seconds)
        assert desk.client.post(f"/can-bo/vao/{token}", follow_redirects=False).status_code == status


def test_a_new_link_replaces_the_one_before(desk: Desk) -> None:
    """An old message in the chat opens nothing."""
    old, new = desk.link("commune"), desk.link("commune")
    assert desk.client.post(f"/can-bo/vao/{old}").status_code == 403
    assert desk.client.post(f"/can-bo/vao/{new}", follow_redirects=False).status_code == 303


def test_a_session_that_was_planted_is_not_continued(desk: Desk) -> None:
    """The cookie is always a new one, and what was there before ends."""
    desk.enter("commune")
    before = desk.client.cookies[COOKIE]
    desk.client.post(f"/can-bo/vao/{desk.link('head')}", follow_redirects=False)
    after = desk.client.cookies[COOKIE]
    assert before != after
    desk.client.cookies.clear()
    desk.client.cookies.set(COOKIE, before, path="/can-bo")
    assert desk.get("/can-bo").headers["location"].startswith("/can-bo/dang-nhap")


def test_the_second_factor_changes_the_token(desk: Desk) -> None:
    """Whoever knew the cookie before it was given knows nothing afterwards."""
    page = desk.enter("district", prove=False)
    assert page.url.path == "/can-bo/ma-xac-thuc"
    before = desk.client.cookies[COOKIE]
    assert desk.get("/can-bo").headers["location"] == "/can-bo/ma-xac-thuc"
    done = desk.post("/can-bo/ma-xac-thuc", {"ma": desk.code(page.text)}, page.text)
    assert done.status_code == 200
    assert len(re.findall(r"<li><code>", done.text)) == 10
    assert desk.client.cookies[COOKIE] != before
    assert desk.get("/can-bo").status_code == 200


def test_a_code_counts_once_and_a_recovery_code_counts_once(desk: Desk) -> None:
    """Read over a shoulder, neither is worth anything."""
    page = desk.enter("district", prove=False)
    code = desk.code(page.text)
    codes = re.findall(r"<li><code>([A-Z2-9-]+)<", desk.post("/can-bo/ma-xac-thuc", {"ma": code}, page.text).text)
    for said, status in ((code, 403), (codes[0].lower(), 303), (codes[0], 403), (codes[1], 303)):
        page = desk.enter("district", prove=False)
        assert "secret" not in page.text
        assert desk.post("/can-bo/ma-xac-thuc", {"ma": said}, page.text).status_code == status


def test_wrong_codes_are_counted(desk: Desk) -> None:
    """After five even the right one waits a quarter of an hour, in a new session as well."""
    page = desk.enter("district", prove=False)
    right = desk.code(page.text)
    for _ in range(WRONG_CODES):
        assert desk.post("/can-bo/ma-xac-thuc", {"ma": "000000"}, page.text).status_code == 403
    assert desk.post("/can-bo/ma-xac-thuc", {"ma": right}, page.text).status_code == 429
    desk.clock.advance(901)
    page = desk.enter("district", prove=False)
    assert desk.post("/can-bo/ma-xac-thuc", {"ma": desk.code(page.text)}, page.text).status_code == 200
    assert desk.verbs().count("desk_code_refused") == WRONG_CODES


def test_wrong_links_are_counted_by_address(desk: Desk) -> None:
    """Then nothing from there is looked at for an hour."""
    for number in range(WRONG_LINKS):
        assert desk.client.post(f"/can-bo/vao/{'x' * 40}{number}").status_code == 403
    assert desk.client.post(f"/can-bo/vao/{desk.link('commune')}").status_code == 429
    desk.clock.advance(3601)
    assert desk.client.post(f"/can-bo/vao/{desk.link('commune')}", follow_redirects=False).status_code == 303


def test_a_session_ends_when_it_is_left_alone(desk: Desk) -> None:
    """Eight hours without a page; with a page now and then it goes on."""
    desk.enter("commune")
    for _ in range(3):
        desk.clock.advance(IDLE.total_seconds() - 60)
        assert desk.get("/can-bo").status_code == 200
    desk.clock.advance(IDLE.total_seconds())
    assert desk.get("/can-bo").status_code == 303


def test_a_session_ends_after_seven_days(desk: Desk) -> None:
    """However often it is used."""
    desk.enter("commune")
    for _ in range(int(LONGEST / IDLE * 1.2)):
        desk.clock.advance(IDLE.total_seconds() * 0.9)
        last = desk.get("/can-bo").status_code
    assert last == 303


def test_a_role_that_ends_ends_at_once(desk: Desk) -> None:
    """Who is signed in is asked for every page."""
    desk.enter("commune")

    async def end(connection: AsyncConnection) -> None:
        await connection.exec_driver_sql("UPDATE roles SET \"end\" = start WHERE role = 'commune_officer'")

    desk.database(end)
    assert desk.get("/can-bo").headers["location"].startswith("/can-bo/dang-nhap")


def test_going_out_here_and_everywhere(desk: Desk) -> None:
    """The cookie is worthless afterwards, on every machine."""
    desk.enter("commune")
    first = desk.client.cookies[COOKIE]
    desk.enter("commune")
    second = desk.client.cookies[COOKIE]
    assert "Đang đăng nhập" in desk.get("/can-bo/tai-khoan").text
    assert desk.post("/can-bo/thoat-het", {}).status_code == 303
    for cookie in (first, second):
        desk.client.cookies.clear()
        desk.client.cookies.set(COOKIE, cookie, path="/can-bo")
        assert desk.get("/can-bo").status_code == 303
    assert "desk_signed_out_everywhere" in desk.verbs()


@pytest.mark.parametrize("csrf", ["", "0" * 64, "another"])
def test_a_form_without_the_sessions_token_does_nothing(desk: Desk, csrf: str) -> None:
    """Nor does one with the token of another session."""
    desk.enter("head")
    other = desk.token()
    desk.enter("commune")
    said = other if csrf == "another" else csrf
    row = desk.world.rows[4]
    values = {"csrf": said, "phien_ban": str(row.version)}
    answer = desk.client.post(f"/can-bo/bao-cao/{row.id}/forward", data=values)
    assert answer.status_code == 403
    assert "report_forward" not in desk.verbs()[-2:]


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_a_form_of_another_site_does_nothing(desk: Desk, headers: dict[str, str]) -> None:
    """Not even where it knows the token, and not for signing somebody in."""
    desk.enter("commune")
    assert desk.post("/can-bo/thoat", {}, headers=headers).status_code == 403
    assert desk.client.post(f"/can-bo/vao/{desk.link('head')}", headers=headers).status_code == 403
    assert desk.get("/can-bo").status_code == 200


def test_the_cookie_is_out_of_reach(desk: Desk) -> None:
    """HttpOnly, SameSite, and only for the desk; no page is kept by the browser."""
    answer = desk.client.post(f"/can-bo/vao/{desk.link('commune')}", follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "path=/can-bo" in cookie
    assert desk.get("/can-bo").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("where", ["https://evil.example", "//evil.example", "/can-bo//evil", "/other", "/can-bo\\x"])
def test_no_form_leads_away_from_the_desk(desk: Desk, where: str) -> None:
    """The way back is an address of the desk or none."""
    desk.enter("commune")
    row = desk.world.rows[4]
    values = {"phien_ban": str(row.version), "ve": where}
    answer = desk.post(f"/can-bo/bao-cao/{row.id}/take", values)
    assert answer.headers["location"].startswith("/can-bo?")
