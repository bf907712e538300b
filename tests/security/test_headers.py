"""Every page, error, download and file carries the strict headers; no page has a script or style in itself."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

import httpx
import pytest

from desk.gate import COOKIE
from tests.security.conftest import Site
from tests.security.seeding import COMMUNE
from tests.security.test_routes import addresses, form, routes

_ALLOWED: Final = {
    "default-src": {"'self'", "'none'"},
    "script-src": {"'self'", "'none'"},
    "style-src": {"'self'", "'none'"},
    "img-src": {"'self'", "'none'", "data:", "blob:"},
    "connect-src": {"'self'", "'none'"},
    "font-src": {"'self'", "'none'"},
}
_UNWANTED: Final = ("style", "base", "object", "embed", "iframe")
_DEMANDED: Final = {"base-uri": "'none'", "frame-ancestors": "'none'", "object-src": "'none'"}
ODD: Final = (
    ("GET", "/nothing-here"), ("GET", "/static/none.js"), ("GET", "/desk/static/none.css"), ("PUT", "/"),
    ("DELETE", "/can-bo"),
    ("TRACE", "/chat/about"), ("GET", "/can-bo/bao-cao/abc"), ("GET", "/can-bo/bao-cao/99999999999999999999"),
    ("GET", "/chat/messages?after=x"), ("POST", "/webhooks/telegram"), ("POST", "/webhooks/zalo-oa"),
    ("GET", "/tin/none"),
    ("GET", "/%00"), ("GET", "/tin/%ff%fe"), ("GET", "/can-bo/so-ho?trang=%00"), ("GET", "/quyen-loi/none"),
    ("GET", "/can-bo//evil.example"), ("GET", "//evil.example/%2e%2e"), ("OPTIONS", "/can-bo"), ("HEAD", "/can-bo"),
    ("HEAD", "/static/chat.js"), ("GET", "/static/chat.js"), ("GET", "/desk/static/desk.css"), ("GET", "/tin/feed"),
)  # fmt: skip


class _Page(HTMLParser):
    """What in a page a strict policy would not run, and what leads out of it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        data = tag == "script" and given.get("type") in ("application/json", "application/ld+json")
        if (tag == "script" and not given.get("src") and not data) or tag in _UNWANTED:
            self.found.append(tag)
        self.found += [f"{tag} {name}" for name in given if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action", "formaction"):
            if (given.get(name) or "").strip().lower().startswith(("javascript:", "data:text", "vbscript:")):
                self.found.append(f"{tag} {name}")
        if tag == "a" and given.get("target") == "_blank" and "noopener" not in (given.get("rel") or ""):
            self.found.append("a target")


def faults(answer: httpx.Response) -> list[str]:
    """What is missing or too weak."""
    headers = answer.headers
    found = []
    if headers.get_list("x-content-type-options")[:1] != ["nosniff"]:
        found.append("nosniff")
    if headers.get("x-frame-options") != "DENY":
        found.append("x-frame-options")
    if headers.get("referrer-policy") not in ("same-origin", "no-referrer"):
        found.append("referrer-policy")
    if not headers.get("strict-transport-security", "").startswith("max-age="):
        found.append("strict-transport-security")
    policies = headers.get_list("content-security-policy")
    found += [] if policies else ["no policy"]
    for policy in policies:
        parts = {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.split()}
        if "sandbox" in parts:
            continue  # of a document that is only saved
        found += [f"policy {name}" for name, value in _DEMANDED.items() if parts.get(name) != [value]]
        found += ["policy default-src"] if "default-src" not in parts else []
        found += [
            f"policy {name} {value}"
            for name, values in parts.items()
            for value in values
            if name in _ALLOWED and value not in _ALLOWED[name]
        ]
    if "server" in headers or "x-powered-by" in headers:
        found.append("says what it is")
    kind = headers.get("content-type", "")
    if kind.startswith("text/html"):
        page = _Page()
        page.feed(answer.text)
        found += page.found
    if b"Traceback" in answer.content or b"site-packages" in answer.content:
        found.append("traceback")
    return found


@pytest.mark.parametrize("who", ["nobody", "district_officer"])
def test_every_answer_carries_the_headers(shared_site: Site, who: str) -> None:
    """All routes with own and foreign ids, pages, refusals, downloads and static files."""
    site, foreign = shared_site, shared_site.world.foreign[COMMUNE]
    token = site.session(who)
    wrong = {}
    for route in routes(site.client.app):
        method, path = route
        of_the_desk = path.startswith("/can-bo")
        if method == "WEBSOCKET" or (method == "POST" and not of_the_desk) or path.startswith("/can-bo/thoat"):
            continue
        for address in addresses(route, foreign)[:1]:
            values = form(foreign) | {"csrf": site.csrf(token)}
            more = {"data": values} if method == "POST" else {}
            answer = site.ask(method, f"{address}?giay=0" if address.endswith("/dong") else address, token, **more)
            if found := faults(answer):
                wrong[method, address] = found
            kept = "no-store" not in answer.headers.get("cache-control", "") and "{media_id" not in path
            if of_the_desk and answer.status_code == 200 and kept:
                wrong[method, address] = ["cached"]
    assert wrong == {}


def test_odd_requests_carry_them_too(shared_site: Site) -> None:
    """What is not there, not allowed or cannot be read."""
    token = shared_site.session("commune_officer")
    wrong = {}
    for method, path in ODD:
        answer = shared_site.ask(method, path, token)
        if found := faults(answer) + ([str(answer.status_code)] if answer.status_code >= 500 else []):
            wrong[method, path] = found
    assert wrong == {}


def test_a_cookie_is_out_of_reach_of_scripts_other_sites_and_bad_lines(shared_site: Site) -> None:
    """Both cookies, when they are set and when they are taken away."""
    entered = shared_site.ask("POST", f"/can-bo/vao/{shared_site.link('village_head')}")
    token = entered.cookies[COOKIE]
    left = shared_site.post("/can-bo/thoat", token)
    chat = shared_site.ask("GET", "/chat/about")
    for answer in (entered, left, chat):
        cookie = answer.headers["set-cookie"].lower()
        assert {"httponly", "secure", "samesite=lax"} <= {part.strip() for part in cookie.split(";")}, cookie
        assert "domain" not in cookie
    assert len(token) >= 43
    assert re.fullmatch(r"[A-Za-z0-9_-]+", token)


def test_a_download_cannot_be_opened_as_a_page(shared_site: Site) -> None:
    """Documents, lists and exports are saved under a name of ours."""
    site = shared_site
    token = site.session("district_officer")
    foreign = site.world.foreign[COMMUNE]
    downloads = [
        site.ask("GET", f"/can-bo/tep/{foreign.ids['media']}", token),
        site.post("/can-bo/so-ho/xuat", token, {"dang": "csv"}),
        site.post("/can-bo/so-ho/xuat", token, {"dang": "xlsx"}),
    ]
    for answer in downloads:
        assert answer.is_success
        assert re.fullmatch(r'attachment; filename="[A-Za-z0-9._-]+"', answer.headers["content-disposition"])
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "html" not in answer.headers["content-type"] and "svg" not in answer.headers["content-type"]
    headers = {"cookie": f"chungtay_chat={'x' * 43}"}
    picture = site.ask("GET", f"/chat/files/media:{foreign.ids['media']}", headers=headers)
    assert picture.headers["content-disposition"].startswith("attachment")
