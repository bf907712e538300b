"""Telegram and the Zalo Official Account in a process of their own: what they stamp on a message is when it came.

`python -m tests.support.platforms` prints the addresses of both and of what arrived, and serves until it is killed;
`platforms()` is the same seen from outside.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web

from tests.support.counting_server import ROOT
from tests.support.telegram_sink import TelegramSink, telegram_sink
from tests.support.zalo_oa_server import ZaloOaServer, zalo_oa_server


@dataclass(frozen=True, slots=True)
class Came:
    """A message that a platform has taken."""

    channel: str
    chat: str
    text: str
    at: float
    """Seconds since 1970."""
    receipt: str
    """The id that the platform gave it."""


@dataclass
class Platforms:
    """Both, as an observer sees them."""

    telegram: str
    zalo: str
    told: str
    refresh_token: str
    session: aiohttp.ClientSession

    async def came(self) -> list[Came]:
        """Everything in the order of its coming."""
        async with self.session.get(self.told) as answer:
            return [Came(*each) for each in await answer.json()]


@asynccontextmanager
async def platforms() -> AsyncIterator[Platforms]:
    """Both running in a process of their own."""
    command = (sys.executable, "-m", "tests.support.platforms")
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        said = json.loads(await process.stdout.readline())
        async with aiohttp.ClientSession() as session:
            yield Platforms(**said, session=session)
    finally:
        process.kill()
        await process.wait()


def _came(telegram: TelegramSink, zalo: ZaloOaServer) -> list[tuple[str, str, str, float, str]]:
    found = [("telegram", each.chat, each.text, each.at, each.receipt) for each in telegram.kept]
    for number, (body, at) in enumerate(zip(zalo.sent, zalo.sent_at, strict=True), 1):
        text = body["message"].get("text") or json.dumps(body["message"], ensure_ascii=False)
        found.append(("zalo_oa", str(body["recipient"].get("user_id")), text, at, f"{number:016x}"))
    return sorted(found, key=lambda each: each[3])


async def _serve() -> None:
    async with telegram_sink() as telegram, zalo_oa_server() as zalo:

        async def told(request: web.Request) -> web.Response:
            return web.json_response(_came(telegram, zalo))

        app = web.Application()
        app.router.add_get("/came", told)
        runner: Any = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        said = {"telegram": telegram.url, "zalo": zalo.url, "refresh_token": zalo.refresh_token,
                "told": f"http://127.0.0.1:{runner.addresses[0][1]}/came"}  # fmt: skip
        print(json.dumps(said), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
