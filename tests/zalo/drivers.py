"""Both Zalo channels as a person uses them, over real HTTP against our test servers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.arrivals import Arrivals
from bot.channels.zalo_bot import ZaloBotChannel
from bot.channels.zalo_bot.api import BotApi
from bot.channels.zalo_bot.polling import Poller
from bot.channels.zalo_bot.quota import Quota
from bot.channels.zalo_counts import Counts
from bot.channels.zalo_http import Http
from bot.channels.zalo_oa import ZaloOaChannel
from bot.channels.zalo_oa.api import OaApi
from bot.channels.zalo_oa.outgoing import PAYLOAD
from bot.channels.zalo_oa.tokens import Tokens
from bot.channels.zalo_oa.webhook import Webhook, Work
from bot.metrics.measures import Measures
from bot.pacing import Rate
from bot.webhooks import Webhook as AnyWebhook
from handlers.messages import Incoming
from storage import zalo as stored
from storage.database import Database
from storage.keys import Keys
from tests.channels.drivers import Driver, Seen
from tests.support.assembly import Assembly, Clock, assembled
from tests.support.zalo_bot_server import TOKEN, ZaloBotServer, zalo_bot_server
from tests.support.zalo_oa_server import APP_ID, APP_SECRET, SECRET_KEY, ZaloOaServer, zalo_oa_server

KEYS = Keys.fixed(b"zalo tests", Clock()())


def chat_id(chat: int) -> str:
    """A chat's id as Zalo Bot writes it."""
    return f"{chat:020x}"


def bot_channel(
    server: ZaloBotServer, database: Database, clock: Clock, *, quota: int = 3000, rate: Rate | None = None, **more: Any
) -> Any:
    """The channel of a test, pictures from this machine allowed."""
    api = BotApi(TOKEN, root=server.url, http=Http(inside=True))
    return ZaloBotChannel(api, Quota(database, quota, clock), seconds=clock.seconds, rate=rate, **more)


