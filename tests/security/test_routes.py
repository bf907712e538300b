"""Every route, every role, somebody else's things: refused, or the own only; nothing of the foreign area is said."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute, WebSocketRoute

from tests.security.conftest import Site
from tests.security.seeding import COMMUNE, DISTRICT, PEOPLE, Foreign, rows_of, says
from tests.security.table import LISTS, PLACEHOLDERS, ROUTES, WANTED

_PART = re.compile(r"\{(\w+):(?:\w+)\}")
_NUMBER = "999999"
_LEAVING = ("/can-bo/thoat", "/can-bo/thoat-het")


def routes(app: Litestar) -> Iterator[tuple[str, str]]:
    """Every route that the application answers."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            yield from ((method, route.path) for method in sorted(route.methods) if method != "OPTIONS")
        elif isinstance(route, WebSocketRoute):
            yield "WEBSOCKET", route.path


def named(route: tuple[str, str]) -> list[str]:
    """What a route's address names that can be somebody else's."""
    return [PLACEHOLDERS[name] for name in _PART.findall(route[1]) if PLACEHOLDERS.get(name)]


def addresses(route: tuple[str, str], foreign: Foreign) -> list[str]:
    """The addresses of a route for the things of a foreign area."""
    wanted = WANTED.get(route[1], ("x",))
    found = []
    for last in wanted:

        def fill(match: re.Match[str], last: str = last) -> str:
            kind = PLACEHOLDERS.get(match[1], "")
            if match[1] == "wanted":
                return last
            free = _NUMBER if match[0].endswith(":int}") else "x" * 43
            return str(foreign.ids[kind]) if kind else free

        found.append(_PART.sub(fill, route[1]))
    return found


def form(foreign: Foreign) -> dict[str, str]:
    """A form whose every field names something foreign."""
    ids = {name: str(value) for name, value in foreign.ids.items()}
    return {
        "phien_ban": "1", "chon": f"{ids['report']}:1", "viec": "forward", "thon": foreign.village,
        "noi": foreign.commune, "khu_vuc": foreign.village, "dia_ban": foreign.village, "so": ids["role"],
        "muc": "phone",
        "loai": "household", "thay_doi": ids["household"], "tin": ids["news"], "de_cu": ids["nomination"],
        "nguoi": ids["account"], "cho": ids["account"], "vai": ids["role"], "ly_do": "thử", "tim": ids["code"],
        "nhom": ids["group"], "hoi": ids["group"], "ket_qua": "done", "tu": "2023-01-01", "den": "2023-12-31",
        "loi": "thử", "tra_loi": "thử", "khoa": "x", "anh": ids["media"], "media": ids["media"], "cau_hoi": "1",
        "ho": ids["household"], "gan": "1", "hinh": ids["media"], "vai_tro": "village_head", "ten": "Người Mẫu",
        "tieu_de": "Thử", "noi_dung": "Thử", "chu_de": "poverty_news", "doi_tuong": '{"all":[]}',
    }  # fmt: skip


@pytest.fixture(scope="module")
def site(shared_site: Site) -> Site:
    return shared_site


def test_every_route_has_its_rule(site: Site) -> None:
    """Who may use it, and what each part of its address names."""
    found = set(routes(site.client.app))
    missing = sorted(found - set(ROUTES))
    assert not missing, f"say who may use {missing}: in tests/desk/table.py (desk) or tests/hygiene/test_routes.py"
    assert sorted(set(ROUTES) - found) == []
    unknown = {name for _, path in found for name in _PART.findall(path)} - set(PLACEHOLDERS)
    assert not unknown, f"say in tests/security/table.py PLACEHOLDERS what {sorted(unknown)} names"
    doing = {path for _, path in found if "{wanted:str}" in path and named(("POST", path))} - set(WANTED)
    assert not doing, f"say in tests/security/table.py WANTED what {sorted(doing)} can do"


@pytest.mark.parametrize("who", PEOPLE)
def test_nobody_gets_at_what_is_somebody_elses(site: Site, who: str) -> None:
    """All routes, with the ids of foreign things in address and form: no mark is said, no success, nothing changed."""
    hidden = [site.world.foreign[mark] for mark in PEOPLE[who][2]]
    foreign = hidden[0]
    before = site.database(lambda connection: _snapshot(connection, hidden))
    token = site.session(who)
    values = form(foreign) | ({"csrf": site.csrf(token)} if token else {})
    wrong = []
    for route in routes(site.client.app):
        method, path = route
        if method == "WEBSOCKET" or path in _LEAVING:
            continue
        for address in addresses(route, foreign):
            more = {"data": values} if method == "POST" else {}
            answer = site.ask(method, f"{address}?giay=0" if address.endswith("/dong") else address, token, **more)
            got_it = bool(named(route)) and answer.status_code < 300
            if _tells(answer.content, hidden) or answer.status_code >= 500 or got_it:
                wrong.append((method, address, answer.status_code))
    for address in LISTS:
        filled = address.format(village=foreign.village, commune=foreign.commune, **foreign.ids)
        answer = site.ask("GET", filled, token)
        # What somebody looked for stands in the search field again.
        body = answer.content.replace(f'value="{foreign.ids["code"]}"'.encode(), b"")
        if _tells(body, hidden) or answer.status_code >= 500:
            wrong.append(("GET", filled, answer.status_code))
    assert wrong == []
    assert site.database(lambda connection: _snapshot(connection, hidden)) == before


def _tells(body: bytes, hidden: list[Foreign]) -> bool:
    return any(says(body, each.mark) for each in hidden)


async def _snapshot(connection: object, hidden: list[Foreign]) -> list[object]:
    return [await rows_of(connection, each) for each in hidden]  # type: ignore[arg-type]


def test_whoever_it_belongs_to_does_see_it(site: Site) -> None:
    """The same addresses show the mark to the district's officer: the silence above is not an empty database's."""
    foreign = site.world.foreign[COMMUNE]
    token = site.session("district_officer")
    said = {
        path
        for method, path in routes(site.client.app)
        if method == "GET" and named((method, path))
        for address in addresses((method, path), foreign)
        if says(site.ask("GET", address, token).content, COMMUNE)
    }
    assert said >= {
        "/can-bo/bao-cao/{report_id:int}", "/can-bo/ho/{household_id:int}", "/can-bo/hop-thu/{case_id:int}",
        "/can-bo/hop-thu/{case_id:int}/loi", "/can-bo/tin/{news_id:int}", "/can-bo/doi-thoai/{dialogue_id:int}",
        "/can-bo/thong-bao/{broadcast_id:int}", "/can-bo/tep/{media_id:str}", "/can-bo/de-cu/{nomination_id:int}",
    }  # fmt: skip
    lists = ("?tt=all", "/so-ho?tim=zz", "/nguoi", "/tin", "/doi-thoai", "/thong-bao", "/quyen-loi-moi",
             "/de-cu?tt=waiting_commune")  # fmt: skip
    assert [each for each in lists if not says(site.ask("GET", f"/can-bo{each}", token).content, COMMUNE)] == []
    assert not says(site.ask("GET", "/can-bo/so-ho?tim=zz", token).content, DISTRICT)


def test_a_chat_session_reads_its_own_talk_only(site: Site) -> None:
    """With another's cookie guessed wrong there is an empty talk; another's files are not found."""
    headers = {"cookie": f"chungtay_chat={'x' * 43}"}
    assert site.ask("GET", "/chat/messages", headers=headers).json()["messages"] == []
    for path in ("/chat/files/x", "/chat/photos/picture"):
        assert site.ask("GET", path, headers=headers).status_code == 404
