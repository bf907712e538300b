"""A Bot API that takes whatever is sent and remembers who was sent which text when: for long runs under load."""

from __future__ import annotations

import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from tests.support.telegram_server import message

SECRET: Final = "secret_for_load-runs"
_SHOWING: Final = ("sendMessage", "sendPhoto", "sendDocument", "editMessageText")


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message as it reached the platform."""

    chat: str
    text: str
    at: float
    """Seconds since 1970."""
    receipt: str = ""
    """The id that it was given."""


@dataclass
class TelegramSink:
    """The platform's side. `heard` is told of every message; `kept` remembers them all."""

    url: str = ""
    keep: bool = True
    kept: list[Arrival] = field(default_factory=list)
    calls: int = 0
    heard: Callable[[Arrival], None] = field(default=lambda _: None)
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    def update(self, chat: int, text: str) -> dict[str, Any]:
        """An update as the webhook posts it, with an id of its own."""
        number = next(self._ids)
        return {"update_id": number, "message": message(chat, number, text=text)}

    async def call(self, request: web.Request) -> web.Response:
        """Whatever method of the API."""
        self.calls += 1
        method = request.match_info["method"]
        if method not in _SHOWING:
            return web.json_response({"ok": True, "result": True})
        at = time.time()
        fields = await request.post()
        number = next(self._ids)
        said = str(fields.get("text") or fields.get("caption") or "")
        arrival = Arrival(str(fields["chat_id"]), said, at, str(number))
        if self.keep:
            self.kept.append(arrival)
        self.heard(arrival)
        about = {"id": int(arrival.chat), "type": "private"}
        result = {"message_id": number, "date": int(at), "chat": about, "text": "x"}
        return web.json_response({"ok": True, "result": result})


@asynccontextmanager
async def telegram_sink(*, keep: bool = True) -> AsyncIterator[TelegramSink]:
    """A running server on a free port."""
    sink = TelegramSink(keep=keep)
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", sink.call)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    sink.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield sink
    finally:
        await runner.cleanup()
