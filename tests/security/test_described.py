"""schemathesis tries every route of the application by its OpenAPI description, the desk and the webhooks included."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from litestar.testing import TestClient

from handlers.turn import Knowledge
from tests.security.conftest import ADDRESS, SECRET, Site, served
from tests.security.seeding import Seeded
from tests.security.test_headers import faults
from tests.support.assembly import Clock

_EXAMPLES: Final = 3
_GROUPS: Final = ("desk", "webhooks", "the rest")
_LEAVING: Final = ("/can-bo/thoat", "/can-bo/thoat-het")


@pytest.fixture(scope="module")
def described(
    seeded: tuple[Path, Seeded], knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Site, dict[str, Any]]]:
    """The site with the desk in its description."""
    path = tmp_path_factory.mktemp("described") / "site.db"
    shutil.copy(seeded[0], path)
    clock, url = Clock(), f"sqlite:///{path}"
    with pytest.MonkeyPatch.context() as patch:
        app = served(url, knowledge, clock, patch, schema_of_desk=True)
        with TestClient(app, base_url=ADDRESS, raise_server_exceptions=False) as client:
            site = Site(client, url, knowledge, seeded[1], clock, [])
            yield site, client.get("/schema/openapi.json").json()


def test_the_public_description_does_not_tell_of_the_desk(shared_site: Site) -> None:
    """Only the tests' own does."""
    paths = shared_site.ask("GET", "/schema/openapi.json").json()["paths"]
    assert paths and not [path for path in paths if path.startswith("/can-bo")]


@pytest.mark.parametrize("group", _GROUPS)
def test_no_route_breaks_whatever_it_is_sent(described: tuple[Site, dict[str, Any]], group: str) -> None:
    """Made-up values in every parameter and body: never a failure of the server, always the strict headers."""
    import schemathesis  # most test runs do without it, and loading it takes a while

    site, description = described
    token = site.session("district_officer")
    tried = 0
    for found in schemathesis.openapi.from_dict(description).get_all_operations():
        operation = found.ok()
        if _group(operation.path) != group or operation.path in _LEAVING:
            continue
        tried += 1
        _try(site, operation, token)
    assert tried >= {"desk": 60, "webhooks": 3, "the rest": 8}[group]


def _group(path: str) -> str:
    return "desk" if path.startswith("/can-bo") else "webhooks" if path.startswith("/webhooks") else "the rest"


def _try(site: Site, operation: Any, token: str) -> None:
    @settings(
        max_examples=_EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def run(case: Any) -> None:
        answer = _sent(site, case, token)
        label = f"{case.method} {case.formatted_path} {case.query} {case.body!r}"
        assert answer.status_code < 500, label
        assert faults(answer) == [], label

    run()


def _sent(site: Site, case: Any, token: str) -> httpx.Response:
    """The case over our own client: signed where a platform would sign, with the form's token where a page would."""
    sent = dict(case.headers or {}).items()
    headers = {name: value for name, value in sent if value.isascii() and value.isprintable()}
    given = {name: value for name, value in dict(case.query or {}).items() if value is not None}
    more: dict[str, Any] = {"params": given}
    if case.path.startswith("/can-bo") and case.method == "POST":
        body = case.body if isinstance(case.body, dict) else {}
        more["data"] = {"csrf": site.csrf(token), **{str(name): str(value) for name, value in body.items()}}
    elif case.method == "POST":
        content = json.dumps(_body(case), ensure_ascii=True).encode()
        stamp = "1795507200000"
        signed = hashlib.sha256(b"1" + content + stamp.encode() + b"oa-secret").hexdigest()
        headers |= {
            "x-telegram-bot-api-secret-token": SECRET, "x-bot-api-secret-token": SECRET, "x-requested-with": "chungtay",
            "x-zevent-signature": f"mac={signed}", "x-zevent-timestamp": stamp, "cookie": f"chungtay_chat={'d' * 43}",
        }  # fmt: skip
        more["content"] = content
    wait = {"wait": 0} if "wait" in given else {}
    more["params"] = {**given, **wait}
    if case.path == "/can-bo/hop-thu/dong":
        more["params"]["giay"] = 0
    session = token if case.path.startswith("/can-bo") else ""
    return site.ask(case.method, case.formatted_path, session, headers=headers, **more)


def _body(case: Any) -> Any:
    try:
        json.dumps(case.body)
    except TypeError:
        return {}
    return case.body