@asynccontextmanager
async def served(webhook: AnyWebhook, routes: Mapping[str, Any] | None = None) -> AsyncIterator[str]:
    """The address of a small web server with a webhook."""

    async def receive(request: web.Request) -> web.Response:
        return web.Response(status=await webhook.receive(request.headers, await request.read()))

    app = web.Application()
    app.router.add_post("/webhook", receive)
    for path, handler in (routes or {}).items():
        app.router.add_get(path, handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/webhook"
    await runner.cleanup()


@dataclass
class _Bot:
    channel: Any
    server: ZaloBotServer
    assembly: Assembly
    handled: set[str] = field(default_factory=set)
    last: dict[int, Incoming] = field(default_factory=dict)
    limit: int = 2000
    again: int = 0
    """How often the last update is still to be handed out again before there is peace until the next one."""

    async def between_polls(self, _: float) -> None:
        if self.again > 0:
            self.again -= 1
        else:
            await self.server.wait_for(lambda: bool(self.server.waiting), timeout_s=3600)

    async def handle(self, incoming: Incoming) -> Any:
        outcome = await self.assembly.engine.handle(incoming)
        self.last[int(incoming.chat, 16)] = incoming
        self.handled.add(incoming.message_id)
        await self.server.changed()
        return outcome

    async def _give(self, update: dict[str, Any]) -> None:
        self.again = 2
        await self.server.give(update)
        await self.server.wait_for(lambda: update["message"]["message_id"] in self.handled)
        await self.assembly.delivery.drain()

    async def say(self, chat: int, text: str) -> None:
        await self._give(self.server.update(chat_id(chat), text=text))

    async def press(self, chat: int, choice_id: str) -> None:
        """There are no buttons here; a choice of an older message can only come from the core itself."""
        number = f"press-{len(self.handled)}"
        self.handled.add(number)
        await self.assembly.engine.handle(
            Incoming("zalo_bot", chat_id(chat), number, self.assembly.clock(), choice=choice_id)
        )
        await self.assembly.delivery.drain()

    async def repeat(self, chat: int) -> None:
        await self.assembly.engine.handle(self.last[chat])
        await self.assembly.delivery.drain()

    async def show_photo(self, chat: int) -> bool:
        event = "message.image.received"
        await self._give(self.server.update(chat_id(chat), event, photo_url="https://photo.example/1.jpg"))
        return True

    async def seen(self, chat: int) -> list[Seen]:
        return [Seen(text) for text in self.server.texts(chat_id(chat))]


@asynccontextmanager
async def zalo_bot(database: Any, responder: Any, knowledge: Any) -> AsyncIterator[Driver]:
    """By polling, from a server that hands the same update out again and again."""
    async with zalo_bot_server(consume=False) as server:
        clock = Clock()
        channel = bot_channel(server, database, clock)
        async with assembled(database, {channel.name: channel}, responder, knowledge, clock) as assembly:
            driver = _Bot(channel, server, assembly)
            poller = Poller(channel, driver.handle, clock, long_poll_s=1, sleep=driver.between_polls)
            task = asyncio.create_task(poller.run())
            try:
                yield driver
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        await channel.close()


@dataclass
class OaParts:
    """A running Official Account channel with everything around it."""

    server: ZaloOaServer
    clock: Clock
    database: Database
    tokens: Tokens
    channel: ZaloOaChannel
    counts: Counts
    assembly: Assembly
    arrivals: Arrivals
    measures: Measures

    def now_ms(self) -> int:
        return int(self.clock().timestamp() * 1000)

    async def settle(self) -> None:
        await self.arrivals.drain()
        await self.assembly.delivery.drain()

    async def give(self, name: str, user: str, **content: Any) -> int:
        """Post an event, and wait until what follows from it is sent."""
        status = await self.server.post(self.server.event(name, user, self.now_ms(), **content))
        await self.settle()
        return status

    async def say(self, user: str, text: str) -> int:
        return await self.give("user_send_text", user, text=text)


@asynccontextmanager
async def oa_parts(
    database: Any, responder: Any, knowledge: Any, *, read_file: Any = None, **behaviour: Any
) -> AsyncIterator[OaParts]:
    """The whole channel with consent given, its webhook served over HTTP."""
    async with zalo_oa_server(**behaviour) as server:
        clock = Clock()
        http = Http(inside=True)
        tokens = oa_tokens(server, database, http, clock)
        measures = Measures()
        counts = Counts(database, clock, measures)
        channel = ZaloOaChannel(
            OaApi(tokens, http, root=server.url), database, counts, clock, read_file=read_file, seconds=clock.seconds,
            rate=None,
        )  # fmt: skip
        async with database.write() as connection:
            await stored.consented(connection, KEYS, APP_ID, server.refresh_token, clock())
        async with assembled(database, {channel.name: channel}, responder, knowledge, clock) as assembly:
            work = Work(database, assembly.engine.handle, clock)
            arrivals = Arrivals(database, {channel.name: work}, clock, poll_s=0.05)
            webhook = Webhook(arrivals.store, counts, clock, app_id=APP_ID, secret_key=SECRET_KEY)
            await arrivals.start()
            async with served(webhook) as server.hook_url:
                yield OaParts(server, clock, database, tokens, channel, counts, assembly, arrivals, measures)
            await arrivals.close()
            await channel.close()


def oa_tokens(server: ZaloOaServer, database: Database, http: Http, clock: Callable[[], Any], **more: Any) -> Tokens:
    """The tokens of a process."""
    return Tokens(database, KEYS, http, clock, app_id=APP_ID, app_secret=APP_SECRET, root=server.url, **more)


@dataclass
class _Oa:
    parts: OaParts
    channel: Any
    last: dict[int, Any] = field(default_factory=dict)
    limit: int = 2000

    async def _give(self, chat: int, name: str, **content: Any) -> None:
        self.last[chat] = self.parts.server.event(name, str(chat), self.parts.now_ms(), **content)
        await self.repeat(chat)

    async def say(self, chat: int, text: str) -> None:
        await self._give(chat, "user_send_text", text=text)

    async def press(self, chat: int, choice_id: str) -> None:
        await self._give(chat, "user_send_text", text=f"{PAYLOAD}{choice_id}")

    async def repeat(self, chat: int) -> None:
        """Posted as `json.dumps` escapes it: half of a surrogate pair has no other form."""
        assert await self.parts.server.post(json.dumps(self.last[chat]).encode()) == 200
        await self.parts.settle()

    async def show_photo(self, chat: int) -> bool:
        attachment = {"type": "image", "payload": {"url": "https://photo.example/1.jpg", "thumbnail": ""}}
        await self._give(chat, "user_send_image", attachments=[attachment])
        return True

    async def seen(self, chat: int) -> list[Seen]:
        shown = []
        for one in self.parts.server.sent:
            if one["recipient"].get("user_id") == str(chat):
                payload = one["message"].get("attachment", {}).get("payload", {})
                rows = [{**row, **row["default_action"]} for row in payload.get("elements", []) if "title" in row]
                pressed = [*rows, *payload.get("buttons", [])]
                pairs = tuple((each["title"], each["payload"].removeprefix(PAYLOAD)) for each in pressed)
                shown.append(Seen(one["message"].get("text", ""), pairs))
        return shown


@asynccontextmanager
async def zalo_oa(database: Any, responder: Any, knowledge: Any) -> AsyncIterator[Driver]:
    """By webhook, stored first."""
    async with oa_parts(database, responder, knowledge) as parts:
        yield _Oa(parts, parts.channel)
