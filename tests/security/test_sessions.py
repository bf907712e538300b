"""Forms of other sites and other sessions, sessions that were planted, links, codes and floods, over HTTP."""

from __future__ import annotations

import re
from base64 import b32decode
from typing import Any, Final

import httpx
import pytest

from desk.gate import COOKIE
from handlers.actions.desk import WRONG_CODES, WRONG_LINKS, code_at
from tests.security.conftest import ADDRESS, Site
from tests.security.seeding import COMMUNE
from tests.security.test_routes import addresses, routes

_BOTS: Final = ("TelegramBot (like TwitterBot)", "facebookexternalhit/1.1", "Mozilla/5.0 (compatible; ZaloBot)")


def _posts(site: Site) -> list[str]:
    """Every form of the desk, for something that is there."""
    foreign = site.world.foreign[COMMUNE]
    return [
        address
        for method, path in routes(site.client.app)
        if method == "POST" and path.startswith("/can-bo") and "{token" not in path
        for address in addresses((method, path), foreign)[:1]
    ]


@pytest.mark.parametrize("kind", ["missing", "another session's", "before the second factor", "another site's"])
def test_no_form_of_the_desk_works_without_its_own_token(shared_site: Site, kind: str) -> None:
    """Every one of them, for the role that may do most."""
    site = shared_site
    token = site.session("district_officer")
    other = site.csrf(site.session("district_officer"))
    csrf = {"missing": "", "another session's": other, "before the second factor": "0" * 64}.get(kind, site.csrf(token))
    headers = {"origin": "https://evil.example"} if kind == "another site's" else {}
    before = site.verbs()
    answers = {
        address: site.ask("POST", address, token, data={"csrf": csrf, "phien_ban": "1"}, headers=headers).status_code
        for address in _posts(site)
    }
    assert {address for address, status in answers.items() if status != 403} == set()
    assert site.verbs() == before


@pytest.mark.parametrize(
    "headers",
    [{"origin": "null"}, {"origin": "https://chungtay.example.evil.example"}, {"origin": "https://evil.example"},
     {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}],
)  # fmt: skip
def test_no_other_site_signs_anybody_in(shared_site: Site, headers: dict[str, str]) -> None:
    """Nor is the link used up by the attempt."""
    link = shared_site.link("village_head")
    assert shared_site.ask("POST", f"/can-bo/vao/{link}", headers=headers).status_code == 403
    assert shared_site.ask("POST", f"/can-bo/vao/{link}", headers={"origin": ADDRESS}).status_code == 303


def test_the_token_changes_at_sign_in_and_at_the_second_factor(site: Site) -> None:
    """A cookie that was planted, or read before, opens nothing afterwards."""
    planted = "p" * 43
    entered = site.ask("POST", f"/can-bo/vao/{site.link('district_officer')}", planted)
    first = entered.cookies[COOKIE]
    assert first != planted
    assert site.ask("GET", "/can-bo/tai-khoan", planted).headers["location"].startswith("/can-bo/dang-nhap")
    page = site.ask("GET", "/can-bo/ma-xac-thuc", first)
    assert site.ask("GET", "/can-bo", first).headers["location"] == "/can-bo/ma-xac-thuc"
    done = _prove(site, first, page)
    second = done.cookies[COOKIE]
    assert second != first
    assert site.ask("GET", "/can-bo", first).headers["location"].startswith("/can-bo/dang-nhap")
    assert site.ask("GET", "/can-bo", second).status_code == 200
    # The token of the form was bound to the cookie before.
    assert site.ask("POST", "/can-bo/thoat", second, data={"csrf": site.csrf(first)}).status_code == 403


def _prove(site: Site, token: str, page: httpx.Response, code: str = "") -> httpx.Response:
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', page.text)
    if found is not None and not code:
        code = code_at(b32decode(found[1].replace(" ", "")), site.clock.at.timestamp())
    return site.post("/can-bo/ma-xac-thuc", token, {"ma": code})


@pytest.mark.parametrize("agent", _BOTS)
def test_a_preview_does_not_use_up_a_link(shared_site: Site, agent: str) -> None:
    """Chats look at what a link leads to, by HEAD and GET; only the button opens the desk, and only once."""
    link = shared_site.link("village_head")
    for method in ("HEAD", "GET", "GET", "OPTIONS"):
        answer = shared_site.ask(method, f"/can-bo/vao/{link}", headers={"user-agent": agent})
        assert COOKIE not in answer.cookies
        assert link not in answer.headers.get("referer", "")
    assert shared_site.ask("POST", f"/can-bo/vao/{link}").status_code == 303
    assert shared_site.ask("POST", f"/can-bo/vao/{link}").status_code == 403


def test_a_link_is_not_told_to_others(shared_site: Site) -> None:
    """The page with the token in its address is not kept, and no address of it goes to another site."""
    answer = shared_site.ask("GET", f"/can-bo/vao/{shared_site.link('village_head')}")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] in ("no-referrer", "same-origin")


