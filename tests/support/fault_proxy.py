"""A proxy in front of the Telegram test server that fails on demand and records what was called.

The emulator cannot be told to answer 429 or to lose a connection; this can. A fault is used once, by the first call of
its method that comes after it was planned.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import ClientError, ClientSession, web


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to the next call of `method` instead of, or after, passing it on."""

    method: str
    status: int = 0
    """The HTTP status to answer with; 0 leaves the server's own."""
    body: Any = None
    pass_on: bool = False
    """Whether the server gets the request all the same: its effect happens, the answer is lost."""
    cut: bool = False
    """Close the connection instead of answering."""
    hold: asyncio.Event | None = None
    """Wait for this before going on: a slow line."""


def error(method: str, status: int, description: str, **parameters: Any) -> Fault:
    """An answer as the Bot API gives it for an error."""
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return Fault(method, status, body)


@dataclass(slots=True)
class Call:
    """One call as it came, with what was answered."""

    method: str
    fields: dict[str, str]
    status: int = 0
    result: Any = None
    reached: bool = False
    """Whether the server behind has handled it."""
    at: float = 0.0
    """When it was answered or cut, on the monotonic clock."""


@dataclass(slots=True)
class FaultProxy:
    """Serves on a free port of this machine and passes everything on to `target`."""

    target: str
    arrived: list[Call] = field(default_factory=list)
    """Every call as soon as it comes; an open long poll is here and not yet in `calls`."""
    calls: list[Call] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    url: str = ""
    _runner: web.AppRunner | None = None
    _client: ClientSession | None = None
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def start(self) -> None:
        self._client = ClientSession()
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._handle)
        # Without it a killed client's long poll would go on at the server.
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        for fault in self.faults:
            if fault.hold is not None:
                fault.hold.set()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._client is not None:
            await self._client.close()

    def plan(self, *faults: Fault) -> None:
        """Add faults; each is used once, in this order per method."""
        self.faults.extend(faults)

    def of(self, method: str) -> list[Call]:
        """The calls of a method that have been answered or cut, in order."""
        return [call for call in self.calls if call.method == method]

    async def wait_for(self, condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
        """Return as soon as the condition holds; it is looked at after every call."""
        async with asyncio.timeout(timeout_s), self._changed:
            await self._changed.wait_for(condition)

    async def changed(self) -> None:
        """Look at the conditions again: something else than a call has happened."""
        async with self._changed:
            self._changed.notify_all()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        method = request.path.rsplit("/", 1)[-1]
        call = Call(method, _fields(request.content_type, body))
        self.arrived.append(call)
        await self.changed()
        fault = self._next_fault(method)
        if fault is not None and fault.hold is not None:
            await fault.hold.wait()
        status, content = (fault.status, fault.body) if fault is not None else (0, None)
        if fault is None or fault.pass_on or (not fault.status and not fault.cut):
            call.reached = True
            passed_status, passed = await self._pass_on(request, body)
            status, content = status or passed_status, content if content is not None else passed
        call.status = status
        call.result = content.get("result") if isinstance(content, dict) else None
        call.at = time.monotonic()
        self.calls.append(call)
        await self.changed()
        if fault is not None and fault.cut:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        if isinstance(content, bytes):
            return web.Response(body=content, status=status, content_type="text/html")
        return web.json_response(content, status=status)

    def _next_fault(self, method: str) -> Fault | None:
        for fault in self.faults:
            if fault.method == method:
                self.faults.remove(fault)
                return fault
        return None

    async def _pass_on(self, request: web.Request, body: bytes) -> tuple[int, Any]:
        assert self._client is not None
        headers = {"Content-Type": request.headers["Content-Type"]} if "Content-Type" in request.headers else {}
        try:
            async with self._client.request(
                request.method, f"{self.target}{request.path_qs}", data=body, headers=headers
            ) as response:
                return response.status, json.loads(await response.read())
        except ClientError:
            return 502, b"<html>Bad Gateway</html>"


def _fields(content_type: str, body: bytes) -> dict[str, str]:
    if content_type == "application/x-www-form-urlencoded":
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    if content_type == "application/json" and body:
        return {key: str(value) for key, value in json.loads(body).items()}
    return {}
