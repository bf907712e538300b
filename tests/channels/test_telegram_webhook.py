"""The webhook over real HTTP: committed before 200, repeated after 500, closed to everybody without the secret."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import ClientSession, web

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.errors import TelegramError
from bot.channels.telegram.webhook import Webhook
from bot.turns import Outcome
from handlers.messages import Incoming
from tests.support.assembly import Clock
from tests.support.fault_proxy import error
from tests.support.telegram_server import TOKEN, TelegramServer, message, telegram_server

SECRET = "s3cret_for-tests"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass
class Hook:
    """A web server with the webhook, known to the Telegram test server."""

    server: TelegramServer
    webhook: Webhook
    url: str = ""
    taken: list[Incoming] = field(default_factory=list)
    failures: int = 0
    statuses: list[int] = field(default_factory=list)

    async def handle(self, incoming: Incoming) -> Outcome:
        if self.failures:
            self.failures -= 1
            raise OSError("disk full")
        self.taken.append(incoming)
        return Outcome.DONE

    async def serve(self, request: web.Request) -> web.Response:
        self.statuses.append(await self.webhook.receive(request.headers, await request.read()))
        return web.Response(status=self.statuses[-1])

    async def post(self, body: bytes, secret: str | None = SECRET) -> int:
        headers = {} if secret is None else {HEADER: secret}
        async with ClientSession() as client, client.post(self.url, data=body, headers=headers) as response:
            return response.status


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    async with telegram_server() as server:
        channel = TelegramChannel(TOKEN, api_root=server.url, rate=None)
        made: list[Hook] = []

        async def handle(incoming: Incoming) -> Outcome:
            return await made[0].handle(incoming)

        made.append(Hook(server, Webhook(channel, handle, SECRET, Clock())))
        app = web.Application()
        app.router.add_post("/webhooks/telegram", made[0].serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        made[0].url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhooks/telegram"
        yield made[0]
        await made[0].webhook.close()
        await runner.cleanup()
        await channel.close()


async def test_updates_come_in_order_with_the_secret(hook: Hook) -> None:
    """Registered with Telegram, then posted by it, each once."""
    await hook.server.say(5, "một")
    await hook.webhook.register(hook.url, SECRET)
    await hook.server.say(5, "hai")
    await hook.server.press(5, "menu")
    assert [each.text or each.choice for each in hook.taken] == ["một", "hai", "menu"]
    assert hook.server.pending() == 0
    await hook.server.proxy.wait_for(lambda: len(hook.server.proxy.of("answerCallbackQuery")) == 1)


async def test_what_could_not_be_stored_comes_again(hook: Hook) -> None:
    """500 makes Telegram keep it, and everything after it, until we can."""
    hook.failures = 2
    await hook.webhook.register(hook.url, SECRET)
    await hook.server.say(5, "một")
    await hook.server.say(5, "hai")
    assert hook.taken == [] and hook.server.pending() == 2
    await hook.server.emulator.deliver_updates(token=TOKEN)
    assert [each.text for each in hook.taken] == ["một", "hai"]
    assert hook.statuses == [500, 500, 200, 200]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET.upper(), "bí mật"])
async def test_without_the_secret_nothing_is_read(hook: Hook, secret: str | None) -> None:
    """403 before the body is looked at."""
    body = json.dumps({"update_id": 1, "message": message(5, 1, text="giả")}).encode()
    given = secret.encode().decode("latin-1") if secret else secret
    assert await hook.post(body, given) == 403
    assert hook.taken == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 20_000], ids=lambda body: repr(body[:6])
)
async def test_garbage_is_refused(hook: Hook, body: bytes) -> None:
    """400, not an exception."""
    assert await hook.post(body) == 400


async def test_an_unknown_kind_of_update_is_taken_and_ignored(hook: Hook) -> None:
    """200: sending it again would not help."""
    assert await hook.post(b'{"update_id": 9, "hologram": {}}') == 200
    assert hook.taken == []


async def test_a_refused_registration_is_an_error(hook: Hook) -> None:
    """The start must fail loudly: without the webhook nobody would ever be heard."""
    hook.server.proxy.plan(error("setWebhook", 400, "Bad Request: bad webhook: HTTPS url must be provided"))
    with pytest.raises(TelegramError, match="HTTPS url"):
        await hook.webhook.register(hook.url, SECRET)


def test_a_webhook_needs_a_secret() -> None:
    """An empty secret would match a missing header."""
    with pytest.raises(ValueError, match="secret"):
        Webhook(TelegramChannel(TOKEN), None, "", Clock())  # type: ignore[arg-type]  # not reached
