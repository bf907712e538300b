"""An Official Account's server built from `docs/zalo-facts.md`: messages, uploads, single-use refresh tokens, webhooks.

Errors come with HTTP 200 and a number in `error`. Tokens are single use and end when a test says so.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import ClientSession, web

APP_ID: Final = "360846524940903967"
APP_SECRET: Final = "app-secret-for-tests"
SECRET_KEY: Final = "oa-secret-key-for-tests"
OA_ID: Final = "388613280878808645"
_OURS: Final = "/v3.0/oa/message/cs"


@dataclass
class ZaloOaServer:
    """One account. `template_type` says which shape of buttons it takes: "bare", "button", "either" or "none"; `lists`
    what becomes of a list template: "taken", the number it is refused with, or "pictures" where every row needs one.
    """

    template_type: str = "either"
    lists: str = "taken"
    url: str = ""
    hook_url: str = ""
    refresh_token: str = "refresh-0"
    access_token: str = "access-0"
    expires_in: Any = "90000"
    sent: list[dict[str, Any]] = field(default_factory=list)
    sent_at: list[float] = field(default_factory=list)
    """When each of `sent` came, in seconds since 1970."""
    uploads: list[bytes] = field(default_factory=list)
    refreshes: list[str] = field(default_factory=list)
    errors: list[int] = field(default_factory=list)
    """Numbers that the next messages are answered with."""
    refresh_faults: list[str] = field(default_factory=list)
    """What happens to the next refreshes: "cut" (used up, answer lost), "down" (nothing happens), "held" (waits, then
    nothing happens), "slow" (used up, waits, then answers), a number."""
    codes: dict[str, str] = field(default_factory=dict)
    """Authorization codes that live, with the hash that asked for them; a test takes one away to let it end."""
    refresh_reached: asyncio.Event = field(default_factory=asyncio.Event)
    let_refresh: asyncio.Event = field(default_factory=asyncio.Event)
    _ids: Any = field(default_factory=lambda: itertools.count(1))
    _client: ClientSession | None = None

    def expire(self) -> None:
        """The access token is no longer taken."""
        self.access_token = f"ended-{next(self._ids)}"

    # The people.

    def event(self, name: str, user: str, at_ms: int, **content: Any) -> dict[str, Any]:
        """A body as the webhook posts it."""
        body: dict[str, Any] = {
            "app_id": APP_ID,
            "sender": {"id": user},
            "recipient": {"id": OA_ID},
            "user_id_by_app": f"5{user}",
            "event_name": name,
            "timestamp": str(at_ms),
        }
        if name in ("follow", "unfollow"):
            body |= {"follower": {"id": user}, "oa_id": OA_ID, "source": "oa_profile"}
            del body["sender"]
        if "_send_" in name:
            body["message"] = {"msg_id": f"{next(self._ids):016x}", **content}
        else:
            body |= content
        return body

    async def post(
        self,
        body: Any,
        *,
        key: str = SECRET_KEY,
        header_time: str = "",
        retry: int = 0,
        signed: bool = True,
    ) -> int:
        """Sign and post a body; `None` is the console's empty probe."""
        assert self._client is not None
        if body is None:
            async with self._client.post(self.hook_url) as response:
                return response.status
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        async with self._client.post(
            self.hook_url, data=raw, headers=headers(raw, key=key, header_time=header_time, retry=retry, signed=signed)
        ) as response:
            return response.status

    def texts(self, user: str) -> list[str]:
        return [one["message"].get("text", "") for one in self.sent if one["recipient"].get("user_id") == user]

    # The API.

    async def message(self, request: web.Request) -> web.Response:
        if request.headers.get("access_token") != self.access_token:
            return _error(-216, "Access token is invalid")
        body = await request.json()
        if self.errors:
            return _error(self.errors.pop(0), "refused as planned")
        message = body["message"]
        if len(message.get("text", "").encode("utf-16-le")) // 2 > 2000:
            return _error(-210, "text is too long")
        payload = message.get("attachment", {}).get("payload", {})
        if payload.get("template_type") == "list":
            if refused := self._refuses_list(payload):
                return _error(refused, "the list is not accepted")
        elif "buttons" in payload and not self._takes(payload):
            return _error(-201, "invalid field")
        self.sent.append(body)
        self.sent_at.append(time.time())
        data = {"message_id": f"{len(self.sent):016x}", "user_id": body["recipient"].get("user_id"), "sent_time": "1"}
        return web.json_response({"error": 0, "message": "Success", "data": data})

    async def upload(self, request: web.Request) -> web.Response:
        if request.headers.get("access_token") != self.access_token:
            return _error(-216, "Access token is invalid")
        form = await request.post()
        self.uploads.append(form["file"].file.read())  # type: ignore[union-attr]  # a file field
        return web.json_response({"error": 0, "message": "Success", "data": {"attachment_id": f"a{len(self.uploads)}"}})

    async def refresh(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        given = str(form.get("refresh_token"))
        self.refreshes.append(given)
        fault = self.refresh_faults.pop(0) if self.refresh_faults else ""
        if fault == "held":
            self.refresh_reached.set()
            await self.let_refresh.wait()
        if fault in ("down", "held"):
            return web.Response(status=502, body=b"<html>")
        if fault.startswith("-"):
            return _error(int(fault), "refused as planned")
        if request.headers.get("secret_key") != APP_SECRET or form.get("app_id") != APP_ID:
            return _error(-2, "refused")
        if form.get("grant_type") == "authorization_code":
            # Single use; only for whoever has the secret whose hash asked for it.
            challenge = self.codes.pop(str(form.get("code")), "")
            if not challenge or challenge != _challenge(str(form.get("code_verifier"))):
                return _error(-14003, "Invalid authorization code")
        elif given != self.refresh_token:
            return _error(-1, "refused")  # no number of its own is documented for a dead refresh token
        number = next(self._ids)
        # From here on the old one is dead, whatever becomes of the answer.
        self.access_token, self.refresh_token = f"access-{number}", f"refresh-{number}"
        self.refresh_reached.set()
        if fault == "slow":
            await self.let_refresh.wait()
        if fault == "cut":
            assert request.transport is not None
            request.transport.abort()
            return web.Response(status=500)
        return web.json_response(
            {"access_token": self.access_token, "refresh_token": self.refresh_token, "expires_in": self.expires_in}
        )

    async def permission(self, request: web.Request) -> web.Response:
        """The account's administrator consents: the browser is sent to the callback with a code of ten minutes."""
        asked = request.query
        if asked.get("app_id") != APP_ID or not asked.get("redirect_uri"):
            return web.Response(status=400)
        code = f"code-{next(self._ids)}_test"
        self.codes[code] = asked.get("code_challenge", "")
        back = urlencode({"oa_id": OA_ID, "code": code, "state": asked.get("state", "")})
        return web.Response(status=302, headers={"Location": f"{asked['redirect_uri']}?{back}"})

    def _takes(self, payload: dict[str, Any]) -> bool:
        shape = "button" if payload.get("template_type") == "button" else "bare"
        return _fit(payload["buttons"]) and self.template_type in (shape, "either")

    def _refuses_list(self, payload: dict[str, Any]) -> int:
        rows = [{"title": row["title"], **row["default_action"]} for row in payload["elements"]]
        if not rows or not _fit(rows) or not _fit(payload.get("buttons", [])):
            return -201
        if self.lists == "pictures":
            return 0 if all(row.get("image_url") for row in payload["elements"]) else -201
        return 0 if self.lists == "taken" else int(self.lists)


def _fit(pressed: list[dict[str, Any]]) -> bool:
    """At most five, with titles and payloads of the length that is told of."""
    each = all(0 < len(one["title"]) <= 100 and len(str(one["payload"])) <= 1000 for one in pressed)
    return each and len(pressed) <= 5


def headers(
    raw: bytes, *, key: str = SECRET_KEY, header_time: str = "", retry: int = 0, signed: bool = True
) -> dict[str, str]:
    """The headers of a post; `header_time` signs with the header's time instead of the body's."""
    try:
        decoded = json.loads(raw)
    except (ValueError, RecursionError):
        decoded = None
    stamp = header_time or (str(decoded.get("timestamp", "")) if isinstance(decoded, dict) else "")
    made = {"Content-Type": "application/json"}
    if signed:
        mac = hashlib.sha256(APP_ID.encode() + raw + stamp.encode() + key.encode()).hexdigest()
        made["X-ZEvent-Signature"] = f"mac={mac}"
    if header_time:
        made["X-ZEvent-Timestamp"] = header_time
    if retry:
        made["num_retry"] = str(retry)
    return made


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _error(code: int, message: str) -> web.Response:
    return web.json_response({"error": code, "message": message})


@asynccontextmanager
async def zalo_oa_server(**behaviour: Any) -> AsyncIterator[ZaloOaServer]:
    """A running server on a free port."""
    server = ZaloOaServer(**behaviour)
    app = web.Application()
    app.router.add_post(_OURS, server.message)
    app.router.add_post("/v2.0/oa/upload/image", server.upload)
    app.router.add_post("/v4/oa/access_token", server.refresh)
    app.router.add_get("/v4/oa/permission", server.permission)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with ClientSession() as server._client:
        yield server
    server.let_refresh.set()
    await runner.cleanup()
