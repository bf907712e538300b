"""`/metrics` and the health of any process on an address of its own, which no reverse proxy forwards."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import uvicorn

from bot.metrics.families import CONTENT_TYPE

Answer = tuple[int, str, str]
"""Status, content type, body."""


class Pages:
    """The three pages as an ASGI application. `token`, where set, must be carried for the figures."""

    def __init__(self, figures: Callable[[], Awaitable[str]], ready: Callable[[], Awaitable[bool]], token: str) -> None:
        self._figures: Final = figures
        self._ready: Final = ready
        self._token: Final = token.encode()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        status, kind, body = await self._answer(scope)
        headers = [(b"content-type", kind.encode()), (b"cache-control", b"no-store")]
        if status == 401:
            headers.append((b"www-authenticate", b"Bearer"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body.encode()})

    async def _answer(self, scope: Any) -> Answer:
        plain = "text/plain; charset=utf-8"
        if scope["method"] not in ("GET", "HEAD"):
            return 405, plain, "only GET\n"
        if scope["path"] == "/health/live":
            return 200, plain, "ok\n"
        if scope["path"] == "/health/ready":
            ready = await self._ready()
            return (200, plain, "ok\n") if ready else (503, plain, "database unreachable\n")
        if scope["path"] != "/metrics":
            return 404, plain, "not found\n"
        if not self._may_read(dict(scope["headers"]).get(b"authorization", b"")):
            return 401, plain, "the token of the metrics is needed\n"
        return 200, CONTENT_TYPE, await self._figures()

    def _may_read(self, given: bytes) -> bool:
        if not self._token:
            return True  # settings allow that on the machine itself only
        return hmac.compare_digest(given, b"Bearer " + self._token)


class Listener:
    """A small web server beside whatever the process does."""

    def __init__(self, pages: Pages, host: str, port: int) -> None:
        config = uvicorn.Config(
            pages,
            host=host,
            port=port,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=1,
        )
        self._server: Final = _Beside(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen; returns when it does.

        Raises:
            OSError: the address cannot be used.
        """
        self._task = asyncio.create_task(self._serve(), name="metrics")
        while not self._server.started:
            if self._task.done():
                await self._task
                raise OSError("the address of the metrics cannot be used")
            await asyncio.sleep(0.005)

    async def _serve(self) -> None:
        try:
            await self._server.serve()
        except SystemExit:  # what uvicorn says of an address that is taken
            raise OSError("the address of the metrics cannot be used") from None

    async def close(self) -> None:
        self._server.should_exit = True
        if self._task is not None:
            with suppress(OSError):
                await self._task
            self._task = None

    @property
    def port(self) -> int:
        """Where it listens: another one than asked for where that was 0."""
        return int(self._server.servers[0].sockets[0].getsockname()[1])


class _Beside(uvicorn.Server):
    """The process's signals belong to what it is for."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