def test_an_old_link_opens_nothing(site: Site) -> None:
    """Ten minutes."""
    link = site.link("village_head")
    site.clock.advance(600)
    assert site.ask("POST", f"/can-bo/vao/{link}").status_code == 403


def test_guessing_links_ends_soon(site: Site) -> None:
    """After twenty wrong ones nothing from that address is looked at for an hour, from wherever it says it comes."""
    statuses = [
        site.ask("POST", f"/can-bo/vao/{number:043}", headers={"x-forwarded-for": f"10.1.1.{number}"}).status_code
        for number in range(WRONG_LINKS + 3)
    ]
    assert statuses == [403] * WRONG_LINKS + [429] * 3
    assert site.ask("POST", f"/can-bo/vao/{site.link('village_head')}").status_code == 429


@pytest.mark.parametrize("kind", ["six digits", "recovery codes", "both by turns, each in a new session"])
def test_guessing_the_second_factor_ends_soon(site: Site, kind: str) -> None:
    """Five wrong ones of either kind; then the right one waits as well."""
    token = site.session("district_officer", proved=False)
    page = site.ask("GET", "/can-bo/ma-xac-thuc", token)
    codes = re.findall(r"<li><code>([A-Z2-9-]+)<", _prove(site, token, page).text)
    assert len(codes) == 10
    statuses = []
    for number in range(WRONG_CODES + 2):
        if number == 0 or "session" in kind:
            token = site.session("district_officer", proved=False)
        digits = kind == "six digits" or (number % 2 and "turns" in kind)
        guess = f"{number:06}" if digits else f"A2B{2 + number}-C3D4"
        statuses.append(_prove(site, token, page, guess).status_code)
    assert statuses == [403] * WRONG_CODES + [429] * 2
    assert _prove(site, token, page, codes[0]).status_code == 429
    site.clock.advance(901)
    token = site.session("district_officer", proved=False)
    assert _prove(site, token, page, codes[0]).status_code == 303


def _say(site: Site, text: str, chat: str, number: int, **headers: str) -> httpx.Response:
    frame = {"id": f"m{number}", "text": text}
    sent = {"x-requested-with": "chungtay", "cookie": f"chungtay_chat={chat}", **headers}
    return site.ask("POST", "/chat/messages", json=frame, headers=sent)


def _heard(site: Site, chat: str) -> list[str]:
    answer = site.ask("GET", "/chat/messages", headers={"cookie": f"chungtay_chat={chat}"})
    return [each["text"] for each in answer.json()["messages"]]


def test_guessing_invitations_and_link_codes_ends_soon(site: Site) -> None:
    """Five wrong ones in a chat; the right one is then refused like any other, and it does not say which were near."""
    chat = "g" * 43
    for number in range(5):
        assert _say(site, f"mã A2B{2 + number}-C3D4", chat, number).status_code == 200
    wrong = _heard(site, chat)[-1]
    assert _say(site, "mã H2J4-K5M6", chat, 9).status_code == 200
    refused = _heard(site, chat)[-1]
    assert refused != wrong
    assert site.verbs().count("code_refused") == 2 * 5  # of the chat, and of its channel
    # It says the same for a code that would be right.
    assert _say(site, f"mã {_invitation(site)}", chat, 10).status_code == 200
    assert _heard(site, chat)[-1] == refused
    assert "role_granted" not in site.verbs()


def _invitation(site: Site) -> str:
    from tests.security.seeding import an_invitation

    code: str = site.database(lambda connection: an_invitation(connection, site.knowledge, site.clock.at))
    return code


def test_a_chat_that_floods_waits(site: Site) -> None:
    """Per person: twenty messages in ten seconds."""
    statuses = [_say(site, "chào", "f" * 43, number).status_code for number in range(22)]
    assert statuses == [200] * 20 + [429] * 2
    site.clock.advance(11)
    assert _say(site, "chào", "f" * 43, 30).status_code == 200


def test_an_address_that_floods_from_many_new_sessions_waits(site: Site) -> None:
    """Per address: a new session costs nothing, so sessions alone are no limit."""
    from bot.channels.web.talk import ADDRESS_BURST

    statuses = [_say(site, "chào", f"{number:043}", number).status_code for number in range(ADDRESS_BURST + 3)]
    assert statuses == [200] * ADDRESS_BURST + [429] * 3
    site.clock.advance(11)
    assert _say(site, "chào", "n" * 43, 1).status_code == 200


def test_nobody_opens_the_socket_of_another_site(shared_site: Site) -> None:
    """The cookie goes along with a cross-site WebSocket; the origin tells."""
    from litestar.exceptions import WebSocketDisconnect

    shared_site.client.cookies.clear()
    headers: dict[str, Any] = {"origin": "https://evil.example", "cookie": f"chungtay_chat={'s' * 43}"}
    with (
        pytest.raises(WebSocketDisconnect),
        shared_site.client.websocket_connect("/chat/socket", headers=headers) as socket,
    ):
        socket.receive_text()
