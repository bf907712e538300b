"""Target: what may stand behind the question mark, in the path and in the forms of desk and public pages."""

from __future__ import annotations

import re
from typing import Any, Final

from hypothesis import strategies as st
from litestar.routes import HTTPRoute

from tests.fuzz.target import Target, never_hanging
from tests.fuzz.texts import ODD, TYPED, sentences
from tests.security.conftest import Site
from tests.security.table import WANTED

_PART: Final = re.compile(r"\{(\w+):(\w+)\}")
_LEFT_OUT: Final = ("/webhooks", "/can-bo/thoat", "/schema", "/chat/socket", "/can-bo/kien-thuc/thay-doi")
"""Other targets, the way out, and what builds a whole search."""
_NAMES: Final = (
    "tim",
    "loai",
    "chu_de",
    "trang",
    "tt",
    "thon",
    "noi",
    "tu",
    "den",
    "so",
    "ma",
    "ten",
    "lang",
    "after",
    "wait",
    "khu_vuc",
    "hinh",
    "noi_dung",
    "tieu_de",
    "ly_do",
    "loi",
    "doi_tuong",
    "phien_ban",
    "chon",
    "viec",
    "media",
    "anh",
    "bat_dau",
    "het",
    "ngay",
    "gio",
    "vai_tro",
    "cau",
    "nhom",
    "tra_loi",
    "ve",
    "giay",
    "answer-so",
    "answer-0-tu",
    "answer-0-chu",
    "x",
)
_VALUES: Final = st.one_of(
    sentences(),
    st.sampled_from(ODD),
    st.sampled_from(TYPED),
    st.integers(-(10**25), 10**25).map(str),
    st.sampled_from(
        (
            "",
            "1",
            "0",
            "-1",
            "2026-11-24",
            "2026-13-99",
            "0001-01-01",
            "9999-12-31",
            "24/11/2026",
            "25:99",
            "all",
            "vi",
            '{"all":[]}',
            '{"all":[{"kind":"x"}]}',
            "[" * 5_000,
            '{"any":[{"all":[{}]}]}',
            "/can-bo//evil.example",
            "a,b;c",
            "1:1",
            "thuy-loi-mau-1",
            "kim-bang-district",
            "x" * 3_000,
        )
    ),
)
_PEOPLE: Final = st.sampled_from(
    ("", "village_head", "commune_officer", "district_officer", "administrator", "communications_staff")
)


def routes(site: Site) -> list[tuple[str, str]]:
    """Every page and form that is tried."""
    found = [
        (method, route.path)
        for route in site.client.app.routes
        if isinstance(route, HTTPRoute) and not route.path.startswith(_LEFT_OUT)
        for method in sorted(route.methods)
        if method in ("GET", "POST")
    ]
    return sorted(found)


def asked(site: Site, case: tuple[int, str, list[str], dict[str, str]]) -> None:
    """An answer below 500, whatever is asked for; and nothing of it becomes markup."""
    number, who, parts, given = case
    method, path = (found := routes(site))[number % len(found)]
    filled = iter(parts)

    def part(match: re.Match[str]) -> str:
        if match[1] == "wanted":
            return WANTED.get(path, ("x",))[number % len(WANTED.get(path, ("x",)))]
        said = next(filled, "1")
        return str(len(said) % 4) if match[2] == "int" and number % 3 else _in_path(said)

    address = _PART.sub(part, path)
    values = {name: value.encode("utf-8", "replace").decode() for name, value in given.items()}
    if "wait" in values or path == "/chat/messages":
        values["wait"] = "0"
    if path.endswith("/dong"):
        values["giay"] = "0"
    token = sessions(site).get(who, "") if path.startswith("/can-bo") else ""
    with never_hanging():
        if method == "GET":
            answer = site.ask("GET", address, token, params=values)
        else:
            more = {"csrf": site.csrf(token)} if token else {}
            headers = {"x-requested-with": "chungtay", "cookie": f"chungtay_chat={'f' * 43}"} if not token else {}
            answer = site.ask("POST", address, token, data={**values, **more}, headers=headers)
    assert answer.status_code < 500, (method, address, values)
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert b"<script>alert(1)" not in answer.content, (method, address, values)


def _in_path(said: str) -> str:
    kept = said.encode("utf-8", "replace").decode().replace("/", "").replace("?", "").replace("#", "").replace("\\", "")
    return "".join(char for char in kept if char.isprintable())[:200] or "x"


def sessions(site: Site) -> dict[str, str]:
    """A session of each kind of staff, begun once."""
    found: dict[str, str] | None = _SESSIONS.get(id(site))
    if found is None:
        found = _SESSIONS[id(site)] = {
            who: site.session(who)
            for who in ("village_head", "commune_officer", "district_officer", "administrator", "communications_staff")
        }
    return found


_SESSIONS: Final[dict[int, dict[str, Any]]] = {}
_CASES: Final = st.tuples(
    st.integers(0, 10**6),
    _PEOPLE,
    st.lists(_VALUES, max_size=3),
    st.dictionaries(st.sampled_from(_NAMES), _VALUES, max_size=5),
)
TARGETS: Final = (Target("pages", _CASES, asked, "site", in_suite=0),)
