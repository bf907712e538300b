"""A Telegram Bot API server on this machine: the emulator over real HTTP, a fault proxy in front, people who type."""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from lo_bot_api_emulator import LoBotApiEmulator

from tests.support.fault_proxy import Call, FaultProxy

TOKEN = "424242:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
_SHOWING = ("sendMessage", "editMessageText")
_DATE = 1_795_000_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as the person sees it; `edited` where it replaced an earlier one."""

    chat: str
    text: str
    buttons: tuple[tuple[str, str], ...]
    """(label, data)"""
    message_id: str
    edited: bool = False
    at: float = 0.0
    """When, on the monotonic clock."""


class TelegramServer:
    """What happens at Telegram: people write and press, the bot's calls are recorded."""

    def __init__(self, emulator: LoBotApiEmulator, proxy: FaultProxy) -> None:
        self.emulator = emulator
        self.proxy = proxy
        self._ids = itertools.count(1)

    @property
    def url(self) -> str:
        """The API root for the bot."""
        return self.proxy.url

    async def deliver(self, **update: Any) -> int:
        """Queue an update and return its id."""
        update_id: int = await self.emulator.enqueue_update(update, token=TOKEN)
        return update_id

    async def say(self, chat: int, text: str) -> int:
        """A person types something."""
        return await self.send(chat, text=text)

    async def send(self, chat: int, **content: Any) -> int:
        """A person sends a message with this content."""
        return await self.deliver(message=message(chat, next(self._ids), **content))

    async def press(self, chat: int, data: str, carrier: str = "1", press_id: str = "77") -> int:
        """A person presses a button of the message with the id `carrier`."""
        under = {**message(chat, int(carrier), text="…"), "from": {"id": 7, "is_bot": True, "first_name": "Fixture"}}
        press = {"id": press_id, "from": person(chat), "message": under, "chat_instance": "1", "data": data}
        return await self.deliver(callback_query=press)

    async def confirmed(self, update_id: int) -> None:
        """Wait until the bot has confirmed the update by asking for later ones."""
        await self.proxy.wait_for(
            lambda: any(
                call.method == "getUpdates" and int(call.fields.get("offset", 0)) > update_id
                for call in self.proxy.arrived
            )
        )

    def shown(self, chat: int | None = None) -> list[Shown]:
        """What the people see, in order: only what the server has accepted."""
        calls = [call for call in self.proxy.calls if call.method in _SHOWING and call.reached and call.result]
        return [each for each in map(_shown, calls) if chat is None or each.chat == str(chat)]

    def pending(self) -> int:
        """Updates that the bot has not confirmed."""
        return int(self.emulator._update_queues.info(TOKEN)["pending_update_count"])


def person(chat: int) -> dict[str, Any]:
    return {"id": chat, "is_bot": False, "first_name": "Bác Tư", "language_code": "vi"}


def message(chat: int, message_id: int, **content: Any) -> dict[str, Any]:
    """A message in a private chat."""
    about = {"id": chat, "type": "private", "first_name": "Bác Tư"}
    return {"message_id": message_id, "date": _DATE, "chat": about, "from": person(chat), **content}


@asynccontextmanager
async def telegram_server() -> AsyncIterator[TelegramServer]:
    """A running server with a proxy in front."""
    emulator = LoBotApiEmulator(allow_insecure_loopback_webhooks=True, max_updates=100_000)
    runner = web.AppRunner(emulator.app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    proxy = FaultProxy(f"http://127.0.0.1:{runner.addresses[0][1]}")
    await proxy.start()
    try:
        yield TelegramServer(emulator, proxy)
    finally:
        await proxy.close()
        await runner.cleanup()


def _shown(call: Call) -> Shown:
    markup = json.loads(call.fields.get("reply_markup") or "{}")
    buttons = tuple(
        (button["text"], button["callback_data"]) for row in markup.get("inline_keyboard", ()) for button in row
    )
    return Shown(
        call.fields["chat_id"],
        call.fields["text"],
        buttons,
        str(call.result["message_id"]),
        edited=call.method == "editMessageText",
        at=call.at,
    )
