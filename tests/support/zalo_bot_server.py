"""A Zalo Bot server built from `docs/zalo-facts.md`, its awkward behaviours switchable.

It knows one token. A test plays the people with `say`, `send`; what the bot sent is in `sent`. Errors come with HTTP
200 as measured, unless `real_status` is on.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import ClientSession, ClientTimeout, web

TOKEN: Final = "12345689:abc-xyz_test"
NOW_MS: Final = 1_795_500_000_000


@dataclass(slots=True)
class Fault:
    """What the next call of a method is answered instead. `effect` keeps the effect and loses the answer."""

    method: str
    code: int = 0
    description: str = ""
    cut: bool = False
    effect: bool = False
    raw: bytes | None = None
    hold_s: float = 0.0


@dataclass
class ZaloBotServer:
    """Behaviours: `consume` hands an update out once, else again at every poll until the next one comes."""

    consume: bool = True
    real_status: bool = False
    wrapped: bool = False
    """Webhook bodies as documented; off: bare, as measured."""
    answer_as_list: bool = False
    url: str = ""
    webhook: str = ""
    secret: str = ""
    sent: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    poll_times: list[float] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    waiting: deque[dict[str, Any]] = field(default_factory=deque)
    statuses: list[int] = field(default_factory=list)
    quota: int = 10**9
    _last: dict[str, Any] | None = None
    _ids: Any = field(default_factory=lambda: itertools.count(1))
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _client: ClientSession | None = None

    # The people.

    def update(self, chat: str, event: str = "message.text.received", **content: Any) -> dict[str, Any]:
        """An update as it goes over the wire."""
        message = {
            "message_id": f"{next(self._ids):020x}",
            "date": NOW_MS,
            "chat": {"id": chat, "chat_type": "PRIVATE"},
            "from": {"id": chat, "display_name": "Người Mẫu", "is_bot": False},
            **content,
        }
        return {"event_name": event, "message": message}

    async def say(self, chat: str, text: str) -> dict[str, Any]:
        return await self.give(self.update(chat, text=text, message_type="CHAT_MESSAGE"))

    async def give(self, update: dict[str, Any]) -> dict[str, Any]:
        """Hand an update to the bot, by webhook if one is set."""
        if self.webhook:
            self.statuses.append(await self.post(update))
        else:
            self.waiting.append(update)
            await self.changed()
        return update

    async def post(self, update: Any, *, secret: str | None = None) -> int:
        """Post a body to the webhook; an empty one is the probe, without type and secret."""
        assert self._client is not None
        if update is None:
            async with self._client.post(self.webhook, skip_auto_headers=["Content-Type"]) as response:
                return response.status
        body = {"ok": True, "result": update} if self.wrapped else update
        headers = {
            "Content-Type": "application/json",
            "X-Bot-Api-Secret-Token": self.secret if secret is None else secret,
        }
        async with self._client.post(self.webhook, data=json.dumps(body), headers=headers) as response:
            return response.status

    def texts(self, chat: str) -> list[str]:
        return [one.get("text") or one.get("caption") or "" for one in self.sent if one["chat_id"] == chat]

    async def wait_for(self, condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
        async with asyncio.timeout(timeout_s), self._changed:
            await self._changed.wait_for(condition)

    async def changed(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    # The API.

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.path.rsplit("/", 1)[-1]
        if f"/bot{TOKEN}/" not in request.path:
            return self._error(401, "Unauthorized")
        fields = json.loads(await request.read() or b"{}")
        self.calls.append((method, fields))
        await self.changed()
        fault = next((one for one in self.faults if one.method == method), None)
        if fault is not None:
            self.faults.remove(fault)
            await asyncio.sleep(fault.hold_s)
            if fault.effect:
                await self._answer(method, fields)
            await self.changed()
            if fault.cut:
                assert request.transport is not None
                request.transport.abort()
                return web.Response(status=500)
            if fault.raw is not None:
                return web.Response(body=fault.raw, status=502, content_type="text/html")
            if fault.code:
                return self._error(fault.code, fault.description)
        response = await self._answer(method, fields)
        await self.changed()
        return response

    async def _answer(self, method: str, fields: dict[str, Any]) -> web.Response:
        if method == "getUpdates":
            return await self._updates(int(fields.get("timeout") or 30))
        if method in ("sendMessage", "sendPhoto"):
            return await self._send(method, fields)
        if method == "setWebhook":
            if not str(fields.get("url", "")).startswith("http") or not 8 <= len(fields.get("secret_token", "")) <= 256:
                return self._error(400, "Bad Request: url and secret_token are required")
            self.webhook, self.secret = fields["url"], fields["secret_token"]
            status = await self.post(None)
            verification = {"ok": status == 200, "status_code": status, "outcome": "verified", "hint": ""}
            return self._result({"url": self.webhook, "updated_at": NOW_MS, "verification": verification})
        if method == "deleteWebhook":
            self.webhook = ""
            return self._result({"url": "", "updated_at": NOW_MS})
        return self._error(404, "Not Found")

    async def _updates(self, timeout_s: int) -> web.Response:
        self.poll_times.append(asyncio.get_running_loop().time())
        if self.webhook:
            return self._error(400, "Bad Request")
        if not self.waiting and not (self._last and not self.consume):
            try:
                async with asyncio.timeout(timeout_s), self._changed:
                    await self._changed.wait_for(lambda: bool(self.waiting))
            except TimeoutError:
                return self._error(408, "Request timeout")
        if self.waiting:
            self._last = self.waiting.popleft()
        return self._result([self._last] if self.answer_as_list else self._last)

    async def _send(self, method: str, fields: dict[str, Any]) -> web.Response:
        text = fields.get("caption" if method == "sendPhoto" else "text") or ""
        if not 1 <= len(text.encode("utf-16-le")) // 2 <= 2000 or not isinstance(fields.get("chat_id"), str):
            return self._error(400, "Bad Request: text must have 1 to 2000 characters")
        if len(self.sent) >= self.quota:
            return self._error(429, "Quota exceeded")
        if method == "sendPhoto":
            assert self._client is not None
            try:
                async with self._client.get(fields["photo"], timeout=ClientTimeout(total=5)) as response:
                    fields["fetched"] = (response.status, await response.read())
            except (OSError, TimeoutError):
                return self._error(400, "Bad Request: the photo cannot be fetched")
        self.sent.append(fields)
        return self._result({"message_id": f"{len(self.sent):020x}", "date": NOW_MS})

    def _result(self, result: Any) -> web.Response:
        return web.json_response({"ok": True, "result": result})

    def _error(self, code: int, description: str) -> web.Response:
        body = {"ok": False, "description": description, "error_code": code}
        return web.json_response(body, status=code if self.real_status else 200)


@asynccontextmanager
async def zalo_bot_server(**behaviour: Any) -> AsyncIterator[ZaloBotServer]:
    """A running server on a free port."""
    server = ZaloBotServer(**behaviour)
    app = web.Application()
    app.router.add_post("/{path:.*}", server.handle)
    runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with ClientSession() as server._client:
        yield server
    await runner.cleanup()
