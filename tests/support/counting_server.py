"""A Bot API that takes every message and remembers when which chat got one: quick enough to be measured against.

`python -m tests.support.counting_server` prints its address and serves until it is killed; `CountingServer` is the same
seen from the test.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

ROOT = Path(__file__).resolve().parents[2]


def application(delay_s: float = 0.0) -> web.Application:
    """Answers `sendMessage` like Telegram, and tells which chat got a message when."""
    arrivals: list[tuple[str, float]] = []
    ids = itertools.count(1)

    async def call(request: web.Request) -> web.Response:
        at = time.time()
        fields = await request.json() if request.content_type == "application/json" else await request.post()
        chat = str(fields["chat_id"])
        arrivals.append((chat, at))
        if delay_s:
            await asyncio.sleep(delay_s)
        message = {
            "message_id": next(ids),
            "date": 1_795_000_000,
            "chat": {"id": int(chat), "type": "private"},
            "text": "x",
        }
        return web.json_response({"ok": True, "result": message})

    async def told(request: web.Request) -> web.Response:
        return web.json_response(arrivals[int(request.query.get("after", "0")) :])

    async def counted(request: web.Request) -> web.Response:
        return web.json_response(len(arrivals))

    app = web.Application()
    app.router.add_post("/bot{token}/sendMessage", call)
    app.router.add_get("/arrivals", told)
    app.router.add_get("/count", counted)
    return app


class CountingServer:
    """The server as its observer sees it."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self._session = session

    async def arrivals(self, after: int = 0) -> list[tuple[str, float]]:
        """(chat, seconds since 1970) of each message, in the order of their coming."""
        async with self._session.get(f"{self.url}/arrivals", params={"after": str(after)}) as answer:
            return [(chat, at) for chat, at in await answer.json()]

    async def count(self) -> int:
        async with self._session.get(f"{self.url}/count") as answer:
            counted: int = await answer.json()
            return counted


@asynccontextmanager
async def counting_server(delay_s: float = 0.0) -> AsyncIterator[CountingServer]:
    """A running server in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.counting_server",
        str(delay_s),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        url = (await process.stdout.readline()).decode().strip()
        async with aiohttp.ClientSession() as session:
            yield CountingServer(url, session)
    finally:
        process.kill()
        await process.wait()


def most_in_a_second(times: list[float]) -> int:
    """The most messages in any window of one second, wherever it begins."""
    times = sorted(times)
    most, first = 0, 0
    for last, at in enumerate(times):
        while at - times[first] >= 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


async def _serve(delay_s: float) -> None:
    runner: Any = web.AppRunner(application(delay_s), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1]) if len(sys.argv) > 1 else 0.0))
